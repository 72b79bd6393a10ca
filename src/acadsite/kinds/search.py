"""The search: a page that lists what the site has, and the index that its script reads.

The index is one file for some dozens of records (a part). Which part a record is in follows from its id alone, so that
an edit makes one part anew. A part is rows of [address, title, heading, text, note]; the index of a book
(``kinds.books``) has the same rows, and is read in its place.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.bibtex import latex
from acadsite.graph import Page, href_of
from acadsite.kinds import books
from acadsite.kinds.languages import TRANSLATED
from acadsite.kinds.works import line
from acadsite.markup.inline import plain
from acadsite.people import display
from acadsite.records import FrozenMap, freeze
from acadsite.track import current, translated_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acadsite.kinds.names import Names
    from acadsite.library import Library
    from acadsite.track import RecordView

#: A record, or a page without one: ("page", id).
Key = tuple[str, str]
Row = list[str]

#: Collections in the order in which they are listed. Students are on the pages of people.
_COLLECTIONS: Final = ("publications", "talks", "repos", "projects", "courses", "slides", "posts", "people")
#: How many records a part has at most, as long as there are not too many parts of a collection.
_SIZES: Final = {"publications": 64, "repos": 64, "talks": 64, "people": 64}
_SIZE: Final = 32
_MOST_PARTS: Final = 64
#: Characters that all texts together may have, and each at least and at most: the larger a site, the less of each.
_ALL: Final = 8_000_000
_LEAST: Final = 400
_LONGEST: Final = 20_000
#: Fields whose words are searched, of any collection.
_FIELDS: Final = (
    "subtitle", "role", "affiliation", "institution", "institute", "course", "event", "location", "term", "code",
    "category", "funding", "summary", "abstract", "description", "text", "note", "tags", "keywords", "path",
)  # fmt: skip
#: Entries of a piece of the list.
_PIECE: Final = 64
#: Names of authors that a result shows.
_NAMES: Final = 4


class Entry(NamedTuple):
    """A line of the list: ``note`` is a year or nothing, ``language`` that of the title, as its source has it."""

    title: str
    href: str
    note: str
    language: str = ""


class Group(NamedTuple):
    """What is listed under a heading. ``href`` is that of a page with the same list, or empty; ``files`` are the
    addresses of the files with its texts, ``base`` is what addresses in them begin with. ``pieces`` are the entries in
    order, some dozens in each, as the preview keeps them (``parts``)."""

    name: str
    title: str
    href: str
    base: str
    files: tuple[str, ...]
    pieces: tuple[tuple[Entry, ...], ...]


# --- pages ---


@dataclass(slots=True)
class Planned:
    """The pages of the search as they were planned last, and what they were made of."""

    made_of: Any = None
    pages: tuple[Page, ...] = ()


def pages(  # noqa: PLR0917
    library: Library, more: Iterable[Page], url: str, title: str, languages: tuple[str, ...], planned: Planned
) -> tuple[Page, ...]:
    """The page of the search at ``url`` and the parts of its index, also in other ``languages``; ``more`` are pages of
    extensions. They are those of ``planned`` where the same is listed."""
    found = _listed(library, tuple(more))
    made_of = (found, tuple(library.records.get("books", ())), url, title, languages)
    if planned.made_of != made_of:
        planned.made_of, planned.pages = made_of, tuple(_pages(*made_of))
    return planned.pages


def _pages(
    found: Iterable[tuple[str, tuple[str | Key, ...]]],
    of_books: Iterable[str],
    url: str,
    title: str,
    languages: Iterable[str],
) -> Iterator[Page]:
    made = []
    for name, items in found:
        keys = tuple((name, item) if isinstance(item, str) else item for item in items)
        made.append((name, keys, _parts(name, keys)))
    most = _most(sum(len(keys) for _, keys, _ in made))
    found_books = [(f"book:{book}", (), (f"book-index:{book}",)) for book in of_books]
    for tag in ("", *languages):
        here = f"{tag.lower()}/{url}" if tag else url
        folder = here if here.endswith("/") else f"{here.rpartition('/')[0]}/search/".lstrip("/")
        behind = f"@{tag}" if tag else ""
        listed: list[Any] = []
        for name, keys, parts in made:
            # What nobody translates is in one index for all languages.
            is_own = not tag or name == "pages" or name in TRANSLATED
            ids = [f"search-part:{name}-{number}" for number in parts]
            listed.append((name, keys, tuple(ids)))
            for identifier, number in zip(ids, parts, strict=True) if is_own else ():
                params = freeze({"keys": parts[number], "most": most})
                address = f"{folder}{name}-{number}.json"
                yield Page(
                    identifier + behind,
                    address,
                    "search-part",
                    "search-part.json",
                    title,
                    None,
                    params,
                    language=tag,
                )
        params = freeze({"groups": (*listed, *found_books)})
        yield Page(f"search{behind}", here, "search", "search.html", title, None, params, language=tag)


def everything(library: Library, more: Iterable[Page]) -> FrozenMap:
    """The params of a page that lists what the search lists, without an index (llms.txt)."""
    found: list[Any] = [
        (name, tuple((name, item) if isinstance(item, str) else item for item in items), ())
        for name, items in _listed(library, tuple(more))
    ]
    found += [(f"book:{book}", (), ()) for book in library.records.get("books", ())]
    return FrozenMap({"groups": freeze(found)})


def _listed(library: Library, more: tuple[Page, ...]) -> list[tuple[str, tuple[str | Key, ...]]]:
    """The names of the groups with what is listed in each: ids of the collection of that name, or keys."""
    records = library.records
    single: list[Key] = [("page", "home")]
    single += [("pages", name) for name in records.get("pages", ())]
    single += [("page", "cv")] if "cv" in records else []
    single += [page.key for page in more if page.subject is None and page.path.endswith(".html")]  # type: ignore[misc]
    groups: dict[str, tuple[str | Key, ...]] = {"pages": tuple(dict.fromkeys(single))}
    groups |= {name: tuple(records[name]) for name in _COLLECTIONS if name in records}
    others: dict[str, dict[str | Key, None]] = {}
    for page in more:
        if page.subject is not None and page.subject[0] not in groups:
            others.setdefault(page.subject[0], {})[page.subject] = None
    return [*groups.items(), *((name, tuple(keys)) for name, keys in others.items())]


def _parts(name: str, keys: tuple[Key, ...]) -> dict[int, tuple[Key, ...]]:
    """Keys by the number of their part: as many parts as a power of two says, so that their number seldom changes."""
    count = 1
    while count < _MOST_PARTS and len(keys) > count * _SIZES.get(name, _SIZE):
        count *= 2
    parts: dict[int, list[Key]] = {}
    for key in keys:
        parts.setdefault(zlib.crc32(key[1].encode()) % count, []).append(key)
    return {number: tuple(parts[number]) for number in sorted(parts)}


def _most(count: int) -> int:
    """How many characters of a text the index has, on a site with so many of them. It changes by halves alone."""
    power = 1 << max(count - 1, 1).bit_length()
    return min(max(_ALL // power, _LEAST), _LONGEST)


# --- the list ---


def groups(names: Names, params: Mapping[str, Any]) -> list[Group]:
    """What the page of the search lists."""
    found = []
    for name, keys, parts in params["groups"]:
        files = tuple(names.link(part) for part in parts if names.page_exists(part))
        if name.startswith("book:"):
            found.append(_book(names, name.removeprefix("book:"), files))
        else:
            found.append(_group(names, name, keys, files))
    return found


def _group(names: Names, name: str, keys: tuple[Key, ...], files: tuple[str, ...]) -> Group:
    href = names.link(name) if names.page_exists(name) else ""
    title = names.t("Pages") if name == "pages" else _title(names, ("page", name)) if href else ""
    return Group(
        name,
        title or name.replace("_", " ").capitalize(),
        href,
        current().prefix,
        files,
        tuple(_pieces(names, keys)),
    )


def _pieces(names: Names, keys: tuple[Key, ...]) -> Iterator[tuple[Entry, ...]]:
    prefix = current().prefix

    def entry(key: Key) -> Entry:
        address = _address(names, key)
        href = address if "://" in address else prefix + address
        return Entry(_title(names, key), href, _year(names, key), _language(names, key))

    for at in range(0, len(keys), _PIECE):
        some = keys[at : at + _PIECE]
        make = partial(lambda some: tuple(entry(key) for key in some if _is_there(names, key)), some)
        yield make() if names.parts is None else names.parts.get(("search", some), make)


def _book(names: Names, book: str, files: tuple[str, ...]) -> Group:
    current().note("contents", book)
    home = names.site.href(("books", book)) or ""
    lines = _readable(books.contents_of(names.references, book))
    entries = (
        Entry(" ".join(filter(None, (number, plain(title)))), current().prefix + href_of(address), "")
        for number, title, address in lines
    )
    title = plain(names.site.view("books", book).title)
    first = Entry(title, home, "")
    return Group(f"book-{book}", title, home, home, files, ((first, *entries),))


def _readable(lines: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Number, title and address of the chapters that have a page."""
    for _, title, number, name, address, entries in lines:
        if name and address:
            yield number, title, address
        yield from _readable(entries)


