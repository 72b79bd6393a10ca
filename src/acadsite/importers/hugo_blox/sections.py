"""The pages of sections: titles and texts of our lists, and pages with links for sections that have no list here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite.importers.hugo_blox.addresses import joined
from acadsite.importers.hugo_blox.documents import Documents, document, list_of, words_of
from acadsite.importers.hugo_blox.listings import list_of_section
from acadsite.importers.hugo_blox.routes import LIST_KEYS, Routes
from acadsite.problems import Span

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.blocks import Blocks
    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World


class Sections:
    """Writes what sections say of themselves; ``said`` takes what goes into ``site.yaml``."""

    def __init__(
        self, world: World, routes: Routes, documents: Documents, blocks: Blocks, said: dict[str, Any]
    ) -> None:
        self.world = world
        self.routes = routes
        self.documents = documents
        self.blocks = blocks
        self.said = said

    def write(self, in_books: set[str]) -> None:
        """Titles and texts of sections; pages for those that have no list here."""
        world = self.world
        sections = {text.section for text in world.texts if text.section and not text.language}
        sections -= {"home"}
        for section in sorted(sections):
            own = next(
                (
                    text
                    for text in world.texts
                    if text.is_list and text.parts == (section,) and not text.language
                ),
                None,
            )
            inner = [
                text
                for text in world.texts
                if text.section == section and not text.language and text is not own
            ]
            ours = list_of_section(section)
            if (own is not None and own.path in in_books) or any(
                self.routes.ways[text.path] == "people" for text in inner
            ):
                continue
            if self.routes.is_our_list(section):
                self._our_list(own, ours, section)
            elif own is not None and self.routes.ways[own.path] == "list":
                self._section_page(own, inner)
            elif own is None and not any(text.parts == (section,) and text.stem == "index" for text in inner):
                self._new_page(section, inner)
        for text in world.texts:
            if self.routes.ways[text.path] != "list" or not text.language:
                continue
            if self.routes.is_our_list(text.section):
                world.left(text, LIST_KEYS)
            elif text.path not in in_books:
                inner = [
                    one
                    for one in world.texts
                    if one.section == text.section and one.language == text.language
                ]
                self._section_page(text, [one for one in inner if one is not text])

    def _our_list(self, own: Text | None, ours: str, section: str) -> None:
        world = self.world
        if own is None:
            return
        world.want(joined(world.name(section)), ours, "home")
        title, intro = world.inline(own, "title"), world.writer.body(own)
        world.left(own, LIST_KEYS)
        world.copy_resources(own)
        blocks = self.blocks.of_sections(own)
        texts = [one for one in self.blocks.run(blocks, is_home=False).texts if not one.startswith("[")]
        books = [text for text in self._listed(world.texts) if text.section == section and text.is_list]
        intro = "\n\n".join(filter(None, (intro, *texts, list_of(books, world) if ours == "courses" else "")))
        said = {"title": title if ours != "publications" else "", "intro": intro}
        if ours == "publications" and title and title != "Publications":
            self.said.setdefault("labels", {})["Publications"] = title
        kept = {key: value for key, value in said.items() if value}
        if kept and ours not in self.said:
            self.said[ours] = kept
        for alias in world.aliases(own):
            world.want(alias, ours, "home")

    def _listed(self, inner: list[Text]) -> list[Text]:
        """What a section listed: its pages, and the sections below it."""
        found = [text for text in inner if not text.is_draft and not text.is_headless]
        depth = 2
        return [
            text
            for text in found
            if (text.is_list and len(text.parts) == depth) or (not text.is_list and len(text.key[0]) == depth)
        ]

    def _section_page(self, own: Text, inner: list[Text]) -> None:
        listed = list_of(self._listed(inner), self.world)
        body = "\n\n".join(filter(None, (self.documents.body(own), listed)))
        self.documents.page(own, body)

    def _new_page(self, section: str, inner: list[Text]) -> None:
        """A page for a section that had none of its own."""
        world = self.world
        texts = self._listed(inner)
        address = joined(world.name(section))
        if not texts or not world.fits(address, Span(texts[0].path)):
            return
        name = world.name(section)
        taken = self.documents.ids.setdefault("pages", set())
        if name.casefold() in taken or (list_of_section(section) == "courses" and self.routes.has_courses):
            world.want(address, list_of_section(section), "home")
            return
        taken.add(name.casefold())
        front = {"title": words_of(section)}
        world.folder.write(f"content/pages/{name}.md", document(front, list_of(texts, world)))
