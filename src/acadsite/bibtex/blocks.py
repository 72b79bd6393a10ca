"""One chunk of a .bib file → one block: an entry, a ``@string``, a ``@preamble`` or a remark.

bibtexparser reads the chunk; what it returns is used only when every value is well formed by BibTeX's own rules,
else ``recovery`` reads the chunk again, keeps what is whole and says what is not. Values stay as written, with
their braces, quotes and ``#``. Reading is a pure function of the chunk's text, so it can be memoised by it.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bibtexparser.model import Block as Read
from bibtexparser.model import DuplicateFieldKeyBlock, Entry, Preamble, String
from bibtexparser.splitter import Splitter

from acadsite.bibtex.chunks import HEAD
from acadsite.bibtex.kinds import BLOCKS, TYPES
from acadsite.bibtex.values import pieces

if TYPE_CHECKING:
    from acadsite.problems import Level

# What the parser would log is reported by us, with a place.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

NAME = re.compile(r"[^\s{}()\",=#%'@\\]++")
_KEY = re.compile(r"[^\s{}\",=#%\\~]+")
_STRAY = re.compile(r"(?m)^[ \t]*+(@++)[ \t]*+([A-Za-z]++)")
_TAIL_FIELD = re.compile(r"\s*+,\s*+[^\s{}()\",=#%'\\]++\s*+=\s*+[{\"\w]")


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem inside a chunk: ``start`` and ``end`` are offsets into the chunk's text."""

    level: Level
    code: str
    message: str
    start: int
    end: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RawField:
    """A field as written: ``name`` in lower case, ``value`` an expression such as ``jml # { and more}``,
    ``start`` the offset of the value, ``name_start`` that of the name."""

    name: str
    value: str
    start: int
    name_start: int


@dataclass(frozen=True, slots=True)
class Block:
    """What a chunk holds. ``kind``: ``entry``, ``string``, ``preamble``, ``comment`` or ``none``; ``type`` the
    word after the ``@`` in lower case; a string has its name in ``key`` and one field, a preamble one field."""

    kind: str
    type: str = ""
    key: str = ""
    key_start: int = 0
    fields: tuple[RawField, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_block(text: str, end: int) -> Block:
    """Read a chunk as ``chunks.cut`` made it; ``end`` is the length of the block, -1 when it is unclosed."""
    head = HEAD.match(text) if end else None
    if head is None:
        return Block("none", faults=tuple(_stray(text, 0)))
    kind = head[2].lower()
    faults: list[Fault] = []
    if len(head[1]) > 1:
        faults.append(
            Fault(
                "warning",
                "bib-stray-at",
                f"{len(head[1])} @ signs before the entry",
                0,
                head.end(1),
                "Write one @.",
            )
        )
    if kind == "comment":
        if end < 0:
            faults.append(
                Fault(
                    "warning", "bib-unclosed-brace", "the @comment is never closed", 0, head.end(), "Add a }."
                )
            )
        return Block("comment", kind, faults=tuple(faults))
    if not kind:
        faults.append(
            Fault(
                "error", "bib-unknown-type", "the entry has no type", 0, head.end(), "Write @article{…, say."
            )
        )
    tail = text[end:] if end > 0 else ""
    surplus = not tail.isspace() and bool(tail) and _TAIL_FIELD.match(tail.replace("}", "", 1)) is not None
    whole = None if end < 0 or surplus else _parsed(text, end, head)
    if whole is not None:
        block = whole
        if tail and not tail.isspace():
            faults += _tail(text, end)
    else:
        from acadsite.bibtex import recovery  # most files never need it

        block = recovery.recover(text, end, head)
    if faults or block.faults:
        block = replace(block, faults=(*faults, *block.faults))
    return block


def _parsed(text: str, end: int, head: re.Match[str]) -> Block | None:
    """The block as bibtexparser reads it, or None when that cannot be right."""
    kind = head[2].lower()
    # Types with a hyphen, a line break before the brace and doubled @ signs are beyond the parser's pattern.
    plain = kind if kind in BLOCKS else "entry"
    shift = head.start(3)
    library = Splitter(f"@{plain}{text[shift:end]}").split()
    if len(library.blocks) != 1:
        return None
    found: Read | None = library.blocks[0]
    if isinstance(found, DuplicateFieldKeyBlock):
        found = found.ignore_error_block
    if isinstance(found, Preamble):
        value = found.value.strip()
        at = text.find(value, head.end())
        return Block("preamble", kind, fields=(RawField("", value, at, at),)) if _is_value(value) else None
    if isinstance(found, String):
        if not (NAME.fullmatch(found.key) and _is_value(found.value)):
            return None
        name_at = text.find(found.key, head.end())
        at = text.find(found.value, text.find("=", name_at))
        field = RawField(found.key.lower(), found.value, at, name_at)
        return Block("string", kind, found.key.lower(), name_at, (field,))
    if not isinstance(found, Entry) or len(found.raw or "") != end - shift + len(plain) + 1:
        return None
    key = found.key
    if not _KEY.fullmatch(key):
        return None
    key_start = at = text.find(key, head.end())
    at += len(key)
    fields = []
    for parsed in found.fields:
        name, value = parsed.key, parsed.value
        if not (NAME.fullmatch(name) and _is_value(value)):
            return None
        name_at = text.find(name, at)
        at = text.find(value, text.find("=", name_at + len(name)) + 1)
        fields.append(RawField(name.lower(), value, at, name_at))
        at += len(value)
    return Block("entry", kind, key, key_start, tuple(fields))


def _is_value(value: str) -> bool:
    return pieces(value) is not None


def _tail(text: str, end: int) -> list[Fault]:
    """Faults in the text that follows a block."""
    faults = _stray(text, end)
    at = len(text) - len(text[end:].lstrip())
    if text.startswith("}", at):
        faults.append(
            Fault("warning", "bib-surplus-brace", "a } too many after the entry", at, at + 1, "Delete it.")
        )
    return faults


def _stray(text: str, at: int) -> list[Fault]:
    return [
        Fault(
            "error",
            "bib-no-block",
            f"“{match[0].strip()}” with no {{ after it is no entry and is skipped",
            match.start(1),
            match.end(),
            f"Write @{match[2]}{{key, …}}.",
        )
        for match in _STRAY.finditer(text, at)
        if match[2].lower() in TYPES and match[2].lower() != "comment"
    ]
