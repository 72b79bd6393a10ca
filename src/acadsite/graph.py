"""The page graph: every page of the site with its address, and the menu.

A page's id is stable ("publication:noether1921"), its url may change. Urls are relative to the site's root,
without a slash in front: "", "publications/", "404.html". Two pages, or a page and a file, that some file system
could not keep apart are an error that names both sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote as percent

from acadsite.problems import Problem, Span, error, quote
from acadsite.records import FrozenMap, fold, segment
from acadsite.track import in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


#: Titles, and the keys of pages; or ``ADDRESS`` and an address elsewhere, ``FILE`` and the path of another output.
Menu = tuple[tuple[str, tuple[str, ...]], ...]
ADDRESS: Final = "address"
FILE: Final = "file"


#: A url in which nothing is encoded: most are, and looking costs a fifth of encoding.
_PLAIN = re.compile(r"[\w/\-.~!$&'()*+,;=:@%]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``subject`` is the record it shows, ``params`` what else its template needs, ``where`` the
    source to blame, ``also`` other records that it shows, ``language`` its language where that is not the site's.
    ``path`` is the output file."""

    id: str
    url: str
    kind: str
    template: str
    title: str
    subject: tuple[str, str] | None = None
    params: FrozenMap = field(default_factory=FrozenMap)
    where: Span = field(default=Span("site.yaml"), compare=False)
    also: tuple[tuple[str, str], ...] = ()
    language: str = ""

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
    """All pages by id, in order; the menu as (title, page key), also in other languages; urls by page key. ``files``
    are the paths of other outputs; None where addresses collided."""

    pages: Mapping[str, Page]
    menu: Menu
    urls: Mapping[tuple[str, ...], str]
    files: tuple[str, ...] | None = None
    menus: Mapping[str, Menu] = field(default_factory=dict)


def path_of(url: str) -> str:
    """The output file of a url: a folder's index, or the file that is named."""
    return f"{url}index.html" if url == "" or url.endswith("/") else url


def href_of(url: str) -> str:
    """A url as it stands in a link: percent-encoded UTF-8 (RFC 3986)."""
    return url if _PLAIN.fullmatch(url) else percent(url, safe="/-._~!$&'()*+,;=:@%")


def clean_url(text: str) -> str | None:
    """A url wished for in content ("papers/x", "/about/", "old.html") in our form, or None when a segment is
    not fit for a file name."""
    return _url(text, lambda part: part)


def old_url(text: str) -> str | None:
    """The url of an address that a page once had, as ``clean_url`` has it; but hyphens may stand as other tools left
    them ("/a--b/", "/-a/")."""
    return _url(text, lambda part: part.replace("-", "x"))


def _url(text: str, seen: Callable[[str], str]) -> str | None:
    address = text.strip().lstrip("/")
    is_file = bool(re.search(r"\.[A-Za-z0-9]{1,5}\Z", address))
    parts = [part for part in address.split("/") if part]
    if any(segment(seen(part)) != seen(part) for part in parts):
        return None
    return "/".join(parts) + ("" if is_file or not parts else "/")


