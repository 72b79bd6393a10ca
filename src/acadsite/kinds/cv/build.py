"""A CV from ``cv.yaml`` and the collections, for the web page or the PDF.

All that is read is noted in the current tracker. Addresses of the site begin with the prefix of that tracker: on
the web page it leads to the site's root, in a PDF it is the site's full address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from acadsite.kinds import languages, works
from acadsite.kinds.cv import rows
from acadsite.kinds.cv.choice import Choice, cv_path, cvs
from acadsite.kinds.cv.drawn import grouped, headings, numbers, remarks, sort_of
from acadsite.kinds.cv.filling import Filled, Filling
from acadsite.kinds.cv.measures import measure, of
from acadsite.kinds.cv.model import NOTHING, Contact, Cv, Group, Row, Section, Sheet, Words, md, seq, text
from acadsite.kinds.cv.selection import Selection
from acadsite.kinds.cv.totals import paragraphs, said, scholar_day, star_days
from acadsite.kinds.profiles import profile
from acadsite.kinds.web import TITLES
from acadsite.links import unsafe_reason
from acadsite.people import parse_name
from acadsite.records import segment
from acadsite.track import RecordView, current, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from acadsite.kinds.cv.forms import Form
    from acadsite.kinds.names import Names

_Make: TypeAlias = "Callable[[Names, RecordView, str, Mapping[str, Any]], Row]"

_ROWS: Final[dict[str, _Make]] = {
    "publications": rows.work,
    "repos": rows.repo,
    "talks": rows.talk,
    "students": rows.student,
    "courses": rows.course,
    "projects": rows.project,
}
_KINDS: Final = {"publications": "works", "projects": "entries"}
_FIELDS: Final = (
    "sections", "variants", "title", "theme", "paper", "updated", "name", "role", "contact", "accent", "font", "size",
)  # fmt: skip
_LABELS: Final = {
    "email": "E-mail",
    "phone": "Phone",
    "address": "Address",
    "location": "Address",
    "url": "Website",
}
#: Other words for ways of contact.
WAYS: Final = {
    **{name: name for name in _LABELS},
    "e-mail": "email", "mail": "email", "tel": "phone", "telephone": "phone", "mobile": "phone", "website": "url",
    "web": "url", "homepage": "url", "site": "url",
}  # fmt: skip
_EMAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")
#: An address that lacks its scheme: a name with a dot, unlike a page of the site.
_HOST: Final = re.compile(
    r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:[/?#:]|\Z)(?!.*\.(?:html|md)\Z)"
)


def build_cv(names: Names, identifier: str, output: str) -> Cv | None:
    """The CV ``identifier`` for an output (“web”, “pdf”); None where there is none of that id."""
    choices = _choices(names)
    choice = next((one for one in choices if one.id == identifier), None)
    return _Builder(names, choice, output).made(choices) if choice is not None else None


class FilledForm(NamedTuple):
    """A form as it is filled: the form, its variant, what that comes to, and the parts, those that hold nothing too."""

    form: Form
    choice: Choice
    cv: Cv
    parts: tuple[Filled, ...]
    words: int


def build_form(names: Names, identifier: str) -> FilledForm | None:
    """The form that the variant ``identifier`` fills; None where there is none."""
    choices = _choices(names)
    choice = next((one for one in choices if one.id == identifier and one.form), None)
    if choice is None:
        return None
    builder = _Builder(names, choice, "pdf")
    if builder.form is None:
        return None
    cv = builder.made(choices)
    return FilledForm(builder.form, choice, cv, builder.parts, builder.words())


@contextmanager
def speaking(names: Names, language: str) -> Iterator[None]:
    """While it lasts, words and dates are those of a language; without one, of the page under way."""
    tracker = current()
    tracker.note("config", "language")
    before, own = tracker.language, names.config["language"]
    if language:
        names.learn(language)
        tracker.language = "" if language == own else language
    try:
        yield
    finally:
        tracker.language = before


def _choices(names: Names) -> tuple[Choice, ...]:
    for name in _FIELDS:
        current().note("field", "cv", "cv", name)
    return cvs(names.site.library.get("cv", "cv"))


class _Builder:
    """Makes one CV; knows by then the days of all that it shows."""

    def __init__(self, names: Names, choice: Choice, output: str) -> None:
        self.names, self.choice = names, choice
        if choice.form:
            current().note("typst")  # among the files of the CV's themes are those of forms
        self.selection = Selection.of(names.site, choice, output)
        self.days: list[Any] = []
        self.parts: tuple[Filled, ...] = ()
        self.form: Form | None = names.cv_forms.get((choice.form, choice.language)) if choice.form else None

    def made(self, choices: Sequence[Choice]) -> Cv:
        """The CV, with the words of the form's language where it fills one."""
        with speaking(self.names, self.form.language if self.form is not None else ""):
            return self.whole(choices)

    def whole(self, choices: Sequence[Choice]) -> Cv:
        names, settings = self.names, self.choice.settings
        owner, home = names.owner(), view_of(names.site, "home", "home")
        current().note("config", "title")
        name = settings["name"] or (owner.display if owner else "") or names.config["title"] or ""
        position = self.position(owner, home)
        if self.form is None:
            made = map(self.section, self.selection.sections())
            sections = tuple(part for part in made if part is not None)
        else:
            self.parts = tuple(self.filled())
            sections = tuple(one.section for one in self.parts if one.section is not None)
        updated = settings["updated"] or max(self.days, key=_rank, default=None)
        others = tuple(
            (title_of(names, one), page_of(one), cv_path(one.id) if "pdf" in one.show else "")
            for one in choices
            if one.id != self.choice.id and one.is_listed and self.choice.is_listed
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
            self.sheet(),
            self.choice.show,
        )

    # --- forms ---

    def filled(self) -> Iterator[Filled]:
        """The parts of the form of this CV, filled."""
        assert self.form is not None  # noqa: S101 - asked by the caller
        asked = self.asked()
        return Filling(self.names, self.form, self.choice, self.selection, self.section, asked).parts()

    def asked(self) -> Mapping[str, Words]:
        """What forms may ask of the person (``forms.ASKED``)."""
        names, settings = self.names, self.choice.settings
        owner, home = names.owner(), view_of(names.site, "home", "home")
        person = owner.name if owner and not settings["name"] else parse_name(settings["name"] or "")
        contacts = {one.kind.casefold(): one.text for one in reversed(tuple(self.contacts(owner, home)))}
        orcid = (owner.orcid if owner else None) or (settings["contact"] or {}).get("orcid")
        orcid = orcid or {**((owner.profiles if owner else None) or {}), **(home.profiles or {})}.get("orcid")
        return {
            "name": text(settings["name"] or (owner.display if owner else "")),
            "given": text(person["given"]),
            "family": text(
                " ".join(filter(None, (person["particle"], person["family"], person["suffix"])))
                or person["literal"]
            ),
            "orcid": text(_bare(orcid).rpartition("/")[2] if orcid else ""),
            "role": md(settings["role"] or home.role or (owner.role if owner else None)),
            "affiliation": md(home.affiliation or (owner.affiliation if owner else None)),
            "location": text(home.location or (owner.location if owner else None)),
            "email": contacts.get("email", NOTHING),
            "phone": contacts.get("phone", NOTHING),
            "url": text((settings["contact"] or {}).get("url") or self._home_address(owner)),
        }

    def sheet(self) -> Sheet | None:
        """What the form of this CV asks of its paper."""
        if self.form is None:
            return None
        own = self.form.settings
        most = self.choice.words or own["words"]
        count = of(self.words(), most) if most else ""
        return Sheet(
            own["funder"],
            self.form.language,
            own["paper"] or "",
            own["size"],
            own["spacing"],
            own["margin"],
            count,
        )

    def words(self) -> int:
        """How many words the texts of the form have together."""
        sections = [one.section for one in self.parts if one.section is not None]
        rows = (row for section in sections for group in section.groups for row in group.rows)
        texts = (*(section.text for section in sections), *(row.lines for row in rows if row.kind == "text"))
        return sum(measure(self.names, text).words for text in texts)

    # --- the head ---

    def position(self, owner: RecordView | None, home: RecordView) -> Words:
        """The position of the person, and where."""
        wanted = self.choice.settings["role"]
        role = wanted or home.role or (owner.role if owner else None)
        place = "" if wanted else home.affiliation or (owner.affiliation if owner else None)
        return seq(md(role), text(", "), md(place)) if role and place else seq(md(role), md(place))

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
        for name, value in pairs.items():
            kind = WAYS.get(name.casefold(), name)
            if not value:
                continue
            label = names.t(_LABELS.get(kind, name))
            if kind == "email":
                bare = value.removeprefix("mailto:")
                yield Contact(kind, label, text(bare), f"mailto:{bare}" if _EMAIL.fullmatch(bare) else "")
            elif kind == "phone":
                digits = "".join(sign for sign in value if sign.isdigit() or sign == "+")
                yield Contact(kind, label, text(value), f"tel:{digits}" if digits else "")
            elif kind == "url":
                whole = f"https://{value}" if _HOST.match(value) else value
                href = "" if unsafe_reason(whole) else names.address(whole)
                yield Contact(kind, label, text(_bare(value)), href)
            elif (link := profile(kind, value)) is not None:
                account = _bare(value).rpartition("/")[2] if "//" in value else value.lstrip("@")
                # An opaque number says nothing; the network's name does.
                shown = link.label if kind.casefold().replace(" ", "_") in _OPAQUE else account
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
        """A section of this CV, or None where it has nothing to show."""
        legend: tuple[tuple[str, str], ...] = ()
        title, note, words = section["title"] or "", section["note"], section["text"]
        extra: tuple[Words, ...] = ()
        if collection := section["collection"]:
            groups, count, legend = self.records(section)
            if not count:
                return None
            kind = _KINDS.get(collection, collection if collection in _ROWS else "entries")
            if section["title"] is None:
                known = TITLES.get(collection, collection.replace("_", " ").capitalize())
                title = self.names.t(known)
            if collection == "publications" and note is None:
                note = self.names.scholar_note()
            elif collection == "repos" and words is None:
                extra = self.star_line()
            self.days += self.counted(collection)
        else:
            groups, kind, count = self.texts(section) if section["texts"] else self.written(section)
            if not groups and not words:
                return None
        say = partial(said, self.names, count=count)
        return Section(
            section["id"],
            say(title),
            say(note),
            (*extra, *paragraphs(self.names, words, count)),
            kind,
            groups,
            legend,
            section["page_break"],
            section["dates"] or "",
        )

    def star_line(self) -> tuple[Words, ...]:
        """The stars of all repositories in words, where somebody counted them."""
        names = self.names
        stars, day = names.star_total(), names.star_day()
        if not stars:
            return ()
        words = names.t("{stars} GitHub stars across all repositories.", stars=stars)
        return (text(f"{words} ({day})" if day else words),)

    def counted(self, collection: str) -> list[Any]:
        """The days on which what a section shows was counted."""
        if collection == "publications":
            return [day for day in (scholar_day(self.names.site),) if day]
        return star_days(self.names.site) if collection == "repos" else []

    # --- written sections ---

    def texts(self, section: Mapping[str, Any]) -> tuple[tuple[Group, ...], str, int]:
        """The texts of a section as numbered rows, their kind, and how many there are."""
        texts = [words for words in section["texts"] if words]
        rows = tuple(
            Row(
                "text", ("cv", "cv"), NOTHING, number=str(at), lines=paragraphs(self.names, words, len(texts))
            )
            for at, words in enumerate(texts, 1)
        )
        return (Group(NOTHING, rows),), "texts", len(rows)

    def written(self, section: Mapping[str, Any]) -> tuple[tuple[Group, ...], str, int]:
        """The groups of a section that is written in ``cv.yaml``, its kind, and how many entries there are before the
        limit."""
        parts = self.selection.written(section)
        count = sum(part.total for part in parts)
        numbered = iter(numbers(count, section["numbering"]))
        groups = []
        for part in parts:
            shown = [self.row(one, count)._replace(number=next(numbered)) for one in part.items]
            if shown:
                groups.append(Group(said(self.names, part.title, count=part.total), tuple(shown)))
        every = [row for group in groups for row in group.rows]
        if every and all(row.label and not row.date for row in every):
            return tuple(groups), "table", count
        if every and all(row.kind == "item" for row in every):
            return tuple(groups), "list", count
        return (
            tuple(Group(group.title, tuple(map(_labelled, group.rows))) for group in groups),
            "entries",
            count,
        )

    def row(self, item: Any, count: int) -> Row:
        """The row of an entry, or of a line of a group."""
        say = partial(said, self.names, count=count)
        return rows.line(say(item)) if isinstance(item, str) else rows.entry(self.names, item, say)

    # --- sections from collections ---

    def records(
        self, section: Mapping[str, Any]
    ) -> tuple[tuple[Group, ...], int, tuple[tuple[str, str], ...]]:
        """The groups of a section from a collection, how many records there are, and the legend of the marks."""
        names, collection = self.names, section["collection"]
        found = self.selection.records(section)
        limit = section["limit"] or None
        make = self._with_remarks(_ROWS.get(collection, rows.other), section)
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

    def _with_remarks(self, make: _Make, section: Mapping[str, Any]) -> _Make:
        """How rows are made, with what the section says of single records below them, and in forms with the addresses
        of works."""
        said_of = {segment(key): words for key, words in remarks(section) if words}
        is_form = "addresses" in section
        if not said_of and not is_form:
            return make

        def row(names: Names, view: RecordView, number: str, settings: Mapping[str, Any]) -> Row:
            made = make(names, view, number, settings)
            lines = () if is_form and made.kind == "work" else made.lines
            if is_form and made.kind == "work" and (address := address_of(view)):
                lines = (Words("link", (address, text(address))),)
            return made._replace(lines=(*lines, *paragraphs(names, said_of.get(view.id))))

        return row

    def _grouped(
        self, found: list[RecordView], section: Mapping[str, Any], limit: int | None, make: _Make
    ) -> list[Group]:
        by_type = section["numbering"] == "by-type"
        numbered = numbers(
            len(found), section["numbering"], [sort_of(one) for one in found] if by_type else ()
        )
        shown = found[:limit]
        made = [make(self.names, one, number, section) for one, number in zip(shown, numbered, strict=False)]
        parts = grouped(headings(shown, section), made, "Other")
        return [Group(self.heading(heading), tuple(items)) for heading, items in parts.items()]

    def heading(self, words: str) -> Words:
        """The heading of a group, in the words of the site."""
        return text(languages.heading(self.names, words))


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
    """The title of a CV: as written, else that of its form, else that of its section of the site."""
    form = names.cv_forms.get((choice.form, choice.language)) if choice.form else None
    if form is not None and not choice.is_titled:
        return str(form.title)
    return str(choice.settings["title"] or names.t("CV"))


