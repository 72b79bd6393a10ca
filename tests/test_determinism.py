"""The same source gives the same bytes: again, under another hash seed, time zone, locale, folder and order."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("site.yaml", "content", "themes")


def copy_site(folder, *, backwards=False):
    """The example site in ``folder``; ``backwards`` creates its files in another order."""
    files = sorted(
        path
        for part in PARTS
        for path in ([ROOT / part] if (ROOT / part).is_file() else (ROOT / part).rglob("*"))
    )
    for path in reversed(files) if backwards else files:
        if path.is_file():
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return folder


def build(folder, **environment):
    command = [sys.executable, "-m", "acadsite", "-C", str(folder), "build", "--date", "2026-11-21"]
    base = {key: value for key, value in os.environ.items() if key not in {"TZ", "LANG", "LC_ALL"}}
    result = subprocess.run(command, env=base | environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    out = folder / "public"
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return build(copy_site(tmp_path_factory.mktemp("first")), PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("seed", {"PYTHONHASHSEED": "4242"}),
        ("zone", {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
        ("epoch", {"SOURCE_DATE_EPOCH": "1700000000", "PYTHONHASHSEED": "7"}),
    ],
)
def test_same_bytes(first, tmp_path, name, environment):
    folder = copy_site(tmp_path / f"a folder with blanks and ümlauts, {name}", backwards=True)
    assert len(first) > 100
    assert {"cv.pdf", "cv-short.pdf"} <= first.keys()
    again = build(folder, **environment)
    assert again.keys() == first.keys()
    assert not [path for path in first if first[path] != again[path]]


def test_a_second_build_writes_nothing(tmp_path):
    folder = copy_site(tmp_path)
    build(folder)
    before = {path: path.stat().st_mtime_ns for path in (folder / "public").rglob("*") if path.is_file()}
    build(folder)
    assert before == {
        path: path.stat().st_mtime_ns for path in (folder / "public").rglob("*") if path.is_file()
    }
