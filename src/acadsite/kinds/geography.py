"""Maps: which part of the world to show, where a point lies on it, and the outline of the land there.

The projection is Mercator's, which keeps shapes, for a country or a continent, and Miller's, which is Mercator's with
the north and south drawn in, for more of the world and for the poles. Both have meridians that are straight and
equally far apart, so that a map may begin at any of them. ``y`` is counted in radians of longitude, to the north.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import atan, cos, degrees, exp, log, pi, radians, tan
from typing import TYPE_CHECKING, Final

from acadsite.kinds.land import land

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Latitude and longitude in degrees.
Point = tuple[float, float]
#: Right and down from the left upper corner, as parts of the map's width and height, or in its units.
Place = tuple[float, float]
#: The same in whole units.
Dot = tuple[int, int]

#: How much the latitude is drawn in (Miller, “Notes on cylindrical world map projections”, 1942).
_MILLER: Final = 0.8
#: More than so many degrees of longitude, or a point beyond this latitude, are not for Mercator.
_WIDE, _POLAR = 90.0, 75.0
#: Maps that show more than so many degrees are twice as wide as high; others eight to five.
_WORLD: Final = 60.0
#: The least width of a map in kilometres: a country and its neighbours.
_LEAST: Final = 1700.0
_RADIUS: Final = 6371.0
#: Room at each side, as a part of what must be seen.
_MARGIN: Final = 0.09
#: There is no land north of it.
_NORTH: Final = 84.0
#: Where a map of the whole world begins: in the Bering Strait.
_STRAIT: Final = -169.0
#: The whole world and a little of it twice, so that nothing lies on an edge.
_WHOLE: Final = 1.03
#: Units of a map's width; an outline is drawn in whole ones.
UNITS: Final = 1200


@dataclass(frozen=True, slots=True)
class Window:
    """What a map shows: ``span`` degrees of longitude from ``west`` on (to the east, over 180 too), from ``top`` down
    to ``bottom`` (y); ``bend`` is 1 for Mercator's projection."""

    west: float
    span: float
    top: float
    bottom: float
    bend: float

    @property
    def is_wide(self) -> bool:
        """Whether it is of the kind that is twice as wide as high."""
        return self.span > _WORLD

    @property
    def height(self) -> float:
        """The height, where the width is 1."""
        return (self.top - self.bottom) / radians(self.span)

    @property
    def north(self) -> float:
        """The latitude of its upper edge."""
        return _latitude(self.top, self.bend)

    @property
    def south(self) -> float:
        """The latitude of its lower edge."""
        return _latitude(self.bottom, self.bend)

    @property
    def corners(self) -> tuple[Point, Point]:
        """The left upper and the right lower corner."""
        return (self.north, self.west), (self.south, _turned(self.west + self.span))

    def place(self, point: Point) -> Place:
        """Where a point lies, as parts of the map's width and height."""
        lat, lon = point
        # Of a place that is there twice, the one nearer to the middle.
        away = (lon - self.west - self.span / 2 + 180) % 360 - 180
        down = (self.top - _up(lat, self.bend)) / (self.top - self.bottom)
        return 0.5 + away / self.span, down


def _up(lat: float, bend: float) -> float:
    """y of a latitude. The poles of Mercator's projection lie at infinity, so it ends at 89."""
    end = 90.0 if bend < 1 else 89.0
    return log(tan(pi / 4 + radians(max(-end, min(end, lat))) * bend / 2)) / bend


def _latitude(y: float, bend: float) -> float:
    """The inverse of ``_up``."""
    return degrees((2 * atan(exp(y * bend)) - pi / 2) / bend)


def window_of(points: Sequence[Point]) -> Window:
    """The part of the world that shows all points, with some room; at least one."""
    west, span = _longitudes([lon for _, lon in points])
    lats = [lat for lat, _ in points]
    is_far = span > _WIDE or max(map(abs, lats)) > _POLAR
    bend = _MILLER if is_far else 1.0
    high, low = (_up(lat, bend) for lat in (max(lats), min(lats)))
    middle = (high + low) / 2
    room = 1 + 2 * _MARGIN
    least = _LEAST / _RADIUS / max(0.25, cos(radians(_latitude(middle, bend))))
    wide, tall = max(radians(span) * room, least), (high - low) * room
    ratio = 1.6
    if degrees(max(wide, tall * ratio)) > _WORLD:
        ratio = 2.0
    # One that reaches from pole to pole is wider than the world, and shows some of it twice.
    wide = max(wide, tall * ratio)
    if wide > 2 * pi:
        wide = max(2 * pi * _WHOLE, tall * ratio)
        west, span = _STRAIT, 360.0
    tall = wide / ratio
    return Window(
        _turned(west + span / 2 - degrees(wide) / 2),
        degrees(wide),
        *_heights(middle, tall, high, low, bend),
        bend,
    )


def _heights(middle: float, tall: float, high: float, low: float, bend: float) -> tuple[float, float]:
    """Top and bottom around the middle, moved so that not more than needed lies beyond the land in the north, and
    nothing beyond as much in the south."""
    top, end = middle + tall / 2, max(_up(_NORTH, bend), high + tall * _MARGIN / 2)
    top = min(top, end)
    floor = min(_up(-_NORTH, bend), low - tall * _MARGIN / 2)
    if top - tall < floor:
        top = min(floor + tall, max(top, (end + floor + tall) / 2))
    return top, top - tall


