"""Inline text for Typst: nodes as plain values, which a theme's ``.typ`` turns into content.

A node is a text, or a mapping with its kind as ``k``: ``em``, ``strong``, ``sub``, ``sup``, ``sc``, ``u``, ``del``
with their nodes as ``c``; ``a`` with its address ``u`` as well; ``code`` with its text ``t``; ``math`` with Typst's
math source ``t`` and the TeX ``alt``; ``br``. Nothing of it is ever Typst code but the source of formulas, which
``typst_math`` writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.links import SITE_ROOT, percent_encoded, safe_url
from acadsite.markup import tree
from acadsite.markup.inline import inline_document, rich_text
from acadsite.markup.source import CONTROL
from acadsite.markup.text import text_of
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
    "i": "em", "em": "em", "cite": "em", "b": "strong", "strong": "strong", "sub": "sub", "sup": "sup", "u": "u",
    "s": "del", "del": "del",
}  # fmt: skip
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\b[^>]*>")
_RICH: Final = frozenset({"em", "strong", "sc", "sup", "sub", "u"})
#: Deeper nodes are shown without their markup: Typst has a limit as well.
_DEEPEST: Final = 40


def inline_nodes(text: str, path: str = "", *, resolve: Resolve | None = None, root: str = "") -> Nodes:
    """The nodes of one line of Markdown. ``root`` is the full address of the site's root; without one, links into
    the site are left out, and their text stays. What is wrong with the text is not told: the web page tells it."""
    document = inline_document(text, path)
    return _Writer(resolve, root, Span(path)).content(document.tree)


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
    return _joined(out)


def math_node(tex: str) -> Any:
    """A formula; as its TeX in code letters where it cannot be set."""
    formula = typst_math(tex)
    tex = CONTROL.sub("", tex.strip())
    if formula.source is None:
        return {"k": "code", "t": tex}
    return {"k": "math", "t": formula.source, "alt": tex} if formula.source else ""


@dataclass(slots=True)
class _Writer:
    resolve: Resolve | None
    root: str
    place: Span
    #: Open elements of HTML: their kind and the list that goes on when they end.
    _open: list[tuple[str, Nodes]] = field(default_factory=list)

    def content(self, element: Element, depth: int = 0) -> Nodes:
        if depth > _DEEPEST:
            return [text_of(element)]
        outer, self._open = self._open, []
        whole: Nodes = []
        out = whole
        if element.text:
            out.append(element.text)
        for child in element:
            if child.tag == tree.RAW:
                out = self._raw(child.text or "", out)
            else:
                out += self._one(child, depth)
            if child.tail:
                out.append(child.tail)
        self._open = outer
        return _joined(whole)

    def _raw(self, text: str, out: Nodes) -> Nodes:
        """The list to go on with behind a tag of HTML."""
        found = _TAG.match(text)
        if found is None:
            return out
        name = found[2].casefold()
        if name in {"br", "wbr"}:
            out.append({"k": "br"} if name == "br" else "\u200b")
            return out
        kind = _HTML.get(name)
        if kind is None:
            return out
        if not found[1]:
            if len(self._open) > _DEEPEST:
                return out
            inner: Nodes = []
            out.append({"k": kind, "c": inner})
            self._open.append((kind, out))
            return inner
        if self._open and self._open[-1][0] == kind:
            return self._open.pop()[1]
        return out

    def _one(self, element: Element, depth: int) -> Nodes:
        tag = element.tag
        kind = _KINDS.get(tag)
        if kind is not None:
            return [{"k": kind, "c": self.content(element, depth + 1)}]
        match tag:
            case tree.CODE:
                return [{"k": "code", "t": element.text or ""}]
            case tree.MATH:
                return [math_node(element.text or "")]
            case tree.BREAK:
                return [{"k": "br"}]
            case tree.IMAGE:
                return [element.get("alt", "")]
            case tree.LINK:
                return self._link(element.get("href", ""), "link", self.content(element, depth + 1))
            case tree.WIKI_LINK:
                return self._key(element, "wiki", [element.text] if element.text else [])
            case tree.CITATIONS:
                return self._citations(element, depth)
            case tree.CITE | tree.CROSS_REFERENCE:
                return self._cite(element, depth)
            case tree.NOTE_REFERENCE | tree.INLINE_NOTE | tree.NOTES:
                return []
        return self.content(element, depth + 1)

    def _link(self, target: str, kind: Any, inner: Nodes) -> Nodes:
        url = safe_url(target)
        if url is None:
            return inner
        found = self.resolve(url, kind, self.place) if self.resolve is not None else None
        return self._to(found.url if found is not None else url, inner)

    def _to(self, url: str, inner: Nodes) -> Nodes:
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
        return self._to(found.url, inner or [found.title or key])

    def _citations(self, element: Element, depth: int) -> Nodes:
        is_bracket = element.get(tree.FORM) == "bracket"
        out: Nodes = ["["] if is_bracket else []
        for at, child in enumerate(element):
            out += ["; "] if at else []
            out += self._one(child, depth + 1)
        return [*out, "]"] if is_bracket else out

    def _cite(self, element: Element, depth: int) -> Nodes:
        prefix, suffix = element.find(tree.PREFIX), element.find(tree.SUFFIX)
        out = [*self.content(prefix, depth + 1), " "] if prefix is not None else []
        if element.tag == tree.CITE:
            out += self._key(element, "cite", [])
        else:
            out.append("@" + element.get(tree.KEY, ""))
        if suffix is not None:
            inner = self.content(suffix, depth + 1)
            starts = inner[0][:1] if inner and isinstance(inner[0], str) else " "
            out += inner if starts in ",;:" else [" ", *inner]
        return out


def _joined(nodes: Nodes) -> Nodes:
    """Neighbouring texts in one."""
    out: Nodes = []
    for node in nodes:
        if isinstance(node, str) and out and isinstance(out[-1], str):
            out[-1] += node
        elif node != "":
            out.append(node)
    return out
