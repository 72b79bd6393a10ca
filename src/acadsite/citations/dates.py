"""Dates of CSL-JSON → values that can be compared and printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

_ISO: Final = re.compile(r"\s*(-?\d{1,6})(?:-(\d{1,2}))?(?:-(\d{1,2}))?([~?%]?)\s*")


@dataclass(frozen=True, slots=True)
class Day:
    """A year, perhaps with month and day (0: not known). ``season`` is 1 to 4, spring first."""

    year: int
    month: int = 0
    day: int = 0
    season: int = 0


@dataclass(frozen=True, slots=True)
class Date:
    """A day or a range of two; ``is_open`` says that the end is not known yet. ``literal`` stands for all else."""

    start: Day | None
    end: Day | None = None
    is_open: bool = False
    is_uncertain: bool = False
    literal: str = ""
    season: str = ""

    def key(self) -> str:
        """A text that sorts by time."""
        if self.start is None:
            return self.literal
        return _key(self.start) + (_key(self.end) if self.end else "")


def _key(day: Day) -> str:
    # Years before Christ count down: 100 BC comes before 50 BC.
    return f"{day.year + 1_000_000:08d}{day.month:02d}{day.day:02d}"


def read_date(value: Any) -> Date | None:
    """A date of CSL-JSON (``date-parts``, ``raw``, ``literal``, ``season``, ``circa``), or a text with one."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        value = {"raw": str(value)}
    if not isinstance(value, dict):
        return None
    uncertain = bool(value.get("circa"))
    literal = value.get("literal")
    literal = literal.strip() if isinstance(literal, str) else ""
    season = value.get("season", "")
    parts = value.get("date-parts")
    raw = value.get("raw", value.get("edtf"))
    days: list[Day | None] = []
    if isinstance(parts, (list, tuple)) and parts:
        days = [_day(part) for part in parts[:2]]
    elif isinstance(raw, str) and raw.strip():
        pieces = [_ISO.fullmatch(piece) for piece in raw.split("/")[:2]]
        if pieces[0] is None:
            literal = literal or raw.strip()
        else:
            days = [_day([piece[1], piece[2], piece[3]]) if piece else None for piece in pieces]
            uncertain = uncertain or any(piece[4] for piece in pieces if piece)
    if not days or days[0] is None:
        return Date(None, literal=literal, is_uncertain=uncertain) if literal else None
    start = days[0]
    number = _int(season)
    if number and not start.month:
        start = Day(start.year, season=(number - 1) % 20 % 4 + 1)
        season = ""
    end = days[1] if len(days) > 1 else None
    if (end is not None and end.year == 0) or (len(days) > 1 and end is None):
        return Date(start, None, True, uncertain)
    return Date(
        start, end if end != start else None, False, uncertain, "", season if isinstance(season, str) else ""
    )


def _int(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"\s*[-+]?\d{1,9}\s*", value):
        return int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**9:
        return int(value)
    return 0


def _day(parts: Any) -> Day | None:
    if not isinstance(parts, (list, tuple)) or not parts:
        return None
    numbers = [_int(part) for part in parts[:3]]
    if not numbers[0] and len(parts) == 1 and parts[0] in {"", None}:
        return None
    year, month, day = (*numbers, 0, 0)[:3]
    if 13 <= month <= 24:
        return Day(year, season=(month - (13 if month < 21 else 21)) % 4 + 1)
    if not 1 <= month <= 12:
        return Day(year)
    return Day(year, month, day if 1 <= day <= 31 else 0)
