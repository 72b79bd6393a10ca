"""Pages in several languages: words and dates in the language of a page, its versions in the others.

A translation is a record of its own (of the collection “posts@de”) with the id of what it translates; pages in a
language see it in place of that (``track.Site``). Lists and the home page exist in each language of the site; what has
no translation is shown as it is, and said to be in its language.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from acadsite import dates, languages
from acadsite.collect.collections import TRANSLATABLE
from acadsite.graph import href_of
from acadsite.languages import Language, Words, is_rtl, listed
from acadsite.markup import tree
from acadsite.markup.html import Words as WriterWords
from acadsite.track import RecordView, current, translated_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.config import Config
    from acadsite.kinds.names import Names
    from acadsite.records import Record

#: Collections of which records may have translations.
TRANSLATED = frozenset({"home", *(collection.name for collection in TRANSLATABLE)})
#: Kinds of pages that exist in every language of the site.
EVERYWHERE = frozenset(
    {
        "home",
        "publications",
        "publications-all",
        "repos",
        "talks",
        "students",
        "people",
        "posts",
        "posts-page",
        "courses",
        "projects",
        "slides",
        "tags",
        "tag",
    }
)


#: Collections of texts of which each may be in a language of its own, with its page.
PAGED = frozenset({"pages", "posts", "courses", "projects", "slides"})
#: Kinds of callouts, and the folded cells of notebooks; others are shown by their names.
_CALLOUTS = (
    "note",
    "tip",
    "warning",
    "important",
    "caution",
    "danger",
    "example",
    "abstract",
    "info",
    "question",
    "code",
    "output",
)


class Version(NamedTuple):
    """A page in one language: ``tag`` as in HTML, what the language calls itself, and the relative address; where the
    page is not there in it (``is_page`` is false), that of the home page. ``absolute`` is empty where site.yaml has
    no url."""

    tag: str
    name: str
    href: str
    absolute: str
    page: str
    is_page: bool
    is_current: bool


def words_of(config: Config, tag: str = "") -> Words:
    """The labels of a site in a language, its own where ``tag`` is empty."""
    main = config["language"]
    if not tag or tag == main:
        return Words(languages.language(main), config["labels"])
    return Words(languages.language(tag), config["languages"].get(tag, {}).get("labels", {}))


def writer_words(words: Words) -> WriterWords:
    """What the writer of bodies says."""
    say = words.say
    return WriterWords(
        permalink=say("Link to this section"),
        footnotes=say("Footnotes"),
        back=say("Back to the text"),
        table=say("Table"),
        callouts=tuple((kind, say(kind.capitalize())) for kind in _CALLOUTS),
        proof=say("Proof"),
        tabs=say("Variants"),
        citation=say("Back to citation"),
        diagram=say("Text of the diagram"),
        references=tuple((kind, say(word)) for kind, word in tree.CROSS_REFERENCES.items()),
    )


def config_here(names: Names) -> Config:
    """The settings in the language of the page under way. Who asks notes which one it is about."""
    tracker = current()
    if tracker.language:
        tracker.keys.update((("config", "language"), ("config", "languages")))
    return names.configs[tracker.language]


def language_of(config: Config, record: Record) -> str:
    """The language of the page of a text, where that is one of the site's and not its own."""
    collection, _, language = record.collection.partition("@")
    if not language and collection in PAGED:
        language = record.data.get("lang") or ""
    return language if language in config.languages[1:] else ""


def language_here(names: Names) -> Language:
    """The language of the page under way."""
    tracker = current()
    tracker.note("config", "language")
    return languages.language(tracker.language or names.config["language"])


def date(names: Names, value: dates.Date) -> str:
    """A date in words, in the language of the page."""
    return dates.long(value, language_here(names).calendar)


def date_short(names: Names, value: dates.Date, year: bool = True) -> str:
    """A date with short names of months; without its ``year`` where that stands above it."""
    calendar = language_here(names).calendar
    return dates.short(value, calendar) if year else dates.yearless(value, calendar)


def joints(names: Names) -> tuple[str, str, str]:
    """What stands between the items of a list in the language of the page, with the site's own word for “and”."""
    words = names.words_here()
    own = words.own.get("and")
    return (", ", f", {own} ", f" {own} ") if isinstance(own, str) else words.language.joints


def joined(names: Names, items: Iterable[Any]) -> str:
    """Items as a sentence has them, in the language of the page: “A, B, and C”."""
    return listed(list(items), joints(names))


def heading(names: Names, text: str) -> str:
    """The heading of a group of publications, which ``works`` names in English."""
    year, _, rest = text.partition(" ")
    return names.t("{year} and earlier", year=year) if rest == "and earlier" else names.t(text)


def foreign(names: Names, what: Any) -> Markup:
    """The attributes ``lang`` and ``dir`` of a text, with a space in front, where its language is not that of the page:
    of a record, or of a language tag. Nothing for a language that is not known (empty)."""
    here = language_here(names).tag
    tag = what if isinstance(what, str) else _language_of(names, what) if isinstance(what, RecordView) else ""
    if not tag or here in {tag, tag.partition("-")[0]}:
        return Markup("")
    if is_rtl(tag) == is_rtl(here):
        return Markup(' lang="{}"').format(tag)
    return Markup(' lang="{}" dir="{}"').format(tag, "rtl" if is_rtl(tag) else "ltr")


def _language_of(names: Names, record: RecordView) -> str:
    own = getattr(record, "lang", None)
    return str(own or translated_into(record) or names.config["language"])


def versions(names: Names, page: Any) -> list[Version]:
    """The page in each language of the site, its own first; none where the site has one language. ``page`` is the view
    of a page, or its id."""
    tracker = current()
    tracker.note("config", "languages")
    tracker.note("config", "language")
    config = names.config
    if len(config.languages) < 2:
        return []
    identifier = page if isinstance(page, str) else page.id
    base, _, here = identifier.partition("@")
    tracker.note("page", base)
    original = names.graph.pages.get(base)
    own = (original.language if original else "") or config["language"]
    return [_version(names, base, tag, own, here or own) for tag in config.languages]


def _version(names: Names, page: str, tag: str, own: str, here: str) -> Version:
    """One version; ``own`` is the language of the original, ``here`` that of the page that asks."""
    tracker = current()
    target = page if tag == own else f"{page}@{tag}"
    url = names.site.urls.get(("page", target))
    tracker.note("url", "page", target)
    is_page = url is not None
    if url is None:
        target = "home" if tag == names.config["language"] else f"home@{tag}"
        tracker.note("url", "page", target)
        url = names.site.urls.get(("page", target), "")
    return Version(
        tag,
        languages.language(tag).name,
        tracker.prefix + href_of(url),
        names.absolute(target) if names.config["url"] else "",
        target,
        is_page,
        tag == here and is_page,
    )


def og_locale(tag: str) -> str:
    """A language as Open Graph has it, such as “de_DE”; empty where it has none."""
    return languages.language(tag).locale


def functions(names: Names) -> Mapping[str, Any]:
    """What templates may call."""
    return {
        "versions": partial(versions, names),
        "group_words": partial(heading, names),
        "foreign": partial(foreign, names),
        "og_locale": og_locale,
    }


def filters(names: Names) -> Mapping[str, Any]:
    """Filters for templates."""
    return {
        "date": partial(date, names),
        "date_short": partial(date_short, names),
        "listed": partial(joined, names),
    }
