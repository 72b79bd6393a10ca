"""Watching a site's sources: what changed, as absolute paths, from threads of its own.

The system tells of changes where it can (``watchfiles``). Where it cannot (shared folders, no watches left) the files
are looked at again and again. The poller is ours: that of watchfiles compares times in whole seconds, so that of
three saves in one second it saw one. Nothing is read but names, sizes and times.
"""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from acadsite.sources import is_litter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from watchfiles import Change

#: Where the sources of a site are, but for site.yaml and extensions.
FOLDERS: Final = ("content", "themes", "templates", "assets")

#: Written by programs that run meanwhile, not by people. The build does not know these names.
_PASSING = re.compile(r"___jb_(tmp|old)___\Z|\.py[co]\Z|\A__pycache__\Z|\.(crdownload|kate-swp)\Z")

#: File systems that tell nothing of changes made on another machine.
_SILENT = {"9p", "afs", "cifs", "drvfs", "fuse.rclone", "fuse.sshfs", "fuse.vmhgfs-fuse", "ncpfs", "nfs", "nfs4",
           "prl_fs", "smb3", "smbfs", "vboxsf"}  # fmt: skip

Stamps = dict[str, tuple[int, int, int]]


def silent_system(root: Path, mounts: str) -> str:
    """The kind of file system that ``root`` is on where it is one that tells of no changes; else empty.

    ``mounts`` is the text of Linux's ``/proc/self/mountinfo`` (proc(5)).
    """
    place = f"{root.resolve()}/"
    best, kind = "", ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        words = left.split(" ")
        if len(words) < 5 or not right:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), words[4]).rstrip("/") + "/"
        if place.startswith(point) and len(point) >= len(best):
            best, kind = point, right.split(" ")[0]
    return kind if kind in _SILENT else ""


def is_source(root: str, path: str) -> bool:
    """Whether a path below ``root`` may be content: no part of it is litter."""
    inner = path[len(root) :] if path.startswith(root) else path
    return not any(is_litter(part) or _PASSING.search(part) for part in re.split(r"[/\\]", inner) if part)


def look(root: Path, more: Collection[Path] = ()) -> Stamps:
    """Size, time and inode of every source of a site by path. ``more`` are folders with extensions."""
    stamps: Stamps = {}
    for folder in {root, *more}:
        for entry in _entries(folder):
            if (entry.name.endswith(".py") or entry.name == "site.yaml") and is_source("", entry.name):
                _stamp(entry, stamps)
    for name in FOLDERS:
        _enter(root / name, stamps)
    return stamps


def _enter(start: Path, stamps: Stamps) -> None:
    """Stamp all that is below a folder."""
    seen: set[tuple[int, int]] = set()
    todo = [start]
    while todo:
        folder = todo.pop()
        try:
            info = folder.stat()
        except OSError:
            continue
        if (info.st_dev, info.st_ino) in seen:  # links may lead in circles
            continue
        seen.add((info.st_dev, info.st_ino))
        for entry in _entries(folder):
            if not is_source("", entry.name):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError:
                continue
            if is_folder:
                todo.append(Path(entry.path))
            else:
                _stamp(entry, stamps)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:  # it went away meanwhile, or cannot be read; the build says so
        return []


def _stamp(entry: os.DirEntry[str] | Path, stamps: Stamps) -> None:
    try:
        info = entry.stat()
    except OSError:
        return
    stamps[os.fspath(entry)] = (info.st_size, info.st_mtime_ns, info.st_ino)


