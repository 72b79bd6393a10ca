# ruff: noqa: SIM905  (tables of words read better as text)
"""Posts, pages, decks, courses and books: content files that are documents here, too, at the addresses that they
had."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.graph import clean_url
from acadsite.importers.hugo_blox.settings import items_of, pick, text_of
from acadsite.importers.hugo_blox.source import day_of
from acadsite.importers.hugo_blox.world import PICTURES, file_name
from acadsite.importers.yaml_text import yaml_text
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World

POSTS: Final = frozenset({"post", "posts", "blog", "news", "article", "articles", "writing"})
DECKS: Final = frozenset({"slides", "decks"})
BOOKS: Final = frozenset(
    {
        "course",
        "courses",
        "doc",
        "docs",
        "tutorial",
        "tutorials",
        "teaching",
        "notes",
        "guide",
        "guides",
        "book",
    }
)
COURSES: Final = frozenset({"course", "courses", "teaching"})
#: Links of the front matter, and the words for them.
LINKS: Final = {
    "url_pdf": "PDF", "url_preprint": "Preprint", "url_code": "Code", "url_dataset": "Data", "url_poster": "Poster",
    "url_project": "Project", "url_slides": "Slides", "url_source": "Source", "url_video": "Video",
    "external_link": "Website",
}  # fmt: skip
_KNOWN: Final = frozenset(
    """title subtitle summary abstract description date lastmod publishdate expirydate draft tags categories authors
    author aliases url slug links image featured lang linktitle projects slides weight sections header""".split()
) | frozenset(LINKS)


@dataclass(frozen=True, slots=True)
class Book:
    """A folder that becomes a book: its name and address here, the text that it begins with, and the files of its
    chapters by their old paths; drafts have none."""

    folder: tuple[str, ...]
    name: str
    base: str
    first: Text | None
    texts: tuple[Text, ...]
    files: dict[str, str]


#: What posts have and pages have not.
_NOT_OF_PAGES: Final = frozenset({"tags", "categories", "authors", "author", "date", "lastmod", "featured"})


class Documents:
    """Writes documents. ``ids`` are the names that each collection has given out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ids: dict[str, set[str]] = {}
        self.names: dict[str, tuple[str, str]] = {}

    # --- names and places ---

    def place(self, text: Text, collection: str) -> None:
        """Decides where a text goes, before any text is converted: links need to know."""
        original = None
        if text.language:
            others = (one for one in self.world.texts if one.key == text.key and not one.language)
            original = self.names.get(next((one.path for one in others), ""))
        if original is not None and original[0] == collection:
            name = original[1]
        else:
            # The last part of the address is the name, so that most need no address of their own.
            last = self.world.new_url(text).strip("/").rpartition("/")[2].removesuffix(".html")
            name = file_name(slug(last) or slug(text.name) or "page", self.ids.setdefault(collection, set()))
        self.names[text.path] = (collection, name)
        if any(PurePosixPath(path).suffix.lower() in PICTURES for path in text.resources):
            self.world.beside[text.path] = f"content/{collection}/{name}"

    def _path(self, text: Text) -> str:
        collection, name = self.names[text.path]
        has_original = bool(text.language) and self._original(text) is not None
        tag = f".{text.language}" if has_original else ""
        original = self._original(text) if has_original else text
        is_folder = original is not None and bool(
            self.world.shown.get(original.path) or self.world.shown.get(text.path)
        )
        if has_original and original is not None:
            known = f"content/{collection}/{name}/index.md"
            is_folder = known in self.world.folder.written
        return (
            f"content/{collection}/{name}/index{tag}.md"
            if is_folder
            else f"content/{collection}/{name}{tag}.md"
        )

    def _original(self, text: Text) -> Text | None:
        if not text.language:
            return None
        mine = self.names.get(text.path)
        return next(
            (
                one
                for one in self.world.texts
                if one.key == text.key and not one.language and self.names.get(one.path) == mine
            ),
            None,
        )

    # --- the parts of a document ---

    def front(self, text: Text, pattern: str) -> dict[str, Any]:
        """What all documents have: title, address, old addresses, draft, language. ``pattern`` gives the address that
        it would have without ``url``."""
        world = self.world
        new = world.new_url(text)
        _, name = self.names[text.path]
        own = "/" + pattern.replace("{id}", name)
        original = self._original(text)
        if original is not None:
            base = world.new_url(original)
            own = f"/{text.language}{base}" if world.fits(base, text.front.span) else new
        fits = world.fits(new, text.front.keys.get("url", text.front.span), is_old=True)
        is_kept = clean_url(new) is not None
        found = {
            "title": world.inline(text, "title") or (None if original is not None else words_of(text.name)),
            "url": new if is_kept and new != own else None,
            "aliases": world.aliases(text) if is_kept else self._aliases(text, new if fits else own, own),
            "draft": True if text.is_draft else None,
            "lang": text.language if text.language and original is None else None,
        }
        expiry = text.word("expirydate")
        if text.is_broken:
            world.warn(
                "import-draft", "Its front matter cannot be read; it is a draft here.", text.front.span
            )
        if expiry:
            world.warn("import-date", "It does not end by itself here.", text.front.keys.get("expirydate"))
        if not text.is_draft and fits:
            world.want(new, "home")
        return {key: value for key, value in found.items() if value}

    def _aliases(self, text: Text, old: str, own: str) -> list[str]:
        """The old addresses of a text that cannot have its ``old`` one, which leads to its ``own`` then."""
        found = dict.fromkeys((old, *self.world.aliases(text)))
        return [address for address in found if address != own]

    def body(self, text: Text, *, picture: bool = True) -> str:
        """The text, with what the old theme showed around it: subtitle, picture, links."""
        world = self.world
        parts = []
        subtitle = world.inline(text, "subtitle")
        if subtitle:
            parts.append(f"*{subtitle}*" if "*" not in subtitle else subtitle)
        if picture:
            parts.append(self._featured(text))
        parts += [world.writer.body(text), " · ".join(self.links(text))]
        return "\n\n".join(filter(None, parts))

    def _featured(self, text: Text) -> str:
        for path in text.resources:
            pure = PurePosixPath(path)
            is_own = str(pure.parent) == text.folder and pure.suffix.lower() in PICTURES
            if not is_own or "featured" not in pure.stem.casefold() or text.flag("image", "preview_only"):
                continue
            address = self.world.picture(pure.name, text)
            caption = self.world.inline(text, "image", "caption")
            words = text.word("image", "alt_text").replace('"', "”")
            target = address if re.fullmatch(r"[^\s()<>]+", address) else f"<{address}>"
            if caption and words:
                return f'![{caption}]({target}){{#fig-featured fig-alt="{words}"}}'
            if words:
                return f"![{words}]({target})"
            return f"![]({target}){{role=presentation}}" + (f"\n\n*{caption}*" if caption else "")
        return ""

    def links(self, text: Text) -> list[str]:
        """Buttons, as links in a line."""
        found = []
        for key, words in LINKS.items():
            if text.word(key) not in {"", "#"}:
                found.append((words, text.word(key)))
        for node in items_of(text.get("links")):
            url = text_of(pick(node, "url"))
            words = (
                text_of(pick(node, "name"))
                or text_of(pick(node, "label"))
                or text_of(pick(node, "type")).capitalize()
            )
            found += (
                [(words or text_of(pick(node, "icon")).capitalize() or "Link", url)]
                if url not in {"", "#"}
                else []
            )
        slides = text.word("slides")
        target = self.world.by_url.get(f"/slides/{self.world.name(slides)}/") if slides else None
        if target is not None:
            found.append(("Slides", target.url))
        for project in text.words("projects"):
            owner = next(
                (
                    one
                    for one in self.world.texts
                    if one.section.startswith("project") and one.name == project
                ),
                None,
            )
            found += (
                [(owner.title or owner.name, owner.url)] if owner is not None and owner is not text else []
            )
        made = []
        for words, url in found:
            address = self.world.link(url, text)
            address = address if re.fullmatch(r"[^\s()<>]+", address) else f"<{address}>"
            made.append(f"[{words}]({address})")
        return made

    def write(
        self,
        text: Text,
        front: dict[str, Any],
        body: str,
        known: frozenset[str] = frozenset(),
        *,
        quietly: frozenset[str] = frozenset(),
    ) -> None:
        """The file, and the files of its bundle. Of the keys of other documents ``quietly`` are comments in this
        one."""
        front |= self.world.left(text, (_KNOWN | known) - quietly, quietly=quietly)
        self.world.folder.write(self._path(text), document(front, body))
        self.world.copy_resources(text)

    def summary(self, text: Text) -> str:
        """One or two sentences for lists."""
        return (
            self.world.inline(text, "summary")
            or self.world.inline(text, "abstract")
            or self.world.inline(text, "description")
        )

    # --- kinds ---

    def post(self, text: Text) -> None:
        """A post, or a page where it has no date."""
        world = self.world
        day = (
            text.day or day_of(text.word("publishdate")) or day_of(text.name) or day_of(text.word("lastmod"))
        )
        if day is None and self._original(text) is None:
            message = "A post needs a date; this one has the day 1970-01-01."
            world.warn(
                "import-date", message, text.front.keys.get("date", text.front.span), "Write its date."
            )
        published = day_of(text.word("publishdate"))
        if published is not None and published > world.today and (day is None or published > day):
            world.notes.append(f"{text.path} waits for {published}; here that is its date.")
            day = published
        elif published is not None and day is not None and published <= world.today < day:
            world.notes.append(f"{text.path} is out already; here a post comes on its date, {day}.")
        updated = day_of(text.word("lastmod"))
        tags = list(dict.fromkeys([*text.words("tags"), *text.words("categories")]))
        front = self.front(text, world.urls.get("post", "posts/{id}/"))
        front |= {
            "date": (day.isoformat() if day else "1970-01-01") if self._original(text) is None else None,
            "updated": updated.isoformat() if updated is not None and updated != day else None,
            "tags": tags if self._original(text) is None else [],  # topics are those of the original
            "summary": self.summary(text),
            "people": self.people(text),
        }
        unknown = [name for name in text.words("authors") if world.find_person(name) is None]
        quietly = {"featured"} | ({"authors"} if unknown else set())
        quietly |= set() if self._original(text) is None else {"tags", "categories"}
        front = {key: value for key, value in front.items() if value}
        self.write(text, front, self.body(text), quietly=frozenset(quietly))
        world.count("posts")

    def people(self, text: Text) -> list[str]:
        """The authors that the site knows, unless it is its owner alone."""
        found = [self.world.find_person(name) for name in text.words("authors")]
        if all(person is None or person.is_owner for person in found):
            return []
        return [person.id for person in found if person is not None]

    def page(self, text: Text, body: str | None = None) -> None:
        """A page."""
        front = self.front(text, self.world.urls.get("page", "{id}/")) | {"summary": self.summary(text)}
        front = {key: value for key, value in front.items() if value}
        body = self.body(text) if body is None else body
        self.write(text, front, body, frozenset({"content", "cascade", "type"}), quietly=_NOT_OF_PAGES)
        self.world.count("pages")

    def course(self, text: Text) -> None:
        """A course of one page."""
        world = self.world
        front = self.front(text, world.urls.get("course", "courses/{id}/"))
        day = text.day
        front |= {
            "start": day.isoformat() if day else None,
            "summary": self.summary(text),
            "people": self.people(text),
        }
        front = {key: value for key, value in front.items() if value}
        self.write(text, front, self.body(text), quietly=_NOT_OF_PAGES - {"date"})
        world.count("courses")

    def deck(self, text: Text) -> None:
        """Slides of reveal.js."""
        world = self.world
        names = [world.person(name)[0] for name in text.words("authors")]
        front = self.front(text, world.urls.get("deck", "slides/{id}/"))
        day = text.day
        front |= {
            "author": names,
            "date": day.isoformat() if day else None,
            "syntax": "reveal",
            "title-slide": False,
            "tags": list(dict.fromkeys([*text.words("tags"), *text.words("categories")])),
            "summary": self.summary(text),
        }
        kept = {key: value for key, value in front.items() if value or key == "title-slide"}
        self.write(text, kept, world.writer.body(text), frozenset({"slides", "reveal", "reveal_hugo"}))
        world.count("slides")

    # --- books ---

    def plan_book(self, folder: tuple[str, ...], texts: Sequence[Text]) -> Book:
        """Where the chapters of a book go. ``texts`` are those of one language."""
        world = self.world
        first = next((text for text in texts if text.is_list and text.parts == folder), None)
        base = world.new_url(first) if first is not None else "/" + "/".join(map(world.name, folder)) + "/"
        stem = "-".join(filter(None, (slug(folder[-1]) or "book", texts[0].language)))
        name = file_name(stem, self.ids.setdefault("", set(_RESERVED)))
        files: dict[str, str] = {}
        for text in texts:
            if text.is_draft:
                continue
            path = files[text.path] = self._chapter_path(text, base, first)
            if text.stem == "index":  # files beside others may belong to several
                world.beside[text.path] = str(PurePosixPath(f"content/{name}/{path}").parent)
            inner = path.removesuffix(".md").removesuffix("index").rstrip("/")
            world.moved[text.url] = f"{base}{inner}/" if inner else base
        return Book(folder, name, base, first, tuple(texts), files)

    def book(self, book: Book) -> None:
        """Writes a book."""
        world, first = self.world, book.first
        where = first.front.span if first is not None else book.texts[0].front.span
        is_same = book.base == f"/{book.name}/" or not world.fits(book.base, where)
        settings: dict[str, Any] = {
            "title": (world.inline(first, "title") if first is not None else "") or words_of(book.folder[-1]),
            "summary": self.summary(first) if first is not None else None,
            "url": None if is_same else book.base,
            "aliases": world.aliases(first) if first is not None else None,
            "lang": book.texts[0].language,
            "numbering": {"chapters": False, "web": False, "pdf": False},
            "menu": False,
            "chapters": self._contents(
                book.folder, [text for text in book.texts if text.path in book.files], book.files
            ),
        }
        settings = {key: value for key, value in settings.items() if value or key == "menu"}
        world.folder.write(f"content/{book.name}/book.yaml", yaml_text(settings))
        for text in book.texts:
            self._chapter(book, text)
        world.count("books")

    def _chapter(self, book: Book, text: Text) -> None:
        world = self.world
        path = book.files.get(text.path)
        front: dict[str, Any] = {"title": world.inline(text, "title") or words_of(text.name)}
        if text is not book.first:  # whose old addresses are the book's
            front["aliases"] = world.aliases(text)
        if text.day is not None:
            front["date"] = text.day.isoformat()
        front = {key: value for key, value in front.items() if value}
        front |= world.left(text, _KNOWN | {"cascade"})
        whole = document(front, self.body(text))
        if path is None:
            name = file_name(slug(text.name) or "draft", self.ids.setdefault(f"drafts/{book.name}", set()))
            world.folder.write(f"drafts/{book.name}/{name}.md", whole)
            world.notes.append(f"{text.path} is a draft; it lies in drafts/{book.name}/.")
            world.count("drafts")
            return
        world.folder.write(f"content/{book.name}/{path}", whole)
        world.copy_resources(text)
        world.want(text.url, world.moved[text.url], f"book:{book.name}")
        world.count("chapters")

    def _chapter_path(self, text: Text, base: str, first: Text | None) -> str:
        """The file of a chapter in its book, so that the address follows from it."""
        if text is first:
            return "index.md"
        url = self.world.new_url(text)
        rest = (
            url[len(base) :].strip("/").removesuffix(".html")
            if url.startswith(base)
            else self.world.name(text.name)
        )
        parts = [
            slug(part).strip("-") or "chapter" if not _FIT.fullmatch(part) else part
            for part in rest.split("/")
        ]
        path = "/".join(parts)
        return f"{path}/index.md" if text.is_bundle else f"{path}.md"

    def _contents(self, folder: tuple[str, ...], texts: Sequence[Text], files: dict[str, str]) -> list[Any]:
        """Chapters in the order of Hugo: by weight, then by date, then by title; folders are parts."""
        here = [text for text in texts if (text.parts[:-1] if text.stem == "index" else text.parts) == folder]
        found: list[tuple[tuple[Any, ...], Any]] = []
        for text in here:
            if not text.is_list:
                found.append((_rank(text), files[text.path]))
            elif files[text.path] == "index.md":
                found.append(((-1,), "index.md"))
        depth = len(folder)
        for name in dict.fromkeys(
            text.parts[depth]
            for text in texts
            if len(text.parts) > depth + (text.stem == "index") and text.parts[:depth] == folder
        ):
            inner = (*folder, name)
            own = next((text for text in texts if text.is_list and text.parts == inner), None)
            chapters = [
                one for one in self._contents(inner, texts, files) if own is None or one != files[own.path]
            ]
            if own is not None and not chapters:
                found.append((_rank(own), files[own.path]))
            elif chapters:
                part = {"part": files[own.path] if own is not None else words_of(name), "chapters": chapters}
                found.append((_rank(own) if own is not None else (2, 0, "", name), part))
        return [item for _, item in sorted(found, key=lambda pair: pair[0])]


