"""A CV as what a Typst theme gets: plain values for JSON, and where each text of it comes from.

``docs/cv.md`` describes them for authors of themes. Nothing in them is code but the source of formulas
(``markup.typst``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from acadsite.kinds import languages, works
from acadsite.kinds.cv.build import speaking
from acadsite.kinds.cv.missing import HIDDEN, Missing
from acadsite.languages import is_rtl
from acadsite.library import texts_in
from acadsite.links import SITE_ROOT
from acadsite.markup.source import CONTROL
from acadsite.markup.typst import Nodes, inline_nodes, rich_nodes
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acadsite.kinds.cv.model import Contact, Cv, Group, Row, Section, Words
    from acadsite.kinds.names import Names

Data = dict[str, Any]
Key = tuple[str, str]

_PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
_DEFAULT_SIZE: Final = 10
#: Blanks that no font has.
_BLANK: Final = re.compile("[\t-\r\x85\u2028\u2029]+")


def data_of(names: Names, cv: Cv) -> tuple[Data, tuple[Missing, ...]]:
    """The data of a CV, and the characters that were taken out of it since no font can show them."""
    with speaking(names, cv.form.language if cv.form else ""):
        return _data_of(names, cv)


def _data_of(names: Names, cv: Cv) -> tuple[Data, tuple[Missing, ...]]:
    writer = _Writer(names)
    current().note("config", "language")
    settings, form = cv.settings, cv.form
    language = form.language if form else names.config["language"]
    current().note("config", "accent")
    title = cv.title if cv.name in cv.title else f"{cv.title} – {cv.name}" if cv.name else cv.title
    updated = ""
    if cv.updated:
        label = "Last updated on {date}" if cv.updated["day"] else "Last updated: {date}"
        updated = names.t(label, date=languages.date(names, cv.updated))
    data: Data = {
        "title": title or "CV",
        "author": cv.name,
        "keywords": [],
        "language": language,
        "direction": "rtl" if is_rtl(language) else "ltr",
        "paper": _PAPERS[settings["paper"] or (form.paper if form else "") or "a4"],
        "accent": settings["accent"] or names.config["accent"] or "",
        "font": settings["font"] or "",
        "size": settings["size"] or (form.size if form else None) or _DEFAULT_SIZE,
        "name": cv.name,
        "role": writer.nodes(cv.role),
        "contacts": [] if form else [writer.contact(item) for item in cv.contacts],
        "updated": "" if form else updated,
        "footer": {"page": names.t("Page"), "of": names.t("of")},
        "sections": [writer.section(section) for section in cv.sections],
    }
    if form is not None:
        data["form"] = {"funder": form.funder, "spacing": form.spacing, "margin": form.margin}
        for section, made in zip(cv.sections, data["sections"], strict=True):
            made |= {"over": section.over, "level": section.level}
    found: dict[Key, str] = {}
    clean = _without(data, ("cv", "cv"), found)
    for section in clean["sections"]:
        for group in section["groups"]:
            for row in group["rows"]:
                del row["key"]
    return clean, tuple(Missing(key, "".join(dict.fromkeys(signs))) for key, signs in found.items() if signs)


def rows_with(data: Data, cv: Cv, signs: Iterable[str]) -> tuple[Missing, ...]:
    """Which records of a CV have which of these characters in what is shown of them; those that none has, such as a
    theme may write, are told of the CV."""
    wanted = frozenset("".join(signs))
    found: dict[Key, dict[str, None]] = {}
    for key, part in _parts(data, cv):
        hit = dict.fromkeys(sign for value, _ in texts_in(_frozen(part)) for sign in value if sign in wanted)
        if hit:
            found[key] = found.get(key, {}) | hit
    if left := dict.fromkeys(sign for sign in signs if not any(sign in hit for hit in found.values())):
        found["cv", "cv"] = found.get(("cv", "cv"), {}) | left
    return tuple(Missing(key, "".join(signs)) for key, signs in found.items())


def rows_with_formulas(data: Data, cv: Cv, sources: Iterable[str]) -> tuple[tuple[Key, str], ...]:
    """Which records of a CV show formulas of these sources: the record and the TeX of each."""
    wanted = frozenset(sources)
    found: dict[tuple[Key, str], None] = {}
    for key, part in _parts(data, cv):
        for node in _formulas(part):
            if node["t"] in wanted:
                found[key, node["alt"]] = None
    return tuple(found)


def _parts(data: Data, cv: Cv) -> Iterator[tuple[Key, Any]]:
    """The rows of a CV by the records that they show, and before them all else, which is the CV's own."""
    own = [{**one, "groups": [group["title"] for group in one["groups"]]} for one in data["sections"]]
    yield ("cv", "cv"), {**data, "sections": own}
    rows = [row for section in cv.sections for group in section.groups for row in group.rows]
    shown = [row for section in data["sections"] for group in section["groups"] for row in group["rows"]]
    yield from ((row.key, one) for row, one in zip(rows, shown, strict=True))


def timestamp_of(cv: Cv) -> int:
    """The time that the PDF carries, in seconds since 1970: the day of the CV, else the first day of its newest year,
    else that of 2000."""
    date = cv.updated
    year, month, day = (date["year"], date["month"] or 1, date["day"] or 1) if date else (0, 1, 1)
    if not year:
        rows = (row for section in cv.sections for group in section.groups for row in group.rows)
        years = [int(found[0]) for row in rows if (found := re.findall(r"\b(?:19|20)\d\d\b", row.date)[-1:])]
        year = max(years, default=2000)
    try:
        return max(0, int(dt.datetime(year, month, day, tzinfo=dt.UTC).timestamp()))
    except (ValueError, OverflowError):
        return 0


