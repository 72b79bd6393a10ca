"""All sources of a site → its library: collections, people, relations, snapshots.

This is the first half of every build: pure but for reading files, always done in full.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from acadsite.collect.collections import BUILT_IN, CV, HOME, Collection
from acadsite.collect.listings import Collected, make, merge, read_document, read_list
from acadsite.collect.publications import read_publications
from acadsite.library import Dialect, Document, Library, Relation, collect_records, relate
from acadsite.people import Match, People, Person, display, parse_name
from acadsite.problems import Problem, Span, did_you_mean, error, nearest, quote, warning
from acadsite.records import FrozenMap, Record, fold, freeze, nfc, segment, slug, spans_of, thaw
from acadsite.sources import Node, Source, decode, load, parse_yaml, scan, split_front_matter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from acadsite.config import Config
    from acadsite.extend import Registry

_DOCUMENTS = (".md", ".qmd", ".markdown")
_SNAPSHOTS = ("repos", "scholar")
#: Which field of which collection names records of which other one.
RELATIONS = (
    Relation("talks", "publications", "publications"),
    Relation("talks", "repos", "repos"),
    Relation("talks", "courses", "courses"),
    Relation("repos", "publications", "publications"),
    Relation("students", "publications", "publications"),
    Relation("students", "thesis.publication", "publications"),
    Relation("posts", "publications", "publications"),
    Relation("courses", "publications", "publications"),
    Relation("courses", "talks", "talks"),
    Relation("courses", "repos", "repos"),
    Relation("courses", "student_ids", "people"),
    Relation("courses", "person_ids", "people"),
    Relation("talks", "person_ids", "people"),
    Relation("repos", "person_ids", "people"),
    Relation("posts", "person_ids", "people"),
    Relation("publications", "person_ids", "people"),
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A library with what belongs to it: static files (output path to source), and all problems."""

    library: Library
    static: Mapping[str, Source]
    sources: Mapping[str, Source]
    problems: tuple[Problem, ...]


def gather(root: Path, config: Config, registry: Registry, today: dt.date, *, drafts: bool) -> Gathered:
    """Read everything below ``content/``. ``today`` decides about future posts and alumni; ``drafts`` lets
    drafts and future posts in."""
    found, problems = scan(root, "content")
    everything = list(problems)
    sources = {source.path: source for source in found}
    reader = _Reader(root, config, everything)
    static = {
        path.removeprefix("content/static/"): source
        for path, source in sources.items()
        if path.startswith("content/static/")
    }
    parts = [reader.publications(sources, drafts), reader.home(sources), reader.cv(sources)]
    for collection in (*BUILT_IN, *registry.collections.values()):
        part = reader.collection(collection, sources)
        parts.append(_ordered(collection, _visible(part, today, drafts)))
    parts += (_visible(part, today, drafts) for part in reader.custom(registry, sources))
    reader.stray(sources, registry)
    collected = merge(parts)
    everything += collected.problems
    library, faults = _library(collected, config, reader.snapshot(sources), today)
    everything += faults
    return Gathered(library, static, sources, tuple(everything))


def bibliography(root: Path, config: Config) -> tuple[list[tuple[str, str]], str, tuple[Problem, ...]]:
    """The site's .bib files as (path, text), in order, the text of its LaTeX macros, and problems."""
    found, problems = scan(root, "content")
    everything = list(problems)
    reader = _Reader(root, config, everything)
    files, macros = reader.bibliography({source.path: source for source in found})
    return files, macros, tuple(everything)


