"""Papers: the full text of a publication as a manuscript for its PDF. Its page is that of the publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite import dates, markup
from acadsite.collect.texts import parsed
from acadsite.kinds.manuscripts import Manuscript, setting_of, text_of, timestamp_of
from acadsite.markup.typst import rich_nodes
from acadsite.markup.typst_blocks import blocks_of
from acadsite.markup.typst_documents import WORDS, Author, Meta, paper_data
from acadsite.people import display
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.kinds.names import Names
    from acadsite.markup.typst_blocks import Setting


def manuscript(names: Names, identifier: str) -> Manuscript | None:
    """The PDF of a full text; None where there is no such text."""
    key, library, note = ("papers", identifier), names.site.library, current().note
    document, paper, work = (
        library.documents.get(key),
        library.get(*key),
        library.get("publications", identifier),
    )
    note("document", *key)
    if document is None or paper is None or work is None:
        return None
    for name in ("config markup", "config language", "config accent", "config labels"):
        note(*name.split(" "))
    note("record", *key)
    note("record", "publications", identifier)
    references, config = names.references, names.config
    words = references.words(key)
    t = words.say
    read = references.prepare(key, parsed(document, config["markup"]["html"]))
    setting, plates = setting_of(names, key, document)
    data, texts = work.data, paper.data
    date = texts["date"]
    meta = Meta(
        data["title_text"],
        subtitle=rich_nodes(data["subtitle"] or ""),
        authors=tuple(_authors(texts, data)),
        affiliations=tuple((one["mark"], t(one["text"])) for one in texts["affiliations"]),
        date=dates.long(date, words.language.calendar) if date else str(data["year"] or ""),
        language=words.language.tag,
        paper=texts["paper"] or "a4",
        accent=config["accent"] or "",
        keywords=tuple(map(str, texts["keywords"] or data["keywords"] or ())),
        words={word: t(text) for word, text in WORDS.items()},
    )
    made = paper_data(
        meta,
        blocks_of(read.tree, setting),
        abstract=list(_abstract(texts, data, setting)),
        columns=texts["columns"],
    )
    year = {"year": data["year"], "month": None, "day": None} if isinstance(data["year"], int) else None
    time = timestamp_of(date or year)
    return Manuscript("paper.typ", made.data, made.hidden, plates.files, time, (text_of(document),))


def _authors(paper: Mapping[str, Any], work: Mapping[str, Any]) -> Iterator[Author]:
    if paper["authors"]:
        for author in paper["authors"]:
            yield Author(author["name"], author["url"], author["email"], tuple(author["marks"]))
        return
    for name in work["authors"]:
        yield Author(display(name))


def _abstract(
    paper: Mapping[str, Any], work: Mapping[str, Any], setting: Setting
) -> Iterator[dict[str, Any]]:
    for paragraph in paper["abstract"]:
        read = markup.read(paragraph, setting.path)
        yield from blocks_of(read.tree, setting)
    for rich in () if paper["abstract"] else work["abstract"] or ():
        yield {"k": "p", "c": rich_nodes(rich)}
