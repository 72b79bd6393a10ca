"""One chunk of a .bib file → one block: an entry, a ``@string``, a ``@preamble`` or a remark.

bibtexparser reads the chunk; what it returns is used only when every value is well formed by BibTeX's own rules,
else ``recovery`` reads the chunk again, keeps what is whole and says what is not. Values stay as written, with
their braces, quotes and ``#``. Reading is a pure function of the chunk's text, so it can be memoised by it.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

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
_SPACE = re.compile(r"\s*+")


class Fault(NamedTuple):
    """A problem inside a chunk: ``start`` and ``end`` are offsets into the chunk's text."""

    level: Level
    code: str
    message: str
    start: int
    end: int = 0
    hint: str = ""


class RawField(NamedTuple):
    """A field as written: ``name`` in lower case, ``value`` an expression such as ``jml # { and more}``,
    ``start`` the offset of the value, ``name_start`` that of the name."""

    name: str
    value: str
    start: int
    name_start: int


@dataclass(frozen=True, slots=True)
class Block:
    """What a chunk holds. ``kind``: ``entry``, ``string``, ``preamble``, ``comment`` or ``none``; ``type`` the
    word after the ``@`` in lower case; a string has its name in ``key`` and one field, a preamble one field.
    ``is_mended``: it is damaged, and what follows the block may have been read with it."""

    kind: str
    type: str = ""
    key: str = ""
    key_start: int = 0
    fields: tuple[RawField, ...] = ()
    faults: tuple[Fault, ...] = ()
    is_mended: bool = False


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

        block = replace(recovery.recover(text, end, head), is_mended=True)
    if faults or block.faults:
        block = replace(block, faults=(*faults, *block.faults))
    return block


#: What may differ between blocks that are written in the same way: what stands in braces or quotes, numbers, names of
#: strings.
_OPAQUE = re.compile(
    rf"({GROUP}|\"(?:[^\"{{}}]|{GROUP}|(?!))*+\"|(?<=[=\s#])[A-Za-z0-9_][\w:.+/-]*+(?=\s*+(?:[,#]|\Z)))",
    re.ASCII,
)
#: The same where the key is not plain and might be taken for one of them, or where an @ may end what it stands in.
_BRACED = re.compile(f"({GROUP})")
_STAND_IN = {"{": "{}", '"': '""'}
#: A key that no reading of the structure depends on.
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_:.+/-]++(?=\s*+([,=]))")


@dataclass(frozen=True, slots=True)
class _Shape:
    """The structure of a block. Places are pairs: the number of a part (``_OPAQUE`` parts the text), an offset in it;
    the end of a value is counted from the end of its part, and -1 where the value is that part."""

    kind: str
    key: str
    key_at: int
    fields: tuple[tuple[str, int, int, int, int, int, int], ...]


def _parsed(text: str, end: int, head: re.Match[str]) -> Block | None:
    """The block as bibtexparser reads it, or None when that cannot be right.

    What stands in braces is blanked: the parser then sees the structure only, and cannot trip over a backslash or
    an @ inside a value. Entries of one file mostly have the same structure, which is then read once.
    """
    kind = head[2].lower()
    # Types with a hyphen, a line break before the brace and doubled @ signs are beyond the parser's pattern.
    plain = kind if kind in BLOCKS else "entry"
    at = head.end()
    key = _PLAIN_KEY.match(text, at, end)
    if key and key[1] != ("=" if plain == "string" else ","):
        key = None
    begin = key.end() if key else at
    inner = text[begin : end - 1]
    parts = (_OPAQUE if key and "@" not in inner else _BRACED).split(inner)
    opaque = [_STAND_IN.get(part[0], "0") for part in parts[1::2]]
    shape = _shape(plain, head[3], "k" if key else "", tuple(parts[::2]), tuple(opaque), text[end - 1])
    if shape is None:
        return None
    places = list(accumulate(map(len, parts), initial=begin))
    fields = []
    for name, part, offset, first, start, last, back in shape.fields:
        begin = places[first] + start
        value = parts[first] if back < 0 else text[begin : places[last + 1] - back]
        fields.append(RawField(name, value, begin, places[part] + offset))
    if shape.kind == "string":
        (field,) = fields
        if key:
            field = RawField(key[0].lower(), field.value, field.start, at)
        return Block("string", kind, field.name, field.name_start, (field,))
    if shape.kind == "preamble":
        return Block("preamble", kind, fields=tuple(fields))
    if key:
        return Block("entry", kind, key[0], at, tuple(fields))
    return Block("entry", kind, shape.key, at + shape.key_at, tuple(fields))


@lru_cache(maxsize=2048)
def _shape(  # noqa: PLR0917
    plain: str, opening: str, key: str, between: tuple[str, ...], opaque: tuple[str, ...], closing: str
) -> _Shape | None:
    """The structure of a block whose opaque parts stand between the other ones."""
    parts = [key + between[0]]
    for number, stand_in in enumerate(opaque, start=1):
        parts += (stand_in, between[number])
    begin = f"@{plain}{opening}"
    read = _structure(plain, f"{begin}{''.join(parts)}{closing}")
    if read is None:
        return None
    starts = list(accumulate(map(len, parts), initial=len(begin)))

    def part_at(at: int) -> tuple[int, int]:
        number = bisect_right(starts, at) - 1
        return number, at - starts[number] - (len(key) if number == 0 else 0)

    made: list[tuple[str, int, int, int, int, int, int]] = []
    for name, name_at, start, stop in read[2]:
        (part, offset), (first, into) = part_at(name_at), part_at(start)
        last = bisect_right(starts, stop - 1) - 1
        back = starts[last + 1] - stop
        is_part = first == last and first % 2 == 1 and not into and not back
        made.append((name, part, offset, first, into, last, -1 if is_part else back))
    return _Shape(plain, read[0], read[1] - len(begin), tuple(made))


def _structure(plain: str, source: str) -> tuple[str, int, list[tuple[str, int, int, int]]] | None:
    """Key and its offset, and each field's name, with the offsets of the name and of the value's start and end."""
    library = Splitter(source).split()
    if len(library.blocks) != 1:
        return None
    found: Read | None = library.blocks[0]
    if isinstance(found, DuplicateFieldKeyBlock):
        found = found.ignore_error_block
    if found is None or len(found.raw or "") != len(source):
        return None

    def place(behind: int, value: str) -> tuple[int, int] | None:
        space = _SPACE.match(source, behind)
        at = space.end() if space else behind
        return (at, at + len(value)) if _is_value(value) and source.startswith(value, at) else None

    start = len(plain) + 2
    if isinstance(found, Preamble):
        value = place(start, found.value.strip())
        return ("", 0, [("", value[0], *value)]) if value else None
    if isinstance(found, String):
        at = source.find(found.key, start)
        value = place(source.find("=", at) + 1, found.value) if NAME.fullmatch(found.key) else None
        return ("", 0, [(found.key.lower(), at, *value)]) if value else None
    if not isinstance(found, Entry) or not _KEY.fullmatch(found.key):
        return None
    key_at = source.find(found.key, start)
    at = key_at + len(found.key)
    fields = []
    for field in found.fields:
        name = field.key
        if not NAME.fullmatch(name):
            return None
        name_at = source.find(name, at)
        value = place(source.find("=", name_at + len(name)) + 1, field.value)
        if value is None:
            return None
        fields.append((name.lower(), name_at, *value))
        at = value[1]
    return found.key, key_at, fields


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
