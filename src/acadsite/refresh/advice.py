"""Suggestions for the publications, as a list and into a new file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.bibtex import from_csl, latex
from acadsite.problems import error, warning
from acadsite.refresh import suggestions
from acadsite.refresh.run import counted
from acadsite.refresh.suggestions import Suggestion
from acadsite.wire import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence, Set
    from pathlib import Path

    from acadsite.bibtex import Entry
    from acadsite.problems import Span
    from acadsite.refresh.client import Answer
    from acadsite.refresh.run import Run


def advise(run: Run, entries: Sequence[Entry]) -> None:
    """Find what could be added to the publications, and write it into a new file where that is wished."""
    run.client.turns = Turns(0.0)
    if run.wishes.bib is not None and run.wishes.bib.exists():
        _not_written(run, run.wishes.bib, "it is there already")
        return
    found = _unlisted(run, entries)
    if run.wishes.wants("crossref"):
        found = [*_bare(entries), *found, *_dois(run, [one for one in entries if suggestions.lacks_doi(one)])]
    is_all = run.wishes.bib is not None
    found = _with_texts(run, found, {"new", "complete"} if is_all else {"complete"}, entries)
    run.found.suggestions += found
    if run.wishes.bib is not None:
        _write_bib(run, run.wishes.bib, [one.text for one in found if one.text])


def _bare(entries: Sequence[Entry]) -> list[Suggestion]:
    return [
        Suggestion("complete", suggestions.doi_of(one), "", "", one.key, one.where)
        for one in entries
        if suggestions.lacks_all(one)
    ]


def _unlisted(run: Run, entries: Sequence[Entry]) -> list[Suggestion]:
    orcid = run.orcid
    if not run.wishes.wants("orcid"):
        return []
    if not orcid:
        run.found.notes.append("ORCID is not asked: the site's author has no “orcid”.")
        return []
    answer = suggestions.works_of(run.client, run.api("orcid"), orcid)
    if answer.data is None:
        _no_advice(run, answer)
        return []
    return suggestions.unlisted(answer.data, entries)


def _dois(run: Run, entries: Sequence[Entry]) -> list[Suggestion]:
    api = run.api("crossref")
    found = []
    for number, entry in enumerate(entries, 1):
        answer = suggestions.doi_for(run.client, api, entry, run.email)
        run.tell(number, len(entries))
        if answer.data:
            title = latex.text(entry.fields["title"])
            found.append(Suggestion("doi", answer.data[0], title, "", entry.key, entry.where))
        elif answer.fault:
            _no_advice(run, answer, entry.where)
            if answer.is_closed:
                break
    return found


def _with_texts(
    run: Run, found: Sequence[Suggestion], kinds: Set[str], entries: Sequence[Entry]
) -> list[Suggestion]:
    """The suggestions, those of the kinds that have a DOI with the entry that doi.org leads to."""
    api = run.api("doi")
    taken = {entry.key.casefold() for entry in entries}
    made = []
    is_closed = False
    for one in found:
        if one.kind not in kinds or not one.doi or is_closed:
            made.append(one)
            continue
        answer = suggestions.item_of(run.client, api, one.doi)
        if answer.data is None:
            _no_advice(run, answer, one.where, f"{one.doi}: ")
            is_closed = answer.is_closed
            made.append(one)
            continue
        entry = suggestions.entry_of(one, answer.data, taken)
        taken.add(entry.key.casefold())
        made.append(one._replace(text=from_csl.bibtex([entry])))
    return made


def _write_bib(run: Run, file: Path, texts: Sequence[str]) -> None:
    if not texts:
        run.found.notes.append(f"{file} is not written: there is nothing to put into it.")
        return
    if run.wishes.is_dry:
        run.found.notes.append(f"{file} would have {counted(len(texts), 'entry')}.")
        return
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write("\n".join(texts))
        run.found.written.append(str(file))
    except OSError as failure:
        is_there = isinstance(failure, FileExistsError)
        _not_written(run, file, "it is there already" if is_there else str(failure.strerror))


def _not_written(run: Run, file: Path, reason: str) -> None:
    hint = "Choose a new file: nothing is ever overwritten."
    run.found.problems.append(error("refresh-write", f"{file} is not written: {reason}.", None, hint))


def _no_advice(run: Run, answer: Answer, where: Span | None = None, before: str = "") -> None:
    code = "refresh-limit" if answer.is_closed else "refresh-failed"
    run.found.problems.append(warning(code, f"Suggestions: {before}{answer.fault}.", where))
