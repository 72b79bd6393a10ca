"""Whether a build would find everything as the last one left it, told from file names and times alone.

A build looks at each source by name, size, time of change and inode (as the system keeps them); where all of these
and all wishes are as they were, nothing need be read. A file that changed so near to the last build that a second
change might not show is never trusted. Imports nothing dear: this is all that a build without changes does.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acadsite import packaged_themes
from acadsite.problems import Problem, from_plain, to_plain
from acadsite.publish import place_of, verify_published
from acadsite.stamps import is_settled
from acadsite.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What has a hand in the bytes of a page.
_LIBRARIES = (
    "bibtexparser", "jinja2", "markdown", "markupsafe", "math-core", "nh3", "pillow", "pygments",
    "pyromark", "pyyaml", "typst",
)  # fmt: skip
_FOLDERS = ("content", "themes", "templates", "assets")
#: Folders of the package that no page is made by.
_APART = {"commands", "importers", "refresh", "scaffold", "serve", "__pycache__"}


@cache
def salt() -> str:
    """A digest of the versions of acadsite (and of its code, for those who work on it), Python and libraries."""
    state = hashlib.blake2b(digest_size=12)
    state.update(f"{sys.version_info} {' '.join(_versions())} ".encode())
    package = Path(__file__).parent
    for path in sorted((*_code(str(package)), *map(str, (package / "languages").glob("*.json")))):
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - 300 files at each start
            state.update(file.read())
    return state.hexdigest()


def _code(folder: str) -> Iterator[str]:
    """The modules below a folder of the package that have a hand in pages."""
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False) and entry.name not in _APART:
            yield from _code(entry.path)


def _versions() -> Iterator[str]:
    """Names of libraries with their versions, as their folders of metadata say: ``importlib.metadata`` would take
    longer than all the rest of a build without changes."""
    for folder in sys.path:
        with suppress(OSError):
            for name in sorted(os.listdir(folder or ".")):  # noqa: PTH208
                library = name.partition("-")[0].lower().replace("_", "-")
                if name.endswith(".dist-info") and library in _LIBRARIES:
                    yield name


def signature(root: Path, extensions: Iterable[str], now_ns: int) -> str | None:
    """A digest of names, sizes, times and inodes of everything that a build of ``root`` may read, the packaged themes
    included; None where a file is too young, or cannot be looked at."""
    state = hashlib.blake2b(digest_size=16)
    try:
        for base, names in ((root, _FOLDERS), (packaged_themes(), ("",))):
            for name in names:
                for path, info in _walk(os.path.join(base, name), len(os.fspath(base))):  # noqa: PTH118
                    if not _enter(state, path, info, now_ns):
                        return None
        for name in ("site.yaml", *extensions):
            if not _enter(state, name, os.stat(os.path.join(root, name)), now_ns):  # noqa: PTH116, PTH118
                return None
    except OSError:
        return None
    return state.hexdigest()


def _enter(state: Any, path: str, info: os.stat_result, now_ns: int) -> bool:
    """Add a file to a signature; False where it is too young."""
    if not is_settled(info.st_mtime_ns, info.st_ctime_ns, now_ns):
        return False
    line = f"{path}\0{info.st_mode}:{info.st_size}:{info.st_mtime_ns}:{info.st_ctime_ns}:{info.st_ino}\n"
    state.update(line.encode("utf-8", "surrogatepass"))
    return True


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _walk(folder: str, start: int, links: int = 0) -> Iterator[tuple[str, os.stat_result]]:
    """All files below a folder with their times; links count for what they lead to, and as links."""
    for entry in _entries(folder):
        is_link = entry.is_symlink()
        if is_link:
            yield entry.path[start:], entry.stat(follow_symlinks=False)
        if entry.is_dir() and links + is_link < 8:
            if entry.name != "__pycache__":
                yield from _walk(entry.path, start, links + is_link)
        elif not is_link:
            yield entry.path[start:], entry.stat()
        elif entry.is_file():
            yield entry.path[start:] + "@", entry.stat()


def wishes(**named: Any) -> str:
    """What was asked of a build, as one text."""
    return json.dumps(named, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Standing:
    """A build that would change nothing: the problems and the number of pages of the last one."""

    problems: tuple[Problem, ...]
    pages: int


def record(asked: str, mark: str | None, extensions: Iterable[str], standing: Standing) -> str:
    """What a build leaves so that the next one can be told to be the same."""
    problems = [to_plain(problem) for problem in standing.problems]
    return json.dumps([asked, mark, list(extensions), problems, standing.pages])


def standing(root: Path, out: Path, asked: str) -> Standing | None:
    """What the last build left, where another one would find everything as it was: the wishes, all sources, and all
    outputs. Nothing is written, and nobody is waited for: where the state cannot be read it is None."""
    file = root / ".acadsite" / "state.db"
    if file.is_symlink() or not file.is_file():
        return None
    try:
        database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=0)
        try:
            # Without its folder: a state that finds its file damaged would begin a new one there.
            return _standing(State(database, None), root, out, asked)
        finally:
            database.close()
    except (sqlite3.Error, ValueError, TypeError):
        return None


def _standing(state: State, root: Path, out: Path, asked: str) -> Standing | None:
    if not state.is_current(salt()) or state.journal():
        return None
    text = state.get("last", place_of(root, out))
    if text is None:
        return None
    before, mark, extensions, problems, pages = json.loads(text)
    if before != asked or not mark or signature(root, extensions, time.time_ns()) != mark:
        return None
    if out.is_symlink() or verify_published(state, root, out):
        return None
    return Standing(tuple(map(from_plain, problems)), pages)
