"""The library: all records of a site, immutable, with queries that answer ids and relations between records.

Built in full each build, from frozen records. It knows no web and no academia: a collection is a name, a
relation is a list of ids in another collection that a field of a record names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from acadsite.memo import Memo
from acadsite.problems import Problem, Span, error, nearest, quote, warning
from acadsite.records import Record, fold, nfc, segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Key = tuple[str, str]  # collection, id
Dialect = Literal["commonmark", "python-markdown"]


#: How many names that nothing answers to get a hint: looking for what is meant costs the size of the site each time.
_HINTS = 50


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a record that has a body: Markdown, with the line of ``path`` on which it begins.

    ``included`` are the texts of the files that it takes in, by their paths, and None for those that are not there.
    ``outline`` says what a text that is numbered together with others defines and asks for (``markup.outline``).
    Where the text is not written in the file as it is (a notebook), ``lines`` says which line of the file a line of it
    is from, as those (counted from 0 and from 1) from which both go on by ones, with how many characters it is further
    to the right there, and the path of the file where that is another one; ``pictures`` are those in the file: path
    from its folder, and where in the text of the file the data begin and end.
    """

    collection: str
    id: str
    path: str
    text: str
    line: int
    dialect: Dialect
    included: tuple[tuple[str, str | None], ...] = ()
    outline: Any = None
    lines: tuple[tuple[int, int, int] | tuple[int, int, int, str], ...] = ()
    pictures: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question with ids as its answer: canonical and hashable.

    ``where`` holds (field, operation, value) with the operations ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``,
    ``in`` (the field's value is one of a tuple), ``has`` (the field's list holds the value), ``is`` (it is the value,
    or its list holds it), ``not`` (the contrary) and ``any`` (``is`` for one of a tuple). A date is compared as
    precisely as the value says (``2019``, ``"2019-05"``); nothing is neither more nor less than something. Fields that
    the schema does not know are found as well. ``sort`` names fields, with ``-`` in front for descending; ties keep
    the collection's own order.
    """

    collection: str
    where: tuple[tuple[str, str, Any], ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """``field`` of the records of ``source`` names records of ``target`` by id (or another of its names). A field
    inside another one is written with a dot: ``thesis.publication``."""

    source: str
    field: str
    target: str


@dataclass(frozen=True, slots=True)
class Library:
    """Records by collection (in their own order), documents, and links in both directions."""

    records: Mapping[str, Mapping[str, Record]]
    documents: Mapping[Key, Document] = field(default_factory=dict)
    links: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, Key] = field(default_factory=dict)
    #: Collections that lack records because of errors.
    lost: frozenset[str] = frozenset()
    #: Documents and lists that gave no page, by path, and why: "a draft", "not public", "errors".
    unread: Mapping[str, str] = field(default_factory=dict)
    #: What texts may cite besides the publications, by the path of its file and its key.
    references: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Other files that texts name, by their paths.
    files: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, key: Key) -> bool:
        return key[1] in self.records.get(key[0], ())

    def get(self, collection: str, identifier: str) -> Record | None:
        """A record, or None."""
        return self.records.get(collection, {}).get(identifier)

    def every(self) -> Iterator[Record]:
        """All records, collection by collection."""
        for collection in self.records.values():
            yield from collection.values()

    def texts(self) -> Iterator[tuple[str, Record, tuple[str | int, ...]]]:
        """Every text inside the records, with the way to it."""
        for record in self.every():
            yield from ((text, record, path) for text, path in texts_in(record.data))

    def query(self, query: Query) -> tuple[str, ...]:
        """The ids that answer a query, in order."""
        found = list(self.records.get(query.collection, {}).values())
        for name, operation, value in query.where:
            if operation == "=":
                found = [record for record in found if record.data.get(name) == value]
            else:
                found = [record for record in found if _holds(value_of(record, name), operation, value)]
        for name in reversed(query.sort):
            key = name.removeprefix("-")
            found.sort(key=lambda record: _rank(value_of(record, key)), reverse=name.startswith("-"))
        end = None if query.limit is None else query.offset + query.limit
        return tuple(record.id for record in found[query.offset : end])

    def related(self, collection: str, identifier: str, other: str) -> tuple[str, ...]:
        """The ids of ``other`` that are linked with a record from either side, in the order of ``other``."""
        return self.links.get((collection, identifier, other), ())


def value_of(record: Record, name: str) -> Any:
    """A field of a record, or one that its schema does not know; None where it has neither."""
    data = record.data
    return data[name] if name in data else (data.get("extra") or {}).get(name)


def _holds(actual: Any, operation: str, value: Any) -> bool:
    if isinstance(actual, Mapping) and "year" in actual and operation not in {"in", "has", "any"}:
        actual, value = _alike(actual, value)
    elif isinstance(actual, tuple) and operation in {"<", "<=", ">", ">="}:
        return any(_holds(one, operation, value) for one in actual)
    if operation == "!=":
        return bool(actual != value)
    if operation == "in":
        return actual in value
    if operation == "has":
        return value in (actual or ())
    if operation == "is":
        return bool(actual == value) or (isinstance(actual, tuple) and value in actual)
    if operation == "any":
        return any(_holds(actual, "is", one) for one in value)
    if operation == "not":
        return not _holds(actual, "is", value)
    low, high = _rank(_number(actual)), _rank(_number(value))
    if low[0] != high[0]:
        return False  # nothing is neither more nor less than something, and no word than a number
    return {"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[operation]


def _alike(date: Mapping[str, Any], value: Any) -> tuple[Any, Any]:
    """A date and what it is compared with, both with the parts that the latter has; as they are where it is no date."""
    parts = _PARTS.fullmatch(str(value)) if isinstance(value, (int, str)) else None
    if parts is None:
        return date, value
    wanted = tuple(int(part) for part in parts[0].split("-"))
    if date["year"] is None:
        return None, wanted
    return tuple(date[name] or 0 for name in ("year", "month", "day")[: len(wanted)]), wanted


#: A year, month or day, as a query names it.
_PARTS = re.compile(r"\d{1,4}(?:-\d{1,2}){0,2}")


def _number(value: Any) -> Any:
    """A number that is written as text is a number."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value) else value


