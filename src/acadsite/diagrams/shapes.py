"""Shapes of nodes: how large they are around their words, and how far their rims are from their middles."""

from __future__ import annotations

from math import hypot, sqrt
from typing import TYPE_CHECKING, Final

from acadsite.diagrams.words import LINE, width_of

if TYPE_CHECKING:
    from acadsite.diagrams.model import Node

_SIDE: Final = 15.0  #: beside the words
_ABOVE: Final = 9.0  #: above and below them
_ROW: Final = 6.0  #: above and below a list of rows
#: Shapes whose sides are straight, so that edges may begin anywhere at them.
_FLAT: Final = frozenset({"rect", "round", "subroutine", "note", "text", "card", "bar"})

SHAPES: Final = frozenset(
    {
        "rect",
        "round",
        "stadium",
        "subroutine",
        "cylinder",
        "circle",
        "double",
        "diamond",
        "hexagon",
        "lean-right",
    }
    | {
        "lean-left",
        "trapezoid",
        "trapezoid-down",
        "flag",
        "ellipse",
        "text",
        "note",
        "start",
        "end",
        "bar",
        "card",
    }
)


def measured(node: Node) -> None:
    """Set the size of a node from what stands in it."""
    wide, high = node.label.width, max(node.label.height, float(LINE))
    if node.note:
        wide, high = max(wide, width_of(node.note)), high + LINE
    width, height = wide + 2 * _SIDE, high + 2 * _ABOVE
    match node.shape:
        case "round":
            width += 2
        case "stadium":
            width = wide + 2 * _ABOVE + height * 0.4
        case "subroutine":
            width += 16
        case "cylinder":
            height += 14
        case "circle" | "double":
            width = height = hypot(wide, high) + (22 if node.shape == "double" else 14)
        case "ellipse":
            width, height = wide * 1.42 + 16, high * 1.42 + 8
        case "diamond" if not node.label.lines:
            width = height = 30
        case "diamond":
            height = 2 * high + 26
            width = wide / (1 - (high + 2) / height) + 12
        case "hexagon":
            width += height * 0.5
        case "lean-right" | "lean-left" | "trapezoid" | "trapezoid-down":
            width += height * 0.5
        case "flag":
            width += height * 0.4
        case "text":
            width, height = wide + 8, high + 6
        case "start":
            width = height = 16
        case "end":
            width = height = 20
        case "bar":
            width, height = 60, 8
        case "card":
            wide = max([wide, *(width_of(line) for rows in node.rows for line in rows)])
            width = wide + 2 * _SIDE
            height += sum(len(rows) * LINE + 2 * _ROW for rows in node.rows)
    node.width, node.height = max(width, height if node.shape in {"rect", "round"} else 0), height


def room_for_edges(node: Node, *, is_across: bool, is_mixed: bool) -> float:
    """How much of a side edges may begin and end at: above and below where ``is_across``, else at the left and right.
    Round shapes and those with corners have some where edges that lead there are ``is_mixed`` with others."""
    length = node.width if is_across else node.height
    if node.shape in _FLAT or (node.shape == "cylinder" and not is_across):
        return max(0.0, length - 20)
    if not is_mixed:
        return 0.0
    match node.shape:
        case "stadium" | "hexagon" if is_across:
            return max(0.0, length - node.height)
        case "circle" | "double" | "ellipse" | "diamond" | "stadium" | "hexagon":
            return length * 0.45
    return 0.0


def reach(node: Node, *, is_across: bool, off: float, is_first: bool) -> float:
    """How far the rim is from the middle, ``off`` from the middle of a side: above or below where ``is_across``.
    ``is_first``: above, or at the left."""
    width, height = node.width / 2, node.height / 2
    deep, wide = (height, width) if is_across else (width, height)
    part = min(abs(off) / wide, 1.0) if wide else 0.0
    match node.shape:
        case "circle" | "double" | "ellipse" | "start" | "end":
            return deep * sqrt(1 - part * part)
        case "diamond":
            return deep * (1 - part)
        case "stadium" if not is_across:
            return deep - height + sqrt(max(0.0, height * height - off * off))
        case "hexagon" if not is_across:
            return deep - height * 0.5 * part
        case "lean-right" | "lean-left" | "trapezoid" | "trapezoid-down" if not is_across:
            return deep - height * 0.25
        case "flag" if is_first and not is_across:
            return deep - height * 0.4
    return deep
