"""Books: what a folder of chapters becomes, whoever wrote its file; and the reference handbook, unchanged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from acadsite.build import render
from conftest import SiteFolder, read_texts
from sample import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeSite = Callable[[Mapping[str, str]], SiteFolder]

BOOK = {
    "content/guide/book.yaml": """\
title: Guide
authors: [Jane Doe, {name: Richard Roe, url: 'https://roe.example'}]
date: last
summary: What *we* know.
edit: https://github.com/doe/guide/edit/main/
chapters:
- index.md
- part: First
  chapters: [one.md, two.md]
- part: Second
  chapters:
  - {file: deep/three.md, title: Third}
  - {file: plain.md, unnumbered: true}
appendices: [more.md]
""",
    "content/guide/index.md": "# Preface\n\nHello.\n",
    "content/guide/one.md": (
        "---\ntitle: One\ndate: 2024-05-01\nauthor: Jane Doe\n---\n\n"
        "## Set-up {#sec-setup}\n\nSee @sec-rules, @fig-ring and [two](two.md#rules-of-two).\n"
    ),
    "content/guide/two.md": (
        "# Two\n\n## Rules of two\n\n### Rules {#sec-rules}\n\n"
        "![A ring](ring.svg){#fig-ring}\n\nAs in @sec-setup.\n"
    ),
    "content/guide/deep/three.md": "# The third\n\nText with `code` in [one](../one.md).\n",
    "content/guide/plain.md": "# Plain\n\n## Below\n\nText\n",
    "content/guide/more.md": "# More\n\n## Much\n\n![Another ring](ring.svg){#fig-more}\n",
    "content/guide/ring.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
}


@pytest.fixture
def site(site: MakeSite) -> MakeSite:
    """Makes a site from files, in which another file stands in place of each book's PDF: it takes time to lay out."""

    def make(files: Mapping[str, str], **more: Any) -> SiteFolder:
        folders = {
            path.split("/")[1] for path in files if path.endswith((".yml", ".yaml", ".toml", "SUMMARY.md"))
        }
        return site({f"content/static/{name}.pdf": "x" for name in folders} | files, **more)

    return make


def css(tree: Any, selector: str) -> list[Any]:
    """The elements that a selector of tags, classes, ids and attributes finds, in order."""
    return list(tree.xpath("|".join(_xpath(one.strip()) for one in selector.split(","))))


def _xpath(selector: str) -> str:
    path = ""
    for step in selector.split():
        tag = re.match(r"\w*", step)
        path += f"//{tag[0] if tag and tag[0] else '*'}"
        for mark, name, attribute, value in re.findall(r"([.#])([\w-]+)|\[([\w-]+)(?:=([\w-]+))?\]", step):
            if mark == ".":
                path += f"[contains(concat(' ', @class, ' '), ' {name} ')]"
            elif mark == "#":
                path += f"[@id='{name}']"
            else:
                path += f"[@{attribute}='{value}']" if value else f"[@{attribute}]"
    return f".{path}"


def outline(tree: Any) -> list[tuple[str, str, str]]:
    """The lines of the contents at the side: kind, number, title."""
    found = []
    for item in css(tree, ".book-panel li"):
        line = css(item, "a, .book-heading")[0]
        number = css(line, ".book-number")
        text = " ".join(line.text_content().split())
        shown = number[0].text_content() if number else ""
        found.append((item.get("class").removeprefix("book-"), shown, text.removeprefix(shown).strip()))
    return found


def problems(site: SiteFolder) -> list[tuple[str, str]]:
    """Codes and places of all problems."""
    return [(item["code"], f"{item['file']}:{item['line']}") for item in site.report()]


