"""Hugo Blox: two whole sites, one of widgets and one of blocks, with all addresses that Hugo 0.168 makes of them; then
single rules, and whatever bytes a file may hold."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite import bibtex
from acadsite.build import build
from acadsite.cli import cli
from acadsite.importers import Result, import_hugo_blox
from acadsite.importers.hugo_blox.addresses import by_pattern, older_name, path_name, slug_name, ugly
from acadsite.importers.hugo_blox.settings import read_settings
from acadsite.importers.hugo_blox.shortcodes import Shortcode, replaced
from acadsite.importers.hugo_blox.source import open_source, read_texts
from acadsite.importers.parts.front_matter import read_data, read_front_matter
from acadsite.sources import split_front_matter

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLES = Path(__file__).parent / "hugo_blox"
TODAY = dt.date(2026, 11, 1)


class Site:
    """A source, what was made of it, and what was built of that."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source, self.root, self.out = source, folder / "new", folder / "public"
        self.result: Result = import_hugo_blox(source, self.root, TODAY)

    def build(self) -> list[tuple[str, str]]:
        self.built = build(self.root, self.out, today=TODAY)
        return [(str(problem.where or ""), problem.code) for problem in self.built.report.problems]

    def load(self, path: str) -> Any:
        return yaml.safe_load(self.text(path))

    def front(self, path: str) -> Any:
        node = split_front_matter(self.text(path), path)[0].data
        return node.plain() if node is not None else {}

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def html(self, address: str) -> str:
        return (self.out / address).read_text(encoding="utf-8")

    def told(self) -> list[tuple[str, str]]:
        return [(str(problem.where or ""), problem.code) for problem in self.result.problems]

    def entries(self) -> dict[str, bibtex.Entry]:
        path = "content/publications/publications.bib"
        return {entry.key: entry for entry in bibtex.read([(path, self.text(path))]).entries}

    def answer(self, address: str) -> Path | None:
        """The file that a visitor of an old address sees in the end; None for nothing."""
        for _ in range(3):
            path = self.out / unquote(address).lstrip("/")
            path = path / "index.html" if address.endswith("/") else path
            if not path.is_file():
                return None
            if path.suffix != ".html":
                return path
            to = re.search(
                r'http-equiv="refresh" content="0; ?url=([^"]+)"', path.read_text(encoding="utf-8")
            )
            if to is None:
                return path
            address = urljoin(address, to[1].partition("#")[0])
        return None


