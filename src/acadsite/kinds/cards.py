"""Social cards: the picture that a link to a page has in messages and on social networks, 1200 × 630 pixels.

The newest publications, posts, talks and decks, and the books, have cards of their own, up to the number of ``cards:``
in site.yaml; all other pages show that of the site. Typst draws them from the words here (``artifacts``). A card needs
a full address, so a site without ``url`` has none.
"""

from __future__ import annotations

import re
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite import dates
from acadsite.graph import href_of
from acadsite.kinds.manuscripts import Manuscript
from acadsite.kinds.page import site_name
from acadsite.languages import language
from acadsite.markup.inline import plain, rich_text
from acadsite.markup.text import shortened
from acadsite.people import display
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from acadsite.config import Config
    from acadsite.graph import Page
    from acadsite.kinds.names import Names
    from acadsite.kinds.page import PageView
    from acadsite.languages import Calendar
    from acadsite.library import Library
    from acadsite.records import Record

#: The theme's file that draws a card.
MAIN: Final = "card.typ"
WIDTH: Final = 1200
HEIGHT: Final = 630
#: The site's own card; a file of that name in content/static/ takes its place.
OWN: Final = "card.png"
_HOME: Final = "home"
#: Collections whose newest records have cards.
_DATED: Final = ("publications", "posts", "talks", "slides")
#: What the fonts that come with Typst can show: Latin, Greek, Cyrillic, Hebrew, signs and arrows.
_SHOWN: Final = re.compile(
    "[\\s\x21-\u04ff\u05d0-\u05ea\u1e00-\u1fff\u2010-\u2027\u2030-\u2040\u2054-\u20bf\u2100-\u211e\u2126-\u2151\u2190-\u23ff]*"
)
#: Longer titles end in “…”, and longer lists of authors in “et al.”
_TITLE: Final = 180
_AUTHORS: Final = 4


class Card(NamedTuple):
    """The picture of a page: its full address, width and height in pixels (0 where the picture is the user's own), and
    what stands on it, for those who do not see it."""

    url: str
    width: int
    height: int
    alt: str


def card(names: Names, page: PageView) -> Card | None:
    """The card of the page under way: its own, else that of what it translates, of its book, or of the site; None where
    there is none."""
    note = current().note
    note("card", page.id)
    found = card_of(names, page.id)
    if not found:
        return None
    note("config", "url")
    path, is_own, is_made = found
    alt = f"{page.title} · {page.site_name}" if is_own and page.title != page.site_name else page.site_name
    width, height = (WIDTH, HEIGHT) if is_made else (0, 0)
    return Card(f"{names.config['url']}{href_of(path)}", width, height, alt)


def card_of(names: Names, identifier: str) -> tuple[str, bool, bool] | None:
    """The path of a page's card, whether it shows that page, and whether it is made here; None where there is none.
    The answer to “card”."""
    cards = names.cards
    original = identifier.partition("@")[0]  # of which it is a translation
    kind, _, name = original.partition(":")
    book = f"book:{name.partition('/')[0]}" if kind == "chapter" else _HOME
    path = cards.get(identifier) or cards.get(original) or cards.get(book) or cards.get(_HOME)
    return (path, identifier in cards, path not in names.files) if path else None


def plan_cards(
    pages: Iterable[Page], library: Library, config: Config, static: Collection[str]
) -> dict[str, str]:
    """The pages that have cards of their own: path by page id, the site's first. What the fonts cannot show has none;
    where that is the site's name, no page has."""
    site = config["title"] or next(
        (
            record.data["display"]
            for record in library.records.get("people", {}).values()
            if record.data.get("is_owner")
        ),
        "",
    )
    if not config["url"] or not (OWN in static or (config["cards"] and _is_shown(site))):
        return {}
    cards = {_HOME: OWN}
    calendar = language(config["language"]).calendar
    if _is_shown(site):
        wanted = {
            (record.collection, record.id)
            for record in islice(_newest(library), config["cards"])
            if all(map(_is_shown, _words(record, calendar)))
        }
        cards |= {page.id: _path(page.url) for page in pages if page.subject in wanted}
    return cards


def _path(url: str) -> str:
    """Beside the page: “posts/a/card.png”, “posts/a-card.png” for “posts/a.html”."""
    return f"{url}{OWN}" if url.endswith("/") or not url else f"{url.rpartition('.')[0]}-{OWN}"


def _newest(library: Library) -> Iterator[Record]:
    """Books, then the records with dates, the newest first; each collection is in that order already."""
    yield from library.records.get("books", {}).values()
    dated = (library.records.get(name, {}).values() for name in _DATED)
    yield from merge(*dated, key=_day, reverse=True)


def _day(record: Record) -> tuple[int, int, int]:
    date = record.data.get("date") or {}
    year = date.get("year") or record.data.get("year") or 0
    return year, date.get("month") or 0, date.get("day") or 0


def _is_shown(text: str) -> bool:
    return _SHOWN.fullmatch(text) is not None


class _Words(NamedTuple):
    """What stands on the card of a record: its title, its authors, and where and when it appeared."""

    title: str
    authors: str = ""
    line: str = ""


def _words(record: Record, calendar: Calendar) -> _Words:
    data = record.data
    if record.collection == "publications":
        year = data["year_text"] if data["year"] is None else str(data["year"])
        line = ", ".join(filter(None, (_flat(rich_text(data["venue"])), year)))
        return _Words(data["title_text"], _names(data["authors"] or data["editors"]), line)
    title = plain(data["title"] or data.get("event") or record.id)
    date = ""
    if data.get("date") and record.collection != "books":
        date = dates.long(data["date"], calendar)
        date = date if _is_shown(date) else dates.iso(data["date"])
    if record.collection in {"posts", "books"}:
        return _Words(title, line=date)
    event = plain(data.get("event") or "") if data["title"] else ""
    return _Words(title, line=", ".join(filter(None, (event, date))))


def _names(authors: Sequence[Mapping[str, Any]]) -> str:
    shown = [display(name) for name in authors[:_AUTHORS]]
    return ", ".join(shown) + (" et al." if len(authors) > _AUTHORS else "")


def _flat(text: str) -> str:
    return " ".join(text.split())


def manuscript(names: Names, identifier: str) -> Manuscript | None:
    """What is drawn as the card of a page; None where there is no such page."""
    note = current().note
    note("page", identifier)
    page = names.graph.pages.get(identifier)
    if page is None:
        return None
    note("config", "language")
    record = names.site.library.get(*page.subject) if page.subject else None
    site = site_name(names)
    words = _Words(site)
    if record is not None:
        note("record", record.collection, record.id)
        words = _words(record, language(names.config["language"]).calendar)
    elif home := names.owner():
        line = ", ".join(filter(None, (plain(home.role or ""), plain(home.affiliation or ""))))
        words = _Words(site, line=line if _is_shown(line) else "")
    accent = names.shades()
    data = {
        "title": shortened(words.title, _TITLE),
        "authors": words.authors,
        "line": words.line,
        "site": site if record is not None else "",
        "accent": accent.light if accent else "",
        "language": (record and record.data.get("lang")) or names.config["language"],
    }
    return Manuscript(MAIN, data, "", {}, 0, ())
