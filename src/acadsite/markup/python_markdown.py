"""The reader of Python-Markdown's dialect, for content from MkDocs, Pelican and Nikola.

In: a ``Source``. Out: the same tree as the CommonMark reader's, as far as Python-Markdown can tell; it keeps no
positions, so lines are found again by looking for each block's first words further down in the source, and inline
elements have none. It is run with a time limit: some inputs of 20 KB would take it a minute.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import divs, grid, listings, pymdown, scholarly, tables, tree
from acadsite.markup.attributes import BRACES, parsed, put
from acadsite.markup.deadline import OutOfTime, within
from acadsite.markup.rewrite import ENVIRONMENTS, shown
from acadsite.markup.source import Source
from acadsite.markup.text import text_of
from acadsite.problems import Problem, Span, error, warning

#: Seconds for one document. An ordinary page takes three thousandths of a second.
LIMIT: Final = 2.5

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
    | {tree.TAB, tree.TABS, tree.FIGURE, tree.LISTING, tree.ALGORITHM, pymdown.FENCE}
)
#: Attributes that Python-Markdown or our patterns set themselves.
_OWN: Final = {
    tree.LINK: frozenset({"href", "title"}),
    tree.IMAGE: frozenset({"src", "alt", "title"}),
    tree.NUMBERS: frozenset({"start"}),
    tree.MATH: frozenset({tree.DISPLAY}),
    tree.CITATIONS: frozenset({tree.FORM}),
    tree.CITE: frozenset({tree.KEY, tree.SUPPRESS}),
    tree.CROSS_REFERENCE: frozenset({tree.KEY, tree.SUPPRESS, tree.FORM}),
    tree.NOTE_REFERENCE: frozenset({tree.KEY}),
    tree.WIKI_LINK: frozenset({tree.KEY}),
    tree.CODE_BLOCK: frozenset({tree.LANGUAGE}),
}
_VERBATIM: Final = frozenset({tree.CITATIONS, tree.CITE, tree.CROSS_REFERENCE, tree.PREFIX, tree.SUFFIX})
_LABEL: Final = re.compile(rf" ?({BRACES.pattern})")
_TASK: Final = re.compile(r"\[([ xX])\][ \t]+")
_ALIGN: Final = re.compile(r"text-align:\s*(left|center|right);?")
_OPEN: Final = re.compile(r"\$\$|\\begin\{(?:" + "|".join(ENVIRONMENTS) + r")\*?\}")
_DEFINED: Final = re.compile(r"^ {0,3}\[[^\]^\n]+\]:[^\n]*", re.MULTILINE)
_WORDS: Final = re.compile(r"\w[\w'’-]*")


def read(source: Source, *, figures: bool = False) -> tuple[Element, list[Problem]]:
    """The tree of ``source``, with what is wrong in it. When the time is over the text is shown as it is."""
    text = source.data.decode()
    try:
        root, called = within(LIMIT, pymdown.parsed_document, text)
    except OutOfTime:
        return _given_up(text, source, f"takes more than {LIMIT:g} seconds to read")
    except RecursionError:
        return _given_up(text, source, "nests too deep to be read")
    except Exception as fault:  # noqa: BLE001 - a fault of the package's or its extensions' own: it is told
        return _given_up(text, source, f"cannot be read ({type(fault).__name__}: {fault})")
    convert = _Converter(source, figures)
    out = convert.run(root, called)
    return out, convert.problems


def _given_up(text: str, source: Source, why: str) -> tuple[Element, list[Problem]]:
    root = Element(tree.DOCUMENT)
    SubElement(root, tree.CODE_BLOCK, {tree.LINE: str(source.first_line)}).text = text[:10_000]
    return root, [
        error(
            "markup-too-slow" if "seconds" in why else "markup-unreadable",
            f"this text {why} as Python-Markdown; its begin is shown as it was written",
            Span(source.path, source.first_line),
            "Take “dialect: commonmark” for this file, or look for long runs of brackets.",
        )
    ]


class _Converter:
    """Python-Markdown's elements to ours."""

    def __init__(self, source: Source, figures: bool) -> None:
        self.source = source
        self.figures = figures
        self.problems: list[Problem] = []
        self.lines = source.data.decode().split("\n")
        self.line = 0  # index of the line found last
        self.deep = False
        self.in_link = 0

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
        self.add(target, source.text or "")
        for child in source:
            self.element(child, target, depth)
            tail = child.tail or ""
            group = _LABEL.match(tail) if child.tag == tree.MATH and len(target) else None
            attributes = parsed(group[1]) if group else None
            if group and attributes:
                put(target[-1], attributes)
                tail = tail[group.end() :]
            self.add(target, tail)
        if any(child.tag in {pymdown.FENCE, tree.TAB} for child in target):
            self.nest(target)
        # Blocks carry line breaks between them; they say nothing.
        if any(child.tag in _BLOCKS for child in target):
            if target.text and not target.text.strip():
                target.text = None
            behind = [*target[1:], None]
            for child, following in zip(target, behind, strict=True):
                if child.tail and not child.tail.strip():
                    is_between = following is not None and following.tag not in _BLOCKS
                    if child.tag in _BLOCKS or not is_between:
                        child.tail = None

    def add(self, target: Element, text: str) -> None:
        """Append text, with the citations, addresses and scripts in it."""
        if text and target.tag not in _VERBATIM and scholarly.SPECIAL.search(text):
            scholarly.add_special(target, text, in_link=self.in_link > 0)
        else:
            scholarly.add_text(target, shown(text))

    @staticmethod
    def text(text: Any) -> str:
        return shown(text) if text else ""

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
        if tag == pymdown.FENCE:
            fence = SubElement(target, tag, {tree.LINE: str(self.find(source.get("written", "")))})
            put(fence, {name[2:]: value for name, value in source.items() if name.startswith("x-")})
            return
        if tag == pymdown.GRID:
            self.grid(source, target)
            return
        heading = _HEADING.fullmatch(tag)
        attributes = {name: self.text(value) for name, value in source.items()}
        if not heading and tag not in _SAME:
            self.foreign(source, target, attributes, depth)
            return
        out = SubElement(target, tree.HEADING if heading else tag)
        if heading:
            out.set(tree.LEVEL, heading[1])
        if out.tag in _BLOCKS:
            out.set(tree.LINE, self.line_of(source))
        if tag in {tree.CELL, tree.HEAD_CELL}:
            align = _ALIGN.fullmatch(attributes.get("style", "").strip())
            if align:
                out.set(tree.ALIGN, align[1])
                del attributes["style"]
        info = attributes.pop(pymdown.INFO, "") if tag == tree.CODE_BLOCK else ""
        for name in _OWN.get(tag, frozenset()) & attributes.keys():
            out.set(name, attributes.pop(name))
        put(out, attributes)
        if tag in {tree.RAW, tree.RAW_BLOCK, tree.CODE_BLOCK, tree.CODE, tree.MATH}:
            out.text = self.text(source.text)
            if info:
                self.code(target, out, info)
            return
        self.in_link += tag == tree.LINK
        self.content(source, out, depth + 1)
        self.in_link -= tag == tree.LINK
        if tag == tree.ITEM:
            self.task(out)
        classes = out.get("class", "").split()
        if tag == tree.DIV and "admonition" in classes:
            self.admonition(out, [name for name in classes if name != "admonition"])
        elif tag == tree.QUOTE:
            scholarly.alert(out)
        elif tag == tree.TABLE:
            self.tell_ragged(out)
        elif tag == tree.DEFINITIONS and out.find(tree.TERM) is None:
            # `: caption` below a table: a definition of nothing.
            for child in list(out):
                if child.text:
                    child.text = f": {child.text}"
                child.tag = tree.PARAGRAPH if not any(c.tag in _BLOCKS for c in child) else tree.DIV
                target.append(child)
            target.remove(out)
        elif tag == tree.PARAGRAPH:
            self.image_alone(out)
            if scholarly.is_macros(out):
                out.tag = tree.MACROS
            elif found := _OPEN.match(out.text or ""):
                place = self.source.line_span(int(out.get(tree.LINE, "1")))
                message = f"this formula ({found[0]}) is never closed in its paragraph"
                self.problems.append(warning("markup-unclosed-math", message, place))

    def foreign(self, source: Element, target: Element, attributes: dict[str, str], depth: int) -> None:
        """An element of HTML with Markdown inside (``<details markdown="1">``): its tags are raw HTML."""
        kind = tree.RAW_BLOCK if any(child.tag in _BLOCKS for child in source) else tree.RAW
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
        SubElement(target, kind, {tree.LINE: self.line_of(source)}).text = f"<{source.tag}{written}>"
        self.content(source, target, depth + 1)
        SubElement(
            target, kind, {tree.LINE: str(self.line + self.source.first_line)}
        ).text = f"</{source.tag}>"

    @staticmethod
    def task(item: Element) -> None:
        """``[ ]`` and ``[x]`` at the start of an item."""
        holder = item[0] if not item.text and len(item) and item[0].tag == tree.PARAGRAPH else item
        match = _TASK.match(holder.text or "")
        if match:
            holder.text = (holder.text or "")[match.end() :]
            item.set(tree.CHECKED, "no" if match[1] == " " else "yes")

    def tell_ragged(self, table: Element) -> None:
        """Rows with more cells than the table has columns, which Python-Markdown drops."""
        for row in table.iter(tree.ROW):
            line = int(row.get(tree.LINE, "1"))
            written = self.lines[line - self.source.first_line]
            cells = scholarly.cells_in(written.encode()) if "|" in written and "$" not in written else 0
            if cells > len(row):
                self.problems.append(scholarly.ragged(cells, len(row), self.source.line_span(line)))

    def code(self, target: Element, block: Element, info: str) -> None:
        """A block of code whose fence says more than its language."""
        out = listings.finished(block, info)
        if out is None:
            target.remove(block)
        elif out is not block:
            target[-1] = out

    def grid(self, source: Element, target: Element) -> None:
        """A grid table: each cell is read as a text of its own."""
        drawing = (source.text or "").split("\n")
        drawn = grid.parsed(drawing)
        if drawn is None:
            return
        first = self.find(drawing[0])
        table = SubElement(target, tree.TABLE, {tree.LINE: str(first)})

        def cell(found: grid.Cell, element: Element) -> None:
            text, _ = grid.dedented(found.text)
            element.set(tree.LINE, str(first + found.line))
            if not text.strip():
                return
            if "[" in text:
                text += "\n\n" + "\n".join(_DEFINED.findall("\n".join(self.lines)))
            inner, problems = read(Source.of(text, self.source.path, first + found.line))
            self.problems += problems
            if len(inner) == 1 and inner[0].tag == tree.PARAGRAPH:
                scholarly.move_content(inner[0], element)
            else:
                element.extend(list(inner))

        tables.fill_grid(table, drawn, cell)

    def nest(self, target: Element) -> None:
        """Put what stands between fences into divs, and tabs that follow each other together."""
        children = list(target)
        holders = [target]
        target[:] = []
        for child in children:
            if child.tag != pymdown.FENCE:
                if child.tag == tree.TAB:
                    child.tail = None
                    scholarly.add_tab(holders[-1], child)
                else:
                    holders[-1].append(child)
                continue
            line = int(child.get(tree.LINE, "1"))
            if len(child.attrib) > 1:
                child.tag, child.tail = tree.DIV, None
                holders[-1].append(child)
                holders.append(child)
            elif len(holders) > 1:
                divs.finish_div(holders.pop())
            else:
                self.problems.append(
                    warning("markup-stray-fence", "this ::: closes nothing", self.source.line_span(line))
                )
        while len(holders) > 1:
            div = holders.pop()
            divs.finish_div(div)
            place = self.source.line_span(int(div.get(tree.LINE, "1")))
            self.problems.append(warning("markup-unclosed-div", "this ::: block is never closed", place))

    def image_alone(self, paragraph: Element) -> None:
        if len(paragraph) != 1 or paragraph[0].tag != tree.IMAGE:
            return
        image = paragraph[0]
        if scholarly.wants_caption(image) or (self.figures and image.get("alt")):
            image.text = image.get("alt")
            scholarly.figure(paragraph, every=self.figures)
            scholarly.drop_content(image)
            for caption in paragraph.findall(tree.FIGURE_CAPTION):
                caption.set(tree.WRITTEN, "yes")

    @staticmethod
    def admonition(element: Element, classes: list[str]) -> None:
        element.tag = tree.CALLOUT
        element.attrib.pop("class", None)
        if classes[:1] == [pymdown.TAB_CLASS]:
            element.tag = tree.TAB
            if len(element):
                element[0].tag = tree.TITLE
                element[0].attrib.pop("class", None)
            return
        for fold in ("fold-open", "fold-closed"):
            if fold in classes:
                classes.remove(fold)
                element.set("collapse", "true" if fold == "fold-closed" else "false")
        element.set(tree.KIND, classes[0] if classes else "note")
        if len(classes) > 1:
            element.set("class", " ".join(classes[1:]))
        if len(element) and "admonition-title" in element[0].get("class", "").split():
            element[0].tag = tree.TITLE
            element[0].attrib.pop("class")
        else:
            element.insert(0, Element(tree.TITLE))
