"""Images: what a picture file is, and the files that a site publishes of it.

In: the bytes of a file. Out: an ``Image`` (kind, size as it is shown, what is wrong with it), and the bytes of its
renditions, which carry neither EXIF data nor places nor colour profiles. The same bytes in give the same bytes out,
with one version of Pillow. Files are untrusted: what is too large, cut off or no picture ends in a fault, never in an
exception. Pillow is imported where pixels are read, and nowhere else.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import warnings
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

#: What pictures end with, and what each of them should be.
KINDS: Final = {
    ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".webp": "webp", ".gif": "gif", ".avif": "avif", ".svg": "svg",
}  # fmt: skip
#: Pictures that browsers do not show.
FOREIGN: Final = (".tif", ".tiff", ".bmp", ".heic", ".heif", ".psd", ".eps", ".pdf", ".jxl")
#: Kinds that are encoded anew, in several widths.
DEVELOPED: Final = frozenset({"jpeg", "png", "webp"})
NAMES: Final = {
    "jpeg": "a JPEG", "png": "a PNG", "webp": "a WebP", "gif": "a GIF", "avif": "an AVIF", "svg": "an SVG",
}  # fmt: skip
#: A file of one kilobyte can unfold to gigabytes: more pixels, or more bytes, than these are not read. A JPEG can be
#: decoded at a part of its size; of others all pixels are in memory.
MOST_PIXELS: Final = 120_000_000
_MOST_WHOLE: Final = 50_000_000
MOST_BYTES: Final = 100_000_000
#: Of so many colours in a sample is a drawing at most.
_DRAWING: Final = 1_500
_SVG: Final = "{http://www.w3.org/2000/svg}svg"
_LENGTH: Final = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|Q|)\s*")
_PIXELS: Final = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "Q": 2.4 / 2.54,
}  # fmt: skip
_SCRIPT: Final = re.compile(rb"<script|<foreignObject|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Image:
    """What a file is: its ``kind``, its size in pixels of CSS as it is shown (0: not known), whether it moves, and the
    digest of its bytes. A ``fault`` says in a sentence why it cannot be published, ``note`` what is odd of one that
    can."""

    kind: str
    width: int = 0
    height: int = 0
    is_moving: bool = False
    digest: str = ""
    fault: str = ""
    hint: str = ""
    note: str = ""

    def plain(self) -> list[Any]:
        """As values of JSON."""
        return [
            self.kind,
            self.width,
            self.height,
            self.is_moving,
            self.digest,
            self.fault,
            self.hint,
            self.note,
        ]

    @classmethod
    def revive(cls, plain: list[Any]) -> Image:
        """The inverse of ``plain``."""
        return cls(*plain)


class Rendition(NamedTuple):
    """A file that is published of a picture: its path, kind and size. Without a width it is the original."""

    path: str
    kind: str
    width: int = 0
    height: int = 0


class Undeveloped(Exception):  # noqa: N818
    """The pixels of a picture cannot be read; the text is a sentence that says why."""


# --- what a file is ---


def image_of(data: bytes, name: str, *, is_strict: bool = False) -> Image:
    """The picture in ``data``, in a file of that name; ``is_strict`` refuses drawings with scripts."""
    expected = KINDS.get(name[name.rfind(".") :].lower(), "")
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    found = next((image for read in _READERS if (image := read(data)) is not None), None)
    if found is None:
        return Image("", digest=digest, fault="It is no picture, or none that browsers show.")
    kind, width, height, is_moving, fault = found
    hint = note = ""
    most = MOST_PIXELS if kind == "jpeg" else _MOST_WHOLE
    if not fault and kind != "svg" and width * height > most:
        fault = f"It has {width * height // 1_000_000} million pixels."
        hint = f"Make it smaller: at most {most // 1_000_000} million are read."
    if not fault and kind == "svg" and is_strict and _SCRIPT.search(data):
        fault, hint = "It has a script.", "“markup: html: sanitize” in site.yaml lets none through."
    if not fault and (is_moving or kind == "avif") and _has_exif(data, kind):
        fault = "It has EXIF data, which may tell where it was taken."
        hint = "Remove them, or save it as JPEG: that is encoded anew without."
    if not fault and kind != expected:
        if {kind, expected} <= DEVELOPED and not is_moving:
            note = f"It is {NAMES[kind]}, and is made {NAMES[expected]}, as its name says."
        else:
            fault = f"It is {NAMES[kind]}, not what its name says."
            hint = f"Let its name end with {next(ending for ending, one in KINDS.items() if one == kind)}."
    return Image(kind, width, height, is_moving, digest, fault, hint, note)


#: Kind, width, height, whether it moves, and why it cannot be used.
_Found = tuple[str, int, int, bool, str]
_CUT: Final = "The file is cut off."


def _png(data: bytes) -> _Found | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    if len(data) < 33:
        return "png", 0, 0, False, _CUT
    width, height = struct.unpack(">II", data[16:24])
    is_moving = b"acTL" in data[33:4096]
    return "png", width, height, is_moving, "" if b"IEND\xaeB`\x82" in data[-64:] else _CUT


def _gif(data: bytes) -> _Found | None:
    if data[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    if len(data) < 14:
        return "gif", 0, 0, False, _CUT
    width, height = struct.unpack("<HH", data[6:10])
    return "gif", width, height, False, "" if b"\x3b" in data[-16:] else _CUT


def _webp(data: bytes) -> _Found | None:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    fault = "" if len(data) >= 30 and int.from_bytes(data[4:8], "little") + 8 <= len(data) else _CUT
    kind, is_moving = data[12:16], False
    if kind == b"VP8X":
        is_moving = bool(data[20] & 2) if len(data) > 20 else False
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return "webp", width, height, is_moving, fault


def _jpeg(data: bytes) -> _Found | None:
    """The size is in the header of the frame; EXIF may say that it lies on its side."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at, turn = 2, 1
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            width, height = (height, width) if turn > 4 else (width, height)
            # Cameras put more behind the picture, such as its preview.
            return "jpeg", width, height, False, "" if b"\xff\xd9" in data[at:] else _CUT
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turn = _orientation(data[at + 10 : at + 2 + length])
        at += 2 + length if marker != 0xFF else 1
    return "jpeg", 0, 0, False, _CUT


