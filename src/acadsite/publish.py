"""Publishing: outputs into ``public/``, all or nothing, only where bytes differ, and nothing that is not ours.

Outputs wait in a ``Stage``. When all are there, one transaction of the state keeps what the build knows, the new list
of published files and the steps (``Journal``) that make the old site the new one; then the steps are taken. Whatever
kills a build before leaves the old site; whatever kills it after is made good by the next run (``finish``).
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.problems import Problem, Span, error, quote
from acadsite.records import fold
from acadsite.stamps import is_settled
from acadsite.state import Stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acadsite.state import State

#: Copies up to this size are read; larger ones are left to the system, and have no digest.
_SMALL = 1 << 20
_CHUNK = 1 << 20
#: What makes no folder someone else's.
_HARMLESS = {".DS_Store", ".git", ".gitignore", ".gitkeep"}
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Output:
    """One file to publish: ``data``, or the file ``copy`` as it is."""

    path: str
    data: bytes = b""
    copy: Path | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: paths by what happened to them."""

    written: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]


class Staged(NamedTuple):
    """An output that waits, or where it is not ``is_new``, stands already. ``meets`` says what is in its place that
    we never published: ``file`` (with other bytes), ``folder``, or ``above`` for a file or link where a folder must
    be. The other fields are those of ``Stamp``."""

    path: str
    digest: str
    size: int
    mtime_ns: int
    source: str
    is_new: bool
    meets: str = ""


class Refused(Exception):  # noqa: N818
    """An output cannot be staged; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


# --- the stage ---


@dataclass(slots=True)
class Stage:
    """Where the outputs of one run wait. It may be used in forked processes: it knows folders and stamps, not the
    state. Each path that is put once must be among those that are published, or the stage be discarded.

    For an absent or empty output folder it is the future folder itself (``is_whole``); else it is a flat folder,
    since making the folders again would cost more than the files.
    """

    root: Path
    out: Path
    place: str
    folder: Path
    is_whole: bool
    known: Mapping[str, Stamp]
    now_ns: int = field(default_factory=time.time_ns)
    _folds: frozenset[str] | None = None
    _prefix: str = ""
    _stage: str = ""
    #: Folders that are there already.
    _folders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._prefix, self._stage = f"{self.out}/", f"{self.folder}/"

    def put(self, path: str, data: bytes) -> Staged:
        """Stage ``data`` for ``path``, unless the output holds it already. Raises ``Refused``."""
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        try:
            info, meets = self._there(path)
            if info is not None and self._holds(path, info, data, digest):
                return Staged(path, digest, info.st_size, info.st_mtime_ns, "", False)
            size, mtime_ns = self._write(path, data)
        except OSError as failure:
            raise Refused(_cannot_write(path, failure)) from None
        return Staged(path, digest, size, mtime_ns, "", True, meets)

    def copy(self, path: str, source: Path) -> Staged:
        """Stage a copy of the file ``source`` for ``path``, unless the output holds it already. It is not read where
        it and the output are as they were when it was published. Raises ``Refused``."""
        known = self.known.get(path)
        if not _is_text(path):
            raise Refused(_cannot_read(self.root, source, "Its name is no UTF-8"))
        try:
            from_info = source.stat()
            if not stat.S_ISREG(from_info.st_mode):
                raise Refused(_cannot_read(self.root, source, "It is no file"))
            mark = signature(from_info, self.now_ns)
            if known is not None and known.source and known.source == mark:
                info, _ = self._there(path)
                if info is not None and _is_stamped(info, known):
                    return Staged(path, *known, is_new=False)
            data = source.read_bytes() if from_info.st_size <= _SMALL else None
            if data is None and not os.access(source, os.R_OK):
                raise Refused(_cannot_read(self.root, source, os.strerror(errno.EACCES)))
        except OSError as failure:
            raise Refused(_cannot_read(self.root, source, failure.strerror)) from None
        if data is not None:
            return self.put(path, data)._replace(source=mark)
        try:
            return self._copy_large(path, source, from_info, mark)
        except OSError as failure:
            raise Refused(_cannot_write(path, failure)) from None

    def _copy_large(self, path: str, source: Path, from_info: os.stat_result, mark: str) -> Staged:
        info, meets = self._there(path)
        if (
            info is not None
            and info.st_size == from_info.st_size
            and _is_same(source, self.out / path)
            and (path in self.known or not self._is_known_otherwise(path))
        ):
            return Staged(path, "", info.st_size, info.st_mtime_ns, mark, False)
        target = self._target(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        shutil.copyfile(source, target)
        info = os.lstat(target)
        return Staged(path, "", info.st_size, info.st_mtime_ns, mark, True, meets)

    def text(self, path: str) -> str:
        """The text of an output that waits, or stands already; empty where there is none."""
        for name in (self._target(path), self._prefix + path):
            data = _read(name)
            if data is not None:
                return data.decode("utf-8", "replace")
        return ""

    def discard(self) -> None:
        """Remove all that waits."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _there(self, path: str) -> tuple[os.stat_result | None, str]:
        """The file that stands in the output, if it is one; and for a path not ours, what is in its way."""
        if self.is_whole:
            return None, ""
        try:
            info = os.lstat(self._prefix + path)
        except FileNotFoundError:
            return None, ""
        except NotADirectoryError:
            return None, "above"
        if stat.S_ISREG(info.st_mode):
            return info, "" if path in self.known or self._is_known_otherwise(path) else "file"
        if stat.S_ISDIR(info.st_mode):
            return None, "folder"
        return None, "" if path in self.known else "file"

    def _holds(self, path: str, info: os.stat_result, data: bytes, digest: str) -> bool:
        """Whether the file that stands there has these bytes. It is read only where its stamp does not say it."""
        known = self.known.get(path)
        if known is not None and known.digest and _is_stamped(info, known):
            return known.digest == digest
        if info.st_size != len(data) or (known is None and self._is_known_otherwise(path)):
            return False
        return _read(self._prefix + path) == data

    def _is_known_otherwise(self, path: str) -> bool:
        """Whether a file of ours has this name but for case: on some systems it is the one that stands there."""
        if self._folds is None:
            self._folds = frozenset(map(fold, self.known))
        return fold(path) in self._folds

    def _target(self, path: str) -> str:
        return self._stage + (path if self.is_whole else _flat(path))

    def _write(self, path: str, data: bytes) -> tuple[int, int]:
        target = self._target(path)
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            _make_folder(folder)
            self._folders.add(folder)
        try:
            file = os.open(target, _CREATE, 0o666)
        except FileNotFoundError:
            _make_folder(folder)
            file = os.open(target, _CREATE, 0o666)
        try:
            written = os.write(file, data)
            while written < len(data):
                written += os.write(file, data[written:])
            info = os.fstat(file)
        finally:
            os.close(file)
        return info.st_size, info.st_mtime_ns


