"""``acadsite clean``: what builds made goes, what is somebody else's stays.

Gone are the files of ``public/`` that the last build published, as its state says, folders that are empty then, and
``.acadsite/``. No link is followed, and nothing outside the site is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from acadsite.problems import Problem, error, quote
from acadsite.state import State, lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATE: Final = ".acadsite"


@dataclass(slots=True)
class Cleaned:
    """What was removed, or would be: ``files`` of the output by path below the site, and the ``size`` in bytes of all.
    ``has_state``: ``.acadsite/`` as well. ``foreign`` are files in the output that stay; ``elsewhere`` are outputs
    outside the site, which stay whole."""

    files: list[str] = field(default_factory=list)
    size: int = 0
    has_state: bool = False
    foreign: int = 0
    elsewhere: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def clean(root: Path, *, is_dry: bool = False) -> Cleaned:
    """Remove what builds made; ``is_dry`` only looks. A build that runs is an error, and nothing is removed."""
    found = Cleaned()
    folder = root / STATE
    if not os.path.lexists(folder):
        return found
    if folder.is_symlink() or not folder.is_dir():
        hint = "Remove it yourself if it is not needed."
        found.problems.append(
            error("clean-link", f"{STATE} is no folder of ours; it is left alone.", None, hint)
        )
        return found
    with lock(root, wait=0.5) as problems:
        if problems:
            found.problems += problems
            return found
        places = _published(folder)
        found.elsewhere = tuple(place for place in places if not _is_inside(root, place))
        for place, paths in places.items():
            if place not in found.elsewhere:
                _outputs(root, place, paths, found, is_dry=is_dry)
        found.size += sum(_size(file) for file in _files(folder))
        found.has_state = True
        if not is_dry:
            _forget(folder, found)
    if not is_dry and not found.problems:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _published(folder: Path) -> Mapping[str, Sequence[str]]:
    """The files of ours by output folder. Nothing is written: looking must not change anything."""
    file = folder / "state.db"
    with suppress(sqlite3.Error, ValueError, OSError):
        if file.is_file() and not file.is_symlink():
            database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=1)
            try:
                state = State(database, None)
                return {place: sorted(state.published(place)) for place in state.places()}
            finally:
                database.close()
    with suppress(OSError, ValueError, AttributeError):
        lists = json.loads((folder / "outputs.json").read_text(encoding="utf-8"))
        return {
            place: sorted(path for path in paths if isinstance(path, str))
            for place, paths in lists.items()
            if isinstance(paths, list)
        }
    return {}


def _is_inside(root: Path, place: str) -> bool:
    """Whether an output is a folder of the site, reached without a link, and none of its sources."""
    parts = PurePosixPath(place).parts
    if not parts or ".." in parts or place.startswith("/") or ":" in place or "\\" in place:
        return False
    if parts[0] in {"content", "themes", "templates", "assets", ".git", STATE}:
        return False
    return not _has_link(root, place)


def _has_link(base: Path, path: str) -> bool:
    folder = base
    for part in PurePosixPath(path).parts:
        folder /= part
        if folder.is_symlink():
            return True
    return False


def _outputs(root: Path, place: str, paths: Sequence[str], found: Cleaned, *, is_dry: bool) -> None:
    out = root / place
    folders: set[Path] = {out}
    ours = set()
    for path in paths:
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith(("/", "\\")) or ":" in path or "\0" in path:
            continue
        file = out / path
        # What is a link or a folder now is not what was published.
        if _has_link(out, path) or not file.is_file():
            continue
        ours.add(file)
        size = _size(file)
        try:
            if not is_dry:
                file.unlink()
        except OSError as failure:
            message = f"{quote(f'{place}/{path}')} cannot be removed: {failure.strerror}."
            found.problems.append(error("output-write", message))
            continue
        found.files.append(f"{place}/{path}")
        found.size += size
        folders |= {above for above in file.parents if above.is_relative_to(out)}
    if is_dry:
        found.foreign += sum(file not in ours for file in _files(out))
        return
    for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        with suppress(OSError):  # files of others are in it
            folder.rmdir()
    found.foreign += len(_files(out))


def _forget(folder: Path, found: Cleaned) -> None:
    """Remove all but the lock, which is held."""
    for entry in sorted(folder.iterdir()):
        try:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()
        except OSError as failure:
            path = f"{STATE}/{entry.name}"
            found.problems.append(
                error("output-write", f"{quote(path)} cannot be removed: {failure.strerror}.")
            )


def _files(folder: Path) -> list[Path]:
    """All files below a folder; links are files, and are not followed."""
    return [Path(above) / name for above, _, names in os.walk(folder) for name in names]


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0
