"""Formulas as words, for where nothing but text can stand: titles of windows, metadata, feeds, cards, the search.

In: TeX without dollars. Out: the same in Unicode, such as “ℓ₁”, “ℤ[x]”, “O(n log n)”; None where it does not say the
same in a line of text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from acadsite.bibtex.symbols import SYMBOLS

#: What is longer is none that anybody reads in a line.
_LONGEST: Final = 200
_PIECE: Final = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|.", re.DOTALL)
_RAISED: Final = str.maketrans(
    "0123456789+-=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
_LOWERED: Final = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SCRIPTS: Final = {"^": _RAISED, "_": _LOWERED}
_DOUBLE: Final = {chr(65 + at): chr(0x1D538 + at) for at in range(26)} | dict(
    zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)
)
#: Commands whose argument says it all.
_PLAIN: Final = frozenset(
    """mathcal mathfrak mathscr mathrm mathit mathsf mathtt mathbf boldsymbol bm text textrm textit textsf texttt textbf
    mbox hbox operatorname ensuremath mathord mathbin mathrel mathop mathnormal cal bf rm it""".split()  # noqa: SIM905
)
_NAMES: Final = frozenset(
    """arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max
    min Pr sec sin sinh sup tan tanh""".split()  # noqa: SIM905
)
_BLANKS: Final = {
    "\\,": "",
    "\\!": "",
    "\\;": " ",
    "\\:": " ",
    "\\ ": " ",
    "~": " ",
    "\\quad": " ",
    "\\qquad": " ",
}
_SILENT: Final = frozenset(
    {"left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "textstyle", "limits"}
)
_SIGNS: Final = {"infty": "∞", "cdot": "·", "times": "×", "pm": "±", "colon": ":", "vert": "|", "Vert": "‖",
                 "lbrace": "{", "rbrace": "}", "prime": "′", "circ": "∘", "star": "⋆", "ast": "∗", "dots": "…",
                 "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "oplus": "⊕", "otimes": "⊗",
                 "ldots": "…", "cdots": "…", "hbar": "ħ", "to": "→", "lVert": "‖", "rVert": "‖"}  # fmt: skip
#: Signs with space around them.
_APART: Final = frozenset("=<>→←↔⇒⇔↦≤≥≠≈∼≃≅≡∈∉⊂⊆⊃⊇×±∪∩")


class _WordlessError(Exception):
    """What cannot be said in a line."""


@lru_cache(maxsize=4096)
def in_words(tex: str) -> str | None:
    """A formula as text, or None."""
    if tex.isalnum():
        return tex
    if len(tex) > _LONGEST:
        return None
    pieces = _PIECE.findall(tex)[::-1]
    try:
        text = _until(pieces, "")
    except _WordlessError:
        return None
    return " ".join(text.split())


def _until(pieces: list[str], end: str) -> str:
    """The words up to a piece, which is taken as well; up to the end where it is empty."""
    parts: list[str] = []
    while pieces:
        if pieces[-1] == end:
            pieces.pop()
            return "".join(parts)
        parts.append(_next(pieces))
    if end:
        raise _WordlessError
    return "".join(parts)


def _next(pieces: list[str]) -> str:
    """The words of the next piece and of its arguments."""
    piece = pieces.pop()
    if piece in _SCRIPTS:
        return _script(piece, _argument(pieces))
    if piece == "{":
        return _until(pieces, "}")
    if piece in _BLANKS:
        return _BLANKS[piece]
    if piece[0] == "\\":
        return _command(piece[1:], pieces)
    if piece in "}&$%#":
        raise _WordlessError
    if piece.isspace():
        return ""
    if piece in {"-", "*", "'"}:
        return {"-": "−", "*": "∗", "'": "′"}[piece]
    return f" {piece} " if piece in _APART else piece


def _argument(pieces: list[str]) -> str:
    while pieces and pieces[-1].isspace():
        pieces.pop()
    if not pieces:
        raise _WordlessError
    return _next(pieces)


def _script(sign: str, text: str) -> str:
    """Something raised or lowered: by its own signs where there are some for all of it."""
    text = text.replace(" ", "").replace("−", "-")
    if text in {"′", "∗", "∘"}:
        return text
    table = _SCRIPTS[sign]
    if text and all(ord(char) in table for char in text):
        return text.translate(table)
    if not text or not (len(text) == 1 or text.isalnum()):
        raise _WordlessError
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def _command(name: str, pieces: list[str]) -> str:
    if name in _SILENT:
        return ""
    if name in _NAMES:
        while pieces and pieces[-1].isspace():
            pieces.pop()
        return f" {name}" if pieces and pieces[-1] in {"(", "_", "^"} else f" {name} "
    if name in _PLAIN:
        return _spaced(pieces) if name in {"text", "textrm", "mbox", "hbox"} else _argument(pieces)
    if name == "mid":
        return " | "
    if name == "mathbb":
        return "".join(_DOUBLE.get(char) or _wrong() for char in _argument(pieces))
    if name == "sqrt":
        if pieces and pieces[-1] == "[":
            raise _WordlessError
        under = _argument(pieces)
        return f"√{under}" if len(under) == 1 else f"√({under})"
    if name in {"frac", "tfrac", "dfrac"}:
        over, under = _argument(pieces), _argument(pieces)
        return "/".join(one if one.isalnum() else f"({one})" for one in (over, under))
    if name in {"{", "}", "|", "%", "&", "#", "$", "_"}:
        return "‖" if name == "|" else name
    sign = _SIGNS.get(name) or SYMBOLS.get(name)
    if not sign:
        raise _WordlessError
    return f" {sign} " if sign in _APART else sign


def _spaced(pieces: list[str]) -> str:
    """An argument of running text, with its spaces."""
    if not pieces or pieces[-1] != "{":
        return _argument(pieces)
    pieces.pop()
    parts: list[str] = []
    while pieces and pieces[-1] != "}":
        piece = pieces.pop()
        if piece[0] == "\\" or piece in "{$":
            raise _WordlessError
        parts.append(piece)
    if not pieces:
        raise _WordlessError
    pieces.pop()
    return "".join(parts)


def _wrong() -> str:
    raise _WordlessError
