"""Whole sites with faults, and the exact report that a user reads (``problems.txt``)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import SiteFolder

SITES = Path(__file__).parent / "sites-broken"
NAMES = sorted(path.name for path in SITES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_exactly_the_expected_one(name: str, tmp_path: Path, update_golden: bool) -> None:
    expected = SITES / name / "problems.txt"
    root = tmp_path / name
    shutil.copytree(SITES / name, root, ignore=shutil.ignore_patterns("problems.txt"))
    result = SiteFolder(root).check()
    if update_golden:
        expected.write_text(result.stderr, encoding="utf-8")
    assert result.stdout == ""
    assert result.stderr == expected.read_text(encoding="utf-8")
    has_error = ": error: " in result.stderr
    assert result.exit_code == (1 if has_error else 0)
    assert has_error or ": warning: " in result.stderr or result.stderr == "No problem.\n"


def test_there_are_sites_and_every_one_has_a_report() -> None:
    assert len(NAMES) > 15
    assert [name for name in NAMES if not (SITES / name / "problems.txt").is_file()] == []
    assert [path.name for path in SITES.iterdir() if path.is_file()] == [".gitattributes"]
