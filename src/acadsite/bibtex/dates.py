"""Dates of an entry: ``year``, ``month``, ``day`` of BibTeX, or ``date`` of BibLaTeX (EDTF levels 0 and 1).

EDTF: Library of Congress, *Extended Date/Time Format* (ISO 8601-2:2019): ranges, open ranges, ``~`` ``?`` ``%``,
seasons 21–24, unspecified digits (``199X``). What people write in ``year`` and ``month`` instead is read as far as it
can be; a date that cannot be is text, never lost, and reported.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from acadsite.bibtex.latex import text as plain_text
from acadsite.problems import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTHS = (
    "january januar janvier enero gennaio januari janeiro jänner",
    "february februar février fevrier febrero febbraio februari fevereiro feber",
    "march märz maerz mars marzo maart março",
    "april avril abril aprile",
    "may mai mayo maggio mei maio",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august août aout agosto augustus",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember décembre decembre diciembre dicembre dezembro",
)
_SEASONS = {
    "spring": 1, "frühling": 1, "frühjahr": 1, "printemps": 1, "summer": 2, "sommer": 2, "été": 2, "autumn": 3,
    "fall": 3, "herbst": 3, "automne": 3, "winter": 4, "hiver": 4,
}  # fmt: skip

_EDTF = re.compile(
    r"(?P<year>-?[0-9]{4}|[0-9]{3}[Xu]|[0-9]{2}(?:XX|uu)|[yY]-?[0-9]{4,9})(?:-(?P<month>[0-9]{1,2}|XX|uu)(?:-(?P<day>[0-9]{1,2}|XX|uu))?)?"
    r"(?:[T ][0-9]{2}:?[0-9]{2}\S*)?(?P<mark>[~?%]?)"
)
_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")
_YEAR_LETTER = re.compile(r"([0-9]{4})[a-z]")
_YEARS = re.compile(r"([0-9]{4})\s*(–|-|/)\s*([0-9]{4}|[0-9]{2})")
_CIRCA = re.compile(
    r"(?:c\.|ca\.?|circa|about|around|um|vers|~)\s*\[?([0-9]{4})\]?|\[?([0-9]{4})\s*[?~]\]?", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Date:
    """A date or a range. ``season`` is 1 (spring) to 4 (winter). ``end`` is the last day, month or year of a range.
    ``text`` is what a person reads where the numbers do not say it all (“in press”, “1990s”, “2020/2021”)."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None
    end: Date | None = None
    circa: bool = False
    text: str = ""

    def record(self) -> dict[str, object]:
        """The date as a mapping, the form that records hold."""
        return {
            "year": self.year,
            "month": self.month,
            "day": self.day,
            "season": self.season,
            "end": self.end.record() if self.end else None,
            "circa": self.circa,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class DateFault:
    """What is wrong with a date; ``field`` tells where."""

    code: str
    field: str
    message: str
    hint: str = ""


Found = tuple[Date | None, tuple[DateFault, ...]]


def parse(fields: Mapping[str, str], prefix: str = "") -> Found:
    """The date of an entry and what is wrong with it; None when there is none.

    ``prefix`` chooses another date: ``url``, ``event``, ``orig``.
    """
    date = fields.get(f"{prefix}date", "")
    year = fields.get(f"{prefix}year", "")
    month, day = fields.get(f"{prefix}month", ""), fields.get(f"{prefix}day", "")
    if date.strip():
        found, faults = _from_date(date)
        return found, tuple(replace(fault, field=f"{prefix}date") for fault in faults)
    if not year.strip():
        return None, ()
    found, faults = _from_parts(year, month, day)
    return found, tuple(replace(fault, field=prefix + fault.field) for fault in faults)


@lru_cache(maxsize=8192)
def _from_date(raw: str) -> Found:
    value = plain_text(raw) if "\\" in raw or "{" in raw else raw.strip()
    parts = [part.strip() for part in value.split("/")]
    if len(parts) <= 2 and any(parts):
        ends = [None if part in {"", ".."} else edtf(part) for part in parts]
        is_open = [part in {"", ".."} for part in parts]
        if all(end is not None or gap for end, gap in zip(ends, is_open, strict=True)) and not all(is_open):
            faults = [
                fault for end, part in zip(ends, parts, strict=True) if end for fault in _check(end, part)
            ]
            clean = [end and possible(end) for end in ends]
            first, last = clean[0], clean[-1]
            if len(clean) == 1:
                return first, tuple(faults)
            if first is None:
                return Date(year=last.year if last else None, text=f"–{parts[1]}"), tuple(faults)
            if last is None:
                return replace(first, text=f"{parts[0]}–"), tuple(faults)
            return replace(first, end=replace(last, end=None)), tuple(faults)
    found, _ = _from_parts(value, "", "")
    fault = DateFault(
        "bib-bad-date",
        "date",
        f"{quote(value)} is no date",
        "Write 2021, 2021-03, 2021-03-15 or a range 2021/2022.",
    )
    return found, (fault,)


def edtf(value: str) -> Date | None:
    """One EDTF date (no range); None when it is none. Impossible months and days are kept here."""
    match = _EDTF.fullmatch(value)
    if match is None:
        return None
    year = match["year"]
    circa = bool(match["mark"])
    if year[-1] in "Xu":
        first = int(re.sub("[Xu]", "0", year))
        step = 10 if year[-2].isdigit() else 100
        return Date(first, end=Date(first + step - 1), circa=circa, text=f"{first}s")
    number = int(year.lstrip("yY"))
    month, day = (int(part) if part and part.isdigit() else None for part in (match["month"], match["day"]))
    if month is not None and 21 <= month <= 24:
        return Date(number, season=month - 20, circa=circa)
    return Date(number, month, day if month is not None else None, circa=circa)


def _check(date: Date, value: str) -> list[DateFault]:
    if date == possible(date):
        return []
    return [DateFault("bib-bad-date", "date", f"{quote(value)} is not in the calendar", "Write YYYY-MM-DD.")]


def possible(date: Date) -> Date:
    """The date without a month or day that does not exist."""
    if date.month is not None and not 1 <= date.month <= 12:
        return replace(date, month=None, day=None)
    if date.day is not None and (date.month is None or not 1 <= date.day <= _days(date.year, date.month)):
        return replace(date, day=None)
    return date


def _days(year: int | None, month: int) -> int:
    return monthrange(year if year and 0 < year < 10000 else 2000, month)[1]


@lru_cache(maxsize=8192)
def _from_parts(year_raw: str, month_raw: str, day_raw: str) -> Found:
    year = plain_text(year_raw)
    faults: list[DateFault] = []
    date = _year(year, faults)
    if month_raw.strip():
        month = plain_text(month_raw)
        placed = _month(date, month, plain_text(day_raw))
        if placed is None:
            faults.append(
                DateFault(
                    "bib-bad-date", "month", f"{quote(month)} is no month", "Write month = mar, or a number."
                )
            )
        else:
            date = placed
            ends = [date, *([date.end] if date.end else [])]
            if any(end != possible(end) for end in ends):
                value = f"{year} {month} {plain_text(day_raw)}".strip()
                field = "day" if day_raw.strip() else "month"
                faults.append(DateFault("bib-bad-date", field, f"{quote(value)} is not in the calendar"))
                date = possible(replace(date, end=None))
    return date, tuple(faults)


def _year(value: str, faults: list[DateFault]) -> Date:
    """The date in the field ``year``, which may hold anything."""
    if value.isascii() and value.isdigit():
        if len(value) != 4:
            faults.append(DateFault("bib-bad-date", "year", f"the year {quote(value)} has not four digits"))
        return Date(int(value) if len(value) <= 9 else None, text="" if len(value) <= 9 else value)
    if match := _YEAR_LETTER.fullmatch(value):
        return Date(int(match[1]), text=value)
    if match := _YEARS.fullmatch(value):
        first = int(match[1])
        last = int(match[3]) if len(match[3]) == 4 else first - first % 100 + int(match[3])
        if match[2] == "-" and len(match[3]) == 2 and 1 <= int(match[3]) <= 12 and last <= first:
            return Date(first, int(match[3]))
        return Date(first, end=Date(last), text=value if match[2] == "/" else "")
    dated = edtf(value)
    if dated is not None and not dated.text and not dated.circa:
        faults += [replace(fault, field="year") for fault in _check(dated, value)]
        return possible(dated)
    fault = DateFault("bib-year-text", "year", f"the year {quote(value)} is not a number")
    if match := _CIRCA.fullmatch(value):
        number = int(match[1] or match[2])
        faults.append(replace(fault, hint=f"Write date = {{{number}~}}."))
        return Date(number, circa=True, text=value)
    hint = "Write year = 2021 and put the rest into pubstate or note."
    if not any(char.isdigit() for char in value):
        hint = "Write year = 2021 once it is known; until then a word such as “forthcoming” may stay."
    faults.append(replace(fault, hint=hint))
    if dated is not None:
        return dated
    found = _YEAR.search(value)
    return Date(int(found[1]) if found else None, text=value)


def _month(date: Date, value: str, day: str) -> Date | None:
    """``date`` with what the field ``month`` (and ``day``) says; None when it says nothing that is known."""
    months: list[int] = []
    numbers: list[int] = []
    season = None
    for token in _TOKEN.findall(value):
        if token.isdecimal():
            numbers += [int(token)] if len(token) <= 2 else []
            continue
        number = month_number(token)
        if number:
            months.append(number)
        elif token.lower() in _SEASONS:
            season = season or _SEASONS[token.lower()]
    days = [int(token) for token in re.findall(r"[0-9]+", day) if len(token) <= 2]
    if not months and numbers:
        # A month as a number, or two of them as a range.
        months, numbers = numbers[:2], []
    days = numbers or days
    if not months:
        return replace(date, season=season) if season else None
    first = replace(date, month=months[0], day=days[0] if days else None)
    if len(months) > 1 or len(days) > 1:
        end_day = days[1] if len(days) > 1 else None
        end = Date(date.end.year if date.end else date.year, months[-1], end_day)
        return replace(first, end=end) if (end.month, end.day) != (first.month, first.day) else first
    return first


@lru_cache(maxsize=512)
def month_number(word: str) -> int | None:
    """1–12 for the name of a month or its beginning (three letters at least) in several languages; else None."""
    lowered = word.lower()
    for number, names in enumerate(_MONTHS, start=1):
        if lowered in names.split():
            return number
    if len(lowered) < 3:
        return None
    for number, names in enumerate(_MONTHS, start=1):
        if any(name.startswith(lowered) for name in names.split()):
            return number
    return None
