"""A Jekyll site as it lies on the disk: its settings, documents, data files and static files.

In: a folder with ``_config.yml``. Out: a ``JekyllSite``. Which files are published, and at which address, follows
Jekyll 4 (https://jekyllrb.com/docs/permalinks/, ``addresses``). Files are only read, and only below the folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from acadsite.importers.jekyll import addresses as jekyll_addresses
from acadsite.importers.json_nodes import parse_json
from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.sources import Node, Source, decode, is_litter, load, parse_yaml, scan, split_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from acadsite.importers.jekyll.addresses import Permalinks

CONFIG: Final = ("_config.yml", "_config.yaml")
_TEXTS: Final = frozenset({".md", ".markdown", ".mkdown", ".mkdn", ".mkd", ".html", ".htm", ".liquid"})
#: Never published, whatever the settings say.
_SKIPPED: Final = frozenset({"_site", "node_modules", "vendor", "Gemfile", "Gemfile.lock", "_config.yml"})
#: What stands at the top of a repository for those who work on it.
_OF_THE_REPOSITORY: Final = re.compile(
    r"(readme|license|licence|contributing|changelog|changes|install|customize|faq|code_of_conduct|authors|security"
    r"|citation)(\.(md|txt|cff|rst))?|dockerfile.*|docker-compose.*|gemfile.*|rakefile|makefile|.*\.gemspec|package(-lock)?\.json"
    r"|.*\.config\.(js|json)|requirements.*\.txt|.*\.(sh|rb|py|ipynb|toml|lock|tsv)",
    re.IGNORECASE,
)
#: “2024-05-31-title.md”: Jekyll's DATE_FILENAME_MATCHER.
_DATED: Final = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})-(.*)\Z", re.DOTALL)
_TIME: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
    r"\s*(Z|[-+]\d{1,2}:?(?:\d{2})?)?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Doc:
    """A file that Jekyll makes a page of.

    ``collection`` is “posts”, “drafts”, “pages” or the name of a collection. ``data`` is a mapping, empty where the
    front matter is broken. ``day`` is the day by the site's clock (ISO), ``slug`` the file's name without day and
    ending, ``url`` the address (“/blog/2024/x/”), empty where the site shows no page of it.
    """

    path: str
    collection: str
    data: Node
    body: str
    line: int
    day: str
    slug: str
    url: str

    @property
    def where(self) -> Span:
        """The file."""
        return Span(self.path)

    @property
    def is_html(self) -> bool:
        """Whether the body is HTML, not Markdown."""
        return self.path.endswith((".html", ".htm", ".liquid"))

    def get(self, key: str) -> Node | None:
        """A value of the front matter that is not null."""
        found = self.data.get(key)
        return None if found is None or found.value is None else found

    def text(self, key: str) -> str:
        """A scalar of the front matter as text; empty when absent or no scalar."""
        found = self.get(key)
        return "" if found is None or isinstance(found.value, (dict, tuple)) else " ".join(found.raw.split())

    def flag(self, key: str) -> bool | None:
        """A switch of the front matter; None when absent."""
        found = self.text(key).lower()
        return None if not found else found in {"true", "yes", "on", "1"}

    def place(self, key: str) -> Span:
        """Where a key stands, or the file."""
        return self.data.keys.get(key, self.where)


@dataclass(slots=True)
class JekyllSite:
    """What was read. ``files`` are all files below the folder by path; ``documents`` in the order of their paths;
    ``statics`` are published as they are; ``left`` are files that Jekyll makes other files of (style sheets …)."""

    root: Path
    config: Node
    config_path: str
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, Source] = field(default_factory=dict)
    documents: list[Doc] = field(default_factory=list)
    statics: list[Source] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def setting(self, *path: str) -> Node | None:
        """A value of the settings that is not null."""
        node: Node | None = self.config
        for key in path:
            node = node.get(key) if node is not None else None
        return None if node is None or node.value is None else node

    def text(self, *path: str) -> str:
        """A scalar of the settings as text."""
        found = self.setting(*path)
        return "" if found is None or isinstance(found.value, (dict, tuple)) else " ".join(found.raw.split())

    def words(self, *path: str) -> list[str]:
        """A list of texts, or one text, of the settings."""
        return words(self.setting(*path))

    def of(self, *collections: str) -> list[Doc]:
        """The documents of these collections."""
        return [doc for doc in self.documents if doc.collection in collections]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file below the root; None with a problem where it cannot be read."""
        source = self.files.get(path)
        if source is None:
            return None
        data, problems = load(self.root, source)
        self.problems += problems
        return None if problems else data

    def data(self, name: str) -> tuple[str, Node] | None:
        """Path and root of a data file of ``_data`` (YAML or JSON) that is there, can be read and is not empty."""
        folder = self.text("data_dir") or "_data"
        for ending in (".yml", ".yaml", ".json"):
            path = f"{folder}/{name}{ending}"
            node = self.node(path)
            if node is not None:
                return path, node
        return None

    def node(self, path: str) -> Node | None:
        """A YAML or JSON file as a node; None where it is absent, broken (with a problem) or empty."""
        raw = self.read(path)
        if raw is None:
            return None
        text, problems = decode(raw, path)
        self.problems += problems
        if path.endswith(".json"):
            node, problems = parse_json(text, path)
        else:
            node, problems = parse_yaml(text, path, foreign=True)
        self.problems += problems
        return None if node is None or node.value is None else node


