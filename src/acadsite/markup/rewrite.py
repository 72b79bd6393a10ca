r"""One pass over a source that hides from a CommonMark parser what it would take for something else.

In: ``Source.data``. Out: bytes of the *same length*, so that every offset the parser reports is one into the
original, and marks that say what was hidden where:

* ``::: {.x}`` becomes ``<?xxxx?>`` and ``:::`` becomes ``<?>``: an HTML block of kind 3, which may interrupt a
  paragraph, ends on its own line and obeys the containers (lists, quotes) it stands in;
* a grid table becomes one such block as a whole;
* ``!!! note "title"`` and ``=== "title"`` become ``+   <?xxxx?>``: a list item whose content, as that of the
  admonition, begins four columns further in;
* ``\(x\)``, ``\[x\]``, LaTeX environments and paragraphs of TeX definitions become a code span: two backticks at
  each end;
* in display formulas, a mark at a line's start that would begin a list, a heading or a quote becomes a control
  character (``MASKS``), as does ``|`` within ``$…$`` in a row of a table;
* ``\@``, ``\^`` and ``\~`` become one character of two bytes each (``PLAIN``), so that they cite, raise, lower and
  strike out nothing.

Nothing is done unless the source holds one of the triggers. The time is linear in the length: where a search
finds nothing, what it learned is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from acadsite.markup import grid
from acadsite.markup.attributes import parsed
from acadsite.markup.source import CONTROL

if TYPE_CHECKING:
    from acadsite.markup.grid import Grid

#: What stands in for a character that would be read as markup. All are control characters, which a source has
#: not. Digits are 0x10 to 0x19.
MASKS: Final = {
    "|": "\x01",
    "+": "\x03",
    "-": "\x04",
    "*": "\x05",
    "#": "\x06",
    "=": "\x07",
    ">": "\x08",
    ":": "\x0e",
    **{str(digit): chr(0x10 + digit) for digit in range(10)},
}
_UNMASK: Final = {ord(mask): char for char, mask in MASKS.items()}
_MASK: Final = {ord(char): mask for char, mask in MASKS.items()}

#: What stands for a sign that a backslash stood before: it is no more than itself. A parser takes these control
#: characters, unlike the others, in addresses.
PLAIN: Final = {"@": "\x80", "^": "\x81", "~": "\x82"}

#: Environments that are formulas by themselves, from amsmath and LaTeX, and those that LaTeX knows in formulas
#: only: at the start of a line they are taken for formulas as well.
DISPLAYS: Final = (
    "align alignat displaymath eqnarray equation flalign gather math multline".split()  # noqa: SIM905
)
_MATRICES: Final = "bmatrix Bmatrix matrix pmatrix smallmatrix vmatrix Vmatrix".split()  # noqa: SIM905
_PARTS: Final = "aligned alignedat array cases dcases gathered rcases split subarray".split()  # noqa: SIM905
INNER: Final = (*_MATRICES, *_PARTS)
ENVIRONMENTS: Final = (*DISPLAYS, *INNER)

_INNER: Final = frozenset(name.encode() for name in INNER)

_TRIGGER: Final = re.compile(
    rb":::|!!!|\?\?\?|\\[(\[@^~]|\\begin\{|\$\$|===[!+]?[ \t]+\"|\+[-=:]{3}"
    rb"|\\(?:re|provide)?newcommand|\\def\\|\\DeclareMath"
)

#: What may stand before a block on its line: quote marks and list markers.
_CONTAINERS: Final = rb"[ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t>]++|(?!))*+"
#: Each alternative begins with one character of its own: `re` then looks for these alone, four times as fast.
_TOKEN: Final = re.compile(
    rb"\n" + _CONTAINERS + rb"(:::+|```+|~~~+|!!!|\?\?\?\+?|===[!+]?(?=[ \t]+\")|\+(?=[-=:]{3})"
    rb"|\\(?:(?:re|provide)?newcommand|DeclareMathOperator|def(?=\\)))([^\n]*)"
    rb"|``*+"
    rb"|\\begin\{(" + "|".join(ENVIRONMENTS).encode() + rb")(\*?)\}"
    rb"|\\[\s\S]"
    rb"|\$\$"
)
_ADMONITION: Final = re.compile(
    r"""[ \t]+(?P<kinds>[A-Za-z][\w-]*(?:[ \t]+[A-Za-z][\w-]*)*)(?:[ \t]+"(?P<title>[^"]*)")?[ \t]*"""
)
_TAB: Final = re.compile(r"""[ \t]+"(?P<title>[^"]*)"[ \t]*""")
_GRID_LINE: Final = re.compile(rb"[ \t>]*+([|+][^\n]*[|+])[ \t]*(?=\n|\Z)")
_DEFINITION: Final = re.compile(rb"\\(?:(?:re|provide)?newcommand|DeclareMathOperator|def)\*?")
_BEFORE_BODY: Final = re.compile(
    rb"\s*(?:\{\s*\\[A-Za-z]+\s*\}|\\[A-Za-z]+)\s*(?:\[[^\]\n]*\]\s*|#[1-9]\s*)*(?=\{)"
)
_AFTER_BODY: Final = re.compile(rb"(?:\s|%[^\n]*)*")
_BRACE: Final = re.compile(rb"\\[\s\S]|[{}]")
_DIV: Final = re.compile(
    r"[ \t]*(?P<word>[^\s{}\"':]+)?(?:[ \t]*(?P<group>\{.*\}))?(?P<rest>[ \t]+[^{}]*?)?[ \t]*:*[ \t]*"
)

