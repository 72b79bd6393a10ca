"""Collected records → the library: one record for each id, persons, alumni, stars, links.

Each step depends on its arguments alone and is taken anew only when one of them changed (``Memo.step``); a record
that comes out as before is the same object as before. So what one change costs is what depends on it, and a few
looks at the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.collect.collections import BUILT_IN
from acadsite.collect.latex import ENDING as LATEX
from acadsite.collect.listings import Collected, make
from acadsite.collect.notebooks import ENDING
from acadsite.collect.translations import translated
from acadsite.library import Document, Library, Relation, collect_records, relate
from acadsite.people import Match, People, Person, display, parse_name
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning
from acadsite.records import FrozenMap, Record, fold, freeze, nfc, segment, thaw
from acadsite.sources import Node

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from acadsite.config import Config
    from acadsite.library import Key
    from acadsite.memo import Memo

#: What the names of documents end with.
DOCUMENTS = (".md", ".qmd", ".markdown")
#: The same, with notebooks and LaTeX, which are no decks.
TEXTS = (*DOCUMENTS, ENDING, LATEX)
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
    Relation("projects", "publications", "publications"),
    Relation("projects", "talks", "talks"),
    Relation("projects", "repos", "repos"),
    Relation("slides", "publications", "publications"),
    Relation("slides", "talks", "talks"),
    Relation("slides", "courses", "courses"),
    Relation("slides", "repos", "repos"),
    Relation("slides", "person_ids", "people"),
    Relation("courses", "student_ids", "people"),
    Relation("courses", "person_ids", "people"),
    Relation("projects", "student_ids", "people"),
    Relation("projects", "person_ids", "people"),
    Relation("talks", "person_ids", "people"),
    Relation("repos", "person_ids", "people"),
    Relation("posts", "person_ids", "people"),
    Relation("publications", "person_ids", "people"),
)


class _Absent(NamedTuple):
    """Collections that lack records because of errors, and the records that are left out on purpose."""

    lost: frozenset[str]
    hidden: frozenset[Key]


def assemble(
    parts: Sequence[Collected],
    config: Config,
    snapshots: Mapping[str, Any],
    today: dt.date,
    memo: Memo,
) -> tuple[Library, tuple[Problem, ...]]:
    """The library of everything that was collected, in this order, and the problems met."""
    absent = _Absent(
        frozenset().union(*(part.lost for part in parts)), frozenset().union(*(part.hidden for part in parts))
    )
    step = memo.step
    records, problems = _by_collection(parts, memo)
    if "repos" in records:
        repos, snapshot = records["repos"], snapshots.get("repos")
        records["repos"] = step("stars", (repos, snapshot), None, lambda: _stars(repos, snapshot))
    if "talks" in records and config["talks"]["map"]:
        from acadsite.collect.places import placed

        talks, towns = records["talks"], snapshots.get("places")
        records["talks"], faults = step("places", (talks, towns), None, partial(placed, talks, towns))
        problems += faults
    people, faults = _persons(records, config, today, absent, memo)
    problems += faults
    if "publications" in records:
        records["publications"], faults = _with_authors(records["publications"], people, memo)
        problems += faults
    if "publications" in records and config["publications"]["cited"]:
        works, cited = records["publications"], snapshots.get("scholar")
        records["publications"] = step("cited", (works, cited), None, partial(_cited, works, cited))
    if "papers" in records and "publications" in records:
        works, papers = records["publications"], records["papers"]
        records["publications"] = step(
            "papers of publications", (works, papers), None, lambda: _with_papers(works, papers)
        )
    students = records.get("students", _NONE)
    for name in ("talks", "repos", "posts", "courses", "projects", "slides"):
        if name in records:
            given = records[name]
            records[name], faults = step(
                f"people of {name}",
                (given, people, students),
                absent,
                partial(_named_people, given, people, students, absent),
            )
            problems += faults
    for name in [name for name in records if "@" in name]:
        given, originals = records[name], records.get(name.partition("@")[0], _NONE)
        records[name], faults = step(
            f"translations {name}",
            (given, originals),
            absent,
            partial(translated, name, given, originals, absent.hidden, absent.lost),
        )
        problems += faults
    records = {name: same(name, items, memo) for name, items in records.items() if items}
    relations = [relation for relation in RELATIONS if relation.source in records]
    aliases = step("other names", list(records.values()), None, lambda: _other_names(records))
    links, faults = relate(records, relations, aliases, absent.lost, absent.hidden, memo=memo)
    problems += faults
    documents, paths = _texts(parts, records, memo)
    if "scholar" in snapshots:
        scholar = snapshots["scholar"]
        records["snapshots"] = step("scholar", (scholar,), None, lambda: _scholar(scholar))
    unread = {path: reason for part in parts for path, reason in part.unread}
    return Library(records, documents, links, paths, absent.lost, unread), tuple(problems)


def _by_collection(
    parts: Sequence[Collected], memo: Memo
) -> tuple[dict[str, dict[str, Record]], list[Problem]]:
    """The records by collection and id, and those whose ids are taken."""
    found: dict[str, list[Collected]] = {}
    for part in parts:
        for name in dict.fromkeys(record.collection for record in part.records[:1]):
            found.setdefault(name, []).append(part)
    records: dict[str, dict[str, Record]] = {}
    problems: list[Problem] = []
    for name, given in found.items():
        everything = [record for part in given for record in part.records]
        collect = partial(collect_records, everything)
        items, faults = memo.step(f"records {name}", [part.records for part in given], None, collect)
        records[name] = items.get(name, {})
        if name == "publications" and faults:
            faults = _not_said(faults, everything, given)
        problems += faults
    return records, problems


def _not_said(
    faults: Iterable[Problem], everything: Iterable[Record], given: Iterable[Collected]
) -> tuple[Problem, ...]:
    """The faults without those of the bibliography: it has said already that two of its keys differ in case alone."""
    places: dict[Span | None, str] = {record.where: fold(record.id) for record in everything}
    said = {
        places.get(problem.where, "")
        for part in given
        for problem in part.problems
        if problem.code == "bib-key-case"
    }
    return tuple(problem for problem in faults if places.get(problem.where) not in said)


def same(name: str, items: Mapping[str, Record], memo: Memo) -> dict[str, Record]:
    """``items`` with those records of the last build that are equal in their places, and the whole of it where
    nothing differs."""
    slot = f"last {name}"
    last: dict[str, Record]
    given, last = memo.kept.get(slot, (None, _NONE))
    if given is items:
        return last
    found = {
        identifier: record if last.get(identifier) is record else _again(record, last.get(identifier))
        for identifier, record in items.items()
    }
    if found.keys() == last.keys() and all(map(is_, found.values(), last.values())):
        found = last
    memo.kept[slot] = items, found
    return found


def _again(record: Record, before: Record | None) -> Record:
    """``before`` where it is equal, else the record with as much of it as is."""
    if before is None or (before.data is not record.data and before.data != record.data):
        return record
    if before.spans == record.spans:
        return before
    return record if record.data is before.data else replace(record, data=before.data)


@dataclass(frozen=True, slots=True)
class _Persons:
    people: People
    entries: dict[str, Record]
    students: dict[str, Record]
    problems: tuple[Problem, ...]


def _persons(
    records: dict[str, dict[str, Record]], config: Config, today: dt.date, absent: _Absent, memo: Memo
) -> tuple[People, tuple[Problem, ...]]:
    """All persons; puts their records, and those of students, into ``records``."""
    entries, students = records.get("people", _NONE), records.get("students", _NONE)

    def find() -> _Persons:
        known, pupils = dict(entries), dict(students)
        problems: list[Problem] = []
        _alumni(pupils, today)
        people = _people(known, pupils, config, problems, absent)
        last = memo.kept.get("people of the site")
        if last is not None and last.persons == people.persons:
            people = last
        memo.kept["people of the site"] = people
        return _Persons(people, same("persons", known, memo), same("pupils", pupils, memo), tuple(problems))

    owner = (config["author"], config.place("author"))
    found = memo.step("people", (entries, students), (owner, today, absent), find)
    records["people"] = found.entries
    if students:
        records["students"] = found.students
    return found.people, found.problems


_NONE: dict[str, Record] = {}
#: Every sign that may mean something in Markdown.
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")


def _with_authors(
    works: dict[str, Record], people: People, memo: Memo
) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """The publications with the persons who are their authors."""

    def find() -> tuple[dict[str, Record], tuple[Problem, ...]]:
        last_people, known = memo.kept.get("authors", (None, {}))
        resolved = _authors(works, people, known if last_people is people else {})
        memo.kept["authors"] = people, resolved
        found = {identifier: item.after for identifier, item in resolved.items()}
        problems = [
            _ambiguous(match, name, item.after.place(role.removesuffix("s")), _WHICH_PERSON, identifier)
            for identifier, item in resolved.items()
            for role, match, name in item.doubts
        ]
        return found, tuple(problems)

    if not people.persons:
        return works, ()
    return memo.step("publications of people", (works, people), None, find)


def _with_papers(works: Mapping[str, Record], papers: Iterable[str]) -> dict[str, Record]:
    """The publications, told that they have a full text."""
    found = dict(works)
    for identifier in papers:
        if identifier in found:
            found[identifier] = _changed(found[identifier], paper=True)
    return found


def _texts(
    parts: Sequence[Collected], records: Mapping[str, dict[str, Record]], memo: Memo
) -> tuple[dict[Key, Document], dict[str, Key]]:
    """The documents of the records, and which record each file gave."""
    documents: dict[Key, Document] = {}
    for number, part in enumerate(reversed(parts)):
        if part.documents:
            items = records.get(part.documents[0].collection, _NONE)
            documents |= memo.step(
                f"documents {number}", (part.documents, items), None, partial(_documents, part, items)
            )
    paths: dict[str, Key] = {}
    for name, items in records.items():
        if name != "publications":
            paths |= memo.step(f"paths {name}", (items,), None, partial(_paths, items))
    # The text of a book's own page is in another file than its record.
    paths |= {item.path: key for key, item in documents.items() if key[0] == "books"}
    return documents, paths


def _documents(part: Collected, records: Mapping[str, Record]) -> dict[Key, Document]:
    return {(item.collection, item.id): item for item in reversed(part.documents) if item.id in records}


def _paths(items: Mapping[str, Record]) -> dict[str, Key]:
    found = {}
    for record in items.values():
        path = record.path
        if path.endswith(TEXTS):
            found[path] = record.collection, record.id
    return found


def _scholar(data: Any) -> dict[str, Record]:
    return {"scholar": Record("snapshots", "scholar", FrozenMap({"id": "scholar", **freeze(data)}))}


def _changed(record: Record, **values: Any) -> Record:
    return replace(
        record, data=FrozenMap({**record.data, **{key: freeze(value) for key, value in values.items()}})
    )


def _alumni(students: dict[str, Record], today: dt.date) -> None:
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


def _stars(repos: Mapping[str, Record], snapshot: Any) -> dict[str, Record]:
    """The repositories with the numbers of their snapshot."""
    numbers = snapshot.get("repos") if isinstance(snapshot, Mapping) else None
    found = dict(repos)
    if not isinstance(numbers, Mapping):
        return found
    for identifier, record in repos.items():
        item = numbers.get(record.data["path"])
        stars = item.get("stars") if isinstance(item, Mapping) else item
        if isinstance(stars, int) and not isinstance(stars, bool):
            found[identifier] = _changed(record, stars=stars, stars_date=str(snapshot.get("date") or ""))
        said = item.get("description") if isinstance(item, Mapping) else None
        if isinstance(said, str) and said and not record.data["description"]:
            found[identifier] = _changed(found[identifier], description=_as_markdown(said))
    return found


def _as_markdown(text: str) -> str:
    """Text of somebody else as Markdown in which no sign means anything."""
    return _SIGN.sub(lambda sign: r"\@" if sign[0] == "@" else f"&#{ord(sign[0])};", text)


def _cited(works: dict[str, Record], snapshot: Any) -> dict[str, Record]:
    """The publications with how often they were cited, by the snapshot's numbers for their keys."""
    numbers = snapshot.get("publications") if isinstance(snapshot, Mapping) else None
    if not isinstance(numbers, Mapping):
        return works
    found = dict(works)
    for identifier, record in works.items():
        number = numbers.get(record.data["key"])
        if isinstance(number, int) and not isinstance(number, bool):
            found[identifier] = _changed(record, cited=number)
    return found


