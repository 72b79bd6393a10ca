"""Trees of citations and entries → HTML, Typst nodes (``markup.typst``), plain text: here alone text is escaped.

``cite`` and ``note`` say what becomes of the nodes of those kinds: they take what is inside, written, and give what
stands there (a link to the entry, a footnote). Without them the inside stays alone.
"""

from __future__ import annotations

import html as _html
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.tree import BLOCKS
from acadsite.links import percent_encoded, safe_url
from acadsite.markup.inline import rich_html
from acadsite.markup.source import CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TAGS: Final = {
    "em": ("<em>", "</em>"),
    "upright": ('<span class="upright">', "</span>"),
    "strong": ("<strong>", "</strong>"),
    "regular": ('<span class="regular">', "</span>"),
    "sc": ('<span class="small-caps">', "</span>"),
    "lower": ('<span class="no-caps">', "</span>"),
    "u": ("<u>", "</u>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
}
#: Typst's emphasis inside emphasis stands upright by itself.
_NODES: Final = {
    "em": "em",
    "upright": "em",
    "strong": "strong",
    "sc": "sc",
    "u": "u",
    "sup": "sup",
    "sub": "sub",
}


def html(
    tree: Sequence[Any],
    *,
    cite: Callable[[str, str], str] | None = None,
    note: Callable[[str], str] | None = None,
    _links: bool = True,
) -> str:
    """HTML of a tree. Blocks are ``div`` with the classes ``csl-left-margin`` and so on."""
    out: list[str] = []
    for node in tree:
        if isinstance(node, str):
            out.append(_html.escape(CONTROL.sub("", node), quote=False))
            continue
        kind = node[0]
        if kind in {"math", "code"}:
            out.append(rich_html((node,)))
            continue
        inner = html(
            node[-1], cite=cite, note=note, _links=_links and not (kind == "cite" and cite is not None)
        )
        if kind in _TAGS:
            before, after = _TAGS[kind]
            out.append(f"{before}{inner}{after}")
        elif kind == "link":
            url = safe_url(node[1]) if _links else None
            out.append(f'<a href="{_html.escape(percent_encoded(url))}">{inner}</a>' if url else inner)
        elif kind == "cite" and cite is not None:
            out.append(cite(node[1], inner))
        elif kind == "note" and note is not None:
            out.append(note(inner))
        elif kind in BLOCKS:
            out.append(f'<div class="csl-{kind}">{inner}</div>')
        else:
            out.append(inner)
    return "".join(out)


def typst(
    tree: Sequence[Any],
    *,
    cite: Callable[[str, list[Any]], list[Any]] | None = None,
    note: Callable[[list[Any]], list[Any]] | None = None,
) -> list[Any]:
    """Nodes for Typst. Blocks are nodes of their own kind with their nodes as ``c``."""
    from acadsite.markup.typst import math_node

    out: list[Any] = []
    for node in tree:
        if isinstance(node, str):
            out.append(CONTROL.sub("", node))
            continue
        kind = node[0]
        if kind == "math":
            out.append(math_node(node[1]))
            continue
        if kind == "code":
            out.append({"k": "code", "t": CONTROL.sub("", node[1])})
            continue
        inner = typst(node[-1], cite=cite, note=note)
        if kind in _NODES:
            out.append({"k": _NODES[kind], "c": inner})
        elif kind == "link":
            url = safe_url(node[1])
            out += [{"k": "a", "u": percent_encoded(url), "c": inner}] if url and ":" in url else inner
        elif kind == "cite" and cite is not None:
            out += cite(node[1], inner)
        elif kind == "note" and note is not None:
            out += note(inner)
        elif kind in BLOCKS:
            out.append({"k": kind, "c": inner})
        else:
            out += inner
    return out


def text(tree: Sequence[Any]) -> str:
    """The plain text of a tree; formulas as TeX, a space between blocks."""
    out: list[str] = []
    _text(tree, out)
    return CONTROL.sub("", "".join(out)).strip()


def _text(tree: Sequence[Any], out: list[str]) -> None:
    for node in tree:
        if isinstance(node, str):
            out.append(node)
        elif node[0] in {"math", "code"}:
            out.append(node[1])
        elif node[0] in BLOCKS:
            if out and not out[-1].endswith(" "):
                out.append(" ")
            _text(node[-1], out)
            out.append(" ")
        else:
            _text(node[-1], out)
