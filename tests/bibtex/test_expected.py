"""Compares with pandoc's reading of 4,000 real entries; figures and reasons are in ``compare.py``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from acadsite.bibtex import decode_bytes, read
from bibtex import compare

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("name", sorted(compare.SETS))
def test_names_dates_pages_doi_titles(shared_data: Path, name: str) -> None:
    figures, differences = compare.compare(name)
    assert sum(size for _, size in figures.values()) > 100, "the oracle was compared"
    unexplained = [difference for difference in differences if not difference[5]]
    assert not unexplained
    for kind in ("names", "dates", "pages", "doi"):
        equal, size = figures[kind]
        explained = sum(1 for difference in differences if difference[0] == kind)
        assert equal + explained >= 0.995 * size, (name, kind)


def test_table(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``TABLE=1 pytest -k table`` prints every difference, its reason, and the figures."""
    compare.main()
    printed = capsys.readouterr().out
    with capsys.disabled():
        if os.environ.get("TABLE"):
            print(printed)
    assert "unexplained" not in printed


def test_iridia_is_clean(shared_data: Path) -> None:
    """3,305 entries and 1,716 strings over six files: none lost, no syntax error, no string undefined."""
    found, expected = compare.load("iridia-all")
    assert [entry.key for entry in found.entries] == [item["id"] for item in expected]
    assert not [problem for problem in found.problems if problem.level == "error"]
    assert {problem.code for problem in found.problems} <= {"bib-unknown-macro", "bib-name-suffix"}


def test_mendeley_loses_nothing(shared_data: Path) -> None:
    path = "bib/mendeley-export.bib"
    library = read([(path, decode_bytes((shared_data / path).read_bytes(), path)[0])])
    codes = [problem.code for problem in library.problems]
    assert codes.count("bib-empty-key") == 37
    assert (codes.count("bib-duplicate-key"), codes.count("bib-duplicate-entry")) == (22, 3)
    assert len(library.entries) + 25 == 512
    kinds = {
        problem.message.rstrip(".").rsplit(" ", 1)[1]
        for problem in library.problems
        if problem.code == "bib-unknown-type"
    }
    assert {"“book_section”", "“web_page”", "“generic”"} <= kinds
    assert all("It is read as @" in p.hint for p in library.problems if p.code == "bib-unknown-type")


def test_biblatex_examples(shared_data: Path) -> None:
    path = "bib/biblatex-examples.bib"
    library = read([(path, decode_bytes((shared_data / path).read_bytes(), path)[0])])
    assert len(library.entries) == 131
    assert [p.code for p in library.problems if p.level == "error"] == ["bib-duplicate-key"]


def test_bamos(shared_data: Path) -> None:
    path = "bamos/publications/all.bib"
    library = read([(path, decode_bytes((shared_data / path).read_bytes(), path)[0])])
    assert len(library.entries) == 60
    assert sorted(p.code for p in library.problems) == [
        "bib-duplicate-field",
        "bib-duplicate-field",
        "bib-stray-at",
    ]
    assert [e.fields["selected"] for e in library.entries if "selected" in e.fields].count("true") == 15
