"""SVG in few bytes: numbers, paths, words. All text is escaped here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.diagrams.words import LINE, SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acadsite.diagrams.arranging import Point
    from acadsite.diagrams.words import Label

#: From the middle of a line of text to its base.
_BASE: Final = 0.35 * SIZE


def escaped(text: str) -> str:
    """Text for an element or an attribute."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )


def number(value: float) -> str:
    """With one decimal at most."""
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def numbers(*values: float) -> str:
    """Several, with blanks."""
    return " ".join(map(number, values))


def curve(points: Sequence[Point]) -> str:
    """The path of a cubic curve; straight pieces are written as such."""
    out = [f"M{numbers(*points[0])}"]
    at = points[0]
    for index in range(1, len(points) - 2, 3):
        one, two, end = points[index : index + 3]
        if abs(at[0] - end[0]) < 0.05 and abs(one[0] - at[0]) < 0.05 and abs(two[0] - at[0]) < 0.05:
            piece = f"V{number(end[1])}"
            if out[-1].startswith("V"):
                out[-1] = piece
            else:
                out.append(piece)
        elif abs(at[1] - end[1]) < 0.05 and abs(one[1] - at[1]) < 0.05 and abs(two[1] - at[1]) < 0.05:
            piece = f"H{number(end[0])}"
            if out[-1].startswith("H"):
                out[-1] = piece
            else:
                out.append(piece)
        else:
            out.append(f"C{numbers(*one, *two, *end)}")
        at = end
    return "".join(out)


def lines(
    text: Iterable[str], x: float, y: float, attributes: str = "", *, line: float = LINE, base: float = _BASE
) -> str:
    """Lines of text, the middle of the first at ``y``."""
    return "".join(
        f'<text x="{number(x)}" y="{number(y + line * index + base)}"{attributes}>{escaped(one)}</text>'
        for index, one in enumerate(text)
        if one
    )


def centred(label: Label, x: float, y: float, attributes: str = "") -> str:
    """A label around a point."""
    return lines(label.lines, x, y - label.height / 2 + LINE / 2, attributes)


def whole(parts: Iterable[str], width: float, height: float, title: str, description: str) -> str:
    """The picture. Without a style sheet it is drawn in the colour of the text; words may be selected."""
    wide, high = number(width), number(height)
    described = f"<desc>{escaped(description)}</desc>" if description else ""
    look = f'direction="ltr" fill="none" stroke="currentColor" font-family="sans-serif" font-size="{SIZE}"'
    return (
        f'<svg role="img" xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
        f' {look} text-anchor="middle"><title>{escaped(title)}</title>{described}{"".join(parts)}</svg>'
    )


def group(name: str, parts: Iterable[str], attributes: str = "") -> str:
    """Parts of one look; nothing where there are none."""
    inner = "".join(parts)
    return f'<g class="{name}"{attributes}>{inner}</g>' if inner else ""


#: Words are filled, not drawn.
WORDS: Final = ' fill="currentColor" stroke="none"'
