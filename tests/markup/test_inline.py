"""Short texts from records, rich text of bibliographies, and colours of code."""

import html
import re

import pytest

from acadsite.markup import Link
from acadsite.markup.code import highlighted
from acadsite.markup.inline import inline, inline_body, plain, rich_html, rich_text


@pytest.mark.parametrize(
    ("text", "out", "bare"),
    [
        ("Hello, World", "Hello, World", "Hello, World"),
        ("# 5 *x*", "# 5 <em>x</em>", "# 5 x"),
        ("1. First", "1. First", "1. First"),
        ("- a", "- a", "- a"),
        ("_a_ b", "<em>a</em> b", "a b"),
        ("a_b_c", "a_b_c", "a_b_c"),
        ("a\n\n  b", "a b", "a b"),
        ("> a", "&gt; a", "> a"),
        ("| a | b", "| a | b", "| a | b"),
        ("    code", "code", "code"),
        ("[a](b) & `c`", '<a href="b">a</a> &amp; <code>c</code>', "a & c"),
        ("![a](b)", '<img src="b" alt="a" loading="lazy">', "a"),
        ("@me", "@me", "@me"),
        ("", "", ""),
        ("***", "***", "***"),
    ],
)
def test_one_line(text: str, out: str, bare: str) -> None:
    assert inline(text) == out
    assert plain(text) == bare


def test_links_and_problems_of_one_line() -> None:
    body = inline_body("[[k]] [b](javascript:c)", "a.yaml", 7, resolve=lambda *_: Link("\x02k/", "K"))
    assert body.html == '<a class="wiki" href="\x02k/">K</a> b'
    assert [(problem.code, str(problem.where)) for problem in body.problems] == [
        ("markup-unsafe-link", "a.yaml:7:1")
    ]


def test_rich_text() -> None:
    rich = (
        "A & ",
        ("em", ("b ", ("math", "x^2"), ("strong", ("c",)))),
        ("sc", ("d",)),
        ("link", "https://e.f", ("g",)),
    )
    assert rich_html(rich) == (
        'A &amp; <em>b <math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math><strong>c</strong></em>'
        '<span class="small-caps">d</span><a href="https://e.f">g</a>'
    )
    assert rich_text(rich) == "A & b x^2cdg"
    assert rich_html((("math", r"\foo<"),)) == r'<code class="math">\foo&lt;</code>'
    assert rich_html("a < b") == "a &lt; b"
    assert rich_text(("em", "x")) == "emx"


def test_rich_text_of_any_depth() -> None:
    rich: tuple[object, ...] = ("x",)
    for _ in range(5000):
        rich = (("em", rich),)
    assert rich_html(rich).count("<em>") <= 60
    assert rich_text(rich) == "x"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(x):\n    return 'a' < b  # &\n"),
        ("c++", "#include <vector>\n"),
        ("yaml", "a: [b]\n\n\n"),
        ("bash", "$ ls | grep x\n"),
        ("nothing-like-it", "<a>\n"),
        ("text", "<a>\n"),
        ("python", "\n\n  \ttabs\n"),
        ("html", "<p>\n"),
    ],
)
def test_colours_lose_nothing(language: str, code: str) -> None:
    out = highlighted(code, language).html
    assert html.unescape(re.sub(r"</?span[^>]*>", "", out)) == code


def test_colours_have_classes() -> None:
    assert highlighted("def f(): pass\n", "python").html.startswith(
        '<span class="k">def</span> <span class="nf">f</span>'
    )
    assert highlighted("def f(): pass\n", "nothing-like-it").html == "def f(): pass\n"


def test_formulas_of_titles_are_said_in_words() -> None:
    assert plain(r"On $\ell_1$ *norms* over $\mathbb{Z}[x]$") == "On ℓ₁ norms over ℤ[x]"
    assert plain(r"$\begin{matrix}a\end{matrix}$ and $x$") == r"\begin{matrix}a\end{matrix} and x"
