r"""Runs of inline content → lines of our Markdown, each with its place.

What is text is escaped so that no syntax arises by accident, neither for the parser nor for what is looked for in runs
of text behind it (``markup.scholarly``). Where two pieces would be read as one, an empty comment keeps them apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.collect.latex.tokens import Place

#: What keeps two pieces apart, and shows nothing.
NOTHING: Final = "<!---->"
#: The same at the beginning of a line, where a comment would be a block.
START: Final = "<wbr>"
_ALWAYS: Final = re.compile(r"[\\`*_$<>&@^~|{}#\[\]=]")
_ENTITIES: Final = {"[": "&#91;", "]": "&#93;"}
#: What means something at the beginning of a line, and is no sign that is always escaped.
_LINE_START: Final = re.compile(r"(?:[-+:!?%.]|[0-9]{1,9}(?=[.)]))")
#: What means something at the beginning of a paragraph even where it is text.
_PARAGRAPH_START: Final = re.compile(r"Table:|[:|\[]")
_REFERENCE: Final = re.compile(r"(?:eq|auto|[cC])?ref\\?\{")


class Row(NamedTuple):
    """A line of Markdown, and where it is from."""

    text: str
    place: Place


class Piece(NamedTuple):
    """A piece of a paragraph. ``kind``: ``text``; ``space`` (``text`` a blank or a line break); ``open`` and ``close``
    (``text`` the mark of emphasis); ``mark``: Markdown; ``key``: a citation in the text, whose end must be seen;
    ``break``: a line ends here; ``display``: lines of their own."""

    kind: str
    text: str
    place: Place


@dataclass(slots=True)
class Run:
    """Inline content."""

    pieces: list[Piece] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(piece.kind not in {"space", "open", "close"} for piece in self.pieces)

    def add(self, kind: str, text: str, place: Place) -> None:
        """Append a piece."""
        self.pieces.append(Piece(kind, text, place))

    @property
    def is_text(self) -> bool:
        """Whether there is text only."""
        return all(piece.kind in {"text", "space"} for piece in self.pieces)

    def plain(self) -> str:
        """The text, on one line, without marks."""
        return " ".join(
            "".join(
                piece.text
                if piece.kind in {"text", "mark", "key"}
                else " " * (piece.kind in {"space", "break"})
                for piece in self.pieces
            ).split()
        )

    def line(self) -> str:
        """All of it as one line of Markdown."""
        return " ".join(row.text for row in written(self, one_line=True))


def escaped(text: str, *, starts: bool = False, before: str = "") -> str:
    """``text`` for Markdown; ``starts``: it begins a line; ``before``: the last character that is written."""
    out = _ALWAYS.sub(lambda found: _ENTITIES.get(found[0]) or "\\" + found[0], text)
    if starts and (found := _LINE_START.match(out)):
        at = found.end() if found[0].isdigit() else 0
        out = f"{out[:at]}\\{out[at:]}"
    if before == "]" and text[:1] in {"(", ":"}:
        out = NOTHING + out
    if "%" in text:
        out = re.sub(r"(?<=\{)%", r"\\%", out)
        if before == "{" and out.startswith("%"):
            out = "\\" + out
    # These are looked for in the text as it reads, where escapes are gone.
    out = out.replace("\\{\\{", f"\\{{{NOTHING}\\{{").replace("&#93;\\{", f"&#93;{NOTHING}\\{{")
    if "\\\\" in out and "ref" in out:
        out = re.sub(rf"\\\\(?={_REFERENCE.pattern})", lambda _: "\\\\" + NOTHING, out)
    return out


def written(run: Run, *, one_line: bool = False) -> list[Row]:
    """The lines of a run. ``one_line``: line breaks of the source are blanks, and there are no lines of their own."""
    return _Writer(one_line).run(_tidied(_joined(run.pieces)))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of text that follow each other as one, blanks as one."""
    out: list[Piece] = []
    for piece in pieces:
        last = out[-1] if out else None
        if last is not None and last.kind == piece.kind == "text":
            out[-1] = last._replace(text=last.text + piece.text)
        elif last is not None and last.kind == piece.kind == "space":
            if piece.text == "\n":
                out[-1] = piece
        elif piece.text or piece.kind == "display":
            out.append(piece)
    return out


def _tidied(pieces: list[Piece]) -> list[Piece]:
    """Blanks stand outside of emphasis, not beside breaks and displays; empty emphasis is gone."""
    changed = True
    while changed:
        changed = False
        out: list[Piece] = []
        for piece in pieces:
            last = out[-1] if out else None
            if piece.kind == "space":
                if last is None or last.kind in {"break", "display", "space"}:
                    changed = changed or last is not None
                    continue
                if last.kind == "open":
                    out.pop()
                    out += (piece, last)
                    changed = True
                    continue
            elif (
                piece.kind == "text" and last is not None and last.kind == "open" and piece.text[0].isspace()
            ):
                rest = piece.text.lstrip()
                out[-1:] = [piece._replace(text=piece.text[: len(piece.text) - len(rest)]), last]
                changed = True
                if rest:
                    out.append(piece._replace(text=rest))
                continue
            elif piece.kind == "close" and last is not None:
                if last.kind == "text" and last.text[-1].isspace():
                    rest = last.text.rstrip()
                    out[-1:] = [last._replace(text=rest)] if rest else []
                    out += (piece, last._replace(text=last.text[len(rest) :]))
                    changed = True
                    continue
                if last.kind == "open":
                    out.pop()
                    changed = True
                    continue
                if last.kind == "space":
                    out.pop()
                    out += (piece, last)
                    changed = True
                    continue
            elif piece.kind in {"break", "display"} and last is not None and last.kind == "space":
                out.pop()
            out.append(piece)
        pieces = out
    while pieces and pieces[-1].kind in {"space", "break"}:
        pieces.pop()
    return _joined(pieces)


