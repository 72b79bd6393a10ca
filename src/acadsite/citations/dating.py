"""``cs:date``: dates in a style's own form or in that of the language, ranges, seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.dressing import dressing
from acadsite.citations.fields import text_nodes
from acadsite.citations.numbers import number, raised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.citations.context import Context, Run
    from acadsite.citations.dates import Date, Day
    from acadsite.citations.source import Element
    from acadsite.citations.tree import Nodes

_SHOWN: Final = {"year": {"year"}, "year-month": {"year", "month"}, "": {"year", "month", "day"}}
_RANK: Final = {"year": 0, "month": 1, "day": 2}


class _Part:
    """One part of a date: how it is dressed, and what stands at its sides."""

    __slots__ = ("between", "dress", "form", "name", "prefix", "strips", "suffix")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.form = attributes.get("form", "")
        self.prefix = attributes.get("prefix", "")
        self.suffix = attributes.get("suffix", "")
        self.between = attributes.get("range-delimiter", "–")
        self.dress = dressing(attributes, affixes=False)

    def nodes(self, context: Context, day: Day) -> Nodes:
        """The part of a day; empty when the day does not have it."""
        match self.name:
            case "year":
                nodes = [_year(day.year, self.form, context)] if day.year else []
            case "month":
                nodes = _month(day, self.form, context)
            case "day":
                nodes = _day(day, self.form, context)
            case _:
                nodes = []
        return self.dress(context, nodes) if self.dress is not None and nodes else nodes


def _year(year: int, form: str, context: Context) -> str:
    if year < 0:
        return f"{-year}{context.locale.term('bc')}"
    if year < 1000:
        return f"{year}{context.locale.term('ad')}"
    return f"{year % 100:02d}" if form == "short" else str(year)


def _month(day: Day, form: str, context: Context) -> Nodes:
    if day.season:
        return [context.locale.term(f"season-{day.season:02d}")]
    if not day.month:
        return []
    if form == "numeric":
        return [str(day.month)]
    if form == "numeric-leading-zeros":
        return [f"{day.month:02d}"]
    return [context.locale.term(f"month-{day.month:02d}", "short" if form == "short" else "long")]


def _day(day: Day, form: str, context: Context) -> Nodes:
    if not day.day or not day.month:
        return []
    if form == "numeric-leading-zeros":
        return [f"{day.day:02d}"]
    if form == "ordinal" and (day.day == 1 or not context.locale.limits_ordinals):
        gender = context.locale.genders.get(f"month-{day.month:02d}", "")
        return raised(number(day.day, "ordinal", context.locale, gender))
    return [str(day.day)]


def compile_date(element: Element, *, own_suffix: bool) -> Run:
    """The function that prints a ``cs:date``. ``own_suffix``: the style has a place for the letter at the year."""
    variable = element.get("variable")
    form = element.get("form")
    dress = dressing(element.attributes)
    shown = _SHOWN.get(element.get("date-parts"), _SHOWN[""])
    own = [(part.get("name"), part.attributes) for part in element.children if part.name == "date-part"]
    delimiter = element.get("delimiter")
    made: dict[str, tuple[str, list[_Part]]] = {}

    def parts_in(context: Context) -> tuple[str, list[_Part]]:
        name = context.locale.name if form else ""
        found = made.get(name)
        if found is None:
            if form:
                between, parts = context.locale.dates.get(form, ("", ()))
                overrides = dict(own)
                whole: list[tuple[str, Mapping[str, str]]] = [
                    (part, {**said, **overrides.get(part, {})}) for part, said in parts if part in shown
                ]
            else:
                between, whole = delimiter, list(own)
            found = made[name] = (between, [_Part(*part) for part in whole])
        return found

    def run(context: Context) -> Nodes:
        context.called += 1
        date = None if variable in context.hidden else context.record.date(variable)
        if date is None:
            return []
        if context.sorts:
            context.given += 1
            names = {part.name for part in parts_in(context)[1]}
            return [_sort_key(date, names)]
        between, parts = parts_in(context)
        nodes = _printed(context, date, parts, between)
        if not nodes:
            return []
        context.given += 1
        if context.used is not None:
            context.used.append(variable)
        return dress(context, nodes) if dress is not None else nodes

    def _printed(context: Context, date: Date, parts: Sequence[_Part], between: str) -> Nodes:
        if date.start is None:
            return [*text_nodes(date.literal), *_suffix(context)]
        if date.end is None:
            nodes = _run(context, parts, between, date.start, date.season)
            return [*nodes, "–"] if date.is_open and nodes else nodes
        return _range(context, parts, between, date.start, date.end)

    def _suffix(context: Context) -> Nodes:
        if own_suffix or not context.detail.suffix or context.has_suffix:
            return []
        context.has_suffix = True
        return [context.detail.suffix]

    def _run(
        context: Context,
        parts: Sequence[_Part],
        between: str,
        day: Day,
        season: str = "",
        *,
        ends: tuple[bool, bool] = (True, True),
    ) -> Nodes:
        out: Nodes = []
        pieces: list[tuple[_Part, Nodes]] = []
        for part in parts:
            nodes: Nodes = part.nodes(context, day)
            if season and part.name == "month" and not nodes:
                nodes = list(text_nodes(season))
            if nodes:
                if part.name == "year" and variable == "issued":
                    nodes = [*nodes, *_suffix(context)]
                pieces.append((part, nodes))
        for at, (part, nodes) in enumerate(pieces):
            if out and between:
                out.append(between)
            if part.prefix and (at or ends[0]):
                out.append(part.prefix)
            out += nodes
            if part.suffix and (at < len(pieces) - 1 or ends[1]):
                out.append(part.suffix)
        return out

    def _range(context: Context, parts: Sequence[_Part], between: str, start: Day, end: Day) -> Nodes:
        rank = (
            0
            if start.year != end.year
            else 1
            if (start.month, start.season) != (end.month, end.season)
            else 2
        )
        differ = [at for at, part in enumerate(parts) if _RANK.get(part.name, 0) >= rank]
        present = [at for at in differ if parts[at].nodes(context, start) or parts[at].nodes(context, end)]
        largest = [at for at in present if _RANK.get(parts[at].name, 0) == rank]
        if not largest:
            return _run(context, parts, between, start)
        first, last = present[0], present[-1]
        head, middle, tail = parts[:first], parts[first : last + 1], parts[last + 1 :]
        out = _run(context, head, between, start)
        if out and between:
            out.append(between)
        out += _run(context, middle, between, start, ends=(True, False))
        out.append(parts[largest[0]].between)
        out += _run(context, middle, between, end, ends=(False, True))
        rest = _run(context, tail, between, end)
        if rest and between:
            out.append(between)
        return out + rest

    return run


def _sort_key(date: Date, names: set[str]) -> str:
    """The date as a text that sorts by time, with the parts that would be printed."""
    start: Any = date.start
    if start is None:
        return date.literal
    key = date.key()
    cut = 8 + 2 * ("month" in names) + 2 * ("day" in names and "month" in names)
    return key[:cut] + key[12 : 12 + cut]
