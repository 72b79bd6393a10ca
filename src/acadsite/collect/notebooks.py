"""Notebooks of Jupyter: the text of an ``.ipynb`` file → front matter, Markdown, and where each line of it stands.

Cells are written as Markdown that the reader of our dialect takes: code as fences, outputs as they were stored. Nothing
is ever run. Text of outputs stands in fences, HTML goes through the sanitiser, pictures are told by where in the file
their data are. Files are untrusted: whatever JSON it is, faults are problems. The format is
https://nbformat.readthedocs.io/en/latest/format_description.html; options of cells (``#| echo: false``) are Quarto's,
tags (``remove-input``) those of Jupyter Book.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import posixpath
import re
from base64 import b64decode
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

import nh3

from acadsite.collect.notebook_tables import table_of
from acadsite.markup.source import cleaned, line_in
from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: What the names of notebooks end with.
ENDING: Final = ".ipynb"
#: Characters of one output that are shown; more is an accident, and nobody reads it.
LONGEST: Final = 100_000

_PICTURES: Final = {
    "image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif",
}  # fmt: skip
#: What only a script shows.
_SCRIPTS: Final = re.compile(
    r"application/(javascript|x-javascript|vnd\.(?!jupyter\.(std|error)).*)|text/javascript"
)
_SCRIPTED: Final = re.compile(r"<\s*(script|iframe|object|embed)\b", re.IGNORECASE)
_VISIBLE: Final = re.compile(r"<(table|img|pre|ul|ol|dl|p|h[1-6])\b", re.IGNORECASE)
#: Names of version 3 for what has a media type since.
_OLD: Final = {
    "text": "text/plain", "html": "text/html", "svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg",
    "latex": "text/latex", "javascript": "application/javascript", "json": "application/json",
}  # fmt: skip
_LANGUAGES: Final = {
    "ipython": "python", "ipython2": "python", "ipython3": "python", "python3": "python", "ir": "r", "r": "r",
    "c++": "cpp", "c++11": "cpp", "c++14": "cpp", "c++17": "cpp", "sagemath": "python",
}  # fmt: skip
_MAGIC: Final = re.compile(r"%%(bash|sh|html|javascript|js|latex|markdown|perl|python|R|ruby|sql|svg)\b")
_OPTION: Final = re.compile(r"(?:#|//|--|%%?)\|(?P<rest> .*|)\Z")
_LABEL: Final = re.compile(r"[A-Za-z][\w:.-]*\Z")
_FENCE: Final = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<rest>.*)")
#: A heading of level 1.
HEADING: Final = re.compile(r" {0,3}#[ \t]+(?P<words>\S.*?)(?:[ \t]+#+)?[ \t]*(?:\{[^{}]*\})?[ \t]*\Z")
_ATTACHMENT: Final = re.compile(r"attachment:(?P<name>[^\s)>\"']+)")
_FORMULA: Final = re.compile(
    r"\$\$(?P<a>[^$]+)\$\$|\$(?P<b>[^$]+)\$|\\\[(?P<c>[^$]+?)\\\]|(?P<d>\\begin\{(?!tabular)[^$]+)"
)
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n)+")
#: Colours and other orders to a terminal (ECMA-48).
_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_SCAN: Final = json.JSONDecoder(strict=False)

#: HTML of outputs: what tables and plain texts need, without ids, classes and styles, which are the page's.
_TAGS: Final = set(
    """a abbr b blockquote br caption cite code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead
    time tr tt u ul var""".split()  # noqa: SIM905
)
_ATTRIBUTES: Final = {
    "*": {"dir", "lang", "title"}, "a": {"href"}, "img": {"alt", "height", "src", "width"}, "ol": {"start", "type"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "col": {"span"}, "colgroup": {"span"},
    "time": {"datetime"}, "details": {"open"},
}  # fmt: skip
#: HTML in Markdown that a program has written: all but the plainest is text.
_TAG: Final = re.compile(
    rf"<(?=[A-Za-z/!?])(?!https?://|mailto:|/?(?:{'|'.join(sorted(_TAGS))})[ ]?/?>)", re.IGNORECASE
)
_SCHEMES: Final = {"http", "https", "mailto", "doi"}


class Row(NamedTuple):
    """A line of text, the line of the file that it is from, and how far to the right it begins there."""

    text: str
    line: int
    shift: int = 0


class Cut(NamedTuple):
    """A picture: its path from the notebook's folder, and where in the text of the file the JSON of its data is."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notebook:
    """What a notebook says. ``data``: its front matter, None where it has none; ``text``: Markdown; ``lines``: which
    line of the file a line of the text is from, as ``library.Document`` has it; ``pictures``: those of outputs and
    attachments."""

    data: Node | None
    text: str
    lines: tuple[tuple[int, int, int], ...]
    pictures: tuple[Cut, ...]

    @property
    def line(self) -> int:
        """The line of the file that the text begins on."""
        return self.lines[0][1] if self.lines else 1

    def with_title(self, path: str, read: Callable[[str], str] = str) -> Notebook:
        """The same, with the heading that the text begins with as the title of the front matter, if that has none;
        ``path`` is the file's, and ``read`` makes a title of the Markdown of the heading."""
        if self.data is not None and self.data.get("title") is not None:
            return self
        rows = self.text.split("\n")
        at = next((at for at, row in enumerate(rows) if row.strip()), 0)
        found = HEADING.fullmatch(rows[at])
        if found is None:
            return self
        line, shift = line_in(self.lines, at)
        rows[at] = ""
        return replace(
            self,
            data=titled(self.data, read(found["words"]), Span(path, line, found.start("words") + 1 + shift)),
            text="\n".join(rows),
        )


