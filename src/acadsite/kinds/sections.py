"""The sections of the home page and of the CV: which there are, in which order, and what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.kinds.web import TITLES, tag_id
from acadsite.library import Query
from acadsite.problems import did_you_mean, quote, warning
from acadsite.track import CollectionView, Site, current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.kinds.names import Names
    from acadsite.problems import Problem
    from acadsite.track import RecordView


class Part(NamedTuple):
    """One section of the home page. ``name`` is what it was asked for by: a collection, about, selected, news, posts,
    or cv for one of the CV, which is then in ``cv``; ``records`` are what it shows. ``more`` leads to the whole list,
    with ``more_words``; it is empty where there is none."""

    name: str
    id: str
    title: str
    intro: str
    records: Any
    cv: Any
    more: str
    more_words: str


def home_sections(names: Names, home: RecordView) -> list[Part]:
    """The sections of the home page in order; those without content are left out."""
    parts = [_part(names, item) for item in home.sections]
    return [part for part in parts if part is not None]


def newest_day(site: Site) -> Any:
    """The day of the newest post, of its last change, or of the newest news, as content has it; None without any."""
    days = []
    for collection, name in (("posts", "updated"), ("posts", "date"), ("news", "date")):
        newest = CollectionView(site, Query(collection)).sort(f"-{name}").limit(1)
        days += [getattr(record, name) for record in newest]
    return max(
        filter(None, days),
        key=lambda day: [day[part] or 0 for part in ("year", "month", "day")],
        default=None,
    )


def _part(names: Names, item: Any) -> Part | None:
    if isinstance(item, str):
        item = {"section": item, "title": None, "intro": None, "limit": None}
    name = item["section"]
    if name == "about":
        return Part("about", "about", "", "", None, None, "", "")
    if name.startswith("cv:"):
        return _cv_part(names, name.removeprefix("cv:"), item["title"])
    return _collection_part(names, name, item["title"], item["intro"], item["limit"])


def _cv_part(names: Names, identifier: str, title: str | None) -> Part | None:
    current().note("field", "cv", "cv", "sections")
    record = names.site.library.get("cv", "cv")
    for section in record.data["sections"] if record else ():
        if section["id"] == identifier:
            words = title or section["title"] or identifier.capitalize()
            return Part("cv", identifier, words, "", None, section, "", "")
    return None


def _collection_part(
    names: Names, name: str, title: str | None, intro: str | None, limit: int | None
) -> Part | None:
    view = CollectionView(names.site, Query(name))
    more, words, heading = "", "", title or names.t(TITLES.get(name, name.capitalize()))
    if name == "selected":
        view = CollectionView(names.site, Query("publications")).where(selected=True)
        more, words = names.site.href(("page", "publications")) or "", "All publications"
        heading = title or names.t("Selected publications")
    elif name in {"news", "posts"}:
        more, words = names.site.href(("page", "posts")) or "", "All posts"
        heading = title or names.t("News" if name == "news" else "Latest writing")
        if name == "news" and not len(view):
            view = CollectionView(names.site, Query("posts")).where(kind="news")
            name = "posts"
        elif name == "posts":
            view = view.where(kind__ne="news") if limit is None else view
        limit = 5 if limit is None else limit
    if limit:
        if not more:
            more, words = names.site.href(("page", name)) or "", "All"
        view = view.limit(limit)
    if not len(view):
        return None
    if intro is None and name == "publications":
        intro = names.scholar_note()
    return Part(name, tag_id(name), heading, intro or "", view, None, more, words)


def unknown_sections(site: Site) -> Iterator[Problem]:
    """Warnings for sections of the home page that name nothing."""
    home = site.library.records["home"]["home"]
    cv = site.library.get("cv", "cv")
    sections = {section["id"] for section in cv.data["sections"]} if cv else set()
    known = {"about", "selected", "news", "posts", *site.library.records} | {
        f"cv:{name}" for name in sections
    }
    known |= {"publications", "repos", "talks", "students", "people", "courses", "projects", "slides"}
    for at, item in enumerate(home.data["sections"]):
        name = item if isinstance(item, str) else item["section"]
        if name not in known:
            place = home.place("sections", at, "section")
            yield warning(
                "home-section", f"There is no section {quote(name)}.", place, did_you_mean(name, known)
            )
