"""Blocks for Typst: every construct of a document, the same text as in its tree, each place and link once."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from acadsite import markup
from acadsite.links import SITE_ROOT
from acadsite.markup.html import Link
from acadsite.markup.numbering import Text, number
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import Citing, Entry, prepare
from acadsite.markup.typst_blocks import Picture, Setting, blocks_of
from acadsite.markup.typst_code import code_lines, marked_lines
from acadsite.markup.typst_documents import (
    Chapter,
    Meta,
    Slide,
    book_data,
    overflow_in,
    paper_data,
    slides_data,
)
from acadsite.markup.typst_pictures import picture_file
from document_data import cited, reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Value = dict[str, Any]


def blocks(
    text: str, setting: Setting | None = None, citing: Citing | None = None, **more: Any
) -> list[Value]:
    """The blocks of a text, numbered by itself."""
    document = markup.read(text, "a.md")
    numbers = number([Text("a", outline_of(document))])
    prepared = prepare(
        document, numbers=numbers.texts["a"], find=lambda key: numbers.find("a", key), citing=citing
    )
    return blocks_of(prepared.tree, setting or Setting(**more))


def said(value: Any) -> str:
    """The text of a value, in reading order."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(said, value))
    out = ""
    for key in (
        "title",
        "caption",
        "t",
        "c",
        "notes",
        "text",
        "parts",
        "items",
        "rows",
        "cells",
        "b",
        "lines",
    ):
        if key not in value:
            continue
        if key == "lines":
            lines = [[part if isinstance(part, str) else part[1] for part in line] for line in value["lines"]]
            out += "\n".join("".join(line) for line in lines)
        elif key == "t" and value.get("k") == "math":
            out += value["alt"]
        elif key != "notes" or value.get("k") in {"h", "subhead", "table"}:
            out += said(value[key])
    if value.get("k") == "eq":
        out += value["math"]["alt"]
    return out + (" " if value.get("k", "p") not in INLINE else "")


INLINE = {"em", "strong", "del", "sub", "sup", "sc", "u", "a", "code", "math"}


def only(text: str, **more: Any) -> Value:
    found = blocks(text, **more)
    assert len(found) == 1, found
    return found[0]


# --- one construct after the other ---


def test_paragraphs_hold_nodes():
    assert only("A *b* `c`") == {
        "k": "p",
        "c": ["A ", {"k": "em", "c": ["b"]}, " ", {"k": "code", "t": "c"}],
        "line": 1,
    }


def test_headings_carry_number_label_and_level():
    found = blocks("# Title\n\n## One {#one}\n\n### Deep\n\n## Two {.unnumbered}")
    assert [(block["level"], block.get("number"), block["id"]) for block in found] == [
        (1, None, "title"), (2, "1", "one"), (3, "1.1", "deep"), (2, None, "two"),
    ]  # fmt: skip


def test_headings_close_gaps_below_a_chapter():
    found = blocks("## A\n\n#### B\n\n# C", level=2, shift=1)
    assert [block["level"] for block in found] == [3, 4, 3]


@pytest.mark.parametrize(
    "text", ["> # In a quote", "- # In an item", "::: {.callout-note}\ntext\n\n# In a callout\n:::"]
)
def test_headings_in_other_blocks_are_no_sections(text: str):
    kinds = json.dumps(blocks(text))
    assert '"k": "subhead"' in kinds
    assert '"k": "h"' not in kinds


def test_a_footnote_stands_where_it_is_called_first():
    paragraph = only("A[^x] b[^x] c^[in line]\n\n[^x]: Note.\n\n    More.")
    notes = [node for node in paragraph["c"] if isinstance(node, dict)]
    assert [(node["n"], "b" in node) for node in notes] == [(1, True), (1, False), (2, True)]
    assert [block["c"] for block in notes[0]["b"]] == [["Note."], ["More."]]
    assert notes[0]["id"] == notes[1]["id"]


