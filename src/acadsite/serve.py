"""The preview server: builds, serves the last good build, reloads the browser. The only user of livereload.

Simple for now: the outputs of a build are kept in memory, a thread watches the sources, and a page that could not
be built shows its problems. It listens on the loopback interface only and answers no other host name.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tornado.httpserver
import tornado.web
import tornado.websocket
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler

from acadsite.build import Result, day, render
from acadsite.graph import path_of
from acadsite.problems import format_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.publish import Output

_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]|[a-z0-9-]+\.localhost)(:\d+)?\Z", re.IGNORECASE)
_FOLDERS = ("content", "themes", "templates", "assets")
_SCRIPT = b'<script src="/livereload.js?port=%d&amp;path=livereload" defer></script>'


@dataclass(slots=True)
class Preview:
    """The last build. Replaced as a whole, so that a request always sees one build."""

    root: Path
    drafts: bool
    lines_of: Callable[[str], list[str] | None]
    outputs: Mapping[str, Output] = field(default_factory=dict)
    report: str = ""
    failed: bool = False

    def build(self) -> Result:
        """Build, and take the outputs where there is no error."""
        result = render(self.root, today=day(None), drafts=self.drafts, url="http://localhost/")
        self.report = format_text(result.report.problems, self.lines_of)
        self.failed = result.report.has_errors
        if not self.failed:
            self.outputs = result.outputs
        return result


class _Guarded(tornado.web.RequestHandler):
    """Answers the loopback names only: another host name is a page elsewhere that found this port (DNS
    rebinding)."""

    def prepare(self) -> None:
        if not _HOST.match(self.request.host or "") or len(self.request.headers.get_list("Host")) != 1:
            self.set_status(403)
            self.finish("Only localhost is served here.\n")

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")


class _Pages(_Guarded):
    def initialize(self, preview: Preview, port: int) -> None:
        self.preview, self.port = preview, port

    def head(self, path: str) -> None:
        self.get(path)

    def get(self, path: str) -> None:
        outputs = self.preview.outputs
        if self.preview.failed and not self._is_file(path):
            self._answer(500, "text/html; charset=utf-8", _error_page(self.preview.report))
            return
        name = path_of(path)
        if name not in outputs and f"{path}/index.html" in outputs:
            self.redirect("/" + path.lstrip("/") + "/")
            return
        status = 200 if name in outputs else 404
        output = outputs.get(name) or outputs.get("404.html")
        if output is None:
            self._answer(404, "text/plain; charset=utf-8", b"Not found.\n")
            return
        try:
            data = output.copy.read_bytes() if output.copy else output.data
        except OSError:
            self._answer(404, "text/plain; charset=utf-8", b"Not found.\n")
            return
        kind = mimetypes.guess_type(output.path)[0] or "application/octet-stream"
        self._answer(status, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, data)

    @staticmethod
    def _is_file(path: str) -> bool:
        return bool(re.search(r"\.[a-z0-9]+\Z", path)) and not path.endswith(".html")

    def _answer(self, status: int, kind: str, data: bytes) -> None:
        self.set_status(status)
        self.set_header("Content-Type", kind)
        if kind.startswith("text/html"):
            script = _SCRIPT % self.port
            head, closing, rest = data.partition(b"</head>")
            data = head + script + closing + rest if closing else data + script
        self.write(data)


class _Reload(LiveReloadHandler):  # type: ignore[misc]
    """livereload's protocol for pages of this server only."""

    def check_origin(self, origin: str) -> bool:
        host = re.sub(r"^https?://", "", origin)
        return host == self.request.host and bool(_HOST.match(host))


def _error_page(report: str) -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems</title>'
        "<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}"
        "pre{white-space:pre-wrap;font:0.9rem/1.45 ui-monospace,monospace}</style></head><body>"
        f"<h1>The site cannot be built</h1><pre>{html.escape(report)}</pre>"
        "<p>The page comes back by itself when this is mended.</p></body></html>"
    ).encode()


