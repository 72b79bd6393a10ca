"""Dates as people read them, in English; a date is the mapping that ``schema.parse_date`` makes. And the day of a
build, which is the only date that does not come from content."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from typing import Any, Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SEASONS: Final = {1: "Spring", 2: "Summer", 3: "Autumn", 4: "Winter"}
Date = Mapping[str, Any]


def long(date: Date) -> str:
    """“5 September 1932”, “September 1932”, “1932”; ranges as “5–12 September 1932”."""
    return _format(date, MONTHS)


def short(date: Date) -> str:
    """The same with months of three letters."""
    return _format(date, tuple(month[:3] for month in MONTHS))


def iso(date: Date) -> str:
    """``1932-09-05``, ``1932-09`` or ``1932``, for machines (HTML ``datetime``)."""
    text = f"{date['year']:04d}" if date["year"] is not None else ""
    if text and date["month"]:
        text += f"-{date['month']:02d}"
        if date["day"]:
            text += f"-{date['day']:02d}"
    return text


def _format(date: Date, months: tuple[str, ...]) -> str:
    if date["year"] is None:
        return str(date["text"])
    end = date["end"]
    circa = "c. " if date["circa"] else ""
    if not end:
        return circa + _one(date, months)
    if end["year"] is None:
        return f"{circa}{_one(date, months)} – {end['text'] or 'present'}"
    if (date["year"], date["month"]) == (end["year"], end["month"]):
        if date["day"] and end["day"] and date["day"] != end["day"]:
            return f"{circa}{date['day']}–{_one(end, months)}"
        return circa + _one(date, months)
    if date["year"] == end["year"] and date["month"] and end["month"]:
        return f"{circa}{_one({**date, 'year': None}, months)} – {_one(end, months)}"
    return f"{circa}{_one(date, months)} – {_one(end, months)}"


def _one(date: Date, months: tuple[str, ...]) -> str:
    month = months[date["month"] - 1] if date["month"] else SEASONS.get(date["season"] or 0, "")
    day = str(date["day"]) if date["month"] and date["day"] else ""
    year = str(date["year"]) if date["year"] is not None else ""
    return " ".join(part for part in (day, month, year) if part)


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
