"""LaTeX as source: what becomes of a document, that nothing of it is lost, and what an edit renders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from acadsite import markup
from acadsite.collect.latex import words
from acadsite.collect.latex.document import Latex, is_whole, read_latex
from acadsite.collect.latex.environments import ENVIRONMENTS
from acadsite.collect.latex.inline import COMMANDS
from acadsite.collect.latex.tables import columns_of
from browsing import ROOT
from conftest import SiteFolder
from sample import Site, contents, tree, unlike

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from acadsite.problems import Problem
    from acadsite.result import Result

DATA = ROOT / "tests/latex"
PATH = "content/papers/a/paper.tex"


class Folder:
    """Files beside a document, by their paths from its folder."""

    def __init__(self, files: Mapping[str, str] = {}) -> None:
        self.files = {f"content/papers/a/{name}": text for name, text in files.items()}

    def text_of(self, path: str) -> str | None:
        return self.files.get(path)

    def has(self, path: str) -> bool:
        return path in self.files

    def names(self, folder: str) -> Iterable[str]:
        return [path for path in self.files if path.startswith(folder)]


def read(text: str, **files: str) -> tuple[Latex, tuple[Problem, ...]]:
    return read_latex(text, PATH, Folder({name.replace("__", "."): inner for name, inner in files.items()}))


def text_of(text: str, **files: str) -> str:
    """The Markdown of a document without faults."""
    found, problems = read(text, **files)
    assert problems == ()
    return found.text


def told(text: str, **files: str) -> list[tuple[str, str, int]]:
    return [(one.level, one.code, one.where.line if one.where else 0) for one in read(text, **files)[1]]


def shown(text: str) -> str:
    """The words of a document on a page."""
    found = read(text)[0]
    return " ".join(markup.text_of(markup.read(found.text, PATH, lines=found.lines).tree).split())


# --- in a line ---


@pytest.mark.parametrize(
    ("latex", "markdown"),
    [
        (r"\emph{a} \textbf{b \textit{c}} \texttt{d\_e}", "*a* **b *c*** `d_e`"),
        (r"\textsc{F} \underline{g} \sout{h}", "[F]{.smallcaps} [g]{.underline} ~~h~~"),
        (r"x\textsuperscript{2}, H\textsubscript{2}O", "x^2^, H~2~O"),
        (r"{\bf a} {\itshape b}, {\large c}", "**a** *b*, c"),
        (r"``a'' `b' --- c--d \ldots{} e~f\,g", "“a” ‘b’ — c–d … e\u00a0f\u202fg"),
        (r"100\% \& \_ \# \$ \{x\}", r"100% \& \_ \# \$ \{x\}"),
        (r"\'Etale na\"{\i}ve \c{c} Erd\H{o}s \ss{} {\L}\'od\'z", "Étale naïve ç Erdős ß Łódź"),
        (r"\enquote{a \enquote{b} c}", "“a ‘b’ c”"),
        (r"\url{https://a.b/c_d%20e#f} \href{https://a.b/(x)}{y}", "<https://a.b/c_d%20e#f> [y](<https://a.b/(x)>)"),
        (r"$a<b$, \(c\), $x$2, \ensuremath{y}", "$a<b$, $c$, $x$<!---->2, $y$"),
        (r"a% gone" + "\nb % gone\n\nc", "ab\n\nc"),
        (r"\iffalse a \fi b \verb|c{d}%|", "b `c{d}%`"),
        (r"\mbox{a} \textcolor{red}{b} \parbox{3cm}{c} \raisebox{1pt}{d}", "a b c d"),
        (r"\vspace{1cm}\noindent a\hspace*{2em}b\\[2pt] c", "a b\\\nc"),
        (r"\setlength{\parindent}{0pt}\parskip=1ex plus 2pt a", "a"),
    ],
)  # fmt: skip
def test_words(latex: str, markdown: str) -> None:
    assert text_of(latex) == markdown


@pytest.mark.parametrize(
    ("latex", "markdown"),
    [
        (r"\cite{a,b} \citep[see][p.~3]{c}", "[@a; @b] [see @c, p.\u00a03]"),
        (r"\citet[p. 3]{a} \textcite{b}s \citet{c,d}", "@a [p. 3] @{b}s @c and @d"),
        (r"\parencite[2]{a} \citeyear{b} \citeauthor{c}.", "[@a, 2] [-@b] @{c}."),
        (r"\cite{DBLP:conf/a/B}", "[@DBLP:conf/a/B]"),
    ],
)
def test_citations(latex: str, markdown: str) -> None:
    assert text_of(latex) == markdown


def test_footnotes_stand_behind_their_paragraph() -> None:
    assert text_of("a\\footnote{b\n\n$c$} d\n\ne") == "a[^n1] d\n\n[^n1]: b\n\n    $c$\n\ne"
    assert text_of(r"a\footnotemark{} b\footnotetext{c}") == "a[^n1] b\n\n[^n1]: c"
    assert text_of("a\\footnotemark{} b\n\n\\footnotetext{c}") == "a[^n1] b\n\n[^n1]: c"
    inside = r"\begin{itemize}\item a\footnote{b}\item c\end{itemize}"
    assert text_of(inside) == "- a[^n1]\n- c\n\n[^n1]: b"
    cells = r"\begin{tabular}{l}a\footnote{b}\\\midrule c\end{tabular}"
    assert text_of(cells) == "| a[^n1] |\n|:--|\n| c |\n\n[^n1]: b"
    assert text_of(r"\begin{lemma}a\footnote{b}\end{lemma}") == "::: {.lemma}\na[^n1]\n:::\n\n[^n1]: b"
    assert text_of(r"\section{a\footnote{b}}c") == "# a[^n1]\n\n[^n1]: b\n\nc"
    assert text_of(r"a\footcite[3]{k}") == "a[^n1]\n\n[^n1]: [@k, 3]"


# --- labels ---


def test_a_label_is_an_id_of_the_kind_of_what_it_names() -> None:
    text = r"""\section{A}\label{intro} See \ref{intro}, \cref{thm:x}, \eqref{e}, \pageref{late}, \nameref{intro}.
