"""A finished site as the checks see it: outputs in memory, the pages among them, and where content stands."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from acadsite.check.facts import Facts, facts_of
from acadsite.graph import path_of
from acadsite.links import is_external
from acadsite.markup.source import line_in
from acadsite.problems import Span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from acadsite.config import Config
    from acadsite.graph import Page, PageGraph
    from acadsite.library import Library
    from acadsite.publish import Output


@dataclass(frozen=True, slots=True)
class Finished:
    """Everything that a check may look at. ``reported`` are links of the content that the build told of already,
    ``facts`` those of each HTML page by its path."""

    outputs: Mapping[str, Output]
    graph: PageGraph
    config: Config
    library: Library
    today: dt.date
    reported: frozenset[str] = frozenset()
    facts: dict[str, Facts] = field(default_factory=dict)
    _places: dict[str, Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for page in self.graph.pages.values():
            output = self.outputs.get(page.path)
            if output is not None and page.path.endswith(".html"):
                self.facts[page.path] = facts_of(output.data.decode("utf-8"))

    def pages(self) -> list[Page]:
        """The HTML pages. Those of records come first: they know best where something is from."""
        pages = [page for page in self.graph.pages.values() if page.path in self.facts]
        return sorted(pages, key=lambda page: page.subject is None)

    def place(self, page: Page, address: str, target: str = "") -> Span:
        """The place in the content that an address comes from: a line of a document, a field of a record, else the
        page's own source."""
        found = self.line(page, address) or self.line(page, posixpath.basename(unquote(address)))
        if found is not None:
            return found
        if not self._places:
            for text, record, path in self.library.texts():
                self._places.setdefault(text, record.place(*path))
        for text in (address, target, f"/{target}"):
            if text in self._places:
                return self._places[text]
        return page.where

    def line(self, page: Page, words: str) -> Span | None:
        """Where the documents of a page have these words."""
        key = self.library.sources.get(page.where.path)
        keys = (*page.also, *([key] if key else ()))
        for document in filter(None, map(self.library.documents.get, keys)):
            for at, line in enumerate(document.text.split("\n") if words else ()):
                column = line.find(words)
                if column >= 0 and document.lines:
                    number, shift = line_in(document.lines, at)
                    # What stands for an output is not written in the file.
                    return Span(document.path, number, column + shift + 1 if shift else 1)
                if column >= 0:
                    number, end = document.line + at, column + 1 + len(words)
                    return Span(document.path, number, column + 1, number, end)
        return None

    def target(self, page: Page, address: str) -> tuple[str, str] | None:
        """What an address on a page leads to: the path below the site's root as it is written, and that of the file;
        None where it leads elsewhere or cannot be read."""
        if is_external(address) or not address:
            return None
        try:
            path = unquote(urlsplit(address).path)
        except ValueError:
            return None
        base = unquote(self.config.base_path)
        if path.startswith("/"):
            within = path.removeprefix(base) if path.startswith(base) else path.lstrip("/")
        else:
            within = (
                posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
            )
            if path.endswith(("/", "..", ".")) or path in {".", ".."}:
                within = "" if within == "." else within + "/"
        return within, path_of(within)
