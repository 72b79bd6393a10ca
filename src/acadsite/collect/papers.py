"""Papers: the full texts of publications, ``content/papers/<key>/*.md`` → one record and one document each.

In: the files of a folder that has the name of a publication's key. Out: what their front matter says, and their text;
several files are one text, in the order of their names. Where no .bib file has an entry of that key, the front matter
is made one, so that a paper needs nothing else.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.collect.assembly import TEXTS
from acadsite.collect.collections import Collection
from acadsite.collect.files import Codec
from acadsite.collect.latex import ENDING as LATEX
from acadsite.collect.listings import Collected, plain, read_document, revived
from acadsite.collect.notebooks import ENDING
from acadsite.collect.texts import asks_for_files, included_in
from acadsite.memo import key_of
from acadsite.people import parse_name
from acadsite.problems import Problem, Span, did_you_mean, quote, warning
from acadsite.records import Record, freeze, nfc
from acadsite.schema import Day, Either, Field, Flag, Free, Language, Many, Schema, Text, Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acadsite.collect.files import Files
    from acadsite.collect.latex.document import Around
    from acadsite.library import Dialect, Document
    from acadsite.sources import Source

#: What of the front matter goes into an entry that is made of it, as it is.
_ENTRY: Final = (
    "journal", "booktitle", "volume", "number", "pages", "publisher", "school", "institution", "doi", "url", "code",
    "data", "slides", "poster", "video", "website", "note",
)  # fmt: skip
PAPER: Final = Schema(
    "paper",
    (
        Field("title", Text(markdown=True), "Title of the text; that of the publication when absent."),
        Field("subtitle", Text(markdown=True), "Second line of the title."),
        Field("short_title", Text(), "A shorter title."),
        Field(
            "authors",
            Free(),
            "Names, or mappings of name, affiliation (one or several), email, url, orcid, equal, corresponding.",
        ),
        Field("author", Free(), "The same."),
        Field("affiliations", Free(), "Institutions that authors name by their “id”."),
        Field("date", Day(ranges=False), "Day of this text."),
        Field("abstract", Text(markdown=True), "Abstract; that of the publication when absent."),
        Field("keywords", Many(Text()), "Keywords.", default=[]),
        Field("arxiv", Text(), "Number of the preprint at arXiv."),
        *(
            Field(name, Text(), f"“{name}” of the entry, where there is none in a .bib file.")
            for name in _ENTRY
        ),
        Field("bibliography", Many(Text()), "The .bib files that the text cites, beside it.", default=[]),
        Field("style", Text(), "Style of citations: a name or a .csl file."),
        Field("csl", Text(), "The same."),
        Field("citation_style", Text(), "The same."),
        Field("number-sections", Flag(), "false: sections have no numbers.", default=True),
        Field("toc", Flag(), "false: no contents.", default=True),
        Field("pdf", Either(Flag(), Text()), "false: no PDF is made.", default=True),
        Field("columns", Whole(1, 2), "Columns of the PDF.", default=1),
        Field("paper", Text(), "Paper of the PDF: a4, us-letter.", default="a4"),
        Field("macros", Text(), "TeX definitions for the formulas of the text."),
        Field("lang", Language(), "Language of the text, if not the site's."),
        Field("draft", Flag(), "true keeps the text out of the site.", default=False),
    ),
)
_PAPERS: Final = Collection("papers", PAPER, lambda _: "", stem_is_id=True)
_SCHEMA: Final = key_of(repr(PAPER))
_FOLDER: Final = "content/papers/"
#: Names that other tools have for what is our “numeric”.
_NUMERIC: Final = frozenset({"numeric-in-order-of-first-citation", "numerical", "unsrt", "plain", "numbers"})
_KEY: Final = re.compile(r"@[A-Za-z]+\s*[{(]\s*([^\s,{}]+)\s*,")
_SPECIAL: Final = re.compile(r"[\\{}&%#_~^]")
_ESCAPES: Final = {
    "\\": "\\textbackslash ", "{": "", "}": "", "~": "\\textasciitilde ", "^": "\\textasciicircum ",
}  # fmt: skip
_FORMULA: Final = re.compile(r"(\$[^$\n]+\$)")


@dataclass(frozen=True, slots=True)
class Paper:
    """A full text by the name of its folder, with the path of the file whose front matter it has."""

    name: str
    record: Record
    document: Document


@dataclass(frozen=True, slots=True)
class Papers:
    """The full texts of a site, and the files that were looked at."""

    papers: tuple[Paper, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    used: frozenset[str] = frozenset()

    def entries(self, texts: Iterable[str]) -> list[tuple[str, str]]:
        """Entries, as (path, text of BibTeX), for the papers of which none of the bibliography's ``texts`` has one."""
        if not self.papers:
            return []
        known = {nfc(key).casefold() for text in texts for key in _KEY.findall(text)}
        missing = [paper for paper in self.papers if nfc(paper.name).casefold() not in known]
        return [(paper.document.path, text) for paper in missing if (text := entry_of(paper))]

    def matched(self, works: Collected) -> Collected:
        """The papers of publications, under the ids of these."""
        if not (self.papers or self.problems or self.unread):
            return Collected()
        ids: dict[str, Record] = {}
        for record in works.records:
            for name in (record.data["key"], record.id, *(record.data["key_aliases"] or ())):
                ids.setdefault(nfc(name), record)
        records, documents, problems, unread = [], [], list(self.problems), list(self.unread)
        for paper in self.papers:
            work = ids.get(nfc(paper.name))
            if work is not None:
                records.append(_of_work(paper.record, work))
                documents.append(replace(paper.document, id=work.id))
                continue
            unread.append((paper.document.path, "the text of no publication"))
            if ("publications", paper.name) not in works.hidden:
                message = f"There is no publication {quote(paper.name)}: its text is not shown."
                hint = (
                    did_you_mean(paper.name, ids) or "Give it a “title”, “authors” and a “date”, or an entry."
                )
                problems.append(warning("paper-unknown", message, paper.record.where, hint))
        return Collected(tuple(records), tuple(documents), tuple(problems), frozenset(), tuple(unread))


