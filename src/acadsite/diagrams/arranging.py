"""Where the nodes of a graph stand, and which way its edges go.

Each group stands in layers (``layering``). Groups are laid out by themselves, from within, and are boxes in what is
around them; an edge that leaves a group has a gate at its rim. All of it depends on the graph alone, and on the order
in which it was written.

Everything is thought from top to bottom: ``along`` a layer is x, across the layers is y. Whoever draws turns it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.diagrams.layering import (
    Place,
    Way,
    apart,
    copied,
    layers_of,
    leading_back,
    ordered,
    parts_of,
    set_across,
    set_along,
)
from acadsite.diagrams.shapes import reach, room_for_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acadsite.diagrams.model import Direction, Graph

Point = tuple[float, float]
#: Places in layers, those of long edges with them, of all that is laid out.
MOST_PLACES: Final = 12_000

_LAYERS: Final = 44.0  #: between layers
_HALF: Final = 26.0  #: the same where labels have layers of their own
_STUB: Final = 6.0  #: where edges leave and reach nodes they are straight
_LONG_STUB: Final = 20.0
_MARKS: Final = frozenset({"one", "maybe", "many", "any", "diamond", "full", "triangle"})
_INSET: Final = 14.0  #: between the rim of a group and what is in it
_PARTS: Final = 36.0  #: between parts that no edge joins
_LOOP: Final = 26.0  #: of an edge that comes back to its own node


class TooLarge(Exception):  # noqa: N818 - no error of the program
    """Long edges need more places than are sensible."""


class Box(NamedTuple):
    """Middle, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Arranged:
    """Boxes of nodes and groups by name; of each edge, by its index, the curves it consists of (cubic: a point, then
    three more for each piece) from its tail to its head, and the middle of its label. While it is made, ``pieces`` has
    the curves within each group, with the order in which they follow each other."""

    width: float = 0
    height: float = 0
    nodes: dict[str, Box] = field(default_factory=dict)
    groups: dict[str, Box] = field(default_factory=dict)
    curves: dict[int, list[list[Point]]] = field(default_factory=dict)
    labels: dict[int, Point] = field(default_factory=dict)
    pieces: dict[int, list[tuple[int, list[list[Point]]]]] = field(default_factory=dict)


def arranged(graph: Graph) -> Arranged:
    """All of ``graph``; raises ``TooLarge``."""
    found = _Work(graph).screen("", graph.direction)
    for edge, pieces in found.pieces.items():
        curves: list[list[Point]] = []
        for _, more in sorted(pieces, key=lambda piece: piece[0]):
            if curves:
                curves[-1] += more[0][1:]
                curves += more[1:]
            else:
                curves = more
        found.curves[edge] = curves
    return found


class _Gate(NamedTuple):
    """Where an edge goes through the rim of a group: which edge, and whether below."""

    edge: int
    is_below: bool


