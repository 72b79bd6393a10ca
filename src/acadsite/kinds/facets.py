"""Facets: what divides the list of publications – year, type, topic, venue, person – and a page for each value.

``plan`` gives the pages of years, types, topics and venues with the publications of each; a person has a page anyway.
A page knows its own publications and those values beside it, not how many there are elsewhere: else one more
publication would change all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import escape

from acadsite.bibtex import latex
from acadsite.bibtex.exports import safe_key
from acadsite.jinja import markup
from acadsite.kinds.works import TYPES
from acadsite.memo import Each
from acadsite.records import freeze, slug
from acadsite.track import RecordView, current, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from markupsafe import Markup

    from acadsite.graph import Page
    from acadsite.kinds.names import Names
    from acadsite.library import Library
    from acadsite.records import FrozenMap, Record

#: Facet, id and words of each value that a publication has.
Had = tuple[tuple[str, str, str], ...]
#: What publications had in the build before, with the same settings.
Known = Each["Record", Had]

#: Facets by name, in the order of a page, with the words above their values.
FACETS: Final[dict[str, str]] = {
    "year": "Year",
    "type": "Type",
    "topic": "Topic",
    "venue": "Venue",
    "person": "Person",
}
#: A list shows no more values of a facet than these, the most frequent.
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: its id (for addresses), its words, and the ids of its publications, in their order."""

    facet: str
    id: str
    label: str
    works: tuple[str, ...]


class Choice(NamedTuple):
    """A value as a list offers it: its words, how many publications it has, and where they are."""

    id: str
    label: str
    number: int
    href: str


class Offer(NamedTuple):
    """A facet as a list offers it: name, words, values."""

    name: str
    label: str
    choices: tuple[Choice, ...]


# --- which there are ---


def values(records: Mapping[str, Record], settings: Mapping[str, Any], known: Known) -> Iterator[Value]:
    """The values that divide the publications, facet by facet: years from the newest, types in the order of a CV,
    others by their words. Topics and venues need ``least`` publications; a value that all have divides nothing."""
    found: dict[str, dict[str, tuple[str, list[str]]]] = {
        facet: {} for facet in _READ if facet in settings["facets"]
    }
    for record, had in known.of(records, lambda record: tuple(_had(record, found))).values():
        for facet, identifier, label in had:
            found[facet].setdefault(identifier, (label, []))[1].append(record.id)
    for facet, among in found.items():
        least = 1 if facet in {"year", "type"} else settings["least"]
        for identifier in sorted(among, key=partial(_rank, facet)):
            label, works = among[identifier]
            if least <= len(works) < len(records):
                yield Value(facet, identifier, label, tuple(works))


def _had(record: Record, names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for facet in names:
        for identifier, label in dict(_READ[facet](record.data)).items():
            yield facet, identifier, label


def params(
    records: Mapping[str, Record], settings: Mapping[str, Any], known: Known
) -> Iterator[tuple[Value, FrozenMap]]:
    """Each value with what its page is made of."""
    found = list(values(records, settings, known))
    around = [None, *found, None]
    for at, value in enumerate(found):
        beside = {
            name: f"publications-{other.facet}:{other.id}"
            for name, other in (("newer", around[at]), ("older", around[at + 2]))
            if value.facet == "year" and other is not None and other.facet == "year"
        }
        yield value, freeze({"facet": value.facet, "works": value.works, **beside})


def _rank(facet: str, identifier: str) -> Any:
    if facet == "year":
        return -int(identifier)
    return list(TYPES).index(identifier) if facet == "type" else identifier


def _years(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(data["year"]),) * 2] if data["year"] else []


def _types(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    kind = data["kind"] if data["kind"] in TYPES else "other"
    return [(kind, TYPES[kind][0])]


def _topics(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(identifier, word) for word in data["keywords"] if (identifier := _id(word))]


def _venues(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return _venue(data["abbr"], data["venue"])


def _venue(short: str, venue: Any) -> list[tuple[str, str]]:
    words = short or " ".join(latex.spoken(venue).split())
    return [(identifier, words)] if (identifier := _id(words)) else []


#: In the order of pages.
_READ: Final = {"year": _years, "type": _types, "topic": _topics, "venue": _venues}


@lru_cache(maxsize=20_000)
def _id(words: str) -> str:
    return slug(words)


# --- on pages ---


#: Facet, id, words, number of publications, key of the page.
_Answer = tuple[str, str, str, int, tuple[str, ...]]


def answer(names: Names) -> tuple[_Answer, ...]:
    """All values that the list of publications offers: facet, id, words, number, key of the page."""
    found: list[_Answer] = []
    for page in names.graph.pages.values():
        facet = page.params.get("facet")
        if facet:
            identifier = page.id.partition(":")[2]
            found.append((str(facet), identifier, page.title, len(page.params["works"]), page.key))
    settings = names.config["publications"]
    if "person" in settings["facets"]:
        found += _persons(names.site.library, settings["least"])
    return tuple(found)


def _persons(library: Library, least: int) -> Iterator[_Answer]:
    total = len(library.records.get("publications", ()))
    for record in library.records.get("people", {}).values():
        count = len(library.related("people", record.id, "publications"))
        if least <= count < total:
            yield "person", record.id, str(record.data["display"]), count, ("people", record.id)


def offers(names: Names) -> tuple[Offer, ...]:
    """The facets that the list of publications offers, and of those with many values the most frequent."""
    current().note("facets")
    found: dict[str, list[tuple[str, str, int, tuple[str, ...]]]] = {}
    for facet, *value in answer(names):
        found.setdefault(facet, []).append(tuple(value))  # type: ignore[arg-type]
    result = []
    for facet, words in FACETS.items():
        rows = found.get(facet, [])
        if len(rows) < (2 if facet in {"year", "type"} else 1):
            continue
        if len(rows) > _MOST and facet != "year":
            least = sorted((row[2] for row in rows), reverse=True)[_MOST - 1]
            rows = [row for row in rows if row[2] >= least][: 2 * _MOST]
        choices = [
            Choice(identifier, names.t(label), count, href)
            for identifier, label, count, key in rows
            if (href := names.site.href(key))
        ]
        result.append(Offer(facet, names.t(words), tuple(choices)))
    return tuple(result)


def topic_page(names: Names, word: str) -> str | None:
    """The page of a keyword, where it has one."""
    return names.site.href(("page", f"publications-topic:{_id(word)}"))


def works_of(names: Names, page: Page) -> list[RecordView]:
    """The publications of a value's page."""
    return [view_of(names.site, "publications", identifier) for identifier in page.params["works"]]


def facet_marks(names: Names, work: RecordView) -> Markup:
    """The values of a publication as attributes, for the script that filters the list; its key in publications.bib
    where that is not its id."""
    current().note("config", "publications")
    topics = " ".join(filter(None, map(_id, work.keywords)))
    people = " ".join(work.person_ids)
    year, venue, key = work.year, "", safe_key(work.key)
    if "venue" in names.config["publications"]["facets"]:
        venue = "".join(identifier for identifier, _ in _venue(work.abbr, work.venue))
    return markup(
        (f' data-key="{escape(key)}"' if key != work.id else "")
        + (f' data-year="{year}"' if year else "")
        + f' data-type="{work.kind if work.kind in TYPES else "other"}"'
        + (f' data-topic="{topics}"' if topics else "")
        + (f' data-venue="{venue}"' if venue else "")
        + (f' data-person="{people}"' if people else "")
    )