def _orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    with suppress(struct.error):
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(min(count, 100)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * at)
            if tag == 0x0112:
                return int(value) if 1 <= value <= 8 else 1
    return 1


def _avif(data: bytes) -> _Found | None:
    """The size is in the property “ispe” (ISO/IEC 23008-12, 6.5.3); of several pictures the largest is meant."""
    if data[4:8] != b"ftyp" or not {b"avif", b"avis"} & {data[at : at + 4] for at in range(8, 40, 4)}:
        return None
    sizes = [
        struct.unpack(">II", data[found.end() + 4 : found.end() + 12])
        for found in re.finditer(b"ispe", data[:65536])
        if found.end() + 12 <= len(data)
    ]
    width, height = max(sizes, default=(0, 0))
    return "avif", width, height, data[8:12] == b"avis", "" if sizes else _CUT


def _svg(data: bytes) -> _Found | None:
    """The size is that of the root, which is all that is read of it."""
    head = data[:65536]
    if b"<svg" not in head and b":svg" not in head:
        return None
    reader: Any = ET.XMLPullParser(["start"])
    root = None
    with suppress(ET.ParseError, LookupError, ValueError):
        reader.feed(head)
        root = next((found for _, found in reader.read_events()), None)
    if not isinstance(root, ET.Element):
        return "svg", 0, 0, False, "It is no XML."
    if root.tag != _SVG:
        fault = "It has no “xmlns”, without which browsers show nothing." if root.tag == "svg" else _CUT
        return "svg", 0, 0, False, fault
    fault = "" if b"</" in data[-200:] or data.rstrip().endswith(b"/>") else _CUT
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    box = root.get("viewBox", "").replace(",", " ").split()
    wide = tall = 0.0
    if len(box) == 4:
        with suppress(ValueError):
            wide, tall = float(box[2]), float(box[3])
    if wide > 0 and tall > 0 and not (width and height):
        width, height = (
            (width, width * tall / wide)
            if width
            else (height * wide / tall, height)
            if height
            else (wide, tall)
        )
    is_known = 0 < width < 1e6 and 0 < height < 1e6
    return "svg", *((max(1, round(width)), max(1, round(height))) if is_known else (0, 0)), False, fault


def _length(text: str) -> float:
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _PIXELS[found[2]] if found else 0.0


_READERS: Final[tuple[Callable[[bytes], _Found | None], ...]] = (_png, _jpeg, _webp, _gif, _avif, _svg)


def _has_exif(data: bytes, kind: str) -> bool:
    mark = {"png": b"eXIf", "webp": b"EXIF", "avif": b"Exif"}.get(kind)
    return mark is not None and mark in (data if kind != "avif" else data[:65536])


# --- what is published of it ---


def renditions(image: Image, path: str, widths: Sequence[int]) -> tuple[Rendition, ...]:
    """The files of a picture at ``path``: that one first, for readers that take no other, and those of several widths,
    none above that of the original. What is not encoded anew has one."""
    if image.kind not in DEVELOPED or image.is_moving or not image.width:
        return (Rendition(path, image.kind),)
    largest = min(image.width, max(widths, default=image.width))
    own = KINDS[path[path.rfind(".") :].lower()]
    first = Rendition(path, own, largest, _height(image, largest))
    chosen = sorted({width for width in widths if width < largest})
    if not chosen and (not widths or own == "webp"):
        return (first,)
    if own != "webp":
        chosen.append(largest)
    return (
        first,
        *(Rendition(f"{path}.{width}.webp", "webp", width, _height(image, width)) for width in chosen),
    )


def _height(image: Image, width: int) -> int:
    return max(1, round(image.height * width / image.width))


