"""The model of the CV: which sections and entries each CV has, in which order, with which numbers, dates and totals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from acadsite.build import render
from acadsite.collect.gather import _cv
from acadsite.kinds.cv import Cv, build_cv, cvs
from acadsite.kinds.cv.conditions import conditions
from acadsite.kinds.cv.data import data_of
from acadsite.kinds.cv.faults import faults
from acadsite.kinds.cv.periods import NEVER_ENDS, Period, period_in
from acadsite.library import Query
from acadsite.links import SITE_ROOT
from acadsite.records import FrozenMap, Record, freeze
from acadsite.track import tracking
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acadsite.kinds.cv.model import Row, Section, Words
    from acadsite.kinds.names import Names
    from acadsite.problems import Problem

FILES = {
    "site.yaml": "title: Site\nauthor: ada\nurl: https://s.example\nextensions: [ext.py]\n",
    "ext.py": (
        "def register(r):\n"
        "    r.collection('grants', 'grants.yaml', title='text!', funder='markdown', amount='number', start='date',"
        " end='date', type='text', links='any', role='text')\n"
    ),
    "content/people.yaml": (
        "- {id: ada, name: Ada Lovelace, email: ada@s.example, role: Countess, url: 'https://ada.example'}\n"
    ),
    "content/index.md": "---\nprofiles: {github: ada, orcid: 0000-0002-1825-0097}\n---\nHello\n",
    "content/publications/a.bib": "\n".join(
        f"@{kind}{{{key}, title={{{key.upper()}}}, author={{Ada Lovelace}}, {when}{more}}}"
        for kind, key, when, more in [
            ("article", "a22", "year=2022", ", journal={J}, keywords={ai, ml}"),
            ("inproceedings", "c21", "year=2021", ", booktitle={C}, keywords={ml}, selected={true}"),
            ("article", "a20", "year=2020", ", journal={J}, month=may"),
            ("book", "b15", "year=2015", ", publisher={P}, mark={yes}"),
            ("article", "soon", "year={to appear}", ", journal={J}"),
            ("misc", "undated", "note={x}", ""),
        ]
    ),
    "content/talks.yaml": (
        "- {title: Keynote, event: ICM, date: 2021-05-03, kind: invited}\n"
        "- {title: Poster, event: ICM, date: 2019-08, kind: poster}\n"
        "- {event: Only an event, date: 2018/2020}\n"
        "- {title: Undated}\n"
    ),
    "content/students.yaml": (
        "- {name: Old Student, level: PhD, start: 2010, end: 2014}\n"
        "- {name: New Student, level: MSc, start: 2020}\n"
        "- {name: No Years}\n"
    ),
    "content/repos.yaml": "- {url: 'https://github.com/a/new', year: 2021}\n- {url: 'https://github.com/a/none'}\n",
    "content/courses/x.md": "---\ntitle: Old\nterm: Winter 1928/29\n---\n",
    "content/courses/y.md": "---\ntitle: New\nyear: 2021\n---\n",
    "content/grants.yaml": (
        "- {title: Rings, funder: '[DFG](https://dfg.example)', amount: 1250000, currency: EUR, start: 2019-05,"
        " end: 2021, type: federal}\n"
        "- {title: Sums, year: 2015, role: PI, note: (odd), links: {Site: 'https://x.example', Bad: 'javascript:x'},"
        " url: 'javascript:x', details: [one, '*two*']}\n"
    ),
    "content/snapshots/scholar.yaml": "date: 2024-02-03\ncitations: 6650\nh_index: 33\n",
    "content/snapshots/repos.yaml": "date: 2024-01-02\nrepos: {a/new: {stars: 1500}}\n",
}


@pytest.fixture(scope="session")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """The functions of a site with something of every kind, but without a CV."""
    site = SiteFolder(tmp_path_factory.mktemp("site")).write(FILES)
    result = render(site.root, today=dt.date.fromisoformat(DAY))
    assert not [str(problem) for problem in result.report.problems if problem.level == "error"]
    answers = result.answers
    assert answers is not None
    return answers.names


Made: TypeAlias = "tuple[Cv, list[Problem]]"
Make: TypeAlias = "Callable[..., Cv]"


def made(names: Names, text: str, identifier: str = "", output: str = "pdf", **records: Any) -> Made:
    """The CV of a text of cv.yaml, and all problems with it. ``records`` take the place of collections."""
    collected = _cv("content/cv.yaml", text)
    found = {**names.site.library.records, **records}
    found["cv"] = {record.id: record for record in collected.records}
    library = replace(names.site.library, records=found)
    mine = replace(names, site=replace(names.site, library=library), _inline={}, _places={})
    problems = [*collected.problems, *faults(library, {"modern", "classic"})]
    with tracking("cv.pdf" if output == "pdf" else "cv/", SITE_ROOT if output == "pdf" else None) as tracker:
        cv = build_cv(mine, identifier, output)
        assert cv is not None
        data_of(mine, cv)
    return cv, [*problems, *tracker.problems]


@pytest.fixture
def make(names: Names) -> Make:
    """Makes the CV of a text without problems."""

    def cv(text: str, identifier: str = "", output: str = "pdf", **records: Any) -> Cv:
        model, problems = made(names, text, identifier, output, **records)
        assert [problem.message for problem in problems] == []
        return model

    return cv


def said(words: Words) -> str:
    """Words as plain text, Markdown as it is written."""
    match words.kind:
        case "seq":
            return "".join(map(said, words.value))
        case "em":
            return said(words.value)
        case "link":
            return said(words.value[1])
        case "rich":
            return "".join(part if isinstance(part, str) else "".join(part[1]) for part in words.value)
    return str(words.value)


def titles(section: Section) -> list[str]:
    return [said(row.title) for row in rows(section)]


def rows(section: Section) -> list[Row]:
    return [row for group in section.groups for row in group.rows]


def groups(section: Section) -> list[tuple[str, list[str]]]:
    return [(said(group.title), [row.number for row in group.rows]) for group in section.groups]


def one(make: Make, section: str, **more: Any) -> Section:
    """The only section of a CV."""
    found = make(f"sections:\n- {section}\n", **more).sections
    assert len(found) == 1
    return found[0]


def entries(*items: str) -> str:
    return f"entries: [{', '.join('{' + item + '}' for item in items)}]"


# --- sections and outputs ---------------------------------------------------------------------------------------------


def test_sections_are_in_their_order_in_each_output(make: Make) -> None:
    text = """
