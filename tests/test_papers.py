"""Full texts of publications: where they come from, their pages, their PDFs."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest
from pypdf import PdfReader

from browsing import MISTAKEN, browser, context, missing, tool  # noqa: F401 - a fixture
from conftest import SiteFolder
from sample import Site, contents, tree, unlike
from test_images import photo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser

    from acadsite.result import Result

    MakeSite = Callable[..., SiteFolder]

BIB = "@article{rings, title={Rings}, author={Doe, Jane and Roe, R.}, journal={J}, year={2021}, abstract={Old.}}\n"
TEXT = "# One {#sec-one}\n\nSee @sec-two and [@noether; @rings].\n\n# Two {#sec-two}\n\n![A map](map.svg){#fig-map}\n"
OWN = "@book{noether, title={Ideals}, author={Noether, Emmy}, year={1921}, publisher={Springer}}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="9" height="9"/></svg>'
FRONT = (
    "---\nbibliography: own.bib\nstyle: numeric\nabstract: |\n  The *first* $x^2$.\n\n  The second.\n---\n"
)
FILES = {
    "site.yaml": "title: Site\n",
    "content/publications/a.bib": BIB,
    "content/papers/rings/text.md": FRONT + TEXT,
    "content/papers/rings/own.bib": OWN,
    "content/papers/rings/map.svg": SVG,
}
PAGE = "publications/rings/index.html"
PDF = "publications/rings/rings.pdf"
#: The part of the search that has the words of the publication.
FOUND = "search/publications-0.json"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with a full text, built."""
    (tmp_path / "site").mkdir()
    found = Site(SiteFolder(tmp_path / "site").write(FILES))
    assert not problems(found.build())
    return found


def problems(result: Result) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.where)) for problem in result.report.problems]


def page(site: Site, path: str = PAGE) -> Any:
    return lxml.html.fromstring((site.out / path).read_text())


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def pick(element: Any, selector: str) -> list[Any]:
    """The elements that a selector of tags, classes and descendants (or ``>`` children) finds, in order."""
    way = "."
    axis = "//"
    for part in selector.split():
        if part == ">":
            axis = "/"
            continue
        tag, _, name = part.partition(".")
        way += f"{axis}{tag or '*'}"
        way += f'[contains(concat(" ", normalize-space(@class), " "), " {name} ")]' if name else ""
        axis = "//"
    found: list[Any] = element.xpath(way)
    return found


def check(site: Site) -> None:
    cold = site.cold()
    assert unlike(tree(site.out), contents(cold)) == []


# --- a small one ---


def test_a_page_shows_the_whole_text(site: Site) -> None:
    shown = page(site)
    article = shown.find(".//article")
    assert [text(one) for one in article.iter("h1", "h2")] == [
        "Rings", "Abstract", "1 One #", "2 Two #", "References #", "Cite",
    ]  # fmt: skip
    abstract = pick(article, ".paper-abstract p")
    assert len(abstract) == 2
    assert abstract[0].find("em") is not None
    assert abstract[0].find(".//math") is not None
    assert "Old." not in text(article)
    assert [text(one) for one in pick(article, ".toc a")] == ["One", "Two", "References"]
    assert text(pick(article, ".cross-reference")[0]) == "Section 2"
    assert text(pick(article, ".citation")[0]).startswith("[1, 2]")
    (figure,) = pick(article, "figure")
    assert text(figure.find("figcaption")) == "Figure 1: A map"
    image = figure.find(".//img")
    assert image.get("src") == "../../papers/rings/map.svg"
    assert (image.get("width"), image.get("height")) == ("300", "100")
    assert [text(one) for one in pick(article, ".references li .reference-label")] == ["[1]", "[2]"]
    buttons = [(text(one), one.get("href")) for one in pick(article, ".actions a")]
    assert buttons == [("PDF", "../../publications/rings/rings.pdf")]
    assert "@article{rings" in text(pick(article, ".bibtex")[0])
    # The text's own bibliography is its own.
    assert "Ideals" not in (site.out / "publications/index.html").read_text()
    assert "noether" not in (site.out / "publications.bib").read_text()
    check(site)


