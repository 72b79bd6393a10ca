"""Tables in the outputs of notebooks: HTML as pandas writes it → a table of Markdown.

Only what is a grid of texts is one; what spans cells or has pictures, links or blocks in it stays HTML. Texts of cells
come out as references to characters where Markdown would take them for markup.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_AROUND: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "p"})
_WITHIN: Final = frozenset({"b", "strong", "i", "em", "span", "br", "small"})
#: What shows nothing.
_UNSEEN: Final = frozenset({"style", "script", "caption", "colgroup", "col", "template"})
_MARKUP: Final = re.compile(r"[^\w ,.%/;()+\-]|--|(?<!\d)\.(?=\.)")
_NUMBER: Final = re.compile(r"[-+−]?[\d,. ]*\d[\d,. ]*(?:[eE][-+]?\d+)?\s*%?|nan|NaN|inf|-inf|—|-|")
_MOST: Final = 200


def table_of(html: str) -> list[str]:
    """The lines of a table of Markdown that says what ``html`` does; none where that is no plain table."""
    parser = _Parser()
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:  # of the parser, for odd declarations
        return []
    head = _head(parser.head)
    if not parser.is_plain or parser.tables != 1 or not head or not parser.body or len(head) > _MOST:
        return []
    rows = [row for row in parser.body if row]
    if any(len(row) != len(head) for row in rows):
        return []
    columns = zip(*rows, strict=True)
    marks = ["---:" if all(_NUMBER.fullmatch(cell) for cell in column) else "---" for column in columns]
    lines = [_line(head), f"|{'|'.join(marks)}|", *map(_line, rows)]
    words = " ".join("".join(parser.behind).split())
    return [*lines, "", escaped(words)] if words else lines


def _head(rows: Sequence[Sequence[str]]) -> list[str]:
    """The cells of the head; of two rows, of which one has the name of the index, those of both."""
    if len(rows) == 1:
        return list(rows[0])
    if len(rows) == 2 and len(rows[0]) == len(rows[1]) and not any(map(all, zip(*rows, strict=True))):
        return [one or other for one, other in zip(*rows, strict=True)]
    return []


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def escaped(text: str) -> str:
    """A text on one line as Markdown in which nothing is markup."""
    return _MARKUP.sub(
        lambda sign: "".join(f"&#{ord(one)};" if one.isascii() else one for one in sign[0]), text
    )


class _Parser(HTMLParser):
    """Collects the cells of a table. ``is_plain``: there was nothing else but text behind it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.head: list[list[str]] = []
        self.body: list[list[str]] = []
        self.behind: list[str] = []
        self.is_plain = True
        self.tables = 0
        self._in_head = self._has_header = False
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """HTMLParser's."""
        if self._unseen or tag in _UNSEEN:
            self._unseen = self._unseen or (tag if tag != "col" else "")
        elif self._is_odd(tag):
            self.is_plain = False
        elif tag == "table":
            self.tables += 1
        elif tag == "thead":
            self._in_head = True
        elif tag == "tr":
            self._row, self._has_header = [], True
        elif tag in {"th", "td"}:
            given = dict(attrs)
            spans = {given.get(name) or "1" for name in ("colspan", "rowspan")}
            self.is_plain = self.is_plain and spans == {"1"} and self._row is not None
            self._has_header = self._has_header and tag == "th"
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def _is_odd(self, tag: str) -> bool:
        """Whether a table with this element at this place is more than a grid of texts."""
        is_inside = self._cell is not None
        return (
            tag in {"div", "p", "table"}
            if is_inside and tag in _AROUND
            else tag not in (_WITHIN if is_inside else _AROUND)
        )

    def handle_endtag(self, tag: str) -> None:
        """HTMLParser's."""
        if self._unseen:
            self._unseen = "" if tag == self._unseen else self._unseen
        elif tag == "thead":
            self._in_head = False
        elif tag in {"th", "td"} and self._cell is not None and self._row is not None:
            self._row.append(" ".join("".join(self._cell).split()))
            self._cell = None
        elif tag == "tr" and self._row is not None:
            is_head = self._in_head or (self._has_header and not self.head and not self.body)
            (self.head if is_head else self.body).append(self._row)
            self._row = None

    def handle_data(self, data: str) -> None:
        """HTMLParser's."""
        if self._unseen:
            return
        if self._cell is not None:
            self._cell.append(data)
        elif data.strip():
            self.is_plain = self.is_plain and self.tables == 1 and self._row is None
            self.behind.append(data)
