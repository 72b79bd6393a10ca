"""The preview server: builds, serves the last good build, reloads the browser. The only user of livereload.

``watch`` says what changed, ``preview`` builds in a thread of its own and holds what is shown, ``server`` answers
requests from it meanwhile, ``overlay`` is what pages get added. A save during a build leads to one more build.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import gc
import ipaddress
import logging
import queue
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import tornado.httpserver
from tornado.netutil import bind_sockets

from acadsite import packaged_themes
from acadsite.dates import day
from acadsite.serve.preview import Asked, Built, LinesOf, Make, Preview, Snapshot
from acadsite.serve.server import Live, make_app
from acadsite.serve.watch import Watch
from acadsite.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from acadsite.problems import Problem

T = TypeVar("T")

__all__ = ["Make", "Options", "Voice", "run", "warm"]

#: How many ports are tried.
_PORTS = 20
#: A save so soon after a build is one of many (a formatter, a checkout): then the site is built when they end,
#: ``_QUIET`` seconds after the last, but ``_LONGEST`` after the first at the latest. Any other save is built at
#: once, unless it looks half done; then ``_PAUSE`` without another is waited for.
_BURST, _QUIET, _LONGEST, _PAUSE = 0.5, 0.2, 0.8, 0.15
_FEW = 5
#: While a build runs, a request waits this long for its turn several times (Python's default is 5 ms).
_SWITCH = 0.001
#: Bytes from which a file is looked at twice, and seconds between the two looks.
_LARGE = 1 << 20
_WRITING = 0.01
#: The search for cycles stops everything, for 80 ms with 1,500 pages and up to 380 in the midst of a build. It is done
#: when nothing else is, ``_IDLE`` seconds after the last request, or when there was this much to leave cycles.
_IDLE, _MOST_BUILDS, _MOST_REQUESTS = 1.0, 20, 5_000


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. ``hosts`` are more names to answer to; ``host`` None is the loopback interface."""

    port: int = 8000
    host: str | None = None
    hosts: tuple[str, ...] = ()
    drafts: bool = True
    browser: bool = False
    poll: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak to the person: ``say`` progress, ``tell`` what must be known, ``show`` problems; ``crash`` makes
    a report of a bug and tells of it. ``lines_of`` gives a fresh reader of source lines."""

    say: Callable[[str], None]
    tell: Callable[[str], None]
    show: Callable[[Sequence[Problem]], object]
    crash: Callable[[Exception], object]
    lines_of: Callable[[], LinesOf]


def warm(root: Path, *, drafts: bool) -> Make:
    """Builds what changed since the last time."""
    workshop = Workshop(root, drafts=drafts, url="http://localhost/")
    return lambda _: workshop.build(day(None))


def run(root: Path, options: Options, voice: Voice, make: Make | None = None) -> int:
    """Serve until interrupted; the exit code. ``make`` builds (``preview.Make``); without it a ``Workshop`` does."""
    preview = Preview(make or warm(root, drafts=options.drafts), voice.lines_of, lambda: day(None))
    # Requests that are no HTTP would be told of in the terminal.
    logging.getLogger("tornado.general").setLevel(logging.CRITICAL)
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    gc.disable()
    try:
        return asyncio.run(_serve(root, options, voice, preview))
    except KeyboardInterrupt:
        voice.say("Stopped.")
        return 0
    finally:
        gc.enable()
        sys.setswitchinterval(before)


async def _serve(root: Path, options: Options, voice: Voice, preview: Preview) -> int:
    try:
        sockets = _listen(options, voice)
    except OSError as failure:
        voice.tell(str(failure))
        return 1
    port = sockets[0].getsockname()[1]
    address = f"http://{_shown(options.host)}:{port}/"
    hosts = frozenset(name.lower().rstrip(".") for name in (*options.hosts, options.host or ""))
    tops = (root.resolve(), packaged_themes().resolve())
    teller = _Teller(voice)
    printer = _Worker("acadsite-artifacts")

    async def make(snapshot: Snapshot, path: str) -> Asked:
        asked = await printer.run(functools.partial(preview.artifact, snapshot, path))
        teller.artifact(asked)
        return asked

    live = Live(preview, make, tops, hosts)
    server = tornado.httpserver.HTTPServer(make_app(live), max_body_size=1 << 16)
    server.add_sockets(sockets)
    _warn_of_exposure(options, port, voice)

    loop = asyncio.get_running_loop()
    pending = _Pending()
    worker = _Worker("acadsite-build")

    def note(paths: set[str], has_moved: bool) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(pending.note, paths, has_moved)

    def tell(text: str) -> None:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(voice.tell, text)

    watch = Watch(root, note, tell, poll=options.poll)
    tidying = asyncio.create_task(_tidy(live, pending))
    try:
        watch.start()
        built = await worker.run(functools.partial(preview.build, None))
        pending.finish()
        live.tell()
        teller.first(built, address)
        if options.browser:
            threading.Thread(target=_open_browser, args=(address,), daemon=True).start()
        while True:
            if built.crash is None:
                watch.extend(_folders_of(root, built.extensions))
            changed = await pending.take()
            built = await worker.run(functools.partial(preview.build, changed))
            pending.finish()
            live.tell()
            teller.again(built)
    finally:
        tidying.cancel()
        watch.stop()
        server.stop()


async def _tidy(live: Live, pending: _Pending) -> None:
    """Look for cycles to free, now and then."""
    requests = builds = 0
    while True:
        await asyncio.sleep(_IDLE)
        asked, built = live.requests - requests, pending.builds - builds
        is_idle = (
            time.monotonic() - max(live.asked, pending.last, pending.finished) > _IDLE
            and not pending.is_building
        )
        if ((asked or built) and is_idle) or asked > _MOST_REQUESTS or built > _MOST_BUILDS:
            gc.collect()
            requests, builds = live.requests, pending.builds


def _folders_of(root: Path, extensions: Sequence[str]) -> tuple[Path, ...]:
    """Folders of extensions that are not at the top of the site, which is watched anyway."""
    top = root.resolve()
    parents = {(top / name).parent for name in extensions}
    return tuple(sorted(folder for folder in parents if folder != top and folder.is_relative_to(top)))


class _Pending:
    """Changes that no build has seen."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.has_moved = False
        self.some = asyncio.Event()
        self.last = self.finished = 0.0
        self.builds = 0
        self.is_building = True

    def note(self, paths: set[str], has_moved: bool) -> None:
        """Take changed paths, and whether files came or went."""
        self.paths |= paths
        self.has_moved |= has_moved
        self.last = time.monotonic()
        self.some.set()

    def finish(self) -> None:
        """A build ended."""
        self.finished = time.monotonic()
        self.builds += 1
        self.is_building = False

    async def take(self) -> set[str]:
        """Wait for changes, and for the end of what looks like several; the paths."""
        await self.some.wait()
        first = time.monotonic()
        quiet = _QUIET if first - self.finished < _BURST else 0.0
        while True:
            wanted = quiet or (_PAUSE if self._is_half_done() else 0.0)
            now = time.monotonic()
            rest = min(self.last + wanted, first + _LONGEST) - now
            if not wanted or rest <= 0:
                break
            await asyncio.sleep(rest)
        await self._grown(first)
        paths, self.paths, self.has_moved = self.paths, set(), False
        self.some.clear()
        self.is_building = True
        return paths

    async def _grown(self, first: float) -> None:
        """Wait until large files do not grow any more: the first of many writes is told of at once."""
        sizes = _large(self.paths)
        while sizes and time.monotonic() - first < _LONGEST:
            await asyncio.sleep(_WRITING)
            before, sizes = sizes, _large(self.paths)
            if sizes == before:
                return

    def _is_half_done(self) -> bool:
        """Whether more is to come: many files, one that came or went (and may come back), one that is empty so far."""
        return self.has_moved or len(self.paths) > _FEW or any(map(_is_empty, self.paths))


