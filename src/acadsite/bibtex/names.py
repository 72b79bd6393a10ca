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
from acadsite.bibtex.symbols import LOWER_SPECIAL, UPPER_SPECIAL
from acadsite.problems import quote

_AND = re.compile(r"(?:^|\s+)and(?=\s|$)", re.IGNORECASE)
_AND_OR_BRACE = re.compile(r"\\.|[{}]|(?:^|\s+)and(?=\s|$)", re.IGNORECASE | re.DOTALL)
# A command of letters takes the space after it along, as in TeX: ``\\AA ke`` is one word.
_SPLIT = re.compile(r"\\[A-Za-z]+\s*|\\.|[{}]|,|;|[\s~]+", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ET_AL = re.compile(r"(?:^|(?<=[\s,]))\{?et\.?[\s~]+al(?:\.|ii|ia)?\}?\.?$", re.IGNORECASE)
_SUFFIX = re.compile(
    r"(?:Jr|Sr|Jnr|Snr|Junior|Senior|I{1,3}|IV|VI{0,3}|[234](?:nd|rd|th)|Esq|MD|M\.D|PhD|Ph\.\s?D|Dr|OBE|CBE|FRS|SJ|S\.J|fils|père)\.?",
    re.IGNORECASE,
)
_PLAIN_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_EXTENDED = re.compile(
    r"(?:^|,)\s*(?:(?:family|given|prefix|suffix)(?:-i)?|useprefix|id|sortingnamekeytemplatename)\s*="
)
_PAIR = re.compile(r"\s*([a-z-]+)\s*=\s*(.*)", re.DOTALL)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)\s*", re.DOTALL)
_HAS_MARK = re.compile(r"[*∗⋆†‡§¶‖$]|\\textsuperscript|\\d?dag|\\[SP]\b")
_MARK = re.compile(
    r"\{?\\textsuperscript\s*\{(?P<sup>(?:[^{}]|\{[^{}]*+\})*+)\}\}?"
    r"|\{?\$\s*\^?\s*(?P<math>\{[^{}$]*\}|\\[A-Za-z]+|\\\||[*†‡§¶])\s*\$\}?"
    r"|\{?\\(?P<word>dagger|ddagger|dag|ddag|S|P)(?![A-Za-z])(?:\{\})?\}?"
    r"|\{?(?P<sign>[*∗⋆†‡§¶‖])\}?"
)
_MARK_PART = re.compile(
    r"\s*(?:\\(dagger|ddagger|dag|ddag|ast|star|S|P|parallel|\|)|([*∗⋆†‡§¶‖#]|[0-9]+|[a-z](?![a-z]))|[,\s{}])"
)
_MARK_WORD = {
    "dagger": "†", "dag": "†", "ddagger": "‡", "ddag": "‡", "ast": "*", "star": "*", "S": "§", "P": "¶",
    "parallel": "‖", "|": "‖", "∗": "*", "⋆": "*",
}  # fmt: skip


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


@lru_cache(maxsize=32768)
def parse(raw: str, macros: Macros = NO_MACROS) -> Names:
    """Read a list of names as BibTeX holds it, raw LaTeX."""
    names: list[Name] = []
    faults: list[NameFault] = []
    others = False
    keeps: bool | None = None
    pieces = split_names(raw)
    for number, piece in enumerate(pieces):
        if not piece:
            if len(pieces) > 1:
                faults.append(NameFault("bib-name-empty", "an empty name", "Delete the “and” too many."))
            continue
        if piece.lower() == "others":
            others = True
            continue
        tail = _ET_AL.search(piece)
        if tail:
            others = True
            faults.append(NameFault("bib-name-et-al", f"{quote(piece)} as a name", "Write “and others”."))
            piece = piece[: tail.start()].rstrip(" ,")  # noqa: PLW2901
            if not piece:
                continue
        if _EXTENDED.search(piece):
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


def split_names(raw: str) -> list[str]:
    """The names of a list, stripped, raw; empty ones included."""
    if "{" not in raw and "\\" not in raw:
        return [piece.strip() for piece in _AND.split(raw)]
    pieces, depth, at = [], 0, 0
    for mark in _AND_OR_BRACE.finditer(raw):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif sign[0] != "\\" and depth == 0:
            pieces.append(raw[at : mark.start()].strip())
            at = mark.end()
    pieces.append(raw[at:].strip())
    return pieces


