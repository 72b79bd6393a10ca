r"""Tables: ``tabular`` and its relatives → a pipe table of Markdown, or a drawn one where cells span others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.collect.latex import words
from acadsite.collect.latex.tokens import Stream, Token, plain_of, source_of
from acadsite.collect.latex.writing import Row, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.collect.latex.reading import Reading
    from acadsite.collect.latex.tokens import Place

_ALIGN: Final = {
    "l": "left", "c": "center", "r": "right", "S": "right", "X": "", "p": "", "m": "", "b": "", "L": "left",
    "C": "center", "R": "right", "d": "right", "D": "right", "N": "right", "Y": "", "J": "", "Q": "",
}  # fmt: skip
_WITH_ARGUMENT: Final = frozenset("pmbwWD")
#: Lines across a table: between head and body where there is one of these only behind the first rows.
_RULES: Final = frozenset({"hline", "toprule", "midrule", "bottomrule", "cline", "cmidrule", "specialrule", "Xhline",
                           "hhline", "thickhline", "dashedline", "hdashline", "tabucline"})  # fmt: skip
_PARTIAL: Final = frozenset({"cline", "cmidrule"})
_TAKES: Final = {"cline": 1, "cmidrule": 1, "specialrule": 3, "Xhline": 1, "hhline": 1, "tabucline": 1}
#: More columns are no table.
_MOST_COLUMNS: Final = 200
_REPEAT: Final = re.compile(r"\*\s*\{(\d+)\}\s*\{")


@dataclass(slots=True)
class Cell:
    """A cell: what is in it, how many columns and rows it spans, its alignment where it has one of its own."""

    lines: list[str] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    covered: bool = False


@dataclass(slots=True)
class Table:
    """Rows of cells, how many of them are the head, alignments of the columns; caption where the table has its own."""

    rows: list[tuple[Place, list[Cell]]]
    head: int
    alignments: list[str]
    caption: Run | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a pipe table can show it: one row of head, nothing spans, a line in each cell."""
        return self.head == 1 and all(
            cell.columns == cell.rows == 1 and not cell.covered and len(cell.lines) < 2
            for _, row in self.rows
            for cell in row
        )


def columns_of(text: str) -> list[str]:
    """The alignments of the columns that a specification such as ``l|c*{2}{r}p{3cm}@{}`` asks for."""
    found: list[str] = []
    text = _repeated(text)
    at = 0
    while at < len(text) and len(found) < _MOST_COLUMNS:
        sign = text[at]
        at += 1
        if sign in "@!><":
            at = _behind_group(text, at)
        elif sign in _ALIGN:
            if sign in _WITH_ARGUMENT:
                for _ in range(3 if sign == "D" else 2 if sign in "wW" else 1):
                    at = _behind_group(text, at)
            elif text[at : at + 1] == "[":
                at = text.find("]", at) + 1 or len(text)
            found.append(_ALIGN[sign])
    return found


def _repeated(text: str) -> str:
    """``*{3}{c}`` written out."""
    for _ in range(8):
        repeat = _REPEAT.search(text)
        if repeat is None:
            break
        end = _behind_group(text, repeat.end() - 1)
        inner = text[repeat.end() : end - 1]
        text = text[: repeat.start()] + inner * min(int(repeat[1][:4]), _MOST_COLUMNS) + text[end:]
        if len(text) > 10_000:
            break
    return text


