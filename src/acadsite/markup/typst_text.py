"""Inline text of whole documents for Typst: what ``typst`` says of one line, and footnotes, pictures, references and
links to other places of the same PDF.

Nodes beside those of ``typst``: ``a`` with ``to``, the label of a place in the PDF, in place of an address; ``note``
with its number ``n``, its label ``id`` and, where it is called first, its blocks ``b``; ``img`` (as the block);
``anchor``, a place with a label ``id``; ``later``, what a slide shows from a ``step`` on.
"""

from __future__ import annotations

import html
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element

from acadsite.links import SITE_ROOT, safe_url
from acadsite.markup import tree
from acadsite.markup.html import recording
from acadsite.markup.math import definitions
from acadsite.markup.source import CONTROL
from acadsite.markup.typst import Inlines, Nodes, joined
from acadsite.markup.typst_math import typst_math
from acadsite.problems import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.markup.html import Resolve
    from acadsite.memo import Memo

#: Inlines deeper in others are shown without their markup, footnotes deeper in others behind the text.
_DEEPEST: Final = 7
_DEEPEST_NOTE: Final = 1
#: How deep the blocks of a footnote count as being, so that it nests less.
_DEPTH_OF_NOTE: Final = 5
_LENGTH: Final = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,4})?)\s*(%|px|em|rem|cm|mm|in|pt|pc|)\s*")
#: What Typst measures in, for each unit: a pixel of CSS is 1/96 inch.
_UNITS: Final = {"": ("pt", 0.75), "px": ("pt", 0.75), "rem": ("em", 1.0), "pc": ("pt", 12.0)}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the data of a PDF name it: its file, and its size in pixels of CSS (0: not known)."""

    file: str
    width: float = 0
    height: float = 0


def no_picture(_: str) -> Picture | None:
    """A document without pictures shows what their authors say of them."""
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a text stands in its PDF.

    ``prefix`` goes before each of its ids, ``notes`` before those of its footnotes as well, ``pages`` has the prefixes
    of other texts by the addresses of their pages, as ``resolve`` gives them. ``level`` is that of the heading above
    the text (0: none), ``shift`` is added to those of its own. ``root``: full address of the site's root; without one,
    links to other pages are text. ``picture`` finds a picture by the address as it was written. ``words``: what
    theorems are called, by kind; ``callouts`` the same. ``preamble``: TeX definitions for all formulas. ``lines`` is
    added to the lines of its blocks.
    """

    prefix: str = ""
    notes: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    level: int = 0
    shift: int = 0
    root: str = ""
    path: str = ""
    lines: int = 0
    resolve: Resolve | None = None
    picture: Callable[[str], Picture | None] = no_picture
    words: tuple[tuple[str, str], ...] = (*tree.CROSS_REFERENCES.items(), ("prf", "Proof"))
    callouts: tuple[tuple[str, str], ...] = ()
    preamble: str = ""
    memo: Memo | None = None


NO_SETTING: Final = Setting()