def _kept(name: Name, keeps: bool) -> Name:
    return Name(
        name.given, name.family, name.particle, name.suffix, name.literal, name.marks, name.initials, keeps
    )


def _names(piece: str, macros: Macros) -> tuple[list[Name], list[NameFault]]:
    """The name in a piece between two ``and``; several where semicolons part them."""
    if ";" in piece:
        parts = _at_semicolons(piece)
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


def _at_semicolons(piece: str) -> list[str]:
    """The parts of a piece at semicolons that are followed by a space (an HTML entity's is not)."""
    parts, depth, at = [], 0, 0
    for mark in _SPLIT.finditer(piece):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == ";" and depth <= 0 and piece[mark.end() : mark.end() + 1] in {" ", "\n", "\t", ""}:
            parts.append(piece[at : mark.start()].strip())
            at = mark.end()
    parts.append(piece[at:].strip())
    return [part for part in parts if part]


@lru_cache(maxsize=65536)
def one(raw: str, macros: Macros = NO_MACROS) -> tuple[Name, tuple[NameFault, ...]]:
    """One name, raw LaTeX, and what is wrong with it."""
    marks: tuple[str, ...] = ()
    if _HAS_MARK.search(raw):
        raw, marks = _unmarked(raw)
    if _is_group(raw):
        return Name(literal=name_text(raw, macros), marks=marks), ()
    parts = _parts(raw)
    faults: list[NameFault] = []
    if len(parts) > 1 and not parts[-1]:
        faults.append(NameFault("bib-name-commas", f"a comma too many in {quote(raw)}", "Delete it."))
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
    if len(parts) == 1:
        return _straight(parts[0], raw, marks, macros, faults)
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


def _is_suffix(words: list[str]) -> bool:
    return len(words) == 1 or (0 < len(words) <= 3 and all(_SUFFIX.fullmatch(word) for word in words))


def _with_suffix(name: Name, suffix: str) -> Name:
    return Name(name.given, name.family, name.particle, suffix, name.literal, name.marks, name.initials)


def _parts(raw: str) -> list[list[str]]:
    """The words of a name, parted at commas; both outside braces only."""
    if "{" not in raw and "\\" not in raw:
        return [part.replace("~", " ").split() for part in raw.split(",")]
    parts: list[list[str]] = [[]]
    depth, at = 0, 0
    for mark in _SPLIT.finditer(raw):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and sign[0] not in "\\;":
            if mark.start() > at:
                parts[-1].append(raw[at : mark.start()])
            at = mark.end()
            if sign == ",":
                parts.append([])
    if at < len(raw):
        parts[-1].append(raw[at:])
    return parts


def is_lower(word: str) -> bool:
    """Whether a word of a name begins with a small letter, as BibTeX sees it: brace groups do not count, unless
    they open with a command (``{\\'e}``, ``{\\relax von}``)."""
    first = word[:1]
    if first.isalpha():
        return first.islower()
    at, size = 0, len(word)
    while at < size:
        char = word[at]
        if char == "{":
            if word.startswith("\\", at + 1):
                return _is_lower_special(word, at + 1)
            at = _group_end(word, at)
        elif char == "\\":
            return _is_lower_special(word, at)
        elif char.isalpha():
            return char.islower()
        else:
            at += 1
    return False


def _is_lower_special(word: str, at: int) -> bool:
    while (command := _COMMAND.match(word, at)) is not None:
        if command[1] in LOWER_SPECIAL:
            return True
        if command[1] in UPPER_SPECIAL:
            return False
        at = command.end()
        while at < len(word) and word[at] == "{":
            at += 1
        if not word.startswith("\\", at):
            break
    for char in word[at:]:
        if char.isalpha():
            return char.islower()
    return False


def _group_end(word: str, at: int) -> int:
    depth = 0
    for mark in _BRACE.finditer(word, at):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth == 0:
            return mark.end()
    return len(word)


def _is_group(raw: str) -> bool:
    """Whether all of a name stands in one pair of braces. ``{\\relax …}`` and accents are letters, no group."""
    return raw.startswith("{") and _group_end(raw, 0) == len(raw) and raw.endswith("}")


