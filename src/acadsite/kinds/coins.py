"""COinS: each entry of a list as an OpenURL context object in a ``<span class="Z3988">``, for reference managers.

Key/encoded-value formats of ANSI/NISO Z39.88-2004 (journal, book, dissertation, patent, dc). Only for pages that list
several publications: where a page has one, Zotero prefers it to the tags in the head, which say more (measured; its
priorities are 310 for COinS and 320 for embedded metadata).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from acadsite.jinja import markup
from acadsite.kinds.citable import citable, inverted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from acadsite.kinds.citable import Citable
    from acadsite.track import RecordView

#: Kind of publication → format, genre (of “dc”: the type, in Zotero's words), and the key of the title.
_FORMATS = {
    "article": ("journal", "article", "atitle"),
    "paper": ("book", "proceeding", "atitle"),
    "chapter": ("book", "bookitem", "atitle"),
    "book": ("book", "book", "btitle"),
    "edited": ("book", "book", "btitle"),
    "report": ("book", "report", "btitle"),
    "thesis": ("dissertation", "", "title"),
    "patent": ("patent", "", "title"),
    "preprint": ("dc", "preprint", "title"),
    "software": ("dc", "computerProgram", "title"),
    "dataset": ("dc", "dataset", "title"),
}
_OTHER = ("dc", "document", "title")
#: What the formats call the authors.
_AUTHOR = {"dc": "creator", "patent": "inventor"}


def coins(work: RecordView) -> Markup:
    """A publication of a list for reference managers (COinS), as a span without text."""
    pairs = [f"{key}={_quoted(value)}" for key, value in pairs_of(citable(work)) if value]
    # An “&” before a name that no “;” follows stands for itself in HTML, which saves a tenth of a long list.
    return markup(f'<span class="Z3988" title="{"&".join(pairs)}"></span>')


@lru_cache(maxsize=8192)
def _quoted(value: str) -> str:
    """A value as it stands in an address; names and journals come again and again."""
    return quote_plus(value, ":/,()")


def pairs_of(work: Citable) -> Iterator[tuple[str, str]]:
    """Keys and values of the context object; values may be empty."""
    form, genre, title = _FORMATS.get(work.kind, _OTHER)
    is_dc = form == "dc"
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"
    yield "rft.type" if is_dc else "rft.genre", genre
    yield f"rft.{title}", work.title
    author = f"rft.{_AUTHOR.get(form, 'au')}"
    for name in work.authors:
        yield author, inverted(name)
    yield "rft.date", work.date
    if is_dc:
        yield "rft.source", work.container
        yield "rft.publisher", work.publisher
    elif form == "journal":
        yield "rft.jtitle", work.container
        yield "rft.volume", work.volume
        yield "rft.issue", work.issue
        yield "rft.issn", work.issn
    elif form == "book":
        if title == "atitle":
            yield "rft.btitle", work.container
        yield "rft.pub", work.institution or work.publisher
        yield "rft.isbn", work.isbn
        yield "rft.volume", work.volume
    elif form == "dissertation":
        yield "rft.inst", work.institution
    elif form == "patent":
        yield "rft.number", work.issue
    if not is_dc:
        yield "rft.spage", work.first
        yield "rft.epage", work.last
    if work.doi:
        yield "rft_id", f"info:doi/{work.doi}"
    else:
        yield "rft_id", work.url
