"""Scholarly constructs made to be slow, deep, endless or broken: each ends soon, with a result or a problem."""

import random
import re
import sys
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from acadsite.markup import read, render
from acadsite.markup.math import macros, mathml
from acadsite.markup.pseudocode import parsed

sys.path.insert(0, str(Path(__file__).parent))
from works import shown

N = 20_000
TEXTS = {
    "figures in figures": "::: {#fig-x}\n" * 200 + "![a](b)\n" + ":::\n" * 200,
    "many parts": "::: {#fig-x layout-ncol=3}\n" + "![a](b)\n" * 3000 + "\nC\n:::\n",
    "a layout of nonsense": '::: {#fig-x layout="[[[1,,],[-1]]]"}\n![a](b)\n![c](d)\n:::\n',
    "references": "@fig-x " * N,
    "references to LaTeX": "\\ref{x} \\eqref{y} " * N,
    "shortcodes": "{{< a >}} " * N + "{{<" * N,
    "labels": "$$x$$ {#eq-a}\n\n" * 2000,
    "one label in one formula": "$$" + "\\label{a}" * 5000 + "$$",
    "rows": "\\begin{align}\n" + "a &= b \\label{x} \\\\\n" * 3000 + "\\end{align}\n",
    "environments in environments": "\\begin{align}" * 3000 + "\\end{align}" * 3000,
    "definitions": "\\newcommand{\\a}{b}\n" * 3000,
    "open definitions": "\\newcommand{\\a}{" * 3000,
    "theorems": "::: theorem\na\n:::\n" * 3000,
    "steps": "::: {#alg-a}\n" + "1. a\n" * 5000 + ":::\n",
    "deep steps": "::: {#alg-a}\n" + "".join("   " * i + "1. a\n" for i in range(120)) + ":::\n",
    "pseudocode": "```pseudocode\n" + "\\State $x$ \\Comment{\n" * 5000 + "```\n",
    "open groups": "```pseudocode\n\\State " + "\\textbf{" * 3000 + "\n```\n",
    "tabs": '=== "a"\n    b\n\n' * 3000,
    "tabs in tabs": "".join("    " * i + '=== "a"\n' for i in range(150)),
    "tabsets": "::: {.panel-tabset}\n# a\n" * 90,
    "marked lines": '```python hl_lines="' + "1-999999999 " * 50 + '"\n' + "a\n" * 3000 + "```\n",
    "line blocks": "| a\n" * N,
    "bars": "|" * N + "\n" + "| a " * N,
    "ragged rows": "|a|\n|-|\n" + "|1|2|3|\n" * 5000,
    "grid tables": "+---+\n| a |\n+---+\n\n" * 1000,
    "cells of formulas": "+-----+\n" + "| $x$ |\n+-----+\n" * 1000,
    "code never closed": "```{python}\n#| label: fig-x\n" * 2000,
    "notes": "|a|\n|-|\n|1|\n\n::: {.table-notes}\nn\n:::\n\n" * 1000,
    "citations in notes": "".join(f"a[^{i}]\n\n[^{i}]: [@k{i}]\n\n" for i in range(2000)),
    "scissors": '--8<-- "a"\n' * 5000 + "--8<--\n" * 5000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_time_is_linear(text: str) -> None:
    started = time.process_time()
    body = shown(text)
    assert time.process_time() - started < 5
    assert all(problem.where for problem in body.problems[:200])


def test_a_file_of_five_megabytes() -> None:
    page = (
        "# Heading\n\nText with *emphasis*, a [link](x) and @fig-a [@k].\n\n- item\n- item\n\n"
        + "word " * 1000
        + "\n\n"
    )
    text = page * (5_000_000 // len(page))
    started = time.process_time()
    body = render(read(text, "a.md"))
    assert time.process_time() - started < 5
    assert body.html.count("<em>") == text.count("*emphasis*")


def test_twenty_thousand_brackets() -> None:
    body = shown("[" * N + "\n\n" + "![" * N + "\n\n@fig-none\n")
    assert [str(problem.where) for problem in body.problems] == ["a.md:5:1"]


FORMULAS = {
    "braces": "{" * 3000 + "x" + "}" * 3000,
    "open braces": "{" * 3000,
    "roots": r"\sqrt" * 3000 + "x",
    "exponents": "x^{" * 3000 + "}" * 3000,
    "optional arguments": r"\newcommand{\a}[1][x]{#1}" + r"\a[" * 3000,
    "an optional argument of itself": r"\newcommand{\a}[1][\a]{#1}\a",
    "text": r"\text{" * 3000 + '"--' + "}" * 3000,
}


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS.keys())
def test_no_formula_ends_the_process(tex: str) -> None:
    """In a thread with a stack of 512 KB, through reader and writer."""
    found: list[object] = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(
            target=lambda: found.extend([mathml(tex, True), render(read(f"$${tex}$$\n", "a.md")).html])
        )
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join(60)
    assert len(found) == 2


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>x</script>}",
        r"\href{javascript:x}{y}",
        r"\includegraphics{a}",
        r"\htmlData{a=b}{c}",
        "<img src=x onerror=y>",
    ],
)
def test_formulas_are_inert(tex: str) -> None:
    html = render(read(f"${tex}$\n\n$${tex}$$ {{#eq-a}}\n", "a.md")).html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_fault_is_told_with_its_column_where_a_formula_has_a_number() -> None:
    body = shown("a\n\n\\begin{align}\nx \\label{eq:a} \\\\\ny + \\nope\n\\end{align}\n")
    assert [(problem.code, str(problem.where)) for problem in body.problems] == [("markup-math", "a.md:5:5")]
    assert '<code class="math math-block">\\begin{align}' in body.html


