"""Styles that are wrong: a problem with its line, never a traceback, never a long wait."""

from __future__ import annotations

import re
import time
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.citations import Cite, Cluster, own_style, process, read_style

HEAD = '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">\n'
CITATION = '<citation><layout><text variable="title"/></layout></citation>\n'


def macros(calls: dict[str, str]) -> str:
    return "".join(
        f'<macro name="{name}">'
        + "".join(f'<text macro="{call}"/>' for call in body.split())
        + '<text value="x"/></macro>\n'
        for name, body in calls.items()
    )


LADDER = macros({f"m{number}": " ".join([f"m{number + 1}"] * 10) for number in range(12)} | {"m12": ""})
CALLS_A = '<citation><layout><text macro="a"/></layout></citation>'
PARENT = '<info><link rel="independent-parent" href="http://www.zotero.org/styles/{0}"/></info>'

ERRORS = [
    ("", "csl-xml", 1, "not well-formed"),
    ("no xml at all", "csl-xml", 1, "not well-formed"),
    ("<style", "csl-xml", 1, "not well-formed"),
    (HEAD + "<citation>\n<layout></citation></style>", "csl-xml", 3, "mismatched tag"),
    ("\ud800", "csl-xml", 1, "not well-formed"),
    ("<html><body/></html>", "csl-style", 1, "<html>, not a <style>"),
    ('<a:b xmlns:a="urn:x"/>', "csl-xml", 1, "no element of CSL"),
    ('<locale xmlns="http://purl.org/net/xbiblio/csl"/>', "csl-style", 1, "<locale>, not a <style>"),
    ('<!DOCTYPE s [<!ENTITY a "x">]>' + HEAD + "</style>", "csl-xml", 1, "document type"),
    ('<!DOCTYPE s SYSTEM "file:///etc/passwd">\n' + HEAD + "</style>", "csl-xml", 1, "document type"),
    (HEAD + "<group>" * 500 + "</group>" * 500 + "</style>", "csl-xml", 2, "nested more than"),
    (HEAD + '<x xmlns="u">' * 500 + "</x>" * 500 + "</style>", "csl-xml", 2, "nested more than"),
    (HEAD + "<text/>" * 50_000 + "</style>", "csl-xml", 2, "elements"),
    (HEAD + " " * 2_000_001 + "</style>", "csl-xml", 1, "characters"),
    (HEAD + "</style>", "csl-style", 1, "no <citation>"),
    (HEAD + "<citation/></style>", "csl-style", 2, "no <citation> with a <layout>"),
    (HEAD + CITATION + "<bibliography/></style>", "csl-style", 3, "no <layout>"),
    (HEAD + CALLS_A + "</style>", "csl-macro", 2, "no macro “a”"),
    (HEAD + macros({"a": "a"}) + CALLS_A + "</style>", "csl-circle", 2, "a → a"),
    (HEAD + macros({"a": "b", "b": "c", "c": "a"}) + CALLS_A + "</style>", "csl-circle", 4, "a → b → c → a"),
    (
        HEAD + LADDER + '<citation><layout><text macro="m0"/></layout></citation></style>',
        "csl-size",
        15,
        "too often",
    ),
    (HEAD + PARENT.format("no-such-journal") + "</style>", "csl-parent", 2, "no-such-journal"),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "words"), ERRORS, ids=[f"{e[1]}-{n}" for n, e in enumerate(ERRORS)]
)
def test_errors_name_the_line(text: str, code: str, line: int, words: str) -> None:
    start = time.process_time()
    style, problems = read_style(text, "styles/mine.csl")
    assert time.process_time() - start < 2
    assert style is None
    first = problems[0]
    assert (first.level, first.code) == ("error", code)
    assert first.where is not None
    assert (first.where.path, first.where.line) == ("styles/mine.csl", line)
    assert words in first.message


WARNINGS = [
    ('<macro name="m"><txt variable="title"/></macro>', "csl-element", "<txt>", "did you mean “text”?"),
    ('<macro name="m"><text/></macro>', "csl-value", "nothing to print", "expected"),
    ('<macro name="m"><names/></macro>', "csl-value", "without variable", ""),
    ('<bibliography et-al-min="many"><layout/></bibliography>', "csl-value", "et-al-min=“many”", ""),
    ("<surprise/>", "csl-element", "<surprise>", ""),
]


