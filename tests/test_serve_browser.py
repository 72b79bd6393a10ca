"""The preview in Chromium: a tab follows every save, keeps its place, shows what is wrong and heals by itself."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsing import browser, context, tool
from serving import SITE, Server, wait_for, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

__all__ = ["browser"]

LONG = "\n\n".join(
    f"Paragraph {number} of many, long enough to stand on a line of its own." for number in range(120)
)
STRICT = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>Strict</title></head>'
    "<body><h1>Strict</h1></body></html>"
)
FILES: dict[str, str | bytes] = {
    "content/pages/long.md": f"---\ntitle: Long\n---\n\n{LONG}\n",
    "content/static/strict.html": STRICT,
    "assets/extra.css": "h1 { outline-offset: 1px }\n",
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the module."""
    folder = tmp_path_factory.mktemp("browser") / "site"
    write(folder, SITE | FILES)
    server = Server(folder).started()
    yield server
    server.stop()


@pytest.fixture
def server(running: Server) -> Server:
    """The server, with its site as it was."""
    write(running.folder, SITE | FILES)
    (running.folder / "templates/page.html").unlink(missing_ok=True)
    assert wait_for(
        lambda: "acadsite-preview" not in running.text("/about/") and "One." in running.text("/about/")
    )
    running.quiet(0.3)
    return running


