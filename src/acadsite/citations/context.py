"""What a compiled style reads and writes while it prints one item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.citations.locales import Locale
    from acadsite.citations.records import Person, Record
    from acadsite.citations.tree import Nodes


@dataclass(frozen=True, slots=True)
class Detail:
    """What tells an item from others that would print the same: more names, longer given names (1: initials, 2: in
    full), the ``disambiguate`` condition, the letter at the year."""

    names: int = 0
    given: Mapping[tuple[str, Person], int] = field(default_factory=dict)
    condition: bool = False
    suffix: str = ""


NOTHING = Detail()


@dataclass(frozen=True, slots=True)
class Substitute:
    """The names of the entry before (the names, and the names with a sign for "et al."), and what stands for them."""

    text: str
    rule: str
    before: tuple[str, ...]
    all_before: tuple[str, ...]


@dataclass(slots=True)
class Context:
    """One run over one item. The first block is given, the second is kept while running."""

    record: Record
    locale: Locale
    area: str
    #: ``page-range-format`` of the style.
    page_form: str = ""
    detail: Detail = NOTHING
    number: int = 0
    positions: frozenset[str] = frozenset()
    locator: str = ""
    label: str = "page"
    note: int = 0
    first_note: int = 0
    hides_names: bool = False
    substitute: Substitute | None = None
    sorts: bool = False
    #: ``et-al-min``, ``et-al-use-first``, ``et-al-use-last`` of a sort key; empty for none.
    key: Mapping[str, str] = field(default_factory=dict)

    called: int = 0
    given: int = 0
    hidden: set[str] = field(default_factory=set)
    used: list[str] | None = None
    #: The first names that were printed: nodes, each name as text, the same with a sign for "et al.".
    names: Nodes | None = None
    each_name: tuple[str, ...] = ()
    all_names: tuple[str, ...] = ()
    #: Persons printed: variable, the person, whether first of the cite, the rules of names.
    shown: list[tuple[str, Person, bool, Any]] = field(default_factory=list)
    hidden_names: int = 0
    has_suffix: bool = False
    numbered: bool = False


Run: TypeAlias = "Callable[[Context], Nodes]"
