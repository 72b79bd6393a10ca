"""Problems of a site's content: where, what, and how to mend it.

A problem is a value, never an exception: every stage returns the problems it met beside its result, the build
collects them in one ``Report``, and the command line prints them all at once, sorted by place. Exceptions are
for bugs of acadsite. This module knows three output formats (text with excerpt and caret, JSON, GitHub
annotations) and nothing of any stage.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Level = Literal["error", "warning"]

#: Control and bidi-override characters would let content rewrite the terminal or hide what it says.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a source. Lines and columns are 1-based, columns count characters, ``path`` is POSIX and
    relative to the site's folder. ``end_column`` is exclusive; 0 for the end means "not known"."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``code`` is a stable kebab-case word with its area in front (``bib-duplicate-key``),
    ``message`` says what is wrong with the value seen, ``hint`` what to write instead."""

    level: Level
    code: str
    message: str
    where: Span | None = None
    hint: str = ""

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of a report: by file, line, column, then code and message."""
        place = self.where or Span("", 0, 0)
        return (place.path, place.line, place.column, self.code, self.message)


def to_plain(problem: Problem) -> list[object]:
    """A problem as a list that JSON can hold."""
    where = problem.where
    place = where and [where.path, where.line, where.column, where.end_line, where.end_column]
    return [problem.level, problem.code, problem.message, place, problem.hint]


def from_plain(value: Any) -> Problem:
    """The inverse of ``to_plain``."""
    level, code, message, place, hint = value
    return Problem(level, code, message, place and Span(*place), hint)


#: A plain word in front gets a capital; the key of an entry (“noether1921: …”) or a file's name does not.
_FIRST_WORD = re.compile(r"[a-z]+(?= |$)")
_ENDED = re.compile(r"[.!?…][”)]?( \([^()]*\))?\Z")


def _sentence(message: str) -> str:
    """A message as a sentence, whoever wrote it: a capital in front, a full stop at the end."""
    if _FIRST_WORD.match(message):
        message = message[0].upper() + message[1:]
    return message if _ENDED.search(message) else f"{message}."


def error(code: str, message: str, where: Span | None = None, hint: str = "") -> Problem:
    """A problem that stops the site from being published."""
    return Problem("error", code, _sentence(message), where, hint)


def warning(code: str, message: str, where: Span | None = None, hint: str = "") -> Problem:
    """A problem worth telling; the site is still published."""
    return Problem("warning", code, _sentence(message), where, hint)


@dataclass(slots=True)
class Report:
    """Collects the problems of one run. Equal problems are kept once."""

    _problems: dict[Problem, None] = field(default_factory=dict)

    def add(self, *problems: Problem) -> None:
        """Take problems in any order."""
        for problem in problems:
            self._problems[problem] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take problems from any iterable."""
        self.add(*problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, sorted by place."""
        return tuple(sorted(self._problems, key=Problem.sort_key))

    @property
    def has_errors(self) -> bool:
        """Whether anything stops the site from being published."""
        return any(problem.level == "error" for problem in self._problems)

    def __len__(self) -> int:
        return len(self._problems)


def nearest(word: str, choices: Iterable[str], least: float = 0.6) -> str | None:
    """The choice most like ``word``, or None when none is alike enough (ratio below ``least``).

    Case and the marks ``-`` and ``_`` do not count, and two letters that changed places hardly do, since those
    are the commonest slips. Ties go to the alphabetically first, so the answer never depends on the order of
    ``choices``.
    """

    def fold(text: str) -> str:
        return text.casefold().replace("-", "").replace("_", "").replace(" ", "")

    wanted = fold(word)
    best, best_ratio = None, least
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    for choice in sorted(set(choices)):
        other = fold(choice)
        matcher.set_seq1(other)
        # Upper bounds that cost little: there may be thousands of choices.
        if matcher.real_quick_ratio() < best_ratio or matcher.quick_ratio() < best_ratio:
            continue
        ratio = matcher.ratio()
        if 0.5 < ratio < 0.95 and _is_swap(wanted, other):
            ratio = 0.95
        if ratio > best_ratio or (best is None and ratio >= best_ratio):
            best, best_ratio = choice, ratio
    return best


def _is_swap(one: str, other: str) -> bool:
    """Whether two neighbouring letters changed places: “yaer” and “year”."""
    if len(one) != len(other):
        return False
    at = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A hint naming the nearest valid word, or an empty string."""
    found = nearest(word, choices)
    return f"Did you mean “{found}”?" if found else ""


def printable(text: str) -> str:
    """``text`` for a terminal or a log: control, format and surrogate characters become visible escapes."""
    if text.isprintable():
        return text
    return "".join(
        " " if char == "\t" else f"\\u{ord(char):04x}" if unicodedata.category(char) in _INVISIBLE else char
        for char in text
    )


def quote(value: object, limit: int = 60) -> str:
    """``value`` in typographic quotes for a message, cut to ``limit`` characters, on one line."""
    text = printable(" ".join(str(value).split()))
    return f"“{text if len(text) <= limit else text[: limit - 1] + '…'}”"


# --- formats ---

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "hint": "\x1b[36m", "dim": "\x1b[2m"}


