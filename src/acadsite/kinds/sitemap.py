"""Sitemap (https://www.sitemaps.org/protocol.html), robots.txt, and the icon of a site that has none.

A sitemap has full addresses, so a site without ``url`` has none. Times of change come from content alone: the day a
post appeared or was last changed, the day an author gives for a page. What nobody gave is left out. Of a page in
several languages each version names all, as its head does
(https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite import dates
from acadsite.graph import Page, href_of
from acadsite.kinds.page import site_name
from acadsite.records import FrozenMap
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from acadsite.config import Config
    from acadsite.kinds.names import Names
    from acadsite.kinds.page import PageView
    from acadsite.library import Library
    from acadsite.records import Record

#: Kinds of pages, each with its template.
KINDS: Final = {"sitemap": "sitemap.xml", "robots": "robots.txt", "favicon": "favicon.svg"}
#: Files of content/static/ that a browser takes for an icon; with one of them none is drawn.
ICONS: Final = ("favicon.svg", "favicon.ico")
#: So many addresses a sitemap may have; with more, it is an index of others.
MOST: Final = 50_000
#: Kinds of pages that nobody should find.
_HIDDEN: Final = frozenset({"404", "redirect", "search"})
#: Collections whose records tell when they were changed, with the fields that do, the first that is there.
CHANGED: Final = {
    "posts": ("updated", "date"),
    "pages": ("updated",),
    "chapters": ("updated", "date"),
    "cv": ("updated",),
}


class Place(NamedTuple):
    """A page in the sitemap: its full address, and the day of its last change (ISO 8601), where that is known. Its
    versions, itself among them, as (language tag, full address), with ``x-default`` for all other languages; none where
    it is there in one language."""

    url: str
    changed: str
    versions: tuple[tuple[str, str], ...] = ()


def machine_pages(
    config: Config,
    pages: Sequence[Page],
    url_of: Callable[[str], str],
    static: Collection[str],
) -> Iterator[Page]:
    """Sitemap, robots.txt and icon of a site with these ``pages``; a file of that path in content/static/ takes the
    place of one. ``url_of`` gives the address of a kind of page."""
    wanted = [("sitemap", "", FrozenMap({"part": 0}))] if config["url"] else []
    if config["url"] and (count := sum(map(_is_found, pages))) > MOST:
        parts = range(1, -(-count // MOST) + 1)
        wanted += [("sitemap", f":{part}", FrozenMap({"part": part})) for part in parts]
    wanted.append(("robots", "", FrozenMap()))
    if all(name not in static for name in ICONS):
        wanted.append(("favicon", "", FrozenMap()))
    for kind, more, params in wanted:
        path = url_of(kind)
        if more:
            path = f"{path.removesuffix('.xml')}-{more[1:]}.xml"
        if path not in static:
            yield Page(f"{kind}{more}", path, kind, KINDS[kind], "", None, params)


def _is_found(page: Page) -> bool:
    is_hidden = page.kind in _HIDDEN or page.params.get("unlisted")
    return page.path.endswith(".html") and not is_hidden


# --- what is in a sitemap ---


def addresses(names: Names) -> tuple[tuple[str, Any, str, str], ...]:
    """The pages of the sitemap, by address and record; in a site of several languages with the page of which each is a
    version, and its language. The answer to “addresses”."""
    found = filter(_is_found, names.graph.pages.values())
    if len(names.config.languages) < 2:
        return tuple((page.url, page.subject, "", "") for page in found)
    return tuple(
        (page.url, page.subject, page.id.partition("@")[0], _language(names, page)) for page in found
    )


def _language(names: Names, page: Page) -> str:
    return page.id.partition("@")[2] or page.language or str(names.config["language"])


def changes(library: Library, collection: str) -> Mapping[str, str]:
    """The days on which records of a collection were changed, by id. The answer to “changes”."""
    fields = CHANGED[collection]
    found = ((record.id, _changed(record, fields)) for record in library.records.get(collection, {}).values())
    return {identifier: day for identifier, day in found if day}


def _changed(record: Record, fields: Sequence[str]) -> str:
    for name in fields:
        date = record.data.get(name)
        if date and not isinstance(date, str) and date.get("day"):
            return dates.iso(date)  # the schema of sitemaps takes whole days only
    return ""


def places(names: Names, page: PageView) -> list[Place]:
    """The pages that a sitemap names."""
    note = current().note
    note("config", "url")
    note("addresses")
    days: dict[str, Mapping[str, str]] = {}
    for collection in CHANGED:
        note("changes", collection)
        days[collection] = changes(names.site.library, collection)
    note("config", "language")
    note("config", "languages")
    base, part = names.config["url"], page.params["part"]
    start = max(0, part - 1) * MOST
    found = addresses(names)
    known: dict[str, dict[str, str]] = {}
    for url, _, original, language in found:
        if original:
            known.setdefault(original, {})[language] = f"{base}{href_of(url)}"
    return [
        Place(
            f"{base}{href_of(url)}",
            days.get(subject[0], {}).get(subject[1], "") if subject else "",
            _versions(known.get(original, {}), names.config.languages),
        )
        for url, subject, original, _ in found[start : start + MOST]
    ]


def _versions(known: Mapping[str, str], languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The versions of a page in the order of the site's languages; the first is for who reads none of them."""
    there = [(tag, known[tag]) for tag in languages if tag in known]
    return (there[0], ("x-default", there[0][1]), *there[1:]) if len(there) > 1 else ()


def parts(names: Names, page: PageView) -> list[str]:
    """The full addresses of the sitemaps of which one is the index; none where it has the pages itself."""
    if page.params["part"]:
        return []
    found: list[str] = []
    while names.page_exists(f"sitemap:{len(found) + 1}"):
        found.append(names.absolute(f"sitemap:{len(found) + 1}"))
    return found


# --- the icon ---


def monogram(names: Names) -> str:
    """One letter or two that stand for the site: of its owner's name, else of its own."""
    owner = names.owner()
    words = (owner.display if owner else site_name(names)).split()
    letters = [word[0] for word in words if word[0].isalpha()]
    capitals = [letter for letter in letters if not letter.islower()] or letters
    if not capitals:
        return "·"
    shown = capitals[:1] + capitals[1:][-1:]
    return "".join(letter.upper()[0] for letter in shown)  # “ß” would become two
