# ruff: noqa: SIM905  (tables of words read better as text)
"""Publications: folders with ``cite.bib`` and ``index.md``, or single files with front matter alone, as entries of a
.bib file.

The entry of ``cite.bib`` stays as it is written; what it lacks comes from the front matter. Without one the entry is
made of the front matter.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import read, safe_key
from acadsite.bibtex.names import parse as parse_names
from acadsite.importers.hugo_blox.documents import words_of
from acadsite.importers.hugo_blox.settings import items_of, pairs_of, pick, text_of
from acadsite.importers.hugo_blox.world import PICTURES
from acadsite.importers.rendercv.bibliography import latex_markdown, latex_text
from acadsite.links import unsafe_reason
from acadsite.problems import Span, quote
from acadsite.records import segment, slug

if TYPE_CHECKING:
    from acadsite.bibtex import Entry
    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World
    from acadsite.sources import Node

SECTIONS: Final = frozenset({"publication", "publications", "paper", "papers"})
#: Types of publications by number, as in older versions, and by their names in CSL.
_TYPES: Final = {
    "0": "misc", "1": "inproceedings", "2": "article", "3": "unpublished", "4": "techreport", "5": "book",
    "6": "incollection", "7": "phdthesis", "8": "patent",
    "article-journal": "article", "paper-conference": "inproceedings", "article": "unpublished",
    "manuscript": "unpublished", "preprint": "unpublished", "report": "techreport", "book": "book",
    "chapter": "incollection", "thesis": "phdthesis", "patent": "patent", "webpage": "online", "software": "software",
    "dataset": "dataset", "article-magazine": "article", "article-newspaper": "article", "post-weblog": "online",
    "speech": "misc", "document": "misc", "other": "misc",
}  # fmt: skip
#: The field that has what “publication” says, by type.
_VENUES: Final = {
    "article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "phdthesis": "school",
    "techreport": "institution",
}  # fmt: skip
#: Links of the front matter, and their fields.
_LINKS: Final = {
    "url_pdf": "pdf", "url_preprint": "preprint", "url_code": "code", "url_dataset": "data", "url_poster": "poster",
    "url_project": "project", "url_slides": "slides", "url_source": "sourceurl", "url_video": "video",
}  # fmt: skip
#: Sorts of links of today's versions.
_SORTS: Final = {
    "pdf": "pdf", "preprint": "preprint", "code": "code", "dataset": "data", "slides": "slides", "video": "video",
    "poster": "poster", "project": "project", "site": "website", "source": "sourceurl", "demo": "demo",
}  # fmt: skip
_IDS: Final = {"doi": "doi", "arxiv": "arxiv", "isbn": "isbn", "hal": "halurl", "zenodo": "zenodourl"}
_KNOWN: Final = frozenset(
    """title subtitle authors author_notes author date doi publishdate expirydate lastmod publication_types
    publication publication_short abstract abstract_short summary tags keywords categories featured selected links
    slides projects image draft aliases url slug hugoblox header type types publication_type""".split()
) | frozenset(_LINKS)
_MARKS: Final = "*†‡§¶"
#: What stands in lists of authors and is nobody.
ET_AL: Final = re.compile(r"et\.? al\.?|others|and others|…|\.\.\.", re.IGNORECASE)


def is_work(text: Text) -> bool:
    """Whether a content file is a publication."""
    return text.section in SECTIONS and not text.is_list and len(text.key[0]) > 1


class Works:
    """Makes the entries. ``blocks`` are their texts in the order of the source, ``labels`` those of unusual links;
    ``bodies`` are the texts of those that have one, by key."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.blocks: list[str] = []
        self.labels: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.taken: set[str] = set()
        self.entries: dict[str, Entry | None] = {}
        self.others: dict[str, str] = {}

    def name(self, texts: list[Text]) -> None:
        """Gives each publication its key, and so its new address."""
        for text in texts:
            entry = self._entry(text)
            last = safe_key(self.world.new_url(text).strip("/").rpartition("/")[2].removesuffix(".html"))
            stem = safe_key(entry.key) if entry is not None else last
            if stem != last and segment(stem).casefold() == segment(last).casefold():
                self.others[text.path] = stem  # an address that differs in capitals alone cannot lead here
                stem = last
            key, number = stem, 2
            while key.casefold() in self.taken:
                key, number = f"{stem}-{number}", number + 1
            if key != stem:
                message = f"Another publication has the key {quote(stem)}, too; this one is {quote(key)} now."
                self.world.warn("import-same-key", message, Span(text.path, 1, 1))
            self.taken.add(key.casefold())
            self.keys[text.path] = key
            self.entries[text.path] = entry
            pattern = self.world.urls.get("publication", "publications/{id}/")
            new = "/" + pattern.replace("{id}", segment(key))
            self.world.moved[text.url] = self.world.moved[self.world.new_url(text)] = new
            self.world.works[new] = self.world.works[text.url] = key

    def _entry(self, text: Text) -> Entry | None:
        """The entry of ``cite.bib``; None without one."""
        if text.stem != "index":
            return None
        paths = [path for path in text.resources if path.endswith(".bib")]
        paths.sort(key=lambda path: not path.endswith("/cite.bib"))
        for path in paths:
            raw = self.world.source.text(path)
            if raw is None:
                continue
            library = read([(path, raw)])
            # An entry that is broken was mended or is none: its faults are told when the new site is built, too.
            self.world.problems += [one for one in library.problems if one.level == "error"]
            if library.entries:
                if len(library.entries) > 1:
                    message = f"{len(library.entries)} entries; the first is taken."
                    self.world.warn("import-same-key", message, library.entries[1].where)
                return library.entries[0]
            self.world.warn("import-kind", "There is no entry in this file.", Span(path, 1, 1))
        return None

    def add(self, text: Text) -> None:
        """The entry of a publication."""
        world, entry, key = self.world, self.entries[text.path], self.keys[text.path]
        there = dict(entry.fields) if entry is not None else {}
        kind = self._kind(text)
        made = self._fields(text, there, kind)
        if text.path in self.others:
            made["ids"] = self.others[text.path]
        if entry is not None:
            marks, legend = self._notes(text)
            if any(marks) and "author" in there and (marked := _marked(there["author"], marks)):
                there["author"] = marked
                made.setdefault("annotation", legend)
            fields = {**there, **{name: value for name, value in made.items() if name not in there}}
            self.blocks.append(_written(entry.type, key, fields))
        else:
            self.blocks.append(_written(kind, key, made))
        world.count("publications")

    def _kind(self, text: Text) -> str:
        node = next(iter(items_of(text.get("publication_types"))), None)
        word = text_of(node) or text.word("publication_type")
        kind = _TYPES.get(word.casefold())
        if kind is None and word and node is not None:
            self.world.warn(
                "import-kind", f"The type {quote(word)} of a publication is not known.", node.span
            )
        if word:
            entry = self.entries[text.path]
            self.world.types[word] = entry.type if entry is not None else kind or "misc"
        return kind or "misc"

    def _fields(self, text: Text, there: dict[str, str], kind: str) -> dict[str, str]:
        """What the front matter has, as fields of LaTeX."""
        world = self.world
        marks, legend = self._notes(text)
        authors = [
            _author(world.person(name)[0], mark)
            for name, mark in zip(text.words("authors"), marks, strict=False)
        ]
        venue = _venue(text.word("publication"))
        short = _venue(text.word("publication_short"))
        day = text.day
        found: dict[str, Any] = {
            "title": latex_markdown(
                world.inline(text, "title") or ("title" not in there and words_of(text.name)) or ""
            ),
            "subtitle": latex_markdown(world.inline(text, "subtitle")),
            "author": " and ".join(authors),
            "annotation": legend if authors and any(marks) and "author" not in there else "",
            "abstract": self._long(text, "abstract"),
            "_summary": world.inline(text, "summary").replace("{", "").replace("}", ""),
            "doi": _plain(text.word("doi") or text.word("hugoblox", "ids", "doi")),
            "abbr": latex_markdown(short) if len(short) <= 40 else "",
            "keywords": ", ".join(latex_text(word.replace(",", " ")) for word in self._words(text)),
            "selected": "true" if text.flag("featured") or text.flag("selected") else "",
            "hidden": "true" if text.is_draft else "",
        }
        if not there.keys() & {"date", "year"} and day is not None:
            found["date"] = day.isoformat() if (day.month, day.day) != (1, 1) else str(day.year)
        elif day is None and text.word("date") and not there.keys() & {"date", "year"}:
            year = re.search(r"(1[5-9]|20)\d\d", text.word("date"))
            found["date"] = year[0] if year else ""
            message = f"{quote(text.word('date'))} is no date."
            world.warn("import-date", message, text.front.keys.get("date"))
        if venue and not there.keys() & {
            "journal",
            "journaltitle",
            "booktitle",
            "school",
            "institution",
            "howpublished",
        }:
            found[_VENUES.get(kind, "howpublished")] = latex_markdown(venue)
        found |= self._links(text)
        preview = self._preview(text)
        if preview:
            found["preview"] = preview
        for key, value in world.left(text, _KNOWN).items():
            plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            found[f"_{slug(key.lstrip('# ')).replace('-', '_')}"] = latex_text(" ".join(plain.split()))
        for name in ("expirydate",):
            if text.word(name):
                world.warn("import-date", "It does not end by itself here.", text.front.keys.get(name))
        if "title" in there:
            found.pop("subtitle")
        return {name: value for name, value in found.items() if value}

    def _long(self, text: Text, key: str) -> str:
        """Paragraphs as LaTeX."""
        made = self.world.convert(text.get(key), text)
        parts = [latex_markdown(" ".join(part.split())) for part in re.split(r"\n[ \t]*\n", made)]
        return "\n\n".join(filter(None, parts))

    def _words(self, text: Text) -> list[str]:
        words = [word for key in ("tags", "keywords", "categories") for word in text.words(key)]
        return list(dict.fromkeys(words))

    def _notes(self, text: Text) -> tuple[list[str], str]:
        """A mark for each author, and what the marks mean."""
        count = max(len(text.words("authors")), 1)
        notes = [text_of(item) for item in items_of(text.get("author_notes"))][:100]
        signs: dict[str, str] = {}
        for note in notes:
            if note and note not in signs and len(signs) < len(_MARKS):
                signs[note] = _MARKS[len(signs)]
        marks = [signs.get(note, "") for note in notes]
        legend = ", ".join(f"{sign} {latex_text(note.replace(',', ' '))}" for note, sign in signs.items())
        return marks + [""] * (max(count, len(marks)) - len(marks)), legend

    def _links(self, text: Text) -> dict[str, str]:
        """Buttons."""
        found: dict[str, str] = {}
        for key, name in _LINKS.items():
            self._link(found, name, text.word(key), text, text.get(key))
        for node in items_of(text.get("links")):
            url, sort = text_of(pick(node, "url")), text_of(pick(node, "type")).casefold()
            label = text_of(pick(node, "name")) or text_of(pick(node, "label"))
            identifier = text_of(pick(node, "id"))
            if sort == "doi" or (
                sort in {"preprint"} and text_of(pick(node, "provider")) == "arxiv" and identifier
            ):
                found.setdefault("doi" if sort == "doi" else "arxiv", _plain(identifier or url))
                continue
            name = _SORTS.get(sort) or _SORTS.get(label.casefold(), "")
            if not name and (url or sort):
                word = slug(label or sort or "link").replace("-", "")
                name = f"{re.sub(r'[^a-z0-9]', '', word) or 'link'}url"
                self.labels.setdefault(name, label or sort.capitalize() or "Link")
            self._link(found, name, url, text, node)
        for key, node in pairs_of(text.get("hugoblox", "ids")).items():
            if key in _IDS and key != "doi":
                value = _plain(text_of(node))
                url = {"hal": "https://hal.science/", "zenodo": "https://zenodo.org/records/"}.get(key, "")
                found.setdefault(_IDS[key], url + value)
        slides = text.word("slides")
        if slides and "slides" not in found:
            target = self.world.by_url.get(f"/slides/{self.world.name(slides)}/")
            if target is not None:
                found["slides"] = self.world.new_url(target)
        for number, project in enumerate(text.words("projects")):
            target = next(
                (
                    one
                    for one in self.world.texts
                    if one.section in {"project", "projects"} and one.name == project
                ),
                None,
            )
            name = "project" if not number else f"project{number + 1}url"
            if target is not None and name not in found:
                found[name] = self.world.new_url(target)
                if number:
                    self.labels[name] = "Project"
        if "pdf" not in found and text.stem == "index":
            own = f"{text.folder}/{text.name}.pdf"
            if own in text.resources:
                found["pdf"] = self.world.resource_url(own, text)
        return found

    def _link(self, found: dict[str, str], name: str, url: str, text: Text, node: Node | None) -> None:
        if not url or url == "#" or name in found:
            return
        address = self.world.link(url, text)
        is_file = address.startswith("/") and not address.endswith("/")
        if unsafe_reason(address) or "\n" in address or (is_file and not self._is_there(address)):
            where = node.span if node is not None else None
            self.world.warn("import-file", f"The link {quote(url)} leads to nothing; it is left out.", where)
            return
        found[name] = address.replace("{", "%7B").replace("}", "%7D")

    def _is_there(self, address: str) -> bool:
        if self.world.file_at(address) is not None:
            return True
        folder, _, name = address.rpartition("/")
        owner = self.world.by_url.get(folder + "/")
        return owner is not None and any(path.endswith(f"/{name}") for path in owner.resources)

    def _preview(self, text: Text) -> str:
        """The picture of a publication: ``featured.*`` of its folder, or one that the front matter names."""
        from pathlib import PurePosixPath

        for path in text.resources:
            pure = PurePosixPath(path)
            if (
                "featured" in pure.stem.casefold()
                and pure.suffix.lower() in PICTURES
                and str(pure.parent) == text.folder
            ):
                return self.world.resource_url(path, text).lstrip("/")
        named = text.word("header", "image") or text.word("image", "filename")
        if named:
            address = self.world.picture(named, text)
            if address.startswith("/") and self.world.file_at(address) is not None:
                return address.lstrip("/")
        return ""


