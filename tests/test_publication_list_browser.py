"""The list of publications in Chromium: filters in place by mouse, keys and address, what opens in place, copying."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from acadsite import bibtex
from browsing import browser, context, watched
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

__all__ = ["browser"]

ROOT = Path(__file__).resolve().parents[1]
MANY = 1_000
FIRST = 50
#: What could lead astray who cuts it out of a file: its key, braces, and what looks like the next entry.
STRANGE = r"""
@misc{doe:a&b/2, title = {Strange {B}races}, year = 2020, keywords = {algebra},
  abstract = {A set \{ of \} braces, @book{rings, no} entry.}}
"""
SHOWN = "document.querySelectorAll('.work:not([hidden])').length"


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of a thousand publications of two people, served below a path."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium")
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        from corpus import publication
    finally:
        sys.path.pop(0)
    top = tmp_path_factory.mktemp("many")
    bib = "\n".join([*(publication(number).bibtex for number in range(MANY - 1)), STRANGE])
    site = SiteFolder(top / "site").write(
        {
            "site.yaml": "title: Doe\nurl: https://doe.example/~doe/\n",
            "content/publications/a.bib": bib,
            "content/people.yaml": "- {id: krull, name: Helmut Krull}\n- {id: goedel, name: Olga Gödel}\n",
        }
    )
    result = site.run("build", "--date", "2026-11-21", "--out", str(top / "web/~doe"))
    assert result.exit_code == 0, result.stderr
    handler = partial(_Handler, directory=str(top / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/~doe/publications/"
        server.shutdown()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = context(browser, permissions=["clipboard-read", "clipboard-write"])
    page = opened.new_page()
    faults = watched(page, address)
    page.goto(address)
    yield page
    assert not faults
    opened.close()


def expect_all(page: Page) -> None:
    """The others come when somebody is about to filter."""
    page.locator(".filters summary").first.focus()
    page.wait_for_function(f"{SHOWN} === {MANY}")


def test_a_long_list_begins_with_the_newest(browser: Browser, address: str) -> None:
    """The others come when these are there, each once and in its place, with links that lead where they did."""
    without = context(browser, java_script_enabled=False)
    first, whole = without.new_page(), without.new_page()
    first.goto(address)
    works = "works => works.map(work => [work.id, work.parentNode.parentNode.querySelector('h2').id])"
    links = "links => links.map(link => link.href)"
    newest = first.locator(".work").evaluate_all(works)
    assert len(newest) == FIRST
    first.get_by_role("link", name=f"All publications ({MANY})").click()
    assert first.url == f"{address}all/"
    whole.goto(f"{address}all/")
    every = whole.locator(".work").evaluate_all(works)
    targets = whole.locator(".work a").evaluate_all(links)
    assert (len(every), every[:FIRST]) == (MANY, newest)
    assert whole.locator(".work-number").last.text_content() == "[1]"
    without.close()

    opened = context(browser)
    page = opened.new_page()
    faults = watched(page, address)
    page.goto(f"{address}#{every[-1][0]}")
    page.wait_for_function(f"{SHOWN} === {MANY}")
    assert page.locator(".work").evaluate_all(works) == every
    assert page.locator(".work a").evaluate_all(links) == targets
    assert page.locator(".rest").count() == 0
    page.wait_for_function("document.querySelector(':target')?.getBoundingClientRect().top < innerHeight")
    assert not faults
    opened.close()


def test_the_others_come_on_the_way_down_and_before_a_search(browser: Browser, address: str) -> None:
    opened = context(browser)
    for act in (
        "scrollTo(0, document.body.scrollHeight)",
        "",
        "document.querySelector('.filters summary').focus()",
    ):
        page = opened.new_page()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(SHOWN) == FIRST
        if act:
            page.evaluate(act)
        else:
            page.keyboard.press("Control+f")
        page.wait_for_function(f"{SHOWN} === {MANY}")
        page.close()
    opened.close()


def test_a_filter_goes_to_the_page_of_all_where_that_cannot_be_fetched(
    browser: Browser, address: str
) -> None:
    opened = context(browser)
    page = opened.new_page()
    page.route(
        "**/all/",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.goto(address)
    page.locator("#filter-q").fill("godel")
    page.wait_for_url(f"{address}all/?q=godel")
    assert 0 < page.evaluate(SHOWN) < MANY
    opened.close()


def test_filters_work_in_place_and_are_in_the_address(page: Page, address: str) -> None:
    expect_all(page)
    page.locator(".filters summary", has_text="Year").click()
    link = page.locator(".filter a", has_text="2020")
    number = int(link.locator("small").inner_text())
    link.click()
    assert urlsplit(page.url).query == "year=2020"
    assert page.evaluate(SHOWN) == number
    assert link.get_attribute("aria-current") == "true"
    assert page.locator(".filters [role=status]").inner_text() == f"Shown: {number} of {MANY}"
    assert page.locator(".group:visible").count() == 1
    page.locator(".filters summary", has_text="Topic").click()
    topic = page.locator(".filter[data-facet=topic] a").first
    topic.click()
    both = page.evaluate(SHOWN)
    assert 0 < both < number
    page.reload()
    page.wait_for_function(
        f"document.querySelector('.filters [role=status]').innerText === 'Shown: {both} of {MANY}'"
    )
    assert page.evaluate(SHOWN) == both
    page.get_by_role("button", name="Show all").click()
    assert (page.url, page.evaluate(SHOWN)) == (address, MANY)
    assert page.evaluate("document.activeElement.type") == "search"


def test_what_a_filter_leaves_can_be_saved_as_bibtex(page: Page) -> None:
    expect_all(page)
    save = page.get_by_role("button", name="Save these as BibTeX")
    assert save.count() == 0  # all are in a file that is linked
    page.locator(".filters summary", has_text="Year").click()
    page.locator(".filter a", has_text="2020").click()
    for words in ("", "strange", "gödel"):
        page.locator("#filter-q").fill(words)
        keys = page.locator(".work:visible").evaluate_all("all => all.map(one => one.dataset.key ?? one.id)")
        with page.expect_download() as download:
            save.click()
        assert download.value.suggested_filename == "publications.bib"
        text = download.value.path().read_text(encoding="utf-8")
        saved = bibtex.read([("x.bib", text)])
        assert not saved.problems
        assert [entry.key for entry in saved.entries] == keys
        assert ("doe:a&b/2" in keys) == (words != "gödel")
    page.get_by_role("button", name="Show all").click()
    assert save.count() == 0


def test_without_the_file_of_all_saving_leads_to_it(browser: Browser, address: str) -> None:
    opened = context(browser)
    page = opened.new_page()
    page.goto(f"{address}?year=2020")
    page.wait_for_function(f"{SHOWN} < {FIRST}")
    asked: list[str] = []
    page.route(
        "**/publications.bib", lambda route: asked.append(route.request.resource_type) or route.abort()
    )
    page.get_by_role("button", name="Save these as BibTeX").click()
    page.wait_for_event("requestfailed", lambda request: request.is_navigation_request())
    assert asked == ["fetch", "document"]
    opened.close()


def test_what_others_add_to_the_address_filters_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}?utm_source=x&fbclid=y")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHOWN) == FIRST
    assert page.get_by_role("button", name="Show all").count() == 0


def test_text_is_found_without_accents_and_state_by_keys_alone(page: Page) -> None:
    expect_all(page)
    page.locator("#filter-q").focus()
    page.keyboard.type("godel tausskyova")
    shown = page.evaluate(SHOWN)
    assert 0 < shown < MANY
    texts = page.locator(".work:visible .work-authors").all_text_contents()
    assert all("Gödel" in text and "Tausskyová" in text for text in texts[:20])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_all(page)
    page.locator(".filters summary", has_text="Person").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "person=" in page.url
    assert 0 < page.evaluate(SHOWN) < MANY
    page.keyboard.press("Enter")
    assert "person=" not in page.url


def test_an_answer_comes_at_once(page: Page) -> None:
    """Fifty milliseconds with the layout after it; the bound here is that of a busy machine."""
    expect_all(page)
    times = page.evaluate(
        """async () => {
            const times = [];
            const links = [...document.querySelectorAll(".filter[data-facet=year] a")].slice(0, 8);
            for (const link of links) {
                const start = performance.now();
                link.click();
                document.body.offsetHeight;
                times.push(performance.now() - start);
                await new Promise(done => setTimeout(done, 20));
            }
            return times.sort((one, other) => one - other);
        }"""
    )
    print("milliseconds:", [round(time, 1) for time in times])
    assert times[len(times) // 2] < 250


def test_abstract_and_citation_open_in_place(page: Page, address: str) -> None:
    work = page.locator(".work").first
    key = work.get_attribute("id")
    abstract = work.get_by_role("link", name="Abstract")
    assert abstract.get_attribute("aria-expanded") == "false"
    abstract.click()
    work.locator(".work-abstract p").wait_for()
    assert len(work.locator(".work-abstract").inner_text()) > 500
    assert abstract.get_attribute("aria-expanded") == "true"
    abstract.click()
    assert not work.locator(".work-abstract").is_visible()
    work.get_by_role("link", name="Cite").click()
    box = work.locator(".work-cite")
    box.locator(".work-citation").wait_for()
    assert page.url == address
    assert page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(node => node.id)).size"
    ) == page.evaluate("document.querySelectorAll('[id]').length")
    assert (
        page.evaluate(
            "document.querySelectorAll('.work-cite a[href*=\"/publications/publications/\"]').length"
        )
        == 0
    )
    copy = box.get_by_role("button", name="Copy").first
    copy.click()
    box.locator("[role=status]", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"@article{{{key},")
    box.locator("summary", has_text="CSL-JSON").click()
    with page.expect_download() as started:
        box.get_by_role("link", name=f"{key}.json").click()
    assert json.loads(Path(started.value.path()).read_text(encoding="utf-8"))[0]["id"] == key
    work.get_by_role("link", name="Abstract").focus()
    page.keyboard.press("Enter")
    assert work.locator(".work-abstract").is_visible()


def test_without_script_everything_is_behind_links(browser: Browser, address: str) -> None:
    opened = context(browser, java_script_enabled=False)
    page = opened.new_page()
    page.goto(address)
    assert page.locator(".work").count() == FIRST
    assert not page.locator("#filter-q").is_visible()
    page.locator(".filters summary", has_text="Year").click()
    page.locator(".filter a", has_text="2020").click()
    assert page.url == f"{address}year/2020/"
    page.locator(".work").first.get_by_role("link", name="Cite").click()
    assert page.url.endswith("/#cite")
    assert page.locator("#cite").is_visible()
    assert page.locator("pre", has_text="@article").is_visible()
    opened.close()
