"""Books on the web: their pages, what their templates ask for, and the index that readers search.

The contents of a book are one answer (the key “contents”): titles, numbers and addresses of its parts and chapters.
Each page of the book shows them; the sections of a chapter are an answer of their own, and only the first page shows
these.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.collect.texts import parsed
from acadsite.graph import Page, clean_url, href_of
from acadsite.kinds.references import name_of
from acadsite.markup.sections import words_by_section
from acadsite.memo import key_of
from acadsite.problems import Problem, error, quote
from acadsite.records import freeze
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.kinds.names import Names
    from acadsite.kinds.references import References
    from acadsite.library import Library
    from acadsite.records import Record
    from acadsite.track import RecordView

#: The file of the index, beside the first page of a book.
INDEX = "search.json"


class Line(NamedTuple):
    """A line of the contents: ``kind`` is part, chapter, link or draft. ``href`` is empty where there is no page."""

    kind: str
    title: str
    number: str
    href: str
    id: str
    entries: tuple[Line, ...]
    is_current: bool = False


class Section(NamedTuple):
    """A section of a chapter."""

    title: str
    number: str
    href: str


class BookView(NamedTuple):
    """What a page of a book shows around its text. ``parts`` are the titles of the parts that the chapter is in,
    ``number`` is its own; ``pdf`` is an address or empty, ``search`` that of
    the index."""

    book: RecordView
    home: str
    entries: tuple[Line, ...]
    number: str
    parts: tuple[str, ...]
    previous: Line | None
    next: Line | None
    pdf: str
    search: str


# --- pages ---


def pages(library: Library, urls: Any) -> Iterator[tuple[Page, Record] | Problem]:
    """The pages of all books, each with its record, and wrong addresses. ``urls`` gives the address of a page kind for
    a record."""
    for identifier, book in library.records.get("books", {}).items():
        base = _url(book, urls)
        if isinstance(base, Problem):
            yield base
            base = f"{identifier}/"
        title = str(book.data["title"])
        yield (
            Page(
                f"book:{identifier}",
                base,
                "book",
                "book.html",
                title,
                ("books", identifier),
                where=book.where,
            ),
            book,
        )
        params = freeze({"book": identifier})
        yield (
            Page(
                f"book-index:{identifier}",
                base + INDEX,
                "book-index",
                "book-index.json",
                title,
                None,
                params,
                book.where,
            ),
            book,
        )
        for name in book.data["order"]:
            chapter = library.get("chapters", name)
            if chapter is not None:
                url = f"{base}{name.removeprefix(f'{identifier}/')}/"
                heading = str(chapter.data["title"])
                yield (
                    Page(
                        f"chapter:{name}",
                        url,
                        "chapter",
                        "chapter.html",
                        heading,
                        ("chapters", name),
                        where=chapter.where,
                    ),
                    chapter,
                )


def _url(book: Record, urls: Any) -> str | Problem:
    wished = book.data["url"]
    if not wished:
        return str(urls("book", book))
    url = clean_url(wished)
    if url is not None and url.endswith("/"):
        return url
    hint = "Use letters, digits, “-”, “_” and “.” between slashes, such as /handbook/."
    return error("url-form", f"{quote(wished)} is no address of a book.", book.place("url"), hint)


# --- contents ---


def contents_of(references: References, book: str) -> tuple[Any, ...]:
    """The contents of a book as a plain value: kind, title, number, id, address and entries of each line."""
    record = references.library.get("books", book)
    if record is None:
        return ()
    chapters = references.numbers(references.work(("books", book))).chapters
    return tuple(_lines(references, record.data["contents"], chapters))


def _lines(references: References, entries: Any, chapters: Any) -> Iterator[tuple[Any, ...]]:
    part = 0
    for entry in entries:
        name = entry["chapter"]
        record = references.library.get("chapters", name) if name else None
        title, number, address = entry["title"], "", entry["href"]
        if record is not None:
            title = title or record.data["label"]
            number = chapters.get(name_of(("chapters", name)), "")
            address = references.graph.urls.get(("chapters", name), "")
        elif entry["kind"] == "part":
            part += 1
        yield (
            entry["kind"],
            title,
            number,
            name,
            address,
            tuple(_lines(references, entry["entries"], chapters)),
        )


def view(names: Names, record: RecordView) -> BookView:
    """The book of a chapter, or the book itself, for the page under way."""
    references, tracker = names.references, current()
    chapter = "" if record.collection == "books" else record.id
    book = names.site.view("books", record.id if record.collection == "books" else record.book)
    tracker.note("contents", book.id)
    entries = tuple(_seen(line, chapter) for line in contents_of(references, book.id))
    home = names.site.href(("books", book.id)) or ""
    first = Line("chapter", book.title, "", home, "", (), not chapter)
    order = [first, *_readable(entries)]
    at = next((at for at, line in enumerate(order) if line.id == chapter), 0)
    pdf = f"{book.id}.pdf"
    tracker.note("asset", pdf)
    return BookView(
        book,
        home,
        entries,
        order[at].number if chapter else "",
        _parts(entries, chapter),
        order[at - 1] if at else None,
        order[at + 1] if at + 1 < len(order) else None,
        names.file(pdf) if pdf in (names.graph.files or ()) else "",
        names.link(f"book-index:{book.id}"),
    )


def _seen(line: tuple[Any, ...], chapter: str) -> Line:
    kind, title, number, name, address, entries = line
    href = address if kind == "link" or not address else current().prefix + href_of(address)
    return Line(
        kind,
        title,
        number,
        href,
        name,
        tuple(_seen(one, chapter) for one in entries),
        bool(name) and name == chapter,
    )


def _readable(entries: tuple[Line, ...]) -> Iterator[Line]:
    """The lines that have a page in the book, in order."""
    for line in entries:
        if line.id and line.href:
            yield line
        yield from _readable(line.entries)


def _parts(entries: tuple[Line, ...], chapter: str) -> tuple[str, ...]:
    """The titles of the parts that a chapter is in, the outermost first."""
    for line in entries:
        if line.id and line.id == chapter:
            return ()
        if any(one.id == chapter for one in _readable(line.entries)):
            return (line.title, *_parts(line.entries, chapter))
    return ()


def sections_of(references: References, chapter: str) -> tuple[tuple[str, str, str], ...]:
    """The sections of a chapter: title, number, id; those right below it alone."""
    key = ("chapters", chapter)
    document = references.library.documents.get(key)
    if document is None:
        return ()
    numbers = references.numbers(references.work(key)).texts[name_of(key)]
    first = document.outline.labels[0] if document.outline.titled else None
    headings = [
        (label, number)
        for label, number in zip(document.outline.labels, numbers, strict=True)
        if label.kind == "sec"
        and not (label is first and references.library.records["chapters"][chapter].data["is_headed"])
    ]
    top = min((label.level for label, _ in headings), default=0)
    return tuple(
        (label.title, number.number if number else "", label.id)
        for label, number in headings
        if label.level == top
    )


def sections(names: Names, line: Line) -> list[Section]:
    """The sections of a chapter, for the contents on the first page."""
    if not line.id or line.kind == "link":
        return []
    current().note("sections", line.id)
    return [
        Section(title, number, f"{line.href}#{name}")
        for title, number, name in sections_of(names.references, line.id)
    ]


# --- the index ---


def index(names: Names, book: str) -> list[list[str]]:
    """What readers search: address from the book's first page, title, text for each section of a book."""
    rows = []
    note = current().note
    note("field", "books", book, "order")
    note("words", "books", book)  # a book may have no text of its own yet
    note("url", "books", book)
    base = names.site.urls.get(("books", book), "")
    for key in names.references.work(("books", book)).texts:
        note("words", *key)
        note("url", *key)
        url = names.site.urls.get(key, "").removeprefix(base)
        title = names.site.view(*key).title
        for anchor, heading, text in words_of(names.references, key):
            rows.append([url + (f"#{anchor}" if anchor else ""), title, heading, text])
    return rows


def index_json(rows: list[list[str]]) -> str:
    """An index as JSON that may stand anywhere in HTML."""
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def words_of(references: References, text: tuple[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The sections of a text with their words: id, heading, text; what is before the first heading has no id."""
    document = references.library.documents.get(text)
    if document is None:
        return ()
    html, memo = references.config["markup"]["html"], references.memo
    included = [part for path, text in document.included for part in (path, text or "")]
    key = key_of(document.path, document.dialect, html, document.text, *included)
    found: tuple[tuple[str, str, str], ...] | None = memo.get("sections", key, freeze)
    if found is None:
        found = tuple((*section,) for section in words_by_section(parsed(document, html).tree))
        memo.put("sections", key, found, list)
    return found
