"""The menu as ``menu:`` in site.yaml has it: pages, files of the site, and addresses elsewhere.

A page is named as the site has it (``about``, ``course:algebra``), by its address (``/about/``), or by the path of its
source, as in other tools (``about.md``, ``posts/``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from acadsite.graph import ADDRESS, FILE, clean_url
from acadsite.links import leads_elsewhere, unsafe_reason
from acadsite.problems import did_you_mean, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from acadsite.config import Config
    from acadsite.graph import Page
    from acadsite.library import Library
    from acadsite.problems import Problem, Span

#: What stands before and behind the name of a page or list where the path of its source is written.
_BEFORE: Final = re.compile(r"(?:\./)?(?:docs/|content/)?(?:pages/)?")
_BEHIND: Final = re.compile(r"(?:(?:^|/)index)?\.(?:md|markdown|html?|ya?ml|ipynb|qmd|tex)\Z", re.IGNORECASE)


class Plan(Protocol):
    """What is planned so far."""

    library: Library
    config: Config
    pages: list[Page]
    problems: list[Problem]


def given_menu(
    plan: Plan, lists: Mapping[str, str], static: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The entries as (title, key): the key of a page, or what ``graph.Menu`` has for files and addresses. ``lists``
    are the collections that have a page as long as they have records, ``static`` the paths of the files of
    content/static/. What leads nowhere is left out with ``menu-page`` or, a list without records, ``menu-empty``; what
    may not be linked, with ``link-unsafe``."""
    names = {page.id.partition(":")[2]: page for page in plan.pages if page.kind in {"page", "book"}}
    names |= {page.id: page for page in plan.pages}
    for at, item in enumerate(plan.config["menu"]):
        entry = {"page": item} if isinstance(item, str) else item
        if not entry:
            continue  # what is wrong with it is reported
        wanted, title = str(entry["page"]), str(entry.get("title") or "")
        word = _BEHIND.sub("", _BEFORE.sub("", wanted.strip("/"), count=1)) or ("home" if wanted else "")
        page = names.get(wanted) or _page_at(plan, wanted, names) or names.get(word)
        if page is not None:
            yield title or page.title, page.key
        elif reason := unsafe_reason(wanted):
            message = f"The address {quote(wanted)} {reason}; it is left out."
            plan.problems.append(warning("link-unsafe", message, _place(plan.config, at, title)))
        elif leads_elsewhere(wanted):
            yield title or re.sub(r"\A[a-z]+:(?://)?|/\Z", "", wanted), (ADDRESS, wanted)
        elif path := _file(plan.library, wanted, static):
            yield title or path.rpartition("/")[2], (FILE, path)
        elif not {wanted, word} & plan.library.lost:  # the errors there are reported
            choices = [*lists, *(name for name in names if not name.startswith("redirect:"))]
            choices += [f"/{path}" for path in sorted(static)]
            plan.problems.append(_absent(_place(plan.config, at, title), wanted, word, lists, choices))


def _page_at(plan: Plan, wanted: str, names: Mapping[str, Page]) -> Page | None:
    """The page with an address of the site, now or once, or of the source with that path."""
    url = clean_url(wanted)
    for page in plan.pages:
        if page.url == url and wanted:
            return names.get(str(page.params.get("target")), page)
    sources = {f"{folder}{wanted.strip('/')}" for folder in ("", "content/", "content/pages/")}
    found = [page for page in plan.pages if page.subject and page.where.path in sources]
    return found[0] if len(found) == 1 else None


def _file(library: Library, wanted: str, static: Collection[str]) -> str:
    """The output that a path names: a file of content/static/, the bibliography, or the PDF of a CV or book; empty
    where there is none."""
    path = wanted.strip("/").removeprefix("content/").removeprefix("static/")
    for name in (path, f"{path}/index.html"):
        if name in static:
            return name
    if path == "publications.bib" and "publications" in library.records:
        return path
    record = library.get("cv", "cv")
    if record is not None and path.endswith(".pdf"):
        from acadsite.kinds.cv import cv_path, cvs

        if path in {cv_path(one.id) for one in cvs(record) if "pdf" in one.show}:
            return path
    book = library.get("books", path.removesuffix(".pdf")) if path.endswith(".pdf") else None
    return path if book is not None and book.data["pdf"] and book.data["order"] else ""


def _place(config: Config, at: int, title: str) -> Span:
    """Where an entry says what it leads to."""
    keys = (f"menu.{at}.page", f"menu.{at}.url", f"menu.{at}.href", f"menu.{at}.{title}", f"menu.{title}")
    return next((config.spans[key] for key in keys if key in config.spans), config.place("menu", at))


def _absent(
    place: Span, wanted: str, word: str, lists: Mapping[str, str], choices: Collection[str]
) -> Problem:
    """What is told of an entry of the menu that has no page. That of a list comes and goes with its records, and the
    entry with it."""
    if word in lists:
        message = f"The menu names {quote(wanted)}, of which there are none: the entry is left out."
        hint = "It comes with the first one; or take it out of “menu”."
        return warning("menu-empty", message, place, hint)
    hint = did_you_mean(word, choices) or "Such as publications, about.md, /cv.pdf or https://example.org/."
    return error("menu-page", f"The menu names {quote(wanted)}, which is no page.", place, hint)
