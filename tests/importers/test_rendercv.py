"""RenderCV: every kind of entry, the text that differs, the look; faults are told with their place."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite import bibtex
from acadsite.bibtex import latex
from acadsite.importers import Result, import_rendercv
from acadsite.importers.inline import escaped
from acadsite.importers.rendercv import heading
from acadsite.importers.rendercv.bibliography import latex_markdown, latex_text
from acadsite.importers.rendercv.texts import Texts
from acadsite.markup.inline import inline_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

COMPLETE = Path(__file__).parent / "rendercv" / "complete.yaml"


class Import:
    """A scratch file, and what was made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.to = folder, folder / "new"

    def run(self, text: str | bytes) -> Result:
        source = self.folder / "cv.yaml"
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        self.result = import_rendercv(source, self.to)
        return self.result

    def load(self, path: str = "content/cv.yaml") -> Any:
        return yaml.safe_load((self.to / path).read_text(encoding="utf-8"))

    def sections(self) -> dict[str, Any]:
        return {section["id"]: section for section in self.load()["sections"]}

    def told(self) -> list[tuple[str, str]]:
        return [(str(problem.where or ""), problem.code) for problem in self.result.problems]


@pytest.fixture
def cv(tmp_path: Path) -> Import:
    return Import(tmp_path)


def entry(cv: Import, text: str) -> dict[str, Any]:
    """The entry that one item becomes."""
    cv.run(f"cv:\n  name: A B\n  sections:\n    s:\n      - {text}\n")
    found: dict[str, Any] = cv.sections()["s"]["entries"][0]
    return found


# --- the file with everything ---


def test_a_file_with_every_kind_of_entry(cv: Import) -> None:
    result = import_rendercv(COMPLETE, cv.to)
    assert [(str(problem.where), problem.code) for problem in result.problems] == [
        ("complete.yaml:29:9", "import-math"),
        ("complete.yaml:54:9", "import-key"),
    ]
    sections = cv.sections()
    assert [(section["id"], section["title"]) for section in sections.values()] == [
        ("summary", "Summary"),
        ("work-and-study", "Work and Study"),
        ("experience", "Experience"),
        ("selected-papers", "Selected Papers"),
        ("software-projects", "Software projects"),
        ("skills", "Skills"),
        ("hobbies", "Hobbies"),
        ("talks", "Talks"),
        ("lectures", "Lectures"),
    ]
    assert sections["summary"]["text"] == (
        "Rivers, *lakes* and **ground water**; $Q = v A$ in all weathers.\n\n"
        "Costs of \\$2M saved, see [the report](https://tove.example.org/report)."
    )
    assert sections["work-and-study"]["entries"] == [
        {
            "title": "PhD, Hydrology",
            "place": "Uppsala universitet",
            "location": "Uppsala",
            "start": "2010-09",
            "end": "2015-06-12",
            "summary": "With distinction.",
            "details": ["Thesis: *Where the water goes*", "Model with 10^3 cells"],
        }
    ]
    assert sections["experience"]["entries"] == [
        {
            "title": "Head of measurements",
            "place": "Lake Board",
            "location": "Umeå",
            "start": 2018,
            "summary": "All lakes of the north.",
            "details": ["Built **five** stations"],
        },
        {"title": "Surveyor", "place": "River Office", "dates": "Summer 2016"},
    ]
    assert "# revenue: 5 boats" in (cv.to / "content/cv.yaml").read_text()
    assert sections["selected-papers"] == {
        "id": "selected-papers",
        "title": "Selected Papers",
        "collection": "publications",
    }
    assert sections["software-projects"]["entries"][0]["details"] == ["Written in C#", "Used by \\@everyone"]
    assert sections["skills"]["entries"] == [
        {"label": "Languages", "title": "Swedish, English"},
        {"label": "Tools", "title": "`R`, Python"},
    ]
    assert sections["hobbies"]["groups"] == [{"items": ["Skating on *black* ice", "Tea"]}]
    assert sections["talks"]["numbering"] == "ascending"
    assert sections["lectures"]["numbering"] == "descending"
    assert result.counts == {
        "summary": 2, "work-and-study": 1, "experience": 2, "selected-papers": 2, "software-projects": 2, "skills": 2,
        "hobbies": 2, "talks": 2, "lectures": 2, "empty": 0, "publications": 2,
    }  # fmt: skip


