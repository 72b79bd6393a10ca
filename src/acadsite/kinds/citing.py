"""A publication for those who cite it: formatted in the site's style, as RIS, as CSL-JSON.

In: the field ``csl`` of a publication, the text of an item of CSL-JSON with rich text in it (``bibtex.csl.rich_item``).
Out: text for the page or a download. BibTeX needs nothing from here: a publication has it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from acadsite import citations
from acadsite.bibtex import csl, latex, pages
from acadsite.citations import writers
from acadsite.jinja import markup
from acadsite.records import freeze
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markupsafe import Markup

    from acadsite.kinds.names import Names
    from acadsite.track import RecordView

Item = dict[str, Any]

#: Types of CSL → types of RIS (https://en.wikipedia.org/wiki/RIS_(file_format) has the list that programs share).
_TYPES: Final = {
    "article": "UNPB",
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "legislation": "STAT",
    "manuscript": "UNPB",
    "motion_picture": "MPCT",
    "paper-conference": "CPAPER",
    "pamphlet": "PAMP",
    "patent": "PAT",
    "periodical": "JFULL",
    "report": "RPRT",
    "software": "COMP",
    "song": "MUSIC",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
}
_JOURNALS: Final = frozenset({"JOUR", "MGZN", "NEWS", "JFULL"})
_SPACE: Final = re.compile(r"\s+")
_ROLES: Final = (("author", "AU"), ("editor", "ED"), ("translator", "A4"))
_TAGS: Final = (
    ("T3", "collection-title"), ("ET", "edition"), ("PB", "publisher"), ("CY", "publisher-place"), ("SN", "ISSN"),
    ("SN", "ISBN"), ("DO", "DOI"), ("UR", "URL"), ("N1", "note"), ("LA", "language"),
)  # fmt: skip
_json: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


@lru_cache(maxsize=4)
def _item(text: str) -> Item:
    """An item of CSL-JSON; not to be changed, since a page asks for it three times."""
    item: Item = json.loads(text)
    return item


def citation(names: Names, work: RecordView) -> Markup:
    """The publication as an entry of a bibliography in the site's style, as HTML; empty where the style has none."""
    current().note("style")
    style, language = names.references.site_style()
    if style is None:  # which is reported
        return markup("")
    current().note("config", "language")
    language = language or current().language or names.config["language"]
    return markup(writers.html(citations.reference(style, freeze(_item(work.csl)), language)))


# --- CSL-JSON ---


def csl_json(work: RecordView) -> str:
    """A file of CSL-JSON of one publication, with a line for each variable."""
    lines = ",\n".join(f' "{name}": {_json(value)}' for name, value in _plain(_item(work.csl)).items())
    return f"[{{\n{lines}\n}}]"


def all_csl_json(names: Names, works: Iterable[RecordView]) -> Markup:
    """A file of CSL-JSON of publications, with their abstracts. No text in it can be taken for HTML, whatever a server
    says that the file is."""
    return markup("[" + ",\n".join(_of_each(names, "csl-json", works, _whole_item)) + "]\n")


def _whole_item(work: RecordView) -> str:
    item = _plain(_item(work.csl))
    if work.has_abstract:
        item["abstract"] = _abstract(work)
    if work.keywords:
        item["keyword"] = ", ".join(work.keywords)
    return _json(item).replace("<", "\\u003c")


def _of_each(
    names: Names, name: str, works: Iterable[RecordView], text: Callable[[RecordView], str]
) -> list[str]:
    """The text of each publication, in the preview that of the build before where nothing in it changed."""
    parts = names.parts
    if parts is None:
        return [text(work) for work in works]
    return [parts.get((name, work.id), partial(text, work)) for work in works]


def _plain(item: Item) -> Item:
    """An item as other programs read it: rich text with the few tags that CSL-JSON knows."""
    found = dict(item)
    for name, value in item.items():
        if isinstance(value, list) and value:
            if not isinstance(value[0], dict):
                found[name] = csl.markup(value)
            elif value[-1] == csl.OTHERS:
                found[name] = value[:-1]
    return found


def _abstract(work: RecordView) -> str:
    return "\n\n".join(latex.plain(paragraph) for paragraph in work.abstract)


# --- RIS ---


def ris(work: RecordView) -> str:
    """The publication as a record of RIS, with a line feed at the end of each line: for a page."""
    return _record(_item(work.csl), (), "\n")


def all_ris(names: Names, works: Iterable[RecordView]) -> Markup:
    """A file of RIS of publications, with their abstracts and the line ends that its specification asks for."""
    return markup("\r\n".join(_of_each(names, "ris", works, _whole_record)))


def _whole_record(work: RecordView) -> str:
    more = [("AB", _abstract(work))] if work.has_abstract else []
    more += [("KW", word) for word in work.keywords]
    return _record(_item(work.csl), more, "\r\n")


def _record(item: Item, more: Iterable[tuple[str, str]], end: str) -> str:
    lines = [
        f"{tag}  - {value if value.isprintable() else _SPACE.sub(' ', value).strip()}{end}"
        for tag, value in chain(_lines(item), more)
        if value
    ]
    lines.append(f"ER  - {end}")
    return "".join(lines)


def _lines(item: Item) -> Iterator[tuple[str, str]]:
    """The lines of a record but the last one; values may be empty."""

    def text(name: str) -> str:
        value = item.get(name, "")
        return latex.plain(value) if isinstance(value, list) else str(value)

    kind = _TYPES.get(item["type"], "GEN")
    yield "TY", kind
    yield "ID", item["id"]
    yield "TI", text("title")
    for name, tag in _ROLES:
        for person in item.get(name, ()):
            if person != csl.OTHERS:
                yield tag, _person(person)
    yield "JO" if kind in _JOURNALS else "T2", text("container-title")
    date: list[int] = item["issued"]["date-parts"][0] if "date-parts" in item.get("issued", ()) else []
    if date:
        yield "PY", f"{date[0]:04}"
    if len(date) > 1:
        yield "DA", f"{date[0]:04}/{date[1]:02}/" + (f"{date[2]:02}/" if len(date) > 2 else "/")
    yield "VL", text("volume")
    yield "IS", text("issue") or text("number")
    if "page" in item:
        first, last = pages.first_and_last(text("page"))
        yield "SP", first
        yield "EP", last
    for tag, name in _TAGS:
        if name in item:
            yield tag, text(name)


def _person(person: Item) -> str:
    """“Family, Given, Suffix”."""
    if "literal" in person:
        return str(person["literal"])
    particle = person.get("non-dropping-particle") or person.get("dropping-particle") or ""
    family = f"{particle} {person.get('family', '')}".strip()
    return ", ".join(part for part in (family, person.get("given", ""), person.get("suffix", "")) if part)
