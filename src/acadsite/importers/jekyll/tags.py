"""What the known tags, includes and filters of Liquid become in Markdown: plain functions of their arguments."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from acadsite.importers.jekyll.addresses import slugify
from acadsite.links import is_external, unsafe_reason

if TYPE_CHECKING:
    from collections.abc import Callable

#: Tags and includes that say how a theme shows something which our pages show by themselves.
_SILENT: Final = frozenset({"toc", "base_path", "bib_search"})
_HOSTS: Final = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_ARGUMENT: Final = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
_QUOTED: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*\Z""")


def _cite(rest: str) -> str | None:
    """Citations of jekyll-scholar."""
    keys = [word for word in re.split(r"[\s,]+", re.sub(r"\s-.*", "", f" {rest}")) if word]
    if not keys or any(not re.fullmatch(r"[\w:.+/-]+", key) for key in keys):
        return None
    pages = re.search(r"(?:-l|--locator)\s+(\S+)", rest)
    first = f"@{keys[0]}, p. {pages[1]}" if pages else f"@{keys[0]}"
    return f"[{'; '.join([first, *(f'@{key}' for key in keys[1:])])}]"


def _details(rest: str) -> str:
    return f"<details><summary>{html.escape(rest)}</summary>\n"


def _tab(rest: str) -> str:
    """A tab as a part with its name above it."""
    parts = rest.split(None, 1)
    return f"\n**{parts[-1]}**\n" if parts else ""


def _gist(rest: str) -> str | None:
    name = rest.split(None, 1)[0] if rest else ""
    return f"<https://gist.github.com/{name}>" if re.fullmatch(r"[\w./-]+", name) else None


def _twitter(rest: str) -> str | None:
    url = rest.split(None, 1)[0] if rest else ""
    return f"<{url}>" if url.startswith("https://") and not unsafe_reason(url) else None


def _nothing(_: str) -> str:
    return ""


#: Tags that need to know nothing but what stands in them. None: the tag stays.
PLAIN: Final[dict[str, Callable[[str], str | None]]] = {
    "cite": _cite,
    "cite_details": _cite,
    "reference": _cite,
    "details": _details,
    "enddetails": lambda _: "\n</details>\n",
    "tab": _tab,
    "endtab": _nothing,
    "tabs": _nothing,
    "endtabs": _nothing,
    "toc": _nothing,
    "base_path": _nothing,
    "gist": _gist,
    "twitter": _twitter,
}


def arguments(rest: str) -> tuple[str, dict[str, str]]:
    """The name of an include and its arguments; ``source`` is the path or address that one of them gives."""
    parts = rest.split(None, 1)
    given = parts[1] if len(parts) > 1 else ""
    values = {key: next((one for one in (a, b, c) if one), "") for key, a, b, c in _ARGUMENT.findall(given)}
    source = values.get("path") or values.get("image_path") or values.get("src") or ""
    return (parts[0].rsplit("/", 1)[-1] if parts else ""), values | {"source": rooted(source)}


def included(name: str, values: dict[str, str]) -> str | None:
    """What an include becomes, but for figures; None where it is not known."""
    stem, source = name.rsplit(".", 1)[0], values.get("source", "")
    if stem in _SILENT:
        return ""
    if stem == "video" and values.get("provider") in _HOSTS and re.fullmatch(r"[\w-]+", values.get("id", "")):
        return f"<{_HOSTS[values['provider']]}{values['id']}>"
    if stem not in {"video", "audio"} or not source:
        return None
    if is_external(source):
        return None if unsafe_reason(source) or re.search(r"[\s<>]", source) else f"<{source}>"
    return f'<{stem} controls src="{html.escape(source)}"></{stem}>'


def split(text: str, sign: str) -> list[str]:
    """The parts of ``text`` between signs that stand in no quotation marks."""
    parts, mark, start = [], "", 0
    for at, char in enumerate(text):
        if mark:
            mark = "" if char == mark else mark
        elif char in "\"'":
            mark = char
        elif char == sign:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def filtered(value: str | None, name: str) -> str | None:
    """A value through one filter; None for filters that are not known."""
    word, _, given = (part.strip() for part in name.partition(":"))
    literal = _QUOTED.match(given) if given else None
    text = (literal[1] if literal[1] is not None else literal[2]) if literal else ""
    if value is None:
        return text if word == "default" and literal else None
    if word in {"relative_url", "absolute_url"}:
        return rooted(value)
    if word in {
        "escape",
        "strip",
        "strip_html",
        "markdownify",
        "default",
        "to_string",
        "xml_escape",
        "strip_newlines",
    }:
        return value.strip() if word == "strip" else value
    if word in {"prepend", "append"}:
        if given in {"site.baseurl", "site.url", "base_path"}:
            return value
        if literal:
            return text + value if word == "prepend" else value + text
    if word in {"downcase", "upcase", "capitalize", "slugify"}:
        ways = {"downcase": value.lower(), "upcase": value.upper(), "capitalize": value.capitalize()}
        return ways.get(word, slugify(value))
    return None


def rooted(path: str) -> str:
    """A path within the site, from its root; one elsewhere, and an anchor, as it is."""
    return (
        path
        if not path or is_external(path) or path.startswith(("/", "#"))
        else f"/{path.removeprefix('./')}"
    )


def plain_words(text: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>|[*_`]", "", text).split())
