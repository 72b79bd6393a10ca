"""Addresses from content: which of them may stand in a link.

The rule is a list of what is allowed, read the way browsers read an address: white space and control characters
inside the scheme do not count (WHATWG URL, section 4.4), so ``java\\tscript:`` is ``javascript:``.
"""

from __future__ import annotations

import html
import re

SAFE_SCHEMES = frozenset(
    {
        "http",
        "https",
        "mailto",
        "tel",
        "ftp",
        "ftps",
        "doi",
        "xmpp",
        "matrix",
        "geo",
        "sms",
        "news",
        "irc",
        "magnet",
    }
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")


def scheme_of(address: str) -> str:
    """The scheme of an address in lower case, as a browser would find it; empty for a relative address."""
    match = _SCHEME.match(_IGNORED.sub("", html.unescape(address)))
    return match.group(1).lower() if match else ""


def unsafe_reason(address: str) -> str:
    """Why an address may not be linked ("has the scheme …"), or an empty string when it may."""
    scheme = scheme_of(address)
    if scheme and scheme not in SAFE_SCHEMES:
        return f"has the scheme “{scheme}:”, which is not allowed in links"
    bare = _IGNORED.sub("", address)
    if bare.startswith(("//", "\\\\", "/\\", "\\/")):
        return "names a server without saying how to reach it"
    return ""


def is_external(address: str) -> bool:
    """Whether an address leaves the site: it has a scheme or names a server."""
    return bool(scheme_of(address)) or address.lstrip().startswith("//")
