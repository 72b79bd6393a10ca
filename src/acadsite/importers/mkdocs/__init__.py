"""Importer for MkDocs and Material for MkDocs: the folder with ``mkdocs.yml`` → a site.

A site with sections, or with many pages, becomes a book; a small flat one becomes a home page and pages. Posts of the
blog plugin become posts. Texts stay in the dialect of Python-Markdown.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import person_name, unique
from acadsite.importers.folder import Folder, Result
from acadsite.importers.mkdocs import settings
from acadsite.importers.mkdocs.source import (
    Entry,
    Page,
    Site,
    archive_urls,
    page_url,
    post_day,
    read_site,
)
from acadsite.importers.mkdocs.texts import Known, convert
from acadsite.importers.parts.nodes import book_id, pick, text_of, words_of
from acadsite.importers.parts.old_addresses import Answers
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external, leads_elsewhere
from acadsite.problems import Report, Span, quote, warning
from acadsite.records import segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Item = dict[str, Any]

#: Addresses of lists, which no page may have.
_LISTS: Final = frozenset(
    {"courses", "cv", "people", "posts", "publications", "repos", "search", "slides", "students", "talks"}
)
#: A site with at most so many pages and without sections becomes pages.
_FEW: Final = 8
_LEFT_TO_US: Final = frozenset(
    {"robots.txt", "sitemap.xml", "404.html", "index.html", "search.json", "feed.xml"}
)


def import_mkdocs(source: Path, to: Path) -> Result:
    """Make an acadsite folder ``to`` out of the MkDocs site in the folder ``source``. Existing files are never
    overwritten; faults of the content are problems, and nothing is raised for them."""
    site = read_site(source)
    if not isinstance(site, Site):
        return Result("MkDocs", (), {}, (), (site,))
    folder = Folder(to)
    work = _Import(site, folder)
    work.run()
    report = Report()
    report.extend((*site.problems, *folder.problems))
    return Result("MkDocs", tuple(folder.written), dict(work.counts), tuple(work.notes), report.problems)


@dataclass(slots=True)
class _Import:
    """One import. ``files`` says which file below ``content/`` a page became, ``urls`` where that is read."""

    site: Site
    folder: Folder
    book: str = ""
    files: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    ids: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Everything."""
        site = self.site
        listed = [entry.path for entry in _flat(site.nav)]
        chapters = [path for path in dict.fromkeys(listed) if path in site.pages and path not in site.posts]
        blog = self.blog_index()
        chapters = [path for path in chapters if path != blog]
        others = [path for path in site.pages if path not in {*chapters, *site.posts, blog}]
        has_sections = any(entry.is_section for entry in site.nav) or any(
            "/" in path for path in (*chapters, *others)
        )
        if has_sections or len(chapters) + len(others) > _FEW:
            self.book = book_id(site.word("site_name"))
        self.assign([*chapters, *others])
        for path in (*chapters, *others):
            self.page(site.pages[path])
        for path in site.posts:
            self.post(site.pages[path])
        self.statics()
        if self.book:
            self.contents(others, blog)
        self.finish(chapters, blog)
        self.remarks()

    def blog_index(self) -> str:
        return (
            next((path for path in (f"{self.site.blog}/index.md",) if path in self.site.pages), "")
            if self.site.blog
            else ""
        )

    def assign(self, paths: Iterable[str]) -> None:
        """The new place of each page."""
        taken: set[str] = set()
        for path in self.site.posts:
            stem = segment(posixpath.splitext(posixpath.basename(path))[0])
            stem = segment(posixpath.basename(posixpath.dirname(path))) if stem == "index" else stem
            stem = segment(text_of(pick(self.site.pages[path].front, "slug"))) or stem
            identifier = unique(re.sub(r"^\d{4}-\d{1,2}-\d{1,2}-", "", stem) or "post", taken)
            taken.add(identifier)
            self.files[path], self.urls[path] = f"posts/{identifier}.md", f"/posts/{identifier}/"
        blog = self.blog_index()
        if blog:
            self.urls[blog] = "/posts/"
        pages: set[str] = set()
        for path in paths:
            page = self.site.pages[path]
            stem = posixpath.splitext(path)[0]
            if self.book:
                parts = stem.split("/")
                if parts[-1] in {"index", "README"}:
                    parts.pop()
                inner = "/".join(segment(part) or "chapter" for part in parts)
                self.files[path] = f"{self.book}/{path}"
                self.urls[path] = f"/{self.book}/{inner}/" if inner else f"/{self.book}/"
            elif page.is_index:
                self.files[path], self.urls[path] = "index.md", "/"
            else:
                stem = segment(stem) or "page"
                identifier = unique(f"{stem}-page" if stem in _LISTS else stem, pages)
                pages.add(identifier)
                self.ids[path] = identifier
                ending = ".ipynb" if path.endswith(".ipynb") else ".md"
                self.files[path], self.urls[path] = f"pages/{identifier}{ending}", f"/{identifier}/"

    # --- links ---

    def link(self, base: str, address: str) -> str:
        """The new form of an address in the page ``base`` (its path below the folder of the pages)."""
        found = re.match(r"([^#?]*)(.*)", address, re.DOTALL)
        path, rest = (found[1], found[2]) if found else (address, "")
        if not path or is_external(address) or re.match(r"[a-z][\w+.-]*:|//", address, re.IGNORECASE):
            return address
        path = path.replace("%20", " ")
        if path.startswith(self.site.base):
            path = "/" + path.removeprefix(self.site.base)
        start = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
        whole = posixpath.normpath(start) if start else ""
        page = self.meant(base, path, "" if whole == "." else whole)
        if page in self.files and base in self.files:
            return posixpath.relpath(self.files[page], posixpath.dirname(self.files[base]) or ".") + rest
        if page in self.urls:
            return self.urls[page] + rest
        file = self.file(whole)
        if not file and not path.startswith("/"):  # from the address of the page, as old sites have it
            whole = posixpath.normpath(posixpath.join(posixpath.splitext(base)[0], path))
            file = self.file(whole)
        if file:
            self.copy(whole)
            return f"/{whole}{rest}"
        return address

    def file(self, path: str) -> str:
        """The file of the source that a path below the folder of the pages means."""
        name = path if self.site.docs == "." else f"{self.site.docs}/{path}"
        return name if not path.startswith("..") and name in self.site.tree.files else ""

    def copy(self, path: str) -> None:
        name = self.file(path)
        if name and path not in _LEFT_TO_US:
            self.site.tree.copy(name, f"content/static/{path}", self.folder)

    def meant(self, base: str, path: str, whole: str) -> str:
        """The page that an address means: by its file, or by its old address."""
        names = [whole, f"{whole}.md", f"{whole}/index.md".lstrip("/"), f"{whole}/README.md".lstrip("/")]
        if whole.endswith(".html"):
            names.append(whole.removesuffix(".html") + ".md")
        found = next((name for name in names if name in self.site.pages), "")
        if found or path.startswith("/"):
            return found
        # “../other/” is relative to the address of the page, not to its file.
        address = posixpath.normpath(
            posixpath.join(self.site.pages[base].url if base in self.site.pages else "/", path)
        )
        wanted = {address, f"{address}/"}
        return next((name for name, page in self.site.pages.items() if page.url in wanted), "")

    # --- pages ---

    def text(self, page: Page, body: str, line: int) -> str:
        site = self.site
        plugins = site.named("plugins")
        snippets = next(
            (one for name, one in site.named("markdown_extensions").items() if name.endswith("snippets")),
            None,
        )
        bases = words_of(pick(snippets, "base_path")) if snippets is not None else []
        known = Known(
            site.tree,
            self.link,
            tuple(posixpath.normpath(base).removeprefix("./") for base in bases) or ("", site.docs),
            bool({"macros", "markdownextradata"} & plugins.keys()),
            "mkdocstrings" in plugins,
        )
        text, problems = convert(body, page.path, page.file, line, known)
        site.problems.extend(problems)
        return text.strip("\n")

    def page(self, page: Page) -> None:
        path = self.files[page.path]
        if page.path.endswith(".ipynb"):
            self.site.tree.copy(page.file, f"content/{path}", self.folder)
            self.counts["chapters" if self.book else "pages"] += 1
            return
        title, summary = text_of(pick(page.front, "title")), text_of(pick(page.front, "description"))
        front: Item = {"title": title, "summary": summary}
        body, line = page.body, page.line
        if path == "index.md":
            front = {
                "title": title or page.title,
                "sections": ["about", *(["posts"] if self.site.posts else [])],
            }
            body, line = page.without_heading()
        elif not self.book:
            front["title"] = title or page.title
            front["aliases"] = self.aliases(page)
            body, line = (body, line) if title else page.without_heading()
        if page.path in self.site.drafts:
            front["draft"] = True
        if "toc" in words_of(pick(page.front, "hide")):
            front["toc"] = False
        front |= self.rest(page, {"title", "description", "hide"})
        front = {key: value for key, value in front.items() if value not in ("", None, [])}
        head = f"---\n{yaml_text(front)}---\n\n" if front else ""
        self.folder.write(f"content/{path}", f"{head}{self.text(page, body, line)}\n")
        self.counts["chapters" if self.book else "home" if path == "index.md" else "pages"] += 1

    def aliases(self, page: Page) -> list[str]:
        """The old address, where the new page does not answer at it."""
        return (
            [page.url] if page.url not in {self.urls[page.path], f"{self.urls[page.path]}index.html"} else []
        )

    def post(self, page: Page) -> None:
        day = post_day(page)
        if not day:
            message = "A post without a date is left out."
            where = page.front.keys.get("date", Span(page.file, 1, 1))
            self.site.problems.append(
                warning("import-date", message, where, "Write it to content/posts/ with a date.")
            )
            self.counts["left"] += 1
            return
        body, line = page.without_heading()
        summary = text_of(pick(page.front, "description"))
        front: Item = {
            "title": page.title,
            "date": day,
            "updated": post_day(page, "updated"),
            "tags": list(
                dict.fromkeys(
                    (*words_of(pick(page.front, "categories")), *words_of(pick(page.front, "tags")))
                )
            ),
            "summary": summary,
            "draft": True
            if pick(page.front, "draft") is not None and text_of(pick(page.front, "draft")) == "true"
            else None,
            "aliases": self.aliases(page),
        }
        front |= self.rest(
            page, {"title", "date", "categories", "tags", "description", "draft", "hide", "slug"}
        )
        front = {key: value for key, value in front.items() if value not in ("", None, [])}
        text = self.text(page, re.sub(r"(?m)^[ \t]*<!-- more -->[ \t]*$", "", body), line)
        self.folder.write(f"content/{self.files[page.path]}", f"---\n{yaml_text(front)}---\n\n{text}\n")
        self.counts["posts"] += 1

    def rest(self, page: Page, known: set[str]) -> Item:
        """Front matter without a place here, as comments."""
        found: Item = {}
        for key, node in page.front.value.items() if isinstance(page.front.value, dict) else ():
            if key not in known and node.value is not None:
                found[f"#{key}"] = node.plain() if not isinstance(node.value, str) else node.raw
                self.looks[key] += 1
        return found

    def statics(self) -> None:
        """All other files, at the addresses that they had: MkDocs publishes every file below the folder."""
        start = "" if self.site.docs == "." else f"{self.site.docs}/"
        left = []
        for file in sorted(self.site.tree.files):
            path = file.removeprefix(start)
            if (
                not file.startswith(start)
                or path in self.site.pages
                or any(part[0] == "." for part in path.split("/"))
            ):
                continue
            if path.endswith((".md", ".markdown", ".py", ".scss")) or path in _LEFT_TO_US:
                continue
            if path.endswith((".css", ".js")):
                left.append(path)
            self.copy(path)
        if left:
            self.notes.append(f"Style sheets and scripts are copied and not used: {', '.join(left[:5])}.")

    # --- the book ---

    def contents(self, others: list[str], blog: str) -> None:
        """``book.yaml``: the navigation, with the pages that it does not name behind it."""
        site = self.site
        chapters = list(self.items(site.nav, blog))
        first = next((path for path in ("index.md", "README.md") if path in others), "")
        if first:
            chapters.insert(0, first)
        rest = [path for path in others if path != first]
        if rest:
            chapters.append({"part": "More", "chapters": rest})
        author = site.word("site_author")
        book: Item = {
            "title": site.word("site_name") or "Book",
            "authors": [author] if author else [],
            "summary": site.word("site_description"),
            "dialect": "python-markdown",
            "numbering": {"chapters": False, "web": False, "pdf": False},
            "edit": settings.edit(self.site),
            "chapters": chapters,
        }
        book = {key: value for key, value in book.items() if value not in ("", None, [])}
        self.folder.write(f"content/{self.book}/book.yaml", yaml_text(book))

    def items(self, entries: Iterable[Entry], blog: str) -> Iterator[Any]:
        for entry in entries:
            if entry.is_section:
                inner = list(self.items(entry.entries, blog))
                if inner:
                    yield {"part": entry.title, "chapters": inner}
            elif entry.path == blog or entry.path in self.site.posts:
                continue
            elif is_external(entry.path):
                yield {"title": entry.title or entry.path, "href": entry.path}
            elif entry.path in self.site.pages:
                yield {"file": entry.path, "title": entry.title} if entry.title else entry.path
            else:
                message = f"“nav” names {quote(entry.path)}, which is not there."
                self.site.problems.append(warning("import-file", message, entry.where, "It is left out."))

    # --- settings ---

    def finish(self, chapters: list[str], blog: str) -> None:
        """Home page of a book, and ``site.yaml`` with the old addresses that are left."""
        site = self.site
        title, author = site.word("site_name") or "Home", site.word("site_author")
        if self.book:
            sections = ["about", "posts"] if site.posts else ["about"]
            words = site.word("site_description")
            text = "\n\n".join(filter(None, (words, f"[{title}](/{self.book}/)")))
            self.folder.write(
                "content/index.md", f"---\n{yaml_text({'title': title, 'sections': sections})}---\n\n{text}\n"
            )
        elif "index.md" not in self.files.values():
            self.folder.write("content/index.md", "---\nsections: [about]\n---\n")
        dialects = [
            name
            for name in ("posts", "pages", "index.md")
            if any(path.startswith(name) for path in self.files.values())
        ]
        wanted: dict[str, tuple[str, ...]] = {
            page.url: (self.urls[path], "home")
            for path, page in site.pages.items()
            if self.book and path in self.files and path not in {*site.posts, *site.drafts}
        }
        if site.blog:
            wanted |= dict.fromkeys(archive_urls(site), ("posts", "home"))
        wanted |= {site.pages[path].url: (self.urls[path],) for path in self.files if path.endswith(".ipynb")}
        wanted |= self.redirected()
        language = text_of(pick(site.config, "theme", "language"))
        profiles, email = settings.accounts(self.site) if author else ({}, "")
        given: Item = {
            "title": title,
            "description": site.word("site_description"),
            "url": f"{site.word('site_url').rstrip('/')}/" if is_external(site.word("site_url")) else "",
            "language": language or "en",
            "author": {"name": person_name(author), "email": email, "profiles": profiles} if author else {},
            "accent": settings.accent(self.site),
            "source": site.word("repo_url") if is_external(site.word("repo_url")) else "",
            "menu": self.menu(chapters, blog),
            "footer": site.word("copyright"),
            "markup": {"dialects": dict.fromkeys(dialects, "python-markdown")} if dialects else None,
        }
        redirects, lost = Answers(self.folder.root, dt.date.max).redirects(wanted)
        given["redirects"] = redirects
        for old in lost:
            page = next((page for page in site.pages.values() if page.url == old), None)
            where = Span(page.file) if page is not None else None
            message = f"Nothing answers at the old address {quote(old)}."
            site.problems.append(
                warning("import-address", message, where, "Look at “redirects” in site.yaml.")
            )
        given["author"] = {key: value for key, value in given["author"].items() if value}
        clean = {key: value for key, value in given.items() if value not in ("", None, [], {})}
        comment = "Settings of the site, imported from MkDocs. Every key has a default and may go."
        self.folder.write("site.yaml", yaml_text(clean, comment))

    def menu(self, chapters: list[str], blog: str) -> list[Any]:
        """The navigation of a site of pages; that of a book is the book's."""
        if self.book:
            return []
        titles = {entry.path: entry.title for entry in _flat(self.site.nav)}
        found: list[Any] = []
        for path in dict.fromkeys(entry.path for entry in _flat(self.site.nav)):
            page = (
                "posts"
                if path == blog and blog
                else f"page:{self.ids[path]}"
                if path in self.ids and path in chapters
                else path
                if leads_elsewhere(path)
                else ""
            )
            if page and (page != "posts" or self.counts["posts"]):
                found.append({"page": page, "title": titles[path]} if titles[path] else {"page": page})
        return found

    def redirected(self) -> dict[str, tuple[str, ...]]:
        """``redirect_maps`` of the plugin for redirects."""
        plugin = self.site.named("plugins").get("redirects")
        node = pick(plugin, "redirect_maps") if plugin is not None else None
        found: dict[str, tuple[str, ...]] = {}
        for old, target in node.value.items() if node is not None and isinstance(node.value, dict) else ():
            words = text_of(target)
            path, mark, anchor = words.partition("#")
            if is_external(words):
                found[page_url(old, folders=self.site.uses_folders)] = (words, "home")
            elif path in self.urls:
                found[page_url(old, folders=self.site.uses_folders)] = (
                    self.urls[path] + mark + anchor,
                    self.urls[path],
                    "home",
                )
        return found

    def remarks(self) -> None:
        """What a person should know."""
        settings.tell(self.site)
        if self.looks:
            listed = ", ".join(f"{name} ({count})" for name, count in sorted(self.looks.items()))
            self.notes.append(f"Front matter without a place here, kept as comments: {listed}.")
        if self.book:
            self.notes.append(f"The pages are a book at /{self.book}/; their old addresses lead there.")


def _flat(entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.is_section:
            yield from _flat(entry.entries)
        else:
            yield entry
