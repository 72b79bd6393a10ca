"""The record of ORCID, public API 3.0: person, affiliations, funding and works (XSDs in github.com/ORCID/orcid-model).

In: the JSON of ``/record``, ``/works``, ``/activities``, of one work or of a bulk of them. Out: ``site.yaml``, a home
page, ``cv.yaml`` and a bibliography. Texts are plain there and are written so that they print as they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex.from_services import orcid_item
from acadsite.importers.cv_site import person_name, unique
from acadsite.importers.inline import escaped
from acadsite.importers.json_resume.entries import day
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external
from acadsite.people import parse_name
from acadsite.problems import error, quote, warning
from acadsite.schema import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.importers.works.lists import Import, Work
    from acadsite.sources import Node

#: Affiliations: name in the record, name of one, id and heading of the section here.
_AFFILIATIONS: Final = (
    ("employments", "employment-summary", "positions", "Positions"),
    ("educations", "education-summary", "education", "Education"),
    ("qualifications", "qualification-summary", "qualifications", "Qualifications"),
    ("invited-positions", "invited-position-summary", "visits", "Invited positions"),
    ("distinctions", "distinction-summary", "honors", "Honours and awards"),
    ("memberships", "membership-summary", "memberships", "Memberships"),
    ("services", "service-summary", "service", "Service"),
)
#: What happened on one day where no last day is said.
_MOMENTS: Final = frozenset({"distinctions"})
_NOT_TAKEN: Final = {"peer-reviews": "peer reviews", "research-resources": "research resources"}


def import_record(work: Import, root: Node) -> None:
    """Everything that a record says."""
    found = _works(root)
    activities = _inner(root, "activities-summary") or root
    if found is None and root.get("person") is None and activities.get("works") is None:
        hint = "Download https://pub.orcid.org/v3.0/YOUR-ID/record as JSON."
        work.fail(error("import-kind", "This is no record of ORCID, and no list of works.", root.span, hint))
        return
    works = [_made(node, work) for node in found or _grouped(activities.get("works"))]
    kept = work.kept(works)
    without = sum("author" not in entry.fields for entry in kept)
    if without:
        work.notes.append(
            f"{without} of {len(kept)} works have no authors: a record of ORCID names them only in whole works. "
            "Import its BibTeX, or complete the .bib file, if you need them."
        )
    if work.into:
        work.bibliography(kept, "orcid")
        return
    _site(work, root, _inner(root, "activities-summary"), kept)
    work.bibliography(kept, "orcid")


# --- works ---


def _works(root: Node) -> list[Node] | None:
    """The works of a list, a bulk or a single work; None where the document is none of them."""
    if isinstance(root.value, tuple):
        return list(root.value)
    bulk = root.get("bulk")
    if bulk is not None and isinstance(bulk.value, tuple):
        return list(bulk.value)
    if root.get("group") is not None:
        return list(_grouped(root))
    return [root] if root.get("put-code") is not None or root.get("work") is not None else None


def _grouped(works: Node | None) -> Iterator[Node]:
    """Of each group of versions the preferred one: that with the highest index of display."""
    groups = works.get("group") if works is not None else None
    for group in groups.value if groups is not None and isinstance(groups.value, tuple) else ():
        summaries = group.get("work-summary") if isinstance(group.value, dict) else None
        versions = (
            summaries.value if summaries is not None and isinstance(summaries.value, tuple) else (group,)
        )
        if versions:
            yield max(versions, key=_index)


def _index(node: Node) -> int:
    found = node.get("display-index") if isinstance(node.value, dict) else None
    raw = found.raw if found is not None else ""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0


def _made(node: Node, work: Import) -> Work:
    return work.made(node, orcid_item(node.plain()))


# --- the person ---


def _site(work: Import, root: Node, activities: Node | None, kept: list[Any]) -> None:
    person = _mapping(_plain(root.get("person")))
    said = _mapping(_plain(activities))
    sections = list(_sections(said, work))
    keywords = [_text(one.get("content")) for one in _items(person.get("keywords"), "keyword")]
    if any(keywords):
        text = ", ".join(escaped(word, is_start=False) for word in keywords if word)
        sections.insert(0, {"id": "interests", "title": "Research interests", "text": text})
    if kept:
        sections.append({"id": "publications", "title": "Publications", "collection": "publications"})
    author = _author(person, root, said, work)
    title = _name(author.get("name"))
    settings = {"title": title or "Publications", "language": "en", "author": author if title else None}
    comment = "Settings of the site, imported from ORCID. Every key has a default and may go."
    settings = {key: value for key, value in settings.items() if value}
    work.folder.write("site.yaml", yaml_text(settings, comment))
    biography = _text(_mapping(person.get("biography")).get("content"))
    listed = ["about", *(f"cv:{one['id']}" for one in sections if one["id"] in {"positions", "education"})]
    home: dict[str, Any] = {"sections": listed}
    if kept:
        home["sections"] = [*listed, {"section": "publications", "limit": 10}]
    body = f"\n{escaped(biography)}\n" if biography else ""
    work.folder.write("content/index.md", f"---\n{yaml_text(home)}---\n{body}")
    if any(one["id"] != "publications" for one in sections):
        work.folder.write("content/cv.yaml", yaml_text({"sections": sections}))
    for name, words in _NOT_TAKEN.items():
        count = len(_items(said.get(name), "group"))
        if count:
            work.notes.append(f"{count} {words} of the record are not taken: there is no place for them.")


def _author(person: Mapping[str, Any], root: Node, said: Mapping[str, Any], work: Import) -> dict[str, Any]:
    name = _mapping(person.get("name"))
    given, family = _value(name.get("given-names")), _value(name.get("family-name"))
    full = f"{given} {family}".strip()
    shown = _value(name.get("credit-name")) or full
    parsed = parse_name(shown)
    is_clear = not family or shown != full or f"{parsed['particle']} {parsed['family']}".strip() == family
    if not shown:
        place = root.keys.get("person") or root.span
        work.problems.append(
            error("import-name", "The record has no public name.", place, "Complete “author” in site.yaml.")
        )
    others = [_text(one.get("content")) for one in _items(person.get("other-names"), "other-name")]
    aliases = [one for one in dict.fromkeys((full, *others)) if one and one != shown]
    emails = _items(person.get("emails"), "email")
    emails.sort(key=lambda one: one.get("primary") is not True)
    path = _text(
        _mapping(_plain(root.get("orcid-identifier"))).get("path") or _mapping(_plain(root)).get("path")
    )
    current = next(
        (one for one in _affiliations(said, "employments", "employment-summary") if not one.get("end-date")),
        {},
    )
    author = {
        "name": (person_name(shown) if is_clear else {"given": given, "family": family}) if shown else None,
        "aliases": aliases,
        "orcid": path.strip("/").partition("/")[0],
        "email": next((_text(one.get("email")) for one in emails if _text(one.get("email"))), ""),
        "role": escaped(_text(current.get("role-title"))),
        "affiliation": escaped(_text(_mapping(current.get("organization")).get("name"))),
        "profiles": _profiles(person),
    }
    return {key: value for key, value in author.items() if value}


def _name(value: Any) -> str:
    """A name of ``author`` as text."""
    if isinstance(value, dict):
        whole = f"{_text(value.get('given'))} {_text(value.get('family'))}"
        return _text(value.get("literal")) or whole.strip()
    return _text(value)


def _profiles(person: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    pages = [
        (_text(one.get("url-name")), _value(one.get("url")))
        for one in _items(person.get("researcher-urls"), "researcher-url")
    ]
    pages += [
        (_text(one.get("external-id-type")), _value(one.get("external-id-url")))
        for one in _items(person.get("external-identifiers"), "external-identifier")
    ]
    for label, url in pages:
        if is_external(url) and url.lower().startswith(("http://", "https://")):
            found[unique(label or url.partition("://")[2].partition("/")[0], found)] = url
    return found


# --- cv.yaml ---


def _sections(said: Mapping[str, Any], work: Import) -> Iterator[dict[str, Any]]:
    for name, summary, identifier, title in _AFFILIATIONS:
        entries = [
            entry for one in _affiliations(said, name, summary) if (entry := _affiliation(one, name, work))
        ]
        if entries:
            work.counts[name] = len(entries)
            yield {"id": identifier, "title": title, "entries": entries}
    groups = _items(said.get("fundings"), "group")
    grants = [one for group in groups for one in _list(group.get("funding-summary"))[:1]]
    entries = [entry for one in grants if (entry := _affiliation(_mapping(one), "fundings", work))]
    if entries:
        work.counts["fundings"] = len(entries)
        yield {"id": "funding", "title": "Funding", "entries": entries}


def _affiliations(said: Mapping[str, Any], name: str, summary: str) -> list[Mapping[str, Any]]:
    """The affiliations of a kind, of each group one; those of API 2 are in no groups."""
    holder = _mapping(said.get(name))
    found = [_mapping(one) for one in _list(holder.get(summary))]
    for group in _items(holder, "affiliation-group"):
        inner = [_mapping(_mapping(one).get(summary)) for one in _list(group.get("summaries"))]
        found += [one for one in inner if one][:1]
    return found


def _affiliation(one: Mapping[str, Any], kind: str, work: Import) -> dict[str, Any]:
    organization = _mapping(one.get("organization"))
    place = ", ".join(filter(None, (_text(one.get("department-name")), _text(organization.get("name")))))
    title = _text(one.get("role-title")) or _value(_mapping(one.get("title")).get("title"))
    address = _mapping(organization.get("address"))
    location = ", ".join(filter(None, (_text(address.get(part)) for part in ("city", "region", "country"))))
    start, end = _day(one.get("start-date")), _day(one.get("end-date"))
    if start and end and end[: len(start)] < start[: len(end)]:
        message = f"{quote(title or place)} ends before it starts; the end is left out."
        work.problems.append(warning("import-date", message, None, "Check it in cv.yaml."))
        end = ""
    if start and not end and kind in _MOMENTS:
        end = start
    url = _value(one.get("url"))
    entry = {
        "title": escaped(title or place),
        "place": escaped(place) if title else "",
        "location": location,
        "start": day(start),
        "end": day(end),
        "url": url if url.lower().startswith(("http://", "https://")) else "",
        "note": escaped(_text(one.get("type")).replace("-", " ").replace("_", " ").lower(), is_start=False)
        if kind == "fundings"
        else "",
    }
    if not entry["title"]:
        work.problems.append(
            warning("import-empty", f"One of the {kind} says nothing; it is left out.", None)
        )
        return {}
    return {key: value for key, value in entry.items() if value}


def _day(value: Any) -> str:
    """A date of ORCID as text, without a month or day that does not exist."""
    parts = [_value(_mapping(value).get(part)) for part in ("year", "month", "day")]
    text = ""
    for part, width in zip(parts, (4, 2, 2), strict=True):
        if not part.isascii() or not part.isdigit() or len(part) > width:
            break
        longer = f"{text}-{part.zfill(width)}" if text else part.zfill(width)
        if parse_date(longer, ranges=False)[0] is None:
            break
        text = longer
    return text


def _inner(node: Node | None, key: str) -> Node | None:
    return node.get(key) if node is not None and isinstance(node.value, dict) else None


def _plain(node: Node | None) -> Any:
    return node.plain() if node is not None else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _items(value: Any, name: str) -> list[Mapping[str, Any]]:
    return [_mapping(one) for one in _list(_mapping(value).get(name)) if isinstance(one, dict)]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _value(value: Any) -> str:
    return _text(value.get("value")) if isinstance(value, dict) else _text(value)
