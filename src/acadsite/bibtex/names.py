"""A BibTeX list of names → persons and organisations, by BibTeX's own rules.

Rules: names are parted by ``and`` outside braces, in any case; a name is “First von Last”, “von Last, First” or
“von Last, Jr, First”, where *von* is told by words that begin with a small letter, looked for outside braces
(O. Patashnik, *Designing BibTeX styles*, 1988); or BibLaTeX's ``family=…, given=…, prefix=…``. A name wholly in
braces is an organisation. Marks such as ``*`` or ``$^{\\dagger}$`` are taken off and kept apart. A name that breaks
the rules is kept as well as can be and reported; none is ever lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from acadsite.bibtex.latex import name_text
from acadsite.bibtex.macros import NO_MACROS, Macros
from acadsite.bibtex.marks import has_mark, unmarked
from acadsite.bibtex.words import (
    at_semicolons,
    comma_parts,
    group_end,
    is_group,
    is_lower,
    split_names,
)
from acadsite.bibtex.words import parts as split_parts
from acadsite.people import initials
from acadsite.problems import quote

_ET_AL = re.compile(r"(?:^|(?<=[\s,]))\{?et\.?[\s~]+al(?:\.|ii|ia)?\}?\.?$", re.IGNORECASE)
_SUFFIX = re.compile(
    r"(?:Jr|Sr|Jnr|Snr|Junior|Senior|I{1,3}|IV|VI{0,3}|[234](?:nd|rd|th)|Esq|MD|M\.D|PhD|Ph\.\s?D|Dr|OBE|CBE|FRS|SJ|S\.J|fils|père)\.?",
    re.IGNORECASE,
)
_PLAIN_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
#: The number by which DBLP tells persons of one name apart.
_NUMBERED = re.compile(r"(?<=\S)[\s~]+0\d{3}$")
_EXTENDED = re.compile(
    r"(?:^|,)\s*(?:(?:family|given|prefix|suffix)(?:-i)?|useprefix|id|sortingnamekeytemplatename)\s*="
)
_PAIR = re.compile(r"\s*([a-z-]+)\s*=\s*(.*)", re.DOTALL)

__all__ = [
    "Name",
    "NameFault",
    "Names",
    "initials",
    "is_lower",
    "one",
    "parse",
    "split_names",
    "without_marks",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A person (``family`` and the rest) or an organisation (``literal``, all else empty); plain text.

    ``marks`` are signs such as ``*`` that stood at the name. ``initials`` is set only where the file says how the
    given names are to be shortened (``{\\relax Ch}arles``). ``keeps_particle`` is BibLaTeX's ``useprefix``, where
    it is said for this name.
    """

    given: str = ""
    family: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""
    marks: tuple[str, ...] = ()
    initials: str = ""
    keeps_particle: bool | None = None

    def record(self) -> dict[str, object]:
        """The name as a mapping of strings, the form that records hold; ``initials`` only where they are said."""
        value: dict[str, object] = {
            "given": self.given,
            "family": self.family,
            "particle": self.particle,
            "suffix": self.suffix,
            "literal": self.literal,
            "marks": self.marks,
        }
        if self.initials:
            value["initials"] = self.initials
        return value


@dataclass(frozen=True, slots=True)
class NameFault:
    """What is wrong with a list of names; the place is that of its field."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a list in order; ``others`` tells that the list goes on (``and others``)."""

    names: tuple[Name, ...] = ()
    others: bool = False
    faults: tuple[NameFault, ...] = ()