sections:
- {title: Web, text: x, show: [web]}
- {title: Nowhere, text: x, show: []}
- {title: Both, entries: [{title: a, show: pdf}, {title: b, show: web}, {title: c}]}
- {title: Paper, text: x, show: pdf}
- {title: Groups, groups: [{title: G, show: [web], items: [x]}, {title: H, items: [{title: y, show: [web]}, z]}]}
"""
    web, pdf = make(text, output="web"), make(text)
    assert [said(part.title) for part in web.sections] == ["Web", "Both", "Groups"]
    assert [said(part.title) for part in pdf.sections] == ["Both", "Paper", "Groups"]
    assert titles(web.sections[1]) == ["b", "c"]
    assert titles(pdf.sections[0]) == ["a", "c"]
    assert [said(group.title) for group in web.sections[2].groups] == ["G", "H"]
    assert titles(pdf.sections[2]) == ["z"]


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("collection: publications", "works"),
        ("collection: repos", "repos"),
        ("collection: talks", "talks"),
        ("collection: students", "students"),
        ("collection: courses", "courses"),
        ("collection: grants", "entries"),
        ("entries: [{title: x}]", "entries"),
        ("entries: [{label: x, title: y}, {label: z}]", "table"),
        ("entries: [{label: x, dates: 2019}]", "entries"),
        ("groups: [{title: G, items: [a, b]}, {items: c}]", "list"),
        ("groups: [{items: [a, {title: b}]}]", "entries"),
    ],
)
def test_what_a_section_is(make: Make, section: str, kind: str) -> None:
    assert one(make, f"{{{section}}}").kind == kind


def test_titles_of_sections(make: Make) -> None:
    text = """