def _make_folder(folder: str) -> None:
    """Make a folder, in most cases in one that is there."""
    try:
        os.mkdir(folder)  # noqa: PTH102
    except OSError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103


def signature(info: os.stat_result, now_ns: int) -> str:
    """What tells a file from an earlier state of it without reading it; empty where it changed so near to ``now_ns``
    that another change might not show."""
    if not is_settled(info.st_mtime_ns, info.st_ctime_ns, now_ns):
        return ""
    return f"{info.st_size}:{info.st_mtime_ns}:{info.st_ctime_ns}:{info.st_ino}"


def open_stage(state: State, root: Path, out: Path) -> Stage:
    """A stage for one run; nothing is made before something is put. What earlier runs left is removed."""
    root, out = root.resolve(), out.resolve()
    place = place_of(root, out)
    tag = hashlib.blake2b(f"{root}\0{out}".encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    # Moving is cheap and whole within one file system only: beside the state, else in the output or above it.
    near = next(folder for folder in (out, *out.parents) if folder.is_dir())
    pending = {(root / steps["stage"]).resolve() for steps in state.journal().values()}
    _remove_leftovers(near, f".acadsite-stage-{tag}-", pending)
    base, name = near, f".acadsite-stage-{tag}-"
    if state.folder is not None:
        _remove_leftovers(state.folder, "stage-", pending)
        if state.folder.stat().st_dev == near.stat().st_dev:
            base, name = state.folder, f"stage-{tag}-"
    folders = (base / f"{name}{os.getpid()}-{number}" for number in count())
    folder = next(folder for folder in folders if not folder.exists())
    is_whole = near != out or not any(out.iterdir())
    return Stage(root, out, place, folder, is_whole, state.published(place))


def _remove_leftovers(folder: Path, start: str, pending: set[Path]) -> None:
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(start) and Path(entry.path) not in pending:
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flat(path: str) -> str:
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_stamped(info: os.stat_result, stamp: Stamp) -> bool:
    return info.st_mtime_ns == stamp.mtime_ns and info.st_size == stamp.size and stat.S_ISREG(info.st_mode)


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _is_same(one: Path, other: Path) -> bool:
    with one.open("rb") as left, other.open("rb") as right:
        while (chunk := left.read(_CHUNK)) == right.read(_CHUNK):
            if not chunk:
                return True
    return False


def _cannot_write(path: str, failure: Exception) -> Problem:
    reason = getattr(failure, "strerror", None) or str(failure)
    return error("output-write", f"The output {quote(path)} cannot be written: {reason}.")


def _cannot_read(root: Path, source: Path, reason: str | None) -> Problem:
    path = source.relative_to(root).as_posix() if source.is_relative_to(root) else source.name
    return error("file-unreadable", f"The file cannot be read: {reason or 'no reason given'}.", Span(path))


# --- what may be an output folder ---


def check_output(root: Path, out: Path) -> tuple[Problem, ...]:
    """Refuse an output folder that holds the site itself, or is the source (B4 of the checks)."""
    target, base = out.resolve(), root.resolve()
    sources = [base / name for name in ("content", "themes", "templates", "assets", ".git", ".acadsite")]
    holds_site = base == target or base.is_relative_to(target)
    inside = any(target == folder or target.is_relative_to(folder) for folder in sources)
    if holds_site or inside or target == _home():
        message = f"{quote(out)} cannot be the output: it holds sources of the site."
        return (error("output-folder", message, None, "Choose a folder of its own with --out."),)
    if out.exists() and not out.is_dir():
        return (error("output-folder", f"{quote(out)} is a file, not a folder.", None),)
    return ()


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:  # no HOME, and a user whom the system does not know, as in a container
        return None


def check_owner(state: State, root: Path, out: Path) -> tuple[Problem, ...]:
    """Refuse an output folder with files in it into which this site never was published (B4 of the checks)."""
    if state.published(place_of(root, out)):
        return ()
    try:
        found = sorted(name for name in os.listdir(out) if name not in _HARMLESS)  # noqa: PTH208
    except OSError:  # absent, or it will be said when writing fails
        return ()
    found = [name for name in found if not name.startswith(".acadsite-stage-")]
    if not found:
        return ()
    names = ", ".join(map(quote, found[:3])) + (", …" if len(found) > 3 else "")
    message = f"{quote(out)} holds files that no build of this site made: {names}."
    hint = "Choose another folder with --out, or build once with --adopt: files that the build makes are overwritten."
    return (error("output-foreign", message, None, hint),)


def place_of(root: Path, out: Path) -> str:
    """The name of an output folder in the state: its path from the site, so that both may move together."""
    try:
        return os.path.relpath(out.resolve(), root.resolve()).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return out.resolve().as_posix()


# --- publishing ---


def publish(
    state: State,
    stage: Stage,
    staged: Iterable[Staged],
    kept: Iterable[str] = (),
    store: Callable[[], object] | None = None,
    *,
    adopt: bool = False,
) -> tuple[Published | None, tuple[Problem, ...]]:
    """Make the output folder hold what is ``staged``, and the paths ``kept`` as the last build published them.

    ``store`` writes what the build knows through the state, in the transaction that decides. None and problems where
    a file of someone else is in the way (but for ``adopt``, which overwrites files), or the system refuses: then the
    site is as it was, unless the last step failed, in which case the next run goes on.
    """
    before = state.published(stage.place)
    items = {item.path: item for item in staged}
    after = {path: Stamp(*item[1:5]) for path, item in items.items()}
    after |= {path: before[path] for path in kept if path not in items}
    new = [item for item in items.values() if item.is_new]
    removed = sorted(before.keys() - after.keys())
    problems = () if adopt else check_owner(state, stage.root, stage.out)
    problems = problems or _obstacles(stage, new, removed, adopt=adopt)
    if problems:
        stage.discard()
        return None, problems
    journal = _journal(stage, [item.path for item in new], removed)
    stamps = {path: stamp for path, stamp in after.items() if before.get(path) != stamp}
    try:
        with state.transaction():
            if store is not None:
                store()
            state.restamp(stage.place, stamps, removed)
            if journal is not None:
                state.note(stage.place, journal)
    except (OSError, sqlite3.Error) as failure:
        stage.discard()
        return None, (error("state-write", f"The state of the build cannot be written: {failure}."),)
    if journal is not None:
        problems = _take_steps(state, stage.root, stage.place, journal)
        if before.keys() != after.keys():
            state.write_list()
    if problems:
        return None, problems
    return Published(tuple(item.path for item in new), len(after) - len(new), tuple(removed)), ()


def finish(state: State, root: Path) -> tuple[Problem, ...]:
    """Begin of a run: complete what a killed one had decided, for all output folders of the site."""
    problems: list[Problem] = []
    for place, journal in state.journal().items():
        if check_output(root, root / place):
            state.note(place, None)
        else:
            problems += _take_steps(state, root.resolve(), place, journal)
    return tuple(problems)


def verify_published(state: State, root: Path, out: Path) -> list[str]:
    """The published files that are missing in ``out`` or hold other bytes than they were given."""
    place = place_of(root, out)
    prefix = f"{out}/"
    lstat = os.lstat
    lost: list[str] = []
    doubtful: list[tuple[str, os.stat_result]] = []
    for path, (_, size, mtime_ns, _) in state.published(place).items():
        try:
            info = lstat(prefix + path)
        except (OSError, ValueError):
            lost.append(path)
            continue
        if info.st_mtime_ns != mtime_ns or info.st_size != size or not stat.S_ISREG(info.st_mode):
            doubtful.append((path, info))
    return lost + _differing(state, place, out, doubtful)


def _differing(state: State, place: str, out: Path, doubtful: list[tuple[str, os.stat_result]]) -> list[str]:
    """Those of the files whose bytes differ. The others, which were touched or copied, get new stamps."""
    published = state.published(place)
    touched = {}
    other = []
    for path, info in doubtful:
        stamp = published[path]
        is_same = bool(stamp.digest) and info.st_size == stamp.size and stat.S_ISREG(info.st_mode)
        if is_same and _digest(out / path) == stamp.digest:
            touched[path] = stamp._replace(mtime_ns=info.st_mtime_ns)
        else:
            other.append(path)
    if touched:
        with suppress(sqlite3.Error):  # they will be read again
            state.restamp(place, touched)
    return other


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return ""


# --- what is in the way ---


def _obstacles(stage: Stage, new: list[Staged], removed: list[str], *, adopt: bool) -> tuple[Problem, ...]:
    """What would make publishing fail halfway, or hit what is not ours, found before anything is moved."""
    problems = []
    gone = set(removed)
    for path, *_, meets in new:
        if meets == "file" and not adopt:
            hint = "Move it away, or build once with --adopt to overwrite it."
            message = f"{quote(path)} in the output is a file that no build of this site made."
            problems.append(error("output-foreign", message, None, hint))
        elif meets == "folder" and not _is_ours(stage.out, path, gone):
            problems.append(_cannot_write(path, OSError(0, "a folder of that name is in its place")))
        elif meets == "above" and not any(above in gone for above in _above(path)):
            problems.append(_cannot_write(path, OSError(0, "a file is where its folder must be")))
    problems += _closed_folders(stage, [*(item.path for item in new), *removed])
    return tuple(problems)


def _is_ours(out: Path, folder: str, gone: set[str]) -> bool:
    """Whether a folder of the output will be empty, and so go, when the files ``gone`` have gone."""
    files = (
        f"{Path(place).relative_to(out).as_posix()}/{name}"
        for place, _, names in os.walk(out / folder)
        for name in names
    )
    return (some := next(files, None)) is not None and some in gone and all(name in gone for name in files)


def _closed_folders(stage: Stage, paths: list[str]) -> list[Problem]:
    """Errors for folders of the output that are links, since writing through them would reach other places, and for
    those that may not be changed."""
    out = stage.out
    problems = []
    folders = {"", *(above for path in paths for above in _above(path))} if paths else set()
    near = next(folder for folder in (out, *out.parents) if folder.is_dir())
    for name in sorted(folders):
        folder = f"{out}/{name}" if name or near == out else f"{near}"
        try:
            mode = os.lstat(folder).st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode) and name:
            hint = "Remove the link; the build makes the folder itself."
            message = f"The folder {quote(name)} in the output is a link."
            problems.append(error("output-link", message, None, hint))
        elif stat.S_ISDIR(mode) and not _may_change(folder):
            problems.append(error("output-write", f"The folder {quote(folder)} cannot be written to.", None))
    return problems


