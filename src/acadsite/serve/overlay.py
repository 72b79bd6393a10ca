"""What the preview adds to pages: the reload script at their head, problems and marks at their end.

All of it is built from text that is escaped here. It stands in a shadow tree, so that neither the site's sheets nor
ours touch the other; nothing of it is in any file that is built.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from acadsite.problems import Problem, Span, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: How many problems are shown; the terminal has them all.
_MOST = 20
#: Lines around the one in question, and characters of a line.
_AROUND = 2
_WIDTH = 160

#: Where a document begins: white space, comments, the doctype, <html>, <head>, each of which may be absent.
_OPENING = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s+|<!--.*?-->|<\?[^>]*>)*(?:<!doctype[^>]*>)?(?:\s+|<!--.*?-->)*"
    rb"(?:<html(?:\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*)?>)?(?:\s+|<!--.*?-->)*"
    rb"(?:<head(?:\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*)?>)?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a page would not be in the site: a word, and when it will be."""

    word: str
    more: str


@cache
def client_script() -> bytes:
    """The script that goes before livereload's own."""
    return (Path(__file__).parent / "client.js").read_bytes()


@cache
def _sheet() -> str:
    return (Path(__file__).parent / "overlay.css").read_text(encoding="utf-8")


def with_script(page: bytes, source: str, version: str, tail: str) -> bytes:
    """A page with the reload script and ``tail``. The script is the first thing in the head: it runs before a
    content policy that the page has in a ``meta`` element, and nothing that the page leaves open can swallow it."""
    tag = f'<script src="{html.escape(source)}" data-version="{html.escape(version)}"></script>'
    found = _OPENING.match(page, 0, 4096)
    end = found.end() if found else 0
    return b"".join((page[:end], tag.encode(), page[end:], tail.encode()))


def bare_page() -> bytes:
    """The page where there is none to show: it holds the problems only."""
    return (
        b'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        b'<meta name="viewport" content="width=device-width, initial-scale=1">'
        b'<meta name="color-scheme" content="light dark"><title>Problems</title></head><body></body></html>'
    )


def overlay(problems: str, mark: Mark | None, *, is_broken: bool) -> str:
    """The element with the problems (``panel``) and the mark of a page; empty where there is neither."""
    if not problems and mark is None:
        return ""
    note = ""
    if mark:
        word, more = html.escape(mark.word), html.escape(mark.more)
        note = f'<p class="mark"><strong>{word}</strong> <span>{more}</span></p>'
    shade = '<div class="shade"></div>' if problems and is_broken else ""
    return (
        '\n<acadsite-preview><template shadowrootmode="open">'
        f'<style>{_sheet()}</style><aside aria-label="Preview">{note}{shade}{problems}</aside>'
        "</template></acadsite-preview>\n"
    )


def panel(problems: Sequence[Problem], lines_of: Callable[[str], list[str] | None], *, is_old: bool) -> str:
    """The problems as HTML. ``is_old``: the pages are those of an earlier build."""
    count = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
    state = "The pages are those of the last good build." if is_old else "The pages are what could be built."
    items = "".join(_item(problem, lines_of) for problem in problems[:_MOST])
    if len(problems) > _MOST:
        items += f'<li class="more">and {len(problems) - _MOST} more in the terminal</li>'
    digest = blake2b(items.encode(), digest_size=6).hexdigest()
    return (
        f'<section class="panel" id="panel" data-digest="{digest}" role="alert" aria-labelledby="count">'
        f'<header><h2 id="count">{count}</h2><p>{state} Once it is mended, this goes away by itself.</p>'
        '<button type="button" class="close" aria-label="Close" aria-keyshortcuts="Escape">'
        '<span aria-hidden="true">✕</span></button></header>'
        f"<ol>{items}</ol></section>"
        f'<button type="button" class="open" aria-controls="panel" hidden>{count}</button>'
    )


def _item(problem: Problem, lines_of: Callable[[str], list[str] | None]) -> str:
    where = excerpt = ""
    if problem.where:
        where = f'<p class="where"><code>{_text(str(problem.where))}</code></p>'
        excerpt = _excerpt(problem.where, lines_of(problem.where.path))
    hint = f'<p class="hint"><b>Hint</b> {_text(problem.hint)}</p>' if problem.hint else ""
    return f"<li><h3>{_text(problem.message)}</h3>{where}{excerpt}{hint}</li>"


def _text(text: str) -> str:
    return html.escape(printable(text))


def _excerpt(span: Span, lines: list[str] | None) -> str:
    if not lines or not 1 <= span.line <= len(lines):
        return ""
    first = max(1, span.line - _AROUND)
    last = min(len(lines), span.line + _AROUND)
    start = max(span.column, 1) - 1
    shift = max(0, start - _WIDTH // 2)
    rows = []
    for number in range(first, last + 1):
        line = lines[number - 1].rstrip("\r\n").replace("\t", "    " if number != span.line else " ")
        shown = _text(line[shift : shift + _WIDTH])
        if number == span.line:
            end = span.end_column - 1 if span.end_line == span.line else start + 1
            end = max(start + 1, min(end, len(line)))
            before, inside, after = line[shift:start], line[start:end], line[end : shift + _WIDTH]
            shown = f"{_text(before)}<mark>{_text(inside) or ' '}</mark>{_text(after)}"
        kind = ' class="here"' if number == span.line else ""
        rows.append(f"<span{kind}><i>{number}</i>{shown}\n</span>")
    return f'<pre tabindex="0" aria-label="{_text(span.path)}, line {span.line}">{"".join(rows)}</pre>'
