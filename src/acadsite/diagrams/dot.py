"""The language of Graphviz (https://graphviz.org/doc/info/lang.html) as graphs: nodes, edges, clusters, and those of
their attributes that say what is meant. Where things stand and how they look is this package's business."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.diagrams.model import MOST_EDGES, MOST_GROUPS, MOST_NODES, Edge, Fault, Graph, Group, Node
from acadsite.diagrams.reading import painted
from acadsite.diagrams.words import NO_LABEL, label, plain, shortened
from acadsite.problems import nearest, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.diagrams.reading import Source

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|(?:(?<=\n)|\A)\#[^\n]*)
    |(?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<edge>->|--)
    |(?P<id>[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?))
    |(?P<mark>[{}\[\];,=:])
    |(?P<html><)""",
    re.DOTALL | re.VERBOSE,
)
_SHAPES: Final = {
    "box": "rect", "rect": "rect", "rectangle": "rect", "square": "rect", "ellipse": "ellipse", "oval": "ellipse",
    "circle": "circle", "doublecircle": "double", "diamond": "diamond", "hexagon": "hexagon", "cylinder": "cylinder",
    "parallelogram": "lean-right", "trapezium": "trapezoid", "invtrapezium": "trapezoid-down", "plaintext": "text",
    "plain": "text", "none": "text", "point": "start", "note": "note", "record": "card", "Mrecord": "card",
    "component": "subroutine", "box3d": "rect", "tab": "rect", "folder": "rect", "underline": "text", "cds": "flag",
}  # fmt: skip
_DIRECTIONS: Final = {"TB": "TB", "BT": "BT", "LR": "LR", "RL": "RL"}
_TIPS: Final = {
    "normal": "arrow", "vee": "open", "open": "open", "none": "", "dot": "circle", "odot": "circle", "tee": "one",
    "diamond": "full", "odiamond": "diamond", "empty": "triangle", "onormal": "triangle", "crow": "any", "inv": "arrow",
}  # fmt: skip
_LINES: Final = {"dashed": "dotted", "dotted": "dotted", "bold": "thick", "invis": "none"}
_DEEPEST: Final = 12


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def dot(source: Source) -> Graph:
    """The graph of a text; raises ``Refused``."""
    return _Reader(source).read()


