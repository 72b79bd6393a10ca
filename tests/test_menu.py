"""``menu:`` in site.yaml: pages by name, address and source; files, addresses elsewhere, and what leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable

MENU = """\
menu:
  - Home: index.md
  - Posts: posts/
  - About: about.md
  - pages/plain.md
  - Plan: /plan/
  - Hello: posts/hello.md
  - Before: /old-plan/
  - CV: /cv.pdf
  - static/my notes%20.pdf
  - Demo: /demo/
  - All: publications.bib
  - Code: https://code.example/~doe/?a=1&b="2"
  - {name: Mail, url: 'mailto:doe@example.org'}
  - https://www.example.org/
"""
FILES = {
    "site.yaml": "title: Doe\nauthor: Jane Doe\nlanguages:\n  en: {}\n  de: {labels: {Code: Quelltext}}\n"
    + MENU,
    "content/pages/about.md": "---\ntitle: On me\n---\nx\n",
    "content/pages/about.de.md": "---\ntitle: Über mich\n---\nx\n",
    "content/pages/plain.md": "---\ntitle: Plain\n---\nx\n",
    "content/pages/work.md": "---\ntitle: Work\nurl: /plan/\naliases: [/old-plan/]\n---\nx\n",
    "content/posts/hello.md": "---\ntitle: Hello\ndate: 2024-01-31\n---\nx\n",
    "content/cv.yaml": "sections: [{title: A, text: B}]\n",
    "content/publications/a.bib": "@misc{a, title={T}, author={Doe, Jane}, year=2020}\n",
    "content/static/my notes%20.pdf": "x",
    "content/static/demo/index.html": "<!doctype html><html lang=en><title>x</title><h1>x</h1>",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("menu") / "site"
    root.mkdir()
    folder = SiteFolder(root).write(FILES)
    built = folder.build()
    assert (folder.out / "cv.pdf").is_file()
    assert not [problem for problem in folder.report() if problem["code"].startswith(("menu", "link"))]
    return built


def entries(text: str) -> list[tuple[str, str, str | None]]:
    links = html.fromstring(text).xpath("//ul[@id='site-menu']//a")
    return [(link.text, link.get("href"), link.get("aria-current")) for link in links]


def test_an_entry_leads_where_it_says(pages: dict[str, str]) -> None:
    assert entries(pages["plan/index.html"]) == [
        ("Home", "../", None),
        ("Posts", "../posts/", None),
        ("About", "../about/", None),
        ("Plain", "../plain/", None),
        ("Plan", "../plan/", "page"),
        ("Hello", "../posts/hello/", None),
        ("Before", "../plan/", "page"),
        ("CV", "../cv.pdf", None),
        ("my notes%20.pdf", "../my%20notes%2520.pdf", None),
        ("Demo", "../demo/index.html", None),
        ("All", "../publications.bib", None),
        ("Code", 'https://code.example/~doe/?a=1&b="2"', None),
        ("Mail", "mailto:doe@example.org", None),
        ("www.example.org", "https://www.example.org/", None),
    ]


def test_the_menu_of_another_language(pages: dict[str, str]) -> None:
    found = {href: words for words, href, _ in entries(pages["de/about/index.html"])}
    assert found["../../de/about/"] == "About", "the words of the entry"
    assert found["../../plan/"] == "Before"
    assert found["../../cv.pdf"]
    assert found['https://code.example/~doe/?a=1&b="2"'] == "Quelltext"


@pytest.mark.parametrize(
    ("menu", "told"),
    [
        ("[{About: abuot.md}]", ("menu-page", 9, "Did you mean “about”?")),
        ("[{CV: /vc.pdf}]", ("menu-page", 6, "")),
        ("[/cvv.pdf]", ("menu-page", 1, "Did you mean “/cv.pdf”?")),
        ("[{X: 'htps://x.example'}]", ("menu-page", 5, "https://example.org/")),
        ("[{X: 'javascript:alert(1)'}]", ("link-unsafe", 5, "")),
        ("[' JavaScript&colon;alert(1)']", ("link-unsafe", 1, "")),
        ("[{title: X, page: //x.example}]", ("link-unsafe", 18, "")),
        ("[{Talks: talks/}]", ("menu-empty", 9, "")),
        ("[{More: [about, plain]}]", ("value-kind", 8, "")),
        ("{About: about.md, Next: nowhere}", ("menu-page", 24, "")),
        ("[{page: about, url: about}]", ("key-unknown", 15, "")),
        ("['']", ("menu-page", 1, "")),
    ],
)
def test_what_leads_nowhere_is_told_once(
    site: Callable[..., SiteFolder], menu: str, told: tuple[str, int, str]
) -> None:
    code, column, hint = told
    folder = site(
        {
            "site.yaml": f"title: Doe\nmenu: {menu}\n",
            "content/pages/about.md": FILES["content/pages/about.md"],
            "content/static/cv.pdf": "x",
        }
    )
    (problem,) = [one for one in folder.report() if one["file"] == "site.yaml"]
    assert (problem["code"], problem["line"], problem["col"]) == (code, 2, 7 + column)
    assert hint in (problem["hint"] or "")


def test_a_menu_as_one_mapping(site: Callable[..., SiteFolder]) -> None:
    menu = "menu:\n  About: about.md\n  Code: https://code.example/\n"
    folder = site(
        {"site.yaml": f"title: Doe\n{menu}", "content/pages/about.md": FILES["content/pages/about.md"]}
    )
    assert entries(folder.build()["index.html"]) == [
        ("About", "./about/", None),
        ("Code", "https://code.example/", None),
    ]