def test_a_publication_without_a_text_is_as_before(site: Site) -> None:
    site.edit({"content/papers/rings/text.md": None, "content/papers/rings/own.bib": None})
    result = site.build()
    assert "papers" not in {path.partition("/")[0] for path in tree(site.out)}
    assert PDF not in tree(site.out)
    shown = page(site)
    assert text(pick(shown, "section.prose")[0]) == "Abstract Old."
    assert result.report.problems == ()
    check(site)
    site.edit(
        {path: FILES[path] for path in ("content/papers/rings/text.md", "content/papers/rings/own.bib")}
    )
    assert {PAGE, PDF} <= set(site.build().made)
    check(site)


def test_the_pdf_has_it_all(site: Site) -> None:
    reader = PdfReader(io.BytesIO((site.out / PDF).read_bytes()))
    assert reader.metadata is not None
    assert reader.metadata.title == "Rings"
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in ("Jane Doe, R. Roe", "Abstract", "1 One", "See Section 2 and [1, 2]", "Figure 1", "Springer"):
        assert part in words
    # The same again, and in an output of its own.
    other = site.root.parent / "other"
    site.build(other)
    assert (other / PDF).read_bytes() == (site.out / PDF).read_bytes()


def test_no_pdf_where_it_is_not_wanted(site: Site) -> None:
    site.edit({"content/papers/rings/text.md": FRONT.replace("---\nb", "---\npdf: false\nb") + TEXT})
    site.build()
    assert PDF not in tree(site.out)
    assert not pick(page(site), ".action-text-pdf")
    check(site)
    site.edit({"content/papers/rings/text.md": FRONT + TEXT, f"content/static/{PDF}": "%PDF own"})
    site.build()
    assert (site.out / PDF).read_bytes() == b"%PDF own"


def test_a_pdf_of_the_publisher_has_another_name(site: Site) -> None:
    site.edit({"content/publications/a.bib": BIB.replace("year", "pdf={https://x.example/a.pdf}, year")})
    site.build()
    buttons = [text(one) for one in pick(page(site), ".actions a")]
    assert buttons == ["PDF", "Published PDF"]


@pytest.mark.parametrize(
    ("edit", "made"),
    [
        ({"content/papers/rings/text.md": FRONT + TEXT.replace("See", "Look at")}, {PAGE, PDF, FOUND}),
        ({"content/papers/rings/text.md": FRONT.replace("first", "other") + TEXT}, {PAGE, PDF}),
        ({"content/papers/rings/own.bib": OWN.replace("Ideals", "Rings and ideals")}, {PAGE, PDF, FOUND}),
        # Fields that are not shown.
        ({"content/papers/rings/own.bib": OWN.replace("year", "annote={x}, year")}, set()),
        ({"content/papers/rings/own.bib": OWN + OWN.replace("{noether", "{other")}, set()),
        # A picture of the same size: neither the page, nor anything but its file and the PDF.
        ({"content/papers/rings/map.svg": SVG.replace("9", "8")}, {"papers/rings/map.svg", PDF}),
        ({"content/papers/rings/map.svg": SVG.replace("300", "200")}, {"papers/rings/map.svg", PAGE, PDF, FOUND}),
        ({"content/papers/rings/notes.txt": "x"}, set()),
        ({"content/posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\n[x](../papers/rings/text.md#sec-two)\n"},
         {"posts/a/index.html", "posts/index.html", "index.html"}),
    ],
)  # fmt: skip
def test_what_an_edit_makes_anew(site: Site, edit: Mapping[str, str], made: set[str]) -> None:
    site.edit(edit)
    result = site.build()
    framed = set(result.made) if "content/posts/a.md" in edit else set()  # a first post changes the menu
    assert set(result.made) - framed == made - framed
    assert made <= set(result.made)
    check(site)
    site.edit({path: FILES.get(path) for path in edit})
    site.build()
    check(site)


