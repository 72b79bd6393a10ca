"""Front matter that other programs let pass: dates in names of files, titles in headings, keys of ours in odd forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import html

from conftest import SiteFolder

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Of $x^2$ and `code`\n\nWords."}],
}
FILES = {
    "site.yaml": "title: Site\nurl: https://x.example/\nauthor: {name: Jane Doe}\n",
    "content/posts/2024-05-01-one.md": "\n# Rings & *chains* {#top}\n\nWords.\n",
    "content/posts/2024-05-02-two.md": "---\ndate: 2020-01-01\nauthor: Richard Roe\n---\n# Two\n\n## Further\n",
    "content/posts/three/index.md": "---\ndate: 2024-05-03\ntitle: Three\nauthors: [{name: A B}, C D]\n---\n# Other\n",
    "content/posts/2024-05-04-four.ipynb": json.dumps(NOTEBOOK),
    "content/pages/p.md": "---\nauthor: {orcid: 1}\nauthors: 3\nbibliography: 3\nkeywords: {a: b}\n---\n# Page\n",
    "content/students.yaml": "- {name: E F, level: PhD, thesis: On *things*}\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return SiteFolder(tmp_path_factory.mktemp("front") / "site").write(FILES).build()


def page(built: dict[str, str], path: str) -> HtmlElement:
    tree: HtmlElement = html.fromstring(built[path].encode())
    return tree


def test_the_day_in_front_of_a_name_dates_a_post(built: dict[str, str]) -> None:
    days = [
        page(built, f"posts/{name}/index.html").xpath("string(//time/@datetime)")
        for name in ("one", "two", "three")
    ]
    assert days == ["2024-05-01", "2020-01-01", "2024-05-03"]


def test_the_first_heading_is_the_title_of_a_post_that_has_none(built: dict[str, str]) -> None:
    heads = [
        page(built, f"posts/{name}/index.html").xpath("//main//*[self::h1 or self::h2]")
        for name in ("one", "two", "three")
    ]
    assert [[head.text_content().rstrip("# ") for head in found] for found in heads] == [
        ["Rings & chains"],
        ["Two", "Further"],
        ["Three", "Other"],
    ]


def test_such_a_title_has_no_marks_of_markdown(built: dict[str, str]) -> None:
    assert page(built, "posts/one/index.html").findtext(".//title") == "Rings & chains · Site"
    assert page(built, "posts/four/index.html").findtext(".//title") == "Of x² and code · Site"
    assert "*chains*" not in built["posts/index.html"]


def test_authors_of_a_text_may_be_written_in_any_form(built: dict[str, str]) -> None:
    names = {
        path: page(built, f"{path}/index.html").xpath("//meta[@name='author']/@content")
        for path in ("posts/one", "posts/two", "posts/three", "p")
    }
    assert names == {
        "posts/one": ["Jane Doe"],
        "posts/two": ["Richard Roe"],
        "posts/three": ["A B", "C D"],
        "p": ["Jane Doe"],
    }
    assert '"author":[{"@type":"Person","name":"Richard Roe"}]' in built["posts/two/index.html"].replace(
        '": ', '":'
    )


def test_a_thesis_may_be_its_title(built: dict[str, str]) -> None:
    assert "On <em>things</em>" in built["students/index.html"]