@pytest.fixture(scope="module")
def academic(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(SAMPLES / "academic", tmp_path_factory.mktemp("academic"))


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(SAMPLES / "kit", tmp_path_factory.mktemp("kit"))


@pytest.fixture(scope="module")
def built_academic(academic: Site) -> Site:
    # The only fault is that of a publication whose front matter cannot be read.
    assert academic.build() == [("content/publications/publications.bib:12:7", "bib-no-year")]
    return academic


@pytest.fixture(scope="module")
def built_kit(kit: Site) -> Site:
    assert kit.build() == []
    return kit


def made(folder: Path, files: Mapping[str, str | bytes]) -> Site:
    """A site from a few files."""
    for path, text in files.items():
        target = folder / "old" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Site(folder / "old", folder)


def body(folder: Path, text: str, **more: str) -> str:
    """What the text of a post becomes."""
    files = {
        "config.toml": 'title = "T"\n',
        "content/post/a/index.md": f"---\ntitle: A\ndate: 2020-01-01\n---\n{text}\n",
    }
    site = made(folder, {**files, **{path.replace("__", "/"): content for path, content in more.items()}})
    path = "content/posts/a.md" if (site.root / "content/posts/a.md").exists() else "content/posts/a/index.md"
    return site.text(path).partition("\n---\n")[2].strip()


# --- the site of widgets ---


def test_what_is_told_of_the_old_site(academic: Site) -> None:
    assert academic.told() == [
        ("assets/scss/custom.scss:1:1", "import-template"),
        ("content/authors/bert/_index.md:14:1", "import-key"),
        ("content/home/contact.md:2:1", "import-block"),
        ("content/home/slider.md:2:1", "import-block"),
        ("content/post/hello-wörld/index.md:56:1", "import-shortcode"),
        ("content/publication/broken/index.md:2:8", "yaml-syntax"),
        ("content/publication/lowe-2019-chains/index.md:43:1", "import-key"),
        ("content/publication/plain.md:8:1", "import-file"),
        ("content/publication/same-key/index.md:1:1", "import-same-key"),
        ("content/slides/example/index.md:24:1", "import-shortcode"),
        ("data/members.yaml:1:1", "import-template"),
        ("layouts/partials/custom_head.html:1:1", "import-template"),
    ]
    assert academic.result.generation.startswith("Academic")
    assert any("tag_cloud" in note for note in academic.result.notes)


@pytest.mark.parametrize("name", ["academic", "kit"])
def test_every_address_that_hugo_made_answers(name: str, request: pytest.FixtureRequest) -> None:
    """The lists are what Hugo 0.168 writes for these sites with layouts of a line, but for sitemaps of languages."""
    site: Site = request.getfixturevalue(f"built_{name}")
    addresses = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert len(addresses) > 90
    lost = [address for address in addresses if site.answer(address.removesuffix("index.html")) is None]
    assert lost == []


@pytest.mark.parametrize("name", ["academic", "kit"])
def test_addresses_are_those_of_hugo(name: str) -> None:
    source = open_source(SAMPLES / name)
    read = read_settings(source)
    assert read is not None
    hugo = {
        line.removesuffix("index.html")
        for line in (SAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    }
    texts = [
        text
        for text in read_texts(source, read)
        if not text.is_draft
        and not text.is_headless
        and text.section not in {"home", "authors"}
        and text.name != "future"
    ]
    assert len(texts) > 15
    assert [text.url for text in texts if text.url not in hugo and "people/people" not in text.path] == []


def test_nothing_is_lost_in_silence(academic: Site) -> None:
    """Each content file is in the new site, or a problem or note names it."""
    counts = academic.result.counts
    content = SAMPLES / "academic/content"
    assert (
        counts["publications"]
        == len(list(content.glob("publication/*/index.md"))) + 1
        == len(academic.entries())
    )
    talks = len(list(content.glob("talk/*/index.md"))) + len(list(content.glob("talk/[!_]*.md")))
    assert counts["talks"] + counts["drafts"] == talks == 3
    posts = [
        path for path in content.rglob("post/**/*.md") if path.stem != "_index" and ".de" not in path.stem
    ]
    assert counts["posts"] == len(posts) + counts["translations"] == 7
    assert counts["people"] == len(list(content.glob("authors/*/_index.md"))) == 3
    assert counts["chapters"] == len(list(content.glob("courses/algebra/**/*.md"))) == 5
    active = [
        path for path in content.glob("home/*.md") if "active = true" in path.read_text(encoding="utf-8")
    ]
    assert counts["blocks"] == len(active) == 13


def test_settings_of_the_old_site(academic: Site) -> None:
    site = academic.load("site.yaml")
    assert site["title"] == "Adelheid Löwe"
    assert site["description"] == 'I study "rings" & things'
    assert site["url"] == "https://lovelace.example.org/"
    assert site["languages"] == {"de": {"title": "Adelheid Löwe (deutsch)"}}
    assert site["footer"] == "© Adelheid Löwe"
    author = site["author"]
    assert author["name"] == "Adelheid Löwe"
    assert author["email"] == "ada@lovelace.example.org"
    assert author["profiles"] == {"google_scholar": "AbC_dEfAAAAJ", "github": "aloewe"}
    assert author["affiliation"] == "[Universität Göttingen](https://www.uni-goettingen.de), Institut"
    assert (academic.root / "content/static" / author["photo"]).is_file()
    assert [item["page"] for item in site["menu"]] == [
        "home",
        "publications",
        "posts",
        "/files/cv.pdf",
        "page:project",
    ]
    assert site["redirects"]["/publication/lowe-2019-chains/"] == "publication:loewe2019chains"
    assert site["redirects"]["/category/news-items/"] == "tag:news-items"
    assert site["redirects"]["/author/admin/"] == "home"


def test_people_of_the_old_site(academic: Site) -> None:
    bert = academic.front("content/people/bert-muller.md")
    assert bert["name"] == "Bert Müller"
    assert bert["orcid"] == "0000-0002-1825-0097"
    assert bert["group"] == "PhD students"
    assert "# favourite_ring: Z" in academic.text("content/people/bert-muller.md")
    (carla,) = academic.load("content/people.yaml")  # a file with a mark, and ends of lines of Windows
    assert carla == {"id": "carla-cc-costa", "name": "Carla “CC” Costa", "role": "Visitor"}


def test_publications_of_the_old_site(academic: Site) -> None:
    entries = academic.entries()
    chains = entries["loewe2019chains"].fields
    assert chains["title"] == "Chains of ideals"  # of cite.bib
    assert chains["author"] == 'L{\\"o}we*, Adelheid and M\\"uller*, Bert and Ford, Robert'
    assert chains["annotation"] == "* Equal contribution"
    assert "\n\n" in chains["abstract"]
    assert "100 \\% safe \\& sound" in chains["abstract"]
    assert chains["pdf"] == "/publication/lowe-2019-chains/lowe.pdf"
    assert chains["slides"] == "/slides/example/"
    assert chains["project"] == "/project/rings/"
    assert chains["selected"] == "true"
    assert chains["_editor_comment"] == "look again"
    assert "dataset" not in chains  # “#” is no link
    conf = entries["conf_paper-2018"]
    assert (conf.type, conf.fields["booktitle"]) == ("inproceedings", "International Conference on Rings")
    assert conf.fields["abbr"] == "ICR"
    assert conf.fields["title"] == "Über Ringe \\& 100\\% Körper"
    assert conf.fields["author"].endswith("Carla “CC” Costa")  # the name for the folder
    assert entries["plain"].fields["author"] == "Adelheid Löwe and Someone Else and others"
    assert entries["draft-paper"].fields["hidden"] == "true"
    assert academic.load("site.yaml")["publications"]["links"] == {
        "customlinkurl": "Custom Link",
        "followurl": "Follow",
    }
    assert "callout-note" in academic.text("content/papers/loewe2019chains.md")


def test_publication_pages(built_academic: Site) -> None:
    page = built_academic.html("publication/loewe2019chains/index.html")
    assert "Equal contribution" in page
    assert "loewe2019chains/lowe.pdf" in page  # beside the page, and where it was
    assert "Not yet" not in built_academic.html("publication/index.html")
    assert (built_academic.out / "publication/lowe-2019-chains/data.csv").read_text(
        encoding="utf-8"
    ) == "a,b\n1,2\n"


def test_a_post_with_everything(academic: Site) -> None:
    text = academic.text("content/posts/hello-world/index.md")
    front = academic.front("content/posts/hello-world/index.md")
    assert front["title"] == "Hello, wörld"
    assert front["date"] == "2016-04-20"
    assert front["updated"] == "2019-04-17"
    assert front["tags"] == ["Rings", "Gödel", "News Items"]
    assert front["aliases"] == ["/old/hello/", "/post/hello-old/"]
    assert "url" not in front  # the address follows from the name
    assert front["people"] == ["adelheid-lowe", "bert-muller"]
    for piece in (
        "A first *post*",
        "![](featured.png){role=presentation}",
        '![**A ring**](/img/ring.png){#fig-ring fig-alt="A ring of gold"}',
        "![A detail](inner/detail.png)",
        "\\(x^2\\)",
        '```go\n{{< figure src="x.png" >}}\nvar x = "==not marked=="\n```',
        "```python\ndef f(x):\n    return x**2  # {not} touched\n```",
        "::: {.callout-warning}\nMind the **gap**: see [this](/post/second/#part) and [that](/post/second/).\n:::",
        "<details>\n<summary>Click to view</summary>\n\nSecret.\n\n</details>",
        "[Do it](/project/rings/) <mark>marked</mark> 😄",
        "[[loewe2019chains]]",
        "(https://twitter.com/i/status/666616452582129664)",
        '<!-- Hugo: custom_thing a="b" -->',
        "```mermaid\ngraph TD; A-->B;\n```",
        "![one ring](/media/albums/demo/one-ring.png)",
        "::: {.lead}\nA lead.\n:::",
        '<img src="inner/detail.png" alt="raw"> and [a file](/post/hello-world/notes.txt)',
        "[ref]: /talk/keynote/",
        "[Code](https://github.com/aloewe/hello)",
    ):
        assert piece in text
    assert (academic.root / "content/posts/hello-world/inner/detail.png").is_file()
    german = academic.front("content/posts/hello-world/index.de.md")
    assert german == {"title": "Hallo, Welt", "summary": "Willkommen."}


def test_other_documents_of_the_old_site(academic: Site) -> None:
    assert academic.front("content/posts/third.md")["url"] == "/post/2018/third/"
    assert academic.front("content/posts/special.md")["url"] == "/very/special.html"  # JSON
    assert academic.front("content/posts/draft.md")["draft"] is True
    assert academic.front("content/posts/future.md")["date"] == "2099-01-01"
    assert academic.front("content/slides/example.md")["syntax"] == "reveal"
    assert "[One]{.fragment}" in academic.text("content/slides/example.md")
    assert "::: notes" in academic.text("content/slides/example.md")
    assert academic.load("content/algebra/book.yaml")["chapters"] == [
        "index.md",
        "rings.md",
        "ideals.md",
        {"part": "part/index.md", "chapters": ["part/chain.md"]},
    ]
    assert "- [Rings](/project/rings/): All about rings." in academic.text("content/pages/project.md")
    assert (academic.root / "drafts/talks/draft.md").is_file()
    keynote = academic.front("content/talks/keynote.md")
    assert keynote["date"] == "2019-06-01/2019-06-03"
    assert keynote["slides"] == "/talk/keynote/keynote.pdf"
    assert keynote["people"] == ["bert-muller"]
    assert keynote["selected"] is True


def test_home_and_cv_of_the_old_site(academic: Site) -> None:
    home = academic.front("content/index.md")
    assert home["sections"] == [
        "about",
        {"section": "cv:skills", "title": "Skills"},
        {"section": "cv:experience", "title": "Experience"},
        {"section": "cv:awards", "title": "Prizes"},
        {"section": "posts", "title": "Recent Posts", "limit": 3},
        {"section": "talks", "title": "Talks"},
        {"section": "selected", "title": "Featured", "limit": 0},
        {
            "section": "publications",
            "title": "Recent Publications",
            "intro": "All of them are [here](/publication/).",
            "limit": 5,
        },
    ]
    text = academic.text("content/index.md")
    assert "I work on **rings**, mostly with [Bert Müller](/author/bert-muller/)." in text
    assert "## News of the *week*" in text
    assert "[the first post](/post/hello-world/)" in text  # as somebody typed it: with an accent
    assert "- <ada@lovelace.example.org>" in text
    cv = {section["id"]: section for section in academic.load("content/cv.yaml")["sections"]}
    assert list(cv) == ["education", "interests", "skills", "experience", "awards"]
    assert cv["experience"]["entries"][0] == {
        "title": "Privatdozentin",
        "place": "[Universität Göttingen](https://www.uni-goettingen.de)",
        "location": "Göttingen",
        "start": "2017-01",
        "summary": "Responsibilities include:",
        "details": ["Analysing", "Modelling $x^2$"],
    }
    assert cv["awards"]["entries"][0]["end"] == "2018-07"  # a prize does not last


# --- today's site ---


def test_what_is_told_of_todays_site(kit: Site) -> None:
    assert kit.told() == [
        ("config/_default/params.yaml:11:13", "import-key"),
        ("content/en/_index.md:86:5", "import-block"),
        ("content/en/blog/first/index.md:29:1", "import-shortcode"),
        ("content/en/blog/first/index.md:31:1", "import-shortcode"),
        ("content/en/publications/strange/index.md:5:21", "import-kind"),
        ("layouts/_partials/hooks/head-end/x.html:1:1", "import-template"),
    ]


def test_todays_profile_becomes_author_and_cv(kit: Site) -> None:
    site = kit.load("site.yaml")
    author = site["author"]
    assert author["name"] == "Grace O'Hopper"
    assert author["email"] == "grace@hopper.example.edu"
    assert author["orcid"] == "0000-0002-1825-0097"
    assert author["photo"] == "media/authors/me.png"
    assert "# pronouns: she/her" in kit.text("site.yaml")
    assert site["url"] == "https://hopper.example.edu/lab/"
    assert [item["page"] for item in site["menu"]] == [
        "home",
        "publications",
        "talks",
        "posts",
        "cv",
        "https://github.com/ghopper",
    ]
    cv = {section["id"]: section for section in kit.load("content/cv.yaml")["sections"]}
    assert cv["education"]["entries"] == [
        {
            "title": "PhD, Mathematics",
            "place": "Yale",
            "start": "1930-09",
            "end": "1934-06",
            "summary": "Thesis on *irreducibility*.",
            "links": {"Read the thesis": "https://example.org/thesis"},
        }
    ]
    assert cv["experience"]["entries"][1] == {
        "title": "Consultant",
        "place": "UNIVAC",
        "start": "1949",
        "end": "present",
    }
    assert cv["skills"]["entries"][0] == {"label": "Technical", "title": "COBOL, Assembly"}
    assert cv["languages"]["entries"] == [{"label": "English", "title": "Native"}, {"title": "German"}]
    assert cv["awards"]["entries"][0]["dates"] == "2016-11-22"


def test_a_page_of_blocks_of_the_cv_is_the_cv(built_kit: Site) -> None:
    assert built_kit.load("site.yaml")["urls"]["cv"] == "experience/"
    assert built_kit.load("content/cv.yaml")["title"] == "Experience"
    assert not (built_kit.root / "content/pages/experience.md").exists()
    assert "Medal of Freedom" in built_kit.html("experience/index.html")


def test_todays_home(kit: Site) -> None:
    sections = kit.front("content/index.md")["sections"]
    assert [one if isinstance(one, str) else one["section"] for one in sections] == [
        "about",
        "selected",
        "publications",
        "talks",
        "posts",
        "cv:experience",
        "cv:education",
        "cv:skills",
        "people",
    ]
    text = kit.text("content/index.md")
    assert "I debug **machines**: cobol: yes.\n\nAnd more." in text
    assert "see [the paper](/publications/hopper1947bug/) and\n[projects](/projects/)." in text
    assert "![A moth](/media/moth.png)" in text
    assert text.count("/uploads/resume.pdf") == 1
    assert "[Apply](https://hopper.example.edu/jobs)" in text
    assert "Je cherche des *bogues*." in kit.text("content/index.fr.md")


def test_todays_publications(kit: Site) -> None:
    bug = kit.entries()["hopper1947bug"].fields
    assert bug["author"] == "Grace O'Hopper and {\\\"O}ther*, Ann and Babbage, Charles"
    assert bug["annotation"] == "* Corresponding author"
    assert (bug["doi"], bug["arxiv"]) == ("10.1000/182", "1912.05372v1")
    assert bug["demo"] == "https://example.org/demo"
    assert bug["preview"] == "publications/bugs/featured.png"
    assert kit.entries()["nanoseconds"].type == "inproceedings"


def test_todays_texts(kit: Site) -> None:
    text = kit.text("content/posts/first/index.md")
    assert '![A moth](featured.png){#fig-featured fig-alt="A moth between relays"}' in text
    assert ":::: {.callout-note}\nOuter\n\n::: {.callout-tip}\nInner\n:::\n::::" in text
    assert '<video controls src="/blog/first/moth.mp4"></video>' in text
    assert "| customer_id | score |\n| --- | --- |\n| 1 | 0 |\n| 2 | 0.5 |\n\n: Results" in text
    assert "[absolute](/publications/hopper1947bug/), [rooted](/blog/)." in text
    assert "# tags" in kit.text("content/posts/first/index.fr.md")  # topics are those of the original
    assert kit.front("content/posts/only-french.md")["lang"] == "fr"
    assert kit.load("content/people.fr.yaml") == {"ann-other": {"role": "Doctorante"}}


@pytest.mark.parametrize("name", ["academic", "kit"])
def test_the_new_site_passes_the_check(name: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(f"built_{name}")
    result = CliRunner().invoke(cli, ["-C", str(site.root), "check", "--date", TODAY.isoformat()])
    assert result.output.strip().splitlines()[-1] == ("1 warning." if name == "academic" else "No problem.")


# --- rules of addresses ---


@pytest.mark.parametrize(
    ("word", "path", "slug"),
    [
        ("R&D", "rd", "rd"),
        ("a & b", "a--b", "a-b"),
        ("50 % off", "50--off", "50-off"),
        ("C++", "c++", "c"),
        ("C++ lang", "c++-lang", "c-lang"),
        ("A/B", "a/b", "a/b"),
        ("Naïve Bayes", "naïve-bayes", "naïve-bayes"),
        ("it's", "its", "its"),
        ("--dash--", "--dash--", "--dash--"),
        ("foo_bar", "foo_bar", "foo_bar"),
        ("日本", "日本", "日本"),
        ("x~y", "x~y", "x~y"),
        ("Straße", "straße", "straße"),
    ],
)
def test_names_in_addresses(word: str, path: str, slug: str) -> None:
    """As Hugo 0.168 writes them: terms without a pattern, and with “/tag/:slug/”."""
    assert (path_name(word), slug_name(word)) == (path, slug)


def test_more_names() -> None:
    assert path_name("Ünder Ähre", without_accents=True) == "under-ahre"
    assert path_name("Keep Case", keeps_case=True) == "Keep-Case"
    assert older_name("a & b") == "a-b"


def test_patterns() -> None:
    day = dt.date(2020, 3, 5)
    words = {"slug": "my post", "section": "post"}
    assert by_pattern("/:year/:month/:day/:slug/", words, day, path_name) == "/2020/03/05/my-post/"
    assert by_pattern("/:section/:monthname/:weekdayname/:yearday/:slug", words, day, path_name) == (
        "/post/march/thursday/65/my-post/"
    )
    assert by_pattern("/:slug.html", words, day, path_name) == "/my-post.html"
    assert (ugly("/post/a/"), ugly("/")) == ("/post/a.html", "/")


def test_ugly_addresses_and_patterns_of_sections(tmp_path: Path) -> None:
    site = made(
        tmp_path,
        {
            "config.yaml": "title: T\nbaseURL: https://t.example/\nuglyURLs: true\n"
            "permalinks:\n  post: /:year/:slug/\n",
            "content/post/one.md": "---\ntitle: One & two\ndate: 2020-01-01\n---\nText, [about](/about.html).\n",
            "content/about.md": "---\ntitle: About\n---\nText.\n",
        },
    )
    assert site.told() == []
    assert site.build() == []
    for address in ("/2020/one-two.html", "/about.html", "/post.html", "/index.xml"):
        assert site.answer(address) is not None


def test_old_addresses_with_hyphens_in_a_row_are_answered(tmp_path: Path) -> None:
    """A page has none of its own here; what led to one there leads on."""
    site = made(
        tmp_path,
        {
            "config.yaml": "title: T\nbaseURL: https://t.example/\n",
            "content/post/a -- b.md": "---\ntitle: A\ndate: 2020-01-01\naliases: [/x--y/]\ntags: [R & D]\n---\nText.\n",
        },
    )
    assert site.told() == []
    assert site.build() == []
    for address in ("/post/a----b/", "/x--y/", "/tags/r--d/"):
        assert site.answer(address) is not None, address


def test_the_first_language_in_a_folder_of_its_own(tmp_path: Path) -> None:
    site = made(
        tmp_path,
        {
            "config.toml": 'title = "T"\nbaseURL = "https://t.example/"\ndefaultContentLanguage = "de"\n'
            "defaultContentLanguageInSubdir = true\n[languages.de]\nweight = 1\n[languages.en]\nweight = 2\n",
            "content/_index.md": "---\ntitle: T\n---\nHallo, [Text](/de/post/one/).\n",
            "content/post/one.md": "---\ntitle: Eins\ndate: 2020-01-01\n---\nText.\n",
            "content/post/one.en.md": "---\ntitle: One\n---\nText.\n",
        },
    )
    assert site.told() == []
    assert site.build() == []
    assert site.load("site.yaml")["language"] == "de"
    for address in ("/de/", "/de/post/one/", "/de/post/", "/en/", "/en/post/one/", "/post/one/"):
        assert site.answer(address) is not None, address
    assert "[Text](/post/one/)" in site.text("content/index.md")


def test_an_owner_in_the_settings_and_publications_without_folders(tmp_path: Path) -> None:
    """As the theme was in 2018."""
    site = made(
        tmp_path,
        {
            "config.toml": 'title = "Jane Roe"\nbaseurl = "https://jane.example/"\n[params]\n'
            '  name = "Jane Roe"\n  role = "Fellow"\n'
            '  email = "jane@jane.example"\n  phone = "555"\n  avatar = "portrait.jpg"\n'
            '  [[params.organization]]\n  name = "X"\n'
            '  [[params.social]]\n  icon = "twitter"\n  icon_pack = "fa"\n  link = "//twitter.com/janeroe"\n',
            "content/home/about.md": '+++\nwidget = "about"\nactive = true\nweight = 1\n'
            '[interests]\n  interests = ["A", "B"]\n'
            '[[education.courses]]\n  course = "PhD"\n  institution = "U"\n  year = 2012\n+++\n\n'
            "# Biography\n\nI am.\n",
            "content/home/contact.md": '+++\nwidget = "contact"\nactive = true\nweight = 9\ntitle = "Contact"\n+++\n',
            "content/publication/first.md": '+++\ntitle = "First"\ndate = "2015-07-01"\nauthors = ["J Roe"]\n'
            'publication_types = ["2"]\npublication = "In *J. of X*"\nurl_pdf = "pdf/x.pdf"\nselected = true\n+++\n',
            "static/pdf/x.pdf": b"%PDF-1.4\n",
            "static/img/portrait.jpg": b"\xff\xd8\xff\xd9",
        },
    )
    author = site.load("site.yaml")["author"]
    assert (author["name"], author["role"], author["email"]) == ("Jane Roe", "Fellow", "jane@jane.example")
    assert author["photo"] == "img/portrait.jpg"
    assert site.entries()["first"].fields["pdf"] == "/pdf/x.pdf"
    assert {section["id"] for section in site.load("content/cv.yaml")["sections"]} == {
        "education",
        "interests",
    }
    text = site.text("content/index.md")
    assert "I am." in text
    assert "- 555" in text


def test_what_waits_for_a_day(tmp_path: Path) -> None:
    site = made(
        tmp_path,
        {
            "config.toml": 'title = "T"\nbaseURL = "https://t.example/"\n',
            "content/post/a.md": "---\ntitle: A\ndate: 2020-01-01\npublishDate: 2099-01-01\n---\nText.\n",
            "content/post/b.md": "---\ntitle: B\ndate: 2020-01-01\npublishDate: 2020-02-01\ntags: [x]\n---\nText.\n",
            "content/publication/c.md": "---\ntitle: C\ndate: 2020-01-01\npublishDate: 2099-01-01\n---\n",
            "content/page.md": "---\ntitle: D\npublishDate: 2099-01-01\nexpiryDate: 2100-01-01\n---\nText.\n",
        },
    )
    assert site.told() == [("content/page.md:4:1", "import-date")]
    assert len(site.result.notes) == 3
    assert site.front("content/posts/a.md")["date"] == "2099-01-01"
    assert site.front("content/posts/b.md")["date"] == "2020-01-01"
    assert site.entries()["c"].fields["hidden"] == "true"
    assert site.front("content/pages/page.md")["draft"] is True
    assert site.build() == []
    assert site.answer("/post/b/") is not None
    assert site.answer("/tags/x/") is not None
    assert site.answer("/page/") is None


# --- texts ---


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("{{< vimeo 123 >}}", "[Video on Vimeo](https://vimeo.com/123)"),
        ('{{< youtube id="a_b-c" title="A talk" >}}', "[A talk](https://www.youtube.com/watch?v=a_b-c)"),
        ('{{% callout "warning" %}}x{{% /callout %}}', "::: {.callout-warning}\nx\n:::"),
        ("{{< hl >}}x{{< /hl >}}", "<mark>x</mark>"),
        ('{{< icon name="a" >}}b', "b"),
        (
            '{{< spoiler text="<b>" >}}x{{< /spoiler >}}',
            "<details>\n<summary>&lt;b></summary>\n\nx\n\n</details>",
        ),
        ('{{< figure src="https://x.example/a b.png" alt="A" >}}', "![A](<https://x.example/a b.png>)"),
        ('{{< figure src="/f.png" caption="C *d*" width="50%" >}}', "![C *d*](/f.png){#fig-f width=50%}"),
        ('{{< emoji ":tada:" >}} :tada: :no_such:', "🎉 🎉 :no_such:"),
        ("`==a== :tada: {{</* x */>}}`", "`==a== :tada: {{< x >}}`"),
        ("```\n==a== [b](c)\n```", "```\n==a== [b](c)\n```"),
        ("[a](#b) [c](mailto:d@e) [f](../g/)", "[a](#b) [c](mailto:d@e) [f](/post/g/)"),
        ('{{< gdocs src="https://docs.example/x" >}}', "[x](https://docs.example/x)"),
        ("{{< nope >}}in{{< /nope >}}", "<!-- Hugo: nope -->\nin"),
        ("## A {#b .c}", "## A {#b .c}"),
        ("> q\n{.lead}", "::: {.lead}\n> q\n:::"),
    ],
)
def test_pieces_of_texts(tmp_path: Path, given: str, wanted: str) -> None:
    assert body(tmp_path, given) == wanted


def test_shortcodes_are_told_with_their_lines(tmp_path: Path) -> None:
    site = made(
        tmp_path,
        {
            "config.toml": 'title = "T"\n',
            "content/post/a.md": "---\ntitle: A\ndate: 2020-01-01\n---\n\nx\n\n{{< one >}}\n\n"
            "{{% two %}}\n{{< three >}}\n{{% /two %}}\n",
        },
    )
    assert site.told() == [
        ("content/post/a.md:8:1", "import-shortcode"),
        ("content/post/a.md:10:1", "import-shortcode"),
        ("content/post/a.md:11:1", "import-shortcode"),
    ]


def test_shortcodes_and_their_arguments() -> None:
    met: list[Shortcode] = []

    def keep(code: Shortcode) -> str:
        met.append(code)
        return f"<{code.name}>"

    text = 'a {{< x "b > c" d=`e "f"` g="h \\"i\\"" >}} {{<y>}}z{{</y>}} {{< open'
    assert replaced(text, 1, keep).endswith("<x> <y> {{< open")
    assert (met[0].given, met[0].named) == (["b > c"], {"d": 'e "f"', "g": 'h "i"'})
    assert met[1].inner == "z"


# --- front matter ---


def test_front_matter_in_three_notations() -> None:
    for text in (
        "---\na: 1\nb: [x]\n---\nBody\n",
        '+++\na = 1\nb = ["x"]\n+++\nBody\n',
        '{"a": 1, "b": ["x"]}\nBody\n',
    ):
        front, problems = read_front_matter(text, "a.md")
        assert problems == ()
        assert front.data is not None
        assert front.data.plain() == {"a": 1, "b": ["x"]}
        assert front.body.strip() == "Body"
        assert text.split("\n")[front.body_line - 1] == "Body"


def test_values_of_toml_know_their_lines() -> None:
    text = "a = 1\n[t]\nb = 2\n[[l]]\nc = 3\n[[l]]\nc = 4\nd = 2020-01-02T03:04:05Z\n"
    node, problems = read_data(text, "x.toml")
    assert problems == ()
    assert node is not None
    second = node.value["l"].value[1]  # type: ignore[index, union-attr, call-overload]
    assert (second.value["c"].span.line, second.value["d"].raw) == (7, "2020-01-02T03:04:05+00:00")
    node, (problem,) = read_data("a = 1\nb = = 2\n", "x.toml")
    assert (node, problem.code, str(problem.where)) == (None, "import-toml", "x.toml:2:5")


def test_front_matter_that_is_broken(tmp_path: Path) -> None:
    site = made(
        tmp_path,
        {
            "config.toml": 'title = "T"\n',
            "content/post/a.md": "+++\ntitle = \n+++\nKept.\n",
            "content/post/b.md": "---\ntitle: B\ndate: 2020-01-01\n---\nFine.\n",
        },
    )
    assert ("content/post/a.md:2:9", "import-toml") in site.told()
    assert site.front("content/posts/a.md")["draft"] is True
    assert "Kept." in site.text("content/posts/a.md")
    assert site.build() == []


def test_a_text_that_begins_with_a_rule(tmp_path: Path) -> None:
    site = made(tmp_path, {"config.toml": 'title = "T"\n', "content/_index.md": "+++\n+++\n---\n\nText.\n"})
    assert site.told() == []
    assert site.build() == []
    assert "Text." in site.html("index.html")


# --- safety ---


def test_nothing_is_overwritten_and_nothing_outside_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\nSecret.\n", encoding="utf-8")
    (tmp_path / "old/content").mkdir(parents=True)
    (tmp_path / "old/content/link.md").symlink_to(secret)
    (tmp_path / "new").mkdir()
    (tmp_path / "new/site.yaml").write_text("title: Mine\n", encoding="utf-8")
    site = made(
        tmp_path,
        {
            "config.toml": 'title = "T"\n',
            "content/a.md": '---\ntitle: A\n---\n![x](../../../secret.md) {{< table path="../../secret.md" >}}\n',
        },
    )
    assert site.text("site.yaml") == "title: Mine\n"
    codes = {code for _, code in site.told()}
    assert {"file-outside", "import-exists"} <= codes
    assert all("Secret." not in path.read_text(encoding="utf-8") for path in site.root.rglob("*.md"))


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    result = import_hugo_blox(tmp_path, tmp_path / "new")
    assert [problem.code for problem in result.problems] == ["import-kind"]
    assert result.written == ()


def test_the_command(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli, ["import", "hugo-blox", str(SAMPLES / "kit"), "--to", str(tmp_path / "new")]
    )
    assert result.exit_code == 0
    assert "content/index.md" in result.output
    assert "import-shortcode" in result.output


_FILES = sorted(
    path.relative_to(SAMPLES / "kit").as_posix()
    for path in (SAMPLES / "kit").rglob("*")
    if path.suffix in {".md", ".yaml", ".bib", ".csv"}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(_FILES),
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
    st.integers(0, 500),
)
def test_whatever_a_file_holds_nothing_is_raised(tmp_path: Path, path: str, junk: bytes, at: int) -> None:
    folder = tmp_path / "fuzz"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SAMPLES / "kit", folder / "old")
    target = folder / "old" / path
    whole = target.read_bytes()
    target.write_bytes(junk if at > 400 else whole[:at] + junk + whole[at:])
    import_hugo_blox(folder / "old", folder / "new", TODAY)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='{}<>%/"`= \\abx\n*|[]()!:$~#', max_size=120))
def test_any_text_with_braces(text: str) -> None:
    assert isinstance(replaced(text, 1, lambda code: code.inner or ""), str)
    read_front_matter(text, "a.md")
    read_data(text, "a.toml")
