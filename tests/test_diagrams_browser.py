"""Diagrams in Chromium: words within their boxes, readable in both schemes, reachable on narrow screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acadsite.colours import contrast
from browsing import Served, browser, complaints, context, serving, watched
from conftest import SiteFolder
from test_diagrams import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["browser"]

#: Long words, wide letters, several lines, scripts of the world.
HARD = """flowchart TD
  a["WWWWWWWW MMMMMMMM @@@@@@"] --> b{"Is the whole of it really complete?"}
  b --> c([Größe der Äquivalenzklassen]) & d[(Datenbank der Universität)] & e((Круг))
  c --> f{{"Six corners"}} & g[/"Leaning over"/] & h[["Called"]] & i>"A flag with words"]
  d --> j["日本語のラベル"] & k["ΑΒΓΔ αβγδ"] & l(((Double)))
  style a fill:#336699
  style b fill:#ffee00,stroke:#000
"""
#: Words that are not within a shape of the nodes, or not within the picture.
OUTSIDE = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('.diagram > svg')) {
    const box = e => e.getBoundingClientRect(), whole = box(svg);
    const shapes = [...svg.querySelectorAll('.dg-node > *')].map(box);
    const isIn = (a, b) =>
      a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 2 && a.bottom <= b.bottom + 2;
    for (const text of svg.querySelectorAll('text')) {
      const own = box(text);
      if (!isIn(own, whole)) found.push('picture: ' + text.textContent);
      if (svg.matches('.boxed *, .boxed') && text.closest('.dg-text') && !shapes.some(s => isIn(own, s)))
        found.push('shape: ' + text.textContent);
    }
  }
  return found;
}"""
#: The colours of words, and of what is behind their middles, as ``#rrggbb``.
COLOURS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const hex = colour => {
    canvas.fillStyle = '#000'; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    return '#' + parts.map(n => n.toString(16).padStart(2, '0')).join('');
  };
  const page = getComputedStyle(document.documentElement).backgroundColor, found = {};
  for (const svg of document.querySelectorAll('.diagram > svg'))
    for (const text of svg.querySelectorAll('text')) {
      const {left, right, top, bottom} = text.getBoundingClientRect(), x = (left + right) / 2, y = (top + bottom) / 2;
      let ground = page;
      for (const shape of svg.querySelectorAll('.dg-group > *, .dg-node > *')) {
        const box = shape.getBoundingClientRect(), fill = getComputedStyle(shape).fill;
        if (fill !== 'none' && box.left < x && x < box.right && box.top < y && y < box.bottom) ground = fill;
      }
      found[hex(getComputedStyle(text).fill) + ' ' + hex(ground)] = text.textContent;
    }
  return found;
}"""


@pytest.fixture(scope="module")
def diagrams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    top = tmp_path_factory.mktemp("diagrams")
    boxed = [text for _, text in ALL if text.startswith(("flowchart", "state", "class", "er", "mind"))]
    fences = "\n\n".join(f"```mermaid\n{text}```" for text in (HARD, *boxed))
    others = "\n\n".join(f"```{language}\n{text}```" for language, text in ALL)
    site = SiteFolder(top / "site").write(
        {
            "site.yaml": "title: X\n",
            "content/pages/all.md": f"---\ntitle: All\n---\n\n::: boxed\n{fences}\n:::\n\n{others}\n",
        }
    )
    folder = top / "web/~user/site"
    folder.parent.mkdir(parents=True)
    result = site.run("build", "--date", "2026-11-21", "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    assert "markup-diagram" not in result.stderr
    with serving(top / "web") as url:
        yield Served(folder, url)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_words_are_in_their_boxes_and_can_be_read(
    browser: Browser, diagrams: Served, width: int, scheme: str
) -> None:
    with context(browser, width, color_scheme=scheme) as opened:
        page = opened.new_page()
        faults = watched(page, diagrams.url)
        page.goto(f"{diagrams.url}all/")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator(".boxed .diagram > svg").count() == 6
        for face in ("", "DejaVu Sans", "Liberation Sans", "Liberation Serif"):
            if face:
                page.evaluate("face => document.documentElement.style.setProperty('--sans', face)", face)
            assert page.evaluate(OUTSIDE) == [], face
        pairs = page.evaluate(COLOURS)
        assert len(pairs) > 3
        faint = {pair: text for pair, text in pairs.items() if contrast(*pair.split()) < 4.5}
        assert not faint
        wide = page.locator(".diagram[tabindex]").first
        wide.focus()
        assert wide.evaluate("e => e === document.activeElement")
        if width == 320:
            assert wide.evaluate("e => e.scrollWidth > e.clientWidth")
        assert complaints(page, "all/") == []
        assert faults == []
