"""Schemas: what a mapping from YAML may hold, checked with the place of every value.

A ``Schema`` is a tuple of ``Field``; a field has a *kind* that turns a ``Node`` into a plain value or adds a
problem. The same schemas serve ``site.yaml``, the records of every collection and front matter, and they print
themselves as JSON Schema for editors. Kinds never raise for content.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from acadsite import dates
from acadsite.links import unsafe_reason
from acadsite.problems import Problem, did_you_mean, error, nearest, quote, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.sources import Node

Value = Any  # JSON-able: None, bool, int, float, str, list, dict


class Kind(Protocol):
    """What a value must be."""

    @property
    def noun(self) -> str:
        """What is expected, for messages."""

    def check(self, node: Node, problems: list[Problem]) -> Value:
        """The value of ``node``, or None after adding a problem."""

    def json(self) -> dict[str, Value]:
        """The kind as JSON Schema (2020-12)."""


def _wrong(node: Node, noun: str, problems: list[Problem], hint: str = "") -> None:
    if isinstance(node.value, dict):
        seen = "“key: value” lines"
    elif isinstance(node.value, tuple):
        seen = "a list"
    elif node.value is None:
        seen = "nothing"
    else:
        seen = quote(node.raw)
    problems.append(error("value-kind", f"Expected {noun}, found {seen}.", node.span, hint))


_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def is_language(text: str) -> bool:
    """Whether ``text`` has the form of a language tag (BCP 47)."""
    return _TAG.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Text:
    """Text; numbers are taken as they are written. ``markdown`` marks inline Markdown for editors and docs."""

    noun: str = "text"
    markdown: bool = False

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, (dict, tuple)) or node.value is None:
            is_link = isinstance(node.value, tuple) and [type(item.value) for item in node.value] == [tuple]
            hint = "Put quotes around text that begins with “[[”." if is_link else ""
            return _wrong(node, self.noun, problems, hint)
        return node.raw.strip()

    def json(self) -> dict[str, Value]:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class Language:
    """A language tag (BCP 47), such as ``de`` or ``pt-BR``."""

    noun: str = "a language tag (en, de, pt-BR)"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        tag = node.raw.strip() if not isinstance(node.value, (dict, tuple)) else ""
        if is_language(tag):
            return tag
        if not tag or node.value is None:
            return _wrong(node, self.noun, problems)
        message = f"{quote(tag)} is no language code."
        problems.append(error("value-language", message, node.span, "Such as en, de or pt-BR."))
        return None

    def json(self) -> dict[str, Value]:
        return {"type": "string", "pattern": f"^{_TAG.pattern}$"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    least: int = -(10**9)
    most: int = 10**12
    noun: str = "a whole number"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            is_huge = re.fullmatch(r"[-+]?[0-9]{19,}", node.raw)
            noun = f"{self.noun} from {self.least} to {self.most}" if is_huge else self.noun
            return _wrong(node, noun, problems)
        if not self.least <= node.value <= self.most:
            return _wrong(node, f"{self.noun} from {self.least} to {self.most}", problems)
        return node.value

    def json(self) -> dict[str, Value]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes or no. YAML 1.1 words (``yes``, ``on``) are understood here, where nothing else can be meant."""

    noun: str = "“true” or “false”"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, bool):
            return node.value
        word = node.raw.strip().casefold()
        if word in {"yes", "on", "true", "y"}:
            return True
        if word in {"no", "off", "false", "n"}:
            return False
        return _wrong(node, self.noun, problems)

    def json(self) -> dict[str, Value]:
        return {"type": ["boolean", "string"]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]
    noun: str = "one of some words"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, (dict, tuple)) or node.raw.strip() not in self.words:
            listed = ", ".join(f"“{word}”" for word in self.words)
            return _wrong(node, f"one of {listed}", problems, did_you_mean(node.raw, self.words))
        return node.raw.strip()

    def json(self) -> dict[str, Value]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Address:
    """A web address, an e-mail address as ``mailto:``, or a path within the site.

    Addresses that could run a script are refused (C6 of the checks); the value becomes None.
    """

    noun: str = "an address"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, (dict, tuple)) or node.value is None:
            return _wrong(node, self.noun, problems)
        address = node.raw.strip()
        reason = unsafe_reason(address)
        if reason:
            problems.append(
                warning("link-unsafe", f"The address {quote(address)} {reason}; it is left out.", node.span)
            )
            return None
        return address

    def json(self) -> dict[str, Value]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Unless:
    """What ``kind`` takes, or ``false`` where there shall be none."""

    kind: Kind

    @property
    def noun(self) -> str:
        return f"{self.kind.noun}, or false"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if node.value is False:
            return False
        if node.value is True:
            return _wrong(node, self.noun, problems)
        return self.kind.check(node, problems)

    def json(self) -> dict[str, Value]:
        return {"anyOf": [{"const": False}, self.kind.json()]}


