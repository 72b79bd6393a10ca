"""Publications: entries of .bib files as records.

Reads the fields that people really write: those of BibTeX and BibLaTeX, of al-folio (``abbr``, ``preview``,
``award`` …), of bamos/cv (``_venue``, ``_note``, ``codeurl`` …) and of Hugo Blox. Fields that are not known here
stay reachable from templates; fields whose name begins with ``_`` never reach a page or an export unless they are
named below. An entry is decoded once: what it becomes depends on the text of its chunk and on what the chunk needs
from elsewhere, and on nothing else.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import Entry, csl, csl_terms, dates, kinds, latex, lint, names, pages
from acadsite.bibtex import macros as macro_files
from acadsite.bibtex.entries import Origin as BibOrigin
from acadsite.bibtex.entries import Spans
from acadsite.bibtex.exports import exported, safe_key, written
from acadsite.bibtex.library import Draft, Piece, keep_note, survey, survey_part
from acadsite.collect.listings import Collected
from acadsite.links import unsafe_reason
from acadsite.memo import Memo, key_of
from acadsite.people import is_family_first
from acadsite.problems import Problem, Span, error, from_plain, quote, to_plain, warning
from acadsite.records import FrozenMap, Marks, Places, Record, freeze, segment, shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from acadsite.bibtex import Date, Name
    from acadsite.bibtex.chunks import Cut
    from acadsite.bibtex.macros import Macros
    from acadsite.records import Origin

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
_NO_TEXTS: Final = dict.fromkeys(_TEXTS, "")
_TEXT_SET: Final = frozenset(_TEXTS)
_NOTHING: Final = FrozenMap()
_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n|\\par\b")
_SCHEME_OR_ROOT: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/")
#: An address without its scheme.
_HOST: Final = re.compile(r"(www\.|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|edu|io|ai)/)")
#: Lines that Zotero writes into the note: what it has no field for.
_ZOTERO: Final = re.compile(
    r"(?:Number|Publisher|Section|Pages|Volume|Issue|Edition|Series|Place|Type|IS[BS]N|PMC?ID|DOI|Citation Key"
    r"|tex\.[\w-]+|_eprint|ADS Bibcode|Conference Name|Meeting Name|Container-title|Distributor|Version Number)\s*:.*"
    r"|arXiv:\S+(?: \[[\w.-]+\])?(?: version: \d+)?"
)
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


@dataclass(slots=True)
class Work:
    """What an entry became, wherever it stands: ``data`` of its record, or None where there is none. ``inputs`` is the
    digest of what it was made of besides the text of its chunk. ``hidden`` is "drafts" (only they show it), "always"
    or empty. ``checks`` are the warnings of the bibliography, ``problems`` those of the record; their paths are
    numbers, as are those of ``marks``: 0 for the entry's own chunk, then those from which it inherits. ``record`` is
    what was made of it last, for ``places``."""

    inputs: str
    data: FrozenMap | None
    hidden: str
    checks: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    marks: tuple[Marks, ...]
    record: Record | None = None
    places: tuple[Origin, ...] = ()

    def plain(self) -> list[Any]:
        """The work as JSON can hold it."""
        marks = [(names, list(numbers)) for names, numbers in self.marks]
        faults = [[to_plain(problem) for problem in part] for part in (self.checks, self.problems)]
        return [self.inputs, self.data, self.hidden, *faults, marks]


def _revived(plain: Any) -> Work:
    inputs, data, hidden, checks, problems, marks = plain
    if data is not None:
        for role in ("authors", "editors"):
            data[role] = [shared(freeze(name)) for name in data[role]]
        data["date"] = shared(freeze(data["date"]))
    return Work(
        inputs,
        freeze(data),
        hidden,
        tuple(from_plain(problem) for problem in checks),
        tuple(from_plain(problem) for problem in problems),
        tuple(Marks(shared(tuple(names)), array("I", numbers)) for names, numbers in marks),
    )


def read_publications(
    files: Sequence[tuple[str, str]],
    settings: Mapping[str, Any],
    macro_text: str = "",
    drafts: bool = False,
    memo: Memo | None = None,
) -> Collected:
    """Records from .bib files given as (path, text), in order; newest first, file order within a year. With a
    ``memo`` only what changed is decoded."""
    macros = macro_files.parse(macro_text) if macro_text else None
    found = survey(files, macros, memo, _revived)
    decoder = _Works(settings, found.macros)
    checks: list[Problem] = []
    problems: list[Problem] = []
    records: dict[int, list[Record]] = {}
    hidden: set[tuple[str, str]] = set()
    for draft in found.drafts:
        inputs = decoder.inputs(draft)
        work = draft.piece.note
        if work is None or work.inputs != inputs:
            work = decoder.make(draft, inputs)
            if memo is not None:
                keep_note(memo, draft.piece, work)
        if work.checks:
            checks += (_placed(problem, draft) for problem in work.checks)
        if work.hidden and not (drafts and work.hidden == "drafts"):
            hidden |= {("publications", name) for name in (draft.key, *draft.aliases)}
            continue
        if work.problems:
            problems += (_placed(problem, draft) for problem in work.problems)
        if work.data is not None:
            record = _record_of(work, draft)
            records.setdefault(_newest_first(record), []).append(record)
    return Collected(
        tuple(chain.from_iterable(records[rank] for rank in sorted(records))),
        (),
        (*found.problems, *checks, *problems),
        hidden=frozenset(hidden),
    )


@dataclass(frozen=True, slots=True)
class Decoding:
    """The dear half of ``read_publications``, for several processes. The parts may be taken in any order, by anyone,
    or not at all: ``read_publications`` looks whether each piece fits, and makes what is missing."""

    cuts: Sequence[tuple[str, Cut]]
    settings: Mapping[str, Any]
    macro_text: str

    def __len__(self) -> int:
        """How many chunks there are."""
        return sum(len(cut) for _, cut in self.cuts)

    def part(self, number: int, count: int) -> list[Piece]:
        """The pieces of one of ``count`` parts of about the same size, counted from 0; they are picklable."""
        memo = Memo()
        macros = macro_files.parse(self.macro_text) if self.macro_text else None
        drafts, known = survey_part(self.cuts, macros, memo, number, count)
        works = _Works(self.settings, known)
        for draft in drafts:
            draft.piece.note = works.make(draft, works.inputs(draft))
        pieces = [piece for piece, _ in memo.fresh.values()]
        for piece in pieces:
            piece.block = None
        return pieces


def _record_of(work: Work, draft: Draft) -> Record:
    """The record of a work that has one, at the place of the draft; the same as last time where it can be."""
    places = (draft.place,) if len(work.marks) == 1 else _origins(draft)
    if work.record is None or work.places != places:
        data = work.data
        assert data is not None  # noqa: S101
        work.places = places
        work.record = Record("publications", data["id"], data, Places(*zip(work.marks, places, strict=True)))
    return work.record


def _origins(draft: Draft) -> tuple[tuple[str, int, int], ...]:
    """The places of the draft's own chunk and of those from which it inherits."""
    return tuple((origin.path, origin.line, origin.column) for origin in _chunks(draft))


