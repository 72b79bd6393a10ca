"""Importer for sites of Hugo Blox (https://hugoblox.com), formerly Wowchemy, formerly the Academic theme of Hugo.

In: the folder of the site: ``config/`` or ``config.toml``, ``content/``, ``static/``, ``assets/``, ``data/``. Out: a site in which every
old address answers: pages and files where they were, and ``redirects`` for what Hugo made of taxonomies and long lists. What is
not taken is a problem with its place. Shortcodes, templates and styles are not run.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import person_name
from acadsite.importers.folder import Folder, Result
from acadsite.importers.hugo_blox.addresses import joined
from acadsite.importers.hugo_blox.blocks import TALKS, Blocks, Made, widgets
from acadsite.importers.hugo_blox.cv import Life
from acadsite.importers.hugo_blox.documents import (
    COURSES,
    DECKS,
    POSTS,
    Book,
    Documents,
    books_in,
    document,
    list_of,
    words_of,
)
from acadsite.importers.hugo_blox.listings import list_of_section, moved_feeds, want_lists
from acadsite.importers.hugo_blox.people import complete, is_person, people_records, read_people
from acadsite.importers.hugo_blox.settings import is_true, items_of, pick, read_settings, text_of
from acadsite.importers.hugo_blox.source import open_source, read_texts
from acadsite.importers.hugo_blox.talks import Talks
from acadsite.importers.hugo_blox.works import SECTIONS as WORKS
from acadsite.importers.hugo_blox.works import Works, is_work
from acadsite.importers.hugo_blox.world import World
from acadsite.importers.parts.old_addresses import Answers
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import unsafe_reason
from acadsite.problems import Report, Span, error, quote

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.importers.hugo_blox.source import Source, Text

__all__ = ["import_hugo_blox"]

#: Keys of a section's own page that are read.
_LIST_KEYS: Final = frozenset(
    "title subtitle summary date aliases url cms_exclude type linktitle weight tags categories authors description sections".split()
)
#: Files of data that only told the theme how to look.
_DATA_OF_LOOKS: Final = re.compile(r"data/(?:fonts|themes|page_sharer|i18n|assets|address_formats|lang)\b")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


def import_hugo_blox(source: Path, to: Path, today: dt.date | None = None) -> Result:
    """Make an acadsite folder ``to`` out of the site in the folder ``source``. ``today`` tells which posts wait still, and so which
    old addresses answer already. Existing files are never overwritten; faults of the content are problems."""
    files = open_source(source)
    settings = read_settings(files)
    folder = Folder(to)
    if settings is None or not any(path.startswith("content/") for path in files.files):
        hint = "Name the folder with “content/” and “config/” or “config.toml”."
        files.problems.append(error("import-kind", "This is no folder of a Hugo site.", None, hint))
        return Result("", (), {}, (), _sorted(files.problems))
    world = World(files, settings, folder, read_texts(files, settings))
    work = _Import(world, today or dt.date.today())  # noqa: DTZ011 - the day where the author is
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

    def __init__(self, world: World, today: dt.date) -> None:
        self.world = world
        self.today = today
        self.documents = Documents(world)
        self.works = Works(world)
        self.talks = Talks(world)
        self.life = Life(world)
        self.blocks = Blocks(world, self.life)
        self.made = Made()
        self.settings: dict[str, Any] = {}
        self.done: set[str] = set()

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
        self.addresses()
        routes = self.routes()
        books = [
            self.documents.plan_book(folder, [text for text in texts if text.language == tag])
            for folder, texts in books_in(world, self.pages_of(routes)).items()
            for tag in sorted({text.language for text in texts})
        ]
        in_books = {text.path for book in books for text in book.texts}
        for text in world.texts:  # originals first: translations take their names
            if not text.language:
                self.place(text, routes, in_books)
        for text in world.texts:
            if text.language:
                self.place(text, routes, in_books)
        self.works.name(
            [text for text in world.texts if routes.get(text.path) == "work" and not text.language]
        )
        self.write_records(routes)
        self.write_documents(routes, books, in_books)
        self.write_home(routes)
        self.write_lists(routes, in_books)
        self.write_site()

    # --- what becomes of what ---

    def routes(self) -> dict[str, str]:
        """For each content file what it becomes; nothing for those that have no page."""
        found = {}
        for text in self.world.texts:
            found[text.path] = self._route(text)
        return found

    def _route(self, text: Text) -> str:  # noqa: PLR0911 - a table in words
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

    def pages_of(self, routes: dict[str, str]) -> list[Text]:
        """Content files that are pages, or the pages of sections that may be books."""
        return [
            text
            for text in self.world.texts
            if routes[text.path] == "page"
            or (routes[text.path] == "list" and text.section.casefold() not in WORKS | TALKS | POSTS)
        ]

    def place(self, text: Text, routes: dict[str, str], in_books: set[str]) -> None:
        """Decides where a text will be."""
        route = routes[text.path]
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
        elif route == "list" and not self._is_our_list(text.section):
            self.documents.place(text, "pages")

    def _is_our_list(self, section: str) -> bool:
        return list_of_section(section) in {"publications", "talks", "posts", "slides", "people"}

    def _original(self, text: Text) -> Text | None:
        return next((one for one in self.world.texts if one.key == text.key and not one.language), None)

    def addresses(self) -> None:
        """``urls`` of site.yaml: lists and pages stay where they were."""
        world = self.world
        urls: dict[str, str] = {"feed": "index.xml"}
        for sections, many, one in (
            (WORKS, "publications", "publication"),
            (TALKS, "talks", "talk"),
            (POSTS, "posts", "post"),
            (DECKS, "slides", "deck"),
        ):
            there = [
                text.section
                for text in world.texts
                if text.section.casefold() in sections and not text.is_headless
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
            urls["people"] = (
                "authors/" if "people" not in {text.section for text in world.texts} else "people/"
            )
            urls["person"] = _of_slug(terms.get("authors", "")) or "authors/{id}/"
        defaults = {"publications": "publications/", "publication": "publications/{id}/", "talks": "talks/",
                    "talk": "talks/{id}/", "posts": "posts/", "post": "posts/{id}/", "slides": "slides/",
                    "deck": "slides/{id}/"}  # fmt: skip
        world.urls = {key: value for key, value in urls.items() if defaults.get(key) != value}

    def _pattern(self, section: str) -> str:
        return _of_slug(self.world.settings.permalinks.get(section, "").replace(":section", section))

    # --- records ---

    def write_records(self, routes: dict[str, str]) -> None:
        """Publications, talks, people."""
        world = self.world
        for text in world.texts:
            route = routes[text.path]
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
            if routes[text.path] == "talk" and text.language:
                original = self._original(text)
                if original is None:
                    self.talks.add(text)
                elif original.flag("draft"):
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
        self._people()

    def _work(self, text: Text) -> None:
        world, key = self.world, self.works.keys[text.path]
        self.works.add(text)
        body = world.writer.body(text)
        world.copy_resources(text)
        if body:
            world.folder.write(f"content/papers/{key}.md", document({"pdf": False, "toc": False}, body))
        if not text.flag("draft"):
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

    def write_documents(self, routes: dict[str, str], books: list[Book], in_books: set[str]) -> None:
        """Everything that has a text."""
        world, documents = self.world, self.documents
        ordered = sorted(world.texts, key=lambda text: (bool(text.language), text.path))
        for text in ordered:
            route = routes[text.path]
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
                world.notes.append(f"{text.path} has no page there, and none here.")
            if text.language and route in {"post", "deck", "page"}:
                world.count("translations")
        for book in books:
            documents.book(book)

    def _has_original(self, text: Text) -> bool:
        """Whether a translation may stand: not where its original is a draft."""
        original = self._original(text) if text.language else None
        if original is not None and original.flag("draft") and not text.flag("draft"):
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
        for part in parts:
            self._widget_keys(part)
        body = "\n\n".join(filter(None, (self.documents.body(text), *made.texts)))
        self.documents.page(text, body)

    def _widget_keys(self, text: Text) -> None:
        self.done.add(text.path)

    # --- the home page ---

    def write_home(self, routes: dict[str, str]) -> None:
        """``content/index.md``, ``cv.yaml``, and the home pages of other languages."""
        world = self.world
        owner = next((person for person in world.people if person.is_owner), None)
        if owner is not None:
            self.life.profile(owner.text)
        for tag in ("", *world.settings.languages[1:]):
            homes = [text for text in world.texts if routes[text.path] == "home" and text.language == tag]
            parts = widgets(
                [text for text in world.texts if routes[text.path] == "widget" and text.language == tag]
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
            if owner is not None and owner.files and not tag:
                made.texts.insert(
                    1 if made.has_about else 0,
                    " · ".join(f"[{words}]({url})" for words, url in owner.files.items()),
                )
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
        data = self.life.as_data()
        if data:
            world.folder.write("content/cv.yaml", yaml_text(data))
            world.count("cv", sum(len(section["entries"]) for section in data["sections"]))

    # --- lists ---

    def write_lists(self, routes: dict[str, str], in_books: set[str]) -> None:
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
            if own is not None and own.path in in_books:
                continue
            if self._is_our_list(section):
                self._our_list(own, ours, section)
            elif own is not None and routes[own.path] == "list":
                self._section_page(own, inner)
            elif own is None and not any(text.parts == (section,) and text.stem == "index" for text in inner):
                self._new_page(section, inner)
        for text in world.texts:
            if routes[text.path] != "list" or not text.language:
                continue
            if self._is_our_list(text.section):
                world.left(text, _LIST_KEYS)
            elif text.path not in in_books:
                inner = [
                    one
                    for one in world.texts
                    if one.section == text.section and one.language == text.language
                ]
                self._section_page(text, [one for one in inner if one is not text])

    def _our_list(self, own: Text | None, ours: str, section: str) -> None:
        world = self.world
        world.want(joined(world.name(section)), ours, "home")
        if own is None:
            return
        title, intro = world.inline(own, "title"), world.writer.body(own)
        world.left(own, _LIST_KEYS)
        world.copy_resources(own)
        blocks = self.blocks.of_sections(own)
        texts = [one for one in self.blocks.run(blocks, is_home=False).texts if not one.startswith("[")]
        intro = "\n\n".join(filter(None, (intro, *texts)))
        said = {"title": title if ours != "publications" else "", "intro": intro}
        if ours == "publications" and title and title != "Publications":
            self.settings.setdefault("labels", {})["Publications"] = title
        kept = {key: value for key, value in said.items() if value}
        if kept and ours not in self.settings:
            self.settings[ours] = kept
        for alias in world.aliases(own):
            world.want(alias, ours, "home")

    def _listed(self, inner: list[Text]) -> list[Text]:
        """What a section listed: its pages, and the sections below it."""
        found = [text for text in inner if not text.flag("draft") and not text.is_headless]
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
        if (
            name.casefold() in taken
            or list_of_section(section) == "courses"
            and "courses" in {place for place, _ in self.documents.names.values()}
        ):
            world.want(address, list_of_section(section), "home")
            return
        taken.add(name.casefold())
        front = {"title": words_of(section)}
        world.folder.write(f"content/pages/{name}.md", document(front, list_of(texts, world)))

    # --- files and settings ---

    def write_site(self) -> None:
        """``site.yaml``: first without what depends on all the rest, then with menu and redirects."""
        world = self.world
        feeds = want_lists(world)
        settings = self._settings()
        comment = "Settings of the site, imported from Hugo Blox. Every key has a default and may go."
        is_ours = world.folder.write("site.yaml", yaml_text(settings, comment))
        pages = Answers(world.folder.root, self.today)
        self._static(pages)
        self._templates()
        answers = Answers(world.folder.root, self.today)
        for path, text in moved_feeds(world, feeds, answers, str(settings.get("url", ""))).items():
            target = f"content/static/{path}"
            if target not in world.folder.written:
                world.folder.write(target, text)
        answers = Answers(world.folder.root, self.today)
        redirects, lost = answers.redirects(world.wanted)
        waiting = {old for old in lost if old in self._waiting()}
        for old in sorted(set(lost) - waiting):
            message = f"Nothing answers at the old address {quote(old)}."
            world.warn("import-address", message, None, "Write it into “redirects” of site.yaml.")
        settings["menu"] = self._menu(answers)
        settings["redirects"] = dict(sorted(redirects.items()))
        world.counts["redirects"] = len(redirects)
        settings = {key: value for key, value in settings.items() if value}
        if is_ours:
            world.folder.replace("site.yaml", yaml_text(settings, comment))
        if world.looks:
            words = ", ".join(f"{key} ({count})" for key, count in sorted(world.looks.items()))
            world.notes.append(f"Settings of the old theme are comments in the new files: {words}.")

    def _waiting(self) -> set[str]:
        """Addresses of posts that come later: nothing is there yet."""
        return {
            self.world.new_url(text)
            for text in self.world.texts
            if text.day is not None and text.day > self.today
        }

    def _settings(self) -> dict[str, Any]:
        world, settings = self.world, self.world.settings
        owner = next((person for person in world.people if person.is_owner), None)
        url = settings.url.strip()
        if url and "://" not in url:
            url = f"https://{url.lstrip('/')}"
        if not re.match(r"https?://[^/\s.]+\.[^\s]+\Z", url) or "example.com" in url or unsafe_reason(url):
            if url.strip("/") not in {"", "https:"}:
                world.notes.append(
                    f"The address {quote(url)} is not taken: write the site's own into site.yaml."
                )
            url = ""
        params = settings.params
        description = text_of(pick(params, "marketing", "seo", "description")) or text_of(
            pick(params, "description")
        )
        description = description or text_of(pick(params, "hugoblox", "identity", "description"))
        author = None
        if owner is not None:
            author = {key: value for key, value in owner.record.items() if key != "id"}
            author.setdefault("name", person_name(owner.name))
        language = settings.language if _LANGUAGE.match(settings.language) else "en"
        found = {
            "title": settings.title or (owner.name if owner is not None else ""),
            "description": " ".join(description.split()),
            "url": url,
            "language": language,
            "languages": self._languages(),
            "author": author,
            "footer": self._footer(),
            "urls": world.urls,
            "publications": {"links": self.works.labels} if self.works.labels else {},
        }
        for key, value in self.settings.items():
            found[key] = {**value, **(found.get(key) or {})} if isinstance(value, dict) else value
        return {key: value for key, value in found.items() if value}

    def _languages(self) -> Any:
        world, settings = self.world, self.world.settings
        tags = [tag for tag in settings.languages if _LANGUAGE.match(tag)]
        used = [tag for tag in tags[1:] if any(text.language == tag for text in world.texts)]
        if not used:
            return None
        titles = {tag: text_of(pick(settings.own[tag], "title")) for tag in used}
        if any(title and title != settings.title for title in titles.values()):
            return {tag: {"title": title} if title else {} for tag, title in titles.items()}
        return [settings.language, *used]

    def _footer(self) -> str:
        """The line at the foot; what stands for the year is left out."""
        settings = self.world.settings
        node = pick(settings.params, "footer", "copyright", "notice") or pick(settings.params, "copyright")
        node = node or pick(settings.root, "copyright")
        raw = text_of(node)
        if not raw or node is None:
            return ""
        raw = re.sub(r"\s*\{\{?\s*\.?(year|Year)\s*\}?\}", "", raw)
        if "{" in raw:
            self.world.warn(
                "import-key",
                f"Of the line at the foot {quote(raw)} what stands in braces is left out.",
                node.span,
            )
            raw = re.sub(r"\{[^}]*\}", "", raw)
        return " ".join(raw.split())

    def _menu(self, answers: Answers) -> list[Any]:
        """The entries of the menu that lead to pages."""
        world = self.world
        node = world.settings.menus.get(world.settings.language)
        by_url = {
            url: name for name, url in reversed(answers.ids.items()) if not name.startswith("redirect:")
        }
        found: list[Any] = []
        items = [item for item in items_of(pick(node, "main")) if isinstance(item.value, dict)]
        for item in sorted(items, key=lambda item: _number(text_of(pick(item, "weight")))):
            words = text_of(pick(item, "name")) or text_of(pick(item, "title"))
            url = text_of(pick(item, "url")) or text_of(pick(item, "pageRef"))
            page = self._menu_page(url, answers, by_url)
            if page and page not in [one["page"] for one in found]:
                found.append({"page": page, "title": words} if words else {"page": page})
            elif not page and not is_true(pick(item, "params", "hasChildren")) and url:
                world.warn("import-menu", f"The entry {quote(words)} of the menu leads to no page here.", item.span,
                           "Link it in the text of the home page.")  # fmt: skip
        return found

    def _menu_page(self, url: str, answers: Answers, by_url: dict[str, str]) -> str:
        target = url.strip()
        anchor = target.lstrip("/")
        if anchor.startswith("#"):
            name = anchor[1:]
            known = self.made.anchors.get(name) or list_of_section(name)
            return known if known in answers.ids else "home" if name in {"top", "about", "hero", ""} else ""
        if re.match(r"[a-z]+:|//", target):
            return ""
        path = target.partition("#")[0].partition("?")[0]
        address = self.world.moved.get(joined(path), joined(path))
        name = by_url.get(address.lstrip("/")) or by_url.get(path.lstrip("/"), "")
        if not name:
            text = self.world.by_url.get(joined(path))
            name = by_url.get(self.world.new_url(text).lstrip("/"), "") if text is not None else ""
        return name or (
            list_of_section(path.strip("/")) if list_of_section(path.strip("/")) in answers.ids else ""
        )

    def _static(self, pages: Answers) -> None:
        """Files of ``static/`` and pictures of ``assets/``, and those that lie beside texts without belonging to one."""
        world = self.world
        owned = {path for text in world.texts for path in text.resources}
        own = {path.casefold() for path in pages.paths}
        for path in sorted(world.source.files):
            top, _, inner = path.partition("/")
            if top == "static" or re.match(r"assets/(?:media|images|uploads)/", path):
                if inner.casefold() in own and inner.endswith((".html", ".htm")):
                    message = "A page of the new site has this address; the file is not taken."
                    world.warn("import-exists", message, Span(path))
                    continue
                if world.static(path, f"/{inner}"):
                    world.count("files")
            elif (
                top not in {"config", "data", "assets", "layouts"}
                and "/" in path
                and path not in owned
                and path not in world.by_path
            ):
                self._stray(path)

    def _stray(self, path: str) -> None:
        world = self.world
        pure = PurePosixPath(path)
        if pure.suffix.lower() in {
            ".html",
            ".htm",
            ".org",
            ".rst",
            ".adoc",
            ".rmd",
            ".rmarkdown",
            ".ipynb",
            ".md",
            ".pdc",
        }:
            return  # told already, or never published
        folder = next((one for one in world.settings.folders.values() if path.startswith(one + "/")), "")
        inner = str(pure.parent)[len(folder) :] if folder else ""
        if folder and world.static(path, joined(*map(world.name, inner.split("/"))) + pure.name):
            world.count("files")

    def _templates(self) -> None:
        """Templates, styles, scripts and data: not taken, and told."""
        world = self.world
        looks = 0
        for path in sorted(world.source.files):
            if path.startswith("data/") and not re.match(r"data/(?:[a-zA-Z-]{2,7}/)?authors/", path):
                if _DATA_OF_LOOKS.match(path):
                    looks += 1
                else:
                    world.warn(
                        "import-layout",
                        "Data for templates is not taken.",
                        Span(path),
                        "Write it as content.",
                    )
            elif path.startswith("layouts/"):
                hint = "Say it by a theme of your own, or by content."
                world.warn("import-layout", "A template of Hugo is not taken.", Span(path), hint)
            elif path.startswith("assets/") and not re.match(r"assets/(?:media|images|uploads)/", path):
                hint = "Rules of your own go into assets/custom.css."
                world.warn(
                    "import-layout", "Styles and scripts of the old theme are not taken.", Span(path), hint
                )
        if looks:
            world.notes.append(f"{looks} files of fonts and colours in data/ are not taken.")


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def _of_slug(pattern: str) -> str:
    """A pattern of permalinks as ours, where it is the same for all: ``/tag/:slug/`` is ``tag/{id}/``."""
    inner = re.sub(
        r":(?:slugorfilename|slugorcontentbasename|contentbasename|filename|slug|title)\b",
        "{id}",
        pattern.strip("/"),
    )
    return f"{inner}/" if inner.count("{id}") == 1 and ":" not in inner and inner.endswith("{id}") else ""
