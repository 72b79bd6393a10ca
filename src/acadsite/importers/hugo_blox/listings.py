"""The addresses that Hugo makes of itself: lists of sections and terms, their further pages, and their feeds.

All of them lead to what there is here: lists, people, topics. A feed cannot lead on; in its place stands a small feed
that says where the list is now.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote as percent
from xml.sax.saxutils import escape

from acadsite.importers.hugo_blox.addresses import by_pattern, joined, older_name, path_name, slug_name
from acadsite.importers.hugo_blox.blocks import TALKS
from acadsite.importers.hugo_blox.documents import COURSES, DECKS, POSTS
from acadsite.importers.hugo_blox.works import ET_AL
from acadsite.importers.hugo_blox.works import SECTIONS as WORKS
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World
    from acadsite.importers.parts.old_addresses import Answers

#: Our lists by sections there.
_LISTS: Final = (
    (WORKS, "publications"), (TALKS, "talks"), (POSTS, "posts"), (DECKS, "slides"), (COURSES, "courses"),
    (frozenset({"authors", "author", "people"}), "people"),
)  # fmt: skip
#: Our types of publications, by those of .bib files.
_TYPES: Final = {
    "article": "article", "inproceedings": "paper", "unpublished": "preprint", "techreport": "report", "book": "book",
    "incollection": "chapter", "phdthesis": "thesis", "patent": "patent", "software": "software", "dataset": "dataset",
}  # fmt: skip


def list_of_section(section: str) -> str:
    """The list that has what a section had, or an empty text."""
    small = section.casefold()
    return next((name for sections, name in _LISTS if small in sections), "")


def want_lists(world: World) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Notes every list that Hugo made. Out: the feeds, each with its title and what it was beside."""
    feeds: dict[str, tuple[str, tuple[str, ...]]] = {"/index.xml": ("", ("home",))}
    texts = [text for text in world.texts if world.is_public(text)]
    for tag in ("", *world.settings.languages[1:]):
        mine = [text for text in texts if text.language == tag]
        prefix = tag or (world.settings.language if world.settings.is_in_folder else "")
        if prefix:
            world.want(f"/{prefix}/", f"/{tag}/" if tag else "home", "home")
            feeds[f"/{prefix}/index.xml"] = ("", ("home",))
        elif len(world.settings.languages) > 1:
            world.want(f"/{world.settings.language}/", "home")
        _sections(world, mine, prefix, feeds)
        _terms(world, mine, prefix, feeds)
    return feeds


