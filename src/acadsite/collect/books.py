"""Books: a folder of chapters with a file that says which → records of books and chapters, and their texts.

What is in a book says ``book_files``. A chapter is a text with an outline (``markup.outline``), since the chapters of a
book are numbered together; its title is that of its front matter, else its first heading.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from acadsite import dates
from acadsite.collect.book_files import NAMED, is_book, is_index, read_frame, unlisted
from acadsite.collect.collections import Collection
from acadsite.collect.files import Codec
from acadsite.collect.latex import ENDING as LATEX
from acadsite.collect.listings import Collected, plain, read_document, revived
from acadsite.collect.texts import included_in, outline
from acadsite.library import Document
from acadsite.memo import key_of
from acadsite.people import display, parse_name
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning
from acadsite.records import FrozenMap, Places, Record, freeze, places_of, segment
from acadsite.schema import Field, Flag, Free, Language, Many, Schema, Text, parse_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acadsite.collect.book_files import Entry, Frame
    from acadsite.collect.files import Files
    from acadsite.collect.latex.document import Beside
    from acadsite.collect.references import References
    from acadsite.config import Config
    from acadsite.library import Dialect
    from acadsite.markup.outline import Outline
    from acadsite.sources import Source

#: Front matter of a chapter, in our words and in Quarto's; everything else is kept for templates.
CHAPTER: Final = Schema(
    "chapter",
    (
        Field("title", Text(markdown=True), "Title; the first heading when absent."),
        Field("subtitle", Text(markdown=True), "Second line of the title."),
        Field("author", Free(), "Names of those who wrote the chapter."),
        Field("authors", Free(), "The same."),
        Field("date", Free(), "Day on which it was written."),
        Field("date-modified", Free(), "Day of the last change worth telling."),
        Field("updated", Free(), "The same."),
        Field("summary", Text(markdown=True), "One or two sentences for search engines."),
        Field("description", Text(markdown=True), "The same."),
        Field("toc", Free(), "false: no contents of the chapter at its side."),
        Field("lang", Language(), "Language of the chapter, if not the book's."),
        Field("aliases", Many(Text()), "Old addresses that lead here.", default=[]),
        Field("draft", Flag(), "true keeps it out of the book.", default=False),
    ),
)
_CHAPTERS: Final = Collection("chapters", CHAPTER, lambda _: "", stem_is_id=True)
_SCHEMA: Final = key_of(repr(CHAPTER))
#: Files of a book's folder that are published with it. Pictures are where they are shown.
_MEDIA: Final = (".pdf", ".mp4", ".webm", ".ogg", ".mp3", ".wav")
#: Dates that mean “when it was last changed”.
_LAST: Final = frozenset({"last", "last-modified", "now", "today"})


@dataclass(frozen=True, slots=True)
class Found:
    """What the books of a site come to: records and texts, pictures by the paths at which they are published, and
    which files were looked at."""

    parts: tuple[Collected, ...] = ()
    static: Mapping[str, Source] = field(default_factory=dict)
    used: frozenset[str] = frozenset()


def read_books(  # noqa: PLR0917
    files: Files,
    config: Config,
    folders: Mapping[str, Sequence[Source]],
    references: References,
    dialect: Callable[[str, Dialect | None], Dialect],
    text_of: Callable[[str], str | None],
    *,
    drafts: bool,
) -> Found:
    """All books in ``folders`` (files by folder of ``content/``). ``dialect`` gives that of a path, or the given one
    where settings say nothing of it; ``text_of`` the text of any file of the site, by its path."""
    books: list[_Book] = []
    for name, sources in folders.items():
        start = f"content/{name}/"
        paths = {
            source.path.removeprefix(start): source for source in sources if source.path.startswith(start)
        }
        if is_book(paths):
            book = _Book(f"content/{name}", paths, files, config, references, dialect, text_of, drafts)
            book.read()
            books.append(book)
    static = {path: source for book in books for path, source in book.static().items()}
    used = frozenset(source.path for book in books for source in book.sources.values())
    if not books:
        return Found()
    parts = (
        Collected(
            tuple(book.record for book in books if book.record is not None),
            tuple(book.preface for book in books if book.preface is not None),
            tuple(problem for book in books for problem in book.problems),
            frozenset().union(*(book.lost for book in books)),
            tuple(item for book in books for item in book.unread),
            frozenset().union(*(book.hidden for book in books)),
        ),
        Collected(
            tuple(record for book in books for record in book.chapters),
            tuple(text for book in books for text in book.texts),
        ),
    )
    return Found(parts, static, used)


@dataclass(slots=True)
class _Book:
    """State of reading one book."""

    folder: str
    sources: Mapping[str, Source]
    files: Files
    config: Config
    references: References
    dialect: Callable[[str, Dialect | None], Dialect]
    text_of: Callable[[str], str | None]
    drafts: bool
    record: Record | None = None
    preface: Document | None = None
    has_numbered_preface: bool = False
    chapters: list[Record] = field(default_factory=list)
    texts: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: frozenset[str] = frozenset()
    unread: list[tuple[str, str]] = field(default_factory=list)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    seen: dict[str, Span] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return segment(self.folder.removeprefix("content/"))

    def static(self) -> dict[str, Source]:
        """The cover, and files to link to, at the paths at which links find them."""
        if self.record is None:
            return {}
        found = {
            source.path.removeprefix("content/"): (name, source) for name, source in self.sources.items()
        }
        return {
            path: source
            for path, (name, source) in found.items()
            if path == self.record.data["cover"]
            or (name.lower().endswith(_MEDIA) and not any(part[0] in "_." for part in name.split("/")))
        }

    def read(self) -> None:
        frame, problems = read_frame(self.folder, self.sources, lambda path: self.text_of(path) or "")
        self.problems += problems
        if frame is None:
            self.lost = frozenset({"books", "chapters"})
            return
        if frame.values["draft"] and not self.drafts:
            self.hidden.add(("books", self.id))
            self.unread += ((source.path, "a draft") for source in self.sources.values())
            return
        contents, order = self.contents(frame, frame.entries, 0)
        used = {*self.seen, *frame.files}
        for item in (*self.texts, *([self.preface] if self.preface else [])):
            used |= {path for path, _ in item.included}
        if frame.is_complete:
            self.problems += unlisted(frame, self.sources, used)
        self.record = Record("books", self.id, self.data(frame, contents, order), self.places(frame))

    @staticmethod
    def places(frame: Frame) -> Places:
        node = frame.node
        return places_of(node if isinstance(node.value, dict) else replace(node, value={}))

    # --- the book ---

    def data(self, frame: Frame, contents: tuple[Any, ...], order: tuple[str, ...]) -> FrozenMap:
        values = frame.values
        given = values["authors"] or values["author"]
        place = frame.node.get("bibliography")
        where = place.span if place is not None else frame.where
        paths = (
            self.references.bibliography(str(name), self.folder, where) for name in values["bibliography"]
        )
        style = frame.node.get("style") or frame.node.get("csl")
        menu = str(values["menu"]).strip()
        wanted = "" if menu.casefold() in {"false", "no", "off", ""} else menu
        title = values["title"] or self.id.replace("-", " ").replace("_", " ").capitalize()
        data: FrozenMap = freeze(
            {
                "id": self.id,
                "title": title,
                "subtitle": values["subtitle"],
                "authors": _authors(given),
                "date": self.last_date(values["date"], frame),
                "summary": values["summary"],
                "lang": values["lang"] or None,
                "url": values["url"],
                "aliases": values["aliases"],
                "menu": title if wanted.casefold() in {"true", "yes", "on"} else wanted,
                "weight": values["weight"],
                "draft": values["draft"],
                "pdf": values["pdf"],
                "cover": self.picture(values["cover"], frame),
                "form": frame.form,
                "style": self.references.style(
                    values["style"], self.folder, style.span if style else frame.where
                )
                if values["style"]
                else None,
                "bibliography": [path for path in paths if path],
                "numbering": {"chapters": frame.is_numbered, "web": frame.web, "pdf": frame.pdf},
                "contents": contents,
                "order": order,
                "preface": self.heading(self.preface) if self.preface else None,
                "has_numbered_preface": self.has_numbered_preface,
                "extra": {},
            }
        )
        return data

    def picture(self, name: str | None, frame: Frame) -> str | None:
        """The path at which a picture of the book is published."""
        if not name:
            return None
        path = posixpath.normpath(posixpath.join(self.folder, name)).removeprefix("content/")
        if path not in self.static_names():
            place = frame.node.get("cover") or frame.node.get("cover-image")
            where = place.span if place is not None else frame.where
            self.problems.append(warning("image-missing", f"There is no picture {quote(name)}.", where))
            return None
        return path

    def static_names(self) -> set[str]:
        return {source.path.removeprefix("content/") for source in self.sources.values()}

    def last_date(self, given: str | None, frame: Frame) -> Mapping[str, Any] | None:
        """The date of the book; where it is that of the last change, the newest one of its chapters."""
        if given is None:
            return None
        if given.casefold() not in _LAST:
            place = frame.node.get("date")
            return self.day(given, place.span if place is not None else frame.where)
        known = [record.data[name] for record in self.chapters for name in ("updated", "date")]
        return max(
            (date for date in known if date is not None),
            key=lambda date: (date["year"] or 0, date["month"] or 0, date["day"] or 0),
            default=None,
        )

    def day(self, given: Any, where: Span) -> Mapping[str, Any] | None:
        text = str(given).strip() if isinstance(given, (str, int)) else ""
        if not text or text.casefold() in _LAST:
            return None
        date, _ = parse_date(text, ranges=False)
        date = date or parse_date(dates.read(text) or "", ranges=False)[0]
        if date is None:
            hint = "Write 2024, 2024-05 or 2024-05-31."
            self.problems.append(warning("book-date", f"{quote(text)} is no date.", where, hint))
        return date

    # --- contents ---

    def contents(
        self, frame: Frame, entries: Iterable[Entry], depth: int
    ) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
        """The entries with the ids of their chapters, and these in order."""
        items: list[Mapping[str, Any]] = []
        order: list[str] = []
        for entry in entries:
            identifier = ""
            if entry.path and entry.kind != "link":
                identifier = self.chapter(frame, entry, depth) or ""
                if not identifier and entry.kind == "chapter" and not entry.entries:
                    continue
                order += [identifier] if identifier else []
            # Chapters below a chapter are one level deeper; those of a part are not.
            inner, ids = self.contents(frame, entry.entries, depth + (entry.kind != "part"))
            order += ids
            item = {
                "kind": entry.kind,
                "title": entry.title,
                "chapter": identifier,
                "href": entry.path if entry.kind == "link" else "",
                "entries": inner,
            }
            items.append(item)
        return tuple(items), tuple(order)

    def chapter(self, frame: Frame, entry: Entry, depth: int) -> str | None:
        """The id of the chapter that an entry names, which is read; empty for the text of the book's own page."""
        path = posixpath.normpath(posixpath.join(frame.base, entry.path.split("#")[0]))
        source = self.sources.get(path.removeprefix(f"{self.folder}/"))
        if not path.startswith(f"{self.folder}/"):
            message = f"The path {quote(entry.path)} leads out of the folder of the book."
            self.problems.append(error("book-outside", message, entry.where))
            return None
        if source is None or not path.endswith(NAMED):
            self.missing(frame, entry, path, source)
            return None
        if path in self.seen:
            message = f"The file {quote(entry.path)} is named in line {self.seen[path].line} already."
            self.problems.append(warning("book-twice", message, entry.where, "A chapter has one place."))
            return None
        self.seen[path] = entry.where
        name = path.removeprefix(f"{frame.base}/")
        is_preface = "/" not in name and is_index(name) and self.preface is None
        found = self.collected(path, source, frame)
        if found is None:
            return None
        record, document = found
        if is_preface:
            self.preface = replace(document, collection="books", id=self.id)
            # Elsewhere an index is what one reads before the first chapter.
            self.has_numbered_preface = frame.form == "quarto" and frame.is_numbered and entry.is_numbered
            return ""
        identifier = f"{self.id}/{_identifier(name)}"
        document = replace(document, id=identifier)
        self.chapters.append(self.made(frame, entry, record, document, depth))
        self.texts.append(document)
        return identifier

    def missing(self, frame: Frame, entry: Entry, path: str, source: Source | None) -> None:
        if source is not None:
            kinds = ", ".join(NAMED)
            message = f"{quote(entry.path)} cannot be a chapter."
            self.problems.append(
                warning("book-chapter-kind", message, entry.where, f"Chapters are {kinds} files.")
            )
            return
        start = f"{frame.base}/".removeprefix(f"{self.folder}/")
        known = [name.removeprefix(start) for name in self.sources if name.startswith(start)]
        hint = did_you_mean(entry.path, known) or f"Looked for {path}."
        message = f"There is no file {quote(entry.path)}: the chapter is left out."
        self.problems.append(warning("book-missing", message, entry.where, hint))

    def collected(self, path: str, source: Source, frame: Frame) -> tuple[Record, Document] | None:
        """The front matter of a chapter as a record, and its text with its outline; None for a draft."""
        dialect = self.dialect(path, frame.dialect)
        more, beside = f"{_SCHEMA} {dialect}", None
        if path.endswith(LATEX):
            from acadsite.collect.latex.document import Around, looked_at

            beside = Around(self.files.memo.kept["sources"], self.text_of)
            more += looked_at(self.files.text(source).value, path, beside)

        def make(text: str) -> Collected:
            return _read(path, text, dialect, beside)

        product = self.files.product(source, Codec("chapter", more, make, plain, revived))
        self.problems += (*product.faults, *product.value.problems)
        if not product.value.records:
            self.lost |= {"chapters"}
            self.unread.append((path, "errors"))
            return None
        record, document = product.value.records[0], product.value.documents[0]
        if record.data["draft"] and not self.drafts:
            self.unread.append((path, "a draft"))
            return None
        included = included_in(document, self.text_of)
        html = self.config["markup"]["html"]
        memo = self.files.memo

        def outlined() -> Document:
            more = replace(document, included=included)
            return replace(more, outline=outline(more, html, memo))

        return record, memo.step(f"chapter {path}", (document,), (included, html), outlined)

    def heading(self, document: Document) -> FrozenMap:
        """What a text begins with: its title, the id of the heading that it is in, and whether it is numbered."""
        found: Outline = document.outline
        first = found.labels[0] if found.titled else None
        return FrozenMap(title=found.title, anchor=first.id if first else "")

    def made(self, frame: Frame, entry: Entry, record: Record, document: Document, depth: int) -> Record:
        """The record of a chapter."""
        data = record.data
        heading = self.heading(document)
        is_headed = not data["title"] and bool(heading["title"])
        name = document.path.removeprefix(f"{frame.base}/")
        stem = posixpath.splitext(posixpath.basename(name))[0]
        title = (
            data["title"]
            or heading["title"]
            or entry.title
            or re.sub(r"[-_]+", " ", stem).strip().capitalize()
        )
        place = record.place
        made = {
            "id": document.id,
            "book": self.id,
            "title": title,
            "label": entry.title or title,
            "is_headed": is_headed,
            "anchor": heading["anchor"] if is_headed else "",
            "subtitle": data["subtitle"],
            "authors": _authors(data["authors"] or data["author"]),
            "date": self.day(data["date"], place("date")),
            "updated": self.day(data["updated"] or data["date-modified"], place("date-modified")),
            "summary": data["summary"] or data["description"],
            "toc": data["toc"] is not False,
            "lang": data["lang"] or frame.values["lang"] or None,
            "aliases": data["aliases"],
            "edit": frame.edit.replace("{path}", name) if frame.edit else None,
            "depth": depth,
            "is_numbered": frame.is_numbered and entry.is_numbered and entry.kind != "part",
            "is_appendix": entry.is_appendix,
            "draft": data["draft"],
            "extra": data["extra"],
        }
        return Record("chapters", document.id, freeze(made), record.spans)


