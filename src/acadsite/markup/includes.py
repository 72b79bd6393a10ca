"""Files taken into a text: ``{{< include file >}}`` (Quarto) and ``--8<-- "file"`` (PyMdown).

In: a text, and a function that gives the text of a file of the site. Out: the text with those lines replaced, where
each line is from, which files were taken, and problems. Nothing is opened here: who gives the function decides what
may be read. Paths are relative to the file that names them (PyMdown's also to the folder of the site) and may not
lead out of the folder.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.markup.source import Piece, cleaned
from acadsite.problems import Problem, Span, error, quote

if TYPE_CHECKING:
    from collections.abc import Callable


_LINE: Final = re.compile(
    r"""(?P<indent>[ \t>]*)(?:
      \{\{<[ \t]+include[ \t]+(?P<quarto>"[^"]+"|'[^']+'|[^\s"'>]+)[ \t]+>\}\}
    | -+8<-+[ \t]+(?P<snippet>"[^"]+"|'[^']+')
    )[ \t]*""",
    re.VERBOSE,
)
_BLOCK: Final = re.compile(r"(?P<indent>[ \t]*)-+8<-+[ \t]*")
_FENCE: Final = re.compile(r"[ \t>]*(?P<mark>`{3,}|~{3,})(?P<rest>.*)")
_LINES: Final = re.compile(r"(?P<path>.+?)(?::(?P<first>\d*)(?::(?P<last>\d*))?)?\Z")
_SECTION: Final = re.compile(r"(?P<path>.+?):(?P<name>[A-Za-z][\w-]*)\Z")
_SECTION_MARK: Final = re.compile(r"-+8<-+[ \t]*\[[ \t]*(start|end)[ \t]*:[ \t]*([\w-]+)[ \t]*\]")
_FRONT: Final = re.compile(r"---[ \t]*\n(?:[\s\S]*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")

#: Files in files, files in one text, and characters in all; what is more is a loop or an accident.
_DEEPEST: Final = 20
_MOST: Final = 500
_LONGEST: Final = 10_000_000


@dataclass(slots=True)
class Included:
    """A text with what it includes in it. ``files``: paths in the order they were taken; also those that are not
    there, since they may appear."""

    text: str
    pieces: tuple[Piece, ...] = ()
    files: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def included(text: str, path: str, first_line: int, include: Callable[[str], str | None]) -> Included:
    """``text`` of the file ``path`` with its includes done; ``include`` gives the text of a file by its path from
    the folder of the site, or None."""
    if "{{<" not in text and "8<-" not in text:
        return Included(text)
    taking = _Taking(include)
    taking.take(cleaned(text), first_line, "", (path,), "")
    if not taking.files and not taking.changed:
        return Included(text, problems=taking.problems)
    files = tuple(dict.fromkeys(taking.files))
    return Included("\n".join(taking.lines), tuple(taking.pieces), files, taking.problems)


class _Asked(NamedTuple):
    """A file that is asked for: its name, whether PyMdown's way, and where."""

    target: str
    is_snippet: bool
    place: Span


@dataclass(slots=True)
class _Taking:
    """State of one expansion."""

    include: Callable[[str], str | None]
    lines: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    length: int = 0
    changed: bool = False

    def take(self, text: str, line: int, indent: str, stack: tuple[str, ...], fenced: str) -> None:
        """Append the lines of a file, whose first one is ``line``. ``stack``: the files that took it in, itself the
        last; ``fenced`` is the code fence they stand in."""
        path = stack[-1]
        self.pieces.append(Piece(len(self.lines), path, line))
        block = False  # between two lines of scissors
        fence = fenced
        for number, content in enumerate(text.split("\n"), line):
            found = _LINE.fullmatch(content) if "8<-" in content or "{{<" in content else None
            if found is None and "8<-" in content and _BLOCK.fullmatch(content):
                block = not block
                self.changed = True
                self.add("", indent)
                continue
            target = ""
            if found is not None:
                target = (found["quarto"] or found["snippet"]).strip("\"'")
            elif block and content.strip() and not content.lstrip().startswith(";"):
                target = content.strip()
            if not target or target.startswith(";"):
                fence = self.fence_after(fence, content)
                self.add(content, indent)
                continue
            inner = indent + (found["indent"] if found else content[: len(content) - len(content.lstrip())])
            place = Span(path, number, len(inner) - len(indent) + 1)
            is_snippet = found is None or found["quarto"] is None
            if not self.one(_Asked(target, is_snippet, place), inner, stack, fence):
                self.add(content if fence else self.as_example(content), indent)
            self.pieces.append(Piece(len(self.lines), path, number + 1))

    @staticmethod
    def fence_after(fence: str, content: str) -> str:
        """The code fence that is open behind this line; empty for none."""
        found = _FENCE.fullmatch(content)
        if found is None:
            return fence
        if not fence:
            return "" if found["mark"][0] == "`" and "`" in found["rest"] else found["mark"]
        return "" if found["mark"].startswith(fence) and not found["rest"].strip() else fence

    def add(self, content: str, indent: str) -> None:
        self.lines.append(indent + content if content else content)

    def as_example(self, content: str) -> str:
        """A line that takes in nothing, which is told, so that nothing else tells it: with three braces."""
        self.changed = True
        return content.replace("{{<", "{{{<").replace(">}}", ">}}}")

    def one(self, asked: _Asked, indent: str, stack: tuple[str, ...], fence: str) -> bool:
        """Take a file in; False when the line is to stay as it is."""
        target, is_snippet, place = asked
        path = stack[-1]
        name, choose = _chosen(target) if is_snippet else (target, _whole)
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        if name.startswith("/"):
            inner = posixpath.normpath(name.lstrip("/"))
        if inner == ".." or inner.startswith("../") or "\\" in name or "\x00" in name or ":" in name:
            self.told_of(
                "markup-include-outside", f"{quote(target)} leads out of the folder of the site", place
            )
            return False
        if inner in stack:
            self.told_of(
                "markup-include-cycle", f"{quote(inner)} includes itself", place, " → ".join((*stack, inner))
            )
            return False
        if len(stack) > _DEEPEST or len(self.files) >= _MOST:
            self.told_of("markup-include-many", "too many files are included", place)
            return False
        self.files.append(inner)
        text = self.include(inner)
        if text is None and is_snippet and (root := posixpath.normpath(name.lstrip("/"))) != inner:
            self.files.append(root)
            inner, text = root, None if root in stack else self.include(root)
        if text is None:
            if fence and not is_snippet:
                return False  # an example of how it is written
            self.told_of("markup-include-missing", f"there is no file {quote(inner)} to include", place)
            return False
        self.length += len(text)
        if self.length > _LONGEST:
            self.told_of("markup-include-many", "what is included is too long", place)
            return False
        self.changed = True
        chosen, line = choose(cleaned(text))
        if not fence:
            front = _FRONT.match(chosen) if line == 1 else None
            if front:
                line += front[0].count("\n")
                chosen = chosen[front.end() :]
        self.take(chosen.rstrip("\n"), line, indent, (*stack, inner), fence)
        return True

    def told_of(self, code: str, message: str, place: Span, hint: str = "") -> None:
        self.problems.append(error(code, message, place, hint))


def _whole(text: str) -> tuple[str, int]:
    return text, 1


def _chosen(target: str) -> tuple[str, Callable[[str], tuple[str, int]]]:
    """Path, and what of the file is wanted: ``file:3:10`` are lines, ``file:name`` is a section marked in it."""
    found = _SECTION.fullmatch(target)
    if found:
        return found["path"], lambda text: _section(text, found["name"])
    lines = _LINES.fullmatch(target)
    if lines is None or (lines["first"] is None and lines["last"] is None):
        return target, _whole
    first = int(lines["first"] or 1)
    last = int(lines["last"]) if lines["last"] else None

    def cut(text: str) -> tuple[str, int]:
        return "\n".join(text.split("\n")[max(first - 1, 0) : last]), max(first, 1)

    return lines["path"], cut


def _section(text: str, name: str) -> tuple[str, int]:
    start = None
    lines = text.split("\n")
    for index, line in enumerate(lines):
        mark = _SECTION_MARK.search(line)
        if mark is None or mark[2] != name:
            continue
        if mark[1] == "start":
            start = index + 1
        elif start is not None:
            return "\n".join(lines[start:index]), start + 1
    return ("\n".join(lines[start:]), start + 1) if start is not None else ("", 1)
