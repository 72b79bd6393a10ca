"""Code in colours for Typst: the lines of a block, each a list of runs.

In: code and the HTML that ``code.highlighted`` made of it for the web page, so that both agree and no colouring is
done twice. Out: runs, a text or a text with the letter of its colour. The letters are those of the sheet of the web
page, which gives several kinds of tokens one colour.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

_RUN: Final = re.compile(r'<span class="([^"]*)">([^<]*)</span>|([^<]+)')
_TAB: Final = 4
_COLOURS: Final = {
    name: letter
    for letter, names in {
        "c": "c ch cm c1 cs sd",
        "o": "cpf go gp",
        "k": "k kc kd kn kp kr kt ow cp nt",
        "s": "s sa sb sc dl s1 s2 sh ss sx gi",
        "m": "m mb mf mh mi il mo se si sr nd no",
        "f": "nf fm nc nn ne na nl py",
        "v": "nb bp nv vc vg vi vm",
        "d": "gd gr gt",
        "b": "gh gu gs",
        "e": "ge",
    }.items()
    for name in names.split()
}
_LINES: Final = re.compile(r"\s*([0-9]{1,6})\s*(?:-\s*([0-9]{1,6}))?\s*")


def code_lines(code: str, coloured: str) -> list[list[Any]]:
    """The lines of ``code``; ``coloured`` is the HTML of it, or empty. Tabs are blanks up to each fourth column."""
    lines: list[list[Any]] = [[]]
    column = 0
    for text, letter in _runs(code, coloured):
        for at, part in enumerate(text.split("\n")):
            if at:
                lines.append([])
                column = 0
            piece = _without_tabs(part, column) if "\t" in part else part
            column += len(piece)
            if piece:
                lines[-1].append([letter, piece] if letter else piece)
    if not lines[-1] and len(lines) > 1:  # behind the last line break
        lines.pop()
    return lines


def _runs(code: str, coloured: str) -> list[tuple[str, str]]:
    if not coloured:
        return [(code, "")]
    runs: list[tuple[str, str]] = []
    for found in _RUN.finditer(coloured):
        letter = _COLOURS.get(found[1] or "", "")
        text = html.unescape(found[2] if found[3] is None else found[3])
        if runs and runs[-1][1] == letter:
            runs[-1] = (runs[-1][0] + text, letter)
        else:
            runs.append((text, letter))
    return runs


def _without_tabs(text: str, column: int) -> str:
    out = ""
    for at, piece in enumerate(text.split("\t")):
        if at:
            out += " " * (_TAB - (column + len(out)) % _TAB)
        out += piece
    return out


def marked_lines(text: str, count: int) -> list[int]:
    """The lines that ``1,3-4`` names, of ``count`` lines."""
    out: set[int] = set()
    for part in text.split(","):
        if found := _LINES.fullmatch(part):
            first, last = int(found[1]), int(found[2] or found[1])
            out |= set(range(max(1, first), min(last, count) + 1))
    return sorted(out)
