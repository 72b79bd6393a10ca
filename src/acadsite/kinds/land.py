"""The land of the world, for maps: rings of points out of ``land.txt``, which ``tools/land.py`` made.

Each line is a ring: the way from point to point (the first from 0, 0), longitude and latitude in 1/50 of a degree. A
number is doubled, one less for those below zero, and written in digits to the base of 46, the lowest first; all but
the last digit are 46 higher. A digit is a character of ASCII from “!” on, without quote and backslash.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Of a degree.
UNITS: Final = 50
FILE: Final = Path(__file__).with_name("land.txt")
_BASE: Final = 46
_DIGITS: Final = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\')
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}

Ring = tuple[tuple[float, float], ...]


def written(ring: Iterable[tuple[int, int]]) -> str:
    """A ring of points in units as a line."""
    found = []
    before = (0, 0)
    for point in ring:
        for here, there in zip(point, before, strict=True):
            step = here - there
            number = 2 * step if step >= 0 else -2 * step - 1
            while number >= _BASE:
                found.append(_DIGITS[_BASE + number % _BASE])
                number //= _BASE
            found.append(_DIGITS[number])
        before = point
    return "".join(found)


def read(line: str) -> Ring:
    """The inverse of ``written``, in degrees: longitude and latitude of each point."""
    steps = []
    number, place = 0, 1
    for digit in line:
        value = _VALUES[digit]
        if value >= _BASE:
            number += (value - _BASE) * place
            place *= _BASE
        else:
            number += value * place
            steps.append(-(number + 1) // 2 if number % 2 else number // 2)
            number, place = 0, 1
    x = y = 0
    points = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x / UNITS, y / UNITS))
    return tuple(points)


@lru_cache(maxsize=1)
def land() -> tuple[Ring, ...]:
    """All rings, continents and islands, and the seas in them; the inside is where an odd number of them is around."""
    lines = FILE.read_text(encoding="ascii").splitlines()
    return tuple(read(line) for line in lines if line and not line.startswith("# "))
