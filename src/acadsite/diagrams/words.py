"""The words in a diagram: what is shown of a label, in which lines, and how wide those are.

No browser is asked. Widths are those of the widest faces that a page may have (DejaVu Sans, as wide as Verdana), so
that words stay within their boxes with any other; they are in pixels for letters of ``SIZE``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final, NamedTuple

from acadsite.diagrams.tex import with_formulas

#: Of letters, and of lines, in pixels.
SIZE: Final = 14
LINE: Final = 18
#: Lines are broken where they would be wider, and words where they have more letters.
WIDEST: Final = 200
_LONGEST: Final = 40
#: More lines of one label are not shown.
_MOST_LINES: Final = 40

#: Hundredths of the size of the letters, and the letters that are so wide.
_WIDTHS: Final = {
    letter: width
    for width, letters in {
        28: "'ijl", 30: "I", 32: " ,.", 34: "/:;\\|", 36: "-f", 40: "!()[]t", 42: "r", 46: '"', 50: "*J`", 54: "sz",
        56: "?L_c", 58: "k", 60: "vxy", 62: "FTaeo", 64: "$0123456789bdghnpqu{}", 68: "EKPSY", 70: "ABVXZ", 74: "CRU",
        76: "HN", 78: "&DG", 80: "OQ", 82: "w", 84: "#+<=>^~", 88: "M", 96: "%", 98: "m", 100: "W", 102: "@",
    }.items()
    for letter in letters
}  # fmt: skip
_OTHER: Final = 80
_WIDE: Final = 102
_BREAK: Final = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_ENTITY: Final = re.compile(r"#(\d{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_ICON: Final = re.compile(r"\bfa[a-z]?:fa-[a-z0-9-]+\s*")
_MARKS: Final = re.compile(r"(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1")
#: Characters that XML cannot hold, or that turn the direction of what follows.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Label(NamedTuple):
    """Lines of text, and the room that they take, in pixels."""

    lines: tuple[str, ...]
    width: float
    height: float

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(self.lines)


NO_LABEL: Final = Label((), 0, 0)


def width_of(text: str, *, is_bold: bool = False) -> float:
    """How wide a line is at most, in pixels."""
    total = 0
    for letter in text:
        known = _WIDTHS.get(letter)
        if known is None:
            if unicodedata.combining(letter) or letter in "\u200b\u200c\u200d\ufe0e\ufe0f":
                continue
            base = unicodedata.normalize("NFD", letter)[0] if letter > "\xbf" else ""
            known = _WIDTHS.get(base)
        if known is None:
            known = _WIDE if unicodedata.east_asian_width(letter) in "WF" or letter > "\uffff" else _OTHER
        total += known
    return total * SIZE / 100 * (1.13 if is_bold else 1)


def plain(written: str) -> str:
    """A label as it is written, with its line breaks: without quotes, marks, elements and names of icons."""
    text = written.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    if len(text) > 1 and text[0] == text[-1] == "`":  # Markdown, as Mermaid has it
        text = _MARKS.sub(r"\2", text[1:-1])
    if "$" not in text:  # where formulas may have \nabla
        text = text.replace("\\n", "\n")
    text = with_formulas(_BREAK.sub("\n", text))
    text = _TAG.sub("", _ICON.sub("", text))
    text = _ENTITY.sub(lambda found: f"&{'#' if found[1].isdecimal() else ''}{found[1]};", text)
    return _HIDDEN.sub("", html.unescape(text).replace("\t", " "))


def label(written: str, widest: float = WIDEST, *, is_bold: bool = False) -> Label:
    """The label in lines that are no wider than ``widest``, but for long words."""
    return lines_of(plain(written), widest, is_bold=is_bold)


def lines_of(text: str, widest: float = WIDEST, *, is_bold: bool = False) -> Label:
    """The same for a text that is plain already."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _broken(line, widest)
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = ["…"]
    if not lines:
        return NO_LABEL
    width = max(width_of(line, is_bold=is_bold) for line in lines)
    return Label(tuple(lines), width, LINE * len(lines))


def _broken(line: str, widest: float) -> list[str]:
    out: list[str] = []
    now = ""
    room = widest
    for word in line.split():
        for piece in (word[at : at + _LONGEST] for at in range(0, len(word), _LONGEST)):
            longer = f"{now} {piece}" if now else piece
            if now and width_of(longer) > room:
                out.append(now)
                longer = piece
            now = longer
    return [*out, now]


def shortened(text: str, longest: int) -> str:
    """``text`` cut to so many letters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
