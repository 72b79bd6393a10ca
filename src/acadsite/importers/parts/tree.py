"""The files below the folder that is imported: found once, read safely, copied with the address that they had."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acadsite.problems import error
from acadsite.sources import Source, decode, is_litter, load, scan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from acadsite.importers.folder import Folder
    from acadsite.problems import Problem

#: What no site is made of, wherever it lies.
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages", "renv"})


@dataclass(slots=True)
class Tree:
    """All files below ``root`` by their POSIX path, and the problems met."""

    root: Path
    files: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    copied: dict[str, str] = field(default_factory=dict)

    def look(self, skipped: Iterable[str] = ()) -> None:
        """Finds the files; ``skipped`` are folders at the top that are not looked into. Links that lead out of the root
        are problems."""
        try:
            names = sorted(entry.name for entry in self.root.iterdir())
        except OSError as failure:
            self.problems.append(error("import-file", f"The folder cannot be read: {failure.strerror}."))
            return
        left = {*skipped, *_SKIPPED}
        for name in names:
            path = self.root / name
            if name in left or (name.startswith(".") and path.is_dir()):
                continue
            if path.is_symlink() or path.is_dir():
                found, problems = scan(self.root, name)
                self.problems += problems
                self.files |= {one.path: one for one in found if not _SKIPPED & set(one.path.split("/"))}
        self._look_at_top(left)

    def _look_at_top(self, left: set[str]) -> None:
        for path in sorted(self.root.iterdir()):
            if (
                not path.is_symlink()
                and path.is_file()
                and path.name not in left
                and not is_litter(path.name)
            ):
                info = path.stat()
                self.files[path.name] = Source(path.name, path.name, info.st_size, info.st_mtime_ns)

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None with a problem where it cannot be read."""
        source = self.files.get(path)
        if source is None:
            return None
        raw, problems = load(self.root, source)
        self.problems += problems
        return None if problems else raw

    def text(self, path: str) -> str | None:
        """The text of a file; None with a problem where it cannot be read."""
        raw = self.data(path)
        if raw is None:
            return None
        text, problems = decode(raw, path)
        self.problems += problems
        return text

    def copy(self, path: str, target: str, folder: Folder) -> bool:
        """Copies a file, once; whether it is there."""
        if target in self.copied:
            return self.copied[target] == path
        raw = self.data(path)
        if raw is None or not folder.write(target, raw):
            return False
        self.copied[target] = path
        return True

    def matching(self, pattern: str) -> list[str]:
        """The paths that a pattern with ``*``, ``**`` and ``?`` means, sorted; a folder means all in it."""
        wanted = as_pattern(pattern)
        return [path for path in sorted(self.files) if wanted.fullmatch(path)]


def as_pattern(glob: str) -> re.Pattern[str]:
    """A glob of paths as a regular expression. ``**`` stands for any number of folders."""
    parts = []
    for piece in re.split(
        r"(\*\*/|\*\*|\*|\?)", posixpath.normpath(glob.strip().lstrip("/")) if glob else ""
    ):
        known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        parts.append(known.get(piece, re.escape(piece)))
    return re.compile("".join(parts) + "(?:/.*)?", re.DOTALL)
