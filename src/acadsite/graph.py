"""The page graph: every page of the site with its address, and the menu.

A page's id is stable ("publication:noether1921"), its url may change. Urls are relative to the site's root,
without a slash in front: "", "publications/", "404.html". Two pages, or a page and a file, that some file system
could not keep apart are an error that names both sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote as percent

from acadsite.problems import Problem, Span, error, quote
from acadsite.records import FrozenMap, fold, segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``subject`` is the record it shows, ``params`` what else its template needs, ``where`` the
    source to blame. ``path`` is the output file."""

    id: str
    url: str
    kind: str
    template: str
    title: str
    subject: tuple[str, str] | None = None
    params: FrozenMap = field(default_factory=FrozenMap)
    where: Span = field(default=Span("site.yaml"), compare=False)

    @property
    def path(self) -> str:
        """The output file below ``public/``."""
        return path_of(self.url)

    @property
    def key(self) -> tuple[str, ...]:
        """How links name the page: its record, or its id."""
        return self.subject or ("page", self.id)


@dataclass(frozen=True, slots=True)
class PageGraph:
    """All pages by id, in order; the menu as (title, page key)."""

    pages: Mapping[str, Page]
    menu: tuple[tuple[str, tuple[str, ...]], ...]
    urls: Mapping[tuple[str, ...], str]


def path_of(url: str) -> str:
    """The output file of a url: a folder's index, or the file that is named."""
    return f"{url}index.html" if url == "" or url.endswith("/") else url


def href_of(url: str) -> str:
    """A url as it stands in a link: percent-encoded UTF-8 (RFC 3986)."""
    return percent(url, safe="/-._~!$&'()*+,;=:@%")


def clean_url(text: str) -> str | None:
    """A url wished for in content ("papers/x", "/about/", "old.html") in our form, or None when a segment is
    not fit for a file name."""
    address = text.strip().lstrip("/")
    is_file = bool(re.search(r"\.[A-Za-z0-9]{1,5}\Z", address))
    parts = [part for part in address.split("/") if part]
    if any(segment(part) != part for part in parts):
        return None
    return "/".join(parts) + ("" if is_file or not parts else "/")


def make_graph(
    pages: Iterable[Page],
    menu: tuple[tuple[str, tuple[str, ...]], ...],
    files: Mapping[str, Span],
) -> tuple[PageGraph, tuple[Problem, ...]]:
    """The graph of ``pages`` beside static ``files`` (path to source); the first of two that collide is kept."""
    pages = tuple(pages)
    problems = []
    kept: dict[str, Page] = {}
    taken: dict[str, tuple[str, str]] = {fold(path): (path, where.path) for path, where in files.items()}
    # Who can change the address is to blame: first come the pages that acadsite makes, then those that records
    # have, then aliases.
    for page in sorted(pages, key=lambda page: 2 if page.kind == "redirect" else page.subject is not None):
        claim = fold(page.path)
        other = taken.get(claim)
        if other is not None:
            problems.append(_collision(page, *other))
            continue
        taken[claim] = (page.path, f"the page “{page.id}”" if page.subject is None else str(page.where))
        kept[page.id] = page
    kept = {page.id: page for page in pages if kept.get(page.id) is page}
    urls: dict[tuple[str, ...], str] = {}
    for page in kept.values():
        urls[("page", page.id)] = page.url
        urls.setdefault(page.key, page.url)
    menu = tuple((title, key) for title, key in menu if key in urls)
    return PageGraph(kept, menu, urls), tuple(problems)


def _collision(page: Page, other_path: str, other: str) -> Problem:
    what = f"The alias {quote(page.title)}" if page.kind == "redirect" else "This page"
    same = (
        "has it already" if other_path == page.path else f"has {quote(other_path)}, the same on some systems"
    )
    hint = "Rename one of them, or give it another “url” or “id”."
    if page.kind == "redirect":
        hint = "Remove the alias; there is something at this address."
    return error(
        "url-collision",
        f"{what} would get the address {quote(page.path)}; {other} {same}.",
        page.where,
        hint,
    )
