"""The search in Chromium: the key that leads there, words and letters, keyboard, screen readers, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsing import browser, complaints, context, serving, tool, watched
from conftest import DAY, SiteFolder
from test_search import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser

#: Enough for a group that shows some first, and one that is hostile.
MORE = {
    f"content/posts/chain{number}.md": f"---\ntitle: Chain {number}\ndate: 2010\n---\nAn ascending chain.\n"
    for number in range(8)
} | {
    "content/posts/evil.md": (
        '---\ntitle: "<b>Bold</b> & <img src=x onerror=alert(1)>"\ndate: 2000\n---\n'
        "`<script>alert(2)</script>` and zebra.\n"
    ),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, which lives below ``/~user/site/``."""
    top = tmp_path_factory.mktemp("search-browser")
    folder = SiteFolder(top / "source").write(FILES | MORE)
    out = top / "web/~user/site"
    out.parent.mkdir(parents=True)
    options = ["--out", str(out), "--base-url", "http://127.0.0.1/~user/site/", "--date", DAY]
    result = folder.run("build", *options)
    assert result.exit_code == 0, result.stderr
    with serving(top / "web") as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that must not complain."""
    window = context(browser)
    page = window.new_page()
    faults = watched(page, address)
    yield page
    assert faults == []
    window.close()


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id || document.activeElement.textContent")
    return found


def said(page: Page, words: str) -> str:
    """What the page tells of these words, when it has read its index."""
    page.locator("#search-words").fill(words)
    status = page.locator(".search-status")
    page.wait_for_function("words => new URLSearchParams(location.search).get('q') === words", arg=words)
    page.wait_for_function("document.querySelector('.search-status').textContent !== ''")
    return status.text_content() or ""


def titles(page: Page) -> list[str]:
    return page.locator(".search-results li > a").all_text_contents()


# --- the way there ---


def test_a_key_leads_to_the_search_and_the_address_keeps_the_words(page: Page, address: str) -> None:
    page.goto(address + "guide/one/")
    page.keyboard.press("/")
    page.wait_for_url(address + "search/")
    assert focused(page) == "search-words"
    page.keyboard.type("chain")
    page.wait_for_url(address + "search/?q=chain")
    assert page.locator(".search-all").is_hidden()
    page.reload()
    page.locator(".search-results h2").first.wait_for()
    assert page.locator("#search-words").input_value() == "chain"
    page.go_back()
    assert page.url == address + "guide/one/"


def test_the_key_is_text_where_one_writes(page: Page, address: str) -> None:
    page.goto(address + "guide/one/")
    page.locator("#book-search").focus()
    page.keyboard.press("/")
    assert page.locator("#book-search").input_value() == "/"
    page.locator("main").click()
    page.keyboard.press("Control+/")
    assert page.url == address + "guide/one/"


def test_the_key_can_be_switched_off(page: Page, address: str) -> None:
    page.goto(address + "search/")
    box = page.get_by_role("checkbox", name="The key / leads here from every page")
    assert box.is_checked()
    box.uncheck()
    page.goto(address)
    page.keyboard.press("/")
    page.wait_for_timeout(100)
    assert page.url == address
    page.goto(address + "search/")
    assert not box.is_checked()
    box.check()
    page.goto(address)
    page.keyboard.press("/")
    page.wait_for_url(address + "search/")


def test_the_page_for_what_is_not_there_leads_to_it(browser: Browser, address: str) -> None:
    window = context(browser)
    page = window.new_page()
    page.goto(address + "no/such/page/")
    page.keyboard.press("/")
    page.wait_for_url(address + "search/")
    window.close()


# --- what is found ---


def test_results_stand_by_kind_with_their_words_marked(page: Page, address: str) -> None:
    page.goto(address + "search/")
    assert said(page, "words") == "3 results"
    headings = page.locator(".search-results h2").all_text_contents()
    assert sorted(headings) == ["Guide 1", "Publications 1", "Writing 1"]
    marks = {text.lower() for text in page.locator(".search-results mark").all_text_contents()}
    assert marks == {"words"}
    link = page.locator(".search-results li p a", has_text="Part & parcel")
    assert link.get_attribute("href") == address + "posts/one/#part--parcel"
    link.click()
    assert page.url == address + "posts/one/#part--parcel"


#: What is looked for, and the title of a result; None where there is none at all.
QUERIES: list[tuple[str, str | None]] = [
    ("Körper", "Körper over x²"),
    ("koerper", "Körper over x²"),
    ("KORPER", "Körper over x²"),
    ("Kör", "Körper over x²"),
    ("Noether Krull", "Körper over x²"),
    ("noether, emmy", "Körper over x²"),
    ("Nöther Artin", "Körper over x²"),
    ('"second paragraph"', "Körper over x²"),
    ("1921", "Körper over x²"),
    ("zurich", "A plain talk"),
    ("Zürich congress", "A plain talk"),
    ("環論", "二つ"),
    ("代数学分野", None),
    ("代数学の一分", "二つ"),
    ('"paragraph second"', None),
    ("inner opening", "A paper"),
    ("lean", "doe/rings"),
    ("dfg", None),
    ("xyzzy", None),
    ("goal", "Intro"),
    ("section", "Chapter"),
    ("ecturer", None),
    ("ollaborat", None),
]


def test_words_and_letters(page: Page, address: str) -> None:
    page.goto(address + "search/")
    for words, title in QUERIES:
        count = said(page, words)
        if title is None:
            assert (count, titles(page)) == ("Nothing found", []), words
        else:
            assert title in titles(page), words


def test_what_is_found_is_marked_to_the_letter(page: Page, address: str) -> None:
    """Also where a letter becomes two, or none."""
    page.goto(address + "search/")
    found = page.evaluate(
        """async ([address, cases]) => {
            const {marked, wordsOf} = await import(address);
            return cases.map(([text, words]) => [...marked(text, wordsOf(words)).querySelectorAll("mark")]
                .map(mark => mark.textContent));
        }""",
        [
            address + "assets/matching.js",
            [
                ["Die Größe der Straße", "grosse strasse"],
                ["No\u0308ther, Nöther, Noether", "noether"],
                ["No\u0308ther, Nöther, Noether", "nother"],
                ["naïve café", "naive cafe"],
                ["Ångström Øre", "angstrom ore"],
                ["a.b (c) [d]", "a.b"],
                ["poem and potential", "pot"],
                ["量子力学と環論", "環論"],
                ["Idealtheorie", "theorie"],
                ["string ring", "ri"],
                ["ΣΟΦΟΣ σοφός", "σοφος"],
                ["C++ and C", "c++"],
            ],
        ],
    )
    assert found == [
        ["Größe", "Straße"],
        ["Nöther", "Nöther", "Noether"],
        ["Nöther", "Nöther"],
        ["naïve", "café"],
        ["Ångström", "Øre"],
        ["a.b"],
        ["pot"],
        ["環論"],
        ["theorie"],
        ["ri"],
        ["ΣΟΦΟΣ", "σοφός"],
        ["C++"],
    ]


def test_titles_in_another_language_say_so(page: Page, address: str) -> None:
    page.goto(address + "search/")
    said(page, "korper")
    assert page.locator(".search-results li > a").get_attribute("lang") == "de"


def test_what_is_found_is_text(page: Page, address: str) -> None:
    page.goto(address + "search/")
    said(page, "zebra")
    assert titles(page) == ["<b>Bold</b> & <img src=x onerror=alert(1)>"]
    assert page.locator(".search-results :is(b, img, script)").count() == 0
    assert "<script>alert(2)</script>" in (page.locator(".search-results p").text_content() or "")
    assert said(page, "<script>") == "2 results"


def test_a_long_group_shows_some_first(page: Page, address: str) -> None:
    page.goto(address + "search/")
    said(page, "chain")
    group = page.locator(".search-results section", has=page.get_by_role("heading", name="Writing"))
    assert group.locator("li").count() == 5
    group.get_by_role("button", name="Show all 8").click()
    assert group.locator("li").count() == 8
    assert focused(page) == group.locator("li > a").nth(5).text_content()


# --- keyboard, screen readers, no script ---


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    page.goto(address + "search/")
    page.keyboard.type("chain")
    page.locator(".search-results button").wait_for()
    page.keyboard.press("ArrowDown")
    first = focused(page)
    assert first == titles(page)[0]
    page.keyboard.press("ArrowDown")
    assert focused(page) == titles(page)[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "search-words"
    page.keyboard.press("Enter")
    assert focused(page) == first
    page.keyboard.press("Escape")
    assert focused(page) == "search-words"
    page.keyboard.press("Enter")
    href = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(href)


def test_screen_readers_are_told_how_many_there_are(page: Page, address: str) -> None:
    page.goto(address + "search/")
    assert page.get_by_role("searchbox", name="Search this site").is_visible()
    assert page.get_by_role("search").is_visible()
    status = page.get_by_role("status")
    said(page, "zebra")
    assert status.text_content() == "1 result"
    said(page, "chain")
    assert (status.text_content() or "").endswith(" results")
    page.locator("#search-words").fill("")
    page.locator(".search-all").wait_for()
    assert status.text_content() == ""
    assert page.url == address + "search/"


@pytest.mark.parametrize("width", [320, 1280])
def test_results_are_fit_for_everyone(browser: Browser, address: str, width: int) -> None:
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    window = context(browser, width, reduced_motion="reduce")
    page = window.new_page()
    page.goto(address + "search/?q=words+chain")
    said(page, "chain")
    page.evaluate(axe)
    found: list[Any] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += complaints(page, scheme)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    window.close()


def test_without_a_script_everything_is_listed(browser: Browser, address: str) -> None:
    window = context(browser, java_script_enabled=False)
    page = window.new_page()
    page.goto(address)
    page.get_by_role("link", name="Search").click()
    assert page.url == address + "search/"
    assert page.locator(".search-form").is_hidden()
    assert page.locator(".search-key").is_hidden()
    assert page.locator(".search-all li a").count() > 20
    page.get_by_role("link", name="One & only").click()
    assert page.url == address + "posts/one/"
    window.close()


def test_scripts_are_small_and_the_index_comes_when_it_is_asked_for(browser: Browser, address: str) -> None:
    window = context(browser)
    page = window.new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda asked: sizes.update({asked.url: asked.sizes()["responseBodySize"]}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    ordinary = sum(size for url, size in sizes.items() if url.endswith(".js"))
    assert 0 < ordinary < 2_048
    assert not any(url.endswith(".json") for url in sizes)
    sizes.clear()
    page.goto(address + "search/?q=chain")
    page.wait_for_load_state("networkidle")
    assert sum(size for url, size in sizes.items() if url.endswith(".js")) < 6 * 1024
    assert any("search/posts-" in url for url in sizes)
    window.close()


# --- within a book ---


def test_a_book_is_searched_in_place(page: Page, address: str) -> None:
    page.goto(address + "guide/one/")
    box = page.locator("#book-search")
    box.fill("more")
    results = page.locator(".book-results a")
    results.first.wait_for()
    assert results.all_text_contents() == ["Chapter – Section"]
    assert page.locator(".book-results mark").all_text_contents() == ["More"]
    box.fill("xyzzy")
    page.get_by_text("Nothing found").wait_for()
    box.press("Escape")
    assert (box.input_value(), results.count()) == ("", 0)
    box.fill("section")
    results.first.click()
    assert page.url == address + "guide/one/#section"
