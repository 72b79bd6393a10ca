"""Languages: terms, date formats, ordinals and habits of punctuation, from our own files in this folder.

A file is JSON: ``options``, ``dates`` (``text`` and ``numeric``: a list of part, form, prefix, suffix), ``ordinals``,
``genders``, ``months``, ``months-short``, ``seasons`` and ``terms`` (``name`` or ``name.form``; a text, or singular and
plural). What a language does not say it takes from the main dialect of its language (``MAIN``), and in the end from
``en-US``. Facts were gathered from grammars and manuals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.citations.source import Element

#: The dialect that speaks for a language.
MAIN: Final = {
    "en": "en-US", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "pt": "pt-PT", "it": "it-IT", "nl": "nl-NL",
    "zh": "zh-CN", "ja": "ja-JP", "ar": "ar", "km": "km-KH", "kh": "km-KH",
}  # fmt: skip
_FORMS: Final = {"verb-short": "verb", "symbol": "short", "verb": "long", "short": "long"}

Term = tuple[str, str]
#: Name of the part, form, prefix, suffix, and what else a style says of it.
Part = tuple[str, "Mapping[str, str]"]


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The ending of the numbers that end like ``digits``; ``whole`` wants the whole number."""

    digits: str
    match: str
    gender: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Locale:
    """One language, all fallbacks done but those of forms."""

    name: str
    terms: Mapping[tuple[str, str], Term]
    genders: Mapping[str, str]
    ordinals: tuple[Ordinal, ...]
    long_ordinals: tuple[Ordinal, ...]
    dates: Mapping[str, tuple[str, tuple[Part, ...]]]
    into_quotes: bool
    limits_ordinals: bool

    @property
    def language(self) -> str:
        """The language without its country."""
        return self.name.partition("-")[0].lower()

    def term(self, name: str, form: str = "long", *, plural: bool = False) -> str:
        """A term; empty where it is not known in this form nor in those it falls back to."""
        while True:
            found = self.terms.get((name, form))
            if found is not None:
                return found[1] if plural else found[0]
            if form not in _FORMS:
                return ""
            form = _FORMS[form]

    def has(self, name: str) -> bool:
        """Whether the term is known."""
        return any((name, form) in self.terms for form in ("long", "short", "symbol", "verb"))

    def ordinal(self, value: int, gender: str = "") -> str:
        """The ending of an ordinal number."""
        return _ending(self.ordinals, value, gender)

    def long_ordinal(self, value: int, gender: str = "") -> str:
        """An ordinal in words for 1 to 10; else empty."""
        return _ending(self.long_ordinals, value, gender) if 1 <= value <= 10 else ""

    @property
    def marks(self) -> tuple[str, str, str, str]:
        """Quotation marks: the outer two, the inner two."""
        term = self.term
        return (
            term("open-quote"),
            term("close-quote"),
            term("open-inner-quote"),
            term("close-inner-quote"),
        )


def _ending(ordinals: Sequence[Ordinal], value: int, gender: str) -> str:
    text = f"{abs(value):02d}"
    best, rank = "", -1
    for ordinal in ordinals:
        if ordinal.gender not in {"", gender}:
            continue
        is_match, weight = True, 0
        if ordinal.digits:
            if ordinal.match == "whole-number":
                is_match, weight = int(ordinal.digits) == value, 3
            elif ordinal.match == "last-two-digits":
                is_match, weight = text[-2:] == ordinal.digits, 2
            else:
                is_match, weight = text[-1] == ordinal.digits[-1], 1
        weight = weight * 2 + (ordinal.gender == gender)
        if is_match and weight > rank:
            best, rank = ordinal.text, weight
    return best


def _chain(name: str) -> list[str]:
    """Names of files from the most general to the most exact."""
    language = name.partition("-")[0].lower()
    main = MAIN.get(language, "")
    chain = ["en-US"]
    for step in (main, name):
        if step and step not in chain:
            chain.append(step)
    return chain


@lru_cache(maxsize=64)
def _file(name: str) -> dict[str, Any] | None:
    if not name.replace("-", "").isalnum():
        return None
    file = resources.files(__package__).joinpath(f"{name}.json")
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return None
    value: dict[str, Any] = json.loads(text)
    return value


def make_locale(name: str, own: Sequence[Element] = ()) -> Locale:
    """The locale of a language tag. ``own`` are the ``cs:locale`` elements of a style."""
    name = _normal(name)
    made = _Making(name)
    for step in _chain(name):
        found = _file(step)
        if found is not None:
            made.take(found)
    for wanted in dict.fromkeys(("", name.partition("-")[0], name)):
        for element in own:
            if element.get("lang") == wanted:
                made.take_element(element)
    return made.done()


