"""Content that is hostile, broken or private, as whole builds: rows C1–C8, C11, C12 and C14 of the checks."""

from __future__ import annotations

import json
import time
from html import unescape
from typing import TYPE_CHECKING

import pytest

from pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]


def pages(built: dict[str, str]) -> dict[str, Page]:
    return {path: Page(text) for path, text in built.items() if path.endswith(".html")}


# --- C1 to C3: YAML ---


def test_c1_tags_of_python_run_nothing(site: MakeSite, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    folder = site({"content/talks.yaml": f"- title: !!python/object/apply:os.system ['touch {mark}']\n"})
    (problem,) = folder.report()
    assert (problem["code"], problem["file"], problem["line"], problem["col"]) == (
        "yaml-tag",
        "content/talks.yaml",
        1,
        10,
    )
    assert not mark.exists()


def bomb(levels: int = 9) -> str:
    lines = ["a0: &a0 [" + ", ".join(["x"] * 9) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "path", ["site.yaml", "content/talks.yaml", "content/snapshots/repos.yaml", "content/posts/a.md"]
)
def test_c2_an_alias_bomb_is_refused_at_once(site: MakeSite, path: str) -> None:
    text = f"---\ntitle: A\ndate: 2024\n{bomb()}---\n" if path.endswith(".md") else bomb()
    folder = site({path: text})
    assert "yaml-alias-limit" in folder.codes()


def test_c2_before_anything_is_expanded() -> None:
    from acadsite.sources import parse_yaml

    start = time.thread_time()  # of this thread alone: others on the machine do not count
    node, problems = parse_yaml(bomb(), "a.yaml")
    assert time.thread_time() - start < 0.5  # 0.01 s; expanding it would take minutes
    assert node is None
    assert [problem.code for problem in problems] == ["yaml-alias-limit"]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("- &a\n  title: *a\n", "yaml-alias", (2, 10)),
        ("- title: " + "[" * 5000 + "]" * 5000 + "\n", "yaml-too-deep", (1, 72)),
        ("- title: x\n  year: " + "9" * 5000 + "\n", "value-kind", (2, 9)),
        ("- title: x\n  date: 2026-13-45\n", "value-date", (2, 9)),
        ("- title: x\n  title: y\n", "yaml-duplicate-key", (2, 3)),
        ("- title: x\n\tyear: 2020\n", "yaml-syntax", (2, 1)),
    ],
    ids=["self-reference", "5000 lists", "5000 digits", "bad date", "duplicate", "tab"],
)
def test_c3_yaml_faults_have_a_place(site: MakeSite, text: str, code: str, place: tuple[int, int]) -> None:
    (problem,) = site({"content/talks.yaml": text}).report()
    assert problem["code"] == code
    assert (problem["line"], problem["col"]) == place


def test_c3_what_yaml_1_1_would_change_stays_text(site: MakeSite) -> None:
    lines = (
        "- title: no",
        "  event: on",
        "  location: 1:30",
        "  kind: 0123",
        "  note: 1_000",
        "  date: 2024-05-01",
    )
    folder = site({"content/talks.yaml": b"\xef\xbb\xbf" + "\r\n".join(lines).encode()})
    assert folder.report() == []
    (talk,) = json.loads(folder.run("list", "talks", "--json").stdout)
    assert [talk[name] for name in ("title", "event", "location", "kind", "note")] == [
        "no",
        "on",
        "1:30",
        "0123",
        "1_000",
    ]


# --- C4: Markdown ---

