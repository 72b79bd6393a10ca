"""The one parser of ``{#id .class key=value key="two words"}`` and of what stands behind a code fence.

Works on text, gives a plain mapping: ``id``, ``class`` (names with blanks between), and the other keys in lower
case. The syntax is pandoc's (https://pandoc.org/MANUAL.html#extension-attributes) with kramdown's ``{: …}`` and
Quarto's ``{python}`` beside it. Nothing is judged here: what may reach a page is the writer's business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.markup import tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

#: A brace group on one line. The quoted parts may hold braces. Each alternative starts with another character,
#: so a match takes time linear in its length.
BRACES: Final = re.compile(r"""\{(?:[^{}"'\n]++|"[^"\n]*+"|'[^'\n]*+'|(?!))*+\}""")
_BYTES: Final = re.compile(rb"""\{(?:[^{}"'\n]++|"[^"\n]*+"|'[^'\n]*+'|(?!))*+\}""")

#: Longer groups are text. It keeps the search for a missing brace short.
LONGEST: Final = 2000

_PIECE: Final = re.compile(
    r"""\s*(?:
      \#(?P<id>[^\s#.={}"']+)
    | \.(?P<cls>[^\s.={}"'\#]+)
    | (?P<key>[A-Za-z_:@][\w:@.\-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]*))
    | (?P<dash>-)(?=[\s}]|$)
    | (?P<word>=?[A-Za-z][\w+\#\-]*)(?=[\s,}]|$),?
    )""",
    re.VERBOSE,
)


def parsed(group: str, *, words: bool = False) -> dict[str, str] | None:
    """The attributes in ``group`` (with or without its braces), or None when it is no list of attributes.

    ``words``: bare words are allowed and become classes (``{python}``, ``::: warning``). ``{-}`` is the class
    ``unnumbered``. An empty group is None unless ``words``.
    """
    inner = group[1:-1] if group[:1] == "{" else group
    if inner[:1] == ":":
        inner = inner[1:]
    found: dict[str, str] = {}
    classes: list[str] = []
    position, end = 0, len(inner.rstrip())
    while position < end:
        piece = _PIECE.match(inner, position)
        if piece is None:
            return None
        position = piece.end()
        if piece["id"] is not None:
            found["id"] = piece["id"]
        elif piece["cls"] is not None:
            classes.append(piece["cls"])
        elif piece["key"] is not None:
            value = piece["double"] if piece["double"] is not None else piece["single"]
            if value is None:
                value = piece["bare"]
            name = piece["key"].lower()
            if name == "class":
                classes += value.split()
            else:
                found[name] = value
        elif piece["dash"]:
            classes.append("unnumbered")
        elif words:
            classes.append(piece["word"])
        else:
            return None
    if classes:
        found["class"] = " ".join(dict.fromkeys(classes))
    return found if found or words else None


def parsed_at(data: bytes, start: int) -> tuple[dict[str, str], int] | None:
    """The attributes in the brace group that begins at byte ``start``, with the offset behind it; or None."""
    match = _BYTES.match(data, start, start + LONGEST)
    if match is None:
        return None
    attributes = parsed(match[0].decode())
    return None if attributes is None else (attributes, match.end())


def code_info(info: str) -> tuple[str, dict[str, str]]:
    """Language and attributes of a code block from what stands behind its fence.

    ``python``, ``python {.numbered}``, ``{.python #id}``, ``{python}``, ``python title="x.py"`` and
    ``js{1,3}`` are understood; what is not understood is left out. The language is in lower case.
    """
    info = info.strip()
    brace = info.find("{")
    word, attributes = info, {}
    if brace >= 0:
        word = info[:brace].strip()
        attributes = parsed(info[brace:], words=True) or {}
    words = word.split(None, 1)
    language = words[0] if words else ""
    if len(words) > 1:
        more = parsed(words[1], words=True)
        attributes = {**(more or {}), **attributes}
    if not language and "class" in attributes:
        first, *rest = attributes.pop("class").split()
        language = first.removeprefix("=")
        if rest:
            attributes["class"] = " ".join(rest)
    return language.lower().strip(","), attributes


def put(element: Element, attributes: Mapping[str, str]) -> None:
    """Set a person's attributes on ``element``; classes are added to those it has."""
    for name, value in attributes.items():
        if name == "class" and "class" in element.attrib:
            element.set("class", f"{element.get('class')} {value}")
        elif name in tree.INTERNAL:
            element.set(f"data-{name}", value)
        else:
            element.set(name, value)
