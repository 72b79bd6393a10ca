"""A deck's text cut into slides, before any of it is parsed: to CommonMark a ``---`` or ``--`` under a line of text
would be a heading.

In: lines, and how the deck is written. Out: for each slide the lines of its text and of its notes, each with the
number of the line it came from, and its properties. Fenced code, formulas, comments and fenced divs that are closed
are never cut. The syntaxes are those of Pandoc and Quarto (headings make slides), remark, Marp and reveal.js (rules
between slides). The time is linear in the length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: How a deck is written: ``headings`` begin slides (Pandoc, Quarto), or ``rules`` stand between them, plainly or as
#: one of three programs has it.
Syntax = Literal["headings", "rules", "remark", "marp", "reveal"]
SYNTAXES: Final[tuple[Syntax, ...]] = get_args(Syntax)

#: Stands where a step begins: an HTML block of its own wherever it is, which no reader shows.
PAUSE: Final = "<?pause?>"

#: The lines that all slides together may take from layouts and templates.
MOST_INHERITED: Final = 100_000

_RULE: Final = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_DASHES: Final = re.compile(r"---[ \t]*\Z")
_REVEAL: Final = re.compile(r"-{3,4}[ \t]*\Z")
_STEP: Final = re.compile(r"--[ \t]*\Z")
_NOTES: Final = re.compile(r"\?\?\?[ \t]*\Z")
_REVEAL_NOTES: Final = re.compile(r"notes?:[ \t]*(.*)\Z", re.IGNORECASE)
_HEADING: Final = re.compile(r" {0,3}(#{1,6})(?:[ \t]|\Z)")
_UNDERLINE: Final = re.compile(r" {0,3}(?:(=+)|-+)[ \t]*\Z")
_NO_PARAGRAPH: Final = re.compile(
    r"(?: {4}|\t)| {0,3}(?:[>|<]|:::|```|~~~|#{1,6}[ \t]|(?:[-+*]|\d{1,9}[.)])[ \t])"
)
_PROPERTY: Final = re.compile(
    r"(name|class|layout|template|count|exclude|background-(?:image|color|size|position)):[ \t]*(.*)\Z"
)
_FENCE: Final = re.compile(r"[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)\Z")
_DIV: Final = re.compile(r" {0,3}:{3,}[ \t]*(.*?)[ \t:]*\Z")
_FORMULA: Final = re.compile(r"\$\$|\\\[|\\begin\{[a-zA-Z]+\*?\}")
_CLASSES: Final = re.compile(r"[ \t]*((?:\.[A-Za-z][\w-]*)+)\[[ \t]*\Z")
_CLASSES_END: Final = re.compile(r"[ \t]*\][ \t]*\Z")
_CLASSED: Final = re.compile(
    r"`+[^`]*+`+"
    r"|(?<![\w\])])((?:\.[A-Za-z][\w-]*)+)\[((?:[^\[\]`]|!?\[[^\[\]`]*+\](?:\([^()\s]*+\)|(?!))?+|(?!))++)\]"
)
_NOTES_COMMENT: Final = re.compile(r"(?:speaker[ -]?)?notes?[ \t]*(?::[ \t]*|\Z)", re.IGNORECASE)
_NOTES_END: Final = re.compile(r"/[ \t]*(?:speaker[ -]?)?notes?\Z", re.IGNORECASE)
_MARP: Final = re.compile(r" {0,3}<!--[ \t]*_?(?:class|paginate|theme|background\w+|headingDivider)[ \t]*:")
_DIRECTIVE: Final = re.compile(r"[ \t]*(_?)([a-zA-Z]+)[ \t]*:[ \t]*(.*)\Z")
_DIRECTIVES: Final = frozenset(
    """marp theme style headingDivider size math title author description keywords url image lang paginate header
    footer class backgroundColor backgroundImage backgroundPosition backgroundRepeat backgroundSize color transition
    """.split()  # noqa: SIM905
)
#: Comments that speak to other programs.
_PRAGMA: Final = re.compile(r"(?:prettier|markdownlint|vale|textlint|cspell)\b|fit\Z|more\Z", re.IGNORECASE)


class Line(NamedTuple):
    """A line of a slide: its number in the deck from 0, and its text, which may differ from what stands there."""

    number: int
    text: str


class Marks(NamedTuple):
    """What a syntax cuts at. ``level``: headings up to it begin slides; 0 for none.  ``setext``: dashes under text
    are a heading. ``remark`` and ``marp``: properties, classes, steps and directives as those have them."""

    rule: re.Pattern[str]
    level: int = 0
    setext: bool = False
    remark: bool = False
    marp: bool = False
    notes: re.Pattern[str] | None = None


MARKS: Final[Mapping[Syntax, Marks]] = {
    "headings": Marks(_RULE, setext=True),
    "rules": Marks(_RULE),
    "remark": Marks(_DASHES, remark=True),
    "marp": Marks(_RULE, setext=True, marp=True),
    "reveal": Marks(_REVEAL, notes=_REVEAL_NOTES),
}


@dataclass(slots=True)
class Cut:
    """One slide. ``line`` is where it begins, from 0; ``level`` that of the heading that cut it, or 0.
    ``ruled``: a rule stands before it."""

    line: int
    level: int = 0
    ruled: bool = False
    text: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to see or say."""
        return not any(line.text.strip() for line in (*self.text, *self.notes))


