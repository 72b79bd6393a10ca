"""PDF by Typst: what it is made of, what it counts, and how everything that can be wrong with a theme is told."""

# ruff: noqa: E501 - one line for each case

from __future__ import annotations

import json
import os
import re
import threading
from typing import TYPE_CHECKING

import pytest
import typst

from acadsite import pdf
from acadsite.pdf import File, Fonts, faulty_formulas, forget, make_pdf, unknown_font
from acadsite.pool import spread
from acadsite.problems import Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = '#set document(title: "x")\n= H\n'
DATA = "#let cv = json(bytes(sys.inputs.data))\n"
#: Shows each text of the data in a block.
TEXTS = HEAD + "#for it in json(bytes(sys.inputs.data)) { block(it) }\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


def made(source: str | bytes, data: object = None, /, **files: str | bytes) -> pdf.Pdf:
    """The PDF of a theme; other files by name, with “_” for “.” and “__” for “/”."""
    whole = {"m.typ": source} | {
        name.replace("__", "/").replace("_", "."): text for name, text in files.items()
    }
    theme = {
        name: File(text if isinstance(text, bytes) else text.encode(), f"templates/cv/{name}")
        for name, text in whole.items()
    }
    return make_pdf(theme, "m.typ", json.dumps(data, ensure_ascii=False), timestamp=86_400)


# --- what is wrong with a theme ---

PACKAGE = "A build uses no network: copy what you need into the theme."
NEAR = "A theme reads files that lie with it in its folder of templates/, and no others."

#: The theme below two lines of head, the place of the problem, its text and its hint.
ERRORS: list[tuple[str, str, str, str]] = [
    ('#panic("no way")', "m.typ:3:2", "Panicked with: no way.", ""),
    ('äöü日 #panic("x")', "m.typ:3:7", "Panicked with: x.", ""),
    (DATA + "#cv.nothing", "m.typ:4:5", 'Dictionary does not contain key "nothing".', ""),
    ("#let x = (", "m.typ:3:10", "Unclosed delimiter.", ""),
    ("#nothing", "m.typ:3:2", "Unknown variable: nothing.", ""),
    ("#while true {}", "m.typ:3:8", "Condition is always true.", ""),
    ("#let f() = f()\n#f()", "m.typ:3:12", "Maximum function call depth exceeded.", ""),
    ('#text(fill: rgb("red"))[x]', "m.typ:3:17", "Color string contains non-hexadecimal letters.", ""),
    ('#set text(lang: "deutsch")\nx', "m.typ:3:17", "Expected two or three letter language code (ISO 639-1/2/3).", ""),
    ("@nobody", "m.typ:3:1", "Label `<nobody>` does not exist in the document.", ""),
    ('#eval("1 +")', "m.typ:3:7", "Expected expression.", ""),
    ('#import "lib.typ": boom\n#boom()', "lib.typ:2:15", "Panicked with: lib.", ""),
    ('#import "sub/lib.typ": boom\n#boom()', "sub/lib.typ:3:15", "Panicked with: sub.", ""),
    ('#json("broken.json")', "broken.json:1:1", "Failed to parse JSON (EOF while parsing an object at line 1 column 1).", ""),
    # Files that are not the theme's.
    ('#read("/etc/passwd")', "m.typ:3:7", "The theme has no file “/etc/passwd”.", NEAR),
    ('#read("../../etc/passwd")', "m.typ:3:7", "The theme has no file “../../etc/passwd”.", NEAR),
    ('#image("/etc/passwd", alt: "x")', "m.typ:3:8", "The theme has no file “/etc/passwd”.", NEAR),
    ('#image("gone.svg", alt: "x")', "m.typ:3:8", "The theme has no file “gone.svg”.", NEAR),
    ('#import "gone.typ": *', "m.typ:3:9", "The theme has no file “gone.typ”.", NEAR),
    ('#let name = "gone.typ"\n#include name', "m.typ:4:10", "The theme has no such file.", NEAR),
    ('#image("photo.png", alt: "x")', "m.typ:3:8", "Typst gets no file “photo.png”: it is no text.", "Pictures of a theme are SVG."),
    # The network.
    ('#import "@preview/cetz:0.2.0": *', "m.typ:3:9", 'The theme asks for the package "@preview/cetz:0.2.0", which is on the network.', PACKAGE),
    ('// see https://x.example\n#import "@local/own:1.0.0"', "m.typ:4:9", 'The theme asks for the package "@local/own:1.0.0", which is on the network.', PACKAGE),
]  # fmt: skip