def _may_change(folder: str) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _above(path: str) -> list[str]:
    """The folders that hold a path, from the inmost."""
    folders = []
    while path := path.rpartition("/")[0]:
        folders.append(path)
    return folders


def _in_the_way(removed: Iterable[str], new: Iterable[str]) -> set[str]:
    """What must go before anything is moved: a file where a folder comes, a file in a folder where a file comes,
    and a name that is another only by case or Unicode form, which some systems would overwrite and then lose."""
    removed = list(removed)
    if not removed:
        return set()
    names = {fold(path) for path in new}
    folders = {folder for name in names for folder in _above(name)}
    return {
        path
        for path in removed
        if (folded := fold(path)) in names
        or folded in folders
        or any(folder in names for folder in _above(folded))
    }


# --- the steps ---


def _journal(stage: Stage, new: list[str], removed: list[str]) -> dict[str, Any] | None:
    """The steps from the old site to the new one, as JSON: files that go, files that come (all of the stage, where
    it is the whole site), files that go afterwards. None where there is nothing to do."""
    if not new and not removed:
        return None
    first = _in_the_way(removed, new)
    return {
        "stage": place_of(stage.root, stage.folder),
        "first": sorted(first),
        "moves": "all" if stage.is_whole else new,
        "last": [path for path in removed if path not in first],
    }


