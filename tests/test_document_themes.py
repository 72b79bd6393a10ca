"""The document themes of base, book, paper, slides and handout: what is in the PDF, and that no input breaks them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from PIL import Image

from acadsite import markup
from acadsite.kinds.cv.data import formulas_in, without_formulas
from acadsite.markup import deck as deck_reader
from acadsite.markup.numbering import Text, number
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import prepare
from acadsite.markup.typst_blocks import Picture, Setting, blocks_of
from acadsite.markup.typst_deck import slides_of
from acadsite.markup.typst_documents import (
    Author,
    Chapter,
    Made,
    Meta,
    Part,
    Slide,
    book_data,
    overflow_in,
    paper_data,
    slides_data,
)
from acadsite.markup.typst_pictures import picture_file
from acadsite.pdf import File, Pdf, make_pdf
from document_data import FOLDER, deck, handbook, paper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

THEMES = ("book", "paper", "slides", "handout")
META = Meta("The title", authors=(Author("Emmy Noether"),))
HOSTILE = (
    "#set page(fill: red)",
    '#import "@preview/x:1.0.0": *',
    "$x$ and $ x $",
    "*b* _i_ `c`",
    "@ref <lab>",
    "a \\ b \\#c",
    "// no comment",
    "/* nor this */",
    "``` raw ```",
    "] ) }",
    "= Heading",
    "- item",
    "+ item",
    "#panic()",
    "a -- b --- c ... \"q\" 'q'",
    "~ and -?",
    "#{ 1 + 1 }",
)


def blocks(text: str, **setting: Any) -> list[dict[str, Any]]:
    document = markup.read(text, "a.md")
    numbers = number([Text("a", outline_of(document))])
    prepared = prepare(document, numbers=numbers.texts["a"], find=lambda key: numbers.find("a", key))
    return blocks_of(prepared.tree, Setting(**setting))


def pdf_of(theme: str, data: Any, files: Mapping[str, bytes] | None = None) -> Pdf:
    theme_files = {path.name: File(path.read_bytes(), path.name) for path in FOLDER.glob("*.typ")}
    more = {name: File(content, name) for name, content in (files or {}).items()}
    text = json.dumps(data, ensure_ascii=False)
    return make_pdf({**theme_files, **more}, f"{theme}.typ", text, timestamp=1_700_000_000)


def made_by(theme: str, text: str, meta: Meta = META, **setting: Any) -> Made:
    """The data of a document with one text, for a theme."""
    if theme == "book":
        return book_data(meta, [Chapter(["Chapter"], blocks(text, level=1, shift=1, **setting), "1", "c")])
    if theme == "paper":
        return paper_data(meta, blocks(text, **setting))
    return slides_data(meta, [Slide("title"), Slide("slide", ["Slide"], blocks(text, **setting), line=5)])


def clean(pdf: Pdf) -> bytes:
    """A PDF/UA-1 without any problem."""
    assert pdf.problems == ()
    assert pdf.missing == ()
    assert b"pdfuaid" in pdf.data
    return pdf.data


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(data))


def pages(data: bytes) -> list[str]:
    """The text of each page, with single blanks."""
    program = shutil.which("pdftotext")
    if program is None and not os.environ.get("CI"):
        pytest.skip("pdftotext is not installed")
    assert program
    done = subprocess.run(
        [program, "-raw", "-enc", "UTF-8", "-", "-"], input=data, capture_output=True, check=True
    )
    return [" ".join(text.split()) for text in done.stdout.decode().split("\f")[:-1]]


def bookmarks(data: bytes) -> list[tuple[int, str]]:
    def flat(items: list[Any], depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            if isinstance(item, list):
                yield from flat(item, depth + 1)
            else:
                yield depth, str(item.title)

    return list(flat(read(data).outline, 1))


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data


@cache
def the_handbook(folder: Path) -> bytes:
    made, files = handbook(folder / "handbook")
    pdf = pdf_of("book", made.data, files)
    assert pdf.missing == ("😉",)
    assert pdf.problems == ()
    return pdf.data


# --- the reference handbook ---


def test_the_handbook_has_title_contents_parts_and_chapters(folder: Path):
    found = pages(the_handbook(folder))
    assert found[0].startswith("Lab Handbook Machine and Human Intelligence group, University of Helsinki")
    assert found[1].startswith("Contents")
    parts = [page for page in found if re.fullmatch(r"PART (I|II|III|IV) .{5,20}", page, re.IGNORECASE)]
    assert [part.split(" ", 2)[2] for part in parts] == [
        "Python tools",
        "HPC resources",
        "Research topics",
        "Other info",
    ]
    outline = json.loads((folder / "handbook/reference/outline.json").read_text(encoding="utf-8"))
    chapters = [chapter for part in outline["parts"] for chapter in part["chapters"]]
    assert len(chapters) == 8
    for chapter in chapters:
        opening = f"{chapter['number']} {chapter['title']} "
        assert len([page for page in found[3:] if page.startswith(opening)]) >= 1, opening


def test_the_handbook_has_bookmarks_as_its_parts_nest(folder: Path):
    found = bookmarks(the_handbook(folder))
    assert found[0] == (1, "Introduction")
    assert [title for depth, title in found if depth == 1] == [
        "Introduction", "Part I Python tools", "Part II HPC resources", "Part III Research topics",
        "Part IV Other info", "Bibliography",
    ]  # fmt: skip
    numbers = [title.split()[0] for depth, title in found if depth == 2]
    assert numbers == list("12345678")
    assert (3, "1.1 Publishing on PyPI") in found
    assert (4, "Other notes") in found or (3, "Other notes") in found


def test_the_contents_of_the_handbook_name_the_pages(folder: Path):
    data = the_handbook(folder)
    found = pages(data)
    contents = " ".join(found[1:3])
    reader = read(data)
    for item in _flat(reader.outline):
        page = reader.get_destination_page_number(item) + 1
        assert re.search(rf"{re.escape(str(item.title))}[ .]* {page}\b", contents), item.title
        assert found[page - 1].endswith(f" {page}") or str(item.title).startswith("Part ")


def _flat(items: list[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


def test_heads_stand_on_pages_where_no_chapter_opens(folder: Path):
    found = pages(the_handbook(folder))
    first = next(
        at for at, page in enumerate(found) if page.startswith("1 How to publish Python packages Bobby")
    )
    assert found[first + 1].startswith("1 How to publish Python packages ")
    assert not found[first].startswith("1 How to publish Python packages 1 How")
    assert not found[first - 1].endswith(str(first))


def test_links_between_chapters_stay_in_the_pdf():
    made = book_data(
        META,
        [
            Chapter(
                ["One"],
                blocks("[to](b.md#there) [elsewhere](https://x.example)", level=1, pages={"b.md": "b:"}),
            ),
            Part(["Part"], "Part I", "p"),
            Chapter(["Two"], blocks("# There {#there}", level=2, shift=2, prefix="b:"), "1", "b:", level=2),
        ],
    )
    reader = read(clean(pdf_of("book", made.data)))
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert [note["/A"]["/URI"] for note in notes if "/A" in note and "/URI" in note["/A"]] == [
        "https://x.example"
    ]
    inside = [note for note in notes if "/URI" not in note.get("/A", {})]
    assert len(inside) >= 5  # four lines of contents, and the link


# --- the reference paper ---


@pytest.mark.parametrize("columns", [1, 2])
def test_the_paper(folder: Path, columns: int):
    made, files = paper(folder / "paper/agan.md", columns)
    data = clean(pdf_of("paper", made.data, files))
    whole = " ".join(pages(data))
    expected = json.loads((folder / "paper/expected-outline.json").read_text(encoding="utf-8"))
    at = 0
    for label, title in expected["sections"]:
        found = whole.find(f"{label} {title}", at)
        assert found >= at, (label, title)
    for kind, count in (("Figure", expected["figures"]), ("Table", expected["tables"])):
        for index in range(1, count + 1):
            assert f"{kind}\N{NO-BREAK SPACE}{index}. " in whole or f"{kind} {index}. " in whole
    assert "Abstract Recent progress in Generative Adversarial Networks" in whole
    assert "[43] The authors of" in whole
    assert [title for depth, title in bookmarks(data) if depth == 1] == [
        *(f"{label} {title}" for label, title in expected["sections"] if "." not in label), "References",
    ]  # fmt: skip


def test_the_numbers_of_citations_lead_to_the_references(folder: Path):
    made, files = paper(folder / "paper/agan.md")
    reader = read(clean(pdf_of("paper", made.data, files)))
    last = len(reader.pages) - 3
    notes = [note.get_object() for note in reader.pages[0]["/Annots"]]
    targets = []
    for note in notes:
        place = note["/A"]["/D"] if "/A" in note else note["/Dest"]
        if isinstance(place, str):
            place = reader.named_destinations[place].dest_array
        targets.append(reader.get_page_number(place[0].get_object()))
    assert targets
    assert all(target >= last for target in targets)


# --- the reference deck ---


def test_the_deck_has_a_page_for_each_slide(folder: Path):
    made, files = deck(folder / "slides/policy-gradients.md")
    data = clean(pdf_of("slides", made.data, files))
    expected = json.loads((folder / "slides/expected-slides.json").read_text(encoding="utf-8"))
    found = pages(data)
    assert len(found) == len(expected) == 34
    for page, slide in zip(found, expected, strict=True):
        assert slide["title"].replace(" ", "") in page.replace(" ", "")
        if slide["kind"] == "slide":
            assert page.endswith(f"TCS Research & Innovation {slide['n']} of 34")
    assert found[28].startswith("TCS Innovation Labs, Hyderabad CS5500 Approximation of Objective Function")
    box = read(data).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (960, 540)
    sections = [title for depth, title in bookmarks(data) if depth == 1]
    assert len(sections) == 5
    assert len(bookmarks(data)) == 34


def test_the_deck_in_the_old_shape_and_as_a_handout(folder: Path):
    made, files = deck(folder / "slides/policy-gradients.md", wide=False, per_page=4)
    box = read(clean(pdf_of("slides", made.data, files))).pages[0].mediabox
    assert round(box.width / box.height, 3) == round(4 / 3, 3)
    found = pages(clean(pdf_of("handout", made.data, files)))
    assert len(found) == 9
    assert "Overview of this Lecture" in found[0]
    assert found[0].endswith("1 of 9")


def test_each_step_is_a_page_that_hides_what_comes_later():
    items = blocks("- first\n- second\n- third\n\nsee [there](#x)\n\n[the end]{#x}")
    for at, item in enumerate(items[0]["items"]):
        item["step"] = at + 1
    items[2]["step"] = 3
    slides = [Slide("slide", ["T"], items, steps=3), Slide("slide", ["U"], blocks("more"))]
    found = clean(pdf_of("slides", slides_data(META, slides, steps=True).data))
    texts = pages(found)
    assert [("first" in page, "second" in page, "third" in page, "the end" in page) for page in texts] == [
        (True, False, False, False), (True, True, False, False), (True, True, True, True), (False,) * 4,
    ]  # fmt: skip
    assert [page.endswith(f"{n} of 2") for page, n in zip(texts, (1, 1, 1, 2), strict=True)] == [True] * 4
    assert bookmarks(found) == [(1, "T"), (1, "U")]
    assert len(pages(clean(pdf_of("slides", slides_data(META, slides).data)))) == 2


DECK = """
# Section

