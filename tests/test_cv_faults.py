"""CVs of bad and hard input: the right output or a problem with its place, never an error about what we wrote."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from acadsite.build import render
from acadsite.collect.cv import CV, ENTRY, SECTION
from acadsite.kinds.cv import build_cv, data_of
from acadsite.pdf import Pdf, make_pdf
from acadsite.records import Record, freeze
from acadsite.track import tracking
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.kinds.names import Names
    from acadsite.templates import Templates

TODAY = dt.date.fromisoformat(DAY)
Make = "Callable[..., SiteFolder]"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("# a comment\n", []),
        ("- a\n", ["cv-kind"]),
        ("words\n", ["cv-kind"]),
        ("sections:\n\t- title: x\n", ["yaml-syntax"]),
        ("title: a\ntitle: b\n", ["yaml-duplicate-key"]),
        ("sections:\n- &a {title: x, text: y}\n- *a\n", []),
        ("sections: {}\n", []),
        ("sections: {education: [{title: x}]}\n", ["cv-section"]),
        ("sections: [{entries: [a, 3, yes]}]\n", []),
        ("sections: [null]\nvariants:\nname:\ncontact:\n", ["value-kind"]),
        ("sections: 5\n", ["value-kind"]),
        (
            "title: 5\nname: yes\nsections: [{title: 3.5, text: no, entries: [{dates: 2019, title: true}]}]\n",
            [],
        ),
        ("\ufefftitle: x\nsections: [{text: y}]\n", []),
        ('title: "a\\u0000b"\n', ["yaml-character"]),
        ('title: "a\\ud800b"\n', ["yaml-syntax"]),
        ("sections: " + "[" * 300 + "]" * 300, ["yaml-too-deep"]),
        ("updated: 9999-12-31\nsections: [{text: y}]\n", []),
        ("updated: 0001\nsections: [{text: y}]\n", []),
        ("updated: 2019-13\n", ["value-date"]),
        (
            "sections: [{text: x, entries: [{start: 2019, end: present}, {start: 2020, end: Now, title: x}]}]",
            ["cv-entry"],
        ),
    ],
)
def test_forms_of_the_file(site: Callable[..., SiteFolder], text: str, codes: list[str]) -> None:
    folder = site({"content/cv.yaml": text})
    assert folder.codes() == codes


#: What some tool or other would run, and what makes trouble to fonts, parsers and pages.
HARD = [
    "#set page(width: 1pt)",
    '#import "@preview/x:1.0.0": *',
    "#panic()",
    '\\#eval("1+1")',
    "$",
    "$x^2",
    "@",
    "<",
    "`",
    "{",
    "}",
    "\\",
    "\"'\\",
    "= heading",
    "- item",
    "/ term: x",
    "<label> @ref",
    "{{ x }} {% y %}",
    "<svg onload=alert(1)>",
    "&#0; &#xd800;",
    "*" * 300,
    "[" * 300,
    "W" * 600,
    "https://x.example/" + "a" * 300,
    "<b><i>" * 60 + "x",
    "[a](" * 100,
    "(((" * 50,
    "~~" * 50,
    "**a" * 50,
    "x" * 300,
    "$\\frac{" * 60,
    "$\\mathbb{N}^{a}$",
    "שלום עולם",
    "مرحبا بالعالم",
    "日本語 한국어",
    "😀👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈",
    "\ue000x\u202e",
    "e\u0301\u0323 a\u030a",
    "a\u00a0b\u2009c\u200bd\u200de",
    "\u2028\u2029",
    "\x85",
    "\u0600",
    "\U000e0061",
    "ﬁ ﬂ Ǆ",
    "\u0378",
    "\u200f\u200e",
    "ａｂｃ",
    "\u0301" * 200,
    "a\u0301" * 500,
    "\u1ab0\u20dd",
]


@pytest.mark.parametrize("theme", ["modern", "classic"])
def test_hard_strings_in_every_field(site: Callable[..., SiteFolder], theme: str) -> None:
    said = [json.dumps(text, ensure_ascii=False) for text in HARD]
    entries = "\n".join(
        f"  - {{title: {t}, place: {t}, location: {t}, dates: {t}, note: {t}, label: {t}, grade: {t}, details: [{t}],"
        f" advisors: [{t}], thesis: {t}, links: {{? {t} : 'https://x.example'}}}}"
        for t in said
    )
    groups = "\n".join(f"  - {{title: {t}, items: [{t}, {{title: {t}}}]}}" for t in said)
    plain = [re.sub(r"[{}\\]", "", text)[:500] for text in HARD]
    folder = site(
        {
            "content/cv.yaml": (
                f"theme: {theme}\nname: {'N' * 300}\nrole: {said[0]}\ntitle: {said[1]}\n"
                f"contact: {{address: {said[0]}, github: '#x', phone: {said[6]}, email: {said[7]}}}\nsections:\n"
                f"- title: {said[1]}\n  note: {said[4]}\n  text: {said[13]}\n"
                f"  entries:\n{entries}\n  groups:\n{groups}\n"
                "- collection: publications\n- collection: talks\n- collection: students\n"
            ),
            "content/talks.yaml": "\n".join(
                f"- {{title: {t}, event: {t}, location: {t}, date: 2020}}" for t in said
            ),
            "content/students.yaml": "\n".join(
                f"- {{id: s{at}, name: {t}, note: {t}}}"
                for at, t in enumerate(said)
                if HARD[at].strip(" \x85\u2028\u2029")
            ),
            "content/publications/a.bib": "\n".join(
                f"@article{{k{at}, title={{{t}}}, author={{{t[:200]} and Ada}}, journal={{{t}}}, year=2020}}"
                for at, t in enumerate(plain)
            ),
        }
    )
    result = render(folder.root, today=TODAY)
    assert [problem.message for problem in result.report.problems if problem.level == "error"] == []
    assert {problem.code for problem in result.report.problems} <= {
        "cv-glyph",
        "cv-html",
        "cv-latex",
        "cv-total",
        "cv-math",
        "markup-unknown-citation",
        "markup-unknown-element",
        "markup-math",
        "markup-limit",
        "bib-name",
        "bib-unknown-macro",
        "bib-math",
        "bib-character",
        "bib-no-authors",
        "bib-no-title",
        "bib-html",
        "link-missing",
        "page-link",
        "bib-brace",
        "bib-name-empty",
        "bib-name-separator",
        "bib-mojibake",
    }
    text = text_of(result.outputs["cv.pdf"].data)
    for wanted in (
        "#setpage(width:1pt)",
        '#import"@preview/x:1.0.0":*',
        "#panic()",
        "=heading",
        "W" * 600,
        "N" * 300,
    ):
        assert wanted in text


def text_of(data: bytes) -> str:
    """The text of a PDF without its blanks."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages)


