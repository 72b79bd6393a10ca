"""Memo: results of dear steps by what they were made of, kept from build to build.

A step that reads nothing but its arguments (decoding a BibTeX entry, colouring a code block) looks its result up
by kind and by a digest of the arguments, and puts it here when it had to work. What a build did not ask for is
forgotten at its end. No result may ever depend on whether it came from here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Key = tuple[str, str]
Value = TypeVar("Value")
Result = TypeVar("Result")


def key_of(*parts: str) -> str:
    """A digest (32 hexadecimal digits, BLAKE2b) of texts, none of which can be taken for another's beginning."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()


@dataclass(slots=True)
class _Step:
    """What a step was made of, what it asked for, and its result."""

    objects: tuple[object, ...]
    values: object
    asked: set[Key]
    result: Any


@dataclass(slots=True)
class Each(Generic[Value, Result]):
    """What a function gave for each value of a mapping, taken again where the value is the same object."""

    _known: dict[Any, tuple[Value, Result]] = field(default_factory=dict)

    def of(
        self, values: Mapping[Any, Value], make: Callable[[Value], Result]
    ) -> Mapping[Any, tuple[Value, Result]]:
        """The values with what ``make``, always the same function, gives for them."""
        before = self._known
        self._known = {
            key: known
            if (known := before.get(key)) is not None and known[0] is value
            else (value, make(value))
            for key, value in values.items()
        }
        return self._known


@dataclass(slots=True)
class Memo:
    """``stored`` gives the plain value (JSON) that an earlier process left, or None. ``fresh`` has what this
    process added, with the function that makes a plain value of it; ``taken`` the plain values that came from other
    processes. ``kept`` is for what steps keep from build to build of this process and no store needs."""

    stored: Callable[[str, str], Any] | None = None
    fresh: dict[Key, tuple[Any, Callable[[Any], Any]]] = field(default_factory=dict)
    taken: dict[Key, Any] = field(default_factory=dict)
    asked: set[Key] = field(default_factory=set)
    kept: dict[str, Any] = field(default_factory=dict)
    _known: dict[Key, Any] = field(default_factory=dict)

    def get(self, kind: str, key: str, revive: Callable[[Any], Any]) -> Any | None:
        """The result of ``kind`` for ``key``, or None; ``revive`` makes it from its plain value."""
        name = (kind, key)
        self.asked.add(name)
        found = self._known.get(name)
        if found is None:
            plain = self.taken.get(name)
            if plain is None and self.stored is not None:
                plain = self.stored(kind, key)
            if plain is not None:
                found = self._known[name] = revive(plain)
        return found

    def put(self, kind: str, key: str, value: Any, plain: Callable[[Any], Any]) -> None:
        """Keep a result (never None); ``plain`` makes a value of it that JSON can hold (tuples become lists)."""
        name = (kind, key)
        self.asked.add(name)
        self._known[name] = value
        self.fresh[name] = (value, plain)

    def take(self, kind: str, key: str, plain: Any) -> None:
        """Keep the plain value of a result that another process made."""
        name = (kind, key)
        self.asked.add(name)
        self.taken[name] = plain
        self.fresh[name] = (plain, _same)

    def step(
        self, name: str, objects: Sequence[object], values: object, make: Callable[[], Result]
    ) -> Result:
        """What ``make`` gives, or what it gave for ``name`` in this process while ``objects`` are the same ones (and
        never change) and ``values`` are equal. What the step asked the memo for counts as asked."""
        last = self.kept.get(name)
        if (
            isinstance(last, _Step)
            and len(last.objects) == len(objects)
            and all(map(is_, last.objects, objects))
            and last.values == values
        ):
            self.asked |= last.asked
            return last.result  # type: ignore[no-any-return]
        outer, self.asked = self.asked, set()
        try:
            result = make()
        finally:
            asked, self.asked = self.asked, outer
            self.asked |= asked
        self.kept[name] = _Step(tuple(objects), values, asked, result)
        return result

    def each(
        self, name: str, values: Mapping[Any, Value], make: Callable[[Value], Result]
    ) -> Mapping[Any, tuple[Value, Result]]:
        """Each value with what ``make`` gives for it, or gave for ``name`` in this process while it is the same object
        (and never changes). ``make`` reads nothing but the value."""
        known: Each[Value, Result] = self.kept.setdefault(name, Each())
        return known.of(values, make)

    def forget_unasked(self) -> None:
        """End of a build: keep only what it asked for, and begin to count anew."""
        self._known = {name: value for name, value in self._known.items() if name in self.asked}
        self.taken = {name: value for name, value in self.taken.items() if name in self.asked}
        self.fresh = {}
        self.asked = set()


def _same(value: Any) -> Any:
    return value