def _people(
    entries: dict[str, Record],
    students: dict[str, Record],
    config: Config,
    problems: list[Problem],
    absent: _Absent,
) -> People:
    """All persons: people.yaml, the owner, students who are not there; each has a record in ``entries``."""
    people = People()
    owner = _owner(entries, config, problems)
    for identifier, record in list(entries.items()):
        people.add(_person(record, is_owner=identifier == owner))
    for identifier, record in students.items():
        wanted = nfc(record.data["person"] or "")
        match = Match(wanted) if wanted in entries else people.match(record.data["name"])
        person = match.person
        if wanted and wanted not in entries:
            _unknown_person(wanted, record.place("person"), entries, problems, absent)
        if match.candidates:
            problems.append(_ambiguous(match, record.data["display"], record.place("name"), _WHICH_STUDENT))
        if person is None:
            person = identifier if identifier not in entries else f"{identifier}-student"
            entries[person] = _person_record(person, record)
        current = people.persons.get(person)
        forms = (*(current.forms if current else ()), record.data["name"], *_aliases(record))
        base = entries[person]
        people.add(Person(person, base.data["name"], forms, person == owner, True))
        students[identifier] = _changed(record, person=person)
        entries[person] = _changed(base, student=identifier, url=base.data["url"] or record.data["url"])
    if owner in entries:
        entries[owner] = _changed(entries[owner], is_owner=True)
    for identifier, record in entries.items():
        more = {"student": record.data.get("student"), "is_owner": identifier == owner}
        entries[identifier] = _changed(record, **more)
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
    identifier = record.id
    if identifier not in entries and not author.get("id"):
        identifier = _listed(entries, record) or identifier
    known = entries.get(identifier)
    if known is None:
        entries[identifier] = record
    else:
        more = {key: value for key, value in record.data.items() if value and not known.data.get(key)}
        entries[identifier] = _changed(known, **more)
    return identifier