class _Writer:
    """Writes the parts of a CV as plain values."""

    def __init__(self, names: Names) -> None:
        self.names = names
        # Links into a site whose address is not known lead nowhere on paper.
        self.root = "" if current().prefix == SITE_ROOT else current().prefix

    def nodes(self, words: Words) -> Nodes:
        value = words.value
        match words.kind:
            case "md":
                if not value:
                    return []
                # As the page does: what the text reads is noted, and its problems are told.
                written = words.written or value
                self.names.md(value, words.written)
                place = (
                    self.names.place_of(written) if "](" in value or "[[" in value or "@" in value else None
                )
                resolve = lambda target, kind, _: self.names.resolve(target, kind, place)  # noqa: E731
                return inline_nodes(value, place.path if place else "", resolve=resolve, root=self.root)
            case "rich":
                return rich_nodes(value)
            case "em":
                return [{"k": "em", "c": inner}] if (inner := self.nodes(value)) else []
            case "link":
                url, inner = self.url(value[0]), self.nodes(value[1])
                return [{"k": "a", "u": url, "c": inner}] if url else inner
            case "seq":
                return [node for part in value for node in self.nodes(part)]
        return [value] if value else []

    def url(self, href: str) -> str:
        """An address as it may stand in a PDF; empty for one that leads nowhere from there."""
        return href if ":" in href and not href.startswith(SITE_ROOT) else ""

    def contact(self, contact: Contact) -> Data:
        said = _plain(self.nodes(contact.text))
        return {
            "kind": contact.kind.casefold(),
            "label": "" if contact.label == said else contact.label,
            "text": said,
            "url": self.url(contact.href),
        }

    def section(self, section: Section) -> Data:
        return {
            "id": section.id,
            "title": self.nodes(section.title),
            "note": self.nodes(section.note),
            "text": [self.nodes(words) for words in section.text],
            "page_break": section.page_break,
            "dates": section.dates,
            "legend": [self.legend(*pair) for pair in section.legend],
            "kind": section.kind,
            "groups": [self.group(group, section.kind) for group in section.groups],
        }

    def legend(self, mark: str, meaning: str) -> Data:
        t = self.names.t
        if mark == "selected":
            return {"mark": mark, "text": t("Selected publications are highlighted.")}
        return {"mark": mark, "text": t(meaning)}

    def group(self, group: Group, kind: str) -> Data:
        is_list = all(row.kind == "item" for row in group.rows)
        return {
            "title": self.nodes(group.title),
            "kind": "list" if is_list else kind,
            "rows": [self.row(row) for row in group.rows],
        }

    def row(self, row: Row) -> Data:
        authors = row.authors
        pieces = authors.pieces if authors else ()
        after = ""
        if authors and authors.cut:
            after = authors.before_rest + self.names.t("and {n} more", n=authors.cut)
        elif authors and authors.others:
            after = authors.before_rest + self.names.t("et al.")
        venue: Nodes = []
        if row.venue is not None:
            venue = [row.venue.before, *rich_nodes(row.venue.venue), row.venue.after]
        return {
            "key": row.key,
            "number": row.number,
            "title": self.nodes(row.title),
            "url": self.url(row.url),
            "place": self.nodes(row.place),
            "location": row.location,
            "aside": self.nodes(row.aside),
            "date": row.date,
            "label": row.label,
            "lines": [self.nodes(line) for line in row.lines],
            "authors": [
                {
                    "before": before,
                    "text": author.text,
                    "url": self.url(author.href or ""),
                    "own": author.is_owner,
                    "marks": list(author.marks),
                    "student": author.is_student and not author.is_owner,
                    "keep": not author.is_long,
                }
                for before, author in pieces
            ],
            "authors_after": after,
            "venue": [node for node in venue if node != ""],
            "award": self.nodes(row.award),
            "buttons": [
                {"label": button.label, "url": url}
                for button in row.buttons
                if (url := self.url(button.href))
            ],
            "selected": row.selected,
            "stars": works.count(row.stars),
        }


def _without(value: Any, key: Key, found: dict[Key, str]) -> Any:
    """A value without characters that no reader can see; ``found`` takes them by their record."""
    if isinstance(value, str):
        if value.isprintable():
            return value
        value = CONTROL.sub("", _BLANK.sub(" ", value)).replace("\ufeff", "")
        found[key] = found.get(key, "") + "".join(HIDDEN.findall(value))
        return HIDDEN.sub("", value)
    if isinstance(value, list):
        return [_without(item, key, found) for item in value]
    if isinstance(value, dict):
        inner = value.get("key", key)
        return {name: item if name == "key" else _without(item, inner, found) for name, item in value.items()}
    return value


def _frozen(value: Any) -> Any:
    """Lists as tuples, for ``texts_in``; the sources of formulas left out."""
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, Mapping):
        is_math = value.get("k") == "math"
        return {key: _frozen(item) for key, item in value.items() if not (is_math and key == "t")}
    return value


def _plain(nodes: Nodes) -> str:
    return "".join(
        node if isinstance(node, str) else node.get("t") or _plain(node.get("c", [])) for node in nodes
    )


def without_formulas(value: Any, faulty: frozenset[str]) -> Any:
    """The data with formulas that Typst does not take as their TeX."""
    if isinstance(value, list):
        return [without_formulas(item, faulty) for item in value]
    if isinstance(value, dict):
        if value.get("k") == "math" and value["t"] in faulty:
            return {"k": "code", "t": value["alt"]}
        return {key: without_formulas(item, faulty) for key, item in value.items()}
    return value


def formulas_in(value: Any) -> Iterator[str]:
    """The sources of all formulas."""
    return (node["t"] for node in _formulas(value))


def _formulas(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _formulas(item)
    elif isinstance(value, dict):
        if value.get("k") == "math":
            yield value
        for item in value.values():
            yield from _formulas(item)
