"""What an import of al-folio has found so far; all of its modules work on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.jekyll.source import Doc, JekyllSite, words

if TYPE_CHECKING:
    from acadsite.importers.jekyll.resume import Resume
    from acadsite.importers.jekyll.writing import NewSite

Item = dict[str, Any]

COLLECTIONS: Final = ("news", "projects", "teachings", "courses", "books", "people", "members", "team")
PEOPLE: Final = frozenset({"people", "members", "team"})
COURSES: Final = frozenset({"teachings", "courses", "teaching"})
OWN_PAGES: Final = frozenset({"publications", "repos", "courses", "posts", "people", "projects", "cv"})


@dataclass(slots=True)
class Run:
    """One import: what was read, what is written, and what has been found so far."""

    site: JekyllSite
    new: NewSite
    entries: list[Any] = field(default_factory=list)
    owner: str = ""
    resume: Resume | None = None
    cards: dict[str, list[tuple[str, str, Item]]] = field(default_factory=dict)
    home: Doc | None = None
    pages: dict[str, list[Doc]] = field(default_factory=dict)

    def others(self) -> list[str]:
        """Collections that al-folio does not bring."""
        known = {*COLLECTIONS, *COURSES, "posts", "drafts", "pages"}
        return sorted({doc.collection for doc in self.site.documents} - known)

    def count(self, name: str) -> None:
        """One more of that."""
        self.new.counts[name] = self.new.counts.get(name, 0) + 1

    def repos(self) -> list[Item]:
        """Records of ``repos.yaml``; what is no repository is left out."""
        data = self.site.data("repositories")
        found = []
        for path in words(data[1].get("github_repos")) if data is not None else ():
            name = re.sub(r"\Ahttps?://github\.com/", "", path).strip("/")
            if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
                found.append({"url": f"https://github.com/{name}"})
        return found


def number(text: str) -> float:
    """A place in an order; what is no number comes last."""
    return float(text) if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text) else 1e9