def _unmarked(raw: str) -> tuple[str, tuple[str, ...]]:
    """The name without its marks, and the marks in order."""
    marks: list[str] = []

    def take(match: re.Match[str]) -> str:
        inner = match["sup"] or match["math"] or ("\\" + match["word"] if match["word"] else match["sign"])
        signs = _signs(inner)
        if not signs:
            return match[0]
        marks.extend(signs)
        return ""

    stripped = _MARK.sub(take, raw)
    if not marks or not stripped.strip(" ,{}~"):
        return raw, ()
    runs: list[str] = []
    for sign in marks:
        if runs and sign == runs[-1][0] == "*":
            runs[-1] += sign
        else:
            runs.append(sign)
    return stripped.strip(), tuple(runs)


def without_marks(raw: str) -> str:
    """A list of names, raw, without the marks at them; unchanged when there are none."""
    if not _HAS_MARK.search(raw):
        return raw
    pieces = split_names(raw)
    cleaned = [_unmarked(piece)[0] for piece in pieces]
    return raw if cleaned == pieces else " and ".join(cleaned)


def _signs(inner: str) -> list[str]:
    """The marks in what stands raised, or nothing when it is no mark (the ``e`` of ``M\\textsuperscript{lle}``)."""
    at, signs = 0, []
    while at < len(inner):
        part = _MARK_PART.match(inner, at)
        if part is None or part.end() == at:
            return []
        sign = part[1] or part[2]
        if sign:
            signs.append(_MARK_WORD.get(sign, sign))
        at = part.end()
    return signs


def _extended(piece: str, macros: Macros) -> tuple[Name | None, bool | None]:
    """A name in BibLaTeX's extended form; only options give no name but their ``useprefix``."""
    values: dict[str, str] = {}
    for part in _comma_parts(piece):
        pair = _PAIR.match(part)
        if pair:
            values[pair[1]] = pair[2].strip().removeprefix('"').removesuffix('"')
    said = values.get("useprefix")
    keeps = None if said is None else said.lower() == "true"
    if "family" not in values and "given" not in values:
        return None, keeps
    marks: tuple[str, ...] = ()
    for part in ("family", "given"):
        if _HAS_MARK.search(values.get(part, "")):
            values[part], found = _unmarked(values[part])
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


def _comma_parts(piece: str) -> list[str]:
    parts, depth, at = [], 0, 0
    for mark in re.finditer(r'\\.|[{},"]', piece, re.DOTALL):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == '"':
            depth = depth - 100 if depth >= 100 else depth + 100
        elif sign == "," and depth <= 0:
            parts.append(piece[at : mark.start()])
            at = mark.end()
    parts.append(piece[at:])
    return parts


def initials(given: str) -> str:
    """Given names, shortened: ``Jean-Paul`` → ``J.-P.``, ``J.R.R.`` → ``J. R. R.``. Words of scripts without
    capitals stay whole, and so do small words after the first (``H. G. de``)."""
    words: list[str] = []
    for word in given.split():
        if word.islower() and words and word.isalpha():
            words.append(word)
        elif "." in word.rstrip(".") and "-" not in word:
            words += [_initial(part) for part in word.split(".") if part]
        else:
            words.append("-".join(_initial(part) for part in word.split("-") if part))
    return " ".join(word for word in words if word)


def _initial(word: str) -> str:
    for number, char in enumerate(word):
        if char.isalpha():
            if char.lower() == char.upper():
                return word
            end = number + 1
            while end < len(word) and not word[end].isalnum() and ord(word[end]) >= 0x300:
                end += 1
            return word[number:end] + "."
    return ""


def _special_initials(words: list[str], macros: Macros) -> str:
    """Initials where a word opens with a special character of more than one letter (``{\\relax Ch}arles``)."""
    found, is_special = [], False
    for word in words:
        if word.startswith("{\\"):
            letters = name_text(word[: _group_end(word, 0)], macros)
            if len(letters) > 1:
                is_special = True
                found.append(letters + ".")
                continue
        found.append(initials(name_text(word, macros)))
    return " ".join(found) if is_special else ""