def format_text(
    problems: Iterable[Problem], lines_of: Callable[[str], list[str] | None], *, colour: bool = False
) -> str:
    """Problems for a person: one block each, with the source line and a caret.

    ``lines_of`` gives the lines of a source by its path, or None where it cannot be read.
    """

    def paint(name: str, text: str) -> str:
        return f"{_COLOURS[name]}{text}\x1b[0m" if colour else text

    blocks = []
    for problem in problems:
        place = f"{printable(str(problem.where))}: " if problem.where else ""
        head = f"{place}{paint(problem.level, problem.level)}: {printable(problem.message)}"
        block = [f"{head} {paint('dim', f'[{problem.code}]')}"]
        if problem.where:
            block += [paint("dim", line) for line in _excerpt(problem.where, lines_of(problem.where.path))]
        if problem.hint:
            block.append(f"  {paint('hint', 'hint')}: {printable(problem.hint)}")
        blocks.append("\n".join(block))
    return "\n".join(blocks)


def _excerpt(span: Span, lines: list[str] | None, width: int = 96) -> list[str]:
    if not lines or span.line > len(lines):
        return []
    line = lines[span.line - 1].rstrip("\r\n").replace("\t", " ")
    start = min(max(span.column, 1), len(line) + 1) - 1
    end = span.end_column - 1 if span.end_line == span.line else start + 1
    end = max(start + 1, min(end, len(line)))
    if not line.strip():
        return []
    shift = max(0, start - width // 2)
    shown = line[shift : shift + width]
    left, right = ("…" if shift else ""), ("…" if shift + width < len(line) else "")
    number = str(span.line)
    # The caret line repeats the width of what stands before it; wide (CJK) characters take two cells.
    pad = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line[shift:start])
    carets = max(1, min(end, shift + width) - start)
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)
    return [
        f"  {number} | {left}{shown}{right}",
        f"  {' ' * len(number)} | {' ' * (pad + len(left))}{'^' * carets}",
    ]


def as_json(problem: Problem) -> dict[str, object]:
    """One problem as a JSON object: file, line, col, endLine, endCol, level, code, message, hint."""
    where = problem.where
    return {
        "file": where.path if where else None,
        "line": where.line if where else None,
        "col": where.column if where else None,
        "endLine": (where.end_line or where.line) if where else None,
        "endCol": (where.end_column or where.column) if where else None,
        "level": problem.level,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint or None,
    }


def format_json(problems: Iterable[Problem], **extra: object) -> str:
    """A JSON document ``{"problems": […], …}``, keys in a fixed order, one trailing newline."""
    return (
        json.dumps({**extra, "problems": [as_json(p) for p in problems]}, ensure_ascii=False, indent=2) + "\n"
    )


def format_github(problems: Iterable[Problem], folder: str = "") -> str:
    """GitHub workflow commands, one a line (``::error file=…,line=…,col=…::message``). ``folder`` is that of the site
    as seen from the top of the repository, where it is not the top itself.

    Escapes follow the runner's own rules: ``%``, CR and LF everywhere, ``:`` and ``,`` in properties.
    """

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def prop(text: object) -> str:
        return data(str(text)).replace(":", "%3A").replace(",", "%2C")

    lines = []
    for problem in problems:
        props = {}
        if problem.where:
            path = f"{folder}/{problem.where.path}" if folder else problem.where.path
            props = {"file": path, "line": problem.where.line, "col": problem.where.column}
        props["title"] = problem.code
        message = f"{problem.message} {problem.hint}".strip()
        joined = ",".join(f"{name}={prop(value)}" for name, value in props.items())
        lines.append(f"::{problem.level} {joined}::{data(printable(message))}")
    return "\n".join(lines)
