"""Citations: of works by their DOIs, of authors by their ORCID iD or account. OpenAlex and Semantic Scholar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from acadsite.refresh.client import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acadsite.refresh.apis import Api
    from acadsite.refresh.client import Answer, Client

#: OpenAlex takes 100 values in a filter, and took 50 before.
_BATCH: Final = 50
#: What would mean something else in a filter of OpenAlex.
_UNSAFE: Final = re.compile(r"[|,\s]")
_SCHOLAR: Final = re.compile(r"semanticscholar\.org/author/(?:[^/?#]+/)?(\d+)", re.IGNORECASE)
_TOTALS: Final = ("citations", "h_index", "i10_index")


@dataclass(frozen=True, slots=True)
class Work:
    """A publication as the services know it: its key in the site, and what it is found by (lower case, or empty)."""

    key: str
    doi: str
    arxiv: str


@dataclass(slots=True)
class Citations:
    """Totals by name, citations by key of the site, and the answers that were none."""

    totals: dict[str, int] = field(default_factory=dict)
    works: dict[str, int] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)


def scholar_id(profiles: Mapping[str, Any]) -> str:
    """The number of the account at Semantic Scholar among somebody's profiles, or an empty text."""
    for name, value in profiles.items():
        text = str(value)
        match = _SCHOLAR.search(text)
        if match:
            return match[1]
        if re.sub(r"[^a-z]", "", name.casefold()) == "semanticscholar" and re.fullmatch(r"[0-9]{1,15}", text):
            return text
    return ""


# --- OpenAlex ---


def openalex(client: Client, api: Api, works: Sequence[Work], orcid: str, email: str) -> Citations:
    """What OpenAlex knows: totals of the author with an ``orcid`` (none without), and citations of works."""
    found = Citations()
    polite = {"mailto": email} if email else {}
    if orcid:
        query = {"select": "id,cited_by_count,summary_stats", **polite}
        answer = client.ask(api, f"/authors/orcid:{quote(orcid)}", _openalex_author, query)
        if answer.data is None:
            found.faults.append(answer)
        else:
            found.totals |= answer.data
    keys: dict[str, list[str]] = {}
    for work in works:
        doi = work.doi or (f"10.48550/arxiv.{work.arxiv}" if work.arxiv else "")
        if doi and not _UNSAFE.search(doi):
            keys.setdefault(doi, []).append(work.key)
    for batch in _batches(sorted(keys), _BATCH):
        query = {"filter": f"doi:{'|'.join(batch)}", "select": "doi,cited_by_count", "per-page": str(_BATCH)}
        answer = client.ask(api, "/works", _openalex_works, query | polite)
        if answer.data is None:
            found.faults.append(answer)
            continue
        for doi, number in answer.data.items():
            found.works |= dict.fromkeys(keys.get(doi, ()), number)
    return found


def _openalex_author(data: Any) -> Any:
    if not isinstance(data, Mapping):
        return None
    stats = data.get("summary_stats")
    stats = stats if isinstance(stats, Mapping) else {}
    return _totals(data.get("cited_by_count"), stats.get("h_index"), stats.get("i10_index"))


def _openalex_works(data: Any) -> Any:
    results = data.get("results") if isinstance(data, Mapping) else None
    if not isinstance(results, list):
        return None
    found: dict[str, int] = {}
    for item in results:
        number = whole(item.get("cited_by_count")) if isinstance(item, Mapping) else None
        doi = item.get("doi") if isinstance(item, Mapping) else None
        if number is not None and isinstance(doi, str):
            name = doi.casefold().removeprefix("https://doi.org/")
            found[name] = max(number, found.get(name, 0))
    return found


# --- Semantic Scholar ---


def semantic_scholar(client: Client, api: Api, works: Sequence[Work], author: str) -> Citations:
    """What Semantic Scholar knows: totals of the ``author`` with that number (none without), citations of works."""
    found = Citations()
    if author:
        answer = client.ask(api, f"/author/{author}", _scholar_author, {"fields": "citationCount,hIndex"})
        if answer.data is None:
            found.faults.append(answer)
        else:
            found.totals |= answer.data
    names: dict[str, list[str]] = {}
    for work in works:
        name = f"DOI:{work.doi}" if work.doi else f"ARXIV:{work.arxiv}" if work.arxiv else ""
        if name:
            names.setdefault(name, []).append(work.key)
    for batch in _batches(sorted(names), 500):

        def pick(data: Any, number: int = len(batch)) -> Any:
            # The answers stand in the order of the questions, null where a work is not known.
            return (
                [_count_of(item) for item in data] if isinstance(data, list) and len(data) == number else None
            )

        answer = client.ask(api, "/paper/batch", pick, {"fields": "citationCount"}, body={"ids": batch})
        if answer.data is None:
            found.faults.append(answer)
            continue
        for name, count in zip(batch, answer.data, strict=True):
            if count is not None:
                found.works |= dict.fromkeys(names[name], count)
    return found


def _scholar_author(data: Any) -> Any:
    if not isinstance(data, Mapping):
        return None
    return _totals(data.get("citationCount"), data.get("hIndex"), None)


def _count_of(item: Any) -> int | None:
    return whole(item.get("citationCount")) if isinstance(item, Mapping) else None


# --- both ---


def _totals(*numbers: Any) -> dict[str, int] | None:
    """The totals that are numbers. None where one that was given is nonsense, or none is there."""
    known = {name: whole(number) for name, number in zip(_TOTALS, numbers, strict=True) if number is not None}
    if not known or None in known.values():
        return None
    return {name: number for name, number in known.items() if number is not None}


def _batches(items: Sequence[str], size: int) -> Iterable[list[str]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
