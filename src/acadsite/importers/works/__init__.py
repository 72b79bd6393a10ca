"""Importers for lists of works: the record of ORCID, works of OpenAlex, BibTeX of Google Scholar, CSL-JSON of Zotero.

In: one file that was downloaded; nothing is fetched. Out: a new site, or, with ``into``, one new .bib file in a site
that exists. A work that is there twice is told and taken once. The forms are those of ``bibtex.from_services``.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import csl, decode_bytes, names, read
from acadsite.bibtex.entries import Entry
from acadsite.bibtex.from_services import arxiv_url, openalex_item
from acadsite.importers.works.lists import Import, Work
from acadsite.importers.works.orcid import import_record
from acadsite.people import display, parse_name
from acadsite.problems import Span, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from acadsite.importers.folder import Result
    from acadsite.sources import Node

#: “arXiv preprint arXiv:2403.01234”, as Google Scholar names the journal of a preprint.
_PREPRINT: Final = re.compile(r"arxiv(?: e-?prints?| preprint)?[, ]*(?:arxiv:)?\s*(\S+)?", re.IGNORECASE)
_KEY: Final = re.compile(r"(?m)^([ \t]*@[A-Za-z_]+\s*[{(]\s*)([^\s,{}()]+)(?=\s*,)")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.?[-\s]*)+")
_PIPED: Final = re.compile(r"\s*\|\s*")


def import_orcid(source: Path, to: Path, *, into: bool = False) -> Result:
    """A site of an ORCID record: the JSON of the public API 3.0 (``record`` or ``works``), or the BibTeX that its page
    exports."""
    work = Import(source, to, into)
    if source.suffix.lower() == ".bib":
        return _import_bibtex(work, "BibTeX of ORCID")
    root = work.json()
    if root is not None:
        import_record(work, root)
    return work.result("ORCID 3.0")


def import_openalex(source: Path, to: Path, *, into: bool = False) -> Result:
    """A site of works of OpenAlex: the JSON of ``/works`` (the whole answer, its ``results``, or one work), or the CSV
    that its website exports."""
    work = Import(source, to, into)
    if source.suffix.lower() == ".csv":
        works = list(_rows(work))
    else:
        root = work.json()
        found = root.get("results") if root is not None and isinstance(root.value, dict) else root
        found = found if found is not None else root
        works = [] if found is None else list(_openalex(found, work))
    if not work.has_failed:
        work.publish(works, "openalex", _openalex_owner(works))
    return work.result("OpenAlex")


def import_google_scholar(source: Path, to: Path, *, into: bool = False) -> Result:
    """A site of the BibTeX that a profile of Google Scholar exports (``citations.bib``)."""
    return _import_bibtex(Import(source, to, into), "BibTeX of Google Scholar")


def import_csl_json(source: Path, to: Path, *, into: bool = False) -> Result:
    """A site of CSL-JSON, as Zotero and others export it: a list of items, or one item."""
    work = Import(source, to, into)
    root = work.json()
    if root is not None:
        listed = root.get("items") if isinstance(root.value, dict) else None
        works = [work.made(node, value) for node, value in work.objects(root if listed is None else listed)]
        work.publish(works, "publications", _frequent(works))
    return work.result("CSL-JSON")


# --- BibTeX ---


def _import_bibtex(work: Import, generation: str) -> Result:
    raw = work.bytes()
    if raw is not None:
        name = work.source.name
        text, problems = decode_bytes(raw, name)
        work.problems += problems
        library = read([(name, _with_own_keys(text))])
        work.problems += library.problems
        works = [Work(_tidied(one), one.where) for one in library.entries]
        if not works:
            hint = "Is it a .bib file?"
            work.fail(error("import-kind", "There is no entry in the file.", Span(name), hint))
        else:
            work.publish(works, "publications", _frequent(works))
            _remark(work, [found.entry for found in works])
    return work.result(generation)


def _with_own_keys(text: str) -> str:
    """The file with another key wherever one is taken already: Google Scholar makes keys of names and years."""
    taken: set[str] = set()

    def own(match: re.Match[str]) -> str:
        key, number = match[2], 2
        if match[1].strip().lower().startswith(("@string", "@comment", "@preamble")):
            return match[0]
        while key.casefold() in taken:
            key, number = f"{match[2]}-{number}", number + 1
        taken.add(key.casefold())
        return f"{match[1]}{key}"

    return _KEY.sub(own, text)


def _tidied(entry: Entry) -> Entry:
    """The entry with its preprint's number where that stands in the name of the journal."""
    fields = dict(entry.fields)
    found = _PREPRINT.match(fields.get("journal", "").strip())
    number = arxiv_url(found[1].rstrip(",.")) if found and found[1] else ""
    if number and "eprint" not in fields:
        fields |= {"eprint": number.removeprefix("https://arxiv.org/abs/"), "archiveprefix": "arXiv"}
    return Entry(entry.key, entry.type, fields, spans=entry.spans)


