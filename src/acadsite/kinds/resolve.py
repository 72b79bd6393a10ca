"""Links between sources: ``[x](other.md)``, ``[[key]]``, ``[@key]``, pictures; resolved through the page graph.

Addresses of the site come back with the root mark in front (``track.ROOT``), which the page that shows the text
replaces by its own way to the root.
"""

from __future__ import annotations

import posixpath
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from acadsite.graph import href_of
from acadsite.kinds.pictures import foreign
from acadsite.links import is_external
from acadsite.markup import Link
from acadsite.markup.html import recording
from acadsite.problems import Problem, Span, did_you_mean, nearest, quote, warning
from acadsite.records import nfc
from acadsite.track import ROOT, current, in_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.graph import PageGraph
    from acadsite.kinds.pictures import Pictures
    from acadsite.library import Library


#: What is noted in ``Tracker.links``: a link into another document, whose anchors are known when all are rendered
#: ("fragment", collection, id, anchor, place), and one to a file or page that is not there ("missing", target, path,
#: kind, place); a picture that is shown ("picture", path), and one that cannot be ("unusable", target). A place is
#: (path, line, column, end line, end column), or () where it is not known.
Place = tuple[Any, ...]


#: How many links that lead nowhere get a hint: looking for what is meant costs the size of the site each time.
_HINTS = 50
#: What is missing, by the element that would show it.
_WHAT = {"": "picture", "video": "film", "audio": "recording"}
#: More names than this are not compared with every key that is misspelt.
_MANY = 500


