"""JSON Resume: every field comes over, comes back, and prints as it is written; faults are told with their place."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from acadsite.collect.gather import gather
from acadsite.config import read_config
from acadsite.exports import json_resume
from acadsite.exports.json_resume import SCHEMA
from acadsite.exports.plain import plain
from acadsite.extend import Registry
from acadsite.importers import Result, import_json_resume
from acadsite.importers.inline import escaped
from acadsite.importers.json_nodes import parse_json
from acadsite.markup import read as read_markdown
from acadsite.markup import text_of
from acadsite.markup.inline import inline_document
from importers.resume_schema import BASICS, DAY, LISTS, LOCATION, META, TEXTS, URL, faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

COMPLETE = Path(__file__).parent / "json_resume" / "complete.json"
TODAY = dt.date(2024, 6, 1)


class Import:
    """A scratch file, and what was made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.to = folder, folder / "new"

    def run(self, document: Any, name: str = "resume.json") -> Result:
        source = self.folder / name
        if isinstance(document, bytes):
            source.write_bytes(document)
        else:
            text = (
                document if isinstance(document, str) else json.dumps(document, ensure_ascii=False, indent=1)
            )
            source.write_text(text, encoding="utf-8")
        return import_json_resume(source, self.to)

    def load(self, path: str = "content/cv.yaml") -> Any:
        return yaml.safe_load((self.to / path).read_text(encoding="utf-8"))

    def sections(self) -> dict[str, Any]:
        return {section["id"]: section for section in self.load()["sections"]}

    def entry(self, item: dict[str, Any], key: str = "work") -> Any:
        """The entry that one item becomes."""
        self.run({"basics": {"name": "A B"}, key: [item]})
        return self.sections()[key]["entries"][0]

    def back(self) -> dict[str, Any]:
        return exported(self.to)


@pytest.fixture
def cv(tmp_path: Path) -> Import:
    return Import(tmp_path)


def exported(root: Path, variant: str = "") -> dict[str, Any]:
    """The export of a site; there is nothing wrong in its content."""
    config, problems = read_config(root)
    gathered = gather(root, config, Registry(), TODAY, drafts=False)
    assert [problem for problem in (*problems, *gathered.problems) if problem.level == "error"] == []
    found = json_resume(gathered.library, config["url"], variant)
    assert found is not None
    return found[0]


def told(result: Result) -> list[tuple[str, str]]:
    return [(str(problem.where or ""), problem.code) for problem in result.problems]


# --- the file with everything ---


def test_a_file_with_every_field_comes_back_as_it_was(cv: Import) -> None:
    document = json.loads(COMPLETE.read_text(encoding="utf-8"))
    assert faults(document) == []
    for name, kinds in LISTS.items():
        assert kinds.keys() == set().union(*document[name]), f"the file has every field of {name}"
    assert BASICS.keys() | {"location", "profiles"} == document["basics"].keys()
    assert LOCATION.keys() == document["basics"]["location"].keys()
    assert META.keys() == document["meta"].keys()
    result = import_json_resume(COMPLETE, cv.to)
    assert result.problems == ()
    assert cv.back() == document


def test_its_site_has_no_problem_and_prints_what_was_written(
    cv: Import, site: Callable[..., SiteFolder]
) -> None:
    import_json_resume(COMPLETE, cv.to)
    files = {
        path.relative_to(cv.to).as_posix(): path.read_bytes() for path in cv.to.rglob("*") if path.is_file()
    }
    folder = site(files)
    assert folder.codes() == []
    page = " ".join(text_of_page(folder.build()["cv/index.html"]).split())
    for text in (
        "Works on proofs that *machines* can read.",
        "a_b, 50 % of [all] logic.",
        "Professor, Institute of Machine Proof, Berlin (A research institute)",
        "Leads the group *Readable Proofs*.",
        "# 1 in teaching, 2021",
        "Speed-up of 10^3 and 10^4",
        "Dr. rer. nat., Mathematics, Universität Rostock (summa cum laude)",
        "M-101: Sets, again",
        "Proofs for Everyone <3",
        "OCaml, Lean, C, the language (Expert)",
        "“She explains everything.” Twice, if need be.",
        "+49 30 5550 1234",
        "Lindenhof 7, 10999 Berlin, DE",
    ):
        assert text in page, text


