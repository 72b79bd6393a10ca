"""Whole sites from the reference data: import, build, and compare the built pages with what upstream printed.

Three sites: the CV of 2023 (``bamos``), the home page of 2021 (``bamos-2021``), and its fork with other publications.
The oracles are ``facts.json`` (read off the printed CV or page) and ``reference/cv.md`` (upstream's own page). Items
are compared one by one and in order, after ``built.normal``. Every place where we differ on purpose stands in
``EXCEPTIONS`` with its reason, and no exception may stand there without need.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bamos import built as reading
from bamos.built import (
    Built,
    Row,
    Work,
    acadsite,
    data,
    find,
    headings,
    make,
    normal,
    rows,
    section,
    target,
    visible,
    words,
    works,
)
from bamos.upstream import Printed
from bamos.upstream import publications as printed

pytestmark = pytest.mark.shared

#: Where a comparison allows for a difference, and why. Each is named in the test that makes it; anything else
#: must be equal.
EXCEPTIONS = {
    "student-mark": "ours: the owner's students have a mark in author lists; upstream has none",
    "own-page": "ours: titles lead to a page of the publication; the address of the paper is a button there and here",
    "people-links": "ours: the title of a student is followed by a link to the papers together",
    "snapshot-day": "ours: the totals carry the day on which they were right",
    "csharp": "upstream's home page printed “C\\#”; the CV (and ours) has “C#”",
    "tilde": "upstream's home page of 2021 printed a space for “~” in addresses; ours keeps the address",
    "tuebingen": "the fork's page printed “TÃ¼bingen”, wrongly decoded; ours has “Tübingen”",
    "talks-note": "“Slides for my major presentations …” stands in upstream's template, not in the data",
    "initials": "upstream of 2021 kept one initial (and “J. Z.” for one author); ours keeps every initial, since two "
    "persons may differ in the second",
    "order-2018": "upstream's page of 2021 was made from a file with these two entries the other way round",
    "positions": "upstream's home page template of 2021 had no part for “positions”; its CV and ours show it",
    "scraped": "no description in the data; upstream took it from the repository's page, ours builds without network",
    "fork-numbers": "the fork numbered its two entries [9] and [1], left over from a longer list; ours numbers 1, 2",
    "fork-year": "the fork put the ICML 2020 paper under the heading 2021; ours goes by the year of the entry",
    "fork-names": "the fork printed the authors of one entry as initials, of the other in full; ours takes the setting "
    "of the CV (initials) for both",
    "fork-links": "the fork's second entry repeats abstract, code, slides and talk of another paper, a slip; they are "
    "not in its .bib file",
    "fork-owner": "the fork's second entry is by other people; the owner of the CV is not among them",
}

LISTS = ("", "publications/")  # the home page and the page of the list


@pytest.fixture(scope="session")
def site_2023(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return make(tmp_path_factory.mktemp("2023"), "bamos")


@pytest.fixture(scope="session")
def site_2021(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return make(tmp_path_factory.mktemp("2021"), "bamos-2021")


@pytest.fixture(scope="session")
def site_fork(tmp_path_factory: pytest.TempPathFactory) -> Built:
    fork = data("bamos-2021") / "fork"
    options = ("--publications", fork / "publications.bib", "--metrics", fork / "metrics.json")
    return make(tmp_path_factory.mktemp("fork"), "bamos-2021", *options)


@pytest.fixture(params=["2023", "2021", "fork"])
def site(request: pytest.FixtureRequest) -> Built:
    built: Built = request.getfixturevalue(f"site_{request.param}")
    return built


@pytest.fixture(params=["2021", "fork"])
def older(request: pytest.FixtureRequest) -> Built:
    """Both sites made from the files of 2021: they differ in publications and stars only."""
    built: Built = request.getfixturevalue(f"site_{request.param}")
    return built


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    return read_json("bamos", "reference/facts.json")


@pytest.fixture(scope="session")
def older_facts() -> dict[str, Any]:
    return read_json("bamos-2021", "fork/facts.json")


def read_json(name: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data(name) / path).read_text(encoding="utf-8"))
    return found


def read_cv(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((data(name) / "cv.yaml").read_text(encoding="utf-8"))
    return found


# --- the commands ---


def test_both_commands_end_well(site: Built) -> None:
    for said in site.said:
        assert said.returncode == 0, said.stderr
        assert "error" not in said.stderr
        assert "Traceback" not in said.stderr
    assert (site.public / "index.html").is_file()


def test_a_second_build_gives_the_same_bytes(site: Built, tmp_path: Path) -> None:
    first = site.files()
    again = acadsite("-C", site.root, "build")
    assert again.returncode == 0, again.stderr
    assert site.files() == first


def test_another_import_gives_the_same_bytes(site_2023: Built, tmp_path: Path) -> None:
    assert make(tmp_path, "bamos").files() == site_2023.files()


# --- 2023: publications ---


@pytest.mark.parametrize("url", LISTS)
def test_sixty_publications(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    found = works(site_2023.page(url))
    expected = facts["publications"]
    assert [work.key for work in found] == [item["key"] for item in expected]
    assert len(found) == 60
    for work, item in zip(found, expected, strict=True):
        same = (work.number, work.heading, work.title, work.authors, work.venue, work.is_selected)
        assert same == (
            str(item["n"]),
            item["year_heading"],
            normal(item["title"]),
            normal(item["authors"]),
            normal(item["venue"]),
            item["selected"],
        )
        assert buttons(work) == {name: item[name] for name in item["links"]}
        assert leads_to(site_2023, work, url, item["url"])
        assert work.has_abstract == item["has_abstract"]


def buttons(work: Work) -> dict[str, str]:
    """The buttons that upstream has as well; ours has one more for the paper itself (EXCEPTIONS: own-page)."""
    return {name: href for name, href in work.links.items() if name in {"code", "slides", "talk"}}


@pytest.mark.parametrize("url", LISTS)
def test_own_name_is_bold_and_nobody_elses(site_2023: Built, url: str) -> None:
    for work in works(site_2023.page(url)):
        assert work.bold == ("Brandon Amos",), work.key


def author_links(work: Work) -> tuple[tuple[str, str], ...]:
    """Names with addresses elsewhere. A name without one leads to the person's own page here, which is ours."""
    return tuple((name, href) for name, href in work.author_links if "://" in href)


