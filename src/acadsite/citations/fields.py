"""Text of a record → nodes: the few tags of CSL-JSON, quotation marks in pairs, apostrophes.

A string may hold ``<i>``, ``<b>``, ``<sc>``, ``<sup>``, ``<sub>`` and the two kinds of ``<span>`` that CSL-JSON knows;
all else is text. Pairs of quotation marks become ``quote`` nodes, so that quotes inside quotes can take turns.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.tree import ATOMS, Nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPECIAL: Final = re.compile(r"[<\"'“”‘’„«»]")
_TAG: Final = re.compile(r"<(/?)(i|b|sc|sup|sub|span)((?:\s+(?:class|style)=\"[^\"<>]{0,80}\")?)\s*>")
_KINDS: Final = {"i": "em", "b": "strong", "sc": "sc", "sup": "sup", "sub": "sub"}
_DEEPEST: Final = 30


@lru_cache(maxsize=8192)
def text_nodes(text: str) -> tuple[Any, ...]:
    """The nodes of a string; a tuple that may be shared."""
    if _SPECIAL.search(text) is None:
        return (text,) if text else ()
    if "«" in text or "»" in text:
        text = text.replace("« ", "«\u202f").replace(" »", "\u202f»")
    return tuple(_quoted(_tagged(text)))


def value_nodes(value: Any) -> tuple[Any, ...]:
    """The nodes of a value of a record: a string, a number, or rich text."""
    if isinstance(value, str):
        return text_nodes(value)
    if isinstance(value, tuple):
        return tuple(_quoted(list(value)))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (str(value),)
    return ()


def _tagged(text: str) -> Nodes:
    """Tags in pairs as nodes; a tag without its partner is text."""
    stack: list[tuple[str, str, Nodes]] = [("", "", [])]
    at = 0
    for tag in _TAG.finditer(text):
        inner = stack[-1][2]
        if tag.start() > at:
            inner.append(text[at : tag.start()])
        at = tag.end()
        name = tag[2]
        if not tag[1]:
            if len(stack) > _DEEPEST:
                inner.append(tag[0])
            else:
                stack.append((name, tag[0], []))
        elif len(stack) > 1 and stack[-1][0] == name:
            _, opening, children = stack.pop()
            stack[-1][2].append((_kind(name, opening), children))
        else:
            inner.append(tag[0])
    if at < len(text):
        stack[-1][2].append(text[at:])
    while len(stack) > 1:
        _, opening, children = stack.pop()
        stack[-1][2].extend((opening, *children))
    return stack[0][2]


def _kind(name: str, opening: str) -> str:
    if name != "span":
        return _KINDS[name]
    if "small-caps" in opening:
        return "sc"
    return "nocase" if "nocase" in opening else "group"


_PARTNER: Final = {"”": "“", "’": "‘", "»": "«"}


def _quoted(nodes: Sequence[Any], depth: int = 0) -> Nodes:
    """The nodes of one level with the quotation marks of that level in pairs."""
    pieces: Nodes = []
    for node in nodes:
        if isinstance(node, str):
            pieces += re.split(r"([\"'“”‘’])", node) if _SPECIAL.search(node) else [node]
        elif node[0] in ATOMS:
            pieces.append(node)
        elif depth > _DEEPEST:
            pieces.append(_flat(node))
        else:
            pieces.append((*node[:-1], _quoted(node[-1], depth + 1)))
    pieces = [piece for piece in pieces if piece != ""]
    stack: list[tuple[str, Nodes]] = [("", [])]
    for at, piece in enumerate(pieces):
        out = stack[-1][1]
        if not isinstance(piece, str) or len(piece) != 1 or piece not in "\"'“”‘’":
            out.append(piece)
            continue
        before = pieces[at - 1] if at else " "
        after = pieces[at + 1] if at + 1 < len(pieces) else " "
        if _closes(piece, stack, before, after):
            while True:
                mark, inner = stack.pop()
                if mark == piece or mark == _PARTNER.get(piece):
                    kind = "quote" if mark in {'"', "“"} else "single"
                    # What the field itself puts behind the quote stays there.
                    stack[-1][1].append((kind if at + 1 == len(pieces) else f"{kind}-fixed", inner))
                    break
                stack[-1][1].extend((_lone(mark), *inner))
        elif piece in "“‘" or (piece in "\"'" and _opens(before, after, fresh=len(stack) > 1 and not out)):
            stack.append((piece, []))
        else:
            out.append(_lone(piece))
    while len(stack) > 1:
        mark, inner = stack.pop()
        stack[-1][1].extend((_lone(mark), *inner))
    return _merged(stack[0][1])


def _flat(node: Any) -> str:
    """The text of a node however deep it is."""
    texts: list[str] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            texts.append(part)
        elif part[0] in ATOMS:
            texts.append(part[1])
        else:
            waiting += reversed(part[-1])
    return "".join(texts)


def _closes(piece: str, stack: list[tuple[str, Nodes]], before: Any, after: Any) -> bool:
    partner = _PARTNER.get(piece, piece)
    if not any(mark == partner for mark, _ in stack[1:]):
        return False
    if piece in "'’" and isinstance(after, str) and after[0].isalnum():
        return False
    return piece in "”’" or not (isinstance(before, str) and before[-1].isspace())


def _opens(before: Any, after: Any, *, fresh: bool) -> bool:
    """Whether a straight mark opens; ``fresh``: right behind one that does."""
    starts = fresh or (isinstance(before, str) and (before[-1].isspace() or before[-1] in "([{—–/"))
    return starts and not (isinstance(after, str) and (after[0].isspace()))


def _lone(mark: str) -> str:
    """A quotation mark without partner: a single one is an apostrophe."""
    return "’" if mark == "'" else mark


def _merged(nodes: Nodes) -> Nodes:
    out: Nodes = []
    for node in nodes:
        if isinstance(node, str) and out and isinstance(out[-1], str):
            out[-1] += node
        else:
            out.append(node)
    return out
