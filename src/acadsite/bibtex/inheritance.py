# ruff: noqa: SIM905  (tables of words read better as text)
"""What an entry has from others: ``crossref`` and ``xdata``, with BibLaTeX's default rules.

A child takes a parent's field when it has none of that name itself. A book's ``title`` becomes the ``booktitle`` of its
parts, and so on (BibLaTeX manual 3.19, appendix B “Default Inheritance Setup”; BibTeX's own plain copying is the rest
of that rule). Parents may stand in any file, before or after the child, and may have parents themselves. Missing
parents and loops are problems; an entry in a loop takes nothing over the edge that closes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.bibtex.entries import Spans
from acadsite.problems import Problem, did_you_mean, quote, warning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.bibtex.library import Draft

_OWN = frozenset(
    # BibLaTeX: these are never inherited …
    """ids crossref xref xdata entryset entrysubtype execute label options presort related relatedoptions
    relatedstring relatedtype shorthand shorthandintro sortkey"""
    # … and these say something about one entry only, on a list of publications.
    """ abstract annotation annote keywords selected abbr preview award award_name bibtex_show code codeurl html
    pdf file slides slidesurl poster video website blog supp talkurl additional_info altmetric dimensions
    google_scholar_id tags topics category key timestamp owner sortname sorttitle sortyear numpages""".split()
)
#: Sorting forms of a title belong to it.
_TITLE_FORMS = frozenset({"shorttitle", "sorttitle", "indextitle", "indexsorttitle"})
_PARTS = frozenset(
    """inbook incollection inproceedings conference bookinbook suppbook suppcollection inreference book_section
    in-proceedings in-collection in-book bookchapter chapter booksection conference_proceedings
    conferencepaper""".split()
)
_CONTAINERS = frozenset(
    "book collection proceedings reference mvbook mvcollection mvproceedings mvreference".split()
)
_VOLUMES = frozenset("book collection proceedings reference".split())
_MANY_VOLUMES = frozenset("mvbook mvcollection mvproceedings mvreference".split())
_TO_BOOK = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_TO_MAIN = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_TO_JOURNAL = {"title": "journaltitle", "subtitle": "journalsubtitle", "titleaddon": "journaltitleaddon"}


def resolve(entries: Sequence[Draft]) -> list[Problem]:
    """Gives the entries what they inherit; the problems met."""
    tied = [number for number, entry in enumerate(entries) if entry.piece.reading.is_tied]
    wanting = [number for number in tied if _references(entries[number])]
    if not wanting:
        return []
    index: dict[str, int] = {}
    for number, entry in enumerate(entries):
        index.setdefault(entry.key, number)
    for number in tied:
        for alias in entries[number].aliases:
            index.setdefault(alias, number)
    return _Resolver(entries, index).run(wanting)


def _references(entry: Draft) -> list[tuple[str, str]]:
    """(field, key) of the entries it inherits from, the nearest first."""
    if not entry.is_tied:
        return []
    fields = entry.fields
    found = [("xdata", key) for key in _keys(fields.get("xdata", ""))]
    crossref = fields.get("crossref", "").strip()
    if crossref:
        found.append(("crossref", crossref))
    elif entry.type == "set":
        found += [("entryset", key) for key in _keys(fields.get("entryset", ""))]
    return found


def _keys(value: str) -> list[str]:
    return [key for key in (part.strip() for part in value.split(",")) if key] if value else []


class _Resolver:
    def __init__(self, entries: Sequence[Draft], index: dict[str, int]) -> None:
        self.entries = entries
        self.index = index
        self.folded: dict[str, int] = {}
        self.done: set[int] = set()
        self.problems: list[Problem] = []
        self.hints = 10

    def run(self, wanting: list[int]) -> list[Problem]:
        """Parents before children, without recursion: chains may be as long as the file."""
        for start in wanting:
            path: list[int] = []
            on_path: dict[int, int] = {}
            stack: list[tuple[int, bool]] = [(start, False)]
            while stack:
                number, is_ready = stack.pop()
                if is_ready:
                    path.pop()
                    del on_path[number]
                    self._inherit(number, frozenset(on_path) | {number})
                    self.done.add(number)
                    continue
                if number in self.done:
                    continue
                if number in on_path:
                    continue
                on_path[number] = len(path)
                path.append(number)
                stack.append((number, True))
                for field, key in reversed(_references(self.entries[number])):
                    parent = self._find(key)
                    if parent is None or parent in self.done:
                        continue
                    if parent in on_path:
                        self._loop(path[on_path[parent] :], field)
                        continue
                    stack.append((parent, False))
        return self.problems

    def _find(self, key: str) -> int | None:
        found = self.index.get(key)
        if found is None:
            # BibTeX compares keys without case.
            if not self.folded:
                for known, number in self.index.items():
                    self.folded.setdefault(known.casefold(), number)
            found = self.folded.get(key.casefold())
        return found

    def _loop(self, members: list[int], field: str) -> None:
        keys = " → ".join(self.entries[n].key for n in [*members, members[0]])
        for number in members:
            entry = self.entries[number]
            self.problems.append(
                warning(
                    "bib-crossref-loop",
                    f"{entry.key}: {field} goes round in a circle: {quote(keys, 100)}",
                    entry.spans.get(field) or entry.where,
                    "Take one of the references out.",
                )
            )

    def _inherit(self, number: int, open_entries: frozenset[int]) -> None:
        entry = self.entries[number]
        fields = dict(entry.fields)
        places = {name: entry.spans.place(name) for name in entry.spans}
        inherited: set[str] = set()
        for position, (field, key) in enumerate(_references(entry)):
            parent_number = self._find(key)
            if parent_number is None:
                self._missing(entry, field, key)
                continue
            if parent_number in open_entries or (field == "entryset" and position > 0):
                continue
            parent = self.entries[parent_number]
            for name, origin in _mapped(
                parent.fields, parent.type, entry.type, plain=field != "crossref"
            ).items():
                if name not in fields:
                    fields[name] = parent.fields[origin]
                    places[name] = parent.spans.place(origin)
                    inherited.add(name)
        if inherited:
            entry.inherit(fields, frozenset(inherited), Spans(places))

    def _missing(self, entry: Draft, field: str, key: str) -> None:
        hint = ""
        if self.hints > 0:
            self.hints -= 1
            near = [known for known in self.index if known[:1].lower() == key[:1].lower()]
            hint = did_you_mean(key, near[:500])
        self.problems.append(
            warning(
                "bib-crossref-missing",
                f"{entry.key}: {field} to {quote(key)}, which is not there",
                entry.spans.get(field) or entry.where,
                hint or "Add the entry, or its file.",
            )
        )


def _mapped(fields: Mapping[str, str], parent: str, child: str, *, plain: bool) -> dict[str, str]:
    """Name in the child → name in the parent, for all fields that a child of that type may take."""
    names: dict[str, str] = {}
    renamed: Mapping[str, str] = {}
    if not plain:
        if child in _PARTS and parent in _CONTAINERS:
            renamed = _TO_MAIN if parent in _MANY_VOLUMES else _TO_BOOK
        elif child in _VOLUMES and parent in _MANY_VOLUMES:
            renamed = _TO_MAIN
        elif parent == "periodical" and child in {"article", "suppperiodical"}:
            renamed = _TO_JOURNAL
    is_titled = renamed is _TO_BOOK and "booktitle" in fields
    for name in fields:
        if name in _OWN or name.startswith("_"):
            continue
        if renamed:
            if name in _TITLE_FORMS:
                continue
            if name in renamed:
                if not is_titled:
                    names.setdefault(renamed[name], name)
                continue
        names[name] = name
    if renamed is _TO_BOOK and "author" in fields and child in {"inbook", "bookinbook", "suppbook"}:
        names.setdefault("bookauthor", "author")
    return names
