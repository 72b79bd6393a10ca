"""A Quarto book → a book: acadsite reads ``_quarto.yml`` and the chapters as they are, so they are copied.

Changed are only cells of code and shortcodes (``texts``) and links to files that are no chapters and no pictures.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.collect.book_files import CHAPTERS, read_frame
from acadsite.importers.parts.nodes import book_id, text_of, title_text
from acadsite.importers.parts.old_addresses import Answers
from acadsite.importers.quarto.project import figures_of, url_of
from acadsite.importers.quarto.project import frozen as frozen_text
from acadsite.importers.quarto.texts import Known, convert
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external
from acadsite.problems import Span, quote, warning
from acadsite.records import segment
from acadsite.sources import split_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acadsite.collect.book_files import Entry
    from acadsite.importers.folder import Folder
    from acadsite.importers.quarto.project import Project

#: Files that may lie beside chapters: pictures, films, bibliographies, styles, TeX.
BESIDE: Final = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".webp",
    ".avif",
    ".pdf",
    ".mp4",
    ".webm",
    ".ogg",
    ".mp3",
    ".wav",
    ".bib",
    ".csl",
    ".tex",
)


@dataclass(slots=True)
class Book:
    """One import."""

    project: Project
    folder: Folder
    id: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Everything."""
        project = self.project
        title = project.word("book", "title")
        self.id = book_id(title)
        frame, problems = read_frame(
            "", list(project.tree.files), lambda path: project.tree.text(path.lstrip("/")) or ""
        )
        if frame is None:
            project.problems.extend(problems)
            return
        chapters = list(dict.fromkeys(paths_of(frame.entries)))
        self.folder.write(f"content/{self.id}/_quarto.yml", project.tree.data(project.name) or b"")
        written = [path for path in chapters if self.chapter(path)]
        self.counts["chapters"] = len(written)
        self.files(chapters)
        settings = {
            "title": title_text(title) or "Book",
            "description": project.word("book", "description"),
            "url": f"{project.word('book', 'site-url').rstrip('/')}/"
            if project.word("book", "site-url")
            else "",
            "language": project.word("lang") or "en",
            "source": project.word("book", "repo-url")
            if is_external(project.word("book", "repo-url"))
            else "",
        }
        write_site(self.folder, {key: value for key, value in settings.items() if value}, self.id, "Quarto", {
            old: (f"/{self.id}/{_identifier(path)}/" if _identifier(path) else f"/{self.id}/",)
            for path in written
            for old in [url_of(path)]
            if old != "/"
        })  # fmt: skip
        self.notes.append(
            f"The book is at /{self.id}/; its old addresses lead there. Its PDF is /{self.id}.pdf."
        )

    def chapter(self, path: str) -> bool:
        """Copies a chapter; whether there is one."""
        tree = self.project.tree
        text = tree.text(path)
        if text is None:
            return False  # told when the book is built
        if path.endswith(".ipynb"):
            return tree.copy(path, f"content/{self.id}/{path}", self.folder)
        self.figures |= figures_of(self.project, path)
        done = frozen_text(self.project, path)
        parts, _ = split_front_matter(text, path)
        head = text[: len(text) - len(parts.body)] if parts.data is not None else ""
        body, line = parts.body, parts.body_line
        if done is not None:
            body = split_front_matter(done, path)[0].body
        values = {
            key: text_of(node)
            for key, node in (
                parts.data.value if parts.data and isinstance(parts.data.value, dict) else {}
            ).items()
        }
        known = Known(tree, self.link, self.project.variables, takes_in=False)
        made, problems = convert(body, path, line, known, values)
        self.project.problems.extend(problems)
        return self.folder.write(f"content/{self.id}/{path}", head + made)

    def link(self, base: str, address: str) -> str:
        """Links within the book stay; files of other kinds go to the static ones, at their old address."""
        bare = address.partition("#")[0].partition("?")[0].replace("%20", " ")
        if not bare or is_external(address) or re.match(r"[a-z][\w+.-]*:|//", address, re.IGNORECASE):
            return address
        path = (
            bare.lstrip("/")
            if bare.startswith("/")
            else posixpath.normpath(posixpath.join(posixpath.dirname(base), bare))
        )
        figure = self.figures.get(path)
        if figure is not None:
            self.project.tree.copy(figure, f"content/{self.id}/{path}", self.folder)
            return address
        is_ours = path.lower().endswith((*BESIDE, *CHAPTERS, ".html"))
        if path not in self.project.tree.files or is_ours:
            return address
        self.project.tree.copy(path, f"content/static/{path}", self.folder)
        return f"/{path}"

    def files(self, chapters: Iterable[str]) -> None:
        """Copies what lies beside the chapters; other texts are told."""
        listed = set(chapters)
        for path in sorted(self.project.tree.files):
            name = posixpath.basename(path)
            if (
                path in listed
                or any(part[0] == "." for part in path.split("/"))
                or path.startswith(("_freeze/", "_extensions/"))
            ):
                continue
            is_part = name.startswith("_") and path.endswith(CHAPTERS)
            if path.lower().endswith(BESIDE):
                self.project.tree.copy(path, f"content/{self.id}/{path}", self.folder)
            elif is_part:
                self.part(path)
            elif path.endswith((*CHAPTERS, ".ipynb")) and posixpath.splitext(name)[0].lower() not in {
                "readme",
                "license",
            }:
                message = f"{quote(path)} is no chapter of the book; it is not copied."
                self.project.problems.append(
                    warning("import-file", message, Span(path), "Add it to the chapters.")
                )

    def part(self, path: str) -> None:
        """A text that chapters take in."""
        text = self.project.tree.text(path)
        if text is not None:
            made, problems = convert(
                text, path, 1, Known(self.project.tree, self.link, self.project.variables, takes_in=False), {}
            )
            self.project.problems.extend(problems)
            self.folder.write(f"content/{self.id}/{path}", made)


def paths_of(entries: Iterable[Entry]) -> Iterator[str]:
    """The files of all chapters."""
    for entry in entries:
        if entry.path and entry.kind != "link":
            yield posixpath.normpath(entry.path.partition("#")[0].lstrip("/"))
        yield from paths_of(entry.entries)


def _identifier(path: str) -> str:
    """The address of a chapter in its book (as ``collect.books`` makes it); empty for the first page."""
    parts = posixpath.splitext(path)[0].split("/")
    if parts[-1] == "index":
        parts.pop()
    return "/".join(segment(part) or "chapter" for part in parts)


def write_site(
    folder: Folder, settings: dict[str, str], book: str, tool: str, wanted: dict[str, tuple[str, ...]]
) -> list[str]:
    """``site.yaml`` and a home page for a site that is one book; the old addresses for which nothing can be done."""
    title = settings["title"]
    home = {"title": title, "sections": ["about"]}
    words = settings.get("description", "")
    text = f"[{title}](/{book}/)" if not words else f"{words}\n\n[{title}](/{book}/)"
    folder.write("content/index.md", f"---\n{yaml_text(home)}---\n\n{text}\n")
    redirects, lost = Answers(folder.root, dt.date.max).redirects(wanted)
    comment = f"Settings of the site, imported from {tool}. Every key has a default and may go."
    folder.write(
        "site.yaml", yaml_text({**settings, **({"redirects": redirects} if redirects else {})}, comment)
    )
    return lost