def _rank(value: Any) -> tuple[Any, ...]:
    """A sort key for any value: nothing comes first, then numbers, then text, then dates by their parts."""
    if value is None:
        return (0,)
    if isinstance(value, (bool, int, float)):
        return (1, value)
    if isinstance(value, tuple) and all(isinstance(part, int) for part in value):
        return (1, *value)
    if isinstance(value, Mapping) and "year" in value:
        return (1, value["year"] or 0, value["month"] or 0, value["day"] or 0)
    return (2, str(value))


def collect_records(records: Iterable[Record]) -> tuple[dict[str, dict[str, Record]], tuple[Problem, ...]]:
    """Records by collection and id, in order. Two ids that would be one file on some system (the same without
    case, or in another Unicode form) are an error that names both places; the first is kept."""
    records = list(records)
    result: dict[str, dict[str, Record]] = {}
    names = {record.collection for record in records}
    if len(names) == 1 and len({fold(record.id) for record in records}) == len(records):
        return {names.pop(): {record.id: record for record in records}}, ()
    seen: dict[Key, Record] = {}
    problems = []
    for record in records:
        first = seen.setdefault((record.collection, fold(record.id)), record)
        if first is record:
            result.setdefault(record.collection, {})[record.id] = record
            continue
        what = f"The id {quote(record.id)} in {record.collection}"
        there = first.place("id")
        same = (
            f"is taken by {there}"
            if first.id == record.id
            else f"is too much like {quote(first.id)} ({there})"
        )
        problems.append(
            error(
                "record-duplicate",
                f"{what} {same}: both would get the same address.",
                record.place("id"),
                "Give one of them another id, key or file name.",
            )
        )
    return result, tuple(problems)


def relate(
    records: Mapping[str, Mapping[str, Record]],
    relations: Iterable[Relation],
    aliases: Mapping[tuple[str, str], str],
    incomplete: frozenset[str] = frozenset(),
    hidden: frozenset[Key] = frozenset(),
    *,
    memo: Memo | None = None,
) -> tuple[dict[tuple[str, str, str], tuple[str, ...]], tuple[Problem, ...]]:
    """Links in both directions from the relations; names that nothing answers to are warnings.

    ``aliases`` maps (collection, other name) to an id, for keys and names that differ from the id. Collections
    that are ``incomplete`` lost records to errors, and ``hidden`` records are left out on purpose: what names
    them may be right, and is not warned about. With a ``memo`` only links that changed are looked for.
    """
    memo = memo or Memo()
    answers = _Answers(records, aliases, incomplete, hidden)
    problems: list[Problem] = []
    pairs: dict[tuple[str, str], list[_Pairs]] = {}
    for relation in relations:
        found, unknown = answers.to(relation, memo)
        for record, at, name in unknown:
            place = record.place(relation.field, at)
            choices = answers.choices(relation.target) if len(problems) < _HINTS else []
            problems.append(_unknown(place, relation.target, name, choices))
        if found:
            pairs.setdefault((relation.source, relation.target), []).append(found)
    parts = []
    for (source, target), given in pairs.items():
        orders = tuple(records[source]), tuple(records[target])
        links = partial(_links, source, target, given, *orders)
        parts.append(memo.step(f"links {source} {target}", given, orders, links))
    return memo.step("links", parts, None, lambda: _joined(parts, records)), tuple(problems)


