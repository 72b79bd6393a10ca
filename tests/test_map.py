"""The map of talks: land and projection, circles and names, the page, and what is built again after an edit."""

from __future__ import annotations

import html
import math
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.kinds import geography, land, maps
from acadsite.kinds.geography import UNITS, outline, window_of
from acadsite.problems import Span
from acadsite.schema import Coordinates
from acadsite.sources import parse_yaml
from conftest import SiteFolder
from sample import Site, contents, tree, unlike

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.problems import Problem

POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
GOETTINGEN, ZURICH = (51.53, 9.93), (47.37, 8.54)


# --- land ---


def is_land(lat: float, lon: float) -> bool:
    """Whether an odd number of rings is around a point."""
    inside = False
    for ring in land.land():
        for at, (x, y) in enumerate(ring):
            left, low = ring[at - 1]
            for turn in (-360, 0, 360):
                if (y > lat) != (low > lat) and lon + turn < (left - x) * (lat - y) / (low - y) + x:
                    inside = not inside
    return inside


@pytest.mark.parametrize(
    "point",
    [
        GOETTINGEN,
        (40.35, -74.7),
        (-25, 134),
        (65, -18),
        (-80, 30),
        (66.3, -172),
        (71.2, -179.5),
        (-17.8, 178),
    ],
)
def test_there_is_land(point):
    assert is_land(*point)


@pytest.mark.parametrize(
    "point", [(0, -30), (42, 51), (36, 15), (-60, 0), (55.8, 3), (20, -160), (89, 10), (43, 34)]
)
def test_there_is_sea(point):
    """The Caspian, at 42 and 51, is a hole in the land."""
    assert not is_land(*point)


def test_the_file_is_small_and_says_where_it_is_from():
    data = land.FILE.read_bytes()
    assert len(data) <= 60_000
    assert data.startswith(b"# ")
    assert b"Natural Earth" in data[:300]
    assert b"public domain" in data[:300]
    assert data.isascii()
    assert all(abs(x) <= 360 and -90 <= y < 84 for ring in land.land() for x, y in ring)


@given(st.lists(st.tuples(st.integers(-20_000, 20_000), st.integers(-9_000, 9_000)), min_size=1))
def test_rings_can_be_written_and_read(ring):
    line = land.written(ring)
    assert line.isascii()
    assert line.isprintable()
    assert " " not in line
    assert [(round(x * land.UNITS), round(y * land.UNITS)) for x, y in land.read(line)] == ring


# --- windows ---


@settings(max_examples=200)
@given(st.lists(POINTS, min_size=1, max_size=12))
def test_a_window_shows_all_points_with_some_room(points):
    window = window_of(points)
    assert math.isclose(window.height, 1 / 2 if window.is_wide else 5 / 8)
    for point in points:
        x, y = window.place(point)
        assert 0.01 < x < 0.99, point
        assert 0.0 < y < 1.0, point
    assert window.top < geography._up(90, 0.8) + 0.7


@given(st.lists(st.tuples(st.integers(-90, 90), st.integers(-179, 179)), min_size=1, max_size=8))
def test_the_date_line_is_no_border(points):
    turned = [(lat, lon - 360 if lon > 0 else lon + 360) for lat, lon in points]
    one, other = window_of(points), window_of(turned)
    for (lat, lon), there in zip(points, turned, strict=True):
        assert one.place((lat, lon)) == pytest.approx(one.place(there), abs=1e-6)
    assert (one.span, one.top, one.bend) == pytest.approx((other.span, other.top, other.bend))


def test_a_town_is_shown_with_its_country_and_the_neighbours():
    window = window_of([GOETTINGEN])
    assert window == window_of([GOETTINGEN] * 5)
    assert window.place(GOETTINGEN) == pytest.approx((0.5, 0.5))
    for capital in ((52.52, 13.4), (48.86, 2.35), (50.09, 14.42), (55.68, 12.57), (47.37, 8.54)):
        x, y = window.place(capital)
        assert 0 < x < 1
        assert 0 < y < 1
    assert window.span < 30


