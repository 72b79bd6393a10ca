"""How often publications were cited: numbers of a committed snapshot, on lists and pages, where a site wants them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

BIB = "".join(
    f"@article{{{key}, title = {{Work {key}}}, author = {{Doe, Jane}}, journal = {{J}}, year = {year}}}\n\n"
    for key, year in (("often", 2020), ("Once", 2021), ("never", 2022), ("unknown", 2023))
)
SNAPSHOT = """date: 2026-11-01
source: OpenAlex
citations: 1500
h_index: 2
publications:
  often: 1456
  Once: 1
  never: 0
  gone: 7
  unknown: many
"""


def cited(page: str) -> list[str]:
    return re.findall(r'class="(?:work-venue )?work-cited">(.*?)<', page)


@pytest.fixture
def folder(site: MakeSite) -> SiteFolder:
    return site(
        {
            "site.yaml": "title: X\nurl: https://example.org/\nauthor: Jane Doe\n",
            "content/publications/all.bib": BIB,
            "content/snapshots/scholar.yaml": SNAPSHOT,
        }
    )


def test_numbers_stand_with_the_publications(folder: SiteFolder) -> None:
    pages = folder.build()
    assert cited(pages["publications/index.html"]) == ["1 citation", "1.4k citations"]
    assert cited(pages["publications/often/index.html"]) == ["1.4k citations (OpenAlex, 1 November 2026)"]
    assert cited(pages["publications/Once/index.html"]) == ["1 citation (OpenAlex, 1 November 2026)"]
    for key in ("never", "unknown"):
        assert cited(pages[f"publications/{key}/index.html"]) == []
    assert "1456" not in pages["publications.json"]
    assert (
        "OpenAlex: 1.5k+ citations and an h-index of 2 (1 November 2026)" in pages["publications/index.html"]
    )
    assert not folder.codes()


def test_a_site_may_leave_them_out(folder: SiteFolder) -> None:
    folder.write({"site.yaml": "title: X\nurl: https://example.org/\npublications: {cited: false}\n"})
    pages = folder.build()
    assert not any(cited(page) for name, page in pages.items() if name.endswith(".html"))


def test_a_number_that_changes_renders_what_shows_it(folder: SiteFolder) -> None:
    folder.build()
    folder.write({"content/snapshots/scholar.yaml": SNAPSHOT.replace("Once: 1", "Once: 12")})
    result = folder.run("build", "--date", "2026-11-21", "--out", str(folder.out), "--verify")
    assert result.exit_code == 0, result.stderr
    assert cited((folder.out / "publications/Once/index.html").read_text("utf-8")) == [
        "12 citations (OpenAlex, 1 November 2026)"
    ]


def test_no_numbers_no_words(folder: SiteFolder) -> None:
    folder.write({"content/snapshots/scholar.yaml": "date: 2026-11-01\npublications: [often]\n"})
    assert not cited(folder.build()["publications/index.html"])
