"""``acadsite refresh``: numbers that others count, fetched into small dated files that are committed.

In: a site, and what to ask. Out: ``content/snapshots/repos.yaml`` (stars) and ``scholar.yaml`` (citations) with what is
new, and a ``Refreshed`` that tells all of it. Old values stay on any failure; nothing else of the user's is changed.
Besides ``check --external`` nothing in acadsite uses the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite import bibtex
from acadsite.bibtex import from_csl
from acadsite.collect.gather import bibliography, gather
from acadsite.config import read_config
from acadsite.extend import load_extensions
from acadsite.kinds.works import count
from acadsite.problems import Problem, error, quote, warning
from acadsite.refresh import hosts, memory, scholars, suggestions
from acadsite.refresh.apis import APIS
from acadsite.refresh.client import Answer, Client, Limits, agent_of
from acadsite.refresh.snapshots import FOLDER, Keys, Snapshot, read_snapshot, with_values, write_snapshot
from acadsite.refresh.suggestions import Suggestion
from acadsite.wire import Turns, side_by_side

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from acadsite.bibtex import Entry
    from acadsite.problems import Span
    from acadsite.records import Record
    from acadsite.refresh.apis import Api

HOSTS: Final = ("github", "gitlab", "codeberg")
SCHOLARS: Final = ("openalex", "semantic-scholar")
ADVISERS: Final = ("orcid", "crossref")
#: What ``only`` may name. Other hosts of repositories are asked with ``gitlab`` or ``codeberg``.
SERVICES: Final = (*HOSTS, *SCHOLARS, *ADVISERS)
_TOTALS: Final = {"citations": "citations", "h_index": "h-index", "i10_index": "i10-index"}
_OLD: Final = "The old number stays."


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to ask: the services of ``only``, by default those of stars and citations. ``suggest``: those that know
    what could be added, too. ``bib`` is a new file for that. ``is_dry``: nothing is written."""

    only: frozenset[str] = frozenset()
    suggest: bool = False
    bib: Path | None = None
    is_dry: bool = False
    apis: Mapping[str, Api] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def wants(self, name: str) -> bool:
        """Whether a service is to be asked."""
        return (
            name in self.only if self.only else name not in ADVISERS or self.suggest or self.bib is not None
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One number in a file, before (None: it was not there) and after."""

    file: str
    name: str
    before: Any
    after: int


@dataclass(slots=True)
class Refreshed:
    """What was done. ``texts`` are the files that changed, each before and after; ``written`` those on disk."""

    problems: list[Problem] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)


def refresh(
    root: Path, today: dt.date, wishes: Wishes, tell: Callable[[int, int], object] = lambda *_: None
) -> Refreshed:
    """Ask, and write what is new. ``tell`` hears how many of how many questions are answered."""
    config, faults = read_config(root)
    found = Refreshed([one for one in faults if one.level == "error"])
    if not config.is_readable:
        return found
    registry, _ = load_extensions(root, config)
    gathered = gather(root, config, registry, today, drafts=False)
    found.problems += (
        one
        for one in gathered.problems
        if one.level == "error" and not (one.where and one.where.path.startswith(f"{FOLDER}/"))
    )
    records = gathered.library.records
    owner = next((one for one in records.get("people", {}).values() if one.data["is_owner"]), None)
    email = str((owner.data["email"] if owner else None) or "")
    client = Client(wishes.limits, wishes.tokens, agent_of(email), memory.read(root))
    run = _Run(root, today, wishes, client, found, owner, email, tell)
    run.stars(list(records.get("repos", {}).values()))
    is_shown = config["publications"].get("cited", True)
    run.citations(list(records.get("publications", {}).values()) if is_shown else [])
    if wishes.wants("orcid") or wishes.wants("crossref"):
        texts, macros, _ = bibliography(root, config)
        run.advice(bibtex.read(texts, bibtex.macros.parse(macros) if macros else None).entries)
    if not wishes.is_dry:
        memory.write(root, client.kept)
    return found


@dataclass(slots=True)
class _Run:
    root: Path
    today: dt.date
    wishes: Wishes
    client: Client
    found: Refreshed
    owner: Record | None
    email: str
    tell: Callable[[int, int], object]

    # --- stars ---

    def stars(self, repos: Sequence[Record]) -> None:
        """Ask for the stars of the repositories, several hosts at once, and write ``repos.yaml``."""
        wanted = {
            record.id: place
            for record in repos
            if (place := hosts.repository_of(record.data["url"])) and any(map(self.wishes.wants, place.names))
        }
        if not wanted:
            return
        snapshot, problems = read_snapshot(self.root, "repos")
        self.found.problems += problems
        if snapshot is None:
            return
        rows: dict[str, list[str]] = {}
        for identifier, place in wanted.items():
            rows.setdefault(place.host, []).append(identifier)
        answers: dict[str, Answer] = {}
        self.client.turns = Turns(0.0)

        def ask(identifier: str) -> Answer:
            return hosts.stars_of(self.client, wanted[identifier], self.wishes.apis)

        for identifier, answer in side_by_side(list(rows.values()), ask, self.client.turns, 8):
            answers[identifier] = answer
            self.tell(len(answers), len(wanted))
        self._stars(snapshot, [one for one in repos if one.id in wanted], wanted, answers)

    def _stars(
        self,
        snapshot: Snapshot,
        repos: Sequence[Record],
        places: Mapping[str, hosts.Repository],
        answers: Mapping[str, Answer],
    ) -> None:
        known = snapshot.data.get("repos")
        known = known if isinstance(known, Mapping) else {}
        values: dict[Keys, Any] = {}
        changes: list[Change] = []
        seen: dict[str, str] = {}
        closed: dict[str, int] = {}
        silent = 0
        for record in repos:
            key, place, answer = record.data["path"], places[record.id], answers[record.id]
            item = known.get(key)
            before = item.get("stars") if isinstance(item, Mapping) else item
            if answer.data is None:
                if not place.is_certain and before is None:
                    continue  # an address of some other kind
                silent += 1
                if answer.is_closed:
                    closed[answer.fault] = closed.get(answer.fault, 0) + 1
                else:
                    self.found.problems.append(_unanswered(record, place, answer))
                continue
            if key in seen:
                self.found.problems.append(_twice(record, key, seen[key]))
                continue
            seen[key] = record.data["url"]
            self._moved(record, place, answer.data.name)
            number = answer.data.number
            if before != number:
                inner: Keys = ("repos", key, "stars") if isinstance(item, Mapping) else ("repos", key)
                values[inner] = {"stars": number} if item is None else number
                changes.append(Change(snapshot.path, str(record.data["name"]), before, number))
        self.found.problems += (
            warning("refresh-limit", f"{words}. {_number(number, 'repository')} not asked.", None, _OLD)
            for words, number in closed.items()
        )
        is_done = self._write(snapshot, values, _sources(places, answers, snapshot), changes)
        asked = len(seen) + silent
        some = [f"{one.name} {_shown(one)}" for one in changes if is_done]
        line = f"{_number(asked, 'repository')}: "
        line += f"{len(some)} changed ({_listed(some)})" if some else "nothing changed"
        self.found.summary.append(line + (f", {silent} could not be asked" if silent else ""))

    def _moved(self, record: Record, place: hosts.Repository, name: str) -> None:
        if name.casefold() == place.path.casefold():
            return
        message = f"The repository {quote(place.path)} is {quote(name)} now."
        hint = f"Write https://{place.host}/{name}"
        self.found.problems.append(warning("refresh-moved", message, record.spans.get("url"), hint))

    # --- citations ---

    def citations(self, publications: Sequence[Record]) -> None:
        """Ask for citations at one service, and write ``scholar.yaml``."""
        works = [
            scholars.Work(one.data["key"], doi, arxiv)
            for one in publications
            for doi, arxiv in [(_lower(one.data["doi"]), _arxiv(one.data["arxiv"]))]
            if doi or arxiv
        ]
        person = self.owner.data if self.owner else {}
        ids = {
            "openalex": _orcid(person),
            "semantic-scholar": scholars.scholar_id(person.get("profiles") or {}),
        }
        snapshot, problems = read_snapshot(self.root, "scholar")
        name = self._scholar(snapshot, ids, has_works=bool(works))
        if not name:
            return
        self.found.problems += problems
        if snapshot is None:
            return
        api = self.wishes.apis.get(name, APIS[name])
        self.client.turns = Turns(0.0)
        if name == "openalex":
            cited = scholars.openalex(self.client, api, works, ids[name], self.email)
        else:
            cited = scholars.semantic_scholar(self.client, api, works, ids[name])
        for answer in cited.faults:
            code = "refresh-limit" if answer.is_closed else "refresh-failed"
            problem = warning(code, f"Citations: {answer.fault}.", None, "The old numbers stay.")
            if problem not in self.found.problems:
                self.found.problems.append(problem)
        self._cited(snapshot, api.title, cited, len(works))

    def _scholar(self, snapshot: Snapshot | None, ids: Mapping[str, str], *, has_works: bool) -> str:
        """The service to ask for citations: the one that was asked before, else one that knows the author. Numbers
        of someone else (Google Scholar, by hand) are left alone."""
        wanted = [name for name in SCHOLARS if self.wishes.wants(name)]
        possible = [name for name in wanted if ids[name]] or (wanted if has_works else [])
        if not possible:
            return ""
        data = snapshot.data if snapshot else {}
        source = str(data.get("source") or "")
        is_known = next((name for name in wanted if APIS[name].title == source), "")
        if is_known or not any(data.get(name) is not None for name in (*_TOTALS, "publications")):
            return is_known or possible[0]
        whose = f"of {quote(source)}" if source else "of an unknown source"
        path = snapshot.path if snapshot else ""
        words = f"{path} has numbers {whose}: they are left as they are"
        title = APIS[possible[0]].title
        hint = f"Remove the file to have those of {title}."
        if self.wishes.only:
            self.found.problems.append(warning("refresh-source", words, None, hint))
        else:
            self.found.notes.append(f"{words}. {hint}")
        return ""

    def _cited(self, snapshot: Snapshot, title: str, cited: scholars.Citations, works: int) -> None:
        values: dict[Keys, Any] = {}
        changes: list[Change] = []
        for name, number in cited.totals.items():
            if snapshot.data.get(name) != number:
                values[name,] = number
                changes.append(Change(snapshot.path, _TOTALS[name], snapshot.data.get(name), number))
        totals = [f"{one.name} {_shown(one)}" for one in changes]
        known = snapshot.data.get("publications")
        known = known if isinstance(known, Mapping) else {}
        for key, number in sorted(cited.works.items()):
            if known.get(key) != number:
                values["publications", key] = number
                changes.append(Change(snapshot.path, key, known.get(key), number))
        is_done = self._write(snapshot, values, title, changes)
        some = len(changes) - len(totals)
        line = f"{title}: "
        line += _listed(totals) if totals and is_done else "totals as before" if cited.totals else "no totals"
        line += f"; {_number(works, 'publication')}, {some if is_done else 0} changed"
        line += f", {_number(len(cited.faults), 'question')} without an answer" if cited.faults else ""
        self.found.summary.append(line)

    def _write(
        self, snapshot: Snapshot, values: Mapping[Keys, Any], source: str, changes: Sequence[Change]
    ) -> bool:
        """Write the values with the day and their source into a file; whether it has them now, or would have."""
        if not values:
            return True
        text = with_values(snapshot, {("date",): self.today.isoformat(), ("source",): source, **values})
        if text is None:
            message = f"{snapshot.path} is written in a way that cannot be changed safely."
            names = _listed([f"{one.name}: {one.after}" for one in changes])
            hint = f"Write the numbers yourself ({names}), or remove the file."
            self.found.problems.append(error("refresh-snapshot", message, None, hint))
            return False
        if not self.wishes.is_dry:
            problems = write_snapshot(self.root, snapshot, text)
            self.found.problems += problems
            if problems:
                return False
            self.found.written.append(snapshot.path)
        self.found.texts[snapshot.path] = snapshot.text, text
        self.found.changes += changes
        return True

    # --- suggestions ---

    def advice(self, entries: Sequence[Entry]) -> None:
        """Find what could be added to the publications, and write it into a new file where that is wished."""
        self.client.turns = Turns(0.0)
        if self.wishes.bib is not None and self.wishes.bib.exists():
            self._not_written(self.wishes.bib, "it is there already")
            return
        found = [
            Suggestion("complete", suggestions.doi_of(one), "", "", one.key, one.where)
            for one in entries
            if suggestions.lacks_all(one)
        ]
        found += self._unlisted(entries)
        if self.wishes.wants("crossref"):
            found += self._dois([one for one in entries if suggestions.lacks_doi(one)])
        self.found.suggestions += found
        if self.wishes.bib is not None:
            self._bib(self.wishes.bib, [one for one in found if one.kind != "doi" and one.doi], entries)

    def _unlisted(self, entries: Sequence[Entry]) -> list[Suggestion]:
        orcid = _orcid(self.owner.data if self.owner else {})
        if not self.wishes.wants("orcid"):
            return []
        if not orcid:
            self.found.notes.append("ORCID is not asked: the site's author has no “orcid”.")
            return []
        answer = suggestions.works_of(self.client, self.wishes.apis.get("orcid", APIS["orcid"]), orcid)
        if answer.data is None:
            self._no_advice(answer)
            return []
        return suggestions.unlisted(answer.data, entries)

    def _dois(self, entries: Sequence[Entry]) -> list[Suggestion]:
        api = self.wishes.apis.get("crossref", APIS["crossref"])
        found = []
        for number, entry in enumerate(entries, 1):
            answer = suggestions.doi_for(self.client, api, entry, self.email)
            self.tell(number, len(entries))
            if answer.data:
                title = bibtex.latex.text(entry.fields["title"])
                found.append(Suggestion("doi", answer.data[0], title, "", entry.key, entry.where))
            elif answer.fault:
                self._no_advice(answer, entry.where)
                if answer.is_closed:
                    break
        return found

    def _bib(self, file: Path, wanted: Sequence[Suggestion], entries: Sequence[Entry]) -> None:
        api = self.wishes.apis.get("doi", APIS["doi"])
        taken = {entry.key.casefold() for entry in entries}
        made = []
        for one in wanted:
            answer = suggestions.item_of(self.client, api, one.doi)
            if answer.data is None:
                self._no_advice(answer, one.where, f"{one.doi}: ")
                if answer.is_closed:
                    break
                continue
            entry = suggestions.entry_of(one, answer.data, taken)
            taken.add(entry.key.casefold())
            made.append(entry)
        if not made:
            self.found.notes.append(f"{file} is not written: there is nothing to put into it.")
            return
        if self.wishes.is_dry:
            self.found.notes.append(f"{file} would have {_number(len(made), 'entry')}.")
            return
        try:
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(from_csl.bibtex(made))
            self.found.written.append(str(file))
        except OSError as failure:
            is_there = isinstance(failure, FileExistsError)
            self._not_written(file, "it is there already" if is_there else str(failure.strerror))

    def _not_written(self, file: Path, reason: str) -> None:
        hint = "Choose a new file: nothing is ever overwritten."
        self.found.problems.append(error("refresh-write", f"{file} is not written: {reason}.", None, hint))

    def _no_advice(self, answer: Answer, where: Span | None = None, before: str = "") -> None:
        code = "refresh-limit" if answer.is_closed else "refresh-failed"
        self.found.problems.append(warning(code, f"Suggestions: {before}{answer.fault}.", where))


def _unanswered(record: Record, place: hosts.Repository, answer: Answer) -> Problem:
    where = record.spans.get("url")
    if answer.is_gone:
        message = f"{_title(place)} knows no repository {quote(place.path)}."
        return warning("refresh-gone", message, where, f"{_OLD} Look for its new address.")
    return warning("refresh-failed", f"{quote(place.path)}: {answer.fault}.", where, _OLD)


def _twice(record: Record, key: str, other: str) -> Problem:
    message = f"{quote(key)} is the name of {other}, too: the snapshot has one number for both."
    return warning("refresh-twice", message, record.spans.get("url"), "The number is that of the first.")


def _sources(
    places: Mapping[str, hosts.Repository], answers: Mapping[str, Answer], snapshot: Snapshot
) -> str:
    """Where the numbers are from, in words: the hosts that answered, and those that did before."""
    found = {_title(place) for identifier, place in places.items() if answers[identifier].data is not None}
    before = re.split(r", | and ", str(snapshot.data.get("source") or ""))
    found |= {name for name in before if name in {APIS[host].title for host in HOSTS} or "." in name}
    *first, last = sorted(found) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _title(place: hosts.Repository) -> str:
    name = place.names[0]
    is_ours = place.host in {"github.com", "gitlab.com", "codeberg.org"}
    return APIS[name].title if is_ours else place.host


def _orcid(person: Mapping[str, Any]) -> str:
    return str(person.get("orcid") or "").rstrip("/").rpartition("/")[2].upper()


def _lower(text: Any) -> str:
    return str(text or "").casefold()


def _arxiv(text: Any) -> str:
    """An arXiv number without its version."""
    head, mark, tail = _lower(text).rpartition("v")
    return head if mark and head and tail.isdigit() else _lower(text)


def _shown(change: Change) -> str:
    """A change in few words: as pages round it, or exactly where that is the same."""
    if not isinstance(change.before, int) or isinstance(change.before, bool):
        return count(change.after)
    before, after = count(change.before), count(change.after)
    return f"{before} → {after}" if before != after else f"{change.before:,} → {change.after:,}"


def _listed(items: Sequence[str], most: int = 5) -> str:
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def _number(number: int, word: str) -> str:
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number} {word if number == 1 else plural}"