def words(node: Node | None) -> list[str]:
    """A list of texts; one text is a list of one, as Jekyll has it for tags with blanks between."""
    if node is None or node.value is None:
        return []
    items = node.value if isinstance(node.value, tuple) else (node,)
    return [
        " ".join(item.raw.split())
        for item in items
        if not isinstance(item.value, (dict, tuple)) and item.raw.strip()
    ]


def read_site(root: Path, collections: Iterable[str], keep: Iterable[str] = ()) -> JekyllSite | Problem:
    """The site in ``root``; a problem where there is none. ``collections`` are folders (without “_”) that the theme
    reads even if the settings do not name them; ``keep`` are patterns of static files that are not to be taken."""
    name = next((name for name in CONFIG if (root / name).is_file()), "")
    if not name:
        hint = "Name the folder of the site's source, in which _config.yml lies."
        return error(
            "import-kind", "This is no folder of a Jekyll site: there is no _config.yml.", None, hint
        )
    site = JekyllSite(root, Node({}, Span(name)), name)
    _find_files(site)
    config = site.node(name)
    if config is not None and isinstance(config.value, dict):
        site.config = config
    elif config is not None:
        site.problems.append(error("import-kind", "The settings must be “key: value” lines.", config.span))
    _Reader(site, tuple(collections), tuple(keep)).run()
    return site


def _find_files(site: JekyllSite) -> None:
    """All files but those that no Jekyll reads."""
    try:
        names = sorted(entry.name for entry in site.root.iterdir())
    except OSError as failure:
        site.problems.append(error("file-unreadable", f"The folder cannot be read: {failure.strerror}."))
        return
    for name in names:
        if is_litter(name) or name in {"_site", "node_modules", "vendor", "_sass"}:
            continue
        path = site.root / name
        if path.is_symlink() or path.is_dir():
            found, problems = scan(site.root, name)
            site.problems += problems
            site.files |= {source.path: source for source in found}
        elif path.is_file():
            info = path.stat()
            site.files[name] = Source(name, name, info.st_size, info.st_mtime_ns)


