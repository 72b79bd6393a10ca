"""The target of an import: nothing overwritten, nothing outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acadsite.importers.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path


def codes(folder: Folder) -> list[str]:
    return [problem.code for problem in folder.problems]


def test_files_are_made_with_their_folders(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "new" / "site")
    assert folder.write("content/a.yaml", "ä\n")
    assert folder.write("content/b.png", b"\x00\xff")
    assert folder.written == ["content/a.yaml", "content/b.png"]
    assert (tmp_path / "new/site/content/a.yaml").read_bytes() == "ä\n".encode()
    assert (tmp_path / "new/site/content/b.png").read_bytes() == b"\x00\xff"
    assert folder.problems == []


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    folder = Folder(tmp_path)
    assert not folder.write("a.txt", "theirs")
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert codes(folder) == ["import-exists"]
    assert folder.problems[0].where is not None
    assert folder.problems[0].where.path == "a.txt"


def test_a_broken_link_is_not_written_through(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.txt").symlink_to(tmp_path / "elsewhere.txt")
    folder = Folder(site)
    assert not folder.write("a.txt", "x")
    assert codes(folder) == ["import-exists"]
    assert not (tmp_path / "elsewhere.txt").exists()


def test_a_folder_that_is_a_link_out_is_refused(tmp_path: Path) -> None:
    site, other = tmp_path / "site", tmp_path / "other"
    site.mkdir()
    other.mkdir()
    (site / "content").symlink_to(other)
    folder = Folder(site)
    assert not folder.write("content/deep/a.txt", "x")
    assert codes(folder) == ["import-outside"]
    assert list(other.iterdir()) == []


@pytest.mark.parametrize("path", ["../a", "a/../../b", "/etc/a", "a\\b", "a\0b"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    folder = Folder(tmp_path / "site")
    assert not folder.write(path, "x")
    assert codes(folder) == ["import-outside"]
    assert not (tmp_path / "site").exists()


def test_a_file_in_the_way_of_a_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("a file")
    folder = Folder(tmp_path)
    assert not folder.write("content/a.txt", "x")
    assert codes(folder) in (["import-write"], ["import-exists"])
    assert folder.written == []
