"""academicpages: a whole small site with what real ones have in them; every loss is told, every old address answers."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite import bibtex
from acadsite.bibtex import latex
from acadsite.bibtex.exports import written
from acadsite.importers import Result, import_academicpages
from acadsite.importers.academicpages.citations import read_citation
from acadsite.importers.rendercv.bibliography import latex_text
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE = Path(__file__).parent / "academicpages"
TODAY = dt.date(2026, 11, 1)

#: The addresses of the sample, by Jekyll's permalinks.
OLD = """
/ /about/ /about.html /publications/ /talks/ /teaching/ /portfolio/ /year-archive/ /wordpress/blog-posts/ /tags/
/sitemap/ /cv/ /resume /cv-json/ /resume-json /404.html /talkmap.html /talkmap/map.html /lab/
/publication/2009-10-01-paper-title-number-1 /publications/2015-paper/ /publication/2020-book /publication/2024-bib/
/old/known /talks/2012-03-01-talk-1 /talks/2013-03-01-tutorial-1 /presentations/short
/teaching/2014-spring-teaching-1 /teaching/2015-no-permalink/ /portfolio/portfolio-1/ /portfolio/portfolio-2/
/posts/2012/08/blog-post-1/ /2012/first /history/maps/no-permalink/
/files/paper1.pdf /files/slides1.pdf /files/known.bib /images/profile.png /images/500x300.png /feed.xml /sitemap.xml
""".split()  # noqa: SIM905


class Imported:
    """The sample, what was made of it, and that site as it is built."""

    def __init__(self, folder: Path) -> None:
        self.source, self.to = folder / "old", folder / "new"
        shutil.copytree(SOURCE, self.source)
        future = self.source / "_posts/2199-01-01-future-post.md"
        future.write_bytes(future.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.result: Result = import_academicpages(self.source, self.to, TODAY)
        self.site = SiteFolder(self.to)
        self.pages = self.site.build()

    def text(self, path: str) -> str:
        return (self.to / path).read_text(encoding="utf-8")

    def load(self, path: str) -> Any:
        return yaml.safe_load(self.text(path))

    def front(self, path: str) -> Mapping[str, Any]:
        front: Mapping[str, Any] = yaml.safe_load(self.text(path).split("---\n")[1])
        return front

    def answers(self, address: str) -> bool:
        """Whether a server of plain files answers at an old address."""
        path = self.site.out / address.lstrip("/")
        return (path / "index.html").is_file() or (path.is_file() and not address.endswith("/"))


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(tmp_path_factory.mktemp("academicpages"))


@pytest.fixture(scope="module")
def entries(new: Imported) -> dict[str, Any]:
    path = "content/publications/publications.bib"
    library = bibtex.read([(path, new.text(path))])
    assert library.problems == ()
    return {entry.key: entry for entry in library.entries}


def test_the_new_site_builds_and_is_clean(new: Imported) -> None:
    report = json.loads(new.site.run("check", "--date", "2026-11-01", "--json").stdout)["problems"]
    # A book whose citation has no names is in the source.
    assert Counter(item["code"] for item in report) == {"bib-no-author": 1}


@pytest.mark.parametrize("address", OLD)
def test_old_addresses_answer(new: Imported, address: str) -> None:
    assert new.answers(address)


def test_drafts_and_what_waits_are_not_published(new: Imported) -> None:
    published = "\n".join(new.pages.values())
    for words in ("Soon.", "Later.", "Shh."):
        assert words not in published
    assert new.front("content/posts/2014-01-02-draft-post.md")["draft"] is True
    assert new.front("content/pages/secret.md")["draft"] is True


def test_counts_in_are_counts_out_and_told(new: Imported) -> None:
    kinds = Counter(path.parent.name for path in new.source.rglob("_*/*") if path.suffix in {".md", ".html"})
    counts, codes = new.result.counts, Counter(problem.code for problem in new.result.problems)
    assert counts["publications"] == kinds["_publications"]
    assert counts["talks"] == kinds["_talks"]
    assert counts["courses"] == kinds["_teaching"]
    assert counts["projects"] == kinds["_portfolio"]
    assert counts["posts"] + codes["import-date"] == kinds["_posts"] + kinds["_drafts"]


def test_each_loss_is_told_with_its_place(new: Imported) -> None:
    told = {(problem.code, str(problem.where)) for problem in new.result.problems}
    assert told == {
        ("import-key", "_config.yml:25:3"),
        ("import-data", "_data/comments/comment-1.yml:1:1"),
        ("import-data", "_data/glossary.yml:1:1"),
        ("import-key", "_data/cv.json:6:89"),
        ("import-key", "_data/cv.json:6:110"),
        ("import-key", "_data/cv.json:6:126"),
        ("import-menu", "_data/navigation.yml:14:5"),
        ("import-template", "_pages/talks.html:7:1"),
        ("import-script", "_pages/talkmap.html:8:1"),
        ("import-liquid", "_posts/2012-08-14-blog-post-1.md:11:1"),
        ("import-date", "_posts/notdated.md:1:1"),
        ("import-guess", "_publications/2009-10-01-paper-title-number-1.md:11:1"),
        ("import-guess", "_publications/2009-10-01-paper-title-number-1.md:12:1"),
        ("import-guess", "_publications/2015-paper.md:8:1"),
        ("import-key", "_publications/2015-paper.md:9:1"),
        ("import-guess", "_publications/2020-book.md:9:1"),
        ("import-key", "_talks/2013-tutorial.md:10:1"),
    }


def test_settings(new: Imported) -> None:
    found = new.load("site.yaml")
    author = found["author"]
    assert (found["title"], found["language"], found["url"]) == (
        "João da Silva",
        "pt",
        "https://joao.example/",
    )
    assert author["orcid"] == "0000-0002-1825-0097"
    assert author["role"] == "Historian of *maps*"
    assert author["profiles"]["Kaggle"] == "https://www.kaggle.com/joaod"
    assert [item["page"] for item in found["menu"]] == [
        "publications", "talks", "courses", "projects", "posts", "page:cv", "https://github.com/joao",
    ]  # fmt: skip
    home = new.front("content/index.md")
    assert home["portrait"] == "images/profile.png"
    assert home["sections"] == [{"section": "about", "title": "About me"}]


def test_publications_are_entries(new: Imported, entries: dict[str, Any]) -> None:
    assert list(entries) == ["silva2024known", "work2020", "silva2015uber", "silva2009maps"]
    maps = entries["silva2009maps"]
    assert maps.type == "article"
    assert maps.fields["author"] == "da Silva, J. and Müller, A. B."
    assert maps.fields["journal"] == "Journal of Maps"
    assert (maps.fields["volume"], maps.fields["number"], maps.fields["pages"]) == ("1", "2", "10--19")
    assert maps.fields["pdf"] == "files/paper1.pdf"
    assert maps.fields["slides"] == "files/slides1.pdf"
    assert maps.fields["abstract"].startswith("The contents above")
    assert "Download" not in maps.fields["abstract"]
    assert entries["silva2015uber"].type == "inproceedings"
    assert entries["silva2015uber"].fields["doi"] == "10.1000/karten.3"
    assert entries["silva2024known"].fields["author"] == "da Silva, Jo{\\~a}o and Poe, Edgar"
    assert entries["work2020"].type == "book"
    assert "author" not in entries["work2020"].fields
    assert "% colour: red" in new.text("content/publications/publications.bib")
    assert "With a list:" in new.text("content/papers/silva2015uber/index.md")


def test_talks_teaching_portfolio(new: Imported) -> None:
    talk = new.front("content/talks/2012-03-01-talk-1.md")
    assert (talk["title"], talk["kind"], talk["location"]) == (
        "Talk 1 on relevant topic: maps",
        "talk",
        "Coimbra, Portugal",
    )
    assert [item["id"] for item in new.load("content/talks.yaml")] == ["short", "2013-03-01-tutorial-1"]
    course = new.front("content/courses/2014-spring-teaching-1.md")
    assert (course["level"], course["institution"]) == (
        "Undergraduate course",
        "University 1, Department, City, Country",
    )
    item = new.front("content/projects/portfolio-1.md")
    assert (item["summary"], item["image"]) == ("Short description of item 1", "images/500x300.png")
    assert "Portfolio item number 2" in new.pages["portfolio/index.html"]
    assert "<p>Indented <b>HTML</b>.</p>" in new.pages["portfolio/portfolio-2/index.html"]


def test_posts_and_pages(new: Imported) -> None:
    text = new.text("content/posts/2012-08-14-blog-post-1.md")
    assert "`{% newthought 'A sample' %}` with João da Silva. \n" in text
    assert "[file](/files/paper1.pdf), [the talk](/talks/2012-03-01-talk-1)" in text
    post = new.front("content/posts/2013-08-14-no-permalink.md")
    assert (post["url"], post["tags"]) == ("/history/maps/no-permalink/", ["history", "maps"])
    cv = new.text("content/pages/cv.md")
    assert "[Publications](/publications/)" in cv or '<a href="/publications/">Publications</a>' in cv
    assert new.load("content/cv.yaml")["sections"][1]["entries"][0]["place"] == "UC"
    assert new.load("content/people.yaml")[0]["name"] == "Maria Souza"


def test_no_site(tmp_path: Path) -> None:
    result = import_academicpages(tmp_path, tmp_path / "new", TODAY)
    assert [problem.code for problem in result.problems] == ["import-kind"]


CITATIONS = [
    ("Your Name, You. (2009). &quot;Paper 1.&quot; <i>Journal 1</i>. 1(1).", "Paper 1", ["Your Name, You"]),
    (
        "Doe, J., Roe, R. M., & Poe, E. (2010). Title here. Journal, 3(4), 5-6.",
        "Title here",
        ["Doe, J.", "Roe, R. M.", "Poe, E."],
    ),
    (
        "Jane Doe, Rick Roe and Ed Poe. 2011. Title here. Venue.",
        "Title here",
        ["Jane Doe", "Rick Roe", "Ed Poe"],
    ),
    ("Doe J, Roe RM, Poe E. Title here. Venue 2012.", "Title here", ["Doe, J.", "Roe, R. M.", "Poe, E."]),
    ("J. Doe and R. Roe, “Title here,” Venue, 2013.", "Title here", ["J. Doe", "R. Roe"]),
    ("Doe, J., et al. (2014). Title here.", "Title here", ["Doe, J.", "others"]),
    ("<b>Ünal, Ç.</b>; O’Neil, S. (2015) Title here", "Title here", ["Ünal, Ç.", "O’Neil, S."]),
    ("de la Cruz, M. (2016). Title here.", "Title here", ["de la Cruz, M."]),
    ("In 3 weeks 4 people wrote 5 papers (2017). Title here.", "Title here", []),
    ("Title here. Venue, 2018.", "Title here", []),
    ("", "Title here", []),
]


@pytest.mark.parametrize(("citation", "title", "authors"), CITATIONS)
def test_authors_of_citations(citation: str, title: str, authors: list[str]) -> None:
    assert list(read_citation(citation, title).authors) == authors


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_citation_is_read(citation: str, title: str) -> None:
    assert all(read_citation(citation, title).authors)


@pytest.mark.parametrize("text", ["a } b", "{", "} {", "{a} $x$ \\ % & #", "a {b} c }"])
def test_signs_of_a_citation_do_not_break_the_entry(text: str) -> None:
    entry = written("misc", "k", {"title": latex_text(text), "year": "2020"})
    library = bibtex.read([("x.bib", entry)])
    assert library.problems == ()
    assert latex.decode(library.entries[0].fields["title"]).text == (text,)
