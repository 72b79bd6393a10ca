"""E-mail addresses on pages: as ever for browsers, without an @ for programs that look for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from acadsite.kinds.profiles import veiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40))
def test_browsers_read_it(text: str) -> None:
    assert html.fragment_fromstring(f"<p>{veiled(text)}</p>").text == text
    assert html.fragment_fromstring(f'<a href="{veiled(text)}">x</a>').get("href") == text


def test_no_page_has_the_address_as_it_is(site: MakeSite) -> None:
    pages = site(
        {
            "site.yaml": "title: X\nurl: https://x.example/\nauthor: {name: Jane Doe, email: jane@doe.example}\n",
            "content/cv.yaml": "sections: [{title: Jobs, entries: [Professor]}]\n",
            "content/slides/a.md": "---\ntitle: A\nemail: jane@doe.example\n---\n\n## B\n\nx\n",
            "content/publications/a.bib": "@misc{a, title={T}, author={Doe, Jane}, year=2020}\n",
        }
    ).build()
    for path in ("index.html", "cv/index.html", "slides/a/index.html", "publications/index.html"):
        assert "jane@doe" not in pages[path]
        (link, *_) = html.fromstring(pages[path]).xpath("//a[starts-with(@href, 'mailto:')]")
        assert link.get("href") == "mailto:jane@doe.example"
        assert link.text_content().strip() == "jane@doe.example"
    assert not [path for path, text in pages.items() if path.endswith(".html") and "jane@doe" in text]
