"""Code blocks to HTML with classes, by Pygments.

In: code and the name of a language. Out: escaped HTML for the inside of ``<code>``, with spans of Pygments' short
class names (``k``, ``s1``, …). A block that Pygments cannot do in time comes out plain. Nothing is lost or added:
the text of the HTML is the code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.markup.deadline import OutOfTime, within
from acadsite.memo import key_of

if TYPE_CHECKING:
    from acadsite.markup.lexing import QuickLexer
    from acadsite.memo import Memo

#: Seconds for one block. An ordinary block takes one thousandth of a second.
LIMIT: Final = 0.8

#: Longer blocks are shown plain: nobody reads them, and each thousand characters takes about a millisecond.
LONGEST: Final = 100_000

#: Not languages to look up: their text has no colours.
_PLAIN: Final = frozenset({"", "text", "txt", "plain", "plaintext", "none", "output", "mermaid", "dot"})


class Highlighted(NamedTuple):
    """``html`` of a block; ``in_time`` is False when it is plain because Pygments took too long."""

    html: str
    in_time: bool = True


def escaped(text: str) -> str:
    """``text`` for the content of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=256)
def _lexer(language: str) -> QuickLexer | None:
    # Pygments takes 30 ms to import; sites without code do not pay that.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    from acadsite.markup.lexing import QuickLexer

    try:
        return QuickLexer(get_lexer_by_name(language, stripnl=False, ensurenl=False))
    except ClassNotFound:
        return None


def highlighted(code: str, language: str, memo: Memo | None = None) -> Highlighted:
    """``code`` in colours; plain for an unknown language. ``memo`` keeps what was done in time."""
    if language in _PLAIN or len(code) > LONGEST:
        return Highlighted(escaped(code))
    if memo is None:
        return _highlighted(code, language)
    key = key_of(language, code)
    html: str | None = memo.get("code", key, str)
    if html is not None:
        return Highlighted(html)
    done = _highlighted(code, language)
    if done.in_time:  # another time or machine may be quicker
        memo.put("code", key, done.html, str)
    return done


@lru_cache(maxsize=2048)
def _highlighted(code: str, language: str) -> Highlighted:
    try:
        html = within(LIMIT, _spans, code, language)
    except OutOfTime:
        return Highlighted(escaped(code), in_time=False)
    return Highlighted(html if html is not None else escaped(code))


class _Classes(dict[Any, str]):
    """The class name of a kind of token: its own or that of the nearest kind above that has one."""

    def __missing__(self, kind: Any) -> str:
        from pygments.token import STANDARD_TYPES

        known = kind
        while known not in STANDARD_TYPES:
            known = known.parent
        name = STANDARD_TYPES[known]
        self[kind] = name if name != "w" else ""
        return self[kind]


_CLASSES: Final = _Classes()


def _spans(code: str, language: str) -> str | None:
    """``code`` in colours; None for an unknown language, and when the lexer changed the text (some expand tabs or
    line ends)."""
    lexer = _lexer(language)
    if lexer is None:
        return None
    classes = _CLASSES
    # Most code has nothing to escape: one look at it instead of one at each piece.
    show = escaped if escaped(code) != code else str
    out: list[str] = []
    start = end = 0  # the stretch of one class
    before = ""
    for kind, text in lexer.tokens(code):
        name = classes[kind]
        if name != before:
            if end > start:
                piece = show(code[start:end])
                out.append(f'<span class="{before}">{piece}</span>' if before else piece)
            before, start = name, end
        end += len(text)
    if end > start:
        piece = show(code[start:end])
        out.append(f'<span class="{before}">{piece}</span>' if before else piece)
    return "".join(out) if end == len(code) else None