#: Ids of one collection, each with the ids that it names in another one.
_Pairs = tuple[tuple[str, tuple[str, ...]], ...]


class _Answers:
    """Finds the records that names stand for."""

    def __init__(
        self,
        records: Mapping[str, Mapping[str, Record]],
        aliases: Mapping[tuple[str, str], str],
        incomplete: frozenset[str],
        hidden: frozenset[Key],
    ) -> None:
        self.records, self.incomplete, self.hidden = records, incomplete, hidden
        self.aliases: dict[str, dict[str, str]] = {}
        for (collection, name), identifier in aliases.items():
            self.aliases.setdefault(collection, {})[name] = identifier

    def to(self, relation: Relation, memo: Memo) -> tuple[_Pairs, list[tuple[Record, int, str]]]:
        """The links of a relation, and the names that nothing answers to with their records."""
        field = relation.field
        source = self.records.get(relation.source, {}).items()
        named: list[tuple[str, tuple[Any, ...]]]
        if "." in field:
            named = [(key, names) for key, record in source if (names := _named(record.data, field))]
        else:  # the same, fast: most records name nothing
            named = [
                (key, value if isinstance(value, tuple) else (value,))
                for key, record in source
                if (value := record.data.get(field)) is not None and value != ()
            ]
        if not named:
            return (), []
        targets = self.records.get(relation.target, {})
        aliases = self.aliases.get(relation.target, {})
        values = (named, tuple(targets), aliases)
        find = partial(_find, named, targets, aliases)
        found, unknown = memo.step(f"relation {relation.source} {field}", (), values, find)
        records = self.records[relation.source]
        if relation.target in self.incomplete:
            return found, []
        return found, [
            (records[key], at, name)
            for key, at, name in unknown
            if (relation.target, name) not in self.hidden
        ]

    def choices(self, collection: str) -> list[str]:
        """What a name may have meant."""
        return [*self.aliases.get(collection, ()), *self.records.get(collection, ())]


def _find(
    named: Iterable[tuple[str, tuple[Any, ...]]], targets: Mapping[str, Record], aliases: Mapping[str, str]
) -> tuple[_Pairs, list[tuple[str, int, str]]]:
    pairs = []
    unknown = []
    for key, names in named:
        found = []
        for at, given in enumerate(names):
            name = nfc(str(given))
            target = name if name in targets else aliases.get(name, segment(name))
            if target in targets:
                found.append(target)
            else:
                unknown.append((key, at, name))
        if found:
            pairs.append((key, tuple(found)))
    return tuple(pairs), unknown


def _links(
    source: str, target: str, given: Iterable[_Pairs], sources: Iterable[str], targets: Iterable[str]
) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The links between two collections in both directions, in the orders of the collections."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for pairs in given:
        for key, names in pairs:
            found.setdefault((source, key, target), set()).update(names)
            for name in names:
                found.setdefault((target, name, source), set()).add(key)
    order = {
        target: {key: at for at, key in enumerate(targets)},
        source: {key: at for at, key in enumerate(sources)},
    }
    return {
        key: tuple(ids) if len(ids) == 1 else tuple(sorted(ids, key=order[key[2]].__getitem__))
        for key, ids in found.items()
    }


def _joined(
    parts: Iterable[Mapping[tuple[str, str, str], tuple[str, ...]]],
    records: Mapping[str, Mapping[str, Record]],
) -> dict[tuple[str, str, str], tuple[str, ...]]:
    links: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for part in parts:
        for key, ids in part.items() if links else ():
            known = links.get(key)
            if known:  # two collections that name each other
                order = {name: at for at, name in enumerate(records[key[2]])}
                links[key] = tuple(sorted({*known, *ids}, key=order.__getitem__))
            else:
                links[key] = ids
        if not links:
            links = dict(part)
    return links


def texts_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every text inside a frozen value, with the keys and numbers that lead to it."""
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(item, (*path, key))
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from texts_in(item, (*path, at))


def _named(data: Mapping[str, Any], field: str) -> tuple[Any, ...]:
    """What a field names: the items of a list, or the one word that it holds."""
    value: Any = data
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _unknown(place: Span, collection: str, name: str, choices: Iterable[str]) -> Problem:
    near = nearest(name, choices)
    hint = f"Did you mean “{near}”?" if near else ""
    return warning("reference-unknown", f"There is no {quote(name)} in {collection}.", place, hint)
