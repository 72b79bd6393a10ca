"""What is wrong in ``cv.yaml`` as a whole: sections, collections, fields, tags and themes that are not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds.cv.build import WAYS
from acadsite.kinds.cv.choice import NO_SECTION, changes_of, own_id, section_ids
from acadsite.kinds.cv.conditions import EMPTY, conditions
from acadsite.kinds.cv.drawn import NOT_SHOWN, remarks
from acadsite.kinds.cv.periods import period
from acadsite.kinds.profiles import PROFILES
from acadsite.library import Query, texts_in, value_of
from acadsite.markup.typst import SHOWN
from acadsite.problems import Problem, did_you_mean, error, nearest, quote, warning
from acadsite.records import fold, segment, slug

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from acadsite.kinds.cv.forms import Form
    from acadsite.library import Library
    from acadsite.problems import Span
    from acadsite.records import Record

#: Collections that come with acadsite, whether they have records or not.
_BUILT_IN: Final = {
    "publications",
    "repos",
    "talks",
    "students",
    "people",
    "courses",
    "projects",
    "posts",
    "news",
}
#: Commands of LaTeX, and groups as LaTeX writes them, outside formulas.
_LATEX: Final = re.compile(
    r"\\(?:[A-Za-z]{2,}\s*\{|[\"'`^~=.]\{?[A-Za-z]\}?|(?:textbf|textit|emph|href|url|LaTeX)\b)|\{\\[a-z]+ "
)
_FORMULA: Final = re.compile(r"\$[^$]*\$|\\\(.*?\\\)|`[^`]*`", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_CONTENT: Final = ("entries", "groups", "text", "texts", "collection", "keys")
_LIST: Final = "Sections are a list: begin each with “- ”, and write its title as “title: …”."
#: What makes an entry say something.
_SAYING: Final = ("title", "place", "location", "label", "summary", "details")
_RANGE: Final = re.compile(r"(?<!\d)(\d{4})\s*[–—-]+\s*(\d{4})(?!\d)")
_CONTACTS: Final = frozenset({*WAYS, *PROFILES})
#: How many values of a field a hint names, and how long they may be.
_FEW, _SHORT = 12, 40
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}\Z")


def faults(
    library: Library,
    themes: Collection[str],
    names: Collection[str] = (),
    forms: Mapping[tuple[str, str], Form] = MappingProxyType({}),
) -> Iterator[Problem]:
    """The problems of ``cv.yaml``; ``themes`` are the names of the CV themes there are, ``names`` those of forms, and
    ``forms`` are those that it names, as far as they can be read."""
    record = library.get("cv", "cv")
    if record is None:
        return
    yield from _settings(record, record.data, (), themes)
    # Only they tell what a query may ask for, and going through thousands of records takes its time.
    values = _Values(library)
    tags = set(_tags(record.data["sections"]))
    yield from _sections(values, record)
    known = section_ids(record.data["sections"])
    seen: dict[str, int] = {}
    for at, variant in enumerate(record.data["variants"]):
        way: tuple[str | int, ...] = ("variants", at)
        yield from _settings(record, variant, way, themes)
        if variant["id"] is not None:
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
        if variant["form"]:
            form = forms.get((variant["form"], variant["language"] or ""))
            yield from _form(values, record, at, form, names)
            continue
        for name in ("language", "words"):
            if variant[name]:
                message = f"{quote(name)} is for forms: this variant fills none."
                yield warning("cv-form", message, record.place(*way, name), "Name one with “form”.")
        for number, wish in enumerate(variant["sections"] or ()):
            yield from _wish(values, record, wish, (*way, "sections", number), known)
    yield from _leftovers(record)


def _form(
    values: _Values, record: Record, at: int, form: Form | None, names: Collection[str]
) -> Iterator[Problem]:
    """What is wrong with a variant that fills a form; ``names`` are the forms there are."""
    from acadsite.kinds.cv.forms import languages_of

    variant, way = record.data["variants"][at], ("variants", at)
    name, place = variant["form"], record.place(*way, "form")
    if name not in names:
        hint = did_you_mean(name, names) or f"Forms: {', '.join(sorted(names))}."
        yield error("cv-form", f"There is no form {quote(name)}.", place, hint)
        return
    if form is None:  # its file is wrong, which is reported
        return
    known = languages_of(form.settings)
    if variant["language"] and variant["language"] not in known:
        message = f"The form {quote(name)} is not there in {quote(variant['language'])}."
        yield warning("cv-form", message, record.place(*way, "language"), f"Languages: {', '.join(known)}.")
    parts = [part["id"] for part in form.parts]
    seen: set[str] = set()
    for number, wish in enumerate(variant["sections"] or ()):
        inner = (*way, "sections", number)
        part = wish if isinstance(wish, str) else own_id(wish)
        spot = record.place(*inner) if isinstance(wish, str) or not wish["id"] else record.place(*inner, "id")
        if part not in parts:
            hint = did_you_mean(part, parts) or f"Its sections: {', '.join(parts)}."
            yield warning("cv-form", f"The form {quote(name)} has no section {quote(part)}.", spot, hint)
        elif part in seen:
            message = f"The section {quote(part)} of the form is filled twice: the first counts."
            yield warning("cv-form", message, spot, "Make one of them.")
        elif not isinstance(wish, str) and any(wish[key] for key in (*_CONTENT, "where")):
            whole = {**NO_SECTION, **changes_of(wish), "extra": wish["extra"]}
            if whole["keys"] or whole["where"]:
                whole["collection"] = whole["collection"] or (form.part(part) or whole)["collection"]
            yield from _section(values, record, whole, inner)
        seen.add(part)


def _settings(
    record: Record, data: Mapping[str, Any], way: tuple[str | int, ...], themes: Collection[str]
) -> Iterator[Problem]:
    theme, accent = data["theme"], data["accent"]
    for kind in data["contact"] or {}:
        if (
            kind.casefold() not in WAYS
            and kind.casefold().replace(" ", "_").replace("-", "_") not in PROFILES
            and (near := nearest(kind, _CONTACTS, 0.75))
        ):
            place = record.place(*way, "contact", kind)
            message = f"There is no way of contact {quote(kind)}: it gets no link."
            yield warning("cv-contact", message, place, f"Did you mean “{near}”?")
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
    name = variant["id"]
    place = record.place("variants", at, "id")
    if segment(name) != name or not name:
        hint = "Use letters, digits, “-” and “_”."
        yield error("cv-variant", f"{quote(name)} is no word for an address.", place, hint)
    elif fold(name) in seen:
        message = f"Two variants have the id {quote(name)}: both would get the same address."
        yield error("cv-variant", message, place, "Give one of them another id.")
    seen.setdefault(fold(name), at)


def _sections(values: _Values, record: Record) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    for at, section in enumerate(record.data["sections"]):
        name = section["id"]
        if name is not None and ids.setdefault(name, at) != at:
            message = f"Two sections have the id {quote(name)}."
            yield warning(
                "cv-section", message, record.place("sections", at, "id"), "Give one of them another id."
            )
        yield from _section(values, record, section, ("sections", at))


def _section(
    values: _Values, record: Record, section: Mapping[str, Any], way: tuple[str | int, ...]
) -> Iterator[Problem]:
    collection = section["collection"] or ("publications" if section["keys"] else None)
    if collection is None:
        yield from _entries(record, section, way)
        yield from _nothing(values, record, section, way)
        return
    if collection not in values.collections:
        place = record.place(*way, "collection")
        known = values.collections
        hint = did_you_mean(collection, known) or f"Collections: {', '.join(sorted(known))}."
        yield warning("cv-section", f"There is no collection {quote(collection)}.", place, hint)
        return
    if section["entries"] or section["groups"]:
        message = "The section has a collection: its entries and groups are not shown."
        yield warning("cv-section", message, record.place(*way), "Make two sections of it.")
    yield from _keys(values, collection, section, record.place(*way, "keys"))
    for name, value in (section["where"] or {}).items():
        yield from _where(values, collection, name, value, record.place(*way, "where", name))


def _keys(values: _Values, collection: str, section: Mapping[str, Any], place: Span) -> Iterator[Problem]:
    """Which of the records that a section names are not there, and which twice."""
    known = values.library.records.get(collection, {})
    seen: set[str] = set()
    for key, _ in remarks(section) if section["keys"] else ():
        if (identifier := segment(key)) not in known:
            hint = did_you_mean(key, known) or f"Keys are those of the entries in {collection}."
            yield warning("cv-key", f"There is no {quote(key)} in {collection}.", place, hint)
        elif identifier in seen:
            yield warning("cv-key", f"{quote(key)} is named twice.", place, "Take one of them out.")
        seen.add(identifier)


def _where(values: _Values, collection: str, name: str, value: Any, place: Span) -> Iterator[Problem]:
    """What is wrong with one condition of a query."""
    fields = values.fields(collection)
    wishes = value if isinstance(value, tuple) else (value,)
    if any(isinstance(one, (Mapping, tuple)) for one in wishes):
        message = f"A condition is a value or a list of values: {quote(name)} holds something else."
        yield error("cv-where", message, place, 'Such as “kind: article” or “year: ">= 2019"”.')
        return
    if not fields:  # no records yet
        return
    if name not in fields:
        hint = did_you_mean(name, fields) or f"Fields: {', '.join(sorted(fields))}."
        yield warning("cv-where", f"No record in {collection} has the field {quote(name)}.", place, hint)
        return
    query = tuple(conditions({name: value}))
    if value in EMPTY[:2] and not values.library.query(Query(collection, query)):
        message = f"Every record in {collection} has {quote(name)}: the section has none of them."
        yield warning(
            "cv-where", message, place, "A field without a value asks for the records that lack it."
        )
        return
    if not values.library.query(Query(collection, query)):
        known = sorted({one for one in values.texts(collection, name) if one})
        near = (did_you_mean(one, known) for one in wishes if isinstance(one, str))
        few = f"Its values: {', '.join(known)}." if 0 < len(known) <= _FEW else ""
        what = f"{name}: {', '.join(map(str, wishes))}"
        message = f"No record in {collection} has {quote(what)}."
        yield warning("cv-where", message, place, next(filter(None, near), few))


class _Values:
    """What the collections hold, looked up once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.collections = (_BUILT_IN | library.records.keys()) - NOT_SHOWN
        self._fields: dict[str, frozenset[str]] = {}

    def fields(self, collection: str) -> frozenset[str]:
        """The fields of the records of a collection."""
        if collection not in self._fields:
            records = self.library.records.get(collection, {}).values()
            names = (name for one in records for name in (*one.data, *(one.data.get("extra") or ())))
            self._fields[collection] = frozenset(names) - {"extra"}
        return self._fields[collection]

    def texts(self, collection: str, name: str) -> Iterator[str]:
        """The short texts that a field holds."""
        for record in self.library.records.get(collection, {}).values():
            value = value_of(record, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str) and len(one) <= _SHORT:
                    yield one