def _placed(problem: Problem, draft: Draft) -> Problem:
    """A problem of a work, where the draft stands."""
    where = problem.where
    if where is None:
        return problem
    number = int(where.path)
    path, line, column = draft.place if not number else _origins(draft)[number]
    start = where.column + (column - 1 if where.line == 1 else 0)
    if not where.end_line:
        return replace(problem, where=Span(path, where.line + line - 1, start))
    end = where.end_column + (column - 1 if where.end_line == 1 else 0)
    return replace(problem, where=Span(path, where.line + line - 1, start, where.end_line + line - 1, end))


class _Works:
    """Makes works. The settings and macros are the same for all."""

    def __init__(self, settings: Mapping[str, Any], macros: Macros) -> None:
        self.settings, self.macros = settings, macros
        self.hidden = _hidden_fields(settings)
        self.labels = {**LINKS, **settings["links"]}
        self.more = frozenset(settings["links"])
        self.always = key_of(repr(list(settings["links"].items())), repr(sorted(self.hidden)), macros.text)

    def inputs(self, draft: Draft) -> str:
        """A digest of everything but the text of the chunk."""
        has_key = bool(draft.piece.reading.key)
        if has_key and not (draft.strings or draft.is_damaged or draft.inherited):
            return self.always
        given = []
        if draft.inherited:
            number = _chunks(draft)
            for name in draft.fields:
                if name in draft.inherited:
                    origin, start, end = draft.spans.place(name)
                    place = _corners(origin.breaks, start, end)
                    given.append((name, draft.fields[name], number[origin], place))
        return key_of(
            self.always, repr(sorted(draft.strings.items())), repr(given), repr(draft.is_damaged), draft.key
        )

    def make(self, draft: Draft, inputs: str) -> Work:
        """Decode one entry."""
        entry = Entry(draft.key, draft.type, draft.fields, draft.inherited, _Told(draft), "", draft.aliases)
        checks = tuple(lint.check([entry], self.macros, (entry.key,) if draft.is_damaged else ()))
        if kinds.meaning(entry.type) in kinds.CONTROL:
            return Work(inputs, None, "", checks, (), ())
        hidden = "always" if _is_hidden(entry, True) else "drafts" if _is_hidden(entry, False) else ""
        problems: list[Problem] = []
        data = None if hidden == "always" else self.data(entry, problems)
        if data is None:
            return Work(inputs, None, hidden, checks, tuple(problems), ())
        return Work(inputs, data, hidden, checks, tuple(problems), _marks(draft, data["links"]))

    def data(self, entry: Entry, problems: list[Problem]) -> FrozenMap | None:
        """What pages show of an entry; None, with a problem, where no address can be made for it."""
        identifier = segment(entry.key)
        if not identifier:
            problems.append(
                error("bib-bad-key", f"No address can be made from the key {quote(entry.key)}.", entry.where)
            )
            return None
        hidden, macros = self.hidden, self.macros
        fields = {name: value for name, value in entry.fields.items() if name not in hidden and value.strip()}
        rich = _Decoder(fields, macros)
        found, _ = dates.parse(fields)
        date = _date(found) if found else None
        authors, others = _names(fields.get("author", ""), macros)
        editors, editors_others = _names(fields.get("editor", ""), macros)
        title = rich("title") or (("(untitled)",) if not fields.get("title") else (fields["title"],))
        kind = _kind(entry, fields)
        cited, whole = self.texts(entry)
        data: dict[str, Any] = {
            "id": identifier,
            "key": entry.key,
            "key_aliases": entry.aliases,
            "type": _type(entry, fields),
            "kind": kind,
            "title": title,
            "title_text": _line(latex.spoken(title)),
            "subtitle": rich("subtitle"),
            "authors": authors,
            "others": others,
            "editors": editors,
            "editors_others": editors_others,
            "date": date,
            "year": date["year"] if date else None,
            "year_text": date["text"] if date else "",
            "is_forthcoming": bool(date and date["year"] is None and _FORTHCOMING.search(str(date["text"]))),
            "venue": _venue(fields, kind, rich),
            "venue_is_whole": bool(fields.get("_venue")),
            "abbr": rich.text("abbr") or rich.text("publication_short"),
            "note": rich("_note") or (() if _is_of_zotero(fields.get("note", "")) else rich("note")),
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
            "has_abstract": bool(fields.get("abstract", "").strip()),
            "keywords": _keywords(fields, rich),
            "annotation": _annotation(rich.text("annotation")),
            "bibtex_show": fields.get("bibtex_show", "true").strip().casefold() in _TRUE,
            "doi": csl.clean_doi(fields.get("doi", "")),
            "arxiv": _arxiv(fields),
            "language": fields.get("langid", "").strip(),
            # What one cites, and the whole entry for those who take it over.
            "bibtex": cited,
            "bibtex_whole": whole,
            "csl": self.csl(entry, fields),
        }
        data |= _NO_TEXTS
        for name in fields.keys() & _TEXT_SET:
            data[name] = rich.text(name)
        data["pages"] = pages.normal(fields.get("pages", ""))
        data["url"], data["links"] = self.links(entry, fields, data, problems)
        data["extra"] = FrozenMap(
            (name, rich.text(name))
            for name in fields
            if name not in _READ and name not in data and name[0] != "_"
        )
        # Who the authors are is found out later.
        data["person_ids"] = ()
        return FrozenMap(data)

    def texts(self, entry: Entry) -> tuple[str, str]:
        """The entry as BibTeX: what one cites, and the whole of it."""
        fields = exported(entry)
        key = safe_key(entry.key)
        for name in self.hidden & fields.keys():
            del fields[name]
        whole = written(entry.type, key, fields).strip()
        if _NOT_CITED.isdisjoint(fields):
            return whole, whole
        cited = {name: value for name, value in fields.items() if name not in _NOT_CITED}
        return written(entry.type, key, cited).strip(), whole

    def csl(self, entry: Entry, fields: Mapping[str, str]) -> str:
        """What one cites as JSON: an item of CSL-JSON in which texts are rich text. Addresses that are left out of the
        page are not in it either."""
        cited = {name: value for name, value in fields.items() if name not in _NOT_CITED}
        item = csl.rich_item(replace(entry, fields=cited), self.macros)
        if unsafe_reason(item.get("URL", "")):
            del item["URL"]
        if not item.get("DOI", "10.").startswith("10."):
            del item["DOI"]
        return json.dumps(item, ensure_ascii=False, separators=(",", ":"))

    def links(
        self,
        entry: Entry,
        fields: Mapping[str, str],
        data: Mapping[str, Any],
        problems: list[Problem],
    ) -> tuple[str, tuple[FrozenMap, ...]]:
        """The address of the title, and the buttons in their order: name, label, url."""
        wanted: dict[str, str] = {}
        for name, raw in fields.items():
            base = _button(name)
            if name[0] == "_" or base in {"", "event", "bib"}:
                continue
            if base in LINKS or name in self.more or base != name:
                wanted.setdefault(name if name in self.more else base, latex.verbatim(raw))
        wanted |= {name: data[name] for name in ("doi", "arxiv") if data[name]}
        labels = self.labels
        links = []
        for name in [*(name for name in labels if name in wanted), *sorted(wanted.keys() - labels.keys())]:
            given = wanted[name]
            address = _address(entry, name, given, problems) if given else None
            if address:
                label = labels.get(name) or name.replace("_", " ").replace("-", " ").capitalize()
                links.append(FrozenMap(name=name, label=label, url=address))
        url = latex.verbatim(fields.get("url", "") or fields.get("link", ""))
        title_url = _address(entry, "url", url, problems) if url else None
        best = {link["name"]: link["url"] for link in links}
        return title_url or best.get("doi") or best.get("arxiv") or best.get("html") or "", tuple(links)


