"""Jekyll's permalinks: at which address a document stands.

The rules are those of Jekyll 4: https://jekyllrb.com/docs/permalinks/ and, where that says too little, what its classes
``Page``, ``Document``, ``Drops::UrlDrop`` and ``Utils.slugify`` do.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from acadsite.importers.jekyll.source import Doc
    from acadsite.sources import Node

_STYLES: Final = {
    "none": "/:categories/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
}
_WORD: Final = re.compile(r":([a-z_]+)")
#: Signs that stay in a “pretty” slug.
_PRETTY: Final = frozenset("._~!$&'()+,;=@")


def slugify(text: str, *, pretty: bool = False, cased: bool = False) -> str:
    """Jekyll's ``Utils.slugify``: letters, marks and decimal digits of any script stay, the rest is a dash."""
    kept = "".join(
        char
        if unicodedata.category(char)[0] in "LM"
        or unicodedata.category(char) == "Nd"
        or (pretty and char in _PRETTY)
        else "-"
        for char in text
    )
    kept = re.sub(r"-{2,}", "-", kept) if "--" in kept else kept
    kept = kept.strip("-")
    return kept if cased else kept.lower()


@dataclass(frozen=True, slots=True)
class Default:
    """One entry of ``defaults``: where it holds, and the permalink that it gives."""

    path: str
    type: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Permalinks:
    """The settings that addresses depend on. ``collections``: name → whether it has pages, and its pattern."""

    style: str = "date"
    collections: dict[str, tuple[bool, str]] = field(default_factory=dict)
    defaults: tuple[Default, ...] = ()

    def address(self, doc: Doc) -> str:
        """The address of a document, with “/” in front; empty where it has no page."""
        if doc.collection == "drafts" or doc.flag("published") is False:
            return ""
        if doc.collection == "posts" and not doc.day:
            return ""
        has_pages, pattern = self.collections.get(doc.collection, (doc.collection in {"posts", "pages"}, ""))
        if not has_pages:
            return ""
        wanted = doc.text("permalink") or self.default(doc)
        if wanted in _STYLES:
            wanted = _STYLES[wanted]
        wanted = wanted or pattern or self.pattern(doc)
        return _clean(_filled(wanted, doc))

    def default(self, doc: Doc) -> str:
        """The permalink of the narrowest default that holds for a document."""
        found, length = "", -1
        for one in self.defaults:
            holds = not one.path or doc.path.startswith(one.path) or fnmatchcase(doc.path, one.path)
            if holds and one.type in {"", doc.collection} and len(one.path) + len(one.type) > length:
                found, length = one.permalink, len(one.path) + len(one.type)
        return found

    def pattern(self, doc: Doc) -> str:
        """The pattern of the site for a document that asks for nothing."""
        if doc.collection == "posts":
            return _STYLES.get(self.style, self.style)
        is_pretty = self.style == "pretty" or self.style.endswith("/")
        is_file = self.style in _STYLES or self.style.endswith(":output_ext")
        ending = "/" if is_pretty else ":output_ext" if is_file else ""
        if doc.collection == "pages":
            is_index = PurePosixPath(doc.path).stem == "index"
            return "/:path/" if is_index else f"/:path/:basename{ending}"
        return f"/:collection/:path{ending}"


def permalinks(config: Node) -> Permalinks:
    """What the settings say of addresses."""
    style = _text(config, "permalink") or "date"
    collections: dict[str, tuple[bool, str]] = {}
    node = config.get("collections")
    if node is not None and isinstance(node.value, dict):
        for name, inner in node.value.items():
            output = _text(inner, "output").lower() in {"true", "yes"} or name == "posts"
            collections[name] = (output, _text(inner, "permalink"))
    elif node is not None and isinstance(node.value, tuple):
        collections = {item.raw: (False, "") for item in node.value if item.raw}
    defaults = []
    given = config.get("defaults")
    for item in given.value if given is not None and isinstance(given.value, tuple) else ():
        scope, values = item.get("scope"), item.get("values")
        permalink = _text(values, "permalink") if values is not None else ""
        if scope is not None and permalink:
            defaults.append(Default(_text(scope, "path").lstrip("/"), _text(scope, "type"), permalink))
    return Permalinks(style, collections, tuple(defaults))


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return (
        ""
        if found is None or isinstance(found.value, (dict, tuple)) or found.value is None
        else found.raw.strip()
    )


def _filled(pattern: str, doc: Doc) -> str:
    """The pattern with the document's values; words that mean nothing stay."""
    values = _values(doc)

    def value(match: re.Match[str]) -> str:
        # The longest known word counts, as in “:year_archive”.
        word = match[1]
        while word and word not in values:
            word = word[:-1]
        return values[word] + match[1][len(word) :] if word else match[0]

    return _WORD.sub(value, pattern)


def _values(doc: Doc) -> dict[str, str]:
    parts = PurePosixPath(doc.path)
    ending = (
        parts.suffix if doc.collection == "pages" and not doc.path.endswith((".md", ".markdown")) else ".html"
    )
    ending = (
        ".html" if ending.lower() in {".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".liquid"} else ending
    )
    folder = str(parts.parent)
    inner = ("" if folder == "." else folder) if doc.collection == "pages" else _inside(doc)
    values = {
        "title": slugify(doc.slug, pretty=True, cased=True),
        "slug": slugify(doc.slug),
        "name": slugify(parts.stem),
        "basename": parts.stem,
        "path": inner,
        "collection": doc.collection,
        "output_ext": ending,
        "categories": "/".join(slugify(name) for name in categories(doc)),
    }
    if doc.day:
        day = date.fromisoformat(doc.day)
        year, week, weekday = day.isocalendar()
        values |= {
            "year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}", "i_month": str(day.month),
            "i_day": str(day.day), "short_year": f"{day.year % 100:02}", "y_day": f"{day.timetuple().tm_yday:03}",
            "week": f"{week:02}", "w_year": str(year), "w_day": str(weekday),
        }  # fmt: skip
    return values


def _inside(doc: Doc) -> str:
    """The path of a document within the folder of its collection, without the ending."""
    parts = PurePosixPath(doc.path).with_suffix("").parts
    at = next((at for at, part in enumerate(parts) if part == f"_{doc.collection}"), -1)
    return "/".join(parts[at + 1 :])


def categories(doc: Doc) -> list[str]:
    """The categories of a post: the folders above ``_posts``, then those of its front matter; each once."""
    parts = PurePosixPath(doc.path).parts[:-1]
    above = list(parts[: parts.index("_posts")]) if doc.collection == "posts" and "_posts" in parts else []
    return list(dict.fromkeys([*(name.lower() for name in above), *listed(doc, "categories", "category")]))


def listed(doc: Doc, plural: str, singular: str) -> list[str]:
    """Tags or categories: a list, or words with blanks between; the singular is one of them."""
    node = doc.get(plural)
    found: list[str] = []
    one = doc.text(singular)
    if one:
        found.append(one)
    if node is not None and isinstance(node.value, tuple):
        found += [" ".join(item.raw.split()) for item in node.value if item.raw.strip()]
    elif node is not None and not isinstance(node.value, dict):
        found += node.raw.split()
    return list(dict.fromkeys(found))


def _clean(url: str) -> str:
    """Jekyll's ``URL#sanitize_url``."""
    return "/" + re.sub(r"/{2,}", "/", re.sub(r"\.\.", "/", url) if "../" in url else url).lstrip(
        "/"
    ).replace("/./", "/")
