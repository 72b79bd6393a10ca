"""Blocks for Typst: the tree of a document as plain values, which a theme's ``.typ`` turns into pages.

In: a tree that the passes prepared, and where its text stands among those of the same PDF. Out: a list of mappings
for JSON, each with its kind as ``k``; ``docs/documents-pdf.md`` lists them. Nothing in them is Typst code but the
source of formulas (``typst_math``). Nothing is numbered here but footnotes, nothing looked up but what the setting
gives, and what is wrong is not told: the web page of the same text tells it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element

from acadsite.markup import tree
from acadsite.markup.annotations import noted_lines
from acadsite.markup.code import highlighted
from acadsite.markup.equations import BY_ROW, environment, split_rows, without_numbers
from acadsite.markup.math import definitions
from acadsite.markup.source import CONTROL
from acadsite.markup.typst_code import code_lines, marked_lines
from acadsite.markup.typst_grid import grid_of
from acadsite.markup.typst_math import typst_math
from acadsite.markup.typst_text import (
    NO_SETTING,
    Picture,
    Setting,
    TextWriter,
    length_of,
    raw_parts,
    step_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acadsite.markup.typst import Nodes

__all__ = ["NO_SETTING", "Block", "Blocks", "Picture", "Setting", "blocks_of"]

Block = dict[str, Any]
Blocks = list[Block]

#: Blocks that are deeper in others stand one below the other: Typst has limits to its depth.
_DEEPEST: Final = 6
#: Elements that only hold others.
_PLAIN: Final = frozenset({tree.DOCUMENT, tree.DIV, tree.BODY, tree.HEAD, tree.TABLE_NOTES, tree.NOTE})
_PAGE_BREAKS: Final = frozenset({"page-break", "pagebreak", "newpage"})
#: Classes whose elements other outputs show.
_ELSEWHERE: Final = frozenset({"no-print", "html-only", "d-print-none"})


def blocks_of(root: Element, setting: Setting = NO_SETTING) -> Blocks:
    """The blocks of a prepared tree. Headings are ``setting.level`` deeper than they were written, and none is two
    levels below the one it hangs on. Footnotes stand where they are called."""
    writer = _Writer(setting, root)
    blocks = writer.blocks(root, 0)
    return blocks + writer.left_over()


@dataclass(slots=True)
class _Writer:
    setting: Setting
    root: Element
    text: TextWriter = field(init=False)
    #: Levels of the headings that the next one may hang on: as written and as shown.
    _above: list[tuple[int, int]] = field(default_factory=list)
    #: Whether headings are sections; those in quotes and the like are not.
    _aside: int = 0

    def __post_init__(self) -> None:
        self.text = TextWriter(self.setting, self.root, self.blocks)

    # --- content ---

    def blocks(self, element: Element, depth: int) -> Blocks:
        """What an element holds: its blocks, and its inlines in paragraphs."""
        return self.sequence(element.text, element, depth)

    def left_over(self) -> Blocks:
        """Footnotes that were called too deep in others."""
        out: Blocks = []
        while note := self.text.next_waiting():
            number, element = note
            label = {"k": "sup", "c": [str(number)]}
            inner = self.blocks(element, 0)
            if inner and inner[0]["k"] == "p":
                inner[0]["c"] = [label, " ", *inner[0]["c"]]
            else:
                inner.insert(0, {"k": "p", "c": [label]})
            out += inner
        return out

    def sequence(self, text: str | None, children: Iterable[Element], depth: int) -> Blocks:
        out: Blocks = []
        run = Element(tree.SPAN)
        run.text = text
        for child in children:
            is_display = child.tag == tree.MATH and child.get(tree.DISPLAY) == "block"
            if child.tag in tree.INLINE and not is_display:
                run.append(child)
                continue
            self.end_run(run, out)
            out += self.block(child, depth)
            run = Element(tree.SPAN)
            run.text = child.tail
        self.end_run(run, out)
        return out

    def end_run(self, run: Element, out: Blocks, attributes: Element | None = None) -> None:
        """A paragraph of inlines; pictures alone are blocks."""
        if not len(run) and not (run.text or "").strip():
            return
        if pictures := self.pictures(run):
            out += pictures
            return
        nodes = trimmed(self.text.content(run))
        if nodes:
            out.append(self.with_id({"k": "p", "c": nodes}, attributes))

    def pictures(self, run: Element) -> Blocks:
        """The pictures that are all of a paragraph, side by side; none where there is more."""
        if not len(run) or (run.text or "").strip() or any((child.tail or "").strip() for child in run):
            return []
        images = [child for child in run if child.tag != tree.BREAK]
        if any(child.tag != tree.IMAGE for child in images):
            return []
        found = [self.picture(child) for child in images]
        if None in found:
            return []
        blocks = [block for block in found if block is not None]
        return blocks if len(blocks) <= 1 else [{"k": "row", "b": blocks}]

    def picture(self, element: Element) -> Block | None:
        picture = self.setting.picture(element.get("src", ""))
        if picture is None:
            return None
        block: Block = {
            "k": "img",
            "file": picture.file,
            "alt": self.text.alternative(element),
            "size": [picture.width, picture.height],
        }
        for name in ("width", "height"):
            if length := length_of(element.get(name, "")):
                block[name] = length
        return self.with_id(block, element)

    def with_id(self, block: Block, element: Element | None) -> Block:
        """``block`` with the label of its element, the line it stands on, and the step from which it is shown."""
        if element is None:
            return block
        if name := element.get("id"):
            block["id"] = self.setting.prefix + name
        if line := element.get(tree.LINE):
            block["line"] = int(line) + self.setting.lines
        if step := step_of(element):
            block["step"] = step
        return block

    def block(self, element: Element, depth: int) -> Blocks:
        """One element. Too deep in others, it is what it holds."""
        write = _HANDLERS.get(element.tag)
        if write is None or (depth > _DEEPEST and element.tag not in _FLAT):
            return self.blocks(element, depth)
        blocks = write(self, element, depth)
        if blocks:
            self.with_id(blocks[0], element)
        return blocks

    # --- text ---

    def heading(self, element: Element, _: int) -> Blocks:
        nodes = trimmed(self.text.content(element))
        notes = self.text.without_notes(nodes)
        block: Block = {"k": "h", "c": nodes}
        if notes:
            block["notes"] = notes
        if number := element.get(tree.NUMBER):
            block["number"] = number
        if self._aside:
            return [{**block, "k": "subhead"}]
        block["level"] = self.level(int(element.get(tree.LEVEL, "1")))
        if "unlisted" in element.get("class", "").split():
            block["unlisted"] = True
        return [block]

    def level(self, written: int) -> int:
        while self._above and self._above[-1][0] >= written:
            self._above.pop()
        above = self._above[-1][1] if self._above else self.setting.level
        shown = max(self.setting.level + 1, min(written + self.setting.shift, above + 1))
        self._above.append((written, shown))
        return shown

    def paragraph(self, element: Element, depth: int) -> Blocks:
        out: Blocks = []
        run = Element(tree.SPAN)
        run.text = element.text
        for child in element:
            if child.tag == tree.MATH and child.get(tree.DISPLAY) == "block":
                self.end_run(run, out, element)
                out += self.block(child, depth)
                run = Element(tree.SPAN)
                run.text = child.tail
            else:
                run.append(child)
        self.end_run(run, out, element)
        return out

    def lines(self, element: Element, _: int) -> Blocks:
        return [{"k": "lines", "c": trimmed(self.text.content(element))}]

    def quote(self, element: Element, depth: int) -> Blocks:
        return [{"k": "quote", "b": self.aside(element, depth)}]

    def aside(self, element: Element, depth: int, but: Element | None = None) -> Blocks:
        """What an element holds that is no part of the outline, without one of its children."""
        self._aside += 1
        children = [child for child in element if child is not but]
        blocks = self.sequence(element.text, children, depth + 1)
        self._aside -= 1
        return blocks

    def rule(self, _: Element, __: int) -> Blocks:
        return [{"k": "hr"}]

    def raw(self, element: Element, _: int) -> Blocks:
        """HTML: what a browser would show of it as text."""
        out: Blocks = []
        for part in raw_parts(element.text or ""):
            self.end_run(part, out)
        return out

    # --- lists ---

    def items(self, element: Element, depth: int) -> Blocks:
        block: Block = {"k": "ul" if element.tag == tree.BULLETS else "ol"}
        start = element.get("start", "")
        if start.lstrip("-").isdecimal() and len(start) < 10:
            block["start"] = int(start)
        if element.get("type") in {"a", "A", "i", "I"}:
            block["mark"] = f"{element.get('type')}."
        # Bare text in an item says that the list is tight.
        if any((item.text or "").strip() or (len(item) and item[0].tag in tree.INLINE) for item in element):
            block["tight"] = True
        block["items"] = [self.item(item, depth) for item in element if item.tag == tree.ITEM]
        return [block] if block["items"] else []

    def item(self, element: Element, depth: int) -> Block:
        item: Block = {"b": self.aside(element, depth)}
        checked = element.get(tree.CHECKED)
        if checked is not None:
            item["done"] = checked == "yes"
        return self.with_id(item, element)

    def definitions(self, element: Element, depth: int) -> Blocks:
        items: Blocks = []
        for child in element:
            if child.tag == tree.TERM:
                if not items or items[-1]["b"]:
                    items.append({"t": [], "b": []})
                items[-1]["t"].append(trimmed(self.text.content(child)))
            elif items:
                items[-1]["b"] += self.aside(child, depth)
        return [{"k": "dl", "items": items}] if items else []

    # --- formulas and code ---

    def formula(self, element: Element, _: int) -> Blocks:
        tex = element.text or ""
        preamble = self.text.preamble
        self.text.preamble += definitions(tex)
        block: Block = {"k": "eq"}
        if rows := [row for row in element if row.tag == tree.EQUATION_ROW]:
            tex, parts = self.rows(tex, rows, preamble)
            if parts:
                block["rows"] = parts
        elif number := _number_of(element):
            block["number"] = number
            tex = without_numbers(tex)
        formula = typst_math(tex, True, preamble)
        if formula.source is None:
            return [{"k": "code", "lines": code_lines(tex.strip(), "")}]
        if not formula.source:
            return []
        block["math"] = {"k": "math", "t": formula.source, "alt": CONTROL.sub("", tex.strip())}
        return [block]

    def rows(self, tex: str, numbered: Sequence[Element], preamble: str) -> tuple[str, Blocks]:
        """The formula less its numbers, and its rows, each by itself for the sake of its height, with its number."""
        pieces = split_rows(tex)
        by_index = {int(row.get(tree.ROW_INDEX, "-1")): row for row in numbered}
        parts: Blocks = []
        for index, piece in enumerate(pieces):
            row = by_index.get(index)
            source = typst_math(without_numbers(piece).replace("&", " "), True, preamble).source
            if source is None:
                return tex, []
            part: Block = {"math": {"k": "math", "t": source, "alt": "row"}}
            if row is not None:
                part["number"] = _number_of(row)
                if name := row.get("id"):
                    part["id"] = self.setting.prefix + name
            parts.append(part)
        return (without_numbers(tex), parts) if environment(tex)[0] in BY_ROW else (tex, [])

    def macros(self, element: Element, _: int) -> Blocks:
        for formula in element.iter(tree.MATH):
            self.text.preamble += definitions(formula.text or "")
        return []

    def code(self, element: Element, depth: int) -> Blocks:
        code, language = element.text or "", element.get(tree.LANGUAGE, "")
        if language == "math":  # as on GitHub
            formula = Element(tree.MATH, {tree.DISPLAY: "block"})
            formula.text = code
            return self.formula(formula, depth)
        if element.get(tree.DRAWN) and (blocks := self.diagram(element, code, language)):
            return blocks
        block: Block = {
            "k": "code",
            "lines": code_lines(code, highlighted(code, language, self.setting.memo).html),
        }
        for at, numbers in noted_lines(element).items():
            if at < len(block["lines"]):
                block["lines"][at].append(["c", f"  ({numbers})"])
        if marked := marked_lines(element.get(tree.MARKED, ""), len(block["lines"])):
            block["marked"] = marked
        first = element.get(tree.LINE_NUMBERS, "")
        if first == "yes" or first.isdecimal():
            block["first"] = 1 if first == "yes" else int(first[:9])
        if name := element.get("filename"):
            block["name"] = name
        return [block]

    def diagram(self, element: Element, text: str, language: str) -> Blocks:
        """A picture whose SVG is in the data; nothing for what cannot be drawn."""
        from acadsite.diagrams import drawn  # most sites have none

        picture = drawn(text, language, self.setting.memo).picture
        if picture is None:
            return []
        said = element.get("alt") or ". ".join(filter(None, (picture.title, picture.description)))
        size = [picture.width, picture.height]
        return [{"k": "img", "svg": picture.svg, "alt": CONTROL.sub("", said), "size": size}]

    def listing(self, element: Element, depth: int) -> Blocks:
        block = self.captioned({"k": "listing"}, element, tree.CAPTION)
        caption = element.find(tree.CAPTION)
        block["b"] = self.sequence("", [child for child in element if child is not caption], depth + 1)
        return [block]

    def captioned(self, block: Block, element: Element, tag: str) -> Block:
        """``block`` with its number, the word before it, and its caption."""
        for name, key in ((tree.NUMBER, "number"), (tree.WORD, "word")):
            if value := element.get(name):
                block[key] = value
        caption = element.find(tag)
        if caption is not None and (nodes := trimmed(self.text.content(caption))):
            block["caption"] = nodes
        return block

    # --- tables and figures ---

    def table(self, element: Element, depth: int) -> Blocks:
        grid = grid_of(element)
        if not grid.columns:
            return []
        block = self.captioned({"k": "table"}, element, tree.CAPTION)
        block |= {"columns": grid.columns, "head": grid.head}
        block["rows"] = [
            {
                "cells": [{**cell.plain(), **self.cell(cell.element, depth)} for cell in row.cells],
                **({"group": True} if row.is_group else {}),
            }
            for row in grid.rows
        ]
        notes = element.find(tree.TABLE_NOTES)
        if notes is not None:
            block["notes"] = self.aside(notes, depth)
        return [block]

    def cell(self, element: Element, depth: int) -> Block:
        if any(child.tag not in tree.INLINE or child.get(tree.DISPLAY) == "block" for child in element):
            return {"b": self.aside(element, depth)}
        return {"c": trimmed(self.text.content(element))}

    def figure(self, element: Element, depth: int) -> Blocks:
        block = self.captioned({"k": "figure"}, element, tree.FIGURE_CAPTION)
        caption = element.find(tree.FIGURE_CAPTION)
        inner = [child for child in element if child is not caption]
        if columns := element.get(tree.COLUMNS, ""):
            block["columns"] = max(1, min(6, int(columns))) if columns.isdecimal() else 1
        content = self.sequence(element.text, inner, depth + 1)
        block["b"] = content
        described = _plain_text(block.get("caption", []))
        for picture in _pictures_in(content):
            picture["alt"] = picture["alt"] or described
        return [block]

    # --- parts of scholarly texts ---

    def theorem(self, element: Element, depth: int) -> Blocks:
        kind = element.get(tree.KIND, "")
        block: Block = {"k": "thm", "kind": kind}
        block["word"] = element.get(tree.WORD) or dict(self.setting.words).get(kind, kind.capitalize())
        if number := element.get(tree.NUMBER):
            block["number"] = number
        title = element.find(tree.TITLE)
        if title is not None and (nodes := trimmed(self.text.content(title))):
            block["title"] = nodes
        block["b"] = self.aside(element, depth, title)
        return [block]

    def algorithm(self, element: Element, depth: int) -> Blocks:
        block = self.captioned({"k": "alg"}, element, tree.CAPTION)
        caption = element.find(tree.CAPTION)
        block["b"] = self.sequence("", [child for child in element if child is not caption], depth + 1)
        return [block]

    def steps(self, element: Element, _: int) -> Blocks:
        steps: Blocks = []
        number = 0
        for child in element:
            step: Block = {"c": trimmed(self.text.content(child))}
            indent = child.get(tree.INDENT, "")
            if indent.isdecimal() and indent != "0":
                step["indent"] = min(int(indent), 12)
            if child.get("unnumbered") != "yes":
                number += 1
                step["n"] = number
            steps.append(self.with_id(step, child))
        return [{"k": "steps", "items": steps}] if steps else []

    def callout(self, element: Element, depth: int) -> Blocks:
        kind = element.get(tree.KIND, "note")
        title = element.find(tree.TITLE)
        block: Block = {"k": "callout", "kind": kind}
        if title is None:
            block["title"] = [dict(self.setting.callouts).get(kind, kind.capitalize())]
        elif nodes := trimmed(self.text.content(title)):
            block["title"] = nodes
        block["b"] = self.aside(element, depth, title)
        return [block]

    def tabs(self, element: Element, depth: int) -> Blocks:
        parts: Blocks = []
        for tab in element:
            title = tab.find(tree.TITLE)
            nodes = trimmed(self.text.content(title)) if title is not None else []
            parts.append({"title": nodes, "b": self.aside(tab, depth, title)})
        return [{"k": "tabs", "parts": parts}] if parts else []

    def bibliography(self, element: Element, _: int) -> Blocks:
        items: Blocks = []
        for entry in element.iter(tree.ENTRY):
            item: Block = {"c": trimmed(self.text.content(entry))}
            if label := entry.get(tree.LABEL_TEXT):
                item["label"] = label
            items.append(self.with_id(item, entry))
        return [{"k": "bib", "items": items}] if items else []

    def div(self, element: Element, depth: int) -> Blocks:
        classes = set(element.get("class", "").split())
        if classes & _ELSEWHERE or _is_for_others(element, classes):
            return []
        if classes & _PAGE_BREAKS:
            return [{"k": "break"}, *self.blocks(element, depth)]
        if "gallery" in classes:
            return _gallery(self.blocks(element, depth + 1))
        if "columns" in classes:
            parts = [child for child in element if "column" in child.get("class", "").split()]
            if parts and len(parts) == len(element):
                columns = [
                    {"b": self.aside(part, depth), **_width(part), **self.with_id({}, part)} for part in parts
                ]
                return [{"k": "columns", "parts": columns}]
        if element.get("id") or step_of(element):
            return [{"k": "div", "b": self.blocks(element, depth + 1)}]
        return self.blocks(element, depth)

    def nothing(self, _: Element, __: int) -> Blocks:
        return []


def trimmed(nodes: Nodes) -> Nodes:
    """Nodes without blanks at their ends."""
    if nodes and isinstance(nodes[0], str):
        nodes[0] = nodes[0].lstrip()
    if nodes and isinstance(nodes[-1], str):
        nodes[-1] = nodes[-1].rstrip()
    return [node for node in nodes if node != ""]


def _number_of(element: Element) -> str:
    """What stands beside a formula."""
    if tag := element.get(tree.TAG):
        return tag
    number = element.get(tree.NUMBER)
    return f"({number})" if number else ""


def _plain_text(nodes: Nodes) -> str:
    out = ""
    for node in nodes:
        if isinstance(node, str):
            out += node
        elif node["k"] == "math":
            out += node["alt"]
        elif node["k"] != "note":
            out += _plain_text(node["c"]) if "c" in node else node.get("t", "")
    return out


def _pictures_in(blocks: Blocks) -> Iterable[Block]:
    for block in blocks:
        if block["k"] == "img":
            yield block
        elif block["k"] in {"row", "div"}:
            yield from _pictures_in(block["b"])


def _gallery(blocks: Blocks) -> Blocks:
    """The figures of a gallery, three in a row, at their place in the text; other blocks between the rows."""
    out: Blocks = []
    free = 0
    for block in blocks:
        if block["k"] != "figure":
            out.append(block)
            free = 0
            continue
        if not free:
            free = _IN_ROW
            out.append({"k": "columns", "parts": [{"b": []} for _ in range(_IN_ROW)]})
        caption = [{"k": "p", "c": block["caption"]}] if block.get("caption") else []
        out[-1]["parts"][_IN_ROW - free]["b"] = [*block["b"], *caption]
        free -= 1
    return out


_IN_ROW: Final = 3
_PERCENT: Final = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,3})?)%\s*")


def _width(element: Element) -> Block:
    found = _PERCENT.fullmatch(element.get("width", ""))
    return {"width": float(found[1])} if found and float(found[1]) > 0 else {}


def _is_for_others(element: Element, classes: set[str]) -> bool:
    """Whether Quarto's conditions keep a part for another output."""
    formats = {element.get("when-format", ""), element.get("data-when-format", "")} - {""}
    is_pdf = bool(formats & {"pdf", "typst", "latex", "beamer"})
    return bool(formats) and (
        ("content-visible" in classes and not is_pdf) or ("content-hidden" in classes and is_pdf)
    )


