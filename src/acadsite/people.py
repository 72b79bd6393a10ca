"""People: one model of persons, and matching of names to them.

A name is a mapping of given, family, particle, suffix, literal and marks (``bibtex.names`` makes them for
publications, ``parse_name`` here for YAML). A name is one person's when the families agree, the suffixes do not
disagree and the given names are the same or initials of each other; never by a part of a word. When the best
match is not one person, there is none, and the caller gets the candidates for a warning.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Name = "Mapping[str, Any]"
NO_NAME: Final = {"given": "", "family": "", "particle": "", "suffix": "", "literal": "", "marks": ()}
_PARTICLES: Final = frozenset(
    "van von der den de del della di da do dos du des la le el al bin ibn ben zu zum zur af av ten ter".split()  # noqa: SIM905
)
_SUFFIX = re.compile(r"(jr|sr|junior|senior|ii|iii|iv|v)\.?\Z", re.IGNORECASE)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "þ": "th"}
)


def parse_name(text: str) -> dict[str, Any]:
    """A name as people write it in YAML: “Family, Given”, “Family, Jr., Given” or “Given Family”.

    Particles (van, de …) in lower case before the family name are split off, as BibTeX does.
    """
    parts = [part.strip() for part in text.split(",")]
    suffix = ""
    if len(parts) == 1:
        words = text.split()
        if len(words) > 1 and _SUFFIX.match(words[-1]) and len(words) > 2:
            suffix = words.pop()
        start = next((at for at, word in enumerate(words[:-1]) if at and word.islower()), len(words) - 1)
        given, family = " ".join(words[:start]), words[start:]
    elif len(parts) == 2:
        given, family = parts[1], parts[0].split()
    else:
        suffix, given, family = parts[1], " ".join(parts[2:]), parts[0].split()
    count = 0
    while count < len(family) - 1 and (family[count].islower() or family[count].casefold() in _PARTICLES):
        if not family[count].islower() and count == 0:
            break
        count += 1
    particle, rest = " ".join(family[:count]), " ".join(family[count:])
    if not rest:
        return {**NO_NAME, "literal": text.strip()}
    return {**NO_NAME, "given": given, "family": rest, "particle": particle, "suffix": suffix}


def display(name: Mapping[str, Any]) -> str:
    """A name in reading order: given, particle, family, suffix; or the literal name."""
    if name["literal"]:
        return str(name["literal"])
    words = [name["given"], name["particle"], name["family"], name["suffix"]]
    text = " ".join(word for word in words if word)
    # A particle such as d' or al- is written together with the family name.
    return re.sub(r"(?<=['’-]) (?=\w)", "", text) if name["particle"][-1:] in "'’-" else text


def initials(given: str) -> str:
    """Given names as initials: “Emmy Amalie” → “E. A.”, “Jean-Paul” → “J.-P.”, “J.R.R.” → “J. R. R.”."""
    words = []
    for word in re.sub(r"\.(?=[^\W\d_])", ". ", given).split():
        pieces = [piece[0].upper() + "." for piece in word.split("-") if piece]
        words.append("-".join(pieces) if word[:1].isupper() or not word[:1].isalpha() else word)
    return " ".join(words)


@lru_cache(maxsize=65536)
def fold_name(text: str) -> tuple[str, ...]:
    """The forms by which name parts are compared: letters only, no case, no accents; a second form where
    umlauts may be spelt out (Müller, Mueller, Muller)."""
    lower = unicodedata.normalize("NFC", text).casefold()

    def bare(form: str) -> str:
        stripped = unicodedata.normalize("NFKD", form.translate(_PLAIN))
        return "".join(char for char in stripped if char.isalnum())

    plain, spelt = bare(lower), bare(lower.translate(_UMLAUTS))
    return (plain,) if plain == spelt else (plain, spelt)


def _same(one: str, other: str) -> bool:
    return bool(set(fold_name(one)) & set(fold_name(other)))


@lru_cache(maxsize=65536)
def _given_words(given: str) -> tuple[tuple[str, bool], ...]:
    """Words of a given name, each with whether it is an initial only."""
    spaced = re.sub(r"\.(?=\S)", ". ", given.replace("-", " "))
    words = []
    for word in spaced.split():
        letters = word.rstrip(".")
        if letters:
            words.append((letters, len(letters) == 1 or (word.endswith(".") and len(letters) <= 2)))
    return tuple(words)


@lru_cache(maxsize=65536)
def given_likeness(one: str, other: str) -> int:
    """How well two given names agree: 0 not at all, 1 as initials or with one missing, 2 with fewer middle
    names, 3 in every word."""
    first, second = _given_words(one), _given_words(other)
    if not first or not second:
        return 1 if first == second else 0
    likeness = 3 if len(first) == len(second) else 2
    for (word, is_initial), (other_word, other_initial) in zip(first, second, strict=False):
        if _same(word, other_word):
            continue
        if (is_initial and _starts(other_word, word)) or (other_initial and _starts(word, other_word)):
            likeness = 1
            continue
        return 3 if _same(one, other) else 0  # “Jean Paul” and “Jeanpaul”
    return likeness


def _starts(word: str, initial: str) -> bool:
    return any(a.startswith(b) for a in fold_name(word) for b in fold_name(initial) if b)


def likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """0 when two names cannot be one person, else 1 (initials) to 3 (the same)."""
    if one["literal"] or other["literal"]:
        same = _same(one["literal"] or display(one), other["literal"] or display(other))
        return 3 if same else 0
    if not _families_agree(one, other):
        return 0
    if one["suffix"] and other["suffix"] and not _same(one["suffix"], other["suffix"]):
        return 0
    return given_likeness(one["given"], other["given"])


def _families_agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    whole, other_whole = f"{one['particle']}{one['family']}", f"{other['particle']}{other['family']}"
    if _same(whole, other_whole):
        return True
    # A particle may be left out by one of the two, but never differ.
    missing = not one["particle"] or not other["particle"]
    return missing and _same(one["family"], other["family"])


@dataclass(frozen=True, slots=True)
class Person:
    """One person and every form of the name. ``collection`` and ``record`` say which record describes them."""

    id: str
    name: Mapping[str, Any]
    forms: tuple[Mapping[str, Any], ...]
    is_owner: bool = False
    is_student: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a name stands for: one person, or none; ``candidates`` are the ids between which it is not clear."""

    person: str | None
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class People:
    """All persons of a site, with an index by family name. Filled once, then only read."""

    persons: dict[str, Person] = field(default_factory=dict)
    _index: dict[str, list[tuple[Mapping[str, Any], str]]] = field(default_factory=dict)
    _seen: dict[tuple[str, ...], Match] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        """Take a person; an id that is there already is replaced."""
        self.persons[person.id] = person
        for form in (person.name, *person.forms):
            for key in self._keys(form):
                self._index.setdefault(key, []).append((form, person.id))

    @staticmethod
    def _keys(name: Mapping[str, Any]) -> Iterable[str]:
        if name["literal"]:
            return fold_name(name["literal"])
        whole = fold_name(f"{name['particle']}{name['family']}")
        return dict.fromkeys((*whole, *fold_name(name["family"])))

    def match(self, name: Mapping[str, Any]) -> Match:
        """The person a name stands for."""
        identity = (name["given"], name["particle"], name["family"], name["suffix"], name["literal"])
        found = self._seen.get(identity)
        if found is None:
            found = self._seen[identity] = self._match(name)
        return found

    def _match(self, name: Mapping[str, Any]) -> Match:
        best: dict[str, int] = {}
        for key in self._keys(name):
            for form, person in self._index.get(key, ()):
                score = likeness(name, form)
                if score > best.get(person, 0):
                    best[person] = score
        if not best:
            return Match(None)
        top = max(best.values())
        winners = sorted(person for person, score in best.items() if score == top)
        if len(winners) == 1 and (top == 3 or len(best) == 1 or top > 1):
            return Match(winners[0])
        return Match(None, tuple(sorted(best)))
