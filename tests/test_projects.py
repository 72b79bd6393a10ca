"""Projects: their list by category, their pages, what leads to them and from them, in other languages and on the CV."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from lxml import html

from conftest import SiteFolder

if TYPE_CHECKING:
    from lxml.html import HtmlElement

FILES: dict[str, str | bytes] = {
    "site.yaml": "title: Doe\nauthor: jane\nurl: https://doe.example/\nlanguages: [en, de]\n"
    "projects: {intro: What *goes on*.}\n",
    "content/index.md": "---\nsections: [{section: projects, limit: 2}]\n---\n",
    "content/people.yaml": "- {id: jane, name: Jane Doe}\n- {id: roe, name: Rolf Roe}\n",
    "content/publications/a.bib": "@article{rings, title={Rings}, author={Doe, Jane}, journal={Acta}, year=2021}\n",
    "content/repos.yaml": "- {url: 'https://github.com/doe/chains'}\n",
    "content/projects.yaml": """\
- title: "A <b>bold</b> & long project"
  id: bold
  category: Research
  start: 2020
  end: 2023
  funding: "Fund, grant *1*"
  image: chain.svg
  summary: With [rings]
  people: [Rolf Roe]
  publications: [rings]
  repos: [doe/chains]
  homepage: https://project.example/
  links: {Data: "https://data.example/"}
- {title: Service, category: For others, start: 2024-05}
- {title: First of all, weight: -1, category: Research}
- {title: Alone}
""",
    "content/projects/text.md": "---\ntitle: With a text\ncategory: Research\nstart: 2010\nend: 2010\n"
    "aliases: [/old-project/]\n---\n## Aims\n\nAims of [[rings]].\n",
    "content/projects/text.de.md": "---\ntitle: Mit einem Text\n---\n## Ziele\n\nText.\n",
    "content/projects/later.md": "---\ntitle: Later\ndraft: true\n---\nSecret.\n",
    "content/static/chain.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "content/cv.yaml": "sections:\n- {title: Projects, collection: projects, limit: 3}\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return SiteFolder(tmp_path_factory.mktemp("projects") / "site").write(FILES).build()


def page(built: dict[str, str], path: str) -> HtmlElement:
    return html.fromstring(built[path].encode())


def test_the_list_has_cards_under_their_categories(built: dict[str, str]) -> None:
    tree = page(built, "projects/index.html")
    assert tree.xpath("//h2/text()") == ["Research", "For others"]
    lists = [
        [name.text_content() for name in grid.xpath(".//p[@class='project-name']")]
        for grid in tree.xpath("//ul[@class='cards']")
    ]
    assert lists == [["First of all", "A <b>bold</b> & long project", "With a text"], ["Service"], ["Alone"]]
    assert tree.xpath("//p[@class='project-years']/text()") == ["2020 – 2023", "2010", "2024 –"]
    assert tree.xpath("//li[@id='bold']/img/@src") == ["../chain.svg"]
    assert "What <em>goes on</em>." in built["projects/index.html"]
    assert "Later" not in "".join(built.values())


def test_a_project_leads_to_what_belongs_to_it_and_back(built: dict[str, str]) -> None:
    tree = page(built, "projects/bold/index.html")
    links = {link.text_content(): link.get("href") for link in tree.xpath("//main//a")}
    assert links["Rolf Roe"].endswith("people/roe/")
    assert links["Rings"].endswith("publications/rings/")
    assert links["doe/chains"].startswith("../../repos/")
    assert links["Website – A <b>bold</b> & long project"] == "https://project.example/"
    assert "2020 – 2023, Fund, grant <em>1</em>" in built["projects/bold/index.html"]
    for path in ("publications/rings/index.html", "people/roe/index.html", "repos/index.html"):
        assert page(built, path).xpath("//a[contains(@href, 'projects/bold/')]"), path


def test_texts_old_addresses_and_translations(built: dict[str, str]) -> None:
    assert '<h2 id="aims"' in built["projects/text/index.html"]
    assert "../projects/text/" in built["old-project/index.html"]
    assert page(built, "de/projects/text/index.html").xpath("//h1/text()") == ["Mit einem Text"]
    german = page(built, "de/projects/index.html")
    assert german.xpath("//h1/text()") == ["Projekte"]
    assert "Mit einem Text" in german.text_content()


def test_what_machines_read(built: dict[str, str]) -> None:
    texts = page(built, "projects/bold/index.html").xpath("//script[@type='application/ld+json']/text()")
    nodes = [json.loads(text) for text in texts]
    (node,) = [node for node in nodes if node["@type"] == "ResearchProject"]
    assert node["name"] == "A <b>bold</b> & long project"
    assert (node["foundingDate"], node["dissolutionDate"]) == ("2020", "2023")
    assert [member["name"] for member in node["member"]] == ["Rolf Roe"]
    assert "https://doe.example/projects/bold/" in built["sitemap.xml"]


def test_home_page_search_and_cv(built: dict[str, str]) -> None:
    home = page(built, "index.html")
    assert home.xpath("//section[contains(@class, 'section-projects')]//a/text()")[:2] == [
        "First of all",
        "Service",
    ]
    assert "With a text" in built["search/index.html"]
    text = page(built, "cv/index.html").text_content()
    assert re.search(r"A <b>bold</b> & long project", text)
    assert "Alone" not in text
