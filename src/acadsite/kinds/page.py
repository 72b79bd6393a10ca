"""The page under way, as its template sees it: title, language, addresses and description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.graph import href_of
from acadsite.kinds import languages
from acadsite.kinds.descriptions import description
from acadsite.languages import is_rtl
from acadsite.track import Site, current, view_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.graph import Page
    from acadsite.kinds.names import Names

_SETTINGS = frozenset(("config", name) for name in ("url", "title", "language"))


class PageView(NamedTuple):
    """The page under way, as its template sees it. ``id`` is its name in ``link()``, ``url`` its address from the root
    of the site, ``kind`` its page kind; ``title`` is plain text but where the record's is Markdown; ``params`` has what
    else its template needs. ``lang`` is its language, ``is_rtl`` whether that is written from right to left;
    ``site_name`` the title of the site, or its owner's name. ``canonical`` is its full address, empty where site.yaml
    has no url; ``description`` plain text for machines."""

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


def page_view(page: Page, site: Site, names: Names) -> PageView:
    """The page under way for its template."""
    current().keys.update(_SETTINGS)
    config = languages.config_here(names)
    base = config["url"]
    name = site_name(names)
    title = name if page.kind == "home" else _title(page, names)
    lang = config["language"]
    subject = page.subject or (("home", "home") if page.kind == "home" else None)
    record = view_of(site, *subject) if subject else None
    return PageView(
        page.id,
        page.url,
        page.kind,
        title,
        page.params,
        lang,
        is_rtl(lang),
        name,
        f"{base}{href_of(page.url)}" if base and page.kind != "404" else "",
        description(page.kind, _named(title, name), record, config, names.words_here()),
    )


def _title(page: Page, names: Names) -> str:
    """The title of a page; that of a list is a label."""
    if page.params.get("facet"):
        return names.t("Publications: {what}", what=names.t(page.title))
    if page.kind == "posts-page":
        return f"{names.t(page.title)} – {names.t('Page')} {page.params['part']}"
    is_label = page.subject is None and page.kind != "tag"
    return names.t(page.title) if is_label else page.title


def site_name(names: Names) -> str:
    """What the site is called: its title, else its owner's name."""
    current().note("config", "title")
    owner = names.owner()
    return str(languages.config_here(names)["title"] or (owner.display if owner else "Home"))


def _named(title: str, name: str) -> str:
    """The title of a page with the name of the site."""
    return f"{title} · {name}" if title != name else title
