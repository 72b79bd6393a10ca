"""Slides in Chromium: keys, steps, overview, the presenter's window, addresses, paper, and without a script.

Two decks: the reference lecture (where the reference data is), and a small one with all that a slide may have. Needs
what ``test_browser.py`` needs.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import http.server
import re
import shutil
import subprocess
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from browsing import ROOT, Handler, Served, browser, context, missing, tool, watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["browser"]  # the fixture

SMALL = """\
---
title: Small
author: Jane Doe
institute: University
footer: Algebra
---

## Steps

Text with a [link](https://x.example/) to click.

. . .

Second.

::: {.incremental}
- third
- fourth
:::

::: notes
Say **hello**.
:::

# Part

## Pictures

![One](../static/a.svg) ![Two](../static/a.svg)

## Too much

LONG

## Columns and code

::: {.columns}
::: {.column width="50%"}
```python
for index in range(10): print(index, "a line that is much too long for one half of a slide, and then some more")
```
:::
::: {.column width="50%"}
| a | b |
|---|---|
| 1 | 2 |

Note[^n].
:::
:::

[^n]: The note.

## Last {.center .middle}

The end.
"""
RATIOS = {"small": 16 / 9, "upright": 4 / 3}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site with the decks, below ``/~user/site/``."""
    from click.testing import CliRunner

    from acadsite.cli import cli

    top = tmp_path_factory.mktemp("decks")
    source, folder = top / "source", top / "web/~user/site"
    slides = source / "content/slides"
    slides.mkdir(parents=True)
    long = "\n\n".join(
        ["A paragraph with words enough to fill a line of a slide, and then a little more. " * 3] * 14
    )
    (slides / "small.md").write_text(SMALL.replace("LONG", long), encoding="utf-8")
    (slides / "upright.md").write_text(
        "---\ntitle: Upright\nratio: 4:3\n---\n\n## One\n\nx\n", encoding="utf-8"
    )
    (source / "content/static").mkdir()
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 20 20 0 40 20z"/></svg>'
    )
    (source / "content/static/a.svg").write_text(picture, encoding="utf-8")
    (source / "content/static/favicon.svg").write_text(picture, encoding="utf-8")
    reference = ROOT.parent / "shared/data/slides"
    if reference.is_dir():
        shutil.copyfile(reference / "policy-gradients.md", slides / "lecture.md")
        shutil.copytree(reference / "figures", source / "content/static/slides/figures")
    (source / "site.yaml").write_text("title: Decks\n", encoding="utf-8")
    folder.parent.mkdir(parents=True)
    arguments = ["--out", str(folder), "--base-url", "http://127.0.0.1/~user/site/"]
    result = CliRunner(catch_exceptions=False).invoke(cli, ["-C", str(source), "build", *arguments])
    assert result.exit_code == 0, result.output
    assert set(re.findall(r"\[([a-z-]+)\]$", result.output, re.MULTILINE)) <= {
        "pdf-overflow"
    }  # one has too much
    handler = functools.partial(Handler, directory=str(top / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Served(folder, f"http://127.0.0.1:{server.server_port}/~user/site/slides/")
        server.shutdown()


@pytest.fixture
def page(served: Served, browser: Browser) -> Iterator[Page]:
    """A page in a window of its own, which must have nothing to complain of."""
    window = context(browser, reduced_motion="reduce")
    tab = window.new_page()
    faults = watched(tab, served.url)
    yield tab
    window.close()
    assert faults == []


def lecture(served: Served) -> str:
    """The address of the reference lecture."""
    if not (served.folder / "slides/lecture").is_dir():
        missing("the reference data ../shared/data is not there")
    return f"{served.url}lecture/"


def here(page: Page) -> tuple[str, str]:
    """The end of the address, and the title of the slide that is seen."""
    shown = page.locator(".deck-stage > .slide").filter(visible=True)
    assert shown.count() == 1
    label = shown.get_attribute("aria-label") or ""
    return page.evaluate("location.hash"), label.partition(": ")[2]


def seen(page: Page) -> str:
    """The text that is seen of the slide under way."""
    return " ".join(page.locator(".slide.is-now .slide-body").inner_text().split())


@pytest.mark.browser
def test_keys_walk_through_the_lecture_to_its_end(served: Served, page: Page) -> None:
    page.goto(lecture(served))
    titles = [here(page)[1]]
    for number in range(2, 35):
        page.keyboard.press(["ArrowRight", " ", "PageDown", "ArrowDown"][number % 4])
        hash_, title = here(page)
        assert hash_ == f"#/{number}"
        titles.append(title)
        assert page.locator(".deck-said").text_content() == f"Slide {number} of 34: {title}"
        assert page.evaluate("document.activeElement.id") == f"/{number}"
        assert page.evaluate("document.querySelectorAll('.deck-stage > .slide:not([inert])').length") == 1
        box = "(() => { const b = document.querySelector('.is-now .slide-body');"
        assert page.evaluate(f"{box} return b.scrollHeight <= b.clientHeight + 1; }})()"), title
    assert titles[0] == "Advanced Policy Gradients"
    assert titles[-1] == "Algorithm: Natural Policy Gradient"
    page.keyboard.press("ArrowRight")
    assert here(page)[0] == "#/34"
    page.keyboard.press("Home")
    assert here(page) == ("#/1", "Advanced Policy Gradients")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert here(page)[0] == "#/32"
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert here(page) == ("#/12", "Policy Performance Bounds")


@pytest.mark.browser
def test_addresses_lead_to_slides_and_the_back_button_back(served: Served, page: Page) -> None:
    page.goto(f"{served.url}small/#/3")
    assert here(page) == ("#/3", "Part")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert here(page)[0] == "#/5"
    page.go_back()
    assert here(page)[0] == "#/4"
    page.go_back()
    assert here(page)[0] == "#/3"
    page.go_forward()
    assert here(page)[0] == "#/4"
    page.goto(f"{served.url}small/#columns-and-code")
    assert here(page)[1] == "Columns and code"
    for odd, number in (("#/99", 7), ("#/0", 1), ("#/x", 1), ("#%E0%A4%A", 1), ("", 1)):
        page.goto("about:blank")
        page.goto(f"{served.url}small/{odd}")
        assert here(page)[1] == ("Last" if number == 7 else "Small"), odd


@pytest.mark.browser
def test_what_comes_in_steps(served: Served, page: Page) -> None:
    page.goto(f"{served.url}small/#/2")
    texts = []
    for _ in range(4):
        texts.append(seen(page))
        page.keyboard.press("ArrowRight")
    assert ["Second." in text for text in texts] == [False, True, True, True]
    assert ["third" in text for text in texts] == [False, False, True, True]
    assert ["fourth" in text for text in texts] == [False, False, False, True]
    assert here(page)[0] == "#/3"
    page.keyboard.press("ArrowLeft")
    assert here(page)[0] == "#/2/3"
    assert "fourth" in seen(page)
    page.keyboard.press("ArrowLeft")
    assert "fourth" not in seen(page)
    page.keyboard.press("ArrowRight")
    assert page.locator(".deck-said").text_content() == "fourth"
    page.goto("about:blank")
    page.goto(f"{served.url}small/#/2/1")
    assert "Second." in seen(page)
    assert "third" not in seen(page)


@pytest.mark.browser
def test_the_overview_shows_all_and_leads_to_each(served: Served, page: Page) -> None:
    page.goto(lecture(served) + "#/9")
    page.keyboard.press("o")
    slides = page.locator(".deck-stage > .slide")
    assert slides.filter(visible=True).count() == 34
    boxes = [slides.nth(at).bounding_box() for at in (0, 1, 8, 33)]
    assert all(box and abs(box["width"] / box["height"] - 16 / 9) < 0.03 for box in boxes)
    assert boxes[1]["y"] == boxes[0]["y"]  # type: ignore[index]
    focused = "document.activeElement.textContent"
    assert page.evaluate(focused) == "9 of 34"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "11 of 34"
    page.keyboard.press("Enter")
    assert here(page) == ("#/11", "Desiderata")
    page.keyboard.press("Escape")
    slides.nth(16).click()
    assert here(page)[0] == "#/17"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert here(page)[0] == "#/17"


@pytest.mark.browser
def test_the_presenter_s_window_and_the_slides_go_together(served: Served, page: Page) -> None:
    page.goto(f"{served.url}small/#/2")
    with page.context.expect_page() as opened:
        page.keyboard.press("p")
    other = opened.value
    other.wait_for_load_state()
    assert here(other)[1] == "Steps"
    assert other.locator(".deck-notes strong").text_content() == "hello"
    assert "Second." in other.locator(".deck-next").inner_text()
    assert re.fullmatch(r"\d+:\d\d", other.locator(".deck-timer").text_content() or "")
    assert re.search(r"\d\d?:\d\d", other.locator(".deck-time").text_content() or "")
    other.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash == '#/2/1'")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    other.wait_for_function("location.hash == '#/3'")
    assert "Pictures" in other.locator(".deck-next").inner_text()
    other.keyboard.press("b")
    page.wait_for_function("document.documentElement.classList.contains('deck-blank')")
    assert not page.locator(".slide.is-now").is_visible()
    other.keyboard.press("b")
    page.wait_for_function("!document.documentElement.classList.contains('deck-blank')")
    ids = other.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    other.keyboard.press("End")
    page.wait_for_function("location.hash == '#/7'")
    assert other.locator(".deck-next").inner_text() == ""


@pytest.mark.browser
def test_clicks_and_swipes_leave_links_alone(served: Served, browser: Browser) -> None:
    window = context(browser, has_touch=True)
    page = window.new_page()
    page.route("https://x.example/**", lambda route: route.fulfill(body="there"))
    page.goto(f"{served.url}small/#/3")
    page.mouse.click(1250, 400)
    assert here(page)[0] == "#/4"
    page.mouse.click(30, 400)
    page.mouse.click(640, 400)  # the middle is for text
    assert here(page)[0] == "#/3"
    swipe = """([from, to]) => {
      const slide = document.querySelector('.is-now .slide-body');
      const point = x => new Touch({identifier: 1, target: slide, clientX: x, clientY: 300});
      const send = (kind, touches, x) =>
        slide.dispatchEvent(new TouchEvent(kind, {bubbles: true, touches, changedTouches: [point(x)]}));
      send('touchstart', [point(from)], from);
      send('touchend', [], to);
    }"""
    page.evaluate(swipe, [900, 300])
    assert here(page)[0] == "#/4"
    page.evaluate(swipe, [300, 900])
    page.evaluate(swipe, [300, 320])
    assert here(page)[0] == "#/3"
    page.goto("about:blank")
    page.goto(f"{served.url}small/#/2")
    with page.expect_navigation():
        page.get_by_role("link", name="link", exact=True).click()
    assert page.url == "https://x.example/"
    window.close()


@pytest.mark.browser
def test_help_page_and_bar(served: Served, page: Page) -> None:
    page.goto(f"{served.url}small/")
    page.keyboard.press("?")
    assert page.locator(".deck-help").is_visible()
    page.keyboard.press("ArrowRight")
    assert here(page)[1] == "Small"
    page.keyboard.press("Escape")
    assert not page.locator(".deck-help").is_visible()
    assert here(page)[1] == "Small"
    bar = page.locator(".deck-bar")
    page.mouse.move(600, 300)
    page.mouse.move(610, 310)
    assert bar.evaluate("e => getComputedStyle(e).opacity") == "1"
    bar.get_by_role("button", name="Next").click()
    assert here(page)[0] == "#/2"
    bar.get_by_role("button", name="Read as a page").click()
    assert page.locator(".deck-stage > .slide").filter(visible=True).count() == 7
    assert page.locator(".site-header").is_visible()
    assert "fourth" in page.locator("#\\/2").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#/2"
    page.get_by_role("button", name="Show as slides").click()
    assert here(page)[0] == "#/2"


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (800, 300), (390, 844), (320, 480)])
def test_slides_fit_any_window(served: Served, browser: Browser, size: tuple[int, int]) -> None:
    width, height = size
    window = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = window.new_page()
    page.goto(f"{served.url}small/#/5")
    if page.get_by_role("button", name="Show as slides").is_visible():
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Show as slides").click()
    for _ in range(3):
        box = page.locator(".slide.is-now").bounding_box()
        assert box
        assert box["width"] <= width + 0.5
        assert box["height"] <= height + 0.5
        assert max(box["width"] / width, box["height"] / height) > 0.99
        foot = page.locator(".slide.is-now .slide-number").bounding_box()
        assert foot
        assert foot["y"] + foot["height"] <= height
        whole = page.evaluate("(e => [e.scrollWidth, e.scrollHeight])(document.scrollingElement)")
        assert whole[0] <= width
        assert whole[1] <= height
        page.keyboard.press("PageDown")
    window.close()


