"""What the preview shows: the last good build with what is wrong since, as one value that is swapped as a whole.

In: a callable that builds. Out: ``Snapshot``, and from it an answer for each address. No network in here.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from acadsite.collect.gather import is_after
from acadsite.graph import href_of, path_of
from acadsite.memo import Each
from acadsite.problems import Problem, error
from acadsite.records import nfc
from acadsite.serve.overlay import Mark, overlay, panel

if TYPE_CHECKING:
    import datetime as dt

    from acadsite.artifacts import Later
    from acadsite.graph import PageGraph
    from acadsite.publish import Output
    from acadsite.records import Record
    from acadsite.result import Result

#: Builds the site. Its argument has the changed paths, absolute, as the system told of them: a folder stands for all
#: that is in it, a path may be gone, and none may count (a file was touched). None: anything may have changed.
Make = Callable[[Collection[str] | None], "Result"]
LinesOf = Callable[[str], list[str] | None]

_PAGES = (".html", ".htm")
#: What pages show or run; the kind that livereload can exchange in an open page stands apart.
_SHEETS = (".css",)
_PARTS = (".js", ".mjs", ".json", ".wasm", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".woff",
          ".woff2", ".ttf", ".otf", ".mp4", ".webm", ".mp3", ".ogg", ".vtt")  # fmt: skip
_TRUE = {"true", "yes", "1"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gives: an output (or none), the status, or where to go instead. ``tail`` is HTML to add,
    ``artifact`` the path of an output that is yet to be made (``Preview.artifact``)."""

    status: int
    output: Output | None = None
    tail: str = ""
    location: str = ""
    artifact: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is HTML, which gets the reload script."""
        return self.output is None or self.output.path.lower().endswith(_PAGES)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the preview. ``number`` counts builds. ``outputs`` are those of the last good build, or, where
    there was none yet, what there is; ``later`` are the artifacts of that build. ``broken`` are output paths of pages
    that the last build could not make.
    ``sheets`` are the style sheets that changed in it; ``parts_since`` and ``sheets_since`` the builds in which
    other parts of pages, and style sheets, last changed, ``later_since`` the last good one; ``pictures`` marks what is
    in the files of pictures."""

    run: str
    number: int
    outputs: Mapping[str, Output] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    marks: Mapping[str, Mark] = field(default_factory=dict)
    errors: tuple[Problem, ...] = ()
    panel: str = ""
    sheets: tuple[str, ...] = ()
    parts_since: int = 0
    sheets_since: int = 0
    later: Later | None = None
    later_since: int = 0
    pictures: Mapping[str, str] = field(default_factory=dict)

    def answer(self, path: str) -> Answer:
        """The answer for the path of an address, decoded, without the slash in front."""
        for given in dict.fromkeys((path, nfc(path))):
            name = path_of(given)
            if name in self.outputs:
                status = 500 if name in self.broken else 200
                return Answer(status, self.outputs[name], self._tail(name))
            if name in self.broken:
                return Answer(500, None, self._tail(name))
            if self.later is not None and name in self.later:
                return Answer(200, artifact=name)
            folder = f"{given}/index.html"
            if given and (folder in self.outputs or folder in self.broken):
                return Answer(302, location=f"/{href_of(given)}/")
        missing = self.outputs.get("404.html")
        if missing is None and self.errors:
            return Answer(500, None, self._tail(""))
        return Answer(404, missing, self._tail("404.html"))

    def _tail(self, name: str) -> str:
        return overlay(self.panel, self.marks.get(name), is_broken=name in self.broken)

    def version(self, answer: Answer) -> str:
        """What a page with this answer is told it is: run, build, and a digest of all that is shown."""
        return f"{self.run}.{self.number}.{self.digest(answer)}"

    def digest(self, answer: Answer) -> str:
        """Equal for answers that look the same."""
        digest = hashlib.blake2b(f"{answer.status} {answer.tail}".encode(), digest_size=9)
        output = answer.output
        if output is not None:
            digest.update(output.path.encode())
            digest.update(_stamp(output.copy) if output.copy else output.data)
        elif answer.artifact:
            digest.update(f"{answer.artifact} {self.later_since}".encode())
        return digest.hexdigest()

    def is_stale(self, path: str, version: str) -> bool:
        """Whether a tab at ``path`` that shows ``version`` of it should load it again."""
        run, number, digest = (*version.split("."), "", "", "")[:3]
        if run != self.run or not number.isdecimal():
            return True
        if int(number) < self.parts_since:
            return True
        answer = self.answer(path)
        if answer.location:
            return True
        return digest != self.digest(answer)

    def lacks_sheets(self, version: str) -> bool:
        """Whether a tab that shows ``version`` may have a style sheet that changed since."""
        number = version.split(".")[1]
        return int(number) < self.sheets_since


