"""What scholarly constructs become on a page, the same in both dialects: text, and what the HTML must hold."""

import sys
from pathlib import Path

import pytest

from acadsite.markup import read, render

sys.path.insert(0, str(Path(__file__).parent))
from works import shown

FIGURES = """::: {#fig-x layout-ncol=2}
![One](a.png)

![Two](b.png){#fig-two}

Both.
:::

@fig-x @fig-x-a @fig-two @fig-x-b"""
GRID = """: Cap {#tbl-g}

+-------+---------------+
| A     | B             |
|       +-------+-------+
|       | C     | D     |
+:======+======:+:=====:+
| - x   | $y|z$ | [@k]  |
| - y   | **b** |       |
+-------+-------+-------+
| span of two   | 3     |
+---------------+-------+
"""
LATEX = r"""```pseudocode
\begin{algorithm}
\caption{Quick $x$}
\label{alg:q}
\begin{algorithmic}
\Require $A$
\For{$i = 1$ to $n$}
  \State $x \gets 1$ \Comment{init}
  \If{$a$} \State \Return $b$ \EndIf
\EndFor
\end{algorithmic}
\end{algorithm}
```

See \ref{alg:q}."""
CASES: list[tuple[str, str, tuple[str, ...]]] = [
    # figures
    (
        "figure",
        "![C](a.png){#fig-a width=50%}\n\n@fig-a",
        (
            '<figure id="fig-a">\n<img src="a.png" alt="C"',
            'style="width:50%;"',
            '<figcaption><span class="label">Figure\xa01:</span> C</figcaption>',
            '<a class="cross-reference" href="#fig-a">Figure\xa01</a>',
        ),
    ),
    (
        "figure with parts",
        FIGURES,
        (
            '<div class="subfigures columns-2">\n<figure id="fig-x-a">',
            '<figcaption><span class="label">(a)</span> One</figcaption>',
            '<figure id="fig-two">',
            '<span class="label">(b)</span> Two',
            '<figcaption><span class="label">Figure\xa01:</span> Both.</figcaption>',
            '#fig-x">Figure\xa01</a>',
            '#fig-x-a">Figure\xa01 (a)</a>',
            '#fig-two">Figure\xa01 (b)</a> <a class="cross-reference" href="#fig-two">Figure\xa01 (b)</a>',
        ),
    ),
    (
        "layout of rows",
        '::: {#fig-x layout="[[1,1],[1]]"}\n![A](a.png)\n![B](b.png)\n![C](c.png)\n\nAll.\n:::',
        ('<div class="subfigures columns-2">', '<figure class="span-2" id="fig-x-c">'),
    ),
    ("light and dark", "![a](b.png){.light-content}\n![a](c.png){.dark-content}", ('class="dark-content"',)),
    # tables
    (
        "grid table",
        GRID,
        (
            '<table id="tbl-g">\n<caption><span class="label">Table\xa01:</span> Cap</caption>',
            '<th class="align-left" rowspan="2">A</th>\n<th class="align-center" colspan="2" scope="colgroup">B</th>',
            '<th class="align-right">C</th>',
            "<ul>\n<li>x</li>\n<li>y</li>\n</ul>",
            '<math alttext="y|z">',
            "<strong>b</strong>",
            'role="doc-biblioref">1</a>',
            '<td colspan="2">span of two</td>\n<td class="align-center">3</td>',
        ),
    ),
    (
        "group row",
        "|a|b|\n|-|-|\n|1|2|\n|***Ours***||\n|3|4|",
        ('</tbody>\n<tbody>\n<tr class="group-row">\n<th colspan="2" scope="rowgroup">Ours</th>',),
    ),
    (
        "widths of columns",
        '|a|b|\n|-|-|\n|1|2|\n\n: C {#tbl-x tbl-colwidths="[60,40]"}',
        ('<colgroup><col style="width:60%"><col style="width:40%"></colgroup>',),
    ),
    (
        "notes of a table",
        "|a|\n|-|\n|1|\n\n::: {.table-notes}\n*N*.\n:::",
        ('</table>\n</div>\n<div class="table-notes">\n<p><em>N</em>.</p>',),
    ),
    (
        "table in a div",
        "::: {#tbl-x}\n|a|\n|-|\n|1|\n\nCap *x*\n:::\n\n@tbl-x",
        ("Table\xa01:</span> Cap <em>x</em></caption>", "Table\xa01</a>"),
    ),
    ("citation in a cell", "|a|\n|-|\n|b [@k]|", ('<td>b <span class="citation" id="cite-1">[',)),
    # equations
    (
        "numbered equation",
        "$$x$$ {#eq-a}\n\n@eq-a",
        (
            '<span class="equation" id="eq-a"><span class="math-block">',
            '<a class="equation-number" href="#eq-a">(1)</a>',
            "Equation\xa01</a>",
        ),
    ),
    (
        "labels of LaTeX",
        "\\begin{equation}\\label{eq:b}\ny\n\\end{equation}\n\n\\eqref{eq:b} \\ref{eq:b} $\\eqref{eq:b}$",
        ('id="eq:b"', '#eq:b">(1)</a>', '#eq:b">1</a>', "<mtext>(1)</mtext>"),
    ),
    (
        "numbered rows",
        "\\begin{align}\na &= b \\label{eq:c} \\\\\nc &= d \\\\\ne &= f \\tag{T}\n\\end{align}",
        (
            '<mtr id="eq:c">',
            '<mtd class="equation-number"><mtext>(1)</mtext></mtd></mtr><mtr>',
            "<mtext>(T)</mtext>",
        ),
    ),
    ("inner environment", "\\begin{cases}\nx\n\\end{cases}", ('<span class="math-block"><math',)),
    ("tag", "$$x \\tag{A}$$", ('<span class="equation-number">(A)</span>',)),
    (
        "macros in a paragraph",
        "\\newcommand{\\v}[1]{\\mathbf{#1}}\n\\DeclareMathOperator{\\foo}{foo}\n\n$\\v{x} \\foo$",
        ("<p><math", "<mi>𝐱</mi>", "<mi>foo</mi>"),
    ),
    # theorems
    (
        "theorem",
        "::: {#thm-a}\n## Noether\n\nText.\n:::\n\n@thm-a",
        (
            '<div class="theorem theorem-thm" id="thm-a">\n<p><span class="theorem-head"><span class="label">',
            'Theorem\xa01</span> <span class="theorem-name">(Noether)</span>.</span> Text.</p>',
            "Theorem\xa01</a>",
        ),
    ),
    (
        "lemma by its class",
        '::: {.lemma #x name="Zorn $y$"}\nT\n:::\n\n\\ref{x}',
        ('theorem-lem" id="x"', "(Zorn <math", '#x">1</a>'),
    ),
    (
        "counts by kind",
        "::: theorem\nA\n:::\n\n::: lemma\nB\n:::\n\n::: theorem\nC\n:::",
        ("Theorem\xa01", "Lemma\xa01", "Theorem\xa02"),
    ),
    (
        "proof",
        "::: proof\nA\n\nB.\n:::",
        ('<span class="label">Proof</span>.</span> A</p>', 'B. <span class="proof-end">∎</span></p>'),
    ),
    ("proof that ends with a list", "::: {.proof}\n- a\n:::", ('</ul>\n<p><span class="proof-end">',)),
    ("remark without a number", "::: {.remark}\nA\n:::", ('<span class="label">Remark</span>',)),
    ("example with a name", '::: {.example name="N"}\nA\n:::', ("Example\xa01</span>", "(N)")),
    # algorithms and listings
    (
        "algorithm of a list",
        "::: {#alg-a}\n## Descent\n\nInput: $x$\n\n1. **while** $x>0$\n    1. y\n2. end\n:::\n\n@alg-a",
        (
            '<figure class="algorithm" id="alg-a">\n<figcaption><span class="label">Algorithm\xa01:</span> Descent',
            '<li class="unnumbered">Input: <math',
            '<li value="1"><strong>while</strong> <math',
            '<li class="indent-1">y</li>\n<li>end</li>',
            "Algorithm\xa01</a>",
        ),
    ),
    (
        "algorithm of LaTeX",
        LATEX,
        (
            '<figure class="algorithm" id="alg:q">',
            "Algorithm\xa01:</span> Quick <math",
            '<li class="unnumbered"><strong>Require:</strong> <math',
            "<strong>for</strong> <math",
            "<strong>do</strong></li>",
            '<em class="comment">▷ init</em></li>',
            '<li class="indent-2"><strong>return</strong> <math',
            "<li><strong>end for</strong></li>",
        ),
    ),
    (
        "plain pseudocode",
        '```pseudocode {#alg-p alg-cap="P *q*"}\nfor $i$ in A:\n  if x then y  // why\nend\n```',
        (
            "Algorithm\xa01:</span> P <em>q</em>",
            "<strong>for</strong> <math",
            '<li class="indent-1"><strong>if</strong>',
            '<em class="comment">// why</em>',
        ),
    ),
    (
        "listing",
        '```{#lst-x .python lst-cap="A *b*" code-line-numbers="1,3-4"}\na\nb\nc\nd\n```\n\n@lst-x',
        (
            '<figure class="listing" id="lst-x">\n<figcaption><span class="label">',
            "Listing\xa01:</span> A <em>b</em></figcaption>",
            '<span class="line marked">a\n</span><span class="line">b\n</span><span class="line marked">c\n</span>',
            "Listing\xa01</a>",
        ),
    ),
    (
        "lines of MkDocs",
        '```python hl_lines="2" linenums="1"\na\nb\n```',
        ('<span class="line" data-line="1">a\n', '<span class="line marked" data-line="2">b'),
    ),
    ("lines of Hugo", "```js{1,3}\na\n```", ('<span class="line marked">a',)),
    ("lines of Docusaurus", "```js {2}\na\nb\n```", ('<span class="line marked">b',)),
    (
        "raw HTML",
        "```{=html}\n<b>x</b>\n```\n\n```{=latex}\ny\n```\n\nz",
        ("<b>x</b>", "<p>z</p>"),
    ),
    # layout
    (
        "tabs of MkDocs",
        '=== "One"\n    a\n\n    - b\n\n=== "Two"\n    c\n\nafter',
        (
            '<div class="tabs" role="group" aria-label="Variants">\n<details name="tabs-1" open>\n',
            "<summary>One</summary>\n<p>a</p>\n<ul>",
            '<details name="tabs-1">\n<summary>Two</summary>\n<p>c</p>\n</details>\n</div>\n<p>after</p>',
        ),
    ),
    (
        "tabs of Quarto",
        "::: {.panel-tabset}\n## A *b*\nx\n\n## C\ny\n:::",
        ("<summary>A <em>b</em></summary>\n<p>x</p>", "<summary>C</summary>"),
    ),
    (
        "columns",
        ':::: {.columns}\n::: {.column width="40%"}\na\n:::\n::: {.column width=60%}\nb\n:::\n::::',
        ('<div class="columns">\n<div class="column" style="flex-basis:40%">\n<p>a</p>',),
    ),
    ("note that folds", '??? note "T"\n    a', ('<details class="callout callout-note">', "T</summary>")),
    ("note that is open", "???+ tip\n    a", ("<details open", "callout-tip")),
    ("line block", "| A *b*\n|   c\n| d", ('<p class="line-block">A <em>b</em><br>\n\xa0\xa0c<br>\nd</p>',)),
    ("page break", "a {{< pagebreak >}}", ('<span class="page-break"></span>',)),
    ("shortcode as an example", "{{{< video x >}}}", ("{{&lt; video x &gt;}}",)),
    (
        "place of the references",
        "A [@k].\n\n::: {#refs}\n:::\n\nEnd",
        ('<div class="references" id="refs">', 'id="ref-k"', "</div>\n<p>End</p>"),
    ),
]


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
@pytest.mark.parametrize(("text", "pieces"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_construct(text: str, pieces: tuple[str, ...], dialect: str) -> None:
    body = shown(text + "\n", dialect)
    for piece in pieces:
        assert piece in body.html, body.html
    assert not body.problems


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        ("# A {#sec-a}\n\nsee @sec-b\n", "markup-unknown-reference", 3, 5, "Did you mean “sec-a”?"),
        ("a\n\n\\ref{x}\n", "markup-unknown-reference", 3, 1, "{#x}"),
        ("a {{< video b >}}\n", "markup-unknown-shortcode", 1, 3, "three braces"),
        ("a\n\n$$ x\n\nb\n", "markup-unclosed-math", 3, 1, "empty lines"),
        ("a\n\n\\begin{align}\nx\n", "markup-unclosed-math", 3, 1, ""),
        ("a\n\n```python\nb\n", "markup-unclosed-code", 3, 1, "Close it"),
        ("- ```\n  a\n\nb\n", "markup-unclosed-code", 1, 3, ""),
        ("|a|b|\n|-|-|\n|1|2|3|\n", "markup-ragged-table", 3, 1, "\\|"),
        ("a\n\n```{python}\n1\n```\n\n```{r}\n2\n```\n", "markup-code-not-run", 3, 1, "```python"),
        ("+---+\n| $\\q$ |\n+---+\n\n+-----+\n| $\\q$|\n+-----+\n", "markup-math", 6, 4, ""),
    ],
)
def test_problem(text: str, code: str, line: int, column: int, hint: str) -> None:
    problems = [problem for problem in shown(text).problems if problem.code == code]
    assert problems
    place = problems[-1].where
    assert place is not None
    assert (place.path, place.line, place.column) == ("a.md", line, column)
    assert hint in problems[-1].hint
    assert code != "markup-code-not-run" or len(problems) == 1


