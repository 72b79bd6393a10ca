"""One process measured from outside: seconds, seconds of its cores, peak memory; and a server that is edited.

Memory is that of the whole process tree. Of one process it is the highest resident size that the kernel noted; of
several it is the sum of their proportional sizes (PSS) at one moment, since forked workers share pages.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROC = Path("/proc")
#: Seconds between two looks at the memory, at least; looking may take a twentieth of a core.
PAUSE = 0.01
POLL = 0.002


class Failed(Exception):  # noqa: N818
    """The command did not do what it should: why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall-clock seconds, seconds of CPU of it and its children, peak memory in MiB."""

    seconds: float
    cpu: float
    peak: float


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        for thread in _listed(PROC / str(current) / "task"):
            with contextlib.suppress(OSError):
                children = (PROC / str(current) / "task" / thread / "children").read_text()
                queue += [int(child) for child in children.split()]
    return found


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def _kilobytes(path: Path, name: str) -> int:
    try:
        for line in path.read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def memory(pid: int) -> float:
    """MiB of the process tree now (of a single process: at its highest)."""
    processes = tree(pid)
    if len(processes) == 1:
        return _kilobytes(PROC / str(pid) / "status", "VmHWM:") / 1024
    return sum(_kilobytes(PROC / str(each) / "smaps_rollup", "Pss:") for each in processes) / 1024


def ticks(pid: int) -> int:
    """Hundredths of seconds that the tree's living processes have used."""
    total = 0
    for each in tree(pid):
        with contextlib.suppress(OSError):
            parts = (PROC / str(each) / "stat").read_text().rpartition(")")[2].split()
            total += int(parts[11]) + int(parts[12])
    return total


def run(command: Sequence[str], folder: Path, cap: float = 600.0) -> Run:
    """Run to its end. Raises Failed where it fails or takes longer than ``cap`` seconds."""
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                start_new_session=True,
            )  # fmt: skip
        except OSError as failure:
            raise Failed(f"{command[0]}: {failure.strerror}") from failure
        ended = threading.Event()
        peaks = [0.0]
        watcher = threading.Thread(target=_watch, args=(process.pid, ended, peaks, start + cap), daemon=True)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
        if process.returncode:
            errors.seek(0)
            last = (errors.read().strip().splitlines() or [f"ended with {process.returncode}"])[-1]
            # Where the folders of this machine are concerns no reader of the tables.
            said = re.sub(r"(?<!\S)/\S+", "…", last)
            raise Failed(f"took more than {cap:.0f} s" if seconds > cap else said)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peaks[0])


def _watch(pid: int, ended: threading.Event, peaks: list[float], deadline: float) -> None:
    while not ended.is_set():
        before = time.thread_time()
        peaks[0] = max(peaks[0], memory(pid))
        if time.perf_counter() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        ended.wait(max(PAUSE, 20 * (time.thread_time() - before)))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(slots=True)
class Server:
    """A preview server under measurement, on the loopback interface."""

    process: subprocess.Popen[bytes]
    port: int
    connection: http.client.HTTPConnection | None = None

    def page(self, address: str) -> bytes:
        """What it answers; nothing while it does not."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request("GET", address)
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.will_close:
                self.connection.close()
        except (OSError, http.client.HTTPException):
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return b""
        return text if answer.status == 200 else b""

    def wait_for(self, address: str, word: bytes, cap: float) -> float:
        """Seconds until a page holds the word. Raises Failed after ``cap`` seconds."""
        start = time.perf_counter()
        while word not in self.page(address):
            if time.perf_counter() - start > cap:
                raise Failed(f"an edit was not served within {cap:.0f} s")
            if self.process.poll() is not None:
                raise Failed(f"the server ended with {self.process.returncode}")
            time.sleep(POLL)
        return time.perf_counter() - start

    def rest(self, cap: float = 120.0) -> None:
        """Wait until it does nothing."""
        start, quiet, last = time.perf_counter(), 0, -10
        while quiet < 3 and time.perf_counter() - start < cap:
            time.sleep(0.2)
            now = ticks(self.process.pid)
            quiet = quiet + 1 if now - last <= 1 else 0
            last = now

    def edit(self, path: Path, text: str, address: str, word: str, cap: float = 120.0) -> float:
        """Save a file and wait: seconds from the end of saving until the page holds the word."""
        path.write_text(text, encoding="utf-8")
        return self.wait_for(address, word.encode(), cap)


@contextlib.contextmanager
def serving(command: Sequence[str], folder: Path) -> Iterator[Server]:
    """A server that runs in the folder, ended with all its children."""
    port = free_port()
    with subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield Server(process, port)
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(2)
