"""The example site as it is used: by the keyboard alone, and with scripts off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from browsing import Served, browser, context, looks, plain, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

__all__ = ["browser", "plain"]  # the fixtures

pytestmark = pytest.mark.browser

#: Where the focus is, and whether it can be seen there.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    what: e.outerHTML.slice(0, 100),
    isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    isThere: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
#: What the Tab key must come to: of those of one name, radio buttons or summaries, each.
STOPS = """() => [...document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true})
    && !e.closest('[inert]')).length"""


@pytest.fixture
def page(plain: Served, browser: Browser) -> Iterator[Page]:
    """A page in a window of its own, which must have nothing to complain of."""
    window = context(browser, permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    tab = window.new_page()
    faults = watched(tab, plain.url)
    yield tab
    window.close()
    assert faults == []


def tab_to(page: Page, target: Locator, most: int = 250) -> None:
    """Press Tab until an element has the focus, which must be seen there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            focus = page.evaluate(FOCUS)
            assert focus["isSeen"], focus
            assert focus["isThere"], focus
            return
    raise AssertionError(f"{most} times Tab did not lead to {target}")


def press_until(page: Page, key: str, condition: str) -> None:
    """Press a key once, then wait for what it does."""
    page.keyboard.press(key)
    page.wait_for_function(condition)


# --- the keyboard ---


@pytest.mark.parametrize(
    "path", ["", "publications/brauer1932hauptsatz/", "seminar/representations/", "search/"]
)
def test_tab_comes_to_everything_and_is_seen_everywhere(plain: Served, page: Page, path: str) -> None:
    page.goto(plain.url + path)
    page.evaluate(
        "document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex')"
    )
    stops = page.evaluate(STOPS)
    met = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus is not None, met[-3:]
        assert focus["isSeen"], focus
        assert focus["isThere"], focus
        met.append(focus["what"])
    assert page.evaluate("document.activeElement !== document.querySelector('.skip-link')")
    page.keyboard.press("Tab")  # the end: out of the page, or to its beginning
    assert page.evaluate(
        "[document.body, document.querySelector('.skip-link')].includes(document.activeElement)"
    )


@pytest.mark.parametrize("width", [320])
def test_the_menu_of_a_phone(plain: Served, browser: Browser, width: int) -> None:
    window = context(browser, width)
    page = window.new_page()
    page.goto(plain.url)
    button, entries = page.get_by_role("button", name="Menu"), page.locator("nav.site-menu a")
    tab_to(page, button)
    assert not entries.first.is_visible()
    page.keyboard.press("Enter")
    entries.first.wait_for()
    page.keyboard.press("Tab")
    assert entries.first.evaluate("element => element === document.activeElement")
    page.keyboard.press("Escape")
    assert not entries.first.is_visible()
    assert button.evaluate("element => element === document.activeElement")
    page.keyboard.press("Space")
    wanted = page.locator("nav.site-menu a", has_text="Publications")
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{plain.url}publications/"
    window.close()


def test_the_colours_in_three_states(plain: Served, page: Page) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    page.goto(plain.url)
    button = page.locator("button.scheme")
    tab_to(page, button)
    names, grounds = [], []
    for _ in range(4):
        names.append(button.get_attribute("aria-label"))
        grounds.append(page.evaluate(ground))
        page.keyboard.press("Enter")
    assert names[:3] == ["Colours: as the system has them", "Colours: light", "Colours: dark"]
    assert names[3] == names[0]
    assert grounds[0] == grounds[1] == grounds[3] != grounds[2]
    # Now light; one more is dark, which other pages and other tabs follow.
    other = page.context.new_page()
    other.goto(f"{plain.url}posts/")
    page.keyboard.press("Enter")
    other.wait_for_function(f"{ground} === '{grounds[2]}'")
    other.reload()
    assert other.evaluate(ground) == grounds[2]
    assert other.locator("button.scheme").get_attribute("aria-label") == "Colours: dark"


def shown(page: Page) -> int:
    """How many publications are to be seen."""
    return page.locator(".work").filter(visible=True).count()


