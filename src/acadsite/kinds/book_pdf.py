"""A whole book as the data of its PDF: title page, parts, chapters, all with the numbers that the PDF has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acadsite import dates
from acadsite.collect.texts import parsed
from acadsite.graph import href_of
from acadsite.kinds.manuscripts import Manuscript, Text, setting_of, text_of, timestamp_of
from acadsite.kinds.references import name_of
from acadsite.links import SITE_ROOT
from acadsite.markup import tree
from acadsite.markup.inline import plain
from acadsite.markup.typst_blocks import blocks_of
from acadsite.markup.typst_documents import Author, Chapter, Meta, Part, book_data
from acadsite.markup.typst_text import TextWriter
from acadsite.track import current, tracking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.kinds.names import Names
    from acadsite.records import Record

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def book_pdf(names: Names, book: str) -> Manuscript | None:
    """The PDF of a book; None where there is no such book. What it reads is noted; what is wrong with the texts is told
    by their pages."""
    record = names.site.library.get("books", book)
    if record is None:
        return None
    with tracking(current().url, current().prefix) as inner:
        made = _Book(names, record).run()
    current().keys.update(inner.all_keys())
    return made


@dataclass(slots=True)
class _Book:
    """State of one book."""

    names: Names
    record: Record
    pages: dict[str, str] = field(default_factory=dict)
    prefixes: dict[tuple[str, str], str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    parts: list[Part | Chapter] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    part: int = 0

    def run(self) -> Manuscript:
        names, data = self.names, self.record.data
        references, note = names.references, current().note
        note("record", "books", self.record.id)
        note("config", "labels")
        note("config", "language")
        note("config", "markup")
        work = references.work(("books", self.record.id))
        for at, key in enumerate(work.texts):
            note("url", *key)
            url = names.graph.urls.get(key)
            self.prefixes[key] = f"t{at}-"
            if url is not None:
                self.pages[SITE_ROOT + href_of(url)] = f"t{at}-"
        if ("books", self.record.id) in work.texts:
            self.chapter(("books", self.record.id), 1)
        self.entries(data["contents"], 1)
        date = data["date"]
        words = references.words(work.name)
        t = words.say
        meta = Meta(
            plain(data["title"]),
            [plain(data["subtitle"])] if data["subtitle"] else [],
            tuple(Author(one["name"], one["url"] or "") for one in data["authors"]),
            date=dates.long(date, words.language.calendar) if date else "",
            language=words.language.tag,
            words={"contents": t("Contents"), "page": t("Page"), "of": t("of"), "notes": t("Notes")},
        )
        about = [{"k": "p", "c": [plain(data["summary"])]}] if data["summary"] else None
        depth = max(1, min(data["numbering"]["pdf"], 3))
        made = book_data(meta, self.parts, contents=max(depth, 2), about=about)
        texts = tuple(self.texts) or (Text(self.record.where.path, self.record.where.line, ""),)
        return Manuscript("book.typ", made.data, made.hidden, self.pictures, timestamp_of(date), texts)

    def entries(self, entries: Iterable[Mapping[str, Any]], level: int) -> None:
        for entry in entries:
            inner = level
            if entry["kind"] == "part":
                self.open(entry, level)
                inner = 2
            elif entry["chapter"]:
                self.chapter(("chapters", entry["chapter"]), level)
            self.entries(entry["entries"], inner)

    def open(self, entry: Mapping[str, Any], level: int) -> None:
        """A part; one below another is a chapter with nothing but its title, if it has no text."""
        name = entry["chapter"]
        record = self.names.site.library.get("chapters", name) if name else None
        title = entry["title"] or (record.data["title"] if record is not None else "")
        if level == 1:
            self.part += 1
            number = (
                f"{self.names.references.words(('books', self.record.id)).say('Part')} {roman(self.part)}"
            )
            self.parts.append(Part([plain(title)], number, f"part-{self.part}"))
        if record is not None and self.has_text(name):
            self.chapter(("chapters", name), 2)

    def has_text(self, name: str) -> bool:
        document = self.names.site.library.documents[("chapters", name)]
        current().note("document", "chapters", name)
        return any(line.strip() and line[0] != "#" for line in document.text.split("\n"))

    def chapter(self, key: tuple[str, str], level: int) -> None:
        names = self.names
        library, references, note = names.site.library, names.references, current().note
        document = library.documents.get(key)
        if document is None:
            return
        note("document", *key)
        note("record", *key)
        data = library.records[key[0]][key[1]].data
        is_book = key[0] == "books"
        is_headed = document.outline.titled and (is_book or data["is_headed"])
        read = references.prepare(key, parsed(document, names.config["markup"]["html"]), "pdf")
        prefix = self.prefixes[key]
        setting, plates = setting_of(
            names,
            key,
            document,
            at=len(self.texts),
            prefix=prefix,
            notes=prefix,
            pages=self.pages,
            level=level,
            shift=level - 1 if is_headed else level,
        )
        self.texts.append(text_of(document))
        root = read.tree
        work = references.work(key)
        words = references.words(work.name)
        heading = root[0] if is_headed and len(root) and root[0].tag == tree.HEADING else None
        label = prefix
        if heading is not None:
            nodes = TextWriter(setting, root, lambda *_: []).content(heading)
            label = prefix + heading.get("id", "")
            root.remove(heading)
        else:
            nodes = [plain(data["title"] if not is_book else words.say("Preface"))]
        number = references.numbers(work, "pdf").chapters.get(name_of(key), "")
        shown_date = data["updated"] or data["date"] if not is_book else None
        self.parts.append(
            Chapter(
                nodes,
                blocks_of(root, setting),
                number,
                label,
                level,
                () if is_book else tuple(one["name"] for one in data["authors"]),
                dates.long(shown_date, words.language.calendar) if shown_date else "",
            )
        )
        self.pictures |= plates.files


def roman(number: int) -> str:
    """A number as Roman numerals."""
    out = ""
    for value, sign in _ROMAN:
        while number >= value:
            out, number = out + sign, number - value
    return out
