"""Any bytes in any file: exit code 0 or 1, never a traceback; any text comes back from a page as it was."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import jinja2
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.cli import cli
from acadsite.problems import Problem, Span, format_github, format_text
from acadsite.sources import decode
from conftest import DAY, SiteFolder
from pages import Page

#: Pieces that real files are made of, so that the search gets past the first character.
_YAML = st.sampled_from(
    [
        "- ",
        "title: ",
        "date: ",
        "2024",
        "2024-05-01",
        "2024-05/2024-06",
        ": ",
        "\n",
        "\n  ",
        "\n- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "'",
        '"',
        "&a ",
        "*a",
        "!!python/x ",
        "---\n",
        "...\n",
        "#",
        "\t",
        "name: ",
        "id: ",
        "url: ",
        "https://x.y/",
        "publications: ",
        "people: ",
        "thesis: ",
        "sections: ",
        "entries: ",
        "show: ",
        "links: ",
        "<<: ",
        "? ",
        ">\n",
        "%",
        "@",
        "`",
        "null",
        "true",
        "no",
        "0x1F",
        "1e5",
        ".inf",
        "\\ud800",
        "\u2028",
        "\x00",
        "\x85",
        "\ufeff",
        "é",
        "日本",
        "🙂",
        "menu: ",
        "urls: ",
        "theme: ",
        "author: ",
        "extensions: ",
        "schedule: ",
        "profiles: ",
        "draft: ",
        "tags: ",
        "aliases: ",
        "javascript:x",
        "../../x",
        "collection: ",
        "limit: ",
        "-1",
        "labels: ",
        "markup: ",
        "html: sanitize",
        "file: ",
        "public: false",
        "start: ",
        "end: ",
        "stars: ",
        "repos:\n  a/b: 5",
        "$x$",
        "[[x]]",
        "[a](b)",
        "<b>",
    ]
)
_MARKDOWN = st.sampled_from(
    [
        "# ",
        "## ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "```",
        "``` py\n",
        "~~~",
        "$",
        "$$",
        "\\(",
        "\\[",
        "\\begin{align}",
        "\\end{align}",
        "\\frac{",
        "}",
        "[",
        "](",
        ")",
        "![",
        "](x.png)",
        "[^1]",
        "[^1]: ",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "<script>",
        "&amp;",
        "&#0;",
        "::: note\n",
        ":::",
        "{#id .c}",
        "@x",
        "[@x]",
        "[[x]]",
        "@fig-x",
        "",
        " ",
        "a",
        "é",
        "\t",
        "    ",
        "*",
        "**",
        "_",
        "`",
        "\\",
        "---\n",
        "title: x\n",
        "date: 2024\n",
        "<details>",
        "> [!NOTE]\n",
        "!!! note\n",
        "\x00",
        "\ufeff",
        "\u202e",
        "http://x.y",
        "<http://x>",
        "[x]: y",
    ]
)
_BIB = st.sampled_from(
    [
        "@article{",
        "@book(",
        "@string{",
        "@comment{",
        "@preamble{",
        "key,",
        "title = {",
        "author = {",
        "year = ",
        "2024",
        "}",
        "{",
        ")",
        ",",
        "\n",
        '"',
        "#",
        " and ",
        "and others",
        '\\"{u}',
        "\\textbf{",
        "\\",
        "$x^2$",
        "crossref = {",
        "url={javascript:x}",
        "pdf={../x}",
        "month = jan",
        "date = {2024/..}",
        "é",
        "%",
        "&",
        "~",
        "--",
        "{\\LaTeX}",
        "_venue = {",
        "selected={true}",
        "@",
        "@@inproceedings{",
        "doi={10.1/x}",
        "note={<b>}",
        "\x00",
        "\ufeff",
        "\\v{",
        "keywords={a,b}",
    ]
)
_TEMPLATE = st.sampled_from(
    [
        "{{ ",
        "}}",
        "{% ",
        "%}",
        "{# ",
        "#}",
        "if ",
        "endif",
        "for x in ",
        "endfor",
        "page",
        ".title",
        "site",
        "record",
        "collections.talks",
        "['x']",
        '"',
        "'",
        "+ ",
        "1",
        "0",
        "/",
        "*",
        "**",
        "()",
        "",
        "md",
        "safe",
        "extends 'base.html'",
        "include 'x'",
        "block main",
        "endblock",
        "macro a()",
        "endmacro",
        "import 'base.html' as b",
        "set y = ",
        "range(10)",
        "x",
        "<p>",
        "link('home')",
        "~",
        "not ",
        "is defined",
        "loop",
        "caller()",
        "a()",
        "[",
        "]",
        "{",
        "}",
        ":",
        "%",
        "-",
        "self.main()",
        "super()",
        "__class__",
    ]
)


def text_of(pieces: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    made = st.lists(pieces | st.text(max_size=8), max_size=30).map("".join)
    return st.one_of(made.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=120))


FILES = {
    "site.yaml": text_of(_YAML),
    "content/talks.yaml": text_of(_YAML),
    "content/students.yaml": text_of(_YAML),
    "content/cv.yaml": text_of(_YAML),
    "content/snapshots/repos.yaml": text_of(_YAML),
    "content/index.md": text_of(_MARKDOWN | _YAML),
    "content/posts/x.md": text_of(_MARKDOWN | _YAML).map(lambda data: b"---\ntitle: X\ndate: 2024\n" + data),
    "content/posts/y.md": text_of(_MARKDOWN).map(lambda data: b"---\ntitle: X\ndate: 2024\n---\n" + data),
    "content/publications/x.bib": text_of(_BIB),
    "templates/home.html": text_of(_TEMPLATE),
    "themes/mine/theme.yaml": text_of(_YAML),
}
BASE = {
    "site.yaml": "title: Test\ntheme: mine\n",
    "themes/mine/theme.yaml": "title: Mine\n",
    "content/repos.yaml": "- url: https://github.com/a/b\n",
    "content/people.yaml": "- {id: x, name: X Y}\n",
}


@pytest.fixture(autouse=True)
def _compile_templates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of a small build is the compiling of templates, and they are the same in every example."""
    compile_template = jinja2.Environment.compile

    def compiled(
        self: jinja2.Environment, source: Any, name: Any = None, filename: Any = None, *rest: Any
    ) -> Any:
        if not isinstance(source, str) or rest or "themes/base" not in str(filename):
            return compile_template(self, source, name, filename, *rest)
        key = (source, name, filename)
        if key not in _COMPILED:
            _COMPILED[key] = compile_template(self, source, name, filename)
        return _COMPILED[key]

    monkeypatch.setattr(jinja2.Environment, "compile", compiled)