def test_a_book_has_its_pages(site: MakeSite) -> None:
    files = site(BOOK).build()
    pages = {path for path in files if path.startswith("guide/") and path.endswith(".html")}
    names = ("", "one/", "two/", "deep/three/", "plain/", "more/")
    assert pages == {f"guide/{name}index.html" for name in names}
    assert "guide/ring.svg" in files
    home = html.fromstring(files["guide/index.html"])
    assert outline(home) == [
        ("part", "", "First"),
        ("chapter", "1", "One"),
        ("chapter", "2", "Two"),
        ("part", "", "Second"),
        ("chapter", "3", "Third"),
        ("chapter", "", "Plain"),
        ("chapter", "A", "More"),
    ]
    assert css(home, "h1")[0].text_content() == "Guide"
    assert "Jane Doe, Richard Roe · 1 May 2024" in css(home, ".byline")[0].text_content()
    assert css(home, ".book-summary em")[0].text == "we"
    assert css(home, "h2#preface")
    assert [link.get("href") for link in css(home, ".book-sections a")][:2] == [
        "../guide/one/#sec-setup",
        "../guide/two/#rules-of-two",
    ]
    menu = css(home, ".site-menu a")
    assert [(link.text, link.get("aria-current")) for link in menu] == [("Guide", "page")]


def test_a_chapter_knows_its_place(site: MakeSite) -> None:
    files = site(BOOK).build()
    two = html.fromstring(files["guide/two/index.html"])
    heading = css(two, "h1")[0]
    assert (heading.get("id"), " ".join(heading.text_content().split())) == ("two", "2 Two")
    assert [link.get("href") for link in css(two, ".book-panel [aria-current=page]")] == ["../../guide/two/"]
    around = {link.get("rel"): link.get("href") for link in css(two, ".neighbours a")}
    assert around == {"prev": "../../guide/one/", "next": "../../guide/deep/three/"}
    crumbs = [item.text_content().strip() for item in css(two, ".book-crumbs li")]
    assert crumbs == ["Guide", "First"]
    edit = css(two, ".book-edit a")[0].get("href")
    assert edit == "https://github.com/doe/guide/edit/main/two.md"
    third = html.fromstring(files["guide/deep/three/index.html"])
    assert css(third, "h1")[0].text_content().split() == ["3", "The", "third"]
    assert css(third, ".prose a")[0].get("href") == "../../../guide/one/"
    first = html.fromstring(files["guide/one/index.html"])
    assert [link.get("rel") for link in css(first, ".neighbours a")] == ["prev", "next"]
    assert css(first, ".neighbours a")[0].get("href") == "../../guide/"


def test_the_whole_book_has_one_numbering(site: MakeSite) -> None:
    files = site(BOOK).build()
    one, two = (html.fromstring(files[f"guide/{name}/index.html"]) for name in ("one", "two"))
    links = {link.text_content(): link.get("href") for link in css(one, ".prose p a")}
    assert links == {
        "Section\xa02.1.1": "../../guide/two/#sec-rules",
        "Figure\xa02.1": "../../guide/two/#fig-ring",
        "two": "../../guide/two/#rules-of-two",
    }
    assert {link.text_content() for link in css(two, ".prose p a")} == {"Section\xa01.1"}
    more = html.fromstring(files["guide/more/index.html"])
    assert "Figure A.1" in css(more, "figcaption")[0].text_content().replace("\xa0", " ")
    plain = html.fromstring(files["guide/plain/index.html"])
    assert "0" not in css(plain, "h2")[0].text_content()


@pytest.mark.parametrize(
    ("given", "web"),
    [
        ("", ("1.1", "2.1", "2.1.1")),
        ("numbering: {web: 1}\n", ("1.1", "2.1", "")),
        ("numbering: {web: false}\n", ("",) * 3),
    ],
)
def test_the_depth_of_numbers_is_one_of_the_output(site: MakeSite, given: str, web: tuple[str, ...]) -> None:
    files = site(BOOK | {"content/guide/book.yaml": BOOK["content/guide/book.yaml"] + given}).build()
    found = []
    for name in ("one", "two"):
        tree = html.fromstring(files[f"guide/{name}/index.html"])
        for heading in css(tree, ".prose h2, .prose h3"):
            number = re.match(r"[\d.]*", heading.text_content())
            found.append(number[0] if number else "")
    assert tuple(found) == web


