"""Posts: how long it takes to read one, which others are like it, and the pages of their list."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.library import Query
from acadsite.records import slug
from acadsite.track import CollectionView, RecordView, current, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acadsite.kinds.names import Names
    from acadsite.kinds.page import PageView

#: Words that are read in a minute.
_WORDS: Final = 200
#: How many posts like one are shown, and how many of a topic are looked at on either side of it: of thousands of posts
#: all would take minutes.
_SHOWN: Final = 3
_NEAR: Final = 50


class Part(NamedTuple):
    """A page of the list of posts: what it shows, and the addresses of the pages beside it, None at the ends."""

    records: CollectionView
    newer: str | None
    older: str | None


def reading_minutes(names: Names, record: RecordView) -> int:
    """How long a text takes to read, in whole minutes and at least one; 0 for one without words, and where site.yaml
    does not want it said."""
    current().note("config", "posts")
    body = record.body if names.config["posts"]["reading_time"] else None
    return math.ceil(body.count / _WORDS) if body is not None else 0


def related_posts(names: Names, record: RecordView) -> list[RecordView]:
    """At most three other posts: those that share most topics with a post, then most publications; then the nearest in
    time, so that a new post is not named by all."""
    current().note("alike", record.id)
    return [view_of(names.site, "posts", identifier) for identifier in alike(names, record.id)]


def alike(names: Names, identifier: str) -> tuple[str, ...]:
    """The ids of the posts that are like one. The answer to “alike”."""
    library = names.site.library
    post = library.get("posts", identifier)
    if post is None:
        return ()
    topics = names.topics()
    _, places = names.in_order("posts")
    here = places[identifier]

    def near(posts: Sequence[str]) -> Sequence[str]:
        at = bisect_left(posts, here, key=places.__getitem__)
        return posts[max(0, at - _NEAR) : at + _NEAR + 1]

    shared = Counter(
        other
        for topic in dict.fromkeys(slug(tag) or "tag" for tag in post.data["tags"])
        for other in near(topics[topic])
    )
    works = Counter(
        other
        for work in library.related("posts", identifier, "publications")
        for other in near(library.related("publications", work, "posts"))
    )
    found = [other for other in (shared | works) if other != identifier]
    found.sort(key=lambda other: (-shared[other], -works[other], abs(places[other] - here), places[other]))
    return tuple(found[:_SHOWN])


def parts(count: int, settings: Any) -> Iterator[int]:
    """The numbers of the pages of a list of so many posts but for the first, with these settings (``posts``)."""
    size = settings["per_page"]
    return iter(range(2, -(-count // size) + 1) if size else ())


def posts_part(names: Names, page: PageView) -> Part:
    """What a page of the list of posts shows; all of them where site.yaml does not divide it."""
    current().note("config", "posts")
    size, number = names.config["posts"]["per_page"], page.params.get("part", 1)
    if not size:
        return Part(CollectionView(names.site, Query("posts")), None, None)
    query = Query("posts", limit=size, offset=(number - 1) * size)

    def href(of: int) -> str | None:
        return names.site.href(("page", f"posts-page:{of}" if of > 1 else "posts")) if of else None

    return Part(CollectionView(names.site, query), href(number - 1), href(number + 1))
