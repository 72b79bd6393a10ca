# ruff: noqa: SIM905  (tables of words read better as text)
"""The entry types of BibTeX and BibLaTeX, those of reference managers, and what they mean.

Data only: which types exist, which are other words for one of them, and which fields are no LaTeX text.
Sources: the manuals of BibTeX 0.99d (btxdoc) and BibLaTeX 3.19, sections 2.1 and 2.2.
"""

from __future__ import annotations

#: Blocks that are no entries.
BLOCKS = frozenset({"comment", "preamble", "string"})

#: Entry types of BibTeX and BibLaTeX.
STANDARD = frozenset(
    """article artwork audio bibnote book bookinbook booklet collection commentary conference dataset electronic
    image inbook incollection inproceedings inreference jurisdiction legal legislation letter manual
    mastersthesis misc movie music mvbook mvcollection mvproceedings mvreference online patent performance
    periodical phdthesis proceedings reference report review set software standard suppbook suppcollection
    suppperiodical techreport thesis unpublished video www xdata
    customa customb customc customd custome customf""".split()
)

#: Entries that tell programs something and are no publications.
CONTROL = frozenset(
    {"control", "ieeetranbstctl", "achemso-control", "revtex-control", "xdata", "set", "bibnote"}
)

#: Types that reference managers write, and what they mean.
MEANING = {
    "bachelorsthesis": "thesis",
    "bachelorthesis": "thesis",
    "masterthesis": "mastersthesis",
    "diplomathesis": "thesis",
    "book_section": "incollection",
    "booksection": "incollection",
    "bookchapter": "incollection",
    "chapter": "incollection",
    "conference_proceedings": "inproceedings",
    "conferencepaper": "inproceedings",
    "in-proceedings": "inproceedings",
    "in-collection": "incollection",
    "in-book": "inbook",
    "computer_program": "software",
    "encyclopedia_article": "inreference",
    "film": "movie",
    "generic": "misc",
    "journal": "article",
    "magazine_article": "article",
    "newspaper_article": "article",
    "newspaper": "article",
    "preprint": "misc",
    "statute": "legislation",
    "hearing": "jurisdiction",
    "case": "jurisdiction",
    "bill": "legislation",
    "television_broadcast": "video",
    "web_page": "online",
    "webpage": "online",
    "website": "online",
    "working_paper": "techreport",
    "workingpaper": "techreport",
    "talk": "misc",
    "presentation": "misc",
    "poster": "misc",
    "other": "misc",
}

#: Other words of BibLaTeX and old styles, used without a warning.
_SAME = {"conference": "inproceedings", "electronic": "online", "www": "online"}

#: Every type that is understood, with or without a warning.
TYPES = STANDARD | CONTROL | frozenset(MEANING)

#: Fields that are no LaTeX text: addresses, identifiers, names of files and of other entries.
_VERBATIM = frozenset(
    """arxiv archiveprefix bibtex_show code codeurl crossref dimensions doi entryset eprint eprintclass eprinttype
    file google_scholar_id html ids isan isbn ismn isrn issn iswc key langid lccn mrnumber options pdf pmcid pmid
    poster preview primaryclass related slides supp thumbnail uri url urls video website xdata xref zblnumber
    altmetric langidopts inspirehep_id blog gradsubject execute presort sortkey sha1 timestamp owner
    bdsk-url-1 bdsk-url-2 bdsk-file-1 bdsk-file-2 date urldate eventdate origdate""".split()
)

#: Fields that hold a list of names.
NAME_FIELDS = (
    "author",
    "editor",
    "editora",
    "editorb",
    "editorc",
    "translator",
    "bookauthor",
    "annotator",
    "commentator",
    "introduction",
    "foreword",
    "afterword",
    "holder",
    "shortauthor",
    "shorteditor",
    "director",
    "advisor",
)


def is_known(kind: str) -> bool:
    """Whether an entry type (lower case) belongs to BibTeX or BibLaTeX."""
    return kind in STANDARD or kind in CONTROL


def meaning(kind: str) -> str:
    """The BibTeX or BibLaTeX type that stands for ``kind`` (lower case); ``misc`` for one nobody knows."""
    if kind in _SAME:
        return _SAME[kind]
    if is_known(kind):
        return kind
    return MEANING.get(kind, "misc")


def is_verbatim(field: str) -> bool:
    """Whether the value of a field (lower case) must not be read as LaTeX: links, identifiers, keys, files."""
    is_address = field.endswith("url") and field != "nourl"
    return field in _VERBATIM or is_address or field.startswith(("bdsk-", "url_"))
