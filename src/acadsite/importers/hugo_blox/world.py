# ruff: noqa: SIM905  (tables of words read better as text)
"""What an import knows of both sites: where the old pages were, where they are now, and what was taken or not.

All parts of the importer write through a ``World``: it holds source, settings and texts, converts texts, keeps the
old addresses that must go on answering, and tells of front matter that has no place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from acadsite.graph import clean_url, old_url
from acadsite.importers.hugo_blox.addresses import joined, path_name
from acadsite.importers.hugo_blox.markdown import Writer
from acadsite.importers.hugo_blox.settings import is_true, items_of, pick, text_of
from acadsite.importers.hugo_blox.source import day_of
from acadsite.problems import Span, quote, warning
from acadsite.records import segment

if TYPE_CHECKING:
    import datetime as dt

    from acadsite.importers.folder import Folder
    from acadsite.importers.hugo_blox.people import Person
    from acadsite.importers.hugo_blox.settings import Settings
    from acadsite.importers.hugo_blox.source import Source, Text
    from acadsite.problems import Problem
    from acadsite.sources import Node

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"})
#: Never published by Hugo as these sites are set up, or of no use without it.
_UNPUBLISHED: Final = frozenset(
    {".rmd", ".rmarkdown", ".ipynb_checkpoints", ".html", ".htm", ".org", ".rproj"}
)
#: Settings of single pages that tell the old theme how to look; ours looks its own way.
LOOKS: Final = frozenset(
    """active advanced afterfooter all_day_format animate backlinks body_classes cascade cms_exclude color comment
    comments commentable content_meta date_format design diagram disable_comments editable feature_math_only
    footer gallery_item geekdoc header highlight highlighting_languages hide_date hugoblox image_preview
    is_gallery isCJKLanguage katex keywords_css layout linktitle list_format listing markup math menu outputs
    output pager pagination post_meta profile reading_time robots sectionpagestype sharing share
    show_authors show_breadcrumb show_date show_edit show_reading_time show_related show_toc sitemap sidebar
    text_link toc toc_depth type types view weight widget headless build _build cover banner hero
    show_comments css_class css_style background spacing columns archive_url pageid username section_pager _merge
    ids schema""".split()
)
_HOST: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(slots=True)
class World:
    """The state of one import. ``wanted`` are old addresses with the places that they may lead to, the best first;
    ``moved`` are those of which the new address is known; ``beside`` says into which folder the pictures of a text go,
    ``shown`` which of them it shows."""

    source: Source
    settings: Settings
    folder: Folder
    texts: list[Text]
    today: dt.date
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    shown: dict[str, set[str]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    works: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    by_url: dict[str, Text] = field(default_factory=dict)
    by_path: dict[str, Text] = field(default_factory=dict)
    owners: dict[str, Text] = field(default_factory=dict)
    writer: Writer = field(init=False)
    _index: dict[str, Person] = field(default_factory=dict)
    _indexed: int = 0

    def __post_init__(self) -> None:
        self.writer = Writer(self)
        for text in self.texts:
            self.by_url.setdefault(text.url, text)
            self.by_path[text.path] = text
            self.owners |= dict.fromkeys(text.resources, text)

    # --- addresses ---

    def name(self, word: str) -> str:
        """A word as Hugo puts it into an address."""
        settings = self.settings
        return path_name(word, without_accents=settings.drops_accents, keeps_case=settings.keeps_case)

    def want(self, old: str, *targets: str) -> None:
        """An old address shall go on answering; it may lead to ``targets``."""
        self.wanted.setdefault(old, []).extend(targets)

    def new_url(self, text: Text) -> str:
        """The address of a text here: the same as there, but for the tag of the site's own language."""
        prefix = f"/{self.settings.language}/"
        if self.settings.is_in_folder and not text.language and text.url.startswith(prefix):
            return text.url[len(prefix) - 1 :]
        return text.url

    def is_public(self, text: Text) -> bool:
        """Whether Hugo publishes a text: no draft, nothing of the future, nothing that has ended."""
        if text.is_draft or text.is_headless:
            return False
        day = day_of(text.word("publishdate")) or text.day  # the first that is there counts
        ends = day_of(text.word("expirydate"))
        waits = day is not None and day > self.today and not is_true(pick(self.settings.root, "buildFuture"))
        return not waits and (ends is None or ends > self.today)

    def fits(self, address: str, where: Span, *, is_old: bool = False) -> bool:
        """Whether an address can be that of a page here, or lead to one (``is_old``); a problem where it cannot."""
        if (old_url if is_old else clean_url)(address) is not None:
            return True
        message = (
            f"The old address {quote(address)} cannot be kept: not every system takes it as a file name."
        )
        self.problems.append(warning("import-address", message, where, "Links to it lead nowhere now."))
        return False

    def fits_quietly(self, address: str) -> bool:
        """Whether something can lead on from an address, without a problem."""
        return old_url(address) is not None

    def aliases(self, text: Text) -> list[str]:
        """Old addresses that a text names, and the one with the tag of the language."""
        found = []
        for item in items_of(text.get("aliases")):
            alias = text_of(item)
            if not alias or _HOST.match(alias):
                continue
            whole = alias if alias.startswith("/") else urljoin(text.url.rstrip("/"), alias)
            whole = whole if whole.endswith((".html", ".htm")) else joined(whole)
            if self.fits(whole, item.span, is_old=True):
                found.append(whole)
        if self.new_url(text) != text.url:
            found.append(text.url)
        if "--" in text.url and not text.word("url"):  # as versions before 0.123 had it
            found += [one for one in (re.sub(r"-{2,}", "-", text.url),) if clean_url(one) is not None]
        taken = {self.new_url(text), *self.by_url}
        return [
            alias
            for alias in dict.fromkeys(found)
            if alias not in taken or alias == text.url != self.new_url(text)
        ]

    # --- what Writer asks ---

    def link(self, target: str, text: Text) -> str:
        """What a link of a text leads to."""
        target = target.strip()
        if not target or target.startswith("#") or _HOST.match(target):
            return self._own(target)
        path, mark, rest = _split(target)
        if not path:
            return target
        if path.lower().endswith((".md", ".markdown")):
            found = self._text_at(path, text)
            if found is not None:
                return self._now(found.url) + mark + rest
        beside = self._resource(path, text)
        if beside is not None:
            return self._of_resource(beside, text)
        address = self._address(path, text)
        if address == "/":
            return "/"
        return self._now(address) + mark + rest

    def _own(self, target: str) -> str:
        """A full address of the site itself, as one of the new site where the page is there."""
        base = self.settings.url.rstrip("/")
        if base and target.startswith(base + "/"):
            address = target[len(base) :]
            path, mark, rest = _split(address)
            if self._known(path):
                return self._now(path) + mark + rest
        return target

    def _address(self, path: str, text: Text) -> str:
        """A path of a link as an address with a slash in front."""
        base = urlsplit(self.settings.url).path.rstrip("/") if self.settings.url else ""
        if path.startswith("/"):
            if base and path.startswith(base + "/"):
                path = path[len(base) :]
            return path
        whole = urljoin(text.url, path)
        # These themes take paths in settings and front matter from the top of the site.
        if not self._known(whole) and self._known("/" + path.removeprefix("./")):
            return "/" + path.removeprefix("./")
        return whole

    def _known(self, address: str) -> bool:
        inner = address.strip("/")
        return joined(inner) in self.by_url or address in self.by_url or self.file_at(address) is not None

    def _now(self, address: str) -> str:
        """An old address as it is now."""
        slashed = (
            address
            if address.endswith(("/", ".html")) or "." in address.rpartition("/")[2]
            else address + "/"
        )
        if slashed in self.moved:
            return self.moved[slashed]
        text = self.by_url.get(slashed)
        if text is not None:
            return self.new_url(text)
        # An address as somebody typed it, with capitals or accents that Hugo takes away.
        typed = joined(*(self.name(unquote(part)) for part in slashed.split("/")))
        if typed != slashed and typed in self.moved:
            return self.moved[typed]
        text = self.by_url.get(typed)
        return address if text is None else self.new_url(text)

    def file_at(self, address: str) -> str | None:
        """The source of a file that is published at an address."""
        inner = unquote(address).lstrip("/")
        for path in (f"static/{inner}", f"assets/{inner}"):
            if path in self.source.files and (path.startswith("static/") or inner.startswith("media/")):
                return path
        return None

    def picture(self, target: str, text: Text) -> str:
        """Where a picture or recording that a text names is."""
        target = target.strip()
        if not target or _HOST.match(target):
            return self._own(target)
        path, mark, rest = _split(target)
        beside = self._resource(path, text)
        if beside is not None:
            return self._of_resource(beside, text) + mark + rest
        inner = unquote(path).lstrip("/")
        for candidate, address in (
            (f"assets/media/{inner}", f"/media/{inner}"),
            (f"assets/{inner}", f"/{inner}"),
            (f"static/{inner}", f"/{inner}"),
            (f"static/media/{inner}", f"/media/{inner}"),
            (f"static/img/{inner}", f"/img/{inner}"),
            (f"assets/images/{inner}", f"/images/{inner}"),
        ):
            if candidate in self.source.files:
                return address
        return self._address(path, text) + mark + rest

    def _resource(self, path: str, text: Text) -> str | None:
        """The source of a file that belongs to a text."""
        if path.startswith("/"):
            owner, _, name = path.rpartition("/")
            found = self.by_url.get(owner + "/")
            if found is None or not found.is_bundle:
                return None
            whole = f"{found.folder}/{unquote(name)}"
        else:
            whole = str(PurePosixPath(text.folder, *PurePosixPath(unquote(path)).parts))
            if "/../" in whole:
                return None
        return whole if whole in self.source.files and whole not in self.by_path else None

    def _of_resource(self, path: str, text: Text) -> str:
        """Where a file of a bundle is: beside the text where it is a picture of its own, else at its old address."""
        folder = self.beside.get(text.path)
        is_own = path.startswith(text.folder + "/")
        if folder is not None and is_own and PurePosixPath(path).suffix.lower() in PICTURES:
            self.shown.setdefault(text.path, set()).add(path)
            return path[len(text.folder) + 1 :]
        owner = self.owners.get(path, text)
        return self.resource_url(path, owner)

    def resource_url(self, path: str, owner: Text) -> str:
        """The address of a file of a bundle, there as here."""
        url = owner.url if owner.url.endswith("/") else owner.url.rpartition("/")[0] + "/"
        return url + path[len(owner.folder) + 1 :]

    def person(self, name: str) -> tuple[str, str]:
        """Name and address of a person."""
        found = self.find_person(name)
        if found is None:
            return name, ""
        return found.name, "" if found.is_owner else f"/{self.person_url(found)}"

    def person_url(self, person: Person) -> str:
        """The address of a person's page here."""
        return self.urls.get("person", "people/{id}/").replace("{id}", person.id)

    def find_person(self, name: str) -> Person | None:
        """A person by the name of the folder or the name that is shown."""
        if self._indexed != len(self.people):
            self._indexed = len(self.people)
            for person in self.people:
                for word in (person.folder, person.name):
                    self._index.setdefault(self.name(word), person)
        return self._index.get(self.name(name))

    def page(self, target: str, text: Text) -> tuple[str, str]:
        """Title and address of a page that is named by path or by address; empty where there is none."""
        path, mark, rest = _split(target.strip())
        found = self._text_at(path, text) or self.by_url.get(joined(path.removesuffix(".md")))
        if found is None:
            return "", ""
        return found.title or found.name, self._now(found.url) + mark + rest

    def _text_at(self, path: str, text: Text) -> Text | None:
        """A content file by a path as ``ref`` takes it: from the text, from the top, or by its name."""
        inner = path.strip("/")
        stem = re.sub(r"(/_?index)?(\.[A-Za-z-]{2,6})?\.(md|markdown)\Z", "", inner)
        base = self.settings.folders[self.settings.language]
        starts = [f"{base}/"] if path.startswith("/") else [f"{text.folder}/", f"{base}/"]
        for start in starts:
            whole = str(PurePosixPath(start + stem))
            for end in (".md", "/index.md", "/_index.md"):
                for tag in ([f".{text.language}"] if text.language else []) + [""]:
                    found = self.by_path.get(whole + end.replace(".md", f"{tag}.md"))
                    if found is not None:
                        return found
        if "/" in inner or not stem:
            return None
        named = [
            one
            for one in self.texts
            if one.name.casefold() == stem.casefold() and one.language == text.language
        ]
        return named[0] if len(named) == 1 else None

    def work(self, address: str) -> str:
        """The key of a publication by its address, old or new."""
        return self.works.get(address, "")

    def album(self, name: str, text: Text) -> list[tuple[str, str]]:
        """Pictures of an album: address and words."""
        words = {}
        for item in items_of(text.get("gallery_item")):
            pairs = item.value if isinstance(item.value, dict) else {}
            words[text_of(pairs.get("image"))] = text_of(pairs.get("caption"))
        found = []
        folders = (
            [f"assets/media/albums/{name}", f"assets/media/{name}", f"static/media/albums/{name}"]
            if name
            else []
        )
        for folder in (*folders, f"{text.folder}/{name or 'gallery'}"):
            for path in sorted(self.source.files):
                pure = PurePosixPath(path)
                if str(pure.parent) != folder or pure.suffix.lower() not in PICTURES:
                    continue
                is_own = path.startswith(text.folder + "/")
                address = self._of_resource(path, text) if is_own else "/" + path.split("/", 1)[1]
                said = words.get(pure.name) or re.sub(r"[-_]+", " ", pure.stem)
                found.append((address, said))
            if found:
                break
        return found

    def table(self, name: str, text: Text) -> str | None:
        """The text of a file with a table."""
        path = self._resource(name, text) or self.file_at(name)
        return self.source.text(path) if path is not None else None

    # --- texts ---

    def inline(self, text: Text, *way: str) -> str:
        """A value of the front matter that is inline Markdown, on one line."""
        node = text.get(*way)
        return self.writer.field(text_of(node), text, node.span) if node is not None else ""

    def convert(self, node: Node | None, text: Text) -> str:
        """A value of a text that is Markdown of several lines."""
        raw = text_of(node)
        # The text of a block begins on the line below “|”.
        return self.writer.convert(raw, text, node.span.line + ("\n" in raw)) if node is not None else ""

    def left(
        self, text: Text, known: frozenset[str], *, quietly: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """What of the front matter is not ``known``, as comments for YAML. What only told the old theme how to look is
        counted, the rest is a problem each; what says nothing is passed over."""
        found: dict[str, Any] = {}
        small = {name.casefold() for name in LOOKS}
        for key, node in text.front.value.items() if isinstance(text.front.value, dict) else ():
            plain = node.plain()
            if key in known or _is_empty(plain):
                continue
            found[f"# {key}"] = plain if isinstance(plain, str) else _compact(plain)
            if key in small or key in quietly:
                self.looks[key] = self.looks.get(key, 0) + 1
                continue
            message = f"The key {quote(key)} has no place here; it is a comment in the new file."
            self.problems.append(warning("import-key", message, text.front.keys.get(key, node.span)))
        return found

    def count(self, name: str, number: int = 1) -> None:
        """Something was taken."""
        self.counts[name] = self.counts.get(name, 0) + number

    def warn(self, code: str, message: str, where: Span | None, hint: str = "") -> None:
        """A problem."""
        self.problems.append(warning(code, message, where, hint))

    # --- files ---

    def static(self, path: str, address: str) -> bool:
        """Copies a file of the source to its address. Whether it is there now."""
        inner = address.strip("/")
        target = f"content/static/{inner}"
        if target in self.folder.written:
            return True
        parts = inner.split("/")
        if not inner or any(part in {"..", "."} or "\\" in part or "\0" in part for part in parts):
            return False
        raw = self.source.data(path)
        return raw is not None and self.folder.write(target, raw)

    def copy_resources(self, text: Text) -> None:
        """All files of a bundle to their old addresses; the pictures that it shows also beside it."""
        for path in text.resources:
            if PurePosixPath(path).suffix.lower() in _UNPUBLISHED:
                continue
            self.static(path, self.resource_url(path, text))
            self.count("files")
        folder = self.beside.get(text.path)
        for path in sorted(self.shown.get(text.path, ())) if folder is not None else ():
            target = f"{folder}/{path[len(text.folder) + 1 :]}"
            raw = self.source.data(path) if target not in self.folder.written else None
            if raw is not None:
                self.folder.write(target, raw)


def _split(target: str) -> tuple[str, str, str]:
    """Path, the sign behind it, and the rest of an address."""
    found = re.search(r"[?#]", target)
    return (target, "", "") if found is None else (target[: found.start()], found[0], target[found.end() :])


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_empty(item) for item in value)
    return value in {None, "", False}


def _compact(value: Any) -> Any:
    """A value without what says nothing in it."""
    if isinstance(value, dict):
        return {key: _compact(item) for key, item in value.items() if not _is_empty(item)}
    return [_compact(item) for item in value] if isinstance(value, list) else value


def file_name(word: str, taken: set[str]) -> str:
    """A word as the name of a file and of an address, which no other has."""
    stem = segment(word) or "page"
    found, number = stem, 2
    while found.casefold() in taken:
        found, number = f"{stem}-{number}", number + 1
    taken.add(found.casefold())
    return found
