"""Importer for JSON Resume 1.0.0 (https://jsonresume.org/schema/), as JSON or YAML.

In: one file. Out: a site with ``site.yaml``, a home page and ``cv.yaml``. Texts are plain there and are written so that
they print as they stand. What has no field in ``cv.yaml`` is kept under ``json_resume`` in the entry, or at the top,
where ``export cv --to json-resume`` finds it again; what is not kept is a problem that names it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.collect.collections import PEOPLE
from acadsite.collect.cv import CV
from acadsite.collect.listings import make
from acadsite.exports.json_resume import OWN, accounts, item_of, json_resume, location_text
from acadsite.importers.cv_site import copy_picture, person_name, read_source, write_site
from acadsite.importers.folder import Folder, Result
from acadsite.importers.inline import escaped
from acadsite.importers.json_nodes import parse_json
from acadsite.importers.json_resume.entries import day, entries_of
from acadsite.importers.json_resume.reading import SECTIONS, Cleaner, Item, is_day, kept
from acadsite.importers.yaml_text import yaml_text
from acadsite.library import Library
from acadsite.problems import Report, Span, error, quote
from acadsite.records import Record, freeze
from acadsite.sources import Node, decode, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from acadsite.problems import Problem

_TITLES: Final = {
    "work": "Experience",
    "volunteer": "Volunteering",
    "education": "Education",
    "awards": "Awards",
    "certificates": "Certificates",
    "publications": "Publications",
    "skills": "Skills",
    "languages": "Languages",
    "interests": "Interests",
    "references": "References",
    "projects": "Projects",
}


def import_json_resume(source: Path, to: Path) -> Result:
    """Make an acadsite folder ``to`` out of the file ``source``. Existing files are never overwritten; faults of the
    content are problems, and nothing is raised for them."""
    work = _Import(source, Folder(to))
    root = work.read()
    if root is not None:
        work.run(root)
    report = Report()
    report.extend((*work.problems, *work.folder.problems))
    return Result(
        "JSON Resume 1.0.0", tuple(work.folder.written), work.counts, tuple(work.notes), report.problems
    )


@dataclass(slots=True)
class _Import:
    """One run: what is read, what was met, and where it goes."""

    source: Path
    folder: Folder
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def read(self) -> Node | None:
        """The document; None with a problem where there is none."""
        raw = read_source(self.source, self.problems)
        if raw is None:
            return None
        text, problems = decode(raw, self.source.name)
        self.problems += problems
        parse = parse_yaml if self.source.suffix.lower() in {".yaml", ".yml"} else parse_json
        node, problems = parse(text, self.source.name)
        self.problems += problems
        if node is not None and not isinstance(node.value, dict):
            hint = "Is it a resume.json?"
            self.problems.append(error("import-kind", "A JSON Resume is an object: {…}.", node.span, hint))
            return None
        return node

    def run(self, root: Node) -> None:
        """All files."""
        given = Cleaner(self.problems).document(root)
        basics = given.get("basics", {})
        if not basics.get("name"):
            place = root.keys.get("basics") or root.span
            hint = "Complete “author” in site.yaml."
            self.problems.append(error("import-name", "The name is missing: basics, name.", place, hint))
        portrait, author = self.author(basics, root)
        settings = kept({"title": basics.get("name"), "language": "en", "author": author})
        cv = self.cv(given, basics)
        self.keep(given, author, cv)
        self.remarks(cv)
        comment = "Settings of the site, imported from JSON Resume. Every key has a default and may go."
        write_site(self.folder, settings, cv, comment, portrait)

    # --- the person ---

    def author(self, basics: Item, root: Node) -> tuple[str, Item]:
        """The name of the picture, and ``author`` of ``site.yaml``."""
        portrait = ""
        image = basics.get("image", "")
        if image:
            node = root.get("basics")
            place = node.get("image") if node else None
            where = place.span if place else None
            portrait = copy_picture(image, self.source.parent, self.folder, where, self.problems)
            if not portrait:
                self.notes.append(
                    f"The picture is not fetched: copy {quote(image[:80])} to content/static/ and name it as "
                    "“portrait” in content/index.md."
                )
        author = {
            "name": person_name(basics["name"]) if basics.get("name") else None,
            "role": escaped(basics.get("label", "")),
            "url": basics.get("url"),
            "email": basics.get("email"),
            "location": location_text(basics.get("location", {})),
            "photo": portrait,
            "profiles": accounts(basics.get("profiles", ())),
        }
        return portrait, kept(author)

    # --- cv.yaml ---

    def cv(self, given: Item, basics: Item) -> Item:
        """All of ``cv.yaml`` but what is kept for the way back."""
        sections: list[Item] = []
        if basics.get("summary"):
            sections.append({"id": "summary", "title": "Summary", "text": escaped(basics["summary"])})
        for key in given:
            if key in SECTIONS:
                entries = entries_of(key, given[key])
                self.counts[key] = len(entries)
                sections.append({"id": key, "title": _TITLES[key], "entries": entries})
        modified = given.get("meta", {}).get("lastModified", "")[:10]
        updated = modified if is_day(modified) else ""
        return kept({"updated": day(updated), "contact": self.contact(basics), "sections": sections})

    def contact(self, basics: Item) -> Item:
        """``contact``, where more is known than the owner's record holds."""
        place = basics.get("location", {})
        town = " ".join(filter(None, (place.get("postalCode"), place.get("city"))))
        region = place.get("region") if place.get("region") != place.get("city") else ""
        parts = (place.get("address"), town, region, place.get("countryCode"))
        address = ", ".join(filter(None, parts)) if place.get("address") or place.get("postalCode") else ""
        if not basics.get("phone") and not address:
            return {}
        shown = " and ".join(
            filter(None, ("phone" if basics.get("phone") else "", "address" if address else ""))
        )
        self.notes.append(
            f"The CV shows the {shown}: take them out of “contact” in content/cv.yaml if the web shall not know."
        )
        contact = {
            "email": basics.get("email"),
            "phone": basics.get("phone"),
            "address": escaped(address),
            "location": "" if address else escaped(location_text(place)),
            "url": basics.get("url"),
        }
        # Networks come last; one that is called “email” is not overwritten by them.
        return kept(
            contact | {k: v for k, v in accounts(basics.get("profiles", ())).items() if k not in contact}
        )

    # --- what is kept for the way back ---

    def keep(self, given: Item, author: Item, cv: Item) -> None:
        """Adds what an export would not give back otherwise: each entry is exported and compared."""
        node, _ = parse_yaml(yaml_text(cv), "content/cv.yaml") if cv else (None, ())
        data = CV.read(node or Node({}, Span("content/cv.yaml")), [])
        for section, read in zip(cv.get("sections", ()), data["sections"], strict=True):
            key = section["id"]
            if key not in SECTIONS:
                continue
            for entry, item, now in zip(section["entries"], given[key], read["entries"], strict=True):
                own = _differences(item, item_of(key, freeze(now)))
                if own:
                    entry[OWN] = own
        back = _document(author, data)
        own = {key: value for key, value in given.items() if key not in {*SECTIONS, "basics", "meta"}}
        own |= {key: _differences(given.get(key, {}), back.get(key, {})) for key in ("basics", "meta")}
        if own := kept(own):
            cv[OWN] = own

    def remarks(self, cv: Item) -> None:
        """What is kept and shown nowhere, in one sentence."""
        hidden: Counter[str] = Counter()
        for section in cv.get("sections", ()):
            for entry in section.get("entries", ()):
                hidden.update(f"{section['id']}.{key}" for key in _told(entry.get(OWN, {})))
        top = cv.get(OWN, {})
        for key in ("basics", "meta"):
            hidden.update(f"{key}.{inner}" for inner in _told(top.get(key, {})))
        hidden.update(key for key in top if key not in {"basics", "meta"})
        if hidden:
            listed = ", ".join(f"{key} ({n})" if n > 1 else key for key, n in sorted(hidden.items()))
            self.notes.append(f"Kept for the way back under “{OWN}” in content/cv.yaml: {listed}.")


