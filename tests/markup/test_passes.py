"""Citations, references and the bibliography on the page, and what stays as it was."""

import re
import sys
from pathlib import Path
from xml.etree.ElementTree import SubElement

from acadsite.markup import read, render, tree
from acadsite.markup.numbering import Settings, Target, Text, number
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import Back, Citing, Entry, citation_id, prepare, reference_id

sys.path.insert(0, str(Path(__file__).parent))
from works import inline, numeric, prepared, shown


def test_a_document_is_not_changed() -> None:
    document = read("# A\n\n@sec-x [@k] @fig-a\n\n![C](a.png){#fig-a}\n", "a.md")
    before = render(document)
    prepare(document, find=lambda key: None, citing=numeric(document))
    assert render(document) == before


def test_nothing_given_nothing_changed() -> None:
    text = "# A\n\n@fig-a [@k]\n\n![C](a.png){#fig-a}\n\n|a|\n|-|\n|1|\n"
    document = read(text, "a.md")
    assert render(prepare(document)) == render(document)


def test_citations_show_a_card_and_lead_to_the_list_and_back() -> None:
    html = shown("A [@k; @l] and [@k][^1].\n\n[^1]: B [@m].\n").html
    assert (
        '<span class="citation" id="cite-1">[<a href="#ref-k" role="doc-biblioref">1</a>, '
        '<a href="#ref-l" role="doc-biblioref">2</a>]<span class="cite-card" hidden>'
        '<span class="cite-entry">[1] Reference k.</span><span class="cite-entry">[2] Reference l.</span></span></span>'
    ) in html
    assert (
        '<h1 class="unnumbered" id="references">References</h1>\n<div class="references" id="refs">' in html
    )
    assert (
        '<li id="ref-k"><span class="reference-label">[1]</span> <span class="reference">Reference k.' in html
    )
    assert 'href="#cite-1" role="doc-backlink" aria-label="Back to citation 1">↩1</a>' in html
    assert 'href="#cite-2" role="doc-backlink" aria-label="Back to citation 2">↩2</a>' in html
    assert 'href="#cite-3" role="doc-backlink" aria-label="Back to the text">↩</a>' in html
    assert html.index('id="refs"') < html.index('role="doc-endnotes"')


def test_ids_get_the_prefix_of_a_body() -> None:
    html = render(prepared("[@k] @fig-a $$x$$ {#eq-a}\n\n![C](a){#fig-a}\n"), id_prefix="x-").html
    for name in ("cite-1", "ref-k", "fig-a", "eq-a"):
        assert f'id="x-{name}"' in html
        assert f'href="#x-{name}"' in html


def test_references_of_a_book_lead_to_other_pages() -> None:
    one, two = (read(text, "a.md") for text in ("@fig-b [@k]\n", "# B\n\n![C](b){#fig-b}\n\n@fig-b\n"))
    book = [Text("one", outline_of(one)), Text("two", outline_of(two))]
    numbers = number(book, Settings(chapters=True))
    entry = Entry("k", inline("K"), back=(Back("../two/#cite-1", "2", 'Sets <&> "x"'),))
    group = inline("")
    SubElement(group, tree.LINK, {"href": f"#{reference_id('k')}"}).text = "K 2020"
    out = prepare(
        one,
        numbers=numbers.texts["one"],
        find=lambda key: numbers.find("one", key),
        name="one",
        address=lambda name: f"../{name}/",
        citing=Citing({0: group}, {"k": entry}, page="../references/"),
    )
    html = render(out).html
    assert '<a class="cross-reference" href="../two/#fig-b">Figure\xa02.1</a>' in html
    assert '<a href="../references/#ref-k">K 2020</a>' in html
    assert "refs" not in html
    listed = render(prepare(two, citing=Citing(entries={"k": entry}, bibliography=[entry])))
    assert 'href="../two/#cite-1"' in listed.html
    assert 'title="§2 Sets &lt;&amp;&gt; &quot;x&quot;">↩§2</a>' in listed.html
    assert "../two/#cite-1" in listed.links
    assert citation_id(0) == "cite-1"


def test_references_name_the_sections_that_cite_them() -> None:
    text = "[@k]\n\n# A *b*\n\nNote.[^n] [@k]\n\n# C\n\n[@k]\n\n[^n]: See [@k].\n"
    document = read(text, "a.md")
    group, entry = inline("K"), Entry("k", inline("K"))
    citing = Citing(dict.fromkeys(range(4), group), {"k": entry}, bibliography=[entry])
    for sections, marks in ((True, "↩1 ↩§1 ↩§1 ↩§2"), (False, "↩1 ↩2 ↩3 ↩4")):
        numbers = number([Text("a", outline_of(document))], Settings(sections=sections))
        html = render(prepare(document, numbers=numbers.texts["a"], citing=citing)).html
        links = re.findall(r'aria-label="Back to citation \d(.*?)"(?: title="(.*?)")?>(.*?)</a>', html)
        assert " ".join(mark for *_, mark in links) == marks
        words = ["", *(f"§{one}" if sections else one[2:] for one in ("1 A b", "1 A b", "2 C"))]
        assert [title for _, title, _ in links] == words
        assert [label.removeprefix(": ") for label, *_ in links] == words


def test_the_title_of_what_has_no_number() -> None:
    html = shown("# A *b* {#sec-a}\n\n@sec-a\n", settings=Settings(sections=False)).html
    assert '<a class="cross-reference" href="#sec-a">A b</a>' in html
    assert "section-number" not in html


def test_section_numbers_are_in_headings_and_contents() -> None:
    body = shown("# A\n\n## B\n\n# C\n")
    assert '<h2 id="b"><span class="section-number">1.1</span> B</h2>' in body.html
    assert body.toc[0].children[0].html == '<span class="section-number">1.1</span> B'
    assert body.toc[0].children[0].title == "B"


def test_a_citation_in_a_heading_has_no_card() -> None:
    body = shown("# A [@k] $x$\n\n# B\n")
    assert 'href="#ref-k" role="doc-biblioref">1</a>]</span>' in body.html
    assert "cite-card" not in body.html
    assert body.toc[0].html.startswith(
        '<span class="section-number">1</span> A <span class="citation">[1]</span> <math'
    )


def test_addresses_of_others_are_checked() -> None:
    document = read("@fig-x\n", "a.md")
    target = Target("other", "fig-x", "fig", "1", "Figure", "")
    out = render(prepare(document, find=lambda key: target, address=lambda name: "javascript:alert(1)//"))
    assert "javascript" not in out.html
    assert [problem.code for problem in out.problems] == ["markup-unsafe-link"]


def test_what_is_prepared_knows_its_text() -> None:
    body = shown("See @fig-a and [@k].\n\n![C](a){#fig-a}\n")
    assert body.excerpt == "See Figure 1 and ."
