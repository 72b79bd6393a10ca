"""Cuts the text of a .bib file into chunks, one block each.

A chunk starts at the ``@`` of a block (``@article{…``, ``@string(…``) and runs to the next one, so it also holds
whatever stands between the two. BibTeX knows no comment sign: an ``@type{`` counts wherever it stands outside a
block, in a ``%`` line too. Inside a block, an ``@type{key,`` that opens a line means that the block before was
never closed; only ``@comment`` may hold such lines. One linear scan, whatever the input: no name, no value and no
LaTeX is looked at here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acadsite.bibtex.kinds import BLOCKS, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The head of a block. Possessive quantifiers keep it linear; the type may hold what BibTeX allows in a name.
HEAD = re.compile(r"(@++)\s*+([^\s@{}()\",=#%'\\~]*+)\s*+([{(])")
#: What must follow the head of a type nobody knows before it counts as a block inside another one.
_KEY_COMMA = re.compile(r"\s*+[^\s{}()\",=#%\\]*+[ \t]*+,")
_INLINE_HEAD = re.compile(r"@++[ \t]*+[A-Za-z]++[ \t]*+\{(?=\s*+[^\s{}()\",=#%\\]++[ \t]*+,)")


def _nested(depth: int) -> str:
    inner = r"[^{}]*+"
    for _ in range(depth):
        inner = rf"[^{{}}]*+(?:\{{{inner}\}}[^{{}}]*+)*+"
    return rf"\{{{inner}\}}"


#: A brace group up to six levels deep, matched without a Python loop; deeper ones are counted.
GROUP = _nested(6)
_GROUP = re.compile(GROUP)
_BRACE = re.compile(r"[{}]")
_ROUND_MARK = re.compile(r"[{}\")]")
#: So many unclosed blocks may be searched to the end of the file; after that only nearby ends count.
_PATIENCE = 24


@dataclass(frozen=True, slots=True)
class Chunk:
    """``text`` of one block and what follows it; ``end`` is the length of the block itself, 0 when no block was
    found (text before the first one) and -1 when it is never closed; ``line`` and ``column`` are 1-based."""

    text: str
    end: int
    line: int
    column: int


def cut(text: str) -> list[Chunk]:
    """Cut ``text`` (line ends are ``\\n``) into chunks, in order; joined they give ``text`` again."""
    marks = [(start, end) for start, end in _blocks(text)]
    chunks = []
    line, column, at = 1, 1, 0
    if not marks or marks[0][0] > 0:
        marks.insert(0, (0, 0))
    for number, (start, end) in enumerate(marks):
        stop = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        line, column = _advance(text, at, start, line, column)
        at = start
        length = end - start if end > 0 else end
        chunks.append(Chunk(text[start:stop], length, line, column))
    return chunks


def _advance(text: str, at: int, to: int, line: int, column: int) -> tuple[int, int]:
    breaks = text.count("\n", at, to)
    if breaks:
        return line + breaks, to - text.rfind("\n", at, to)
    return line, column + to - at


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Start and end (exclusive, -1 when unclosed) of each block, in order."""
    heads = list(_line_heads(text))
    patience = _PATIENCE
    strict: list[int] | None = None
    at = text.find("@")
    while at >= 0:
        match = HEAD.match(text, at)
        if match is None or not _is_block(text, match):
            while text.startswith("@", at):
                at += 1
            at = text.find("@", at)
            continue
        following = bisect_right(heads, at)
        limit = heads[following] if following < len(heads) else len(text)
        kind = match[2].lower()
        if strict is not None:
            place = bisect_right(strict, at)
            if place < len(strict):
                limit = min(limit, strict[place])
        end = _close(text, match, limit)
        if end < 0 and kind == "comment" and patience > 0 and limit < len(text):
            end = _close(text, match, len(text))
            patience -= end < 0
        if end < 0 and kind != "comment" and strict is None:
            # Another entry may follow on the same line; it must not be lost with this one.
            inline = _INLINE_HEAD.search(text, match.end(), limit)
            if inline and inline[0].strip("@ \t{").lower() in TYPES:
                limit = inline.start()
            patience -= 1
            if patience <= 0:
                strict = [found.start() for found in _INLINE_HEAD.finditer(text)]
        yield at, end
        at = text.find("@", end) if end > 0 else (limit if limit < len(text) else -1)


def _line_heads(text: str) -> Iterator[int]:
    """Where a block may begin at the start of a line."""
    at = text.find("@")
    while at >= 0:
        before = at - 1
        while before >= 0 and text[before] in " \t":
            before -= 1
        if before < 0 or text[before] == "\n":
            match = HEAD.match(text, at)
            if match is not None and _is_head(text, match):
                yield at
        while text.startswith("@", at):
            at += 1
        at = text.find("@", at)


def _is_head(text: str, match: re.Match[str]) -> bool:
    kind = match[2].lower()
    if not kind:
        return False
    if kind in BLOCKS or kind in TYPES:
        return True
    return _KEY_COMMA.match(text, match.end()) is not None


def _is_block(text: str, match: re.Match[str]) -> bool:
    """Whether an ``@word(`` or ``@word{`` in the text between blocks opens one: an address or a hint in a remark
    (``me@home (late)``) does not."""
    kind = match[2].lower()
    if kind in BLOCKS or kind in TYPES:
        return True
    before = text[match.start() - 1] if match.start() else "\n"
    if before.isalnum():
        return False
    return match[3] == "{" or _KEY_COMMA.match(text, match.end()) is not None


def _close(text: str, head: re.Match[str], limit: int) -> int:
    """End of the block opened by ``head``, or -1. Braces count as in BibTeX: with or without a backslash before
    them, in quotes too, where they must be balanced anyway."""
    if head[3] == "{":
        found = _GROUP.match(text, head.end() - 1, limit)
        if found:
            return found.end()
        depth = 0
        for mark in _BRACE.finditer(text, head.end() - 1, limit):
            depth += 1 if mark[0] == "{" else -1
            if depth == 0:
                return mark.end()
        return -1
    depth, quoted = 0, False
    for mark in _ROUND_MARK.finditer(text, head.end(), limit):
        sign = mark[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and sign == '"':
            quoted = not quoted
        elif depth == 0 and not quoted:
            return mark.end()
    return -1
