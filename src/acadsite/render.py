"""Rendering: one wave of bodies, one of pages. Takes values, gives values; never writes ``public/``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from acadsite import markup
from acadsite.graph import path_of
from acadsite.kinds.page import page_view
from acadsite.problems import Problem, Span, did_you_mean, warning
from acadsite.templates import on_pages
from acadsite.track import Site, tracking, view_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.config import Config
    from acadsite.graph import Page, PageGraph
    from acadsite.kinds.names import Names
    from acadsite.kinds.resolve import Resolver
    from acadsite.library import Library
    from acadsite.templates import Templates


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of pages by output path, and what was met on the way."""

    pages: Mapping[str, str]
    problems: tuple[Problem, ...]


def render_bodies(
    library: Library, config: Config, resolver: Resolver
) -> tuple[dict[tuple[str, str], Any], tuple[Problem, ...]]:
    """Wave 1: every document as ``markup.Body``, by (collection, id)."""
    bodies = {}
    problems: list[Problem] = []
    for key, document in library.documents.items():
        with tracking() as tracker:
            tracker.note("document", *key)
            tracker.note("config", "markup")
            tracker.note("field", *key, "title")
            tree = markup.read(
                document.text,
                document.path,
                dialect=document.dialect,
                first_line=document.line,
                html=config["markup"]["html"],
            )
            has_title = bool(library.records[key[0]][key[1]].data.get("title")) or key[0] == "home"
            body = markup.render(tree, resolve=resolver, heading_shift=1 if has_title else 0)
        bodies[key] = body
        problems += [*body.problems, *tracker.problems]
    return bodies, tuple(problems)


def link_problems(
    resolver: Resolver, graph: PageGraph, bodies: Mapping[tuple[str, str], Any], pages: Mapping[str, str]
) -> tuple[Problem, ...]:
    """What the resolver found in bodies and in the texts of pages. Anchors are looked for when all pages are
    there, since templates have anchors as well."""
    found = list(resolver.problems())
    for fragment in resolver.fragments:
        body = bodies.get(fragment.target)
        known = body.anchors if body is not None else ()
        path = path_of(graph.urls.get(fragment.target, ""))
        if fragment.anchor in known or f'id="{escape(fragment.anchor)}"' in pages.get(path, ""):
            continue
        hint = did_you_mean(fragment.anchor, known)
        message = f"The document has no anchor “#{fragment.anchor}”."
        found.append(warning("link-anchor", message, fragment.place, hint))
        resolver.reported.add(f"{path}#{fragment.anchor}")
    return tuple(found)


def render_pages(
    graph: PageGraph, templates: Templates, config: Config, site: Site, names: Names
) -> Rendered:
    """Wave 2: every page through its template."""
    pages: dict[str, str] = {}
    problems: list[Problem] = []
    faults: list[tuple[str, Problem]] = []
    for page in graph.pages.values():
        pages[page.path], fault, found = render_page(page, templates, config, site, names)
        problems += found
        faults += ((page.id, problem) for problem in fault)
    return Rendered(pages, (*problems, *on_pages(faults)))


def render_page(
    page: Page, templates: Templates, config: Config, site: Site, names: Names
) -> tuple[str, tuple[Problem, ...], tuple[Problem, ...]]:
    """One page: its text, what is wrong with its template, and what was met in its content. The page for “not
    found” is served at any address, so its links begin at the site's base."""
    prefix = config.base_path if page.kind == "404" else None
    with tracking(page.url, prefix) as tracker:
        tracker.note("page", page.id)
        if page.kind == "404":
            tracker.note("config", "url")
        subject = page.subject or (("home", "home") if page.kind == "home" else None)
        context = {
            "page": page_view(page, config, site, names),
            "record": view_of(site, *subject) if subject else None,
        }
        text, faults = templates.render(page.template, context)
    where = page.where if page.where.path else Span("site.yaml")
    placed = tuple(
        problem
        if problem.where
        else Problem(problem.level, problem.code, problem.message, where, problem.hint)
        for problem in tracker.problems
    )
    return text, faults, placed
