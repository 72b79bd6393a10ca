"""Works: what a text shows of numbers, cross-references and citations, and of the files that it cites from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from acadsite.kinds.references import located
from sample import Site, contents, tree, unlike

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conftest import SiteFolder

    MakeSite = Callable[[Mapping[str, str]], SiteFolder]

BIB = """\
@book{noether1921, title = {Ideals in Rings}, author = {Noether, Emmy}, year = 1921, publisher = {Springer}}
@article{artin1927, title = {On Hypercomplex Numbers}, author = {Artin, Emil and Hasse, Helmut}, year = 1927,
  journal = {Abhandlungen}}
"""
POST = "---\ntitle: Post\ndate: 2020-01-01\n{front}---\n\n{text}\n"


def post(text: str, front: str = "") -> str:
    return POST.format(text=text, front=front)


def shown(site: SiteFolder, path: str = "posts/one/index.html") -> Any:
    """A page; the references beside citations are left out."""
    page = html.fromstring(site.build()[path])
    for card in page.xpath("//*[contains(@class, 'cite-card')]"):
        card.drop_tree()
    return page


def texts(page: Any, name: str) -> list[str]:
    """What the elements of a class say."""
    found = page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")
    return [" ".join(element.text_content().replace("↩", "").split()) for element in found]


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        ("", ("", "page", "")),
        (", p. 3", ("3", "page", "")),
        (", pp. 3-5, and more", ("3-5", "page", ", and more")),
        ("33", ("33", "page", "")),
        (" chap. 4", ("4", "chapter", "")),
        (", §§ 2.1–2.3", ("2.1–2.3", "section", "")),
        (", pp. iv–ix", ("iv–ix", "page", "")),
        (", Theorem 2", ("2", "theorem", "")),
        (", see there", ("", "page", ", see there")),
        (" in part", ("", "page", " in part")),
        (", {p. 3a}, etc.", ("3a", "page", ", etc.")),
        (", {Figure B}", ("Figure B", "page", "")),
    ],
)
def test_what_stands_behind_a_key(suffix: str, expected: tuple[str, str, str]) -> None:
    assert located(suffix) == expected


@pytest.mark.parametrize(
    ("style", "cited", "first"),
    [
        ("", ["Noether (1921)", "(see Artin and Hasse 1927, 3–5)"], "Artin, Emil, and Helmut Hasse. 1927."),
        ("apa", ["Noether (1921)", "(see Artin & Hasse, 1927, pp. 3–5)"], "Artin, E., & Hasse, H. (1927)."),
        ("ieee", ["[1]", "[see 2, pp. 3–5]"], "[1] E. Noether"),
    ],
)
def test_a_text_cites_in_a_style(site: MakeSite, style: str, cited: list[str], first: str) -> None:
    front = "bibliography: own.bib\n" + (f"style: {style}\n" if style else "")
    made = site(
        {
            "content/posts/one.md": post("As @noether1921 says [see @artin1927, pp. 3-5].", front),
            "content/posts/own.bib": BIB,
        }
    )
    assert made.report() == []
    page = shown(made)
    groups = texts(page, "citation")
    if style != "ieee":
        assert groups == cited
    else:
        assert groups[0].endswith(cited[0])
        assert "2" in groups[1]
    listed = [" ".join(item.text_content().split()) for item in page.xpath("//*[@id='refs']//li")]
    assert len(listed) == 2
    assert listed[0].startswith(first)
    links = page.xpath("//*[contains(@class, 'citation')]//a/@href")
    assert set(links) == {"#ref-noether1921", "#ref-artin1927"}
    assert page.xpath("//*[@id='ref-noether1921']")
    assert page.xpath("//h2[contains(., 'References')] | //h3[contains(., 'References')]")


def test_the_publications_of_the_site_can_be_cited(site: MakeSite) -> None:
    made = site(
        {
            "content/publications/all.bib": BIB.replace("Ideals in", "\\Word{} in"),
            "content/publications/m.tex": "\\newcommand{\\Word}{Ideals}\n",
            "content/posts/one.md": post("[@noether1921]"),
            "site.yaml": "title: T\npublications: {macros: [publications/m.tex]}\ncitations: {style: apa}\n",
        }
    )
    page = shown(made)
    assert texts(page, "citation") == ["(Noether, 1921)"]
    assert "Ideals in rings" in page.xpath("//*[@id='refs']")[0].text_content()


def test_own_entries_win_and_all_texts_may_cite_those_of_the_site(site: MakeSite) -> None:
    made = site(
        {
            "content/publications/all.bib": BIB,
            "content/refs/own.bib": BIB.replace("year = 1921", "year = 1999"),
            "content/posts/one.md": post("[@noether1921]"),
            "site.yaml": "title: T\ncitations: {bibliography: [refs/own.bib]}\n",
        }
    )
    assert texts(shown(made), "citation") == ["(Noether 1999)"]


def test_a_style_of_ones_own(site: MakeSite) -> None:
    csl = """\
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>Own</title><id>own</id></info>
<citation><layout prefix="&lt;" suffix="&gt;"><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography>
</style>
"""
    front = "bibliography: own.bib\nstyle: own.csl\n"
    made = site(
        {
            "content/posts/one.md": post("[@noether1921]", front),
            "content/posts/own.bib": BIB,
            "content/posts/own.csl": csl,
        }
    )
    assert made.report() == []
    assert texts(shown(made), "citation") == ["<Ideals in Rings>"]


def test_unknown_keys_are_told_with_the_nearest(site: MakeSite) -> None:
    made = site(
        {
            "content/posts/one.md": post(
                "[@noether1921; @artin1972]\n\nBy @noether1912, write to @somebody.",
                "bibliography: own.bib\n",
            ),
            "content/posts/own.bib": BIB,
        }
    )
    found = [(item["code"], item["line"], item["hint"]) for item in made.report()]
    assert [(code, line) for code, line, _ in found] == [
        ("markup-unknown-citation", line) for line in (7, 9, 9)
    ]
    assert "artin1927" in found[0][2]
    assert "noether1921" in found[1][2]
    page = shown(made)
    assert texts(page, "citation") == ["(Noether 1921)", "@noether1912", "@somebody"]
    assert "By @noether1912, write to @somebody." in page.text_content()


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("bibliography: none.bib\n", "bib-file"),
        ("style: none/x.csl\n", "csl-file"),
        ("style: harvrd\n", "csl-name"),
    ],
)
def test_files_that_are_not_there_are_told(site: MakeSite, front: str, code: str) -> None:
    made = site({"content/posts/one.md": post("Text", front), "content/posts/own.bib": BIB})
    assert code in made.codes()


def test_numbers_of_a_text_by_itself(site: MakeSite) -> None:
    made = site(
        {
            "content/posts/one.md": post(
                "See @fig-a, @eq-b and @thm-c.\n\n![A](a.svg){#fig-a fig-alt='Nothing'}\n\n"
                "$$\nx\n$$ {#eq-b}\n\n::: {#thm-c}\nT\n:::"
            ),
            "content/posts/a.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
            "content/posts/two.md": post("## A\n\n## B {#sec-b}\n\n@sec-b", "number-sections: true\n"),
            "site.yaml": "title: T\nlabels: {Figure: Abbildung}\n",
        }
    )
    assert made.report() == []
    page = shown(made)
    links = {link.text_content(): link.get("href") for link in page.xpath("//p[contains(., 'See')]//a")}
    assert links == {"Abbildung\xa01": "#fig-a", "Equation\xa01": "#eq-b", "Theorem\xa01": "#thm-c"}
    other = shown(made, "posts/two/index.html")
    assert "Section\xa02" in [link.text_content() for link in other.xpath("//p//a")]


def test_macros_of_the_site_and_of_a_text(site: MakeSite) -> None:
    made = site(
        {
            "content/posts/one.md": post("$\\A\\B$", "macros: '\\newcommand{\\B}{beta}'\n"),
            "site.yaml": "title: T\nmarkup: {macros: '\\newcommand{\\A}{alpha}'}\n",
        }
    )
    assert made.report() == []
    text = shown(made).xpath("//*[local-name()='math']")[0].text_content()
    assert text.startswith("alphabeta")


def test_what_a_text_cites_is_followed(site: MakeSite) -> None:
    files = {
        "content/publications/all.bib": BIB,
        "content/posts/one.md": post("[@noether1921]"),
        "content/posts/two.md": post("[@artin1927]", "bibliography: own.bib\n"),
        "content/posts/three.md": post("No citation"),
        "content/posts/own.bib": BIB,
    }
    made = Site(site(files))
    made.build()

    def posts(edit: Mapping[str, str]) -> set[str]:
        made.edit(edit)
        result = made.build()
        assert unlike(tree(made.out), contents(made.cold())) == []
        return {
            path.split("/")[1] for path in result.made if path.startswith("posts/") and path.count("/") == 2
        }

    assert posts({"content/publications/all.bib": BIB.replace("year = 1921", "year = 1922")}) == {"one"}
    assert posts({"content/posts/own.bib": BIB.replace("Artin, Emil", "Artin, Emma")}) == {"two"}
    assert posts({"content/posts/own.bib": BIB.replace("Noether, Emmy", "Noether, Max")}) == {"two"}
    assert posts({"site.yaml": "title: Test\ncitations: {style: mla}\n"}) == {"one", "two"}
    assert posts({"content/posts/three.md": post("[@artin1927]")}) == {"three"}
