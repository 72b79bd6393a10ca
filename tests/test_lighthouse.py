"""Lighthouse on the example site, and the list of a thousand publications: what only a quiet machine can measure.

``make test`` runs these after all others, one by one. Needs Chromium, Node and Lighthouse (``npm install``).
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import corpus
import pytest

from browsing import (
    ARGUMENTS,
    ROOT,
    Served,
    browser,
    chromium_program,
    context,
    plain,
    program,
    serving,
    tool,
    watched,
)
from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["browser", "plain"]  # the fixtures

pytestmark = [pytest.mark.browser, pytest.mark.serial]

PAGES = ("", "publications/", "publications/noether1921idealtheorie/", "seminar/representations/")


def lighthouse(url: str, *categories: str) -> dict[str, Any]:
    """Lighthouse's report on an address, on the mobile profile."""
    script = tool("LIGHTHOUSE_JS", "lighthouse/cli/index.js")
    flags = " ".join(["--headless=new", *ARGUMENTS])
    command = [program("node"), str(script), url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    command.append(f"--only-categories={','.join(categories)}")
    environment = os.environ | {"CHROME_PATH": chromium_program()}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=180, env=environment
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def faults(report: dict[str, Any], category: str) -> list[str]:
    """The audits of a category that cost points."""
    audits = ((part, report["audits"][part["id"]]) for part in report["categories"][category]["auditRefs"])
    return [
        f"{audit['id']}: {audit.get('displayValue', '')} {json.dumps(audit.get('details', {}).get('items', []))[:300]}"
        for part, audit in audits
        if part["weight"] and audit["score"] is not None and audit["score"] < 1
    ]


@pytest.mark.parametrize("path", PAGES, ids=["home", "publications", "paper", "chapter"])
def test_lighthouse_gives_all_points(plain: Served, path: str) -> None:
    full = ("accessibility", "best-practices", "seo")
    for attempt in range(3):  # what else the machine does costs points of speed
        report = lighthouse(plain.url + path, "performance", *full)
        for category in full:
            assert report["categories"][category]["score"] == 1, faults(report, category)
        if report["categories"]["performance"]["score"] >= 0.98 or attempt == 2:
            break
    assert report["categories"]["performance"]["score"] >= 0.98, faults(report, "performance")
    assert report["audits"]["cumulative-layout-shift"]["numericValue"] < 0.02


# --- a thousand publications ---


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site with 1,000 publications and as many kinds of filters as there are."""
    from click.testing import CliRunner

    from acadsite.cli import cli

    top = tmp_path_factory.mktemp("thousand")
    source, folder = top / "source", top / "web/~user/site"
    source.mkdir()
    corpus.make(source, 1000, 0)
    folder.parent.mkdir(parents=True)
    arguments = ["--out", str(folder), "--base-url", "http://127.0.0.1/~user/site/", "--date", DAY]
    result = CliRunner(catch_exceptions=False).invoke(cli, ["-C", str(source), "build", *arguments])
    assert result.exit_code == 0, result.output
    with serving(folder.parents[1]) as url:
        yield Served(folder, url)


def test_the_list_of_a_thousand_publications_is_there_at_once(thousand: Served) -> None:
    """First paint on the telephone of the mobile profile: a line of 1.6 Mbit/s, 150 ms away, a slow processor. The
    figure is simulated from what was loaded, so that a busy machine changes it little."""
    paints = []
    for _ in range(3):
        audit = lighthouse(f"{thousand.url}publications/", "performance")["audits"]["first-contentful-paint"]
        paints.append(audit["numericValue"])
        if paints[-1] < 1000:
            break
    assert min(paints) < 1000, paints


#: Milliseconds from a letter or a click to the list as it is then laid out, of several the one in the middle.
FILTERED = """async ([selector, words]) => {
  const times = [], element = document.querySelector(selector);
  for (const word of words) {
    const start = performance.now();
    if (element.matches('input')) {
      element.value = word;
      element.dispatchEvent(new InputEvent('input', {bubbles: true}));
    } else element.click();
    document.documentElement.offsetHeight;
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 30));
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}"""


def test_filters_answer_at_once(thousand: Served, browser: Browser) -> None:
    window = context(browser)
    page = window.new_page()
    said = watched(page, thousand.url)
    page.goto(f"{thousand.url}publications/")
    assert page.locator(".work").count() == 50
    page.locator(".filters input").focus()
    page.wait_for_function("document.querySelectorAll('.work').length === 1000")
    words = ["a", "al", "alg", "alge", "algebra", "algebr", "rings", ""] * 2
    assert page.evaluate(FILTERED, [".filters input", words]) < 50
    links = page.locator(".filters [data-facet] a")
    assert links.count() > 5
    assert page.evaluate(FILTERED, [".filters [data-facet] a", [""] * 11]) < 50
    window.close()
    assert said == []
