"""Whatever the input: nothing raises, nothing is lost, the same comes out again; and in linear time."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.bibtex import (
    csl,
    dates,
    decode_bytes,
    latex,
    names,
    pages,
    read,
    to_bibtex,
    to_csl_json,
    to_ris,
)
from acadsite.bibtex.chunks import cut

if TYPE_CHECKING:
    from collections.abc import Callable

_BITS = st.sampled_from(
    ["@article{", "@misc(", "@string{", "@comment{", "@preamble{", "@@", "@", "{", "}", "(", ")", '"', ",", "=", "#",
     "\n", " ", "k", "title", "author", "year = 2000", "\\", "\\emph", "\\'", "\\foo", "$", "%", "~", "--", " and ",
     "A B", "others", "crossref={k}", "\\newcommand{\\foo}[1]{#1}", "é", "\u2028", "\0", "*", ";", "1999/2001"]
)  # fmt: skip
_SOUP = st.lists(_BITS, max_size=40).map("".join)


def everything(text: str) -> None:
    library = read([("a.bib", text)])
    for entry in library.entries:
        assert entry.key
        for name, value in entry.fields.items():
            latex.rich(value, library.macros)
            latex.verbatim(value)
            assert name == name.lower()
            assert value.count("{") == value.count("}")
        names.parse(entry.fields.get("author", ""), library.macros)
        dates.parse(entry.fields)
        pages.normal(entry.fields.get("pages", ""))
        csl.item(entry, library.macros)
        assert all(entry.spans[name].line >= 1 for name in entry.spans)
    for problem in library.problems:
        assert problem.code.startswith("bib-")
        assert problem.where is not None
        assert problem.where.column >= 1
    to_bibtex(library.entries)
    to_ris(library.entries)
    to_csl_json(library.entries)


@given(_SOUP)
@settings(max_examples=400, deadline=None)
def test_no_bibtex_raises(text: str) -> None:
    assert "".join(chunk.text for chunk in cut(text)) == text
    everything(text)


@given(_SOUP)
@settings(max_examples=200, deadline=None)
def test_good_entries_around_a_mess_stay(text: str) -> None:
    if "@comment" in text or "@" in text[-3:]:
        return
    good = "@misc{{{}, title={{T}}, year=2000}}"
    library = read([("a.bib", f"{good.format('first')}\n{text}\n{good.format('last')}\n")])
    keys = [entry.key for entry in library.entries]
    assert keys[0] == "first"
    assert "last" in keys


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_text_raises(text: str) -> None:
    everything("@misc{k, title={" + text + "}, author={" + text + "}, date={" + text + "}}")
    latex.rich(text)
    names.parse(text)
    dates.parse({"year": text, "month": text, "day": text})
    pages.normal(text)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    text, _ = decode_bytes(data, "a.bib")
    everything(text)


def steps(action: Callable[[], object]) -> int:
    """How many lines of Python and calls of C functions ``action`` takes: a clock that no load disturbs."""
    count = 0

    def tick(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(tick)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


SHAPES: dict[str, Callable[[int], str]] = {
    "at signs": lambda n: "@" * n,
    "open braces": lambda n: "{" * n,
    "open braces in a value": lambda n: "@misc{k, title={" + "{" * n,
    "unclosed lines": lambda n: "@misc{k, title = {x\n" * n,
    "unclosed, one line": lambda n: "".join(f"@misc{{k{i}, title = {{x " for i in range(n)),
    "unclosed comments": lambda n: "@comment{ x\n" * n,
    "unclosed quotes": lambda n: "@misc{k," + '\na="x' * n,
    "unclosed fields": lambda n: "@misc{k," + "a={" * n,
    "fields": lambda n: "@misc{k," + "a={x}," * n + "}",
    "joined": lambda n: "@misc{k, a = " + "{x} # " * n + "{y}}",
    "deep braces": lambda n: "@misc{k, title={" + "{" * n + "}" * n + "}}",
    "deep commands": lambda n: "@misc{k, title={" + r"\emph{" * n + "}" * n + "}}",
    "accents": lambda n: "@misc{k, title={" + "\\'" * n + "}}",
    "dollars": lambda n: "@misc{k, title={" + "$" * n + "}}",
    "open formulas": lambda n: "@misc{k, title={" + r"\(" * n + "}}",
    "names": lambda n: "@misc{k, author={" + " and ".join(f"A{i} B" for i in range(n)) + "}}",
    "commas in a name": lambda n: "@misc{k, author={" + ", " * n + "}}",
    "ands": lambda n: "@misc{k, author={" + " and" * n + "}}",
    "chain": lambda n: "".join(f"@misc{{k{i}, crossref={{k{i + 1}}}}}\n" for i in range(n)),
    "round brackets": lambda n: "@misc(k, " * n,
    "repeated keys": lambda n: "@misc{k, year=2000}\n" * n,
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_linear(shape: str) -> None:
    """Three times the input takes at most about three times the steps (a square would be nine)."""
    make = SHAPES[shape]

    def run(size: int) -> int:
        for cache in (names.parse, names.one, latex.decode, latex.name_text, pages.normal):
            cache.cache_clear()  # type: ignore[attr-defined]
        text = make(size)
        return steps(lambda: read([("a.bib", text)]))

    run(10)
    small, large = run(300), run(900)
    assert large <= 4.5 * small + 2000


#: What patterns could get stuck on; steps of C code are not counted, so these are timed.
PATTERNS: dict[str, Callable[[int], str]] = {
    "spaces in names": lambda n: "@misc{k, author={A" + " " * n + "B}}",
    "lines in names": lambda n: "@misc{k, author={{A}" + "\n" * n + "B}}",
    "ties in pages": lambda n: "@misc{k, pages={1" + "~" * n + "2}}",
    "lines in an unclosed value": lambda n: "@misc{k, title={a" + "\n" * n + "b",
    "spaces in an unclosed value": lambda n: "@misc{k, title={a" + " " * n + "b",
    "lines in an unclosed quote": lambda n: '@misc{k, title="a' + "\n" * n + "b}",
    "lines after a value": lambda n: "@misc{k, title={a} x" + "\n" * n + "b}",
    "lines after junk": lambda n: "@misc{k, (" + "\n" * n + "b}",
    "formulas never closed": lambda n: "@misc{k, title={" + r"\( a " * n + "}}",
    "braces across formulas": lambda n: "@misc{k, title={" + "${a$" * n + "}" * n + "}}",
    "nested addresses": lambda n: "@misc{k, url={" + "{" * n + "}" * n + "}}",
    "marks": lambda n: "@misc{k, author={A" + r"\textsuperscript{*" * n + "}}",
    "macros never closed": lambda n: '@preamble{"' + r"\newcommand{\ab}{" * n + '"}',
    "commas in a name": lambda n: "@misc{k, author={" + ", " * n + "}}",
    "one long line": lambda n: "@" * n + "@misc{k," * (n // 20),
}


@pytest.mark.parametrize("shape", sorted(PATTERNS))
def test_linear_in_time(shape: str) -> None:
    """Four times the input takes about four times as long (a square would be sixteen); CPU time, and only where it
    is long enough to be measured."""

    def seconds(size: int) -> float:
        for cache in (names.parse, names.one, latex.decode, latex.name_text, pages.normal):
            cache.cache_clear()  # type: ignore[attr-defined]
        text = PATTERNS[shape](size)
        start = time.process_time()
        library = read([("a.bib", text)])
        to_ris(library.entries)
        return time.process_time() - start

    large = seconds(40_000)
    assert large < 0.4 or large < 8 * seconds(10_000)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_huge(shape: str) -> None:
    """Deep and long input neither raises nor hangs (patterns are C: steps do not count them)."""
    everything(SHAPES[shape](4000))
