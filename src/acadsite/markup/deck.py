"""A deck: one text read as slides.

In: the text of a deck, and what its front matter says of how it is written. Out: a ``Deck``: one document whose tree
has a ``slide`` element for each slide, so that numbers, citations and references go through it as through any text,
and the slides with what is known of each. Every element stands at its line of the file. No input raises.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import Document, commonmark, tree
from acadsite.markup.attributes import put
from acadsite.markup.deck_cut import Cut, Line, Syntax, cut, detect, opaque, slide_level
from acadsite.markup.deck_steps import number_steps
from acadsite.markup.finishing import finish
from acadsite.markup.headings import set_ids
from acadsite.markup.includes import Included, included
from acadsite.markup.source import Source
from acadsite.markup.text import text_of
from acadsite.problems import warning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acadsite.markup import Dialect
    from acadsite.markup.html import Mode
    from acadsite.problems import Problem, Span

__all__ = ["Deck", "Settings", "Slide", "read"]

#: Slides of one deck; what comes after them is left out.
MOST: Final = 2000

_DEFINITION: Final = re.compile(r" {0,3}\[(\^?[^\[\]]{1,200})\]:[ \t]*\S")
_LABEL: Final = re.compile(r"\[(\^?[^\[\]]{1,200})\]")
_CLASS: Final = re.compile(r"[A-Za-z][\w-]*")
_BACKGROUND_SIDE: Final = re.compile(r"(left|right)(?::.*)?\Z")
_SIZE: Final = re.compile(r"(w|width|h|height):([0-9.]+(?:px|%|em|rem|ex|ch|cm|mm|in|pt|pc)?)\Z")
_FILTER: Final = re.compile(
    r"(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)(?::\S*)?\Z"
)
_PIXELS: Final = re.compile(r"([0-9]{1,5}(?:\.[0-9]+)?)(?:px)?")
#: Pixels of an em on a slide 1280 wide, as the sheet of the base theme has it.
_EM: Final = 27.5
#: Classes of a heading that say something of itself.
_OF_HEADINGS: Final = frozenset({"unnumbered", "unlisted", "appendix", "fragment"})
_FIT: Final = frozenset({"bg", "contain", "cover", "fit", "auto", "vertical"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the front matter says of how a deck is written. ``title``: what the title slide would say. ``syntax`` None:
    it is found out. ``level``: of the headings that begin slides, 0 for what is usual. ``incremental``: lists come
    item by item. ``title_slide`` None: there is one where the syntax has one."""

    title: str = ""
    syntax: Syntax | None = None
    level: int = 0
    incremental: bool = False
    title_slide: bool | None = None


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. ``kind``: ``title``, ``section`` or ``slide``. ``title`` is plain text, perhaps empty.

    ``element`` is a SLIDE of the deck's tree: its HEADING first, if it has one, blocks, NOTES and SPEAKER_NOTES last;
    it is empty for a title slide that is made of the front matter. ``line`` is that of the file. ``steps``: how many
    times something is added before the slide is complete; what is added at one carries ``tree.FRAGMENT``."""

    kind: str
    title: str
    element: Element
    line: int
    classes: tuple[str, ...] = ()
    steps: int = 0

    @property
    def notes(self) -> Element | None:
        """The blocks that only the speaker sees."""
        return self.element.find(tree.SPEAKER_NOTES)

    @property
    def is_made(self) -> bool:
        """Whether the slide is to be made of the front matter."""
        return self.kind == "title" and not len(self.element)


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck that was read: the document, its slides in order, and the syntax that was found."""

    document: Document
    slides: tuple[Slide, ...]
    syntax: Syntax

    def prepared(self, document: Document) -> Deck:
        """The deck with its document as ``passes.prepare`` gives it, which has other elements. What a pass put behind
        the slides, such as a bibliography, gets one of its own."""
        root = document.tree
        pairs = zip(self.slides, root.findall(tree.SLIDE), strict=True)
        slides = [replace(slide, element=element) for slide, element in pairs]
        more = [child for child in root if child.tag != tree.SLIDE]
        if more:
            line = str(self.slides[-1].line if self.slides else document.source.first_line)
            last = SubElement(root, tree.SLIDE, {tree.KIND: "slide", tree.LINE: line})
            for child in more:
                root.remove(child)
                last.append(child)
            heading = title_of(last)
            if heading is not None:
                heading.set(tree.LEVEL, "2")
            title = " ".join(text_of(heading).split()) if heading is not None else ""
            slides.append(Slide("slide", title, last, int(line)))
        return replace(self, document=document, slides=tuple(slides))


