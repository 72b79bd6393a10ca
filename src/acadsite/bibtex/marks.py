"""Marks at names, such as ``*`` for equal contribution: found, taken off, given as plain signs."""

from __future__ import annotations

import re

_HAS_MARK = re.compile(r"[*∗⋆†‡§¶‖$]|\\textsuperscript|\\d?dag|\\[SP]\b")
_MARK = re.compile(
    r"\{?\\textsuperscript\s*\{(?P<sup>(?:[^{}]|\{[^{}]*+\}|(?!))*+)\}\}?"
    r"|\{?\$\s*\^?\s*(?P<math>\{[^{}$]*\}|\\[A-Za-z]+|\\\||[*†‡§¶])\s*\$\}?"
    r"|\{?\\(?P<word>dagger|ddagger|dag|ddag|S|P)(?![A-Za-z])(?:\{\})?\}?"
    r"|\{?(?P<sign>[*∗⋆†‡§¶‖])\}?"
)
_MARK_PART = re.compile(
    r"\s*(?:\\(dagger|ddagger|dag|ddag|ast|star|S|P|parallel|\|)|([*∗⋆†‡§¶‖#]|[0-9]+|[a-z](?![a-z]))|[,\s{}])"
)
_MARK_WORD = {
    "dagger": "†", "dag": "†", "ddagger": "‡", "ddag": "‡", "ast": "*", "star": "*", "S": "§", "P": "¶",
    "parallel": "‖", "|": "‖", "∗": "*", "⋆": "*",
}  # fmt: skip


def has_mark(raw: str) -> bool:
    """Whether there may be a mark."""
    if raw.isascii() and "\\" not in raw and "*" not in raw and "$" not in raw:
        return False
    return _HAS_MARK.search(raw) is not None


def unmarked(raw: str) -> tuple[str, tuple[str, ...]]:
    """The name without its marks, and the marks in order."""
    marks: list[str] = []

    def take(match: re.Match[str]) -> str:
        inner = match["sup"] or match["math"] or ("\\" + match["word"] if match["word"] else match["sign"])
        signs = _signs(inner)
        if not signs:
            return match[0]
        marks.extend(signs)
        return ""

    stripped = _MARK.sub(take, raw)
    if not marks or not stripped.strip(" ,{}~"):
        return raw, ()
    runs: list[str] = []
    for sign in marks:
        if runs and sign == runs[-1][0] == "*":
            runs[-1] += sign
        else:
            runs.append(sign)
    return stripped.strip(), tuple(runs)


def _signs(inner: str) -> list[str]:
    """The marks in what stands raised, or nothing when it is no mark (the ``e`` of ``M\\textsuperscript{lle}``)."""
    at, signs = 0, []
    while at < len(inner):
        part = _MARK_PART.match(inner, at)
        if part is None or part.end() == at:
            return []
        sign = part[1] or part[2]
        if sign:
            signs.append(_MARK_WORD.get(sign, sign))
        at = part.end()
    return signs