def make_graph(
    pages: Iterable[Page],
    menu: Menu,
    files: Sequence[tuple[str, Span]],
    earlier: PageGraph | None = None,
) -> tuple[PageGraph, tuple[Problem, ...]]:
    """The graph of ``pages`` beside other ``files`` (path and source); the first of two that collide is kept. With
    the same addresses as in an ``earlier`` one without collisions, these are not looked at again."""
    pages = tuple(pages)
    taken_by = tuple(path for path, _ in files)
    if earlier is not None and _same_addresses(pages, taken_by, earlier):
        menu = _there(menu, earlier.urls)
        menus = _menus(menu, pages, earlier.urls)
        return PageGraph({page.id: page for page in pages}, menu, earlier.urls, taken_by, menus), ()
    problems = []
    kept: dict[str, Page] = {}
    taken = _Taken()
    for path, where in files:
        other = taken.claim(path, where.path)
        if other is not None:
            hint = "Rename one of them."
            problems.append(_collision("This file", path, other, where, hint))
    # Who can change the address is to blame: first come the pages that acadsite makes, then those that records
    # have, then aliases.
    for page in sorted(pages, key=lambda page: 2 if page.kind == "redirect" else page.subject is not None):
        if page.id in kept:
            message = f"There are two pages with the id {quote(page.id)}."
            hint = "A page kind gives each page an id of its own, and none that acadsite has."
            problems.append(error("page-duplicate", message, page.where, hint))
            continue
        owner = f"the page “{page.id}”" if page.subject is None else str(page.where)
        other = taken.claim(page.path, owner)
        if other is None:
            kept[page.id] = page
        elif page.kind == "redirect":
            what, hint = (
                f"The alias {quote(page.title)}",
                "Remove the alias; there is something at this address.",
            )
            problems.append(_collision(what, page.path, other, page.where, hint))
        else:
            hint = "Rename one of them, or give it another “url” or “id”."
            problems.append(_collision("This page", page.path, other, page.where, hint))
    kept = {page.id: page for page in pages if kept.get(page.id) is page}
    urls: dict[tuple[str, ...], str] = {}
    for page in kept.values():
        urls[("page", page.id)] = page.url
        urls.setdefault(page.key, page.url)
        for key in page.also:
            urls.setdefault(key, page.url)
    menu = _there(menu, urls)
    menus = _menus(menu, kept.values(), urls)
    return PageGraph(kept, menu, urls, None if problems else taken_by, menus), tuple(problems)


def _there(menu: Menu, urls: Mapping[tuple[str, ...], str]) -> Menu:
    """The entries whose pages have an address, and those that lead to something else."""
    return tuple((title, key) for title, key in menu if key in urls or key[0] in {ADDRESS, FILE})


def _menus(menu: Menu, pages: Iterable[Page], urls: Mapping[tuple[str, ...], str]) -> dict[str, Menu]:
    """The menu in the other languages: pages that are there in them, under the titles that they have there."""
    by_key: dict[tuple[str, ...], Page] = {}
    for page in pages:
        by_key.setdefault(page.key, page)
        by_key["page", page.id] = page
    return {
        language: tuple(_entry(title, key, language, by_key, urls) for title, key in menu)
        for language in sorted({page.language for page in by_key.values()} - {""})
    }


def _entry(
    title: str,
    key: tuple[str, ...],
    language: str,
    pages: Mapping[tuple[str, ...], Page],
    urls: Mapping[tuple[str, ...], str],
) -> tuple[str, tuple[str, ...]]:
    other = in_language(key, language)
    if other not in urls or other not in pages:
        return title, key
    page = pages[other]
    words = page.params.get("in_menu") or (page.title if title == pages[key].title else title)
    return str(words), other


def _same_addresses(pages: tuple[Page, ...], files: tuple[str, ...], earlier: PageGraph) -> bool:
    return (
        earlier.files == files
        and len(pages) == len(earlier.pages)
        and all(
            new is old
            or (
                new.id == old.id
                and new.url == old.url
                and new.kind == old.kind
                and new.subject == old.subject
                and new.also == old.also
                and new.language == old.language
            )
            for new, old in zip(pages, earlier.pages.values(), strict=True)
        )
    )


@dataclass(slots=True)
class _Taken:
    """Output paths, each with what has it, and the folders that they need."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    folders: dict[str, tuple[str, str]] = field(default_factory=dict)

    def claim(self, path: str, owner: str) -> tuple[str, str] | None:
        """Take a path; or the path and owner that make that impossible on some file system."""
        folded = fold(path)
        above = [folded[:at] for at, char in enumerate(folded) if char == "/"]
        other = self.files.get(folded) or self.folders.get(folded)
        other = other or next((self.files[folder] for folder in above if folder in self.files), None)
        if other is None:
            self.files[folded] = (path, owner)
            for folder in above:
                self.folders.setdefault(folder, (path, owner))
        return other


def _collision(what: str, path: str, other: tuple[str, str], where: Span, hint: str) -> Problem:
    taken, owner = other
    if taken == path:
        same = "has it already"
    elif fold(taken) == fold(path):
        same = f"has {quote(taken)}, the same on some systems"
    else:
        same = f"has {quote(taken)}, and a name cannot be that of a file and a folder"
    message = f"{what} would get the address {quote(path)}; {owner} {same}."
    return error("url-collision", message, where, hint)