_COMPILED: dict[Any, Any] = {}


def check_without_a_crash(path: str, data: bytes) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        site = SiteFolder(folder / "site")
        site.root.mkdir()
        site.write({**BASE, path: data})
        runner = CliRunner(catch_exceptions=False)
        result = runner.invoke(cli, ["-C", str(site.root), "check", "--json", "--date", DAY])
        assert result.exit_code in {0, 1}
        problems = json.loads(result.stdout)["problems"]
        assert result.exit_code == (1 if any(problem["level"] == "error" for problem in problems) else 0)
        for problem in problems:
            assert problem["message"]
            assert problem["file"] is None or problem["line"] >= 1
        found = [_problem(problem) for problem in problems]
        format_text(found, lambda path: lines_of(site.root, path)).encode("utf-8")
        format_github(found).encode("utf-8")
    finally:
        shutil.rmtree(folder)


def _problem(values: dict[str, Any]) -> Problem:
    where = None
    if values["file"] is not None:
        where = Span(values["file"], values["line"], values["col"], values["endLine"], values["endCol"])
    return Problem(values["level"], values["code"], values["message"], where, values["hint"] or "")


def lines_of(root: Path, path: str) -> list[str] | None:
    file = root / path
    return decode(file.read_bytes(), path)[0].split("\n") if file.is_file() else None


