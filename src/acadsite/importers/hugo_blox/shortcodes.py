"""Shortcodes: found in a text, put together as opening and closing, and replaced by Markdown.

``replaced`` takes a function that says what a shortcode becomes. Shortcodes are read in code as well, as Hugo reads
them; ``{{</* x */>}}`` is an example of one and stays, without the asterisks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_OPEN: Final = re.compile(r"\{\{([<%])")
_NAME: Final = re.compile(r"\s*(/?)\s*([\w-][\w./-]*)")
_ARGUMENT: Final = re.compile(
    r"\s*(?:([\w.-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`|(?!/?[>%]\}\})([^\s\"`]+?)(?=\s|/?[>%]\}\}|\"|\Z))"
)
_EXAMPLE: Final = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.DOTALL)
#: Longer texts between two braces are no shortcode.
_LONGEST: Final = 20_000
#: Shortcodes stand in others; deeper is an accident.
_DEEPEST: Final = 30


@dataclass(slots=True)
class Shortcode:
    """One shortcode. ``named`` and ``given`` are its arguments, ``inner`` is the text up to its end, already replaced;
    None where it has none. ``line`` is that of its beginning."""

    name: str
    line: int
    written: str
    named: dict[str, str] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    inner: str | None = None
    is_markdown: bool = False

    def get(self, name: str, at: int = -1) -> str:
        """An argument by its name, or by its place."""
        found = self.named.get(name)
        if found is None and 0 <= at < len(self.given):
            found = self.given[at]
        return (found or "").strip()


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    name: str
    is_end: bool
    is_closed: bool
    arguments: str
    sign: str


def replaced(text: str, first_line: int, replace: Callable[[Shortcode], str]) -> str:
    """``text`` with what ``replace`` gives in the place of each shortcode, from the innermost out."""
    if "{{" not in text:
        return text
    tokens = _tokens(text)
    partner = _pairs(tokens)
    lines = _Lines(text, first_line)
    made, _ = _made(text, tokens, partner, (0, len(tokens)), (0, len(text)), lines, replace)
    return _EXAMPLE.sub(lambda found: f"{{{{{found[1]}{found[2]}{found[3]}}}}}", made)


def _tokens(text: str) -> list[_Token]:
    found = []
    at = 0
    while match := _OPEN.search(text, at):
        at = match.end()
        name = _NAME.match(text, at, at + _LONGEST)
        if name is None:
            continue
        sign = ">}}" if match[1] == "<" else "%}}"
        end = _end(text, name.end(), sign)
        if end < 0:
            continue
        arguments = text[name.end() : end]
        is_closed = arguments.rstrip().endswith("/")
        found.append(_Token(match.start(), end + 3, name[2], bool(name[1]), is_closed, arguments, match[1]))
        at = end + 3
    return found


def _end(text: str, at: int, sign: str) -> int:
    """Where the sign stands that closes a shortcode, outside of quotes; -1 for nowhere."""
    quoted = ""
    limit = min(len(text), at + _LONGEST)
    while at < limit:
        char = text[at]
        if quoted:
            if char == "\\" and quoted == '"':
                at += 1
            elif char == quoted:
                quoted = ""
        elif char in '"`':
            quoted = char
        elif char == sign[0] and text.startswith(sign, at):
            return at
        elif char == "{" and text.startswith(("{{<", "{{%"), at):
            return -1
        at += 1
    return -1


def _pairs(tokens: list[_Token]) -> dict[int, int]:
    """For each opening shortcode the number of the one that closes it."""
    found: dict[int, int] = {}
    open_ones: list[int] = []
    by_name: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.is_closed and not token.is_end:
            continue
        if not token.is_end:
            if len(open_ones) >= 10_000:
                continue
            open_ones.append(at)
            by_name[token.name] = by_name.get(token.name, 0) + 1
        elif by_name.get(token.name):
            while True:
                last = open_ones.pop()
                by_name[tokens[last].name] -= 1
                if tokens[last].name == token.name:
                    found[last] = at
                    break
    return found


class _Lines:
    """Lines of offsets that only grow."""

    def __init__(self, text: str, first: int) -> None:
        self.text, self.first = text, first
        self.at = self.line = 0

    def of(self, offset: int) -> int:
        if offset >= self.at:
            self.line += self.text.count("\n", self.at, offset)
            self.at = offset
        return self.first + self.line


def _made(  # noqa: PLR0917 - a range of tokens and one of text
    text: str,
    tokens: list[_Token],
    partner: dict[int, int],
    between: tuple[int, int],
    reach: tuple[int, int],
    lines: _Lines,
    replace: Callable[[Shortcode], str],
    depth: int = 0,
) -> tuple[str, int]:
    """The text of a range, replaced."""
    parts: list[str] = []
    at, end = reach
    number, last = between
    while number < last:
        token = tokens[number]
        parts.append(text[at : token.start])
        at = token.end
        if token.is_end:  # one that was never opened
            number += 1
            continue
        named, given = _arguments(token.arguments)
        code = Shortcode(
            token.name,
            lines.of(token.start),
            text[token.start : token.end],
            named,
            given,
            None,
            token.sign == "%",
        )
        closing = partner.get(number)
        if closing is not None and depth < _DEEPEST:
            inner = (token.end, tokens[closing].start)
            code.inner, _ = _made(
                text, tokens, partner, (number + 1, closing), inner, lines, replace, depth + 1
            )
            at = tokens[closing].end
            number = closing
        parts.append(replace(code))
        number += 1
    parts.append(text[at:end])
    return "".join(parts), number


def _arguments(text: str) -> tuple[dict[str, str], list[str]]:
    named: dict[str, str] = {}
    given: list[str] = []
    at = 0
    while match := _ARGUMENT.match(text, at):
        if match.end() == at:
            break
        at = match.end()
        word, name = match[2], match[1]
        if word is not None:
            word = re.sub(r"\\(.)", r"\1", word)
        else:
            word = match[3] if match[3] is not None else match[4] or ""
        if name:
            named.setdefault(name, word)
        elif word != "/":
            given.append(word)
    return named, given