class _Scope(NamedTuple):
    group: str
    node: dict[str, str]
    edge: dict[str, str]


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = self._tokens()
        self.next = 0
        self.graph = Graph()
        self.is_directed = True
        self.given: dict[str, dict[str, str]] = {}
        self.depth = 0

    # --- tokens ------------------------------------------------------------------------------------------------

    def _tokens(self) -> list[_Token]:
        text, at = self.source.text, 0
        out: list[_Token] = []
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                self.source.refuse(at, f"{quote(text[at])} is not understood")
            kind, end = found.lastgroup or "", found.end()
            if kind == "quoted":
                words = re.sub(r"\\\n", "", found[0][1:-1]).replace('\\"', '"')
                out.append(_Token("id", words, at))
            elif kind == "html":
                end = self._html(at)
                out.append(_Token("id", text[at + 1 : end - 1], at))
            elif kind != "skip":
                out.append(_Token("edge" if kind == "edge" else kind, found[0], at))
            at = end
        return out

    def _html(self, start: int) -> int:
        """Where a label in angle brackets ends."""
        deep = 0
        for at in range(start, len(self.source.text)):
            deep += {"<": 1, ">": -1}.get(self.source.text[at], 0)
            if not deep:
                return at + 1
        return self.source.refuse(start, "“<” is not closed")

    def _peek(self, text: str = "") -> bool:
        return self.next < len(self.tokens) and (not text or self._is(self.tokens[self.next], text))

    @staticmethod
    def _is(token: _Token, text: str) -> bool:
        return token.kind != "id" and token.text == text

    def _take(self, text: str = "") -> _Token | None:
        """The next token, if it is that sign."""
        if not self._peek(text):
            return None
        self.next += 1
        return self.tokens[self.next - 1]

    def _name(self) -> _Token | None:
        if self.next < len(self.tokens) and self.tokens[self.next].kind == "id":
            self.next += 1
            return self.tokens[self.next - 1]
        return None

    def _here(self) -> int:
        return self.tokens[self.next].at if self.next < len(self.tokens) else len(self.source.text.rstrip())

    # --- statements --------------------------------------------------------------------------------------------

    def read(self) -> Graph:
        first = self._name()
        if first and first.text.lower() == "strict":
            first = self._name()
        kind = first.text.lower() if first else ""
        if first is None or kind not in {"graph", "digraph"}:
            hint = nearest(kind, ("graph", "digraph")) if kind else None
            self.source.refuse(
                first.at if first else self._here(),
                f"{quote(shortened(first.text, 40))} is no kind of graph"
                if first
                else "a graph is missing here",
                f"Did you mean {quote(hint)}?" if hint else "Begin it with “digraph {”.",
            )
        self.is_directed = kind == "digraph"
        self._name()
        self._block(_Scope("", {}, {}))
        for key, given in self.given.items():
            self._dress(self.graph.nodes[key], given)
        used = {node.group for node in self.graph.nodes.values()} | {
            one.parent for one in self.graph.groups.values()
        }
        for key in [key for key in reversed(self.graph.groups) if key not in used]:
            del self.graph.groups[key]
        return self.graph

    def _block(self, scope: _Scope) -> list[str]:
        """Statements in braces; the nodes that they name."""
        opened = self._here()
        if not self._take("{"):
            self.source.refuse(opened, "“{” is missing here")
        self.depth += 1
        if self.depth > _DEEPEST:
            self.source.refuse(opened, "these braces are too deep in each other")
        named: list[str] = []
        while not self._take("}"):
            if not self._peek():
                self.source.refuse(opened, "“{” is not closed", "Write “}” behind the last line.")
            if self._take(";") or self._take(","):
                continue
            named += self._statement(scope)
        self.depth -= 1
        return named

    def _statement(self, scope: _Scope) -> list[str]:
        at = self._here()
        if self._peek("{") or (
            self.tokens[self.next].kind == "id" and self.tokens[self.next].text == "subgraph"
        ):
            return self._edges(self._subgraph(scope), scope)
        name = self._name()
        if name is None:
            self.source.refuse(at, f"{quote(self.tokens[self.next].text)} is not understood")
        word = name.text.lower()
        if word in {"graph", "node", "edge"} and self._peek("["):
            given = self._attributes()
            if word == "graph":
                for key, value in given.items():
                    self._set(scope, key, value)
            else:
                (scope.node if word == "node" else scope.edge).update(given)
            return []
        if self._take("="):
            said = self._name()
            self._set(scope, name.text, said.text if said else "")
            return []
        return self._edges([self._node(name, scope)], scope)

    def _edges(self, tails: list[str], scope: _Scope) -> list[str]:
        pairs: list[tuple[str, str]] = []
        named = list(tails)
        at = self._here()
        while self._peek() and self.tokens[self.next].kind == "edge":
            self.next += 1
            if self._peek("{") or (self._peek() and self.tokens[self.next].text == "subgraph"):
                heads = self._subgraph(scope)
            elif name := self._name():
                heads = [self._node(name, scope)]
            else:
                self.source.refuse(self._here(), "a node is missing here")
            pairs += [(tail, head) for tail in tails for head in heads]
            if len(pairs) + len(self.graph.edges) > MOST_EDGES:
                self.source.refuse(at, f"diagrams with more than {MOST_EDGES} edges are not drawn")
            named += heads
            tails = heads
        given = self._attributes() if self._peek("[") else {}
        if pairs:
            given = scope.edge | given
            self.graph.edges += [self._edge(tail, head, given) for tail, head in pairs]
        elif len(named) == 1:
            self.given[named[0]] |= given
        return named

    def _subgraph(self, scope: _Scope) -> list[str]:
        at = self._here()
        name = None
        if self._peek() and self.tokens[self.next].text == "subgraph":
            self.next += 1
            name = self._name()
        group = scope.group
        if name and name.text.startswith("cluster"):
            group = name.text
            if group not in self.graph.groups:
                if len(self.graph.groups) >= MOST_GROUPS:
                    self.source.refuse(at, f"more than {MOST_GROUPS} clusters are not drawn")
                self.graph.groups[group] = Group(group, NO_LABEL, scope.group)
        return self._block(_Scope(group, dict(scope.node), dict(scope.edge)))

    def _node(self, name: _Token, scope: _Scope) -> str:
        while self._take(":"):  # a port
            self._name()
        key = name.text
        if key not in self.graph.nodes:
            if len(self.graph.nodes) >= MOST_NODES:
                self.source.refuse(name.at, f"diagrams with more than {MOST_NODES} nodes are not drawn")
            self.graph.nodes[key] = Node(key, label(key), "ellipse", scope.group)
            self.given[key] = dict(scope.node)
        elif scope.group and not self.graph.nodes[key].group:
            self.graph.nodes[key].group = scope.group
        return key

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while opened := self._take("["):
            while not self._take("]"):
                if not self._peek():
                    self.source.refuse(opened.at, "“[” is not closed", "Write “]” behind the attributes.")
                if self._take(";") or self._take(","):
                    continue
                name = self._name()
                if name is None:
                    self.source.refuse(self._here(), f"{quote(self.tokens[self.next].text)} is no attribute")
                value = self._name() if self._take("=") else None
                found[name.text] = value.text if value else "true"
        return found

    # --- attributes --------------------------------------------------------------------------------------------

    def _set(self, scope: _Scope, key: str, value: str) -> None:
        """An attribute of the graph or of a cluster."""
        group = self.graph.groups.get(scope.group)
        if key == "label":
            if group is not None:
                group.label = label(_words(value), 260, is_bold=True)
            else:
                self.graph.title = " ".join(plain(_words(value)).split())
        elif key == "rankdir" and value in _DIRECTIONS:
            self.graph.direction = value  # type: ignore[assignment]
        elif group is not None and key in {"bgcolor", "fillcolor", "color"}:
            group.paint = painted(f"{'stroke' if key == 'color' else 'fill'}:{value}", group.paint)

    def _dress(self, node: Node, given: Mapping[str, str]) -> None:
        shape = given.get("shape", "ellipse")
        node.shape = _SHAPES.get(shape, "rect")
        style = given.get("style", "")
        if node.shape == "rect" and "rounded" in style:
            node.shape = "round"
        if shape not in _SHAPES:
            hint = nearest(shape, _SHAPES)
            message = f"the shape {quote(shape)} is not known, and a box is drawn"
            self.graph.faults.append(Fault(1, 1, message, f"Did you mean {quote(hint)}?" if hint else ""))
        written = given.get("label", node.name).replace("\\N", node.name)
        if node.shape == "card":
            head, *rows = (part for part in re.split(r"(?<!\\)[|]", written.strip("{} ")))
            node.label = label(_port(head), is_bold=True)
            node.rows = tuple((shortened(" ".join(plain(_words(_port(row))).split()), 60),) for row in rows)
        elif node.shape == "start":
            node.label = NO_LABEL
        else:
            node.label = label(_words(written))
        fill = given.get("fillcolor") or (given.get("color", "") if "filled" in style else "")
        styles = [f"fill:{fill}"] if fill and "filled" in style else []
        styles += [f"stroke:{given['color']}"] if "color" in given else []
        styles += ["stroke-dasharray:1"] if "dashed" in style or "dotted" in style else []
        node.paint = painted(",".join(styles))

    def _edge(self, tail: str, head: str, given: Mapping[str, str]) -> Edge:
        edge = Edge(tail, head, label(_words(given.get("label") or given.get("xlabel", ""))))
        ahead = _TIPS.get(given.get("arrowhead", "normal"), "arrow")
        behind = _TIPS.get(given.get("arrowtail", "normal"), "arrow")
        way = given.get("dir", "forward" if self.is_directed else "none")
        edge.end = ahead if way in {"forward", "both"} else ""
        edge.start = behind if way in {"back", "both"} else ""
        edge.line = next((line for style, line in _LINES.items() if style in given.get("style", "")), "solid")
        edge.colour = painted(f"stroke:{given.get('color', '')}").stroke
        edge.words = (plain(given.get("taillabel", "")), plain(given.get("headlabel", "")))
        length = given.get("minlen", "1")
        edge.length = int(length) if length.isdecimal() and 0 < int(length) < 10 else 1
        return edge


def _words(text: str) -> str:
    """A label with its breaks."""
    return re.sub(r"\\[nlr]", "\n", text).replace("\\\\", "\\")


def _port(text: str) -> str:
    """A field of a record without the name of its port."""
    return re.sub(r"^\s*<\w*>\s*", "", text).strip("{} ")