def _is_there(names: Names, key: Key) -> bool:
    """Whether what is listed has a place on the site: the address of a page may be that of another one."""
    return key[0] != "page" or names.page_exists(key[1])


def _title(names: Names, key: Key) -> str:
    if key[0] == "page":
        if key[1] == "home":
            return names.t("Home")
        translated = f"{key[1]}@{current().language}"
        identifier = translated if current().language and translated in names.graph.pages else key[1]
        current().note("url", "page", translated)
        current().note("page", identifier)
        return names.t(names.graph.pages[identifier].title)
    record = names.site.view(*key)
    if record.collection == "publications":
        return str(record.title_text)
    for name in ("display", "title", "name", "event"):
        value = getattr(record, name, None)
        if isinstance(value, str) and value:
            return plain(value) if record.collection == "talks" else value
    return record.id


def _address(names: Names, key: Key) -> str:
    """The address of a record from the root of the site."""
    if key[0] == "page":
        return names.link(key[1]).removeprefix(current().prefix)
    href = names.address_of(names.site.view(*key)) or current().prefix
    return href.removeprefix(current().prefix)


def _language(names: Names, key: Key) -> str:
    if key[0] == "page":
        return ""
    record = names.site.view(*key)
    if record.collection == "publications":
        return record.language or ""
    current().note("config", "language")
    return str(getattr(record, "lang", None) or translated_into(record) or names.config["language"])


