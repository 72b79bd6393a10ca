"""New publications: an entry pasted as BibTeX, or a skeleton made of a DOI, an arXiv number, a citation or a title;
and the full text of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from acadsite.people import parse_name
from acadsite.problems import Problem, did_you_mean, error, quote
from acadsite.records import segment, slug
from acadsite.scaffold.wish import Made, Refused, Wish
from acadsite.scaffold.writing import grown, write_new

if TYPE_CHECKING:
    from acadsite.bibtex.entries import Entry

_FOLDER: Final = "content/publications"
_PASTED: Final = re.compile(r"\s*@[A-Za-z]+\s*[{(]")
_DOI: Final = re.compile(
    r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[^\s{}\\]+)", re.IGNORECASE
)
_ARXIV: Final = re.compile(
    r"(?:(?:https?://)?arxiv\.org/(?:abs|pdf)/|arxiv:\s*)?(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?", re.IGNORECASE
)
#: A reference as APA and its like have it: authors, year in brackets, title, journal, volume, number, pages, DOI.
_REFERENCE: Final = re.compile(
    r"(?P<authors>[^()]{3,400}?,[^()]{1,400}?)\s*\((?P<year>\d{4})[a-z]?\)[.,:]?\s+(?P<title>[^.?!]{3,300}[.?!])\s+"
    r"(?P<journal>[^,]{2,200}),\s*(?P<volume>\d+)\s*(?:\((?P<number>[\w–-]+)\))?"
    r"(?:,\s*(?P<pages>\d+(?:\s*[-–]+\s*\d+)?))?\.?\s*(?P<doi>(?:https?://|doi).*)?"
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is known of a publication: text of the archetype ``name``, and what to say of it."""

    name: str
    key: str
    values: dict[str, str]
    notes: tuple[str, ...] = ()


def new_publication(wish: Wish) -> Made:
    """Add an entry to a .bib file: ``wish.inside``, else the first there is."""
    path = _file(wish)
    known = _entries(wish)
    if _PASTED.match(wish.title):
        _refuse_known(wish, path, known)
        return grown(wish, path, f"{wish.title}\n", _count)
    draft = _by_number(wish.title, known) or _by_reference(wish) or _by_title(wish)
    key = _unused(draft.key, {entry.key for entry in known})
    made = grown(wish, path, wish.fill(draft.name, id=key, **draft.values), _count)
    return replace(made, notes=draft.notes)


def _file(wish: Wish) -> str:
    if wish.inside:
        name = PurePosixPath(wish.inside).name.removesuffix(".bib")
        if not name or segment(name) != name:
            raise Refused(error("new-in", f"{quote(wish.inside)} is no name of a .bib file."))
        return f"{_FOLDER}/{name}.bib"
    files = sorted(path.name for path in (wish.root / _FOLDER).glob("*.bib") if path.is_file())
    return f"{_FOLDER}/{files[0] if files else 'publications.bib'}"


def _entries(wish: Wish) -> tuple[Entry, ...]:
    """All entries of the site's publications."""
    from acadsite.bibtex import read

    top = wish.root / "content"
    found = {path for pattern in wish.config["publications"]["files"] for path in top.glob(pattern)}
    names = sorted(path.relative_to(wish.root).as_posix() for path in found if path.is_file())
    return read([(name, wish.read(name)[1]) for name in names]).entries


def _count(text: str, path: str) -> tuple[int, tuple[Problem, ...]]:
    from acadsite.bibtex import read

    library = read([(path, text)])
    return len(library.entries), tuple(problem for problem in library.problems if problem.level == "error")


def _refuse_known(wish: Wish, path: str, known: tuple[Entry, ...]) -> None:
    from acadsite.bibtex import read

    new = {entry.key for entry in read([(path, wish.title)]).entries}
    taken = next((entry for entry in known if entry.key in new), None)
    if taken is not None:
        hint = "Give one of the two another key."
        raise Refused(
            error("new-exists", f"There is an entry {quote(taken.key)} already.", taken.where, hint)
        )


def _unused(key: str, known: set[str]) -> str:
    letters = ("", *"bcdefghijklmnopqrstuvwxyz")
    return next((f"{key}{letter}" for letter in letters if f"{key}{letter}" not in known), f"{key}-new")


