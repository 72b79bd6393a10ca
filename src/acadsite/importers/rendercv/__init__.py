"""Importer for the YAML files of RenderCV (https://docs.rendercv.com), version 2 and, where it differs, version 1.

In: one file. Out: a site with ``site.yaml``, a home page, ``cv.yaml`` and, where there are publications, a .bib file.
Texts are Markdown there as here. What is not taken is a problem or a note that names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.importers.cv_site import copy_picture, person_name, read_source, unique, write_site
from acadsite.importers.folder import Folder, Result
from acadsite.importers.rendercv.bibliography import entry_text
from acadsite.importers.rendercv.entries import (
    Item,
    address,
    compact,
    day,
    kind_of,
    read_entry,
    read_publication,
)
from acadsite.importers.rendercv.texts import Texts
from acadsite.kinds.profiles import PROFILES, profile
from acadsite.problems import Report, did_you_mean, error, quote, warning
from acadsite.records import slug
from acadsite.schema import parse_date
from acadsite.sources import Node, decode, parse_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.problems import Problem

#: Networks that have no entry in ``PROFILES``: where the user name leads.
_NETWORKS: Final = {
    "IMDB": "https://imdb.com/name/{}",
    "Instagram": "https://instagram.com/{}",
    "StackOverflow": "https://stackoverflow.com/users/{}",
    "Telegram": "https://t.me/{}",
    "WhatsApp": "https://wa.me/{}",
    "Leetcode": "https://leetcode.com/u/{}",
    "Reddit": "https://www.reddit.com/user/{}",
}
_LANGUAGES: Final = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "danish": "da", "swedish": "sv", "norwegian_bokmål": "nb", "norwegian_nynorsk": "nn",
    "polish": "pl", "turkish": "tr", "russian": "ru", "arabic": "ar", "hebrew": "he", "persian": "fa", "hindi": "hi",
    "japanese": "ja", "korean": "ko", "mandarin_chinese": "zh", "mandarin_chineese": "zh", "indonesian": "id",
    "indonesia": "id",
}  # fmt: skip
#: Themes of RenderCV that have their dates at the left or look modern; all the others are near to our classic one.
_MODERN: Final = frozenset({"moderncv"})
_PERSON: Final = (
    "name", "headline", "label", "location", "email", "phone", "website", "photo", "social_networks",
    "custom_connections", "sections",
)  # fmt: skip
_TOP: Final = ("cv", "design", "locale", "locale_catalog", "settings", "rendercv_settings")
#: Words that stay small in a heading made of a key, as in RenderCV.
_SMALL: Final = frozenset(
    "a and as at but by for from if in into like near nor of off on onto or over so than that to upon when with yet".split()  # noqa: SIM905, E501
)
_RGB: Final = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)\Z")
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}\Z")
_ORDINALS: Final = ("", "second", "third", "fourth", "another")
#: A section may have one of these numbers.
_NUMBERING: Final = {"number": "ascending", "reversed": "descending"}


def import_rendercv(source: Path, to: Path) -> Result:
    """Make an acadsite folder ``to`` out of the file ``source``. Existing files are never overwritten; faults of the
    content are problems, and nothing is raised for them."""
    work = _Import(source, Folder(to))
    root = work.read()
    if root is not None:
        work.run(root)
    report = Report()
    report.extend((*work.problems, *work.texts.problems, *work.folder.problems))
    return Result("RenderCV", tuple(work.folder.written), work.counts, tuple(work.notes), report.problems)


@dataclass(slots=True)
class _Import:
    """One run: what is read, what was met, and where it goes."""

    source: Path
    folder: Folder
    problems: list[Problem] = field(default_factory=list)
    texts: Texts = field(default_factory=Texts)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    contact: Item = field(default_factory=dict)
    works: dict[str, str] = field(default_factory=dict)

    def read(self) -> Node | None:
        """The document; None with a problem where there is none."""
        raw = read_source(self.source, self.problems)
        if raw is None:
            return None
        text, problems = decode(raw, self.source.name)
        self.problems += problems
        node, problems = parse_yaml(text, self.source.name)
        self.problems += problems
        cv = node.get("cv") if node is not None else None
        if node is not None and (cv is None or not isinstance(cv.value, dict)):
            hint = "Is it the YAML file of a RenderCV CV?"
            place = cv.span if cv is not None else node.span
            self.problems.append(
                error("import-kind", "There is no key “cv” with keys below it.", place, hint)
            )
            return None
        return node

    def run(self, root: Node) -> None:
        """All files."""
        cv = root.get("cv")
        assert cv is not None  # noqa: S101 - read() looked
        self.unknown(root, _TOP, "")
        self.unknown(cv, _PERSON, "cv")
        name = self.plain(cv, "name")
        if not name:
            self.problems.append(
                error(
                    "import-name",
                    "The name is missing: cv, name.",
                    cv.span,
                    "Complete “author” in site.yaml.",
                )
            )
        portrait = self.portrait(cv)
        author = self.author(cv, name, portrait)
        sections = self.sections(cv.get("sections"))
        language = self.language(root)
        settings = compact({"title": name, "language": language, "author": author})
        found = {**self.look(root), "updated": self.updated(root), "contact": self.contact_map(author)}
        if self.works:
            self.counts["publications"] = len(self.works)
            self.folder.write("content/publications/publications.bib", "\n".join(self.works.values()))
        comment = "Settings of the site, imported from RenderCV. Every key has a default and may go."
        write_site(self.folder, settings, compact({**found, "sections": sections}), comment, portrait)

    def unknown(self, node: Node, known: tuple[str, ...], name: str) -> None:
        """Warnings for keys that RenderCV does not have."""
        place = f" of {quote(name)}" if name else ""
        for key, inner in (node.value if isinstance(node.value, dict) else {}).items():
            if key not in known and inner.value is not None:
                message = f"The key {quote(key)}{place} is not known; it is left out."
                where = node.keys.get(key) or inner.span
                self.problems.append(warning("import-key", message, where, did_you_mean(key, known)))

    # --- the person ---

    def plain(self, node: Node, key: str) -> str:
        found = node.get(key)
        return "" if found is None else self.texts.plain(found)

    def several(self, node: Node, key: str) -> list[Node]:
        """A value, or the values of a list."""
        found = node.get(key)
        if found is None or found.value is None:
            return []
        items = found.value if isinstance(found.value, tuple) else (found,)
        return [item for item in items if item.value is not None]

    def author(self, cv: Node, name: str, portrait: str) -> Item:
        """``author`` of ``site.yaml``; fills ``contact`` with what has no place there."""
        emails = [self.texts.plain(one) for one in self.several(cv, "email")]
        phones = [self.texts.plain(one).removeprefix("tel:") for one in self.several(cv, "phone")]
        sites = [
            url
            for one in self.several(cv, "website")
            if (url := address(self.texts.plain(one), one, self.texts))
        ]
        role = cv.get("headline") or cv.get("label")
        self.contact |= _numbered("phone", phones, 0) | _numbered("e-mail", emails, 1)
        profiles = {url.partition("://")[2].rstrip("/"): url for url in sites[1:]}
        profiles |= self.networks(cv) | self.connections(cv)
        return compact(
            {
                "name": person_name(name) if name else None,
                "role": self.texts.markdown(role) if role is not None else "",
                "url": sites[0] if sites else "",
                "email": emails[0] if emails else "",
                "location": self.plain(cv, "location"),
                "photo": portrait,
                "profiles": profiles,
            }
        )

    def networks(self, cv: Node) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in self.several(cv, "social_networks"):
            network, user = self.plain(item, "network"), self.plain(item, "username")
            self.unknown(item, ("network", "username"), "social_networks")
            if not network or not user:
                self.texts.warn(
                    "import-kind", "An account needs “network” and “username”; it is left out.", item.span
                )
                continue
            key, value = _account(network, user)
            found[unique(key, found)] = value
        return found

    def connections(self, cv: Node) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in self.several(cv, "custom_connections"):
            words, icon = self.plain(item, "placeholder"), self.plain(item, "fontawesome_icon")
            self.unknown(item, ("placeholder", "url", "fontawesome_icon"), "custom_connections")
            link = item.get("url")
            url = address(self.texts.plain(link), link, self.texts) if link is not None else ""
            if url:
                found[unique(words or url.partition("://")[2], found)] = url
            elif words:
                self.contact[unique(icon or "Contact", self.contact)] = words
            if icon:
                self.notes.append(f"The icon {quote(icon)} of {quote(words or url)} is not taken.")
        return found

    def contact_map(self, author: Item) -> Item:
        """``contact`` of ``cv.yaml``, where more is known than the owner's record holds."""
        if not self.contact:
            return {}
        if "phone" in self.contact:
            self.notes.append(
                "The CV shows the phone: take it out of “contact” in content/cv.yaml if the web shall not know."
            )
        first = {"email": author.get("email"), "phone": self.contact.get("phone")}
        more = {"location": author.get("location"), "url": author.get("url"), **self.contact}
        return compact({**first, **more, **author.get("profiles", {})})

    def portrait(self, cv: Node) -> str:
        node = cv.get("photo")
        if node is None or node.value is None:
            return ""
        path = self.texts.plain(node)
        found = copy_picture(path, self.source.parent, self.folder, node.span, self.problems)
        if not found:
            self.notes.append(f"The photo is not taken: copy {quote(path[:80])} to content/static/.")
        return found

    # --- sections ---

    def sections(self, node: Node | None) -> list[Item]:
        """The sections of ``cv.yaml``."""
        if node is None or node.value is None:
            return []
        if not isinstance(node.value, dict):
            self.problems.append(error("import-kind", "“sections” must be “title: list” lines.", node.span))
            return []
        found: list[Item] = []
        with_works = [key for key, inner in node.value.items() if self.has_works(inner)]
        for key, inner in node.value.items():
            name = unique(slug(key) or "section", [section["id"] for section in found])
            section = self.section(key, name, inner, is_only=len(with_works) == 1)
            if section:
                found.append(section)
        return found

    def has_works(self, node: Node) -> bool:
        items = node.value if isinstance(node.value, tuple) else ()
        return any(kind_of(item) == "publication" for item in items)

    def section(self, key: str, name: str, node: Node, *, is_only: bool) -> Item:
        """One section; empty where there is nothing in it."""
        if node.value is None:
            return {}
        if isinstance(node.value, dict):
            self.texts.warn(
                "import-kind", f"{quote(key)} must be a list of entries; it is left out.", node.span
            )
            return {}
        texts: list[str] = []
        entries: list[Item] = []
        lines: list[str] = []
        numbering = ""
        count = 0
        for item in node.value if isinstance(node.value, tuple) else (node,):
            kind = kind_of(item)
            if kind == "publication":
                count += self.publication(item, "" if is_only else name)
            elif kind == "text":
                texts.append(self.texts.markdown(item))
            elif kind == "bullet":
                read = read_entry(kind, item, self.texts)
                lines += [read["title"]] if read.get("title") else []
            elif kind:
                entries += filter(None, [read_entry(kind, item, self.texts)])
                numbering = _NUMBERING.get(kind, numbering)
            elif item.value is not None:
                message = "The entry is of no kind that is known; it is left out."
                self.problems.append(
                    error("import-kind", message, item.span, "Such as company, institution or name.")
                )
        section: Item = {"id": name, "title": heading(key), "text": "\n\n".join(filter(None, texts))}
        if count:
            section |= {"collection": "publications"} | ({} if is_only else {"where": {"keywords": name}})
            if entries or lines:
                # A section is drawn from a collection or written, not both.
                self.notes.append(f"Of the section {quote(key)} only the publications are shown.")
        section |= {"numbering": numbering, "entries": entries, "groups": [{"items": lines}] if lines else []}
        self.counts[name] = len(entries) + len(lines) + len(texts) + count
        return compact(section) if self.counts[name] else {}

    def publication(self, node: Node, section: str) -> int:
        """Adds one publication; how many that makes."""
        item = read_publication(node, self.texts)
        item.pop("left", None)
        if not item.get("title"):
            self.problems.append(
                error("import-kind", "A publication needs a title; it is left out.", node.span)
            )
            return 0
        key, text = entry_text({**item, "keywords": section}, self.works)
        self.works[key] = text
        return 1

    # --- look and language ---

    def look(self, root: Node) -> Item:
        """Theme, paper and colour."""
        design = root.get("design")
        if design is None or not isinstance(design.value, dict):
            return {}
        theme = self.plain(design, "theme")
        page, colors = design.get("page"), design.get("colors")
        size = self.plain(page, "size") if page is not None else ""
        paper = {"us-letter": "letter", "letterpaper": "letter", "a4": "a4", "a4paper": "a4"}.get(size, "")
        given = (
            next(
                (
                    self.plain(colors, name)
                    for name in ("section_titles", "links", "name")
                    if colors.get(name)
                ),
                "",
            )
            if colors is not None
            else self.plain(design, "color")
        )
        accent = _colour(given)
        taken = {"theme", "color"} | ({"page"} if paper else set()) | ({"colors"} if accent else set())
        left = [key for key in design.value if key not in taken]
        if left:
            self.notes.append(
                f"Of “design” only theme, paper and one colour are taken, not {', '.join(left)}."
            )
        return {
            "theme": ("modern" if theme in _MODERN else "classic") if theme else "",
            "paper": paper,
            "accent": accent,
        }

    def language(self, root: Node) -> str:
        """The language of the site."""
        node = root.get("locale") or root.get("locale_catalog")
        if node is None or not isinstance(node.value, dict):
            return "en"
        given = self.plain(node, "language").casefold()
        left = [key for key in node.value if key != "language"]
        if left:
            self.notes.append(f"Of “locale” only the language is taken, not {', '.join(left)}.")
        if given in _LANGUAGES:
            return _LANGUAGES[given]
        if re.fullmatch(r"[a-z]{2,3}", given):
            return given
        if given:
            self.notes.append(f"The language {quote(given)} is not known: complete “language” in site.yaml.")
        return "en"

    def updated(self, root: Node) -> int | str:
        """The day of the last change."""
        node = root.get("settings") or root.get("rendercv_settings")
        if node is None or not isinstance(node.value, dict):
            return ""
        given = self.plain(node, "current_date") or self.plain(node, "date")
        left = [key for key in node.value if key not in {"current_date", "date"}]
        if left:
            self.notes.append(f"Of “settings” only the date is taken, not {', '.join(left)}.")
        return day(given) if given and parse_date(given, ranges=False)[0] else ""


def heading(key: str) -> str:
    """The key of a section as a heading: “work_and_study” → “Work and Study”."""
    if " " in key or any(letter.isupper() for letter in key):
        return key
    return " ".join(word if word in _SMALL else word.capitalize() for word in key.split("_"))


def _account(network: str, user: str) -> tuple[str, str]:
    """Network and user name, or an address where ours does not know the network."""
    key = network.casefold().replace(" ", "_")
    if key in PROFILES and profile(key, user) is not None:
        return key, user
    return network, _NETWORKS.get(network, "{}").format(user)


def _numbered(key: str, values: list[str], skip: int) -> dict[str, str]:
    """Values by key, the second as “second key”; the first ``skip`` of them are left out."""
    named = [(key if not at else f"{_ORDINALS[min(at, 4)]} {key}", value) for at, value in enumerate(values)]
    found: dict[str, str] = {}
    for name, value in named[skip:]:
        found[unique(name, found)] = value
    return found


def _colour(text: str) -> str:
    if _HEX.match(text):
        return text.lower()
    found = _RGB.match(text)
    if found is None:
        return ""
    parts = [int(part) for part in found.groups()]
    return "#" + "".join(f"{part:02x}" for part in parts) if max(parts) < 256 else ""
