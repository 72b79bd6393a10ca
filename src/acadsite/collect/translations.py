"""Translations: records that say what is said otherwise, laid over the records that they translate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.collect.collections import HOME, translations
from acadsite.problems import Problem, did_you_mean, warning
from acadsite.records import FrozenMap, Places, Record, freeze

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a translation has of its own, or not at all.
_OWN: Final = frozenset({"id", "lang", "draft"})
#: So are the addresses of its page.
_ADDRESSED: Final = {"pages", "posts", "courses", "projects"}


def translated(
    name: str,
    given: Mapping[str, Record],
    originals: Mapping[str, Record],
    hidden: frozenset[tuple[str, str]],
    lost: frozenset[str],
) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """The translations of a collection (“posts@de”), each complete, and those that translate nothing. What translates
    a record that is hidden is hidden as well."""
    base, _, language = name.partition("@")
    blank = _blank(base, language)
    found: dict[str, Record] = {}
    problems = []
    for identifier, record in given.items():
        original = originals.get(identifier)
        if original is not None:
            found[identifier] = _laid_over(original, record, base, blank)
        elif (base, identifier) not in hidden and base not in lost:
            hint = did_you_mean(identifier, originals) or (
                f"Give it the name or the “id” of what it translates, or “lang: {language}” and a name without "
                f"“.{language}”."
            )
            message = f"This translates “{identifier}”, which is not there."
            problems.append(warning("translation-alone", message, record.place("id"), hint))
    return found, tuple(problems)


def _blank(base: str, language: str) -> dict[str, Any]:
    """What a record has that says nothing."""
    if base == "home":
        return HOME.empty()
    collection = translations(base, language)
    data: dict[str, Any] = {**collection.schema.empty(), **dict.fromkeys(collection.later, ())}
    if collection.derive is not None:
        collection.derive(data)
    return data


def _laid_over(original: Record, record: Record, base: str, blank: Mapping[str, Any]) -> Record:
    own = _OWN | {"url", "aliases", "menu"} if base in _ADDRESSED else _OWN
    given = {
        name: value
        for name, value in record.data.items()
        if name in own or name in record.spans or value != freeze(blank.get(name))
    }
    if "extra" in record.data:
        given["extra"] = FrozenMap({**original.data.get("extra", {}), **record.data["extra"]})
    spans = record.spans
    if isinstance(spans, Places) and isinstance(original.spans, Places):
        spans = Places(*spans.parts, *original.spans.parts)
    return replace(record, data=FrozenMap({**original.data, **given}), spans=spans)
