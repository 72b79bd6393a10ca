"""Regular expressions mean the same in each version of Python that we promise.

Before 3.11.5 (cpython#106052), a possessive repetition of a group went on behind what its last, failed try had seen:
``(?:a|b(?!b))*+`` took both of ``bb``. Debian 12 has 3.11.2. A last alternative that always fails, ``|(?!)``, puts
the position back: each such group ends with it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from re import _constants, _parser  # type: ignore[attr-defined] # how `re` itself reads a pattern
from typing import TYPE_CHECKING, Any

import acadsite

if TYPE_CHECKING:
    from collections.abc import Iterator


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(acadsite.__path__, "acadsite."):
        if module.name.endswith("__main__"):
            continue
        for name, value in sorted(vars(importlib.import_module(module.name)).items()):
            for found in value.values() if isinstance(value, dict) else (value,):
                if isinstance(found, re.Pattern):
                    yield f"{module.name}.{name}", found


def unsafe(parsed: Any) -> Iterator[Any]:
    """Possessive groups that do not end with ``|(?!)``; one character or class alone is no group."""
    if isinstance(parsed, _parser.SubPattern):
        for operator, arguments in parsed:
            if operator is _constants.POSSESSIVE_REPEAT and not _is_plain(arguments[2]):
                yield arguments[2]
            yield from unsafe(arguments)
    elif isinstance(parsed, (list, tuple)):
        for item in parsed:
            yield from unsafe(item)


def _is_plain(body: Any) -> bool:
    while len(body) == 1 and body[0][0] is _constants.SUBPATTERN:
        body = body[0][1][-1]
    if len(body) != 1:
        return False
    operator, arguments = body[0]
    if operator is _constants.BRANCH:
        last = arguments[1][-1]
        return len(last) == 1 and (
            last[0][0] is _constants.FAILURE
            or (last[0][0] is _constants.ASSERT_NOT and not len(last[0][1][1]))
        )
    single = {_constants.IN, _constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.CATEGORY}
    return operator in single


def test_what_is_looked_for_is_found() -> None:
    def wrong(pattern: str) -> int:
        return len(list(unsafe(_parser.parse(pattern))))

    assert [wrong(pattern) for pattern in (r"(?:a|b(?!b))*+", r"x(?:(?:ab)?+|c)*", r"(a(?:b{2}|c)++)")] == [
        1,
        1,
        1,
    ]
    assert [wrong(pattern) for pattern in (r"a*+[bc]++.?+", r"(?:ab|(?!))*+", r"(?:(?:ab)+|c)*")] == [0, 0, 0]


def test_possessive_groups_put_the_position_back() -> None:
    found = {
        name: pattern.pattern
        for name, pattern in patterns()
        if list(unsafe(_parser.parse(pattern.pattern, pattern.flags)))
    }
    assert found == {}
