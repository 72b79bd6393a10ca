"""What the languages of diagrams have in common: a graph of nodes, edges and groups, and what can be wrong with a text.

``Refused`` is how a parser says that it cannot go on; it never leaves this package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from acadsite.diagrams.words import NO_LABEL, Label

Direction = Literal["TB", "BT", "LR", "RL"]
#: As Mermaid writes them.
DIRECTIONS: Final[dict[str, Direction]] = {"TB": "TB", "TD": "TB", "BT": "BT", "LR": "LR", "RL": "RL"}
#: Larger graphs are no pictures any more.
MOST_NODES: Final = 400
MOST_EDGES: Final = 800
MOST_GROUPS: Final = 60


class Fault(NamedTuple):
    """What is wrong with a text: its line and column there, from 1."""

    line: int
    column: int
    message: str
    hint: str = ""


class Refused(Exception):  # noqa: N818 - no error of the program
    """A text that cannot be drawn."""

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(line, column, message, hint)


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours that the author gave, ``#rrggbb`` or empty; ``text`` is the one that can be read on ``fill``."""

    fill: str = ""
    stroke: str = ""
    text: str = ""
    is_dashed: bool = False


NO_PAINT: Final = Paint()


@dataclass(slots=True)
class Node:
    """A box. ``rows`` are lists of lines below the label, each list parted from the one above (classes, entities)."""

    name: str
    label: Label = NO_LABEL
    shape: str = "rect"
    group: str = ""
    paint: Paint = NO_PAINT
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""  #: small words above the label, such as «interface»
    href: str = ""
    width: float = 0
    height: float = 0


@dataclass(slots=True)
class Edge:
    """A line from ``tail`` to ``head``. ``line``: ``solid``, ``dotted``, ``thick`` or ``none``. ``start`` and ``end``
    are what it has at its ends: ``arrow``, ``open``, ``circle``, ``cross``, ``triangle``, ``diamond``, ``full``, those
    of entities (``one``, ``maybe``, ``many``, ``any``), or nothing. ``words``: at the tail and at the head."""

    tail: str
    head: str
    label: Label = NO_LABEL
    line: str = "solid"
    start: str = ""
    end: str = "arrow"
    length: int = 1
    colour: str = ""
    words: tuple[str, str] = ("", "")


@dataclass(slots=True)
class Group:
    """A box around nodes."""

    name: str
    label: Label = NO_LABEL
    parent: str = ""
    direction: Direction | None = None
    paint: Paint = NO_PAINT


@dataclass(slots=True)
class Graph:
    """Nodes and groups by name, in the order in which they were met."""

    direction: Direction = "TB"
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    is_even: bool = False  #: nodes of a layer begin in one line
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: SVG, its size in pixels, and what it says to those who do not see it."""

    svg: str
    width: float
    height: float
    title: str
    description: str
