"""Publications as pages show them: author lists with marks, groups with numbers, buttons, legends.

Everything reads through views, so that a list depends on just what it shows. The results are plain values;
templates escape them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.bibtex import latex
from acadsite.languages import Words, language, listed
from acadsite.people import display, initials

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from acadsite.track import RecordView

#: What is said where no page asks.
ENGLISH = Words(language("en"))
#: Headings by kind of publication, in the order of a list grouped by type, with the letter of its numbers.
TYPES: dict[str, tuple[str, str]] = {
    "book": ("Books", "B"),
    "article": ("Journal articles", "J"),
    "chapter": ("Book chapters", "B"),
    "paper": ("Conference papers", "C"),
    "preprint": ("Preprints", "P"),
    "thesis": ("Theses", "T"),
    "report": ("Reports", "R"),
    "edited": ("Edited books", "E"),
    "software": ("Software", "S"),
    "dataset": ("Data", "D"),
    "patent": ("Patents", "P"),
    "other": ("Other", "O"),
}


class Author(NamedTuple):
    """One name of an author list. ``marks`` are signs such as ``*``; ``is_long`` names may break over lines."""

    text: str
    href: str | None
    is_owner: bool
    is_student: bool
    marks: tuple[str, ...]
    is_long: bool


class Authors(NamedTuple):
    """An author list ready to print: the names, how many were cut, and whether “et al.” follows. ``joints`` stand
    between the names (``languages.Language``). ``has_gap``: the last name is from further behind."""

    names: tuple[Author, ...]
    cut: int
    others: bool
    joints: tuple[str, str, str]
    has_gap: bool = False

    @property
    def pieces(self) -> tuple[tuple[str, Author], ...]:
        """Each name with what stands before it: “”, “, ”, “ and ” or “, and ” (a comma from three up)."""
        between, last, two = self.joints
        ends_open = self.cut > 0 or self.others
        count = len(self.names)
        before = ["", *[between] * (count - 1)]
        if count > 1 and not ends_open:
            before[-1] = two if count == 2 else last
        if self.has_gap:
            before[-1] = f"{between}…{between}"
        return tuple(zip(before, self.names, strict=False))

    @property
    def before_rest(self) -> str:
        """What stands before “and 3 more” or “et al.”: what the word for “and” has in front of it."""
        return self.joints[1][: len(self.joints[1]) - len(self.joints[1].lstrip(", 、"))]


def shown_name(name: Mapping[str, Any], form: str) -> str:
    """A name in reading order, with given names in full or as initials."""
    if form == "initials" and not name["literal"]:
        return display({**name, "given": name.get("initials") or initials(name["given"])})
    return display(name)


def authors(
    names: Sequence[Mapping[str, Any]],
    *,
    form: str,
    most: int,
    others: bool,
    link: Any,
    joints: tuple[str, str, str],
) -> Authors:
    """An author list from names that know their ``person``; ``link`` gives a person's address or None, ``joints``
    stand between the names."""
    kept = list(names[:most] if 0 < most < len(names) else names)
    own = next((name for name in names[len(kept) :] if name.get("is_owner")), None)
    has_gap = own is not None and own is not names[len(kept)]
    if own is not None:  # whose list this is stands in it
        kept.append(own)
    shown = []
    for name in kept:
        text = shown_name(name, form)
        person = name.get("person")
        shown.append(
            Author(
                text,
                link(person) if person else None,
                bool(name.get("is_owner")),
                bool(name.get("is_student")),
                tuple(name["marks"]),
                len(text) > 36,
            )
        )
    return Authors(tuple(shown), len(names) - len(kept), others, joints, has_gap)


#: What the marks in author lists mean, in the order of a legend.
MEANINGS = {
    "selected": "Selected publication",
    "student": "Student",
    "*": "Equal contribution",
    "†": "Equal advising",
    "‡": "Equal contribution",
    "✉": "Corresponding author",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a list under one heading; each entry with its number as text, or an empty string."""

    heading: str
    id: str
    entries: Sequence[tuple[str, RecordView]]

    @property
    def name(self) -> Hashable:
        """What tells it from others with other entries."""
        return (self.id, tuple((number, work.id) for number, work in self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def first(self, number: int) -> Group:
        """The group with no more than so many entries."""
        return replace(self, entries=self.entries[:number])


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """A group as ``parts`` keeps it: numbers and ids, of which ``show`` makes views for those who ask."""

    heading: str
    id: str
    numbered: tuple[tuple[str, str], ...]
    show: Callable[[str], RecordView]

    @property
    def entries(self) -> Sequence[tuple[str, RecordView]]:
        """As those of ``Group``."""
        return [(number, self.show(identifier)) for number, identifier in self.numbered]

    @property
    def name(self) -> Hashable:
        """As that of ``Group``."""
        return (self.id, self.numbered)

    def __len__(self) -> int:
        return len(self.numbered)

    def first(self, number: int) -> KeptGroup:
        """As that of ``Group``."""
        return replace(self, numbered=self.numbered[:number])


def _year_heading(work: RecordView, earlier: int | None) -> str:
    year = work.year
    if year is None:
        return "Forthcoming" if work.is_forthcoming else "Undated"
    if earlier is not None and year <= earlier:
        return f"{earlier} and earlier"
    return str(year)


def groups(
    works: Iterable[RecordView], settings: Mapping[str, Any], limit: int | None = None
) -> tuple[Group, ...]:
    """The publications under headings, numbered, as ``publications:`` in site.yaml says. The order of
    ``works`` is kept inside a group. Only the first ``limit`` are shown; the others count."""
    entries = list(works)
    numbers = _numbers(entries, settings["numbering"])
    numbered = list(zip(numbers, entries, strict=True))[:limit]
    if settings["group_by"] == "none":
        return (Group("", "all", tuple(numbered)),) if numbered else ()
    parts: dict[str, list[tuple[str, Any]]] = {}
    if settings["group_by"] == "type":
        parts = {heading: [] for heading, _ in TYPES.values()}
        for pair in numbered:
            parts[TYPES.get(pair[1].kind, TYPES["other"])[0]].append(pair)
    else:
        for pair in numbered:
            parts.setdefault(_year_heading(pair[1], settings["earlier"]), []).append(pair)
    return tuple(Group(heading, _anchor(heading), tuple(items)) for heading, items in parts.items() if items)


def first(groups: Sequence[Group | KeptGroup], number: int) -> tuple[Group | KeptGroup, ...]:
    """The first ``number`` entries, in the groups that have them."""
    found: list[Group | KeptGroup] = []
    for group in groups:
        if number <= 0:
            break
        found.append(group.first(number))
        number -= len(group)
    return tuple(found)


def _anchor(heading: str) -> str:
    first = heading.partition(" ")[0]
    return f"year-{first}" if first.isdigit() else heading.casefold().replace(" ", "-")


def _numbers(entries: Sequence[RecordView], numbering: str) -> list[str]:
    count = len(entries)
    if numbering == "ascending":
        return [str(at + 1) for at in range(count)]
    if numbering == "descending":
        return [str(count - at) for at in range(count)]
    if numbering == "by-type":
        letters = [TYPES.get(entry.kind, TYPES["other"])[1] for entry in entries]
        left = {letter: letters.count(letter) for letter in letters}
        shown = []
        for letter in letters:
            shown.append(f"{letter}{left[letter]}")
            left[letter] -= 1
        return shown
    return [""] * count


def legend(works: Iterable[RecordView], selected: bool = True) -> tuple[tuple[str, str], ...]:
    """What the marks in the author lists of ``works`` mean: (mark, text) pairs, in a fixed order.

    ``selected`` stands for the highlight (left out where the list has none) and ``student`` for the mark of
    the owner's students.
    """
    marks: set[str] = set()
    notes: dict[str, str] = {}
    for work in works:
        for name in work.authors or work.editors:
            marks.update(name["marks"])
            if name.get("is_student") and not name.get("is_owner"):
                marks.add("student")
        if selected and work.selected:
            marks.add("selected")
        for mark, text in (work.annotation or {}).items():
            notes.setdefault(mark, text)
    order = [*MEANINGS, *sorted(marks - MEANINGS.keys())] if marks else ()
    return tuple((mark, notes.get(mark) or MEANINGS.get(mark, "")) for mark in order if mark in marks)


# --- numbers ---


def count(number: int | None) -> str:
    """A count as people write it: 819, 1.4k, 14.7k, 2M; always rounded down, never up."""
    if number is None:
        return ""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}{letter}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}{letter}"
    return str(number)


