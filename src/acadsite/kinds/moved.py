"""Old addresses of the site as a whole: ``redirects:`` in site.yaml, for what has no front matter to name aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from acadsite.graph import Page, clean_url, old_url
from acadsite.links import unsafe_reason
from acadsite.problems import did_you_mean, error, quote
from acadsite.records import FrozenMap, freeze

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from acadsite.config import Config
    from acadsite.library import Library
    from acadsite.problems import Problem, Span


class Plan(Protocol):
    """What is planned so far."""

    library: Library
    config: Config
    pages: list[Page]
    problems: list[Problem]


def is_page(url: str) -> bool:
    """Whether what stands at ``url`` is sent as HTML, so that it can lead on."""
    return url.endswith(("/", ".html", ".htm"))


def no_page(written: str, url: str | None, place: Span | None) -> Problem:
    """What is wrong with an old address that cannot be had."""
    hint = "Use letters, digits, “-”, “_” and “.” between slashes, such as /about/."
    if url:
        hint = f"A server cannot lead on from there; put the file at content/static/{url}."
    return error("url-form", f"{quote(written)} is no address of a page.", place, hint)


def pages(plan: Plan, static: Collection[str]) -> tuple[Page, ...]:
    """A small page at each old address; an address or a target that cannot be is an error with its place.
    ``static`` are the paths of the files of content/static/."""
    given = plan.config["redirects"]
    return tuple(_pages(plan, given, static)) if given else ()


def _pages(plan: Plan, given: FrozenMap, static: Collection[str]) -> Iterator[Page]:
    names = {page.id: page for page in plan.pages}
    by_url = {page.url: page for page in plan.pages}
    for old, target in given.items():
        place = plan.config.place("redirects", old)
        url = old_url(old)
        if not url or not is_page(url):
            plan.problems.append(no_page(old, url, place))
            continue
        params = _target(plan, target, names, by_url, static)
        if params is not None:
            where = freeze(params)
            yield Page(f"redirect:{url}", url, "redirect", "redirect.html", old, None, where, place)
        elif not plan.library.lost:  # errors that are reported may have taken the page away
            hint = did_you_mean(target, [name for name in names if not name.startswith("redirect:")])
            hint = hint or "Such as cv, publication:KEY, /about/, or an address that begins with https://."
            message = f"The redirect from {quote(old)} leads to {quote(target)}, which is no page."
            plan.problems.append(error("url-target", message, place, hint))


def _target(
    plan: Plan, target: str, names: dict[str, Page], by_url: dict[str, Page], static: Collection[str]
) -> dict[str, Any] | None:
    """What the template needs to know: the id of a page and an anchor, or an address; None where nothing is there."""
    if target.startswith(("https://", "http://")):
        return None if unsafe_reason(target) else {"address": target}
    name, mark, anchor = target.partition("#")
    page = names.get(name) or _publication(plan, name, names)
    if page is None and name.startswith("/"):
        url = clean_url(name) if name.strip("/") else ""
        page = by_url.get(url) if url is not None else None
        if page is None and name.lstrip("/") in static:
            return {"address": target}
    return None if page is None else {"target": page.id, "anchor": mark + anchor}


def _publication(plan: Plan, name: str, names: dict[str, Page]) -> Page | None:
    """The page of a publication by the key that it has in its .bib file."""
    kind, _, key = name.partition(":")
    if kind != "publication":
        return None
    for record in plan.library.records.get("publications", {}).values():
        if record.data["key"] == key or key in (record.data["key_aliases"] or ()):
            return names.get(f"publication:{record.id}")
    return None