\begin{lemma}\label{thm:x} B \end{lemma}
\begin{equation}\label{e} x \end{equation}
Words. \label{late}
\begin{figure}\includegraphics{a}\caption{C}\label{pic}\end{figure}
\begin{table}\begin{tabular}{l}a\\\midrule b\end{tabular}\caption{D}\label{tab:d}\end{table}
\ref{pic} \autoref{tab:d} \ref{sec:elsewhere}"""
    found = text_of(text, a__png="")
    assert "# A {#sec-intro}" in found
    assert r"See \ref{sec-intro}, \cref{lem-x}, \eqref{eq-e}, \ref{sec-intro}, [A](#sec-intro)." in found
    assert "::: {#lem-x}" in found
    assert "$$ {#eq-e}" in found
    assert "![C](a.png){#fig-pic}" in found
    assert ": D {#tbl-d}" in found
    assert found.endswith(r"\ref{fig-pic} \cref{tbl-d} \ref{sec-elsewhere}")


def test_items_are_referred_to_as_they_are_numbered() -> None:
    text = r"\begin{enumerate}[label=(\roman*)]\item a \item\label{b} c\end{enumerate} \ref{b}"
    assert text_of(text) == "::: {type=i}\n1. a\n2. []{#item-b}c\n:::\n\n[(ii)](#item-b)"
    own = r"\renewcommand{\labelenumi}{(\alph{enumi})}\begin{enumerate}\item\label{c} d\end{enumerate}\ref{c}"
    assert text_of(own) == "::: {type=a}\n1. []{#item-c}d\n:::\n\n[(a)](#item-c)"
    found = read(text)[0]
    body = markup.render(markup.read(found.text, PATH)).html
    assert '<ol type="i">' in body
    assert 'id="item-b"' in body


# --- formulas ---


def test_formulas_are_numbered_as_latex_does() -> None:
    assert text_of("\\[ a \\]") == "$$\na\n$$"
    assert text_of("\\begin{equation*}a\\end{equation*}") == "$$\na\n$$"
    assert re.fullmatch(r"\$\$\na\n\$\$ \{#eq-n\d\}", text_of("\\begin{equation}a\\end{equation}"))
    rows = text_of("\\begin{align}\na &= b \\\\\nc &= d \\nonumber \\\\\ne &= f \\label{eq:f}\n\\end{align}")
    assert re.sub(r"eq-n\d", "eq-n", rows) == (
        "\\begin{align}\na &= b \\label{eq-n} \\\\\nc &= d \\nonumber \\\\\ne &= f \\label{eq-f}\n\\end{align}"
    )
    numbered = text_of(
        "\\numberwithin{equation}{section}\\section{A}\\begin{equation}a\\label{x}\\end{equation}"
    )
    assert numbered == "# A\n\n$$\na \\tag{1.1}\n$$ {#eq-x}"


def test_definitions_are_expanded_in_text_and_given_to_formulas() -> None:
    text = r"""\newcommand{\R}{\mathbb{R}} \newcommand{\fg}[1][ly]{finite#1} \def\v#1{\mathbf{#1}} \let\eps\varepsilon
\DeclareMathOperator*{\argmax}{arg\,max} \newcommand{\be}{\begin{equation*}} \newcommand{\ee}{\end{equation*}}
\newcommand{\unused}{x} \newenvironment{say}[1]{\begin{quote}\emph{#1} }{\end{quote}}
\fg{} \fg[.] $\R \v{x}$ \be \argmax \eps \ee \begin{say}{A}b\end{say} \argmax"""
    found = text_of(text)
    for definition in (r"\newcommand{\R}{\mathbb{R}}", r"\DeclareMathOperator*{\argmax}{arg\,max}"):
        assert definition in found
    assert r"\newcommand{\v}[1]{\mathbf{#1}}" in found
    assert "unused" not in found
    assert "finitely finite. $\\R \\v{x}$\n$$\n\\argmax \\eps\n$$" in found
    assert "> *A* b" in found
    assert found.endswith(r"$\operatorname{arg\,max}$")


def test_another_name_is_what_it_named_then() -> None:
    text = (
        r"\let\old\emph\renewcommand{\emph}[1]{x\old{#1}}\emph{a} "
        r"\newcommand{\T}{\ensuremath{\mathsf{T}}\xspace}\T{} $\T$"
    )
    assert text_of(text) == "\\newcommand{\\T}{\\ensuremath{\\mathsf{T}}}\n\nx*a* $\\mathsf{T}$ $\\T$"


# --- blocks ---


def test_theorems_have_the_words_and_numbers_that_the_text_gives_them() -> None:
    text = r"""\newtheorem{thm}{Theorem}[section]
\newtheorem{lem}[thm]{Lemma}\newtheorem{claim}{Claim}
\newtheorem*{rem}{Remark}\section{A}\begin{thm}[Hilbert]\label{t} a\end{thm}
\begin{lem}b\end{lem}\begin{claim}c\end{claim}
\begin{rem}d\end{rem}
\begin{proof}[Proof of \cref{t}]e\qed\end{proof}"""
    found = text_of(text)
    for opening in (
        '::: {#thm-t name="Hilbert" tag="1.1"}', '::: {.lemma tag="1.2"}', '::: {.theorem word="Claim" tag="1"}',
        "::: {.remark .unnumbered}", "::: {.proof}\n## Proof of \\cref{thm-t}",
    ):  # fmt: skip
        assert opening in found
    document = markup.read(found, PATH)
    from acadsite.markup.numbering import Text, number
    from acadsite.markup.outline import outline_of

    numbers = number([Text("a", outline_of(document), has_title=True)]).texts["a"]
    assert [f"{one.word} {one.number}" for one in numbers if one] == [
        "Section 1",
        "Theorem 1.1",
        "Lemma 1.2",
        "Claim 1",
    ]


def test_figures_have_parts_and_words_for_those_who_do_not_see_them() -> None:
    text = r"""\graphicspath{{pictures/}}\begin{figure}
\begin{subfigure}{0.45\textwidth}\includegraphics[width=\linewidth]{a}\caption{A}\label{fig:a}\end{subfigure}\hfill
\begin{subfigure}{0.45\textwidth}\includegraphics[alt={A \& B}]{b.pdf}\caption{B}\end{subfigure}
\caption[short]{Both.}\end{figure}"""
    found, problems = read_latex(text, PATH, Folder({"pictures/a.png": "", "b.pdf": "", "b.svg": ""}))
    assert problems == ()
    assert "layout-ncol=2}\n![A](pictures/a.png){#fig-a}\n\n" in found.text
    assert '![B](b.svg){fig-alt="A & B"}\n\nBoth.\n:::' in found.text


def test_pictures_that_browsers_do_not_show_are_told() -> None:
    problem = read(r"\includegraphics{a}", a__pdf="")[1][0]
    assert (problem.code, problem.hint) == (
        "latex-picture", "Put “a.svg” or “a.png” beside it: “pdftocairo -svg a.pdf a.svg”.",
    )  # fmt: skip
    assert told(r"\includegraphics{a}") == [("warning", "latex-picture", 1)]
    assert read(r"\includegraphics{../../../x.png}")[0].text == r"`\includegraphics{../../../x.png}`"


def test_tables_have_heads_alignments_and_cells_that_span() -> None:
    assert columns_of(r"l|*{2}{c@{ }}p{3cm}>{\bfseries}r") == ["left", "center", "center", "", "right"]
    plain = text_of(
        r"\begin{tabular}{lr}\toprule a & $|b|$\\ \midrule \verb+|+ & 2\\ \bottomrule\end{tabular}"
    )
    assert plain == "| a | $|b|$ |\n|:--|--:|\n| `\\|` | 2 |"
    drawn = r"""\begin{tabular}{lc}\hline \multicolumn{2}{c}{Head}\\ \hline
\multirow{2}{*}{A} & 1\\ & 2\\ \hline\end{tabular}"""
    document = markup.read(text_of(drawn), PATH)
    body = html.fromstring(markup.render(document).html)
    assert body.xpath("//th[@colspan='2']")[0].text_content().strip() == "Head"
    assert body.xpath("//td[@rowspan='2']")[0].text_content().strip() == "A"
    long = (
        r"\begin{longtable}{l}\caption{C}\label{tab:c}\\ a\\ \endfirsthead a\\ \endhead b\\ \end{longtable}"
    )
    assert text_of(long) == "| a |\n|:--|\n| b |\n\n: C {#tbl-c}"


def test_references_that_are_written_out_are_led_to() -> None:
    text = r"By \cite[p.~2]{k,m}.\begin{thebibliography}{9}\bibitem{k} A.\bibitem[Doe(1921)]{m} B.\end{thebibliography}"
    assert read(text)[0].text == (
        "By &#91;[1](#bib-k), [Doe, 1921](#bib-m), p.\u00a02&#93;.\n\n# References {.unnumbered}\n\n"
        "1. []{#bib-k}A.\n2. []{#bib-m}B."
    )


def test_lists_quotes_and_code() -> None:
    text = r"""\begin{itemize}\item a\item[$*$] b\begin{enumerate}\item c\end{enumerate}\end{itemize}
\begin{description}\item[T] d\end{description}\begin{verse}e\\f\end{verse}
\begin{lstlisting}[language=Python,caption={A \emph{loop}},label=lst:l]
x = "%\n"
\end{lstlisting}
\begin{minted}{c}
int x;
\end{minted}"""
    assert text_of(text) == (
        "- a\n- $*$ b\n  1. c\n\nT\n: d\n\n> | e\n> | f\n\n"
        "::: {#lst-l}\n```python\nx = \"%\\n\"\n```\n\nA *loop*\n:::\n\n"
        "```c\nint x;\n```"
    )  # fmt: skip


def test_algorithms_of_both_packages() -> None:
    steps = r"\begin{algorithmic}\For{$k$}\State $x \gets \half$\EndFor\end{algorithmic}"
    text = rf"\def\half{{\frac12}}\begin{{algorithm}}\caption{{D}}\label{{alg:d}}{steps}\end{{algorithm}}"
    found = text_of(text)
    assert found.startswith("\\newcommand{\\half}{\\frac12}\n\n::: {#alg-d}\n## D\n\n```\n")
    other = r"\begin{algorithm}\KwIn{$n$}\While{$n>1$}{$n \gets n-1$\;}\If{a}{b\;}\Else{c\;}\caption{E}\end{algorithm}"
    document = markup.read(text_of(other), PATH)
    assert len([*document.tree.iter("algorithm")]) == 1
    lines = [" ".join(markup.text_of(step).split()) for step in document.tree.iter("step")]
    assert lines == [
        "Input: n",
        "while n>1 do",
        "n \\gets n-1",
        "end while",
        "if a then",
        "b",
        "else",
        "c",
        "end if",
    ]


def test_what_stands_in_front_is_the_front_matter() -> None:
    text = r"""% ---
% title: A title
% tags: [a]
% ---
\documentclass{article}\usepackage{x}\unknown{y}
\title{Another}\author{A. B.\thanks{C} \\ D \\ \texttt{a@b.org} \and E}\date{May 2024}
\keywords{x, y}
\begin{document}\maketitle\begin{abstract}F $x$\end{abstract}
G
\end{document} H"""
    found, problems = read(text)
    assert problems == ()
    assert found.text == "G"
    assert found.data is not None
    assert found.data.plain() == {
        "title": "A title", "tags": ["a"], "date": "2024-05", "keywords": ["x", "y"], "abstract": "F $x$",
        "authors": [{"name": "A. B.", "affiliation": ["D", "C"], "email": "a@b.org"}, {"name": "E"}],
    }  # fmt: skip
    tags = found.data.get("tags")
    assert tags is not None
    span = tags.span
    assert (span.line, span.column) == (3, 9)
    assert is_whole(text)
    assert is_whole("a\\begin{document}")
    assert not is_whole("% \\documentclass\n\\section{A}")


# --- files ---


def test_files_are_taken_in_with_their_places() -> None:
    found, problems = read_latex(
        "a\n\n\\input{sub/b}\n\nc",
        PATH,
        Folder({"sub/b.tex": "one\n\n\\nothing\n\n\\input{sub/c}", "sub/c.tex": "two"}),
    )
    assert found.text == "a\n\none\n\n`\\nothing`\n\ntwo\n\nc"
    assert [str(problem.where) for problem in problems] == ["content/papers/a/sub/b.tex:3:1"]
    document = markup.read(found.text, PATH, first_line=found.line, lines=found.lines)
    assert [str(document.source.line_span(line)) for line in (1, 3, 7, 9)] == [
        f"{PATH}:1:1", "content/papers/a/sub/b.tex:1:1", "content/papers/a/sub/c.tex:1:1", f"{PATH}:5:1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["/etc/passwd", "../../../site", "a:b", "~/x", "|ls"])
def test_files_out_of_the_site_are_refused(name: str) -> None:
    assert told(f"a \\input{{{name}}}") == [("error", "latex-input", 1)]


def test_files_that_are_missing_or_take_themselves_in_are_told() -> None:
    assert told("\\input{b}") == [("error", "latex-input", 1)]
    assert told("\\input{b}", b__tex="x\n\\include{b}") == [("error", "latex-input", 2)]


# --- what is wrong ---


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a\n\\begin{quote} b", [("error", "latex-unbalanced", 2)]),
        ("a\n\\end{quote} b", [("error", "latex-unbalanced", 2)]),
        ("\\begin{quote}\n\\begin{center} a\n\\end{quote}", [("error", "latex-unbalanced", 2)]),
        ("{a", [("error", "latex-unbalanced", 1)]),
        ("a\n}", [("error", "latex-unbalanced", 2)]),
        ("$a\n\nb", [("error", "latex-unbalanced", 1)]),
        ("\\begin{verbatim}\na", [("error", "latex-unbalanced", 1)]),
        ("\\begin{align}\na", [("error", "latex-unbalanced", 1)]),
        ("\\emhp{a} \\emhp{b}", [("warning", "latex-unknown", 1)]),
        ("\\begin{quot}a\\end{quot}", [("warning", "latex-unknown", 1)]),
        ("\\begin{tikzpicture}\n\\draw;\n\\end{tikzpicture}", [("warning", "latex-drawing", 1)]),
        ("\\todo{write}", [("warning", "latex-left-out", 1)]),
        ("\\label{x} a", [("warning", "latex-label", 1)]),
        ("\\def\\a{\\a\\a}\\a", [("error", "latex-limit", 1), ("warning", "latex-unknown", 1)]),
        ("\\begin{thebibliography}{9}\\bibitem{k} A.\\end{thebibliography}", [("warning", "latex-bibliography", 1)]),
        ("\\date{one fine day} a", [("warning", "latex-date", 1)]),
        ("\\def\\a[#1]{b} c", [("warning", "latex-definition", 1)]),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line(text: str, problems: list[tuple[str, str, int]]) -> None:
    assert told(text) == problems


def test_words_of_what_is_not_known_are_kept() -> None:
    assert read(r"\foo[a]{b \emph{c}}")[0].text == r"`\foo[a]`b *c*"
    assert read("\\begin{foo}[a] b\\end{foo}")[0].text == "`[a]`\n\nb"
    assert "\\draw (0,0);" in read("\\begin{tikzpicture}\n\\draw (0,0);\n\\end{tikzpicture}")[0].text
    assert read(r"\emhp{a}")[1][0].hint.startswith("Did you mean “\\emph”?")


# --- nothing is lost, and nothing fails ---

#: How LaTeX writes a sign so that it is no more than itself.
_PLAIN = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "-": "-{}", "!": "!{}", "?": "?{}",
    "'": r"\textquotesingle{}", "`": r"\textasciigrave{}", '"': r"\textquotedbl{}", "[": "{[}", "]": "{]}", "*": "*{}",
    **{sign: f"\\{sign}" for sign in "{}$&%#_"},
}  # fmt: skip
_SYNTAX = [
    "a", "b ", "1. ", "- ", "+ ", "# ", ":", "::: ", "[x]", "[x](y)", "{.a}", "]{.b}", "[!NOTE]", "{{< include x >}}",
    '--8<-- "x"',
    "@key", "[@key]", "^x^", "~y~", "**b**", "_i_", "`c`", "```", "$x$", "$$", "\\(x\\)", "\\begin{align}",
    "\\ref{x}", "<b>", "<!--", "&amp;", "|", "Table: x", "===", "***", "> ", "!!! note", "??? x", "+---+", "[^1]: x",
    "{% raw %}", "http://x.y/z", "1) ", "\n", '=== "T"', "![a](b)", "{#id}", "[[w]]", "\\newcommand{\\x}{y}", "\u00a0",
]  # fmt: skip
_TEXT = st.lists(
    st.sampled_from(_SYNTAX) | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=3),
    min_size=1,
    max_size=8,
).map("".join)
_AROUND = [
    ("%s", "p"), (r"a\emph{%s}b", "em"), (r"\section{%s}", "heading"), (r"\begin{itemize}\item %s\end{itemize}", "li"),
    (r"\begin{quote}%s\end{quote}", "blockquote"), (r"\begin{tabular}{l}a\\\midrule %s\end{tabular}", "td"),
    (r"\begin{tabular}{ll}a&b\\\midrule \multicolumn{2}{l}{%s}\end{tabular}", "td"), (r"x\footnote{%s}", "note"),
    (r"\begin{table}\begin{tabular}{l}a\\\midrule b\end{tabular}\caption{%s}\end{table}", "caption"),
    (r"\begin{theorem}[%s] z\end{theorem}", "title"), (r"\begin{description}\item[%s] z\end{description}", "dt"),
    (r"\href{http://a.b}{%s}", "a"), (r"a \textsc{%s}.", "span"),
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(_TEXT, st.sampled_from(_AROUND))
def test_text_is_what_is_shown(text: str, around: tuple[str, str]) -> None:
    frame, tag = around
    text = re.sub(r"\s*\n\s*", "\n", text)  # no paragraphs
    wanted = " ".join(text.split())
    if not wanted:
        return
    found, problems = read(frame.replace("%s", "".join(_PLAIN.get(sign, sign) for sign in text)))
    assert problems == ()
    root = markup.read(found.text, PATH, lines=found.lines).tree
    assert wanted in [" ".join(markup.text_of(one).split()) for one in root.iter(tag)], found.text


_WHOLE = (DATA / "paper.tex").read_text(encoding="utf-8") + (DATA / "sections/proof.tex").read_text(
    encoding="utf-8"
)
_BITS = re.split(r"(?=\\)|(?<=[{}])", _WHOLE)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, len(_WHOLE)), st.integers(0, len(_WHOLE)), st.lists(st.sampled_from(_BITS), max_size=30)
)
def test_no_text_makes_it_fail(start: int, end: int, bits: list[str]) -> None:
    for text in (_WHOLE[start:], _WHOLE[:end], "".join(bits)):
        found, problems = read(text)
        assert all(problem.where is not None for problem in problems)
        markup.read(found.text, PATH, first_line=found.line, lines=found.lines)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 5_000, "}" * 5_000, "$" * 5_001, r"\emph{" * 2_000, r"\begin{quote}" * 500, r"\begin{" * 2_000,
        r"\footnote{" * 500, r"\foo[" * 2_000, r"\cite[" * 2_000, r"\begin{subfigure}" * 300, r"\iffalse" * 2_000,
        r"\begin{tabular}{*{999999999}{l}}" + "&" * 2_000 + r"\end{tabular}", r"\'" * 5_000,
        r"\begin{tabular}{l}\multicolumn{99999999999}{l}{a}\\ \multirow{999999999}{*}{b}\end{tabular}",
        r"\newenvironment{a}{\begin{a}}{\end{a}}\begin{a}x\end{a}",
        "".join(
            rf"\newcommand{{\x{a}}}{{\x{b}\x{b}}}"
            for a, b in zip("bcdefghijklmnop", "abcdefghijklmno", strict=True)
        )
        + r"\newcommand{\xa}{lol}\xp",
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_hostile_texts_have_limits(text: str) -> None:
    found, _ = read(text)
    assert len(found.text) < 2_000_000


# --- the tables ---


def test_every_name_in_the_tables_is_read() -> None:
    everything: list[Iterable[str]] = [
        words.LAYOUT,
        words.THROUGH,
        words.STYLES,
        words.SWITCHES,
        words.CITATIONS,
        words.REFERENCES,
        words.FRONT,
    ]
    assert not {name for table in everything for name in table} - set(COMMANDS)
    for names in (words.PLAIN, words.LISTS, words.FIGURES, words.TABLES, words.TABULARS, words.DISPLAYS):
        assert set(names) <= set(ENVIRONMENTS)
    for name in ENVIRONMENTS:
        if name != "document":
            read(rf"\begin{{{name}}} a \end{{{name}}}")
    for name in COMMANDS:
        read(rf"a \{name}{{b}}{{c}} d")


# --- in a site ---

HAND = (DATA / "by-hand.md").read_text(encoding="utf-8")
PAPER = (DATA / "paper.tex").read_text(encoding="utf-8")
PROOF = (DATA / "sections/proof.tex").read_text(encoding="utf-8")
BIB = (DATA / "references.bib").read_text(encoding="utf-8")
SVG = (DATA / "line.svg").read_text(encoding="utf-8")
ENTRY = "@article{%s, title = {Normalisation}, author = {Hermann, Grete}, journal = {J}, year = {1926}}\n"
FILES = {
    "site.yaml": "title: Site\nauthor: {name: Jane Doe}\nurl: https://x.example/\n",
    "content/publications/a.bib": ENTRY % "latex" + ENTRY % "hand",
    **{f"content/papers/{name}/references.bib": BIB for name in ("latex", "hand")},
    **{f"content/papers/{name}/line.svg": SVG for name in ("latex", "hand")},
    "content/papers/latex/paper.tex": PAPER,
    "content/papers/latex/sections/proof.tex": PROOF,
    "content/papers/latex/letter.tex": "\\documentclass{letter}\\begin{document}Dear editor\\end{document}",
    "content/papers/hand/text.md": HAND,
    "content/posts/chains.tex": "\\documentclass{article}\\title{Chains}\\date{2024-05-31}\n"
    "\\begin{document}\nSee \\ref{sec:no}.\n\\input{_part}\n\\end{document}\n",
    "content/posts/_part.tex": "A part.\n",
    "content/posts/other.tex": "\\section{Taken in by nobody}\n",
    "content/guide/book.yaml": "title: Guide\nchapters: [one.tex, two.tex]\n",
    "content/guide/one.tex": "\\chapter{First}\\label{ch:one}\n\n\\section{A}\n\nWords. By \\ref{thm:b} all is said.\n",
    "content/guide/two.tex": "\\chapter{Second}\n\n"
    "\\begin{theorem}\\label{thm:b}\nX\n\\end{theorem}\n\nSee Chapter~\\ref{ch:one}.\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(SiteFolder(tmp_path_factory.mktemp("latex") / "site").write(FILES))


@pytest.fixture(scope="module")
def result(folder: Site) -> Result:
    found = folder.build()
    assert not found.report.has_errors, found.report.problems
    return found


@pytest.fixture(scope="module")
def built(folder: Site, result: Result) -> dict[str, bytes]:
    assert result.published is not None
    return tree(folder.out)


def main(built: dict[str, bytes], path: str) -> HtmlElement:
    return html.fromstring(built[path]).find(".//main")


def test_the_markdown_of_a_paper() -> None:
    files = {"sections/proof.tex": PROOF, "line.svg": SVG, "references.bib": BIB}
    found, problems = read_latex(PAPER, PATH, Folder(files))
    assert problems == ()
    golden = DATA / "paper.md"
    assert found.text + "\n" == golden.read_text(encoding="utf-8")


def test_a_paper_in_latex_is_the_page_that_it_is_in_markdown(built: dict[str, bytes]) -> None:
    latex, hand = (built[f"publications/{name}/index.html"].decode() for name in ("latex", "hand"))
    assert "Theorem\u00a01" in latex

    def same(page: str) -> list[str]:
        page = page[page.index("<main") : page.index("</main>")]
        return re.sub(r"latex|hand", "x", page).splitlines()

    assert same(latex) == same(hand)


def test_problems_have_the_line_of_the_file(result: Result) -> None:
    found = [(one.code, str(one.where)) for one in result.report.problems]
    assert found == [("markup-unknown-reference", "content/posts/chains.tex:3:1")]


def test_posts_and_chapters(built: dict[str, bytes]) -> None:
    post = main(built, "posts/chains/index.html")
    assert post.findtext(".//h1") == "Chains"
    assert "A part." in post.text_content()
    chapter = main(built, "guide/one/index.html").text_content()
    assert "By 2.1 all is said." in chapter
    assert "Chapter\u00a01" in main(built, "guide/two/index.html").text_content()
    assert built["publications/latex/latex.pdf"].startswith(b"%PDF")
    assert not [path for path in built if "other" in path or "_part" in path]
    assert b"Dear editor" not in built["publications/latex/index.html"]


def test_edits_of_files_that_are_taken_in_render_anew(folder: Site, built: dict[str, bytes]) -> None:
    assert not folder.build().made

    def rendered(path: str, text: str | None) -> set[str]:
        folder.edit({path: text})
        return {made for made in folder.build().made if made.endswith(".html")}

    paper = {"publications/latex/index.html"}
    assert (
        rendered("content/papers/latex/sections/proof.tex", PROOF.replace("By induction", "Induction"))
        == paper
    )
    assert unlike(tree(folder.out), contents(folder.cold())) == []
    assert rendered("content/papers/latex/sections/proof.tex", PROOF) == paper
    assert rendered("content/papers/latex/paper.tex", PAPER.replace("far from", "not far from")) == paper
    assert rendered("content/papers/latex/paper.tex", PAPER) == paper
    assert rendered("content/posts/_part.tex", "Another part.\n") >= {"posts/chains/index.html"}
    assert unlike(tree(folder.out), contents(folder.cold())) == []
    rendered("content/posts/_part.tex", "A part.\n")
    # A picture that appears is the one that was asked for.
    folder.edit({"content/papers/latex/line.svg": None})
    assert "latex-picture" in {one.code for one in folder.build().report.problems}
    assert rendered("content/papers/latex/line.svg", SVG) == paper
    assert tree(folder.out) == built


def test_the_command_that_prints_a_text(folder: Site, built: dict[str, bytes]) -> None:
    printed = folder.folder.run("markdown", str(folder.root / "content/papers/latex/paper.tex"))
    assert printed.exit_code == 0, printed.stderr
    assert "integral" in printed.stdout
