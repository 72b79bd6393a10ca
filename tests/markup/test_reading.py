"""The tree that the readers give: places, neutral elements, and what the rewriting may not change."""

import random
import xml.etree.ElementTree as ET

import pytest

from acadsite.markup import excerpt_of, read, render, slug, text_of, tree
from acadsite.markup.attributes import code_info, parsed
from acadsite.markup.rewrite import rewritten
from acadsite.problems import Span

STARTS = {
    tree.MATH: "$\\",
    tree.CITATIONS: "[@-",
    tree.CITE: "@-",
    tree.CROSS_REFERENCE: "@-",
    tree.WIKI_LINK: "[",
    tree.LINK: "[<hw",
    tree.IMAGE: "!",
    tree.NOTE_REFERENCE: "[",
    tree.INLINE_NOTE: "[",
    tree.RAW: "<",
}
#: Pieces that mean something, to be put together at random.
SOUP = [
    *(
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "`",
        "``",
        "~~~",
        ":::",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "*",
        "**",
    ),
    *(
        "_",
        "~",
        "~~",
        "^",
        "|",
        "\\@",
        "\\",
        "\\\\",
        "!",
        "<",
        ">",
        '"',
        "'",
        "+",
        "=",
        "#",
        "a",
        "b",
        "é",
        "漢",
    ),
    *("\t", "&#2;", "--"),
    *(
        "```\n",
        "\n",
        "\n\n",
        " ",
        "    ",
        "- ",
        "1. ",
        "> ",
        "# ",
        "::: {.a}\n",
        ":::\n",
        "!!! note\n    ",
        "??? tip\n",
    ),
    *(
        "{.a}",
        "{#x}",
        "[@a]",
        "@a",
        "[@a; @b]",
        "@fig-x",
        "^[",
        "[^1]",
        "[^1]: ",
        "|-|-|\n",
        "| a | b |\n",
        ": ",
        "---\n",
    ),
    *(
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "\\begin{align}",
        "\\end{align}",
        "http://x.y",
        "www.z",
        "[[k]]",
    ),
    *("![", "](u)", "&amp;", "[!NOTE]", "- [ ] ", "Table: "),
]


def soup(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(SOUP) for _ in range(chance.randint(1, 40)))


def test_the_rewriting_keeps_length_and_line_breaks() -> None:
    for seed in range(3000):
        data = soup(seed).encode()
        out = rewritten(data).data
        assert len(out) == len(data)
        assert [i for i, c in enumerate(out) if c == 10] == [i for i, c in enumerate(data) if c == 10]


def test_what_needs_no_rewriting_is_not_touched() -> None:
    data = b"# A\n\nb *c* `d` $e$ [f](g)\n\n| a | b |\n|---|---|\n| 1 | $2$ |\n"
    assert rewritten(data).data is data


def test_places_point_at_the_first_character() -> None:
    found = 0
    for seed in range(3000):
        document = read(soup(seed), "a.md")
        for element in document.tree.iter():
            at = element.get(tree.AT)
            if at is not None and element.tag in STARTS:
                found += 1
                char = document.source.data[int(at) : int(at) + 1].decode(errors="replace")
                assert char in STARTS[element.tag], (seed, element.tag, char)
    assert found > 2000


def test_lines_are_those_of_the_file() -> None:
    text = "# A\n\nb\nc\n\n- d\n- e\n\n  f\n\n| g |\n|---|\n| h |\n\n```\ni\n```\n\n::: {.j}\nk\n:::\n\n> l\n"
    document = read(text, "a.md", first_line=10)
    lines = {
        (text_of(e).split() or ["-"])[0]: e.get(tree.LINE) for e in document.tree.iter() if e.get(tree.LINE)
    }
    assert lines == {
        "A": "10",
        "b": "12",
        "d": "15",
        "e": "16",
        "f": "18",
        "g": "20",
        "h": "22",
        "i": "24",
    } | {
        "k": "29",
        "l": "32",
    }


def test_spans_count_characters() -> None:
    document = read("é漢 $x$\nà $y$", "a.md", first_line=5)
    spans = [document.source.span(int(e.get(tree.AT, "0"))) for e in document.tree.iter(tree.MATH)]
    assert spans == [Span("a.md", 5, 4), Span("a.md", 6, 3)]


def test_line_ends_marks_and_surrogates() -> None:
    document = read("\ufeffa\r\nb\rc\x00\ud800\x0c\n", "a.md")
    assert document.source.data == b"a\nb\nc\n"
    assert render(document).html == "<p>a\nb\nc</p>\n"


def test_attributes_at_the_end_of_a_cell() -> None:
    body = render(read("|a|b|\n|-|-|\n|*c*{.d}|\n|`e`{.f}|g|\n", "a.md"))
    assert body.html.count("<td>") == 4
    assert '<td><em class="d">c</em></td>\n<td></td>' in body.html


def test_masks_are_put_back_everywhere() -> None:
    text = "|a $www.z||$ [b|](c|d) `e|$x|y$`\n|-|-|\n|![f|$g|$](h)|i|\n"
    body = render(read(text, "a.md"))
    assert not set(map(chr, range(9))) & set(body.html + body.excerpt + str(body.toc))


