"""Formulas: what math-core lacks and gets silently wrong, and where faults are."""

import xml.etree.ElementTree as ET

import pytest

from acadsite.markup.math import Fault, definitions, mathml


@pytest.mark.parametrize(
    ("tex", "without", "within"),
    [
        (r"\begin{aligned}a\\[1ex]b\end{aligned}", "[", "<mtr>"),
        (r"\begin{aligned}a\\[-.5\baselineskip]b\end{aligned}", "[", "<mtr>"),
        (r"\begin{aligned}a\\ [x]\end{aligned}", "\\", "["),
        (r"\begin{align*}a&=b\end{align*}", "width: 100%", "<mtable"),
        (r"\begin{alignat}{2}a&=b\end{alignat}", "<mn>2</mn>", "<mtable"),
        (r"\begin{split}a&=b\end{split}", "error", "<mtable"),
        (r"\begin{eqnarray}a&=&b\\c&=&d\end{eqnarray}", "error", "<mtable"),
        (r"\begin{equation}\label{a}x\nonumber\end{equation}", "label", "<mi>x</mi>"),
        (r"\begin{pmatrix*}[r]a\end{pmatrix*}", "*", "<mtable"),
        (r"\operatorname{arg\,max}_x", "\\,", "arg"),
        (r"\operatorname*{\mathbf{E}}_x", "msub", "<munder>"),
        (r"\mathop{\mathbb{E}}_{x}^{y}", "msub", "<munder><mover>"),
        (r"\text{if $x$ holds}", "$", "<mi>x</mi>"),
        (r"\large x", "large", "<mi>x</mi>"),
        (r"\smash[b]{x}", "[", "<mi>x</mi>"),
        (r"\substack{a\\b}", "error", "<mtable"),
        (r"\textcolor{#ff0000}{x}", "<mo>#", "<mi>x</mi>"),
        (r"\verb|a_b|", "msub", "a_b"),
        (r"\href{https://a.b}{x}", "href=", "<mi>x</mi>"),
        (r"\abs{x} \norm{y} \pmb{z}", "error", "<mi>x</mi>"),
        (r"\sin x", "&", "sin"),
        (r"\hat{x} \bar y \vec z \overline{AB}", "\u0302", "<mover"),
        (r"\tag{1} x", "tag", "<mtext>1</mtext>"),
        (r"\eqref{eq:a}", "<a", "eq:a"),
        (r"a\\b", "error", "<mtr>"),
        (r"\newcommand{\R}{\mathbf{R}}\R", "ℝ", "𝐑"),
        (r"\DeclareMathOperator*{\amin}{arg\,min}\amin_x f", "error", "<munder>"),
    ],
)
def test_mended(tex: str, without: str, within: str) -> None:
    formula = mathml(tex, True)
    assert formula.mathml, formula.fault
    inner = formula.mathml[formula.mathml.index(">", formula.mathml.index("alttext")) :]
    ET.fromstring(formula.mathml)
    assert within in inner
    assert without not in inner


@pytest.mark.parametrize(
    ("tex", "fault"),
    [
        (r"x + \foo", Fault('Unknown command "\\foo".', 4)),
        (r"é漢 \foo", Fault('Unknown command "\\foo".', 3)),
        (r"  \foo", Fault('Unknown command "\\foo".', 2)),
        (r"\includegraphics{a}", Fault('Unknown command "\\includegraphics".', 0)),
    ],
)
def test_faults_have_their_place(tex: str, fault: Fault) -> None:
    assert mathml(tex).fault == fault


def test_the_tex_is_kept() -> None:
    found = mathml('a < "b"').mathml or ""
    assert ET.fromstring(found).get("alttext") == 'a < "b"'


def test_definitions_serve_the_formulas_after() -> None:
    preamble = definitions(r"\newcommand{\v}[1]{\mathbf{#1}} \DeclareMathOperator{\tr}{tr} \let\e=\epsilon x")
    assert preamble == r"\def\v#1{\mathbf{#1}}\def\tr{\operatorname{tr}}\let\e=\epsilon"
    assert "𝐱" in (mathml(r"\v{x} + \tr A", preamble=preamble).mathml or "")
    assert definitions("x^2") == ""


def test_nothing_is_nothing() -> None:
    assert mathml("  ") == ("", None)
    assert mathml(r"\newcommand{\a}{b}") == ("", None)
