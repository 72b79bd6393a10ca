"""The HTTP side of the preview: pages out of the snapshot, livereload's script and socket, and who may ask.

A page elsewhere must not read the preview: names that lead here but are not ours (DNS rebinding) and foreign origins
are refused. No address changes anything, and no message names a file of the disk.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import mimetypes
import os
import re
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote, urlsplit

import tornado.iostream
import tornado.web
import tornado.websocket
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler

from acadsite.serve.overlay import bare_page, client_script, with_script

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from acadsite.serve.preview import Answer, Asked, Preview, Snapshot

_CHUNK = 1 << 18
_LONGEST_VERSION = 80
#: What a host may look like; anything else is refused before it is looked at.
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?\Z", re.IGNORECASE)
#: Types that systems know otherwise (Windows' registry), or not at all.
_TYPES = {
    ".html": "text/html", ".htm": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
    ".json": "application/json", ".xml": "application/xml", ".svg": "image/svg+xml", ".png": "image/png",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
    ".ico": "image/x-icon", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf",
    ".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/plain", ".bib": "text/plain",
    ".wasm": "application/wasm", ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".vtt": "text/vtt",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip


@dataclass(slots=True)
class Live:
    """What the handlers share. ``make`` makes an artifact, while others are answered; ``tops`` are the folders that
    files may come from; ``hosts`` more names to answer."""

    preview: Preview
    make: Callable[[Snapshot, str], Awaitable[Asked]]
    tops: tuple[Path, ...]
    hosts: frozenset[str] = frozenset()
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    tabs: set[Tab] = field(default_factory=set)
    requests: int = 0
    asked: float = 0.0

    def tell(self) -> None:
        """Bring every tab to the snapshot: those whose page changed load it again, the others get new sheets."""
        snapshot = self.preview.snapshot
        if snapshot is None:
            return
        self.ready.set()
        for tab in tuple(self.tabs):
            if snapshot.is_stale(tab.path, tab.version):
                tab.tell_reload(snapshot.number)
                continue
            for sheet in snapshot.sheets:
                tab.tell_sheet(sheet, snapshot.number)
            tab.version = snapshot.version(snapshot.answer(tab.path))

    def allows(self, host: str, local: str) -> bool:
        """Whether a ``Host`` header names this server: a loopback name, an allowed one, or the very address that
        the connection came to (``local``), which no other server's name can be made to look like."""
        found = _HOST.match(host)
        if not found:
            return False
        name = found[1].lower().rstrip(".")
        if name == "localhost" or name.endswith(".localhost") or name in self.hosts:
            return True
        try:
            address = ipaddress.ip_address(name.strip("[]"))
            own = ipaddress.ip_address(local.partition("%")[0])
        except ValueError:
            return False
        plain = getattr(own, "ipv4_mapped", None) or own
        return str(address) in {"127.0.0.1", "::1"} or address == plain


class _Guarded(tornado.web.RequestHandler):
    """Answers those only who asked for this server."""

    def initialize(self, live: Live) -> None:
        self.live = live

    def prepare(self) -> None:
        self.live.requests += 1
        self.live.asked = time.monotonic()
        hosts = self.request.headers.get_list("Host")
        if len(hosts) != 1 or not self.live.allows(hosts[0], self._local_address()):
            self.refuse(
                "Not a name of this server. To use it under this name: acadsite serve --allow-host NAME"
            )

    def refuse(self, reason: str) -> None:
        """403 with one line."""
        self.set_status(403)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{reason}\n")

    def _local_address(self) -> str:
        stream = getattr(self.request.connection, "stream", None)
        try:
            return str(stream.socket.getsockname()[0])  # type: ignore[union-attr]
        except (AttributeError, OSError):
            return ""

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")


class _Elsewhere(_Guarded):
    """Whatever is no path: ``*``, another server's address."""

    def prepare(self) -> None:
        super().prepare()
        if not self._finished:
            raise tornado.web.HTTPError(400)