class _Reader:
    """Reads sources of one site; remembers which files were used."""

    def __init__(self, root: Path, config: Config, problems: list[Problem]) -> None:
        self.root, self.config, self.problems = root, config, problems
        self.used: set[str] = set()

    def text(self, source: Source) -> str:
        self.used.add(source.path)
        data, faults = load(self.root, source)
        self.problems += faults
        text, faults = decode(data, source.path)
        self.problems += faults
        return text

    def dialect(self, path: str) -> Dialect:
        inner = path.removeprefix("content/")
        chosen = [
            (len(prefix), dialect)
            for prefix, dialect in self.config["markup"]["dialects"].items()
            if inner == prefix or inner.startswith(prefix.rstrip("/") + "/")
        ]
        dialect: Dialect = max(chosen)[1] if chosen else self.config["markup"]["dialect"]
        return dialect

    def publications(self, sources: Mapping[str, Source], drafts: bool) -> Collected:
        files, macros = self.bibliography(sources)
        return read_publications(files, self.config["publications"], macros, drafts)

    def bibliography(self, sources: Mapping[str, Source]) -> tuple[list[tuple[str, str]], str]:
        """The .bib files as (path, text), in order, and the text of the macro files."""
        from acadsite.bibtex import decode_bytes

        settings = self.config["publications"]
        files = []
        for at, pattern in enumerate(settings["files"]):
            matches = [
                path for path in sources if fnmatchcase(path, f"content/{pattern}") and path not in self.used
            ]
            if not matches and "*" not in pattern:
                hint = did_you_mean(pattern, [path.removeprefix("content/") for path in sources])
                place = self.config.place("publications", "files", at)
                self.problems.append(error("bib-file", f"There is no file content/{pattern}.", place, hint))
            for path in matches:
                self.used.add(path)
                data, faults = load(self.root, sources[path])
                self.problems += faults
                text, faults = decode_bytes(data, path)
                self.problems += faults
                files.append((path, text))
        macro_sources = [sources.get(f"content/{name}") for name in settings["macros"]]
        for at, name in enumerate(settings["macros"]):
            if macro_sources[at] is None:
                hint = did_you_mean(name, [path.removeprefix("content/") for path in sources])
                place = self.config.place("publications", "macros", at)
                self.problems.append(error("bib-file", f"There is no file content/{name}.", place, hint))
        return files, "\n".join(self.text(source) for source in macro_sources if source)

    def collection(self, collection: Collection, sources: Mapping[str, Source]) -> Collected:
        lists = (f"content/{collection.file}", f"content/{collection.file.removesuffix('.yaml')}.yml")
        parts = [
            read_list(collection, path, self.text(sources[path]))
            for path in lists
            if collection.file and path in sources
        ]
        if collection.folder:
            for path, source in sources.items():
                if path.startswith(f"content/{collection.folder}/") and path.endswith(_DOCUMENTS):
                    parts.append(self.document(collection, source))
        return merge(parts)

    def document(self, collection: Collection, source: Source) -> Collected:
        return read_document(collection, source.path, self.text(source), self.dialect(source.path))

    def custom(self, registry: Registry, sources: Mapping[str, Source]) -> list[Collected]:
        """Records of extensions' own collectors."""
        from acadsite.extend import extension_problem

        parts = []
        for name, glob, read in registry.collectors:
            for path in [path for path in sources if fnmatchcase(path, f"content/{glob}")]:
                text = self.text(sources[path])
                try:
                    items = [dict(item) for item in read(path, text)]
                    records = tuple(_custom_record(name, path, at, item) for at, item in enumerate(items, 1))
                except Exception as failure:  # noqa: BLE001 - the user's code; shown with its place
                    file = registry.origins["collector", name]
                    self.problems.append(extension_problem(failure, file, f"reading {path}"))
                    continue
                parts.append(Collected(records))
        return parts

    def home(self, sources: Mapping[str, Source]) -> Collected:
        source = sources.get("content/index.md")
        problems: list[Problem] = []
        if source is None:
            data = HOME.read(Node({}, Span("content/index.md")), problems)
            return Collected((Record("home", "home", freeze({"id": "home", **data})),))
        parts, faults = split_front_matter(self.text(source), source.path)
        problems += faults
        node = parts.data or Node({}, Span(source.path))
        data = HOME.read(node, problems)
        record = Record("home", "home", freeze({"id": "home", **data}), spans_of(node))
        documents: tuple[Document, ...] = ()
        if parts.body.strip():
            dialect = self.dialect(source.path)
            documents = (Document("home", "home", source.path, parts.body, parts.body_line, dialect),)
        return Collected((record,), documents, tuple(problems))

    def cv(self, sources: Mapping[str, Source]) -> Collected:
        source = sources.get("content/cv.yaml") or sources.get("content/cv.yml")
        if source is None:
            return Collected()
        node, faults = parse_yaml(self.text(source), source.path)
        problems = list(faults)
        if node is None or not isinstance(node.value, dict):
            if node is not None and node.value is not None:
                problems.append(error("cv-kind", "cv.yaml must be “key: value” lines.", node.span))
            return Collected(problems=tuple(problems))
        data = CV.read(node, problems)
        record = Record("cv", "cv", freeze({"id": "cv", **data}), spans_of(node))
        return Collected((record,), (), tuple(problems))

    def snapshot(self, sources: Mapping[str, Source]) -> Mapping[str, Any]:
        """The dated numbers: snapshot file's name → its data."""
        found = {}
        for path, source in sources.items():
            if path.startswith("content/snapshots/") and path.endswith((".yaml", ".yml")):
                node, faults = parse_yaml(self.text(source), path)
                self.problems += faults
                name = PurePosixPath(path).stem
                if node is not None and isinstance(node.value, dict):
                    found[name] = node.plain()
                elif node is not None and node.value is not None:
                    message = f"{PurePosixPath(path).name} must be “key: value” lines."
                    self.problems.append(error("snapshot-kind", message, node.span))
                if name not in _SNAPSHOTS:
                    hint = did_you_mean(name, _SNAPSHOTS) or f"Snapshots: {', '.join(_SNAPSHOTS)}."
                    self.problems.append(
                        warning("file-unused", "Nothing uses this snapshot.", Span(path), hint)
                    )
        return found

    def stray(self, sources: Mapping[str, Source], registry: Registry) -> None:
        """Warn about files that nothing reads: a misspelt talk.yaml would else be lost in silence."""
        if not self.config.is_readable:
            return  # site.yaml may name what reads them
        collections = (*BUILT_IN, *registry.collections.values())
        files = ["index.md", "cv.yaml", *(item.file for item in collections if item.file)]
        folders = ["publications", "static", *(item.folder for item in collections if item.folder)]
        for path in sources:
            data_file = path.endswith((".yaml", ".yml", ".bib", ".md"))
            if (
                path in self.used
                or not data_file
                or path.startswith(("content/static/", "content/snapshots/"))
            ):
                continue
            hint = _where_to(path.removeprefix("content/"), files, folders)
            self.problems.append(warning("file-unused", "Nothing reads this file.", Span(path), hint))
        if not (self.root / "content").is_dir():
            near = nearest("content", [entry.name for entry in self.root.iterdir() if entry.is_dir()], 0.8)
            if near:
                message = "There is no folder “content”: nothing is read."
                self.problems.append(warning("content-missing", message, Span(near), f"Rename “{near}”."))


