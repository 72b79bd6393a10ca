"""The reader of CommonMark with the scholarly syntax: pyromark's events to a tree.

In: a ``Source``. Out: the root of a tree as ``tree`` has it, and problems. Every block carries the line it begins
on, every formula, link, image and citation the byte offset of its first character. What depends on other files
(citations, links, numbers) is only recognised here. The time is linear in the length for any input, and no input
raises.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement

import pyromark
from pyromark import Options

from acadsite.markup import divs, listings, scholarly, tables, tree
from acadsite.markup.attributes import BRACES, code_info, parsed, parsed_at, put
from acadsite.markup.grid import dedented
from acadsite.markup.rewrite import Rewritten, rewritten, shown, unmasked
from acadsite.markup.source import CONTROL, Source
from acadsite.markup.text import text_of
from acadsite.problems import Problem, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from acadsite.markup.grid import Cell
    from acadsite.markup.rewrite import Mark

_OPTIONS: Final = (
    Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_MATH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_DEFINITION_LIST
)
_PLAIN: Final = Options(0)
_GFM: Final = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH

_INLINE: Final = {"Emphasis": tree.EMPHASIS, "Strong": tree.STRONG, "Strikethrough": tree.DELETED}
_BLOCK: Final = {
    "Paragraph": tree.PARAGRAPH,
    "Item": tree.ITEM,
    "BlockQuote": tree.QUOTE,
    "DefinitionList": tree.DEFINITIONS,
    "DefinitionListTitle": tree.TERM,
    "DefinitionListDefinition": tree.DEFINITION,
}
_ALIGNMENTS: Final = {"Left": "left", "Center": "center", "Right": "right", "None": ""}

_HEADING_ATTRIBUTES: Final = re.compile(
    rb"""(?:^|[ \t])(\{(?:[^{}"'\n]++|"[^"\n]*+"|'[^'\n]*+'|(?!))*+\})[ \t]*+(?:\#++[ \t]*+)?(?=\n|\Z)""",
    re.MULTILINE,
)
_BEFORE_LOCATOR: Final = re.compile(rb"(?:^|[^\w@])-?@\w[\w:.#+?/\-]* \Z", re.MULTILINE)
_QUOTED_LINE: Final = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
_DELIMITERS: Final = 2
_LINE_BREAK: Final = 10
#: Definitions of links and notes, each on its line.
_DEFINED: Final = re.compile(rb"^ {0,3}\[[^\]\n]+\]:[^\n]*", re.MULTILINE)
_DEFINED_ELSEWHERE: Final = frozenset({"markup-unused-footnote", "markup-duplicate-footnote"})


def _holds_figures(element: Element) -> bool:
    """Whether images in a div that is open are parts of a figure, or of a gallery."""
    kind = scholarly.kind_of(element.get("id", ""))
    return kind in {"fig", "tbl"} or "gallery" in element.get("class", "").split()


def read(source: Source, *, extensions: str = "all", figures: bool = False) -> tuple[Element, list[Problem]]:
    """The tree of ``source``, with what is wrong in it.

    ``extensions``: ``all``, or ``none`` and ``gfm`` (tables, strikethrough) to compare with the specifications.
    ``figures``: every described image that stands alone is a figure.
    """
    reader = _Reader(source, extensions, figures)
    reader.run()
    return reader.root, reader.problems


class _Reader:
    """State of one reading."""

    def __init__(self, source: Source, extensions: str, all_figures: bool = False) -> None:
        self.source = source
        self.data = source.data
        self.starts = source.starts
        self.before = source.first_line - 1
        self.full = extensions == "all"
        self.all_figures = all_figures
        self.options = {"none": _PLAIN, "gfm": _GFM}.get(extensions, _OPTIONS)
        self.rewritten = rewritten(self.data) if self.full else Rewritten(self.data, {})
        self.changed = self.rewritten.data is not self.data
        #: Where two or four bytes were overwritten outside of a line of their own: offset, new and old bytes.
        self.hidden = sorted(self._hidden()) if self.rewritten.marks else []
        self.defines = any(mark.kind == "none" for mark in self.rewritten.marks.values())
        #: Masks and character references may bring control characters into the text.
        self.unclean = self.changed or b"&#" in self.data
        self.root = Element(tree.DOCUMENT)
        self.stack = [self.root]
        self.pending: list[str] = []
        self.problems: list[Problem] = []
        self.notes: list[Element] = []
        self.called: set[str] = set()
        self.figures: list[Element] = []
        #: Broken links that were taken, by offset: what they are, and for spans their attributes and end.
        self.taken: dict[int, tuple[str, Mapping[str, str], int]] = {}
        #: Positions in the stack of the fenced divs that are open, with their offsets.
        self.fences: list[tuple[int, int]] = []
        self.deep_fences = 0
        self.overflow = 0
        self.in_link = 0
        self.in_group = 0
        #: The stretch of the source that was read as attributes, and is no text.
        self.skip_from = self.skip = 0
        self.cut = -1
        self.alignments: list[str] = []
        #: How many of the open divs are figures: images in them keep their captions.
        self.in_figure = 0
        self.defined: str | None = None
        self.info = ""
        self.fenced = False

    def _hidden(self) -> Iterator[tuple[int, str, str]]:
        for at, mark in self.rewritten.marks.items():
            if mark.kind in {"inline", "block", "none"}:
                for place in (at, mark.end - 2):
                    yield place, "``", self.data[place : place + 2].decode(errors="replace")
            elif mark.kind in {"admonition", "tab"}:
                yield at - 4, "+   ", self.data[at - 4 : at].decode(errors="replace")

    # --- events ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        events = pyromark.events_with_range(
            self.rewritten.data.decode(),
            options=self.options,
            merge_text=True,
            broken_link_callback=self.broken_link if self.full else None,
        )
        append = self.pending.append
        special = scholarly.SPECIAL.search
        full, unclean = self.full, self.unclean
        hiding = bool(self.hidden)
        #: Takes the text of a block of code or HTML; ``first`` and ``last`` is where it stands.
        sink: list[str] | None = None
        first = last = 0
        hidden = False  # inside the block that stands for a fence
        event: Any
        span: Any
        for event, span in events:
            start = span["start"]
            if self.skip > start >= self.skip_from and (event.__class__ is str or "Text" not in event):
                continue
            if event.__class__ is str:
                if event == "SoftBreak":
                    append("\n")
                else:
                    self.sign(event, start)
                continue
            ((kind, value),) = event.items()
            if kind == "Text":
                end = span["end"]
                if hiding and self.differs(start, end):
                    value = self.as_written(value, start, end)
                if sink is not None:
                    first, last = (first if sink else start), end
                    sink.append(value)
                elif start < self.skip or end > self.cut >= 0:
                    value = self.trimmed(value, start, end)
                    if value:
                        self.text(value, start, end)
                elif full and special(value):
                    self.text(value, start, end)
                else:
                    append(self.clean(value) if unclean else value)
            elif kind == "Start":
                if value == "HtmlBlock":
                    sink = []
                    hidden = self.mark(start) is not None
                elif value.__class__ is dict and "CodeBlock" in value:
                    sink = []
                    first, last = start, span["end"]
                    self.start_code(value["CodeBlock"], start)
                else:
                    self.start(value, start, span["end"])
            elif kind == "End":
                if value == "HtmlBlock":
                    if not hidden:
                        self.raw_block("".join(sink or ()), start)
                    sink, hidden = None, False
                elif value == "CodeBlock":
                    self.end_code("".join(sink or ()), first, last)
                    if self.fenced and self.full and self.data[span["end"] - 1] == _LINE_BREAK:
                        # The range of a block that is closed ends with its fence.
                        self.tell_open_code(start)
                    sink = None
                else:
                    self.end(value, start, span["end"])
            elif kind == "Html":
                if sink is not None:
                    if self.changed and self.differs(start, span["end"]):
                        value = self.data[start : span["end"]].decode()
                    sink.append(value)
            elif self.cut < 0 or start < self.cut:
                self.leaf(kind, value, start, span["end"])
        self.finish()

    def sign(self, event: str, start: int) -> None:
        """A hard break or a rule."""
        if self.overflow:
            self.pending.append(" ")
            return
        self.flush()
        if event == "HardBreak":
            SubElement(self.stack[-1], tree.BREAK)
        else:
            SubElement(self.stack[-1], tree.RULE, {tree.LINE: self.line(start)})

    def leaf(self, kind: str, value: Any, start: int, end: int) -> None:
        """Inlines that are one event."""
        if self.overflow:
            if isinstance(value, str) and kind != "InlineHtml":
                self.pending.append(self.clean(value))
            return
        self.flush()
        current = self.stack[-1]
        if kind == "Code":
            mark = self.rewritten.marks.get(start) if self.changed else None
            if mark is not None and mark.end == end:
                element = SubElement(current, tree.MATH, {tree.DISPLAY: mark.kind, tree.AT: str(start)})
                element.text = self.formula(start, end)
            else:
                element = SubElement(current, tree.CODE)
                element.text = self.code(value, start, end)
            self.attributes(element, end)
        elif kind in {"InlineMath", "DisplayMath"}:
            display = "inline" if kind == "InlineMath" else "block"
            element = SubElement(current, tree.MATH, {tree.DISPLAY: display, tree.AT: str(start)})
            element.text = CONTROL.sub("", unmasked(value, escapes="\\")) if self.unclean else value
            self.attributes(element, end, gap=display == "block")
        elif kind == "InlineHtml" and self.is_ours(start):
            self.pending.append(CONTROL.sub("", self.data[start:end].decode()))
        elif kind == "InlineHtml":
            element = SubElement(current, tree.RAW, {tree.AT: str(start)})
            element.text = self.data[start:end].decode() if self.changed else value
        elif kind == "FootnoteReference":
            key = self.clean(value)
            self.called.add(key)
            SubElement(current, tree.NOTE_REFERENCE, {tree.KEY: key, tree.AT: str(start)})
        elif kind == "TaskListMarker":
            item = current if current.tag == tree.ITEM else self.stack[-2]
            item.set(tree.CHECKED, "yes" if value else "no")

    def start(self, value: Any, start: int, end: int) -> None:
        """Any element but code and raw HTML begins."""
        data: Any = None
        if value.__class__ is dict:
            ((value, data),) = value.items()
        if self.overflow or len(self.stack) >= tree.DEEPEST:
            if not self.overflow:
                self.too_deep(start)
            self.overflow += 1
            if value not in _INLINE:
                self.pending.append(" ")
            return
        if self.pending:
            self.flush()
        current = self.stack[-1]
        if tag := _BLOCK.get(value):
            element = SubElement(current, tag, {tree.LINE: self.line(start)})
        elif tag := _INLINE.get(value):
            element = SubElement(current, tag)
        elif begin := _STARTS.get(value):
            element = begin(self, current, data, start, end)
        else:  # nothing else comes with the options above
            element = SubElement(current, tree.SPAN)
        self.stack.append(element)

    def start_image(self, current: Element, image: Any, start: int, _end: int) -> Element:
        self.in_link += 1
        attributes = {"src": self.address(image["dest_url"]), tree.AT: str(start)}
        if image["title"]:
            attributes["title"] = self.clean(image["title"])
        return SubElement(current, tree.IMAGE, attributes)

    def start_heading(self, current: Element, data: Any, start: int, end: int) -> Element:
        attributes = {tree.LEVEL: data["level"][1:], tree.LINE: self.line(start)}
        element = SubElement(current, tree.HEADING, attributes)
        if self.full:
            self.heading_attributes(element, start, end)
        return element

    def start_list(self, current: Element, number: int | None, start: int, _end: int) -> Element:
        attributes = {tree.LINE: self.line(start)}
        if number is not None and number != 1:
            attributes["start"] = str(number)
        return SubElement(current, tree.BULLETS if number is None else tree.NUMBERS, attributes)

    def start_table(self, current: Element, alignments: list[str], start: int, _end: int) -> Element:
        self.alignments = [_ALIGNMENTS[name] for name in alignments]
        return SubElement(current, tree.TABLE, {tree.LINE: self.line(start)})

    def start_head(self, current: Element, _data: None, start: int, _end: int) -> Element:
        return SubElement(SubElement(current, tree.HEAD), tree.ROW, {tree.LINE: self.line(start)})

    def start_row(self, current: Element, _data: None, start: int, end: int) -> Element:
        if self.data.count(b"|", start, end) > len(self.alignments) + 1:
            self.tell_ragged(start, end)
        body = current[-1]
        if body.tag != tree.BODY:
            body = SubElement(current, tree.BODY)
        return SubElement(body, tree.ROW, {tree.LINE: self.line(start)})

    def start_cell(self, current: Element, _data: None, _start: int, _end: int) -> Element:
        in_head = self.stack[-2][-1].tag == tree.HEAD
        index = len(current)
        cell = SubElement(current, tree.HEAD_CELL if in_head else tree.CELL)
        if index < len(self.alignments) and self.alignments[index]:
            cell.set(tree.ALIGN, self.alignments[index])
        return cell

    def tell_ragged(self, start: int, end: int) -> None:
        """A row with more cells than the table has columns: the parser drops them."""
        cells, columns = scholarly.cells_in(self.rewritten.data[start:end]), len(self.alignments)
        if cells > columns:
            self.problems.append(scholarly.ragged(cells, columns, self.source.span(start)))

    def start_note(self, _current: Element, key: str, start: int, _end: int) -> Element:
        note = Element(tree.NOTE, {tree.KEY: self.clean(key), tree.LINE: self.line(start)})
        self.notes.append(note)
        return note

    def end(self, value: Any, start: int, end: int) -> None:
        """Any element but code and raw HTML ends."""
        if value.__class__ is dict:
            ((value, _),) = value.items()
        if self.overflow:
            self.overflow -= 1
            return
        if self.pending:
            self.flush()
        if value in _INLINE:
            element = self.stack.pop()
            if self.full:
                if value == "Strikethrough" and self.data[start + 1 : start + 2] != b"~":
                    element.tag = tree.SUBSCRIPT if self.follows_letter(start) else tree.DELETED
                self.attributes(element, end)
            return
        if value == "Link" or value == "Image":  # noqa: PLR1714 - asked for every element
            self.in_link -= 1
            self.end_link(self.stack.pop(), start, end)
            return
        if self.fences:
            self.close_fences()
        element = self.stack.pop()
        if value == "Paragraph":
            if self.figures:
                scholarly.figure(element, every=self.all_figures)
            if self.defines and scholarly.is_macros(element):
                element.tag = tree.MACROS
        elif value == "Item":
            if element.tag in {tree.CALLOUT, tree.TAB}:
                scholarly.wrap_loose(element)
        elif value == "List":
            scholarly.lift_callouts(self.stack[-1], element)
        elif value == "Heading":
            self.cut = -1
        elif value == "BlockQuote" and self.full:
            scholarly.alert(element)

    def finish(self) -> None:
        self.flush()
        self.close_fences()
        for offset, begin in self.rewritten.unclosed:
            self.problems.append(
                warning(
                    "markup-unclosed-math",
                    f"this formula ({begin}) is never closed in its paragraph",
                    self.source.span(offset),
                    "Formulas hold no empty lines.",
                )
            )
        for image in self.figures:
            scholarly.drop_content(image)
        if self.full:
            if b"]{" in self.data:
                scholarly.nest_spans(self.root)
            if b"\n:" in self.data or self.data[:1] == b":" or b"Table:" in self.data or b"> :" in self.data:
                scholarly.captions(self.root)
        if self.notes:
            notes = SubElement(self.root, tree.NOTES)
            seen: set[str] = set()
            for note in self.notes:
                key = note.get(tree.KEY, "")
                line = int(note.get(tree.LINE, "1"))
                if key in seen:
                    self.problems.append(
                        warning(
                            "markup-duplicate-footnote",
                            f"there are two footnotes {quote(key)}, the first one is used",
                            self.source.line_span(line),
                        )
                    )
                    continue
                seen.add(key)
                if key not in self.called:
                    self.problems.append(
                        warning(
                            "markup-unused-footnote",
                            f"footnote {quote(key)} is never called",
                            self.source.line_span(line),
                            f"Call it with [^{key}], or take it out.",
                        )
                    )
                notes.append(note)

    # --- helpers of the loop -----------------------------------------------------------------------------------

    def line(self, offset: int) -> str:
        return str(bisect_right(self.starts, offset) + self.before)

    def flush(self) -> None:
        """Hang the text held back on the tree."""
        pending = self.pending
        if pending:
            text = "".join(pending) if len(pending) > 1 else pending[0]
            pending.clear()
            current = self.stack[-1]
            if len(current):
                last = current[-1]
                last.tail = last.tail + text if last.tail else text
            else:
                current.text = current.text + text if current.text else text

    def differs(self, start: int, end: int) -> bool:
        return self.data[start:end] != self.rewritten.data[start:end]

    def as_written(self, text: str, start: int, end: int) -> str:
        """A run of text in which something was hidden that came to nothing."""
        cursor = 0
        for index in range(bisect_left(self.hidden, (start,)), len(self.hidden)):
            at, new, old = self.hidden[index]
            if at >= end:
                break
            found = text.find(new, cursor)
            if found >= 0:
                text = text[:found] + old + text[found + len(new) :]
                cursor = found + len(old)
        return text

    def is_ours(self, start: int) -> bool:
        """Whether what the parser takes for HTML at ``start`` is a mark of the rewriting, not the author's."""
        return self.changed and self.data[start : start + 1] != self.rewritten.data[start : start + 1]

    clean = staticmethod(shown)

    def address(self, url: str) -> str:
        """The target of a link as written, where the rewriting touched it."""
        if not self.unclean:
            return url
        if self.changed and "``" in url:
            # `\(` and `\)` within a target: the parser would have dropped the backslashes.
            url = url.replace("``", "(", 1).replace("``", ")", 1)
        return self.clean(url)

    def follows_letter(self, start: int) -> bool:
        before = self.data[max(0, start - 4) : start].decode(errors="ignore")[-1:]
        return before.isalnum() or before in {")", "]"}

    def attributes(self, element: Element, end: int, *, gap: bool = False) -> None:
        """Attributes that stand right behind an inline element (one blank may be between, with ``gap``)."""
        data = self.data
        if not self.full:
            return
        if gap and data[end : end + 2] == b" {":
            found = parsed_at(data, end + 1)
        elif data[end : end + 1] == b"{":
            found = parsed_at(data, end)
        else:
            return
        if found is not None:
            put(element, found[0])
            self.skip_from, self.skip = end, found[1]

    def trimmed(self, text: str, start: int, end: int) -> str:
        """A run of text less the attributes that were read from the source at its begin or end."""
        if self.cut >= 0 and end > self.cut:
            if start >= self.cut:
                return ""
            brace = text.rfind("{")
            text = text[:brace].rstrip() if brace >= 0 else text
        if start < self.skip:
            if end <= self.skip:
                return ""
            rest = self.data[self.skip : end].decode(errors="replace")
            if text.endswith(rest):
                return rest
            group = BRACES.search(text)
            text = text[group.end() :] if group else text
        return text

    def too_deep(self, offset: int) -> None:
        self.problems.append(
            warning(
                "markup-too-deep",
                f"nested more than {tree.DEEPEST} levels deep; what is deeper is shown flat",
                self.source.span(offset),
            )
        )

    # --- text --------------------------------------------------------------------------------------------------

    def text(self, text: str, start: int, end: int) -> None:
        """A run of text with something special in it."""
        if self.in_group:
            self.pending.append(text)  # read when the group ends
            return
        position, cursor = 0, start
        for token in scholarly.TOKEN.finditer(text):
            kind = token.lastgroup or ""
            if token.start() < position:
                continue
            begin, stop = token.span()
            if kind == "note":
                where = self.data.find(token[0].encode(), cursor, end)
                self.problems.append(
                    warning(
                        "markup-unknown-footnote",
                        f"there is no footnote {quote(token['note'])}",
                        self.source.span(max(where, cursor)),
                        f"Write its text in a paragraph of its own: [^{token['note']}]: …",
                    )
                )
                continue
            if (self.in_link and kind in {"url", "key", "braced"}) or self.overflow:
                continue
            if kind in {"sup", "sub"} and not scholarly.is_script(token[kind]):
                continue
            if kind == "empty":
                group = BRACES.match(text, stop - 1)
                found = parsed(group[0]) if group else None
                if group is None or found is None:
                    continue
                stop = group.end()
            elif kind == "url":
                stop = begin + len(scholarly.bare_url(token["url"]))
                if stop - begin < len("www.a"):
                    continue
            self.pending.append(self.clean(text[position:begin]))
            self.flush()
            current = self.stack[-1]
            position = stop
            if kind in {"key", "braced"}:
                encoded = scholarly.sought(token)
                where = self.data.find(encoded, cursor, end)
                if where < 0:  # a backslash or a character reference stands in it
                    where = max(self.data.find(b"@", cursor, end), cursor)
                cursor = where + len(encoded)
                scholarly.citation(current, token, where)
            elif kind == "url":
                url = self.clean(text[begin:stop])
                where = self.data.find(url[:4].encode(), cursor, end)
                cursor = max(where + 1, cursor)
                href = url if url.startswith("http") else f"http://{url}"
                SubElement(current, tree.LINK, {"href": href, tree.AT: str(max(where, start))}).text = url
            elif kind == "empty":
                put(SubElement(current, tree.SPAN), found or {})
            else:
                tag = tree.SUPERSCRIPT if kind == "sup" else tree.SUBSCRIPT
                SubElement(current, tag).text = self.clean(token[kind])
        self.pending.append(self.clean(text[position:]))

    def code(self, value: str, start: int, end: int) -> str:
        """The text of a code span."""
        if not self.changed:
            return CONTROL.sub("", value)
        if not self.differs(start, end):
            return value
        inner = self.data[start:end]
        if b"\n" in inner:
            return CONTROL.sub("", unmasked(value, escapes="\\"))
        ticks = len(inner) - len(inner.lstrip(b"`"))
        text = inner[ticks : len(inner) - ticks].decode()
        return text[1:-1] if text[:1] == text[-1:] == " " and text.strip() else text

    def formula(self, start: int, end: int) -> str:
        """The TeX of a formula that was hidden in a code span."""
        tex = self.data[start:end].decode()
        if tex.startswith(("\\(", "\\[")):
            tex = tex[_DELIMITERS:-_DELIMITERS]
        if "\n" in tex and any(element.tag == tree.QUOTE for element in self.stack):
            tex = _QUOTED_LINE.sub("\n", tex)
        return tex

    # --- links and what looks like links -----------------------------------------------------------------------

    def broken_link(self, link: Any) -> tuple[str, str] | None:
        """pyromark asks what ``[label]`` is when nothing defines it; a pair takes it, None leaves it as text."""
        start, end = link["span"]["start"], link["span"]["end"]
        data = self.data
        if data[start : start + 1] == b"!":
            return None
        shortcut = link["link_type"] == "Shortcut"
        before = data[start - 1 : start]
        if shortcut:
            if before == b"^" and data[start - 2 : start - 1] != b"\\":
                self.taken[start] = ("note", {}, 0)
                return ("", "")
            if (
                before == b"["
                and data[end : end + 1] == b"]"
                and data[end + 1 : end + 2] != b"]"
                and data[start - 2 : start - 1] not in {b"\\", b"!", b"["}
            ):
                self.taken[start] = ("wiki", {}, 0)
                return ("", "")
            if data[end : end + 1] == b"{":
                found = parsed_at(data, end)
                if found is not None:
                    self.taken[start] = ("span", *found)
                    return ("", "")
        if "@" in link["reference"] or (not shortcut and b"@" in data[start : start + 200]):
            label = data[start:end].decode(errors="replace")
            if scholarly.has_citation(label):
                self.taken[start] = ("cite", {}, 0)
                return ("", "")
        if shortcut and before == b" " and _BEFORE_LOCATOR.search(data, max(0, start - 200), start):
            self.taken[start] = ("locator", {}, 0)
            return ("", "")
        return None

    def start_link(self, current: Element, link: Any, start: int, _end: int) -> Element:
        kind = link["link_type"]
        self.in_link += 1
        if kind.__class__ is str and kind.endswith("Unknown"):
            what = self.taken.get(start, ("text", {}, 0))[0]
            if what in {"note", "wiki"}:
                self.drop_last("^" if what == "note" else "[")
            if what != "wiki":
                self.in_link -= 1  # citations and addresses are read as anywhere
            if what in {"cite", "wiki"}:
                self.in_group += 1
            tag = {"note": tree.INLINE_NOTE, "cite": tree.CITATIONS, "wiki": tree.WIKI_LINK}.get(
                what, tree.SPAN
            )
            element = SubElement(current, tag, {tree.AT: str(start)})
            if what == "note":
                element.set(tree.LINE, self.line(start))
        else:
            href = link["dest_url"]
            if kind == "Email":
                href = f"mailto:{href}"
            element = SubElement(current, tree.LINK, {"href": self.address(href), tree.AT: str(start)})
            if link["title"]:
                element.set("title", self.clean(link["title"]))
        return element

    def end_link(self, element: Element, start: int, end: int) -> None:
        tag = element.tag
        if tag == tree.LINK:
            self.attributes(element, end)
            return
        if tag == tree.IMAGE:
            element.set("alt", " ".join(text_of(element).split()))
            self.attributes(element, end)
            if self.in_figure or self.all_figures or scholarly.wants_caption(element):
                self.figures.append(element)
            else:
                scholarly.drop_content(element)
            return
        what, attributes, behind = self.taken.get(start, ("text", {}, 0))
        if what != "wiki":
            self.in_link += 1
        if what == "cite":
            self.in_group -= 1
            self.group(element, start, end)
        elif what == "wiki":
            self.in_group -= 1
            self.skip_from, self.skip = end, end + 1
            label = self.data[start + 1 : end - 1].decode()
            target, _, shown = label.partition("|")
            scholarly.drop_content(element)
            element.set(tree.KEY, target.rstrip("\\").strip())
            element.text = shown.strip() or None
            element.set(tree.AT, str(start - 1))
        elif what == "span":
            del element.attrib[tree.AT]
            put(element, attributes)
            self.skip_from, self.skip = end, behind
        elif what == "locator":
            if not scholarly.locator(self.stack[-1], element):
                scholarly.unwrap(self.stack[-1], element, "[", "]")
        elif what == "text":
            scholarly.unwrap(self.stack[-1], element, "[", "]")

    def group(self, element: Element, start: int, end: int) -> None:
        """``[@a; see @b, p. 3]``, or two of them side by side, which the parser takes for one reference."""
        parent = self.stack[-1]
        label = self.data[start:end]
        middle = label.find(b"][")
        second = label[middle + 2 : -1].decode(errors="replace").strip() if middle >= 0 else ""
        if scholarly.fill_group(element, self.data, start, start + middle if middle >= 0 else end):
            element.set(tree.FORM, "bracket")
        else:
            scholarly.unwrap(parent, element, "[", "]")
        if second:
            more = SubElement(
                parent, tree.CITATIONS, {tree.AT: str(start + middle + 1), tree.FORM: "bracket"}
            )
            more.text = second
            if not scholarly.fill_group(more, self.data, start + middle + 1, end):
                scholarly.unwrap(parent, more, "[", "]")
        for hanging in [*element.iter(), *(more.iter() if second else ())]:
            for name in ("text", "tail"):
                value = getattr(hanging, name)
                if value and self.unclean:
                    setattr(hanging, name, self.clean(value))

    def drop_last(self, char: str) -> None:
        """Take ``char`` off the end of what stands before a new element, which is not the last child yet."""
        current = self.stack[-1]
        if len(current):
            tail = current[-1].tail
            if tail and tail.endswith(char):
                current[-1].tail = tail[:-1]
        elif current.text and current.text.endswith(char):
            current.text = current.text[:-1]

    # --- blocks ------------------------------------------------------------------------------------------------

    def heading_attributes(self, element: Element, start: int, end: int) -> None:
        text = self.data[start:end]
        match = None
        if b"{" in text:
            match = _HEADING_ATTRIBUTES.search(text)
        if match is None:
            return
        found = parsed_at(text, match.start(1))
        if found is not None:
            put(element, found[0])
            self.cut = start + match.start(1)

    def start_code(self, kind: Any, start: int) -> None:
        self.flush()
        if self.overflow or len(self.stack) >= tree.DEEPEST:
            return
        element = SubElement(self.stack[-1], tree.CODE_BLOCK, {tree.LINE: self.line(start)})
        self.fenced = kind.__class__ is dict
        info = kind["Fenced"] if self.fenced else ""
        self.info = ""
        if info:
            info = CONTROL.sub("", info)
            if self.full:
                self.info = info
                language, attributes = code_info(info)
                put(element, attributes)
            else:
                language = info.split()[0] if info.split() else ""
            if language:
                element.set(tree.LANGUAGE, language)

    def end_code(self, text: str, start: int, end: int) -> None:
        if self.changed and self.differs(start, end):
            text = self.restored(text, start, end)
        text = CONTROL.sub("", text)
        if self.overflow or len(self.stack) >= tree.DEEPEST:
            self.pending.append(text)
            return
        parent = self.stack[-1]
        block = parent[-1]
        block.text = text
        if self.info:
            out = listings.finished(block, self.info)
            if out is None:
                del parent[-1]
            elif out is not block:
                parent[-1] = out

    def tell_open_code(self, start: int) -> None:
        self.problems.append(
            warning(
                "markup-unclosed-code",
                "this block of code is never closed",
                self.source.span(start),
                "Close it with a line of as many marks as it opens with.",
            )
        )

    def restored(self, text: str, start: int, end: int) -> str:
        """The lines of a code block as they were before the rewriting."""
        lines = text.split("\n")
        before = self.data[start:end].split(b"\n")
        after = self.rewritten.data[start:end].split(b"\n")
        for index in range(min(len(lines), len(before))):
            encoded = lines[index].encode()
            if encoded and before[index] != after[index] and after[index].endswith(encoded):
                lines[index] = before[index][-len(encoded) :].decode(errors="replace")
        return "\n".join(lines)

    def raw_block(self, text: str, start: int) -> None:
        text = CONTROL.sub("", text)
        if self.overflow or len(self.stack) >= tree.DEEPEST:
            return
        self.flush()
        SubElement(
            self.stack[-1], tree.RAW_BLOCK, {tree.LINE: self.line(start), tree.AT: str(start)}
        ).text = text

    # --- fenced divs -------------------------------------------------------------------------------------------

    def mark(self, start: int) -> object | None:
        """Whether an HTML block stands for a fence or admonition; does what that asks for."""
        if not self.changed:
            return None
        while self.rewritten.data[start : start + 1] in {b" ", b"\t"}:
            start += 1
        mark = self.rewritten.marks.get(start)
        if mark is None or mark.kind in {"inline", "block", "none"}:
            return None
        self.flush()
        if mark.kind == "grid":
            self.grid(mark)
            return mark
        if mark.kind == "open":
            if self.overflow or len(self.stack) >= tree.DEEPEST - 1:
                if not self.deep_fences:
                    self.too_deep(start)
                self.deep_fences += 1
                return mark
            element = SubElement(self.stack[-1], tree.DIV, {tree.LINE: self.line(start)})
            put(element, mark.attributes)
            self.fences.append((len(self.stack), start))
            self.stack.append(element)
            self.in_figure += _holds_figures(element)
        elif mark.kind == "close":
            if self.deep_fences:
                self.deep_fences -= 1
            elif self.fences and self.fences[-1][0] == len(self.stack) - 1:
                self.fences.pop()
                self.finish_div(self.stack.pop())
            else:
                self.problems.append(
                    warning(
                        "markup-stray-fence",
                        "this ::: closes nothing",
                        self.source.span(start),
                        "A block opens with ::: {.name} and closes in the same list item or quote.",
                    )
                )
        elif self.stack[-1].tag == tree.ITEM:
            item = self.stack[-1]
            if mark.kind == "tab":
                item.tag = tree.TAB
                SubElement(item, tree.TITLE).text = mark.attributes["title"]
            else:
                item.tag = tree.CALLOUT
                scholarly.set_callout(item, mark.attributes)
        return mark

    def finish_div(self, element: Element) -> None:
        self.in_figure -= _holds_figures(element)
        divs.finish_div(element)

    # --- grid tables -------------------------------------------------------------------------------------------

    def grid(self, mark: Mark) -> None:
        """The table that was drawn, each cell read as a text of its own."""
        drawing = mark.drawing
        if drawing is None or self.overflow or len(self.stack) >= tree.DEEPEST // 2:
            return
        table = SubElement(self.stack[-1], tree.TABLE, {tree.LINE: self.line(drawing.lines[0])})
        tables.fill_grid(table, drawing.grid, lambda cell, target: self.cell(cell, drawing.lines, target))

    def cell(self, cell: Cell, lines: tuple[int, ...], target: Element) -> None:
        """Read the text of a cell; offsets and lines in it become those of the whole source."""
        text, indent = dedented(cell.text)
        begin = lines[cell.line]
        first = bisect_right(self.starts, begin) + self.before
        target.set(tree.LINE, str(first))
        if not text.strip():
            return
        sub = _Reader(
            Source.of(text + (self.definitions() if "[" in text else ""), self.source.path, first), "all"
        )
        sub.run()
        ends = sub.starts[: len(cell.text) + 1]
        for element in sub.root.iter():
            at = element.get(tree.AT)
            if at is not None:
                index = bisect_right(ends, int(at)) - 1
                written = self.data[lines[cell.line + index] :].split(b"\n", 1)[0].decode(errors="replace")
                inner = len(written[: cell.indent + indent].encode()) + int(at) - ends[index]
                element.set(tree.AT, str(lines[cell.line + index] + inner))
        self.called |= sub.called
        if (notes := sub.root.find(tree.NOTES)) is not None:
            sub.root.remove(notes)
        for problem in sub.problems:
            if (
                problem.where is None
                or problem.code in _DEFINED_ELSEWHERE
                or problem.where.line >= first + len(cell.text)
            ):
                continue
            self.problems.append(replace(problem, where=self.source.line_span(problem.where.line)))
        if len(sub.root) == 1 and sub.root[0].tag == tree.PARAGRAPH:
            scholarly.move_content(sub.root[0], target)
        else:
            target.extend(list(sub.root))

    def definitions(self) -> str:
        """What links and notes in a cell may refer to: the definitions of the whole text."""
        if self.defined is None:
            found = (line.decode() for line in _DEFINED.findall(self.data))
            self.defined = "\n\n" + "\n\n".join(found) if self.data else ""
        return self.defined

    def close_fences(self) -> None:
        """Close what was opened in the block that ends now, and say so."""
        while self.fences and self.fences[-1][0] == len(self.stack) - 1 and self.fences[-1][0] > 0:
            _, offset = self.fences.pop()
            self.finish_div(self.stack.pop())
            self.problems.append(
                warning(
                    "markup-unclosed-div",
                    "this ::: block is never closed",
                    self.source.span(offset),
                    "Close it with a line ::: in the same list item or quote.",
                )
            )


#: What an element that is neither a simple block nor a simple inline begins with.
_STARTS: Final[Mapping[str, Callable[[_Reader, Element, Any, int, int], Element]]] = {
    "Link": _Reader.start_link,
    "Image": _Reader.start_image,
    "Heading": _Reader.start_heading,
    "List": _Reader.start_list,
    "Table": _Reader.start_table,
    "TableHead": _Reader.start_head,
    "TableRow": _Reader.start_row,
    "TableCell": _Reader.start_cell,
    "FootnoteDefinition": _Reader.start_note,
}
