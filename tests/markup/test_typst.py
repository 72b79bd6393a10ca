"""Inline text for Typst: the same text as on the web page, and nothing that Typst would read as code."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from acadsite.links import SITE_ROOT
from acadsite.markup.html import Link
from acadsite.markup.inline import inline_body, rich_html
from acadsite.markup.typst import inline_nodes, math_node, rich_nodes

KINDS = {"em", "strong", "sub", "sup", "sc", "u", "del", "a", "code", "math", "br"}


def resolve(target: str, kind: str, _: Any) -> Link | None:
    """As a site with one publication, one page and one file elsewhere."""
    if kind in {"cite", "wiki"}:
        return {
            "key": Link(f"{SITE_ROOT}publications/key/", "Title *of* it"),
            "bare": Link("https://b.example"),
        }.get(target)
    return Link(f"{SITE_ROOT}about/") if target == "about.md" else None


def nodes(text: str, *, root: str = "", plain: bool = False) -> list[Any]:
    return inline_nodes(text, resolve=None if plain else resolve, root=root)


def said(nodes: list[Any]) -> str:
    """The text of nodes; a formula is ◇."""
    out = ""
    for node in nodes:
        if isinstance(node, str):
            out += node
        elif node["k"] == "br":
            out += " "
        elif node["k"] == "math":
            out += "◇"
        else:
            out += node.get("t") or said(node.get("c", []))
    return out


class Shown(HTMLParser):
    """The text that a browser shows of a line of HTML, with the three exceptions of ``markup.typst``."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.silent, self.formula = "", "", 0
        # What is called a note stands at its place.
        notes = dict(
            re.findall(r'<li id="fn-(\d+)"><p>(.*?) <a class="footnote-back".*?</li>', html, re.DOTALL)
        )
        html = re.sub(r'<div class="footnotes".*', "", html, flags=re.DOTALL)
        html = re.sub(
            r'<sup class="footnote-ref"><a href="#fn-(\d+)".*?</sup>', lambda m: f" ({notes[m[1]]})", html
        )
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"math", "code"} and (tag == "math" or "math" in (dict(attrs).get("class") or "").split()):
            self.text += "◇" if tag == "math" else ""
            self.formula += tag == "math"
        elif tag in {"script", "style"}:
            self.silent = tag
        elif tag == "img":
            self.text += dict(attrs).get("alt") or ""
        elif tag == "br":
            self.text += " "

    def handle_endtag(self, tag: str) -> None:
        self.formula -= tag == "math"
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        if not self.silent and not self.formula:
            self.text += data


def squeezed(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


def the_same(text: str, *, plain: bool = False) -> None:
    html = inline_body(text, resolve=None if plain else resolve).html
    assert squeezed(said(nodes(text, plain=plain))) == squeezed(Shown(html).text), (text, html)


CONSTRUCTS = [
    "plain", "*em* and **strong** and ***both***", "_em_ __strong__", "~~del~~", "H~2~O and x^2^",
    "`code` and ``a ` b``",
    "[words](https://x.example)", "[words](about.md)", "[words](javascript:alert(1))", "<https://x.example/a?b=c>",
    "https://x.example/bare and www.x.example", "me@x.example and <me@x.example>",
    "[*nested* words](about.md \"title\")",
    "![picture](p.png)", "![](p.png)", "![a *b*](p.png)", "[![in a link](p.png)](about.md)",
    "$x^2$ and $$y$$ and \\(z\\) and \\[w\\]", "$\\unknown{x}$", "costs $5 and $6", "a\\$b",
    "[@key]", "[see @key, p. 3; @bare]", "@key", "[-@key]", "[@nobody]", "@nobody", "write to me@home",
    "@fig-x", "@key [p. 3]",
    "[[key]]", "[[key|words]]", "[[nothing]]", "[[bare]]",
    "word^[a *note* here] more", "[^1] without a text", "^[one]^[two]",
    "[span]{.smallcaps} [other]{#id .class}", "[x]{.underline}", "*x*{.y}", "see @sec-x [part]{#sec-x}",
    "a<br>b<br/>c", "hard  \nbreak", "hard\\\nbreak", "soft\nbreak", "<b>bold</b> <i>it <u>u</u></i>", "<b>open *x* y",
    "</b> stray", "<b>a<i>b</b>c</i>", "x<sub>2</sub><sup>3</sup>", "<script>alert(1)</script> after",
    "<style>p { color: red }</style>", "<script>*x* [y](z)", "<!-- comment --> x",
    "<img alt='two words' src=x>", "<kbd>Ctrl</kbd>",
    "<a href='https://x.example'>raw *link*</a>", "<a href='javascript:x'>raw</a>", "<a name=x>anchor</a>",
    "a < b > c <3",
    "\\*not em\\* \\# \\[x\\] \\` \\\\ \\<b\\>", "&amp; &lt;b&gt; &nbsp;x &copy; &#8203;", "# no heading",
    "1. no list", "- no list",
    "> no quote", "    no code", "---", "| no | table |", "Term\n: definition", "*[HTML]: abbreviation",
    "[ref]: https://x.example",
    "\"quotes\" 'single' -- --- ...", ":smile:", "<b", "a & b", "\u202eturned\u202c", "tab\tbed", "{x}",
    "{#id}", "{{ x }}",
    "#set page(width: 1pt)", "#import \"@preview/x:1.0.0\": *", "<label> @ref = heading / term: x", "`#eval`",
]  # fmt: skip


@pytest.mark.parametrize("text", CONSTRUCTS)
@pytest.mark.parametrize("plain", [False, True])
def test_every_construct_says_what_the_page_says(text: str, plain: bool) -> None:
    the_same(text, plain=plain)


SIGNS = st.sampled_from("ab *_`[]()<>!@#$^~{}\\|:;/&=+-.,'\"1é山\u05d0\u0301\u200d😀")
PIECES = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<br>",
        "<script>",
        "</script>",
        "[@key]",
        "@key",
        "[[key]]",
        "[a](about.md)",
        "^[n]",
        "~~",
        "**",
        "x",
    ]
)


