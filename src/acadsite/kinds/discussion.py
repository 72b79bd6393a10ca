"""Where a post is discussed: a link that its reader follows, since comments on the page itself would need a server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from acadsite.links import is_external
from acadsite.track import current

if TYPE_CHECKING:
    from acadsite.kinds.names import Names
    from acadsite.track import RecordView


def discussion(names: Names, post: RecordView, canonical: str) -> str:
    """The address where a post is discussed, for a link: its own, else that of site.yaml with the post's title and
    full address (``canonical``, may be empty) in it; empty where there is none."""
    if post.discuss is False:
        return ""
    if post.discuss:
        own = str(post.discuss)
        return own if is_external(own) else names.address(own)
    current().note("config", "posts")
    pattern: str = names.config["posts"]["discuss"] or ""
    return pattern.replace("{title}", quote(post.title, safe="")).replace("{url}", quote(canonical, safe=""))
