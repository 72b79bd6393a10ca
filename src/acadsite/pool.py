"""Work for several processes: the same function over numbered portions, results in order.

Processes are forked, so that they see everything that is in memory without its being sent; only results travel.
Who calls may want to freeze the collector of cycles before (``gc.freeze``): it writes to every object it looks at, and
so copies the memory that processes share. Where a process cannot be forked safely (other systems than Linux, other
threads) all is done here. Which process does which portion is left to chance, so no result may depend on it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: Numbers wait in a pipe, which holds 64 KB.
MOST_PORTIONS = 8_000


class WorkerError(RuntimeError):
    """A worker failed; the text is its traceback."""


def can_fork() -> bool:
    """Whether this process can be forked without harm."""
    return sys.platform == "linux" and threading.active_count() == 1


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    count: int, do: Callable[[int], T], jobs: int, meanwhile: Callable[[], object] | None = None
) -> list[T]:
    """``[do(0), …, do(count - 1)]``, made by up to ``jobs`` processes of which this is one. Results of the others
    must be picklable. What ``do`` raises elsewhere comes as a ``WorkerError``; what a process leaves undone that is
    killed, or cannot be started, is done here. Where there are others, this one does ``meanwhile`` first: something
    that it needs later."""
    jobs = min(jobs, count)
    if jobs < 2 or not can_fork() or count > MOST_PORTIONS:
        return [do(number) for number in range(count)]
    tickets, fill = os.pipe()
    os.write(fill, b"".join(number.to_bytes(4, "little") for number in range(count)))
    os.close(fill)
    workers: list[tuple[int, int]] = []
    results: dict[int, T] = {}
    try:
        with suppress(OSError):
            for _ in range(jobs - 1):
                workers.append(_fork(tickets, do))  # noqa: PERF401 - those before a failure count
        if meanwhile is not None:
            meanwhile()
        _work(tickets, do, results)
        for _, answers in workers:
            results |= _answer(answers)
    except BaseException:
        for process, _ in workers:
            os.kill(process, signal.SIGKILL)
        raise
    finally:
        os.close(tickets)
        for process, answers in workers:
            os.close(answers)
            os.waitpid(process, 0)
    return [results[number] if number in results else do(number) for number in range(count)]


def _work(tickets: int, do: Callable[[int], T], results: dict[int, T]) -> None:
    while ticket := os.read(tickets, 4):
        number = int.from_bytes(ticket, "little")
        results[number] = do(number)


def _fork(tickets: int, do: Callable[[int], Any]) -> tuple[int, int]:
    """A process that works and then writes its results; its number and where they come."""
    answers, out = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(answers)
        os.close(out)
        raise
    if process:
        os.close(out)
        return process, answers
    status = 1
    try:
        results: dict[int, Any] = {}
        answer: tuple[bool, Any]
        try:
            _work(tickets, do, results)
            answer = (True, results)
        except Exception:  # noqa: BLE001 - told to the parent
            answer = (False, traceback.format_exc())
        with os.fdopen(out, "wb") as stream:
            pickle.dump(answer, stream, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _answer(answers: int) -> Any:
    with os.fdopen(os.dup(answers), "rb") as stream:
        try:
            succeeded, value = pickle.load(stream)  # noqa: S301 - our own process
        except (EOFError, pickle.UnpicklingError):  # it was killed
            return {}
    if not succeeded:
        raise WorkerError(value)
    return value