#: A run of a paragraph without backtick: to the first blank line at most.
_STRETCH: Final = rb"(?:[^\\`\n$]++|\\[^%s`]|\n(?![ \t>]*+(?:\n|\Z))|\$|(?!))*+"
_ROUND: Final = re.compile(_STRETCH % rb")")
_SQUARE: Final = re.compile(_STRETCH % rb"\]")
_DOLLARS: Final = re.compile(rb"(?:[^\\\n$]++|\\[\s\S]|\n(?![ \t>]*+(?:\n|\Z))|\$(?!\$)|(?!))*+")
_PARAGRAPH: Final = re.compile(rb"(?:[^\n]++|\n(?![ \t>]*+(?:\n|\Z))|(?!))*+")
_RUNS: Final = re.compile(rb"`+")

_LINE_START: Final = re.compile(
    rb"(\n[ \t>]*+)(?:"
    rb"([-+*:](?=[ \t\n])|#(?=#{0,5}[ \t\n])|[-=](?=[-=]*[ \t]*\n)|[-*](?=[-* \t]*\n))"
    rb"|([0-9])(?=[0-9]{0,8}[.)][ \t\n]))"
)
_SAYS_SOMETHING: Final = re.compile(rb"[^\\!-/:-@\[-`{-~\s]")
_OUTSIDE: Final = re.compile(rb"\n(?![ \t]*+>)")
_DELIMITER_ROW: Final = re.compile(
    rb"\n[ \t>]*+\|?+[ \t]*+:?+-++:?+[ \t]*+(?:\|[ \t]*+:?+-++:?+[ \t]*+|(?!))*+\|?+[ \t]*+(?=\n)"
)
_FORMULA: Final = re.compile(rb"\$(?=[^\s$])((?:[^$\\\n]++|\\[^\n]|(?!))++)\$(?![0-9])")
_LONGEST_RUN: Final = 80


class Drawing(NamedTuple):
    """A grid table, and the offset that each of its lines begins at (behind quote marks and blanks)."""

    grid: Grid
    lines: tuple[int, ...]


class Mark(NamedTuple):
    """What was hidden at an offset. ``attributes`` of what opens; ``end`` is the offset behind a formula."""

    kind: Literal["open", "close", "admonition", "tab", "grid", "inline", "block", "none"]
    attributes: dict[str, str]
    end: int = 0
    drawing: Drawing | None = None


class Rewritten(NamedTuple):
    """The text for the parser, the marks by the offset where the parser will report them, and formulas that begin a
    line and never end: offset and how they begin."""

    data: bytes
    marks: dict[int, Mark]
    unclosed: tuple[tuple[int, str], ...] = ()


def div_attributes(line: str) -> dict[str, str] | None:
    """What a line says behind its ``:::``: the attributes of the div that it opens, nothing when it closes one, None
    when it is no fence."""
    if not line.strip(" \t:"):
        return {}
    match = _DIV.fullmatch(line)
    if match is None:
        return None
    attributes = parsed(match["group"], words=True) if match["group"] else {}
    if attributes is None:
        return None
    title = (match["rest"] or "").strip()
    if match["word"]:
        word = match["word"].lstrip(".").strip("[]")
        attributes["class"] = f"{word} {attributes.get('class', '')}".strip()
    if title:
        attributes.setdefault("title", title)
    return attributes or None


