"""The answers of one build to the keys that tasks note, as marks (``track`` has the table of keys).

What a function for templates or the resolver answers, it answers here too: the marks come from the same functions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from acadsite.kinds import books, facets, order, posts, sitemap, works
from acadsite.kinds.cards import card_of
from acadsite.trace import mark_of
from acadsite.track import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from acadsite.kinds.names import Names
    from acadsite.library import Document, Library
    from acadsite.records import Record
    from acadsite.templates import Templates

T = TypeVar("T")
Key = tuple[Any, ...]
RecordKey = tuple[str, str]
_COUNT = count()
_NONE: Mapping[str, str] = {}
#: What ends the path of an address, or is written otherwise in one.
_MARKS = frozenset("#?%")


@dataclass(slots=True)
class Answers:
    """``bodies`` are the marks of bodies, which are known when the first wave is done. ``earlier`` has the answers
    of the build before in this process: marks of what is the same object are taken from there."""

    names: Names
    templates: Templates
    bodies: Mapping[RecordKey, str]
    extensions: str = ""
    earlier: Answers | None = None
    _marks: dict[Key, str] = field(default_factory=dict)
    _fields: dict[RecordKey, tuple[Record, Mapping[str, str]]] = field(default_factory=dict)
    _documents: dict[RecordKey, tuple[Document, str]] = field(default_factory=dict)
    _basis: dict[str, str] | None = None
    _linked: dict[Key, list[str]] | None = None
    _whole: dict[str, tuple[Any, str]] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """The library of this build."""
        return self.names.site.library

    def settle(self) -> None:
        """Let go of the build before."""
        self.earlier = None

    def fields(self, record: RecordKey) -> Mapping[str, str]:
        """The marks of all fields of a record, also of those that only its source knows."""
        known = self._fields.get(record)
        if known is not None:
            return known[1]
        found = self.library.get(*record)
        if found is None:
            return _NONE
        before = self.earlier._fields.get(record) if self.earlier else None
        if before is not None and before[0] is found:
            marks = before[1]
        else:
            extra = found.data.get("extra") or _NONE
            marks = {name: mark_of(value) for name, value in (*extra.items(), *found.data.items())}
        self._fields[record] = (found, marks)
        return marks

    def suspects(self, word: str) -> Collection[Key] | None:
        """Keys of which what the answer is made of is another object than in the build before; None where there was
        none in this process, or where that is not known."""
        if self.earlier is None:
            return None
        old, new = self.earlier, self
        match word:
            case "fields":
                before, after = old.library.records, new.library.records
                return [
                    (name, identifier)
                    for name in before.keys() | after.keys()
                    for identifier in _differing(before.get(name, _NONE), after.get(name, _NONE))
                ]
            case "page":
                pages = _differing(old.names.graph.pages, new.names.graph.pages)
                return [("page", identifier) for identifier in pages]
            case "document":
                texts = _differing(old.library.documents, new.library.documents)
                return [("document", *record) for record in texts]
            case "body":
                bodies = {record for record, mark in new.bodies.items() if old.bodies.get(record) != mark}
                return [("body", *record) for record in bodies | (old.bodies.keys() - new.bodies.keys())]
        return None

    def mark_fields(self) -> None:
        """Mark the fields of all records, which the ledger will ask for if all pages are rendered."""
        for collection, records in self.library.records.items():
            for identifier in records:
                self.fields((collection, identifier))

    def mark(self, key: Key) -> str:
        """The mark of a key's answer. Finding it notes keys in the current tracker, which is to be thrown away."""
        known = self._marks.get(key)
        if known is None:
            known = self._marks[key] = self._mark(key[0], key[1:])
        return known

    def _mark(self, word: str, rest: Key) -> str:
        names, library, graph = self.names, self.library, self.names.graph
        match word:
            case "body":
                return self.bodies.get((rest[0], rest[1]), "")
            case "url":
                return mark_of(graph.urls.get(rest))
            case "document":
                return self._document((rest[0], rest[1]))
            case "link" | "cite":
                return mark_of(names.resolve.answer(*rest))
            case "related":
                return mark_of(library.related(*rest))
            case "linked":
                return mark_of(self._linked_with().get(rest, ()))
            case "count":
                return mark_of(len(library.related(*rest)))
            case "neighbours":
                around = names.neighbours(view_of(names.site, *rest)) if rest in library else ()
                return mark_of([view and view.id for view in around])
            case "has":
                return mark_of(rest in library)
            case "contents":
                return mark_of(books.contents_of(names.references, rest[0]))
            case "words":
                return mark_of(books.words_of(names.references, (rest[0], rest[1])))
            case "sections":
                return mark_of(books.sections_of(names.references, rest[0]))
            case "work" | "labels" | "target" | "targets" | "cites" | "preamble" | "keys" | "item":
                return names.references.mark(
                    word, rest, lambda record, name: self.fields(record).get(name, "")
                )
            case "query":
                return mark_of(library.query(rest[0]))
            case "config":
                return mark_of(names.config.data.get(rest[0]))
            case "page":
                return self._page(rest[0])
            case "where":
                page = graph.pages.get(rest[0])
                return mark_of(page and str(page.where))
            case "record":
                record = library.get(rest[0], rest[1])
                return mark_of(record and record.data)
            case "topic":
                return mark_of([view.id for view in names.posts_with(rest[0])])
            case "size":
                source = names.files.get(rest[0])
                return mark_of(source and works.size(source.size))
            case "style":
                style, tag = names.references.site_style()
                return mark_of((style and style.digest, tag))
            case "alike":
                return mark_of(posts.alike(names, rest[0]))
            case "order":
                return mark_of(order.answer(names, rest[0], rest[1:]))
            case "facets":
                return mark_of(facets.answer(names))
            case "tags":
                return mark_of(names.tags())
            case "owner":
                owner = names.owner()
                return mark_of(owner and owner.id)
            case "nav":
                menu = graph.menus.get(rest[0], graph.menu) if rest else graph.menu
                return mark_of([(title, graph.urls.get(key, key)) for title, key in menu])
            case "hint":
                return mark_of(names.resolve.hint(*rest))
            case "place":
                return mark_of(str(names.place_of(rest[0])))
            case "folder":
                place = names.place_of(rest[0])
                return mark_of(place and place.path.rpartition("/")[0])
            case "template":
                return self.templates.closure(rest[0])
            case "span":
                record = library.get(rest[0], rest[1])
                return mark_of(record and str(record.place(*rest[2])))
            case "typst":
                return (self.templates.documents() if rest else self.templates.cv()).digest
            case "extensions":
                return self.extensions
            case "asset":
                path = rest[0]
                is_there = path.removeprefix("assets/") in names.assets or path in names.files
                return mark_of(is_there or path in (graph.files or ()))
            case "addresses":
                return mark_of(sitemap.addresses(names))
            case "changes":
                return mark_of(sitemap.changes(library, rest[0]))
            case "card":
                return mark_of(card_of(names, rest[0]))
            case "accent":
                return mark_of(names.accent and (names.accent.light, names.accent.dark))
            case "sheets":
                return mark_of(names.stylesheets())
            case "file":
                found = names.static_path(rest[0])
                # Whether such a mark is one of the name is told by the file alone.
                return mark_of([found, not _MARKS.isdisjoint(found) and found in names.files])
            case "picture":
                return mark_of(names.resolve.pictures.shape(rest[0]))
            case "pixels":
                return mark_of(names.resolve.pictures.pixels(rest[0]))
            case "preview":
                return mark_of(names.preview_of(rest[0]))
        raise KeyError(word)

    def _linked_with(self) -> Mapping[Key, list[str]]:
        """The collections with which each record is linked."""
        if self._linked is None:
            self._linked = {}
            for (collection, identifier, other), ids in sorted(self.library.links.items()):
                if ids:
                    self._linked.setdefault((collection, identifier), []).append(other)
        return self._linked

    def _document(self, key: RecordKey) -> str:
        document = self.library.documents.get(key)
        if document is None:
            return ""
        before = self.earlier._documents.get(key) if self.earlier else None
        if before is not None and before[0] is document:
            mark = before[1]
        else:
            parts = (document.path, document.line, document.dialect, document.text)
            more = (document.included, document.lines)
            mark = mark_of((*parts, *more) if any(more) else parts)
        self._documents[key] = (document, mark)
        return mark

    def _page(self, identifier: str) -> str:
        page = self.names.graph.pages.get(identifier)
        if page is None:
            return ""
        about = (page.id, page.url, page.kind, page.template, page.title, page.subject, page.params)
        return mark_of((*about, page.also, page.language) if page.also or page.language else about)

    def basis(self) -> Mapping[str, str]:
        """Marks of what all answers of a word come from, for the words of which there are very many keys."""
        if self._basis is None:
            names, library = self.names, self.library
            urls = self._same("urls", names.graph.urls, lambda urls: list(urls.items()))
            files = _digest((list(names.files), list(names.assets), names.graph.files))
            pictures = _digest(list(names.resolve.pictures.beside))
            ids = _digest([(name, list(records)) for name, records in library.records.items()])
            links = self._same("links", library.links, lambda links: list(links.items()))
            sources = self._same("sources", library.sources, lambda sources: list(sources.items()))
            paths = _digest((urls, files, sources, pictures))
            is_alone = len(names.config.languages) < 2
            languages = [] if is_alone else [page.language for page in names.graph.pages.values()]
            self._basis = {
                "url": urls,
                "file": files,
                "asset": files,
                "addresses": _digest((urls, languages)),
                "changes": "".join(
                    self._token(f"changes of {name}", library.records.get(name)) for name in sitemap.CHANGED
                ),
                "card": _digest((list(names.cards.items()), files)),
                "preview": files,
                "has": ids,
                "neighbours": ids,
                "related": links,
                "linked": links,
                "count": links,
                "link": paths,
                "tags": (written := self._token("posts", library.records.get("posts"))),
                "topic": written,
                "alike": f"{written} {links}",
            }
        return self._basis

    def _token(self, name: str, value: object) -> str:
        """A mark by identity, for what is dear to look at and changes with most edits."""
        before = self.earlier._whole.get(name) if self.earlier else None
        mark = f"~{next(_COUNT)}" if before is None or before[0] is not value else before[1]
        self._whole[name] = (value, mark)
        return mark

    def _same(self, name: str, value: T, plain: Callable[[T], Any]) -> str:
        """The mark of a value that is not looked at where it is that of the build before."""
        before = self.earlier._whole.get(name) if self.earlier else None
        mark = before[1] if before is not None and before[0] is value else _digest(plain(value))
        self._whole[name] = (value, mark)
        return mark


def _differing(old: Mapping[T, Any], new: Mapping[T, Any]) -> list[T]:
    """The keys of two mappings that do not have the same object in both."""
    if old is new:
        return []
    get = old.get
    return [key for key, value in new.items() if get(key) is not value] + [
        key for key in old if key not in new
    ]


def _digest(value: Any) -> str:
    # The values hold texts, numbers, tuples and lists in a fixed order: their representation is the same everywhere.
    return hashlib.blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
