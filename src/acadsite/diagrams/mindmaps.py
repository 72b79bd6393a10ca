"""Mermaid's mind maps (https://mermaid.js.org/syntax/mindmap.html) as trees from left to right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.diagrams.model import MOST_NODES, Edge, Graph, Node
from acadsite.diagrams.words import label

if TYPE_CHECKING:
    from acadsite.diagrams.reading import Source

_SHAPES: Final = (
    (re.compile(r"[^\[({)]*\(\((.*)\)\)\Z", re.DOTALL), "circle"),
    (re.compile(r"[^\[({)]*\)\)(.*)\(\(\Z", re.DOTALL), "ellipse"),
    (re.compile(r"[^\[({)]*\{\{(.*)\}\}\Z", re.DOTALL), "hexagon"),
    (re.compile(r"[^\[({)]*\)(.*)\(\Z", re.DOTALL), "ellipse"),
    (re.compile(r"[^\[({)]*\[(.*)\]\Z", re.DOTALL), "rect"),
    (re.compile(r"[^\[({)]*\((.*)\)\Z", re.DOTALL), "round"),
)


def mindmap(source: Source) -> Graph:
    """The tree of a mind map; raises ``Refused``."""
    graph = Graph("LR", title=source.title, description=source.description, is_even=True)
    above: list[tuple[int, str]] = []
    for line in source.lines():
        text = line.text
        if text == "mindmap" and not graph.nodes:
            continue
        if text.startswith((":::", "::icon")):
            continue  # looks are the site's
        shape, words = next(
            ((shape, found[1]) for pattern, shape in _SHAPES if (found := pattern.match(text))),
            ("round", text),
        )
        while above and above[-1][0] >= line.column:
            above.pop()
        if not above and graph.nodes:
            raise line.refused(
                "a mind map has one root", "Write more blanks before this line than before the root."
            )
        if len(graph.nodes) >= MOST_NODES:
            raise line.refused(f"mind maps with more than {MOST_NODES} words are not drawn")
        key = str(len(graph.nodes))
        graph.nodes[key] = Node(key, label(words), shape)
        if above:
            graph.edges.append(Edge(above[-1][1], key, end=""))
        above.append((line.column, key))
    return graph
