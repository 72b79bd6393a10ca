r"""LaTeX as source: the text of a ``.tex`` file → front matter, Markdown, and where each line of it stands.

A document is written as Markdown of our dialect, as a notebook is, so that numbers, citations, references, formulas,
PDFs and the search are those of any text. Files that it takes in (``\input``) are read with it. Nothing is executed:
known commands are read by tables (``words``), those of the document are expanded within limits, and what is not known
stays visible and is told. Files are untrusted: whatever they hold, faults are problems.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from acadsite.collect.latex import ENDING
from acadsite.collect.latex.front import front_matter
from acadsite.collect.latex.reading import Flow, Reading
from acadsite.collect.latex.tokens import Place, Stream
from acadsite.collect.latex.writing import Row, blocks
from acadsite.markup.source import WHOLE_LINE, cleaned
from acadsite.memo import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from acadsite.problems import Problem
    from acadsite.sources import Node

__all__ = ["ENDING", "Alone", "Beside", "Latex", "OnDisk", "is_whole", "looked_at", "read_latex"]

_INPUT: Final = re.compile(
    r"\\(?:input|include|subfile|InputIfFileExists|import|subimport)\b\s*(?:\{([^{}\n]*)\}\s*(?:\{([^{}\n]*)\})?|([^\s{}\\%]+))"
)
_WHOLE: Final = re.compile(r"^[^%\n]*\\(?:documentclass|begin\s*\{document\})|\A\s*%\s*---", re.MULTILINE)
_MOST_FILES: Final = 500


class Beside(Protocol):
    """What is around a file: the texts of other files, and which files there are, by their paths from the folder of the
    site."""

    def text_of(self, path: str) -> str | None:
        """The text of a file; None where there is none."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""

    def names(self, folder: str) -> Iterable[str]:
        """The paths of the files below a folder."""


@dataclass(frozen=True, slots=True)
class Latex:
    """What a document says. ``data``: its front matter, None where it has none; ``text``: Markdown; ``lines``: which
    line of which file a line of the text is from, as ``library.Document`` has it."""

    data: Node | None
    text: str
    lines: tuple[tuple[int, int, int] | tuple[int, int, int, str], ...]

    @property
    def line(self) -> int:
        """The line of the file that the text begins on."""
        return self.lines[0][1] if self.lines and len(self.lines[0]) == 3 else 1


class Around:
    """What is around the files of a site that was walked; ``text_of`` gives the text of a file, and notes its use."""

    def __init__(self, paths: Collection[str], text_of: Callable[[str], str | None]) -> None:
        self.paths, self.text_of = paths, text_of

    def has(self, path: str) -> bool:
        return path in self.paths

    def names(self, folder: str) -> Iterable[str]:
        start = f"{folder}/"
        return (path for path in self.paths if path.startswith(start))


class OnDisk:
    """What is around a file that is read by itself."""

    def text_of(self, path: str) -> str | None:
        file = Path(path)
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None

    def has(self, path: str) -> bool:
        return Path(path).is_file()

    def names(self, folder: str) -> Iterable[str]:
        del folder
        return ()


class Alone:
    """A file with nothing beside it."""

    def text_of(self, path: str) -> str | None:
        del path
        return None

    def has(self, path: str) -> bool:
        del path
        return False

    def names(self, folder: str) -> Iterable[str]:
        del folder
        return ()


def is_whole(text: str) -> bool:
    r"""Whether a file is a document of its own, not one for others to take in: it has a ``\documentclass``, a body,
    or front matter."""
    return _WHOLE.search(text) is not None


def read_latex(
    text: str,
    path: str,
    beside: Beside | None = None,
    *,
    fields: Callable[[str], bool] = lambda _: True,
    counts: bool = True,
) -> tuple[Latex, tuple[Problem, ...]]:
    """The document in the text of the file ``path``. ``fields`` says which names the front matter may have;
    ``counts``: what is counted by sections has its numbers from here, since no book counts it."""
    beside = beside or Alone()
    text = cleaned(text)
    first = _read(Reading(path, beside.text_of, beside.has), text, counts)[0]
    reading, parts = _read(Reading(path, beside.text_of, beside.has, first.found), text, counts)
    data, more = front_matter(reading, text, fields)
    rows = blocks([*_macros(reading), *more, *parts])
    return Latex(data, "\n".join(row.text for row in rows), _lines(reading, rows)), tuple(reading.problems)


def _read(reading: Reading, text: str, counts: bool) -> tuple[Reading, list[list[Row]]]:
    tokens = reading.open(reading.path, text)
    reading.open_files.append(reading.path)
    reading.has_chapters = any(
        token.kind == "command" and token.text.startswith("chapter") for token in tokens
    )
    reading.preamble = r"\begin{document}" in text
    reading.counts = counts
    flow = Flow(reading, Stream(tokens))
    flow.read()
    parts = flow.parts
    if len(parts) > 1 and parts[-1] and parts[-1][0].text == "::: {#refs}":
        del parts[-2:]  # at the end they stand anyway, with the site's own word above them
    if reading.open_environments and not reading.stopped:
        name = reading.open_environments[-1]
        reading.once_failed("latex-unbalanced", f"The environment “{name}” is never ended.", flow.last)
    return reading, parts


def _macros(reading: Reading) -> list[list[Row]]:
    """The definitions that formulas use, as a paragraph in front."""
    return [[Row(source, Place(0, 1)) for source in reading.used_macros.values()]]


def _lines(reading: Reading, rows: list[Row]) -> tuple[tuple[int, int, int] | tuple[int, int, int, str], ...]:
    found: list[tuple[int, int, int] | tuple[int, int, int, str]] = []
    last: tuple[int, int] | None = None
    for at, row in enumerate(rows):
        file, line = row.place
        if (file, line - at) == last:
            continue
        last = file, line - at
        path = reading.files[file]
        found.append((at, line, WHOLE_LINE) if path == reading.path else (at, line, WHOLE_LINE, path))
    return tuple(found) or ((0, 1, 0),)


def looked_at(text: str, path: str, beside: Beside) -> str:
    """A digest of all that what is read of a file depends on, besides the file itself: the texts that it may take in,
    and the names of the files around it."""
    texts: dict[str, str] = {}
    todo = [(text, path)]
    while todo and len(texts) < _MOST_FILES:
        inner, _ = todo.pop()
        for found in _INPUT.finditer(inner):
            first, second = (found[1] or found[3] or "").strip(), (found[2] or "").strip()
            for name in dict.fromkeys((first, posixpath.join(first, second))):
                for candidate in (name, f"{name}.tex"):
                    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), candidate))
                    if whole in texts or whole.startswith(("..", "/")):
                        continue
                    content = beside.text_of(whole)
                    if content is not None:
                        texts[whole] = content
                        todo.append((content, whole))
    if not texts and "includegraphics" not in text and ".bib" not in text and "bibliography" not in text:
        return ""
    around = "\n".join(sorted(beside.names(_around(path))))
    return key_of(*(part for pair in sorted(texts.items()) for part in pair), around)


def _around(path: str) -> str:
    """The folder whose files a document may name: that of a paper, else that of its collection or book."""
    parts = path.split("/")
    depth = 3 if parts[:2] == ["content", "papers"] and len(parts) > 3 else 2
    return "/".join(parts[:depth]) if len(parts) > depth else posixpath.dirname(path)
