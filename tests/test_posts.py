"""Posts: minutes of reading, related ones, and a list in parts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import html

from acadsite.markup import Body, read, render
from conftest import SiteFolder

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement


def post(title: str, date: str, *, tags: str = "", works: str = "", text: str = "Words.") -> str:
    return f"---\ntitle: {title}\ndate: {date}\ntags: [{tags}]\npublications: [{works}]\n---\n{text}\n"


FILES = {
    "site.yaml": "title: Site\nurl: https://x.example/\nlanguages: [en, de]\nposts: {per_page: 2, title: Diary}\n",
    "content/publications/a.bib": "@book{sums, title = {Sums}, author = {Doe, Jane}, year = {2000}}\n",
    "content/posts/a.md": post("A", "2020-01-01", tags="rings, sums", text="word " * 401),
    "content/posts/b.md": post("B", "2020-01-02", tags="Rings"),
    "content/posts/c.md": post("C", "2020-01-03", tags="sums, rings", works="sums"),
    "content/posts/d.md": post("D", "2020-01-04", works="sums", text=""),
    "content/posts/e.md": post("E", "2020-01-05", tags="rings", works="sums"),
    "content/posts/e.de.md": "---\ntitle: Das E\n---\nEin Wort.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    return SiteFolder(tmp_path_factory.mktemp("posts") / "site").write(FILES)


@pytest.fixture(scope="module")
def built(folder: SiteFolder) -> dict[str, str]:
    return folder.build()


def elements(text: str, way: str) -> list[HtmlElement]:
    found: list[HtmlElement] = html.fromstring(text.encode()).xpath(way)
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One.", 1),
        ("word " * 201, 201),
        ("# A title\n\nA *wo*rd.\n\n- item\n- item\n\n| a | b |\n|---|---|\n| c | d |", 10),
        ("環" * 800, 400),
        ("環" * 801 + "word " * 200, 601),
        ("日本語の文章です。", 4),
        ("한글 " * 400, 400),
        ("$x^2 + \\frac{a}{b} = y$ " * 200, 200),
        ("$$\n\\int_a^b f\n$$\n\nand", 2),
        ("don’t well-known &amp; " * 100, 200),
        (
            "<p title='word word'>raw</p>\n\nOne[^1] [two](three.md 'four') ![five](six.png).\n\n[^1]: A note.",
            3,
        ),
        ("```python\nx = 1\n```", 2),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    found = render(read(text, "a.md"), count=True)
    assert found.count == words
    assert Body.revive(json.loads(json.dumps(found.plain()))) == found
    assert render(read(text, "a.md")).count == 0


def test_a_post_says_how_long_it_takes(built: dict[str, str]) -> None:
    shown = {name: built[f"posts/{name}/index.html"] for name in "ad"}
    assert "· Reading time: 3 min<" in shown["a"]
    assert "Reading time" not in shown["d"], "without words there is nothing to read"
    assert "Lesezeit: 1 Min." in built["de/posts/e/index.html"]
    assert "Reading time" not in built["feed.xml"] + built["feed.json"]


def test_posts_that_share_most_are_related(built: dict[str, str]) -> None:
    def related(path: str) -> list[str]:
        return [link.text for link in elements(built[path], "//*[@id='see-posts']/following-sibling::ul//a")]

    assert related("posts/a/index.html") == ["C", "B", "E"], "two topics, then one: the nearest first"
    assert related("posts/b/index.html") == ["C", "A", "E"], "of two as near, the newer"
    assert related("posts/c/index.html") == ["A", "E", "B"], "two topics; a topic and a work; a topic"
    assert related("posts/d/index.html") == ["E", "C"], "by a publication"
    assert related("de/posts/e/index.html") == ["C", "B", "A"]


def test_the_list_in_parts(built: dict[str, str]) -> None:
    seen = []
    for path, beside in (
        ("posts/", {"next": "../posts/page/2/"}),
        ("posts/page/2/", {"next": "../../../posts/page/3/", "prev": "../../../posts/"}),
        ("posts/page/3/", {"prev": "../../../posts/page/2/"}),
    ):
        found = built[f"{path}index.html"]
        seen += [link.text for link in elements(found, "//p[@class='row-title']/a")]
        links = elements(found, "//nav[@class='neighbours']/a")
        assert {link.get("rel"): link.get("href") for link in links} == beside
    assert seen == ["E", "D", "C", "B", "A"]
    assert "<h1>Diary – Page 2</h1>" in built["posts/page/2/index.html"]
    german = built["de/posts/page/2/index.html"]
    assert "<h1>Diary – Seite 2</h1>" in german
    assert 'rel="next">Ältere Beiträge</a>' in german
    assert "https://x.example/posts/page/3/" in built["sitemap.xml"]


def test_it_can_be_left_out(folder: SiteFolder, built: dict[str, str]) -> None:
    folder.write({"site.yaml": FILES["site.yaml"].replace("per_page: 2", "reading_time: false")})
    built = folder.build()
    assert "posts/page/2/index.html" not in built
    assert "Reading time" not in built["posts/a/index.html"]
    assert len(elements(built["posts/index.html"], "//p[@class='row-title']")) == 5
    assert "neighbours" not in built["posts/index.html"]


@pytest.mark.parametrize(
    ("setting", "own", "expected"),
    [
        ("", "", None),
        ("https://forum.example/new?t={title}&l={url}", "", "https://forum.example/new?t=Sums%20%26%20%3Crings%3E&l=https%3A%2F%2Fx.example%2Fposts%2Fp%2F"),
        ("mailto:jane@x.example?subject={title}", "", "mailto:jane@x.example?subject=Sums%20%26%20%3Crings%3E"),
        ("mailto:jane@x.example?subject={title}", "false", None),
        ("mailto:jane@x.example?subject={title}", "https://social.example/@jane/1?a=1&b=2", "https://social.example/@jane/1?a=1&b=2"),
        ("", "/talks/", "../../talks/"),
    ],
)  # fmt: skip
def test_where_a_post_is_discussed(tmp_path: Path, setting: str, own: str, expected: str | None) -> None:
    settings = f"posts: {{discuss: '{setting}'}}\n" if setting else ""
    front = f"discuss: {own}\n" if own else ""
    folder = SiteFolder(tmp_path / "site").write(
        {
            "site.yaml": f"title: Site\nurl: https://x.example/\n{settings}",
            "content/posts/p.md": f"---\ntitle: Sums & <rings>\ndate: 2020-01-01\n{front}---\nWords.\n",
        }
    )
    page = folder.build()["posts/p/index.html"]
    found = elements(page, "//a[text()='Discuss this post']/@href")
    assert found == ([expected] if expected else [])
    is_web = bool(expected) and str(expected).startswith("https:")
    assert ('"discussionUrl"' in page) == is_web
    assert "jane@x.example" not in page, "an e-mail address stands there as references to characters"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("/contact/", "Expected an address, with {title} and {url}"),
        ("https://x.example/{titel}", "“{titel}” stands for nothing."),
        ("'javascript:alert(1)'", "it is left out"),
        ("true", "Expected an address"),
    ],
)
def test_addresses_for_discussion_are_looked_at(tmp_path: Path, value: str, message: str) -> None:
    folder = SiteFolder(tmp_path / "site").write(
        {
            "site.yaml": f"title: Site\nurl: https://x.example/\nposts:\n  discuss: {value}\n",
            "content/posts/p.md": "---\ntitle: P\ndate: 2020-01-01\n---\n",
        }
    )
    told = [problem for problem in folder.report() if message in problem["message"]]
    assert [(problem["file"], problem["line"]) for problem in told] == [("site.yaml", 4)]
