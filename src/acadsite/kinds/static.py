"""Files of content/static/ as content names them: by their path, or by the end of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(slots=True)
class StaticFiles:
    """All static files of a build, by the paths at which they are published."""

    paths: Collection[str]
    _endings: dict[str, str] = field(default_factory=dict)

    def find(self, path: str) -> str:
        """The path of the file that a path, or the end of one, stands for; else that path. Where several end so, the
        first by name."""
        path = path.removeprefix("content/").removeprefix("static/")
        if path in self.paths:
            return path
        if not self._endings:
            for name in sorted(self.paths, reverse=True):
                parts = name.split("/")
                self._endings |= {"/".join(parts[at:]): name for at in range(1, len(parts))}
        return self._endings.get(path, path)