@lru_cache(maxsize=512)
def parse(raw: str, macros: Macros = NO_MACROS) -> Names:
    """Read a list of names as BibTeX holds it, raw LaTeX."""
    names: list[Name] = []
    faults: list[NameFault] = []
    others = False
    keeps: bool | None = None
    pieces = split_names(raw)
    lower = raw.lower()
    may_go_on, may_be_extended = "et" in lower and "al" in lower, "=" in raw
    for number, piece in enumerate(pieces):
        if not piece:
            if len(pieces) > 1:
                faults.append(NameFault("bib-name-empty", "an empty name", "Delete the “and” too many."))
            continue
        if piece.lower() == "others":
            others = True
            continue
        tail = _ET_AL.search(piece) if may_go_on else None
        if tail:
            others = True
            faults.append(NameFault("bib-name-et-al", f"{quote(piece)} as a name", "Write “and others”."))
            piece = piece[: tail.start()].rstrip(" ,")  # noqa: PLW2901
            if not piece:
                continue
        if may_be_extended and _EXTENDED.search(piece):
            name, option = _extended(piece, macros)
            if name is None:
                keeps = option if number == 0 or option is not None else keeps
                continue
            names.append(name if name.keeps_particle is not None or keeps is None else _kept(name, keeps))
            continue
        found, wrong = _names(piece, macros)
        faults += wrong
        for name in found:
            if not (name.family or name.literal or name.given):
                faults.append(NameFault("bib-name-empty", f"{quote(piece)} is no name", "Delete it."))
            else:
                names.append(name if keeps is None else _kept(name, keeps))
    return Names(tuple(names), others, tuple(faults))


def _kept(name: Name, keeps: bool) -> Name:
    return Name(
        name.given, name.family, name.particle, name.suffix, name.literal, name.marks, name.initials, keeps
    )


def _names(piece: str, macros: Macros) -> tuple[list[Name], list[NameFault]]:
    """The name in a piece between two ``and``; several where semicolons part them."""
    if ";" in piece:
        parts = at_semicolons(piece)
        if len(parts) > 1:
            fault = NameFault(
                "bib-name-separator", f"names parted by semicolons: {quote(piece)}", "Part them by “and”."
            )
            found: list[Name] = []
            faults = [fault]
            for part in parts:
                name, wrong = one(part, macros)
                found.append(name)
                faults += wrong
            return found, faults
    name, wrong = one(piece, macros)
    return [name], list(wrong)


@lru_cache(maxsize=16384)
def one(raw: str, macros: Macros = NO_MACROS) -> tuple[Name, tuple[NameFault, ...]]:
    """One name, raw LaTeX, and what is wrong with it."""
    marks: tuple[str, ...] = ()
    if has_mark(raw):
        raw, marks = unmarked(raw)
    if is_group(raw):
        return Name(literal=name_text(raw, macros), marks=marks), ()
    if raw[-1:].isdigit():
        raw = _NUMBERED.sub("", raw)
    parts = split_parts(raw)
    faults: list[NameFault] = []
    if len(parts) > 1 and not parts[-1]:
        faults.append(NameFault("bib-name-commas", f"a comma too many in {quote(raw)}", "Delete it."))
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
    if len(parts) == 1:
        return _straight(parts[0], raw, marks, macros, faults)
    if len(parts) == 3 and not _only_suffix(parts[1]) and _PLAIN_SUFFIX.fullmatch(" ".join(parts[2])):
        faults.append(
            NameFault("bib-name-suffix", f"{quote(raw)}: the suffix is last", "Write “Last, Jr., First”.")
        )
        parts[1], parts[2] = parts[2], parts[1]
    if len(parts) > 3 or (len(parts) == 3 and not _is_suffix(parts[1])):
        faults.append(
            NameFault(
                "bib-name-commas",
                f"too many commas in the name {quote(raw)}",
                "Part names by “and”; write an organisation in {braces}.",
            )
        )
        return Name(literal=name_text(raw, macros), marks=marks), tuple(faults)
    suffix = " ".join(parts[1]) if len(parts) == 3 else ""
    given, family = parts[-1], parts[0]
    if len(parts) == 2 and len(given) == 1 and _PLAIN_SUFFIX.fullmatch(given[0]) and len(family) > 1:
        # “Guy L. Steele, Jr.”: BibTeX would take the suffix for a first name.
        faults.append(
            NameFault("bib-name-suffix", f"{quote(raw)} has no first name", "Write “Last, Jr., First”.")
        )
        name, wrong = _straight(family, raw, marks, macros, faults)
        return _with_suffix(name, given[0]), wrong
    if not family:
        faults.append(NameFault("bib-name-empty", f"no family name in {quote(raw)}", "Write “Last, First”."))
        return Name(family=name_text(" ".join(given), macros), marks=marks), tuple(faults)
    cut = _von_end(family, 0)
    return (
        Name(
            given=name_text(" ".join(given), macros),
            family=name_text(" ".join(family[cut:]), macros),
            particle=name_text(" ".join(family[:cut]), macros),
            suffix=name_text(suffix, macros),
            marks=marks,
            initials=_special_initials(given, macros),
        ),
        tuple(faults),
    )


