"""The page under way, as its template sees it: title, language, addresses and description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.bibtex import latex
from acadsite.graph import href_of
from acadsite.markup.inline import plain
from acadsite.track import Site, current, view_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.config import Config
    from acadsite.graph import Page
    from acadsite.kinds.names import Names

_SETTINGS = frozenset(("config", name) for name in ("url", "title", "language"))
_RTL = {"ar", "he", "fa", "ur", "yi", "dv", "ps", "sd", "ug"}


class PageView(NamedTuple):
    """The page under way, as its template sees it."""

    id: str
    url: str
    kind: str
    title: str
    params: Mapping[str, Any]
    lang: str
    is_rtl: bool
    site_name: str
    canonical: str
    description: str


def page_view(page: Page, config: Config, site: Site, names: Names) -> PageView:
    """The page under way for its template."""
    current().keys.update(_SETTINGS)
    base = config["url"]
    name = site_name(names)
    title = name if page.kind == "home" else names.t(page.title) if page.subject is None else page.title
    lang = config["language"]
    return PageView(
        page.id,
        page.url,
        page.kind,
        title,
        page.params,
        lang,
        lang.partition("-")[0] in _RTL,
        name,
        f"{base}{href_of(page.url)}" if base and page.kind != "404" else "",
        _description(page, config, site),
    )


def site_name(names: Names) -> str:
    """What the site is called: its title, else its owner's name."""
    current().note("config", "title")
    owner = names.owner()
    return str(names.config["title"] or (owner.display if owner else "Home"))


def _description(page: Page, config: Config, site: Site) -> str:
    """One or two sentences about a page, for search engines; at most 200 characters."""
    text = ""
    if page.kind == "home":
        current().note("config", "description")
        text = config["description"] or ""
    elif page.subject is not None:
        record = view_of(site, *page.subject)
        if page.kind == "publication":
            text = " ".join(latex.plain(paragraph) for paragraph in record.abstract[:1])
        else:
            text = plain(str(getattr(record, "summary", None) or getattr(record, "abstract", None) or ""))
            if not text and record.body is not None:
                text = record.body.excerpt
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:199].rpartition(" ")[0] + "…"
