"""Files of BibTeX → a ``Library``: chunks, strings, keys, inheritance, checks; in that order, and nothing else.

Files are read in the order given and share one scope of ``@string`` names and of keys, as for BibTeX's own list of
files; but a string is known before its definition, too. Rule: every entry of the input is in ``Library.entries`` or
named by a problem.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import ChainMap
from typing import TYPE_CHECKING

from acadsite.bibtex import inheritance, lint
from acadsite.bibtex import macros as macro_text
from acadsite.bibtex.blocks import Block, Fault, read_block
from acadsite.bibtex.chunks import Chunk, cut
from acadsite.bibtex.entries import Entry, Library, Origin, Spans
from acadsite.bibtex.values import PREDEFINED, resolve
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from acadsite.bibtex.macros import Macros

#: A key becomes an address and goes into other programs: no way up, no root, no delimiters.
_SPACE = re.compile(r"(?:\s|\\n)+")
_BAD_KEY = re.compile(r"[{}%~#\",=\\]|^/|(?:^|/)\.\.(?:/|$)")


def read(
    files: Sequence[tuple[str, str]],
    macros: Macros | None = None,
    memo: MutableMapping[str, Block] | None = None,
) -> Library:
    """Read .bib files, given as (path, text) in their order; text as ``encoding.decode_bytes`` gives it.

    ``macros`` are LaTeX macros from a macro file (``macros.parse``); they win over those of preambles. ``memo``
    keeps blocks by the text of their chunk between calls, so that one edited entry costs one entry.
    """
    reader = _Reader([(path, cut(text)) for path, text in files], memo)
    for path, chunks in reader.files:
        reader.file(path, chunks)
    known = macro_text.parse("\n".join(reader.preambles)) if reader.preambles else macro_text.NO_MACROS
    if macros is not None:
        known |= macros
    entries, problems = inheritance.resolve(reader.entries)
    reader.problems += problems
    reader.problems += lint.check(entries, known, reader.damaged)
    return Library(tuple(entries), tuple(reader.problems), reader.strings, known)


_STRING = re.compile(r"@++\s*+string\s*+[{(]", re.IGNORECASE)


class _Reader:
    def __init__(self, files: list[tuple[str, list[Chunk]]], memo: MutableMapping[str, Block] | None) -> None:
        self.files = files
        self.memo = memo
        self.strings = dict(PREDEFINED)
        #: The first definition of each string in any file, and its place; looked for when one is missed.
        self.ahead: dict[str, str] | None = None
        self.ahead_at: dict[str, Span] = {}
        self.preambles: list[str] = []
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.by_key: dict[str, Entry] = {}
        self.by_folded: dict[str, Entry] = {}
        self.damaged: set[str] = set()
        self.hints = 10

    def file(self, path: str, chunks: Sequence[Chunk]) -> None:
        for number, chunk in enumerate(chunks):
            block = self._block(chunk)
            origin = Origin(path, chunk.line, chunk.column, chunk.text)
            is_last = number + 1 == len(chunks)
            for fault in block.faults:
                self.problems.append(
                    _problem(fault, origin, block.key, is_truncated=is_last and chunk.end < 0)
                )
            if any(fault.level == "error" for fault in block.faults):
                self.damaged.add(block.key)
            if block.kind == "entry":
                self._entry(block, origin, chunk)
            elif block.kind == "string" and block.fields:
                self._string(block, origin)
            elif block.kind == "preamble" and block.fields:
                self.preambles.append(self._value(block.fields[0].value, block, 0, origin))

    def _block(self, chunk: Chunk) -> Block:
        if self.memo is None:
            return read_block(chunk.text, chunk.end)
        block = self.memo.get(chunk.text)
        if block is None:
            block = self.memo[chunk.text] = read_block(chunk.text, chunk.end)
        return block

    def _value(self, expression: str, block: Block, number: int, origin: Origin) -> str:
        value, missing = resolve(expression, self.strings)
        if not missing:
            return value
        if self.ahead is None:
            self.ahead = self._look_ahead()
        value, _ = resolve(expression, ChainMap(self.strings, self.ahead))
        for name in missing:
            field = block.fields[number]
            start = max(field.start, origin.text.find(name, field.start))
            where = origin.span(start, start + len(name))
            inside = f" in {quote(field.name)}" if block.kind == "entry" else ""
            later = self.ahead_at.get(name.lower())
            if later is None:
                self.problems.append(
                    warning(
                        "bib-undefined-string",
                        f"{_whose(block)}undefined @string {quote(name)}{inside}",
                        where,
                        self._nearest(name) or f"Define it before, or write {{{name}}}.",
                    )
                )
            elif later.path == origin.path:
                self.problems.append(
                    warning(
                        "bib-late-string",
                        f"{_whose(block)}the @string {quote(name)}{inside} is defined below, at {later}",
                        where,
                        "LaTeX needs the definition first: move it up.",
                    )
                )
        return value

    def _look_ahead(self) -> dict[str, str]:
        """The first definition of each string in any file. A folder is read in the order of its files' names,
        which says nothing of which file needs which."""
        found: dict[str, str] = {}
        known = ChainMap(found, PREDEFINED)
        for path, chunks in self.files:
            for chunk in chunks:
                if _STRING.match(chunk.text) is None:
                    continue
                block = self._block(chunk)
                if block.kind == "string" and block.fields and block.key not in found:
                    found[block.key] = resolve(block.fields[0].value, known)[0]
                    origin = Origin(path, chunk.line, chunk.column, chunk.text)
                    self.ahead_at[block.key] = origin.span(block.key_start)
        return found

    def _nearest(self, name: str) -> str:
        """A hint with the nearest string. Looking for it is slow, so only the first few problems get one."""
        self.hints -= 1
        return did_you_mean(name, self.strings) if self.hints >= 0 else ""

    def _string(self, block: Block, origin: Origin) -> None:
        self.strings[block.key] = self._value(block.fields[0].value, block, 0, origin)

    def _entry(self, block: Block, origin: Origin, chunk: Chunk) -> None:
        fields: dict[str, str] = {}
        key = block.key
        places = {"": (origin, block.key_start, block.key_start + len(key))}
        for number, field in enumerate(block.fields):
            start = field.start
            if field.name in fields:
                self.problems.append(
                    warning(
                        "bib-duplicate-field",
                        f"{_whose(block)}the field {quote(field.name)} stands here twice; the first one counts",
                        origin.span(field.name_start, field.name_start + len(field.name)),
                        "Delete one of them.",
                    )
                )
                continue
            fields[field.name] = self._value(field.value, block, number, origin).strip()
            places[field.name] = (origin, start, start + len(field.value))
        if not key:
            digest = hashlib.sha256(chunk.text.strip().encode("utf-8", "surrogatepass")).hexdigest()
            key = f"nokey-{digest[:8]}"
            title = fields.get("title", "")
            self.problems.append(
                warning(
                    "bib-empty-key",
                    f"the entry {quote(title) + ' ' if title else ''}has no key",
                    origin.span(block.key_start),
                    f"Write @{block.type}{{a-key, …}}.",
                )
            )
        else:
            key = unicodedata.normalize("NFC", key)
            self._check_key(key, origin, block)
        raw = chunk.text[: chunk.end] if chunk.end > 0 else chunk.text.rstrip()
        entry = Entry(
            key, block.type, fields, frozenset(), Spans(places), raw, _aliases(fields.get("ids", ""))
        )
        earlier = self.by_key.get(key)
        if earlier is not None:
            place = origin.span(*places[""][1:])
            title = quote(fields.get("title", key))
            if _SPACE.sub(" ", str(fields)) == _SPACE.sub(" ", str(dict(earlier.fields))):
                again = f"the entry {quote(key)} stands here again, just as at {earlier.where}"
                self.problems.append(warning("bib-duplicate-entry", again, place, "Delete one of the two."))
                return
            self.problems.append(
                error(
                    "bib-duplicate-key",
                    f"the key {quote(key)} is taken by {earlier.where}; this entry ({title}) is left out",
                    place,
                    "Give one of the two another key, or delete it.",
                )
            )
            return
        self.by_key[key] = entry
        folded = key.casefold()
        same = self.by_folded.setdefault(folded, entry)
        if same is not entry:
            self.problems.append(
                error(
                    "bib-key-case",
                    f"the key {quote(key)} differs from {quote(same.key)} ({same.where}) only in case",
                    entry.where,
                    "Give one of the two another key: both would get the same address.",
                )
            )
        self.entries.append(entry)

    def _check_key(self, key: str, origin: Origin, block: Block) -> None:
        if " " in key or not key.isprintable():
            reason = "holds a space" if key.isprintable() else "holds a character that cannot be seen"
        elif _BAD_KEY.search(key):
            reason = "holds what no key may hold"
        else:
            return
        self.problems.append(
            warning(
                "bib-bad-key",
                f"the key {quote(key)} {reason}",
                origin.span(block.key_start, block.key_start + len(key)),
                "Use letters, digits and - _ : . + / only.",
            )
        )


def _whose(block: Block) -> str:
    return f"{block.key}: " if block.key else ""


def _aliases(ids: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in (part.strip() for part in ids.split(",")) if part))


def _problem(fault: Fault, origin: Origin, key: str, *, is_truncated: bool) -> Problem:
    code, message, hint = fault.code, fault.message, fault.hint
    if is_truncated and code == "bib-unclosed-brace":
        code, message, hint = (
            "bib-truncated",
            "the file ends inside this entry",
            "Is the end of the file missing?",
        )
    who = f"{key}: " if key else ""
    make = error if fault.level == "error" else warning
    return make(code, who + message, origin.span(fault.start, fault.end), hint)