def floored(number: int) -> int:
    """The number that ``count`` shows: 1,456 → 1,400."""
    size = 100_000 if number >= 1_000_000 else 100 if number >= 1_000 else 1
    return number // size * size


def total(numbers: Iterable[int | None]) -> str:
    """The sum of the numbers as shown, rounded down again, with “+” where anything may be missing: 27.6k+."""
    known = [number for number in numbers if number is not None]
    result = sum(floored(number) for number in known)
    return count(result) + ("+" if result >= 1_000 else "")


def size(count: int) -> str:
    """A number of bytes as readers know it: 12 KB, 1.2 MB."""
    if count < 999_500:
        return f"{max(1, round(count / 1_000))} KB"
    return f"{count / 1_000_000:.1f} MB" if count < 99_500_000 else f"{round(count / 1_000_000)} MB"


# --- where it appeared ---


_PREFIX = re.compile(r"https?://(?:www\.|dx\.)?")


@lru_cache(maxsize=4096)
def place(url: str) -> str:
    """What an address leads to, however it is written: without scheme, ``www.`` or ``dx.``, in small letters."""
    return _PREFIX.sub("", url.casefold()).rstrip("/")


class Line(NamedTuple):
    """Where a publication appeared: words before the venue, the venue (Rich), and what follows it."""

    before: str
    venue: tuple[Any, ...]
    after: str