def test_the_filters_of_the_publications(plain: Served, page: Page) -> None:
    page.goto(f"{plain.url}publications/")
    total = shown(page)
    status = page.locator(".filters [role=status]")
    tab_to(page, page.locator(".filters summary", has_text="Year"))
    page.keyboard.press("Enter")
    year = page.locator(".filters [data-facet=year] a", has_text=re.compile("^1932"))
    tab_to(page, year)
    prebuilt = year.get_attribute("href")
    page.keyboard.press("Enter")
    assert page.url == f"{plain.url}publications/?year=1932"
    assert year.get_attribute("aria-current") == "true"
    count = shown(page)
    assert 0 < count < total
    assert str(year.locator("small").text_content()) == str(count)
    assert status.text_content() == f"Shown: {count} of {total}"
    field = page.locator(".filters input")
    tab_to(page, field)
    page.keyboard.type("hyperkomplexe zuerich")
    assert shown(page) == 0
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("hauptsatz BRAUER")  # in any order, with or without capitals and marks
    assert shown(page) == 1
    assert status.text_content() == f"Shown: 1 of {total}"
    address = page.url
    assert "year=1932" in address
    assert "q=hauptsatz" in address
    # The address holds it all.
    other = page.context.new_page()
    other.goto(address)
    assert shown(other) == 1
    assert other.locator(".filters input").input_value() == "hauptsatz BRAUER"
    other.close()
    tab_to(page, page.locator(".filters button").first)
    page.keyboard.press("Enter")
    assert page.url == f"{plain.url}publications/"
    assert shown(page) == total
    assert field.evaluate("element => element === document.activeElement")
    # What the link would lead to without a script has the same publications.
    page.goto(f"{plain.url}publications/{str(prebuilt).removeprefix('../publications/')}")
    assert shown(page) == count