def test_the_person_and_the_look(cv: Import) -> None:
    result = import_rendercv(COMPLETE, cv.to)
    assert cv.load("site.yaml") == {
        "title": "Tove Lindqvist",
        "language": "sv",
        "author": {
            "name": "Tove Lindqvist",
            "role": "Hydrologist & *teacher*",
            "url": "https://tove.example.org/",
            "email": "tove@lindqvist.example.org",
            "location": "Uppsala, Sweden",
            "photo": "tove.png",
            "profiles": {
                "github": "tovel",
                "google_scholar": "AbCdEfG",
                "StackOverflow": "https://stackoverflow.com/users/4711/tove",
                "mastodon": "@tove@water.example.org",
                "Book a call": "https://calls.example.org/tove",
            },
        },
    }
    settings_of_cv = {key: value for key, value in cv.load().items() if key != "sections"}
    contact = settings_of_cv.pop("contact")
    assert settings_of_cv == {
        "theme": "classic",
        "paper": "letter",
        "accent": "#004f90",
        "updated": "2024-03-01",
    }
    assert contact["phone"] == "+46-18-555-0000"
    assert contact["second e-mail"] == "second@lindqvist.example.org"
    assert contact["house"] == "Room 12, by the lake"
    assert (cv.to / "content/static/tove.png").read_bytes() == (COMPLETE.parent / "tove.png").read_bytes()
    notes = " ".join(result.notes)
    for words in ("calendar", "present", "typography", "render_command", "phone"):
        assert words in notes


def test_its_publications_are_a_bibliography(cv: Import) -> None:
    import_rendercv(COMPLETE, cv.to)
    text = (cv.to / "content/publications/publications.bib").read_text(encoding="utf-8")
    library = bibtex.read([("publications.bib", text)])
    assert library.problems == ()
    first, second = library.entries
    assert (first.key, first.type) == ("lindqvist2019how", "article")
    assert latex.decode(first.fields["title"]).text == (
        "How ",
        ("em", ("fast",)),
        " is a river? 50 % & more of $x_1$",
    )
    assert first.fields["author"] == "T. Lindqvist and Ada Brook and Waters, Max"
    assert {name: first.fields[name] for name in ("journal", "date", "doi", "abstract")} == {
        "journal": "Journal of Streams",
        "date": "2019-04",
        "doi": "10.5555/streams.1",
        "abstract": "We measured it.",
    }
    assert (second.key, second.type) == ("lindqvist2021lakes", "misc")
    assert second.fields["url"] == "https://tove.example.org/mud.pdf"


def test_its_site_has_no_problem(cv: Import, site: Callable[..., SiteFolder]) -> None:
    from lxml import html

    import_rendercv(COMPLETE, cv.to)
    files = {
        path.relative_to(cv.to).as_posix(): path.read_bytes() for path in cv.to.rglob("*") if path.is_file()
    }
    folder = site(files)
    assert folder.codes() == []
    page = " ".join(html.fromstring(folder.build()["cv/index.html"]).text_content().split())
    for text in (
        "Costs of $2M saved, see the report.",
        "PhD, Hydrology, Uppsala universitet, Uppsala",
        "Thesis: Where the water goes",
        "Model with 10^3 cells",
        "Surveyor, River Office",
        "How fast is a river? 50 % & more of $x_1$",
        "T. Lindqvist, Ada Brook, and Max Waters",
        "Used by @everyone",
        "Skating on black ice",
        "Room 12, by the lake",
    ):
        assert text in page, text