def test_footnotes_of_headings_stand_beside_them():
    heading = blocks("# A[^x] b\n\n[^x]: Note.")[0]
    assert heading["c"] == ["A b"]
    assert heading["notes"][0]["n"] == 1


def test_a_footnote_that_calls_itself_ends():
    found = json.dumps(blocks("a[^1]\n\n[^1]: b[^1] c[^2]\n\n[^2]: d[^1]"))
    assert found.count('"b": [') == 1


def test_footnotes_deep_in_footnotes_come_behind_the_text():
    text = "a[^0]" + "".join(f"\n\n[^{at}]: word{at} [^{at + 1}]" for at in range(40))
    whole = said(blocks(text))
    assert [whole.count(f"word{at} ") for at in range(39)] == [1] * 39


def test_lists_keep_start_tasks_and_what_items_hold():
    tight = only("3. a\n4. b")
    assert (tight["k"], tight["start"], tight["tight"]) == ("ol", 3, True)
    loose = only("- a\n\n  b\n\n- c")
    assert "tight" not in loose
    assert [len(item["b"]) for item in loose["items"]] == [2, 1]
    tasks = only("- [x] a\n- [ ] b\n- c")
    assert [item.get("done") for item in tasks["items"]] == [True, False, None]


def test_code_has_lines_with_the_colours_of_the_page():
    code = only("```python {.numberLines}\ndef f():\n\treturn 'é'\n```")
    assert said(code).strip() == "def f():\n    return 'é'"
    assert ["k", "def"] in code["lines"][0]
    assert ["s", "'é'"] in code["lines"][1]


def test_code_of_no_language_has_no_colours():
    assert only("```\na <b> &amp;\n\n```")["lines"] == [["a <b> &amp;"], []]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("1,3-4", [1, 3, 4]), ("2-99", [2, 3, 4, 5]), ("x", []), ("", []), ("4-2", []), ("0", [])],
)
def test_marked_lines(text: str, lines: list[int]):
    assert marked_lines(text, 5) == lines


def test_tabs_in_code_go_to_every_fourth_column():
    assert code_lines("a\tb\n\t\tc", "") == [["a   b"], ["        c"]]


def test_display_formulas_divide_paragraphs():
    found = blocks("Before $$x^2$$ {#eq-a} behind")
    assert [block["k"] for block in found] == ["p", "eq", "p"]
    assert (found[1]["math"]["alt"], found[1]["number"], found[1]["id"]) == ("x^2", "(1)", "eq-a")


def test_a_tag_is_the_number_and_stands_once():
    [formula] = blocks("$$\nx \\tag{2.1}\n$$ {#eq-a}")
    assert formula["number"] == "(2.1)"
    assert "2.1" not in formula["math"]["t"]


def test_words_numbers_and_marks_that_a_text_gives():
    found = blocks(
        '::: {#thm-a word="Claim" tag="2.1"}\nX\n:::\n\nSee @thm-a.\n\n::: {type=i}\n1. a\n2. b\n:::'
    )
    assert (found[0]["word"], found[0]["number"]) == ("Claim", "2.1")
    assert said(found[1]).strip() == "See Claim\N{NO-BREAK SPACE}2.1."
    assert (found[2]["k"], found[2]["mark"], len(found[2]["items"])) == ("ol", "i.", 2)


def test_rows_of_a_formula_have_their_own_numbers():
    formula = only(
        "\\begin{align}\na &= b \\label{eq-a}\\\\\nc &= d \\notag\\\\\ne &= f \\label{eq-b}\n\\end{align}"
    )
    assert [row.get("number", "") for row in formula["rows"]] == ["(1)", "", "(2)"]
    assert [row.get("id") for row in formula["rows"]] == ["eq-a", None, "eq-b"]


def test_a_formula_that_cannot_be_set_is_its_tex():
    assert said(only("$$\\nosuch{x}$$")).strip() == "\\nosuch{x}"
    assert only("a $\\nosuch$")["c"][1] == {"k": "code", "t": "\\nosuch"}


