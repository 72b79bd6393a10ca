"""Which addresses may stand in a link, for everybody who writes one.

A browser runs ``javascript:`` links, and it finds the scheme after dropping tabs, line breaks and leading control
characters (https://url.spec.whatwg.org/#concept-basic-url-parser). The functions here look at an address as a
browser would; they know nothing of the site.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote as _percent
from urllib.parse import urlsplit

#: ``data:`` is a document of its own in a frame or a link; ``file:`` only says what the author's disk looks like.
REFUSED: Final = frozenset({"javascript", "vbscript", "livescript", "mocha", "data", "file", "filesystem"})

#: What leads to somebody else's page, a mail or a call.
_ELSEWHERE: Final = frozenset({"https", "http", "mailto", "tel", "ftp"})

#: Pictures of dots cannot run anything; SVG can, and is left out.
_RASTER: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp)[;,]", re.IGNORECASE)

#: Characters that a browser drops, or that only serve to hide a scheme from a reader.
_INVISIBLE: Final = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]+")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.\-~/#?&=+,:;@!$'()*]*")
#: An address of the web with nothing odd in it.
_WEB: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9_.\-~/#?=+,:;@!$'()*%]*)?")
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")

#: Stands at the start of an address for the root of the site; whoever writes the page replaces it.
SITE_ROOT: Final = "\x02"


def scheme_of(url: str) -> str:
    """The scheme a browser would see, in lower case, or an empty string for a relative address."""
    found = _SCHEME.match(_INVISIBLE.sub("", url))
    return found[1].lower() if found else ""


@lru_cache(maxsize=4096)
def safe_url(url: str) -> str | None:
    """``url`` without control characters and outer blanks, or None when its scheme may not be linked to.

    Refused: ``javascript``, ``vbscript``, ``data``, ``file`` and their kin, however they are spelled: in any
    case, with control or invisible characters inside, or as character references.
    """
    if ":" not in url and "&" not in url and _PLAIN.fullmatch(url):
        return url
    if scheme_of(url) in REFUSED or scheme_of(html.unescape(url)) in REFUSED:
        return None
    return _CONTROL.sub("", url).strip()


def safe_image(url: str) -> str | None:
    """As ``safe_url``, but ``data:`` addresses of raster pictures are let through."""
    if _RASTER.match(_INVISIBLE.sub("", url)):
        return _INVISIBLE.sub("", url)
    return safe_url(url)


@lru_cache(maxsize=4096)
def percent_encoded(url: str) -> str:
    """``url`` with everything percent-encoded that may not stand in an address; what is encoded already stays.

    The set is cmark's. ``SITE_ROOT`` at the start is kept.
    """
    if _PLAIN.fullmatch(url):
        return url
    root = SITE_ROOT if url.startswith(SITE_ROOT) else ""
    url = _STRAY_PERCENT.sub("%25", url[len(root) :])
    return root + _percent(url, safe="%/#?&=+,:;@!$'()*~", errors="replace")


def unsafe_reason(url: str) -> str:
    """Why an address from data (YAML, BibTeX) may not be linked, or an empty string when it may.

    Stricter than ``safe_url``: an address that begins with ``//`` names another server in a way that nobody
    writes on purpose in a list of papers.
    """
    if _WEB.fullmatch(url):
        return ""
    scheme = scheme_of(html.unescape(url))
    if scheme in REFUSED:
        return f"has the scheme “{scheme}:”, which is not allowed in links"
    if _INVISIBLE.sub("", url).startswith(("//", "\\\\", "/\\", "\\/")):
        return "names a server without saying how to reach it"
    try:
        urlsplit(url)
    except ValueError:  # an open bracket in the host, a port that is no number
        return "cannot be read as an address"
    return ""


def leads_elsewhere(url: str) -> bool:
    """Whether an address from data is that of a page, mailbox or telephone elsewhere, and may be linked."""
    return scheme_of(url) in _ELSEWHERE and not unsafe_reason(url)


def is_external(url: str) -> bool:
    """Whether an address leaves the site: it has a scheme or names a server."""
    return url.startswith("https://") or bool(scheme_of(url)) or url.lstrip().startswith("//")