def _nothing(
    values: _Values, record: Record, section: Mapping[str, Any], way: tuple[str | int, ...]
) -> Iterator[Problem]:
    """A section without content: another tool has other words for it."""
    extra = section.get("extra") or {}
    if any(section[name] for name in _CONTENT) or any(nearest(key, _CONTENT, 0.8) for key in extra):
        return  # a slip in one of them is reported
    if not extra and not any(section[name] for name in ("id", "title", "note", "where")):
        return  # it is wrong as a whole, and reported
    words = [str(one) for item in extra.items() for one in item if isinstance(one, str)]
    meant = next((near for word in words if (near := nearest(word, values.collections, 0.8))), None)
    hint = f"Write “collection: {meant}”." if meant else "Give it a collection, entries, groups or text."
    if not section["title"] and any(isinstance(item, (Mapping, tuple)) for item in extra.values()):
        hint = _LIST
    yield warning("cv-section", "The section has nothing to show.", record.place(*way), hint)


def _entries(record: Record, section: Mapping[str, Any], way: tuple[str | int, ...]) -> Iterator[Problem]:
    entries = [(entry, (*way, "entries", at)) for at, entry in enumerate(section["entries"] or ())]
    for at, group in enumerate(section["groups"] or ()):
        inner = (*way, "groups", at, "items")
        entries += [(one, (*inner, n)) for n, one in enumerate(group["items"]) if not isinstance(one, str)]
    for entry, place in entries:
        start, end = entry["start"], entry["end"]
        given = any(value for name, value in entry.items() if name not in {"show", "tags"})
        is_slip = any(nearest(key, _SAYING, 0.8) for key in entry["extra"])  # which is reported
        if given and not is_slip and not any(entry[name] for name in _SAYING):
            message = "The entry says nothing: it has neither title nor place nor details."
            yield warning("cv-entry", message, record.place(*place), "Give it a title.")
        if start and end and _last_day(end) < _first_day(start):
            message = "The entry ends before it starts."
            yield error("value-date", message, record.place(*place, "end"))
        turned = _RANGE.search(entry["dates"] or "")
        if turned and int(turned[2]) < int(turned[1]):
            message = f"{quote(turned[0])} ends before it starts."
            yield warning("value-date", message, record.place(*place, "dates"))
        if entry["dates"] and start:
            message = "The entry has dates, and start or end: the dates are shown."
            yield warning("cv-entry", message, record.place(*place, "dates"), "Keep one of them.")
        if entry["dates"] and period(entry) is None and re.search(r"\d{5,}", entry["dates"]):
            yield warning(
                "value-date", f"{quote(entry['dates'])} has no year.", record.place(*place, "dates")
            )


