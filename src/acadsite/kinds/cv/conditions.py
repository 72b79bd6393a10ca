"""``where:`` of a section as the conditions of a query: ``kind: article``, ``year: ">= 2019"``, ``tags: [ai, ml]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMPARED: Final = re.compile(r"(<=|>=|!=|<|>)\s*(.+)", re.DOTALL)


def conditions(where: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The conditions as (field, operation, value). A field that holds a list is asked whether it has the value; a list
    of values means any of them."""
    for name, value in where.items():
        if isinstance(value, tuple):
            yield (name, "any", value)
        elif isinstance(value, str) and (found := _COMPARED.fullmatch(value.strip())):
            yield (name, found[1], _number(found[2].strip()))
        else:
            yield (name, "is", value)


def _number(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text