def _where_to(path: str, files: list[str], folders: list[str]) -> str:
    """A hint for a file of content/ that nothing reads."""
    folder, _, name = path.rpartition("/")
    if folder:
        near = nearest(folder, folders)
        return f"Did you mean “content/{near}/{name}”?" if near and near != folder else ""
    if name.endswith(".bib"):
        return f"Move it to content/publications/{name}, or name it in site.yaml: publications: files."
    near = nearest(name, files)
    if near:
        return f"Did you mean “content/{near}”?"
    if name.endswith(".md"):
        return f"Move it to content/pages/{name} for a page, to content/posts/{name} for a post."
    return ""


def _custom_record(collection: str, path: str, at: int, item: Mapping[str, Any]) -> Record:
    """A record from an extension's own collector; JSON-able values only."""
    json.dumps(item)
    identifier = slug(str(item.get("id") or at)) or str(at)
    return Record(collection, identifier, freeze({"extra": {}, **item, "id": identifier}), {"": Span(path)})


def _visible(part: Collected, today: dt.date, drafts: bool) -> Collected:
    """Without drafts, future posts, and records that are not public."""

    def why_hidden(record: Record) -> str:
        data = record.data
        if data.get("public") is False:
            return "not public"
        if drafts:
            return ""
        if data.get("draft") is True:
            return "a draft"
        is_future = record.collection == "posts" and is_after(data["date"], today)
        return "a post of the future" if is_future else ""

    # A draft may have the id of a record that is shown; they differ in their files.
    hidden = [(record, reason) for record in part.records if (reason := why_hidden(record))]
    reasons = {record.where.path: reason for record, reason in hidden}
    left_out = {id(record) for record, _ in hidden}
    unread = [(item.path, reasons[item.path]) for item in part.documents if item.path in reasons]
    return replace(
        part,
        records=tuple(record for record in part.records if id(record) not in left_out),
        documents=tuple(item for item in part.documents if item.path not in reasons),
        unread=(*part.unread, *unread),
        hidden=frozenset((record.collection, record.id) for record, _ in hidden),
    )