sections:
- {collection: publications}
- {collection: talks, title: Lectures}
- {collection: students, title: ""}
- {collection: grants}
- {text: words}
"""
    assert [said(part.title) for part in make(text).sections] == [
        "Publications",
        "Lectures",
        "",
        "Grants",
        "",
    ]


def test_ids_of_sections_are_each_once(make: Make, names: Names) -> None:
    sections = ("title: A b", "title: a-B", "id: My_Id", "note: x")
    text = f"sections: [{', '.join(f'{{{one}, text: x}}' for one in sections)}, {{collection: talks}}]"
    assert [part.id for part in make(text).sections] == ["a-b", "a-b-2", "My_Id", "section", "talks"]
    _, problems = made(names, "sections: [{id: x, text: a}, {id: x, text: b}, {id: 'a b', text: c}]")
    assert [problem.message for problem in problems] == ["Two sections have the id “x”."]


# --- queries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("kind: article", ["soon", "a22", "a20"]),
        ("kind: [book, paper]", ["c21", "b15"]),
        ("kind: '!= article'", ["c21", "b15", "undated"]),
        ("keywords: ml", ["a22", "c21"]),
        ("keywords: [ai, none]", ["a22"]),
        ("keywords: '!= ml'", ["soon", "a20", "b15", "undated"]),
        ("year: '>= 2021'", ["a22", "c21"]),
        ("year: '>2020'", ["a22", "c21"]),
        ("year: '<= 2020'", ["a20", "b15"]),
        ("year: 2020", ["a20"]),
        ("year: '2020'", ["a20"]),
        ("year: '= 2020'", ["a20"]),
        ("year: [2020, '2015']", ["a20", "b15"]),
        ("date: '>= 2020-05'", ["a22", "c21", "a20"]),
        ("date: '> 2020-05'", ["a22", "c21"]),
        ("date: '< 2020-05'", ["b15"]),
        ("date: '<= 2020'", ["a20", "b15"]),
        ("date: 2020", ["a20"]),
        ("selected: true", ["c21"]),
        ("selected: yes", ["c21"]),
        ("selected: false", ["soon", "a22", "a20", "b15", "undated"]),
        ("mark: 'yes'", ["b15"]),
        ("kind: article, year: 2020", ["a20"]),
        ("mark: ", ["soon", "a22", "c21", "a20", "undated"]),
        ("mark: '!='", ["b15"]),
        ("keywords: ''", ["soon", "a20", "b15", "undated"]),
        ("keywords: [ai, null]", ["soon", "a22", "a20", "b15", "undated"]),
        ("year: null", ["soon", "undated"]),
        ("date: '!= ', kind: article", ["soon", "a22", "a20"]),
    ],
)
def test_where(make: Make, where: str, expected: list[str]) -> None:
    section = one(make, f"{{collection: publications, where: {{{where}}}}}")
    assert [row.key[1] for row in rows(section)] == expected


def test_conditions_are_canonical() -> None:
    found = tuple(conditions(freeze({"a": 1, "b": ["x", 2], "c": "!= 3", "d": ">=  x"})))
    assert found == (
        ("a", "any", (1, "1")),
        ("b", "any", ("x", 2, "2")),
        ("c", "not", 3),
        ("c", "not", "3"),
        ("d", ">=", "x"),
    )
    hash(found)
    hash(tuple(conditions(freeze({"a": None, "b": "!="}))))


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [
        ("is", "a", ["one", "many"]),
        ("not", "a", ["date", "none"]),
        ("any", ("b", 5), ["many"]),
        ("any", (), []),
        (">", 1, ["date"]),
        ("<", "b", ["one", "many"]),
        (">=", 2019, ["date"]),
        ("is", "2019-05", ["date"]),
        ("is", 2019, ["date"]),
        ("<", "2019-05-03", []),
        ("<=", "2019-05", ["date"]),
        ("not", 2019, ["one", "many", "none"]),
    ],
)
def test_operations_of_a_query(names: Names, operation: str, value: Any, expected: list[str]) -> None:
    date = {"year": 2019, "month": 5, "day": 3, "season": None, "end": None, "circa": False, "text": ""}
    values = {"one": "a", "many": ["a", "b"], "date": date, "none": None}
    records = {
        name: Record("x", name, FrozenMap({"id": name, "extra": freeze({"v": one})}))
        for name, one in values.items()
    }
    library = replace(names.site.library, records={"x": records})
    assert list(library.query(Query("x", (("v", operation, value),)))) == expected


def test_a_query_for_what_lacks_a_field(make: Make, names: Names) -> None:
    section = one(make, "{collection: repos, where: {year: }}")
    assert [row.key[1] for row in rows(section)] == ["a-none"]
    _, problems = made(names, "sections:\n- {collection: talks, where: {title: '', kind: }}\n")
    assert problems == []
    _, problems = made(names, "sections:\n- collection: publications\n  where:\n    kind:\n")
    (problem,) = problems
    assert problem.code == "cv-where"
    assert problem.message == "Every record in publications has “kind”: the section has none of them."
    assert problem.hint == "A field without a value asks for the records that lack it."
    assert str(problem.where) == "content/cv.yaml:4:10"


def test_a_query_that_cannot_be_answered(names: Names) -> None:
    text = """
sections:
- collection: publications
  where: {knd: article, kind: artcle, year: '> 2050', type: {a: b}}