def read_notebook(text: str, path: str) -> tuple[Notebook | None, tuple[Problem, ...]]:
    """The notebook in the text of the file ``path``; None, with a problem, where it is none."""
    try:
        whole = _SCAN.decode(text)
    except json.JSONDecodeError as failure:
        place = Span(path, failure.lineno, failure.colno)
        hint = "Open it in Jupyter, or take it from the version before."
        return None, (error("notebook-json", f"This is no JSON: {failure.msg}.", place, hint),)
    except (ValueError, RecursionError):
        return None, (error("notebook-json", "This is no JSON of a notebook.", Span(path, 1, 1)),)
    version = whole.get("nbformat") if isinstance(whole, dict) else None
    if type(version) is not int or version not in {3, 4}:
        said = f"It is of version {version}" if type(version) is int else "“nbformat” is missing"
        message = f"This is no notebook that can be read. {said}."
        hint = "“jupyter nbconvert --to notebook FILE” writes version 4."
        return None, (error("notebook-version", message, Span(path, 1, 1), hint),)
    reading = _Reading(text, path)
    reading.read(whole)
    return reading.made(), tuple(reading.problems)


# --- JSON with places ---


class _Value(NamedTuple):
    """A value of JSON, and where it is in the text."""

    value: Any
    start: int
    end: int