_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis", "phd": "PhD thesis"}


def line(work: RecordView, words: Words = ENGLISH) -> Line:
    """The line below the authors. A venue that the author wrote in full (``_venue``) is followed by the year
    alone, everything else is put together from volume, number, pages, publisher and year."""
    year = work.year_text if (number := work.year) is None else str(number)
    note = f" ({_plain(said)})" if (said := work.note) and work.note_is_mark else ""
    venue = work.venue
    if work.venue_is_whole:
        return Line("", venue, (f" {year}" if year else "") + note)
    before, parts = "", []
    kind = work.kind
    if kind == "article" or (kind == "preprint" and work.volume):
        issue = work.number or work.issue
        volume = work.volume + (f"({issue})" if issue else "")
        parts = [f" {volume}" if volume else "", _pages(work.pages)]
    elif kind in {"paper", "chapter"}:
        before = words.say("In ") if venue else ""
        editors = _editors(work, words)
        series = f", {work.series}{f' {work.volume}' if work.volume else ''}" if work.series else ""
        parts = [
            f", {editors}" if editors else "",
            series,
            _pages(work.pages),
            _named(work.publisher, venue),
        ]
    elif kind == "thesis":
        before = words.say(_THESES.get(work.type, "Thesis")) + (", " if venue else "")
    elif kind in {"book", "edited"}:
        edition = f", {_edition(work.edition, words)}" if work.edition else ""
        editors = _editors(work, words) if work.authors else ""
        parts = [f", {editors}" if editors else "", edition, f", {work.series}" if work.series else ""]
    elif kind == "report":
        parts = [f", {work.number}" if work.number else ""]
    elif kind == "patent":
        holder = work.extra.get("holder") or work.extra.get("assignee", "")
        facts = ", ".join(filter(None, (work.number, holder)))
        parts = [f", {facts}" if facts and venue else facts]
    text = "".join(parts)
    if year:
        text += f", {year}" if venue or text or before else year
    return Line(before, venue, text + note)


def _plain(value: tuple[Any, ...]) -> str:
    return " ".join(latex.spoken(value).split())


def _pages(pages: str) -> str:
    return f", {pages}" if pages else ""


def _named(publisher: str, venue: tuple[Any, ...]) -> str:
    return f", {publisher}" if publisher and venue != (publisher,) else ""


def _editors(work: RecordView, words: Words) -> str:
    names = [display(name) for name in work.editors]
    if not names:
        return ""
    shown = listed(names, words.language.joints) if len(names) < 3 else f"{names[0]} et al."
    return words.say("edited by {names}", {"names": shown})


def _edition(edition: str, words: Words) -> str:
    if words.language.tag.startswith("en") or not words.language.is_known:
        return f"{_ordinal(edition)} edition"
    return words.say("edition {n}", {"n": edition}) if edition.isdigit() else edition


def _ordinal(edition: str) -> str:
    if not edition.isdigit():
        return edition.removesuffix(" edition").removesuffix(" ed.")
    ending = (
        "th"
        if edition[-2:] in {"11", "12", "13"}
        else {"1": "st", "2": "nd", "3": "rd"}.get(edition[-1], "th")
    )
    return edition + ending
