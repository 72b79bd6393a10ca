"""Mermaid's flowcharts (https://mermaid.js.org/syntax/flowchart.html) as graphs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NoReturn, get_args

from acadsite.diagrams.model import (
    MOST_EDGES,
    MOST_GROUPS,
    MOST_NODES,
    NO_PAINT,
    Direction,
    Edge,
    Graph,
    Group,
    Node,
    Paint,
)
from acadsite.diagrams.reading import Source, painted
from acadsite.diagrams.words import NO_LABEL, label, lines_of, plain, shortened
from acadsite.problems import nearest, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.diagrams.words import Label

_HEAD: Final = re.compile(r"\s*(?:flowchart-elk|flowchart|graph)\b[ \t]*(TB|TD|BT|LR|RL|[<>^v](?=[\s;]|\Z))?")
_ARROWS: Final = {"TD": "TB", ">": "LR", "<": "RL", "^": "BT", "v": "TB"}
_BLANKS: Final = re.compile(r"[ \t]+")
_ENDS: Final = re.compile(r"[\s;]+")
_NAME: Final = re.compile(r"\w+(?:[-.](?=\w)\w+)*")
_WORD: Final = re.compile(r"\w+")
_TITLED: Final = re.compile(r"(\w[\w.-]*)[ \t]*\[(.*)\]")
_REST: Final = re.compile(r"[^\n;]*")
_EDGE_NAME: Final = re.compile(r"\w+@(?=[<xo]?(?:--|==|-\.))")
_WHOLE: Final = re.compile(
    r"(?P<start>[xo<])?(?:(?P<solid>--+)(?P<end1>[-xo>])|(?P<thick>==+)(?P<end2>[=xo>])"
    r"|-?(?P<dots>\.+)-(?P<end3>[xo>])?)|(?P<none>~~~+)"
)
_OPEN: Final = re.compile(r"(?P<start>[xo<])?(?P<line>--|==|-\.)[ \t]*(?=[^\s>=-])")
_CLOSE: Final = {
    "--": re.compile(r"[ \t]*(--+)([-xo>])"),
    "==": re.compile(r"[ \t]*(==+)([=xo>])"),
    "-.": re.compile(r"[ \t]*(\.+)-([xo>])?"),
}
_LINES: Final = {"--": "solid", "==": "thick", "-.": "dotted"}
_TIPS: Final = {"x": "cross", "o": "circle", ">": "arrow", "<": "arrow"}
#: What opens a shape, longest first, and what closes it.
_SHAPES: Final = (
    ("(((", ((")))", "double"),)),
    ("((", (("))", "circle"),)),
    ("([", (("])", "stadium"),)),
    ("(-", (("-)", "ellipse"),)),
    ("[[", (("]]", "subroutine"),)),
    ("[(", ((")]", "cylinder"),)),
    ("[/", (("/]", "lean-right"), ("\\]", "trapezoid"))),
    ("[\\", (("\\]", "lean-left"), ("/]", "trapezoid-down"))),
    ("{{", (("}}", "hexagon"),)),
    ("[", (("]", "rect"),)),
    ("(", ((")", "round"),)),
    ("{", (("}", "diamond"),)),
    (">", (("]", "flag"),)),
)
_NEW: Final = re.compile(r"@\{([^{}]*)\}")
_KEY: Final = re.compile(r"""(\w+)\s*:\s*(?:"([^"]*)"|'([^']*)'|([^,\n]*))""")
#: Names of shapes in ``@{shape: …}``.
_SHAPE_NAMES: Final = {
    "rect": "rect", "rectangle": "rect", "proc": "rect", "process": "rect", "rounded": "round", "event": "round",
    "stadium": "stadium", "pill": "stadium", "terminal": "stadium", "subproc": "subroutine",
    "subprocess": "subroutine", "fr-rect": "subroutine", "framed-rectangle": "subroutine", "cyl": "cylinder",
    "cylinder": "cylinder", "database": "cylinder", "db": "cylinder", "circle": "circle", "circ": "circle",
    "dbl-circ": "double", "double-circle": "double", "diam": "diamond", "diamond": "diamond", "decision": "diamond",
    "question": "diamond", "hex": "hexagon", "hexagon": "hexagon", "prepare": "hexagon", "lean-r": "lean-right",
    "lean-right": "lean-right", "in-out": "lean-right", "lean-l": "lean-left", "lean-left": "lean-left",
    "out-in": "lean-left", "trap-b": "trapezoid", "trapezoid": "trapezoid", "trap-t": "trapezoid-down",
    "inv-trapezoid": "trapezoid-down", "odd": "flag", "text": "text", "sm-circ": "start", "small-circle": "start",
    "start": "start", "fr-circ": "end", "stop": "end", "framed-circle": "end", "fork": "bar", "join": "bar",
    "note": "note", "comment": "note", "doc": "note",
}  # fmt: skip
#: Words that begin a statement.
_STATEMENTS: Final = ("subgraph", "end", "direction", "classDef", "class", "style", "linkStyle", "click")
_DIRECTIONS: Final = (*get_args(Direction), "TD")


