"""What a CV shows of ``cv.yaml`` and of the collections: the one answer for the page, the PDF and the exports.

In: a site, a choice and the outputs that are asked for. Out: sections, entries and records, in order. All that is read
is noted in the current tracker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.kinds.cv.drawn import newest_year, records_of
from acadsite.kinds.cv.periods import NEVER_ENDS, period, rank
from acadsite.kinds.cv.totals import scholar_day, star_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.kinds.cv.choice import Choice
    from acadsite.track import RecordView, Site


class Part(NamedTuple):
    """Entries, or lines, under the title of their group (None where they have none), and how many there would be
    without the limit of the section."""

    title: str | None
    items: tuple[Any, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What one CV shows in at least one of the ``outputs`` (“web”, “pdf”). ``newest`` is the year from which “the last
    five years” are counted; None where nothing asks for it."""

    site: Site
    choice: Choice
    outputs: tuple[str, ...]
    newest: int | None

    @classmethod
    def of(cls, site: Site, choice: Choice, *outputs: str) -> Selection:
        """The selection of a choice."""
        return cls(site, choice, outputs, _newest(site, choice))

    def sections(self) -> Iterator[Mapping[str, Any]]:
        """The sections that are shown, if they have something to show."""
        return (section for section in self.choice.sections if self.takes(section))

    def written(self, section: Mapping[str, Any]) -> list[Part]:
        """The entries of a section that is written in ``cv.yaml``, and those of its groups."""
        oldest, order = self._oldest(section), section["sort"]
        parts = [(None, section["entries"])]
        parts += [(group["title"], group["items"]) for group in section["groups"] if self.takes(group)]
        left, found = section["limit"] or None, []
        for title, items in parts:
            kept = _sorted([one for one in items if self._is_shown(one, oldest)], order)
            found.append(Part(title, tuple(kept[:left]), len(kept)))
            if left is not None:
                left = max(0, left - len(kept))
        return found

    def entries(self, section: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The entries of a written section and of its groups, in their order; lines that are texts are none."""
        return [one for part in self.written(section) for one in part.items if not isinstance(one, str)]

    def records(self, section: Mapping[str, Any]) -> list[RecordView]:
        """The records of a section from a collection, before its limit, since they are numbered with all."""
        return records_of(self.site, section, self._oldest(section))

    def takes(self, item: Mapping[str, Any]) -> bool:
        """Whether a section, group or entry is in this CV."""
        return any(self.choice.takes(item, output) for output in self.outputs)

    def _is_shown(self, item: Any, oldest: int | None) -> bool:
        """Whether an entry is in this CV and young enough; a line that is a text always is."""
        if isinstance(item, str):
            return True
        if not self.takes(item):
            return False
        found = period(item) if oldest is not None else None
        return found is None or oldest is None or found.last[0] >= oldest

    def _oldest(self, section: Mapping[str, Any]) -> int | None:
        """The first year that a section shows; None for all."""
        bounds = [section["since"], self.choice.since]
        if self.newest is not None:
            bounds += [self.newest - years + 1 for years in (section["years"], self.choice.years) if years]
        return max((bound for bound in bounds if bound is not None), default=None)


def _newest(site: Site, choice: Choice) -> int | None:
    """The year from which “the last five years” are counted: that of the CV, else the newest in its data."""
    if choice.years is None and all(one["years"] is None for one in choice.sections):
        return None
    updated = choice.settings["updated"]
    if updated is not None:
        return int(updated["year"])
    found: list[int] = []
    for section in choice.sections:
        if section["collection"]:
            year = newest_year(site, section["collection"])
            found += [year] if year is not None else []
        else:
            periods = [one for entry in _entries(section) if (one := period(entry)) is not None]
            years = (moment[0] for one in periods for moment in one)
            found += [year for year in years if year < NEVER_ENDS]
    for date in (scholar_day(site), *star_days(site)):
        found += [date["year"]] if date else []
    return max(found, default=None)


def _entries(section: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from section["entries"]
    for group in section["groups"]:
        yield from (one for one in group["items"] if not isinstance(one, str))


def _sorted(items: list[Any], order: str | None) -> list[Any]:
    if order not in {"newest", "oldest"}:
        return items
    return sorted(items, key=lambda one: rank(None if isinstance(one, str) else period(one), order))
