"""al-folio: a whole small site with what real ones have in them; every loss is told, every old address answers."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from acadsite.importers import Result, import_al_folio
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.problems import Problem

SOURCE = Path(__file__).parent / "al_folio"
TODAY = dt.date(2026, 11, 1)

#: The addresses of the sample, by Jekyll's permalinks and the plug-ins of al-folio.
OLD = """
/ /blog/ /publications/ /projects/ /repositories/ /cv/ /teaching/ /news/ /group/ /books/ /_pages/impressum/ /404.html
/legal /imprint.html /resume/
/blog/2024/formatting/ /blog/2023/second/ /blog/2022/Distill/ /blog/2021/broken/ /blog/2020/elsewhere/
/blog/2024/ /blog/2023/ /blog/2022/ /blog/2021/ /blog/2020/ /blog/page/2/ /blog/page/3/
/blog/tag/formatting/ /blog/tag/links/ /blog/tag/größe/ /blog/tag/distill/ /blog/category/sample-posts/
/news/announcement_1/ /news/announcement_2/ /projects/1_project/ /projects/2_project/
/teachings/graph-theory/ /books/the_godfather/ /people/anna/
/feed.xml /sitemap.xml /robots.txt /google123.html
/assets/img/prof_pic.jpg /assets/img/waves.png /assets/img/publication_preview/waves.png /assets/pdf/waves.pdf
/assets/img/book_covers/the_godfather.png /assets/bibliography/2024-distill.bib
""".split()  # noqa: SIM905


class Imported:
    """The sample, what was made of it, and that site as it is built."""

    def __init__(self, folder: Path) -> None:
        source = folder / "old"
        shutil.copytree(SOURCE, source)
        about, project = source / "_pages/about.md", source / "_projects/1_project.md"
        about.write_bytes(about.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        project.write_bytes(b"\xef\xbb\xbf" + project.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        self.source, self.to = source, folder / "new"
        self.result: Result = import_al_folio(source, self.to, TODAY)
        self.site = SiteFolder(self.to)
        self.pages = self.site.build()

    def text(self, path: str) -> str:
        return (self.to / path).read_text(encoding="utf-8")

    def load(self, path: str) -> Any:
        return yaml.safe_load(self.text(path))

    def front(self, path: str) -> Mapping[str, Any]:
        front: Mapping[str, Any] = yaml.safe_load(self.text(path).split("---\n")[1])
        return front

    def told(self, code: str) -> list[Problem]:
        return [problem for problem in self.result.problems if problem.code == code]

    def answers(self, address: str) -> bool:
        """Whether a server of plain files answers at an old address."""
        path = self.site.out / address.lstrip("/")
        return (path / "index.html").is_file() or (path.is_file() and not address.endswith("/"))


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(tmp_path_factory.mktemp("al-folio"))


def test_the_new_site_builds_and_is_clean(new: Imported) -> None:
    report = json.loads(new.site.run("check", "--date", "2026-11-01", "--json").stdout)["problems"]
    # A picture without words and a field that nobody knows are in the source.
    assert Counter(item["code"] for item in report) == {"image-alt": 1, "bib-unknown-field": 1}


@pytest.mark.parametrize("address", OLD)
def test_old_addresses_answer(new: Imported, address: str) -> None:
    assert new.answers(address)


def test_drafts_and_what_waits_are_not_published(new: Imported) -> None:
    published = "\n".join(new.pages.values())
    for words in ("An idea", "From the future", "Later."):
        assert words not in published
    assert new.front("content/posts/2099-01-01-future.md")["date"] == "2099-01-01"
    drafts = [path for path in new.result.written if "idea" in path]
    assert len(drafts) == 1
    assert new.front(drafts[0])["draft"] is True
    assert new.front("content/projects/3_project.md")["draft"] is True


def test_counts_in_are_counts_out_and_told(new: Imported) -> None:
    documents = [path for path in new.source.rglob("_*/*.md") if "_data" not in path.parts]
    kinds = Counter(path.parent.name for path in documents)
    counts = new.result.counts
    assert counts["posts"] == kinds["_posts"] + kinds["_drafts"]
    assert counts["projects"] == kinds["_projects"]
    assert counts["books"] == kinds["_books"]
    assert counts["courses"] == kinds["_teachings"]
    assert counts["news"] == kinds["_news"] - len(new.told("import-date"))
    assert counts["people"] == kinds["_people"] + 2
    assert counts["repos"] == 3 - len(new.told("import-repo"))
    assert counts["publications"] == 3
    assert new.text("content/publications/papers.bib") == (SOURCE / "_bibliography/papers.bib").read_text(
        "utf-8"
    )


def test_each_loss_is_told_with_its_place(new: Imported) -> None:
    told = {(problem.code, str(problem.where)) for problem in new.result.problems}
    assert told == {
        ("import-key", "_books/the_godfather.md:8:1"),
        ("import-author", "_data/coauthors.yml:10:5"),
        ("import-key", "_data/cv.yml:44:3"),
        ("import-key", "_data/repositories.yml:2:5"),
        ("import-repo", "_data/repositories.yml:9:5"),
        ("import-date", "_news/undated.md:1:1"),
        ("import-key", "_pages/impressum.md:4:1"),
        ("import-liquid", "_pages/impressum.md:10:1"),
        ("import-liquid", "_pages/impressum.md:10:22"),
        ("yaml-syntax", "_posts/2021-05-05-broken.md:2:14"),
        ("import-key", "_posts/2024-01-15-formatting.md:11:1"),
        ("import-liquid", "_posts/2024-01-15-formatting.md:59:1"),
        ("import-liquid", "_posts/2024-01-15-formatting.md:61:65"),
        ("import-key", "_teachings/graph-theory.md:24:5"),
    }
    notes = "\n".join(new.result.notes)
    for word in (
        "google_analytics",
        "dance",
        "_pages/404.md",
        "assets/js/common.js",
        "assets/css/main.scss",
        "giscus_comments (1)",
    ):
        assert word in notes


def test_settings(new: Imported) -> None:
    settings = new.load("site.yaml")
    assert settings["title"] == "Tove Ö. Lindqvist-Müller"
    assert settings["description"] == 'Waves on graphs: "spectra" & their friends.'
    assert settings["url"] == "https://tovel.example/home/"
    author = settings["author"]
    assert author["orcid"] == "0000-0002-1825-0097"
    assert author["email"] == "tove@uni.example"
    assert "Lindqvist, Tove" in author["aliases"]
    assert author["profiles"]["Garden"] == "https://garden.example/"
    assert author["profiles"]["github"] == "tovel"
    assert [item["page"] for item in settings["menu"]] == [
        "posts", "publications", "projects", "repos", "cv", "courses", "page:profiles", "page:books",
        "https://garden.example/",
    ]  # fmt: skip
    assert settings["urls"]["post"] == "blog/{year}/{id}/"
    assert settings["publications"]["max_authors"] == 4
    assert settings["posts"]["per_page"] == 2
    assert settings["urls"]["posts-page"] == "blog/page/{id}/"
    assert "/blog/page/2/" not in settings["redirects"]
    assert settings["params"]["venues"]["JoG"]["color"] == "#00369f"


def test_home_page(new: Imported) -> None:
    front = new.front("content/index.md")
    assert front["portrait"] == "assets/img/prof_pic.jpg"
    assert front["affiliation"] == "[Uppsala universitet](https://uni.example). Docent."
    assert front["location"] == "Room 12, Uppsala, Sweden"
    assert front["sections"] == [
        "about",
        {"section": "news", "limit": 0},
        {"section": "posts", "limit": 3},
        "selected",
    ]
    assert "[publications](/publications/) and [projects](/projects/)" in new.text("content/index.md")
    assert "A paper was accepted! ✨ 😄" in new.pages["index.html"]


def test_people_have_the_names_of_the_bibliography(new: Imported) -> None:
    people = {person["name"]: person for person in new.load("content/people.yaml")}
    assert people["Chinedu Okafor"]["url"] == "https://okafor.example/"
    assert people["Anna van der Berg"]["aliases"] == ["van der Berg, Anna-Maria"]
    anna = new.front("content/people/anna.md")
    assert (anna["name"], anna["group"], anna["photo"]) == (
        "Anna Ström",
        "Students",
        "assets/img/prof_pic.jpg",
    )
    assert 'href="https://okafor.example/"' in new.pages["publications/lindqvist2023waves/index.html"]


def test_cv(new: Imported) -> None:
    sections = {section["id"]: section for section in new.load("content/cv.yaml")["sections"]}
    assert list(sections) == [
        "general-information",
        "education",
        "honors-and-awards",
        "academic-interests",
        "other-interests",
    ]
    assert sections["general-information"]["entries"][1] == {
        "label": "Languages",
        "title": "Swedish, [German](https://en.wikipedia.org/wiki/German)",
    }
    phd = sections["education"]["entries"][0]
    assert (phd["title"], phd["place"], phd["dates"]) == ("PhD", "Uppsala universitet", "2019")
    assert phd["details"] == ["Supervised by C. Okafor & others", "Thesis: Waves"]
    assert [entry["title"] for entry in sections["honors-and-awards"]["entries"]] == [
        "Young Graph Prize",
        "Travel grant",
    ]
    assert sections["academic-interests"]["groups"] == [{"title": "Graphs.", "items": ["Trees.", "Cycles."]}]


def test_a_post_of_all_sorts(new: Imported) -> None:
    text = new.text("content/posts/2024-01-16-formatting.md")  # half past midnight in Stockholm
    assert "$e^{i\\pi} + 1 = 0$ within a line, and \\(x^2\\)" in text
    assert "```python\ndef f(x):" in text
    assert "::: {.callout-tip}\n##### TIP" in text
    assert "[@lindqvist2023waves; @chung1997], see [the other post](/blog/2023/second/)" in text
    assert '<img src="/assets/img/waves.png" alt="">' in text
    assert (
        '<figure><img src="/assets/img/waves.png" alt="A wave"><figcaption>A wave, seen *closely*</figcaption></figure>'
        in text
    )
    assert "<details><summary>Click me</summary>" in text
    assert "`{% jupyter_notebook assets/jupyter/blog.ipynb %}`" in text
    assert "{:toc}" not in text
    page = new.pages["blog/2024/formatting/index.html"]
    assert "{% for post in site.posts %}" in text  # an example, between raw and endraw
    assert "<strong>text</strong>" in page
    distill = new.text("content/posts/2022-03-04-Distill.md")
    assert "Rings[@tutte1947] and a note^[Here.]." in distill
    assert "Tutte" in new.pages["blog/2022/Distill/index.html"]


def test_the_broken_post_is_there(new: Imported) -> None:
    assert "Still a text." in new.pages["blog/2021/broken/index.html"]


def test_courses_and_projects(new: Imported) -> None:
    course = new.front("content/courses/graph-theory.md")
    assert course["schedule"][0] == {
        "date": "Week 1, Feb 5",
        "topic": "Trees — Roots & leaves.",
        "material": {"Slides": "/assets/pdf/waves.pdf", "Code": "https://github.com/tovel/spectra"},
    }
    project = new.front("content/projects/1_project.md")
    assert (project["category"], project["image"], project["weight"]) == ("Work", "assets/img/waves.png", 101)
    assert new.front("content/projects/2_project.md")["homepage"] == "https://unsplash.example"
    assert "[@lindqvist2021spectra]" in new.text("content/projects/1_project.md")
    page = new.pages["projects/index.html"]
    assert "Some of these <em>never</em> end." in page
    assert page.index("Work") < page.index("Möbius machines") < page.index("Fun")
    assert "Secret" not in page
    books = new.text("content/pages/books.md")
    assert (
        "## [The Godfather](/books/the_godfather/)\n\n![](/assets/img/book_covers/the_godfather.png)" in books
    )


def test_nothing_is_overwritten(new: Imported, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("title: Mine\n")
    result = import_al_folio(new.source, tmp_path, TODAY)
    assert (tmp_path / "site.yaml").read_text() == "title: Mine\n"
    assert [problem.code for problem in result.problems].count("import-exists") == 1


def test_the_same_bytes_each_time(new: Imported, tmp_path: Path) -> None:
    import_al_folio(new.source, tmp_path / "again", TODAY)
    files = sorted(path.relative_to(new.to) for path in new.to.rglob("*") if path.is_file())
    sources = [path for path in files if path.parts[0] in {"content", "site.yaml"}]
    assert len(sources) > 30
    for path in sources:
        assert (tmp_path / "again" / path).read_bytes() == (new.to / path).read_bytes()


def test_no_site(tmp_path: Path) -> None:
    result = import_al_folio(tmp_path, tmp_path / "new", TODAY)
    assert [problem.code for problem in result.problems] == ["import-kind"]
    assert result.written == ()


def test_rendercv_and_json_resume(tmp_path: Path) -> None:
    old = tmp_path / "old"
    (old / "_data").mkdir(parents=True)
    (old / "assets/json").mkdir(parents=True)
    (old / "_pages").mkdir()
    (old / "_config.yml").write_text("first_name: A\nlast_name: B\ninclude: [_pages]\n")
    (old / "_pages/cv.md").write_text("---\nlayout: cv\npermalink: /vita/\n---\n")
    (old / "_data/cv.yml").write_text(
        "cv:\n  name: A B\n  sections:\n    education:\n      - institution: U\n        area: X\n"
    )
    first = import_al_folio(old, tmp_path / "one", TODAY)
    assert first.problems == ()
    assert "U" in (tmp_path / "one/content/cv.yaml").read_text()
    assert yaml.safe_load((tmp_path / "one/site.yaml").read_text())["urls"]["cv"] == "vita/"
    (old / "assets/json/resume.json").write_text(
        '{"basics": {"name": "A B"}, "work": [{"name": "Company", "x": 1}]}'
    )
    (old / "_pages/cv.md").write_text("---\nlayout: cv\npermalink: /cv/\ncv_format: jsonresume\n---\n")
    second = import_al_folio(old, tmp_path / "two", TODAY)
    assert "Company" in (tmp_path / "two/content/cv.yaml").read_text()
    assert [str(problem.where) for problem in second.problems] == ["assets/json/resume.json:1:58"]
    assert any("_data/cv.yml" in note for note in second.notes)