def _straight(
    words: list[str], raw: str, marks: tuple[str, ...], macros: Macros, faults: list[NameFault]
) -> tuple[Name, tuple[NameFault, ...]]:
    """A name without commas: “First von Last”."""
    suffix = ""
    if len(words) > 2 and _PLAIN_SUFFIX.fullmatch(words[-1]):
        faults.append(
            NameFault("bib-name-suffix", f"{quote(raw)}: BibTeX takes the suffix for the family name",
                      "Write “Last, Jr., First”.")
        )  # fmt: skip
        suffix = words.pop()
    if len(words) > 2 and any(word in {"&", "\\&"} for word in words):
        faults.append(
            NameFault(
                "bib-name-separator",
                f"an “&” in the name {quote(raw)}",
                "Part names by “and”; write an organisation in {braces}.",
            )
        )
        return Name(literal=name_text(raw, macros), marks=marks), tuple(faults)
    start = len(words) - 1
    for number, word in enumerate(words[:-1]):
        if is_lower(word):
            start = number
            break
    end = _von_end(words, start)
    given, particle, family = words[:start], words[start:end], words[end:]
    return (
        Name(
            given=name_text(" ".join(given), macros),
            family=name_text(" ".join(family), macros),
            particle=name_text(" ".join(particle), macros),
            suffix=suffix,
            marks=marks,
            initials=_special_initials(given, macros),
        ),
        tuple(faults),
    )


def _von_end(words: list[str], start: int) -> int:
    """The end of the particle that begins at ``start`` at the earliest; the last word is never part of it."""
    for number in range(len(words) - 2, start - 1, -1):
        if is_lower(words[number]):
            return number + 1
    return start


def _only_suffix(words: list[str]) -> bool:
    return bool(words) and all(_SUFFIX.fullmatch(word) for word in words)


def _is_suffix(words: list[str]) -> bool:
    return len(words) == 1 or (len(words) <= 3 and _only_suffix(words))


def _with_suffix(name: Name, suffix: str) -> Name:
    return Name(name.given, name.family, name.particle, suffix, name.literal, name.marks, name.initials)


def without_marks(raw: str) -> str:
    """A list of names, raw, without the marks at them; unchanged when there are none."""
    if not has_mark(raw):
        return raw
    pieces = split_names(raw)
    cleaned = [unmarked(piece)[0] for piece in pieces]
    return raw if cleaned == pieces else " and ".join(cleaned)


def _extended(piece: str, macros: Macros) -> tuple[Name | None, bool | None]:
    """A name in BibLaTeX's extended form; only options give no name but their ``useprefix``."""
    values: dict[str, str] = {}
    for part in comma_parts(piece):
        pair = _PAIR.match(part)
        if pair:
            values[pair[1]] = pair[2].strip().removeprefix('"').removesuffix('"')
    said = values.get("useprefix")
    keeps = None if said is None else said.lower() == "true"
    if "family" not in values and "given" not in values:
        return None, keeps
    marks: tuple[str, ...] = ()
    for part in ("family", "given"):
        if has_mark(values.get(part, "")):
            values[part], found = unmarked(values[part])
            marks += found
    return (
        Name(
            given=name_text(values.get("given", ""), macros),
            family=name_text(values.get("family", ""), macros),
            particle=name_text(values.get("prefix", ""), macros),
            suffix=name_text(values.get("suffix", ""), macros),
            marks=marks,
            initials=name_text(values.get("given-i", ""), macros),
            keeps_particle=keeps,
        ),
        keeps,
    )


def _special_initials(words: list[str], macros: Macros) -> str:
    """Initials where a word opens with a special character of more than one letter (``{\\relax Ch}arles``)."""
    found, is_special = [], False
    for word in words:
        if word.startswith("{\\"):
            letters = name_text(word[: group_end(word, 0)], macros)
            if len(letters) > 1:
                is_special = True
                found.append(letters + ".")
                continue
        found.append(initials(name_text(word, macros)))
    return " ".join(found) if is_special else ""
