"""Jekyll: addresses by its rules, texts as ours, and no file on which an import fails."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.importers import import_academicpages, import_al_folio
from acadsite.importers.jekyll.addresses import permalinks, slugify
from acadsite.importers.jekyll.source import JekyllSite, read_site
from acadsite.importers.jekyll.texts import Known, convert, introduction, is_list_only
from acadsite.importers.yaml_text import yaml_text
from acadsite.problems import Span
from acadsite.sources import Node

TODAY = dt.date(2026, 11, 1)
SAMPLES = Path(__file__).parent
KNOWN = Known(
    {"_posts/2024-01-02-x.md": "/blog/2024/x/", "2024-01-02-x": "/blog/2024/x/"},
    {"talks": ("Talks", "/talks/")},
    {"title": "Site", "author.name": "A. B."}.get,
    {"title": "Page"}.get,
    "/base",
    "https://me.example",
    "/blog/",
    "_pages/blog.md",
)


def converted(text: str) -> str:
    return convert(text, "x.md", 1, KNOWN)[0]


def site(folder: Path, files: dict[str, str]) -> JekyllSite:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = read_site(folder, ("talks",))
    assert isinstance(found, JekyllSite)
    return found


# --- addresses ---

ADDRESSES = [
    ("date", "_posts/2024-05-31-A title.md", "", "/2024/05/31/A-title.html"),
    ("pretty", "_posts/2024-05-31-x.md", "categories: [One Two, b]", "/one-two/b/2024/05/31/x/"),
    ("none", "_posts/2024-05-31-x.md", "categories: a b", "/a/b/x.html"),
    ("ordinal", "_posts/2024-02-01-x.md", "", "/2024/032/x.html"),
    ("/blog/:year/:title/", "_posts/2024-05-31-Über_uns.md", "", "/blog/2024/Über_uns/"),
    ("/blog/:year/:slug/", "_posts/2024-05-31-Über_uns.md", "", "/blog/2024/über-uns/"),
    ("/:categories/:title/", "_posts/2024-05-31-x.md", "", "/x/"),
    (
        "/:categories/:title/",
        "_posts/2024-05-31-x.md",
        "date: 2023-01-02\npermalink: /:year/:month/:i_day/:title",
        "/2023/01/2/x",
    ),
    ("/:categories/:title/", "work/_posts/2024-05-31-x.md", "category: c", "/work/c/x/"),
    ("/:categories/:title/", "_posts/2024-05-31-x.md", "slug: y", "/y/"),
    ("/:categories/:title/", "_posts/2024-05-31-x.md", "published: false", ""),
    ("/:categories/:title/", "_drafts/x.md", "", ""),
    ("date", "about.md", "", "/about.html"),
    ("pretty", "about.md", "", "/about/"),
    ("/blog/:title/", "a/b.md", "", "/a/b/"),
    ("/blog/:title/", "a/index.html", "", "/a/"),
    ("pretty", "index.md", "", "/"),
    ("pretty", "x.html", "permalink: /talkmap.html", "/talkmap.html"),
    ("pretty", "_talks/2012-03-01-x.md", "", "/talks/2012-03-01-x/"),
    ("date", "_talks/a/b.md", "", "/talks/a/b.html"),
    ("date", "_talks/B c.md", "permalink: /t/:name", "/t/b-c"),
]


@pytest.mark.parametrize(("style", "path", "front", "address"), ADDRESSES)
def test_addresses(tmp_path: Path, style: str, path: str, front: str, address: str) -> None:
    config = f"permalink: {style}\ncollections:\n  talks:\n    output: true\n"
    found = site(tmp_path, {"_config.yml": config, path: f"---\n{front}\n---\nText.\n"})
    assert [doc.url for doc in found.documents] == [address]


def test_defaults_give_permalinks(tmp_path: Path) -> None:
    config = (
        "collections: {talks: {output: true}}\n"
        "defaults:\n- {scope: {path: '', type: talks}, values: {permalink: '/t/:path/'}}\n"
        "- {scope: {path: _talks/old}, values: {permalink: '/old/:name/'}}\n"
    )
    found = site(
        tmp_path, {"_config.yml": config, "_talks/a.md": "---\n---\n", "_talks/old/b.md": "---\n---\n"}
    )
    assert {doc.path: doc.url for doc in found.documents} == {
        "_talks/a.md": "/t/a/",
        "_talks/old/b.md": "/old/b/",
    }


def test_days_are_those_of_the_clock_of_the_site(tmp_path: Path) -> None:
    front = "---\ndate: 2024-05-31 23:30:00 -0400\n---\n"
    found = site(tmp_path, {"_config.yml": "timezone: Europe/Berlin\n", "_posts/2024-01-01-x.md": front})
    assert found.documents[0].day == "2024-06-01"
    assert found.documents[0].url == "/2024/06/01/x.html"


def test_what_is_published(tmp_path: Path) -> None:
    files = {
        "_config.yml": "include: [_pages]\nexclude: [bin/, '*.secret', _pages/no.md]\n",
        "README.md": "x", "bin/tool": "x", "a.secret": "x", "_hidden/x.png": "x", "_pages/x.pdf": "x",
        "_pages/no.md": "---\n---\n", "img/a.png": "x", "css/main.scss": "---\n---\n", "node_modules/x.js": "x",
        "_site/index.html": "x", ".git/config": "x", "CNAME": "me.example",
    }  # fmt: skip
    found = site(tmp_path, files)
    assert [source.path for source in found.statics] == ["CNAME", "_pages/x.pdf", "img/a.png"]
    assert found.left == ["css/main.scss"]
    assert found.documents == []


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\n---\n")
    old = tmp_path / "old"
    old.mkdir()
    (old / "_config.yml").write_text("title: x\n")
    (old / "_pages").symlink_to(tmp_path)
    (old / "about.md").symlink_to(tmp_path / "secret.md")
    found = read_site(old, ())
    assert isinstance(found, JekyllSite)
    assert found.documents == []
    assert {problem.code for problem in found.problems} == {"file-outside"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A B", "a-b"),
        ("Größe & mehr", "größe-mehr"),
        ("--x--", "x"),
        ("C++", "c"),
        ("日本 語", "日本-語"),
        ("a_b", "a-b"),
    ],
)
def test_slugs(text: str, wanted: str) -> None:
    assert slugify(text) == wanted


# --- texts ---

TEXTS = [
    ("See {% link _posts/2024-01-02-x.md %}.", "See /blog/2024/x/."),
    ("[a]({% post_url 2024-01-02-x %})", "[a](/blog/2024/x/)"),
    ("[a]({{ site.baseurl }}{% post_url 2024-01-02-x %})", "[a](/blog/2024/x/)"),
    ("[a]({{ '/b/' | relative_url }}) {{ 'c.png' | absolute_url }}", "[a](/b/) /c.png"),
    ("[a]({{ '/b/' | prepend: site.baseurl }})", "[a](/b/)"),
    ("{{ site.title }} {{ page.title | upcase }} {{ site.author.name }}", "Site PAGE A. B."),
    ("[a](/base/b/) <a href='/base/c'>c</a>", "[a](/b/) <a href='/c'>c</a>"),
    ("[d](https://me.example/base/e) [f](/baseline/)", "[d](/e) [f](/baseline/)"),
    ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ("a{% comment %} b {{ c }} {% endcomment %}d", "ad"),
    ("{% cite a b --file x %} {% cite c -l 12 %}", "[@a; @b] [@c, p. 12]"),
    ("{% bibliography --cited %}", ""),
    ("{% for t in site.talks %}<li>{{ t.title }}</li>{% endfor %}", "[Talks](/talks/)"),
    ("{% include figure.html path='a.png' alt='b' %}", "![b](/a.png)"),
    ("{% include figure src='/a.png' caption='<b>c</b>' %}",
     '<figure><img src="/a.png" alt="c"><figcaption><b>c</b></figcaption></figure>'),
    ("{% include video id='abc' provider='youtube' %}", "<https://www.youtube.com/watch?v=abc>"),
    ("{% gist 5555 %}", "<https://gist.github.com/5555>"),
    ("{% toc %}{% include toc %}{% include base_path %}", ""),
    ("$$a$$ and `$$b$$` and\n\n$$c$$", "$a$ and `$$b$$` and\n\n$$c$$"),
    (r"\\(a\\) \\[b\\]", r"\(a\) \[b\]"),
    ("# A {: .b }", "# A {.b}"),
    ("# A\n{: .b }", "# A {.b}"),
    ("# A\n{: .no_toc }", "# A"),
    ("Text\nmore\n{: .lead #x}", "::: {.lead #x}\nText\nmore\n:::"),
    ("> a\n> b\n{: .block-warning }", "::: {.callout-warning}\na\nb\n:::"),
    ("* TOC\n{:toc}\n\nx", "\nx"),
    ("![a](b.png){: width='3' .c}", "![a](/blog/b.png){width='3' .c}"),
    ("[a](./x.pdf) [b](../y/?z#w) [c](#d) [e](mailto:a@b.c) <img src=\"i.png\">",
     "[a](/blog/x.pdf) [b](/y/?z#w) [c](#d) [e](mailto:a@b.c) <img src=\"/blog/i.png\">"),
    ("[a](../_posts/2024-01-02-x.md#b) [c][d]\n\n[d]: e.html\n[^f]: g.html",
     "[a](/blog/2024/x/#b) [c][d]\n\n[d]: /blog/e.html\n[^f]: g.html"),
    ("`<d-footnote>` a<d-footnote>b `c`</d-footnote>", "`<d-footnote>` a^[b `c`]"),
    ("<d-code block language='js'>\n  x;\n</d-code> and <d-code>y</d-code>", "```js\n  x;\n``` and `y`"),
    ("<summary markdown='span'>a</summary>", "<summary>a</summary>"),
    ("a<d-cite key='x, y'></d-cite><d-footnote>n\nm</d-footnote>", "a[@x; @y]^[n m]"),
    (":tada: :sparkles: `:tada:` 10:30:20 :nothing_such:", "🎉 ✨ `:tada:` 10:30:20 :nothing_such:"),
    ("```\n$$a$$ {: .b}\n:tada:\n```", "```\n$$a$$ {: .b}\n:tada:\n```"),
    ("{% highlight ruby %}\na `b` ```\n{% endhighlight %}", "````ruby\na `b` ```\n````\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), TEXTS)
def test_texts(text: str, wanted: str) -> None:
    found, problems = convert(text, "x.md", 1, KNOWN)
    assert found == wanted
    assert problems == []


UNKNOWN = [
    ("a {% x %} b", "a `{% x %}` b"),
    ("a {{ y | z }}", "a `{{ y | z }}`"),
    ("a {{ site.nothing }}", "a `{{ site.nothing }}`"),
    ("<p>{% x '<b>' %}</p>", "<p><code>{% x &#x27;&lt;b&gt;&#x27; %}</code></p>"),
    ('<img src="{{ y }}">', '<img src="{{ y }}">'),
    ("`{{ y }}`", "`{{ y }}`"),
    ("{% link nowhere.md %}", "`{% link nowhere.md %}`"),
    ("a {% x `y` %}", "a ``{% x `y` %}``"),
    ("{% include figure.html path='javascript:x' %}", "`{% include figure.html path='javascript:x' %}`"),
    ("{% x\ny %}", "`{% x y %}`"),
]


@pytest.mark.parametrize(("text", "wanted"), UNKNOWN)
def test_what_is_not_known_stays_visible_and_is_told(text: str, wanted: str) -> None:
    found, problems = convert(f"\n{text}", "x.md", 5, KNOWN)
    assert found == f"\n{wanted}"
    assert [(problem.code, problem.where and problem.where.line) for problem in problems] == [
        ("import-liquid", 6)
    ]


def test_places_behind_tags_of_several_lines() -> None:
    text = "{% details a %}\nb\n{% enddetails %}\n{% highlight c %}\nd\n{% endhighlight %}\n\n"
    text += "{: .x}\n\n<script>1</script>\n"
    _, problems = convert(text, "x.md", 1, KNOWN)
    assert [(problem.code, problem.where and problem.where.line) for problem in problems] == [
        ("import-kramdown", 8),
        ("import-script", 10),
    ]


def test_html_is_no_code() -> None:
    assert convert("  <div>\n      <p>a</p>\n  <pre>\n  b\n</pre></div>", "x.html", 1, KNOWN, is_html=True)[
        0
    ] == ("<div>\n<p>a</p>\n<pre>\n  b\n</pre></div>")


def test_pages_that_list_things() -> None:
    assert is_list_only("{% for x in y %}<li>{{ x }}</li>{% endfor %}<!-- no -->")
    assert not is_list_only("Hello {% x %}")
    assert introduction("Intro.\n\n## List\n\n{% for x in y %}\n{% endfor %}\n---\n## More\n&bull; a") == (
        "Intro.",
        "",
    )
    assert introduction("Hello *you*.\n\n{% for x in y %} <b>and</b> {% endfor %} more") == (
        "Hello *you*.",
        "and more",
    )


@settings(deadline=None)
@given(st.text(alphabet="{}%-|'\"`<>$:.#\\[]()= \nabr", max_size=200))
def test_any_text_is_converted(text: str) -> None:
    found, _ = convert(text, "x.md", 1, KNOWN)
    assert isinstance(found, str)


@pytest.mark.parametrize(
    "piece",
    ["{% ", "{{ ", "{% for x in y %}", "{% raw %}", "$$", "<", "[", "{: .a}\n", "`", ":a:", "<d-cite key='"],
)
def test_long_texts_take_little_time(piece: str) -> None:
    import time

    start = time.process_time()
    converted(piece * 3_000)
    assert time.process_time() - start < 10


# --- whole sites ---


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_any_file(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stands in a file: the import ends, and says something where a document is no text."""
    tool = data.draw(st.sampled_from(["al_folio", "academicpages"]))
    folder = tmp_path_factory.mktemp("old")
    shutil.copytree(SAMPLES / tool, folder / "old")
    texts = sorted(
        path
        for path in (folder / "old").rglob("*")
        if path.is_file() and path.suffix in {".md", ".yml", ".bib", ".json", ".html"}
    )
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(texts))
        raw = path.read_bytes()
        at = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(at, min(len(raw), at + 40)))
        bits = [
            b"\x00",
            b"\xff\xfe",
            b"---\n",
            b"{%",
            b"{{",
            b": [",
            b"\t",
            b"&a *a",
            b"\n- ",
            b'"',
            b"'",
            b"!!x ",
            b"1e999",
            "é".encode(),
            b"",
        ]
        path.write_bytes(raw[:at] + data.draw(st.sampled_from(bits) | st.binary(max_size=8)) + raw[end:])
    run = import_al_folio if tool == "al_folio" else import_academicpages
    result = run(folder / "old", folder / "new", TODAY)
    assert all(problem.code and problem.message for problem in result.problems)
    shutil.rmtree(folder)


def test_settings_of_another_form(tmp_path: Path) -> None:
    for name, text in enumerate(
        [
            "",
            "- a\n",
            "x",
            "author: me\nscholar: 1\nmax_author_limit: ²\ncollections: [a]\ndefaults: {a: b}\nsocial: [1]\n",
            "{",
        ]
    ):
        old = tmp_path / str(name)
        (old / "_data").mkdir(parents=True)
        (old / "_config.yml").write_text(text)
        for data in ("cv", "coauthors", "repositories", "socials", "navigation", "authors", "venues"):
            (old / f"_data/{data}.yml").write_text(["a: [b, {c: d}]\n", "- 1\n- a: b\n", "x\n"][name % 3])
        for run in (import_al_folio, import_academicpages):
            result = run(old, tmp_path / f"{name}-{run.__name__}", TODAY)
            assert result.problems


def test_permalinks_of_nothing() -> None:
    assert permalinks(Node({}, Span("_config.yml"))).style == "date"
    assert yaml_text({}) == "{}\n"