def detect(lines: Sequence[str]) -> Syntax:
    """How a deck that does not say so seems to be written."""
    closed = opaque(lines)
    rules = under = headings = 0
    remark = reveal = False
    fresh = True  # nothing but properties since the last rule
    for number, line in enumerate(lines):
        if closed[number]:
            if closed[number] == 1 and _MARP.match(line):
                return "marp"
            continue
        if _RULE.match(line):
            is_under = number > 0 and bool(lines[number - 1].strip()) and not fresh
            rules += not is_under
            under += is_under  # perhaps that text is a heading
            fresh = True
            continue
        if line.strip():
            remark |= bool((fresh and _PROPERTY.match(line)) or _STEP.match(line) or _NOTES.match(line))
            reveal |= bool(_REVEAL_NOTES.match(line))
            fresh = fresh and bool(_PROPERTY.match(line))
        heading = _HEADING.match(line)
        headings += heading is not None and len(heading[1]) <= 2
    if remark and (rules + under) * 2 >= max(headings, 1):
        return "remark"
    if rules * 2 < headings or not rules:
        return "headings"
    return "reveal" if reveal else "rules"


def slide_level(lines: Sequence[str]) -> int:
    """The level of the headings that begin slides where nothing says so: 2, or the only one there is."""
    closed = opaque(lines)
    levels = {
        len(found[1])
        for number, line in enumerate(lines)
        if not closed[number] and (found := _HEADING.match(line))
    }
    return 2 if 2 in levels or not levels else min(levels)


def cut(lines: Sequence[str], syntax: Syntax, level: int = 0) -> list[Cut]:
    """The slides in ``lines``. ``level`` is that of the headings that begin a slide (those above begin one too);
    0 where none does."""
    marks = MARKS[syntax]._replace(level=level)
    cuts = _Cutter(lines, marks).run()
    if marks.marp:
        _hand_down(cuts)
    if marks.remark:
        cuts = _inherit([_with_properties(item) for item in cuts])
        for item in cuts:
            item.text = _with_classes(item.text)
    if syntax == "headings":
        return [item for item in cuts if not item.is_blank]
    while cuts and cuts[-1].is_blank and not cuts[-1].properties:
        cuts.pop()
    if cuts and cuts[0].is_blank and not cuts[0].properties:
        del cuts[0]
    return cuts


# --- where nothing is cut --------------------------------------------------------------------------------------


def opaque(lines: Sequence[str]) -> bytearray:
    """1 for each line within fenced code, a formula or a comment, 2 within a fenced div; 0 elsewhere. What is never
    closed hides nothing."""
    found = bytearray(len(lines))
    barren: dict[str, int] = {}
    number = 0
    while number < len(lines):
        end = _closed(lines, number, barren)
        if end >= number:
            for inner in range(number, end + 1):
                found[inner] = 1
            number = end
        number += 1
    opened: list[int] = []
    depth = [0] * (len(lines) + 1)  # how many more divs are open in a line than in the one before
    for number, line in enumerate(lines):
        div = None if found[number] or ":::" not in line else _DIV.match(line)
        if div is not None and div[1]:
            opened.append(number)
        elif div is not None and opened:
            depth[opened.pop()] += 1
            depth[number + 1] -= 1
    for number, level in enumerate(accumulate(depth[:-1])):
        if level and not found[number]:
            found[number] = 2
    return found


