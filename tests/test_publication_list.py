"""The list of publications as a tool: pages by year, type, topic, venue and person, what one cites, pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from lxml import html

from acadsite.kinds.facets import values
from acadsite.kinds.plots import bars, circle
from acadsite.kinds.sheets import terse_script
from acadsite.kinds.works import size
from acadsite.memo import Each
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    MakeSite = Callable[[Mapping[str, str | bytes]], SiteFolder]

BIB = """
@article{rings, title = {Rings <i> \\& {F}ields}, author = {Doe, Jane and van der Berg, Anna and Roe, Rolf},
  journal = {Annals}, volume = 3, number = 2, pages = {1--24}, year = 2021, month = may, doi = {10.1000/182},
  pdf = {papers/rings.pdf},
  code = {https://github.com/doe/rings}, slidesurl = {https://e.example/s.pdf}, video = {https://e.example/v},
  award = {Best paper}, keywords = {Rings, ideals}, abstract = {On $x^2$ & more.}, note = {A note}}
@inproceedings{chains, title = {Chains}, author = {Doe, Jane and Roe, Rolf}, booktitle = {Proc. of Chains}, year = 2021,
  keywords = {ideals}, abbr = {PC}}
@inproceedings{links, title = {Links}, author = {Doe, Jane and Poe, Paula and others}, booktitle = {Proc. of Links},
  year = 2020, keywords = {IDEALS, alone}, abbr = {PC}}
@book{whole, title = {A Whole}, editor = {Doe, Jane}, publisher = {House}, address = {Town},
  year = 2019, isbn = {978-0-00-000000-2}}
@phdthesis{thesis, title = {Thesis}, author = {Doe, Jane}, school = {Univ}, year = 2010}
@article{big, title = {Big}, author = {AUTHORS and Doe, Jane}, journal = {Annals}, year = 2009}
@article{old, title = {Old}, author = {Doe, Jane and Roe, Rolf}, journal = {Acta}, year = 2008, bibtex_show = {false}}
@misc{soon, title = {Soon}, author = {Doe, Jane}, year = {in press}}
@misc{none, title = {None}, author = {Doe, Jane}}
@techreport{report, title = {Report}, author = {Doe, Jane}, institution = {Lab}, number = {TR-1}, year = 2008}
""".replace("AUTHORS", " and ".join(f"Name{number:02}, Ann" for number in range(20)))
YEARS = (2021, 2020, 2019, 2010, 2009, 2008)
ROOT = Path(__file__).resolve().parents[1]
FILES: dict[str, str | bytes] = {
    "site.yaml": "title: Doe\nauthor: jane\nurl: https://doe.example/\npublications: {details: 0, numbering: none}\n",
    "content/people.yaml": "- {id: jane, name: Jane Doe}\n- {id: roe, name: Rolf Roe}\n- {id: poe, name: Paula Poe}\n",
    "content/publications/all.bib": BIB,
    "content/static/papers/rings.pdf": b"x" * 1_234_567,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("list") / "site"


@pytest.fixture(scope="module")
def built(folder: Path) -> dict[str, str]:
    return SiteFolder(folder).write(FILES).build()


def page(built: Mapping[str, str], path: str) -> Any:
    return html.fromstring(built[path])


def works(built: Mapping[str, str], path: str) -> list[str]:
    """The keys of the publications that a page lists, by where their titles lead."""
    links = page(built, path).xpath("//*[contains(@class, 'work-title')]/a/@href")
    return [urljoin(path, link).rstrip("/").rpartition("/")[2] for link in links]


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


# --- facets ---


def test_there_is_a_page_for_each_value_that_divides_the_list(built: dict[str, str]) -> None:
    found = {
        match[1]
        for path in built
        if (match := re.fullmatch(r"publications/((?:year|type|topic|venue)/.+)/index\.html", path))
    }
    assert found == {
        *(f"year/{year}" for year in YEARS),
        *(f"type/{kind}" for kind in ("article", "paper", "thesis", "report", "other", "book")),
        "topic/ideals",
    }
    assert works(built, "publications/year/2021/index.html") == ["rings", "chains"]
    assert works(built, "publications/type/article/index.html") == ["rings", "big", "old"]
    assert works(built, "publications/topic/ideals/index.html") == ["rings", "chains", "links"]


def test_a_page_of_a_value_says_what_it_is_and_leads_on(built: dict[str, str]) -> None:
    year = page(built, "publications/year/2020/index.html")
    assert words(year.xpath("//h1")[0]) == "Publications: 2020"
    assert year.xpath("string(//title)") == "Publications: 2020 · Doe"
    assert "1 publication" in words(year.xpath("//main")[0])
    leads = year.xpath("//main/ul[@class='actions']//a/@href")
    assert leads == [f"../../../publications/{end}" for end in ("", "year/2021/", "year/2019/")]
    assert not year.xpath("//h2")
    kind = page(built, "publications/type/article/index.html")
    assert words(kind.xpath("//h1")[0]) == "Publications: Journal articles"
    assert [words(heading) for heading in kind.xpath("//h2")] == ["2021", "2009", "2008"]


def test_the_list_offers_what_divides_it_with_numbers(built: dict[str, str]) -> None:
    offered = {
        group.get("data-facet"): [words(link) for link in group.xpath(".//a")]
        for group in page(built, "publications/index.html").xpath("//nav//ul[@data-facet]")
    }
    assert list(offered) == ["year", "type", "topic", "person"]
    assert offered["year"] == ["2021 2", "2020 1", "2019 1", "2010 1", "2009 1", "2008 2"]
    assert offered["type"][:2] == ["Books 1", "Journal articles 3"]
    assert offered["topic"] == ["ideals 3"]
    assert offered["person"] == ["Rolf Roe 3"]


def test_every_offer_leads_to_a_page_that_lists_as_many(built: dict[str, str]) -> None:
    links = page(built, "publications/index.html").xpath("//nav//ul[@data-facet]//a")
    assert len(links) > 10
    for link in links:
        target = urljoin("publications/index.html", link.get("href")) + "index.html"
        number = int(words(link).rpartition(" ")[2])
        assert len(works(built, target)) == number, target


def test_entries_say_what_the_script_filters_by(built: dict[str, str]) -> None:
    rings = page(built, "publications/index.html").get_element_by_id("rings")
    assert dict(rings.attrib) == {
        "class": "work",
        "id": "rings",
        "data-year": "2021",
        "data-type": "article",
        "data-topic": "rings ideals",
        "data-person": "jane roe",
    }
    soon = page(built, "publications/index.html").get_element_by_id("soon")
    assert (soon.get("data-year"), soon.get("data-topic")) == (None, None)
    assert not page(built, "publications/year/2021/index.html").xpath("//li[@data-year or @id]")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("facets: []", set()),
        ("facets: [venue]", {"venue/annals", "venue/pc"}),
        ("facets: [topic], least: 1", {"topic/rings", "topic/ideals", "topic/alone"}),
        (
            "facets: [year], group_by: none, overview: false",
            {f"year/{year}" for year in YEARS},
        ),
    ],
)
def test_settings(site: MakeSite, settings: str, expected: set[str]) -> None:
    config = f"title: Doe\nauthor: jane\npublications: {{{settings}}}\n"
    pages = site(FILES | {"site.yaml": config}).build()
    found = {
        path.removeprefix("publications/").removesuffix("/index.html")
        for path in pages
        if re.match(r"publications/(year|type|topic|venue)/", path)
    }
    assert found == expected
    assert ("publications/overview/index.html" in pages) is ("overview" not in settings)
    list_page = page(pages, "publications/index.html")
    assert bool(list_page.xpath("//nav[@class='filters']")) is bool(expected)
    for link in list_page.xpath("//*[@data-facet]//a"):
        facet, identifier = link.get("href").split("/")[-3:-1]
        marked = [found for found in list_page.xpath(f"//li/@data-{facet}") if identifier in found.split()]
        assert len(marked) == int(words(link.find("small"))), link.get("href")


def test_what_all_have_divides_nothing(site: MakeSite) -> None:
    bib = "@book{a, title={A}, year=2000, keywords={x}}\n@book{b, title={B}, year=2000, keywords={x}}\n"
    pages = site({"site.yaml": "title: Doe\n", "content/publications/a.bib": bib}).build()
    assert not [path for path in pages if re.match(r"publications/(year|type|topic|overview)", path)]
    assert "filters" not in pages["publications/index.html"]
    assert not list(values({}, {"facets": ["year", "type", "topic", "venue"], "least": 1}, Each()))


def works_of(text: str) -> list[tuple[str, str]]:
    """Ids and numbers of the entries of a list."""
    return re.findall(
        r'<li class="work[^>]* id="([^"]+)".*?<span class="work-number">\[(\w+)\]', text, re.DOTALL
    )


@pytest.mark.parametrize(
    "settings",
    [
        "details: 0",
        "numbering: by-type",
        "numbering: ascending, group_by: type",
        "group_by: none, details: 1",
    ],
)
def test_a_long_list_begins_with_its_first_entries(site: MakeSite, settings: str) -> None:
    config = f"title: Doe\nlanguages: [en, de]\npublications: {{shown: 4, {settings}}}\n"
    pages = site(FILES | {"site.yaml": config}).build()
    whole = works_of(pages["publications/all/index.html"])
    assert len(whole) == 10
    for folder, words in (("", "All publications"), ("de/", "Alle Veröffentlichungen")):
        text = pages[f"{folder}publications/index.html"]
        assert works_of(text) == whole[:4]
        assert re.search(rf'<a class="rest" href="[./]+/{folder}publications/all/">{words} \(10\)</a>', text)
        assert works_of(pages[f"{folder}publications/all/index.html"]) == whole
        assert 'class="rest"' not in pages[f"{folder}publications/all/index.html"]


@pytest.mark.parametrize("settings", ["shown: 6", "shown: 0", "shown: 2, pages: false"])
def test_a_list_is_whole_where_it_is_short_or_has_to_be(site: MakeSite, settings: str) -> None:
    config = f"title: Doe\npublications: {{{settings}}}\n"
    pages = site(FILES | {"site.yaml": config}).build()
    assert len(works_of(pages["publications/index.html"])) == 10
    assert "publications/all/index.html" not in pages


def test_static_files_take_the_places_of_downloads(site: MakeSite) -> None:
    own = {"content/static/publications.ris": b"mine", "content/static/publications.json": b"[]"}
    pages = site(FILES | own).build()
    assert (pages["publications.ris"], pages["publications.json"]) == ("mine", "[]")
    assert "publications.ris" in pages["publications/index.html"]


# --- entries ---


def test_an_entry_has_its_parts_in_order(built: dict[str, str]) -> None:
    rings = page(built, "publications/index.html").get_element_by_id("rings")
    text = rings.xpath("div")[0]
    classes = [child.get("class") for child in text]
    assert classes == [
        "Z3988",
        "work-title",
        "work-authors",
        "work-venue",
        "work-note",
        "work-award",
        "actions",
    ]
    buttons = [words(link) for link in rings.xpath(".//ul[@class='actions']//a")]
    assert buttons == ["PDF (1.2 MB)", "DOI", "Code", "Slides", "Video", "Abstract", "Cite"]
    award = rings.xpath(".//*[@class='award-name']")[0]
    assert words(award) == "Award"
    assert award.xpath("svg[@aria-hidden='true']")
    assert rings.xpath(".//a[text()='Abstract']/@href") == ["./rings/#abstract"]
    assert rings.xpath(".//a[text()='Cite']/@href") == ["./rings/#cite"]
    assert not rings.xpath(".//details")
    old = page(built, "publications/index.html").get_element_by_id("old")
    assert not old.xpath(".//a[text()='Cite' or text()='Abstract']")


def test_a_patent_has_its_number_and_its_holder(site: MakeSite) -> None:
    bib = """
@patent{a, title = {A}, author = {Doe, J}, number = {US 7 B2}, holder = {{Loom & Co.} and Acme}, year = 2020}
@patent{b, title = {B}, author = {Doe, J}, assignee = {Acme}, howpublished = {Filed}, year = 2021}
@patent{c, title = {C}, author = {Doe, J}, year = 2022}
"""
    tree = page(
        site({"site.yaml": "title: S\n", "content/publications/a.bib": bib}).build(),
        "publications/index.html",
    )
    lines = {key: words(tree.xpath(f"//*[@id='{key}']//*[@class='work-venue']")[0]) for key in "abc"}
    assert lines == {"a": "US 7 B2, Loom & Co. and Acme, 2020", "b": "Filed, Acme, 2021", "c": "2022"}


def test_the_same_entry_stands_on_every_list(built: dict[str, str]) -> None:
    def entry(path: str) -> str:
        found = page(built, path).xpath("//div[@class='work-text'][.//a[contains(@href, 'rings')]]")[0]
        found.rewrite_links(lambda link: urljoin(f"/{path}", link))
        return html.tostring(found, encoding="unicode").strip()

    paths = ("publications/year/2021", "publications/type/article", "publications/topic/ideals", "people/roe")
    assert len({entry(f"{path}/index.html") for path in ("publications", *paths)}) == 1


def test_long_lists_of_authors_fold_and_keep_the_owner(built: dict[str, str]) -> None:
    big = (
        page(built, "publications/index.html")
        .get_element_by_id("big")
        .xpath(".//*[@class='work-authors']")[0]
    )
    assert words(big).endswith("Ann Name11, …, Jane Doe, and 8 more")
    assert big.xpath("a[@class='author-cut']/@href") == ["./big/"]
    whole = page(built, "publications/big/index.html").xpath("//*[@class='work-authors']")[0]
    assert words(whole).endswith("Ann Name19, and Jane Doe")
    assert words(whole).count("Ann") == 20
    assert (
        words(page(built, "publications/index.html").get_element_by_id("links").xpath(".//p[2]")[0])
        == "Jane Doe, Paula Poe, et al."
    )


# --- citing ---


def test_a_publication_can_be_cited_in_four_forms(built: dict[str, str]) -> None:
    box = page(built, "publications/rings/index.html").xpath("//section[@data-part='cite']")[0]
    formatted = words(box.xpath("p[@class='work-citation']")[0])
    assert formatted.startswith(
        "Doe, Jane, Anna van der Berg, and Rolf Roe. 2021. “Rings <I> & Fields.” Annals 3 (2):"
    )
    files = {text.get("data-file"): text.text_content() for text in box.xpath(".//pre")}
    assert list(files) == ["rings.bib", "rings.ris", "rings.json"]
    assert files["rings.bib"].startswith("@article{rings,\n")
    assert files["rings.ris"].splitlines() == [
        "TY  - JOUR",
        "ID  - rings",
        "TI  - Rings <i> & Fields",
        "AU  - Doe, Jane",
        "AU  - van der Berg, Anna",
        "AU  - Roe, Rolf",
        "JO  - Annals",
        "PY  - 2021",
        "DA  - 2021/05//",
        "VL  - 3",
        "IS  - 2",
        "SP  - 1",
        "EP  - 24",
        "DO  - 10.1000/182",
        "N1  - A note",
        "ER  - ",
    ]
    (item,) = json.loads(files["rings.json"])
    assert (item["type"], item["volume"], item["page"]) == ("article-journal", "3", "1-24")
    assert item["author"][1] == {"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"}
    assert "abstract" not in item
    assert not page(built, "publications/old/index.html").xpath("//section[@data-part='cite']")


def test_downloads_of_all_publications(built: dict[str, str], folder: Path) -> None:
    items = {item["id"]: item for item in json.loads(built["publications.json"])}
    assert len(items) == 10
    assert items["rings"]["abstract"] == "On x^2 & more."
    assert items["rings"]["keyword"] == "Rings, ideals"
    assert [person["family"] for person in items["links"]["author"]] == ["Doe", "Poe"]
    data = (folder.parent / "site-public/publications.ris").read_bytes().decode()
    records = data.split("ER  - \r\n")
    assert records.pop() == ""
    assert len(records) == 10
    assert all(re.match(r"(\r\n)?TY  - [A-Z]+\r\n", record) for record in records)
    assert re.findall(r"TY  - (\w+)", data).count("JOUR") == 3
    rings = next(record for record in records if "ID  - rings" in record)
    assert "AB  - On x^2 & more.\r\nKW  - Rings\r\nKW  - ideals\r\n" in rings
    assert "\n" not in data.replace("\r\n", "")


def test_names_that_are_html_are_escaped(site: MakeSite) -> None:
    evil = "</script><b>&\"'"
    fields = "title={T}, author={{T} and {T N}}, journal={T}, keywords={T}"
    entries = [f"@article{{k{number}, {fields}, year={2000 + number}}}\n" for number in range(12)]
    bib = (
        "".join(entries).replace("T N", f"{evil} other").replace("{T}", f"{{{evil}}}")
        + "@book{x, title={X}}\n"
    )
    pages = site({"site.yaml": "title: Doe\n", "content/publications/a.bib": bib}).build()
    for path, text in pages.items():
        if path.startswith("publications/"):
            assert "<b>&" not in text, path


# --- pictures ---


def test_the_overview_has_pictures_and_their_facts(built: dict[str, str]) -> None:
    view = page(built, "publications/overview/index.html")
    bars_, graph = view.xpath("//figure//svg")
    assert len(bars_.xpath(".//rect")) == 6
    assert words(bars_.xpath("title")[0]) == "Publications per year"
    years, people = view.xpath("//table")
    rows = [[words(cell) for cell in row] for row in years.xpath("tbody/tr")]
    assert rows[:2] == [["2021", "2"], ["2020", "1"]]
    names = [[words(cell) for cell in row] for row in people.xpath("tbody/tr")]
    assert names[0] == ["Rolf Roe", "3", "2008–2021"]
    assert ["Anna van der Berg", "1", "2021"] in names
    assert "Jane Doe" not in [row[0] for row in names]
    assert graph.xpath("count(.//circle)") == len(names)
    assert view.xpath("//table//a[text()='Rolf Roe']/@href") == ["../../people/roe/"]


def test_bars_fill_the_years_between() -> None:
    svg = str(bars({2000: 1, 2003: 2}, "<T>"))
    assert svg.count("<rect") == 2
    assert "&lt;T&gt;" in svg
    assert all(f">{year}<" in svg for year in range(2000, 2004))
    assert not bars({2000: 5}, "T")
    assert str(bars({1500: 1, 2000: 1}, "T")).count("<rect") == 2


def test_a_graph_is_the_same_each_time_and_holds_its_names() -> None:
    nodes = [(f"Name {number} <&", number) for number in range(1, 41)]
    lines = [(0, 1, 3), (1, 39, 1)]
    svg = str(circle(nodes, lines, "T"))
    assert svg == str(circle(nodes, lines, "T"))
    assert svg.count("<circle") == 40
    assert "<&" not in svg
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    assert all(0 <= float(value) <= side for value in re.findall(r'c[xy]="([\d.-]+)"', svg))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "1 KB"),
        (1499, "1 KB"),
        (52_300, "52 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (123_456_789, "123 MB"),
    ],
)
def test_sizes_of_files(count: int, expected: str) -> None:
    assert size(count) == expected


# --- budgets ---


def test_budgets(site: MakeSite) -> None:
    import sys

    sys.path.insert(0, str(ROOT / "bench"))
    try:
        from corpus import publication
    finally:
        sys.path.pop(0)
    bib = "\n".join(publication(number).bibtex for number in range(100))
    pages = site({"site.yaml": "title: Doe\n", "content/publications/a.bib": bib}).build()
    text = pages["publications/index.html"]
    assert text.count('class="work"') == 100
    assert len(text.encode()) < 150_000
    script = (ROOT / "themes/base/assets/publications.js").read_text(encoding="utf-8")
    assert len(terse_script(script)) <= 4_600


# --- in the preview ---


def test_shared_entries_in_the_preview_are_those_of_a_cold_build(tmp_path: Path) -> None:
    """Also of what goes and comes back as something else, on pages that are not rendered in between."""
    import datetime as dt

    from acadsite.build import render
    from acadsite.workshop import Workshop

    day = dt.date(2026, 11, 21)
    site = SiteFolder(tmp_path / "site").write(FILES)
    shop = Workshop(site.root)
    edits: list[tuple[str, str]] = [
        ("", ""),
        ("title = {Chains}", "title = {Chains of ideals}"),
        ("@inproceedings{links,", "@comment{links,"),
        ("@comment{links,", "@inproceedings{links,"),
        ("title = {Links}", "title = {Other links}"),
        ("keywords = {IDEALS, alone}", "keywords = {alone}"),
        ("year = 2020", "year = 2022"),
        ("abstract = {On $x^2$ & more.}", "abstract = {Less.}"),
    ]
    bib = BIB
    for old, new in edits:
        assert old in bib
        bib = bib.replace(old, new)
        site.write({"content/publications/all.bib": bib})
        result = shop.build(today=day)
        assert not result.report.has_errors
        warm = {path: output.data for path, output in {**result.kept, **result.made}.items()}
        cold = {path: output.data for path, output in render(site.root, today=day).made.items()}
        assert {path for path in warm if warm[path] != cold[path]} == set(), new
        assert any(path.startswith("publications/year/") for path in warm)