class _Work:
    """Lays out one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.direction: Direction = graph.direction
        self.parent = {name: node.group for name, node in graph.nodes.items()}
        self.parent |= {name: group.parent for name, group in graph.groups.items()}
        self.members: dict[str, list[str]] = {}
        for name, parent in self.parent.items():
            self.members.setdefault(parent, []).append(name)
        self.paths = {name: self._path(name) for name in self.parent}
        self.left = MOST_PLACES
        # Room for what stands at the ends of edges, where these are still straight.
        is_marked = any(_MARKS & {edge.start, edge.end} or any(edge.words) for edge in graph.edges)
        self.stub = _LONG_STUB if is_marked else _STUB
        #: Edges of each level: index, and which of its members they join.
        self.inner: dict[str, list[tuple[int, str, str]]] = {}
        self.leaving: dict[str, int] = {}
        for index, edge in enumerate(graph.edges):
            level, tail, head = self._meeting(edge.tail, edge.head)
            if tail == head and edge.tail != edge.head:
                continue  # a group and its own part
            self.inner.setdefault(level, []).append((index, tail, head))
            for end in (edge.tail, edge.head):
                name = self.parent[end]
                while name != level:
                    self.leaving[name] = self.leaving.get(name, 0) + 1
                    name = self.parent[name]

    def _path(self, name: str) -> tuple[str, ...]:
        """The groups around ``name``, outermost first, and itself."""
        path = [name]
        while path[-1]:
            path.append(self.parent[path[-1]])
        return tuple(reversed(path))

    def _meeting(self, one: str, other: str) -> tuple[str, str, str]:
        """The innermost group that holds both, and its members that hold each."""
        first, second = self.paths[one], self.paths[other]
        depth = 0
        while depth < min(len(first), len(second)) and first[depth] == second[depth]:
            depth += 1
        if depth == min(len(first), len(second)):
            depth -= 1
            return first[depth - 1] if depth else "", first[depth], second[depth]
        return first[depth - 1], first[depth], second[depth]

    # --- turning -----------------------------------------------------------------------------------------------

    def screen(self, name: str, direction: Direction) -> Arranged:
        """What a group holds, laid out in a direction of its own, as it is seen."""
        before, self.direction = self.direction, direction
        found = self.level(name, [])[0]
        self.direction = before
        return _turned(found, direction)

    def size(self, width: float, height: float) -> tuple[float, float]:
        """What is seen so wide and high, along and across the layers."""
        return (width, height) if self.direction in {"TB", "BT"} else (height, width)

    # --- one level ---------------------------------------------------------------------------------------------

    def level(self, name: str, gates: Sequence[_Gate]) -> tuple[Arranged, dict[_Gate, float]]:
        """What a group (or the whole graph) holds, and where its gates are along the layers."""
        members = self.members.get(name, [])
        edges = self.inner.get(name, [])
        has_labels = any(self.graph.edges[edge].label.lines for edge, one, other in edges if one != other)
        ranks, ways = self._ranked(members, edges, has_labels)
        gap = _HALF if has_labels else _LAYERS  # labels have layers of their own
        gap += (self.stub - _STUB) * (1 if has_labels else 2)
        done = [
            self._part(name, part, ranks, ways, gates=gates, gap=gap) for part in parts_of(len(members), ways)
        ]
        return self._together(done, is_gated=bool(gates))

    def _ranked(
        self, members: Sequence[str], edges: Sequence[tuple[int, str, str]], has_labels: bool
    ) -> tuple[dict[str, int], list[Way]]:
        order = {name: at for at, name in enumerate(members)}
        names = list(members)
        ways: list[Way] = []
        back = leading_back(len(names), [(order[tail], order[head]) for _, tail, head in edges])
        for number, (edge, tail, head) in enumerate(edges):
            if tail == head:
                continue
            one, other = order[tail], order[head]
            is_turned = number in back
            length = max(1, min(self.graph.edges[edge].length, 10)) * (2 if has_labels else 1)
            ways.append(
                Way(edge, other if is_turned else one, one if is_turned else other, is_turned, length)
            )
        ranks = layers_of(len(names), ways)
        return {name: ranks[at] for name, at in order.items()}, ways

    def _part(
        self,
        name: str,
        part: Sequence[int],
        ranks: Mapping[str, int],
        ways: Sequence[Way],
        *,
        gates: Sequence[_Gate],
        gap: float,
    ) -> tuple[Arranged, dict[_Gate, float]]:
        names = self.members[name]
        inside = set(part)
        own = [copied(way) for way in ways if way.upper in inside]
        lowest = min(ranks[names[at]] for at in part)
        places: list[Place] = []
        index = {at: number for number, at in enumerate(part)}
        inner: dict[str, tuple[Arranged, dict[_Gate, float]]] = {}
        for at in part:
            member = names[at]
            places.append(Place(*self._member(member, own, at, gates, inner), member))
            places[-1].rank = ranks[member] - lowest
        for way in own:
            way.upper, way.lower = index[way.upper], index[way.lower]
        own += self._gate_ways(name, index, places, gates)
        self._passing(places, own)
        for way in own:
            for end, at in enumerate((way.chain[0], way.chain[-1])):
                way.off[end] = _offset(places[at], way.edge, end == 0, inner)
        layers = ordered(places, own)
        set_along(places, layers, own)
        across = set_across(places, layers, own, gap, is_even=self.graph.is_even)
        return self._finished(name, places, own, inner, across)

    def _member(
        self,
        member: str,
        ways: Sequence[Way],
        at: int,
        gates: Sequence[_Gate],
        inner: dict[str, tuple[Arranged, dict[_Gate, float]]],
    ) -> tuple[float, float]:
        """The size of a member along and across the layers; a group is laid out for that."""
        if node := self.graph.nodes.get(member):
            width, height = self.size(node.width, node.height)
            loops = self.loops(member)
            return width + 2 * sum(self._loop(edge) for edge in loops), height
        group = self.graph.groups[member]
        if group.direction not in {None, self.direction} and not self.leaving.get(member) and group.direction:
            seen = self.screen(member, group.direction)
            found = _turned_back(seen, self.direction)
            inner[member] = (found, {})
        else:
            own = [
                _Gate(way.edge, way.upper == at)
                for way in ways
                if at in {way.upper, way.lower} and self._is_within(way, at, member)
            ]
            own += [gate for gate in gates if self._holds(member, gate.edge)]
            inner[member] = self.level(member, own)
            found = inner[member][0]
        return self._framed(member, found, inner)

    def _is_within(self, way: Way, at: int, member: str) -> bool:
        """Whether an edge of a group ends at something in it, not at the group itself."""
        edge = self.graph.edges[way.edge]
        end = edge.tail if (way.upper == at) != way.is_turned else edge.head
        return end != member

    def _holds(self, member: str, edge: int) -> bool:
        ends = self.graph.edges[edge]
        return any(member in self.paths[end] and member != end for end in (ends.tail, ends.head))

    def _framed(
        self, member: str, found: Arranged, inner: dict[str, tuple[Arranged, dict[_Gate, float]]]
    ) -> tuple[float, float]:
        """Put the rim of a group around what is in it, with room for its title, which is seen above."""
        title = self.graph.groups[member].label
        above = title.height + 12 if title.lines else 0
        left, top, right, bottom = _INSET, max(_INSET, above), _INSET, _INSET
        match self.direction:
            case "BT":
                top, bottom = bottom, top
            case "LR" | "RL":
                left, top = top, left
        wide, high = self.size(title.width + 2 * _INSET, 2 * _INSET)
        more = max(0.0, wide - found.width - left - right)
        deep = max(0.0, high - found.height - top - bottom)
        width, height = found.width + left + right + more, found.height + top + bottom + deep
        shift = (left + more / 2, top + deep / 2)
        moved = _moved(found, *shift)
        moved.width, moved.height = width, height
        gates = {gate: x + shift[0] for gate, x in inner[member][1].items()}
        for gate in gates:  # from the rim of what is in it to its own
            _reach_rim(moved, gate, height, self.graph.edges[gate.edge].tail in self._under(member))
        inner[member] = (moved, gates)
        return width, height

    def _under(self, member: str) -> set[str]:
        return {name for name, path in self.paths.items() if member in path and name != member}

    def loops(self, name: str) -> list[int]:
        """Edges from a node to itself."""
        edges = self.graph.edges
        level = self.parent[name]
        return [at for at, one, other in self.inner.get(level, ()) if one == other == name == edges[at].tail]

    def _loop(self, edge: int) -> float:
        """How much room a loop takes along the layers."""
        label = self.graph.edges[edge].label
        width, _ = self.size(label.width, label.height)
        return _LOOP + (width + 6 if label.lines else 0)

    def _gate_ways(
        self,
        name: str,
        index: Mapping[int, int],
        places: list[Place],
        gates: Sequence[_Gate],
    ) -> list[Way]:
        """Edges that leave the group, from its members to gates above and below all of them."""
        names = self.members[name]
        found: list[Way] = []
        last = max(place.rank for place in places) + 1
        for gate in gates:
            edge = self.graph.edges[gate.edge]
            ends = [end for end in (edge.tail, edge.head) if name in self.paths[end] and end != name]
            if not ends:
                continue
            path = self.paths[ends[0]]
            member = path[path.index(name) + 1]
            at = names.index(member)
            if at not in index:
                continue
            places.append(Place(0, 0, edge=gate.edge, is_gate=True))
            places[-1].rank = last if gate.is_below else -1
            number = len(places) - 1
            upper, lower = (index[at], number) if gate.is_below else (number, index[at])
            # Where it leads up from here, it was written the other way round.
            is_turned = (ends[0] == edge.tail) != gate.is_below
            found.append(Way(gate.edge, upper, lower, is_turned, 0))
        if any(place.rank < 0 for place in places):
            for place in places:
                place.rank += 1
        return found

    def _passing(self, places: list[Place], ways: Sequence[Way]) -> None:
        """Places for edges in the layers that they go through, and for their labels."""
        for way in ways:
            first, last = places[way.upper].rank, places[way.lower].rank
            label = self.graph.edges[way.edge].label
            wants_label = bool(label.lines) and way.length > 0
            way.chain = [way.upper]
            self.left -= last - first
            if self.left < 0:
                raise TooLarge
            for rank in range(first + 1, last):
                is_label = wants_label and rank == (first + last) // 2
                width, height = self.size(label.width + 8, label.height + 4) if is_label else (0.0, 0.0)
                places.append(Place(width, height, edge=way.edge, is_label=is_label, rank=rank))
                way.chain.append(len(places) - 1)
            way.chain.append(way.lower)

    # --- what comes of it --------------------------------------------------------------------------------------

    def _finished(
        self,
        name: str,
        places: Sequence[Place],
        ways: Sequence[Way],
        inner: Mapping[str, tuple[Arranged, dict[_Gate, float]]],
        across: Sequence[tuple[float, float]],
    ) -> tuple[Arranged, dict[_Gate, float]]:
        out = Arranged()
        gates: dict[_Gate, float] = {}
        for place in places:
            if not place.name:
                continue
            if place.name in inner:
                found = inner[place.name][0]
                _add(out, _moved(found, place.x - found.width / 2, place.y - found.height / 2))
                out.groups[place.name] = Box(place.x, place.y, found.width, found.height)
                continue
            node = self.graph.nodes[place.name]
            out.nodes[place.name] = Box(place.x, place.y, *self.size(node.width, node.height))
        ends = self._spread(places, ways)
        for number, way in enumerate(ways):
            self._curve(out, name, way, places, across=across, ends=ends[number])
            for at, is_below in ((way.chain[0], False), (way.chain[-1], True)):
                if places[at].is_gate:
                    gates[_Gate(way.edge, is_below)] = places[at].x
        for place in places:
            if place.name in self.graph.nodes:
                self._write_loops(out, place)
        left = min(place.x - place.width / 2 for place in places)
        right = max(place.x + place.width / 2 for place in places)
        out = _moved(out, -left, 0)
        out.width, out.height = right - left, across[-1][1]
        return out, {gate: x - left for gate, x in gates.items()}

    def _spread(self, places: Sequence[Place], ways: Sequence[Way]) -> list[list[Point]]:
        """Where each edge begins and ends: several at one side of a node stand beside each other there, if the side
        has room."""
        ends = [[(0.0, 0.0), (0.0, 0.0)] for _ in ways]
        sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
        for number, way in enumerate(ways):
            for end, at, next_ in ((0, way.chain[0], way.chain[1]), (1, way.chain[-1], way.chain[-2])):
                sides.setdefault((at, end == 0), []).append((places[next_].x, number))
        is_across = self.direction in {"TB", "BT"}
        for (at, is_below), found in sides.items():
            place = places[at]
            node = self.graph.nodes.get(place.name)
            found.sort(key=lambda one: one[0])
            is_first = is_below == (self.direction in {"BT", "RL"})
            for off, (_, number) in zip(
                self._offsets(place, found, ways, is_below=is_below), found, strict=True
            ):
                depth = place.height / 2
                if node:
                    depth = reach(node, is_across=is_across, off=off, is_first=is_first)
                ends[number][0 if is_below else 1] = (
                    place.x + off,
                    place.y + (depth if is_below else -depth),
                )
        return ends

    def _offsets(
        self, place: Place, found: Sequence[tuple[float, int]], ways: Sequence[Way], *, is_below: bool
    ) -> list[float]:
        """Where edges begin or end below or above a place, from its middle. ``found``: where each leads, and which it
        is. At a group, those of what is in it have their gates."""
        node = self.graph.nodes.get(place.name)
        gates: dict[int, float] = {}
        if node:
            is_mixed = len({ways[number].is_turned for _, number in found}) > 1
            is_across = self.direction in {"TB", "BT"}
            room = room_for_edges(node, is_across=is_across, is_mixed=is_mixed)
        else:
            room = max(0.0, place.width - 40) if place.name else 0.0
            gates = {
                number: ways[number].off[0 if is_below else 1]
                for _, number in found
                if not self._meets(ways[number], place.name, is_below=is_below)
            }
        step = min(14.0, room / (len(found) - 1)) if len(found) > 1 else 0.0
        if not step:
            return [gates.get(number, 0.0) for _, number in found]
        wanted = [gates.get(number, _within(x - place.x, min(room / 2, 30.0))) for x, number in found]
        weights = [1e6 if number in gates else 1.0 for _, number in found]
        last = len(found) - 1
        return [
            gates.get(number, max(min(off, room / 2 - (last - at) * step), at * step - room / 2))
            for at, (off, (_, number)) in enumerate(
                zip(apart(wanted, [step] * last, weights), found, strict=True)
            )
        ]

    def _meets(self, way: Way, name: str, *, is_below: bool) -> bool:
        """Whether an edge below or above a group is one of the group itself, not of something in it."""
        edge = self.graph.edges[way.edge]
        return (edge.tail if is_below != way.is_turned else edge.head) == name

    def _curve(
        self,
        out: Arranged,
        name: str,
        way: Way,
        places: Sequence[Place],
        *,
        across: Sequence[tuple[float, float]],
        ends: Sequence[Point],
    ) -> None:
        """Straight within layers, bent between them: so no edge meets a node that is not its own."""
        start, end = ends
        curves: list[list[Point]] = [[start]]
        first, last = places[way.chain[0]], places[way.chain[-1]]
        _straight(curves[-1], across[first.rank][1] + (self.stub if first.name else 0))
        for at in way.chain[1:-1]:
            place = places[at]
            top, bottom = across[place.rank]
            if place.is_label:
                out.labels[way.edge] = (place.x, place.y)
                _bend(curves[-1], (place.x, top))
                _straight(curves[-1], place.y - place.height / 2)
                curves.append([(place.x, place.y + place.height / 2)])
                _straight(curves[-1], bottom)
                continue
            _bend(curves[-1], (place.x, top))
            _straight(curves[-1], bottom)
        _bend(curves[-1], (end[0], across[last.rank][0] - (self.stub if last.name else 0)))
        _straight(curves[-1], end[1])
        if way.is_turned:
            curves = [curve[::-1] for curve in reversed(curves)]
        edge = self.graph.edges[way.edge]
        depth = len(self.paths[name]) if name else 1
        meeting = self._meeting(edge.tail, edge.head)[0]
        order = depth - (len(self.paths[meeting]) if meeting else 1)
        is_tail = order > 0 and name in self.paths[edge.tail]
        out.pieces.setdefault(way.edge, []).append((-order if is_tail else order, curves))

    def _write_loops(self, out: Arranged, place: Place) -> None:
        box = out.nodes[place.name]
        right = box.x + box.width / 2
        for edge in self.loops(place.name):
            label = self.graph.edges[edge].label
            width, _ = self.size(label.width, label.height)
            high = min(box.height * 0.3, 14.0)
            far = right + _LOOP
            x = box.x + box.width / 2
            one, other = (x, box.y - high), (x, box.y + high)
            out.pieces[edge] = [(0, [[one, (far, one[1]), (far, other[1]), other]])]
            if label.lines:
                out.labels[edge] = (right + _LOOP * 0.8 + 4 + width / 2, box.y)
            right += self._loop(edge)

    def _together(
        self, parts: Sequence[tuple[Arranged, dict[_Gate, float]]], *, is_gated: bool
    ) -> tuple[Arranged, dict[_Gate, float]]:
        """Parts that no edge joins, side by side; many of them in rows."""
        out = Arranged()
        gates: dict[_Gate, float] = {}
        area = sum((part.width + _PARTS) * (part.height + _PARTS) for part, _ in parts)
        wide = self.direction in {"LR", "RL"}
        room = max([sqrt(area) * (0.9 if wide else 1.5), *(part.width for part, _ in parts)])
        if is_gated:
            room = float("inf")
        x = y = deep = 0.0
        for part, own in parts:
            if x and x + part.width > room:
                x, y, deep = 0.0, y + deep + _PARTS, 0.0
            _add(out, _moved(part, x, y))
            gates |= {gate: place + x for gate, place in own.items()}
            out.width = max(out.width, x + part.width)
            x += part.width + _PARTS
            deep = max(deep, part.height)
        out.height = y + deep
        return out, gates


def _offset(
    place: Place, edge: int, is_below: bool, inner: Mapping[str, tuple[Arranged, dict[_Gate, float]]]
) -> float:
    """Where an edge meets a group: at its gate."""
    if place.name not in inner:
        return 0.0
    found, gates = inner[place.name]
    return gates.get(_Gate(edge, is_below), found.width / 2) - found.width / 2


# --- points ----------------------------------------------------------------------------------------------------


def _within(value: float, most: float) -> float:
    return max(-most, min(most, value))


def _straight(curve: list[Point], y: float) -> None:
    """Go on to a height."""
    x, start = curve[-1]
    if abs(y - start) > 0.01:
        curve += [(x, start + (y - start) / 3), (x, start + (y - start) * 2 / 3), (x, y)]


def _bend(curve: list[Point], end: Point) -> None:
    """Go on to a point, upright at both ends."""
    x, y = curve[-1]
    middle = (y + end[1]) / 2
    curve += [(x, middle), (end[0], middle), end]


def _reach_rim(found: Arranged, gate: _Gate, height: float, is_tail: bool) -> None:
    """Lengthen an edge at its gate up to the rim of its group."""
    # Towards the rim: the last piece of a tail, the first of a head.
    last = max if is_tail else min
    curves = last(found.pieces[gate.edge], key=lambda piece: piece[0])[1]
    y = height if gate.is_below else 0.0
    if is_tail:
        _straight(curves[-1], y)
    else:
        first = curves[0][::-1]
        _straight(first, y)
        curves[0] = first[::-1]


def _moved(found: Arranged, x: float, y: float) -> Arranged:
    return Arranged(
        found.width,
        found.height,
        {name: box._replace(x=box.x + x, y=box.y + y) for name, box in found.nodes.items()},
        {name: box._replace(x=box.x + x, y=box.y + y) for name, box in found.groups.items()},
        {},
        {edge: (px + x, py + y) for edge, (px, py) in found.labels.items()},
        _pieces(found, lambda point: (point[0] + x, point[1] + y)),
    )


def _turned(found: Arranged, direction: Direction) -> Arranged:
    """A layout as it is seen."""
    width, height = found.width, found.height
    is_flat = direction in {"LR", "RL"}

    def point(one: Point) -> Point:
        x, y = one
        y = height - y if direction in {"BT", "RL"} else y
        return (y, x) if is_flat else (x, y)

    def box(one: Box) -> Box:
        x, y = point((one.x, one.y))
        return Box(x, y, one.height, one.width) if is_flat else Box(x, y, one.width, one.height)

    return _mapped(found, (height, width) if is_flat else (width, height), box, point)


def _turned_back(found: Arranged, direction: Direction) -> Arranged:
    """What is seen, in the terms of a layout from top to bottom."""
    width, height = (found.height, found.width) if direction in {"LR", "RL"} else (found.width, found.height)
    is_flat = direction in {"LR", "RL"}

    def point(one: Point) -> Point:
        x, y = one[::-1] if is_flat else one
        return x, height - y if direction in {"BT", "RL"} else y

    def box(one: Box) -> Box:
        x, y = point((one.x, one.y))
        return Box(x, y, one.height, one.width) if is_flat else Box(x, y, one.width, one.height)

    return _mapped(found, (width, height), box, point)


def _mapped(
    found: Arranged, size: tuple[float, float], box: Callable[[Box], Box], point: Callable[[Point], Point]
) -> Arranged:
    return Arranged(
        *size,
        {name: box(one) for name, one in found.nodes.items()},
        {name: box(one) for name, one in found.groups.items()},
        {},
        {edge: point(one) for edge, one in found.labels.items()},
        _pieces(found, point),
    )


def _pieces(
    found: Arranged, point: Callable[[Point], Point]
) -> dict[int, list[tuple[int, list[list[Point]]]]]:
    return {
        edge: [(order, [[point(one) for one in curve] for curve in curves]) for order, curves in pieces]
        for edge, pieces in found.pieces.items()
    }


def _add(out: Arranged, part: Arranged) -> None:
    """Put a part into a whole; edges that have pieces in both are joined."""
    out.nodes |= part.nodes
    out.groups |= part.groups
    out.labels |= part.labels
    for edge, pieces in part.pieces.items():
        out.pieces.setdefault(edge, []).extend(pieces)
