"""Whole documents for Typst: books, papers and decks as what a document theme reads from ``sys.inputs.data``.

In: what stands on the title page, and blocks (``typst_blocks``). Out: one JSON value in which every link inside the
PDF leads somewhere and every label is there once, as Typst wants it. ``docs/documents-pdf.md`` describes it for
authors of themes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from acadsite.languages import is_rtl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acadsite.markup.typst import Nodes
    from acadsite.markup.typst_blocks import Blocks

Data = dict[str, Any]

#: Characters for private use, which show something else in each font, and those that turn the direction of text.
_HIDDEN: Final = re.compile("[\ue000-\uf8ff\u202a-\u202e\u2066-\u2069\U000f0000-\U0010ffff]")
#: What a theme says itself, in English.
WORDS: Final = {
    "contents": "Contents",
    "abstract": "Abstract",
    "keywords": "Keywords",
    "page": "Page",
    "of": "of",
    "notes": "Notes",
}
_OVERFLOW: Final = re.compile(r"overflow (\d+) (height|width) (-?\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Author:
    """A name on a title page. ``marks`` stand behind it and before its affiliations (``1``, ``*``)."""

    name: str
    url: str = ""
    email: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meta:
    """What a document says of itself, and how it looks. ``affiliations``: a mark and the text for it, also of notes
    such as equal contribution. ``paper``: of Typst (``a4``, ``us-letter``). ``font``: a family of letters, ``accent``
    a colour as ``#rrggbb``, ``size`` of the text in points: 0 or nothing leaves them to the theme."""

    title: str
    subtitle: Nodes = field(default_factory=list)
    authors: tuple[Author, ...] = ()
    affiliations: tuple[tuple[str, str], ...] = ()
    date: str = ""
    language: str = "en"
    paper: str = "a4"
    font: str = ""
    accent: str = ""
    size: float = 0
    keywords: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a book: a page with its title. ``number``: as it is shown, ``Part I``; empty for none."""

    title: Nodes
    number: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a book. Its blocks were made with ``level`` as that of their setting: 2 in a part, else 1."""

    title: Nodes
    blocks: Blocks
    number: str = ""
    label: str = ""
    level: int = 1
    authors: tuple[str, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: a ``title`` slide shows what the document says of itself, a ``section`` slide its title alone. ``notes``
    is what is said to it.

    ``line`` is that of the source, for what is told of it; ``steps`` how many pages show it one after the other;
    ``look``: classes such as ``center``; ``behind``: files of pictures behind it, or beside it (class ``bg-left``)."""

    kind: Literal["title", "section", "slide"]
    title: Nodes = field(default_factory=list)
    blocks: Blocks = field(default_factory=list)
    notes: Blocks = field(default_factory=list)
    line: int = 1
    label: str = ""
    number: str = ""
    steps: int = 1
    look: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overflow:
    """What does not fit into a slide or a line: its line in the source, in which direction, by how many per cent."""

    line: int
    kind: str
    percent: int


class Made(NamedTuple):
    """Data of a document, and the characters that were taken out of it since they show something else in each font."""

    data: Data
    hidden: str


def book_data(
    meta: Meta, parts: Sequence[Part | Chapter], *, contents: int = 2, about: Blocks | None = None
) -> Made:
    """A book. ``contents``: how many levels of sections of a chapter its contents name; ``about``: what stands at the
    foot of the title page."""
    data = [_part(part) if isinstance(part, Part) else _chapter(part) for part in parts]
    return _finished(meta, 11, {"contents": contents, "about": about or [], "parts": data})


def paper_data(
    meta: Meta,
    blocks: Blocks,
    *,
    abstract: Blocks | None = None,
    columns: int = 1,
    about: Blocks | None = None,
) -> Made:
    """A paper in one or two columns. ``about``: lines at the foot of its first page."""
    more = {
        "abstract": abstract or [],
        "b": blocks,
        "columns": 2 if columns == 2 else 1,
        "about": about or [],
    }
    return _finished(meta, 9.5 if columns == 2 else 10.5, more)


def slides_data(
    meta: Meta,
    slides: Sequence[Slide],
    *,
    wide: bool = True,
    institute: str = "",
    course: str = "",
    footer: str = "",
    logo: str = "",
    steps: bool = False,
    per_page: int = 3,
) -> Made:
    """A deck, for the slides (``wide``: 16:9, else 4:3) or for a handout with ``per_page`` slides on each page. With
    ``steps`` each step of a slide is a page. ``institute``, ``course``, ``footer`` and ``logo`` (a file) stand on
    each slide."""
    shown: list[Data] = []
    level = 1  # of slides: below that of sections, and the first heading of all is of level 1
    for slide in slides:
        shown.append({**_slide(slide), "level": level})
        level = 2 if slide.kind != "slide" else level
    more = {
        "wide": wide, "institute": institute, "course": course, "footer": footer, "logo": logo, "steps": steps,
        "per_page": per_page, "slides": shown,
    }  # fmt: skip
    return _finished(meta, 23, more)


def overflow_in(message: str) -> Overflow | None:
    """What a warning of Typst tells of something that does not fit; None for any other warning."""
    found = _OVERFLOW.search(message)
    return Overflow(int(found[1]), found[2], int(found[3])) if found else None


# --- parts ---


def _part(part: Part) -> Data:
    return _labelled({"k": "part", "c": _title(part.title)}, part.number, part.label)


def _chapter(chapter: Chapter) -> Data:
    data = {
        "k": "chapter",
        "c": _title(chapter.title),
        "level": chapter.level,
        "authors": list(chapter.authors),
        "date": chapter.date,
        "b": chapter.blocks,
    }
    return _labelled(data, chapter.number, chapter.label)


def _slide(slide: Slide) -> Data:
    notes = [node for node in _dicts(slide.blocks) if node.get("k") == "note" and "b" in node]
    data = {
        "k": slide.kind,
        "c": _title(slide.title),
        "b": slide.blocks,
        "said": slide.notes,
        "line": slide.line,
        "steps": max(1, slide.steps),
        "look": list(slide.look),
        "behind": list(slide.behind),
        "pictures": any(node.get("k") == "img" for node in _dicts(slide.blocks)),
    }
    if notes:
        data["footnotes"] = [{"n": node["n"], "b": node["b"]} for node in notes]
    return _labelled(data, slide.number, slide.label)


def _labelled(data: Data, number: str, label: str) -> Data:
    if number:
        data["number"] = number
    if label:
        data["id"] = label
    return data


def _title(nodes: Nodes) -> Nodes:
    """Nodes that are shown more than once: without places and footnotes."""
    out: Nodes = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif node["k"] not in {"note", "anchor"}:
            out.append({**node, "c": _title(node["c"])} if "c" in node else node)
    return out


def _finished(meta: Meta, size: float, more: Data) -> Made:
    data: Data = {
        "title": meta.title,
        "subtitle": _title(meta.subtitle),
        "authors": [
            {"name": one.name, "url": one.url, "email": one.email, "marks": list(one.marks)}
            for one in meta.authors
        ],
        "affiliations": [{"mark": mark, "text": text} for mark, text in meta.affiliations],
        "date": meta.date,
        "language": meta.language,
        "direction": "rtl" if is_rtl(meta.language) else "ltr",
        "paper": meta.paper,
        "font": meta.font,
        "accent": meta.accent,
        "size": meta.size or size,
        "keywords": list(meta.keywords),
        "words": {**WORDS, **meta.words},
        **more,
    }
    hidden: dict[str, None] = {}
    return Made(_Places(data).settled(data, hidden), "".join(hidden))


# --- links and labels ---


def _dicts(value: Any) -> Iterator[Data]:
    """All mappings in a value, in their order."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            yield item
            todo += [one for one in reversed(item.values()) if isinstance(one, (dict, list))]
        elif isinstance(item, list):
            todo += [one for one in reversed(item) if isinstance(one, (dict, list))]


class _Places:
    """The places of a document that links lead to. Typst shows a heading again in the contents and the head of a
    table again on each page: a label in there would be a label of two places, so links lead to the whole."""

    def __init__(self, data: Data) -> None:
        self.wanted = {node["to"] for node in _dicts(data) if "to" in node}
        self.wanted |= {node["id"] for node in _dicts(data) if node.get("k") == "note" and "b" not in node}
        self.aliases: dict[str, str] = {}
        self.kept: set[str] = set()
        self.keepers: set[int] = set()
        for node in _dicts(data):
            if node.get("k") == "h":
                self.stand_for(node, node["c"])
            elif node.get("k") == "table":
                self.stand_for(node, node["rows"][: node["head"]])
        for node in _dicts(data):
            name = node.get("id")
            if name is None or (node.get("k") == "note" and "b" not in node):
                continue
            if name in self.wanted and name not in self.kept and name not in self.aliases:
                self.kept.add(name)
                self.keepers.add(id(node))

    def stand_for(self, node: Data, inner: Any) -> None:
        """``node`` is the place of all that is in a part of it."""
        names = [one["id"] for one in _dicts(inner) if "id" in one and one.get("k") != "note"]
        if not self.wanted.isdisjoint(names):
            own = node.setdefault("id", names[0])
            self.aliases |= {name: own for name in names if name != own}
            self.wanted.add(own)

    def settled(self, value: Any, hidden: dict[str, None]) -> Any:
        """A copy of ``value`` with links that lead to places that are there, and labels only where one does."""
        if isinstance(value, str):
            if _HIDDEN.search(value):
                hidden.update(dict.fromkeys(_HIDDEN.findall(value)))
                return _HIDDEN.sub("", value)
            return value
        if isinstance(value, list):
            out: list[Any] = []
            for item in value:
                out += self.item(item, hidden)
            return out
        if not isinstance(value, dict):
            return value
        return {
            key: self.settled(item, hidden)
            for key, item in value.items()
            if key != "id" or id(value) in self.keepers or value.get("k") == "note"
        }

    def item(self, item: Any, hidden: dict[str, None]) -> Iterable[Any]:
        """What stands for an item of a list."""
        if not isinstance(item, dict):
            return [self.settled(item, hidden)]
        kind = item.get("k")
        if kind == "anchor":
            return [dict(item)] if id(item) in self.keepers else []
        if kind == "a" and "to" in item:
            name = self.aliases.get(item["to"], item["to"])
            inner = self.settled(item["c"], hidden)
            if name in self.kept:
                return [{"k": "a", "to": name, "c": inner}]
            return [{"k": "a", "u": item["u"], "c": inner}] if "u" in item else inner
        if kind == "note":
            if "b" not in item and item["id"] not in self.kept:
                return [{"k": "sup", "c": [str(item["n"])]}]
            out = self.settled(item, hidden)
            if "b" in item and id(item) not in self.keepers:
                del out["id"]
            return [out]
        return [self.settled(item, hidden)]
