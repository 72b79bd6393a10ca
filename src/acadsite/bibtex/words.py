"""How a list of names falls into names, parts and words: everything that depends on braces."""

from __future__ import annotations

import re

from acadsite.bibtex.chunks import GROUP
from acadsite.bibtex.symbols import LOWER_SPECIAL, UPPER_SPECIAL

_AND = re.compile(r"(?<!\S)and(?!\S)", re.IGNORECASE)
#: A piece of a list of names with all its braces.
_CLOSED = re.compile(rf"(?:[^{{}}\\]++|\\[^{{}}]|{GROUP}|(?!))*+")
_AND_OR_BRACE = re.compile(r"\\.|[{}]|(?:^|\s+)and(?=\s|$)", re.IGNORECASE | re.DOTALL)
# A command of letters takes the space after it along, as in TeX: ``\\AA ke`` is one word.
_SPLIT = re.compile(r"\\[A-Za-z]+\s*|\\.|[{}]|,|;|[\s~]+", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)\s*", re.DOTALL)


def split_names(raw: str) -> list[str]:
    """The names of a list, raw, whitespace collapsed; empty ones included."""
    raw = " ".join(raw.split())  # long runs of spaces would cost their square below
    simple = raw.split(" and ")
    if len(_AND.findall(raw)) == len(simple) - 1 and (
        ("{" not in raw and "}" not in raw) or all(_CLOSED.fullmatch(piece) for piece in simple)
    ):
        return simple
    pieces, depth, at = [], 0, 0
    for mark in _AND_OR_BRACE.finditer(raw):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif sign[0] != "\\" and depth == 0:
            pieces.append(raw[at : mark.start()].strip())
            at = mark.end()
    pieces.append(raw[at:].strip())
    return pieces


def at_semicolons(piece: str) -> list[str]:
    """The parts of a piece at semicolons that are followed by a space (an HTML entity's is not)."""
    parts, depth, at = [], 0, 0
    for mark in _SPLIT.finditer(piece):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == ";" and depth <= 0 and piece[mark.end() : mark.end() + 1] in {" ", "\n", "\t", ""}:
            parts.append(piece[at : mark.start()].strip())
            at = mark.end()
    parts.append(piece[at:].strip())
    return [part for part in parts if part]


def parts(raw: str) -> list[list[str]]:
    """The words of a name, parted at commas; both outside braces only."""
    if "{" not in raw and "\\" not in raw:
        return [part.replace("~", " ").split() for part in raw.split(",")]
    parts: list[list[str]] = [[]]
    depth, at = 0, 0
    for mark in _SPLIT.finditer(raw):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and sign[0] not in "\\;":
            if mark.start() > at:
                parts[-1].append(raw[at : mark.start()])
            at = mark.end()
            if sign == ",":
                parts.append([])
    if at < len(raw):
        parts[-1].append(raw[at:])
    return parts


def comma_parts(piece: str) -> list[str]:
    parts, depth, at = [], 0, 0
    for mark in re.finditer(r'\\.|[{},"]', piece, re.DOTALL):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == '"':
            depth = depth - 100 if depth >= 100 else depth + 100
        elif sign == "," and depth <= 0:
            parts.append(piece[at : mark.start()])
            at = mark.end()
    parts.append(piece[at:])
    return parts


def is_lower(word: str) -> bool:
    """Whether a word of a name begins with a small letter, as BibTeX sees it: brace groups do not count, unless
    they open with a command (``{\\'e}``, ``{\\relax von}``)."""
    first = word[:1]
    if first.isalpha():
        return first.islower()
    at, size = 0, len(word)
    while at < size:
        char = word[at]
        if char == "{":
            if word.startswith("\\", at + 1):
                return _is_lower_special(word, at + 1)
            at = group_end(word, at)
        elif char == "\\":
            return _is_lower_special(word, at)
        elif char.isalpha():
            return char.islower()
        else:
            at += 1
    return False


def _is_lower_special(word: str, at: int) -> bool:
    while (command := _COMMAND.match(word, at)) is not None:
        if command[1] in LOWER_SPECIAL:
            return True
        if command[1] in UPPER_SPECIAL:
            return False
        at = command.end()
        while at < len(word) and word[at] == "{":
            at += 1
        if not word.startswith("\\", at):
            break
    for char in word[at:]:
        if char.isalpha():
            return char.islower()
    return False


def group_end(word: str, at: int) -> int:
    depth = 0
    for mark in _BRACE.finditer(word, at):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth == 0:
            return mark.end()
    return len(word)


def is_group(raw: str) -> bool:
    """Whether all of a name stands in one pair of braces. ``{\\relax …}`` and accents are letters, no group."""
    return raw.startswith("{") and group_end(raw, 0) == len(raw) and raw.endswith("}")
