"""The preview server over real sockets: what it serves, whom it refuses, and that a save reaches the browser."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from tornado import ioloop, websocket
from tornado.httpclient import HTTPRequest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "site.yaml").write_text("title: Jane\n", encoding="utf-8")
    (tmp_path / "content" / "pages").mkdir(parents=True)
    (tmp_path / "content" / "pages" / "about.md").write_text(
        "---\ntitle: About\n---\n\nOne.\n", encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def server(folder):
    """A running server and its port."""
    command = [sys.executable, "-m", "acadsite", "-C", str(folder), "serve", "--port", str(free_port())]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"})
    port = None
    for line in process.stderr:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found:
            port = int(found.group(1))
            break
    assert port, "the server says where it is"
    yield process, port
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read().decode("utf-8", "replace")


def wait_for(check, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.05)
    return False


def test_pages_redirects_and_not_found(server):
    _, port = server
    status, headers, body = ask(port, "/")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "/livereload.js" in body
    assert ask(port, "/about")[0] == 302
    assert ask(port, "/about")[1]["Location"] == "/about/"
    status, _, body = ask(port, "/nothing/here")
    assert status == 404
    assert "Page not found" in body
    assert ask(port, "/livereload.js?port=1")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../site.yaml",
        "/%2e%2e/site.yaml",
        "/..%2fsite.yaml",
        "/content/pages/about.md",
        "/.acadsite/x",
        "//x",
    ],
)
def test_only_outputs_are_served(server, path):
    _, port = server
    status, _, body = ask(port, path)
    assert status in {400, 403, 404}
    assert "title: Jane" not in body


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_other_host_names_are_refused(server, host):
    _, port = server
    assert ask(port, "/", Host=host)[0] == 403
    assert ask(port, "/", Host=f"x.localhost:{port}")[0] == 200


def test_a_save_reaches_the_browser_and_a_fault_heals(server, folder):
    _, port = server
    page = folder / "content" / "pages" / "about.md"

    async def follow():
        request = HTTPRequest(
            f"ws://127.0.0.1:{port}/livereload", headers={"Origin": f"http://127.0.0.1:{port}"}
        )
        socket_ = await websocket.websocket_connect(request)
        hello = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}
        await socket_.write_message(json.dumps(hello))
        assert json.loads(await socket_.read_message())["command"] == "hello"
        await socket_.write_message(json.dumps({"command": "info", "url": f"http://127.0.0.1:{port}/about/"}))
        page.write_text("---\ntitle: About\n---\n\nTwo.\n", encoding="utf-8")
        message = json.loads(await socket_.read_message())
        socket_.close()
        return message

    message = ioloop.IOLoop.current().run_sync(follow, timeout=15)
    assert message["command"] == "reload"
    assert str(folder) not in json.dumps(message), "no path of this machine is told"
    assert "Two." in ask(port, "/about/")[2]
    page.write_text("---\ntitle: [unclosed\n---\n", encoding="utf-8")
    assert wait_for(lambda: ask(port, "/about/")[0] == 500)
    assert "content/pages/about.md:" in ask(port, "/about/")[2]
    page.write_text("---\ntitle: About\n---\n\nThree.\n", encoding="utf-8")
    assert wait_for(lambda: "Three." in ask(port, "/about/")[2])


def test_a_foreign_page_gets_no_socket(server):
    _, port = server

    async def connect(origin):
        request = HTTPRequest(f"ws://127.0.0.1:{port}/livereload", headers={"Origin": origin})
        return await websocket.websocket_connect(request)

    with pytest.raises(Exception, match="403"):
        ioloop.IOLoop.current().run_sync(lambda: connect("http://evil.example"), timeout=10)


def test_listens_on_loopback_only_and_takes_the_next_port(server, folder):
    process, port = server
    assert process.poll() is None
    command = [sys.executable, "-m", "acadsite", "-C", str(folder), "serve", "--port", str(port)]
    second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = next(line for line in second.stderr if "Serving" in line)
        assert f":{port}/" not in line
        addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        for address in addresses - {"127.0.0.1", "127.0.1.1"}:
            with socket.socket() as probe:
                probe.settimeout(1)
                assert probe.connect_ex((address, port)) != 0
    finally:
        second.send_signal(signal.SIGINT)
        assert second.wait(5) == 0


def eventually(port, path, words):
    """Whether a page holds ``words`` within some seconds."""
    for _ in range(100):
        if words in ask(port, path)[2]:
            return True
        time.sleep(0.1)
    return False


def test_editors_that_save_by_renaming_are_followed(server, folder):
    _, port = server
    time.sleep(1)  # the watch begins a moment after the server
    for title in ("First", "Second", "Third"):
        (folder / "site.yaml.new").write_text(f"title: {title}\n", encoding="utf-8")
        (folder / "site.yaml.new").replace(folder / "site.yaml")
        assert eventually(port, "/", f"<title>{title}")


def test_folders_that_appear_later_are_followed(server, folder):
    _, port = server
    time.sleep(1)
    (folder / "templates").mkdir()
    target = folder / "templates" / "page.html"
    for words in ("One", "Two"):
        target.write_text(f"<!doctype html><title>x</title><h1>{words} more</h1>", encoding="utf-8")
        assert eventually(port, "/about/", f"{words} more")
