"""Views and the tracker: what templates see, and what they read.

Templates never hold records; they hold views, and a view notes a ``Key`` for every read in the current
``Tracker``. A listing notes its question (the answer is what counts), a field notes that field only. The page
under way also gives the prefix that makes every address relative. No jinja2 in here.

A key is a word and what it is about; two builds in which all keys of a page have the same answers give the same
page (``tests/test_track.py`` has each answer, and holds the pages to it):

=============================  ===========================================================================
config name                    a setting
page id                        the page itself: address, title, template, parameters
field collection id name       a field of a record; absent is an answer. Translations are in “posts@de”
record collection id           a whole record
has collection id              whether there is such a record
query query                    the ids that answer it
related collection id other    the ids of ``other`` that are linked with the record
linked collection id           the collections of which any record is linked with it
count collection id other      how many of them there are
neighbours collection id       the ids beside it
topic id, tags                 the posts of a topic; all topics with their numbers
alike id                       the posts that are like one
style                          in which style, and language, the site cites
order by ids                   these publications as the list has them, divided by what
facets                         what divides the publications: values, their words, numbers and pages
owner                          whose site it is
addresses                      the pages of the sitemap
changes collection             the days on which records were changed, as the sitemap tells them
card id                        the path of a page's social card, and whose it is
url key                        a page's address, or that there is none
nav, nav language              the menu, in the site's language or another
link folder target kind        where a link or picture in a text of that folder leads (and the language of the page)
cite folder target kind        which record a key stands for, and its title (likewise)
hint key kind                  what a key that nothing answers to may mean
place text, folder text        where a text of the content stands; in which folder
span collection id path        where a field of a record stands
where id                       where the source of a page stands
template name                  a template with all that it can reach
typst                          the files and fonts of all CV themes; with a word, of the themes of documents
asset path, sheets             a file of the theme or of content/static/; the style sheets
accent                         the colours that the accent of the site gives
file path, preview key         which static file a path or a publication's key stands for
size path                      how large a static file is, in words
picture path, pixels path      what pages show of a picture; what its files are made of
document, body collection id   a text as written, and as rendered
size path                      how large a static file is, in words
work collection id             how the work that a text belongs to is numbered and cites
labels, cites collection id    the numbers of what a text defines; what its citations read
target collection id label     where a cross-reference of a text leads, and the number there
targets, keys collection id    all labels of a work; the keys of its own .bib files
preamble collection id         TeX definitions of the chapters before one
item collection id key         what a citation key stands for in a work
contents book                  parts and chapters of a book: titles, numbers, addresses
sections chapter               the sections of a chapter
words collection id            what of a text is searched
extensions                     the code of the site's extensions
=============================  ===========================================================================
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from acadsite.library import Query
from acadsite.links import SITE_ROOT
from acadsite.records import freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from acadsite.library import Library
    from acadsite.problems import Problem

Key = tuple[Any, ...]
#: A word, what the link leads to, and the path, line and column of where it stands.
Link = tuple[Any, ...]

#: Stands for the site's root in rendered bodies; replaced by the page's own prefix. Control characters are
#: stripped from all content, so no content can hold it.
ROOT = SITE_ROOT


@dataclass(slots=True)
class Tracker:
    """What one task read, the problems it met, and the links to be looked at when all is rendered. ``url`` is the
    page under way, ``prefix`` leads from it to the site's root ("../../"), ``language`` is its language where that is
    not the site's. ``numbers`` are keys that have their number already, ``bundles`` those of pieces that several pages
    show (``parts``). What views read of records stands in ``fields``, all other keys in ``keys``."""

    url: str = ""
    prefix: str = ""
    language: str = ""
    keys: set[Key] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    bundles: list[frozenset[Key]] = field(default_factory=list)
    fields: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def all_keys(self) -> set[Key]:
        """All keys that were noted by this tracker itself."""
        return self.keys.union(
            ("field", *record, name) for record, names in self.fields.items() for name in names
        )

    def note(self, *key: Any) -> None:
        """Take a key."""
        self.keys.add(key)

    def report(self, problems: Iterable[Problem]) -> None:
        """Take problems that only showed while rendering."""
        self.problems.extend(problems)


_TRACKER: ContextVar[Tracker] = ContextVar("tracker", default=Tracker())  # noqa: B039


@contextmanager
def tracking(url: str = "", prefix: str | None = None, language: str = "") -> Iterator[Tracker]:
    """Make a new tracker the current one while a task runs. ``prefix`` is derived from ``url`` when absent."""
    tracker = Tracker(url, prefix_of(url) if prefix is None else prefix, language)
    token = _TRACKER.set(tracker)
    try:
        yield tracker
    finally:
        _TRACKER.reset(token)


#: The tracker of the task under way; asked for by every read, so there is no function of ours around it.
current: Callable[[], Tracker] = _TRACKER.get


def prefix_of(url: str) -> str:
    """The way from a page's url (relative to the root: "posts/a/") up to the root: "../../"; "./" at the root,
    since an empty href would mean the page itself."""
    return "../" * url.count("/") or "./"


def in_language(key: Key, language: str) -> Key:
    """The key of a page or record in another language: of ("posts", "x") it is ("posts@de", "x"), of ("page", "posts")
    it is ("page", "posts@de")."""
    if key[0] == "page":
        return ("page", f"{key[1]}@{language}")
    return (f"{key[0]}@{language}", *key[1:])


class Bodies(Protocol):
    """Rendered texts by record."""

    def get(self, key: tuple[str, str], /) -> Any:
        """The body of a record, or None."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a view may reach. ``urls`` maps (collection, id) and page ids to urls relative to the root. Records of
    the collections that are ``translated`` may have another form on pages in other languages (``in_language``)."""

    library: Library
    urls: Mapping[Key, str]
    bodies: Bodies
    translated: frozenset[str] = frozenset()
    _kinds: dict[str, type[RecordView]] = field(default_factory=dict, repr=False, compare=False)

    def view(self, collection: str, identifier: str) -> RecordView:
        """The view of a record that is known to exist, in the language of the page under way where there is one."""
        language = current().language
        if language and collection in self.translated:
            key = in_language((collection, identifier), language)
            current().note("has", *key)
            if key in self.library:
                collection = key[0]
        data = self.library.records[collection][identifier].data
        kind = self._kinds.get(collection)
        if kind is None:
            kind = self._kinds[collection] = _kind_of(data, collection)
        return kind(self, identifier, data)

    def href(self, key: Key) -> str | None:
        """A relative address of a page, noted as a dependency; None when there is no such page. Of a page that is there
        in the language of the page under way, the address is that."""
        tracker = current()
        if tracker.language and (key[0] == "page" or key[0] in self.translated):
            other = in_language(key, tracker.language)
            tracker.note("url", *other)
            url = self.urls.get(other)
            if url is not None:
                return tracker.prefix + url
        tracker.note("url", *key)
        url = self.urls.get(key)
        return None if url is None else tracker.prefix + url


class RecordView:
    """A record as templates see it. Fields are attributes; ``page`` is the address of its own page (or None),
    ``body`` its rendered text, ``related(name)`` the linked records of a collection. Of a translation ``collection``
    is that of what it translates."""

    __slots__ = ("_data", "_read", "_site", "_tracker", "id")
    collection = ""
    _stored = ""  # the collection as the library calls it

    def __init__(self, site: Site, identifier: str, data: Mapping[str, Any]) -> None:
        self._site, self.id, self._data = site, identifier, data
        self._tracker: Tracker | None = None
        self._read: set[str] = _NOWHERE

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(name)
        _note_read(self, name)
        data = self._data
        if name in data:
            return data[name]
        extra = data.get("extra") or ()
        if name in extra:
            return data["extra"][name]
        raise AttributeError(f"{self.collection} have no field {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordView) and (self.collection, self.id) == (other.collection, other.id)

    def __hash__(self) -> int:
        return hash((self.collection, self.id))

    def __repr__(self) -> str:  # the same in every process, as templates may show it
        return f"<{self.collection}: {self.id}>"

    def field_names(self) -> tuple[str, ...]:
        """All fields, for messages."""
        return (*self._data, *(self._data.get("extra") or ()), "page", "body", "related")

    @property
    def page(self) -> str | None:
        """The relative address of the record's own page, or None."""
        return self._site.href((self._stored, self.id))

    @property
    def body(self) -> Any:
        """The rendered body (``markup.Body``), or None for a record without text."""
        current().note("body", self._stored, self.id)
        return self._site.bodies.get((self._stored, self.id))

    def related(self, other: str) -> list[RecordView]:
        """Records of ``other`` that are linked with this one, from either side."""
        found = self._site.library.related(self.collection, self.id, other)
        if not found:  # one key for all collections of which none is, as most are
            current().note("linked", self.collection, self.id)
            return []
        current().note("related", self.collection, self.id, other)
        return [view_of(self._site, other, identifier) for identifier in found]