_HOSTILE = """\
---
title: Hostile
date: 2024-01-01
---

# A "quoted" heading {#x"onmouseover="alert(1)}

<script>alert(1)</script>

<img src=x onerror="alert(2)"> <svg onload=alert(3)><script>alert(4)</script></svg>

<iframe srcdoc="<script>alert(5)</script>"></iframe> <form action="javascript:alert(6)"><button>x</button></form>

[a](javascript:alert(7)) [b](JaVaScRiPt:alert(8)) [c](java&#x09;script:alert(9)) ![d](data:text/html,<script>x</script>)

<a href="javascript:alert(10)">raw</a> <javascript:alert(11)> [e]: javascript:alert(12)

Text{: onclick="alert(13)" } and [span]{onclick="alert(14)" style="x"}

```py" onload="alert(15)"><script>alert(16)</script>
code
```

<math><mtext><script>alert(17)</script></mtext></math> <base href="https://evil.example/">

$\\href{javascript:alert(18)}{x}$ $\\text{<script>alert(19)</script>}$
"""


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_c4_sanitised_markdown_is_inert(site: MakeSite, dialect: str) -> None:
    config = f"title: Test\nmarkup: {{html: sanitize, dialect: {dialect}}}\n"
    built = site(
        {"site.yaml": config, "content/posts/a.md": _HOSTILE, "content/index.md": "<script>x</script>\n"}
    ).build()
    assert {path: page.active() for path, page in pages(built).items() if page.active()} == {}


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_c4_trusted_markdown_keeps_html_but_no_running_address(site: MakeSite, dialect: str) -> None:
    config = f"title: Test\nmarkup: {{html: trusted, dialect: {dialect}}}\n"
    built = site({"site.yaml": config, "content/posts/a.md": _HOSTILE}).build()
    active = pages(built)["posts/a/index.html"].active()
    assert "script" in active  # the author wrote it
    assert [item for item in active if "javascript:" in item.casefold() or "data:text" in item] == []


# --- C5: text of a bibliography ---

#: What each field holds; the mark in front finds it again.
_PAYLOADS = {
    "title": '<script>alert("t")</script>',
    "abstract": '"><img src=x onerror=alert(1)> </script><!-- ]]> \u2028 end',
    "note": "<!-- note --> {{7*7}} {% raw %}",
    "journal": "]]></title><svg/onload=alert(1)> & Co",
    "keywords": "<b>k</b>, {{config}}",
    "abbr": "<i>A</i>",
    "award": "<u>W</u>",
    "publisher": "'\"><script>p</script>",
}


def test_c5_bibliography_is_text_everywhere(site: MakeSite) -> None:
    fields = "".join(f"  {name} = {{X{name} {value}}},\n" for name, value in _PAYLOADS.items())
    authors = "<script>alert(1)</script>, Eve and O'<b>Neil</b>, Bob"
    entry = f"@article{{a,\n{fields}  author = {{{authors}}},\n  year = 2024\n}}\n"
    files = {
        "content/publications/a.bib": entry,
        "content/index.md": "---\nsections: [about, publications]\n---\n[[a]] and [@a]\n",
        "content/talks.yaml": "- title: T\n  year: 2024\n  publications: [a]\n",
        "content/cv.yaml": "sections:\n  - collection: publications\n",
    }
    built = site(files).build()
    found = pages(built)
    assert len(found) > 4
    assert {path: page.active() for path, page in found.items() if page.active()} == {}
    for path, page in found.items():
        made = [tag for tag, given in page.tags if tag in {"b", "u"} or (tag == "svg" and "onload" in given)]
        assert made == [], path
    detail = found["publications/a/index.html"]
    for name in ("title", "abstract", "journal", "note"):
        assert f"X{name}" in detail.text
    assert 'Xtitle <script>alert("t")</script>' in detail.text.replace("”", '"').replace("“", '"')
    assert "49" not in detail.text.replace("2024", "")  # {{7*7}} is no template
    assert "<!-- note -->" in detail.text
    for path, text in built.items():
        if path.endswith((".xml", ".json")):
            assert "<script>alert" not in text, path


# --- C6: addresses in a bibliography ---


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "data:text/html,x"),
        ("url", " java\tscript:alert(1)"),
        ("url", "vbscript:x"),
        ("url", "//evil.example/x"),
        ("url", "file:///etc/passwd"),
        ("pdf", "../../secret.pdf"),
        ("pdf", "javascript:alert(1)"),
        ("slidesurl", "JAVASCRIPT:alert(1)"),
        ("doi", "javascript:alert(1)"),
        ("html", "&#106;avascript:alert(1)"),
    ],
)
def test_c6_unsafe_addresses_are_dropped_with_a_warning(site: MakeSite, field: str, value: str) -> None:
    entry = (
        f"@article{{a, title={{T}}, author={{N, E}}, journal={{J}}, year=2024,\n  {field} = {{{value}}}}}\n"
    )
    folder = site({"content/publications/a.bib": entry})
    problems = folder.report()
    assert [(problem["code"], problem["line"]) for problem in problems] == [("link-unsafe", 2)]
    built = folder.build()
    for page in pages(built).values():
        assert page.active() == []
        hrefs = [attributes.get("href", "") for attributes in page.of("a")]
        assert [
            href for href in hrefs if "alert" in href or "evil" in href or "secret" in href or "etc/" in href
        ] == []


