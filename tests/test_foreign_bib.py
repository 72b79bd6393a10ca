"""Entries as reference managers and indexes export them: what stands in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from conftest import SiteFolder

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BIB = r"""
@article{zotero, title = {Deep}, author = {Doe, Jane}, journal = {Nature}, year = 2020,
  note = {Number: 3
Publisher: Nature Publishing Group}}
@misc{zoteroarxiv, title = {Attention}, author = {Doe, Jane}, url = {http://arxiv.org/abs/1706.03762}, year = 2019,
  doi = {10.48550/arXiv.1706.03762}, publisher = {arXiv}, number = {arXiv:1706.03762}, note = {arXiv:1706.03762 [cs]},
  eprint = {1706.03762}, archiveprefix = {arXiv}}
@article{own, title = {Own}, author = {Doe, Jane}, journal = {J}, year = 2018, note = {Best paper: a prize}}
@thesis{phd, title = {Rings}, author = {Doe, Jane}, type = {phdthesis}, institution = {U}, date = {2017}}
@thesis{ma, title = {Small Rings}, author = {Doe, Jane}, type = {Master's thesis}, institution = {U}, date = {2016}}
@thesis{habil, title = {Large Rings}, author = {Doe, Jane}, type = {Habilitation}, institution = {U}, date = {2015}}
@unpublished{soon, title = {Soon}, author = {Doe, Jane}, year = {to appear}}
@online{bare, title = {Bare}, author = {Doe, Jane}, url = {www.example.org/foo}, year = 2014}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    files = {"site.yaml": "title: Site\nurl: https://x.example/\n", "content/publications/a.bib": BIB}
    return SiteFolder(tmp_path_factory.mktemp("foreign") / "site").write(files).build()


def entry(built: dict[str, str], key: str) -> HtmlElement:
    (found,) = html.fromstring(built["publications/index.html"].encode()).xpath(f"//li[@id='{key}']")
    element: HtmlElement = found
    for more in element.xpath(".//details | .//pre"):
        more.drop_tree()
    return element


def test_what_zotero_writes_into_notes_is_not_shown(built: dict[str, str]) -> None:
    assert "Nature Publishing Group" not in entry(built, "zotero").text_content()
    assert "[cs]" not in entry(built, "zoteroarxiv").text_content()
    assert "Best paper: a prize" in entry(built, "own").text_content()


def test_one_address_written_in_two_ways_is_one_button(built: dict[str, str]) -> None:
    addresses = entry(built, "zoteroarxiv").xpath(".//a/@href")
    assert sum("arxiv.org/abs" in address for address in addresses) == 1


def test_theses_of_biblatex_say_which_they_are(built: dict[str, str]) -> None:
    said = [" ".join(entry(built, key).text_content().split()) for key in ("phd", "ma", "habil")]
    assert [text.partition("Jane Doe ")[2] for text in said] == [
        "PhD thesis, U, 2017",
        "Master’s thesis, U, 2016",
        "Thesis, U, 2015",
    ]


def test_an_address_without_scheme_leads_out_everywhere(built: dict[str, str]) -> None:
    page = html.fromstring(built["publications/bare/index.html"].encode())
    assert set(page.xpath("//main//a[contains(@href, 'example.org')]/@href")) == {
        "https://www.example.org/foo"
    }


def test_a_heading_of_words_has_a_line_of_its_own(built: dict[str, str]) -> None:
    page = html.fromstring(built["publications/index.html"].encode())
    headings = {
        head.get("id"): head.get("class") for head in page.xpath("//*[contains(@class, 'group-heading')]")
    }
    assert headings["forthcoming"] == "group-heading group-words"
    assert headings["year-2020"] == "group-heading"
