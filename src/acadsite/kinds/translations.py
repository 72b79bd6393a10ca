"""The pages of a site in its other languages: home and lists in each, texts where they are translated.

A page in another language has the address of its original below the language (“de/about/”), unless it asks for one of
its own, and its id with the language behind it (“page:about@de”).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from acadsite.graph import Page
from acadsite.kinds.languages import EVERYWHERE, TRANSLATED, words_of
from acadsite.records import FrozenMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.config import Config
    from acadsite.library import Library
    from acadsite.records import Record

#: Whose records may ask for an address, and have old ones.
_ADDRESSED: Final = frozenset({"pages", "posts", "courses", "projects"})


class Plan(Protocol):
    """The plan of the pages in the site's own language (``web``)."""

    library: Library
    config: Config
    pages: list[Page]

    def url(self, kind: str, record: Record | None = None, identifier: str = "") -> str:
        """The address of a page."""

    def redirects(self, record: Record, target: str) -> None:
        """Plan the pages at the old addresses of a record."""


def pages(plan: Plan, tag: str) -> list[Page]:
    """The pages in another language of the site, given those in its own."""
    titles = plan.config.in_language(tag)
    return [page for original in tuple(plan.pages) for page in _versions(plan, original, tag, titles.data)]


def _versions(plan: Plan, page: Page, tag: str, settings: Mapping[str, Any]) -> Iterator[Page]:
    if page.subject is None:
        if page.kind in EVERYWHERE and not page.language:
            title = _title(plan.config, page, tag, settings)
            url = _below(tag, page.url)
            yield replace(page, id=f"{page.id}@{tag}", url=url, title=title, language=tag)
        return
    collection, identifier = page.subject
    record = plan.library.get(f"{collection}@{tag}", identifier) if collection in TRANSLATED else None
    if record is None:
        return
    data = record.data
    has_address = collection in _ADDRESSED and bool(data["url"])
    url = plan.url(page.kind, record)
    menu = words_in_menu(data.get("menu")) if collection in _ADDRESSED else ""
    made = Page(
        f"{page.id}@{tag}",
        url if has_address else _below(tag, url),
        page.kind,
        page.template,
        str(data.get("display") or data.get("title") or data.get("event") or identifier),
        (record.collection, identifier),
        FrozenMap({"in_menu": menu}) if menu else FrozenMap(),
        record.place("url") if has_address else record.where,
        language=tag,
    )
    yield made
    if collection in _ADDRESSED:
        plan.redirects(record, made.id)


def words_in_menu(wanted: Any) -> str:
    """The words that a page asks for in the menu; empty where it has its title there, or is not in it."""
    text = str(wanted or "")
    return "" if text.casefold() in {"true", "false", "yes", "no", "on", "off"} else text


def _below(tag: str, url: str) -> str:
    return f"{tag.lower()}/{url}"


def _title(config: Config, page: Page, tag: str, settings: Mapping[str, Any]) -> str:
    """The title of a list: as the settings of the language have it, else the label, which pages look up."""
    name = "posts" if page.kind == "posts-page" else page.kind
    given = _given(settings, name)
    if given and given != _given(config.data, name):
        return str(given)
    return (
        page.title
        if given or page.kind in {"home", "tag"}
        else words_of(config, tag).say(_plain(config, page))
    )


def _given(settings: Mapping[str, Any], name: str) -> Any:
    own = settings.get(name)
    return own.get("title") if isinstance(own, FrozenMap) else None


def _plain(config: Config, page: Page) -> str:
    """The English words of a title that is one of our labels in the site's own words."""
    return next((words for words, own in config["labels"].items() if own == page.title), page.title)
