"""Mermaid's state diagrams (https://mermaid.js.org/syntax/stateDiagram.html) as graphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.diagrams.model import (
    DIRECTIONS,
    MOST_EDGES,
    MOST_GROUPS,
    MOST_NODES,
    NO_PAINT,
    Edge,
    Graph,
    Group,
    Node,
    Paint,
)
from acadsite.diagrams.reading import painted
from acadsite.diagrams.words import NO_LABEL, label, lines_of, plain

if TYPE_CHECKING:
    from acadsite.diagrams.reading import Line, Source

_ARROW: Final = re.compile(r"(.+?)\s*-->\s*([^:]+?)\s*(?::\s*(.*))?\Z")
_STATE: Final = re.compile(
    r'state\s+(?:"([^"]*)"\s+as\s+(\S+)|(\S+))\s*(?:<<(\w+)>>|\[\[(\w+)\]\])?\s*(\{)?\s*(\})?\Z'
)
_NOTE: Final = re.compile(r"note\s+(?:right|left)\s+of\s+(\S+?)\s*(?::\s*(.*))?\Z", re.IGNORECASE)
_SAID: Final = re.compile(r"([^\s:]+)\s*:\s*(.+)\Z")
_NAME: Final = re.compile(r"[\w.-]+\Z")
_WORDS: Final = ("state", "note", "direction", "classDef", "class", "style", "end note")
_SHAPES: Final = {"choice": "diamond", "fork": "bar", "join": "bar"}


def state_diagram(source: Source) -> Graph:
    """The graph of a state diagram; raises ``Refused``."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.graph = Graph(title=source.title, description=source.description)
        self.open: list[tuple[str, Line]] = []
        self.said: dict[str, list[str]] = {}
        self.classes: dict[str, Paint] = {}
        self.note: tuple[str, Line, list[str]] | None = None

    def read(self) -> Graph:
        for line in self.source.lines():
            if self.note is not None:
                self._in_note(line)
            elif not line.text.startswith("stateDiagram") or self.graph.nodes:
                self._line(line)
        if self.note is not None:
            raise self.note[1].refused("this note has no end", "Write “end note” in a line below it.")
        if self.open:
            raise self.open[-1][1].refused("this state is not closed", "Write “}” in a line below it.")
        graph = self.graph
        for name in [name for name in graph.nodes if name in graph.groups]:
            graph.groups[name].paint = graph.nodes.pop(name).paint
        inside = {node.group for node in graph.nodes.values()} | {one.parent for one in graph.groups.values()}
        for name in [name for name in reversed(graph.groups) if name not in inside]:
            group = graph.groups.pop(name)
            graph.nodes[name] = Node(name, group.label, "round", group.parent, group.paint)
        for name, lines in self.said.items():
            words = lines_of("\n".join(map(plain, lines)))
            if name in graph.groups:
                graph.groups[name].label = words
            elif name in graph.nodes:
                graph.nodes[name].label = words
        return graph

    def _line(self, line: Line) -> None:
        text = line.text.rstrip(";").rstrip()
        word = text.split()[0] if text else ""
        if text == "}":
            if not self.open:
                raise line.refused("“}” closes no state")
            self.open.pop()
        elif found := _ARROW.match(text):
            tail, head = self._end(found[1], line, is_tail=True), self._end(found[2], line, is_tail=False)
            self.graph.edges.append(Edge(tail, head, label(found[3] or "")))
            if len(self.graph.edges) > MOST_EDGES:
                raise line.refused(f"diagrams with more than {MOST_EDGES} transitions are not drawn")
        elif word == "direction" and (way := DIRECTIONS.get(text[9:].strip())):
            if self.open:
                self.graph.groups[self.open[-1][0]].direction = way
            else:
                self.graph.direction = way
        elif word == "classDef":
            names, _, styles = text[8:].strip().partition(" ")
            self.classes |= {name: painted(styles) for name in names.split(",")}
        elif word == "class":
            names, _, kind = text[5:].strip().rpartition(" ")
            for name in names.split(","):
                self._paint(name.strip(), self.classes.get(kind, NO_PAINT))
        elif word == "style":
            names, _, styles = text[5:].strip().partition(" ")
            for name in names.split(","):
                self._paint(name.strip(), painted(styles))
        elif found := _NOTE.match(text):
            self.note = (found[1], line, [])
            if found[2] is not None:
                self.note[2].append(found[2])
                self._write_note()
        elif found := _STATE.match(text):
            self._state(found, line)
        elif text in {"--", "hide empty description"} or word == "scale":
            return  # parts that go on side by side have no edges to each other
        elif found := _SAID.match(text):
            self.said.setdefault(self._node(found[1], line), []).append(found[2])
        elif _NAME.match(text.partition(":::")[0]):
            self._node(text, line)
        else:
            raise line.unknown(_WORDS)

    def _in_note(self, line: Line) -> None:
        if self.note is None:
            return
        if line.text.lower() == "end note":
            self._write_note()
        else:
            self.note[2].append(line.text)

    def _write_note(self) -> None:
        if self.note is None:
            return
        name, line, lines = self.note
        self.note = None
        at = self._node(name, line)
        found = self.graph.nodes.get(at) or self.graph.groups[at]
        group = found.group if isinstance(found, Node) else found.parent
        key = f"note {len(self.graph.nodes)}"
        self.graph.nodes[key] = Node(key, label("\n".join(lines)), "note", group)
        self.graph.edges.append(Edge(at, key, line="dotted", end=""))

    def _state(self, found: re.Match[str], line: Line) -> None:
        name = found[2] or found[3]
        kind = found[4] or found[5]
        if found[6]:
            name = name.partition(":::")[0]
            if len(self.graph.groups) >= MOST_GROUPS or len(self.open) > 8:
                raise line.refused(f"more than {MOST_GROUPS} states that hold others are not drawn")
            if name not in self.graph.groups:
                parent = self.open[-1][0] if self.open else ""
                self.graph.groups[name] = Group(name, label(found[1] or name, is_bold=True), parent)
            if not found[7]:
                self.open.append((name, line))
            return
        key = self._node(name, line)
        if found[1]:
            self.said[key] = [found[1]]
        if kind in _SHAPES and key in self.graph.nodes:
            node = self.graph.nodes[key]
            node.shape, node.label = _SHAPES[kind], NO_LABEL

    def _end(self, written: str, line: Line, *, is_tail: bool) -> str:
        if written.strip() not in {"[*]", "[H]"}:
            return self._node(written, line)
        scope = self.open[-1][0] if self.open else ""
        key = f"{scope} {'start' if is_tail else 'end'}"
        shape = "start" if is_tail else "end"
        self.graph.nodes.setdefault(key, Node(key, NO_LABEL, shape, scope))
        return key

    def _node(self, written: str, line: Line) -> str:
        name, _, kind = written.strip().partition(":::")
        if not _NAME.match(name):
            raise line.unknown(_WORDS)
        if name not in self.graph.groups:
            if len(self.graph.nodes) >= MOST_NODES:
                raise line.refused(f"diagrams with more than {MOST_NODES} states are not drawn")
            scope = self.open[-1][0] if self.open else ""
            self.graph.nodes.setdefault(name, Node(name, label(name), "round", scope))
        if kind:
            self._paint(name, self.classes.get(kind, NO_PAINT))
        return name

    def _paint(self, name: str, paint: Paint) -> None:
        found = self.graph.nodes.get(name) or self.graph.groups.get(name)
        if found is not None:
            found.paint = paint