@pytest.mark.parametrize(("source", "place", "message", "hint"), ERRORS)
def test_an_error_of_a_theme_is_told_with_its_place(source: str, place: str, message: str, hint: str) -> None:
    found = made(
        HEAD + source + "\n",
        {},
        lib_typ='\n#let boom() = panic("lib")\n',
        sub__lib_typ='\n\n#let boom() = panic("sub")\n',
        broken_json="{",
        photo_png=b"\x89PNG\r\n\x1a\n\xff",
    )
    assert found.data == b""
    assert [(str(problem.where), problem.message, problem.hint) for problem in found.problems] == [
        (f"templates/cv/{place}", message, hint)
    ]
    assert [(problem.level, problem.code) for problem in found.problems] == [("error", "pdf-theme")]


#: The same, where a PDF is made all the same.
WARNINGS: list[tuple[str, str, str, str]] = [
    ('#set text(font: "Nope Sans")\ntext', "m.typ:3:17", "Unknown font family: nope sans.", ""),
    ('#image("p.svg")', "m.typ:3:2", "PDF/UA-1 error: missing alt text.", "Make sure your images and equations have alt text."),
    ("=== Deep", "m.typ:3:1", "PDF/UA-1 error: skipped from heading level 1 to 3.", "Heading levels must be consecutive."),
    ("** a", "m.typ:3:1", "No text within stars.", "Using multiple consecutive stars (e.g. **) has no additional effect."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "place", "message", "hint"), WARNINGS)
def test_a_warning_of_a_theme_is_told_with_its_place(
    source: str, place: str, message: str, hint: str
) -> None:
    found = made(HEAD + source + "\n", p_svg=PICTURE)
    assert found.pages == 1
    assert [(str(problem.where), problem.message, problem.hint) for problem in found.problems] == [
        (f"templates/cv/{place}", message, hint)
    ]
    assert [(problem.level, problem.code) for problem in found.problems] == [("warning", "pdf-theme")]


def test_a_layout_that_does_not_settle_is_told() -> None:
    restless = '#let s = state("x", 0)\n#context s.update(s.final() + 1)\n#context s.final()\n'
    found = made(HEAD + restless)
    assert found.data
    assert found.problems[0].message == "Document did not converge within five attempts."
    assert {problem.level for problem in found.problems} == {"warning"}
    assert not any(problem.hint.endswith(":") for problem in found.problems), "what Typst says of values"


def test_a_document_without_a_title_is_made_and_told() -> None:
    found = made("= H\n")
    assert found.data
    assert [str(problem) for problem in found.problems] != []
    assert found.problems[0].message == "PDF/UA-1 error: missing document title."


def test_packages_in_comments_and_signs_in_texts_are_none() -> None:
    found = made(
        HEAD + '// #import "@preview/cetz:0.2.0"\n#let handle = "@" + "jane"\n#handle #"a@b.example"\n'
    )
    assert found.problems == ()
    assert found.pages == 1


def test_a_package_whose_name_is_computed_is_told() -> None:
    """Nothing can keep Typst from looking for it; what it says then is ours."""
    found = made(HEAD + '#import str.from-unicode(64) + "preview/x:0.0.0": *\n')
    message = "The theme asks for a package, which is on the network."
    assert [(problem.message, problem.hint) for problem in found.problems] == [(message, PACKAGE)]


