"""``acadsite refresh --places`` against a server of our own that answers as Nominatim does, well and badly."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import yaml

from acadsite.refresh.apis import APIS
from conftest import SiteFolder
from test_refresh import QUICK, Reply, Web, _server, as_json, codes, run, text, web  # noqa: F401

if TYPE_CHECKING:
    from pathlib import Path

PLACES = "content/snapshots/places.yaml"
SEARCH = "nominatim /search"
SITE = {
    "site.yaml": """\
title: Jane Doe
language: de
author: {name: Jane Doe, email: jane@example.org}
talks: {map: true}
""",
    "content/talks.yaml": """\
- {title: A, location: Göttingen, date: 2020}
- {title: B, location: "Room 5, Institute, Zürich", date: 2021}
- {title: C, location: online, date: 2022}
- {title: D, location: Bologna, coordinates: [44.5, 11.35], date: 2023}
- {title: E, location: "[Atlantis](https://example.org/)", date: 2024}
- {title: F, location: Göttingen, date: 2025}
""",
}
TOWNS = {"Göttingen": ("51.5328328", "9.9351811"), "Zürich": ("47.3744489", "8.5410422")}


def found_town(query: dict[str, list[str]], *_: Any) -> Reply:
    """What Nominatim answers: coordinates are text, and no place is an empty list."""
    name = query["q"][0]
    if name not in TOWNS:
        return as_json([])
    lat, lon = TOWNS[name]
    item = {"place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0.", "osm_type": "relation"}
    return as_json(
        [{**item, "lat": lat, "lon": lon, "category": "boundary", "display_name": f"{name}, Land"}]
    )


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path / "site").write(SITE)


@pytest.fixture
def towns(web: Web) -> Web:  # noqa: F811
    web.answers[SEARCH] = found_town
    return web


def data(site: SiteFolder) -> Any:
    return yaml.safe_load(text(site, PLACES))


def asked(web: Web) -> list[str]:  # noqa: F811
    return [parse_qs(query)["q"][0] for key, query, *_ in web.asked if key == SEARCH]


def test_places_are_asked_for_once_and_kept(site, towns):
    found = run(site, towns, "nominatim")
    assert asked(towns) == [
        "Atlantis",
        "Göttingen",
        "Room 5, Institute, Zürich",
        "Institute, Zürich",
        "Zürich",
    ]
    assert data(site) == {
        "date": yaml.safe_load("2026-11-21"),
        "source": "OpenStreetMap",
        "places": {
            "Atlantis": {"found": False, "date": yaml.safe_load("2026-11-21")},
            "Göttingen": {
                "lat": 51.5328,
                "lon": 9.9352,
                "found": "Göttingen, Land",
                "date": yaml.safe_load("2026-11-21"),
            },
            "Room 5, Institute, Zürich": {
                "as": "Zürich",
                "lat": 47.3744,
                "lon": 8.541,
                "found": "Zürich, Land",
                "date": yaml.safe_load("2026-11-21"),
            },
        },
    }
    assert codes(found) == ["refresh-place"]
    assert "“Atlantis”" in found.problems[0].message
    where = found.problems[0].where
    assert where is not None
    assert (where.path, where.line) == ("content/talks.yaml", 5)
    assert found.summary == [
        "3 places: 2 found (Göttingen 51.5328, 9.9352, Room 5, Institute, Zürich 47.3744, 8.541), 1 not found"
    ]
    before, towns.asked = text(site, PLACES), []
    again = run(site, towns, "nominatim")
    assert (asked(towns), again.problems, again.summary, again.written) == ([], [], [], [])
    assert text(site, PLACES) == before


def test_the_map_takes_them(site, towns):
    before = [one for one in site.report() if one["code"] == "map-place"]
    assert [one["message"] for one in before] == [
        "The map of talks lacks “Atlantis”, “Göttingen”, “Room 5, Institute, Zürich”: no coordinates are known."
    ]
    assert "acadsite refresh --places" in before[0]["hint"]
    run(site, towns, "nominatim")
    page = site.build()["talks/index.html"]
    assert 'aria-label="Göttingen: 2 Vorträge, 2020–2025"' in page
    assert 'aria-label="Zürich: 1 Vortrag, 2021"' in page, "not “Room 5”"
    assert "4 Vorträge an 3 Orten" in page
    assert 'href="https://www.openstreetmap.org/copyright"' in page
    (problem,) = [one for one in site.report() if one["code"] == "map-place"]
    assert "lacks “Atlantis”:" in problem["message"]
    assert "refresh" not in problem["hint"], "it was looked up already"


def test_they_are_asked_politely(site, towns):
    run(site, towns, "nominatim")
    _, query, headers, _ = towns.asked[0]
    assert headers["user-agent"].startswith("acadsite/")
    assert "jane@example.org" in headers["user-agent"]
    said = parse_qs(query)
    assert said["format"] == ["jsonv2"]
    assert said["limit"] == ["1"]
    assert said["accept-language"] == ["de"]
    assert APIS["nominatim"].pause >= 1


def test_they_are_asked_by_default_where_there_is_a_map_only(site, towns):
    run(site, towns)
    assert asked(towns)
    site.write({"site.yaml": "title: Jane Doe\n"})
    (site.root / PLACES).unlink()
    towns.asked = []
    run(site, towns)
    assert asked(towns) == []
    run(site, towns, "nominatim")
    assert asked(towns)


def test_what_somebody_wrote_stays(site, towns):
    own = """\
