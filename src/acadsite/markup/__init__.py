"""Markup: text that a person wrote to HTML for a page.

Two steps. ``read`` makes a tree of a text (``tree`` names its elements) and needs nothing but the text;
``render`` writes HTML from the tree, and asks a resolver where links, citations and keys lead::

    document = read(text, "posts/a.md", first_line=7)
    body = render(document, resolve=resolve, heading_shift=1)

Neither raises for any text: what is wrong in it comes back as problems, with file and line. Everything in a
``Body`` is a plain value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from acadsite.links import SITE_ROOT, safe_url
from acadsite.markup import commonmark, tree
from acadsite.markup.finishing import finish
from acadsite.markup.headings import TocEntry, contents, set_ids, slug
from acadsite.markup.html import Kind, Link, Mode, Picture, Resolve, Words, Writer
from acadsite.markup.includes import Included, included
from acadsite.markup.liquid import with_fences
from acadsite.markup.sections import Section, words_by_section, words_in
from acadsite.markup.source import Line, Piece, Source, file_of, line_in, placed
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, from_plain, to_plain, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from xml.etree.ElementTree import Element

    from acadsite.memo import Memo

__all__ = [
    "SITE_ROOT",
    "Body",
    "Dialect",
    "Document",
    "Included",
    "Kind",
    "Link",
    "Mode",
    "Picture",
    "Resolve",
    "Section",
    "SlideBody",
    "TocEntry",
    "Words",
    "excerpt_of",
    "included",
    "read",
    "render",
    "safe_url",
    "slug",
    "text_of",
]

Dialect = Literal["commonmark", "python-markdown"]

#: What only a sheet in ``assets/pages/`` knows: classes, or the beginning of an element.
_SHEETS: Final = {
    "documents": {
        "section-number", "label", "line-block", "callout", "equation", "theorem", "citation", "cite-card",
        "references",
    },
    "figures": {"subfigures", "columns", "light-content", "dark-content", "group-row", "table-notes"},
    "algorithms": {"algorithm", "listing", "steps"},
    "formulas": {"<menclose"},
    "tabs": {"tabs"},
    "gallery": {"gallery"},
    "diagrams": {"diagram"},
    "code": {"<pre"},
    "annotations": {"code-notes"},
    "notebooks": {"cell-output"},
}  # fmt: skip
_CLASSES: Final = re.compile(r'class="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was read: its tree, the source its offsets point into, and what was wrong."""

    tree: Element
    source: Source
    html: Mode
    problems: tuple[Problem, ...]
    includes: tuple[str, ...] = ()  #: paths of the files it takes in, also of those that are not there


@dataclass(frozen=True, slots=True)
class SlideBody:
    """A slide of a deck on its page. ``kind``: ``title``, ``section`` or ``slide``. ``title``: plain text. ``heading``
    and ``html`` make up what is shown, ``notes`` is what the speaker sees. ``steps``: how many times something is
    added; it carries ``data-fragment``. All are empty but ``title`` for a slide that is made of the front matter."""

    kind: str
    title: str
    heading: str = ""
    html: str = ""
    notes: str = ""
    classes: str = ""
    steps: int = 0

    def plain(self) -> list[Any]:
        """The slide as a list that JSON can hold."""
        return [self.kind, self.title, self.heading, self.html, self.notes, self.classes, self.steps]


@dataclass(frozen=True, slots=True)
class Body:
    """What a page shows of a document.

    ``html``: the body; addresses that begin with ``SITE_ROOT`` are from the root of the site.
    ``toc``: headings, nested. ``title``: plain text of the first heading of level 1, if the text begins with one,
    ``title_html`` the same with its inline markup. ``excerpt``: the first paragraphs as plain text, up to about
    300 characters. ``links``: all addresses written, in order. ``anchors``: all ids but those of footnotes.
    ``problems``: those of reading and of rendering. ``slides``: those of a deck, which has no ``html``.
    ``sections``: its words, ``count``: how many there are; both where they were asked for.
    """

    html: str
    toc: tuple[TocEntry, ...]
    title: str
    title_html: str
    excerpt: str
    links: tuple[str, ...]
    anchors: tuple[str, ...]
    problems: tuple[Problem, ...]
    slides: tuple[SlideBody, ...] = ()
    sections: tuple[Section, ...] = ()
    count: int = 0

    @property
    def sheets(self) -> tuple[str, ...]:
        """The style sheets that the text needs beside those of every page: ``code`` is ``pages/code.css``."""
        text = "\n".join((self.html, *(slide.html for slide in self.slides)))
        found = set(" ".join(set(_CLASSES.findall(text))).split())
        found |= {start for start in ("<pre", "<menclose") if start in text}
        return tuple(name for name, marks in _SHEETS.items() if not marks.isdisjoint(found))

    def plain(self) -> list[Any]:
        """The body as a list that JSON can hold."""
        return [
            self.html,
            [entry.plain() for entry in self.toc],
            self.title,
            self.title_html,
            self.excerpt,
            list(self.links),
            list(self.anchors),
            [to_plain(problem) for problem in self.problems],
            [slide.plain() for slide in self.slides],
            [list(section) for section in self.sections],
            self.count,
        ]

    @classmethod
    def revive(cls, value: Any) -> Body:
        """The inverse of ``plain``."""
        html, toc, title, title_html, excerpt, links, anchors, problems, slides, sections, count = value
        return cls(
            html,
            tuple(map(TocEntry.revive, toc)),
            title,
            title_html,
            excerpt,
            tuple(links),
            tuple(anchors),
            tuple(map(from_plain, problems)),
            tuple(SlideBody(*slide) for slide in slides),
            tuple(Section(*section) for section in sections),
            count,
        )


