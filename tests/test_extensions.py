"""Extensions: a collection in five lines, page kinds, filters and collectors, and what goes wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

CONFIG = "title: Test\nextensions: [ext.py]\n"
GRANTS = "- {title: Rings, funder: '[DFG](https://dfg.example/)', year: 2020}\n- {title: Chains, year: 2019, id: c}\n"


def extended(site: MakeSite, body: str, files: dict[str, str] | None = None, more: str = "") -> SiteFolder:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return site({"site.yaml": CONFIG, "ext.py": f"def register(r):\n{lines}{more}", **(files or {})})


def test_a_collection_in_five_lines_with_a_list_and_no_template(site: MakeSite) -> None:
    body = """\
r.collection("grants", "grants.yaml", title="text!", funder="markdown", year="number")
r.page_kind("grants", collection="grants", fields=["funder"], menu=True)"""
    folder = extended(site, body, {"content/grants.yaml": GRANTS})
    assert folder.report() == []
    built = folder.build()
    page = Page(built["grants/index.html"])
    assert ("https://dfg.example/", "DFG") in page.links
    assert page.text.index("Rings") < page.text.index("Chains")
    assert {"rings", "c"} <= page.ids
    assert ("./grants/", "Grants") in Page(built["index.html"]).links  # the menu


def test_one_page_for_each_record_with_a_template_of_the_site(site: MakeSite) -> None:
    body = """\
r.collection("grants", "grants/*.md", title="text!", funder="markdown", year="number")
r.page_kind("grant", each="grants", url="funding/{id}/")
r.page_kind("grants", collection="grants")
r.filter("shout", lambda text: text.upper() + "!")"""
    files = {
        "content/grants/rings.md": "---\ntitle: Rings\nfunder: '*DFG*'\n---\n## Goals\n\n[c](chains.md)\n",
        "content/grants/chains.md": "---\ntitle: Chains\n---\n",
        "content/index.md": "[r](grants/rings.md#goals) [[chains]]\n",
        "templates/grant.html": '{% extends "base.html" %}{% block main %}<h1>{{ record.title|shout }}</h1>'
        "<p>{{ (record.funder or '')|md }}</p>{% if record.body %}{{ record.body|body }}{% endif %}{% endblock %}",
    }
    folder = extended(site, body, files)
    assert folder.report() == []
    built = folder.build()
    page = Page(built["funding/rings/index.html"])
    assert "RINGS!" in page.text
    assert page.of("em")
    assert ("../funding/rings/", "Rings") in Page(built["grants/index.html"]).links
    assert any(href.endswith("../../funding/chains/") for href, _ in page.links)
    home = [href for href, _ in Page(built["index.html"]).links]
    assert "./funding/rings/#goals" in home
    assert "./funding/chains/" in home
    assert "<title>Rings · Test</title>" in built["funding/rings/index.html"]


def test_a_plan_of_ones_own(site: MakeSite) -> None:
    more = """

def plan(library, config):
    from acadsite.graph import Page

    for year in sorted({record.data["year"] for record in library.records["talks"].values()}):
        yield Page(f"year:{year}", f"years/{year}/", "year", "year.html", f"Year {year}")
"""
    files = {
        "content/talks.yaml": "- {title: A, year: 2020}\n- {title: B, year: 2021}\n",
        "templates/year.html": "<title>y</title><h1>{{ page.title }}</h1>",
    }
    built = extended(site, 'r.page_kind("year", plan)', files, more).build()
    assert built["years/2021/index.html"] == "<title>y</title><h1>Year 2021</h1>"


def test_a_collector_for_files_of_any_form(site: MakeSite) -> None:
    more = """

def read(path, text):
    import csv

    return csv.DictReader(text.splitlines())
"""
    body = """\
