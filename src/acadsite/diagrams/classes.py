"""Mermaid's class diagrams and diagrams of entities (https://mermaid.js.org/syntax/classDiagram.html,
https://mermaid.js.org/syntax/entityRelationshipDiagram.html) as graphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.diagrams.model import DIRECTIONS, MOST_EDGES, MOST_NODES, Edge, Fault, Graph, Group, Node, Paint
from acadsite.diagrams.reading import painted
from acadsite.diagrams.words import label, plain, shortened

if TYPE_CHECKING:
    from acadsite.diagrams.reading import Line, Source

_NAME: Final = r"(?:`[^`]+`|[\w.$-]*\w(?:~[^~]*~)?)"
_RELATION: Final = re.compile(
    rf'({_NAME})\s*(?:"([^"]*)")?\s*(<\||\*|o|<|\(\))?(--|\.\.)(\|>|\*|o(?=[\s"])|>|\(\))?\s*(?:"([^"]*)")?\s*({_NAME})'
    r"\s*(?::\s*(.*))?\Z"
)
_CLASS: Final = re.compile(
    rf'class\s+({_NAME})(?:\s*\["([^"]*)"\])?(?:\s*:::([\w-]+))?(?:\s*<<(\w+)>>)?\s*(\{{)?\s*(\}})?\Z'
)
_MEMBER: Final = re.compile(rf"({_NAME})\s*:\s*(.+)\Z")
_MARKED: Final = re.compile(rf"<<\s*([\w -]+?)\s*>>\s*({_NAME})\Z")
_NOTE: Final = re.compile(rf'note\s+(?:for\s+({_NAME})\s+)?"([^"]*)"\Z')
_TIPS: Final = {
    "<|": "triangle", "|>": "triangle", "*": "full", "o": "diamond", "<": "arrow", ">": "arrow", "()": "circle",
}  # fmt: skip
_WORDS: Final = (
    "class",
    "namespace",
    "note",
    "direction",
    "classDef",
    "style",
    "cssClass",
    "click",
    "link",
    "callback",
)
_LEFT_OUT: Final = frozenset({"click", "link", "callback", "href"})
#: Longer rows are cut.
_LONGEST: Final = 60


@dataclass(slots=True)
class _Class:
    fields: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)


def class_diagram(source: Source) -> Graph:
    """The graph of a class diagram; raises ``Refused``."""
    return _Classes(source).read()


class _Classes:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.graph = Graph(title=source.title, description=source.description)
        self.members: dict[str, _Class] = {}
        self.open: tuple[str, Line] | None = None  # a class
        self.space: tuple[str, Line] | None = None
        self.paints: dict[str, Paint] = {}

    def read(self) -> Graph:
        is_first = True
        for line in self.source.lines():
            if is_first and line.text.startswith("classDiagram"):
                is_first = False
                continue
            self._line(line)
        for opened in (self.open, self.space):
            if opened is not None:
                raise opened[1].refused(
                    f"this {opened[1].text.split()[0]} is not closed", "Write “}” in a line below."
                )
        for name, found in self.members.items():
            node = self.graph.nodes[name]
            node.shape = "card"
            node.rows = tuple(tuple(rows) for rows in (found.fields, found.methods) if rows)
        for name in [
            name for name in self.graph.groups if not any(n.group == name for n in self.graph.nodes.values())
        ]:
            del self.graph.groups[name]
        return self.graph

    def _line(self, line: Line) -> None:
        text = line.text.rstrip(";").rstrip()
        word = text.split()[0] if text else ""
        if self.open is not None:
            if text == "}":
                self.open = None
            elif text.startswith("<<"):
                self.graph.nodes[self.open[0]].note = f"«{plain(text.strip('<> '))}»"
            else:
                self._member(self.open[0], text)
        elif text == "}" and self.space is not None:
            self.space = None
        elif found := _RELATION.match(text):
            self._relation(found, line)
        elif found := _CLASS.match(text):
            self._class(found, line)
        elif word == "namespace" and text.endswith("{"):
            name = text[9:-1].strip()
            self.graph.groups[name] = Group(name, label(name, is_bold=True))
            self.space = (name, line)
        elif found := _MARKED.match(text):
            self.graph.nodes[self._name(found[2], line)].note = f"«{plain(found[1])}»"
        elif found := _NOTE.match(text):
            key = f"note {len(self.graph.nodes)}"
            self.graph.nodes[key] = Node(key, label(found[2]), "note")
            if found[1]:
                self.graph.edges.append(Edge(key, self._name(found[1], line), line="dotted", end=""))
        elif word == "direction" and (way := DIRECTIONS.get(text[9:].strip())):
            self.graph.direction = way
        elif word == "classDef":
            names, _, styles = text[8:].strip().partition(" ")
            self.paints |= {name: painted(styles) for name in names.split(",")}
        elif word in {"style", "cssClass"}:
            names, _, styles = (
                text[len(word) :].strip().rpartition(" ")
                if word == "cssClass"
                else (text[len(word) :].strip().partition(" "))
            )
            for name in names.strip('"').split(","):
                if node := self.graph.nodes.get(name.strip()):
                    node.paint = painted(styles) if word == "style" else self.paints.get(styles, node.paint)
        elif word in _LEFT_OUT:
            hint = "A diagram is a picture, without links."
            self.graph.faults.append(Fault(line.number, line.column, f"“{word}” is left out", hint))
        elif found := _MEMBER.match(text):
            self._member(self._name(found[1], line), found[2])
        else:
            raise line.unknown(_WORDS)

    def _class(self, found: re.Match[str], line: Line) -> None:
        name = self._name(found[1], line)
        node = self.graph.nodes[name]
        if found[2]:
            node.label = label(found[2], is_bold=True)
        if found[3] and (paint := self.paints.get(found[3])):
            node.paint = paint
        if found[4]:
            node.note = f"«{found[4]}»"
        if self.space is not None:
            node.group = self.space[0]
        if found[5] and not found[6]:
            self.open = (name, line)

    def _name(self, written: str, line: Line) -> str:
        name = written.strip("`")
        key, _, kind = name.partition("~")
        if key not in self.graph.nodes:
            if len(self.graph.nodes) >= MOST_NODES:
                raise line.refused(f"diagrams with more than {MOST_NODES} classes are not drawn")
            self.graph.nodes[key] = Node(key, label(key, is_bold=True), "card")
            self.members[key] = _Class()
        if kind:
            self.graph.nodes[key].label = label(f"{key}#lt;{kind.strip('~')}#gt;", is_bold=True)
        return key

    def _member(self, name: str, written: str) -> None:
        text = re.sub(r"~([^~]*)~", r"#lt;\1#gt;", written.strip())
        shown = shortened(" ".join(plain(text).split()).rstrip("$*"), _LONGEST)
        found = self.members[name]
        (found.methods if "(" in shown else found.fields).append(shown)

    def _relation(self, found: re.Match[str], line: Line) -> None:
        tail, head = self._name(found[1], line), self._name(found[7], line)
        edge = Edge(tail, head, label(found[8] or ""), "dotted" if found[4] == ".." else "solid")
        edge.start, edge.end = _TIPS.get(found[3] or "", ""), _TIPS.get(found[5] or "", "")
        edge.words = (plain(found[2] or ""), plain(found[6] or ""))
        self.graph.edges.append(edge)
        if len(self.graph.edges) > MOST_EDGES:
            raise line.refused(f"diagrams with more than {MOST_EDGES} relations are not drawn")


# --- entities --------------------------------------------------------------------------------------------------

_ENTITY: Final = r'(?:"[^"]+"|[\w.-]+)'
_BETWEEN: Final = re.compile(
    rf"({_ENTITY})\s*(\|o|\|\||\}}o|\}}\|)(--|\.\.)(o\||\|\||o\{{|\|\{{)\s*({_ENTITY})\s*(?::\s*(.*))?\Z"
)
_TABLE: Final = re.compile(rf"({_ENTITY})(?:\s*\[\s*(\"[^\"]*\"|[^\]]*)\])?\s*(\{{)?\s*(\}})?\Z")
_ATTRIBUTE: Final = re.compile(
    r"([^\s\"{}]+)\s+([^\s\"{}]+)((?:\s*(?:\b|,)(?:PK|FK|UK)\b)*)\s*(?:\"([^\"]*)\")?\s*"
)
_FILLED: Final = re.compile(rf"({_ENTITY})\s*\{{(.+)\}}\Z")
_MANY: Final = {
    "|o": "maybe", "o|": "maybe", "||": "one", "}o": "any", "o{": "any", "}|": "many", "|{": "many",
}  # fmt: skip


def _attributes(text: str, line: Line) -> list[str]:
    """What a line says of attributes: types, names, keys, remarks."""
    out: list[str] = []
    at = 0
    while at < len(text):
        found = _ATTRIBUTE.match(text, at)
        if found is None:
            raise line.refused(
                f"“{shortened(text[at:], 60)}” is no attribute", "Write its type and its name: string title"
            )
        said = " ".join(f"{found[1]} {found[2]} {found[3].replace(',', ' ')}".split())
        out.append(shortened(plain(f"{said} – {found[4]}" if found[4] else said), _LONGEST))
        at = found.end()
    return out


def entities(source: Source) -> Graph:
    """The graph of entities and what is between them; raises ``Refused``."""
    graph = Graph(title=source.title, description=source.description)
    rows: dict[str, list[str]] = {}
    opened: tuple[str, Line] | None = None

    def name_of(written: str, line: Line) -> str:
        name = plain(written)
        if name not in graph.nodes:
            if len(graph.nodes) >= MOST_NODES:
                raise line.refused(f"diagrams with more than {MOST_NODES} entities are not drawn")
            graph.nodes[name] = Node(name, label(name, is_bold=True), "card")
            rows[name] = []
        return name

    for line in source.lines():
        text = line.text.rstrip(";").rstrip()
        if text == "erDiagram" and not graph.nodes:
            continue
        if opened is not None:
            if text == "}":
                opened = None
            else:
                rows[opened[0]] += _attributes(text, line)
        elif found := _BETWEEN.match(text):
            edge = Edge(name_of(found[1], line), name_of(found[5], line), label(found[6] or ""))
            edge.start, edge.end = _MANY[found[2]], _MANY[found[4]]
            edge.line = "solid" if found[3] == "--" else "dotted"
            graph.edges.append(edge)
            if len(graph.edges) > MOST_EDGES:
                raise line.refused(f"diagrams with more than {MOST_EDGES} relations are not drawn")
        elif text.startswith("direction ") and (way := DIRECTIONS.get(text[9:].strip())):
            graph.direction = way
        elif text.startswith("title "):
            graph.title = graph.title or plain(text[6:])
        elif found := _FILLED.match(text):
            rows[name_of(found[1], line)] += _attributes(found[2].strip(), line)
        elif found := _TABLE.match(text):
            name = name_of(found[1], line)
            if found[2]:
                graph.nodes[name].label = label(found[2], is_bold=True)
            if found[3] and not found[4]:
                opened = (name, line)
        else:
            raise line.refused(
                f"“{shortened(text, 60)}” is not understood",
                "Relations are written AUTHOR ||--o{ PAPER : writes",
            )
    if opened is not None:
        raise opened[1].refused("this entity is not closed", "Write “}” in a line below it.")
    for name, found_rows in rows.items():
        if found_rows:
            graph.nodes[name].rows = (tuple(found_rows),)
    return graph