def _sections(
    world: World, texts: list[Text], prefix: str, feeds: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    """Sections are folders at the top, and those below that have a page."""
    folders = {text.parts[:1] for text in texts if text.parts} - {("home",)}
    folders |= {text.parts for text in texts if text.is_list and text.parts}
    for folder in sorted(folders):
        inner = [
            text
            for text in texts
            if text.parts[: len(folder)] == folder and not (text.is_list and text.parts == folder)
        ]
        if not inner and not any(text.is_list and text.parts == folder for text in texts):
            continue
        if folder[0] in {"authors", "author"} and len(folder) > 1:
            continue
        if len(folder) == 1 and any(text.parts == folder and text.stem == "index" for text in texts):
            continue  # a page of its own, not a section
        old = joined(prefix, *map(world.name, folder))
        own = next((text.url for text in texts if text.is_list and text.parts == folder), old)
        targets = tuple(filter(None, (own, world.moved.get(own, ""), list_of_section(folder[0]), "home")))
        for address in dict.fromkeys((old, own)):
            world.want(address, *targets)
            _pages(world, address, len(inner), targets)
            feeds[address + "index.xml"] = (folder[-1], targets)
            if world.settings.has_ugly:
                world.want(address.rstrip("/") + ".html", *targets)


def _pages(world: World, address: str, count: int, targets: Iterable[str]) -> None:
    size = world.settings.page_size
    for number in range(1, max(min(-(-count // size), 1000), 1) + 1):
        world.want(f"{address}page/{number}/", *targets)


def _terms(
    world: World, texts: list[Text], prefix: str, feeds: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    """The pages of tags, categories, types and authors."""
    for taxonomy in world.settings.taxonomies:
        key = taxonomy.casefold()
        found: dict[str, list[Text]] = {}
        for text in texts:
            for term in text.words(key):
                found.setdefault(term, []).append(text)
        if key == "authors":
            found = {term: those for term, those in found.items() if not ET_AL.fullmatch(term)}
            for person in world.people if prefix in {"", world.settings.language} else ():
                found.setdefault(person.folder, [])
        around = {
            "tags": "tags",
            "categories": "tags",
            "authors": "people",
            "publication_types": "publications",
        }
        targets = tuple(filter(None, (around.get(key, ""), "posts", "publications", "home")))
        # The list of all terms, and what a pattern such as “/author/:slug/” makes of a section of that name.
        above = re.sub(r"/:[a-z]+/?\Z", "", world.settings.terms.get(taxonomy, ""))
        for top in (
            dict.fromkeys((joined(prefix, world.name(taxonomy)), joined(prefix, above))) if texts else ()
        ):
            if top.strip("/") == prefix:
                continue
            world.want(top, *targets)
            _pages(world, top, len(found), targets)
            feeds[top + "index.xml"] = (taxonomy, targets)
        for term, those in sorted(found.items()):
            targets = (*_targets(world, key, term, those), "home")
            for address in _addresses(world, taxonomy, term, prefix):
                world.want(address, *targets)
                _pages(world, address, len(those), targets)
                feeds[address + "index.xml"] = (term, targets)


def _addresses(world: World, taxonomy: str, term: str, prefix: str) -> list[str]:
    """The addresses of a term. That of a person is made of the name or of the folder."""
    pattern = world.settings.terms.get(taxonomy) or f"/{taxonomy}/:filename/"
    words = [term]
    if taxonomy.casefold() == "authors":
        person = world.find_person(term)
        words = [person.name, person.folder, term] if person is not None else [term]
    wishes = {"without_accents": world.settings.drops_accents, "keeps_case": world.settings.keeps_case}
    found = []
    for word in words:
        for slugged, named in ((slug_name, path_name), (older_name, older_name)):
            tokens = dict.fromkeys(("slug", "title"), slugged(word, **wishes))
            tokens |= dict.fromkeys(
                ("filename", "contentbasename", "slugorfilename", "slugorcontentbasename"),
                named(word, **wishes),
            )
            tokens["section"] = taxonomy
            found.append(joined(prefix, by_pattern(pattern, tokens, None, str)))
    fitting = [address for address in dict.fromkeys(found) if world.fits_quietly(address)]
    return fitting or found[:1]


def _targets(world: World, key: str, term: str, texts: list[Text]) -> tuple[str, ...]:
    """Where a term may lead: to its own page, else to the list of most of what has it."""
    lists = [list_of_section(text.section) for text in texts]
    most = sorted({name for name in lists if name}, key=lambda name: (-lists.count(name), name))
    if key == "authors":
        person = world.find_person(term)
        if person is not None:
            return ("home",) if person.is_owner else (f"person:{person.id}", "people", *most)
        return tuple(most)
    if key == "publication_types":
        kind = _TYPES.get(world.types.get(term, ""), "other")
        return (f"publications-type:{kind}", "publications")
    identifier = slug(term) or "tag"
    topics = [f"tag:{identifier}", f"publications-topic:{identifier}"]
    sections = [joined(world.name(text.section)) for text in texts if text.section]
    return (*(reversed(topics) if most[:1] == ["publications"] else topics), *most, *dict.fromkeys(sections))


def moved_feeds(
    world: World, feeds: dict[str, tuple[str, tuple[str, ...]]], answers: Answers, site: str
) -> dict[str, str]:
    """Feeds that are no more, each as a small feed with one entry that says where the list is."""
    found = {}
    for address, (title, targets) in feeds.items():
        if answers.has(address) or not world.fits_quietly(address):
            continue
        target = next((one for one in targets if answers.leads(one)), "home")
        path = answers.ids.get(target, target.lstrip("/"))
        link = (
            f"{site.rstrip('/')}/{percent(path)}"
            if site
            else "../" * (address.count("/") - 1) + percent(path)
        )
        words = f"{world.settings.title} – {title}".strip(" –") or "Feed"
        found[address.lstrip("/")] = _FEED.format(title=escape(words), link=escape(link))
    return found


_FEED: Final = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0">
<channel>
<title>{title}</title>
<link>{link}</link>
<description>{title}</description>
<item><title>This feed has moved</title><link>{link}</link><guid>{link}</guid></item>
</channel>
</rss>
"""
