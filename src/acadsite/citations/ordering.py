"""Order of entries and cites by the sort keys of a style."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from acadsite.citations.tree import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acadsite.citations.context import Context
    from acadsite.citations.program import Key

T = TypeVar("T")


@lru_cache(maxsize=8192)
def collation(text: str) -> tuple[str, str]:
    """A key that sorts texts as a reader expects: no case, no accents, punctuation as space; then as they are."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = []
    for sign in folded:
        if sign.isalnum():
            letters.append(sign)
        elif not unicodedata.combining(sign) and sign not in "'’‘-‐ʼ" and letters and letters[-1] != " ":
            letters.append(" ")
    return "".join(letters).strip(), text


def ordered(things: Sequence[T], keys: Sequence[Key], context_of: Callable[[T], Context]) -> list[T]:
    """The things in the order of the keys, the most important first; empty values come last in both directions."""
    out = list(things)
    for key in reversed(keys):
        full: list[tuple[tuple[str, str], T]] = []
        empty: list[T] = []
        for thing in out:
            context = context_of(thing)
            context.sorts = True
            context.key = key.limits
            text = plain(key.run(context)).strip()
            if text:
                full.append((collation(text), thing))
            else:
                empty.append(thing)
        full.sort(key=_first, reverse=key.is_down)
        out = [thing for _, thing in full] + empty
    return out


def _first(pair: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return pair[0]
