"""Hostile content is inert: links, attributes, raw HTML, formulas, languages of code."""

import itertools

import pytest
from lxml import html as lxml_html

from acadsite.links import percent_encoded, safe_image, safe_url
from acadsite.markup import Link, read, render
from acadsite.markup.inline import inline, rich_html
from acadsite.markup.math import mathml

SCHEMES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript\x00:alert(1)",
    "&#106;avascript:alert(1)",
    "java&Tab;script:alert(1)",
    "javascript&colon;alert(1)",
    "\u200bjavascript:alert(1)",
    "vbscript:x",
    "VBSCRIPT:x",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "file:///etc/passwd",
]
GOOD = [
    "https://a.b/c?d=e#f",
    "mailto:a@b.c",
    "tel:+1",
    "doi:10.1/2",
    "../a.md",
    "a%3Ab",
    "#x",
    "/javascript:x",
    "?javascript:x",
    "javascript/x.js",
    "",
]


@pytest.mark.parametrize("url", SCHEMES)
def test_dangerous_addresses_are_refused(url: str) -> None:
    assert safe_url(url) is None
    assert safe_image(url) is None


@pytest.mark.parametrize("url", GOOD)
def test_other_addresses_stay(url: str) -> None:
    assert safe_url(url) == url


def test_pictures_may_be_data() -> None:
    assert safe_image("data:image/png;base64,AAAA") == "data:image/png;base64,AAAA"
    assert safe_url("data:image/png;base64,AAAA") is None


def test_addresses_are_encoded_once() -> None:
    assert percent_encoded("\x02a b/ä%20%") == "\x02a%20b/%C3%A4%20%25"


def links_and_handlers(html: str) -> list[tuple[str, str]]:
    """All that a browser would run in ``html``: handlers, scripts and script addresses."""
    found = []
    for element in lxml_html.fromstring(f"<div>{html}</div>").iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in {"script", "svg", "iframe", "object", "embed", "style", "math"}:
            found.append((element.tag, ""))
        for name, value in element.attrib.items():
            if name.startswith("on") or (":" in value and safe_image(value) is None):
                found.append((name, value))
    return found


MARKDOWN = [
    *(f"[a]({url.replace(' ', '')})" for url in SCHEMES),
    *(f"[a](<{url}>)" for url in SCHEMES),
    *(f"![a](<{url}>)" for url in SCHEMES),
    *(f"[a]\n\n[a]: <{url}>" for url in SCHEMES),
    *(f"<{url}>" for url in SCHEMES),
    "[a](b){onclick=alert(1)}",
    "[a](b){ONCLICK=alert(1) onmouseover='x'}",
    "# a {onclick=alert(1)}",
    "::: {onclick=alert(1)}\nb\n:::",
    "![a](b.png){onerror=alert(1)}",
    "```{.python onclick=x}\na\n```",
    '```"><script>alert(1)</script>\na\n```',
    '```python"onclick="x\na\n```',
    '# a {#x"onclick="y}',
    '# "><script>alert(1)</script>',
    '[a](b "x\\"onclick=\\"y")',
    '![\\"onerror=\\"x](b)',
    '!!! note "<script>alert(1)</script>"\n    a',
    '!!! "onclick=x\n    a',
    '::: {.callout-note title="<script>x</script>"}\na\n:::',
    "[^1]\n\n[^1]: [a](javascript:b)",
    "[[javascript:x]] [@javascript:x]",
    '|a|\n|-|\n|1|\n\n: "><script>x</script> {#tbl-x onclick=y}',
    "$\\text{<script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    '$"onclick="x$',
    "x\n    ::: <script>alert(1)</script>",
    "a\n    !!! note <img src=x onerror=alert(1)>",
]
RAW = [
    "<script>alert(1)</script>",
    "a <script>alert(1)</script> b",
    "<img src=x onerror=alert(1)>",
    "<img src=x\nonerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:x'>y</a></svg>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<iframe src='https://a.b'></iframe>",
    "<iframe srcdoc='<script>x</script>'></iframe>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed'>a",
    "<form action='javascript:x'><button formaction='javascript:y'>z</button></form>",
    *(f'<a href="{url}">x</a>' for url in SCHEMES),
    *(f"<div><a href='{url}'>x</a></div>" for url in SCHEMES),
    "<a href=javascript:alert(1)>x</a>",
    "<a/href=javascript:alert(1)>x</a>",
    "<a title='\"' href=javascript:alert(1)>x</a>",
    "<base href='javascript:x'>",
    "<object data='javascript:x'></object>",
    '<div><a title="\n\n$\\text{ onmouseover=alert(1) }$\n\n">x</a></div>',
    '<div><a href="javascript:alert(1)\n\n">x</a></div>',
    "<div><!--\n\n<script>alert(1)</script>",
    "<textarea><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "</div></main></body><script>alert(1)</script>",
]


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
@pytest.mark.parametrize("mode", ["trusted", "sanitize"])
def test_markdown_runs_nothing(dialect: str, mode: str) -> None:
    for text in MARKDOWN:
        body = render(read(text + "\n", "a.md", dialect=dialect, html=mode), heading_shift=1)  # type: ignore[arg-type]
        found = [item for item in links_and_handlers(body.html) if item[0] != "math"]
        if mode == "trusted":  # raw HTML is the author's own
            found = [
                item
                for item in found
                if item[0] not in {"script", "onerror", "svg", "onload"} or "<" not in text
            ]
        assert not found, (text, body.html)


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_raw_html_runs_nothing_when_sanitised(dialect: str) -> None:
    for text in [*RAW, *(f"{a}\n\n{b}" for a, b in itertools.pairwise(RAW))]:
        body = render(read(text + "\n\n$x$ `y` *z*\n", "a.md", dialect=dialect, html="sanitize"))  # type: ignore[arg-type]
        found = [item for item in links_and_handlers(body.html) if item[0] != "math"]
        assert not found, (text, body.html)


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_trusted_html_stays_but_for_addresses_that_run(dialect: str) -> None:
    for text in RAW:
        body = render(read(text + "\n", "a.md", dialect=dialect))  # type: ignore[arg-type]
        for name, value in links_and_handlers(body.html):
            assert name not in {"href", "src", "action", "formaction", "data", "xlink:href"}, (
                text,
                body.html,
                value,
            )
    assert "<script>alert(1)</script>" in render(read("<script>alert(1)</script>\n", "a.md")).html


