"""The example site in a browser: built once in each theme, served as many are below ``/~user/site/``, and looked at
in Debian's Chromium.

What is missing (Chromium, Playwright, a tool of node_modules) makes a test skip here and fail in CI.
"""

from __future__ import annotations

import fcntl
import functools
import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from lxml import html

from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[1]
THEMES = tuple(sorted(path.name for path in (ROOT / "themes").iterdir() if (path / "theme.yaml").is_file()))
#: What site.yaml of the example leaves to the default.
DEFAULT = "reading-room"
WIDTHS = (320, 768, 1280)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Pages worth a look beside the longest of each kind.
PATHS = (
    "",
    "404.html",
    "courses/hyperkomplexe-groessen/",
    "cv/",
    "cv/short/",
    "people/",
    "people/emmy-noether/",
    "posts/",
    "posts/a-theorem-with-three-signatures/",
    "posts/every-chain-breaks-off/",
    "publications/",
    "publications/brauer1932hauptsatz/",
    "publications/noether1921idealtheorie/",
    "repos/",
    "research/",
    "seminar/",
    "seminar/representations/",
    "slides/",
    "slides/invariant-variations/",
    "students/",
    "talks/",
    "talks/icm-1932/",
    "posts/tags/",
)


def missing(reason: str) -> None:
    """Skip here, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def tool(variable: str, path: str) -> Path:
    """A file of a development tool: as the environment says, or in node_modules."""
    found = Path(os.environ.get(variable) or ROOT / "node_modules" / path)
    if not found.is_file():
        missing(f"there is no {found.name}: run npm install, or set {variable}")
    return found


def program(*names: str) -> str:
    """The first of some programs that is there."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        missing(f"there is no {names[0]}")
    return str(found)


def chromium_program() -> str:
    """Where Chromium is."""
    return program("chromium", "chromium-browser", "google-chrome")


# --- the site ---


@dataclass(frozen=True)
class Served:
    """A built site: its folder and its address."""

    folder: Path
    url: str
    theme: str = ""

    def file(self, path: str) -> Path:
        """The file of an address below the site's."""
        return self.folder / path / "index.html" if not path or path.endswith("/") else self.folder / path


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as a web host does: compressed, kept for ten minutes, and with the site's own page for what is
    not there."""

    protocol_version = "HTTP/1.1"
    timeout = 1  # an idle connection would keep a client waiting that wants to end

    def do_GET(self) -> None:
        """Files; all else is the library's."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and urlsplit(self.path).path.endswith("/"):
            path /= "index.html"
        if path.is_file():
            self._send(200, path)
        elif path.is_dir():
            super().do_GET()
        else:
            self._send(404, next((Path(self.directory) / "~user/site").glob("404.html"), None))

    def _send(self, status: int, path: Path | None) -> None:
        data = path.read_bytes() if path is not None else b""
        kind = self.guess_type(str(path)) if path is not None else "text/plain"
        is_packed = "gzip" in self.headers.get("Accept-Encoding", "") and not kind.startswith("image/png")
        data = gzip.compress(data, 5) if is_packed else data
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        if is_packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with suppress(ConnectionError):  # who asked may have left
            self.wfile.write(data)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(top: Path) -> Iterator[str]:
    """A server in a thread for ``top``; the address of ``~user/site/`` in it."""
    handler = functools.partial(Handler, directory=str(top))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/~user/site/"
        server.shutdown()


def build_example(top: Path, theme: str, more: str = "") -> Path:
    """Build the example site in a theme into ``~user/site`` below ``top``; the folder."""
    from click.testing import CliRunner

    from acadsite.cli import cli

    source, folder = top / "source", top / "web/~user/site"
    shutil.copytree(ROOT / "content", source / "content")
    config = (ROOT / "site.yaml").read_text(encoding="utf-8")
    (source / "site.yaml").write_text(f"{config}\ntheme: {theme}\n{more}", encoding="utf-8")
    folder.parent.mkdir(parents=True)
    arguments = ["--out", str(folder), "--base-url", "http://127.0.0.1/~user/site/", "--date", DAY]
    result = CliRunner(catch_exceptions=False).invoke(cli, ["-C", str(source), "build", *arguments])
    assert result.exit_code == 0, result.output
    return folder


def example(factory: pytest.TempPathFactory, theme: str) -> Path:
    """The example site in a theme, built once for all processes of the tests: the folder."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    top = base / f"example-{theme}"
    with (base / f"example-{theme}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (top / "built").is_file():
            shutil.rmtree(top, ignore_errors=True)
            build_example(top, theme)
            (top / "built").touch()
    return top / "web/~user/site"


def looks(folder: Path) -> list[str]:
    """Addresses of pages to look at: ``PATHS``, and the longest page of each other kind (its class of ``body`` and,
    below that, its depth)."""
    kinds: dict[tuple[str, int], Path] = {}
    for path in sorted(folder.rglob("*.html")):
        found = html.parse(path).xpath("string(//body/@class)")
        if not found:  # a page that leads elsewhere
            continue
        kind = found, len(path.relative_to(folder).parts)
        if kind not in kinds or path.stat().st_size > kinds[kind].stat().st_size:
            kinds[kind] = path
    longest = [path.relative_to(folder).as_posix().removesuffix("index.html") for path in kinds.values()]
    return list(dict.fromkeys((*PATHS, *longest)))


# --- the browser ---


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, started."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("there is no Playwright: pip install playwright")
    path = chromium_program()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for the module: its loop would be in the way of tests that have their own."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module", params=THEMES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example site in each theme."""
    folder = example(tmp_path_factory, request.param)
    with serving(folder.parents[1]) as url:
        yield Served(folder, url, request.param)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example site in the theme that is the default."""
    folder = example(tmp_path_factory, DEFAULT)
    with serving(folder.parents[1]) as url:
        yield Served(folder, url, DEFAULT)


def crawled(url: str) -> dict[str, int]:
    """What linkinator finds from an address on, by address: the status."""
    script = tool("LINKINATOR_JS", "linkinator/build/src/cli.js")
    skipped = f"^https?://(?!{re.escape(urlsplit(url).netloc)})"
    command = [program("node"), str(script), url, "--recurse", "--skip", skipped, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)
    assert done.stdout, done.stderr
    return {link["url"]: link["status"] for link in json.loads(done.stdout)["links"]}


def context(browser: Browser, width: int = 1280, **options: Any) -> BrowserContext:
    """A window of that width."""
    return browser.new_context(viewport={"width": width, "height": 800}, **options)


def watched(page: Page, url: str) -> list[str]:
    """What the page complains of: console errors, failed answers, requests to elsewhere. Filled as it is used."""
    faults: list[str] = []
    host = urlsplit(url).netloc
    page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda failure: faults.append(str(failure)))
    page.on("request", lambda asked: None if urlsplit(asked.url).netloc == host else faults.append(asked.url))
    page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    return faults


#: What axe says wrongly: rule and part of the element.
MISTAKEN = (
    # It does not count a formula as text; screen readers speak it.
    ("empty-table-header", "<math "),
)
#: WCAG 2.2 to level AA, and what axe takes for good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@functools.cache
def _axe() -> str:
    return tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")


def complaints(page: Page, path: str) -> list[str]:
    """What axe says against the page as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    options = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(options)", options)
    return [
        f"{path}: {violation['id']}: {node['html'][:120]}"
        for violation in result["violations"]
        for node in violation["nodes"]
        if not any(violation["id"] == rule and part in node["html"] for rule, part in MISTAKEN)
    ]
