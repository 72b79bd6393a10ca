"""The two calls that everybody makes, and what their result is made of."""

import json
import pickle

import pytest

from acadsite.markup import SITE_ROOT, Body, Link, TocEntry, code, read, render
from acadsite.memo import Memo
from acadsite.problems import Span


def test_a_small_document() -> None:
    body = render(read("# Title\n\nText *here*.\n\n## Next\n", "a.md"), heading_shift=1, permalinks=False)
    assert body.html == '<h2 id="title">Title</h2>\n<p>Text <em>here</em>.</p>\n<h3 id="next">Next</h3>\n'
    assert body.toc == (TocEntry(2, "title", "Title", "Title", (TocEntry(3, "next", "Next", "Next"),)),)
    assert body.title == "Title"
    assert body.excerpt == "Text here."
    assert body.anchors == ("title", "next")
    assert body.problems == ()


def test_a_body_can_be_pickled() -> None:
    body = render(read("# A $x$\n\n[@a] [b](javascript:c)\n", "a.md"))
    assert pickle.loads(pickle.dumps(body)) == body


def test_a_body_has_a_plain_form() -> None:
    body = render(read("# A $x$\n\n## B\n\n[@a] [b](javascript:c) $\\none$\n", "a.md", first_line=4))
    plain = body.plain()
    assert plain == json.loads(json.dumps(plain))
    assert Body.revive(plain) == body
    assert body.toc[0].children
    assert len(body.problems) == 2
    assert Body.revive(plain).problems[0].where == Span("a.md", 8, 6)


def test_code_is_coloured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "```python\nonce = 1\n```\n\n```text\nplain\n```\n"
    memo = Memo()
    body = render(read(text, "a.md"), memo=memo)
    ((kind, key),) = memo.fresh
    assert kind == "code"
    value, plain = memo.fresh[kind, key]
    assert plain(value) == '<span class="n">once</span> <span class="o">=</span> <span class="mi">1</span>\n'
    monkeypatch.setattr(code, "_highlighted", None)
    later = Memo(lambda *name: plain(value) if name == (kind, key) else None)
    assert render(read(text, "a.md"), memo=later) == body


def test_code_that_took_too_long_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "_highlighted", lambda text, language: code.Highlighted(text, in_time=False))
    memo = Memo()
    body = render(read("```python\nx\n```\n", "a.md"), memo=memo)
    assert [problem.code for problem in body.problems] == ["markup-code-timeout"]
    assert not memo.fresh


def test_the_resolver_is_asked_and_told_the_place() -> None:
    asked = []

    def resolve(target: str, kind: str, place: Span) -> Link | None:
        asked.append((target, kind, place.line, place.column))
        return {
            "b.md": Link(f"{SITE_ROOT}b/"),
            "key": Link(f"{SITE_ROOT}key/", "The key"),
            "x.png": Link(f"{SITE_ROOT}x.png"),
        }.get(target)

    text = (
        "[b](b.md) and ![p](x.png)\n\n[[key]] [[key|text]] [[none]] [@key; @none]\n\n<a href='b.md'>c</a>\n"
    )
    body = render(read(text, "posts/a.md", first_line=10), resolve=resolve)
    assert asked == [
        ("b.md", "link", 10, 1),
        ("x.png", "image", 10, 15),
        ("key", "wiki", 12, 1),
        ("key", "wiki", 12, 9),
        ("none", "wiki", 12, 22),
        ("key", "cite", 12, 32),
        ("none", "cite", 12, 38),
        ("b.md", "link", 14, 1),
    ]
    assert '<a href="\x02b/">b</a>' in body.html
    assert '<img src="\x02x.png" alt="p" loading="lazy">' in body.html
    assert '<a class="wiki" href="\x02key/">The key</a>' in body.html
    assert '<a class="wiki" href="\x02key/">text</a>' in body.html
    assert "none" in body.html
    assert '<a href="\x02b/">c</a>' in body.html
    assert [problem.code for problem in body.problems] == ["markup-unknown-key", "markup-unknown-citation"]
    assert body.links.count("\x02b/") == 2


def test_content_cannot_forge_the_mark_of_the_root() -> None:
    text = (
        "\x02a &#2;b [c](\x02d) [e](&#2;f) <a href='\x02g'>h</a> `\x02` $\x02x$\n\n    \x02\n\n# \x02 &#x2;\n"
    )
    for dialect in ("commonmark", "python-markdown"):
        for html in ("trusted", "sanitize"):
            body = render(read(text, "a.md", dialect=dialect, html=html))
            assert "\x02" not in body.html, (dialect, html)
            assert not any("\x02" in link for link in body.links)