def test_citations_are_neutral() -> None:
    (group,) = read("[see @a-1, *p.* 3; -@{b.c} x; @fig-y]", "a.md").tree.iter(tree.CITATIONS)
    assert ET.tostring(group, encoding="unicode") == (
        '<citations at="0" form="bracket">'
        '<cite key="a-1" at="5"><prefix>see</prefix><suffix>, <em>p.</em> 3</suffix></cite>'
        '<cite key="b.c" at="19" suppress="yes"><suffix>x</suffix></cite>'
        '<xref key="fig-y" at="30" />'
        "</citations>"
    )


def test_a_citation_in_text_may_have_a_locator() -> None:
    paragraph = read("@a [p. 3] says\n", "a.md").tree[0]
    assert ET.tostring(paragraph, encoding="unicode") == (
        '<p line="1"><citations form="text" at="0"><cite key="a" at="0"><suffix>p. 3</suffix></cite>'
        "</citations> says</p>"
    )


def test_formulas_are_neutral() -> None:
    formulas = [
        (e.get(tree.DISPLAY), e.text)
        for e in read("$a$ $$b$$ \\(c\\) \\[d\\]\n", "a.md").tree.iter(tree.MATH)
    ]
    assert formulas == [("inline", "a"), ("block", "b"), ("inline", "c"), ("block", "d")]


def test_reading_twice_and_rendering_twice_give_the_same() -> None:
    text = "# A\n\n# A\n\n[x]{.y} [^1] :::\n\n[^1]: z\n"
    document = read(text, "a.md")
    assert render(document) == render(document) == render(read(text, "a.md"))


@pytest.mark.parametrize(
    ("group", "attributes"),
    [
        ("{#a .b c=d}", {"id": "a", "class": "b", "c": "d"}),
        ("{: .b}", {"class": "b"}),
        ("{.a .b class='c d'}", {"class": "a b c d"}),
        ("{k=\"a 'b' {c}\"}", {"k": "a 'b' {c}"}),
        ("{-}", {"class": "unnumbered"}),
        ("{KEY=v}", {"key": "v"}),
        ("{}", None),
        ("{a}", None),
        ("{a b=c}", None),
        ("{#}", None),
        ("{x y}", None),
    ],
)
def test_attributes(group: str, attributes: dict[str, str] | None) -> None:
    assert parsed(group) == attributes


@pytest.mark.parametrize(
    ("info", "language", "attributes"),
    [
        ("", "", {}),
        ("Python", "python", {}),
        ("python {.a #b}", "python", {"class": "a", "id": "b"}),
        ("{.python .a}", "python", {"class": "a"}),
        ("{python}", "python", {}),
        ("{r, echo=FALSE}", "r", {"echo": "FALSE"}),
        ('python title="a.py"', "python", {"title": "a.py"}),
        ("c++", "c++", {}),
        ('"><script>', '"><script>', {}),
    ],
)
def test_code_info(info: str, language: str, attributes: dict[str, str]) -> None:
    assert code_info(info) == (language, attributes)


# --- headings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello, World!", "hello-world"),
        ("Über Größe & Maß", "über-größe--maß"),
        ("学习 笔记", "学习-笔记"),
        ("A_b-c.d", "a_b-cd"),
        ("e\u0301", "é"),
        ("...", ""),
    ],
)
def test_slug(text: str, name: str) -> None:
    assert slug(text) == name


def test_ids_are_never_given_twice() -> None:
    body = render(read("# A\n\n# A\n\n# A-1\n\n# B {#a}\n\n# A\n\n# !\n\n# ?\n", "a.md"))
    assert body.anchors == ("a-1", "a-2", "a-1-1", "a", "a-3", "section", "section-1")


def test_contents_are_nested_and_shifted() -> None:
    body = render(read("## A\n\n#### B\n\n### C\n\n## *D* $x$ [e](f)\n\n> # G\n", "a.md"), heading_shift=1)
    a, d = body.toc
    assert [(e.level, e.id) for e in (a, *a.children, d)] == [(2, "a"), (3, "b"), (3, "c"), (2, "d-x-e")]
    assert d.title == "D x e"
    assert d.html.startswith("<em>D</em> <math")
    assert d.html.endswith("</math> e")


def test_the_title_may_be_left_out() -> None:
    body = render(read("# A *b*\n\nc\n", "a.md"), drop_title=True)
    assert (body.title, body.title_html, body.html) == ("A b", "A <em>b</em>", "<p>c</p>\n")
    assert render(read("c\n\n# A\n", "a.md"), drop_title=True).title == ""


def test_two_bodies_on_a_page() -> None:
    body = render(read("# A\n\n[b](#a)[^1]\n\n[^1]: c\n", "a.md"), id_prefix="x-")
    assert 'id="x-a"' in body.html
    assert 'href="#x-a">b' in body.html
    assert 'id="x-fn-1"' in body.html


def test_excerpt() -> None:
    words = "word " * 100
    document = read(f"# T\n\nA *b* $c$ [d](e)[^1] [@f].\n\n{words}\n\n[^1]: note\n", "a.md")
    text = excerpt_of(document.tree)
    assert text.startswith("A b c d . word word")
    assert len(text) <= 301
    assert text.endswith("word…")
