"""Publications: entries of .bib files as records.

Reads the fields that people really write: those of BibTeX and BibLaTeX, of al-folio (``abbr``, ``preview``,
``award`` …), of bamos/cv (``_venue``, ``_note``, ``codeurl`` …) and of Hugo Blox. Fields that are not known here
stay reachable from templates; fields whose name begins with ``_`` never reach a page or an export unless they are
named below.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import Entry, csl, dates, kinds, latex, names, pages, read, to_bibtex
from acadsite.bibtex import macros as macro_files
from acadsite.collect.listings import Collected
from acadsite.links import unsafe_reason
from acadsite.people import is_family_first
from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.records import Record, freeze, segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

#: Fields that become buttons, in the order of the buttons; a field named ``…url`` does as well.
LINKS: Final[dict[str, str]] = {
    "pdf": "PDF",
    "doi": "DOI",
    "arxiv": "arXiv",
    "html": "HTML",
    "code": "Code",
    "data": "Data",
    "dataset": "Data",
    "slides": "Slides",
    "poster": "Poster",
    "video": "Video",
    "talk": "Talk",
    "supp": "Supplement",
    "website": "Website",
    "project": "Project",
    "demo": "Demo",
    "blog": "Blog",
    "preprint": "Preprint",
    "hal": "HAL",
    "pmid": "PubMed",
    "mathscinet": "MathSciNet",
    "zbmath": "zbMATH",
}
#: Ids that are no addresses yet.
RESOLVERS: Final[dict[str, str]] = {
    "doi": "https://doi.org/",
    "arxiv": "https://arxiv.org/abs/",
    "hal": "https://hal.science/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "mathscinet": "https://mathscinet.ams.org/mathscinet-getitem?mr=",
    "zbmath": "https://zbmath.org/",
}
#: BibLaTeX or BibTeX type → our kind (``kinds.works.TYPES``).
_KINDS: Final[dict[str, str]] = {
    "article": "article",
    "suppperiodical": "article",
    "periodical": "article",
    "review": "article",
    "book": "book",
    "mvbook": "book",
    "booklet": "book",
    "manual": "report",
    "proceedings": "edited",
    "mvproceedings": "edited",
    "collection": "edited",
    "mvcollection": "edited",
    "reference": "edited",
    "inbook": "chapter",
    "bookinbook": "chapter",
    "suppbook": "chapter",
    "incollection": "chapter",
    "inreference": "chapter",
    "suppcollection": "chapter",
    "inproceedings": "paper",
    "thesis": "thesis",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "techreport": "report",
    "report": "report",
    "software": "software",
    "dataset": "dataset",
    "patent": "patent",
    "unpublished": "preprint",
}
#: Text that a page shows as it is, decoded.
_TEXTS: Final = (
    "volume", "number", "issue", "pages", "publisher", "edition", "series", "institution", "school", "organization",
    "address", "location", "chapter", "howpublished", "eventtitle", "version", "isbn", "issn",
)  # fmt: skip
_FORTHCOMING: Final = re.compile(
    r"in press|forthcoming|to appear|accepted|submitted|in preparation|under review|im druck", re.IGNORECASE
)
#: No part of a citation, and most of an entry's length.
_NOT_CITED: Final = frozenset({"abstract", "keywords", "annote", "tldr"})
_TRUE: Final = {"true", "yes", "1", "on"}
#: Fields read by name below; all the others are kept for templates under their own names.
_READ: Final = frozenset(
    {"title", "subtitle", "author", "editor", "year", "month", "day", "date", "abstract", "keywords", "abbr", "note",
     "annotation", "selected", "award", "award_name", "preview", "bibtex_show", "journal", "journaltitle", "booktitle",
     "url", "crossref", "xdata", "ids", "langid", "language", "eprint", "archiveprefix", "eprinttype"}
)  # fmt: skip


def read_publications(
    files: Sequence[tuple[str, str]], settings: Mapping[str, Any], macro_text: str = "", drafts: bool = False
) -> Collected:
    """Records from .bib files given as (path, text), in order; newest first, file order within a year."""
    macros = macro_files.parse(macro_text) if macro_text else None
    bibliography = read(files, macros)
    problems = list(bibliography.problems)
    known = bibliography.macros if macros is None else bibliography.macros | macros
    records = []
    hidden: set[tuple[str, str]] = set()
    for entry in bibliography.entries:
        if kinds.meaning(entry.type) in kinds.CONTROL:
            continue
        if _is_hidden(entry, drafts):
            hidden |= {("publications", name) for name in (entry.key, *entry.aliases)}
            continue
        record = _record(entry, settings, known, problems)
        if record is not None:
            records.append(record)
    records.sort(key=_newest_first)
    return Collected(tuple(records), (), tuple(problems), hidden=frozenset(hidden))


def public_entries(entries: Iterable[Entry], settings: Mapping[str, Any]) -> list[Entry]:
    """What may leave the site: entries that are not hidden, without the fields of ``hide:``."""
    left_out = _hidden_fields(settings)
    return [_without(entry, left_out) for entry in entries if not _is_hidden(entry, drafts=False)]


def _hidden_fields(settings: Mapping[str, Any]) -> set[str]:
    return {name.casefold() for name in settings["hide"]}


def _is_hidden(entry: Entry, drafts: bool) -> bool:
    hidden = entry.fields.get("hidden", "").strip().casefold() in _TRUE
    public = entry.fields.get("public", "true").strip().casefold()
    return public in {"false", "no"} or (hidden and not drafts)


def _newest_first(record: Record) -> int:
    year = record.data["year"]
    if year is None:
        return -10_000 if record.data["is_forthcoming"] else 10_000
    return -int(year)


def _record(entry: Entry, settings: Mapping[str, Any], macros: Any, problems: list[Problem]) -> Record | None:
    identifier = segment(entry.key)
    if not identifier:
        problems.append(
            error("bib-bad-key", f"No address can be made from the key {quote(entry.key)}.", entry.where)
        )
        return None
    hidden = _hidden_fields(settings)
    fields = {name: value for name, value in entry.fields.items() if name not in hidden and value.strip()}
    rich = _Decoder(fields, macros)
    found, _ = dates.parse(fields)
    date = found.record() if found else None
    authors, others = _names(fields.get("author", ""), macros)
    editors, editors_others = _names(fields.get("editor", ""), macros)
    title = rich("title") or (("(untitled)",) if not fields.get("title") else (fields["title"],))
    kind = _kind(entry, fields)
    data: dict[str, Any] = {
        "id": identifier,
        "key": entry.key,
        "key_aliases": entry.aliases,
        "type": entry.type,
        "kind": kind,
        "title": title,
        "title_text": _line(latex.plain(title)),
        "subtitle": rich("subtitle"),
        "authors": authors,
        "others": others,
        "editors": editors,
        "editors_others": editors_others,
        "date": date,
        "year": date["year"] if date else None,
        "year_text": (date or {}).get("text", ""),
        "is_forthcoming": bool(date and date["year"] is None and _FORTHCOMING.search(str(date["text"]))),
        "venue": _venue(fields, kind, rich),
        "venue_is_whole": bool(fields.get("_venue")),
        "abbr": rich.text("abbr") or rich.text("publication_short"),
        "note": rich("_note") or rich("note"),
        "note_is_mark": bool(fields.get("_note")),
        # al-folio has Markdown in these two; HTML in a .bib file is text.
        "award": rich.text("award").replace("<", "\\<"),
        "info": rich.text("additional_info").lstrip(" .;,").replace("<", "\\<"),
        "award_name": rich.text("award_name"),
        "selected": any(
            fields.get(name, "").strip().casefold() in _TRUE for name in ("selected", "featured")
        ),
        "preview": fields.get("preview", "").strip(),
        "abstract": rich.paragraphs("abstract"),
        "keywords": _keywords(fields, rich),
        "annotation": _annotation(rich.text("annotation")),
        "bibtex_show": fields.get("bibtex_show", "true").strip().casefold() in _TRUE,
        "doi": csl.clean_doi(fields.get("doi", "")),
        "arxiv": _arxiv(fields),
        "language": fields.get("langid", "").strip(),
        # What one cites, and the whole entry for those who take it over.
        "bibtex": to_bibtex([_without(entry, hidden | _NOT_CITED)]).strip(),
        "bibtex_whole": to_bibtex([_without(entry, hidden)]).strip(),
    }
    data |= {name: rich.text(name) for name in _TEXTS}
    data["pages"] = pages.normal(fields.get("pages", ""))
    data["url"], data["links"] = _links(entry, fields, data, settings["links"], problems)
    data["extra"] = {
        name: rich.text(name) for name in fields if name not in _READ and name not in data and name[0] != "_"
    }
    spans = dict(entry.spans)
    for at, link in enumerate(data["links"]):
        place = _place(entry, link["name"])
        spans |= {f"links.{at}": place} if place else {}
    return Record("publications", identifier, freeze(data), spans)


class _Decoder:
    """Decodes fields of one entry, each at most once."""

    def __init__(self, fields: Mapping[str, str], macros: Any) -> None:
        self.fields, self.macros = fields, macros

    def __call__(self, name: str) -> tuple[Any, ...]:
        raw = self.fields.get(name, "")
        return latex.rich(raw, self.macros) if raw else ()

    def text(self, name: str) -> str:
        if kinds.is_verbatim(name):
            return latex.verbatim(self.fields.get(name, ""))
        return _line(latex.plain(self(name)))

    def paragraphs(self, name: str) -> tuple[tuple[Any, ...], ...]:
        """A long text in paragraphs, each a Rich value; empty lines and ``\\par`` divide."""
        raw = self.fields.get(name, "")
        parts = re.split(r"\n[ \t]*\n|\\par\b", raw) if raw else []
        return tuple(rich for part in parts if (rich := latex.rich(part.strip(), self.macros)))


def _without(entry: Entry, hidden: Set[str]) -> Entry:
    return replace(entry, fields={name: raw for name, raw in entry.fields.items() if name not in hidden})


def _line(text: str) -> str:
    return " ".join(text.split())


def _names(raw: str, macros: Any) -> tuple[tuple[Mapping[str, Any], ...], bool]:
    if not raw.strip():
        return (), False
    parsed = names.parse(raw, macros)
    found = [name.record() for name in parsed.names]
    pieces = names.split_names(raw) if not raw.isascii() else ()
    for name, piece in zip(found, pieces, strict=False) if len(pieces) == len(found) else ():
        # BibTeX takes the last word for the family name; people write East Asian names family first.
        if "," not in piece and is_family_first(str(name["given"]), str(name["family"])):
            name["given"], name["family"] = name["family"], name["given"]
    return tuple(found), parsed.others


def _kind(entry: Entry, fields: Mapping[str, str]) -> str:
    meaning = kinds.meaning(entry.type)
    if meaning in {"misc", "online", "unpublished"}:
        if fields.get("booktitle"):
            return "paper"
        if fields.get("journal") or fields.get("journaltitle"):
            return "article"
        source = " ".join(fields.get(name, "") for name in ("archiveprefix", "eprinttype", "_venue", "url"))
        if "arxiv" in source.casefold() or fields.get("arxiv"):
            return "preprint"
    if meaning == "article" and "arxiv" in fields.get("journal", "").casefold():
        return "preprint"
    return _KINDS.get(meaning, "other")


def _venue(fields: Mapping[str, str], kind: str, rich: _Decoder) -> tuple[Any, ...]:
    """Where it appeared, as a Rich value."""
    order = ["_venue", "journaltitle", "journal", "booktitle", "maintitle", "eventtitle"]
    if kind == "thesis":
        order = ["_venue", "school", "institution"]
    elif kind in {"report", "software", "dataset"}:
        order = ["_venue", "institution", "organization", "publisher", "howpublished"]
    for name in (*order, "howpublished", "publisher", "organization", "institution"):
        if fields.get(name):
            found = rich(name)
            if found:
                return found
    return ()


def _keywords(fields: Mapping[str, str], rich: _Decoder) -> tuple[str, ...]:
    text = rich.text("keywords") if fields.get("keywords") else ""
    return tuple(dict.fromkeys(word for word in (part.strip() for part in re.split(r"[;,]", text)) if word))


def _annotation(text: str) -> dict[str, str]:
    """al-folio's legend of marks: “* Equal contribution, † Correspondence” → mark to text."""
    found = re.findall(r"([*∗†‡§¶‖&^✉#]+)\s*([^*∗†‡§¶‖&^✉#]+)", text)
    return {mark.replace("∗", "*"): words.strip(" ,;.") for mark, words in found}


