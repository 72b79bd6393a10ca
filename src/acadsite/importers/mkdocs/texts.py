"""Markdown of MkDocs and Material as our Python-Markdown dialect reads it.

Callouts, tabs, attributes and the like are read as they are. Changed are: signs and keys that have HTML of their own,
icons, snippets, and links to files. Code within backticks and fences stays as it is.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acadsite.importers.parts.tree import Tree

_FENCE: Final = re.compile(r"([ \t]*(?:>[ \t]*)*)(`{3,}|~{3,})[ \t]*([^`]*)$")
_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_LINK: Final = re.compile(
    r"(\]\(\s*)(<[^<>]*>|(?:[^()\s<>]|\([^()\s]*\))+)((?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\))"
)
_DEFINITION: Final = re.compile(r"([ ]{0,3}\[(?!\^)[^\]]+\]:\s*)(\S+)(.*)$")
_ATTRIBUTE: Final = re.compile(r"""(<[A-Za-z][^<>]*?\s(?:src|href|poster|data)\s*=\s*)("[^"]*"|'[^']*')""")
_SNIPPET: Final = re.compile(r"([ \t]*)(?:;*)-{1,}8<-{1,}[ \t]+[\"']?([^\"'\s]+)[\"']?[ \t]*$")
_ICON: Final = re.compile(r":(?:material|octicons|fontawesome|simple)-[\w-]+:(?:\{[^{}\n]*\})?[ ]?")
_EMOJI: Final = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]*[a-z0-9]:(?![\w:])")
_KEYS: Final = re.compile(r"(?<![+\w])\+\+([\w-]+(?:\+[\w-]+|\+\"[^\"]*\")*)\+\+(?!\+)")
_MARK: Final = re.compile(r"(?<![=\w])==(?=\S)([^=\n]+?)(?<=\S)==(?!=)")
_MACRO: Final = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_AUTODOC: Final = re.compile(r":::[ \t]+[\w.]+[ \t]*$")


@dataclass(slots=True)
class Known:
    """``link`` gives the new form of an address that stands in a file; ``bases`` are the folders in which snippets are
    looked for; ``macros`` and ``autodoc``: whether plugins make something of ``{{ … }}`` and ``::: name``."""

    tree: Tree
    link: Callable[[str, str], str]
    bases: Sequence[str] = ("", "docs")
    macros: bool = False
    autodoc: bool = False


@dataclass(slots=True)
class _Found:
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    emoji: list[tuple[str, Span]] = field(default_factory=list)
    macros: list[tuple[str, Span]] = field(default_factory=list)


def convert(body: str, path: str, file: str, line: int, known: Known) -> tuple[str, list[Problem]]:
    """A body as ours. ``path`` is that from which links are looked for, ``file`` and ``line`` where the body stands."""
    out = _Found()
    _walk(body, path, (file, line), known, out, 0)
    for found, words in (
        (out.emoji, "Short names of signs, such as {}, stay as they are typed"),
        (out.macros, "What a plugin filled in, such as {}, stays as it is typed"),
    ):
        if found:
            name, where = found[0]
            count = f" ({len(found)} in this file)" if len(found) > 1 else ""
            message = f"{words.format(quote(name[:60]))}{count}."
            out.problems.append(warning("import-shortcode", message, where, "Write what they stand for."))
    return "\n".join(out.lines), out.problems


def _walk(body: str, path: str, start: tuple[str, int], known: Known, out: _Found, depth: int) -> None:  # noqa: PLR0917
    file, first = start
    fence = ""
    for number, line in enumerate(body.split("\n"), first):
        where = Span(file, number, 1)
        snippet = _SNIPPET.match(line)
        if snippet and depth < 8 and _snippet(snippet, where, known, out, path, depth):
            continue
        found = _FENCE.match(line)
        if fence:
            if found and found[2].startswith(fence) and not found[3].strip():
                fence = ""
            out.lines.append(line)
        elif found:
            fence = found[2]
            out.lines.append(line)
        elif known.autodoc and _AUTODOC.match(line):
            message = f"{quote(line.strip())}: documentation made from code is not taken."
            out.problems.append(
                warning("import-template", message, where, "Write it, or link to where it is.")
            )
        else:
            out.lines.append(_prose(line, path, where, known, out))


def _snippet(found: re.Match[str], where: Span, known: Known, out: _Found, path: str, depth: int) -> bool:  # noqa: PLR0917
    """Puts the file that a snippet names in its place; whether it could."""
    indent, name = found[1], found[2]
    target = next(
        (
            one
            for base in known.bases
            if (one := posixpath.normpath(posixpath.join(base, name))) in known.tree.files
        ),
        "",
    )
    text = known.tree.text(target) if target else None
    if text is None:
        message = f"The snippet {quote(name)} is not found; the line is left out."
        out.problems.append(
            warning("import-file", message, where, "Parts of files (“file:name”) are not taken.")
        )
        return True
    inner = _Found(problems=out.problems, emoji=out.emoji, macros=out.macros)
    _walk(text.rstrip("\n"), path, (target, 1), known, inner, depth + 1)
    out.lines += [indent + line if line else line for line in inner.lines]
    return True


def _prose(line: str, path: str, where: Span, known: Known, out: _Found) -> str:
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(line):
        parts += (_plain(line[at : code.start()], path, where, known, out), code[0])
        at = code.end()
    return "".join([*parts, _plain(line[at:], path, where, known, out)])


def _plain(text: str, path: str, where: Span, known: Known, out: _Found) -> str:
    if known.macros:
        out.macros += [(found[0], where) for found in _MACRO.finditer(text)]
    if ":" in text:
        text = _ICON.sub("", text)
        out.emoji += [(found[0], where) for found in _EMOJI.finditer(text)]
    if "++" in text:
        text = _KEYS.sub(_keys, text)
    if "==" in text:
        text = _MARK.sub(r"<mark>\1</mark>", text)
    text = _LINK.sub(lambda found: f"{found[1]}{_linked(found[2], path, known)}{found[3]}", text)
    found = _DEFINITION.match(text)
    if found:
        text = f"{found[1]}{_linked(found[2], path, known)}{found[3]}"
    if "<" in text:
        text = _ATTRIBUTE.sub(lambda found: f'{found[1]}"{known.link(path, found[2][1:-1])}"', text)
    return text


def _linked(address: str, path: str, known: Known) -> str:
    bare = address[1:-1] if address.startswith("<") else address
    made = known.link(path, bare)
    return f"<{made}>" if " " in made else made


def _keys(found: re.Match[str]) -> str:
    names = [one.strip('"').replace("-", " ").capitalize() for one in found[1].split("+")]
    return "+".join(f"<kbd>{name}</kbd>" for name in names)
