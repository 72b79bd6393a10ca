"""A site in several languages in Chromium: readable in each, also from right to left, and a switch for the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsing import Served, browser, complaints, context, serving, watched
from conftest import DAY, SiteFolder
from test_languages import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["browser"]  # the fixture

pytestmark = pytest.mark.browser

PAGES = (
    "de/",
    "de/about/",
    "de/notizen/eins/",
    "posts/drei/",
    "ar/",
    "ar/publications/",
    "ar/posts/",
    "ar/talks/",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    top = tmp_path_factory.mktemp("languages")
    (top / "source").mkdir()
    site = SiteFolder(top / "source").write(FILES)
    folder = top / "web/~user/site"
    folder.parent.mkdir(parents=True)
    made = site.run(
        "build", "--date", DAY, "--out", str(folder), "--base-url", "http://127.0.0.1/~user/site/"
    )
    assert made.exit_code == 0, made.output
    with serving(top / "web") as url:
        yield Served(folder, url)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_pages_in_other_languages(served: Served, browser: Browser, width: int, scheme: str) -> None:
    window = context(browser, width, color_scheme=scheme)
    page = window.new_page()
    faults = watched(page, served.url)
    found = []
    for path in PAGES:
        page.goto(served.url + path)
        page.locator("details.languages").evaluate("element => element.open = true")
        found += complaints(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        direction = "rtl" if path.startswith("ar/") else "ltr"
        assert page.evaluate("getComputedStyle(document.body).direction") == direction
    window.close()
    assert found + faults == []


def test_the_switch_by_keyboard(served: Served, browser: Browser) -> None:
    window = context(browser, 320)
    page = window.new_page()
    page.goto(f"{served.url}about/")
    page.locator("details.languages summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/de/about/")
    assert page.locator("h1").inner_text() == "Über mich"
    page.locator("details.languages summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/site/about/")
    window.close()
