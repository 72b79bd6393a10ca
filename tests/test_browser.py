"""The example site in Chromium and under the checkers: what no reading of the HTML shows.

The site is served as many are, below ``/~user/site/``, by a server in a thread. Needs Chromium and, for two of the
tests, ``vnu.jar`` and ``axe.min.js`` (``npm install``, or their paths in VNU_JAR and
AXE_JS). Where one is missing the tests are skipped; in CI they fail.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from acadsite.colours import accent, contrast, grounds, palette

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[1]
THEMES = ("reading-room", "classic")
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
#: One page of each look; the longest of its kind.
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


@dataclass(frozen=True)
class Served:
    """A built site: its folder and its address."""

    folder: Path
    url: str


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module", params=THEMES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example site in each theme."""
    from click.testing import CliRunner

    from acadsite.cli import cli

    top = tmp_path_factory.mktemp("browser")
    source, folder = top / "source", top / "web/~user/site"
    shutil.copytree(ROOT / "content", source / "content")
    config = (ROOT / "site.yaml").read_text(encoding="utf-8")
    (source / "site.yaml").write_text(f"{config}\ntheme: {request.param}\n", encoding="utf-8")
    folder.parent.mkdir(parents=True)
    arguments = ["--out", str(folder), "--base-url", "http://127.0.0.1/~user/site/"]
    result = CliRunner(catch_exceptions=False).invoke(cli, ["-C", str(source), "build", *arguments])
    assert result.exit_code == 0, result.output
    handler = functools.partial(_Quiet, directory=str(top / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Served(folder, f"http://127.0.0.1:{server.server_port}/~user/site/")
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for the module."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("there is no Playwright: pip install playwright")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((path for name in names if (path := shutil.which(name))), None)
    if program is None:
        missing(f"there is no Chromium: none of {', '.join(names)}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


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


@pytest.mark.browser
def test_the_paths_cover_every_look(served: Served) -> None:
    # A kind of page that is not in PATHS would not be looked at.
    kinds = {}
    for path in served.folder.rglob("*.html"):
        found = html.parse(path).xpath("string(//body/@class)")
        kinds.setdefault(found, path)
    looked = {html.parse(_file(served.folder, path)).xpath("string(//body/@class)") for path in PATHS}
    assert {kind for kind in kinds if kind} - looked == {"kind-courses", "kind-tag"}  # as posts


def _file(folder: Path, path: str) -> Path:
    return folder / path / "index.html" if not path or path.endswith("/") else folder / path


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways_and_nothing_complains(served: Served, browser: Browser, width: int) -> None:
    window = context(browser, width)
    page = window.new_page()
    faults = watched(page, served.url)
    for path in PATHS:
        page.goto(served.url + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path
        broken = page.evaluate(
            "[...document.querySelectorAll('.author:not(.is-long)')].filter(e => e.getClientRects().length > 1).length"
        )
        assert broken == 0, f"{path}: a name stands on two lines"
    assert faults == []
    window.close()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_menu_leads_everywhere(served: Served, browser: Browser, width: int, script: bool) -> None:
    window = context(browser, width, java_script_enabled=script)
    page = window.new_page()
    faults = watched(page, served.url)
    menu = page.locator("nav.site-menu")
    page.goto(served.url)
    titles = menu.locator("a").all_text_contents()
    assert len(titles) > 5
    for title in titles:
        button = menu.get_by_role("button")
        if width < 640:
            button.click()
        else:
            assert not button.is_visible()
        with page.expect_navigation():
            menu.get_by_text(title, exact=True).click()
        assert menu.locator("a[aria-current=page]").all_text_contents() == [title]
        assert page.locator("h1").count() == 1
    with page.expect_navigation():
        page.locator(".site-name").click()
    assert page.url == served.url
    assert faults == []
    window.close()


@pytest.mark.browser
def test_the_keyboard_finds_the_content_first(served: Served, browser: Browser) -> None:
    window = context(browser)
    page = window.new_page()
    page.goto(served.url)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("href") == "#main"
    box = focused.bounding_box()
    assert box is not None
    assert box["width"] > 60
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    window.close()


def _rgb(page: Page, expression: str) -> str:
    """A computed colour as #rrggbb, in whatever notation the browser gives it."""
    script = """expression => {
      const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      canvas.fillStyle = eval(expression);
      canvas.fillRect(0, 0, 1, 1);
      const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
      return '#' + parts.map(part => part.toString(16).padStart(2, '0')).join('');
    }"""
    return str(page.evaluate(script, expression))


LINK = "getComputedStyle(document.querySelector('.more a')).color"
ACCENTS = ["#9a3324", "#ffff00", "#00ff00", "#0000ff", "#ff00ff", "#000000", "#ffffff", "#808080", "#0b6e4f"]
PAGE = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_schemes_and_any_accent_can_be_read(served: Served, browser: Browser, scheme: Any) -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in sorted(served.folder.glob("assets/*.css")))
    window = context(browser, color_scheme=scheme)
    page = window.new_page()
    page.goto(served.url)
    ground = _rgb(page, PAGE)
    assert (contrast(ground, "#000000") > 10) is (scheme == "light")
    assert contrast(_rgb(page, LINK), ground) >= 4.5
    weak = []
    for wanted in ACCENTS:
        shades = accent(wanted, *grounds(palette(sheets)))
        value = f"light-dark({shades.light}, {shades.dark})"
        page.evaluate("value => document.documentElement.style.setProperty('--link', value)", value)
        page.wait_for_timeout(200)  # links change their colour in 120 ms
        found = _rgb(page, LINK)
        if contrast(found, ground) < 4.5:
            weak.append((wanted, found))
    assert not weak
    window.close()


@pytest.mark.browser
def test_motion_is_only_for_those_who_want_it(served: Served, browser: Browser) -> None:
    durations = []
    for wish in ("reduce", "no-preference"):
        window = context(browser, reduced_motion=wish)
        page = window.new_page()
        page.goto(served.url)
        durations.append(
            page.evaluate("getComputedStyle(document.querySelector('.more a')).transitionDuration")
        )
        window.close()
    assert durations[0] == "0s"
    assert durations[1] != "0s"


@pytest.mark.browser
def test_the_folder_can_be_opened_without_a_server(served: Served, browser: Browser) -> None:
    window = context(browser)
    page = window.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path in ("", "posts/every-chain-breaks-off/", "publications/brauer1932hauptsatz/"):
        page.goto(_file(served.folder, path).as_uri())
        assert page.evaluate("document.styleSheets.length") >= 1
        assert page.evaluate("[...document.images].every(i => i.loading == 'lazy' || i.naturalWidth > 0)")
        for href in page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"):
            parts = urlsplit(href)
            if parts.scheme == "file":
                target = Path(unquote(parts.path))
                assert (target / "index.html" if target.is_dir() else target).is_file(), href
    assert all(Path(unquote(urlsplit(url).path)).is_file() for url in asked)
    assert any(url.endswith("/assets/base.css") for url in asked)
    window.close()


@pytest.mark.browser
def test_a_printed_page_leaves_out_what_paper_cannot_do(served: Served, browser: Browser) -> None:
    window = context(browser)
    page = window.new_page()
    page.emulate_media(media="print")
    page.goto(served.url + "publications/")
    for selector in (".site-menu", ".skip-link", ".work-foot details"):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator(".work-title").first.is_visible()
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    page.emulate_media(media="print", color_scheme="dark")
    assert _rgb(page, ground) == "#ffffff"
    assert page.pdf().startswith(b"%PDF")
    window.close()


#: What axe says wrongly: rule and part of the element.
MISTAKEN = (
    # It does not count a formula as text; screen readers speak it.
    ("empty-table-header", "<math "),
)


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_has_no_complaint(served: Served, browser: Browser, scheme: Any, width: int) -> None:
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = []
    window = context(browser, width, color_scheme=scheme, reduced_motion="reduce")
    page = window.new_page()
    for path in PATHS:
        page.goto(served.url + path)
        page.evaluate(axe)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        result = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", tags)
        found += [
            f"{path}: {violation['id']}: {node['html'][:120]}"
            for violation in result["violations"]
            for node in violation["nodes"]
            if not any(violation["id"] == rule and part in node["html"] for rule, part in MISTAKEN)
        ]
    window.close()
    assert not found, "\n".join(found)


def test_the_html_checker_has_no_complaint(served: Served) -> None:
    jar = tool("VNU_JAR", "vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        missing("there is no Java")
    command = [str(java), "-jar", str(jar), "--format", "gnu", "--Werror"]
    pages = [*command, "--skip-non-html", str(served.folder)]
    sheets = [*command, "--css", *sorted(str(path) for path in served.folder.glob("assets/*.css"))]
    for arguments in (pages, sheets):
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        said = re.sub(r'^"file:[^"]*/web/', '"', done.stderr, flags=re.MULTILINE)
        assert (done.returncode, said) == (0, "")
