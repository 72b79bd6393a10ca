"""Manuscripts: what a document theme needs to lay out a PDF, whatever sort of document it is.

The data name pictures by files that are made when the PDF is (``darkroom``); here it is only noted which they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from acadsite.markup.typst_text import Picture
from acadsite.track import ROOT, current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.kinds.pictures import Pictures
    from acadsite.markup.html import Resolve
    from acadsite.problems import Span


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document: the theme's file that lays it out, its data, the characters taken out of them, pictures by the names
    that the data have for them (their paths in the output), the time that the PDF carries in seconds since 1970, and
    the text to blame."""

    main: str
    data: Any
    hidden: str
    pictures: Mapping[str, str]
    timestamp: int
    where: Span


@dataclass(slots=True)
class Plates:
    """Finds the pictures of one text; ``files`` has those that were found."""

    pictures: Pictures
    resolve: Resolve
    place: Span
    files: dict[str, str] = field(default_factory=dict)

    def __call__(self, source: str) -> Picture | None:
        """A picture by the address that the text has for it."""
        link = self.resolve(source, "image", self.place)
        if link is None or link.picture is None:
            return None
        path = unquote(link.picture.url.removeprefix(ROOT))
        current().note("pixels", path)
        name = f"pictures/{path}.svg"
        self.files[name] = path
        return Picture(name, link.picture.width, link.picture.height)


def timestamp_of(date: Mapping[str, Any] | None) -> int:
    """The beginning of a date in seconds since 1970; that of 2000 where there is none."""
    year, month, day = (date["year"], date["month"] or 1, date["day"] or 1) if date else (2000, 1, 1)
    try:
        return max(0, int(dt.datetime(year or 2000, month, day, tzinfo=dt.UTC).timestamp()))
    except (ValueError, OverflowError):
        return 0
