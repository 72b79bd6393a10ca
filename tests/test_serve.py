"""The preview server over real sockets: what it serves, whom it refuses, what it tells (rows S1–S12 of the checks)."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import socket
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tornado import websocket
from tornado.httpclient import HTTPRequest

from acadsite.problems import Report
from acadsite.publish import Output
from acadsite.serve.preview import Preview
from serving import SITE, SLOW, Server, tab, wait_for, write

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_HEAD = "<title>Bare</title><p>No head, no body.\n"
STRICT = (
    '<!doctype html>\n<!-- a > b --><html lang="en" data-x="a>b">\n<head profile=\'>\'>\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>Strict</title></head>'
    "<body><p>Strict.</p><!-- never closed"
)
STATIC = {
    "bare.html": NO_HEAD,
    "strict.html": STRICT,
    "header.html": "<!DOCTYPE html><header>No head</header>",
    "big.html": "<!doctype html><title>Big</title><p>" + "x" * 3_000_000,
    "picture.svg": '<svg xmlns="http://www.w3.org/2000/svg"><head></head></svg>\n',
    "x.html.txt": "<html><head></head></html>\n",
    "data.json": '{"a": "</head>"}\n',
    "module.js": "export default 1;\n",
    "film.mp4": bytes(range(256)) * 4096,
    "archive.tar.gz": b"\x1f\x8b123",
    "ümlaut.txt": "ü\n",
}
SCRIPT = re.compile(r'<script src="/livereload\.js\?[^"]*" data-version="[^"]*"></script>')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server, for the tests that change nothing for others."""
    folder = tmp_path_factory.mktemp("serve") / "site"
    drafts = {
        "content/posts/draft.md": "---\ntitle: Draft\ndate: 2026-01-01\ndraft: true\n---\n\nText.\n",
        "content/posts/future.md": "---\ntitle: Future\ndate: 9000-02-03\n---\n\nText.\n",
        "content/posts/past.md": "---\ntitle: Past\ndate: 2020-02-03\n---\n\nText.\n",
        "content/publications/x.bib": "@article{key1, title={A}, author={Doe, Jane}, year=2020, hidden={true}}\n",
    }
    static: dict[str, str | bytes] = {f"content/static/{name}": data for name, data in STATIC.items()}
    write(folder, SITE | static | drafts)
    write(folder.parent, {"site-leak/x": "SECRET", "secret.txt": "SECRET"})
    running = Server(folder).started()
    yield running
    assert running.stop() < 1
    assert running.lines[-1] == "Stopped."


