"""``acadsite check --external`` against a server of our own: every way to answer, and how politely we ask."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from acadsite.check.probe import Answer, Limits, probe
from acadsite.wire import host_of, is_local
from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

#: Path → status and Location. What is not here answers 404.
ANSWERS: dict[str, tuple[int, str]] = {
    "/fine": (200, ""),
    "/ümlaut%20x?a=b%20c": (200, ""),
    "/moved": (301, "/fine"),
    "/moved-twice": (308, "/moved"),
    "/moved-then-found": (301, "/found"),
    "/found": (302, "/fine"),
    "/found-then-moved": (302, "/moved"),
    "/moved-to-nothing": (301, "/nothing"),
    "/forbidden": (403, ""),
    "/gone": (410, ""),
    "/broken": (500, ""),
    "/busy": (429, ""),
    "/circle": (302, "/circle"),
    "/to-mail": (302, "mailto:a@example.org"),
    "/home": (302, "http://127.0.0.1:1/"),
}


class _Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, float]]

    def answer(self) -> None:
        type(self).asked.append((self.command, self.path, time.monotonic()))
        path = self.path
        if path == "/no-head":
            status, goes_to = (405, "") if self.command == "HEAD" else (200, "")
        elif path == "/cookie":
            is_known = "seen=1" in (self.headers.get("Cookie") or "")
            status, goes_to = (200, "") if is_known else (302, "/cookie")
        elif path.startswith("/hops/"):
            status, goes_to = 302, f"/hops/{int(path[6:]) + 1}"
        elif path == "/slow":
            time.sleep(3)
            status, goes_to = 200, ""
        elif path == "/drip":
            with suppress(OSError):
                for _ in range(40):
                    self.wfile.write(b"H")
                    self.wfile.flush()
                    time.sleep(0.1)
            return
        elif path == "/reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            self.connection.close()
            return
        elif path == "/babble":
            self.wfile.write(b"hello\r\n\r\n")
            return
        else:
            status, goes_to = ANSWERS.get(path, ANSWERS.get(path.replace("%C3%BC", "ü"), (404, "")))
        with suppress(OSError):
            self.send_response(status)
            if goes_to:
                self.send_header("Location", goes_to)
            if path == "/cookie":
                self.send_header("Set-Cookie", "seen=1; Path=/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_HEAD = do_GET = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    """The server; ``handler.asked`` is what it was asked."""
    handler = type("Handler", (_Handler,), {"asked": []})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


QUICK = Limits(pause=0.0, seconds=1.0, is_local_allowed=True)


def ask(server: ThreadingHTTPServer, *paths: str, limits: Limits = QUICK) -> dict[str, Answer]:
    base = f"http://127.0.0.1:{server.server_address[1]}"
    found = dict(probe([f"{base}{path}" for path in paths], limits))
    return {address.removeprefix(base): answer for address, answer in found.items()}


def asked(server: ThreadingHTTPServer) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = server.RequestHandlerClass.asked  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(
    ("path", "status", "moved"),
    [
        ("/fine", 200, ""),
        ("/ümlaut%20x?a=b c", 200, ""),
        ("/nothing", 404, ""),
        ("/gone", 410, ""),
        ("/forbidden", 403, ""),
        ("/busy", 429, ""),
        ("/broken", 500, ""),
        ("/no-head", 200, ""),
        ("/cookie", 200, ""),
        ("/moved", 200, "/fine"),
        ("/moved-twice", 200, "/fine"),
        ("/moved-then-found", 200, "/found"),
        ("/found", 200, ""),
        ("/found-then-moved", 200, ""),
        ("/moved-to-nothing", 404, ""),
    ],
)
def test_every_status(server: ThreadingHTTPServer, path: str, status: int, moved: str) -> None:
    answer = ask(server, path)[path]
    assert (answer.status, answer.fault) == (status, "")
    assert answer.moved == (f"http://127.0.0.1:{server.server_address[1]}{moved}" if moved else "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/slow", "no answer in 1 seconds"),
        ("/drip", "no answer in 1 seconds"),
        ("/reset", "no connection"),
        ("/babble", "speaks no HTTP"),
        ("/circle", "in a circle"),
        ("/hops/0", "more than 10 times"),
        ("/to-mail", "redirected to mailto:"),
    ],
)
def test_no_answer_has_words(server: ThreadingHTTPServer, path: str, words: str) -> None:
    answer = ask(server, path)[path]
    assert (answer.status, answer.kind) == (0, "error")
    assert words in answer.fault


def test_no_server_no_encryption_no_address(server: ThreadingHTTPServer) -> None:
    port = server.server_address[1]
    addresses = ["http://127.0.0.1:1/x", f"https://127.0.0.1:{port}/", "http://[::1/", "http://a..b/"]
    found = dict(probe(addresses, QUICK))
    assert "no connection" in found[addresses[0]].fault
    assert (found[addresses[1]].kind, found[addresses[1]].status) == ("tls", 0)
    assert found[addresses[2]].fault
    assert found[addresses[3]].fault


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = [
        "-keyout",
        str(key),
        "-out",
        str(certificate),
        "-subj",
        "/CN=localhost",
        "-days",
        "2",
        "-nodes",
    ]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", *options]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler = type("Handler", (_Handler,), {"asked": []})
    other = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    other.socket = context.wrap_socket(other.socket, server_side=True)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        address = f"https://127.0.0.1:{other.server_address[1]}/fine"
        answer = dict(probe([address], QUICK))[address]
    finally:
        other.shutdown()
        other.server_close()
    assert answer.kind == "tls"
    assert "its certificate is not valid (self" in answer.fault
    assert asked(other) == []


def test_head_comes_first_and_get_only_where_it_is_refused(server: ThreadingHTTPServer) -> None:
    asked(server).clear()
    ask(server, "/fine", "/no-head", "/busy")
    methods: dict[str, list[str]] = {}
    for method, path, _ in asked(server):
        methods.setdefault(path, []).append(method)
    assert methods == {"/fine": ["HEAD"], "/no-head": ["HEAD", "GET"], "/busy": ["HEAD"]}


def test_a_server_has_pauses(server: ThreadingHTTPServer) -> None:
    asked(server).clear()
    ask(server, "/fine", "/found", limits=Limits(pause=0.2, seconds=2.0, is_local_allowed=True))
    times = [at for _, _, at in asked(server)]
    assert len(times) == 3
    assert all(later - earlier > 0.15 for earlier, later in pairwise(times))


def test_a_server_that_is_silent_is_left_alone() -> None:
    found = dict(probe([f"http://127.0.0.1:1/{number}" for number in range(9)], QUICK))
    assert len(found) == 9
    assert sum(answer.fault == "127.0.0.1 does not answer" for answer in found.values()) == 6


def test_a_redirect_into_a_private_network_is_not_followed(server: ThreadingHTTPServer) -> None:
    answer = ask(server, "/home", limits=Limits(pause=0.0, seconds=1.0))["/home"]
    assert "private network" in answer.fault


def test_a_name_that_leads_to_a_private_number_is_not_asked(server: ThreadingHTTPServer) -> None:
    """Browsers and the C library read more forms of an IP address than Python does."""
    asked(server).clear()
    address = f"http://0x7f.1:{server.server_address[1]}/fine"
    assert not is_local(address)
    found = dict(probe([address, "http:///x"], Limits(pause=0.0, seconds=1.0)))
    assert found[address].status == 0
    assert found["http:///x"].fault
    assert asked(server) == []


def test_the_caller_may_go_away(server: ThreadingHTTPServer) -> None:
    asked(server).clear()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    answers = probe(
        [f"{base}/fine?{number}" for number in range(50)], Limits(pause=0.1, is_local_allowed=True)
    )
    next(answers)
    answers.close()
    time.sleep(0.3)
    assert len(asked(server)) < 10


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]/", True),
        ("http://10.1.2.3/", True),
        ("http://192.168.0.1/x", True),
        ("http://169.254.169.254/", True),
        ("http://printer.local/", True),
        ("http://intranet/", True),
        ("https://example.org/", False),
        ("https://1.1.1.1/", False),
        ("http://[::1/", False),
    ],
)
def test_addresses_of_this_computer_are_known(address: str, is_inside: bool) -> None:
    assert is_local(address) is is_inside


def test_a_broken_address_has_no_host() -> None:
    assert host_of("http://[::1/") == ""


# --- the command ---


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """In place of the network: answers by address, 200 for the others. ``asked`` collects the addresses."""
    answers: dict[str, Answer] = {}

    def ask(addresses: list[str], _: Limits) -> Iterator[tuple[str, Answer]]:
        for address in addresses:
            answers.setdefault(f"asked {address}", Answer())
            yield address, answers.get(address, Answer(200))

    monkeypatch.setattr("acadsite.check.external.probe", ask)
    return answers


def external(folder: SiteFolder, *options: str) -> list[dict[str, Any]]:
    result = folder.run("check", "--external", "--json", "--only", "contrast", "--date", DAY, *options)
    found: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return found


PAGE = """\
---
title: Links
---
[a](https://example.com/a) [b](https://example.com/b#part) [c](https://example.com/c) [d](https://example.com/d)
[e](https://example.com/e) [local](http://localhost:8000/x) [own](https://example.org/links/) [mail](mailto:a@b.org)
"""


def test_problems_have_places_and_good_answers_are_kept(site: MakeSite, fake: dict[str, Answer]) -> None:
    folder = site({"content/pages/links.md": PAGE, "site.yaml": "title: T\nurl: https://example.org/\n"})
    fake |= {
        "https://example.com/a": Answer(404),
        "https://example.com/b": Answer(200, "https://example.com/new"),
        "https://example.com/c": Answer(fault="no connection (reset)"),
        "https://example.com/d": Answer(fault="its certificate is not valid", kind="tls"),
        "https://example.com/e": Answer(403),
    }
    found = external(folder)
    assert [(one["code"], one["file"], one["line"], one["col"]) for one in found] == [
        ("external-gone", "content/pages/links.md", 4, 5),
        ("external-moved", "content/pages/links.md", 4, 32),
        ("external-error", "content/pages/links.md", 4, 64),
        ("external-tls", "content/pages/links.md", 4, 91),
        ("external-local", "content/pages/links.md", 5, 36),
    ]
    assert found[1]["hint"] == "Write https://example.com/new"
    assert sorted(name for name in fake if name.startswith("asked")) == [
        f"asked https://example.com/{letter}" for letter in "abcde"
    ]
    for name in [name for name in fake if name.startswith("asked")]:
        del fake[name]
    assert [one["code"] for one in external(folder)] == [one["code"] for one in found]
    # Only what was bad is asked again; a week later, everything.
    assert sorted(name for name in fake if name.startswith("asked")) == [
        f"asked https://example.com/{letter}" for letter in "acd"
    ]
    external(folder, "--date", "2026-12-01")
    assert sum(name.startswith("asked") for name in fake) == 5


def test_what_lives_below_the_address_of_the_site_is_asked_for(
    site: MakeSite, fake: dict[str, Answer]
) -> None:
    text = "[here](https://example.org/a/#x) [elsewhere](https://example.org/project/)\n"
    folder = site(
        {"site.yaml": "url: https://example.org/\n", "content/pages/a.md": f"---\ntitle: A\n---\n{text}"}
    )
    external(folder)
    assert list(fake) == ["asked https://example.org/project/"]


def test_a_broken_memory_is_none(site: MakeSite, fake: dict[str, Answer]) -> None:
    folder = site({"content/pages/links.md": PAGE})
    for text in (
        "{",
        "[]",
        '{"https://example.com/a": 3}',
        '{"https://example.com/a": ["x", 1, ""]}',
        "\xff",
    ):
        folder.write({".acadsite/links.json": text})
        assert external(folder)
        assert "asked https://example.com/a" in fake
        fake.clear()


def test_what_lets_no_program_in_is_said(site: MakeSite, fake: dict[str, Answer]) -> None:
    folder = site({"content/index.md": "[a](https://example.com/a)\n"})
    fake["https://example.com/a"] = Answer(403)
    result = folder.run("check", "--external", "--only", "weight", "--date", DAY)
    assert result.exit_code == 0
    assert "1 link to the web; 1 lets no program in: https://example.com/a." in result.stderr


def test_without_the_wish_nothing_is_asked(site: MakeSite, fake: dict[str, Answer]) -> None:
    folder = site({"content/index.md": "[a](https://example.com/a)\n"})
    folder.run("check", "--date", DAY)
    assert not fake
