"""The files of a Hugo site: which there are, their text, and the content files with what they say and where they
stood.

Files are read below the folder only; links that leave it are problems. A ``Text`` is one content file; its ``url`` is
the address that Hugo gave it, with a slash in front.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from acadsite.importers.hugo_blox.addresses import by_pattern, joined, path_name, slug_name, ugly
from acadsite.importers.hugo_blox.settings import Settings, is_true, items_of, pick, text_of
from acadsite.importers.parts.front_matter import read_front_matter
from acadsite.importers.parts.tree import Tree
from acadsite.problems import Span, warning
from acadsite.sources import Node, scan

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.sources import Source as File

_FOLDERS: Final = ("content", "config", "static", "assets", "data", "layouts")
_MARKDOWN: Final = (".md", ".markdown", ".mdown")
#: Formats that Hugo takes as content, and this importer does not.
_OTHERS: Final = frozenset({".html", ".htm", ".org", ".adoc", ".rst", ".pdc", ".ipynb", ".rmd", ".rmarkdown"})
#: What R Markdown and Jupyter are made from stands beside what was made of it.
_SOURCES: Final = frozenset({".rmd", ".rmarkdown", ".ipynb"})


@dataclass(slots=True)
class Source(Tree):
    """The files of a Hugo site."""

    def look_into(self, folder: str) -> None:
        """Takes up the files of a folder."""
        found, problems = scan(self.root, folder)
        self.problems += [problem for problem in problems if problem not in self.problems]
        self.files |= {file.path: file for file in found}


def open_source(root: Path) -> Source:
    """The files that a Hugo site is made of."""
    source = Source(root)
    for folder in _FOLDERS:
        source.look_into(folder)
    for name in ("config", "hugo"):
        for end in (".toml", ".yaml", ".yml", ".json"):
            path = root / f"{name}{end}"
            if path.is_file():
                source.files |= _single(source, path)
    return source


def _single(source: Source, path: Path) -> dict[str, File]:
    """A file at the top, unless it is a link that leads out."""
    from acadsite.sources import Source as File

    try:
        if path.resolve().is_relative_to(source.root.resolve()):
            return {path.name: File(path.name, path.name, path.stat().st_size, 0)}
    except OSError:
        pass
    message = "The link leads out of the folder; it is not read."
    source.problems.append(
        warning("import-outside", message, Span(path.name), "Copy the file into the folder.")
    )
    return {}


@dataclass(slots=True)
class Text:
    """One content file. ``parts`` are the folders above it, below the content of its language; ``stem`` is its name
    without language and ending. ``language`` is empty for the site's own. ``front`` has its keys in small letters."""

    path: str
    language: str
    parts: tuple[str, ...]
    stem: str
    front: Node
    body: str
    line: int
    is_broken: bool = False
    waits: bool = False
    url: str = "/"
    resources: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The first folder, or an empty text."""
        return self.parts[0] if self.parts else ""

    @property
    def is_list(self) -> bool:
        """Whether it is the page of a section (``_index.md``)."""
        return self.stem == "_index"

    @property
    def is_bundle(self) -> bool:
        """Whether the files of its folder belong to it."""
        return self.stem in {"index", "_index"}

    @property
    def name(self) -> str:
        """The name of the file, or of the folder that it stands for."""
        return self.parts[-1] if self.is_bundle and self.parts else self.stem

    @property
    def folder(self) -> str:
        """The folder of the file in the source."""
        return str(PurePosixPath(self.path).parent)

    @property
    def key(self) -> tuple[tuple[str, ...], str]:
        """What a text has in common with its translations."""
        parts = tuple(part.casefold() for part in self.parts)
        return parts if self.stem == "index" else (*parts, self.stem.casefold()), str(self.is_list)

    def get(self, *way: str) -> Node | None:
        """A value of the front matter; None for none and for null."""
        return pick(self.front, *way)

    def word(self, *way: str) -> str:
        """A value of the front matter as text."""
        return text_of(self.get(*way))

    def flag(self, *way: str) -> bool:
        """Whether a flag of the front matter is set."""
        return is_true(self.get(*way))

    def words(self, *way: str) -> list[str]:
        """The items of a list of the front matter as texts."""
        return [word for item in items_of(self.get(*way)) if (word := text_of(item))]

    @property
    def title(self) -> str:
        """Its title."""
        return self.word("title")

    @property
    def day(self) -> dt.date | None:
        """Its date."""
        return day_of(self.word("date"))

    @property
    def is_draft(self) -> bool:
        """Whether it is not to be published: it says so, it waits for a day, or what it says cannot be read."""
        return self.is_broken or self.waits or self.flag("draft")

    @property
    def is_headless(self) -> bool:
        """Whether it has no page of its own."""
        return self.flag("headless") or text_of(
            self.get("build", "render") or self.get("_build", "render")
        ) in {
            "never",
            "false",
        }


_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def day_of(text: str) -> dt.date | None:
    """The day that a date begins with, in the time zone in which it is written; None where there is none."""
    found = _DAY.match(text.strip())
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_texts(source: Source, settings: Settings) -> list[Text]:
    """All content files, each with its address, in the order of their paths."""
    for folder in settings.folders.values():
        if not folder.startswith("content") and ".." not in folder:
            source.look_into(folder)
    texts: list[Text] = []
    for path in sorted(source.files):
        home = _home_of(path, settings)
        if home is None:
            continue
        language, inner = home
        suffix = PurePosixPath(path).suffix.lower()
        if suffix in _OTHERS and not _is_resource(path, source):
            _refuse(path, suffix, source)
        if suffix not in _MARKDOWN:
            continue
        text = _read(source, path, language, inner, settings)
        if text is not None:
            texts.append(text)
    _with_resources(texts, source)
    for text in texts:
        text.url = address_of(text, settings)
    return texts


def _home_of(path: str, settings: Settings) -> tuple[str, str] | None:
    """The language of the folder that a content file lies in, and its path there."""
    best = max(
        (tag for tag in settings.languages if path.startswith(f"{settings.folders[tag]}/")),
        key=lambda tag: len(settings.folders[tag]),
        default=None,
    )
    if best is None:
        return None
    is_shared = settings.folders[best] == settings.folders[settings.language]
    tag = settings.language if is_shared else best
    return ("" if tag == settings.language else tag), path.removeprefix(f"{settings.folders[best]}/")


def _is_resource(path: str, source: Source) -> bool:
    """Whether a file lies beside an ``index.md``, which it then belongs to."""
    folder = PurePosixPath(path).parent
    return any(f"{folder}/{name}" in source.files for name in ("index.md", "_index.md"))


def _refuse(path: str, suffix: str, source: Source) -> None:
    made = str(PurePosixPath(path).with_suffix(".md"))
    if suffix in _SOURCES and made in source.files:
        return
    message = f"Content in the format “{suffix}” is not taken."
    source.problems.append(
        warning(
            "import-format",
            message,
            Span(path),
            "Write it as Markdown, or put what is made of it into content/static/.",
        )
    )


def _read(source: Source, path: str, language: str, inner: str, settings: Settings) -> Text | None:
    pure = PurePosixPath(inner)
    stem, _, tag = pure.stem.rpartition(".")
    if stem and tag.casefold() in {name.casefold() for name in settings.languages}:
        language = "" if tag.casefold() == settings.language.casefold() else tag
    else:
        stem = pure.stem
    raw = source.text(path)
    if raw is None:
        return None
    front, problems = read_front_matter(raw, path)
    source.problems += problems
    data = front.data
    is_broken = data is None and any(problem.level == "error" for problem in problems)
    if data is None or not isinstance(data.value, dict):
        data = Node({}, Span(path, 1, 1))
    small = {key.casefold(): item for key, item in data.value.items()} if isinstance(data.value, dict) else {}
    params = small.pop("params", None)
    if params is not None and isinstance(params.value, dict):  # Hugo has them beside the others
        small = {key.casefold(): item for key, item in params.value.items()} | small
    node = Node(small, data.span, keys={key.casefold(): place for key, place in data.keys.items()})
    return Text(path, language, pure.parts[:-1], stem, node, front.body, front.body_line, is_broken)


def _with_resources(texts: list[Text], source: Source) -> None:
    """Gives each bundle the files that belong to it: those of its folder, and of the folders below that have no
    text."""
    owners: dict[str, Text] = {}
    for text in texts:
        if text.is_bundle and (text.folder not in owners or not text.language):
            owners[text.folder] = text
    found: dict[str, list[str]] = {}
    for path in source.files:
        if PurePosixPath(path).suffix.lower() in _MARKDOWN:
            continue
        folder = PurePosixPath(path).parent
        while str(folder) not in {".", "/"}:
            if str(folder) in owners:
                found.setdefault(str(folder), []).append(path)
                break
            folder = folder.parent
    for folder_name, text in owners.items():
        text.resources = tuple(sorted(found.get(folder_name, ())))


def address_of(text: Text, settings: Settings) -> str:
    """The address of a content file by Hugo's rules, with a slash in front."""

    wishes = {"without_accents": settings.drops_accents, "keeps_case": settings.keeps_case}

    def name(word: str) -> str:
        return path_name(word, **wishes)

    def slugged(word: str) -> str:
        return slug_name(word, **wishes)

    prefix = text.language or (settings.language if settings.is_in_folder else "")
    given = text.word("url")
    if given and "://" not in given:
        is_file = given.rstrip("/").rpartition("/")[2].endswith((".html", ".htm"))
        whole = given if given.startswith("/") else f"{prefix}/{given}"
        return "/" + whole.strip("/") if is_file else joined(whole)
    folders = [name(part) for part in (text.parts[:-1] if text.stem == "index" else text.parts)]
    if text.is_list:
        return joined(prefix, *(name(part) for part in text.parts))
    pattern = settings.permalinks.get(text.section) or settings.permalinks.get("/")
    slug = text.word("slug")
    last = name(slug or text.name)
    if pattern and text.section:
        sections = "/".join(folders)
        words = {
            "section": text.section,
            "sections": sections,
            "title": slugged(text.title or text.name),
            "slug": slugged(slug or text.title or text.name),
            "filename": text.name,
            "contentbasename": text.name,
            "slugorfilename": slugged(slug) if slug else text.name,
            "slugorcontentbasename": slugged(slug) if slug else text.name,
        }
        address = by_pattern(pattern, words, text.day, name)
        address = (
            joined(prefix, address) if address.endswith("/") else f"/{prefix}{address}".replace("//", "/")
        )
    else:
        address = joined(prefix, *folders, last if text.parts or text.stem != "index" else "")
    return ugly(address) if settings.has_ugly else address