def listening(port: int) -> set[str]:
    """The addresses on which something listens, as Linux writes them."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text(encoding="ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                found.add(address)
    return found


# --- S1: who can reach it ---


def test_it_listens_on_loopback_only(server: Server) -> None:
    assert listening(server.port) - {"00000000000000000000000001000000"} == {"0100007F"}
    assert not server.said("Warning")


def test_another_host_is_warned_about_and_answered(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    exposed = Server(tmp_path, "--host", "0.0.0.0", "--allow-host", "Preview.example", before=("-q",))
    assert wait_for(lambda: exposed.said("Warning: with --host 0.0.0.0 everybody"), 20)
    found = re.search(r"drafts as well, at http://([0-9.]+):(\d+)/", "\n".join(exposed.lines))
    assert found, "the exposure is told, with -q too"
    exposed.port = int(found[2])
    assert exposed.ask("/about/")[0] == 200
    assert exposed.ask("/about/", Host=f"preview.example:{exposed.port}")[0] == 200
    for host in ("10.9.8.7", "evil.example", "127.0.0.1.nip.io"):
        assert exposed.ask("/about/", Host=host)[0] == 403
    if found[1] not in {"0.0.0.0", "127.0.0.1"}:
        with socket.create_connection((found[1], exposed.port), timeout=5) as wire:
            wire.sendall(f"HEAD /about/ HTTP/1.1\r\nHost: {found[1]}:{exposed.port}\r\n\r\n".encode())
            assert wire.recv(100).startswith(b"HTTP/1.1 200"), "its own address is a name of it"
    exposed.stop()
    assert not exposed.said("Stopped"), "-q"


# --- S2, S3: names and headers ---


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "192.168.1.7",
        "127.0.0.2",
        "local\thost",
        "@localhost",
    ],
)
def test_other_host_names_are_refused(server: Server, host: str) -> None:
    status, headers, body = server.ask("/", Host=host)
    assert status in {400, 403}
    assert "Jane" not in body
    assert "Access-Control-Allow-Origin" not in headers
    if status == 403:
        assert "--allow-host" in body


@pytest.mark.parametrize(
    "hosts", ["", "Host:\r\n", "Host: localhost\r\nHost: evil.example\r\n", "Host: a,localhost\r\n"]
)
def test_no_host_and_two_hosts_are_refused(server: Server, hosts: str) -> None:
    answer = server.raw(f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
    assert answer[9:12] in {b"400", b"403"}
    assert b"Jane" not in answer


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "x.localhost", "LOCALHOST", "localhost."]
)
def test_loopback_names_are_answered(server: Server, host: str) -> None:
    status, headers, body = server.ask("/", Host=f"{host}:{server.port}")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Server" not in headers
    found = SCRIPT.search(body)
    assert found
    assert ("host=[::1]" in found[0]) is (host == "[::1]")


def test_a_foreign_origin_is_told_nothing(server: Server) -> None:
    status, headers, _ = server.ask("/", Origin="http://evil.example")
    assert not [name for name in headers if name.lower().startswith("access-control")]
    assert status == 200
    status, headers, _ = server.ask("/", "OPTIONS", Origin="http://evil.example")
    assert status == 405
    assert not [name for name in headers if name.lower().startswith("access-control")]


# --- S4: the socket ---


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "http://evil.example", "http://10.0.0.1:{port}", "http://127.0.0.1", "http://localhost:{port}",
     "http://127.0.0.1:{port}.evil.example", "http://x@127.0.0.1:{port}", "file://127.0.0.1:{port}"],
)  # fmt: skip
def test_a_foreign_page_gets_no_socket(server: Server, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin.format(port=server.port)}

    async def connect() -> Any:
        request = HTTPRequest(f"ws://127.0.0.1:{server.port}/livereload", headers=headers)
        return await websocket.websocket_connect(request)

    with pytest.raises(Exception, match="403"):
        asyncio.run(connect())


def test_nonsense_on_the_socket_is_passed_over(server: Server) -> None:
    async def follow() -> str | None:
        wire = await tab(server, "/about/")
        for words in ("", "{", "[]", "7", '{"command": 7}', '{"command": "info", "url": 7}', "[" * 30_000,
                      '{"command": "info", "url": "http://[/"}', '{"command": "reload", "path": "*"}',
                      '{"command": "info", "url": "/about/", "plugins": {"acadsite": {"version": "a"}}}'):  # fmt: skip
            await wire.write_message(words)
        message = await asyncio.wait_for(wire.read_message(), 5)
        wire.close()
        return str(message)

    assert json.loads(asyncio.run(follow()) or "")["command"] == "reload", "the last one is of another run"
    assert server.ask("/about/")[0] == 200
    assert not server.said("Traceback")


# --- S5, S6, S7: addresses ---


@pytest.mark.parametrize(
    "target",
    [
        b"/../secret.txt", b"/%2e%2e/secret.txt", b"/..%2fsecret.txt", b"/..%5csecret.txt", b"/%252e%252e/secret.txt",
        b"//secret.txt", b"/.git/config", b"/x%00.html", b"/../site-leak/x", b"http://evil.example/", b"*",
        b"/\xff\xfe", b"/%ff", b"/" + b"x" * 100_000, b"/content/pages/about.md", b"/site.yaml", b"/../site.yaml",
        b"/about/../../secret.txt", b"/.acadsite/state.db", b"/about/%2e%2e/%2e%2e/site.yaml", b"/static/../site.yaml",
    ],
    ids=lambda target: repr(target[:30]),
)  # fmt: skip
def test_no_address_leads_out_of_the_outputs(server: Server, target: bytes) -> None:
    answer = server.raw(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert not answer or answer[9:12] in {b"400", b"403", b"404", b"414", b"431"}
    assert b"SECRET" not in answer
    assert b"title: Jane" not in answer
    assert server.ask("/about/")[0] == 200, "and it goes on"


@pytest.mark.parametrize(
    "target", ["//evil.example/..", "//evil.example", "/\\evil.example", "/%5cevil.example", "//about"]
)
def test_no_redirect_leads_elsewhere(server: Server, target: str) -> None:
    answer = server.raw(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert answer[9:12] in {b"400", b"404"}
    assert b"\r\nLocation:" not in answer


def test_a_folder_without_its_slash_leads_to_it(server: Server) -> None:
    status, headers, _ = server.ask("/about?x=1")
    assert (status, headers["Location"]) == (302, "/about/?x=1")
    assert server.ask("/about/index.html")[0] == 200


# --- S8: nothing changes anything ---


@pytest.mark.parametrize(
    "path", ["/forcereload", "/forcereload?path=x", "/__open-in-editor?file=x", "/livereload"]
)
def test_no_address_does_anything(server: Server, path: str) -> None:
    assert server.ask(path)[0] in {400, 403, 404}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_only_reading_is_possible(server: Server, method: str) -> None:
    assert server.ask("/about/", method)[0] == 405


# --- S9: the script ---


@pytest.mark.parametrize(
    "name", ["", "about/", "bare.html", "strict.html", "header.html", "big.html", "nothing/here"]
)
def test_every_page_gets_the_script_once(server: Server, name: str) -> None:
    _, headers, body = server.ask(f"/{name}")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(SCRIPT.findall(body)) == 1
    if name in STATIC:
        assert SCRIPT.sub("", body) == STATIC[name], "and nothing else"


def test_the_script_is_the_first_thing_in_the_head(server: Server) -> None:
    # What runs before a page's policy is read is not held up by it.
    assert "<head profile='>'><script src=" in server.text("/strict.html")
    assert server.text("/header.html").startswith("<!DOCTYPE html><script src=")
    assert server.text("/bare.html").startswith("<script src=")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("picture.svg", "image/svg+xml"), ("x.html.txt", "text/plain; charset=utf-8"), ("data.json", "application/json"),
     ("module.js", "text/javascript; charset=utf-8"), ("archive.tar.gz", "application/octet-stream"),
     ("film.mp4", "video/mp4"), ("%C3%BCmlaut.txt", "text/plain; charset=utf-8"),
     ("u%CC%88mlaut.txt", "text/plain; charset=utf-8")],
)  # fmt: skip
def test_files_are_sent_as_they_are(server: Server, name: str, kind: str) -> None:
    status, headers, body = server.ask(f"/{name}")
    assert (status, headers["Content-Type"]) == (200, kind)
    plain = name.replace("%C3%BC", "ü").replace("u%CC%88", "ü")
    given = STATIC[plain]
    assert body == (given if isinstance(given, str) else given.decode("utf-8", "replace"))
    assert "livereload" not in body


def test_the_files_on_disk_are_left_alone(server: Server) -> None:
    for name, data in STATIC.items():
        assert (server.folder / "content/static" / name).read_bytes() == (
            data.encode() if isinstance(data, str) else data
        )
    assert not (server.folder / "public").exists()


def test_parts_of_files_and_heads(server: Server) -> None:
    data = STATIC["film.mp4"]
    status, headers, body = server.ask("/film.mp4", Range="bytes=256-511")
    assert (status, headers["Content-Range"], headers["Content-Length"]) == (
        206,
        f"bytes 256-511/{len(data)}",
        "256",
    )
    assert body == bytes(range(256)).decode("utf-8", "replace")
    assert server.ask("/film.mp4", Range="bytes=-1")[1]["Content-Range"].startswith(f"bytes {len(data) - 1}-")
    for wish in ("bytes=9999999-", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,3-4"):
        assert server.ask("/film.mp4", Range=wish)[1]["Content-Length"] == str(len(data))
    for path in ("/film.mp4", "/about/"):
        status, headers, body = server.ask(path, "HEAD")
        assert (status, body) == (200, "")
        assert int(headers["Content-Length"]) > 500


def test_a_large_file_is_not_read_whole(server: Server) -> None:
    path = server.folder / "content/static/large.bin"
    with path.open("wb") as file:
        file.truncate(150_000_000)  # all holes
    assert wait_for(lambda: server.ask("/large.bin", "HEAD")[0] == 200)
    before = memory(server)
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        total = 0
        while chunk := wire.recv(1 << 20):
            total += len(chunk)
    assert total > 150_000_000
    assert memory(server) - before < 20_000
    path.unlink()


def memory(server: Server) -> int:
    """Resident kilobytes."""
    found = re.search(
        r"VmRSS:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    )
    assert found
    return int(found[1])


# --- S10: not found; drafts ---


def test_an_unknown_address_gets_the_sites_own_page(server: Server) -> None:
    status, _, body = server.ask("/nothing/here")
    assert status == 404
    assert "Page not found" in body
    assert SCRIPT.search(body), "it comes back when there is a page"


@pytest.mark.parametrize(
    ("path", "words"),
    [("posts/draft/", "Draft</strong> <span>not in the site until “draft” is removed"),
     ("posts/future/", "Future post</strong> <span>not in the site before 9000-02-03"),
     ("publications/key1/", "Hidden</strong> <span>not in the site until “hidden” is removed")],
)  # fmt: skip
def test_what_will_not_be_in_the_site_is_marked(server: Server, path: str, words: str) -> None:
    status, _, body = server.ask(f"/{path}")
    assert status == 200
    assert words in body


@pytest.mark.parametrize("path", ["posts/past/", "posts/", "", "about/"])
def test_other_pages_bear_no_mark(server: Server, path: str) -> None:
    assert "acadsite-preview" not in server.text(f"/{path}")


# --- S11: ports and the end ---


def is_free(port: int) -> bool:
    """Whether a server could listen there, as servers do: what is left of old connections does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    return True