@given(st.lists(st.one_of(SIGNS, PIECES), max_size=30).map("".join))
@example("<b>*x</b>*")
@example("[<b>](about.md)</b>")
@settings(deadline=None, max_examples=400)
def test_any_line_says_what_the_page_says(text: str) -> None:
    the_same(text)


def kinds(nodes: list[Any]) -> list[Any]:
    """The kinds of nodes, with those inside: ``["em", ["strong"]]``."""
    out: list[Any] = []
    for node in nodes:
        if isinstance(node, dict):
            assert node["k"] in KINDS
            inner = kinds(node.get("c", []))
            out += [node["k"], inner] if inner else [node["k"]]
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a **b***", ["em", ["strong"]]),
        ("<b>a <i>b</i></b> <ins>c</ins>", ["strong", ["em"], "u"]),
        ("<b>a<i>b</b>c</i>", ["strong", ["em"]]),
        ("[a]{.smallcaps} [b]{.underline} [c]{.other}", ["sc", "u"]),
        ("H~2~O x^2^ ~~d~~ `c`", ["sub", "sup", "del", "code"]),
        ("H\\~2\\~O x\\^2\\^ \\~~d~~", []),
        ("<a href='https://x.example'>*x*</a>", ["a", ["em"]]),
        ("[x](javascript:alert(1)) <a href=javascript:alert(1)>y</a> [z](data:text/html,x)", []),
        ("$x$ \\\n y", ["math"]),
        ("a<br>b", ["br"]),
    ],
)
def test_what_is_marked_stays_so(text: str, expected: list[Any]) -> None:
    assert kinds(nodes(text)) == expected


def test_signs_with_a_backslash_are_plain() -> None:
    assert nodes("H\\~2\\~O x\\^2\\^ a\\@b") == ["H~2~O x^2^ a@b"]
    assert nodes("[x](https://e.org/\\~f)") == [{"k": "a", "u": "https://e.org/~f", "c": ["x"]}]


def test_links_into_the_site_need_its_address() -> None:
    assert nodes("[x](about.md)") == ["x"]
    assert nodes("[x](about.md)", root="https://s.example/") == [
        {"k": "a", "u": "https://s.example/about/", "c": ["x"]}
    ]
    assert nodes("[@key]", root="https://s.example/") == [
        "[", {"k": "a", "u": "https://s.example/publications/key/", "c": ["Title *of* it"]}, "]",
    ]  # fmt: skip
    assert nodes("[x](#part) [y](other/page.html)") == ["x y"]


@pytest.mark.parametrize(
    "text",
    ["*" * 1000, "[" * 5000, "*a " * 500, "> " * 500, "<b>" * 2000, "<b><i>" * 500 + "x", "[a](" * 1000,
     "^[" * 300, "`" * 4999,
     "***x" * 300, "~" * 1000, "{" * 1000, "$" * 999, "[x]{.a}" * 500, "![" * 500, "&" * 1000, "\\" * 999, "@a;" * 500],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_a_bomb_is_a_text(text: str) -> None:
    made = nodes(text)
    assert depth(made) < 45
    assert squeezed(said(made)) == squeezed(Shown(inline_body(text, resolve=resolve).html).text)


def depth(nodes: list[Any]) -> int:
    return 1 + max((depth(node["c"]) for node in nodes if isinstance(node, dict) and "c" in node), default=0)


def nested(count: int, kind: str) -> Any:
    rich: Any = "x"
    for _ in range(count):
        rich = (kind, (rich,))
    return (rich,)


def test_rich_text_says_what_the_page_says() -> None:
    rich = (
        "A ", ("em", ("b ", ("strong", ("c",)))), ("sc", ("d",)), ("nocase", ("e",)), ("math", "x^2"),
        ("code", "f\x07g"),
        ("link", "https://x.example/ü", ("g",)), ("link", "javascript:x", ("h",)), ("sub", ("i",)), ("u", ("j\x00",)),
    )  # fmt: skip
    assert said(rich_nodes(rich)) == Shown(rich_html(rich)).text
    assert {"k": "a", "u": "https://x.example/%C3%BC", "c": ["g"]} in rich_nodes(rich)
    for count in (10, 60, 200):
        assert said(rich_nodes(nested(count, "em"))) == "x"
        assert depth(rich_nodes(nested(count, "em"))) < 45
    assert rich_nodes("") == rich_nodes(()) == []


def test_a_formula_that_cannot_be_set_is_its_tex() -> None:
    assert math_node("x^2") == {"k": "math", "t": math_node("x^2")["t"], "alt": "x^2"}
    assert math_node("\\unknown{x}") == {"k": "code", "t": "\\unknown{x}"}
    assert math_node("{" * 2000)["k"] == "code"