def read(
    text: str,
    path: str,
    *,
    dialect: Dialect = "commonmark",
    first_line: int = 1,
    html: Mode = "trusted",
    include: Callable[[str], str | None] | None = None,
    figures: bool = False,
    lines: Sequence[Line] = (),
) -> Document:
    """The document in ``text``.

    ``path`` is the file's, POSIX and relative to the site, for problems; ``first_line`` the line of the file that
    ``text`` begins on (front matter is not part of it). ``html``: ``trusted`` keeps raw HTML as it is (but for
    links that run scripts), ``sanitize`` lets only harmless HTML through.
    ``include`` gives the text of a file that the text takes in, by its path from the folder of the site, or None;
    without one the lines that ask for files stay. ``figures``: an image alone in its paragraph is a figure whatever
    it says of itself, if it has a description (as Quarto and pandoc have it). ``lines``: which lines of the file those
    of the text are from (``source.line_in``), where they do not follow each other as they do there.
    """
    taken = Included(text) if include is None else included(text, path, first_line, include)
    pieces = taken.pieces
    if lines:
        pieces = placed(pieces or (Piece(0, path, first_line),), path, first_line, lines)
        taken.problems = [_placed(problem, path, first_line, lines) for problem in taken.problems]
    source = Source.of(with_fences(taken.text), path, first_line, pieces)
    reader = commonmark.read
    if dialect == "python-markdown":
        from acadsite.markup import python_markdown

        reader = python_markdown.read  # type: ignore[assignment]
    root, problems = reader(source, figures=figures)
    problems += finish(root, source, reader)
    problems += set_ids(root, source)
    return Document(root, source, html, (*taken.problems, *problems), taken.files)


def _placed(problem: Problem, path: str, first_line: int, lines: Sequence[Line]) -> Problem:
    where = problem.where
    if where is None or where.path != path:
        return problem
    index = where.line - first_line
    line, shift = line_in(lines, index)
    return replace(problem, where=Span(file_of(lines, index, path), line, where.column + shift))


def render(
    document: Document,
    *,
    resolve: Resolve | None = None,
    heading_shift: int = 0,
    drop_title: bool = False,
    permalinks: bool = True,
    highlight: bool = True,
    id_prefix: str = "",
    math_preamble: str = "",
    words: Words | None = None,
    memo: Memo | None = None,
    sections: bool = False,
    count: bool = False,
) -> Body:
    """The body of ``document``; the document is not changed.

    ``resolve`` says where targets lead; without one, addresses stay and citations and keys are shown as text.
    ``heading_shift`` is added to the level of headings (1: ``#`` under the page's own title becomes ``h2``);
    levels that were skipped are closed up, so that pages keep an order of headings.
    ``drop_title`` leaves out a heading of level 1 at the very start (the page shows it itself). ``permalinks``
    puts a link to itself into each heading. ``id_prefix`` goes before every id, for several bodies on a page.
    ``math_preamble`` holds TeX definitions for all formulas. ``memo`` keeps coloured code.
    ``sections``: whether the body has its words for the search; ``count``: whether it says how many there are.
    """
    writer = Writer(
        document.source,
        resolve,
        document.html,
        heading_shift,
        highlight,
        permalinks,
        drop_title,
        id_prefix,
        math_preamble,
        words or Words(),
        memo=memo,
    )
    html = writer.write(document.tree)
    title, title_html = _title(document, writer)
    return Body(
        html,
        contents(writer.headings),
        title,
        title_html,
        excerpt_of(document.tree),
        tuple(writer.links),
        tuple(writer.anchors),
        listed([*document.problems, *writer.problems], document.source.path),
        sections=words_by_section(document.tree) if sections else (),
        count=words_in(document.tree) if count else 0,
    )


#: More problems of one document are not listed, only counted.
_MOST_PROBLEMS: Final = 200


def listed(problems: list[Problem], path: str) -> tuple[Problem, ...]:
    """The problems of one document; of very many the first, errors before warnings, and a word about the others."""
    if len(problems) > _MOST_PROBLEMS:
        # Errors come first: they are what stops the site.
        problems.sort(key=lambda problem: problem.level)
        more = f"and {len(problems) - _MOST_PROBLEMS} more problems in this file"
        problems[_MOST_PROBLEMS:] = [warning("markup-many-problems", more, Span(path))]
    return tuple(problems)


def _title(document: Document, writer: Writer) -> tuple[str, str]:
    first = next((element for element in document.tree if element.tag != tree.RAW_BLOCK), None)
    if first is None or first.tag != tree.HEADING or first.get(tree.LEVEL) != "1":
        return "", ""
    return " ".join(text_of(first).split()), writer.inline(first)


def excerpt_of(root: Element, longest: int = 300) -> str:
    """The first paragraphs of a tree as plain text, cut at a blank and ended by ``…`` when longer."""
    text = ""
    for element in root:
        if element.tag == tree.PARAGRAPH:
            more = " ".join(text_of(element, longest=longest * 4).split())
            text = f"{text} {more}" if text and more else text or more
            if len(text) > longest:
                break
    if len(text) <= longest:
        return text
    cut = text[:longest]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > longest // 2 else cut).rstrip(" ,;:.–—-") + "…"
