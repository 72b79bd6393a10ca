"""Files of BibTeX → drafts of entries → a ``Library``: chunks, strings, keys, inheritance, checks; in that order, and
nothing else.

Files are read in the order given and share one scope of ``@string`` names and of keys, as for BibTeX's own list of
files; but a string is known before its definition, too. Rule: every entry of the input is in ``Library.entries`` or
named by a problem. What depends on the text of a chunk alone is a ``Reading``; with a memo, a chunk that was read
before is not read again, wherever it stands now.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import ChainMap
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from acadsite.bibtex import inheritance, lint
from acadsite.bibtex import macros as macro_text
from acadsite.bibtex.blocks import Block, Fault, read_block
from acadsite.bibtex.chunks import Cut, cut_text, recut
from acadsite.bibtex.entries import Entry, Library, Origin, Spans
from acadsite.bibtex.values import PREDEFINED, names_in, resolve
from acadsite.memo import key_of
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence

    from acadsite.bibtex.entries import Place
    from acadsite.bibtex.macros import Macros
    from acadsite.memo import Memo

#: A key becomes an address and goes into other programs: no way up, no root, no delimiters.
_SPACE = re.compile(r"(?:\s|\\n)+")
_BAD_KEY = re.compile(r"[{}%~#\",=\\]|^/|(?:^|/)\.\.(?:/|$)")
#: The fields that tie an entry to other ones.
_TIES = frozenset({"crossref", "xdata", "entryset", "ids"})
#: The kind of our results in the memo.
_KIND = "bib"
_NO_NAME = (_KIND, "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text of a chunk says by itself. ``kind`` is that of ``Block``; ``key`` is in Unicode normal form C,
    ``written`` its length in the file. ``uses`` are the names of strings that it needs, ``is_tied`` tells that it has
    a field that leads to other entries. A string or preamble has its value in ``expression``, which begins at
    ``at``. ``faults`` have their whole message."""

    kind: str
    type: str = ""
    key: str = ""
    key_at: int = 0
    written: int = 0
    uses: tuple[str, ...] = ()
    is_tied: bool = False
    faults: tuple[Fault, ...] = ()
    expression: str = ""
    at: int = 0

    @property
    def is_damaged(self) -> bool:
        """Whether a fault may have cost something."""
        return any(fault.level == "error" for fault in self.faults)


@dataclass(slots=True, eq=False)
class Piece:
    """A chunk as the memo knows it, by its ``name`` there. ``note`` is what somebody made of the entry, for the
    next time; ``block`` is kept where other entries need the fields, ``is_mended`` is that of ``Block``."""

    name: tuple[str, str]
    reading: Reading
    note: Any = None
    block: Block | None = None
    is_mended: bool = False


class Draft:
    """An entry as its file has it, with the strings that it uses put in; fields are read when they are asked for."""

    __slots__ = ("_opened", "cut", "is_damaged", "key", "number", "path", "piece", "strings")

    def __init__(self, path: str, cut: Cut, number: int, piece: Piece, strings: Mapping[str, str]) -> None:
        self.path, self.cut, self.number, self.piece, self.strings = path, cut, number, piece, strings
        self.key = piece.reading.key
        self.is_damaged = False
        self._opened: _Opened | None = None

    @property
    def type(self) -> str:
        """The word after the @, in lower case."""
        return self.piece.reading.type

    @property
    def text(self) -> str:
        """The text of the chunk."""
        return self.cut.chunk(self.number)

    @property
    def is_tied(self) -> bool:
        """Whether it has a field that leads to other entries."""
        return self.piece.reading.is_tied

    @property
    def place(self) -> tuple[str, int, int]:
        """Path, line and column of the chunk."""
        return self.path, self.cut.lines[self.number], self.cut.columns[self.number]

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other keys that it answers to."""
        return self._open().aliases if self.is_tied else ()

    @property
    def inherited(self) -> frozenset[str]:
        """The fields that it has from others."""
        return self._opened.inherited if self._opened is not None else _NOTHING

    @property
    def origin(self) -> Origin:
        """Where the chunk stands."""
        return self._open().origin

    @property
    def fields(self) -> Mapping[str, str]:
        """Raw LaTeX by the names of the fields, inherited ones last."""
        return self._open().fields

    @property
    def spans(self) -> Spans:
        """The places of the values; that of the key under the empty name."""
        return self._open().spans

    @property
    def where(self) -> Span:
        """The span of the key."""
        reading = self.piece.reading
        return self.origin.span(reading.key_at, reading.key_at + reading.written)

    def inherit(self, fields: Mapping[str, str], inherited: frozenset[str], spans: Spans) -> None:
        """Take what other entries give."""
        opened = self._open()
        opened.fields, opened.inherited, opened.spans = fields, inherited, spans

    def entry(self) -> Entry:
        """The entry, whole."""
        end = self.cut.ends[self.number]
        raw = self.text[:end] if end > 0 else self.text.rstrip()
        return Entry(self.key, self.type, self.fields, self.inherited, self.spans, raw, self.aliases)

    def _open(self) -> _Opened:
        if self._opened is None:
            self._opened = self._read()
        return self._opened

    def _read(self) -> _Opened:
        reading, origin = self.piece.reading, Origin(*self.place, self.text)
        block = self.piece.block or read_block(origin.text, self.cut.ends[self.number])
        self.piece.block = block if reading.is_tied else None
        fields: dict[str, str] = {}
        places: dict[str, Place] = {"": (origin, reading.key_at, reading.key_at + reading.written)}
        for name, value, start, _ in block.fields:
            if name not in fields:
                is_group = value[0] == "{" and "#" not in value
                fields[name] = (value[1:-1] if is_group else resolve(value, self.strings)[0]).strip()
                places[name] = (origin, start, start + len(value))
        aliases = _aliases(fields.get("ids", "")) if reading.is_tied else ()
        return _Opened(origin, fields, Spans(places), aliases)


@dataclass(slots=True)
class _Opened:
    """What is read of an entry when it is asked for."""

    origin: Origin
    fields: Mapping[str, str]
    spans: Spans
    aliases: tuple[str, ...]
    inherited: frozenset[str] = frozenset()


_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Survey:
    """All drafts of some files in their order, with what they inherit, and the problems met so far."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    strings: Mapping[str, str]
    macros: Macros