def _listed(entries: Mapping[str, Record], record: Record) -> str | None:
    """Who of people.yaml, under an id of their own, has the name of a person."""
    people = People()
    for known in entries.values():
        people.add(_person(known, is_owner=False))
    return people.match(record.data["name"]).person


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
        "group": "Alumni" if data["status"] == "alumni" else "Students",
    }  # fmt: skip
    return Record("people", identifier, freeze(values), student.spans)


def _unknown_person(
    wanted: str, place: Span, known: Iterable[str], problems: list[Problem], absent: _Absent
) -> None:
    """Warn, unless the person may be among those lost to errors, or is hidden."""
    is_hidden = bool(absent.hidden & {("people", wanted), ("students", wanted)})
    if not is_hidden and not absent.lost & {"people", "students"}:
        hint = did_you_mean(wanted, known)
        problems.append(warning("person-unknown", f"There is no person {quote(wanted)}.", place, hint))


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A publication as it was read and as it is, and the names in it that could be several people's."""

    before: Record
    after: Record
    doubts: tuple[tuple[str, Match, str], ...]


def _authors(
    works: Mapping[str, Record], people: People, known: Mapping[str, _Resolved]
) -> dict[str, _Resolved]:
    """Which person each author and editor is. ``known`` is what the last build found for the same people."""
    resolved = {}
    for identifier, record in works.items():
        last = known.get(identifier)
        if last is None or last.before is not record:
            if last is not None and last.before.data is record.data:
                after = record if last.after is last.before else replace(last.after, spans=record.spans)
                last = _Resolved(record, after, last.doubts)
            else:
                last = _resolved(record, people)
        resolved[identifier] = last
    return resolved


