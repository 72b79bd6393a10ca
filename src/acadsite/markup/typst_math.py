r"""TeX formulas as Typst's math, by walking the MathML that the web page shows, so that web and PDF agree.

``typst_math(tex, display)`` gives source for ``eval(source, mode: "math")``, or what is wrong; it never raises.
The input cannot become code: ``typst_symbols`` writes all of it, and every name in the source is one of ours. The
tree is walked from its end to its beginning, children before parents, so that nothing recurses.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

from acadsite.markup.math import Fault, mathml
from acadsite.markup.typst_scripts import SCRIPTED, is_extended, limits, prescripts, scripts
from acadsite.markup.typst_symbols import (
    BIG,
    INVISIBLE,
    SIDED,
    arguments,
    gap,
    identifier,
    in_class,
    joined,
    length,
    number,
    operator,
    symbol,
    text,
)
from acadsite.markup.typst_tables import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

#: How deep elements may nest, and what each counts. Typst's layout of math recurses: with a stack of 512 KB (a
#: thread's on macOS) it overflows at twice this depth, and it has limits of its own at twice this depth as well.
DEEPEST: Final = 120
_WEIGHTS: Final = {
    **dict.fromkeys(("msub", "msup", "msubsup", "mmultiscripts", "mfrac", "msqrt", "mroot", "menclose"), 6),
    **dict.fromkeys(("munder", "mover", "munderover"), 10),
    **dict.fromkeys(("mtable", "mphantom"), 5),
    "mpadded": 15,
    "mstyle": 1,
}
_WEIGHT_OF_FENCES: Final = 3
_SMALL: Final = "small"


class TypstFormula(NamedTuple):
    """Source of Typst's math mode, or None and the fault."""

    source: str | None
    fault: Fault | None


@lru_cache(maxsize=8192)
def typst_math(tex: str, display: bool = False, preamble: str = "") -> TypstFormula:
    r"""The Typst source of ``tex``, safe to be evaluated in math mode; empty where ``tex`` shows nothing.

    ``display`` and ``preamble`` are those of ``mathml``; what that refuses is refused here for the same reason.
    Whether the equation is a block is the caller's to say in Typst.
    """
    formula = mathml(tex, display, preamble)
    if not formula.mathml:
        return TypstFormula(formula.mathml, formula.fault)
    try:
        root = ET.fromstring(formula.mathml)  # noqa: S314 (math-core's, every character escaped)
    except ET.ParseError:
        return TypstFormula(None, Fault("a character in the formula cannot be shown", 0))
    elements = list(root.iter())
    if _depth(elements) > DEEPEST:
        return TypstFormula(None, Fault("nested too deep for a PDF", 0))
    _mark_scripts(elements)
    written: dict[Element, str] = {}
    for element in reversed(elements):
        if leaf := _LEAVES.get(element.tag):
            written[element] = leaf(element)
        elif node := _NODES.get(element.tag):
            written[element] = node(element, written)
        else:
            return TypstFormula(None, Fault(f"the element {element.tag} cannot be shown in a PDF", 0))
    return TypstFormula(written[root], None)


def _depth(elements: list[Element]) -> int:
    heights: dict[Element, int] = {}
    for element in reversed(elements):
        height = _WEIGHTS.get(element.tag, 0)
        if len(element):
            height += max([heights[child] for child in element])
            if element.tag == "mrow" and (element.attrib or _is_fence(element[0])):
                height += _WEIGHT_OF_FENCES
        heights[element] = height
    return heights[elements[0]]


def _mark_scripts(elements: list[Element]) -> None:
    """Say of all that is written small that it is: operators have no spaces around them there."""
    for element in elements:
        if _SMALL in element.attrib:
            small = list(element)
        elif element.tag in SCRIPTED:
            small = element[1:]
        else:
            continue
        for child in small:
            child.set(_SMALL, "")


