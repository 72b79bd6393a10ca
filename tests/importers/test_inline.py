"""LaTeX and HTML as Markdown."""

from __future__ import annotations

import pytest

from acadsite.importers.inline import Reader, address
from acadsite.problems import Span

HERE = Span("cv.yaml", 7, 3)


@pytest.mark.parametrize(
    ("latex", "markdown"),
    [
        (r"\href{https://a.org/~x/}{J. Zico Kolter}", "[J. Zico Kolter](https://a.org/~x/)"),
        (r"\textit{\href{https://a.org}{A title}}", "*[A title](https://a.org)*"),
        (r"\href{https://a.org/b\_c\%20d\#e}{t}", "[t](https://a.org/b_c%20d#e)"),
        (r"\href{https://a.org/(b)}{t}", "[t](<https://a.org/(b)>)"),
        (r"\href{javascript:alert(1)}{t}", "t"),
        (r"\url{https://a.org/~x}", "<https://a.org/~x>"),
        (r"{\bf Fortran 95} and \textbf{C++}", "**Fortran 95** and **C++**"),
        (r"{\it slanted } text", "*slanted* text"),
        (r"C++, C\#, R\&D, 5\%, \$3, a\_b", r"C++, C#, R&D, 5%, \$3, a_b"),
        ("Benjamin F.~Bock", "Benjamin F. Bock"),
        ("2014 -- 2019, Salem--Roanoke --- yes", "2014 – 2019, Salem–Roanoke — yes"),
        (r"$\varheart$ Linux", "♥ Linux"),
        (r"$\varheart $ Linux", "♥ Linux"),
        ("\\LaTeX\\ and \\TeX{}", "LaTeX and TeX"),
        ("``quoted''", "“quoted”"),
        ("Papa John's", "Papa John's"),
        (r"Roth{\"o}rl, Rol{\'\i}nek", "Rothörl, Rolínek"),
        (r"$x^{2}$ and $\mathcal{O}(n)$", r"$x^{2}$ and $\mathcal{O}(n)$"),
        ("ICLR*, *Outstanding", r"ICLR\*, \*Outstanding"),
        ("[a] <b> `c` snake_case _x_", r"\[a] \<b\> ‘c‘ snake_case \_x\_"),
        ("see @key and a@b.org", r"see \@key and a@b.org"),
        ("one\n  two", "one two"),
        ("", ""),
    ],
)
def test_latex(latex: str, markdown: str) -> None:
    reader = Reader()
    assert reader.markdown(latex, HERE) == markdown
    assert reader.problems == []


def test_a_plain_text_has_no_marks() -> None:
    reader = Reader()
    assert (
        reader.plain(r"Honors \& \textbf{Awards} $\varheart$ \href{https://a.org}{x}", HERE)
        == "Honors & Awards ♥ x"
    )


def test_an_unknown_command_is_reported_and_its_text_kept() -> None:
    reader = Reader()
    assert reader.markdown(r"the \fancything{big} one", HERE) == "the big one"
    (problem,) = reader.problems
    assert (problem.code, problem.where) == ("import-latex", HERE)
    assert "fancything" in problem.message


@pytest.mark.parametrize(
    "text", ["{", "}", "\\", "$", "\\href{", "{" * 500, "\\textbf{" * 300, "a}b{c", "\\\\[2mm]"]
)
def test_broken_latex_is_still_text(text: str) -> None:
    Reader().markdown(text, HERE)
    Reader().paragraphs(f"<b>{text}</b>", HERE)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p align='justify'>\nI am <b>here</b>.\n</p><br>", "I am **here**."),
        ("One.<br><br>Two.<br>Three.", "One.\n\nTwo. Three."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        (
            'At <a href="https://a.org/~b" target="_blank">A <i>and</i> B</a>.',
            "At [A *and* B](https://a.org/~b).",
        ),
        (r"code on \href{https://a.org}{GitHub}.<br>", "code on [GitHub](https://a.org)."),
        ("<ul><li>One</li><li>Two <em>x</em></li></ul>after", "- One\n- Two *x*\n\nafter"),
        ("<ol><li>One<li>Two</ol>", "1. One\n1. Two"),
        ("R&amp;D, T&uuml;bingen, a &lt;b&gt;", r"R&D, Tübingen, a \<b>"),
        ("<b>bold <p>across</b> blocks</p>", "**bold**\n\n**across** blocks"),
        ("<span style='color:red'>red</span> <small>x</small>", "red x"),
        ("**Markdown** [stays](https://a.org) as_it_is", "**Markdown** [stays](https://a.org) as_it_is"),
        ("<a href='javascript:x()'>t</a>", "t"),
        ("<![CDATA[x]]> <!-- gone --> <?php y ?> <b>z</b>", r"\<![CDATA[x]]> \<?php y ?> **z**"),
        ("a <b>unclosed", "a **unclosed**"),
    ],
)
def test_html(html: str, markdown: str) -> None:
    reader = Reader()
    assert reader.paragraphs(html, HERE) == markdown
    assert reader.problems == []


def test_elements_that_are_not_imported_are_reported() -> None:
    reader = Reader()
    assert reader.paragraphs("a<script>alert(1)</script> <blink>b</blink>", HERE) == "a b"
    assert [problem.code for problem in reader.problems] == ["import-html", "import-html"]
    assert {problem.where for problem in reader.problems} == {HERE}


def test_a_line_that_would_begin_a_list_is_not_broken_there() -> None:
    text = "word " * 20 + "- a dash"
    assert "\n" not in Reader().paragraphs(text, HERE)
    assert Reader().paragraphs("word " * 30, HERE).count("\n") == 1


def test_addresses() -> None:
    assert address(" https://a.org/\\~{}x\\_y ") == "https://a.org/~x_y"
    assert address("https://a.org/~x") == "https://a.org/~x"
