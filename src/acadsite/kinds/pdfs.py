"""Which PDFs papers and decks have, and where. What is in them is made elsewhere, and only where it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.problems import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acadsite.graph import Page
    from acadsite.library import Library
    from acadsite.records import Record


def pdf_path(url: str | None, identifier: str) -> str:
    """The path of the PDF of a text whose page has this url: beside it."""
    return f"{(url or '').rpartition('/')[0]}/{identifier}.pdf".lstrip("/")


def paper_pdfs(library: Library, pages: Iterable[Page]) -> Iterator[tuple[str, str, Span]]:
    """The PDFs of all full texts: path, id of the text, and the source to blame."""
    for page in pages:
        for collection, identifier in page.also:
            record = library.get(collection, identifier) if collection == "papers" else None
            if record is not None and record.data["pdf"] is not False:
                yield pdf_path(page.url, identifier), identifier, Span(record.path)


def deck_pdfs(record: Record) -> Iterator[tuple[str, str]]:
    """The PDFs of a deck: path and form. ``pdf:`` says which; none where it is empty."""
    for form in dict.fromkeys(record.data["pdf"]):
        ending = "" if form == "slides" else f"-{form}"
        yield f"slides/{record.id}{ending}.pdf", form