def _large(paths: Iterable[str]) -> dict[str, int]:
    """The sizes of those files that take a while to write."""
    sizes = {}
    for path in paths:
        with contextlib.suppress(OSError):
            size = Path(path).stat().st_size
            if size >= _LARGE:
                sizes[path] = size
    return sizes


def _is_empty(path: str) -> bool:
    try:
        return Path(path).stat().st_size == 0
    except OSError:
        return True


class _Worker:
    """One thread for all builds, so that what belongs to a thread (a database) may stay open, and one for all
    artifacts. It ends with the process, also in the midst of a build: nothing is written there that must be whole."""

    def __init__(self, name: str) -> None:
        self.tasks: queue.SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def run(self, function: Callable[[], T]) -> Awaitable[T]:
        """Run in the thread; the result, or the exception."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.tasks.put((function, future))
        return future

    def _work(self) -> None:
        while True:
            function, future = self.tasks.get()
            try:
                done = functools.partial(_settle, future, function(), None)
            except BaseException as failure:  # noqa: BLE001 - goes on in the loop
                done = functools.partial(_settle, future, None, failure)
            try:
                future.get_loop().call_soon_threadsafe(done)
            except RuntimeError:  # the loop has ended
                return


def _settle(future: asyncio.Future[Any], value: Any, failure: BaseException | None) -> None:
    if future.cancelled():
        return
    if failure is not None:
        future.set_exception(failure)
    else:
        future.set_result(value)


class _Teller:
    """Tells of builds; a problem that was told of and is still there is counted, not shown again."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.known: frozenset[Problem] = frozenset()
        self.of_artifacts: dict[str, frozenset[Problem]] = {}

    def first(self, built: Built, address: str) -> None:
        """The first build, and where the site is."""
        self._show(built)
        self.voice.say(f"{_count(built.pages, 'page')}. Serving at {address} (Ctrl-C ends)")

    def again(self, built: Built) -> None:
        """Another build."""
        if built.crash is not None:
            self.voice.crash(built.crash)
            return
        old = sum(problem in self.known for problem in built.problems)
        self._show(built)
        as_before = f" {_count(old, 'problem')} as before." if old else ""
        errors = sum(problem.level == "error" for problem in built.problems)
        state = f"Not built: {_count(errors, 'error')}" if errors else f"Built again in {built.seconds:.2f} s"
        self.voice.say(f"{state}.{as_before}")

    def artifact(self, asked: Asked) -> None:
        """An artifact that somebody asked for."""
        if asked.crash is not None:
            self.voice.crash(asked.crash)
            return
        known = self.known | self.of_artifacts.get(asked.path, frozenset())
        self.of_artifacts[asked.path] = frozenset(asked.problems)
        fresh = [problem for problem in dict.fromkeys(asked.problems) if problem not in known]
        if fresh:
            self.voice.show(fresh)

    def _show(self, built: Built) -> None:
        fresh = [problem for problem in built.problems if problem not in self.known]
        self.known = frozenset(built.problems)
        if fresh:
            self.voice.show(fresh)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# --- where to listen ---


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(options: Options, voice: Voice) -> list[socket.socket]:
    """Sockets at the first free port. Raises OSError, with what to do, where there is none."""
    places = ["127.0.0.1", "::1"] if options.host in {None, "localhost"} else [str(options.host)]
    last = min(options.port + _PORTS, 65_536) if options.port else 1
    for port in range(options.port, last):
        try:
            sockets = _bind(places, port)
        except OSError as failure:
            if failure.errno == errno.EADDRINUSE:
                continue
            reason = failure.strerror or str(failure)
            raise OSError(f"Cannot listen at {places[0]}, port {port}: {reason}.") from failure
        if options.port and port != options.port:
            voice.tell(f"Port {options.port} is taken; this is port {port}.")
        return sockets
    raise OSError(f"No port from {options.port} to {last - 1} is free; choose another with --port.")


