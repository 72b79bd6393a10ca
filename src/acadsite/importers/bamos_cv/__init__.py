"""Importer for the CV files of bamos/cv and its many forks: YAML and BibTeX with LaTeX in the strings.

In: a folder with ``cv.yaml``, ``publications/*.bib``, ``images/publications/<key>.png`` and ``metrics.json``, or
YAML files by name. Out: a complete acadsite folder. Three generations of the format are read (``source.generation``
tells them apart). The .bib files are copied byte for byte; everything else is decoded and written as Markdown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite import bibtex
from acadsite.bibtex import names
from acadsite.importers.bamos_cv import authors, listings, look, sections
from acadsite.importers.bamos_cv.fields import compact, is_scalar, web_address
from acadsite.importers.bamos_cv.source import (
    Section,
    Source,
    check_tags,
    generation,
    open_source,
    order,
    publications,
)
from acadsite.importers.folder import Folder, Result
from acadsite.importers.inline import Reader
from acadsite.importers.yaml_text import yaml_text
from acadsite.people import display, parse_name
from acadsite.problems import Report, error, quote, warning
from acadsite.records import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.bibtex import Entry
    from acadsite.sources import Node

#: Top-level keys that are no sections. Those with a reason in words are left out and noted when they are there.
_SETTINGS: Final = {
    "name": "",
    "email": "",
    "url": "",
    "social": "",
    "order": "",
    "order_md": "",
    "order_latex": "",
    "about": "",
    "pdf": "the address of the old PDF",
    "src": "the address of the old source",
    "phone": "a private number is not published",
    "address": "a private address is not published",
    "style": "",
    "color": "",
    "color2": "",
    "linkcolor": "the colour of the links in the old PDF",
    "about_old": "not used by the original either",
}
#: Collections whose lists the original numbers, publications apart.
_NUMBERED: Final = frozenset({"repos", "talks"})
#: Sections that are drawn from a collection: tag → collection.
_COLLECTIONS: Final = {"repos": "repos", "talks": "talks", "advising": "students", "news": "news"}
#: The original prints nothing of these in its LaTeX output.
_WEB_ONLY: Final = frozenset({"news"})
_MENU: Final = ("publications", "repos", "talks", "students")


def import_bamos_cv(
    source: Path | Sequence[Path],
    to: Path,
    *,
    publications: Path | None = None,
    metrics: Path | None = None,
) -> Result:
    """Make an acadsite folder ``to`` out of ``source``.

    ``source`` is a folder with ``cv.yaml``, or YAML files of which later ones replace whole top-level keys.
    ``publications`` is a .bib file to take instead of the one that ``cv.yaml`` names, ``metrics`` a JSON file to
    take instead of ``metrics.json``. Existing files are never overwritten: each is a problem. Content faults are
    problems too; nothing is raised for them.
    """
    found = open_source(source)
    work = _Import(found, Folder(to), Reader(), *generation(found))
    if found.data:
        work.run(publications, metrics)
    report = Report()
    report.extend((*found.problems, *work.reader.problems, *work.folder.problems))
    notes = (f"Taken for {work.form}: {work.evidence}.", *found.notes) if found.data else tuple(found.notes)
    return Result(work.form, tuple(work.folder.written), dict(work.counts), notes, report.problems)


@dataclass(slots=True)
class _Import:
    """One run: what is read, where it goes, and what was counted."""

    source: Source
    folder: Folder
    reader: Reader
    form: str
    evidence: str
    counts: dict[str, int] = field(default_factory=dict)
    web: list[Section] = field(default_factory=list)
    print: list[Section] = field(default_factory=list)
    cv_ids: set[str] = field(default_factory=set)

    def run(self, publications: Path | None, metrics: Path | None) -> None:
        """All files, the settings first."""
        shared = order(self.source, "order")
        self.web = order(self.source, "order_md") or shared
        self.print = order(self.source, "order_latex") or shared or self.web
        if not self.web:
            self.web = self.print
        check_tags(self.source, {section.tag: section for section in (*self.web, *self.print)}.values())
        entries = self.publications(publications)
        persons = self.people(entries)
        self.listing("repos", listings.repos(self.source.get("repos"), self.reader))
        self.listing("talks", listings.talks(self.source.get("talks"), self.form, self.reader))
        students = listings.students(self.source.get("advising"), self.reader)
        self.listing("students", [_with_person(student, persons) for student in students])
        self.listing("news", listings.news(self.source.get("news"), self.reader))
        self.cv()
        self.snapshots(metrics)
        self.home()
        self.site()
        self.remarks()

    # --- publications and people ---

    def publications(self, instead: Path | None) -> list[Entry]:
        """Copies the .bib files and the pictures of their entries."""
        files: dict[str, tuple[str, bytes]] = {}
        if instead is not None:
            raw = self.source.load(instead, instead.name, None)
            if raw is not None:
                files[instead.name] = (instead.name, raw)
        else:
            for path, node in self.bib_files():
                raw = self.source.read(path, node.span)
                if raw is not None:
                    files.setdefault(fold(PurePosixPath(path).name), (path, raw))
        texts = []
        for path, raw in files.values():
            self.folder.write(f"content/publications/{PurePosixPath(path).name}", raw)
            text, problems = bibtex.decode_bytes(raw, path)
            self.source.problems += problems
            texts.append((path, text))
        library = bibtex.read(texts)
        self.source.problems += library.problems
        entries = list(library.entries)
        unmarked = [entry.key for entry in entries if entry.fields.get("selected", "true").lower() != "true"]
        if unmarked and self.form == "G1":
            self.source.notes.append(
                "The original highlights every entry with a field “selected”, whatever it says; here it must be "
                f"“true”, which it is not for {', '.join(unmarked)}."
            )
        if texts:
            self.counts["publications"] = len(entries)
        self.pictures({entry.key for entry in entries})
        return entries

    def bib_files(self) -> list[tuple[str, Node]]:
        """Paths of the .bib files in use, relative to the source. A list of selected publications repeats
        entries of the complete one, so it is only taken where there is no other."""
        found: list[tuple[str, Node]] = []
        ordered = {section.tag for section in (*self.web, *self.print)}
        known = publications(self.source)
        used = [(tag, node) for tag, node in known if tag in ordered] or known
        for tag, node in used:
            if found and tag.startswith("selected"):
                self.source.notes.append(
                    f"The entries of {tag} are those marked selected in the .bib file; its own file is not copied."
                )
                continue
            named = [node.get("file")]
            categories = node.get("categories")
            if categories is not None and isinstance(categories.value, tuple):
                named += [item.get("file") for item in categories.value]
            for item in named:
                if item is not None and is_scalar(item):
                    inside = f"publications/{item.raw}"
                    is_there = (self.source.root / inside).is_file() or not (
                        self.source.root / item.raw
                    ).is_file()
                    found.append((inside if is_there else item.raw, item))
        return found

    def pictures(self, keys: set[str]) -> None:
        """Copies the pictures that belong to an entry."""
        known = publications(self.source)
        wanted = [node.get("include_image") for _, node in known]
        if wanted and all(node is not None and node.value is False for node in wanted):
            return
        count, spare = 0, []
        for key, path in self.source.pictures().items():
            if key not in keys:
                spare.append(path.name)
                continue
            raw = self.source.load(path, path.name, None)
            if raw is not None:
                count += self.folder.write(f"content/static/images/publications/{path.name}", raw)
        if count:
            self.counts["pictures"] = count
        if spare:
            self.source.notes.append(f"Pictures without a publication, not copied: {', '.join(spare)}.")

    def people(self, entries: Sequence[Entry]) -> dict[str, str]:
        """Writes ``people.yaml``; gives the ids by every spelling."""
        met = [
            name.record() for entry in entries for name in names.parse(entry.fields.get("author", "")).names
        ]
        listed = []
        for _, node in publications(self.source):
            addresses = node.get("author_urls")
            if addresses is not None and isinstance(addresses.value, dict):
                listed += list(addresses.value.items())
        found, problems = authors.people(listed, met, parse_name(self.owner()))
        self.source.problems += problems
        self.listing("people", found)
        return {
            spelling.casefold(): person["id"]
            for person in found
            for spelling in (display(parse_name(person["name"])), *person.get("aliases", ()))
        }

    # --- lists ---

    def listing(self, collection: str, records: list[dict[str, Any]]) -> None:
        """Writes a list file, unless there is nothing in it."""
        if records:
            self.counts[collection] = len(records)
            self.folder.write(f"content/{collection}.yaml", yaml_text(records))

    def snapshots(self, given: Path | None) -> None:
        """Writes the printed numbers with their date."""
        if given is None and not (self.source.root / "metrics.json").is_file():
            return
        raw = (
            self.source.load(given, given.name, None)
            if given is not None
            else self.source.read("metrics.json", None)
        )
        if raw is None:
            return
        found, problems = listings.snapshots(raw, given.name if given is not None else "metrics.json")
        self.source.problems += problems
        for name, data in found.items():
            self.counts[f"{name} snapshot"] = len(data["repos"]) if name == "repos" else 1
            self.folder.write(f"content/snapshots/{name}.yaml", yaml_text(data))

    # --- CV and home page ---

    def cv(self) -> None:
        """Writes ``cv.yaml``: the sections of the printed CV in its order, then those of the web page alone,
        then those that no order names (shown nowhere, but kept)."""
        written: list[dict[str, Any]] = []
        on_web = {section.tag for section in self.web}
        printed = {section.tag for section in self.print}
        for section in (*self.print, *(one for one in self.web if one.tag not in printed)):
            show = [] if section.tag in on_web and section.tag in printed else ["web"]
            if section.tag in printed and section.tag not in on_web:
                show = ["pdf"]
            if section.tag in _WEB_ONLY:
                show = ["web"]
            written += self.cv_section(
                section.tag,
                self.heading(section),
                show or None,
                has_break=section.has_break and section.tag in printed,
            )
        spare = []
        for tag, node in self.source.data.items():
            is_section = isinstance(node.value, (dict, tuple)) and tag not in _SETTINGS
            if is_section and tag not in printed | on_web and not _collection(tag):
                kept = self.cv_section(tag, sections.words(tag), [])
                written += kept
                spare += [tag] if kept else []
        if spare:
            self.source.notes.append(
                f"In no order list, kept in content/cv.yaml with “show: []”: {', '.join(spare)}."
            )
        if written:
            self.counts["cv sections"] = len(written)
            found = look.look(self.source)
            self.folder.write("content/cv.yaml", yaml_text({**found, "sections": written}))

    def cv_section(
        self, tag: str, title: str, show: list[str] | None, *, has_break: bool = False
    ) -> list[dict[str, Any]]:
        """A section as a list of one, or of none where there is nothing to show."""
        node = self.source.get(tag)
        if node is None or tag == "about":
            return []
        section: dict[str, Any] = {"id": sections.identifier(tag), "title": title}
        collection = _collection(tag)
        if collection:
            if tag.startswith("selected_"):
                return []  # the CV has the complete list
            section |= {"id": collection, "collection": collection}
            if collection in _NUMBERED:
                section["numbering"] = "ascending"
        else:
            content = sections.section(tag, node, self.form, self.reader)
            if not content:
                return []
            section |= content
            self.cv_ids.add(section["id"])
            self.counts[tag] = len(content.get("entries", ())) + sum(
                len(group.get("items", ())) for group in content.get("groups", ())
            )
        if has_break:
            section["page_break"] = True
        if show is not None:
            section["show"] = show
        # A section without a title has none; one of a collection would get that of the collection.
        untitled = {} if title else {"title": ""}
        return [
            compact({"id": section["id"]})
            | untitled
            | compact(section)
            | ({"show": []} if show == [] else {})
        ]

    def heading(self, section: Section) -> str:
        """The title of a section; the original's “NONE” is no title."""
        return self.reader.plain(section.title.raw, section.title.span) if section.is_titled else ""

    def home(self) -> None:
        """Writes ``index.md``: the sections of the original home page, and the text about the owner."""
        listed: list[Any] = []
        for section in self.web:
            if self.source.get(section.tag) is None:
                continue
            title = self.heading(section)
            collection = _collection(section.tag)
            if section.tag == "about":
                name = "about"
            elif collection:
                name = "selected" if section.tag.startswith("selected_") else collection
            else:
                name = f"cv:{sections.identifier(section.tag)}"
                if sections.identifier(section.tag) not in self.cv_ids:
                    continue
            # A section of cv.yaml brings its own title.
            item: dict[str, Any] = (
                {"section": name, "title": title} if title and collection else {"section": name}
            )
            if name == "news":
                item["limit"] = 0  # the original shows all of it, our home page the last five
            listed.append(item if len(item) > 1 else name)
        about = self.source.get("about")
        text = self.reader.paragraphs(about.raw, about.span) if about is not None and is_scalar(about) else ""
        if about is not None and not is_scalar(about):
            self.source.problems.append(error("import-kind", "“about” must be text.", about.span))
        front = yaml_text({"sections": listed}) if listed else ""
        self.folder.write(
            "content/index.md", f"---\n{front}---\n\n{text}\n" if text else f"---\n{front}---\n"
        )

    # --- settings ---

    def owner(self) -> str:
        """The owner's name in reading order."""
        node = self.source.get("name")
        if node is None:
            return ""
        if is_scalar(node):
            return self.reader.plain(node.raw, node.span)
        parts = [node.get(key) for key in ("first", "middle", "last")]
        return " ".join(
            self.reader.plain(part.raw, part.span) for part in parts if part is not None and is_scalar(part)
        )

    def site(self) -> None:
        """Writes ``site.yaml``."""
        owner = self.owner()
        if not owner:
            place = self.source.places.get("name")
            message = "The owner's name is missing: “name: {first, last}”."
            self.source.problems.append(error("import-name", message, place, "Complete author in site.yaml."))
        settings = {
            "title": owner,
            "url": self.address(),
            "language": "en",
            "author": compact({"name": owner, "email": self.text("email"), "profiles": self.profiles()}),
            "menu": self.menu(),
            "publications": self.list_settings(),
        }
        comment = "Settings of the site, imported from bamos/cv. Every key has a default and may go."
        self.folder.write("site.yaml", yaml_text(compact(settings), comment))

    def text(self, key: str) -> str:
        """A top-level text."""
        node = self.source.get(key)
        return self.reader.plain(node.raw, node.span) if node is not None and is_scalar(node) else ""

    def address(self) -> str:
        """The address of the site; the original's has no scheme."""
        node = self.source.get("url")
        if node is None:
            return ""
        url = web_address(node, self.source.problems)
        return url if not url or "://" in url else f"https://{url}"

    def profiles(self) -> dict[str, str]:
        """Accounts by network, as named in the source."""
        node = self.source.get("social")
        if node is None or not isinstance(node.value, dict):
            return {}
        return {
            name: self.reader.plain(item.raw, item.span)
            for name, item in node.value.items()
            if is_scalar(item)
        }

    def menu(self) -> list[str]:
        """The lists there are, and the CV."""
        listed = [name for name in _MENU if self.counts.get(name)]
        return [*listed, "cv"] if "content/cv.yaml" in self.folder.written else listed

    def list_settings(self) -> dict[str, Any]:
        """How the original prints its list: newest first with number 1, years up to 2015 together (fixed in its
        templates from the second generation on), given names as in the .bib file or as initials, with abstract and
        BibTeX in the list, and all authors."""
        known = publications(self.source)
        if not known:
            return {}
        node = known[0][1]
        grouped = node.get("group_by_year")
        by_year = grouped is None or grouped.value is not False
        ordered = node.get("sort_bib")
        if ordered is not None and ordered.value is False:
            self.source.notes.append("The original keeps the order of the .bib file; here years are sorted.")
        own = node.get("name")
        short = own is not None and is_scalar(own) and own.raw[1:2] == "."
        return compact(
            {
                "group_by": "year" if by_year else "none",
                "earlier": 2015 if by_year and self.form != "G1" else None,
                "numbering": "ascending",
                "names": "initials" if short else None,
                "details": 1000,
                "max_authors": 0,
            }
        )

    def remarks(self) -> None:
        """Notes on what is not imported."""
        for key, reason in _SETTINGS.items():
            if reason and self.source.get(key) is not None:
                self.source.notes.append(f"“{key}” is not imported: {reason}.")
        for key, node in self.source.data.items():
            if key not in _SETTINGS and is_scalar(node) and key not in {one.tag for one in self.web}:
                message = f"The key {quote(key)} is not known; it is left out."
                self.source.problems.append(warning("import-key", message, self.source.places.get(key)))


def _collection(tag: str) -> str:
    """The collection that a section is drawn from, or an empty string."""
    return "publications" if "publications" in tag else _COLLECTIONS.get(tag, "")


def _with_person(student: dict[str, Any], persons: Mapping[str, str]) -> dict[str, Any]:
    """A student with the id of the same person in ``people.yaml``."""
    person = persons.get(student["name"].casefold())
    return {"name": student["name"], "person": person, **student} if person else student
