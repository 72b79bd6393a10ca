"""What repositories say of themselves: fetched into the snapshot, shown where a site says nothing, and never markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from acadsite.refresh import hosts

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

ODD = "A *tool* for <b>rings</b> & `ideals` [x](javascript:1) $x$ @doe 100%"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Counts  ideals.", "Counts ideals."),
        (None, None),
        (7, None),
        ("", None),
        ("a\x07b", None),
        ("x" * 400, None),
    ],
)
def test_only_a_line_of_text_is_kept(given: object, kept: str | None) -> None:
    pick = hosts._picks("github")
    found = pick({"stargazers_count": 3, "full_name": "doe/rings", "description": given, "owner": {}})
    assert found == {"stargazers_count": 3, "full_name": "doe/rings"} | (
        {"description": kept} if kept else {}
    )


def test_it_stands_where_a_site_says_nothing(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: X\n",
            "content/repos.yaml": "- url: https://github.com/doe/one\n"
            "- {url: https://github.com/doe/two, description: Mine.}\n",
            "content/snapshots/repos.yaml": "date: 2026-11-01\nrepos:\n"
            f"  doe/one: {{stars: 1, description: '{ODD}'}}\n"
            "  doe/two: {stars: 2, description: Theirs.}\n",
        }
    )
    page = html.fromstring(folder.build()["repos/index.html"])
    words = page.xpath("//p[@class='row-more']")
    assert [one.text_content() for one in words] == [ODD, "Mine."]
    assert not words[0].xpath(".//*")
    assert folder.codes() == []
