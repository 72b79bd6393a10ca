"""Attributes that most elements share: affixes, fonts, quotes, letter case, full stops left out, blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.textcase import cased
from acadsite.citations.tree import BLOCKS, Nodes, mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.citations.context import Context

_FONTS: Final = {
    ("font-style", "italic"): "em",
    ("font-style", "oblique"): "em",
    ("font-style", "normal"): "upright",
    ("font-variant", "small-caps"): "sc",
    ("font-variant", "normal"): "lower",
    ("font-weight", "bold"): "strong",
    ("font-weight", "normal"): "regular",
    ("font-weight", "light"): "regular",
    ("text-decoration", "underline"): "u",
    ("vertical-align", "sup"): "sup",
    ("vertical-align", "sub"): "sub",
}
Dress = Any


def fonts(attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds of nodes that the font attributes ask for, inner ones first."""
    return tuple(kind for (name, value), kind in _FONTS.items() if attributes.get(name) == value)


def is_english(context: Context) -> bool:
    """Whether English rules of capitals hold for an item: its own language says so, else the document's."""
    language = context.record.data.get("language")
    if isinstance(language, str) and language.strip():
        return language.strip().lower()[:2] == "en"
    return context.locale.language == "en"


def dressing(
    attributes: Mapping[str, str], *, affixes: bool = True
) -> Callable[[Context, Nodes], Nodes] | None:
    """The function that dresses the nodes of an element; none when there is nothing to do."""
    steps: list[Callable[[Context, Nodes], Nodes]] = []
    if attributes.get("strip-periods") == "true":
        steps.append(lambda _, nodes: mapped(nodes, lambda text: text.replace(".", "")))
    case = attributes.get("text-case")
    if case:
        steps.append(lambda context, nodes: cased(nodes, case, is_english=is_english(context)))
    kinds = fonts(attributes)
    if kinds:

        def in_fonts(_: Context, nodes: Nodes) -> Nodes:
            for kind in kinds:
                nodes = [(kind, nodes)]
            return nodes

        steps.append(in_fonts)
    if attributes.get("quotes") == "true":
        steps.append(lambda _, nodes: [("quote", nodes)])
    prefix, suffix = (attributes.get("prefix", ""), attributes.get("suffix", "")) if affixes else ("", "")
    if prefix or suffix:
        steps.append(lambda _, nodes: affixed(nodes, prefix, suffix))
    block = attributes.get("display")
    if block in BLOCKS:
        steps.append(lambda context, nodes: [(block, nodes)] if context.area == "bibliography" else nodes)
    if not steps:
        return None
    if len(steps) == 1:
        return _unless_empty(steps[0])

    def all_steps(context: Context, nodes: Nodes) -> Nodes:
        if nodes:
            for step in steps:
                nodes = step(context, nodes)
        return nodes

    return all_steps


def _unless_empty(step: Callable[[Context, Nodes], Nodes]) -> Callable[[Context, Nodes], Nodes]:
    return lambda context, nodes: step(context, nodes) if nodes else nodes


def affixed(nodes: Nodes, prefix: str, suffix: str) -> Nodes:
    """The nodes with affixes, where there is something between them."""
    if not nodes:
        return nodes
    out = [prefix, *nodes] if prefix else list(nodes)
    if suffix:
        out.append(suffix)
    return out