def _is_of_zotero(note: str) -> bool:
    """Whether a note holds nothing but such lines, which say again what other fields say, and is not for readers."""
    lines = [line.strip() for line in note.split("\n") if line.strip()]
    return bool(lines) and all(_ZOTERO.fullmatch(line) for line in lines)


def _type(entry: Entry, fields: Mapping[str, str]) -> str:
    """The type of an entry; BibLaTeX writes ``@thesis`` with a ``type`` for those that BibTeX has types for."""
    if entry.type != "thesis":
        return entry.type
    said = latex.verbatim(fields.get("type", "")).replace("’", "'")
    if said in {"phdthesis", "mathesis"}:
        return {"phdthesis": "phdthesis", "mathesis": "mastersthesis"}[said]
    return next((kind for kind, form in csl_terms.THESIS_WORDS.items() if form.fullmatch(said)), entry.type)


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


class _Told(Spans):
    """Places that are told from the beginnings of the chunks: of the entry's own and of those it inherits from. Their
    paths are numbers."""

    __slots__ = ("_draft", "_origins")

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._origins: dict[BibOrigin, BibOrigin] | None = None

    def place(self, name: str) -> tuple[BibOrigin, int, int]:
        if self._origins is None:
            own = _chunks(self._draft)
            self._origins = {there: BibOrigin(str(at), 1, 1, there.text) for at, there in enumerate(own)}
        origin, start, end = self._draft.spans.place(name)
        return self._origins[origin], start, end

    def __getitem__(self, name: str) -> Span:
        origin, start, end = self.place(name)
        return origin.span(start, end)

    def __iter__(self) -> Iterator[str]:
        return iter(self._draft.spans)

    def __len__(self) -> int:
        return len(self._draft.spans)

    def __contains__(self, name: object) -> bool:
        return name in self._draft.spans


