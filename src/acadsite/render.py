"""Rendering: one wave of bodies, one of pages. Takes values, gives values; never writes ``public/``.

A wave does the tasks that must be done, here or in forked processes, and gives for each what it read, made and
told. The text of a page goes to a ``Sink`` at once, in the process that made it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from markupsafe import escape

from acadsite import markup
from acadsite.collect.texts import parsed
from acadsite.graph import path_of
from acadsite.kinds.disk import as_files
from acadsite.kinds.feeds import KINDS as FEEDS
from acadsite.kinds.languages import language_of, writer_words
from acadsite.kinds.page import page_view
from acadsite.kinds.resolve import span_of
from acadsite.parts import keys_of
from acadsite.pool import spread
from acadsite.problems import Problem, Span, did_you_mean, warning
from acadsite.publish import Refused
from acadsite.trace import Trace
from acadsite.track import Tracker, current, tracking, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acadsite.config import Config
    from acadsite.graph import Page, PageGraph
    from acadsite.kinds.names import Names
    from acadsite.kinds.references import References
    from acadsite.kinds.resolve import Resolver
    from acadsite.library import Document, Library
    from acadsite.markup import Body
    from acadsite.markup.html import Words
    from acadsite.memo import Memo
    from acadsite.records import Record
    from acadsite.templates import Templates
    from acadsite.trace import Key, Ledger
    from acadsite.track import Site

T = TypeVar("T")
RecordKey = tuple[str, str]

#: Tasks of a portion, and how many tasks make a second process worth its start (some hundredths of a second).
_PORTION = {"body": 16, "page": 24}
_LEAST = {"body": 60, "page": 120}


class Sink(Protocol):
    """Takes the text of pages; ``put`` gives a plain value that stands for what became of it."""

    def put(self, path: str, data: bytes) -> Any:
        """Take an output."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A task that was done: what it read and told, what it made, and for a body a digest of that."""

    task: str
    keys: tuple[Key, ...]
    links: tuple[Any, ...]
    value: T
    result: str = ""
    problems: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    numbers: frozenset[int] = frozenset()
    bundles: tuple[frozenset[Key], ...] = ()

    def read(self) -> frozenset[Key]:
        """All keys that the task noted in this build."""
        return frozenset(self.keys).union(*self.bundles)

    def trace(self, ledger: Ledger, known: dict[int, tuple[int, ...]] | None = None) -> Trace:
        """The task's trace, with the numbers that the ledger gives to its keys. ``known`` has those of bundles by their
        identity, for as long as there are such tasks."""
        known = {} if known is None else known
        numbers = {*self.numbers, *ledger.numbers_of(self.keys)}
        for bundle in self.bundles:
            found = known.get(id(bundle))
            if found is None:
                found = known[id(bundle)] = tuple(ledger.numbers_of(bundle))
            numbers.update(found)
        return Trace(tuple(sorted(numbers)), self.result, self.problems, self.faults, self.links)


@dataclass(slots=True)
class Bodies:
    """The bodies of all ``texts``: those of this build, and those of the last one, which ``load`` brings when they
    are asked for. What was lost meanwhile is made anew."""

    texts: Texts
    load: Callable[[RecordKey], Body | None] = lambda _: None
    known: dict[RecordKey, Body] = field(default_factory=dict)

    def get(self, key: RecordKey) -> Body | None:
        """The body of a record, or None for a record without text."""
        found = self.known.get(key)
        if found is None and key in self.texts.library.documents:
            found = self.known[key] = self.load(key) or self.texts.one(key).value
        return found


def body_task(key: RecordKey) -> str:
    """The name of the task that makes a body."""
    return f"body {key[0]}/{key[1]}"


def page_task(page: Page) -> str:
    """The name of the task that makes a page."""
    return f"page {page.id}"


