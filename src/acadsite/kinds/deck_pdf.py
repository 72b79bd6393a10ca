"""A deck as the data of its PDFs: the slides, one to a page, and the handout with several and room for notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite import dates
from acadsite.kinds.decks import read_deck
from acadsite.kinds.manuscripts import Manuscript, setting_of, text_of, timestamp_of
from acadsite.markup.inline import plain
from acadsite.markup.typst import inline_nodes
from acadsite.markup.typst_deck import slides_of
from acadsite.markup.typst_documents import WORDS, Author, Meta, slides_data
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.kinds.names import Names
    from acadsite.languages import Language

#: The theme's file for each form of a deck.
FORMS: Final = {"slides": "slides.typ", "steps": "slides.typ", "handout": "handout.typ"}


def deck_pdf(names: Names, identifier: str, form: str = "slides") -> Manuscript | None:
    """The PDF of a deck in one of its ``FORMS``; None where there is no such deck."""
    key, library, note = ("slides", identifier), names.site.library, current().note
    document, record = library.documents.get(key), library.get(*key)
    note("document", *key)
    if document is None or record is None:
        return None
    for name in ("markup", "language", "accent"):
        note("config", name)
    note("record", *key)
    config, references = names.config, names.references
    deck = read_deck(document, record, config["markup"]["html"])
    deck = deck.prepared(references.prepare(key, deck.document))
    own = references.words(key)
    words = {word: own.say(text) for word, text in WORDS.items()}
    setting, plates = setting_of(names, key, document, level=2)
    data = record.data
    made = slides_data(
        _meta(data, own.language, config["accent"] or "", words),
        slides_of([slide.element for slide in deck.slides], setting),
        wide=(data["ratio"] or "16:9") == "16:9",
        institute=plain(data["header"] or (data["institute"] or ("",))[0]),
        course=plain(data["course"] or ""),
        footer=plain(data["footer"] or ""),
        steps=form == "steps",
    )
    main, time = FORMS[form], timestamp_of(data["date"])
    return Manuscript(main, made.data, made.hidden, plates.files, time, (text_of(document),))


def _meta(data: Mapping[str, Any], language: Language, accent: str, words: Mapping[str, str]) -> Meta:
    title = plain(str(data["title"] or ""))
    return Meta(
        title,
        subtitle=inline_nodes(data["subtitle"]) if data["subtitle"] else [],
        authors=tuple(_authors(data)),
        # The first stands on the title slide anyway, unless something else takes its place on the others.
        affiliations=tuple(("", plain(one)) for one in data["institute"][0 if data["header"] else 1 :]),
        date=dates.long(data["date"], language.calendar) if data["date"] else "",
        language=language.tag,
        accent=accent,
        words=words,
    )


def _authors(data: Mapping[str, Any]) -> Iterator[Author]:
    emails = list(data["email"])
    for at, author in enumerate((*data["author"], *data["authors"])):
        email = emails[at] if at < len(emails) else ""
        if isinstance(author, str):
            yield Author(author, email=email)
        else:
            yield Author(author["name"], author["url"] or "", author["email"] or email)
