r"""What is done to a tree behind either reader, each part only when its mark occurs in the source: line blocks,
headings of groups in tables, notes below tables, shortcodes, ``\ref`` in text, labels of formulas.

In: the root, changed in place, and the source. Out: problems.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import commonmark, equations, tree
from acadsite.markup.annotations import join_notes
from acadsite.markup.scholarly import add_text, move_content
from acadsite.markup.source import Source
from acadsite.markup.tables import group_rows, table_notes
from acadsite.problems import Problem, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable

_VERBATIM: Final = frozenset(
    {tree.CODE, tree.CODE_BLOCK, tree.MATH, tree.RAW, tree.RAW_BLOCK, tree.WIKI_LINK}
)
_CAPTIONS: Final = (tree.CAPTION, tree.FIGURE_CAPTION, tree.TITLE)
_REFERENCE: Final = re.compile(r"\\(eqref|ref|autoref|cref|Cref)\{([^{}\s]+)\}")
_SHORTCODE: Final = re.compile(r"\{\{([<%])[ \t]*/?[ \t]*(\w[\w./-]*)([^{}\n]*?)[%>]\}\}")
_ESCAPED: Final = re.compile(r"\{(\{\{[<%][^{}\n]*[%>]\}\})\}")
_MARKUP: Final = re.compile(r"[*_`$\\\[@<^~&]")


def finish(
    root: Element, source: Source, read: Callable[[Source], tuple[Element, list[Problem]]] = commonmark.read
) -> list[Problem]:
    """Do what both readers leave to be done; ``read`` is the reader, for captions that stand in attributes."""
    # Looking for elements of a kind takes a third of the time that looking for a word in the source takes.
    data = source.data
    problems: list[Problem] = []
    _attribute_texts(root, source, read)
    if b"|" in data:
        if b"\n| " in data or data.startswith(b"| "):
            _line_blocks(root)
        if next(root.iter(tree.TABLE), None) is not None:
            group_rows(root)
            if b"table-notes" in data or b"tbl-notes" in data:
                table_notes(root)
    if b"{{" in data:
        problems = _Shortcodes(source).run(root)
    if b"\\" in data and b"ref{" in data:
        _References(source).run(root)
    if b"<1>" in data or b"(1)!" in data:
        join_notes(root)
    equations.set_rows(root)
    return problems


def _attribute_texts(
    root: Element, source: Source, read: Callable[[Source], tuple[Element, list[Problem]]]
) -> None:
    """Read the texts that stood in attributes (``lst-cap="…"``) as a paragraph each."""
    for element in [found for tag in _CAPTIONS for found in root.iter(tag)]:
        if element.attrib.pop(tree.WRITTEN, None) is None or not _MARKUP.search(element.text or ""):
            continue
        inner, _ = read(Source.of(element.text or "", source.path))
        if len(inner) == 1 and inner[0].tag == tree.PARAGRAPH:
            element.text = None
            move_content(inner[0], element)
            for child in element.iter():
                child.attrib.pop(tree.AT, None)


# --- line blocks -----------------------------------------------------------------------------------------------


def _line_blocks(root: Element) -> None:
    """Paragraphs whose lines all begin with ``| `` keep their lines."""
    for paragraph in root.iter(tree.PARAGRAPH):
        text = paragraph.text or ""
        if text.startswith("| ") or text == "|":
            _line_block(paragraph)


def _line_block(paragraph: Element) -> None:
    for run in [paragraph.text or "", *(child.tail or "" for child in paragraph)]:
        lines = run.split("\n")
        if any(line[:1] not in {"|", " "} for line in lines[1:]) or any(
            line.endswith(" |") for line in lines
        ):
            return  # the last are rows of a table that is none
    children = list(paragraph)
    runs = [paragraph.text or "", *(child.tail or "" for child in children)]
    paragraph.tag = tree.LINE_BLOCK
    paragraph.text = None
    paragraph[:] = []
    for index, run in enumerate(runs):
        if index:
            children[index - 1].tail = None
            paragraph.append(children[index - 1])
        for number, line in enumerate(run.split("\n")):
            if number and line.startswith("|"):
                SubElement(paragraph, tree.BREAK)
            elif number:
                line = " " + line.lstrip()  # noqa: PLW2901 - the line goes on
            if line.startswith("|") and (number or not index):
                spaces = len(line) - len(line[1:].lstrip(" ")) - 1
                line = "\N{NO-BREAK SPACE}" * max(0, spaces - 1) + line[1:].lstrip(" ")  # noqa: PLW2901
            add_text(paragraph, line)


# --- runs of text ----------------------------------------------------------------------------------------------


class _Runs:
    """Finds a pattern in all the text of a tree, in document order, and where it stands in the source."""

    pattern: re.Pattern[str]

    def __init__(self, source: Source) -> None:
        self.source = source
        self.cursor = 0

    def run(self, root: Element) -> list[Problem]:
        problems: list[Problem] = []
        self.element(root, problems)
        return problems

    def element(self, element: Element, problems: list[Problem]) -> None:
        if element.tag in _VERBATIM:
            return
        children = list(element)
        out: list[Element] = []
        if element.text and self.pattern.search(element.text):
            element.text, made = self.pieces(element.text, problems)
            out += made
        for child in children:
            out.append(child)
            self.element(child, problems)
            if child.tail and self.pattern.search(child.tail):
                child.tail, made = self.pieces(child.tail, problems)
                out += made
        if len(out) != len(children):
            element[:] = out

    def pieces(self, text: str, problems: list[Problem]) -> tuple[str, list[Element]]:
        """What stands before the first find in ``text``, and the elements that stand for the finds, each with the
        text behind it."""
        made: list[Element] = []
        before = ""
        position = 0

        def hang(more: str) -> None:
            nonlocal before
            if made:
                made[-1].tail = (made[-1].tail or "") + more
            else:
                before += more

        for found in self.pattern.finditer(text):
            at = self.source.data.find(found[0].encode(), self.cursor)
            if at >= 0:
                self.cursor = at + 1
            element = self.replacement(found, at, problems)
            if element is not None:
                hang(text[position : found.start()])
                position = found.end()
                made.append(element)
        hang(text[position:])
        return before, made

    def replacement(self, found: re.Match[str], at: int, problems: list[Problem]) -> Element | None:
        raise NotImplementedError


class _References(_Runs):
    r"""``\ref{…}`` and its like in running text."""

    pattern = _REFERENCE

    def replacement(self, found: re.Match[str], at: int, problems: list[Problem]) -> Element:  # noqa: ARG002
        form = {"eqref": "eqref", "ref": "ref"}.get(found[1], "")
        element = Element(tree.CROSS_REFERENCE, {tree.KEY: found[2], tree.FORM: "text"})
        if form:
            element.set(tree.KIND, form)
        if at >= 0:
            element.set(tree.AT, str(at))
        return element


class _Shortcodes(_Runs):
    """``{{< name … >}}`` of Quarto and Hugo: those that are left stand for something that is not done here."""

    pattern = re.compile(_ESCAPED.pattern + "|" + _SHORTCODE.pattern)

    def replacement(self, found: re.Match[str], at: int, problems: list[Problem]) -> Element | None:
        if found[1] is not None:
            element = Element(tree.SPAN)
            element.text = found[1]
            return element
        name = found[3]
        if name == "pagebreak":
            return Element(tree.SPAN, {"class": "page-break"})
        if name == "kbd":
            element = Element(tree.CODE, {"class": "kbd"})
            element.text = found[4].strip()
            return element
        place = self.source.span(at) if at >= 0 else self.source.line_span(self.source.first_line)
        hint = "It stands in the page as it is written; write three braces around one that is an example."
        if name == "include":
            hint = "An include stands on a line of its own; write three braces around one that is an example."
        problems.append(
            warning("markup-unknown-shortcode", f"the shortcode {quote(name)} is not known", place, hint)
        )
        return None
