"""Manuscripts: what a document theme needs to lay out a PDF, whatever sort of document it is.

The data name pictures by files that are made when the PDF is (``darkroom``); here it is only noted which they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from acadsite.markup.typst_documents import overflow_in
from acadsite.markup.typst_text import Picture
from acadsite.problems import Problem, Span, quote, warning
from acadsite.track import ROOT, current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.kinds.pictures import Pictures
    from acadsite.markup.html import Resolve


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document: the theme's file that lays it out, its data, the characters taken out of them, pictures by the names
    that the data have for them (their paths in the output), the time that the PDF carries in seconds since 1970, and
    where the text stands, which is looked through for what is wrong."""

    main: str
    data: Any
    hidden: str
    pictures: Mapping[str, str]
    timestamp: int
    where: Span
    text: str = ""

    def told(self, laid: Any) -> Iterator[Problem]:
        """What is wrong with the document as it was laid out (``missing`` characters, ``formulas``, ``problems``)."""
        for problem in laid.problems:
            large = overflow_in(problem.message)
            if large is None:
                yield problem
                continue
            message = f"In the PDF this does not fit into its line: it is {large.percent} % too wide."
            yield warning("pdf-overflow", message, Span(self.where.path, large.line))
        signs = "".join(dict.fromkeys((*self.hidden, *laid.missing)))
        if signs:
            shown = ", ".join(f"{quote(sign)} (U+{ord(sign):04X})" for sign in signs[:5])
            more = f" and {len(signs) - 5} more" if len(signs) > 5 else ""
            hint = "Put the file of a font that has them into templates/documents/."
            yield warning("pdf-glyph", f"The PDF cannot show {shown}{more}.", self._place(signs), hint)
        for source in laid.formulas:
            message = f"The PDF shows the formula {quote(source[:80])} as TeX: Typst cannot set it."
            yield warning("pdf-formula", message, self.where)

    def _place(self, signs: str) -> Span:
        """The first of the characters in the text, else its beginning."""
        at = min((self.text.index(sign) for sign in signs if sign in self.text), default=-1)
        before = self.text[: max(at, 0)]
        line = self.where.line + before.count("\n")
        return Span(self.where.path, line, at - before.rfind("\n")) if at >= 0 else self.where


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
