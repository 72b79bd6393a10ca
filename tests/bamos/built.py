"""Import a folder and build it through the command line, and read the built pages back into plain values.

What a reader of the page sees is compared, so everything here goes by visible text and by the hooks that themes
keep (``.work``, ``.row``, ``.actions`` …). Texts are normalised in one documented way: see ``words``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[3] / "shared" / "data"


def data(name: str) -> Path:
    """A folder of the reference data; the test is skipped where there is none, and fails in CI."""
    folder = DATA / name
    if not folder.is_dir():
        reason = f"no reference data: {folder} is missing"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def acadsite(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, on a fixed day."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1689206400", "PYTHONIOENCODING": "utf-8"}  # 2023-07-13
    command = [sys.executable, "-c", "from acadsite.cli import main; main()", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


@dataclass(frozen=True)
class Built:
    """An imported and built site, with what the two commands said."""

    root: Path
    said: tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]

    @property
    def public(self) -> Path:
        return self.root / "public"

    def page(self, url: str = "") -> html.HtmlElement:
        """The tree of a page by its address below the site, without what only machines read."""
        return _tree(self.public / url / "index.html")

    def pages(self) -> Iterator[tuple[str, html.HtmlElement]]:
        """All pages: path and tree."""
        for path in sorted(self.public.rglob("*.html")):
            yield path.relative_to(self.public).as_posix(), _tree(path)

    def files(self) -> dict[str, bytes]:
        """Every published file."""
        return {
            path.relative_to(self.public).as_posix(): path.read_bytes()
            for path in sorted(self.public.rglob("*"))
            if path.is_file()
        }


def make(folder: Path, name: str, *options: str | Path) -> Built:
    """Import reference data into a new folder and build it."""
    root = folder / "site"
    imported = acadsite("import", "bamos-cv", data(name), "--to", root, *options)
    return Built(root, (imported, acadsite("-C", root, "build")))


@cache
def _tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


# --- elements ---


def find(node: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    """Elements below ``node`` with a class, in order."""
    return node.xpath(f"descendant::*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def words(node: html.HtmlElement | None, *but: str) -> str:
    """The visible text of an element, without parts of the classes ``but`` and what only screen readers say.

    The one normalisation of texts, see ``normal``.
    """
    if node is None:
        return ""
    hidden = {"visually-hidden", *but}

    def texts(element: html.HtmlElement) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            is_text = isinstance(child.tag, str) and child.tag not in {"script", "style"}
            if is_text and not hidden & set((child.get("class") or "").split()):
                yield from texts(child)
            yield child.tail or ""

    return normal("".join(texts(node)))


def normal(text: str) -> str:
    """Text for a comparison: every run of white space (no-break spaces too) is one space, none before a comma;
    a dash between years is an en dash with spaces (“2014 - 2019” = “2014 – 2019”); the typographic apostrophe
    is the straight one. Nothing else: letters, accents, marks and punctuation count."""
    text = " ".join(text.replace("\xa0", " ").split())
    text = re.sub(r"(?<=\d) ?[-–] ?(?=\d{4}\b|[Pp]resent)", " – ", text)
    return text.replace(" ,", ",").replace("’", "'")


def one(found: list[html.HtmlElement]) -> html.HtmlElement | None:
    """The first of some elements, if any."""
    return found[0] if found else None


def section(page: html.HtmlElement, heading: str) -> html.HtmlElement:
    """The section below a heading of the second level."""
    fitting = [part for part in page.iter("section") if heading in [words(h2) for h2 in part.iter("h2")]]
    assert len(fitting) == 1, f"{len(fitting)} sections “{heading}”"
    return fitting[0]


def headings(page: html.HtmlElement) -> list[str]:
    """All headings of the second level, in order."""
    return [words(h2) for h2 in page.iter("h2")]


# --- publications ---


@dataclass(frozen=True)
class Work:
    """A publication as a reader sees it."""

    heading: str
    number: str
    key: str
    title: str
    title_href: str
    authors: str
    bold: tuple[str, ...]
    author_links: tuple[tuple[str, str], ...]
    venue: str
    links: dict[str, str] = field(hash=False)
    is_selected: bool
    image: str
    has_abstract: bool


def works(part: html.HtmlElement) -> list[Work]:
    """The publications of a page or section in order, each with the heading of its group."""
    found, heading = [], ""
    for node in part.iter():
        if node.tag in {"h2", "h3"}:
            heading = words(node)
        elif isinstance(node.tag, str) and "work" in (node.get("class") or "").split():
            found.append(_work(node, heading))
    return found


def _work(node: html.HtmlElement, heading: str) -> Work:
    title, authors = find(node, "work-title")[0], find(node, "work-authors")[0]
    image = one(list(node.iter("img")))
    title_href = next((link.get("href") for link in title.iter("a")), "")
    # Anchors belong to the page of the list; elsewhere the title's link has the key: publications/KEY/.
    key = node.get("id") or title_href.rstrip("/").rsplit("/", 1)[-1]
    return Work(
        heading,
        words(one(find(node, "work-number"))).strip("[]."),
        key,
        words(title, "work-badge"),
        title_href,
        words(authors, "student-mark"),  # EXCEPTIONS: student-mark
        tuple(words(name) for name in authors.iter("strong")),
        tuple((words(link), link.get("href")) for link in authors.iter("a")),
        words(find(node, "work-venue")[0]),
        {words(link).casefold(): link.get("href") for row in find(node, "actions") for link in row.iter("a")},
        "is-selected" in node.get("class").split(),
        "" if image is None else image.get("src"),
        bool(find(node, "work-abstract")),
    )


# --- rows ---


@dataclass(frozen=True)
class Row:
    """One entry of any other list: repository, talk, student, position …"""

    number: str
    title: str
    more: tuple[str, ...]
    year: str
    stars: str
    links: tuple[tuple[str, str], ...]


def rows(part: html.HtmlElement) -> list[Row]:
    """The entries of a list in order."""
    return [_row(node) for node in find(part, "row")]


def _row(node: html.HtmlElement) -> Row:
    text = find(node, "row-text")[0]
    return Row(
        words(one(find(node, "row-number"))).strip("[]."),
        words(one(find(node, "row-title")), "stars", "cv-buttons"),
        tuple(words(line) for line in find(node, "row-more")),
        words(one(find(node, "row-year"))),
        words(one(find(node, "stars"))).strip("★ "),
        tuple((words(link), link.get("href")) for link in text.iter("a")),
    )


# --- whole pages ---


def visible(page: html.HtmlElement) -> list[str]:
    """Every visible piece of text of a page, without BibTeX source, scripts and styles; the texts of ``alt``,
    ``title`` and ``aria-label`` are visible as well."""
    pieces = []
    for node in page.iter():
        if not isinstance(node.tag, str) or node.tag in {"script", "style"}:
            continue
        if any(above.tag in {"pre", "script", "style"} for above in (node, *node.iterancestors())):
            continue
        pieces += [node.text or "", *(child.tail or "" for child in node)]
        pieces += [node.get(name) or "" for name in ("alt", "title", "aria-label")]
    return [normal(piece) for piece in pieces if piece.strip()]


def target(built: Built, page: str, href: str) -> Path:
    """The file that a relative address of a page leads to."""
    path = urljoin(f"/{page}", href).lstrip("/").partition("#")[0]
    file = built.public / path
    return file / "index.html" if file.is_dir() or not path else file