- {collection: publicatons}
- {collection: home}
"""
    _, problems = made(names, text)
    assert [(problem.message, problem.hint) for problem in problems] == [
        ("No record in publications has the field “knd”.", "Did you mean “kind”?"),
        ("No record in publications has “kind: artcle”.", "Did you mean “article”?"),
        ("No record in publications has “year: > 2050”.", ""),
        (
            "A condition is a value or a list of values: “type” holds something else.",
            'Such as “kind: article” or “year: ">= 2019"”.',
        ),
        ("There is no collection “publicatons”.", "Did you mean “publications”?"),
        (
            "There is no collection “home”.",
            "Collections: courses, grants, news, people, posts, projects, publications, repos, students, talks.",
        ),
    ]
    assert problems[0].where is not None
    assert (problems[0].where.line, problems[0].where.column) == (4, 16)


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        ("publications", ["soon", "a22", "c21", "a20", "undated"]),
        ("talks", ["Keynote", "Only an event", "Undated"]),
        ("students", ["New Student", "No Years"]),
        ("repos", ["a/new", "a/none"]),
        ("courses", ["New"]),
        ("grants", ["Rings"]),
    ],
)
def test_since(make: Make, collection: str, expected: list[str]) -> None:
    section = one(make, f"{{collection: {collection}, since: 2020}}")
    assert [row.key[1] if row.kind == "work" else said(row.title) for row in rows(section)] == expected


def test_years_are_counted_back_from_the_cv(make: Make) -> None:
    section = "sections:\n- {collection: publications, years: 4, where: {year: '> 0'}}\n"
    assert titles(make(section).sections[0]) == ["A22", "C21"]
    assert titles(make("updated: 2023-03\n" + section).sections[0]) == ["A22", "C21", "A20"]
    items = entries("title: a, dates: 2010 – 2014", "title: b, dates: 2008 – 2011", "title: c")
    text = f"sections: [{{years: 12, {items}}}]"
    assert titles(make(text).sections[0]) == ["a", "c"]
    assert titles(
        make("variants: [{id: v, years: 4}]\n" + section.replace("years: 4, ", ""), "v").sections[0]
    ) == ["A22", "C21"]


@pytest.mark.parametrize(
    ("collection", "order", "expected"),
    [
        ("publications", "newest", ["SOON", "A22", "C21", "A20", "B15", "UNDATED"]),
        ("publications", "oldest", ["B15", "A20", "C21", "A22", "UNDATED", "SOON"]),
        ("talks", "oldest", ["Only an event", "Poster", "Keynote", "Undated"]),
        ("talks", "newest", ["Keynote", "Only an event", "Poster", "Undated"]),
        ("students", "newest", ["New Student", "Old Student", "No Years"]),
        ("students", "oldest", ["Old Student", "New Student", "No Years"]),
        ("grants", "oldest", ["Sums", "Rings"]),
        ("repos", "oldest", ["a/new", "a/none"]),
        ("courses", "oldest", ["Old", "New"]),
    ],
)
def test_order_of_records(make: Make, collection: str, order: str, expected: list[str]) -> None:
    assert titles(one(make, f"{{collection: {collection}, sort: {order}}}")) == expected


def test_headings_and_numbers_of_publications(make: Make) -> None:
    base = "{collection: publications, where: {year: '> 0'}, "
    assert groups(one(make, base + "numbering: ascending}")) == [
        ("2022", ["1"]),
        ("2021", ["2"]),
        ("2020", ["3"]),
        ("2015", ["4"]),
    ]
    assert groups(one(make, base + "earlier: 2020, limit: 3}")) == [
        ("2022", ["4"]),
        ("2021", ["3"]),
        ("2020 and earlier", ["2"]),
    ]
    assert groups(one(make, base + "group_by: none, numbering: none}")) == [("", ["", "", "", ""])]
    assert groups(one(make, base + "group_by: type, numbering: by-type}")) == [
        ("Books", ["B1"]),
        ("Journal articles", ["J2", "J1"]),
        ("Conference papers", ["C1"]),
    ]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "collection: talks, group_by: year",
            [("2021", [""]), ("2019", [""]), ("2018", [""]), ("Undated", [""])],
        ),
        (
            "collection: talks, group_by: year, earlier: 2019",
            [("2021", [""]), ("2019 and earlier", ["", ""]), ("Undated", [""])],
        ),
        (
            "collection: talks, group_by: type, numbering: descending",
            [("Invited", ["4"]), ("Poster", ["3"]), ("Other", ["2", "1"])],
        ),
        ("collection: talks, numbering: by-type", [("", ["I1", "P1", "O2", "O1"])]),
        ("collection: students, group_by: type", [("PhD", [""]), ("MSc", [""]), ("Other", [""])]),
        ("collection: repos, numbering: ascending, limit: 1", [("", ["1"])]),
        ("collection: repos, numbering: by-type", [("", ["1", "2"])]),
        ("collection: grants, group_by: year, sort: newest", [("2019", [""]), ("2015", [""])]),
        (
            "entries: [{title: a}, {title: b}], groups: [{title: G, items: [c]}], numbering: descending",
            [("", ["3", "2"]), ("G", ["1"])],
        ),
        (
            "entries: [{title: a}, {title: b}], groups: [{title: G, items: [c]}], numbering: ascending, limit: 1",
            [("", ["1"])],
        ),
        ("entries: [{title: a}, {title: b}], limit: 0", [("", ["", ""])]),
        (
            "entries: [{title: a}], groups: [{title: G, items: [b, c]}, {title: H, items: [d]}], limit: 2",
            [("", [""]), ("G", [""])],
        ),
    ],
)
def test_headings_and_numbers(make: Make, section: str, expected: list[tuple[str, list[str]]]) -> None:
    assert groups(one(make, f"{{{section}}}")) == expected


# --- dates ------------------------------------------------------------------------------------------------------------

GOES_ON = (NEVER_ENDS, 0, 0)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", (2019, 0, 0), (2019, 0, 0)),
        ("2014 – 2019", (2014, 0, 0), (2019, 0, 0)),
        ("2014-2019", (2014, 0, 0), (2019, 0, 0)),
        ("Winter 1928/29", (1928, 11, 0), (1929, 2, 0)),
        ("1999/00", (1999, 0, 0), (2000, 0, 0)),
        ("2019–21", (2019, 0, 0), (2021, 0, 0)),
        ("2009-10", (2009, 0, 0), (2010, 0, 0)),
        ("2019-05", (2019, 5, 0), (2019, 5, 0)),
        ("S2017", (2017, 4, 0), (2017, 4, 0)),
        ("Fall 2016", (2016, 9, 0), (2016, 9, 0)),
        ("WS 2017/18", (2017, 10, 0), (2018, 10, 0)),
        ("May 2019 – June 2020", (2019, 5, 0), (2020, 6, 0)),
        ("May 3, 2019", (2019, 5, 0), (2019, 5, 0)),
        ("05/2020", (2020, 5, 0), (2020, 5, 0)),
        ("since 1909", (1909, 0, 0), GOES_ON),
        ("2019–", (2019, 0, 0), GOES_ON),
        ("2022 - present", (2022, 0, 0), GOES_ON),
        ("2022 – Present", (2022, 0, 0), GOES_ON),
        ("seit 1909", (1909, 0, 0), GOES_ON),
        ("2010, 2012 and 2015", (2010, 0, 0), (2015, 0, 0)),
    ],
)
def test_periods_of_texts(text: str, first: Any, last: Any) -> None:
    assert period_in(text) == Period(first, last)


@pytest.mark.parametrize("text", ["", "soon", "present", "12345", "since ever", "99", "Room 20190"])
def test_texts_without_a_year(text: str) -> None:
    assert period_in(text) is None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("dates: 2019", "2019"),
        ("dates: Winter 1928/29", "Winter 1928/29"),
        ("start: 2019, end: 2021", "2019 – 2021"),
        ("start: 2019-05", "May 2019 – present"),
        ("start: 2019-05-03, end: 2019-05-03", "3 May 2019"),
        ("start: 2019, end: 2019", "2019"),
        ("end: 2021-06", "Jun 2021"),
        ("dates: '2019', note: x", "2019"),
        ("title: x", ""),
    ],
)
def test_dates_of_an_entry(make: Make, entry: str, expected: str) -> None:
    assert rows(one(make, "{entries: [{place: y, " + entry + "}]}"))[0].date == expected


def test_order_of_entries(make: Make) -> None:
    items = (
        "title: a, dates: Winter 1928/29",
        "title: b, dates: Summer 1928",
        "title: c",
        "title: d, start: 2019-05",
        "title: e, dates: Summer 1929",
        "title: f, start: 2019-01, end: 2019-03",
        "title: g, dates: 2019 – present",
    )
    assert titles(one(make, f"{{{entries(*items)}}}")) == list("abcdefg")
    assert titles(one(make, f"{{sort: written, {entries(*items)}}}")) == list("abcdefg")
    assert titles(one(make, f"{{sort: newest, {entries(*items)}}}")) == list("dgfeabc")
    assert titles(one(make, f"{{sort: oldest, {entries(*items)}}}")) == list("baegfdc")
    grouped = "{sort: newest, groups: [{items: [x, {title: a, dates: 2001}, {title: b, dates: 2003}]}]}"
    assert titles(one(make, grouped)) == ["b", "a", "x"]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_an_entry_with_everything(make: Make) -> None:
    row = rows(
        one(
            make,
            "{entries: [{title: PhD, place: MIT, location: Boston, dates: 2019, url: 'https://x.example', note: (odd),"
            " grade: 3.99/4.00, thesis: {title: Rings, url: 'https://t.example'}, advisors: [A, B, C], mentors: [M, N],"
            " details: [one, two], summary: All, links: {PDF: 'https://p.example'}}]}",
        )
    )[0]
    assert (said(row.title), said(row.place), row.location, row.url) == (
        "PhD",
        "MIT",
        "Boston",
        "https://x.example",
    )
    assert said(row.aside) == "odd; 3.99/4.00; with M and N"
    assert list(map(said, row.lines)) == ["Thesis: Rings", "Advisors: A, B, and C", "All", "one", "two"]
    assert [tuple(button) for button in row.buttons] == [("PDF", "https://p.example")]


def test_an_entry_with_little(make: Make) -> None:
    text = "{entries: [{place: Only}, {location: Town}, {title: x, thesis: T, advisors: A}, {label: L}]}"
    found = rows(one(make, text))
    assert [said(row.title) for row in found] == ["Only", "Town", "x", "L"]
    assert list(map(said, found[2].lines)) == ["Thesis: T", "Advisor: A"]


def test_numbers_and_truths_are_texts_as_written(make: Make) -> None:
    found = rows(one(make, "{entries: [{title: yes, place: 2.50, dates: 2019, label: 007, note: null}]}"))[0]
    assert (said(found.title), said(found.place), found.date, found.label) == ("007: yes", "2.50", "2019", "")


def test_rows_of_any_collection(make: Make) -> None:
    rings, sums = rows(one(make, "{collection: grants}"))
    assert (said(rings.title), said(rings.place), said(rings.aside)) == (
        "Rings",
        "[DFG](https://dfg.example)",
        "EUR 1,250,000",
    )
    assert (rings.date, rings.start, rings.end) == ("May 2019 – 2021", "2019-05", "2021")
    assert (said(sums.title), said(sums.place), said(sums.aside), sums.date) == ("Sums", "PI", "odd", "2015")
    assert sums.url == ""
    assert [tuple(button) for button in sums.buttons] == [("Site", "https://x.example")]
    assert list(map(said, sums.lines)) == ["one", "*two*"]
    person = rows(one(make, "{collection: people}"))[0]
    assert (said(person.title), said(person.place)) == ("Ada Lovelace", "Countess")


def test_records_of_odd_shapes(make: Make) -> None:
    event = next(row for row in rows(one(make, "{collection: talks}")) if said(row.title) == "Only an event")
    assert (said(event.place), event.date) == ("", "2018 – 2020")
    student = rows(one(make, "{collection: students}"))[2]
    assert (said(student.title), student.date, said(student.aside)) == ("No Years", "", "")
    assert [row.stars for row in rows(one(make, "{collection: repos}"))] == [1500, None]
    bare = rows(one(make, "{collection: publications, where: {key: undated}}"))[0]
    assert said(bare.title) == "UNDATED"


@pytest.mark.parametrize(("flag", "labels"), [("true", ["Site"]), ("false", [])])
def test_buttons_can_be_left_out(make: Make, flag: str, labels: list[str]) -> None:
    section = one(make, f"{{collection: grants, buttons: {flag}}}")
    assert [button.label for row in rows(section) for button in row.buttons] == labels


# --- totals -----------------------------------------------------------------------------------------------------------


def test_totals_stand_in_every_text(make: Make) -> None:
    text = """
