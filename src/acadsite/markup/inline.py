"""Short texts: one line of Markdown from a record, and the rich text of a bibliography.

The same safety as for documents holds: text is escaped, links go through ``safe_url``, raw HTML is kept or
sanitised as the site says.
"""

from __future__ import annotations

import html as _html
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.links import percent_encoded, safe_url
from acadsite.markup import Body, Document, Mode, commonmark, excerpt_of, tree
from acadsite.markup.code import escaped
from acadsite.markup.html import Resolve, Words, Writer
from acadsite.markup.math import mathml
from acadsite.markup.source import CONTROL, Source, cleaned
from acadsite.markup.text import text_of
from acadsite.problems import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Nothing in such a text can be markup: no need to ask a parser.
_PLAIN: Final = re.compile(r"[^\W_][\w ,;.'()/–—’\-]*")
_MARKED: Final = re.compile(r"_|www\.|--|  ")

#: Stands before a line so that it begins no list, heading or quote; the reader drops it.
_GUARD: Final = "&#8203;"
_GUARD_CHAR: Final = "\u200b"


def inline_document(text: str, path: str = "", line: int = 1, html: Mode = "trusted") -> Document:
    """``text`` read as one line of Markdown: what would begin a block (``#``, ``1.``, ``-``) is text.

    The root of the tree holds the inlines themselves, without a paragraph around them.
    """
    one_line = " ".join(cleaned(text).split())
    source = Source.of(_GUARD + one_line, path, line)
    root, problems = commonmark.read(source)
    if len(root) and root[0].tag == "p":
        paragraph = root[0]
        root.text = (paragraph.text or "").removeprefix(_GUARD_CHAR)
        rest = list(root)[1:]
        root[:] = [*paragraph, *rest]
    return Document(root, source, html, tuple(problems))


def inline_body(
    text: str,
    path: str = "",
    line: int = 1,
    *,
    resolve: Resolve | None = None,
    html: Mode = "trusted",
    words: Words | None = None,
) -> Body:
    """``text`` as one line of Markdown, with its links and problems. ``line`` is where it stands in ``path``."""
    document = inline_document(text, path, line, html)
    writer = Writer(document.source, resolve, html, words=words or Words(), permalinks=False)
    out = writer.write(document.tree).strip()
    return Body(
        out,
        (),
        "",
        "",
        excerpt_of(document.tree) or " ".join(text_of(document.tree).split()),
        tuple(writer.links),
        tuple(writer.anchors),
        tuple(
            # Where in a YAML value the text stands is not known to the character.
            replace(problem, where=Span(path, line))
            for problem in (*document.problems, *writer.problems)
        ),
    )


@lru_cache(maxsize=16384)
def inline(text: str, html: Mode = "trusted") -> str:
    """``text`` as one line of Markdown: HTML that may stand in a paragraph, a heading or a link's place.

    Addresses are left as they are; keys and citations are shown as text. Problems are not told: use
    ``inline_body`` where somebody reads them.
    """
    if _PLAIN.fullmatch(text) and not _MARKED.search(text):
        return text.strip()
    return inline_body(text, html=html).html


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """The plain text of one line of Markdown: for titles of windows, feeds and metadata. Formulas are in words where
    there are some for them, else TeX."""
    if _PLAIN.fullmatch(text) and not _MARKED.search(text):
        return text.strip()
    root = inline_document(text).tree
    for formula in root.iter(tree.MATH):
        from acadsite.bibtex.formulas import in_words  # most titles have none

        formula.text = in_words(formula.text or "") or formula.text
    return " ".join(text_of(root).split())


# --- rich text -------------------------------------------------------------------------------------------------

_TAGS: Final[Mapping[str, tuple[str, str]]] = {
    "em": ("<em>", "</em>"),
    "strong": ("<strong>", "</strong>"),
    "sc": ('<span class="small-caps">', "</span>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
    "u": ("<u>", "</u>"),
    "nocase": ("", ""),
}
#: Deeper nodes of a rich text are shown without their markup.
_DEEPEST: Final = 50


def rich_html(rich: Sequence[Any] | str, _depth: int = 0) -> str:
    """HTML of a rich text: a tuple of strings and nodes ``(kind, …)`` (``math``, ``em``, ``strong``, ``code``,
    ``sc``, ``sup``, ``sub``, ``u``, ``nocase``, ``link``)."""
    if isinstance(rich, str):
        return _text_html(rich)
    if _depth > _DEEPEST:
        return escaped(CONTROL.sub("", rich_text(rich)))
    out: list[str] = []
    for node in rich:
        if isinstance(node, str):
            out.append(_text_html(node))
            continue
        kind = node[0]
        if kind == "math":
            found = mathml(node[1]).mathml
            out.append(f'<code class="math">{escaped(node[1])}</code>' if found is None else found)
        elif kind == "code":
            out.append(f"<code>{escaped(CONTROL.sub('', node[1]))}</code>")
        elif kind == "link":
            url = safe_url(node[1])
            inner = rich_html(node[2], _depth + 1)
            out.append(f'<a href="{_html.escape(percent_encoded(url))}">{inner}</a>' if url else inner)
        else:
            before, after = _TAGS.get(kind, ("", ""))
            out.append(f"{before}{rich_html(node[1], _depth + 1)}{after}")
    return "".join(out)


def _text_html(text: str) -> str:
    # Looking whether all can be printed costs a fifth of the search.
    return escaped(text if text.isprintable() else CONTROL.sub("", text))


def rich_text(rich: Sequence[Any] | str) -> str:
    """The plain text of a rich text; formulas as TeX."""
    out: list[str] = []
    todo: list[Any] = [iter((rich,) if isinstance(rich, str) else rich)]
    while todo:
        for node in todo[-1]:
            if isinstance(node, str):
                out.append(node)
                continue
            inner = node[2] if node[0] == "link" else node[1]
            todo.append(iter((inner,) if isinstance(inner, str) else inner))
            break
        else:
            todo.pop()
    return CONTROL.sub("", "".join(out))
