"""Where code stands in Markdown: everything that rewrites texts leaves it alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def fences(text: str) -> list[tuple[int, int]]:
    """Where fenced code begins and ends."""
    found, opened, mark, at = [], -1, "", 0
    for line in text.split("\n"):
        fence = FENCE.match(line)
        if opened >= 0:
            if fence and fence[1].startswith(mark) and not fence[2].strip():
                found.append((opened, at + len(line)))
                opened = -1
        elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
            opened, mark = at, fence[1]
        at += len(line) + 1
    return [*found, (opened, len(text))] if opened >= 0 else found


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """``text`` with everything changed but code."""
    parts, at = [], 0
    for start, end in [*fences(text), (len(text), len(text))]:
        pieces = re.split(r"(`+[^`\n]*`+)", text[at:start])
        parts += [piece if number % 2 else change(piece) for number, piece in enumerate(pieces)]
        parts.append(text[start:end])
        at = end
    return "".join(parts)
