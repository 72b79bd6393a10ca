"""The schema of JSON Resume 1.0.0 in short, for the tests: what each key holds."""

from __future__ import annotations

import re
from typing import Any

DATE = re.compile(r"[12]\d{3}(-[01]\d(-[0-3]\d)?)?\Z")
TEXT, DAY, URL, TEXTS = "text", "day", "url", "texts"


def fields(**kinds: str) -> dict[str, str]:
    return {name: kind for kind, names in kinds.items() for name in names.split()}


RANGE = "startDate endDate"
LISTS: dict[str, dict[str, str]] = {
    "work": fields(
        text="name location description position summary", day=RANGE, url="url", texts="highlights"
    ),
    "volunteer": fields(text="organization position summary", day=RANGE, url="url", texts="highlights"),
    "education": fields(text="institution area studyType score", day=RANGE, url="url", texts="courses"),
    "awards": fields(text="title awarder summary", day="date"),
    "certificates": fields(text="name issuer", day="date", url="url"),
    "publications": fields(text="name publisher summary", day="releaseDate", url="url"),
    "skills": fields(text="name level", texts="keywords"),
    "languages": fields(text="language fluency"),
    "interests": fields(text="name", texts="keywords"),
    "references": fields(text="name reference"),
    "projects": fields(
        text="name description entity type", day=RANGE, url="url", texts="highlights keywords roles"
    ),
}
BASICS = fields(text="name label image email phone summary", url="url")
LOCATION = fields(text="address postalCode city countryCode region")
PROFILE = fields(text="network username", url="url")
META = fields(text="canonical version lastModified")


def faults(document: dict[str, Any]) -> list[str]:
    """Where a document breaks the schema."""
    found: list[str] = []

    def look(value: Any, kinds: dict[str, str], place: str) -> None:
        if not isinstance(value, dict):
            found.append(f"{place} is no object")
            return
        for key, item in value.items():
            kind, here = kinds.get(key), f"{place}.{key}"
            if kind == TEXTS:
                if not isinstance(item, list) or not all(isinstance(one, str) for one in item):
                    found.append(f"{here} is no list of texts")
            elif kind is not None and not isinstance(item, str):
                found.append(f"{here} is no text")
            elif kind == DAY and not DATE.match(item):
                found.append(f"{here}: {item} is no date")
            elif kind == URL and not re.match(r"[a-z][a-z0-9+.-]*:\S+\Z", item):
                found.append(f"{here}: {item} is no address")

    basics = document.get("basics", {})
    look(
        {key: value for key, value in basics.items() if key not in {"location", "profiles"}}, BASICS, "basics"
    )
    look(basics.get("location", {}), LOCATION, "location")
    for profile in basics.get("profiles", []):
        look(profile, PROFILE, "profiles")
    look(document.get("meta", {}), META, "meta")
    for name, kinds in LISTS.items():
        for item in document.get(name, []):
            look(item, kinds, name)
    return found
