"""Pictures of a list of publications, drawn when the site is built: how many a year, who wrote with whom.

Inline SVG with the colours of the page, and the same facts as rows for a table. The places of all marks come from the
facts alone: the same list gives the same picture.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from math import cos, log2, pi, sin, sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import escape

from acadsite.jinja import markup
from acadsite.library import Query
from acadsite.people import display
from acadsite.track import CollectionView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

    from acadsite.kinds.names import Names

Who = tuple[str, str]

#: A bar for each year of a span up to this one; else for each year that has any.
_SPAN: Final = 120
#: The graph has at most so many people, those with most publications, and so many lines, the strongest.
_PEOPLE: Final = 40
_LINES: Final = 150
#: Longer names are cut.
_LETTERS: Final = 28


class Year(NamedTuple):
    """A year, how many publications it has, and the page that lists them."""

    year: int
    number: int
    href: str | None


class Coauthor(NamedTuple):
    """Somebody who wrote with the owner of the site: name, page, number of publications, first and last year."""

    name: str
    href: str | None
    number: int
    years: str


class Overview(NamedTuple):
    """What the page of pictures shows. A picture that would show nothing is empty."""

    years: tuple[Year, ...]
    bars: Markup
    coauthors: tuple[Coauthor, ...]
    graph: Markup


@dataclass(slots=True)
class _Met:
    """What is known of a co-author."""

    name: str
    count: int = 0
    years: list[int] = field(default_factory=list)


def overview(names: Names) -> Overview:
    """The pictures of all publications, with their facts."""
    counts: Counter[int] = Counter()
    met: dict[Who, _Met] = {}
    pairs: Counter[tuple[Who, Who]] = Counter()
    for work in CollectionView(names.site, Query("publications")):
        year = work.year
        if year is not None:
            counts[year] += 1
        group = _group(work.authors, met)
        for who in group:
            met[who].count += 1
            if year is not None:
                met[who].years.append(year)
        if len(group) <= _PEOPLE:  # everybody with everybody of a large collaboration says nothing
            pairs.update(combinations(sorted(group), 2))
    order = sorted(met, key=lambda who: (-met[who].count, met[who].name, who))
    coauthors = tuple(
        Coauthor(met[who].name, _page(names, who), met[who].count, _span(met[who].years)) for who in order
    )
    years = tuple(Year(year, counts[year], _year_page(names, year)) for year in sorted(counts, reverse=True))
    return Overview(
        years, bars(counts, names.t("Publications per year")), coauthors, _graph(names, order, met, pairs)
    )


def _group(authors: Iterable[Mapping[str, Any]], met: dict[Who, _Met]) -> list[Who]:
    """The authors of one publication but the site's owner, each once. Who is nobody that the site knows goes by the
    name as it is written."""
    found: dict[Who, None] = {}
    for name in authors:
        if name.get("is_owner"):
            continue
        person = name.get("person")
        who = ("person", person) if person else ("name", display(name))
        found[who] = None
        met.setdefault(who, _Met(display(name)))
    return list(found)


def _page(names: Names, who: Who) -> str | None:
    return names.person_page(who[1]) if who[0] == "person" else None


def _year_page(names: Names, year: int) -> str | None:
    return names.site.href(("page", f"publications-year:{year}"))


def _span(years: Sequence[int]) -> str:
    first, last = (min(years), max(years)) if years else (0, 0)
    return "" if not years else str(first) if first == last else f"{first}–{last}"


# --- bars ---


def bars(counts: Mapping[int, int], title: str) -> Markup:
    """A bar for each year; nothing for fewer than two years."""
    if len(counts) < 2:
        return markup("")
    first, last = min(counts), max(counts)
    years = list(range(first, last + 1)) if last - first < _SPAN else sorted(counts)
    most, width, height = max(counts.values()), 640, 140
    step = width / len(years)
    shown, labels = [], []
    every = next(size for size in (1, 2, 5, 10, 20, 50, 100) if len(years) / size <= 14)
    for at, year in enumerate(years):
        count = counts.get(year, 0)
        size = round(height * count / most, 1)
        left = at * step
        if count:
            place = f'x="{left + step * 0.1:.1f}" y="{20 + height - size:.1f}"'
            shown.append(f'<rect {place} width="{step * 0.8:.1f}" height="{size}"/>')
        if count and step >= 18:
            labels.append(f'<text x="{left + step / 2:.1f}" y="{15 + height - size:.1f}">{count}</text>')
        if year % every == 0 or (len(years) <= 3):
            labels.append(f'<text x="{left + step / 2:.1f}" y="{height + 38}">{year}</text>')
    return markup(
        f'<svg class="plot-bars" role="img" viewBox="0 0 {width} {height + 45}"><title>{escape(title)}</title>'
        f'{"".join(shown)}<path d="M0 {height + 20.5}H{width}"/>{"".join(labels)}</svg>'
    )


# --- the graph ---


def _graph(
    names: Names, order: Sequence[Who], met: Mapping[Who, _Met], pairs: Mapping[tuple[Who, Who], int]
) -> Markup:
    people = order[:_PEOPLE]
    kept = set(people)
    weights = {pair: count for pair, count in pairs.items() if kept.issuperset(pair)}
    if not weights:
        return markup("")
    lines = sorted(weights, key=lambda pair: (-weights[pair], pair))[:_LINES]
    ring = _ring(people, weights)
    return circle(
        [(met[who].name, met[who].count) for who in ring],
        [(ring.index(one), ring.index(other), weights[one, other]) for one, other in lines],
        names.t("Who wrote with whom"),
    )


def _ring(people: Sequence[Who], weights: Mapping[tuple[Who, Who], int]) -> list[Who]:
    """People in an order in which those who wrote together stand together: each is followed by whom they wrote with
    most, of those who are left."""
    left = list(people)
    ring = [left.pop(0)]
    while left:
        last = ring[-1]
        nearest = max(
            left, key=lambda who: weights.get((min(last, who), max(last, who)), 0)
        )  # the first of equals
        left.remove(nearest)
        ring.append(nearest)
    return ring


def circle(nodes: Sequence[tuple[str, int]], lines: Iterable[tuple[int, int, int]], title: str) -> Markup:
    """A graph on a circle: ``nodes`` have a name and a number, ``lines`` the places of two nodes and a weight."""
    radius = max(70, min(190, 9 * len(nodes)))
    nodes = [(name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…", count) for name, count in nodes]
    middle = radius + 24 + 7 * max(len(name) for name, _ in nodes)
    places = []
    for at in range(len(nodes)):
        angle = 2 * pi * at / len(nodes) - pi / 2
        places.append((angle, middle + radius * cos(angle), middle + radius * sin(angle)))
    paths, dots = [], []
    for one, other, weight in lines:
        (_, left, top), (_, right, bottom) = places[one], places[other]
        bent = [middle + (one + other - 2 * middle) / 4 for one, other in ((left, right), (top, bottom))]
        way = f"M{left:.0f} {top:.0f}Q{bent[0]:.0f} {bent[1]:.0f} {right:.0f} {bottom:.0f}"
        paths.append(f'<path stroke-width="{1 + log2(weight):.1f}" d="{way}"/>')
    for (name, count), (angle, x, y) in zip(nodes, places, strict=True):
        size = min(16.0, 3 + 2 * sqrt(count))
        turn = angle * 180 / pi
        away, anchor = size + 5, "start"
        if cos(angle) < -1e-9:  # so that no name stands on its head
            turn, away, anchor = turn + 180, -away, "end"
        place = f'transform="translate({x:.0f} {y:.0f}) rotate({turn:.1f})" x="{away:.0f}" dy=".35em"'
        dots.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.1f}"/>')
        dots.append(f'<text text-anchor="{anchor}" {place}>{escape(name)}</text>')
    size = 2 * middle
    return markup(
        f'<svg class="plot-graph" role="img" viewBox="0 0 {size} {size}"><title>{escape(title)}</title>'
        f"{''.join(paths)}{''.join(dots)}</svg>"
    )
