"""Odd shapes of the format: every form of a section, the three generations, and input that is broken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from acadsite.importers import Result, import_bamos_cv
from acadsite.importers.bamos_cv.fields import iso_date, years
from acadsite.importers.bamos_cv.listings import number
from acadsite.importers.bamos_cv.look import colour

if TYPE_CHECKING:
    from pathlib import Path

SECTION_TAGS = [
    "about",
    "advising",
    "all_publications",
    "coursework",
    "current_position",
    "education",
    "honors",
    "industry",
    "news",
    "positions",
    "repos",
    "research",
    "selected_publications",
    "service",
    "skills",
    "talks",
    "teaching",
]
HEAD = "name: {first: Ada, last: Example}\n"


class Import:
    """A scratch source, and what was made of it."""

    def __init__(self, folder: Path) -> None:
        self.source, self.to = folder / "cv", folder / "site"
        self.source.mkdir()
        self.result: Result | None = None

    def file(self, path: str, text: str | bytes) -> Path:
        target = self.source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def run(self, text: str | None = None, **options: Any) -> Result:
        if text is not None:
            self.file("cv.yaml", HEAD + text)
        self.result = import_bamos_cv(options.pop("source", self.source), self.to, **options)
        return self.result

    def load(self, path: str) -> Any:
        return yaml.safe_load((self.to / path).read_text(encoding="utf-8"))

    def sections(self) -> dict[str, Any]:
        return {section["id"]: section for section in self.load("content/cv.yaml")["sections"]}

    def home(self) -> tuple[list[Any], str]:
        _, front, body = (self.to / "content/index.md").read_text(encoding="utf-8").split("---\n", 2)
        return yaml.safe_load(front)["sections"], body.strip()

    def problems(self) -> list[tuple[str, str]]:
        assert self.result is not None
        return [(str(problem.where or ""), problem.code) for problem in self.result.problems]


@pytest.fixture
def cv(tmp_path: Path) -> Import:
    return Import(tmp_path)


# --- generations ---


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("service: [{details: a}]", "G1"),
        ("talks: [{year: 2020, location: X}]", "G1"),
        ("skills: [{title: a, details: b}]", "G1"),
        ("service: {main: [{details: a}], reviewing: [X]}", "G2"),
        ("talks: [{year: 2020, location: X, title: T}]", "G2"),
        ("current_position: [{place: X}]", "G2"),
        ("all_publications: {author_urls: {A B: 'https://a.org'}}", "G2"),
        ("linkcolor: '0,0,1'", "G3"),
        ("order_md: [[about, NONE]]\nabout: x", "G3"),
        ("service: {main: [{details: a}], area_chair: [X]}", "G3"),
        ("talks: [{year: 2020, location: X, title: T, location_url: 'https://a.org'}]", "G3"),
    ],
)
def test_generations(cv: Import, text: str, form: str) -> None:
    assert cv.run(text).generation == form
    assert cv.result is not None
    assert cv.result.notes[0].startswith(f"Taken for {form}: ")


def test_two_order_lists(cv: Import) -> None:
    cv.run(
        "order_md: [[about, NONE], [skills, What I do], [news, News]]\n"
        "order_latex: [[education, Education], [NEWPAGE, NONE], [skills, Skills]]\n"
        "about: Hello.\n"
        "news: [{date: May 2019, info: '<b>Good</b> news \\href{https://a.org}{here}'}]\n"
        "skills: [{title: Tools, details: a}]\n"
        "education: [{school: S, degree: D, location: L, overallGPA: 3.9/4, dates: 2011--2014}]\n"
    )
    sections = cv.sections()
    assert list(sections) == ["education", "skills", "news"]
    assert sections["education"]["show"] == ["pdf"]
    assert "show" not in sections["skills"]
    assert sections["news"] == {"id": "news", "title": "News", "collection": "news", "show": ["web"]}
    assert cv.home() == (["about", "cv:skills", {"section": "news", "title": "News", "limit": 0}], "Hello.")
    assert cv.load("content/news.yaml") == [
        {"date": "2019-05", "text": "**Good** news [here](https://a.org)"}
    ]
    assert "# location: L" in (cv.to / "content/cv.yaml").read_text()
    assert cv.problems() == []


def test_links_of_talks_by_generation(cv: Import) -> None:
    cv.run(
        "talks:\n"
        "  - {year: 2024, title: A, location: P, url: 'https://t.org', location_url: 'https://p.org'}\n"
        "  - {year: 2023, title: B, location: P, url: 'https://t.org'}\n"
        "  - {year: 2022, location: P, url: 'https://p.org'}\n"
        "  - {year: May 2021, title: C, url: 'https://t.org'}\n"
        "  - {year: 2014 -- 2015, title: D}\n"
        "  - {year: soon, title: E}\n"
        "  - {year: 2020}\n"
    )
    assert cv.load("content/talks.yaml") == [
        {"title": "A", "event": "P", "event_url": "https://p.org", "year": 2024, "url": "https://t.org"},
        {"title": "B", "event": "P", "year": 2023, "url": "https://t.org"},
        {"event": "P", "event_url": "https://p.org", "year": 2022},
        {"title": "C", "date": "2021-05", "url": "https://t.org"},
        {"title": "D", "date": "2014/2015"},
        {"title": "E", "note": "soon"},
    ]
    assert cv.problems() == [("cv.yaml:8:5", "import-date"), ("cv.yaml:9:5", "import-talk")]


def test_the_link_of_a_talk_in_the_second_generation_is_the_places(cv: Import) -> None:
    cv.run(
        "talks: [{year: 2023, title: B, location: P, url: 'https://p.org'}, {title: C, url: 'https://c.org'}]"
    )
    assert cv.load("content/talks.yaml") == [
        {"title": "B", "event": "P", "event_url": "https://p.org", "year": 2023},
        {"title": "C", "url": "https://c.org"},
    ]


def test_service_of_the_third_generation(cv: Import) -> None:
    cv.run(
        "order: [[service, Service]]\n"
        "service:\n"
        "  reviewer: [Journal \\& Co, {details: Other, url: 'https://o.org', year: 2020}]\n"
        "  area_chair: [ICML]\n"
        "  main: [{details: Chair, year: 2014 -- 2015, url: 'https://c.org', sub_details: '*Best'}]\n"
        "  program_committees: [X]\n"
    )
    assert cv.sections()["service"] == {
        "id": "service",
        "title": "Service",
        "entries": [
            {"title": "Chair", "dates": "2014 – 2015", "url": "https://c.org", "details": ["\\*Best"]}
        ],
        "groups": [
            {"title": "Area Chair", "items": ["ICML"]},
            {"title": "Reviewer", "items": ["Journal & Co", "[Other](https://o.org), 2020"]},
            {"title": "Program Committees", "items": ["X"]},
        ],
    }


# --- free lists ---


def test_free_lists(cv: Import) -> None:
    cv.run(
        "order: [[activities, Activities], [courses, Courses], [misc, Misc], [groups, Groups], [map, Map],\n"
        "        [projects, Projects], [words, Words]]\n"
        "activities: [Chess \\& Go, '2011 -- 2012']\n"
        "courses: {items: [One, Two]}\n"
        "misc:\n"
        "  - {name: Languages, description: 'German, English'}\n"
        "  - {name: Prize, notes: [a, '{\\bf b}']}\n"
        "  - Plain\n"
        "groups:\n"
        "  - {name: First, subitems: [x, {name: y, description: z}, {name: n, notes: [p, q]}]}\n"
        "map: {office: Room 1, second_key: '\\LaTeX'}\n"
        "projects:\n"
        "  site: {name: Site, url: 'https://s.org', details: [d]}\n"
        "words: Some {\\it text}.\n"
    )
    sections = cv.sections()
    assert sections["activities"]["groups"] == [{"items": ["Chess & Go", "2011 – 2012"]}]
    assert sections["courses"]["groups"] == [{"items": ["One", "Two"]}]
    assert sections["misc"]["entries"] == [
        {"label": "Languages", "title": "German, English"},
        {"title": "Prize", "details": ["a", "**b**"]},
        {"title": "Plain"},
    ]
    assert sections["groups"]["groups"] == [{"title": "First", "items": ["x", "y: z", "n: p; q"]}]
    assert sections["map"]["entries"] == [
        {"label": "Office", "title": "Room 1"},
        {"label": "Second Key", "title": "LaTeX"},
    ]
    assert sections["projects"]["entries"] == [{"title": "Site", "url": "https://s.org", "details": ["d"]}]
    assert sections["words"]["text"] == "Some *text*."


def test_sections_without_order_are_kept_but_not_shown(cv: Import) -> None:
    cv.run(
        "order: [[honors, 'Honors \\& Awards']]\n"
        "honors: {title: One, year: 2020}\n"
        "coursework: [{semester: S2017, name: Algebra, instructor: E. N.}]\n"
    )
    sections = cv.sections()
    assert sections["honors"]["title"] == "Honors & Awards"
    assert sections["honors"]["entries"] == [{"title": "One", "dates": "2020"}]
    assert sections["coursework"] == {
        "id": "coursework",
        "title": "Coursework",
        "entries": [{"title": "Algebra", "place": "E. N.", "dates": "S2017"}],
        "show": [],
    }
    assert cv.home()[0] == ["cv:honors"]


# --- publications, people, numbers ---

BIB = """@article{one, title={One}, author={Example, Ada and G{\\'o}mez Colmenarejo, Sergio and Chen, Ricky T. Q.
 and Kolter*, J. Zico and van der Berg, Jan}, year=2020, _venue={V}, _note={Oral}}
@article{two, title={Two}, author={Ricky Chen and Zhuo Chen and J Zico Kolter}, year=2021, _venue={V}}
"""


def test_people_are_resolved_against_the_publications(cv: Import) -> None:
    cv.file("publications/all.bib", BIB)
    cv.run(
        "all_publications:\n"
        "  name: Example\n"
        "  file: all.bib\n"
        "  author_urls:\n"
        "    'Colmenarejo': 'https://c.org/a\\_b'\n"
        "    'Ricky Chen': 'https://r.org'\n"
        "    'Ricky T. Q. Chen': 'https://r.org/'\n"
        "    'Zico Kolter': 'https://z.org'\n"
        "    'der Berg': 'https://b.org'\n"
        "    'Chen': 'https://x.org'\n"
        "    'Nobody Known': 'https://n.org'\n"
        "    'Nobody': 'https://n.org'\n"
        "    'Zhuo Chen': 'javascript:x'\n"
    )
    assert cv.load("content/people.yaml") == [
        {"id": "sergio-gomez-colmenarejo", "name": "Gómez Colmenarejo, Sergio", "url": "https://c.org/a_b"},
        {
            "id": "ricky-t-q-chen",
            "name": "Ricky T. Q. Chen",
            "aliases": ["Ricky Chen"],
            "url": "https://r.org",
        },
        {
            "id": "j-zico-kolter",
            "name": "J. Zico Kolter",
            "aliases": ["J Zico Kolter"],
            "url": "https://z.org",
        },
        {"id": "jan-van-der-berg", "name": "Jan van der Berg", "url": "https://b.org"},
        {"id": "nobody-known", "name": "Nobody Known", "url": "https://n.org"},
        {"id": "zhuo-chen", "name": "Zhuo Chen"},
    ]
    assert [code for _, code in cv.problems()] == [
        "import-author",  # Chen: two persons
        "import-author",  # Nobody Known: no author, kept
        "import-author",  # Nobody: left out
        "link-unsafe",
    ]


def test_bib_files_are_copied_as_they_are(cv: Import) -> None:
    raw = b"% \xe4 Latin-1\r\n@article{a, _venue = {V}, note = {x}}\r\n"
    cv.file("publications/all.bib", raw)
    cv.file("publications/selected.bib", "@article{a}")
    cv.file("images/publications/a.png", b"png")
    cv.file("images/publications/b.png", b"png")
    result = cv.run(
        "order: [[selected_publications, Selected], [all_publications, Publications]]\n"
        "selected_publications: {file: selected.bib}\n"
        "all_publications: {file: all.bib, include_image: True, group_by_year: False, name: A. Example}\n"
    )
    assert (cv.to / "content/publications/all.bib").read_bytes() == raw
    assert not (cv.to / "content/publications/selected.bib").exists()
    assert (cv.to / "content/static/images/publications/a.png").read_bytes() == b"png"
    assert not (cv.to / "content/static/images/publications/b.png").exists()
    assert any("b.png" in note for note in result.notes)
    assert any("selected_publications" in note for note in result.notes)
    assert cv.load("site.yaml")["publications"] == {
        "group_by": "none",
        "numbering": "ascending",
        "names": "initials",
        "details": 1000,
        "max_authors": 0,
    }
    assert cv.home()[0] == [
        {"section": "selected", "title": "Selected"},
        {"section": "publications", "title": "Publications"},
    ]


def test_categories_of_publications(cv: Import) -> None:
    cv.file("publications/journal.bib", "@article{j}")
    cv.file("publications/conference.bib", "@inproceedings{c}")
    cv.run(
        "publications: {categories: [{heading: J, file: journal.bib}, {heading: C, file: conference.bib}]}\n"
    )
    assert sorted(path.name for path in (cv.to / "content/publications").iterdir()) == [
        "conference.bib",
        "journal.bib",
    ]


def test_numbers_come_with_their_date(cv: Import) -> None:
    numbers = {
        "date": "2023-07-13",
        "github_stars": {"a/b": "14.7k", "c/d": 166, "e/f": "many"},
        "google_scholar": {"citations": "6.6k+", "h_index": 33},
    }
    given = cv.file("other.json", json.dumps(numbers))
    cv.run("skills: []", metrics=given)
    assert cv.load("content/snapshots/repos.yaml") == {
        "date": "2023-07-13",
        "source": "other.json",
        "repos": {"a/b": {"stars": 14700}, "c/d": {"stars": 166}},
    }
    assert cv.load("content/snapshots/scholar.yaml")["citations"] == 6600
    assert cv.problems() == [("other.json:1:1", "import-metrics")]


@pytest.mark.parametrize(
    "text", ["{", "[]", "3", '{"github_stars": ' + "9" * 5000 + "}", "[" * 100_000, b"\xff", '{"date": 3}']
)
def test_broken_numbers_are_a_problem(cv: Import, text: str | bytes) -> None:
    cv.file("metrics.json", text)
    assert [problem.code for problem in cv.run("skills: []").problems] == ["import-metrics"]
    assert not (cv.to / "content/snapshots").exists()


def test_odd_names_of_repositories_are_left_out(cv: Import) -> None:
    cv.file(
        "metrics.json", '{"date": "2023-07-13", "github_stars": {"a/b": 1, "../../x": 1, "\\ud800/x": 1}}'
    )
    cv.run("skills: []")
    assert cv.load("content/snapshots/repos.yaml")["repos"] == {"a/b": {"stars": 1}}


@pytest.mark.parametrize(
    ("shown", "value"),
    [("1.4k", 1400), ("27.6k+", 27600), ("1,234", 1234), ("819", 819), (7, 7), ("2M", 2_000_000)]
    + [(bad, None) for bad in ("", "k", "1.2.3", "-4", None, True, "1k2", [], -1)],
)
def test_counts(shown: object, value: int | None) -> None:
    assert number(shown) == value


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019", "2019"),
        ("2019-05-02", "2019-05-02"),
        ("May 2019", "2019-05"),
        ("Sept. 2019", "2019-09"),
        ("May 2, 2019", "2019-05-02"),
        ("2 May 2019", "2019-05-02"),
        ("05/2019", "2019-05"),
        ("2019.05", "2019-05"),
        ("2014 – 2015", "2014/2015"),
        ("2014 – present", "2014/present"),
        ("soon", ""),
        ("Mayday 2019 x", ""),
        ("", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert iso_date(text) == date


def test_ranges_of_years() -> None:
    assert years("2014–2019") == years("2014 – 2019") == "2014 – 2019"
    assert years("May 2014 – Present") == "May 2014 – Present"
    assert years("L-CSS 15-780") == "L-CSS 15-780"


def test_years_of_students(cv: Import) -> None:
    cv.run(
        "advising:\n"
        "  - {name: A, year: 2022 -- present, details: (x \\& y)}\n"
        "  - {name: B, year: 2020}\n"
        "  - {name: C, year: 2019--2020}\n"
        "  - {name: D, year: Summer 2018}\n"
        "  - {name: E, year: 2021 -- Present}\n"
        "  - {year: 2020}\n"
    )
    assert cv.load("content/students.yaml") == [
        {"name": "A", "status": "current", "start": 2022, "note": "(x & y)"},
        {"name": "B", "start": 2020, "end": 2020},
        {"name": "C", "start": 2019, "end": 2020},
        {"name": "D", "start": 2018, "end": 2018, "years": "Summer 2018"},
        {"name": "E", "status": "current", "start": 2021, "years": "2021 – Present"},
    ]
    assert cv.problems() == [("cv.yaml:8:5", "import-student")]


# --- several files, missing files, broken files ---


def test_later_files_replace_whole_keys(cv: Import) -> None:
    first = cv.file("cv.yaml", HEAD + "email: a@b.org\nhonors: [{title: Old}]\norder: [[honors, H]]\n")
    second = cv.file("cv.hidden.yaml", "phone: '123'\nhonors: [{title: New}]\n")
    result = cv.run(source=[first, second])
    assert cv.sections()["honors"]["entries"] == [{"title": "New"}]
    assert cv.load("site.yaml")["author"] == {"name": "Ada Example", "email": "a@b.org"}
    assert any("phone" in note for note in result.notes)
    assert "123" not in "".join(path.read_text() for path in cv.to.rglob("*") if path.is_file())


def test_the_private_file_is_not_read_unasked(cv: Import) -> None:
    cv.file("cv.hidden.yaml", "email: secret@b.org\n")
    result = cv.run("honors: []")
    assert any("cv.hidden.yaml" in note for note in result.notes)
    assert "secret" not in (cv.to / "site.yaml").read_text()


def test_a_yaml_file_may_be_given(cv: Import) -> None:
    cv.file("publications/all.bib", "@article{a}")
    cv.run(source=cv.file("me.yaml", HEAD + "all_publications: {file: all.bib}\n"))
    assert (cv.to / "content/publications/all.bib").is_file()


def test_paths_that_lead_out_are_not_read(cv: Import, tmp_path: Path) -> None:
    (tmp_path / "secret.bib").write_text("@article{secret}")
    cv.file("publications/.keep", "")
    (cv.source / "publications/link.bib").symlink_to(tmp_path / "secret.bib")
    for name in ("../../secret.bib", str(tmp_path / "secret.bib"), "link.bib"):
        cv.run(f"all_publications: {{file: '{name}'}}")
        assert "import-outside" in [code for _, code in cv.problems()], name
        assert not (cv.to / "content/publications").exists()


def test_missing_files_are_problems(cv: Import) -> None:
    assert [problem.code for problem in cv.run().problems] == ["import-file"]
    assert not cv.to.exists()
    cv.file("publications/al.bib", "")
    result = cv.run("all_publications: {file: all.bib}", metrics=cv.source / "nothing.json")
    assert [problem.code for problem in result.problems] == ["import-file", "import-file"]
    assert "al.bib" in result.problems[1].hint
    assert (cv.to / "site.yaml").is_file()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("honors: [\n", "yaml-syntax"),
        ("honors: *nothing\n", "yaml-alias"),
        ("honors: !!python/name:os.system\n", "yaml-tag"),
    ],
)
def test_broken_yaml_is_a_problem(cv: Import, text: str, code: str) -> None:
    assert code in [problem.code for problem in cv.run(text).problems]
    assert not cv.to.exists()


def test_a_list_is_no_cv(cv: Import) -> None:
    cv.file("cv.yaml", "- a\n- b\n")
    assert [problem.code for problem in cv.run().problems] == ["import-kind"]


@pytest.mark.parametrize(
    "value", ["3", "text", "[]", "{}", "[1, [2], {a: b}, null]", "{a: {b: [c]}}", "null", "[[]]"]
)
def test_any_value_anywhere_ends_in_problems_at_most(cv: Import, value: str) -> None:
    tags = [*SECTION_TAGS, "email", "order", "order_md", "social", "url", "extra"]
    order = ", ".join(f"[{tag}, T]" for tag in tags)
    for tag in tags:
        text = f"{tag}: {value}\n" + ("" if tag.startswith("order") else f"order: [{order}]\n")
        cv.run(text)
        assert all(
            problem.where is None or problem.where.line >= 1 for problem in (cv.result or cv.run()).problems
        )


def test_keys_that_are_not_known_are_told(cv: Import) -> None:
    cv.run(
        "order: [[honors, Honors], [nothing, Nothing]]\n"
        "honors: [{title: A, colour: red}]\n"
        "favourite: blue\n"
        "education: [{school: S, details: ['\\fancything{kept}']}]\n"
    )
    assert cv.problems() == [
        ("cv.yaml:2:27", "import-order"),
        ("cv.yaml:3:21", "import-key"),
        ("cv.yaml:4:1", "import-key"),
        ("cv.yaml:5:35", "import-latex"),
    ]
    assert cv.sections()["education"]["entries"][0]["details"] == ["kept"]


def test_repositories(cv: Import) -> None:
    cv.run(
        "repos:\n"
        "  - {repo_url: 'https://github.com/a/b', year: 2020, desc: 'Ph.D.~Thesis', www: 'https://b.org', name: B}\n"
        "  - {repo_url: 'https://codeberg.org/a/c/', year: about 2019}\n"
        "  - {repo_url: 'nowhere', year: 2020}\n"
        "  - {year: 2020}\n"
    )
    assert cv.load("content/repos.yaml") == [
        {
            "url": "https://github.com/a/b",
            "name": "B",
            "description": "Ph.D. Thesis",
            "year": 2020,
            "homepage": "https://b.org",
        },
        {"url": "https://codeberg.org/a/c", "year": 2019},
    ]
    assert [code for _, code in cv.problems()] == ["import-date", "import-repo", "import-repo", "import-repo"]


def test_settings(cv: Import) -> None:
    cv.run(
        "email: ada@example.org\n"
        "url: ada.github.io\n"
        "social: {github: ada, google_scholar: XyZ}\n"
        "pdf: /data/cv.pdf\n"
    )
    assert cv.load("site.yaml") == {
        "title": "Ada Example",
        "url": "https://ada.github.io",
        "language": "en",
        "author": {
            "name": "Ada Example",
            "email": "ada@example.org",
            "profiles": {"github": "ada", "google_scholar": "XyZ"},
        },
    }


def test_a_missing_name_is_a_problem(cv: Import) -> None:
    cv.file("cv.yaml", "email: a@b.org\n")
    assert ("", "import-name") in [("", problem.code) for problem in cv.run().problems]


# --- what the printed CV needs ---


LISTS = "honors: [{title: A}]\nskills: [{title: S, details: x}]\nteaching: [{name: T}]\n"
BREAKS = "[[NEWPAGE, NONE], [honors, Honors], [NEWPAGE, NONE], [skills, S], [teaching, T], [NEWPAGE, NONE]]"


@pytest.mark.parametrize(
    ("order", "breaks"),
    [
        (f"order: {BREAKS}\n", {"honors": None, "skills": True, "teaching": None}),
        (
            f"order_md: {BREAKS}\norder_latex: [[teaching, T], [NEWPAGE, NONE], [honors, H]]\n",
            {"teaching": None, "honors": True, "skills": None},  # skills are on the web alone
        ),
    ],
)
def test_page_breaks_stand_before_the_next_section_of_the_print(
    cv: Import, order: str, breaks: dict[str, bool | None]
) -> None:
    cv.run(order + LISTS)
    assert {name: section.get("page_break") for name, section in cv.sections().items()} == breaks
    assert cv.problems() == []


def test_a_section_without_a_title_has_no_heading(cv: Import) -> None:
    cv.run("order: [[honors, NONE], [talks, NONE]]\nhonors: [{title: A}]\ntalks: [{title: T, year: 2020}]\n")
    assert cv.sections()["honors"] == {"id": "honors", "title": "", "entries": [{"title": "A"}]}
    assert cv.sections()["talks"] == {
        "id": "talks",
        "title": "",
        "collection": "talks",
        "numbering": "ascending",
    }


def test_lists_that_the_original_numbers(cv: Import) -> None:
    cv.run(
        "order: [[repos, R], [talks, T], [advising, A]]\n"
        "repos: [{repo_url: 'https://github.com/a/b', desc: D, year: 2020}]\n"
        "talks: [{title: T, year: 2020}]\nadvising: [{name: A, year: 2020}]\n"
    )
    numbering = {name: section.get("numbering") for name, section in cv.sections().items()}
    assert numbering == {"repos": "ascending", "talks": "ascending", "students": None}


@pytest.mark.parametrize(
    ("details", "entry"),
    [
        (
            [
                "Thesis: \\textit{\\href{https://t.org}{On it}}",
                "Advisor: \\href{https://k.org}{J. Zico Kolter}",
                "More",
            ],
            {
                "thesis": {"title": "On it", "url": "https://t.org"},
                "advisors": ["[J. Zico Kolter](https://k.org)"],
                "details": ["More"],
            },
        ),
        (
            ["Thesis: On it", "Advisors: A. One and B. Two"],
            {"thesis": "On it", "advisors": ["A. One", "B. Two"]},
        ),
        (["Advisors: A, B, and C"], {"advisors": ["A", "B", "C"]}),
        # Printed again they would differ: another order, other words, remarks.
        (["Advisor: A", "Thesis: T"], {"advisors": ["A"], "details": ["Thesis: T"]}),
        (["Advisors: A, B"], {"details": ["Advisors: A, B"]}),
        (["Advisor: A and B"], {"details": ["Advisor: A and B"]}),
        (["Adviser: A"], {"details": ["Adviser: A"]}),
        (["Advisor: A (2016 -- 2019)"], {"details": ["Advisor: A (2016 – 2019)"]}),
        (["Thesis: \\textit{T} (in German)"], {"details": ["Thesis: *T* (in German)"]}),
        (["First of the year", "Thesis: T"], {"details": ["First of the year", "Thesis: T"]}),
    ],
)
@pytest.mark.parametrize(
    ("head", "form"),
    [("", "G1"), ("service: {main: []}\n", "G2"), ("order_md: [[education, E]]\n", "G3")],
)
def test_thesis_and_advisors(
    cv: Import, head: str, form: str, details: list[str], entry: dict[str, Any]
) -> None:
    school = {"school": "S", "degree": "Ph.D.", "overallGPA": "(3.9/4.0)", "details": details}
    assert cv.run(f"{head}education: {json.dumps([school])}\n").generation == form
    assert cv.sections()["education"]["entries"] == [
        {"title": "Ph.D.", "place": "S", "grade": "3.9/4.0", **entry}
    ]


@pytest.mark.parametrize(
    ("text", "look", "told"),
    [
        (
            "style: banking\ncolor: blue\ncolor2: '0.25,0.25,0.25'\n",
            {"theme": "classic", "accent": "#3873b2"},
            ["color2"],
        ),
        ("style: casual\ncolor2: '0, .5, 1.0'\n", {"theme": "classic", "accent": "#0080ff"}, []),
        ("color: Purple\n", {"accent": "#8054cc"}, []),
        ("style: fancyred\ncolor: '0,2,0'\n", {}, ["fancyred", "0,2,0"]),
        ("color: [1, 2]\nstyle: {a: b}\n", {}, []),
    ],
)
def test_the_look_of_the_print(cv: Import, text: str, look: dict[str, str], told: list[str]) -> None:
    result = cv.run(f"{text}order: [[honors, H]]\nhonors: [{{title: A}}]\n")
    written = cv.load("content/cv.yaml")
    assert {key: value for key, value in written.items() if key != "sections"} == {"paper": "letter", **look}
    notes = [note for note in result.notes if "color" in note or "style" in note]
    assert len(notes) == len(told)
    assert all(word in note for word, note in zip(told, notes, strict=True))


def test_colours_of_the_print() -> None:
    assert colour("0.22,0.45,0.70") == "#3873b2" == colour("blue")
    assert colour("black") == "#000000"
    assert [colour(text) for text in ("", "teal", "1,1", "1,1,1.1", "-1,0,0", "red; x")] == [""] * 6