def _arxiv(fields: Mapping[str, str]) -> str:
    value = fields.get("arxiv", "").strip()
    source = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip().casefold()
    eprint = fields.get("eprint", "").strip()
    if (
        not value
        and eprint
        and (source == "arxiv" or re.fullmatch(r"(arXiv:)?\d{4}\.\d{4,5}(v\d+)?", eprint))
    ):
        value = eprint
    return re.sub(r"^(https?://arxiv\.org/(abs|pdf)/|arxiv:)", "", value, flags=re.IGNORECASE).removesuffix(
        ".pdf"
    )


def _links(
    entry: Entry,
    fields: Mapping[str, str],
    data: Mapping[str, Any],
    more: Mapping[str, str],
    problems: list[Problem],
) -> tuple[str, list[dict[str, str]]]:
    """The address of the title, and the buttons in their order: name, label, url."""
    wanted: dict[str, str] = {}
    for name, raw in fields.items():
        base = _button(name)
        if name.startswith("_") or base in {"", "event", "bib"}:
            continue
        if base in LINKS or name in more or base != name:
            wanted.setdefault(name if name in more else base, latex.verbatim(raw))
    wanted |= {name: data[name] for name in ("doi", "arxiv") if data[name]}
    labels = LINKS | dict(more)
    links = []
    for name in [*labels, *sorted(wanted.keys() - labels.keys())]:
        given = wanted.get(name)
        address = _address(entry, name, given, problems) if given else None
        if address:
            label = labels.get(name) or name.replace("_", " ").replace("-", " ").capitalize()
            links.append({"name": name, "label": label, "url": address})
    url = latex.verbatim(fields.get("url", "") or fields.get("link", ""))
    title_url = _address(entry, "url", url, problems) if url else None
    best = {link["name"]: link["url"] for link in links}
    return title_url or best.get("doi") or best.get("arxiv") or best.get("html") or "", links