def _year(names: Names, key: Key) -> str:
    year = getattr(names.site.view(*key), "year", None) if key[0] != "page" else None
    return str(year or "")


# --- the index ---


def part(names: Names, params: Mapping[str, Any]) -> str:
    """A part of the index, as JSON that may stand anywhere in HTML."""
    keys = [key for key in params["keys"] if _is_there(names, key)]
    return books.index_json([row for key in keys for row in _rows(names, key, params["most"])])


def _rows(names: Names, key: Key, most: int) -> Iterator[Row]:
    """The rows of a record: what its fields say, then its sections, up to ``most`` characters."""
    address, title = _address(names, key), _title(names, key)
    words, note = "", ""
    if key[0] != "page":
        record = names.site.view(*key)
        words, note = _words(names, record)
    elif key[1] == "home" and ("home", "home") in names.site.library:
        record = names.site.view("home", "home")
        words, note = _words(names, record)
    else:
        current().note("has", "home", "home")
        yield [address, title, "", "", ""]
        return
    sections = _sections(names, record)
    if sections and not sections[0][1]:
        words, sections = f"{words} {sections[0][2]}".strip(), sections[1:]
    yield [address, title, "", words[:most], note]
    left = most - len(words)
    for anchor, heading, text in sections:
        if left <= 0:
            return
        yield [f"{address}#{anchor}" if anchor else address, title, heading, text[:left], ""]
        left -= len(text) + len(heading)


def _sections(names: Names, record: RecordView) -> tuple[tuple[str, str, str], ...]:
    if record.collection == "publications":
        current().note("body", "papers", record.id)
        body = names.site.bodies.get(("papers", record.id))
    else:
        body = record.body
    return body.sections if body is not None else ()


def _words(names: Names, record: RecordView) -> tuple[str, str]:
    """The words of the fields of a record, and what a result says below its title."""
    if record.collection == "publications":
        return _words_of_work(names, record)
    texts = []
    own = names.site.library.records[record.collection][record.id].data
    for name in _FIELDS:
        value = getattr(record, name) if name in own else None
        if isinstance(value, str):
            texts.append(plain(value))
        elif isinstance(value, tuple):
            texts.append(", ".join(plain(item) for item in value if isinstance(item, str)))
    note = record.term if record.collection == "courses" else _year(names, (record.collection, record.id))
    return " ".join(filter(None, texts)), note or ""


def _words_of_work(names: Names, work: RecordView) -> tuple[str, str]:
    people = [display(name) for name in (work.authors or work.editors)]
    shown = ", ".join(people[:_NAMES]) + (", …" if len(people) > _NAMES else "")
    before, venue, after = line(work, names.words_here())
    place = f"{before}{' '.join(latex.spoken(venue).split())}{after}"
    texts = [latex.spoken(paragraph) for paragraph in work.abstract]
    texts.append(", ".join(work.keywords))
    texts.append(", ".join(people[_NAMES:]))
    return " ".join(" ".join(filter(None, texts)).split()), " · ".join(filter(None, (shown, place)))
