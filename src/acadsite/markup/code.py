"""Code blocks to HTML with classes, by Pygments.

In: code and the name of a language. Out: escaped HTML for the inside of ``<code>``, with spans of Pygments' short
class names (``k``, ``s1``, …). A block that Pygments cannot do in time comes out plain. Nothing is lost or added:
the text of the HTML is the code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.markup.deadline import OutOfTime, within

if TYPE_CHECKING:
    from pygments.lexer import Lexer

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
def _lexer(language: str) -> Lexer | None:
    # Pygments takes 30 ms to import; sites without code do not pay that.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def is_known(language: str) -> bool:
    """Whether there are colours for ``language``."""
    return language not in _PLAIN and _lexer(language) is not None


@lru_cache(maxsize=2048)
def highlighted(code: str, language: str) -> Highlighted:
    """``code`` in colours; plain for an unknown language."""
    if language in _PLAIN or len(code) > LONGEST or _lexer(language) is None:
        return Highlighted(escaped(code))
    try:
        html = within(LIMIT, _spans, code, language)
    except OutOfTime:
        return Highlighted(escaped(code), in_time=False)
    # A lexer that changes the text (some expand tabs or line ends) is not to be trusted with it.
    return Highlighted(html if html is not None else escaped(code))


def _spans(code: str, language: str) -> str | None:
    from pygments.token import STANDARD_TYPES

    lexer = _lexer(language)
    if lexer is None:
        return None
    out: list[str] = []
    length = 0
    last_class, last_text = "", ""
    for kind, text in lexer.get_tokens(code):
        known: Any = kind
        while known not in STANDARD_TYPES:
            known = known.parent
        name = STANDARD_TYPES[known]
        if name == "w":
            name = ""
        length += len(text)
        if name == last_class:
            last_text += text
            continue
        if last_text:
            safe = escaped(last_text)
            out.append(f'<span class="{last_class}">{safe}</span>' if last_class else safe)
        last_class, last_text = name, text
    if last_text:
        safe = escaped(last_text)
        out.append(f'<span class="{last_class}">{safe}</span>' if last_class else safe)
    return "".join(out) if length == len(code) else None
