"""Markdown of records as plain text, as a reader of the page sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.markup import text_of, tree
from acadsite.markup.inline import inline_document

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Nothing in such a text is markup.
_PLAIN: Final = re.compile(r"[^\W_][\w ,;.'()/–—’\-]*")
_MARKED: Final = re.compile(r"_|www\.|--|  ")
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n+")


def plain(text: str | None) -> str:
    """Inline Markdown as text: links by their words, formulas as TeX. Lines stay lines where each stands for itself,
    paragraphs stay paragraphs; other blanks are folded."""
    if not text:
        return ""
    if _PLAIN.fullmatch(text) and not _MARKED.search(text):
        return text
    return "\n\n".join(filter(None, (_paragraph(part) for part in _PARAGRAPHS.split(text.strip()))))


def _paragraph(text: str) -> str:
    whole = _line(text)
    if "\n" not in text:
        return whole
    lines = [_line(line) for line in text.split("\n")]
    return "\n".join(lines) if " ".join(filter(None, lines)) == whole else whole


def _line(text: str) -> str:
    return " ".join(text_of(inline_document(text).tree).split())


def address_in(text: str | None) -> str:
    """The address of the first link in inline Markdown, or an empty string."""
    if not text or "](" not in text:
        return ""
    links: list[Element] = list(inline_document(text).tree.iter(tree.LINK))
    return links[0].get("href", "") if links else ""
