"""Code on pages in Chromium: a button that copies it, by mouse and keys, and none where nothing could be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsing import Served, browser, complaints, context, serving, watched
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["browser"]

TEXT = """---
title: Code
---

```{.python filename="chain.py" .numberLines}
def chain(n):
    return n // 2
```

- in a list

  ```
  <b> & more
  ```

Words.
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    top = tmp_path_factory.mktemp("code")
    site = SiteFolder(top / "site").write(
        {
            "site.yaml": "title: X\n",
            "content/pages/code.md": TEXT,
            "content/slides/deck.md": "# A deck\n\n## Code\n\n```python\nx = 1\n```\n",
        }
    )
    folder = top / "web/~user/site"
    folder.parent.mkdir(parents=True)
    result = site.run("build", "--date", "2026-11-21", "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    with serving(top / "web") as url:
        yield Served(folder, url)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_code_is_copied(browser: Browser, code: Served, width: int, scheme: str) -> None:
    with context(
        browser, width, color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"]
    ) as opened:
        page = opened.new_page()
        faults = watched(page, code.url)
        page.goto(f"{code.url}code/")
        buttons = page.get_by_role("button", name="Copy")
        assert buttons.count() == 2
        height = page.evaluate("document.body.scrollHeight")
        page.locator(".code pre").first.hover()
        buttons.first.click()
        assert page.evaluate("navigator.clipboard.readText()") == "def chain(n):\n    return n // 2\n"
        said = page.get_by_role("status").filter(has_text="Copied")
        assert said.count() == 1
        buttons.nth(1).focus()
        page.keyboard.press("Enter")
        page.wait_for_function("navigator.clipboard.readText().then(text => text == '<b> & more\\n')")
        box = buttons.nth(1).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        assert not complaints(page, "code/")
        assert page.evaluate("document.body.scrollHeight") == height
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not faults


def test_pages_without_script_and_slides_have_no_button(browser: Browser, code: Served) -> None:
    with context(browser, java_script_enabled=False) as opened:
        page = opened.new_page()
        page.goto(f"{code.url}code/")
        assert page.get_by_role("button", name="Copy").count() == 0
        assert "return n // 2" in page.inner_text("pre >> nth=0")
    assert "code.js" not in (code.folder / "slides/deck/index.html").read_text(encoding="utf-8")
    assert "code.js" not in (code.folder / "index.html").read_text(encoding="utf-8")
