"""The search without a browser: what its page lists, what its index holds, and what an edit makes anew."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from lxml import html

from acadsite.build import render
from acadsite.kinds import search
from acadsite.workshop import Workshop
from conftest import SiteFolder
from sample import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.result import Result

FILES: dict[str, str] = {
    "site.yaml": "title: Site\nauthor: Emmy Noether\ncards: 0\npublications: {hide: [note]}\n",
    "content/index.md": "---\nrole: Professor\n---\nWelcome to [one](posts/one.md).\n",
    "content/people.yaml": (
        "- {id: artin, name: Emil Artin, role: 'Of *Hamburg*'}\n- {id: ghost, name: Gus Ghost, public: false}\n"
    ),
    "content/publications/a.bib": """\
@article{rings,
  title = {K{\\"o}rper over $x^2$},
  author = {Noether, Emmy and Artin, Emil and Brauer, Richard and Hasse, Helmut and Krull, Wolfgang},
  journal = {Math. Annalen},
  year = {1921},
  langid = {ngerman},
  keywords = {ideals, chains},
  note = {hidden words},
  abstract = {All of <script>alert(1)</script> \\& more.

  A second paragraph.},
}

@book{paper, title = {A paper}, author = {Krull, W.}, year = {1930}}
""",
    "content/papers/paper/text.md": "# Opening\n\nFirst words.\n\n## Deeper\n\nInner words.\n",
    "content/talks.yaml": (
        "- {id: plain, title: 'A *plain* talk', event: Congress, location: Zürich, date: 1932}\n"
        "- {id: long, title: Long, date: 1930, abstract: Summary of it}\n"
    ),
    "content/repos.yaml": "- {url: 'https://github.com/doe/rings', description: 'Rings, in `Lean`', year: 2020}\n",
    "content/students.yaml": "- {name: Grete Hermann, level: PhD}\n",
    "content/posts/one.md": (
        "---\ntitle: One & only\ndate: 2020-01-01\ntags: [algebra]\nsummary: In short\n---\n"
        "Before.\n\n## Part & parcel\n\nWith *marked* words and $\\alpha < \\beta$[^1].\n\n- a list\n\n"
        "[^1]: A footnote.\n"
    ),
    "content/posts/two.md": "---\ntitle: 二つ\ndate: 2021-01-01\n---\n環論は代数学の一分野。\n",
    "content/posts/draft.md": "---\ntitle: Unready\ndate: 2022-01-01\ndraft: true\n---\nNot yet.\n",
    "content/pages/about.md": "---\ntitle: About\nurl: /über/\n---\nThis site.\n",
    "content/courses/algebra.md": "---\ntitle: Algebra\nterm: Winter 1924/25\n---\n## Aims\n\nText\n",
    "content/slides/intro.md": (
        "---\ntitle: Intro\n---\n## Goals\n\n- a goal\n\n::: notes\nSecretly said.\n:::\n\n## \n\nNo title here.\n"
    ),
    "content/guide/book.yaml": "title: Guide\npdf: false\nchapters: [index.md, one.md]\n",
    "content/guide/index.md": "# Preface\n\nBefore all.\n",
    "content/guide/one.md": "# Chapter\n\nIts words.\n\n## Section\n\nMore.\n",
    "content/grants.yaml": "- {title: Money, funder: '[DFG](https://dfg.example)'}\n",
    "ext.py": (
        "def register(r):\n"
        '    r.collection("grants", "grants.yaml", title="text!", funder="markdown", summary="text")\n'
        '    r.page_kind("grant", each="grants", url="grants/{id}/")\n'
        '    r.page_kind("map", title="Map", template="map.html")\n'
    ),
    "templates/grant.html": "{% extends 'base.html' %}{% block main %}<h1>{{ record.title }}</h1>{% endblock %}\n",
    "templates/map.html": "{% extends 'base.html' %}{% block main %}<h1>Map</h1>{% endblock %}\n",
}
FILES["site.yaml"] += "extensions: [ext.py]\n"

Row = list[str]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The site's texts by path."""
    folder = SiteFolder(tmp_path_factory.mktemp("search") / "site").write(FILES)
    return folder.build()


def indexes(outputs: dict[str, str]) -> dict[str, list[Row]]:
    """All files of the index that the page names, by path."""
    page = html.fromstring(outputs["search/index.html"])
    files = " ".join(page.xpath("//section/@data-index")).split()
    return {path: json.loads(outputs[path]) for path in (file.removeprefix("../") for file in files)}


def rows(outputs: dict[str, str]) -> dict[str, Row]:
    """All rows by their address from the root of the site."""
    found = {}
    for path, given in indexes(outputs).items():
        base = path.rpartition("/")[0] + "/" if path.endswith("/search.json") else ""
        for row in given:
            assert base + row[0] not in found
            found[base + row[0]] = row
    return found


# --- the page ---


def test_the_page_lists_everything_by_kind(outputs: dict[str, str]) -> None:
    page = html.fromstring(outputs["search/index.html"])
    listed = {
        section.find("h2").text_content(): [
            (item.text_content().strip(), item.find("a").get("href")) for item in section.iterfind("ul/li")
        ]
        for section in page.find_class("search-all")[0]
    }
    assert listed == {
        "Pages": [("Home", "../"), ("About", "../über/"), ("Map", "../map/")],
        "Publications": [
            ("A paper 1930", "../publications/paper/"),
            ("Körper over x² 1921", "../publications/rings/"),
        ],
        "Talks": [("A plain talk 1932", "../talks/#plain"), ("Long 1930", "../talks/long/")],
        "Software": [("doe/rings 2020", "../repos/#doe-rings")],
        "Teaching": [("Algebra", "../courses/algebra/")],
        "Slides": [("Intro", "../slides/intro/")],
        "Writing": [("二つ 2021", "../posts/two/"), ("One & only 2020", "../posts/one/")],
        "People": [
            ("Emil Artin", "../people/artin/"),
            ("Emmy Noether", "../people/emmy-noether/"),
            ("Grete Hermann", "../people/grete-hermann/"),
        ],
        "Grants": [("Money", "../grants/money/")],
        "Guide": [("Guide", "../guide/"), ("1 Chapter", "../guide/one/")],
    }
    languages = {link.get("href"): link.get("lang") for link in page.xpath("//li/a[@lang]")}
    assert languages == {"../publications/rings/": "de"}
    headings = [heading.get("href") for heading in page.xpath("//section/h2/a")]
    assert {"../publications/", "../posts/", "../people/", "../guide/"} <= set(headings)


def test_the_page_needs_no_script_and_every_page_leads_there(outputs: dict[str, str]) -> None:
    page = html.fromstring(outputs["search/index.html"])
    (form,) = page.find_class("search-form")
    assert form.get("hidden") is not None
    assert page.find_class("search-key")[0].get("hidden") is not None
    assert page.find_class("search-all")[0].get("hidden") is None
    for path in ("index.html", "posts/one/index.html", "guide/one/index.html", "404.html"):
        (link,) = html.fromstring(outputs[path]).find_class("search-link")
        up = "/" if path == "404.html" else "../" * path.count("/") or "./"
        assert (link.get("href"), link.get("aria-label")) == (f"{up}search/", "Search")
    assert 'aria-current="page"' in outputs["search/index.html"]


def test_counts_have_the_forms_of_the_language(outputs: dict[str, str]) -> None:
    (status,) = html.fromstring(outputs["search/index.html"]).find_class("search-status")
    assert json.loads(status.get("data-found")) == {"one": "{n} result", "other": "{n} results"}
    assert status.get("role") == "status"


def test_a_site_may_have_no_search(site: Any) -> None:
    folder = site(FILES | {"site.yaml": FILES["site.yaml"] + "search: false\n"})
    outputs = folder.build()
    assert [path for path in outputs if path.startswith("search/")] == []
    assert "search" not in outputs["index.html"]
    assert "guide/search.json" in outputs, "a book has one of its own"


def test_the_page_may_have_another_address(site: Any) -> None:
    outputs = site({"site.yaml": "title: S\nurls: {search: find/it/}\n"} | posts(1)).build()
    assert json.loads(outputs["find/it/posts-0.json"])[0][0] == "posts/p0/"
    page = html.fromstring(outputs["find/it/index.html"])
    assert "../../find/it/posts-0.json" in page.xpath("//section/@data-index")
    outputs = site({"site.yaml": "title: S\nurls: {search: find.html}\n"} | posts(1), "other").build()
    assert "search/posts-0.json" in html.fromstring(outputs["find.html"]).xpath("//section/@data-index")[1]


def posts(count: int) -> dict[str, str]:
    return {
        f"content/posts/p{number}.md": f"---\ntitle: P{number}\ndate: 2020\n---\nWords.\n"
        for number in range(count)
    }


# --- the index ---


def test_the_index_has_the_words_of_everything(outputs: dict[str, str]) -> None:
    found = rows(outputs)
    assert found["posts/one/"][1:] == ["One & only", "", "In short algebra Before.", "2020"]
    assert found["posts/one/#part--parcel"][2:] == [
        "Part & parcel",
        "With marked words and \\alpha < \\beta. a list",
        "",
    ]
    work = found["publications/rings/"]
    assert work[1] == "Körper over x²"
    assert "All of <script>alert(1)</script> & more. A second paragraph." in work[3]
    assert "ideals, chains" in work[3]
    assert work[4] == "Emmy Noether, Emil Artin, Richard Brauer, Helmut Hasse, … · Math. Annalen, 1921"
    assert "Wolfgang Krull" in work[3], "authors beyond the shown ones are found"
    assert found["publications/paper/#deeper"][2:4] == ["Deeper", "Inner words."]
    assert "Congress" in found["talks/#plain"][3]
    assert "Zürich" in found["talks/#plain"][3]
    assert "Summary of it" in found["talks/long/"][3]
    assert "Rings, in Lean" in found["repos/#doe-rings"][3]
    assert found["courses/algebra/"][4] == "Winter 1924/25"
    assert found["courses/algebra/#aims"][3] == "Text"
    assert found["people/artin/"][3] == "Of Hamburg"
    assert found["posts/two/"][3] == "環論は代数学の一分野。"
    assert found[""][3] == "Professor Welcome to one."
    assert found["map/"][1] == "Map"
    assert found["guide/one/#section"][1:4] == ["Chapter", "Section", "More."]


def test_each_slide_is_found_and_what_the_speaker_says_is_not(outputs: dict[str, str]) -> None:
    found = rows(outputs)
    slides = [
        (address, row[2], row[3]) for address, row in found.items() if address.startswith("slides/intro/#")
    ]
    assert [(heading, text) for _, heading, text in slides] == [
        ("Goals", "a goal"),
        ("No title here.", "No title here."),
    ]


def test_what_is_on_no_page_is_not_in_the_index(outputs: dict[str, str]) -> None:
    text = "".join(outputs[path] for path in (*indexes(outputs), "search/index.html"))
    for words in ("Unready", "Not yet", "Ghost", "hidden words", "Secretly"):
        assert words not in text


def test_every_address_leads_to_a_place_that_is_there(outputs: dict[str, str]) -> None:
    addresses = list(rows(outputs))
    assert len(addresses) > 20
    for address in addresses:
        path, _, anchor = unquote(address).partition("#")
        page = outputs[path + "index.html" if path.endswith("/") or not path else path]
        assert not anchor or f'id="{anchor}"' in page, address


def test_the_files_may_stand_anywhere_in_html(outputs: dict[str, str]) -> None:
    for path in indexes(outputs):
        assert "<" not in outputs[path]
        assert "&" not in outputs[path]


def test_parts_follow_from_the_id_alone() -> None:
    keys = tuple(("posts", f"p{number}") for number in range(100))
    parts = search._parts("posts", keys)
    assert len(parts) == 4
    assert sorted(key for part in parts.values() for key in part) == sorted(keys)
    more = search._parts("posts", (*keys, ("posts", "new")))
    assert sum(parts[number] != more[number] for number in parts) == 1


def test_the_larger_a_site_the_less_of_each_text() -> None:
    assert [search._most(count) for count in (1, 400, 1_500, 2_000, 15_000, 10**6)] == [
        20_000,
        15_625,
        3_906,
        3_906,
        488,
        400,
    ]
    assert all(search._most(count) * count <= 8_000_000 for count in range(1, 15_000, 7))


def test_long_texts_are_cut(site: Any) -> None:
    long = "---\ntitle: P\ndate: 2020\n---\n" + "".join(
        f"## H{number}\n\n{'word ' * 500}\n\n" for number in range(40)
    )
    outputs = site({"content/posts/p.md": long}).build()
    found = [row for row in json.loads(outputs["search/posts-0.json"]) if row[2]]
    assert 19_000 < sum(len(row[3]) for row in found) <= 20_000
    assert len(found) == 8


# --- other languages ---


def test_every_language_has_its_own(site: Any) -> None:
    files = {
        "site.yaml": "title: Site\nlanguages: [en, de]\n",
        "content/posts/one.md": "---\ntitle: One\ndate: 2020\n---\nEnglish words.\n",
        "content/posts/one.de.md": "---\ntitle: Eins\ndate: 2020\n---\nDeutsche Worte.\n",
        "content/publications/a.bib": "@book{b, title = {Book}, author = {Doe, Jane}, year = 2000}\n",
    }
    outputs = site(files).build()
    english, german = (
        html.fromstring(outputs[path]) for path in ("search/index.html", "de/search/index.html")
    )
    assert german.get("lang") == "de"
    assert "../posts/one/" in english.xpath("//li/a/@href")
    assert "../../de/posts/one/" in german.xpath("//li/a/@href")
    assert "../../publications/b/" in german.xpath("//li/a/@href")
    assert json.loads(outputs["search/posts-0.json"])[0][:4] == ["posts/one/", "One", "", "English words."]
    assert json.loads(outputs["de/search/posts-0.json"])[0][:4] == [
        "de/posts/one/",
        "Eins",
        "",
        "Deutsche Worte.",
    ]
    assert "../../search/publications-0.json" in german.xpath("//section/@data-index")
    assert "de/search/publications-0.json" not in outputs
    for page in (english, german):
        for file in " ".join(page.xpath("//section/@data-index")).split():
            assert re.sub(r"^(\.\./)+", "", file) in outputs
    (link,) = html.fromstring(outputs["de/posts/one/index.html"]).find_class("search-link")
    assert link.get("href") == "../../../de/search/"


# --- edits ---

PAGE = "index.html"
#: What was edited, how (an old text and a new one, or a file), and what of the search is made anew.
EDITS: list[tuple[str, str, tuple[str, str] | str | None, str]] = [
    ("a comment", "site.yaml", ("title:", "# x\ntitle:"), ""),
    ("the body of a post", "content/posts/one.md", ("Before.", "After."), "posts"),
    ("a body that says the same", "content/posts/one.md", ("\n\n- a", "\n\n\n- a"), ""),
    ("a formula", "content/posts/one.md", ("alpha", "gamma"), "posts"),
    ("the title of a post", "content/posts/one.md", ("One & only", "Uno"), "posts PAGE"),
    ("a summary", "content/posts/one.md", ("In short", "Briefly"), "posts"),
    ("another address", "content/posts/one.md", ("title:", "url: /uno/\ntitle:"), "posts PAGE"),
    ("a new post", "content/posts/new.md", "---\ntitle: New\ndate: 2019\n---\nNew.\n", "posts PAGE"),
    ("a post goes", "content/posts/new.md", None, "posts PAGE"),
    ("a draft is ready", "content/posts/draft.md", ("draft: true", "draft: false"), "posts PAGE"),
    ("an abstract", "content/publications/a.bib", ("A second", "Another"), "publications"),
    ("a journal", "content/publications/a.bib", ("Annalen", "Zeitschrift"), "publications"),
    ("a hidden field", "content/publications/a.bib", ("hidden words", "others"), ""),
    ("a title", "content/publications/a.bib", ("{A paper}", "{The paper}"), "publications PAGE"),
    ("a full text", "content/papers/paper/text.md", ("Inner", "Deeper"), "publications"),
    ("a place", "content/talks.yaml", ("Zürich", "Bern"), "talks"),
    ("a role", "content/people.yaml", ("Hamburg", "Princeton"), "people"),
    ("a slide", "content/slides/intro.md", ("a goal", "an aim"), "slides"),
    ("what the speaker says", "content/slides/intro.md", ("Secretly", "Silently"), ""),
    ("a chapter", "content/guide/one.md", ("More.", "Less."), "guide/search.json"),
    ("the title of a chapter", "content/guide/one.md", ("# Chapter", "# Piece"), "guide/search.json PAGE"),
    ("the home page", "content/index.md", ("Welcome", "Welcome back"), "pages"),
    ("a page", "content/pages/about.md", ("This site.", "These pages."), "pages"),
    ("a page of an extension", "content/grants.yaml", ("Money", "Gold"), "grants PAGE"),
    ("the footer", "site.yaml", ("title:", "footer: Foot\ntitle:"), "PAGE"),
    ("a label", "site.yaml", ("title:", "labels: {Pages: Leaves}\ntitle:"), "PAGE"),
]


def made(result: Result) -> set[str]:
    """What of the search was made, without what it had to be for."""
    return {path for path in result.made if path.startswith("search/") or path.endswith("/search.json")}


def wanted(words: str) -> set[str]:
    names = {"PAGE": "search/index.html"}
    return {names.get(word, word if "/" in word else f"search/{word}-0.json") for word in words.split()}


def test_an_edit_makes_its_part_anew(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site").write(FILES)
    shop = Workshop(folder.root)
    first = shop.build(TODAY)
    assert not first.report.has_errors, first.report.problems
    now = dict(first.made)
    for name, path, edit, words in EDITS:
        text = (folder.root / path).read_text(encoding="utf-8") if not isinstance(edit, str) else ""
        if edit is None:
            (folder.root / path).unlink()
        elif isinstance(edit, str):
            folder.write({path: edit})
        else:
            assert edit[0] in text, name
            folder.write({path: text.replace(*edit)})
        result = shop.build(TODAY)
        assert not result.report.has_errors, (name, result.report.problems)
        differing = {path for path in made(result) if now.get(path) != result.made[path]}
        assert differing == wanted(words), name
        now |= result.made
        cold = render(folder.root, today=TODAY)
        for other in made(cold):
            assert now[other].data == cold.made[other].data, (name, other)


def test_of_many_posts_one_part_is_rendered(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site").write(posts(100) | {"site.yaml": "title: Many\ncards: 0\n"})
    shop = Workshop(folder.root)
    assert sum(path.startswith("search/posts-") for path in shop.build(TODAY).made) == 4
    folder.write({"content/posts/p7.md": "---\ntitle: P7\ndate: 2020\n---\nOther words.\n"})
    parts = made(shop.build(TODAY))
    assert len(parts) == 1
    assert parts.pop().startswith("search/posts-")
    folder.write({"content/posts/p100.md": "---\ntitle: P100\ndate: 2020\n---\nNew words.\n"})
    assert len(made(shop.build(TODAY)) - {"search/index.html"}) == 1


def test_what_lost_its_address_is_not_listed(site: Any) -> None:
    """To another page, or to a file: the report is of the collision alone."""
    folder = site(
        FILES
        | {
            "ext.py": FILES["ext.py"].replace('title="Map"', 'title="Map", url="talks/"'),
            "content/static/search/posts-0.json": "[]",
        }
    )
    assert set(folder.codes()) == {"url-collision"}
