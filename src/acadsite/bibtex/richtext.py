"""Rich text: inline text with structure, as nested tuples. What nodes there are says ``latex.rich``."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeAlias

from acadsite.bibtex.formulas import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: A tuple of nodes; a node is a ``str`` or a tuple (kind, …), see ``latex.rich``.
Rich: TypeAlias = tuple[Any, ...]

_ODD_SPACE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})


def plain(value: Iterable[Any]) -> str:
    """Rich text without structure: formulas as TeX without dollars, links as their text, spaces as spaces."""
    parts: list[str] = []
    _collect(value, parts)
    text = "".join(parts)
    return text if text.isascii() else text.translate(_ODD_SPACE)


def spoken(value: Iterable[Any]) -> str:
    """As ``plain``, with formulas in words where there are some for them: what stands where nothing but text can."""
    return plain(_in_words(value))


def _in_words(value: Iterable[Any]) -> Iterator[Any]:
    for node in value:
        if isinstance(node, str) or node[0] == "code":
            yield node
        elif node[0] == "math":
            yield in_words(node[1]) or node[1]
        else:
            yield from _in_words(node[-1])


def _collect(value: Iterable[Any], parts: list[str]) -> None:
    for node in value:
        if isinstance(node, str):
            parts.append(node)
        elif node[0] in {"math", "code"}:
            parts.append(node[1])
        else:
            _collect(node[-1], parts)


def composed(value: str) -> str:
    """The text in Unicode normal form C."""
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def finished(nodes: list[Any], *, strip: bool = True) -> Rich:
    """Neighbouring strings joined, spaces collapsed, NFC; ``strip`` takes the spaces off both ends."""
    merged: list[Any] = []
    for node in nodes:
        if not isinstance(node, str):
            merged.append(node)
        elif node:
            if merged and isinstance(merged[-1], str):
                merged[-1] += node
            else:
                merged.append(node)
    for number, node in enumerate(merged):
        if isinstance(node, str):
            merged[number] = composed(re.sub("  +", " ", node) if "  " in node else node)
    if strip and merged:
        if isinstance(merged[0], str):
            merged[0] = merged[0].lstrip()
        if isinstance(merged[-1], str):
            merged[-1] = merged[-1].rstrip()
        merged = [node for node in merged if node != ""]
    return tuple(merged)