def test_what_is_wrong_with_chapters_is_told_and_the_rest_is_built(site: MakeSite) -> None:
    files = {
        "content/guide/book.yaml": (
            "title: Guide\nchapters:\n- one.md\n- onne.md\n- one.md\n- ../posts/x.md\n- ring.svg\n- [a]\n- {part: P}\n"
        ),
        "content/guide/one.md": "# One\n\n@fig-nowhere\n\n## A {#sec-a}\n",
        "content/guide/two.md": "# Two\n",
        "content/guide/_draft.md": "# Draft\n",
        "content/guide/README.md": "About\n",
        "content/guide/ring.svg": "<svg/>\n",
        "content/posts/x.md": "---\ntitle: X\ndate: 2020\n---\nText\n",
    }
    found = site(files)
    assert sorted(problems(found)) == [
        ("book-chapter-kind", "content/guide/book.yaml:7"),
        ("book-entry", "content/guide/book.yaml:8"),
        ("book-missing", "content/guide/book.yaml:4"),
        ("book-outside", "content/guide/book.yaml:6"),
        ("book-twice", "content/guide/book.yaml:5"),
        ("book-unlisted", "content/guide/two.md:1"),
        ("markup-unknown-reference", "content/guide/one.md:3"),
    ]
    hints = {item["code"]: item["hint"] for item in found.report()}
    assert "one.md" in hints["book-missing"]
    result = render(found.root, today=TODAY)
    assert {"guide/index.html", "guide/one/index.html", "posts/x/index.html"} <= result.outputs.keys()


def test_labels_are_given_once_in_a_book(site: MakeSite) -> None:
    files = BOOK | {"content/guide/plain.md": "# Plain\n\n## Again {#sec-setup}\n\nSee @sec-setup.\n"}
    found = site(files)
    assert problems(found) == [("markup-duplicate-label", "content/guide/plain.md:3")]


def test_files_are_taken_into_chapters(site: MakeSite) -> None:
    files = {
        "content/guide/book.yaml": "title: Guide\nchapters: [one.md, two.md]\n",
        "content/guide/one.md": "# One\n\n{{< include _part.md >}}\n\n{{< include ../../site.yaml >}}\n",
        "content/guide/_part.md": "## Part {#sec-part}\n\n{{< include _deep.md >}}\n",
        "content/guide/_deep.md": "Deep words.\n\n{{< include _part.md >}}\n",
        "content/guide/two.md": "# Two\n\n@sec-part\n\n{{< include ../../../etc/passwd >}}\n",
    }
    found = site(files)
    assert sorted(problems(found)) == [
        ("markup-include-cycle", "content/guide/_deep.md:3"),
        ("markup-include-missing", "content/guide/one.md:5"),
        ("markup-include-outside", "content/guide/two.md:5"),
    ]
    texts = {
        path: output.data.decode("utf-8", "replace")
        for path, output in render(found.root, today=TODAY).outputs.items()
        if not output.copy
    }
    assert "Deep words." in texts["guide/one/index.html"]
    assert "Section\xa01.1</a>" in texts["guide/two/index.html"]


def test_a_draft_is_no_chapter(site: MakeSite) -> None:
    files = BOOK | {"content/guide/one.md": "---\ntitle: One\ndraft: true\n---\n# A\n"}
    found = site(files)
    assert "guide/one/index.html" not in found.build()
    assert "guide/one/index.html" in found.build("--drafts")
    book = BOOK["content/guide/book.yaml"] + "draft: true\n"
    found.write(BOOK | {"content/guide/book.yaml": book})
    assert not any(path.startswith("guide/") for path in found.build())


# --- other programs' books ---


def test_a_folder_without_a_list_is_read_by_name(site: MakeSite) -> None:
    files = {
        "content/notes/book.yaml": "title: Notes\n",
        "content/notes/b.md": "# B\n",
        "content/notes/a.md": "# A\n",
        "content/notes/index.md": "Hello\n",
        "content/notes/more/z.md": "# Z\n",
    }
    tree = html.fromstring(site(files).build()["notes/index.html"])
    assert [line[1:] for line in outline(tree)] == [("1", "A"), ("2", "B"), ("", "More"), ("3", "Z")]