def _stamp(path: Path) -> bytes:
    try:
        info = os.stat(path)  # noqa: PTH116 - a path may be of either kind
    except OSError:
        return b"gone"
    return f"{info.st_size} {info.st_mtime_ns} {info.st_ino}".encode()


@dataclass(frozen=True, slots=True)
class Built:
    """What there is to tell about one build: all problems, pages and seconds. ``crash`` is a bug of ours."""

    problems: tuple[Problem, ...]
    pages: int
    seconds: float
    crash: Exception | None = None
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An artifact that somebody asked for; where it could not be made, the ``tail`` of a page that says so."""

    path: str
    output: Output | None
    problems: tuple[Problem, ...]
    tail: str = ""
    crash: Exception | None = None


class Preview:
    """Builds, and keeps what is shown. ``build`` runs in one thread, ``artifact`` in another one; ``snapshot`` may be
    read in any."""

    def __init__(self, make: Make, lines_of: Callable[[], LinesOf], today: Callable[[], dt.date]) -> None:
        self.make, self.lines_of, self.today = make, lines_of, today
        self.snapshot: Snapshot | None = None
        self._run = secrets.token_hex(4)
        self._graph: PageGraph | None = None
        self._marked: tuple[dt.date | None, dict[str, Each[Record, Mark | None]]] = None, {}

    def build(self, changed: Collection[str] | None) -> Built:
        """Build, and swap the snapshot. An exception out of ``make`` is a bug: in the first build it goes on, later
        it is shown like an error, since the next save may avoid it."""
        start = time.perf_counter()
        before = self.snapshot or Snapshot(self._run, 0)
        try:
            result = self.make(changed)
        except Exception as failure:
            if self.snapshot is None:
                raise
            problem = _bug(failure)
            self.snapshot = self._failed(before, (problem,), frozenset())
            return Built((problem,), 0, time.perf_counter() - start, failure)
        problems = result.report.problems
        errors = tuple(problem for problem in problems if problem.level == "error")
        if errors:
            self.snapshot = self._failed(before, errors, *self._salvage(result, errors))
        else:
            self.snapshot = self._good(before, result, changed)
        pages = len(result.graph.pages) if result.graph else 0
        names = tuple(str(name) for name in result.config["extensions"])
        return Built(problems, pages, time.perf_counter() - start, extensions=names)

    def artifact(self, snapshot: Snapshot, path: str) -> Asked:
        """The artifact that an answer of ``snapshot`` names, as the last good build has it: another one may have come
        while this one waited for its turn."""
        now = self.snapshot
        later = now.later if now and now.later and path in now.later else snapshot.later
        assert later is not None  # noqa: S101
        try:
            made = later.get(path)
        except Exception as failure:  # noqa: BLE001 - a bug, as in a build
            problem = _bug(failure)
            return Asked(path, None, (problem,), self._tail((problem,)), failure)
        if made.output is not None:
            return Asked(path, made.output, made.problems)
        errors = tuple(problem for problem in made.problems if problem.level == "error")
        return Asked(path, None, made.problems, self._tail(errors))

    def _tail(self, errors: tuple[Problem, ...]) -> str:
        return overlay(panel(errors, self.lines_of(), is_old=False), None, is_broken=True)

    def _good(self, before: Snapshot, result: Result, changed: Collection[str] | None) -> Snapshot:
        outputs = result.outputs
        files = _changed_files(before.outputs, outputs, changed)
        number = before.number + 1
        sheets = tuple(f"/{path}" for path in files if path.endswith(_SHEETS))
        # What templates make, such as the index of the search, is asked for when somebody wants it.
        parts = any(
            path.lower().endswith(_PARTS) and path not in result.made and path not in result.kept
            for path in files
        )
        parts = parts or before.pictures != result.pictures
        self._graph = result.graph
        return Snapshot(
            self._run,
            number,
            outputs,
            marks=self._marks(result),
            sheets=sheets,
            parts_since=number if parts else before.parts_since,
            sheets_since=number if sheets else before.sheets_since,
            later=result.later,
            later_since=number,
            pictures=result.pictures,
        )

    def _failed(
        self,
        before: Snapshot,
        errors: tuple[Problem, ...],
        broken: frozenset[str],
        outputs: Mapping[str, Output] | None = None,
        marks: Mapping[str, Mark] | None = None,
    ) -> Snapshot:
        shown = before.outputs if outputs is None else outputs
        return Snapshot(
            self._run,
            before.number + 1,
            shown,
            broken,
            before.marks if marks is None else marks,
            errors,
            panel(errors, self.lines_of(), is_old=self._graph is not None),
            parts_since=before.parts_since,
            sheets_since=before.sheets_since,
            later=before.later,
            later_since=before.later_since,
            pictures=before.pictures,
        )

    def _salvage(
        self, result: Result, errors: Iterable[Problem]
    ) -> tuple[frozenset[str], Mapping[str, Output] | None, Mapping[str, Mark] | None]:
        """Of a build with errors: the pages it could not make, and, before any good build, what it made."""
        made = result.outputs
        graph = result.graph
        wanted = {page.path for page in graph.pages.values()} if graph else set()
        broken = {path for path in wanted if path not in made or not (made[path].data or made[path].copy)}
        if self._graph is None:
            outputs = {path: output for path, output in made.items() if path not in broken}
            return frozenset(broken), outputs, self._marks(result)
        broken |= _pages_of({problem.where.path for problem in errors if problem.where}, self._graph)
        if graph is not None:
            # A record that has an error is lost, and its page with it.
            broken |= {page.path for page in self._graph.pages.values()} - wanted
        return frozenset(broken), None, None

    def _marks(self, result: Result) -> dict[str, Mark]:
        """What is in the preview and would not be in the site, by output path."""
        if result.graph is None or result.library is None:
            return {}
        today = self.today()
        if self._marked[0] != today:
            self._marked = today, {}
        marks = {}
        for name, records in result.library.library.records.items():
            each = self._marked[1].setdefault(name, Each())
            for identifier, (_, mark) in each.of(records, lambda record: _mark(record, today)).items():
                if mark:
                    marks[name, identifier] = mark
        pages = result.graph.pages.values() if marks else ()
        return {page.path: marks[page.subject] for page in pages if page.subject in marks}


def _bug(failure: Exception) -> Problem:
    name = type(failure).__name__
    return error("internal-error", f"Internal error: {name}. This is a bug of acadsite.")


def _pages_of(files: set[str], graph: PageGraph) -> set[str]:
    """Pages of files that make one page each. Of a list, one wrong entry does not break the others."""
    pages: dict[str, list[str]] = {}
    for page in graph.pages.values():
        if page.where.path in files:
            pages.setdefault(page.where.path, []).append(page.path)
    return {paths[0] for paths in pages.values() if len(paths) == 1}


def _changed_files(
    old: Mapping[str, Output], new: Mapping[str, Output], changed: Collection[str] | None
) -> list[str]:
    """Output paths of sheets and other parts of pages that are new, gone or changed."""
    kinds = (*_SHEETS, *_PARTS)
    paths = None if changed is None else frozenset(changed)
    # An output that is the same object has the same bytes, but where it is a copy of a file.
    names = {path for path, output in new.items() if output.copy or old.get(path) is not output}
    names = {path for path in names | (old.keys() - new.keys()) if path.lower().endswith(kinds)}
    return sorted(name for name in names if _differs(old.get(name), new.get(name), paths))


def _differs(old: Output | None, new: Output | None, changed: frozenset[str] | None) -> bool:
    if old is None or new is None or old.copy != new.copy:
        return True
    if new.copy is None:
        return old.data != new.data
    return changed is None or _is_among(Path(new.copy), changed)


def _is_among(file: Path, changed: frozenset[str]) -> bool:
    path = str(file.absolute())
    if path in changed:
        return True
    return any(path.startswith(f"{folder}{os.sep}") for folder in changed)


def _mark(record: Record, today: dt.date) -> Mark | None:
    data = record.data
    hidden = (data.get("extra") or {}).get("hidden")
    if data.get("draft") is True:
        return Mark("Draft", "not in the site until “draft” is removed")
    if hidden is not None and str(hidden).strip().casefold() in _TRUE:
        return Mark("Hidden", "not in the site until “hidden” is removed")
    date = data.get("date")
    if record.collection == "posts" and date and is_after(date, today):
        day = "-".join(f"{date[part]:02}" for part in ("year", "month", "day") if date[part])
        return Mark("Future post", f"not in the site before {day}")
    return None
