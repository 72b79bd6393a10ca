"""How long texts are as they are pasted into an online form: without markup, paragraphs with an empty line between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.markup.inline import rich_text
from acadsite.markup.typst import inline_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.kinds.cv.model import Words
    from acadsite.kinds.names import Names

#: Between paragraphs.
GAP: Final = "\n\n"


class Measure(NamedTuple):
    """The length of a text: characters with blanks and line ends, and words between blanks."""

    characters: int
    words: int


def measure(names: Names, paragraphs: Iterable[Words]) -> Measure:
    """The length of a text of several paragraphs."""
    whole = GAP.join(said_of(names, paragraphs))
    return Measure(len(whole), len(whole.split()))


def of(have: int, most: int) -> str:
    """How much of its room something takes: “1,931 / 2,000”."""
    return f"{have:,} / {most:,}"


def said_of(names: Names, paragraphs: Iterable[Words]) -> list[str]:
    """Paragraphs as plain text, those that say something."""
    return [text for words in paragraphs if (text := spoken(names, words))]


def spoken(names: Names, words: Words) -> str:
    """Words as plain text: links by their words, citations by the titles of what they cite, formulas as TeX."""
    value = words.value
    match words.kind:
        case "md":
            if "@" not in value and "[[" not in value:
                return plain(inline_nodes(value))
            return plain(inline_nodes(value, resolve=lambda to, kind, _: names.resolve(to, kind, None)))
        case "rich":
            return rich_text(value)
        case "em":
            return spoken(names, value)
        case "link":
            return spoken(names, value[1])
        case "seq":
            return "".join(spoken(names, part) for part in value)
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
