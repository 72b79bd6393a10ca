"""State: what one build leaves for the next, as one SQLite file ``.acadsite/state.db`` of the site.

It holds facts of the engine (texts by kind and name), what was published where, and what a killed run was about to
move. Values are JSON, never pickle. It only saves work: without the file, the next build does everything again. One
build at a time may use it (``lock``). Safe against a killed process; a computer that loses power may lose it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.problems import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: Of the tables below; a file of another version is not read.
VERSION = 2
_TABLES = """
    CREATE TABLE facts (kind TEXT, name TEXT, value TEXT, PRIMARY KEY (kind, name));
    CREATE TABLE outputs (place TEXT, path TEXT, digest TEXT, size INTEGER, mtime_ns INTEGER, source TEXT,
        PRIMARY KEY (place, path)) WITHOUT ROWID;
    CREATE TABLE journal (place TEXT PRIMARY KEY, steps TEXT) WITHOUT ROWID;
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
#: Also written as plain text: should the file be lost, what is ours in an output folder is still known.
_LIST = "outputs.json"


class Stamp(NamedTuple):
    """A published file: BLAKE2b digest of its bytes (empty where unknown), and size and time of change as it was
    left. ``source`` is the signature of the file it is a copy of, empty for other files and where it says nothing."""

    digest: str
    size: int
    mtime_ns: int
    source: str = ""


#: A file of which only the name is known.
UNSEEN = Stamp("", -1, 0)


