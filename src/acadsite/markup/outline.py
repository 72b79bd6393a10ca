"""What a text defines and what it asks for: a pure function of the text, in plain values.

The outlines of all texts of a work (the chapters of a book, one paper) are what ``numbering`` numbers and what a
citation processor is asked about. ``walk`` and ``clusters`` say in which order; the passes use the same two, so that
the n-th number belongs to the n-th element.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite.markup import equations, tree
from acadsite.markup.math import definitions
from acadsite.markup.scholarly import kind_of
from acadsite.markup.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from acadsite.markup import Document

#: Headings in these are no sections.
_ASIDE: Final = frozenset({tree.QUOTE, tree.CALLOUT, tree.THEOREM, tree.TAB, tree.NOTES})
_NUMBERED: Final = frozenset(
    {tree.HEADING, tree.FIGURE, tree.TABLE, tree.THEOREM, tree.ALGORITHM, tree.LISTING, tree.MATH}
)


@dataclass(frozen=True, slots=True)
class Label:
    """Something that may have a number. ``kind`` is ``sec`` for a heading (``level`` 1 to 6), else that of
    ``tree.CROSS_REFERENCES`` or ``prf``. ``part``: one of several in a figure. ``tag`` stands instead of a number.
    ``asked``: LaTeX would number this formula though nothing names it. ``word`` stands instead of that of the kind."""

    id: str
    kind: str
    title: str
    line: int
    level: int = 0
    part: bool = False
    unnumbered: bool = False
    appendix: bool = False
    tag: str = ""
    asked: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class Cite:
    """One key in a group: what stands before and behind it as plain text (locators are in ``suffix``)."""

    key: str
    prefix: str = ""
    suffix: str = ""
    suppress: bool = False
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of citations; ``in_text``: ``@key says``, not ``[@key]``. ``note``: it stands in a footnote."""

    cites: tuple[Cite, ...]
    in_text: bool = False
    note: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A cross-reference: the id it names, and where it stands."""

    id: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text defines and asks for, all in document order.

    ``titled``: the text begins with its only heading of level 1. ``macros``: TeX definitions that hold for what
    comes later. ``includes``: paths of the files that it took in. ``notes``: how many footnotes it calls.
    ``refs``: it says where its bibliography is to stand. ``cells``: code that another tool would run.
    """

    labels: tuple[Label, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    references: tuple[Asked, ...] = ()
    title: str = ""
    titled: bool = False
    macros: str = ""
    includes: tuple[str, ...] = ()
    notes: int = 0
    refs: bool = False
    cells: int = 0

    def plain(self) -> list[Any]:
        """The outline as a list that JSON can hold."""
        return [
            [[getattr(label, name) for name in Label.__slots__] for label in self.labels],
            [
                [
                    [[getattr(cite, name) for name in Cite.__slots__] for cite in group.cites],
                    group.in_text,
                    group.note,
                ]
                for group in self.clusters
            ],
            [[asked.id, asked.line, asked.column] for asked in self.references],
            *(self.title, self.titled, self.macros, list(self.includes), self.notes, self.refs, self.cells),
        ]

    @classmethod
    def revive(cls, value: Any) -> Outline:
        """The inverse of ``plain``."""
        labels, clusters, references, title, titled, macros, includes, notes, refs, cells = value
        return cls(
            tuple(Label(*label) for label in labels),
            tuple(
                Cluster(tuple(Cite(*cite) for cite in cites), text, note) for cites, text, note in clusters
            ),
            tuple(Asked(*asked) for asked in references),
            *(title, titled, macros, tuple(includes), notes, refs, cells),
        )


def walk(root: Element) -> Iterator[tuple[Element, str, bool]]:
    """The elements that may have a number, in document order: element, kind, whether it is a part of a figure."""
    todo: list[tuple[Element, bool, bool]] = [(child, False, False) for child in reversed(root)]
    while todo:
        element, aside, inside = todo.pop()
        tag = element.tag
        within = inside
        if tag in _NUMBERED:
            if tag == tree.HEADING:
                if not aside:
                    yield element, "sec", False
            elif tag == tree.THEOREM:
                yield element, element.get(tree.KIND, "thm"), False
            elif tag == tree.ALGORITHM:
                yield element, "alg", False
            elif tag == tree.MATH:
                if len(element):
                    yield from ((row, "eq", False) for row in element)
                elif element.get(tree.DISPLAY) == "block" and (
                    "id" in element.attrib or tree.TAG in element.attrib or tree.FORM in element.attrib
                ):
                    yield element, "eq", False
                continue
            elif kind := kind_of(element.get("id", "")):
                yield element, kind, inside and tag == tree.FIGURE
                within = within or tag == tree.FIGURE
        if len(element):
            aside = aside or tag in _ASIDE
            todo += [(child, aside, within) for child in reversed(element)]


def clusters(root: Element) -> Iterator[tuple[Element, bool]]:
    """The groups that cite something, as they are read: those of a footnote where it is first called. With each
    whether it stands in a footnote."""
    if next(root.iter(tree.CITATIONS), None) is None:
        return
    found = root.find(tree.NOTES)
    notes = {note.get(tree.KEY, ""): note for note in found} if found is not None else {}
    todo: list[tuple[Element, bool]] = [(root, False)]
    while todo:
        element, in_note = todo.pop()
        tag = element.tag
        if tag == tree.CITATIONS:
            if element.find(tree.CITE) is not None:
                yield element, in_note
            continue
        if tag == tree.NOTE_REFERENCE:
            if (note := notes.pop(element.get(tree.KEY, ""), None)) is not None:
                todo.append((note, True))
            continue
        if len(element):
            in_note = in_note or tag == tree.INLINE_NOTE
            todo += [(child, in_note) for child in reversed(element) if child.tag != tree.NOTES]


def outline_of(document: Document) -> Outline:
    """The outline of a document that was read; the document is not changed."""
    return _Reader(document).run()


class _Reader:
    """State of one outline."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.root = document.tree

    def run(self) -> Outline:
        titled = self.titled()
        asked: list[Asked] = []
        macros: list[str] = []
        notes: set[str] = set()
        inline_notes = cells = 0
        line = self.source.first_line
        has_refs = False
        for element in self.root.iter():
            line = int(element.get(tree.LINE) or line)
            tag = element.tag
            if tag == tree.MATH:
                tex = element.text or ""
                if "\\" in tex:
                    macros.append(definitions(tex))
                    asked += [Asked(key, *self.place(element, line)) for key in equations.references(tex)]
            elif tag == tree.CROSS_REFERENCE:
                asked.append(Asked(element.get(tree.KEY, ""), *self.place(element, line)))
            elif tag == tree.NOTE_REFERENCE:
                notes.add(element.get(tree.KEY, ""))
            elif tag == tree.INLINE_NOTE:
                inline_notes += 1
            elif tag == tree.BIBLIOGRAPHY:
                has_refs = True
            elif tag == tree.CODE_BLOCK and element.get(tree.CELL_CODE):
                cells += 1
        return Outline(
            tuple(self.label(*found) for found in walk(self.root)),
            tuple(self.cluster(*found) for found in clusters(self.root)),
            tuple(asked),
            " ".join(text_of(self.root[0]).split()) if titled else "",
            titled,
            "".join(macros),
            self.document.includes,
            len(notes) + inline_notes,
            has_refs,
            cells,
        )

    def titled(self) -> bool:
        root = self.root
        if not len(root) or root[0].tag != tree.HEADING or root[0].get(tree.LEVEL) != "1":
            return False
        return not any(other.get(tree.LEVEL) == "1" for other in root[1:] if other.tag == tree.HEADING)

    def place(self, element: Element, line: int) -> tuple[int, int]:
        """Line and column of an element; column 1 where only the line is known."""
        at = element.get(tree.AT)
        if at is None:
            return self.line_in_file(int(element.get(tree.LINE) or line)), 1
        span = self.source.span(int(at))
        return span.line, span.column

    def line_in_file(self, line: int) -> int:
        """A line as elements have it, as it is in the file that was written."""
        path, there = self.source.written(line)
        return there if path == self.source.path else line

    def label(self, element: Element, kind: str, part: bool) -> Label:
        classes = element.get("class", "").split()
        at = element.get(tree.AT)
        line = int(element.get(tree.LINE) or (self.source.line(int(at)) if at else self.source.first_line))
        return Label(
            element.get("id", ""),
            kind,
            title_of(element),
            self.line_in_file(line),
            int(element.get(tree.LEVEL, "0")),
            part,
            "unnumbered" in classes or kind in tree.UNNUMBERED,
            "appendix" in classes,
            element.get(tree.TAG, ""),
            element.get(tree.FORM) == "numbered",
            element.get(tree.WORD, ""),
        )

    def cluster(self, group: Element, in_note: bool) -> Cluster:
        line = self.source.first_line
        cites = []
        for item in group.iter(tree.CITE):
            prefix, suffix = item.find(tree.PREFIX), item.find(tree.SUFFIX)
            cites.append(
                Cite(
                    item.get(tree.KEY, ""),
                    " ".join(text_of(prefix).split()) if prefix is not None else "",
                    " ".join(text_of(suffix).split()) if suffix is not None else "",
                    item.get(tree.SUPPRESS) == "yes",
                    *self.place(item, line),
                )
            )
        return Cluster(tuple(cites), group.get(tree.FORM) != "bracket", in_note)


def title_of(element: Element) -> str:
    """The caption, title or text of something numbered, as plain text."""
    if element.tag == tree.HEADING:
        holder: Element | None = element
    else:
        holder = next(
            (child for child in element if child.tag in {tree.CAPTION, tree.FIGURE_CAPTION, tree.TITLE}),
            None,
        )
    return " ".join(text_of(holder).split()) if holder is not None else ""