r.collector("visitors", "visitors/*.csv", read)
r.page_kind("visitors", collection="visitors", fields=["town"])"""
    folder = extended(
        site, body, {"content/visitors/all.csv": "id,name,town\nx,Noether,Göttingen\ny,Artin,Hamburg\n"}, more
    )
    assert folder.report() == []
    assert "Göttingen" in Page(folder.build()["visitors/index.html"]).text
    assert folder.run("list", "visitors").stdout == "x\tNoether\ny\tArtin\n"


def test_home_and_menu_know_the_collection(site: MakeSite) -> None:
    body = 'r.collection("grants", "grants.yaml", title="text!")\nr.page_kind("grants", collection="grants")'
    files = {
        "site.yaml": CONFIG + "menu: [grants, {page: home, title: Start}]\n",
        "content/grants.yaml": "- {title: Rings}\n",
        "content/index.md": "---\nsections: [about, grants]\n---\n",
    }
    folder = extended(site, body, files)
    assert folder.report() == []
    page = Page(folder.build()["index.html"])
    assert [text for _, text in page.links][1:4] != []
    assert ("./grants/", "Grants") in page.links
    assert ("./", "Start") in page.links
    assert "Rings" in page.text


def test_wrong_values_have_a_place_as_everywhere(site: MakeSite) -> None:
    body = 'r.collection("grants", "grants.yaml", title="text!", year="number", on="date", url="address", tags="list")'
    text = (
        "- {title: A, year: x}\n- {yaer: 2020}\n- {title: B, on: soon, url: 'javascript:x', tags: {a: b}}\n"
    )
    found = [
        (problem["line"], problem["col"], problem["code"])
        for problem in extended(site, body, {"content/grants.yaml": text}).report()
    ]
    assert found == [
        (1, 20, "value-kind"),
        (2, 3, "key-missing"),
        (2, 4, "key-unknown"),
        (3, 18, "value-date"),
        (3, 29, "link-unsafe"),
        (3, 51, "value-kind"),
    ]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ('r.collection("talks", "t.yaml")', "There is a collection “talks” already."),
        ('r.collection("publications", "p.yaml")', "There is a collection “publications” already."),
        ('r.collection("My Grants", "t.yaml")', "small letters, digits and “_”"),
        ('r.collection("grants", "grants.txt")', "neither a list file"),
        ('r.collection("grants", "grants.yaml", year="nubmer")', "Did you mean “number”?"),
        ('r.page_kind("grant", url="x/", each="grants")', "put {id} into it"),
        ('r.page_kind("grant", url="../{id}/", each="grants")', "is no address of a page"),
        ('r.page_kind("Grant")', "small letters"),
        ('r.filter("x", 1)', "Expected a function, found “1”."),
        ('r.collector("x", "*.csv", None)', "Expected a function"),
        ("r.nothing()", "AttributeError"),
        ("raise SystemExit(3)", "SystemExit: 3."),
        ("raise MemoryError", "MemoryError."),
    ],
)
def test_misuse_is_told_at_its_line(site: MakeSite, call: str, words: str) -> None:
    (problem,) = extended(site, call).report()
    assert (problem["file"], problem["line"], problem["code"]) == ("ext.py", 2, "extension-error")
    assert words in problem["message"]
    assert "Misuse" not in problem["message"]


def test_a_filter_that_raises_is_a_problem_of_its_template(site: MakeSite) -> None:
    more = "\n\nclass Odd(Exception):\n    pass\n\n\ndef odd(x):\n    raise Odd('no')\n"
    (problem,) = extended(
        site, 'r.filter("odd", odd)', {"templates/home.html": "\n{{ 1|odd }}"}, more
    ).report()
    assert (problem["file"], problem["line"]) == ("templates/home.html", 2)
    assert problem["message"] == "Odd: no. (page home)"


def test_a_page_kind_that_gives_no_pages_of_ours(site: MakeSite) -> None:
    (problem,) = extended(site, 'r.page_kind("x", lambda library, config: ["x/"])').report()
    assert problem["message"] == "The page kind “x” gave something that is no Page."


def test_two_pages_at_one_address_and_a_template_that_is_not_there(site: MakeSite) -> None:
    folder = extended(site, 'r.page_kind("map", url="talks/")', {"content/talks.yaml": "- {title: A}\n"})
    assert folder.codes() == ["url-collision"]
    (problem,) = extended(lambda files: site(files, "two"), 'r.page_kind("map")').report()
    assert problem["message"] == "There is no template “map.html”. (page map)"


def test_without_extensions_no_code_of_the_site_runs(site: MakeSite) -> None:
    folder = site({"ext.py": "raise SystemExit('ran')\n", "register.py": "1 / 0\n"})
    assert folder.report() == []