def _read(path: str, text: str, dialect: Dialect, beside: Beside | None) -> Collected:
    """A chapter; one without text has an empty one."""
    found = read_document(_CHAPTERS, path, text, dialect, beside)
    if found.records and not found.documents:
        empty = Document("chapters", found.records[0].id, path, "", 1, dialect)
        found = replace(found, documents=(empty,))
    return found


def _identifier(name: str) -> str:
    """The id of a chapter in its book, from the path of its file; an index is its folder."""
    parts = posixpath.splitext(name)[0].split("/")
    if len(parts) > 1 and is_index(parts[-1] + ".md"):
        parts.pop()
    return "/".join(segment(part) or "chapter" for part in parts)


def _authors(given: Any) -> list[dict[str, Any]]:
    """Names with addresses, from the many forms in which people write them."""
    if given is None:
        return []
    found = []
    for item in given if isinstance(given, (list, tuple)) else [given]:
        if isinstance(item, (str, int)):
            name, url = str(item).strip(), None
        elif hasattr(item, "get"):
            name, url = _name(item), item.get("url")
        else:
            continue
        if name:
            found.append({"name": name, "url": url if isinstance(url, str) else None})
    return found


def _name(item: Mapping[str, Any]) -> str:
    name = item.get("name", item)
    if isinstance(name, str):
        return name.strip()
    if not hasattr(name, "get"):
        return ""
    if name.get("literal"):
        return str(name["literal"])
    family, given = str(name.get("family") or ""), str(name.get("given") or "")
    return display(parse_name(f"{family}, {given}")) if family and given else family or given