def develop(data: bytes, wanted: Iterable[Rendition], quality: int) -> list[bytes]:
    """The bytes of the renditions ``wanted`` of a picture. Raises ``Undeveloped``."""
    wanted = list(wanted)
    if all(not one.width for one in wanted):
        return [data for _ in wanted]
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
                pixels = _Pixels(picture, max(one.width for one in wanted))
            return [pixels.encoded(one, quality) for one in wanted]
    # Decoders raise whatever they like for bytes that are no picture.
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, ZeroDivisionError,
            struct.error, Pillow.DecompressionBombError, AssertionError, OverflowError) as failure:  # fmt: skip
        reason = str(failure).strip().rstrip(".") or type(failure).__name__
        raise Undeveloped(f"Its pixels cannot be read: {reason}.") from None


class _Pixels:
    """The pixels of a picture, upright and in sRGB."""

    def __init__(self, picture: Any, largest: int) -> None:
        from PIL import Image as Pillow

        turn = picture.getexif().get(0x0112, 1)
        long_side = largest * max(picture.size) // max(1, picture.size[1 if turn in range(5, 9) else 0])
        picture.draft("RGB", (long_side, long_side))  # a JPEG can be decoded at a half, a quarter, an eighth
        picture.load()
        is_png = picture.format == "PNG"
        picture = _plain(picture)
        self.is_drawing = is_png and _is_drawing(picture)
        picture = _in_srgb(picture)
        turns = {
            2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270",
            7: "TRANSVERSE", 8: "ROTATE_90",
        }  # fmt: skip
        if turn in turns:
            picture = picture.transpose(Pillow.Transpose[turns[turn]])
        self.picture = picture

    def encoded(self, wanted: Rendition, quality: int) -> bytes:
        """A rendition; drawings keep their colours and lines as they are."""
        from PIL import Image as Pillow

        picture, size = self.picture, (wanted.width, wanted.height)
        if picture.size != size:
            picture = picture.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=3.0)
        out = io.BytesIO()
        match wanted.kind:
            case "webp" if self.is_drawing:
                picture.save(out, "WEBP", lossless=True, quality=60, method=3, exact=False)
            case "webp":
                picture.save(out, "WEBP", quality=quality, method=2)
            case "png":
                picture.save(out, "PNG", optimize=self.is_drawing)
            case _:
                picture = _opaque(picture)
                picture.save(out, "JPEG", quality=min(95, quality + 3), progressive=True, optimize=True)
        return out.getvalue()


def _is_drawing(picture: Any) -> bool:
    from PIL import Image as Pillow

    size = (min(256, picture.width), min(256, picture.height))
    small = picture.resize(size, Pillow.Resampling.NEAREST)
    return small.getcolors(_DRAWING) is not None


def _plain(picture: Any) -> Any:
    """The picture in a mode that all formats know; its profile, which still holds, in ``info``."""
    profile = picture.info.get("icc_profile")
    mode = picture.mode
    if mode.startswith("I") or mode == "F":  # 16 bits
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
        profile = None
    elif "transparency" in picture.info or mode in {"PA", "LA", "La", "RGBa", "RGBA"}:
        picture = picture.convert("RGBA")
    elif mode in {"1", "L"}:
        picture = picture.convert("L")
    elif mode not in {"CMYK", "RGB"}:
        picture = picture.convert("RGB")
    picture.info = {"icc_profile": profile} if profile else {}
    return picture


def _in_srgb(picture: Any) -> Any:
    """The colours of the picture in sRGB, and no profile."""
    profile = picture.info.pop("icc_profile", None)
    if profile and picture.mode != "L":
        from PIL import ImageCms

        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            picture = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _opaque(picture: Any) -> Any:
    """A picture on white."""
    from PIL import Image as Pillow

    if picture.mode != "RGBA":
        return picture
    ground = Pillow.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


@cache
def encoder() -> str:
    """What the bytes of renditions depend on besides their pictures."""
    from importlib.metadata import version

    return f"1 pillow {version('pillow')}"


# --- what was encoded before ---


@dataclass(slots=True)
class Store:
    """Bytes by key in files of a folder. It only saves work: what is not there, or damaged, is made again."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """The bytes of a key, or None."""
        try:
            data = (self.folder / key).read_bytes()
        except OSError:
            return None
        return data[16:] if _check(data[16:]) == data[:16] else None

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes."""
        waiting = self.folder / f"{key}.new"
        with suppress(OSError):  # a full disk will be told of by what must be written
            self.folder.mkdir(exist_ok=True)
            waiting.write_bytes(_check(data) + data)
            waiting.replace(self.folder / key)

    def keep(self, keys: frozenset[str]) -> None:
        """Drop what has none of these keys."""
        with suppress(OSError):
            for path in list(self.folder.iterdir()):
                if path.name not in keys:
                    path.unlink()


def store_of(root: Path) -> Store | None:
    """What was encoded for the site in a folder, where something was built there."""
    folder = root / ".acadsite"
    return Store(folder / "pictures") if folder.is_dir() else None


def _check(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
