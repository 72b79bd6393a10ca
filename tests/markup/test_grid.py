"""Grid tables as drawings: cells, spans, heads, and what is none."""

import time

import pytest

from acadsite.markup import read, render
from acadsite.markup.grid import Cell, dedented, parsed

SIMPLE = ["+---+----+", "| a | b  |", "+===+:==:+", "| c | d  |", "|   | e  |", "+---+----+"]


def test_cells_and_head() -> None:
    grid = parsed(SIMPLE)
    assert grid is not None
    assert (grid.rows, grid.columns, grid.head, grid.alignments, grid.widths) == (
        2,
        2,
        1,
        ("", "center"),
        (3, 4),
    )
    assert grid.cells[3] == Cell(1, 1, 1, 1, (" d", " e"), 3, 5)


def test_spans() -> None:
    grid = parsed(["+---+---+", "| a     |", "+---+---+", "| b | c |", "|   +---+", "|   | d |", "+---+---+"])
    assert grid is not None
    assert [(cell.row, cell.column, cell.rows, cell.columns) for cell in grid.cells] == [
        (0, 0, 1, 2),
        (1, 0, 2, 1),
        (1, 1, 1, 1),
        (2, 1, 1, 1),
    ]


def test_combining_characters_stay_on_what_they_stand_on() -> None:
    grid = parsed(
        [
            "+------+----+",
            "| q\u0300x   | كَ  |",
            "+------+----+",
            "| \u0301     | 環\u0302 |",
            "+------+----+",
        ]
    )
    assert grid is not None
    assert [[line.strip(" ") for line in cell.text] for cell in grid.cells] == [
        ["q\u0300x"],
        ["كَ"],
        ["\u0301"],
        ["環\u0302"],
    ]


def test_wide_characters_take_two_columns() -> None:
    grid = parsed(["+----+---+", "| 漢 | b |", "+----+---+"])
    assert grid is not None
    assert [cell.text for cell in grid.cells] == [(" 漢",), (" b",)]
    assert grid.cells[1].indent == 6


@pytest.mark.parametrize(
    "drawing",
    [
        ["+---+", "| a |"],
        ["+---+", "| a |", "+--+"],
        ["+---+", "| a", "+---+"],
        ["+---+---+", "| a | b |", "+---+", "| c |", "+---+"],
        ["+-----+", "| a +--+", "+-----+"],
        ["+---+-", "| a |", "+---+"],
    ],
)
def test_what_is_no_grid(drawing: list[str]) -> None:
    assert parsed(drawing) is None
    html = render(read("\n".join(drawing) + "\n", "a.md")).html
    assert "<table" not in html
    assert "a" in html


def test_in_a_quote_and_a_list() -> None:
    text = "> +---+\n> | a |\n> +---+\n\n- b\n\n  +---+\n  | c |\n  +---+\n- d\n"
    for dialect in ("commonmark", "python-markdown"):
        html = render(
            read(
                text.replace("  +", "    +").replace("  |", "    |") if dialect != "commonmark" else text,
                "a.md",
                dialect=dialect,
            )
        ).html  # type: ignore[arg-type]
        assert "<td>c</td>" in html
    assert "<td>a</td>" in render(read(text, "a.md")).html


def test_places_in_cells() -> None:
    document = read("é\n\n> +-----+------+\n> | a   | é$x$ |\n> | $y$ |      |\n> +-----+------+\n", "a.md")
    spans = [document.source.span(int(e.get("at", "0"))) for e in document.tree.iter("math")]
    assert [(span.line, span.column) for span in spans] == [(5, 5), (4, 12)]


def test_links_and_notes_of_the_text_hold_in_cells() -> None:
    text = "+--------+-------+\n| [a][b] | c[^1] |\n+--------+-------+\n\n[b]: http://x.y\n\n[^1]: N\n"
    body = render(read(text, "a.md"))
    assert '<a href="http://x.y">a</a>' in body.html
    assert 'href="#fn-1"' in body.html
    assert not body.problems


def test_dedented() -> None:
    assert dedented((" a", "   b", "")) == ("a\n  b\n", 1)


@pytest.mark.parametrize(
    "drawing",
    [
        "+" + "---+" * 100 + "\n" + ("|" + " a |" * 100 + "\n+" + "---+" * 100 + "\n") * 100,
        "+" * 5000 + "\n" + "|" * 5000 + "\n" + "+" * 5000 + "\n",
        "+---+\n" + "| a |\n" * 20_000,
        ("+---+\n| a |\n" * 5000),
        "+" + "-" * 300 + "+\n" + ("|" + "+" * 300 + "|\n") * 300 + "+" + "-" * 300 + "+\n",
    ],
    ids=["many cells", "corners", "never closed", "rows", "crosses"],
)
def test_time_is_bound(drawing: str) -> None:
    started = time.process_time()
    render(read(drawing, "a.md"))
    assert time.process_time() - started < 5