# --- entries ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{name: N, date: 2020}", {"title": "N", "start": 2020, "end": 2020}),
        ("{name: N, date: '2020-05'}", {"title": "N", "start": "2020-05", "end": "2020-05"}),
        ("{name: N, date: Fall 2023}", {"title": "N", "dates": "Fall 2023"}),
        ("{name: N, start_date: 2020}", {"title": "N", "start": 2020}),
        ("{name: N, start_date: 2020, end_date: present}", {"title": "N", "start": 2020}),
        ("{name: N, end_date: 2020-02}", {"title": "N", "start": "2020-02", "end": "2020-02"}),
        ("{name: N, start_date: soon, end_date: 2020}", {"title": "N", "dates": "soon – 2020"}),
        ("{name: N, start_date: 2020-13}", {"title": "N", "dates": "2020-13 – present"}),
        ("{name: N, start_date: 2021, end_date: 2020}", {"title": "N", "dates": "2021 – 2020"}),
        ("{name: N, date: 2019, start_date: 2020}", {"title": "N", "start": 2019, "end": 2019}),
        ("{degree: BS, institution: I}", {"title": "BS", "place": "I"}),
        (
            "{area: Art, institution: I, location: '[Rome](https://r.org)'}",
            {"title": "Art", "place": "I", "location": "Rome"},
        ),
        ("{company: C}", {"place": "C"}),
        ("{name: Languages, details: Greek}", {"label": "Languages", "title": "Greek"}),
        ("{label: '**Bold** words', details: 7}", {"label": "Bold words", "title": "7"}),
        ("{icons: 'python,js'}", {"title": "python,js"}),
        (
            "{name: N, highlights: one, summary: Two *three*}",
            {"title": "N", "summary": "Two *three*", "details": ["one"]},
        ),
        ("{name: N, url: example.org}", {"title": "N", "url": "https://example.org"}),
    ],
)
def test_entries(cv: Import, text: str, found: dict[str, Any]) -> None:
    assert entry(cv, text) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{name: N, start_date: soon, end_date: 2020}", "import-date"),
        ("{name: N, date: 2020-13}", "import-date"),
        ("{name: N, start_date: 2021, end_date: 2020}", "import-date"),
        ("{name: N, date: 2019, start_date: 2020}", "import-date"),
        ("{name: N, url: 'javascript:x'}", "link-unsafe"),
        ("{name: '[N](javascript:x)'}", "link-unsafe"),
        ("{name: N, colour: red}", "import-key"),
        ("{name: N, location: [a]}", "import-kind"),
        ("{name: N, summary: {a: b}}", "import-kind"),
        ("{name: <b>N</b>}", "import-html"),
        ("{name: '\\textbf{N}'}", "import-latex"),
        ("{name: '#grid(columns: 2)[x]'}", "import-typst"),
        ("{name: '$$x$$'}", "import-math"),
        ("{name: '![N](a.png)'}", "import-picture"),
    ],
)
def test_what_is_not_taken_is_told(cv: Import, text: str, code: str) -> None:
    assert entry(cv, text)["title"]
    assert [found for _, found in cv.told()] == [code]
    assert all(where.startswith("cv.yaml:5:") for where, _ in cv.told())


def test_several_lists_of_publications(cv: Import) -> None:
    cv.run(
        "cv:\n  name: A B\n  sections:\n"
        "    journal papers:\n      - {title: One, authors: [A B], date: 2020, journal: J}\n"
        "    conferences:\n      - {title: One, authors: [A B], date: 2020}\n      - {title: Two, doi: 10.1/x}\n"
        "      - {authors: [X]}\n"
    )
    assert cv.told() == [("cv.yaml:9:9", "import-kind")]
    assert [section.get("where") for section in cv.sections().values()] == [
        {"keywords": "journal-papers"},
        {"keywords": "conferences"},
    ]
    text = (cv.to / "content/publications/publications.bib").read_text()
    read = bibtex.read([("p.bib", text)])
    assert [(one.key, one.fields["keywords"]) for one in read.entries] == [
        ("b2020one", "journal-papers"),
        ("b2020one-2", "conferences"),
        ("two", "conferences"),
    ]


