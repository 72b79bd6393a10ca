"""What one build leaves for the next: its ledger, its bodies and its memo, in memory or in the state file."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acadsite.jinja import Compiled
from acadsite.markup import Body
from acadsite.memo import Memo
from acadsite.trace import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

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
    outputs that are missing or were changed. ``answers``, ``outputs``, ``parts`` and ``compiled`` are there where
    the last build was in this process."""

    ledger: Ledger = field(default_factory=Ledger)
    memo: Memo = field(default_factory=Memo)
    body: Callable[[RecordKey], Body | None] = lambda _: None
    text: Callable[[str], str] | None = None
    lost: Collection[str] = ()
    answers: Answers | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    parts: Parts | None = None
    compiled: Compiled = field(default_factory=Compiled)


def read(state: State, place: str) -> Past:
    """What the last build into the output folder ``place`` left in the state."""
    rows = _Rows(state)

    def body(key: RecordKey) -> Body | None:
        text = rows.get(f"body {place}", f"{key[0]}/{key[1]}")
        return None if text is None else Body.revive(json.loads(text))

    def stored(kind: str, key: str) -> Any:
        text = rows.get("memo", f"{kind} {key}")
        return None if text is None else json.loads(text)

    return Past(Ledger.of(dict(state.rows(f"ledger {place}"))), Memo(stored), body)


def write(
    state: State, place: str, past: Past, bodies: Iterable[Done[Body]], documents: Collection[str]
) -> None:
    """Store the past, with the ``bodies`` that were rendered; those of no document (“collection/id”) are dropped."""
    state.replace(f"ledger {place}", past.ledger.rows().items())
    kind = f"body {place}"
    rows = [(done.task.removeprefix("body "), json.dumps(done.value.plain())) for done in bodies]
    state.update(kind, rows, [name for name in state.names(kind) if name not in documents])
    memo = past.memo
    asked = {f"{kind} {key}" for kind, key in memo.asked}
    known = list(state.names("memo"))
    gone = [
        name
        for name in known
        if name not in asked and (len(known) > _MOST_LASTING or name.partition(" ")[0] not in _LASTING)
    ]
    fresh = [
        (f"{kind} {key}", json.dumps(plain(value))) for (kind, key), (value, plain) in memo.fresh.items()
    ]
    state.update("memo", fresh, gone)


class _Rows:
    """Single values of the state, also in forked processes, which may not use their parent's connection."""

    def __init__(self, state: State) -> None:
        self.state, self.process = state, os.getpid()
        self.own: sqlite3.Connection | None = None

    def get(self, kind: str, name: str) -> str | None:
        if os.getpid() == self.process or self.state.folder is None:
            return self.state.get(kind, name)
        if self.own is None:
            self.own = sqlite3.connect(self.state.folder / "state.db")
        query = "SELECT value FROM facts WHERE kind = ? AND name = ?"
        found = self.own.execute(query, (kind, name)).fetchone()
        return found[0] if found else None