def test_links_lead_to_the_page_of_the_publication(site: Site) -> None:
    links = "[x](../papers/rings/text.md#sec-two) [y](../papers/rings/text.md#no)"
    post = f"---\ntitle: A\ndate: 2024-01-01\n---\n{links}\n"
    site.edit({"content/posts/a.md": post})
    assert [code for code, _ in problems(site.build())] == ["link-anchor"]
    links = [one.get("href") for one in pick(page(site, "posts/a/index.html"), ".prose a")]
    assert links == ["../../publications/rings/#sec-two", "../../publications/rings/#no"]


def test_several_files_are_one_text(site: Site) -> None:
    site.edit(
        {
            "content/papers/rings/text.md": None,
            "content/papers/rings/index.md": FRONT + "# One {#sec-one}\n\n{{< include parts/taken.md >}}\n",
            "content/papers/rings/parts/taken.md": "Taken in.\n",
            "content/papers/rings/02-two.md": "# Two {#sec-two}\n\nSee @sec-one, @sec-no.\n",
            "content/papers/rings/03-three.md": "# Three {#sec-three}\n\nSee @sec-two, @sec-three and [@rings].\n",
            "content/papers/rings/_not.md": "# Not there\n",
        }
    )
    result = site.build()
    assert problems(result) == [("markup-unknown-reference", "content/papers/rings/02-two.md:3:15")]
    article = page(site).find(".//article")
    headings = [text(one) for one in pick(article, ".prose > h2")]
    assert headings == ["1 One #", "2 Two #", "3 Three #", "References #"]
    assert text(article).count("Taken in.") == 1
    assert [text(one) for one in pick(article, ".cross-reference")] == ["Section 1", "Section 2", "Section 3"]
    check(site)


def test_a_citation_by_another_key_is_led_back_to(site: Site) -> None:
    """Of the site's publications and of a text's own .bib file; the same reference is in a card once."""
    site.edit(
        {
            "content/publications/a.bib": BIB.replace("rings, title", "rings, ids={old-rings}, title"),
            "content/papers/rings/own.bib": OWN.replace("noether, title", "noether, ids={en21}, title"),
            "content/papers/rings/text.md": FRONT
            + "# One\n\n[@en21; @noether] and @old-rings, then @rings.\n",
        }
    )
    assert problems(site.build()) == []
    entries = {entry.get("id"): pick(entry, ".footnote-back") for entry in pick(page(site), ".references li")}
    assert {name: [link.get("href") for link in links] for name, links in entries.items()} == {
        "ref-noether": ["#cite-1"],
        "ref-rings": ["#cite-2", "#cite-3"],
    }
    cards = [pick(group, ".cite-entry") for group in pick(page(site), ".citation")]
    assert [[text(one).partition(" ")[2][:6] for one in card] for card in cards] == [
        ["Emmy N"],
        ["Jane D"],
        ["Jane D"],
    ]
    check(site)


def test_a_paper_may_be_a_single_file(site: Site) -> None:
    site.edit({path: None for path in FILES if path.startswith("content/papers/")})
    site.edit({"content/papers/rings.md": "# One\n\n![M](map.svg)\n", "content/papers/map.svg": SVG})
    assert problems(site.build()) == []
    assert [text(one) for one in pick(page(site), ".prose > h2")] == ["1 One #"]
    assert "papers/map.svg" in tree(site.out)


def test_a_front_matter_has_macros(site: Site) -> None:
    macros = "macros: |\n  \\newcommand{\\Hom}{\\operatorname{Hom}}\n"
    formula = "\n\n$\\Hom(A)$\n"
    site.edit({"content/papers/rings/text.md": FRONT.replace("---\nb", f"---\n{macros}b") + TEXT + formula})
    assert problems(site.build()) == []
    assert "<mi>Hom</mi>" in (site.out / "publications/rings/index.html").read_text("utf-8")
    site.edit(
        {
            "content/papers/rings/text.md": FRONT.replace(
                "---\nb", f"---\n{macros.replace('{Hom}', '{Ext}')}b"
            )
            + TEXT
            + formula
        }
    )
    site.build()
    assert "<mi>Ext</mi>" in (site.out / "publications/rings/index.html").read_text("utf-8")


