"""The author of academicpages (``author:`` in ``_config.yml``) as the owner of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import person_name
from acadsite.importers.jekyll.writing import compact, plain
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import Problem, quote, warning

if TYPE_CHECKING:
    from acadsite.importers.inline import Reader
    from acadsite.sources import Node

#: Key there → network here, and where a user name leads if we do not know the network.
_NETWORKS: Final[dict[str, tuple[str, str]]] = {
    "googlescholar": ("google_scholar", ""),
    "orcid": ("orcid", ""),
    "github": ("github", ""),
    "gitlab": ("gitlab", ""),
    "linkedin": ("linkedin", ""),
    "twitter": ("twitter", ""),
    "bluesky": ("bluesky", ""),
    "mastodon": ("mastodon", ""),
    "researchgate": ("researchgate", ""),
    "arxiv": ("arxiv", ""),
    "semantic": ("semantic_scholar", ""),
    "inspire-hep": ("inspire", ""),
    "wikipedia": ("wikipedia", ""),
    "youtube": ("youtube", ""),
    "dblp": ("dblp", ""),
    "academia": ("Academia.edu", "https://{}.academia.edu/"),
    "impactstory": ("Impactstory", "https://profiles.impactstory.org/u/{}"),
    "pubmed": ("PubMed", "https://pubmed.ncbi.nlm.nih.gov/?term={}"),
    "scopus": ("Scopus", "https://www.scopus.com/authid/detail.uri?authorId={}"),
    "ads": ("ADS", ""),
    "zotero": ("Zotero", "https://www.zotero.org/{}"),
    "bitbucket": ("Bitbucket", "https://bitbucket.org/{}"),
    "codepen": ("CodePen", "https://codepen.io/{}"),
    "dribbble": ("Dribbble", "https://dribbble.com/{}"),
    "kaggle": ("Kaggle", "https://www.kaggle.com/{}"),
    "stackoverflow": ("Stack Overflow", "https://stackoverflow.com/users/{}"),
    "artstation": ("ArtStation", "https://www.artstation.com/{}"),
    "facebook": ("Facebook", "https://www.facebook.com/{}"),
    "flickr": ("Flickr", "https://www.flickr.com/{}"),
    "foursquare": ("Foursquare", "https://foursquare.com/{}"),
    "goodreads": ("Goodreads", "https://www.goodreads.com/{}"),
    "keybase": ("Keybase", "https://keybase.io/{}"),
    "instagram": ("Instagram", "https://instagram.com/{}"),
    "lastfm": ("Last.fm", "https://www.last.fm/user/{}"),
    "medium": ("Medium", "https://medium.com/@{}"),
    "pinterest": ("Pinterest", "https://www.pinterest.com/{}"),
    "soundcloud": ("SoundCloud", "https://soundcloud.com/{}"),
    "steam": ("Steam", "https://steamcommunity.com/id/{}"),
    "telegram": ("Telegram", "https://t.me/{}"),
    "tumblr": ("Tumblr", "https://{}.tumblr.com"),
    "weibo": ("Weibo", "https://www.weibo.com/{}"),
    "xing": ("XING", "https://www.xing.com/profile/{}"),
    "zhihu": ("Zhihu", "https://www.zhihu.com/people/{}"),
}
_OTHER: Final = ("name", "avatar", "bio", "pronouns", "location", "employer", "uri", "email", "links")


def author(node: Node, name: str, reader: Reader) -> tuple[dict[str, Any], str, list[Problem]]:
    """``author`` of ``site.yaml``, the path of the picture (empty without one), and what has no place there."""
    problems: list[Problem] = []
    values = {
        key: inner
        for key, inner in (node.value if isinstance(node.value, dict) else {}).items()
        if not isinstance(inner.value, (dict, tuple)) and inner.value is not None and inner.raw.strip()
    }

    def text(key: str) -> str:
        return " ".join(values[key].raw.split()) if key in values else ""

    def markdown(key: str) -> str:
        return reader.line(values[key].raw, values[key].span) if key in values else ""

    accounts: dict[str, str] = {}
    for key, inner in values.items():
        if key in _NETWORKS:
            network, pattern = _NETWORKS[key]
            given = text(key)
            address = pattern.format(given.lstrip("@")) if pattern and not is_external(given) else given
            if unsafe_reason(address) or (not is_external(address) and network[:1].isupper()):
                problems.append(_left(key, inner, node))
            else:
                accounts[network] = address
        elif key not in _OTHER:
            problems.append(_left(key, inner, node))
    orcid = accounts.pop("orcid", "").rstrip("/").rsplit("/", 1)[-1]
    avatar = text("avatar").lstrip("/")
    picture = avatar if not avatar or "/" in avatar or is_external(avatar) else f"images/{avatar}"
    shown = plain(text("name")) or name
    pronouns = f"({text('pronouns')})" if text("pronouns") else ""
    url = text("uri")
    found = {
        "name": person_name(shown) if shown else None,
        "url": url if is_external(url) and not unsafe_reason(url) else "",
        "orcid": orcid,
        "email": text("email"),
        "role": markdown("bio"),
        "affiliation": markdown("employer"),
        "location": plain(text("location")),
        "note": pronouns,
        "profiles": accounts,
    }
    return compact(found), picture, problems


def _left(key: str, inner: Node, node: Node) -> Problem:
    where = node.keys.get(key) or inner.span
    hint = "Write it into author: profiles."
    return warning(
        "import-key", f"{quote(key)} of the author is not taken over: {quote(inner.raw[:60])}.", where, hint
    )