sections:
- title: "{citations} citations"
  note: "{h_index}, {h-index}, {scholar_date}"
  text: "{stars} on {stars_date}\\n\\n{publications} {repos} {talks} {students} {courses} {grants}"
  entries:
  - {title: "{stars}", place: "{stars}", note: "{stars}", details: ["{stars}"], thesis: "{stars}",
     advisors: ["{stars}"], mentors: ["{stars}"], summary: "{stars}"}
  - {title: "{count} entries"}
  groups:
  - {title: "Group of {count}", items: ["{stars} of {count}", {title: "{stars}"}]}
- {collection: talks, title: "{count} talks", limit: 1}
"""
    first, second = make(text).sections
    assert said(first.title) == "6.6k+ citations"
    assert said(first.note) == "33, 33, 3 February 2024"
    assert list(map(said, first.text)) == ["1.5k+ on 2 January 2024", "6 2 4 3 2 2"]
    row = rows(first)[0]
    assert (said(row.title), said(row.place), said(row.aside)) == ("1.5k+", "1.5k+", "1.5k+; with 1.5k+")
    assert list(map(said, row.lines)) == ["Thesis: 1.5k+", "Advisor: 1.5k+", "1.5k+", "1.5k+"]
    assert said(rows(first)[1].title) == "4 entries"
    assert said(first.groups[1].title) == "Group of 2"
    assert titles(first)[2:] == ["1.5k+ of 4", "1.5k+"]
    assert said(second.title) == "4 talks"


@pytest.mark.parametrize(
    "text",
    [
        "$x_{stars}$",
        "`{stars}`",
        "``a`{stars}``",
        "\\{stars}",
        "{Stars}",
        "{.class}",
        "{#id}",
        "{a, b}",
        "{}",
        "{",
    ],
)
def test_what_is_no_total(make: Make, text: str) -> None:
    assert said(rows(one(make, f"{{entries: [{{title: '{text}'}}]}}"))[0].title) == text


TOTALS = (
    "Totals: citations, h_index, i10_index, scholar_date, stars, stars_date, count, publications, repos, talks,"
    " students, courses, projects, posts, people."
)


def test_a_total_that_is_not_there(names: Names) -> None:
    text = (
        "sections:\n- {title: Works, text: 'So {citatons}, {nothing}.', entries: [{title: '{i10_index}'}]}\n"
    )
    cv, problems = made(names, text)
    assert said(cv.sections[0].text[0]) == "So {citatons}, {nothing}."
    assert [(problem.message, problem.hint.partition(" Other")[0]) for problem in problems] == [
        (
            "No snapshot has the number for “{i10_index}”.",
            "“acadsite refresh” or you write content/snapshots/scholar.yaml.",
        ),
        ("There is no total “{citatons}”.", "Did you mean “citations”?"),
        ("There is no total “{nothing}”.", TOTALS),
    ]
    assert [problem.where and (problem.where.line, problem.where.column) for problem in problems] == [
        (2, 71),
        (2, 24),
        (2, 24),
    ]


def test_without_snapshots_there_are_no_totals(names: Names) -> None:
    for data in (
        {},
        {"citations": "many", "h_index": -1},
        {"citations": True, "h_index": 3.5},
        {"citations": [1]},
    ):
        records = {"scholar": Record("snapshots", "scholar", FrozenMap({"id": "scholar", **freeze(data)}))}
        cv, problems = made(
            names,
            "sections: [{text: '{citations} {h_index}'}, {collection: publications}]",
            snapshots=records,
        )
        assert said(cv.sections[0].text[0]) == "{citations} {h_index}"
        assert [problem.code for problem in problems] == ["cv-total", "cv-total"]
        assert said(cv.sections[1].note) == ""


def test_a_problem_of_a_text_with_totals_has_its_place(names: Names) -> None:
    text = "sections:\n- text: |\n    First {stars}.\n\n    See @nobody {stars}.\n"
    _, problems = made(names, text, output="web")
    assert [(problem.code, problem.where and problem.where.line) for problem in problems] == [
        ("markup-unknown-citation", 2)
    ]


# --- variants ---------------------------------------------------------------------------------------------------------

TAGGED = """
theme: classic
contact: {email: a@x.example}
sections:
- {id: jobs, title: Jobs, entries: [{title: a, tags: [Short]}, {title: b, tags: [long]}, {title: c}]}
- {id: talks, collection: talks, tags: [talks]}
- id: lists
  title: Lists
  groups: [{title: G, tags: [long], items: [x]}, {title: H, items: [y, {title: z, tags: [short]}]}]
