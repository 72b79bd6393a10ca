"""Feeds: what is new, for readers of Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

One feed has all, one each has the posts, the publications and the talks. An entry has its whole text, with full
addresses: the pages of feeds are rendered with the site's address as the way to its root (``render``), and without an
address there are none. Times come from content alone; what has no date is in no feed. Ids do not change with the
address of a page (RFC 4151).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from markupsafe import escape

from acadsite.bibtex.csl_terms import LANGUAGES
from acadsite.graph import Page, href_of
from acadsite.jinja import markup
from acadsite.kinds.languages import config_here
from acadsite.kinds.page import site_name
from acadsite.library import Query
from acadsite.markup.inline import plain
from acadsite.markup.text import shortened
from acadsite.people import display
from acadsite.records import FrozenMap
from acadsite.track import CollectionView, current, translated_into

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from markupsafe import Markup

    from acadsite.config import Config
    from acadsite.kinds.names import Names
    from acadsite.kinds.page import PageView
    from acadsite.library import Library
    from acadsite.records import Record
    from acadsite.track import RecordView

#: Kinds of pages, each with its template and the type that links to it have.
KINDS: Final = {
    "feed": ("feed.xml", "application/atom+xml"),
    "feed-json": ("feed.json", "application/feed+json"),
}
#: What the feed of the site has; all but the news have feeds of their own.
COLLECTIONS: Final = ("posts", "news", "publications", "talks")
#: Kinds of pages that tell of the feed of a collection, beside its list.
_NEAR: Final = {
    "post": "posts",
    "posts-page": "posts",
    "tag": "posts",
    "tags": "posts",
    "publication": "publications",
    "talk": "talks",
}
#: In the ids of entries: a year in which whoever has the domain had it (RFC 4151, 2.1).
_SINCE: Final = "2026"
#: What XML 1.0 cannot hold, however it is written.
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TITLE: Final = 80


class Entry(NamedTuple):
    """An entry of a feed. Addresses are full ones, times as RFC 3339 has them, ``lang`` is empty where it is that of
    the site."""

    id: str
    url: str
    title: str
    published: str
    updated: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    summary: str
    lang: str
    record: RecordView


class Feed(NamedTuple):
    """A feed: its id, title and description, its own address and that of the page that it follows, its author, the time
    of its newest entry, and the entries, the newest first."""

    id: str
    title: str
    description: str
    url: str
    home: str
    author: str
    updated: str
    entries: tuple[Entry, ...]


class FeedLink(NamedTuple):
    """How a page tells of a feed."""

    href: str
    type: str
    title: str


# --- which feeds there are ---


def feed_pages(
    pages: Iterable[Page],
    library: Library,
    config: Config,
    url_of: Callable[[str], str],
    static: Collection[str],
) -> Iterator[Page]:
    """The feeds of a site: one beside its home page and each of its lists, in all languages in which there are such
    ``pages``. ``url_of`` gives the address of a kind of page; a file of that path in content/static/ takes the place of
    a feed."""
    if not config["url"] or not config["feeds"]:
        return
    dated = {name for name in COLLECTIONS if any(map(_is_dated, library.records.get(name, {}).values()))}
    for page in pages if dated else ():
        if page.kind != "home" and (page.kind not in dated or page.subject is not None):
            continue
        name, more = ("", "") if page.kind == "home" else (page.kind, f":{page.kind}")
        params = FrozenMap({"of": name})
        for kind, (template, _) in KINDS.items():
            path = url_of(kind)
            if page.url:  # in the folder of the list, or beside its file
                folder = page.url if page.url.endswith("/") else f"{page.url.rpartition('.')[0]}-"
                path = f"{folder}{path.rpartition('/')[2]}"
            if path in static:
                continue
            identifier = f"{kind}{more}" + (f"@{page.language}" if page.language else "")
            title = page.title if name else ""
            yield Page(identifier, path, kind, template, title, None, params, language=page.language)


def _is_dated(record: Record) -> bool:
    return bool(_stamp(record.data["date"]))


def feed_links(names: Names, page: PageView) -> list[FeedLink]:
    """The feeds that a page tells of: that of the site, and that of the collection it belongs to; as Atom, on the home
    page and on lists also as JSON."""
    near = _NEAR.get(page.kind, page.kind)
    is_list = page.kind in {"home", *COLLECTIONS}
    kinds = KINDS if is_list else ("feed",)
    wanted = ["", near] if near in COLLECTIONS else [""]
    found = []
    for name in wanted:
        for kind in kinds:
            key = f"{kind}:{name}" if name else kind
            href = names.site.href(("page", key))
            if href is not None:
                here = f"{key}@{current().language}"
                key = here if here in names.graph.pages else key
                current().note("page", key)
                title = _title(names, page.site_name, names.graph.pages[key].title)
                found.append(FeedLink(href, KINDS[kind][1], title if kind == "feed" else f"{title} (JSON)"))
    return found


def _title(names: Names, site: str, title: str) -> str:
    return f"{site} – {names.t(title)}" if title else site


# --- what is in one ---


def feed(names: Names, page: PageView) -> Feed:
    """The feed that a page is."""
    note = current().note
    note("config", "feeds")
    note("config", "description")
    name = page.params["of"]
    most = names.config["feeds"]
    collections = (name,) if name else COLLECTIONS
    records = [
        record
        for collection in collections
        for record in CollectionView(names.site, Query(collection, limit=most))
        if _time(record)
    ]
    records.sort(key=_time, reverse=True)
    owner = names.owner()
    site = site_name(names)
    entries = tuple(_entry(names, record, page.lang) for record in records[:most])
    return Feed(
        _tag(names, page.id),
        _title(names, site, names.graph.pages[page.id].title),
        (config_here(names)["description"] or "") if not name else "",
        names.file(page.url),
        names.link(name or "home"),
        owner.display if owner else site,
        max((entry.updated for entry in entries), default=""),
        entries,
    )


def _entry(names: Names, record: RecordView, lang: str) -> Entry:
    published = _time(record)
    collection, language = record.collection, translated_into(record)
    title = summary = updated = own = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    match collection:
        case "posts":
            title, tags, summary = record.title, record.tags, plain(record.summary or "")
            updated, own = _stamp(record.updated), record.lang or ""
        case "news":
            title = shortened(plain(record.text), _LONGEST_TITLE)
        case "publications":
            title = record.title_text
            authors = tuple(display(name) for name in record.authors or record.editors)
            own = _code(record.language)
        case _:
            title = plain(record.title or record.event or record.id)
    return Entry(
        _tag(names, f"{collection}/{record.id}{f'@{language}' if language else ''}"),
        _address(names, record),
        title,
        published,
        max(published, updated),
        authors,
        tags,
        summary,
        own if own.partition("-")[0] != lang.partition("-")[0] else "",
        record,
    )


def _address(names: Names, record: RecordView) -> str:
    if record.collection == "news":
        return names.address(record.url) if record.url else names.link("home")
    return names.address_of(record) or names.link("home")


def _tag(names: Names, name: str) -> str:
    return f"tag:{_host(names.config['url'])},{_SINCE}:{href_of(names.config.base_path + name)}"


def _host(url: str) -> str:
    """The host of an address in ASCII (RFC 3490)."""
    host = urlsplit(url).hostname or ""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return href_of(host)


def _time(record: RecordView) -> str:
    return _stamp(record.date)


def _stamp(date: Mapping[str, Any] | None) -> str:
    """The first moment of a date (RFC 3339); empty for what is none."""
    if not date or not 0 < (date["year"] or 0) < 10_000:
        return ""
    return f"{date['year']:04d}-{date['month'] or 1:02d}-{date['day'] or 1:02d}T00:00:00Z"


def _code(language: str) -> str:
    """The tag of a language that a .bib file names (BCP 47); empty for what is none."""
    code = LANGUAGES.get(language.casefold(), language)
    return code if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", code) else ""


# --- how it is written ---


def feed_body(names: Names, entry: Entry) -> Markup:
    """The text of an entry, as it stands on its page; links inside it lead to that page."""
    body = entry.record.body
    html = str(names.body(body)) if body is not None else ""
    return markup(html.replace(' href="#', f' href="{escape(entry.url)!s}#'))


def xml(value: object) -> Markup:
    """Text, or HTML as text, for XML: escaped, without what XML cannot hold."""
    return markup(_NO_XML.sub("", str(escape(str(value)))))


def as_json(value: Any) -> Markup:
    """A value as JSON."""
    return markup(json.dumps(value, ensure_ascii=False))