def _remark(work: Import, entries: list[Entry]) -> None:
    """What such exports lack, once for all of them."""
    count = len(entries)
    without = sum("doi" not in entry.fields and "eprint" not in entry.fields for entry in entries)
    if without:
        work.notes.append(f"{without} of {count} works have no DOI; Crossref and OpenAlex know most.")
    short = sum(
        any(_INITIALS.fullmatch(name.given) for name in names.parse(entry.fields.get("author", "")).names)
        for entry in entries
    )
    if short:
        work.notes.append(
            f"{short} of {count} works have authors with initials only; write full names where you know them."
        )
    cut = sum(names.parse(entry.fields.get("author", "")).others for entry in entries)
    if cut:
        work.notes.append(f"{cut} of {count} lists of authors end with “and others”: complete them.")


# --- OpenAlex ---


def _openalex(root: Node, work: Import) -> Iterator[Work]:
    for node, value in work.objects(root):
        made = work.made(node, openalex_item(value))
        made.people = [
            (str(author.get("display_name") or ""), str(author.get("orcid") or ""))
            for one in value.get("authorships") or ()
            if isinstance(one, dict) and isinstance(author := one.get("author"), dict)
        ]
        yield made


def _openalex_owner(works: list[Work]) -> Mapping[str, Any]:
    """The author whom most works have in common, with the ORCID iD that OpenAlex has for them."""
    owner = dict(_frequent(works))
    found = Counter(
        orcid
        for one in works
        for name, orcid in set(one.people)
        if orcid and owner.get("name") and display(parse_name(name)) == owner["name"]
    )
    if found:
        owner["orcid"] = min(found, key=lambda orcid: (-found[orcid], orcid)).rpartition("/")[2]
    return owner


def _rows(work: Import) -> Iterator[Work]:
    """The rows of the CSV: names of columns are paths into the JSON, lists are parted by bars."""
    raw = work.bytes()
    if raw is None:
        return
    text, problems = decode_bytes(raw, work.source.name)
    work.problems += problems
    reader = csv.reader(text.splitlines(keepends=True))
    try:
        header = [name.strip().lower().replace(".", "_") for name in next(reader, [])]
        if not {"title", "display_name"} & set(header):
            hint = "Export the works of OpenAlex as CSV, with their titles."
            work.fail(error("import-kind", "No column is named “title”.", Span(work.source.name, 1, 1), hint))
            return
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line = reader.line_num
            value = dict(zip(header, row, strict=False))
            made = work.made(None, openalex_item(_unfolded(value)), Span(work.source.name, line, 1))
            people = _parted(value, "authorships_author_display_name", "authorships_raw_author_name")
            orcids = _parted(value, "authorships_author_orcid")
            orcids = orcids if len(orcids) == len(people) else [""] * len(people)
            made.people = list(zip(people, orcids, strict=True))
            yield made
    except csv.Error as failure:
        place = Span(work.source.name, reader.line_num or 1, 1)
        work.problems.append(error("import-kind", f"This is no CSV: {failure}.", place))


def _parted(row: Mapping[str, str], *names_of: str) -> list[str]:
    """The items of the first of these columns that says something."""
    cell = next((row[name] for name in names_of if row.get(name, "").strip()), "")
    return [item for item in _PIPED.split(cell.strip()) if item]


def _unfolded(row: Mapping[str, str]) -> dict[str, Any]:
    """A row as the JSON of a work."""

    def cell(*found: str) -> str:
        return next((row[name].strip() for name in found if row.get(name, "").strip()), "")

    source = {
        "display_name": cell("primary_location_source_display_name", "primary_location_display_name"),
        "issn_l": cell("primary_location_source_issn_l"),
        "type": cell("primary_location_source_type"),
        "host_organization_name": cell(
            "primary_location_source_host_organization_name", "primary_location_source_publisher"
        ),
    }
    people = _parted(row, "authorships_author_display_name", "authorships_raw_author_name", "author_names")
    return {
        "type": cell("type"),
        "type_crossref": cell("type_crossref"),
        "title": cell("title", "display_name"),
        "doi": cell("doi", "ids_doi"),
        "publication_year": cell("publication_year"),
        "publication_date": cell("publication_date"),
        "language": cell("language"),
        "ids": {"pmid": cell("ids_pmid"), "pmcid": cell("ids_pmcid")},
        "primary_location": {"landing_page_url": cell("primary_location_landing_page_url"), "source": source},
        "authorships": [{"author": {"display_name": name}} for name in people],
        "biblio": {part: cell(f"biblio_{part}") for part in ("volume", "issue", "first_page", "last_page")},
        "is_retracted": cell("is_retracted").lower() == "true",
        "abstract": cell("abstract"),
    }


# --- whose works they are ---


def _frequent(works: Iterable[Work]) -> Mapping[str, Any]:
    """The author of more than half of the works, by the longest form of the name; nobody otherwise."""
    count = 0
    forms: dict[tuple[str, str], Counter[str]] = {}
    for one in works:
        count += 1
        for person in csl.people_of(one.entry.fields.get("author", ""), keeps_particle=True):
            if "family" in person and person.get("given"):
                family = f"{person.get('non-dropping-particle', '')} {person['family']}".strip()
                key = (family.casefold(), person["given"][:1].casefold())
                forms.setdefault(key, Counter())[f"{person['given']} {family}"] += 1
    best = max(forms, key=lambda key: (sum(forms[key].values()), key), default=None)
    if best is None or sum(forms[best].values()) * 2 <= count:
        return {}
    return {"name": min(forms[best], key=lambda form: (-len(form), -forms[best][form], form))}


__all__ = ["import_csl_json", "import_google_scholar", "import_openalex", "import_orcid"]
