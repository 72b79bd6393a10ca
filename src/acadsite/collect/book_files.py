"""The files that say what is in a book, in one form: ``book.yaml``, ``_quarto.yml``, ``mkdocs.yml``, ``SUMMARY.md``.

In: the paths of a folder of ``content/`` and a function that reads them. Out: a ``Frame`` and problems. Nothing of the
chapters themselves is looked at; whether they are there is found out in ``books``.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.collect.latex import ENDING as LATEX
from acadsite.collect.notebooks import ENDING
from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.schema import Choice, Field, Flag, Free, Language, Many, Schema, Struct, Text, Whole
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from acadsite.library import Dialect

Read = Callable[[str], str]

#: What the names of chapters end with.
CHAPTERS: Final = (".md", ".qmd", ".markdown")
#: The same, and what is a chapter where a list names it.
NAMED: Final = (*CHAPTERS, ENDING, LATEX)
#: What makes a folder a book; ``book.yaml`` may stand beside one of the others.
_OWN: Final = ("book.yaml", "book.yml")
_QUARTO: Final = ("_quarto.yml", "_quarto.yaml")
_MKDOCS: Final = ("mkdocs.yml", "mkdocs.yaml")
_SUMMARIES: Final = ("SUMMARY.md", "src/SUMMARY.md")
#: How deep parts may be nested.
_DEEPEST: Final = 8
#: Levels of sections below the chapters that have numbers where nothing is said.
_DEPTH: Final = 2
#: Numbers of no section.
NONE: Final = -1

NUMBERING: Final = Schema(
    "numbering",
    (
        Field("chapters", Flag(), "Whether chapters have numbers.", default=True),
        Field("web", Free(), "Levels of sections with numbers on the web; false for none.", default=_DEPTH),
        Field("pdf", Free(), "Levels of sections with numbers in the PDF; false for none.", default=_DEPTH),
    ),
    closed=True,
)

BOOK: Final = Schema(
    "book.yaml",
    (
        Field("title", Text(), "Title of the book."),
        Field("subtitle", Text(), "Second line of the title."),
        Field("authors", Many(Free()), "Names of the authors, or of a group.", default=[]),
        Field("author", Many(Free()), "The same, for one.", default=[]),
        Field("date", Text(), "Day of this version; “last” is the newest date of a chapter."),
        Field("summary", Text(markdown=True), "One or two sentences below the title."),
        Field("chapters", Free(), "Files in order, and parts: {part: Title, chapters: […]}."),
        Field("appendices", Free(), "Files of the appendices, in order."),
        Field("folder", Text(), "Where the chapters are, if not beside this file."),
        Field("numbering", Struct(NUMBERING), "What has numbers."),
        Field("bibliography", Many(Text()), "The .bib files of the book.", default=[]),
        Field("style", Text(), "Style of citations: a name, or the path of a .csl file."),
        Field("dialect", Choice(("commonmark", "python-markdown")), "How Markdown is read."),
        Field(
            "edit", Text(), "Where the chapters can be edited; their paths are put behind it, or at {path}."
        ),
        Field("pdf", Flag(), "Whether there is a PDF of the whole book.", default=True),
        Field("cover", Text(), "A picture for the title page."),
        Field("menu", Text("“true” or words"), "true, false, or the words for the menu.", default="true"),
        Field("weight", Whole(-9999, 9999), "Place in the menu; small first.", default=0),
        Field("lang", Language(), "Language of the book, if not the site's."),
        Field("url", Text(), "Another address for the book."),
        Field("aliases", Many(Text()), "Old addresses that lead here.", default=[]),
        Field("draft", Flag(), "true keeps it out of the site.", default=False),
    ),
    closed=True,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a ``chapter`` or a ``part`` with its ``path`` (from the folder of the chapters; a part
    may have none), or a ``link`` whose path is an address, or a ``draft``, which has only a title."""

    kind: str
    title: str
    path: str
    where: Span
    entries: tuple[Entry, ...] = ()
    is_numbered: bool = True
    is_appendix: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A book without its texts. ``values`` are those of ``BOOK``; ``base`` is the folder of the chapters, ``folder``
    that of the book. ``is_numbered``: chapters have numbers at all; ``web`` and ``pdf`` are depths or ``NONE``."""

    folder: str
    form: str
    where: Span
    base: str
    node: Node
    values: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()
    #: Whether the entries are all there is: files that none names are told.
    is_complete: bool = True
    is_numbered: bool = True
    web: int = _DEPTH
    pdf: int = _DEPTH
    edit: str = ""
    dialect: Dialect | None = None
    #: Files that were read for this.
    files: tuple[str, ...] = field(default=())


def is_book(paths: Collection[str]) -> bool:
    """Whether a folder with these files (relative to it) is a book."""
    return any(name in paths for name in (*_OWN, *_QUARTO, *_MKDOCS, *_SUMMARIES))


def read_frame(folder: str, paths: Collection[str], read: Read) -> tuple[Frame | None, tuple[Problem, ...]]:
    """The book in ``folder``, whose files have these paths (relative to it); ``read`` gives their texts. None where its
    file cannot be read."""
    work = _Folder(folder, paths, read)
    frame = work.frame()
    if frame is not None and work.own is not None:
        frame = work.with_own(frame)
    if frame is not None and not frame.entries and not work.problems:
        frame = replace(frame, entries=_found(frame, paths), is_complete=False)
    return frame, tuple(work.problems)


class _Folder:
    """State of one reading."""

    def __init__(self, folder: str, paths: Collection[str], read: Read) -> None:
        self.folder, self.paths, self._read = folder, paths, read
        self.problems: list[Problem] = []
        self.files: list[str] = []
        self.own: Node | None = None

    def path(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def text(self, name: str) -> str:
        self.files.append(self.path(name))
        return self._read(self.path(name))

    def first(self, names: tuple[str, ...]) -> str:
        return next((name for name in names if name in self.paths), "")

    def yaml(self, name: str, *, foreign: bool = False) -> Node | None:
        node, problems = parse_yaml(self.text(name), self.path(name), foreign=foreign)
        self.problems += problems
        if node is None:
            return None
        if node.value is None:
            return Node({}, node.span)
        if not isinstance(node.value, dict):
            self.problems.append(error("book-kind", f"{name} must be “key: value” lines.", node.span))
            return None
        return node

    def frame(self) -> Frame | None:
        """The frame by the first of the files that is there; ``own`` is what ``book.yaml`` says."""
        own, quarto, mkdocs = self.first(_OWN), self.first(_QUARTO), self.first(_MKDOCS)
        summary = self.first(_SUMMARIES)
        if own:
            self.own = self.yaml(own)
            if self.own is None:
                return None
            if self.own.get("chapters") is not None or not (quarto or mkdocs or summary):
                return self.made("book", self.own)
        if quarto:
            node = self.yaml(quarto)
            return None if node is None else self.quarto(node)
        if mkdocs:
            node = self.yaml(mkdocs, foreign=True)
            return None if node is None else self.mkdocs(node)
        return self.mdbook(summary)

    def made(
        self, form: str, node: Node, values: Mapping[str, Any] = {}, base: str = "", **more: Any
    ) -> Frame:
        given = {**BOOK.empty(), **{name: value for name, value in values.items() if value is not None}}
        base = posixpath.normpath(self.path(base)) if base else self.folder
        if base != self.folder and not base.startswith(f"{self.folder}/"):
            message = f"The folder {quote(base)} is not inside the book."
            self.problems.append(error("book-outside", message, node.span))
            base = self.folder
        return Frame(self.folder, form, node.span, base, node, given, files=tuple(self.files), **more)

    # --- book.yaml ---

    def with_own(self, frame: Frame) -> Frame:
        """The frame with what ``book.yaml`` says in place of what another file does."""
        assert self.own is not None  # noqa: S101
        own = self.own
        given = BOOK.read(own, self.problems)
        values = {
            name: given[name] if own.get(name) is not None else frame.values[name] for name in BOOK.names()
        }
        base = frame.base
        if values["folder"]:
            base = self.made("", own, {}, values["folder"]).base
        frame = replace(frame, values=values, base=base, where=own.span, node=own, files=tuple(self.files))
        if given["dialect"]:
            frame = replace(frame, dialect=given["dialect"])
        if given["edit"]:
            frame = replace(frame, edit=_with_path(given["edit"]))
        numbers = given["numbering"]
        if numbers is not None:
            node = own.get("numbering")
            frame = replace(
                frame,
                is_numbered=numbers["chapters"] is not False,
                web=self.depth(numbers["web"], node, "web"),
                pdf=self.depth(numbers["pdf"], node, "pdf"),
            )
        chapters = own.get("chapters")
        if chapters is not None:
            frame = replace(frame, entries=self.entries(chapters))
        appendices = own.get("appendices")
        if appendices is not None:
            frame = replace(frame, entries=(*frame.entries, *self.entries(appendices, is_appendix=True)))
        return frame

    def depth(self, value: Any, node: Node | None, name: str) -> int:
        if value is False:
            return NONE
        if value is True or value is None:
            return _DEPTH
        if isinstance(value, int) and 0 <= value <= 6:
            return value
        place = node.get(name) if node is not None else None
        self.problems.append(
            error("book-depth", "This must be a number from 0 to 6, or false.", place.span if place else None)
        )
        return _DEPTH

    # --- a list of chapters, as in book.yaml and _quarto.yml ---

    def entries(self, node: Node | None, depth: int = 0, *, is_appendix: bool = False) -> tuple[Entry, ...]:
        if node is None or node.value is None:
            return ()
        items = node.value if isinstance(node.value, tuple) else (node,)
        found = (self.entry(item, depth, is_appendix=is_appendix) for item in items)
        return tuple(entry for entry in found if entry is not None)

    def entry(self, node: Node, depth: int, *, is_appendix: bool) -> Entry | None:
        if isinstance(node.value, str):
            if set(node.value) == {"-"}:
                return None  # a line between chapters
            return _leaf(node.value, "", node.span, is_appendix=is_appendix)
        if not isinstance(node.value, dict) or depth > _DEEPEST:
            hint = "Write the name of a file, or “part: Title” with “chapters:” below it."
            self.problems.append(error("book-entry", "This is no chapter.", node.span, hint))
            return None
        title = _plain(node.get("title") or node.get("text"))
        part = node.get("part") or node.get("section")
        if part is not None:
            inner = self.entries(
                node.get("chapters") or node.get("contents"), depth + 1, is_appendix=is_appendix
            )
            words = _plain(part)
            path = words if words.endswith(NAMED) else ""
            return Entry("part", title or ("" if path else words), path, part.span, inner)
        file = node.get("file") or node.get("chapter") or node.get("href")
        if file is None or not isinstance(file.value, str):
            hint = "Write the name of a file, or “part: Title” with “chapters:” below it."
            self.problems.append(error("book-entry", "This is no chapter.", node.span, hint))
            return None
        unnumbered = node.get("unnumbered")
        leaf = _leaf(file.value, title, file.span, is_appendix=is_appendix)
        return replace(leaf, is_numbered=unnumbered is None or unnumbered.value is not True)

    # --- Quarto ---

    def quarto(self, node: Node) -> Frame | None:
        book = node.get("book")
        if book is None or not isinstance(book.value, dict):
            message = "This Quarto project is no book."
            hint = "A book has “book:” with “chapters:”."
            self.problems.append(error("book-none", message, node.span, hint))
            return None
        get = book.get
        values = {
            "title": _text(get("title")),
            "subtitle": _text(get("subtitle")),
            "authors": _plain_list(get("author")),
            "date": _text(get("date") or node.get("date")),
            "summary": _text(get("description") or get("abstract") or node.get("abstract")),
            "bibliography": _plain_list(get("bibliography") or node.get("bibliography")),
            "style": _text(node.get("csl")),
            "cover": _text(get("cover-image")),
            "lang": self.language(node.get("lang")),
        }
        entries = self.entries(get("chapters"))
        appendices = self.entries(get("appendices"), is_appendix=True)
        if not entries:
            self.problems.append(error("book-empty", "The book has no chapters.", book.span))
        html, pdf = (_format(node, name) for name in ("html", "pdf"))
        return self.made(
            "quarto",
            node,
            values,
            entries=(*entries, *appendices),
            web=_quarto_depth(node, html) - 1 if _quarto_depth(node, html) > 0 else NONE,
            pdf=_quarto_depth(node, pdf),
            edit=_quarto_edit(book),
            dialect="commonmark",
        )

    def language(self, node: Node | None) -> str | None:
        """The language that another program's file names; None, with a problem, for what is none."""
        return None if node is None or node.value is None else Language().check(node, self.problems)

    # --- MkDocs ---

    def mkdocs(self, node: Node) -> Frame:
        theme = node.get("theme")
        language = theme.get("language") if theme is not None and isinstance(theme.value, dict) else None
        values = {
            "title": _text(node.get("site_name")),
            "summary": _text(node.get("site_description")),
            "authors": _plain_list(node.get("site_author")),
            "lang": self.language(language),
        }
        base = _text(node.get("docs_dir")) or "docs"
        frame = self.made(
            "mkdocs", node, values, base, is_numbered=False, web=NONE, pdf=NONE, dialect="python-markdown"
        )
        frame = replace(frame, edit=_mkdocs_edit(node, base))
        nav = node.get("nav")
        return frame if nav is None else replace(frame, entries=self.nav(nav))

    def nav(self, node: Node, depth: int = 0) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        for item in node.value if isinstance(node.value, tuple) else (node,):
            if isinstance(item.value, str):
                entries.append(_leaf(item.value, "", item.span))
            elif isinstance(item.value, dict) and depth <= _DEEPEST:
                entries += (self.nav_item(title, inner, depth) for title, inner in item.value.items())
            else:
                hint = "Write “Title: file.md”, or “Section:” with a list below it."
                self.problems.append(error("book-entry", "This is no chapter.", item.span, hint))
        return tuple(entries)

    def nav_item(self, title: str, node: Node, depth: int) -> Entry:
        if isinstance(node.value, str):
            return _leaf(node.value, title, node.span)
        return Entry("part", title, "", node.span, self.nav(node, depth + 1))

    # --- mdBook ---

    def mdbook(self, summary: str) -> Frame:
        where = Node({}, Span(self.path(summary), 1, 1))
        data: Mapping[str, Any] = {}
        if "book.toml" in self.paths:
            try:
                data = tomllib.loads(self.text("book.toml"))
            except (tomllib.TOMLDecodeError, RecursionError) as failure:
                place = re.search(r"line (\d+), column (\d+)", str(failure))
                span = Span(self.path("book.toml"), *(map(int, place.groups()) if place else (1, 1)))
                self.problems.append(error("book-toml", "This is no TOML.", span, str(failure)[:200]))
        book = _mapping(data.get("book"))
        html = _mapping(_mapping(data.get("output")).get("html"))
        values = {
            "title": _word(book.get("title")),
            "authors": [name for name in book.get("authors") or () if isinstance(name, str)],
            "summary": _word(book.get("description")),
            "lang": self.language(_node(book.get("language"), self.path("book.toml"))),
        }
        title, entries = _summary(self.text(summary), self.path(summary))
        values["title"] = values["title"] or title
        edit = _word(html.get("edit-url-template")) or ""
        frame = self.made(
            "mdbook", where, values, posixpath.dirname(summary), entries=entries, dialect="commonmark"
        )
        inner = frame.base.removeprefix(self.folder).strip("/")
        return replace(frame, edit=edit.replace("{path}", f"{inner}/{{path}}" if inner else "{path}"))