def address_of(work: RecordView) -> str:
    """Where a publication is to be had for good: its DOI, its number at arXiv, else its own address."""
    if work.doi:
        return f"https://doi.org/{work.doi}"
    if work.arxiv:
        return f"https://arxiv.org/abs/{work.arxiv}"
    url = str(work.url or "")
    return url if url.startswith(("https://", "http://")) else ""


def page_of(choice: Choice) -> str:
    """The id of the page of a CV; empty where it has none."""
    if "web" not in choice.show:
        return ""
    return f"{'cv-form' if choice.form else 'cv-variant'}:{choice.id}" if choice.id else "cv"


def _labelled(row: Row) -> Row:
    """A row with its label in front of the title: only a table has a column for it."""
    if not row.label:
        return row
    title = seq(text(f"{row.label}: "), row.title) if row.title else text(row.label)
    return row._replace(title=title, label="")


def _is_day(date: Any) -> bool:
    return isinstance(date, Mapping) and bool(date.get("day"))


def _rank(date: Mapping[str, Any]) -> tuple[int, int, int]:
    last = date["end"] if date.get("end") and date["end"]["year"] else date
    return (last["year"] or 0, last["month"] or 0, last["day"] or 0)


def _bare(url: str) -> str:
    """An address as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") if "://" in url else url
