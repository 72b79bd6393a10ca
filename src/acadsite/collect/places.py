"""Where talks were given: their own coordinates, or those of their place in ``content/snapshots/places.yaml``.

In: talks and the snapshot. Out: talks with a ``point`` (latitude, longitude, name of the place, and whether that was
found by a service), and one warning that names the places that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.records import FrozenMap, Record, freeze, nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.sources import Node

#: What is nowhere on earth.
_NOWHERE: Final = frozenset(
    {"online", "virtual", "remote", "zoom", "webinar", "internet", "web", "hybrid", "livestream", "digital"}
    | {"en-línea", "en-ligne", "em-linha", "da-remoto", "オンライン", "线上", "在线", "عن-بعد"}
)
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
#: A warning names so many places.
_NAMED: Final = 5


def place_name(location: Any) -> str:
    """The name of a place as a field has it, without links and emphasis; empty for none, and for what is online."""
    text = _LINK.sub(r"\1", str(location or ""))
    text = " ".join(nfc(re.sub(r"[*_`]", "", text)).split())
    word = re.sub(r"[\s()]+", "-", text.casefold()).strip("-")
    return "" if word in _NOWHERE else text


def point_of(item: Any) -> tuple[float, float] | None:
    """Latitude and longitude of an entry of the snapshot, in degrees; None for what is nowhere."""
    if not isinstance(item, Mapping):
        return None
    return checked(item.get("lat"), item.get("lon"))


def checked(lat: Any, lon: Any) -> tuple[float, float] | None:
    """Two numbers that are a latitude and a longitude in degrees; None for anything else."""
    if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in (lat, lon)):
        return None
    return (float(lat), float(lon)) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def places_of(snapshot: Any) -> Mapping[str, Any]:
    """The entries of the snapshot by the names of places."""
    places = snapshot.get("places") if isinstance(snapshot, Mapping) else None
    return {nfc(name): item for name, item in places.items()} if isinstance(places, Mapping) else {}


def place_faults(places: Node) -> list[Problem]:
    """Coordinates of the snapshot that are none: the map would lack a place without a word."""
    problems = []
    for item in places.value.values() if isinstance(places.value, dict) else ():
        point = item.plain()
        if isinstance(point, dict) and ("lat" in point or "lon" in point) and point_of(point) is None:
            message = "“lat” and “lon” are no place on earth."
            hint = "Numbers: lat from -90 to 90, lon from -180 to 180."
            problems.append(error("value-coordinates", message, item.span, hint))
    return problems


def unknown_places(talks: Iterable[Record], known: Mapping[str, Any]) -> dict[str, Span | None]:
    """The places that have no coordinates, neither by a talk nor among the ``known``, with where they stand first."""
    found: dict[str, Span | None] = {}
    for record in talks:
        name = place_name(record.data["location"])
        if name and record.data["coordinates"] is None and point_of(known.get(name)) is None:
            found.setdefault(name, record.place("location"))
    return found


def placed(talks: Mapping[str, Record], snapshot: Any) -> tuple[dict[str, Record], tuple[Problem, ...]]:
    """The talks, each with its ``point`` or None there."""
    known = places_of(snapshot)
    found = {}
    for identifier, record in talks.items():
        own, name = record.data["coordinates"], place_name(record.data["location"])
        item = known.get(name)
        point = own or point_of(item)
        value = None
        if point is not None:
            more = item if own is None and isinstance(item, Mapping) else {}
            said = more.get("as")
            value = freeze(
                [*point, said if isinstance(said, str) else name, isinstance(more.get("found"), str)]
            )
        found[identifier] = replace(record, data=FrozenMap({**record.data, "point": value}))
    return found, _told(unknown_places(talks.values(), known), known)


def _told(unknown: Mapping[str, Span | None], known: Mapping[str, Any]) -> tuple[Problem, ...]:
    if not unknown:
        return ()
    names = sorted(unknown)
    shown = ", ".join(map(quote, names[:_NAMED]))
    if len(names) > _NAMED:
        shown += f" and {len(names) - _NAMED} more"
    message = f"The map of talks lacks {shown}: no coordinates are known."
    hint = "“acadsite refresh --places” looks them up; or write “coordinates: [latitude, longitude]” at the talk."
    if all(name in known for name in names):
        hint = "Write “coordinates: [latitude, longitude]” at the talk, or lat and lon in places.yaml."
    return (warning("map-place", message, unknown[names[0]], hint),)