NO_PAPERS: Final = Papers()


def read_papers(
    files: Files,
    sources: Iterable[Source],
    dialect: Callable[[str], Dialect],
    text_of: Callable[[str], str | None],
    *,
    drafts: bool,
) -> Papers:
    """All full texts among the ``sources`` of ``content/papers``. ``dialect`` and ``text_of`` give those of a file by
    its path."""
    folders: dict[str, list[Source]] = {}
    for source in sources:
        inner = source.path.removeprefix(_FOLDER)
        if inner != source.path and inner.endswith(TEXTS):
            name, slash, _ = inner.partition("/")
            folders.setdefault(name if slash else posixpath.splitext(name)[0], []).append(source)
    reading = _Reading(files, dialect, text_of, drafts)
    for name, found in folders.items():
        # Beside a text notebooks are what its pictures were made with, and LaTeX is what it is printed from.
        written = [source for source in found if not source.path.endswith((ENDING, LATEX))]
        typeset = [source for source in found if source.path.endswith(LATEX)]
        if typeset and not written:
            reading.typeset(name, typeset)
        else:
            reading.read(name, written or found)
    used = frozenset(source.path for found in folders.values() for source in found)
    return Papers(tuple(reading.papers), tuple(reading.problems), tuple(reading.unread), used)


