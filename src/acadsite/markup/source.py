"""A document's text made fit to be read, and the way back from an offset to a place.

Readers work on ``Source.data``: UTF-8, ``\\n`` as the only line break, one at the very end, no control characters
(so that nothing written by a person can be taken for one of our own marks), no lone surrogates.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.problems import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Tab and line break stay. Offsets are into the cleaned text, so a column is off by what was dropped before it.
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x82\ud800-\udfff\ufffe\uffff]")

#: Bytes; columns beyond are counted in bytes.
_LONG_LINE: Final = 20_000


def cleaned(text: str) -> str:
    """``text`` without byte order mark, control characters and lone surrogates, lines ended by ``\\n``."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", text.removeprefix("\ufeff"))


class Piece(NamedTuple):
    """A run of lines that is from one file: the index of its first line, the file, the line it is there, and how many
    characters its lines are further to the right there."""

    at: int
    path: str
    line: int
    shift: int = 0


#: Where columns say nothing of the file, a line as a whole is the place.
WHOLE_LINE: Final = -1

#: The index of a line, the line of the file that it is from, and how many characters it is further to the right there;
#: and the file, where that is another one than the document's own.
Line = tuple[int, int, int] | tuple[int, int, int, str]


def line_in(lines: Sequence[Line], index: int) -> tuple[int, int]:
    """The line of the file that a line of a text (counted from 0) is from, and its shift; ``lines`` are those from
    which both go on by ones."""
    at = bisect_right(lines, index, key=itemgetter(0)) - 1
    first, line, shift, *_ = lines[max(at, 0)]
    return line + index - first, shift


def file_of(lines: Sequence[Line], index: int, path: str) -> str:
    """The file that a line of a text is from, in the same way; ``path`` is the document's own."""
    if not lines:
        return path
    found = lines[max(bisect_right(lines, index, key=itemgetter(0)) - 1, 0)]
    return found[3] if len(found) > 3 else path


def placed(pieces: Sequence[Piece], path: str, first_line: int, lines: Sequence[Line]) -> tuple[Piece, ...]:
    """The pieces of a text whose own lines, counted on from ``first_line``, are from the lines of the file ``path``
    that ``lines`` say."""
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        if piece.path != path:
            found.append(piece)
            continue
        start = piece.line - first_line
        found.append(Piece(piece.at, file_of(lines, start, path), *line_in(lines, start)))
        end = start + pieces[number + 1].at - piece.at if number + 1 < len(pieces) else None
        for first, line, shift, *other in lines[bisect_right(lines, start, key=itemgetter(0)) :]:
            if end is not None and first >= end:
                break
            found.append(Piece(piece.at + first - start, other[0] if other else path, line, shift))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: ``data`` (cleaned), where its lines start, and the line of the file its first line is.

    Where other files were taken in, ``pieces`` says which lines are from where; ``line`` counts on through them, and
    ``span`` and ``line_span`` name the file that was written."""

    path: str
    data: bytes
    starts: tuple[int, ...]
    first_line: int
    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, text: str, path: str, first_line: int = 1, pieces: tuple[Piece, ...] = ()) -> Source:
        """The source of ``text``."""
        text = cleaned(text)
        data = (text if text.endswith("\n") or not text else text + "\n").encode()
        starts = tuple(accumulate(map(len, data.split(b"\n")), lambda at, width: at + width + 1, initial=0))
        return cls(path, data, starts, first_line, pieces)

    def line(self, offset: int) -> int:
        """The line in the file of a byte offset."""
        return bisect_right(self.starts, offset) - 1 + self.first_line

    def span(self, offset: int, end: int | None = None) -> Span:
        """The place of a byte offset, up to ``end`` when that is on the same line."""
        index = bisect_right(self.starts, offset) - 1
        start = self.starts[index]
        column = offset - start + 1
        if column <= _LONG_LINE:  # in a longer line it would take too long to count characters each time
            column = len(self.data[start:offset].decode(errors="replace")) + 1
        path, line = self.written(index + self.first_line)
        shift = self._piece(index).shift if self.pieces else 0
        if shift == WHOLE_LINE:
            return Span(path, line)
        column += shift
        if end is None or end <= offset or bisect_right(self.starts, end - 1) - 1 != index:
            return Span(path, line, column)
        width = len(self.data[offset:end].decode(errors="replace"))
        return Span(path, line, column, line, column + width)

    def line_span(self, line: int) -> Span:
        """The place of a whole line, counted as ``line`` does."""
        return Span(*self.written(line))

    def written(self, line: int) -> tuple[str, int]:
        """File and line in it of a line as ``line`` counts them."""
        if not self.pieces:
            return self.path, line
        index = line - self.first_line
        piece = self._piece(index)
        return piece.path, piece.line + index - piece.at

    def _piece(self, index: int) -> Piece:
        return self.pieces[max(bisect_right(self.pieces, index, key=itemgetter(0)) - 1, 0)]