def test_the_pacific_and_the_atlantic():
    fiji = window_of([(-18.1, 178.4), (-13.8, -171.8)])
    assert fiji.span < 25, "over the date line"
    assert window_of([(35.7, 139.7), (37.9, -122.3)]).span < 130
    # Europe, America and Japan: the other way around is shorter, but no map that one knows.
    world = window_of([GOETTINGEN, (37.9, -122.3), (35.7, 139.7)])
    assert [world.place(point)[0] for point in ((37.9, -122.3), GOETTINGEN, (35.7, 139.7))] == sorted(
        world.place(point)[0] for point in ((37.9, -122.3), GOETTINGEN, (35.7, 139.7))
    )


@pytest.mark.parametrize("points", [[(90, 0)], [(-90, 12)], [(-90, 0), (90, 0)], [(0, 180), (0, -180)]])
def test_poles_and_the_date_line_itself(points):
    window = window_of(points)
    assert all(0 < one < 1 for point in points for one in window.place(point))
    assert math.isfinite(window.top - window.bottom)
    assert re.fullmatch(r"(M-?\d+ -?\d+l[-\d ]+z)*", outline(window))


# --- outlines ---


def drawn(path: str) -> list[list[tuple[int, int]]]:
    """The rings of a path."""
    rings = []
    for part in re.findall(r"M([^z]*)z", path):
        start, _, rest = part.partition("l")
        numbers = [int(one) for one in re.findall(r"-?\d+", rest)]
        x, y = map(int, start.split())
        ring = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


@pytest.mark.parametrize(
    "points",
    [
        [GOETTINGEN],
        [GOETTINGEN, (60.2, 24.9), (38.7, -9.1)],
        [(37.9, -122.3), (35.7, 139.7), (-33.9, 151.2), (-23.5, -46.6)],
        [(35.7, 139.7), (37.9, -122.3)],
    ],
    ids=["country", "continent", "world", "pacific"],
)
def test_an_outline_is_cut_short_and_the_same_each_time(points):
    window = window_of(points)
    path = outline(window, 6_000)
    assert 0 < len(path) <= 6_000
    assert path == outline(window, 6_000)
    rings = drawn(path)
    assert all(len(ring) > 2 for ring in rings)
    for x, y in (point for ring in rings for point in ring):
        assert -20 <= x <= UNITS + 20
        assert -20 <= y <= round(UNITS * window.height) + 20


@pytest.mark.parametrize("turn", [-360, 0, 360])
def test_an_outline_has_its_points_where_the_window_places_them(turn):
    """What lies on land is in the outline, in the middle of the Pacific too."""
    window = window_of([(-10, 130 + turn), (-45, 170 + turn)])
    (ring,) = [max(drawn(outline(window)), key=len)]
    x, y = (
        one * size for one, size in zip(window.place((-25, 134)), (UNITS, UNITS * window.height), strict=True)
    )
    inside = False
    for at, (right, low) in enumerate(ring):
        left, high = ring[at - 1]
        if (low > y) != (high > y) and x < (left - right) * (y - low) / (high - low) + right:
            inside = not inside
    assert inside


def test_there_may_be_no_land():
    assert outline(window_of([(-45.0, -128.0)])) == ""


