"""Cuts the text of a .bib file into chunks, one block each.

A chunk starts at the ``@`` of a block (``@article{…``, ``@string(…``) and runs to the next one, so it also holds
whatever stands between the two. BibTeX knows no comment sign: an ``@type{`` counts wherever it stands outside a
block, in a ``%`` line too. Inside a block, an ``@type{key,`` that opens a line means that the block before was
never closed; only ``@comment`` may hold such lines. One linear scan, whatever the input: no name, no value and no
LaTeX is looked at here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
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
        inner = rf"[^{{}}]*+(?:\{{{inner}\}}[^{{}}]*+|(?!))*+"
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


@dataclass(slots=True)
class Cut:
    """A text and where its chunks begin, end (as in ``Chunk``) and stand. ``is_regular``: each chunk depends on
    itself and its neighbours alone, since every block is closed."""

    text: str
    starts: list[int]
    ends: list[int]
    lines: list[int]
    columns: list[int]
    is_regular: bool

    def __len__(self) -> int:
        return len(self.starts)

    def chunk(self, number: int) -> str:
        """The text of a chunk."""
        following = number + 1
        stop = self.starts[following] if following < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : stop]


def cut(text: str) -> list[Chunk]:
    """Cut ``text`` (line ends are ``\\n``) into chunks, in order; joined they give ``text`` again."""
    found = cut_text(text)
    return [
        Chunk(found.chunk(number), found.ends[number], found.lines[number], found.columns[number])
        for number in range(len(found))
    ]


def cut_text(text: str) -> Cut:
    """The chunks of ``text``, as places in it."""
    cutter = _Cutter(text)
    starts, ends = [], []
    for start, end in cutter.blocks(text.find("@")):
        starts.append(start)
        ends.append(end - start if end > 0 else end)
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
        ends.insert(0, 0)
    made = Cut(text, starts, ends, [1], [1], cutter.is_regular)
    _count_lines(made)
    return made


def recut(text: str, before: Cut) -> tuple[Cut, int, int]:
    """As ``cut_text``, by what was found in an earlier text; and how many chunks at the beginning and at the end are
    those of ``before``, but for their places."""
    size = len(text)
    if not before.is_regular:
        return cut_text(text), 0, 0
    head = _same_head(before.text, text)
    tail = _same_tail(before.text, text, min(len(before.text), size) - head)
    # Whether a block ends a chunk is seen from its head: one more chunk than was touched is cut anew.
    kept = max(bisect_right(before.starts, head) - 2, 0)
    starts, ends = before.starts[:kept], before.ends[:kept]
    shift = size - len(before.text)
    cutter = _Cutter(text)
    found_at = len(before)
    for start, end in cutter.blocks(before.starts[kept] if kept else text.find("@")):
        if start > size - tail:
            at = bisect_left(before.starts, start - shift)
            if at < len(before) and before.starts[at] == start - shift and at > kept:
                found_at = at
                break
        if not kept and not starts and start > 0:
            starts, ends = [0], [0]
        starts.append(start)
        ends.append(end - start if end > 0 else end)
    if not cutter.is_regular or not starts:
        return cut_text(text), 0, 0
    lines, columns = before.lines[: max(kept, 1)], before.columns[: max(kept, 1)]
    made = Cut(text, starts, ends, lines, columns, True)
    if not kept:
        made.lines, made.columns = [1], [1]
    _count_lines(made)
    _append_rest(made, before, found_at, shift)
    return made, kept, len(before) - found_at


def _same_head(one: str, other: str) -> int:
    """How many characters two texts have in common at the beginning."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_tail(one: str, other: str, most: int) -> int:
    """The same at the end, at most so many."""
    low, high = 0, most
    if one[len(one) - high :] == other[len(other) - high :]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        ends = len(one) - low, len(other) - low
        if one[len(one) - middle : ends[0]] == other[len(other) - middle : ends[1]]:
            low = middle
        else:
            high = middle - 1
    return low


def _count_lines(made: Cut) -> None:
    """Lines and columns of the chunks that have none yet; the first always has."""
    line, column = made.lines[-1], made.columns[-1]
    starts, text = made.starts, made.text
    for number in range(len(made.lines), len(starts)):
        line, column = _advance(text, starts[number - 1], starts[number], line, column)
        made.lines.append(line)
        made.columns.append(column)


def _append_rest(made: Cut, before: Cut, first: int, shift: int) -> None:
    """Append the chunks of ``before`` from ``first`` on."""
    if first == len(before):
        return
    made.starts += [start + shift for start in before.starts[first:]]
    made.ends += before.ends[first:]
    while first < len(before):
        # What stands in the line of the change may be in another column; what is below is in another line only.
        number = len(made.lines)
        line, column = _advance(
            made.text, made.starts[number - 1], made.starts[number], made.lines[-1], made.columns[-1]
        )
        if column == before.columns[first]:
            down = line - before.lines[first]
            made.lines += [known + down for known in before.lines[first:]] if down else before.lines[first:]
            made.columns += before.columns[first:]
            return
        made.lines.append(line)
        made.columns.append(column)
        first += 1


def _advance(text: str, at: int, to: int, line: int, column: int) -> tuple[int, int]:
    breaks = text.count("\n", at, to)
    if breaks:
        return line + breaks, to - text.rfind("\n", at, to)
    return line, column + to - at


class _Cutter:
    """Finds the blocks of one text. ``is_regular`` stays True as long as each block was found by itself."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_regular = True
        self._heads: list[int] | None = None

    def blocks(self, at: int) -> Iterator[tuple[int, int]]:
        """Start and end (exclusive, -1 when unclosed) of each block from the ``@`` at ``at`` on, in order."""
        text = self.text
        patience = _PATIENCE
        strict: list[int] | None = None
        while at >= 0:
            match = HEAD.match(text, at)
            if match is None or not _is_block(text, match):
                while text.startswith("@", at):
                    at += 1
                at = text.find("@", at)
                continue
            # Nearly always, the next block begins after this one: no need to know where blocks may begin.
            following = text.find("@", match.end())
            end = _close(text, match, following if following >= 0 else len(text))
            if end > 0:
                yield at, end
                at = following
                continue
            limit = self._limit(at)
            kind = match[2].lower()
            if strict is not None:
                place = bisect_right(strict, at)
                if place < len(strict):
                    limit = min(limit, strict[place])
            end = _close(text, match, limit)
            if end < 0 and kind == "comment" and patience > 0 and limit < len(text):
                end = _close(text, match, len(text))
                patience -= end < 0
            self.is_regular = self.is_regular and end > 0 and kind != "comment"
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

    def _limit(self, at: int) -> int:
        """The next place after ``at`` where a line may begin a block."""
        if self._heads is None:
            self._heads = list(_line_heads(self.text))
        following = bisect_right(self._heads, at)
        return self._heads[following] if following < len(self._heads) else len(self.text)


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