def read(
    files: Sequence[tuple[str, str]],
    macros: Macros | None = None,
    memo: MutableMapping[str, Block] | None = None,
) -> Library:
    """Read .bib files, given as (path, text) in their order; text as ``encoding.decode_bytes`` gives it.

    ``macros`` are LaTeX macros from a macro file (``macros.parse``); they win over those of preambles. ``memo``
    keeps blocks by the text of their chunk between calls, so that one edited entry costs one entry.
    """
    found = survey(files, macros, blocks=memo)
    entries = [draft.entry() for draft in found.drafts]
    damaged = {draft.key for draft in found.drafts if draft.is_damaged}
    problems = (*found.problems, *lint.check(entries, found.macros, damaged))
    return Library(tuple(entries), problems, found.strings, found.macros)


def survey(
    files: Sequence[tuple[str, str]],
    macros: Macros | None = None,
    memo: Memo | None = None,
    revive: Callable[[Any], Any] | None = None,
    blocks: MutableMapping[str, Block] | None = None,
) -> Survey:
    """The first half of ``read``: everything but a look at the fields. ``revive`` makes a note of its plain value
    (see ``Piece``); ``blocks`` is the memo of ``read``."""
    pieces = _Pieces(memo, revive or _same, blocks)
    reader = _Reader([(path, *pieces.of(path, text)) for path, text in files])
    for number in range(len(files)):
        reader.file(number)
    known = macro_text.parse("\n".join(reader.preambles)) if reader.preambles else macro_text.NO_MACROS
    if macros is not None:
        known |= macros
    for draft in reader.drafts if reader.damaged else ():
        draft.is_damaged = draft.key in reader.damaged
    reader.problems += inheritance.resolve(reader.drafts)
    return Survey(tuple(reader.drafts), tuple(reader.problems), reader.strings, known)


_DEFINES = re.compile(r"@++\s*+(?:string|preamble)", re.IGNORECASE)


def survey_part(
    cuts: Sequence[tuple[str, Cut]], macros: Macros | None, memo: Memo, part: int, parts: int
) -> tuple[list[Draft], Macros]:
    """The drafts of one of several equal parts of files (path, cut), counted from 0, for processes that share the work;
    and the LaTeX macros of all. Entries that are tied to other ones are left out. What the memo gets, ``survey``
    finds."""
    whole = sum(len(cut.text) for _, cut in cuts)
    first, last = whole * part // parts, whole * (part + 1) // parts
    pieces = _Pieces(memo, _same, None)
    given: list[tuple[str, Cut, Sequence[Piece | None]]] = []
    before = 0
    for path, cut in cuts:
        wanted = [
            pieces.piece(memo, cut.chunk(number), cut.ends[number])
            if first <= before + start < last or _DEFINES.match(cut.text, start)
            else None
            for number, start in enumerate(cut.starts)
        ]
        given.append((path, cut, wanted))
        before += len(cut.text)
    reader = _Reader(given)
    for number in range(len(cuts)):
        reader.file(number)
    known = macro_text.parse("\n".join(reader.preambles)) if reader.preambles else macro_text.NO_MACROS
    drafts = [draft for draft in reader.drafts if not draft.is_tied]
    for draft in drafts:
        draft.is_damaged = draft.key in reader.damaged
    return drafts, known if macros is None else known | macros


