"""Pictures of one build: those that lie beside the texts of ``content/``, and those of ``content/static/``.

A picture beside a text is published where somebody shows it, at its path below ``content/``: ``content/posts/a.jpg`` at
``/posts/a.jpg``; photos in several widths (``images``). What a page needs to know of it is the answer to the key
“picture”, what its files are made of that to the key “pixels”: another photo of the same size renders no page again.
"""

from __future__ import annotations

import posixpath
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from acadsite import images
from acadsite.collect.notebooks import cut_out
from acadsite.graph import href_of
from acadsite.images import Image, Rendition, image_of, renditions
from acadsite.markup import Picture
from acadsite.memo import Memo, key_of
from acadsite.problems import Problem, Span, quote, warning
from acadsite.sources import decode, load
from acadsite.stamps import is_settled
from acadsite.track import ROOT, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from acadsite.config import Config
    from acadsite.sources import Source

#: What may be the name of a picture, without its folders.
_NAME: Final = re.compile(r"[^\s/()\[\]<>\"'{}|\\]+\.(?:png|jpe?g|gif|webp|avif|svg)", re.IGNORECASE)
_CONTENT = "content/"
_STATIC = "content/static/"


def is_picture(path: str) -> bool:
    """Whether a file of the content has the name of a picture that browsers show."""
    return path[path.rfind(".") :].lower() in images.KINDS


def pictures_beside(sources: Mapping[str, Source], static: Mapping[str, Source]) -> dict[str, Source]:
    """The pictures beside texts, by the paths at which they may be published: less those at whose paths there is
    another file."""
    found = {
        path.removeprefix(_CONTENT): source
        for path, source in sources.items()
        if is_picture(path) and not path.startswith(_STATIC)
    }
    return {path: source for path, source in found.items() if path not in static}


