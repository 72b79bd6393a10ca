"""Graphs as pictures."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

from acadsite.diagrams import canvas
from acadsite.diagrams.arranging import arranged
from acadsite.diagrams.canvas import WORDS, number, numbers
from acadsite.diagrams.model import Drawing
from acadsite.diagrams.shapes import measured
from acadsite.diagrams.words import LINE, shortened

if TYPE_CHECKING:
    from acadsite.diagrams.arranging import Box, Point
    from acadsite.diagrams.model import Edge, Graph, Node, Paint

_MARGIN: Final = 8.0
#: How far from the end of an edge its line ends, by what is there.
_TIP: Final = {
    "arrow": 7.0, "open": 1.0, "circle": 9.0, "cross": 6.0, "triangle": 13.0, "diamond": 16.0, "full": 16.0,
}  # fmt: skip
_FULL: Final = '<circle class="dg-full" fill="currentColor" cx="{}" cy="{}" r="{}"{}/>'
_SMALL: Final = ' font-size="12"'


def picture(graph: Graph) -> Drawing:
    """A graph as a picture. Nodes have no size before; raises ``TooLarge``."""
    for node in graph.nodes.values():
        measured(node)
    return _Picture(graph).drawing()


class _Picture:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.found = arranged(graph)
        self.groups: list[str] = []
        self.titles: list[str] = []
        self.lines: list[str] = []
        self.heads: list[str] = []
        self.nodes: list[str] = []
        self.words: list[str] = []
        self.labels: list[str] = []

    def drawing(self) -> Drawing:
        graph, found = self.graph, self.found
        for name in sorted(found.groups, key=self._depth):
            self._group(name, found.groups[name])
        for index, curves in sorted(found.curves.items()):
            self._edge(graph.edges[index], [list(curve) for curve in curves])
        for index, (x, y) in sorted(found.labels.items()):
            self.labels.append(canvas.centred(graph.edges[index].label, x, y))
        for name, node in graph.nodes.items():
            self._node(node, found.nodes[name])
        parts = [
            canvas.group("dg-group", self.groups),
            canvas.group("dg-line", self.lines),
            canvas.group("dg-head", self.heads, WORDS),
            canvas.group("dg-node", self.nodes),
            # The halo of the theme's sheet lies behind the letters.
            canvas.group("dg-title", self.titles, f'{WORDS} paint-order="stroke"'),
            canvas.group("dg-label", self.labels, WORDS),
            canvas.group("dg-text", self.words, WORDS),
        ]
        shift = f'<g transform="translate({number(_MARGIN)} {number(_MARGIN)})">{"".join(parts)}</g>'
        width, height = found.width + 2 * _MARGIN, found.height + 2 * _MARGIN
        title, description = graph.title or self._title(), graph.description or self._described()
        return Drawing(
            canvas.whole([shift], width, height, title, description), width, height, title, description
        )

    def _depth(self, name: str) -> int:
        depth = 0
        while name := self.graph.groups[name].parent:
            depth += 1
        return depth

    # --- words for those who do not see it ---------------------------------------------------------------------

    def _name(self, name: str) -> str:
        found = self.graph.nodes.get(name) or self.graph.groups[name]
        return found.label.text or "•"

    def _title(self) -> str:
        names = dict.fromkeys(node.label.text for node in self.graph.nodes.values() if node.label.lines)
        return shortened(", ".join(names), 160) or "–"

    def _described(self) -> str:
        """Every edge; the same in all languages."""
        said = []
        for edge in self.graph.edges:
            if edge.line == "none":
                continue
            arrow = {(True, True): "↔", (True, False): "←", (False, True): "→", (False, False): "–"}[
                bool(edge.start), bool(edge.end)
            ]
            words = f" ({edge.label.text})" if edge.label.lines else ""
            said.append(f"{self._name(edge.tail)} {arrow} {self._name(edge.head)}{words}")
        return shortened("; ".join(said), 1500)

    # --- pieces ------------------------------------------------------------------------------------------------

    def _group(self, name: str, box: Box) -> None:
        group = self.graph.groups[name]
        left, top = box.x - box.width / 2, box.y - box.height / 2
        self.groups.append(
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(box.width)}" height="{number(box.height)}"'
            f' rx="6"{_style(group.paint)}/>'
        )
        # At the side, where edges from above seldom are.
        weight = ' font-weight="600" text-anchor="start"' + _ink(group.paint)
        self.titles.append(canvas.lines(group.label.lines, left + 12, top + 7 + LINE / 2, weight))

    def _node(self, node: Node, box: Box) -> None:
        style = _style(node.paint)
        self.nodes.append(_shape(node, box, style))
        ink = _ink(node.paint)
        if node.shape == "card":
            self._card(node, box, ink)
            return
        y = box.y
        if node.note:
            self.words.append(canvas.lines([node.note], box.x, y - node.label.height / 2, _SMALL + ink))
            y += LINE / 2
        if node.shape == "cylinder":
            y += 5
        self.words.append(canvas.centred(node.label, box.x, y, ink))

    def _card(self, node: Node, box: Box, ink: str) -> None:
        """A head, and lists of rows below it."""
        y = box.y - box.height / 2 + 9
        if node.note:
            self.words.append(canvas.lines([node.note], box.x, y + LINE / 2, _SMALL + ink))
            y += LINE
        weight = ' font-weight="600"'
        self.words.append(canvas.lines(node.label.lines, box.x, y + LINE / 2, weight + ink))
        y += max(node.label.height, LINE) + 9
        left, right = box.x - box.width / 2, box.x + box.width / 2
        for rows in node.rows:
            self.nodes.append(f'<path d="M{numbers(left, y)}H{number(right)}"{_style(node.paint)}/>')
            start = ' text-anchor="start"'
            self.words.append(canvas.lines(rows, left + 12, y + 6 + LINE / 2, start + ink))
            y += len(rows) * LINE + 12

    def _edge(self, edge: Edge, curves: list[list[Point]]) -> None:
        if edge.line == "none":
            return
        style = f' style="stroke:{edge.colour}"' if edge.colour else ""
        fill = f' style="fill:{edge.colour}"' if edge.colour else ""
        ends = ((curves[0], edge.words[0], edge.start, True), (curves[-1], edge.words[1], edge.end, False))
        for curve, words, tip, is_start in ends:
            if words:
                self._beside(curve, words, is_start=is_start)
            if tip:
                self._tip(curve, tip, style, fill, at_start=is_start)
        dash = ' stroke-dasharray="4 4"' if edge.line == "dotted" else ""
        thick = ' stroke-width="2.4"' if edge.line == "thick" else ""
        path = "".join(canvas.curve(curve) for curve in curves)
        self.lines.append(f'<path d="{path}"{dash}{thick}{style}/>')

    def _tip(self, curve: list[Point], tip: str, style: str, fill: str, *, at_start: bool) -> None:
        """What an edge has at an end; its line ends where that begins."""
        end, before = (curve[0], curve[1]) if at_start else (curve[-1], curve[-2])
        length = hypot(end[0] - before[0], end[1] - before[1]) or 1.0
        ahead = ((end[0] - before[0]) / length, (end[1] - before[1]) / length)
        aside = (-ahead[1], ahead[0])

        def at(back: float, off: float) -> str:
            return numbers(
                end[0] - ahead[0] * back + aside[0] * off, end[1] - ahead[1] * back + aside[1] * off
            )

        far = curve[3] if at_start else curve[-4]  # up to there it is straight
        short = min(_TIP.get(tip, 0.0), hypot(end[0] - far[0], end[1] - far[1]))
        new = (end[0] - ahead[0] * short, end[1] - ahead[1] * short)
        if at_start:
            curve[0] = new
        else:
            curve[-1] = new
        match tip:
            case "arrow":
                self.heads.append(f'<path d="M{at(0, 0)}L{at(9, 4)}L{at(9, -4)}Z"{fill}/>')
            case "circle":
                x, y = end[0] - ahead[0] * 4.5, end[1] - ahead[1] * 4.5
                self.lines.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="4"{style}/>')
            case "cross":
                self.lines.append(f'<path d="M{at(2, 4)}L{at(10, -4)}M{at(2, -4)}L{at(10, 4)}"{style}/>')
            case "triangle":
                self.lines.append(f'<path d="M{at(0, 0)}L{at(13, 7)}L{at(13, -7)}Z"{style}/>')
            case "diamond":
                self.lines.append(f'<path d="M{at(0, 0)}L{at(8, 5)}L{at(16, 0)}L{at(8, -5)}Z"{style}/>')
            case "full":
                self.heads.append(f'<path d="M{at(0, 0)}L{at(8, 5)}L{at(16, 0)}L{at(8, -5)}Z"{fill}/>')
            case "open":
                self.lines.append(f'<path d="M{at(8, 4)}L{at(0, 0)}L{at(8, -4)}"{style}/>')
            case "one":
                self.lines.append(f'<path d="M{at(6, 6)}L{at(6, -6)}M{at(11, 6)}L{at(11, -6)}"{style}/>')
            case "maybe":
                self.lines.append(f'<path d="M{at(6, 6)}L{at(6, -6)}"{style}/>')
                self._ring(end, ahead, 14, style)
            case "many":
                self.lines.append(
                    f'<path d="M{at(0, 6)}L{at(10, 0)}L{at(0, -6)}M{at(13, 6)}L{at(13, -6)}"{style}/>'
                )
            case "any":
                self.lines.append(f'<path d="M{at(0, 6)}L{at(10, 0)}L{at(0, -6)}"{style}/>')
                self._ring(end, ahead, 15, style)

    def _beside(self, curve: list[Point], words: str, *, is_start: bool) -> None:
        """Words at the end of an edge."""
        end, before = (curve[0], curve[1]) if is_start else (curve[-1], curve[-2])
        if abs(end[0] - before[0]) > abs(end[1] - before[1]):
            side, anchor = (6.0, "start") if before[0] > end[0] else (-6.0, "end")
            self.labels.append(
                canvas.lines([words], end[0] + side, end[1] - 11, f'{_SMALL} text-anchor="{anchor}"')
            )
        else:
            down = 11.0 if before[1] > end[1] else -11.0
            self.labels.append(
                canvas.lines([words], end[0] + 8, end[1] + down, f'{_SMALL} text-anchor="start"')
            )

    def _ring(self, end: Point, ahead: Point, back: float, style: str) -> None:
        x, y = end[0] - ahead[0] * back, end[1] - ahead[1] * back
        self.lines.append(f'<circle class="dg-ring" cx="{number(x)}" cy="{number(y)}" r="4.5"{style}/>')


def _style(paint: Paint) -> str:
    said = [f"fill:{paint.fill}"] if paint.fill else []
    said += [f"stroke:{paint.stroke}"] if paint.stroke else []
    dash = ' stroke-dasharray="5 4"' if paint.is_dashed else ""
    return f'{dash} style="{";".join(said)}"' if said else dash


def _ink(paint: Paint) -> str:
    return f' style="fill:{paint.text}"' if paint.text else ""


def _shape(node: Node, box: Box, style: str) -> str:
    x, y, w, h = box.x, box.y, box.width / 2, box.height / 2
    left, top, right, bottom = x - w, y - h, x + w, y + h
    lean = h * 0.5

    def rect(radius: float) -> str:
        return (
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(2 * w)}" height="{number(2 * h)}"'
            f' rx="{number(radius)}"{style}/>'
        )

    def path(*points: Point) -> str:
        return f'<path d="M{"L".join(numbers(*point) for point in points)}Z"{style}/>'

    match node.shape:
        case "round":
            return rect(min(10.0, h))
        case "stadium":
            return rect(h)
        case "subroutine":
            high, wide = number(2 * h), number(2 * w - 14)
            return rect(3) + f'<path d="M{numbers(left + 7, top)}v{high}m{wide} 0v-{high}"{style}/>'
        case "cylinder":
            wide, high = number(2 * w), number(2 * h - 14)
            return (
                f'<path d="M{numbers(left, top + 7)}c0-9 {wide}-9 {wide} 0v{high}c0 9-{wide} 9-{wide} 0z'
                f'm0 0c0 9 {wide} 9 {wide} 0"{style}/>'
            )
        case "circle":
            return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(w)}"{style}/>'
        case "double":
            inner = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(w - 4)}"{style}/>'
            return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(w)}"{style}/>{inner}'
        case "ellipse":
            return f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(w)}" ry="{number(h)}"{style}/>'
        case "diamond":
            return path((x, top), (right, y), (x, bottom), (left, y))
        case "hexagon":
            return path(
                (left + lean, top),
                (right - lean, top),
                (right, y),
                (right - lean, bottom),
                (left + lean, bottom),
                (left, y),
            )
        case "lean-right":
            return path((left + lean, top), (right, top), (right - lean, bottom), (left, bottom))
        case "lean-left":
            return path((left, top), (right - lean, top), (right, bottom), (left + lean, bottom))
        case "trapezoid":
            return path((left + lean, top), (right - lean, top), (right, bottom), (left, bottom))
        case "trapezoid-down":
            return path((left, top), (right, top), (right - lean, bottom), (left + lean, bottom))
        case "flag":
            return path((left, top), (right, top), (right, bottom), (left, bottom), (left + h * 0.4, y))
        case "text":
            return ""
        case "note":
            return (
                f'<path class="dg-note" d="M{numbers(left, top)}H{number(right - 9)}l9 9V{number(bottom)}'
                f'H{number(left)}ZM{numbers(right - 9, top)}V{number(top + 9)}H{number(right)}"{style}/>'
            )
        case "start":
            return _FULL.format(number(x), number(y), number(w - 1), style)
        case "end":
            rim = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(w - 1)}"{style}/>'
            return rim + _FULL.format(number(x), number(y), number(w - 5), style)
        case "bar":
            return rect(2).replace("<rect", '<rect class="dg-full" fill="currentColor"')
        case _:
            return rect(4)