@dataclass(slots=True)
class Resolver:
    """Resolves the targets of one build; notes links into documents, and those that lead nowhere.

    Each answer is a dependency (the keys “link” and “cite”: folder, target, kind), whatever was looked at to find it.
    """

    library: Library
    graph: PageGraph
    files: Mapping[str, Any]
    pictures: Pictures
    _names: dict[str, tuple[str, str]] | None = None
    _by_start: dict[str, list[str]] = field(default_factory=dict)
    _urls: frozenset[str] | None = None
    _outputs: frozenset[str] | None = None

    @property
    def _by_name(self) -> dict[str, tuple[str, str]]:
        """The record that each key, path and other name stands for. Most builds do not need to know."""
        if self._names is None:
            self._names = {}
            for record in self.library.every():
                key, data = (record.collection, record.id), record.data
                names = (record.id, data.get("key"), data.get("path"), *(data.get("key_aliases") or ()))
                for name in names:
                    if isinstance(name, str):
                        self._names.setdefault(nfc(name), key)
        return self._names

    def __call__(self, target: str, kind: str, place: Span | None) -> Link | None:
        """Where ``target`` leads, or None where it is left as it stands. ``kind`` is link, image, wiki or cite."""
        folder = posixpath.dirname(place.path) if place else "content"
        language = current().language
        about = (folder, target, kind, language) if language else (folder, target, kind)
        if kind in {"wiki", "cite"}:
            current().note("cite", *about)
            return self._record(target, kind, language)
        current().note("link", *about)
        if target.startswith("#") and len(target) > 1 and place is not None:
            key = self.library.sources.get(place.path)
            if key is not None:
                _note("fragment", *key, unquote(target[1:]), _plain(place))
            return None
        found = self._lead(target, kind, place, language)
        if found is None:
            return None
        link, path = found
        is_beside = path in self.pictures.beside
        picture = self.pictures.show(path, place) if kind == "image" or is_beside else None
        if picture is None and is_beside:
            _note("unusable", unquote(target))
            return None
        return Link(link.url, None, picture)

    def _lead(self, target: str, kind: str, place: Span | None, language: str) -> tuple[Link, str] | None:
        """Where an address leads from a page in a language, and the path or url of that."""
        if is_external(target) or target.startswith("#") or not target:
            return None
        path, mark, anchor = target.partition("#")
        path, question, query = path.partition("?")
        path = unicodedata.normalize("NFC", unquote(path))
        found = self._path(path, place, anchor, language)
        if found is None:
            _note("missing", unquote(target), path, kind, _plain(place))
            return None
        is_file = found in self.files or found in self.pictures.beside
        address = href_of(found.replace("%", "%25") if is_file else found)
        return Link(ROOT + address + question + query + mark + anchor), found

    def answer(
        self, folder: str, target: str, kind: str, language: str = ""
    ) -> tuple[str, str | None] | None:
        """Where ``target`` leads from a text in ``folder``, as a plain value."""
        place = Span(posixpath.join(folder, "x"))
        if kind in {"wiki", "cite"}:
            link = self._record(target, kind, language)
        else:
            found = self._lead(target, kind, place, language)
            link = found[0] if found else None
        return None if link is None else (link.url, link.title)

    def _record(self, name: str, kind: str, language: str) -> Link | None:
        name, mark, anchor = nfc(name).partition("#")
        key = self._by_name.get(name)
        if kind == "cite" and key is not None and key[0] != "publications":
            key = None
        key = self._version(key, language) if key else None
        page = self._version(("page", name), language)
        url = self._page_url(key, language) if key else self.graph.urls.get(page)
        if url is None:
            return None  # the writer says that there is no such key
        record = self.library.get(*key) if key else None
        title = _title(record.data) if record else name
        return Link(ROOT + url + mark + anchor, title)

    def hint(self, key: str, kind: str) -> str:
        """What may be meant by a key that nothing answers to, as a sentence; empty when nothing is like it. Among
        very many keys only those that begin alike are looked at."""
        current().note("hint", key, kind)
        key = nfc(key)
        known = self.library.records.get("publications", {}) if kind == "cite" else self._by_name
        if len(known) <= _MANY:
            return did_you_mean(key, known)
        if not self._by_start:
            for name in self._by_name:
                self._by_start.setdefault(name[:3].casefold(), []).append(name)
        alike = (name for name in self._by_start.get(key[:3].casefold(), ()) if name in known)
        return did_you_mean(key, sorted(alike, key=lambda name: (abs(len(name) - len(key)), name))[:_MANY])

    def _version(self, key: tuple[str, str], language: str) -> tuple[str, str]:
        """The key of a record or page, or of its version in a language, where there is one."""
        if not language or key == ("home", "home"):
            return key
        collection, identifier = in_language(key, language)
        return (collection, identifier) if (collection, identifier) in self.graph.urls else key

    def _home(self, key: tuple[str, str], language: str) -> tuple[str, str]:
        """The same for the home page, which is there in each language of the site, with or without a text."""
        wanted = (f"home@{language}", "home") if key[0] == "home" and language else key
        return wanted if ("page", wanted[0]) in self.graph.urls else ("home", "home")

    def _page_url(self, key: tuple[str, str], language: str) -> str | None:
        url = self.graph.urls.get(key)
        if url is not None:
            return href_of(url)
        if key[0] == "students":
            record = self.library.get(*key)
            return self._page_url(("people", record.data["person"]), language) if record else None
        listing = self.graph.urls.get(self._version(("page", key[0]), language))
        return None if listing is None else f"{href_of(listing)}#{key[1]}"

    def _path(self, path: str, place: Span | None, anchor: str, language: str) -> str | None:
        folder = posixpath.dirname(place.path) if place else "content"
        from_root = path.startswith("/")
        whole = path.lstrip("/") if from_root else posixpath.normpath(posixpath.join(folder, path))
        for candidate in (whole, f"content/{whole}"):
            key = self.library.sources.get(candidate)
            if key is not None:
                is_home = key[0].partition("@")[0] == "home"
                key = self._home(key, language) if is_home else self._version(key, language)
                url = self.graph.urls.get(("page", key[0]) if is_home else key)
                if anchor and place:
                    _note("fragment", *key, anchor, _plain(place))
                return url
        if whole.endswith(".html"):  # as a file of another program is called once it is built
            for ending in (".md", ".qmd", ".markdown", ".ipynb", ".tex"):
                found = self.library.sources.get(f"{whole.removesuffix('.html')}{ending}")
                if found is not None and found[0] in {"books", "chapters"}:
                    if anchor and place:
                        _note("fragment", *found, anchor, _plain(place))
                    return self.graph.urls.get(found)
        inner = whole.removeprefix("content/")
        static = inner.removeprefix("static/")
        if self._outputs is None:
            self._outputs = frozenset(self.graph.files or ())
        if static in self.files or static in self._outputs:
            return static
        for candidate in (whole, f"content/{whole}"):
            if candidate.startswith("content/") and (picture := self.pictures.find(candidate)) is not None:
                return picture
        if self._urls is None:
            self._urls = frozenset(self.graph.urls.values())
        for url in (inner, inner.rstrip("/") + "/", inner.removesuffix("index.html")):
            if url in self._urls or (url == "/" and inner == ""):
                return url.lstrip("/")
        name = posixpath.splitext(inner)[0]
        page = self._version(("page", name), language)
        return self.graph.urls.get(page) if path.endswith((".yaml", ".yml")) else None

    def _why_unread(self, path: str, folder: str) -> str:
        whole = posixpath.normpath(posixpath.join(folder, path))
        return self.library.unread.get(whole) or self.library.unread.get(f"content/{path.lstrip('/')}", "")

    def problems(self, missing: Iterable[tuple[Any, ...]]) -> tuple[Problem, ...]:
        """What is wrong with the links that lead nowhere, as they were noted."""
        pages = {posixpath.basename(name) for name in self.library.sources}
        files = {posixpath.basename(name) for name in (*self.files, *self.pictures.beside)}
        found = []
        hints = _HINTS
        for _, _, path, kind, where in sorted(missing, key=lambda item: (item[-1], item)):
            place = span_of(where)
            folder = posixpath.dirname(place.path) if place else "content"
            why = self._why_unread(path, folder)
            if why == "errors":
                continue  # which are reported; the link may be right
            if why:
                message = f"{quote(path)} is {why}: there is no page to link to."
                found.append(warning("link-hidden", message, place))
                continue
            hints -= 1
            names = pages | files if kind == "link" else files
            near = nearest(posixpath.basename(path), names) if hints >= 0 else None
            code = "image-missing" if kind == "image" else "link-missing"
            what = _WHAT[recording(path)] if kind == "image" else "file or page"
            hint = f"Did you mean “{near}”?" if near else f"Looked from {folder}/ and in content/static/."
            if kind == "image":
                inside = path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
                inside = posixpath.normpath(inside).removeprefix("content/").removeprefix("static/")
                if f"content/{inside}" in self.pictures.sources and foreign(inside):
                    message = f"Browsers do not show pictures such as {quote(path)}."
                    hint = "Save it as JPEG, PNG, WebP or SVG."
                    found.append(warning("image-unusable", message, place, hint))
                    continue
                beside = "" if recording(path) else f"content/{inside}, or at "
                hint = hint if near else f"Put it at {beside}content/static/{inside}."
            found.append(warning(code, f"There is no {what} {quote(path)}.", place, hint))
        return tuple(found)


def _note(*link: Any) -> None:
    current().links.append(link)


def _plain(place: Span | None) -> Place:
    if place is None:
        return ()
    return (place.path, place.line, place.column, place.end_line, place.end_column)


def span_of(place: Place) -> Span | None:
    """The place of a link as it was noted."""
    return Span(*place) if place else None


def _title(data: Mapping[str, Any]) -> str:
    for name in ("title_text", "display", "title", "name", "event"):
        value = data.get(name)
        if isinstance(value, str) and value:
            return value
    return str(data["id"])