def _bind(places: Sequence[str], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    for place in places:
        try:
            sockets += bind_sockets(port, place)
        except OSError as failure:
            if sockets and failure.errno != errno.EADDRINUSE:
                continue  # no IPv6 here
            for bound in sockets:
                bound.close()
            raise
        port = sockets[0].getsockname()[1]
    return sockets


def _shown(host: str | None) -> str:
    """The host in the address that is shown."""
    if host in {None, "localhost", "0.0.0.0"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{'::1' if host == '::' else host}]" if ":" in str(host) else str(host)


def _warn_of_exposure(options: Options, port: int, voice: Voice) -> None:
    if _is_loopback(options.host):
        return
    host = str(options.host)
    if host in {"0.0.0.0", "::"}:  # noqa: S104
        host = _own_address() or host
    drafts = ", drafts as well" if options.drafts else ""
    shown = f"[{host}]" if ":" in host else host
    voice.tell(
        f"Warning: with --host {options.host} everybody who can reach this computer can read the site{drafts}, "
        f"at http://{shown}:{port}/"
    )


def _own_address() -> str:
    """The address by which this computer would reach others. Nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody
        return str(probe.getsockname()[0])
    return ""


def _open_browser(address: str) -> None:
    import webbrowser

    webbrowser.open(address)