def _first_day(date: Mapping[str, Any]) -> tuple[int, int, int]:
    return (date["year"], date["month"] or 1, date["day"] or 1)


def _last_day(date: Mapping[str, Any]) -> tuple[int, int, int]:
    return (date["year"], date["month"] or 12, date["day"] or 31)


def _wish(
    values: _Values, record: Record, wish: Any, way: tuple[str | int, ...], known: tuple[str, ...]
) -> Iterator[Problem]:
    if not isinstance(wish, str):
        if wish["id"] in known:
            if wish["where"] or wish["collection"]:
                base = record.data["sections"][known.index(wish["id"])]
                merged = {**base, **{key: value for key, value in wish.items() if value is not None}}
                yield from _section(values, record, merged, way)
            return
        if any(wish[name] for name in ("collection", "entries", "groups", "text")):
            yield from _section(values, record, wish, way)
            return
    name = wish if isinstance(wish, str) else wish["id"] or ""
    if not name or name in known or slug(name) in known:
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
            or "where" in way
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
        is_plain = way[-1] in _PLAIN or way in {("title",), ("name",)}
        if (
            not is_plain
            and found is not None
            and found[0].strip("</>").partition(" ")[0].casefold() not in SHOWN
        ):
            message = f"HTML in the text: {quote(found[0])} has no meaning in the PDF."
            yield warning(
                "cv-html",
                message,
                record.place(*way),
                _MARKDOWN,
            )


#: Texts that are no Markdown: a tag in them is printed.
_PLAIN: Final = frozenset({"location", "dates", "label", "grade", "theme", "accent", "font"})
_MARKDOWN: Final = "Texts are Markdown: *italic*, **bold**, [words](address)."