def _normal(name: str) -> str:
    """``de_at`` → ``de-AT``; a language alone gets its main country."""
    parts = name.replace("_", "-").split("-")
    language = parts[0].lower()
    country = next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
    if not language.isalpha() or not 2 <= len(language) <= 3:
        return "en-US"
    return f"{language}-{country}" if country else MAIN.get(language, language)


class _Making:
    """A locale while its sources are laid over each other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.terms: dict[tuple[str, str], Term] = {}
        self.genders: dict[str, str] = {}
        self.ordinals: list[Ordinal] = []
        self.long_ordinals: list[Ordinal] = []
        self.dates: dict[str, tuple[str, tuple[Part, ...]]] = {}
        self.options = {"punctuation-in-quote": False, "limit-day-ordinals-to-day-1": False}

    def take(self, data: Mapping[str, Any]) -> None:
        self.options |= data.get("options", {})
        for form, parts in data.get("dates", {}).items():
            made = tuple((part[0], {"form": part[1], "prefix": part[2], "suffix": part[3]}) for part in parts)
            self.dates[form] = ("", made)
        for key, value in data.get("terms", {}).items():
            name, _, form = key.partition(".")
            single, plural = (value, value) if isinstance(value, str) else value
            self.terms[name, form or "long"] = (single, plural)
        for names, form in (("months", "long"), ("months-short", "short"), ("seasons", "long")):
            for number, text in enumerate(data.get(names, ()), 1):
                self.terms[f"{names[:5] if form == 'short' else names[:-1]}-{number:02d}", form] = (
                    text,
                    text,
                )
        self.genders |= data.get("genders", {})
        ordinals = [_ordinal(*entry) for entry in data.get("ordinals", [])]
        if ordinals:
            self.ordinals = ordinals
        long_ordinals = [_ordinal(*entry) for entry in data.get("long-ordinals", [])]
        if long_ordinals:
            self.long_ordinals = long_ordinals

    def take_element(self, element: Element) -> None:
        for child in element.children:
            if child.name == "style-options":
                self.options |= {name: value == "true" for name, value in child.attributes.items()}
            elif child.name == "date":
                self._date(child)
            elif child.name == "terms":
                self._terms(child.children)

    def _date(self, element: Element) -> None:
        parts = tuple((part.get("name"), part.attributes) for part in element.children)
        self.dates[element.get("form")] = (element.get("delimiter"), parts)

    def _terms(self, terms: Sequence[Element]) -> None:
        ordinals: list[Ordinal] = []
        for term in terms:
            name = term.get("name")
            single, multiple = term.first("single"), term.first("multiple")
            text = term.text if single is None else single.text
            plural = text if multiple is None else multiple.text
            if name == "ordinal" or (name.startswith("ordinal-") and name[8:].isdecimal()):
                ordinals.append(_ordinal(name[8:], text, term.get("match"), term.get("gender-form")))
            elif name.startswith("long-ordinal-"):
                self.long_ordinals = [
                    *self.long_ordinals,
                    _ordinal(name[13:], text, "whole-number", term.get("gender-form")),
                ]
            else:
                if term.get("gender"):
                    self.genders[name] = term.get("gender")
                self.terms[name, term.get("form", "long")] = (text, plural)
        if ordinals:
            if not any(not ordinal.digits for ordinal in ordinals):
                ordinals = _first_scheme(ordinals)
            self.ordinals = ordinals

    def done(self) -> Locale:
        return Locale(
            self.name,
            self.terms,
            self.genders,
            tuple(self.ordinals),
            tuple(self.long_ordinals),
            self.dates,
            bool(self.options["punctuation-in-quote"]),
            bool(self.options["limit-day-ordinals-to-day-1"]),
        )


def _ordinal(digits: str, text: str, match: str = "", gender: str = "") -> Ordinal:
    if not match:
        match = "last-two-digits" if digits.isdecimal() and int(digits) > 9 else "last-digit"
    return Ordinal(digits, match, gender, text)


def _first_scheme(ordinals: list[Ordinal]) -> list[Ordinal]:
    """CSL 1.0: endings for 1, 2 and 3 (not for 11, 12, 13), and the fourth for all others."""
    other = next((ordinal.text for ordinal in ordinals if ordinal.digits == "04"), None)
    if other is None:
        return ordinals
    teens = [Ordinal(str(digits), "last-two-digits", "", other) for digits in (11, 12, 13)]
    return [Ordinal("", "", "", other), *(ordinal for ordinal in ordinals if ordinal.digits != "04"), *teens]