class State:
    """The open file. One thread at a time may use it, and no process that was forked after opening."""

    def __init__(self, database: sqlite3.Connection, folder: Path | None) -> None:
        self._database = database
        self.folder = folder
        self._published: dict[str, dict[str, Stamp]] = {}

    def close(self) -> None:
        """Close the file; what no finished transaction wrote is gone."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together, or none where an exception leaves it. One inside another is part
        of it."""
        if self._database.in_transaction:
            yield
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            self._published.clear()
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    # --- facts of the engine ---

    def rows(self, kind: str) -> Iterator[tuple[str, str]]:
        """All names and values of a kind, by name."""
        return iter(self._read("SELECT name, value FROM facts WHERE kind = ? ORDER BY name", kind))

    def names(self, kind: str) -> list[str]:
        """All names of a kind, in order."""
        return [row[0] for row in self._read("SELECT name FROM facts WHERE kind = ? ORDER BY name", kind)]

    def get(self, kind: str, name: str) -> str | None:
        """One value, or None."""
        found = self._read("SELECT value FROM facts WHERE kind = ? AND name = ?", kind, name)
        return found[0][0] if found else None

    def replace(self, kind: str, rows: Iterable[tuple[str, str]]) -> None:
        """Make ``rows`` (name and value) all that there is of a kind."""
        with self.transaction():
            self._database.execute("DELETE FROM facts WHERE kind = ?", (kind,))
            self._insert(kind, rows)

    def update(self, kind: str, rows: Iterable[tuple[str, str]], removed: Iterable[str] = ()) -> None:
        """Add or replace ``rows`` (name and value) of a kind and drop the names ``removed``. Rows in the order of
        their names are written fastest; they may be made one by one."""
        with self.transaction():
            self._database.executemany(
                "DELETE FROM facts WHERE kind = ? AND name = ?", [(kind, name) for name in removed]
            )
            self._insert(kind, rows)

    def _insert(self, kind: str, rows: Iterable[tuple[str, str]]) -> None:
        data = ((kind, name, value) for name, value in rows)
        self._database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", data)

    # --- published files ---

    def published(self, place: str) -> Mapping[str, Stamp]:
        """The files of ours in an output folder, by path."""
        found = self._published.get(place)
        if found is None:
            rows = self._read(
                "SELECT path, digest, size, mtime_ns, source FROM outputs WHERE place = ?", place
            )
            make = Stamp._make
            found = self._published[place] = {row[0]: make(row[1:]) for row in rows}
        return found

    def places(self) -> tuple[str, ...]:
        """The output folders into which this site was published."""
        return tuple(row[0] for row in self._read("SELECT DISTINCT place FROM outputs ORDER BY place"))

    def restamp(self, place: str, stamps: Mapping[str, Stamp], removed: Iterable[str] = ()) -> None:
        """Add or replace files of an output folder, and forget those ``removed``."""
        with self.transaction():
            known = {**self.published(place), **stamps}
            gone = [(place, path) for path in removed if known.pop(path, None) is not None]
            self._database.executemany("DELETE FROM outputs WHERE place = ? AND path = ?", gone)
            data = sorted((place, path, *stamp) for path, stamp in stamps.items())
            self._database.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?, ?)", data)
            self._published[place] = known

    def write_list(self) -> None:
        """Write the names of all published files beside the file as well, for the case that it is lost."""
        if self.folder is None:
            return
        lists = {place: sorted(self.published(place)) for place in self.places()}
        waiting = self.folder / f"{_LIST}.new"
        with suppress(OSError):  # it is a second copy
            waiting.write_text(json.dumps(lists, indent=0), encoding="utf-8")
            waiting.replace(self.folder / _LIST)

    def _read_list(self) -> None:
        if self.folder is None:
            return
        try:
            lists = json.loads((self.folder / _LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        for place, paths in lists.items() if isinstance(lists, dict) else ():
            if isinstance(paths, list):
                self.restamp(place, {path: UNSEEN for path in paths if isinstance(path, str)})

    # --- what is to be moved ---

    def journal(self) -> dict[str, Any]:
        """The steps (JSON values) by output folder that were decided and may not all be done."""
        return {place: json.loads(steps) for place, steps in self._read("SELECT place, steps FROM journal")}

    def note(self, place: str, steps: Any) -> None:
        """Write down steps for an output folder; None when they are done."""
        with self.transaction():
            if steps is None:
                self._database.execute("DELETE FROM journal WHERE place = ?", (place,))
            else:
                self._database.execute(
                    "INSERT OR REPLACE INTO journal VALUES (?, ?)", (place, json.dumps(steps))
                )

    # --- the file ---

    def _read(self, query: str, *values: str) -> list[Any]:
        """All rows at once. Where the file turns out to be damaged, all facts are forgotten: then there are none."""
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as failure:
            if not _is_damage(failure) or self._database.in_transaction:
                raise
            self._database.close()
            self._database = _start_anew(self.folder)
            self._published.clear()
            self._read_list()
            return self._database.execute(query, values).fetchall()

    def is_current(self, salt: str) -> bool:
        """Whether this version wrote the file, under the same salt."""
        found = self._read("SELECT value FROM about WHERE name = 'salt'")
        version = self._read("PRAGMA user_version")
        return bool(found) and found[0][0] == salt and version[0][0] == VERSION

    def _agree(self, salt: str) -> bool:
        """Whether the facts were made under ``salt``; if not, they are dropped."""
        found = self._read("SELECT value FROM about WHERE name = 'salt'")
        if found and found[0][0] == salt:
            return True
        with self.transaction():
            self._database.execute("DELETE FROM facts")
            self._database.execute("INSERT OR REPLACE INTO about VALUES ('salt', ?)", (salt,))
        return not found


def open_state(root: Path, salt: str) -> tuple[State, str]:
    """The state of the site in ``root``, and one line to say where what earlier builds knew could not be used.

    ``salt`` stands for all that the facts depend on besides the sources (versions of programs): under another one
    the facts are dropped, while published files stay known. The file is in the user's cache folder where the site
    cannot be written, and in memory only where that cannot be written either.
    """
    folder = state_folder(root)
    note = ""
    try:
        state, is_agreed = _open(folder, salt)
        if not is_agreed:
            note = "Acadsite, Python or a library is another version than before; everything is built anew."
    except sqlite3.Error as failure:
        # A file that is busy or cannot grow is left alone, and this run does without.
        database = _start_anew(folder if _is_damage(failure) else None)
        state = State(database, folder)
        state._read_list()
        state._agree(salt)
        note = f"The state of earlier builds cannot be used ({failure}); everything is built anew."
    if folder is None:
        note = "There is no folder to keep a state in; the next build will do everything again."
    return state, note


def _open(folder: Path | None, salt: str) -> tuple[State, bool]:
    database, is_new = _connect(folder)
    try:
        state = State(database, folder)
        if is_new:
            state._read_list()
        return state, state._agree(salt)
    except BaseException:
        database.close()
        raise


def _connect(folder: Path | None) -> tuple[sqlite3.Connection, bool]:
    """The open file, and whether it is new. Raises sqlite3.Error where it is damaged or of another version."""
    database = sqlite3.connect(
        ":memory:" if folder is None else folder / "state.db",
        isolation_level=None,
        timeout=10,
        check_same_thread=False,
    )
    try:
        return database, _prepare(database)
    except BaseException:
        database.close()
        raise


def _prepare(database: sqlite3.Connection) -> bool:
    # Rows are long, and hundreds of megabytes may be written at once: a table by number with an index of names, and a
    # journal of what was there before, take a sixth of the time that a write-ahead log and a table by names do.
    # Without waiting for the disk a killed process still leaves a whole file.
    database.executescript(
        "PRAGMA page_size = 16384; PRAGMA synchronous = OFF; PRAGMA journal_mode = TRUNCATE;"
        "PRAGMA temp_store = MEMORY;"
    )
    (version,) = database.execute("PRAGMA user_version").fetchone()
    is_new = not version and not database.execute("SELECT 1 FROM sqlite_master").fetchone()
    if is_new:
        database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION:
        raise sqlite3.DatabaseError(f"its version is {version}, not {VERSION}")
    elif (fault := database.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise sqlite3.DatabaseError(fault.splitlines()[-1])
    return is_new


def _start_anew(folder: Path | None) -> sqlite3.Connection:
    """A new file in the place of the old one, or one in memory where that is refused."""
    try:
        if folder is not None:
            for ending in ("", "-wal", "-shm", "-journal"):
                (folder / f"state.db{ending}").unlink(missing_ok=True)
        return _connect(folder)[0]
    except (OSError, sqlite3.Error):
        return _connect(None)[0]


def _is_damage(failure: sqlite3.Error) -> bool:
    """Whether the file is broken, and not only busy, full or out of reach. Text that is no UTF-8 has no code."""
    if isinstance(failure, (sqlite3.ProgrammingError, sqlite3.InterfaceError)):
        return False
    code = getattr(failure, "sqlite_errorcode", None)
    return code is None or code & 0xFF in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    }


def state_folder(root: Path) -> Path | None:
    """Where the state of a site is: ``.acadsite/`` in it, else a folder in the user's cache, else nowhere. It is
    made where it is not there."""
    for folder in (root.resolve() / ".acadsite", _cache(root)):
        # A link there is not ours: it may lead to files of someone else.
        if folder is not None and not folder.is_symlink() and _make(folder):
            return folder
    return None


def _make(folder: Path) -> bool:
    ignore = folder / ".gitignore"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _cache(root: Path) -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else "")
    try:
        above = Path(base) if base else Path.home() / ("Library/Caches" if _IS_MAC else ".cache")
    except RuntimeError:  # no HOME, and a user whom the system does not know
        return None
    place = root.resolve()
    digest = hashlib.blake2b(os.fsencode(place), digest_size=8).hexdigest()
    return above / "acadsite" / f"{place.name}-{digest}" if above.is_absolute() else None


_IS_MAC = sys.platform == "darwin"

# --- the lock of a build ---

#: Folders locked by this process, with the open file (-1 where there are no locks): the system's lock is one
#: between processes.
_held: dict[Path, int] = {}


@contextmanager
def lock(root: Path, wait: float = 5.0) -> Iterator[tuple[Problem, ...]]:
    """Be the only build of the site in ``root``. Gives an error instead that names the other one where it does not
    end within ``wait`` seconds.

    The system drops the lock with the process, so a killed build never holds it; a process forked meanwhile does
    not have it. Where nothing can be written there is no lock, and nothing to guard.
    """
    folder = state_folder(root)
    if folder is None:
        yield ()
        return
    deadline = time.monotonic() + wait
    while (holder := _take(folder)) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    if holder is not None:
        hint = "Wait until it has ended, or stop it."
        yield (error("build-running", f"Another build{holder} of this site is still running.", None, hint),)
        return
    try:
        yield ()
    finally:
        _release(folder)


def _take(folder: Path) -> str | None:
    """Take the lock of a folder; else who has it, as “ (pid 7)” or an empty text."""
    if folder in _held:
        return f" (pid {os.getpid()})"
    try:
        file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        file = -1
    if file >= 0:
        try:
            _lock_file(file)
        except (BlockingIOError, PermissionError):
            number = os.read(file, 20).decode("ascii", "replace").strip()
            os.close(file)
            return f" (pid {number})" if number.isdigit() else ""
        except OSError:  # a file system without locks
            os.close(file)
            file = -1
    if file >= 0:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    _held[folder] = file
    return None


def _release(folder: Path) -> None:
    file = _held.pop(folder, -1)
    if file >= 0:
        os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: int) -> None:
        # The byte that is locked cannot be read by others, so it stands far behind the number.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock_file(file: int) -> None:
        # Not flock, which a worker that outlives a killed build would go on holding.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
