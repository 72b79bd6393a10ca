"""JSON as nodes with places: what ``sources.parse_yaml`` is for YAML.

JSON is nearly YAML, but not in what real files have: pairs of surrogates (``"\\ud83d\\ude00"``), tabs, long keys. So
it is read by its own rules (RFC 8259), with line and column of every value and key.
"""

from __future__ import annotations

import re
from typing import Final

from acadsite.problems import Problem, Span, error, quote
from acadsite.sources import MAX_DEPTH, Node

_BLANKS: Final = re.compile(r"[ \t\n]*")
_TEXT: Final = re.compile(r'[^"\\\n]*')
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD: Final = re.compile(r"\w+")
_WORDS: Final = {"true": True, "false": False, "null": None}
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX: Final = re.compile(r"[0-9a-fA-F]{4}")
_HALF: Final = re.compile("[\ud800-\udfff]")
#: Control characters that no text has.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A whole number with more digits is no count of anything.
_DIGITS: Final = 18


class _Refused(Exception):  # noqa: N818
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_json(text: str, path: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """A JSON document as a ``Node``; None where it cannot be read at all. ``text`` is as ``sources.decode`` gives it.

    Of a key that stands twice the first value is kept. Line ends within texts become ``\\n``.
    """
    reader = _Reader(text, path)
    try:
        node = reader.document()
    except _Refused as refused:
        return None, (*reader.problems, refused.problem)
    return node, tuple(reader.problems)


class _Reader:
    """Reads from ``at`` on. Nesting is bounded before any recursion."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.at = 0
        self.problems: list[Problem] = []
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.line = 0

    def document(self) -> Node:
        node = self.value(1)
        if self.peek():
            raise self.fault(
                "Something stands behind the end of the document.", "Remove it, or add a bracket."
            )
        return node

    def place(self, start: int, end: int) -> Span:
        """The span of two offsets; offsets only grow."""
        while self.line + 1 < len(self.lines) and self.lines[self.line + 1] <= start:
            self.line += 1
        last = self.line
        while last + 1 < len(self.lines) and self.lines[last + 1] <= end:
            last += 1
        return Span(
            self.path,
            self.line + 1,
            start - self.lines[self.line] + 1,
            last + 1,
            end - self.lines[last] + 1,
        )

    def fault(self, message: str, hint: str = "") -> _Refused:
        return _Refused(error("json-syntax", message, self.place(self.at, self.at), hint))

    def peek(self) -> str:
        """The next character that is no blank, or an empty string."""
        found = _BLANKS.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Node:
        char = self.peek()
        start = self.at
        if depth > MAX_DEPTH:
            raise self.fault(f"More than {MAX_DEPTH} levels of nesting.")
        if char == "{":
            return self.mapping(depth)
        if char == "[":
            return self.sequence(depth)
        if char == '"':
            text = self.string()
            return Node(text, self.place(start, self.at), text)
        number = _NUMBER.match(self.text, start)
        if number:
            self.at = number.end()
            raw = number[0]
            span = self.place(start, self.at)
            if number[2] or number[3] or len(raw) > _DIGITS:
                return Node(raw if len(raw) > _DIGITS else float(raw), span, raw)
            return Node(int(raw), span, raw)
        word = _WORD.match(self.text, start)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return Node(_WORDS[word[0]], self.place(start, self.at), word[0])
        if not char:
            raise self.fault(
                "The document ends where a value should stand.", "Is a bracket missing at the end?"
            )
        hint = (
            "A text stands between double quotation marks." if char not in ",]}" else "Is a comma too many?"
        )
        raise self.fault(f"No value begins with {quote(char)}.", hint)

    def mapping(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        values: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        span = self.place(start, start + 1)
        while self.more("}", not values and not keys):
            begin = self.at
            if self.peek() != '"':
                raise self.fault("A key must stand between double quotation marks.")
            key = self.string()
            where = self.place(begin, self.at)
            if self.peek() != ":":
                raise self.fault(f"A “:” is missing behind the key {quote(key)}.")
            self.at += 1
            value = self.value(depth + 1)
            if key in values:
                message = f"The key {quote(key)} stands twice; the first is in line {keys[key].line}."
                self.problems.append(error("json-duplicate-key", message, where, "Remove one of them."))
            else:
                values[key], keys[key] = value, where
        return Node(values, span, keys=keys)

    def sequence(self, depth: int) -> Node:
        span = self.place(self.at, self.at + 1)
        self.at += 1
        items: list[Node] = []
        while self.more("]", not items):
            items.append(self.value(depth + 1))
        return Node(tuple(items), span)

    def more(self, end: str, is_first: bool) -> bool:
        """Whether another item follows; takes the comma or the bracket."""
        char = self.peek()
        if char == end:
            self.at += 1
            return False
        if is_first:
            return True
        if char != ",":
            message = f"A “,” or “{end}” is missing here." if char else f"A “{end}” is missing at the end."
            raise self.fault(message)
        self.at += 1
        if self.peek() == end:
            raise self.fault(f"A comma stands before “{end}”.", "Remove it.")
        return True

    def string(self) -> str:
        """The text between the quotation marks; ``at`` is behind them."""
        start = self.at
        self.at += 1
        parts: list[str] = []
        while True:
            found = _TEXT.match(self.text, self.at)
            assert found is not None  # noqa: S101 - it matches nothing, too
            parts.append(found[0])
            self.at = found.end()
            char = self.text[self.at : self.at + 1]
            if char == '"':
                self.at += 1
                break
            if char != "\\":
                self.at = start
                raise self.fault("The quotation mark that opens here is not closed in its line.")
            parts.append(self.escape())
        return self.cleaned("".join(parts), start)

    def escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "u":
            digits = _HEX.match(self.text, self.at + 2)
            if digits:
                self.at += 6
                return chr(int(digits[0], 16))
        elif letter in _ESCAPES:
            self.at += 2
            return _ESCAPES[letter]
        raise self.fault(f"{quote(chr(92) + letter)} is no escape.", "Double the backslash.")

    def cleaned(self, text: str, start: int) -> str:
        if text.isprintable():
            return text
        if _HALF.search(text):
            # Two halves that belong together make one character.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if "\N{REPLACEMENT CHARACTER}" in text:
                self.report("An escape here stands for half a character (a surrogate).", start)
        if _CONTROLS.search(text):
            self.report("A control character stands here; it is left out.", start)
            text = _CONTROLS.sub("", text)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def report(self, message: str, start: int) -> None:
        where = self.place(start, self.at)
        self.problems.append(error("json-character", message, where, "Write the character itself."))
