"""Tables as grids: where each cell stands, whatever the rows hold.

In: a table of the tree. Out: cells with their places, as Typst wants them: none outside of the grid, none upon
another, and each place taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element

from acadsite.markup import tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: A cell over more columns than this is one over so many.
_WIDEST: Final = 1000


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: its column from 0, how many columns and rows it takes, and its element."""

    x: int
    columns: int
    rows: int
    element: Element

    def plain(self) -> dict[str, Any]:
        """What is not usual of it, as JSON has it."""
        out: dict[str, Any] = {"x": self.x}
        if self.columns > 1:
            out["columns"] = self.columns
        if self.rows > 1:
            out["rows"] = self.rows
        if align := self.element.get(tree.ALIGN):
            out["align"] = align
        if self.element.tag == tree.HEAD_CELL:
            out["th"] = True
        return out


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row; ``is_group``: it is the heading of those below."""

    cells: tuple[GridCell, ...]
    is_group: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its first ``head`` rows are repeated on each page."""

    columns: int
    head: int
    rows: tuple[GridRow, ...]


def grid_of(table: Element) -> Grid:
    """The grid of a table. Rows that are too short are filled with empty cells."""
    head = [row for part in table if part.tag == tree.HEAD for row in part if _says(row)]
    body = [row for part in table if part.tag == tree.BODY for row in part]
    head_cells, body_cells = list(_placed(head)), list(_placed(body))
    columns = max((cell.x + cell.columns for row in head_cells + body_cells for cell in row), default=0)
    rows = [
        GridRow(cells, element.get(tree.GROUP) == "yes")
        for part, elements in ((head_cells, head), (body_cells, body))
        for cells, element in zip(_filled(part, columns), elements, strict=True)
    ]
    return Grid(columns, len(head) if body else 0, tuple(rows))


def _says(row: Element) -> bool:
    """A table without a head is written with an empty one."""
    return any(len(cell) or (cell.text or "").strip() for cell in row)


def _number(element: Element, name: str, most: int) -> int:
    text = element.get(name, "")
    return max(1, min(most, int(text))) if text.isdecimal() and len(text) < 7 else 1


def _placed(rows: Sequence[Element]) -> Iterator[list[GridCell]]:
    """The cells of each row behind those that reach into it from above."""
    taken: dict[int, int] = {}  # how many rows from here on a column is taken
    for y, row in enumerate(rows):
        cells: list[GridCell] = []
        x = 0
        for element in row:
            while taken.get(x, 0):
                x += 1
            columns = _number(element, "colspan", _WIDEST)
            while any(taken.get(x + at, 0) for at in range(columns)):
                columns -= 1
            height = _number(element, "rowspan", len(rows) - y)
            cells.append(GridCell(x, columns, height, element))
            for at in range(x, x + columns):
                taken[at] = height
            x += columns
        taken = {at: left - 1 for at, left in taken.items() if left > 1}
        yield cells


def _filled(rows: Sequence[list[GridCell]], columns: int) -> Iterator[tuple[GridCell, ...]]:
    """Rows with an empty cell in each place that has none."""
    above: list[int] = [0] * columns
    for cells in rows:
        here = {cell.x: cell for cell in cells}
        out: list[GridCell] = []
        x = 0
        while x < columns:
            cell = here.get(x)
            if cell is not None:
                out.append(cell)
                above[x : x + cell.columns] = [cell.rows] * cell.columns
                x += cell.columns
                continue
            if not above[x]:
                out.append(GridCell(x, 1, 1, Element(tree.CELL)))
                above[x] = 1
            x += 1
        above = [max(0, left - 1) for left in above]
        yield tuple(out)
