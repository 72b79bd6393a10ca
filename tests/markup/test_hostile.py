"""Inputs made to be slow, deep or endless: each ends soon, with a result or a problem."""

import threading
import time

import pytest

from acadsite.markup import deadline, python_markdown, read, render
from acadsite.markup.code import highlighted
from acadsite.markup.math import mathml

N = 20_000
FLAT = {
    "brackets": "[" * N,
    "images": "![" * N,
    "stars": "*" * N,
    "stars and letters": "a**b" * N,
    "round": r"\(" * N,
    "square": r"\[" * N,
    "dollars": "$$" * N + "$a" * N,
    "citations": "[@a " * N,
    "spans": "[a]{.b}" * N,
    "attributes": "*a*{.a" * N + '*a*{"' * N,
    "spans in spans": "[a [b]{.c}]{.d} " * N,
    "nested spans": "[" * N + "a" + "]{.a}" * N,
    "notes": "".join(f"x[^{i}]\n\n[^{i}]: a\n\n" for i in range(5000)),
    "inline notes": "^[a] " * N,
    "quotes": ">" * 100_000 + "a",
    "divs": "::: {.a}\n" * 5000 + ":::\n" * 5000,
    "closings": ":::\n" * N,
    "openings": "::: {.a}\n" * N,
    "admonitions": "".join("    " * i + "!!! note\n" for i in range(200)),
    "backticks": "` `` " * N,
    "runs of backticks": " ".join("`" * i for i in range(1, 400)),
    "fences": "```\n" * N,
    "fences in quotes": "> ```\n\n" * N,
    "environments": "\\begin{align}" * N,
    "comments": "<!--" * N + "<![" * N,
    "comment never closed": "<!-- never closed -- >\n\na\n" * 1000,
    "open tags": "<a href='" * N + "<b>" * N,
    "headings": "# a\n" * N,
    "addresses": "http://a.b/" * N + ")" * N,
    "scripts": "^a" * N + "~a" * N,
    "keys": "[[" * N + "[[a]]" * N,
    "captions": "|a|\n|-|\n|b|\n\n: c\n\n" * 2000,
    "alerts": "> [!NOTE] x\n> y\n\n" * 2000,
    "formulas in a table": "|a|b|\n|-|-|\n" + "|$x|y$|b|\n" * N,
    "one long line": "a *b* [c](d) " * 50_000,
    "nested lists": "\n".join("  " * i + "- a" for i in range(300)),
    "character references": "&#2;" * N,
    "tabs": "\t" * N + "a",
}


@pytest.mark.parametrize("text", FLAT.values(), ids=FLAT.keys())
def test_time_is_linear(text: str) -> None:
    started = time.process_time()
    body = render(read(text, "a.md"))
    assert time.process_time() - started < 5
    assert len(body.problems) <= 201


def test_depth_is_cut_and_told() -> None:
    for text in (
        ">" * 1000 + "a",
        "- " * 500 + "a",
        "::: {.a}\n" * 300 + ":::\n" * 300,
        "*a **" * 300 + "x" + "** *" * 300,
    ):
        body = render(read(text, "a.md"))
        assert body.html.count("<blockquote>") == body.html.count("</blockquote>") <= 100
        assert body.html.count("<div") == body.html.count("</div>") <= 100
    assert [problem.code for problem in render(read(">" * 1000 + "a", "a.md")).problems] == [
        "markup-too-deep"
    ]


@pytest.mark.parametrize("text", ["[" * N, "![" * N, "[a](b " * 5000], ids=["brackets", "images", "links"])
def test_python_markdown_is_stopped(text: str) -> None:
    started = time.process_time()
    body = render(read("first\n" + text, "posts/slow.md", dialect="python-markdown", first_line=7))
    assert time.process_time() - started < 5
    (problem,) = body.problems
    assert (problem.level, problem.code, str(problem.where)) == (
        "error",
        "markup-too-slow",
        "posts/slow.md:7:1",
    )
    assert body.html.startswith('<pre tabindex="0"><code>first\n')


def test_python_markdown_is_stopped_outside_of_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_markdown, "LIMIT", 1.0)
    found = []

    def work() -> None:
        found.append([problem.code for problem in read("[" * N, "a.md", dialect="python-markdown").problems])
        found.append(render(read("*a*", "a.md", dialect="python-markdown")).html)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    deadline._WORKER.stop()
    assert found == [["markup-too-slow"], "<p><em>a</em></p>\n"]


def test_python_markdown_flattens_what_is_deep() -> None:
    for text in (">" * 1000 + "a", "- " * 300 + "a", "*" * 2000):
        render(read(text, "a.md", dialect="python-markdown"))


ENDLESS = '"' + "\\" * 40  # a string that never ends, to Pygments' Scala: it would try 2 to the 40th ways


def test_colours_are_given_up_in_time() -> None:
    started = time.process_time()
    body = render(read(f"a\n\n```scala\n{ENDLESS}\n```\n", "a.md"))
    assert time.process_time() - started < 2
    assert [(problem.code, problem.where and problem.where.line) for problem in body.problems] == [
        ("markup-code-timeout", 3)
    ]
    assert f'<code class="language-scala">{ENDLESS}\n</code>' in body.html


def test_colours_are_given_up_outside_of_the_main_thread() -> None:
    found = []

    def work() -> None:
        found.append(highlighted(ENDLESS + " ", "scala").in_time)
        found.append(highlighted("val x = 1 \n", "scala").html)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    deadline._WORKER.stop()
    assert found[0] is False
    assert "<span" in found[1]


DEEP = {
    "braces": "{" * 1000,
    "closed braces": "{" * 1000 + "}" * 1000,
    "roots": r"\sqrt" * 1000,
    "roots of something": r"\sqrt" * 1000 + "x",
    "fractions": r"\frac1" * 1000 + "1",
    "fractions in braces": r"\frac{1}" * 1000 + "{1}",
    "exponents": "x^{" * 1000 + "}" * 1000,
    "fences": r"\left(" * 1000 + r"\right)" * 1000,
    "environments": r"\begin{matrix}" * 1000,
    "a macro of itself": r"\def\a{{{\a}}}\a",
    "macros of each other": r"\def\a{{\b}}\def\b{{\a}}\a",
    "macros that multiply": r"\def\a#1{{{{{{{{{{#1}}}}}}}}}}" + r"\a{" * 90 + "x" + "}" * 90,
    "a deep macro": r"\def\a{" + "{" * 50 + "}" * 50 + r"}\a",
    "our own macros": r"\abs{" * 99 + "x" + "}" * 99,
    "exactly a hundred": "{" * 100 + "x" + "}" * 100,
    "commands": r"\alpha" * 30_000,
    "letters": "x" * 200_000,
}


@pytest.mark.parametrize("tex", DEEP.values(), ids=DEEP.keys())
def test_no_formula_overflows_the_stack(tex: str) -> None:
    found = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.append(mathml(tex)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    (formula,) = found
    assert (formula.mathml is None) == (formula.fault is not None)


def test_ordinary_long_formulas_are_done() -> None:
    assert mathml(" + ".join([r"\frac{a}{\sqrt{b}}"] * 500)).mathml
    assert mathml(r"\left(" * 40 + "x" + r"\right)" * 40).mathml