def test_co_authors_are_linked_and_nobody_else(site_2023: Built) -> None:
    """Every link on a name is the one that upstream has on it; upstream puts the mark of a name into the link."""
    pages = [works(site_2023.page(url)) for url in LISTS]
    expected = printed(data("bamos") / "reference/cv.md")
    for found in pages:
        for work, row in zip(found, expected, strict=True):
            assert work.key == row.key
            assert author_links(work) == tuple((name.rstrip("*"), href) for name, href in row.author_links)
    assert sum(len(author_links(work)) for work in pages[1]) == 252


def test_every_author_url_is_linked_from_the_right_name(site_2023: Built) -> None:
    given: dict[str, str] = read_cv("bamos")["all_publications"]["author_urls"]
    assert len(given) == 151
    found: dict[str, set[str]] = {}
    for work in works(site_2023.page("publications/")):
        for name, href in author_links(work):
            found.setdefault(href, set()).add(name)
    for key, href in given.items():
        assert any(key in name for name in found[href]), key
    assert found.keys() == set(given.values())
    # An address belongs to one person: its names share the last word.
    for href, names in found.items():
        assert len({name.split()[-1] for name in names}) == 1, (href, names)


@pytest.mark.parametrize("url", LISTS)
def test_the_legend_writes_itself(site_2023: Built, url: str) -> None:
    legend = [words(item) for item in find(site_2023.page(url), "legend")[0].iter("li")]
    assert "Selected publications are highlighted." in legend
    assert "* Equal contribution" in legend


def test_no_legend_without_marks(site_fork: Built) -> None:
    legend = [words(item) for item in find(site_fork.page(), "legend")[0].iter("li")]
    assert legend == ["Selected publications are highlighted."]


@pytest.mark.parametrize("url", LISTS)
def test_pictures_of_fourteen_publications(site_2023: Built, url: str) -> None:
    pictures = {path.stem for path in (data("bamos") / "images" / "publications").glob("*.png")}
    found = {work.key: work.image for work in works(site_2023.page(url)) if work.image}
    # amos2022meta.png belongs to a key that the bibliography has no longer.
    assert found.keys() == pictures - {"amos2022meta"}
    assert len(found) == 14
    for key, src in found.items():
        original = data("bamos") / "images" / "publications" / f"{key}.png"
        assert target(site_2023, url, src).read_bytes() == original.read_bytes()