def test_rings_are_cut_at_the_edges():
    box = (0.0, 0.0, 10.0, 10.0)
    square = [(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]
    assert set(geography._cut(square, box)) == {(0.0, 0.0), (5.0, 0.0), (5.0, 5.0), (0.0, 5.0)}
    assert geography._cut([(20.0, 1.0), (30.0, 1.0), (30.0, 9.0)], box) == []
    around = [(-5.0, -5.0), (15.0, -5.0), (15.0, 15.0), (-5.0, 15.0)]
    assert set(geography._cut(around, box)) == {(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)}


# --- circles and names ---


def spots(*places: tuple[float, float, int]) -> list[maps.Spot]:
    """Places with so many talks each."""
    talks: list[Any] = [object()]
    return [
        maps.Spot(f"map--{at}", f"Town {at}", (lat, lon), talks * number)
        for at, (lat, lon, number) in enumerate(places)
    ]


PLACES = st.lists(
    st.tuples(st.floats(-80, 80), st.floats(-180, 180), st.integers(1, 30)), min_size=1, max_size=25
)


@settings(max_examples=100, deadline=None)
@given(PLACES, st.sampled_from([17.5, 42.0]))
def test_each_talk_is_in_one_circle_and_circles_keep_apart(places, width):
    towns = spots(*places)
    window = window_of([spot.point for spot in towns])
    marks = maps.marks_of([[spot] for spot in towns], window, width)
    assert sum(mark.count for mark in marks) == sum(number for *_, number in places)
    assert sorted(spot.id for mark in marks for spot in mark.spots) == sorted(spot.id for spot in towns)
    for at, mark in enumerate(marks):
        assert math.isfinite(mark.x + mark.y)
        assert 0 < mark.radius <= 1.75
        for other in marks[:at]:
            away = math.hypot(mark.x - other.x, mark.y - other.y)
            assert away >= 1.5 - 1e-9, "24 pixels can be hit"
            assert away > mark.radius + other.radius
    assert [mark.count for mark in marks] == sorted((mark.count for mark in marks), reverse=True)
    height = width * window.height
    labels = maps.labels_of(marks, [mark.spots[0].name for mark in marks], width, height)
    boxes = [(m.x - m.radius, m.y - m.radius, m.x + m.radius, m.y + m.radius) for m in marks]
    for mark, label in zip(marks, labels, strict=True):
        if label is not None:
            long = len(label.words) * 0.46
            left = mark.x + label.x - {"": 0, "end": long, "middle": long / 2}[label.anchor]
            box = (left, mark.y + label.y - 0.45, left + long, mark.y + label.y + 0.45)
            assert box[0] > 0
            assert box[2] < width
            assert not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in boxes)
            boxes.append(box)


def test_the_area_is_by_the_number_of_talks():
    towns = spots((50, 10, 1), (50, 20, 4), (40, 15, 9))
    marks = maps.marks_of([[spot] for spot in towns], window_of([spot.point for spot in towns]), 42)
    assert [mark.count for mark in marks] == [9, 4, 1]
    nine, four, one = (mark.radius for mark in marks)
    assert (nine / one, four / one) == pytest.approx((3, 2))


def test_places_in_one_place_are_one_circle():
    towns = spots((*ZURICH, 2), (*ZURICH, 3), (47.5, 8.73, 1))
    (mark,) = maps.marks_of([[spot] for spot in towns], window_of([spot.point for spot in towns]), 42)
    assert mark.count == 6
    assert math.isfinite(mark.x)
    assert [len(spot.talks) for spot in mark.spots] == [3, 2, 1]


# --- coordinates ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[51.53, 9.93]", [51.53, 9.93]),
        ("51.53, 9.93", [51.53, 9.93]),
        ("'51.53° N, 9.93° E'", [51.53, 9.93]),
        ("40.35 N, 74.66 W", [40.35, -74.66]),
        ("[-33.9, 151]", [-33.9, 151]),
        ("33.9s,151.2e", [-33.9, 151.2]),
        ("['+1', -0]", [1, 0]),
        ("[90, -180]", [90, -180]),
    ],
)
def test_coordinates(text, value):
    problems: list[Problem] = []
    node, _ = parse_yaml(text, "x.yaml")
    assert node is not None
    assert Coordinates().check(node, problems) == value
    assert problems == []


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("[-122.4, 37.8]", "value-coordinates", "[37.8, -122.4]"),
        ("[91, 181]", "value-coordinates", "-90 to 90"),
        ("[1]", "value-kind", ""),
        ("[1, 2, 3]", "value-kind", ""),
        ("Göttingen", "value-kind", ""),
        ("[.nan, .inf]", "value-kind", ""),
        ("[1, [2]]", "value-kind", ""),
        ("{lat: 1, lon: 2}", "value-kind", ""),
        ("9.93 E, 51.53 N", "value-kind", ""),
        ("-9.93 N, 51.53 E", "value-kind", ""),
        ("[true, 1]", "value-kind", ""),
        ("51,53, 9,93", "value-kind", ""),
    ],
)
def test_what_are_no_coordinates(text, code, hint):
    problems: list[Problem] = []
    node, _ = parse_yaml(text, "x.yaml")
    assert node is not None
    assert Coordinates().check(node, problems) is None
    assert [problem.code for problem in problems] == [code]
    assert hint in (problems[0].hint or "")
    assert isinstance(problems[0].where, Span)


# --- pages ---

