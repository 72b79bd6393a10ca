"""Totals in the texts of a CV: “{citations} citations and an h-index of {h_index}”, from the dated snapshots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds import works
from acadsite.library import Query
from acadsite.problems import did_you_mean, quote, warning
from acadsite.schema import parse_date
from acadsite.track import CollectionView, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.kinds.names import Names

_NAME: Final = re.compile(r"\{([a-z][a-z0-9_-]*)\}")
_COUNTED: Final = ("publications", "repos", "talks", "students", "courses", "posts", "people")


def filled(names: Names, text: str, count: int | None = None) -> str:
    """``text`` with its totals; ``count`` is how many records the section has. A total that no snapshot has is a
    problem, and stays as it is written."""
    if "{" not in text:
        return text

    def number(match: re.Match[str]) -> str:
        name = match[1].replace("-", "_")
        if name == "count" and count is not None:
            return str(count)
        known = _TOTALS.get(name)
        value = known(names) if known else ""
        if value:
            return value
        problem = _problem(match[1], is_known=known is not None)
        if problem is not None:
            current().note("place", text)
            message, hint = problem
            current().report([warning("cv-total", message, names.place_of(text), hint)])
        return match[0]

    return _NAME.sub(number, text)


def _problem(name: str, *, is_known: bool) -> tuple[str, str] | None:
    if is_known:
        file = "scholar" if name.startswith(("cit", "h", "i10", "sch")) else "repos"
        hint = f"“acadsite refresh” or you write content/snapshots/{file}.yaml."
        return f"No snapshot has the number for {quote('{' + name + '}')}.", hint
    hint = did_you_mean(name, _TOTALS)
    return (f"There is no total {quote('{' + name + '}')}.", hint) if hint else None


def _scholar(field: str) -> Callable[[Names], str]:
    def value(names: Names) -> str:
        current().note("record", "snapshots", "scholar")
        record = names.site.library.get("snapshots", "scholar")
        number = record.data.get(field) if record else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            return ""
        return works.total([number]) if field == "citations" else str(number)

    return value


def scholar_day(names: Names) -> Any:
    """The date of the snapshot of citations, or None."""
    current().note("record", "snapshots", "scholar")
    record = names.site.library.get("snapshots", "scholar")
    return parse_date(str(record.data.get("date") or ""), ranges=False)[0] if record else None


def _scholar_date(names: Names) -> str:
    from acadsite import dates

    date = scholar_day(names)
    return dates.long(date) if date else ""


def star_days(names: Names) -> list[Any]:
    """The dates of the star counts."""
    days = {record.stars_date for record in CollectionView(names.site, Query("repos")) if record.stars_date}
    return [date for value in sorted(days) if (date := parse_date(value, ranges=False)[0])]


def _counted(collection: str) -> Callable[[Names], str]:
    return lambda names: str(len(CollectionView(names.site, Query(collection))))


_TOTALS: Final[dict[str, Callable[[Names], str]]] = {
    "citations": _scholar("citations"),
    "h_index": _scholar("h_index"),
    "i10_index": _scholar("i10_index"),
    "scholar_date": _scholar_date,
    "stars": lambda names: names.star_total(),
    "stars_date": lambda names: names.star_day(),
    "count": lambda _: "",
    **{name: _counted(name) for name in _COUNTED},
}