# --- chunks ---


def _reading(block: Block) -> Reading:
    """What a block says by itself."""
    who = f"{block.key}: " if block.key else ""
    faults = [fault._replace(message=who + fault.message) for fault in block.faults]
    if block.kind != "entry":
        if not block.fields or block.kind not in {"string", "preamble"}:
            return Reading(block.kind, block.type, block.key, faults=tuple(faults))
        (field,) = block.fields
        uses = names_in(field.value)
        return Reading(
            block.kind, block.type, block.key, block.key_start, len(block.key), uses, False, tuple(faults),
            field.value, field.start,
        )  # fmt: skip
    seen: set[str] = set()
    uses = ()
    for name, value, _, name_start in block.fields:
        if name in seen:
            message = f"{who}the field {quote(name)} stands here twice; the first one counts"
            faults.append(
                Fault("warning", "bib-duplicate-field", message, name_start, name_start + len(name),
                      "Delete one of them.")
            )  # fmt: skip
            continue
        seen.add(name)
        if value[0] != "{" or "#" in value:
            uses += names_in(value)
    key = unicodedata.normalize("NFC", block.key)
    reason = _wrong_with(key)
    if reason:
        message, end = f"the key {quote(key)} {reason}", block.key_start + len(block.key)
        hint = "Use letters, digits and - _ : . + / only."
        faults.append(Fault("warning", "bib-bad-key", message, block.key_start, end, hint))
    return Reading(
        "entry", block.type, key, block.key_start, len(block.key), tuple(dict.fromkeys(uses)),
        not _TIES.isdisjoint(seen), tuple(faults),
    )  # fmt: skip


def _wrong_with(key: str) -> str:
    """What is wrong with a key, or nothing."""
    if " " in key or not key.isprintable():
        return "holds a space" if key.isprintable() else "holds a character that cannot be seen"
    return "holds what no key may hold" if _BAD_KEY.search(key) else ""


def _plain(piece: Piece) -> list[Any]:
    reading = piece.reading
    return [
        reading.kind, reading.type, reading.key, reading.key_at, reading.written, reading.uses, reading.is_tied,
        reading.faults, reading.expression, reading.at, None if piece.note is None else piece.note.plain(),
    ]  # fmt: skip


def _revived(name: tuple[str, str], plain: Any, revive: Callable[[Any], Any]) -> Piece:
    kind, word, key, key_at, written, uses, is_tied, faults, expression, at, note = plain
    faults = tuple(Fault(*fault) for fault in faults)
    reading = Reading(kind, word, key, key_at, written, tuple(uses), is_tied, faults, expression, at)
    return Piece(name, reading, None if note is None else revive(note))


def keep_note(memo: Memo, piece: Piece, note: Any) -> None:
    """Keep what was made of an entry. A note has a method ``plain`` that gives its JSON value."""
    piece.note = note
    memo.put(*piece.name, piece, _plain)


def cuts_of(files: Sequence[tuple[str, str]], memo: Memo) -> list[tuple[str, Cut]]:
    """Files, given as (path, text), with their chunks; the next ``survey`` of them uses these."""
    cuts = [(path, cut_text(text)) for path, text in files]
    memo.kept.update((f"cut {path}", cut) for path, cut in cuts)
    return cuts


def keep_pieces(memo: Memo, pieces: Iterable[Piece]) -> None:
    """Keep pieces that were made elsewhere."""
    for piece in pieces:
        memo.put(*piece.name, piece, _plain)


def _same(note: Any) -> Any:
    return note


