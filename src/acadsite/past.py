"""What one build leaves for the next: its ledger, its bodies and its memo, in memory or in the state file."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from acadsite.images import Store
from acadsite.jinja import Compiled
from acadsite.kinds.web import Planned
from acadsite.markup import Body
from acadsite.memo import Memo
from acadsite.trace import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from acadsite.artifacts import Shelf
    from acadsite.graph import PageGraph
    from acadsite.kinds.answers import Answers
    from acadsite.parts import Parts
    from acadsite.publish import Output
    from acadsite.render import Done
    from acadsite.state import State

RecordKey = tuple[str, str]
#: Results that a build asks for only where their text is new: they are kept though a build did not ask.
_LASTING = {"code", "math"}
_MOST_LASTING = 50_000


@dataclass(slots=True)
class Past:
    """``body`` brings a body of the last build, ``text`` the text of one of its outputs; ``lost`` are the paths of
    outputs that are missing or were changed. ``note`` says in a line what could not be
    used. ``answers`` and all below are there where the last build was in this process. With a ``shelf``, artifacts are
    not made by the build, but when somebody asks for them. ``pictures`` are those that were encoded before. ``keep``
    stores bodies and memo before the build ends, where that may be (``keep_early``); ``kept`` has the tasks of those
    bodies."""

    ledger: Ledger = field(default_factory=Ledger)
    memo: Memo = field(default_factory=Memo)
    body: Callable[[RecordKey], Body | None] = lambda _: None
    text: Callable[[str], str] | None = None
    lost: Collection[str] = ()
    note: str = ""
    answers: Answers | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    parts: Parts | None = None
    planned: Planned = field(default_factory=Planned)
    graph: PageGraph | None = None
    compiled: Compiled = field(default_factory=Compiled)
    shelf: Shelf | None = None
    pictures: Store | None = None
    keep: Callable[[Iterable[Done[Any]]], None] | None = None
    kept: set[str] = field(default_factory=set)


def read(state: State, place: str) -> Past:
    """What the last build into the output folder ``place`` left in the state. What is damaged counts as never
    made."""
    rows = _Rows(state)

    def body(key: RecordKey) -> Body | None:
        text = rows.get(f"body {place}", f"{key[0]}/{key[1]}")
        return None if text is None else Body.revive(json.loads(text))

    known = frozenset(state.names("memo"))

    def stored(kind: str, key: str) -> Any:
        name = f"{kind} {key}"
        text = rows.get("memo", name) if name in known else None
        return None if text is None else json.loads(text)

    texts = {name: _opened(text) for name, text in state.rows(f"ledger {place}")}
    whole = {name: text for name, text in texts.items() if text is not None}
    note = (
        ""
        if len(whole) == len(texts)
        else "The state of earlier builds is damaged; everything is built anew."
    )
    pictures = Store(state.folder / "pictures") if state.folder else None
    return Past(Ledger.of(whole), Memo(stored), body, note=note, pictures=pictures)


def write(
    state: State, place: str, past: Past, bodies: Iterable[Done[Body]], documents: Collection[str]
) -> None:
    """Store the past, with the ``bodies`` that were rendered; those of no document (“collection/id”) are dropped."""
    state.replace(f"ledger {place}", [(name, _sealed(text)) for name, text in past.ledger.rows().items()])
    kind = f"body {place}"
    _write_bodies(state, kind, bodies, [name for name in state.names(kind) if name not in documents])
    memo = past.memo
    asked = {f"{kind} {key}" for kind, key in memo.asked}
    known = list(state.names("memo"))
    gone = [
        name
        for name in known
        if name not in asked and (len(known) > _MOST_LASTING or name.partition(" ")[0] not in _LASTING)
    ]
    _write_memo(state, memo, gone)


def keep_early(state: State, place: str, past: Past) -> None:
    """Let the bodies and the memo of this build be stored while its pages are rendered, where there are other processes
    for those. A result of the memo is good by itself, and so is a body for which no ledger vouches: so only of a place
    that has none."""
    if state.names(f"ledger {place}"):
        return

    def keep(done: Iterable[Done[Any]]) -> None:
        bodies = [item for item in done if item.task.startswith("body ")]
        with suppress(sqlite3.Error):  # it is tried once more at the end, and told
            _write_bodies(state, f"body {place}", bodies, ())
            _write_memo(state, past.memo, ())
            past.kept |= {item.task for item in bodies}
            past.memo.fresh = {}

    past.keep = keep


def _write_bodies(state: State, kind: str, bodies: Iterable[Done[Body]], gone: Iterable[str]) -> None:
    done = sorted(bodies, key=lambda item: item.task)
    rows = ((item.task.removeprefix("body "), _sealed(json.dumps(item.value.plain()))) for item in done)
    state.update(kind, rows, gone)


def _write_memo(state: State, memo: Memo, gone: Iterable[str]) -> None:
    # One by one: all texts together would take as much memory as the library.
    fresh = (
        (f"{kind} {key}", _sealed(json.dumps(plain(value))))
        for (kind, key), (value, plain) in sorted(memo.fresh.items(), key=itemgetter(0))
    )
    state.update("memo", fresh, gone)


class _Rows:
    """Single values of the state, also in forked processes, which may not use their parent's connection."""

    def __init__(self, state: State) -> None:
        self.state, self.process = state, os.getpid()
        self.own: sqlite3.Connection | None = None

    def get(self, kind: str, name: str) -> str | None:
        folder = self.state.folder
        if folder is None or os.getpid() == self.process:
            text = self.state.get(kind, name)
        else:
            text = self._elsewhere(folder, kind, name)
        return None if text is None else _opened(text)

    def _elsewhere(self, folder: Path, kind: str, name: str) -> str | None:
        query = "SELECT value FROM facts WHERE kind = ? AND name = ?"
        try:
            if self.own is None:
                self.own = sqlite3.connect(folder / "state.db")
            found = self.own.execute(query, (kind, name)).fetchone()
        except sqlite3.Error:  # what is not found is made again
            return None
        return found[0] if found else None


# SQLite finds out what is wrong with its own tables, but not with what they hold.


def _sealed(text: str) -> str:
    """A text with its checksum in front."""
    return f"{zlib.crc32(text.encode()):08x}{text}"


def _opened(sealed: str) -> str | None:
    """The text of ``_sealed``, or None where it is not as it was."""
    text = sealed[8:]
    return text if sealed == _sealed(text) else None
