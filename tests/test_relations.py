"""What the pages of a small site say about each other: references both ways, people, lists and their settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pages import Page, dead_links

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

BIB = """\
@article{rings, title={Rings}, author={Doe, Jane and Hermann, Grete and Roe, R.}, journal={Annals}, year={2021},
  selected={true}}
@inproceedings{chains, title={Chains}, author={Hermann*, G. and J. Doe* and Weber, W.}, booktitle={ICM}, year={2020}}
@article{old, title={Old}, author={Doe, J. and A, A. and B, B. and C, C. and D, D.}, journal={Annals}, year={1999}}
@book{older, title={Older}, author={Doe, Jane}, publisher={P}, year={1998}}
@phdthesis{thesis, title={Thesis of Hermann}, author={Hermann, Grete}, school={S}, year={2019}}
@article{soon, title={Soon}, author={Doe, Jane}, journal={Annals}, year={in press}}
"""
FILES = {
    "site.yaml": "title: Doe\nauthor: jane\n",
    "content/people.yaml": """\
- {id: jane, name: Jane Doe}
- {id: roe, name: 'Roe, Richard', url: 'https://roe.example/'}
""",
    "content/publications/a.bib": BIB,
    "content/repos.yaml": """\
- {url: https://github.com/doe/rings, publications: [rings], year: 2021}
- {url: https://github.com/doe/big}
- {url: https://github.com/doe/small}
- {url: https://github.com/doe/unknown}
""",
    "content/snapshots/repos.yaml": """\
date: 2026-11-01
repos:
  doe/rings: {stars: 1456}
  doe/big: {stars: 14799}
  doe/small: 819
""",
    "content/talks.yaml": """\
- title: On rings
  year: 2022
  publications: [rings]
  repos: [doe/rings]
  courses: [algebra]
  people: [roe]
- {event: A seminar, date: 2023-05-06/2023-05-08}
""",
    "content/students.yaml": """\
- name: Grete Hermann
  level: PhD
  start: 2015
  end: 2019
  thesis: {title: The thesis, publication: thesis}
- {name: 'Weber, Werner', start: 2026}
""",
    "content/courses/algebra.md": """\
---
title: Algebra
year: 2022
students: [Grete Hermann]
publications: [chains]
repos: [doe/rings]
---
Text
""",
    "content/posts/new.md": """\
---
title: New
date: 2026-11-20
tags: [Rings, C++]
publications: [rings]
---
[[rings]] [a talk](../talks.yaml) [code](../pages/code.md)
""",
    "content/posts/old.md": """\
---
title: Old post
date: 2020-01-02
tags: [rings]
aliases: [/2020/old.html, /blog/old/]
---
Text
""",
    "content/pages/code.md": "---\ntitle: Code\nmenu: true\n---\n[pdf](/paper.pdf) [home](../index.md)\n",
    "content/static/paper.pdf": "pdf",
    "content/index.md": """\
---
sections: [about, selected, posts, talks, repos, students]
---
Hello [[algebra]]
""",
    "content/cv.yaml": """\
sections:
- title: Positions
  entries: [{title: Professor, place: Göttingen, dates: 2010 – now, details: [One line]}]
- {title: Papers, collection: publications, limit: 2}
- {title: Hidden, show: pdf, text: not here}
- {title: Skills, groups: [{title: Languages, items: [Python, German]}]}
""",
}


@pytest.fixture
def built(site: MakeSite) -> dict[str, Page]:
    folder = site(FILES)
    assert [problem for problem in folder.report() if problem["code"] != "bib-year-text"] == []
    return {path: Page(text) for path, text in folder.build().items() if path.endswith(".html")}


def leads_to(page: Page, *ends: str) -> bool:
    return all(any(href.endswith(end) for href, _ in page.links) for end in ends)


def test_references_are_shown_from_both_sides(built: dict[str, Page]) -> None:
    paper, talk = built["publications/rings/index.html"], built["talks/2022-on-rings/index.html"]
    course, person = built["courses/algebra/index.html"], built["people/grete-hermann/index.html"]
    assert leads_to(paper, "/talks/2022-on-rings/", "repos/#doe-rings", "/posts/new/")
    assert leads_to(talk, "/publications/rings/", "repos/#doe-rings", "/courses/algebra/")
    assert leads_to(built["repos/index.html"], "/publications/rings/", "/talks/2022-on-rings/")
    assert leads_to(course, "/publications/chains/", "/talks/2022-on-rings/", "repos/#doe-rings")
    assert leads_to(course, "/people/grete-hermann/")
    assert leads_to(
        person, "/publications/rings/", "/publications/chains/", "/publications/thesis/", "/courses/algebra/"
    )
    assert leads_to(built["publications/chains/index.html"], "/courses/algebra/")
    assert leads_to(built["publications/thesis/index.html"], "/people/grete-hermann/")
    assert leads_to(built["posts/new/index.html"], "/publications/rings/", "/talks/", "/code/")
    assert leads_to(built["people/roe/index.html"], "/talks/2022-on-rings/", "/publications/rings/")


def test_own_name_is_strong_students_are_marked_and_legends_say_so(site: MakeSite) -> None:
    html = site(FILES).build()["publications/index.html"]
    page = Page(html)
    owners = re.findall(r"<strong[^>]*>([^<]*)</strong>", html)
    assert sorted(set(owners)) == ["J. Doe", "Jane Doe"]
    assert len(owners) == 5
    marked = re.findall(r">([^<>]*)</(?:span|a)><sup[^>]*>(?:\*)?<span[^>]*>§</span></sup>", html)
    assert sorted(set(marked)) == ["G. Hermann", "Grete Hermann", "W. Weber"]
    legend = re.search(r'<ul class="legend".*?</ul>', html, re.DOTALL)
    assert legend is not None
    words = Page(legend[0]).text
    assert "Student" in words
    assert "Equal contribution" in words
    assert dict(page.links)  # a person's own page elsewhere comes before the page here
    assert ("https://roe.example/", "R. Roe") in page.links
    assert any(href.endswith("people/grete-hermann/") for href, text in page.links if text == "Grete Hermann")


def test_a_list_without_marks_has_no_legend(site: MakeSite) -> None:
    bib = "@article{a, title={A}, author={One, Only}, journal={J}, year=2020}\n"
    assert (
        "Equal contribution"
        not in site({"content/publications/a.bib": bib}).build()["publications/index.html"]
    )


def test_papers_with_a_student_are_counted(built: dict[str, Page]) -> None:
    page = built["students/index.html"]
    counts = {text for href, text in page.links if "people/" in href}
    assert any(text.endswith(": 3") for text in counts), counts
    assert any(text.endswith(": 1") for text in counts), counts


def test_students_end_and_go_on(built: dict[str, Page]) -> None:
    text = built["students/index.html"].text
    assert "2015 – 2019" in text
    assert "2026 – present" in text


def groups_of(html: str) -> list[tuple[str, list[str]]]:
    """Headings of the list of publications, with the numbers below each."""
    parts = re.split(r'<h[23][^>]*class="group-heading[^"]*"[^>]*>', html)[1:]
    return [
        (part.partition("<")[0].strip(), re.findall(r'class="work-number"[^>]*>\[?([^<\]]*)\]?<', part))
        for part in parts
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            "{}",
            [
                ("Forthcoming", ["6"]),
                ("2021", ["5"]),
                ("2020", ["4"]),
                ("2019", ["3"]),
                ("1999", ["2"]),
                ("1998", ["1"]),
            ],
        ),
        (
            "{earlier: 1999, numbering: ascending}",
            [
                ("Forthcoming", ["1"]),
                ("2021", ["2"]),
                ("2020", ["3"]),
                ("2019", ["4"]),
                ("1999 and earlier", ["5", "6"]),
            ],
        ),
        (
            "{group_by: type, numbering: by-type}",
            [
                ("Books", ["B1"]),
                ("Journal articles", ["J3", "J2", "J1"]),
                ("Conference papers", ["C1"]),
                ("Theses", ["T1"]),
            ],
        ),
        ("{earlier: 2030, numbering: none}", [("Forthcoming", []), ("2030 and earlier", [])]),
        ("{group_by: none}", []),
    ],
)
def test_groups_and_numbers(site: MakeSite, settings: str, expected: list[tuple[str, list[str]]]) -> None:
    files = FILES | {"site.yaml": f"title: Doe\nauthor: jane\npublications: {settings}\n"}
    assert groups_of(site(files).build()["publications/index.html"]) == expected


def test_initials_and_long_lists_of_authors(site: MakeSite) -> None:
    files = FILES | {
        "site.yaml": "title: Doe\nauthor: jane\npublications: {names: initials, max_authors: 2}\n"
    }
    built = site(files).build()
    html = built["publications/index.html"]
    text = Page(html[html.index('class="works"') :]).text
    assert "G. Hermann" in text
    assert "Grete Hermann" not in text
    assert "J. Doe, A. A, and 3 more" in " ".join(text.split())
    assert "3 more" not in Page(built["publications/old/index.html"]).text  # the paper's own page names all


def test_stars_are_short_and_their_sum_is_honest(built: dict[str, Page]) -> None:
    text = built["repos/index.html"].text
    for words in ("1.4k", "14.7k", "819", "16.9k+"):
        assert words in text
    assert "None" not in text


def test_posts_by_year_and_topic(built: dict[str, Page]) -> None:
    posts = built["posts/index.html"]
    assert (
        posts.text.index("2026")
        < posts.text.index("New")
        < posts.text.index("2020")
        < posts.text.index("Old post")
    )
    topic = built["posts/tags/rings/index.html"]
    assert leads_to(topic, "posts/new/", "posts/old/")
    assert "posts/tags/c-plus-plus/index.html" in built
    assert leads_to(built["posts/new/index.html"], "/tags/rings/", "/tags/c-plus-plus/", "posts/old/")


def test_aliases_lead_to_the_page(built: dict[str, Page]) -> None:
    for path, way in (("2020/old.html", "../posts/old/"), ("blog/old/index.html", "../../posts/old/")):
        refresh = [meta["content"] for meta in built[path].of("meta") if meta.get("http-equiv") == "refresh"]
        assert refresh == [f"0; url={way}"]
        assert [href for href, _ in built[path].links] == [way]


def test_sections_of_the_cv(built: dict[str, Page]) -> None:
    text = " ".join(built["cv/index.html"].text.split())
    assert (
        text.index("Positions")
        < text.index("Professor, Göttingen")
        < text.index("One line")
        < text.index("Papers")
    )
    assert "Python" in text
    assert "Hidden" not in text
    assert "Soon" in text
    assert "Chains" not in text  # two records at most


@pytest.mark.parametrize(
    "base", ["", "https://host.example/", "https://host.example/~user/", "https://host.example/a/b/"]
)
def test_links_work_wherever_the_site_lives(site: MakeSite, base: str) -> None:
    path = "/" + base.partition("host.example/")[2]
    config = f"title: Doe\nauthor: jane\nurl: {base}\n" if base else "title: Doe\nauthor: jane\n"
    built = site(FILES | {"site.yaml": config}).build()
    assert len(built) > 25
    assert dead_links(built, path) == []


def test_pages_are_the_same_bytes_under_every_base(site: MakeSite) -> None:
    def build(base: str, name: str) -> dict[str, str]:
        made = site(FILES | {"site.yaml": f"title: Doe\nauthor: jane\nurl: {base}\n"}, name).build()
        shown = base.partition("://")[2].rstrip("/")  # the CV says where the site is
        return {
            path: text.replace(base, "BASE/").replace(f">{shown}<", ">BASE<")
            for path, text in made.items()
            if path != "404.html"
        }

    first, second = build("https://host.example/", "one"), build("https://host.example/~user/", "two")
    changed = [path for path, text in first.items() if path.endswith(".html") and second[path] != text]
    assert changed == []
    assert first.keys() == second.keys()


def test_the_base_crawler_finds_what_is_dead() -> None:
    built = {"index.html": '<a href="./x/">x</a><a href="/y/">y</a><a href="#z">z</a>', "y/index.html": ""}
    assert dead_links(built, "/") == ["index.html: ./x/", "index.html: #z"]
    assert dead_links(built, "/~user/") == ["index.html: ./x/", "index.html: /y/", "index.html: #z"]


def test_fields_of_other_tools_become_buttons(site: MakeSite) -> None:
    """Hugo Blox (``url_code``, ``featured``), bamos/cv (``codeurl``) and anything that ends in ``url``."""
    entry = (
        "@misc{a, title={A}, author={Doe, Jane}, year=2020, url_code={https://example.org/c}, featured={true},"
        " slides_url={https://example.org/s}, postersurl={https://example.org/p}, publication_short={ICML}}"
    )
    folder = site({"site.yaml": "title: Test\n", "content/publications/a.bib": entry})
    page = folder.build()["publications/index.html"]
    assert re.search(r'href="https://example.org/c">Code<', page)
    assert re.search(r'href="https://example.org/s">Slides<', page)
    assert re.search(r'href="https://example.org/p">Posters<', page)
    assert "is-selected" in page
    assert ">ICML<" in page
    assert "url_code" not in page


def test_addresses_of_the_site_work_wherever_they_stand(site: MakeSite) -> None:
    """A path in any field leads to the file, relative to the page; a broken address of a server breaks nothing."""
    folder = site(
        {
            "site.yaml": "title: Test\npublications: {pages: false}\n",
            "content/static/files/a.pdf": "a",
            "content/publications/a.bib": "@misc{a, title={A}, author={Doe, Jane}, year=2020, url={files/a.pdf}}\n"
            "@misc{b, title={B}, author={Doe, Jane}, year=2020, url={http://[broken}}\n",
            "content/people.yaml": "- {id: jane, name: Jane Doe, url: files/a.pdf}\n",
            "content/students.yaml": "- {name: Roe, R., url: /files/a.pdf, thesis: {title: T, url: a.pdf}}\n".replace(
                "Roe, R.", "'Roe, R.'"
            ),
            "content/news.yaml": "- {date: 2020, text: News, url: files/a.pdf}\n",
            "content/cv.yaml": "sections: [{id: a, title: A, entries: [{title: T, url: files/a.pdf}]}]\n",
            "content/talks.yaml": "- {title: T, year: 2020, url: files/a.pdf, event_url: a.pdf, event: E}\n",
        }
    )
    pages = folder.build()
    for page in ("publications", "students", "cv", "talks"):
        assert 'href="../files/a.pdf"' in pages[f"{page}/index.html"], page
    assert 'href="../../files/a.pdf"' in pages["people/jane/index.html"]
    assert 'href="./files/a.pdf"' in pages["index.html"]
    assert "//[broken" not in pages["publications/index.html"].partition("<pre")[0]
    assert not dead_links(pages, "/")


def test_what_is_cited_is_short_and_the_download_is_whole(site: MakeSite) -> None:
    entry = (
        "@misc{a, title={A}, author={Doe, Jane}, year=2020, abstract={Long.}, keywords={x}, _venue={ICML},"
        " doi={10.1/x}}"
    )
    pages = site({"site.yaml": "title: Test\n", "content/publications/a.bib": entry}).build()
    shown = pages["publications/a/index.html"].partition("<pre")[2].partition("</pre>")[0]
    assert "10.1/x" in shown
    assert "abstract" not in shown
    assert "keywords" not in shown
    assert "abstract" in pages["publications.bib"]
    assert "_venue" not in pages["publications.bib"]


def test_markdown_that_alfolio_keeps_in_bib_files(site: MakeSite) -> None:
    """``award`` and ``additional_info`` are Markdown there; HTML in a .bib file stays text."""
    entry = (
        "@misc{a, title={A}, author={Doe, Jane}, year=2020, award={*Best* <b onclick=x>paper</b>},"
        " award_name={ICML}, additional_info={. *More* [here](https://example.org/)}}"
    )
    pages = site({"site.yaml": "title: Test\n", "content/publications/a.bib": entry}).build()
    page = pages["publications/index.html"]
    assert "<em>Best</em> &lt;b onclick=x&gt;paper" in page
    assert '<em>More</em> <a href="https://example.org/">here</a>' in page


def test_the_same_entry_twice_is_no_error(site: MakeSite) -> None:
    entry = "@misc{a, title={A}, author={Doe, Jane}, year=2020}\n"
    folder = site(
        {"site.yaml": "title: Test\n", "content/publications/a.bib": entry + entry.replace(", ", ",\n  ")}
    )
    assert folder.codes() == ["bib-duplicate-entry"]
    assert "publications/a/index.html" in folder.build()