def test_ragged_rows_of_python_markdown() -> None:
    problems = shown("|a|b|\n|-|-|\n|c|d|\n|e|f|g|\n", "python-markdown").problems
    assert [(problem.code, str(problem.where)) for problem in problems] == [
        ("markup-ragged-table", "a.md:4:1")
    ]


def test_indented_code_is_not_read_by_python_markdown() -> None:
    text = 'a\n\n    ::: x\n    === "y"\n    +---+\n    | z |\n    +---+\n\n- b\n\n    ::: {.c}\n    d\n    :::\n'
    html = shown(text, "python-markdown").html
    assert '<code>::: x\n=== "y"\n+---+\n| z |\n+---+\n</code>' in html
    assert '<div class="c">\n<p>d</p>\n</div>' in html


def test_rows_that_fit_are_no_problem() -> None:
    assert not shown("|a|b|\n|-|-|\n|1|\n|`|` \\| c|2|\n|x|3|\n", "python-markdown").problems
    assert not shown("|a|b|\n|-|-|\n|1|\n|`|` \\| c|2|\n|$|x|$|3|\n").problems


def test_a_figure_is_asked_for_or_not() -> None:
    text = "![C *d*](a.png)\n\n![](b.png)\n"
    assert "<figure" not in render(read(text, "a.md")).html
    for dialect in ("commonmark", "python-markdown"):
        body = render(read(text, "a.md", dialect=dialect, figures=True))  # type: ignore[arg-type]
        assert "<figcaption>C <em>d</em></figcaption>" in body.html
        assert body.html.count("<figure") == 1