# by hand
places:
  Göttingen: {lat: 51.5, lon: 9.9}   # the old lecture hall
  Atlantis: {lat: 36.4, lon: 25.4}
"""
    site.write({PLACES: own})
    found = run(site, towns, "nominatim")
    assert found.problems == []
    assert own.removeprefix("# by hand\n") in text(site, PLACES)
    assert text(site, PLACES).startswith("# by hand\n")
    assert "Room 5, Institute, Zürich" in data(site)["places"]


def test_what_is_by_hand_alone_needs_no_credit(site):
    site.write(
        {
            "content/talks.yaml": "- {title: A, location: Göttingen}\n",
            PLACES: "places:\n  Göttingen: {lat: 51.5, lon: 9.9}\n",
        }
    )
    page = site.build()["talks/index.html"]
    assert "Göttingen" in page
    assert "openstreetmap" not in page


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (as_json({"error": "Bandwidth limit exceeded"}, 429, Retry_After="600"), "wants no more requests"),
        (as_json({}, 500), "answers with 500"),
        (as_json({}, 403), "answers with 403"),
        ((200, {"Content-Type": "application/json"}, b'[{"lat": '), "broken JSON"),
        ((200, {"Content-Type": "text/html"}, b"<p>Welcome"), "not with JSON"),
        (as_json({"places": []}), "something else"),
        (as_json([{"lat": "north", "lon": "9.9", "display_name": "X"}]), "something else"),
        (as_json([{"lat": "951.5", "lon": "9.9", "display_name": "X"}]), "something else"),
        (as_json([{"lat": "nan", "lon": "9.9", "display_name": "X"}]), "something else"),
        (as_json([{"lat": "51.5", "lon": "9.9"}]), "something else"),
        (as_json(["Göttingen"]), "something else"),
    ],
)
def test_what_cannot_be_asked_is_told_and_old_values_stay(site, towns, answer, words):
    old = "places:\n  Zagreb: {lat: 45.8, lon: 16}\n"
    site.write({PLACES: old})
    towns.answers[SEARCH] = answer
    found = run(site, towns, "nominatim")
    assert text(site, PLACES) == old
    assert found.written == []
    assert found.problems
    assert set(codes(found)) == {"refresh-failed"}
    assert words in found.problems[0].message
    assert "3 could not be asked" in found.summary[0]
    assert len(towns.asked) <= 6, "a server that does not answer is left alone"


def test_one_place_that_fails_takes_no_other_along(site, towns):
    def answer(query: dict[str, list[str]], *rest: Any) -> Reply:
        return as_json({}, 400) if query["q"] == ["Göttingen"] else found_town(query, *rest)

    towns.answers[SEARCH] = answer
    found = run(site, towns, "nominatim")
    assert set(data(site)["places"]) == {"Atlantis", "Room 5, Institute, Zürich"}
    assert sorted(codes(found)) == ["refresh-failed", "refresh-place"]
    towns.answers[SEARCH] = found_town
    assert run(site, towns, "nominatim").summary == ["1 place: 1 found (Göttingen 51.5328, 9.9352)"]


def test_a_server_that_hangs(site, towns):
    def hang(*_: Any) -> Reply:
        time.sleep(0.6)
        return as_json([])

    towns.answers[SEARCH] = hang
    found = run(site, towns, "nominatim", limits=replace(QUICK, seconds=0.2, tries=1))
    assert set(codes(found)) == {"refresh-failed"}
    assert not (site.root / PLACES).exists()


def test_names_that_are_no_plain_words(site, towns):
    names = ["{a: b}", "#1 Street", "true", "“x”: y", "\u0645\u0643\u0629", "a" * 1000]
    listed = "".join(f"- {{title: T{at}, location: {json.dumps(name)}}}\n" for at, name in enumerate(names))
    site.write({"content/talks.yaml": listed})
    towns.answers[SEARCH] = as_json([{"lat": "1", "lon": "-2", "display_name": "x\x00\n y" + "z" * 900}])
    found = run(site, towns, "nominatim")
    assert found.problems == []
    places = data(site)["places"]
    assert set(places) == set(names)
    assert all(one["found"].startswith("x yz") and len(one["found"]) == 200 for one in places.values())
    assert "map-place" not in site.codes()


def test_dry_run_and_command(site, towns):
    command = ["refresh", "--places", "--api", f"nominatim={towns.base}/nominatim"]
    site.write({"content/talks.yaml": "- {title: A, location: Göttingen}\n"})
    shown = site.run(*command, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert '+  "Göttingen": {lat: 51.5328' in shown.stdout
    assert not (site.root / PLACES).exists()
    plain = json.loads(site.run(*command, "--json", "--date", "2026-11-21").stdout)
    assert plain["changes"] == [
        {"file": PLACES, "name": "Göttingen", "before": None, "after": "51.5328, 9.9352"}
    ]
    assert asked(towns) == ["Göttingen", "Göttingen"]
    assert "There was nothing to ask for." in site.run(*command).output


def test_a_snapshot_that_cannot_be_read(site, towns):
    site.write({PLACES: "places: [\n"})
    found = run(site, towns, "nominatim")
    assert asked(towns) == []
    assert {problem.level for problem in found.problems} == {"error"}


@pytest.mark.parametrize(
    "entry", ["{lat: 91, lon: 0}", "{lat: x, lon: 0}", "{lat: 1}", "{lat: true, lon: 0}"]
)
def test_an_entry_that_is_nowhere_is_an_error(site, entry):
    site.write({"content/talks.yaml": "- {title: A, location: X}\n", PLACES: f"places:\n  X: {entry}\n"})
    report = [one for one in site.report() if one["code"] == "value-coordinates"]
    assert [(one["level"], one["file"], one["line"]) for one in report] == [("error", PLACES, 2)]


@pytest.mark.parametrize("entry", ["12", "[1, 2]", "{found: false}"])
def test_an_entry_that_says_nothing(site, entry):
    site.write({"content/talks.yaml": "- {title: A, location: X}\n", PLACES: f"places:\n  X: {entry}\n"})
    assert "map-place" in site.codes()
