"""Checks of the finished pages: every link, anchor and id, as a browser would find them.

Reads the outputs in memory with the standard library's HTML parser, so it sees what is published whatever made
it: our templates, a site's own ones, or HTML in Markdown.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from acadsite.graph import path_of
from acadsite.links import is_external, scheme_of, unsafe_reason
from acadsite.problems import Problem, Span, did_you_mean, error, nearest, quote, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.config import Config
    from acadsite.graph import Page, PageGraph
    from acadsite.library import Library
    from acadsite.publish import Output

_ADDRESSES = {
    ("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("source", "src"), ("iframe", "src"),
    ("video", "src"), ("audio", "src"), ("form", "action"), ("area", "href"),
}  # fmt: skip


_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
#: How many addresses that lead nowhere get a hint: looking for what is meant costs the size of the site each time.
_HINTS = 50


@dataclass(slots=True)
class _Facts(HTMLParser):
    """Ids and addresses of one page."""

    ids: dict[str, int] = field(default_factory=dict)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    pictures_without_alt: list[str] = field(default_factory=list)
    #: Pictures of the text that say nothing, and figures that say what their captions do.
    silent: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    title: str = ""
    headings: int = 0
    _in_title: bool = False
    #: Open elements, with whether each is a text of the content.
    _open: list[tuple[str, bool]] = field(default_factory=list)
    _shown: list[tuple[str, str]] = field(default_factory=list)
    _caption: str = ""
    #: How many elements were open where a caption began, and the label in it; 0 for none.
    _caption_at: int = 0
    _label_at: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] = self.ids.get(value, 0) + 1
            elif (tag, name) in _ADDRESSES and value is not None:
                self.addresses.append((tag, value))
        if tag == "img":
            self._picture(dict(attrs))
        self._in_title = tag == "title"
        self.headings += tag == "h1"
        if tag not in _VOID:
            self._enter(tag, dict(attrs).get("class") or "")

    handle_startendtag = handle_starttag

    def _enter(self, tag: str, classes: str) -> None:
        is_text = bool(self._open and self._open[-1][1]) or "prose" in classes.split()
        self._open.append((tag, is_text))
        if tag == "figure":
            self._shown = []
        elif tag == "figcaption":
            self._caption, self._caption_at = "", len(self._open)
        elif self._caption_at and classes == "label":
            self._label_at = len(self._open)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if not any(name == tag for name, _ in self._open):
            return
        while self._open.pop()[0] != tag:
            pass
        if len(self._open) < self._label_at:
            self._label_at = 0
        if self._caption_at and len(self._open) < self._caption_at:
            caption, self._caption_at = " ".join(self._caption.split()), 0
            self.repeated += (source for source, words in self._shown if words and words == caption)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._caption_at and not self._label_at:
            self._caption += data

    def _picture(self, given: dict[str, str | None]) -> None:
        source, alternative = given.get("src") or "", given.get("alt")
        if alternative is None:
            self.pictures_without_alt.append(source)
        elif not alternative and self._open and self._open[-1][1] and given.get("role") != "presentation":
            self.silent.append(source)
        self._shown.append((source, " ".join((alternative or "").split())))


@dataclass(frozen=True, slots=True)
class _Checks:
    """What a check of all pages knows."""

    facts: Mapping[str, _Facts]
    outputs: Mapping[str, Output]
    base: str
    library: Library
    reported: frozenset[str]
    places: dict[str, Span] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)

    def place(self, page: Page, address: str, target: str = "") -> Span:
        """The place in the content that an address comes from: a field of a record, a line of a document, else
        the page's own source."""
        if not self.places:
            for text, record, path in self.library.texts():
                self.places.setdefault(text, record.place(*path))
        key = self.library.sources.get(page.where.path)
        keys = (*page.also, *([key] if key else ()))
        for document in filter(None, map(self.library.documents.get, keys)):
            for words in (address, posixpath.basename(unquote(address))):
                for at, line in enumerate(document.text.split("\n") if words else ()):
                    column = line.find(words)
                    if column >= 0:
                        number, end = document.line + at, column + 1 + len(words)
                        return Span(document.path, number, column + 1, number, end)
        for text in (address, target, f"/{target}"):
            if text in self.places:
                return self.places[text]
        return page.where


