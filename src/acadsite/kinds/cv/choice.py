"""Which CVs a site has, and which sections and entries of ``cv.yaml`` each of them takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.records import Record

#: The id of the CV at /cv/.
MAIN: Final = ""
_SETTINGS: Final = ("title", "theme", "paper", "updated", "name", "role", "contact", "accent", "font", "size")
_YEAR: Final = re.compile(r"(?<!\d)(1\d{3}|2[01]\d{2})(?!\d)")
#: “1928/29” and “2019–21”: the second year in short.
_SHORT_YEAR: Final = re.compile(r"(?<!\d)((?:1\d|2[01])\d{2})\s*[/–—-]+\s*(\d{2})(?!\d)")
_OPEN: Final = re.compile(r"present|now|today|current|ongoing|since|\d{4}\s*(?:–|—|-+)\s*$", re.IGNORECASE)
#: Later than every year.
_NEVER_ENDS: Final = 9999


@dataclass(frozen=True, slots=True)
class Choice:
    """One CV: its id, its settings (those of the file, with its own above them) and its sections in order, each a
    mapping as in ``collect.cv.SECTION``. ``at`` says where each section stands in the file: the way to it."""

    id: str
    settings: Mapping[str, Any]
    sections: tuple[Mapping[str, Any], ...]
    at: tuple[tuple[str | int, ...], ...]
    wanted: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    since: int | None = None
    years: int | None = None
    pages: int | None = None

    def takes(self, item: Mapping[str, Any], output: str) -> bool:
        """Whether a section, group or entry is in this CV for an output (“web”, “pdf”)."""
        tags = {tag.casefold() for tag in item["tags"]}
        if output not in item["show"] or not tags.isdisjoint(self.unwanted):
            return False
        return not tags or not self.wanted or not tags.isdisjoint(self.wanted)


def cvs(record: Record) -> tuple[Choice, ...]:
    """The CVs of a site: the main one, then its variants. Sections that a variant names and that are not there are
    left out; ``faults`` reports them."""
    data = record.data
    settings = {name: data[name] for name in _SETTINGS}
    ids = section_ids(data["sections"])
    known = {identifier: at for at, identifier in reversed(list(enumerate(ids)))}
    main = tuple({**section, "id": name} for section, name in zip(data["sections"], ids, strict=True))
    found = [Choice(MAIN, settings, main, tuple(("sections", at) for at in range(len(main))))]
    for number, variant in enumerate(data["variants"]):
        own = {name: variant[name] for name in _SETTINGS if variant[name] not in (None, {})}
        sections: list[Mapping[str, Any]] = []
        places: list[tuple[str | int, ...]] = []
        wishes: Iterable[Any] = ids if variant["sections"] is None else variant["sections"]
        for at, wish in enumerate(wishes):
            name = wish if isinstance(wish, str) else wish["id"] or _own_id(wish)
            base = known.get(name)
            place: tuple[str | int, ...] = ("variants", number, "sections", at)
            if isinstance(wish, str):
                if base is None:
                    continue
                sections.append(main[base])
                places.append(("sections", base))
            else:
                changes = {key: value for key, value in wish.items() if value is not None and key != "extra"}
                basis = main[base] if base is not None else _EMPTY
                sections.append({**basis, **changes, "id": name})
                has_own = base is None or changes.get("entries") or changes.get("groups")
                places.append(place if has_own or base is None else ("sections", base))
        found.append(
            Choice(
                str(variant["id"]),
                settings | own,
                tuple(sections),
                tuple(places),
                frozenset(tag.casefold() for tag in variant["with"]),
                frozenset(tag.casefold() for tag in variant["without"]),
                variant["since"],
                variant["years"],
                variant["pages"],
            )
        )
    return tuple(found)


#: A section that says nothing.
_EMPTY: Final[Mapping[str, Any]] = {
    "id": None, "title": None, "note": None, "text": None, "entries": (), "groups": (), "collection": None,
    "where": {}, "since": None, "years": None, "limit": None, "sort": None, "group_by": None, "earlier": None,
    "numbering": None, "names": None, "max_authors": None, "highlight": True, "buttons": True, "dates": None,
    "page_break": False, "tags": (), "show": ("web", "pdf"),
}  # fmt: skip


def _own_id(section: Mapping[str, Any]) -> str:
    return slug(str(section["id"] or section["collection"] or section["title"] or "")) or "section"


def section_ids(sections: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The ids of sections: as written, else from collection or title; each once, by a number behind it."""
    found: list[str] = []
    for section in sections:
        name = wish = _own_id(section)
        number = 2
        while name in found:
            name, number = f"{wish}-{number}", number + 1
        found.append(name)
    return tuple(found)


def cv_path(identifier: str) -> str:
    """The output of a CV's PDF."""
    return f"cv-{identifier}.pdf" if identifier else "cv.pdf"


def last_year(entry: Mapping[str, Any]) -> int | None:
    """The year in which an entry ended: 9999 where it did not; None where it says nothing of years."""
    if (entry["start"] is not None or entry["end"] is not None) and entry["dates"] is None:
        year: int = _NEVER_ENDS if entry["end"] is None else entry["end"]["year"]
        return year
    return last_year_in(entry["dates"] or "")


def last_year_in(dates: str) -> int | None:
    """The same of dates written as text: “2014 – 2019”, “Winter 1928/29”, “2022 - present”."""
    if _OPEN.search(dates):
        return _NEVER_ENDS
    years = [int(year) for year in _YEAR.findall(dates)]
    for first, short in _SHORT_YEAR.findall(dates):
        year = int(first[:2] + short)
        years.append(year if year >= int(first) else year + 100)
    return max(years, default=None)


def first_year(entry: Mapping[str, Any]) -> int | None:
    """The year in which an entry began; None where it says nothing of years."""
    if entry["dates"] is None and entry["start"] is not None:
        year: int | None = entry["start"]["year"]
        return year
    return min((int(year) for year in _YEAR.findall(entry["dates"] or "")), default=None)
