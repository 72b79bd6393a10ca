"""Citations of the site's author and publications into ``content/snapshots/scholar.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import quote, warning
from acadsite.refresh import scholars
from acadsite.refresh.apis import APIS
from acadsite.refresh.run import SCHOLARS, Change, counted, listed, shown
from acadsite.refresh.snapshots import Keys, Snapshot, read_snapshot
from acadsite.wire import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.records import Record
    from acadsite.refresh.run import Run

#: Keys of the file, and what they are called.
_TOTALS: Final = {"citations": "citations", "h_index": "h-index", "i10_index": "i10-index"}


def fetch_citations(run: Run, publications: Sequence[Record]) -> None:
    """Ask for citations at one service, and write ``scholar.yaml``."""
    works = [
        scholars.Work(one.data["key"], doi, arxiv)
        for one in publications
        for doi, arxiv in [(_lower(one.data["doi"]), _arxiv(one.data["arxiv"]))]
        if doi or arxiv
    ]
    person = run.owner.data if run.owner else {}
    ids = {
        "openalex": run.orcid,
        "semantic-scholar": scholars.scholar_id(person.get("profiles") or {}),
    }
    snapshot, problems = read_snapshot(run.root, "scholar")
    name = _service(run, snapshot, ids, has_works=bool(works))
    if not name:
        return
    run.found.problems += problems
    if snapshot is None:
        return
    api = run.api(name)
    run.client.turns = Turns(0.0)
    if name == "openalex":
        cited = scholars.openalex(run.client, api, works, ids[name], run.email)
    else:
        cited = scholars.semantic_scholar(run.client, api, works, ids[name])
    for answer in cited.faults:
        code = "refresh-limit" if answer.is_closed else "refresh-failed"
        problem = warning(code, f"Citations: {answer.fault}.", None, "The old numbers stay.")
        if problem not in run.found.problems:
            run.found.problems.append(problem)
    _take(run, snapshot, api.title, cited, len(works))


def _service(run: Run, snapshot: Snapshot | None, ids: Mapping[str, str], *, has_works: bool) -> str:
    """The service to ask for citations: the one that was asked before, else one that knows the author. Numbers
    of someone else (Google Scholar, by hand) are left alone."""
    wanted = [name for name in SCHOLARS if run.wishes.wants(name)]
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
    if run.wishes.only:
        run.found.problems.append(warning("refresh-source", words, None, hint))
    else:
        run.found.notes.append(f"{words}. {hint}")
    return ""


def _take(run: Run, snapshot: Snapshot, title: str, cited: scholars.Citations, works: int) -> None:
    values: dict[Keys, Any] = {}
    changes: list[Change] = []
    for name, number in cited.totals.items():
        if snapshot.data.get(name) != number:
            values[name,] = number
            changes.append(Change(snapshot.path, _TOTALS[name], snapshot.data.get(name), number))
    totals = [f"{one.name} {shown(one)}" for one in changes]
    known = snapshot.data.get("publications")
    known = known if isinstance(known, Mapping) else {}
    for key, number in sorted(cited.works.items()):
        if known.get(key) != number:
            values["publications", key] = number
            changes.append(Change(snapshot.path, key, known.get(key), number))
    is_done = run.write(snapshot, values, title, changes)
    some = len(changes) - len(totals)
    line = f"{title}: "
    line += listed(totals) if totals and is_done else "totals as before" if cited.totals else "no totals"
    line += f"; {counted(works, 'publication')}, {some if is_done else 0} changed"
    line += f", {counted(len(cited.faults), 'question')} without an answer" if cited.faults else ""
    run.found.summary.append(line)


def _lower(text: Any) -> str:
    return str(text or "").casefold()


def _arxiv(text: Any) -> str:
    """An arXiv number without its version."""
    head, mark, tail = _lower(text).rpartition("v")
    return head if mark and head and tail.isdigit() else _lower(text)