def test_macros_hold_for_what_follows():
    found = json.dumps(blocks("$\\newcommand{\\vv}{\\mathbf{v}}$ and $\\vv$\n\n$$\\vv$$"))
    assert "code" not in found


def test_tables_are_grids():
    table = only("| a | b |\n|:--|--:|\n| 1 |\n| 2 | 3 | 4 |\n\n: Caption {#tbl-a}")
    assert (table["columns"], table["head"], table["number"], table["word"]) == (2, 1, "1", "Table")
    assert table["caption"] == ["Caption"]
    assert [[cell["x"] for cell in row["cells"]] for row in table["rows"]] == [[0, 1]] * 3
    assert [cell.get("align") for cell in table["rows"][1]["cells"]] == ["left", "right"]


def test_cells_over_several_places_leave_these_out():
    html = markup.read("| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |", "a.md").tree
    body = html[0].find("tbody")
    assert body is not None
    body[0][0].set("rowspan", "9")
    body[0][1].set("colspan", "2")
    body[0].remove(body[0][2])
    table = blocks_of(html)[0]
    rows = [
        [(cell["x"], cell.get("columns", 1), cell.get("rows", 1)) for cell in row["cells"]]
        for row in table["rows"]
    ]
    assert table["columns"] == 4
    assert rows == [
        [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1)],
        [(0, 1, 2), (1, 2, 1), (3, 1, 1)],
        [(1, 1, 1), (2, 1, 1), (3, 1, 1)],
    ]


def picture(source: str) -> Picture | None:
    return Picture("a.svg", 100, 50) if source == "a.svg" else None


def test_pictures_alone_are_blocks_others_stand_in_the_text():
    alone = only("![What is seen](a.svg){width=50%}", picture=picture)
    assert (alone["k"], alone["alt"], alone["width"], alone["size"]) == (
        "img",
        "What is seen",
        [50.0, "%"],
        [100, 50],
    )
    row = only("![A](a.svg) ![B](a.svg)", picture=picture)
    assert (row["k"], [one["alt"] for one in row["b"]]) == ("row", ["A", "B"])
    inside = only("Text ![A](a.svg)", picture=picture)
    assert inside["c"][1]["k"] == "img"


def test_a_picture_that_is_not_there_is_what_its_author_says_of_it():
    assert only("![What is seen](nowhere.png)", picture=picture)["c"] == ["What is seen"]


def test_figures_have_captions_numbers_and_parts():
    figure = blocks("![The *caption*](a.svg){#fig-a}\n\nSee @fig-a.", picture=picture)
    assert (figure[0]["word"], figure[0]["number"], said(figure[0]["caption"])) == (
        "Figure",
        "1",
        "The caption",
    )
    assert figure[0]["b"][0]["alt"] == "The caption"
    assert figure[1]["c"][1] == {"k": "a", "to": "fig-a", "c": ["Figure\N{NO-BREAK SPACE}1"]}
    parts = only(
        "::: {#fig-b layout-ncol=2}\n![One](a.svg){#fig-c}\n\n![Two](a.svg){#fig-d}\n\nBoth.\n:::",
        picture=picture,
    )
    assert parts["columns"] == 2
    assert [part["number"] for part in parts["b"]] == ["(a)", "(b)"]


def test_theorems_algorithms_callouts_tabs_and_columns():
    found = blocks(
        '::: {#thm-a name="N"}\nText.\n:::\n\n::: {.proof}\nP.\n:::\n\n::: {.callout-tip title="T"}\nC.\n:::\n\n'
        ':::: {.columns}\n::: {.column width="30%"}\nL\n:::\n::: {.column}\nR\n:::\n::::\n\n'
        "::: {.panel-tabset}\n## One\nx\n## Two\ny\n:::"
    )
    assert [block["k"] for block in found] == ["thm", "thm", "callout", "columns", "tabs"]
    assert (found[0]["word"], found[0]["number"], found[0]["title"]) == ("Theorem", "1", ["N"])
    assert (found[1]["kind"], found[1]["word"], found[1].get("number")) == ("prf", "Proof", None)
    assert (found[2]["kind"], found[2]["title"]) == ("tip", ["T"])
    assert [part.get("width") for part in found[3]["parts"]] == [30.0, None]
    assert [part["title"] for part in found[4]["parts"]] == [["One"], ["Two"]]