def read(
    text: str,
    path: str,
    settings: Settings = Settings(),
    *,
    dialect: Dialect = "commonmark",
    first_line: int = 1,
    html: Mode = "trusted",
    include: Callable[[str], str | None] | None = None,
    figures: bool = False,
) -> Deck:
    """The deck in ``text``; the arguments are those of ``markup.read``."""
    taken = Included(text) if include is None else included(text, path, first_line, include)
    source = Source.of(taken.text, path, first_line, taken.pieces)
    lines = source.data.decode().split("\n")
    syntax = settings.syntax or detect(lines)
    level = settings.level or (slide_level(lines) if syntax == "headings" else 0)
    reader = _Reader(source, lines, dialect, settings, syntax, level)
    reader.figures = figures
    cuts = cut(lines, syntax, level)
    if len(cuts) > MOST:
        place = source.line_span(first_line + cuts[MOST].line)
        message = f"a deck has at most {MOST} slides; {len(cuts) - MOST} more are left out"
        reader.problems.append(warning("deck-slides", message, place))
        del cuts[MOST:]
    root = Element(tree.DOCUMENT)
    root.extend(reader.element(item) for item in cuts)
    problems = [*dict.fromkeys(reader.problems), *finish(root, source, reader.read), *set_ids(root, source)]
    slides = [reader.slide(item, root[at], is_first=at == 0) for at, item in enumerate(cuts)]
    if reader.makes_title(slides):
        title = Element(tree.SLIDE, {tree.KIND: "title", tree.LINE: str(first_line)})
        root.insert(0, title)
        slides.insert(0, Slide("title", settings.title, title, first_line))
    document = Document(root, source, html, (*taken.problems, *problems), taken.files)
    return Deck(document, tuple(slides), syntax)