# --- rows ------------------------------------------------------------------------------------------------------

#: What ``\left`` and ``\right`` stretch without being told so in the MathML.
_FENCES: Final = frozenset("()[]{}|‖⟨⟩⌊⌋⌈⌉⟦⟧⟪⟫⟮⟯⎰⎱⌜⌝⌞⌟↑↓↕⇑⇓⇕") | INVISIBLE | {""}
#: At the beginning of a group they are signs, not operations.
_SIGNS: Final = frozenset("−+±∓")
_COLOR: Final = re.compile("color:(#[0-9A-Fa-f]{6})")


def _row(element: Element, written: dict[Element, str]) -> str:
    """What stands side by side in an element, or between ``\\left`` and ``\\right``."""
    if color := _COLOR.search(element.get("style", "")):
        return f'#text(fill:rgb("{color[1]}"))[${_side_by_side(element, written)}$]'
    if len(element) > 1 and _is_fence(element[0]) and _is_fence(element[-1]):
        return _fenced(element, written)
    if len(element) == 3 and element[0].tag == "mspace" and is_extended(element[1]):
        return written[element[1]]  # without the spaces of a relation, which Typst gives it
    if element.tag == "mrow" and len(element) > 1 and element[0].text in _SIGNS and element[0].tag == "mo":
        written[element[0]] = in_class("normal", symbol(element[0].text or ""))
    return _side_by_side(element, written)


def _side_by_side(elements: Element | list[Element], written: dict[Element, str]) -> str:
    pieces: list[str] = []
    for n, element in enumerate(elements):
        piece = written[element]
        if element.tag == "mo":
            if piece == "\\." and pieces[-2:] == ["\\.", "\\."]:
                pieces[-2:] = ["\\…"]
                continue
            if 0 < n < len(elements) - 1 and elements[n - 1].tag != "mo" != elements[n + 1].tag:
                piece = _without_spaces(element, piece)
        pieces.append(piece)
    return joined(pieces)


def _without_spaces(operator: Element, piece: str) -> str:
    """``{=}`` and ``{,}``, which are symbols like any other. Between two operators zero spaces mean nothing."""
    left, right = operator.get("lspace"), operator.get("rspace")
    zero = right == "0" and (left == "0" or operator.text == ",") and _SMALL not in operator.attrib
    return in_class("normal", piece) if zero and len(piece) == 2 and piece[1] not in BIG | {"/"} else piece


def _is_fence(element: Element) -> bool:
    if element.tag != "mo" or element.get("stretchy") == "false" or element.get("minsize"):
        return False
    return element.get("stretchy") == "true" or (element.text or "") in _FENCES


def _fenced(element: Element, written: dict[Element, str]) -> str:
    inner = element[1:-1]
    opening, closing = element[0].text or "", element[-1].text or ""
    if len(inner) == 1 and inner[0].get("linethickness") == "0" and (opening, closing) == ("(", ")"):
        upper, lower = arguments(inner[0], written)
        return _in_style(inner[0], f"binom({upper},{lower})")
    between = _side_by_side(inner, written)
    ends = _delimiter(opening, "opening"), _delimiter(closing, "closing")
    return f"lr({joined((ends[0], between, ends[1]))})"


def _delimiter(text: str, name: str) -> str:
    """One end of ``lr``. Without a fence there is an empty one, or what stands next to it would be stretched."""
    if not text or text in INVISIBLE:
        return '#""'
    return symbol(text) if text in SIDED else in_class(name, symbol(text))


def _styled(element: Element, written: dict[Element, str]) -> str:
    return _in_style(element, _row(element, written))


def _in_style(element: Element, source: str) -> str:
    style, level = element.get("displaystyle"), element.get("scriptlevel")
    if style == "true":
        return f"display({source})"
    if level in {"1", "2"}:
        return f"{'script' if level == '1' else 'sscript'}({source})"
    return f"inline({source})" if style == "false" else source