class _Writer:
    """State of writing one run."""

    def __init__(self, one_line: bool) -> None:
        self.one_line = one_line
        self.rows: list[Row] = []
        self.out: list[str] = []
        self.last = ""  # the character that was written last, on this line
        self.place: Place | None = None

    def run(self, pieces: list[Piece]) -> list[Row]:
        for at, piece in enumerate(pieces):
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            self.one(piece, after)
        self.end()
        return self.rows

    def end(self) -> None:
        text = "".join(self.out).rstrip(" ")
        if self.place is not None and text:
            self.rows.append(Row(text, self.place))
        self.out, self.last, self.place = [], "", None

    def put(self, text: str, place: Place) -> None:
        if self.place is None:
            self.place = place
        self.out.append(text)
        self.last = text[-1:] or self.last

    def apart(self, place: Place) -> None:
        self.put(NOTHING if self.out else START, place)

    def one(self, piece: Piece, after: Piece | None) -> None:
        kind, text, place = piece
        last = self.last
        if kind == "text":
            self.text(piece)
        elif kind == "space":
            if text == "\n" and not self.one_line:
                self.end()
            elif self.out:
                self.put(" ", place)
        elif kind == "open":
            follows = _first(after)
            if last and not last.isspace() and (last in "*_" or not follows.isalnum()):
                self.apart(place)
            self.put(text, place)
        elif kind == "close":
            before = last
            self.put(text, place)
            follows = _first(after)
            is_open = after is not None and after.kind == "open"
            if is_open or (follows and not follows.isspace() and not before.isalnum() and follows.isalnum()):
                self.apart(place)
        elif kind == "break":
            self.put(" " if self.one_line else "\\", place)
            if not self.one_line:
                self.end()
        elif kind == "display":
            self.display(piece)
        else:
            self.mark(piece, after)

    def text(self, piece: Piece) -> None:
        starts = not self.out
        if starts and not self.rows and _PARAGRAPH_START.match(piece.text):
            self.put(START, piece.place)
            starts = False
        last = self.last
        if last == "$" and piece.text[:1].isdigit():
            self.apart(piece.place)
        self.put(escaped(piece.text, starts=starts, before=last), piece.place)

    def mark(self, piece: Piece, after: Piece | None) -> None:
        kind, text, place = piece
        last = self.last
        if (
            (last == "]" and text[0] in "[(")
            or (last == "`" and text[0] == "`")
            or (last == "$" and text[0] == "$")
        ):
            self.apart(place)
        if text[0] in "@-" and (last.isalnum() or last in {"_", "/", "@"}):
            self.apart(place)
        if kind == "key":
            follows = _first(after)
            is_seen = not follows or follows in " \n,;)" or follows == "\u00a0"
            text = text if is_seen else re.sub(r"@([^{].*)", r"@{\1}", text)
        self.put(text, place)

    def display(self, piece: Piece) -> None:
        if self.one_line:
            self.put(f"{' ' if self.out else ''}{piece.text}", piece.place)
            return
        self.end()
        lines = piece.text.split("\n")
        file, line = piece.place
        self.rows += (Row(text, type(piece.place)(file, line + at)) for at, text in enumerate(lines))


def _first(piece: Piece | None) -> str:
    """The first character that a piece will write."""
    if piece is None:
        return ""
    if piece.kind in {"break", "display"}:
        return "\n"
    if piece.kind == "text":
        return escaped(piece.text)[:1]
    return piece.text[:1]


# --- blocks ---


def indented(rows: Sequence[Row], first: str, rest: str) -> list[Row]:
    """Rows below each other with ``first`` before the first one and ``rest`` before the others."""
    return [
        Row((first if at == 0 else rest if row.text else rest.rstrip()) + row.text, row.place)
        for at, row in enumerate(rows)
    ]


def blocks(parts: Sequence[Sequence[Row]]) -> list[Row]:
    """Blocks as one, with an empty line between them."""
    out: list[Row] = []
    for part in parts:
        if part:
            if out:
                out.append(Row("", out[-1].place))
            out += part
    return out


def fenced(lines: Sequence[Row], info: str, place: Place) -> list[Row]:
    """Lines in a fence that is longer than any run of backticks in them."""
    longest = max((len(run) for row in lines for run in re.findall("`{3,}", row.text)), default=2)
    fence = "`" * (longest + 1)
    last = lines[-1].place if lines else place
    return [Row(fence + info, place), *lines, Row(fence, last)]


def div(rows: Sequence[Row], attributes: str, place: Place) -> list[Row]:
    """Rows in a fenced div."""
    last = rows[-1].place if rows else place
    return [Row(f"::: {attributes}", place), *rows, Row(":::", last)]


def code_span(text: str) -> str:
    """Text as code in a line."""
    text = " ".join(text.split("\n"))
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = (
        " "
        if text.startswith("`") or text.endswith("`") or (text.strip() and text[0] == text[-1] == " ")
        else ""
    )
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def quoted(text: str) -> str:
    """A value for a list of attributes, which knows no backslashes."""
    text = " ".join(text.split())[:1500]
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', "″") + '"'
