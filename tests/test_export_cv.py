"""``export cv --to json-resume`` and the import commands: sites written by hand, variants, collections, wrong usage."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acadsite.exports.entries import degree, split_location
from acadsite.exports.json_resume import SCHEMA, accounts, profile_item
from acadsite.exports.plain import address_in, plain
from conftest import SiteFolder
from importers.resume_schema import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parent.parent
MakeSite = "Callable[[Mapping[str, str | bytes]], SiteFolder]"

AUTHOR = """
title: Ada
url: https://ada.example.org/
author:
  name: Ada Byron
  role: "*Analyst*"
  affiliation: Engine House
  email: ada@example.org
  orcid: https://orcid.org/0000-0002-1825-0097
  location: London, England
  profiles: {github: ada, mastodon: "@ada@m.example.org", Club: "https://club.example.org/ada"}
"""
CV = """
contact: {email: other@example.org, phone: "123", address: "Long *Lane* 3", github: ada}
updated: 2024-02-03
sections:
  - {id: about, title: About me, text: "First *line*\\nand $x$.\\n\\nSecond."}
  - title: Previous Positions
    entries:
      - {title: Analyst, place: "[Engine House](https://e.org)", location: London, dates: 2014 – present,
         note: with Babbage, mentors: [C. Babbage], details: [Wrote **notes**], links: {Code: "https://c.org"},
         tags: [long]}
      - {title: Clerk, place: Office, dates: May 2010 – 2013, grade: A, label: L}
  - title: Education
    entries:
      - {title: Ph.D. in Mathematics, place: Home, location: Kent, start: 1830, end: 1833, grade: 1.0,
         thesis: {title: "*On* machines", url: "https://t.org"}, advisors: [A. De Morgan, M. Somerville]}
  - title: Honors & Awards
    entries: [{title: Medal, place: Society, dates: "1843", note: of gold, url: "https://m.org"}]
  - title: Professional Activities
    entries: [{title: Chair, dates: 1842–43}]
    groups:
      - {title: Reviewing, items: [Notes, "*Letters*"]}
      - {items: [Alone, {title: Treasurer, place: Club}]}
  - title: Skills
    entries: [{label: Languages, title: "French, Latin"}, {title: Weaving}]
    groups: [{title: Tools, items: [Loom, Cards]}]
  - {title: Languages, entries: [{label: French, title: good}, {title: English, note: native}]}
  - {title: Teaching, text: Above., entries: [{title: Course, place: Home, dates: Winter 1840/41, note: lecturer}]}
  - {title: Motto, text: "Onward."}
  - {id: hidden, title: Hidden, show: [], entries: [{title: Never}]}
  - {collection: publications}
  - {collection: talks}
  - {collection: repos, limit: 1}
  - {collection: students}
  - {collection: courses, where: {level: graduate}}
  - {collection: posts}
variants:
  - {id: short, without: [long], since: 1843, sections: [previous-positions, {id: publications, limit: 1, since: 1900}]}
  - {id: named, name: A. B., role: Poet, sections: [awards-and-more, honors-awards]}
"""
FILES = {
    "site.yaml": AUTHOR,
    "content/cv.yaml": CV,
    "content/publications/a.bib": """
@article{one, title={One \\emph{thing}}, author={Byron, Ada and Babbage, C. and others}, journal={J.}, date={1843-08},
 doi={10.1/x}}
@misc{two, title={Two}, author={Ada Byron}, year={1900}}
""",
    "content/talks.yaml": """
- {title: T, event: E, location: Town, date: 1841-05-02, slides: 'https://s.org'}
- {event: Alone, year: 1842}
""",
    "content/repos.yaml": """
- {url: 'https://github.com/a/b', description: A *b*, year: 1940}
- {url: 'https://github.com/a/c'}
""",
    "content/students.yaml": """
