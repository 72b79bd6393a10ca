"""Entries of ``cv.yaml`` and records of collections as the rows of a CV."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from acadsite import dates
from acadsite.kinds import languages, works
from acadsite.kinds.cv.model import NOTHING, Button, Row, Words, listed, md, seq, text
from acadsite.kinds.cv.periods import NEVER_ENDS, period
from acadsite.links import unsafe_reason
from acadsite.schema import NO_DATE
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.kinds.names import Names
    from acadsite.track import RecordView

    Say: TypeAlias = Callable[[str | None], Words]

_CV = ("cv", "cv")


def entry(names: Names, item: Mapping[str, Any], say: Say) -> Row:
    """The row of an entry of ``cv.yaml``; ``say`` makes its lines of Markdown."""
    title, place = say(item["title"]), say(item["place"])
    if not title and place:
        title, place = place, NOTHING
    location = item["location"] or ""
    if not title:
        title, location = text(location), ""
    note = item["note"] or ""
    bare = _without_brackets(note)
    remarks = [say(bare) if bare == note else say(bare)._replace(written=note), text(item["grade"])]
    if item["mentors"]:
        mentors = listed(tuple(say(name) for name in item["mentors"]), languages.joints(names))
        before, _, after = names.t("with {names}").partition("{names}")
        remarks.append(seq(text(before), mentors, text(after)) if after else seq(text(before), mentors))
    lines = [_thesis(names, item["thesis"], say)] if item["thesis"] else []
    if item["advisors"]:
        label = names.t("Advisor" if len(item["advisors"]) == 1 else "Advisors")
        advisors = listed(tuple(say(name) for name in item["advisors"]), languages.joints(names))
        lines.append(seq(text(f"{label}: "), advisors))
    lines += [say(line) for line in (item["summary"], *item["details"]) if line]
    start, end = _span(item)
    return Row(
        "entry",
        _CV,
        title,
        _address(names, item["url"]),
        place,
        location,
        _joined(remarks, "; "),
        entry_dates(names, item),
        item["label"] or "",
        lines=tuple(lines),
        buttons=tuple(Button(label, names.address(url)) for label, url in item["links"].items()),
        start=start,
        end=end,
    )


def line(words: Words) -> Row:
    """The row of one line of a group."""
    return Row("item", _CV, words)


def entry_dates(names: Names, item: Mapping[str, Any]) -> str:
    """The dates of an entry as people read them."""
    if item["dates"] is not None:
        return str(item["dates"])
    start, end = item["start"], item["end"]
    if start is None:
        return languages.date_short(names, end) if end is not None else ""
    ending = {**NO_DATE, "text": names.t("present")} if end is None else end
    return languages.date_short(names, {**start, "end": ending})


def _span(item: Mapping[str, Any]) -> tuple[str, str]:
    """First and last date of an entry for machines; where they are written as text, years."""
    if item["dates"] is None:
        start, end = item["start"], item["end"]
        return dates.iso(start) if start else "", dates.iso(end) if end else ""
    found = period(item)
    if found is None:
        return "", ""
    return str(found.first[0]), str(found.last[0]) if found.last[0] < NEVER_ENDS else ""


def _thesis(names: Names, thesis: Any, say: Say = md) -> Words:
    title = say(thesis if isinstance(thesis, str) else thesis["title"])
    url = "" if isinstance(thesis, str) else _address(names, thesis["url"])
    shown = Words("em", title)
    return seq(text(names.t("Thesis") + names.t(": ")), Words("link", (url, shown)) if url else shown)


def _address(names: Names, url: str | None) -> str:
    return names.address(url) if url else ""


def _joined(parts: list[Words], between: str) -> Words:
    out: list[Words] = []
    for part in parts:
        if part:
            out += [text(between), part] if out else [part]
    return seq(*out)


# --- records ---


def work(names: Names, view: RecordView, number: str, section: Mapping[str, Any]) -> Row:
    """The row of a publication."""
    current().note("config", "publications")
    settings = names.config["publications"]
    most = settings["max_authors"] if section["max_authors"] is None else section["max_authors"]
    role, others = ("authors", view.others) if view.authors else ("editors", view.editors_others)
    authors = works.authors(
        getattr(view, role),
        form=section["names"] or settings["names"],
        most=most,
        others=others,
        link=names.person_link,
        joints=languages.joints(names),
    )
    note = view.note
    lines = [Words("rich", note)] if note and not view.note_is_mark else []
    if view.info:
        lines.append(md(view.info))
    page, url = view.page, view.url
    address = names.address(url) if url else ""
    buttons = (
        [Button(names.t(link.label), link.href) for link in names.links(view)] if section["buttons"] else []
    )
    year = f"{view.year:04d}" if view.year else ""
    is_on_paper = current().url.endswith(".pdf")
    title_to = (address or page if is_on_paper else page or address) or ""
    return Row(
        "work",
        ("publications", view.id),
        Words("rich", view.title),
        title_to,
        number=number,
        date=str(view.year or view.year_text or ""),
        lines=tuple(lines),
        authors=authors,
        venue=names.venue(view),
        award=md(view.award),
        buttons=tuple(button for button in buttons if button.href != title_to),
        selected=bool(view.selected) and section["highlight"],
        start=year,
        end=year,
        type=view.kind,
    )


def repo(names: Names, view: RecordView, number: str, section: Mapping[str, Any]) -> Row:
    """The row of a repository."""
    return Row(
        "repo",
        ("repos", view.id),
        text(view.name),
        view.url,
        date=str(view.year or ""),
        number=number,
        lines=(md(view.description),) if view.description else (),
        buttons=_buttons(names, view, section),
        stars=view.stars,
    )


def talk(names: Names, view: RecordView, number: str, section: Mapping[str, Any]) -> Row:
    """The row of a talk: its title, linked; where it was given, linked; the day."""
    title, event, url = md(view.title), md(view.event), _address(names, view.url)
    event_url = _address(names, view.event_url)
    place = Words("link", (event_url, event)) if event and event_url else event
    if not title:
        title, place, url = event, NOTHING, event_url or url
    if view.location:
        place = seq(place, text(", "), md(view.location)) if place else md(view.location)
    return Row(
        "talk",
        ("talks", view.id),
        title,
        url or view.page or "",
        place,
        date=languages.date_short(names, view.date) if view.date else "",
        number=number,
        lines=(md(view.note),) if view.note else (),
        start=dates.iso(date) if (date := view.date) else "",
        end=dates.iso(date["end"] or date) if date else "",
        buttons=tuple(
            button for button in _buttons(names, view, section) if button.href not in {url, view.page}
        ),
    )


def student(names: Names, view: RecordView, number: str, _: Mapping[str, Any]) -> Row:
    """The row of a student."""
    lines = []
    thesis = view.thesis
    if thesis and thesis["title"]:
        year = text(f", {thesis['year']}") if thesis["year"] else NOTHING
        lines.append(seq(_thesis(names, thesis), year))
    if view.now:
        lines.append(seq(text(names.t("Now") + names.t(": ")), md(view.now)))
    level = _joined([text(view.level), md(view.affiliation)], ", ")
    note = _without_brackets(view.note or "")
    return Row(
        "student",
        ("students", view.id),
        text(view.display),
        _address(names, view.url) or names.person_page(view.person) or "",
        aside=_joined([level, md(note)], "; "),
        date=view.years or "",
        number=number,
        lines=tuple(lines),
    )


def _without_brackets(note: str) -> str:
    """A remark without the brackets it was written with: the CV puts it in brackets."""
    if not (note.startswith("(") and note.endswith(")")):
        return note
    depths = list(accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in note))
    is_pair = depths[-1] == 0 and 0 not in depths[:-1]
    return note[1:-1] if is_pair else note


def course(names: Names, view: RecordView, number: str, section: Mapping[str, Any]) -> Row:
    """The row of a course."""
    return Row(
        "course",
        ("courses", view.id),
        text(view.title),
        view.page or "",
        _joined([md(view.role), md(view.institution)], ", "),
        aside=text(view.code),
        date=str(view.term or view.year or ""),
        number=number,
        lines=(md(view.summary),) if view.summary else (),
        buttons=_buttons(names, view, section),
    )


def project(names: Names, view: RecordView, number: str, section: Mapping[str, Any]) -> Row:
    """The row of a project."""
    shown, first, last = _when(names, view)
    return Row(
        "record",
        ("projects", view.id),
        text(view.title),
        view.page or "",
        md(view.funding),
        date=shown,
        number=number,
        lines=(md(view.summary),) if view.summary else (),
        buttons=_buttons(names, view, section),
        start=first,
        end=last,
    )


#: Fields that say what a record of any collection is, with whom or where, and what more there is to say.
_NAMED: Final = ("display", "title", "name", "event", "text")
_WHERE: Final = ("role", "funder", "sponsor", "agency", "institution", "organization", "place", "affiliation")
_MORE: Final = ("summary", "description", "details")


def other(names: Names, view: RecordView, number: str, section: Mapping[str, Any]) -> Row:
    """The row of a record of any collection, such as grants from an extension, by the fields that it has:

    the title from ``title``, ``name``, ``event`` or ``text``, linked to its own page or its ``url``; then ``role``,
    ``funder`` (``sponsor``, ``agency``), ``institution`` (``organization``, ``place``, ``affiliation``) and
    ``location``; in brackets ``amount`` (a number gets its commas, and ``currency`` before it) and ``note``; its dates
    from ``dates``, ``date``, ``start`` and ``end``, ``years``, ``term`` or ``year``; buttons from ``links``; below it
    ``summary``, ``description`` and ``details``. All of them are Markdown but the dates.
    """
    named = next((value for key in _NAMED if (value := _said(view, key)) and key != "event"), "")
    event = _said(view, "event")
    places = [event] if named and event else []
    places += [value for key in _WHERE if (value := _said(view, key))]
    url = _said(view, "url")
    lines = [line for key in _MORE for line in _lines(view, key)]
    shown, first, last = _when(names, view)
    return Row(
        "record",
        (view.collection, view.id),
        md(named or event) or text(view.id),
        view.page or _safe(names, url),
        _joined([md(value) for value in places], ", "),
        _said(view, "location"),
        _joined([text(_amount(view)), md(_without_brackets(_said(view, "note")))], "; "),
        shown,
        number=number,
        lines=tuple(md(line) for line in lines),
        buttons=_links(names, view) if section["buttons"] else (),
        start=first,
        end=last,
    )


def _when(names: Names, view: RecordView) -> tuple[str, str, str]:
    """The dates of a record for readers, and the first and last of them for machines."""
    for key in ("dates", "date"):
        value = getattr(view, key, None)
        if is_date(value):
            return languages.date_short(names, value), dates.iso(value), dates.iso(value["end"] or value)
        if said := _said(view, key):
            return said, "", ""
    start, end = getattr(view, "start", None), getattr(view, "end", None)
    if is_date(start) or is_date(end):
        item = {
            "dates": None,
            "start": start if is_date(start) else None,
            "end": end if is_date(end) else None,
        }
        return entry_dates(names, item), *_span(item)
    said = next((said for key in ("years", "term", "year") if (said := _said(view, key))), "")
    return said or " – ".join(filter(None, (_said(view, "start"), _said(view, "end")))), "", ""


def is_date(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value of a record is a date as ``schema.parse_date`` makes it."""
    return isinstance(value, dict) and value.keys() >= NO_DATE.keys()