class _Reader:
    """Sorts files into documents, static files and the rest."""

    def __init__(self, site: JekyllSite, collections: tuple[str, ...], keep: tuple[str, ...]) -> None:
        self.site, self.keep = site, keep
        self.permalinks: Permalinks = jekyll_addresses.permalinks(site.config)
        self.names = sorted({*collections, *self.permalinks.collections} - {"posts", "drafts", "pages"})
        self.include = tuple(site.words("include"))
        self.exclude = tuple(site.words("exclude"))
        self.zone = _zone(site.text("timezone"))

    def run(self) -> None:
        for path in sorted(self.site.files):
            collection = self.collection_of(path)
            if collection:
                self.document(path, collection)
            elif self.is_published(path):
                self.page_or_file(path)

    def collection_of(self, path: str) -> str:
        """The collection whose folder a file lies in, or an empty string."""
        parts = path.split("/")[:-1]
        if "_posts" in parts:
            return "posts"
        if "_drafts" in parts:
            return "drafts"
        above = [part for part in self.site.text("collections_dir").split("/") if part]
        inner = parts[len(above) :] if parts[: len(above)] == above else parts
        if inner and inner[0][:1] == "_" and inner[0][1:] in self.names:
            return inner[0][1:]
        return ""

    def is_published(self, path: str) -> bool:
        """Jekyll's EntryFilter: no special names but those included, nothing that is excluded."""
        parts = path.split("/")
        if parts[0] in _SKIPPED or (len(parts) == 1 and _OF_THE_REPOSITORY.fullmatch(parts[0])):
            return False
        if any(_matches(path, pattern) for pattern in self.exclude):
            return False
        for at, part in enumerate(parts):
            if part[:1] in {"_", "#", "~", "."} or part.endswith("~"):
                above = "/".join(parts[: at + 1])
                if not any(_matches(above, pattern) or part == pattern for pattern in self.include):
                    return False
        return not any(_matches(path, pattern) for pattern in self.keep)

    def page_or_file(self, path: str) -> None:
        source = self.site.files[path]
        ending = PurePosixPath(path).suffix.lower()
        with_front = self.has_front_matter(path)
        if ending in _TEXTS and with_front:
            self.document(path, "pages")
        elif with_front:
            self.site.left.append(path)
        else:
            self.site.statics.append(source)

    def has_front_matter(self, path: str) -> bool:
        source = self.site.files[path]
        try:
            with (self.site.root / source.disk).open("rb") as stream:
                start = stream.read(16)
        except OSError:
            return False
        return bool(re.match(rb"(?:\xef\xbb\xbf)?---[ \t\r]*(?:\n|\Z)", start))

    def document(self, path: str, collection: str) -> None:
        if PurePosixPath(path).suffix.lower() not in _TEXTS:
            # A picture beside the documents of a collection is published with them.
            self.site.statics.append(self.site.files[path])
            return
        raw = self.site.read(path)
        if raw is None:
            return
        text, problems = decode(raw, path)
        self.site.problems += problems
        parts, problems = split_front_matter(text, path)
        self.site.problems += problems
        data = parts.data or Node({}, Span(path, 1, 1))
        if parts.data is None and not problems and collection in {"posts", "drafts"}:
            message = "There is no front matter: Jekyll makes no post of this file. It becomes a draft."
            self.site.problems.append(warning("import-front-matter", message, Span(path, 1, 1)))
            data = Node({"published": Node(False, Span(path, 1, 1), "false")}, Span(path, 1, 1))
        stem = PurePosixPath(path).stem
        dated = _DATED.match(stem)
        own = data.get("date")
        day = self.day(own) if own is not None and own.value is not None else ""
        if not day and dated and collection != "pages":
            day = _iso(*dated.groups()[:3])
        if not day and collection == "posts":
            message = (
                "The file's name begins with no day, and no “date” is given: Jekyll makes no post of it."
            )
            self.site.problems.append(warning("import-date", message, Span(path)))
        given = data.get("slug")
        slug = (
            given.raw
            if given is not None and given.raw
            else (dated[4] if dated and collection != "pages" else stem)
        )
        doc = Doc(path, collection, data, parts.body, parts.body_line, day, slug, "")
        url = self.permalinks.address(doc)
        self.site.documents.append(Doc(path, collection, data, parts.body, parts.body_line, day, slug, url))

    def day(self, node: Node) -> str:
        """The day of a moment by the site's clock; a moment without a zone is one of UTC, as YAML has it."""
        found = _TIME.match(node.raw.strip())
        day = _iso(*found.groups()[:3]) if found else ""
        if not found or not day:
            message = f"{quote(node.raw[:40])} is no date."
            self.site.problems.append(warning("import-date", message, node.span, "Such as 2024-05-31."))
            return ""
        if found[4] is None:
            return day
        year, month, date = (int(part) for part in day.split("-"))
        try:
            moment = datetime(
                year,
                month,
                date,
                int(found[4]),
                int(found[5]),
                int(found[6] or 0),
                tzinfo=_offset(found[7] or ""),
            )
            return moment.astimezone(self.zone).date().isoformat()
        except (ValueError, OverflowError):
            return day


def _zone(name: str) -> Any:
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError):
        return UTC


def _offset(text: str) -> Any:
    if text in {"", "Z"}:
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-shift if text[0] == "-" else shift)


def _iso(year: str, month: str, day: str) -> str:
    """A day as ISO 8601, or an empty string where there is no such day."""
    try:
        full = int(year) + (2000 if len(year) == 2 else 0)
        return datetime(full, int(month), int(day), tzinfo=UTC).date().isoformat()
    except ValueError:
        return ""


def _matches(path: str, pattern: str) -> bool:
    """Jekyll's ``glob_include?``: the path itself, a folder above it, or a pattern with stars."""
    pattern = pattern.strip().removeprefix("./").removeprefix("/").removesuffix("/")
    if not pattern:
        return False
    return (
        path == pattern or path.startswith(f"{pattern}/") or ("*" in pattern and fnmatchcase(path, pattern))
    )
