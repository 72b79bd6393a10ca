"""What a profile and the widgets say of somebody's life, as sections of ``cv.yaml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.hugo_blox.settings import items_of, pairs_of, pick, text_of
from acadsite.links import unsafe_reason
from acadsite.schema import parse_date

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.source import Text
    from acadsite.importers.hugo_blox.world import World
    from acadsite.sources import Node

Entry = dict[str, Any]

TITLES: Final = {
    "experience": "Experience", "education": "Education", "awards": "Awards", "skills": "Skills",
    "languages": "Languages", "interests": "Interests",
}  # fmt: skip
#: What only adorns an entry.
_ORNAMENTS: Final = frozenset(
    {"company_logo", "icon", "icon_pack", "logo", "percent", "color", "color_border", "level"}
)
#: Keys of an entry, the likeliest first.
_KEYS: Final = {
    "title": ("title", "position", "role", "degree", "course", "area", "name"),
    "place": ("company", "company_name", "org", "organization", "institution", "awarder", "issuer"),
    "place_url": ("company_url", "organization_url", "institution_url", "org_url"),
    "location": ("location",),
    "start": ("date_start", "start"),
    "end": ("date_end", "end"),
    "dates": ("year", "date"),
    "url": ("certificate_url", "url"),
    "summary": ("description", "summary"),
}


class Life:
    """Collects sections by id, in the order in which they are met."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sections: dict[str, dict[str, Any]] = {}

    def section(self, identifier: str, title: str = "") -> dict[str, Any]:
        """A section, made when it is new; the first title counts."""
        section = self.sections.setdefault(identifier, {"id": identifier, "title": "", "entries": []})
        section["title"] = section["title"] or title
        return section

    def profile(self, text: Text) -> None:
        """What the profile of the owner has."""
        education = text.get("education")
        courses = (
            pick(education, "courses")
            if education is not None and isinstance(education.value, dict)
            else education
        )
        self.entries("education", items_of(courses), text)
        for key in ("work", "experience"):
            self.entries("experience", items_of(text.get(key)), text)
        self.entries("awards", (*items_of(text.get("awards")), *items_of(text.get("certifications"))), text)
        self.skills(items_of(text.get("skills")), text)
        self.languages(items_of(text.get("languages")), text)
        node = text.get("interests")
        if node is not None and isinstance(node.value, dict):
            node = pick(node, "interests")
        words = [self.world.writer.field(text_of(item), text, item.span) for item in items_of(node)]
        if any(words):
            section = self.section("interests")
            section["entries"] += [{"title": ", ".join(filter(None, words))}]

    def entries(self, identifier: str, items: tuple[Node, ...], text: Text, title: str = "") -> None:
        """Positions, degrees, awards."""
        made = [self._entry(item, text) for item in items]
        for entry in made if identifier == "awards" else ():
            if "start" in entry and "end" not in entry:  # a day, and nothing that lasts
                entry["end"] = entry["start"]
        if any(made):
            section = self.section(identifier, title)
            section["entries"] += [entry for entry in made if entry and entry not in section["entries"]]

    def _entry(self, node: Node, text: Text) -> Entry:
        if not isinstance(node.value, dict):
            words = self.world.writer.field(text_of(node), text, node.span)
            return {"title": words} if words else {}
        values: dict[str, tuple[str, Node]] = {}
        known: set[str] = set()
        for name, keys in _KEYS.items():
            for key in keys:
                item = pick(node, key)
                if item is not None and text_of(item) and name not in values and key not in known:
                    values[name] = (text_of(item), item)
                    known.add(key)
        inline: Entry = {
            name: self.world.writer.field(values[name][0], text, values[name][1].span)
            for name in ("title", "place")
            if name in values
        }
        found: Entry = dict(inline)
        place_url = values.get("place_url", ("",))[0]
        if found.get("place") and _is_web(place_url) and "](" not in found["place"]:
            found["place"] = f"[{found['place']}]({place_url})"
        if "title" not in found and "place" in found:
            found["title"] = found.pop("place")
        area, degree = text_of(pick(node, "area")), text_of(pick(node, "degree"))
        if area and degree and area not in degree:
            found["title"] = f"{degree}, {area}"
            known.add("area")
        if "location" in values:
            found["location"] = values["location"][0]
        found |= self._dates(values)
        url = values.get("url", ("",))[0]
        if url:
            address = self.world.link(url, text)
            if _is_web(address) or address.startswith("/"):
                found["url"] = address
        if "summary" in values:
            found |= _details(self.world.convert(values["summary"][1], text))
        button = pick(node, "button")
        target, words = text_of(pick(button, "url")), text_of(pick(button, "text"))
        if target and words:
            found["links"] = {words: self.world.link(target, text)}
        for key, item in pairs_of(node).items():
            name = key.casefold()
            if name not in known | _ORNAMENTS | {"button"} and (
                text_of(item) or isinstance(item.value, (dict, tuple))
            ):
                found[f"# {key}"] = item.plain()
                self.world.looks[key] = self.world.looks.get(key, 0) + 1
        return found if found.get("title") else {}

    def _dates(self, values: dict[str, tuple[str, Node]]) -> Entry:
        found: Entry = {}
        texts = []
        for name in ("start", "end"):
            if name in values:
                raw = values[name][0]
                # The old themes showed month and year.
                raw = raw[:7] if re.match(r"\d{4}-\d\d-\d\d", raw) else raw
                texts.append(raw)
                if parse_date(raw) is not None:
                    found[name] = raw
        if len(found) < len(texts):  # words, such as “present”
            return {"dates": " – ".join(texts)}
        if "dates" in values and not found:
            return {"dates": values["dates"][0][:10]}
        if set(found) == {"end"}:
            return {"dates": found["end"]}
        return found

    def skills(self, items: tuple[Node, ...], text: Text, title: str = "") -> None:
        """Skills, in groups or one by one."""
        entries: list[Entry] = []
        for node in items:
            name = self._name(node, text)
            inner = [self._name(item, text) for item in items_of(pick(node, "items"))]
            description = self.world.writer.field(text_of(pick(node, "description")), text, node.span)
            if inner:
                entries.append({"label": _plain(name), "title": ", ".join(filter(None, inner))})
            elif name and description:
                entries.append({"label": _plain(name), "title": description})
            elif name:
                entries.append({"title": name})
        plain = [entry["title"] for entry in entries if "label" not in entry]
        entries = [entry for entry in entries if "label" in entry]
        entries += [{"title": ", ".join(plain)}] if plain else []
        if entries:
            section = self.section("skills", title)
            section["entries"] += [entry for entry in entries if entry not in section["entries"]]

    def languages(self, items: tuple[Node, ...], text: Text, title: str = "") -> None:
        """Languages and how well they are known, where words say so."""
        entries = []
        for node in items:
            name = self._name(node, text)
            level = text_of(pick(node, "level")) or text_of(pick(node, "description"))
            if name and level and not level.isdigit():
                entries.append({"label": _plain(name), "title": level})
            elif name:
                entries.append({"title": name})
        if entries:
            section = self.section("languages", title)
            section["entries"] += [entry for entry in entries if entry not in section["entries"]]

    def _name(self, node: Node, text: Text) -> str:
        raw = text_of(pick(node, "name")) or text_of(pick(node, "title")) or text_of(node)
        return self.world.writer.field(raw, text, node.span)

    def as_data(self) -> dict[str, Any]:
        """All of ``cv.yaml``; empty where there is nothing."""
        found = []
        for identifier, section in self.sections.items():
            if section["entries"] or section.get("text"):
                title = section["title"] or TITLES.get(identifier, identifier.capitalize())
                found.append({**section, "title": title})
        return {"sections": found} if found else {}


def _is_web(url: str) -> bool:
    return re.match(r"https?://\S+\Z", url) is not None and not unsafe_reason(url)


def _plain(markdown: str) -> str:
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", lambda found: found[1] or "", markdown).strip()


def _details(markdown: str) -> Entry:
    """Paragraphs and lists: what stands before the first item is the summary, items are lines."""
    summary: list[str] = []
    details: list[str] = []
    for line in markdown.split("\n"):
        item = re.match(r"\s*(?:[-*+]|\d+[.)])\s+(.*)", line)
        if item:
            details.append(item[1].strip())
        elif line.strip() and details and line[:1].isspace():
            details[-1] += f" {line.strip()}"
        elif line.strip() and re.match(r"\s*#{1,6}\s", line):
            summary.append(f"**{line.strip('# ').strip()}**")
        elif line.strip():
            (details if details else summary).append(line.strip())
    found: Entry = {}
    if summary:
        found["summary"] = " ".join(summary)
    if details:
        found["details"] = details
    return found