def _closed(lines: Sequence[str], number: int, barren: dict[str, int]) -> int:
    """The last line of the code, comment or formula that begins in a line; -1 where none does. ``barren`` has, by what
    closes it, up to where it is known that nothing does."""
    line = lines[number]
    if "```" in line or "~~~" in line:
        fence = _FENCE.match(line)
        if fence and not (fence[1][0] == "`" and "`" in fence[2]):
            closing = re.compile(r"[ \t]*" + fence[1][0] + "{" + str(len(fence[1])) + r",}[ \t]*\Z")
            return _search(lines, number, fence[1], barren, lambda text: closing.match(text) is not None)
    if line.lstrip(" ").startswith("<!--"):
        if "-->" in line:
            return number
        return _search(lines, number, "-->", barren, lambda text: "-->" in text)
    formula = _FORMULA.search(line) if "$$" in line or "\\" in line else None
    if formula is None or line.count("$$") == 2:
        return -1
    closing_text = {"$$": "$$", "\\[": "\\]"}.get(formula[0], formula[0].replace("begin", "end"))
    if closing_text in line[formula.end() :]:
        return -1
    return _search(lines, number, closing_text, barren, lambda text: closing_text in text, blank=True)


def _search(
    lines: Sequence[str],
    number: int,
    what: str,
    barren: dict[str, int],
    is_end: Callable[[str], bool],
    *,
    blank: bool = False,
) -> int:
    """The next line that ends something; -1 where there is none (before a blank line, with ``blank``)."""
    if barren.get(what, -1) > number:
        return -1
    at = number + 1
    while at < len(lines) and not (blank and not lines[at].strip()):
        if is_end(lines[at]):
            return at
        at += 1
    barren[what] = at
    return -1


# --- cutting ---------------------------------------------------------------------------------------------------


class _Cutter:
    """State of one cutting: the slide under way, and the paragraph that a line may belong to."""

    def __init__(self, lines: Sequence[str], marks: Marks) -> None:
        self.lines, self.marks = lines, marks
        self.closed = opaque(lines)
        self.done: list[Cut] = []
        self.current = Cut(0)
        self.in_notes = False
        #: The first line of the paragraph under way, or -1; whether the next line of text may begin one.
        self.paragraph = -1
        self.is_fresh = True

    def run(self) -> list[Cut]:
        number = 0
        while number < len(self.lines):
            number = self.take(number) + 1
        self.done.append(self.current)
        return self.done

    def take(self, number: int) -> int:
        """Take what begins in a line; gives the last line of it."""
        line = self.lines[number]
        paragraph, fresh = self.paragraph, self.is_fresh
        self.paragraph, self.is_fresh = -1, True
        if self.closed[number]:
            if self.closed[number] == 1 and line.lstrip(" ").startswith("<!--"):
                return self.comment(number)
            self.put(number, line)
            return number
        level = self.level(line, has_text=paragraph >= 0)
        if level and level <= self.marks.level:
            self.begin(paragraph if paragraph >= 0 and not _HEADING.match(line) else number, level)
            self.put(number, line)
        elif not level and self.marks.rule.match(line):
            self.done.append(self.current)
            self.current, self.in_notes = Cut(number + 1, ruled=True), False
        elif _NOTES.match(line):
            self.in_notes = True
        elif self.marks.notes and (found := self.marks.notes.match(line)):
            self.in_notes = True
            self.put(number, found[1])
        elif self.marks.remark and _STEP.match(line):
            self.put(number, PAUSE)
        else:
            self.put(number, line)
            if line.strip() and not level:
                begins = fresh and not _NO_PARAGRAPH.match(line)
                self.paragraph, self.is_fresh = (number if begins else paragraph), False
        return number

    def put(self, number: int, text: str) -> None:
        (self.current.notes if self.in_notes else self.current.text).append(Line(number, text))

    def level(self, line: str, *, has_text: bool) -> int:
        """The level of the heading that a line is, or underlines; 0 for none."""
        heading = _HEADING.match(line)
        if heading:
            return len(heading[1])
        if has_text and self.marks.setext and (under := _UNDERLINE.match(line)):
            return 1 if under[1] else 2
        return 0

    def begin(self, start: int, level: int) -> None:
        """A slide whose heading begins in line ``start``; what stands there already goes with it."""
        target = self.current.notes if self.in_notes else self.current.text
        at = next((at for at, line in enumerate(target) if line.number >= start), len(target))
        title = target[at:]
        del target[at:]
        if not (self.current.ruled and self.current.is_blank):
            self.done.append(self.current)
            self.current = Cut(start)
        self.current.line, self.current.level, self.in_notes = start, level, False
        self.current.text += title

    def comment(self, start: int) -> int:
        """Take a comment: directives, notes, or text that stays as it is."""
        end = start
        while "-->" not in self.lines[end]:
            end += 1
        inner = [Line(number, self.lines[number]) for number in range(start, end + 1)]
        inner[0] = Line(start, inner[0].text.replace("<!--", "", 1))
        last, _, rest = inner[-1].text.partition("-->")
        inner[-1] = Line(end, last)
        said = "\n".join(line.text for line in inner).strip()
        notes = _NOTES_COMMENT.match(said)
        if _NOTES_END.match(said):
            self.in_notes = False
        elif notes and notes.end() == len(said):
            self.in_notes = True
        elif self.marks.marp and self.directives(said):
            pass
        elif notes or (self.marks.marp and said and not _PRAGMA.match(said)):
            at = next(at for at, line in enumerate(inner) if line.text.strip())
            head = inner[at].text.strip()
            inner[at] = Line(inner[at].number, head[notes.end() :] if notes else head)
            self.current.notes += [*inner[at:], Line(end, "")]
        else:
            for number in range(start, end + 1):
                self.put(number, self.lines[number])
            return end
        if rest.strip():
            self.put(end, rest)
        return end

    def directives(self, said: str) -> bool:
        """Whether a comment says what Marp is to do, and nothing else; takes it then."""
        found = [_DIRECTIVE.match(line) for line in said.split("\n")]
        known = [item for item in found if item and item[2] in _DIRECTIVES]
        if not known or any(item and item[2] not in _DIRECTIVES for item in found):
            return False
        for item in known:
            self.current.properties[item[1] + item[2]] = item[3].strip().strip("'\"")
        return True