FONTS = sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")) if Path("/usr/share/fonts").is_dir() else []


@pytest.mark.skipif(not FONTS, reason="there is no font file to try")
@pytest.mark.parametrize("folder", ["templates/cv", "templates/cv/fonts", "themes/own/templates/cv"])
def test_a_font_beside_the_theme_shows_what_others_lack(site: Callable[..., SiteFolder], folder: str) -> None:
    text = "sections: [{title: 'Smile \U0001f600 and \u12a0'}, {text: x}]\n"
    files: dict[str, str | bytes] = {
        "site.yaml": "title: T\ntheme: own\n",
        "themes/own/theme.yaml": "title: Own\nextends: base\n",
        "content/cv.yaml": "sections: [{title: 'Smile \U0001f600', text: x}]\n",
    }
    made = site(files)
    assert made.codes() == ["cv-glyph"]
    assert "into templates/cv/ and name it in cv.yaml: “font: Noto Emoji”." in made.report()[0]["hint"]
    made.write({f"{folder}/DejaVuSans.ttf": FONTS[0].read_bytes()})
    made.write({"content/cv.yaml": "font: DejaVu Sans\n" + str(files["content/cv.yaml"])})
    assert made.codes() == []
    made.write({"content/cv.yaml": "font: DejaVu Sanz\n" + text})
    problem = made.report()[0]
    assert (problem["code"], problem["message"], problem["line"]) == (
        "cv-font",
        "There is no font “DejaVu Sanz”.",
        1,
    )
    assert "DejaVu Sans" in problem["hint"]


# --- properties -------------------------------------------------------------------------------------------------------


class Works:
    """The functions and templates of a site; without a long ``repr``, which every failure would print."""

    def __init__(self, names: Names, templates: Templates) -> None:
        self.names, self.templates = names, templates


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Works:
    site = SiteFolder(tmp_path_factory.mktemp("site")).write(
        {
            "site.yaml": "title: Site\n",
            "content/publications/a.bib": "@article{k, title={Rings}, author={Lovelace, Ada and Roe, R.}, year=2020}",
        }
    )
    answers = render(site.root, today=TODAY).answers
    assert answers is not None
    return Works(answers.names, answers.templates)


def pdf_of(works: Works, records: Mapping[str, Any], theme: str = "modern") -> Pdf:
    """The PDF of a CV with these records in place of those of the site."""
    names, templates = works.names, works.templates
    library = replace(names.site.library, records={**names.site.library.records, **records})
    mine = replace(names, site=replace(names.site, library=library), _inline={}, _places={})
    with tracking("cv.pdf", "https://s.example/"):
        cv = build_cv(mine, "", "pdf")
        assert cv is not None
        data, _ = data_of(mine, cv)
    made = templates.cv()
    return make_pdf(made.files, f"{theme}.typ", json.dumps(data), timestamp=0, fonts=made.fonts)


