"""Totals in the texts of a CV: “{citations} citations and an h-index of {h_index}”, from the dated snapshots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds import languages, works
from acadsite.kinds.cv.drawn import NOT_SHOWN
from acadsite.kinds.cv.model import NOTHING, Words
from acadsite.library import Query
from acadsite.problems import did_you_mean, quote, warning
from acadsite.schema import parse_date
from acadsite.track import CollectionView, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.kinds.names import Names
    from acadsite.track import Site

#: A name in braces; formulas and code have braces of their own, and a backslash takes their meaning from them.
_NAME: Final = re.compile(
    r"\\(?:[A-Za-z]+(?:\{[^{}]*\})*|.)|\$[^$]*\$|(`+)(?!`).*?(?<!`)\1(?!`)|\{([a-z][a-z0-9_-]*)\}", re.DOTALL
)
_COUNTED: Final = ("publications", "repos", "talks", "students", "courses", "projects", "posts", "people")


def filled(names: Names, text: str, count: int | None = None) -> str:
    """``text`` with its totals; ``count`` is how many records the section has. A total that no snapshot has is a
    problem, and stays as it is written."""
    if "{" not in text:
        return text

    def number(match: re.Match[str]) -> str:
        if not match[2]:
            return match[0]
        name = match[2].replace("-", "_")
        if name == "count" and count is not None:
            return str(count)
        known = _TOTALS.get(name) or _of_collection(names, match[2])
        value = known(names) if known else ""
        if value:
            return value
        message, hint = _problem(match[2], is_known=known is not None)
        current().note("place", text)
        current().report([warning("cv-total", message, names.place_of(text), hint)])
        return match[0]

    return _NAME.sub(number, text)


def said(names: Names, text: str | None, *, count: int | None = None) -> Words:
    """A line of Markdown of ``cv.yaml`` with its totals."""
    if not text:
        return NOTHING
    value = filled(names, text, count)
    return Words("md", value, text if value != text else "")


def paragraphs(names: Names, text: str | None, count: int | None = None) -> tuple[Words, ...]:
    """The same for a text of several paragraphs, with an empty line between them."""
    parts = [" ".join(part.split()) for part in _GAP.split(filled(names, text or "", count))]
    return tuple(Words("md", part, text if text and part != text else "") for part in parts if part)


#: Between paragraphs.
_GAP: Final = re.compile(r"\n[ \t]*\n")


def _problem(name: str, *, is_known: bool) -> tuple[str, str]:
    if is_known:
        file = "scholar" if name.replace("-", "_") in _OF_SCHOLAR else "repos"
        hint = f"“acadsite refresh” or you write content/snapshots/{file}.yaml."
        return f"No snapshot has the number for {quote('{' + name + '}')}.", hint
    hint = did_you_mean(name, _TOTALS) or f"Totals: {', '.join(_TOTALS)}. Other braces: \\{{{name}\\}}."
    return f"There is no total {quote('{' + name + '}')}.", hint


def _scholar(field: str) -> Callable[[Names], str]:
    def value(names: Names) -> str:
        current().note("record", "snapshots", "scholar")
        record = names.site.library.get("snapshots", "scholar")
        number = record.data.get(field) if record else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            return ""
        return works.total([number]) if field == "citations" else str(number)

    return value


def scholar_day(site: Site) -> Any:
    """The date of the snapshot of citations, or None."""
    current().note("record", "snapshots", "scholar")
    record = site.library.get("snapshots", "scholar")
    return parse_date(str(record.data.get("date") or ""), ranges=False)[0] if record else None


def _scholar_date(names: Names) -> str:
    date = scholar_day(names.site)
    return languages.date(names, date) if date else ""


def star_days(site: Site) -> list[Any]:
    """The dates of the star counts."""
    days = {record.stars_date for record in CollectionView(site, Query("repos")) if record.stars_date}
    return [date for value in sorted(days) if (date := parse_date(value, ranges=False)[0])]


def _counted(collection: str) -> Callable[[Names], str]:
    return lambda names: str(len(CollectionView(names.site, Query(collection))))


def _of_collection(names: Names, name: str) -> Callable[[Names], str] | None:
    """The number of records of a collection that an extension adds."""
    current().note("query", Query(name))  # that there are none is an answer too
    return _counted(name) if name in names.site.library.records.keys() - NOT_SHOWN else None


_OF_SCHOLAR: Final = frozenset({"citations", "h_index", "i10_index", "scholar_date"})
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
