"""Accounts elsewhere as links: the networks that academics use, and what an address is likely to be."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from acadsite.graph import href_of
from acadsite.jinja import markup
from acadsite.links import is_external, unsafe_reason
from acadsite.networks import PROFILES, network

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["PROFILES", "Link", "label_of_address", "profile", "veiled"]


class Link(NamedTuple):
    """A button or entry: what it says, where it leads, and how large the file there is, in words, where that says
    something."""

    name: str
    label: str
    href: str
    size: str = ""


@lru_cache(maxsize=256)
def veiled(text: str) -> Markup:
    """An e-mail address, or what begins with one, as references to characters: browsers show and open it as ever, and
    programs that look for an @ in the file find none."""
    return markup(
        "".join(f"&#{ord(char)};" if at % 3 else f"&#x{ord(char):x};" for at, char in enumerate(text))
    )


def profile(name: str, value: str) -> Link | None:
    """An account as a link: a known network with a user name, or any label with an address."""
    known = PROFILES.get(network(name))
    label = known[0] if known else name
    if is_external(value):
        href = value
    elif known is None:
        return None
    elif label == "Mastodon":  # @user@server
        user, _, server = value.lstrip("@").partition("@")
        href = f"https://{server}/@{user}" if server else ""
    else:
        href = known[1].format(href_of(value.lstrip("@")))
    return Link(name, label, href) if href and not unsafe_reason(href) else None


@lru_cache(maxsize=4096)
def label_of_address(url: str) -> str:
    """What a button with that address says, where the .bib file does not."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an open bracket in the host
        return "Paper"
    host = (parts.hostname or "").removeprefix("www.")
    if parts.path.casefold().endswith(".pdf"):
        return "PDF"
    known = {
        "arxiv.org": "arXiv",
        "doi.org": "DOI",
        "dx.doi.org": "DOI",
        "github.com": "Code",
        "openreview.net": "OpenReview",
    }
    return known.get(host, "Paper")
