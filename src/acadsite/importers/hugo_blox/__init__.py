"""Importer for sites of Hugo Blox (https://hugoblox.com), formerly Wowchemy, formerly the Academic theme of Hugo.

In: the folder of the site: ``config/`` or ``config.toml``, ``content/``, ``static/``, ``assets/``, ``data/``. Out: a
site in which every old address answers: pages and files where they were, and ``redirects`` for what Hugo made of
taxonomies and long lists. What is not taken is a problem with its place. Shortcodes, templates and styles are not
run.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from acadsite.importers.folder import Folder, Result
from acadsite.importers.hugo_blox.blocks import Blocks, Made, widgets
from acadsite.importers.hugo_blox.cv import Life
from acadsite.importers.hugo_blox.documents import COURSES, POSTS, Book, Documents, books_in, document
from acadsite.importers.hugo_blox.people import complete, people_records, read_people
from acadsite.importers.hugo_blox.routes import Routes
from acadsite.importers.hugo_blox.sections import Sections
from acadsite.importers.hugo_blox.settings import read_settings
from acadsite.importers.hugo_blox.site import SiteFile
from acadsite.importers.hugo_blox.source import day_of, open_source, read_texts
from acadsite.importers.hugo_blox.talks import Talks
from acadsite.importers.hugo_blox.works import Works
from acadsite.importers.hugo_blox.world import World
from acadsite.importers.yaml_text import yaml_text
from acadsite.problems import Report, Span, error

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.importers.hugo_blox.source import Text

__all__ = ["import_hugo_blox"]


def import_hugo_blox(source: Path, to: Path, today: dt.date | None = None) -> Result:
    """Make an acadsite folder ``to`` out of the site in the folder ``source``. ``today`` tells which posts wait
    still, and so which old addresses answer already. Existing files are never overwritten; faults of the content are
    problems."""
    files = open_source(source)
    settings = read_settings(files)
    folder = Folder(to)
    if settings is None or not any(path.startswith("content/") for path in files.files):
        hint = "Name the folder with “content/” and “config/” or “config.toml”."
        files.problems.append(error("import-kind", "This is no folder of a Hugo site.", None, hint))
        return Result("", (), {}, (), _sorted(files.problems))
    day = today or dt.date.today()  # noqa: DTZ011 - the day where the author is
    world = World(files, settings, folder, read_texts(files, settings), day)
    work = _Import(world)
    work.run()
    problems = _sorted([*files.problems, *world.problems, *folder.problems])
    return Result(
        work.form(), tuple(folder.written), world.counts, tuple(dict.fromkeys(world.notes)), problems
    )


def _sorted(problems: list[Any]) -> tuple[Any, ...]:
    report = Report()
    report.extend(problems)
    return report.problems


class _Import:
    """One run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.documents = Documents(world)
        self.works = Works(world)
        self.talks = Talks(world)
        self.life = Life(world)
        self.blocks = Blocks(world, self.life)
        self._wait()
        self.said: dict[str, Any] = {}
        self.done: set[str] = set()
        self.routes = Routes(world, self.blocks, self.said, self.done)
        self.made = Made()

    def _wait(self) -> None:
        """What waits for a day that has not come is a draft here, but for posts, which wait here, too."""
        for text in self.world.texts:
            day = day_of(text.word("publishdate"))
            if day is not None and day > self.world.today and text.section.casefold() not in POSTS:
                text.waits = True
                self.world.notes.append(f"{text.path} waits for {day} there; here it is a draft.")

    def form(self) -> str:
        """Which version of the many it looks like."""
        world = self.world
        if any(path.startswith("data/authors/") for path in world.source.files):
            return "Hugo Blox (profiles in data/)"
        if any(text.section == "home" for text in world.texts):
            return "Academic or Wowchemy (widgets in content/home/)"
        if any(text.get("sections") is not None for text in world.texts):
            return "Hugo Blox (blocks in front matter)"
        return "Hugo"

    def run(self) -> None:
        """All files."""
        world = self.world
        read_people(world)
        folders = books_in(world, self.routes.pages())
        in_books = {text.path for texts in folders.values() for text in texts}
        self.routes.addresses(in_books)
        books = [
            self.documents.plan_book(folder, [text for text in texts if text.language == tag])
            for folder, texts in folders.items()
            for tag in sorted({text.language for text in texts})
        ]
        # Originals first: translations take their names.
        for text in sorted(world.texts, key=lambda text: bool(text.language)):
            self.place(text, in_books)
        ways = self.routes.ways
        self.works.name([text for text in world.texts if ways[text.path] == "work" and not text.language])
        self.write_records()
        self.write_documents(books, in_books)
        self.write_home()
        Sections(world, self.routes, self.documents, self.blocks, self.said).write(in_books)
        SiteFile(world, self.works.labels, self.said, self.made.anchors).write()

    # --- places ---

    def place(self, text: Text, in_books: set[str]) -> None:
        """Decides where a text will be."""
        route = self.routes.ways[text.path]
        if text.path in in_books:
            return
        if route == "talk":
            if not text.language or self._original(text) is None:
                self.talks.place(text)
        elif route in {"post", "deck"}:
            self.documents.place(text, {"post": "posts", "deck": "slides"}[route])
        elif route == "page":
            is_course = text.section.casefold() in COURSES and not text.is_list
            self.documents.place(text, "courses" if is_course else "pages")
        elif route == "list" and not self.routes.is_our_list(text.section):
            self.documents.place(text, "pages")

    def _original(self, text: Text) -> Text | None:
        return next((one for one in self.world.texts if one.key == text.key and not one.language), None)

    # --- records ---

    def write_records(self) -> None:
        """Publications, talks, people."""
        world = self.world
        for text in world.texts:
            route = self.routes.ways[text.path]
            if route == "work" and not text.language:
                self._work(text)
            elif route == "work":
                original = self._original(text)
                message = "Publications are the same in all languages; this translation is not taken."
                world.warn("import-translation", message, Span(text.path, 1, 1))
                if original is not None:
                    world.want(text.url, f"publication:{self.works.keys[original.path]}", "publications")
            elif route == "talk" and not text.language:
                self.talks.add(text)
        for text in world.texts:
            if self.routes.ways[text.path] == "talk" and text.language:
                original = self._original(text)
                if original is None:
                    self.talks.add(text)
                elif original.is_draft:
                    world.warn(
                        "import-translation",
                        "This translates a draft; it is not taken.",
                        Span(text.path, 1, 1),
                    )
                else:
                    self.talks.translate(text, original)
        self.talks.write()
        if self.works.blocks:
            world.folder.write("content/publications/publications.bib", "\n".join(self.works.blocks))
        for person in world.people:
            complete(world, person)
            self._person(person.text, person.id, is_owner=person.is_owner)
            if person.is_owner:
                self.life.profile(person.text)
        self._people()

    def _work(self, text: Text) -> None:
        world, key = self.world, self.works.keys[text.path]
        self.works.add(text)
        body = world.writer.body(text)
        world.copy_resources(text)
        if body:
            world.folder.write(f"content/papers/{key}.md", document({"pdf": False, "toc": False}, body))
        if not text.is_draft:
            world.want(text.url, f"publication:{key}", "publications")
            for alias in world.aliases(text):
                world.want(alias, f"publication:{key}", "publications")

    def _person(self, text: Text, identifier: str, *, is_owner: bool) -> None:
        world = self.world
        world.copy_resources(text)
        targets = ("home",) if is_owner else (f"person:{identifier}", "people")
        for alias in world.aliases(text):
            world.want(alias, *targets)
        world.count("people")

    def _people(self) -> None:
        world = self.world
        records = people_records(world)
        listed = []
        for record in records:
            person = next(one for one in world.people if one.record is record)
            body = world.writer.body(person.text)
            if body:
                world.folder.write(f"content/people/{person.id}.md", document(record, body))
            else:
                listed.append(record)
        if listed:
            world.folder.write("content/people.yaml", yaml_text(listed))
        said: dict[str, dict[str, Any]] = {}
        for person in world.people:
            for text in person.translations:
                kept = {
                    key: value
                    for key, value in (
                        ("role", world.inline(text, "role")),
                        ("note", world.inline(text, "bio")),
                    )
                    if value and not person.is_owner
                }
                if kept:
                    said.setdefault(text.language, {})[person.id] = kept
                elif not person.is_owner:
                    world.warn(
                        "import-translation", "This translation says nothing that is taken.", text.front.span
                    )
                world.count("translations")
        for tag, records_there in sorted(said.items()):
            world.folder.write(f"content/people.{tag}.yaml", yaml_text(records_there))

    # --- documents ---

    def write_documents(self, books: list[Book], in_books: set[str]) -> None:
        """Everything that has a text."""
        world, documents = self.world, self.documents
        ordered = sorted(world.texts, key=lambda text: (bool(text.language), text.path))
        for text in ordered:
            route = self.routes.ways[text.path]
            if text.path in in_books or not self._has_original(text):
                continue
            if route == "post":
                documents.post(text)
            elif route == "deck":
                documents.deck(text)
            elif route == "page":
                self._page(text)
            elif route == "headless":
                world.copy_resources(text)
                if text.path not in self.done:
                    world.notes.append(f"{text.path} has no page there, and none here.")
            if text.language and route in {"post", "deck", "page"}:
                world.count("translations")
        for book in books:
            documents.book(book)

    def _has_original(self, text: Text) -> bool:
        """Whether a translation may stand: not where its original is a draft."""
        original = self._original(text) if text.language else None
        if original is not None and original.is_draft and not text.is_draft:
            self.world.warn(
                "import-translation", "This translates a draft; it is not taken.", Span(text.path, 1, 1)
            )
            return False
        return True

    def _page(self, text: Text) -> None:
        world = self.world
        if self.documents.names[text.path][0] == "courses":
            self.documents.course(text)
            return
        parts = [one for one in world.texts if one.folder == text.folder and one.language == text.language]
        parts = widgets(parts) if text.stem == "index" else []
        is_made = text.get("sections") is not None or (
            parts and text.word("type") in {"widget_page", "landing", ""}
        )
        if not is_made:
            self.documents.page(text)
            return
        blocks = self.blocks.of_sections(text) + [self.blocks.of_widget(part) for part in parts]
        made = self.blocks.run(blocks, is_home=False)
        self.done |= {part.path for part in parts}
        body = "\n\n".join(filter(None, (self.documents.body(text), *made.texts)))
        self.documents.page(text, body)

    # --- the home page ---

    def write_home(self) -> None:
        """``content/index.md``, ``cv.yaml``, and the home pages of other languages."""
        world = self.world
        owner = next((person for person in world.people if person.is_owner), None)
        for tag in ("", *world.settings.languages[1:]):
            homes = [
                text for text in world.texts if self.routes.ways[text.path] == "home" and text.language == tag
            ]
            parts = widgets(
                [
                    text
                    for text in world.texts
                    if self.routes.ways[text.path] == "widget" and text.language == tag
                ]
            )
            blocks = [block for text in homes for block in self.blocks.of_sections(text)]
            blocks += [self.blocks.of_widget(part) for part in parts]
            if not homes and not parts and tag:
                continue
            made = self.blocks.run(blocks, is_home=True)
            texts = [world.writer.body(text) for text in homes]
            if not made.has_about and owner is not None and not tag:
                texts.insert(
                    0, world.writer.body(owner.text) or world.convert(owner.text.get("bio"), owner.text)
                )
            if owner is not None and not tag:
                there = "\n".join((*texts, *made.texts))
                links = [
                    f"[{words}]({url})" for words, url in owner.files.items() if f"]({url})" not in there
                ]
                made.texts.insert(int(made.has_about), " · ".join(links))
            body = "\n\n".join(filter(None, (*texts, *made.texts)))
            front: dict[str, Any] = {}
            if tag and owner is not None:
                theirs = next((text for text in owner.translations if text.language == tag), None)
                if theirs is not None:
                    front |= {"role": world.inline(theirs, "role")}
                    world.left(
                        theirs,
                        frozenset(theirs.front.value)
                        if isinstance(theirs.front.value, dict)
                        else frozenset(),
                    )
            if not tag:
                self.made = made
                photo = owner.record.get("photo") if owner is not None else None
                front = {
                    "portrait": photo,
                    "portrait_alt": owner.name if photo and owner is not None else None,
                }
                front["sections"] = ["about", *made.sections] if made.sections else None
            for text in homes:
                title = world.inline(text, "title")
                front["title"] = title if title and title not in {"Home", world.settings.title} else None
                for alias in world.aliases(text):
                    world.want(alias, "home")
                world.copy_resources(text)
            front = {key: value for key, value in front.items() if value}
            world.folder.write(f"content/index{f'.{tag}' if tag else ''}.md", document(front, body))
        self.blocks.run(self.routes.cv, is_home=False)
        data = self.life.as_data()
        if data:
            data = {"title": self.routes.cv_title, **data} if self.routes.cv_title else data
            world.folder.write("content/cv.yaml", yaml_text(data))
            world.count("cv", sum(len(section["entries"]) for section in data["sections"]))