def text_of_page(html: str) -> str:
    from lxml import html as parser

    return str(parser.fromstring(html).text_content())


def test_the_real_fields_hold_what_they_can(cv: Import) -> None:
    import_json_resume(COMPLETE, cv.to)
    sections = cv.sections()
    assert list(sections) == [
        "summary", "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages",
        "interests", "references", "projects",
    ]  # fmt: skip
    assert sections["work"]["entries"][1] == {
        "title": "Engineer",
        "place": "Nordlicht Software GmbH",
        "start": "2012-04",
        "end": 2019,
        "details": ["C++ & C#", "Speed-up of 10^3 and 10^4"],
    }
    assert sections["education"]["entries"][0] == {
        "title": "Dr. rer. nat., Mathematics",
        "place": "Universität Rostock",
        "start": "2008-10",
        "end": "2012-03-15",
        "url": "https://uni.example.org/",
        "grade": "summa cum laude",
        "details": ["Proof theory", "M-101: Sets, again"],
    }
    assert sections["languages"]["entries"] == [
        {"label": "German", "title": "Native speaker"},
        {"label": "Danish"},
    ]
    hidden = {
        name: [set(entry["json_resume"]) for entry in section["entries"] if "json_resume" in entry]
        for name, section in sections.items()
        if "entries" in section
    }
    # What has a field of ours is not kept twice.
    assert {name: keys for name, keys in hidden.items() if keys} == {
        "education": [{"area", "studyType"}],
        "skills": [{"keywords"}],
        "projects": [{"keywords", "type"}],
    }
    assert cv.load("site.yaml")["author"] == {
        "name": "Ilse Marlow",
        "role": "Professor of applied logic",
        "url": "https://ilse.example.org/",
        "email": "ilse@marlow.example.org",
        "location": "Berlin, DE",
        "profiles": {
            "GitHub": "imarlow",
            "LinkedIn": "https://linkedin.com/in/ilse-marlow",
            "Logicians": "https://logicians.example.org/?member=17",
        },
    }


def test_notes_name_what_is_shown_nowhere_and_what_is_private(cv: Import) -> None:
    notes = " ".join(import_json_resume(COMPLETE, cv.to).notes)
    for words in (
        "picture is not fetched",
        "phone and address",
        "projects.keywords",
        "meta.canonical",
        "basics.image",
    ):
        assert words in notes


def test_what_was_changed_on_the_site_is_exported(cv: Import) -> None:
    import_json_resume(COMPLETE, cv.to)
    site = cv.to / "site.yaml"
    site.write_text(site.read_text().replace("location: Berlin, DE", "location: Oslo, NO"))
    file = cv.to / "content/cv.yaml"
    text = file.read_text().replace("updated: '2023-05-17'", "updated: 2024-01-02")
    file.write_text(text.replace("GitHub: imarlow", "GitHub: ilse"))
    back = cv.back()
    assert back["basics"]["location"] == {"city": "Oslo", "countryCode": "NO"}
    assert back["meta"] == {
        "lastModified": "2024-01-02",
        "canonical": "https://ilse.example.org/resume.json",
        "version": "v1.0.0",
    }
    assert {"network": "GitHub", "username": "ilse", "url": "https://github.com/ilse"} in back["basics"][
        "profiles"
    ]
    assert faults(back) == []


def test_yaml_is_read_as_well(cv: Import) -> None:
    result = cv.run("basics:\n  name: A B\nawards:\n  - title: Prize\n    date: 2020-05-31\n", "resume.yaml")
    assert result.problems == ()
    assert cv.back()["awards"] == [{"title": "Prize", "date": "2020-05-31"}]


def test_a_picture_beside_the_file_is_copied(cv: Import) -> None:
    (cv.folder / "Me.PNG").write_bytes(b"png")
    (cv.folder.parent / "out.png").write_bytes(b"png")
    cv.run({"basics": {"name": "A B", "image": "Me.PNG"}})
    assert (cv.to / "content/static/me.png").read_bytes() == b"png"
    assert "portrait: me.png" in (cv.to / "content/index.md").read_text()
    assert cv.back()["basics"] == {"name": "A B", "image": "Me.PNG"}
    other = Import(cv.folder / "x")
    other.folder.mkdir()
    result = other.run({"basics": {"name": "A B", "image": "../../out.png"}})
    assert [problem.code for problem in result.problems] == ["import-outside"]
    assert not (other.to / "content/static").exists()


