"""What a CV says, as values: the same for the web page and the PDF but for the addresses of its links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from acadsite.kinds.works import Authors, Line


class Words(NamedTuple):
    """Inline text. ``kind`` says what ``value`` is: ``md`` a line of Markdown, ``rich`` a rich text, ``text`` plain
    text, ``em`` Words, ``link`` an address and Words, ``seq`` a tuple of Words. ``written`` is the text of the content
    that a line of Markdown was made of, where it is another one: it tells the place."""

    kind: str
    value: Any
    written: str = ""

    def __bool__(self) -> bool:
        return bool(self.value)


NOTHING: Final = Words("text", "")


def md(text: str | None) -> Words:
    """A line of Markdown, or nothing."""
    return Words("md", text) if text else NOTHING


def text(value: str | None) -> Words:
    """Plain text, or nothing."""
    return Words("text", value) if value else NOTHING


def seq(*parts: Words) -> Words:
    """Several texts, one after the other."""
    kept = tuple(part for part in parts if part)
    return kept[0] if len(kept) == 1 else Words("seq", kept)


def listed(parts: tuple[Words, ...], joints: tuple[str, str, str]) -> Words:
    """“a”, “a and b”, “a, b, and c”; ``joints`` as in ``languages.Language``."""
    between, last, two = joints
    out: list[Words] = []
    for at, part in enumerate(parts):
        if at:
            is_last = at == len(parts) - 1
            out.append(text((two if len(parts) == 2 else last) if is_last else between))
        out.append(part)
    return seq(*out)


class Button(NamedTuple):
    """A link behind a title."""

    label: str
    href: str


class Row(NamedTuple):
    """One entry. ``kind`` is ``entry``, ``item`` or the singular of a collection (work, repo, talk, student …), ``key``
    the record it comes from. ``url`` is where its title leads. ``start`` and ``end`` are its dates for machines, as
    ISO 8601 has them: equal where there is one, no end where it goes on. ``type`` is the kind of a publication.
    ``room`` says how much of its room in a form a text takes, such as “1,931 / 2,000”."""

    kind: str
    key: tuple[str, str]
    title: Words
    url: str = ""
    place: Words = NOTHING
    location: str = ""
    aside: Words = NOTHING
    date: str = ""
    label: str = ""
    number: str = ""
    lines: tuple[Words, ...] = ()
    authors: Authors | None = None
    venue: Line | None = None
    award: Words = NOTHING
    buttons: tuple[Button, ...] = ()
    selected: bool = False
    stars: int | None = None
    start: str = ""
    end: str = ""
    type: str = ""
    room: str = ""


class Group(NamedTuple):
    """Rows under a heading, or under none."""

    title: Words
    rows: tuple[Row, ...]


class Section(NamedTuple):
    """A section. ``kind``: ``works``, ``repos``, ``talks``, ``students``, ``courses``, ``entries``, ``table`` (label
    and text), ``texts`` or ``list``. ``legend`` has the marks of the author lists with their meanings. Of forms,
    ``over`` is the heading above it, where it is another one than before, ``level`` is 2 below such a heading, and
    ``room`` says how much of its room it takes."""

    id: str
    title: Words
    note: Words
    text: tuple[Words, ...]
    kind: str
    groups: tuple[Group, ...]
    legend: tuple[tuple[str, str], ...] = ()
    page_break: bool = False
    dates: str = ""
    over: str = ""
    room: str = ""
    level: int = 1


class Contact(NamedTuple):
    """A way to reach the person: its kind (email, phone, url, orcid, github …), label, text and address."""

    kind: str
    label: str
    text: Words
    href: str


class Sheet(NamedTuple):
    """What a form asks of its paper: ``paper``, ``size`` of the letters in points, ``spacing`` of lines in per cent,
    ``margin`` in millimetres; ``room`` says how many words its texts have together, where that is limited."""

    funder: str
    language: str
    paper: str
    size: int | None
    spacing: int
    margin: int
    room: str = ""


class Cv(NamedTuple):
    """A CV. ``updated`` is a date as in records, ``path`` the output of its PDF, ``others`` the CVs beside it as
    (title, page id or “”, path of the PDF or “”). ``form`` is there where it fills a form. ``shown`` says which of page
    and PDF there are."""

    id: str
    title: str
    name: str
    role: Words
    contacts: tuple[Contact, ...]
    updated: Any
    sections: tuple[Section, ...]
    path: str
    others: tuple[tuple[str, str, str], ...]
    settings: Any
    form: Sheet | None = None
    shown: tuple[str, ...] = ("web", "pdf")
