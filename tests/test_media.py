"""Galleries, posters of films, films that browsers do not play, and notes at lines of code; on pages and in PDFs."""

from __future__ import annotations

import re

import pytest

from acadsite.markup import read, render
from acadsite.markup.typst_blocks import blocks_of
from conftest import SiteFolder
from test_images import photo

PAGE = """\
---
title: Media
---
::: gallery
![A *wide* photo](wide.jpg){fig-alt="Hills"} ![Drawn](drawing.svg){fig-alt="A drawing"}

![](nameless.png)

Words between.

[![Linked](drawing.svg)](/film.mp4)
:::

![A film](/film.mp4){poster=wide.jpg}

![An old film](/old.mov)
"""

CODE = """\
```python
first = 1  # <1>
second = "<2>"  # <2> <3>
third = 3
```

1. The *first*.
2. The second.
3. The third.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    files = {
        "site.yaml": "title: X\nimages: {widths: [40, 80]}\n",
        "content/pages/media.md": PAGE,
        "content/pages/wide.jpg": photo(120, 60),
        "content/pages/nameless.png": photo(30, 30, "png"),
        "content/pages/drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        "content/static/film.mp4": b"film",
        "content/static/old.mov": b"film",
        "content/pages/plain.md": "---\ntitle: Plain\n---\nWords.\n",
    }
    return SiteFolder(tmp_path_factory.mktemp("media") / "site").write(files)


@pytest.fixture(scope="module")
def built(folder: SiteFolder) -> dict[str, str]:
    return folder.build()


def test_a_gallery(built: dict[str, str]) -> None:
    page = built["media/index.html"]
    gallery = page[page.index('<div class="gallery">') : page.index("<video")]
    assert gallery.count("<figure>") == 3
    large = re.search(r'<a href="([^"]+)"><(?:picture|img)', gallery)
    assert large, gallery
    assert large[1].endswith(".webp") or large[1].endswith(".jpg")
    assert "../pages/wide" in large[1]
    assert large[1].removeprefix("../") in built
    assert 'alt="Hills"' in gallery
    assert "<figcaption>A <em>wide</em> photo</figcaption>" in gallery
    assert gallery.count("<a ") == 2, "a drawing has no larger version, and what has no name is no link"
    assert "20rem" in gallery
    assert "pages/gallery.css" in page
    assert "pages/gallery.css" not in built["plain/index.html"]


def test_films(folder: SiteFolder, built: dict[str, str]) -> None:
    page = built["media/index.html"]
    poster = re.search(r'<video src="../film.mp4"[^>]* poster="([^"]+)"', page)
    assert poster, page
    assert poster[1].removeprefix("../") in built
    assert "data-poster" not in page
    assert '<a href="../old.mov">An old film</a>' in page
    told = {(one["code"], one["line"]) for one in folder.report()}
    assert told == {("image-unusable", 16), ("image-alt", 7)}, "and the picture that says nothing"


def html(text: str) -> str:
    return render(read(text, "a.md")).html


def test_notes_at_lines() -> None:
    shown = html(CODE)
    assert shown.count("data-note") == 2
    assert re.search(r'first.*<span data-note="1"></span>\n</span>', shown)
    assert re.search(r'second.*<span data-note="2, 3"></span>\n</span>', shown)
    assert '<ol class="code-notes">' in shown
    code = re.sub(r"<[^>]*>", "", shown[: shown.index("</pre>")])
    assert code.splitlines() == ["first = 1", 'second = "&lt;2&gt;"', "third = 3"]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("x = 1 # (1)!", "1"),
        ("int x; // <1>", "1"),
        ("int x; /* <1> */", "1"),
        ("<p> <!-- <1> -->", "1"),
        ("select 1 -- <1>", "1"),
        ("x = 1; % <1>", "1"),
        ("x # <1>", "1"),
        ("x # <9>", ""),
        ("x # see <1> there", ""),
        ("x # (1)", ""),
        ("List<1>", ""),
    ],
)
def test_marks_of_languages(line: str, number: str) -> None:
    shown = html(f"```\n{line}\n```\n\n1. A note.\n")
    assert (f'data-note="{number}"' in shown) is bool(number)
    assert ("code-notes" in shown) is bool(number)


@pytest.mark.parametrize("behind", ["", "Words.\n\n1. A list.\n", "- No numbers.\n"])
def test_marks_without_a_list_stay(behind: str) -> None:
    assert "&lt;1&gt;" in html(f"```python\nx = 1  # <1>\n```\n\n{behind}")


def test_numbers_of_lines_and_marks_stay_with_notes() -> None:
    shown = html("```{.python .numberLines startFrom=5}\na = 1\nb = 2  # <1>\n```\n\n1. Note.\n")
    assert 'data-line="6"' in shown
    assert re.search(r'data-line="6">.*data-note="1"', shown)


def test_in_pdfs() -> None:
    (code, notes) = blocks_of(read(CODE, "a.md").tree)
    assert [line[-1] for line in code["lines"][:2]] == [["c", "  (1)"], ["c", "  (2, 3)"]]
    assert notes["k"] != "code"
    pictures = "\n\n".join(f"![{name}](https://x.example/{name}.png)" for name in "ABCD")
    rows = blocks_of(read(f"::: gallery\n{pictures}\n\nWords.\n:::\n", "a.md").tree)
    assert [row["k"] for row in rows] == ["columns", "columns", "p"]
    assert [[part["b"][-1]["c"] if part["b"] else None for part in row["parts"]] for row in rows[:2]] == [
        [["A"], ["B"], ["C"]], [["D"], None, None],
    ]  # fmt: skip
    (film,) = blocks_of(read("![A film](https://x.example/film.mp4)\n", "a.md").tree)
    assert film["c"] == [{"k": "a", "u": "https://x.example/film.mp4", "c": ["A film"]}]
