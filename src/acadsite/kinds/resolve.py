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
from acadsite.links import is_external
from acadsite.markup import Link
from acadsite.problems import Problem, Span, did_you_mean, nearest, quote, warning
from acadsite.records import nfc
from acadsite.track import ROOT, current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.graph import PageGraph
    from acadsite.library import Library


@dataclass(frozen=True, slots=True)
class Fragment:
    """A link into another document, to be checked when all are rendered."""

    target: tuple[str, str]
    anchor: str
    place: Span


@dataclass(slots=True)
class Resolver:
    """Resolves the targets of one build; collects problems and links into documents."""

    library: Library
    graph: PageGraph
    files: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)
    fragments: list[Fragment] = field(default_factory=list)
    #: Addresses as written, and “page#anchor”, that are reported already.
    reported: set[str] = field(default_factory=set)
    _by_name: dict[str, tuple[str, str]] = field(default_factory=dict)
    _urls: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._urls = frozenset(self.graph.urls.values())
        for record in self.library.every():
            key = (record.collection, record.id)
            for name in (
                record.id,
                record.data.get("key"),
                record.data.get("path"),
                *(record.data.get("key_aliases") or ()),
            ):
                if isinstance(name, str):
                    self._by_name.setdefault(nfc(name), key)

    def __call__(self, target: str, kind: str, place: Span | None) -> Link | None:
        """Where ``target`` leads, or None where it is left as it stands. ``kind`` is link, image, wiki or cite."""
        if kind in {"wiki", "cite"}:
            return self._record(target, kind)
        if target.startswith("#") and len(target) > 1 and place is not None:
            key = self.library.sources.get(place.path)
            if key is not None:
                self.fragments.append(Fragment(key, unquote(target[1:]), place))
            return None
        if is_external(target) or target.startswith("#") or not target:
            return None
        path, mark, anchor = target.partition("#")
        path, question, query = path.partition("?")
        path = unicodedata.normalize("NFC", unquote(path))
        found = self._path(path, place, anchor)
        if found is None:
            self.reported.add(unquote(target))
            self._missing(path, kind, place)
            return None
        return Link(ROOT + href_of(found) + question + query + mark + anchor, None)

    def _record(self, name: str, kind: str) -> Link | None:
        name, mark, anchor = nfc(name).partition("#")
        key = self._by_name.get(name)
        if kind == "cite" and key is not None and key[0] != "publications":
            key = None
        url = self._page_url(key) if key else self.graph.urls.get(("page", name))
        if url is None:
            return None  # the writer says that there is no such key
        record = self.library.get(*key) if key else None
        title = _title(record.data) if record else name
        return Link(ROOT + url + mark + anchor, title)

    def hint(self, key: str, kind: str) -> str:
        """What may be meant by a key that nothing answers to, as a sentence; empty when nothing is like it."""
        known = self.library.records.get("publications", {}) if kind == "cite" else self._by_name
        return did_you_mean(nfc(key), known)

    def _page_url(self, key: tuple[str, str]) -> str | None:
        current().note("url", *key)
        url = self.graph.urls.get(key)
        if url is not None:
            return href_of(url)
        if key[0] == "students":
            record = self.library.get(*key)
            return self._page_url(("people", record.data["person"])) if record else None
        listing = self.graph.urls.get(("page", key[0]))
        return None if listing is None else f"{href_of(listing)}#{key[1]}"

    def _path(self, path: str, place: Span | None, anchor: str) -> str | None:
        folder = posixpath.dirname(place.path) if place else "content"
        from_root = path.startswith("/")
        whole = path.lstrip("/") if from_root else posixpath.normpath(posixpath.join(folder, path))
        for candidate in (whole, f"content/{whole}"):
            key = self.library.sources.get(candidate)
            if key is not None:
                url = "" if key == ("home", "home") else self.graph.urls.get(key)
                if anchor and place:
                    self.fragments.append(Fragment(key, anchor, place))
                return url
        inner = whole.removeprefix("content/")
        static = inner.removeprefix("static/")
        current().note("asset", static)
        if static in self.files:
            return static
        for url in (inner, inner.rstrip("/") + "/", inner.removesuffix("index.html")):
            if url in self._urls or (url == "/" and inner == ""):
                return url.lstrip("/")
        name = posixpath.splitext(inner)[0]
        return self.graph.urls.get(("page", name)) if path.endswith((".yaml", ".yml")) else None

    def _why_unread(self, path: str, folder: str) -> str:
        whole = posixpath.normpath(posixpath.join(folder, path))
        return self.library.unread.get(whole) or self.library.unread.get(f"content/{path.lstrip('/')}", "")

    def _missing(self, path: str, kind: str, place: Span | None) -> None:
        names = [*self.library.sources, *self.files] if kind == "link" else self.files
        folder = posixpath.dirname(place.path) if place else "content"
        why = self._why_unread(path, folder)
        if why == "errors":
            return  # which are reported; the link may be right
        if why:
            message = f"{quote(path)} is {why}: there is no page to link to."
            self.problems.append(warning("link-hidden", message, place))
            return
        near = nearest(posixpath.basename(path), {posixpath.basename(name) for name in names})
        code = "image-missing" if kind == "image" else "link-missing"
        what = "picture" if kind == "image" else "file or page"
        hint = f"Did you mean “{near}”?" if near else f"Looked from {folder}/ and in content/static/."
        self.problems.append(warning(code, f"There is no {what} {quote(path)}.", place, hint))


def _title(data: Mapping[str, Any]) -> str:
    for name in ("title_text", "display", "title", "name", "event"):
        value = data.get(name)
        if isinstance(value, str) and value:
            return value
    return str(data["id"])
