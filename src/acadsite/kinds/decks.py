"""Decks on the web: a document of the collection “slides” as a body with slides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.collect.texts import asks_for_files
from acadsite.markup import deck, deck_html
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.library import Document
    from acadsite.markup import Body
    from acadsite.markup import Document as Read
    from acadsite.markup.html import Mode, Resolve, Words
    from acadsite.memo import Memo
    from acadsite.records import Record

#: The fields that say how a deck is read.
_FIELDS = ("title", "syntax", "slide-level", "title-slide", "incremental")


def settings_of(record: Record) -> deck.Settings:
    """How the deck of a record is written; the fields that say so are noted."""
    for name in _FIELDS:
        current().note("field", record.collection, record.id, name)
    title, syntax, level, title_slide, incremental = (record.data[name] for name in _FIELDS)
    return deck.Settings(title or "", syntax, level or 0, incremental, title_slide)


def read_deck(document: Document, record: Record, html: Mode) -> deck.Deck:
    """The deck of a record; ``html`` as in ``markup.read``."""
    include = dict(document.included).get if asks_for_files(document.text) else None
    return deck.read(
        document.text,
        document.path,
        settings_of(record),
        dialect=document.dialect,
        first_line=document.line,
        html=html,
        include=include,
        figures=document.path.endswith(".qmd"),
    )


def deck_body(
    document: Document,
    record: Record,
    html: Mode,
    resolve: Resolve,
    memo: Memo,
    *,
    prepare: Callable[[Read], Read] | None = None,
    math_preamble: str = "",
    words: Words | None = None,
) -> Body:
    """What the page of a deck shows of it. ``prepare`` writes numbers and citations into the document."""
    found = read_deck(document, record, html)
    if prepare is not None:
        found = found.prepared(prepare(found.document))
    return deck_html.render(found, resolve=resolve, math_preamble=math_preamble, words=words, memo=memo)
