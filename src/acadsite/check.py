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
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import Problem, did_you_mean, error, nearest, quote, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.config import Config
    from acadsite.graph import Page, PageGraph
    from acadsite.publish import Output

_ADDRESSES = {
    ("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("source", "src"), ("iframe", "src"),
    ("video", "src"), ("audio", "src"), ("form", "action"), ("area", "href"),
}  # fmt: skip


@dataclass(slots=True)
class _Facts(HTMLParser):
    """Ids and addresses of one page."""

    ids: dict[str, int] = field(default_factory=dict)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    pictures_without_alt: list[str] = field(default_factory=list)
    title: str = ""
    headings: int = 0
    _in_title: bool = False

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] = self.ids.get(value, 0) + 1
            elif (tag, name) in _ADDRESSES and value is not None:
                self.addresses.append((tag, value))
        if tag == "img" and not any(name == "alt" for name, _ in attrs):
            self.pictures_without_alt.append(dict(attrs).get("src") or "")
        self._in_title = tag == "title"
        self.headings += tag == "h1"

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def check_outputs(outputs: Mapping[str, Output], graph: PageGraph, config: Config) -> tuple[Problem, ...]:
    """Problems of the pages: links and anchors that lead nowhere, ids that stand twice, pictures without
    alternative text, pages without title or main heading."""
    facts: dict[str, _Facts] = {}
    for page in graph.pages.values():
        output = outputs.get(page.path)
        if output is not None and page.path.endswith(".html"):
            facts[page.path] = parser = _Facts()
            parser.feed(output.data.decode("utf-8"))
    problems: list[Problem] = []
    for page in graph.pages.values():
        if page.path in facts:
            problems += _page(page, facts, outputs, config.base_path)
    return tuple(problems)


def _page(page: Page, facts: Mapping[str, _Facts], outputs: Mapping[str, Output], base: str) -> list[Problem]:
    found = facts[page.path]
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
    for source in found.pictures_without_alt:
        message = f"The picture {quote(source)} on {quote(page.path)} has no alternative text."
        problems.append(
            warning("image-alt", message, where, 'Write what it shows, or alt="" for decoration.')
        )
    for tag, address in dict.fromkeys(found.addresses):
        problem = _link(page, tag, address, facts, outputs, base)
        if problem is not None:
            problems.append(problem)
    return problems


def _link(  # noqa: PLR0917
    page: Page, tag: str, address: str, facts: Mapping[str, _Facts], outputs: Mapping[str, Output], base: str
) -> Problem | None:
    reason = unsafe_reason(address)
    if reason and not (tag == "img" and address.startswith("data:image/")):
        message = f"The address {quote(address)} on {quote(page.path)} {reason}."
        return error("link-unsafe", message, page.where)
    if is_external(address) or not address:
        return None
    parts = urlsplit(address)
    path = unquote(parts.path)
    if path.startswith("/"):
        target = path.removeprefix(base) if path.startswith(base) else path.lstrip("/")
    else:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
        if path.endswith(("/", "..", ".")) or path in {".", ".."}:
            target = "" if target == "." else target + "/"
    target = path_of(target)
    if target not in outputs:
        near = nearest(target, outputs)
        hint = f"Did you mean “{near}”?" if near else ""
        message = f"The link {quote(address)} on {quote(page.path)} leads to nothing."
        return warning("page-link", message, page.where, hint)
    anchor = unquote(parts.fragment)
    if anchor and target in facts and anchor not in facts[target].ids and anchor != "top":
        message = (
            f"The link {quote(address)} on {quote(page.path)} names an anchor that {quote(target)} lacks."
        )
        return warning("page-anchor", message, page.where, did_you_mean(anchor, facts[target].ids))
    return None