def _by_number(text: str, known: tuple[Entry, ...]) -> _Draft | None:
    for field, pattern in (("doi", _DOI), ("eprint", _ARXIV)):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        number = match[1].rstrip(".,;" if "(" in match[1] else ".,;)")
        for entry in known:
            found = pattern.fullmatch(entry.fields.get(field, "").replace("\\_", "_"))
            if found is not None and found[1].casefold() == number.casefold():
                message = f"{quote(entry.key)} has this number already."
                raise Refused(error("new-exists", message, entry.where))
        note = (
            "Nothing was looked up: the entry is hidden until you complete it and delete “hidden”. "
            + ("`acadsite refresh --suggest` asks Crossref what belongs to it." if field == "doi" else "")
        ).rstrip()
        word = "doi" if field == "doi" else "arxiv"
        values = {"number": number, "field": field}
        return _Draft("publication-number.bib", f"{word}-{slug(number)[:48].strip('-')}", values, (note,))
    return None


def _by_reference(wish: Wish) -> _Draft | None:
    match = _REFERENCE.fullmatch(" ".join(wish.title.split()))
    if match is None:
        return None
    authors = _authors(match["authors"])
    if not authors:
        return None
    doi = _DOI.fullmatch(match["doi"] or "")
    pages = re.sub(r"\s*[-–]+\s*", "--", match["pages"] or "")
    values = {
        "authors": " and ".join(authors),
        "year": match["year"],
        "title": match["title"].rstrip("."),
        "journal": match["journal"],
        "volume": match["volume"],
        "number": match["number"] or "",
        "pages": pages,
        "doi": doi[1].rstrip(".") if doi else "",
    }
    family = parse_name(authors[0])["family"]
    word = next((word for word in slug(match["title"]).split("-") if len(word) > 3), "")
    note = (
        "The entry was read from the words of a citation: compare it with them, accents and names above all."
    )
    return _Draft("publication-cited.bib", f"{slug(family)}{match['year']}{word}", values, (note,))


def _authors(text: str) -> list[str]:
    """“Doe, J., & Roe, R. M.” → “Doe, J.”, “Roe, R. M.”; nothing where the names have another form."""
    names = re.findall(r"([^,&]+?),\s*((?:\w\.[\s-]*)+)(?:,\s*(?:&|and)?|\s*(?:&|and)|$)\s*", text)
    found = [f"{family.strip()}, {given.strip()}" for family, given in names]
    rest = re.sub(r"[\s,&.]|and", "", text)
    return found if re.sub(r"[\s,&.]|and", "", "".join(found)) == rest else []


def _by_title(wish: Wish) -> _Draft:
    title = " ".join(wish.title.split())
    key = f"{slug(title)[:40].strip('-') or 'new'}-{wish.today.year}"
    return _Draft("publication.bib", key, {"title": title})


# --- full texts ---


def new_paper(wish: Wish) -> Made:
    """The full text of a publication, which is named by its key or its title; other words with a blank are the title
    of a paper that has no entry, and its front matter makes one."""
    known = {entry.key: entry for entry in _entries(wish)}
    key = wish.title if wish.title in known else _titled(wish.title, known)
    if not key and " " not in wish.title:
        hint = did_you_mean(wish.title, known) or "Name a key of your .bib files, or write a title."
        raise Refused(error("new-paper", f"There is no publication {quote(wish.title)}.", None, hint))
    name = key or slug(wish.title)
    if not name or segment(name) != name:
        message = f"No folder name can be made from {quote(name or wish.title)}."
        raise Refused(error("new-title", message, None, "Use letters or digits."))
    path = f"content/papers/{name}/text.md"
    if (
        any((wish.root / "content/papers").glob(f"{_escaped(name)}/*.md"))
        or (wish.root / f"content/papers/{name}.md").exists()
    ):
        raise Refused(error("new-exists", f"There is a text of {quote(name)} already."))
    problem = write_new(wish.root, path, wish.fill("paper.md", id=name, is_entry=bool(key)))
    return Made(problems=(problem,)) if problem else Made((path,))


def _titled(title: str, known: dict[str, Entry]) -> str:
    def bare(text: str) -> str:
        return " ".join(re.sub(r"[{}]", "", text).casefold().split())

    return next(
        (key for key, entry in known.items() if bare(entry.fields.get("title", "")) == bare(title)), ""
    )


def _escaped(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)
