"""MkDocs: a whole small site of Material as a book with posts, a flat one as pages; old addresses answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.importers import import_mkdocs
from acadsite.importers.mkdocs.source import page_url, slugify
from acadsite.importers.mkdocs.texts import Known, convert
from acadsite.importers.parts.tree import Tree
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from acadsite.importers import Result

SITE = Path(__file__).parent / "mkdocs" / "site"
BOOK = "content/gottingen-lab-manual"


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
    """A site, imported and built."""

    def __init__(self, source: Path, to: Path) -> None:
        self.to = to
        self.result = import_mkdocs(source, to)
        self.made = SiteFolder(to)
        self.warnings = self.made.run("build", "--date", DAY, "--out", str(self.made.out)).stderr

    def text(self, path: str) -> str:
        return (self.to / path).read_text(encoding="utf-8")

    def load(self, path: str) -> Any:
        return yaml.safe_load(self.text(path))


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(SITE, tmp_path_factory.mktemp("mkdocs") / "new")


def test_what_was_told(manual: Imported) -> None:
    assert told(manual.result) == [
        ("import-date", "docs/blog/posts/undated.md", 1),
        ("import-file", "docs/guide/install.md", 9),
        ("import-shortcode", "docs/guide/install.md", 11),
        ("import-template", "docs/guide/install.md", 13),
        ("import-shortcode", "docs/index.md", 3),
        ("import-template", "mkdocs.yml", 11),
        ("import-template", "mkdocs.yml", 23),
        ("import-setting", "mkdocs.yml", 32),
        ("import-setting", "mkdocs.yml", 37),
        ("import-setting", "mkdocs.yml", 38),
        ("import-setting", "mkdocs.yml", 49),
        ("import-file", "mkdocs.yml", 60),
    ]
    assert manual.warnings.count("warning:") == 0


def test_counts(manual: Imported) -> None:
    """Twelve Markdown files: two are excluded, one is the list of posts."""
    assert manual.result.counts == {"chapters": 5, "posts": 3, "left": 1}
    assert len(list((SITE / "docs").rglob("*.md"))) == 5 + 3 + 1 + 2 + 1


@pytest.mark.parametrize(
    "address",
    ["index.html", "guide/index.html", "guide/install/index.html", "guide/deep/index.html", "hidden/index.html",
     "blog/index.html", "blog/2024/01/31/hallo/index.html", "blog/2024/03/02/über-größe/index.html",
     "blog/archive/2024/index.html", "blog/category/über-uns/index.html", "blog/category/news--more/index.html",
     "old/index.html", "gone/index.html", "img/cover.svg", "files.csv", "extra.css"],
)  # fmt: skip
def test_old_addresses_answer(manual: Imported, address: str) -> None:
    assert (manual.made.out / address).is_file()


def test_settings(manual: Imported) -> None:
    found = manual.load("site.yaml")
    assert found["url"] == "https://lab.example.org/manual/"
    assert found["language"] == "de"
    assert found["accent"] == "#512da8"
    assert found["author"] == {
        "name": "Emmy Noether",
        "email": "x@example.org",
        "profiles": {"GitHub": "https://github.com/noether"},
    }
    assert found["redirects"]["/gone/"] == "https://example.org/"


def test_the_book(manual: Imported) -> None:
    book = manual.load(f"{BOOK}/book.yaml")
    assert book["edit"] == "https://github.com/noether/manual/edit/main/docs/"
    assert book["chapters"] == [
        {"file": "index.md", "title": "Home"},
        {
            "part": "Guide",
            "chapters": [
                "guide/index.md",
                {"file": "guide/install.md", "title": "Install: it"},
                {"part": "Deeper", "chapters": ["guide/deep.md"]},
            ],
        },
        {"title": "Elsewhere", "href": "https://example.org/"},
        {"part": "More", "chapters": ["hidden.md"]},
    ]
    text = manual.text(f"{BOOK}/guide/install.md")
    assert "<kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>X</kbd>" in text
    assert "<mark>important</mark>, `==not==` and `++not++`" in text
    assert "A *part*." in text
    assert '<img src="/img/cover.svg" alt="cover">' in text
    assert "    x = 1\n" in manual.text(f"{BOOK}/guide/index.md")
    assert "[old](install.md)" in manual.text(f"{BOOK}/guide/index.md")
    assert "[home](index.md)" in manual.text(f"{BOOK}/hidden.md")
    assert not (manual.to / BOOK / "secret.md").exists()


def test_posts(manual: Imported) -> None:
    front = yaml.safe_load(manual.text("content/posts/hallo.md").split("---\n")[1])
    assert front == {
        "title": 'Hello: "World" & more',
        "date": "2024-01-31",
        "updated": "2024-02-02",
        "tags": ["News & more", "Über uns", "rings"],
        "aliases": ["/blog/2024/01/31/hallo/"],
    }
    assert "# authors:" in manual.text("content/posts/hallo.md")
    assert "# Hello" not in manual.text("content/posts/hallo.md")
    assert "draft: true" in manual.text("content/posts/draft.md")
    assert "title: Über Größe" in manual.text("content/posts/ueber.md")


# --- a flat site ---

FLAT = {
    "mkdocs.yml": "site_name: Emmy Noether\nuse_directory_urls: false\nnav:\n  - index.md\n  - Research: research.md\n"
    "  - cv.md\n  - Code: https://code.example/\n",
    "docs/index.md": "# Emmy Noether\n\nSee [research](research.md#rings), [cv](cv.html).\n",
    "docs/research.md": "# My research\n\n## Rings\n\n    code\n\n![p](p.svg) [home](index.md)\n",
    "docs/cv.md": "---\ntitle: Curriculum\n---\n\nBorn 1882.\n",
    "docs/more.md": "More\n====\n\nText.\n",
    "docs/p.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
}


def test_a_flat_site(tmp_path: Path) -> None:
    found = Imported(SiteFolder(tmp_path / "flat").write(FLAT).root, tmp_path / "new")
    assert not found.result.problems
    assert [line for line in found.warnings.splitlines() if "warning:" in line] == []
    assert found.result.counts == {"home": 1, "pages": 3}
    for old in ("index.html", "research.html", "cv.html", "more.html", "p.svg"):
        assert (found.made.out / old).is_file(), old
    assert found.load("site.yaml")["menu"] == [
        {"page": "page:research", "title": "Research"},
        {"page": "page:cv-page"},
        {"page": "https://code.example/", "title": "Code"},
    ]
    assert "[research](pages/research.md#rings), [cv](pages/cv-page.md)" in found.text("content/index.md")
    assert "title: My research" in found.text("content/pages/research.md")
    assert "<code>code" in (found.made.out / "research/index.html").read_text(encoding="utf-8")


def test_drafts(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": "site_name: A\ndraft_docs: |\n  drafts/\n  !drafts/kept.md\n",
        "docs/index.md": "# A\n\nText.\n",
        "docs/drafts/one.md": "# One\n\nText.\n",
        "docs/drafts/kept.md": "# Kept\n\nText.\n",
    }
    found = Imported(SiteFolder(tmp_path / "old").write(files).root, tmp_path / "new")
    assert not found.result.problems
    assert "draft: true" in found.text("content/a/drafts/one.md")
    assert "draft" not in found.text("content/a/drafts/kept.md")
    assert (found.made.out / "drafts/kept/index.html").is_file()


@pytest.mark.parametrize("folder", ["", "deep/"])
def test_notebooks(tmp_path: Path, folder: str) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": "# Chains\n\nEvery one."}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    files = {
        "mkdocs.yml": "site_name: A\nplugins: [mkdocs-jupyter]\nnav:\n  - index.md\n"
        f"  - Chains: {folder}chains.ipynb\n",
        "docs/index.md": f"# A\n\n[Chains]({folder}chains.ipynb)\n",
        f"docs/{folder}chains.ipynb": json.dumps(notebook),
    }
    found = Imported(SiteFolder(tmp_path / "old").write(files).root, tmp_path / "new")
    assert not found.result.problems
    assert found.warnings.count("warning:") == 0
    assert (found.made.out / folder / "chains/index.html").is_file()


# --- parts ---


def test_addresses() -> None:
    paths = ("index.md", "README.md", "a.md", "a/index.md", "a/README.md", "a/b.md")
    assert [page_url(path, folders=True) for path in paths] == ["/", "/", "/a/", "/a/", "/a/", "/a/b/"]
    assert [page_url(path, folders=False) for path in paths] == [
        "/",
        "/",
        "/a.html",
        "/a/",
        "/a/",
        "/a/b.html",
    ]
    assert slugify("Über: Größe & <b>Maß</b>!") == "über-größe--maß"


def test_no_site(tmp_path: Path) -> None:
    assert import_mkdocs(tmp_path, tmp_path / "new").problems[0].code == "import-kind"
    (tmp_path / "mkdocs.yml").write_text(
        "docs_dir: ../..\nnav: 5\nplugins: 7\ntheme: [x]\n", encoding="utf-8"
    )
    codes = {problem.code for problem in import_mkdocs(tmp_path, tmp_path / "new").problems}
    assert "import-outside" in codes


PIECES = [
    "--8<-- ",
    '"a.md"',
    "```",
    "~~~\n",
    "\n",
    "==",
    "++",
    "ctrl+c",
    ":smile:",
    "[x](",
    ")",
    "](",
    "`",
    "{{",
    "}}",
    "{%",
    "::: a.b",
    '<img src="',
    '"',
    ">",
    "[a]: b",
    "!!! note\n",
    "    ",
    "\0",
    "é",
    ":material-x:",
    ";--8<--",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_converted(text: str) -> None:
    known = Known(Tree(Path()), lambda _, address: address, macros=True, autodoc=True)
    made, problems = convert(text, "a.md", "docs/a.md", 1, known)
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
    assert import_mkdocs(folder / "site", folder / "new").problems
