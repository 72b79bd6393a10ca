"""What stands above, below and beside in Typst's math: scripts, limits, accents, braces and long arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.markup.typst_symbols import BIG, NOTHING, SIDED, arguments, symbol

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


#: Elements all but the first of whose children are written small.
SCRIPTED: Final = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"})


def scripts(element: Element, written: dict[Element, str]) -> str:
    """``msub``, ``msup`` and ``msubsup``."""
    base, *notes = arguments(element, written)
    if element[0].tag == "mo" and (element[0].text or "") not in SIDED:
        base = f"scripts({base})"
    return _attached(base, dict(zip(_PLACES[element.tag], notes, strict=False)))


_PLACES: Final = {
    "msub": ("b",),
    "msup": ("t",),
    "msubsup": ("b", "t"),
    "munder": ("b",),
    "mover": ("t",),
    "munderover": ("b", "t"),
}


def _attached(base: str, notes: dict[str, str]) -> str:
    given = [f"{place}:{note}" for place, note in notes.items() if note != NOTHING]
    return f"attach({','.join([base, *given])})"


def prescripts(element: Element, written: dict[Element, str]) -> str:
    base, *notes = [NOTHING if child.tag == "mprescripts" else written[child] or NOTHING for child in element]
    tags = [child.tag for child in element]
    split = tags.index("mprescripts") - 1 if "mprescripts" in tags else len(notes)
    before, behind = notes[split + 1 :], notes[:split]
    places = {"tl": before[1:2], "bl": before[:1], "tr": behind[1:2], "br": behind[:1]}
    if element[0].tag == "mo":
        base = f"scripts({base})"
    return _attached(base, {place: found[0] for place, found in places.items() if found})


#: Braces and the like, which take a note.
_BRACES: Final = {
    "⏞": "overbrace",
    "⏟": "underbrace",
    "⎴": "overbracket",
    "⎵": "underbracket",
    "⏜": "overparen",
    "⏝": "underparen",
    "⏠": "overshell",
    "⏡": "undershell",
}
_LINES: Final = {"‾": "line", "_": "line", "¯": "line"}
#: Accents below, by the character that combines.
_BELOW: Final = {"~": "\u0330", "→": "\u20ef", "←": "\u20ee", "↔": "\u034d", "ˆ": "\u032d"}
_ABOVE: Final = frozenset("ˆ¯→˙¨˜ˇ˘´`˚⃛⃜~←↔⇀↼")
#: Accents that are as wide as what they stand above even if not told so.
_WIDE: Final = frozenset("←↔⇀↼→")


def limits(element: Element, written: dict[Element, str]) -> str:
    """``munder``, ``mover`` and ``munderover``: accents, braces with notes, long arrows, limits."""
    if len(element) == 2 and element[1].tag == "mspace":
        return written[element[0]]  # how wide a long arrow is at least
    if element.get("accent") == "true" or element.get("accentunder") == "true":
        return _accented(element, written)
    base, *notes = arguments(element, written)
    if len(element) == 2 and _brace(element[0]).startswith("over" if element.tag == "mover" else "under"):
        return f"{base[:-1]},{notes[0]})"
    first = element[0]
    if is_extended(element):
        base = f"limits(stretch({symbol(first.text or '')},size:#100%))"
    elif first.tag != "mo" or first.get("movablelimits") == "false" or (first.text or "") not in BIG:
        base = f"limits({base})"
    return _attached(base, dict(zip(_PLACES[element.tag], notes, strict=False)))


def is_extended(element: Element) -> bool:
    r"""Whether this is ``\xrightarrow``: its notes stand on a space that says how wide it is at least."""
    if element.tag not in {"munder", "mover", "munderover"} or element[0].tag != "mo":
        return False
    return any(
        len(note) == 2 and note[1].tag == "mspace" and note.tag in {"munder", "mover"} for note in element[1:]
    )


def _brace(element: Element) -> str:
    """The name of the brace that an element is under; empty where it is under none."""
    if element.get("accent") != "true" and element.get("accentunder") != "true":
        return ""
    return _BRACES.get(element[1].text or "", "")


def _accented(element: Element, written: dict[Element, str]) -> str:
    base, note = arguments(element, written)
    mark = element[1].text or ""
    if name := _brace(element):
        return f"{name}({base})"
    above = element.tag == "mover"
    wide = element[1].get("stretchy") == "true"
    if mark in _LINES and (wide or mark != "¯"):
        return f"{'over' if above else 'under'}line({base})"
    if above and mark in _ABOVE:
        wide = wide or (mark in _WIDE and element[1].get("stretchy") != "false")
        return f"accent({base},\\{mark}{'' if wide else ',size:#0%'})"
    if not above and mark in _BELOW:
        return f'accent({base},"{_BELOW[mark]}")'
    return _attached(f"limits({base})", {"t" if above else "b": note})
