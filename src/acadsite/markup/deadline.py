"""Ends a call that takes too long.

A regular expression or parser of somebody else's may take hours on forty characters. Within the main thread of a
POSIX process an alarm interrupts it: Python's ``re`` looks for signals while it matches, so even one endless match
ends. The alarm counts the time of the processor, so that a busy machine gives the same pages. Other threads get no
signals, and a match does not let other threads run: there the call is sent to a worker process, which does it under
an alarm of its own. On Windows, without alarms, that process is killed.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

T = TypeVar("T")

#: A second alarm follows after this many seconds, for the case that the first was swallowed.
_AGAIN: Final = 0.5

#: A worker that is silent for so many seconds more than it had is killed.
_PATIENCE: Final = 30.0

_HAS_ALARM: Final = hasattr(signal, "setitimer")


class OutOfTime(BaseException):
    """The call did not end in time."""


def within(seconds: float, function: Callable[..., T], *arguments: Any) -> T:
    """``function(*arguments)``; raises ``OutOfTime`` when it takes longer than ``seconds``.

    ``function`` must be importable by its name, arguments and result must be picklable; what it raises is raised.
    """
    if _HAS_ALARM and threading.current_thread() is threading.main_thread():
        return _with_alarm(seconds, function, arguments)
    return _WORKER.call(seconds, function, arguments)


def _with_alarm(seconds: float, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    armed = True

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if armed:
            raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, ring)
    rest = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        try:
            return function(*arguments)
        finally:
            armed = False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, *rest)
        signal.signal(signal.SIGVTALRM, before)


class _Worker:
    """One process that does calls, one at a time; started when first wanted, and anew after each that was killed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def call(self, seconds: float, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        with self.lock:
            answer = self._answer(seconds, function, arguments)
        if answer is None:
            raise OutOfTime
        succeeded, value = answer
        if not succeeded:
            raise value
        result: T = value
        return result

    def _answer(self, seconds: float, *call: Any) -> tuple[bool, Any] | None:
        process = self._started()
        killer = threading.Timer(seconds + _PATIENCE if _HAS_ALARM else seconds, process.kill)
        killer.daemon = True
        killer.start()
        try:
            pickle.dump((seconds, *call), process.stdin)  # type: ignore[arg-type]
            process.stdin.flush()  # type: ignore[union-attr]
            answer: tuple[bool, Any] | None = pickle.load(process.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own process
        except (
            OSError,
            EOFError,
            pickle.UnpicklingError,
        ):  # too slow, or it died: both are what the limit is for
            self.stop()
            return None
        finally:
            killer.cancel()
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from acadsite.markup.deadline import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            atexit.register(self.stop)
            # The answer "ready" is waited for outside of the limit: starting Python takes its time.
            self.process.stdout.read(1)  # type: ignore[union-attr]
        return self.process

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def leave(self) -> None:
        """In a forked process: the worker is the parent's."""
        self.lock, self.process = threading.Lock(), None


_WORKER: Final = _Worker()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORKER.leave)


def serve() -> None:
    """The worker's side: calls from standard input, answers to standard output, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who is to stop is the process that asks
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever prints must not get into the answers
    target.write(b".")
    target.flush()
    while True:
        try:
            seconds, function, arguments = pickle.load(source)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        answer: tuple[bool, Any] | None
        try:
            answer = (True, _with_alarm(seconds, function, arguments) if _HAS_ALARM else function(*arguments))
        except OutOfTime:
            answer = None
        except Exception as fault:  # noqa: BLE001 - raised again on the other side
            answer = (False, fault)
        pickle.dump(answer, target)
        target.flush()
