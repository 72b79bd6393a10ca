"""Numbers for everything in a work that has one: sections, figures, tables, equations, theorems, listings.

In: the outlines of its texts in order, and settings. Out: for each text one number (or None) for each of its labels,
and where each id leads. A pure function; the same outlines give different numbers for the web page and the PDF when
the settings differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from acadsite.markup import tree
from acadsite.problems import Problem, Span, error, quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.markup.outline import Label, Outline

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a work is numbered.

    ``chapters``: each text is a chapter (a book). ``sections``: headings show their numbers. ``depth``: levels of
    sections that have numbers, below the chapter in a book (1: ``2.3``; 0: chapters alone). ``restart``: where
    figures and the like begin anew, ``auto`` is by chapter in a book and never elsewhere. ``equations``: those with
    a label or tag, or also all that LaTeX numbers (environments without a star). ``together``: theorems, lemmas and
    their like share one count. ``words``: what stands before a number, by kind.
    """

    chapters: bool = False
    sections: bool = True
    depth: int = 3
    restart: Literal["auto", "never", "chapter", "section"] = "auto"
    equations: Literal["labelled", "environments"] = "labelled"
    together: bool = False
    words: tuple[tuple[str, str], ...] = tuple(tree.CROSS_REFERENCES.items())
    chapter_word: str = "Chapter"
    appendix_word: str = "Appendix"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a work. ``name`` tells it from the others. ``has_title``: its title is in its front matter, not in
    its first heading. ``unnumbered``: a chapter without a number (as is one whose only heading of level 1 is).
    ``depth``: a chapter below the one before that is less deep: 2.1."""

    name: str
    outline: Outline
    path: str = ""
    has_title: bool = False
    unnumbered: bool = False
    appendix: bool = False
    depth: int = 0


class Number(NamedTuple):
    """A number as it is shown (``3.1``, ``(a)``), and the word before it (``Figure``)."""

    number: str
    word: str


class Target(NamedTuple):
    """What an id leads to: the text it is in, its number (empty: none), word and title. ``number`` of a part of a
    figure holds that of the whole: ``3 (a)``."""

    text: str
    id: str
    kind: str
    number: str
    word: str
    title: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """``texts``: by name, one for each label of its outline. ``chapters``: the number of each text, empty for none.
    ``targets``: by id, the first in the work; ``own``: by text and id."""

    texts: Mapping[str, tuple[Number | None, ...]]
    chapters: Mapping[str, str]
    targets: Mapping[str, Target]
    own: Mapping[str, Mapping[str, Target]]
    problems: tuple[Problem, ...]

    def find(self, text: str, name: str) -> Target | None:
        """Where a reference in ``text`` to the id ``name`` leads."""
        return self.own.get(text, {}).get(name) or self.targets.get(name)


def number(texts: Sequence[Text], settings: Settings | None = None) -> Numbers:
    """The numbers of a work of these texts, in this order."""
    counter = _Counter(settings or Settings())
    for text in texts:
        counter.text(text)
    return Numbers(counter.numbers, counter.chapters, counter.targets, counter.own, tuple(counter.problems))


@dataclass(slots=True)
class _Counter:
    """State of one numbering."""

    settings: Settings
    numbers: dict[str, tuple[Number | None, ...]] = field(default_factory=dict)
    chapters: dict[str, str] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    own: dict[str, dict[str, Target]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    chapter: int = 0
    appendices: int = 0
    #: The numbers of the chapter that was last and of those that it is below, and counts of the chapters below these.
    above: list[str] = field(default_factory=list)
    inner: dict[int, int] = field(default_factory=dict)
    #: What stands before the numbers of the text or section we are in: ``3.``
    prefix: str = ""
    #: Counts of the sections open, from the topmost level down; letters in an appendix.
    sections: list[int] = field(default_factory=list)
    lettered: bool = False
    whole: Target | None = None
    parts: int = 0

    def text(self, text: Text) -> None:
        """Number one text."""
        self.words = dict(self.settings.words)
        outline = text.outline
        by_chapter = self.settings.chapters
        titled = outline.titled and not text.has_title
        first = outline.labels[0] if outline.labels and titled else None
        plain = text.unnumbered or bool(first and first.unnumbered)
        chapter = self.next_chapter(text, plain) if by_chapter else ""
        self.chapters[text.name] = chapter
        if self.restarts == "chapter":
            self.counts = {}
            self.prefix = f"{chapter}." if chapter else ""
        if by_chapter:
            self.sections, self.lettered = [], False
        levels = [label.level for label in outline.labels if label.kind == "sec" and label is not first]
        # The levels below the title: a title stands above them in the front matter or as the one heading of level 1.
        base = min(levels, default=1) if not first else 2
        found: list[Number | None] = []
        silent = 0  # level of an unnumbered heading whose sections have no numbers either
        for label in outline.labels:
            if label.kind != "sec":
                found.append(self.other(text, label))
                continue
            if silent and label.level > silent:
                found.append(None)
            elif label is first:
                word = self.settings.appendix_word if text.appendix else self.settings.chapter_word
                found.append(Number(chapter, word) if chapter else None)
            elif label.unnumbered or (by_chapter and not chapter):
                silent = label.level
                found.append(None)
            else:
                silent = 0
                found.append(self.section(label, base, chapter))
            shown = found[-1]
            if shown and not self.settings.sections:
                found[-1] = None
            self.target(text, label, found[-1])
        self.numbers[text.name] = tuple(found)

    @property
    def restarts(self) -> str:
        if self.settings.restart == "auto":
            return "chapter" if self.settings.chapters else "never"
        return self.settings.restart

    def next_chapter(self, text: Text, plain: bool) -> str:
        if plain:
            return ""
        above = self.above[: text.depth]
        if above:
            counts = self.inner
            counts[len(above)] = counts.get(len(above), 0) + 1
            found = f"{above[-1]}.{counts[len(above)]}"
        elif text.appendix:
            self.appendices += 1
            found = letter(self.appendices)
        else:
            self.chapter += 1
            found = str(self.chapter)
        self.above = [*above, found]
        self.inner = {level: count for level, count in self.inner.items() if level <= len(above)}
        return found

    def section(self, label: Label, base: int, chapter: str) -> Number | None:
        """The number of a heading; None below the depth that is numbered."""
        index = max(0, label.level - base)
        if label.appendix and index == 0 and not self.lettered and not chapter:
            self.sections, self.lettered = [], True
        del self.sections[index + 1 :]
        while len(self.sections) <= index:
            self.sections.append(0)
        self.sections[index] += 1
        if index == 0 and self.restarts == "section":
            self.counts = {}
            self.prefix = f"{self.dotted(chapter, 1)}."
        if index >= self.settings.depth:
            return None
        number = self.dotted(chapter, index + 1)
        is_appendix = self.lettered and index == 0
        return Number(
            number, self.settings.appendix_word if is_appendix else self.words.get("sec", "Section")
        )

    def dotted(self, chapter: str, length: int) -> str:
        pieces = [str(count) for count in self.sections[:length]]
        if self.lettered and pieces:
            pieces[0] = letter(self.sections[0])
        return ".".join([chapter, *pieces] if chapter else pieces)

    def other(self, text: Text, label: Label) -> Number | None:
        """The number of anything but a heading."""
        found: Number | None = None
        word = label.word or self.words.get(label.kind, label.kind)
        if label.part:
            if self.whole is not None:
                self.parts += 1
                mark = f"({letter(self.parts).lower()})"
                found = Number(mark, "")
                whole = Number(f"{self.whole.number} {mark}", self.whole.word)
                self.target(text, label, whole)
                if label.id in self.own[text.name]:  # also by the name of the whole and the letter
                    alias = f"{self.whole.id}-{mark[1:-1]}"
                    self.own[text.name].setdefault(alias, self.own[text.name][label.id])
                    self.targets.setdefault(alias, self.own[text.name][label.id])
                return found
        elif label.tag:
            found = Number(label.tag, word)
        elif not label.unnumbered and (
            label.id or label.kind != "eq" or self.settings.equations != "labelled"
        ):
            count = "thm" if self.settings.together and label.kind in _TOGETHER else label.kind
            self.counts[count] = self.counts.get(count, 0) + 1
            found = Number(f"{self.prefix}{self.counts[count]}", word)
        self.target(text, label, found)
        self.whole = self.own[text.name].get(label.id) if found and label.id else None
        self.parts = 0
        return found

    def target(self, text: Text, label: Label, number: Number | None) -> None:
        own = self.own.setdefault(text.name, {})
        if not label.id:
            return
        # A tag brings its own brackets, as do references to equations where they are wanted.
        shown = number.number if number else ""
        if label.tag:
            shown = shown.removeprefix("(").removesuffix(")")
        target = Target(
            text.name,
            label.id,
            label.kind,
            shown,
            number.word if number else label.word or self.words.get(label.kind, ""),
            label.title,
        )
        own.setdefault(label.id, target)
        first = self.targets.setdefault(label.id, target)
        if first.text != text.name and label.id.partition("-")[0] in tree.CROSS_REFERENCES:
            path, line = self.places[label.id]
            self.problems.append(
                error(
                    "markup-duplicate-label",
                    f"the label {quote(label.id)} is given in {path} already",
                    Span(text.path or text.name, label.line),
                    f"Another one is in line {line} there; references lead to that one.",
                )
            )
        else:
            self.places.setdefault(label.id, (text.path or text.name, label.line))


_TOGETHER: Final = frozenset({"thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem"})


def letter(count: int) -> str:
    """The letters of a count: A to Z, then AA, AB, …"""
    out = ""
    while count > 0:
        count, rest = divmod(count - 1, 26)
        out = _LETTERS[rest] + out
    return out
