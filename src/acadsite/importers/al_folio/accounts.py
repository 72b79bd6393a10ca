"""Accounts of al-folio (``_data/socials.yml``, earlier keys of ``_config.yml``) as ``profiles`` of the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.importers.cv_site import unique
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import Problem, quote, warning

if TYPE_CHECKING:
    from acadsite.problems import Span
    from acadsite.sources import Node

#: Key there → network here, and where the user name leads if we do not know the network.
NETWORKS: Final[dict[str, tuple[str, str]]] = {
    "orcid_id": ("orcid", ""),
    "scholar_userid": ("google_scholar", ""),
    "github_username": ("github", ""),
    "gitlab_username": ("gitlab", ""),
    "linkedin_username": ("linkedin", ""),
    "twitter_username": ("twitter", ""),
    "x_username": ("x", ""),
    "semanticscholar_id": ("semantic_scholar", ""),
    "research_gate_profile": ("researchgate", ""),
    "inspirehep_id": ("inspire", ""),
    "wikidata_id": ("wikidata", ""),
    "wikipedia_id": ("wikipedia", ""),
    "youtube_id": ("youtube", ""),
    "dblp_url": ("dblp", ""),
    "bluesky_url": ("bluesky", ""),
    "mastodon_username": ("mastodon", "https://{}"),
    "work_url": ("Work", ""),
    "blogger_url": ("Blogger", ""),
    "acm_id": ("ACM", "https://dl.acm.org/profile/{}"),
    "facebook_id": ("Facebook", "https://facebook.com/{}"),
    "flickr_id": ("Flickr", "https://www.flickr.com/{}"),
    "hal_id": ("HAL", "https://cv.hal.science/{}"),
    "ieee_id": ("IEEE", "https://ieeexplore.ieee.org/author/{}"),
    "instagram_id": ("Instagram", "https://instagram.com/{}"),
    "kaggle_id": ("Kaggle", "https://www.kaggle.com/{}"),
    "keybase_username": ("Keybase", "https://keybase.io/{}"),
    "lastfm_id": ("Last.fm", "https://www.last.fm/user/{}"),
    "lattes_id": ("Lattes", "http://lattes.cnpq.br/{}"),
    "leetcode_id": ("LeetCode", "https://leetcode.com/u/{}/"),
    "medium_username": ("Medium", "https://medium.com/@{}"),
    "osf_id": ("OSF", "https://osf.io/{}/"),
    "pinterest_id": ("Pinterest", "https://www.pinterest.com/{}"),
    "publons_id": ("Publons", "https://publons.com/a/{}/"),
    "quora_username": ("Quora", "https://www.quora.com/profile/{}"),
    "scopus_id": ("Scopus", "https://www.scopus.com/authid/detail.uri?authorId={}"),
    "spotify_id": ("Spotify", "https://open.spotify.com/user/{}"),
    "stackoverflow_id": ("Stack Overflow", "https://stackoverflow.com/users/{}"),
    "strava_userid": ("Strava", "https://www.strava.com/athletes/{}"),
    "telegram_username": ("Telegram", "https://t.me/{}"),
    "unsplash_id": ("Unsplash", "https://unsplash.com/@{}"),
    "whatsapp_number": ("WhatsApp", "https://wa.me/{}"),
    "zotero_username": ("Zotero", "https://www.zotero.org/{}"),
}
#: What is no account, or is taken elsewhere.
_OTHER: Final = frozenset({"email", "rss_icon", "cv_pdf"})


def profiles(root: Node, *, only_known: bool) -> tuple[dict[str, str], list[Problem]]:
    """Accounts in the order of the file. ``only_known``: other keys are no accounts at all (settings of a site)."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for key, node in (root.value if isinstance(root.value, dict) else {}).items():
        place = root.keys.get(key, node.span)
        if key == "academia_edu" and isinstance(node.value, dict):
            organization, user = (node.get(name) for name in ("organization", "username"))
            if organization is not None and user is not None:
                found["Academia.edu"] = f"https://{organization.raw}.academia.edu/{user.raw}"
        elif isinstance(node.value, dict) and not only_known:
            title, url = node.get("title"), node.get("url")
            if url is not None and url.raw and is_external(url.raw) and not unsafe_reason(url.raw):
                found[unique(title.raw if title is not None and title.raw else key, found)] = url.raw
            else:
                problems.append(_left(key, place))
        elif key in NETWORKS and not isinstance(node.value, (dict, tuple)) and node.value is not None:
            name, pattern = NETWORKS[key]
            value = node.raw.strip()
            address = pattern.format(value.lstrip("@")) if pattern and not is_external(value) else value
            if address and not unsafe_reason(address):
                found[name] = address
            elif address:
                problems.append(_left(key, place))
        elif not only_known and key not in _OTHER and node.value is not None:
            problems.append(_left(key, place))
    return found, problems


def _left(key: str, place: Span) -> Problem:
    hint = "Write it into author: profiles."
    return warning("import-key", f"The account {quote(key)} is not taken over.", place, hint)