def test_c6_an_absolute_path_is_a_path_of_the_site(site: MakeSite) -> None:
    entry = "@article{a, title={T}, author={N, E}, journal={J}, year=2024, pdf={/etc/passwd}}\n"
    folder = site({"content/publications/a.bib": entry})
    assert folder.codes() == ["page-link"]
    hrefs = [attributes["href"] for attributes in pages(folder.build())["publications/a/index.html"].of("a")]
    assert "../../etc/passwd" in hrefs
    assert not any(href.startswith("/") for href in hrefs)


# --- C7: every entry is there or reported ---


@pytest.mark.parametrize(
    "name", ["torture.bib", "mendeley-export.bib", "alfolio-style.bib", "biblatex-examples.bib"]
)
def test_c7_entries_in_are_entries_out_or_reported(site: MakeSite, shared_data: Path, name: str) -> None:
    from acadsite.bibtex import read
    from acadsite.collect.publications import read_publications
    from acadsite.config import read_config

    text = (shared_data / "bib" / name).read_bytes().decode("utf-8", "replace")
    folder = site({"content/publications/all.bib": text})
    for options in ((), ("--json",)):
        assert folder.check(*options).exit_code in {0, 1}
    config, _ = read_config(folder.root)
    entries = read([("content/publications/all.bib", text)]).entries
    collected = read_publications([("content/publications/all.bib", text)], config["publications"])
    reported = sum(problem.code == "bib-bad-key" for problem in collected.problems)
    control = sum(entry.type in {"set", "xdata"} for entry in entries)
    hidden = sum(entry.fields.get("hidden", "") == "true" for entry in entries)
    assert len(collected.records) >= len(entries) - reported - control - hidden
    listed = [record["key"] for record in json.loads(folder.run("list", "publications", "--json").stdout)]
    lost = {record.data["key"] for record in collected.records} - set(listed)
    messages = " ".join(problem["message"] for problem in folder.report())
    assert [key for key in lost if f"“{key}”" not in messages] == []


# --- C8: SVG ---


def test_c8_pictures_of_content_are_only_linked(site: MakeSite) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
    files = {
        "content/static/a.svg": svg,
        "content/static/images/publications/x.svg": svg,
        "content/static/favicon.svg": svg,
        "content/index.md": "---\nportrait: a.svg\nportrait_alt: A\n---\n![A](a.svg)\n",
        "content/publications/a.bib": "@article{x, title={T}, author={N, E}, journal={J}, year=2024}\n"
        "@article{y, title={T}, author={N, E}, journal={J}, year=2024, preview={a.svg}}\n",
    }
    built = site(files).build()
    for path, page in pages(built).items():
        assert page.active() == [], path
        assert "onload" not in built[path]
    sources = {attributes["src"] for page in pages(built).values() for attributes in page.of("img")}
    assert {source.rsplit("/", 1)[-1] for source in sources} == {"a.svg", "x.svg"}
    assert built["a.svg"] == svg


