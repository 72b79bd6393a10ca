"""Looks through resolved entries for what a reader should know of: types, names, dates, LaTeX.

Gives warnings only and changes nothing. What is damaged in the file itself is found earlier (``blocks``,
``recovery``, ``library``). Inherited fields are looked at where they come from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acadsite.bibtex import dates, kinds, latex, names
from acadsite.bibtex.symbols import KNOWN
from acadsite.problems import Problem, Span, did_you_mean, quote, warning

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from acadsite.bibtex.entries import Entry
    from acadsite.bibtex.macros import Macros

_COMMAND = re.compile(r"\\([A-Za-z@]+)")


def check(entries: Iterable[Entry], macros: Macros, damaged: Container[str] = ()) -> list[Problem]:
    """All warnings about the entries, in their order. What the keys in ``damaged`` lack is not told: a fault of
    their syntax has been."""
    problems: list[Problem] = []
    for entry in entries:
        if not kinds.is_known(entry.type):
            problems.append(_type(entry))
        for field, raw in entry.fields.items():
            if "\\" in raw and field not in entry.inherited and not kinds.is_verbatim(field):
                problems += _commands(entry, field, raw, macros)
        for field in kinds.NAME_FIELDS:
            raw = entry.fields.get(field, "")
            if raw and field not in entry.inherited:
                for fault in names.parse(raw, macros).faults:
                    where = entry.spans.get(field)
                    problems.append(warning(fault.code, f"{entry.key}: {fault.message}", where, fault.hint))
        problems += _dates(entry, entry.key in damaged)
    return problems


def _type(entry: Entry) -> Problem:
    where = entry.where
    meaning = kinds.meaning(entry.type)
    if entry.type in kinds.MEANING:
        hint = f"It is read as @{meaning}."
    else:
        hint = did_you_mean(entry.type, kinds.STANDARD) or "It is read as @misc."
    if where is not None:
        where = Span(where.path, where.line, max(1, where.column - len(entry.type) - 2))
    return warning("bib-unknown-type", f"{entry.key}: unknown entry type {quote(entry.type)}", where, hint)


def _commands(entry: Entry, field: str, raw: str, macros: Macros) -> list[Problem]:
    found = {name for name in _COMMAND.findall(raw) if name not in KNOWN and name not in macros}
    if not found:
        return []
    # Not sure yet: the command may stand inside a formula.
    unknown = dict.fromkeys(name for name, _ in latex.decode(raw, macros).unknown)
    return [
        warning(
            "bib-unknown-macro",
            f"{entry.key}: unknown LaTeX command {quote(chr(92) + name)} in {quote(field)}",
            _place(entry, field, name),
            "Its name or its argument is shown as text; define it in a @preamble, or write the character itself.",
        )
        for name in unknown
    ]


def _place(entry: Entry, field: str, name: str) -> Span | None:
    if field not in entry.spans:
        return entry.where
    origin, start, end = entry.spans.place(field)
    at = origin.text.find("\\" + name, start, end)
    return origin.span(at, at + len(name) + 1) if at >= 0 else entry.spans[field]


def _dates(entry: Entry, is_damaged: bool) -> list[Problem]:
    problems = []
    fields = entry.fields
    found, faults = dates.parse(fields)
    for prefix in ("url", "event", "orig"):
        if f"{prefix}date" in fields:
            faults += dates.parse(fields, prefix)[1]
    for fault in faults:
        if fault.field not in entry.inherited:
            where = entry.spans.get(fault.field)
            problems.append(warning(fault.code, f"{entry.key}: {fault.message}", where, fault.hint))
    # An entry that leans on another, or lost a part, has been reported for that.
    leans = "crossref" in entry.fields or "xdata" in entry.fields
    if found is None and entry.type not in kinds.CONTROL and not leans and not is_damaged:
        problems.append(
            warning("bib-no-year", f"{entry.key}: no year", entry.where, "Add year = …, or a date.")
        )
    return problems
