"""Records that a section of a CV draws from a collection: which, in which order, under which headings and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds.cv.conditions import conditions
from acadsite.kinds.cv.periods import NEVER_ENDS, period_of, rank
from acadsite.library import Query
from acadsite.records import segment
from acadsite.track import CollectionView, current, view_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from acadsite.track import RecordView, Site

#: Collections whose records say in one field when they were, so that a query can ask for it.
_BY_YEAR: Final = frozenset({"publications", "repos"})
#: Not lists of records for readers.
NOT_SHOWN: Final = frozenset({"cv", "home", "snapshots"})
#: Fields that say of what sort a record is.
_SORTS: Final = ("type", "kind", "level")


def records_of(site: Site, section: Mapping[str, Any], oldest: int | None) -> list[RecordView]:
    """The records of a section in order. What says nothing of years is never too old, and comes last when sorted."""
    collection = section["collection"]
    if collection in NOT_SHOWN:
        return []
    if section["keys"]:
        return [view for key, _ in remarks(section) if (view := _known(site, collection, key)) is not None]
    query = Query(collection, tuple(conditions(section["where"])))
    found = list(CollectionView(site, query))
    if oldest is not None:
        found = _since(site, query, found, oldest)
    if section["sort"] in {"newest", "oldest"}:
        found = _sorted(collection, found, section["sort"])
    return found


def remarks(section: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The keys that a section names, each with the words behind it."""
    pairs = ({key: ""} if isinstance(key, str) else key for key in section["keys"])
    return [(str(key), str(words)) for pair in pairs for key, words in pair.items() if key]


def _known(site: Site, collection: str, key: str) -> RecordView | None:
    identifier = segment(key)
    current().note("has", collection, identifier)
    return view_of(site, collection, identifier) if (collection, identifier) in site.library else None


def _since(site: Site, query: Query, found: list[RecordView], oldest: int) -> list[RecordView]:
    if query.collection in _BY_YEAR:
        older = Query(query.collection, (*query.where, ("year", "<", oldest)))
        gone = frozenset(CollectionView(site, older).ids())
        return [one for one in found if one.id not in gone]
    return [one for one in found if (period := period_of(one)) is None or period.last[0] >= oldest]


def _sorted(collection: str, found: list[RecordView], order: str) -> list[RecordView]:
    if collection != "publications":
        return sorted(found, key=lambda one: rank(period_of(one), order))
    if order == "newest":  # as they are
        return found
    turned = found[::-1]
    turned.sort(key=lambda one: (one.year is None, one.year))
    return turned


def newest_year(site: Site, collection: str) -> int | None:
    """The newest year in a collection."""
    if collection in NOT_SHOWN:
        return None
    if collection in _BY_YEAR:
        newest = CollectionView(site, Query(collection, sort=("-year",), limit=1))
        return next((one.year for one in newest), None)
    periods = (period for one in CollectionView(site, Query(collection)) if (period := period_of(one)))
    years = [year for period in periods for year in (period.first[0], period.last[0]) if year < NEVER_ENDS]
    return max(years, default=None)


def sort_of(view: RecordView) -> str:
    """Of what sort a record is: its type, kind or level, for headings; empty where it does not say."""
    for name in _SORTS:
        value = getattr(view, name, None)
        if isinstance(value, str) and value:
            return value if value[:1].isupper() else value[:1].upper() + value[1:]
    return ""


def headings(found: Iterable[RecordView], section: Mapping[str, Any]) -> list[str]:
    """The heading under which each record stands; empty for none."""
    if section["group_by"] == "type":
        return [sort_of(one) or "Other" for one in found]
    if section["group_by"] != "year":
        return ["" for _ in found]
    earlier = section["earlier"]
    shown = []
    for one in found:
        period = period_of(one)
        year = period.first[0] if period else None
        if year is None:
            shown.append("Undated")
        else:
            shown.append(f"{earlier} and earlier" if earlier is not None and year <= earlier else str(year))
    return shown


def grouped(names: Sequence[Hashable], items: Iterable[Any], last: Hashable = None) -> dict[Any, list[Any]]:
    """Items under their names, these in the order of their first item; ``last`` comes last."""
    groups: dict[Any, list[Any]] = {}
    for name, item in zip(names, items, strict=True):
        groups.setdefault(name, []).append(item)
    if last in groups:
        groups[last] = groups.pop(last)
    return groups


def numbers(count: int, numbering: str | None, sorts: Sequence[str] = ()) -> list[str]:
    """The number of each of ``count`` items. ``sorts`` are theirs: by type, each has the first letter of its sort, and
    counts down as publications do."""
    if numbering in {None, "none"}:
        return [""] * count
    if numbering == "by-type" and any(sorts):
        letters = [(sort or "Other")[0] for sort in sorts]
        left = {letter: letters.count(letter) for letter in letters}
        shown = []
        for letter in letters:
            shown.append(f"{letter}{left[letter]}")
            left[letter] -= 1
        return shown
    return [str(count - at if numbering == "descending" else at + 1) for at in range(count)]