@dataclass(slots=True)
class Pictures:
    """The pictures of a build. ``beside`` are those beside texts, ``static`` those that are published as they are, by
    their paths in the output; ``sources`` are all files of the content."""

    root: Path
    config: Config
    beside: Mapping[str, Source]
    static: Mapping[str, Source]
    sources: Mapping[str, Source]
    memo: Memo
    _images: dict[str, Image] = field(default_factory=dict)

    def look(self, texts: Iterable[str]) -> None:
        """Read what is to be known of the pictures that these texts name, before anything is rendered."""
        by_name: dict[str, list[str]] = {}
        for path in (*self.beside, *(path for path in self.static if is_picture(path))):
            by_name.setdefault(posixpath.basename(path), []).append(path)
        if not by_name:
            return
        named: set[str] = set()
        for text in texts:
            if "](" in text or "src" in text:
                named.update(map(unquote, _NAME.findall(text)))
        for name in sorted(named & by_name.keys()):
            for path in by_name[name]:
                dark = self._dark(path)
                for one in (path, dark) if dark else (path,):
                    self._image(one)

    def settle(self) -> None:
        """Look at all pictures whose files are new: while bodies and pages are made nothing is read."""
        for path in (*self.beside, *filter(is_picture, self.static)):
            self._image(path)
        if self.beside:
            images.encoder()

    # --- what pages show ---

    def find(self, path: str) -> str | None:
        """The path in the output of the picture at ``path`` of the site or its content, beside the texts."""
        inner = path.removeprefix(_CONTENT)
        return inner if inner in self.beside else None

    def show(self, path: str, place: Span | None) -> Picture | None:
        """What is to be known of the picture at a path of the output to show it: None where it cannot be shown, which
        is told for ``place``."""
        current().note("picture", path)
        image = self._image(path)
        if image is None:
            return None
        if path in self.beside:
            current().links.append(("picture", path))
            current().report(self._faults(path, image, place))
        if image.fault:
            return None
        dark = self._dark(path)
        return self._picture(path, image, self.show(dark, place) if dark else None)

    def _picture(self, path: str, image: Image, dark: Picture | None) -> Picture:
        files = self.renditions(path)
        first, others = files[0], files[1:]
        if not first.width or path not in self.beside:
            return Picture(_address(path), image.width, image.height, dark=dark)
        settings = self.config["images"]
        if first.kind == "webp":
            others = (*others, first)
        return Picture(
            _address(path),
            first.width,
            first.height,
            tuple((_address(one.path), one.width) for one in others)
            if len(others) > 1 or first.kind != "webp"
            else (),
            "" if first.kind == "webp" else "image/webp",
            str(settings["sizes"]),
            dark,
        )

    def _dark(self, path: str) -> str:
        """The path of the picture that takes the place of this one on dark pages."""
        stem, ending = posixpath.splitext(path)
        dark = f"{stem}.dark{ending}"
        return dark if not stem.endswith(".dark") and (dark in self.beside or dark in self.static) else ""

    def _faults(self, path: str, image: Image, place: Span | None) -> list[Problem]:
        where, name = place or Span(_CONTENT + path), quote(posixpath.basename(path))
        if image.fault:
            message = f"The picture {name} is not published. {image.fault}"
            return [warning("image-unusable", message, where, image.hint)]
        if image.note:
            hint = f"The file is {_CONTENT}{path}."
            return [warning("image-kind", f"The picture {name} has a wrong name. {image.note}", where, hint)]
        return []

    # --- what is made of them ---

    def renditions(self, path: str) -> tuple[Rendition, ...]:
        """The files that are published of the picture at ``path``; none of one that cannot be."""
        image = self._image(path)
        if image is None or image.fault:
            return ()
        return renditions(image, path, self.config["images"]["widths"])

    def data(self, path: str) -> bytes:
        """The bytes of a picture."""
        source = self.beside.get(path) or self.static.get(path)
        return self._load(source)[0] if source is not None else b""

    def key(self, path: str, rendition: Rendition) -> str:
        """The digest of all that the bytes of a file are made of."""
        image, quality = self._image(path), str(self.config["images"]["quality"])
        size = f"{rendition.width}x{rendition.height}"
        return key_of(image.digest if image else "", rendition.kind, size, quality, images.encoder())

    def mark(self, path: str) -> str:
        """A digest of what a picture shows, and how."""
        first = next(iter(self.renditions(path)), None)
        return self.key(path, first) if first is not None else ""

    def apart(self) -> Pictures:
        """The same, with what is known of the files, and a memo of its own."""
        return replace(self, memo=Memo(), _images=dict(self._images))

    # --- answers ---

    def shape(self, path: str) -> Any:
        """What pages show of a picture, as a plain value."""
        image = self._image(path)
        if image is None:
            return None
        files = [(one.path, one.width, one.height) for one in self.renditions(path)]
        about = (image.kind, image.width, image.height, image.is_moving, image.fault, image.hint, image.note)
        return (*about, files, path in self.beside, self.config["images"]["sizes"], self._dark(path))

    def size(self, path: str) -> tuple[int, int] | None:
        """Width and height of a picture as it is shown; None where it cannot be."""
        image = self._image(path)
        return (image.width, image.height) if image is not None and not image.fault else None

    def pixels(self, path: str) -> Any:
        """What the files of a picture are made of, as a plain value."""
        image = self._image(path)
        settings = self.config["images"]
        return image and (
            image.digest,
            image.fault,
            settings["quality"],
            [tuple(one) for one in self.renditions(path)],
        )

    def _image(self, path: str) -> Image | None:
        found = self._images.get(path)
        if found is None:
            source = self.beside.get(path) or self.static.get(path)
            if source is None:
                return None
            found = self._images[path] = self._read(source)
        return found

    def _read(self, source: Source) -> Image:
        """What a file is. One that looks the same is not read again, in this process or another."""
        mode = str(self.config["markup"]["html"])
        looks = f"{source.size}:{source.mtime_ns}:{source.ctime_ns}:{source.inode}"
        if source.part:  # its name is the digest of its bytes
            looks = ""
        key = key_of(source.path, looks, mode)
        found: Image | None = self.memo.get("picture", key, Image.revive)
        if found is not None:
            return found
        if source.size > images.MOST_BYTES:
            hint = f"Files of at most {images.MOST_BYTES // 1_000_000} MB are read."
            return Image("", fault=f"It has {source.size // 1_000_000} MB.", hint=hint)
        now = time.time_ns()
        data, faults = self._load(source)
        if faults:
            return Image("", fault=faults[0].message)
        found = image_of(data, source.path, is_strict=mode == "sanitize")
        if is_settled(source.mtime_ns, source.ctime_ns, now):
            self.memo.put("picture", key, found, Image.plain)
        return found

    def _load(self, source: Source) -> tuple[bytes, tuple[Problem, ...]]:
        """The bytes of a picture, which may be a part of a notebook."""
        data, faults = load(self.root, source)
        if source.part is None or faults:
            return data, faults
        return cut_out(decode(data, source.path)[0], source.path, source.part), ()


def foreign(path: str) -> bool:
    """Whether a file has the name of a picture that browsers do not show."""
    return path.lower().endswith(images.FOREIGN)


def _address(path: str) -> str:
    return ROOT + href_of(path.replace("%", "%25"))