def test_no_pictures_where_the_source_wants_none(older: Built) -> None:
    assert not any(work.image for work in works(older.page()))


@pytest.mark.parametrize("url", ["", "cv/"])
def test_scholar_totals(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    part = section(site_2023.page(url), "Publications")
    note = find(part, "list-note")[0]
    assert words(note) == f"{facts['publications_note']} (13 July 2023)"  # EXCEPTIONS: snapshot-day
    assert [link.get("href") for link in note.iter("a")] == [
        "https://scholar.google.com/citations?user=d8gdZR4AAAAJ"
    ]


def leads_to(built: Built, work: Work, page: str, url: str) -> bool:
    """Whether the address of the paper is a button or the title, and the title's link leads somewhere."""
    is_own_page = "://" not in work.title_href
    if is_own_page:
        assert target(built, page, work.title_href).is_file()
    return url in work.links.values() or url == work.title_href


# --- 2023: the other sections ---


def test_sections_in_order(site_2023: Built, facts: dict[str, Any]) -> None:
    assert headings(site_2023.page()) == facts["section_order"]
    assert headings(site_2023.page("cv/")) == facts["section_order"]


def test_header(site_2023: Built, facts: dict[str, Any]) -> None:
    page, header = site_2023.page(), facts["header"]
    assert [words(heading) for heading in page.iter("h1")] == [header["name"]]
    linked = {link.get("href") for link in find(page, "profiles")[0].iter("a")}
    assert linked == {
        f"mailto:{header['email']}",
        f"https://github.com/{header['github']}",
        f"https://twitter.com/{header['twitter']}",
        f"https://www.linkedin.com/in/{header['linkedin']}",
        "https://scholar.google.com/citations?user=d8gdZR4AAAAJ",
    }


#: Heading → key in facts.json, key of the dates there, number of entries.
ENTRIES = {
    "Current Position": ("current_position", "dates", 1),
    "Education": ("education", "dates", 2),
    "Previous Positions": ("positions", "dates", 12),
    "Honors & Awards": ("honors", "dates", 5),
    "Professional Activities": ("service", "year", 8),
    "Teaching": ("teaching", "term", 3),
}


@pytest.mark.parametrize("url", ["", "cv/"])
@pytest.mark.parametrize("heading", ENTRIES)
def test_entries_of_the_cv(site_2023: Built, facts: dict[str, Any], url: str, heading: str) -> None:
    name, dates, count = ENTRIES[heading]
    found = rows(section(site_2023.page(url), heading))
    assert [(row.title, row.year) for row in found] == [
        (normal(item["text"]), normal(item[dates])) for item in facts[name]
    ]
    assert len(found) == count


def test_details_below_entries(site_2023: Built) -> None:
    page, source = site_2023.page(), read_cv("bamos")
    education = rows(section(page, "Education"))
    assert education[0].more == (
        "Thesis: Differentiable Optimization-Based Modeling for Machine Learning",
        "Advisor: J. Zico Kolter",
    )
    assert education[0].links == (
        (
            "Differentiable Optimization-Based Modeling for Machine Learning",
            "https://github.com/bamos/thesis",
        ),
        ("J. Zico Kolter", "http://zicokolter.com"),
    )
    scholarships = rows(section(page, "Honors & Awards"))[-1]
    # “Salem--Roanoke” and “F.~Bock” in the source.
    given = source["honors"][-1]["descr"].replace("--", "–").replace("~", " ")
    assert scholarships.more == (normal(given),)


@pytest.mark.parametrize("url", ["", "cv/"])
def test_reviewing(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    part = section(site_2023.page(url), "Professional Activities")
    assert "Reviewing" in [words(heading) for heading in part.iter("h3")]
    found = [words(item) for item in find(part, "plain-list")[0].iter("li")]
    assert found == facts["reviewing"]
    assert len(found) == 22


@pytest.mark.parametrize("url", ["", "cv/"])
def test_skills(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    found = [(row.year, row.title) for row in rows(section(site_2023.page(url), "Skills"))]
    assert found == [(item["title"], item["details"]) for item in facts["skills"]]


def part_of(built: Built, url: str, heading: str) -> Any:
    """The section of the home page or CV, or the whole page of a list."""
    return section(built.page(url), heading) if url in {"", "cv/"} else built.page(url)


@pytest.mark.parametrize("url", ["", "cv/", "repos/"])
def test_repositories(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    part = part_of(site_2023, url, "Open Source Repositories")
    found = rows(part)
    assert [(row.number, row.title, row.stars, row.more[0], row.year) for row in found] == [
        (str(item["n"]), item["repo"], item["stars"], item["desc"], item["year"]) for item in facts["repos"]
    ]
    assert len(found) == 33
    # EXCEPTIONS: snapshot-day
    assert words(find(part, "list-note")[0]) == f"{facts['repos_note']} (13 July 2023)"
    for row in found:
        assert row.links[0] == (row.title, f"https://github.com/{row.title}")


@pytest.mark.parametrize("url", ["", "cv/", "talks/"])
def test_talks(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    found = rows(part_of(site_2023, url, "Invited Talks"))
    assert [(row.number, row.title, row.more, row.year) for row in found] == [
        (str(item["n"]), item["title"], (item["location"],), item["year"]) for item in facts["talks"]
    ]
    assert len(found) == 38
    for row, item in zip(found, facts["talks"], strict=True):
        # The address is that of the event: in this form of the source the place carries the link.
        assert row.links == (((item["location"], item["url"]),) if item["url"] else ())


@pytest.mark.parametrize("url", ["", "cv/"])
def test_students(site_2023: Built, facts: dict[str, Any], url: str) -> None:
    found = rows(section(site_2023.page(url), "Interns and Students"))
    given = read_cv("bamos")["advising"]
    assert [(row.title, row.year) for row in found] == [
        (f"{item['name']} {item['detail']}", item["years"]) for item in facts["students"]
    ]
    assert len(found) == 11
    for row, item in zip(found, given, strict=True):
        assert row.links[0] == (item["name"], item["url"])


def test_page_of_students(site_2023: Built, facts: dict[str, Any]) -> None:
    """The page of its own has present and former students under headings; each keeps the order."""
    found = rows(site_2023.page("students/"))
    expected = [(f"{item['name']} {item['detail']}", item["years"]) for item in facts["students"]]
    assert sorted((row.title, row.year) for row in found) == sorted(expected)


# --- 2021 ---


def shortened(authors: str) -> list[str]:
    """The names of an author list with their first initial only; marks stay (EXCEPTIONS: initials)."""
    names = re.split(r", and | and |, ", authors)
    return [re.sub(r"(?<=[A-Z]\.)([ -][A-Z]\.)+", "", name) for name in names]


def test_thirty_nine_publications_in_order(site_2021: Built) -> None:
    found = [work.key for work in works(site_2021.page())]
    expected = [row.key for row in printed(data("bamos-2021") / "reference/cv.md")]
    assert len(found) == 39
    # EXCEPTIONS: order-2018
    at = expected.index("amos2018learning")
    assert expected[at : at + 2] == ["amos2018learning", "amos2018end"]
    expected[at : at + 2] = reversed(expected[at : at + 2])
    assert found == expected
    assert [work.number for work in works(site_2021.page())] == [str(at) for at in range(1, 40)]


@pytest.mark.parametrize("url", LISTS)
def test_thirty_nine_publications(site_2021: Built, url: str) -> None:
    expected = {row.key: row for row in printed(data("bamos-2021") / "reference/cv.md")}
    swapped = {"amos2018learning", "amos2018end"}  # EXCEPTIONS: order-2018
    found = works(site_2021.page(url))
    assert len(found) == len(expected)
    for work in found:
        row: Printed = expected[work.key]
        assert (work.heading, work.title, work.venue) == (row.heading, row.title, row.venue)
        assert work.number == row.number or work.key in swapped
        assert shortened(work.authors) == shortened(row.authors), work.key
        assert buttons(work) == row.links
        assert leads_to(site_2021, work, url, row.url)
        assert (work.has_abstract, work.is_selected) == (row.has_abstract, row.is_selected)
        assert [name.rstrip("*") for name in work.bold] == ["B. Amos"]


def test_sections_of_2021_in_order(older: Built, older_facts: dict[str, Any]) -> None:
    # EXCEPTIONS: positions
    assert headings(older.page()) == ["Current Position", *older_facts["section_order"]]


def test_about_2021(older: Built, older_facts: dict[str, Any]) -> None:
    about = find(older.page(), "about")[0]
    assert words(about) == normal(older_facts["about"])
    assert [words(bold) for bold in about.iter("strong", "b")] == [
        "Facebook AI (FAIR)",
        "machine learning",
        "optimization",
    ]


def test_education_2021(older: Built, older_facts: dict[str, Any]) -> None:
    found = rows(section(older.page(), "Education"))
    assert len(found) == len(older_facts["Education"]) == 2
    for row, (text, years) in zip(found, older_facts["Education"], strict=True):
        degree, marks, school, town = re.match(r"(.+?) \((.+?)\) (.+?) \| (.+?, [A-Z]{2}) ", text).groups()
        assert row.title == f"{degree}, {school}, {town} ({marks})"
        rest = text.partition(f"{town} ")[2].replace("*", "")
        assert (" ".join(row.more), row.year) == (normal(rest), normal(years))


def test_internships_2021(older: Built, older_facts: dict[str, Any]) -> None:
    found = rows(section(older.page(), "Research Internships"))
    expected = []
    for text, years in older_facts["Research Internships"]:
        place, town, host = text.split(" | ")
        expected.append((f"{place}, {town}", (host,), years))
    assert [(row.title, row.more, row.year) for row in found] == expected
    assert len(found) == 3


@pytest.mark.parametrize(
    ("heading", "count"),
    [
        ("Honors & Awards", 2),
        ("Invited Talks", 18),
        ("Interns and Students", 7),
        ("Professional Activities", 5),
        ("Teaching", 3),
    ],
)
def test_rows_2021(older: Built, older_facts: dict[str, Any], heading: str, count: int) -> None:
    found = rows(section(older.page(), heading))
    # Upstream's page printed every “--” of the source as a hyphen (Salem-Roanoke); ours has the en dash.
    text = [" ".join((row.title, *without_papers(row))).replace("–", "-") for row in found]
    assert list(zip(text, [row.year for row in found], strict=True)) == [
        (normal(item), normal(years)) for item, years in older_facts[heading]
    ]
    assert len(found) == count


def without_papers(row: Row) -> tuple[str, ...]:
    """The lines below a title, without our link to the papers together (EXCEPTIONS: people-links)."""
    return tuple(line for line in row.more if not line.startswith("Papers together"))


def test_skills_2021(older: Built, older_facts: dict[str, Any]) -> None:
    found = [[row.year, row.title] for row in rows(section(older.page(), "Skills"))]
    assert found == older_facts["Skills"]


def test_numbers_of_talks_2021(older: Built) -> None:
    for page in (section(older.page(), "Invited Talks"), older.page("talks/")):
        assert [row.number for row in rows(page)] == [str(at) for at in range(1, 19)]


@pytest.mark.parametrize("url", ["", "repos/"])
def test_repositories_of_the_fork(site_fork: Built, older_facts: dict[str, Any], url: str) -> None:
    part = part_of(site_fork, url, "Repositories")
    found, expected = rows(part), older_facts["Repositories"]
    assert len(found) == len(expected) == 17
    for row, (text, year) in zip(found, expected, strict=True):
        name, stars, description = text.split(" | ")
        assert (row.title, row.stars, row.year) == (name, stars, year)
        # EXCEPTIONS: scraped
        assert row.more == (() if name == "cvxgrp/cvxpylayers" else (description,))
    assert "13.9k" in [row.stars for row in found]
    # Not on the fork's page: the sum of the shown counts.
    assert words(find(part, "list-note")[0]) == "21k+ GitHub stars across all repositories."


def test_no_stars_without_numbers(site_2021: Built) -> None:
    part = section(site_2021.page(), "Repositories")
    assert {row.stars for row in rows(part)} == {""}
    assert not find(part, "list-note")


@pytest.mark.parametrize("url", LISTS)
def test_publications_of_the_fork(site_fork: Built, older_facts: dict[str, Any], url: str) -> None:
    found, expected = works(site_fork.page(url)), older_facts["Publications"]
    assert len(found) == len(expected) == 2
    for work, item in zip(found, expected, strict=True):
        assert (work.key, work.title, work.venue) == (item["key"], item["title"], normal(item["venue"]))
        assert work.is_selected == item["highlighted"]
    first, second = found
    # EXCEPTIONS: fork-numbers, fork-year
    assert [(work.number, work.heading) for work in found] == [("1", "2020"), ("2", "2019")]
    assert (first.authors, first.bold) == (expected[0]["authors"], ("B. Amos",))
    # EXCEPTIONS: fork-names, fork-owner
    assert second.authors == normal(
        "C.-H. Kao, C.-J. Yang, L.-K. Cheng, H.-Y. Yu, Y.-S. Chen, J.-C. Hsieh, and L.-F. Chen"
    )
    assert second.bold == ()
    # “abs” is the summary that opens.
    assert expected[0]["links"] == ["abs", "code", "slides"]
    assert first.has_abstract
    assert buttons(first) == {
        "code": "https://github.com/facebookresearch/dcem",
        "slides": "http://bamos.github.io/data/slides/2020.dcem.pdf",
    }
    # EXCEPTIONS: fork-links
    assert (buttons(second), second.has_abstract) == ({}, False)


# --- all three: links, text, files ---

SOURCES = {"2023": "bamos", "2021": "bamos-2021", "fork": "bamos-2021"}


@pytest.mark.parametrize("name", ["2023", "2021", "fork"])
def test_every_address_of_the_cv_is_linked(request: pytest.FixtureRequest, name: str) -> None:
    """Each ``url`` and ``\\href`` of a section that is shown, as it stands, with “~” (EXCEPTIONS: tilde)."""
    built: Built = request.getfixturevalue(f"site_{name}")
    cv = read_cv(SOURCES[name])
    shown = [tag for tag, _ in cv["order"] if "publications" not in tag]
    wanted = {address for tag in shown for address in addresses(cv.get(tag))}
    linked = {link.get("href") for link in built.page().iter("a")}
    assert wanted - linked == set()
    assert any("~" in address for address in wanted)
    assert len(wanted) > 30


def addresses(value: Any) -> list[str]:
    """All addresses in a part of ``cv.yaml``."""
    if isinstance(value, dict):
        return [address for item in value.values() for address in addresses(item)]
    if isinstance(value, list):
        return [address for item in value for address in addresses(item)]
    text = str(value)
    return [text] if re.match(r"https?://\S+$", text) else re.findall(r"\\href\{([^}]*)\}", text)


#: LaTeX, template and encoding leftovers that no reader should meet.
LEFTOVERS = {
    "a LaTeX command": r"\\[A-Za-z\"'`^~=.{}#&%_$-]",
    "a brace": r"[{}]",
    "a tie": r"(?<=\w)~(?=\w)",
    "dashes of LaTeX": r"(?<!-)--(?!-)|---",
    "quotes of LaTeX": r"``|''",
    "a template": r"\{\{|\}\}|\{%",
    "a Python value": r"\bNone\b(?! of)|\bFrozenMap\b|<acadsite|\bUndefined\b",
    "wrongly decoded text": r"[ÃÂ][\x80-\xbf]|â€|\ufffd",
}


@pytest.mark.parametrize("what", LEFTOVERS)
def test_nothing_raw_on_any_page(site: Built, what: str) -> None:
    """BibTeX shown on purpose (``pre``) is left out, and math, where a brace means something."""
    found = {
        (path, piece)
        for path, page in site.pages()
        for piece in visible(page)
        if re.search(LEFTOVERS[what], piece)
    }
    assert found == set()


def test_names_of_the_notes(site: Built) -> None:
    text = " ".join(visible(site.page()))
    assert "Tübingen" in text  # EXCEPTIONS: tuebingen
    assert "C\\#" not in text  # EXCEPTIONS: csharp
    assert "open-sourced with a CC-BY license" not in text  # EXCEPTIONS: talks-note


def test_links_inside_lead_to_files(site: Built) -> None:
    missing = set()
    for path, page in site.pages():
        for node in page.iter("a", "img", "link", "script"):
            href = node.get("href") or node.get("src")
            if not href or re.match(r"[a-z]+:|#|//", href) or path == "404.html":
                continue
            if not target(site, path, href).is_file():
                missing.add((path, href))
    assert missing == set()


def test_ids_are_unique(site: Built) -> None:
    for path, page in site.pages():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), (path, sorted({one for one in ids if ids.count(one) > 1}))


def test_every_exception_is_used() -> None:
    """Each stands at the comparison that needs it, with its name after “EXCEPTIONS”."""
    source = Path(__file__).read_text(encoding="utf-8") + Path(reading.__file__).read_text(encoding="utf-8")
    used = {name for line in re.findall(r"EXCEPTIONS: ([a-z0-9, -]+)", source) for name in line.split(", ")}
    assert used == EXCEPTIONS.keys()