## First

1. one

. . .

2. two

Some [words]{.fragment} and a note[^1], $\\newcommand{\\vv}{\\mathbf{v}} \\vv$

[^1]: The note.

::: {.notes}
Said **aloud**.
:::

## Second {#second}

::: {.incremental}
- a
- b
:::

$$\\vv = 1$$

See [the first](#first).
"""


def test_a_deck_as_it_is_read():
    found = deck_reader.read(DECK, "a.md", deck_reader.Settings("Title"))
    slides = slides_of([slide.element for slide in found.slides], Setting(level=2))
    assert [(slide.kind, slide.steps) for slide in slides] == [
        ("title", 1),
        ("section", 1),
        ("slide", 3),
        ("slide", 3),
    ]
    made = slides_data(Meta("Title"), slides, steps=True)
    texts = pages(clean(pdf_of("slides", made.data)))
    assert [("one" in page, "two" in page, "words" in page) for page in texts[2:5]] == [
        (True, False, False), (True, True, False), (True, True, True),
    ]  # fmt: skip
    assert all("The note." in page and "Said" not in page for page in texts[2:5])
    assert [page.count("\\vv") for page in texts] == [0] * 8
    handout = pages(clean(pdf_of("handout", made.data)))
    assert "Said aloud." in " ".join(handout)


def test_pictures_behind_and_beside_slides():
    files, picture = files_of_everything()
    text = "---\nmarp: true\n---\n# A\n\n![bg](p.webp)\n\n---\n\n# B\n\n![bg right](p.webp)\n\nText\n"
    found = deck_reader.read(text, "a.md", deck_reader.Settings("T", syntax="marp"))
    slides = slides_of([slide.element for slide in found.slides], Setting(level=2, picture=picture))
    assert [slide.behind for slide in slides[-2:]] == [("p.svg",), ("p.svg",)]
    data = clean(pdf_of("slides", slides_data(META, slides).data, files))
    assert "Text" in pages(data)[-1]


def test_what_does_not_fit_on_a_slide_is_told_with_its_line():
    wide = "$$ " + " + ".join(f"x_{{{at}}}" for at in range(90)) + " $$"
    slides = [
        Slide("title"),
        Slide("slide", ["Long"], blocks("- bullet\n" * 40), line=10),
        Slide("slide", ["Fine"], blocks("- bullet\n" * 5), line=60),
        Slide("slide", ["Wide"], blocks(wide), line=70),
    ]
    pdf = pdf_of("slides", slides_data(META, slides).data)
    told = [found for problem in pdf.problems if (found := overflow_in(problem.message))]
    assert [(one.line, one.kind) for one in told] == [(10, "height"), (1, "width")]
    assert all(one.percent > 20 for one in told)
    assert len(told) == len(pdf.problems)
    assert pdf.pages == 4


@pytest.mark.parametrize(("columns", "told"), [(9, 0), (60, 1)])
def test_tables_with_many_columns_are_smaller(columns: int, told: int):
    rows = ["|" + "|".join(f"cell{at}" for at in range(columns)) + "|", "|" + "-|" * columns]
    pdf = pdf_of("paper", made_by("paper", "Text\n\n" + "\n".join([*rows, rows[0]])).data)
    found = [overflow_in(problem.message) for problem in pdf.problems]
    assert [(one.line, one.kind) for one in found if one] == [(3, "width")] * told
    assert f"cell{columns - 1}" in pages(pdf.data)[0]


def test_formulas_that_typst_does_not_take_are_shown_as_their_tex():
    rows = "\\begin{align} e &= f \\label{eq:e} \\\\ g &= h \\label{eq:g} \\end{align}"
    text = f"A $a+b$.\n\n$$ c+d $$ {{#eq-one}}\n\n{rows}\n\nSee @eq-one.\n"
    data = made_by("paper", text).data
    sources = list(formulas_in(data))
    assert len(sources) == 5, "of the last one its rows as well"
    shown = pages(clean(pdf_of("paper", without_formulas(data, frozenset(sources)))))[0]
    for tex in ("a+b", "c+d", "e &= f"):
        assert tex in shown
    assert [shown.count(f"({number})") for number in (1, 2, 3)] == [1, 1, 1]


def test_pictures_shrink_before_they_run_off_a_slide():
    tall = picture_file(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700"><rect width="9" height="9"/></svg>'
    )
    assert tall is not None
    found = blocks(
        "![Tall](t.svg)\n\n- one\n- two\n- three\n- four", picture=lambda _: Picture("t.svg", 900, 700)
    )
    pdf = pdf_of(
        "slides", slides_data(META, [Slide("slide", ["T"], found, line=3)]).data, {"t.svg": tall.data}
    )
    assert pdf.problems == ()
    assert "four" in pages(pdf.data)[0]


# --- every construct, hostile input, other languages ---

EVERYTHING = (Path(__file__).parent / "document_everything.md").read_text(encoding="utf-8")


def files_of_everything() -> tuple[dict[str, bytes], Any]:
    out = BytesIO()
    Image.new("RGB", (60, 40), (30, 80, 140)).save(out, "WEBP")
    made = picture_file(out.getvalue())
    assert made is not None
    return {"p.svg": made.data}, lambda source: Picture("p.svg", 60, 40) if source == "p.webp" else None


@pytest.mark.parametrize("theme", THEMES)
def test_every_construct_in_every_theme(theme: str):
    files, picture = files_of_everything()
    pdf = pdf_of(theme, made_by(theme, EVERYTHING, picture=picture).data, files)
    assert [problem for problem in pdf.problems if not overflow_in(problem.message)] == []
    assert pdf.missing == ()
    if theme in {"slides", "handout"}:
        return  # it runs off the slide
    whole = " ".join(pages(clean(pdf)))
    for words in (
        "Theorem\N{NO-BREAK SPACE}1 (Noether).", "Proof. Trivial", "(1)", "(3)", "Algorithm\N{NO-BREAK SPACE}1 Descent",
        "Careful", "Left with text. Right with more text.", "HTML bold & more", "Listing\N{NO-BREAK SPACE}1. A listing",
        "Table\N{NO-BREAK SPACE}1. A table", "(a) One", "Figure\N{NO-BREAK SPACE}1. Both", "Term Its definition.",
        "The text of the note", "See Figure\N{NO-BREAK SPACE}1, Equation\N{NO-BREAK SPACE}1",
    ):  # fmt: skip
        assert words.replace("\N{NO-BREAK SPACE}", " ") in whole.replace("\N{NO-BREAK SPACE}", " "), words


def test_pictures_and_formulas_have_alternative_texts():
    files, picture = files_of_everything()
    data = clean(pdf_of("paper", made_by("paper", EVERYTHING, picture=picture).data, files))
    reader = read(data)
    alternatives = set()
    for reference in range(1, (reader.xref_objStm and 1) or len(reader.xref.get(0, {})) + 1):
        found = reader.get_object(reference)
        if isinstance(found, dict) and "/Alt" in found:
            alternatives.add(str(found["/Alt"]))
    assert {"One", "x^2"} <= alternatives
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def hostile_meta(text: str) -> Meta:
    return Meta(
        f"Title {text}", [f"Subtitle {text}"], (Author(f"Author {text}", marks=("1",)),), (("1", f"Place {text}"),),
        f"Date {text}", keywords=(f"Key {text}",),
    )  # fmt: skip


def escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$@^:\"'/=])", r"\\\1", text)


@pytest.mark.parametrize("theme", THEMES)
def test_hostile_text_is_printed_as_it_is(theme: str):
    text = "".join(f"> {escaped(line)}\n\n- {escaped(line)}\n\n```\n{line}\n```\n\n" for line in HOSTILE)
    if theme in {"slides", "handout"}:
        slides = [
            Slide("title"),
            *(Slide("slide", [line], blocks(f"{escaped(line)}\n\n```\n{line}\n```")) for line in HOSTILE),
        ]
        made = slides_data(
            hostile_meta(HOSTILE[0]), slides, institute=HOSTILE[1], course=HOSTILE[2], footer=HOSTILE[3]
        )
    else:
        made = made_by(theme, text, hostile_meta(HOSTILE[0]))
    whole = " ".join(pages(clean(pdf_of(theme, made.data)))).replace(" ", "")
    for line in HOSTILE:
        assert whole.count(line.replace(" ", "")) >= 2, line


DEEP = {
    "quotes": ">" * 90 + " x",
    "lists": "\n".join("  " * at + f"- x{at}" for at in range(60)),
    "both": "\n".join("  " * at + f"- > x{at}" for at in range(40)),
    "emphasis": "*a **b " * 60 + "c" + "** d*" * 60,
    "html": "<b><i>" * 300 + "x" + "</i></b>" * 300,
    "notes": "a[^0]" + "".join(f"\n\n[^{at}]: note {at} [^{at + 1}]" for at in range(100)),
    "itself": "a[^1]\n\n[^1]: b[^1] c[^2]\n\n[^2]: d[^1]",
    "divs": "\n".join(":" * (60 - at) + f" {{#d{at}}}" for at in range(40))
    + "\nx\n"
    + "\n".join(":" * (21 + at) for at in range(40)),
    "columns": "|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n|" + "x|" * 200,
    "words": "a" * 5000 + " https://example.org/" + "x/" * 400,
    "code": "```\n" + "x" * 3000 + "\n```",
    "nothing": "",
}


@pytest.mark.parametrize("name", DEEP)
def test_nothing_is_too_deep_or_too_wide(name: str):
    for theme in ("paper", "slides"):
        pdf = pdf_of(theme, made_by(theme, DEEP[name]).data)
        assert [problem for problem in pdf.problems if not overflow_in(problem.message)] == []
        assert pdf.pages


NESTED = {
    "list": ("- ", "  "),
    "number": ("1. ", "   "),
    "quote": ("> ", "> "),
    "callout": ("> [!NOTE]\n> ", "> "),
    "theorem": ("::: {#thm-%d}\n", ""),
    "figure": ("::: {#fig-%d}\n", ""),
    "tabs": ("::: {.panel-tabset}\n## Tab\n", ""),
    "columns": (":::: {.columns}\n::: {.column}\n", ""),
    "definition": ("Term\n: ", "  "),
}


def nested(kinds: list[str]) -> str:
    """Blocks in blocks, with inlines in inlines and footnotes in the innermost."""
    text = "*a **b ~~c [d `e` *f **g $h$***](#x)~~***[^n]\n\n- i\n  - j"
    for at, kind in enumerate(reversed(kinds)):
        first, rest = NESTED[kind]
        first = first % at if "%d" in first else first
        lines = text.split("\n")
        if rest:
            text = first + ("\n" + rest).join(lines)
        else:
            marks = ":" * (4 + 2 * at)
            text = re.sub(
                r"^:::+",
                lambda found, marks=marks: marks + ":" * (len(found[0]) - 3),
                first,
                flags=re.MULTILINE,
            )  # type: ignore[misc]
            text += "\n".join(lines) + "".join(
                f"\n{found}" for found in reversed(re.findall(r"^:::+", text, re.MULTILINE))
            )
    return text + "\n\n[^n]: Note\n\n    - > - > *k **l*** [^m]\n\n[^m]: Other\n\n    - > - > *k **l***"


@pytest.mark.parametrize("kind", NESTED)
def test_blocks_in_blocks_in_blocks(kind: str):
    for kinds in (
        [kind] * 10,
        [kind, "list", "quote"] * 3,
        ["list", kind, "tabs", "theorem", "columns", kind, "list", "quote"],
    ):
        for theme in ("book", "slides"):
            pdf = pdf_of(theme, made_by(theme, nested(kinds)).data)
            assert [problem for problem in pdf.problems if not overflow_in(problem.message)] == [], kinds


def test_links_lead_to_blocks_of_every_kind():
    text = [{"k": "p", "c": ["text"]}]
    formula = {"k": "math", "t": "x", "alt": "x"}
    kinds: dict[str, Any] = {
        "p": {"c": ["a"]}, "h": {"c": ["a"], "level": 2}, "subhead": {"c": ["a"]}, "quote": {"b": text}, "hr": {},
        "ul": {"items": [{"b": text, "id": "item"}]}, "ol": {"items": [{"b": text}]}, "div": {"b": text},
        "code": {"lines": [["x"]]}, "eq": {"math": formula, "number": "(1)"}, "lines": {"c": ["a"]}, "break": {},
        "table": {"columns": 1, "head": 0, "rows": [{"cells": [{"x": 0, "c": ["a"]}]}]},
        "figure": {"b": [{"k": "figure", "id": "part", "number": "(a)", "b": text}]}, "listing": {"b": text},
        "thm": {"kind": "thm", "word": "Theorem", "b": text}, "callout": {"kind": "note", "b": text},
        "alg": {"b": [{"k": "steps", "items": [{"c": ["a"], "id": "step"}]}]}, "steps": {"items": [{"c": ["a"]}]},
        "columns": {"parts": [{"b": text, "id": "column"}]}, "tabs": {"parts": [{"title": ["a"], "b": text}]},
        "dl": {"items": [{"t": [["a"]], "b": text}]}, "bib": {"items": [{"c": ["a"], "id": "entry"}]},
        "row": {"b": [{"k": "img", "file": "p.svg", "alt": "a", "size": [9, 9], "id": "pictured"}]},
        "img": {"file": "p.svg", "alt": "", "size": [0, 0]},
    }  # fmt: skip
    whole: list[Any] = [{"k": kind, "id": f"x-{kind}", **block} for kind, block in kinds.items()]
    whole.append(
        {
            "k": "eq",
            "id": "x-rows",
            "math": formula,
            "rows": [{"math": formula, "number": "(2)", "id": "row"}],
        }
    )
    whole.append({"k": "p", "c": [{"k": "anchor", "id": "here"}, "a"]})
    names = [node["id"] for node in whole[:-1]] + [
        "item",
        "part",
        "step",
        "column",
        "entry",
        "pictured",
        "row",
        "here",
    ]
    whole.append({"k": "p", "c": [{"k": "a", "to": name, "c": [f"{name} "]} for name in names]})
    files = files_of_everything()[0]
    for theme, made in (
        ("paper", paper_data(META, [{"k": "h", "level": 1, "c": ["H"]}, *whole])),
        ("book", book_data(META, [Chapter(["C"], whole)])),
        (
            "slides",
            slides_data(META, [Slide("section", ["S"]), Slide("slide", ["T"], whole, steps=2)], steps=True),
        ),
    ):
        assert json.dumps(made.data).count('"to": ') == len(names)
        pdf = pdf_of(theme, made.data, files)
        assert [problem for problem in pdf.problems if not overflow_in(problem.message)] == []


def test_right_to_left():
    text = '# שלום\n\nטקסט *בעברית* ו-`code`.\n\n- אחד\n- שתיים\n\n> ציטוט\n\n::: {.callout-note title="ה"}\nא\n:::'
    meta = Meta("שלום", language="he")
    for theme in THEMES:
        data = clean(pdf_of(theme, made_by(theme, text, meta).data))
        assert read(data).trailer["/Root"]["/Lang"] == "he"


def test_the_same_data_give_the_same_bytes():
    made = made_by("book", EVERYTHING)
    first, second = (pdf_of("book", made.data).data for _ in range(2))
    assert first == second


def test_paper_size_font_and_accent_are_the_users():
    made = made_by(
        "paper", "Text", Meta("T", paper="us-letter", font="New Computer Modern", accent="#ff0000", size=12)
    )
    reader = read(clean(pdf_of("paper", made.data)))
    assert (reader.pages[0].mediabox.width, reader.pages[0].mediabox.height) == (612, 792)
    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert all("NewCM" in font for font in fonts)


def test_time_grows_with_the_length():
    def seconds(count: int) -> float:
        text = "\n\n".join(
            f"## Section {at}\n\n" + "word " * 120 + f"\n\n- $x_{at}$\n- b\n\n```python\nx = 1\n```"
            for at in range(count)
        )
        data = made_by("book", text).data
        start = time.process_time()
        assert clean(pdf_of("book", data))
        return time.process_time() - start

    seconds(5)
    small, large = seconds(60), seconds(240)
    assert large < 8 * small + 0.5
