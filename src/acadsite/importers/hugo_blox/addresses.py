# ruff: noqa: SIM905  (tables of words read better as text)
"""The addresses that Hugo gives: of files, of sections, of the terms of taxonomies.

Pure functions over text. Sources: gohugo.io, “URL management” and “Permalinks”; what a name becomes there: blanks are
hyphens, other signs go, letters are small.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

_KEPT: Final = frozenset("./\\_#+~-@")
#: What goes from an address.
_DROPPED: Final = re.compile(r"[^\w\s./\\#+~@-]+")
_TOKEN: Final = re.compile(r":([a-z]+)(?:\[[^\]]*\])?")
_MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
_DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()


def path_name(text: str, *, without_accents: bool = False, keeps_case: bool = False) -> str:
    """A file, folder or term as it stands in an address: each blank is a hyphen, other signs go."""
    if without_accents:
        apart = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize(
            "NFC", "".join(char for char in apart if unicodedata.category(char) != "Mn")
        )
    name = "".join(
        "-" if char.isspace() else char
        for char in text.strip()
        if char in _KEPT or char.isspace() or char.isdigit() or unicodedata.category(char)[0] in "LM"
    )
    return name if keeps_case else name.lower()


def slug_name(text: str, **wishes: bool) -> str:
    """A title or slug as it stands in an address made by a pattern: blanks and what goes between them are one
    hyphen."""
    text = re.sub(r"[+#]", " ", text).strip()
    return path_name(re.sub(r"\s+", " ", _DROPPED.sub("", text)), **wishes)


def older_name(text: str, **wishes: bool) -> str:
    """The same in versions of Hugo before 0.123, where files and terms had it, too, and “C++” kept its signs."""
    return path_name(re.sub(r"\s+", " ", _DROPPED.sub("", text.strip())), **wishes)


def joined(*parts: str) -> str:
    """Parts of an address as one, with a slash at both ends."""
    inner = "/".join(piece for part in parts for piece in part.split("/") if piece not in {"", ".", ".."})
    return f"/{inner}/" if inner else "/"


def by_pattern(
    pattern: str, words: Mapping[str, str], day: dt.date | None, name: Callable[[str], str]
) -> str:
    """An address by a pattern of ``permalinks``, such as ``/:year/:slug/``. ``words`` are the words that tokens stand
    for; ``name`` makes them fit for an address."""

    def word(match: re.Match[str]) -> str:
        token = match[1]
        if token in words:
            return "/".join(name(part) for part in words[token].split("/"))
        if day is None:
            return ""
        return _DATED[token](day) if token in _DATED else ""

    address = _TOKEN.sub(word, pattern)
    return address if re.search(r"\.[A-Za-z0-9]{1,5}\Z", address) else joined(address)


_DATED: Final[dict[str, Callable[[dt.date], str]]] = {
    "year": lambda day: f"{day.year:04}",
    "month": lambda day: f"{day.month:02}",
    "monthname": lambda day: _MONTHS[day.month - 1],
    "day": lambda day: f"{day.day:02}",
    "weekday": lambda day: str(day.isoweekday() % 7),
    "weekdayname": lambda day: _DAYS[day.weekday()],
    "yearday": lambda day: str(day.timetuple().tm_yday),
}


def ugly(address: str) -> str:
    """An address with ``uglyURLs``: a file instead of a folder."""
    return f"{address.rstrip('/')}.html" if address.strip("/") and address.endswith("/") else address
