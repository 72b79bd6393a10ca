"""Orders of the list of publications: what they sort by, headings and numbers, and that they follow every edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml.html import document_fromstring as parse

from acadsite.config import PUBLICATIONS, read_config
from acadsite.kinds.order import _KEYS
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeSite = Callable[[Mapping[str, str | bytes]], SiteFolder]

BIB = """
@article{b, title = {beta}, author = {van Zee, Ann}, journal = {Acta}, year = 2020}
@book{a, title = {Äpfel}, author = {Bell, Bo and Aa, A.}, publisher = {House}, year = 2019}
@article{c, title = {Alpha}, author = {{Some Group}}, journal = {Zeit}, year = 2020}
@misc{u, title = {Undated}}
"""
MORE = """
@inproceedings{d, title = {Delta}, editor = {Ibn, I.}, booktitle = {Bulletin}, year = 2021}
@misc{f, title = {Coming}, author = {Yale, Y.}, year = {in press}}
"""
SNAPSHOT = "date: 2026-01-01\npublications: {b: 4, a: 19, d: 4}\n"


def files(**settings: str) -> dict[str, str | bytes]:
    said = "".join(f"  {name}: {value}\n" for name, value in settings.items())
    return {
        "site.yaml": f"title: Doe\npublications:\n  numbering: ascending\n{said}",
        "content/publications/one.bib": BIB,
        "content/publications/two.bib": MORE,
        "content/snapshots/scholar.yaml": SNAPSHOT,
    }


def shown(pages: Mapping[str, str], path: str = "publications/index.html") -> list[str]:
    """Keys with their numbers, and the headings between them."""
    found = parse(pages[path]).xpath(
        "//h2[contains(@class, 'group-heading')] | //li[contains(@class, 'work')]"
    )
    return [
        node.text if node.tag == "h2" else f"{node.get('id')}{''.join(node.xpath('span/text()'))[1:-1]}"
        for node in found
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    return SiteFolder(tmp_path_factory.mktemp("order") / "site")


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("[]", "f d b c a u"),
        ("year", "a b c d f u"),
        ("-year", "f d b c a u"),
        ("title", "c a b f d u"),
        ("-title", "u d f b a c"),
        ("author", "a d c f b u"),
        ("venue", "b d a c f u"),
        ("type", "a b c d f u"),
        ("[-type, title]", "f u d c b a"),
        ("-citations", "a d b f c u"),
        ("citations", "d b a f c u"),
        ("file", "b a c u d f"),
        ("-file", "f d u c a b"),
        ("[citations, -file]", "d b a f u c"),
    ],
)  # fmt: skip
def test_a_list_has_the_order_that_the_site_wishes(site: SiteFolder, sort: str, keys: str) -> None:
    pages = site.write(files(group_by="none", sort=sort)).build()
    assert shown(pages) == [f"{key}{at}" for at, key in enumerate(keys.split(), 1)]


@pytest.mark.parametrize(
    ("sort", "rows"),
    [
        ("title", "Forthcoming f1 2021 d2 2020 c3 b4 2019 a5 Undated u6"),
        ("[title, year]", "2019 a1 2020 c2 b3 2021 d4 Forthcoming f5 Undated u6"),
    ],
)
def test_years_stay_in_order_and_numbers_count_what_is_shown(site: SiteFolder, sort: str, rows: str) -> None:
    assert shown(site.write(files(sort=sort)).build()) == rows.split()


def test_lists_of_years_and_the_first_of_a_home_page_follow(site: SiteFolder) -> None:
    home = {"content/index.md": "---\nsections: [{section: publications, limit: 2}]\n---\n"}
    pages = site.write(files(group_by="none", sort="title") | home).build()
    links = "//p[@class='work-title']/a/@href"
    assert parse(pages["publications/year/2020/index.html"]).xpath(links) == [
        f"../../../publications/{key}/" for key in "cb"
    ]
    assert parse(pages["index.html"]).xpath(links) == ["./publications/c/", "./publications/a/"]
    (site.root / "content/index.md").unlink()


def test_files_may_be_named_in_an_order(site: SiteFolder) -> None:
    wish = files(group_by="none", sort="file", files="[publications/two.bib, publications/one.bib]")
    assert [row[0] for row in shown(site.write(wish).build())] == list("dfbacu")


def test_a_wrong_word_is_told_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("title: Doe\npublications: {sort: [-titel, year]}\n")
    config, (problem,) = read_config(tmp_path)
    assert config["publications"]["sort"] == ("year",)
    assert "-titel" in problem.message
    assert problem.hint == "Did you mean “-title”?"


def test_each_key_that_may_be_wished_is_known() -> None:
    choice = next(field for field in PUBLICATIONS.fields if field.name == "sort").kind
    assert {word.lstrip("-") for word in choice.kind.words} == _KEYS.keys()


def test_after_edits_lists_are_as_if_built_anew(site: SiteFolder, tmp_path: Path) -> None:
    steps: list[tuple[str, str, str, str]] = [
        ("title", "content/publications/one.bib", "{Alpha}", "{Omega}"),
        ("author", "content/publications/one.bib", "van Zee", "van Aal"),
        ("-citations", "content/snapshots/scholar.yaml", "d: 4", "d: 40"),
        (
            "file",
            "content/publications/one.bib",
            BIB[:5],
            f"@misc{{g, title = {{New}}, year = 2000}}{BIB[:5]}",
        ),
    ]
    for at, (sort, path, old, new) in enumerate(steps):
        now = files(sort=sort, group_by="none")
        site.write(now).build()
        text = str(now[path])
        assert old in text
        now[path] = text.replace(old, new, 1)
        warm = site.write(now).build()
        assert warm == SiteFolder(tmp_path / str(at) / "site").write(now).build()
        assert shown(warm) != shown(site.write({path: text}).build())
