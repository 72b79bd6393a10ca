"""Sitemap, robots.txt, the icon of a site that has none, redirects, and the page for what is not there."""

# ruff: noqa: E501 - files in one line each

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
import pytest
from lxml import etree

from acadsite.build import render
from acadsite.graph import old_url
from acadsite.kinds import sitemap
from conftest import SiteFolder
from sample import TODAY, contents

URL = "https://x.example/~jane/site/"
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
FILES = {
    "site.yaml": f"title: Jane’s & Co.\nauthor: jane\nurl: {URL}\ncards: 0\n",
    "content/people.yaml": "- {id: jane, name: Jane van der Doe}\n",
    "content/posts/one.md": "---\ntitle: One\ndate: 2020-01-01\nupdated: 2021-02-03\naliases: [/1/, /old/one.html]\n---\nText.\n",
    "content/posts/two.md": "---\ntitle: Zwei ü\ndate: 2019-05\nurl: /zwei-ü/\n---\nText.\n",
    "content/publications/a.bib": "@article{rings, title={Rings}, author={Doe, Jane}, journal={Annals}, year={2021}}\n",
    "content/pages/about.md": "---\ntitle: About\n---\nText.\n",
    "content/guide/book.yaml": "title: Guide\npdf: false\nchapters: [index.md, one.md]\n",
    "content/guide/index.md": "# Before\n",
    "content/guide/one.md": "---\ntitle: One\ndate: 2020-02-02\n---\nText.\n",
}


