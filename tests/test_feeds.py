"""Feeds: what is in them, that readers read them, and that they are made again when that changes."""

# ruff: noqa: E501 - one line for each case

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import feedparser
import lxml.html
import pytest
from lxml import etree

from acadsite.build import render
from conftest import SiteFolder
from sample import TODAY, Site, contents, tree, unlike

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.result import Result

URL = "https://x.example/~jane/site/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
NOTED = """\
---
title: Notes & <queries>
date: 2021-05-06
updated: 2022-02-03
tags: [Ring theory, "R&D"]
summary: What *rings* are.
---
A note.[^1] ![A map](map.svg) [An older one](two.md), [a file](/notes.pdf), [its part](#part), `a ]]> b`.

[^1]: Below.

## Part

```python
x < 1
```
"""
FILES: dict[str, str] = {
    "site.yaml": f"title: Jane’s site\nauthor: jane\nurl: {URL}\ndescription: Rings & more.\ncards: 0\n",
    "content/people.yaml": "- {id: jane, name: Jane Doe}\n",
    "content/posts/noted.md": NOTED,
    "content/posts/map.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"></svg>\n',
    "content/posts/two.md": "---\ntitle: Zwei\ndate: 2020-01-01\nlang: de\n---\nText.\n",
    "content/news.yaml": (
        "- {date: 2020-03, text: 'Read [this](posts/two.md).'}\n"
        "- {date: 2019-02-03, text: Elsewhere, url: 'https://y.example/n'}\n"
    ),
    "content/publications/a.bib": (
        "@article{rings, title={Rings of $x^2$}, author={Doe, Jane and Roe, Richard}, journal={Annals}, year={2021},"
        " month=mar, abstract={Short \\& sweet.}, pdf={rings.pdf}, langid={german}}\n"
        "@article{soon, title={Soon}, author={Doe, Jane}, journal={Annals}, year={forthcoming}}\n"
        "@article{old, title={Old}, author={Poe, P.}, journal={Annals}, year={1990}}\n"
    ),
    "content/talks.yaml": (
        "- {id: plain, title: 'On *rings*', event: ICM, date: 2018/2019, slides: icm.pdf}\n"
        "- {id: long, title: Long, event: ICM, date: 2017-09-05, abstract: 'With [x](posts/two.md).'}\n"
        "- {id: undated, title: Undated, event: ICM}\n"
    ),
    "content/static/rings.pdf": "x",
    "content/static/icm.pdf": "x",
    "content/static/notes.pdf": "x",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FEEDS = ("feed.xml", "posts/feed.xml", "publications/feed.xml", "talks/feed.xml")


def built(root: Path, **files: str) -> dict[str, str]:
    """A site in memory: texts by path. ``files`` are changes, with names such as site."""
    result = render(
        SiteFolder(root).write(FILES | {f"{name}.yaml": text for name, text in files.items()}).root,
        today=TODAY,
    )
    assert not result.report.has_errors, result.report.problems
    return {path: data.decode("utf-8", "replace") for path, data in contents(result).items()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The site."""
    return built(tmp_path_factory.mktemp("feeds"))


def entries(text: str) -> list[Any]:
    """The entries of an Atom feed, after what RFC 4287 asks for (4.1.1, 4.1.2) was looked at."""
    root = etree.fromstring(text.encode())
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    found = root.findall("a:entry", ATOM)
    for element in (root, *found):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1, name
        assert len(element.findall("a:link[@rel='alternate']", ATOM)) == 1
        for name in ("updated", "published"):
            for time in element.findall(f"a:{name}", ATOM):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time.text)
    assert root.find("a:author/a:name", ATOM).text == "Jane Doe"
    ids = [entry.findtext("a:id", None, ATOM) for entry in found]
    assert len(set(ids)) == len(ids)
    assert all(identifier.startswith("tag:x.example,") for identifier in ids)
    assert root.findtext("a:updated", None, ATOM) == max(
        entry.findtext("a:updated", None, ATOM) for entry in found
    )
    return found


# --- what is in them ---


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_what_readers_expect(pages: dict[str, str], path: str) -> None:
    parsed = feedparser.parse(pages[path])
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.entries
    root = etree.fromstring(pages[path].encode())
    assert root.find("a:link[@rel='self']", ATOM).get("href") == URL + path
    assert root.get(LANG) == "en"
    assert len(entries(pages[path])) == len(parsed.entries)


def test_the_feed_of_the_site_has_all_with_a_date_the_newest_first(pages: dict[str, str]) -> None:
    found = [
        (entry.title, entry.link.removeprefix(URL), entry.published[:10])
        for entry in feedparser.parse(pages["feed.xml"]).entries
    ]
    assert found == [
        ("Notes & <queries>", "posts/noted/", "2021-05-06"),
        ("Rings of x²", "publications/rings/", "2021-03-01"),
        ("Read this.", "", "2020-03-01"),
        ("Zwei", "posts/two/", "2020-01-01"),
        ("Elsewhere", "https://y.example/n", "2019-02-03"),
        ("On rings", "talks/plain/", "2018-01-01"),
        ("Long", "talks/long/", "2017-09-05"),
        ("Old", "publications/old/", "1990-01-01"),
    ]
    assert [entry.title for entry in feedparser.parse(pages["posts/feed.xml"]).entries] == [
        "Notes & <queries>",
        "Zwei",
    ]


def test_an_entry_says_what_its_page_says(pages: dict[str, str]) -> None:
    found = {entry.title: entry for entry in feedparser.parse(pages["feed.xml"]).entries}
    noted = found["Notes & <queries>"]
    assert noted.updated == "2022-02-03T00:00:00Z"
    assert [tag.term for tag in noted.tags] == ["posts", "Ring theory", "R&D"]
    assert noted.summary == "What rings are."
    html = noted.content[0].value
    assert "a ]]&gt; b" in html
    assert "x" in html
    assert "&lt;" in html
    rings = found["Rings of x²"]
    assert [author.name for author in rings.authors] == ["Jane Doe", "Richard Roe"]
    assert "<cite>Annals</cite>" in rings.content[0].value
    assert "Short &amp; sweet." in rings.content[0].value
    languages = [entry.get(LANG) for entry in entries(pages["feed.xml"])]
    assert languages == [None, "de-DE", None, "de", None, None, None, None]
    assert "ICM" in found["On rings"].content[0].value


def test_every_address_is_a_full_one(pages: dict[str, str]) -> None:
    seen = set()
    for path in FEEDS:
        for entry in entries(pages[path]):
            tree = lxml.html.fragment_fromstring(entry.findtext("a:content", None, ATOM), create_parent=True)
            for _, name, address, _ in tree.iterlinks():
                assert address.startswith("https://"), (path, name, address)
                seen.add(address.removeprefix(URL))
            for element in tree.iterfind(".//*[@srcset]"):
                assert all(part.strip().startswith(URL) for part in element.get("srcset").split(","))
    assert {"posts/two/", "posts/map.svg", "notes.pdf", "posts/noted/#part", "icm.pdf"} <= seen
    assert any(address.endswith("rings.pdf") for address in seen)
    assert any(address.startswith("posts/noted/#fn") for address in seen)


@pytest.mark.parametrize("path", FEEDS)
def test_the_json_feed_says_the_same(pages: dict[str, str], path: str) -> None:
    feed = json.loads(pages[path.replace(".xml", ".json")])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == URL + path.replace(".xml", ".json")
    assert feed["home_page_url"].startswith(URL)
    atom = entries(pages[path])
    assert [item["id"] for item in feed["items"]] == [entry.findtext("a:id", None, ATOM) for entry in atom]
    for item, entry in zip(feed["items"], atom, strict=True):
        assert item["title"] == entry.findtext("a:title", None, ATOM)
        assert item["url"] == entry.find("a:link", ATOM).get("href")
        assert item["content_html"] == entry.findtext("a:content", None, ATOM)
        assert item["date_published"] == entry.findtext("a:published", None, ATOM)
        assert item.get("date_modified", item["date_published"]) == entry.findtext("a:updated", None, ATOM)
        assert all(isinstance(tag, str) for tag in item["tags"])


def test_ids_outlive_addresses(pages: dict[str, str], tmp_path: Path) -> None:
    urls = "urls: {post: 'p/{id}/', talk: 't/{id}/', talks: given.html, feed: x/atom.xml}\n"
    other = built(tmp_path, site=FILES["site.yaml"] + urls)
    before, after = entries(pages["feed.xml"]), entries(other["x/atom.xml"])
    assert [entry.findtext("a:id", None, ATOM) for entry in before] == [
        entry.findtext("a:id", None, ATOM) for entry in after
    ]
    assert after[0].find("a:link", ATOM).get("href") == URL + "p/noted/"
    assert {path for path in other if path.endswith("atom.xml")} == {
        "x/atom.xml", "posts/atom.xml", "publications/atom.xml", "given-atom.xml",
    }  # fmt: skip
    assert set(links(other, "given.html")) == {"x/atom.xml", "feed.json", "given-atom.xml", "given-feed.json"}


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://münchen.example/", "tag:xn--mnchen-3ya.example,2026:/posts/"),
        ("https://X.example:8080/a b/", "tag:x.example,2026:/a%20b/posts/"),
    ],
)
def test_ids_are_addresses(tmp_path: Path, url: str, start: str) -> None:
    pages = built(tmp_path, site=FILES["site.yaml"].replace(URL, url))
    found = feedparser.parse(pages["posts/feed.xml"]).entries
    assert [entry.id for entry in found] == [f"{start}noted", f"{start}two"]


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path).write(FILES)
    folder.write(
        {
            "content/posts/odd.md": '---\ntitle: "Odd \\uFFFE and \\uFDD0"\ndate: 2021-01-01\n---\nA \ufffe B \U0001fffe.\n',
            "content/talks.yaml": '- {id: t, title: "A \\u0085 \\uFFFF B", event: E, date: 2021-01-02}\n',
        }
    )
    result = render(folder.root, today=TODAY)
    assert not result.report.has_errors, result.report.problems
    made = contents(result)
    for path in FEEDS:
        assert not feedparser.parse(made[path]).bozo
        etree.fromstring(made[path])
        json.loads(made[path.replace(".xml", ".json")])


# --- which there are, and how pages tell of them ---


def links(pages: dict[str, str], path: str) -> dict[str, str]:
    """The feeds that a page tells of: title by address."""
    tree = lxml.html.fromstring(pages[path].encode())
    found = tree.xpath(
        "//head/link[@rel='alternate'][contains(@type, 'atom') or contains(@type, 'feed+json')]"
    )
    return {urljoin(URL + path, link.get("href")).removeprefix(URL): link.get("title") for link in found}


def test_pages_tell_of_their_feeds(pages: dict[str, str]) -> None:
    assert links(pages, "index.html") == {"feed.xml": "Jane’s site", "feed.json": "Jane’s site (JSON)"}
    assert links(pages, "posts/noted/index.html") == {
        "feed.xml": "Jane’s site",
        "posts/feed.xml": "Jane’s site – Writing",
    }
    assert set(links(pages, "publications/index.html")) == {
        "feed.xml", "feed.json", "publications/feed.xml", "publications/feed.json",
    }  # fmt: skip
    assert set(links(pages, "people/jane/index.html")) == {"feed.xml"}
    every = {address for path in pages if path.endswith("index.html") for address in links(pages, path)}
    assert every == {path for path in pages if path.endswith(("feed.xml", "feed.json"))}


def test_without_an_address_there_are_none(tmp_path: Path) -> None:
    pages = built(tmp_path, site="title: T\nauthor: jane\n")
    assert not [path for path in pages if path.endswith(("feed.xml", "feed.json", "sitemap.xml", "card.png"))]
    assert links(pages, "index.html") == {}


def test_how_many_entries_there_are(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "few").mkdir()
    assert not [
        path for path in built(tmp_path / "none", site=FILES["site.yaml"] + "feeds: 0\n") if "feed." in path
    ]
    few = built(tmp_path / "few", site=FILES["site.yaml"] + "feeds: 3\n")
    assert [len(entries(few[path])) for path in FEEDS] == [3, 2, 2, 2]


def test_a_static_file_takes_the_place_of_a_feed(tmp_path: Path) -> None:
    SiteFolder(tmp_path).write({"content/static/feed.xml": "own", "content/static/robots.txt": "own"})
    pages = built(tmp_path)
    assert pages["feed.xml"] == pages["robots.txt"] == "own"
    assert set(links(pages, "index.html")) == {"feed.json"}


def test_a_pattern_that_is_no_feed_is_refused(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path).write(FILES | {"site.yaml": FILES["site.yaml"] + "urls: {feed: feed/}\n"})
    assert "url-pattern" in folder.codes()


def test_newsboat_reads_them(pages: dict[str, str], tmp_path: Path) -> None:
    if shutil.which("newsboat") is None:
        if os.environ.get("CI"):
            pytest.fail("newsboat is not there")
        pytest.skip("newsboat is not there")
    addresses = []
    for path in FEEDS:
        file = tmp_path / path.replace("/", "-")
        file.write_text(pages[path], encoding="utf-8")
        addresses.append(f"file://{file}\n")
    (tmp_path / "urls").write_text("".join(addresses))
    (tmp_path / "config").write_text("")
    command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload", "print-unread"]
    run = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    # An entry that is in two feeds is one by its id.
    assert "8 unread articles" in run.stdout, run.stdout + run.stderr


# --- when they are made again ---


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, built into its output."""
    root = tmp_path_factory.mktemp("built") / "site"
    root.mkdir()
    found = Site(SiteFolder(root).write(FILES))
    found.build()
    return found


def rendered(result: Result) -> set[str]:
    """What was rendered of what is made for machines."""
    assert not result.report.has_errors, result.report.problems
    return {path for path in result.made if path.rpartition("/")[2] in MACHINES}


SITE = FILES["site.yaml"]
MACHINES = {"feed.xml", "feed.json", "sitemap.xml", "robots.txt", "favicon.svg"}
ALL = {path for name in FEEDS for path in (name, name.replace(".xml", ".json"))}
POSTS = {"feed.xml", "feed.json", "posts/feed.xml", "posts/feed.json"}
EDITS: list[tuple[str, dict[str, str | None], set[str]]] = [
    ("words of a post", {"content/posts/two.md": FILES["content/posts/two.md"] + "More.\n"}, POSTS),
    ("a post more", {"content/posts/three.md": "---\ntitle: T\ndate: 2022-01-01\n---\n"}, {*POSTS, "sitemap.xml"}),
    ("an older day", {"content/posts/two.md": FILES["content/posts/two.md"].replace("2020", "2010")}, {*POSTS, "sitemap.xml"}),
    ("a change of a post", {"content/posts/two.md": FILES["content/posts/two.md"].replace("lang", "updated: 2021-02-03\nlang")}, {*POSTS, "sitemap.xml"}),
    ("words of a talk", {"content/talks.yaml": FILES["content/talks.yaml"].replace("With", "By")}, {"feed.xml", "feed.json", "talks/feed.xml", "talks/feed.json"}),
    ("news", {"content/news.yaml": FILES["content/news.yaml"].replace("Elsewhere", "There")}, {"feed.xml", "feed.json"}),
    ("an undated talk", {"content/talks.yaml": FILES["content/talks.yaml"].replace("Undated", "Undone")}, set()),
    ("a description", {"site.yaml": SITE.replace("more.", "less.")}, ALL),
    ("another address", {"site.yaml": SITE.replace("~jane", "~doe")}, {*ALL, "sitemap.xml", "robots.txt", "favicon.svg"}),
    ("fewer entries", {"site.yaml": SITE + "feeds: 2\n"}, ALL),
    ("another name", {"site.yaml": SITE.replace("Jane’s", "Her")}, {*ALL, "sitemap.xml", "robots.txt", "favicon.svg"}),
    ("an accent", {"site.yaml": SITE + "accent: '#123456'\n"}, {"favicon.svg"}),
    ("an icon", {"content/static/favicon.ico": "x"}, set()),
    ("a person", {"content/people.yaml": FILES["content/people.yaml"] + "- {id: roe, name: Richard Roe}\n"}, {"feed.xml", "feed.json", "publications/feed.xml", "publications/feed.json", "sitemap.xml"}),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_an_edit_makes_again_what_it_changes(
    site: Site, edit: dict[str, str | None], expected: set[str]
) -> None:
    site.edit(edit)
    result = site.build()
    assert rendered(result) == expected, result.reasons()
    assert unlike(tree(site.out), contents(site.cold())) == []
    site.edit({path: FILES.get(path) for path in edit})
    site.build()
    assert unlike(tree(site.out), contents(site.cold())) == []


# --- languages ---


def test_each_language_has_feeds(tmp_path: Path) -> None:
    SiteFolder(tmp_path).write(
        {
            "content/posts/noted.de.md": "---\ntitle: Notiz\n---\nAuf Deutsch, [zwei](two.md).\n",
        }
    )
    pages = built(
        tmp_path, site=FILES["site.yaml"] + "languages: {de: {title: Janes Seite, description: Ringe.}}\n"
    )
    assert {path for path in pages if path.startswith("de/") and "feed." in path} == {
        f"de/{path}" for name in FEEDS for path in (name, name.replace(".xml", ".json"))
    }
    feed = feedparser.parse(pages["de/feed.xml"])
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.subtitle, feed.feed.language) == ("Janes Seite", "Ringe.", "de")
    assert feed.feed.links[1].href == f"{URL}de/"
    first = feed.entries[0]
    assert (first.title, first.link) == ("Notiz", f"{URL}de/posts/noted/")
    assert "Auf Deutsch" in first.content[0].value
    # What is not translated is the same entry.
    ids = {entry.id for entry in feedparser.parse(pages["feed.xml"]).entries}
    own = [entry.title for entry in feed.entries if entry.id not in ids]
    assert own[0] == "Notiz"
    assert "Old" not in own
    assert links(pages, "de/posts/noted/index.html") == {
        "de/feed.xml": "Janes Seite",
        "de/posts/feed.xml": f"Janes Seite – {feedparser.parse(pages['de/posts/feed.xml']).feed.title.partition(' – ')[2]}",
    }
    assert set(links(pages, "posts/noted/index.html")) == {"feed.xml", "posts/feed.xml"}


def test_lists_have_a_link_to_their_feed(tmp_path: Path) -> None:
    """Where there is one, in the language of the list."""
    more = {
        "site.yaml": FILES["site.yaml"] + "languages: [en, de]\n",
        "content/posts/noted.de.md": "---\ntitle: Notizen\ndate: 2021-05-06\n---\nText.\n",
        "content/posts/map.svg": FILES["content/posts/map.svg"],
    }
    site = SiteFolder(tmp_path / "site").write(FILES | more)
    pages = site.build()
    way = "//main//ul[@class='actions']//a[@type='application/atom+xml']"
    for path, text in {"posts": "Feed", "publications": "Feed", "talks": "Feed"}.items():
        (link,) = lxml.html.document_fromstring(pages[f"{path}/index.html"]).xpath(way)
        assert (link.text, urljoin(f"{path}/", link.get("href"))) == (text, f"{path}/feed.xml")
    (link,) = lxml.html.document_fromstring(pages["de/posts/index.html"]).xpath(way)
    assert urljoin("de/posts/", link.get("href")) == "de/posts/feed.xml"
    pages = site.write({"site.yaml": "title: Jane\n"}).build()
    for path in ("posts", "publications", "talks"):
        assert not lxml.html.document_fromstring(pages[f"{path}/index.html"]).xpath(way)