class _Pieces:
    """The chunks of files, read: those that were read before come from the memo."""

    def __init__(self, memo: Memo | None, revive: Callable[[Any], Any], blocks: Any) -> None:
        self.memo, self.revive, self.blocks = memo, revive, blocks

    def of(self, path: str, text: str) -> tuple[Cut, list[Piece]]:
        """The chunks of one file."""
        memo = self.memo
        if memo is None:
            cut = cut_text(text)
            return cut, [self.read(_NO_NAME, cut.chunk(at), cut.ends[at]) for at in range(len(cut))]
        files: dict[str, tuple[Cut, list[Piece]]] = memo.kept.setdefault("bib files", {})
        known = files.get(path)
        if known is None:
            cut, head, tail = memo.kept.pop(f"cut {path}", None) or cut_text(text), 0, 0
            if cut.text != text:
                cut = cut_text(text)
        else:
            cut, head, tail = recut(text, known[0])
        pieces = known[1][:head] if known and head else []
        pieces += [self.piece(memo, cut.chunk(at), cut.ends[at]) for at in range(head, len(cut) - tail)]
        if known and tail:
            pieces += known[1][len(known[1]) - tail :]
        memo.asked.update([piece.name for piece in pieces])
        files[path] = cut, pieces
        return cut, pieces

    def piece(self, memo: Memo, text: str, end: int) -> Piece:
        """One chunk, from the memo or read. A remark behind a block is nothing to it, unless there is a fault."""
        tail = text[end:] if end > 0 else "@"
        is_alone = "@" not in tail and tail.lstrip()[:1] not in {"}", ","}
        name = (_KIND, key_of(text[:end], "") if is_alone else key_of(text, str(end)))
        found = self.known(memo, name)
        if found is None:
            found = self.read(name, text, end)
            if found.is_mended and is_alone:
                found.name = (_KIND, key_of(text, str(end)))
                found = self.known(memo, found.name) or found
            memo.put(*found.name, found, _plain)
        return found

    def known(self, memo: Memo, name: tuple[str, str]) -> Piece | None:
        return memo.get(*name, partial(_revived, name, revive=self.revive))

    def read(self, name: tuple[str, str], text: str, end: int) -> Piece:
        """One chunk, read."""
        block = self.blocks.get(text) if self.blocks is not None else None
        if block is None:
            block = read_block(text, end)
            if self.blocks is not None:
                self.blocks[text] = block
        kept = block if block.kind == "entry" else None
        return Piece(name, _reading(block), None, kept, block.is_mended)


