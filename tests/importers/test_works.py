"""ORCID, OpenAlex, Google Scholar and CSL-JSON: every work arrives or is told, and the site builds and checks clean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.bibtex import csl, read
from acadsite.cli import cli
from acadsite.importers import import_csl_json, import_google_scholar, import_openalex, import_orcid
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from acadsite.importers import Result

FILES = Path(__file__).parent / "works"


def entries(to: Path) -> dict[str, Any]:
    """The items of CSL-JSON in the bibliography of a site."""
    files = [
        (path.name, path.read_text(encoding="utf-8"))
        for path in sorted((to / "content/publications").glob("*.bib"))
    ]
    library = read(files)
    assert not library.problems
    return {entry.key: csl.item(entry) for entry in library.entries}


def told(result: Result) -> list[tuple[str, int]]:
    return [(problem.code, problem.where.line if problem.where else 0) for problem in result.problems]


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="acadsite")
    assert result.exit_code == code, result.stderr
    return result.stdout


def build(to: Path, *ignored: str) -> None:
    """The site builds and checks without a problem, but for these codes; its address nobody knows."""
    made = SiteFolder(to)
    assert "warning" not in made.run("build", "--date", DAY, "--out", str(made.out)).stderr
    found = json.loads(made.run("check", "--date", DAY, "--json").stdout)["problems"]
    assert {problem["code"] for problem in found} <= {"site-url", *ignored}, found


def test_orcid(tmp_path):
    to = tmp_path / "new"
    result = import_orcid(FILES / "record.json", to)
    settings_ = yaml.safe_load((to / "site.yaml").read_text(encoding="utf-8"))
    assert settings_["author"] == {
        "name": "Emmy Noether",
        "aliases": ["E. Noether", "Amalie Emmy Noether"],
        "orcid": "0000-0002-1825-0097",
        "email": "emmy@example.org",
        "role": "Professor",
        "affiliation": "Universität Göttingen",
        "profiles": {
            "Göttingen": "https://www.uni-goettingen.de/",
            "Scopus Author ID": "https://www.scopus.com/authid/detail.uri?authorId=7",
        },
    }
    home = (to / "content/index.md").read_text(encoding="utf-8")
    assert "I work on \\*rings\\* & ideals." in home
    cv = {
        one["id"]: one
        for one in yaml.safe_load((to / "content/cv.yaml").read_text(encoding="utf-8"))["sections"]
    }
    assert list(cv) == ["interests", "positions", "education", "honors", "funding", "publications"]
    assert cv["positions"]["entries"] == [
        {"title": "Professor", "place": "Mathematics, Universität Göttingen", "location": "Göttingen, DE",
         "start": "1922-04", "url": "https://www.uni-goettingen.de/math"},
        {"title": "Erlangen", "location": "Erlangen, DE", "start": 1915},
    ]  # fmt: skip
    assert cv["honors"]["entries"][0]["end"] == 1932
    assert cv["funding"]["entries"][0]["note"] == "grant"
    items = entries(to)
    by_title = {item["title"]: item for item in items.values()}
    assert by_title["Idealtheorie in Ringbereichen"]["DOI"] == "10.1007/BF01464225"
    assert "Hyperkomplexe Größen & Darstellungstheorie 100%" in by_title
    # Five groups: two are written, one is there twice, one has no title, one is no work.
    codes = ["import-date", "import-empty", "import-twice", "import-work", "import-work"]
    assert sorted(code for code, _ in told(result)) == codes
    assert result.counts == {
        "employments": 2,
        "educations": 1,
        "distinctions": 1,
        "fundings": 1,
        "publications": 2,
    }
    assert any("2 of 2 works have no authors" in note for note in result.notes)
    assert any("2 peer reviews" in note for note in result.notes)
    build(to, "bib-no-author")


def test_openalex_csv(tmp_path):
    to = tmp_path / "new"
    result = import_openalex(FILES / "openalex.csv", to)
    items = entries(to)
    assert list(items) == ["noether1921idealtheorie", "noether1920moduln"]
    assert items["noether1920moduln"]["title"] == 'Moduln, "zerlegt" & gezählt'
    assert items["noether1920moduln"]["page"] == "1-35"
    assert [person["family"] for person in items["noether1920moduln"]["author"]] == ["Noether", "Schmeidler"]
    assert told(result) == [("import-twice", 4), ("import-work", 6)]
    author = yaml.safe_load((to / "site.yaml").read_text(encoding="utf-8"))["author"]
    assert author == {"name": "Emmy Noether", "orcid": "0000-0002-1825-0097"}
    build(to)


def test_openalex_json(tmp_path):
    work = {
        "type": "article",
        "title": "A <i>view</i>",
        "publication_year": 2020,
        "publication_date": "2020-05-01",
        "doi": "https://doi.org/10.1/x",
        "authorships": [{"author": {"display_name": "Ann Doe", "orcid": None}}],
        "primary_location": {"source": {"display_name": "J. of X", "type": "journal"}},
    }
    for number, document in enumerate([{"meta": {"count": 1}, "results": [work]}, [work], work]):
        source = tmp_path / f"{number}.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        result = import_openalex(source, tmp_path / f"new{number}")
        assert not result.problems
        assert entries(tmp_path / f"new{number}")["doe2020view"]["container-title"] == "J. of X"


def test_google_scholar(tmp_path):
    to = tmp_path / "new"
    result = import_google_scholar(FILES / "citations.bib", to)
    items = entries(to)
    assert list(items) == ["noether1921idealtheorie", "noether2021idealtheory", "noether1921idealtheorie-2"]
    assert items["noether1921idealtheorie-2"]["title"] == "Noch eine Übersicht"
    assert items["noether2021idealtheory"]["URL"] == "https://arxiv.org/abs/2101.00001"
    assert told(result) == [("import-twice", 24), ("import-work", 30)]
    assert any("no DOI" in note for note in result.notes)
    assert any("initials" in note for note in result.notes)
    assert any("and others" in note for note in result.notes)
    assert yaml.safe_load((to / "site.yaml").read_text(encoding="utf-8"))["author"]["name"] == "Emmy Noether"
    build(to)


def test_zotero(tmp_path):
    to = tmp_path / "new"
    result = import_csl_json(FILES / "zotero.json", to)
    items = entries(to)
    assert list(items) == ["noether1921idealtheorie", "noetherInvariante1918", "noether-thesis", "moderne"]
    assert items["moderne"] == {
        "id": "moderne", "type": "book", "title": "Moderne Algebra", "publisher": "Springer", "number-of-volumes": "2",
        "author": [{"family": "Waerden", "given": "B. L.", "non-dropping-particle": "van der", "suffix": "Jr."}],
        "issued": {"date-parts": [[1930], [1931]]},
    }  # fmt: skip
    assert items["noether1921idealtheorie"]["title"] == "Idealtheorie in <i>Ringbereichen</i>"
    assert told(result) == [("import-work", 6), ("import-work", 7)]
    assert "BibTeX has no field for: archive (1), medium (1)." in result.notes
    build(to)


def test_into_a_site(tmp_path):
    to = tmp_path / "site"
    import_csl_json(FILES / "zotero.json", to)
    before = {path: path.read_bytes() for path in to.rglob("*") if path.is_file()}
    result = import_openalex(FILES / "openalex.csv", to, into=True)
    assert result.written == ("content/publications/openalex.bib",)
    assert list(entries(to)) == [
        "noether1920moduln",
        "noether1921idealtheorie",
        "noetherInvariante1918",
        "noether-thesis",
        "moderne",
    ]
    assert [code for code, _ in told(result)].count("import-twice") == 2
    assert all(path.read_bytes() == data for path, data in before.items())
    again = import_openalex(FILES / "openalex.csv", to, into=True)
    assert again.written == ()
    assert import_openalex(FILES / "openalex.csv", tmp_path, into=True).problems[0].code == "import-kind"


def test_command(tmp_path):
    out = run("import", "orcid", FILES / "record.json", "--to", tmp_path / "a")
    assert "content/cv.yaml" in out
    run("import", "orcid", FILES / "record.json", "--to", tmp_path / "b", "--into", tmp_path / "a", code=2)
    run("import", "orcid", FILES / "record.json", code=2)
    run("import", "rendercv", FILES / "record.json", "--into", tmp_path, code=2)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[1, 2]", "{", "null", "\x00", '{"results": null}', "@article{"]
)
def test_files_that_are_none(tmp_path, text):
    for number, (ending, make) in enumerate(
        [(".json", import_orcid), (".json", import_openalex), (".csv", import_openalex), (".json", import_csl_json),
         (".bib", import_google_scholar), (".bib", import_orcid)]
    ):  # fmt: skip
        source = tmp_path / f"a{number}{ending}"
        source.write_text(text, encoding="utf-8")
        result = make(source, tmp_path / f"new{number}")
        assert result.counts.get("publications", 0) == 0
        assert result.problems or not result.written or "publications" in result.counts


def holes(value: Any) -> list[tuple[Any, ...]]:
    """The ways to all values of a document."""
    found: list[tuple[Any, ...]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += [(key,), *((key, *way) for way in holes(inner))]
    return found


@pytest.mark.parametrize("name", ["record.json", "zotero.json"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_documents(tmp_path_factory, name, data):
    document = json.loads((FILES / name).read_text(encoding="utf-8"))
    ways = holes(document)
    for _ in range(3):
        way = data.draw(st.sampled_from(ways))
        junk = data.draw(
            st.sampled_from([None, [], {}, 5, "x", [None], {"value": 5}, True, "1921-02-31", [[None]]])
        )
        target = document
        try:
            for key in way[:-1]:
                target = target[key]
            target[way[-1]] = junk
        except (KeyError, IndexError, TypeError):
            continue
    folder = tmp_path_factory.mktemp("damaged")
    source = folder / name
    source.write_text(json.dumps(document), encoding="utf-8")
    make = import_orcid if name == "record.json" else import_csl_json
    result = make(source, folder / "new")
    assert result.written or result.problems
