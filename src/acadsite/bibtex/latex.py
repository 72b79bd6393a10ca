"""LaTeX of one field → Rich text (see ``rich``), plain text, or an address.

For the LaTeX that stands in bibliographies. Nothing fails: what is not known is kept as text and named. Of HTML, which
Crossref and Google Scholar leave in their exports, entities (``&amp;``) and the tags of italics, small capitals, sub-
and superscripts are read; all else of it, Markdown, ``&`` and a lone ``%`` are plain text here. The result is in
Unicode normal form C.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from acadsite.bibtex.addresses import verbatim
from acadsite.bibtex.decoder import Decoder
from acadsite.bibtex.macros import NO_MACROS, Macros
from acadsite.bibtex.richtext import Rich, composed, plain, spoken

__all__ = ["Decoded", "Rich", "decode", "name_text", "plain", "rich", "spoken", "text", "verbatim"]

_NOT_PLAIN = re.compile(r"[\\{}$~`'&<\t\n\r\f\v]|--|\s\s")
_SPECIAL = ("\\", "{", "  ", "--", "'", "$", "~", "`", "}", "&", "<")
_SPACE = re.compile(r"\s+")
#: What is longer hardly comes twice.
_SHORT = 200


@dataclass(frozen=True, slots=True)
class Decoded:
    """Rich text, and the commands that were not known with their offsets into the raw text."""

    text: Rich
    unknown: tuple[tuple[str, int], ...] = ()


def rich(raw: str, macros: Macros = NO_MACROS) -> Rich:
    """The Rich text of a field.

    A node is a ``str`` or one of ``("math", tex)``, ``("em", rich)``, ``("strong", rich)``, ``("code", text)``,
    ``("sc", rich)``, ``("sup", rich)``, ``("sub", rich)``, ``("u", rich)``, ``("nocase", rich)`` (braces that
    protect from a change of case) and ``("link", url, rich)``. Whitespace is collapsed, ``~`` is U+00A0.
    """
    return (decode if len(raw) <= _SHORT else _decode)(raw, macros).text


def _is_plain(raw: str) -> bool:
    """Whether nothing in a text is more or less than it looks."""
    if raw.isprintable():  # then the only whitespace is the space
        return not any(sign in raw for sign in _SPECIAL)
    return _NOT_PLAIN.search(raw) is None


def text(raw: str, macros: Macros = NO_MACROS) -> str:
    """The plain text of a field: ``plain(rich(raw))``."""
    return plain(decode(raw, macros).text)


@lru_cache(maxsize=4096)
def decode(raw: str, macros: Macros = NO_MACROS) -> Decoded:
    """Rich text and unknown commands of a field; cached, since journals and publishers come again and again."""
    return _decode(raw, macros)


def _decode(raw: str, macros: Macros) -> Decoded:
    if _is_plain(raw):
        value = raw.strip()
        return Decoded((composed(value),) if value else ())
    decoder = Decoder(raw, macros, straight=False)
    return Decoded(decoder.whole(), tuple(decoder.unknown))


@lru_cache(maxsize=16384)
def name_text(raw: str, macros: Macros = NO_MACROS) -> str:
    """The plain text of a part of a name: as ``text``, but apostrophes stay straight and spaces are spaces."""
    if _is_plain(raw.replace("'", "")):
        return composed(raw.strip())
    decoder = Decoder(raw, macros, straight=True)
    return _SPACE.sub(" ", plain(decoder.whole())).strip()