def _at(text: str, position: int) -> int:
    """The first position from ``position`` that is no white space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _members(text: str, outer: _Value | None) -> dict[str, _Value]:
    """The members of a mapping; the text is known to be JSON."""
    found: dict[str, _Value] = {}
    if outer is None or not isinstance(outer.value, dict):
        return found
    position = _at(text, outer.start + 1)
    while text[position] != "}":
        key, position = _SCAN.raw_decode(text, position)
        start = _at(text, _at(text, position) + 1)
        value, end = _SCAN.raw_decode(text, start)
        found[key] = _Value(value, start, end)
        position = _at(text, end)
        if text[position] == ",":
            position = _at(text, position + 1)
    return found


def _items(text: str, outer: _Value | None) -> Iterator[_Value]:
    """The items of a list."""
    if outer is None or not isinstance(outer.value, list):
        return
    position = _at(text, outer.start + 1)
    while text[position] != "]":
        value, end = _SCAN.raw_decode(text, position)
        yield _Value(value, position, end)
        position = _at(text, end)
        if text[position] == ",":
            position = _at(text, position + 1)


# --- a notebook ---


@dataclass(slots=True)
class _Cell:
    """A cell: its number from 1 on, its kind, its rows, where it begins, what its metadata say, and its members."""

    number: int
    kind: str
    rows: list[Row]
    line: int
    members: Mapping[str, _Value]
    tags: frozenset[str] = frozenset()
    options: dict[str, Any] = field(default_factory=dict)


class _Shown(NamedTuple):
    """An output as it is shown: rows, or a picture with attributes."""

    rows: tuple[Row, ...]
    picture: str = ""
    attributes: str = ""

    @property
    def line(self) -> int:
        """The line of the file that it begins on."""
        return self.rows[0].line


class _Reading:
    """State of reading one notebook."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.problems: list[Problem] = []
        self.rows: list[Row] = []
        self.pictures: dict[str, Cut] = {}
        self.data: Node | None = None
        self.language = "python"
        self.execute: Mapping[str, Any] = {}
        self.folder = posixpath.splitext(posixpath.basename(path))[0] + "_files"

    def line(self, position: int) -> int:
        return bisect_right(self.starts, position)

    def span(self, position: int) -> Span:
        line = self.line(position)
        return Span(self.path, line, position - self.starts[line - 1] + 1)

    def warn(self, code: str, message: str, line: int, hint: str = "") -> None:
        self.problems.append(warning(code, message, Span(self.path, line), hint))

    def made(self) -> Notebook:
        lines: list[tuple[int, int, int]] = []
        for at, row in enumerate(self.rows):
            if not lines or (row.line - at, row.shift) != (lines[-1][1] - lines[-1][0], lines[-1][2]):
                lines.append((at, row.line, row.shift))
        text = "\n".join(row.text for row in self.rows)
        return Notebook(self.data, text, tuple(lines) or ((0, 1, 0),), tuple(self.pictures.values()))

    def read(self, whole: Any) -> None:
        start = _at(self.text, 0)
        members = _members(self.text, _Value(whole, start, len(self.text)))
        metadata = _mapping(members["metadata"].value if "metadata" in members else None)
        self.language = _language(metadata)
        cells = members.get("cells")
        if cells is None:
            sheets = [*_items(self.text, members.get("worksheets"))]
            found = [
                item
                for sheet in sheets
                for item in _items(self.text, _members(self.text, sheet).get("cells"))
            ]
        else:
            found = [*_items(self.text, cells)]
        if cells is not None and not isinstance(cells.value, list):
            self.warn("notebook-cell", "“cells” is no list: nothing is shown.", self.line(cells.start))
        is_first = True
        for number, item in enumerate(found, 1):
            cell = self.cell(number, item)
            if cell is None:
                continue
            if is_first and self.front_matter(cell):
                is_first = False
                continue
            is_first = is_first and not any(row.text.strip() for row in cell.rows)
            self.write(cell)
        self.title(members.get("metadata"))

    def title(self, metadata: _Value | None) -> None:
        """The title that the metadata say, where no front matter does."""
        title = _members(self.text, metadata).get("title")
        if title is None or not isinstance(title.value, str) or not title.value.strip():
            return
        if self.data is None or self.data.get("title") is None:
            self.data = titled(self.data, " ".join(cleaned(title.value).split()), self.span(title.start))

    def front_matter(self, cell: _Cell) -> bool:
        """Take the front matter that a cell is; False where it is none."""
        rows = cell.rows
        while rows and not rows[-1].text.strip():
            rows = rows[:-1]
        if cell.kind not in {"raw", "markdown"} or len(rows) < 2 or rows[0].text.rstrip() != "---":
            return False
        inner, last = rows[1:-1], rows[-1].text.rstrip()
        if last not in {"---", "..."} or any(row.text.rstrip() == "---" for row in inner):
            return False
        node, faults = parse_yaml("\n".join(row.text for row in inner), self.path, 1)

        def placed(span: Span) -> Span:
            at, end = (min(max(line, 1), len(rows) - 1) for line in (span.line or 1, span.end_line or 1))
            start = rows[at]
            if not span.end_line:
                return Span(self.path, start.line, span.column + start.shift)
            return Span(
                *(self.path, start.line, span.column + start.shift),
                *(rows[end].line, span.end_column + rows[end].shift),
            )

        self.problems += (
            replace(fault, where=placed(fault.where) if fault.where else None) for fault in faults
        )
        if node is not None and node.value is not None and not isinstance(node.value, dict):
            message = "Front matter must be “key: value” lines."
            self.problems.append(error("front-matter-mapping", message, placed(node.span)))
        elif node is not None:
            self.data = _moved(node if node.value is not None else Node({}, node.span), placed)
            execute = self.data.get("execute")
            self.execute = _mapping(execute.plain() if execute is not None else None)
        return True

    # --- cells ---

    def cell(self, number: int, item: _Value) -> _Cell | None:
        members = _members(self.text, item)
        line = self.line(item.start)
        kind = _word(members, "cell_type")
        source = members.get("source") or members.get("input")
        if kind not in {"markdown", "code", "raw", "heading", "html"}:
            self.warn("notebook-cell", f"Cell {number} is of no known kind: it is left out.", line)
            return None
        metadata = _mapping(members["metadata"].value if "metadata" in members else None)
        given = metadata.get("tags")
        tags = (
            frozenset(tag for tag in given if isinstance(tag, str))
            if isinstance(given, list)
            else frozenset()
        )
        if metadata.get("hide_input") is True:
            tags |= {"remove-input"}
        rows = [row._replace(text=cleaned(row.text)) for row in self.lines(source)]
        if kind == "heading":
            level = members["level"].value if "level" in members else 1
            mark = "#" * (level if type(level) is int and 0 < level < 7 else 1)
            rows = [Row(f"{mark} {' '.join(row.text for row in rows)}", rows[0].line)] if rows else []
            kind = "markdown"
        return _Cell(number, kind, rows, rows[0].line if rows else line, members, tags)

    def lines(self, value: _Value | None) -> list[Row]:
        """The lines of a text, which is one string or a list of them."""
        if value is None:
            return []
        parts = [value] if isinstance(value.value, str) else [*_items(self.text, value)]
        rows: list[Row] = []
        for part in parts:
            if not isinstance(part.value, str) or not part.value:
                continue
            line = self.line(part.start)
            shift = part.start - self.starts[line - 1] + 1
            for at, text in enumerate(part.value.split("\n")):
                before = rows.pop() if rows and not at else None
                rows.append(
                    before._replace(text=before.text + text)
                    if before and before.text
                    else Row(text, line, shift)
                )
                shift += len(text) + 2
        if rows and not rows[-1].text:
            rows.pop()
        return rows

    def write(self, cell: _Cell) -> None:
        if cell.tags & {"remove-cell", "remove_cell"}:
            return
        if cell.kind == "markdown":
            self.paragraph(self.markdown(cell))
        elif cell.kind == "code":
            self.code(cell)
        elif cell.kind == "html":
            text = "\n".join(row.text for row in cell.rows)
            self.paragraph(self.html(text, cell.line))

    def paragraph(self, rows: Sequence[Row]) -> None:
        """Add rows, with an empty one behind them."""
        if rows:
            self.rows += (*rows, Row("", rows[-1].line))

    def markdown(self, cell: _Cell) -> list[Row]:
        """The text of a cell, with its attached pictures; a fence that it leaves open is closed."""
        attachments = _members(self.text, cell.members.get("attachments"))
        rows: list[Row] = []
        fence = ""
        for row in cell.rows:
            fence = _fence_after(fence, row.text)
            text = row.text
            if "attachment:" in text and not fence:
                attached = partial(self.attached, attachments=attachments, cell=cell, line=row.line)
                text = _ATTACHMENT.sub(attached, text)
            rows.append(row._replace(text=text))
        if fence and rows:
            rows.append(Row(fence, rows[-1].line))
        return rows

    def attached(
        self, found: re.Match[str], attachments: Mapping[str, _Value], cell: _Cell, line: int
    ) -> str:
        name = unquote(found["name"])
        data = _members(self.text, attachments.get(name) or attachments.get(found["name"]))
        for kind in _PICTURES:
            if kind in data and (path := self.picture(kind, data[kind], cell.number)):
                return path
        if not data.keys() & _PICTURES.keys():
            message = f"Cell {cell.number} has no attachment {quote(name)}."
            self.warn(
                "notebook-picture",
                message,
                line,
                "Put the picture into the cell again, or beside the notebook.",
            )
        return found[0]

    def picture(self, kind: str, value: _Value, number: int) -> str:
        """The path of a picture from the notebook's folder; empty, with a problem, where its data are none."""
        data = picture_data(value.value, is_text=kind == "image/svg+xml")
        if not data:
            message = f"The data of a picture of cell {number} cannot be read."
            self.warn("notebook-picture", message, self.line(value.start), "Run the cell again.")
            return ""
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        name = f"{self.folder}/{digest}{_PICTURES[kind]}"
        self.pictures.setdefault(name, Cut(name, value.start, value.end))
        return re.sub(r"[^\w./~-]", lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), name)

    # --- code ---

    def code(self, cell: _Cell) -> None:
        rows = self.options(cell)
        options = {
            **{name: value for name, value in self.execute.items() if isinstance(name, str)},
            **cell.options,
        }
        tags = cell.tags
        if options.get("include") is False:
            return
        language = self.language_of(cell, rows)
        has_code = any(row.text.strip() for row in rows)
        if has_code and options.get("echo") is not False and not tags & {"remove-input", "remove_input"}:
            is_folded = bool(tags & {"hide-input", "hide-cell"}) or options.get("code-fold") in (True, "hide")
            fence = _fenced(rows, self.info(language, options))
            self.paragraph(_folded(fence, "code") if is_folded else fence)
        if options.get("output") is False or tags & {"remove-output", "remove_output"}:
            return
        shown = [
            one for item in _items(self.text, cell.members.get("outputs")) for one in self.output(cell, item)
        ]
        if shown:
            rows = self.arranged(cell, shown)
            self.paragraph(_folded(rows, "output") if tags & {"hide-output", "hide-cell"} else rows)

    def options(self, cell: _Cell) -> list[Row]:
        """The rows of a cell without the options that it begins with, which are noted in it."""
        count = 0
        while count < len(cell.rows) and (_OPTION.match(cell.rows[count].text)):
            count += 1
        if not count:
            return cell.rows
        head = cell.rows[:count]
        given = [found["rest"][1:] for row in head if (found := _OPTION.match(row.text))]
        node, faults = parse_yaml("\n".join(given), self.path, 1)
        for fault in faults:
            line = head[min(max((fault.where.line if fault.where else 1) - 1, 0), count - 1)].line
            self.problems.append(replace(fault, level="warning", where=Span(self.path, line)))
        plain = node.plain() if node is not None else None
        cell.options = {str(name).lower(): value for name, value in _mapping(plain).items()}
        rows = cell.rows[count:]
        while rows and not rows[0].text.strip():
            rows = rows[1:]
        return rows

    def language_of(self, cell: _Cell, rows: Sequence[Row]) -> str:
        found = _MAGIC.match(rows[0].text) if rows else None
        if found:
            return found[1].lower()
        own = cell.members["language"].value if "language" in cell.members else None
        return _language_name(own) if isinstance(own, str) and own.strip() else self.language

    @staticmethod
    def info(language: str, options: Mapping[str, Any]) -> str:
        """What stands behind the fence of code."""
        more = ""
        label, caption = _words(options.get("label")), _words(options.get("lst-cap"))
        listing = _words(options.get("lst-label")) or (label if label.startswith("lst-") else "")
        if _LABEL.match(listing):
            more += f" #{listing}"
        if caption:
            more += f" lst-cap={_quoted(caption)}"
        if filename := _words(options.get("filename")):
            more += f" filename={_quoted(filename)}"
        if options.get("code-line-numbers") is True:
            more += " .numberLines"
        return f"{{.{language}{more}}}" if more else language

    # --- outputs ---

    def output(self, cell: _Cell, item: _Value) -> list[_Shown]:
        members = _members(self.text, item)
        kind = _word(members, "output_type")
        line = self.line(item.start)
        if kind == "stream":
            name = _word(members, "name") or _word(members, "stream")
            if name == "stderr" and cell.options.get("warning", self.execute.get("warning")) is False:
                return []
            return self.block(cell, members.get("text"), "cell-stderr" if name == "stderr" else "")
        if kind in {"error", "pyerr"}:
            rows = [row for part in _items(self.text, members.get("traceback")) for row in self.lines(part)]
            if not rows:
                said = [_words(members[name].value) for name in ("ename", "evalue") if name in members]
                rows = [Row(": ".join(filter(None, said)), line)]
            return self.fenced(cell, rows, "cell-error")
        if kind not in {"execute_result", "display_data", "pyout", "update_display_data"}:
            return []
        data = _members(self.text, members.get("data"))
        if not data:
            data = {_OLD[name]: value for name, value in members.items() if name in _OLD}
        return self.shown(
            cell, data, _mapping(members["metadata"].value if "metadata" in members else None), line
        )

    def shown(
        self, cell: _Cell, data: Mapping[str, _Value], metadata: Mapping[str, Any], line: int
    ) -> list[_Shown]:
        """The best of the forms in which an output is stored."""
        for kind in _PICTURES:
            if kind in data:
                name = self.picture(kind, data[kind], cell.number)
                if name:
                    return [_Shown((Row("", self.line(data[kind].start)),), name, _size(metadata.get(kind)))]
        is_scripted = any(_SCRIPTS.match(kind) for kind in data)
        plain = data.get("text/plain")
        if "text/latex" in data and (rows := self.formula(data["text/latex"])):
            return [_Shown(tuple(rows))]
        if "text/markdown" in data and not is_scripted:
            rows = [
                Row(_TAG.sub("&lt;", cleaned(row.text)), row.line)
                for row in self.lines(data["text/markdown"])
            ]
            if rows and self.is_short(cell, rows):
                return [_Shown(tuple(_closed(rows)))]
        if "text/html" in data:
            html = "\n".join(row.text for row in self.lines(data["text/html"]))
            at = self.line(data["text/html"].start)
            is_scripted = is_scripted or bool(_SCRIPTED.search(html))
            if is_scripted:
                self.scripted(cell, line)
            if len(html) > LONGEST:
                self.long(
                    cell.number, len(html), at, "its text is shown instead" if plain else "it is left out"
                )
            elif rows := self.markup(html, at):
                return [_Shown(tuple(rows))]
            elif rows := self.html(html, at):
                if is_scripted and not _VISIBLE.search(rows[1].text):
                    return []
                words = "".join(row.text for row in self.lines(plain)).strip()
                # “<IPython.core.display.HTML object>” says nothing.
                fallback = [] if words.startswith("<") and words.endswith(">") else self.block(cell, plain)
                return [_Shown(tuple(_by_format(rows, fallback)))]
        elif is_scripted:
            self.scripted(cell, line)
        if is_scripted:
            return []
        return self.block(cell, plain)

    def scripted(self, cell: _Cell, line: int) -> None:
        message = f"An output of cell {cell.number} needs a script in the browser, which is left out."
        hint = "Let the cell show a picture as well, or remove the output with the tag “remove-output”."
        self.warn("notebook-interactive", message, line, hint)

    @staticmethod
    def markup(html: str, line: int) -> list[Row]:
        """A plain table as one of Markdown, so that it is one in PDFs too; nothing of other HTML."""
        return [Row(text, line) for text in table_of(cleaned(html))] if "<table" in html else []

    def block(self, cell: _Cell, value: _Value | None, classes: str = "") -> list[_Shown]:
        return self.fenced(cell, self.lines(value), classes)

    def fenced(self, cell: _Cell, rows: list[Row], classes: str) -> list[_Shown]:
        """Text of an output in a fence, without what is for terminals, and not too much of it."""
        length = sum(len(row.text) + 1 for row in rows)
        if length > LONGEST:
            self.long(cell.number, length, rows[0].line, f"the first {LONGEST:,} are shown")
            left = LONGEST
            kept: list[Row] = []
            for row in rows:
                if left <= 0:
                    break
                kept.append(Row(row.text[:left], row.line))
                left -= len(row.text) + 1
            rows = [*kept, Row("…", kept[-1].line)]
        rows = [Row(_plain(row.text), row.line) for row in rows]
        while rows and not rows[-1].text.strip():
            rows.pop()
        if not rows:
            return []
        return [
            _Shown(tuple(_fenced(rows, "{.output .cell-output" + (f" .{classes}" if classes else "") + "}")))
        ]

    def is_short(self, cell: _Cell, rows: Sequence[Row]) -> bool:
        length = sum(len(row.text) + 1 for row in rows)
        if length > LONGEST:
            self.long(cell.number, length, rows[0].line, "it is left out")
        return length <= LONGEST

    def long(self, number: int, length: int, line: int, what: str) -> None:
        message = f"An output of cell {number} has {length:,} characters: {what}."
        hint = "Let the cell print less, or remove the output with the tag “remove-output”."
        self.warn("notebook-output-long", message, line, hint)

    def formula(self, value: _Value) -> list[Row]:
        """LaTeX that is one formula; nothing of any other."""
        text = _BLANK_LINES.sub("\n", cleaned("\n".join(row.text for row in self.lines(value)))).strip()
        found = _FORMULA.fullmatch(text)
        if found is None or len(text) > LONGEST:
            return []
        inner = next(part for part in found.groups() if part is not None).strip()
        line = self.line(value.start)
        return [Row(part, line) for part in ("$$", *inner.split("\n"), "$$")]

    @staticmethod
    def html(text: str, line: int) -> list[Row]:
        """What the sanitiser leaves of HTML; nothing where that shows nothing."""
        clean = nh3.clean(
            cleaned(text),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel="noopener nofollow",
            strip_comments=True,
        )
        if not re.sub(r"<(?!img\b)[^>]*>|\s", "", clean):
            return []
        inner = " ".join(clean.split("\n")) if "<pre" not in clean else clean
        # One that is too wide is moved by the keyboard as well.
        whole = f'<div class="cell-output" tabindex="0">{inner}</div>'
        return _fenced([Row(part, line) for part in whole.split("\n")], "{=html}")

    def arranged(self, cell: _Cell, shown: Sequence[_Shown]) -> list[Row]:
        """Outputs as they stand on the page: in a figure or table where the cell says that they are one."""
        options = cell.options
        label = _words(options.get("label"))
        kind = label.partition("-")[0]
        kind = kind if kind in {"fig", "tbl"} and _LABEL.match(label) else ""
        captions = _texts(options.get(f"{kind or 'fig'}-cap"))
        descriptions = _texts(options.get("fig-alt"))
        parts = _texts(options.get("fig-subcap"))
        line = shown[0].rows[0].line
        rows: list[Row] = []
        pictures = [one for one in shown if one.picture]
        is_single = bool(kind) and len(pictures) == 1
        for one in shown:
            if not one.picture:
                rows += (*one.rows, Row("", one.rows[-1].line))
                continue
            at = pictures.index(one)
            about = descriptions[at] if at < len(descriptions) and not is_single else ""
            caption = parts[at] if kind and not is_single and at < len(parts) else ""
            if not kind and captions:
                caption = captions[min(at, len(captions) - 1)]
            # A picture with a caption, but no label, is a figure without a number.
            attributes = " .figure" if caption and not kind else ""
            attributes += f" fig-alt={_quoted(about)}" if about else ""
            braces = f"{{.cell-output{attributes}{one.attributes}}}"
            row = Row(f"![{_bracketed(caption)}]({one.picture}){braces}", one.line)
            rows += (row, Row("", one.line))
        if not kind:
            return rows[:-1]
        layout = f" fig-alt={_quoted(descriptions[0])}" if is_single and descriptions else ""
        for name in ("layout-ncol", "layout-nrow"):
            value = options.get(name)
            if type(value) is int and 0 < value < 13:
                layout += f" {name}={value}"
        caption = captions[0] if captions else ""
        foot = [Row(caption, line), Row("", line)] if caption else []
        return [Row(f":::::::: {{#{label}{layout}}}", line), *rows, *foot, Row("::::::::", line)]