#: What may stand at any depth, since it holds no blocks or only those of one level.
_FLAT: Final = frozenset(
    {tree.PARAGRAPH, tree.HEADING, tree.CODE_BLOCK, tree.RULE, tree.MATH, tree.RAW_BLOCK}
)

_HANDLERS: Final[dict[str, Callable[[_Writer, Element, int], Blocks]]] = {
    tree.HEADING: _Writer.heading,
    tree.PARAGRAPH: _Writer.paragraph,
    tree.LINE_BLOCK: _Writer.lines,
    tree.QUOTE: _Writer.quote,
    tree.BULLETS: _Writer.items,
    tree.NUMBERS: _Writer.items,
    tree.DEFINITIONS: _Writer.definitions,
    tree.CODE_BLOCK: _Writer.code,
    tree.LISTING: _Writer.listing,
    tree.RULE: _Writer.rule,
    tree.TABLE: _Writer.table,
    tree.FIGURE: _Writer.figure,
    tree.MATH: _Writer.formula,
    tree.MACROS: _Writer.macros,
    tree.RAW_BLOCK: _Writer.raw,
    tree.THEOREM: _Writer.theorem,
    tree.ALGORITHM: _Writer.algorithm,
    tree.STEPS: _Writer.steps,
    tree.CALLOUT: _Writer.callout,
    tree.TABS: _Writer.tabs,
    tree.BIBLIOGRAPHY: _Writer.bibliography,
    tree.DIV: _Writer.div,
    tree.NOTES: _Writer.nothing,
    tree.SPEAKER_NOTES: _Writer.nothing,
}
