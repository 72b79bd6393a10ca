"""Numbers of a work, from outlines made by hand and from texts."""

import json
import sys
from pathlib import Path

import pytest

from acadsite.markup import read
from acadsite.markup.numbering import Number, Settings, Text, letter, number
from acadsite.markup.outline import Asked, Cite, Cluster, Label, Outline, outline_of

sys.path.insert(0, str(Path(__file__).parent))
from works import numbered


def text(name: str, source: str, **options: object) -> Text:
    return Text(name, outline_of(read(source, f"{name}.md")), f"{name}.md", **options)  # type: ignore[arg-type]


def shown(numbers: tuple[Number | None, ...]) -> list[str]:
    return [found.number if found else "" for found in numbers]


HEADINGS = "# A\n\n## B\n\n### C\n\n#### D\n\n## E {-}\n\n### F\n\n# G\n\n## H\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["1", "1.1", "1.1.1", "", "", "", "2", "2.1"]),
        ({"depth": 1}, ["1", "", "", "", "", "", "2", ""]),
        ({"depth": 4}, ["1", "1.1", "1.1.1", "1.1.1.1", "", "", "2", "2.1"]),
        ({"sections": False}, [""] * 8),
    ],
)
def test_sections(settings: dict[str, object], expected: list[str]) -> None:
    assert shown(numbered(HEADINGS, **settings).texts["a"]) == expected


def test_the_only_heading_of_level_1_is_the_title() -> None:
    assert shown(numbered("# T\n\n## A\n\n## B\n\n### C\n").texts["a"]) == ["", "1", "2", "2.1"]
    assert shown(numbered("# T\n\n## A\n", has_title=True).texts["a"]) == ["1", "1.1"]
    assert shown(numbered("## A\n\n### B\n", has_title=True).texts["a"]) == ["1", "1.1"]


def test_headings_aside_are_no_sections() -> None:
    labels = outline_of(
        read("# A\n\n> # B\n\n::: {.callout-note}\n# C\ntext\n\n## D\n:::\n\n# E\n", "a.md")
    ).labels
    assert [label.title for label in labels] == ["A", "E"]


def test_appendices_have_letters() -> None:
    assert shown(numbered("# A\n\n## B\n\n# C {.appendix}\n\n## D\n\n# E\n").texts["a"]) == [
        "1",
        "1.1",
        "A",
        "A.1",
        "B",
    ]
    assert [letter(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


FLOATS = (
    "# A\n\n## S\n\n![x](x){#fig-a}\n\n$$x$$ {#eq-a}\n\n::: {#thm-a}\nx\n:::\n\n## T\n\n![x](x){#fig-b}\n\n"
    "::: {#lem-a}\nx\n:::\n"
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["1", "1", "1", "2", "1"]),
        ({"restart": "section"}, ["1.1", "1.1", "1.1", "2.1", "2.1"]),
        ({"together": True}, ["1", "1", "1", "2", "2"]),
    ],
)
def test_floats(settings: dict[str, object], expected: list[str]) -> None:
    found = numbered(FLOATS, **settings)
    assert [found.targets[name].number for name in ("fig-a", "eq-a", "thm-a", "fig-b", "lem-a")] == expected


def test_a_book_counts_by_chapter() -> None:
    book = [
        text("preface", "# Preface {.unnumbered}\n\n## P\n\n![x](x){#fig-p}\n"),
        text("one", FLOATS),
        text("two", "![x](x){#fig-x}\n\n## U\n", has_title=True),
        text("extra", "# Extra\n\n![x](x){#fig-y}\n", appendix=True),
    ]
    found = number(book, Settings(chapters=True))
    assert found.chapters == {"preface": "", "one": "1", "two": "2", "extra": "A"}
    assert shown(found.texts["preface"]) == ["", "", "1"]
    assert shown(found.texts["one"]) == ["1", "1.1", "1.1", "1.1", "1.1", "1.2", "1.2", "1.1"]
    assert shown(found.texts["two"]) == ["2.1", "2.1"]
    assert found.texts["extra"] == (Number("A", "Appendix"), Number("A.1", "Figure"))
    assert found.targets["fig-y"][:5] == ("extra", "fig-y", "fig", "A.1", "Figure")
    assert found.texts["one"][0] == Number("1", "Chapter")
    assert not found.problems


def test_parts_of_figures() -> None:
    found = numbered("::: {#fig-x}\n![a](a)\n![b](b){#fig-b}\n\nC\n:::\n\n![d](d){#fig-d}\n")
    assert shown(found.texts["a"]) == ["1", "(a)", "(b)", "2"]
    assert {name: target.number for name, target in found.targets.items()} == {
        "fig-x": "1",
        "fig-x-a": "1 (a)",
        "fig-b": "1 (b)",
        "fig-x-b": "1 (b)",
        "fig-d": "2",
    }


EQUATIONS = r"""
\begin{equation}
x
\end{equation}

$$y$$ {#eq-y}

\begin{align}
a \\
b \notag \\
c
\end{align}
"""


def test_equations_are_numbered_when_named_or_all() -> None:
    assert shown(numbered(EQUATIONS).texts["a"]) == ["", "1", "", ""]
    assert shown(numbered(EQUATIONS, equations="environments").texts["a"]) == ["1", "2", "3", "4"]


def test_a_label_given_in_two_texts_is_a_problem() -> None:
    book = [
        text("one", "![x](x){#fig-a}\n"),
        text("two", "\n\n![x](x){#fig-a}\n\n# Same {#same}\n"),
        text("three", "# S {#same}\n"),
    ]
    found = number(book, Settings(chapters=True))
    (problem,) = found.problems
    assert (problem.code, str(problem.where)) == ("markup-duplicate-label", "two.md:3:1")
    assert "one.md" in problem.message
    assert found.find("two", "fig-a") == found.own["two"]["fig-a"]
    assert found.find("three", "fig-a") == found.own["one"]["fig-a"]
    assert found.find("three", "none") is None


def test_words_may_be_in_another_language() -> None:
    found = numbered("![x](x){#fig-a}\n", words=(("fig", "Abbildung"),))
    assert found.texts["a"] == (Number("1", "Abbildung"),)


def test_an_outline_says_what_a_text_asks_for() -> None:
    source = (
        "# T {#sec-t}\n\n[see @a, p. 3; -@b] and @c [p. 4][^1] @fig-x $\\newcommand{\\v}{v}$ $\\ref{eq:z}$\n\n"
        "[@d]^[In a note @e.]\n\n[^1]: Note [@f].\n\n::: {#refs}\n:::\n"
    )
    found = outline_of(read(source, "a.md", first_line=5))
    assert found.labels == (Label("sec-t", "sec", "T", 5, 1),)
    assert found.clusters == (
        Cluster((Cite("a", "see", ", p. 3", False, 7, 6), Cite("b", "", "", True, 7, 16))),
        Cluster((Cite("c", "", "p. 4", False, 7, 25),), in_text=True),
        Cluster((Cite("f", "", "", False, 11, 13),), note=True),
        Cluster((Cite("d", "", "", False, 9, 2),)),
        Cluster((Cite("e", "", "", False, 9, 17),), in_text=True, note=True),
    )
    assert found.references == (Asked("fig-x", 7, 39), Asked("eq:z", 7, 67))
    assert (found.title, found.titled, found.macros) == ("T", True, "\\def\\v{v}")
    assert (found.notes, found.refs, found.cells) == (2, True, 0)
    assert Outline.revive(json.loads(json.dumps(found.plain()))) == found


def test_an_outline_of_nothing_is_empty() -> None:
    assert outline_of(read("Text.\n", "a.md")) == Outline()
