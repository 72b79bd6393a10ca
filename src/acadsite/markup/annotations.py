"""Notes at lines of code: marks at the ends of lines, which the list behind the block explains.

Quarto writes ``# <1>`` (https://quarto.org/docs/authoring/code-annotation.html), Material for MkDocs ``# (1)!``
(https://squidfunk.github.io/mkdocs-material/reference/code-blocks/#adding-annotations), in comments of any language.
In: a tree, changed in place. The marks leave the code, which stays code that runs; a block without a list behind it, or
with a number that the list does not have, stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.markup import tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OPENING: Final = r"(?:#|//|--|%|;|!|'|/\*|<!--|\(\*)"
_CLOSING: Final = r"(?:\*/|-->|\*\))?"
_MARK: Final = re.compile(
    rf"[ \t]*{_OPENING}[ \t]*((?:(?:<[0-9]{{1,3}}>|\([0-9]{{1,3}}\)!)[ \t]*)+){_CLOSING}[ \t]*$", re.MULTILINE
)
_NUMBER: Final = re.compile(r"[0-9]+")


def join_notes(root: Element) -> None:
    """Take the marks out of blocks of code, and say at the blocks which lines they were at (``tree.NOTED``)."""
    for parent in root.iter():
        before = None
        for child in parent:
            if child.tag == tree.NUMBERS and before is not None:
                _join(before, child)
            before = child if child.tag in {tree.CODE_BLOCK, tree.LISTING} else None


def _join(block: Element, notes: Element) -> None:
    code = block if block.tag == tree.CODE_BLOCK else block.find(tree.CODE_BLOCK)
    if code is None:
        return
    lines = (code.text or "").split("\n")
    noted = {}
    for at, line in enumerate(lines):
        if found := _MARK.search(line):
            noted[at] = _NUMBER.findall(found[1])
            lines[at] = line[: found.start()]
    first = notes.get("start", "1")
    start = int(first) if first.isdecimal() else 1
    known = {str(number) for number in range(start, start + len(notes))}
    if not noted or not known.issuperset(number for numbers in noted.values() for number in numbers):
        return
    code.text = "\n".join(lines)
    code.set(tree.NOTED, ";".join(f"{at}:{','.join(numbers)}" for at, numbers in noted.items()))
    notes.set("class", " ".join(filter(None, ("code-notes", notes.get("class", "")))))


def noted_lines(block: Element) -> dict[int, str]:
    """The numbers at the lines of a block, lines from 0: ``1``, or ``1, 2`` for several at one line."""
    pieces = (piece.partition(":") for piece in block.get(tree.NOTED, "").split(";") if piece)
    return {int(at): numbers.replace(",", ", ") for at, _, numbers in pieces}
