"""A publication as machines read it: plain texts, names in two orders, dates by number.

One value for all who tell machines of a publication: the Highwire tags (``highwire``), COinS (``coins``) and JSON-LD
(``jsonld``), so that they cannot say different things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite import dates
from acadsite.bibtex import latex
from acadsite.markup.text import one_line
from acadsite.people import display

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.track import RecordView


class Citable(NamedTuple):
    """A publication. Texts are plain and may be empty. ``container`` is the journal, book or conference that it is
    part of, ``institution`` the school of a thesis or the sender of a report; ``date`` is ISO 8601 with as many parts
    as are known; ``url`` leads to another site."""

    kind: str
    title: str
    authors: tuple[Mapping[str, Any], ...]
    editors: tuple[Mapping[str, Any], ...]
    date: str
    container: str
    institution: str
    volume: str
    issue: str
    first: str
    last: str
    publisher: str
    isbn: str
    issn: str
    doi: str
    arxiv: str
    url: str


class Described(NamedTuple):
    """A publication with what else its own page says. ``language`` is a BCP 47 tag, ``pdf`` the full address of the PDF
    in the folder of the page, ``code`` that of the program."""

    work: Citable
    pages: str
    language: str
    keywords: tuple[str, ...]
    abstract: str
    pdf: str
    code: str


def citable(work: RecordView) -> Citable:
    """What machines read of a publication."""
    kind, publisher = work.kind, work.publisher
    venue = one_line(latex.spoken(work.venue)) if work.venue else ""
    container = institution = ""
    if kind == "thesis":
        institution = work.school or work.institution or venue
    elif kind == "report":
        institution = work.institution or work.organization or venue
    elif venue != publisher:
        container = venue
    first, _, last = work.pages.partition(",")[0].partition("–")
    date, url = work.date, work.url
    return Citable(
        kind,
        title_of(work),
        work.authors,
        work.editors,
        dates.iso(date)
        if date and 0 < (date["year"] or 0) < 10_000
        else "",  # the years that ISO 8601 can write
        container,
        institution,
        work.volume,
        work.number or work.issue,
        first.strip(),
        last.strip(),
        publisher,
        work.isbn,
        work.issn,
        work.doi,
        work.arxiv,
        url if url.startswith(("https://", "http://")) else "",
    )


def title_of(work: RecordView) -> str:
    """Title and subtitle in one line."""
    title: str = work.title_text
    if not work.subtitle:
        return title
    subtitle = one_line(latex.spoken(work.subtitle))
    return f"{title}{' ' if title[-1:] in {'.', '?', '!', ':'} else ': '}{subtitle}"


def inverted(name: Mapping[str, Any]) -> str:
    """A name as “Family, Given”. The particle belongs to the family name and the suffix to the given one: programs take
    what follows a second comma for something else. The name of a group has no comma, since that would part it."""
    if name["literal"]:
        return literal(name)
    family = display({**name, "given": "", "suffix": ""})
    given = f"{name['given']} {name['suffix']}".strip()
    return f"{family}, {given}" if given else family


def literal(name: Mapping[str, Any]) -> str:
    """A name in reading order, without commas."""
    shown = display(name)
    return " ".join(shown.replace(",", " ").split()) if "," in shown else shown
