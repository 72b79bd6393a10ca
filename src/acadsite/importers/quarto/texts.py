"""Quarto's Markdown as ours: cells of code, raw blocks, shortcodes, includes and links.

Nearly all of it is read as it is (docs/papers.md, docs/books.md). In: lines of a file and what they may name. Out:
lines, and a problem with its place for all that is not taken over. Code within backticks and fences stays as it is.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.importers.parts.front_matter import read_front_matter
from acadsite.links import is_external
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.importers.parts.tree import Tree

_FENCE: Final = re.compile(r"([ \t]*(?:>[ \t]*)*)(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
#: ```{python}, ```{r label, echo=FALSE}; neither {.python} nor {=html}.
_CELL: Final = re.compile(r"\{\s*([A-Za-z][\w-]*)\s*(?:[\s,][^{}]*)?\}\Z")
_RAW: Final = re.compile(r"\{=(\w+)\}\Z")
_OPTION: Final = re.compile(r"[ \t]*(?:#|//|%%|--)\|[ \t]?(.*)$")
#: Options as knitr has them: include=FALSE.
_SET: Final = re.compile(r"\b(include|echo)\s*=\s*(TRUE|FALSE|T|F)\b")
_PAIR: Final = re.compile(r"([\w-]+)\s*:\s*(.*)$")
_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_SHORTCODE: Final = re.compile(r"(?<!\{)\{\{<\s*(/?[\w-]+)(.*?)\s*/?>\}\}(?!\})")
_INCLUDE: Final = re.compile(r"[ \t]*\{\{<\s*include\s+[\"']?(.+?)[\"']?\s*>\}\}[ \t]*$")
_ARGUMENT: Final = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))|"([^"]*)"|'([^']*)'|(\S+)""")
_LINK: Final = re.compile(
    r"(\]\(\s*)(<[^<>]*>|(?:[^()\s<>]|\([^()\s]*\))+)((?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\))"
)
_DEFINITION: Final = re.compile(r"([ ]{0,3}\[(?!\^)[^\]]+\]:\s*)(\S+)(.*)$")
_ATTRIBUTE: Final = re.compile(r"""(<[A-Za-z][^<>]*?\s(?:src|href|poster|data)\s*=\s*)("[^"]*"|'[^']*')""")
_LISTING: Final = re.compile(r":{3,}\s*\{\s*#(listing[\w-]*)[^}]*\}\s*$|:{3,}\s*\{#([\w-]+)\}\s*$")
_VIDEO: Final = re.compile(r"\.(mp4|webm|ogg|ogv|mov)([?#].*)?$", re.IGNORECASE)
_HIDDEN: Final = frozenset({"false", "no", "f"})
#: How deep includes may lie in each other.
_DEEPEST: Final = 8
#: What stands for a brand's or another sign, with its words beside it.
_ICONS: Final = frozenset({"fa", "bi", "ai", "iconify", "fontawesome", "academicicons", "lipsum"})


@dataclass(slots=True)
class Known:
    """What a text may name. ``link`` gives the new form of an address found in a file (its path and the address);
    ``listings`` are ids of divisions in which lists stood."""

    tree: Tree
    link: Callable[[str, str], str]
    variables: Mapping[str, str]
    listings: frozenset[str] = frozenset()
    #: False: includes stay as they are written.
    takes_in: bool = True


@dataclass(slots=True)
class Text:
    """What became of a text; ``cells`` are the places of cells whose results are not there."""

    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cells: list[Span] = field(default_factory=list)


def convert(
    body: str, path: str, line: int, known: Known, values: Mapping[str, str]
) -> tuple[str, list[Problem]]:
    """A body as our Markdown. ``values`` is what ``{{< meta >}}`` may ask for."""
    out = Text()
    _Walk(out, known, values, path).run(body, path, line, 0)
    if out.cells:
        count = len(out.cells)
        message = (
            f"{'A cell' if count == 1 else f'{count} cells'} of code: shown as code, without what it prints."
        )
        hint = "Put results into the text, or import where quarto render has left them in _freeze/."
        out.problems.append(warning("import-code", message, out.cells[0], hint))
    return "\n".join(out.lines), out.problems