def _told(own: Mapping[str, Any]) -> list[str]:
    return [key for key, value in own.items() if value is not None]


def _document(author: Item, cv: Mapping[str, Any]) -> Item:
    """The export of a site that has this owner and this CV."""
    record = Record("cv", "cv", freeze({"id": "cv", **cv}))
    people: dict[str, Record] = {}
    node, _ = parse_yaml(yaml_text(author), "site.yaml") if author else (None, ())
    owner = make(PEOPLE, node, []) if node is not None else None
    if owner is not None:
        people[owner.id] = Record("people", owner.id, freeze({**owner.data, "is_owner": True}))
    found = json_resume(Library({"cv": {"cv": record}, "people": people}))
    return found[0] if found else {}


def _differences(item: Item, now: Item) -> Item:
    """The keys of ``item`` that ``now`` gives otherwise, with their values; null for those that only ``now`` has."""
    is_free = any(key.startswith("#") for key in item)
    own = {
        key: value for key, value in item.items() if key[:1] != "#" and not _is_same(key, value, now.get(key))
    }
    return own | {
        key: None for key in now if key not in item and not (is_free and key.lower().endswith("date"))
    }


def _is_same(key: str, given: Any, now: Any) -> bool:
    """Whether two values say the same: blanks count alike, and an account may be told more completely."""
    if isinstance(given, str) and isinstance(now, str):
        return given.split() == now.split()
    if isinstance(given, list) and isinstance(now, list):
        return len(given) == len(now) and all(
            _is_same(key, one, other) for one, other in zip(given, now, strict=True)
        )
    if isinstance(given, dict) and isinstance(now, dict):
        fits = given.keys() <= now.keys() if key == "profiles" else given.keys() == now.keys()
        return fits and all(_is_same("", value, now[name]) for name, value in given.items())
    return type(given) is type(now) and bool(given == now)