def _chunks(draft: Draft) -> dict[BibOrigin, int]:
    """The chunks in which the fields of an entry stand, its own first, with their numbers."""
    found = {draft.origin: 0}
    if draft.inherited:
        for name in draft.spans:
            found.setdefault(draft.spans.place(name)[0], len(found))
    return found


def _marks(draft: Draft, links: Sequence[Mapping[str, Any]]) -> tuple[Marks, ...]:
    """The places of the fields and of the links, chunk by chunk."""
    spans = draft.spans
    chunks = _chunks(draft)
    found: list[tuple[list[str], list[int]]] = [([], []) for _ in chunks]
    corners: dict[str, tuple[int, tuple[int, int, int, int]]] = {}
    for name, (origin, start, end) in spans.places.items():
        at = chunks[origin]
        corner = _corners(origin.breaks, start, end)
        corners[name] = at, corner
        found[at][0].append(name)
        found[at][1].extend(corner)
    for number, link in enumerate(links):
        at, corner = corners[_field_of(spans, link["name"])]
        found[at][0].append(f"links.{number}")
        found[at][1].extend(corner)
    return tuple([Marks(shared(tuple(names)), array("I", numbers)) for names, numbers in found])


def _corners(breaks: Sequence[int], start: int, end: int) -> tuple[int, int, int, int]:
    """``Origin.corners``, told from the beginning of the chunk."""
    first = bisect_left(breaks, start)
    column = start - breaks[first - 1] if first else start + 1
    if end <= start:
        return first + 1, column, 0, 0
    if first == len(breaks) or end <= breaks[first]:
        return first + 1, column, first + 1, column + end - start
    last = bisect_left(breaks, end)
    return first + 1, column, last + 1, end - breaks[last - 1]