# --- C11: Markdown that takes long ---


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "".join("  " * n + "- x\n" for n in range(300)),
        "<!-- never closed -- >\n" * 3,
        "<![",
        "a **" * 5_000,
    ],
    ids=["brackets", "nested items", "comment", "declaration", "stars"],
)
def test_c11_no_markdown_hangs(site: MakeSite, dialect: str, text: str) -> None:
    folder = site(
        {
            "site.yaml": f"title: Test\nmarkup: {{dialect: {dialect}}}\n",
            "content/posts/a.md": f"---\ntitle: A\ndate: 2024\n---\n{text}\n",
        }
    )
    start = time.perf_counter()
    result = folder.check("--json")
    assert time.perf_counter() - start < 30  # 5 s on an idle machine; a hang lasts for ever
    assert result.exit_code in {0, 1}
    for problem in json.loads(result.stdout)["problems"]:
        assert problem["file"] == "content/posts/a.md"


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_c11_five_megabytes(site: MakeSite, dialect: str) -> None:
    text = "A paragraph of *plain* prose, with [a link](https://example.org/) in it.\n\n" * 70_000
    config = f"title: Test\nmarkup: {{dialect: {dialect}}}\n"
    start = time.perf_counter()
    result = site({"site.yaml": config, "content/pages/a.md": f"---\ntitle: A\n---\n{text}"}).check()
    assert time.perf_counter() - start < 30
    assert result.exit_code in {0, 1}
    assert result.stderr == "No problem.\n" or "content/pages/a.md:" in result.stderr


# --- C12: templates ---


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("\n{{ nothing }}", 2, "“nothing” is not defined."),
        ("{{ page.titel }}", 1, "“titel” is no attribute"),
        ('\n\n{% include "missing.html" %}', 3, "There is no template “missing.html”."),
        ("{% if page %}\n", 1, "Unexpected end of template"),
        ('{% include "home.html" %}', 1, "in a circle"),
        ("{{ [][3] }}", 1, "is no attribute of this list"),
        ("{% for x in nothing %}{% endfor %}", 1, "“nothing” is not defined."),
        ("{{ record.title|nothing }}", 1, "There is no filter “nothing”."),
        ("{{ 'a' + 1 }}", 1, "TypeError"),
    ],
)
def test_c12_template_faults_name_file_line_and_page(
    site: MakeSite, template: str, line: int, words: str
) -> None:
    folder = site({"templates/home.html": template})
    (problem,) = folder.report()
    assert (problem["code"], problem["file"], problem["line"]) == (
        "template-error",
        "templates/home.html",
        line,
    )
    assert words in problem["message"]
    assert "(page home)" in problem["message"]
    assert folder.run("build", "--out", str(folder.out)).exit_code == 1
    assert not folder.out.exists()


def test_c12_a_fault_on_many_pages_is_one_problem(site: MakeSite) -> None:
    posts = {f"content/posts/p{n}.md": f"---\ntitle: P{n}\ndate: 2024\n---\n" for n in range(5)}
    (problem,) = site({**posts, "templates/post.html": "{{ recrod }}"}).report()
    assert problem["message"] == "“recrod” is not defined. (page post:p0 and 4 more)"
    assert problem["hint"] == "Did you mean “record”?"


@pytest.mark.parametrize("name", ["home.html", "home.xml", "home.svg", "home.j2", "home.txt", "home.json"])
def test_c12_every_template_escapes(name: str, tmp_path: Path) -> None:
    from acadsite.templates import Layer, Theme, environment

    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / name).write_text(
        "{{ x }}{% set y %}{{ x }}{% endset %}{{ y }}", encoding="utf-8"
    )
    templates = environment(Theme((Layer("site", tmp_path, ""),)), {}, {})
    text, problems = templates.render(name, {"x": "<&\"'>"})
    assert problems == ()
    assert text == "&lt;&amp;&#34;&#39;&gt;" * 2


def test_c12_json_in_a_page_is_escaped_by_tojson(site: MakeSite) -> None:
    template = (
        '<title>x</title><h1>x</h1><script type="application/json">{{ {"t": record.title}|tojson }}</script>'
    )
    post = '---\ntitle: "</script><script>alert(1)</script> \u2028 ]]> <!--"\ndate: 2024\n---\n'
    built = site({"templates/post.html": template, "content/posts/a.md": post}).build()
    page = Page(built["posts/a/index.html"])
    assert len(page.of("script")) == 1
    assert json.loads(page.text.removeprefix("xx"))["t"].startswith("</script>")


def test_c12_safe_is_the_only_way_out_of_escaping(site: MakeSite) -> None:
    built = site(
        {
            "templates/post.html": "<h1>{{ record.title }}</h1>{{ '<b>' ~ record.title }}{{ record.title|upper }}",
            "content/posts/a.md": '---\ntitle: "<i>x</i>"\ndate: 2024\n---\n',
        }
    ).build()
    assert [tag for tag, _ in Page(built["posts/a/index.html"]).tags] == ["h1"]


