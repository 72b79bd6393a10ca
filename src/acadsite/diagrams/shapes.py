"""Shapes of nodes: how large they are around their words, how far their rims are from their middles, how they are drawn."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

from acadsite.diagrams.words import LINE, width_of

if TYPE_CHECKING:
    from acadsite.diagrams.model import Node

_SIDE: Final = 15.0  #: beside the words
_ABOVE: Final = 9.0  #: above and below them
_ROW: Final = 6.0  #: above and below a list of rows
#: Shapes whose sides are straight, so that edges may begin anywhere at them.
_FLAT: Final = frozenset({"rect", "round", "subroutine", "note", "text", "card"})

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


def room_for_edges(node: Node, size: tuple[float, float]) -> float:
    """How much of a side edges may begin at; ``size`` is (1, 0) where the side is above or below."""
    if node.shape == "bar":
        return max(0.0, (node.width if size[0] else node.height) - 12)
    if node.shape not in _FLAT:
        return 0.0
    return max(0.0, (node.width if size[0] else node.height) - 20)


def reach(node: Node, side: str) -> float:
    """How far the rim is from the middle, at the middle of a side."""
    width, height = node.width / 2, node.height / 2
    if side in {"top", "bottom"}:
        return height
    match node.shape:
        case "lean-right" | "lean-left" | "trapezoid" | "trapezoid-down":
            return width - height * 0.25
        case "flag" if side == "left":
            return width - height * 0.4
    return width