def _kind_of(data: Mapping[str, Any], stored: str) -> type[RecordView]:
    """Views of a collection with the fields of one of its records as properties: what is not found before
    ``__getattr__`` is asked costs six times as much. It still answers for fields that only some records have."""
    names = (name for name in data if not name.startswith("_") and not hasattr(RecordView, name))
    fields = {name: property(_reader(name)) for name in names}
    own = {"__slots__": (), "collection": stored.partition("@")[0], "_stored": stored}
    return type("RecordView", (RecordView,), {**own, **fields})


def translated_into(view: RecordView) -> str:
    """The language of a translation; empty for a record that is none."""
    return view._stored.partition("@")[2]


#: What a view that has read nothing has read.
_NOWHERE: set[str] = set()


def _note_read(view: RecordView, name: str) -> None:
    """Note a field; the set of those of the record is looked up once while a task runs."""
    tracker = current()
    if view._tracker is not tracker:
        view._tracker = tracker
        view._read = tracker.fields.setdefault((view._stored, view.id), set())
    view._read.add(name)


def _reader(name: str) -> Callable[[RecordView], Any]:
    def read(view: RecordView) -> Any:
        tracker = current()
        if view._tracker is tracker:
            view._read.add(name)
        else:
            _note_read(view, name)
        try:
            return view._data[name]
        except KeyError:
            raise AttributeError(name) from None

    return read