def test_definitions():
    found = only("Term\n: One\n: Two\n\nOther\n: Three")
    assert [(item["t"], len(item["b"])) for item in found["items"]] == [([["Term"]], 2), ([["Other"]], 1)]


def test_citations_and_the_bibliography_show_what_was_prepared():
    citing = Citing(
        {0: cited(["k"], ["k"])}, bibliography=[Entry("k", reference("k"), "[1]")], title="References"
    )
    found = blocks("Text [@k].", citing=citing)
    assert {"k": "a", "to": "ref-k", "c": ["1"]} in found[0]["c"]
    assert (found[1]["k"], found[1]["c"]) == ("h", ["References"])
    item = found[2]["items"][0]
    assert (item["label"], item["id"]) == ("[1]", "ref-k")
    assert "↩" not in said(item)


def test_html_is_its_text():
    found = blocks(
        "<div><p>One <b>two</b> &amp; <i>three</i></p>\n<script>alert(1)</script><p>four<br>five</div>"
    )
    assert said(found[0]).split() == ["One", "two", "&", "three"]
    assert {"k": "strong", "c": ["two"]} in found[0]["c"]
    assert "alert" not in said(found)
    assert said(found).split() == ["One", "two", "&", "three", "four", "five"]


def test_parts_for_other_outputs_are_left_out():
    text = (
        '::: {.content-visible when-format="html"}\nweb\n:::\n\n::: {.content-hidden when-format="pdf"}\nweb\n:::\n\n'
        '::: {.content-visible when-format="pdf"}\nprint\n:::'
    )
    assert said(blocks(text)).split() == ["print"]


def test_rules_quotes_lines_and_page_breaks():
    assert [block["k"] for block in blocks("> a\n\n---\n\n::: {.page-break}\n:::\n\nb")] == [
        "quote",
        "hr",
        "break",
        "p",
    ]


# --- links ---


def resolve(target: str, kind: str, _: Any) -> Link | None:
    page, mark, name = target.partition("#")
    return Link(f"{SITE_ROOT}book/{page}{mark}{name}") if kind == "link" and page.endswith(".md") else None


def test_links_lead_to_places_in_the_pdf_to_pages_or_elsewhere():
    setting = Setting(
        prefix="a:", pages={f"{SITE_ROOT}book/b.md": "b:"}, root="https://x.example/", resolve=resolve
    )
    nodes = blocks("[1](#here) [2](b.md#there) [3](c.md) [4](https://y.example) [5](javascript:x)", setting)[
        0
    ]["c"]
    links = [node for node in nodes if isinstance(node, dict)]
    assert [(node.get("to"), node.get("u")) for node in links] == [
        ("a:here", None), ("b:there", "https://x.example/book/b.md#there"), (None, "https://x.example/book/c.md"),
        (None, "https://y.example"),
    ]  # fmt: skip


def dicts(value: Any) -> Iterator[Value]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from dicts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from dicts(inner)


def places(data: Any) -> tuple[list[str], set[str]]:
    """Labels of a document, and the places that its links lead to."""
    labels = [
        node["id"]
        for node in dicts(data)
        if "id" in node and not (node.get("k") == "note" and "b" not in node)
    ]
    wanted = {node["to"] for node in dicts(data) if "to" in node}
    wanted |= {node["id"] for node in dicts(data) if node.get("k") == "note" and "b" not in node}
    return labels, wanted