def _longitudes(lons: Iterable[float]) -> tuple[float, float]:
    """The west end of what holds all longitudes, and how wide it is. It lies over the date line only where that saves
    much, since a map around the Pacific is one that few know by heart."""
    order = sorted({_turned(lon) for lon in lons})
    plain = order[-1] - order[0]
    gaps = [(after - before, after) for before, after in pairwise(order)]
    gap, start = max(gaps, default=(0.0, order[0]))
    return (start, 360 - gap) if 360 - gap < 0.7 * plain else (order[0], plain)


def _turned(lon: float) -> float:
    """A longitude from -180 to below 180."""
    return (lon + 180) % 360 - 180


# --- land ---


@lru_cache(maxsize=16)
def outline(window: Window, most: int = 9_000) -> str:
    """The land in a window as the data of a path, in whole units of which the width has ``UNITS``; at most so many
    characters, as far as possible. Even and odd: what lies in two rings is a sea."""
    wide, tall = float(UNITS), UNITS * window.height
    # What lies outside is cut a little outside, so that no edge is seen.
    box = (-20.0, -20.0, wide + 20, tall + 20)
    rings = []
    for ring in _nearby(window):
        cut = _cut(ring, box)
        if len(cut) > 2:
            rings.append(cut)
    rough = 0.6
    lines = [_whole(ring) for ring in rings]
    while True:
        lines = [line for line in (_simpler(line, rough) for line in lines) if line]
        path = "".join(map(_path, lines))
        if len(path) <= most or rough > 12:
            return path
        rough *= max(1.2, (len(path) / most) ** 0.8)


def _nearby(window: Window) -> Iterable[list[Place]]:
    """The rings that may be seen, in units; of what the window shows twice, both."""
    east = window.west + window.span
    scale = UNITS / window.span
    up = UNITS / radians(window.span)
    for ring, (left, low, right, high) in zip(land(), _boxes(), strict=True):
        if high < window.south - 1 or low > window.north + 1:
            continue
        for turn in (-360, 0, 360, 720):
            if left + turn < east + 1 and right + turn > window.west - 1:
                yield [
                    ((x + turn - window.west) * scale, (window.top - _up(y, window.bend)) * up)
                    for x, y in ring
                ]


def _boxes() -> tuple[tuple[float, float, float, float], ...]:
    """West, south, east and north of each ring."""
    if not _KNOWN:
        for ring in land():
            xs, ys = zip(*ring, strict=True)
            _KNOWN.append((min(xs), min(ys), max(xs), max(ys)))
    return tuple(_KNOWN)


_KNOWN: list[tuple[float, float, float, float]] = []


def _cut(ring: list[Place], box: tuple[float, float, float, float]) -> list[Place]:
    """The part of a ring in a box (Sutherland and Hodgman, “Reentrant polygon clipping”, 1974)."""
    left, top, right, bottom = box
    for axis, edge, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        if all(sign * (point[axis] - edge) >= 0 for point in ring):
            continue
        found: list[Place] = []
        for at, point in enumerate(ring):
            before = ring[at - 1]
            here, there = sign * (point[axis] - edge), sign * (before[axis] - edge)
            if (here >= 0) != (there >= 0):
                part = there / (there - here)
                crossing = [
                    before[0] + part * (point[0] - before[0]),
                    before[1] + part * (point[1] - before[1]),
                ]
                crossing[axis] = edge
                found.append((crossing[0], crossing[1]))
            if here >= 0:
                found.append(point)
        ring = found
        if not ring:
            break
    return ring


def _simpler(ring: list[Dot], rough: float) -> list[Dot]:
    """A ring with fewer points; none where nothing would be seen of it."""
    if len(ring) < 3 or max(max(one) - min(one) for one in zip(*ring, strict=True)) < 2 * rough:
        return []
    far = max(range(len(ring)), key=lambda at: _distance(ring[at], ring[0]))
    points = _smooth(ring[: far + 1], rough)[:-1] + _smooth([*ring[far:], ring[0]], rough)[:-1]
    return points if len(points) > 2 else []


def _path(ring: list[Dot]) -> str:
    """A ring as a part of a path, from point to point, with as few blanks as can be."""
    (x, y), *rest = ring
    steps = []
    for right, down in rest:
        steps += [str(step) if step < 0 else f" {step}" for step in (right - x, down - y)]
        x, y = right, down
    return f"M{ring[0][0]} {ring[0][1]}l{''.join(steps).lstrip()}z"


def _whole(ring: list[Place]) -> list[Dot]:
    found: list[Dot] = []
    for x, y in ring:
        point = round(x), round(y)
        if not found or found[-1] != point:
            found.append(point)
    return found[:-1] if len(found) > 1 and found[0] == found[-1] else found


def _distance(one: Dot, other: Dot) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _smooth(points: list[Dot], rough: float) -> list[Dot]:
    """The line without points that are nearer than ``rough`` to it (Douglas and Peucker, 1973)."""
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        (x, y), (right, down) = points[first], points[last]
        dx, dy = right - x, down - y
        length = dx * dx + dy * dy
        most, place = -1.0, first
        for at in range(first + 1, last):
            px, py = points[at][0] - x, points[at][1] - y
            along = (px * dx + py * dy) / length if length else 0.0
            along = 0.0 if along < 0 else 1.0 if along > 1 else along
            away = (px - along * dx) ** 2 + (py - along * dy) ** 2
            if away > most:
                most, place = away, at
        if most > rough * rough:
            keep[place] = True
            waiting += [(first, place), (place, last)]
    return [point for point, is_kept in zip(points, keep, strict=True) if is_kept]