"""


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("", {"jobs": "a b c", "talks": "Keynote Poster Only an event Undated", "lists": "x y z"}),
        ("with: [short]", {"jobs": "a c", "lists": "y z"}),
        ("with: short", {"jobs": "a c", "lists": "y z"}),
        ("without: [SHORT, talks]", {"jobs": "b c", "lists": "x y"}),
        ("with: [short, long], without: [long]", {"jobs": "a c", "lists": "y z"}),
        ("sections: [lists, jobs]", {"lists": "x y z", "jobs": "a b c"}),
        ("sections: [{id: talks, limit: 1, title: New}, {id: jobs, show: web}]", {"talks": "Keynote"}),
        ("sections: [jobs, {id: jobs, limit: 1}]", {"jobs": "a b c", "jobs-2": "a"}),
        (
            "sections: [{title: Own, entries: [{title: e}]}, {collection: repos}]",
            {"own": "e", "repos": "a/new a/none"},
        ),
        ("sections: []", {}),
        ("since: 2021, sections: [talks]", {"talks": "Keynote Undated"}),
    ],
)
def test_what_a_variant_takes(make: Make, variant: str, expected: dict[str, str]) -> None:
    cv = make(f"{TAGGED}variants: [{{id: v, {variant}}}]\n", "v")
    assert {part.id: " ".join(titles(part)) for part in cv.sections} == expected


def test_settings_of_a_variant(make: Make) -> None:
    text = (
        TAGGED
        + "variants: [{id: v, title: Short CV, theme: modern, contact: {phone: '+49 1'}, name: A}, {id: w}]\n"
    )
    main, short, same = make(text), make(text, "v"), make(text, "w")
    assert (main.title, short.title, same.title) == ("CV", "Short CV", "CV")
    assert (main.settings["theme"], short.settings["theme"], same.settings["theme"]) == (
        "classic",
        "modern",
        "classic",
    )
    assert [contact.kind for contact in short.contacts] == ["phone"]
    assert (main.path, short.path) == ("cv.pdf", "cv-v.pdf")
    assert short.others == (("CV", "cv", "cv.pdf"), ("CV", "cv-variant:w", "cv-w.pdf"))
    assert (main.name, short.name) == ("Ada Lovelace", "A")


def test_variants_without_an_address_are_left_out(names: Names) -> None:
    ids = ["'../x'", "a/b", "''", "con", "'a b'", "ok", "OK", "'..'", "5", "日本"]
    text = f"sections: [{{text: x}}]\nvariants: [{', '.join(f'{{id: {name}}}' for name in ids)}, {{title: none}}]\n"
    cv, problems = made(names, text)
    assert [path for _, _, path in cv.others] == ["cv-ok.pdf", "cv-5.pdf", "cv-日本.pdf"]
    assert sorted(problem.message for problem in problems) == sorted(
        [
            "The key “id” is missing.",
            "Two variants have the id “OK”: both would get the same address.",
            *(f"“{name}” is no word for an address." for name in ("../x", "a/b", "", "con", "a b", "..")),
        ]
    )


def test_words_of_a_variant_that_mean_nothing(names: Names) -> None:
    text = TAGGED + (
        "variants:\n- {id: v, with: [shrt], without: [none], theme: moder, accent: red,"
        " sections: [jbs, {id: talk, limit: 1}, 7, [x]]}\n"
    )
    _, problems = made(names, text, "v")
    found = [
        (problem.where.column if problem.where else 0, problem.message, problem.hint) for problem in problems
    ]
    assert sorted(found) == [
        (18, "Nothing in cv.yaml has the tag “shrt”.", "Did you mean “short”?"),
        (35, "Nothing in cv.yaml has the tag “none”.", "Give it to sections or entries with “tags:”."),
        (49, "There is no CV theme “moder”.", "Did you mean “modern”?"),
        (64, "“red” is no colour.", "Write it as #rrggbb, such as #2a5db0."),
        (80, "There is no section “jbs” in cv.yaml.", "Did you mean “jobs”?"),
        (90, "There is no section “talk” in cv.yaml.", "Did you mean “talks”?"),
        (107, "There is no section “7” in cv.yaml.", "Sections: jobs, talks, lists."),
        (110, "Expected “key: value” lines, found a list.", ""),
    ]


def test_what_is_wrong_does_not_move_the_places_of_the_rest(names: Names) -> None:
    text = """sections:
