"""The files of a site, each read once for as long as it stays as it is.

Within one process a file whose size, times and inode stay is not opened again. Across processes what was made of
it is known by the digest of its bytes: the content decides, times only save the work of reading it.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from acadsite.memo import key_of
from acadsite.problems import from_plain, to_plain
from acadsite.sources import decode, load
from acadsite.stamps import is_settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acadsite.memo import Memo
    from acadsite.problems import Problem
    from acadsite.sources import Source

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Product(Generic[Made]):
    """What was made of a file, and what is wrong with its bytes."""

    value: Made
    faults: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Codec(Generic[Made]):
    """A way to make values of texts. ``make`` gets the text, ``plain`` gives a value that JSON can hold, and ``revive``
    makes the value of that and the text. ``word`` names the way, ``more`` all that it depends on besides the path
    and the text."""

    word: str
    more: str
    make: Callable[[str], Made]
    plain: Callable[[Made], Any]
    revive: Callable[[Any, str], Made]


@dataclass(frozen=True, slots=True)
class _Known:
    source: Source
    more: str
    name: tuple[str, str]
    product: Product[Any]


class Files:
    """Reads files. ``known`` are the sources that need not be looked at again while they look the same."""

    def __init__(self, root: Path, memo: Memo) -> None:
        self.root, self.memo = root, memo
        self._products: dict[tuple[str, str], _Known] = memo.kept.setdefault("products", {})
        self._texts: dict[str, tuple[Source, Product[str]]] = memo.kept.setdefault("texts", {})
        self._young: set[str] = memo.kept.setdefault("young files", set())
        self._sources: dict[str, Source] = memo.kept.get("sources", {})

    @property
    def known(self) -> dict[str, Source]:
        """The sources of the last walk, less those that were read too soon after they had changed."""
        return {path: source for path, source in self._sources.items() if path not in self._young}

    def found(self, sources: dict[str, Source]) -> None:
        """Take the sources of this walk."""
        self.memo.kept["sources"] = sources
        for known in (self._products, self._texts):
            for key in [key for key in known if (key if isinstance(key, str) else key[1]) not in sources]:
                del known[key]  # type: ignore[arg-type]

    def text(
        self,
        source: Source,
        read: Callable[[bytes, str], tuple[str, tuple[Problem, ...]]] = decode,
    ) -> Product[str]:
        """The text of a file; kept in memory."""
        known = self._texts.get(source.path)
        if known is not None and known[0] is source:
            return known[1]
        data, faults = self._load(source)
        text, more = read(data, source.path)
        product = Product(text, (*faults, *more))
        if known is not None and known[1] == product:
            product = known[1]
        self._texts[source.path] = source, product
        return product

    def known_product(self, source: Source, word: str, more: str) -> Product[Any] | None:
        """What a codec of that word made of a file, while the file stays as it is."""
        known = self._products.get((word, source.path))
        if known is None or known.source is not source or known.more != more:
            return None
        self.memo.asked.add(known.name)
        return known.product

    def product(self, source: Source, codec: Codec[Made]) -> Product[Made]:
        """What ``codec`` makes of a file."""
        known = self.known_product(source, codec.word, codec.more)
        if known is not None:
            return known
        data, faults = self._load(source)
        if faults:
            return Product(codec.make(""), faults)
        key = key_of(source.path, codec.more, hashlib.blake2b(data, digest_size=16).hexdigest())

        def revive(plain: Any) -> Product[Made]:
            value, problems = plain
            return Product(
                codec.revive(value, decode(data, source.path)[0]),
                tuple(from_plain(item) for item in problems),
            )

        product = self.memo.get(codec.word, key, revive)
        if product is None:
            text, faults = decode(data, source.path)
            product = Product(codec.make(text), faults)
            self.memo.put(codec.word, key, product, lambda made: _plain(made, codec))
        self._products[codec.word, source.path] = _Known(source, codec.more, (codec.word, key), product)
        return product

    def _load(self, source: Source) -> tuple[bytes, tuple[Problem, ...]]:
        self._young.discard(source.path)
        now = time.time_ns()
        data, faults = load(self.root, source)
        if faults or not is_settled(source.mtime_ns, source.ctime_ns, now):
            self._young.add(source.path)
        return data, faults


def _plain(product: Product[Made], codec: Codec[Made]) -> list[Any]:
    return [codec.plain(product.value), [to_plain(problem) for problem in product.faults]]