def test_mkdocs(site: MakeSite) -> None:
    files = {
        "content/docs/mkdocs.yml": """\
site_name: Manual
repo_url: https://github.com/doe/manual
edit_uri: edit/dev/docs/
theme: {name: material}
markdown_extensions:
- pymdownx.emoji:
    emoji_index: !!python/name:material.extensions.emoji.twemoji
nav:
- index.md
- Start: start.md
- Guide:
  - guide/index.md
  - Deeper:
    - Down: guide/down.md
- Elsewhere: https://example.org/
""",
        "content/docs/docs/index.md": "# Welcome\n\nSee [start](start.md).\n",
        "content/docs/docs/start.md": '# Getting started\n\n!!! note "Mind"\n    The *gap*.\n',
        "content/docs/docs/guide/index.md": "# The guide\n\n[down](down.md) and [start](../start.md)\n",
        "content/docs/docs/guide/down.md": "# Down below\n\n1. One\n\n    ```python\n    x = 1\n    ```\n",
    }
    found = site(files)
    built = found.build()
    assert problems(found) == []
    home = html.fromstring(built["docs/index.html"])
    assert css(home, "h1")[0].text_content() == "Manual"
    assert outline(home) == [
        ("chapter", "", "Start"),
        ("part", "", "Guide"),
        ("chapter", "", "The guide"),
        ("part", "", "Deeper"),
        ("chapter", "", "Down"),
        ("link", "", "Elsewhere"),
    ]
    start = html.fromstring(built["docs/start/index.html"])
    assert css(start, "h1")[0].text_content() == "Getting started"
    assert css(start, ".callout em")
    assert css(start, ".book-edit a")[0].get("href") == "https://github.com/doe/manual/edit/dev/docs/start.md"
    guide = html.fromstring(built["docs/guide/index.html"])
    assert [link.get("href") for link in css(guide, ".prose a")] == [
        "../../docs/guide/down/",
        "../../docs/start/",
    ]
    down = html.fromstring(built["docs/guide/down/index.html"])
    assert css(down, "li pre")
    assert [item.text_content().strip() for item in css(down, ".book-crumbs li")] == [
        "Manual",
        "Guide",
        "Deeper",
    ]


def test_mdbook(site: MakeSite) -> None:
    files = {
        "content/tutor/book.toml": (
            '[book]\ntitle = "Tutor"\nauthors = ["Jane Doe"]\n'
            '[output.html]\nedit-url-template = "https://github.com/doe/tutor/edit/main/{path}"\n'
        ),
        "content/tutor/src/SUMMARY.md": """\
# Summary

[Introduction](README.md)

# Basics

- [First](first.md)
    - [Inner](first/inner.md)
- [Draft]()

---

[Thanks](thanks.md)
""",
        "content/tutor/src/README.md": "# Introduction\n\nHi. [First](first.html)\n",
        "content/tutor/src/first.md": "# First steps\n\n## Walk\n",
        "content/tutor/src/first/inner.md": "# Inner thoughts\n\n## Think\n\nText\n",
        "content/tutor/src/thanks.md": "# Thanks\n",
    }
    found = site(files)
    built = found.build()
    assert problems(found) == []
    home = html.fromstring(built["tutor/index.html"])
    assert outline(home) == [
        ("part", "", "Basics"),
        ("chapter", "1", "First"),
        ("chapter", "1.1", "Inner"),
        ("draft", "", "Draft"),
        ("chapter", "", "Thanks"),
    ]
    assert css(home, ".prose p a")[0].get("href") == "../tutor/first/"
    inner = html.fromstring(built["tutor/first/inner/index.html"])
    assert css(inner, ".book-edit a")[0].get("href") == (
        "https://github.com/doe/tutor/edit/main/src/first/inner.md"
    )
    assert css(inner, "h2")[0].text_content().startswith("1.1.1")


def test_quarto_takes_part_files_and_code_cells(site: MakeSite) -> None:
    files = {
        "content/q/_quarto.yml": """\
project: {type: book}
book:
  title: Q
  author: [{name: Jane Doe}]
  chapters:
  - index.qmd
  - part: tools.qmd
    chapters: [a.qmd]
  appendices: [b.qmd]
format: {html: {number-sections: true}}
execute: {echo: false}
""",
        "content/q/index.qmd": "# Start {.unnumbered}\n",
        "content/q/tools.qmd": "# Tools {#sec-tools}\n\nWhat we use.\n",
        "content/q/a.qmd": "# A\n\n```{python}\n#| label: x\n1 + 1\n```\n\nSee @sec-tools.\n",
        "content/q/b.qmd": "# B\n",
    }
    found = site(files)
    assert problems(found) == [("markup-code-not-run", "content/q/a.qmd:3")]
    built = found.build()
    tree = html.fromstring(built["q/index.html"])
    assert outline(tree) == [("part", "", "Tools"), ("chapter", "1", "A"), ("chapter", "A", "B")]
    assert "1 + 1" in css(html.fromstring(built["q/a/index.html"]), "pre")[0].text_content()
    assert "q/tools/index.html" in built