class _Reader:
    """Reads the slides of one deck."""

    def __init__(  # noqa: PLR0917 - made in one place
        self,
        source: Source,
        lines: Sequence[str],
        dialect: Dialect,
        settings: Settings,
        syntax: Syntax,
        level: int,
    ) -> None:
        self.source, self.lines = source, lines
        self.figures = False
        self.read: Callable[..., tuple[Element, list[Problem]]] = commonmark.read
        if dialect == "python-markdown":
            from acadsite.markup import python_markdown

            self.read = python_markdown.read
        self.settings, self.syntax, self.level = settings, syntax, level
        self.problems: list[Problem] = []
        self.definitions = _definitions(lines)
        self.called: set[str] | None = None

    def makes_title(self, slides: Sequence[Slide]) -> bool:
        """Whether a slide is to be made of the front matter."""
        settings = self.settings
        if not settings.title or settings.title_slide is not None:
            return bool(settings.title and settings.title_slide)
        return self.syntax not in {"remark", "marp"} and not (slides and slides[0].kind == "title")

    def element(self, item: Cut) -> Element:
        """What is on one slide, and what is said there."""
        line = self.source.first_line + item.line
        element = Element(tree.SLIDE, {tree.LINE: str(line)})
        element.extend(self.parsed(item.text))
        _gather_notes(element, self.parsed(item.notes))
        classes = _CLASS.findall(item.properties.get("class", ""))
        if self.syntax == "marp":
            classes += _backgrounds(element)
        if classes:
            element.set("class", " ".join(dict.fromkeys(classes)))
        _set_pictures(element)
        return element

    def slide(self, item: Cut, element: Element, *, is_first: bool) -> Slide:
        """One slide, when the whole deck is read; numbers its steps."""
        kind = self.kind(item, element, is_first=is_first)
        element.set(tree.KIND, kind)
        heading = element.find(tree.HEADING)
        if heading is not None and heading is title_of(element):
            _hand_over_classes(heading, element)
        title = " ".join(text_of(heading).split()) if heading is not None else ""
        stars = self.lines if self.syntax == "marp" else ()
        steps = number_steps(element, self.settings.incremental, stars, self.source.first_line)
        line = int(element.get(tree.LINE, "1"))
        return Slide(kind, title, element, line, tuple(element.get("class", "").split()), steps)

    def kind(self, item: Cut, element: Element, *, is_first: bool) -> str:
        """What a slide is: a heading above the level of slides begins a section, as does one of level 1 that stands
        alone between rules; the first slide of a deck without another title is its title."""
        heading = title_of(element)
        if heading is None:
            return "slide"
        settings = self.settings
        is_title = " ".join(text_of(heading).split()).casefold() == settings.title.casefold()
        if is_first and heading.get(tree.LEVEL) == "1":
            is_made = settings.title_slide or self.syntax not in {"remark", "marp"}
            if is_title or not (
                item.level or (settings.title and is_made and settings.title_slide is not False)
            ):
                return "title"
        if item.level:
            return "section" if item.level < self.level else "slide"
        shown = [child for child in element if child.tag not in {tree.NOTES, tree.SPEAKER_NOTES}]
        return "section" if heading.get(tree.LEVEL) == "1" and len(shown) == 1 else "slide"

    def parsed(self, lines: Sequence[Line]) -> Element:
        """The tree of lines, each element where it stands in the file."""
        if not any(line.text.strip() for line in lines):
            return Element(tree.DOCUMENT)
        lines = [*lines, *self.missing(lines)]
        local = Source.of("\n".join(line.text for line in lines), self.source.path)
        root, problems = self.read(local, figures=self.figures)
        places = _Places(lines, local, self.source)
        for element in root.iter():
            if tree.LINE in element.attrib:
                element.set(tree.LINE, str(places.line(int(element.get(tree.LINE, "1")))))
            if tree.AT in element.attrib:
                element.set(tree.AT, str(places.offset(int(element.get(tree.AT, "0")))))
        for problem in problems:
            where = places.span(problem.where)
            if problem.code != "markup-unused-footnote" or where is None or not self.is_called(where.line):
                self.problems.append(replace(problem, where=where))
        return root

    def is_called(self, line: int) -> bool:
        """Whether the footnote that is defined in a line is called on any slide."""
        if self.called is None:
            self.called = {
                found[1].casefold()
                for text in self.lines
                if "[^" in text
                for found in _LABEL.finditer(text)
                if found.start() or not _DEFINITION.match(text)
            }
        found = _DEFINITION.match(self.lines[line - self.source.first_line])
        return found is not None and found[1].casefold() in self.called

    def missing(self, lines: Sequence[Line]) -> list[Line]:
        """Definitions of links and notes on other slides that these lines ask for."""
        if not self.definitions:
            return []
        own = {line.number for line in lines}
        asked = dict.fromkeys(
            found[1].casefold() for line in lines if "[" in line.text for found in _LABEL.finditer(line.text)
        )
        out: list[Line] = []
        for label in asked:
            start, end = self.definitions.get(label, (0, 0))
            if start < end and start not in own:
                out += [Line(start, ""), *(Line(number, self.lines[number]) for number in range(start, end))]
        return out


def title_of(element: Element) -> Element | None:
    """The heading that is the title of a slide, if it begins with one; comments may stand before it."""
    for child in element:
        if child.tag == tree.HEADING:
            return child
        if child.tag != tree.RAW_BLOCK or not (child.text or "").lstrip().startswith("<!--"):
            break
    return None