def _behind_group(text: str, at: int) -> int:
    depth = 0
    while at < len(text) and text[at].isspace():
        at += 1
    if text[at : at + 1] != "{":
        return at
    for index in range(at, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index + 1
    return len(text)


def read(reading: Reading, name: str, tokens: Sequence[Token], place: Place) -> Table | None:
    """The table in the tokens of an environment; None where it has no cells."""
    stream = Stream(tokens)
    for kind in words.TABULARS[name]:
        if kind == "o":
            stream.option()
        else:
            stream.argument()
    specification = source_of(stream.argument())
    return _Table(reading, columns_of(specification)).read(stream, place)


class _Table:
    """State of reading one table."""

    def __init__(self, reading: Reading, alignments: list[str]) -> None:
        self.reading, self.alignments = reading, alignments
        self.rows: list[tuple[Place, list[Cell]]] = []
        self.rules: list[int] = []
        self.row: list[Cell] = []
        self.cell: list[Token] = []
        self.place: Place | None = None
        self.columns = self.spans = 1
        self.caption: Run | None = None
        self.head = 0

    def read(self, stream: Stream, place: Place) -> Table | None:
        depth = 0
        while (token := stream.take()) is not None:
            depth += (token.kind == "{") - (token.kind == "}")
            if token.kind == "command" and token.text in {"begin", "end"}:
                depth += 1 if token.text == "begin" else -1
            if depth > 0 or token.kind not in {"&", "command"}:
                self.cell.append(token)
            elif token.kind == "&":
                self.end_cell()
            else:
                self.command(token, stream)
        if self.row or self.has_text():
            self.end_row(place)
        if not self.rows:
            return None
        self.cover()
        width = max([len(self.alignments), *(len(row) for _, row in self.rows)])
        for _, row in self.rows:
            row += [Cell() for _ in range(width - len(row))]
        head = self.head or self.head_by_rules()
        alignments = [*self.alignments, *([""] * width)][:width]
        return Table(self.rows, head, alignments, self.caption)

    def command(self, token: Token, stream: Stream) -> None:
        name = token.text
        if name in {"\\", "tabularnewline", "cr"}:
            star = stream.peek()
            if star is not None and star.source == "*":
                stream.take()
            stream.option()
            self.end_row(token.place)
        elif name.rstrip("*") in _RULES:
            stream.option()
            if (paren := stream.peek()) is not None and paren.source.startswith("("):
                stream.take()
            for _ in range(_TAKES.get(name, 0)):
                stream.argument()
            if name not in _PARTIAL:
                self.rules.append(len(self.rows))
        elif name == "multicolumn":
            count = plain_of(stream.argument())
            stream.argument()
            self.columns = min(int(count), _MOST_COLUMNS) if count.isdecimal() and int(count[:4]) > 0 else 1
            self.cell += self.multirow(stream.argument())
        elif name in {"endhead", "endfirsthead"}:
            self.head = self.head or len(self.rows)
            if name == "endhead" and self.head < len(self.rows):
                del self.rows[self.head :]  # the head of later pages
        elif name in {"endfoot", "endlastfoot"}:
            del self.rows[self.head :]  # the foot of pages
        elif name in {"caption", "caption*"}:
            stream.option()
            self.caption = self.reading.inline(stream.argument())
        elif name == "label":
            self.reading.label(plain_of(stream.argument()), token.place)
        elif name in {
            "noalign",
            "rowcolor",
            "rowfont",
            "arraybackslash",
            "addlinespace",
            "pagebreak",
            "hskip",
        }:
            stream.option()
            if name in {"noalign", "rowcolor", "rowfont"}:
                stream.argument()
        elif (macro := self.reading.macros.get(name)) is not None and _divides(macro.body):
            self.reading.put(macro, stream, token.place, name)
        else:
            self.cell.append(token)

    def multirow(self, tokens: Sequence[Token]) -> list[Token]:
        r"""The text of ``\multirow{2}{*}{text}``, where the tokens begin with one."""
        stream = Stream(tokens)
        stream.skip_spaces()
        token = stream.take()
        if token is None or token.kind != "command" or token.text.rstrip("*") != "multirow":
            return list(tokens)
        stream.option()
        count = plain_of(stream.argument())
        stream.option()
        stream.argument()
        stream.option()
        self.spans = min(int(count), 500) if count.isdecimal() and int(count[:4]) > 0 else 1
        return [*stream.argument(), *reversed(stream.tokens)]

    def has_text(self) -> bool:
        return any(token.kind not in {"space", "par"} for token in self.cell)

    def end_cell(self) -> None:
        if self.place is None and self.cell:
            self.place = next(
                (token.place for token in self.cell if token.kind not in {"space", "par"}), self.cell[0].place
            )
        cell = Cell(self.lines(self.multirow(self.cell)), self.columns, self.spans)
        self.row.append(cell)
        self.row += [Cell(covered=True) for _ in range(self.columns - 1)]
        self.cell, self.columns, self.spans = [], 1, 1

    def lines(self, tokens: Sequence[Token]) -> list[str]:
        """The content of a cell: a line, or blocks where it has lists or paragraphs."""
        rows = self.reading.rows(tokens)
        lines = [row.text for row in rows]
        if all(line and not re.match(r"[-+*>|#:]|\d+[.)] ", line) for line in lines):
            return [" ".join(line.removesuffix("\\") for line in lines)] if lines else []
        return lines

    def end_row(self, place: Place) -> None:
        is_empty = not self.row and not self.has_text()
        self.end_cell()
        row, self.row = self.row, []
        if not is_empty:
            self.rows.append((self.place or place, row))
        self.place = None

    def head_by_rules(self) -> int:
        """How many rows stand above the first line that is not the topmost."""
        inner = [rule for rule in self.rules if 0 < rule < len(self.rows)]
        if not inner or not ((self.rules and self.rules[0] == 0) or len(set(inner)) == 1):
            return 0
        head = inner[0]
        return head if head < 4 else 0

    def cover(self) -> None:
        """Mark the cells that others above them span."""
        for at, (_, row) in enumerate(self.rows):
            for column, cell in enumerate(row):
                if cell.covered or cell.rows < 2:
                    continue
                cell.rows = min(cell.rows, len(self.rows) - at)
                for below in range(at + 1, at + cell.rows):
                    other = self.rows[below][1]
                    for inner in range(column, column + cell.columns):
                        if inner >= len(other):
                            other += [Cell() for _ in range(inner - len(other) + 1)]
                        if other[inner].lines or other[inner].columns > 1:
                            cell.rows = below - at
                            break
                        other[inner].covered = True
                    if cell.rows == below - at:
                        break


def _divides(body: Sequence[Token]) -> bool:
    return any(token.kind == "&" or token.text in {"\\", "hline"} for token in body)


# --- Markdown ---


def markdown(table: Table) -> list[Row]:
    """The lines of a table."""
    return _pipes(table) if table.is_plain else _drawn(table)


#: In a row even a bar in code divides cells.
_CODE: Final = re.compile(r"(`+).+?\1")
_MARKS: Final = {"left": ":--", "center": ":-:", "right": "--:", "": "---"}


def _pipes(table: Table) -> list[Row]:
    out: list[Row] = []
    for at, (place, row) in enumerate(table.rows):
        cells = [_CODE.sub(_without_bars, cell.lines[0]) if cell.lines else "" for cell in row]
        out.append(Row("| " + " | ".join(cells) + " |", place))
        if at == 0:
            out.append(Row("|" + "|".join(_MARKS[name] for name in table.alignments) + "|", place))
    return out


def _without_bars(found: re.Match[str]) -> str:
    return found[0].replace("|", "\\|")


def _width(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1
        for char in text
    )


def _drawn(table: Table) -> list[Row]:
    """A table that is drawn: cells that span others are possible, and lists in cells."""
    rows, count = table.rows, len(table.alignments)
    widths = [5] * count
    for _, row in rows:
        for column, cell in enumerate(row):
            need = max((_width(line) for line in cell.lines), default=0) + 2
            have = sum(widths[column : column + cell.columns]) + cell.columns - 1
            if need > have:
                widths[column + cell.columns - 1 if cell.columns > 1 else column] += need - have
    heights = [1] * len(rows)
    for at, (_, row) in enumerate(rows):
        for cell in row:
            if cell.rows == 1:
                heights[at] = max(heights[at], len(cell.lines))
    for at, (_, row) in enumerate(rows):
        for cell in row:
            have = sum(heights[at : at + cell.rows]) + cell.rows - 1
            if cell.rows > 1 and len(cell.lines) > have:
                heights[at] += len(cell.lines) - have
    lefts = [1 + sum(widths[:column]) + column for column in range(count + 1)]
    tops = [sum(heights[:at]) + at for at in range(len(rows) + 1)]
    canvas = [[" "] * lefts[-1] for _ in range(tops[-1] + 1)]
    for at, (_, row) in enumerate(rows):
        for column, cell in enumerate(row):
            if not cell.covered:
                box = (
                    tops[at],
                    tops[at + cell.rows],
                    lefts[column] - 1,
                    lefts[min(column + cell.columns, count)] - 1,
                )
                _draw(canvas, box, cell.lines)
    if table.head:
        line = tops[table.head]
        canvas[line] = ["=" if sign == "-" else sign for sign in canvas[line]]
    marked = tops[table.head] if table.head else 0
    for column, name in enumerate(table.alignments):
        left, right = lefts[column], lefts[column + 1] - 2
        if name in {"left", "center"} and canvas[marked][left] in "-=":
            canvas[marked][left] = ":"
        if name in {"right", "center"} and canvas[marked][right] in "-=":
            canvas[marked][right] = ":"
    out = []
    for number, line_ in enumerate(canvas):
        at = max(index for index, top in enumerate(tops) if top <= number)
        place = rows[min(at, len(rows) - 1)][0]
        out.append(Row("".join(line_).rstrip(), place))
    return out


def _draw(canvas: list[list[str]], box: tuple[int, int, int, int], lines: Sequence[str]) -> None:
    top, bottom, left, right = box
    for edge in (top, bottom):
        for column in range(left, right + 1):
            if canvas[edge][column] == " ":
                canvas[edge][column] = "-"
        canvas[edge][left] = canvas[edge][right] = "+"
    for line in range(top + 1, bottom):
        for edge in (left, right):
            if canvas[line][edge] != "+":
                canvas[line][edge] = "|"
    for number, text in enumerate(lines):
        column = left + 2
        for char in text:
            if unicodedata.combining(char):
                canvas[top + 1 + number][column - 1] += char
                continue
            canvas[top + 1 + number][column] = char
            column += 1
            if unicodedata.east_asian_width(char) in "WF":
                canvas[top + 1 + number][column] = ""
                column += 1
