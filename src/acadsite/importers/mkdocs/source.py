"""A MkDocs site as it lies on the disk: settings, pages in the order of the navigation, and their addresses.

The rules are those of mkdocs.org (“Configuration”, “Writing your docs”) and, for posts, of Material for MkDocs
(“Built-in blog plugin”). Only files below the folder are read; tags such as ``!!python/name`` are passed over. All
addresses have a slash in front.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.parts.front_matter import read_front_matter
from acadsite.importers.parts.nodes import day_of, pick, text_of, title_text, words_of
from acadsite.importers.parts.tree import Tree
from acadsite.links import is_external
from acadsite.problems import Problem, Span, error, warning
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG: Final = ("mkdocs.yml", "mkdocs.yaml")
_TEXTS: Final = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
#: Plugins that make pages of notebooks.
_NOTEBOOKS: Final = frozenset({"mkdocs-jupyter", "mknotebooks", "notebooks"})
_HEADING: Final = re.compile(
    r"\s*(?:#[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*(?:\{[^{}]*\})?[ \t]*\n|([^\n#>`].*)\n=+[ \t]*\n)"
)


@dataclass(slots=True)
class Page:
    """A Markdown file. ``path`` is from the folder of the pages, ``file`` from that of the site; ``url`` is the old
    address."""

    path: str
    file: str
    front: Node
    body: str
    line: int
    url: str = ""

    @property
    def is_index(self) -> bool:
        """Whether it stands for its folder."""
        return PurePosixPath(self.path).stem in {"index", "README"}

    @property
    def title(self) -> str:
        """The title of the front matter, else the first heading, else the file's name."""
        given = text_of(pick(self.front, "title"))
        found = _HEADING.match(self.body)
        stem = PurePosixPath(self.path).stem
        name = posixpath.basename(posixpath.dirname(self.path)) if self.is_index else stem
        words = re.sub(r"[-_]+", " ", name).strip() or "Home"
        return (
            given
            or (title_text(found[1] or found[2]) if found else "")
            or (words if words != words.lower() else words.capitalize())
        )

    def without_heading(self) -> tuple[str, int]:
        """The body behind its first heading, and the line on which it begins."""
        found = _HEADING.match(self.body)
        if not found:
            return self.body, self.line
        return self.body[found.end() :], self.line + self.body.count("\n", 0, found.end())


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: ``path`` of a page or address of a link; a section has ``entries``."""

    title: str
    path: str
    where: Span
    entries: tuple[Entry, ...] = ()
    is_section: bool = False


@dataclass(slots=True)
class Site:
    """Everything that was read."""

    tree: Tree
    config: Node
    name: str
    docs: str = "docs"
    pages: dict[str, Page] = field(default_factory=dict)
    nav: tuple[Entry, ...] = ()
    blog: str = ""
    posts: list[str] = field(default_factory=list)
    drafts: set[str] = field(default_factory=set)

    @property
    def problems(self) -> list[Problem]:
        """The problems met while reading."""
        return self.tree.problems

    def word(self, *way: str) -> str:
        """A scalar of the settings as text."""
        return text_of(pick(self.config, *way))

    @property
    def base(self) -> str:
        """The path of the address of the site, with a slash at both ends."""
        found = re.match(r"https?://[^/]+(/.*)?", self.word("site_url"))
        return f"/{(found[1] or '').strip('/')}/".replace("//", "/") if found else "/"

    @property
    def uses_folders(self) -> bool:
        """``use_directory_urls``."""
        found = pick(self.config, "use_directory_urls")
        return found is None or found.value is not False

    def named(self, key: str) -> dict[str, Node]:
        """Plugins or extensions by name, with their settings."""
        node = pick(self.config, key)
        found: dict[str, Node] = {}
        if node is None:
            return found
        items = node.value if isinstance(node.value, tuple) else (node,)
        for item in items:
            if isinstance(item.value, dict):
                found |= dict(item.value)
            elif text_of(item):
                found[text_of(item)] = Node({}, item.span)
        return found


def read_site(root: Path) -> Site | Problem:
    """The site in a folder; a problem where there is none."""
    name = next((name for name in CONFIG if (root / name).is_file()), "")
    if not name:
        hint = "Name the folder in which mkdocs.yml lies."
        return error("import-kind", "This is no folder of a MkDocs site: there is no mkdocs.yml.", None, hint)
    tree = Tree(root)
    site = Site(tree, Node({}, Span(name)), name)
    tree.look(("site",))
    node, problems = parse_yaml(tree.text(name) or "", name, foreign=True)
    tree.problems += problems
    if node is not None and isinstance(node.value, dict):
        site.config = node
    elif node is not None and node.value is not None:
        tree.problems.append(error("import-kind", "The settings must be “key: value” lines.", node.span))
    folder = posixpath.normpath(site.word("docs_dir") or "docs")
    if folder.startswith(("..", "/")):
        where = (pick(site.config, "docs_dir") or site.config).span
        tree.problems.append(
            error(
                "import-outside", "The folder of the pages lies outside.", where, "Copy it into the folder."
            )
        )
        folder = "docs"
    site.docs = folder
    _blog(site)
    _pages(site)
    nav = pick(site.config, "nav")
    site.nav = tuple(_entries(site, nav, 0)) if nav is not None else tuple(_by_name(site, ""))
    return site


def _blog(site: Site) -> None:
    for name, node in site.named("plugins").items():
        if name in {"blog", "material/blog"} and text_of(pick(node, "enabled")) != "false":
            site.blog = posixpath.normpath(text_of(pick(node, "blog_dir")) or "blog").lstrip("./")


def _pages(site: Site) -> None:
    """All Markdown files below the folder of the pages; hidden and excluded ones are not published."""
    start = "" if site.docs == "." else f"{site.docs}/"
    excluded = _ignored(text_of_block(pick(site.config, "exclude_docs")))
    texts = (*_TEXTS, ".ipynb") if _NOTEBOOKS & site.named("plugins").keys() else _TEXTS
    is_draft = _ignored(text_of_block(pick(site.config, "draft_docs")))
    for file in sorted(site.tree.files):
        path = file.removeprefix(start)
        if not file.startswith(start) or not path.lower().endswith(texts) or excluded(path):
            continue
        if any(part.startswith(".") for part in path.split("/")):
            continue
        stem = posixpath.splitext(path)[0]
        has_index = posixpath.join(posixpath.dirname(path), "index.md")
        if stem.rpartition("/")[2] == "README" and f"{start}{has_index}" in site.tree.files:
            continue  # MkDocs takes index.md where both are there
        page = _page(site, path, file)
        if page is not None:
            site.pages[path] = page
            if is_draft(path):
                site.drafts.add(path)
            if site.blog and _is_post(site, path):
                site.posts.append(path)
    for path, page in site.pages.items():
        page.url = _post_url(site, page) if path in site.posts else page_url(path, folders=site.uses_folders)


def _page(site: Site, path: str, file: str) -> Page | None:
    text = site.tree.text(file)
    if text is None:
        return None
    if path.endswith(".ipynb"):
        return Page(path, file, Node({}, Span(file, 1, 1)), "", 1)
    parts, problems = read_front_matter(text, file)
    site.problems.extend(problems)
    front = (
        parts.data
        if parts.data is not None and isinstance(parts.data.value, dict)
        else Node({}, Span(file, 1, 1))
    )
    return Page(path, file, front, parts.body, parts.body_line)


def text_of_block(node: Node | None) -> str:
    """A scalar with its lines."""
    return node.raw if node is not None and not isinstance(node.value, (dict, tuple)) else ""


def _ignored(patterns: str) -> Any:
    """A test for paths by lines as in a .gitignore."""
    wanted: list[tuple[bool, re.Pattern[str]]] = []
    for raw in patterns.split("\n"):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        is_kept, line = line.startswith("!"), line.lstrip("!")
        anchored, body = "/" in line.rstrip("/"), line.strip("/")
        parts = [
            {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(one, re.escape(one))
            for one in re.split(r"(\*\*/|\*\*|\*|\?)", body)
        ]
        wanted.append(
            (is_kept, re.compile(("" if anchored else "(?:.*/)?") + "".join(parts) + "(?:/.*)?", re.DOTALL))
        )

    def is_ignored(path: str) -> bool:
        found = False
        for is_kept, pattern in wanted:
            if pattern.fullmatch(path):
                found = not is_kept
        return found

    return is_ignored


def page_url(path: str, *, folders: bool) -> str:
    """The old address of a page."""
    stem = posixpath.splitext(path)[0]
    folder, _, name = stem.rpartition("/")
    if name in {"index", "README"}:
        return f"/{folder}/" if folder else "/"
    return f"/{stem}/" if folders else f"/{stem}.html"


# --- navigation ---


def _entries(site: Site, node: Node, depth: int) -> Iterator[Entry]:
    for item in node.value if isinstance(node.value, tuple) else (node,):
        if isinstance(item.value, dict) and depth < 8:
            for title, inner in item.value.items():
                yield _titled(site, title, inner, depth)
        elif text_of(item):
            yield Entry("", _normal(text_of(item)), item.span)
        elif item.value is not None:
            site.problems.append(
                warning("import-setting", "An entry of “nav” is not understood.", item.span, "")
            )


def _titled(site: Site, title: str, node: Node, depth: int) -> Entry:
    if isinstance(node.value, (tuple, dict)):
        return Entry(title, "", node.span, tuple(_entries(site, node, depth + 1)), is_section=True)
    return Entry(title, _normal(text_of(node)), node.span)


def _normal(path: str) -> str:
    return path if is_external(path) else posixpath.normpath(path.partition("#")[0]).lstrip("/")


def _by_name(site: Site, folder: str) -> Iterator[Entry]:
    """Without ``nav``: files by name, an index first, then folders as sections."""
    start = f"{folder}/" if folder else ""
    inside = [path for path in site.pages if path.startswith(start) and path not in site.posts]
    here = [path for path in inside if "/" not in path.removeprefix(start)]
    for path in sorted(here, key=lambda path: (not site.pages[path].is_index, path)):
        yield Entry("", path, Span(site.pages[path].file))
    below = sorted({path.removeprefix(start).partition("/")[0] for path in inside if path not in here})
    for name in below:
        title = re.sub(r"[-_]+", " ", name)
        inner = tuple(_by_name(site, start + name))
        yield Entry(
            title if title != title.lower() else title.capitalize(),
            "",
            Span(site.name),
            inner,
            is_section=True,
        )


# --- posts ---


def _is_post(site: Site, path: str) -> bool:
    node = next((one for name, one in site.named("plugins").items() if name.endswith("blog")), None)
    folder = text_of(pick(node, "post_dir")) if node is not None else ""
    start = posixpath.normpath(
        folder.replace("{blog}", site.blog) if folder else f"{site.blog}/posts"
    ).lstrip("./")
    return path.startswith(f"{start}/")


def post_day(page: Page, key: str = "created") -> str:
    """A day of a post (ISO): ``date`` is a day, or has ``created`` and ``updated``."""
    node = pick(page.front, "date")
    if node is not None and isinstance(node.value, dict):
        return day_of(text_of(node.get(key)))
    return day_of(text_of(node)) if key == "created" else ""


def slugify(text: str) -> str:
    """The slug of a title, as ``pymdownx.slugs.slugify(case="lower")`` makes it."""
    text = re.sub(r"<[^<>]*>", "", unicodedata.normalize("NFC", text)).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _post_url(site: Site, page: Page) -> str:
    node = next(
        (one for name, one in site.named("plugins").items() if name.endswith("blog")),
        Node({}, page.front.span),
    )
    pattern = text_of(pick(node, "post_url_format")) or "{date}/{slug}"
    day = post_day(page)
    date = day.replace("-", "/")
    form = (
        text_of(pick(node, "post_date_format_url"))
        or text_of(pick(node, "post_url_date_format"))
        or "yyyy/MM/dd"
    )
    if day.count("-") == 2:
        year, month, number = day.split("-")
        date = form.replace("yyyy", year).replace("MM", month).replace("dd", number)
    categories = "/".join(slugify(one) for one in words_of(pick(page.front, "categories"))[:1])
    values = {
        "{date}": date,
        "{slug}": text_of(pick(page.front, "slug")) or slugify(page.title),
        "{categories}": categories,
        "{file}": PurePosixPath(page.path).stem,
    }
    for name, value in values.items():
        pattern = pattern.replace(name, value)
    path = posixpath.normpath(f"{site.blog}/{pattern}").strip("/.")
    return f"/{path}/" if site.uses_folders else f"/{path}.html"


def archive_urls(site: Site) -> list[str]:
    """The old addresses of the lists of posts: the first page, years and categories."""
    pages = [site.pages[path] for path in site.posts]
    names = {f"archive/{day[:4]}" for page in pages if (day := post_day(page))}
    names |= {
        f"category/{slugify(one)}" for page in pages for one in words_of(pick(page.front, "categories"))
    }
    ends = "/" if site.uses_folders else ".html"
    return [f"/{site.blog}/", *(f"/{site.blog}/{name}{ends}" for name in sorted(names))]