def make_app(preview: Preview, port: int) -> tornado.web.Application:
    """The application: pages, livereload's script and socket; no address changes anything."""
    return tornado.web.Application(
        [
            (r"/livereload", _Reload),
            (r"/livereload.js", LiveReloadJSHandler),
            (r"/(.*)", _Pages, {"preview": preview, "port": port}),
        ]
    )


def run(
    root: Path,
    *,
    port: int,
    drafts: bool,
    browser: bool,
    say: Callable[[str], None],
    lines_of: Callable[[str], list[str] | None],
) -> None:
    """Serve until interrupted."""
    preview = Preview(root, drafts, lines_of)
    try:
        asyncio.run(_serve(preview, port, browser, say))
    except KeyboardInterrupt:
        say("Stopped.")


async def _serve(preview: Preview, port: int, browser: bool, say: Callable[[str], None]) -> None:
    from tornado.netutil import bind_sockets

    result = preview.build()
    if preview.report:
        say(preview.report)
    sockets = None
    for candidate in range(port, port + 20):
        try:
            sockets = bind_sockets(candidate, "127.0.0.1")
            break
        except OSError:
            continue
    if sockets is None:
        say(f"No port from {port} to {port + 19} is free; choose another with --port.")
        return
    actual = sockets[0].getsockname()[1]
    server = tornado.httpserver.HTTPServer(make_app(preview, actual))
    server.add_sockets(sockets)
    address = f"http://127.0.0.1:{actual}/"
    pages = len(result.graph.pages) if result.graph else 0
    say(f"{pages} pages. Serving at {address} (Ctrl-C ends)")
    if browser:
        import webbrowser

        webbrowser.open(address)
    try:
        await _watch(preview, say)
    except asyncio.CancelledError:
        pass
    finally:
        server.stop()


async def _watch(preview: Preview, say: Callable[[str], None]) -> None:
    """Build again after every change. The site's own folder is watched beside those in it: many editors save by
    renaming, after which the watch of a single file would be on the old one, and folders appear and go."""
    changed = asyncio.Event()
    renewed = asyncio.Event()

    def concerns(_: Any, path: str) -> bool:
        name = Path(path).name
        if name in _FOLDERS:
            renewed.set()
        return name in _FOLDERS or name == "site.yaml" or name.endswith(".py")

    async def follow(paths: list[Path], **options: Any) -> None:
        # A watch that is cancelled sets its event, so each has its own.
        async for _changes in watchfiles.awatch(
            *paths, debounce=50, step=5, stop_event=asyncio.Event(), rust_timeout=500, **options
        ):
            changed.set()

    import watchfiles

    loop = asyncio.get_running_loop()
    own = asyncio.create_task(follow([preview.root], recursive=False, watch_filter=concerns))
    inner = own
    try:
        while True:
            folders = [path for name in _FOLDERS if (path := preview.root / name).is_dir()]
            inner = asyncio.create_task(follow(folders)) if folders else own
            while not renewed.is_set():
                waiter = asyncio.create_task(changed.wait())
                done, _ = await asyncio.wait({waiter, own, inner}, return_when=asyncio.FIRST_COMPLETED)
                for task in done - {waiter}:
                    waiter.cancel()
                    task.result()  # why a watch ended
                    return
                changed.clear()
                start = dt.datetime.now(dt.UTC)
                await loop.run_in_executor(None, preview.build)
                seconds = (dt.datetime.now(dt.UTC) - start).total_seconds()
                say(preview.report or f"Built again in {seconds:.2f} s.")
                _tell_browsers()
            renewed.clear()
            # What changed before the new watch began is in the next build.
            changed.set()
            if inner is not own:
                inner.cancel()
    finally:
        own.cancel()
        inner.cancel()


def _tell_browsers() -> None:
    message: dict[str, Any] = {"command": "reload", "path": "*", "liveCSS": True}
    for waiter in tuple(LiveReloadHandler.waiters):
        try:
            waiter.send_message(message)
        except tornado.websocket.WebSocketClosedError:
            LiveReloadHandler.waiters.discard(waiter)
