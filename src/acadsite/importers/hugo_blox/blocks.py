# ruff: noqa: SIM905  (tables of words read better as text)
"""Home pages and landing pages: widgets (one file each), or ``sections`` in front matter.

Each block is text, a section of the home page, a section of the CV, or a problem. Out: the text of the page in
Markdown, and for the home page its ``sections``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.hugo_blox.documents import POSTS, list_of
from acadsite.importers.hugo_blox.settings import (
    NOTHING,
    is_true,
    items_of,
    merged,
    number_of,
    pairs_of,
    pick,
    text_of,
)
from acadsite.importers.hugo_blox.works import SECTIONS as WORKS
from acadsite.problems import Span, quote
from acadsite.sources import Node

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.cv import Life
    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World

TALKS: Final = frozenset({"event", "events", "talk", "talks"})
#: What blocks are, whatever they were called in each version.
_KINDS: Final = {
    "about": "about", "about.avatar": "about", "about.biography": "about", "resume-biography": "about",
    "resume-biography-3": "about", "biography": "about", "about_avatar": "about",
    "blank": "text", "markdown": "text", "custom": "text", "text": "text",
    "experience": "experience", "resume-experience": "experience",
    "accomplishments": "awards", "resume-awards": "awards",
    "skills": "skills", "featurette": "skills", "resume-skills": "skills", "resume-languages": "languages",
    "collection": "collection", "pages": "collection", "portfolio": "collection", "featured": "collection",
    "publications": "collection", "publications_selected": "collection", "publications_featured": "collection",
    "talks": "collection", "talks_selected": "collection", "posts": "collection", "projects": "collection",
    "projects_list": "collection", "article-grid": "collection",
    "people": "people", "team-showcase": "people", "contact": "contact", "contact-info": "contact",
    "search": "", "tag_cloud": "", "tag-cloud": "", "tags": "",
}  # fmt: skip
#: Keys of a block's content that are no text of it.
_SETTINGS: Final = frozenset(
    """title subtitle text username user filters page_type count offset order sort_by sort_order sort_ascending view
    columns date_format headings user_groups items feature item experience interests education contact_links email
    phone address directions office_hours appointment_url autolink coordinates form author show_agenda date_start
    archive button cta cta_note cta_alt primary_action secondary_action announcement image filter_default
    filter_button default_button_index content design widget block active weight headless hero_media background
    sort_by source folder id advanced page_size list_format type layout link slides share css_class css_style icon
    color demo active height""".split()
)


#: What older versions kept in the settings of the site.
_CONTACT: Final = frozenset({"email", "phone", "address", "office_hours", "directions", "contact_links"})


@dataclass(slots=True)
class Block:
    """One block. ``data`` has the keys of widget, ``content`` and ``design`` together."""

    kind: str
    name: str
    id: str
    title: str
    data: Node
    text: Text
    where: Span
    body: str = ""


@dataclass(slots=True)
class Made:
    """What the blocks of a page became."""

    texts: list[str] = field(default_factory=list)
    sections: list[Any] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    has_about: bool = False


def widgets(texts: list[Text]) -> list[Text]:
    """The active widgets of a folder in their order."""
    found = [text for text in texts if text.stem not in {"index", "_index"} and not _is_off(text)]
    return sorted(found, key=lambda text: (number_of(text.word("weight")), text.path))


def _is_off(text: Text) -> bool:
    node = text.get("active")
    return text.is_draft or (node is not None and not is_true(node))


class Blocks:
    """Reads blocks and says what becomes of them."""

    def __init__(self, world: World, life: Life) -> None:
        self.world = world
        self.life = life

    def of_widget(self, text: Text) -> Block:
        """A widget file."""
        data = merged(text.front, text.get("content") or NOTHING)
        data = merged(data, text.get("design") or NOTHING) if text.get("design") is not None else data
        name = text.word("widget") or text.word("block") or "blank"
        title = self.world.inline(text, "title")
        return Block(
            _KINDS.get(name, "other"), name, text.stem, title, data, text, text.front.span, text.body
        )

    def of_sections(self, text: Text) -> list[Block]:
        """The blocks in the front matter of a page."""
        found = []
        for node in items_of(text.get("sections")):
            if not isinstance(node.value, dict):
                self.world.warn("import-kind", "A section must be “block:” with its content.", node.span)
                continue
            name = text_of(pick(node, "block")) or text_of(pick(node, "widget"))
            data = merged(node, pick(node, "content") or NOTHING)
            design = pick(node, "design")
            data = merged(data, design) if design is not None else data
            title = self.world.writer.field(text_of(pick(data, "title")), text, node.span)
            found.append(
                Block(
                    _KINDS.get(name, "other"), name, text_of(pick(node, "id")), title, data, text, node.span
                )
            )
        return found

    def run(self, blocks: list[Block], *, is_home: bool) -> Made:
        """What the blocks of a page become."""
        made = Made()
        for block in blocks:
            self.world.count("blocks")
            before = len(made.texts) + len(made.sections)
            getattr(self, f"_{block.kind or 'none'}")(block, made, is_home)
            if len(made.texts) + len(made.sections) == before and block.kind not in {"", "about", "other"}:
                message = f"The block {quote(block.name)} says nothing that could be taken."
                self.world.warn("import-block", message, block.where)
            if not is_home or block.kind in {"text", "other", "contact"}:
                made.anchors.setdefault(block.id, "home")
        return made

    # --- kinds ---

    def _words(self, block: Block, key: str) -> str:
        return self.world.convert(pick(block.data, key), block.text)

    def _text_of(self, block: Block) -> str:
        subtitle = self.world.writer.field(text_of(pick(block.data, "subtitle")), block.text, block.where)
        body = self.world.writer.convert(block.body, block.text, block.text.line)
        parts = [
            f"*{subtitle}*" if subtitle and "*" not in subtitle else subtitle,
            self._words(block, "text"),
            body,
        ]
        return "\n\n".join(filter(None, parts))

    def _put(self, block: Block, made: Made, body: str) -> None:
        if body:
            made.texts.append(f"## {block.title}\n\n{body}" if block.title else body)

    def _about(self, block: Block, made: Made, is_home: bool) -> None:
        world = self.world
        name = text_of(pick(block.data, "username")) or text_of(pick(block.data, "author"))
        person = (
            world.find_person(name) if name else next((one for one in world.people if one.is_owner), None)
        )
        if name and person is None:
            world.warn("import-block", f"There is no person {quote(name)} for this block.", block.where)
        own = self._text_of(block)
        if person is not None and not (is_home and person.is_owner):
            body = world.writer.body(person.text) or world.inline(person.text, "bio")
            made.texts.append("\n\n".join(filter(None, (f"## {block.title or person.name}", body, own))))
        elif person is not None:
            body = world.writer.body(person.text) or world.convert(person.text.get("bio"), person.text)
            made.texts.insert(0, "\n\n".join(filter(None, (body, own)))) if not made.has_about else None
            made.has_about = True
            made.anchors.setdefault(block.id or "about", "home")
        elif own:
            made.texts.append(own)
        if block.text.stem != "_index" and person is not None and person.is_owner:
            self.life.profile(block.text)  # the oldest versions had these in the widget
        button = pick(block.data, "button")
        self._links(block, made, button)

    def _links(self, block: Block, made: Made, *nodes: Node | None) -> None:
        found = []
        for node in nodes:
            url = text_of(pick(node, "url")) or text_of(pick(node, "link"))
            words = text_of(pick(node, "text")) or text_of(pick(node, "label"))
            if url and words:
                address = self.world.link(url, block.text)
                if (
                    address.startswith("/")
                    and not address.endswith("/")
                    and self.world.file_at(address) is None
                ):
                    message = f"The link {quote(url)} leads to nothing; it is left out."
                    self.world.warn("import-file", message, node.span if node else None)
                    continue
                found.append(f"[{words}]({address})")
        if found:
            made.texts.append(" · ".join(found))

    def _text(self, block: Block, made: Made, is_home: bool) -> None:
        body = self._text_of(block)
        if not body and block.title and is_home:
            made.texts.append(f"## {block.title}")
        self._put(block, made, body)

    def _section(self, block: Block, made: Made, name: str, *, is_home: bool) -> None:
        """A section of the home page; a link to it on others."""
        if not is_home:
            identifier = name.removeprefix("cv:")
            page, anchor = ("cv", f"#{identifier}") if name.startswith("cv:") else (name, "")
            target = f"/{self.world.urls.get(page, page + '/')}{anchor}"
            made.texts.append(f"[{block.title or identifier.capitalize()}]({target})")
            return
        section: dict[str, Any] = {"section": name, "title": block.title, "intro": self._text_of(block)}
        count = text_of(pick(block.data, "count"))
        if count.isdigit() and len(count) < 5 and not name.startswith("cv:") and name != "people":
            section["limit"] = int(count)
        if name.startswith("cv:"):
            self._put(block, made, section.pop("intro"))
        kept = {key: value for key, value in section.items() if value not in {"", None}}
        if name in [one["section"] if isinstance(one, dict) else one for one in made.sections]:
            self.world.notes.append(
                f"The block {quote(block.name)} at {block.where} shows what another shows already."
            )
        else:
            made.sections.append(kept if len(kept) > 1 else name)
        anchors = {"selected": "publications"}
        made.anchors.setdefault(block.id, "cv" if name.startswith("cv:") else anchors.get(name, name))

    def _experience(self, block: Block, made: Made, is_home: bool) -> None:
        items = (*items_of(pick(block.data, "experience")), *items_of(pick(block.data, "items")))
        self.life.entries("experience", items, block.text, block.title)
        if "experience" in self.life.sections:
            self._section(block, made, "cv:experience", is_home=is_home)
        if "education" in self.life.sections and block.name == "resume-experience":
            title, block.title = block.title, ""
            self._section(block, made, "cv:education", is_home=is_home)
            block.title = title

    def _awards(self, block: Block, made: Made, is_home: bool) -> None:
        items = (*items_of(pick(block.data, "item")), *items_of(pick(block.data, "items")))
        self.life.entries("awards", items, block.text, block.title)
        if "awards" in self.life.sections:
            self._section(block, made, "cv:awards", is_home=is_home)

    def _skills(self, block: Block, made: Made, is_home: bool) -> None:
        items = tuple(
            item for key in ("feature", "items", "skills") for item in items_of(pick(block.data, key))
        )
        self.life.skills(items, block.text, block.title)
        if "skills" in self.life.sections:
            self._section(block, made, "cv:skills", is_home=is_home)

    def _languages(self, block: Block, made: Made, is_home: bool) -> None:
        self.life.languages(items_of(pick(block.data, "items")), block.text, block.title)
        if "languages" in self.life.sections:
            self._section(block, made, "cv:languages", is_home=is_home)

    def _people(self, block: Block, made: Made, is_home: bool) -> None:
        if any(not person.is_owner for person in self.world.people):
            self._section(block, made, "people", is_home=is_home)

    def _collection(self, block: Block, made: Made, is_home: bool) -> None:
        """Pages of a section, as one of our lists or as links."""
        filters = pick(block.data, "filters")
        folders = [text_of(item) for item in items_of(pick(filters, "folders"))]
        named = (
            folders[0]
            if folders
            else text_of(pick(block.data, "page_type")) or text_of(pick(block.data, "folder"))
        )
        words = block.name.partition("_")[0]
        named = named or {"publications": "publication", "talks": "talk", "posts": "post"}.get(words, words)
        if (
            named in {"portfolio", "pages", "collection", "featured", "projects", "article-grid"}
            and not folders
        ):
            named = "project"
        named = named.strip("/").partition("/")[0].casefold()
        is_best = (
            is_true(pick(filters, "featured_only"))
            or block.name.endswith(("_selected", "_featured"))
            or block.name == "featured"
        )
        stem = named.rstrip("s")
        if stem in {word.rstrip("s") for word in WORKS} and self.world.works:
            best = is_best and any(
                text.flag("featured") or text.flag("selected") for text in self.world.texts
            )
            self._section(block, made, "selected" if best else "publications", is_home=is_home)
        elif stem in {word.rstrip("s") for word in TALKS} and self.world.counts.get("talks"):
            self._section(block, made, "talks", is_home=is_home)
        elif stem in {word.rstrip("s") for word in POSTS} and self.world.counts.get("posts"):
            self._section(block, made, "posts", is_home=is_home)
        else:
            texts = [
                text
                for text in self.world.texts
                if text.section.casefold().rstrip("s") == stem
                and not text.is_list
                and text.language == block.text.language
                and not text.is_draft
                and (not is_best or text.flag("featured"))
            ]
            body = "\n\n".join(filter(None, (self._text_of(block), list_of(texts, self.world))))
            self._put(block, made, body if texts else "")

    def _contact(self, block: Block, made: Made, _is_home: bool) -> None:
        """The address, as text."""
        params = self.world.settings.params
        given = {key: item for key, item in pairs_of(params).items() if key.casefold() in _CONTACT}
        data = merged(Node(given, params.span), pick(params, "contact_details") or NOTHING)
        data = merged(data, block.data)
        lines = []
        for key in ("email", "phone"):
            value = text_of(pick(data, key))
            if value:
                lines.append(
                    f"<{value}>" if key == "email" and re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", value) else value
                )
        address = pick(data, "address")
        if address is not None and isinstance(address.value, dict):
            parts = [
                text_of(pick(address, key)) for key in ("street", "postcode", "city", "region", "country")
            ]
            lines.append(", ".join(filter(None, parts)))
        elif address is not None:
            lines.append(text_of(address))
        lines += [text_of(pick(data, key)) for key in ("directions",)]
        lines += [text_of(item) for item in items_of(pick(data, "office_hours"))]
        for node in items_of(pick(data, "contact_links")):
            url, words = text_of(pick(node, "link")), text_of(pick(node, "name"))
            lines.append(f"[{words or url}]({url})" if url else words)
        form = text_of(pick(data, "form", "provider")) or text_of(pick(data, "email_form"))
        if form and form not in {"0", "false"}:
            self.world.warn("import-block", "The form is not taken: it needs a server.", block.where)
        body = "\n".join(f"- {line}" for line in lines if line)
        self._put(block, made, "\n\n".join(filter(None, (self._text_of(block), body))))

    def _none(self, block: Block, _made: Made, _is_home: bool) -> None:
        """A cloud of topics and the like: lists have their topics, every page has the search."""
        self.world.notes.append(
            f"The block {quote(block.name)} at {block.where} is not needed: lists have topics, pages a search."
        )

    def _other(self, block: Block, made: Made, _is_home: bool) -> None:
        """Heroes, calls, features and what is not known: title, text, items and buttons are kept."""
        before = len(made.texts)
        items = [
            item
            for key in ("items", "feature", "features", "faqs", "stats", "item")
            for item in items_of(pick(block.data, key))
        ]
        lines = []
        for item in items:
            head = (
                text_of(pick(item, "name")) or text_of(pick(item, "title")) or text_of(pick(item, "question"))
            )
            head = head or text_of(pick(item, "statistic")) or text_of(item)
            rest = (
                pick(item, "description")
                or pick(item, "text")
                or pick(item, "content")
                or pick(item, "answer")
            )
            words = " ".join(self.world.convert(rest, block.text).split()) if rest is not None else ""
            url = (
                text_of(pick(item, "url"))
                or text_of(pick(item, "link", "url"))
                or text_of(pick(item, "cta", "url"))
            )
            head = f"[{head}]({self.world.link(url, block.text)})" if url and head else head
            lines.append("- " + ": ".join(filter(None, (head, words))))
        body = "\n\n".join(
            filter(None, (self._text_of(block), "\n".join(line for line in lines if line != "- ")))
        )
        self._put(block, made, body or ("" if not block.title else " "))
        keys = ("button", "cta", "cta_alt", "primary_action", "secondary_action")
        self._links(block, made, *(pick(block.data, key) for key in keys))
        unknown = [
            key
            for key, item in pairs_of(block.data).items()
            if key.casefold() not in _SETTINGS and text_of(item)
        ]
        if len(made.texts) == before:
            self.world.warn("import-block", f"The block {quote(block.name)} is not taken.", block.where)
        elif (
            block.name not in {"hero", "cta-button-list", "cta-card", "cta-image-paragraph", "features"}
            or unknown
        ):
            message = f"Of the block {quote(block.name)} title, text, items and buttons are taken, as text."
            self.world.warn("import-block", message, block.where, "Look at it in the new site.")