def built(root: Path, files: dict[str, str] | None = None) -> dict[str, str]:
    """A site in memory: texts by path."""
    result = render(SiteFolder(root).write(FILES | (files or {})).root, today=TODAY)
    assert not result.report.has_errors, result.report.problems
    return {path: data.decode("utf-8", "replace") for path, data in contents(result).items()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The site."""
    return built(tmp_path_factory.mktemp("sitemap"))


#: What of XHTML stands in sitemaps (the schema of XHTML 1 has no element that may stand alone), and both schemas as one.
XHTML = """<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xhtml">
<element name="link"><complexType><attribute name="rel" fixed="alternate" use="required"/>
<attribute name="hreflang" use="required"><simpleType><union memberTypes="language">
<simpleType><restriction base="string"><enumeration value="x-default"/></restriction></simpleType></union></simpleType>
</attribute><attribute name="href" type="anyURI" use="required"/></complexType></element></schema>"""
ALL = """<schema xmlns="http://www.w3.org/2001/XMLSchema">
<import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="SITEMAP"/>
<import namespace="http://www.w3.org/1999/xhtml" schemaLocation="xhtml.xsd"/></schema>"""


def places(text: str) -> dict[str, str | None]:
    """The addresses of a sitemap with their days."""
    root = etree.fromstring(text.encode())
    found = [
        (url.findtext("s:loc", None, NAMESPACE), url.findtext("s:lastmod", None, NAMESPACE)) for url in root
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def validate(text: str, folder: Path) -> None:
    """Hold a sitemap against the schema, as an npm package brings it."""
    schema = Path(__file__).resolve().parents[1] / "node_modules/sitemap/schema/sitemap.xsd"
    if not schema.is_file() or shutil.which("xmllint") is None:
        if os.environ.get("CI"):
            pytest.fail("xmllint or the schema of sitemaps is not there")
        pytest.skip("xmllint or the schema of sitemaps is not there")
    (folder / "s.xml").write_text(text, encoding="utf-8")
    (folder / "xhtml.xsd").write_text(XHTML, encoding="utf-8")
    (folder / "all.xsd").write_text(ALL.replace("SITEMAP", schema.as_uri()), encoding="utf-8")
    command = ["xmllint", "--nonet", "--noout", "--schema", str(folder / "all.xsd"), str(folder / "s.xml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr


# --- sitemap ---


def test_the_sitemap_has_the_canonical_address_of_every_page(pages: dict[str, str]) -> None:
    canonical = {}
    for path, text in pages.items():
        if path.endswith(".html"):
            tree = lxml.html.fromstring(text.encode())
            found = tree.xpath("//link[@rel='canonical']/@href")
            is_hidden = tree.xpath("//meta[@name='robots'][contains(@content, 'noindex')]")
            if path != "404.html" and not path.startswith("search/") and not is_hidden:
                assert len(found) == 1, path
                canonical[path] = found[0]
    assert len(canonical) > 8
    assert sorted(places(pages["sitemap.xml"])) == sorted(canonical.values())
    assert f"{URL}zwei-%C3%BC/" in canonical.values()


def test_days_of_change_come_from_content(pages: dict[str, str]) -> None:
    days = {url.removeprefix(URL): day for url, day in places(pages["sitemap.xml"]).items() if day}
    assert days == {"posts/one/": "2021-02-03", "guide/one/": "2020-02-02"}


def test_the_sitemap_is_valid(pages: dict[str, str], tmp_path: Path) -> None:
    validate(pages["sitemap.xml"], tmp_path)


def test_a_site_in_one_language_names_no_versions(pages: dict[str, str]) -> None:
    assert "xhtml" not in pages["sitemap.xml"]


def versions(text: str) -> dict[str, list[tuple[str, str]]]:
    """The versions that a sitemap names of each page: languages and addresses."""
    links = "{http://www.w3.org/1999/xhtml}link"
    return {
        url.findtext("s:loc", None, NAMESPACE).removeprefix(URL): [
            (link.get("hreflang"), link.get("href").removeprefix(URL)) for link in url.findall(links)
        ]
        for url in etree.fromstring(text.encode())
    }


def test_each_version_of_a_page_names_all(tmp_path: Path) -> None:
    """As the head of the page does; warm as cold, when a translation comes and when a text says its language."""
    english, german = "---\ntitle: About\n---\nText.\n", "---\ntitle: Über\nurl: /über/\n---\nText.\n"
    files = {
        "site.yaml": f"title: T\nurl: {URL}\ncards: 0\nlanguages: [en, de, fr]\n",
        "content/pages/about.md": english,
        "content/pages/only.md": english,
    }
    site = SiteFolder(tmp_path / "site").write(files)
    first = versions(site.build()["sitemap.xml"])
    homes = [("en", ""), ("x-default", ""), ("de", "de/"), ("fr", "fr/")]
    assert [first[at] for at in ("", "de/", "fr/")] == [homes] * 3
    assert first["about/"] == first["only/"] == []
    files |= {
        "content/pages/about.de.md": german,
        "content/pages/only.md": "---\ntitle: Nur\nlang: de\n---\nText.\n",
    }
    warm = site.write(files).build()
    found = versions(warm["sitemap.xml"])
    about = [("en", "about/"), ("x-default", "about/"), ("de", "%C3%BCber/")]
    assert found["about/"] == found["%C3%BCber/"] == about
    assert found["only/"] == []
    validate(warm["sitemap.xml"], tmp_path)
    for path, page in warm.items():
        head = (
            lxml.html.fromstring(page.encode()).xpath("//link[@hreflang]")
            if path.endswith("index.html")
            else []
        )
        address = urljoin("/", path.removesuffix("index.html"))[1:].replace("ü", "%C3%BC")
        if address in found:
            said = [(link.get("hreflang"), link.get("href").removeprefix(URL)) for link in head]
            assert said == found[address], path
    assert SiteFolder(tmp_path / "cold").write(files).build() == warm


def test_many_pages_make_an_index(
    pages: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = places(pages["sitemap.xml"])
    size = len(every) // 2
    monkeypatch.setattr(sitemap, "MOST", size)
    parts = built(tmp_path)
    root = etree.fromstring(parts["sitemap.xml"].encode())
    assert root.tag.endswith("}sitemapindex")
    named = [element.findtext("s:loc", None, NAMESPACE).removeprefix(URL) for element in root]
    assert named == [f"sitemap-{at + 1}.xml" for at in range(len(named))]
    assert set(named) | {"sitemap.xml"} == {path for path in parts if path.startswith("sitemap")}
    found = [places(parts[path]) for path in named]
    assert all(len(part) <= size for part in found)
    assert {url: day for part in found for url, day in part.items()} == every
    validate(parts[named[0]], tmp_path)


def test_robots_may_read_all_and_find_the_sitemap(pages: dict[str, str]) -> None:
    assert pages["robots.txt"] == f"User-agent: *\nDisallow:\n\nSitemap: {URL}sitemap.xml\n"


def test_without_an_address_there_is_no_sitemap(tmp_path: Path) -> None:
    pages = built(tmp_path, {"site.yaml": "title: T\nauthor: jane\n"})
    assert "sitemap.xml" not in pages
    assert pages["robots.txt"] == "User-agent: *\nDisallow:\n"
    assert "canonical" not in pages["1/index.html"]


# --- the icon ---


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Jane van der Doe", "JD"), ("Emmy Noether", "EN"), ("Ødegård, Åse", "ÅØ"), ("陳省身", "陳"), ("Plato", "P"),
        ("{literal: the lab}", "TL"), ('{literal: "42"}', "·"), ("{literal: <b>}", "·"), ("{literal: ßa ßb}", "SS"),
    ],
)  # fmt: skip
def test_the_icon_has_the_letters_of_the_owner(tmp_path: Path, name: str, letters: str) -> None:
    text = f"- {{id: jane, name: {name if name[0] == '{' else repr(name)}}}\n"
    pages = built(
        tmp_path, {"content/people.yaml": text, "site.yaml": FILES["site.yaml"] + "accent: '#123456'\n"}
    )
    icon = etree.fromstring(pages["favicon.svg"].encode())
    assert "".join(icon.itertext()).strip() == letters
    assert icon[0].get("fill") == "#123456"
    assert 'href="../favicon.svg"' in pages["about/index.html"]


@pytest.mark.parametrize("name", ["favicon.svg", "favicon.ico"])
def test_an_icon_of_ones_own_comes_first(tmp_path: Path, name: str) -> None:
    pages = built(tmp_path, {f"content/static/{name}": "own"})
    assert pages[name] == "own"
    assert {path for path in pages if "favicon" in path} == {name}
    found = re.findall(r'<link rel="icon" href="([^"]*)"', pages["index.html"])
    assert found == [f"./{name}"]


# --- redirects, and what is not there ---


def test_redirects_of_the_site(tmp_path: Path) -> None:
    files = {
        "site.yaml": "title: T\nurl: https://host.example/sub/\nredirects:\n  /publication/2009-one/: publication:Doe:2009\n"
        "  /vita.html: publications#top\n  old/list: /publications/\n  /paper.htm: /files/a b.pdf\n  /lab: https://lab.example/?a=1&b='2'\n",
        "content/publications/p.bib": "@article{Doe:2009, title={One}, author={Doe, J.}, journal={J}, year={2009}}\n",
        "content/static/files/a b.pdf": "%PDF-1.4",
    }
    result = render(SiteFolder(tmp_path).write(files).root, today=TODAY)
    pages = {path: data.decode("utf-8", "replace") for path, data in contents(result).items()}
    assert not result.report.problems
    (one,) = [path for path in pages if re.fullmatch(r"publications/doe[^/]*/index.html", path.casefold())]
    ways = {
        "publication/2009-one/index.html": f"../../{one.removesuffix('index.html')}",
        "vita.html": "./publications/#top",
        "old/list/index.html": "../../publications/",
        "paper.htm": "./files/a%20b.pdf",
        "lab/index.html": "https://lab.example/?a=1&b='2'",
    }
    for path, way in ways.items():
        tree = lxml.html.fromstring(pages[path].encode())
        assert tree.xpath("//a/@href") == [way], path
        assert tree.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={way}"]
        assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert "host.example/sub/publications/" in pages["vita.html"]
    assert "vita" not in pages["sitemap.xml"]


def test_hyphens_of_old_addresses_stay_as_they_are(tmp_path: Path) -> None:
    """Hugo and Jekyll put them where they took something out, and an address is answered as it is written or not at
    all."""
    files = {
        "site.yaml": "title: T\nredirects:\n  /posts/a--b/: home\n  /-x/y-.html: home\n  /1--2: /posts/\n",
        "content/posts/a.md": "---\ntitle: A\ndate: 2020-01-01\naliases: [/2020/c--d.html, /ü--1/, /posts/a-b/]\n---\nx\n",
    }
    result = render(SiteFolder(tmp_path).write(files).root, today=TODAY)
    assert not result.report.problems
    pages = contents(result)
    for path, way in {
        "posts/a--b/index.html": "../../",
        "-x/y-.html": "../",
        "1--2/index.html": "../posts/",
        "2020/c--d.html": "../posts/a/",
        "ü--1/index.html": "../posts/a/",
        "posts/a-b/index.html": "../../posts/a/",
    }.items():
        assert lxml.html.fromstring(pages[path]).xpath("//a/@href") == [way], path


@pytest.mark.parametrize("address", ["/a b/", "/..", "/-./", "/a--/..", "/a?b--c", "/con/", f"/{'a-' * 200}"])
def test_other_signs_of_old_addresses_are_told(address: str) -> None:
    assert old_url(address) is None


def test_redirects_that_cannot_be(tmp_path: Path) -> None:
    text = "title: T\nredirects:\n  /../x: home\n  /a/: hme\n  /b/: 'javascript:alert(1)'\n  /c/: /nothing/\n  /posts/: home\n  /a.pdf: home\n"
    post = "---\ntitle: A\ndate: 2020-01-01\n---\nx\n"
    root = SiteFolder(tmp_path).write({"site.yaml": text, "content/posts/a.md": post}).root
    result = render(root, today=TODAY)
    found = {(problem.code, problem.where.line): problem for problem in result.report.problems}
    assert sorted(found) == [
        ("url-collision", 7),
        ("url-form", 3),
        ("url-form", 8),
        ("url-target", 4),
        ("url-target", 5),
        ("url-target", 6),
    ]
    assert found["url-target", 4].hint == "Did you mean “home”?"


@pytest.mark.parametrize("path", ["1/index.html", "old/one.html"])
def test_old_addresses_lead_on(pages: dict[str, str], path: str) -> None:
    tree = lxml.html.fromstring(pages[path].encode())
    [refresh] = tree.xpath("//meta[@http-equiv='refresh']/@content")
    [link] = tree.xpath("//main//a/@href")
    for address in (refresh.partition("url=")[2], link):
        assert urljoin(URL + path, address) == f"{URL}posts/one/"
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{URL}posts/one/"]
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert tree.xpath("//html/@lang") == ["en"]


def test_the_page_for_what_is_not_there_works_at_any_depth(pages: dict[str, str]) -> None:
    """A server answers with it at the address that was asked for."""
    tree = lxml.html.fromstring(pages["404.html"].encode())
    addresses = [address for _, _, address, _ in tree.iterlinks() if not address.startswith(("#", "mailto:"))]
    assert len(addresses) > 5
    for address in addresses:
        for asked in (URL, f"{URL}a/b/c/d.html"):
            path = urljoin(asked, address).removeprefix(URL)
            assert path.endswith("/") or path == "" or path in pages, address
            assert f"{path}index.html" in pages or path in pages, address
    assert not tree.xpath("//link[@rel='canonical']")
    assert tree.xpath("//meta[@name='robots'][@content='noindex']")