# --- fractions, roots, frames ----------------------------------------------------------------------------------


def _fraction(element: Element, written: dict[Element, str]) -> str:
    upper, lower = arguments(element, written)
    if element.get("linethickness") == "0":
        return _in_style(element, f"mat(delim:#none,{upper};{lower})")
    if "padding-top" in element.get("style", ""):  # \cfrac
        return f"frac(display({upper}),display({lower}))"
    return f"frac({upper},{lower})"


def _square_root(element: Element, written: dict[Element, str]) -> str:
    if len(element) == 1 and element[0].get("width") == "0":  # \surd
        return "\\√"
    return f"sqrt({_side_by_side(element, written)})"


def _root(element: Element, written: dict[Element, str]) -> str:
    inner, index = arguments(element, written)
    return f"root({index},{inner})"


#: Of a box, so that it goes around all of what is in it.
_TIGHT: Final = 'set text(top-edge:"bounds",bottom-edge:"bounds");set par(leading:0pt);'


def _enclosed(element: Element, written: dict[Element, str]) -> str:
    source = _side_by_side(element, written)
    notation = element.get("notation", "")
    if notation == "box":
        return f"#box(stroke:.05em,inset:.3em,{{{_TIGHT}$display({source})$}})"
    if notation == "actuarial":
        return f"#box(stroke:(top:.05em,right:.05em),inset:(top:.15em,right:.1em),{{{_TIGHT}${source}$}})"
    if notation == "phasorangle":
        return f"\\∠underline({source})"
    if "down" not in notation:
        return f"cancel({source})"
    return f"cancel({source},{'cross' if 'up' in notation else 'inverted'}:#true)"


def _hidden(element: Element, written: dict[Element, str]) -> str:
    return f"#hide[${_side_by_side(element, written)}$]"


_PADDING: Final = re.compile(r"padding-left:([0-9.em]+);padding-right:([0-9.em]+);")
_CLASSES: Final = {"0.2778em": "relation", "0.2222em": "binary"}


def _padded(element: Element, written: dict[Element, str]) -> str:
    """Room around (``\\mathrel`` and its kind), none at all (``\\hphantom``, ``\\vphantom``), or a shift up."""
    source = _row(element, written)
    if found := _PADDING.search(element.get("style", "")):
        return _in_own_class(found[1], found[2], source)
    if element.get("width") == "0":
        return f"#scale(x:0%,reflow:true)[${source}$]"
    if element.get("height") == "0":
        return f"#box(height:0pt)[${source}$]"
    if shift := element.get("voffset"):
        return f"#move(dy:-({length(shift)}))[${source}$]"
    return source


def _in_own_class(left: str, right: str, source: str) -> str:
    for width, name in _CLASSES.items():
        if width in {left, right}:
            return in_class(name, source)
    if left == "0.1667em":
        return f"op({source})"
    return in_class("punctuation" if right == "0.1667em" else "normal", source)


# --- elements --------------------------------------------------------------------------------------------------


def _nothing(_: Element) -> str:
    return ""


_LEAVES: Final[dict[str, Callable[[Element], str]]] = {
    "mi": identifier,
    "mn": number,
    "mo": operator,
    "mspace": gap,
    "mtr": _nothing,
    "mprescripts": _nothing,
}
_NODES: Final[dict[str, Callable[[Element, dict[Element, str]], str]]] = {
    **dict.fromkeys(("math", "mrow", "mtd"), _row),
    **dict.fromkeys(("mtext", "b", "i", "em", "code", "span", "u", "s", "a"), text),
    **dict.fromkeys(("msub", "msup", "msubsup"), scripts),
    **dict.fromkeys(("munder", "mover", "munderover"), limits),
    "mstyle": _styled,
    "mmultiscripts": prescripts,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    "mtable": table,
    "menclose": _enclosed,
    "mphantom": _hidden,
    "mpadded": _padded,
}
