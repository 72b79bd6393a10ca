"""Dates as people read them, in their language; a date is the mapping that ``schema.parse_date`` makes. And the day of
a build, which is the only date that does not come from content."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from acadsite.languages import Calendar, language

Date = Mapping[str, Any]
ENGLISH: Final = language("en").calendar
MONTHS: Final = ENGLISH.months


def long(date: Date, calendar: Calendar = ENGLISH) -> str:
    """“5 September 1932”, “September 1932”, “1932”; ranges as “5–12 September 1932”."""
    return _format(date, calendar.months, calendar.seasons, calendar.long)


def short(date: Date, calendar: Calendar = ENGLISH) -> str:
    """The same with short names of months."""
    return _format(date, calendar.short_months, calendar.seasons, calendar.short)


def yearless(date: Date, calendar: Calendar = ENGLISH) -> str:
    """“5 Sep”, “Sep”, where the year stands above; a date without a month, or a range, as it is."""
    if date["year"] is None or not date["month"] or date["end"] or date["circa"]:
        return short(date, calendar)
    return _Writer(calendar.short_months, calendar.seasons, calendar.short).yearless(date)


def iso(date: Date) -> str:
    """``1932-09-05``, ``1932-09`` or ``1932``, for machines (HTML ``datetime``)."""
    text = f"{date['year']:04d}" if date["year"] is not None else ""
    if text and date["month"]:
        text += f"-{date['month']:02d}"
        if date["day"]:
            text += f"-{date['day']:02d}"
    return text


@dataclass(frozen=True, slots=True)
class _Writer:
    months: tuple[str, ...]
    seasons: tuple[str, ...]
    patterns: Mapping[str, str]

    def fill(self, pattern: str, **values: str) -> str:
        return self.patterns[pattern].format(**values)

    def day(self, date: Date) -> str:
        first = self.patterns.get("first", "")
        return first if first and date["day"] == 1 else str(date["day"])

    def whole(self, date: Date) -> str:
        """A date that may be a range."""
        shown = self.range(date) if date["end"] else self.one(date)
        return self.fill("circa", x=shown) if date["circa"] else shown

    def range(self, date: Date) -> str:
        end = date["end"]
        if end["year"] is None:
            text = end["text"]
            last = self.patterns["present"] if text in {"", "present"} else text
            return self.fill("range", a=self.one(date), b=last)
        if (date["year"], date["month"]) == (end["year"], end["month"]):
            if date["day"] and end["day"] and date["day"] != end["day"]:
                month = self.months[date["month"] - 1]
                days = {"d": self.day(date), "e": str(end["day"])}
                return self.fill("days", m=month, y=str(date["year"]), **days)
            return self.one(date)
        is_one_year = date["year"] == end["year"] and date["month"] and end["month"]
        start = self.yearless(date) if is_one_year and not self.patterns.get("year-first") else self.one(date)
        last = self.yearless(end) if is_one_year and self.patterns.get("year-first") else self.one(end)
        return self.fill("range", a=start, b=last)

    def yearless(self, date: Date) -> str:
        month = self.months[date["month"] - 1]
        return self.fill("day-month", d=self.day(date), m=month) if date["day"] else month

    def one(self, date: Date) -> str:
        year = str(date["year"])
        if date["month"]:
            month = self.months[date["month"] - 1]
            if date["day"]:
                return self.fill("day", d=self.day(date), m=month, y=year)
            return self.fill("month", m=month, y=year)
        season = date["season"] or 0
        return self.fill("season", m=self.seasons[season - 1], y=year) if 1 <= season <= 4 else year


def _format(
    date: Date, months: tuple[str, ...], seasons: tuple[str, ...], patterns: Mapping[str, str]
) -> str:
    if date["year"] is None:
        return str(date["text"])
    return _Writer(months, seasons, patterns).whole(date)


def day(wish: str | None) -> dt.date:
    """The day of a build: the one wished for, else ``SOURCE_DATE_EPOCH`` (UTC), else today.

    Raises ValueError for a wish that is no date (YYYY-MM-DD), and for a time that no calendar has.
    """
    if wish:
        return dt.date.fromisoformat(wish)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
        except (OverflowError, OSError) as failure:
            raise ValueError(epoch) from failure
    return dt.datetime.now(dt.UTC).date()


#: As people write dates.
_SHORT: Final = tuple(month[:3].lower() for month in MONTHS)
_ISO: Final = re.compile(r"\d{4}(-\d{1,2}(-\d{1,2})?)?\Z")
_MONTH_YEAR: Final = re.compile(
    r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?\s*(?:(\d{1,2})(?:st|nd|rd|th)?)?,?\s+(\d{4})\Z"
)
_NUMBERS: Final = re.compile(r"(\d{1,2})[/.](\d{4})\Z|(\d{4})[/.](\d{1,2})\Z")
_OPEN_END: Final = frozenset({"present", "now", "today", "ongoing", "current"})


def read(text: str) -> str:
    """A date as people write it in English, or a range of two, as ISO 8601 allows it; empty when not understood.

    “May 2019” → “2019-05”, “2 May 2019” and “May 2, 2019” → “2019-05-02”, “2014 – 2015” → “2014/2015”.
    """
    parts = re.split(r"\s*[–—]+\s*|\s+-+\s+|--+", text.strip())
    if len(parts) == 2:
        start = read(parts[0])
        end = "present" if parts[1].casefold() in _OPEN_END else read(parts[1])
        return f"{start}/{end}" if start and end else ""
    text = text.strip()
    if _ISO.match(text):
        return text
    match = _MONTH_YEAR.match(text)
    if match and match[2][:3].lower() in _SHORT:
        day = match[1] or match[3]
        month = _SHORT.index(match[2][:3].lower()) + 1
        return f"{match[4]}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    match = _NUMBERS.match(text)
    if match:
        return f"{match[2] or match[3]}-{int(match[1] or match[4]):02d}"
    return ""
