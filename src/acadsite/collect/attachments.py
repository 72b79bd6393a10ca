"""Files beside texts that a text links: a film, a table of numbers, the PDF of a poster.

A file is published because a text that is shown names it in a link; what nobody links stays at home. Pictures have
rules of their own (``kinds.pictures``).
"""

from __future__ import annotations

import posixpath
import re
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from acadsite.images import FOREIGN, KINDS
from acadsite.records import nfc

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from acadsite.library import Document
    from acadsite.memo import Memo
    from acadsite.sources import Source

_CONTENT: Final = "content/"
#: Folders of which files are published in other ways, or never.
_APART: Final = ("content/static/", "content/snapshots/")
#: A PDF may be linked as well as shown.
_PICTURES: Final = tuple(sorted({*KINDS, *FOREIGN} - {".pdf"}))
_ADDRESS: Final = r"(?:<([^<>\n]+)>|\"([^\"\n]+)\"|'([^'\n]+)'|([^\s<>\"'()]+(?:\([^\s()]*\)[^\s<>\"'()]*)*))"
#: Where an address may stand: in Markdown, in HTML, in Quarto's shortcode for films. Apart, since `re` looks for what
#: begins with one character ten times as fast.
_TARGETS: Final = (
    re.compile(r"\](?:\(|:)\s*" + _ADDRESS),
    re.compile(r"=\s*" + _ADDRESS),
    re.compile(r"\{\{<\s*video\s+" + _ADDRESS),
)


def attached(
    sources: Mapping[str, Source],
    used: Collection[str],
    documents: Mapping[tuple[str, str], Document],
    memo: Memo,
) -> dict[str, Source]:
    """The files that documents link, by the paths at which they are published: as below ``content/``. ``sources`` are
    all files of the content by path, ``used`` the paths of those that are read as texts, lists or settings."""
    found = {
        path: source
        for path, source in sources.items()
        if path not in used
        and not path.startswith(_APART)
        and not path.lower().endswith(_PICTURES)
        and "/_" not in path
    }
    if not found:
        return {}
    named = memo.each("named files", documents, lambda document: frozenset(_named(document)))
    wanted = frozenset[str]().union(*(paths for _, paths in named.values()))
    return {path.removeprefix(_CONTENT): source for path, source in found.items() if path in wanted}


def _named(document: Document) -> Iterator[str]:
    """The paths of the site that a document's addresses may stand for."""
    folder = posixpath.dirname(document.path)
    for groups in chain.from_iterable(pattern.findall(document.text) for pattern in _TARGETS):
        target = "".join(groups)
        if ":" in target.partition("/")[0] or target.startswith(("#", "//")):
            continue
        path = nfc(unquote(re.split(r"[?#]", target, maxsplit=1)[0]))
        if path.startswith("/"):
            yield posixpath.normpath(f"{_CONTENT}{path.lstrip('/')}")
        elif path:
            yield posixpath.normpath(posixpath.join(folder, path))
