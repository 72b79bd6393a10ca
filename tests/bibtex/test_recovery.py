"""Broken files: what is kept, what is said, and where."""

from __future__ import annotations

import pytest

from acadsite.bibtex import read
from acadsite.bibtex.chunks import cut

GOOD = "@misc{good, title={Good}, year=2000}"


@pytest.mark.parametrize(
    ("text", "code", "fields"),
    [
        ("@misc{k title={x}, year=2000}", "bib-missing-comma", {"title": "x", "year": "2000"}),
        ("@misc{k\n title={x}, year=2000}", "bib-missing-comma", {"title": "x", "year": "2000"}),
        ("@misc{title={x}, year=2000}", "bib-empty-key", {"title": "x", "year": "2000"}),
        ("@misc{k, title {x}, year=2000}", "bib-missing-equals", {"title": "x", "year": "2000"}),
        ("@misc{k, title, year=2000}", "bib-missing-equals", {"year": "2000"}),
        ("@misc{k, title=, year=2000}", "bib-missing-value", {"year": "2000"}),
        ("@misc{k, title={x},, year=2000}", "bib-surplus-comma", {"title": "x", "year": "2000"}),
        ("@misc{k, title={x}}, year=2000}", "bib-surplus-brace", {"title": "x", "year": "2000"}),
        ("@misc{k, title={x}, year=2000}}", "bib-surplus-brace", {"title": "x", "year": "2000"}),
        ('@misc{k, title="x, year=2000}', "bib-unclosed-quote", {"title": "x", "year": "2000"}),
        ("@misc{k, title={x},\n year=2000\n", "bib-unclosed-brace", {"title": "x", "year": "2000"}),
        ("@misc{k, title={x,\n year={2000}\n}", "bib-unclosed-brace", {"title": "x", "year": "2000"}),
        ("@misc{k, title={x {y},\n year={2000}\n}", "bib-unclosed-brace", {"title": "x {y}", "year": "2000"}),
        ("@misc{k, title={x} y, year=2000}", "bib-syntax", {"title": "x", "year": "2000"}),
        ("@misc{k, (, year=2000}", "bib-syntax", {"year": "2000"}),
        ("@misc(k, title={x}, year=2000\n", "bib-unclosed-brace", {"title": "x", "year": "2000"}),
        ("@{k, title={x}, year=2000}", "bib-unknown-type", {"title": "x", "year": "2000"}),
    ],
)
def test_a_broken_entry_keeps_its_fields_and_its_neighbours(
    text: str, code: str, fields: dict[str, str]
) -> None:
    library = read([("a.bib", f"{GOOD.replace('good', 'first')}\n{text}\n{GOOD}\n")])
    assert [entry.key for entry in library.entries][::2] == ["first", "good"]
    assert dict(library.entries[1].fields) == fields
    found = [problem for problem in library.problems if problem.code == code]
    assert found
    assert all(problem.where and 2 <= problem.where.line <= 3 and problem.where.column for problem in found)


def test_entries_on_the_same_line_as_a_broken_one() -> None:
    library = read([("a.bib", "@misc{a, title={x, year=2000} @misc{b, title={y}, year=2001}")])
    assert [entry.key for entry in library.entries] == ["a", "b"]


def test_broken_strings_and_preambles() -> None:
    library = read(
        [("a.bib", '@string{a = "x"\n@string{b}\n@preamble{"y" z}\n@misc{k, note = a, year=2000}')]
    )
    assert library.entries[0].fields["note"] == "x"
    assert {problem.where.line for problem in library.problems if problem.where} == {1, 2, 3}


def test_the_end_of_the_file_is_told() -> None:
    for text in (
        "@misc{k, title={x",
        "@misc{k,",
        "@misc{k",
        "@misc{",
        '@misc{k, title="x',
        "@misc{k, title=",
    ):
        library = read([("a.bib", text)])
        assert "bib-truncated" in {problem.code for problem in library.problems} or '"' in text
        assert any(problem.level == "error" for problem in library.problems)
        assert len(library.entries) == 1


@pytest.mark.parametrize(
    "text", ["", "no blocks", "---\n---\n@misc{k}", "@", "@misc{a}@misc{b}", "x@y.z {", "@@@@"]
)
def test_chunks_joined_are_the_file(text: str) -> None:
    assert "".join(chunk.text for chunk in cut(text)) == text


def test_addresses_in_remarks_open_nothing() -> None:
    library = read([("a.bib", f"write to me@example.org (Jane) or @home (late)\n{GOOD}")])
    assert [entry.key for entry in library.entries] == ["good"]
    assert not library.problems
