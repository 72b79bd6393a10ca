"""Traces: what each task of the last build read, and from that what must be done again, and why.

A task is a body or a page. Its trace has the keys that it noted (``track``), a digest of its result, and what it
told: problems, and links to be looked at when everything is rendered. The ledger of a build has the traces, and the
answer to every key as a mark, a short text that is the same for equal answers. ``plan`` compares the marks of the
last build with the answers of this one; tasks none of whose keys changed keep their result. These are verifying
traces (Mokhov, Mitchell, Peyton Jones: Build systems à la carte, 2018).

All reads of fields of one record are one key here, ("fields", collection, id, names), and the ledger has the marks
of all fields of the records that were read. Nothing here knows what a key means.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from acadsite.problems import Problem, from_plain, to_plain
from acadsite.records import freeze

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Set

Key = tuple[Any, ...]
RecordKey = tuple[str, str]

#: Longer answers are marked by their digest.
_SHORT = 32
_NO_NAMES: frozenset[str] = frozenset()


class Answers(Protocol):
    """The answers of the build under way."""

    def mark(self, key: Key) -> str:
        """The mark of any key but “fields”."""

    def fields(self, record: RecordKey) -> Mapping[str, str]:
        """The marks of all fields of a record; empty when there is none."""

    def suspects(self, word: str) -> Collection[Key] | None:
        """The only keys of a word whose answers may differ from those that the ledger has; None for all. For “fields”
        these are the records."""

    def basis(self) -> Mapping[str, str]:
        """For words of keys, a mark of all that any answer of that word comes from. One that begins with “~” is good
        in this process only."""


def mark_of(value: Any) -> str:
    """The mark of a frozen value (as in ``records``); different for values that differ."""
    if value is None:
        return ""
    if value is True or value is False:
        return "+" if value else "-"
    if type(value) is str:
        if len(value) <= _SHORT and value.isprintable():
            return f"'{value}"
        data = value.encode("utf-8", "surrogatepass")
        return "=" + hashlib.blake2b(data, digest_size=12, person=b"text").hexdigest()
    # Frozen values hold texts, numbers, tuples and mappings in a fixed order: their representation is the same in
    # every process.
    text = repr(value)
    if len(text) <= _SHORT:
        return text
    return "=" + hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Trace:
    """What a task read (numbers of the ledger's keys), made (a digest) and told."""

    keys: tuple[int, ...]
    result: str
    problems: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    links: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task must be done: a word (“new”, “lost”, “changed”) and, for the last, the key."""

    word: str
    key: Key = ()

    def __str__(self) -> str:
        if self.word == "changed":
            return "changed: " + " ".join(
                ",".join(map(str, part)) if isinstance(part, (tuple, set, frozenset)) else str(part)
                for part in self.key
            )
        return self.word


def grouped(
    keys: Iterable[Key], fields: Mapping[RecordKey, Set[str]] = MappingProxyType({})
) -> Iterator[Key]:
    """Keys with all fields of a record in one, in a fixed order; ``fields`` are names of fields by record."""
    more: dict[RecordKey, set[str]] = {}
    for key in keys:
        if key[0] == "field":
            more.setdefault((key[1], key[2]), set()).add(key[3])
        else:
            yield key
    for record, names in fields.items():
        yield ("fields", *record, tuple(sorted(names | more.pop(record, _NO_NAMES))))
    for record, names in more.items():
        yield ("fields", *record, tuple(sorted(names)))


@dataclass(slots=True)
class Ledger:
    """What the last build noted. ``numbers`` has the number of each key, ``marks`` the answer by number (of keys
    other than “fields”), ``fields`` the marks of the fields of each record that was read. ``epoch`` counts how often
    keys got other numbers."""

    numbers: dict[Key, int] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    fields: dict[RecordKey, Mapping[str, str]] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)
    epoch: int = 0
    #: Keys by their word, and those of fields by their record.
    _words: dict[str, list[Key]] = field(default_factory=dict)
    _records: dict[RecordKey, list[Key]] = field(default_factory=dict)
    #: Keys without a mark, and how many keys there may be before it is asked which are in use.
    _new: list[Key] = field(default_factory=list)
    _enough: int = 0
    #: Records that differed when it was last asked what changed.
    _differed: Collection[RecordKey] = ()

    def number(self, key: Key) -> int:
        """The number of a key, given at its first use."""
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.numbers)
            self._new.append(key)
            self._enter(key)
        return found

    def numbers_of(self, keys: Collection[Key]) -> list[int]:
        """The numbers of several keys, most of which are known."""
        found = list(map(self.numbers.get, keys))
        return [self.number(key) if at is None else at for at, key in zip(found, keys, strict=True)]

    def _enter(self, key: Key) -> None:
        if key[0] == "fields":
            self._records.setdefault((key[1], key[2]), []).append(key)
        else:
            self._words.setdefault(key[0], []).append(key)

    def changed(self, answers: Answers, later: Collection[str] = ()) -> dict[int, Key]:
        """The keys whose answers differ now, by number; a “fields” key with the names that differ only. Keys whose
        word is in ``later`` are not looked at."""
        found: dict[int, Key] = {}
        for word in self._words.keys() - self._same(answers) - set(later):
            found |= self.changed_of(word, answers)
        differing = self._differing(answers)
        self._differed = differing.keys()
        for record, names in differing.items():
            for key in self._records.get(record, ()):
                hit = names.intersection(key[3])
                if hit:
                    found[self.numbers[key]] = ("field", *record, tuple(sorted(hit)))
        return found

    def changed_of(self, word: str, answers: Answers) -> dict[int, Key]:
        """The keys of one word whose answers differ now."""
        numbers, marks, mark = self.numbers, self.marks, answers.mark
        suspects = answers.suspects(word)
        keys: Iterable[Key] = self._words.get(word, ())
        if suspects is not None:
            keys = [key for key in suspects if key in numbers]
        return {number: key for key in keys if marks.get(number := numbers[key]) != mark(key)}

    def _same(self, answers: Answers) -> set[str]:
        bases = answers.basis()
        return {word for word, mark in self.bases.items() if bases.get(word) == mark}

    def _differing(self, answers: Answers) -> dict[RecordKey, set[str]]:
        differing = {}
        suspects = answers.suspects("fields")
        for record in self.fields if suspects is None else suspects:
            before = self.fields.get(record)
            if before is None:
                continue
            now = answers.fields(record)
            if now is before or now == before:
                continue
            names = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
            differing[record] = names
        return differing

    def take(self, traces: Mapping[str, Trace], changed: Mapping[int, Key], answers: Answers) -> None:
        """The traces of a build that succeeded. Every key is marked as it is answered now: those that ``changed``,
        as this ledger told of the same answers, and those that are new."""
        self.traces = dict(traces)
        for number, key in changed.items():
            if key[0] != "field":
                self.marks[number] = answers.mark(key)
        for record in self._differed:
            self.fields[record] = answers.fields(record)
        for key in self._new:
            if key[0] == "fields":
                self.fields[key[1], key[2]] = answers.fields((key[1], key[2]))
            else:
                self.marks[self.numbers[key]] = answers.mark(key)
        self._new, self._differed = [], ()
        self.bases = dict(answers.basis())
        if len(self.numbers) > self._enough:
            self._drop_unused()

    def _drop_unused(self) -> None:
        """Drop the keys that no trace has any more; the others get new numbers."""
        used: set[int] = set().union(*(trace.keys for trace in self.traces.values()))
        self._enough = 2 * len(used) + 1_000
        if len(used) == len(self.numbers):
            return
        self.epoch += 1
        kept = {key: number for key, number in self.numbers.items() if number in used}
        new = {number: at for at, number in enumerate(kept.values())}
        self.numbers = {key: new[number] for key, number in kept.items()}
        self.marks = {new[number]: mark for number, mark in self.marks.items() if number in new}
        self.traces = {
            task: replace(trace, keys=tuple(new[number] for number in trace.keys))
            for task, trace in self.traces.items()
        }
        self._words, self._records = {}, {}
        for key in self.numbers:
            self._enter(key)
        self.fields = {record: marks for record, marks in self.fields.items() if record in self._records}

    # --- in the state file ---

    def rows(self) -> dict[str, str]:
        """The ledger as a few texts of JSON, by name."""
        shapes: dict[tuple[str, ...], int] = {}
        keys: list[Any] = []
        for key in self.numbers:
            if key[0] == "fields":
                keys.append([shapes.setdefault(key[3], len(shapes)), key[1], key[2]])
            else:
                keys.append(_plain_key(key) if key[0] == "query" else key)
        # One text for each record: marks have no line ends.
        names: dict[tuple[str, ...], int] = {}
        records = [
            [*record, names.setdefault(tuple(marks), len(names)), "\n".join(marks.values())]
            for record, marks in self.fields.items()
        ]
        traces = [
            [
                task,
                trace.result,
                trace.keys,
                [to_plain(problem) for problem in trace.problems],
                trace.links,
            ]
            for task, trace in self.traces.items()
        ]
        parts = {
            "keys": [list(shapes), keys, list(self.marks.items())],
            "records": [list(names), records],
            "traces": traces,
            "bases": {word: mark for word, mark in self.bases.items() if mark[:1] != "~"},
        }
        return {name: json.dumps(value, separators=(",", ":")) for name, value in parts.items()}

    @classmethod
    def of(cls, rows: Mapping[str, str]) -> Ledger:
        """The inverse of ``rows``; an empty ledger where a part is missing."""
        if not {"keys", "records", "traces", "bases"} <= rows.keys():
            return cls()
        parts = {name: json.loads(text) for name, text in rows.items()}
        shapes, keys, marks = parts["keys"]
        shapes = [tuple(names) for names in shapes]
        ledger = cls(bases=parts["bases"], marks={number: mark for number, mark in marks})  # noqa: C416
        for plain in keys:
            is_fields = type(plain[0]) is int
            ledger.number(("fields", *plain[1:], shapes[plain[0]]) if is_fields else _key_of(plain))
        ledger._new = []
        names, records = parts["records"]
        for collection, identifier, shape, text in records:
            marks = text.split("\n") if names[shape] else ()
            ledger.fields[collection, identifier] = dict(zip(names[shape], marks, strict=True))
        for task, result, numbers, problems, links in parts["traces"]:
            ledger.traces[task] = Trace(
                tuple(numbers),
                result,
                tuple(from_plain(problem) for problem in problems),
                (),
                freeze(links),
            )
        return ledger


def _plain_key(key: Key) -> list[Any]:
    from acadsite.library import Query

    return [
        ["Q", part.collection, part.where, part.sort, part.limit, part.offset]
        if isinstance(part, Query)
        else part
        for part in key
    ]


def _key_of(plain: list[Any]) -> Key:
    from acadsite.library import Query

    parts = []
    for part in plain:
        if isinstance(part, list) and part[:1] == ["Q"]:
            collection, where, sort, limit, offset = part[1:]
            parts.append(Query(collection, freeze(where), tuple(sort), limit, offset))
        else:
            parts.append(freeze(part))
    return tuple(parts)


def plan(
    tasks: Iterable[str], ledger: Ledger, changed: Mapping[int, Key], lost: Collection[str] = ()
) -> dict[str, Reason]:
    """Which of ``tasks`` must be done, and why: those that are new, those whose result is ``lost`` (missing, or
    not as it was left), and those that read a key that is ``changed``."""
    found: dict[str, Reason] = {}
    numbers = set(changed)
    for task in tasks:
        trace = ledger.traces.get(task)
        if trace is None:
            found[task] = Reason("new")
        elif task in lost:
            found[task] = Reason("lost")
        elif not numbers.isdisjoint(trace.keys):
            keys = [changed[number] for number in numbers.intersection(trace.keys)]
            found[task] = Reason("changed", min(keys, key=str))
    return found
