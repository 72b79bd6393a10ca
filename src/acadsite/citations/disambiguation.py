"""What tells items apart that would be cited with the same words (CSL 1.0.2, "Disambiguation").

In this order: names in longer forms, more names, the ``disambiguate`` condition, letters at the year.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.context import NOTHING, Context, Detail
from acadsite.citations.names import name_text
from acadsite.citations.tree import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acadsite.citations.program import Area
    from acadsite.citations.records import Person

#: Lists of names longer than this are not unfolded further.
_MOST_NAMES: Final = 60


def letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa."""
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(ord("a") + rest) + out
    return out


class Disambiguation:
    """Works out the details of all items of a document. ``context_of`` makes a context for a key and a detail."""

    def __init__(self, area: Area, keys: Sequence[str], context_of: Callable[[str, Detail], Context]) -> None:
        options = area.attributes
        self.area = area
        self.keys = keys
        self.context_of = context_of
        self.rule = options.get("givenname-disambiguation-rule", "by-cite")
        self.adds_names = options.get("disambiguate-add-names") == "true"
        self.adds_given = options.get("disambiguate-add-givenname") == "true"
        self.adds_suffix = options.get("disambiguate-add-year-suffix") == "true"
        self.details: dict[str, Detail] = dict.fromkeys(keys, NOTHING)

    def run(self) -> dict[str, Detail]:
        """The detail of each key that needs one; the letters follow the order of ``keys``."""
        if not (self.adds_names or self.adds_given or self.adds_suffix or self.area.tests_condition):
            return {}
        if self.adds_given and self.rule != "by-cite":
            self._expand_everywhere()
        for group in self._groups(self.keys):
            self._resolve(group)
        if self.adds_suffix:
            for group in self._groups(self.keys):
                for number, key in enumerate(group, 1):
                    self.details[key] = replace(self.details[key], suffix=letters(number))
        return {key: detail for key, detail in self.details.items() if detail is not NOTHING}

    def _print(self, key: str, detail: Detail | None = None) -> tuple[str, Context]:
        context = self.context_of(key, self.details[key] if detail is None else detail)
        # When somebody looked at a page tells no two of them apart.
        context.hidden.add("accessed")
        return plain(self.area.run(context)), context

    def _groups(self, keys: Iterable[str]) -> list[list[str]]:
        """Keys that print the same, two or more each."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            found[self._print(key)[0]].append(key)
        return [group for group in found.values() if len(group) > 1]

    def _expand_everywhere(self) -> None:
        """Names that look the same but are not get longer, in every cite."""
        found: dict[str, dict[Person, Any]] = defaultdict(dict)
        places: dict[str, list[tuple[str, Person]]] = {}
        for key in self.keys:
            _, context = self._print(key)
            places[key] = []
            for variable, person, is_first, rules in context.shown:
                if self.rule.startswith("primary-name") and not is_first:
                    continue
                places[key].append((variable, person))
                found[name_text(rules, context, person, 0)].setdefault(person, (rules, context))
        given: dict[Person, int] = {}
        for people in found.values():
            if len(people) > 1:
                given |= self._levels(people)
        for key, shown in places.items():
            chosen = {(variable, person): given[person] for variable, person in shown if person in given}
            if chosen:
                self.details[key] = replace(self.details[key], given=chosen)

    def _levels(self, people: dict[Person, Any]) -> dict[Person, int]:
        """The least level for each of several persons at which the name is its own."""
        out: dict[Person, int] = {}
        waiting = dict(people)
        for level in (0, 1, 2):
            texts = {
                person: name_text(rules, context, person, level)
                for person, (rules, context) in people.items()
                if level == 0 or level in self._possible(rules)
            }
            counts = Counter(texts.values())
            for person in [person for person in waiting if counts[texts.get(person, "")] == 1]:
                del waiting[person]
                if level:
                    out[person] = level
        return out

    def _possible(self, rules: Any) -> tuple[int, ...]:
        initials_only = self.rule.endswith("with-initials")
        has_initials = rules.mark is not None and rules.initialize
        if rules.form == "short":
            if has_initials:
                return (1,) if initials_only else (1, 2)
            return () if initials_only else (2,)
        return (2,) if has_initials and not initials_only else ()

    def _resolve(self, group: list[str]) -> None:
        rest = [group]
        if self.adds_given and self.rule == "by-cite":
            self._expand(group)
            rest = self._groups(group)
        if self.adds_names:
            for some in rest:
                self._add_names(some)
            rest = self._groups(group)
        if self.area.tests_condition:
            for some in rest:
                self._try_condition(some)

    def _expand(self, group: list[str]) -> None:
        """Longer given names, one place after the other, until the cites of a group differ."""
        contexts = {key: self._print(key)[1] for key in group}
        least = min(len(context.shown) for context in contexts.values())
        before = dict(self.details)
        distinct = len({self._print(key)[0] for key in group})
        for place in range(least):
            people: dict[Person, Any] = {}
            for context in contexts.values():
                people.setdefault(context.shown[place][1], (context.shown[place][3], context))
            if len(people) < 2:
                continue
            levels = self._levels(people)
            for key in group:
                variable, person, *_ = contexts[key].shown[place]
                if person in levels:
                    detail = self.details[key]
                    given = {**detail.given, (variable, person): levels[person]}
                    self.details[key] = replace(detail, given=given)
            if len({self._print(key)[0] for key in group}) == len(group):
                return
        if len({self._print(key)[0] for key in group}) == distinct:
            self.details = before

    def _add_names(self, group: list[str]) -> None:
        """More names than "et al." would leave, as few as are needed."""
        contexts = {key: self._print(key)[1] for key in group}
        start = max(len(context.shown) for context in contexts.values())
        most = max(len(context.shown) + context.hidden_names for context in contexts.values())
        waiting, partition = list(group), 1
        kept = {key: self.details[key] for key in group}
        for count in range(start + 1, min(most, _MOST_NAMES) + 1):
            for key in waiting:
                self.details[key] = replace(self.details[key], names=count)
            if self.adds_given and self.rule == "by-cite":
                for some in self._groups(waiting):
                    self._expand(some)
            texts: dict[str, list[str]] = defaultdict(list)
            for key in waiting:
                texts[self._print(key)[0]].append(key)
            alone = [some[0] for some in texts.values() if len(some) == 1]
            if len(texts) > partition or alone:
                kept |= {key: self.details[key] for key in waiting}
                partition = len(texts) - len(alone)
            waiting = [key for key in waiting if key not in alone]
            if len(waiting) < 2:
                break
        self.details |= kept

    def _try_condition(self, group: list[str]) -> None:
        before = {key: self.details[key] for key in group}
        for key in group:
            self.details[key] = replace(self.details[key], condition=True)
        if len({self._print(key)[0] for key in group}) == 1:
            self.details |= before
