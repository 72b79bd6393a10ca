"""Formulas in words: what is said of them where nothing but text can stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.bibtex import latex
from acadsite.bibtex.formulas import in_words


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        ("p", "p"),
        (r"\ell_1", "ℓ₁"),
        ("x^2", "x²"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\log(n)", "log(n)"),
        (r"\mathbb{Z}[x]", "ℤ[x]"),
        (r"\mathbb A^1", "𝔸¹"),
        (r"\mathcal{O}_K", "O_K"),
        (r"10^{-3}", "10⁻³"),
        (r"\beta\to\alpha", "β → α"),
        (r"\sqrt{s} = 13", "√s = 13"),
        (r"B^0_s \to \mu^+\mu^-", "B⁰ₛ → μ⁺μ⁻"),
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\{x \mid x < 0\}", "{x | x < 0}"),
        (r"L^\infty", "L^∞"),
        (r"e^{i\pi}", "e^(iπ)"),
        (r"2^{\mathrm{nd}}", "2ⁿᵈ"),
        (r"\text{if } x", "if x"),
        (r"\left( a \right)", "(a)"),
        ("-1", "−1"),
        ("a'", "a′"),
    ],
)
def test_formulas_in_words(tex: str, words: str) -> None:
    assert in_words(tex) == words


@pytest.mark.parametrize(
    "tex",
    [r"\overline{x}", "H_{d,T}", r"\begin{matrix}a\end{matrix}", "{a", "a}", "x^", r"\sqrt[3]{x}", r"\text{a$b$}",
     r"\mathbb{\pi}", "a & b", "x" * 201 + "+"],
)  # fmt: skip
def test_what_cannot_be_said_stays_tex(tex: str) -> None:
    assert in_words(tex) is None
    assert latex.spoken(("a ", ("math", tex))) == f"a {tex}"


def test_only_formulas_are_said_otherwise() -> None:
    value = ("A ", ("em", (("math", "x^2"), " b")), ("code", "x^2"), ("link", "https://x.y", ("c",)))
    assert latex.spoken(value) == "A x² bx^2c"
    assert latex.plain(value) == "A x^2 bx^2c"


@given(st.text(alphabet="\\{}^_$ab1 \\left\\frac\\text\\mathbb", max_size=40))
def test_nothing_fails(tex: str) -> None:
    words = in_words(tex)
    assert words is None or "\\" not in words
