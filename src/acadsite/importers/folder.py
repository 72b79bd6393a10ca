"""The target of an import: new files in one folder, nothing overwritten, nothing outside.

``Folder`` writes and remembers; ``Result`` is what an importer gives back.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from acadsite.problems import Problem, Span, error, quote

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did.

    ``written`` are POSIX paths relative to the target, in the order of writing; ``counts`` is the number of
    things per collection; ``notes`` are decisions worth reading; the paths in ``problems`` are relative to the
    source, except for files that were in the way in the target.
    """

    generation: str
    written: tuple[str, ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Folder:
    """Writes new files below ``root`` (made when absent)."""

    root: Path
    written: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def write(self, path: str, content: str | bytes) -> bool:
        """Whether ``content`` stands in a new file now; a problem was added where it does not.

        ``path`` is relative and POSIX. A file that exists is left alone, also when it is a broken link; a folder
        that is a link out of the target is refused.
        """
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path:
            self.problems.append(error("import-outside", f"{quote(path)} leads out of the new site."))
            return False
        target = self.root / pure
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        try:
            if not self._is_inside(target.parent):
                hint = "Remove the link, or import into another folder."
                message = "A folder above this file is a link that leads out of the new site."
                self.problems.append(error("import-outside", message, Span(path), hint))
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            # O_EXCL refuses whatever has that name, links too, in the same step in which the file is made.
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except FileExistsError:
            hint = "Move it away, or import into an empty folder."
            self.problems.append(
                error("import-exists", "The file is there already; it was left as it is.", Span(path), hint)
            )
            return False
        except OSError as failure:
            reason = failure.strerror or type(failure).__name__
            self.problems.append(error("import-write", f"The file cannot be written: {reason}.", Span(path)))
            return False
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
        except OSError as failure:
            reason = failure.strerror or type(failure).__name__
            self.problems.append(error("import-write", f"The file cannot be written: {reason}.", Span(path)))
            return False
        self.written.append(path)
        return True

    def replace(self, path: str, content: str) -> bool:
        """Whether ``content`` stands in a file that this import wrote before; no other file is touched."""
        if path not in self.written:
            return False
        try:
            (self.root / path).write_bytes(content.encode("utf-8", "replace"))
        except OSError as failure:
            reason = failure.strerror or type(failure).__name__
            self.problems.append(error("import-write", f"The file cannot be written: {reason}.", Span(path)))
            return False
        return True

    def _is_inside(self, folder: Path) -> bool:
        """Whether ``folder`` is below the root once every link is followed; parts that are not there yet count
        as plain folders."""
        return folder.resolve().is_relative_to(self.root.resolve())
