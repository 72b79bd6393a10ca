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

from acadsite.bibtex.chunks import GROUP, HEAD
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
_GROUP = re.compile(GROUP)
_SPACE = re.compile(r"\s*+")


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
    # What stands in braces is blanked: the parser then sees the structure only, in half the time, and cannot trip
    # over a backslash or an @ inside a value. Lengths stay, so that its offsets are ours.
    opening, inner = head[3], _GROUP.sub(_blank, text[head.end() : end - 1])
    source = f"@{plain}{opening}{inner}{text[end - 1]}"
    shift = head.start(3) - len(plain) - 1
    library = Splitter(source).split()
    if len(library.blocks) != 1:
        return None
    found: Read | None = library.blocks[0]
    if isinstance(found, DuplicateFieldKeyBlock):
        found = found.ignore_error_block
    if found is None or len(found.raw or "") != len(source):
        return None

    def value_at(equals: int, value: str) -> RawField | None:
        space = _SPACE.match(source, equals)
        at = space.end() if space else equals
        if not _is_value(value) or not source.startswith(value, at):
            return None
        return RawField("", text[at + shift : at + shift + len(value)], at + shift, at + shift)

    start = len(plain) + 2
    if isinstance(found, Preamble):
        field = value_at(start, found.value.strip())
        return Block("preamble", kind, fields=(field,)) if field else None
    if isinstance(found, String):
        at = source.find(found.key, start)
        field = value_at(source.find("=", at) + 1, found.value) if NAME.fullmatch(found.key) else None
        if field is None:
            return None
        name = found.key.lower()
        return Block(
            "string", kind, name, at + shift, (RawField(name, field.value, field.start, at + shift),)
        )
    if not isinstance(found, Entry) or not _KEY.fullmatch(found.key):
        return None
    key_start = source.find(found.key, start)
    at = key_start + len(found.key)
    fields = []
    for parsed in found.fields:
        name = parsed.key
        if not NAME.fullmatch(name):
            return None
        name_at = source.find(name, at)
        field = value_at(source.find("=", name_at + len(name)) + 1, parsed.value)
        if field is None:
            return None
        fields.append(RawField(name.lower(), field.value, field.start, name_at + shift))
        at = field.start - shift + len(field.value)
    return Block("entry", kind, found.key, key_start + shift, tuple(fields))


def _blank(match: re.Match[str]) -> str:
    return "{" + "x" * (match.end() - match.start() - 2) + "}"


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