@dataclass(slots=True)
class _Walk:
    """One text and what it includes. ``base`` is the document, to whose folder links in includes are relative."""

    out: Text
    known: Known
    values: Mapping[str, str]
    base: str

    def run(self, body: str, path: str, first: int, depth: int) -> None:
        lines = body.split("\n")
        at = 0
        while at < len(lines):
            line, where = lines[at], Span(path, first + at, 1)
            fence = _FENCE.match(line)
            if fence:
                end = _closing(lines, at, fence)
                self.block(lines[at : end + 1], fence, where)
                at = end + 1
                continue
            include = _INCLUDE.match(line)
            if include and self.known.takes_in:
                self.include(include[1], path, where, depth)
                at += 1
                continue
            listing = _LISTING.match(line)
            if listing and (listing[1] or listing[2] in self.known.listings):
                self.without_heading()
                at += 1
                while at < len(lines) and not re.match(r":{3,}\s*$", lines[at]):
                    at += 1
                at += 1
                continue
            self.out.lines.append(self.prose(line, where))
            at += 1

    def without_heading(self) -> None:
        """Takes the heading of a list away that is gone."""
        lines = self.out.lines
        while lines and not lines[-1].strip():
            lines.pop()
        if lines and re.match(r"#{1,6}\s", lines[-1]):
            lines.pop()
        lines.append("")

    # --- blocks ---

    def block(self, lines: list[str], fence: re.Match[str], where: Span) -> None:
        info = fence[3]
        cell, raw = _CELL.match(info), _RAW.match(info)
        if cell:
            self.cell(lines, fence, cell[1], where)
        elif raw and raw[1].lower() not in {"html", "html4", "html5", "tex", "latex", "typst"}:
            message = f"A block for {quote(raw[1])} is left out."
            self.out.problems.append(
                warning("import-template", message, where, "Write it as Markdown or HTML.")
            )
        elif raw and raw[1].lower() in {"html", "html4", "html5"}:
            self.out.lines += [lines[0], *(self.addresses(line) for line in lines[1:])]
        else:
            self.out.lines += lines

    def cell(self, lines: list[str], fence: re.Match[str], language: str, where: Span) -> None:
        """A cell as a block of code; nothing where it is not to be shown."""
        options: dict[str, str] = {}
        inner = lines[1:-1] if len(lines) > 1 and _closes(lines[-1], fence) else lines[1:]
        while inner and (found := _OPTION.match(inner[0])):
            pair = _PAIR.match(found[1].strip())
            if pair:
                options[pair[1].lower()] = pair[2].strip().lower()
            inner = inner[1:]
        self.out.cells.append(where)
        options |= {name.lower(): value.lower() for name, value in _SET.findall(fence[3])}
        if options.get("include") in _HIDDEN or options.get("echo") in _HIDDEN:
            return
        self.out.lines += [f"{fence[1]}{fence[2]}{language.lower()}", *inner, f"{fence[1]}{fence[2]}"]

    def include(self, name: str, path: str, where: Span, depth: int) -> None:
        """The text of another file in the place of the line."""
        target = name.lstrip("/") if name.startswith("/") else posixpath.join(posixpath.dirname(path), name)
        target = posixpath.normpath(target)
        text = self.known.tree.text(target) if depth < _DEEPEST else None
        if text is None:
            message = f"The file {quote(name)} cannot be taken in: it is not there, or takes itself in."
            self.out.problems.append(warning("import-file", message, where, "The line is left out."))
            return
        parts, problems = read_front_matter(text, target)
        self.out.problems += problems
        self.run(parts.body.rstrip("\n"), target, parts.body_line, depth + 1)

    # --- prose ---

    def prose(self, line: str, where: Span) -> str:
        """A line outside of blocks; code in it stays."""
        if not ("{{<" in line or "](" in line or "]:" in line or "<" in line):
            return line
        parts: list[str] = []
        at = 0
        for code in _CODE.finditer(line):
            parts += (self.plain(line[at : code.start()], where), code[0])
            at = code.end()
        return "".join([*parts, self.plain(line[at:], where)])

    def plain(self, text: str, where: Span) -> str:
        if "{{<" in text:
            text = _SHORTCODE.sub(lambda found: self.shortcode(found, where), text)
        text = _LINK.sub(lambda found: f"{found[1]}{self.linked(found[2])}{found[3]}", text)
        found = _DEFINITION.match(text)
        if found:
            text = f"{found[1]}{self.linked(found[2])}{found[3]}"
        return self.addresses(text) if "<" in text else text

    def linked(self, address: str) -> str:
        bare = address[1:-1] if address.startswith("<") else address
        made = self.known.link(self.base, bare)
        return f"<{made}>" if " " in made else made

    def addresses(self, text: str) -> str:
        """The addresses of HTML tags."""
        return _ATTRIBUTE.sub(lambda found: f'{found[1]}"{self.known.link(self.base, found[2][1:-1])}"', text)

    def shortcode(self, found: re.Match[str], where: Span) -> str:
        name = found[1]
        named, plain = _arguments(found[2])
        first = plain[0] if plain else ""
        if name in {"pagebreak", "kbd"} or (name == "include" and not self.known.takes_in):
            return found[0]
        if name in {"var", "meta"}:
            value = (self.known.variables if name == "var" else self.values).get(first)
            if value is None:
                message = f"{quote(found[0])} names nothing that is known; it is left out."
                self.out.problems.append(warning("import-shortcode", message, where, "Write its text."))
            return value or ""
        if name == "video":
            return self.video(named.get("src") or first, named.get("title", "Video"))
        if name in _ICONS:
            return ""
        message = f"The shortcode {quote(found[0][:80])} is not taken."
        self.out.problems.append(warning("import-shortcode", message, where, "Write what it stands for."))
        return f"`{found[0]}`" if "`" not in found[0] else ""

    def video(self, address: str, title: str) -> str:
        """A film of one's own is played; one elsewhere is linked, since a page asks no other server."""
        made = self.known.link(self.base, address)
        if _VIDEO.search(address) and not is_external(address):
            return f"![{title}]({made})"
        watch = re.sub(r"youtube(?:-nocookie)?\.com/embed/", "youtube.com/watch?v=", made)
        return f"[{title}]({watch})"


def _arguments(text: str) -> tuple[dict[str, str], list[str]]:
    named: dict[str, str] = {}
    plain: list[str] = []
    for found in _ARGUMENT.finditer(text):
        if found[1]:
            named[found[1]] = found[2] or found[3] or found[4] or ""
        else:
            plain.append(found[5] or found[6] or found[7] or "")
    return named, plain


def _closes(line: str, fence: re.Match[str]) -> bool:
    bare = re.sub(r"^[ \t]*(?:>[ \t]*)*", "", line).rstrip()
    return len(bare) >= len(fence[2]) and set(bare) == {fence[2][0]}


def _closing(lines: list[str], at: int, fence: re.Match[str]) -> int:
    """The line that closes the fence in line ``at``, else the last one."""
    for number in range(at + 1, len(lines)):
        if _closes(lines[number], fence):
            return number
    return len(lines) - 1