@dataclass(slots=True)
class Texts:
    """What is needed to render any body of a build."""

    library: Library
    config: Config
    resolver: Resolver
    memo: Memo
    references: References

    def render(
        self, keys: Sequence[RecordKey], jobs: int, meanwhile: Callable[[], object]
    ) -> list[Done[Body]]:
        """Wave 1: the bodies of these documents; ``meanwhile`` as in ``pool.spread``."""
        own = os.getpid()
        portions = _cut(keys, _PORTION["body"])
        if any(key[0] == "chapters" for key in keys):
            self.references.settle()

        def portion(number: int) -> tuple[list[Done[Body]], list[Any]]:
            before = len(self.memo.fresh)
            done = [self.one(key) for key in portions[number]]
            # What another process put into its memo has to travel.
            fresh = [] if os.getpid() == own else list(self.memo.fresh.items())[before:]
            return done, [(*name, plain(value)) for name, (value, plain) in fresh]

        done = []
        jobs = jobs if len(keys) >= _LEAST["body"] else 1
        for bodies, fresh in spread(len(portions), portion, jobs, meanwhile):
            done += bodies
            for kind, key, plain in fresh:
                self.memo.take(kind, key, plain)
        return done

    def one(self, key: RecordKey) -> Done[Body]:
        """One body."""
        document = self.library.documents[key]
        html = self.config["markup"]["html"]
        record = self.library.records[key[0]][key[1]]
        with tracking(language=language_of(self.config, record)) as tracker:
            tracker.note("document", *key)
            tracker.note("config", "markup")
            tracker.note("field", *key, "title")
            words = writer_words(self.references.words(key))
            if key[0] == "slides":
                from acadsite.kinds.decks import deck_body

                body = deck_body(
                    document,
                    record,
                    html,
                    self.references.resolving(key, self.resolver),
                    self.memo,
                    prepare=partial(self.references.prepare, key),
                    math_preamble=self.references.preamble(key),
                    words=words,
                )
            else:
                body = self._body(document, record, words)
        texts = (body.html, body.title, body.title_html, body.excerpt)
        shown = repr((*texts, body.toc, body.slides, body.sections, body.count))
        result = hashlib.blake2b(shown.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
        problems = (*body.problems, *tracker.problems)
        return Done(body_task(key), *read_by(tracker), body, result, problems)

    def _body(self, document: Document, record: Record, words: Words) -> Body:
        key = (document.collection, document.id)
        tree = self.references.prepare(key, parsed(document, self.config["markup"]["html"]))
        # A chapter without front matter has its title in its first heading, which its page shows.
        is_headed = key[0] == "chapters" and record.data["is_headed"]
        if key[0] == "chapters":
            current().note("field", *key, "is_headed")
        is_home = key[0].partition("@")[0] == "home"
        has_title = (bool(record.data.get("title")) or is_home) and not is_headed
        current().note("config", "search")
        return markup.render(
            tree,
            resolve=self.references.resolving(key, self.resolver),
            heading_shift=1 if has_title else 0,
            drop_title=is_headed,
            math_preamble=self.references.preamble(key),
            words=words,
            memo=self.memo,
            # The index of a book has its own (``kinds.books``).
            sections=self.config["search"] and key[0] != "chapters",
            count=key[0].partition("@")[0] == "posts",
        )


@dataclass(slots=True)
class Pages:
    """What is needed to render any page of a build."""

    graph: PageGraph
    templates: Templates
    config: Config
    site: Site
    names: Names
    sink: Sink
    #: Every key once: pages have most of theirs in common, and they travel and stay.
    _keys: dict[Key, Key] = field(default_factory=dict)

    def render(self, pages: Sequence[Page], jobs: int, meanwhile: Callable[[], object]) -> list[Done[Any]]:
        """Wave 2: these pages, each through its template into the sink; ``meanwhile`` as in ``pool.spread``."""
        self.warm(pages)
        # Lists are long: each is a portion of its own, and they come first, so that no process waits for one.
        lists = [page for page in pages if page.subject is None]
        others = [page for page in pages if page.subject is not None]
        portions = [[page] for page in lists] + _cut(others, _PORTION["page"])
        done = spread(
            len(portions),
            lambda number: [self.one(page) for page in portions[number]],
            jobs if self.is_spread(len(pages), jobs) else 1,
            meanwhile,
        )
        return [item for items in done for item in items]

    def is_spread(self, count: int, jobs: int) -> bool:
        """Whether so many pages are rendered by several processes."""
        return jobs > 1 and count >= _LEAST["page"]

    def warm(self, pages: Iterable[Page]) -> None:
        """Compile the templates of these pages, and look at all that they can reach."""
        names = dict.fromkeys(page.template for page in pages)
        self.templates.warm(names)
        for name in names:
            self.templates.closure(name)

    def one(self, page: Page) -> Done[Any]:
        """One page. The page for “not found” is served at any address, so its links begin at the site's base; feeds
        are read elsewhere, so theirs are full addresses."""
        from_disk = self.config["from_disk"]
        prefix = self.config.base_path if page.kind == "404" and not from_disk else None
        if page.kind in FEEDS:
            prefix = self.config["url"]
        with tracking(page.url, prefix, page.language) as tracker:
            tracker.note("page", page.id)
            tracker.note("extensions")
            tracker.note("config", "from_disk")
            if prefix is not None:
                tracker.note("config", "url")
            subject = page.subject or (("home", "home") if page.kind == "home" else None)
            context = {
                "page": page_view(page, self.site, self.names),
                "record": view_of(self.site, *subject) if subject else None,
            }
            text, faults = self.templates.render(page.template, context)
        if any(problem.where is None for problem in tracker.problems):
            tracker.note("where", page.id)
        where = page.where if page.where.path else Span("site.yaml")
        problems = tuple(
            problem
            if problem.where
            else Problem(problem.level, problem.code, problem.message, where, problem.hint)
            for problem in tracker.problems
        )
        if from_disk and page.path.endswith(".html"):
            text = as_files(text)
        made = self._put(page.path, text, faults)
        numbers = frozenset(tracker.numbers)
        bundles, tracker.bundles = tuple(tracker.bundles), []
        keys, links = read_by(tracker)
        keys = tuple(map(self._keys.setdefault, keys, keys))
        return Done(page_task(page), keys, links, made, "", problems, faults, numbers, bundles)

    def _put(self, path: str, text: str, faults: tuple[Problem, ...]) -> Any:
        """What the sink gives; the problem where it refuses, and nothing for a page with faults."""
        try:
            return None if faults else self.sink.put(path, text.encode("utf-8"))
        except Refused as refused:
            return refused.problem


def read_by(tracker: Tracker) -> tuple[tuple[Key, ...], tuple[Any, ...]]:
    """What a task read, and the links it told of."""
    return tuple(keys_of(tracker)), tuple(dict.fromkeys(tracker.links))


def _cut(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def link_problems(
    resolver: Resolver,
    graph: PageGraph,
    bodies: Bodies,
    links: Iterable[Any],
    text_of: Callable[[str], str],
) -> tuple[tuple[Problem, ...], frozenset[str]]:
    """What is wrong with the links that tasks told of, and as which addresses these stand in the content. Anchors
    are looked for when all pages are there, since templates have anchors as well; ``text_of`` gives the text of an
    output."""
    links = list(dict.fromkeys(links))
    missing = [link for link in links if link[0] == "missing"]
    found = list(resolver.problems(missing))
    reported = {link[1] for link in links if link[0] in {"missing", "unusable"}}
    for word, *rest in links:
        if word != "fragment":
            continue
        collection, identifier, anchor, place = rest
        body = bodies.get((collection, identifier))
        known = body.anchors if body is not None else ()
        if anchor in known:
            continue
        path = path_of(graph.urls.get((collection, identifier), ""))
        if f'id="{escape(anchor)}"' in text_of(path):
            continue
        hint = did_you_mean(anchor, known)
        message = f"The document has no anchor “#{anchor}”."
        found.append(warning("link-anchor", message, span_of(place), hint))
        reported.add(f"{path}#{anchor}")
    return tuple(found), frozenset(reported)
