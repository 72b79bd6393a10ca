"""The plain text of a tree: for descriptions, feeds, alternative texts, the search and the names of anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.markup import tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Not part of what a text says in short.
_SILENT: Final = frozenset(
    {tree.RAW, tree.RAW_BLOCK, tree.NOTE_REFERENCE, tree.INLINE_NOTE, tree.NOTES, tree.CITATIONS, tree.CARD}
    | {tree.BACK_LINK, tree.MACROS}
)
_BLOCKS: Final = frozenset(
    {tree.HEADING, tree.PARAGRAPH, tree.QUOTE, tree.ITEM, tree.TERM, tree.DEFINITION, tree.CODE_BLOCK}
    | {tree.CAPTION, tree.HEAD_CELL, tree.CELL, tree.TITLE, tree.FIGURE_CAPTION, tree.DIV, tree.CALLOUT}
    | {tree.STEP, tree.ENTRY, tree.LINE_BLOCK, tree.TABLE_NOTES, tree.TAB}
    | {tree.BREAK, tree.TABLE, tree.FIGURE, tree.RULE, tree.BULLETS, tree.NUMBERS, tree.DEFINITIONS}
)


def one_line(text: str) -> str:
    """``text`` with one blank for each run of white space, and none at its ends. Most texts are so, which is seen
    faster than it is made: a text that can be printed has no other white space than blanks."""
    if "  " in text or not text.isprintable():
        return " ".join(text.split())
    return text.strip(" ")


def shortened(text: str, longest: int) -> str:
    """``text`` in at most ``longest`` characters, with ``…`` at the end where it was cut: at a blank, or within a word
    where blanks are rare, as in Chinese."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > longest // 2 else cut).rstrip(" ,;:.–—-") + "…"


def text_of(element: Element, *, longest: int | None = None, formula: str | None = None) -> str:
    """The text in ``element`` (its tail not included): formulas as TeX, pictures by their alternative text,
    notes, citations in brackets and raw HTML left out, a line break after each block.

    ``longest`` stops early, somewhat behind that many characters; ``formula`` stands for every formula.
    """
    pieces: list[str] = []
    length = 0
    # A stack instead of recursion; strings on it are tails that are still to come.
    todo: list[Element | str] = [element]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            pieces.append(item)
            length += len(item)
            if longest is not None and length > longest:
                break
            continue
        tag = item.tag
        if tag in _SILENT and not (tag == tree.CITATIONS and item.get(tree.FORM) == "text"):
            continue
        if tag in _BLOCKS:
            todo.append("\n")
        if tag == tree.IMAGE and not len(item) and not item.text:
            todo.append(item.get("alt", ""))
            continue
        if tag == tree.MATH and formula is not None:
            todo.append(formula)
            continue
        if tag == tree.WIKI_LINK and not item.text:
            todo.append(item.get(tree.KEY, ""))
        if tag in {tree.CITE, tree.CROSS_REFERENCE}:
            todo.append(item.get(tree.SHOWN) or "@" + item.get(tree.KEY, ""))
            continue
        for child in reversed(item):
            if child.tail:
                todo.append(child.tail)
            todo.append(child)
        if item.text:
            todo.append(item.text)
    return "".join(pieces)