def is_after(date: Mapping[str, Any] | None, today: dt.date) -> bool:
    """Whether a date of a record begins after ``today``."""
    if not date or not date["year"]:
        return False
    return (date["year"], date["month"] or 1, date["day"] or 1) > (today.year, today.month, today.day)


def _ordered(collection: Collection, part: Collected) -> Collected:
    if collection.order != "date":
        return part

    def rank(record: Record) -> tuple[int, int, int]:
        date = record.data.get("date") or {}
        return (date.get("year") or 0, date.get("month") or 0, date.get("day") or 0)

    return replace(part, records=tuple(sorted(part.records, key=rank, reverse=True)))


# --- the library ---


def _library(
    collected: Collected, config: Config, snapshots: Mapping[str, Any], today: dt.date
) -> tuple[Library, tuple[Problem, ...]]:
    records, problems = collect_records(collected.records)
    # The bibliography has said already that two of its keys differ in case alone.
    places: dict[Span | None, str] = {
        record.where: fold(record.id) for record in collected.records if record.collection == "publications"
    }
    said = {places.get(problem.where, "") for problem in collected.problems if problem.code == "bib-key-case"}
    found = [problem for problem in problems if places.get(problem.where) not in said]
    _alumni(records, today)
    _stars(records, snapshots)
    people = _people(records, config, found, collected)
    _resolve_people(records, people, found, collected)
    records = {name: items for name, items in records.items() if items}
    relations = [relation for relation in RELATIONS if relation.source in records]
    links, faults = relate(records, relations, _other_names(records), collected.lost, collected.hidden)
    found += faults
    kept = [item for item in collected.documents if item.id in records.get(item.collection, {})]
    documents = {(item.collection, item.id): item for item in reversed(kept)}
    paths = {
        record.where.path: (record.collection, record.id)
        for items in records.values()
        for record in items.values()
        if record.where.path.endswith(_DOCUMENTS)
    }
    if "scholar" in snapshots:
        data = freeze(snapshots["scholar"])
        records["snapshots"] = {
            "scholar": Record("snapshots", "scholar", FrozenMap({"id": "scholar", **data}))
        }
    library = Library(records, documents, links, paths, collected.lost, dict(collected.unread))
    return library, tuple(found)


def _changed(record: Record, **values: Any) -> Record:
    return replace(
        record, data=FrozenMap({**record.data, **{key: freeze(value) for key, value in values.items()}})
    )


def _alumni(records: Mapping[str, dict[str, Record]], today: dt.date) -> None:
    students = records.get("students", {})
    for identifier, record in students.items():
        status = record.data["status"]
        if status is None:
            end = record.data["end"]
            is_past = end is not None and not _is_future_end(end, today)
            ended = record.data["years"] and "present" not in record.data["years"].casefold()
            status = (
                "alumni" if is_past or (end is None and record.data["start"] is None and ended) else "current"
            )
        students[identifier] = _changed(
            record, status="alumni" if status in {"alumni", "alumnus", "alumna"} else status
        )


def _is_future_end(end: Mapping[str, Any], today: dt.date) -> bool:
    """Whether an end lies ahead: a year ends with its last day, a month as well."""
    return (end["year"] or 0, end["month"] or 12, end["day"] or 31) >= (today.year, today.month, today.day)


