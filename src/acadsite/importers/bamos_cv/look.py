"""The look of the printed CV: what of the LaTeX settings can be had without LaTeX.

In: the source. Out: ``theme``, ``paper`` and ``accent`` of ``cv.yaml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.bamos_cv.fields import compact, is_scalar
from acadsite.problems import quote

if TYPE_CHECKING:
    from acadsite.importers.bamos_cv.source import Source

#: The styles of moderncv; all of them are near to our classic theme.
_STYLES: Final = frozenset({"banking", "casual", "classic", "oldstyle", "fancy"})
#: The first colour of moderncv's schemes.
_COLOURS: Final = {
    "blue": "#3873b2",
    "orange": "#f28c26",
    "green": "#59b34d",
    "red": "#f23333",
    "purple": "#8054cc",
    "grey": "#8c8c8c",
    "gray": "#8c8c8c",
    "burgundy": "#980000",
    "black": "#000000",
}
_PARTS: Final = re.compile(
    r"\s*([01](?:\.\d*)?|\.\d+)\s*,\s*([01](?:\.\d*)?|\.\d+)\s*,\s*([01](?:\.\d*)?|\.\d+)\s*\Z"
)


def look(source: Source) -> dict[str, Any]:
    """The settings, where there are any. The original is always printed on letter paper."""
    style = _text(source, "style")
    theme = "classic" if style in _STYLES else ""
    if style and not theme:
        source.notes.append(
            f"The style {quote(style)} is not known; the theme of the CV is the one of acadsite."
        )
    accent = ""
    for key in ("color", "color2"):
        given = _text(source, key)
        found = colour(given)
        if given and not found:
            source.notes.append(f"“{key}” is not imported: {quote(given)} is no colour that is known.")
        elif found and accent:
            source.notes.append(f"“{key}” is not imported: a CV has one colour here.")
        accent = accent or found
    return compact({"theme": theme, "paper": "letter", "accent": accent})


def colour(text: str) -> str:
    """A colour as #rrggbb: a word of moderncv, or three parts from 0 to 1; empty where it is neither."""
    if text.casefold() in _COLOURS:
        return _COLOURS[text.casefold()]
    match = _PARTS.match(text)
    if match is None or any(float(part) > 1 for part in match.groups()):
        return ""
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in match.groups())


def _text(source: Source, key: str) -> str:
    node = source.get(key)
    return node.raw.strip() if node is not None and is_scalar(node) else ""
