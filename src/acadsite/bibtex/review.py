# ruff: noqa: SIM905  (tables of words read better as text)
"""A second look at a whole bibliography: what readers will miss, and what looks like a slip.

``lint`` finds at each build what cannot be read as it stands; here is what reads well and is still hardly meant: no
venue, the same work twice, a field that nobody looks at. In: resolved entries. Out: warnings; nothing is changed.
Inherited fields are looked at where they come from.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

from acadsite.bibtex import csl, dates, kinds, latex, names
from acadsite.problems import Problem, nearest, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from acadsite.bibtex.entries import Entry
    from acadsite.bibtex.macros import Macros

#: Fields of BibTeX, BibLaTeX 3.19 and what reference managers add, with or without a meaning for us.
FIELDS: Final = frozenset(
    """abstract addendum address afterword annotation annote annotator archive archiveprefix arxiv author authortype
    bookauthor bookpagination booksubtitle booktitle booktitleaddon chapter cites collaboration commentator copyright
    coden crossref date date-added date-modified day doi edition editor editora editorb editorc editortype editoratype
    editorbtype editorctype eid entrysubtype entryset eprint eprintclass eprinttype eventdate eventtitle
    eventtitleaddon execute file foreword gender groups holder howpublished hyphenation ids indexsorttitle indextitle
    institution introduction isan isbn ismn isrn issn issue issuetitle issuesubtitle issuetitleaddon iswc journal
    journalsubtitle journaltitle journaltitleaddon key keyword keywords label langid langidopts language lccn lib
    library local-url location mainsubtitle maintitle maintitleaddon mendeley-groups mendeley-tags month mrclass
    mrnumber mrreviewer nameaddon nationality note number numpages options organization origdate origlanguage
    origlocation origpublisher origtitle owner pages pagetotal pagination part pmcid pmid presort primaryclass
    priority publisher pubmedid pubstate read related relatedoptions relatedstring relatedtype reprinttitle
    review reviewtitle revision school series shortauthor shorteditor shorthand shorthandintro shortjournal
    shortseries shorttitle size sortkey sortname sorttitle sortyear source subtitle subtype timestamp title titleaddon
    translator type uniqueid univ_id uri url urldate urls venue version volume volumes xdata xref year zblnumber
    advisor comment contents copyrightyear director sha1 thesis-type accessed adsurl adsnote bibcode biburl bibsource
    refid researchgate slaccitation reportnumber acmid articleno issue_date orcid-numbers funding-acknowledgement
    times-cited unique-id affiliation author-email research-areas web-of-science-categories doc-delivery-number
    journal-iso keywords-plus number-of-cited-references usage-count-last-180-days usage-count-since-2013""".split()
)
#: Reference managers and databases put their own name in front.
_THEIRS: Final = (
    "_",
    "bdsk-",
    "mendeley-",
    "jabref",
    "zotero",
    "ads",
    "url_",
    "user",
    "list",
    "name",
    "verb",
)
#: What other fields of theirs stand for.
_MEANT: Final = {
    "city": "address",
    "place": "address",
    "web_url": "url",
    "link": "url",
    "publication_date": "date",
}
#: Types whose authors a reader expects, and what else may stand for them.
_WRITTEN: Final = frozenset(
    """article book bookinbook inbook incollection inproceedings inreference mastersthesis mvbook phdthesis report
    suppbook suppcollection suppperiodical techreport thesis unpublished""".split()
)
_MAKERS: Final = ("author", "editor", "collaboration", "organization", "institution", "key", "translator")
#: Where a work of a type appeared: any one of the fields will do. The first is the one to advise.
_VENUES: Final = {
    "article": ("journal", "journaltitle", "eprint", "arxiv", "pubstate", "howpublished", "shortjournal"),
    "inproceedings": ("booktitle", "journal", "journaltitle", "eventtitle", "series", "maintitle"),
    "incollection": ("booktitle", "maintitle", "series"),
    "inreference": ("booktitle", "maintitle"),
    "book": ("publisher", "institution", "organization", "howpublished", "series"),
    "phdthesis": ("school", "institution"),
    "mastersthesis": ("school", "institution"),
    "thesis": ("institution", "school"),
    "techreport": ("institution", "organization", "publisher", "school", "series"),
    "report": ("institution", "organization", "publisher", "school", "series"),
}
#: Of two fields for the same thing one is shown (``collect.publications``): the first one here.
_RIVALS: Final[tuple[tuple[str, ...], ...]] = (
    ("journaltitle", "journal", "booktitle"),
    ("_venue", "school", "institution"),
)
_DOI: Final = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_ARXIV: Final = re.compile(r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?")
#: An accent of LaTeX in braces whose backslash is gone: {"o} for {\"o}.
_BARE_ACCENT: Final = re.compile(r"\{([\"'`^~])([aeiouAEIOU])\}")
_PAGES: Final = re.compile(r"\s*([0-9]{1,9})\s*(?:-+|–|—)\s*([0-9]{1,9})\s*")
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
_OLDEST: Final = 1450
#: How many unknown fields get a hint, and with how many of the same title and author a work is compared.
_HINTS: Final = 50


def review(
    entries: Sequence[Entry], macros: Macros, year: int, known: Collection[str] = (), used: str = ""
) -> list[Problem]:
    """All warnings, in the order of the entries. ``year`` is that of today, ``known`` are fields that the site gives a
    meaning, ``used`` is a text in which other fields may be named (templates, extensions)."""
    works = [entry for entry in entries if kinds.meaning(entry.type) not in kinds.CONTROL]
    problems: list[Problem] = []
    for entry in works:
        problems += _missing(entry)
        for field, raw in entry.fields.items():
            if field not in entry.inherited:
                problems += _value(entry, field, raw)
        problems += _title(entry, macros)
        problems += _when(entry, year)
        problems += _hidden(entry)
    problems += _twice(works, macros)
    problems += _unknown(works, {*FIELDS, *kinds.NAME_FIELDS, *known}, used)
    return problems


def _told(entry: Entry, code: str, message: str, field: str = "", hint: str = "") -> Problem:
    where = entry.spans.get(field) if field in entry.spans else entry.where
    return warning(code, f"{entry.key}: {message}", where, hint)


def _missing(entry: Entry) -> Iterator[Problem]:
    given = {name for name, raw in entry.fields.items() if raw.strip()}
    meaning = kinds.meaning(entry.type)
    if "title" not in given:
        yield _told(entry, "bib-no-title", "no title", hint="Add title = {…}.")
    if meaning in _WRITTEN and given.isdisjoint(_MAKERS):
        yield _told(entry, "bib-no-author", "no author", hint="Add author = {Family, Given and …}.")
    fields = _VENUES.get(meaning, ())
    leans = not given.isdisjoint(("crossref", "xdata"))
    if fields and not leans and given.isdisjoint((*fields, "_venue")):
        is_preprint = meaning == "article" and "arxiv" in entry.fields.get("url", "").casefold()
        if not is_preprint:
            yield _told(
                entry,
                "bib-no-venue",
                f"an @{entry.type} without {fields[0]}",
                hint=f"Add {fields[0]} = {{…}}.",
            )


def _title(entry: Entry, macros: Macros) -> Iterator[Problem]:
    raw = entry.fields.get("title", "")
    if raw.isupper() and "title" not in entry.inherited:
        title = latex.text(raw, macros)
        if sum(char.isalpha() for char in title) >= 12 and " " in title:
            hint = "Write it with small letters; a theme can make capitals of them."
            yield _told(entry, "bib-title-capitals", f"{quote(title)} is all in capitals", "title", hint)


def _value(entry: Entry, field: str, raw: str) -> Iterator[Problem]:
    look = _LOOKS.get(field)
    if look is not None and raw.strip():
        found = look(raw.strip().strip("{}"))
        if found is not None:
            code, message, hint = found
            yield _told(entry, code, message, field, hint)
    if _REPLACED in raw:
        hint = "Write the letter that was there; the file was saved once as what it is not."
        yield _told(
            entry, "bib-lost-character", f"a letter of {quote(field)} is lost ({_REPLACED})", field, hint
        )
    bare = _BARE_ACCENT.search(raw) if "{" in raw and not kinds.is_verbatim(field) else None
    if bare is not None:
        hint = f"Write {{\\{bare[1]}{bare[2]}}}."
        yield _told(
            entry, "bib-lost-accent", f"{quote(bare[0])} in {quote(field)} lacks a backslash", field, hint
        )


Fault = tuple[str, str, str]


def _doi(value: str) -> Fault | None:
    doi = csl.clean_doi(value)
    if not _DOI.fullmatch(doi):
        return "bib-doi", f"{quote(value)} is no DOI", "A DOI is 10.…/…, such as 10.1007/BF01464225."
    return None


def _arxiv(value: str) -> Fault | None:
    number = re.sub(r"^(https?://arxiv\.org/(abs|pdf)/|arxiv:)", "", value, flags=re.IGNORECASE).removesuffix(
        ".pdf"
    )
    if _ARXIV.fullmatch(number):
        return None
    return "bib-arxiv", f"{quote(value)} is no number of arXiv", "Write it as 2403.01234 or math/0211159."


def _isbn(value: str) -> Fault | None:
    """ISO 2108: ten digits count modulo 11, thirteen modulo 10. Several may stand in one field."""
    for one in _numbers(value, (8, 10, 13)):
        digits = [10 if digit == "X" else int(digit) for digit in one if digit.isdecimal() or digit == "X"]
        weights = range(10, 0, -1) if len(digits) == 10 else (1, 3) * 7
        total = sum(weight * digit for weight, digit in zip(weights, digits, strict=False))
        if _is_issn(one):
            return "bib-isbn", f"{quote(one)} is an ISSN", "Write issn = {…}."
        if len(digits) not in {10, 13} or total % (11 if len(digits) == 10 else 10):
            return "bib-isbn", f"{quote(one)} is no ISBN", "Its last digit checks the others: one is wrong."
    return None


def _issn(value: str) -> Fault | None:
    for one in _numbers(value, (8,)):
        if not _is_issn(one):
            return (
                "bib-isbn",
                f"{quote(one)} is no ISSN",
                "It is 1234-5679; its last digit checks the others.",
            )
    return None


def _is_issn(text: str) -> bool:
    """ISO 3297: seven digits, and one that makes their weighted sum a multiple of 11."""
    digits = text.replace("-", "")
    return bool(re.fullmatch(r"[0-9]{7}[0-9X]", digits)) and not (
        sum((8 - at) * (10 if digit == "X" else int(digit)) for at, digit in enumerate(digits)) % 11
    )


def _numbers(value: str, lengths: Collection[int]) -> list[str]:
    """The numbers in a field, without remarks in parentheses; spaces part them where the parts are whole."""
    found: list[str] = []
    for one in re.split(r"[,;/]", re.sub(r"\(.*?\)|(?i:e?-?is[bs]n:?)", " ", value).upper()):
        parts = one.split()
        are_whole = all(len(part.replace("-", "")) in lengths for part in parts)
        found += parts if are_whole else ["".join(parts)]
    return found


def _pages(value: str) -> Fault | None:
    found = _PAGES.fullmatch(value)
    if found is None or len(found[2]) < len(found[1]) or int(found[1]) <= int(found[2]):
        return None
    return "bib-pages", f"the pages {quote(value)} run backwards", "Write first--last."


_LOOKS: Final[dict[str, Callable[[str], Fault | None]]] = {
    "doi": _doi,
    "arxiv": _arxiv,
    "isbn": _isbn,
    "issn": _issn,
    "pages": _pages,
}


def _when(entry: Entry, today: int) -> Iterator[Problem]:
    if not entry.inherited.isdisjoint(("year", "date")):
        return
    found, _ = dates.parse(entry.fields)
    year = found.year if found else None
    field = "date" if "date" in entry.fields else "year"
    if year is not None and not _OLDEST <= year <= today + 2:
        hint = "Is there a digit too many, or another one?"
        yield _told(entry, "bib-year-odd", f"the year {year}", field, hint)
    other = entry.fields.get("year", "").strip()
    if field == "date" and re.fullmatch(r"[0-9]{4}", other) and year is not None and int(other) != year:
        message = f"date says {year}, year says {other}; the date is shown"
        yield _told(entry, "bib-year-odd", message, "year", "Delete one of them.")


def _hidden(entry: Entry) -> Iterator[Problem]:
    """Fields that another one keeps from being shown."""
    for rivals in _RIVALS:
        given = [
            name for name in rivals if entry.fields.get(name, "").strip() and name not in entry.inherited
        ]
        if rivals[0] == "_venue" and not kinds.meaning(entry.type).endswith("thesis"):
            continue
        first, *others = given or [""]
        for name in others:
            if entry.fields[name].strip() != entry.fields[first].strip():
                message = f"{quote(name)} is not shown, since there is {quote(first)}"
                yield _told(entry, "bib-field-unused", message, name, "Delete one of them.")


def _twice(works: Iterable[Entry], macros: Macros) -> Iterator[Problem]:
    """Works that are there twice: the same DOI; or the same title, first author and year, one of them a preprint or
    both of one type. (A thesis and the paper made of it may well share all three.)"""
    dois: dict[str, Entry] = {}
    titles: dict[tuple[str, str], list[tuple[Entry, int | None, str]]] = {}
    for entry in works:
        doi = csl.clean_doi(entry.fields.get("doi", "")).casefold()
        if doi and "doi" not in entry.inherited:
            other = dois.setdefault(doi, entry)
            if other is not entry:
                message = f"the DOI {quote(doi)} is that of {quote(other.key)} ({other.where}), too"
                yield _told(
                    entry, "bib-duplicate-doi", message, "doi", "Delete one of the two, or mend its DOI."
                )
                continue
        title = _folded(latex.text(entry.fields.get("title", ""), macros))
        if not title or "title" in entry.inherited:
            continue
        found, _ = dates.parse(entry.fields)
        year, kind = (found.year if found else None), _sort_of(entry)
        known = titles.setdefault((title, _first_author(entry, macros)), [])
        for other, its_year, its_kind in known[:_HINTS]:
            if _is_again(kind, year, its_kind, its_year):
                message = f"the title is that of {quote(other.key)} ({other.where}), too"
                is_mixed = (kind == "preprint") != (its_kind == "preprint")
                hint = (
                    "Keep one entry; it can have both addresses: doi = {…} and arxiv = {…}."
                    if is_mixed
                    else "Delete one of the two, or say in the titles how they differ."
                )
                yield _told(entry, "bib-duplicate-title", message, "title", hint)
                break
        known.append((entry, year, kind))


def _is_again(kind: str, year: int | None, its_kind: str, its_year: int | None) -> bool:
    if (kind == "preprint") != (its_kind == "preprint"):
        return year is None or its_year is None or abs(year - its_year) <= 3
    return kind == its_kind and year == its_year


def _sort_of(entry: Entry) -> str:
    fields = entry.fields
    meaning = kinds.meaning(entry.type)
    source = " ".join(
        fields.get(name, "") for name in ("journal", "archiveprefix", "eprinttype", "howpublished")
    )
    venue = any(fields.get(name, "").strip() for name in ("journaltitle", "booktitle", "publisher"))
    if meaning == "unpublished" or ("arxiv" in source.casefold() and not venue):
        is_printed = fields.get("journal", "").strip() and "arxiv" not in fields["journal"].casefold()
        return meaning if is_printed else "preprint"
    return meaning


def _first_author(entry: Entry, macros: Macros) -> str:
    raw = entry.fields.get("author") or entry.fields.get("editor") or ""
    found = names.parse(raw, macros).names[:1]
    return _folded(found[0].family or found[0].literal) if found else ""


def _folded(text: str) -> str:
    """Letters and digits without marks and case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def _unknown(works: Iterable[Entry], known: Collection[str], used: str) -> Iterator[Problem]:
    """Fields that nobody knows, each told once."""
    count: Counter[str] = Counter()
    first: dict[str, Entry] = {}
    for entry in works:
        for field in entry.fields:
            if field not in known and field not in entry.inherited and not field.startswith(_THEIRS):
                count[field] += 1
                first.setdefault(field, entry)
    hints = _HINTS
    for field, entry in first.items():
        if field.endswith("url") or re.search(rf"\b{re.escape(field)}\b", used):
            continue
        hints -= 1
        near = _MEANT.get(field) or (nearest(field, known, 0.8) if hints >= 0 else None)
        hint = (
            f"Did you mean “{near}”?"
            if near
            else "Name it in publications.links of site.yaml if it is an address."
        )
        more = f" (and in {count[field] - 1} more)" if count[field] > 1 else ""
        message = f"nothing shows the field {quote(field)}{more}"
        yield _told(entry, "bib-unknown-field", message, field, hint)
