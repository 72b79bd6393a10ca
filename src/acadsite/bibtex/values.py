"""Field expressions → text: ``@string`` names, ``#`` and the two kinds of delimiters.

``jml # { and more}`` becomes the value of ``jml`` followed by `` and more``. The result is raw LaTeX without the
outer delimiters, space kept. Names of strings are compared without case; the months are predefined, as in
BibTeX's own styles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acadsite.bibtex.blocks import PIECE

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

_PIECE = re.compile(PIECE)


def resolve(expression: str, strings: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text of an expression and the names in it that are not in ``strings``; those stand for themselves."""
    first = expression[:1]
    if first == "{" and expression.find("}") == len(expression) - 1:
        return expression[1:-1], ()
    if expression.isdigit():
        return expression, ()
    parts, missing = [], []
    for found in _PIECE.finditer(expression):
        piece = found[0]
        if piece[0] in '{"':
            parts.append(piece[1:-1])
        elif piece.isdigit():
            parts.append(piece)
        else:
            value = strings.get(piece.lower())
            if value is None:
                missing.append(piece)
                value = piece
            parts.append(value)
    return "".join(parts), tuple(missing)