def test_a_theme_in_another_encoding() -> None:
    assert made("\ufeff" + HEAD).problems == ()
    assert made((HEAD + "ä\n").encode("utf-16")).problems == ()
    assert made(HEAD.replace("\n", "\r\n") + '#panic("x")').problems[0].where == Span(
        "templates/cv/m.typ", 3, 2
    )
    found = made(HEAD.encode() + b"\xe4\n")
    assert not found.data
    assert [(problem.code, str(problem.where)) for problem in found.problems] == [
        ("text-encoding", "templates/cv/m.typ:3:1")
    ]
    assert made(HEAD + '#import "lib.typ"\n', lib_typ=b"\xe4").problems[0].code == "text-encoding"


def test_a_file_called_main_does_not_take_the_place_of_the_theme() -> None:
    theme = {"m.typ": File(HEAD.encode(), "m.typ"), "main": File(b"#panic()", "main")}
    assert make_pdf(theme, "m.typ", "{}", timestamp=0).pages == 1


class NewError(RuntimeError):
    """As Typst's own, where it says what it has to say in another form."""

    diagnostic = "in\na new form\n"


class PanicException(BaseException):
    """As the one of Typst, which nobody can import."""


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (PanicException("index out of bounds"), "Typst gave up on the document."),
        (RuntimeError("what nobody knew"), "Typst does not take the theme: what nobody knew."),
        (NewError("new words"), "Typst does not take the theme: new words."),
    ],
)
def test_whatever_typst_raises_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, failure: BaseException, message: str
) -> None:
    monkeypatch.setattr(typst, "Compiler", Raising(failure))
    found = made(HEAD)
    assert found.data == b""
    assert [(problem.level, problem.message, problem.where) for problem in found.problems] == [
        ("error", message, Span("templates/cv/m.typ"))
    ]


def test_what_stops_a_program_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "Compiler", Raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        made(HEAD)


class Raising:
    """In place of Typst's compiler."""

    def __init__(self, failure: BaseException) -> None:
        self.failure = failure

    def __call__(self, *_: object, **__: object) -> object:
        raise self.failure


# --- characters without a glyph ---


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        (["plain", "Ä ö ß é ñ ł Ω Ж א"], ""),
        (["日本 and 日"], "日本"),
        (['a "quoted" 日', 'back\\slash 本', "\\u{65e5} 語"], "日本語"),
        (['"日"', "`日`", '"` could not be displayed'], "日"),
        (["family 👨\u200d👩"], "👨\u200d👩"),
        # Marks: only they are told, not the letters under them.
        (["e\u20dd and every e"], "\u20dd"),
        (["e\u0331\u20dd"], "\u20dd"),
        (["Z\u0331\u20dd日"], "\u20dd日"),
        (["caf\u00e9", "cafe\u0301"], ""),
        (["a\u00adb\u200dc\u200bd\u2060e\u00a0f\ufe0f"], ""),
    ],
)  # fmt: skip
def test_missing_glyphs_are_found(texts: list[str], missing: str) -> None:
    found = made(TEXTS, texts)
    assert found.data
    assert set(found.missing) == set(missing)
    assert all(len(sign) == 1 for sign in found.missing)
    assert found.problems == ()


def test_all_missing_glyphs_are_found_however_many() -> None:
    signs = [chr(0x4E00 + number) for number in range(300)]
    assert made(TEXTS, signs).missing == tuple(signs)


def test_a_document_with_missing_glyphs_is_as_accessible_as_can_be() -> None:
    found = made(TEXTS, ["日"])
    assert b"/MarkInfo" in found.data
    assert b"/Lang" in found.data
    assert b"pdfuaid" not in found.data
    assert b"pdfuaid" in made(TEXTS, ["a"]).data


# --- pages ---


