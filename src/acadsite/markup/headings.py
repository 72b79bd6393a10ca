"""Heading ids and the table of contents.

An id that was written, ``{#id}``, wins. Else it is made of the heading's text as GitHub makes it: lower case,
letters and digits of any script, ``-`` for blanks, the rest left out; a second one gets ``-1``, then ``-2``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite.markup import tree
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, error, quote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from acadsite.markup.source import Source

#: Ids that every page has around a text: no heading gets them by its words.
RESERVED: Final = frozenset({"main", "site-menu"})
_LEFT_OUT: Final = re.compile(r"[^\w\- ]")
_BLANK: Final = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A heading in the table of contents: ``level`` as on the page, ``title`` as plain text, ``html`` the same with
    its inline markup but without links, and what is below it."""

    level: int
    id: str
    title: str
    html: str
    children: tuple[TocEntry, ...] = ()

    def plain(self) -> list[Any]:
        """The entry as a list that JSON can hold."""
        return [self.level, self.id, self.title, self.html, [child.plain() for child in self.children]]

    @classmethod
    def revive(cls, value: Any) -> TocEntry:
        """The inverse of ``plain``."""
        level, name, title, html, children = value
        return cls(level, name, title, html, tuple(map(cls.revive, children)))


def slug(text: str) -> str:
    """The id that ``text`` gives, perhaps empty: ``Über Größe & Maß`` gives ``über-größe--maß``."""
    text = unicodedata.normalize("NFC", text.strip().lower())
    return _BLANK.sub("-", _LEFT_OUT.sub("", _BLANK.sub(" ", text)))


def set_ids(root: Element, source: Source) -> list[Problem]:
    """Give each heading without an id one; ids written twice are problems, and only the first is kept."""
    problems: list[Problem] = []
    taken: set[str] = set()
    headings: list[Element] = []
    for element in root.iter():
        written = element.get("id")
        if written is not None:
            if written in taken:
                problems.append(
                    error(
                        "markup-duplicate-id",
                        f"the id {quote(written)} is given twice",
                        _place(element, source),
                        "An id must be the only one on its page.",
                    )
                )
                del element.attrib["id"]
            else:
                taken.add(written)
        if element.tag == tree.HEADING:
            headings.append(element)
    taken |= RESERVED
    counts: dict[str, int] = {}
    for heading in headings:
        if "id" in heading.attrib:
            continue
        base = slug(text_of(heading)) or "section"
        name, count = base, counts.get(base, 0)
        while name in taken:
            count += 1
            name = f"{base}-{count}"
        counts[base] = count
        taken.add(name)
        heading.set("id", name)
    return problems


def _place(element: Element, source: Source) -> Span:
    at = element.get(tree.AT)
    if at is not None:
        return source.span(int(at))
    return source.line_span(int(element.get(tree.LINE, source.first_line)))


def contents(headings: Iterable[tuple[int, str, str, str]]) -> tuple[TocEntry, ...]:
    """The table of contents of headings in document order, each level, id, title and HTML. Where a level is left out
    the heading hangs on the nearest lower one before it."""
    # A frame is a heading with the children found so far; the first stands for the document.
    frames: list[tuple[int, str, str, str, list[TocEntry]]] = [(0, "", "", "", [])]

    def close() -> None:
        level, name, title, html, children = frames.pop()
        frames[-1][4].append(TocEntry(level, name, title, html, tuple(children)))

    for level, name, title, html in headings:
        while frames[-1][0] >= level:
            close()
        frames.append((level, name, title, html, []))
    while len(frames) > 1:
        close()
    return tuple(frames[0][4])
