"""The pipeline: sources → library → page graph → bodies → pages → public/."""

from __future__ import annotations

import datetime as dt
import gc
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acadsite.collect.gather import Gathered, gather
from acadsite.config import Config, read_config
from acadsite.extend import Registry, load_extensions
from acadsite.graph import PageGraph, make_graph
from acadsite.kinds.names import Names, previews
from acadsite.kinds.resolve import Resolver
from acadsite.kinds.sections import unknown_sections
from acadsite.kinds.web import plan
from acadsite.problems import Report, Span
from acadsite.publish import Output, Published, check_output, publish
from acadsite.render import link_problems, render_bodies, render_pages
from acadsite.templates import Theme, environment, read_theme
from acadsite.track import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


#: All publications for download; a file of that name in content/static/ takes its place.
_BIBLIOGRAPHY = "publications.bib"


@dataclass(slots=True)
class Result:
    """What a build made: outputs by path, the graph, problems, seconds by stage, and which links of the content
    are ``reported`` already (``kinds.resolve``)."""

    report: Report
    config: Config
    library: Gathered | None = None
    graph: PageGraph | None = None
    outputs: dict[str, Output] = field(default_factory=dict)
    published: Published | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    reported: frozenset[str] = frozenset()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure one stage."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def build(root: Path, out: Path, *, today: dt.date, drafts: bool = False, url: str | None = None) -> Result:
    """Build the site in ``root`` into ``out``; with any error ``out`` stays as it is."""
    result = render(root, today=today, drafts=drafts, url=url)
    result.report.extend(check_output(root, out))
    if not result.report.has_errors:
        with result.stage("publish"):
            result.published, problems = publish(root, out, result.outputs)
        result.report.extend(problems)
    return result


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No search for cycles meanwhile: reading makes a million values that stay, and looking at all of them again
    and again makes 10,000 entries cost more than ten times 1,000."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def render(root: Path, *, today: dt.date, drafts: bool = False, url: str | None = None) -> Result:
    """Everything of a build but the writing: the outputs stay in memory."""
    config, problems = read_config(root, url)
    result = Result(Report(), config)
    result.report.extend(problems)
    with result.stage("collect"):
        registry, problems = load_extensions(root, config)
        result.report.extend(problems)
        theme, problems = read_theme(root, config["theme"], config.place("theme"))
        result.report.extend(problems)
        with _collector_paused():
            gathered = result.library = gather(root, config, registry, today, drafts=drafts)
        result.report.extend(gathered.problems)
    if any(problem.code == "site-missing" for problem in result.report.problems):
        return result
    with result.stage("route"):
        graph, assets = _route(result, registry, theme)
    resolver = Resolver(gathered.library, graph, gathered.static)
    with result.stage("bodies"):
        bodies, problems = render_bodies(gathered.library, config, resolver)
        result.report.extend(problems)
    with result.stage("pages"):
        site = Site(gathered.library, graph.urls, bodies)
        names = Names(site, config, graph, gathered.static, assets, resolver, previews(gathered.static))
        templates = environment(theme, names.filters(), names.globals(), registry.filters)
        result.report.extend(unknown_sections(site))
        rendered = render_pages(graph, templates, config, site, names)
        result.report.extend(rendered.problems)
        result.report.extend(link_problems(resolver, graph, bodies, rendered.pages))
        result.reported = frozenset(resolver.reported)
    for path, text in rendered.pages.items():
        result.outputs[path] = Output(path, text.encode("utf-8"))
    result.outputs |= _files(root, gathered, assets)
    return result


def _route(result: Result, registry: Registry, theme: Theme) -> tuple[PageGraph, dict[str, Path]]:
    """The page graph, with the files that take addresses as well."""
    gathered = result.library
    assert gathered is not None  # noqa: S101
    more, problems = registry.pages(gathered.library, result.config)
    result.report.extend(problems)
    pages, menu, problems = plan(gathered.library, result.config, more)
    result.report.extend(problems)
    assets, problems = theme.assets()
    result.report.extend(problems)
    files = [(f"assets/{name}", Span(f"assets/{name}")) for name in assets]
    files += [(path, Span(source.path)) for path, source in gathered.static.items()]
    if _BIBLIOGRAPHY not in gathered.static and "publications" in gathered.library.records:
        files.append((_BIBLIOGRAPHY, Span("content/publications")))
    result.graph, problems = make_graph(pages, menu, files)
    result.report.extend(problems)
    return result.graph, assets


def _files(root: Path, gathered: Gathered, assets: dict[str, Path]) -> dict[str, Output]:
    """Outputs that no template makes: static files, the theme's assets, the bibliography."""
    outputs = {path: Output(path, copy=root / source.disk) for path, source in gathered.static.items()}
    outputs |= {f"assets/{name}": Output(f"assets/{name}", copy=path) for name, path in assets.items()}
    works = gathered.library.records.get("publications", {})
    if works and _BIBLIOGRAPHY not in outputs:
        text = "\n\n".join(record.data["bibtex_whole"] for record in works.values()) + "\n"
        outputs[_BIBLIOGRAPHY] = Output(_BIBLIOGRAPHY, text.encode("utf-8"))
    return outputs


def day(wish: str | None) -> dt.date:
    """The day of a build: the one wished for, else ``SOURCE_DATE_EPOCH`` (UTC), else today.

    Raises ValueError for a wish that is no date (YYYY-MM-DD), and for a time that no calendar has.
    """
    if wish:
        return dt.date.fromisoformat(wish)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
        except (OverflowError, OSError) as failure:
            raise ValueError(epoch) from failure
    return dt.datetime.now(dt.UTC).date()
