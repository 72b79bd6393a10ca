"""Inline text for Typst: nodes as plain values, which a theme's ``.typ`` turns into content.

A node is a text, or a mapping with its kind as ``k``: ``em``, ``strong``, ``sub``, ``sup``, ``sc``, ``u``, ``del``
with their nodes as ``c``; ``a`` with its address ``u`` as well; ``code`` with its text ``t``; ``math`` with Typst's
math source ``t`` and the TeX ``alt``; ``br``. Nothing of it is ever Typst code but the source of formulas, which
``typst_math`` writes.

The text is that of the web page (``markup.html``), with three exceptions: a picture is its alternative text, a note
stands in brackets where it is called, and formulas are set from their TeX.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.links import SITE_ROOT, percent_encoded, safe_url
from acadsite.markup import tree
from acadsite.markup.inline import inline_document, rich_text
from acadsite.markup.source import CONTROL
from acadsite.markup.typst_math import typst_math
from acadsite.problems import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from acadsite.markup.html import Resolve

Nodes = list[Any]

_KINDS: Final = {
    tree.EMPHASIS: "em",
    tree.STRONG: "strong",
    tree.DELETED: "del",
    tree.SUBSCRIPT: "sub",
    tree.SUPERSCRIPT: "sup",
}
#: Elements of HTML that say something that nodes can say as well.
_HTML: Final = {
    "i": "em", "em": "em", "cite": "em", "dfn": "em", "var": "em", "b": "strong", "strong": "strong", "sub": "sub",
    "sup": "sup", "u": "u", "ins": "u", "s": "del", "strike": "del", "del": "del", "a": "a",
}  # fmt: skip
#: Elements of HTML that nodes show as a page does.
SHOWN: Final = frozenset({*_HTML, "br", "wbr", "img"})
#: Elements of HTML whose content no browser shows as text.
_SILENT: Final = frozenset(
    {"script", "style", "template", "title", "iframe", "noembed", "noframes", "datalist"}
)
#: Classes of spans that say something as well.
_CLASSES: Final = {"smallcaps": "sc", "small-caps": "sc", "underline": "u", "ul": "u"}
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\b[^>]*>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"""\s(href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_RICH: Final = frozenset({"em", "strong", "sc", "sup", "sub", "u"})
#: Deeper nodes are shown without their markup: Typst has a limit as well.
_DEEPEST: Final = 40


def inline_nodes(text: str, path: str = "", *, resolve: Resolve | None = None, root: str = "") -> Nodes:
    """The nodes of one line of Markdown. ``root`` is the full address of the site's root; without one, links into
    the site are left out, and their text stays. What is wrong with the text is not told: the web page tells it."""
    document = inline_document(text, path)
    return Inlines(resolve, root, Span(path), document.tree).content(document.tree)


def rich_nodes(rich: Sequence[Any] | str, _depth: int = 0) -> Nodes:
    """The nodes of a rich text (``bibtex.latex.rich``)."""
    if isinstance(rich, str):
        return [CONTROL.sub("", rich)] if rich else []
    if _depth > _DEEPEST:
        return [rich_text(rich)]
    out: Nodes = []
    for node in rich:
        if isinstance(node, str):
            out.append(CONTROL.sub("", node))
            continue
        kind = node[0]
        if kind == "math":
            out.append(math_node(node[1]))
        elif kind == "code":
            out.append({"k": "code", "t": CONTROL.sub("", node[1])})
        elif kind == "link":
            url, inner = safe_url(node[1]), rich_nodes(node[2], _depth + 1)
            out += [{"k": "a", "u": percent_encoded(url), "c": inner}] if url else inner
        elif kind in _RICH:
            out.append({"k": kind, "c": rich_nodes(node[1], _depth + 1)})
        else:
            out += rich_nodes(node[1], _depth + 1)
    return joined(out)


def math_node(tex: str) -> Any:
    """A formula; as its TeX in code letters where it cannot be set."""
    formula = typst_math(tex)
    tex = CONTROL.sub("", tex.strip())
    if formula.source is None:
        return {"k": "code", "t": tex}
    return {"k": "math", "t": formula.source, "alt": tex} if formula.source else ""


@dataclass(slots=True)
class Inlines:
    """Writes the inlines of one tree; ``whole`` is where footnotes and what is referred to are looked up. Writers of
    whole documents say differently what notes, pictures and references are."""

    resolve: Resolve | None
    root: str
    place: Span
    whole: Element
    deepest: int = _DEEPEST
    #: Open elements of HTML: their name and the list that goes on when they end.
    _open: list[tuple[str, Nodes]] = field(default_factory=list)
    #: The element of HTML under way that shows nothing.
    _silent: str = ""

    def content(self, element: Element, depth: int = 0) -> Nodes:
        """What an element holds."""
        outer, self._open = self._open, []
        whole: Nodes = []
        out = whole
        if element.text and not self._silent:
            out.append(_on_one_line(element.text))
        for child in element:
            if child.tag == tree.RAW:
                out = self._raw(child.text or "", out)
            elif not self._silent:
                out += self.inline(child, depth)
            else:
                out += self.content(child, depth + 1)  # the end of what is silent may be in there
            if child.tail and not self._silent:
                out.append(_on_one_line(child.tail))
        self._open = outer
        return joined(whole)

    def _raw(self, text: str, out: Nodes) -> Nodes:
        """The list to go on with behind a tag of HTML."""
        found = _TAG.match(text)
        if found is None:
            return out
        name, is_end = found[2].casefold(), bool(found[1])
        if self._silent:
            self._silent = "" if is_end and name == self._silent else self._silent
        elif name in _SILENT:
            self._silent = "" if is_end else name
        elif name in {"br", "wbr"}:
            out.append({"k": "br"} if name == "br" else "\u200b")
        elif name == "img":
            out.append(_attribute(text, "alt"))
        elif name in _HTML:
            return self._end(name, out) if is_end else self._start(name, text, out)
        return out

    def _start(self, name: str, text: str, out: Nodes) -> Nodes:
        inner: Nodes = []
        kind = _HTML[name]
        node = {"k": kind, "c": inner}
        if kind == "a":
            made = self._link(_attribute(text, "href"), "link", inner)
            if made is inner:  # an address that leads nowhere
                return out
            node = made[0]
        if len(self._open) > self.deepest:
            return out
        out.append(node)
        self._open.append((name, out))
        return inner

    def _end(self, name: str, out: Nodes) -> Nodes:
        """Elements that are still open inside of one end with it, as in a browser."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == name:
                out = self._open[at][1]
                del self._open[at:]
                break
        return out

    def inline(self, element: Element, depth: int) -> Nodes:
        """One inline element."""
        tag = element.tag
        match tag:
            case tree.CODE:
                return [{"k": "code", "t": element.text or ""}]
            case tree.MATH:
                return [math_node(element.text or "")]
            case tree.BREAK:
                return [{"k": "br"}]
            case tree.IMAGE:
                return [element.get("alt", "")]
            case tree.WIKI_LINK:
                return self._key(element, "wiki", [element.text] if element.text else [])
            case tree.CITATIONS:
                return self._citations(element, depth)
            case tree.CITE | tree.CROSS_REFERENCE:
                return self._cite(element, depth)
            case tree.NOTES:
                return []
            case tree.NOTE_REFERENCE:
                return self._note(element, depth)
        inner = self.content(element, depth + 1)
        if tag == tree.INLINE_NOTE:
            return [" (", *inner, ")"]
        if depth > self.deepest:
            return inner
        if tag == tree.LINK:
            return self._link(element.get("href", ""), "link", inner)
        kind = _KINDS.get(tag)
        if tag == tree.SPAN:
            kind = next(
                (_CLASSES[name] for name in element.get("class", "").split() if name in _CLASSES), None
            )
        return inner if kind is None else [{"k": kind, "c": inner}]

    def _note(self, element: Element, depth: int) -> Nodes:
        key = element.get(tree.KEY, "")
        notes = self.whole.find(tree.NOTES)
        note = next((one for one in (() if notes is None else notes) if one.get(tree.KEY) == key), None)
        return [f"[^{key}]"] if note is None else [" (", *self.content(note, depth + 1), ")"]

    def _link(self, target: str, kind: Any, inner: Nodes) -> Nodes:
        url = safe_url(target)
        if url is None:
            return inner
        found = self.resolve(url, kind, self.place) if self.resolve is not None else None
        return self.linked(found.url if found is not None else url, inner)

    def linked(self, url: str, inner: Nodes) -> Nodes:
        """``inner`` as a link to ``url``, or as it is where that leads nowhere."""
        if url.startswith(SITE_ROOT):
            url = self.root + url[len(SITE_ROOT) :] if self.root else ""
        is_whole = ":" in url
        safe = safe_url(url) if is_whole else None
        return [{"k": "a", "u": percent_encoded(safe), "c": inner}] if safe else inner

    def _key(self, element: Element, kind: Any, inner: Nodes) -> Nodes:
        key = element.get(tree.KEY, "")
        found = self.resolve(key, kind, self.place) if self.resolve is not None else None
        if found is None:
            return inner or [f"@{key}" if kind == "cite" else key]
        return self.linked(found.url, inner or [found.title or key])

    def _citations(self, element: Element, depth: int) -> Nodes:
        is_bracket = element.get(tree.FORM) == "bracket"
        out: Nodes = ["["] if is_bracket else []
        for at, child in enumerate(element):
            out += ["; "] if at else []
            out += self.inline(child, depth + 1)
        return [*out, "]"] if is_bracket else out

    def _reference(self, key: str) -> str:
        """What a reference to a part of the text says."""
        target = next((one for one in self.whole.iter() if one.get("id") == key), None)
        if target is None:
            return f"@{key}"
        return tree.CROSS_REFERENCES.get(key.split("-", 1)[0], key)

    def _cite(self, element: Element, depth: int) -> Nodes:
        prefix, suffix = element.find(tree.PREFIX), element.find(tree.SUFFIX)
        out = [*self.content(prefix, depth + 1), " "] if prefix is not None else []
        if element.tag == tree.CITE:
            out += self._key(element, "cite", [])
        else:
            out.append(self._reference(element.get(tree.KEY, "")))
        if suffix is not None:
            inner = self.content(suffix, depth + 1)
            starts = inner[0][:1] if inner and isinstance(inner[0], str) else " "
            out += inner if starts in ",;:" else [" ", *inner]
        return out


def _attribute(tag: str, name: str) -> str:
    """An attribute of a tag of HTML."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1].casefold() == name:
            return html.unescape(found[2] or found[3] or found[4] or "")
    return ""


def _on_one_line(text: str) -> str:
    """A line break of the source is a blank; in a string of Typst it would be one of the page."""
    return text.replace("\n", " ") if "\n" in text else text


def joined(nodes: Nodes) -> Nodes:
    """Neighbouring texts in one."""
    out: Nodes = []
    for node in nodes:
        if isinstance(node, str) and out and isinstance(out[-1], str):
            out[-1] += node
        elif node != "":
            out.append(node)
    return out
