"""Records: frozen, JSON-able values with an identity, made from nodes by a schema.

A ``Record`` is one publication, talk, post, person …; ``data`` is deeply frozen and is all that a page can show
of it; ``spans`` say where each field stands and are in no digest, so that moving a line changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

from acadsite.problems import Problem, Span, error, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acadsite.schema import Schema
    from acadsite.sources import Node

Value = Any  # None, bool, int, float, str, tuple of values, FrozenMap of values
Shared = TypeVar("Shared")
Origin = tuple[str, int, int]  # path, line, column: where a text begins


class FrozenMap(dict[str, Value]):
    """A dict that cannot change: hashable by content, and picklable for worker processes."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))

    def __reduce__(self) -> tuple[Any, tuple[tuple[str, ...], tuple[Value, ...]]]:
        # The keys travel once for all maps that have the same.
        return (_frozen, (shared(tuple(self)), tuple(self.values())))

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a FrozenMap cannot change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


def _frozen(keys: tuple[str, ...], values: tuple[Value, ...]) -> FrozenMap:
    return FrozenMap(zip(_interned(keys), values, strict=True))


@lru_cache(maxsize=4096)
def _interned(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(intern(key) for key in keys)


def freeze(value: object) -> Value:
    """``value`` with every dict as ``FrozenMap`` and every list as tuple."""
    if isinstance(value, (str, int)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return tuple([item if type(item) is str else freeze(item) for item in value])
    if isinstance(value, (dict, Mapping)):
        return FrozenMap(
            {intern(str(key)): item if type(item) is str else freeze(item) for key, item in value.items()}
        )
    return value


def thaw(value: Value) -> Any:
    """The inverse of ``freeze``: dicts and lists, ready for ``json.dumps``."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    return value


def canonical(value: Value) -> str:
    """A value as JSON with sorted keys: equal values give equal text."""
    return json.dumps(thaw(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Value) -> str:
    """32 hexadecimal digits (BLAKE2b) of the canonical form."""
    return hashlib.blake2b(canonical(value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """One thing of a collection. ``id`` is unique in it. ``spans`` maps a field name to its place, and names
    joined by dots to the places inside it ("publications.2", "links.Notes"); the empty name is the place of
    the record itself."""

    collection: str
    id: str
    data: FrozenMap
    spans: Mapping[str, Span] = field(default_factory=dict, compare=False)

    @property
    def where(self) -> Span:
        """Where the record begins."""
        return self.spans.get("") or Span("")

    @property
    def path(self) -> str:
        """The file in which the record begins; empty where it is in none."""
        if isinstance(self.spans, Places):
            return self.spans.parts[0][1][0]
        return self.where.path

    def place(self, *path: str | int) -> Span:
        """Where a field, or an item in it, stands; else the nearest thing around it that has a place."""
        return place_in(self.spans, *path) or self.where


class Marks(NamedTuple):
    """Places of named values within one text: line, column, end line and end column of each name, one after the
    other, 1-based; 0 for an end that is not known."""

    names: tuple[str, ...]
    numbers: Sequence[int]


class Places(Mapping[str, Span]):
    """Spans by name, made when asked for: most never are.

    ``parts`` are marks, each with where its text begins: path, line, column. No name is in two parts.
    """

    __slots__ = ("parts",)

    def __init__(self, *parts: tuple[Marks, Origin]) -> None:
        self.parts = parts

    def __getitem__(self, name: str) -> Span:
        for (names, numbers), (path, line, column) in self.parts:
            if name in names:
                at = 4 * names.index(name)
                first, start, last, end = numbers[at : at + 4]
                start += column - 1 if first == 1 else 0
                end += column - 1 if last == 1 else 0
                return Span(path, first + line - 1, start, last and last + line - 1, end)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(marks.names for marks, _ in self.parts)

    def __len__(self) -> int:
        return sum(len(marks.names) for marks, _ in self.parts)

    def plain(self) -> list[Any]:
        """The places as JSON can hold them."""
        return [[marks.names, list(marks.numbers), *origin] for marks, origin in self.parts]

    @classmethod
    def revived(cls, plain: Iterable[Any]) -> Places:
        """The inverse of ``plain``."""
        return cls(
            *(
                (Marks(shared(tuple(names)), array("I", numbers)), (path, line, column))
                for names, numbers, path, line, column in plain
            )
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Places):
            if self.parts == other.parts:
                return True
            mine, others = self.parts, other.parts
            if len(mine) == len(others) and all(
                one[0] is two[0] for one, two in zip(mine, others, strict=True)
            ):
                return False  # it stands elsewhere
        return isinstance(other, Mapping) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]


@lru_cache(maxsize=16384)
def shared(value: Shared) -> Shared:
    """``value``, one object for all that are equal: the same names come again and again."""
    return value


def place_in(spans: Mapping[str, Span], *path: str | int) -> Span | None:
    """The place of the value at ``path``, or of the nearest value around it that has one."""
    names = [str(name) for name in path]
    while names:
        found = spans.get(".".join(names))
        if found is not None:
            return found
        names.pop()
    return None


def places_of(node: Node) -> Places:
    """As ``spans_of``, for a mapping of one file, in little room."""
    numbers = array("I")
    names = []
    for name, span in spans_of(node).items():
        names.append(name)
        numbers.extend((span.line, span.column, span.end_line, span.end_column))
    return Places((Marks(shared(tuple(names)), numbers), (node.span.path, 1, 1)))


def spans_of(node: Node) -> dict[str, Span]:
    """Places of all values inside a mapping, by the keys and numbers that lead there, joined by dots; the empty
    key is the mapping itself."""
    spans = {"": node.span}
    _enter(spans, node.value, "")
    return spans


def _enter(spans: dict[str, Span], value: object, prefix: str) -> None:
    items: Iterable[tuple[object, Node]]
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, tuple):
        items = enumerate(value)
    else:
        return
    for key, item in items:
        path = f"{prefix}{key}"
        spans[path] = item.span
        if not isinstance(item.value, str):
            _enter(spans, item.value, f"{path}.")


def from_node(
    collection: str, schema: Schema, node: Node, id_of: Any, problems: list[Problem]
) -> Record | None:
    """A record from a mapping node; ``id_of`` gives its id from the checked data.

    A wrong value counts as an absent one: its error keeps the site from being published anyway, and what refers
    to the record finds it. None (with a problem) where the node is no mapping, lacks a required value, or gives
    no usable id.
    """
    if not isinstance(node.value, dict):
        message = f"Each item of {collection} must be “key: value” lines."
        first = next((field.name for field in schema.fields if field.required), "")
        hint = f"Write “{first}: ” before it." if first and isinstance(node.value, str) else ""
        problems.append(error("record-kind", message, node.span, hint))
        return None
    before = len(problems)
    data = schema.read(node, problems)
    if any(field.required and data[field.name] is None for field in schema.fields):
        return None
    wanted = id_of(data)
    identifier = segment(wanted)
    if not identifier and any(problem.level == "error" for problem in problems[before:]):
        return None  # the value that would give the id is wrong, and that is said
    if not identifier:
        given = node.get("id")
        source = quote(given.raw) if given is not None and given.raw else "this record"
        problems.append(
            error(
                "record-id",
                f"No name for an address can be made from {source}.",
                given.span if given is not None else node.span,
                "Give the record an “id” of letters and digits.",
            )
        )
        return None
    data["id"] = identifier
    return Record(collection, identifier, freeze(data), places_of(node))


# --- names for addresses ---

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?\Z", re.IGNORECASE)
_LONGEST = 120
#: What is a segment already, whatever else may be.
_SEGMENT = re.compile(r"[A-Za-z0-9_](?:[.-]?[A-Za-z0-9_]|(?!))*+")


@lru_cache(maxsize=1 << 16)
def segment(text: str) -> str:
    """``text`` as one segment of an address and a file name that every system takes; empty if nothing is left.

    Letters and digits of any script, ``.``, ``_`` and ``-`` stay, case stays, the rest becomes ``-``. The
    result is NFC, has no leading or trailing dot or dash, is no reserved name of Windows, and long ones are
    cut with a digest at the end. Equal up to this function means the same address: see ``library``.
    """
    text = str(text)
    if len(text) <= _LONGEST and _SEGMENT.fullmatch(text) and not _RESERVED.match(text):
        return text
    kept = "".join(
        char if char in "._-" or _is_word(char) else "-" for char in unicodedata.normalize("NFC", text)
    )
    kept = re.sub(r"-{2,}", "-", kept).strip("-.")
    kept = re.sub(r"\.{2,}", ".", kept)
    if _RESERVED.match(kept):  # “nul.txt” is as reserved as “nul”
        stem, dot, rest = kept.partition(".")
        kept = f"{stem}_{dot}{rest}"
    if len(kept.encode("utf-8")) > _LONGEST:
        mark = hashlib.blake2b(kept.encode(), digest_size=4).hexdigest()
        kept = kept.encode()[: _LONGEST - 9].decode("utf-8", "ignore").rstrip("-.") + "-" + mark
    return kept


def _is_word(char: str) -> bool:
    """Whether a character is a letter, mark or digit of any script."""
    return unicodedata.category(char)[0] in "LMN"


@lru_cache(maxsize=1 << 16)
def slug(text: str) -> str:
    """``text`` as a lower-case segment: accents of Latin letters are dropped, other scripts stay as they are.

    “+” and “#” after a letter become “plus” and “sharp”, so that C++ and C# differ from C.
    """
    text = re.sub(r"(?<=\w)\+\+", "-plus-plus", text)
    text = re.sub(r"(?<=\w)[#♯](?!\w)", "-sharp", text)
    text = text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    text = text.replace("æ", "ae").replace("Æ", "Ae").replace("’", "").replace("'", "")
    letters: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        # What is no letter becomes a dash: a mark on it would be one on ASCII the next time.
        before = letters[-1] if letters else ""
        if unicodedata.combining(char) and before and (before.isascii() or not _is_word(before)):
            continue
        letters.append(char)
    return segment(unicodedata.normalize("NFC", "".join(letters)).lower().replace(".", "-").replace("_", "-"))


def nfc(text: str) -> str:
    """``text`` in composed form, as ids are: what people type may be decomposed (macOS)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The form in which two addresses are the same on some file system: NFC, without case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