def _take_steps(state: State, root: Path, place: str, journal: dict[str, Any]) -> tuple[Problem, ...]:
    """Do what the journal says, from wherever an earlier run was stopped, and strike it out."""
    out = Path(os.path.normpath(root / place))
    stage = Path(os.path.normpath(root / journal["stage"]))
    path = ""
    try:
        if journal["first"]:
            for path in journal["first"]:
                _remove(out, path)
            # Done twice, this could hit the new file where names differ in case alone.
            journal = {**journal, "first": []}
            state.note(place, journal)
        if journal["moves"] == "all":
            path = out.name
            _move_all(stage, out)
        else:
            for path in journal["moves"]:
                _move(f"{stage}/{_flat(path)}", f"{out}/{path}")
        for path in journal["last"]:
            _remove(out, path)
        state.note(place, None)
    except OSError as failure:
        return (_cannot_write(path, failure),)
    except sqlite3.Error as failure:
        return (error("state-write", f"The state of the build cannot be written: {failure}."),)
    shutil.rmtree(stage, ignore_errors=True)
    return ()


def _move_all(stage: Path, out: Path) -> None:
    """Move a whole tree. Folders that are not there yet move at once, with all that is in them."""
    if not stage.is_dir():  # it became the output
        return
    if not os.path.lexists(out):
        _move(str(stage), str(out))
        return
    for entry in list(os.scandir(stage)):
        target = out / entry.name
        if entry.is_dir(follow_symlinks=False) and target.is_dir() and not target.is_symlink():
            _move_all(Path(entry.path), target)
        else:
            _move(entry.path, str(target))


