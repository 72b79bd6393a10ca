"""A CV from ``cv.yaml`` and the collections, for the web page or the PDF.

All that is read is noted in the current tracker. Addresses of the site begin with the prefix of that tracker: on
the web page it leads to the site's root, in a PDF it is the site's full address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from acadsite.kinds import works
from acadsite.kinds.cv import rows
from acadsite.kinds.cv.choice import Choice, cv_path, cvs, first_year, last_year, last_year_in
from acadsite.kinds.cv.conditions import conditions
from acadsite.kinds.cv.model import NOTHING, Contact, Cv, Group, Row, Section, Words, md, seq, text
from acadsite.kinds.cv.totals import filled, scholar_day, star_days
from acadsite.kinds.profiles import profile
from acadsite.kinds.web import TITLES
from acadsite.library import Query
from acadsite.track import CollectionView, RecordView, current, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acadsite.kinds.names import Names

_Make: TypeAlias = "Callable[[Names, RecordView, str, Mapping[str, Any]], Row]"

_ROWS: Final[dict[str, _Make]] = {
    "publications": rows.work,
    "repos": rows.repo,
    "talks": rows.talk,
    "students": rows.student,
    "courses": rows.course,
}
_KINDS: Final = {"publications": "works"}
_FIELDS: Final = (
    "sections", "variants", "title", "theme", "paper", "updated", "name", "role", "contact", "accent", "font", "size",
)  # fmt: skip
#: By which field the records of a collection are put in order.
_DATED: Final = {"publications": "year", "students": "start", "repos": "year"}
_LABELS: Final = {
    "email": "E-mail",
    "phone": "Phone",
    "address": "Address",
    "location": "Address",
    "url": "Website",
}


def build_cv(names: Names, identifier: str, output: str) -> Cv | None:
    """The CV ``identifier`` for an output (“web”, “pdf”); None where there is none of that id."""
    for name in _FIELDS:
        current().note("field", "cv", "cv", name)
    record = names.site.library.get("cv", "cv")
    choices = cvs(record) if record else ()
    choice = next((one for one in choices if one.id == identifier), None)
    if choice is None:
        return None
    return _Builder(names, choice, output).whole(choices)


class _Builder:
    """Makes one CV; knows by then the days and years of all that it shows."""

    def __init__(self, names: Names, choice: Choice, output: str) -> None:
        self.names, self.choice, self.output = names, choice, output
        self.days: list[Any] = []
        self.years: list[int] = []
        self.newest: int | None = None

    def whole(self, choices: Sequence[Choice]) -> Cv:
        names, settings = self.names, self.choice.settings
        owner, home = names.owner(), view_of(names.site, "home", "home")
        current().note("config", "title")
        name = settings["name"] or (owner.display if owner else "") or names.config["title"] or ""
        self.newest = self._newest()
        sections = tuple(
            part for section in self.choice.sections if (part := self.section(section)) is not None
        )
        updated = settings["updated"] or max(self.days, key=_rank, default=None)
        role = settings["role"] or home.role or (owner.role if owner else None)
        place = "" if settings["role"] else home.affiliation or (owner.affiliation if owner else None)
        position = seq(md(role), text(", "), md(place)) if role and place else seq(md(role), md(place))
        others = tuple(
            (title_of(names, one), f"cv-variant:{one.id}" if one.id else "cv", cv_path(one.id))
            for one in choices
            if one.id != self.choice.id
        )
        return Cv(
            self.choice.id,
            title_of(names, self.choice),
            name,
            position,
            tuple(self.contacts(owner, home)),
            updated,
            sections,
            cv_path(self.choice.id),
            others,
            settings,
        )

    def _newest(self) -> int | None:
        """The year from which “the last five years” are counted: that of the CV, else the newest in its data."""
        if self.choice.years is None and all(one["years"] is None for one in self.choice.sections):
            return None
        updated = self.choice.settings["updated"]
        if updated is not None:
            return int(updated["year"])
        found = []
        for section in self.choice.sections:
            if section["collection"]:
                for view in CollectionView(self.names.site, Query(section["collection"])):
                    year = getattr(view, "year", None)
                    found += [year] if isinstance(year, int) else []
            for entry in _entries(section):
                found += [year for year in (first_year(entry), last_year(entry)) if year and year < 3000]
        for date in (scholar_day(self.names), *star_days(self.names)):
            found += [date["year"]] if date else []
        return max(found, default=None)

    # --- the head ---

    def contacts(self, owner: RecordView | None, home: RecordView) -> Iterable[Contact]:
        """Ways to reach the person."""
        names, given = self.names, self.choice.settings["contact"]
        pairs: dict[str, Any]
        if given:
            pairs = dict(given)
        else:
            pairs = {
                "email": home.email or (owner.email if owner else None),
                "location": home.location or (owner.location if owner else None),
                "url": self._home_address(owner),
                "orcid": owner.orcid if owner else None,
                **((owner.profiles if owner else None) or {}),
                **(home.profiles or {}),
            }
        for kind, value in pairs.items():
            if not value:
                continue
            label = names.t(_LABELS.get(kind, kind))
            if kind == "email":
                yield Contact(kind, label, text(value), f"mailto:{value}")
            elif kind == "phone":
                digits = "".join(sign for sign in value if sign.isdigit() or sign == "+")
                yield Contact(kind, label, text(value), f"tel:{digits}")
            elif kind == "url":
                yield Contact(kind, label, text(_bare(value)), names.address(value))
            elif (link := profile(kind, value)) is not None:
                said = _bare(value).rpartition("/")[2] if "//" in value else value.lstrip("@")
                # An opaque number says nothing; the network's name does.
                shown = link.label if kind.casefold().replace(" ", "_") in _OPAQUE else said
                yield Contact(kind, link.label, text(shown or link.label), link.href)
            else:
                yield Contact(kind, label, md(value), "")

    def _home_address(self, owner: RecordView | None) -> str | None:
        if owner is not None and owner.url:
            return str(owner.url)
        current().note("config", "url")
        url: str | None = self.names.config["url"]
        return url

    # --- sections ---

    def section(self, section: Mapping[str, Any]) -> Section | None:
        """A section of this CV, or None where it is not in it or has nothing to show."""
        if not self.choice.takes(section, self.output):
            return None
        names, collection = self.names, section["collection"]
        legend: tuple[tuple[str, str], ...] = ()
        note, words = section["note"], section["text"]
        extra: tuple[Words, ...] = ()
        if collection:
            groups, count, legend = self.records(section)
            if not count:
                return None
            kind = _KINDS.get(collection, collection if collection in _ROWS else "entries")
            title = section["title"]
            if title is None:
                title = names.t(TITLES.get(collection, collection.capitalize()))
            if collection == "publications":
                self.days += [day for day in (scholar_day(names),) if day]
                note = names.scholar_note() if note is None else note
            elif collection == "repos" and (stars := names.star_total()):
                self.days += star_days(names)
                if words is None:
                    day = names.star_day()
                    said = f"{stars} {names.t('GitHub stars across all repositories.')}"
                    extra = (text(f"{said} ({day})" if day else said),)
        else:
            groups, kind = self.written(section)
            count = sum(len(group.rows) for group in groups)
            title = section["title"] or ""
            if not groups and not words:
                return None
        paragraphs = [" ".join(part.split()) for part in filled(names, words or "", count).split("\n\n")]
        return Section(
            section["id"],
            md(filled(names, title, count)),
            md(filled(names, note or "", count)),
            (*extra, *(md(part) for part in paragraphs if part)),
            kind,
            groups,
            legend,
            section["page_break"],
            section["dates"] or "",
        )

    def oldest(self, section: Mapping[str, Any]) -> int | None:
        """The first year that a section shows; None for all."""
        bounds = [section["since"], self.choice.since]
        if self.newest is not None:
            bounds += [self.newest - years + 1 for years in (section["years"], self.choice.years) if years]
        return max((bound for bound in bounds if bound is not None), default=None)

    # --- written sections ---

    def written(self, section: Mapping[str, Any]) -> tuple[tuple[Group, ...], str]:
        """The groups of a section that is written in ``cv.yaml``, and its kind."""
        oldest = self.oldest(section)
        entries = self._sorted(
            [one for one in section["entries"] if self._is_shown(one, oldest)], section["sort"]
        )
        limit = section["limit"]
        shown = [rows.entry(self.names, one) for one in entries[:limit]]
        groups = (
            [Group(NOTHING, tuple(_numbered(shown, section["numbering"], len(entries))))] if shown else []
        )
        for group in section["groups"]:
            if not self.choice.takes(group, self.output):
                continue
            items = [one for one in group["items"] if isinstance(one, str) or self._is_shown(one, oldest)]
            if items:
                lines = tuple(
                    rows.line(one) if isinstance(one, str) else rows.entry(self.names, one) for one in items
                )
                groups.append(Group(md(group["title"]), lines))
        every = [row for group in groups for row in group.rows]
        if every and all(row.label and not row.date for row in every):
            return tuple(groups), "table"
        if every and all(row.kind == "item" for row in every):
            return tuple(groups), "list"
        return tuple(groups), "entries"

    def _is_shown(self, entry: Mapping[str, Any], oldest: int | None) -> bool:
        if not self.choice.takes(entry, self.output):
            return False
        year = last_year(entry) if oldest is not None else None
        return year is None or oldest is None or year >= oldest

    def _sorted(self, entries: list[Mapping[str, Any]], order: str | None) -> list[Mapping[str, Any]]:
        if order not in {"newest", "oldest"}:
            return entries
        rank = lambda one: (last_year(one) or 0, first_year(one) or 0)  # noqa: E731
        return sorted(entries, key=rank, reverse=order == "newest")

    # --- sections from collections ---

    def records(
        self, section: Mapping[str, Any]
    ) -> tuple[tuple[Group, ...], int, tuple[tuple[str, str], ...]]:
        """The groups of a section from a collection, how many records there are, and the legend of the marks."""
        names, collection = self.names, section["collection"]
        where = list(conditions(section["where"]))
        oldest = self.oldest(section)
        if oldest is not None and collection != "students":
            where.append(("year", ">=", oldest))
        view = CollectionView(names.site, Query(collection, tuple(where)))
        if section["sort"] in {"newest", "oldest"}:
            field = _DATED.get(collection, "date")
            view = view.sort(f"-{field}" if section["sort"] == "newest" else field)
        found: list[RecordView] = list(view)
        if oldest is not None and collection == "students":
            found = [one for one in found if (last_year_in(one.years or "") or oldest) >= oldest]
        limit = section["limit"] or None
        make = _ROWS.get(collection, rows.other)
        if collection == "publications":
            current().note("config", "publications")
            settings = dict(names.config["publications"])
            settings |= {
                key: section[key] for key in ("group_by", "earlier", "numbering") if section[key] is not None
            }
            is_by_year = settings["group_by"] == "year"  # then the heading says it
            groups = [
                Group(
                    self.heading(group.heading),
                    tuple(
                        row._replace(date="") if is_by_year else row
                        for number, one in group.entries
                        for row in (make(names, one, number, section),)
                    ),
                )
                for group in works.groups(found, settings, limit)
            ]
            if all(row.selected for group in groups for row in group.rows):  # it would tell nothing
                groups = [
                    Group(group.title, tuple(row._replace(selected=False) for row in group.rows))
                    for group in groups
                ]
                section = {**section, "highlight": False}
            legend = works.legend(found[:limit], section["highlight"])
        else:
            groups, legend = self._grouped(found, section, limit, make), ()
            self.days += [date for one in found[:limit] if _is_day(date := getattr(one, "date", None))]
        return tuple(groups), len(found), legend

    def _grouped(
        self, found: list[RecordView], section: Mapping[str, Any], limit: int | None, make: _Make
    ) -> list[Group]:
        numbers = _numbers(len(found), section["numbering"])
        shown = [
            (one, make(self.names, one, number, section)) for one, number in zip(found, numbers, strict=True)
        ][:limit]
        if section["group_by"] != "year":
            return [Group(NOTHING, tuple(row for _, row in shown))] if shown else []
        years: dict[str, list[Row]] = {}
        for one, row in shown:
            year, earlier = getattr(one, "year", None), section["earlier"]
            if year is not None and earlier is not None and year <= earlier:
                heading = f"{earlier} and earlier"
            else:
                heading = str(year or "Undated")
            years.setdefault(heading, []).append(row)
        return [Group(self.heading(heading), tuple(items)) for heading, items in years.items()]

    def heading(self, words: str) -> Words:
        """The heading of a group, in the words of the site."""
        return text(self.names.t(words))


#: Networks whose user names are numbers or codes.
_OPAQUE: Final = frozenset(
    {
        "google_scholar",
        "dblp",
        "mathscinet",
        "mathematics_genealogy",
        "wikidata",
        "zbmath",
        "semantic_scholar",
    }
)


def title_of(names: Names, choice: Choice) -> str:
    """The title of a CV: as written, else that of its section of the site."""
    return str(choice.settings["title"] or names.t("CV"))


def _entries(section: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield from section["entries"]
    for group in section["groups"]:
        yield from (one for one in group["items"] if not isinstance(one, str))


def _numbers(count: int, numbering: str | None) -> list[str]:
    if numbering in {None, "none"}:
        return [""] * count
    return [str(count - at if numbering == "descending" else at + 1) for at in range(count)]


def _numbered(shown: list[Row], numbering: str | None, count: int) -> list[Row]:
    return [
        row._replace(number=number)
        for row, number in zip(shown, _numbers(count, numbering)[: len(shown)], strict=True)
    ]


def _is_day(date: Any) -> bool:
    return isinstance(date, Mapping) and bool(date.get("day"))


def _rank(date: Mapping[str, Any]) -> tuple[int, int, int]:
    last = date["end"] if date.get("end") and date["end"]["year"] else date
    return (last["year"] or 0, last["month"] or 0, last["day"] or 0)


def _bare(url: str) -> str:
    """An address as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") if "://" in url else url
