"""The leaves of Typst's math source: characters, numbers, text and room, none of which can be read as code.

An ASCII letter or digit stands for itself, and ``joined`` never lets two of them touch; text is a quoted string;
every other character follows a backslash. What an element becomes in between is in ``typst_math``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

#: What is nothing: a source is never empty, for a function of Typst's needs its argument.
NOTHING: Final = '""'
#: These take no room in MathML: function application, invisible times, separator and plus; no-width spaces.
INVISIBLE: Final = frozenset("\u2061\u2062\u2063\u2064\u200b\u2060\ufeff")
#: Operators that Typst enlarges in display style, with limits below and above there.
BIG: Final = frozenset("∏∐∑⋀⋁⋂⋃⨀⨁⨂⨃⨄⨅⨆⨇⨈⨉⅀⨊")
#: Fences with a side of their own; the others need to be told theirs.
SIDED: Final = frozenset("()[]{}⟨⟩⌊⌋⌈⌉")
#: A letter and the mark that selects its calligraphic or its script form; Typst reads both as one letter.
_VARIANT: Final = re.compile("[^\x00-\x7f][\ufe00\ufe01]")
#: The name of an operator; a thin space may be in it.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z \u2009]+")
_CAPITAL_GREEK: Final = re.compile("[Α-Ω]")


# --- source ----------------------------------------------------------------------------------------------------


_BLANKS: Final = str.maketrans(dict.fromkeys("\n\r\u2028\u2029\xa0", " "))


def quoted(text: str) -> str:
    """A string of Typst's, with blanks for those that do not break: in math none does."""
    return '"' + text.translate(_BLANKS).replace("\\", "\\\\").replace('"', '\\"') + '"'


def symbol(text: str) -> str:
    """What one ``mi`` or ``mo`` shows: a symbol where it is one character with or without marks, else text."""
    if len(text) != 1:
        text = unicodedata.normalize("NFC", "".join(char for char in text if char not in INVISIBLE))
    if len(text) < 2:
        return (_character(text) if text else "") or NOTHING
    if _VARIANT.fullmatch(text):
        return text
    if not all(map(_is_mark, text[1:])) or text[0] in " \t\n":
        return quoted(text)
    # With its marks a letter would be an identifier; anything else is one symbol to Typst.
    return f"italic({quoted(text)})" if text[0].isascii() or text[0].isalnum() else text


def _character(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    if char in INVISIBLE:
        return ""
    # A backslash before white space breaks the line, and a mark alone would join what stands before it.
    return quoted(char) if char.isspace() or not char.isprintable() or _is_mark(char) else "\\" + char


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def joined(pieces: Iterable[str]) -> str:
    """Pieces of source side by side, with a blank where two would run into one.

    No blank anywhere else: next to text and bars, Typst shows it.
    """
    out: list[str] = []
    touches = False
    for piece in pieces:
        if not piece or piece == NOTHING:
            continue
        if touches and piece[0] not in '\\"#':
            out.append(" ")
        out.append(piece)
        last = piece[-1]
        touches = not last.isascii() or last.isalnum()
    return "".join(out) or NOTHING


def in_class(name: str, source: str) -> str:
    """``source`` with the spacing of a class: normal, relation, binary, punctuation, opening or closing."""
    return f'class("{name}",{source})'


_LENGTH: Final = re.compile(r"(-?[0-9]*\.?[0-9]+)(em|rem|ex|pt)?")
#: In ems; a rem is the size of the text around the formula.
_UNITS: Final = {"em": 1.0, "rem": 1.0, "ex": 0.43, "pt": 0.1}


def length(text: str) -> str:
    """A length of MathML's in ems; nothing where it is none."""
    found = _LENGTH.fullmatch(text.strip())
    value = float(found[1]) * _UNITS[found[2] or "em"] if found else 0.0
    return f"{value:.4f}".rstrip("0").rstrip(".") + "em"


def space(text: str) -> str:
    """Room of a length, which may be negative."""
    return "" if (wide := length(text)) in {"0em", "-0em"} else f"#h({wide})"


def arguments(element: Element, written: dict[Element, str]) -> list[str]:
    """What is written of the children of an element, each good as an argument."""
    return [written[child] or NOTHING for child in element]


# --- elements --------------------------------------------------------------------------------------------------


def identifier(element: Element) -> str:
    """An ``mi``."""
    text = element.text or ""
    source = symbol(text)
    if text == ":":  # \colon
        return in_class("punctuation", source)
    if element.get("mathvariant") == "normal":
        return f"upright({source})"
    return f"italic({source})" if _CAPITAL_GREEK.fullmatch(text) else source


def number(element: Element) -> str:
    """An ``mn``: digits with their points."""
    text = element.text or ""
    if text.isascii() and text.isdigit():
        return text
    if any(char.isascii() and char.isalpha() for char in text):
        return quoted(text)
    return "".join(map(_character, text)) or NOTHING


def operator(element: Element) -> str:
    """An ``mo`` that is no end of ``\\left … \\right``."""
    text = element.text or ""
    left, right, form = element.get("lspace"), element.get("rspace"), element.get("form")
    if not text or text in INVISIBLE:
        return space(left) if left else ""
    if _NAME.fullmatch(text):
        return f"op({quoted(text)})"
    source = symbol(text)
    if size := element.get("minsize"):
        source = f"lr(size:#{length(size)},{source})"
        return in_class(_class_of_bar(form, left), source) if text in "|‖/\\" or form else source
    if element.get("stretchy") == "true":
        return in_class(_class_of_bar(form, left), f"mid({source})")
    if text in "|‖":
        return in_class(_class_of_bar(form, left), source)
    name = _class_of_symbol(text, left, right)
    return in_class(name, source) if name else source


def _class_of_bar(form: str | None, left: str | None) -> str:
    if form == "infix" or left == "0.2778em":
        return "relation"
    return {"prefix": "opening", "postfix": "closing"}.get(form or "", "normal")


def _class_of_symbol(text: str, left: str | None, right: str | None) -> str:
    """The class where the MathML asks for other spaces than the character has; empty where it does not."""
    if left == "0" and right == "0.1667em" and text not in BIG and text != ".":
        return "punctuation"
    if left != right or left is None or text in ":∗":
        return ""
    return {"0.2778em": "relation", "0.2222em": "binary"}.get(left, "")


def gap(element: Element) -> str:
    """An ``mspace``."""
    style = element.get("style", "")
    if style.startswith("margin-left:"):
        return space(style.removeprefix("margin-left:").rstrip(";"))
    return space(element.get("width", ""))


_FONTS: Final = {"b": "bold", "i": "italic", "em": "italic", "code": "mono", "u": "underline"}


def text(element: Element, written: dict[Element, str]) -> str:
    """An ``mtext``, or an element of HTML in it."""
    pieces = [quoted(element.text)] if element.text else []
    for child in element:
        pieces.append(written[child])
        if child.tail:
            pieces.append(quoted(child.tail))
    source = joined(pieces)
    if font := _FONTS.get(element.tag):
        return f"{font}({source})"
    if element.tag == "s":
        return f"cancel({source},angle:#90deg)"
    kind = element.get("class", "") + element.get("style", "")
    if "sans-serif" in kind:
        return f"sans({source})"
    return f"#smallcaps[${source}$]" if "small-caps" in kind else source