# --- C14: what is not public ---


def test_c14_what_is_not_public_is_nowhere(site: MakeSite) -> None:
    files = {
        "site.yaml": "title: Test\nurl: https://example.org/\nauthor: jane\npublications: {hide: [file]}\n",
        "content/people.yaml": """\
- {id: jane, name: Jane Doe, email: jane@example.org}
- {id: max, name: Max Open, email: max@secret.example, public: true}
- {id: secret-person, name: Hidden Secret, public: false, note: Secret, email: hidden@secret.example}
""",
        "content/students.yaml": """\
- {name: Student Secret, public: false, thesis: {title: Secret}, note: Secret, url: "https://secret.example"}
- {name: Open Student, thesis: {title: Open}}
""",
        "content/posts/draft.md": """\
---
title: Secret draft
date: 2024-01-01
draft: true
tags: [secret tag]
summary: Secret summary
aliases: [/secret/]
---
Secret body
""",
        "content/posts/secret-future.md": "---\ntitle: Secret\ndate: 2026-11-22\n---\nSecret\n",
        "content/posts/today.md": "---\ntitle: Today\ndate: 2026-11-21\n---\nText\n",
        "content/pages/secret.md": "---\ntitle: Secret\ndraft: true\nmenu: true\naliases: [/secret2/]\n---\nx\n",
        "content/courses/secret.md": "---\ntitle: Secret\ndraft: true\nstudents: [Open Student]\n---\nx\n",
        "content/publications/a.bib": """\
@article{open, title={Open}, author={Doe, Jane and Max Open}, journal={J}, year=2024,
  _private={Secret}, file={:secret/a.pdf:PDF}}
@article{secret1, title={Secret}, author={Doe, Jane}, journal={J}, year=2024, hidden={true}}
@article{secret2, title={Secret}, author={Doe, Jane}, journal={J}, year=2024, public={false}}
""",
        "content/talks.yaml": "- {title: T, year: 2024, publications: [open, secret1], people: [secret-person]}\n",
        "content/index.md": "---\nsections: [about, publications, posts, students, people]\n---\nHello\n",
    }
    folder = site(files)
    assert folder.report() == []
    built = folder.build()
    assert [path for path, text in built.items() if "secret" in (path + text).casefold()] == []
    assert "jane@example.org" in unescape(built["index.html"])
    assert {
        "posts/today/index.html",
        "people/max/index.html",
        "people/open-student/index.html",
    } <= built.keys()


def test_c14_drafts_shows_drafts_and_the_future_only(site: MakeSite) -> None:
    files = {
        "content/posts/draft.md": "---\ntitle: A draft\ndate: 2024-01-01\ndraft: true\n---\nx\n",
        "content/posts/future.md": "---\ntitle: The future\ndate: 2027-01\n---\nx\n",
        "content/students.yaml": "- name: Not Public\n  public: false\n",
        "content/publications/a.bib": "@article{h, title={H}, author={N, E}, journal={J}, year=2024, hidden={true}}\n"
        "@article{p, title={P}, author={N, E}, journal={J}, year=2024, public={false}}\n",
    }
    built = site(files).build("--drafts")
    assert {"posts/draft/index.html", "posts/future/index.html", "publications/h/index.html"} <= built.keys()
    assert "publications/p/index.html" not in built
    assert "Not Public" not in "".join(built.values())
    assert "Draft" in built["posts/draft/index.html"]


def test_c14_links_to_what_is_hidden_say_so(site: MakeSite) -> None:
    files = {
        "content/index.md": "[draft](posts/draft.md)\n",
        "content/posts/draft.md": "---\ntitle: A draft\ndate: 2024-01-01\ndraft: true\n---\nx\n",
        "content/people.yaml": "- id: hid\n  name: Hidden Person\n  public: false\n",
        "content/talks.yaml": "- title: T\n  year: 2024\n  people: [hid]\n",
    }
    (problem,) = site(files).report()
    assert problem["message"] == "“posts/draft.md” is a draft: there is no page to link to."
