"""Entries of ``cv.yaml`` as items of JSON Resume, one function for each of its lists.

In: an entry as ``collect.cv.ENTRY`` reads it. Out: a mapping with the keys of the schema; values may be empty. What the
schema has no field for goes to the lines of text (``highlights``, ``courses``, ``summary``), so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite import dates
from acadsite.collect.cv import ENTRY
from acadsite.exports.plain import address_in, plain
from acadsite.kinds.cv.periods import NEVER_ENDS, Moment, period_in
from acadsite.problems import Span
from acadsite.sources import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Item = dict[str, Any]
_DEGREE: Final = re.compile(r"(.+?)(?:,| in) (.+)", re.DOTALL)
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")


def empty_entry() -> Item:
    """An entry that says nothing."""
    return ENTRY.read(Node({}, Span("")), [])


def days(entry: Mapping[str, Any]) -> tuple[str, str]:
    """First and last day of an entry, as precise as they are known; the last is empty while it goes on."""
    if entry["dates"] is None:
        return tuple(dates.iso(entry[name]) if entry[name] else "" for name in ("start", "end"))  # type: ignore[return-value]
    found = period_in(entry["dates"])
    return (_iso(found.first), _iso(found.last)) if found else ("", "")


def _iso(moment: Moment) -> str:
    year, month, day = moment
    if year == NEVER_ENDS:
        return ""
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")


def degree(title: str) -> tuple[str, str]:
    """Kind and subject of a study: “B.Sc., Physics” and “B.Sc. in Physics” have both."""
    match = _DEGREE.fullmatch(title)
    return (match[1], match[2]) if match else (title, "")


def split_location(text: str) -> Item:
    """“Town”, “Town, Region” or “Town, Region, DE” as city, region and code of the country."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    country = parts.pop() if len(parts) > 1 and _COUNTRY.match(parts[-1]) else ""
    found = {"city": parts[0] if parts else "", "region": ", ".join(parts[1:]), "countryCode": country}
    return {key: value for key, value in found.items() if value}


def _range(entry: Mapping[str, Any]) -> Item:
    start, end = days(entry)
    return {"startDate": start, "endDate": end}


def _day(entry: Mapping[str, Any]) -> str:
    start, end = days(entry)
    return start or end


def _url(entry: Mapping[str, Any]) -> str:
    return str(entry["url"] or "") or address_in(entry["title"]) or address_in(entry["place"])


def _said(entry: Mapping[str, Any], *names: str) -> list[str]:
    """Lines for the named fields, of which the schema knows nothing."""
    lines = []
    for name in names:
        value = entry[name]
        if not value:
            continue
        if name == "thesis":
            lines.append("Thesis: " + plain(value if isinstance(value, str) else value["title"]))
        elif name == "links":
            lines += [f"{label}: {url}" for label, url in value.items()]
        elif name in {"advisors", "mentors"}:
            people = ", ".join(plain(person) for person in value)
            word = "With" if name == "mentors" else "Advisor:" if len(value) == 1 else "Advisors:"
            lines.append(f"{word} {people}")
        elif name == "grade":
            lines.append(f"Grade: {value}")
        else:
            lines.append(plain(value))
    return lines


def _lines(entry: Mapping[str, Any], *more: str) -> list[str]:
    return [*_said(entry, *more, "thesis", "advisors", "mentors", "links"), *map(plain, entry["details"])]


def _text(entry: Mapping[str, Any], *more: str) -> str:
    return "\n".join(filter(None, (plain(entry["summary"]), *_lines(entry, *more))))


def _both(entry: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (plain(entry["place"]), entry["location"])))


def _work(entry: Mapping[str, Any]) -> Item:
    return {
        "name": plain(entry["place"]),
        "location": entry["location"],
        "description": plain(entry["note"]),
        "position": plain(entry["title"]) or entry["label"],
        "url": _url(entry),
        **_range(entry),
        "summary": plain(entry["summary"]),
        "highlights": _lines(entry, "grade", *(("label",) if entry["title"] else ())),
    }


def _volunteer(entry: Mapping[str, Any]) -> Item:
    return {
        "organization": _both(entry),
        "position": plain(entry["title"]) or entry["label"],
        "url": _url(entry),
        **_range(entry),
        "summary": plain(entry["summary"]),
        "highlights": _lines(entry, "note", "grade", *(("label",) if entry["title"] else ())),
    }


def _education(entry: Mapping[str, Any]) -> Item:
    kind, area = degree(plain(entry["title"]))
    return {
        "institution": _both(entry),
        "url": _url(entry),
        "area": area,
        "studyType": kind,
        **_range(entry),
        "score": entry["grade"],
        "courses": [*_said(entry, "summary"), *_lines(entry, "note", "label")],
    }


def _award(entry: Mapping[str, Any]) -> Item:
    return {
        "title": plain(entry["title"]) or entry["label"],
        "date": _day(entry),
        "awarder": _both(entry),
        "summary": _text(entry, "note", "grade"),
        "url": _url(entry),
    }


def _certificate(entry: Mapping[str, Any]) -> Item:
    return {
        "name": plain(entry["title"]) or entry["label"],
        "date": _day(entry),
        "url": _url(entry),
        "issuer": _both(entry),
        "summary": _text(entry, "note", "grade"),
    }


def _publication(entry: Mapping[str, Any]) -> Item:
    return {
        "name": plain(entry["title"]) or entry["label"],
        "publisher": _both(entry),
        "releaseDate": _day(entry),
        "url": _url(entry),
        "summary": _text(entry, "note", "grade"),
    }


def _keywords(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _skill(entry: Mapping[str, Any]) -> Item:
    if not entry["label"]:
        return {
            "name": plain(entry["title"]),
            "level": plain(entry["note"]),
            "keywords": _lines(entry),
        }
    words = [*_keywords(plain(entry["title"])), *_lines(entry)]
    return {"name": entry["label"], "level": plain(entry["note"]), "keywords": words}


def _language(entry: Mapping[str, Any]) -> Item:
    more = filter(None, (plain(entry["title"]) if entry["label"] else "", plain(entry["note"])))
    return {
        "language": entry["label"] or plain(entry["title"]),
        "fluency": "; ".join([*more, *_lines(entry)]),
    }


def _interest(entry: Mapping[str, Any]) -> Item:
    item = _skill(entry)
    return {"name": item["name"], "keywords": [*item["keywords"], *_said(entry, "note")]}


def _reference(entry: Mapping[str, Any]) -> Item:
    name = ", ".join(filter(None, (plain(entry["title"]) or entry["label"], _both(entry))))
    return {"name": name, "reference": _text(entry, "note", "grade")}


def _project(entry: Mapping[str, Any]) -> Item:
    title = plain(entry["title"])
    return {
        "name": ": ".join(filter(None, (entry["label"], title))),
        "description": plain(entry["summary"]),
        "highlights": _lines(entry, "grade"),
        **_range(entry),
        "url": _url(entry),
        "roles": _keywords(plain(entry["note"])),
        "entity": _both(entry),
    }


#: By key of the document.
ITEMS: Final[dict[str, Callable[[Mapping[str, Any]], Item]]] = {
    "work": _work,
    "volunteer": _volunteer,
    "education": _education,
    "awards": _award,
    "certificates": _certificate,
    "publications": _publication,
    "skills": _skill,
    "languages": _language,
    "interests": _interest,
    "references": _reference,
    "projects": _project,
}