def test_labels_stand_where_links_lead_and_once():
    text = "# A {#x}\n\n[there](#y) [nowhere](#z) [x](#x)\n\n[a]{#y} [b]{#y} [unused]{#u}\n\nn[^1] n[^1]\n\n[^1]: N"
    data = paper_data(Meta("T"), blocks(text)).data
    labels, wanted = places(data)
    assert sorted(labels) == ["fn-1", "x", "y"]
    assert wanted == set(labels)
    assert "nowhere" in said(data["b"])


def test_a_place_in_a_heading_or_in_the_head_of_a_table_is_the_whole():
    text = "# A [b]{#y}\n\n[there](#y) [cell](#c)\n\n| [h]{#c} |\n|---|\n| 1 |"
    data = paper_data(Meta("T"), blocks(text)).data
    labels, wanted = places(data)
    assert wanted == set(labels)
    heading = data["b"][0]
    assert heading["id"] == "a-b"
    assert not [node for node in dicts(heading["c"]) if "id" in node]


def test_titles_that_are_shown_twice_hold_no_places():
    title = blocks("# A[^1] [b]{#y} *c*\n\n[^1]: N")[0]
    chapter = book_data(Meta("T"), [Chapter([*title["c"], *title["notes"]], [])]).data["parts"][0]
    assert said(chapter["c"]) == "A b c"


def test_characters_that_show_something_else_are_taken_out():
    made = paper_data(Meta("T\ue000"), blocks("a\ue001b\u202ec"))
    assert (made.data["title"], said(made.data["b"]).strip()) == ("T", "abc")
    assert made.hidden == "\ue000\ue001\u202e"


def test_slides_tell_their_steps_pictures_and_footnotes():
    data = slides_data(
        Meta("T"),
        [
            Slide("slide", ["A"], blocks("![x](a.svg) n[^1]\n\n[^1]: N", picture=picture)),
            Slide("section"),
            Slide("slide"),
        ],
    ).data
    assert [slide["level"] for slide in data["slides"]] == [1, 1, 2]
    assert data["slides"][0]["pictures"] is True
    assert [note["n"] for note in data["slides"][0]["footnotes"]] == [1]


def test_overflow_is_read_out_of_a_warning():
    found = overflow_in("Unknown font family: overflow 12 height 30.")
    assert found is not None
    assert (found.line, found.kind, found.percent) == (12, "height", 30)
    assert overflow_in("Unknown font family: garamond.") is None


# --- pictures ---


def stored(kind: str, **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (30, 20), (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_of_dots_are_put_into_an_svg(kind: str):
    made = picture_file(stored(kind))
    assert made is not None
    assert (made.width, made.height) == (30, 20)
    assert made.data.startswith(b"<svg")


def test_a_lossless_webp_and_a_turned_jpeg():
    made = picture_file(stored("WEBP", lossless=True))
    assert made is not None
    assert (made.width, made.height) == (30, 20)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = picture_file(stored("JPEG", exif=exif))
    assert turned is not None
    assert (turned.width, turned.height) == (20, 30)


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('width="40" height="20"', (40, 20)),
        ('width="1in" height="2cm"', (96, 2 * 96 / 2.54)),
        ('viewBox="0 0 30 15"', (30, 15)),
        ('viewBox="0,0,30,15" width="60"', (60, 30)),
        ('width="100%" viewBox="0 0 8 4"', (8, 4)),
        ("", (0, 0)),
    ],
)
def test_the_size_of_an_svg(head: str, size: tuple[float, float]):
    made = picture_file(f'<svg xmlns="http://www.w3.org/2000/svg" {head}/>'.encode())
    assert made is not None
    assert (made.width, made.height) == pytest.approx(size)


def test_an_svg_asks_for_nothing_elsewhere():
    made = picture_file(
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1" height="1">'
        b'<image href="http://x.example/a.png"/><g><image xlink:href="/etc/passwd"/></g><rect/></svg>'
    )
    assert made is not None
    assert b"image" not in made.data
    assert b"rect" in made.data


