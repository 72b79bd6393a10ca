"""What each construct becomes, one line of HTML a case. The table knows nothing of the parser behind the reader."""

from typing import Literal

import pytest

from acadsite.markup import read, render

#: Name, text, and what the HTML must hold (all of it: a tuple of pieces).
CASES: list[tuple[str, str, tuple[str, ...]]] = [
    # formulas
    ("inline formula", "a $x_1$ b", ('<math alttext="x_1"><msub>', "a <math", "</math> b")),
    ("display formula", "$$\nx\n$$", ('<span class="math-block"><math alttext="x" display="block">',)),
    ("money", "It costs $5 or $6.", ("It costs $5 or $6.",)),
    ("round brackets", r"a \(x_1\) b", ('a <math alttext="x_1">',)),
    ("square brackets", "\\[\nx_1\n\\]", ('<math alttext="x_1" display="block">',)),
    ("environment", "\\begin{align}\na &= b \\\\\n&= c\n\\end{align}", ('display="block"><mtable',)),
    (
        "environment after text",
        "So\n\\begin{equation}\nx\n\\end{equation}\nholds.",
        ("So\n<span", "</span>\nholds."),
    ),
    ("plus at the start of a line", "$$\na\n+ b\n- c\n$$", ('alttext="a + b - c"',)),
    ("equals at the start of a line", "$$\na\n=\nb\n1. c\n$$", ('alttext="a = b 1. c"',)),
    ("label of an equation", "$$x$$ {#eq-a}", ('<span class="math-block" id="eq-a">',)),
    ("bar in a table", "|a|b|\n|-|-|\n|$|x|$|2|", ('<td><math alttext="|x|">', "<td>2</td>")),
    ("escaped bar in a table", "|a|b|\n|-|-|\n|$\\|x\\|$|2|", (r'<td><math alttext="\|x\|">',)),
    ("formula in a list", "- a\n\n  $$\n  x\n  $$", ("<p>a</p>", 'alttext="x"')),
    ("formula in a quote", "> \\[\n> x\n> y\n> \\]", ('alttext="x y"',)),
    ("formula in code", r"`$x$` `\(x\)`", ("<code>$x$</code>", r"<code>\(x\)</code>")),
    ("formula in a code block", "    \\(x\\) $y$\n    ::: a", ("\\(x\\) $y$\n::: a",)),
    ("escaped dollar", r"\$x$ and \\(a\\)", ("$x$ and \\(a\\)",)),
    ("macro of the document", "$\\newcommand{\\v}[1]{\\mathbf{#1}}$\n\n$\\v{x}$", ("<mi>𝐱</mi>",)),
    # citations and references
    ("citation", "[@a]", ('<span class="citation">[@a]</span>',)),
    ("citations", "[see @a, p. 3; -@b]", ("[see @a, p. 3; @b]",)),
    ("two groups", "[@a][@b]", ("[@a]</span>", "[@b]</span>")),
    ("emphasis in a citation", "[@a, *esp.* p. 3]", ("@a, <em>esp.</em> p. 3",)),
    ("citation in text", "As @a says", ("As @a says",)),
    ("e-mail is no citation", "me@example.org", ("<p>me@example.org</p>",)),
    ("escaped at", r"\@a and [\@b]", ("<p>@a and [@b]</p>",)),
    ("at in code", "`@a`", ("<code>@a</code>",)),
    ("reference to a section", "# T {#sec-t}\n\n@sec-t", ('<a class="cross-reference" href="#sec-t">T</a>',)),
    ("reference to a figure", "![c](x.png){#fig-x}\n\n@fig-x", ('href="#fig-x">Figure</a>',)),
    ("braces around a key", "@{a~b}", ("@a~b",)),
    # attributes
    ("heading id", "# T {#x .y k=v}", ('<h1 class="y" id="x" data-k="v">T',)),
    ("heading id, setext", "T {#x}\n===", ('<h1 id="x">T',)),
    ("unnumbered heading", "# T {-}", ('<h1 class="unnumbered" id="t">T',)),
    ("quoted value", '# T {title="a b"}', ('title="a b"',)),
    ("link", "[a](b){.c}", ('<a href="b" class="c">a</a>',)),
    ("blank target", "[a](b){target=_blank}", ('target="_blank" rel="noopener"',)),
    ("image", "![a](b.png){width=50%}", ('alt="a" style="width:50%;"',)),
    ("image in pixels", "![a](b.png){width=300px height=20}", ('width="300" height="20"',)),
    ("code", "`a`{.py}", ('<code class="py">a</code>',)),
    ("strong", "**a**{.b}", ('<strong class="b">a</strong>',)),
    ("formula", "$a$\\{b}", ("</math>{b}",)),
    ("span", "[a *b*]{.c}", ('<span class="c">a <em>b</em></span>',)),
    ("span in a span", "[a [b]{.c} d]{.e}", ('<span class="e">a <span class="c">b</span> d</span>',)),
    ("empty span", "[]{#x}", ('<span id="x"></span>',)),
    ("braces that are text", "a {b} *c*{d e}", ("a {b} <em>c</em>{d e}",)),
    (
        "code block",
        "```python {#l .x k=v}\na\n```",
        ('class="x" id="l" data-k="v"', 'class="language-python"'),
    ),
    ("code block in braces", "```{python}\na\n```", ('class="language-python"',)),
    ("code block with classes", "```{.python .x}\na\n```", ('class="x"', 'class="language-python"')),
    ("name of a file", '```python {filename="a.py"}\na\n```', ('<p class="code-title">a.py</p>',)),
    # divs and callouts
    ("div", "::: {.a #b}\nc\n:::", ('<div class="a" id="b">\n<p>c</p>\n</div>',)),
    ("div with a word", "::: a\nc\n:::", ('<div class="a">',)),
    ("divs in divs", "::: {.a}\n::: {.b}\nc\n:::\n:::", ('<div class="a">\n<div class="b">\n<p>c</p>',)),
    ("longer fences", ":::: {.a}\n::: b\nc\n:::\n::::", ('<div class="a">\n<div class="b">',)),
    ("div in a list", "- a\n\n  ::: {.b}\n  c\n  :::\n- d", ('<div class="b">\n<p>c</p>\n</div>',)),
    ("div in a tight list", "- a\n  ::: {.b}\n  c\n  :::", ('<div class="b">',)),
    ("div in a quote", "> ::: {.b}\n> c\n> :::", ('<blockquote>\n<div class="b">',)),
    ("div after text", "a\n::: {.b}\nc\n:::\nd", ("<p>a</p>", '<div class="b">', "<p>d</p>")),
    ("fence in code", "```\n::: {.a}\n```\n\n~~~\n:::\n~~~", ("::: {.a}\n", ":::\n")),
    (
        "callout of Quarto",
        '::: {.callout-tip title="T" collapse="true"}\na\n:::',
        ('<details class="callout callout-tip">', '<summary class="callout-title">T</summary>'),
    ),
    (
        "callout with a heading",
        "::: {.callout-note}\n## *T*\na\n:::",
        (
            '<div role="note" class="callout callout-note">',
            '<p class="callout-title"><em>T</em></p>\n<p>a</p>',
        ),
    ),
    ("callout of GitHub", "> [!NOTE]\n> a", ('<p class="callout-title">Note</p>\n<p>a</p>\n</div>',)),
    ("callout with a title", "> [!Tip] *T* x\n> a", ('<p class="callout-title"><em>T</em> x</p>\n<p>a</p>',)),
    ("callout that folds", "> [!faq]- T\n> a", ('<details class="callout callout-faq">',)),
    ("callout of MkDocs", '!!! note "T"\n    a\n\n    - b', ('title">T</p>\n<p>a</p>\n<ul>\n<li>b</li>',)),
    (
        "callout without a title",
        '!!! note ""\n    a',
        ('<div role="note" class="callout callout-note">\n<p>a</p>',),
    ),
    ("callout in a list", "- a\n\n    !!! tip\n        b\n- c", ('callout-tip">', "<p>b</p>")),
    (
        "callout beside a list",
        "+ a\n\n!!! tip\n    b\n\n+ c",
        ("<li>\n<p>a</p>", "callout-tip", "<li>\n<p>c</p>"),
    ),
    ("callout in a callout", "!!! note\n    !!! tip\n        b", ("callout-note", "callout-tip", "<p>b</p>")),
    ("callout that opens", "???+ note\n    a", ('<details open class="callout callout-note">',)),
    # notes
    ("note", "a[^1]\n\n[^1]: b\n\n    c", ('href="#fn-1" id="fnref-1"', '<li id="fn-1"><p>b</p>\n<p>c <a')),
    ("note called twice", "a[^x] b[^x]\n\n[^x]: c", ('id="fnref-1-2"', 'href="#fnref-1-2"')),
    ("notes in order of calls", "a[^x] b[^y]\n\n[^y]: Y\n[^x]: X", ('fn-1"><p>X', 'fn-2"><p>Y')),
    ("inline note", "a^[b *c*]", ('<li id="fn-1"><p>b <em>c</em> <a class="footnote-back"',)),
    ("note in a note", "a[^1]\n\n[^1]: b[^2]\n[^2]: c", ('<li id="fn-2"><p>c',)),
    # blocks
    ("table", "|a|b|\n|:-|-:|\n|1|2|", ('<th class="align-left">a</th>', '<td class="align-right">2</td>')),
    ("table without a head", "| | |\n|-|-|\n|1|2|", ("<table>\n<tbody>\n<tr>\n<td>1</td>",)),
    ("caption", "|a|\n|-|\n|1|\n\n: *C* {#tbl-x}", ('<table id="tbl-x">\n<caption><em>C</em></caption>',)),
    ("caption right below", "|a|\n|-|\n|1|\n: C {#tbl-x}", ('<table id="tbl-x">\n<caption>C</caption>',)),
    ("caption above", "Table: C\n\n|a|\n|-|\n|1|", ("<caption>C</caption>",)),
    ("figure", "![*C* $x$](a.png){#fig-a}", ('<figure id="fig-a">', "<figcaption><em>C</em> <math")),
    (
        "figure of several",
        "::: {#fig-a}\n![](a.png)\n\nC\n:::",
        ('<figure id="fig-a">', "<figcaption>C</figcaption>"),
    ),
    ("image that is no figure", "![a](b.png)", ('<p><img src="b.png" alt="a" loading="lazy"></p>',)),
    ("definitions", "a\n: b\n: c", ("<dl>\n<dt>a</dt>\n<dd>b</dd>\n<dd>c</dd>\n</dl>",)),
    (
        "tasks",
        "- [ ] a\n- [x] b",
        ('<label><input type="checkbox" disabled> a</label>', "disabled checked> b"),
    ),
    ("loose tasks", "- [ ] a\n\n- [x] b", ("<p><label><input",)),
    ("list from three", "3. a\n4. b", ('<ol start="3">',)),
    ("comment", "a <!-- b --> c", ("a <!-- b --> c",)),
    ("raw HTML", '<div class="x">\n\n*a*\n\n</div>', ('<div class="x">\n<p><em>a</em></p>\n</div>',)),
    # inlines
    ("strikethrough", "~~a~~", ("<del>a</del>",)),
    ("scripts", "H~2~O x^2^ x~i~", ("H<sub>2</sub>O x<sup>2</sup> x<sub>i</sub>",)),
    (
        "signs that a backslash makes plain",
        "H\\~2\\~O x\\^2\\^ \\~~a~~ \\^[b] [\\^c] x^a\\^b^ a\\@b \\\\^2^ *\\~*",
        ("<p>H~2~O x^2^ ~~a~~ ^[b] [^c] x<sup>a^b</sup> a@b \\<sup>2</sup> <em>~</em></p>",),
    ),
    (
        "backslashes in addresses",
        "[a](b\\~c\\@d) https://e.org/\\~f\n\n[g]\n\n[g]: h\\^i",
        ('href="b~c@d"', 'href="https://e.org/~f">https://e.org/~f</a>', 'href="h%5Ei">g</a>'),
    ),
    (
        "backslashes in code and HTML",
        "`\\^` <b title='\\~'>c</b>\n\n    \\~d\n\n```\n\\@e\n```",
        ("<code>\\^</code>", "<b title='\\~'>", "<code>\\~d\n</code>", "<code>\\@e\n</code>"),
    ),
    ("a face", "^_^ and ~/a", ("^_^ and ~/a",)),
    ("address", "see https://a.b/c_d.", ('<a href="https://a.b/c_d">https://a.b/c_d</a>.',)),
    ("address in brackets", "(see www.a.org/x(y))", ('<a href="http://www.a.org/x(y)">www.a.org/x(y)</a>)',)),
    ("key", "[[k]] [[k|t]]", ("k t",)),
    ("hard break", "a\\\nb", ("a<br>\nb",)),
    ("entity", "&copy; &amp; &lt;", ("© &amp; &lt;",)),
    ("picture in a link", "[![a](b)](c)", ('<a href="c"><img src="b" alt="a" loading="lazy"></a>',)),
]


