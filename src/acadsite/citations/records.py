"""Items as a style sees them: nodes of text, persons, dates, each read once and only when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.dates import Date, read_date
from acadsite.citations.fields import value_nodes
from acadsite.citations.tree import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Variables that hold persons.
NAMES: Final = frozenset(
    """author chair collection-editor compiler composer container-author contributor curator director editor
    editorial-director editor-translator editortranslator executive-producer guest host illustrator
    interviewer narrator organizer original-author performer producer recipient reviewed-author
    script-writer series-creator translator""".split()  # noqa: SIM905
)
DATES: Final = frozenset(
    """accessed available-date event-date issued original-date submitted container""".split()  # noqa: SIM905
)
NUMBERS: Final = frozenset(
    """chapter-number citation-number collection-number edition first-reference-note-number issue locator
    number number-of-pages number-of-volumes page page-first part-number printing-number section
    supplement-number version volume""".split()  # noqa: SIM905
)
#: Texts that are no language: nothing in them is a tag or a quotation mark.
CODES: Final = frozenset({"DOI", "URL", "PMID", "PMCID", "ISBN", "ISSN"})
#: Short forms and the long ones they stand for; older data knows them by another name.
SHORT: Final = {
    "title": ("title-short", "shortTitle"),
    "container-title": ("container-title-short", "journalAbbreviation"),
}
_OTHER_NAMES: Final = {
    "title-short": "shortTitle",
    "container-title-short": "journalAbbreviation",
    "event-title": "event",
    "event": "event-title",
}
#: The texts of a person.
_PARTS: Final = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal")
_PARTICLE: Final = re.compile(
    r"((?:[^\W\d_A-Z][^\s’'A-Z]*[’']?\s+|(?:d|l|dell|de)[’'](?=\w)|(?:al|el|ad|as)-(?=\w))+)(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name in its parts, or ``literal`` alone."""

    family: str = ""
    given: str = ""
    dropping: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""
    has_comma: bool = False
    is_fixed: bool = False


class Record:
    """One item. Values that make no sense are as if they were not there."""

    __slots__ = ("_dates", "_nodes", "_people", "data", "key", "type")

    def __init__(self, key: str, data: Mapping[str, Any]) -> None:
        self.key = key
        self.data = data
        kind = data.get("type")
        if not isinstance(kind, str) or not kind:
            kind = "article-journal" if data.get("container-title") else "document"
        self.type = kind
        self._nodes: dict[str, tuple[Any, ...]] = {}
        self._people: dict[str, tuple[Person, ...]] = {}
        self._dates: dict[str, Date | None] = {}

    def nodes(self, variable: str) -> tuple[Any, ...]:
        """The nodes of a text or number; empty when there is none."""
        found = self._nodes.get(variable)
        if found is None:
            value = self.data.get(variable)
            if value is None and variable in _OTHER_NAMES:
                value = self.data.get(_OTHER_NAMES[variable])
            if value is None and variable == "page-first":
                page = plain(self.nodes("page"))
                match = re.match(r"\s*[^\s,;&–-]+", page)
                value = match[0].strip() if match else None
            if isinstance(value, str) and variable in CODES:
                found = (value.strip(),) if value.strip() else ()
            else:
                found = value_nodes(value)
            self._nodes[variable] = found
        return found

    def text(self, variable: str) -> str:
        """The plain text of a text or number."""
        return plain(self.nodes(variable))

    def people(self, variable: str) -> tuple[Person, ...]:
        """The persons of a name variable."""
        found = self._people.get(variable)
        if found is None:
            value = self.data.get(variable)
            names = value if isinstance(value, (list, tuple)) else ()
            made = (_person_of(name) for name in names)
            found = self._people[variable] = tuple(person for person in made if person is not None)
        return found

    def date(self, variable: str) -> Date | None:
        """A date, if there is a good one."""
        if variable not in self._dates:
            self._dates[variable] = read_date(self.data.get(variable))
        return self._dates[variable]

    def has(self, variable: str) -> bool:
        """Whether the item has a value for a variable of any kind."""
        if variable in NAMES:
            return bool(self.people(variable))
        if variable in DATES:
            return self.date(variable) is not None
        return bool(self.nodes(variable))


def _person_of(value: Any) -> Person | None:
    if isinstance(value, str):
        return Person(literal=value.strip()) if value.strip() else None
    if not hasattr(value, "get"):
        return None
    try:
        return _known_person(tuple(value.items()))
    except TypeError:  # a part that is no text
        return _new_person(value)


@lru_cache(maxsize=16384)
def _known_person(parts: tuple[tuple[str, Any], ...]) -> Person | None:
    return _new_person(dict(parts))


def _new_person(value: Mapping[str, Any]) -> Person | None:
    family, given, dropping, particle, suffix, literal = (
        part.strip() if isinstance(part, str) else "" for part in map(value.get, _PARTS)
    )
    return _person(
        family,
        given,
        dropping,
        particle,
        suffix,
        literal,
        bool(value.get("comma-suffix")),
        bool(value.get("static-ordering")) or bool(value.get("isInstitution")),
    )


def _person(  # noqa: PLR0917
    family: str,
    given: str,
    dropping: str,
    particle: str,
    suffix: str,
    literal: str,
    has_comma: bool,
    is_fixed: bool,
) -> Person | None:
    if literal and not family:
        return Person(literal=literal)
    if not family:
        return Person(literal=given) if given else None
    if not dropping and not particle and given:
        family, given, dropping, particle = _with_particles(family, given)
    if not suffix and given and ", " in given:
        given, _, suffix = given.partition(", ")
        if suffix.startswith("!"):
            suffix, has_comma = suffix[1:].strip(), True
    if family[:1] == family[-1:] == '"' and len(family) > 2:
        family = family[1:-1]
    return Person(family, given, dropping, particle, suffix, "", has_comma, is_fixed)


def _with_particles(family: str, given: str) -> tuple[str, str, str, str]:
    """Particles that stand as small words before the family name or behind the given ones."""
    particle = dropping = ""
    found = _PARTICLE.match(family)
    if found and not family.islower():
        particle, family = found[1].rstrip(" "), family[found.end() :]
    words = given.split(" ")
    end = len(words)
    while end > 1 and words[end - 1][:1].islower() and words[end - 1] != "":
        end -= 1
    if end < len(words):
        dropping, given = " ".join(words[end:]), " ".join(words[:end])
    return family, given, dropping, particle