def test_sections_of_a_list_of_publications_show_them(cv: Import, site: Callable[..., SiteFolder]) -> None:
    test_several_lists_of_publications(cv)
    files = {
        path.relative_to(cv.to).as_posix(): path.read_bytes() for path in cv.to.rglob("*") if path.is_file()
    }
    page = site(files).build()["cv/index.html"]
    journal, conferences = page.index("journal papers"), page.index("Conferences")
    assert journal < page.index("One") < conferences < page.index("Two")
    assert page.count(">One<") == 2


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        ("['**J. Doe**', '***H. Tom***', et al.]", "J. Doe and H. Tom and others"),
        ("[Research and Development Group, 'X & Y']", "{Research and Development Group} and X \\& Y"),
        ("['Doe, Jane', 王小明]", "Doe, Jane and 王小明"),
        ("One Author", "One Author"),
    ],
)
def test_authors(cv: Import, names: str, fields: str) -> None:
    cv.run(f"cv: {{name: A B, sections: {{p: [{{title: T, authors: {names}, date: 2020}}]}}}}")
    text = (cv.to / "content/publications/publications.bib").read_text()
    assert bibtex.read([("p.bib", text)]).entries[0].fields["author"] == fields


def test_headings_made_of_keys() -> None:
    assert heading("work_and_study") == "Work and Study"
    assert heading("the_art_of_war") == "The Art of War"
    assert heading("iOS") == "iOS"
    assert heading("all my work") == "all my work"


def test_version_1(cv: Import) -> None:
    cv.run(
        "cv:\n  name: A B\n  label: Engineer\n  sections:\n    tools: [{name: Languages, details: C}]\n"
        "design: {theme: moderncv, color: 'rgb(0,79,300)', page: {size: a4paper}}\n"
        "locale_catalog: {language: de}\nrendercv_settings: {date: '2024-01-31'}\n"
    )
    assert cv.told() == []
    assert cv.load("site.yaml")["author"]["role"] == "Engineer"
    assert cv.load("site.yaml")["language"] == "de"
    assert {key: value for key, value in cv.load().items() if key != "sections"} == {
        "theme": "modern",
        "paper": "a4",
        "updated": "2024-01-31",
    }


# --- texts ---


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** and *it* and _it_", "<strong>bold</strong> and <em>it</em> and <em>it</em>"),
        ("[$2M saved](https://a.org/b_(c)_d)", '<a href="https://a.org/b_(c)_d">$2M saved</a>'),
        ("costs $5 or $6", "costs $5 or $6"),
        ("`a_$b$`, snake_case", "<code>a_$b$</code>, snake_case"),
        ("#emph[so] #strong[it] #h(1fr) is", "<em>so</em> <strong>it</strong> is"),
        ('#link("https://a.org")[A]', '<a href="https://a.org">A</a>'),
        ("10^3 and 10^4, a^b^c", "10^3 and 10^4, a^<!-- -->b^c"),
        ("C# and #1", "C# and #1"),
        ("@ada, {count}, A&B; 1. x", "@ada, {count}, A&amp;B; 1. x"),
        ("\\*no\\* \\(x\\) \\[y\\]", "*no* (x) [y]"),
        ("a\n  b", "a b"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    texts = Texts()
    assert inline_body(texts.converted(text, None)).html == shown
    assert texts.problems == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.sampled_from("\\*_`[]()<>$#@^~{}:!& \"'ab1.\n") | st.characters(exclude_categories=["Cs", "Cc"])
    )
)
def test_any_text_ends_in_markdown(text: str) -> None:
    converted = Texts().converted(text, None)
    assert "javascript:" not in inline_body(converted).html
    latex_markdown(converted)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("\\{}$%&#_^~ ab1*") | st.characters(categories=["Lu", "Ll", "Nd"])))
def test_latex_of_texts_is_decoded_to_them(text: str) -> None:
    wanted = " ".join(text.split())
    wanted = unicodedata.normalize("NFC", wanted)
    assert latex.text(latex_text(wanted)) == wanted
    assert latex.text(latex_markdown(escaped(text))) == wanted