def test_cells_of_notebooks() -> None:
    text = """```{python}
#| label: fig-p
#| fig-cap: A *plot*
#| echo: false
plot()
```

```{r}
#| include: false
hidden
```

```{python}
#| label: tbl-t
#| tbl-cap: "T"
shown()
```

@fig-p, @tbl-t
"""
    body = shown(text)
    assert "plot()" not in body.html
    assert "hidden" not in body.html
    assert "shown()" in body.html
    assert "#|" not in body.html
    assert "Figure\xa01:</span> A <em>plot</em>" in body.html
    assert "Table\xa01</a>" in body.html
    assert [problem.code for problem in body.problems] == ["markup-code-not-run"]


def test_prefixes_of_references() -> None:
    text = "![C](a.png){#fig-a}\n\n[Fig. @fig-a] [see @fig-a] -@fig-a [@fig-a; @fig-a] ([@fig-a, left])\n"
    html = shown(text).html
    one, full = (
        '<a class="cross-reference" href="#fig-a">1</a>',
        '<a class="cross-reference" href="#fig-a">Figure\xa01</a>',
    )
    for piece in (
        f"Fig. {one}",
        f"see {full}",
        f"</span> {one} ",
        f"{full}, {full}",
        f"({'<span>'}{full}, left</span>)",
    ):
        assert piece in html


def test_everything_is_safe_and_balanced_when_sanitised() -> None:
    texts = [case[1] for case in CASES if case[0] != "raw HTML"]
    for text in texts:
        html = shown(text + "\n\n<b onclick=x>y</b>\n", html="sanitize").html
        assert "onclick" not in html
        for tag in ("div", "figure", "details", "span", "table"):
            assert html.count(f"<{tag}") == html.count(f"</{tag}>"), text
