"""What acadsite says by itself, in the languages of readers: labels with forms of plurals, dates, lists of names.

In: a language tag as in HTML, and the labels of the site's owner. Out: text. One JSON file a language; its ``labels``
are named by their English words, and what a file does not have is said in English. A label is a whole phrase with
places for values (“{n} papers”); one with a number has a form for each plural category of the language. ``dates`` are
the patterns of ``Calendar``, ``list`` what stands between names; the names of months come from the file of
citations/locales/ that ``calendar`` names, where a file has none of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from markupsafe import Markup, escape

#: A label, or its forms by plural category (CLDR).
Label = str | Mapping[str, str]
_PLACE: Final = re.compile(r"\{(\w+)\}")
_NONE: Final[Mapping[str, Label]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """How dates are written. ``patterns`` have places for d (day), e (last day of a range), m (month or season), y
    (year); for x, a date; for a and b, the ends of a range. They are ``day``, ``month``, ``season``, ``day-month``,
    ``days``, ``range``, ``circa``, ``present``, and ``first`` for the first day of a month. ``short`` is for narrow
    places, ``long`` for all others."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    seasons: tuple[str, ...]
    long: Mapping[str, str]
    short: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language. ``tag`` is as it was asked for (``pt-BR``), ``name`` what it calls itself; ``is_known`` says whether
    we have words in it. ``joints`` stand between the items of a list: between most, before the last of three or more,
    and between two. ``locale`` is its name in Open Graph (``pt_BR``)."""

    tag: str
    name: str
    is_known: bool
    is_rtl: bool
    labels: Mapping[str, Label] = field(repr=False)
    calendar: Calendar = field(repr=False)
    joints: tuple[str, str, str] = (", ", ", and ", " and ")
    locale: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The labels of a site in one language: ``own`` are those of its owner, which win."""

    language: Language
    own: Mapping[str, Label] = field(default_factory=dict)

    def say(self, text: str, values: Mapping[str, Any] = _NONE) -> str:
        """A label by its English words, with ``values`` in their places; ``n`` chooses among the forms of a plural.
        HTML (``Markup``) where a value is, with everything else escaped. A place without a value stays."""
        found = self.own.get(text)
        if found is None:
            found = self.language.labels.get(text, text)
        if not values and type(found) is str:  # as most are
            return found
        if not isinstance(found, str):
            category = plural(self.language.tag, values.get("n", 0))
            found = found.get(category) or found.get("other") or next(iter(found.values()), text)
        if not values or "{" not in found:
            return found
        if any(hasattr(value, "__html__") for value in values.values()):
            return Markup(_PLACE.sub(lambda place: _shown(place, values, escape), str(escape(found))))  # noqa: S704
        return _PLACE.sub(lambda place: _shown(place, values, str), found)

    def forms(self, text: str) -> dict[str, str]:
        """The forms of a label by plural category; “other” alone, where it has no number."""
        found = self.own.get(text) or self.language.labels.get(text, text)
        return {"other": found} if isinstance(found, str) else dict(found)


def _shown(place: re.Match[str], values: Mapping[str, Any], text: Any) -> str:
    return str(text(values[place[1]])) if place[1] in values else place[0]


# --- plurals ---

#: Languages by how they count, from the plural rules of CLDR 45; all others say “one” of 1.
_NO_PLURAL: Final = frozenset("zh ja ko vi th id ms lo my".split())  # noqa: SIM905
_ONE_IS_ALSO_ZERO: Final = frozenset("fr pt fa hi bn hy am".split())  # noqa: SIM905
_SLAVIC: Final = frozenset("ru uk be".split())  # noqa: SIM905


def plural(tag: str, number: object) -> str:
    """The plural category of a number in a language: zero, one, two, few, many or other. The rules are those of CLDR
    for whole numbers; what is none is “other”."""
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        return "other"
    language = tag.partition("-")[0].lower()
    ten, hundred = number % 10, number % 100
    if language in _NO_PLURAL:
        return "other"
    if language == "ar":
        if number <= 2:
            return ("zero", "one", "two")[number]
        return "few" if 3 <= hundred <= 10 else "many" if hundred >= 11 else "other"
    if language in _SLAVIC or language in {"hr", "sr", "bs"}:
        if ten == 1 and hundred != 11:
            return "one"
        if 2 <= ten <= 4 and not 12 <= hundred <= 14:
            return "few"
        return "many" if language in _SLAVIC else "other"
    if language == "pl" and number != 1:
        return "few" if 2 <= ten <= 4 and not 12 <= hundred <= 14 else "many"
    if language in {"cs", "sk"} and 2 <= number <= 4:
        return "few"
    if language == "he" and number == 2:
        return "two"
    if language in {"fr", "es", "it", "pt", "ca"} and number and number % 1_000_000 == 0:
        return "many"
    is_one = number == 1 or (number == 0 and language in _ONE_IS_ALSO_ZERO and tag.lower() != "pt-pt")
    return "one" if is_one else "other"


# --- files ---


@lru_cache(maxsize=64)
def _file(tag: str) -> Mapping[str, Any] | None:
    """The file of a language; None where there is none."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        return None
    try:
        text = resources.files(__package__).joinpath(f"{tag}.json").read_text(encoding="utf-8")
    except OSError:
        return None
    value: Mapping[str, Any] = json.loads(text)
    return value


_RTL: Final = frozenset("ar he fa ur yi dv ps sd ug ckb".split())  # noqa: SIM905


def is_rtl(tag: str) -> bool:
    """Whether a language is written from right to left."""
    return tag.partition("-")[0].lower() in _RTL


@lru_cache(maxsize=64)
def language(tag: str) -> Language:
    """The language of a tag: what its own file says, then that of its main language, then English."""
    main = tag.partition("-")[0].lower()
    labels: dict[str, Label] = {}
    found: dict[str, Any] = {}
    is_known = False
    for step in dict.fromkeys(("en", main, tag)):
        data = _file(step)
        if data is None:
            continue
        if data.get("calendar"):
            found |= _calendar(data["calendar"])
        patterns = {**found.get("dates", {}), **data.get("dates", {})}
        labels |= data.get("labels", {})
        found |= {**data, "dates": patterns}
        is_known |= step != "en" or main == "en"
    calendar = Calendar(
        tuple(found["months"]),
        tuple(found["months-short"]),
        tuple(found["seasons"]),
        found["dates"],
        {**found["dates"], **found.get("dates-short", {})},
    )
    name = found["name"] if is_known else tag
    between, last, two = found["list"]
    locale = (
        "_".join(tag.split("-"))
        if re.fullmatch(r"[a-z]{2}-[A-Z]{2}", tag)
        else found["locale"]
        if is_known
        else ""
    )
    return Language(tag, name, is_known, is_rtl(tag), labels, calendar, (between, last, two), locale)


def _calendar(name: str) -> Mapping[str, Any]:
    """The names of months and seasons, as citations have them."""
    file = resources.files("acadsite").joinpath("citations", "locales", f"{name}.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return {key: data[key] for key in ("months", "months-short", "seasons")}


def listed(items: Sequence[Any], joints: tuple[str, str, str]) -> str:
    """Items as a sentence has them: “A, B, and C”. HTML where one of them is, else text."""
    between, last, two = joints
    kind: type[str] = Markup if any(hasattr(item, "__html__") for item in items) else str
    parts = [escape(item) if kind is Markup else str(item) for item in items]
    if len(parts) < 3:
        return kind(two).join(parts)
    return kind(last).join((kind(between).join(parts[:-1]), parts[-1]))