def _plain(text: str) -> str:
    """A verbatim field: blanks and braces would end it."""
    return re.sub(r"[\s{}]+", "", text)


def _venue(text: str) -> str:
    """“In *Proceedings of X*, pp. 3.” as the venue."""
    text = re.sub(r"\A\s*[Ii]n:?\s+(?=[*_\"“A-Z])", "", " ".join(text.split()))
    found = re.fullmatch(r"([*_]{1,2})([^*_]+)\1[.,]?", text)
    return found[2] if found else text


def _author(name: str, mark: str) -> str:
    """A name as it may stand between two “and”, with its mark."""
    own = re.search(r"[*†‡§¶]+\Z", name)
    signs = own[0] if own else mark
    text = latex_text(" ".join(name.rstrip("*†‡§¶ ").split()))
    if ET_AL.fullmatch(" ".join(name.split())):
        return "others"
    if re.search(r"\band\b", text) or text.count(",") > 2:
        return f"{{{text}}}"
    family, comma, given = text.partition(",")
    return f"{family}{signs}{comma}{given}" if comma else text + signs


def _marked(raw: str, marks: list[str]) -> str:
    """The authors of an entry with marks behind their family names; empty where that is not clear."""
    pieces = re.split(r"\s+and\s+", raw.strip())
    names = parse_names(raw).names
    if (
        len(pieces) != len(names)
        or any(name.marks for name in names)
        or any("{" in piece and " and " in piece for piece in pieces)
    ):
        return ""
    made = []
    for piece, mark in zip(pieces, [*marks, *[""] * len(pieces)], strict=False):
        family, comma, given = piece.partition(",")
        made.append(f"{family}{mark}{comma}{given}" if comma else piece + mark)
    return " and ".join(made)


def _written(kind: str, key: str, fields: dict[str, str]) -> str:
    """An entry as text, a field a line; braces pair."""
    width = max(map(len, fields), default=0)
    lines = [f"  {name.ljust(width)} = {{{_balanced(value)}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}\n"])


def _balanced(value: str) -> str:
    depth = 0
    for at, char in enumerate(value):
        if char in "{}" and not (at and value[at - 1] == "\\"):
            depth += 1 if char == "{" else -1
        if depth < 0:
            break
    return value if depth == 0 else value.replace("{", "").replace("}", "")
