"""``where:`` of a section as the conditions of a query: ``kind: article``, ``year: ">= 2019"``, ``tags: [ai, ml]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.records import FrozenMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMPARED: Final = re.compile(r"(<=|>=|!=|==?|<|>)\s*(.*)", re.DOTALL)

#: What a field holds that says nothing.
EMPTY: Final = (None, "", (), FrozenMap())

Condition = tuple[str, str, Any]


def conditions(where: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions as (field, operation, value). A field that holds a list is asked whether it has the value; a list
    of values means any of them. Dates are compared as precisely as they are written: ``date: ">= 2019-05"``. No value
    asks for records whose field says nothing, ``"!="`` alone for the others."""
    for name, value in where.items():
        found = _COMPARED.fullmatch(value.strip()) if isinstance(value, str) else None
        if found and found[1] in {"<", "<=", ">", ">="}:
            yield (name, found[1], _number(found[2]))
        elif found and found[1] == "!=":
            for spelling in _spellings(found[2]):
                yield (name, "not", spelling)
        elif found:
            yield (name, "any", _spellings(found[2]))
        elif isinstance(value, tuple):
            yield (name, "any", tuple(dict.fromkeys(one for item in value for one in _spellings(item))))
        else:
            yield (name, "any", _spellings(value))


def _spellings(value: Any) -> tuple[Any, ...]:
    """What a value may be in a record: numbers may be text there, and a field that is not set says no."""
    if value is None or value == "":
        return EMPTY
    word = str(value).casefold()
    if word in {"false", "no", "off"}:
        return (value, False, None) if isinstance(value, str) else (False, None)
    if word in {"true", "yes", "on"}:
        return (value, True) if isinstance(value, str) else (True,)
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, str(value))
    if isinstance(value, str) and isinstance(_number(value), int):
        return (_number(value), value)
    return (value,)


def _number(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text
