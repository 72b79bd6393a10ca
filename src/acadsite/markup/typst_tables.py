"""Tables of MathML as Typst's ``mat``: matrices, cases, aligned equations, arrays with rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acadsite.markup.typst_symbols import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element


class _Cell(NamedTuple):
    style: str
    source: str


def table(element: Element, written: Mapping[Element, str]) -> str:
    """The source of an ``mtable`` whose cells are ``written``."""
    display = element.get("displaystyle") == "true"
    rows = [_cells(row, written, display) for row in element]
    style = element.get("style", "")
    lines = [n for n, row in enumerate(rows) if row and "border-top" in row[0].style]
    if not lines and "border-top" in style:
        lines = [0]
    elif "border-top" in style:
        lines.insert(0, 0)
    while len(rows) > 1 and all(cell.source == NOTHING for cell in rows[-1]):
        rows.pop()
    first = max(rows, key=len, default=[])
    uprights = [0] if "border-left" in style else []
    uprights += [n + 1 for n, cell in enumerate(first) if "border-right" in cell.style]
    options = ["delim:#none", *_gaps(first, display)]
    if lines or uprights:
        options.append(f"augment:#({_augment(lines, uprights, _all_styles(element))})")
    columns = _columns(first)
    body = ";".join(",".join(_column(row, column) for column in columns) for row in rows)
    return f"mat({','.join(options)},{body or NOTHING})"


def _cells(row: Element, written: Mapping[Element, str], display: bool) -> list[_Cell]:
    """The cells of a row in LaTeX's sizes; Typst's own are those of a denominator."""
    cells = []
    for element in row:
        style = element.get("style", "")
        source = written[element]
        if source == NOTHING and "padding-left: 0.1em" in style:
            continue  # room between the two lines of ``||``
        if source != NOTHING:
            size = "script" if _is_substack(style) else "display" if display else "inline"
            source = f"{size}({source})"
        cells.append(_Cell(style, source))
    return cells


def _is_substack(style: str) -> bool:
    return "padding-top: 0" in style


def _gaps(first: list[_Cell], display: bool) -> tuple[str, ...]:
    """How far apart columns and rows stand, after LaTeX."""
    style = first[0].style if first else ""
    if _is_substack(style):
        return ("row-gap:#.1em",)
    if display:
        return ("column-gap:#1em", "row-gap:#.5em")
    if "padding-right: 0" in style:  # cases
        return ("column-gap:#1em", "row-gap:#.3em")
    return ("column-gap:#.8em",)


def _all_styles(element: Element) -> str:
    return element.get("style", "") + "".join(cell.get("style", "") for row in element for cell in row)


def _augment(lines: list[int], uprights: list[int], styles: str) -> str:
    parts = []
    if lines:
        parts.append(f"hline:({''.join(f'{n},' for n in lines)})")
    if uprights:
        parts.append(f"vline:({''.join(f'{n},' for n in uprights)})")
    if "dashed" in styles and "solid" not in styles:
        parts.append('stroke:(thickness:.05em,dash:"dashed")')
    return ",".join(parts)


def _columns(first: list[_Cell]) -> list[tuple[int, str]]:
    """Columns of the ``mat``: where each begins and how it is aligned; ``=`` pairs two that meet at a point."""
    columns: list[tuple[int, str]] = []
    n = 0
    while n < len(first):
        style = first[n].style
        if "text-align: right" in style:
            following = first[n + 1].style if n + 1 < len(first) else ""
            paired = "padding-right: 0" in style and "padding-left: 0;" in following
            columns.append((n, "=" if paired else "right"))
            n += 1 + paired
        else:
            columns.append((n, "left" if "text-align: left" in style else "center"))
            n += 1
    return columns


def _column(row: list[_Cell], column: tuple[int, str]) -> str:
    n, align = column
    source = row[n].source if n < len(row) else NOTHING
    if align == "=":
        second = row[n + 1].source if n + 1 < len(row) else NOTHING
        return f"{source}&{second}"
    if align == "center":
        return source
    return f"&{source}" if align == "left" else f"{source}&"