@pytest.fixture
def open_page(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a tab that has told the server what it shows."""
    windows = []

    def opened(path: str, host: str = "127.0.0.1", **options: Any) -> Page:
        window = context(browser, **options)
        windows.append(window)
        page = window.new_page()
        page.goto(f"http://{host}:{server.port}{path}")
        connected(page)
        return page

    yield opened
    for window in windows:
        window.close()


def connected(page: Page) -> None:
    """Wait until livereload's script has shaken hands."""
    page.wait_for_function("window.LiveReload && LiveReload.connector.protocol === 7")


def has_ipv6(port: int) -> bool:
    """Whether the server could listen there, too."""
    try:
        socket.create_connection(("::1", port), timeout=1).close()
    except OSError:
        return False
    return True


def about(words: str) -> dict[str, str | bytes]:
    return {"content/pages/about.md": f"---\ntitle: About\n---\n\n{words}\n"}


def test_three_saves_a_second_apart_are_all_shown(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page("/about/")
    for words in ("First save.", "Second save.", "Third save."):
        start = time.monotonic()
        write(server.folder, about(words))
        page.get_by_text(words).wait_for(timeout=1000)
        time.sleep(max(0, 1 - (time.monotonic() - start)))


def test_a_broken_template_is_shown_and_goes_when_it_is_mended(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page, other = open_page("/about/"), open_page("/")
    write(server.folder, {"templates/page.html": "<p>\n{{ page.titel }}\n"})
    for tab in (page, other):
        panel = tab.locator(".panel")
        panel.wait_for(timeout=3000)
        assert panel.get_by_role("heading", name="1 error").is_visible()
        assert panel.locator(".where").text_content() == "templates/page.html:2:9"
        assert panel.locator(".here mark").text_content() == "titel"
        assert "Did you mean “title”?" in str(panel.locator(".hint").text_content())
        assert tab.title().startswith("⚠ ")
    assert page.get_by_text("One.").count() == 1, "the last good page is behind it"
    assert page.locator(".shade").count() == 1
    assert other.locator(".shade").count() == 0
    (server.folder / "templates/page.html").unlink()
    for tab in (page, other):
        tab.locator(".panel").wait_for(state="detached", timeout=3000)
    page.get_by_text("One.").wait_for()


def test_the_panel_closes_opens_and_comes_back_with_another_error(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page("/")
    write(server.folder, {"templates/page.html": "{{ page.titel }}"})
    panel, button = page.locator(".panel"), page.get_by_role("button", name="1 error")
    panel.wait_for(timeout=3000)
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    page.reload()
    connected(page)
    assert panel.is_hidden(), "it stays closed for what it told"
    button.click()
    page.get_by_role("button", name="Close").click()
    assert panel.is_hidden()
    assert button.is_visible()
    write(server.folder, {"templates/page.html": "{{ page.urrl }}"})
    panel.wait_for(timeout=3000)
    assert "urrl" in str(panel.text_content())


def test_a_style_sheet_is_exchanged_and_the_page_stays(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page("/about/")
    page.evaluate("window.stayed = true")
    write(server.folder, {"assets/extra.css": "h1 { outline-offset: 7px }\n"})
    page.wait_for_function(
        "getComputedStyle(document.querySelector('h1')).outlineOffset === '7px'", timeout=3000
    )
    assert page.evaluate("window.stayed") is True
    write(server.folder, about("Two."))
    page.get_by_text("Two.").wait_for()
    assert page.evaluate("window.stayed") is None


def test_the_place_is_kept(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page("/long/")
    page.evaluate("scrollTo(0, 1500)")
    write(server.folder, {"content/pages/long.md": f"---\ntitle: Long\n---\n\n{LONG}\n\nThe end.\n"})
    page.get_by_text("The end.").wait_for(state="attached", timeout=3000)
    page.wait_for_function("scrollY > 0")
    assert abs(page.evaluate("scrollY") - 1500) < 5


def test_a_removed_page_is_the_sites_404_until_it_returns(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page("/about/")
    statuses: list[int] = []
    page.on("response", lambda got: statuses.append(got.status) if got.url.endswith("/about/") else None)
    (server.folder / "content/pages/about.md").unlink()
    page.get_by_role("heading", name="Page not found").wait_for(timeout=3000)
    assert statuses == [404]
    connected(page)
    write(server.folder, SITE)
    page.get_by_text("One.").wait_for(timeout=3000)
    assert statuses == [404, 200]


def test_a_page_with_a_strict_policy_follows_too(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page("/strict.html")
    write(server.folder, {"content/static/strict.html": STRICT.replace("<h1>Strict", "<h1>Stricter")})
    page.get_by_role("heading", name="Stricter").wait_for(timeout=3000)
    write(server.folder, {"templates/page.html": "{{ page.titel }}"})
    page.locator(".panel").wait_for(timeout=3000)
    assert page.evaluate("getComputedStyle(document.querySelector('acadsite-preview').shadowRoot"
                         ".querySelector('.panel')).position") == "fixed"  # fmt: skip


@pytest.mark.parametrize("host", ["localhost", "site.localhost", "[::1]"])
def test_other_names_of_this_computer(server: Server, open_page: Callable[..., Page], host: str) -> None:
    if host == "[::1]" and not has_ipv6(server.port):
        pytest.skip("no IPv6 here")
    page = open_page("/about/", host)
    write(server.folder, about(f"For {host}."))
    page.get_by_text(f"For {host}.").wait_for(timeout=3000)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_has_no_complaint_of_what_is_added(
    server: Server, open_page: Callable[..., Page], scheme: Any, width: int
) -> None:
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    draft = "---\ntitle: Draft\ndate: 2026-01-01\ndraft: true\n---\n\nText.\n"
    write(server.folder, {"content/posts/draft.md": draft})
    assert wait_for(lambda: 'class="mark"' in server.text("/posts/draft/"))
    page = open_page("/posts/draft/", width=width, color_scheme=scheme, reduced_motion="reduce")
    assert page.locator(".mark").is_visible()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    script = "tags => axe.run({runOnly: tags, resultTypes: ['violations']})"
    for state in ("mark", "panel", "closed"):
        if state == "panel":
            write(server.folder, {"templates/page.html": "<p>\n{{ page.titel }} {% if %}\n"})
            page.locator(".panel").wait_for(timeout=3000)
        elif state == "closed":
            page.keyboard.press("Escape")
        page.evaluate(axe)
        found = page.evaluate(script, tags)["violations"]
        assert not found, (state, [(item["id"], [node["html"] for node in item["nodes"]]) for item in found])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    (server.folder / "content/posts/draft.md").unlink()


def test_a_server_that_starts_anew_has_its_tabs_back(browser: Browser, tmp_path: Any) -> None:
    write(tmp_path, SITE)
    first = Server(tmp_path).started()
    window = context(browser)
    page = window.new_page()
    page.goto(f"http://127.0.0.1:{first.port}/about/")
    connected(page)
    page.evaluate("window.stayed = true")
    first.stop()
    write(tmp_path, about("Meanwhile."))
    second = Server(tmp_path, port=first.port).started()
    page.get_by_text("Meanwhile.").wait_for(timeout=3000)
    connected(page)
    loads: list[str] = []
    page.on("load", lambda _: loads.append("load"))
    page.wait_for_timeout(700)
    assert loads == [], "once is enough"
    window.close()
    second.stop()