def _amount(view: RecordView) -> str:
    value, currency = getattr(view, "amount", None), _said(view, "currency")
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return " ".join(filter(None, (currency, f"{value:,}" if is_number else _said(view, "amount"))))


def _said(view: RecordView, name: str) -> str:
    """A field as text: numbers too, and lists with commas."""
    value = getattr(view, name, None)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) if all(isinstance(one, (str, int)) for one in value) else ""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _lines(view: RecordView, name: str) -> list[str]:
    value = getattr(view, name, None)
    return [one for one in (value if isinstance(value, tuple) else (value,)) if one and isinstance(one, str)]


def _links(names: Names, view: RecordView) -> tuple[Button, ...]:
    links = getattr(view, "links", None)
    pairs = links.items() if isinstance(links, dict) else ()
    return tuple(Button(names.t(label), href) for label, url in pairs if (href := _safe(names, url)))


def _safe(names: Names, url: Any) -> str:
    """An address from a field that no schema has looked at."""
    return names.address(url) if isinstance(url, str) and url and not unsafe_reason(url) else ""


def _buttons(names: Names, view: RecordView, section: Mapping[str, Any]) -> tuple[Button, ...]:
    if not section["buttons"]:
        return ()
    return tuple(Button(names.t(label), href) for label, href in names.buttons(view))
