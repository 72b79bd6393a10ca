"""Quarto: a whole small website and books; all that was there arrives or is told, and old addresses answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.importers import import_quarto
from acadsite.importers.parts.nodes import day_of
from acadsite.importers.parts.tree import Tree, as_pattern
from acadsite.importers.quarto.project import url_of
from acadsite.importers.quarto.texts import Known, convert
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from acadsite.importers import Result

SITE = Path(__file__).parent / "quarto" / "site"


def told(result: Result) -> list[tuple[str, str, int]]:
    return [
        (
            problem.code,
            problem.where.path if problem.where else "",
            problem.where.line if problem.where else 0,
        )
        for problem in result.problems
    ]


class Imported:
    """A website, imported and built."""

    def __init__(self, folder: Path) -> None:
        self.to = folder / "new"
        self.result = import_quarto(SITE, self.to)
        self.made = SiteFolder(self.to)
        self.warnings = self.made.run("build", "--date", DAY, "--out", str(self.made.out)).stderr

    def text(self, path: str) -> str:
        return (self.to / path).read_text(encoding="utf-8")

    def front(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load(self.text(path).split("---\n")[1])
        return found

    def page(self, path: str) -> str:
        return (self.made.out / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(tmp_path_factory.mktemp("quarto"))


def test_what_was_told(site: Imported) -> None:
    assert told(site.result) == [
        ("import-setting", "_quarto.yml", 12),
        ("import-key", "about.qmd", 10),
        ("import-shortcode", "about.qmd", 15),
        ("import-shortcode", "about.qmd", 16),
        ("import-date", "posts/broken.qmd", 1),
        ("yaml-syntax", "posts/broken.qmd", 2),
        ("import-code", "posts/code/index.qmd", 8),
        ("notebook-version", "posts/notebook.ipynb", 1),
        ("import-date", "posts/undated.md", 1),
        ("import-file", "research/detail.qmd", 9),
        ("import-listing", "talks.yml", 6),
    ]


def test_counts(site: Imported) -> None:
    """18 documents, of which one is a notebook and one the page for what is not found; 2 entries in talks.yml."""
    sources = [path for path in SITE.rglob("*") if path.suffix in {".qmd", ".md", ".ipynb"}]
    sources = [path for path in sources if path.name[0] != "_" and path.name != "README.md"]
    assert site.result.counts == {
        "home": 1,
        "lists": 3,
        "pages": 5,
        "posts": 5,
        "talks": 2,
        "publications": 2,
    }
    assert len(sources) == 1 + 3 + 5 + 5 + 1 + 2 + 2


def test_the_build_tells_only_what_the_source_had(site: Imported) -> None:
    codes = [line.rpartition("[")[2] for line in site.warnings.splitlines() if ": warning: " in line]
    assert codes == ["link-missing]", "link-hidden]"]  # nowhere.qmd, and a link to a draft
    assert ": error: " not in site.warnings


def published() -> list[str]:
    """The addresses that Quarto published, by its own rules; drafts are not."""
    skipped = {"posts/draft/index.qmd", "posts/notebook.ipynb"}
    found = []
    for path in sorted(SITE.rglob("*")):
        name = path.relative_to(SITE).as_posix()
        if (
            path.suffix not in {".qmd", ".md"}
            or path.name[0] == "_"
            or path.name == "README.md"
            or name in skipped
        ):
            continue
        found.append(name.removesuffix(path.suffix) + ".html")
    return [*found, "bio.html", "me/index.html", "posts/welcome/old-welcome.html", "first/index.html", "files/cv.pdf",
            "files/talk.mp4", "posts/welcome/cover.svg", "images/portrait.svg", "files/data.csv", "CNAME",
            "posts/frozen/index_files/figure-html/cell-2-output-1.svg"]  # fmt: skip


@pytest.mark.parametrize("address", published())
def test_old_addresses_answer(site: Imported, address: str) -> None:
    assert (site.made.out / address).is_file()


def test_settings(site: Imported) -> None:
    found = yaml.safe_load(site.text("site.yaml"))
    assert found["title"] == "Emmy Noether: rings & ideals"
    assert found["url"] == "https://noether.example.org/"
    assert found["author"] == {
        "name": "Emmy Noether",
        "email": "emmy@example.org",
        "profiles": {
            "Mastodon": "https://mathstodon.xyz/@noether",
            "GitHub": "https://github.com/noether",
            "LinkedIn": "https://linkedin.com/in/noether",
            "ORCID": "https://orcid.org/0000-0002-1825-0097",
        },
    }
    assert [entry["page"] for entry in found["menu"]] == [
        "page:about", "posts", "page:research", "talks", "publications",
        "https://www.uni-goettingen.de/",
    ]  # fmt: skip
    assert found["posts"] == {"title": "Notebook", "intro": "What I write."}


def test_home(site: Imported) -> None:
    front = site.front("content/index.md")
    assert front["portrait"] == "images/portrait.svg"
    assert front["portrait_alt"] == "Emmy Noether at her desk"
    assert front["role"] == "Professor at *Göttingen*"
    assert front["sections"] == ["about", "posts"]
    assert (
        "[rings](pages/research.md#chains), see [my CV](/files/cv.pdf) and [the blog](/posts/)."
        in site.text("content/index.md")
    )
    assert ":::" not in site.text("content/index.md")
    assert "Latest" not in site.text("content/index.md")


def test_post(site: Imported) -> None:
    front = site.front("content/posts/welcome.md")
    assert front["title"] == 'Welcome to — my "blog"'
    assert str(front["date"]) == "2024-05-31"
    assert str(front["updated"]) == "2024-06-02"
    assert front["tags"] == ["news", "ideal theory"]
    assert front["aliases"] == ["/posts/welcome/old-welcome.html", "/first/"]
    assert front["bibliography"] == ["bibliographies/posts/welcome/own.bib"]
    text = site.text("content/posts/welcome.md")
    assert "# author: Emmy Noether" in text
    assert '[rings](../pages/detail.md "Detail")' in text
    assert "[ref]: code.md" in text
    assert '<a href="../pages/about.md">raw</a>' in text
    page = site.page("posts/welcome/index.html")
    assert "Own" in page
    assert "Idealtheorie in Ringbereichen" in page
    assert "posts/welcome/cover.svg" in page


def test_code(site: Imported) -> None:
    text = site.text("content/posts/code.md")
    assert '```python\nprint("[not a link](about.qmd) {{< var place >}}")\n```' in text
    assert "secret" not in text
    assert "x <- 1" not in text
    assert "```python\nplain = 1\n```" in text
    assert "/posts/frozen/index_files/figure-html/cell-2-output-1.svg" in site.text("content/posts/frozen.md")


def test_talks_and_publications(site: Imported) -> None:
    front = site.front("content/talks/zuerich.md")
    assert front["slides"] == "/files/cv.pdf"
    assert (front["event"], front["location"]) == ("DMV", "Bad Elster")
    assert yaml.safe_load(site.text("content/talks.yaml"))[0]["url"] == "https://example.org/icm"
    bib = site.text("content/publications/publications.bib")
    assert "@article{chains," in bib
    assert "{Noether, Emmy and Hasse, Helmut}" in bib
    assert "{/files/cv.pdf}" in bib
    assert "2101.00001" in bib
    assert "The whole text with" in site.page("publications/chains/index.html")


def test_shortcodes(site: Imported) -> None:
    text = site.text("content/pages/about.md")
    assert "About in Göttingen with Noether's boys and ." in text
    assert "Hello from [the greeting](detail.md)." in text
    assert "`{{< var place >}}` {{{< var place >}}}" in text
    assert "![Video](/files/talk.mp4) [A film](https://www.youtube.com/watch?v=abc)" in text
    assert "`{{< unknown thing >}}`" in text
    assert '<img src="/images/icon.svg" alt="icon">' in text


def test_a_blog_of_several(tmp_path: Path) -> None:
    """As ``quarto create project blog`` makes it."""
    post = "---\ntitle: {}\nauthor: {}\ndate: 2024-01-01\n---\n\nText.\n"
    files = {
        "_quarto.yml": "project: {type: website}\nwebsite: {title: myblog, navbar: {right: [about.qmd, {icon: github,"
        " href: https://github.com/}]}}\n",
        "index.qmd": "---\ntitle: myblog\nlisting: {contents: posts, categories: true}\n---\n",
        "about.qmd": "---\ntitle: About\nimage: p.svg\nabout: {template: jolla}\n---\n\nUs.\n",
        "p.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        "posts/a/index.qmd": post.format("A", "Ann Doe"),
        "posts/b/index.qmd": post.format("B", "Bob Roe"),
    }
    result = import_quarto(SiteFolder(tmp_path / "blog").write(files).root, tmp_path / "new")
    assert not result.problems
    assert any("Nobody is named" in note for note in result.notes)
    found = yaml.safe_load((tmp_path / "new/site.yaml").read_text(encoding="utf-8"))
    assert found == {"title": "myblog", "language": "en", "menu": [{"page": "posts"}, {"page": "page:about"}]}
    made = SiteFolder(tmp_path / "new")
    assert '<img src="/p.svg" alt="About">' in (made.root / "content/pages/about.md").read_text(
        encoding="utf-8"
    )
    assert {"about.html", "posts/a/index.html", "p.svg"} <= made.build().keys()
    assert made.codes() == []


NOTEBOOK = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
    "cells": [
        {"cell_type": "raw", "metadata": {}, "source": ["---\n", "title: Chains\n", "date: 2024-02-01\n", "---"]},
        {"cell_type": "markdown", "metadata": {}, "source": ["See [home](../index.qmd)", " and ![p](p.svg)."]},
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "6 * 7",
         "outputs": [{"output_type": "execute_result", "data": {"text/plain": ["42"]}, "metadata": {},
                      "execution_count": 1}]},
    ],
}  # fmt: skip


def test_notebooks(tmp_path: Path) -> None:
    lab = {"cell_type": "markdown", "metadata": {}, "source": "# Lab\n\nText."}
    files = {
        "_quarto.yml": "project: {type: website}\nwebsite: {title: A}\n",
        "index.qmd": "---\ntitle: A\nlisting: {contents: posts}\n---\n",
        "posts/chains.ipynb": json.dumps(NOTEBOOK),
        "posts/p.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        "lab.ipynb": json.dumps({**NOTEBOOK, "cells": [lab]}),
    }
    result = import_quarto(SiteFolder(tmp_path / "old").write(files).root, tmp_path / "new")
    assert not result.problems
    assert result.counts == {"home": 1, "posts": 1, "pages": 1}
    out = SiteFolder(tmp_path / "new").build()
    assert {"posts/chains.html", "lab.html"} <= out.keys()
    assert "42" in out["posts/chains/index.html"]
    assert ">Chains<" in out["posts/chains/index.html"]
    assert out["lab/index.html"].count("<h1") == 1


def test_a_site_with_a_side_bar(tmp_path: Path) -> None:
    files = {f"p{number:02}.qmd": f"---\ntitle: P{number}\n---\n\nText.\n" for number in range(12)}
    files["_quarto.yml"] = "project: {type: website}\nwebsite: {sidebar: {contents: auto}}\n"
    source = SiteFolder(tmp_path / "site").write(files).root
    result = import_quarto(source, tmp_path / "new")
    found = yaml.safe_load((tmp_path / "new/site.yaml").read_text(encoding="utf-8"))
    assert [entry["page"] for entry in found["menu"]] == [f"page:p{number:02}" for number in range(10)]
    assert any("2 pages" in note for note in result.notes)
    SiteFolder(tmp_path / "new").build()


def test_nothing_is_overwritten(site: Imported) -> None:
    before = {path: path.read_bytes() for path in site.to.rglob("*") if path.is_file()}
    again = import_quarto(SITE, site.to)
    assert not again.written
    assert {"import-exists"} < {problem.code for problem in again.problems}
    assert {path: path.read_bytes() for path in site.to.rglob("*") if path.is_file()} == before


# --- books ---

BOOK = {
    "_quarto.yml": 'project:\n  type: book\nbook:\n  title: "Ringe & Körper"\n  author: [Emmy Noether]\n'
    "  chapters:\n    - index.qmd\n    - part: Eins\n      chapters: [rings.qmd, deep/fields.qmd]\n    - gone.qmd\n"
    "  appendices: [tables.qmd]\n  site-url: https://e.org/buch\nbibliography: refs.bib\n",
    "index.qmd": "# Preface {.unnumbered}\n\nSee [rings](rings.qmd) and @noether1921.\n",
    "rings.qmd": "# Rings {#sec-rings}\n\n{{< include _part.qmd >}}\n\n```{python}\n1 + 1\n```\n\n"
    "[data](d.csv) ![p](p.svg)\n",
    "deep/fields.qmd": "# Fields\n\nAs in @sec-rings and [rings](../rings.qmd).\n",
    "tables.qmd": "# Tables\n\nNone.\n",
    "_part.qmd": "A part.\n",
    "left.qmd": "# Left\n",
    "refs.bib": "@book{noether1921, title={A}, author={Noether, Emmy}, year={1921}, publisher={S}}\n",
    "d.csv": "a\n",
    "p.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    "README.md": "# Read me\n",
}


def test_a_book(tmp_path: Path) -> None:
    source = SiteFolder(tmp_path / "book").write(BOOK).root
    to = tmp_path / "new"
    result = import_quarto(source, to)
    assert result.counts == {"chapters": 4}
    assert [(code, path) for code, path, _ in told(result)] == [
        ("import-file", "left.qmd"),
        ("import-code", "rings.qmd"),
    ]
    made = SiteFolder(to)
    warnings = made.run("build", "--date", DAY, "--out", str(made.out)).stderr
    assert [
        line for line in warnings.splitlines() if "warning: " in line and "book-missing" not in line
    ] == []
    for old in ("index.html", "rings.html", "deep/fields.html", "tables.html", "d.csv"):
        assert (made.out / old).is_file(), old
    assert "A part." in (made.out / "ringe-korper/rings/index.html").read_text(encoding="utf-8")
    assert yaml.safe_load((to / "site.yaml").read_text(encoding="utf-8"))["url"] == "https://e.org/buch/"


@pytest.mark.shared
def test_the_handbook(tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "handbook"
    result = import_quarto(source, tmp_path / "new")
    assert not result.problems
    assert result.counts == {"chapters": 10}
    made = SiteFolder(tmp_path / "new")
    made.build()
    for path in source.glob("*.qmd"):
        assert (made.out / f"{path.stem}.html").is_file()


# --- parts ---


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024-05-31", "2024-05-31"), ("05/31/2024", "2024-05-31"), ("May 31, 2024", "2024-05-31"), ("2024", "2024"),
     ("2024-05-31T10:00:00+02:00", "2024-05-31"), ("last-modified", ""), ("today", ""), ("2024-02-31", ""), ("?", "")],
)  # fmt: skip
def test_dates(text: str, day: str) -> None:
    assert day_of(text) == day


def test_addresses() -> None:
    assert [url_of(path) for path in ("index.qmd", "a.qmd", "a/index.md", "a/b.ipynb", "myindex.qmd")] == [
        "/", "/a.html", "/a/", "/a/b.html", "/myindex.html"
    ]  # fmt: skip
    wanted = as_pattern("posts/**/*.qmd")
    assert wanted.fullmatch("posts/a.qmd")
    assert wanted.fullmatch("posts/a/b.qmd")
    assert not wanted.fullmatch("a.qmd")


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_no_project(tmp_path: Path, name: str) -> None:
    if name == "file":
        (tmp_path / "_quarto.yml").write_text("- a\n- b\n", encoding="utf-8")
    result = import_quarto(tmp_path, tmp_path / "new")
    assert result.problems[0].code == "import-kind"


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    include = "{{< include ../secret.txt >}}"
    files = {
        "_quarto.yml": "project: {type: website}\nbibliography: ../secret.txt\n",
        "index.qmd": f"---\ntitle: A\n---\n\n[x](../secret.txt) {include}\n\n{include}\n",
    }
    source = SiteFolder(tmp_path / "site").write(files).root
    (source / "link.txt").symlink_to(tmp_path / "secret.txt")
    (source / "inner").symlink_to(tmp_path)
    result = import_quarto(source, tmp_path / "new")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert not any("secret\n" in text or text == "secret" for text in texts)
    assert "import-file" in {problem.code for problem in result.problems}


PIECES = [
    "```{python}\n",
    "```",
    "````\n",
    "~~~ {.r}\n",
    "{{<",
    ">}}",
    " include ",
    "a.qmd",
    "[x](",
    ")",
    "](",
    "\n",
    "`",
    ":::",
    " {#listing}",
    "---\n",
    "title: [",
    '<a href="',
    '"',
    ">",
    "{=html}",
    "\r\n",
    "\0",
    "é",
    "| ",
    "#| echo: false\n",
    "{{< var a >}}",
    "{{< video ",
    "$$",
    "[^1]:",
    "]: x",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_converted(text: str) -> None:
    known = Known(Tree(Path()), lambda _, address: address, {"a": "b"})
    made, problems = convert(text, "a.qmd", 1, known, {})
    assert isinstance(made, str)
    assert all(problem.level == "warning" for problem in problems)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_sites(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    shutil.copytree(SITE, folder / "site")
    files = sorted(path for path in (folder / "site").rglob("*") if path.is_file())
    for _ in range(4):
        path = data.draw(st.sampled_from(files))
        raw = path.read_bytes()
        at = data.draw(st.integers(0, len(raw)))
        junk = data.draw(
            st.sampled_from([b"", b"\xff\xfe", b"- - -\n", b"{", b": [", b"\x00", b"---\n", b"'"])
        )
        path.write_bytes(raw[:at] + junk + raw[at + data.draw(st.integers(0, 30)) :])
    result = import_quarto(folder / "site", folder / "new")
    assert result.problems


def test_a_frozen_result_that_is_none(tmp_path: Path) -> None:
    files = {"_quarto.yml": "project: {type: website}\n", "a.qmd": "---\ntitle: A\n---\n\n```{r}\n1\n```\n"}
    for number, junk in enumerate(
        ["", "{", "[]", json.dumps({"result": []}), json.dumps({"result": {"markdown": 5}})]
    ):
        source = SiteFolder(tmp_path / f"s{number}").write(
            {**files, "_freeze/a/execute-results/html.json": junk}
        )
        result = import_quarto(source.root, tmp_path / f"n{number}")
        assert "import-code" in {problem.code for problem in result.problems}
