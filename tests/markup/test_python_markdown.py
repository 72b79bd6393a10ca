"""The dialect of Python-Markdown gives the same pages for the same constructs."""

import pytest

from acadsite.markup import read, render

#: Both readers, the same HTML.
SAME = [
    "# A {#b}\n\nc\n",
    "*a* **b** `c<` <https://d.e> \\*f\\* &copy; &amp; g\n",
    '[a](b "c") ![d](e)\n',
    "- a\n- b\n\n1. c\n2. d\n",
    "> a\n> b\n",
    "    a < b\n",
    "```python\na\n```\n",
    "~~~\n<b>\n~~~\n",
    "|a|b|\n|:-|-:|\n|1|2|\n",
    "a[^1] b[^1]\n\n[^1]: c *d*\n",
    "a^[b *c*]\n",
    "a\n:   b\n",
    '!!! note "T"\n    a\n\n    - b\n',
    "> [!NOTE] T\n> a\n",
    "$x_1$ and \\(y_2\\) cost $5 or $6\n",
    "$$\nx\n+ y\n$$\n",
    "\\begin{align}\na_1 &= b\n\\end{align}\n",
    "`$x$`\n",
    "[see @a, p. 3; -@b] @c [[k]] [[k|t]]\n",
    "[a *b*]{.c}\n",
    "~~a~~ H~2~O x^2^\n",
    "https://a.b/c_d.\n",
    "H\\~2\\~O x\\^2\\^ \\~~a~~ \\^[b] [\\^c] x^a\\^b^ a\\@b \\\\^2^ *\\~* `\\~` $x\\^2$\n",
    "[a](b\\~c\\@d) https://e.org/\\~f ![g\\^2](h.png) <b title='\\~'>c</b>\n\n# H\\~2\\~O\n",
    "- [ ] a\n- [x] b\n",
    "<div>\n<b>a</b>\n</div>\n",
    "a <b>c</b>\n",
    "# A\n\n# A\n",
    "[a](javascript:b)\n",
]


@pytest.mark.parametrize("text", SAME)
def test_same(text: str) -> None:
    ours = render(read(text, "a.md")).html
    theirs = render(read(text, "a.md", dialect="python-markdown")).html
    assert "".join(theirs.split()) == "".join(ours.split())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("- a\n\n    ```python\n    b\n    ```\n", '<pre tabindex="0"><code class="language-python">'),
        ("    $x$ `y`\n", "<code>$x$ `y`\n</code>"),
        ("a\n{: #b .c }\n", '<p class="c" id="b">a</p>'),
        ("[a](b){: .c target=_blank }\n", 'class="c" target="_blank" rel="noopener"'),
        ('<details markdown="1">\n<summary>S</summary>\n\n*a*\n\n</details>\n', "<em>a</em>"),
        ("*[AB]: c\n\nAB\n", '<abbr title="c">AB</abbr>'),
        ("\\@a\n", "<p>@a</p>"),
        ("a  \nb\n", "a<br>\nb"),
    ],
)
def test_own(text: str, piece: str) -> None:
    assert piece in render(read(text, "a.md", dialect="python-markdown"), highlight=False).html


def test_lines_are_found_again() -> None:
    body = render(
        read("# One\n\ntwo\n\n[three](javascript:x)\n", "a.md", dialect="python-markdown", first_line=5)
    )
    assert [str(problem.where) for problem in body.problems] == ["a.md:9:1"]


def test_nothing_is_left_from_one_text_to_the_next() -> None:
    first = "a[^1] [x]\n\n[^1]: b\n\n[x]: /y\n\n*[AB]: c\n"
    render(read(first, "a.md", dialect="python-markdown"))
    assert render(read("[^1] [x] AB\n", "a.md", dialect="python-markdown")).html == "<p>[^1] [x] AB</p>\n"
