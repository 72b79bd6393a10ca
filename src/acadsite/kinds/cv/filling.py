"""A form filled: for each of its parts the section of a CV that it holds.

In: a form, the variant of ``cv.yaml`` that names it, and how a section is made of its data. Out: sections in the order
and with the titles of the form, and for each part what it holds and where that is written. What the variant says of a
part takes the place of what the part takes by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite.kinds.cv.choice import NO_SECTION, changes_of
from acadsite.kinds.cv.measures import Measure, measure, of
from acadsite.kinds.cv.model import NOTHING, Group, Row, Section, Words, md, text
from acadsite.kinds.cv.periods import NEVER_ENDS, period, rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from acadsite.kinds.cv.choice import Choice
    from acadsite.kinds.cv.forms import Form
    from acadsite.kinds.cv.selection import Selection
    from acadsite.kinds.names import Names

    Make = Callable[[Mapping[str, Any]], Section | None]

#: What a variant gives a part to hold, in place of what it takes by itself.
_OWN: Final = ("text", "texts", "entries", "groups", "collection", "keys")
_SPEC: Final[dict[str, Any]] = {
    "group_by": "none", "highlight": False, "buttons": False, "max_authors": 0, "note": "",
    "addresses": True,
}  # fmt: skip
_CV: Final = ("cv", "cv")


class Filled(NamedTuple):
    """A part of a form with its section (None where it holds nothing), and where in the variant it is filled: the
    number of its section there, -1 for none."""

    part: Mapping[str, Any]
    section: Section | None
    at: int


@dataclass(frozen=True, slots=True)
class Filling:
    """What is needed to fill a form. ``asked`` answers what the form asks of the person (``forms.ASKED``)."""

    names: Names
    form: Form
    choice: Choice
    selection: Selection
    make: Make
    asked: Mapping[str, Words]

    def parts(self) -> Iterator[Filled]:
        """The parts of the form, filled."""
        wishes = {wish["id"]: (at, wish) for at, wish in reversed(self.choice.wishes)}
        over = ""
        for part in self.form.parts:
            at, wish = wishes.get(part["id"], (-1, {}))
            made = self._section(part, changes_of(wish))
            if made is None:
                yield Filled(part, None, at)
                continue
            is_new, over = part["under"] not in {"", over}, part["under"] or over
            made = self._counted(part, made)
            yield Filled(part, made._replace(over=part["under"] if is_new else "", level=_level(part)), at)

    def _section(self, part: Mapping[str, Any], changes: Mapping[str, Any]) -> Section | None:
        """What a part holds."""
        if part["fields"]:
            return self._head(part, changes.get("entries") or ())
        sources = self._sources(part, changes)
        made = [section for one in sources if (section := self.make(one)) is not None]
        if not made:
            return None
        first = made[0]
        groups = tuple(group for section in made for group in _under(section, is_one=len(made) == 1))
        if part["order"]:
            groups = (Group(NOTHING, tuple(row for group in groups for row in group.rows)),)
        strip = _plain if part["lines"] else _bare
        groups = tuple(Group(group.title, tuple(map(strip, group.rows))) for group in groups if group.rows)
        kind = first.kind if len({section.kind for section in made}) == 1 else "entries"
        title = changes.get("title") or part["title"]
        words = tuple(words for section in made for words in section.text)
        return Section(part["id"], text(title), NOTHING, words, kind, groups)

    def _sources(self, part: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The sections of which a part is made."""
        numbering = "ascending" if part["most"] and not part["from"] else "none"
        spec = {**_SPEC, "id": part["id"], "title": "", "numbering": numbering}
        if any(changes.get(name) for name in _OWN):
            whole = {**NO_SECTION, **spec, **changes, "title": ""}
            if whole["keys"] and not whole["collection"]:
                whole["collection"] = part["collection"] or "publications"
            yield self._ordered(part, [whole])[0]
            return
        if part["collection"] and (part["where"] or changes):
            yield {**NO_SECTION, "collection": part["collection"], "where": part["where"], **spec, **changes}
        elif not part["collection"]:
            found = [
                {**section, **spec, "title": section["title"], "limit": None, **changes}
                for section in self.choice.pool
                if not set(part["from"]).isdisjoint(section["id"].casefold().split("-"))
                and self.selection.takes(section)
            ]
            yield from self._ordered(part, found)

    def _ordered(
        self, part: Mapping[str, Any], sections: Sequence[dict[str, Any]]
    ) -> Sequence[Mapping[str, Any]]:
        """Sections with the entries that a part takes. Where it has an order, it is that of all entries together."""
        if not part["order"] and not part["when"]:
            return sections
        written = [one for one in sections if not one["collection"]]
        entries = [item for one in written for item in self.selection.entries(one) if _fits(part, item)]
        if part["order"]:
            entries.sort(key=lambda item: _order(part["order"], item))
        drawn = [one for one in sections if one["collection"]]
        whole = [{**written[0], "entries": tuple(entries), "groups": ()}] if written else []
        return [*whole, *drawn]

    def _head(self, part: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> Section:
        """Lines about the person: as the variant has them, else as they are known."""
        own = {str(entry["label"] or "").casefold(): entry for entry in entries}
        rows = []
        for field in part["fields"]:
            entry = own.pop(field["label"].casefold(), None)
            known = (self.asked[name] for name in field["is"] if self.asked.get(name))
            words = md(entry["title"]) if entry else next(known, NOTHING)
            if words:
                rows.append(Row("entry", _CV, words, label=field["label"]))
        rows += [Row("entry", _CV, md(entry["title"]), label=entry["label"] or "") for entry in own.values()]
        return Section(part["id"], text(part["title"]), NOTHING, (), "table", (Group(NOTHING, tuple(rows)),))

    def _counted(self, part: Mapping[str, Any], section: Section) -> Section:
        """A section with how much of its room it takes."""
        rows = [row for group in section.groups for row in group.rows]
        if rows and part["most"]:
            section = section._replace(room=of(len(rows), part["most"]))
        if not (part["characters"] or part["words"]):
            return section
        if section.kind == "texts":
            groups = tuple(
                Group(
                    group.title,
                    tuple(
                        row._replace(room=_said(part, measure(self.names, row.lines))) for row in group.rows
                    ),
                )
                for group in section.groups
            )
            return section._replace(groups=groups)
        return section._replace(room=_said(part, measure(self.names, section.text)))


def _level(part: Mapping[str, Any]) -> int:
    return 2 if part["under"] else 1


def _under(section: Section, *, is_one: bool) -> Iterator[Group]:
    """The groups of a section; of several, under their titles."""
    for group in section.groups:
        yield group if is_one or group.title else Group(section.title, group.rows)


def _plain(row: Row) -> Row:
    """A row without marks of names, which would want a legend."""
    authors = row.authors
    if authors is None:
        return row
    names = tuple(author._replace(marks=(), is_student=False) for author in authors.names)
    return row._replace(authors=authors._replace(names=names), award=NOTHING)


def _bare(row: Row) -> Row:
    """A row without remarks and what stands below it; a text is what it says."""
    return row if row.kind == "text" else _plain(row)._replace(lines=(), aside=NOTHING)


def _fits(part: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether an entry goes on, or is over, as a part wants it."""
    if part["when"] is None:
        return True
    found = period(item)
    goes_on = found is not None and found.last[0] == NEVER_ENDS
    wants_now: bool = part["when"] == "now"
    return goes_on == wants_now


def _order(order: str, item: Mapping[str, Any]) -> tuple[Any, ...]:
    found = period(item)
    if order == "newest" or found is None:
        return rank(found, "newest")
    return (0, *(-number for number in (*found.first, *found.last)))


def _said(part: Mapping[str, Any], found: Measure) -> str:
    if part["characters"]:
        return of(found.characters, part["characters"])
    return of(found.words, part["words"])