def check_outputs(
    outputs: Mapping[str, Output],
    graph: PageGraph,
    config: Config,
    library: Library,
    reported: frozenset[str] = frozenset(),
) -> tuple[Problem, ...]:
    """Problems of the pages: links and anchors that lead nowhere, ids that stand twice, pictures without
    alternative text, pages without title or main heading.

    What leads nowhere is told once, however many pages show it, and not at all where it is ``reported`` already.
    """
    facts: dict[str, _Facts] = {}
    for page in graph.pages.values():
        output = outputs.get(page.path)
        if output is not None and page.path.endswith(".html"):
            facts[page.path] = parser = _Facts()
            parser.feed(output.data.decode("utf-8"))
    checks = _Checks(facts, outputs, config.base_path, library, reported)
    problems: list[Problem] = []
    links: dict[tuple[str, str], Problem] = {}
    # Pages of records come first: they know best where an address is from.
    for page in sorted(graph.pages.values(), key=lambda page: page.subject is None):
        if page.path in facts:
            problems += _page(page, checks)
            for tag, address in dict.fromkeys(facts[page.path].addresses):
                found = _link(page, tag, address, checks)
                if found is not None:
                    links.setdefault((found[0], found[1].code), found[1])
    return (*problems, *links.values())


def _page(page: Page, checks: _Checks) -> list[Problem]:
    found = checks.facts[page.path]
    where = page.where
    problems = []
    for identifier, number in found.ids.items():
        if number > 1:
            message = f"The page {quote(page.path)} has the id {quote(identifier)} {number} times."
            problems.append(warning("page-duplicate-id", message, where))
    if not found.title.strip():
        problems.append(warning("page-title", f"The page {quote(page.path)} has no title.", where))
    if found.headings != 1 and page.kind != "redirect":
        message = f"The page {quote(page.path)} has {found.headings or 'no'} main headings (h1)."
        problems.append(warning("page-heading", message, where, "A page has exactly one."))
    for source in found.silent:
        message = (
            f"The picture {quote(source)} on {quote(page.path)} says nothing to those who do not see it."
        )
        hint = "Write what it shows: ![words](…), or {role=presentation} for decoration."
        problems.append(warning("image-alt", message, checks.place(page, source), hint))
    for source in found.repeated:
        message = f"The figure {quote(source)} on {quote(page.path)} has its caption as its alternative text."
        hint = 'Say what it shows with {fig-alt="…"}.'
        problems.append(warning("image-alt", message, checks.place(page, source), hint))
    for source in found.pictures_without_alt:
        message = f"The picture {quote(source)} on {quote(page.path)} has no alternative text."
        hint = 'Write what it shows, or alt="" for decoration.'
        problems.append(warning("image-alt", message, checks.place(page, source), hint))
    return problems


def _link(page: Page, tag: str, address: str, checks: _Checks) -> tuple[str, Problem] | None:
    """What an address leads to, and what is wrong with that; None where it is fine or reported already."""
    reason = unsafe_reason(address)
    if reason and not (tag == "img" and address.startswith("data:image/")):
        message = f"The address {quote(address)} on {quote(page.path)} {reason}."
        make = error if scheme_of(address) else warning
        hint = "" if scheme_of(address) else "Write it with https:."
        return address, make("link-unsafe", message, checks.place(page, address), hint)
    if is_external(address) or not address or unquote(address) in checks.reported:
        return None
    parts = urlsplit(address)
    path = unquote(parts.path)
    if path.startswith("/"):
        within = path.removeprefix(checks.base) if path.startswith(checks.base) else path.lstrip("/")
    else:
        within = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
        if path.endswith(("/", "..", ".")) or path in {".", ".."}:
            within = "" if within == "." else within + "/"
    target = path_of(within)
    if target not in checks.outputs:
        checks.dead.add(target)
        near = nearest(target, checks.outputs) if len(checks.dead) <= _HINTS else None
        hint = f"Did you mean “{near}”?" if near else ""
        if not near and posixpath.splitext(target)[1] not in {"", ".html", ".md"}:
            hint = f"Put the file at content/static/{target}, or mend the address."
        message = f"The link to {quote(within)} on {quote(page.path)} leads to nothing."
        return target, warning("page-link", message, checks.place(page, address, within), hint)
    anchor = unquote(parts.fragment)
    whole = f"{target}#{anchor}"
    facts = checks.facts.get(target)
    if tag == "link":  # nobody follows it: what stands behind the “#” is the name of a thing
        return None
    if anchor and facts and anchor not in facts.ids and anchor != "top" and whole not in checks.reported:
        message = (
            f"The link {quote(address)} on {quote(page.path)} names an anchor that {quote(target)} lacks."
        )
        place = checks.place(page, address, f"#{anchor}")
        return whole, warning("page-anchor", message, place, did_you_mean(anchor, facts.ids))
    return None
