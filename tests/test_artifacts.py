"""The third wave: which PDFs a build lays out, what it tells of them, and that they are those of a cold build."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from acadsite import artifacts, unchanged
from acadsite.build import differences
from acadsite.kinds.cv import data
from acadsite.workshop import Workshop
from conftest import DAY, SiteFolder
from sample import TODAY, Site, contents, finished, tree, unlike

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from acadsite.pdf import Pdf
    from acadsite.result import Result

CV = """\
sections:
- {title: Jobs, entries: [{title: Job}, {title: Long ago, tags: [long]}]}
- {collection: publications, limit: 5}
- {collection: students}
variants:
- {id: short, without: [long], pages: 1}
"""
FILES = {
    "site.yaml": "title: Site\nauthor: jane\nurl: https://x.example/\n",
    "content/cv.yaml": CV,
    "content/people.yaml": "- {id: jane, name: Jane Doe, role: Prof}\n",
    "content/students.yaml": "- {name: Emil Ernst, level: MSc, start: 2023}\n",
    "content/publications/a.bib": "@article{rings, title = {Rings of $x^2$}, author = {Doe, Jane}, year = 2021}\n",
    "content/posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\nText.\n",
}
BOTH = {"cv.pdf", "cv-short.pdf"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A small site, built."""
    (tmp_path / "site").mkdir()
    found = Site(SiteFolder(tmp_path / "site").write(FILES))
    assert pdfs(found.build()) == BOTH
    return found


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The data of each document that is laid out from now on."""
    found: list[str] = []
    whole = artifacts.make_pdf

    def make(files: Any, main: str, data: str, **more: Any) -> Pdf:
        found.append(data)
        return whole(files, main, data, **more)

    monkeypatch.setattr(artifacts, "make_pdf", make)
    return found


def pdfs(result: Result) -> set[str]:
    """The PDFs that a build staged."""
    assert not result.report.has_errors, result.report.problems
    return {path for path in result.made if path.endswith(".pdf")}


def check(site: Site, result: Result) -> None:
    """The output and the problems are those of a cold build."""
    cold = site.cold()
    assert result.report.problems == cold.report.problems
    assert unlike(tree(site.out), contents(cold)) == []


def places(result: Result, code: str) -> list[str]:
    """Where the problems of a kind are, in order."""
    return [str(problem.where) for problem in result.report.problems if problem.code == code]


# --- what is laid out ---


def test_data_that_are_the_same_are_not_laid_out_again(site: Site, laid: list[str]) -> None:
    site.edit({"content/posts/a.md": FILES["content/posts/a.md"] + "More.\n"})
    assert pdfs(site.build()) == set()
    # What is known of the data outlives a build that did not ask for it.
    site.edit({"content/cv.yaml": CV.replace("[long]", "[long, old]", 1)})
    result = site.build()
    assert pdfs(result) == set()
    assert "cv/index.html" in result.made, "what the page reads is another text"
    site.edit({"content/cv.yaml": CV.replace("Long ago", "Longer ago")})
    assert laid == []
    result = site.build()
    assert pdfs(result) == {"cv.pdf"}
    assert len(laid) == 1
    assert result.published is not None
    assert "cv-short.pdf" not in result.published.written
    check(site, result)


def test_the_same_bytes_are_not_written(site: Site, laid: list[str]) -> None:
    """As where a theme changes of which nothing shows."""
    before = {path: (site.out / path).stat().st_mtime_ns for path in BOTH}
    site.edit({"templates/cv/own.typ": "= Own\n"})
    result = site.build()
    assert pdfs(result) == BOTH
    assert len(laid) == 2
    assert result.published is not None
    assert result.published.written == ()
    assert before == {path: (site.out / path).stat().st_mtime_ns for path in BOTH}
    check(site, result)


def test_what_happens_to_the_output_is_made_good(site: Site, laid: list[str]) -> None:
    before = tree(site.out)
    (site.out / "cv.pdf").unlink()
    result = site.build()
    assert pdfs(result) == {"cv.pdf"}
    assert result.reasons() == ["cv.pdf: lost"]
    (site.out / "cv-short.pdf").write_bytes(b"%PDF-1.7 damaged")
    result = site.build()
    assert pdfs(result) == {"cv-short.pdf"}
    assert tree(site.out) == before
    shutil.rmtree(site.out)
    assert pdfs(site.build()) == BOTH
    assert tree(site.out) == before
    laid.clear()
    assert pdfs(site.build()) == set()
    assert laid == []


def test_an_output_elsewhere_is_made_for_itself(site: Site) -> None:
    other = site.root / "other"
    assert pdfs(site.build(other, url="https://y.example/")) == BOTH
    assert (other / "cv.pdf").read_bytes() != (site.out / "cv.pdf").read_bytes()
    assert pdfs(site.build()) == set()
    site.edit({"content/cv.yaml": CV.replace("Job}", "Post}")})
    assert pdfs(site.build()) == BOTH
    assert pdfs(site.build(other, url="https://y.example/")) == BOTH
    check(site, site.build())


def test_reasons_are_told(site: Site) -> None:
    site.edit({"content/cv.yaml": CV + "- {id: new}\n"})
    reasons = site.build().reasons()
    assert "cv-new.pdf: new" in reasons
    assert not [line for line in reasons if line.startswith(("cv.pdf", "cv-short.pdf"))]
    site.edit({"content/students.yaml": "- {name: Emil Ernst, level: PhD, start: 2023}\n"})
    reasons = site.build().reasons()
    assert "cv.pdf: changed: field students emil-ernst level" in reasons


def test_artifacts_come_and_go(site: Site) -> None:
    site.edit({"content/cv.yaml": CV.replace("id: short", "id: brief")})
    result = site.build()
    assert pdfs(result) == {"cv-brief.pdf"}
    assert result.published is not None
    assert set(result.published.removed) == {"cv-short.pdf", "cv/short/index.html"}
    check(site, result)
    site.edit({"content/static/cv.pdf": "mine"})
    result = site.build()
    assert pdfs(result) == set()
    assert (site.out / "cv.pdf").read_text() == "mine"
    check(site, result)
    site.edit({"content/static/cv.pdf": None})
    result = site.build()
    assert pdfs(result) == {"cv.pdf"}
    check(site, result)
    site.edit({"content/cv.yaml": None})
    result = site.build()
    assert not (site.out / "cv.pdf").exists()
    check(site, result)


def test_a_file_of_others_is_only_taken_over_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    found = Site(SiteFolder(tmp_path / "site").write(FILES | {"public/cv.pdf": "mine"}))
    result = found.build()
    assert [problem.code for problem in result.report.problems] == ["output-foreign"]
    assert (found.out / "cv.pdf").read_text() == "mine"
    assert pdfs(found.build(adopt=True)) == BOTH
    assert (found.out / "cv.pdf").read_bytes().startswith(b"%PDF-")
    assert pdfs(found.build()) == set()


@pytest.mark.parametrize("more", [{"jobs": 1}, {"jobs": 2}, {"cold": True}, {"cold": True, "jobs": 2}])
def test_however_it_is_built_the_bytes_are_the_same(site: Site, more: dict[str, Any]) -> None:
    before = tree(site.out)
    posts = {
        f"content/posts/p{number}.md": f"---\ntitle: P{number}\ndate: 2024-02-01\n---\nText.\n"
        for number in range(130)
    }
    site.edit({**posts, "content/cv.yaml": CV.replace("Job}", "Post}")})
    check(site, site.build(**more))
    site.edit({**dict.fromkeys(posts), "content/cv.yaml": CV})
    site.build(**more)
    assert tree(site.out) == before
    assert differences(site.root, site.out, today=TODAY) == ()


def test_another_typst_is_another_salt() -> None:
    assert any(name.startswith("typst-") for name in unchanged._versions())


# --- what is told ---

GLYPH = {"content/cv.yaml": CV.replace("{title: Job}", "{title: 日本}")}
LONG = {"content/cv.yaml": CV.replace("limit: 5", "page_break: true")}
TOTAL = {"content/cv.yaml": CV.replace("title: Jobs", "title: 'Jobs {citations}'")}
PERSON = {"content/publications/a.bib": "@article{rings, title = {R}, author = {Doe, 日本}, year = 2021}\n"}
ROLE = {"content/people.yaml": "- {id: jane, name: Jane Doe, role: Prof 日}\n"}
LABEL = {"site.yaml": FILES["site.yaml"] + "labels: {Publications: 論文}\n"}
THEME = {"templates/cv/modern.typ": '#set document(title: "CV")\n#set text(font: "None")\n= CV\n日\n'}
PRIVATE = {"content/students.yaml": "- {name: Emil Ernst, note: 'A \ue000 B \u202e C'}\n"}
GONE = {"content/cv.yaml": CV.replace("title: Jobs,", "title: Jobs, show: [pdf], text: '[x](gone.md)',")}


@pytest.mark.parametrize(
    ("files", "code", "count"),
    [
        (GLYPH, "cv-glyph", 1),
        (LONG, "cv-length", 1),
        (TOTAL, "cv-total", 1),
        (PERSON, "cv-glyph", 1),
        (ROLE, "cv-glyph", 1),
        (LABEL, "cv-glyph", 1),
        (THEME, "pdf-theme", 1),
        (THEME, "cv-glyph", 1),
        (PRIVATE, "cv-glyph", 1),
        (GONE, "link-missing", 1),
    ],
    ids=["glyph", "length", "total", "person", "role", "label", "font", "theme", "private", "link"],
)
def test_warnings_are_told_again_where_they_stand_now(
    site: Site, files: dict[str, str], code: str, count: int
) -> None:
    site.edit(files)
    first = site.build()
    assert not first.report.has_errors
    assert len(places(first, code)) == count
    check(site, first)
    assert site.build().report.problems == first.report.problems
    # An edit of something else, then their lines move, in the file and to another one.
    site.edit({"content/posts/a.md": "---\ntitle: B\ndate: 2024-01-01\n---\n"})
    check(site, site.build())
    for path, text in (FILES | files).items():
        comment = {"bib": "% x\n", "typ": "// x\n"}.get(path.rpartition(".")[2], "# x\n")
        if not path.endswith(".md"):
            site.edit({path: comment + text})
    moved = site.build()
    assert places(moved, code) != places(first, code) or (files is THEME and code == "cv-glyph")
    check(site, moved)
    for path in ("content/cv", "content/people", "content/students"):
        text = (site.root / f"{path}.yaml").read_text(encoding="utf-8")
        site.edit({f"{path}.yaml": None, f"{path}.yml": text})
    result = site.build()
    check(site, result)
    assert len(places(result, code)) == count


def test_the_record_that_has_a_character_is_named_whatever_other_records_have(site: Site) -> None:
    """Where a row shows what its record has not, others are looked at: all of these are read."""
    site.edit({"site.yaml": FILES["site.yaml"] + "labels: {Publications: 論文}\n"})
    assert places(site.build(), "cv-glyph") == ["site.yaml:4:24"]
    site.edit({"content/students.yaml": "- {name: Emil Ernst, level: MSc, start: 2023, extra: 論文}\n"})
    check(site, site.build())
    site.edit({"content/people.yaml": FILES["content/people.yaml"] + "- {id: roe, name: 論文}\n"})
    check(site, site.build())
    site.edit({"content/people.yaml": FILES["content/people.yaml"]})
    check(site, site.build())


@pytest.mark.parametrize(
    ("cv", "place"),
    [
        ("font: Nope\n" + CV, "content/cv.yaml:1:7"),
        (CV.replace("pages: 1", "font: Nope"), "content/cv.yaml:6:38"),
    ],
)
def test_a_font_that_is_not_there_is_told_where_it_is_wished(site: Site, cv: str, place: str) -> None:
    before = tree(site.out)
    site.edit({"content/cv.yaml": cv})
    result = site.build()
    assert places(result, "cv-font") == [place]
    assert result.published is None
    assert tree(site.out) == before


def test_what_is_wrong_in_the_cv_is_told_once(site: Site) -> None:
    """Nothing is laid out of it, and so Typst says nothing of its own."""
    site.edit({"content/cv.yaml": CV + "accent: red\n"})
    result = site.build()
    assert [problem.code for problem in result.report.problems] == ["value-colour"]
    assert site.cold().report.problems == result.report.problems


def test_a_formula_that_typst_does_not_take_is_shown_as_tex(
    site: Site, monkeypatch: pytest.MonkeyPatch, laid: list[str]
) -> None:
    """There should be none, whatever the writer of formulas writes."""
    whole = data._Writer.nodes

    def broken(self: Any, words: Any) -> Any:
        return spoilt(whole(self, words))

    def spoilt(nodes: Iterable[Any]) -> list[Any]:
        return [
            {**node, "t": "frac("} if isinstance(node, dict) and node["k"] == "math" else node
            for node in nodes
        ]

    monkeypatch.setattr(data._Writer, "nodes", broken)
    site.edit(
        {"content/publications/a.bib": "\n" + FILES["content/publications/a.bib"].replace("Rings", "Ring")}
    )
    result = site.build()
    assert pdfs(result) == BOTH
    assert [(problem.code, problem.message, problem.hint) for problem in result.report.problems] == [
        ("cv-math", "The PDF cannot set the formula “x^2” of publications “rings”.", "It shows its TeX.")
    ]
    assert places(result, "cv-math") == ["content/publications/a.bib:2:25"]
    assert len(laid) == 4
    check(site, result)
    assert site.build().report.problems == result.report.problems


def test_themes_of_the_site_win_file_by_file(site: Site) -> None:
    site.edit({"templates/cv/lib.typ": '#panic("mine")\n'})
    result = site.build()
    assert places(result, "pdf-theme") == ["templates/cv/lib.typ:1:2"]
    site.edit({"templates/cv/lib.typ": None, "templates/cv/own.typ": '#import "modern.typ": *\n'})
    site.edit({"content/cv.yaml": CV + "theme: own\n"})
    assert pdfs(site.build()) == BOTH
    site.edit({"templates/cv/own.typ": '#import "modern.typ": *\n#panic("own")\n'})
    assert places(site.build(), "pdf-theme") == ["templates/cv/own.typ:2:2"]
    site.edit({"templates/cv/own.typ": None})
    result = site.build()
    assert places(result, "cv-theme") == ["content/cv.yaml:7:8"]
    assert result.report.problems == site.cold().report.problems


def test_files_of_a_theme_that_cannot_be_had_are_told(site: Site) -> None:
    folder = site.root / "templates/cv"
    folder.mkdir(parents=True)
    (folder / "modern.typ").symlink_to(site.root / "site.yaml")
    (folder / "own.typ").symlink_to("/etc/passwd")
    result = site.build()
    assert [(problem.code, str(problem.where)) for problem in result.report.problems] == [
        ("file-outside", "templates/cv/own.typ:1:1"),
    ]
    (folder / "own.typ").unlink()
    assert result.published is None


@pytest.mark.parametrize(
    "source",
    [
        '#panic("no")\n',
        "#let x = (\n",
        '#read("/etc/passwd")\n',
        '#import "@preview/cetz:0.2.0"\n',
        '#json("x")\n',
    ],
)
def test_a_theme_with_errors_leaves_the_site_as_it_is(site: Site, source: str) -> None:
    before = tree(site.out)
    site.edit(
        {"templates/cv/modern.typ": source, "content/posts/a.md": "---\ntitle: B\ndate: 2024-01-01\n---\n"}
    )
    result = site.build()
    assert result.published is None
    assert {problem.code for problem in result.report.problems} == {"pdf-theme"}
    assert result.report.problems == site.cold().report.problems
    assert tree(site.out) == before
    run = site.folder.run("check", "--date", DAY)
    assert run.exit_code == 1
    assert "templates/cv/modern.typ:1:" in run.stderr + run.stdout
    assert "Traceback" not in run.stderr


def test_check_tells_of_pdfs(site: Site) -> None:
    site.edit({"content/cv.yaml": GLYPH["content/cv.yaml"].replace("limit: 5", "page_break: true")})
    run = site.folder.run("check", "--date", DAY)
    shown = run.stderr + run.stdout
    assert "The PDF cannot show “日” (U+65E5), “本” (U+672C) of cv.yaml." in shown
    assert "cv-short.pdf has 2 pages, not 1." in shown


# --- the preview ---


def test_the_preview_makes_the_same_pdfs(site: Site) -> None:
    workshop = Workshop(site.root)
    for files in (
        {},
        {"content/cv.yaml": CV.replace("Job}", "Post}")},
        {"content/posts/a.md": None},
        GLYPH,
        {"templates/cv/modern.typ": '#panic("no")\n'},
        {"content/cv.yaml": CV},
        {"templates/cv/modern.typ": None},
        GONE,
    ):
        site.edit(files)
        result = finished(workshop.build(TODAY))
        cold = site.cold()
        assert result.report.problems == cold.report.problems
        if not cold.report.has_errors:
            assert unlike(contents(result), contents(cold)) == []