def _button(field: str) -> str:
    """The button that a field stands for: “codeurl” (bamos/cv) and “url_code” (Hugo Blox) for “code”; the field's
    own name where it is no address by its name."""
    if field in {"url", "biburl"}:
        return "" if field == "biburl" else field
    return field.removesuffix("url").removeprefix("url_").strip("_-")


def _place(entry: Entry, name: str) -> Span | None:
    """Where the address of a button stands: in the field of its name, or in “…url” or “url_…”."""
    places = (entry.spans.get(field) for field in (name, f"{name}url", f"{name}_url", f"url_{name}"))
    return next((place for place in places if place), entry.where)


def _address(entry: Entry, name: str, raw: str, problems: list[Problem]) -> str | None:
    """An address that may be linked; files of the site become paths below its root."""
    place = _place(entry, name)
    value = raw.strip()
    is_bare = not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/", value)
    if name in RESOLVERS and is_bare:
        return RESOLVERS[name] + value.replace(" ", "")
    reason = unsafe_reason(value)
    if not reason and ".." in value.split("/") and is_bare:
        reason = "leads out of the site"
    if reason:
        problems.append(
            warning(
                "link-unsafe", f"{entry.key}: the address {quote(value)} {reason}; it is left out.", place
            )
        )
        return None
    if re.match(r"(www\.|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|edu|io|ai)/)", value):
        return "https://" + value
    return value
