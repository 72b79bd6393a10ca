"""The CV of a site as JSON Resume 1.0.0 (https://jsonresume.org/schema/).

In: a library and the id of a CV. Out: a mapping that ``json.dumps`` can write, and notes on what has no place in it.
Which key a section becomes is told by its id, else by its title; sections that no key fits become projects with the
section's id as their ``type``. A mapping ``json_resume`` in an entry, or at the top of ``cv.yaml``, holds what only
JSON Resume knows: it replaces what would be written, and null leaves it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from acadsite import dates
from acadsite.bibtex import latex
from acadsite.exports.entries import ITEMS, empty_entry, split_location
from acadsite.exports.plain import plain
from acadsite.kinds.cv.choice import MAIN, Choice, cvs
from acadsite.kinds.cv.selection import Part, Selection
from acadsite.kinds.profiles import PROFILES, profile
from acadsite.links import is_external
from acadsite.people import display
from acadsite.records import slug
from acadsite.track import Site, tracking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.library import Library
    from acadsite.records import Record

Item = dict[str, Any]

SCHEMA: Final = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
#: The key of ``cv.yaml`` and of its entries that holds what only JSON Resume knows.
OWN: Final = "json_resume"
#: The order of the document.
_KEYS: Final = (
    "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages", "interests",
    "references", "projects",
)  # fmt: skip
#: Words in ids and titles of sections, and the key that they stand for.
_WORDS: Final[dict[str, str]] = {
    word: key
    for key, words in {
        "work": "work positions position employment experience appointments appointment career industry jobs",
        "volunteer": "volunteer volunteering service activities outreach reviewing committees memberships",
        "education": "education studies degrees training",
        "awards": "awards award honors honours prizes fellowships scholarships distinctions",
        "certificates": "certificates certifications licenses",
        "publications": "publications papers articles books",
        "skills": "skills skill tools technologies",
        "languages": "languages",
        "interests": "interests hobbies",
        "references": "references referees",
        "projects": "projects software",
    }.items()
    for word in words.split()
}
_ABOUT: Final = frozenset({"summary", "about", "profile", "bio", "biography", "objective"})
#: The type of the projects that records of a collection become.
_TYPES: Final = {"talks": "talk", "repos": "application", "students": "advising", "courses": "course"}
_POSTAL: Final = ("address", "location")


def variants(library: Library) -> tuple[str, ...]:
    """The ids of the CVs beside the main one."""
    return tuple(choice.id for choice in cvs(library.get("cv", "cv")) if choice.id and not choice.form)


def json_resume(
    library: Library, url: str | None = None, variant: str = MAIN
) -> tuple[Item, tuple[str, ...]] | None:
    """The document and notes; None where there is no CV of that id. ``url`` is the address of the site."""
    record = library.get("cv", "cv")
    choice = next((one for one in cvs(record) if one.id == variant and not one.form), None)
    if choice is None and (record is not None or variant):
        return None
    own = _own(record.data) if record else {}
    with tracking():
        found = _Resume(library, url, choice, own)
        return found.document(), tuple(found.notes)


def kind_of(section: Mapping[str, Any]) -> str:
    """The key of JSON Resume for a section that is written in ``cv.yaml``; empty where none fits."""
    for name in (section["id"], plain(section["title"])):
        words = slug(str(name or "")).split("-")
        for word in words:
            if word in _WORDS:
                return _WORDS[word]
    return ""


def item_of(key: str, entry: Mapping[str, Any]) -> Item:
    """An entry as an item of a list of the document, without what says nothing."""
    return _kept(_merged(ITEMS[key](entry), _own(entry)))


def profile_item(network: str, value: str) -> Item:
    """An account as JSON Resume has it."""
    name = network.casefold().replace(" ", "_").replace("-", "_")
    known = PROFILES.get(name)
    shown = known[0] if known and network == network.casefold() else network
    link = profile(network, value)
    if not is_external(value):
        return _kept({"network": shown, "username": value, "url": link.href if link else ""})
    username = ""
    if known:
        before, _, after = known[1].partition("{}")
        bare, start = _bare(value), _bare(before)
        if bare.startswith(start) and bare.endswith(after):
            username = bare[len(start) : len(bare) - len(after) or None]
    if not username:
        parts = _split(value)
        username = "" if parts is None or parts.query else parts.path.rstrip("/").rpartition("/")[2]
    return _kept({"network": shown, "username": username.lstrip("@"), "url": value})


def accounts(profiles: Iterable[Any]) -> dict[str, str]:
    """The profiles of JSON Resume as ``profiles`` of a person: network to user name, or to an address where the user
    name does not lead there. The inverse of ``profile_item`` where that is possible."""
    found: dict[str, str] = {}
    for item in profiles:
        if not isinstance(item, Mapping):
            continue
        url, user = str(item.get("url") or ""), str(item.get("username") or "")
        if not url and not user:
            continue
        parts = _split(url)
        name = key = str(item.get("network") or (parts.hostname if parts else "") or "Profile")
        link = profile(name, user) if user and not is_external(user) else None
        leads_there = link is not None and (not url or link.href == url)
        if link is not None and key in found:  # the second account of a network: its name alone leads nowhere
            key, url, leads_there = f"{user} ({name})", link.href if leads_there else url, False
        number = 2
        while key in found:
            key, number = f"{name} ({number})", number + 1
        found[key] = user if leads_there or not url else url
    return found


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


def _split(url: str) -> Any:
    try:
        return urlsplit(url)
    except ValueError:
        return None


class _Resume:
    """Makes one document."""

    def __init__(self, library: Library, url: str | None, choice: Choice | None, own: Item) -> None:
        self.library, self.url, self.choice, self.own = library, url, choice, own
        self.notes: list[str] = []
        self.summary = ""
        self.items: dict[str, list[Item]] = {}

    def document(self) -> Item:
        if self.choice is not None:
            selection = Selection.of(Site(self.library, {}, {}), self.choice, "pdf", "web")
            for section in selection.sections():
                self.section(selection, section)
        given = self.own.get("basics")
        basics = self.basics(given if isinstance(given, Mapping) else {})
        updated = self.choice.settings["updated"] if self.choice else None
        meta = {"lastModified": dates.iso(updated)} if updated else {}
        own_meta = self.own.get("meta")
        if isinstance(own_meta, Mapping):
            meta = _merged(own_meta, meta if _is_later(meta, own_meta) else {})
        rest = {key: value for key, value in self.own.items() if key not in {"basics", "meta"}}
        listed = {key: self.items[key] for key in _KEYS if self.items.get(key)}
        return _kept(_merged({"$schema": SCHEMA, "basics": basics, **listed, "meta": meta}, rest))

    # --- the person ---

    def basics(self, own: Mapping[str, Any]) -> Item:
        owner: Any = next(
            (one.data for one in self.library.records.get("people", {}).values() if one.data.get("is_owner")),
            {},
        )
        record = self.library.get("home", "home")
        home: Any = record.data if record else {}
        settings: Any = self.choice.settings if self.choice else {}
        contact = settings.get("contact") or {}

        def said(name: str) -> str:
            return str(contact.get(name) or home.get(name) or owner.get(name) or "")

        email = plain(contact["email"]) if contact.get("email") else said("email")
        photo = home.get("portrait") or owner.get("photo") or ""
        town = str(home.get("location") or owner.get("location") or "")
        given = self._accounts(contact, home, owner)
        address = next((plain(contact[name]) for name in _POSTAL if contact.get(name)), "")
        found = {
            "name": settings.get("name") or owner.get("display") or "",
            "label": self._role(settings, home, owner),
            "image": urljoin(self.url, photo) if photo and self.url else photo,
            "email": email,
            "phone": plain(contact.get("phone")),
            "url": said("url") or self.url or "",
            "summary": self.summary or self._about(),
            "location": split_location(town) or ({"address": address} if address else {}),
            "profiles": [profile_item(network, value) for network, value in given.items()],
        }
        place = own.get("location")
        rest = {key: value for key, value in own.items() if key not in {"location", "profiles"}}
        # What is kept holds as long as the site still says the same.
        if isinstance(place, Mapping) and location_text(place) == town:
            found["location"] = dict(place)
        told = own.get("profiles")
        if isinstance(told, tuple) and accounts(told) == given:
            found["profiles"] = list(told)
        return _kept(_merged(_kept(found), rest))

    def _role(self, settings: Any, home: Any, owner: Any) -> str:
        role = settings.get("role") or home.get("role") or owner.get("role")
        place = "" if settings.get("role") else home.get("affiliation") or owner.get("affiliation")
        return ", ".join(filter(None, (plain(role), plain(place))))

    def _accounts(self, contact: Any, home: Any, owner: Any) -> dict[str, str]:
        if contact:
            return {
                key: plain(value)
                for key, value in contact.items()
                if key not in {"email", "phone", "url", *_POSTAL}
            }
        orcid = {"orcid": owner["orcid"]} if owner.get("orcid") else {}
        return {**orcid, **(owner.get("profiles") or {}), **(home.get("profiles") or {})}

    def _about(self) -> str:
        document = self.library.documents.get(("home", "home"))
        return plain(document.text) if document else ""

    # --- sections ---

    def section(self, selection: Selection, section: Mapping[str, Any]) -> None:
        if section["collection"]:
            self.collection(selection, section)
            return
        kind = kind_of(section)
        entries = _entries(selection.written(section), kind)
        text = plain(section["text"])
        if text and not entries:
            if not self.summary and (slug(str(section["id"])) in _ABOUT or not kind):
                self.summary = text
                return
            entries = [{**empty_entry(), "title": section["title"], "summary": section["text"]}]
        elif text:
            name = plain(section["title"]) or section["id"]
            self.notes.append(f"The text above the entries of “{name}” has no place in JSON Resume.")
        items = []
        for entry in entries:
            item = item_of(kind or "projects", entry)
            if not kind and item:
                item.setdefault("type", section["id"])
            items.append(item)
        self.items.setdefault(kind or "projects", []).extend(item for item in items if item)

    # --- collections ---

    def collection(self, selection: Selection, section: Mapping[str, Any]) -> None:
        name = section["collection"]
        known, shown = self.library.records.get(name, {}), selection.records(section)
        records = [known[one.id] for one in shown[: section["limit"] or None]]
        if name == "publications":
            self.items.setdefault("publications", []).extend(map(_publication, records))
            return
        make = {"talks": _talk, "repos": _repo, "students": _student, "courses": _course}.get(name, _other)
        items = [_kept({**make(record), "type": _TYPES.get(name, name)}) for record in records]
        self.items.setdefault("projects", []).extend(items)


def _entries(parts: Iterable[Part], kind: str) -> list[Mapping[str, Any]]:
    """The entries of a section, and its groups as entries."""
    entries: list[Mapping[str, Any]] = []
    for part in parts:
        entries += (one for one in part.items if not isinstance(one, str))
        lines = [one for one in part.items if isinstance(one, str)]
        entries += _lines_as_entries(part.title, lines, kind)
    return entries


def _lines_as_entries(title: str | None, lines: list[str], kind: str) -> list[Mapping[str, Any]]:
    """The lines of a group: one entry with its heading, or an entry each where it has none."""
    if not lines or not title:
        return [{**empty_entry(), "title": line} for line in lines]
    if kind not in {"skills", "languages", "interests"}:
        return [{**empty_entry(), "title": title, "details": tuple(lines)}]
    own = {OWN: {"keywords": [plain(line) for line in lines]}} if kind != "languages" else {}
    return [{**empty_entry(), "label": plain(title), "title": ", ".join(lines), "extra": own}]


# --- records ---


def _publication(record: Record) -> Item:
    data = record.data
    names = [display(name) for name in data["authors"] or data["editors"]]
    return _kept(
        {
            "name": data["title_text"],
            "publisher": latex.plain(data["venue"]) if data["venue"] else data["publisher"],
            "releaseDate": dates.iso(data["date"]) if data["date"] else "",
            "url": data["url"],
            # The schema has no field for authors.
            "summary": ", ".join(names) + (" et al." if data["others"] else ""),
        }
    )


def _talk(record: Record) -> Item:
    data = record.data
    event, town = plain(data["event"]), plain(data["location"])
    return {
        "name": plain(data["title"]) or event,
        "entity": ", ".join(filter(None, (event if data["title"] else "", town))),
        "description": plain(data["note"]),
        **_days(data["date"]),
        "url": data["url"] or data["video"] or data["slides"] or data["event_url"],
    }


def _repo(record: Record) -> Item:
    data = record.data
    start = {"startDate": f"{data['year']:04d}"} if data["year"] else {}
    return {"name": data["name"], "description": plain(data["description"]), **start, "url": data["url"]}


def _student(record: Record) -> Item:
    data = record.data
    thesis = data["thesis"] or {}
    said = [data["level"] or "", plain(data["affiliation"]), plain(data["note"])]
    return {
        "name": data["display"],
        "description": ", ".join(filter(None, said)),
        "highlights": list(filter(None, (plain(thesis.get("title")), plain(data["now"])))),
        "startDate": dates.iso(data["start"]) if data["start"] else "",
        "endDate": dates.iso(data["end"]) if data["end"] else "",
        "url": data["url"],
    }


def _course(record: Record) -> Item:
    data = record.data
    return {
        "name": data["title"],
        "entity": plain(data["institution"]),
        "description": plain(data["summary"]),
        "roles": [plain(data["role"])] if data["role"] else [],
        "startDate": dates.iso(data["start"] or data["date"]) if data["start"] or data["date"] else "",
        "endDate": dates.iso(data["end"]) if data["end"] else "",
    }


def _other(record: Record) -> Item:
    data = record.data
    named = next((data[key] for key in ("display", "title", "name", "text") if data.get(key)), record.id)
    url, date = data.get("url"), data.get("date")
    days = _days(date) if isinstance(date, Mapping) else {}
    return {"name": plain(str(named)), **days, "url": url if isinstance(url, str) else ""}


def _days(date: Mapping[str, Any] | None) -> Item:
    if not date:
        return {}
    end = date["end"]
    last = dates.iso(end) if end else dates.iso(date)
    return {"startDate": dates.iso(date), "endDate": last}


# --- what is kept for the way back ---


def _own(data: Mapping[str, Any]) -> Item:
    """What the user, or the importer, wrote for JSON Resume alone."""
    found = (data.get("extra") or {}).get(OWN)
    return dict(found) if isinstance(found, Mapping) else {}


def _merged(item: Mapping[str, Any], own: Mapping[str, Any]) -> Item:
    """``item`` with ``own`` above it; what is null there is left out."""
    merged = {**item, **own}
    return {key: _plainly(value) for key, value in merged.items() if not (key in own and value is None)}


def _plainly(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plainly(item) for key, item in value.items()}
    return [_plainly(item) for item in value] if isinstance(value, (list, tuple)) else value


def _kept(item: Item) -> Item:
    """Without what says nothing."""
    return {key: value for key, value in item.items() if value not in (None, "", [], {}, ())}


def _is_later(meta: Item, own: Mapping[str, Any]) -> bool:
    """Whether the day of the last change is another one than what is kept, which may have the time."""
    return not str(own.get("lastModified") or "").startswith(meta.get("lastModified", ""))


def location_text(location: Mapping[str, Any]) -> str:
    """A location of JSON Resume in one line, as it stands on the home page."""
    parts = (location.get(key) for key in ("city", "region", "countryCode"))
    return ", ".join(dict.fromkeys(str(part) for part in parts if part))