@pytest.mark.browser
def test_a_slide_with_too_much_scrolls_by_keyboard(served: Served, page: Page) -> None:
    page.goto(f"{served.url}small/#/5")
    body = page.locator(".slide.is-now .slide-body")
    assert body.evaluate("e => e.scrollHeight > e.clientHeight")
    assert body.get_attribute("tabindex") == "0"
    assert page.evaluate("document.querySelector('.is-now').style.getPropertyValue('--fit')") == "0.5"
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if here(page)[0] != "#/5":
            break
    assert here(page)[0] == "#/6"
    assert page.locator(".slide.is-now .slide-body").get_attribute("tabindex") is None


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_paper_has_a_slide_on_each_page(served: Served, browser: Browser, script: bool) -> None:
    pypdf = pytest.importorskip("pypdf")
    import io

    window = context(browser, java_script_enabled=script)
    page = window.new_page()
    wanted = {"upright": (2, 720, 540)}
    if (served.folder / "slides/lecture").is_dir():
        wanted["lecture"] = (34, 960, 540)
    for name, (count, width, height) in wanted.items():
        page.goto(f"{served.url}{name}/")
        data = page.pdf(prefer_css_page_size=True, print_background=True)
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
        assert script is False or len(pages) == count
        assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages} == {
            (width, height)
        }
        texts = [" ".join(p.extract_text().split()) for p in pages]
        assert all(f"{number} of {count}" in " ".join(texts) for number in range(1, count + 1))
        if script:
            assert all(f"{at} of {count}" in text for at, text in enumerate(texts, 1))
    window.close()


