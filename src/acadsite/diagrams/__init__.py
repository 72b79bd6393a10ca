"""Diagrams from text: Mermaid's language and Graphviz' to pictures in SVG, drawn while the site is built.

In: a text. Out: a picture that depends on that text alone, or what is wrong with it, by line and column. No other
program draws, and no script is needed: ``docs/decisions/026-diagrams.md`` has why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.diagrams.arranging import TooLarge
from acadsite.diagrams.model import Drawing, Fault, Refused
from acadsite.diagrams.reading import LONGEST, Source
from acadsite.diagrams.words import shortened
from acadsite.memo import key_of
from acadsite.problems import nearest, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.memo import Memo

__all__ = ["LANGUAGES", "Drawing", "Drawn", "Fault", "drawn"]

#: Languages of code blocks that are drawn.
LANGUAGES: Final = frozenset({"mermaid", "dot", "graphviz"})
#: Changes with the pictures, which are kept from build to build.
_VERSION: Final = "1"

_TWO: Final = "Make two diagrams of it."
_FIRST: Final = re.compile(r"\s*([A-Za-z][\w-]*)")


class Drawn(NamedTuple):
    """``picture`` is None where nothing can be drawn; then ``faults`` say why. Else they say what was left out."""

    picture: Drawing | None
    faults: tuple[Fault, ...] = ()

    def plain(self) -> list[Any]:
        """The same as JSON can hold it."""
        one = self.picture
        shown = [one.svg, one.width, one.height, one.title, one.description] if one else None
        return [shown, [list(fault) for fault in self.faults]]

    @classmethod
    def revive(cls, value: Any) -> Drawn:
        """The inverse of ``plain``."""
        shown, faults = value
        return cls(Drawing(*shown) if shown else None, tuple(Fault(*fault) for fault in faults))


def drawn(text: str, language: str, memo: Memo | None = None) -> Drawn:
    """The picture of ``text`` in one of ``LANGUAGES``. ``memo`` keeps it from build to build."""
    if memo is None:
        return _drawn(text, language)
    key = key_of(_VERSION, language, text)
    found: Drawn | None = memo.get("diagram", key, Drawn.revive)
    if found is None:
        found = _drawn(text, language)
        memo.put("diagram", key, found, Drawn.plain)
    return found


def _drawn(text: str, language: str) -> Drawn:
    if len(text) > LONGEST:
        return Drawn(None, (Fault(1, 1, f"a text of more than {LONGEST} letters is not drawn", _TWO),))
    try:
        return _mermaid(text) if language == "mermaid" else _dot(text)
    except Refused as refused:
        return Drawn(None, (refused.fault,))
    except TooLarge:
        return Drawn(None, (Fault(1, 1, "this diagram is too large to be drawn", _TWO),))


def _mermaid(text: str) -> Drawn:
    source = Source.mermaid(text)
    found = _FIRST.match(source.text)
    word = found[1] if found else ""
    draw = _KINDS.get(word)
    if draw is None:
        at = found.start(1) if found else 0
        if not word:
            source.refuse(at, "this diagram is empty", "Begin it with “flowchart TD”.")
        if word.removesuffix("-beta") in _OTHERS:
            source.refuse(
                at, f"diagrams of the kind {quote(word)} are not drawn", f"Those that are: {_NAMES}."
            )
        hint = nearest(word, _KINDS)
        source.refuse(
            at,
            f"{quote(shortened(word, 40))} is no kind of diagram",
            f"Did you mean {quote(hint)}?" if hint else f"A diagram begins with its kind: {_NAMES}.",
        )
    return draw(source)


def _dot(text: str) -> Drawn:
    from acadsite.diagrams.dot import dot

    return _graph(dot(Source(text)))


def _graph(graph: Any) -> Drawn:
    from acadsite.diagrams.graphs import picture

    if not graph.nodes and not graph.groups:
        raise Refused(1, 1, "this diagram has no nodes")
    return Drawn(picture(graph), tuple(graph.faults))


def _flowchart(source: Source) -> Drawn:
    from acadsite.diagrams.flowcharts import flowchart

    return _graph(flowchart(source))


def _states(source: Source) -> Drawn:
    from acadsite.diagrams.states import state_diagram

    return _graph(state_diagram(source))


def _classes(source: Source) -> Drawn:
    from acadsite.diagrams.classes import class_diagram

    return _graph(class_diagram(source))


def _entities(source: Source) -> Drawn:
    from acadsite.diagrams.classes import entities

    return _graph(entities(source))


def _mindmap(source: Source) -> Drawn:
    from acadsite.diagrams.mindmaps import mindmap

    return _graph(mindmap(source))


def _sequence(source: Source) -> Drawn:
    from acadsite.diagrams.sequences import sequence

    return Drawn(*sequence(source))


def _gantt(source: Source) -> Drawn:
    from acadsite.diagrams.plans import gantt

    return Drawn(*gantt(source))


def _timeline(source: Source) -> Drawn:
    from acadsite.diagrams.plans import timeline

    return Drawn(timeline(source))


def _pie(source: Source) -> Drawn:
    from acadsite.diagrams.plans import pie

    return Drawn(pie(source))


#: What draws a diagram, by the word that it begins with.
_KINDS: Final[dict[str, Callable[[Source], Drawn]]] = {
    "flowchart": _flowchart,
    "flowchart-elk": _flowchart,
    "graph": _flowchart,
    "sequenceDiagram": _sequence,
    "stateDiagram": _states,
    "stateDiagram-v2": _states,
    "classDiagram": _classes,
    "classDiagram-v2": _classes,
    "erDiagram": _entities,
    "gantt": _gantt,
    "timeline": _timeline,
    "pie": _pie,
    "mindmap": _mindmap,
}
_NAMES: Final = ", ".join(name for name in _KINDS if "-" not in name)
#: Kinds that Mermaid has beside those.
_OTHERS: Final = frozenset(
    {"gitGraph", "journey", "quadrantChart", "xychart", "sankey", "block", "packet", "kanban", "architecture"}
    | {"C4Context", "C4Container", "C4Component", "C4Dynamic", "C4Deployment", "requirementDiagram", "zenuml"}
    | {"radar", "treemap"}
)
