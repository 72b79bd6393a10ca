"""What could be added to the publications: works that ORCID lists, DOIs that Crossref knows, entries that are hardly
there. Suggestions only: nothing of the user's is changed, and somebody looks at them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from acadsite.bibtex import csl, dates, from_csl, latex, names

if TYPE_CHECKING:
    from collections.abc import Container

    from acadsite.bibtex import Entry
    from acadsite.problems import Span
    from acadsite.refresh.apis import Api
    from acadsite.refresh.client import Answer, Client

#: ``new``: ORCID has a work that the site has not; ``doi``: the DOI of an entry without one; ``complete``: an entry
#: that has a DOI and no title.
KINDS = ("new", "doi", "complete")


class Suggestion(NamedTuple):
    """One thing to add. ``key`` and ``where`` are of the entry that is meant, if there is one; ``text`` is the entry as
    it could stand, where it was asked for."""

    kind: str
    doi: str
    title: str
    year: str
    key: str = ""
    where: Span | None = None
    text: str = ""


class Listed(NamedTuple):
    """A work in an ORCID record: all its DOIs in lower case, its title and year."""

    dois: tuple[str, ...]
    title: str
    year: str


# --- ORCID ---


def works_of(client: Client, api: Api, orcid: str) -> Answer:
    """The ``Listed`` works of a public ORCID record."""
    return client.ask(api, f"/{quote(orcid)}/works", _works)


def _works(data: Any) -> Any:
    groups = data.get("group") if isinstance(data, Mapping) else None
    if not isinstance(groups, list):
        return None
    return [work for group in groups if isinstance(group, Mapping) and (work := _work(group)) is not None]


def _work(group: Mapping[str, Any]) -> Listed | None:
    """One work; None for what is only part of another, and where there is no title."""
    summaries = group.get("work-summary")
    first = summaries[0] if isinstance(summaries, list) and summaries else None
    title = _text(first, "title", "title", "value")
    dois = dict.fromkeys(_dois(_value(group, "external-ids", "external-id")))
    return Listed(tuple(dois), title, _text(first, "publication-date", "year", "value")) if title else None


def _dois(identifiers: Any) -> list[str]:
    found = []
    for one in identifiers if isinstance(identifiers, list) else ():
        if _text(one, "external-id-type").casefold() == "doi":
            relation = _text(one, "external-id-relationship").casefold()
            doi = csl.clean_doi(_text(one, "external-id-value")).casefold()
            if doi.startswith("10.") and "/" in doi and relation != "part-of" and doi.isprintable():
                found.append(doi)
    return found


def unlisted(works: Sequence[Listed], entries: Sequence[Entry]) -> list[Suggestion]:
    """The works that are not among the entries, neither by a DOI nor by their title, in the order of the record."""
    dois = {doi_of(entry) for entry in entries}
    titles = {from_csl.title_key(entry.fields.get("title", "")) for entry in entries}
    found = []
    for work in works:
        title = from_csl.title_key(from_csl.plain(work.title))
        if title and title not in titles and not dois.intersection(work.dois):
            titles.add(title)
            found.append(Suggestion("new", work.dois[0] if work.dois else "", work.title, work.year))
    return found


# --- Crossref ---


def doi_for(client: Client, api: Api, entry: Entry, email: str) -> Answer:
    """The DOI of an entry without one, as a ``Suggestion``; empty data where Crossref knows none that fits."""
    family = _family(entry)
    title = latex.text(entry.fields["title"])
    query = {
        "query.bibliographic": f"{title} {family}".strip(),
        "rows": "3",
        "select": "DOI,title,author,issued",
    }
    if email:
        query["mailto"] = email
    wanted = from_csl.title_key(entry.fields["title"]), _year(entry), from_csl.title_key(family)

    def pick(data: Any) -> Any:
        items = _value(data, "message", "items")
        if not isinstance(items, list):
            return None
        return [doi for item in items if (doi := _fitting(item, *wanted))]

    return client.ask(api, "/works", pick, query)


def lacks_doi(entry: Entry) -> bool:
    """Whether an entry has all by which its DOI can be found, and no DOI."""
    fields = entry.fields
    has_words = len(from_csl.title_key(fields.get("title", ""))) > 10
    return has_words and not doi_of(entry) and bool(_family(entry)) and _year(entry) is not None


def lacks_all(entry: Entry) -> bool:
    """Whether an entry has a DOI and no title."""
    return bool(doi_of(entry)) and not entry.fields.get("title", "").strip()


def _fitting(item: Any, title: str, year: int | None, family: str) -> str:
    """The DOI of an answer that is the work: the same title, an author of that name, a year at most one away."""
    titles = item.get("title") if isinstance(item, Mapping) else None
    doi = _text(item, "DOI")
    if not isinstance(titles, list) or not doi.startswith("10.") or not doi.isprintable():
        return ""
    authors = item.get("author")
    families = {
        from_csl.title_key(from_csl.plain(_text(author, "family")))
        for author in (authors if isinstance(authors, list) else ())
    }
    parts = _value(item, "issued", "date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    issued = first[0] if isinstance(first, list) and first and isinstance(first[0], int) else None
    is_year = issued is None or year is None or abs(issued - year) <= 1
    is_title = any(
        isinstance(one, str) and from_csl.title_key(from_csl.plain(one)) == title for one in titles
    )
    return doi.casefold() if is_title and is_year and family in families else ""


# --- entries ---


def item_of(client: Client, api: Api, doi: str) -> Answer:
    """The CSL-JSON of a DOI, by content negotiation at doi.org."""
    return client.ask(
        api, f"/{quote(doi)}", lambda data: data if isinstance(data, Mapping) and data else None
    )


def entry_of(suggestion: Suggestion, item: Mapping[str, Any], taken: Container[str]) -> Entry:
    """The entry of a suggestion; one that is completed keeps its key."""
    made, _ = from_csl.entry({**item, "DOI": item.get("DOI") or suggestion.doi}, taken)
    return dataclasses.replace(made, key=suggestion.key) if suggestion.key else made


def doi_of(entry: Entry) -> str:
    """The DOI of an entry in lower case, or an empty text."""
    return csl.clean_doi(entry.fields.get("doi", "")).casefold()


def _family(entry: Entry) -> str:
    people = names.parse(entry.fields.get("author", "") or entry.fields.get("editor", "")).names
    return latex.text(people[0].family or people[0].literal) if people else ""


def _year(entry: Entry) -> int | None:
    date, _ = dates.parse(entry.fields)
    return date.year if date else None


def _value(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _text(data: Any, *keys: str) -> str:
    value = _value(data, *keys)
    return " ".join(value.split()) if isinstance(value, str) else ""
