"""Trees as HTML, Typst nodes and text, and what any data may do to them: nothing."""

from __future__ import annotations

import html as standard_html
import re
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.citations import Cite, Cluster, own_style, process, read_style
from acadsite.citations.style import NAMES
from acadsite.citations.writers import html, text, typst

TREE = (
    ("left-margin", ("[1]",)),
    (
        "right-inline",
        (
            "A & B <i>, ",
            ("em", ("x ", ("upright", ("y",)))),
            ("link", "https://a.org/?a=1&b=2", ("here",)),
            ".",
        ),
    ),
)


def test_html() -> None:
    assert html(TREE) == (
        '<div class="csl-left-margin">[1]</div><div class="csl-right-inline">A &amp; B &lt;i&gt;, '
        '<em>x <span class="upright">y</span></em><a href="https://a.org/?a=1&amp;b=2">here</a>.</div>'
    )


def test_links_that_run_scripts_are_text() -> None:
    for url in ("javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"):
        assert html((("link", url, ("here",)),)) == "here"
        assert typst((("link", url, ("here",)),)) == ["here"]


def test_cites_and_notes() -> None:
    tree = ("(", ("cite", "a", ("Doe ", ("link", "https://a.org", ("x",)))), ")", ("note", ("n",)))
    assert html(tree) == '(Doe <a href="https://a.org">x</a>)n'
    linked = html(
        tree,
        cite=lambda key, inner: f'<a href="#{key}">{inner}</a>',
        note=lambda inner: f"<sup>{inner}</sup>",
    )
    assert linked == '(<a href="#a">Doe x</a>)<sup>n</sup>'
    assert typst(tree, cite=lambda key, inner: [{"k": "ref", "u": key, "c": inner}])[1]["k"] == "ref"


def test_typst_nodes() -> None:
    assert typst(TREE) == [
        {"k": "left-margin", "c": ["[1]"]},
        {
            "k": "right-inline",
            "c": [
                "A & B <i>, ",
                {"k": "em", "c": ["x ", {"k": "em", "c": ["y"]}]},
                {"k": "a", "u": "https://a.org/?a=1&b=2", "c": ["here"]},
                ".",
            ],
        },
    ]
    assert typst((("math", "x^2"),))[0]["k"] == "math"


def test_text_and_formulas() -> None:
    assert text(TREE) == "[1] A & B <i>, x yhere."
    assert text((("math", "x^2"), " a")) == "x^2 a"
    assert "<math" in html((("math", "x^2"),))


def test_identifiers_are_links() -> None:
    style = own_style("apa")
    assert style is not None
    items = {
        "a": {"type": "book", "title": "T", "DOI": "10.1/a<b>"},
        "b": {"type": "book", "title": "U", "URL": "javascript:x"},
    }
    done = process(style, items, [], uncited=["a", "b"])
    written = {key: html(tree) for key, tree in done.bibliography}
    assert '<a href="https://doi.org/10.1/a%3Cb%3E">https://doi.org/10.1/a&lt;b&gt;</a>' in written["a"]
    assert "<a" not in written["b"]


