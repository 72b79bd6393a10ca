"""The site without a server: links name files that are there, nothing is fetched, and a normal build is as ever."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from acadsite.build import build
from acadsite.kinds.disk import as_files
from browsing import PATHS, browser, context
from conftest import SiteFolder
from sample import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

__all__ = ["browser"]

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('<a href="./">', '<a href="./index.html">'),
        ('<a class="x" href="../talks/?year=1#a">', '<a class="x" href="../talks/index.html?year=1#a">'),
        (
            '<meta http-equiv="refresh" content="0; url=../cv/?a=1&amp;b#c">',
            '<meta http-equiv="refresh" content="0; url=../cv/index.html?a=1&amp;b#c">',
        ),
        ('<meta name="description" content="See url=../cv/">', None),
        ('<a hidden title="a &lt; b" href="x/">', '<a hidden title="a &lt; b" href="x/index.html">'),
        ("<a href='x/y'>&amp; &#8217; &euro; &unknown; & &#</a><!-- a --><br/><p CLASS=x>", None),
        ("<script>if (a < b && '<a href=\"../x/\">') {}</script><textarea>&amp;<b></textarea>", None),
        ('<iframe src="../slides/x/">', '<iframe src="../slides/x/index.html">'),
        ('<a href="../cv.pdf">', None),
        ('<a href="#here">', None),
        ('<a href="">', None),
        ('<a href="https://example.org/x/">', None),
        ('<a href="mailto:a@b.example">', None),
        ('<link rel="canonical" href="https://example.org/">', None),
        ('<p>href="../talks/"</p>', None),
        ('<img src="../pictures/a.png">', None),
        ('<script src="a.js" defer></script>', None),
        ('x<script src="../a.js" type="module"></script>\ny', "x\ny"),
    ],
)
def test_links_to_folders_name_the_page_in_them(given: str, wanted: str | None) -> None:
    assert as_files(given) == (given if wanted is None else wanted)
    assert as_files(as_files(given)) == as_files(given)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example site, to be opened from a folder with a space and an umlaut in its name."""
    top = tmp_path_factory.mktemp("disk")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "content", top / "site/content", ignore=ignore)
    shutil.copy(ROOT / "site.yaml", top / "site")
    out = top / "a büro"
    result = build(top / "site", out, today=TODAY, from_disk=True, jobs=1)
    assert result.published is not None, result.report.problems
    return out


def test_all_else_stays_as_it_is(disk: Path) -> None:
    """Pages that are files already come back to the byte."""
    pages = sorted(disk.rglob("*.html"))
    assert len(pages) > 200
    for file in pages:
        text = file.read_text(encoding="utf-8")
        assert as_files(text) == text, file


def test_all_that_a_page_links_is_a_file_beside_it(disk: Path) -> None:
    lost, count = [], 0
    for file in sorted(disk.rglob("*.html")):
        for element, _, link, _ in html.fromstring(file.read_bytes()).iterlinks():
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            count += 1
            if parts.path[0] == "/" or not (file.parent / unquote(parts.path)).is_file():
                lost.append(f"{file.relative_to(disk)}: {element.tag} {link}")
    assert count > 1_000
    assert not lost


def test_what_is_for_machines_has_the_addresses_of_the_site(disk: Path) -> None:
    page = (disk / "talks/index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/talks/">' in page
    assert "index.html" not in (disk / "sitemap.xml").read_text(encoding="utf-8")
    assert 'href="https://example.org/' in (disk / "feed.xml").read_text(encoding="utf-8")
    assert "index.html" not in (disk / "feed.xml").read_text(encoding="utf-8")


def failed(request: Request) -> bool:
    """Whether a request failed, and was not just given up because the page was left."""
    return "ERR_ABORTED" not in (request.failure or "")


def test_pages_work_as_files_and_nothing_fails(disk: Path, browser: Browser) -> None:
    opened = context(browser)
    page = opened.new_page()
    faults: list[Any] = []
    page.on("console", lambda message: faults.append((page.url, message.text)))
    page.on("pageerror", lambda error: faults.append((page.url, error)))
    page.on("requestfailed", lambda request: failed(request) and faults.append((page.url, request.url)))
    for path in (*PATHS, "publications/year/1921/", "publications/overview/"):
        page.goto((disk / path / ("index.html" if not path.endswith(".html") else "")).as_uri())
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.keyboard.press("/")
    page.goto((disk / "index.html").as_uri())
    page.get_by_role("link", name="Publications", exact=True).first.click()
    assert unquote(page.url) == unquote((disk / "publications/index.html").as_uri())
    everything = page.locator(".work:visible").count()
    page.locator(".filters summary", has_text="Year").click()
    page.locator(".filter a", has_text="1921").click()
    assert 0 < page.locator(".work:visible").count() < everything
    assert page.url.endswith("publications/index.html?year=1921")
    page.locator("#filter-q").fill("ideal")
    assert page.get_by_role("button", name="Save these").count() == 0
    page.goto((disk / "people/emmy-noether/index.html").as_uri())
    page.locator(".work .actions a", has_text="Cite").first.click()
    page.wait_for_url("**/publications/*/index.html#cite*")
    assert not faults
    opened.close()


def test_with_and_without_a_server_warm_builds_are_cold_builds(tmp_path: Path) -> None:
    files = {
        "site.yaml": "title: Doe\nauthor: jane\nurl: https://doe.example/~doe/\n"
        "publications: {shown: 1, details: 0}\nredirects: {/old/: talks}\n",
        "content/people.yaml": "- {id: jane, name: Jane Doe}\n",
        "content/talks.yaml": "- {title: One, date: 2020, abstract: Words}\n",
        "content/posts/a.md": "---\ntitle: A\ndate: 2020-01-02\n---\n[Talks](../talks.yaml) <a href='/talks/'>T</a>\n",
        "content/publications/a.bib": "".join(
            f"@misc{{w{at}, title = {{W{at}}}, author = {{Doe, Jane}}, year = 2020, abstract = {{A}}}}\n"
            for at in range(4)
        ),
    }
    site = SiteFolder(tmp_path / "site").write(files)
    normal = site.build()
    assert "publications/all/index.html" in normal
    from_disk = site.build("--from-disk")
    assert from_disk == SiteFolder(tmp_path / "cold/site").write(files).build("--from-disk")
    assert {"publications/all/index.html", "search/index.html"}.isdisjoint(from_disk)
    assert 'href="./index.html"' in from_disk["404.html"]
    assert "url=../talks/index.html" in from_disk["old/index.html"]
    edited = {"content/talks.yaml": "- {title: Two, date: 2020, abstract: Words}\n"}
    assert site.write(edited).build("--from-disk") == (
        SiteFolder(tmp_path / "cold/site").write(files | edited).build("--from-disk")
    )
    assert site.write(files).build() == normal
