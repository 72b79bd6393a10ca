"""The whole output of the example site, in every theme: checked by the Nu checker, crawled by linkinator, weighed."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

from browsing import ROOT, THEMES, Served, crawled, example, looks, plain, program, tool
from conftest import SiteFolder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["plain"]  # the fixture

#: Bytes before compression: of a page with all that it loads, its sheets, its scripts.
KB = 1024
HOME, SHEETS, SCRIPTS, LIST = 100 * KB, 20 * KB, 6 * KB, 150 * KB
#: A deck is a program, with all its slides on one page.
DECK_SHEETS, DECK_SCRIPTS = 32 * KB, 24 * KB
#: Slides are as large as the space that they have (https://www.w3.org/TR/css-conditional-5/#container-type), and the
#: unit for that is cqi: right CSS, which the checker's own validator does not know yet.
UNKNOWN = ("“container-type”", "“@container”", "“inline-size”: Parse Error", "“--em”: Unknown dimension")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of the example site, one for each theme."""
    return [example(tmp_path_factory, theme) for theme in THEMES]


def test_the_checker_of_html_css_and_svg_has_no_complaint(built: list[Path]) -> None:
    jar = tool("VNU_JAR", "vnu-jar/build/dist/vnu.jar")
    command = [program("java"), "-Xss2m", "-jar", str(jar), "--format", "gnu", "--Werror"]
    kinds = ("--skip-non-html", "--also-check-css", "--also-check-svg")
    done = subprocess.run([*command, *kinds, *map(str, built)], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if not any(word in line for word in UNKNOWN)]
    assert not said, "\n".join(re.sub(r'^"file:[^"]*/(example-[^/]*)/web/', r'"\1/', line) for line in said)
    assert done.returncode in {0, 1}, done.stderr


# --- links ---


def test_a_crawler_finds_every_page_and_no_broken_link(plain: Served) -> None:
    found = crawled(plain.url)
    assert {url: status for url, status in found.items() if status not in {0, 200}} == {}
    met = {unquote(url.partition("#")[0].partition("?")[0]) for url in found}
    pages = {path.relative_to(plain.folder).as_posix() for path in plain.folder.rglob("*.html")}
    unmet = [page for page in sorted(pages) if plain.url + page.removesuffix("index.html") not in met]
    # No link leads to the page of what is not there, nor to addresses that pages had before.
    assert [page for page in unmet if page != "404.html" and not leads_elsewhere(plain.folder / page)] == []
    outside = [
        url
        for url in met
        if urlsplit(url).netloc == urlsplit(plain.url).netloc and not url.startswith(plain.url)
    ]
    assert outside == []


def leads_elsewhere(page: Path) -> bool:
    """Whether a page only tells where another is now."""
    return bool(html.parse(page).xpath("//meta[@http-equiv='refresh']"))


@pytest.mark.parametrize("path", ["nowhere", "posts/nowhere/", "a/b/c/d.html"])
def test_the_page_of_what_is_not_there_works_at_any_depth(plain: Served, path: str) -> None:
    tree = html.parse(plain.folder / "404.html")
    targets = tree.xpath(
        "//link[@rel='stylesheet']/@href | //script/@src | //nav//a/@href | //header//a/@href"
    )
    assert len(targets) > 5
    for target in targets:
        there = urljoin(plain.url + path, target).partition("#")[0]
        assert there.startswith(plain.url), target
        assert plain.file(unquote(there.removeprefix(plain.url)).partition("?")[0]).is_file(), target


# --- bytes ---


def loaded(served: Path, page: Path) -> dict[str, list[Path]]:
    """The files that a page loads: sheets, scripts and pictures; not those that are only shown when asked for."""
    tree = html.parse(page)
    wanted = {
        "sheets": "//link[@rel='stylesheet']/@href",
        "scripts": "//script/@src",
        "pictures": "//img[not(@loading='lazy')]/@src | //link[@rel='icon']/@href",
    }
    found = {}
    for kind, path in wanted.items():
        here = (
            unquote(urlsplit(str(href)).path) for href in tree.xpath(path) if not urlsplit(str(href)).scheme
        )
        base = "/~user/site/"
        found[kind] = [
            served / href.removeprefix(base) if href.startswith(base) else (page.parent / href).resolve()
            for href in here
        ]
    found["scripts"] = [file for script in found["scripts"] for file in imported(script)]
    return found


IMPORT = re.compile(r"""^import[^"']*["'](\./[^"']+)["']""", re.MULTILINE)


def imported(script: Path) -> list[Path]:
    """A script and what it imports."""
    names = IMPORT.findall(script.read_text(encoding="utf-8"))
    return [script, *(other for name in names for other in imported(script.parent / name))]


def size(paths: list[Path]) -> int:
    """Their bytes."""
    return sum(path.stat().st_size for path in dict.fromkeys(paths))


def test_no_page_is_heavier_than_its_budget(built: list[Path]) -> None:
    heavy = []
    for folder in built:
        for path in looks(folder):
            page = Served(folder, "").file(path)
            files = loaded(folder, page)
            kind = html.parse(page).xpath("string(//body/@class)")
            is_deck = kind == "kind-deck"
            inline = sum(len(text.encode()) for text in html.parse(page).xpath("//style/text()"))
            if size(files["sheets"]) + inline > (DECK_SHEETS if is_deck else SHEETS):
                heavy.append(f"{folder.parts[-4]} {path}: {size(files['sheets']) + inline} bytes of CSS")
            scripts = size(files["scripts"])
            if scripts > (DECK_SCRIPTS if is_deck else SCRIPTS):
                heavy.append(f"{folder.parts[-4]} {path}: {scripts} bytes of script")
        everything = loaded(folder, folder / "index.html")
        whole = size(
            [folder / "index.html", *everything["sheets"], *everything["scripts"], *everything["pictures"]]
        )
        if whole > HOME:
            heavy.append(f"{folder.parts[-4]}: the home page weighs {whole} bytes")
    assert not heavy, "\n".join(heavy)


def test_a_hundred_publications_are_a_light_page(tmp_path: Path) -> None:
    """Those of the example, twice: real entries, with abstracts, formulas, links and topics."""
    root = tmp_path / "site"
    shutil.copytree(ROOT / "content/publications", root / "content/publications")
    text = (root / "content/publications/noether.bib").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^@string.*$", "", text)
    more = re.sub(r"(?m)^(@\w+\{)([^,\s]+),", r"\1again-\2,", text)
    (root / "content/publications/more.bib").write_text(more, encoding="utf-8")
    settings = "publications: {group_by: year, earlier: 1915, numbering: descending, shown: 0}"
    (root / "site.yaml").write_text(f"title: Twice\nurl: https://x.example/\n{settings}\n", encoding="utf-8")
    page = SiteFolder(root).build()["publications/index.html"]
    count = page.count('<li class="work')
    assert count > 100
    assert len(page.encode()) * 100 / count <= LIST
