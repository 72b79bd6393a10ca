"""When an entry or a record of a CV was: from dates as people write them, for the order and for “since”.

“2014 – 2019”, “Winter 1928/29”, “S2017”, “since 1909”, “2019–”, “2022 - present”, “05/2020”, and the dates of records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.dates import MONTHS

if TYPE_CHECKING:
    from acadsite.track import RecordView

Moment = tuple[int, int, int]  # year, month, day; 0 where it is not known

#: Later than every year.
NEVER_ENDS: Final = 9999

#: The month in which a term begins. Where a winter has one year, it is the winter of its first months.
_TERMS: Final = {
    "spring": 4, "sp": 4, "s": 4, "frühling": 4, "frühjahr": 4, "summer": 7, "su": 7, "sommer": 6, "ss": 6, "sose": 6,
    "fall": 9, "autumn": 9, "f": 9, "au": 9, "herbst": 9, "winter": 1, "w": 1, "wi": 1, "ws": 10, "wise": 10,
    "wintersemester": 10, "sommersemester": 6,
}  # fmt: skip
_MONTHS: Final = {month[:3].casefold(): number for number, month in enumerate(MONTHS, 1)}
_WINTERS: Final = frozenset({"winter", "w", "wi"})
_YEAR: Final = re.compile(
    r"(?:(?<![^\W\d_])(?P<word>[^\W\d_]+)\.?[\s,’']*(?:\d{1,2}(?:st|nd|rd|th)?[\s,]+)?|(?<!\d)(?P<before>\d{1,2})[/.])?"
    r"(?<!\d)(?P<year>1\d{3}|2[01]\d{2})(?!\d)"
    r"(?:\s*(?P<mark>[/–—-]+)\s*(?P<short>\d{2})(?!\d))?"
)
_OPEN: Final = re.compile(
    r"\b(?:present|now|today|current|ongoing|since|heute|seit|présent|depuis|presente|actual)\b"
    r"|\d{4}\s*(?:–|—|-+)\s*$",
    re.IGNORECASE,
)


class Period(NamedTuple):
    """From when to when; what goes on ends in the year ``NEVER_ENDS``."""

    first: Moment
    last: Moment


def period_in(text: str) -> Period | None:
    """The period that a text tells, or None where it names no year."""
    moments = [moment for found in _YEAR.finditer(text) for moment in _moments(found)]
    is_open = _OPEN.search(text) is not None
    if not moments:
        return None
    return Period(min(moments), (NEVER_ENDS, 0, 0) if is_open else max(moments))


def _moments(found: re.Match[str]) -> tuple[Moment, ...]:
    year, word = int(found["year"]), (found["word"] or "").casefold()
    month = int(found["before"] or 0) or _TERMS.get(word) or _MONTHS.get(word[:3], 0)
    if month > 12:
        month = 0
    if not found["short"]:
        return ((year, month, 0),)
    short, is_month = int(found["short"]), found["mark"] == "-"
    if is_month and 0 < short <= 12 and short <= year % 100:  # 2019-05; but 2009-10 are two years
        return ((year, short, 0),)
    end = year // 100 * 100 + short
    end += 100 if end < year else 0
    if word in _WINTERS:
        return ((year, 11, 0), (end, 2, 0))
    return ((year, month, 0), (end, month, 0)) if end - year < 80 else ((year, month, 0),)


def period(entry: Mapping[str, Any]) -> Period | None:
    """The period of an entry of ``cv.yaml``: its dates, else start and end."""
    if entry["dates"] is not None:
        return period_in(entry["dates"])
    return _between(entry["start"], entry["end"])


def period_of(view: RecordView) -> Period | None:
    """The period of a record: of the first of its fields that tells one."""
    for name in ("date", "years", "dates", "term"):
        value = getattr(view, name, None)
        if isinstance(value, Mapping):
            if value.get("year"):
                end = value.get("end")
                return Period(_moment(value), _moment(end) if end else _moment(value))
        elif value and (found := period_in(str(value))):
            return found
    found = _between(getattr(view, "start", None), getattr(view, "end", None))
    if found is None and isinstance(year := getattr(view, "year", None), int):
        return Period((year, 0, 0), (year, 0, 0))
    return found


def _between(start: Any, end: Any) -> Period | None:
    known = [_moment_of(date) for date in (start, end) if date is not None]
    moments = [moment for moment in known if moment is not None]
    if not moments:
        return None
    return Period(moments[0], (NEVER_ENDS, 0, 0) if end is None else moments[-1])


def _moment_of(date: Any) -> Moment | None:
    if isinstance(date, Mapping):
        return _moment(date) if date.get("year") else None
    found = period_in(str(date))
    return found.last if found else None


def _moment(date: Mapping[str, Any]) -> Moment:
    if not date["year"]:
        return (NEVER_ENDS, 0, 0)
    return (date["year"], date["month"] or 0, date["day"] or 0)


def rank(found: Period | None, order: str) -> tuple[Any, ...]:
    """A key that sorts by period, “newest” or “oldest” first; what has none comes last."""
    if found is None:
        return (1,)
    sign = -1 if order == "newest" else 1
    moments = (*found.last, *found.first) if order == "newest" else (*found.first, *found.last)
    return (0, *(sign * part for part in moments))