@pytest.mark.parametrize("count", [1, 2, 9, 10, 41, 300])
def test_pages_are_counted(count: int) -> None:
    found = made(f"{HEAD}#for n in range(1, {count}) {{ pagebreak(); [#n] }}")
    assert found.pages == count


@pytest.mark.parametrize(
    "text", ["/Type/Pages/Count 99", "startxref 0 %%EOF", "/Type /Page /Count 7 /Root 1 0 R"]
)
def test_text_of_a_document_does_not_count(text: str) -> None:
    words = json.dumps(text)
    source = f"#set document(title: {words}, author: {words}, keywords: ({words},))\n= H\n#{words}\n#link({words})[x]\n"
    assert made(source).pages == 1


def test_what_is_no_pdf_has_no_pages() -> None:
    assert pdf._pages(b"") == 0
    assert pdf._pages(b"startxref\n12\n%%EOF") == 0


# --- the same bytes, whatever else runs ---


def test_the_same_input_gives_the_same_bytes() -> None:
    first = made(TEXTS, ["日", "a"]).data
    made(TEXTS, ["b"])
    forget()
    assert made(TEXTS, ["日", "a"]).data == first
    theme = {"m.typ": File(TEXTS.encode(), "m.typ")}
    later = make_pdf(theme, "m.typ", '["日", "a"]', timestamp=2 * 86_400).data
    assert later != first


def test_documents_are_made_in_many_threads_at_once() -> None:
    texts = [[f"Text {number}", "日" if number % 2 else "x"] for number in range(8)]
    expected = [made(TEXTS, text) for text in texts]
    forget()
    found: dict[int, pdf.Pdf] = {}
    threads = [
        threading.Thread(target=lambda at=at: found.update({at: made(TEXTS, texts[at])})) for at in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[at] for at in range(8)] == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_processes_are_forked_after_documents_were_made() -> None:
    """The threads of Typst are not in the children, which need none of them."""
    before = made(TEXTS, ["a"]).data
    assert spread(40, lambda number: number * number, 4) == [number * number for number in range(40)]
    assert made(TEXTS, ["a"]).data == before


def resident() -> float:
    """The resident size of this process in MiB."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs /proc")  # noqa: PTH110
def test_forgetting_keeps_memory_flat() -> None:
    """Without it, what Typst keeps of these ten documents comes to 50 MiB."""

    def make(number: int) -> None:
        assert made(TEXTS, [f"Entry {at} of document {number}" for at in range(1000)]).pages > 10

    def grown(after: Callable[[], object]) -> float:
        before = resident()
        for number in range(1, 11):
            make(number)
            after()
        return resident() - before

    make(0)
    forget()
    assert grown(forget) < 30


# --- formulas and fonts ---


def test_faulty_formulas_are_found_among_many() -> None:
    good = [f"x^{number}" for number in range(60)]
    assert faulty_formulas(good) == frozenset()
    assert faulty_formulas(()) == frozenset()
    assert faulty_formulas([*good[:7], "frac(", *good[7:], "unknownvar", "frac("]) == {"frac(", "unknownvar"}


def test_a_font_is_known_whatever_its_case() -> None:
    assert unknown_font("libertinus SERIF", Fonts(), Span("cv.yaml")) is None
    fault = unknown_font("Comic Sans", Fonts(), Span("cv.yaml", 3, 7))
    assert fault is not None
    assert fault.message == "There is no font “Comic Sans”."
    assert re.fullmatch(r"Fonts: .*Libertinus Serif.*New Computer Modern.*\.", fault.hint)


def test_fonts_of_a_folder_are_read_again_when_they_are_others(tmp_path: Path) -> None:
    one, two = Fonts((tmp_path,), "1"), Fonts((tmp_path,), "2")
    assert pdf._fonts(one) is pdf._fonts(one)
    assert pdf._fonts(one) is not pdf._fonts(two)