def test_book_yaml_stands_beside_another_file(site: MakeSite) -> None:
    files = {
        "content/q/_quarto.yml": "book:\n  title: Q\n  chapters: [index.qmd, a.qmd]\n",
        "content/q/book.yaml": "title: Ours\nurl: /manual/\nmenu: Manual\naliases: [/old/]\n",
        "content/q/index.qmd": "# Start {.unnumbered}\n",
        "content/q/a.qmd": "# A\n",
    }
    built = site(files).build()
    assert {"manual/index.html", "manual/a/index.html", "old/index.html"} <= built.keys()
    tree = html.fromstring(built["manual/index.html"])
    assert css(tree, "h1")[0].text_content() == "Ours"
    assert css(tree, ".site-menu a")[0].text == "Manual"


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("_quarto.yml", "project: {type: website}\n", "book-none"),
        ("_quarto.yml", "book: {title: [\n", "yaml-syntax"),
        ("_quarto.yml", "book: {title: Q}\n", "book-empty"),
        ("book.yaml", "- a list\n", "book-kind"),
        ("book.yaml", "titel: X\nchapters: [a.md]\n", "key-unknown"),
        ("book.yaml", "chapters: [a.md]\nbibliography: none.bib\n", "bib-file"),
        ("book.yaml", "chapters: [a.md]\nstyle: none/x.csl\n", "csl-file"),
        ("book.yaml", "chapters: [a.md]\nnumbering: {web: x}\n", "book-depth"),
        ("book.yaml", "chapters: [a.md]\nlang: german\n", "value-language"),
        ("_quarto.yml", "lang: german\nbook: {title: Q, chapters: [a.md]}\n", "value-language"),
        ("mkdocs.yml", "site_name: Q\ndocs_dir: .\ntheme: {language: german}\n", "value-language"),
        ("book.toml", '[book]\nlanguage = "german"\nsrc = "."\n', "value-language"),
        ("book.toml", "[book\n", "book-toml"),
    ],
)
def test_a_file_that_cannot_be_understood_is_told(site: MakeSite, path: str, text: str, code: str) -> None:
    files = {
        f"content/q/{path}": text,
        "content/q/a.md": "# A\n",
        "content/posts/p.md": "---\ntitle: P\ndate: 2020\n---\n",
    }
    if path == "book.toml":
        files["content/q/SUMMARY.md"] = "- [A](a.md)\n"
    found = site(files)
    assert code in found.codes()
    assert "posts/p/index.html" in render(found.root, today=TODAY).outputs


def test_the_index_is_small_and_safe(site: MakeSite) -> None:
    files = BOOK | {"content/guide/plain.md": "# Plain\n\nA </script> of `x < y & z`.\n\n## Below\n\nMore.\n"}
    text = site(files).build()["guide/search.json"]
    assert "<" not in text
    rows = json.loads(text)
    assert ["plain/#below", "Plain", "Below", "More."] in rows
    assert any(row[0] == "plain/#plain" and "x < y & z" in row[3] for row in rows)
    assert rows[0][:2] == ["#preface", "Guide"]


def test_what_does_not_fit_into_the_pdf_is_told_at_its_line_of_its_chapter(tmp_path: Path) -> None:
    wide = "$$ " + " + ".join(f"x_{{{at}}}^{{{at}}}" for at in range(90)) + " $$"
    folder = SiteFolder(tmp_path / "site").write(
        {
            "site.yaml": "title: Lab\n",
            "content/g/book.yaml": "title: Guide\nchapters: [one.md, two.md]\npdf: true\n",
            "content/g/one.md": "# One\n\nA sign: \U0001f609\n",
            "content/g/two.md": f"# Two\n\nSome text.\n\n{wide}\n\nAgain \U0001f609\n",
        }
    )
    report = folder.report()
    assert sorted((item["code"], item["file"], item["line"]) for item in report) == [
        ("pdf-glyph", "content/g/one.md", 3),
        ("pdf-glyph", "content/g/two.md", 7),
        ("pdf-overflow", "content/g/two.md", 5),
    ]
    assert all("too wide" in item["message"] for item in report if item["code"] == "pdf-overflow")