# --- round trips ---

LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"])
SIGNS = st.sampled_from("*_`[]()<>$^~@#&:|{}\\!+-=.,;%/ \n1aé")
WORDS = st.text(LETTERS | SIGNS, max_size=25)
DAYS = st.one_of(
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)).map(str),
    st.sampled_from(["2014", "2014-05", "1999-12"]),
)
URLS = st.sampled_from(
    ["https://a.example.org/", "https://b.example.org/x_y~z?q=1#f", "mailto:a@example.org"]
)
EXTRA = st.recursive(
    st.booleans() | st.integers(-9, 9) | WORDS, lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
KINDS = {"text": WORDS, DAY: DAYS, URL: URLS, TEXTS: st.lists(WORDS, max_size=3)}


def mapping(kinds: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    known = {name: KINDS[kind] for name, kind in kinds.items()}
    return st.fixed_dictionaries({}, optional={**known, "x-mine": EXTRA})


PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "network": st.sampled_from(["GitHub", "github", "LinkedIn", "Club", "ORCID"]),
        "username": st.sampled_from(["ada", "_b.c", "0000-0002-1825-0097", "user name"]),
        "url": st.sampled_from(
            ["https://github.com/ada", "https://club.example.org/?u=3", "https://a.org/u/x/"]
        ),
    },
)
PERSON = st.fixed_dictionaries(
    {"name": WORDS.filter(lambda text: any(letter.isalpha() for letter in text))},
    optional={
        "label": WORDS,
        "image": URLS,
        "email": st.just("a.b@example.org"),
        "phone": WORDS,
        "url": st.just("https://me.example.org/"),
        "summary": WORDS,
        "location": mapping(LOCATION),
        "profiles": st.lists(PROFILES, max_size=3),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"basics": PERSON},
    optional={name: st.lists(mapping(kinds), max_size=2) for name, kinds in LISTS.items()},
)