@pytest.mark.parametrize(("text", "pieces"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_construct(text: str, pieces: tuple[str, ...]) -> None:
    body = render(read(text + "\n", "a.md"), permalinks=False, highlight=False)
    for piece in pieces:
        assert piece in body.html, body.html
    assert not body.problems


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_formulas_keep_their_backslashes(dialect: Literal["commonmark", "python-markdown"]) -> None:
    tree = read("H\\~2\\~O $x\\^2$ $$y\\@\\~$$\n", "a.md", dialect=dialect).tree
    assert [formula.text for formula in tree.iter("math")] == ["x\\^2", "y\\@\\~"]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a\n\n:::\n", "markup-stray-fence", 3, 1),
        ("a\n\n::: {.b}\nc\n", "markup-unclosed-div", 3, 1),
        ("a\n\nb [^x]\n", "markup-unknown-footnote", 3, 3),
        ("a\n\n[^x]: b\n", "markup-unused-footnote", 3, 1),
        ("a[^x]\n\n[^x]: b\n\n[^x]: c\n", "markup-duplicate-footnote", 5, 1),
        ("# A {#x}\n\n# B {#x}\n", "markup-duplicate-id", 3, 1),
        ("a\n\né $x + \\foo$\n", "markup-math", 3, 8),
        ("a\n\n$$\nx +\n\\foo\n$$\n", "markup-math", 5, 1),
        ("a\n\né \\(\\foo\\)\n", "markup-math", 3, 5),
        ("a @fig-x\n", "markup-unknown-reference", 1, 3),
        ("a vector<double>\n", "markup-unknown-element", 1, 9),
    ],
)
def test_problem(text: str, code: str, line: int, column: int) -> None:
    (problem,) = render(read(text, "a.md", first_line=11)).problems
    assert problem.code == code
    assert problem.where is not None
    assert (problem.where.path, problem.where.line - 10, problem.where.column) == ("a.md", line, column)


def test_a_block_ends_with_its_list_item() -> None:
    body = render(read("- ::: {.b}\n  a\n- :::\n", "a.md"))
    assert body.html.count("<div") == body.html.count("</div>") == 1
    assert [(problem.code, problem.where.line) for problem in body.problems if problem.where] == [
        ("markup-unclosed-div", 1),
        ("markup-stray-fence", 3),
    ]


def test_problems_are_counted_not_listed_without_end() -> None:
    body = render(read("[a](javascript:b) " * 1000, "a.md"))
    assert len(body.problems) == 201
    assert body.problems[-1].message == "And 800 more problems in this file."


def test_a_block_of_math_is_a_formula() -> None:
    body = render(read("```math\nx^2\n```\n\n```math\n\\unknowncommand{x}\n```\n", "a.md"))
    assert '<p><span class="math-block"><math' in body.html
    assert [(problem.code, problem.where and problem.where.line) for problem in body.problems] == [
        ("markup-math", 5)
    ]