@dataclass(frozen=True, slots=True)
class Day:
    """A date as precise as it is known: ``2024``, ``2024-05``, ``2024-05-31``, or a range ``A/B``."""

    noun: str = "a date (2024, 2024-05 or 2024-05-31)"
    ranges: bool = True

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, (dict, tuple)) or node.value is None:
            return _wrong(node, self.noun, problems)
        value, fault = parse_date(node.raw, ranges=self.ranges)
        if fault:
            problems.append(
                error(
                    "value-date",
                    f"{quote(node.raw)} is no date: {fault}.",
                    node.span,
                    _date_hint(node.raw),
                )
            )
        return value

    def json(self) -> dict[str, Value]:
        return {"type": ["string", "integer"]}


#: A number of degrees with the sign or the letter of its half, such as 51.53, -0.12, 51.53° N.
_DEGREES = re.compile(r"\s*([-+]?)(\d{1,3}(?:\.\d+)?)\s*°?\s*([NSEWnsew]?)\s*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Latitude and longitude in degrees (WGS 84), as a list of two numbers or as text: ``51.53, 9.93`` or
    ``51.53° N, 9.93° E``. The value is a list of two floats."""

    noun: str = "latitude and longitude, such as [51.53, 9.93]"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, tuple):
            words = [item.raw if not isinstance(item.value, (dict, tuple)) else "" for item in node.value]
        elif isinstance(node.value, dict) or node.value is None:
            return _wrong(node, self.noun, problems)
        else:
            words = node.raw.split(",")
        lat, lon = (_degrees(words[0], "NS"), _degrees(words[1], "EW")) if len(words) == 2 else (None, None)
        if lat is None or lon is None:
            return _wrong(node, self.noun, problems)
        if abs(lat) > 90 or abs(lon) > 180:
            message = f"{quote(', '.join(word.strip() for word in words))} is nowhere on earth."
            hint = "Latitudes go from -90 to 90, longitudes from -180 to 180."
            if abs(lat) <= 180 and abs(lon) <= 90:
                hint = f"The latitude comes first: [{lon:g}, {lat:g}]."
            problems.append(error("value-coordinates", message, node.span, hint))
            return None
        return [lat, lon]

    def json(self) -> dict[str, Value]:
        pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        return {"anyOf": [pair, {"type": "string"}]}


def _degrees(text: str, letters: str) -> float | None:
    """Degrees; below zero in the south and west. None for what is no such number."""
    match = _DEGREES.match(text)
    if match is None or (match[3] and (match[1] or match[3].upper() not in letters)):
        return None
    is_below = match[1] == "-" or match[3].upper() == letters[1]
    # No negative zero, which would be written otherwise.
    return (-float(match[2]) if is_below else float(match[2])) + 0.0


@dataclass(frozen=True, slots=True)
class Many:
    """A list; a single value is a list of one. ``lost`` stands for an item that is wrong, so that the others keep their
    numbers and with them their places; without it such an item is left out."""

    kind: Kind
    noun: str = "a list"
    lost: Value = None

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if node.value is None:
            return []
        nodes = node.value if isinstance(node.value, tuple) else (node,)
        values = [self.kind.check(item, problems) for item in nodes]
        values = [self.lost if value is None else value for value in values]
        return [value for value in values if value is not None]

    def json(self) -> dict[str, Value]:
        return {"anyOf": [{"type": "array", "items": self.kind.json()}, self.kind.json()]}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with free keys and values of one kind; a key without a value is left out, if it does not say that there
    is none."""

    kind: Kind
    noun: str = "“key: value” lines"
    nulls: bool = False

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if node.value is None:
            return {}
        if not isinstance(node.value, dict):
            return _wrong(node, self.noun, problems)
        values = {key: self.kind.check(item, problems) for key, item in node.value.items()}
        return {key: value for key, value in values.items() if self.nulls or value is not None}

    def json(self) -> dict[str, Value]:
        return {"type": "object", "additionalProperties": self.kind.json()}


@dataclass(frozen=True, slots=True)
class Either:
    """The first kind for scalars, the second for mappings and lists."""

    scalar: Kind
    other: Kind

    @property
    def noun(self) -> str:
        return f"{self.scalar.noun} or {self.other.noun}"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        chosen = self.other if isinstance(node.value, (dict, tuple)) else self.scalar
        return chosen.check(node, problems)

    def json(self) -> dict[str, Value]:
        return {"anyOf": [self.scalar.json(), self.other.json()]}


@dataclass(frozen=True, slots=True)
class Struct:
    """A mapping with its own schema."""

    schema: Schema
    noun: str = "“key: value” lines"

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if not isinstance(node.value, dict):
            return _wrong(node, self.noun, problems)
        value = self.schema.read(node, problems)
        is_whole = all(value[field.name] is not None for field in self.schema.fields if field.required)
        return value if is_whole else None

    def json(self) -> dict[str, Value]:
        return self.schema.json()


@dataclass(frozen=True, slots=True)
class Free:
    """Anything: kept as it is."""

    noun: str = "a value"

    def check(self, node: Node, problems: list[Problem]) -> Value:  # noqa: ARG002
        return node.plain()

    def json(self) -> dict[str, Value]:
        return {}


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a schema. ``doc`` is one sentence for the reference; ``default`` is used when it is absent."""

    name: str
    kind: Kind
    doc: str = ""
    required: bool = False
    default: Value = None


@dataclass(frozen=True, slots=True)
class Schema:
    """The keys of one mapping.

    ``closed``: unknown keys are errors (site.yaml). Otherwise they are kept in the value under ``extra``, so
    that templates reach them, and a warning is given only where one looks like a slip of a known key.
    """

    name: str
    fields: tuple[Field, ...]
    closed: bool = False

    def names(self) -> tuple[str, ...]:
        """The known keys, in order."""
        return tuple(field.name for field in self.fields)

    def empty(self) -> dict[str, Value]:
        """A mapping that says nothing: every key with its default."""
        return {field.name: field.default for field in self.fields} | ({} if self.closed else {"extra": {}})

    def read(self, node: Node, problems: list[Problem], *, partial: bool = False) -> dict[str, Value]:
        """Every known key with its value or default; ``partial`` leaves absent keys out and requires none."""
        given = node.value if isinstance(node.value, dict) else {}
        data: dict[str, Value] = {}
        missing = []
        for field in self.fields:
            item = given.get(field.name)
            if item is None or (item.value is None and not field.required):
                if field.required and not partial:
                    missing.append(field)
                if not partial:
                    data[field.name] = field.default
            else:
                value = field.kind.check(item, problems)
                data[field.name] = field.default if value is None else value
        if missing:
            problems.append(_missing(node, missing))
        unknown = [key for key in given if key not in self.names()]
        extra = {}
        for key in unknown:
            hint = did_you_mean(key, self.names())
            if self.closed:
                hint = hint or f"Known keys: {', '.join(self.names())}."
                problems.append(
                    error("key-unknown", f"Unknown key {quote(key)} in {self.name}.", node.keys[key], hint)
                )
                continue
            if nearest(key, self.names(), 0.8):
                problems.append(
                    warning("key-unknown", f"Unknown key {quote(key)} in {self.name}.", node.keys[key], hint)
                )
            extra[key] = given[key].plain()
        if not self.closed:
            data["extra"] = extra
        return data

    def json(self) -> dict[str, Value]:
        """The schema as JSON Schema (2020-12)."""
        properties = {}
        for field in self.fields:
            entry = dict(field.kind.json())
            if field.doc:
                entry["description"] = field.doc
            if field.default not in (None, [], {}):
                entry["default"] = field.default
            properties[field.name] = entry
        document: dict[str, Value] = {"type": "object", "properties": properties}
        required = [field.name for field in self.fields if field.required]
        if required:
            document["required"] = required
        if self.closed:
            document["additionalProperties"] = False
        return document


def _missing(node: Node, fields: list[Field]) -> Problem:
    names = [quote(field.name) for field in fields]
    hint = f"It holds {fields[0].kind.noun}."
    if names[1:]:
        message = f"The keys {', '.join(names[:-1])} and {names[-1]} are missing."
        hint = " ".join(f"“{field.name}” holds {field.kind.noun}." for field in fields)
    else:
        message = f"The key {names[0]} is missing."
    return error("key-missing", message, node.span, hint)


# --- dates ---

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ][\d:.+Zz -]*)?)?)?\Z")
#: The day first, with points, as on the continent: unlike 03/04/2024 it has one meaning.
_POINTS = re.compile(r"\s*(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\s*\Z")
NO_DATE: Mapping[str, Value] = {
    "year": None,
    "month": None,
    "day": None,
    "season": None,
    "end": None,
    "circa": False,
    "text": "",
}


_OPEN: Final = frozenset({"present", "now", "today", "ongoing", "current", "currently"})


def _date_hint(text: str) -> str:
    match = _POINTS.match(text)
    if match:
        meant = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
        if parse_date(meant)[0] is not None:
            return f"Write {meant}."
    meant = dates.read(text)
    if meant and parse_date(meant, ranges=False)[0] is not None:
        return f"Write {meant}."
    if text.strip().casefold() in _OPEN:
        return "Leave the key out for as long as there is no end."
    return "Write 2024, 2024-05 or 2024-05-31."


def parse_date(text: str, *, ranges: bool = True) -> tuple[dict[str, Value] | None, str]:
    """A date value (year, month, day, season, end, circa, text) and an empty string, or None and the fault.

    Accepts ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` (a time after it is dropped), and with ``ranges`` two of them
    joined by ``/``, where ``..``, nothing or ``present`` as the second is an open end.
    """
    text = text.strip()
    if ranges and "/" in text and not re.match(r"\d{1,2}/", text):
        start, _, end = text.partition("/")
        value, fault = parse_date(start, ranges=False)
        if value is None:
            return None, fault
        if end.strip().casefold() in {"", "..", "present", "now"}:
            return {**value, "end": {**NO_DATE, "text": "present"}}, ""
        last, fault = parse_date(end, ranges=False)
        if last is None:
            return None, fault
        if _ordinal(last) < _ordinal(value):
            return None, "the end comes before the start"
        return {**value, "end": last}, ""
    match = _DATE.match(text)
    if not match:
        return None, "the form is not known"
    year, month, day = (int(part) if part else None for part in match.groups())
    if month is not None and not 1 <= month <= 12:
        return None, f"there is no month {month}"
    if day is not None:
        try:
            dt.date(year or 1, month or 1, day)
        except ValueError:
            return None, f"there is no day {day} in that month"
    return {**NO_DATE, "year": year, "month": month, "day": day}, ""


def _ordinal(date: Mapping[str, Value]) -> tuple[int, int, int]:
    return (date["year"] or 0, date["month"] or 0, date["day"] or 0)
