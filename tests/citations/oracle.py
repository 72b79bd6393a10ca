"""Comparison of our entries with those of another processor: what counts and what does not."""

from __future__ import annotations

import re
from typing import Any


def compared(text: str) -> str:
    """A text without case, quotation marks, kinds of dashes and spaces."""
    text = re.sub("[“”\"‘’']", "", text.lower()).replace("–", "-").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text).strip()


def entry_text(tree: Any) -> str:
    """The text of an entry without its number in the margin."""
    out = ""
    for node in tree:
        if isinstance(node, str):
            out += node
        elif node[0] in {"math", "code"}:
            out += node[1]
        elif node[0] != "left-margin":
            out += entry_text(node[-1])
    return out