#: Folders of content/ that are no books.
_RESERVED: Final = frozenset(
    {"static", "publications", "papers", "posts", "pages", "courses", "slides", "talks", "people", "repos", "students",
     "news", "snapshots"}
)  # fmt: skip
_FIT: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")


def _rank(text: Text) -> tuple[Any, ...]:
    weight = text.word("weight")
    number = int(weight) if re.fullmatch(r"-?\d{1,9}", weight) else 0
    day = text.day
    return (
        0 if number else 1,
        number,
        -(day.toordinal() if day else 0),
        (text.word("linktitle") or text.title).casefold(),
    )


def words_of(name: str) -> str:
    """A name of a file as words."""
    words = re.sub(r"\A\d{4}-\d\d-\d\d-", "", name)
    words = " ".join(re.split(r"[-_\s]+", words)).strip() or name
    return words[:1].upper() + words[1:]


def document(front: dict[str, Any], body: str) -> str:
    """A Markdown file."""
    has_data = any(not key.startswith("#") for key in front)
    if not has_data and not front:
        # What begins with a rule would be taken for front matter.
        return f"---\n---\n\n{body}\n" if body.startswith("---") else f"{body}\n" if body else ""
    head = (
        yaml_text(front)
        if has_data
        else "".join(f"# {line}\n" for line in yaml_text({"x": 1, **front}).split("\n")[1:-1])
    )
    return f"---\n{head}---\n" + (f"\n{body}\n" if body else "")


