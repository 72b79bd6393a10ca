"""The pages of the web site: home, lists, details, writing, teaching, people, 404.

``plan`` is a pure function from library and config to pages and menu. A page kind is a name, a template of the
same name, and a url pattern that ``urls:`` in site.yaml may replace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acadsite.graph import Page, clean_url, old_url
from acadsite.kinds import books, facets, moved, posts, search, translations
from acadsite.kinds.feeds import feed_pages
from acadsite.kinds.languages import language_of
from acadsite.kinds.sitemap import machine_pages
from acadsite.memo import Each
from acadsite.problems import Problem, Span, did_you_mean, error, quote
from acadsite.records import FrozenMap, Record, fold, freeze, segment, slug

if TYPE_CHECKING:
    from collections.abc import Collection

    from acadsite.config import Config
    from acadsite.library import Library

#: Page kind → url pattern. ``{id}`` is the record's id, ``{year}`` its year.
URLS: dict[str, str] = {
    "home": "",
    "publications": "publications/",
    "publication": "publications/{id}/",
    "publications-json": "publications.json",
    "publications-ris": "publications.ris",
    "publications-all": "publications/all/",
    "publications-overview": "publications/overview/",
    "publications-year": "publications/year/{id}/",
    "publications-type": "publications/type/{id}/",
    "publications-topic": "publications/topic/{id}/",
    "publications-venue": "publications/venue/{id}/",
    "repos": "repos/",
    "talks": "talks/",
    "talk": "talks/{id}/",
    "students": "students/",
    "people": "people/",
    "person": "people/{id}/",
    "posts": "posts/",
    "posts-page": "posts/page/{id}/",
    "post": "posts/{id}/",
    "tags": "posts/tags/",
    "tag": "posts/tags/{id}/",
    "courses": "courses/",
    "course": "courses/{id}/",
    "projects": "projects/",
    "project": "projects/{id}/",
    "slides": "slides/",
    "deck": "slides/{id}/",
    "page": "{id}/",
    "book": "{id}/",
    "cv": "cv/",
    "cv-variant": "cv/{id}/",
    "cv-form": "cv/{id}/",
    "cv-fields": "cv-{id}.txt",
    "search": "search/",
    "feed": "feed.xml",
    "feed-json": "feed.json",
    "sitemap": "sitemap.xml",
    "robots": "robots.txt",
    "favicon": "favicon.svg",
    "llms": "llms.txt",
    "404": "404.html",
    "redirect": "{id}",
}

#: Lists that get a menu entry where they have records, with the words for it.
LISTS: dict[str, str] = {
    "publications": "Publications",
    "talks": "Talks",
    "repos": "Software",
    "projects": "Projects",
    "courses": "Teaching",
    "slides": "Slides",
    "students": "Students",
    "posts": "Writing",
    "cv": "CV",
}
TITLES: dict[str, str] = {**LISTS, "repos": "Software", "people": "People", "tags": "Topics"}
_TEMPLATES = {
    "cv-variant": "cv.html",
    "cv-fields": "cv-fields.txt",
    "llms": "llms.txt",
    "publications-all": "publications.html",
    **{f"publications-{facet}": "publications-by.html" for facet in facets.FACETS},
    "publications-json": "publications.json",
    "publications-ris": "publications.ris",
    "posts-page": "posts.html",
}
_SINGULAR = {
    "publications": "publication",
    "talks": "talk",
    "people": "person",
    "posts": "post",
    "courses": "course",
    "projects": "project",
    "slides": "deck",
}
#: From so many publications on there is something to see at a glance.
_MANY = 10
#: Pages whose records may ask for an address of their own.
_ADDRESSED = frozenset({"page", "post", "course", "project", "deck"})


@dataclass(slots=True)
class Planned:
    """Pages of records as they were planned last, by kind: they are taken again while the records and the patterns of
    urls are the same."""

    patterns: Any = None
    made: dict[str, _Made] = field(default_factory=dict)
    facets: facets.Known = field(default_factory=Each)
    search: search.Planned = field(default_factory=search.Planned)


@dataclass(slots=True)
class _Made:
    """The pages of a kind: for all ``records`` together, and for each."""

    records: Mapping[str, Record]
    pages: list[Page]
    problems: list[Problem]
    each: dict[str, tuple[Record, list[Page], list[Problem]]]


@dataclass(slots=True)
class _Plan:
    library: Library
    config: Config
    planned: Planned
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    made: dict[str, _Made] = field(default_factory=dict)

    def add_records(self, kind: str, records: Mapping[str, Record]) -> None:
        """The pages of records, and those that lead to them from other addresses."""
        known = self.planned.made.get(kind)
        if known is None or known.records is not records:
            pages, problems = len(self.pages), len(self.problems)
            before = known.each if known else {}
            each = {record.id: self._pages_of(kind, record, before) for record in records.values()}
            known = _Made(records, self.pages[pages:], self.problems[problems:], each)
        else:
            self.pages += known.pages
            self.problems += known.problems
        self.made[kind] = known

    def add_facets(self, records: Mapping[str, Record]) -> None:
        """The pages of what divides the publications."""
        known = self.planned.made.get("facets")
        if known is None or known.records is not records:
            count = len(self.pages)
            for value, params in facets.params(records, self.config["publications"], self.planned.facets):
                kind = f"publications-{value.facet}"
                self.add(kind, value.label, identifier=value.id, params=params)
            known = _Made(records, self.pages[count:], [], {})
        else:
            self.pages += known.pages
        self.made["facets"] = known

    def _pages_of(
        self, kind: str, record: Record, before: Mapping[str, tuple[Record, list[Page], list[Problem]]]
    ) -> tuple[Record, list[Page], list[Problem]]:
        known = before.get(record.id)
        if known is not None and known[0] is record:
            self.pages += known[1]
            self.problems += known[2]
            return known
        pages, problems = len(self.pages), len(self.problems)
        self.add(kind, _record_title(record), record=record)
        return record, self.pages[pages:], self.problems[problems:]

    def title(self, name: str) -> str:
        settings = self.config.data.get(name)
        given = settings.get("title") if isinstance(settings, Mapping) else None
        return str(
            given or self.config["labels"].get(TITLES.get(name, name), TITLES.get(name, name.capitalize()))
        )

    def pattern(self, kind: str) -> str:
        return str(self.config["urls"].get(kind, URLS[kind]))

    def url(self, kind: str, record: Record | None = None, identifier: str = "") -> str:
        wished = record.data.get("url") if record and kind in _ADDRESSED else None
        if wished:
            url = clean_url(wished)
            if url is not None:
                return url
            hint = "Use letters, digits, “-”, “_” and “.” between slashes, such as /about/."
            place = record.place("url") if record else None
            self.problems.append(error("url-form", f"{quote(wished)} is no address of a page.", place, hint))
        year = str(record.data.get("year") or "undated") if record else ""
        raw = self.pattern(kind).replace("{id}", record.id if record else identifier).replace("{year}", year)
        url = clean_url(raw) if raw else ""
        return url if url is not None else URLS[kind].replace("{id}", record.id if record else identifier)

    def add(self, kind: str, title: str, **more: Any) -> None:
        record: Record | None = more.pop("record", None)
        identifier = more.pop("identifier", "")
        name = f"{kind}:{record.id if record else identifier}" if record or identifier else kind
        if "where" not in more and record:
            has_url = record.data.get("url") and kind in _ADDRESSED
            more["where"] = record.place("url") if has_url else record.where
        subject = (record.collection, record.id) if record else None
        if record:
            more["language"] = language_of(self.config, record)
        if record and record.collection == "publications" and record.data.get("paper"):
            more["also"] = (("papers", record.id),)
        url = self.url(kind, record, identifier)
        self.pages.append(Page(name, url, kind, _TEMPLATES.get(kind, f"{kind}.html"), title, subject, **more))
        if record:
            self.redirects(record, name)

    def redirects(self, record: Record, target: str) -> None:
        aliases = record.data.get("aliases") or () if record.collection not in {"people", "students"} else ()
        for at, alias in enumerate(aliases):
            url, place = old_url(alias), record.place("aliases", at)
            if url is None or not (url == "" or moved.is_page(url)):
                self.problems.append(moved.no_page(alias, url, place))
                continue
            params = FrozenMap({"target": target})
            self.pages.append(
                Page(f"redirect:{url}", url, "redirect", "redirect.html", alias, None, params, place)
            )


def plan(
    library: Library,
    config: Config,
    more: tuple[Page, ...] = (),
    planned: Planned | None = None,
    static: Collection[str] = (),
) -> tuple[tuple[Page, ...], tuple[tuple[str, tuple[str, ...]], ...], tuple[Problem, ...]]:
    """All pages in a fixed order, the menu as (title, page key), and problems; ``more`` are pages of extensions.
    ``planned`` has what the last plan made, and takes what this one makes. ``static`` are the paths of the files of
    content/static/, which take the places of those for machines."""
    planned = planned or Planned()
    patterns = (config["urls"], config["publications"])
    if planned.patterns != patterns:
        planned.made, planned.facets = {}, Each()
    work = _Plan(library, config, planned)
    _check_patterns(work)
    records = library.records
    work.add("home", config["title"] or "Home", where=Span("content/index.md"))
    if "publications" in records:
        work.add("publications", work.title("publications"))
        if is_cut(len(records["publications"]), config["publications"]):
            work.add("publications-all", "All publications")
        for form in ("publications-json", "publications-ris"):
            if work.pattern(form) not in static:
                work.add(form, work.title("publications"))
        is_many = len(records["publications"]) >= _MANY and "overview" not in records["publications"]
        if config["publications"]["overview"] and is_many:
            work.add("publications-overview", "Publications at a glance")
        work.add_facets(records["publications"])
        if config["publications"]["pages"]:
            work.add_records("publication", records["publications"])
        elif "papers" in records:
            texts = {
                name: record for name, record in records["publications"].items() if record.data.get("paper")
            }
            work.add_records("publication", texts)
    for name in ("repos", "talks", "students", "people", "posts", "courses", "projects", "slides"):
        if name in records:
            work.add(name, work.title(name))
        kind = _SINGULAR.get(name)
        if kind is None or name == "publications":
            continue
        shown = records.get(name, {})
        if name == "talks":
            shown = {key: record for key, record in shown.items() if _talk_has_page(library, record)}
        work.add_records(kind, shown)
    for part in posts.parts(len(records.get("posts", ())), config["posts"]):
        work.add("posts-page", work.title("posts"), identifier=str(part), params=FrozenMap({"part": part}))
    tags = _tags(records.get("posts", {}))
    if tags:
        work.add("tags", work.title("tags"))
        for identifier, (tag, _) in tags.items():
            work.add("tag", tag, identifier=identifier, params=freeze({"tag": tag}))
    work.add_records("page", records.get("pages", {}))
    for item in books.pages(library, work.url):
        if isinstance(item, Problem):
            work.problems.append(item)
            continue
        page, record = item
        work.pages.append(page)
        if page.subject == (record.collection, record.id):
            work.redirects(record, page.id)
    if "cv" in records:
        cv = records["cv"]["cv"]
        work.add("cv", str(cv.data["title"] or work.title("cv")), where=cv.where)
        ids = set()
        for at, variant in enumerate(cv.data["variants"]):
            name = variant["id"] or ""
            if name and segment(name) == name and fold(name) not in ids:  # others are reported
                ids.add(fold(name))
                title = str(variant["title"] or work.title("cv"))
                is_form = bool(variant["form"])
                is_listed = not is_form if variant["listed"] is None else variant["listed"]
                params = {
                    "cv": "menu" if variant["menu"] else "",
                    **({} if is_listed else {"unlisted": True}),
                }
                own = {"identifier": name, "params": freeze(params), "where": cv.place("variants", at)}
                if "web" in variant["show"]:
                    work.add("cv-form" if is_form else "cv-variant", title, **own)
                if is_form and work.url("cv-fields", identifier=name) not in static:
                    work.add("cv-fields", title, **own)
    work.add("404", "Page not found")
    work.pages += more
    for tag in config.languages[1:]:
        work.pages += translations.pages(work, tag)
    if config["search"]:
        work.pages += search.pages(
            library, more, work.url("search"), "Search", config.languages[1:], planned.search
        )
    if config["llms"] and work.pattern("llms") not in static:
        work.add("llms", work.title("home"), params=search.everything(library, more))
    planned.patterns, planned.made = patterns, work.made
    work.pages += feed_pages(tuple(work.pages), library, config, work.url, static)
    work.pages += machine_pages(config, work.pages, work.url, static)
    work.pages += moved.pages(work, static)
    menu = tuple(_menu(work, static))
    return tuple(work.pages), menu, tuple(work.problems)


def is_cut(number: int, settings: Mapping[str, Any]) -> bool:
    """Whether a list of so many publications begins with some of them only. Where publications have no pages of their
    own, links lead to their places in the list, which has to be whole then."""
    shown: int = settings["shown"]
    return bool(shown and settings["pages"] and number > 2 * shown)


def _check_patterns(work: _Plan) -> None:
    for kind, pattern in work.config["urls"].items():
        place = work.config.place("urls", kind)
        if kind not in URLS or kind in {"home", "404", "redirect"}:
            kinds = [name for name in URLS if name not in {"home", "404", "redirect"}]
            hint = did_you_mean(kind, kinds) or f"Kinds: {', '.join(kinds)}."
            work.problems.append(error("url-kind", f"There is no page kind {quote(kind)}.", place, hint))
        elif "{id}" in URLS[kind] and "{id}" not in pattern:
            message = f"The pattern {quote(pattern)} gives every {kind} the same address."
            work.problems.append(error("url-pattern", message, place, "Put {id} into it."))
        elif "." in (name := URLS[kind]) and not pattern.endswith(name[name.rindex(".") :]):
            message = f"The pattern {quote(pattern)} is no file of the same sort."
            work.problems.append(error("url-pattern", message, place, f"Such as {name}."))
        elif clean_url(re.sub(r"\{(id|year)\}", "x", pattern)) is None:
            message = f"The pattern {quote(pattern)} is no address of a page."
            work.problems.append(error("url-pattern", message, place, f"Such as {URLS[kind]}."))


def _talk_has_page(library: Library, record: Record) -> bool:
    data = record.data
    has_more = (
        ("talks", record.id) in library.documents or data["abstract"] or data["slides"] or data["video"]
    )
    return bool(has_more or data["publications"] or data["repos"])


def _record_title(record: Record) -> str:
    data = record.data
    if record.collection == "publications":
        return str(data["title_text"])
    return str(data.get("display") or data.get("title") or data.get("event") or record.id)


def _tags(posts: Mapping[str, Record]) -> dict[str, tuple[str, int]]:
    """Tag pages by id: the first spelling met, and how many posts."""
    tags: dict[str, tuple[str, int]] = {}
    for record in posts.values():
        for tag in record.data["tags"]:
            identifier = slug(tag) or "tag"
            spelling, number = tags.get(identifier, (tag, 0))
            tags[identifier] = (spelling, number + 1)
    return dict(sorted(tags.items()))


def tag_id(tag: str) -> str:
    """The id of a tag's page."""
    return slug(tag) or "tag"


def _menu(work: _Plan, static: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not work.config["menu"]:
        return _made_menu(work)
    from acadsite.kinds.menu import given_menu

    return given_menu(work, TITLES, static)


def _made_menu(work: _Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    records = work.library.records
    items: list[tuple[int, str, tuple[str, ...]]] = []
    for at, name in enumerate(LISTS):
        if name in records:
            items.append((at * 10, work.title(name), ("page", name)))
    at = list(LISTS).index("cv") * 10 + 1
    items += [(at, page.title, page.key) for page in work.pages if page.params.get("cv") == "menu"]
    for record in records.get("pages", {}).values():
        wanted = record.data["menu"]
        if wanted not in (None, False, "", "false", "no"):
            is_plain = wanted is True or str(wanted).casefold() in {"true", "yes", "on"}
            words = _record_title(record) if is_plain else str(wanted)
            items.append((record.data["weight"] or 100, words, ("pages", record.id)))
    for record in records.get("books", {}).values():
        if record.data["menu"]:
            items.append((record.data["weight"] or 90, record.data["menu"], ("books", record.id)))
    items += [(100, page.title, page.key) for page in work.pages if page.params.get("menu")]
    for _, words, key in sorted(items, key=lambda item: item[0]):
        yield words, key
