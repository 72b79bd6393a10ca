"""Tables: what they are drawn as in a grid, headings of groups of rows, and the notes below them.

Functions here change a tree in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import tree
from acadsite.markup.scholarly import move_content

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.markup.grid import Cell, Grid


def fill_grid(table: Element, grid: Grid, read: Callable[[Cell, Element], None]) -> None:
    """Fill ``table`` with the rows and cells of ``grid``; ``read`` puts the text of a cell into its element."""
    holders = [SubElement(table, tree.HEAD)] if grid.head else []
    holders.append(SubElement(table, tree.BODY))
    rows = [SubElement(holders[0 if index < grid.head else -1], tree.ROW) for index in range(grid.rows)]
    for cell in grid.cells:
        element = SubElement(rows[cell.row], tree.HEAD_CELL if cell.row < grid.head else tree.CELL)
        if cell.columns > 1:
            element.set("colspan", str(cell.columns))
        if cell.rows > 1:
            element.set("rowspan", str(cell.rows))
        align = grid.alignments[cell.column] if cell.columns == 1 else "center"
        if align and (cell.columns == 1 or cell.row < grid.head):
            element.set(tree.ALIGN, align)
        read(cell, element)
    line = table.get(tree.LINE, "1")
    for row in rows:
        lines = [element.attrib.pop(tree.LINE) for element in row if tree.LINE in element.attrib]
        line = lines[0] if lines else line
        row.set(tree.LINE, line)


def group_rows(root: Element) -> None:
    """Make the heading of a group of a row whose first cell alone says something, all of it bold and italic
    (``***Ours***``)."""
    for table in root.iter(tree.TABLE):
        for body in table.iter(tree.BODY):
            for row in body:
                if len(row) > 1 and _is_group(row):
                    _make_group(row)


def _is_group(row: Element) -> bool:
    first, *rest = row
    if any((cell.text or "").strip() or len(cell) for cell in rest):
        return False
    if len(first) != 1 or (first.text or "").strip() or (first[0].tail or "").strip():
        return False
    inner = first[0]
    if len(inner) != 1 or (inner.text or "").strip() or (inner[0].tail or "").strip():
        return False
    return {inner.tag, inner[0].tag} == {tree.EMPHASIS, tree.STRONG}


def _make_group(row: Element) -> None:
    first = row[0]
    inner = first[0][0]
    cell = Element(tree.HEAD_CELL, {"colspan": str(len(row))})
    move_content(inner, cell)
    row[:] = [cell]
    row.set(tree.GROUP, "yes")


def table_notes(root: Element) -> None:
    """Hang a ``::: {.table-notes}`` on the table that it stands behind."""
    for parent in list(root.iter()):
        before: Element | None = None
        for child in list(parent):
            if before is not None and before.tag == tree.TABLE and _is_notes(child):
                child.tag = tree.TABLE_NOTES
                child.attrib.pop("class", None)
                parent.remove(child)
                before.append(child)
            else:
                before = child


def _is_notes(element: Element) -> bool:
    classes = element.get("class", "").split()
    return element.tag == tree.DIV and bool({"table-notes", "tbl-notes"} & set(classes))