def test_refused_links_are_told_with_their_line() -> None:
    body = render(read("a\n\n[b](javascript:c)\n\n<p>\n<a href='javascript:d'>e</a></p>\n", "x.md"))
    assert body.html == "<p>a</p>\n<p>b</p>\n<p>\n<a >e</a></p>\n"
    assert [(p.code, p.where and p.where.line) for p in body.problems] == [
        ("markup-unsafe-link", 3),
        ("markup-unsafe-link", 6),
    ]


def test_what_a_resolver_gives_is_looked_at_too() -> None:
    body = render(read("[a](b) [[c]]\n", "x.md"), resolve=lambda *_: Link("javascript:x", "<b>"))
    assert "javascript" not in body.html
    assert [problem.code for problem in body.problems] == ["markup-unsafe-link"] * 2


def test_styles_are_for_trusted_authors() -> None:
    text = "[a]{style='color:red' .b}\n"
    assert 'style="color:red"' in render(read(text, "a.md")).html
    body = render(read(text, "a.md", html="sanitize"))
    assert "style" not in body.html
    assert body.problems[0].code == "markup-unsafe-attribute"


def test_sanitised_html_keeps_our_own_markup() -> None:
    text = "# T\n\n<b>x</b> $x$ `y`[^1]\n\n- [ ] a\n\n```python\nz\n```\n\n|a|\n|-|\n|1|\n\n[^1]: n\n"
    body = render(read(text, "a.md", html="sanitize"))
    for piece in (
        "<math alttext",
        'class="anchor"',
        '<input type="checkbox" disabled>',
        'class="language-python"',
    ):
        assert piece in body.html
    assert 'role="region"' in body.html
    assert 'role="doc-endnotes"' in body.html


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>x</script>}",
        '"onclick="x',
        r"\htmlData{a=b}{c}",
        r"\class{a}{b}",
        "a<b>c",
        "&lt;",
        "'\"<>&",
    ],
)
def test_formulas_are_escaped(tex: str) -> None:
    html = mathml(tex).mathml or render(read(f"${tex}$\n", "a.md")).html
    assert not [item for item in links_and_handlers(html) if item[0] != "math"]


def test_short_texts_are_as_safe() -> None:
    assert inline("[a](javascript:b) *c* <") == "a <em>c</em> &lt;"
    assert inline("<script>x</script>", "sanitize") == ""
    assert (
        rich_html(("<b>", ("link", "javascript:x", ("y",)), ("code", "<i>")))
        == "&lt;b&gt;y<code>&lt;i&gt;</code>"
    )