def flowchart(source: Source) -> Graph:
    """The graph of a flowchart; raises ``Refused``."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source, self.text, self.at = source, source.text, 0
        self.graph = Graph(title=source.title, description=source.description)
        self.open: list[tuple[str, int]] = []  # groups, and where they begin
        self.classes: dict[str, Paint] = {}
        self.wearing: list[tuple[str, str, int]] = []  # node, class, place
        self.styles: list[tuple[str, str, int]] = []
        self.labelled: set[str] = set()

    def read(self) -> Graph:
        found = _HEAD.match(self.text)
        self.at = found.end() if found else 0
        if found and found[1]:
            self.graph.direction = _ARROWS.get(found[1], found[1])  # type: ignore[assignment]
        while self._next_statement():
            self._statement()
        if self.open:
            name, at = self.open[-1]
            title = self.graph.groups[name].label.text or name
            self.source.refuse(
                at, f"the subgraph {quote(title)} has no end", "Write “end” in a line below it."
            )
        self._finish()
        return self.graph

    # --- tools -------------------------------------------------------------------------------------------------

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def _next_statement(self) -> bool:
        self._match(_ENDS)
        return self.at < len(self.text)

    def _is_end(self) -> bool:
        self._match(_BLANKS)
        return self.at >= len(self.text) or self.text[self.at] in "\n;"

    def _rest(self) -> str:
        """What is left of the statement."""
        self._match(_BLANKS)
        found = _REST.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0].strip() if found else ""

    # --- statements --------------------------------------------------------------------------------------------

    def _statement(self) -> None:
        start = self.at
        word = _WORD.match(self.text, start)
        name = word[0] if word else ""
        behind = self.text[word.end() : word.end() + 1] if word else ""
        if name in _STATEMENTS and behind in {"", " ", "\t", "\n", ";"}:
            self.at = start + len(name)
            match name:
                case "subgraph":
                    self._subgraph(start)
                    return
                case "end":
                    if not self.open:
                        self.source.refuse(
                            start, "“end” ends no subgraph", "Remove it, or call a node “End”."
                        )
                    self.open.pop()
                    return
                case "direction":
                    self._direction(start)
                    return
            rest = self._rest()
            match name:
                case "classDef":
                    names, _, styles = rest.partition(" ")
                    for one in names.split(","):
                        self.classes[one.strip()] = painted(styles, self.classes.get(one.strip(), NO_PAINT))
                case "class":
                    names, _, one = rest.rpartition(" ")
                    self.wearing += [(node.strip(), one.strip(), start) for node in names.split(",")]
                case "style":
                    names, _, styles = rest.partition(" ")
                    self.styles += [(node.strip(), styles, start) for node in names.split(",")]
                case "linkStyle":
                    self._link_style(rest, start)
                case "click":
                    self.graph.faults.append(
                        self.source.fault(
                            start, "“click” is left out", "A diagram is a picture, without links."
                        )
                    )
            return
        self._chain(start)

    def _subgraph(self, start: int) -> None:
        self._match(_BLANKS)
        written = _REST.match(self.text, self.at)
        words = written[0].strip() if written else ""
        found = _TITLED.fullmatch(words)
        key = found[1] if found else plain(words)
        title = plain(found[2] if found else words)
        self.at += len(written[0]) if written else 0
        key = key or title or f"subgraph {len(self.graph.groups) + 1}"
        if key in self.graph.groups:
            key = f"{key} {len(self.graph.groups) + 1}"
        if len(self.graph.groups) >= MOST_GROUPS or len(self.open) > 8:
            self.source.refuse(
                start, f"more than {MOST_GROUPS} subgraphs, or too many in each other, are not drawn"
            )
        parent = self.open[-1][0] if self.open else ""
        self.graph.groups[key] = Group(key, lines_of(title, 260, is_bold=True), parent)
        self.open.append((key, start))

    def _direction(self, start: int) -> None:
        written = self._rest()
        if written not in _DIRECTIONS:
            hint = nearest(written, _DIRECTIONS)
            self.source.refuse(
                start,
                f"{quote(written)} is no direction",
                f"Did you mean {quote(hint)}?" if hint else "Write TB, BT, LR or RL.",
            )
        direction: Direction = "TB" if written == "TD" else written  # type: ignore[assignment]
        if self.open:
            self.graph.groups[self.open[-1][0]].direction = direction
        else:
            self.graph.direction = direction

    def _link_style(self, rest: str, start: int) -> None:
        which, _, styles = rest.partition(" ")
        stroke = painted(styles).stroke
        edges = self.graph.edges
        for one in range(len(edges)) if which == "default" else map(int, re.findall(r"\d{1,6}", which)):
            if one < len(edges):
                edges[one].colour = stroke
            else:
                self.graph.faults.append(
                    self.source.fault(
                        start, f"there is no link {one} above this line", "Links are counted from 0."
                    )
                )

    # --- nodes and links ---------------------------------------------------------------------------------------

    def _chain(self, start: int) -> None:
        before = self._nodes(start)
        while not self._is_end():
            edge = self._link(start)
            after = self._nodes(self.at)
            for tail in before:
                for head in after:
                    self.graph.edges.append(replace(edge, tail=tail, head=head))
            if len(self.graph.edges) > MOST_EDGES:
                self.source.refuse(start, f"diagrams with more than {MOST_EDGES} links are not drawn")
            before = after

    def _nodes(self, start: int) -> list[str]:
        found = [self._node(start)]
        while True:
            back = self.at
            self._match(_BLANKS)
            if not self.text.startswith("&", self.at):
                self.at = back
                return found
            self.at += 1
            found.append(self._node(self.at))

    def _node(self, start: int) -> str:
        self._match(_BLANKS)
        at = self.at
        name = self._match(_NAME)
        key = name[0] if name else self._unknown(start)
        if key == "end":
            self.source.refuse(at, "“end” cannot be the name of a node", "Write “End”, or another name.")
        if key not in self.graph.nodes:
            if len(self.graph.nodes) >= MOST_NODES:
                self.source.refuse(at, f"diagrams with more than {MOST_NODES} nodes are not drawn")
            self.graph.nodes[key] = Node(key, label(key))
        node = self.graph.nodes[key]
        if self.open and not node.group:
            node.group = self.open[-1][0]
        for opening, closings in _SHAPES:
            if self.text.startswith(opening, self.at):
                node.shape, node.label = self._closed(opening, closings)
                self.labelled.add(key)
                break
        if new := self._match(_NEW):
            self._new_shape(node, new, at)
        while self.text.startswith(":::", self.at):
            self.at += 3
            if worn := self._match(_NAME):
                self.wearing.append((key, worn[0], at))
        return key

    def _closed(self, opening: str, closings: Sequence[tuple[str, str]]) -> tuple[str, Label]:
        """The shape and the label in brackets."""
        start = self.at
        begin = start + len(opening)
        quoted = re.compile(r'\s*"([^"]*)"\s*').match(self.text, begin)
        if quoted:
            for closing, shape in closings:
                if self.text.startswith(closing, quoted.end()):
                    self.at = quoted.end() + len(closing)
                    return shape, label(f'"{quoted[1]}"')
        line_end = self.text.find("\n", begin)
        line_end = line_end if line_end >= 0 else len(self.text)
        ends = [
            (at, closing, shape)
            for closing, shape in closings
            if (at := self.text.find(closing, begin, line_end)) >= 0
        ]
        if not ends:
            closing = closings[0][0]
            self.source.refuse(
                start,
                f"{quote(opening)} is not closed",
                f"Write {quote(closing)} behind the words, in the same line.",
            )
        at, closing, shape = min(ends)
        self.at = at + len(closing)
        return shape, label(self.text[begin:at])

    def _new_shape(self, node: Node, found: re.Match[str], at: int) -> None:
        values = {key: next(filter(None, more), "").strip() for key, *more in _KEY.findall(found[1])}
        if "label" in values:
            node.label = label(values["label"])
        written = values.get("shape", "")
        if written in _SHAPE_NAMES:
            node.shape = _SHAPE_NAMES[written]
        elif written:
            hint = nearest(written, _SHAPE_NAMES)
            self.graph.faults.append(
                self.source.fault(
                    at,
                    f"the shape {quote(written)} is not known, and a box is drawn",
                    f"Did you mean {quote(hint)}?" if hint else "",
                )
            )
        if node.shape in {"start", "end", "bar"}:
            node.label = NO_LABEL

    def _link(self, start: int) -> Edge:
        self._match(_BLANKS)
        at = self.at
        self._match(_EDGE_NAME)
        edge = Edge("", "")
        if found := self._match(_WHOLE):
            self._set_line(edge, found)
        elif found := self._match(_OPEN):
            self._worded(edge, found, at)
        else:
            self._unknown(start, at)
        back = self.at
        self._match(_BLANKS)
        if self.text.startswith("|", self.at):
            end = self.text.find("|", self.at + 1)
            if end < 0 or "\n" in self.text[self.at : end]:
                self.source.refuse(self.at, "“|” is not closed", "Write “|” behind the words of the link.")
            edge.label = label(self.text[self.at + 1 : end])
            self.at = end + 1
        else:
            self.at = back
        if self._is_end() and not self.text[self.at :].strip():
            self.source.refuse(at, "this link leads nowhere", "Write the node that it leads to behind it.")
        return edge

    def _set_line(self, edge: Edge, found: re.Match[str]) -> None:
        if found["none"]:
            edge.line, edge.end, edge.length = "none", "", len(found["none"]) - 2
            return
        if found["solid"]:
            edge.line, edge.length, end = "solid", len(found["solid"]) - 1, found["end1"]
        elif found["thick"]:
            edge.line, edge.length, end = "thick", len(found["thick"]) - 1, found["end2"]
        else:
            edge.line, edge.length, end = "dotted", len(found["dots"]), found["end3"] or ""
        edge.start, edge.end = _TIPS.get(found["start"] or "", ""), _TIPS.get(end, "")

    def _worded(self, edge: Edge, found: re.Match[str], at: int) -> None:
        """``-- words -->``."""
        kind = found["line"]
        line_end = self.text.find("\n", self.at)
        close = _CLOSE[kind].search(self.text, self.at, line_end if line_end >= 0 else len(self.text))
        if close is None:
            self.source.refuse(
                at, "the words of this link have no end", "Write -->, ---, -.-> or ==> behind them."
            )
        edge.label = label(self.text[self.at : close.start()])
        edge.line, edge.length = _LINES[kind], max(1, len(close[1]) - (kind != "-."))
        edge.start, edge.end = _TIPS.get(found["start"] or "", ""), _TIPS.get(close[2] or "", "")
        self.at = close.end()

    def _unknown(self, start: int, at: int = -1) -> NoReturn:
        at = self.at if at < 0 else at
        line_end = self.text.find("\n", at)
        here = self.text[at : line_end if line_end >= 0 else len(self.text)].strip()
        word = _WORD.match(self.text, start)
        hint = nearest(word[0], _STATEMENTS, 0.7) if word else None
        self.source.refuse(
            at,
            f"{quote(shortened(here, 60))} is not understood" if here else "a node is missing here",
            f"Did you mean {quote(hint)}?" if hint else "Links are written -->, ---, -.-> or ==>.",
        )

    # --- the end -----------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        graph = self.graph
        for name in [name for name in graph.nodes if name in graph.groups]:
            del graph.nodes[name]  # named before it was written
        used = {node.group for node in graph.nodes.values()} | {
            group.parent for group in graph.groups.values()
        }
        for name in [name for name in reversed(graph.groups) if name not in used]:
            group = graph.groups.pop(name)
            graph.nodes[name] = Node(name, group.label, "rect", group.parent)
        for name, worn, at in self.wearing:
            if worn in self.classes:
                self._paint(name, self.classes[worn])
            else:
                hint = nearest(worn, self.classes)
                self.graph.faults.append(
                    self.source.fault(
                        at,
                        f"there is no classDef {quote(worn)}",
                        f"Did you mean {quote(hint)}?" if hint else "",
                    )
                )
        if "default" in self.classes:
            for node in graph.nodes.values():
                if node.paint == NO_PAINT:
                    node.paint = self.classes["default"]
        for name, styles, _ in self.styles:
            found = graph.nodes.get(name) or graph.groups.get(name)
            if found is not None:
                found.paint = painted(styles, found.paint)

    def _paint(self, name: str, paint: Paint) -> None:
        found = self.graph.nodes.get(name) or self.graph.groups.get(name)
        if found is not None:
            found.paint = paint
