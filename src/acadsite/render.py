"""Rendering: one wave of bodies, one of pages. Takes values, gives values; never writes ``public/``.

A wave does the tasks that must be done, here or in forked processes, and gives for each what it read, made and
told. The text of a page goes to a ``Sink`` at once, in the process that made it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from markupsafe import escape

from acadsite import markup
from acadsite.graph import path_of
from acadsite.kinds.page import page_view
from acadsite.kinds.resolve import span_of
from acadsite.pool import spread
from acadsite.problems import Problem, Span, did_you_mean, warning
from acadsite.publish import Refused
from acadsite.trace import Trace, grouped
from acadsite.track import Tracker, tracking, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acadsite.config import Config
    from acadsite.graph import Page, PageGraph
    from acadsite.kinds.names import Names
    from acadsite.kinds.resolve import Resolver
    from acadsite.library import Library
    from acadsite.markup import Body
    from acadsite.memo import Memo
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
    """A task that was done: what it read, a digest of what it made, what it told, and the thing itself."""

    task: str
    keys: tuple[Key, ...]
    result: str
    problems: tuple[Problem, ...]
    faults: tuple[Problem, ...]
    links: tuple[Any, ...]
    value: T

    def trace(self, ledger: Ledger) -> Trace:
        """The task's trace, with the numbers that the ledger gives to its keys."""
        numbers = sorted(map(ledger.number, self.keys))
        return Trace(tuple(numbers), self.result, self.problems, self.faults, self.links)


@dataclass(slots=True)
class Bodies:
    """All bodies: those of this build, and those of the last one, which ``load`` brings when they are asked for."""

    load: Callable[[RecordKey], Body | None] = lambda _: None
    known: dict[RecordKey, Body | None] = field(default_factory=dict)

    def get(self, key: RecordKey) -> Body | None:
        """The body of a record, or None for a record without text."""
        if key not in self.known:
            self.known[key] = self.load(key)
        return self.known[key]


def body_task(key: RecordKey) -> str:
    """The name of the task that makes a body."""
    return f"body {key[0]}/{key[1]}"


def page_task(page: Page) -> str:
    """The name of the task that makes a page."""
    return f"page {page.id}"


def render_bodies(
    keys: Sequence[RecordKey], library: Library, config: Config, resolver: Resolver, memo: Memo, jobs: int
) -> list[Done[Body]]:
    """Wave 1: the bodies of these documents."""

    def portion(some: Sequence[RecordKey]) -> tuple[list[Done[Body]], list[Any]]:
        before = len(memo.fresh)
        done = [render_body(key, library, config, resolver, memo) for key in some]
        return done, [(*name, plain(value)) for name, (value, plain) in list(memo.fresh.items())[before:]]

    done = []
    for bodies, fresh in _portions("body", keys, portion, jobs):
        done += bodies
        for kind, key, plain in fresh:
            if (kind, key) not in memo.fresh:
                memo.take(kind, key, plain)
    return done


def render_body(
    key: RecordKey, library: Library, config: Config, resolver: Resolver, memo: Memo
) -> Done[Body]:
    """One body."""
    document = library.documents[key]
    with tracking() as tracker:
        tracker.note("document", *key)
        tracker.note("config", "markup")
        tracker.note("field", *key, "title")
        tree = markup.read(
            document.text,
            document.path,
            dialect=document.dialect,
            first_line=document.line,
            html=config["markup"]["html"],
        )
        has_title = bool(library.records[key[0]][key[1]].data.get("title")) or key[0] == "home"
        body = markup.render(tree, resolve=resolver, heading_shift=1 if has_title else 0, memo=memo)
    shown = (body.html, body.title, body.title_html, body.excerpt, repr(body.toc))
    result = hashlib.blake2b(json.dumps(shown).encode(), digest_size=12).hexdigest()
    return _done(body_task(key), tracker, result, (*body.problems, *tracker.problems), (), body)


@dataclass(slots=True)
class Pages:
    """What is needed to render any page of a build."""

    graph: PageGraph
    templates: Templates
    config: Config
    site: Site
    names: Names
    sink: Sink

    def render(self, pages: Sequence[Page], jobs: int) -> list[Done[Any]]:
        """Wave 2: these pages, each through its template into the sink."""
        self.templates.warm(dict.fromkeys(page.template for page in pages))
        portions = _portions("page", pages, lambda some: [self.one(page) for page in some], jobs)
        return [done for portion in portions for done in portion]

    def one(self, page: Page) -> Done[Any]:
        """One page. The page for “not found” is served at any address, so its links begin at the site's base."""
        prefix = self.config.base_path if page.kind == "404" else None
        with tracking(page.url, prefix) as tracker:
            tracker.note("page", page.id)
            tracker.note("extensions")
            if page.kind == "404":
                tracker.note("config", "url")
            subject = page.subject or (("home", "home") if page.kind == "home" else None)
            context = {
                "page": page_view(page, self.config, self.site, self.names),
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
        return _done(page_task(page), tracker, "", problems, faults, self._put(page.path, text, faults))

    def _put(self, path: str, text: str, faults: tuple[Problem, ...]) -> Any:
        """What the sink gives; the problem where it refuses, and nothing for a page with faults."""
        try:
            return None if faults else self.sink.put(path, text.encode("utf-8"))
        except Refused as refused:
            return refused.problem


def _done(
    task: str,
    tracker: Tracker,
    result: str,
    problems: tuple[Problem, ...],
    faults: tuple[Problem, ...],
    value: Any,
) -> Done[Any]:
    links = tuple(dict.fromkeys(tracker.links))
    return Done(task, tuple(grouped(tracker.keys)), result, problems, faults, links, value)


def _portions(word: str, items: Sequence[Any], do: Callable[[Sequence[Any]], T], jobs: int) -> list[T]:
    """``do`` for portions of ``items``, in order."""
    size = _PORTION[word]
    if jobs < 2 or len(items) < _LEAST[word]:
        return [do(items)] if items else []
    count = -(-len(items) // size)
    return spread(count, lambda number: do(items[number * size : (number + 1) * size]), jobs)


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
    reported = {link[1] for link in missing}
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
