"""Scholarly constructs on a page of their own, under the checkers and in Chromium: valid, accessible, usable without
a script. (Uses what ``test_browser`` has for it.)"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acadsite.markup import render
from browsing import MISTAKEN, browser, context, missing, tool  # noqa: F401 - a fixture

sys.path.insert(0, str(Path(__file__).parent / "markup"))
from test_scholarly import CASES
from works import prepared

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
SHEETS = (
    "base.css",
    *(f"pages/{name}.css" for name in ("documents", "figures", "algorithms", "formulas", "tabs", "code")),
)


def page(number: int, text: str, dialect: str) -> str:
    """One construct; its ids are its own."""
    body = render(prepared(text + "\n", dialect), heading_shift=1, id_prefix=f"{dialect[0]}{number}-")  # type: ignore[arg-type]
    return body.html


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All constructs in both dialects on one page."""
    sheets = "".join((ROOT / "themes/base/assets" / name).read_text(encoding="utf-8") for name in SHEETS)
    parts = [
        page(
            number,
            re.sub(r"\]\(\w+(\.png)?\)", "](data:image/gif;base64,R0lGODlhAQABAAAAACw=)", text),
            dialect,
        )
        for dialect in ("commonmark", "python-markdown")
        for number, (_, text, _) in enumerate(CASES)
    ]
    path = tmp_path_factory.mktemp("scholarly") / "page.html"
    path.write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<title>T</title><style>{sheets}</style></head><body class="kind-page"><main id="main"><h1>T</h1>'
        f'<div class="prose">{"".join(parts)}</div></main></body></html>\n',
        encoding="utf-8",
    )
    return path


def test_the_html_checker_has_no_complaint(document: Path) -> None:
    jar = tool("VNU_JAR", "vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        missing("there is no Java")
    command = [str(java), "-jar", str(jar), "--format", "gnu", "--Werror"]
    for arguments in ([str(document)], ["--css", str(ROOT / "themes/base/assets/pages/documents.css")]):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_has_no_complaint(document: Path, browser: Browser, scheme: Any, width: int) -> None:  # noqa: F811
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    window = context(browser, width, color_scheme=scheme, reduced_motion="reduce")
    shown = window.new_page()
    shown.goto(document.as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.evaluate(axe)
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # References stand in cards too: all of them are looked at as well.
    shown.evaluate("document.querySelector('.citation a').focus()")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    result = shown.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", tags)
    window.close()
    found = [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
        if not any(violation["id"] == rule and part in node["html"] for rule, part in MISTAKEN)
    ]
    assert not found, "\n".join(found)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_without_a_script(document: Path, browser: Browser, width: int) -> None:  # noqa: F811
    window = context(browser, width, java_script_enabled=False)
    shown = window.new_page()
    shown.goto(document.as_uri())
    card = shown.locator(".cite-card").first
    link = shown.locator(".citation a").first
    assert not card.is_visible()
    link.focus()
    assert card.is_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    shown.locator("h1").click()
    link.hover()
    assert card.is_visible()
    tabs = shown.locator(".tabs").first.locator("details")
    tabs.nth(1).locator("summary").focus()
    shown.keyboard.press("Enter")
    assert tabs.nth(1).locator("p").is_visible()
    assert not tabs.nth(0).locator("p").first.is_visible()
    number = shown.locator(".equation-number").first.bounding_box()
    formula = shown.locator(".equation .math-block").first.bounding_box()
    assert number is not None
    assert formula is not None
    assert number["x"] >= formula["x"] + formula["width"]
    window.close()


@pytest.mark.browser
def test_pictures_for_light_and_dark_pages(document: Path, browser: Browser) -> None:  # noqa: F811
    for scheme, seen in (("light", ".light-content"), ("dark", ".dark-content")):
        window = context(browser, 800, color_scheme=scheme)
        shown = window.new_page()
        shown.goto(document.as_uri())
        displays = {
            name: shown.locator(name).first.evaluate("e => getComputedStyle(e).display")
            for name in (".light-content", ".dark-content")
        }
        assert [name for name, display in displays.items() if display != "none"] == [seen]
        window.close()
