"""Entries of a bibliography, as values: what ``library.read`` gives and everything else here takes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from acadsite.bibtex.macros import NO_MACROS, Macros
from acadsite.problems import Problem, Span

_BREAK = re.compile("\n")


class Origin:
    """Where a chunk stands in its file; turns offsets into the chunk's text into lines and columns."""

    __slots__ = ("_breaks", "column", "line", "path", "text")

    def __init__(self, path: str, line: int, column: int, text: str) -> None:
        self.path, self.line, self.column, self.text = path, line, column, text
        self._breaks: list[int] | None = None

    def span(self, start: int, end: int = 0) -> Span:
        """The span from offset ``start`` to ``end`` (exclusive; 0: unknown) of the chunk."""
        return Span(self.path, *self.corners(start, end))

    def corners(self, start: int, end: int = 0) -> tuple[int, int, int, int]:
        """Line and column of both ends of that span; 0 for an end that is not known."""
        line, column = self._place(start)
        return (line, column, *(self._place(end) if end > start else (0, 0)))

    def _place(self, offset: int) -> tuple[int, int]:
        breaks = self.breaks
        before = bisect_left(breaks, offset)
        if not before:
            return self.line, self.column + offset
        return self.line + before, offset - breaks[before - 1]

    @property
    def breaks(self) -> list[int]:
        """The offsets of the line ends of the chunk."""
        if self._breaks is None:
            self._breaks = [found.start() for found in _BREAK.finditer(self.text)]
        return self._breaks


#: An origin, and two offsets into its text.
Place = tuple[Origin, int, int]


class Spans(Mapping[str, Span]):
    """Field name → span of its value; ``""`` → span of the key. Computed when asked for: most never are."""

    __slots__ = ("_places",)

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Span:
        origin, start, end = self._places[name]
        return origin.span(start, end)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def places(self) -> Mapping[str, Place]:
        """The places behind all spans."""
        return self._places

    def place(self, name: str) -> Place:
        """The place behind a span, to be passed on to an heir."""
        return self._places[name]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a bibliography.

    ``key`` is as written (an entry without one gets ``nokey-`` and a digest); ``type`` is in lower case, as
    written. ``fields`` holds raw LaTeX after string resolution and inheritance, names in lower case, in the order
    of the file, inherited ones last; whitespace is as in the file. ``raw`` is the source of the entry, ``aliases``
    the other keys it answers to (``ids``).
    """

    key: str
    type: str
    fields: Mapping[str, str]
    inherited: frozenset[str] = frozenset()
    spans: Spans = field(default_factory=lambda: Spans({}))
    raw: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def where(self) -> Span | None:
        """The span of the key."""
        return self.spans.get("")


@dataclass(frozen=True, slots=True)
class Library:
    """All entries of one or more files in their order, and the problems met. ``strings`` are the ``@string``
    definitions at the end of the last file, ``macros`` the LaTeX macros defined in preambles."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    strings: Mapping[str, str]
    macros: Macros = NO_MACROS
