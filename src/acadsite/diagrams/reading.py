"""What all languages of diagrams are read with: a text with a place in it, lines with their numbers, colours.

Places of problems are those of the text as it was given: comments and the like become blanks, nothing moves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from acadsite import colours
from acadsite.diagrams.model import NO_PAINT, Fault, Paint, Refused
from acadsite.diagrams.words import plain, shortened
from acadsite.problems import nearest, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Longer texts are no diagrams that anybody would look at.
LONGEST: Final = 50_000

_FRONT: Final = re.compile(r"\s*^---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_TITLE: Final = re.compile(r"^title:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_DIRECTIVE: Final = re.compile(r"%%\{.*?\}%%", re.DOTALL)
_COMMENT: Final = re.compile(r"^[ \t]*%%.*$", re.MULTILINE)
_SHOWN: Final = re.compile(r"\S")
_ACCESSIBLE: Final = re.compile(r"^[ \t]*acc(Title|Descr)[ \t]*(?::[ \t]*([^\n]*)|\{([^}]*)\})", re.MULTILINE)
_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NAMED: Final = {
    "black": "#000000", "white": "#ffffff", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0",
    "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "darkgray": "#a9a9a9", "darkgrey": "#a9a9a9", "red": "#ff0000",
    "darkred": "#8b0000", "maroon": "#800000", "pink": "#ffc0cb", "lightpink": "#ffb6c1", "salmon": "#fa8072",
    "coral": "#ff7f50", "tomato": "#ff6347", "orange": "#ffa500", "gold": "#ffd700", "yellow": "#ffff00",
    "lightyellow": "#ffffe0", "olive": "#808000", "lime": "#00ff00", "green": "#008000", "lightgreen": "#90ee90",
    "darkgreen": "#006400", "teal": "#008080", "aqua": "#00ffff", "cyan": "#00ffff", "lightcyan": "#e0ffff",
    "blue": "#0000ff", "lightblue": "#add8e6", "skyblue": "#87ceeb", "steelblue": "#4682b4", "navy": "#000080",
    "darkblue": "#00008b", "indigo": "#4b0082", "purple": "#800080", "violet": "#ee82ee", "lavender": "#e6e6fa",
    "magenta": "#ff00ff", "fuchsia": "#ff00ff", "brown": "#a52a2a", "tan": "#d2b48c", "beige": "#f5f5dc",
}  # fmt: skip


class Line(NamedTuple):
    """A line that is neither empty nor a comment: its number, the column of its first letter, its text."""

    number: int
    column: int
    text: str

    def refused(self, message: str, hint: str = "", at: int = 0) -> Refused:
        """Why it cannot be drawn; ``at`` is an index into its text."""
        return Refused(self.number, self.column + at, message, hint)

    def unknown(self, words: Iterable[str]) -> Refused:
        """That it is not understood, with the nearest of the words that may begin a line."""
        first = re.split(r"[\s:({\[]", self.text, maxsplit=1)[0]
        hint = nearest(first, words) if first else None
        return self.refused(
            f"{quote(shortened(self.text, 60))} is not understood",
            f"Did you mean {quote(hint)}?" if hint else "",
        )


class Source:
    """The text of a diagram, and what it says of itself: ``title`` and ``description``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = self.description = ""

    @classmethod
    def mermaid(cls, text: str) -> Source:
        """A text in Mermaid's language, without front matter, directives, comments and words for those who do not see
        it: there are blanks in their places."""
        source = cls(text)
        if found := _FRONT.match(source.text):
            if title := _TITLE.search(found[1]):
                source.title = plain(title[1].strip("\"'"))
            source.text = _blank(found) + source.text[found.end() :]
        source.text = _DIRECTIVE.sub(_blank, source.text)
        source.text = _COMMENT.sub(_blank, source.text)
        for found in _ACCESSIBLE.finditer(source.text):
            words = " ".join(plain(found[2] if found[2] is not None else found[3]).split())
            if found[1] == "Title":
                source.title = words
            else:
                source.description = words
        source.text = _ACCESSIBLE.sub(_blank, source.text)
        return source

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of an index, from 1."""
        start = self.text.rfind("\n", 0, at) + 1
        return self.text.count("\n", 0, start) + 1, at - start + 1

    def refuse(self, at: int, message: str, hint: str = "") -> NoReturn:
        """Say that it cannot be drawn."""
        raise Refused(*self.place(at), message, hint)

    def fault(self, at: int, message: str, hint: str = "") -> Fault:
        """Something that is left out."""
        return Fault(*self.place(at), message, hint)

    def lines(self, start: int = 0) -> Iterator[Line]:
        """The lines behind an index that say something."""
        number, column = self.place(start)
        for text in self.text[start:].split("\n"):
            if found := _SHOWN.search(text):
                yield Line(number, column + found.start(), text.strip())
            number, column = number + 1, 1


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def colour(written: str) -> str:
    """A colour as ``#rrggbb``; empty for what is none that is known."""
    written = written.strip().lower()
    if _HEX.fullmatch(written):
        return written if len(written) == 7 else "#" + "".join(digit * 2 for digit in written[1:])
    return _NAMED.get(written, "")


def painted(styles: str, before: Paint = NO_PAINT) -> Paint:
    """The colours in ``fill:#eee,stroke:#333``, over those that were given before. Words on a ground are black or
    white, whichever can be read; everything else that such a list may say is left to the site."""
    fill, stroke, is_dashed = before.fill, before.stroke, before.is_dashed
    for style in re.split(r"[,;]", styles):
        name, _, value = style.partition(":")
        match name.strip().lower():
            case "fill" | "background":
                fill = colour(value) or fill
            case "stroke" | "border":
                stroke = colour(value) or stroke
            case "stroke-dasharray":
                is_dashed = True
    text = ""
    if fill:
        text = max("#000000", "#ffffff", key=lambda ink: colours.contrast(ink, fill))
    return Paint(fill, stroke, text, is_dashed)