def test_affiliations_and_notes(site: Site) -> None:
    people = (
        "authors:\n- {name: Jane Doe, affiliation: [Göttingen, Bryn Mawr], equal: true, email: jane@x.example}\n"
        "- {name: {given: R., family: Roe}, affiliation: {name: Erlangen, city: Erlangen}, equal: true}\n"
    )
    site.edit({"content/papers/rings/text.md": FRONT.replace("---\nb", f"---\n{people}b") + TEXT})
    assert problems(site.build()) == []
    shown = page(site)
    assert text(pick(shown, ".work-authors")[0]) == "Jane Doe1,2,* and R. Roe3,*"
    assert [text(one) for one in pick(shown, ".paper-affiliations li")] == [
        "1 Göttingen", "2 Bryn Mawr", "3 Erlangen, Erlangen", "* Equal contribution",
    ]  # fmt: skip
    # One place for all needs no mark.
    people = (
        "affiliations: [{id: g, name: Göttingen}]\n"
        "authors:\n- {name: A B, affiliation: g}\n- {name: C D, affiliation: g}\n"
    )
    site.edit({"content/papers/rings/text.md": FRONT.replace("---\nb", f"---\n{people}b") + TEXT})
    site.build()
    assert [text(one) for one in pick(page(site), ".paper-affiliations li")] == ["Göttingen"]


# --- entries that a front matter makes ---


def test_a_front_matter_makes_an_entry(site: Site) -> None:
    front = (
        "---\ntitle: '100 % of $a_1$ & more_or {less}'\nauthors: [Emmy Noether, {name: Bartel van der Waerden}]\n"
        "date: 1926-05-03\njournal: Annalen\narxiv: '2601.00001'\ndoi: 10.1000/x\nabstract: 'Of $x^2$.'\n---\n"
    )
    site.edit({"content/papers/new/new.md": front + "# One\n\nText\n"})
    assert problems(site.build()) == []
    entry = (site.out / "publications.bib").read_text()
    assert "@article{new," in entry
    shown = page(site, "publications/new/index.html")
    assert text(shown.find(".//h1")).startswith("100 % of ")
    assert text(shown.find(".//h1")).endswith("& more_or less")
    assert text(pick(shown, ".work-authors")[0]) == "Emmy Noether and Bartel van der Waerden"
    assert {text(one).partition(" –")[0] for one in pick(shown, ".actions a")} == {"PDF", "DOI", "arXiv"}
    assert "new" in (site.out / "publications/index.html").read_text()
    # An entry that is written takes its place.
    site.edit({"content/publications/b.bib": "@misc{new, title={Written}, author={Doe, J.}, year={2020}}\n"})
    site.build()
    assert text(page(site, "publications/new/index.html").find(".//h1")) == "Written"
    check(site)


def test_a_language_that_is_none_is_told(site: Site) -> None:
    front = FRONT.replace("---\n", "---\nlang: german\n", 1)
    site.edit({"content/papers/rings/text.md": front + TEXT})
    assert problems(site.build()) == [("value-language", "content/papers/rings/text.md:2:7")]


def test_texts_of_nothing_are_told(site: Site) -> None:
    texts = {"ringz/text.md": "# One\n\nText\n", "void/void.md": "---\ntitle: x\n---\n"}
    site.edit({f"content/papers/{path}": text for path, text in texts.items()})
    result = site.build()
    assert problems(result) == [
        ("paper-unknown", "content/papers/ringz/text.md:1:1"),
        ("paper-empty", "content/papers/void/void.md:2:1"),
    ]
    hints = [problem.hint for problem in result.report.problems]
    assert hints[0] == "Did you mean “rings”?"
    check(site)