def test_the_next_port_is_taken_and_that_is_said(server: Server, tmp_path: Path) -> None:
    write(tmp_path, SITE)
    second = Server(tmp_path, "--no-drafts", port=server.port).started()
    assert second.port > server.port
    assert second.said(f"Port {server.port} is taken; this is port {second.port}.")
    assert second.stop() < 1
    assert is_free(second.port)


def test_where_no_port_is_free_it_fails_and_names_the_flag(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 65535))
        except OSError:
            pytest.skip("somebody has the last port")
        taken.listen()
        running = Server(tmp_path, port=65535)
        assert running.process.wait(20) == 1
    assert wait_for(lambda: running.said("choose another with --port"))
    running = Server(tmp_path, "--host", "203.0.113.5")
    assert running.process.wait(20) == 1
    assert wait_for(lambda: running.said("Cannot listen at 203.0.113.5"))


def test_it_ends_at_once_in_the_midst_of_all(tmp_path: Path) -> None:
    write(tmp_path, SITE | {"site.yaml": "title: Jane\nextensions: [slow.py]\n", "slow.py": SLOW})
    running = Server(tmp_path).started()

    async def follow() -> float:
        wires = [await tab(running, "/about/") for _ in range(3)]
        write(tmp_path, {"seconds": "5", "content/pages/about.md": "---\ntitle: About\n---\n\nTwo.\n"})
        await asyncio.sleep(0.3)
        took = running.stop()
        assert [await wire.read_message() for wire in wires] == [None] * 3
        return took

    assert asyncio.run(follow()) < 1
    assert wait_for(lambda: running.lines[-1] == "Stopped.")
    assert not any("Error" in line or "Traceback" in line for line in running.lines)
    assert is_free(running.port)


