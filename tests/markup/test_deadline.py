"""The limit of time holds wherever a body is rendered: main thread, other threads, forked processes."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from acadsite.markup import deadline
from acadsite.markup.deadline import OutOfTime, within

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _no_worker_stays() -> Iterator[None]:
    yield
    deadline._WORKER.stop()


def in_thread(function: Callable[[], T]) -> T:
    found: list[T] = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join(30)
    return found[0]


def spin(seconds: float) -> float:
    started = time.process_time()
    while time.process_time() - started < seconds:
        pass
    return seconds


def ends_in_time(seconds: float) -> bool:
    try:
        return within(0.2, spin, seconds) == seconds
    except OutOfTime:
        return False


def test_a_call_ends_in_every_thread() -> None:
    assert ends_in_time(0.01)
    assert not ends_in_time(5)
    assert in_thread(lambda: (ends_in_time(0.01), ends_in_time(5), ends_in_time(0.01))) == (True, False, True)


def test_a_worker_counts_its_own_time_and_stays() -> None:
    def work() -> tuple[bool, bool]:
        process = deadline._WORKER._started()
        within(0.2, time.sleep, 0.5)  # a busy machine, as it were
        return ends_in_time(5), deadline._WORKER.process is process and process.poll() is None

    assert in_thread(work) == (False, True)


def test_a_worker_that_is_gone_is_replaced() -> None:
    def work() -> bool:
        assert ends_in_time(0.01)
        process = deadline._WORKER.process
        assert process is not None
        process.kill()
        process.wait()
        return ends_in_time(0.01)

    assert in_thread(work)


def test_a_worker_that_is_silent_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "_PATIENCE", 0.3)
    started = time.monotonic()
    with pytest.raises(OutOfTime):
        deadline._WORKER.call(0.2, time.sleep, (20,))
    assert time.monotonic() - started < 10
    monkeypatch.undo()  # the next may take as long as a busy machine needs
    assert in_thread(lambda: ends_in_time(0.01))


def test_what_a_call_raises_is_raised() -> None:
    def work() -> str:
        try:
            within(1, int, "x")
        except ValueError as fault:
            return str(fault)
        return ""

    assert work() == in_thread(work) == "invalid literal for int() with base 10: 'x'"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_a_forked_process_has_its_own_alarm() -> None:
    def work() -> int:
        assert ends_in_time(0.01)
        process = os.fork()
        if not process:
            status = 1
            try:
                lonely = deadline._WORKER.process is None
                status = 0 if lonely and ends_in_time(0.01) and not ends_in_time(5) else 2
            finally:
                os._exit(status)
        return os.waitpid(process, 0)[1]

    assert in_thread(work) == 0
    assert in_thread(lambda: ends_in_time(0.01))


def test_a_worker_does_not_hear_the_key_that_stops_a_server() -> None:
    def work() -> bool:
        process = deadline._WORKER._started()
        process.send_signal(signal.SIGINT)
        return ends_in_time(0.01) and deadline._WORKER.process is process

    assert in_thread(work)
