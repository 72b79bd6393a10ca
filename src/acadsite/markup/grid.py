r"""Grid tables, as pandoc and reStructuredText draw them: cells may span columns and rows and hold blocks.

In: the lines of a drawing. Out: its cells with their place, span and text, or None when it is no whole grid. Nothing
is parsed that stands in a cell.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_BORDER: Final = re.compile(r"\+(?:[-=:]+\+)+\Z")
#: Characters; larger drawings are no tables that anybody wrote.
_LARGEST: Final = 400_000
_STEPS: Final = 4_000_000
_FILLER: Final = "\x00"


class Cell(NamedTuple):
    """A cell: its first row and column of the table, its span, its lines of text as they stand, and where in the
    drawing they begin (line and character)."""

    row: int
    column: int
    rows: int
    columns: int
    text: tuple[str, ...]
    line: int
    indent: int


class Grid(NamedTuple):
    """Cells in reading order, how many rows and columns there are, how many rows are the head, the alignment of each
    column (or empty), and the width of each in characters."""

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    head: int
    alignments: tuple[str, ...]
    widths: tuple[int, ...]


def is_border(line: str) -> bool:
    """Whether a line is one from side to side: ``+---+===+``."""
    return _BORDER.match(line) is not None


def parsed(lines: Sequence[str]) -> Grid | None:
    """The grid that ``lines`` draw."""
    if len(lines) < 3 or not is_border(lines[0]) or not is_border(lines[-1].rstrip()):
        return None
    spread = [_spread(line.rstrip()) for line in lines]
    rows = [row for row, _ in spread]
    width = len(rows[0])
    if width * len(rows) > _LARGEST or any(len(row) > width for row in rows):
        return None
    return _Scan([row.ljust(width) for row in rows], [marks for _, marks in spread]).run()


def _spread(line: str) -> tuple[str, dict[int, str]]:
    """``line`` with a filler behind each wide character, so that columns are those that are seen, and the combining
    characters, which have none of their own, by the column that they stand on."""
    if line.isascii():
        return line, {}
    columns: list[str] = []
    marks: dict[int, str] = {}
    for char in line:
        if unicodedata.combining(char) and columns:
            marks[len(columns) - 1] = marks.get(len(columns) - 1, "") + char
        else:
            columns += (char, _FILLER) if unicodedata.east_asian_width(char) in "WF" else (char,)
    return "".join(columns), marks


class _Scan:
    """Looks for cells from corner to corner."""

    def __init__(self, rows: list[str], marks: list[dict[int, str]]) -> None:
        self.rows, self.marks = rows, marks
        self.height, self.width = len(rows), len(rows[0])
        self.done = [-1] * self.width  # by column: the last line that cells cover
        self.steps = 0
        self.found: list[tuple[int, int, int, int]] = []

    def run(self) -> Grid | None:
        corners = [(0, 0)]
        seen = set()
        while corners:
            corners.sort()
            top, left = corners.pop(0)
            if (
                (top, left) in seen
                or top >= self.height - 1
                or left >= self.width - 1
                or top <= self.done[left] - 1
            ):
                continue
            seen.add((top, left))
            cell = self.cell(top, left)
            if self.steps > _STEPS:
                return None
            if cell is None:
                continue
            bottom, right = cell
            self.found.append((top, left, bottom, right))
            for column in range(left, right):
                self.done[column] = bottom
            corners += [(top, right), (bottom, left)]
        if any(done < self.height - 1 for done in self.done[: self.width - 1]):
            return None
        return self.grid()

    def cell(self, top: int, left: int) -> tuple[int, int] | None:
        """Bottom and right of the smallest cell whose corner is here."""
        line = self.rows[top]
        for right in range(left + 1, self.width):
            self.steps += 1
            char = line[right]
            if char == "+" and (bottom := self.down(top, left, right)) is not None:
                return bottom, right
            if char not in "-=:+":
                return None
        return None

    def down(self, top: int, left: int, right: int) -> int | None:
        for bottom in range(top + 1, self.height):
            self.steps += 1
            row = self.rows[bottom]
            if row[right] == "+" and row[left] == "+":
                inner = row[left + 1 : right]
                self.steps += right - left
                if not inner.strip("-=:+") and inner:
                    return bottom
            if row[right] not in "|+" or row[left] not in "|+":
                return None
        return None

    def grid(self) -> Grid | None:
        tops = sorted({cell[0] for cell in self.found} | {self.height - 1})
        lefts = sorted({cell[1] for cell in self.found} | {self.width - 1})
        line_of = {top: index for index, top in enumerate(tops)}
        column_of = {left: index for index, left in enumerate(lefts)}
        head = 0
        marks = self.rows[0]
        for top in tops[1:-1]:
            if "=" in self.rows[top] and not self.rows[top].strip("+=:"):
                head, marks = line_of[top], self.rows[top]
                break
        cells = []
        for top, left, bottom, right in sorted(self.found):
            if bottom not in line_of or right not in column_of:
                return None
            text = tuple(self.text(line, left + 1, right) for line in range(top + 1, bottom))
            before = self.rows[top][:left].count(_FILLER)
            cells.append(
                Cell(
                    line_of[top],
                    column_of[left],
                    line_of[bottom] - line_of[top],
                    column_of[right] - column_of[left],
                    text,
                    top + 1,
                    left + 1 - before,
                )
            )
        pairs = list(pairwise(lefts))
        aligned = tuple(_alignment(marks[left + 1 : right]) for left, right in pairs)
        widths = tuple(right - left - 1 for left, right in pairs)
        return Grid(tuple(cells), len(tops) - 1, len(lefts) - 1, head, aligned, widths)

    def text(self, line: int, start: int, end: int) -> str:
        """What stands in some columns of a line."""
        found, marks = self.rows[line][start:end], self.marks[line]
        if marks:
            found = "".join(char + marks.get(column, "") for column, char in enumerate(found, start))
        return found.replace(_FILLER, "").rstrip()


def _alignment(border: str) -> str:
    left, right = border.startswith(":"), border.endswith(":")
    return "center" if left and right else "right" if right else "left" if left else ""


def dedented(lines: Sequence[str]) -> tuple[str, int]:
    """The lines as one text without the blanks that all of them begin with, and how many those are."""
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    indent = min(widths, default=0)
    return "\n".join(line[indent:] for line in lines), indent