def test_drafts_are_not_shown(site: Site) -> None:
    draft = "---\ntitle: T\nauthors: [A B]\ndraft: true\n---\nSecret words.\n"
    site.edit({"content/papers/new/text.md": draft, "content/papers/rings/text.md": draft})
    site.build()
    assert not any(b"Secret words" in data for data in tree(site.out).values())
    assert "publications/new/index.html" not in tree(site.out)
    site.build(drafts=True)
    assert "Secret words" in (site.out / "publications/new/index.html").read_text()
    assert "Secret words" in (site.out / PAGE).read_text()


def test_pages_of_texts_are_there_though_others_are_not(site: Site) -> None:
    site.edit({"site.yaml": "title: Site\npublications: {pages: false}\n"})
    site.build()
    assert PAGE in tree(site.out)
    site.edit({"content/publications/b.bib": "@misc{old, title={Old}, author={Doe, J.}, year={2020}}\n"})
    site.build()
    assert "publications/old/index.html" not in tree(site.out)
    check(site)


def test_photos_in_a_pdf_are_those_that_are_published(site: Site) -> None:
    site.edit(
        {
            "content/papers/rings/photo.jpg": photo(3000, 2000),
            "content/papers/rings/text.md": FRONT + TEXT + "\n![A photo](photo.jpg)\n",
        }
    )
    assert problems(site.build()) == []
    assert len((site.out / PDF).read_bytes()) < 600_000
    pictures = [
        image for one in PdfReader(io.BytesIO((site.out / PDF).read_bytes())).pages for image in one.images
    ]
    assert [image.image.size for image in pictures if image.image] == [(1440, 960)]
    check(site)


@pytest.mark.parametrize(
    "words",
    [
        "$\\frac{1}{$ and $\\unknown$", "[@nobody] @fig-no", "#import \"@preview/x:1.0.0\"",
        "<script>alert(1)</script>", "![x](../../../../etc/passwd)", "{{< include ../../../x.md >}}",
        "\ue000 \u202e", "[" * 500, "| a |\n|---|\n| b | c | d |", "# A {#x}\n\n# B {#x}", "![x](no.png){#fig-x}",
    ],
)  # fmt: skip
def test_bad_input_spoils_neither_page_nor_pdf(site: Site, words: str) -> None:
    site.edit({"content/papers/rings/text.md": FRONT + TEXT + f"\n{words}\n"})
    result = site.build()
    errors = [problem for problem in result.report.problems if problem.level == "error"]
    if not errors:
        assert (site.out / PDF).read_bytes()[:5] == b"%PDF-"
        check(site)
    for problem in result.report.problems:
        assert problem.where is not None
        assert problem.where.path.startswith("content/papers/rings/"), problem


# --- the reference paper ---


