"""What is wrong in ``cv.yaml`` as a whole: sections, collections, fields, tags and themes that are not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds.cv.choice import last_year, section_ids
from acadsite.library import texts_in
from acadsite.problems import Problem, did_you_mean, error, quote, warning
from acadsite.records import fold, segment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from acadsite.library import Library
    from acadsite.records import Record

#: Collections that come with acadsite, whether they have records or not.
_BUILT_IN: Final = {"publications", "repos", "talks", "students", "people", "courses", "posts", "news"}
#: Commands of LaTeX, and groups as LaTeX writes them, outside formulas.
_LATEX: Final = re.compile(
    r"\\(?:[A-Za-z]{2,}\s*\{|[\"'`^~=.]\{?[A-Za-z]\}?|(?:textbf|textit|emph|href|url|LaTeX)\b)|\{\\[a-z]+ "
)
_FORMULA: Final = re.compile(r"\$[^$]*\$|\\\(.*?\\\)|`[^`]*`", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}\Z")


def faults(library: Library, themes: Collection[str]) -> Iterator[Problem]:
    """The problems of ``cv.yaml``; ``themes`` are the names of the CV themes there are."""
    record = library.get("cv", "cv")
    if record is None:
        return
    yield from _settings(record, record.data, (), themes)
    tags = set(_tags(record.data["sections"]))
    yield from _sections(library, record)
    known = section_ids(record.data["sections"])
    seen: dict[str, int] = {}
    for at, variant in enumerate(record.data["variants"]):
        way: tuple[str | int, ...] = ("variants", at)
        yield from _settings(record, variant, way, themes)
        yield from _variant_id(record, variant, at, seen)
        own = {
            tag for wish in variant["sections"] or () if not isinstance(wish, str) for tag in _tags([wish])
        }
        for name in ("with", "without"):
            for number, tag in enumerate(variant[name]):
                if tag.casefold() not in tags | own:
                    hint = did_you_mean(tag, tags) or "Give it to sections or entries with “tags:”."
                    place = record.place(*way, name, number)
                    yield warning("cv-tag", f"Nothing in cv.yaml has the tag {quote(tag)}.", place, hint)
        for number, wish in enumerate(variant["sections"] or ()):
            yield from _wish(library, record, wish, (*way, "sections", number), known)
    yield from _leftovers(record)


def _settings(
    record: Record, data: Mapping[str, Any], way: tuple[str | int, ...], themes: Collection[str]
) -> Iterator[Problem]:
    theme, accent = data["theme"], data["accent"]
    if theme is not None and theme not in themes:
        hint = did_you_mean(theme, themes) or f"Themes of CVs: {', '.join(sorted(themes))}."
        yield error("cv-theme", f"There is no CV theme {quote(theme)}.", record.place(*way, "theme"), hint)
    if accent is not None and not _COLOUR.match(accent):
        place = record.place(*way, "accent")
        yield error(
            "value-colour", f"{quote(accent)} is no colour.", place, "Write it as #rrggbb, such as #2a5db0."
        )


def _variant_id(
    record: Record, variant: Mapping[str, Any], at: int, seen: dict[str, int]
) -> Iterator[Problem]:
    name = str(variant["id"])
    place = record.place("variants", at, "id")
    if segment(name) != name or not name:
        hint = "Use letters, digits, “-” and “_”."
        yield error("cv-variant", f"{quote(name)} is no word for an address.", place, hint)
    elif fold(name) in seen:
        message = f"Two variants have the id {quote(name)}: both would get the same address."
        yield error("cv-variant", message, place, "Give one of them another id.")
    seen.setdefault(fold(name), at)


def _sections(library: Library, record: Record) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    for at, section in enumerate(record.data["sections"]):
        name = section["id"]
        if name is not None and ids.setdefault(name, at) != at:
            message = f"Two sections have the id {quote(name)}."
            yield warning(
                "cv-section", message, record.place("sections", at, "id"), "Give one of them another id."
            )
        yield from _section(library, record, section, ("sections", at))


def _section(
    library: Library, record: Record, section: Mapping[str, Any], way: tuple[str | int, ...]
) -> Iterator[Problem]:
    collection = section["collection"]
    if collection is None:
        yield from _entries(record, section, way)
        return
    known = _BUILT_IN | library.records.keys() - {"cv", "home", "snapshots"}
    if collection not in known:
        place = record.place(*way, "collection")
        hint = did_you_mean(collection, known) or f"Collections: {', '.join(sorted(known))}."
        yield warning("cv-section", f"There is no collection {quote(collection)}.", place, hint)
        return
    if section["entries"] or section["groups"]:
        message = "The section has a collection: its entries and groups are not shown."
        yield warning("cv-section", message, record.place(*way), "Make two sections of it.")
    records = library.records.get(collection, {})
    fields = {name for one in records.values() for name in (*one.data, *(one.data.get("extra") or ()))} - {
        "extra"
    }
    for name in section["where"] or ():
        if records and name not in fields:
            place = record.place(*way, "where", name)
            hint = did_you_mean(name, fields)
            yield warning("cv-where", f"No record in {collection} has the field {quote(name)}.", place, hint)


def _entries(record: Record, section: Mapping[str, Any], way: tuple[str | int, ...]) -> Iterator[Problem]:
    entries = [(entry, (*way, "entries", at)) for at, entry in enumerate(section["entries"] or ())]
    for at, group in enumerate(section["groups"] or ()):
        inner = (*way, "groups", at, "items")
        entries += [(one, (*inner, n)) for n, one in enumerate(group["items"]) if not isinstance(one, str)]
    for entry, place in entries:
        if not any(entry[name] for name in ("title", "place", "location", "label", "summary", "details")):
            message = "The entry says nothing: it has neither title nor place nor details."
            yield warning("cv-entry", message, record.place(*place), "Give it a title.")
        start, end = entry["start"], entry["end"]
        if start and end and (end["year"], end["month"] or 12) < (start["year"], start["month"] or 1):
            message = "The entry ends before it starts."
            yield error("value-date", message, record.place(*place, "end"))
        if entry["dates"] and start:
            message = "The entry has dates, and start or end: the dates are shown."
            yield warning("cv-entry", message, record.place(*place, "dates"), "Keep one of them.")
        year = last_year(entry)
        if year is None and entry["dates"] and re.search(r"\d{5,}", entry["dates"]):
            yield warning(
                "value-date", f"{quote(entry['dates'])} has no year.", record.place(*place, "dates")
            )


def _wish(
    library: Library, record: Record, wish: Any, way: tuple[str | int, ...], known: tuple[str, ...]
) -> Iterator[Problem]:
    if not isinstance(wish, str):
        if wish["id"] in known:
            if wish["where"] or wish["collection"]:
                base = record.data["sections"][known.index(wish["id"])]
                merged = {**base, **{key: value for key, value in wish.items() if value is not None}}
                yield from _section(library, record, merged, way)
            return
        if any(wish[name] for name in ("collection", "entries", "groups", "text")):
            yield from _section(library, record, wish, way)
            return
    name = wish if isinstance(wish, str) else wish["id"] or ""
    if name in known:
        return
    hint = did_you_mean(name, known) or f"Sections: {', '.join(known)}."
    place = record.place(*way) if isinstance(wish, str) else record.place(*way, "id")
    yield warning("cv-section", f"There is no section {quote(name)} in cv.yaml.", place, hint)


def _tags(sections: Any) -> Iterator[str]:
    for section in sections:
        groups = section["groups"] or ()
        items = [*(section["entries"] or ()), *groups]
        items += [one for group in groups for one in group["items"] if not isinstance(one, str)]
        for item in (section, *items):
            yield from (tag.casefold() for tag in item["tags"] or ())


def _leftovers(record: Record) -> Iterator[Problem]:
    """LaTeX and HTML in the strings: the first would be printed, the second is lost on paper."""
    for text, way in texts_in(record.data):
        if (
            way[-1] in {"url", "id"}
            or "extra" in way
            or ("\\" not in text and "<" not in text and "{" not in text)
        ):
            continue
        bare = _FORMULA.sub("", text)
        found = _LATEX.search(bare)
        if found is not None:
            message = f"LaTeX in the text: {quote(found[0].strip())} is printed as it stands."
            yield warning(
                "cv-latex",
                message,
                record.place(*way),
                _MARKDOWN,
            )
        found = _TAG.search(bare)
        if found is not None and found[0].strip("</>").partition(" ")[0].casefold() not in _SHOWN:
            message = f"HTML in the text: {quote(found[0])} has no meaning in the PDF."
            yield warning(
                "cv-html",
                message,
                record.place(*way),
                _MARKDOWN,
            )


_MARKDOWN: Final = "Texts are Markdown: *italic*, **bold**, [words](address)."
#: Elements that the PDF shows as the page does.
_SHOWN: Final = {"i", "em", "cite", "b", "strong", "sub", "sup", "u", "s", "del", "br", "wbr"}