def cv_of(section: Mapping[str, Any], entry: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    sections = [{**SECTION.empty(), **section, "entries": [{**ENTRY.empty(), **entry}]}]
    data = {**CV.empty(), "id": "cv", "sections": sections, **fields}
    return {"cv": {"cv": Record("cv", "cv", freeze(data), {})}}


MARKED = ("title", "place", "note", "summary", "thesis")
PLAIN = ("location", "dates", "label", "grade")


def everywhere(text: str, marked: str) -> dict[str, Any]:
    """A CV with a text in every field: ``marked`` is its Markdown. Marks before and behind it name the field."""

    def put(name: str, value: str) -> str:
        return f"Q{name}Z{value}ZQ"

    entry: dict[str, Any] = {name: put(name, marked) for name in MARKED} | {
        name: put(name, text) for name in PLAIN
    }
    entry |= {name: [put(name, marked)] for name in ("advisors", "mentors", "details")}
    entry["links"] = {put("links", text): "https://x.example"}
    section = {"title": put("heading", marked), "note": put("remark", marked), "text": put("text", marked)}
    contact = {"address": put("address", marked)}
    return cv_of(section, entry, name=put("owner", text), role=put("role", marked), contact=contact)


#: Signs that the fonts inside have, of scripts that are written from left to right.
SIGNS = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    st.characters(min_codepoint=0xC0, max_codepoint=0x17F, exclude_characters="ĿŀŉĲĳ"),
    st.characters(min_codepoint=0x3B1, max_codepoint=0x3C9),
    st.characters(min_codepoint=0x410, max_codepoint=0x44F),
    st.sampled_from("–—‘’“”…•€§¶†‡°±×÷¿¡«»"),
)


@given(st.lists(SIGNS, max_size=60).map("".join))
@settings(deadline=None, max_examples=25)
def test_every_field_is_printed_as_it_is_written(works: Works, text: str) -> None:
    text = " ".join(text.replace("Q", "q").replace("Z", "z").split())
    marked = re.sub(r"([!-/:-@\[-\]_`{-}])", r"\\\1", text).replace("^", "&#94;").replace("~", "&#126;")
    made = pdf_of(works, everywhere(text, marked))
    assert made.problems == ()
    assert made.missing == ()
    found = re.findall(r"Q([a-z]+)Z(.*?)ZQ", text_of(made.data), re.DOTALL)
    wanted = "".join(text.split())
    names = {
        *MARKED,
        *PLAIN,
        "advisors",
        "mentors",
        "details",
        "links",
        "heading",
        "remark",
        "text",
        "address",
        "owner",
        "role",
    }
    assert {name for name, _ in found} == names
    assert {said for _, said in found} == {wanted}


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=25)
def test_any_text_gives_a_pdf(works: Works, text: str) -> None:
    made = pdf_of(works, everywhere(text, text), "classic")
    assert [problem.message for problem in made.problems if problem.level == "error"] == []
    assert made.data.startswith(b"%PDF")


TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # BibTeX counts braces, those behind a backslash as well.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "%&#$_"},
}
LETTERS = st.text(st.sampled_from("abcdefghijklmnoprstuvwxyéèüößšłñçÉÜ"), min_size=1, max_size=8)


@given(
    st.lists(SIGNS.filter(lambda sign: sign not in "`'-\"@<>"), min_size=1, max_size=40).map("".join),
    st.lists(LETTERS, min_size=1, max_size=4),
)
@settings(deadline=None, max_examples=4)
def test_publications_are_printed_as_they_are_written(
    tmp_path_factory: pytest.TempPathFactory, title: str, names: list[str]
) -> None:
    title = " ".join(f"x{title}x".replace("Q", "q").split())
    people = [f"{name.capitalize()} {name.capitalize()}son" for name in names]
    tex = "".join(TEX.get(sign, sign) for sign in title)
    folder = SiteFolder(tmp_path_factory.mktemp("site")).write(
        {
            "site.yaml": "title: T\npublications: {pages: false}\n",
            "content/cv.yaml": "sections: [{collection: publications}]\n",
            "content/publications/a.bib": (
                f"@article{{k, title={{{{Q{tex}Q}}}}, author={{{' and '.join(people)}}}, year=2020}}"
            ),
        }
    )
    result = render(folder.root, today=TODAY)
    assert [problem.message for problem in result.report.problems if problem.level == "error"] == []
    text = text_of(result.outputs["cv.pdf"].data)
    assert f"Q{''.join(title.split())}Q" in text
    for person in people:
        assert "".join(person.split()) in text


def test_five_thousand_publications(works: Works) -> None:
    names = works.names
    one = names.site.library.records["publications"]["k"]
    records = {
        f"k{at}": replace(
            one, id=f"k{at}", data=freeze({**one.data, "id": f"k{at}", "year": 2020 - at // 100})
        )
        for at in range(5000)
    }
    made = pdf_of(works, {**cv_of({"collection": "publications"}, {}), "publications": records})
    assert made.problems == ()
    assert made.pages > 100
    first = PdfReader(BytesIO(made.data)).pages[0].extract_text()
    assert "5000" in first
