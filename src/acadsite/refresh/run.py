"""One run of ``refresh``: what was wished, whom it asks by, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds.works import count
from acadsite.problems import Problem, error
from acadsite.refresh.apis import APIS
from acadsite.refresh.client import Limits
from acadsite.refresh.snapshots import with_values, write_snapshot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from acadsite.records import Record
    from acadsite.refresh.apis import Api
    from acadsite.refresh.client import Client
    from acadsite.refresh.snapshots import Keys, Snapshot
    from acadsite.refresh.suggestions import Suggestion

HOSTS: Final = ("github", "gitlab", "codeberg")
SCHOLARS: Final = ("openalex", "semantic-scholar")
ADVISERS: Final = ("orcid", "crossref")
#: Knows where places are.
GAZETTEER: Final = "nominatim"
#: What ``only`` may name. Other hosts of repositories are asked with ``gitlab`` or ``codeberg``.
SERVICES: Final = (*HOSTS, *SCHOLARS, *ADVISERS, GAZETTEER)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to ask: the services of ``only``, by default those of stars and citations, and of places where there is a
    map of talks. ``suggest``: those that know what could be added, too. ``bib`` is a new file for that. ``is_dry``:
    nothing is written."""

    only: frozenset[str] = frozenset()
    suggest: bool = False
    bib: Path | None = None
    is_dry: bool = False
    apis: Mapping[str, Api] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def wants(self, name: str) -> bool:
        """Whether a service is to be asked."""
        return (
            name in self.only if self.only else name not in ADVISERS or self.suggest or self.bib is not None
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One number in a file, before (None: it was not there) and after; of a place its coordinates as text."""

    file: str
    name: str
    before: Any
    after: Any


@dataclass(slots=True)
class Refreshed:
    """What was done. ``texts`` are the files that changed, each before and after; ``written`` those on disk."""

    problems: list[Problem] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """A run on the site at ``root``. ``owner`` is the record of the site's author; ``tell`` hears how many of how many
    questions are answered."""

    root: Path
    today: dt.date
    wishes: Wishes
    client: Client
    found: Refreshed
    owner: Record | None
    tell: Callable[[int, int], object]

    @property
    def email(self) -> str:
        """The address by which services may write to the site's author."""
        return str((self.owner.data["email"] if self.owner else None) or "")

    @property
    def orcid(self) -> str:
        """The ORCID iD of the site's author, without an address before it."""
        value = self.owner.data["orcid"] if self.owner else None
        return str(value or "").rstrip("/").rpartition("/")[2].upper()

    def api(self, name: str) -> Api:
        """A service, where it is to be asked."""
        return self.wishes.apis.get(name) or APIS[name]

    def write(
        self, snapshot: Snapshot, values: Mapping[Keys, Any], source: str, changes: Sequence[Change]
    ) -> bool:
        """Write the values with the day and their source into a file; whether it has them now, or would have."""
        if not values:
            return True
        text = with_values(snapshot, {("date",): self.today.isoformat(), ("source",): source, **values})
        if text is None:
            message = f"{snapshot.path} is written in a way that cannot be changed safely."
            names = listed([f"{one.name}: {one.after}" for one in changes])
            hint = f"Write the numbers yourself ({names}), or remove the file."
            self.found.problems.append(error("refresh-snapshot", message, None, hint))
            return False
        if not self.wishes.is_dry:
            problems = write_snapshot(self.root, snapshot, text)
            self.found.problems += problems
            if problems:
                return False
            self.found.written.append(snapshot.path)
        self.found.texts[snapshot.path] = snapshot.text, text
        self.found.changes += changes
        return True


def shown(change: Change) -> str:
    """A change in few words: as pages round it, or exactly where that is the same."""
    if not isinstance(change.before, int) or isinstance(change.before, bool):
        return count(change.after)
    before, after = count(change.before), count(change.after)
    return f"{before} → {after}" if before != after else f"{change.before:,} → {change.after:,}"


def listed(items: Sequence[str], most: int = 5) -> str:
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, word: str) -> str:
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number} {word if number == 1 else plural}"
