"""How the text of a document is read: with the files that it takes in, and as its kind of file has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite import markup
from acadsite.markup.outline import Outline, outline_of
from acadsite.memo import key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.library import Document
    from acadsite.memo import Memo

Included = tuple[tuple[str, str | None], ...]


def asks_for_files(text: str) -> bool:
    """Whether a text may take files in."""
    return "{{<" in text or "8<-" in text


def included_in(document: Document, text_of: Callable[[str], str | None]) -> Included:
    """The texts of the files that a document takes in, and of those that these do; ``text_of`` gives them by path from
    the folder of the site."""
    if not asks_for_files(document.text):
        return ()
    taken = markup.included(document.text, document.path, document.line, text_of)
    return tuple((path, text_of(path)) for path in taken.files)


def parsed(document: Document, html: markup.Mode) -> markup.Document:
    """The tree of a document. In Quarto's files a picture alone in its paragraph is a figure."""
    include = dict(document.included).get if asks_for_files(document.text) else None
    return markup.read(
        document.text,
        document.path,
        dialect=document.dialect,
        first_line=document.line,
        html=html,
        include=include,
        figures=document.path.endswith(".qmd"),
        lines=document.lines,
    )


def outline(document: Document, html: markup.Mode, memo: Memo) -> Outline:
    """The outline of a document, read once for as long as text, place and reading stay the same."""
    parts = [
        part for path, text in document.included for part in (path, text or "", "" if text is None else "+")
    ]
    line = f"{document.line} {document.lines}" if document.lines else str(document.line)
    key = key_of(document.path, line, document.dialect, html, document.text, *parts)
    found: Outline | None = memo.get("outline", key, Outline.revive)
    if found is None:
        found = outline_of(parsed(document, html))
        memo.put("outline", key, found, Outline.plain)
    return found