- {name: Augusta King, level: PhD, start: 1840, end: 1841-02, thesis: {title: Th}, now: Now, note: N}
""",
    "content/courses/a.md": "---\ntitle: A\nlevel: graduate\nterm: T\nstart: 1840-01\nrole: R\ninstitution: I\n---\n",
    "content/courses/b.md": "---\ntitle: B\nyear: 1841\n---\n",
    "content/posts/p.md": "---\ntitle: Post\ndate: 1843-01-01\n---\nText\n",
}


@pytest.fixture
def folder(site: Callable[[Mapping[str, str]], SiteFolder]) -> SiteFolder:
    return site(FILES)


def export(folder: SiteFolder, *options: str) -> dict[str, Any]:
    result = folder.run("export", "cv", "--to", "json-resume", *options)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    assert faults(found) == []
    return found


def test_a_site_written_by_hand(folder: SiteFolder) -> None:
    found = export(folder)
    assert list(found) == [
        "$schema", "basics", "work", "volunteer", "education", "awards", "publications", "skills", "languages",
        "projects", "meta",
    ]  # fmt: skip
    assert found["$schema"] == SCHEMA
    assert found["meta"] == {"lastModified": "2024-02-03"}
    assert found["basics"] == {
        "name": "Ada Byron",
        "label": "Analyst, Engine House",
        "email": "other@example.org",
        "phone": "123",
        "url": "https://ada.example.org/",
        "summary": "First line\nand x.\n\nSecond.",
        "location": {"city": "London", "region": "England"},
        "profiles": [{"network": "GitHub", "username": "ada", "url": "https://github.com/ada"}],
    }
    assert found["work"] == [
        {
            "name": "Engine House",
            "location": "London",
            "description": "with Babbage",
            "position": "Analyst",
            "url": "https://e.org",
            "startDate": "2014",
            "highlights": ["With C. Babbage", "Code: https://c.org", "Wrote notes"],
        },
        {
            "name": "Office",
            "position": "Clerk",
            "startDate": "2010-05",
            "endDate": "2013",
            "highlights": ["Grade: A", "L"],
        },
    ]
    assert found["education"] == [
        {
            "institution": "Home, Kent",
            "area": "Mathematics",
            "studyType": "Ph.D.",
            "startDate": "1830",
            "endDate": "1833",
            "score": "1.0",
            "courses": ["Thesis: On machines", "Advisors: A. De Morgan, M. Somerville"],
        }
    ]
    assert found["awards"] == [
        {"title": "Medal", "date": "1843", "awarder": "Society", "summary": "of gold", "url": "https://m.org"}
    ]
    assert found["volunteer"] == [
        {"position": "Chair", "startDate": "1842", "endDate": "1843"},
        {"position": "Reviewing", "highlights": ["Notes", "Letters"]},
        {"organization": "Club", "position": "Treasurer"},
        {"position": "Alone"},
    ]
    assert found["skills"] == [
        {"name": "Languages", "keywords": ["French", "Latin"]},
        {"name": "Weaving"},
        {"name": "Tools", "keywords": ["Loom", "Cards"]},
    ]
    assert found["languages"] == [
        {"language": "French", "fluency": "good"},
        {"language": "English", "fluency": "native"},
    ]


def test_records_of_collections(folder: SiteFolder) -> None:
    found = export(folder)
    assert found["publications"] == [
        {"name": "Two", "releaseDate": "1900", "summary": "Ada Byron"},
        {
            "name": "One thing",
            "publisher": "J.",
            "releaseDate": "1843-08",
            "url": "https://doi.org/10.1/x",
            "summary": "Ada Byron, C. Babbage et al.",
        },
    ]
    assert found["projects"] == [
        {
            "name": "Course",
            "startDate": "1840-11",
            "endDate": "1841-02",
            "roles": ["lecturer"],
            "entity": "Home",
            "type": "teaching",
        },
        {"name": "Motto", "description": "Onward.", "type": "motto"},
        {"name": "Alone", "startDate": "1842", "endDate": "1842", "type": "talk"},
        {
            "name": "T",
            "entity": "E, Town",
            "startDate": "1841-05-02",
            "endDate": "1841-05-02",
            "url": "https://s.org",
            "type": "talk",
        },
        {
            "name": "a/b",
            "description": "A b",
            "startDate": "1940",
            "url": "https://github.com/a/b",
            "type": "application",
        },
        {
            "name": "Augusta King",
            "description": "PhD, N",
            "highlights": ["Th", "Now"],
            "startDate": "1840",
            "endDate": "1841-02",
            "type": "advising",
        },
        {"name": "A", "entity": "I", "roles": ["R"], "startDate": "1840-01", "type": "course"},
        {"name": "Post", "startDate": "1843-01-01", "endDate": "1843-01-01", "type": "posts"},
    ]


def test_what_has_no_place_is_told(folder: SiteFolder) -> None:
    result = folder.run("export", "cv", "--to", "json-resume")
    assert "The text above the entries of “Teaching” has no place in JSON Resume." in result.stderr
    assert "Never" not in result.stdout


def test_variants(folder: SiteFolder) -> None:
    short = export(folder, "--variant", "short")
    assert [item["position"] for item in short["work"]] == ["Clerk"]
    assert [item["name"] for item in short["publications"]] == ["Two"]
    assert not short.keys() & {"projects", "education", "skills"}
    named = export(folder, "--variant", "named")
    assert named["basics"]["name"] == "A. B."
    assert named["basics"]["label"] == "Poet"
    assert list(named)[2:] == ["awards", "meta"]


def test_limits_and_order_of_written_sections(site: Callable[[Mapping[str, str]], SiteFolder]) -> None:
    section = "entries: [{title: A, dates: '2000'}, {title: B, start: 2001}], groups: [{items: [C, D]}]"
    cv = f"sections: [{{id: work, sort: newest, limit: 3, {section}}}, {{id: awards, limit: 0, {section}}}]\n"
    found = export(site({"site.yaml": "author: Ada Byron\n", "content/cv.yaml": cv}))
    assert [item["position"] for item in found["work"]] == ["B", "A", "C"]
    assert [item["title"] for item in found["awards"]] == ["A", "B", "C", "D"]


def test_the_export_shows_what_the_page_shows(site: Callable[[Mapping[str, str]], SiteFolder]) -> None:
    """Fields that no schema knows, the day of the snapshots, lines among entries, the order of publications."""
    cv = (
        "sections:\n"
        "- {collection: publications, sort: newest}\n"
        "- {collection: grants, sort: oldest, since: 2014}\n"
        "- {collection: talks, years: 3}\n"
        "- {title: Work, sort: newest, limit: 2, groups: [{title: G, items: [{title: Old, dates: '1999'}, Line,"
        " {title: New, dates: '2020'}]}]}\n"
    )
    files = {
        "content/cv.yaml": cv,
        "content/publications/a.bib": "@misc{a, title={Dated}, author={Ada Byron}, year={2020}}\n"
        "@misc{b, title={Soon}, author={Ada Byron}, year={to appear}}\n",
        "content/talks.yaml": "- {title: Late, date: 2022}\n- {title: Early, date: 2021}\n",
        "content/snapshots/scholar.yaml": "{date: 2024-02-03, citations: 1}\n",
        "site.yaml": "author: Ada Byron\nextensions: [ext.py]\n",
        "ext.py": "def register(r):\n    r.collection('grants', 'grants.yaml', title='text!')\n",
        "content/grants.yaml": "- {title: New, year: 2020}\n"
        "- {title: First, year: 2015}\n- {title: Gone, year: 2000}\n",
    }
    folder = site(files)
    found = export(folder)
    assert [item["name"] for item in found["publications"]] == ["Soon", "Dated"]
    assert [item["name"] for item in found["projects"]] == ["First", "New", "Late"]
    assert [item.get("position") for item in found["work"]] == ["New", "Old"]
    page = folder.build()["cv/index.html"]
    main = page[page.index("<main") : page.index("</main>")]
    shown = re.findall(
        r"\b(?:Soon|Dated|First|New|Old|Gone|Late|Early|Line)\b", re.sub(r"<[^>]*>", " ", main)
    )
    assert shown == ["Soon", "Dated", "First", "New", "Late", "New", "Old"]


def test_a_site_without_a_cv(site: Callable[[Mapping[str, str]], SiteFolder]) -> None:
    folder = site({"site.yaml": "author: Ada Byron\n", "content/index.md": "Hello *there*.\n\nSecond.\n"})
    assert export(folder) == {
        "$schema": SCHEMA,
        "basics": {"name": "Ada Byron", "summary": "Hello there.\n\nSecond."},
    }


def test_what_stands_under_json_resume_wins(site: Callable[[Mapping[str, str]], SiteFolder]) -> None:
    folder = site(
        {
            "site.yaml": "author: Ada Byron\n",
            "content/cv.yaml": "json_resume: {basics: {image: 'https://i.org/a.png', name: null}, x: [1]}\n"
            "sections: [{id: skills, entries: [\n"
            "  {label: A, title: 'b, c', json_resume: {keywords: ['b, c'], level: Z}}]}]\n",
        }
    )
    found = export(folder)
    assert found["basics"] == {"image": "https://i.org/a.png"}
    assert found["x"] == [1]
    assert found["skills"] == [{"name": "A", "level": "Z", "keywords": ["b, c"]}]


def test_the_example_site_is_exported() -> None:
    found = export(SiteFolder(ROOT))
    assert found["basics"]["name"] == "Emmy Noether"
    assert {"work", "education", "awards", "publications"} <= found.keys()


# --- the commands ---


def test_output_goes_to_a_file(folder: SiteFolder, tmp_path: Path) -> None:
    file = tmp_path / "resume.json"
    result = folder.run("export", "cv", "--to", "json-resume", "-o", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text(encoding="utf-8") == folder.run("export", "--to", "json-resume").stdout
    result = folder.run("export", "--to", "bibtex", "-o", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("@article{one,")
    assert folder.run("export", "--to", "ris", "-o", str(tmp_path / "no" / "x")).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cv", "--to", "bibtex"), "json-resume"),
        (("x.bib", "--to", "ris"), "There is no file"),
        (("x.bib", "--to", "json-resume"), "export cv"),
        (("cv", "--to", "json-resume", "--variant", "shrt"), "short"),
        (("--to", "ris", "--variant", "short"), "--variant"),
    ],
)
def test_wrong_usage(folder: SiteFolder, arguments: tuple[str, ...], words: str) -> None:
    result = folder.run("export", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_errors_of_the_site_are_told(site: Callable[[Mapping[str, str]], SiteFolder]) -> None:
    folder = site(
        {
            "site.yaml": "author: Ada Byron\n",
            "content/cv.yaml": "sections:\n  - id: work\n    entries: [{title: A, start: soon}, {title: B}]\n",
        }
    )
    result = folder.run("export", "cv", "--to", "json-resume")
    assert result.exit_code == 1
    assert "content/cv.yaml:3:33: error" in result.stderr
    assert [item["position"] for item in json.loads(result.stdout)["work"]] == ["A", "B"]


@pytest.mark.parametrize(
    ("tool", "file"), [("json-resume", "json_resume/complete.json"), ("rendercv", "rendercv/complete.yaml")]
)
def test_import_commands(
    site: Callable[[Mapping[str, str]], SiteFolder], tmp_path: Path, tool: str, file: str
) -> None:
    source, to = ROOT / "tests" / "importers" / file, tmp_path / "new"
    result = site({}).run("import", tool, str(source), "--to", str(to))
    assert result.exit_code == 0, result.stderr
    assert set(result.stdout.split()) == {
        path.relative_to(to).as_posix() for path in to.rglob("*") if path.is_file()
    }
    made = SiteFolder(to)
    made.build()
    assert made.check().exit_code == 0
    again = site({}, "again").run("import", tool, str(source), "--to", str(to))  # type: ignore[call-arg]
    assert again.exit_code == 1
    assert "import-exists" in again.stderr


def test_the_excerpt_is_of_the_file(site: Callable[[Mapping[str, str]], SiteFolder], tmp_path: Path) -> None:
    source = tmp_path / "resume.json"
    source.write_text('{"basics": {"name": "A B"},\n "work": "none"}\n')
    result = site({}).run("import", "json-resume", str(source), "--to", str(tmp_path / "new"))
    assert result.exit_code == 1
    first, excerpt, *_ = result.stderr.splitlines()
    assert first.startswith("resume.json:2:10: error: “work” should be a list of objects")
    assert excerpt.endswith('"work": "none"}')


def test_options_of_another_importer(site: Callable[[Mapping[str, str]], SiteFolder], tmp_path: Path) -> None:
    source = tmp_path / "resume.json"
    source.write_text("{}")
    result = site({}).run(
        "import", "json-resume", str(source), "--to", str(tmp_path / "n"), "--metrics", str(source)
    )
    assert result.exit_code == 2
    assert "--metrics" in result.stderr


# --- pieces ---


def test_degrees() -> None:
    assert degree("B.Sc., Physics") == ("B.Sc.", "Physics")
    assert degree("Ph.D. in Computer Science, with honours") == ("Ph.D.", "Computer Science, with honours")
    assert degree("Habilitation") == ("Habilitation", "")


def test_locations() -> None:
    assert split_location("Rome") == {"city": "Rome"}
    assert split_location("Rome, IT") == {"city": "Rome", "countryCode": "IT"}
    assert split_location("Erie, Pennsylvania, USA") == {"city": "Erie", "region": "Pennsylvania, USA"}
    assert split_location("") == {}


@pytest.mark.parametrize(
    ("network", "value", "item"),
    [
        ("github", "ada", {"network": "GitHub", "username": "ada", "url": "https://github.com/ada"}),
        (
            "GitHub",
            "https://www.github.com/ada",
            {"network": "GitHub", "username": "ada", "url": "https://www.github.com/ada"},
        ),
        (
            "google_scholar",
            "x_Y",
            {
                "network": "Google Scholar",
                "username": "x_Y",
                "url": "https://scholar.google.com/citations?user=x_Y",
            },
        ),
        (
            "Club",
            "https://club.org/u/ada/",
            {"network": "Club", "username": "ada", "url": "https://club.org/u/ada/"},
        ),
        ("Club", "https://club.org/?u=ada", {"network": "Club", "url": "https://club.org/?u=ada"}),
        ("Club", "ada", {"network": "Club", "username": "ada"}),
    ],
)
def test_accounts(network: str, value: str, item: dict[str, str]) -> None:
    assert profile_item(network, value) == item
    assert accounts([item]) in ({item["network"]: value}, {item["network"]: item.get("username")})


def test_accounts_of_one_network() -> None:
    items = [{"network": "GitHub", "username": name} for name in ("ada", "byron")]
    assert accounts([*items, "x", {}, {"url": "https://a.org/x"}]) == {
        "GitHub": "ada",
        "byron (GitHub)": "https://github.com/byron",
        "a.org": "https://a.org/x",
    }


def test_plain_text_of_markdown() -> None:
    assert plain("*a* [b](https://c.org) `d` $e^2$ <b>f</b>") == "a b d e^2 f"
    assert plain("*a\nb*  c") == "a b c"
    assert plain("a\nb *c*\n\n\n d") == "a\nb c\n\nd"
    assert plain(None) == plain("") == ""
    assert address_in("see [b](https://c.org) and [d](https://e.org)") == "https://c.org"
    assert address_in("none") == address_in(None) == ""
