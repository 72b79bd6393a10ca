"""The two real data sets: what is written agrees with what upstream printed, item by item."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from acadsite import bibtex
from acadsite.collect.collections import HOME, NEWS, PEOPLE, REPOS, STUDENTS, TALKS
from acadsite.collect.cv import CV
from acadsite.collect.listings import read_list
from acadsite.config import read_config
from acadsite.importers import Result, import_bamos_cv
from acadsite.importers.bamos_cv.listings import number
from acadsite.sources import parse_yaml, split_front_matter

pytestmark = pytest.mark.shared

DATA = Path(__file__).parents[3] / "shared" / "data"


def data(name: str) -> Path:
    """A folder of the reference data; the test is skipped where there is none, and fails in CI."""
    folder = DATA / name
    if not folder.is_dir():
        reason = f"no reference data: {folder} is missing"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="module")
def site_2023(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, dict[str, Any]]:
    source, to = data("bamos"), tmp_path_factory.mktemp("bamos") / "site"
    facts = json.loads((source / "reference" / "facts.json").read_text(encoding="utf-8"))
    return to, import_bamos_cv(source, to), facts


@pytest.fixture(scope="module")
def site_2021(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, dict[str, Any]]:
    source, to = data("bamos-2021"), tmp_path_factory.mktemp("bamos-2021") / "site"
    fork = source / "fork"
    facts = json.loads((fork / "facts.json").read_text(encoding="utf-8"))
    result = import_bamos_cv(
        source, to, publications=fork / "publications.bib", metrics=fork / "metrics.json"
    )
    return to, result, facts


def load(to: Path, path: str) -> Any:
    return yaml.safe_load((to / path).read_text(encoding="utf-8"))


def said(markdown: str) -> str:
    """Markdown as a reader sees it, with one kind of dash and apostrophe."""
    text = re.sub(r"\[((?:[^\[\]\\]|\\.)*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"(?<!\\)\*", "", text)
    text = re.sub(r"\\([^\w\s])", r"\1", text)
    return " ".join(text.replace("–", "-").replace("’", "'").split())


def row(entry: dict[str, Any]) -> str:
    """An entry of cv.yaml on one line, as the templates print it."""
    parts = [entry.get(key) for key in ("title", "place", "location")]
    text = ", ".join(part for part in parts if part)
    aside = "; ".join(entry[key] for key in ("note", "grade") if entry.get(key))
    return said(text + (f" ({aside})" if aside else ""))


def cv(to: Path) -> dict[str, dict[str, Any]]:
    return {section["id"]: section for section in load(to, "content/cv.yaml")["sections"]}


def rows(section: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row(entry), said(entry.get("dates", ""))) for entry in section["entries"]]


# --- 2023: the reference CV ---


def test_2023_is_the_second_generation(site_2023: Any) -> None:
    _, result, _ = site_2023
    assert result.generation == "G2"
    assert result.notes[0] == "Taken for G2: “author_urls” with the publications."
    assert result.counts["publications"] == 60
    assert result.counts["people"] == 150  # 151 names, two of them one person's
    # All that is wrong is in the .bib file, which is copied as it is.
    assert {problem.where.path for problem in result.problems if problem.where} == {"publications/all.bib"}


def test_2023_sections_stand_in_the_order_of_the_cv(site_2023: Any) -> None:
    to, _, facts = site_2023
    sections = load(to, "content/cv.yaml")["sections"]
    assert [section["title"] for section in sections] == facts["section_order"]
    front, _ = split_front_matter((to / "content/index.md").read_text(encoding="utf-8"), "content/index.md")
    assert front.data is not None
    listed = front.data.plain()["sections"]
    assert listed[0] == "about"
    titles = [
        cv(to)[item.removeprefix("cv:")]["title"] if isinstance(item, str) else item["title"]
        for item in listed[1:]
    ]
    assert titles == facts["section_order"]
    assert "**machine learning** and **optimization**" in front.body.replace("\n", " ")
    assert "[GitHub](https://github.com/bamos)" in front.body


@pytest.mark.parametrize("name", ["current_position", "education", "positions", "honors"])
def test_2023_entries(site_2023: Any, name: str) -> None:
    to, _, facts = site_2023
    expected = [(said(fact["text"]), said(fact["dates"])) for fact in facts[name]]
    assert rows(cv(to)[name.replace("_", "-")]) == expected


def test_2023_details(site_2023: Any) -> None:
    to, _, _ = site_2023
    sections = cv(to)
    doctorate, bachelor = sections["education"]["entries"]
    assert doctorate["thesis"] == {
        "title": "Differentiable Optimization-Based Modeling for Machine Learning",
        "url": "https://github.com/bamos/thesis",
    }
    assert doctorate["advisors"] == ["[J. Zico Kolter](http://zicokolter.com)"]
    assert not any("details" in entry for entry in (doctorate, bachelor))
    assert [entry["grade"] for entry in (doctorate, bachelor)] == ["0.00/0.00", "3.99/4.00"]
    assert "Salem–Roanoke County" in sections["honors"]["entries"][4]["details"][0]
    assert "VT Benjamin F. Bock, VT Gay B. Shober" in sections["honors"]["entries"][4]["details"][0]
    assert sections["honors"]["entries"][0]["url"] == "https://neurips.cc/Conferences/2022/ProgramCommittee"
    assert "https://www.cs.cmu.edu/~satya/" in sections["positions"]["entries"][3]["note"]


def test_2023_service_teaching_and_skills(site_2023: Any) -> None:
    to, _, facts = site_2023
    sections = cv(to)
    assert rows(sections["service"]) == [(fact["text"], said(fact["year"])) for fact in facts["service"]]
    assert sections["service"]["groups"] == [{"title": "Reviewing", "items": facts["reviewing"]}]
    assert rows(sections["teaching"]) == [(fact["text"], fact["term"]) for fact in facts["teaching"]]
    shown = [{"title": skill["label"], "details": skill["title"]} for skill in sections["skills"]["entries"]]
    assert shown == facts["skills"]


def test_2023_repositories_and_stars(site_2023: Any) -> None:
    to, _, facts = site_2023
    repos = load(to, "content/repos.yaml")
    snapshot = load(to, "content/snapshots/repos.yaml")
    assert str(snapshot["date"]) == "2023-07-13"
    shown = [
        (repo["url"].removeprefix("https://github.com/"), said(repo["description"]), str(repo["year"]))
        for repo in repos
    ]
    assert shown == [(fact["repo"], fact["desc"], fact["year"]) for fact in facts["repos"]]
    for fact in facts["repos"]:
        assert snapshot["repos"][fact["repo"]]["stars"] == number(fact["stars"])
    total = sum(item["stars"] for item in snapshot["repos"].values())
    assert f"{total // 100 / 10}k+" in facts["repos_note"]
    scholar = load(to, "content/snapshots/scholar.yaml")
    assert (scholar["citations"], scholar["h_index"]) == (6600, 33)


def test_2023_talks(site_2023: Any) -> None:
    to, _, facts = site_2023
    shown = [
        (talk["title"], talk["event"], str(talk["year"]), talk.get("event_url"))
        for talk in load(to, "content/talks.yaml")
    ]
    assert shown == [(fact["title"], fact["location"], fact["year"], fact["url"]) for fact in facts["talks"]]


def test_2023_students(site_2023: Any) -> None:
    to, _, facts = site_2023
    collected = read_list(
        STUDENTS, "content/students.yaml", (to / "content/students.yaml").read_text(encoding="utf-8")
    )
    assert collected.problems == ()
    shown = [
        {"name": one.data["display"], "detail": said(one.data["note"]), "years": one.data["years"]}
        for one in collected.records
    ]
    assert shown == facts["students"]
    assert collected.records[8].data["person"] == "ricky-t-q-chen"


def test_2023_people(site_2023: Any) -> None:
    to, _, _ = site_2023
    people = {person["id"]: person for person in load(to, "content/people.yaml")}
    assert people["sergio-gomez-colmenarejo"]["name"] == "Sergio Gómez Colmenarejo"
    assert people["michal-rolinek"]["name"] == "Michal Rolínek"
    assert people["thomas-rothorl"]["name"] == "Thomas Rothörl"
    assert people["shobha-venkataraman"]["url"].endswith("user=BFWurDEAAAAJ")
    assert people["j-zico-kolter"]["url"] == "http://zicokolter.com/"
    assert people["ricky-t-q-chen"]["aliases"] == ["Ricky Chen"]
    assert people["andrew-gordon-wilson"]["url"] == "https://cims.nyu.edu/~andrewgw"
    assert "brandon-amos" not in people


def test_2023_copies_are_exact(site_2023: Any) -> None:
    to, result, _ = site_2023
    copy = (to / "content/publications/all.bib").read_bytes()
    assert copy == (data("bamos") / "publications/all.bib").read_bytes()
    pictures = sorted((to / "content/static/images/publications").iterdir())
    assert len(pictures) == result.counts["pictures"] == 14
    keys = {entry.key for entry in bibtex.read([("all.bib", copy.decode("utf-8"))]).entries}
    assert {picture.stem for picture in pictures} <= keys
    assert any("amos2022meta.png" in note for note in result.notes)  # its publication has another key


# --- 2021: the reference home page ---


def test_2021_is_the_first_generation(site_2021: Any) -> None:
    to, result, facts = site_2021
    assert result.generation == "G1"
    assert result.counts["publications"] == len(facts["Publications"]) == 2
    assert {problem.code for problem in result.problems} == {"import-repo", "import-metrics"}
    assert load(to, "site.yaml")["publications"]["names"] == "initials"


def test_2021_sections(site_2021: Any) -> None:
    to, _, facts = site_2021
    # The original leaves the current position out of its Markdown; the .tex has it at the same place.
    titles = [section["title"] for section in load(to, "content/cv.yaml")["sections"]]
    assert titles == ["Current Position", *facts["section_order"], "Research", "Coursework"]
    assert [cv(to)[name]["show"] for name in ("research", "coursework")] == [[], []]
    front, _ = split_front_matter((to / "content/index.md").read_text(encoding="utf-8"), "content/index.md")
    assert said(front.body) == facts["about"]


def test_2021_entries(site_2021: Any) -> None:
    to, _, facts = site_2021
    sections = cv(to)

    def flat(text: str) -> str:
        return re.sub(r"[\s|,*:()]+", " ", said(text)).strip()

    def printed(name: str) -> list[tuple[str, str]]:
        return [
            (flat(" ".join([row(entry), *entry.get("details", [])])), said(entry.get("dates", "")))
            for entry in sections[name]["entries"]
        ]

    def expected(title: str) -> list[tuple[str, str]]:
        return [(flat(text), said(dates)) for text, dates in facts[title]]

    assert printed("industry") == expected("Research Internships")
    assert printed("honors") == expected("Honors & Awards")
    assert printed("service") == expected("Professional Activities")
    assert printed("teaching") == expected("Teaching")
    # The original puts the grades before the school.
    for (shown, dates), (wanted, wanted_dates) in zip(
        printed("education"), expected("Education"), strict=True
    ):
        assert sorted(shown.split()) == sorted(wanted.split())
        assert dates == wanted_dates
    assert [[skill["label"], skill["title"]] for skill in sections["skills"]["entries"]] == facts["Skills"]
    assert "~satya/" in sections["education"]["entries"][0]["details"][1]


def test_2021_lists(site_2021: Any) -> None:
    to, _, facts = site_2021
    stars = load(to, "content/snapshots/repos.yaml")["repos"]
    for repo, (text, year) in zip(load(to, "content/repos.yaml"), facts["Repositories"], strict=True):
        path, count, description = text.split(" | ")
        assert repo["url"] == f"https://github.com/{path}"
        assert stars[path]["stars"] == number(count)
        assert str(repo["year"]) == year
        # The one without a description got it from the network; here it is a problem.
        assert repo.get("description") == (None if path == "cvxgrp/cvxpylayers" else description)
    talks = [[talk["event"], str(talk["year"])] for talk in load(to, "content/talks.yaml")]
    assert talks == facts["Invited Talks"]
    assert not any("title" in talk or "url" in talk for talk in load(to, "content/talks.yaml"))
    collected = read_list(STUDENTS, "", (to / "content/students.yaml").read_text(encoding="utf-8"))
    students = [
        [f"{one.data['display']} {said(one.data['note'])}", one.data["years"]] for one in collected.records
    ]
    assert students == facts["Interns and Students"]


# --- both ---


@pytest.fixture(params=["2023", "2021"])
def site(request: pytest.FixtureRequest) -> tuple[Path, Result]:
    to, result, _ = request.getfixturevalue(f"site_{request.param}")
    return to, result


def test_the_collectors_take_everything(site: tuple[Path, Result]) -> None:
    to, result = site
    config, problems = read_config(to)
    assert problems == ()
    assert config["url"] == "https://bamos.github.io/"
    assert config["author"]["profiles"]["github"] == "bamos"
    for collection in (PEOPLE, STUDENTS, REPOS, TALKS, NEWS):
        path = to / "content" / collection.file
        if path.exists():
            collected = read_list(collection, collection.file, path.read_text(encoding="utf-8"))
            assert collected.problems == ()
            assert len(collected.records) == result.counts[collection.name]
    for schema, path in ((CV, "content/cv.yaml"), (HOME, "content/index.md")):
        text = (to / path).read_text(encoding="utf-8")
        node = parse_yaml(text, path)[0] if path.endswith(".yaml") else split_front_matter(text, path)[0].data
        assert node is not None
        found: list[Any] = []
        assert schema.read(node, found)["extra"] == {}
        assert found == []


def test_no_latex_is_left(site: tuple[Path, Result]) -> None:
    to, result = site
    checked = 0
    for path in result.written:
        if not path.endswith((".yaml", ".md")):
            continue
        text = re.sub(r"https?://[^\s)>]+", "", (to / path).read_text(encoding="utf-8"))
        assert not re.search(r"\\[A-Za-z]|\{|\}|~|``|''|--(?!-)(?<!---)|Ã|â€", text.replace("---\n", "")), (
            path
        )
        checked += 1
    assert checked >= 7


def test_written_paths_are_told(site: tuple[Path, Result]) -> None:
    to, result = site
    on_disk = sorted(path.relative_to(to).as_posix() for path in to.rglob("*") if path.is_file())
    assert sorted(result.written) == on_disk


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    source, to = data("bamos"), tmp_path / "site"
    first = import_bamos_cv(source, to)
    before = {path: path.read_bytes() for path in to.rglob("*") if path.is_file()}
    second = import_bamos_cv(source, to)
    assert second.written == ()
    assert sum(problem.code == "import-exists" for problem in second.problems) == len(first.written)
    assert before == {path: path.read_bytes() for path in to.rglob("*") if path.is_file()}


def test_two_imports_are_equal(tmp_path: Path) -> None:
    source = data("bamos-2021")
    for name in ("one", "two"):
        import_bamos_cv(source, tmp_path / name)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(files) > 6
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