@pytest.mark.browser
def test_without_a_script_it_is_a_page(served: Served, browser: Browser) -> None:
    window = context(browser, java_script_enabled=False)
    page = window.new_page()
    faults = watched(page, served.url)
    page.goto(f"{served.url}small/#/5")
    slides = page.locator(".deck-stage > .slide")
    assert slides.filter(visible=True).count() == 7
    assert page.locator("#\\/5").evaluate("e => Math.abs(e.getBoundingClientRect().top) < 60")
    text = page.locator("main").inner_text()
    assert all(word in text for word in ("Second.", "fourth", "The end.", "7 of 7"))
    assert (
        page.locator(".deck-bar, .deck-help, .deck-presenter, .deck-open").filter(visible=True).count() == 0
    )
    assert page.locator(".site-header").is_visible()
    notes = page.locator("details.slide-notes")
    notes.locator("summary").click()
    assert notes.locator("strong").is_visible()
    boxes = [slides.nth(at).bounding_box() for at in range(7)]
    for box, below in pairwise(boxes):
        assert box
        assert below
        assert box["y"] + box["height"] <= below["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert faults == []
    window.close()


@pytest.mark.browser
def test_motion_is_only_for_those_who_want_it(served: Served, browser: Browser) -> None:
    names = []
    for wish in ("reduce", "no-preference"):
        window = context(browser, reduced_motion=wish)
        page = window.new_page()
        page.goto(f"{served.url}small/#/2")
        names.append(page.locator(".slide.is-now").evaluate("e => getComputedStyle(e).animationName"))
        window.close()
    assert names == ["none", "slide-in"]


@pytest.mark.browser
def test_a_strict_policy_stops_nothing(served: Served, browser: Browser) -> None:
    window = context(browser)
    page = window.new_page()
    faults = watched(page, served.url)
    text = (served.folder / "slides/small/index.html").read_text(encoding="utf-8")
    (inline,) = re.findall(
        r"<script>(.*?)</script>", text, re.DOTALL
    )  # the colours, before anything is painted
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'self' 'sha256-{digest}'; "
    policy += "style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'"

    def answer(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})

    page.route("**/small/", answer)
    page.goto(f"{served.url}small/")
    page.keyboard.press("End")
    page.keyboard.press("o")
    assert page.locator(".deck-stage > .slide").filter(visible=True).count() == 7
    assert faults == []
    window.close()


