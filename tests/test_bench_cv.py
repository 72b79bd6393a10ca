"""The benchmark of the CV: its table and its verdict, with made-up figures; nothing is timed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv
import pytest

from acadsite.build import render
from sample import TODAY

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    cv.Row(60, 0.31, 0.4, 0.012, 0.06, 0.05, 1.2, 3.9, 210_000),
    cv.Row(200, 0.44, 0.5, 0.03, 0.2, 0.15, None, None, 650_000),
]


def test_the_table() -> None:
    lines = cv.table(ROWS).splitlines()
    assert lines[2] == "| 60 | 0.31 s | 0.40 s | 12 ms | 60 ms | 50 ms | 1.20 s | 3.9 | 0.2 MB |"
    assert lines[3] == "| 200 | 0.44 s | 0.50 s | 30 ms | 0.20 s | 0.15 s | – | – | 0.7 MB |"
    assert {line.count("|") for line in lines} == {10}


def test_the_verdict() -> None:
    assert cv.verdict(ROWS).endswith("0.44 s, met.")
    assert "NOT met" in cv.verdict([cv.Row(200, 0.51, 0.5, 0.03, 0.2, 0.15, None, None, 1)])
    assert cv.verdict(ROWS[:1]) == ""


def test_the_figures_come_between_their_marks() -> None:
    assert cv.between("a\n<!-- cv -->\nold\n<!-- end of cv -->\nb", "new") == (
        "a\n<!-- cv -->\n\nnew\n\n<!-- end of cv -->\nb"
    )
    with pytest.raises(SystemExit):
        cv.between("nothing", "new")
    assert cv.DOCUMENT.read_text(encoding="utf-8").count("<!-- cv -->") == 1


def test_the_site_has_all_its_entries_in_the_cv(tmp_path: Path) -> None:
    cv.write_site(tmp_path / "site", 12)
    result = render(tmp_path / "site", today=TODAY)
    assert not result.report.has_errors
    page = result.outputs["cv/index.html"].data.decode()
    assert page.count("Journal of") == 12
    assert result.outputs["cv.pdf"].data.startswith(b"%PDF-")