# --- bad input ---


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["import-kind"]),
        ("a: 1\n", ["import-kind"]),
        ("- a\n", ["import-kind"]),
        ("cv: text\n", ["import-kind"]),
        ("cv: [\n", ["yaml-syntax"]),
        ("cv: !!python/name:os.system\n", ["yaml-tag"]),
    ],
)
def test_what_is_no_cv(cv: Import, text: str, codes: list[str]) -> None:
    assert [problem.code for problem in cv.run(text).problems] == codes
    assert not cv.to.exists()


def test_faults_lose_nothing_else(cv: Import) -> None:
    cv.run(
        "cv:\n"
        "  location: Rome\n"
        "  heading: X\n"
        "  photo: none.png\n"
        "  social_networks: [GitHub, {network: GitHub}, {network: GitHub, username: ada, x: y}]\n"
        "  website: javascript:alert(1)\n"
        "  sections:\n"
        "    a: {b: c}\n"
        "    d: [null, [x], {nothing: known}, 'Text', {name: N}]\n"
        "    d!: one\n"
        "    e: null\n"
        "extra: 1\n"
    )
    assert cv.told() == [
        ("cv.yaml:2:3", "import-name"),
        ("cv.yaml:3:3", "import-key"),
        ("cv.yaml:4:10", "import-file"),
        ("cv.yaml:5:21", "import-kind"),
        ("cv.yaml:5:29", "import-kind"),
        ("cv.yaml:5:81", "import-key"),
        ("cv.yaml:6:12", "link-unsafe"),
        ("cv.yaml:8:8", "import-kind"),
        ("cv.yaml:9:15", "import-kind"),
        ("cv.yaml:9:20", "import-kind"),
        ("cv.yaml:12:1", "import-key"),
    ]
    assert cv.load()["sections"] == [
        {"id": "d", "title": "D", "text": "Text", "entries": [{"title": "N"}]},
        {"id": "d-2", "title": "D!", "text": "one"},
    ]
    assert cv.load("site.yaml")["author"] == {"location": "Rome", "profiles": {"github": "ada"}}


@pytest.mark.parametrize(
    "value", ["3", "text", "[]", "{}", "[1, [2], {a: b}, null]", "{a: {b: [c]}}", "null", "[[]]"]
)
def test_any_value_anywhere_ends_in_problems_at_most(tmp_path: Path, value: str) -> None:
    keys = [
        "name",
        "headline",
        "location",
        "email",
        "phone",
        "website",
        "photo",
        "social_networks",
        "custom_connections",
        "sections",
    ]
    for at, key in enumerate(keys):
        folder = tmp_path / str(at)
        folder.mkdir()
        Import(folder).run(f"cv: {{{key}: {value}}}\n")
    for at, key in enumerate(["design", "locale", "settings", "cv"]):
        folder = tmp_path / f"top{at}"
        folder.mkdir()
        Import(folder).run(f"cv: {{name: A}}\n{key}: {value}\n")
    for at, key in enumerate(
        ["name", "company", "institution", "authors", "label", "bullet", "number", "details"]
    ):
        folder = tmp_path / f"entry{at}"
        folder.mkdir()
        Import(folder).run(
            f"cv: {{name: A, sections: {{s: [{{{key}: {value}, title: {value}, date: {value}}}]}}}}\n"
        )


def test_nothing_is_overwritten_and_nothing_outside_is_read(cv: Import) -> None:
    (cv.folder.parent / "secret.png").write_bytes(b"png")
    cv.to.mkdir()
    (cv.to / "site.yaml").write_text("title: Mine\n")
    cv.run("cv: {name: A B, photo: ../secret.png}\n")
    assert sorted(code for _, code in cv.told()) == ["import-exists", "import-outside"]
    assert (cv.to / "site.yaml").read_text() == "title: Mine\n"
    assert not list(cv.to.rglob("*.png"))