def unmasked(text: str, *, escapes: str = "") -> str:
    """``text`` with the masks put back; ``escapes`` stands before each sign that had a backslash."""
    for sign, mask in PLAIN.items():
        if mask in text:
            text = text.replace(mask, escapes + sign)
    return text.translate(_UNMASK)


def shown(text: str) -> str:
    """``text`` without masks and without control characters from character references."""
    return text if text.isprintable() else CONTROL.sub("", unmasked(text))


def rewritten(data: bytes) -> Rewritten:
    """``data`` with the constructs above hidden; the very same object when there are none."""
    table = b"$" in data and b"|" in data
    if _TRIGGER.search(data) is None:
        return Rewritten(_tables(data), {}) if table else Rewritten(data, {})
    scan = _Scan(data)
    scan.run()
    out = bytes(scan.out) if scan.out != data else data
    return Rewritten(_tables(out) if table else out, scan.marks, tuple(scan.unclosed))


class _Scan:
    """State of one pass."""

    def __init__(self, data: bytes) -> None:
        # A line break in front lets the first line match as any other; offsets in `self.text` are one higher.
        self.text = b"\n" + data
        self.out = bytearray(data)
        self.marks: dict[int, Mark] = {}
        self.unclosed: list[tuple[int, str]] = []
        #: By kind of search: up to where it is known to find nothing.
        self.barren: dict[bytes | int, int] = {}
        #: Ends of the paragraph and the quote found last; all that begins before has the same.
        self.paragraph_end = self.quote_end = 0

    def run(self) -> None:
        text, token = self.text, _TOKEN
        position = 0
        while found := token.search(text, position):
            position = found.end()
            if found[1] is not None:
                position = self.block(found)
            elif found[3] is not None:
                position = self.environment(found)
            else:
                two = found[0]
                if two[:1] == b"`":
                    position = self.code_span(found)
                elif two == rb"\(":
                    position = self.formula(found.start(), position, _ROUND, rb"\)", "inline")
                elif two == rb"\[":
                    position = self.formula(found.start(), position, _SQUARE, rb"\]", "block")
                elif two == b"$$":
                    position = self.dollars(position)
                elif two in {rb"\@", rb"\^", rb"\~"}:
                    self.out[found.start() - 1 : position - 1] = PLAIN[two[1:].decode()].encode()
                elif two == b"\\\n":
                    position -= 1  # a hard break: the next line may begin a block

    # --- lines -------------------------------------------------------------------------------------------------

    def block(self, found: re.Match[bytes]) -> int:
        """A line that begins with one of the block marks; gives where to go on."""
        mark, rest = found[1], found[2]
        at = found.start(1)
        if mark[:1] in b"`~":
            if mark[:1] == b"`" and b"`" in rest:
                return at  # a code span: seen again as such
            return self.code_fence(found)
        if mark[:1] == b"+":
            return self.grid(at)
        if mark[:1] == b"\\":
            return self.macros(at)
        if mark[:1] == b":":
            self.fence(at - 1, rest, len(mark))
        elif mark[:1] == b"=":
            self.tab(at - 1, mark, rest)
        else:
            self.admonition(at - 1, mark, rest)
        return found.end()

    def grid(self, at: int) -> int:
        """A grid table from ``at`` on: hides it as one HTML block; gives where to go on."""
        text = self.text
        lines: list[bytes] = []
        starts: list[int] = []
        position = at
        while found := _GRID_LINE.match(text, position):
            starts.append(found.start(1))
            lines.append(found[1])
            position = found.end() + 1
        while len(lines) > 2 and not lines[-1].startswith((b"+-", b"+=", b"+:")):
            lines.pop()
        drawn = grid.parsed([line.decode(errors="replace") for line in lines]) if len(lines) > 2 else None
        if drawn is None:
            # What begins further down in a drawing that is none is none either.
            return max(at + 1, position - 1) if len(starts) > 2 else at + 1
        for start, line in zip(starts, lines, strict=False):
            self.out[start - 1 : start - 1 + len(line)] = b"x" * len(line)
        last = starts[len(lines) - 1] - 1 + len(lines[-1])
        self.out[at - 1 : at + 1] = b"<?"
        self.out[last - 2 : last] = b"?>"
        offsets = tuple(start - 1 for start in starts[: len(lines)])
        self.marks[at - 1] = Mark("grid", {}, last, Drawing(drawn, offsets))
        return last + 1

    def macros(self, at: int) -> int:
        """TeX definitions to the end of the paragraph: hides them as a formula; gives where to go on."""
        stop = self.end_of_paragraph(at)
        position = at
        while definition := _DEFINITION.match(self.text, position, stop):
            before = _BEFORE_BODY.match(self.text, definition.end(), stop)
            end = self.end_of_group(before.end(), stop) if before else -1
            if end < 0:
                return at + 1
            behind = _AFTER_BODY.match(self.text, end, stop)
            position = behind.end() if behind else end
        if position < stop or b"`" in self.text[at:stop]:
            return at + 1
        return self.span(at, len(self.text[:stop].rstrip()), "none")

    def end_of_group(self, start: int, stop: int) -> int:
        level = 0
        for step in _BRACE.finditer(self.text, start, stop):
            level += (step[0] == b"{") - (step[0] == b"}")
            if level == 0 and step[0] == b"}":
                return step.end()
        return -1

    def tab(self, at: int, mark: bytes, rest: bytes) -> None:
        """A ``=== "title"`` line (PyMdown's)."""
        match = _TAB.fullmatch(rest.decode(errors="replace"))
        width = len(mark) + len(rest.rstrip())
        if match is not None and width >= 7:
            self.hide_item(at, width, Mark("tab", {"title": match["title"]}))

    def hide_item(self, at: int, width: int, mark: Mark) -> None:
        """Make a list item of a line whose content is indented by four."""
        inner = width - 4
        self.out[at : at + width] = b"+   " + (b"<?>" if inner == 3 else b"<?" + b"x" * (inner - 4) + b"?>")
        self.marks[at + 4] = mark

    def code_fence(self, found: re.Match[bytes]) -> int:
        """Skips a fenced code block: to its closing fence, the end of its quote, or the end of the text."""
        mark = found[1]
        stop = len(self.text)
        if b">" in self.text[found.start() : found.start(1)]:
            if self.quote_end <= found.end():
                outside = _OUTSIDE.search(self.text, found.end())
                self.quote_end = outside.start() if outside else stop
            stop = self.quote_end
        closing = re.compile(rb"\n[ \t>]*" + mark[:1] + rb"{%d,}[ \t]*(?=\n|\Z)" % len(mark))
        end = closing.search(self.text, found.end(), stop)
        return end.end() if end else stop

    def end_of_paragraph(self, start: int) -> int:
        """Where the stretch without a blank line ends that ``start`` is in."""
        if self.paragraph_end <= start:
            found = _PARAGRAPH.match(self.text, start)
            self.paragraph_end = found.end() if found else start
        return self.paragraph_end

    def fence(self, at: int, rest: bytes, colons: int) -> None:
        """A ``:::`` line: hides it when it is a fence."""
        attributes = div_attributes(rest.decode(errors="replace"))
        if attributes is not None:
            self.hide(at, colons + len(rest.rstrip()), "open" if attributes else "close", attributes)

    def hide(self, at: int, width: int, kind: Literal["open", "close"], attributes: dict[str, str]) -> None:
        self.out[at : at + width] = b"<?>" if width == 3 else b"<?" + b"x" * (width - 4) + b"?>"
        self.marks[at] = Mark(kind, attributes)

    def admonition(self, at: int, mark: bytes, rest: bytes) -> None:
        """A ``!!!`` or ``???`` line (Python-Markdown's and PyMdown's)."""
        match = _ADMONITION.fullmatch(rest.decode(errors="replace"))
        width = len(mark) + len(rest.rstrip())
        if match is None or width < 7:
            return
        kind, *classes = match["kinds"].lower().split()
        attributes = {"kind": kind}
        if classes:
            attributes["class"] = " ".join(classes)
        if match["title"] is not None:
            attributes["title"] = match["title"]
        if mark[:1] == b"?":
            attributes["collapse"] = "false" if mark.endswith(b"+") else "true"
        self.hide_item(at, width, Mark("admonition", attributes))

    # --- inlines -----------------------------------------------------------------------------------------------

    def code_span(self, found: re.Match[bytes]) -> int:
        """Skips a code span; a run of backticks without a partner in its paragraph is text."""
        length, start = len(found[0]), found.end()
        if length > _LONGEST_RUN or self.barren.get(length, 0) > start:
            return start
        stop = self.end_of_paragraph(start)
        for run in _RUNS.finditer(self.text, start, stop):
            if len(run[0]) == length:
                return run.end()
        self.barren[length] = stop
        return start

    def environment(self, found: re.Match[bytes]) -> int:
        name = found[3] + found[4]
        closing = rb"\end{" + name + b"}"
        if self.barren.get(closing, 0) > found.end():
            return found.end()
        stop = self.end_of_paragraph(found.end())
        end = self.text.find(closing, found.end(), stop)
        if end < 0:
            self.barren[closing] = stop
            if self.is_alone(found.start()):
                self.unclosed.append((found.start() - 1, rf"\begin{{{name.decode()}}}"))
            return found.end()
        if b"`" in self.text[found.start() : end] or (
            found[3] in _INNER and not self.is_alone(found.start())
        ):
            return found.end()
        return self.span(found.start(), end + len(closing), "block")

    def is_alone(self, start: int) -> bool:
        """Whether nothing stands on the line before ``start`` and no formula is open there."""
        before = self.text[max(0, start - 200) : start]
        line = before[before.rfind(b"\n") + 1 :]
        return not line.strip(b" \t>") and not before.rstrip(b" \t>\n").endswith((b"$", b"\\", b"="))

    def formula(
        self,
        start: int,
        inner: int,
        body: re.Pattern[bytes],
        closing: bytes,
        kind: Literal["inline", "block"],
    ) -> int:
        if self.barren.get(closing, 0) > inner:
            return inner
        found = body.match(self.text, inner)
        stop = found.end() if found else inner
        if self.text[stop : stop + 2] != closing:
            self.barren[closing] = stop
            return inner
        if not _SAYS_SOMETHING.search(self.text, inner, stop):
            return inner  # escaped punctuation, as in `\[\\\]`
        return self.span(start, stop + 2, kind)

    def span(self, start: int, end: int, kind: Literal["inline", "block", "none"]) -> int:
        """Makes a code span of a formula; not next to a backtick, which would join it."""
        if b"`" in (self.text[start - 1 : start], self.text[end : end + 1]):
            return end
        if kind != "inline":
            self.mask(start, end)
        self.out[start - 1 : start + 1] = b"``"
        self.out[end - 3 : end - 1] = b"``"
        self.marks[start - 1] = Mark(kind, {}, end - 1)
        return end

    def dollars(self, start: int) -> int:
        """Goes over a ``$$`` formula, masking the starts of its lines."""
        if self.barren.get(b"$$", 0) > start:
            return start
        found = _DOLLARS.match(self.text, start)
        stop = found.end() if found else start
        if self.text[stop : stop + 2] != b"$$":
            self.barren[b"$$"] = stop
            if self.is_alone(start - 2):
                self.unclosed.append((start - 3, "$$"))
            return start
        self.mask(start, stop)
        return stop + 2

    def mask(self, start: int, end: int) -> None:
        """Masks what would begin a block at the start of a formula's lines."""
        if self.text.find(b"\n", start, end) < 0:
            return
        for found in _LINE_START.finditer(self.text, start, end):
            group = 2 if found[2] else 3
            at = found.start(group)
            self.out[at - 1] = ord(_MASK[self.text[at]])


def _tables(data: bytes) -> bytes:
    """Masks ``|`` within ``$…$`` in the rows of pipe tables."""
    text = b"\n" + data
    out: bytearray | None = None
    position = 0
    while row := _DELIMITER_ROW.search(text, position):
        position = row.end()
        if b"|" not in row[0]:
            continue
        head = text.rfind(b"\n", 0, row.start()) + 1
        paragraph = _PARAGRAPH.match(text, position)
        position = paragraph.end() if paragraph else position
        for formula in _FORMULA.finditer(text, head, position):
            inner = formula[1]
            if b"|" in inner and not inner[-1:].isspace():
                out = bytearray(data) if out is None else out
                start = formula.start(1) - 1
                out[start : start + len(inner)] = inner.replace(b"|", b"\x01")
    return bytes(out) if out is not None else data