# --- remark and Marp -------------------------------------------------------------------------------------------


def _with_properties(item: Cut) -> Cut:
    """A remark slide with the properties at its top taken off."""
    at = 0
    while at < len(item.text):
        text = item.text[at].text
        found = _PROPERTY.match(text)
        if found:
            item.properties[found[1]] = found[2].strip()
        elif text.strip():
            break
        at += 1
    if item.properties:
        del item.text[:at]
    return item


def _inherit(cuts: Sequence[Cut]) -> list[Cut]:
    """Slides with the content and classes of their layouts and templates; layouts and what is excluded are gone."""
    out: list[Cut] = []
    named = {name: item for item in cuts if (name := item.properties.get("name"))}
    bare = {id(item): list(item.text) for item in cuts}
    layout: Cut | None = None
    inherited = 0
    for item in cuts:
        switch = item.properties.get("layout", "").lower()
        if switch == "true":
            layout = item
            continue
        if switch == "false":
            layout = None
        above = named.get(item.properties.get("template", "")) or layout
        if above is not None and above is not item:
            inherited += len(bare[id(above)])
            if inherited <= MOST_INHERITED:
                item.text = _within(bare[id(above)], item.text)
            classes = [above.properties.get("class", ""), item.properties.get("class", "")]
            item.properties["class"] = ", ".join(filter(None, classes))
        if item.properties.get("exclude", "").lower() != "true":
            out.append(item)
    return out


def _within(above: Sequence[Line], text: Sequence[Line]) -> list[Line]:
    place = next((at for at, line in enumerate(above) if line.text.strip() == "{{content}}"), len(above))
    gap = [Line(above[place - 1].number, "")] if place else []
    return [*above[:place], *gap, *text, *gap, *above[place + 1 :]]


def _with_classes(text: list[Line]) -> list[Line]:
    """remark's ``.name[…]`` as spans, and as fenced divs where the brackets stand on lines of their own."""
    closed = opaque([line.text for line in text])
    out = list(text)
    opened: list[tuple[int, str]] = []
    for at, (number, line) in enumerate(text):
        if closed[at] or ("[" not in line and "]" not in line):
            continue
        begin = _CLASSES.match(line)
        if begin:
            opened.append((at, begin[1]))
        elif _CLASSES_END.match(line) and opened:
            start, classes = opened.pop()
            out[start] = Line(text[start].number, f"::: {{{classes.replace('.', ' .').strip()}}}")
            out[at] = Line(number, ":::")
        else:
            out[at] = Line(number, _CLASSED.sub(_span, line))
    return out


def _span(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    return f"[{found[2]}]{{{found[1].replace('.', ' .').strip()}}}"


def _hand_down(cuts: Sequence[Cut]) -> None:
    """Marp's directives hold for the slides that follow, those with ``_`` in front for their own alone."""
    standing: dict[str, str] = {}
    for item in cuts:
        standing |= {name: value for name, value in item.properties.items() if name[0] != "_"}
        spot = {name[1:]: value for name, value in item.properties.items() if name[0] == "_"}
        item.properties = {**standing, **spot}
