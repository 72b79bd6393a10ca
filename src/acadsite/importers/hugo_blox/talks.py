# ruff: noqa: SIM905  (tables of words read better as text)
"""Events and talks as talks: records of ``talks.yaml``, or a Markdown file each where there is a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.hugo_blox.documents import LINKS, document, words_of
from acadsite.importers.hugo_blox.settings import items_of, pick, text_of
from acadsite.importers.hugo_blox.source import day_of
from acadsite.importers.hugo_blox.world import file_name
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import unsafe_reason
from acadsite.problems import quote
from acadsite.records import slug

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World

_KNOWN: Final = frozenset(
    """title event event_name event_url location address summary abstract date date_end event_start event_end
    event_all_day time_start time_end all_day publishdate expirydate lastmod draft authors tags categories
    featured selected image links slides projects aliases url slug header""".split()
) | frozenset(LINKS)


class Talks:
    """Writes talks. ``names`` are their ids by the paths of their files."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names: dict[str, str] = {}
        self.taken: set[str] = set()
        self.records: list[dict[str, Any]] = []
        self.translations: dict[str, dict[str, Any]] = {}

    def place(self, text: Text) -> None:
        """Gives a talk its id, and so its address."""
        last = self.world.new_url(text).strip("/").rpartition("/")[2].removesuffix(".html")
        self.names[text.path] = name = file_name(slug(last) or "talk", self.taken)
        new = "/" + self.world.urls.get("talk", "talks/{id}/").replace("{id}", name)
        self.world.moved[text.url] = self.world.moved[self.world.new_url(text)] = new

    def add(self, text: Text) -> None:
        """One talk."""
        world, name = self.world, self.names[text.path]
        record = {key: value for key, value in self._record(text).items() if value} | world.left(text, _KNOWN)
        body = world.writer.body(text)
        world.copy_resources(text)
        if text.is_draft:
            world.folder.write(f"drafts/talks/{name}.md", document(record, body))
            world.notes.append(f"{text.path} is a draft; it lies in drafts/talks/.")
            world.count("drafts")
            return
        if body:
            world.folder.write(f"content/talks/{name}.md", document(record, body))
        else:
            self.records.append({"id": name, **record})
        world.want(text.url, f"talk:{name}", "talks")
        for alias in world.aliases(text):
            world.want(alias, f"talk:{name}", "talks")
        world.count("talks")

    def translate(self, text: Text, original: Text) -> None:
        """What a translation says otherwise."""
        world = self.world
        name = self.names[original.path]
        said = {
            "title": world.inline(text, "title"),
            "event": world.inline(text, "event"),
            "abstract": world.convert(text.get("abstract"), text),
        }
        kept = {key: value for key, value in said.items() if value}
        if kept:
            self.translations.setdefault(text.language, {})[name] = kept
        if world.writer.body(text):
            world.warn(
                "import-translation",
                "Of this translation the text below the front matter is not taken.",
                text.front.span,
            )
        world.want(text.url, f"/{text.language}{world.moved[original.url]}", f"talk:{name}", "talks")
        world.left(text, _KNOWN)
        world.count("translations")

    def write(self) -> None:
        """The list, and its translations."""
        if self.records:
            self.world.folder.write("content/talks.yaml", yaml_text(self.records))
        for tag, said in sorted(self.translations.items()):
            self.world.folder.write(f"content/talks.{tag}.yaml", yaml_text(said))

    def _record(self, text: Text) -> dict[str, Any]:
        world = self.world
        title = world.inline(text, "title")
        event = world.inline(text, "event") or world.inline(text, "event_name")
        links: dict[str, str] = {}
        known = {"Slides": "", "Video": ""}
        for words, url, node in self._links(text):
            address = world.link(url, text)
            if unsafe_reason(address) or not re.match(r"https?://|/", address):
                world.warn("import-file", f"The link {quote(url)} leads to nothing; it is left out.", node)
            elif words in known and not known[words]:
                known[words] = address
            else:
                links.setdefault(words, address)
        names = [(name, world.find_person(name)) for name in text.words("authors")]
        others = [name for name, person in names if person is None]
        return {
            "title": title or (words_of(text.name) if not event else ""),
            "event": event,
            "event_url": self._web(text, "event_url"),
            "location": world.inline(text, "location") or self._town(text),
            "date": self._date(text),
            "abstract": world.convert(text.get("abstract"), text) or world.convert(text.get("summary"), text),
            "slides": known["Slides"],
            "video": known["Video"],
            "links": links,
            "people": [person.id for _, person in names if person is not None and not person.is_owner],
            "note": f"With {', '.join(others)}" if others and len(names) > 1 else "",
            "selected": text.flag("featured") or text.flag("selected"),
            "# tags": ", ".join([*text.words("tags"), *text.words("categories")]),
        }

    def _links(self, text: Text) -> list[tuple[str, str, Any]]:
        found: list[tuple[str, str, Any]] = [
            (words, text.word(key), node.span)
            for key, words in LINKS.items()
            if (node := text.get(key)) is not None and text.word(key) not in {"", "#"}
        ]
        for node in items_of(text.get("links")):
            words = (
                text_of(pick(node, "name"))
                or text_of(pick(node, "label"))
                or text_of(pick(node, "type")).capitalize()
            )
            url = text_of(pick(node, "url"))
            found += [(words or "Link", url, node.span)] if url not in {"", "#"} else []
        deck = text.word("slides")
        target = self.world.by_url.get(f"/slides/{self.world.name(deck)}/") if deck else None
        if target is not None:
            found.append(("Slides", self.world.new_url(target), None))
        for project in text.words("projects"):
            owner = next(
                (
                    one
                    for one in self.world.texts
                    if one.section.startswith("project") and one.name == project
                ),
                None,
            )
            found += [(owner.title or owner.name, owner.url, None)] if owner is not None else []
        return found

    def _web(self, text: Text, key: str) -> str:
        url = text.word(key)
        if not url or re.match(r"https?://\S+\Z", url):
            return url
        address = self.world.link(url, text)
        if address.startswith("/"):
            return address
        self.world.warn(
            "import-address", f"{quote(url)} is no address; it is left out.", text.front.keys.get(key)
        )
        return ""

    def _town(self, text: Text) -> str:
        address = text.get("address")
        if address is None or not isinstance(address.value, dict):
            return text_of(address)
        parts = [text_of(pick(address, key)) for key in ("city", "region", "country")]
        return ", ".join(filter(None, parts))

    def _date(self, text: Text) -> str:
        """The day or the days; the hours have no place here."""
        first = text.day or day_of(text.word("event_start")) or day_of(text.word("publishdate"))
        last = day_of(text.word("date_end")) or day_of(text.word("event_end"))
        if first is None:
            if text.word("date"):
                message = f"{quote(text.word('date'))} is no date; it is left out."
                self.world.warn("import-date", message, text.front.keys.get("date"))
            return ""
        return f"{first}/{last}" if last is not None and last > first else str(first)