def _definitions(lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """By label, the lines of what links and footnotes stand for; the first of each counts."""
    found: dict[str, tuple[int, int]] = {}
    closed = opaque(lines) if any("]:" in line for line in lines) else b""
    for number, line in enumerate(lines if closed else ()):
        match = _DEFINITION.match(line) if "]:" in line and not closed[number] else None
        if match is None or match[1].casefold() in found:
            continue
        end = number + 1
        if match[1].startswith("^"):
            while end < len(lines) and end < number + 20 and lines[end].startswith(("    ", "\t")):
                end += 1
        found[match[1].casefold()] = (number, end)
    return found


@dataclass(frozen=True, slots=True)
class _Places:
    """The way from the text of one slide to the deck: which line each of its lines is."""

    lines: Sequence[Line]
    local: Source
    source: Source

    def line(self, line: int) -> int:
        """The line of the file of a line of the slide."""
        return self.lines[min(max(line, 1), len(self.lines)) - 1].number + self.source.first_line

    def offset(self, offset: int) -> int:
        """The offset in the deck of one in the slide; of the nearest place where the line was changed."""
        at = min(bisect_right(self.local.starts, offset), len(self.lines)) - 1
        number = self.lines[at].number
        start, end = self.source.starts[number : number + 2]
        written, text = self.source.data[start : end - 1], self.lines[at].text.encode()
        shift = len(written) - len(text) if written != text and written.endswith(text) else 0
        return min(start + shift + offset - self.local.starts[at], end - 1)

    def span(self, span: Span | None) -> Span | None:
        """The place in the file of one in the slide."""
        if span is None:
            return None
        place = self.source.line_span(self.line(span.line))
        end = place.line if span.end_line else 0
        return replace(span, path=place.path, line=place.line, end_line=end)


# --- parts of a slide ------------------------------------------------------------------------------------------


def _gather_notes(slide: Element, more: Element) -> None:
    """Put what only the speaker sees into one element at the end, with ``more``."""
    found: list[Element] = []
    todo = [slide]
    for parent in todo:  # grows
        for child in list(parent):
            if child.tag == tree.DIV and "notes" in child.get("class", "").split():
                parent.remove(child)
                found += list(child)
            else:
                todo.append(child)
    footnotes = [*slide.findall(tree.NOTES), *more.findall(tree.NOTES)]
    for part in footnotes:
        (slide if part in list(slide) else more).remove(part)
    if footnotes:
        joined = SubElement(slide, tree.NOTES)
        for part in footnotes:
            joined.extend(part)
    found += list(more)
    if found:
        SubElement(slide, tree.SPEAKER_NOTES, {tree.LINE: slide.get(tree.LINE, "1")}).extend(found)


def _set_pictures(slide: Element) -> None:
    """Sizes in pixels, those of a slide 1280 wide, become parts of its width; and paragraphs with nothing but
    pictures, which take the room that is left, get a class."""
    for element in slide.iter():
        if element.tag == tree.IMAGE:
            for name in ("width", "height"):
                size = _PIXELS.fullmatch(element.get(name, "").strip())
                if size:
                    element.set(name, f"{float(size[1]) / _EM:.4g}em")
        elif element.tag == tree.PARAGRAPH and _is_pictures(element):
            put(element, {"class": "pictures"})


def _is_pictures(paragraph: Element) -> bool:
    texts = [paragraph.text, *(child.tail for child in paragraph)]
    only = all(child.tag in {tree.IMAGE, tree.BREAK} for child in paragraph)
    return len(paragraph) > 0 and only and not any((text or "").strip() for text in texts)


def _hand_over_classes(heading: Element, slide: Element) -> None:
    """Quarto's and Pandoc's classes of a slide stand on its heading."""
    classes = heading.get("class", "").split()
    moved = [name for name in classes if name not in _OF_HEADINGS]
    if moved:
        slide.set("class", " ".join(dict.fromkeys([*slide.get("class", "").split(), *moved])))
        left = [name for name in classes if name in _OF_HEADINGS]
        heading.set("class", " ".join(left))
        if not left:
            del heading.attrib["class"]


def _backgrounds(slide: Element) -> list[str]:
    """Marp's words in the description of a picture: sizes, and ``bg``, which puts it behind the slide or beside its
    text. Gives the slide's classes for that."""
    classes: list[str] = []
    behind: list[Element] = []
    for parent in list(slide.iter()):
        for child in list(parent):
            if child.tag != tree.IMAGE or not (words := child.get("alt", "").split()):
                continue
            if "bg" in words:
                classes += [f"bg-{side[1]}" for word in words if (side := _BACKGROUND_SIDE.match(word))]
                _take_out(parent, child)
                behind.append(Element(tree.IMAGE, {**child.attrib, "alt": ""}))
                continue
            for word in words:
                if size := _SIZE.match(word):
                    child.set("width" if size[1][0] == "w" else "height", size[2].removesuffix("px"))
            left = [word for word in words if not _SIZE.match(word) and not _FILTER.match(word)]
            if len(left) < len(words):
                child.set("alt", " ".join(word for word in left if word not in _FIT))
    if behind:
        holder = Element(tree.DIV, {"class": "slide-background", tree.LINE: slide.get(tree.LINE, "1")})
        holder.extend(behind)
        at = 1 if title_of(slide) is not None and slide[0].tag == tree.HEADING else 0
        slide.insert(at, holder)
        for parent in list(slide):
            if parent.tag == tree.PARAGRAPH and not len(parent) and not (parent.text or "").strip():
                slide.remove(parent)
        classes.append("has-background")
    return classes


def _take_out(parent: Element, child: Element) -> None:
    at = list(parent).index(child)
    if child.tail:
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)