@dataclass(slots=True)
class _Reading:
    """State of reading all papers."""

    files: Files
    dialect: Callable[[str], Dialect]
    text_of: Callable[[str], str | None]
    drafts: bool
    papers: list[Paper] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def typeset(self, name: str, sources: list[Source]) -> None:
        """A paper in LaTeX: one of the files is the document, and takes in what it needs of the others."""
        from acadsite.collect.latex.document import Around, is_whole, looked_at

        ranked = sorted(sources, key=lambda source: _rank(name, source.path))
        main = ranked[0]
        if len(ranked) > 1 and _rank(name, main.path)[0] > 1:
            main = next((one for one in ranked if is_whole(self.text_of(one.path) or "")), main)
        around = Around(self.files.memo.kept["sources"], self.text_of)
        seen = looked_at(self.text_of(main.path) or "", main.path, around)
        self.read(name, [main], around, seen)

    def read(self, name: str, sources: list[Source], beside: Around | None = None, seen: str = "") -> None:
        """A paper of these files; ``beside`` is what LaTeX may take in, ``seen`` a digest of what it looks at."""
        main = min(sources, key=lambda source: _rank(name, source.path))
        dialect = self.dialect(main.path)

        def make(text: str) -> Collected:
            return read_document(_PAPERS, main.path, text, dialect, beside)

        product = self.files.product(
            main, Codec("paper", f"{_SCHEMA} {dialect} {seen}", make, plain, revived)
        )
        self.problems += (*product.faults, *product.value.problems)
        if not product.value.records:
            self.unread.append((main.path, "errors"))
            return
        record = product.value.records[0]
        if record.data["draft"] and not self.drafts:
            self.unread.append((main.path, "a draft"))
            return
        memo = self.files.memo
        found = product.value.documents
        rest = self._rest(main, sources, found[0] if found else None)
        if not found and not rest:
            message = f"The text of {quote(name)} is empty."
            self.problems.append(warning("paper-empty", message, record.where))
            return

        def whole() -> Paper:
            from acadsite.library import Document

            base = found[0] if found else Document("papers", record.id, main.path, "", 1, dialect)
            lines = "".join(f'\n\n{{{{< include "/{path}" >}}}}\n' for path in rest)
            return Paper(name, record, replace(base, text=base.text + lines))

        self.papers.append(memo.step(f"paper {name}", (product.value,), rest, whole))

    def _rest(self, main: Source, sources: list[Source], document: Document | None) -> tuple[str, ...]:
        """The files that come behind the first one: those that no other takes in."""
        others = sorted(source.path for source in sources if source is not main)
        if others and main.path.endswith(ENDING):
            message = f"Nothing shows {_listing(others)}: a notebook is the only file of a paper."
            hint = f"Name the notebook to show “index{ENDING}”, and others with “_” in front."
            is_open = any(posixpath.basename(path)[0] != "_" for path in others)
            self.problems += [warning("paper-notebooks", message, Span(main.path), hint)] if is_open else []
            return ()
        taken: set[str] = set()
        if others and document is not None and asks_for_files(document.text):
            taken = {path for path, _ in included_in(document, self.text_of)}
        return tuple(path for path in others if path not in taken and posixpath.basename(path)[0] != "_")


def _listing(paths: Iterable[str]) -> str:
    return ", ".join(quote(posixpath.basename(path)) for path in paths)


