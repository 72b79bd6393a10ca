"""What templates may call: functions and filters over views, for one build.

Nothing here knows a page by itself: the prefix that makes addresses relative comes from the current tracker.
Values that are HTML are ``Markup``; everything else is escaped by the environment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from markupsafe import Markup, escape

from acadsite import dates
from acadsite.graph import FILE, href_of
from acadsite.jinja import markup
from acadsite.kinds import (
    books,
    cards,
    citing,
    facets,
    feeds,
    languages,
    order,
    plots,
    posts,
    search,
    sections,
    sheets,
    sitemap,
    works,
)
from acadsite.kinds.coins import coins
from acadsite.kinds.discussion import discussion
from acadsite.kinds.metadata import metadata
from acadsite.kinds.pdfs import pdf_beside, pdf_path
from acadsite.kinds.profiles import Link, label_of_address, profile, veiled
from acadsite.kinds.web import tag_id
from acadsite.library import Query, texts_in
from acadsite.links import is_external, unsafe_reason
from acadsite.markup.inline import inline_body, rich_html
from acadsite.parts import Shared
from acadsite.problems import did_you_mean, quote
from acadsite.schema import parse_date
from acadsite.track import (
    ROOT,
    Collections,
    CollectionView,
    ConfigView,
    RecordView,
    Site,
    current,
    tracking,
    view_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acadsite.colours import Accent
    from acadsite.config import Config
    from acadsite.graph import PageGraph
    from acadsite.kinds.cv.model import Cv
    from acadsite.kinds.cv.model import Words as CvWords
    from acadsite.kinds.maps import TalkMap
    from acadsite.kinds.references import References
    from acadsite.kinds.resolve import Resolver
    from acadsite.languages import Words
    from acadsite.parts import Parts
    from acadsite.problems import Problem, Span

_BABEL = {
    "english": "en", "american": "en-US", "british": "en-GB", "german": "de", "ngerman": "de", "austrian": "de-AT",
    "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "brazilian": "pt-BR", "dutch": "nl",
    "latin": "la", "russian": "ru", "polish": "pl", "czech": "cs", "swedish": "sv", "danish": "da", "norsk": "no",
    "finnish": "fi", "greek": "el", "turkish": "tr", "hungarian": "hu", "japanese": "ja", "chinese": "zh",
    "arabic": "ar", "hebrew": "he", "catalan": "ca", "croatian": "hr", "romanian": "ro", "ukrainian": "uk",
}  # fmt: skip


_LABELS, _LANGUAGE, _LANGUAGES = ("config", "labels"), ("config", "language"), ("config", "languages")


class MenuItem(NamedTuple):
    """An entry of the menu: a page, a file or an address elsewhere. ``is_current``: the page under way belongs to it;
    ``is_exact``: is it."""

    title: str
    href: str
    is_current: bool
    is_exact: bool


class Neighbours(NamedTuple):
    """The records beside one in a dated collection."""

    newer: RecordView | None
    older: RecordView | None


@dataclass(slots=True)
class Names:
    """The functions for one build. ``files`` are the static files, ``assets`` the theme's, by path."""

    site: Site
    config: Config
    graph: PageGraph
    files: Mapping[str, Any]
    assets: Mapping[str, Any]
    resolve: Resolver
    references: References
    _preview: dict[str, str]
    parts: Parts | None = None
    accent: Accent | None = None
    cards: Mapping[str, str] = field(default_factory=dict)
    cv_forms: dict[tuple[str, str], Any] = field(default_factory=dict)
    _inline: dict[Any, Any] = field(default_factory=dict)
    _places: dict[str, Span] = field(default_factory=dict)
    _orders: dict[str, Any] = field(default_factory=dict)
    _endings: dict[str, str] = field(default_factory=dict)
    _topics: dict[str, list[str]] | None = None
    _owner: str | None = None
    _menu: dict[str, list[tuple[str, str | None, str]]] = field(default_factory=dict)
    _words: dict[str, Words] = field(init=False)
    configs: dict[str, Config] = field(init=False)
    _shared: Shared = field(init=False)

    def __post_init__(self) -> None:
        self._shared = Shared(self.parts)
        tags = ("", *self.config.languages)
        self._words = {tag: languages.words_of(self.config, tag) for tag in tags}
        self.configs = {tag: self.config.in_language(tag) if tag else self.config for tag in tags}

    # --- addresses ---

    def link(self, target: str) -> str:
        """The relative address of a page by its id, such as “publications” or “post:hello”."""
        href = self.site.href(("page", target))
        if href is None:
            raise LookupError(
                f"There is no page {quote(target)}. {did_you_mean(target, self.graph.pages)}".rstrip()
            )
        return href

    def page_exists(self, target: str) -> bool:
        """Whether there is a page of that id."""
        return self.site.href(("page", target)) is not None

    def absolute(self, target: str) -> str:
        """The full address of a page, for machines; relative where site.yaml has no ``url``."""
        current().note("config", "url")
        current().note("url", "page", target)
        url = self.site.urls.get(("page", target), "")
        base = self.config["url"]
        return f"{base}{href_of(url)}" if base else current().prefix + href_of(url)

    def file(self, path: str) -> str:
        """The relative address of an output file."""
        return current().prefix + href_of(path)

    def static(self, path: str) -> str:
        """The relative address of a file of content/static/, found by its path or the end of it."""
        return self.address(path)

    def static_exists(self, path: str) -> bool:
        """Whether content/static/ has that file."""
        current().note("asset", path)
        return path in self.files

    def asset(self, name: str) -> str:
        """The relative address of a theme's file."""
        current().note("asset", f"assets/{name}")
        return current().prefix + href_of(f"assets/{name}")

    def stylesheets(self) -> list[str]:
        """base.css first, then those of the theme and of what it extends, then custom.css."""
        current().note("sheets")
        return [self.asset(name) for name in sheets.in_order(self.assets)]

    def shades(self) -> Accent | None:
        """The colours that the site's accent gives, where it has one."""
        current().note("accent")
        return self.accent

    def address(self, value: str) -> str:
        """An address from content: other sites as they are, files of the site relative to the page."""
        if is_external(value) or value.startswith("#"):
            return value
        path = value.lstrip("/")
        found = self.static_path(path)
        if found in self.files:
            return current().prefix + href_of(found.replace("%", "%25"))
        path, mark, anchor = path.partition("#")
        path, question, query = path.partition("?")
        found = self.static_path(path)
        if (
            found not in self.files
            and "%" in path
            and (decoded := self.static_path(unquote(path))) in self.files
        ):
            found = decoded
        if found in self.files:
            found = found.replace("%", "%25")
        return current().prefix + href_of(found) + question + query + mark + anchor

    def static_path(self, path: str) -> str:
        """The path of the static file that a path, or the end of one, stands for; else that path."""
        path = path.removeprefix("content/").removeprefix("static/")
        current().note("file", path)
        if path in self.files:
            return path
        if not self._endings:
            for name in sorted(self.files, reverse=True):
                parts = name.split("/")
                self._endings |= {"/".join(parts[at:]): name for at in range(1, len(parts))}
        return self._endings.get(path, path)

    # --- text ---

    def md(self, text: str, written: str = "") -> Markup:
        """Inline Markdown as HTML; ``written`` is the text of the content that it was made of."""
        language = current().language
        key = (text, written, language) if written or language else text
        known = self._inline.get(key)
        if known is None:
            # What the text reads is read by every page that shows it, not only by the first.
            with tracking(language=language) as inner:
                html, problems = self._inline_html(str(text), str(written or text))
            known = self._inline[key] = (html, problems, frozenset(inner.all_keys()), tuple(inner.links))
        html, problems, keys, links = known
        tracker = current()
        tracker.keys.update(keys)
        tracker.report(problems)
        tracker.links += links
        return Markup(html.replace(ROOT, current().prefix))  # noqa: S704

    def _inline_html(self, text: str, written: str) -> tuple[str, tuple[Problem, ...]]:
        # The place of a text is looked up where it may matter: for relative links, and for problems.
        current().note("config", "markup")
        place = None
        if "](" in text or "[[" in text or "<" in text:
            current().note("folder", written)
            place = self.place_of(written)
        body = inline_body(
            text,
            place.path if place else "",
            resolve=lambda target, kind, _: self.resolve(target, kind, place),
            html=self.config["markup"]["html"],
        )
        if body.problems or current().links:
            current().note("place", written)
        if not body.problems:
            return body.html, ()
        where = self.place_of(written)
        return body.html, tuple(replace(problem, where=where) for problem in body.problems)

    def place_of(self, text: str) -> Span | None:
        """Where a text of the content stands; the first place where it stands more than once. Who asks notes what
        matters of the answer: the folder, or the place."""
        if not self._places:
            for found, path in texts_in(self.config.data):
                self._places.setdefault(found, self.config.place(*path))
            for found, record, path in self.site.library.texts():
                self._places.setdefault(found, record.place(*path))
        return self._places.get(text)

    def rich(self, value: Sequence[Any]) -> Markup:
        """Structured text of a publication as HTML."""
        return markup(rich_html(value))

    def words(self, words: CvWords) -> Markup:
        """A text of the CV as HTML."""
        value = words.value
        match words.kind:
            case "md":
                return self.md(value, words.written) if value else Markup("")
            case "rich":
                return self.rich(value)
            case "em":
                return Markup("<em>{}</em>").format(self.words(value))
            case "link":
                inner = self.words(value[1])
                return inner if "<a " in inner else Markup('<a href="{}">{}</a>').format(value[0], inner)
            case "seq":
                return Markup("").join(self.words(part) for part in value)
        return escape(value)

    def body(self, value: Any) -> Markup:
        """A rendered body, or a part of one, with addresses relative to this page."""
        if isinstance(value, str):
            html = value
        else:
            html = value.html or "".join(slide.heading + slide.html for slide in value.slides)
        return markup(html.replace(ROOT, current().prefix))

    def toc_list(self, entries: Iterable[Any]) -> Markup:
        """A table of contents as nested lists."""
        items = [
            f'<li><a href="#{escape(entry.id)}">{escape(entry.title)}</a>'
            f"{self.toc_list(entry.children) if entry.children else ''}</li>"
            for entry in entries
        ]
        return markup(f"<ol>{''.join(items)}</ol>")

    def t(self, text: str, **values: Any) -> str:
        """A label of the theme by its English words, in the language of the page, or in the site's own words where
        ``labels:`` has them. ``values`` go to their places (``t("{n} papers", n=3)``); ``n`` chooses the plural."""
        return self.words_here().say(text, values)

    def words_here(self) -> Words:
        """The labels in the language of the page under way."""
        tracker = current()
        keys = tracker.keys
        keys.add(_LABELS)
        keys.add(_LANGUAGE)
        if tracker.language:
            keys.add(_LANGUAGES)
        return self._words[tracker.language]

    def learn(self, tag: str) -> None:
        """Labels and settings in a language that the site does not have, for a form that has it."""
        self._words.setdefault(tag, languages.words_of(self.config, tag))
        self.configs.setdefault(tag, self.config.in_language(tag))

    def forms(self, text: str) -> str:
        """The forms of a label by plural category, as JSON: for a script, which counts."""
        self.t(text)
        return json.dumps(self._words[current().language].forms(text), ensure_ascii=False)

    def field(self, record: RecordView, name: str) -> Any:
        """A field that a record may lack."""
        return getattr(record, name, None) or ""

    # --- publications ---

    def authors(self, work: RecordView, all: bool = False) -> works.Authors:  # noqa: A002
        """The authors of a publication, or its editors where it has no authors; ``all`` of them, or as many as
        ``publications.max_authors`` says."""
        settings = self.config["publications"]
        current().note("config", "publications")
        role, others = ("authors", work.others) if work.authors else ("editors", work.editors_others)
        return works.authors(
            getattr(work, role),
            form=settings["names"],
            most=0 if all else settings["max_authors"],
            others=others,
            link=self.person_link,
            joints=languages.joints(self),
        )

    def person_link(self, person: str) -> str | None:
        """Where a person's name leads: the person's own page elsewhere, else the page here."""
        url = self._person_field(person, "url")
        return self.address(str(url)) if url else self.person_page(person)

    def _person_field(self, person: str, name: str) -> Any:
        record = self.site.library.get("people", person)
        current().note("field", "people", person, name)
        return record.data.get(name) if record else None

    def person_page(self, person: str | None) -> str | None:
        """The page of a person, where there is one."""
        return self.site.href(("people", person)) if person else None

    def papers_with(self, person: str | None) -> int:
        """How many publications a person is an author or editor of."""
        if not person:
            return 0
        current().note("count", "people", person, "publications")
        return len(self.site.library.related("people", person, "publications"))

    def part(self, macro: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What a macro gives for records, groups and plain values; in the preview it is kept from build to build
        (``parts``)."""
        name = _call_name(macro, arguments, named) if self.parts else None
        if self.parts is None or name is None:
            return macro(*arguments, **named)
        return self.parts.get(name, lambda: macro(*arguments, **named))

    def shared(self, macro: Callable[..., Any], *arguments: Any) -> Any:
        """What a macro gives for records and plain values, made once for all pages of a build: it may not ask which
        page is under way."""
        name = _call_name(macro, arguments, {})
        if name is None:
            return macro(*arguments)
        return markup(self._shared.get(name, lambda: macro(*arguments)))

    def legend(self, view: Iterable[RecordView], selected: bool = True) -> tuple[tuple[str, str], ...]:
        """What the marks in the author lists mean."""
        if self.parts is None or not isinstance(view, CollectionView):
            return works.legend(view, selected)
        found: tuple[tuple[str, str], ...] = self.parts.get(
            ("legend", view.query, selected), lambda: works.legend(view, selected)
        )
        return found

    def has_details(self, view: CollectionView) -> bool:
        """Whether the entries of a list have abstract and BibTeX to open: with thousands they would make a page of
        many megabytes."""
        current().note("config", "publications")
        settings = self.config["publications"]
        return not settings["pages"] or len(view) <= settings["details"]

    def groups(
        self, view: Iterable[RecordView], by: str = "", first: int = 0
    ) -> tuple[works.Group | works.KeptGroup, ...]:
        """Publications under headings with numbers, as site.yaml says; without numbers where it is told ``by`` what.
        ``first``: no more than so many; 0 gives all."""
        groups = self._all_groups(view, by)
        return works.first(groups, first) if first else groups

    def _all_groups(self, view: Iterable[RecordView], by: str) -> tuple[works.Group | works.KeptGroup, ...]:
        if by:
            if self.config["publications"]["group_by"] == "none":
                by = "none"
            own = {**self.config["publications"], "group_by": by, "numbering": "none"}
            return works.groups(order.ordered(self, view, by), own)
        if self.parts is None or not isinstance(view, CollectionView):
            return self._groups(view)

        def make() -> list[Any]:
            return [
                (group.heading, group.id, tuple((number, work.id) for number, work in group.entries))
                for group in self._groups(view)
            ]

        show = partial(self.site.view, view.query.collection)
        return tuple(
            works.KeptGroup(heading, identifier, numbered, show)
            for heading, identifier, numbered in self.parts.get(("groups", view.query), make)
        )

    def _groups(self, view: Iterable[RecordView]) -> tuple[works.Group, ...]:
        current().note("config", "publications")
        settings = self.config["publications"]
        by = settings["group_by"]
        if not isinstance(view, CollectionView) or view.query.limit is None:
            return works.groups(order.ordered(self, view, by), settings)
        # The first few keep the numbers that they have in the whole list.
        whole = replace(view, query=replace(view.query, limit=None))
        return works.groups(order.ordered(self, whole, by), settings, view.query.limit)

    def venue(self, work: RecordView) -> works.Line:
        """Where a publication appeared."""
        return works.line(work, self.words_here())

    def links(self, work: RecordView) -> list[Link]:
        """The buttons of a publication."""
        beside = pdf_beside(self, work)
        found = [
            self._button(link["name"], link["label"], (link["name"] == "pdf" and beside) or link["url"])
            for link in work.links
        ]
        url = work.url
        if url and all(works.place(link["url"]) != works.place(url) for link in work.links):
            found.insert(0, self._button("url", label_of_address(url), url))
        return found

    def _button(self, name: str, label: str, url: str) -> Link:
        is_own = not is_external(url) and url.casefold().endswith(".pdf")
        return Link(name, label, self.address(url), self.size_of(url) if is_own else "")

    def size_of(self, path: str) -> str:
        """How large a file of content/static/ is, in words; empty where there is none."""
        found = self.static_path(path.lstrip("/"))
        current().note("size", found)
        source = self.files.get(found)
        return works.size(source.size) if source is not None else ""

    def paper_pdf(self, work: RecordView) -> str | None:
        """The address of the PDF that is made of the full text of a publication."""
        path = pdf_path(self.site.urls.get(("publications", work.id)), work.id)
        current().note("url", "publications", work.id)
        current().note("asset", path)
        return self.file(path) if path in (self.graph.files or ()) else None

    def preview(self, work: RecordView) -> str | None:
        """The picture of a publication: its field, or a file of its name in static/images/publications/."""
        given = work.preview
        if given:
            return self.address(given)
        path = self.preview_of(work.key)
        current().note("preview", work.key)
        return None if path is None else current().prefix + href_of(path)

    def preview_of(self, key: str) -> str | None:
        """The path of the picture that has the name of a publication's key."""
        return self._preview.get(key)

    # --- other collections ---

    def buttons(self, record: RecordView) -> list[tuple[str, str]]:
        """The buttons of a talk, repository or course, as (label, address)."""
        pairs = []
        for name, label in (("slides", "Slides"), ("video", "Video"), ("homepage", "Website")):
            value = getattr(record, name, None)
            if value:
                pairs.append((label, value))
        pairs += (record.links or {}).items()
        extra = getattr(record, "extra", None) or {}
        for name, value in extra.items():
            if name.endswith("url") and name != "url" and isinstance(value, str) and not unsafe_reason(value):
                pairs.append(
                    (name.removesuffix("url").strip("_-").replace("_", " ").capitalize() or "Link", value)
                )
        if record.collection == "talks" and record.page and record.url:
            pairs.insert(0, ("Website", record.url))
        return [(label, self.address(value)) for label, value in pairs]

    def talk_place(self, record: RecordView) -> Markup:
        """Event and town of a talk, linked."""
        event, location, url = record.event, record.location, record.event_url
        if not url and record.url and not record.title:
            url = record.url
        shown = self.md(event) if event else Markup("")
        if shown and url:
            shown = Markup('<a href="{}">{}</a>').format(self.address(url), shown)
        if location:
            shown = (shown + ", " if shown else shown) + self.md(location)
        return Markup(shown)  # noqa: S704

    def label_of(self, record: RecordView) -> str | Markup:
        """What a reference to a record says."""
        if record.collection == "publications":
            return self.rich(record.title)
        for name in ("display", "title", "name", "event"):
            value = getattr(record, name, None)
            if isinstance(value, str) and value:
                return self.md(value) if record.collection == "talks" else value
        return record.id

    def address_of(self, record: RecordView) -> str | None:
        """Where a reference to a record leads: its own page, its place in a list, or its address elsewhere."""
        if record.collection == "students":
            return self.person_page(record.person)
        if record.page:
            return record.page
        place = self.site.href(("page", record.collection))
        return f"{place}#{record.id}" if place else getattr(record, "url", None)

    def star_total(self) -> str:
        """Stars of all repositories together, as 27.6k+."""
        stars = [record.stars for record in CollectionView(self.site, Query("repos"))]
        return works.total(stars) if any(number is not None for number in stars) else ""

    def star_day(self) -> str:
        """The day on which the stars were counted, in words; empty where the snapshot does not say."""
        days = {
            record.stars_date for record in CollectionView(self.site, Query("repos")) if record.stars_date
        }
        return self._day_in_words(max(days)) if days else ""

    def scholar_note(self) -> str:
        """Citations and h-index as the last snapshot has them, with its day, as Markdown; empty without one."""
        current().note("record", "snapshots", "scholar")
        record = self.site.library.get("snapshots", "scholar")
        data = record.data if record else {}
        citations, h_index = (data.get(name) for name in ("citations", "h_index"))
        facts = []
        if _is_number(citations):
            facts.append(self.t("{count} citations", n=citations, count=works.total([citations])))
        if _is_number(h_index):
            facts.append(self.t("an h-index of {n}", n=h_index))
        if not facts:
            return ""
        accounts = self.profiles(view_of(self.site, "home", "home"), self.owner())
        name = str(data.get("source") or "Google Scholar")
        href = next((link.href for link in accounts if link.label == name), "")
        source = f"[{name}](<{href}>)" if href else name
        numbers = languages.joined(self, facts)
        day = self._day_in_words(data.get("date"))
        found = f"{source}{self.t(': ')}{numbers}"
        return f"{found} ({day})" if day else found

    def cited(self, work: RecordView, whence: bool = False) -> str:
        """How often a publication was cited, as the last snapshot has it; empty where it has no number, or none but 0.
        ``whence``: with the source and its day."""
        number = getattr(work, "cited", None)
        if not _is_number(number) or not number:
            return ""
        found = self.t("{count} citations", n=number, count=works.count(number))
        if not whence:
            return found
        current().note("record", "snapshots", "scholar")
        record = self.site.library.get("snapshots", "scholar")
        data = record.data if record else {}
        said = [str(data.get("source") or ""), self._day_in_words(data.get("date"))]
        known = ", ".join(filter(None, said))
        return f"{found} ({known})" if known else found

    def _day_in_words(self, value: Any) -> str:
        """The day of a snapshot, given as YYYY-MM-DD, for readers; an empty string for anything else."""
        date, _ = parse_date(str(value or ""), ranges=False)
        return languages.date(self, date) if date else ""

    def by_year(self, view: Iterable[RecordView]) -> list[tuple[str, list[RecordView]]]:
        """Records with dates under their years, in order."""
        years: dict[str, list[RecordView]] = {}
        for record in view:
            years.setdefault(str(record.year or self.t("Undated")), []).append(record)
        return list(years.items())

    def neighbours(self, record: RecordView) -> Neighbours:
        """The next newer and older record of a collection."""
        ids, places = self.in_order(record.collection)
        at = places[record.id]
        newer = ids[at - 1] if at > 0 else None
        older = ids[at + 1] if at + 1 < len(ids) else None
        current().note("neighbours", record.collection, record.id)
        return Neighbours(
            *(view_of(self.site, record.collection, key) if key else None for key in (newer, older))
        )

    def in_order(self, collection: str) -> tuple[tuple[str, ...], dict[str, int]]:
        """The ids of a collection and the place of each: asked for by every post, made once."""
        known = self._orders.get(collection)
        if known is None:
            ids = self.site.library.query(Query(collection))
            known = self._orders[collection] = (ids, {key: at for at, key in enumerate(ids)})
        return known

    def tags(self) -> list[tuple[str, int]]:
        """All topics with their number of posts."""
        current().note("tags")
        counts: dict[str, list[Any]] = {}
        for record in self.site.library.records.get("posts", {}).values():
            for tag in record.data["tags"]:
                counts.setdefault(tag_id(tag), [tag, 0])[1] += 1
        return [(tag, number) for _, (tag, number) in sorted(counts.items())]

    def tag_link(self, tag: str) -> str | None:
        """The page of a topic; None for a word that only a translation has."""
        return self.site.href(("page", f"tag:{tag_id(tag)}"))

    def posts_with(self, tag: str) -> list[RecordView]:
        """Posts of a topic, however they spell it."""
        wanted = tag_id(tag)
        current().note("topic", wanted)
        return [view_of(self.site, "posts", key) for key in self.topics().get(wanted, ())]

    def topics(self) -> dict[str, list[str]]:
        """The ids of posts by topic, in order."""
        if self._topics is None:
            self._topics = {}
            for key, record in self.site.library.records.get("posts", {}).items():
                for name in dict.fromkeys(tag_id(tag) for tag in record.data["tags"]):
                    self._topics.setdefault(name, []).append(key)
        return self._topics

    # --- site ---

    def menu(self) -> list[MenuItem]:
        """The menu, with the entry of the page under way marked."""
        tracker = current()
        tracker.keys.add(("nav", tracker.language) if tracker.language else ("nav",))
        here, prefix = tracker.url, tracker.prefix
        tracker.keys.update((_LABELS, _LANGUAGE, _LANGUAGES))
        menu = self._menu.get(tracker.language)
        if menu is None:
            menu = self._menu[tracker.language] = []
            for title, key in self.graph.menus.get(tracker.language, self.graph.menu):
                # Of an address elsewhere there is no url; a page and a file have one.
                url = key[1] if key[0] == FILE else self.graph.urls.get(key)
                href = key[1] if url is None else href_of(url.replace("%", "%25") if key[0] == FILE else url)
                menu.append((self.t(title), url, href))
        return [
            MenuItem(
                title,
                href if url is None else prefix + href,
                url == here or bool(url and here.startswith(url)),
                url == here,
            )
            for title, url, href in menu
        ]

    def owner(self) -> RecordView | None:
        """The person whose site this is."""
        current().note("owner")
        if self._owner is None:
            people = self.site.library.records.get("people", {})
            self._owner = next((key for key, record in people.items() if record.data.get("is_owner")), "")
        return view_of(self.site, "people", self._owner) if self._owner else None

    def profiles(self, home: RecordView | None, person: RecordView | None) -> list[Link]:
        """The accounts of home page and person, as links."""
        given: dict[str, str] = {}
        if person is not None:
            given |= {"orcid": person.orcid} if person.orcid else {}
            given |= person.profiles or {}
        if home is not None:
            given |= home.profiles or {}
        return [link for name, value in given.items() if (link := profile(name, value))]

    def cv(self, page: Any) -> Cv | None:
        """The CV of a page."""
        from acadsite.kinds.cv import build_cv

        return build_cv(self, page.id.partition(":")[2], "web")

    def cv_fields(self, page: Any) -> Markup:
        """The form of a page as text to paste."""
        from acadsite.kinds.cv.fields import fields_text

        return markup(fields_text(self, page.id.partition(":")[2]))

    def book_index(self, book: str) -> Markup:
        """What the search of a book reads, as JSON."""
        return markup(books.index_json(books.index(self, book)))

    def search_part(self, params: Mapping[str, Any]) -> Markup:
        """A part of what the search of the site reads, as JSON."""
        return markup(search.part(self, params))

    def talk_map(self) -> TalkMap | None:
        """The map of the talks of which it is known where they were; None where that is so of none."""
        from acadsite.kinds import maps

        return maps.talk_map(self)

    # --- for the environment ---

    def globals(self) -> dict[str, Any]:
        """Names for the environment."""
        own = """
            link page_exists absolute file static static_exists asset shared stylesheets shades toc_list t forms field
            authors person_page papers_with part legend has_details groups venue links paper_pdf preview buttons
            talk_place label_of address_of star_total star_day scholar_note cited by_year neighbours tags tag_link
            posts_with menu owner profiles
        """.split()  # noqa: SIM905
        return {
            **{name: getattr(self, name) for name in own},
            **languages.functions(self),
            "site": ConfigView(self.config.data, {tag: config.data for tag, config in self.configs.items()}),
            "collections": Collections(self.site),
            "coins": coins,
            "metadata": partial(metadata, self),
            "card": partial(cards.card, self),
            "feed": partial(feeds.feed, self),
            "feed_body": partial(feeds.feed_body, self),
            "feed_links": partial(feeds.feed_links, self),
            "xml": feeds.xml,
            "as_json": feeds.as_json,
            "sitemap_places": partial(sitemap.places, self),
            "sitemap_parts": partial(sitemap.parts, self),
            "monogram": partial(sitemap.monogram, self),
            "overview": partial(plots.overview, self),
            "talk_map": self.talk_map,
            "posts_part": partial(posts.posts_part, self),
            "reading_minutes": partial(posts.reading_minutes, self),
            "related_posts": partial(posts.related_posts, self),
            "discussion": partial(discussion, self),
            "offers": partial(facets.offers, self),
            "facet_marks": partial(facets.facet_marks, self),
            "citation": partial(citing.citation, self),
            "csl_json": citing.csl_json,
            "all_csl_json": partial(citing.all_csl_json, self),
            "ris": citing.ris,
            "all_ris": partial(citing.all_ris, self),
            "topic_page": partial(facets.topic_page, self),
            "works_by": partial(facets.works_of, self),
            "newest_day": partial(sections.newest_day, self.site),
            "home_sections": partial(sections.home_sections, self),
            "book_view": partial(books.view, self),
            "book_sections": partial(books.sections, self),
            "book_index": self.book_index,
            "search_groups": partial(search.groups, self),
            "search_part": self.search_part,
            "cv_of": self.cv,
            "cv_fields": self.cv_fields,
            "language_code": language_code,
        }

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters for the environment."""
        return {
            "md": self.md,
            "rich": self.rich,
            "words": self.words,
            "body": self.body,
            "address": self.address,
            "count": works.count,
            "veiled": veiled,
            **languages.filters(self),
            "date_iso": dates.iso,
        }


def language_code(name: str) -> str:
    """The tag of a language that BibTeX has by its name, such as “german”; empty where it is not known."""
    return _BABEL.get(name, name if re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", name) else "")


def _call_name(macro: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What tells a call of a macro from others; None for what is no macro."""
    code = getattr(getattr(macro, "_func", None), "__code__", None)
    if code is None:
        return None
    # The line, since two files may have a macro of one name.
    return (code.co_filename, code.co_firstlineno, *map(_name_of, arguments), *named.items())


def _name_of(value: Any) -> Any:
    """What stands for an argument of a macro in the name of a part."""
    if isinstance(value, RecordView):
        return ("record", value.collection, value.id)
    return value.name if isinstance(value, (works.Group, works.KeptGroup)) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def previews(files: Iterable[str]) -> dict[str, str]:
    """Pictures of publications by key: files below static/images/publications/."""
    found = {}
    for path in sorted(files, reverse=True):
        match = re.fullmatch(r"images/publications/(.+)\.(png|jpe?g|webp|svg|gif|avif)", path)
        if match:
            found[match.group(1)] = path
    return found
