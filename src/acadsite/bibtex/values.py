"""Field expressions → text: ``@string`` names, ``#`` and the two kinds of delimiters.

``jml # { and more}`` becomes the value of ``jml`` followed by `` and more``. The result is raw LaTeX without the
outer delimiters, space kept. Names of strings are compared without case; the months are predefined, as in
BibTeX's own styles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acadsite.bibtex.chunks import GROUP

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
#: The strings every BibTeX style defines.
PREDEFINED: dict[str, str] = {name[:3].lower(): name for name in MONTHS}

_QUOTED = rf"\"(?:[^\"{{}}]|{GROUP}|(?!))*+\""
_GROUP = re.compile(GROUP)
_PIECE = re.compile(rf"{GROUP}|{_QUOTED}|[^\s{{}}()\",=#%\\']++")
_VALUE = re.compile(rf"(?:{_PIECE.pattern})(?:\s*+#\s*+(?:{_PIECE.pattern})|(?!))*+")
_WORD = re.compile(r"[^\s{}()\",=#%\\']++")
_MARK = re.compile(r"[{}\"]")
_SPACE = re.compile(r"\s*+")
#: Joined values longer than this are cut: strings that double themselves would fill the memory.
LONGEST = 65_536


def pieces(expression: str) -> list[str] | None:
    """The pieces of an expression, with their delimiters; None when it is not well formed."""
    if expression[:1] == "{" and expression.find("}") == len(expression) - 1 and expression.find("{", 1) < 0:
        return [expression]
    if (_GROUP if expression[:1] == "{" else _WORD).fullmatch(expression):
        return [expression]
    if _VALUE.fullmatch(expression):
        return [found[0] for found in _PIECE.finditer(expression)]
    return _deep_pieces(expression) if "{" in expression else None


def _deep_pieces(expression: str) -> list[str] | None:
    """The same for braces nested deeper than the patterns go, by counting."""
    found: list[str] = []
    at, size = 0, len(expression)
    while True:
        sign = expression[at : at + 1]
        if sign and sign in '{"':
            end = _piece_end(expression, at)
        else:
            word = _WORD.match(expression, at)
            end = word.end() if word else -1
        if end < 0:
            return None
        found.append(expression[at:end])
        behind = _SPACE.match(expression, end)
        at = behind.end() if behind else end
        if at == size:
            return found
        if expression[at] != "#":
            return None
        behind = _SPACE.match(expression, at + 1)
        at = behind.end() if behind else at + 1


def _piece_end(expression: str, start: int) -> int:
    """The end of the braced or quoted piece that begins at ``start``, or -1."""
    is_quoted = expression[start] == '"'
    depth = 0
    for mark in _MARK.finditer(expression, start + is_quoted):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth < 0:
                return -1
            if depth == 0 and not is_quoted:
                return mark.end()
        elif is_quoted and depth == 0:
            return mark.end()
    return -1


def names_in(expression: str) -> tuple[str, ...]:
    """The names of strings in an expression, in lower case, each once."""
    if expression[:1] == "{" and "#" not in expression:
        return ()
    found = (
        piece.lower() for piece in pieces(expression) or () if piece[0] not in '{"' and not piece.isdigit()
    )
    return tuple(dict.fromkeys(found))


def resolve(expression: str, strings: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text of an expression and the names in it that are not in ``strings``; those stand for themselves."""
    first = expression[:1]
    if first == "{" and expression.find("}") == len(expression) - 1:
        return expression[1:-1], ()
    if expression.isdigit():
        return expression, ()
    parts: list[str] = []
    missing: list[str] = []
    length = 0
    for piece in pieces(expression) or ():
        if piece[0] in '{"':
            value = piece[1:-1]
        elif piece.isdigit():
            value = piece
        else:
            known = strings.get(piece.lower())
            if known is None:
                missing.append(piece)
            value = piece if known is None else known
        length += len(value)
        if parts and length > LONGEST:
            break
        parts.append(value)
    return "".join(parts), tuple(missing)