- just text
- entries:
  - text
  - {title: A, start: 2020, end: 2019}
- collection: nothing
variants:
- {title: no id}
- {id: v, with: [none]}
"""
    collected = _cv("content/cv.yaml", text)
    library = replace(names.site.library, records={"cv": {one.id: one for one in collected.records}})
    lines = {problem.message: problem.where.line for problem in faults(library, {"modern"}) if problem.where}
    assert lines == {
        "The entry ends before it starts.": 5,
        "There is no collection “nothing”.": 6,
        "Nothing in cv.yaml has the tag “none”.": 9,
    }


# --- the head ---------------------------------------------------------------------------------------------------------


def test_the_head_is_the_owners_unless_written(make: Make) -> None:
    cv = make("sections: [{text: x}]")
    assert (cv.name, said(cv.role)) == ("Ada Lovelace", "Countess")
    assert [(contact.kind, said(contact.text), contact.href) for contact in cv.contacts] == [
        ("email", "ada@s.example", "mailto:ada@s.example"),
        ("url", "ada.example", "https://ada.example"),
        ("orcid", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("github", "ada", "https://github.com/ada"),
    ]
    cv = make("name: A. L.\nrole: '*Dr.*'\nsections: [{text: x}]")
    assert (cv.name, said(cv.role)) == ("A. L.", "*Dr.*")


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("E-Mail: a@x.example", ("email", "a@x.example", "mailto:a@x.example")),
        ("email: 'mailto:a@x.example'", ("email", "a@x.example", "mailto:a@x.example")),
        ("email: a at x.example", ("email", "a at x.example", "")),
        ("phone: +49 (1) 23-4", ("phone", "+49 (1) 23-4", "tel:+491234")),
        ("Tel: ask", ("phone", "ask", "")),
        ("url: 'https://www.x.example/'", ("url", "x.example", "https://www.x.example/")),
        ("Website: x.example/me", ("url", "x.example/me", "https://x.example/me")),
        ("url: 'javascript:alert(1)'", ("url", "javascript:alert(1)", "")),
        ("github: '@ada'", ("github", "ada", "https://github.com/ada")),
        ("github: 'https://github.com/ada'", ("github", "ada", "https://github.com/ada")),
        (
            "Google Scholar: xyz",
            ("Google Scholar", "Google Scholar", "https://scholar.google.com/citations?user=xyz"),
        ),
        ("address: 'Street *1*'", ("address", "Street *1*", "")),
        ("Fax: 5", ("Fax", "5", "")),
    ],
)
def test_ways_of_contact(make: Make, contact: str, expected: tuple[str, str, str]) -> None:
    found = make(f"contact: {{{contact}}}\nsections: [{{text: x}}]").contacts
    assert [(one.kind, said(one.text), one.href) for one in found] == [expected]


def test_a_slip_in_a_way_of_contact(names: Names) -> None:
    _, problems = made(names, "contact: {gihub: ada}\nsections: [{text: x}]")
    assert [(problem.message, problem.hint) for problem in problems] == [
        ("There is no way of contact “gihub”: it gets no link.", "Did you mean “github”?")
    ]


def test_the_day_of_the_cv(make: Make) -> None:
    def day(text: str) -> Iterable[Any]:
        updated = make(text).updated
        return updated and (updated["year"], updated["month"], updated["day"])

    assert day("updated: 2020-05\nsections: [{collection: publications}]") == (2020, 5, None)
    assert day("sections: [{collection: publications}]") == (2024, 2, 3)
    assert day("sections: [{collection: talks}]") == (2021, 5, 3)
    assert day("sections: [{collection: talks, limit: 1, sort: oldest}]") is None
    assert day("sections: [{text: x}]") is None


def test_there_may_be_no_sections(make: Make) -> None:
    for text in ("sections: []", "sections:", "title: X", "sections: [{text: ''}]"):
        collected = _cv("content/cv.yaml", text)
        assert [one.id for one in cvs(collected.records[0])] == [""]
    assert make("sections: []").sections == ()