class TextWriter(Inlines):
    """Writes the inlines of one text. ``blocks`` writes those of a footnote."""

    def __init__(
        self, setting: Setting, root: Element, blocks: Callable[[Element, int], list[dict[str, Any]]]
    ) -> None:
        super().__init__(setting.resolve, setting.root, Span(setting.path), root, _DEEPEST)
        self.setting, self.blocks = setting, blocks
        self.preamble = setting.preamble
        notes = root.find(tree.NOTES)
        self.notes = {note.get(tree.KEY, ""): note for note in (() if notes is None else notes)}
        self.numbers: dict[str, int] = {}
        self.count = 0
        self.depth = 0
        self.waiting: deque[tuple[int, Element]] = deque()

    def next_waiting(self) -> tuple[int, Element] | None:
        """A footnote that was called and not yet written."""
        return self.waiting.popleft() if self.waiting else None

    def inline(self, element: Element, depth: int) -> Nodes:
        """One inline element, and the place of its id; what is shown at a later step says so."""
        nodes = self.shown(element, depth)
        if (step := step_of(element)) and nodes:
            nodes = [{"k": "later", "step": step, "c": nodes}]
        if (name := element.get("id")) and element.tag != tree.MATH:
            return [{"k": "anchor", "id": self.setting.prefix + name}, *nodes]
        return nodes

    def shown(self, element: Element, depth: int) -> Nodes:
        match element.tag:
            case tree.MATH:
                return [self.math(element.text or "")]
            case tree.IMAGE:
                if recording(source := element.get("src", "")):
                    return self._link(source, "image", [self.alternative(element) or source])
                return [self.picture(element)]
            case tree.CARD | tree.BACK_LINK:
                return []
            case tree.NOTE_REFERENCE:
                return self.note(element)
            case tree.INLINE_NOTE:
                return [self.new_note(element)]
            case tree.CITATIONS if element.get(tree.PREPARED):
                return self.content(element, depth + 1)
            case tree.CITE if element.get("href"):
                return self.to(element.get("href", ""), self.content(element, depth + 1))
            case tree.CROSS_REFERENCE if element.get(tree.SHOWN):
                return self.reference(element, depth)
        return Inlines.inline(self, element, depth)

    # --- links ---

    def linked(self, url: str, inner: Nodes) -> Nodes:
        """``inner`` as a link to a place of the PDF, else to an address."""
        return self.to(url, inner)

    def to(self, url: str, inner: Nodes) -> Nodes:
        page, mark, name = url.partition("#")
        if not page and mark:
            return [{"k": "a", "to": self.setting.prefix + name, "c": inner}] if name else inner
        outside = Inlines.linked(self, url, inner)
        if page in self.setting.pages:
            node = {"k": "a", "to": self.setting.pages[page] + name, "c": inner}
            if outside and isinstance(outside[0], dict) and outside[0].get("k") == "a":
                node["u"] = outside[0]["u"]  # should the place not be in the PDF
            return [node]
        return outside

    def reference(self, element: Element, depth: int) -> Nodes:
        inner: Nodes = [element.get(tree.SHOWN, "")]
        url = element.get("href", "")
        out: Nodes = self.to(url, inner) if url.startswith(("#", SITE_ROOT)) or safe_url(url) else inner
        prefix, suffix = element.find(tree.PREFIX), element.find(tree.SUFFIX)
        if prefix is not None:
            out = [*self.content(prefix, depth + 1), " ", *out]
        if suffix is not None:
            inner = self.content(suffix, depth + 1)
            starts = inner[0][:1] if inner and isinstance(inner[0], str) else " "
            out = [*out, *([] if starts in ",;:" else [" "]), *inner]
        return out

    # --- formulas and pictures ---

    def math(self, tex: str) -> Any:
        formula = typst_math(tex, False, self.preamble)
        self.preamble += definitions(tex)
        tex = CONTROL.sub("", tex.strip())
        if formula.source is None:
            return {"k": "code", "t": tex}
        return {"k": "math", "t": formula.source, "alt": tex} if formula.source else ""

    def alternative(self, element: Element) -> str:
        """What an author says of a picture, in the description or, where that is missing, in the title."""
        return " ".join((element.get("alt") or element.get("title") or "").split())

    def picture(self, element: Element) -> Any:
        picture = self.setting.picture(element.get("src", ""))
        text = self.alternative(element)
        if picture is None:
            return text
        node = {"k": "img", "file": picture.file, "alt": text, "size": [picture.width, picture.height]}
        for name in ("width", "height"):
            if length := length_of(element.get(name, "")):
                node[name] = length
        return node

    # --- footnotes ---

    def note(self, element: Element) -> Nodes:
        key = element.get(tree.KEY, "")
        note = self.notes.get(key)
        if note is None:
            return [f"[^{key}]"]
        if key in self.numbers:
            return [{"k": "note", "n": self.numbers[key], "id": self.note_id(self.numbers[key])}]
        self.numbers[key] = self.count + 1
        return [self.new_note(note)]

    def note_id(self, number: int) -> str:
        return f"{self.setting.prefix}{self.setting.notes}fn-{number}"

    def new_note(self, element: Element) -> Any:
        self.count += 1
        number = self.count
        if self.depth >= _DEEPEST_NOTE:
            self.waiting.append((number, element))
            return {"k": "sup", "c": [str(number)]}
        self.depth += 1
        outer, self._open = self._open, []
        blocks = self.blocks(element, _DEPTH_OF_NOTE)
        self._open = outer
        self.depth -= 1
        return {"k": "note", "n": number, "id": self.note_id(number), "b": blocks}

    def without_notes(self, nodes: Nodes) -> Nodes:
        """Take footnotes out of ``nodes``, for what is shown twice; gives those that were in it."""
        found: Nodes = []
        for at in range(len(nodes) - 1, -1, -1):
            node = nodes[at]
            if isinstance(node, str):
                continue
            if node["k"] == "note":
                found.insert(0, nodes.pop(at))
            elif "c" in node:
                found[:0] = self.without_notes(node["c"])
        nodes[:] = joined(nodes)
        return found


def step_of(element: Element) -> int:
    """Which page of a slide shows an element first, from 2; 0 for the first page."""
    fragment = element.get(tree.FRAGMENT, "")
    return int(fragment) + 1 if fragment.isdecimal() and len(fragment) < 7 else 0


def length_of(text: str) -> list[Any]:
    """A length that a person wrote, as a number and the unit in Typst; empty where it is none."""
    found = _LENGTH.fullmatch(text)
    if found is None or not float(found[1]):
        return []
    unit, factor = _UNITS.get(found[2], (found[2], 1.0))
    return [float(found[1]) * factor, unit]


# --- HTML as text ---

_PIECE: Final = re.compile(r"<!--[\s\S]*?(?:-->|\Z)|<[!?/]?[A-Za-z][^>]*>|<[!?][^>]*>")
_NAME: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_PARAGRAPHS: Final = frozenset(
    {"p", "div", "li", "ul", "ol", "tr", "table", "section", "article", "header", "footer", "aside", "figure"}
    | {"figcaption", "blockquote", "details", "summary", "dt", "dd", "dl", "pre", "hr", "main", "nav", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "caption", "center", "address", "fieldset"}
)
_CELLS: Final = frozenset({"td", "th", "option"})


def raw_parts(text: str) -> list[Element]:
    """The text of a block of HTML, each paragraph an element that holds what a reader gives for inline HTML."""
    parts = [Element(tree.SPAN)]
    at = 0

    def add(piece: str) -> None:
        piece = re.sub(r"\s+", " ", html.unescape(piece))
        last = parts[-1]
        if len(last):
            last[-1].tail = (last[-1].tail or "") + piece
        else:
            last.text = (last.text or "") + piece

    for found in _PIECE.finditer(text):
        add(text[at : found.start()])
        at = found.end()
        name = _NAME.match(found[0])
        word = name[1].casefold() if name else ""
        if word in _PARAGRAPHS:
            parts.append(Element(tree.SPAN))
        elif word in _CELLS:
            add(" ")
        elif word:
            raw = Element(tree.RAW)
            raw.text = found[0]
            parts[-1].append(raw)
    add(text[at:])
    return parts