def _leaf(path: str, title: str, where: Span, *, is_appendix: bool = False) -> Entry:
    kind = "link" if re.match(r"[a-z][a-z0-9+.-]*:|//|#", path) else "chapter"
    return Entry(kind, title, path, where, is_appendix=is_appendix)


def _plain(node: Node | None) -> str:
    return node.raw.strip() if node is not None and not isinstance(node.value, (dict, tuple)) else ""


def _text(node: Node | None) -> str | None:
    return _plain(node) or None


def _plain_list(node: Node | None) -> list[Any] | None:
    if node is None or node.value is None:
        return None
    plain = node.plain()
    return plain if isinstance(plain, list) else [plain]


def _word(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _node(value: object, path: str) -> Node | None:
    """A text of TOML, which has no places."""
    return Node(value, Span(path), value) if isinstance(value, str) and value.strip() else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _inner(node: Node | None, name: str) -> Node | None:
    return node.get(name) if node is not None and isinstance(node.value, dict) else None


def _format(node: Node, name: str) -> Node | None:
    return _inner(node.get("format"), name)


def _quarto_depth(node: Node, output: Node | None) -> int:
    """How many levels of headings have numbers in an output of a Quarto book; ``NONE`` for no sections."""
    wanted = _inner(output, "number-sections") or node.get("number-sections")
    if wanted is not None and wanted.value is False:
        return NONE
    depth = _inner(output, "number-depth") or node.get("number-depth")
    return depth.value if depth is not None and isinstance(depth.value, int) and depth.value >= 0 else 5


def _quarto_edit(book: Node) -> str:
    """The address at which a chapter is edited, where the book shows it."""
    actions = book.get("repo-actions")
    wanted = actions.plain() if actions is not None else ()
    url = _plain(book.get("repo-url")).rstrip("/")
    if not url or "edit" not in (wanted if isinstance(wanted, list) else [wanted]):
        return ""
    branch = _plain(book.get("repo-branch")) or "main"
    inner = _plain(book.get("repo-subdir")).strip("/")
    return _repository(url, branch, inner)


def _repository(url: str, branch: str, inner: str) -> str:
    middle = "/-/edit/" if "gitlab" in url else "/edit/"
    return f"{url}{middle}{branch}/" + (f"{inner}/" if inner else "") + "{path}"


def _mkdocs_edit(node: Node, base: str) -> str:
    url = _plain(node.get("repo_url")).rstrip("/")
    uri = node.get("edit_uri")
    if uri is not None and not _plain(uri):
        return ""  # “edit_uri: ''” asks for none
    if uri is not None:
        return _with_path(
            _plain(uri) if re.match(r"https?:", _plain(uri)) else f"{url}/{_plain(uri).lstrip('/')}"
        )
    return _repository(url, "master", base) if re.match(r"https?://(www\.)?git(hub|lab)\.", url) else ""


def _with_path(address: str) -> str:
    return address if "{path}" in address else address.rstrip("/") + "/{path}"


_LINK = re.compile(r"\[(?P<title>(?:[^\[\]\\]|\\.|\[[^\]]*\])*)\]\((?P<path><[^>]*>|[^)\s]*)[^)]*\)")
_ITEM = re.compile(r"(?P<indent>[ \t]*)[-*+][ \t]+(?P<rest>.*)")
_PART = re.compile(r"#{1,6}[ \t]+(?P<title>.*?)[ \t#]*\Z")


def _summary(text: str, path: str) -> tuple[str, tuple[Entry, ...]]:
    """The title and the entries of a ``SUMMARY.md``: links before the list and behind it are chapters without numbers,
    items are chapters with numbers, headings are parts."""
    title = ""
    top: list[Any] = []  # entries, and lists of a part's title, place and entries
    rows = top
    stack: list[tuple[int, list[Any]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        where = Span(path, number, len(line) - len(line.lstrip()) + 1)
        heading = _PART.fullmatch(line.strip())
        if heading is not None:
            if not top and not title:
                title = "" if heading["title"].casefold() == "summary" else heading["title"]
                continue
            rows, stack = [], []
            top.append((Entry("part", heading["title"], "", where), rows))
            continue
        item = _ITEM.fullmatch(line)
        link = _LINK.search(item["rest"] if item else line)
        if link is None:
            continue
        file = link["path"].strip("<>")
        words = re.sub(r"\\(.)", r"\1", link["title"]).strip("*_` ")
        entry = _leaf(file, words, where) if file else Entry("draft", words, "", where)
        if item is None:
            rows, stack = top, []
            top.append((replace(entry, is_numbered=False), []))
            continue
        indent = len(item["indent"].expandtabs(4))
        while stack and stack[-1][0] >= indent:
            stack.pop()
        inner: list[Any] = []
        (stack[-1][1] if stack else rows).append((entry, inner))
        stack.append((indent, inner))
    return title, _nested(top)


def _nested(rows: list[Any]) -> tuple[Entry, ...]:
    return tuple(replace(entry, entries=_nested(inner)) for entry, inner in rows)


def _found(frame: Frame, paths: Collection[str]) -> tuple[Entry, ...]:
    """All chapters of a folder where nothing says which: by name, an index first; folders are parts."""
    start = frame.base.removeprefix(frame.folder).strip("/")
    start = f"{start}/" if start else ""
    names = [path.removeprefix(start) for path in paths if path.startswith(start) and path.endswith(CHAPTERS)]
    tree: dict[str, Any] = {}
    for name in sorted(
        names, key=lambda name: [(not is_index(part), part.casefold()) for part in name.split("/")]
    ):
        parts = name.split("/")
        if any(part.startswith(("_", ".")) for part in parts) or parts[-1] in _SUMMARIES:
            continue
        inner = tree
        for part in parts[:-1]:
            inner = inner.setdefault(part + "/", {})
        inner[parts[-1]] = name
    if "index.md" in tree or "index.qmd" in tree:
        tree.pop("README.md", None)
    return _entries_of(tree, frame.where)


def _entries_of(tree: Mapping[str, Any], where: Span) -> tuple[Entry, ...]:
    return tuple(
        Entry("chapter", "", inner, where)
        if isinstance(inner, str)
        else Entry(
            "part",
            name.rstrip("/").replace("-", " ").replace("_", " ").capitalize(),
            "",
            where,
            _entries_of(inner, where),
        )
        for name, inner in tree.items()
    )


def is_index(name: str) -> bool:
    """Whether a file of this name is shown at the address of its folder."""
    return posixpath.splitext(name)[0].casefold() in {"index", "readme"}


def unlisted(frame: Frame, paths: Collection[str], used: Collection[str]) -> tuple[Problem, ...]:
    """Warnings for files of a book that look like chapters and are none."""
    found = []
    for name in paths:
        path = f"{frame.folder}/{name}"
        last = posixpath.basename(name)
        if path in used or not path.startswith(f"{frame.base}/") or not name.endswith(CHAPTERS):
            continue
        if any(part.startswith("_") for part in name.split("/")) or last.casefold().startswith(
            ("readme", "summary")
        ):
            continue
        hint = f"Name it in {posixpath.basename(frame.where.path)}, or begin its name with “_”."
        found.append(warning("book-unlisted", "No chapter list names this file.", Span(path), hint))
    return tuple(found)