class _Reader:
    def __init__(self, files: Sequence[tuple[str, Cut, Sequence[Piece | None]]]) -> None:
        self.files = files
        self.strings = dict(PREDEFINED)
        #: The first definition of each string in any file, and its place; looked for when one is missed.
        self.ahead: dict[str, str] | None = None
        self.ahead_at: dict[str, Span] = {}
        self.preambles: list[str] = []
        self.drafts: list[Draft] = []
        self.problems: list[Problem] = []
        self.by_key: dict[str, Draft] = {}
        self.by_folded: dict[str, Draft] = {}
        self.damaged: set[str] = set()
        self.hints = 10

    def file(self, number: int) -> None:
        path, cut, pieces = self.files[number]
        no_strings: Mapping[str, str] = {}
        for at, piece in enumerate(pieces):
            if piece is None:
                continue
            reading = piece.reading
            kind = reading.kind
            if reading.faults:
                self._faults(reading, Origin(path, cut.lines[at], cut.columns[at], cut.chunk(at)),
                             is_truncated=at + 1 == len(pieces) and cut.ends[at] < 0)  # fmt: skip
            if kind == "entry":
                draft = Draft(path, cut, at, piece, no_strings)
                if reading.uses:
                    draft.strings = self._known(reading, draft)
                self._entry(draft)
            elif reading.expression:
                draft = Draft(path, cut, at, piece, no_strings)
                value = resolve(reading.expression, self._known(reading, draft))[0]
                if kind == "string":
                    self.strings[reading.key] = value
                else:
                    self.preambles.append(value)

    def _faults(self, reading: Reading, origin: Origin, *, is_truncated: bool) -> None:
        for fault in reading.faults:
            self.problems.append(_problem(fault, origin, reading.key, is_truncated=is_truncated))
        if reading.is_damaged:
            self.damaged.add(reading.key)

    def _known(self, reading: Reading, draft: Draft) -> Mapping[str, str]:
        """The strings that a chunk uses. What is defined later is used and reported."""
        known = {name: self.strings[name] for name in reading.uses if name in self.strings}
        if len(known) < len(reading.uses):
            if self.ahead is None:
                self.ahead = self._look_ahead()
            self._late(reading, draft, known)
            known |= {
                name: self.ahead[name] for name in reading.uses if name in self.ahead.keys() - known.keys()
            }
        return known

    def _late(self, reading: Reading, draft: Draft, known: Mapping[str, str]) -> None:
        """Report the names that no string before has, in the order of the fields."""
        if reading.kind == "entry":
            block = draft.piece.block or read_block(draft.text, draft.cut.ends[draft.number])
            fields = {field.name: (field.value, field.start) for field in reversed(block.fields)}
            values = [(name, *fields[name]) for name in dict.fromkeys(field.name for field in block.fields)]
        else:
            values = [("", reading.expression, reading.at)]
        origin = Origin(
            *draft.place, draft.text
        )  # the draft's own would read its fields, without the strings
        for field, value, start in values:
            for name in resolve(value, known)[1]:
                self._missing(reading, origin, field, name, start)

    def _missing(self, reading: Reading, origin: Origin, field: str, name: str, start: int) -> None:
        begin = max(start, origin.text.find(name, start))
        where = origin.span(begin, begin + len(name))
        inside = f" in {quote(field)}" if field else ""
        who = f"{reading.key}: " if reading.key else ""
        later = self.ahead_at.get(name.lower())
        if later is None:
            message = f"{who}undefined @string {quote(name)}{inside}"
            hint = self._nearest(name) or f"Define it before, or write {{{name}}}."
            self.problems.append(warning("bib-undefined-string", message, where, hint))
        elif later.path == origin.path:
            message = f"{who}the @string {quote(name)}{inside} is defined below, at {later}"
            hint = "LaTeX needs the definition first: move it up."
            self.problems.append(warning("bib-late-string", message, where, hint))

    def _look_ahead(self) -> dict[str, str]:
        """The first definition of each string in any file. A folder is read in the order of its files' names,
        which says nothing of which file needs which."""
        found: dict[str, str] = {}
        known = ChainMap(found, PREDEFINED)
        for path, cut, pieces in self.files:
            for at, piece in enumerate(pieces):
                if piece is None:
                    continue
                reading = piece.reading
                if reading.kind == "string" and reading.expression and reading.key not in found:
                    found[reading.key] = resolve(reading.expression, known)[0]
                    origin = Origin(path, cut.lines[at], cut.columns[at], cut.chunk(at))
                    self.ahead_at[reading.key] = origin.span(reading.key_at)
        return found

    def _nearest(self, name: str) -> str:
        """A hint with the nearest string. Looking for it is slow, so only the first few problems get one."""
        self.hints -= 1
        return did_you_mean(name, self.strings) if self.hints >= 0 else ""

    def _entry(self, draft: Draft) -> None:
        key = draft.key
        if not key:
            self._without_key(draft)
            key = draft.key
        earlier = self.by_key.setdefault(key, draft)
        if earlier is not draft:
            self._again(draft, earlier)
            return
        same = self.by_folded.setdefault(key.casefold(), draft)
        if same is not draft:
            self.problems.append(
                error(
                    "bib-key-case",
                    f"the key {quote(key)} differs from {quote(same.key)} ({same.where}) only in case",
                    draft.where,
                    "Give one of the two another key: both would get the same address.",
                )
            )
        self.drafts.append(draft)

    def _without_key(self, draft: Draft) -> None:
        digest = hashlib.sha256(draft.text.strip().encode("utf-8", "surrogatepass")).hexdigest()
        draft.key = f"nokey-{digest[:8]}"
        title = draft.fields.get("title", "")
        self.problems.append(
            warning(
                "bib-empty-key",
                f"the entry {quote(title) + ' ' if title else ''}has no key",
                draft.origin.span(draft.piece.reading.key_at),
                f"Write @{draft.type}{{a-key, …}}.",
            )
        )

    def _again(self, draft: Draft, earlier: Draft) -> None:
        """Report an entry whose key is taken."""
        key = draft.key
        title = quote(draft.fields.get("title", key))
        if _SPACE.sub(" ", str(draft.fields)) == _SPACE.sub(" ", str(earlier.fields)):
            again = f"the entry {quote(key)} stands here again, just as at {earlier.where}"
            self.problems.append(warning("bib-duplicate-entry", again, draft.where, "Delete one of the two."))
            return
        self.problems.append(
            error(
                "bib-duplicate-key",
                f"the key {quote(key)} is taken by {earlier.where}; this entry ({title}) is left out",
                draft.where,
                "Give one of the two another key, or delete it.",
            )
        )


def _aliases(ids: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in (part.strip() for part in ids.split(",")) if part))


def _problem(fault: Fault, origin: Origin, key: str, *, is_truncated: bool) -> Problem:
    code, message, hint = fault.code, fault.message, fault.hint
    if is_truncated and code == "bib-unclosed-brace":
        who = f"{key}: " if key else ""
        code, message, hint = (
            "bib-truncated",
            f"{who}the file ends inside this entry",
            "Is the end of the file missing?",
        )
    make = error if fault.level == "error" else warning
    return make(code, message, origin.span(fault.start, fault.end), hint)
