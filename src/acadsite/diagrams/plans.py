"""What has dates and shares: Mermaid's Gantt charts, timelines and pies (https://mermaid.js.org/syntax/gantt.html and
others) as pictures. Days are those that are written: nothing depends on today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.diagrams import canvas
from acadsite.diagrams.canvas import WORDS, number, numbers
from acadsite.diagrams.model import Drawing, Fault, Refused
from acadsite.diagrams.words import LINE, label, lines_of, plain, shortened, width_of
from acadsite.problems import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.diagrams.reading import Line, Source
    from acadsite.diagrams.words import Label

#: Larger ones are not drawn.
MOST_ROWS: Final = 200

_WIDTH: Final = 680.0
_START: Final = ' text-anchor="start"'
_BOLD: Final = ' font-weight="600"'
_SMALL: Final = ' font-size="12"'


def _headed(source: Source, parts: Iterable[str], size: tuple[float, float], said: Iterable[str]) -> Drawing:
    """The picture; its title stands above it."""
    width, height = size
    shown = label(source.title, width - 20, is_bold=True)
    top = shown.height + 12 if shown.lines else 0.0
    head = canvas.group("dg-text", [canvas.lines(shown.lines, width / 2, 8 + LINE / 2, _BOLD)], WORDS)
    inner = f'<g transform="translate(0 {number(top)})">{"".join(parts)}</g>'
    all_said = list(said)
    title = source.title or shortened(", ".join(all_said), 160)
    description = source.description or shortened("; ".join(all_said), 1500)
    height += top
    return Drawing(
        canvas.whole([head, inner], width, height, title, description), width, height, title, description
    )


# --- Gantt -----------------------------------------------------------------------------------------------------

_FORMAT: Final = {"YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{1,2})", "DD": r"(?P<d>\d{1,2})", "HH": r"(?P<H>\d{1,2})",
                  "mm": r"(?P<M>\d{1,2})", "ss": r"\d{1,2}", "YY": r"(?P<s>\d{2})", "M": r"(?P<m>\d{1,2})",
                  "D": r"(?P<d>\d{1,2})"}  # fmt: skip
_UNITS: Final = re.compile(r"YYYY|YY|MM|M|DD|D|HH|mm|ss|[^A-Za-z]+|.")
_LASTS: Final = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(ms|s|m|h|d|w|M|y)\Z")
_MARKS: Final = ("crit", "done", "active", "milestone", "vert")
_KNOWN: Final = (
    "title",
    "dateFormat",
    "axisFormat",
    "section",
    "excludes",
    "tickInterval",
    "todayMarker",
    "weekday",
)
_IGNORED: Final = (
    "axisFormat",
    "tickInterval",
    "todayMarker",
    "weekday",
    "inclusiveEndDates",
    "topAxis",
    "weekend",
)
_ROW: Final = 26.0
_DAY: Final = timedelta(days=1)
_FARTHEST: Final = 365 * 300


@dataclass(slots=True)
class _Task:
    name: Label
    start: datetime
    end: datetime
    marks: frozenset[str]
    plain_name: str


class _Gantt:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.rows: list[_Task | Label] = []  # a label is the title of a section
        self.by_name: dict[str, _Task] = {}
        self.format = self._pattern("YYYY-MM-DD")
        self.last: _Task | None = None
        self.has_no_weekends = False

    @staticmethod
    def _pattern(written: str) -> re.Pattern[str]:
        pieces, seen = "", set()
        for piece in _UNITS.findall(written):
            wanted = _FORMAT.get(piece)
            if wanted is None or wanted in seen:
                pieces += re.escape(piece) if wanted is None else r"\d+"
            else:
                pieces += wanted
                seen.add(wanted)
        return re.compile(rf"{pieces}\Z")

    def read(self) -> None:
        for line in self.source.lines():
            text = line.text.rstrip(";").rstrip()
            word = text.split()[0]
            rest = text[len(word) :].strip()
            if text == "gantt" and not self.rows:
                continue
            if word == "title":
                self.source.title = self.source.title or plain(rest)
            elif word == "dateFormat":
                self.format = self._pattern(rest)
            elif word == "section":
                self.rows.append(label(rest, 600, is_bold=True))
            elif word == "excludes":
                self.has_no_weekends = "weekends" in rest
                if rest != "weekends":
                    self.faults.append(
                        Fault(line.number, line.column, "of “excludes” only “weekends” is taken")
                    )
            elif word in _IGNORED:
                continue
            elif word == "click":
                self.faults.append(
                    Fault(
                        line.number,
                        line.column,
                        "“click” is left out",
                        "A diagram is a picture, without links.",
                    )
                )
            elif ":" in text:
                self._task(line, text)
            else:
                raise line.unknown(_KNOWN)
            if len(self.rows) > MOST_ROWS:
                raise line.refused(f"plans with more than {MOST_ROWS} rows are not drawn")
        if not any(isinstance(row, _Task) for row in self.rows):
            raise Refused(1, 1, "this plan has no tasks", "Write a line such as Reading :2026-03-01, 14d")

    def _task(self, line: Line, text: str) -> None:
        name, _, data = text.partition(":")
        fields = [field.strip() for field in data.split(",") if field.strip()]
        marks = set()
        while fields and fields[0] in _MARKS:
            marks.add(fields.pop(0))
        key = fields.pop(0) if len(fields) > 2 else ""
        if not key and len(fields) == 2 and not self._is_start(fields[0]):
            key = fields.pop(0)
        ends_at = fields.pop() if fields else "1d"
        start = self._start(fields[0], line, text) if fields else self.last.end if self.last else None
        if start is None:
            raise line.refused(
                "the first task needs a day to begin at", f"Write {name.strip()} :2026-03-01, {ends_at}"
            )
        end = self._end(start, ends_at, line, text)
        if abs((end - start).days) > _FARTHEST:
            raise line.refused("this task is too long to be drawn")
        words = lines_of(plain(name), 190)
        task = _Task(words, start, max(start, end), frozenset(marks), words.text)
        self.rows.append(task)
        self.last = task
        if key:
            self.by_name[key] = task

    def _is_start(self, written: str) -> bool:
        return written.startswith("after ") or self.format.match(written) is not None

    def _day(self, written: str) -> datetime | None:
        found = self.format.match(written)
        if found is None:
            return None
        parts = found.groupdict()
        year = int(parts["y"]) if parts.get("y") else 2000 + int(parts.get("s") or 0)  # hours have no year
        try:
            return datetime(  # noqa: DTZ001 - a day as it is written
                year,
                int(parts.get("m") or 1),
                int(parts.get("d") or 1),
                int(parts.get("H") or 0),
                int(parts.get("M") or 0),
            )
        except ValueError:
            return None

    def _start(self, written: str, line: Line, text: str) -> datetime:
        if written.startswith("after "):
            ends = [self.by_name[name].end for name in written[6:].split() if name in self.by_name]
            if ends:
                return max(ends)
            raise line.refused(
                f"no task above has the name {quote(written[6:])}",
                "Write it behind the colon of that task.",
                text.find(written),
            )
        day = self._day(written)
        if day is None:
            raise line.refused(
                f"{quote(written)} is no day", "Write it as dateFormat says: 2026-03-01.", text.find(written)
            )
        return day

    def _end(self, start: datetime, written: str, line: Line, text: str) -> datetime:
        if written.startswith("until "):
            starts = [self.by_name[name].start for name in written[6:].split() if name in self.by_name]
            if starts:
                return min(starts)
        if found := _LASTS.match(written):
            return self._later(start, float(found[1]), found[2])
        day = self._day(written)
        if day is None:
            raise line.refused(
                f"{quote(written)} is neither a day nor a time such as 5d, 2w, 3M",
                at=max(text.rfind(written), 0),
            )
        return day

    def _later(self, start: datetime, count: float, unit: str) -> datetime:
        if unit in {"M", "y"}:
            months = round(count * (12 if unit == "y" else 1)) + start.month - 1
            year, month = start.year + months // 12, months % 12 + 1
            if year > 9000:
                return start + timedelta(days=_FARTHEST + 1)
            day = min(start.day, 28 if month == 2 else 30 if month in {4, 6, 9, 11} else 31)
            return start.replace(year=year, month=month, day=day)
        seconds = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[unit] * count
        if seconds > _FARTHEST * 86400:
            return start + timedelta(days=_FARTHEST + 1)
        if not self.has_no_weekends or unit not in {"d", "w"}:
            return start + timedelta(seconds=seconds)
        left, end = seconds / 86400, start
        while left > 0:
            if end.weekday() < 5:
                left -= 1
            end += _DAY
        return end

    # --- drawing -----------------------------------------------------------------------------------------------

    def drawing(self) -> Drawing:
        tasks = [row for row in self.rows if isinstance(row, _Task)]
        first, last = min(task.start for task in tasks), max(task.end for task in tasks)
        if last - first < _DAY:
            last = first + _DAY
        room = max(task.name.width for task in tasks) + 22
        left, right = room, _WIDTH - 14
        scale = (right - left) / (last - first).total_seconds()

        def x(day: datetime) -> float:
            return left + (day - first).total_seconds() * scale

        grounds: list[str] = []
        faint, bars, done, full, words, small = (list[str]() for _ in range(6))
        y = 26.0
        is_shaded = False
        starts: list[float] = []
        for row in self.rows:
            if not isinstance(row, _Task):
                is_shaded = not is_shaded
                starts.append(y)
                words.append(canvas.lines(row.lines, 10, y + 8 + LINE / 2, _START + _BOLD))
                y += row.height + 12
                continue
            height = max(_ROW, row.name.height + 8)
            middle = y + height / 2
            words.append(canvas.lines(row.name.lines, 10, middle - row.name.height / 2 + LINE / 2, _START))
            one, two = x(row.start), x(row.end)
            if "milestone" in row.marks:
                at = (one + two) / 2
                full.append(f'<path d="M{numbers(at, middle - 8)}l8 8-8 8-8-8z"/>')
            elif "vert" in row.marks:
                faint.append(f'<path d="M{numbers(one, 22)}V{number(middle)}"/>')
            else:
                width = max(two - one, 2.0)
                bar = (
                    f'<rect x="{number(one)}" y="{number(middle - 8)}" width="{number(width)}" height="16" rx="3"'
                    f"{_CRITICAL if 'crit' in row.marks else ''}/>"
                )
                (done if "done" in row.marks else full if "active" in row.marks else bars).append(bar)
            y += height
        edges = [*starts, y]
        grounds += [
            f'<rect x="0.5" y="{number(top)}" width="{number(_WIDTH - 1)}" height="{number(bottom - top)}" rx="4"/>'
            for top, bottom in list(pairwise(edges))[::2]
        ]
        for day, text in _ticks(first, last, (right - left) / 72):
            at = x(day)
            faint.append(f'<path d="M{numbers(at, 22)}V{number(y)}"/>')
            small.append(canvas.lines([text], min(max(at, 30.0), _WIDTH - 30), 11))
        parts = [
            canvas.group("dg-group", grounds),
            canvas.group("dg-faint", faint),
            canvas.group("dg-node", bars),
            canvas.group("dg-done", done, ' fill="currentColor" fill-opacity=".35" stroke="none"'),
            canvas.group("dg-strong", full, ' fill="currentColor" stroke="none"'),
            canvas.group("dg-text", words, WORDS),
            canvas.group("dg-label", small, WORDS + _SMALL),
        ]
        said = [f"{task.plain_name}: {_said(task)}" for task in tasks]
        return _headed(self.source, parts, (_WIDTH, y + 2), said)


_CRITICAL: Final = ' stroke-width="2.4"'


def _said(task: _Task) -> str:
    first, last = task.start, task.end
    if "milestone" in task.marks or last - first < _DAY:
        return first.date().isoformat()
    return f"{first.date().isoformat()} – {(last - timedelta(seconds=1)).date().isoformat()}"


def _ticks(first: datetime, last: datetime, most: float) -> list[tuple[datetime, str]]:
    """Days for the scale above, at most so many, with what stands there: the same in all languages."""
    days = (last - first).total_seconds() / 86400
    if days < 1.01:
        step = next((hours for hours in (1, 2, 3, 6, 12) if 24 / hours <= most), 12)
        at = first.replace(minute=0, second=0)
        found = [at + timedelta(hours=step * count) for count in range(int(24 / step) + 2)]
        return [(one, f"{one:%H:%M}") for one in found if first <= one <= last]
    for size in (1, 2, 7, 14):
        if days / size <= most:
            start = datetime(first.year, first.month, first.day)  # noqa: DTZ001
            if size >= 7:
                start += timedelta(days=-start.weekday() % 7)
            found = [start + timedelta(days=size * count) for count in range(int(days / size) + 2)]
            return [(one, f"{one:%m-%d}") for one in found if first <= one <= last]
    for months in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000):
        if days / 30.4 / months <= most:
            out = []
            index = (first.year * 12 + first.month - 1) // months * months
            while index // 12 <= min(last.year, 9998):
                one = datetime(max(index // 12, 1), index % 12 + 1, 1)  # noqa: DTZ001
                if first <= one <= last:
                    out.append((one, f"{one.year}" if months >= 12 else f"{one:%Y-%m}"))
                index += months
            return out
    return []


def gantt(source: Source) -> tuple[Drawing, tuple[Fault, ...]]:
    """A plan with bars; raises ``Refused``."""
    plan = _Gantt(source)
    try:
        plan.read()
    except OverflowError:
        raise Refused(1, 1, "this plan reaches farther than there are years") from None
    return plan.drawing(), tuple(plan.faults)


# --- timelines -------------------------------------------------------------------------------------------------


class _Period(NamedTuple):
    when: Label
    events: list[Label]


def timeline(source: Source) -> Drawing:
    """What happened when, from top to bottom; raises ``Refused``."""
    rows: list[_Period | Label] = []
    for line in source.lines():
        text = line.text
        word = text.split()[0]
        if word == "timeline" and not rows:
            continue
        if word == "title":
            source.title = source.title or plain(text[5:])
        elif word == "section":
            rows.append(label(text[7:], 600, is_bold=True))
        elif text.startswith(":"):
            if not rows or not isinstance(rows[-1], _Period):
                raise line.refused("this event has no time", "Write 2026 : event")
            rows[-1].events.extend(_events(text[1:]))
        else:
            when, _, events = text.partition(" : ") if " : " in text else text.partition(":")
            rows.append(_Period(label(when, 130, is_bold=True), _events(events)))
        if len(rows) > MOST_ROWS:
            raise line.refused(f"timelines with more than {MOST_ROWS} rows are not drawn")
    periods = [row for row in rows if isinstance(row, _Period)]
    if not periods:
        raise Refused(
            1, 1, "this timeline has no times", "Write a line such as 1915 : first talk in Göttingen"
        )
    return _timeline(source, rows, periods)


def _events(written: str) -> list[Label]:
    found = (label(part, 400) for part in re.split(r"\s:\s|:(?=\s)", written))
    return [one for one in found if one.lines]


def _timeline(source: Source, rows: list[_Period | Label], periods: list[_Period]) -> Drawing:
    axis = max(period.when.width for period in periods) + 30
    wide = max([event.width for period in periods for event in period.events] or [40.0])
    wide = max([axis + 22 + wide + 16, *(row.width + 24 for row in rows if not isinstance(row, _Period))])
    y = 8.0
    faint, dots, words, lines = [], [], [], []
    start: float | None = None
    for row in rows:
        if not isinstance(row, _Period):
            if start is not None:
                lines.append(f'<path d="M{numbers(axis, start)}V{number(y)}"/>')
                start = None
            words.append(canvas.lines(row.lines, 10, y + 10 + LINE / 2, _START + _BOLD))
            faint.append(f'<path d="M{numbers(10, y + row.height + 14)}H{number(wide - 10)}"/>')
            y += row.height + 22
            continue
        start = y if start is None else start
        height = max(row.when.height, sum(event.height + 6 for event in row.events)) + 10
        dots.append(
            f'<circle class="dg-full" fill="currentColor" cx="{number(axis)}" cy="{number(y + 12)}" r="4"/>'
        )
        words.append(canvas.lines(row.when.lines, axis - 16, y + 12, ' text-anchor="end"' + _BOLD))
        at = y
        for event in row.events:
            words.append(canvas.lines(event.lines, axis + 20, at + 12, _START))
            at += event.height + 6
        y += height
    if start is not None:
        lines.append(f'<path d="M{numbers(axis, start)}V{number(y)}"/>')
    parts = [
        canvas.group("dg-faint", faint),
        canvas.group("dg-line", lines),
        canvas.group("dg-node", dots),
        canvas.group("dg-text", words, WORDS),
    ]
    said = [f"{period.when.text}: {', '.join(event.text for event in period.events)}" for period in periods]
    return _headed(source, parts, (wide, y + 6), said)


# --- pies ------------------------------------------------------------------------------------------------------

_SLICE: Final = re.compile(r'"([^"]*)"\s*:\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*\Z')
_SHADES: Final = (1.0, 0.72, 0.5, 0.34, 0.86, 0.6, 0.42, 0.24)
_MOST_SLICES: Final = 24


def pie(source: Source) -> Drawing:
    """Shares of a whole; raises ``Refused``."""
    slices: list[tuple[str, float]] = []
    shows_data = False
    for line in source.lines():
        text = line.text
        if text.split()[0] == "pie" and not slices:
            text = text[3:].strip()
            if text.startswith("showData"):
                shows_data, text = True, text[8:].strip()
            if not text:
                continue
        if text.startswith("title"):
            source.title = source.title or plain(text[5:])
        elif text == "showData":
            shows_data = True
        elif found := _SLICE.match(text):
            slices.append((plain(found[1]), float(found[2])))
        else:
            raise line.refused(f"{quote(shortened(text, 60))} is no share", 'Write "Name" : 12')
        if len(slices) > _MOST_SLICES:
            raise line.refused(f"pies with more than {_MOST_SLICES} shares are not drawn")
    total = sum(value for _, value in slices)
    if not total:
        raise Refused(1, 1, "this pie has no shares", 'Write lines such as "Name" : 12')
    radius = 110.0
    shown, words = [], []
    angle = -pi / 2
    x = y = radius + 8
    top = max(8.0, y - len(slices) * 13.0)
    widest = 0.0
    said = []
    for at, (name, value) in enumerate(slices):
        share = value / total
        shade = f' fill-opacity="{_SHADES[at % len(_SHADES)]}"'
        if share > 0.9999:
            shown.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"{shade}/>')
        elif share:
            one = (x + radius * cos(angle), y + radius * sin(angle))
            angle += 2 * pi * share
            two = (x + radius * cos(angle), y + radius * sin(angle))
            arc = f"A{numbers(radius, radius)} 0 {int(share > 0.5)} 1 {numbers(*two)}"
            shown.append(f'<path d="M{numbers(x, y)}L{numbers(*one)}{arc}Z"{shade}/>')
        text = shortened(f"{100 * share:.3g} %  {name}" + (f" ({value:g})" if shows_data else ""), 60)
        said.append(f"{name}: {100 * share:.3g} %")
        row = top + at * 26 + 13
        shown.append(
            f'<rect x="{number(2 * radius + 40)}" y="{number(row - 7)}" width="14" height="14" rx="3"{shade}/>'
        )
        words.append(canvas.lines([text], 2 * radius + 64, row, _START))
        widest = max(widest, width_of(text))
    parts = [
        canvas.group("dg-slice", shown, ' fill="currentColor" stroke="none"'),
        canvas.group("dg-text", words, WORDS),
    ]
    height = max(2 * radius + 16, top + len(slices) * 26 + 8)
    return _headed(source, parts, (2 * radius + 76 + widest, height), said)