def clipboard(page: Page) -> str:
    """What was copied."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_citation_is_copied(plain: Served, page: Page) -> None:
    page.goto(f"{plain.url}publications/brauer1932hauptsatz/")
    button = page.locator("pre[data-file$='.bib'] + .cite-tools button")
    tab_to(page, button)
    page.keyboard.press("Enter")
    page.locator(".cite-tools [role=status]", has_text="Copied").wait_for()
    assert clipboard(page).startswith("@article{brauer1932hauptsatz,")
    # On a list the same opens below the entry.
    page.goto(f"{plain.url}publications/")
    entry = page.locator(".work", has=page.locator("a[href*='brauer1932hauptsatz/#cite']"))
    cite = entry.locator("a[href$='#cite']")
    tab_to(page, cite, most=600)
    page.keyboard.press("Enter")
    entry.locator("pre[data-file$='.bib']").wait_for()
    assert cite.get_attribute("aria-expanded") == "true"
    tab_to(page, entry.locator("summary", has_text="RIS"))
    page.keyboard.press("Enter")
    copy = entry.locator("pre[data-file$='.ris'] + .cite-tools button")
    tab_to(page, copy)
    page.keyboard.press("Space")
    entry.locator("[role=status]", has_text="Copied").wait_for()
    assert clipboard(page).startswith("TY  - JOUR")


def test_the_search(plain: Served, page: Page) -> None:
    page.goto(f"{plain.url}posts/")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    field = page.locator("#search-words")
    page.wait_for_function("document.activeElement.id === 'search-words'")
    page.keyboard.type("idealtheorie")
    page.wait_for_function("location.search === '?q=idealtheorie'")  # the list follows the last letter
    results = page.locator(".search-results li > a")
    results.first.wait_for()
    status = page.locator(".search-status")
    page.wait_for_function(r"/^\d+ results?$/.test(document.querySelector('.search-status').textContent)")
    assert page.locator(".search-results h2").count() > 1  # by kind
    assert page.locator(".search-results mark").count() > 0
    assert not page.locator(".search-all").is_visible()
    page.keyboard.press("ArrowDown")
    assert results.first.evaluate("element => element === document.activeElement")
    page.keyboard.press("ArrowUp")
    assert field.evaluate("element => element === document.activeElement")
    address, said = page.url, status.text_content()
    assert address.endswith("?q=idealtheorie")
    page.keyboard.press("Enter")
    wanted = str(results.first.get_attribute("href"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.startswith(plain.url)
    assert wanted.rstrip("/").endswith(page.url.partition("#")[0].rstrip("/").rpartition("/")[2])
    page.goto(address)
    page.wait_for_function("said => document.querySelector('.search-status').textContent === said", arg=said)
    # Marks above letters do not matter, nor the end of a word.
    page.keyboard.press("/")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("zürich")
    page.locator(".search-results mark").first.wait_for()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("xyzzyx")
    page.wait_for_function("document.querySelector('.search-status').textContent === 'Nothing found'")


# --- no script ---


#: The text of a page, less what only scripts use; details open, and lists that a link brings up (``:target``) up.
TEXT = """() => {
  document.querySelectorAll('details').forEach(d => { d.removeAttribute('name'); d.open = true; });
  const found = [];
  const isLinked = e => [...document.querySelectorAll('a[href^="#"]')].some(
    a => (a.checkVisibility() || a.closest('.map-tight')) && a.getAttribute('href') === '#' + e.id);
  for (const list of document.querySelectorAll('.map-list[id]')) {
    if (isLinked(list)) list.style.display = 'block';
  }
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    const words = node.data.trim().split(/\\s+/).join(' ');
    if (!words || parent.closest('script, style, template, summary, dialog, [hidden], svg, math')) continue;
    found.push([words, parent.checkVisibility({visibilityProperty: true}), parent.tagName]);
  }
  return found;
}"""
#: Addresses that can be followed.
LINKS = """() => [...document.querySelectorAll('a[href]')]
  .filter(a => a.checkVisibility() || a.closest('[popover]'))
  .map(a => new URL(a.getAttribute('href'), document.baseURI).href)"""
#: Buttons and fields that are seen and need a script.
DEAD = """() => [...document.querySelectorAll('button, input, select, textarea')]
  .filter(e => e.checkVisibility() && !e.hasAttribute('popovertarget') && !e.closest('form[action]'))
  .map(e => e.outerHTML.slice(0, 100))"""


def test_without_scripts_all_content_and_navigation_is_there(plain: Served, browser: Browser) -> None:
    scripted, bare = context(browser), context(browser, java_script_enabled=False)
    one, other = scripted.new_page(), bare.new_page()
    faults = watched(other, plain.url)
    lost: list[Any] = []
    for path in looks(plain.folder):
        one.goto(plain.url + path)
        other.goto(plain.url + path)
        lost += [(path, words) for words, is_seen, tag in other.evaluate(TEXT) if not is_seen]
        lost += [(path, control) for control in other.evaluate(DEAD)]
        links = set(other.evaluate(LINKS))
        lost += [
            (path, link)
            for link in one.evaluate(LINKS)
            if link not in links and not link.startswith("blob:") and "slides/" not in path
        ]
        assert len(links) > 5, path
    scripted.close()
    bare.close()
    assert not lost, "\n".join(map(str, lost))
    assert faults == []


def test_without_scripts_the_links_of_filters_and_search_lead_to_pages(
    plain: Served, browser: Browser
) -> None:
    window = context(browser, java_script_enabled=False)
    page = window.new_page()
    page.goto(f"{plain.url}publications/")
    total = shown(page)
    page.locator(".filters summary", has_text="Type").click()
    link = page.locator(".filters [data-facet=type] a").first
    count = int(str(link.locator("small").text_content()))
    link.click()
    assert re.fullmatch(r".*/publications/type/[a-z]+/", page.url)
    assert shown(page) == count < total
    page.locator("a.search-link").click()
    assert page.url == f"{plain.url}search/"
    assert not page.locator(".search-form").is_visible()
    assert page.locator(".search-all a").count() > total
    page.goto(f"{plain.url}publications/")
    page.locator(".work a[href$='#cite']").first.click()
    assert page.url.endswith("/#cite")
    assert page.locator("pre[data-file$='.bib']").is_visible()
    window.close()