def cut_out(text: str, path: str, part: tuple[int, int]) -> bytes:
    """The bytes of a picture of that path, the data a part of the text of a notebook; empty where none."""
    try:
        value = _SCAN.decode(text[slice(*part)])
    except (ValueError, RecursionError):
        return b""
    return picture_data(value, is_text=path.endswith(".svg"))


def picture_data(value: Any, *, is_text: bool) -> bytes:
    """The bytes of a picture from its JSON: text for SVG, else base64; empty where it is none."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return b""
    if is_text and value.lstrip()[:1] in {"<", "\ufeff"}:
        return value.strip().encode("utf-8", "replace")
    try:
        return b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


# --- texts ---


def titled(data: Node | None, title: str, place: Span) -> Node:
    """Front matter with a title that stands at ``place``."""
    node = Node(title, place, title)
    if data is None or not isinstance(data.value, dict):
        return Node({"title": node}, place, keys={"title": place})
    return replace(data, value={**data.value, "title": node}, keys={**data.keys, "title": place})


def _moved(node: Node, placed: Callable[[Span], Span]) -> Node:
    """A tree of nodes with other places."""
    value = node.value
    if isinstance(value, dict):
        value = {key: _moved(inner, placed) for key, inner in value.items()}
    elif isinstance(value, tuple):
        value = tuple(_moved(inner, placed) for inner in value)
    return Node(value, placed(node.span), node.raw, {key: placed(span) for key, span in node.keys.items()})


def _word(members: Mapping[str, _Value], name: str) -> str:
    """A member that is a text; empty for any other."""
    found = members.get(name)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> str:
    """A text on one line; of anything else an empty one."""
    return " ".join(cleaned(value).split()) if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [_words(one) for one in (value if isinstance(value, list) else [value] if value else [])]


def _language(metadata: Mapping[str, Any]) -> str:
    """The language of the code of a notebook."""
    for name, key in (("language_info", "name"), ("kernelspec", "language"), ("kernelspec", "name")):
        found = _mapping(metadata.get(name)).get(key)
        if isinstance(found, str) and found.strip():
            return _language_name(found)
    return "python"


def _language_name(name: str) -> str:
    name = name.strip().lower()
    return _LANGUAGES.get(name) or re.sub(r"[^a-z0-9+#-]", "", name)[:40] or "text"


def _size(metadata: Any) -> str:
    width = _mapping(metadata).get("width")
    return f" width={width}" if type(width) is int and 0 < width < 100_000 else ""


def _quoted(text: str) -> str:
    """A value for a list of attributes, which knows no backslashes."""
    text = text[:1500]
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', "″") + '"'


def _bracketed(text: str) -> str:
    """A text between the brackets of a picture."""
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += (sign == "[") - (sign == "]")
        if depth < 0:
            break
    is_sound = depth == 0 and not text.endswith("\\")
    return text if is_sound else re.sub(r"[\\\[\]]", r"\\\g<0>", text)


def _fence_after(fence: str, text: str) -> str:
    """The code fence that is open behind a line; empty for none."""
    found = _FENCE.fullmatch(text)
    if found is None:
        return fence
    if not fence:
        return "" if found["mark"][0] == "`" and "`" in found["rest"] else found["mark"]
    return "" if found["mark"].startswith(fence) and not found["rest"].strip() else fence


def _closed(rows: list[Row]) -> list[Row]:
    """Rows, with the end of the fence that they leave open."""
    fence = ""
    for row in rows:
        fence = _fence_after(fence, row.text)
    return [*rows, Row(fence, rows[-1].line)] if fence else rows


def _fenced(rows: Sequence[Row], info: str) -> list[Row]:
    """Rows in a fence that is longer than any run of backticks in them."""
    longest = max((len(run) for row in rows for run in re.findall("`{3,}", row.text)), default=2)
    fence = "`" * (longest + 1)
    return [Row(fence + info, rows[0].line), *rows, Row(fence, rows[-1].line)]


def _folded(rows: Sequence[Row], kind: str) -> list[Row]:
    """Rows behind a line that unfolds them, whose words are a label for the kind (``kinds.languages``)."""
    mark = ":" * 9
    head = (
        Row(f'{mark} {{.callout-{kind} collapse="true"}}', rows[0].line),
        Row("", rows[0].line),
    )
    return [*head, *rows, Row("", rows[-1].line), Row(mark, rows[-1].line)]


def _by_format(rows: Sequence[Row], plain: Sequence[_Shown]) -> list[Row]:
    """HTML for the web, and its text for PDFs."""
    if not plain:
        return [*rows]
    mark, first, last = ":" * 7, rows[0].line, plain[0].rows[-1].line
    return [
        Row(f'{mark} {{.content-visible when-format="html"}}', first),
        *rows,
        Row(mark, first),
        Row("", first),
        Row(f'{mark} {{.content-visible when-format="pdf"}}', last),
        *plain[0].rows,
        Row(mark, last),
    ]


def _plain(text: str) -> str:
    """A line as a terminal shows it in the end: without colours, with what was written over gone."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\r" in text:
        text = next((part for part in reversed(text.split("\r")) if part), "")
    if "\b" in text:
        signs: list[str] = []
        for sign in text:
            if sign != "\b":
                signs.append(sign)
            elif signs:
                signs.pop()
        text = "".join(signs)
    return cleaned(text)
