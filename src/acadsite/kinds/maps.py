"""The map of talks, drawn when the site is built: land, a circle for each place, its area by the number of talks.

Inline SVG without any script. Places are given as parts of the map's width and height, radii and letters in the size
of the page's text, so that circles can be hit and names be read at any width; two layers, for wide and narrow columns,
have what fits there. Circles that would touch are one. Where that hides much, a second map shows a part of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import acos, cos, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from acadsite.jinja import markup
from acadsite.kinds.geography import UNITS, outline, window_of
from acadsite.kinds.languages import joined
from acadsite.library import Query
from acadsite.records import slug
from acadsite.track import CollectionView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acadsite.kinds.geography import Window
    from acadsite.kinds.names import Names
    from acadsite.track import RecordView

#: Kilometres up to which talks are in one place: whatever its name is, and with the same name.
_NEAR, _SAME = 5.0, 50.0
_RADIUS: Final = 6371.0

# Lengths are in em of the page's text, as are the radii in the SVG.
#: The columns for which circles and names are laid out; wider ones have more room.
_WIDE, _NARROW = 42.0, 17.5
#: Radius of one talk, where there are few; of the circle of all; the largest of any.
_ONE, _ALL, _MOST = 0.34, 1.3, 1.75
#: The least distance of two circles: what can be hit needs 24 pixels (WCAG 2.5.8).
_APART: Final = 1.5
_GAP: Final = 0.12
#: A circle of this radius has room for its number.
_NUMBERED: Final = 0.5
#: Size of names and of numbers, width of a letter, height of a line.
_NAME, _NUMBER = 0.8125, 0.6875
_LETTER, _LINE = 0.57 * _NAME, 1.15 * _NAME
_LONGEST: Final = 28
#: A part is shown larger where so many of its places are one circle; at most so many parts.
_HIDDEN, _PARTS = 3, 3
#: Kilometres from one place of a part to the next, at most.
_REACH: Final = 1200.0
#: Characters of the outline of one map; of those of the whole, its largest part, and others, where there are such.
_ALONE, _OUTLINES = 9_000, (4_200, 5_000, 1_500, 1_500)


#: Where OpenStreetMap wants to be named with a link (osmfoundation.org, attribution guidelines).
_CREDIT: Final = "https://www.openstreetmap.org/copyright"
#: What needs no style sheet: of all circles and names; of numbers; of the edges of a part; of what can be hit.
_INHERITED: Final = 'direction="ltr" paint-order="stroke" stroke-linejoin="round" stroke-width="1.5"'
_MIDDLE: Final = 'aria-hidden="true" pointer-events="none" text-anchor="middle"'
_DASHED: Final = 'class="map-part" fill="none" stroke="currentColor" stroke-dasharray="3" stroke-opacity=".5"'
_HIT: Final = '<circle r=".75em" fill="none" pointer-events="all" stroke="none"/>'


class Found(NamedTuple):
    """What a circle of more than one talk leads to: a heading, the talks of a place, or the places of the circle, as
    words and address."""

    id: str
    title: str
    talks: tuple[RecordView, ...]
    places: tuple[tuple[str, str], ...]


class Panel(NamedTuple):
    """A map: its id on the page, whether it is twice as wide as high, the SVG, and the lists to which it leads."""

    id: str
    is_wide: bool
    svg: Markup
    lists: tuple[Found, ...]


class TalkMap(NamedTuple):
    """The maps of a list of talks, the whole first, how many talks and places there are, and where it is said who found
    coordinates; empty where nobody did."""

    panels: tuple[Panel, ...]
    talks: int
    places: int
    credit: str


@dataclass(slots=True)
class Spot:
    """A place: its name, latitude and longitude of the first talk there, and the talks."""

    id: str
    name: str
    point: tuple[float, float]
    talks: list[RecordView] = field(default_factory=list)


@dataclass(slots=True)
class Mark:
    """A circle: where its middle is, and the places that it stands for, the one with most talks first."""

    x: float
    y: float
    radius: float
    spots: list[Spot]

    @property
    def count(self) -> int:
        """The number of talks."""
        return sum(len(spot.talks) for spot in self.spots)


class Label(NamedTuple):
    """The name of a circle: the words, where they begin, end or have their middle, counted from that of the circle, and
    which of the three it is (SVG's text-anchor). ``y`` is that of the middle of the line."""

    words: str
    x: float
    y: float
    anchor: str


def talk_map(names: Names) -> TalkMap | None:
    """The map of all talks of which it is known where they were; None where that is so of none."""
    talks = [record for record in CollectionView(names.site, Query("talks")) if record.point]
    if not talks:
        return None
    spots = spots_of(talks)
    book = _Book(names)
    groups = [[spot] for spot in spots]
    whole = window_of([spot.point for spot in spots])
    parts = _parts(spots, whole)
    if parts:
        windows = [window_of([spot.point for spot in part]) for part in parts]
        whole = window_of(
            [*(spot.point for spot in spots), *(corner for part in windows for corner in part.corners)]
        )
        elsewhere = {spot.id for part in parts for spot in part}
        groups = [*parts, *([spot] for spot in spots if spot.id not in elsewhere)]
    leads = {tuple(spot.id for spot in part): f"map--{number}" for number, part in enumerate(parts, 1)}
    frames = "".join(_frame(whole, part) for part in windows) if parts else ""
    panels = [
        book.panel("map", _Drawing(book, whole, leads), groups, frames, _OUTLINES[0] if parts else _ALONE)
    ]
    for number, part in enumerate(parts, 1):
        drawing = _Drawing(book, windows[number - 1], {}, is_small=number > 1)
        panels.append(book.panel(f"map--{number}", drawing, [[spot] for spot in part], "", _OUTLINES[number]))
    credit = _CREDIT if any(record.point[3] for record in talks) else ""
    return TalkMap(tuple(panels), len(talks), len(spots), credit)


# --- places ---


def spots_of(talks: Iterable[RecordView]) -> list[Spot]:
    """The places of talks, those with most talks first. A place is what is near, or has the same name and is not
    far."""
    spots: list[Spot] = []
    for record in talks:
        point = (record.point[0], record.point[1])
        name = _town(record)
        for spot in spots:
            away = _kilometres(point, spot.point)
            if away <= _NEAR or (away <= _SAME and name and name.casefold() == spot.name.casefold()):
                spot.name = spot.name or name
                spot.talks.append(record)
                break
        else:
            spots.append(Spot("", name, point, [record]))
    taken: set[str] = set()
    for spot in spots:
        spot.name = spot.name or f"{spot.point[0]:g}, {spot.point[1]:g}"
        base = identifier = f"map--{slug(spot.name) or 'place'}"
        number = 1
        while identifier in taken or identifier[5:].isdecimal():
            number += 1
            identifier = f"{base}-{number}"
        taken.add(identifier)
        spot.id = identifier
    return sorted(spots, key=_rank)


def _rank(spot: Spot) -> tuple[int, str, str]:
    return -len(spot.talks), spot.name, spot.id


def _town(record: RecordView) -> str:
    """The name of a talk's place for the map: without the country behind it."""
    words = str(record.point[2]).partition(",")[0].strip()
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    (a, b), (c, d) = one, other
    along = cos(radians(a)) * cos(radians(c)) * cos(radians(b - d)) + sin(radians(a)) * sin(radians(c))
    return _RADIUS * acos(max(-1.0, min(1.0, along)))


def _parts(spots: Sequence[Spot], window: Window) -> list[list[Spot]]:
    """The parts of a map that are worth a map of their own: places near each other, of which many would be one
    circle. Those with most talks first."""
    marks = marks_of([[spot] for spot in spots], window, _WIDE)
    if all(len(mark.spots) < _HIDDEN for mark in marks):
        return []
    reach = min(_REACH, radians(window.span) / 10 * _RADIUS)
    groups: list[list[Spot]] = []
    for spot in spots:
        near = [group for group in groups if any(_kilometres(spot.point, one.point) < reach for one in group)]
        groups = [group for group in groups if all(group is not one for one in near)]
        groups.append([one for group in near for one in group] + [spot])
    found = []
    for group in groups:
        ids = {spot.id for spot in group}
        hidden = max(len([spot for spot in mark.spots if spot.id in ids]) for mark in marks)
        if hidden >= _HIDDEN and window_of([spot.point for spot in group]).span < window.span / 2:
            found.append(sorted(group, key=_rank))
    found.sort(key=lambda group: (-sum(len(spot.talks) for spot in group), group[0].id))
    return found[:_PARTS]


# --- layout ---


def marks_of(groups: Sequence[Sequence[Spot]], window: Window, width: float) -> list[Mark]:
    """The circles of groups of places on a map of a width (in em), the largest first: those that would touch, or lie
    too near to be hit one by one, are one, in the middle of its talks."""
    height = width * window.height
    one = min(_ONE, max(0.25, _ALL / sqrt(sum(len(spot.talks) for group in groups for spot in group))))
    marks = []
    for group in groups:
        count = sum(len(spot.talks) for spot in group)
        places = [(window.place(spot.point), len(spot.talks) / count) for spot in group]
        x, y = (sum(place[axis] * share for place, share in places) for axis in (0, 1))
        marks.append(Mark(x * width, y * height, _radius(one, count), list(group)))
    while True:
        kept: list[Mark] = []
        for mark in marks:
            near = min(kept, key=lambda other: _room(mark, other), default=None)
            if near is None or _room(mark, near) >= 0:
                kept.append(mark)
                continue
            share = mark.count / (mark.count + near.count)
            near.x += (mark.x - near.x) * share
            near.y += (mark.y - near.y) * share
            near.spots += mark.spots
            near.radius = _radius(one, near.count)
        if len(kept) == len(marks):
            break
        marks = kept
    for mark in kept:
        mark.spots.sort(key=_rank)
    return sorted(kept, key=lambda mark: (-mark.count, _rank(mark.spots[0])))


def _radius(one: float, count: int) -> float:
    return min(_MOST, one * sqrt(count))


def _room(one: Mark, other: Mark) -> float:
    """How much farther two circles are from each other than they must be."""
    return hypot(one.x - other.x, one.y - other.y) - max(_APART, one.radius + other.radius + _GAP)


Box = tuple[float, float, float, float]


def labels_of(marks: Sequence[Mark], words: Sequence[str], width: float, height: float) -> list[Label | None]:
    """Where the names of circles stand, so that none touches another one, a circle or the edge: beside, else above or
    below; None where there is no room."""
    taken: list[Box] = [
        (mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius)
        for mark in marks
    ]
    found: list[Label | None] = []
    for mark, name in zip(marks, words, strict=True):
        long = sum(_NAME if east_asian_width(letter) in "WF" else _LETTER for letter in name)
        beside, over = mark.radius + 0.3, mark.radius + 0.1 + _LINE / 2
        tries = (
            (Label(name, beside, 0.0, ""), mark.x + beside),
            (Label(name, -beside, 0.0, "end"), mark.x - beside - long),
            (Label(name, 0.0, -over, "middle"), mark.x - long / 2),
            (Label(name, 0.0, over, "middle"), mark.x - long / 2),
        )
        for label, left in tries:
            top = mark.y + label.y - _LINE / 2
            box = (left, top, left + long, top + _LINE)
            is_inside = left > 0.2 and top > 0.1 and box[2] < width - 0.2 and box[3] < height - 0.1
            if is_inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found.append(label)
                break
        else:
            found.append(None)
    return found


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- words and lists ---


@dataclass(slots=True)
class _Book:
    """The words of the circles, and the lists to which they lead, by the ids of their places."""

    names: Names
    lists: dict[tuple[str, ...], Found] = field(default_factory=dict)

    def panel(
        self, identifier: str, drawing: _Drawing, groups: Sequence[Sequence[Spot]], frames: str, most: int
    ) -> Panel:
        """A map with the lists that no other one has led to."""
        before = len(self.lists)
        svg = drawing.svg(groups, frames, most)
        return Panel(identifier, drawing.window.is_wide, svg, tuple(self.lists.values())[before:])

    def title(self, spots: Sequence[Spot]) -> str:
        """The name of one place, of two, or of one and how many more."""
        if len(spots) <= 2:
            return str(joined(self.names, [spot.name for spot in spots]))
        return self.names.t("{place} and {n} more", place=spots[0].name, n=len(spots) - 1)

    def about(self, spots: Sequence[Spot]) -> str:
        """What a circle stands for: “Göttingen: 3 talks, 1920–1932”."""
        talks = [record for spot in spots for record in spot.talks]
        said = self.names.t("{n} talks", n=len(talks))
        years = [record.year for record in talks if record.year is not None]
        if years:
            said += f", {min(years)}" + (f"–{max(years)}" if min(years) < max(years) else "")
        return f"{self.title(spots)}{self.names.t(': ')}{said}"

    def address(self, spots: Sequence[Spot]) -> str:
        """Where a circle leads: to its talk, or to a list of its talks or places."""
        if len(spots) == 1 and len(spots[0].talks) == 1:
            return self.names.address_of(spots[0].talks[0]) or "#map"
        ids = tuple(sorted(spot.id for spot in spots))
        if ids not in self.lists:
            if len(spots) == 1:
                self.lists[ids] = Found(spots[0].id, self.about(spots), tuple(spots[0].talks), ())
            else:
                identifier = f"{spots[0].id}--{len(self.lists) + 1}"
                places = tuple((self.about([spot]), self.address([spot])) for spot in spots)
                self.lists[ids] = Found(identifier, self.about(spots), (), places)
        return f"#{self.lists[ids].id}"


# --- drawing ---


@dataclass(slots=True)
class _Drawing:
    """One map. ``leads`` are the maps of parts, by the ids of all places there. ``is_small``: it stands beside another
    one, and is laid out for narrow columns alone."""

    book: _Book
    window: Window
    leads: dict[tuple[str, ...], str]
    is_small: bool = False

    def svg(self, groups: Sequence[Sequence[Spot]], frames: str, most: int) -> Markup:
        """The land, and the circles above it: for wide columns and for narrow ones, or once where they are alike."""
        tall = round(UNITS * self.window.height)
        land = (
            f'<svg class="map-land" viewBox="0 0 {UNITS} {tall}" preserveAspectRatio="none" aria-hidden="true">'
            f'<path vector-effect="non-scaling-stroke" fill-rule="evenodd" d="{outline(self.window, most)}"/>'
            f"{frames}</svg>"
        )
        wide = self._layer(groups, _NARROW if self.is_small else _WIDE)
        narrow = wide if self.is_small else self._layer(groups, _NARROW)
        layers = [("map-marks map-roomy", wide), ("map-marks map-tight", narrow)]
        if wide == narrow:
            layers = [("map-marks", wide)]
        title = escape(self.book.names.t("Map of talks"))
        return markup(
            land
            + "".join(
                f'<svg class="{kind}" role="group" aria-label="{title}" {_INHERITED}>{marks}</svg>'
                for kind, marks in layers
            )
        )

    def _layer(self, groups: Sequence[Sequence[Spot]], width: float) -> str:
        height = width * self.window.height
        marks = marks_of(groups, self.window, width)
        labels = labels_of(marks, [self.book.title(mark.spots) for mark in marks], width, height)
        return "".join(
            self._mark(mark, label, mark.x / width, mark.y / height)
            for mark, label in zip(marks, labels, strict=True)
        )

    def _mark(self, mark: Mark, label: Label | None, right: float, down: float) -> str:
        about = escape(self.book.about(mark.spots))
        part = self.leads.get(tuple(spot.id for spot in mark.spots))
        href = escape(f"#{part}" if part else self.book.address(mark.spots))
        shown = f'<circle r="{_em(mark.radius)}"/>'
        if mark.radius < _APART / 2:
            shown = _HIT + shown
        if label is not None:
            anchor = f' text-anchor="{label.anchor}"' if label.anchor else ""
            # Lengths of a text are in its own size.
            place = f'x="{_em(label.x / _NAME)}" y="{_em(label.y / _NAME)}"'
            shown += f'<text{anchor} {place} dy=".33em">{escape(label.words)}</text>'
        number = ""
        if mark.count > 1 and mark.radius >= _NUMBERED:
            number = f'<text class="map-number" {_MIDDLE} dy=".36em">{mark.count}</text>'
        return (
            f'<svg x="{100 * right:.2f}%" y="{100 * down:.2f}%"><a href="{href}" aria-label="{about}">'
            f"<title>{about}</title>{shown}</a>{number}</svg>"
        )


def _em(value: float) -> str:
    """A length, short."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"0", "-0"} else f"{text.replace('0.', '.', 1) if abs(value) < 1 else text}em"


def _frame(window: Window, part: Window) -> str:
    """Where a map of a part lies on the whole."""
    (left, top), (right, bottom) = map(window.place, part.corners)
    x, y, wide, tall = (
        round(UNITS * one)
        for one in (left, top * window.height, right - left, (bottom - top) * window.height)
    )
    return f'<path {_DASHED} vector-effect="non-scaling-stroke" d="M{x} {y}h{wide}v{tall}h{-wide}z"/>'
