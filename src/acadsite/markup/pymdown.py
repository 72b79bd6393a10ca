r"""Python-Markdown set up for the scholarly syntax, stopped before it writes HTML.

In: text. Out: its element tree with our own elements for formulas, citations, notes, code blocks and raw HTML; all
of Python-Markdown's placeholders are resolved. Nothing is known here of files, lines or problems. The functions
are importable by name and their results picklable, so that they can be called in a process of their own.
"""

from __future__ import annotations

import html
import re
import threading
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import (
    ESCAPE_RE,
    EscapeInlineProcessor,
    InlineProcessor,
    SimpleTagInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from acadsite.markup import grid, scholarly, tree
from acadsite.markup.attributes import code_info, parsed, put
from acadsite.markup.rewrite import ENVIRONMENTS, PLAIN, div_attributes

_EXTENSIONS: Final = ("abbr", "admonition", "attr_list", "def_list", "md_in_html", "sane_lists", "tables")

#: What Python-Markdown puts for a piece it has stashed, and for an ampersand it means.
_STASHED: Final = re.compile("\x02wzxhzdk:([0-9]+)\x03")
#: (Its reader of ``*`` sometimes takes the first character away.)
_INLINE: Final = re.compile("\x02?klzzwxh:([0-9]+)\x03")
_ESCAPED: Final = re.compile("\x02([0-9]{2,3})\x03")
_MARKS: Final = re.compile("[\x02\x03]")
#: Inlines in inlines in an attribute that are looked into.
_NESTED: Final = 10
_AMPERSAND: Final = "\x02amp\x03"
_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

_FENCE: Final = re.compile(r"([ ]*)(`{3,}|~{3,})[ ]*([^`\n]*)$")
_FORMULA: Final = re.compile(
    r"(?P<code>(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`))"
    r"|\\\\|\\\$"
    r"|\$\$(?P<display>(?:[^$\\]++|\\.|\\\n|(?!))++)\$\$"
    r"|\$(?P<dollar>(?![\s$])(?:[^$\\\n]++|\\.|\n(?![ \t]*\n)|(?!))++)(?<![\s\\])\$(?![0-9])"
    r"|\\\((?P<round>(?:[^\\\n]++|\\[^)]|\n(?![ \t]*\n)|(?!))++)\\\)"
    r"|\\\[(?P<square>(?:[^\\\n]++|\\[^\]]|\n(?![ \t]*\n)|(?!))++)\\\]"
    r"|(?m:^)[ ]{0,3}(?P<macros>\\(?:(?:re|provide)?newcommand|DeclareMathOperator|def(?=\\))"
    r"(?:[^{}\n]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})+)(?=\n|\Z)"
    r"|(?P<environment>\\begin\{(?P<name>(?:" + "|".join(ENVIRONMENTS) + r")\*?)\}[\s\S]*?\\end\{(?P=name)\})"
)


#: Elements and attributes of ours that ``python_markdown`` makes something of.
FENCE: Final = "fence"
GRID: Final = "grid"
INFO: Final = "info"
TAB_CLASS: Final = "tab-of-several"
_LIFTED: Final = frozenset({tree.CODE_BLOCK, tree.RAW_BLOCK, FENCE, GRID})
_CODE_INDENT: Final = "    "
_HOLDER: Final = re.compile(r" {0,3}(?:[-*+][ ]|[0-9]{1,9}[.)][ ]|!!!|\?\?\?|===|:[ ]|\[\^)")
_FOLD: Final = re.compile(r'([ ]*)\?\?\?(\+?)[ ]+([\w-]+(?:[ ]+[\w-]+)*)([ ]+"[^"]*")?[ ]*')
_TAB: Final = re.compile(r'([ ]*)===[!+]?[ ]+("[^"]*")[ ]*')


class _Piece(NamedTuple):
    """What we stash: an element, and how it was written (for code that it turns out to stand in)."""

    element: Element
    written: str


def _stash(md: Any, element: Element, written: str) -> str:
    # Python-Markdown stashes strings and elements, and moves the elements itself; a third kind it leaves alone.
    placeholder: str = md.htmlStash.store(_Piece(element, written))
    return placeholder


class _Fences(Preprocessor):
    """Code between fences, at any indentation; stashed as an element."""

    def run(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        index = 0
        closings: dict[str, list[int]] = {"`": [], "~": []}
        for number in range(len(lines) - 1, -1, -1):
            mark = lines[number].strip()
            if len(mark) >= 3 and mark[0] in closings and mark == mark[0] * len(mark):
                closings[mark[0]].append(number)
        while index < len(lines):
            opening = _FENCE.match(lines[index])
            end = self._closing(lines, index, opening, closings) if opening else None
            if opening is None or end is None:
                out.append(lines[index])
                index += 1
                continue
            indent = len(opening[1])
            code = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines[index + 1 : end]]
            language, attributes = code_info(opening[3])
            element = Element(tree.CODE_BLOCK)
            put(element, attributes)
            if opening[3].strip():
                element.set(INFO, opening[3].strip())
            if language:
                element.set(tree.LANGUAGE, language)
            element.text = "\n".join(code) + "\n" if code else ""
            written = "\n".join(lines[index : end + 1])
            out += ["", opening[1] + _stash(self.md, element, written), ""]
            index = end + 1
        return out

    @staticmethod
    def _closing(
        lines: list[str], start: int, opening: re.Match[str], closings: dict[str, list[int]]
    ) -> int | None:
        candidates = closings[opening[2][0]]  # ascending from the end of the list
        while candidates and candidates[-1] <= start:
            candidates.pop()
        return next(
            (
                number
                for number in reversed(candidates[-50:])
                if len(lines[number].strip()) >= len(opening[2])
            ),
            None,
        )


class _Formulas(Preprocessor):
    """Formulas, stashed before anything in them is taken for HTML or emphasis."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "$" not in text and "\\" not in text:
            return lines
        return _FORMULA.sub(self._stash, text).split("\n")

    def _stash(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind is None or found["code"] is not None:
            return found[0]
        kind = next(
            name
            for name in ("display", "dollar", "round", "square", "macros", "environment")
            if found[name] is not None
        )
        if not found[kind].strip():
            return found[0]
        display = {"dollar": "inline", "round": "inline", "macros": "none"}.get(kind, "block")
        element = Element(tree.MATH, {tree.DISPLAY: display})
        element.text = found[kind]
        return _stash(self.md, element, found[0])


class _Blocks(Preprocessor):
    """Fenced divs and grid tables, stashed as elements; tabs and folding admonitions, as admonitions."""

    def run(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        index = 0
        is_held = False  # whether what is indented belongs to a list item or the like; else it is code
        while index < len(lines):
            line = lines[index]
            mark = line.lstrip()[:3]
            if mark and not line.startswith(_CODE_INDENT):
                is_held = _HOLDER.match(line) is not None
            elif mark and not is_held:
                mark = ""
            if mark == ":::" and self.div(line, out):
                pass
            elif mark[:1] == "+" and (count := self.grid(lines, index, out)):
                index += count
                continue
            elif mark[:2] == ": " and self.is_behind_block(out):
                out.append("Table: " + line.lstrip()[2:])  # no definition: what is before it is no term
            elif mark == "???" and (found := _FOLD.fullmatch(line)):
                fold = "fold-open" if found[2] else "fold-closed"
                out.append(f"{found[1]}!!! {found[3]} {fold}{found[4] or ''}")
            elif mark == "===" and (found := _TAB.fullmatch(line)):
                out += ("", f"{found[1]}!!! {TAB_CLASS} {found[2]}")
            else:
                out.append(line)
            index += 1
        return out

    @staticmethod
    def is_behind_block(out: list[str]) -> bool:
        """Whether what was written last is one of our blocks."""
        before = next((line for line in reversed(out) if line.strip()), "")
        return _STASHED.fullmatch(before.strip()) is not None

    def div(self, line: str, out: list[str]) -> bool:
        content = line.lstrip()
        attributes = div_attributes(content.lstrip(":"))
        if attributes is None:
            return False
        element = Element(FENCE, {"written": content})
        for name, value in attributes.items():
            element.set(f"x-{name}", value)
        out += ("", line[: len(line) - len(content)] + _stash(self.md, element, line), "")
        return True

    def grid(self, lines: list[str], start: int, out: list[str]) -> int:
        """How many lines the grid table takes that begins here; 0 for none."""
        indent = len(lines[start]) - len(lines[start].lstrip())
        stop = start
        while (
            stop < len(lines)
            and lines[stop][indent : indent + 1] in {"|", "+"}
            and not lines[stop][:indent].strip()
        ):
            stop += 1
        while stop - start > 2 and not lines[stop - 1][indent:].startswith(("+-", "+=", "+:")):
            stop -= 1
        drawing = [line[indent:].rstrip() for line in lines[start:stop]]
        if len(drawing) < 3 or grid.parsed(drawing) is None:
            return 0
        element = Element(GRID)
        element.text = "\n".join(drawing)
        out += ("", lines[start][:indent] + _stash(self.md, element, element.text), "")
        return stop - start


class _Citations(InlineProcessor):
    """``[@a; @b, p. 3]``."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: ARG002, N802
        element = Element(tree.CITATIONS, {tree.FORM: "bracket"})
        element.text = m[1]
        if not scholarly.fill_group(element, b"", 0, 0):
            return None, None, None
        for inner in element.iter():
            inner.text = AtomicString(inner.text or "")
        return element, m.start(0), m.end(0)


class _WikiLinks(InlineProcessor):
    """``[[key]]`` and ``[[key|text]]``."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: ARG002, N802
        element = Element(tree.WIKI_LINK, {tree.KEY: m[1].strip()})
        element.text = AtomicString((m[2] or "").strip())
        return element, m.start(0), m.end(0)


class _Escapes(EscapeInlineProcessor):
    """Python-Markdown's escapes, and those of signs that mean something in text: they are hidden until it is read."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        plain = PLAIN.get(m[1])
        return (plain, m.start(0), m.end(0)) if plain else super().handleMatch(m, data)


class _InlineNotes(InlineProcessor):
    """``^[text]``."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: ARG002, N802
        element = Element(tree.INLINE_NOTE)
        element.text = m[1]
        return element, m.start(0), m.end(0)


class _Spans(InlineProcessor):
    """``[text]{.class}``."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: ARG002, N802
        attributes = parsed(m[2])
        if attributes is None:
            return None, None, None
        element = Element(tree.SPAN)
        put(element, attributes)
        element.text = m[1]
        return element, m.start(0), m.end(0)


class _NoteReferences(InlineProcessor):
    """``[^key]``, when there is such a note."""

    def __init__(self, pattern: str, notes: FootnoteExtension) -> None:
        super().__init__(pattern)
        self.notes = notes

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: ARG002, N802
        if m[1] not in self.notes.footnotes:
            return None, None, None
        return Element(tree.NOTE_REFERENCE, {tree.KEY: m[1]}), m.start(0), m.end(0)


class _Scholarly(Extension):
    """Registers the above. The priorities put them between Python-Markdown's own: code spans 190, escapes 180,
    links 170 to 130."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        md.preprocessors.register(_Fences(md), "scholarly_fences", 25)
        md.preprocessors.register(_Blocks(md), "scholarly_blocks", 24.5)
        md.preprocessors.register(_Formulas(md), "scholarly_formulas", 24)
        patterns = md.inlinePatterns
        patterns.register(_Escapes(ESCAPE_RE, md), "escape", 180)
        patterns.register(_InlineNotes(r"\^\[([^\[\]]+)\]"), "scholarly_inline_note", 176)
        patterns.register(_WikiLinks(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]"), "scholarly_wiki", 174)
        patterns.register(_Citations(r"(?<!\!)\[([^\[\]]*@[^\[\]]*)\](?![({:])"), "scholarly_citations", 172)
        patterns.register(_Spans(r"(?<!\!)\[([^\[\]]+)\](\{[^{}\n]*\})"), "scholarly_spans", 171)
        patterns.register(
            SimpleTagInlineProcessor(r"()~~(?=\S)([^~]+)(?<=\S)~~", "del"), "scholarly_deleted", 58
        )


class _Parser:
    """One configured Python-Markdown; it keeps state while it parses, so each thread has its own."""

    def __init__(self) -> None:
        self.notes = FootnoteExtension()
        md: Any = markdown.Markdown(extensions=[*_EXTENSIONS, self.notes, _Scholarly()])
        self.md = md
        for name in ("footnote", "footnote-duplicate"):
            md.treeprocessors.deregister(name)
        md.treeprocessors.deregister("prettify")
        md.inlinePatterns.deregister("footnote")
        md.inlinePatterns.register(_NoteReferences(r"\[\^([^\]]*)\]", self.notes), "footnote", 175)

    def parse(self, text: str) -> tuple[Element, list[tuple[str, Element]]]:
        md = self.md
        md.reset()
        md.lines = text.split("\n")
        for preprocessor in md.preprocessors:
            md.lines = preprocessor.run(md.lines)
        root = md.parser.parseDocument(md.lines).getroot()
        holder = SubElement(root, "div")
        for key, note in self.notes.footnotes.items():
            md.parser.parseChunk(SubElement(holder, "div", {tree.KEY: key}), note)
        for processor in md.treeprocessors:
            changed = processor.run(root)
            root = root if changed is None else changed
        self._resolve(root)
        holder = root[-1]
        notes = [(element.get(tree.KEY, ""), element) for element in holder]
        root.remove(holder)
        return root, notes

    # --- placeholders --------------------------------------------------------------------------------------------

    def _resolve(self, root: Element) -> None:
        """Put what was stashed back into the tree, and take character references out of it."""
        todo = [root]
        while todo:
            element = todo.pop()
            for name, value in element.items():
                element.set(name, self._plain(value or ""))
            if element.tag == "pre" and len(element) == 1 and element[0].tag == tree.CODE:
                code = element[0].text or ""
                element[:] = []
                element.tag, element.text = tree.CODE_BLOCK, self._plain(code).rstrip("\n") + "\n"
                continue
            if element.tag in {tree.CODE, tree.MATH}:
                element.text = self._plain(element.text or "")
                continue
            if element.tag in {tree.CODE_BLOCK, tree.RAW, tree.RAW_BLOCK, GRID}:
                continue
            for child in list(element):
                if child.tail and _MARKS.search(child.tail):
                    self._spread(element, child)
            if element.text and _MARKS.search(element.text):
                self._spread(element, None)
            if self._lift(element):
                continue
            todo += list(element)

    def _lift(self, paragraph: Element) -> bool:
        """Make a block of a paragraph that holds nothing but one."""
        if paragraph.tag != tree.PARAGRAPH or len(paragraph) != 1 or (paragraph.text or "").strip():
            return False
        child = paragraph[0]
        if (child.tail or "").strip() or child.tag not in _LIFTED:
            return False
        paragraph.tag, paragraph.text = child.tag, child.text
        attributes = dict(child.attrib)
        paragraph[:] = []
        paragraph.attrib.update(attributes)
        return True

    def _spread(self, parent: Element, after: Element | None) -> None:
        """Put stashed pieces as elements into the text of ``parent`` or the tail of its child ``after``."""
        text = (parent.text if after is None else after.tail) or ""
        text = self._flat(text)
        if _AMPERSAND in text:
            text = html.unescape(text.replace(_AMPERSAND, "&"))
        index = 0 if after is None else list(parent).index(after) + 1
        if after is None:
            parent.text = None
        else:
            after.tail = None
        position = 0
        last = after
        for found in _STASHED.finditer(text):
            self._append(parent, last, text[position : found.start()])
            position = found.end()
            piece = self._piece(int(found[1]))
            if isinstance(piece, str):
                self._append(parent, last, piece)
                continue
            parent.insert(index, piece)
            index += 1
            last = piece
        self._append(parent, last, text[position:])

    @staticmethod
    def _append(parent: Element, last: Element | None, text: str) -> None:
        if not text:
            return
        if last is None:
            parent.text = (parent.text or "") + text
        else:
            last.tail = (last.tail or "") + text

    def _piece(self, number: int) -> Element | str:
        blocks = self.md.htmlStash.rawHtmlBlocks
        if number >= len(blocks):
            return ""
        piece: Any = blocks[number]
        if isinstance(piece, Element):
            return piece
        if isinstance(piece, _Piece):
            copy = Element(piece.element.tag, dict(piece.element.attrib))
            copy.text = piece.element.text
            return copy
        text = str(piece)
        if _ENTITY.fullmatch(text):
            return html.unescape(text)
        block = "\n" in text or self.md.is_block_level(re.sub(r"^</?([\w-]*)[\s\S]*", r"\1", text))
        raw = Element(tree.RAW_BLOCK if block else tree.RAW)
        raw.text = self._written(text)
        return raw

    def _flat(self, text: str) -> str:
        """``text`` with the inlines that were left in it as text."""
        for _ in range(_NESTED):
            text, count = _INLINE.subn(self._inline, text)
            if not count:
                break
        return _ESCAPED.sub(lambda found: chr(int(found[1])), text)

    def _inline(self, found: re.Match[str]) -> str:
        """What an inline that Python-Markdown has left in an attribute says as text."""
        node: Any = self.md.treeprocessors["inline"].stashed_nodes.get(found[1], "")
        return "".join(node.itertext()) if isinstance(node, Element) else str(node)

    def _written(self, text: str) -> str:
        """Stashed pieces within text that shows markup as it was written."""
        return _STASHED.sub(lambda found: self._source(int(found[1])), text)

    def _source(self, number: int) -> str:
        blocks = self.md.htmlStash.rawHtmlBlocks
        piece: Any = blocks[number] if number < len(blocks) else ""
        if isinstance(piece, _Piece):
            return piece.written
        return "" if isinstance(piece, Element) else str(piece)

    def _plain(self, text: str) -> str:
        """Text in which stashed pieces stand as written and character references as characters."""
        if _MARKS.search(text):
            text = self._written(self._flat(text)).replace(_AMPERSAND, "&")
        return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


_LOCAL: Final = threading.local()


def parsed_document(text: str) -> tuple[Element, list[tuple[str, Element]]]:
    """The tree of ``text`` and its footnotes by key, in the order they are written."""
    parser: _Parser | None = getattr(_LOCAL, "parser", None)
    if parser is None:
        parser = _LOCAL.parser = _Parser()
    try:
        return parser.parse(text)
    except BaseException:
        _LOCAL.parser = None  # it may have been stopped in the middle of anything
        raise
