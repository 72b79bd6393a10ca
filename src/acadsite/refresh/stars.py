"""Stars of the site's repositories into ``content/snapshots/repos.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import Problem, quote, warning
from acadsite.refresh import hosts
from acadsite.refresh.apis import APIS
from acadsite.refresh.run import HOSTS, Change, counted, listed, shown
from acadsite.refresh.snapshots import Keys, Snapshot, read_snapshot
from acadsite.wire import Turns, side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.records import Record
    from acadsite.refresh.client import Answer
    from acadsite.refresh.run import Run

_OLD: Final = "The old number stays."


def fetch_stars(run: Run, repos: Sequence[Record]) -> None:
    """Ask for the stars of the repositories, several hosts at once, and write ``repos.yaml``."""
    wanted = {
        record.id: place
        for record in repos
        if (place := hosts.repository_of(record.data["url"])) and any(map(run.wishes.wants, place.names))
    }
    if not wanted:
        return
    snapshot, problems = read_snapshot(run.root, "repos")
    run.found.problems += problems
    if snapshot is None:
        return
    rows: dict[str, list[str]] = {}
    for identifier, place in wanted.items():
        rows.setdefault(place.host, []).append(identifier)
    answers: dict[str, Answer] = {}
    run.client.turns = Turns(0.0)

    def ask(identifier: str) -> Answer:
        return hosts.stars_of(run.client, wanted[identifier], run.wishes.apis)

    for identifier, answer in side_by_side(list(rows.values()), ask, run.client.turns, 8):
        answers[identifier] = answer
        run.tell(len(answers), len(wanted))
    _take(run, snapshot, [one for one in repos if one.id in wanted], wanted, answers)


def _take(
    run: Run,
    snapshot: Snapshot,
    repos: Sequence[Record],
    places: Mapping[str, hosts.Repository],
    answers: Mapping[str, Answer],
) -> None:
    """Write what was answered, and tell what was not."""
    known = snapshot.data.get("repos")
    known = known if isinstance(known, Mapping) else {}
    values: dict[Keys, Any] = {}
    changes: list[Change] = []
    seen: dict[str, str] = {}
    described = 0
    silent: list[Record] = []
    for record in repos:
        key, place, answer = record.data["path"], places[record.id], answers[record.id]
        item = known.get(key)
        before = item.get("stars") if isinstance(item, Mapping) else item
        if answer.data is None:
            # What is on an unknown host and never had stars is an address of some other kind.
            silent += [record] if place.is_certain or before is not None else []
        elif key in seen:
            run.found.problems.append(_twice(record, key, seen[key]))
        else:
            seen[key] = record.data["url"]
            _moved(run, record, place, answer.data.name)
            number = answer.data.number
            if before != number:
                inner: Keys = ("repos", key, "stars") if isinstance(item, Mapping) else ("repos", key)
                values[inner] = {"stars": number} if item is None else number
                changes.append(Change(snapshot.path, str(record.data["name"]), before, number))
            # What the list says itself has a place there; else it is from the snapshot.
            words = "" if "description" in record.spans else answer.data.description
            if words and (not isinstance(item, Mapping) or item.get("description") != words):
                described += 1
                if isinstance(item, Mapping):
                    values["repos", key, "description"] = words
                else:
                    values["repos", key] = {"stars": number, "description": words}
    _unanswered(run, silent, places, answers)
    is_done = run.write(snapshot, values, _sources(places, answers, snapshot), changes)
    some = [f"{one.name} {shown(one)}" for one in changes if is_done]
    line = f"{counted(len(seen) + len(silent), 'repository')}: "
    news = [f"{len(some)} changed ({listed(some)})"] if some else []
    news += [counted(described, "new description")] if described and is_done else []
    line += ", ".join(news) or "nothing changed"
    run.found.summary.append(line + (f", {len(silent)} could not be asked" if silent else ""))


def _moved(run: Run, record: Record, place: hosts.Repository, name: str) -> None:
    if name.casefold() == place.path.casefold():
        return
    message = f"The repository {quote(place.path)} is {quote(name)} now."
    hint = f"Write https://{place.host}/{name}"
    run.found.problems.append(warning("refresh-moved", message, record.spans.get("url"), hint))


def _unanswered(
    run: Run,
    silent: Sequence[Record],
    places: Mapping[str, hosts.Repository],
    answers: Mapping[str, Answer],
) -> None:
    """Tell which repositories could not be asked; those of a host that wants no more requests all at once."""
    closed: dict[str, int] = {}
    for record in silent:
        place, answer, where = places[record.id], answers[record.id], record.spans.get("url")
        if answer.is_closed:
            closed[answer.fault] = closed.get(answer.fault, 0) + 1
        elif answer.is_gone:
            message = f"{_title(place)} knows no repository {quote(place.path)}."
            hint = f"{_OLD} Look for its new address."
            run.found.problems.append(warning("refresh-gone", message, where, hint))
        else:
            message = f"{quote(place.path)}: {answer.fault}."
            run.found.problems.append(warning("refresh-failed", message, where, _OLD))
    for words, number in closed.items():
        message = f"{words}. {counted(number, 'repository')} not asked."
        run.found.problems.append(warning("refresh-limit", message, None, _OLD))


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
