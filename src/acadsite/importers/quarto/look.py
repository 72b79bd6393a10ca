"""What the settings of a Quarto website become: title, address, footer, accounts of the owner, entries of the menu."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import unique
from acadsite.importers.parts.nodes import account_label, pick, text_of, title_text, words_of
from acadsite.importers.quarto import listings
from acadsite.importers.quarto.texts import Known, convert
from acadsite.links import is_external
from acadsite.problems import Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acadsite.importers.quarto.project import Doc, Project
    from acadsite.sources import Node

#: Settings of ``website`` that have a counterpart here, or that acadsite makes by itself.
_TAKEN: Final = frozenset(
    """title description site-url site-path repo-url favicon navbar sidebar page-footer search open-graph twitter-card
    drafts draft-mode page-navigation back-to-top-navigation reader-mode bread-crumbs repo-actions repo-branch
    repo-subdir issue-url image""".split()  # noqa: SIM905
)
#: A title that may be somebody's name: two to four words with capitals.
_NAME: Final = re.compile(r"[^\W\d_a-z][\w.’'-]*(?: [^\W\d_][\w.’'-]*){1,3}")
_MAIL: Final = re.compile(r"mailto:([^?\s]+)")


@dataclass(slots=True)
class Look:
    """The settings while they are read. ``link`` gives the new form of an address that stands in a file;
    ``bibliography`` copies a .bib or .csl file (folder, name, place) and gives its path."""

    project: Project
    link: Callable[[str, str], str]
    bibliography: Callable[[str, str, Span], str]
    settings: dict[str, Any] = field(default_factory=dict)
    profiles: dict[str, str] = field(default_factory=dict)
    email: str = ""
    notes: list[str] = field(default_factory=list)

    def read(self) -> None:
        """What the settings of the site become."""
        project = self.project
        title = project.word("website", "title") or project.word("title")
        self.settings["title"] = title_text(title)
        self.settings["description"] = project.word("website", "description")
        url = project.word("website", "site-url")
        path = project.word("website", "site-path").strip("/")
        if url:
            self.settings["url"] = f"{url.rstrip('/')}/" + (
                f"{path}/" if path and not url.rstrip("/").endswith(path) else ""
            )
        self.settings["language"] = project.word("lang") or "en"
        repository = project.word("website", "repo-url")
        self.settings["source"] = repository if is_external(repository) else ""
        files = [
            self.bibliography("", name, project.config.span)
            for name in words_of(project.setting("bibliography"))
        ]
        style = project.word("csl")
        citations = {
            "bibliography": [name for name in files if name],
            "style": self.bibliography("", style, project.config.span) if style else "",
        }
        self.settings["citations"] = {key: value for key, value in citations.items() if value}
        website = project.setting("website")
        for key, node in (
            website.value.items() if website is not None and isinstance(website.value, dict) else ()
        ):
            if key not in _TAKEN and node.value is not None:
                message = f"The setting {quote(key)} has no place here; it is left out."
                project.problems.append(
                    warning("import-setting", message, website.keys.get(key) if website else None, "")
                )
        self.footer(project.setting("website", "page-footer"))
        theme = project.setting("format", "html", "theme")
        if theme is not None:
            self.notes.append(
                "Theme and style sheets of Quarto are not taken: choose a theme and an accent (docs/themes.md)."
            )

    def footer(self, node: Node | None) -> None:
        parts = []
        for one in (
            [node]
            if node is not None and not isinstance(node.value, dict)
            else [pick(node, at) for at in ("left", "center", "right")]
        ):
            if one is not None and not isinstance(one.value, (dict, tuple)):
                text, problems = convert(
                    one.raw if "\n" in one.raw else text_of(one),
                    self.project.name,
                    one.span.line or 1,
                    Known(self.project.tree, self.link, self.project.variables),
                    {},
                )
                self.project.problems.extend(problems)
                parts.append(" ".join(text.split()))
            elif one is not None:
                self.icons(one)
        self.settings["footer"] = " · ".join(filter(None, parts))

    def icons(self, node: Node) -> None:
        """Links with icons: accounts of the owner."""
        for one in node.value if isinstance(node.value, tuple) else ():
            href = text_of(pick(one, "href")) or text_of(pick(one, "url"))
            self.account(
                text_of(pick(one, "icon")),
                text_of(pick(one, "text")) or text_of(pick(one, "aria-label")),
                href,
            )

    def account(self, icon: str, words: str, href: str) -> bool:
        """Takes a link for an account where it looks like one."""
        mail = _MAIL.match(href)
        if mail:
            self.email = self.email or mail[1]
            return True
        if not is_external(href) or href.endswith((".xml", ".pdf")):
            return False
        label = account_label(icon, words)
        known = {one.rstrip("/") for one in self.profiles.values()}
        if label and href.rstrip("/") not in known:
            self.profiles[unique(label, self.profiles)] = href
        return True

    def items(self, node: Node | None, depth: int) -> Iterator[tuple[str, str, str, Span]]:
        """Words, address, icon and place of the entries of a bar; those of menus and sections come in a row."""
        for one in node.value if node is not None and isinstance(node.value, tuple) and depth < 4 else ():
            if not isinstance(one.value, dict):
                href = text_of(one)
                yield "", href, "", one.span
                continue
            href = next((text_of(pick(one, key)) for key in ("href", "file", "url") if pick(one, key)), "")
            if href:
                yield text_of(pick(one, "text")), href, text_of(pick(one, "icon")), one.span
            for key in ("menu", "contents"):
                yield from self.items(pick(one, key), depth + 1)

    def owner(self, about: list[Doc]) -> str:
        """Whose site it is: the author in the settings, else who an about page is of."""
        node = self.project.setting("author") or self.project.setting("website", "author")
        named = listings.people_of(node)
        if named:
            return listings.name_of(named[0])
        generic = {"about", "about me", "home", "welcome", "me", "bio", ""}
        titles = [title_text(doc.word("title")) for doc in about]
        titles = [title for title in titles if title.casefold() not in generic]
        site = str(self.settings.get("title") or "")
        people = Counter(
            listings.name_of(person)
            for doc in self.project.docs
            for person in listings.people_of(doc.get("author"))
        )
        often = [name for name, count in people.most_common(1) if 2 * count > people.total()]
        return next(iter([*titles, *([site] if about and _NAME.fullmatch(site) else []), *often]), "")