def differences(before: Stamps, after: Stamps) -> set[str]:
    """Paths that are new, gone or changed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


class Watch:
    """Tells ``note`` of changed paths, from other threads, until ``stop``; and whether something came or went, after
    which more often follows.

    A path may be a folder: then anything in it may have changed. ``say`` gets one line where the system's own
    events cannot be had. ``extensions`` are folders beside the site's own in which extensions are.
    """

    def __init__(
        self,
        root: Path,
        note: Callable[[set[str], bool], None],
        say: Callable[[str], None],
        *,
        extensions: Collection[Path] = (),
        poll: bool = False,
        pause: float = 0.3,
    ) -> None:
        self.root, self.note, self.say, self.pause = root.resolve(), note, say, pause
        self.extensions = tuple(extensions)
        self.polls = poll
        self._seen: Stamps = {}
        self._stopped = threading.Event()
        self._renewed = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin. What changes from now on is told, also while the watching is being set up."""
        self._seen = look(self.root, self.extensions)
        mounts = Path("/proc/self/mountinfo")
        kind = ""
        if not self.polls and os.environ.get("WATCHFILES_FORCE_POLLING"):
            self.polls = True
        elif not self.polls and mounts.is_file():
            kind = silent_system(self.root, mounts.read_text(encoding="utf-8", errors="replace"))
        if kind:
            self._fall_back(f"The site is on a {kind} folder, which tells of no changes.")
        elif self.polls:
            threading.Thread(target=self._poll, daemon=True).start()
        else:
            threading.Thread(target=self._follow_top, daemon=True).start()
            threading.Thread(target=self._follow_folders, daemon=True).start()

    def extend(self, extensions: Collection[Path]) -> None:
        """Watch these folders for extensions from now on."""
        if set(extensions) == set(self.extensions):
            return
        with self._lock:
            before, after = look(self.root, self.extensions), look(self.root, extensions)
            self.extensions = tuple(extensions)
            # Which files are looked at changed, not the files.
            for path in before.keys() - after.keys():
                self._seen.pop(path, None)
            for path in after.keys() - before.keys():
                self._seen[path] = after[path]

    def stop(self) -> None:
        """End; takes some milliseconds, and nobody need wait."""
        self._stopped.set()
        self._renewed.set()

    def _fall_back(self, reason: str) -> None:
        with self._lock:
            if self.polls:
                return
            self.polls = True
        self._renewed.set()
        self.say(f"{reason} The files are looked at every {self.pause:g} s instead.")
        threading.Thread(target=self._poll, daemon=True).start()

    def _poll(self) -> None:
        pause = self.pause
        while not self._stopped.wait(pause):
            start = time.perf_counter()
            self._catch_up()
            # A tenth of one processor at most, however large the site is.
            pause = max(self.pause, 10 * (time.perf_counter() - start))

    def _catch_up(self) -> None:
        """Look at everything, and tell what nobody told."""
        with self._lock:
            now = look(self.root, self.extensions)
            before, self._seen = self._seen, now
            changed = differences(before, now)
            has_moved = before.keys() != now.keys()
        if changed:
            self.note(changed, has_moved)

    def _heed(self, changes: set[str]) -> None:
        """Tell of changes, and do not find them again when everything is looked at."""
        has_moved = False
        with self._lock:
            for path in changes:
                was_there = self._seen.pop(path, None) is not None
                if not was_there:
                    for inner in [known for known in self._seen if known.startswith(f"{path}{os.sep}")]:
                        del self._seen[inner]
                if Path(path).is_dir():
                    _enter(Path(path), self._seen)
                else:
                    _stamp(Path(path), self._seen)
                has_moved = has_moved or not was_there or path not in self._seen
        self.note(changes, has_moved)

    def _follow_top(self) -> None:
        """The site's own folder, for files in it and for folders that come and go. Files are not watched singly:
        most editors save by renaming, after which the watch would be on what the file was."""
        top = str(self.root)

        def concerns(_: Change, path: str) -> bool:
            name = Path(path).name
            is_own = name in FOLDERS if Path(path).parent == self.root else False
            return is_own or name == "site.yaml" or (name.endswith(".py") and is_source(top, path))

        while not self._is_over():
            folders = [self.root, *(folder for folder in self.extensions if folder.is_dir())]
            watched = self.extensions
            is_new = True
            for changes in self._events(folders, concerns, recursive=False, step=15):
                if changes:
                    if any(Path(path).name in FOLDERS for path in changes):
                        self._renewed.set()
                    self._heed(changes)
                if is_new:
                    is_new = False
                    self._catch_up()
                if self.extensions != watched:
                    break

    def _follow_folders(self) -> None:
        """The folders of the site with all that is in them. One that is made anew needs a new watch; what came
        into it before is found by looking."""
        top = str(self.root)

        def concerns(change: Change, path: str) -> bool:
            # Some systems tell of a folder whenever something in it changed.
            return is_source(top, path) and (change.name != "modified" or not Path(path).is_dir())

        while not self._is_over():
            self._renewed.clear()
            folders = [folder for name in FOLDERS if (folder := self.root / name).is_dir()]
            if not folders:
                self._renewed.wait()
                continue
            is_new = True
            for changes in self._events(folders, concerns, recursive=True, step=5):
                if changes:
                    self._heed(changes)
                    # A watch that is made anew says whether it could be; one that grows is silent about what it
                    # does not reach.
                    if any(Path(path).is_dir() for path in changes):
                        break
                if is_new:
                    is_new = False
                    self._catch_up()
                if self._renewed.is_set():
                    break

    def _is_over(self) -> bool:
        return self._stopped.is_set() or self.polls

    def _events(
        self, folders: list[Path], concerns: Callable[[Change, str], bool], *, recursive: bool, step: int
    ) -> Iterator[set[str]]:
        """Changed paths as the system tells of them; an empty set each 0.1 s when there are none. Ends where
        watching must begin anew, or be given up."""
        import watchfiles

        try:
            for changes in watchfiles.watch(
                *folders,
                watch_filter=concerns,
                debounce=50,
                step=step,
                stop_event=self._stopped,
                rust_timeout=100,
                yield_on_timeout=True,
                raise_interrupt=False,
                force_polling=False,
                recursive=recursive,
                ignore_permission_denied=False,  # True hides that no watches are left, too
            ):
                if self._is_over():
                    return
                yield {path for _, path in changes}
        except FileNotFoundError:  # a folder went away just now
            time.sleep(0.02)
        except (OSError, RuntimeError) as failure:
            self._fall_back(f"The system cannot watch the files ({_first_words(failure)}).")


def _first_words(failure: Exception) -> str:
    return re.sub(r"\.? about \[.*| \(Error.*", "", str(failure), flags=re.DOTALL) or type(failure).__name__
