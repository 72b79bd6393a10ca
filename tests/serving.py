"""A running preview server for tests: a process of its own, asked over real sockets."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from tornado import websocket
from tornado.httpclient import HTTPRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = {
    "site.yaml": "title: Jane\n",
    "content/pages/about.md": "---\ntitle: About\n---\n\nOne.\n",
    "content/pages/other.md": "---\ntitle: Other\n---\n\nOther.\n",
}

#: A build takes as long as the file says, all of it Python.
SLOW = """
import time
from pathlib import Path

def register(r):
    try:
        end = time.monotonic() + float(Path(__file__).with_name("seconds").read_text())
    except OSError:
        return
    while time.monotonic() < end:
        sum(range(100))
"""


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files by their path."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def wait_for(check: Callable[[], Any], seconds: float = 10) -> bool:
    """Whether ``check`` comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """``acadsite serve`` in a process. ``lines`` are what it said so far."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int = 0,
        command: tuple[str, ...] = (),
        before: tuple[str, ...] = (),
        **env: str,
    ) -> None:
        self.folder = folder
        arguments = [
            *command,
            sys.executable,
            "-m",
            "acadsite",
            *before,
            "-C",
            str(folder),
            "serve",
            *options,
        ]
        self.process = subprocess.Popen(
            [*arguments, "--port", str(port or free_port())],
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200"} | env,
        )
        atexit.register(self.process.kill)  # also where a test fails before it stops it
        self.lines: list[str] = []
        self.port = port
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            found = re.search(r"Serving at http://[^/]*:(\d+)/", line)
            if found:
                self.port = int(found[1])
            self.lines.append(line.rstrip("\n"))

    def started(self) -> Server:
        """This server, when it serves."""
        assert wait_for(lambda: self.said("Serving at") or self.process.poll() is not None, 30)
        assert self.process.poll() is None, self.lines
        return self

    def said(self, words: str) -> bool:
        """Whether it said this so far."""
        return any(words in line for line in self.lines)

    def builds(self) -> int:
        """How often it built again."""
        return sum(line.startswith(("Built again", "Not built")) for line in self.lines)

    def quiet(self, seconds: float = 0.5) -> int:
        """The number of builds, when none was for some time."""
        before = -1
        while before != (now := self.builds()):
            before = now
            time.sleep(seconds)
        return now

    def stop(self) -> float:
        """Interrupt it; the seconds it took. Fails where its end is not clean."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0, self.lines
        return time.monotonic() - start

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        connection.close()
        return response.status, dict(response.getheaders()), body

    def text(self, path: str) -> str:
        """The body alone."""
        return self.ask(path)[2]

    def raw(self, request: bytes) -> bytes:
        """The answer to bytes, whatever they are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as wire:
            wire.sendall(request)
            answer = b""
            try:
                while chunk := wire.recv(1 << 16):
                    answer += chunk
            except (TimeoutError, ConnectionError):
                pass
            return answer

    def version(self, path: str) -> str:
        """What a page says of its version."""
        found = re.search(r'data-version="([^"]+)"', self.text(path))
        assert found
        return found[1]


async def tab(server: Server, path: str, version: str | None = None) -> Any:
    """A connected tab at ``path``, as livereload's script makes it."""
    origin = f"http://127.0.0.1:{server.port}"
    wire = await websocket.websocket_connect(
        HTTPRequest(f"ws://127.0.0.1:{server.port}/livereload", headers={"Origin": origin})
    )
    hello = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}
    await wire.write_message(json.dumps(hello))
    answer = json.loads(await wire.read_message())
    assert answer["command"] == "hello"
    plugins = {"acadsite": {"version": version or server.version(path)}}
    await wire.write_message(json.dumps({"command": "info", "url": origin + path, "plugins": plugins}))
    return wire