FILES = {
    "site.yaml": """\
title: S
url: https://example.org/
author: {name: Jane Doe}
languages: [en, de]
talks: {map: true}
labels: {Map of talks: Where I was}
""",
    "content/talks.yaml": """\
- {id: a, title: Rings, location: "Göttingen, Germany", coordinates: [51.53, 9.93], date: 1920}
- {id: b, title: Chains & <b>ideals</b>, location: Göttingen, coordinates: "51.54 N, 9.94 E", date: 1932-05}
- {id: c, title: Modules, location: Zürich, date: 1932}
- {id: d, title: Norms, location: Winterthur, coordinates: [47.5, 8.73], date: 1933, abstract: Words.}
- {id: e, title: Forms, location: "Princeton \\"NJ\\"", coordinates: [40.35, -74.66], date: 1934}
- {id: f, title: Screens, location: online, date: 2021}
- {id: g, title: Nowhere, date: 2022}
""",
    "content/talks.de.yaml": "e: {location: Princeton (USA)}\n",
    "content/snapshots/places.yaml": "places:\n  Zürich: {lat: 47.37, lon: 8.54, found: Zürich}\n",
    "content/posts/x.md": "---\ntitle: X\ndate: 2020\n---\nX\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("map") / "site"
    root.mkdir()
    result = Site(SiteFolder(root).write(FILES)).build()
    assert [problem.code for problem in result.report.problems] == []
    return root


def page(root: Path, name: str = "talks/index.html") -> str:
    return (root / "public" / name).read_text(encoding="utf-8")


def links(text: str, layer: str) -> dict[str, str]:
    """The circles of a layer of the first map: name and address."""
    found = re.search(rf'<svg class="map-marks[^"]*{layer}[^>]*>(.*?)</svg></div>|$', text)
    inner = re.search(rf'<svg class="map-marks[^"]*{layer}"[^>]*>((?:<svg x=.*?</svg>)*)</svg>', text)
    assert found
    assert inner
    return {
        html.unescape(name): href
        for href, name in re.findall(r'<a href="([^"]*)" aria-label="([^"]*)">', inner[1])
    }


def test_the_page_has_a_map(built):
    text = page(built)
    assert '<figure class="map">' in text
    assert "5 talks in 4 places" in text
    assert links(text, "map-roomy") | links(text, "map-tight") == {
        "Göttingen: 2 talks, 1920–1932": "#map--gottingen",
        "Winterthur and Zürich: 2 talks, 1932–1933": "#map--winterthur--2",
        "Göttingen and 2 more: 4 talks, 1920–1933": "#map--gottingen--3",
        'Princeton "NJ": 1 talk, 1934': "../talks/#e",
    }
    assert 'aria-label="Where I was"' in text
    assert "<script" not in text[text.index('<figure class="map"') : text.index("</figure>")]
    assert text.count("Chains &amp; <b>ideals</b>") >= 2
    assert 'href="../talks/d/">Norms' in text or "Winterthur: 1 talk" in text


def test_every_link_of_the_map_leads_to_something(built):
    text = page(built)
    figure = text[text.index('<figure class="map"') : text.index("</figure>")]
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    hrefs = set(re.findall(r'<a href="([^"]+)"', figure))
    assert len(hrefs) > 5
    for href in hrefs - {"https://www.openstreetmap.org/copyright"}:
        place, _, fragment = href.rpartition("#")
        if href.endswith("/"):
            assert (built / "public" / "talks" / href / "index.html").is_file()
        else:
            assert place in {"", "../talks/"}
            assert fragment in ids


def test_each_layer_counts_each_talk_once(built):
    for layer in ("map-roomy", "map-tight"):
        names = links(page(built), layer)
        assert sum(int(re.search(r"(\d+) talk", name)[1]) for name in names) == 5  # type: ignore[index]


def test_who_found_the_places_is_said(built):
    assert 'href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>' in page(built)


def test_in_another_language(built):
    text = page(built, "de/talks/index.html")
    assert 'aria-label="Karte der Vorträge"' in text
    assert "5 Vorträge an 4 Orten" in text
    assert "Göttingen: 2 Vorträge, 1920–1932" in text


def test_the_sheet_is_where_the_map_is(built):
    assert "pages/maps.css" in page(built)
    assert "pages/maps.css" not in page(built, "index.html")
    assert "pages/maps.css" not in page(built, "talks/d/index.html")


def test_a_site_without_a_map_has_nothing_of_it(tmp_path):
    files = {"site.yaml": "title: S\n", "content/talks.yaml": FILES["content/talks.yaml"]}
    site = Site(SiteFolder(tmp_path).write(files))
    assert [problem.code for problem in site.build().report.problems] == []
    assert "map" not in page(tmp_path).replace("sitemap", "")
    site.edit(
        {
            "site.yaml": "title: S\ntalks: {map: true}\n",
            "content/talks.yaml": "- {title: T, location: Rome}\n",
        }
    )
    (problem,) = site.build().report.problems
    assert (problem.code, problem.level) == ("map-place", "warning")
    assert "“Rome”" in problem.message
    assert problem.where is not None
    assert (problem.where.path, problem.where.line) == ("content/talks.yaml", 1)
    assert '<figure class="map"' not in page(tmp_path)


def test_what_is_far_is_shown_as_a_whole_and_in_part(tmp_path):
    towns = {
        "Göttingen": GOETTINGEN, "Zürich": ZURICH, "Leipzig": (51.34, 12.37), "Jena": (50.93, 11.59),
        "Wien": (48.21, 16.37), "Princeton": (40.35, -74.66), "Tokyo": (35.68, 139.69),
    }  # fmt: skip
    listed = "".join(
        f"- {{title: T, location: {name}, coordinates: [{lat}, {lon}]}}\n"
        for name, (lat, lon) in towns.items()
    )
    files = {"site.yaml": "title: S\ntalks: {map: true}\n", "content/talks.yaml": listed}
    Site(SiteFolder(tmp_path).write(files)).build()
    text = page(tmp_path)
    assert re.findall(r'class="(map-panel[^"]*)" id="([^"]*)"', text) == [
        ("map-panel map-world", "map"),
        ("map-panel", "map--1"),
    ]
    assert '<a href="#map--1" aria-label="Göttingen and 4 more: 5 talks">' in text
    assert text.count('class="map-part"') == 1
    part = text[text.index('id="map--1"') :]
    assert "Princeton: 1 talk" not in part
    assert all(f"{name}: 1 talk" in part for name in ("Zürich", "Wien"))


# --- what changes ---

TALKS = "content/talks.yaml"
SNAPSHOT = "content/snapshots/places.yaml"
#: What is edited, and the pages that are rendered, in each language.
EDITS = {
    "coordinates": ({TALKS: FILES[TALKS].replace("[40.35, -74.66]", "[35.68, 139.69]")}, {"talks"}),
    "a place in the snapshot": ({SNAPSHOT: FILES[SNAPSHOT].replace("47.37", "46.95")}, {"talks"}),
    "what was found there": ({SNAPSHOT: FILES[SNAPSHOT].replace(", found: Zürich", "")}, {"talks"}),
    "a place that nobody asked for": ({SNAPSHOT: FILES[SNAPSHOT] + "  Rome: {lat: 41.9, lon: 12.5}\n"}, set()),
    "no snapshot": ({SNAPSHOT: None}, {"talks"}),
    "a talk more": (
        {TALKS: FILES[TALKS] + "- {id: h, title: New, location: Zürich, date: 1900}\n"},
        {"talks"},
    ),
    "a talk less": ({TALKS: "".join(FILES[TALKS].splitlines(keepends=True)[1:])}, {"talks"}),
    "the year of a talk": ({TALKS: FILES[TALKS].replace("date: 1920", "date: 1919")}, {"talks"}),
    "a post": ({"content/posts/x.md": FILES["content/posts/x.md"].replace("\nX\n", "\nY\n")}, set()),
    "no map": ({"site.yaml": FILES["site.yaml"].replace("map: true", "map: false")}, {"talks"}),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_the_map_is_that_of_a_cold_build(built, tmp_path, name):
    edit, wanted = EDITS[name]
    shutil.copytree(built, tmp_path / "site")
    site = Site(SiteFolder(tmp_path / "site"))
    site.edit(edit)
    result = site.build()
    assert unlike(tree(site.out), contents(site.cold())) == []
    assert result.graph is not None
    made = {page.id for page in result.graph.pages.values() if page.path in result.made}
    assert {page for page in made if page.startswith("talks")} == wanted | {f"{one}@de" for one in wanted}
    site.edit({path: FILES.get(path) for path in edit})
    site.build()
    assert unlike(tree(site.out), tree(built / "public")) == []
