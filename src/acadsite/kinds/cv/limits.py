"""What a form of a funder does not take of what fills it: too much, too little, what may not be in it.

Each rule is that of the form's file; the problem stands where the text is written, in ``cv.yaml`` or in the entry of a
work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite.kinds.cv.build import address_of
from acadsite.kinds.cv.measures import measure
from acadsite.markup import tree
from acadsite.markup.inline import inline_document
from acadsite.problems import Problem, Span, quote, warning
from acadsite.track import current, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.kinds.cv.build import FilledForm
    from acadsite.kinds.cv.filling import Filled
    from acadsite.kinds.cv.model import Row, Words
    from acadsite.kinds.names import Names

Way = tuple[str | int, ...]


def limit_problems(names: Names, filled: FilledForm) -> Iterator[Problem]:
    """The problems of a filled form, in its order."""
    look = _Look(names, filled)
    for one in filled.parts:
        yield from look.part(one)
    yield from look.all_words()


class _Look:
    """Compares one form with what fills it."""

    def __init__(self, names: Names, filled: FilledForm) -> None:
        self.names, self.filled = names, filled
        self.funder: str = filled.form.settings["funder"]

    def place(self, at: int, *way: str | int) -> Span | None:
        """A place in the section of the variant that fills a part, or that of the form's name."""
        start: Way = ("variants", self.filled.choice.at)
        path = (*start, "sections", at, *way) if at >= 0 else (*start, "form")
        current().note("span", "cv", "cv", path)
        record = self.names.site.library.get("cv", "cv")
        return record.place(*path) if record else None

    def part(self, one: Filled) -> Iterator[Problem]:
        part, section = one.part, one.section
        title = quote(part["title"])
        rows = [row for group in section.groups for row in group.rows] if section else []
        if part["fields"]:
            yield from self._fields(one, rows)
            return
        if section is None:
            if part["required"]:
                message = f"{self.funder} wants {title}: nothing fills it."
                yield warning("cv-missing", message, self.place(one.at), _how(part))
            return
        if part["most"] and len(rows) > part["most"]:
            message = f"{title} has {len(rows)} {_noun(rows)}, {self.funder} takes {part['most']}."
            yield warning(
                "cv-limit", message, self.place(one.at), "Name the best with “keys”, or take some out."
            )
        if section.kind == "texts":
            for at, row in enumerate(rows):
                way = (one.at, "texts", at)
                yield from self._text(part, f"{title} {row.number}", row.lines, way)
        else:
            yield from self._text(part, title, section.text, (one.at, "text"))
        for row in rows if part["needs"] else ():
            yield from self._work(part, row)

    def _fields(self, one: Filled, rows: list[Row]) -> Iterator[Problem]:
        """What of the person is missing."""
        known = {row.label for row in rows}
        for field in one.part["fields"]:
            if field["required"] and field["label"] not in known:
                message = f"{self.funder} wants {quote(field['label'])}: it is not known."
                part = one.part["id"]
                hint = f"Write it into site.yaml or people.yaml, or here: {part} with entries of label and title."
                yield warning("cv-missing", message, self.place(one.at), hint)

    def _text(
        self, part: Mapping[str, Any], what: str, paragraphs: tuple[Words, ...], way: tuple[Any, ...]
    ) -> Iterator[Problem]:
        """What is wrong with one text, which stands at ``way`` in the sections of the variant."""
        found = measure(self.names, paragraphs)
        for have, unit in ((found.characters, "characters"), (found.words, "words")):
            most = part[unit]
            if most and have > most:
                message = f"{what} has {have:,} {unit}, {self.funder} takes {most:,}."
                hint = f"It is {have - most:,} too long, blanks counted."
                yield warning("cv-limit", message, self.place(*way), hint)
        if not part["citations"] and any(map(_cites, paragraphs)):
            message = f"{what} cites: {self.funder} takes no citations there."
            hint = "Name the work in words; it can be among the products."
            yield warning("cv-limit", message, self.place(*way), hint)

    def _work(self, part: Mapping[str, Any], row: Row) -> Iterator[Problem]:
        """What a work lacks that the form wants of each."""
        if row.key[0] != "publications":
            return
        view = view_of(self.names.site, *row.key)
        has = {
            "authors": view.authors or view.editors,
            "title": view.title_text != "(untitled)",
            "year": view.year,
            "address": address_of(view),
        }
        if lacks := [_LACKS[name] for name in part["needs"] if not has[name]]:
            current().note("span", *row.key, ())
            record = self.names.site.library.get(*row.key)
            message = (
                f"{quote(row.key[1])} has no {' and no '.join(lacks)}: {self.funder} wants it of each work."
            )
            place = record.where if record else None
            yield warning(
                "cv-missing", message, place, "Add it to the entry; what does not apply is N/A there."
            )

    def all_words(self) -> Iterator[Problem]:
        """Whether all texts together are too long: for the call, else for the form."""
        choice, have = self.filled.choice, self.filled.words
        most = choice.words or self.filled.form.settings["words"]
        if most and have > most:
            path: Way = ("variants", choice.at, "words" if choice.words else "form")
            current().note("span", "cv", "cv", path)
            record = self.names.site.library.get("cv", "cv")
            message = f"The texts have {have:,} words together, {self.funder} takes {most:,}."
            hint = f"They are {have - most:,} too many."
            yield warning("cv-limit", message, record.place(*path) if record else None, hint)


_LACKS = {"authors": "authors", "title": "title", "year": "year", "address": "address (doi, arxiv or url)"}


def _noun(rows: list[Row]) -> str:
    if all(row.kind == "work" for row in rows):
        return "works"
    return "texts" if all(row.kind == "text" for row in rows) else "entries"


def _how(part: Mapping[str, Any]) -> str:
    """How a part is filled."""
    name = part["id"]
    if part["collection"] == "publications":
        way = f"Name works: “{{id: {name}, keys: [KEY, KEY]}}”."
    elif part["from"]:
        way = f"It takes the sections of cv.yaml with ids such as {', '.join(part['from'][:3])}."
    else:
        way = f"Write “{{id: {name}, text: …}}” among the variant's sections."
    return f"{way} {part['about']}" if part["about"] else way


def _cites(words: Words) -> bool:
    """Whether a text cites a publication."""
    if words.kind != "md" or "@" not in words.value:
        return False
    return next(inline_document(words.value).tree.iter(tree.CITATIONS), None) is not None