@pytest.mark.parametrize(
    "data", [b"", b"<svg", b"no picture", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"<html><svg/></html>"]
)
def test_what_is_no_picture(data: bytes):
    assert picture_file(data) is None


# --- whatever is written ---


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, int]:
    """A text in which each word is another one, and how many there are."""
    count = 0

    def word() -> str:
        nonlocal count
        count += 1
        return f"w{count}w"

    def inline() -> str:
        shapes = [
            "{}",
            "*{}*",
            "**{}**",
            "`{}`",
            "[{}](#x)",
            "[{}]{{.smallcaps}}",
            "~~{}~~",
            "<b>{}</b>",
            "{}^[{}]",
        ]
        drawn = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=3))
        return " ".join(shape.format(*(word() for _ in range(shape.count("{}")))) for shape in drawn)

    def block(depth: int) -> str:
        kind = draw(
            st.sampled_from(
                ["p", "h", "list", "number", "quote", "code", "table", "div", "dl", "html", "math"]
            )
        )
        if depth > 3 and kind in {"list", "number", "quote", "div"}:
            kind = "p"
        if kind == "h":
            return "#" * draw(st.integers(1, 6)) + " " + inline()
        if kind == "code":
            return f"```python\n{word()} = {word()}\n```"
        if kind == "table":
            return f"| {inline()} | {word()} |\n|---|---|\n| {word()} |\n| {inline()} | {word()} |"
        if kind == "dl":
            return f"{word()}\n: {inline()}"
        if kind == "html":
            return f"<div>{word()} <em>{word()}</em></div>"
        if kind == "math":
            return f"{inline()} $$x^2$$ {inline()}"
        if kind == "p":
            return inline()
        inner = "\n\n".join(block(depth + 1) for _ in range(draw(st.integers(1, 2))))
        if kind == "div":
            name = draw(st.sampled_from(["{.callout-note}", "{#thm-x}", "{.other}", "{.proof}", "{#y}"]))
            marks = ":" * (12 - depth)
            return f"{marks} {name}\n{inner}\n{marks}"
        mark = {"list": "- ", "number": "1. ", "quote": "> "}[kind]
        rest = mark if kind == "quote" else " " * len(mark)
        return "\n".join((mark if at == 0 else rest) + line for at, line in enumerate(inner.split("\n")))

    return "\n\n".join(block(0) for _ in range(draw(st.integers(1, 4)))), count


@settings(max_examples=150, deadline=None)
@given(texts())
def test_every_word_of_the_text_is_said_once(case: tuple[str, int]):
    text, count = case
    whole = said(blocks(text))
    assert [whole.count(f"w{at}w") for at in range(1, count + 1)] == [1] * count, text


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"#*_`[](){}<>$@^~|:-+>! \n\\&0a", "\n\n", ":::", "```", "[^1]", "$$"]), max_size=60
    )
)
def test_any_text_gives_blocks_whose_links_lead_somewhere(pieces: list[str]):
    data = book_data(Meta("T"), [Chapter(["C"], blocks("".join(pieces)))]).data
    labels, wanted = places(data)
    assert len(labels) == len(set(labels))
    assert wanted <= set(labels)


def test_the_reference_texts_keep_their_words(shared_data: Path):
    for path in [*sorted(shared_data.glob("handbook/*.qmd")), *sorted(shared_data.glob("pages/*.md"))]:
        text = path.read_text(encoding="utf-8")
        document = markup.read(text, path.name)
        words = set(" ".join(markup.text_of(document.tree).split()).split())
        shown = "".join(said(blocks_of(document.tree)).split())
        lost = {word for word in words if word.isalpha() and word not in shown}
        assert lost == set(), path.name


def test_line_breaks_of_the_source_are_blanks() -> None:
    """A string with a line break is two lines to Typst."""
    [paragraph] = blocks_of(markup.read("One *word\nand* two\nlines.", "a.md").tree, Setting())
    assert paragraph["c"] == ["One ", {"k": "em", "c": ["word and"]}, " two lines."]