def view_of(site: Site, collection: str, identifier: str) -> RecordView:
    """The view of a record that is known to exist."""
    return site.view(collection, identifier)


_OPERATIONS = {
    "": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "in": "in", "has": "has",
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class CollectionView:
    """A collection, or a part of it, as templates see it: a lazy query. Each step gives a new view."""

    site: Site
    query: Query

    def __repr__(self) -> str:
        return f"<{self.query.collection}>"

    def ids(self) -> tuple[str, ...]:
        """The answer, noted as a dependency."""
        current().note("query", self.query)
        return self.site.library.query(self.query)

    def __iter__(self) -> Iterator[RecordView]:
        return (view_of(self.site, self.query.collection, identifier) for identifier in self.ids())

    def __len__(self) -> int:
        return len(self.ids())

    def where(self, **fields: Any) -> CollectionView:
        """Only records with these values; ``name__has=x`` asks whether a list holds x, ``name__in=(x, y)`` whether
        it is one of them, ``name__ne``, ``name__lt``, ``name__le``, ``name__gt``, ``name__ge`` compare."""
        conditions = list(self.query.where)
        for name, value in sorted(fields.items()):
            base, _, word = name.partition("__")
            operation = _OPERATIONS.get(word)
            if operation is None:
                known = ", ".join(f"{base}__{other}" for other in _OPERATIONS if other)
                raise TypeError(f"There is no {name}; there are {known}.")
            conditions.append((base, operation, freeze(value)))
        return replace(self, query=replace(self.query, where=tuple(conditions)))

    def sort(self, *names: str) -> CollectionView:
        """Another order: field names, “-” in front for descending."""
        return replace(self, query=replace(self.query, sort=names))

    def limit(self, count: int) -> CollectionView:
        """The first ``count`` only."""
        return replace(self, query=replace(self.query, limit=count))

    def get(self, identifier: str) -> RecordView | None:
        """One record, or None; either is a dependency."""
        collection = self.query.collection
        current().note("has", collection, identifier)
        if (collection, identifier) in self.site.library:
            return view_of(self.site, collection, identifier)
        return None


class Collections:
    """All collections by name, as attributes; one that has no record is empty."""

    __slots__ = ("_site",)

    def __init__(self, site: Site) -> None:
        self._site = site

    def __repr__(self) -> str:
        return "<collections>"

    def __getattr__(self, name: str) -> CollectionView:
        if name.startswith("_"):
            raise AttributeError(name)
        return CollectionView(self._site, Query(name))

    def __getitem__(self, name: str) -> CollectionView:
        return CollectionView(self._site, Query(name))


class ConfigView:
    """The settings as templates see them: ``site.title``. Each name is a dependency of its own. ``others`` are the
    settings on pages in other languages than the site's own."""

    __slots__ = ("_data", "_others")

    def __init__(
        self, data: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self._data, self._others = data, others or {}

    def __repr__(self) -> str:
        return "<site.yaml>"

    def setting_names(self) -> tuple[str, ...]:
        """All settings, for messages."""
        return tuple(self._data)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        tracker = current()
        tracker.note("config", name)
        data = self._data
        if tracker.language:
            tracker.note("config", "languages")
            tracker.note("config", "language")
            data = self._others.get(tracker.language, data)
        try:
            return data[name]
        except KeyError:
            raise AttributeError(f"site.yaml has no setting {name!r}") from None