@pytest.fixture(scope="module")
def agan(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference paper on a site of its own, built: nothing but its files."""
    root = tmp_path_factory.mktemp("agan")
    folder = root / "content/papers/agan"
    shutil.copytree(shared_data / "paper", folder, copy_function=shutil.copyfile)
    for name in ("expected-outline.json", "expected-citations.json"):
        (folder / name).unlink()
    (root / "site.yaml").write_text("title: Paper\n")
    result = SiteFolder(root).run("build", "--date", "2026-11-21", "--out", str(root / "public"), "--strict")
    assert result.exit_code == 0, result.stderr
    return root / "public/publications/agan"


@pytest.fixture(scope="module")
def article(agan: Path) -> Any:
    return lxml.html.fromstring((agan / "index.html").read_text()).find(".//article")


@pytest.mark.shared
def test_the_outline_is_that_of_the_paper(article: Any, shared_data: Path) -> None:
    expected = json.loads((shared_data / "paper/expected-outline.json").read_text())
    sections = []
    for heading in pick(article, ".prose")[0].iter("h2", "h3", "h4"):
        number = pick(heading, ".section-number")
        if number:
            title = text(heading).removesuffix(" #")
            sections.append([text(number[0]), title.removeprefix(text(number[0])).strip()])
    assert sections == expected["sections"]
    captions = [text(one) for one in pick(article, "figcaption .label")]
    assert captions == [f"Figure {number}:" for number in range(1, expected["figures"] + 1)]
    captions = [text(one) for one in pick(article, "caption .label")]
    assert captions == [f"Table {number}:" for number in range(1, expected["tables"] + 1)]
    assert len(pick(article, ".math-block")) == expected["display_equations"]
    assert len(pick(article, ".references li")) == expected["references"]
    references = {one.get("href", "")[1:]: text(one) for one in pick(article, "a.cross-reference")}
    # One table is named nowhere in the text; its own caption has the number.
    assert references == {
        key: word for key, word in expected["cross_references"].items() if key != "tbl-unsupervised"
    }
    for key, word in expected["cross_references"].items():
        (target,) = [one for one in article.iter() if one.get("id") == key]
        number = pick(target, ".section-number") or pick(target, ".label")
        assert text(number[0]).removesuffix(":") == word.removeprefix("Section ").replace(" ", " ")


@pytest.mark.shared
def test_citations_print_the_numbers_of_the_paper(article: Any, shared_data: Path) -> None:
    expected = json.loads((shared_data / "paper/expected-citations.json").read_text())
    found = []
    for group in pick(article, ".citation"):
        for card in pick(group, ".cite-card"):
            card.drop_tree()
        numbers: list[int] = []
        for first, last in re.findall(r"(\d+)(?:–(\d+))?", text(group)):
            numbers += range(int(first), int(last or first) + 1)
        found.append(sorted(numbers))
    # The order of the paper does not say where a figure or a table is in the text.
    wanted = sorted(sorted(group["numbers"]) for group in expected["groups"])
    assert len(found) == 62
    assert sorted(found) == wanted


@pytest.mark.shared
def test_the_pdf_of_the_paper(agan: Path) -> None:
    reader = PdfReader(io.BytesIO((agan / "agan.pdf").read_bytes()))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in (
        "Hanchao Wang",
        "Abstract",
        "5 Discussion & Conclusion",
        "Figure 7",
        "Table 3",
        "References",
        "[43]",
    ):
        assert part in words
    assert 8 <= len(reader.pages) <= 20
    titles = [item.title for item in _flat(reader.outline)]
    assert [title for title in titles if re.match(r"\d", title)][:4] == [
        "1 Introduction", "2 Related Work", "3 Method", "3.1 Controller architecture",
    ]  # fmt: skip


def _flat(items: Any) -> Any:
    for item in items:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


@pytest.mark.shared
def test_the_html_checker_has_no_complaint(agan: Path) -> None:
    jar = tool("VNU_JAR", "vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        missing("there is no Java")
    command = [str(java), "-jar", str(jar), "--format", "gnu", "--Werror", str(agan / "index.html")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.shared
@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_has_no_complaint(agan: Path, browser: Browser, scheme: Any, width: int) -> None:  # noqa: F811
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    window = context(browser, width, color_scheme=scheme, reduced_motion="reduce")
    shown = window.new_page()
    shown.goto((agan / "index.html").as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = shown.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", tags)
    found = [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in result["violations"]
        for node in violation["nodes"]
        if not any(violation["id"] == rule and part in node["html"] for rule, part in MISTAKEN)
    ]
    window.close()
    assert not found, "\n".join(found)


def test_what_is_missing_is_told_once_also_where_there_is_a_pdf(tmp_path):
    text = "---\ntitle: A\nauthors: [Doe, J.]\ndate: 2020\n---\n# One\n\n[x](gone.md) and ![p](gone.png)\n"
    files = {"site.yaml": "title: T\n", "content/papers/k/x.md": text}
    found = SiteFolder(tmp_path / "missing").write(files).report()
    assert [(problem["code"], problem["line"]) for problem in found] == [
        ("link-missing", 8),
        ("image-missing", 8),
    ]