def test_macros_of_a_mapping() -> None:
    given = {
        "R": r"\mathbb{R}",
        "\\norm": [r"\lVert#1\rVert", 1],
        "n": 3,
        "a1": "x",
        "open": "{",
        "list": [],
        "two": ["#2", 1],
    }
    tex, wrong = macros(given)
    assert wrong == ("a1", "open", "list", "two")
    body = render(
        read("$\\norm{x} \\in \\R^\\n$ $\\newcommand{\\p}[2][2]{#2_{#1}}\\p{y}$ $\\p[3]{z}$\n", "a.md"),
        math_preamble=tex,
    )
    assert not body.problems
    assert "<mi>ℝ</mi>" in body.html
    assert "<msub><mi>y</mi><mn>2</mn></msub>" in body.html
    assert "<msub><mi>z</mi><mn>3</mn></msub>" in body.html


def test_text_in_formulas_is_typeset() -> None:
    assert "“a”\xa0–\xa0b" in (mathml(r'\text{"a" -- b}').mathml or "")
    assert "−" in (mathml("x -- y").mathml or "")


def test_pseudocode_never_raises() -> None:
    chance = random.Random(3)
    pieces = [
        "\\State ",
        "\\For{",
        "}",
        "\\EndFor",
        "\\If{$a$}",
        "\\Else",
        "\\caption{",
        "$",
        "\\Comment{x}",
        "\n",
        "%",
        "\\Call{A}{b}",
    ]
    pieces += [
        "\\Return",
        "\\Function{f}{x}",
        "\\textbf{a",
        "\\(",
        "x",
        "  ",
        "\\",
        "\\\\",
        "\\Require",
        "\\Until{",
    ]
    for _ in range(2000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 15)))
        read_ = parsed(text, 1)
        assert all("pending" not in step.attrib for step in read_.steps), text


SOUP = [
    *(
        "::: {#fig-x}\n",
        "::: {#tbl-x layout-ncol=2}\n",
        "::: {#thm-x}\n",
        "::: proof\n",
        "::: {#alg-x}\n",
        "::: {#refs}\n",
    ),
    *(
        "::: {.panel-tabset}\n",
        "::: {#lst-x}\n",
        ":::\n",
        "## H\n",
        "![c](i)\n",
        "![c](i){#fig-y}\n",
        "1. a\n",
        "   - b\n",
    ),
    *(
        "```{python}\n",
        "```pseudocode\n",
        "#| label: fig-z\n",
        "```\n",
        '=== "t"\n',
        "    a\n",
        "??? note\n",
        "+---+---+\n",
    ),
    *(
        "| a | b |\n",
        "+===+===+\n",
        "|---|---|\n",
        ": C {#tbl-y}\n",
        "***g***",
        "\n",
        "\n\n",
        "text ",
        "@fig-x ",
        "[@k; @fig-y]",
    ),
    *(
        "$$x$$ {#eq-x}",
        "\\begin{align}\na\\\\b\n\\end{align}\n",
        "\\label{l}",
        "\\ref{l}",
        "[^1]",
        "[^1]: n\n",
        "{{< x >}}",
        "> ",
        "- ",
    ),
    *("\\newcommand{\\a}{b}\n", "$", "| l\n", "*", "&#2;", "::: {.table-notes}\n", "<b>", "é"),
]


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_nothing_raises_and_the_html_is_balanced(dialect: str) -> None:
    chance = random.Random(7)
    for _ in range(1500 if dialect == "commonmark" else 300):
        text = "".join(chance.choice(SOUP) for _ in range(chance.randint(1, 25)))
        body = shown(text, dialect)
        assert "\x02" not in body.html
        if "<b>" not in text:
            html = re.sub(r"<(br|hr|img|input|col)\b([^>]*)>", r"<\1\2/>", body.html)
            html = re.sub(r" (disabled|checked|open|hidden)(?=[ >/])", r' \1=""', html)
            ET.fromstring(f"<r>{html}</r>")
        ids = re.findall(r' id="([^"]*)"', body.html)
        assert len(ids) == len(set(ids)), text
