"""Darkroom: the part of the third wave that makes the files of pictures.

A picture is a task with a trace, as a page is: it is encoded when somebody shows it and its bytes, or how it is to be
published, are others than before. What was encoded once is kept by content (``images.Store``). Encoding runs in
threads, since Pillow lets others run meanwhile; in the preview a file is made when a browser asks for it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.images import Rendition, Undeveloped, develop
from acadsite.markup.typst_pictures import picture_file
from acadsite.memo import key_of
from acadsite.problems import Problem, Span, quote, warning
from acadsite.publish import Output, Refused
from acadsite.render import Done, read_by
from acadsite.trace import mark_of
from acadsite.track import tracking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acadsite.images import Store
    from acadsite.kinds.pictures import Pictures
    from acadsite.render import Sink
    from acadsite.trace import Trace

#: What stands for a picture that cannot be shown.
_NOTHING: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
#: So many pictures are in memory at once for each thread.
_AHEAD = 2


def picture_task(path: str) -> str:
    """The name of the task that makes the files of a picture."""
    return f"picture {path}"


def shown(traces: Iterable[Trace]) -> list[str]:
    """The paths of all pictures that tasks with these traces show, in order."""
    return sorted({link[1] for trace in traces for link in trace.links if link[0] == "picture"})


@dataclass(slots=True)
class Darkroom:
    """What is needed to make the files of pictures. ``store`` has those that were made before; ``asked`` the keys of
    all that were asked for."""

    pictures: Pictures
    sink: Sink
    store: Store | None = None
    asked: set[str] = field(default_factory=set)

    def files(self, path: str) -> list[str]:
        """The paths of the files of a picture."""
        found = self.pictures.renditions(path)
        if self.store is not None:
            self.asked |= {self.pictures.key(path, one) for one in found if one.width}
        return [one.path for one in found]

    def make(self, paths: Iterable[str], jobs: int) -> Iterator[Done[Any]]:
        """The files of these pictures, each as a task; its value are the staged outputs by path, or the problem with
        which the sink refused one."""
        paths = list(paths)
        for path in paths:
            self.pictures.renditions(path)  # what is known of files is asked for in one thread
        # A picture of the camera unfolds to a hundred times its size: only a few are read ahead.
        step = max(1, jobs) * _AHEAD
        with ThreadPoolExecutor(max(1, jobs)) as threads:
            for start in range(0, len(paths), step):
                portion = paths[start : start + step]
                for path, made in zip(portion, threads.map(self._developed, portion), strict=True):
                    yield self._done(path, *made)

    def _done(self, path: str, files: Mapping[str, bytes], problems: tuple[Problem, ...]) -> Done[Any]:
        with tracking() as tracker:
            tracker.note("pixels", path)
        value: Any = {}
        try:
            for name, data in files.items():
                value[name] = self.sink.put(name, data)
        except Refused as refused:
            value = refused.problem
        self.files(path)
        result = key_of(mark_of(self.pictures.pixels(path)))
        return Done(picture_task(path), *read_by(tracker), value, result, problems)

    def _developed(self, path: str) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
        """The bytes of all files of a picture; runs in a thread."""
        wanted = self.pictures.renditions(path)
        files = {one.path: data for one in wanted if (data := self._stored(path, one)) is not None}
        if len(files) == len(wanted):
            return files, ()
        try:
            # All of them: how large a picture is decoded depends on the largest, and with that the bytes of each.
            made = develop(self.pictures.data(path), wanted, self.pictures.config["images"]["quality"])
        except Undeveloped as failure:
            message = f"The picture {quote(path.rpartition('/')[2])} is not published. {failure}"
            hint = "Open it in a program for pictures and save it again."
            return {}, (warning("image-unusable", message, Span(f"content/{path}"), hint),)
        for one, data in zip(wanted, made, strict=True):
            files[one.path] = data
            if self.store is not None and one.width:
                self.store.put(self.pictures.key(path, one), data)
        return files, ()

    def _stored(self, path: str, rendition: Rendition) -> bytes | None:
        if self.store is None or not rendition.width:
            return None
        return self.store.get(self.pictures.key(path, rendition))

    def plate(self, path: str) -> bytes:
        """A picture as Typst takes it: its first file, without what tells of places; an empty one where it cannot be
        read. May run in any thread."""
        first = next(iter(self.pictures.renditions(path)), None)
        data = None if first is None else self._stored(path, first)
        if first is not None and data is None:
            with suppress(Undeveloped):
                quality = self.pictures.config["images"]["quality"]
                (data,) = develop(self.pictures.data(path), [first], quality)
                if self.store is not None and first.width:
                    self.store.put(self.pictures.key(path, first), data)
        made = picture_file(data) if data else None
        return made.data if made else _NOTHING

    def apart(self) -> Darkroom:
        """The same, to be used in another thread while the next build is under way."""
        return replace(self, pictures=self.pictures.apart(), asked=set())

    def one(self, path: str, file: str) -> tuple[Output | None, tuple[Problem, ...]]:
        """A single file of a picture, and what is wrong with it; for the preview."""
        wanted = next((one for one in self.pictures.renditions(path) if one.path == file), None)
        if wanted is None:
            return None, ()
        data = self._stored(path, wanted)
        if data is None:
            files, problems = self._developed(path)
            return (Output(file, files[file]) if file in files else None), problems
        return Output(file, data), ()