def test_a_browser_is_opened_where_that_is_wished(tmp_path: Path) -> None:
    write(tmp_path, SITE | {"browser": '#!/bin/sh\necho "$1" > "$(dirname "$0")/asked"\n'})
    (tmp_path / "browser").chmod(0o755)
    running = Server(tmp_path, "--open", BROWSER=str(tmp_path / "browser")).started()
    asked = tmp_path / "asked"
    assert wait_for(lambda: asked.exists() and asked.read_text() == f"http://127.0.0.1:{running.port}/\n")
    running.stop()


# --- S12: many ---


def test_many_tabs_and_many_requests(server: Server) -> None:
    slow: list[float] = []

    async def ask() -> None:
        start = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /about/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200")
        slow.append(time.monotonic() - start)

    async def load() -> tuple[int, int]:
        version = server.version("/about/")
        wires = [await tab(server, "/about/", version) for _ in range(200)]
        before = memory(server)
        end = time.monotonic() + 5
        tasks = []
        while time.monotonic() < end:
            tasks.append(asyncio.create_task(ask()))
            await asyncio.sleep(0.02)
        await asyncio.gather(*tasks)
        after = memory(server)
        for wire in wires:
            wire.close()
        return before, after

    before, after = asyncio.run(load())
    assert len(slow) > 150
    assert sorted(slow)[len(slow) * 9 // 10] < 0.1
    assert after - before < 6_000, f"{before} kB before, {after} kB after"


# --- S6: links that lead out ---


def test_links_out_of_the_site_are_not_followed(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(site, SITE | {"content/static/fine.txt": "fine"})
    write(tmp_path, {"secret.txt": "SECRET", "out/x.txt": "SECRET"})
    running = Server(site).started()
    static = site / "content/static"
    (static / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (static / "leak").symlink_to(tmp_path / "out")
    (static / "fine.txt").unlink()
    (static / "fine.txt").symlink_to(tmp_path / "secret.txt")
    end = time.monotonic() + 1.5
    while time.monotonic() < end:  # before the build that sees it, during it and after it
        for path in ("/leak.txt", "/leak/x.txt", "/fine.txt"):
            status, _, body = running.ask(path)
            assert status in {404, 500} or body == "fine"
            assert "SECRET" not in body
    assert running.said("points outside the site")
    running.stop()


# --- a bug of ours ---


class Making:
    """Builds what it is told to; an exception is raised."""

    def __init__(self) -> None:
        self.next: dict[str, bytes] | Exception = {}

    def __call__(self, changed: object) -> Any:
        if isinstance(self.next, Exception):
            raise self.next
        outputs = {path: Output(path, data) for path, data in self.next.items()}
        return SimpleNamespace(
            report=Report(),
            outputs=outputs,
            made={},
            kept={},
            graph=None,
            library=None,
            config={"extensions": ()},
            later=None,
            pictures={},
        )


def test_a_bug_in_a_later_build_is_shown_and_the_preview_stays() -> None:
    make = Making()
    preview = Preview(make, lambda: lambda _: None, lambda: dt.date(2026, 11, 21))
    make.next = RuntimeError("first")
    with pytest.raises(RuntimeError):
        preview.build(None)
    make.next = {"index.html": b"<p>Good", "a.css": b"1", "b.js": b"1"}
    assert preview.build(None).crash is None
    good = preview.snapshot
    assert good is not None
    make.next = RuntimeError("later")
    assert preview.build({"x"}).crash is make.next
    bad = preview.snapshot
    assert bad is not None
    assert "bug of acadsite" in bad.panel
    answer = bad.answer("")
    assert answer.output is not None
    assert (answer.status, answer.output.data) == (200, b"<p>Good")
    assert bad.is_stale("", good.version(good.answer("")))
    make.next = {"index.html": b"<p>Good", "a.css": b"2", "b.js": b"1"}
    preview.build({"x"})
    now = preview.snapshot
    assert now is not None
    assert (now.sheets, now.parts_since) == (("/a.css",), 1)
    make.next = {"index.html": b"<p>Good", "a.css": b"2", "b.js": b"2"}
    preview.build(set())
    later = preview.snapshot
    assert later is not None
    assert later.is_stale("", now.version(now.answer(""))), "a part that every page may have"
    assert not later.is_stale("", later.version(later.answer("")))
