# ruff: noqa: SIM905  (tables of words read better as text)
"""What each content file becomes, and at which addresses lists and pages stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.hugo_blox.blocks import TALKS, Block, Blocks, widgets
from acadsite.importers.hugo_blox.documents import COURSES, DECKS, POSTS
from acadsite.importers.hugo_blox.listings import list_of_section
from acadsite.importers.hugo_blox.people import is_person
from acadsite.importers.hugo_blox.works import SECTIONS as WORKS
from acadsite.importers.hugo_blox.works import is_work

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World

#: Keys of a section's own page that are read.
LIST_KEYS: Final = frozenset(
    """title subtitle summary date aliases url cms_exclude type linktitle weight tags categories authors
    description sections""".split()
)


class Routes:
    """The ways of all texts. ``ways`` says by path what each becomes: home, widget, headless, person, people, list,
    work, talk, deck, post, part (of a page), or page. ``said`` is what pages that are lists here say of themselves;
    ``done`` are the paths of widgets that went into a page."""

    def __init__(self, world: World, blocks: Blocks, said: dict[str, Any], done: set[str]) -> None:
        self.world = world
        self.blocks = blocks
        self.said = said
        self.done = done
        self.has_courses = False
        self.cv: list[Block] = []
        self.cv_title = ""
        self.ways = {text.path: self._route(text) for text in world.texts}

    def _route(self, text: Text) -> str:
        section = text.section.casefold()
        if not text.parts and text.stem in {"_index", "index"}:
            return "home"
        if section == "home" or text.is_headless:
            return "widget" if section == "home" else "headless"
        if section in {"authors", "author"}:
            return "person" if is_person(text) else "list" if text.is_list else "page"
        if is_work(text):
            return "work"
        if text.is_list and len(text.parts) == 1 and text.get("sections") is None:
            return "list"
        if (
            text.is_list
            and len(text.parts) == 1
            and list_of_section(section) in {"publications", "talks", "posts"}
        ):
            return "list"
        if section in TALKS and not text.is_list:
            return "talk"
        if section in DECKS and not text.is_list:
            return "deck"
        if section in POSTS and not text.is_list:
            return "post"
        if self._is_part(text):
            return "part"
        return "page"

    def _is_part(self, text: Text) -> bool:
        """Whether a file is a widget of a page made of several."""
        if text.stem in {"index", "_index"}:
            return False
        for end in (".md", f".{text.language or self.world.settings.language}.md"):
            page = self.world.by_path.get(f"{text.folder}/index{end}")
            if page is not None:
                return True
        return False

    def pages(self) -> list[Text]:
        """Content files that are pages, or the pages of sections that may be books."""
        return [
            text
            for text in self.world.texts
            if self.ways[text.path] == "page"
            or (self.ways[text.path] == "list" and text.section.casefold() not in WORKS | TALKS | POSTS)
        ]

    def is_our_list(self, section: str) -> bool:
        ours = list_of_section(section)
        return bool(ours) and (ours != "courses" or self.has_courses)

    def addresses(self, in_books: set[str]) -> None:
        """``urls`` of site.yaml: lists and pages stay where they were."""
        world = self.world
        courses = {
            text.path
            for text in world.texts
            if self.ways[text.path] == "page"
            and text.section.casefold() in COURSES
            and not text.is_list
            and text.parts
        } - in_books
        self.has_courses = bool(courses)
        urls: dict[str, str] = {"feed": "index.xml"}
        for sections, many, one in (
            (WORKS, "publications", "publication"),
            (TALKS, "talks", "talk"),
            (POSTS, "posts", "post"),
            (DECKS, "slides", "deck"),
            (COURSES, "courses", "course"),
        ):
            there = [
                text.section
                for text in world.texts
                if text.section.casefold() in sections and not text.is_headless
                if many != "courses" or text.path in courses
            ]
            if there:
                # The section that has most; others lead to it.
                section = max(dict.fromkeys(there), key=lambda name: (there.count(name), name))
                name = world.name(section)
                urls[many] = f"{name}/"
                urls[one] = self._pattern(section) or f"{name}/{{id}}/"
        terms, kinds = world.settings.terms, world.settings.taxonomies
        if "tags" in kinds:
            urls["tags"] = "tags/"
            urls["tag"] = _of_slug(terms.get("tags", "")) or "tags/{id}/"
        if "authors" in kinds or any(is_person(text) for text in world.texts):
            urls["people"] = f"{self._page_of({'people'}, 'people') or 'authors'}/"
            urls["person"] = _of_slug(terms.get("authors", "")) or "authors/{id}/"
        cv = self._page_of({"experience", "awards", "skills", "languages"}, "cv")
        if cv and not cv.endswith(".html"):
            urls["cv"] = f"{cv}/"
            self.world.want(f"/{cv}/", "cv")
        defaults = {"publications": "publications/", "publication": "publications/{id}/", "talks": "talks/",
                    "talk": "talks/{id}/", "posts": "posts/", "post": "posts/{id}/", "slides": "slides/",
                    "deck": "slides/{id}/", "courses": "courses/", "course": "courses/{id}/"}  # fmt: skip
        world.urls = {key: value for key, value in urls.items() if defaults.get(key) != value}

    def _page_of(self, kinds: set[str], way: str) -> str:
        """The section or file whose page has blocks of these kinds and nothing else: it is one of our pages."""
        for text in self.world.texts:
            is_single = len(text.parts) == (1 if text.is_bundle else 0)
            if self.ways[text.path] != "page" or text.language or not is_single or text.is_draft:
                continue
            parts = [one for one in self.world.texts if one.folder == text.folder and one is not text]
            parts = widgets(parts) if text.stem == "index" else []
            blocks = self.blocks.of_sections(text) + [self.blocks.of_widget(part) for part in parts]
            if blocks and all(block.kind in kinds for block in blocks) and not text.body.strip():
                self.ways[text.path] = way
                self.done |= {part.path for part in parts}
                title = self.world.inline(text, "title") or blocks[0].title
                if way == "people":
                    self.said["people"] = {"title": title}
                else:
                    self.cv, self.cv_title = blocks, title
                for alias in self.world.aliases(text):
                    self.world.want(alias, way)
                self.world.left(text, LIST_KEYS | {"content", "type"})
                self.world.count("pages")
                return self.world.new_url(text).strip("/") if way == "cv" else self.world.name(text.section)
        return ""

    def _pattern(self, section: str) -> str:
        return _of_slug(self.world.settings.permalinks.get(section, "").replace(":section", section))


def _of_slug(pattern: str) -> str:
    """A pattern of permalinks as ours, where it is the same for all: ``/tag/:slug/`` is ``tag/{id}/``."""
    inner = re.sub(
        r":(?:slugorfilename|slugorcontentbasename|contentbasename|filename|slug|title)\b",
        "{id}",
        pattern.strip("/"),
    )
    return f"{inner}/" if inner.count("{id}") == 1 and ":" not in inner and inner.endswith("{id}") else ""