@pytest.mark.browser
def test_a_deck_can_be_opened_without_a_server(served: Served, browser: Browser) -> None:
    window = context(browser)
    page = window.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda failure: faults.append(str(failure)))
    page.goto((served.folder / "slides/small/index.html").as_uri() + "#/2")
    assert here(page)[1] == "Steps"
    with window.expect_page() as opened:
        page.keyboard.press("p")
    other = opened.value
    other.wait_for_load_state()
    other.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash == '#/2/1'")
    page.keyboard.press("End")
    other.wait_for_function("location.hash == '#/7'")
    assert faults == []
    window.close()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("dark", 390)])
def test_axe_has_no_complaint(served: Served, browser: Browser, scheme: Any, width: int) -> None:
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    window = context(browser, width, color_scheme=scheme, reduced_motion="reduce")
    page = window.new_page()
    found: list[str] = []

    def look(what: str) -> None:
        page.evaluate(axe)
        result = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", tags)
        found.extend(
            f"{what}: {violation['id']}: {node['html'][:140]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        )

    for number in range(1, 8) if scheme == "light" else (2, 6):
        page.goto("about:blank")
        page.goto(f"{served.url}small/?x#/{number}")
        page.mouse.move(300, 300)
        look(f"slide {number}")
    page.goto("about:blank")
    page.goto(f"{served.url}small/")
    if width > 640:
        page.keyboard.press("o")
        look("overview")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        look("help")
        page.keyboard.press("Escape")
        page.keyboard.press("r")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    look("page")
    page.goto(f"{served.url}small/?presenter#/2")
    look("presenter")
    page.goto(served.url)
    look("list")
    window.close()
    assert not found, "\n".join(found)


def test_the_html_checker_has_no_complaint(served: Served) -> None:
    jar = tool("VNU_JAR", "vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        missing("there is no Java")
    command = [str(java), "-jar", str(jar), "--format", "gnu", "--Werror"]
    pages: list[str | Path] = [*command, *sorted((served.folder / "slides").rglob("*.html"))]
    sheet: list[str | Path] = [*command, "--css", served.folder / "assets/pages/deck.css"]
    done = subprocess.run([*map(str, pages)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run([*map(str, sheet)], capture_output=True, text=True, check=False)
    # It knows no container queries (https://www.w3.org/TR/css-conditional-5/).
    lines = (served.folder / "assets/pages/deck.css").read_text(encoding="utf-8").split("\n")
    places = [int(found[1]) for found in re.finditer(r'css":(\d+)\.', done.stderr)]
    assert all(re.search(r"\dcq[ib]|container-type", lines[line - 1]) for line in places), done.stderr


def test_the_script_is_small_and_by_itself(served: Served) -> None:
    script = (served.folder / "assets/pages/deck.js").read_text(encoding="utf-8")
    assert len(script.encode()) < 15 * 1024
    assert "innerHTML" not in script
    assert "eval" not in script
    assert "import" not in script
    head, _, _ = (served.folder / "slides/small/index.html").read_text(encoding="utf-8").partition("</head>")
    assert '<script src="../../assets/pages/deck.js" defer></script>' in head
