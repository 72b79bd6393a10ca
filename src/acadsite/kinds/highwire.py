"""Highwire tags (``citation_*``): what Google Scholar and Zotero read of a publication's page.

Rules of Google Scholar's guidelines for webmasters: title, at least one author and the date, else the page counts as
one without tags; a tag for each author, in order, without titles and institutions; the date as 2026/3/1 or the year
alone; the PDF in the folder of the page. Rules of Zotero's translator “Embedded Metadata” (measured): the name of the
container decides the type of the item, so that there is only one of them; a lone author with a comma may be taken for
two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite.kinds.citable import inverted, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.kinds.citable import Citable, Described

#: Kind of publication → the tag for what it is part of, or for who sent it.
_CONTAINERS = {
    "article": "journal_title",
    "paper": "conference_title",
    "chapter": "inbook_title",
    "thesis": "dissertation_institution",
    "report": "technical_report_institution",
}


def tags(text: Described) -> Iterator[tuple[str, str]]:
    """Names and contents of the tags of a publication, none empty."""
    return ((f"citation_{name}", content) for name, content in _pairs(text, text.work) if content)


def _pairs(text: Described, work: Citable) -> Iterator[tuple[str, str]]:
    kind = work.kind
    yield "title", work.title
    yield from _people("author", work.authors)
    yield "publication_date", date(work.date)
    if kind in _CONTAINERS:
        yield _CONTAINERS[kind], work.institution or work.container
    if kind == "report":
        yield "technical_report_number", work.issue
    elif kind in {"article", "paper", "chapter"}:
        yield "volume", work.volume
        yield "issue", work.issue if kind == "article" else ""
        yield "firstpage", work.first
        yield "lastpage", work.last
    if kind in {"article", "paper"}:
        yield "issn", work.issn
    if kind != "article":
        yield from _people("editor", work.editors)
        yield "isbn", work.isbn
    yield "publisher", work.publisher
    yield "doi", work.doi
    yield "arxiv_id", work.arxiv
    yield "language", text.language
    yield "keywords", "; ".join(text.keywords)
    yield "abstract", text.abstract
    yield "pdf_url", text.pdf


def _people(role: str, names: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[str, str]]:
    if len(names) == 1:
        yield role, literal(names[0])
        return
    for name in names:
        yield role, inverted(name)


def date(iso: str) -> str:
    """An ISO 8601 date as Scholar wants it: 2026/3/1; the year alone where the day is not known."""
    year, _, rest = iso.partition("-")
    month, _, day = rest.partition("-")
    return f"{year}/{int(month)}/{int(day)}" if day else year
