"""The land of the world for maps: from Natural Earth to ``src/acadsite/kinds/land.txt``.

In: the land of Natural Earth at 1:50 million as TopoJSON, such as ``land-50m.json`` of the npm package world-atlas 2
(Natural Earth 4.1; its data are in the public domain). Out: our own file, simplified after Visvalingam and Whyatt
(“Line generalisation by repeated elimination of points”, 1993) and coded as ``acadsite.kinds.land`` reads it.

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python tools/land.py package/land-50m.json
"""

from __future__ import annotations

import heapq
import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from acadsite.kinds.land import FILE, UNITS, written

Point = tuple[float, float]

HEADER = """\
# The land of the world without borders and lakes, for maps. Made by tools/land.py from Natural Earth (1:50m, land,
# version 4.1; naturalearthdata.com), which is in the public domain.
"""
#: Points that stand for less than this are left out: square kilometres of the triangle with their neighbours.
DETAIL = 46.0
#: Islands that are smaller are left out.
ISLAND = 90.0
#: Square kilometres of a square degree at the equator.
DEGREE = 111.2**2


def rings(topology: dict[str, Any]) -> list[list[Point]]:
    """The rings of all polygons of the object “land”, closed, in degrees."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(line)
    found: list[list[Point]] = []
    for shape in topology["objects"]["land"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            for numbers in polygon:
                ring: list[Point] = []
                for number in numbers:
                    line = arcs[number] if number >= 0 else arcs[~number][::-1]
                    ring += line[1:] if ring else line
                found.append(unrolled(ring))
    return found


def unrolled(ring: list[Point]) -> list[Point]:
    """A ring without jumps at the date line, where it goes on over 180 degrees; Antarctica, which goes around the
    world, with its pole."""
    turn = 0
    found = ring[:1]
    for (before, _), (x, y) in pairwise(ring):
        turn += -360 if x - before > 180 else 360 if x - before < -180 else 0
        found.append((x + turn, y))
    if turn:
        found += [(found[-1][0], -90.0), (found[0][0], -90.0)]
    middle = (min(x for x, _ in found) + max(x for x, _ in found)) / 2
    home = 360 * round(middle / 360)
    return [(x - home, y) for x, y in found]


def area(a: Point, b: Point, c: Point) -> float:
    """Square kilometres of a small triangle."""
    narrow = math.cos(math.radians((a[1] + b[1] + c[1]) / 3))
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2 * narrow * DEGREE


def size(ring: list[Point]) -> float:
    """Square kilometres of a ring, roughly."""
    narrow = math.cos(math.radians(sum(y for _, y in ring) / len(ring)))
    double = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return abs(double) / 2 * narrow * DEGREE


def simplified(ring: list[Point], least: float) -> list[Point]:
    """The ring without the points whose triangles are smaller than ``least``, the smallest first. Corners at the pole
    stay."""
    points = ring[:-1] if ring[0] == ring[-1] else ring
    number = len(points)
    before = [(at - 1) % number for at in range(number)]
    after = [(at + 1) % number for at in range(number)]
    sizes = [area(points[before[at]], points[at], points[after[at]]) for at in range(number)]
    heap = [(sizes[at], at) for at in range(number) if points[at][1] > -90]
    heapq.heapify(heap)
    gone = [False] * number
    left = number
    while heap and left > 4:
        value, at = heapq.heappop(heap)
        if gone[at] or value != sizes[at]:
            continue
        if value >= least:
            break
        gone[at] = True
        left -= 1
        one, other = before[at], after[at]
        after[one], before[other] = other, one
        for near in (one, other):
            if points[near][1] > -90:
                # Never below what went before, so that one sharp corner does not hide a bay.
                sizes[near] = max(value, area(points[before[near]], points[near], points[after[near]]))
                heapq.heappush(heap, (sizes[near], near))
    return [point for point, is_gone in zip(points, gone, strict=True) if not is_gone]


def main(source: str) -> None:
    """Write the file, and say how large it is."""
    kept = []
    for ring in rings(json.loads(Path(source).read_text(encoding="utf-8"))):
        if size(ring) >= ISLAND:
            whole = [(round(x * UNITS), round(y * UNITS)) for x, y in simplified(ring, DETAIL)]
            line = [point for at, point in enumerate(whole) if point != whole[at - 1]]
            if len(line) > 2:
                kept.append(line)
    kept.sort(key=lambda ring: (-len(ring), ring))
    text = HEADER + "".join(f"{written(ring)}\n" for ring in kept)
    FILE.write_text(text, encoding="ascii")
    print(f"{FILE}: {len(kept)} rings, {sum(map(len, kept)):,} points, {len(text):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
