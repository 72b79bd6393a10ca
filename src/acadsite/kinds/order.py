"""Other orders of the list of publications, as ``publications.sort`` wishes them.

The publications themselves stay in their own order, the newest first: only lists that are divided and numbered follow.
What such a list depends on is the order of its own entries, and not what the order is made of.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import latex
from acadsite.citations.ordering import collation
from acadsite.kinds.works import TYPES
from acadsite.people import display
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acadsite.config import Config
    from acadsite.kinds.names import Names
    from acadsite.records import Record
    from acadsite.track import RecordView

#: Years of what is yet to come, after all others.
_COMING: Final = 10_000


def ordered(names: Names, works: Iterable[RecordView], by: str) -> Iterable[RecordView]:
    """The publications in the order that the site wishes; ``by`` is what the list is divided by."""
    current().note("config", "publications")
    if not names.config["publications"]["sort"]:
        return works
    views = {work.id: work for work in works}
    current().note("order", by, *views)
    return [views[identifier] for identifier in answer(names, by, views)]


def answer(names: Names, by: str, ids: Iterable[str]) -> list[str]:
    """Those of the ids that there are, in order. What lacks a key comes last in either direction; what has the same
    stays as it is. A list that is divided by years has these in order, the newest first if no key says otherwise."""
    records = names.site.library.records.get("publications", {})
    found = [records[identifier] for identifier in ids if identifier in records]
    for wish in _wishes(names.config["publications"]["sort"], by):
        key = _KEYS[wish.removeprefix("-")]
        having = [(value, record) for record in found if (value := key(record, names.config)) is not None]
        ids_of = {record.id for _, record in having}
        having.sort(key=lambda pair: pair[0], reverse=wish.startswith("-"))
        found = [record for _, record in having] + [record for record in found if record.id not in ids_of]
    return [record.id for record in found]


def _wishes(sort: Iterable[str], by: str) -> list[str]:
    """The keys, the least important first."""
    wishes = list(sort)[::-1]
    if by == "year":
        wishes.append("year" if "year" in wishes else "-year")
    return wishes


def _year(record: Record, _: Config) -> Any:
    return _COMING if record.data["is_forthcoming"] else record.data["year"]


def _title(record: Record, _: Config) -> Any:
    return collation(record.data["title_text"])


def _author(record: Record, _: Config) -> Any:
    names: tuple[Mapping[str, Any], ...] = record.data["authors"] or record.data["editors"]
    return collation(names[0].get("family") or display(names[0])) if names else None


def _venue(record: Record, _: Config) -> Any:
    words = latex.spoken(record.data["venue"]).strip()
    return collation(words) if words else None


def _type(record: Record, _: Config) -> Any:
    kind = record.data["kind"]
    return list(TYPES).index(kind if kind in TYPES else "other")


def _citations(record: Record, _: Config) -> Any:
    return record.data.get("cited")


def _file(record: Record, config: Config) -> Any:
    """Where it stands: its file among those of ``publications.files``, and its place there."""
    patterns = [f"content/{pattern}" for pattern in config["publications"]["files"]]
    where = record.where
    rank = next((at for at, one in enumerate(patterns) if fnmatchcase(where.path, one)), len(patterns))
    return rank, where.path, where.line, where.column


_KEYS: Final[dict[str, Callable[[Record, Config], Any]]] = {
    "year": _year,
    "title": _title,
    "author": _author,
    "venue": _venue,
    "type": _type,
    "citations": _citations,
    "file": _file,
}
