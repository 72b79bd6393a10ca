"""People: one model of persons, and matching of names to them.

A name is a mapping of given, family, particle, suffix, literal and marks (``bibtex.names`` makes them for
publications, ``parse_name`` here for YAML). A name is one person's when the families agree, the suffixes do not
disagree and the given names are the same or initials of each other; never by a part of a word. The person
whose name agrees best is taken; when several agree equally well, there is none, and the caller gets the candidates
for a warning.
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
# A lone I or V is as often an initial, and “iv” a syllable.
_SUFFIX: Final = re.compile(r"(?:[Jj]r|[Ss]r|JR|SR)\.?|[Jj]unior|[Ss]enior|I{2,3}|IV")
_SUFFIXES: Final = {"junior": "jr", "senior": "sr"}
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "þ": "th"}
)
#: Accents, and vowel points that are optional in Hebrew and Arabic. Other marks (Kana, Devanagari, Thai) make
#: another letter and count.
_OPTIONAL_MARKS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u02b0-\u02ff]")
_EAST_ASIAN: Final = re.compile(
    r"[\u1100-\u11ff\u3005-\u3007\u3040-\u309f\u30a0-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_KANA_ONLY: Final = re.compile(r"[\u30a0-\u30ff]+")


def parse_name(text: str) -> dict[str, Any]:
    """A name as people write it in YAML: “Family, Given”, “Family, Jr., Given” or “Given Family”.

    Particles (van, de …) in lower case before the family name are split off, as BibTeX does. A suffix is known at
    the end as well: “Given Family Jr.”, “Given Family, Jr.”, “Family, Given, Jr.”. In Chinese, Japanese and Korean
    script the family name comes first.
    """
    parts = [part.strip() for part in text.split(",")]
    suffix = ""
    if len(parts) == 2 and len(parts[0].split()) > 1 and _SUFFIX.fullmatch(parts[1]):
        suffix = parts.pop()
    if len(parts) == 1:
        words = parts[0].split()
        if not suffix and len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
            suffix = words.pop()
        if len(words) == 2 and is_family_first(*words):
            return {**NO_NAME, "given": words[1], "family": words[0]}
        start = next((at for at, word in enumerate(words[:-1]) if at and _is_particle(word, text)), -1)
        start = len(words) - 1 if start < 0 else start
        given, family = " ".join(words[:start]), words[start:]
    elif len(parts) == 2:
        given, family = parts[1], parts[0].split()
    else:
        suffix, given = parts[1], " ".join(parts[2:])
        if not _SUFFIX.fullmatch(suffix) and _SUFFIX.fullmatch(given):
            suffix, given = given, suffix
        family = parts[0].split()
    count = 0
    while count < len(family) - 1 and (family[count].islower() or family[count].casefold() in _PARTICLES):
        if not family[count].islower() and count == 0:
            break
        count += 1
    particle, rest = " ".join(family[:count]), " ".join(family[count:])
    if not rest:
        return {**NO_NAME, "literal": text.strip()}
    return {**NO_NAME, "given": given, "family": rest, "particle": particle, "suffix": suffix}


def _is_particle(word: str, text: str) -> bool:
    """Whether a word begins the family name: it is in lower case where the rest of the name is not."""
    return word in _PARTICLES if text.islower() else word.islower()


def is_family_first(given: str, family: str) -> bool:
    """Whether both are in East Asian script; foreign names in Katakana keep their own order."""
    both = given + family
    return not both.isascii() and bool(_EAST_ASIAN.fullmatch(both)) and not _KANA_ONLY.fullmatch(both)


def display(name: Mapping[str, Any]) -> str:
    """A name in reading order: given, particle, family, suffix; in East Asian script family and given without a
    space; or the literal name."""
    if name["literal"]:
        return str(name["literal"])
    return _in_order(name["given"], name["particle"], name["family"], name["suffix"])


@lru_cache(maxsize=16384)
def _in_order(given: str, particle: str, family: str, suffix: str) -> str:
    """What a page says in ten places, so that it is put together once."""
    if given and family and is_family_first(given, family):
        return f"{family}{given}"
    text = " ".join(filter(None, (given, particle, family, suffix)))
    # A particle such as d' or al- is written together with the family name.
    return re.sub(r"(?<=['’-]) (?=\w)", "", text) if particle[-1:] in {"'", "’", "-"} else text


def initials(given: str) -> str:
    """Given names as initials: “Emmy Amalie” → “E. A.”, “Jean-Paul” → “J.-P.”, “J.R.R.” → “J. R. R.”, “BD” →
    “B. D.”; what is short already stays (“Yu.”), and so does a word without capitals."""
    words = []
    for word in _spaced(unicodedata.normalize("NFC", given)).split():
        pieces = [
            piece if _is_short(piece) else _first_letter(piece) + "." for piece in word.split("-") if piece
        ]
        words.append("-".join(pieces) if word[:1].isupper() or not word[:1].isalpha() else word)
    return " ".join(words)


def _first_letter(word: str) -> str:
    """The first letter as a capital; an apostrophe in front (“'Abd”) is none."""
    return next((char for char in word if char.isalpha()), word[0]).upper()


def _spaced(given: str) -> str:
    """Initials written without spaces taken apart: “J.R.” and “JR” as “J. R.”."""
    given = re.sub(r"\.(?=[^\W\d_])", ". ", given)
    return re.sub(r"(?<!\S)([A-Z])([A-Z])(?!\S)", r"\1. \2.", given)


def _is_short(word: str) -> bool:
    return word.endswith(".") and len(word) <= 3


@lru_cache(maxsize=65536)
def fold_name(text: str) -> tuple[str, ...]:
    """The forms by which name parts are compared: letters only, no case, no accents; a second form where
    umlauts may be spelt out (Müller, Mueller, Muller). Never empty for a text that is not."""
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())

    def bare(form: str) -> str:
        stripped = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", form.translate(_PLAIN)))
        return "".join(char for char in stripped if char.isalnum() or unicodedata.category(char)[0] == "M")

    plain, spelt = bare(lower), bare(lower.translate(_UMLAUTS))
    plain, spelt = plain or lower.strip(), spelt or lower.strip()
    return (plain,) if plain == spelt else (plain, spelt)


