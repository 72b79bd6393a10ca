"""Which PDFs papers and decks have, and where. What is in them is made elsewhere, and only where it is wanted."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from acadsite.kinds.static import StaticFiles
from acadsite.links import is_external
from acadsite.problems import Span
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from acadsite.graph import Page
    from acadsite.kinds.names import Names
    from acadsite.library import Library
    from acadsite.memo import Memo
    from acadsite.records import Record
    from acadsite.track import RecordView


def pdf_path(url: str | None, identifier: str) -> str:
    """The path of the PDF of a text whose page has this url: beside it."""
    return f"{(url or '').rpartition('/')[0]}/{identifier}.pdf".lstrip("/")


def given_pdf(links: Iterable[Mapping[str, str]]) -> str:
    """What the links of a publication name as its PDF, where that is a file of the site."""
    found = next((link["url"] for link in links if link["name"] == "pdf"), "")
    return found.lstrip("/") if found and not is_external(found) else ""


def _named_pdf(work: Record) -> str:
    given = given_pdf(work.data["links"])
    return given if given.casefold().endswith(".pdf") else ""


def beside(url: str, path: str) -> str:
    """The path of a file in the folder of a page, under its own name."""
    return f"{url.rpartition('/')[0]}/{posixpath.basename(path)}".lstrip("/")


def pdf_beside(names: Names, work: RecordView) -> str:
    """The path of the PDF that a publication names, in the folder of its page; empty where there is none."""
    given = given_pdf(work.links)
    if not given.casefold().endswith(".pdf"):
        return ""
    key = ("publications", work.id)
    current().note("url", *key)
    url = names.site.urls.get(key)
    path = beside(url, names.static_path(given)) if url is not None else ""
    current().note("asset", path)
    return path if path in names.files else ""


def copied_pdfs(
    library: Library, pages: Iterable[Page], static: Collection[str], memo: Memo
) -> Iterator[tuple[str, str]]:
    """The PDFs of content/static/ that publications name, in the folders of their pages: path and static file. Google
    Scholar takes no others; at their own addresses they stay as well."""
    works = memo.each("given PDFs", library.records.get("publications", {}), _named_pdf)
    named = {identifier: given for identifier, (_, given) in works.items() if given}
    files = StaticFiles(static)
    for page in pages if named else ():
        given = named.get(page.subject[1], "") if page.kind == "publication" and page.subject else ""
        if not given:
            continue
        found = files.find(given)
        path = beside(page.url, found)
        # The PDF that is made of a text has that name already.
        is_made = bool(page.also) and path == pdf_path(page.url, page.subject[1] if page.subject else "")
        if found in static and path not in static and not is_made:
            yield path, found


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
