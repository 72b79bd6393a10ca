"""A form as text, field by field, for forms that are filled in online: what one pastes, and how much of its room it
takes. Whoever makes this text tells as well what the form does not take (``limits``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.kinds.cv.build import build_form, speaking
from acadsite.kinds.cv.limits import limit_problems
from acadsite.kinds.cv.measures import GAP, said_of, spoken
from acadsite.kinds.cv.model import NOTHING
from acadsite.markup.inline import rich_text
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.kinds.cv.build import FilledForm
    from acadsite.kinds.cv.model import Row, Section
    from acadsite.kinds.names import Names


def fields_text(names: Names, identifier: str) -> str:
    """The form that a variant fills, as text; empty where there is none. A paragraph is a line."""
    filled = build_form(names, identifier)
    if filled is None:
        return ""
    current().report(limit_problems(names, filled))
    with speaking(names, filled.form.language):
        return _text(names, filled)


def _text(names: Names, filled: FilledForm) -> str:
    cv, own = filled.cv, filled.form.settings
    head = " – ".join(dict.fromkeys(filter(None, (own["funder"], cv.title, cv.name))))
    blocks = [_underlined(f"{head} [{cv.form.room}]" if cv.form and cv.form.room else head, "=")]
    for section in cv.sections:
        if section.over:
            blocks.append(_underlined(section.over, "="))
        title = spoken(names, section.title)
        if title:
            blocks.append(_underlined(f"{title} [{section.room}]" if section.room else title, "-"))
        blocks += _blocks(names, section)
    return GAP.join(blocks) + "\n"


def _underlined(words: str, sign: str) -> str:
    return f"{words}\n{sign * len(words)}"


def _blocks(names: Names, section: Section) -> Iterator[str]:
    if words := GAP.join(said_of(names, section.text)):
        yield words
    for group in section.groups:
        if title := spoken(names, group.title):
            yield f"{title}:"
        if section.kind == "texts":
            for row in group.rows:
                count = f" [{row.room}]" if row.room else ""
                yield f"{row.number}.{count}"
                yield GAP.join(said_of(names, row.lines))
            continue
        yield "\n".join(filter(None, (_line(names, row) for row in group.rows)))


def _line(names: Names, row: Row) -> str:
    """A row on a line; what stands below it on lines of their own."""
    if row.authors is not None or row.venue is not None:
        has_address = bool(row.lines) and row.lines[0].kind == "link"
        address, rest = (row.lines[0], row.lines[1:]) if has_address else (NOTHING, row.lines)
        first = _sentences(
            [_authors(names, row), spoken(names, row.title), _venue(row), spoken(names, address)]
        )
    else:
        title = spoken(names, row.title)
        label = f"{row.label}: " if row.label else ""
        where = ", ".join(filter(None, (title, spoken(names, row.place), row.location)))
        aside = f" ({spoken(names, row.aside)})" if row.aside else ""
        date = f", {row.date}" if row.date else ""
        first, rest = f"{label}{where}{aside}{date}", row.lines
    number = f"{row.number}. " if row.number else ""
    return "\n".join([f"{number}{first}", *said_of(names, rest)])


def _sentences(parts: list[str]) -> str:
    """Parts with a full stop between them, where none stands."""
    kept = [part.strip() for part in parts if part.strip()]
    ends = (part if part.endswith((".", "?", "!", "…")) else f"{part}." for part in kept[:-1])
    return " ".join([*ends, *kept[-1:]])


def _authors(names: Names, row: Row) -> str:
    authors = row.authors
    if authors is None:
        return ""
    said = "".join(before + author.text for before, author in authors.pieces)
    return said + authors.before_rest + names.t("et al.") if authors.others else said


def _venue(row: Row) -> str:
    return row.venue.before + rich_text(row.venue.venue) + row.venue.after if row.venue else ""