class _Decoder:
    """Decodes fields of one entry."""

    def __init__(self, fields: Mapping[str, str], macros: Macros) -> None:
        self.fields, self.macros = fields, macros

    def __call__(self, name: str) -> tuple[Any, ...]:
        raw = self.fields.get(name)
        return latex.rich(raw, self.macros) if raw else ()

    def text(self, name: str) -> str:
        raw = self.fields.get(name)
        if not raw:
            return ""
        if kinds.is_verbatim(name):
            return latex.verbatim(raw)
        return _line(
            latex.text(raw, self.macros) if len(raw) < 200 else latex.plain(latex.rich(raw, self.macros))
        )

    def paragraphs(self, name: str) -> tuple[tuple[Any, ...], ...]:
        """A long text in paragraphs, each a Rich value; empty lines and ``\\par`` divide."""
        raw = self.fields.get(name)
        if not raw:
            return ()
        parts = _PARAGRAPH.split(raw) if "\n" in raw or "\\par" in raw else [raw]
        return tuple(rich for part in parts if (rich := latex.rich(part.strip(), self.macros)))


def _without(entry: Entry, hidden: Set[str]) -> Entry:
    return replace(entry, fields={name: raw for name, raw in entry.fields.items() if name not in hidden})


def _line(text: str) -> str:
    return " ".join(text.split())


def _names(raw: str, macros: Macros) -> tuple[tuple[FrozenMap, ...], bool]:
    if not raw.strip():
        return (), False
    parsed = names.parse(raw, macros)
    pieces = names.split_names(raw) if not raw.isascii() else ()
    if len(pieces) != len(parsed.names):
        return tuple([_name(name) for name in parsed.names]), parsed.others
    found = []
    for name, piece in zip(parsed.names, pieces, strict=True):
        # BibTeX takes the last word for the family name; people write East Asian names family first.
        is_turned = "," not in piece and is_family_first(name.given, name.family)
        found.append(_name(replace(name, given=name.family, family=name.given) if is_turned else name))
    return tuple(found), parsed.others


@lru_cache(maxsize=16384)
def _name(name: Name) -> FrozenMap:
    """A name as records hold it, of nobody known yet: the same object for each time that it stands somewhere."""
    return FrozenMap({**name.record(), "person": None, "is_owner": False, "is_student": False})


@lru_cache(maxsize=4096)
def _date(date: Date) -> FrozenMap:
    return freeze(date.record())  # type: ignore[no-any-return]


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


def _annotation(text: str) -> FrozenMap:
    """al-folio's legend of marks: “* Equal contribution, † Correspondence” → mark to text."""
    if not text:
        return _NOTHING
    found = re.findall(r"([*∗†‡§¶‖&^✉#]+)\s*([^*∗†‡§¶‖&^✉#]+)", text)
    return FrozenMap({mark.replace("∗", "*"): words.strip(" ,;.") for mark, words in found})


def _arxiv(fields: Mapping[str, str]) -> str:
    value = fields.get("arxiv", "").strip()
    if not value and "eprint" not in fields:
        return ""
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


@lru_cache(maxsize=4096)
def _button(field: str) -> str:
    """The button that a field stands for: “codeurl” (bamos/cv) and “url_code” (Hugo Blox) for “code”; the field's
    own name where it is no address by its name."""
    if field in {"url", "biburl"}:
        return "" if field == "biburl" else field
    return field.removesuffix("url").removeprefix("url_").strip("_-")


def _field_of(spans: Mapping[str, Span], name: str) -> str:
    """Where the address of a button stands: in the field of its name, or in “…url” or “url_…”; else the key."""
    fields = (name, f"{name}url", f"{name}_url", f"url_{name}")
    return next((field for field in fields if field in spans), "")


def _address(entry: Entry, name: str, raw: str, problems: list[Problem]) -> str | None:
    """An address that may be linked; files of the site become paths below its root."""
    value = raw.strip()
    is_bare = not _SCHEME_OR_ROOT.match(value)
    if name in RESOLVERS and is_bare:
        return RESOLVERS[name] + value.replace(" ", "")
    reason = unsafe_reason(value)
    if not reason and ".." in value.split("/") and is_bare:
        reason = "leads out of the site"
    if reason:
        problems.append(
            warning(
                "link-unsafe",
                f"{entry.key}: the address {quote(value)} {reason}; it is left out.",
                entry.spans[_field_of(entry.spans, name)],
            )
        )
        return None
    if is_bare and _HOST.match(value):
        return "https://" + value
    return value
