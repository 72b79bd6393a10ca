"""Parts: pieces of long pages, kept from build to build in one process.

A list of ten thousand publications is one page; when one of them changes, the page must be rendered again, but not
each of its entries. A part notes what it read as a page does, and is taken from the build before unless one of these
answers changed. It adds what it read to the page, so that the page's own trace is whole. Only the preview has parts:
nothing of a page may depend on whether they are there.

What several pages show, such as an entry of a list, is shared: made once a build for the root of the site, and moved
to each page by its prefix. That holds for every build.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acadsite.trace import grouped
from acadsite.track import ROOT, current, tracking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping

    from acadsite.problems import Problem
    from acadsite.trace import Key, Ledger
    from acadsite.track import Tracker

#: Changes that no part notes itself: the page it stands on does.
_OF_PAGES = {"template", "extensions"}
#: Stands for the url of a page where parts are no page's own.
_SHARED = "*"


@dataclass(frozen=True, slots=True)
class Part:
    """What a function gave, the numbers of the keys that it read, and what it told."""

    value: Any
    numbers: tuple[int, ...]
    problems: tuple[Problem, ...]
    links: tuple[Any, ...]


@dataclass(slots=True)
class Parts:
    """Parts by page and name. Those of a build that fails are dropped, and so are those that a page no longer shows:
    what is kept was right in the last good build."""

    ledger: Ledger
    _changed: Mapping[int, Key] = field(default_factory=dict)
    _known: dict[str, dict[Hashable, Part]] = field(default_factory=dict)
    _fresh: dict[str, dict[Hashable, Part]] = field(default_factory=dict)
    _epoch: int = 0

    def begin(self, changed: Mapping[int, Key]) -> None:
        """Begin a build in which these keys have other answers."""
        self._changed, self._fresh = changed, {}
        if self._epoch != self.ledger.epoch or any(key[0] in _OF_PAGES for key in changed.values()):
            self._known = {}
            self._epoch = self.ledger.epoch

    def keep(self, urls: Collection[str]) -> None:
        """The build was good, and its pages have these urls."""
        shared = self._known.get(_SHARED, {})
        if self._changed:  # what no page asked for was not made anew
            shared = {
                name: part for name, part in shared.items() if self._changed.keys().isdisjoint(part.numbers)
            }
        shared |= self._fresh.pop(_SHARED, {})
        self._known = {url: parts for url, parts in (self._known | self._fresh).items() if url in urls}
        self._known[_SHARED] = shared
        self._fresh = {}

    def get(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives on the page under way; ``name`` says all that it depends on besides what it reads."""
        page = current()
        part = self._known.get(page.url, {}).get(name)
        if part is None or not self._changed.keys().isdisjoint(part.numbers):
            with tracking(page.url, page.prefix, page.language) as inner:
                value = make()
            numbers = {*map(self.ledger.number, keys_of(inner)), *inner.numbers}
            part = Part(value, tuple(numbers), tuple(inner.problems), tuple(inner.links))
        self._fresh.setdefault(page.url, {})[name] = part
        page.numbers.update(part.numbers)
        page.report(part.problems)
        page.links += part.links
        return part.value


@dataclass(frozen=True, slots=True)
class _Piece:
    """A shared piece, with its addresses relative to the root, and what was read and told for it."""

    html: str
    keys: frozenset[Key]
    numbers: frozenset[int]
    problems: tuple[Problem, ...]
    links: tuple[Any, ...]


@dataclass(slots=True)
class Shared:
    """Pieces of HTML that more than one page of a build shows. What is read for one is read by each of these pages."""

    parts: Parts | None
    _made: dict[Hashable, _Piece] = field(default_factory=dict)

    def get(self, name: Hashable, make: Callable[[], str]) -> str:
        """What ``make`` gives, for the page under way; ``name`` as in ``Parts.get``. ``make`` may not ask which page
        that is."""
        page = current()
        name = (page.language, name)
        piece = self._made.get(name)
        if piece is None:
            with tracking(_SHARED, ROOT, page.language) as inner:
                html = make() if self.parts is None else self.parts.get(name, make)
            piece = self._made[name] = _Piece(
                str(html),
                frozenset(keys_of(inner)),
                frozenset(inner.numbers),
                tuple(inner.problems),
                tuple(inner.links),
            )
        page.bundles.append(piece.keys)
        if piece.numbers:
            page.numbers |= piece.numbers
        page.problems += piece.problems
        page.links += piece.links
        html = piece.html
        if page.url[-1:] == "/":  # the shorter way to what is below the page: lists are long
            html = html.replace(ROOT + page.url, "./")
        return html.replace(ROOT, page.prefix)


def keys_of(tracker: Tracker) -> Collection[Key]:
    """All keys that were noted, the fields of a record in one; those of shared pieces as well."""
    keys = list(grouped(tracker.keys, tracker.fields))
    return frozenset(keys).union(*tracker.bundles) if tracker.bundles else keys
