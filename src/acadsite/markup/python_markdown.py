"""The reader of Python-Markdown's dialect, for content from MkDocs, Pelican and Nikola.

In: a ``Source``. Out: the same tree as the CommonMark reader's, as far as Python-Markdown can tell; it keeps no
positions, so lines are found again by looking for each block's first words further down in the source, and inline
elements have none. It is run with a time limit: some inputs of 20 KB would take it a minute.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import pymdown, scholarly, tree
from acadsite.markup.attributes import put
from acadsite.markup.deadline import OutOfTime, within
from acadsite.markup.source import CONTROL
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, error, warning

if TYPE_CHECKING:
    from acadsite.markup.source import Source

#: Seconds for one document. An ordinary page takes three thousandths of a second.
LIMIT: Final = 4.0

_HEADING: Final = re.compile(r"h([1-6])")
_SAME: Final = frozenset(
    {
        tree.PARAGRAPH,
        tree.QUOTE,
        tree.BULLETS,
        tree.NUMBERS,
        tree.ITEM,
        tree.DEFINITIONS,
        tree.TERM,
        tree.DEFINITION,
    }
    | {
        tree.RULE,
        tree.TABLE,
        tree.HEAD,
        tree.BODY,
        tree.ROW,
        tree.HEAD_CELL,
        tree.CELL,
        tree.DIV,
        tree.EMPHASIS,
    }
    | {
        tree.STRONG,
        tree.DELETED,
        tree.SUBSCRIPT,
        tree.SUPERSCRIPT,
        tree.CODE,
        tree.SPAN,
        tree.LINK,
        tree.IMAGE,
    }
    | {tree.BREAK, tree.MATH, tree.CITATIONS, tree.CITE, tree.CROSS_REFERENCE, tree.PREFIX, tree.SUFFIX}
    | {tree.NOTE_REFERENCE, tree.INLINE_NOTE, tree.WIKI_LINK, tree.CODE_BLOCK, tree.RAW, tree.RAW_BLOCK}
)
_BLOCKS: Final = frozenset(
    {
        tree.PARAGRAPH,
        tree.QUOTE,
        tree.BULLETS,
        tree.NUMBERS,
        tree.ITEM,
        tree.DEFINITIONS,
        tree.TERM,
        tree.DEFINITION,
    }
    | {tree.RULE, tree.TABLE, tree.ROW, tree.DIV, tree.CODE_BLOCK, tree.RAW_BLOCK, tree.HEADING, tree.CALLOUT}
)
_ALIGN: Final = re.compile(r"text-align:\s*(left|center|right);?")
_WORDS: Final = re.compile(r"\w[\w'’-]*")


def read(source: Source) -> tuple[Element, list[Problem]]:
    """The tree of ``source``, with what is wrong in it. When the time is over the text is shown as it is."""
    text = source.data.decode()
    try:
        root, called = within(LIMIT, pymdown.parsed, text)
    except OutOfTime:
        return _given_up(text, source, f"takes more than {LIMIT:g} seconds to read")
    except RecursionError:
        return _given_up(text, source, "nests too deep to be read")
    convert = _Converter(source)
    out = convert.run(root, called)
    return out, convert.problems


def _given_up(text: str, source: Source, why: str) -> tuple[Element, list[Problem]]:
    root = Element(tree.DOCUMENT)
    SubElement(root, tree.CODE_BLOCK, {tree.LINE: str(source.first_line)}).text = text[:10_000]
    return root, [
        error(
            "markup-too-slow",
            f"this text {why} as Python-Markdown; its begin is shown as it was written",
            Span(source.path, source.first_line),
            "Take “dialect: commonmark” for this file, or look for long runs of brackets.",
        )
    ]


class _Converter:
    """Python-Markdown's elements to ours."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.lines = source.data.decode().split("\n")
        self.line = 0  # index of the line found last
        self.deep = False

    def run(self, root: Element, called: list[tuple[str, Element]]) -> Element:
        out = Element(tree.DOCUMENT)
        self.content(root, out, 1)
        if called:
            notes = SubElement(out, tree.NOTES)
            for key, element in called:
                self.line = 0
                note = SubElement(notes, tree.NOTE, {tree.KEY: key, tree.LINE: str(self.find(f"[^{key}]:"))})
                self.content(element, note, 2)
        scholarly.nest_spans(out)
        scholarly.captions(out)
        return out

    def find(self, words: str) -> int:
        """The line of the file on which ``words`` stand next; the one found last when they do not."""
        if words:
            # Not further than this: a search that fails must not cost the whole file each time.
            for index in range(self.line, min(len(self.lines), self.line + 400)):
                if words in self.lines[index]:
                    self.line = index
                    break
        return self.line + self.source.first_line

    def line_of(self, element: Element) -> str:
        match = _WORDS.search(text_of(element, longest=200))
        return str(self.find(match[0] if match else ""))

    def content(self, source: Element, target: Element, depth: int) -> None:
        scholarly.add_text(target, self.text(source.text))
        for child in source:
            self.element(child, target, depth)
            scholarly.add_text(target, self.text(child.tail))
        # Blocks carry line breaks between them; they say nothing.
        if any(child.tag in _BLOCKS for child in target):
            if target.text and not target.text.strip():
                target.text = None
            for child in target:
                if child.tail and not child.tail.strip():
                    child.tail = None

    @staticmethod
    def text(text: Any) -> str:
        return CONTROL.sub("", text) if text else ""

    def element(self, source: Element, target: Element, depth: int) -> None:
        tag = source.tag
        if depth >= tree.DEEPEST:
            if not self.deep:
                self.deep = True
                self.problems.append(
                    warning(
                        "markup-too-deep",
                        f"nested more than {tree.DEEPEST} levels deep; what is deeper is shown flat",
                        self.source.line_span(self.line + self.source.first_line),
                    )
                )
            scholarly.add_text(target, " " + self.text(text_of(source)))
            return
        if not isinstance(tag, str):
            return
        heading = _HEADING.fullmatch(tag)
        out = SubElement(target, tree.HEADING if heading else tag if tag in _SAME else tree.SPAN)
        attributes = {name: self.text(value) for name, value in source.attrib.items()}
        if heading:
            out.set(tree.LEVEL, heading[1])
        if out.tag in _BLOCKS:
            out.set(tree.LINE, attributes.pop(tree.LINE, None) or self.line_of(source))
        if tag in {tree.CELL, tree.HEAD_CELL}:
            align = _ALIGN.fullmatch(attributes.pop("style", "").strip())
            if align:
                out.set(tree.ALIGN, align[1])
        own = pymdown.own_attributes(source)
        for name in own & attributes.keys():
            out.set(name, attributes.pop(name))
        put(out, attributes)
        if tag in {tree.RAW, tree.RAW_BLOCK, tree.CODE_BLOCK, tree.CODE, tree.MATH}:
            out.text = self.text(source.text)
            return
        self.content(source, out, depth + 1)
        classes = out.get("class", "").split()
        if tag == tree.DIV and "admonition" in classes:
            self.admonition(out, [name for name in classes if name != "admonition"])
        elif tag == tree.QUOTE:
            scholarly.alert(out)
        elif tag == tree.PARAGRAPH:
            self.image_alone(out)

    @staticmethod
    def image_alone(paragraph: Element) -> None:
        if len(paragraph) == 1 and paragraph[0].tag == tree.IMAGE and scholarly.wants_caption(paragraph[0]):
            paragraph[0].text = paragraph[0].get("alt")
            scholarly.figure(paragraph)
            scholarly.drop_content(paragraph[0])

    @staticmethod
    def admonition(element: Element, classes: list[str]) -> None:
        element.tag = tree.CALLOUT
        element.set(tree.KIND, classes[0] if classes else "note")
        element.attrib.pop("class", None)
        if len(classes) > 1:
            element.set("class", " ".join(classes[1:]))
        if len(element) and "admonition-title" in element[0].get("class", "").split():
            element[0].tag = tree.TITLE
            element[0].attrib.pop("class")
        else:
            element.insert(0, Element(tree.TITLE))