@pytest.mark.parametrize(("body", "code", "words", "hint"), WARNINGS)
def test_what_is_odd_is_told_and_the_style_works(body: str, code: str, words: str, hint: str) -> None:
    style, problems = read_style(HEAD + CITATION + body + "</style>", "a.csl")
    assert style is not None
    assert [problem.level for problem in problems] == ["warning"]
    assert problems[0].code == code
    assert words in problems[0].message
    assert problems[0].hint.startswith(hint)
    done = process(style, {"a": {"title": "T", "author": "no list"}}, [Cluster((Cite("a"),))], uncited=["a"])
    assert done.citations == ((("cite", "a", ("T",)),),)


def test_a_macro_that_is_near_is_named() -> None:
    text = (
        HEAD + '<macro name="author"/>' + CITATION.replace('variable="title"', 'macro="autor"') + "</style>"
    )
    style, problems = read_style(text, "a.csl")
    assert style is None
    assert problems[0].hint == "did you mean “author”?"


def test_a_dependent_style_is_its_parent() -> None:
    style, problems = read_style(HEAD + PARENT.format("apa") + "</style>", "journal.csl")
    assert not problems
    assert style == own_style("apa")


def test_a_dependent_style_may_set_the_language() -> None:
    text = (HEAD + PARENT.format("apa") + "</style>").replace("<style", '<style default-locale="de-DE"')
    style, _ = read_style(text, "journal.csl")
    assert style is not None
    assert style != own_style("apa")
    assert style.default_locale == "de-DE"


def test_a_dependent_style_finds_its_parent_beside_it() -> None:
    found = {"mother": HEAD + CITATION + "</style>"}
    style, problems = read_style(HEAD + PARENT.format("mother") + "</style>", "child.csl", found.get)
    assert style is not None
    assert not problems


def test_styles_that_name_each_other_as_parent_end() -> None:
    found = {"a": HEAD + PARENT.format("b") + "</style>", "b": HEAD + PARENT.format("a") + "</style>"}
    style, problems = read_style(found["a"], "a.csl", found.get)
    assert style is None
    assert [problem.code for problem in problems] == ["csl-parent"]


def test_expansion_is_bounded_by_time() -> None:
    # As dear as a style may be: it still prints an entry in a moment.
    calls = {f"m{number}": " ".join([f"m{number + 1}"] * 4) for number in range(6)} | {"m6": ""}
    text = HEAD + macros(calls) + '<citation><layout><text macro="m0"/></layout></citation></style>'
    style, problems = read_style(text, "a.csl")
    assert style is not None
    assert not problems
    start = time.process_time()
    process(style, {"a": {"title": "T"}}, [Cluster((Cite("a"),))])
    assert time.process_time() - start < 2


PLACES = re.compile(r'="([^"]*)"|<(/?[a-z-]+)')
SOURCES = [
    resources.files("acadsite.citations").joinpath("styles", f"{name}.csl").read_text("utf-8")
    for name in ("apa", "mla", "ieee", "harvard")
]
ITEM = {
    "type": "article-journal",
    "title": "T",
    "author": [{"family": "van A", "given": "B C"}, {"literal": "L"}, {"family": "X"}],
    "issued": {"date-parts": [[2000, 1], [2001, 2, 3]]},
    "page": "1-2",
    "volume": "3",
    "DOI": "10.1/x",
}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SOURCES),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.sampled_from(
                ["", "0", "-1", "99999999999", "ten", "author", "title", "issued", "true", "short", "count", "all",
                 "locator", "citation-number", "year", "chicago", "{x}", "\u0663", "é", "names", "date", "choose",
                 "text", "label", "title-short"]
            ),
        ),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_no_style_raises(source: str, edits: list[tuple[float, str]]) -> None:
    """Values of attributes and names of elements are replaced at random."""
    for where, value in edits:
        found = list(PLACES.finditer(source))
        place = found[min(int(where * len(found)), len(found) - 1)]
        group = 1 if place[1] is not None else 2
        source = source[: place.start(group)] + value + source[place.end(group) :]
    style, problems = read_style(source, "a.csl")
    assert (style is None) == any(problem.level == "error" for problem in problems)
    if style is not None:
        clusters = [Cluster((Cite("a", "3"), Cite("b"))), Cluster((Cite("a"),), in_text=True)]
        process(style, {"a": ITEM, "b": dict(ITEM, title="U")}, clusters, "fr")
