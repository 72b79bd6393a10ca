"""Where the nodes and edges of diagrams stand: what must hold for any graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.diagrams.arranging import Arranged, Box, TooLarge, arranged
from acadsite.diagrams.model import Edge, Graph, Group, Node
from acadsite.diagrams.shapes import SHAPES, measured
from acadsite.diagrams.words import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.diagrams.arranging import Point
    from acadsite.diagrams.model import Direction

_DIRECTIONS: tuple[Direction, ...] = ("TB", "BT", "LR", "RL")
_FLAT = tuple(sorted(SHAPES - {"flag", "lean-left", "lean-right", "trapezoid", "trapezoid-down"}))


@st.composite
def graphs(draw: st.DrawFn, *, shapes: tuple[str, ...] = ("rect",)) -> Graph:
    """Graphs with groups in groups, edges of all kinds between nodes and groups, labels, loops and parallels."""
    graph = Graph(draw(st.sampled_from(_DIRECTIONS)))
    groups = [f"g{at}" for at in range(draw(st.integers(0, 4)))]
    for at, name in enumerate(groups):
        parent = draw(st.sampled_from(["", *groups[:at]]))
        direction = draw(st.sampled_from([None, None, *_DIRECTIONS]))
        graph.groups[name] = Group(name, label(draw(st.sampled_from(["", "A title"]))), parent, direction)
    for at in range(draw(st.integers(1, 12))):
        group = draw(st.sampled_from(["", *groups]))
        words = draw(st.sampled_from(["a", "a longer label", "one<br>two<br>three"]))
        graph.nodes[f"n{at}"] = Node(f"n{at}", label(words), draw(st.sampled_from(shapes)), group)
    for name in groups:  # a parser leaves no group without members
        graph.nodes[f"of {name}"] = Node(f"of {name}", label("x"), "rect", name)
    names = [*graph.nodes, *groups]
    for _ in range(draw(st.integers(0, 16))):
        tail, head = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        said = label(draw(st.sampled_from(["", "", "yes", "some words"])))
        graph.edges.append(Edge(tail, head, said, length=draw(st.integers(1, 3))))
    for node in graph.nodes.values():
        measured(node)
    return graph


def _overlap(one: Box, other: Box, least: float = 0.5) -> bool:
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2 - least
        and abs(one.y - other.y) < (one.height + other.height) / 2 - least
    )


def _holds(outer: Box, inner: Box) -> bool:
    return (
        abs(outer.x - inner.x) <= (outer.width - inner.width) / 2 + 0.01
        and abs(outer.y - inner.y) <= (outer.height - inner.height) / 2 + 0.01
    )


def _around(graph: Graph, name: str) -> list[str]:
    """The groups that a node or group is in."""
    found = []
    group = graph.nodes[name].group if name in graph.nodes else graph.groups[name].parent
    while group:
        found.append(group)
        group = graph.groups[group].parent
    return found


def _points(curve: list[Point]) -> Iterator[Point]:
    """Points on a curve."""
    for index in range(0, len(curve) - 3, 3):
        one, two, three, four = curve[index : index + 4]
        for step in range(21):
            t = step / 20
            yield tuple(  # type: ignore[misc]
                (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
                for a, b, c, d in zip(one, two, three, four, strict=True)
            )


def _joined(graph: Graph) -> list[int]:
    """Edges that can be drawn: not those between a group and what is in it, or itself."""
    return [
        index
        for index, edge in enumerate(graph.edges)
        if edge.tail not in [edge.head, *_around(graph, edge.head)]
        and edge.head not in _around(graph, edge.tail)
    ]


def _check_boxes(graph: Graph, found: Arranged) -> None:
    assert found.nodes.keys() == graph.nodes.keys()
    assert found.groups.keys() == graph.groups.keys()
    whole = Box(found.width / 2, found.height / 2, found.width, found.height)
    nodes = list(found.nodes.items())
    for at, (name, box) in enumerate(nodes):
        assert _holds(whole, box), name
        assert not any(_overlap(box, other) for _, other in nodes[:at]), name
        inside = _around(graph, name)
        for group, outer in found.groups.items():
            if group in inside:
                assert _holds(outer, box), (name, group)
            else:
                assert not _overlap(outer, box), (name, group)
    for group, outer in found.groups.items():
        for other, box in found.groups.items():
            if other in _around(graph, group):
                assert _holds(box, outer), (group, other)
            elif group not in [other, *_around(graph, other)]:
                assert not _overlap(outer, box), (group, other)


@given(graphs())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nodes_never_overlap_and_groups_hold_what_is_theirs(graph: Graph) -> None:
    _check_boxes(graph, arranged(graph))


@given(graphs())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_edges_lead_from_rim_to_rim_past_all_other_nodes(graph: Graph) -> None:
    found = arranged(graph)
    boxes = found.nodes | found.groups
    for index in _joined(graph):
        edge, curves = graph.edges[index], found.curves[index]
        for point, name in ((curves[0][0], edge.tail), (curves[-1][-1], edge.head)):
            box = boxes[name]
            off = (abs(point[0] - box.x) - box.width / 2, abs(point[1] - box.y) - box.height / 2)
            assert max(off) == pytest.approx(0, abs=0.6), (edge, name, point, box)
        for curve in curves:
            for x, y in _points(curve):
                dot = Box(x, y, 0, 0)
                for name, box in found.nodes.items():
                    assert name in {edge.tail, edge.head} or not _overlap(box, dot, 1), (edge, name)


@given(graphs())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_labels_stand_free(graph: Graph) -> None:
    found = arranged(graph)
    labels = {
        index: Box(*found.labels[index], graph.edges[index].label.width, graph.edges[index].label.height)
        for index in _joined(graph)
        if graph.edges[index].label.lines
    }
    for index, box in labels.items():
        assert not any(_overlap(box, node) for node in found.nodes.values())
        assert not any(_overlap(box, other) for at, other in labels.items() if at < index)


@given(graphs(shapes=_FLAT))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_graph_has_the_same_places(graph: Graph) -> None:
    first, second = arranged(graph), arranged(graph)
    _check_boxes(graph, first)
    assert (first.nodes, first.groups, first.curves, first.labels) == (
        second.nodes,
        second.groups,
        second.curves,
        second.labels,
    )


def test_a_chain_is_straight() -> None:
    graph = Graph("TB")
    for name, words in zip("abcd", ("short", "a much longer label", "x", "middle"), strict=True):
        graph.nodes[name] = Node(name, label(words))
        measured(graph.nodes[name])
    graph.edges = [Edge(*pair) for pair in ("ab", "bc", "cd")]
    found = arranged(graph)
    assert len({round(box.x, 3) for box in found.nodes.values()}) == 1
    assert [found.nodes[name].y for name in "abcd"] == sorted(box.y for box in found.nodes.values())


def test_a_tree_stands_over_the_middle_of_its_leaves() -> None:
    graph = Graph("TB")
    for name in ("root", "one", "two", "three"):
        graph.nodes[name] = Node(name, label(name))
        measured(graph.nodes[name])
    graph.edges = [Edge("root", name) for name in ("one", "two", "three")]
    found = arranged(graph)
    leaves = [found.nodes[name] for name in ("one", "two", "three")]
    assert found.nodes["root"].x == pytest.approx(sum(box.x for box in leaves) / 3, abs=0.5)
    assert [box.x for box in leaves] == sorted(box.x for box in leaves)


def test_a_ladder_has_no_crossings() -> None:
    """Two chains with rungs, written so that the order of writing has crossings."""
    graph = Graph("LR")
    for at in range(6):
        for side in "ba" if at % 2 else "ab":
            graph.nodes[f"{side}{at}"] = Node(f"{side}{at}", label(side))
            measured(graph.nodes[f"{side}{at}"])
    for at in range(5):
        graph.edges += [Edge(f"{side}{at}", f"{side}{at + 1}") for side in "ba"]
    found = arranged(graph)
    above = [found.nodes[f"a{at}"].y < found.nodes[f"b{at}"].y for at in range(6)]
    assert len(set(above)) == 1


def test_directions_are_turned() -> None:
    places = {}
    for direction in _DIRECTIONS:
        graph = Graph(direction)
        for name in "ab":
            graph.nodes[name] = Node(name, label(name))
            measured(graph.nodes[name])
        graph.edges = [Edge("a", "b")]
        places[direction] = arranged(graph).nodes
    assert places["TB"]["a"].y < places["TB"]["b"].y
    assert places["BT"]["a"].y > places["BT"]["b"].y
    assert places["LR"]["a"].x < places["LR"]["b"].x
    assert places["RL"]["a"].x > places["RL"]["b"].x


def test_very_long_edges_have_a_limit() -> None:
    graph = Graph("TB")
    for at in range(200):
        graph.nodes[str(at)] = Node(str(at), label("x"))
        measured(graph.nodes[str(at)])
    graph.edges = [Edge(str(at), str(at + 1)) for at in range(199)]
    graph.edges += [Edge("0", str(at)) for at in range(100, 200)]
    with pytest.raises(TooLarge):
        arranged(graph)