SCALARS: Any = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))
RICH: Any = st.recursive(
    st.text(max_size=12),
    lambda inner: st.tuples(
        st.sampled_from(["em", "strong", "sc", "sup", "sub", "nocase"]),
        st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
VALUES: Any = st.one_of(
    SCALARS,
    st.lists(RICH, max_size=4).map(tuple),
    st.lists(
        st.one_of(
            SCALARS, st.dictionaries(st.sampled_from(["family", "given", "literal", "suffix"]), SCALARS)
        ),
        max_size=3,
    ),
    st.dictionaries(
        st.sampled_from(["date-parts", "raw", "literal", "season", "circa"]),
        st.one_of(SCALARS, st.lists(st.lists(SCALARS, max_size=4), max_size=3)),
    ),
)
FIELDS = ["title", "container-title", "author", "editor", "issued", "accessed", "page", "volume", "issue", "edition",
          "DOI", "URL", "publisher", "type", "language", "number", "genre", "note", "status"]  # fmt: skip
STYLES = [own_style(name) for name in sorted(set(NAMES.values()))]


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=4), st.dictionaries(st.sampled_from(FIELDS), VALUES), min_size=1, max_size=4
    ),
    st.sampled_from(STYLES),
    st.text(max_size=8),
    st.text(max_size=12),
)
def test_no_data_raises(items: dict[str, dict[str, Any]], style: Any, locator: str, affix: str) -> None:
    cites = tuple(Cite(key, locator, prefix=affix, suffix=affix) for key in items)
    done = process(style, items, [Cluster(cites), Cluster(cites, in_text=True)], "en", ["missing"])
    assert len(done.citations) == 2
    assert {key for key, _ in done.bibliography} == set(items)
    for tree in (*done.citations, *(tree for _, tree in done.bibliography)):
        check_html(html(tree))
        typst(tree)
        text(tree)


TAG = re.compile(
    r"</?(?:em|strong|u|sup|sub|span|div|a)(?: (?:class|href)=\"[^\"<>]*\")?>|&(?:amp|lt|gt|quot|#x27);|[^<>&]"
)


def check_html(written: str) -> None:
    """Nothing but our own tags and escaped text."""
    assert TAG.sub("", written) == ""


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")),
        min_size=1,
        max_size=20,
    )
)
def test_text_comes_out_as_it_went_in(word: str) -> None:
    style, _ = read_style(
        '<style xmlns="http://purl.org/net/xbiblio/csl"><citation><layout><text variable="publisher"/></layout>'
        "</citation></style>",
        "a.csl",
    )
    done = process(style, {"a": {"publisher": ("<b>&", word, "</b>")}}, [Cluster((Cite("a"),))])
    written = html(done.citations[0])
    quotes = str.maketrans(dict.fromkeys("'\"‘’“”", "'"))
    assert standard_html.unescape(written).translate(quotes) == f"<b>&{word}</b>".translate(quotes)
    assert "<" not in written


def test_hostile_text_is_only_text() -> None:
    bad = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'><i>ok</i>#eval("x")'
    for style in STYLES:
        items = {
            bad: {
                "type": "book",
                "title": bad,
                "author": [{"family": bad, "given": bad}],
                "publisher": bad,
                "URL": bad,
            }
        }
        done = process(style, items, [Cluster((Cite(bad, bad, prefix=bad, suffix=bad),))])
        for tree in (*done.citations, done.bibliography[0][1]):
            check_html(html(tree))
            assert "<script" not in html(tree)


def deep(levels: int) -> Any:
    node: Any = "x"
    for _ in range(levels):
        node = ("em", (node, "y"))
    return (node,)


def test_data_of_any_size_ends_soon() -> None:
    style = own_style("chicago-author-date")
    assert style is not None
    people = [{"family": f"van Name{number}", "given": "A. B-C"} for number in range(3000)]
    items: dict[str, dict[str, Any]] = {
        "long": {"type": "book", "title": "some word: a " * 20_000, "page": "1-2, " * 20_000},
        "quotes": {"type": "book", "title": "\"'“‘(" * 5_000},
        "tags": {"type": "book", "title": "<i><b>" * 5_000},
        "many": {"type": "book", "title": "T", "author": people},
        "deep": {"type": "book", "title": deep(5_000)},
        "spaces": {
            "type": "article-journal",
            "title": " " * 50_000,
            "page": "-" * 50_000,
            "container-title": "a " * 9,
        },
    }
    items |= {f"k{number}": {"type": "book", "title": "T", "author": people[:1]} for number in range(400)}
    start = time.process_time()
    done = process(style, items, [Cluster(tuple(map(Cite, items))), Cluster(tuple(map(Cite, items)))])
    assert time.process_time() - start < 8
    assert len(done.bibliography) == len(items)
    assert "Xyyy" in html(dict(done.bibliography)["deep"])
