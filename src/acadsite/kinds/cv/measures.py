"""How long texts are as they are pasted into an online form: without markup, paragraphs with an empty line between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.markup.inline import rich_text
from acadsite.markup.typst import inline_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.kinds.cv.model import Words

#: Between paragraphs.
GAP = "\n\n"


class Measure(NamedTuple):
    """The length of a text: characters with blanks and line ends, and words between blanks."""

    characters: int
    words: int


def measure(paragraphs: Iterable[Words]) -> Measure:
    """The length of a text of several paragraphs."""
    whole = GAP.join(filter(None, map(spoken, paragraphs)))
    return Measure(len(whole), len(whole.split()))


def of(have: int, most: int) -> str:
    """How much of its room something takes: “1,931 / 2,000”."""
    return f"{have:,} / {most:,}"


def spoken(words: Words) -> str:
    """Words as plain text: links by their words, formulas as TeX."""
    value = words.value
    match words.kind:
        case "md":
            return plain(inline_nodes(value)) if value else ""
        case "rich":
            return rich_text(value)
        case "em":
            return spoken(value)
        case "link":
            return spoken(value[1])
        case "seq":
            return "".join(map(spoken, value))
    return str(value)


def plain(nodes: Iterable[Any]) -> str:
    """Nodes of a PDF (``markup.typst``) as plain text."""
    return "".join(map(_plain, nodes))


def _plain(node: Any) -> str:
    if isinstance(node, str):
        return node
    if node["k"] == "br":
        return "\n"
    if "c" in node:
        return plain(node["c"])
    return str(node.get("alt") or node.get("t", ""))