def _stars(records: Mapping[str, dict[str, Record]], snapshots: Mapping[str, Any]) -> None:
    given = snapshots.get("repos")
    snapshot: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    numbers = snapshot.get("repos")
    repos = records.get("repos", {})
    if not isinstance(numbers, Mapping):
        return
    for identifier, record in repos.items():
        item = numbers.get(record.data["path"])
        stars = item.get("stars") if isinstance(item, Mapping) else item
        if isinstance(stars, int) and not isinstance(stars, bool):
            repos[identifier] = _changed(record, stars=stars, stars_date=str(snapshot.get("date") or ""))


def _people(
    records: dict[str, dict[str, Record]], config: Config, problems: list[Problem], collected: Collected
) -> People:
    """All persons: people.yaml, the owner, students who are not there; each has a record in ``people``."""
    people = People()
    entries = records.setdefault("people", {})
    owner = _owner(entries, config, problems)
    for identifier, record in list(entries.items()):
        people.add(_person(record, is_owner=identifier == owner))
    for identifier, record in records.get("students", {}).items():
        wanted = nfc(record.data["person"] or "")
        match = Match(wanted) if wanted in entries else people.match(record.data["name"])
        person = match.person
        if wanted and wanted not in entries:
            _unknown_person(wanted, record.place("person"), entries, problems, collected)
        if match.candidates:
            problems.append(_ambiguous(match, record.data["display"], record.place("name"), _WHICH_STUDENT))
        if person is None:
            person = identifier if identifier not in entries else f"{identifier}-student"
            entries[person] = _person_record(person, record)
        current = people.persons.get(person)
        forms = (*(current.forms if current else ()), record.data["name"], *_aliases(record))
        base = entries[person]
        people.add(Person(person, base.data["name"], forms, person == owner, True))
        records["students"][identifier] = _changed(record, person=person)
        entries[person] = _changed(base, student=identifier, url=base.data["url"] or record.data["url"])
    if owner in entries:
        entries[owner] = _changed(entries[owner], is_owner=True)
    return people


def _owner(entries: dict[str, Record], config: Config, problems: list[Problem]) -> str:
    author = config["author"]
    if author is None:
        return ""
    if isinstance(author, str):
        author = nfc(author)
        if author in entries:
            return author
        if " " not in author and "," not in author:
            hint = did_you_mean(author, entries) or "Write the name in full, or an id of people.yaml."
            problems.append(
                error("author-unknown", f"There is no person {quote(author)}.", config.place("author"), hint)
            )
            return ""
        author = {"name": author}
    node = _as_node(thaw(freeze(author)), config.place("author"))
    person = next(item for item in BUILT_IN if item.name == "people")
    record = make(person, node, [])
    if record is None:
        return ""
    known = entries.get(record.id)
    if known is None:
        entries[record.id] = record
    else:
        more = {key: value for key, value in record.data.items() if value and not known.data.get(key)}
        entries[record.id] = _changed(known, **more)
    return record.id


def _as_node(value: Any, span: Span) -> Node:
    if isinstance(value, Mapping):
        items = {key: _as_node(item, span) for key, item in value.items() if item is not None}
        return Node(items, span, keys=dict.fromkeys(items, span))
    if isinstance(value, list):
        return Node(tuple(_as_node(item, span) for item in value), span)
    return Node(value, span, "true" if value is True else "false" if value is False else str(value))


def _aliases(record: Record) -> tuple[Mapping[str, Any], ...]:
    return tuple(parse_name(alias) for alias in record.data["aliases"])


def _person(record: Record, *, is_owner: bool) -> Person:
    return Person(record.id, record.data["name"], _aliases(record), is_owner)


def _person_record(identifier: str, student: Record) -> Record:
    """The record in ``people`` of a student who is not in people.yaml."""
    data = student.data
    values = {
        "id": identifier, "name": data["name"], "display": data["display"], "aliases": data["aliases"],
        "url": data["url"], "orcid": None, "email": None, "role": None, "affiliation": data["affiliation"],
        "location": None, "photo": data["photo"], "profiles": {}, "note": None, "public": True, "extra": {},
    }  # fmt: skip
    return Record("people", identifier, freeze(values), student.spans)