def _move(waiting: str, target: str) -> None:
    """Put one file or folder in its place; one that no longer waits has been moved before."""
    try:
        os.replace(waiting, target)  # noqa: PTH105
    except FileNotFoundError:
        if not os.path.lexists(waiting):
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        _move(waiting, target)
    except OSError as failure:
        if failure.errno != errno.EXDEV:
            raise
        _move_by_copy(Path(waiting), Path(target))


def _move_by_copy(waiting: Path, target: Path) -> None:
    """Between two file systems that say they are one, as with a folder mounted in another place."""
    beside = target.with_name(f".acadsite-stage-{_flat(target.name)}")
    beside.parent.mkdir(parents=True, exist_ok=True)
    if waiting.is_dir():
        shutil.copytree(waiting, beside, dirs_exist_ok=True, copy_function=shutil.copyfile)
    else:
        shutil.copyfile(waiting, beside)
    beside.replace(target)


def _remove(out: Path, path: str) -> None:
    """Remove one file and the folders that are empty without it. What is no file any more is not ours."""
    if not _is_inside(path):
        return
    target = out / path
    try:
        target.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError:
        if target.is_dir():
            return
        raise
    folder = target.parent
    while folder != out and folder.is_relative_to(out):
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return
        folder = folder.parent


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return not path.startswith(("/", "\\")) and ".." not in parts and ":" not in path