# --- the reference handbook ---


@pytest.fixture(scope="module")
def handbook_folder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference handbook as it is, built."""
    root = tmp_path_factory.mktemp("handbook") / "site"
    (root / "content").mkdir(parents=True)
    ignore = shutil.ignore_patterns("reference")
    shutil.copytree(shared_data / "handbook", root / "content" / "handbook", ignore=ignore)
    site = SiteFolder(root).write({"site.yaml": "title: Lab\n"})
    # The one thing that the PDF lacks is a smiling face.
    assert [(item["code"], item["line"]) for item in site.report()] == [("pdf-glyph", 10)]
    site.build()
    return site.out


@pytest.fixture(scope="module")
def handbook(handbook_folder: Path) -> dict[str, str]:
    """Its files."""
    return read_texts(handbook_folder)


def words(text: str) -> str:
    """A text without white space, quotation marks and dashes, which programs dress differently."""
    text = re.sub(r"[“”\"‘’'–—-]|\.\.\.|…|[\s\u00a0]+", "", text)
    # The original prints the number of a series that has no name.
    return text.replace("Vol.2.3.MIT", "Vol.2.MIT")


@pytest.mark.shared
def test_the_outline_of_the_handbook(handbook: dict[str, str], shared_data: Path) -> None:
    expected = json.loads((shared_data / "handbook/reference/outline.json").read_text(encoding="utf-8"))
    home = html.fromstring(handbook["handbook/index.html"])
    assert css(home, "h1")[0].text_content() == expected["title"]
    byline = css(home, ".byline")[0]
    assert expected["author"] in byline.text_content()
    assert css(byline, "time")[0].get("datetime") == expected["date"]
    assert css(home, "h2")[0].text_content().startswith(expected["unnumbered_first"])
    wanted = []
    for part in expected["parts"]:
        wanted.append(("part", "", part["title"]))
        wanted += [("chapter", str(item["number"]), item["title"]) for item in part["chapters"]]
    assert outline(home) == [*wanted, ("chapter", "", expected["last"])]
    for part in expected["parts"]:
        for item in part["chapters"]:
            name = item["file"].removesuffix(".qmd")
            tree = html.fromstring(handbook[f"handbook/{name}/index.html"])
            headings = [
                heading.text_content().removesuffix("#").strip()
                for heading in css(tree, ".prose h2, .prose h3, .prose h4")
            ]
            assert headings == [title for _, title in item["sections"]]


@pytest.mark.shared
def test_the_numbers_of_the_handbook_in_its_pdf(shared_data: Path, tmp_path: Path) -> None:
    expected = json.loads((shared_data / "handbook/reference/outline.json").read_text(encoding="utf-8"))
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    shutil.copytree(shared_data / "handbook", root / "content/handbook")
    (root / "site.yaml").write_text("title: Lab\n", encoding="utf-8")
    (root / "content/static").mkdir()
    (root / "content/static/handbook.pdf").write_text("x", encoding="utf-8")
    result = render(root, today=TODAY)
    assert result.answers is not None
    references = result.answers.names.references
    work = references.work(("books", "handbook"))
    numbers = references.numbers(work, "pdf")
    for part in expected["parts"]:
        for item in part["chapters"]:
            key = ("chapters", f"handbook/{item['file'].removesuffix('.qmd')}")
            name = "/".join(key)
            assert numbers.chapters[name] == str(item["number"])
            found = references.library.documents[key].outline
            first = references.library.records["chapters"][key[1]].data["is_headed"]
            shown = [
                [number.number if number else None, label.title]
                for label, number in zip(found.labels, numbers.texts[name], strict=True)
                if label.kind == "sec"
            ][1 if first else 0 :]
            assert shown == item["sections"]


@pytest.mark.shared
def test_every_anchor_and_text_of_the_handbook(handbook: dict[str, str], shared_data: Path) -> None:
    rows = json.loads((shared_data / "handbook/reference/search.json").read_text(encoding="utf-8"))
    assert len(rows) == 28
    texts = {}
    for row in rows:
        page, _, anchor = row["href"].partition("#")
        name = page.removesuffix(".html")
        path = "handbook/index.html" if name == "index" else f"handbook/{name}/index.html"
        if path not in texts:
            tree = html.fromstring(handbook[path])
            cards = [words(card.text_content()) for card in css(tree, ".cite-card")]
            for silent in css(tree, ".cite-card, a.anchor, .footnote-back"):
                silent.drop_tree()
            # References are at hand where they are cited; the original repeats them below the chapter.
            texts[path] = tree, "\n".join([words(css(tree, "article")[0].text_content()), *cards])
        tree, text = texts[path]
        assert not anchor or tree.xpath("//*[@id=$anchor]", anchor=anchor), row["href"]
        for line in row["text"].splitlines():
            wanted = words(unescape(re.sub(r"^\d+\. ", "", line)))
            assert wanted in text, (row["href"], line)


@pytest.mark.shared
def test_the_citations_of_the_handbook(handbook: dict[str, str], shared_data: Path) -> None:
    expected = json.loads((shared_data / "handbook/reference/outline.json").read_text(encoding="utf-8"))
    tree = html.fromstring(handbook["handbook/gp_and_bo/index.html"])
    for card in css(tree, ".cite-card"):
        card.drop_tree()
    cited = [group.text_content() for group in css(tree, ".citation")]
    assert cited == expected["citations_in_text"]
    links = {link.get("href") for link in css(tree, ".citation a")}
    assert links == {
        f"../../handbook/references/#ref-{key}"
        for key in ("rasmussen2006gaussian", "agnihotri2020exploring", "garnett_bayesoptbook_2023")
    }
    listed = html.fromstring(handbook["handbook/references/index.html"])
    assert {link.text_content() for link in css(listed, ".footnote-back")} == {"↩§5"}, (
        "the chapter that cites"
    )
    entries = [entry.text_content().replace("↩§5", "") for entry in css(listed, ".reference")]
    assert len(entries) == 3
    assert {words(entry) for entry in entries} == {words(entry) for entry in expected["bibliography"]}
    back = {link.get("href") for link in css(listed, ".footnote-back")}
    assert back == {f"../../handbook/gp_and_bo/#cite-{number}" for number in (1, 2, 3)}


@pytest.mark.shared
def test_code_in_lists_of_the_handbook_is_whole(handbook: dict[str, str]) -> None:
    tree = html.fromstring(handbook["handbook/packaging/index.html"])
    assert len(css(tree, "pre")) >= 8
    contributing = html.fromstring(handbook["handbook/contributing/index.html"])
    inside = css(contributing, "li pre")
    assert inside
    assert any("your-new-chapter.qmd" in block.text_content() for block in inside)
    assert "```" not in css(contributing, "article")[0].text_content()


@pytest.mark.shared
def test_the_pdf_of_the_handbook(handbook_folder: Path, shared_data: Path) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    expected = json.loads((shared_data / "handbook/reference/outline.json").read_text(encoding="utf-8"))
    home = html.fromstring((handbook_folder / "handbook/index.html").read_text(encoding="utf-8"))
    assert css(home, ".page-header .actions a")[0].get("href") == "../handbook.pdf"
    command = [program, "-layout", "-enc", "UTF-8", str(handbook_folder / "handbook.pdf"), "-"]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    pages = text.split("\f")
    assert expected["title"] in pages[0]
    assert expected["author"] in pages[0]
    contents = words(pages[1])
    for part in expected["parts"]:
        assert words(f"Part {part['number']} {part['title']}") in contents
        opening = words(f"Part {part['number']} {part['title']}")
        assert [words(page) for page in pages].count(opening) == 1, "a page of its own"
        for chapter in part["chapters"]:
            assert words(f"{chapter['number']} {chapter['title']}") in contents
            for number, title in chapter["sections"]:
                assert words(f"{number or ''} {title}") in contents
    whole = words(text)
    assert all(words(entry) in whole for entry in expected["bibliography"])


def test_a_book_without_a_pdf_does_not_link_one(site: MakeSite) -> None:
    files = BOOK | {"content/guide/book.yaml": BOOK["content/guide/book.yaml"] + "pdf: false\n"}
    made = site(files)
    (made.root / "content/static/guide.pdf").unlink()
    built = made.build()
    assert "guide.pdf" not in built
    assert not css(html.fromstring(built["guide/index.html"]), ".page-header .actions")
