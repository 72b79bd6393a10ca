"""Files taken into a text: what comes out, where its lines are from, and what is refused."""

from typing import Literal

import pytest

from acadsite.markup import read, render
from acadsite.markup.includes import included
from acadsite.problems import Problem

FILES = {
    "a/b.md": "---\ntitle: B\n---\n\nIn *b* $\\foo$.\n",
    "a/code.py": "one\n# --8<-- [start:part]\ntwo\nthree\n# --8<-- [end:part]\n",
    "top.md": "Top.\n",
    "a/loop.md": "{{< include other.md >}}\n",
    "a/other.md": "x\n\n{{< include loop.md >}}\n",
    "a/twice.md": "{{< include b.md >}}\n\n{{< include b.md >}}\n",
    "a/nested.md": "N\n\n{{< include ../top.md >}}\n",
}


def body(text: str) -> tuple[str, list[tuple[str, str]], tuple[str, ...]]:
    document = read(text, "a/x.md", first_line=10, include=FILES.get)
    out = render(document, permalinks=False, highlight=False)
    return out.html, [(problem.code, str(problem.where)) for problem in out.problems], document.includes


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_a_file_is_taken_in_without_its_front_matter() -> None:
    html, problems, includes = body("A\n\n{{< include b.md >}}\n\nC $\\baz$\n")
    assert "<p>In <em>b</em>" in html
    assert "title" not in html
    assert includes == ("a/b.md",)
    assert problems == [("markup-math", "a/b.md:5:9"), ("markup-math", "a/x.md:14:4")]


def test_headings_divs_and_links_know_their_file() -> None:
    html, problems, _ = body("{{< include ../top.md >}}\n\n::: {.x}\n{{< include nested.md >}}\n")
    assert '<div class="x">\n<p>N</p>\n<p>Top.</p>\n</div>' in html
    assert problems == [("markup-unclosed-div", "a/x.md:12:1")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('--8<-- "code.py"', "one\n# --8&lt;-- [start:part]\ntwo"),
        ('--8<-- "code.py:3:4"', "<code>two\nthree\n</code>"),
        ('--8<-- "code.py:part"', "<code>two\nthree\n</code>"),
        ('--8<-- "a/code.py:4"', "<code>three\n# --8"),
        ("{{< include code.py >}}", "one\n"),
        ("{{< include none.py >}}", "{{&lt; include none.py &gt;}}"),
    ],
)
def test_code(line: str, code: str) -> None:
    html, problems, _ = body(f"```\n{line}\n```\n")
    assert code in html
    assert not problems


def test_indentation_goes_to_every_line() -> None:
    html, problems, _ = body('- a\n\n  {{< include nested.md >}}\n\n!!! note\n    --8<-- "top.md"\n')
    assert "<li>\n<p>a</p>\n<p>N</p>\n<p>Top.</p>\n</li>" in html
    assert "<p>Top.</p>\n</div>" in html
    assert not problems


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{{< include ../../x.md >}}", "markup-include-outside"),
        ("{{< include ../../../etc/passwd >}}", "markup-include-outside"),
        ("{{< include C:/x.md >}}", "markup-include-outside"),
        ("{{< include a\\b.md >}}", "markup-include-outside"),
        ("{{< include none.md >}}", "markup-include-missing"),
        ("{{< include x.md >}}", "markup-include-cycle"),
        ('--8<-- "none.md"', "markup-include-missing"),
    ],
)
def test_refused(line: str, code: str) -> None:
    out = included(f"a\n\n{line}\n", "a/x.md", 1, FILES.get)
    assert codes(out.problems) == [code]
    assert str(out.problems[0].where) == "a/x.md:3:1"


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a\n\n{{< include none.md >}}\n", "markup-include-missing", "a/x.md:3:1"),
        ("a\n{{< include none.md >}}\nb\n", "markup-include-missing", "a/x.md:2:1"),
        ("- a\n\n    {{< include x.md >}}\n", "markup-include-cycle", "a/x.md:3:5"),
        ("> {{< include ../../x.md >}}\n", "markup-include-outside", "a/x.md:1:3"),
        ("a {{< include top.md >}} b\n", "markup-unknown-shortcode", "a/x.md:1:3"),
    ],
)
def test_what_is_not_taken_in_is_told_once_and_shown(
    text: str, code: str, place: str, dialect: Literal["commonmark", "python-markdown"]
) -> None:
    shown = render(read(text, "a/x.md", include=FILES.get, dialect=dialect))
    assert [(problem.code, str(problem.where)) for problem in shown.problems] == [(code, place)]
    assert "{{&lt; include" in shown.html
    assert "{{{" not in shown.html


def test_an_example_in_a_block_of_code_stays_as_it_is() -> None:
    out = included("```\n{{< include none.md >}}\n{{< include x.md >}}\n```\n", "a/x.md", 1, FILES.get)
    assert out.text == "```\n{{< include none.md >}}\n{{< include x.md >}}\n```\n"
    assert codes(out.problems) == ["markup-include-cycle"]


def test_a_cycle_is_told_where_it_closes() -> None:
    out = included("{{< include loop.md >}}\n", "a/x.md", 1, FILES.get)
    assert [(problem.code, str(problem.where)) for problem in out.problems] == [
        ("markup-include-cycle", "a/other.md:3:1")
    ]
    assert out.problems[0].hint == "a/x.md → a/loop.md → a/other.md → a/loop.md"


def test_a_file_may_come_twice_but_not_without_end() -> None:
    assert not included("{{< include twice.md >}}", "a/x.md", 1, FILES.get).problems
    grow = {
        f"{n}.md": f"{{{{< include {n + 1}.md >}}}}\n\n{{{{< include {n + 1}.md >}}}}\n" for n in range(19)
    }
    out = included("{{< include 0.md >}}", "x.md", 1, grow.get)
    assert "markup-include-many" in codes(out.problems)
    assert len(out.text) < 1_000_000


def test_without_the_function_the_lines_stay() -> None:
    text = "a\n\n{{< include b.md >}}\n"
    problems = read(text, "a.md").problems
    assert [problem.code for problem in problems] == ["markup-unknown-shortcode"]


def test_what_asks_for_nothing_is_not_touched() -> None:
    text = "a\r\nb 8<- {{< c >}}\n"
    assert included(text, "x.md", 1, FILES.get).text is text
