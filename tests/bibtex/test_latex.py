"""LaTeX of a field → Rich text."""

from __future__ import annotations

import pytest

from acadsite.bibtex import latex, macros


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("  two   spaces\n and a line ", "two spaces and a line"),
        (r"\'e \'{e} {\'e} \'\i {\'{\i}} \"{\i}", "é é é íí ï"),
        (r"\v{C}ech \v Cech \c{c} \c c \k{a} \H{o} \r a \u{g} \d{h} \t{oo}", "Čech Čech ç ç ą ő å ğ ḥ o͡o"),
        (r"\~{} \^{} \~n \^o", "~ ^ ñ ô"),
        (r"\aa\AA\ss\o\O\l\L\ae\oe", "åÅßøØłŁæœ"),
        (r"{\ss}t \ss{}t \ss t", "ßt ßt ßt"),
        (r"a -- b --- c", "a – b — c"),
        (r"``a'' `b' it's", "“a” ‘b’ it’s"),
        (r"?`que? !`ay!", "¿que? ¡ay!"),
        (r"\& \% \$ \# \_ \{ \}", "& % $ # _ { }"),
        (r"a\ b\,c\/d\-e\\f", "a b cde f"),
        (r"100% and & and _ and ^ and #", "100% and & and _ and ^ and #"),
        (r"\$5 and $ 6", "$5 and $ 6"),
        (r"\enquote{a \enquote{b}} \enquote*{c} \mkbibquote{d}", "“a ‘b’” ‘c’ “d”"),
        (r"\noopsort{1973}x {\relax y}\protect z", "x yz"),
        (r"\foreignlanguage{german}{Wort} \textcolor{red}{rot}", "Wort rot"),
        (r"\MakeUppercase{abc} \uppercase{\"a}", "ABC Ä"),
        (r"\textsuperscript{2}\textdegree\,C", "2° C"),
        (r"\alpha-divergence", "α-divergence"),
        (r"\LaTeX{} and \TeX\ and \BibTeX", "LaTeX and TeX and BibTeX"),
        (r"\hspace{2em}a\vspace*{1pt}b\penalty10000 c", "abc"),
        (r"{{{deep}}}", "deep"),
        ("a } b", "a b"),
        ("\\", ""),
        ("<p>a</p> & <script> &nope; &amp", "<p>a</p> & <script> &nope; &amp"),
        (
            "Rings &amp; Chains: Wedderburn&#39;s &lt;ideals&gt; \\&amp; &#x3B1;&#1;",
            "Rings & Chains: Wedderburn’s <ideals> & α",
        ),
        ("u\u0308ber", "über"),
        (r"\verb|a_b|", "a_b"),
        (r"\strange{x} \odd y", "x odd y"),
        (r"\cite{key}", "[key]"),
        (r"{\!}a {\relax{}} b", "a b"),
        (r"Oper.\@ Res.\@", "Oper. Res."),
    ],
)
def test_text(raw: str, text: str) -> None:
    assert latex.text(raw) == text


@pytest.mark.parametrize(
    ("raw", "nodes"),
    [
        ("", ()),
        ("{}", ()),
        (r"{\it a b} c", (("em", ("a b",)), " c")),
        (r"{\bf a {\em b}}", (("strong", ("a ", ("em", ("b",)))),)),
        (r"\it rest", (("em", ("rest",)),)),
        (r"\emph{\textbf{a}}", (("em", (("strong", ("a",)),)),)),
        (r"\textit ab", (("em", ("a",)), "b")),
        ("{NP}-hard", (("nocase", ("NP",)), "-hard")),
        ("{A {B} C}", (("nocase", ("A B C",)),)),
        (r"{\"U}ber", ("Über",)),
        ("$a_b$ and $$c$$", (("math", "a_b"), " and ", ("math", "c"))),
        (r"\(a\) \[b\] \ensuremath{c}", (("math", "a"), " ", ("math", "b"), " ", ("math", "c"))),
        (r"$\{ {x} \}$", (("math", r"\{ {x} \}"),)),
        (r"\begin{math}x\end{math}", (("math", "x"),)),
        (r"$\text{a \$ b}$", (("math", r"\text{a \$ b}"),)),
        ("$a{b$", ("$a", ("nocase", ("b$",)))),
        (r"\href{https://a.b/~c}{\emph{d}}", (("link", "https://a.b/~c", (("em", ("d",)),)),)),
        (r"\url{https://a.b/c_d%20}", (("link", "https://a.b/c_d%20", ("https://a.b/c_d%20",)),)),
        ("H<sub>2</sub>O: <i>E. coli</i>", ("H", ("sub", ("2",)), "O: ", ("em", ("E. coli",)))),
        ("<i>a {B}</i> <u>c</u> a<b", ("<i>a ", ("nocase", ("B",)), "</i> <u>c</u> a<b")),
        ("a~b", ("a\u00a0b",)),
        (r"\textsc{a}\underline{b}\texttt{c}", (("sc", ("a",)), ("u", ("b",)), ("code", "c"))),
    ],
)
def test_nodes(raw: str, nodes: object) -> None:
    assert latex.rich(raw) == nodes


def test_unknown_commands_are_told_with_their_place() -> None:
    assert latex.decode(r"a \foo{b} $\bar x$ \baz").unknown == (("foo", 2), ("baz", 19))


def test_macros() -> None:
    known = macros.parse(
        "% \\newcommand{\\no}{x}\n"
        r"\newcommand{\pkg}[1]{\texttt{#1}} \newcommand\two[2]{#2-#1} \newcommand{\opt}[2][d]{#1/#2}"
        r"\providecommand{\pkg}[1]{lost} \def\short#1{<#1>} \renewcommand{\emph}[1]{*#1*} \newcommand{\textbf}[1]{lost}"
    )
    assert (
        latex.text(r"\pkg{a} \two{b}{c} \opt{e} \opt[f]{g} \short{h} \emph{i}", known)
        == "a c-b d/e f/g <h> *i*"
    )
    assert latex.rich(r"\textbf{a}", known) == (("strong", ("a",)),)
    assert "no" not in known


def test_macros_that_call_themselves_end() -> None:
    known = macros.parse(r"\newcommand{\aaa}{\aaa\aaa} \newcommand{\bbb}[1]{\bbb{#1#1#1}}")
    assert len(latex.text(r"\aaa", known)) < 100_000
    assert len(latex.text(r"\bbb{xyz}", known)) < 1_000_000


def test_plain_shows_formulas_as_tex() -> None:
    assert latex.plain(("a ", ("math", "x^2"), ("em", (" b", ("code", "c"))))) == "a x^2 bc"


def test_names_keep_straight_apostrophes() -> None:
    assert latex.name_text("d'Alembert~X") == "d'Alembert X"