def _rank(name: str, path: str) -> tuple[int, str]:
    """The file with the front matter comes first: the index, the one of the paper's name, the first by name."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    is_deep = path.removeprefix(_FOLDER).count("/") > 1
    order = (
        3
        if is_deep or stem[0] == "_"
        else 0
        if stem == "index"
        else 1
        if stem in {name, "paper", "main"}
        else 2
    )
    return order, path


# --- the record ---


def _of_work(record: Record, work: Record) -> Record:
    """The record of a paper with what its publication says where it says nothing."""
    data = record.data
    authors, affiliations = people_of(data)
    style = data["style"] or data["csl"] or data["citation_style"]
    made = {
        **{name: value for name, value in data.items() if name not in {"author", "csl", "citation_style"}},
        "id": work.id,
        "title": data["title"] or work.data["title_text"],
        "authors": authors,
        "affiliations": affiliations,
        "abstract": [part for text in re.split(r"\n\s*\n", data["abstract"] or "") if (part := text.strip())],
        "style": "numeric" if style in _NUMERIC else style,
    }
    return Record("papers", work.id, freeze(made), record.spans)


def people_of(data: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The authors of a front matter with the marks of their affiliations, and these, from the many forms in which
    people write them. A single affiliation of all has no mark."""
    given = data["authors"] or data["author"]
    named = {
        str(item["id"]): _institution(item)
        for item in _listed(data["affiliations"])
        if hasattr(item, "get") and item.get("id")
    }
    authors: list[tuple[dict[str, Any], list[str], list[str]]] = []
    places: dict[str, None] = {}
    for item in _listed(given):
        mapping = item if hasattr(item, "get") else {"name": item}
        name = _name(mapping)
        if not name:
            continue
        own = [
            named.get(_reference(place), _institution(place))
            for word in ("affiliation", "affiliations")
            for place in _listed(mapping.get(word))
        ]
        places |= dict.fromkeys(filter(None, own))
        notes = [mark for word, mark in (("equal", "*"), ("corresponding", "✉")) if mapping.get(word) is True]
        author = {word: _text(mapping.get(word)) for word in ("url", "email", "orcid")}
        authors.append(({"name": name, **author}, own, notes))
    numbers = {place: str(number) for number, place in enumerate(places, 1)}
    is_common = len(places) == 1 and all(own for _, own, _ in authors)
    affiliations = [{"mark": "" if is_common else numbers[place], "text": place} for place in places]
    if any("*" in notes for _, _, notes in authors):
        affiliations.append({"mark": "*", "text": "Equal contribution"})
    found = []
    for author, own, notes in authors:
        marks = [] if is_common else [numbers[place] for place in own if place]
        found.append({**author, "marks": [*marks, *(note for note in notes if note == "*")]})
    return found, affiliations


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _name(item: Mapping[str, Any]) -> str:
    name = item.get("name", item)
    if not hasattr(name, "get"):
        return _text(name)
    parts = [_text(name.get(word)) for word in ("given", "particle", "family", "suffix")]
    return _text(name.get("literal")) or " ".join(filter(None, parts))


def _reference(place: Any) -> str:
    return _text(place.get("ref") or place.get("id")) if hasattr(place, "get") else _text(place)


def _institution(place: Any) -> str:
    if not hasattr(place, "get"):
        return _text(place)
    words = ("department", "name", "institution", "city", "country")
    return ", ".join(filter(None, (_text(place.get(word)) for word in words)))


# --- an entry where there is none ---


def entry_of(paper: Paper) -> str:
    """The entry of BibTeX that the front matter of a paper makes; empty where it says too little. It is all on the line
    where the title stands, so that what is wrong with it is told there."""
    data = paper.record.data
    authors, _ = people_of(data)
    year = data["date"]["year"] if data["date"] else None
    if not (data["title"] and authors):
        return ""
    kind = "article" if data["journal"] else "inproceedings" if data["booktitle"] else "misc"
    kind = "phdthesis" if data["school"] else "techreport" if data["institution"] else kind
    fields = {"title": f"{{{_latex(data['title'])}}}", "author": " and ".join(map(_bibtex_name, authors))}
    if year:
        fields["year"] = str(year)
        month = data["date"]["month"]
        fields |= {"month": str(month)} if month else {}
    if data["arxiv"]:
        fields |= {"eprint": _latex(data["arxiv"]), "archiveprefix": "arXiv"}
    fields |= {name: _latex(data[name]) for name in _ENTRY if data[name]}
    if data["abstract"]:
        fields["abstract"] = _latex(data["abstract"]).replace("\n", " ")
    if data["keywords"]:
        fields["keywords"] = _latex(", ".join(data["keywords"]))
    inner = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items())
    return "\n" * (paper.record.place("title").line - 1) + f"@{kind}{{{paper.name}, {inner}}}\n"


def _bibtex_name(author: Mapping[str, Any]) -> str:
    name = parse_name(author["name"])
    if not name["family"] or " and " in author["name"]:
        return f"{{{_latex(author['name'])}}}"
    family = " ".join(filter(None, (name["particle"], name["family"])))
    return ", ".join(_latex(part) for part in (family, name["suffix"], name["given"]) if part)


def _latex(text: str) -> str:
    """A text for BibTeX; formulas stay as they are."""
    parts = _FORMULA.split(text)
    return "".join(part if at % 2 else _escaped(part) for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\\" + found[0]), text)
    return " ".join(text.replace("$", "\\$").split(" "))
