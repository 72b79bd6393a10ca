"""LaTeX macros that a bibliography or its author defines: ``\\newcommand`` and its relatives, simple ones only.

Read from ``@preamble`` blocks and from a macro file (``.tex``). A macro is a name, a number of arguments (0–9), an
optional default for the first, and a body with ``#1`` … ``#9``. Nothing is executed; ``latex`` expands them with
limits on depth and size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(
    r"\\(newcommand|providecommand|renewcommand|DeclareRobustCommand|def|let)\*?\s*+(?:\{\s*+\\([A-Za-z@]+|.)\s*+\}|\\([A-Za-z@]+|.))"
)
_COUNT = re.compile(r"\s*+\[\s*([0-9])\s*\]")
_DEFAULT = re.compile(r"\s*+\[([^\]]*+)\]")
_PARAMETERS = re.compile(r"\s*+((?:#[1-9]|(?!))*+)(?=\{)")
_OPEN = re.compile(r"\s*+\{")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: ``arguments`` counts all of them, ``default`` is that of the optional first one, if any.
    ``is_new`` tells that it replaces a known one (``\\renewcommand``, ``\\def``)."""

    arguments: int
    body: str
    default: str | None = None
    overrides: bool = False


class Macros:
    """A set of macros by name; immutable and hashable by identity of content, so that results can be cached."""

    __slots__ = ("_hash", "_table")

    def __init__(self, table: dict[str, Macro]) -> None:
        self._table = dict(table)
        self._hash = hash(tuple(sorted(table.items(), key=lambda item: item[0])))

    @property
    def text(self) -> str:
        """All macros as one text: equal sets have equal texts."""
        return repr(sorted(self._table.items(), key=lambda item: item[0]))

    def get(self, name: str) -> Macro | None:
        """The macro of that name (without the backslash)."""
        return self._table.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._table

    def __len__(self) -> int:
        return len(self._table)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Macros) and self._table == other._table)

    def __or__(self, other: Macros) -> Macros:
        """Both sets; those of ``other`` win."""
        return Macros({**self._table, **other._table})


NO_MACROS = Macros({})


def parse(text: str) -> Macros:
    """The macros defined in LaTeX source; ``%`` comments count only at the start of a line. Later definitions
    win, ``\\providecommand`` only defines what is not there yet. What is not understood is skipped."""
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("%"))
    table: dict[str, Macro] = {}
    at = 0
    while (found := _START.search(text, at)) is not None:
        at = found.end()
        command, name = found[1], found[2] or found[3]
        if command == "let":
            continue
        count, default = 0, None
        if command == "def":
            parameters = _PARAMETERS.match(text, at)
            if parameters is None:
                continue
            count, at = len(parameters[1]) // 2, parameters.end()
        elif (size := _COUNT.match(text, at)) is not None:
            count, at = int(size[1]), size.end()
            if (given := _DEFAULT.match(text, at)) is not None:
                default, at = given[1], given.end()
        body, at = _group(text, at)
        if body is None or (command == "providecommand" and name in table):
            continue
        table[name] = Macro(count, body, default, command in {"renewcommand", "def"})
    return Macros(table)


def _group(text: str, at: int) -> tuple[str | None, int]:
    """The inside of the brace group at ``at`` and the place behind it; None when there is none or it
    is never closed."""
    opening = _OPEN.match(text, at)
    if opening is None:
        return None, at
    depth = 1
    for mark in _BRACE.finditer(text, opening.end()):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                return text[opening.end() : mark.start()], mark.end()
    return None, len(text)  # never closed: nothing after it can be told