def books_in(_world: World, texts: Sequence[Text]) -> dict[tuple[str, ...], list[Text]]:
    """Folders that are books, each with its texts: courses and documentation with several pages."""
    found: dict[tuple[str, ...], list[Text]] = {}
    sections = sorted({text.section for text in texts if text.section})
    for section in sections:
        inner = [text for text in texts if text.section == section]
        top = next((text for text in inner if text.is_list and len(text.parts) == 1), None)
        kind = (
            (top.word("type") or top.word("cascade", "type") or top.word("layout")).casefold() if top else ""
        )
        if section.casefold() not in BOOKS and kind not in {"docs", "book", "course"}:
            continue
        for name in dict.fromkeys(text.parts[1] for text in inner if len(text.parts) > 1):
            some = [text for text in inner if text.parts[:2] == (section, name)]
            if any(text.is_list for text in some) and len(some) > 1:
                found[section, name] = some
        rest = [text for text in inner if tuple(text.parts[:2]) not in found]
        is_course = section.casefold() in COURSES and kind not in {"docs", "book"}
        if (
            not found.keys() & {(section, text.parts[1]) for text in inner if len(text.parts) > 1}
            and len(rest) > 1
            and not is_course
        ):
            found[section,] = rest
    return found


def list_of(texts: Sequence[Text], world: World) -> str:
    """Texts as a list of links with what they say of themselves."""
    lines = []
    for text in sorted(texts, key=_rank):
        title = world.inline(text, "title") or words_of(text.name)
        summary = world.inline(text, "summary")
        address = world.moved.get(text.url, world.new_url(text))
        lines.append(f"- [{title}]({address})" + (f": {summary}" if summary else ""))
    return "\n".join(lines)