def normal(value: Any) -> Any:
    """What a round trip changes: blanks are folded, and what says nothing is left out."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [one for item in value if (one := normal(item)) not in ("", {}, [], None)]
    if isinstance(value, dict):
        items = {key: normal(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item not in ("", {}, [], None)}
    return value


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@example({"basics": {"name": "van Gogh, Vincent"}, "skills": [{"keywords": ["a, b"]}, {"level": "x"}]})
@example({"basics": {"name": "0"}, "work": [{"startDate": "2015", "endDate": "2014-05"}]})
@example(
    {
        "basics": {
            "name": "A",
            "location": {"city": "", "postalCode": "1"},
            "profiles": [{"network": "GitHub"}],
        }
    }
)
@given(DOCUMENTS)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    cv = Import(tmp_path_factory.mktemp("trip"))
    result = cv.run(document)
    known = {"import-key", "import-html", "import-latex", "import-empty", "import-date"}
    assert {problem.code for problem in result.problems} <= known
    back, wanted = normal(cv.back()), normal(document)
    assert faults({**back, "basics": {k: v for k, v in back["basics"].items() if k != "url"}}) == []
    assert back.pop("$schema") == SCHEMA
    # An account may be told more completely than it was.
    profiles = back["basics"].pop("profiles", [])
    given_profiles = wanted["basics"].pop("profiles", [])
    told_profiles = [one for one in given_profiles if "username" in one or "url" in one]
    if told_profiles == given_profiles:
        assert len(profiles) == len(given_profiles)
    for one in told_profiles:
        assert any(one.items() <= other.items() for other in profiles), (one, profiles)
    assert back == wanted


@settings(max_examples=400, deadline=None)
@example("~50–~60, a^2+b^3, [^1] and []{.x}")
@example("{citations} @ada $5 and $6 \\(x\\) \\[y\\] &amp; <b> ::: x")
@example("- a\n2. b\n\n# c\n===\n> d\n:e\n| f |\n|---|")
@given(st.text(LETTERS | SIGNS, max_size=40))
def test_plain_text_prints_as_it_is_written(text: str) -> None:
    wanted = " ".join(text.split())
    for document in (inline_document(escaped(text)), read_markdown(escaped(text), "x.md")):
        assert " ".join(text_of(document.tree).split()) == wanted
        assert document.problems == ()
    lines = "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    assert plain(escaped(text)) == lines


# --- dates ---


@pytest.mark.parametrize(
    ("item", "entry", "codes"),
    [
        ({"startDate": "2014"}, {"start": 2014}, []),
        ({"startDate": "2014-05", "endDate": "2014-05-31"}, {"start": "2014-05", "end": "2014-05-31"}, []),
        ({"endDate": "2014"}, {"end": 2014}, []),
        ({"startDate": "2014", "endDate": "Present"}, {"start": 2014}, []),
        ({"startDate": "2014-05-31T10:00:00Z"}, {"start": "2014-05-31"}, ["import-date"]),
        (
            {"startDate": "May 2014", "endDate": "06/2015"},
            {"start": "2014-05", "end": "2015-06"},
            ["import-date"] * 2,
        ),
        ({"startDate": "Spring 2014", "endDate": "2015"}, {"dates": "Spring 2014 – 2015"}, ["import-date"]),
        ({"startDate": "2014-13-01"}, {"dates": "2014-13-01"}, ["import-date"]),
        ({"startDate": "2015", "endDate": "2014-05"}, {"dates": "2015 – 2014-05"}, ["import-date"]),
        ({"startDate": 2014}, {"start": 2014}, []),
        ({"startDate": ["2014"]}, {}, ["import-kind"]),
    ],
)
def test_dates(cv: Import, item: dict[str, Any], entry: dict[str, Any], codes: list[str]) -> None:
    found = cv.entry({"position": "P", **item})
    assert {key: value for key, value in found.items() if key not in {"title", "json_resume"}} == entry
    result = Import(cv.folder).run({"basics": {"name": "A B"}, "work": [{"position": "P", **item}]})
    assert [problem.code for problem in result.problems if problem.code != "import-exists"] == codes
    assert faults(cv.back()) == []


def test_one_day_is_start_and_end(cv: Import) -> None:
    assert cv.entry({"title": "T", "date": "2020-02"}, "awards") == {
        "title": "T",
        "start": "2020-02",
        "end": "2020-02",
    }


# --- bad input ---


def problems(cv: Import, document: Any, name: str = "resume.json") -> list[tuple[str, str]]:
    return told(cv.run(document, name))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "resume.json:1:1"),
        ("{", "resume.json:1:2"),
        ('{"basics": {"name": "A",}}', "resume.json:1:25"),
        ('{\n  "basics": {"name": "A"}\n  "work": []\n}', "resume.json:3:3"),
        ("{'basics': 1}", "resume.json:1:2"),
        ('{"basics": "A\n"}', "resume.json:1:12"),
        ('{"a": NaN}', "resume.json:1:7"),
        ('{"a": "\\x"}', "resume.json:1:8"),
        ('{"a": 1} {"b": 2}', "resume.json:1:10"),
        ("[" * 200, "resume.json:1:65"),
        ("// mine\n{}", "resume.json:1:1"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(cv: Import, text: str, where: str) -> None:
    assert problems(cv, text) == [(where, "json-syntax")]
    assert not cv.to.exists()


@pytest.mark.parametrize("text", ["[]", '"x"', "3", "null", "true"])
def test_a_resume_is_an_object(cv: Import, text: str) -> None:
    assert problems(cv, text) == [("resume.json:1:1", "import-kind")]
    assert not cv.to.exists()


def test_odd_encodings(cv: Import) -> None:
    text = '{"basics": {"name": "Zoë 😀"}}'
    for raw in (
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        json.dumps(json.loads(text)).encode(),
    ):
        one = Import(cv.folder / str(len(raw)))
        one.folder.mkdir()
        assert one.run(raw).problems == ()
        assert one.back()["basics"]["name"] == "Zoë 😀"
    assert problems(cv, text.encode("latin-1", "replace").replace(b"Zo?", b"Zo\xeb")) == [
        ("resume.json:1:24", "text-encoding")
    ]


def test_escapes_and_control_characters(cv: Import) -> None:
    assert problems(
        cv, '{"basics": {"name": "A\\u0007B", "label": "\\ud800 half", "summary": "a\\tb\\/c\\r\\nd"}}'
    ) == [
        ("resume.json:1:21", "json-character"),
        ("resume.json:1:42", "json-character"),
    ]
    assert cv.back()["basics"] == {
        "name": "AB",
        "label": "\N{REPLACEMENT CHARACTER} half",
        "summary": "a b/c\nd",
    }


def test_wrong_kinds_lose_nothing_else(cv: Import) -> None:
    lines = [
        "{",
        '"basics": {"name": 7, "label": ["x"], "location": "Rome",',
        '"profiles": [1, {"network": "GitHub", "username": "a"}]},',
        '"work": {"position": "P"},',
        '"education": "none",',
        '"skills": ["Python", {"name": "C", "keywords": "a"}, {}, null],',
        '"awards": [{"title": "T", "summary": {"a": 1}, "date": true}],',
        '"volunteer": [{"position": "V", "highlights": {"a": 1}},',
        '{"position": "W", "highlights": ["x", 3, null, ["y"]]}],',
        '"references": null}',
    ]
    assert [f"{where.partition(':')[2]} {code}" for where, code in problems(cv, "\n".join(lines))] == [
        "2:20 import-kind",  # 7 is taken for a text
        "2:32 import-kind",
        "2:51 import-kind",
        "3:14 import-kind",
        "4:9 import-kind",  # taken for a list of one
        "5:14 import-kind",
        "6:12 import-kind",  # taken for its name
        "6:48 import-kind",
        "6:54 import-empty",
        "6:58 import-empty",
        "7:38 import-kind",
        "7:56 import-date",
        "8:47 import-kind",
        "9:39 import-kind",
        "9:48 import-kind",
    ]
    assert {key: value for key, value in cv.back().items() if key != "$schema"} == {
        "basics": {
            "name": "7",
            "profiles": [{"network": "GitHub", "username": "a", "url": "https://github.com/a"}],
        },
        "work": [{"position": "P"}],
        "skills": [{"name": "Python"}, {"name": "C", "keywords": ["a"]}],
        "awards": [{"title": "T"}],
        "volunteer": [{"position": "V"}, {"position": "W", "highlights": ["x", "3"]}],
    }


def test_a_missing_name_is_told(cv: Import) -> None:
    assert problems(cv, {}) == [("resume.json:1:1", "import-name")]
    assert (cv.to / "site.yaml").is_file()
    other = Import(cv.folder / "b")
    other.folder.mkdir()
    assert problems(other, '{"basics": {"name": " "}}') == [("resume.json:1:2", "import-name")]


def test_addresses_that_may_not_be_linked(cv: Import) -> None:
    work = [
        {"position": "A", "url": "javascript:alert(1)"},
        {"position": "B", "url": "www.example.org/x"},
        {"position": "C", "url": "n/a"},
        {"position": "D", "url": "https://fine.example.org"},
    ]
    document = {"basics": {"name": "A B", "email": "not one", "url": "data:text/html,x"}, "work": work}
    assert [code for _, code in problems(cv, document)] == [
        "import-email",
        "link-unsafe",
        "link-unsafe",
        "import-address",
        "import-address",
    ]
    assert [entry.get("url") for entry in cv.sections()["work"]["entries"]] == [
        None,
        "https://www.example.org/x",
        None,
        "https://fine.example.org",
    ]
    for path in cv.to.rglob("*.yaml"):
        assert "javascript" not in path.read_text()
        assert "data:" not in path.read_text()


def test_html_and_latex_are_text_and_told(cv: Import) -> None:
    result = cv.run(
        {"basics": {"name": "A B", "label": "<b>Chief</b>"}, "work": [{"position": "\\textbf{P} & q"}]}
    )
    assert [code for _, code in told(result)] == ["import-html", "import-latex"]
    back = cv.back()
    assert back["basics"]["label"] == "<b>Chief</b>"
    assert back["work"][0]["position"] == "\\textbf{P} & q"


def test_unknown_keys_are_told_and_kept(cv: Import) -> None:
    document = {
        "basics": {"name": "A B", "pronouns": "she"},
        "work": [{"position": "P", "postion": "Q", "team": {"size": 3, "names": ["x"]}}],
        "hobbies": [1, 2.5],
    }
    result = cv.run(document)
    assert [code for _, code in told(result)] == ["import-key"] * 4
    assert any("position" in problem.hint for problem in result.problems)
    back = cv.back()
    assert back.pop("$schema") == SCHEMA
    assert back == document


def test_keys_that_yaml_cannot_hold_are_told_and_left_out(cv: Import) -> None:
    deep: Any = "x"
    for _ in range(40):
        deep = [deep]
    result = cv.run(
        {
            "basics": {"name": "A B"},
            "#a": 1,
            "k" * 300: 1,
            "deep": deep,
            "in": {"#b": 1},
            "<<": {"c": 1},
            "ok": None,
        }
    )
    assert [problem.code for problem in result.problems] == ["import-key"] * 5
    assert sum("left out" in problem.message for problem in result.problems) == 4
    assert cv.back()["<<"] == {"c": 1}


def test_a_key_that_stands_twice(cv: Import) -> None:
    assert problems(cv, '{"basics": {"name": "A B", "name": "C"}}') == [
        ("resume.json:1:28", "json-duplicate-key")
    ]
    assert cv.back()["basics"]["name"] == "A B"


def test_long_and_hostile_texts(cv: Import, site: Callable[..., SiteFolder]) -> None:
    texts = [
        "N" * 300,
        "שלום עולם",
        "王小明 😀",
        '#set page("a4")',
        '#import "@preview/x"',
        "{{ site }} {% raw %}",
        "---",
        "- x",
        "a: b # c",
        "'\"",
        "null",
        "2014-05-31",
        "{count}",
    ]
    document = {"basics": {"name": texts[0]}, "work": [{"position": text, "name": text} for text in texts]}
    assert cv.run(document).problems == ()
    assert cv.back()["work"] == document["work"]
    files = {
        path.relative_to(cv.to).as_posix(): path.read_bytes() for path in cv.to.rglob("*") if path.is_file()
    }
    page = text_of_page(site(files).build()["cv/index.html"])
    for text in texts:
        assert text in page


def test_five_thousand_entries(cv: Import) -> None:
    document = {
        "basics": {"name": "A B"},
        "publications": [{"name": f"On {at}", "releaseDate": "2014"} for at in range(5000)],
    }
    assert cv.run(document).problems == ()
    assert cv.back()["publications"] == document["publications"]


def test_files_in_the_way_and_files_that_are_not_there(cv: Import) -> None:
    (cv.to / "content").mkdir(parents=True)
    (cv.to / "content/cv.yaml").write_text("mine: 1\n")
    assert [code for _, code in problems(cv, COMPLETE.read_text(encoding="utf-8"))] == ["import-exists"]
    assert (cv.to / "content/cv.yaml").read_text() == "mine: 1\n"
    assert [problem.code for problem in import_json_resume(cv.folder / "none.json", cv.to).problems] == [
        "import-file"
    ]
    assert [problem.code for problem in import_json_resume(cv.folder, cv.to).problems] == ["import-file"]


# --- JSON with places ---

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(LETTERS | SIGNS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(LETTERS, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_is_read_as_python_reads_it(value: Any, ascii_only: bool, indent: Any) -> None:
    node, found = parse_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent), "x.json")
    assert node is not None
    assert found == ()
    assert node.plain() == value


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('{}[]",:\\u0dn1e-+. \ntruefalsn/'), max_size=20))
def test_broken_json_is_refused_where_python_refuses_it(text: str) -> None:
    node, found = parse_json(text, "x.json")
    try:
        json.loads(text, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))
    except ValueError:
        assert node is None
        lines = text.split("\n")
        where = found[-1].where
        assert where is not None
        assert 1 <= where.line <= len(lines)
        assert 1 <= where.column <= len(lines[where.line - 1]) + 1
    else:
        assert node is not None


def test_places_of_values_and_keys() -> None:
    node, _ = parse_json('{\n  "a": [1,\n    "x"],\n  "b": {}\n}', "f.json")
    assert node is not None
    assert [str(span) for span in node.keys.values()] == ["f.json:2:3", "f.json:4:3"]
    listed = node.get("a")
    assert listed is not None
    assert isinstance(listed.value, tuple)
    assert [(str(item.span), item.span.end_column) for item in listed.value] == [
        ("f.json:2:9", 10),
        ("f.json:3:5", 8),
    ]
