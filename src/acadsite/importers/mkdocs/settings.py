"""What the settings of a MkDocs site become: colour, accounts, where pages are edited; and what nothing came of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.importers.cv_site import unique
from acadsite.importers.parts.nodes import account_label, pick, text_of
from acadsite.links import is_external
from acadsite.problems import quote, warning

if TYPE_CHECKING:
    from acadsite.importers.mkdocs.source import Site

#: The settings that have a counterpart, or need none.
_TAKEN: Final = frozenset(
    """site_name site_url site_description site_author repo_url repo_name edit_uri edit_uri_template docs_dir nav
    use_directory_urls theme plugins markdown_extensions extra copyright exclude_docs not_in_nav draft_docs strict
    dev_addr validation watch site_dir remote_branch remote_name""".split()  # noqa: SIM905
)
#: What a site brings of its own to make pages.
_OWN: Final = frozenset({"hooks", "extra_css", "extra_javascript", "extra_templates"})
#: Plugins that acadsite does the work of.
_DONE: Final = frozenset(
    """autorefs blog exclude glightbox group info material/blog material/info material/meta material/offline
    material/optimize material/privacy material/search material/social material/tags material/typeset meta
    minify mkdocs-jupyter mknotebooks notebooks offline optimize privacy redirects rss search section-index
    sitemap social tags typeset""".split()  # noqa: SIM905
)
#: Extensions of Python-Markdown that its reader here knows, or this importer does.
_READ: Final = re.compile(
    r"(markdown\.extensions\.)?(abbr|admonition|attr_list|codehilite|def_list|extra|fenced_code|footnotes|md_in_html|meta"
    r"|nl2br|sane_lists|smarty|tables|toc|wikilinks|legacy_attrs|legacy_em)|pymdownx\.(arithmatex|betterem|blocks.*|caret|critic"
    r"|details|emoji|escapeall|extra|highlight|inlinehilite|keys|magiclink|mark|saneheaders|smartsymbols|snippets"
    r"|superfences|tabbed|tasklist|tilde|extrarawhtml|pathconverter|b64|striphtml)"
)
#: Colours of Material's palettes (material.io, 500).
_COLOURS: Final = {
    "red": "#d32f2f",
    "pink": "#c2185b",
    "purple": "#7b1fa2",
    "deep-purple": "#512da8",
    "indigo": "#303f9f",
    "blue": "#1976d2",
    "light-blue": "#0277bd",
    "cyan": "#00838f",
    "teal": "#00796b",
    "green": "#2e7d32",
    "light-green": "#558b2f",
    "lime": "#827717",
    "yellow": "#8d6e00",
    "amber": "#b26a00",
    "orange": "#b75d00",
    "deep-orange": "#d84315",
    "brown": "#5d4037",
    "grey": "#616161",
    "blue-grey": "#455a64",
}


def edit(site: Site) -> str:
    """The address at which a chapter can be edited, as MkDocs makes it."""
    repository, uri = site.word("repo_url").rstrip("/"), site.word("edit_uri")
    if not is_external(repository) or (pick(site.config, "edit_uri") is not None and not uri):
        return ""
    if is_external(uri):
        return uri
    default = "edit/master/docs/" if re.search(r"//(www\.)?(github|gitlab)\.", repository) else ""
    return f"{repository}/{(uri or default).lstrip('/')}" if uri or default else ""


def accent(site: Site) -> str:
    palette = pick(site.config, "theme", "palette")
    first = (
        palette.value[0]
        if palette is not None and isinstance(palette.value, tuple) and palette.value
        else palette
    )
    return next(
        (
            _COLOURS[name]
            for key in ("accent", "primary")
            if (name := text_of(pick(first, key)).replace(" ", "-")) in _COLOURS
        ),
        "",
    )


def accounts(site: Site) -> tuple[dict[str, str], str]:
    """``extra.social``: accounts by the name of their network, and an e-mail address."""
    node = pick(site.config, "extra", "social")
    found: dict[str, str] = {}
    email = ""
    for one in node.value if node is not None and isinstance(node.value, tuple) else ():
        link = text_of(pick(one, "link"))
        if link.startswith("mailto:"):
            email = email or link.removeprefix("mailto:").partition("?")[0]
        elif is_external(link):
            label = account_label(text_of(pick(one, "icon")), text_of(pick(one, "name")))
            found[unique(label or link.partition("://")[2], found)] = link
    return found, email


def tell(site: Site) -> None:
    """Settings, plugins and extensions that nothing came of."""
    config = site.config
    for key, node in config.value.items() if isinstance(config.value, dict) else ():
        if key in _OWN and node.value:
            message = f"What {quote(key)} names is not used."
            site.problems.append(
                warning("import-template", message, config.keys.get(key), "See docs/themes.md.")
            )
        elif key not in _TAKEN | _OWN and node.value is not None:
            message = f"The setting {quote(key)} has no place here; it is left out."
            site.problems.append(warning("import-setting", message, config.keys.get(key), ""))
    if pick(config, "theme", "custom_dir") is not None:
        theme = pick(config, "theme")
        where = theme.keys.get("custom_dir") if theme is not None else None
        site.problems.append(
            warning("import-template", "Templates of one's own are not taken.", where, "See docs/themes.md.")
        )
    for name, node in site.named("plugins").items():
        if name not in _DONE:
            message = f"What the plugin {quote(name)} did is not done here."
            site.problems.append(warning("import-setting", message, node.span, ""))
    for name, node in site.named("markdown_extensions").items():
        if not _READ.fullmatch(name):
            message = (
                f"The Markdown extension {quote(name)} is not known here: what it made stays as it is typed."
            )
            site.problems.append(warning("import-setting", message, node.span, ""))
