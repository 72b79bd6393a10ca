"""Publications of RenderCV as a .bib file, which is what lists of publications are made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex.exports import written
from acadsite.exports.plain import plain
from acadsite.importers.cv_site import unique
from acadsite.markup import tree
from acadsite.markup.inline import inline_document
from acadsite.people import parse_name
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

_SIGNS: Final = {
    "\\": "\\textbackslash{}",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "`": "\\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "{}$%&#_"},
}
_BRACES: Final = {"{": "\\textbraceleft{}", "}": "\\textbraceright{}"}
_COMMANDS: Final = {
    tree.EMPHASIS: "emph",
    tree.STRONG: "textbf",
    tree.CODE: "texttt",
    tree.SUBSCRIPT: "textsubscript",
}
_DATE: Final = re.compile(r"\d{4}(-\d{2}){0,2}\Z")
_OTHERS: Final = re.compile(r"et\s+al\.?|others|…|\.\.\.")


def latex_text(text: str) -> str:
    """Plain text as LaTeX that decodes to it. BibTeX counts braces, escaped or not: those without a partner become
    commands."""
    signs = _SIGNS if _is_paired(text) else _SIGNS | _BRACES
    return "".join(signs.get(char, char) for char in text)


def _is_paired(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def latex_markdown(text: str) -> str:
    """Inline Markdown as LaTeX; links by their words."""
    return " ".join(_inside(inline_document(text).tree).split())


def _inside(element: Element) -> str:
    parts = [latex_text(element.text or "")]
    for child in element:
        if child.tag == tree.MATH:
            inner = f"${child.text or ''}$"
        elif child.tag == tree.RAW:
            inner = ""
        else:
            inner = _inside(child)
            command = _COMMANDS.get(child.tag)
            inner = f"\\{command}{{{inner}}}" if command and inner else inner
        parts += (inner, latex_text(child.tail or ""))
    return "".join(parts)


def entry_text(item: dict[str, Any], keys: Iterable[str]) -> tuple[str, str]:
    """Key and text of an entry. ``item`` has Markdown in ``title``, ``journal``, ``summary`` and ``authors``, text in
    the rest."""
    authors = [plain(name) for name in item.get("authors", ())]
    date = item.get("date", "")
    year = re.search(r"\d{4}", date)
    first = parse_name(authors[0]) if authors else {"family": "", "literal": ""}
    word = slug(plain(item.get("title", ""))).split("-")
    stem = slug(f"{first['family'] or first['literal']}{year[0] if year else ''}{word[0]}").replace("-", "")
    key = unique(stem if re.fullmatch(r"[a-z0-9]+", stem) else "work", keys)
    fields = {
        "title": latex_markdown(item.get("title", "")),
        "author": " and ".join(map(_author, authors)),
        "journal": latex_markdown(item.get("journal", "")),
        "date" if _DATE.match(date) else "year": latex_text(date),
        "doi": item.get("doi", ""),
        "url": item.get("url", ""),
        "abstract": latex_markdown(item.get("summary", "")),
        "keywords": item.get("keywords", ""),
    }
    kind = "article" if fields["journal"] and date else "misc"
    return key, written(kind, key, {name: value for name, value in fields.items() if value})


def _author(name: str) -> str:
    """A name as it may stand between two “and”."""
    if _OTHERS.fullmatch(name):
        return "others"
    text = latex_text(" ".join(name.split()))
    is_odd = re.search(r"\band\b", text) or text.count(",") > 2
    return f"{{{text}}}" if is_odd else text
