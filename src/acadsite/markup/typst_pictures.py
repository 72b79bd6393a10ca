"""Pictures for Typst. It takes files that are text only, so pictures of dots are put into an SVG.

In: the bytes of a picture file. Out: an SVG that Typst takes, and its size; or nothing for what is no picture.
"""

from __future__ import annotations

import base64
import re
import struct
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET


class PictureFile(NamedTuple):
    """An SVG, and its size in pixels of CSS (0: not known)."""

    data: bytes
    width: float
    height: float


_SVG: Final = "{http://www.w3.org/2000/svg}"
_LINKS: Final = ("href", "{http://www.w3.org/1999/xlink}href")
_SIZE: Final = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|Q|)\s*")
_PIXELS: Final = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
    "Q": 2.4 / 2.54,
}
#: Turned and mirrored as EXIF says, by the number there: the matrix of SVG for a picture of one by one.
_TURNS: Final = {
    2: "-1 0 0 1 1 0", 3: "-1 0 0 -1 1 1", 4: "1 0 0 -1 0 1", 5: "0 1 1 0 0 0", 6: "0 1 -1 0 1 0", 7: "0 -1 -1 0 1 1",
    8: "0 -1 1 0 0 1",
}  # fmt: skip


def picture_file(data: bytes) -> PictureFile | None:
    """A PNG, JPEG, GIF, WebP or SVG as Typst takes it."""
    for kind, size_of in (("png", _png), ("jpeg", _jpeg), ("gif", _gif), ("webp", _webp)):
        found = size_of(data)
        if found is not None:
            width, height, turn = found
            return (
                _wrapped(data, kind, width, height, turn)
                if 0 < width < 1 << 16 and 0 < height < 1 << 16
                else None
            )
    return _vector(data)


def _wrapped(data: bytes, kind: str, width: int, height: int, turn: int) -> PictureFile:
    shown = (height, width) if turn > 4 else (width, height)
    # The picture fills one by one, is turned there, and all of it is stretched to its size.
    turned = f' transform="matrix({_TURNS[turn]})"' if turn in _TURNS else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{shown[0]}"'
        f' height="{shown[1]}" viewBox="0 0 1 1" preserveAspectRatio="none"><image width="1" height="1"'
        f' preserveAspectRatio="none"{turned} xlink:href="data:image/{kind};base64,'
    )
    return PictureFile(head.encode() + base64.b64encode(data) + b'"/></svg>', *shown)


def _png(data: bytes) -> tuple[int, int, int] | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height, 1


def _gif(data: bytes) -> tuple[int, int, int] | None:
    if data[:6] not in {b"GIF87a", b"GIF89a"} or len(data) < 13:
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return width, height, 1


def _webp(data: bytes) -> tuple[int, int, int] | None:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1, 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF, 1


def _jpeg(data: bytes) -> tuple[int, int, int] | None:
    """The size in the header of the frame, and the turn that EXIF tells."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at, turn = 2, 1
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height, turn
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turn = _orientation(data[at + 10 : at + 2 + length])
        at += 2 + length if marker != 0xFF else 1
    return None


def _orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(min(count, 100)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * at)
            if tag == 0x0112:
                return int(value)
    except struct.error:
        pass
    return 1


def _vector(data: bytes) -> PictureFile | None:
    """An SVG without what Typst would look for elsewhere."""
    if b"<svg" not in data[:65536] and b":svg" not in data[:65536]:
        return None
    try:
        root = ET.fromstring(data)  # noqa: S314 - expat bounds entities
    except (ET.ParseError, LookupError, ValueError):
        return None
    if root.tag != f"{_SVG}svg":
        return None
    is_changed = False
    for parent in list(root.iter()):
        for child in list(parent):
            if (
                isinstance(child.tag, str)
                and child.tag in {f"{_SVG}image", f"{_SVG}feImage"}
                and _is_elsewhere(child)
            ):
                parent.remove(child)
                is_changed = True
    box = root.get("viewBox", "").replace(",", " ").split()
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    if len(box) == 4 and not (width and height):
        try:
            wide, tall = float(box[2]), float(box[3])
        except ValueError:
            wide = tall = 0.0
        if wide > 0 and tall > 0:
            width, height = (
                (width, width * tall / wide)
                if width
                else (height * wide / tall, height)
                if height
                else (wide, tall)
            )
    try:
        data.decode()
    except UnicodeDecodeError:
        is_changed = True
    if is_changed:
        ET.register_namespace("", _SVG[1:-1])
        data = ET.tostring(root, encoding="utf-8")
    return PictureFile(data, width, height)


def _is_elsewhere(element: ET.Element) -> bool:
    return any(not element.get(name, "data:").startswith(("data:", "#")) for name in _LINKS)


def _pixels(text: str) -> float:
    found = _SIZE.fullmatch(text)
    return float(found[1]) * _PIXELS[found[2]] if found else 0.0