def _unknown_person(
    wanted: str, place: Span, known: Iterable[str], problems: list[Problem], collected: Collected
) -> None:
    """Warn, unless the person may be among those lost to errors, or is hidden."""
    is_hidden = bool(collected.hidden & {("people", wanted), ("students", wanted)})
    if not is_hidden and not collected.lost & {"people", "students"}:
        hint = did_you_mean(wanted, known)
        problems.append(warning("person-unknown", f"There is no person {quote(wanted)}.", place, hint))


def _resolve_people(
    records: dict[str, dict[str, Record]], people: People, problems: list[Problem], collected: Collected
) -> None:
    """Fill in which person each author is, and which people other records name."""
    for identifier, record in records.get("publications", {}).items():
        names: dict[str, tuple[Any, ...]] = {}
        persons: list[str] = []
        for role in ("authors", "editors"):
            names[role] = tuple(
                [_with_person(name, people, record, role, problems) for name in record.data[role]]
            )
            persons += [name["person"] for name in names[role] if name["person"]]
        if persons:
            values = {**record.data, **names, "person_ids": tuple(dict.fromkeys(persons))}
            records["publications"][identifier] = replace(record, data=FrozenMap(values))
    for collection in ("talks", "repos", "posts", "courses"):
        for identifier, record in records.get(collection, {}).items():
            values = {"person_ids": _ids(record, "people", people, records, problems, collected)}
            if collection == "courses":
                values["student_ids"] = _ids(record, "students", people, records, problems, collected)
            records[collection][identifier] = _changed(record, **values)
    for identifier, record in list(records["people"].items()):
        defaults = {"student": record.data.get("student"), "is_owner": record.data.get("is_owner", False)}
        records["people"][identifier] = _changed(record, **defaults)


def _with_person(
    name: FrozenMap, people: People, record: Record, role: str, problems: list[Problem]
) -> FrozenMap:
    match = people.match(name)
    if match.candidates:
        place = record.place(role.removesuffix("s"))
        problems.append(_ambiguous(match, display(name), place, _WHICH_PERSON, record.id))
    if match.person is None:
        return name
    person = people.persons[match.person]
    return FrozenMap(
        {**name, "person": match.person, "is_owner": person.is_owner, "is_student": person.is_student}
    )


_WHICH_PERSON = "Write the name in full, or add it to the “aliases” of the right person."
_WHICH_STUDENT = "Say who it is with “person: ID”, or write the name in full."


def _ambiguous(match: Match, name: str, place: Span, hint: str, about: str = "") -> Problem:
    shown = " or ".join(quote(person) for person in match.candidates)
    message = f"{f'{about}: ' if about else ''}{quote(name)} could be {shown}."
    return warning("person-ambiguous", message, place, hint)


def _ids(  # noqa: PLR0917
    record: Record,
    field: str,
    people: People,
    records: Mapping[str, Mapping[str, Record]],
    problems: list[Problem],
    collected: Collected,
) -> tuple[str, ...]:
    """People named by id, student id or name, as ids of people."""
    found = []
    for at, given in enumerate(record.data.get(field) or ()):
        wanted = nfc(given)
        if wanted not in people.persons and segment(wanted) in people.persons:
            wanted = segment(wanted)
        student = records.get("students", {}).get(wanted)
        if wanted in people.persons:
            found.append(wanted)
        elif student is not None:
            found.append(student.data["person"])
        else:
            match = people.match(parse_name(wanted))
            if match.person is not None:
                found.append(match.person)
            elif match.candidates:
                hint = "Write an id of people.yaml, or the name in full."
                problems.append(_ambiguous(match, wanted, record.place(field, at), hint))
            elif " " not in wanted:
                _unknown_person(wanted, record.place(field, at), people.persons, problems, collected)
    return tuple(dict.fromkeys(found))


def _other_names(records: Mapping[str, Mapping[str, Record]]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for identifier, record in records.get("publications", {}).items():
        names["publications", nfc(record.data["key"])] = identifier
        for alias in record.data["key_aliases"]:
            names.setdefault(("publications", nfc(alias)), identifier)
    for identifier, record in records.get("repos", {}).items():
        names.setdefault(("repos", nfc(record.data["path"])), identifier)
        names.setdefault(("repos", nfc(record.data["name"])), identifier)
    return names
