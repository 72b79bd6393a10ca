"""Where the places of talks are, into ``content/snapshots/places.yaml``: asked of Nominatim, once for each place.

Source: nominatim.org (Search API; usage policy: one request a second at most, answers are to be kept). What is known
already, by hand or from an earlier run, is never asked for again, and neither is what nothing was found for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from acadsite.collect.places import checked, places_of, unknown_places
from acadsite.problems import Problem, quote, warning
from acadsite.refresh.run import GAZETTEER, Change, counted, listed
from acadsite.refresh.snapshots import Keys, read_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acadsite.problems import Span
    from acadsite.records import Record
    from acadsite.refresh.client import Answer
    from acadsite.refresh.run import Run

#: A place is asked for in so many ways: whole, and without what stands before a comma.
_TRIES: Final = 3
#: About ten metres.
_DIGITS: Final = 4
_LONGEST: Final = 200
_NAME: Final = 300


def fetch_places(run: Run, talks: Sequence[Record], language: str) -> None:
    """Ask where the places are that nobody knows, and write ``places.yaml``. Names of what is found are in the
    ``language`` of the site."""
    snapshot, problems = read_snapshot(run.root, "places")
    run.found.problems += problems
    if snapshot is None:
        return
    known = places_of(snapshot.data)
    places = {name: where for name, where in unknown_places(talks, known).items() if name not in known}
    values: dict[Keys, Any] = {}
    changes: list[Change] = []
    missing: list[str] = []
    silent: dict[str, list[str]] = {}
    for number, name in enumerate(sorted(places), 1):
        said, answer = _asked(run, name, language)
        if answer.data is None:
            silent.setdefault(answer.fault, []).append(name)
        elif answer.data:
            found = {**answer.data, "date": run.today.isoformat()}
            values["places", name] = found if said == name else {"as": said, **found}
            changes.append(Change(snapshot.path, name, None, f"{found['lat']}, {found['lon']}"))
        else:
            values["places", name] = {"found": False, "date": run.today.isoformat()}
            missing.append(name)
        run.tell(number, len(places))
    is_done = run.write(snapshot, values, "OpenStreetMap", changes)
    run.found.problems += [_unfound(name, places[name]) for name in missing]
    run.found.problems += [_unanswered(fault, names, places) for fault, names in silent.items()]
    if places:
        some = [f"{one.name} {one.after}" for one in changes if is_done]
        parts = [f"{len(some)} found ({listed(some)})"] if some else []
        parts += [f"{len(missing)} not found"] if missing else []
        asked_not = sum(map(len, silent.values()))
        parts += [f"{asked_not} could not be asked"] if asked_not else []
        run.found.summary.append(f"{counted(len(places), 'place')}: {', '.join(parts) or 'nothing changed'}")


def _asked(run: Run, name: str, language: str) -> tuple[str, Answer]:
    """What was asked for, and the answer: the name as it is, and then without its first parts."""
    parts = name[:_NAME].split(",")
    for at in range(min(len(parts), _TRIES)):
        said = ",".join(parts[at:]).strip()
        query = {"q": said, "format": "jsonv2", "limit": "1", "accept-language": language}
        query |= {"email": run.email} if run.email else {}
        answer = run.client.ask(run.api(GAZETTEER), "/search", _picked, query)
        if answer.data is None or answer.data:
            break
    return said, answer


def _picked(data: Any) -> Any:
    """Latitude, longitude and name of the first place; nothing where there is none."""
    if not isinstance(data, list):
        return None
    if not data:
        return {}
    first = data[0] if isinstance(data[0], Mapping) else {}
    point = checked(*(_number(first.get(name)) for name in ("lat", "lon")))
    name = first.get("display_name")
    if point is None or not isinstance(name, str) or not name.strip():
        return None
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    return {"lat": round(point[0], _DIGITS), "lon": round(point[1], _DIGITS), "found": words[:_LONGEST]}


def _number(value: Any) -> Any:
    """A number that is written as text."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None


def _unfound(name: str, where: Span | None) -> Problem:
    hint = "Write “coordinates: [latitude, longitude]” at the talk. It is not asked for again."
    return warning("refresh-place", f"Nominatim knows no place {quote(name)}.", where, hint)


def _unanswered(fault: str, names: Sequence[str], places: Mapping[str, Span | None]) -> Problem:
    message = f"{fault}. Not known: {listed([quote(name) for name in names])}."
    return warning("refresh-failed", message, places[names[0]], "Try again later.")
