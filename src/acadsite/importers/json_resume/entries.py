"""Items of JSON Resume as entries of ``cv.yaml``, one function for each of its lists.

In: an item as ``reading.Cleaner`` gives it: texts are plain. Out: an entry as ``collect.cv.ENTRY`` describes it, with
Markdown that prints as the text stands. The inverse is ``exports.entries``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.inline import escaped
from acadsite.importers.json_resume.reading import Item, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _folded(text: str) -> str:
    return " ".join(text.split())


def day(date: str) -> int | str:
    return int(date) if len(date) == len("2014") else date


def _span(item: Item, start: str = "startDate", end: str = "endDate") -> Item:
    """The dates of an entry; one that is none makes a text of both."""
    first, last = (item.get(f"#{key}") or item.get(key) or "" for key in (start, end))
    if item.get(f"#{start}") or item.get(f"#{end}"):
        parts = (first,) if start == end else (first, last)
        return {"dates": " – ".join(map(_folded, filter(None, parts)))}
    return kept({"start": first and day(first), "end": last and day(last)})


def _entry(item: Item, title: str = "", place: str = "", note: str = "", **more: Any) -> Item:
    """An entry from the named keys of ``item``; ``more`` are fields as they stand in ``cv.yaml``."""

    def said(key: str) -> str:
        return escaped(item.get(key, ""))

    return kept(
        {
            "label": _folded(more.pop("label", "")),
            "title": more.pop("words", None) or said(title),
            "place": said(place),
            "location": _folded(more.pop("location", "")),
            **more.pop("dates", _span(item)),
            "url": item.get("url"),
            "note": more.pop("remark", None) or said(note),
            **more,
        }
    )


def _details(item: Item, key: str = "highlights") -> list[str]:
    return [escaped(line) for line in item.get(key, ())]


def _work(item: Item) -> Item:
    return _entry(
        item,
        "position",
        "name",
        "description",
        location=item.get("location", ""),
        summary=escaped(item.get("summary", "")),
        details=_details(item),
    )


def _volunteer(item: Item) -> Item:
    summary = escaped(item.get("summary", ""))
    return _entry(item, "position", "organization", summary=summary, details=_details(item))


def _education(item: Item) -> Item:
    words = ", ".join(filter(None, (item.get("studyType"), item.get("area"))))
    grade = _folded(item.get("score", ""))
    return _entry(
        item, "", "institution", words=escaped(words), grade=grade, details=_details(item, "courses")
    )


def _award(item: Item) -> Item:
    summary = escaped(item.get("summary", ""))
    return _entry(item, "title", "awarder", dates=_span(item, "date", "date"), summary=summary)


def _certificate(item: Item) -> Item:
    return _entry(item, "name", "issuer", dates=_span(item, "date", "date"))


def _publication(item: Item) -> Item:
    summary = escaped(item.get("summary", ""))
    return _entry(item, "name", "publisher", dates=_span(item, "releaseDate", "releaseDate"), summary=summary)


def _skill(item: Item) -> Item:
    words = escaped(", ".join(item.get("keywords", ())))
    return _entry(item, "", "", "level", label=item.get("name", ""), words=words)


def _language(item: Item) -> Item:
    return _entry(item, "fluency", label=item.get("language", ""))


def _reference(item: Item) -> Item:
    return _entry(item, "name", summary=escaped(item.get("reference", "")))


def _project(item: Item) -> Item:
    roles = escaped(", ".join(item.get("roles", ())))
    summary = escaped(item.get("description", ""))
    return _entry(item, "name", "entity", remark=roles, summary=summary, details=_details(item))


ENTRIES: Final[dict[str, Callable[[Item], Item]]] = {
    "work": _work,
    "volunteer": _volunteer,
    "education": _education,
    "awards": _award,
    "certificates": _certificate,
    "publications": _publication,
    "skills": _skill,
    "languages": _language,
    "interests": _skill,
    "references": _reference,
    "projects": _project,
}


def entries_of(key: str, items: Iterable[Item]) -> list[Item]:
    """The entries of one list of the document."""
    entries = [ENTRIES[key](item) for item in items]
    if key in _LABELLED and not any("title" in entry for entry in entries):
        # Names alone make a list, no table with an empty column.
        return [
            {"title": escaped(entry["label"]), **{name: entry[name] for name in entry if name != "label"}}
            if "label" in entry
            else entry
            for entry in entries
        ]
    return entries


_LABELLED: Final = frozenset({"skills", "languages", "interests"})
