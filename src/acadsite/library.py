"""The library: all records of a site, immutable, with queries that answer ids and relations between records.

Built in full each build, from frozen records. It knows no web and no academia: a collection is a name, a
relation is a list of ids in another collection that a field of a record names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

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
    """The text of a record that has a body: Markdown, with the line of ``path`` on which it begins."""

    collection: str
    id: str
    path: str
    text: str
    line: int
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Query:
    """A question with ids as its answer: canonical and hashable.

    ``where`` holds (field, operation, value) with the operations ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``,
    ``in`` (the field's value is one of a tuple) and ``has`` (the field's list holds the value). ``sort`` names
    fields, with ``-`` in front for descending; ties keep the collection's own order.
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
        found = [
            record
            for record in self.records.get(query.collection, {}).values()
            if all(_holds(record.data.get(name), operation, value) for name, operation, value in query.where)
        ]
        for name in reversed(query.sort):
            key = name.removeprefix("-")
            found.sort(key=lambda record: _rank(record.data.get(key)), reverse=name.startswith("-"))
        end = None if query.limit is None else query.offset + query.limit
        return tuple(record.id for record in found[query.offset : end])

    def related(self, collection: str, identifier: str, other: str) -> tuple[str, ...]:
        """The ids of ``other`` that are linked with a record from either side, in the order of ``other``."""
        return self.links.get((collection, identifier, other), ())


def _holds(actual: Any, operation: str, value: Any) -> bool:
    if operation == "=":
        return bool(actual == value)
    if operation == "!=":
        return bool(actual != value)
    if operation == "in":
        return actual in value
    if operation == "has":
        return value in (actual or ())
    low, high = _rank(actual), _rank(value)
    return {"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[operation]


def _rank(value: Any) -> tuple[Any, ...]:
    """A sort key for any value: nothing comes first, then numbers, then text, then dates by their parts."""
    if value is None:
        return (0,)
    if isinstance(value, (bool, int, float)):
        return (1, value)
    if isinstance(value, Mapping) and "year" in value:
        return (1, value["year"] or 0, value["month"] or 0, value["day"] or 0)
    return (2, str(value))


def collect_records(records: Iterable[Record]) -> tuple[dict[str, dict[str, Record]], tuple[Problem, ...]]:
    """Records by collection and id, in order. Two ids that would be one file on some system (the same without
    case, or in another Unicode form) are an error that names both places; the first is kept."""
    result: dict[str, dict[str, Record]] = {}
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
) -> tuple[dict[tuple[str, str, str], tuple[str, ...]], tuple[Problem, ...]]:
    """Links in both directions from the relations; names that nothing answers to are warnings.

    ``aliases`` maps (collection, other name) to an id, for keys and names that differ from the id. Collections
    that are ``incomplete`` lost records to errors, and ``hidden`` records are left out on purpose: what names
    them may be right, and is not warned about.
    """
    found: dict[tuple[str, str, str], set[str]] = {}
    problems: list[Problem] = []
    for relation in relations:
        targets = records.get(relation.target, {})
        for record in records.get(relation.source, {}).values():
            for at, given in enumerate(_named(record.data, relation.field)):
                name = nfc(str(given))
                target = name if name in targets else aliases.get((relation.target, name), segment(name))
                if target not in targets:
                    if relation.target not in incomplete and (relation.target, name) not in hidden:
                        place = record.place(relation.field, at)
                        choices = [other for kind, other in aliases if kind == relation.target]
                        choices = [*choices, *targets] if len(problems) < _HINTS else []
                        problems.append(_unknown(place, relation.target, name, choices))
                    continue
                found.setdefault((relation.source, record.id, relation.target), set()).add(target)
                found.setdefault((relation.target, target, relation.source), set()).add(record.id)
    order = {name: {key: at for at, key in enumerate(items)} for name, items in records.items()}
    links = {
        key: tuple(sorted(ids, key=lambda item: order[key[2]].get(item, 0))) for key, ids in found.items()
    }
    return links, tuple(problems)


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
