"""Texts of a Jekyll site as our Markdown.

In: the body of a document. Out: Markdown with the same meaning, and a problem for everything that is not taken over.
What Jekyll does before it reads Markdown (Liquid) is done first, what kramdown reads differently afterwards.
"""

from __future__ import annotations

import html
import posixpath
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from acadsite.importers.jekyll.fences import fences, outside_code
from acadsite.importers.jekyll.kramdown import kramdown
from acadsite.importers.jekyll.liquid import Known, Liquid, without_tags
from acadsite.links import is_external
from acadsite.problems import Problem, Span, quote, warning

__all__ = ["Known", "convert", "introduction", "is_list_only"]

#: Headings and rules.
_HEADINGS: Final = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t].*|[-*_]{3,}[ \t]*)$", re.MULTILINE)
#: Where addresses stand: links and pictures of Markdown, attributes, definitions of links.
_TARGET: Final = re.compile(r"""(\]\([ \t]*<?|\b(?:href|src)=["'])([^\s"'<>()]+)""")
_DEFINED: Final = re.compile(r"(?m)^( {0,3}\[(?!\^)[^\]\n]+\]:[ \t]+<?)([^\s<>]+)")
_SCRIPT: Final = re.compile(r"<(script|iframe)\b", re.IGNORECASE)
_EMOJI: Final = re.compile(r"(?<![\w:]):([a-z0-9_+-]{2,30}):(?![\w:])")
#: Emoji whose short names are not those of Unicode.
_FACES: Final = {
    "smile": "😄", "smiley": "😃", "tada": "🎉", "rocket": "🚀", "heart": "❤️", "+1": "👍",
    "thumbsup": "👍", "fire": "🔥", "star": "⭐", "warning": "⚠️", "bulb": "💡", "memo": "📝",
    "pencil": "📝", "newspaper": "📰", "mortar_board": "🎓", "email": "✉️", "envelope": "✉️", "link": "🔗",
    "laughing": "😆", "grinning": "😀", "wave": "👋", "clap": "👏", "eyes": "👀", "white_check_mark": "✅",
    "x": "❌", "trophy": "🏆", "book": "📖", "books": "📚", "computer": "💻", "house": "🏠",
}  # fmt: skip


def convert(
    body: str, path: str, line: int, known: Known, *, is_html: bool = False
) -> tuple[str, list[Problem]]:
    """The body of a document as our Markdown, and what could not be taken over. ``line`` is where it begins."""
    reader = Liquid(body, path, line, known)
    text = reader.run()
    problems = reader.problems
    if is_html:
        # Indented HTML would be code in Markdown.
        text = _dedented(text)
    else:
        text, more = kramdown(text, path, line, body)
        problems += more
    problems += _scripts(body, path, line)
    return outside_code(text, lambda part: _rooted(_emoji(part), known)), problems


def _scripts(body: str, path: str, line: int) -> list[Problem]:
    """A warning for each element that runs something of its own; it is kept."""
    code = fences(body)
    problems = []
    for found in _SCRIPT.finditer(body):
        if not any(start <= found.start() < end for start, end in code):
            message = f"An element {quote(f'<{found[1].lower()}>')} is kept as it is."
            hint = "See whether it does without the scripts of the old theme."
            column = found.start() - body.rfind("\n", 0, found.start())
            place = Span(path, line + body.count("\n", 0, found.start()), column)
            problems.append(warning("import-script", message, place, hint))
    return problems


def is_list_only(body: str) -> bool:
    """Whether there is nothing in a body but templates and elements: a page that lists things."""
    return not re.sub(r"<[^<>]*>", "", re.sub(r"<!--.*?-->", "", without_tags(body), flags=re.DOTALL)).strip()


def introduction(body: str) -> tuple[str, str]:
    """What stands before the first template or element, without headings of what follows; and the words behind it."""
    found = re.search(r"\{[%{]|<[A-Za-z!]", body)
    if found is None:
        return body.strip(), ""
    behind = re.sub(r"<!--.*?-->", "", without_tags(body[found.start() :]), flags=re.DOTALL)
    words = _HEADINGS.sub("", html.unescape(re.sub(r"<[^<>]*>", " ", behind)))
    before = body[: found.start()].strip().split("\n")
    while before and (not before[-1].strip() or _HEADINGS.fullmatch(before[-1])):
        before.pop()
    return "\n".join(before).strip(), " ".join(words.split()) if re.search(r"[^\W\d_]{3}", words) else ""


def _dedented(text: str) -> str:
    """HTML without indentation, but for what is preformatted."""
    parts = re.split(r"(?is)(<(?:pre|textarea|script|style)\b.*?</(?:pre|textarea|script|style)>)", text)
    return "".join(part if at % 2 else re.sub(r"(?m)^[ \t]+", "", part) for at, part in enumerate(parts))


def _emoji(text: str) -> str:
    def face(match: re.Match[str]) -> str:
        if match[1] in _FACES:
            return _FACES[match[1]]
        try:
            sign = unicodedata.lookup(match[1].replace("_", " "))
        except KeyError:
            return match[0]
        return sign if unicodedata.category(sign) == "So" else match[0]

    return _EMOJI.sub(face, text) if ":" in text else text


def _rooted(text: str, known: Known) -> str:
    """Addresses within the site from its root, without base path and host: ours get them when they are published."""

    def whole(match: re.Match[str]) -> str:
        return match[1] + _address(match[2], known)

    return _DEFINED.sub(whole, _TARGET.sub(whole, text))


def _address(target: str, known: Known) -> str:
    base = known.base.strip("/")
    host = known.url.rstrip("/")
    for prefix in filter(None, (f"{host}/{base}".rstrip("/") if host else "", f"/{base}" if base else "")):
        if target.startswith(f"{prefix}/"):
            return target[len(prefix) :]
    if is_external(target) or target[:1] in {"/", "#", "?", "{", "@", "\\"} or not target:
        return target
    path, mark = re.split(r"(?=[#?])", target, maxsplit=1) if re.search(r"[#?]", target) else (target, "")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(known.path), unquote(path)))
    if beside in known.addresses and path.endswith((".md", ".markdown")):
        return known.addresses[beside] + mark
    folder = known.here if known.here.endswith("/") else posixpath.dirname(known.here)
    joined = posixpath.normpath(posixpath.join(folder or "/", path))
    return f"/{joined.lstrip('/')}{'/' if path.endswith('/') and joined != '/' else ''}{mark}"
