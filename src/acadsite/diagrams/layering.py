"""Places in layers: which layer each has, in which order they stand there, and where.

After Sugiyama, Tagawa and Toda (IEEE Trans. SMC-11, 1981): edges that lead back are turned, nodes get layers, long
edges a place in each layer between, the order within layers has few crossings, and places keep edges straight.
Everything is thought from top to bottom: ``along`` a layer is x, across the layers is y.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GAP: Final = 26.0  #: between nodes of a layer
_NARROW: Final = 15.0  #: between edges, and between an edge and a node
_STEEP: Final = 0.09  #: of what an edge goes sideways, added between layers
_SWEEPS: Final = 10
_ROUNDS: Final = 24
_SNAP: Final = 10.0


@dataclass(slots=True)
class Place:
    """A place in a layer: of a node or a group (``name``), of an edge that goes by, of its label, or a gate."""

    width: float
    height: float
    name: str = ""
    edge: int = -1
    is_label: bool = False
    is_gate: bool = False
    rank: int = 0
    at: int = 0
    x: float = 0
    y: float = 0

    @property
    def is_passing(self) -> bool:
        return not self.name


@dataclass(slots=True)
class Way:
    """An edge of one level, from upper to lower place; ``chain`` are all places that it goes through. ``off`` is where
    it begins and ends, from the middles of the first and the last."""

    edge: int
    upper: int
    lower: int
    is_turned: bool = False
    length: int = 1
    chain: list[int] = field(default_factory=list)
    off: list[float] = field(default_factory=lambda: [0.0, 0.0])


# --- layers -----------------------------------------------------------------------------------------------------


def parts_of(count: int, ways: Sequence[Way]) -> list[list[int]]:
    """Those that edges join, in the order in which they were written."""
    above = list(range(count))

    def root(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    for way in ways:
        one, other = sorted((root(way.upper), root(way.lower)))
        above[other] = one
    found: dict[int, list[int]] = {}
    for at in range(count):
        found.setdefault(root(at), []).append(at)
    return list(found.values())


def copied(way: Way) -> Way:
    return Way(way.edge, way.upper, way.lower, way.is_turned, way.length)


def leading_back(count: int, edges: Sequence[tuple[int, int]]) -> set[int]:
    """The edges, by index, that lead back to where a walk in the order of writing came from."""
    out: dict[int, list[tuple[int, int]]] = {}
    entered = [0] * count
    for index, (tail, head) in enumerate(edges):
        out.setdefault(tail, []).append((head, index))
        entered[head] += tail != head
    state = [0] * count  # 1: on the way, 2: done
    back: set[int] = set()
    for start in sorted(range(count), key=lambda at: (entered[at] > 0, at)):
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(out.get(start, ())))]
        while stack:
            at, more = stack[-1]
            step = next(more, None)
            if step is None:
                state[at] = 2
                stack.pop()
            elif state[step[0]] == 1:
                back.add(step[1])
            elif not state[step[0]]:
                state[step[0]] = 1
                stack.append((step[0], iter(out.get(step[0], ()))))
    return back


def layers_of(count: int, ways: Sequence[Way]) -> list[int]:
    """A layer for each, below all that lead to it; then each as near to its neighbours as it can be."""
    above: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    below: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for way in ways:
        above[way.lower].append((way.upper, way.length))
        below[way.upper].append((way.lower, way.length))
    waiting = [len(found) for found in above]
    order = [at for at in range(count) if not waiting[at]]
    ranks = [0] * count
    for at in order:
        for other, length in below[at]:
            ranks[other] = max(ranks[other], ranks[at] + length)
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    for _ in range(8):
        is_changed = False
        for at in reversed(order):
            pull = len(below[at]) - len(above[at])
            if pull > 0:
                new = min(ranks[other] - length for other, length in below[at])
            elif pull < 0:
                new = max(ranks[other] + length for other, length in above[at])
            else:
                continue
            is_changed |= new != ranks[at]
            ranks[at] = new
        if not is_changed:
            break
    return ranks


# --- the order within layers -----------------------------------------------------------------------------------


def ordered(places: Sequence[Place], ways: Sequence[Way]) -> list[list[int]]:
    """The places of each layer from left to right."""
    layers: list[list[int]] = [[] for _ in range(max(place.rank for place in places) + 1)]
    links = _Links(len(places), places, ways)
    seen = [False] * len(places)
    starts = [at for at in range(len(places)) if not links.up[at]] + list(range(len(places)))
    for start in starts:  # in depth, as it was written
        stack = [start]
        while stack:
            at = stack.pop()
            if seen[at]:
                continue
            seen[at] = True
            layers[places[at].rank].append(at)
            stack += [other for other, _, _ in reversed(links.down[at])]
    _number(places, layers)
    best, least = [list(layer) for layer in layers], links.crossings(layers)
    for sweep in range(_SWEEPS):
        if not least:
            break
        is_down = sweep % 2 == 0
        for layer in layers[1:] if is_down else reversed(layers[:-1]):
            links.sort(layer, is_down, sweep % 4 > 1)
        if len(places) <= 300:
            links.exchange(layers)
        now = links.crossings(layers)
        if now < least:
            best, least = [list(layer) for layer in layers], now
    _number(places, best)
    return best


def _number(places: Sequence[Place], layers: Iterable[Sequence[int]]) -> None:
    for layer in layers:
        for number, at in enumerate(layer):
            places[at].at = number


class _Links:
    """The pieces of edges between neighbouring layers: with whom, from where at oneself, and to where there, both as
    parts of the width from the left."""

    def __init__(self, count: int, places: Sequence[Place], ways: Sequence[Way]) -> None:
        self.places = places
        self.up: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
        self.down: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
        for way in ways:
            last = len(way.chain) - 2
            for number, (one, other) in enumerate(pairwise(way.chain)):
                first = _part_of(places[one], way.off[0]) if number == 0 else 0.5
                second = _part_of(places[other], way.off[1]) if number == last else 0.5
                self.down[one].append((other, first, second))
                self.up[other].append((one, second, first))

    def sort(self, layer: list[int], is_down: bool, is_reversed: bool) -> None:
        """Put a layer in the order of the means of its neighbours in the layer before; who has none stays."""
        links = self.up if is_down else self.down
        places = self.places
        means = {
            at: sum(places[other].at + there for other, _, there in links[at]) / len(links[at])
            for at in layer
            if links[at]
        }
        slots = [number for number, at in enumerate(layer) if at in means]
        sign = -1 if is_reversed else 1
        found = sorted(means, key=lambda at: (means[at], sign * places[at].at))
        for number, at in zip(slots, found, strict=True):
            layer[number] = at
        for number, at in enumerate(layer):
            places[at].at = number

    def exchange(self, layers: Iterable[list[int]]) -> None:
        """Change neighbours that cross less when they are changed."""
        places = self.places
        for _ in range(4):
            is_changed = False
            for layer in layers:
                for number in range(len(layer) - 1):
                    one, other = layer[number], layer[number + 1]
                    if self._between(one, other) > self._between(other, one):
                        layer[number], layer[number + 1] = other, one
                        places[one].at, places[other].at = number + 1, number
                        is_changed = True
            if not is_changed:
                return

    def _between(self, one: int, other: int) -> int:
        """How often edges of two neighbours cross, ``one`` standing at the left."""
        places = self.places
        count = 0
        for links in (self.up, self.down):
            if not links[one] or not links[other]:
                continue
            right = sorted(places[at].at + there for at, _, there in links[other])
            count += sum(bisect_left(right, places[at].at + there) for at, _, there in links[one])
        return count

    def crossings(self, layers: Iterable[Sequence[int]]) -> int:
        """All crossings."""
        places = self.places
        count = 0
        for layer in layers:
            pieces = sorted(
                (number + here, places[other].at + there)
                for number, at in enumerate(layer)
                for other, here, there in self.down[at]
            )
            passed: list[float] = []
            before: list[float] = []
            start = None
            for here, there in pieces:
                if here != start:
                    for one in before:
                        insort(passed, one)
                    before, start = [], here
                count += len(passed) - bisect_left(passed, there + 1e-9)
                before.append(there)
        return count


def _part_of(place: Place, off: float) -> float:
    return 0.5 + off / place.width if place.width else 0.5


# --- places along the layers -----------------------------------------------------------------------------------


def set_along(places: Sequence[Place], layers: Sequence[Sequence[int]], ways: Sequence[Way]) -> None:
    """Where each stands in its layer: near the means of its neighbours, long edges straight."""
    gaps = [[_between(places[a], places[b]) for a, b in pairwise(one)] for one in layers]
    for layer, between in zip(layers, gaps, strict=True):
        x = 0.0
        for number, at in enumerate(layer):
            x += between[number - 1] if number else 0.0
            places[at].x = x
        for at in layer:
            places[at].x -= x / 2
    links: tuple[list[list[tuple[int, float, float]]], ...] = (
        [[] for _ in places],
        [[] for _ in places],
    )
    for way in ways:
        last = len(way.chain) - 2
        for number, (one, other) in enumerate(pairwise(way.chain)):
            # Long edges are straight themselves; nodes follow those that lead on, not those that lead back.
            passing = places[one].is_passing + places[other].is_passing
            weight = (2.0, 1.0, 8.0)[passing] * (0.1 if way.is_turned and passing < 2 else 1.0)
            shift = (way.off[0] if number == 0 else 0.0) - (way.off[1] if number == last else 0.0)
            links[1][one].append((other, -shift, weight))
            links[0][other].append((one, shift, weight))
    for round_ in range(_ROUNDS):
        ways_round = ((0,), (1,)) if round_ < _ROUNDS - 4 else ((0, 1), (0, 1))
        for number, sides in enumerate(ways_round):
            for layer, between in (
                zip(layers, gaps, strict=True)
                if number == 0
                else zip(reversed(layers), reversed(gaps), strict=True)
            ):
                _move(places, layer, between, [links[side] for side in sides])
    _straighten(places, layers, gaps, ways)


def _between(one: Place, other: Place) -> float:
    """From middle to middle of neighbours."""
    gap = _NARROW if (one.is_passing or other.is_passing) else _GAP
    return (one.width + other.width) / 2 + gap


def _move(
    places: Sequence[Place],
    layer: Sequence[int],
    gaps: Sequence[float],
    links: Sequence[Sequence[Sequence[tuple[int, float, float]]]],
) -> None:
    wanted, weights = [], []
    for at in layer:
        total = weight = 0.0
        for side in links:
            for other, shift, heavy in side[at]:
                total += (places[other].x + shift) * heavy
                weight += heavy
        wanted.append(total / weight if weight else places[at].x)
        weights.append(weight or 0.05)
    for at, x in zip(layer, apart(wanted, gaps, weights), strict=True):
        places[at].x = x


def apart(wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float] = ()) -> list[float]:
    """Places as near to those ``wanted`` as can be (by squares) that are ``gaps`` apart at least: the pool of adjacent
    violators (Ayer and others, 1955)."""
    shifts = [0.0]
    for gap in gaps:
        shifts.append(shifts[-1] + gap)
    pools: list[list[float]] = []  # sum, weight, how many
    for number, want in enumerate(wanted):
        weight = weights[number] if weights else 1.0
        pools.append([(want - shifts[number]) * weight, weight, 1])
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] > pools[-1][0] * pools[-2][1]:
            total, weight, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += weight
            pools[-1][2] += count
    out: list[float] = []
    for total, weight, count in pools:
        mean = total / weight
        out += [mean + shifts[number] for number in range(len(out), len(out) + int(count))]
    return out


def _straighten(
    places: Sequence[Place],
    layers: Sequence[Sequence[int]],
    gaps: Sequence[Sequence[float]],
    ways: Sequence[Way],
) -> None:
    """Make edges straight where there is room: the passing places of one first, then what stands at their ends."""

    def free(at: int) -> tuple[float, float]:
        place = places[at]
        layer, between = layers[place.rank], gaps[place.rank]
        number = place.at
        low = places[layer[number - 1]].x + between[number - 1] if number else float("-inf")
        high = places[layer[number + 1]].x - between[number] if number + 1 < len(layer) else float("inf")
        return low, high

    degree: dict[int, int] = {}
    for way in ways:
        for at in (way.upper, way.lower):
            degree[at] = degree.get(at, 0) + 1
    for way in sorted(ways, key=lambda one: -len(one.chain)):
        inner = [at for at in way.chain if places[at].is_passing]
        if len(inner) > 1:
            ranges = [free(at) for at in inner]
            low, high = max(one[0] for one in ranges), min(one[1] for one in ranges)
            if low <= high:
                mean = sum(places[at].x for at in inner) / len(inner)
                for at in inner:
                    places[at].x = min(max(mean, low), high)
        if not inner:
            continue
        # One bend instead of two: below the end that has more edges, or above it.
        ends = sorted(
            ((way.chain[-1], way.off[1]), (way.chain[0], way.off[0])), key=lambda one: -degree.get(one[0], 0)
        )
        if degree.get(ends[1][0]) == 1 and abs(places[ends[0][0]].x - places[ends[1][0]].x) < 2 * _SNAP:
            del ends[1]  # it comes after
        for end, off in ends:
            target = places[end].x + off
            ranges = [free(at) for at in inner]
            if all(low <= target <= high for low, high in ranges):
                for at in inner:
                    places[at].x = target
    for way in ways:
        for at, next_, off in (
            (way.chain[-1], way.chain[-2], way.off[1]),
            (way.chain[0], way.chain[1], way.off[0]),
        ):
            shift = way.off[0] if next_ == way.chain[0] else way.off[1] if next_ == way.chain[-1] else 0.0
            target = places[next_].x + shift - off
            low, high = free(at)
            if degree[at] == 1 and low <= target <= high and abs(places[at].x - target) < 2 * _SNAP:
                places[at].x = target


def set_across(
    places: Sequence[Place],
    layers: Sequence[Sequence[int]],
    ways: Sequence[Way],
    gap: float,
    *,
    is_even: bool,
) -> list[tuple[float, float]]:
    """Where each layer begins and ends; what stands in it is in its middle, or ``is_even`` at its beginning."""
    sideways = [0.0] * len(layers)
    for way in ways:
        last = len(way.chain) - 2
        for number, (one, other) in enumerate(pairwise(way.chain)):
            start = places[one].x + (way.off[0] if number == 0 else 0.0)
            end = places[other].x + (way.off[1] if number == last else 0.0)
            rank = places[one].rank
            sideways[rank] = max(sideways[rank], abs(start - end))
    out: list[tuple[float, float]] = []
    y = 0.0
    for rank, layer in enumerate(layers):
        height = max((places[at].height for at in layer), default=0.0)
        for at in layer:
            places[at].y = y + (places[at].height if is_even else height) / 2
        out.append((y, y + height))
        is_rim = any(places[at].is_gate for at in layer) or (
            rank + 1 < len(layers) and any(places[at].is_gate for at in layers[rank + 1])
        )
        y += height + (min(gap, 14.0) if is_rim else gap) + min(40.0, sideways[rank] * _STEEP)
    return out