def _same(one: str, other: str) -> bool:
    return bool(set(fold_name(one)) & set(fold_name(other)))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a given name. ``is_initial``: it stands for any name that begins so; ``is_joined``: a hyphen ties
    it to the word before."""

    text: str
    is_initial: bool
    is_joined: bool


@lru_cache(maxsize=65536)
def _given_words(given: str) -> tuple[_Word, ...]:
    words = []
    for whole in _spaced(given).split():
        for at, piece in enumerate(part for part in re.split("[-‐‑]", whole) if part):
            letters = piece.rstrip(".")
            # One letter is an initial only in scripts with capitals: 伟 is a whole name.
            is_single = len(letters) == 1 and letters.lower() != letters.upper()
            if letters:
                words.append(_Word(letters, is_single or piece.endswith("."), at > 0))
    return tuple(words)


@lru_cache(maxsize=65536)
def given_likeness(one: str, other: str) -> int:
    """How well two given names agree: 0 not at all, 1 as initials, 2 with fewer middle names, 3 in every word.

    “Jean” is not “Jean-Paul”: what a hyphen ties together is one name.
    """
    first, second = _given_words(one), _given_words(other)
    if not first or not second:
        return 3 if first == second else 0
    if _same(one, other):  # “Jean Paul”, “Jean-Paul” and “Jeanpaul” too
        return 3
    likeness = 3 if len(first) == len(second) else 2
    for word, other_word in zip(first, second, strict=False):
        if _same(word.text, other_word.text):
            continue
        if not (_abbreviates(word, other_word) or _abbreviates(other_word, word)):
            return 0
        likeness = 1
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < len(longer) and longer[len(shorter)].is_joined and not shorter[-1].is_initial:
        return 0
    return likeness


def _abbreviates(short: _Word, word: _Word) -> bool:
    return short.is_initial and any(
        whole.startswith(start) for whole in fold_name(word.text) for start in fold_name(short.text)
    )


def likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """0 when two names cannot be one person, else 1 (initials), 2 (something is left out) or 3 (the same)."""
    if one["literal"] or other["literal"]:
        return 3 if _same(display(one), display(other)) else 0
    if _is_east_asian(one) and _is_east_asian(other):
        return 3 if _orders(one) & _orders(other) else 0
    agreement = _family_likeness(one, other)
    if not agreement or _suffix(one) != _suffix(other):
        if not agreement or (one["suffix"] and other["suffix"]):
            return 0
        agreement = 2
    return min(agreement, given_likeness(one["given"], other["given"]))


def _suffix(name: Mapping[str, Any]) -> str:
    folded = fold_name(name["suffix"])[0]
    return _SUFFIXES.get(folded, folded)


def _is_east_asian(name: Mapping[str, Any]) -> bool:
    return bool(_EAST_ASIAN.fullmatch(f"{name['given']}{name['particle']}{name['family']}"))


def _orders(name: Mapping[str, Any]) -> set[str]:
    """An East Asian name in one word; which part is the family name is not known from “山田 太郎” in a .bib file."""
    given, family = name["given"], f"{name['particle']}{name['family']}"
    return {fold_name(given + family)[0], fold_name(family + given)[0]}


def _family_likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    whole, other_whole = f"{one['particle']}{one['family']}", f"{other['particle']}{other['family']}"
    if _same(whole, other_whole):
        return 3
    # A particle may be left out by one of the two, but never differ.
    missing = not one["particle"] or not other["particle"]
    return 2 if missing and _same(one["family"], other["family"]) else 0


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
    #: Names with the persons that they stand for, by the identity of the name (which is kept) and the person.
    named: dict[tuple[int, str], tuple[Any, Any]] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        """Take a person; one of that id who is there already is replaced, with all forms."""
        self._seen.clear()  # what was no match may be one now
        earlier = self.persons.get(person.id)
        for form in (earlier.name, *earlier.forms) if earlier else ():
            for key in self._keys(form):
                self._index[key] = [known for known in self._index[key] if known[1] != person.id]
        self.persons[person.id] = person
        for form in (person.name, *person.forms):
            for key in self._keys(form):
                self._index.setdefault(key, []).append((form, person.id))

    @staticmethod
    def _keys(name: Mapping[str, Any]) -> Iterable[str]:
        """Words under which a name is looked up: the family name with and without particle, and the whole name
        for literal and East Asian ones."""
        keys = list(fold_name(display(name)))
        if not name["literal"]:
            keys += (*fold_name(f"{name['particle']}{name['family']}"), *fold_name(name["family"]))
            if _is_east_asian(name):
                keys += _orders(name)
        return dict.fromkeys(keys)

    def match(self, name: Mapping[str, Any]) -> Match:
        """The person a name stands for."""
        identity = (name["given"], name["particle"], name["family"], name["suffix"], name["literal"])
        found = self._seen.get(identity)
        if found is None:
            found = self._seen[identity] = self._match(name) if any(identity) else Match(None)
        return found

    def _match(self, name: Mapping[str, Any]) -> Match:
        best: dict[str, int] = {}
        for key in self._keys(name):
            for form, person in self._index.get(key, ()):
                score = likeness(name, form)
                if score > best.get(person, 0):
                    best[person] = score
        top = max(best.values(), default=0)
        winners = sorted(person for person, score in best.items() if score == top)
        if len(winners) == 1:
            return Match(winners[0])
        return Match(None, tuple(winners))
