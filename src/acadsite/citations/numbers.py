"""Numbers as styles print them: what counts as numeric, ordinals, Roman numerals, ranges of pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from acadsite.citations.locales import Locale

_NUMBER: Final = r"[^\W\d_]{0,4}[.:§]?\d+(?:[.:/]\d+)*[^\W\d_]{0,4}"
_NUMERIC: Final = re.compile(rf"\s*{_NUMBER}(?:\s*[,&–—-]\s*{_NUMBER})*\s*")
_ROMAN_TEXT: Final = re.compile(r"[ivxlcdm]+", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"\s*([,&;–—-]|\b(?:and|et|und)\b)\s*")
_END: Final = r"(?:[^\W\d_]{0,4}\d+[^\W\d_]{0,2}|[ivxlcdmIVXLCDM]+)"
_MANY: Final = re.compile(rf"{_END}\s*[-–—]+\s*{_END}(?!\w)|\w\s*(?:[,&;]|\b(?:and|et|und|y|e)\b)\s*\w")
_RANGE: Final = re.compile(r"(?<![^\s,;&(])([^\s,;&–-]+)\s*(?:-{1,3}|–)\s*([^\s,;&–-]+)(?![^\s,;&).])")
_PAGE: Final = re.compile(r"([^\W\d_]*)(\d{1,12})")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def is_numeric(text: str) -> bool:
    """Whether a text is made of numbers only, with letters before or behind and signs between ("2nd, 3-4")."""
    return len(text) < 200 and _NUMERIC.fullmatch(text) is not None


def is_plural(text: str) -> bool:
    """Whether a text names more than one number."""
    return _MANY.search(text[:200].replace("\\-", "")) is not None


def roman(number: int) -> str:
    """Small Roman numerals; the number itself where there are none."""
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


def numbers(text: str, form: str, locale: Locale, gender: str) -> str:
    """The text of a numeric variable in ``form`` (``numeric``, ``ordinal``, ``long-ordinal``, ``roman``)."""
    if not is_numeric(text):
        return text
    out = ""
    for at, piece in enumerate(_SEPARATOR.split(text.strip())):
        if at % 2:
            out += {"-": "-", "–": "–", "—": "—", ",": ", ", "&": " & "}.get(piece, f" {piece} ")
        elif piece.isdecimal() and piece.isascii() and len(piece) < 12:
            out += number(int(piece), form, locale, gender)
        else:
            out += piece
    return out


def number(value: int, form: str, locale: Locale, gender: str = "") -> str:
    """One number in a form."""
    match form:
        case "ordinal":
            return f"{value}{locale.ordinal(value, gender)}"
        case "long-ordinal":
            return locale.long_ordinal(value, gender) or f"{value}{locale.ordinal(value, gender)}"
        case "roman":
            return roman(value)
    return str(value)


def pages(text: str, form: str, delimiter: str) -> str:
    """Ranges of pages in ``form``: ``expanded``, ``minimal``, ``minimal-two``, ``chicago`` (CSL appendix V), or as
    they are; ``delimiter`` stands for the hyphen between two numbers of one kind. ``\\-`` is a hyphen that stays."""
    if "-" not in text and "–" not in text:
        return text
    if "\\-" in text:
        return text.replace("\\-", "-")

    def change(found: re.Match[str]) -> str:
        first, last = found[1], found[2]
        one, other = _PAGE.fullmatch(first), _PAGE.fullmatch(last)
        if one is None or other is None or (one[1] and one[1] != other[1]):
            both_roman = _ROMAN_TEXT.fullmatch(first) and _ROMAN_TEXT.fullmatch(last)
            return f"{first}{delimiter if both_roman else '-'}{last}"
        lead, low, high = one[1], one[2], other[2]
        if other[1] and not lead:
            return f"{first}-{last}"
        if not form:
            return f"{first}{delimiter}{last}"
        full = low[: max(len(low) - len(high), 0)] + high
        if int(full) < int(low):
            return f"{first}{delimiter}{last}"
        if form == "expanded":
            return f"{first}{delimiter}{lead}{full}"
        return f"{first}{delimiter}{_shortened(low, full, form)}"

    return _RANGE.sub(change, text)


def _shortened(first: str, last: str, form: str) -> str:
    if form == "expanded" or len(first) != len(last):
        return last
    if form.startswith("chicago"):
        return _chicago(first, last, form)
    least = 2 if form == "minimal-two" else 1
    same = 0
    while same < len(last) - least and first[same] == last[same]:
        same += 1
    return last[same:]


def _chicago(first: str, last: str, form: str) -> str:
    """Chicago's rule: all digits below 100 and behind a round hundred; the changed part behind x01–x09; else at
    least two digits (The Chicago Manual of Style, 9.61 of the 17th edition)."""
    value = int(first)
    if value < 100 or value % 100 == 0:
        return last
    same = 0
    while first[same] == last[same] and same < len(last) - 1:
        same += 1
    if value % 100 < 10:
        return last[same:]
    shown = last[min(same, len(last) - 2) :]
    if form in {"chicago", "chicago-15"} and len(last) == 4 and len(shown) == 3:
        return last
    return shown


#: Letters that ordinals raise, as Unicode has them and as they are.
_RAISED: Final = dict(
    zip("ªºᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "aoabcdefghijklmnoprstuvwxyz", strict=True)
)  # fmt: skip
_RAISED_TEXT: Final = re.compile(f"([{''.join(_RAISED)}]+)")


def raised(text: str) -> list[Any]:
    """The nodes of a text with raised letters ("1ᵉʳ") as superscripts."""
    out: list[Any] = []
    for at, piece in enumerate(_RAISED_TEXT.split(text)):
        if at % 2:
            out.append(("sup", ["".join(_RAISED[letter] for letter in piece)]))
        elif piece:
            out.append(piece)
    return out
