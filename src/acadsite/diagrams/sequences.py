"""Mermaid's sequence diagrams (https://mermaid.js.org/syntax/sequenceDiagram.html) as pictures.

Each line is taken in turn, from top to bottom: what it shows, how wide it is and which participants it spans. From the
widths come the columns, from the heights the rows. Lines of life are cut where words stand: nothing crosses them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from acadsite.diagrams import canvas
from acadsite.diagrams.canvas import WORDS, number, numbers
from acadsite.diagrams.model import Drawing, Fault, Refused
from acadsite.diagrams.reading import colour
from acadsite.diagrams.words import LINE, NO_LABEL, label, plain, shortened
from acadsite.problems import quote

if TYPE_CHECKING:
    from acadsite.diagrams.reading import Line, Source
    from acadsite.diagrams.words import Label

#: Larger ones are not drawn.
MOST_PARTICIPANTS: Final = 40
MOST_STEPS: Final = 400

_MARGIN: Final = 8.0
_GAP: Final = 36.0  #: between participants
_FIGURE: Final = 30.0  #: of a person
_BAR: Final = 5.0  #: half the width of a bar on a line of life
_AFTER: Final = 14.0  #: below a step
_ARROW: Final = "<<-->>|<<->>|-->>|->>|-->|->|--x|-x|--\\)|-\\)"
_MESSAGE: Final = re.compile(rf"(.+?)\s*({_ARROW})\s*([+-]?)\s*([^:]+?)\s*(?::\s*(.*))?\Z")
_PARTICIPANT: Final = re.compile(
    r"(?:create\s+)?(participant|actor)\s+(.+?)(?:@\{[^}]*\})?(?:\s+as\s+(.+))?\Z"
)
_NOTE: Final = re.compile(r"note\s+(right of|left of|over)\s+([^:]+?)\s*:\s*(.*)\Z", re.IGNORECASE)
_BLOCK: Final = re.compile(r"(loop|alt|opt|par|par_over|critical|break|rect|box)\b\s*(.*)\Z")
_PART: Final = re.compile(r"(else|and|option)\b\s*(.*)\Z")
_NUMBERED: Final = re.compile(r"autonumber(?:\s+(\d{1,6}))?(?:\s+(\d{1,6}))?\s*\Z")
_LEFT_OUT: Final = re.compile(r"(link|links|properties|details|title)\b")
_COLOUR: Final = re.compile(r"(?:rgba?\([^)]*\)|transparent|#[0-9a-fA-F]{3,8}\b)\s*")
_PARTS: Final = {"else": {"alt"}, "and": {"par", "par_over"}, "option": {"critical"}}
_WORDS: Final = (
    "participant", "actor", "create", "destroy", "note", "loop", "alt", "else", "opt", "par", "and", "critical",
    "option", "break", "rect", "box", "end", "activate", "deactivate", "autonumber",
)  # fmt: skip
#: The ends of an arrow: at the tail, at the head, and whether it is dotted.
_ENDS: Final = {
    "->": ("", "", False), "-->": ("", "", True), "->>": ("", "arrow", False), "-->>": ("", "arrow", True),
    "<<->>": ("arrow", "arrow", False), "<<-->>": ("arrow", "arrow", True), "-x": ("", "cross", False),
    "--x": ("", "cross", True), "-)": ("", "open", False), "--)": ("", "open", True),
}  # fmt: skip


@dataclass(slots=True)
class _Participant:
    label: Label
    is_person: bool = False
    x: float = 0
    first: float = 0  #: where its line of life begins
    last: float = 0
    bars: list[float] = field(default_factory=list)  #: where those that are open begin
    cuts: list[tuple[float, float]] = field(default_factory=list)
    is_made: bool = False

    @property
    def width(self) -> float:
        return max(self.label.width + 24, 60.0)

    @property
    def height(self) -> float:
        return self.label.height + (_FIGURE + 6 if self.is_person else 16)


@dataclass(slots=True)
class _Step:
    """``kind``: ``message``, ``note``, ``open``, ``part``, ``close``, ``start`` and ``stop`` (of bars), ``destroy``."""

    kind: str
    line: Line
    ends: tuple[int, ...] = ()
    label: Label = NO_LABEL
    word: str = ""  #: the arrow, the side of a note, the kind of a block
    bar: str = ""  #: ``+`` or ``-``


def sequence(source: Source) -> tuple[Drawing, tuple[Fault, ...]]:
    """The picture, and what was left out; raises ``Refused``."""
    reader = _Reader(source)
    reader.read()
    return _Picture(source, reader).drawing(), tuple(reader.faults)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.names: dict[str, int] = {}
        self.people: list[_Participant] = []
        self.steps: list[_Step] = []
        self.faults: list[Fault] = []
        self.open: list[tuple[str, Line]] = []
        self.count = self.by = 0
        self.made: set[int] = set()
        self.boxes: list[tuple[Label, list[int]]] = []

    def read(self) -> None:
        for line in self.source.lines():
            if line.text.split()[0] == "sequenceDiagram" and not self.steps and not self.people:
                continue
            self._line(line)
            if len(self.steps) > MOST_STEPS:
                raise line.refused(f"diagrams with more than {MOST_STEPS} steps are not drawn")
        if self.open:
            word, line = self.open[-1]
            raise line.refused(f"this {quote(word)} has no end", "Write “end” in a line below it.")
        if not self.people:
            raise Refused(1, 1, "this diagram has no participants", "Write a line such as Ann->>Ben: Hello")

    def _line(self, line: Line) -> None:
        text = line.text.rstrip(";")
        word = text.split()[0]
        if found := _PARTICIPANT.match(text):
            self._participant(found, line, is_made=text.startswith("create"))
        elif found := _NOTE.match(text):
            ends = tuple(self._who(name.strip(), line) for name in found[2].split(","))[:2]
            side = found[1].lower().split()[0]
            self.steps.append(_Step("note", line, tuple(sorted(ends)), label(found[3]), side))
        elif text == "end":
            self._end(line)
        elif word in {"activate", "deactivate", "destroy"} and len(text.split()) > 1:
            kind = {"activate": "start", "deactivate": "stop", "destroy": "destroy"}[word]
            self.steps.append(_Step(kind, line, (self._who(text[len(word) :].strip(), line),)))
        elif found := _NUMBERED.match(text):
            self.count, self.by = int(found[1] or 1), int(found[2] or 1)
        elif found := _MESSAGE.match(text):
            self._message(found, line)
        elif found := _BLOCK.match(text):
            self._block(found, line)
        elif found := _PART.match(text):
            if not self.open or self.open[-1][0] not in _PARTS[found[1]]:
                allowed = sorted(_PARTS[found[1]])[0]
                raise line.refused(f"{quote(found[1])} stands in no {quote(allowed)}")
            self.steps.append(_Step("part", line, (), label(found[2])))
        elif _LEFT_OUT.match(text):
            if word == "title":
                self.source.title = self.source.title or plain(text[5:].lstrip(" :"))
            else:
                self.faults.append(Fault(line.number, line.column, f"{quote(word)} is left out"))
        elif word != "autonumber":
            raise line.unknown(_WORDS)

    def _who(self, name: str, line: Line) -> int:
        if name not in self.names:
            if len(self.people) >= MOST_PARTICIPANTS:
                raise line.refused(f"diagrams with more than {MOST_PARTICIPANTS} participants are not drawn")
            self.names[name] = len(self.people)
            self.people.append(_Participant(label(name, 160)))
        return self.names[name]

    def _participant(self, found: re.Match[str], line: Line, *, is_made: bool) -> None:
        at = self._who(found[2].strip(), line)
        person = self.people[at]
        person.is_person = found[1] == "actor"
        if found[3]:
            person.label = label(found[3], 160)
        if is_made:
            self.made.add(at)
        if self.open and self.open[-1][0] == "box":
            self.boxes[-1][1].append(at)

    def _message(self, found: re.Match[str], line: Line) -> None:
        tail, head = self._who(found[1].strip(), line), self._who(found[4].strip(), line)
        words = re.sub(r"\A(?:no)?wrap:", "", found[5] or "")
        if self.by:
            words = f"{self.count}. {words}"
            self.count += self.by
        self.steps.append(_Step("message", line, (tail, head), label(words, 220), found[2], found[3]))

    def _block(self, found: re.Match[str], line: Line) -> None:
        word = found[1]
        self.open.append((word, line))
        if len(self.open) > 12:
            raise line.refused("blocks are too deep in each other")
        words = _COLOUR.sub("", found[2], count=1) if word in {"rect", "box"} else found[2]
        first, _, rest = words.partition(" ")
        if word in {"rect", "box"} and colour(first):
            words = rest
        if word == "box":
            self.boxes.append((label(words), []))
            return
        self.steps.append(_Step("open", line, (), label(words), word.replace("_", " ")))

    def _end(self, line: Line) -> None:
        if not self.open:
            raise line.refused("“end” ends no block")
        word, _ = self.open.pop()
        if word != "box":
            self.steps.append(_Step("close", line))


@dataclass(slots=True)
class _Frame:
    """A block that is open: where it begins, its word and words, the lines between its parts, how far it reaches."""

    top: float
    word: str
    label: Label
    left: float = 1e9
    right: float = -1e9
    parts: list[tuple[float, Label]] = field(default_factory=list)
    deep: int = 0


class _Picture:
    def __init__(self, source: Source, read: _Reader) -> None:
        self.source, self.read, self.people = source, read, read.people
        self.faint: list[str] = []
        self.grounds: list[str] = []
        self.bars: list[str] = []
        self.lines: list[str] = []
        self.heads: list[str] = []
        self.boxes: list[str] = []
        self.words: list[str] = []
        self.labels: list[str] = []
        self.frames: list[_Frame] = []
        self.left = self.right = 0.0

    # --- columns -----------------------------------------------------------------------------------------------

    def _set_columns(self) -> None:
        people = self.people
        gaps = [(a.width + b.width) / 2 + _GAP for a, b in pairwise(people)]
        left, right = people[0].width / 2, people[-1].width / 2
        wishes: list[tuple[int, int, float]] = []
        for step in self.read.steps:
            wide = step.label.width
            if step.kind == "message":
                low, high = min(step.ends), max(step.ends)
                if low == high:
                    high, wide = low + 1, wide + 46
                wishes.append((low, high, wide + 34))
            elif step.kind == "note":
                low, high, wide = step.ends[0], step.ends[-1], wide + 20
                if step.word == "over" and low == high:
                    wishes += [(low - 1, low, wide / 2 + 24), (low, low + 1, wide / 2 + 24)]
                elif step.word == "over":
                    wishes.append((low, high, wide - 20))
                elif step.word == "left":
                    wishes.append((low - 1, low, wide + 30))
                else:
                    wishes.append((high, high + 1, wide + 30))
        for low, high, wide in sorted(wishes, key=lambda wish: (wish[1] - wish[0], wish)):
            if low < 0:
                left = max(left, wide - 12)
            elif high >= len(people):
                right = max(right, wide - 12)
            elif (lack := wide - sum(gaps[low:high])) > 0:
                for at in range(low, high):
                    gaps[at] += lack / (high - low)
        x = left
        for at, person in enumerate(people):
            person.x = x
            x += gaps[at] if at < len(gaps) else 0.0
        self.left, self.right = 0.0, x + right

    # --- rows --------------------------------------------------------------------------------------------------

    def drawing(self) -> Drawing:
        self._set_columns()
        people = self.people
        top = 8.0 + (LINE + 8 if self.read.boxes else 0.0)
        high = max(person.height for person in people)
        for at, person in enumerate(people):
            if at not in self.read.made:
                self._head(person, top + high - person.height)
        y = top + high + _AFTER
        for step in self.read.steps:
            y = self._step(step, y)
        for person in people:
            while person.bars:
                self._close_bar(person, y)
            if not person.last:
                person.last = y + 6
            self._life(person)
        self._framed_boxes(y + 12)
        for at in self.read.made:
            if not people[at].is_made:
                self._head(people[at], top + high - people[at].height)
        return self._whole(y + 12)

    def _whole(self, height: float) -> Drawing:
        parts = [
            canvas.group("dg-group", self.grounds),
            canvas.group("dg-faint", self.faint),
            canvas.group("dg-bar", self.bars, ' fill="currentColor" fill-opacity=".3" stroke="none"'),
            canvas.group("dg-line", self.lines),
            canvas.group("dg-head", self.heads, WORDS),
            canvas.group("dg-node", self.boxes),
            canvas.group("dg-label", self.labels, WORDS),
            canvas.group("dg-text", self.words, WORDS),
        ]
        shift = f"translate({numbers(_MARGIN - self.left, 0)})"
        width = self.right - self.left + 2 * _MARGIN
        title = self.source.title or shortened(", ".join(person.label.text for person in self.people), 160)
        description = self.source.description or self._described()
        inner = f'<g transform="{shift}">{"".join(parts)}</g>'
        return Drawing(
            canvas.whole([inner], width, height, title, description), width, height, title, description
        )

    def _described(self) -> str:
        said = []
        for step in self.read.steps:
            names = [self.people[at].label.text for at in step.ends]
            if step.kind == "message":
                said.append(f"{names[0]} → {names[1]}: {step.label.text}".rstrip(": "))
            elif step.kind == "note":
                said.append(f"({', '.join(names)}: {step.label.text})")
        return shortened("; ".join(said), 1500)

    def _head(self, person: _Participant, top: float) -> None:
        """The box of a participant, or the figure of a person with its name."""
        x = person.x
        if person.is_person:
            self.boxes.append(
                f'<circle cx="{number(x)}" cy="{number(top + 7)}" r="6"/>'
                f'<path d="M{numbers(x - 12, top + 28)}c0-15 24-15 24 0z"/>'
            )
            self.words.append(canvas.lines(person.label.lines, x, top + _FIGURE + 4 + LINE / 2))
        else:
            self.boxes.append(
                f'<rect x="{number(x - person.width / 2)}" y="{number(top)}" width="{number(person.width)}"'
                f' height="{number(person.height)}" rx="4"/>'
            )
            self.words.append(canvas.centred(person.label, x, top + person.height / 2))
        person.first = top + person.height
        person.is_made = True

    def _life(self, person: _Participant) -> None:
        y = person.first
        path = ""
        for start, end in sorted([*person.cuts, (person.last, person.last)]):
            if start > y + 1:
                path += f"M{numbers(person.x, y)}V{number(min(start, person.last))}"
            y = max(y, end)
        self.faint.append(f'<path d="{path}"/>')

    def _cut(self, left: float, right: float, top: float, bottom: float) -> None:
        """Words stand there: lines of life are not drawn behind them."""
        for person in self.people:
            if left - 2 < person.x < right + 2:
                person.cuts.append((top, bottom))

    def _spans(self, left: float, right: float) -> None:
        """How far blocks that are open reach, and the picture."""
        for frame in self.frames:
            frame.left, frame.right = min(frame.left, left), max(frame.right, right)
        self.left, self.right = min(self.left, left), max(self.right, right)

    def _step(self, step: _Step, y: float) -> float:
        match step.kind:
            case "message":
                return self._message(step, y)
            case "note":
                return self._note(step, y)
            case "open":
                self.frames.append(_Frame(y, step.word, step.label))
                return y + max(step.label.height, LINE) + (8 if step.word != "rect" else 0) + 6
            case "part":
                self.frames[-1].parts.append((y, step.label))
                return y + max(step.label.height, 4.0) + 12
            case "close":
                return self._close(self.frames.pop(), y)
            case "start":
                self.people[step.ends[0]].bars.append(y - _AFTER)
            case "stop":
                person = self.people[step.ends[0]]
                if person.bars:
                    self._close_bar(person, y - _AFTER)
            case "destroy":
                person = self.people[step.ends[0]]
                person.last = y
                x = person.x
                self.lines.append(f'<path d="M{numbers(x - 6, y - 6)}l12 12m0-12l-12 12"/>')
                return y + 10
        return y

    def _close_bar(self, person: _Participant, y: float) -> None:
        start = person.bars.pop()
        x = person.x + _BAR * len(person.bars)
        self.bars.append(
            f'<rect x="{number(x - _BAR)}" y="{number(start)}" width="{number(2 * _BAR)}"'
            f' height="{number(max(y - start, 6.0))}" rx="2"/>'
        )

    def _message(self, step: _Step, y: float) -> float:
        head, text = self.people[step.ends[1]], step.label
        if step.ends[1] in self.read.made and not head.is_made:
            self._head(head, y + text.height + 4 - head.height / 2)
            y = max(y, head.first - text.height - 4)
            return (
                self._arrow(step, y - head.height / 2 if head.height > 20 else y, head.width / 2)
                + head.height / 2
            )
        return self._arrow(step, y, 0.0)

    def _arrow(self, step: _Step, y: float, short: float) -> float:
        tail, head = (self.people[at] for at in step.ends)
        text = step.label
        start, end, is_dotted = _ENDS[step.word]
        dash = ' stroke-dasharray="4 4"' if is_dotted else ""
        if tail is head:
            return self._to_itself(step, y, dash, end)
        at = y + text.height + 4
        if step.bar == "+":
            head.bars.append(at)
        way = 1 if head.x > tail.x else -1
        one = tail.x + self._off(tail, way)
        two = head.x - way * short + (self._off(head, -way) if not short else 0.0)
        if step.bar == "-" and tail.bars:
            self._close_bar(tail, at)
        middle = (one + two) / 2
        if text.lines:
            self.labels.append(canvas.centred(text, middle, y + text.height / 2))
            self._cut(middle - text.width / 2, middle + text.width / 2, y, y + text.height)
        self._tip(one, at, -way, start)
        self._tip(two, at, way, end)
        one += way * 7 * (start == "arrow")
        two -= way * {"arrow": 7, "cross": 5}.get(end, 0)
        self.lines.append(f'<path d="M{numbers(one, at)}H{number(two)}"{dash}/>')
        self._spans(min(one, two, middle - text.width / 2), max(one, two, middle + text.width / 2))
        return at + _AFTER

    def _off(self, person: _Participant, way: int) -> float:
        """How far an arrow that comes from that side stays away from the line of life."""
        if not person.bars:
            return 0.0
        return way * _BAR + (_BAR * (len(person.bars) - 1) if way > 0 else 0.0)

    def _to_itself(self, step: _Step, y: float, dash: str, end: str) -> float:
        person, text = self.people[step.ends[0]], step.label
        if step.bar == "+":
            person.bars.append(y)
        x = person.x + self._off(person, 1)
        if step.bar == "-" and person.bars:
            self._close_bar(person, y + 20)
        high = max(text.height, 20.0)
        back = x + 7 * (end == "arrow")
        self.lines.append(
            f'<path d="M{numbers(x, y)}h20q6 0 6 6V{number(y + high - 6)}q0 6-6 6H{number(back)}"{dash}/>'
        )
        self._tip(x, y + high, -1, end)
        start = ' text-anchor="start"'
        self.labels.append(canvas.lines(text.lines, x + 34, y + (high - text.height) / 2 + LINE / 2, start))
        self._cut(x + 32, x + 36 + text.width, y, y + high)
        self._spans(person.x - 10, x + 40 + text.width)
        return y + high + _AFTER

    def _tip(self, x: float, y: float, way: int, tip: str) -> None:
        back = x - 9 * way
        if tip == "arrow":
            self.heads.append(f'<path d="M{numbers(x, y)}L{numbers(back, y + 4)}V{number(y - 4)}Z"/>')
        elif tip == "open":
            self.lines.append(f'<path d="M{numbers(back, y - 4)}L{numbers(x, y)}L{numbers(back, y + 4)}"/>')
        elif tip == "cross":
            wide = number(-8 * way)
            self.lines.append(f'<path d="M{numbers(x - 2 * way, y - 4)}l{wide} 8m0-8l{number(8 * way)} 8"/>')

    def _note(self, step: _Step, y: float) -> float:
        text = step.label
        width, height = text.width + 20, max(text.height, LINE) + 12
        low, high = self.people[step.ends[0]].x, self.people[step.ends[-1]].x
        if step.word == "over":
            middle = (low + high) / 2
            width = max(width, high - low + 40) if high > low else width
        else:
            middle = low - width / 2 - 12 if step.word == "left" else high + width / 2 + 12
        left = middle - width / 2
        self.boxes.append(
            f'<rect class="dg-note" x="{number(left)}" y="{number(y)}" width="{number(width)}"'
            f' height="{number(height)}" rx="2"/>'
        )
        self.words.append(canvas.centred(text, middle, y + height / 2))
        self._cut(left, left + width, y, y + height)
        self._spans(left, left + width)
        return y + height + _AFTER

    def _close(self, frame: _Frame, y: float) -> float:
        """The rim of a block, its words in its corner."""
        if frame.left > frame.right:
            frame.left, frame.right = self.people[0].x - 20, self.people[0].x + 20
        word = label(frame.word, is_bold=True)
        text = frame.label
        is_plain = frame.word == "rect"
        pad = 14.0
        left, right = frame.left - pad, frame.right + pad
        wide = word.width + text.width + 20
        if any(person.bars and left < person.x - _BAR < left + wide for person in self.people):
            left -= wide - 10  # so that its words do not stand on a bar
        if not is_plain:
            right = max(right, left + word.width + text.width + 36)
        right = max([right, *(left + part.width + 24 for _, part in frame.parts)])
        top, bottom = frame.top - 4, y
        self.grounds.append(
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(right - left)}"'
            f' height="{number(bottom - top)}" rx="4"{"" if is_plain else _NO_FILL}/>'
        )
        if not is_plain:
            start = ' text-anchor="start"'
            self.labels.append(
                canvas.lines(word.lines, left + 10, top + 5 + LINE / 2, start + ' font-weight="600"')
            )
            self.labels.append(canvas.lines(text.lines, left + word.width + 20, top + 5 + LINE / 2, start))
            self._cut(left, left + word.width + text.width + 26, top + 2, top + 8 + max(text.height, LINE))
        for at, part in frame.parts:
            self.faint.append(f'<path d="M{numbers(left, at)}H{number(right)}" stroke-dasharray="3 3"/>')
            self.labels.append(canvas.lines(part.lines, left + 10, at + 5 + LINE / 2, ' text-anchor="start"'))
            self._cut(left, left + part.width + 14, at + 3, at + 6 + part.height)
        self._spans(left, right)
        return bottom + _AFTER

    def _framed_boxes(self, bottom: float) -> None:
        """Participants that belong together."""
        for title, inside in self.read.boxes:
            if not inside:
                continue
            people = [self.people[at] for at in inside]
            left = min(person.x - person.width / 2 for person in people) - 8
            right = max(person.x + person.width / 2 for person in people) + 8
            middle = (left + right) / 2
            wide = max(right - left, title.width + 16)
            self.grounds.insert(
                0,
                f'<rect x="{number(middle - wide / 2)}" y="2" width="{number(wide)}"'
                f' height="{number(bottom - 4)}" rx="6"/>',
            )
            self.labels.append(canvas.lines(title.lines[:1], middle, 6 + LINE / 2, ' font-weight="600"'))
            self.left, self.right = min(self.left, middle - wide / 2), max(self.right, middle + wide / 2)


_NO_FILL: Final = ' style="fill:none"'