@pytest.mark.parametrize("path", FILES)
def test_any_bytes_in_any_file_end_in_a_report(path: str) -> None:
    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(FILES[path])
    def run(data: bytes) -> None:
        check_without_a_crash(path, data)

    run()


#: Found once, kept: each made an earlier version fall over.
CASES = [
    ("content/index.md", b"---\nsections: [{title: x}]\n---\n"),
    ("content/talks.yaml", b'- {title: "\\ud800", year: 2020}\n'),
    ("content/posts/x.md", b"---\ntitle: x\ndate: 2024\n---\n[a](http://[x)\n"),
    ("content/posts/x.md", b"---\ntitle: x\ndate: 0000-01-01\n---\n"),
    ("content/snapshots/repos.yaml", b"repos: {a/b: {stars: -5}}\n"),
    ("site.yaml", b"url: http://[x\n"),
    ("site.yaml", b"extensions: ['\\0.py']\n"),
    ("site.yaml", b'extensions: ["\\0.py"]\n'),
    ("site.yaml", b"theme: ..\n"),
    ("site.yaml", b"publications: {files: ['[']}\n"),
    ("templates/home.html", b"{{ 10 ** 10 ** 2 }}{{ range(3)|list }}"),
]


@pytest.mark.parametrize(("path", "data"), CASES)
def test_known_cases(path: str, data: bytes) -> None:
    check_without_a_crash(path, data)


# --- text in, text out ---

#: Control characters do not survive reading; a lone surrogate is no text; line ends become one.
_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=60)


def build_with(files: dict[str, str]) -> dict[str, str]:
    folder = Path(tempfile.mkdtemp())
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        site = SiteFolder(folder / "site")
        site.root.mkdir()
        return site.write({"site.yaml": "title: Test\n", **files}).build()


@settings(max_examples=25, deadline=None)
@given(_TEXT)
def test_any_title_comes_back_from_every_page(title: str) -> None:
    title = f"x{title}x"
    quoted = json.dumps(title, ensure_ascii=False)
    built = build_with(
        {
            "content/posts/a.md": f"---\ntitle: {quoted}\ndate: 2024\nsummary: ok\n---\ntext\n",
            "content/students.yaml": f"- {{id: s, name: {{literal: {quoted}}}}}\n",
            "templates/meta.html": "",
        }
    )
    shown = " ".join(title.split())
    for path in ("posts/a/index.html", "posts/index.html", "index.html"):
        assert shown in " ".join(Page(built[path]).text.split()), path
    page = Page(built["posts/a/index.html"])
    assert shown in " ".join(Page(built["students/index.html"]).text.split())
    metas = [
        " ".join(meta.get("content", "").split())
        for meta in page.of("meta")
        if meta.get("property") == "og:title"
    ]
    assert metas in ([], [shown])


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=60))
def test_any_text_of_a_bibliography_is_text_on_the_page(text: str) -> None:
    plain = "".join(char for char in text if char not in "{}\\$%&#_^~\"'`-,@=<>?!*") or "x"
    entry = f"@article{{a, title={{x{plain}<i>&lt;</i>x}}, author={{N, E}}, journal={{J}}, year=2024}}\n"
    built = build_with({"content/publications/a.bib": entry})
    page = Page(built["publications/a/index.html"])
    wanted = "".join(f"x{plain}<i>&lt;</i>x".split())
    assert wanted in "".join(page.text.split())


def test_the_report_of_one_run_is_the_report_of_the_next(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path).write({**BASE, "content/talks.yaml": "- {title: [x], year: y}\n- z\n"})
    first, second = site.check(), site.check()
    assert first.stderr == second.stderr
    assert io.StringIO(first.stderr).readline().startswith("content/talks.yaml:1:")