class _Pages(_Guarded):
    async def head(self, path: str) -> None:
        await self.get(path)

    async def get(self, path: str) -> None:
        await self.live.ready.wait()
        snapshot = self.live.preview.snapshot
        assert snapshot is not None  # noqa: S101
        answer = snapshot.answer(path)
        if answer.location:
            query = f"?{self.request.query}" if self.request.query else ""
            self.redirect(answer.location + query)
            return
        self.set_status(answer.status)
        if answer.artifact:
            await self._artifact(snapshot, answer)
        elif answer.output is None and answer.status == 404:
            self.write_error(404)
        elif answer.is_page:
            await self._page(answer, snapshot.version(answer))
        else:
            await self._file(answer)

    async def _page(self, answer: Answer, version: str) -> None:
        output = answer.output
        if output is None:
            data = bare_page()
        elif output.copy is None:
            data = output.data
        else:
            file = await self._open(output.copy)
            if file is None:
                return
            with file:
                data = await _in_thread(file.read)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(with_script(data, self._script(), version, answer.tail))

    async def _artifact(self, snapshot: Snapshot, answer: Answer) -> None:
        asked = await self.live.make(snapshot, answer.artifact)
        if asked.output is not None:
            self._set_type(asked.path)
            self.write(asked.output.data)
            return
        self.set_status(500)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(with_script(bare_page(), self._script(), snapshot.version(answer), asked.tail))

    def _script(self) -> str:
        """livereload's script reads host and port from its own address, but for IPv6 and where no port is given."""
        found = _HOST.match(self.request.headers["Host"])
        more = ""
        if found and (found[1].startswith("[") or not found[2]):
            usual = 443 if self.request.headers.get("X-Forwarded-Proto") == "https" else 80
            more = f"&host={found[1]}&port={found[2] or usual}"
        return f"/livereload.js?mindelay=200&maxdelay=1500{more}"

    async def _file(self, answer: Answer) -> None:
        output = answer.output
        assert output is not None  # noqa: S101
        if output.copy is None:
            self._set_type(output.path)
            self.write(output.data)
            return
        file = await self._open(output.copy)
        if file is None:
            return
        with file:
            size = os.fstat(file.fileno()).st_size
            start, end = self._range(size)
            self._set_type(output.path)
            self.set_header("Content-Length", str(end - start))
            if self.request.method == "HEAD":
                return
            file.seek(start)
            try:
                while start < end:
                    chunk = await _in_thread(file.read, min(_CHUNK, end - start))
                    if (
                        not chunk
                    ):  # cut off while it was sent; what is missing is filled, for the length was told
                        chunk = bytes(min(_CHUNK, end - start))
                    start += len(chunk)
                    self.write(chunk)
                    await self.flush()
            except tornado.iostream.StreamClosedError:
                return  # the reader went away

    def _range(self, size: int) -> tuple[int, int]:
        """The part asked for (RFC 9110, 14): players of videos insist on it. One range only."""
        self.set_header("Accept-Ranges", "bytes")
        found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", self.request.headers.get("Range", ""))
        if not found or not (found[1] or found[2]):
            return 0, size
        first = int(found[1]) if found[1] else max(0, size - int(found[2]))
        last = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
        if first > last:
            return 0, size
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {first}-{last}/{size}")
        return first, last + 1

    def _set_type(self, path: str) -> None:
        kind, encoding = mimetypes.guess_type(path)
        kind = _TYPES.get(Path(path).suffix.lower()) or (None if encoding else kind)
        kind = kind or "application/octet-stream"
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)

    async def _open(self, path: Path) -> BinaryIO | None:
        file: BinaryIO | None = await _in_thread(_open_inside, path, self.live.tops)
        if file is None:
            self.set_status(404)
            self.write_error(404)
        return file


async def _in_thread(function: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


def _open_inside(path: Path, tops: Iterable[Path]) -> BinaryIO | None:
    """A regular file below one of ``tops``; None for all else: a link put there since the build may lead anywhere."""
    try:
        real = path.resolve(strict=True)
        if not any(real.is_relative_to(top) for top in tops) or not stat.S_ISREG(real.stat().st_mode):
            return None
        return real.open("rb")
    except (OSError, RuntimeError):
        return None


class _Script(_Guarded, LiveReloadJSHandler):  # type: ignore[misc]
    """livereload's script, with ours in front."""

    def get(self) -> None:
        self.write(client_script())
        super().get()


class Tab(_Guarded, LiveReloadHandler):  # type: ignore[misc]
    """A page in a browser, by livereload's protocol. ``path`` and ``version`` are what it shows."""

    path = ""
    version = ""

    def prepare(self) -> None:
        super().prepare()
        if not self._finished and not self.check_origin(self.request.headers.get("Origin", "")):
            self.refuse("Pages of this server only.")

    def check_origin(self, origin: str) -> bool:
        """The page must be of this very server: the same name, the same port."""
        parts = urlsplit(origin) if origin else None
        return parts is not None and parts.scheme in {"http", "https"} and parts.netloc == self.request.host

    def on_message(self, message: Any) -> None:
        """The handshake; anything else a page may say does not count."""
        try:
            said = json.loads(message)
            command = said["command"]
            if command == "hello":
                super().on_message(message)
            elif command == "info":
                self._join(urlsplit(said["url"]).path, said.get("plugins"))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return

    def _join(self, path: str, plugins: Any) -> None:
        self.path = unquote(path).removeprefix("/")
        own = plugins.get("acadsite") if isinstance(plugins, dict) else None
        given = str(own.get("version", ""))[:_LONGEST_VERSION] if isinstance(own, dict) else ""
        snapshot = self.live.preview.snapshot
        if snapshot is not None:
            self.version = given or snapshot.version(snapshot.answer(self.path))
            if snapshot.is_stale(self.path, self.version) or snapshot.lacks_sheets(self.version):
                self.tell_reload(snapshot.number)
        self.live.tabs.add(self)

    def on_close(self) -> None:
        self.live.tabs.discard(self)

    def tell_reload(self, build: int) -> None:
        """Load the page again."""
        self._tell({"command": "reload", "path": "*", "liveCSS": False, "build": build})

    def tell_sheet(self, address: str, build: int) -> None:
        """Load a style sheet again, the page stays. ``address`` is the path in its address."""
        self._tell({"command": "reload", "path": address, "liveCSS": True, "build": build})

    def _tell(self, message: dict[str, object]) -> None:
        try:
            sent = self.write_message(json.dumps(message))
        except tornado.websocket.WebSocketClosedError:
            self.live.tabs.discard(self)
            return
        sent.add_done_callback(lambda future: future.cancelled() or future.exception())


def make_app(live: Live) -> tornado.web.Application:
    """The application. Only GET and HEAD; no address changes anything."""
    shared = {"live": live}
    return tornado.web.Application(
        [
            (r"/livereload", Tab, shared),
            (r"/livereload.js", _Script, shared),
            (r"/(.*)", _Pages, shared),
        ],
        default_handler_class=_Elsewhere,
        default_handler_args=shared,
        log_function=lambda _: None,
        websocket_ping_interval=30,
        websocket_max_message_size=1 << 16,
    )
