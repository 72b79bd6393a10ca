"""The reference CVs: all that upstream's CV says stands in ours, in its order: in the PDF (read by two programs)
and on the page.

The oracle of 2023 is ``facts.json``, read off upstream's PDF; that of 2021 is upstream's page for the publications and
``fork/facts.json`` for the rest. Texts are compared without white space, since readers of PDFs guess where it is; the
other things that are the same to a reader are in ``squeezed``. What differs on purpose is said where it is compared.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
import yaml
from lxml import html

from bamos.built import acadsite, data, make, words
from bamos.upstream import publications as printed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared

#: Outputs by name: which file, and how its text is read.
READINGS = ("classic", "classic by pypdf", "modern", "page")


def squeezed(text: str) -> str:
    """A text without white space and leaders; one kind of dash, apostrophe and star;
    and without our mark of students, which upstream does not have."""
    text = re.sub(r"(?:\.\s?){4,}", "", text)
    text = re.sub(r"Page\s+\d+\s+of\s+\d+", "", text)
    text = re.sub(r"\s+|§", "", text.replace("\u200b", ""))
    return re.sub(r"[–—−]", "-", text).replace("’", "'").replace("∗", "*")


@dataclass(frozen=True)
class Cvs:
    """Both PDFs and the page of one imported site."""

    folder: Path

    def pdf(self, theme: str) -> Path:
        return self.folder / theme / "public" / "cv.pdf"

    @cache  # noqa: B019 - lives as long as the tests of this module
    def text(self, reading: str) -> str:
        if reading == "page":
            page = html.fromstring((self.folder / "classic" / "public" / "cv" / "index.html").read_bytes())
            return squeezed(words(page.xpath("//main")[0], "legend"))
        if reading == "classic by pypdf":
            reader = pypdf.PdfReader(self.pdf("classic"))
            return squeezed("\n".join(page.extract_text() for page in reader.pages))
        command = ["pdftotext", "-raw", self.pdf(reading), "-"]
        return squeezed(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)


def make_cvs(folder: Path, name: str, *options: str | Path) -> Cvs:
    for theme in ("classic", "modern"):
        built = make(folder / theme, name, *options)
        target = built.root / "content" / "cv.yaml"
        settings = yaml.safe_load(target.read_text(encoding="utf-8"))
        target.write_text(
            yaml.safe_dump(settings | {"theme": theme}, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        again = acadsite("-C", built.root, "build")
        assert again.returncode == 0, again.stderr
        built.root.parent.joinpath("public").symlink_to(built.public)
    return Cvs(folder)


@pytest.fixture(scope="session")
def cvs_2023(tmp_path_factory: pytest.TempPathFactory) -> Cvs:
    return make_cvs(tmp_path_factory.mktemp("cv2023"), "bamos")


@pytest.fixture(scope="session")
def cvs_2021(tmp_path_factory: pytest.TempPathFactory) -> Cvs:
    metrics = data("bamos-2021") / "fork" / "metrics.json"
    return make_cvs(tmp_path_factory.mktemp("cv2021"), "bamos-2021", "--metrics", metrics)


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data("bamos") / "reference/facts.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def older_facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data("bamos-2021") / "fork/facts.json").read_text(encoding="utf-8"))
    return found


def in_order(text: str, wanted: list[str], start: int = 0) -> list[int]:
    """Where each of the texts stands, one behind the other; which one is missing, else."""
    places = []
    for number, one in enumerate(wanted):
        found = text.find(squeezed(one), start)
        assert found >= 0, f"{number + 1} of {len(wanted)}: “{one}” is not in {text[start : start + 400]}…"
        places.append(found)
        start = found + len(squeezed(one))
    return places


def part(text: str, titles: list[str], title: str) -> str:
    """The text of one section: from its heading to the next one."""
    places = in_order(text, titles)
    at = titles.index(title)
    return text[places[at] : places[at + 1] if at + 1 < len(places) else None]


def dated(text: str, rows: list[tuple[str, str]], reading: str) -> None:
    """Each row has its text, in order, with its date in front (the dates stand at the left) or behind."""
    is_behind = reading.startswith("classic")
    places = in_order(text, [row for row, _ in rows])
    for number, (place, (row, date)) in enumerate(zip(places, rows, strict=True)):
        wanted = squeezed(date).casefold()
        before = places[number - 1] + len(squeezed(rows[number - 1][0])) if number else 0
        after = places[number + 1] if number + 1 < len(places) else len(text)
        near = text[place + len(squeezed(row)) : after] if is_behind else text[before:place]
        assert wanted in near.casefold(), f"{row}: no “{date}” in “{near}”"


# --- 2023 ---


@pytest.fixture(params=READINGS)
def reading(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def titles(facts: dict[str, Any]) -> list[str]:
    # A title may stand in other words before it is a heading; with what follows in the reference it does not.
    return list(facts["section_order"])


@pytest.fixture
def text(cvs_2023: Cvs, reading: str) -> str:
    return cvs_2023.text(reading)


@pytest.mark.parametrize("theme", ["classic", "modern"])
def test_sections_are_the_bookmarks(cvs_2023: Cvs, facts: dict[str, Any], theme: str) -> None:
    reader = pypdf.PdfReader(cvs_2023.pdf(theme))
    names = [item.title for item in reader.outline if not isinstance(item, list)]
    assert names == facts["section_order"]
    at = reader.outline.index(
        next(item for item in reader.outline if getattr(item, "title", "") == "Publications")
    )
    years = [item.title for item in reader.outline[at + 1]]
    expected = list(dict.fromkeys(item["year_heading"] for item in facts["publications"]))
    assert years == expected
    assert years[-1] == "2015 and earlier"


def test_head(text: str, facts: dict[str, Any], reading: str) -> None:
    header = facts["header"]
    start = text[: text.index(squeezed("Current Position"))]
    for name in ("name", "email", "site", "linkedin", "twitter", "github"):
        assert squeezed(header[name]) in start, name
    # The day is written in the order that the language of the site has.
    assert header["last_updated"] == "July 13, 2023"
    assert squeezed("Last updated on 13 July 2023") in start


def test_positions_education_honors(
    text: str, facts: dict[str, Any], titles: list[str], reading: str
) -> None:
    for name, title in (
        ("current_position", "Current Position"),
        ("education", "Education"),
        ("positions", "Previous Positions"),
        ("honors", "Honors & Awards"),
    ):
        rows = [(item["text"], item["dates"]) for item in facts[name]]
        dated(part(text, titles, title), rows, reading)
    education = part(text, titles, "Education")
    in_order(
        education,
        [
            "Thesis: Differentiable Optimization-Based Modeling for Machine Learning",
            "Advisor: J. Zico Kolter",
            "B.S. in Computer Science",
        ],
    )
    assert squeezed("VT I. Luck Gravett") in part(text, titles, "Honors & Awards")


def test_totals(text: str, facts: dict[str, Any], titles: list[str]) -> None:
    assert squeezed(facts["publications_note"]) in part(text, titles, "Publications")
    assert squeezed(facts["repos_note"].rstrip(".")) in part(text, titles, "Open Source Repositories")
    # Ours: totals say on which day they were right.
    assert squeezed("an h-index of 33 (13 July 2023)") in text
    assert squeezed("GitHub stars across all repositories. (13 July 2023)") in text


def test_sixty_publications_with_numbers_and_headings(
    text: str, facts: dict[str, Any], titles: list[str], reading: str
) -> None:
    found = part(text, titles, "Publications")
    expected = facts["publications"]
    assert [item["n"] for item in expected] == list(range(1, 61))
    wanted = []
    heading = ""
    for item in expected:
        if item["year_heading"] != heading:
            heading = item["year_heading"]
            wanted.append(heading)
        wanted.append(f"[{item['n']}]" if reading == "page" else f"{item['n']}.")
        wanted += [item["title"], item["authors"], item["venue"]]
    in_order(found, wanted)
    for item in expected:
        buttons = found[found.index(squeezed(item["title"])) :]
        buttons = buttons[: buttons.index(squeezed(item["venue"]))].casefold()
        for name in item["links"]:
            assert name in buttons, (item["key"], name)


def test_publications_are_linked(cvs_2023: Cvs, facts: dict[str, Any]) -> None:
    for theme in ("classic", "modern"):
        links = set(uris(cvs_2023.pdf(theme)))
        for item in facts["publications"]:
            for name in ("url", *item["links"]):
                if item[name]:
                    assert item[name] in links, (item["key"], name)
        assert "https://samcohen16.github.io/" in links or any("cohen" in link for link in links)
        assert not [link for link in links if "\x02" in link or link.startswith(("/", "."))]


def uris(path: Path) -> list[str]:
    """The addresses of all links of a PDF."""
    return [
        str(action["/URI"])
        for page in pypdf.PdfReader(path).pages
        for note in page.get("/Annots") or ()
        if (action := note.get_object().get("/A")) and "/URI" in action
    ]


def test_thirty_three_repositories(text: str, facts: dict[str, Any], titles: list[str], reading: str) -> None:
    found = part(text, titles, "Open Source Repositories")
    assert len(facts["repos"]) == 33
    wanted = []
    for item in facts["repos"]:
        wanted += [f"{item['n']}.", item["repo"], item["stars"], item["desc"]]
    in_order(found, wanted)


def test_thirty_eight_talks(text: str, facts: dict[str, Any], titles: list[str], reading: str) -> None:
    found = part(text, titles, "Invited Talks")
    assert len(facts["talks"]) == 38
    wanted = []
    for item in facts["talks"]:
        wanted += [f"{item['n']}.", item["title"] or item["location"]]
        wanted += [item["location"]] if item["title"] and item["location"] else []
    in_order(found, wanted)
    years = [item["year"] for item in facts["talks"]]
    for year in set(years):
        assert found.count(year) >= years.count(year)


def test_eleven_students(text: str, facts: dict[str, Any], titles: list[str], reading: str) -> None:
    assert len(facts["students"]) == 11
    found = part(text, titles, "Interns and Students")
    rows = [(item["name"], item["years"]) for item in facts["students"]]
    dated(found, rows, reading)
    in_order(found, [words for item in facts["students"] for words in (item["name"], item["detail"])])


def test_service_and_reviewing(text: str, facts: dict[str, Any], titles: list[str], reading: str) -> None:
    found = part(text, titles, "Professional Activities")
    before, _, after = found.rpartition("Reviewing")
    dated(before, [(item["text"], item["year"]) for item in facts["service"]], reading)
    assert len(facts["reviewing"]) == 22
    in_order(after, facts["reviewing"])


def test_teaching_and_skills(text: str, facts: dict[str, Any], titles: list[str], reading: str) -> None:
    dated(
        part(text, titles, "Teaching"), [(item["text"], item["term"]) for item in facts["teaching"]], reading
    )
    in_order(
        part(text, titles, "Skills"),
        [words for item in facts["skills"] for words in (item["title"], item["details"])],
    )


@pytest.mark.parametrize("theme", ["classic", "modern"])
def test_pages_know_their_number(cvs_2023: Cvs, theme: str) -> None:
    pages = pypdf.PdfReader(cvs_2023.pdf(theme)).pages
    assert 6 <= len(pages) <= 10
    for number, page in enumerate(pages, 1):
        assert f"Page{number}of{len(pages)}" in re.sub(r"\s", "", page.extract_text())


@pytest.mark.parametrize("theme", ["classic", "modern"])
@pytest.mark.parametrize("year", ["2023", "2021"])
def test_pdf_is_sound(request: pytest.FixtureRequest, year: str, theme: str) -> None:
    path = request.getfixturevalue(f"cvs_{year}").pdf(theme)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, encoding="utf-8", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    fonts = subprocess.run(["pdffonts", path], capture_output=True, encoding="utf-8", check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(re.search(r"\byes\s+yes\s+(?:yes|no)\s+\d+\s+\d+$", row) for row in rows), fonts
    info = subprocess.run(["pdfinfo", path], capture_output=True, encoding="utf-8", check=True).stdout
    assert re.search(r"^Title:\s+.*Brandon Amos", info, re.MULTILINE)
    assert re.search(r"^Author:\s+Brandon Amos$", info, re.MULTILINE)
    assert re.search(r"^Tagged:\s+yes$", info, re.MULTILINE)
    assert pypdf.PdfReader(path).root_object["/Lang"] == "en"


# --- 2021 ---


@pytest.mark.parametrize("reading", READINGS)
def test_the_older_cv(cvs_2021: Cvs, older_facts: dict[str, Any], reading: str) -> None:
    text = cvs_2021.text(reading)
    titles = [*older_facts["section_order"]]
    publications = part(text, titles, "Publications")
    expected = printed(data("bamos-2021") / "reference" / "cv.md")
    assert len(expected) >= 37
    # Ours goes by the year: two entries of 2018 stand the other way round (test_bamos_sites: order-2018).
    for item in expected:
        start = publications.index(squeezed(item.title))
        rest = publications[start : start + 900]
        assert squeezed(item.venue) in rest, item.key
        family = squeezed(item.authors.rpartition(" ")[2])
        assert family in rest, item.key
    # Upstream took this description from the page of the repository; it is in no file.
    scraped = "Differentiable convex optimization layers"
    for title in ("Repositories", "Invited Talks", "Interns and Students", "Teaching", "Skills"):
        found = part(text, titles, title)
        for row in older_facts[title]:
            for piece in re.split(r"\s*\|\s*", row[0]):
                said = re.sub(r"\bnow: ", "now ", piece.strip())
                plain = squeezed(re.sub(r"[*_]", "", said))
                is_there = plain in found.replace("now:", "now")
                assert is_there or piece == scraped, (title, piece)