def _resolved(record: Record, people: People) -> _Resolved:
    names: dict[str, tuple[Any, ...]] = {}
    persons: list[str] = []
    doubts: list[tuple[str, Match, str]] = []
    for role in ("authors", "editors"):
        found = []
        for name in record.data[role]:
            match = people.match(name)
            if match.candidates:
                doubts.append((role, match, display(name)))
            if match.person is not None:
                persons.append(match.person)
            found.append(_with_person(name, people, match.person))
        names[role] = tuple(found)
    if not persons:
        return _Resolved(record, record, tuple(doubts))
    data = FrozenMap({**record.data, **names, "person_ids": tuple(dict.fromkeys(persons))})
    return _Resolved(record, replace(record, data=data), tuple(doubts))


def _named_people(
    records: Mapping[str, Record],
    people: People,
    students: Mapping[str, Record],
    absent: _Absent,
) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """The records of a collection with the ids of the people whom they name, and what is wrong with the names."""
    found = dict(records)
    problems: list[Problem] = []
    for identifier, record in records.items():
        if not (record.data.get("people") or record.data.get("students")):
            continue
        values = {
            name: ids
            for name, field in (("person_ids", "people"), ("student_ids", "students"))
            if name in record.data and (ids := _ids(record, field, people, students, problems, absent))
        }
        if values:
            found[identifier] = _changed(record, **values)
    return found, tuple(problems)


def _with_person(name: FrozenMap, people: People, person: str | None) -> FrozenMap:
    """A name with the person that it stands for; the same object for the same person."""
    if person is None:
        return name
    known = people.named.get((id(name), person))
    if known is None:
        who = people.persons[person]
        marked = {**name, "person": person, "is_owner": who.is_owner, "is_student": who.is_student}
        known = people.named[id(name), person] = name, FrozenMap(marked)
    return known[1]


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
    students: Mapping[str, Record],
    problems: list[Problem],
    absent: _Absent,
) -> tuple[str, ...]:
    """People named by id, student id or name, as ids of people."""
    found = []
    for at, given in enumerate(record.data.get(field) or ()):
        wanted = nfc(given)
        if wanted not in people.persons and segment(wanted) in people.persons:
            wanted = segment(wanted)
        student = students.get(wanted)
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
                _unknown_person(wanted, record.place(field, at), people.persons, problems, absent)
    return tuple(dict.fromkeys(found))


def _other_names(records: Mapping[str, Mapping[str, Record]]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for identifier, record in records.get("publications", {}).items():
        if record.data["key"] != identifier:
            names["publications", nfc(record.data["key"])] = identifier
        for alias in record.data["key_aliases"] or ():
            names.setdefault(("publications", nfc(alias)), identifier)
    for identifier, record in records.get("repos", {}).items():
        names.setdefault(("repos", nfc(record.data["path"])), identifier)
        names.setdefault(("repos", nfc(record.data["name"])), identifier)
    return names
