"""Notebooks as documents: what is shown of their cells, where what is wrong in them is, and what an edit renders."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from acadsite import markup
from acadsite.collect.notebook_tables import table_of
from acadsite.collect.notebooks import LONGEST, Notebook, cut_out, read_notebook
from acadsite.markup.source import Piece, placed
from browsing import ROOT
from conftest import SiteFolder
from sample import Site, contents, tree, unlike

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

    from acadsite.result import Result

FIT = (ROOT / "tests/notebooks/fit.ipynb").read_text(encoding="utf-8")
POST = "content/posts/fit.ipynb"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nno picture, but bytes").decode()


def cell(kind: str, text: str | list[str], **more: Any) -> dict[str, Any]:
    source = text if isinstance(text, list) else text.splitlines(keepends=True)
    given = {"cell_type": kind, "metadata": {}, "source": source}
    return given | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


def shows(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {name.replace("__", "/"): data[name] for name in data}}


def notebook(*cells: dict[str, Any], indent: int | None = 1, **more: Any) -> str:
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more, indent=indent
    )


def read(*cells: dict[str, Any], **more: Any) -> Notebook:
    """What a notebook without faults says."""
    found, problems = read_notebook(notebook(*cells, **more), "a.ipynb")
    assert found is not None
    assert problems == ()
    return found


def text_of(*cells: dict[str, Any], **more: Any) -> str:
    return read(*cells, **more).text


def told(text: str) -> list[tuple[str, str, int]]:
    return [
        (one.level, one.code, one.where.line if one.where else 0) for one in read_notebook(text, "a.ipynb")[1]
    ]


# --- what becomes of cells ---


def test_code_has_the_language_of_the_kernel() -> None:
    assert text_of(cell("code", "x = 1")) == "```python\nx = 1\n```\n"
    kernels = (
        {"kernelspec": {"language": "R"}},
        {"language_info": {"name": "C++11"}},
        {"kernelspec": {"name": "julia"}},
    )
    assert [text_of(cell("code", "x"), metadata=one)[3:8].split("\n")[0] for one in kernels] == [
        "r",
        "cpp",
        "julia",
    ]
    assert text_of(cell("code", "%%bash\nls")).startswith("```bash\n%%bash\n")
    assert text_of(cell("code", "```\n````")) == "`````python\n```\n````\n`````\n"


@pytest.mark.parametrize(
    ("options", "tags", "seen"),
    [
        ("", [], "code out"),
        ("#| echo: false\n", [], "out"),
        ("#| output: false\n", [], "code"),
        ("#| include: false\n", [], ""),
        ("", ["remove-cell"], ""),
        ("", ["remove-input"], "out"),
        ("", ["remove-output"], "code"),
        ("", ["hide-input"], "folded code out"),
        ("", ["hide-output"], "code folded out"),
        ("#| code-fold: true\n", [], "folded code out"),
        ("", ["unknown", "parameters"], "code out"),
    ],
)
def test_options_and_tags_say_what_is_seen(options: str, tags: list[str], seen: str) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["out\n"]}
    text = text_of(cell("code", f"{options}code", outputs=[output], metadata={"tags": tags}))
    assert (
        re.findall(r"^code$|^out$|collapse", text, re.MULTILINE) == seen.replace("folded", "collapse").split()
    )
    assert "#|" not in text


def test_options_of_the_whole_notebook() -> None:
    front = cell("raw", "---\nexecute:\n  echo: false\n---")
    assert text_of(front, cell("code", "x"), cell("code", "#| echo: true\ny")) == "```python\ny\n```\n"


def test_front_matter_is_a_first_cell_of_its_own() -> None:
    found = read(cell("raw", "---\ntitle: T\nn: 1\n---\n"), cell("markdown", "Text"))
    assert found.data is not None
    assert found.data.plain() == {"title": "T", "n": 1}
    assert found.text == "Text\n"
    assert read(cell("markdown", "---\ntitle: T\n---")).data is not None
    assert read(cell("markdown", "---\ntitle: T\n---\n\nMore")).data is None
    assert read(cell("markdown", "First"), cell("raw", "---\ntitle: T\n---")).data is None


def test_titles_of_the_metadata_and_of_headings() -> None:
    named = read(cell("markdown", "# Heading"), metadata={"title": "Named"})
    assert named.data is not None
    assert named.data.plain() == {"title": "Named"}
    headed = read(cell("markdown", "# A *heading* {#sec-a}\n\nText")).with_title("a.ipynb")
    assert headed.data is not None
    assert headed.data.plain() == {"title": "A *heading*"}
    assert "heading" not in headed.text
    assert read(cell("markdown", "Text\n\n# Later")).with_title("a.ipynb").data is None


def test_outputs_of_terminals_are_plain() -> None:
    output = {
        "output_type": "stream",
        "name": "stdout",
        "text": "\x1b[1;31mred\x1b[0m\n10%\r100%\nab\bc\x00\n",
    }
    text = text_of(cell("code", "x", outputs=[output]))
    assert text.endswith("```{.output .cell-output}\nred\n100%\nac\n```\n")


def test_a_formula_is_a_formula_and_other_latex_is_text() -> None:
    formula = shows(text__latex=["$\\displaystyle x\n", "\n", "+ 1$"], text__plain="x + 1")
    assert text_of(cell("code", "", outputs=[formula])) == "$$\n\\displaystyle x\n+ 1\n$$\n"
    table = shows(text__latex="\\begin{tabular}{l} a \\end{tabular}", text__plain="a")
    assert text_of(cell("code", "", outputs=[table])) == "```{.output .cell-output}\na\n```\n"


def test_html_goes_through_the_sanitiser() -> None:
    harm = "<div id='main' class='c' style='x' onclick='x()'><script>x()</script><img src=x onerror=x>a</div>"
    found, problems = read_notebook(notebook(cell("code", "", outputs=[shows(text__html=harm)])), "a.ipynb")
    assert found is not None
    assert '<div class="cell-output" tabindex="0"><div><img src="x">a</div></div>' in found.text
    assert [one.code for one in problems] == ["notebook-interactive"]


def test_markdown_of_outputs_has_the_plainest_html_only() -> None:
    written = "a<br>b <sub>2</sub> <https://x.example> 1 < 2\n\n<img src=x onerror=x()>\n"
    written += "\n```{=html}\n<script>x()</script>\n```"
    written += "\n\n`<svg onload=x()>`{=html} <b onclick=x()>c</b> <details\nopen ontoggle=x()> <!-- -->"
    text = text_of(cell("code", "", outputs=[shows(text__markdown=written)]))
    page = html.fromstring(markup.render(markup.read(text, "a.ipynb")).html)
    assert {element.tag for element in page.iter()} <= {"div", "p", "br", "sub", "a", "b", "code"}
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert page.xpath("//a/@href") == ["https://x.example"]


def test_pictures_have_the_name_of_their_bytes() -> None:
    data = {"image__svg+xml": [SVG], "text__plain": "a picture"}
    text = notebook(cell("code", "", outputs=[shows(**data), shows(**data), shows(image__png=PNG)]))
    found, problems = read_notebook(text, "content/a b.ipynb")
    assert found is not None
    assert not problems
    first, second = found.pictures
    assert re.fullmatch(r"a b_files/[0-9a-f]{32}\.svg", first.name)
    assert cut_out(text, first.name, (first.start, first.end)) == SVG.encode()
    assert cut_out(text, second.name, (second.start, second.end)) == base64.b64decode(PNG)
    assert found.text.count(f"({first.name.replace(' ', '%20')})") == 2


def test_figures_and_their_words() -> None:
    one, two = shows(image__png=PNG), shows(**{"image__svg+xml": SVG})
    head = '#| label: fig-a\n#| fig-cap: "Both [of\\" them"\n#| fig-alt: [First, "Sec\\"ond"]\n#| fig-subcap: [A, B]\n'
    document = markup.read(text_of(cell("code", head, outputs=[one, two])), "a.ipynb")
    page = html.fromstring(markup.render(document, resolve=None).html)
    assert [image.get("alt") for image in page.iter("img")] == ["First", 'Sec"ond']
    assert [caption.text_content() for caption in page.iter("figcaption")] == ["A", "B", 'Both [of" them']
    alone = text_of(cell("code", "#| fig-cap: A ]( caption\n", outputs=[one]))
    page = html.fromstring(markup.render(markup.read(alone, "a.ipynb")).html)
    assert [caption.text_content() for caption in page.iter("figcaption")] == ["A ]( caption"]


def test_attachments() -> None:
    given = {"a b.png": {"image/png": PNG}}
    text = text_of(cell("markdown", "![x](attachment:a%20b.png)", attachments=given))
    assert re.fullmatch(r"!\[x\]\(a_files/[0-9a-f]{32}\.png\)\n", text)
    assert told(notebook(cell("markdown", "\n![x](attachment:c.png)"))) == [
        ("warning", "notebook-picture", 8)
    ]


def test_a_fence_does_not_leave_its_cell() -> None:
    assert (
        text_of(cell("markdown", "~~~~\nopen"), cell("markdown", "*Text*")) == "~~~~\nopen\n~~~~\n\n*Text*\n"
    )


def test_version_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Old"]},
        {
            "cell_type": "code",
            "language": "python",
            "input": ["1"],
            "outputs": [{"output_type": "pyout", "text": ["1"]}, {"output_type": "display_data", "png": PNG}],
        },
    ]
    old = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]})
    found, problems = read_notebook(old, "a.ipynb")
    assert not problems
    assert found is not None
    assert found.text.startswith(
        "## Old\n\n```python\n1\n```\n\n```{.output .cell-output}\n1\n```\n\n![](a_files/"
    )


# --- tables ---

FRAME = """<table border="1"><thead><tr><th></th><th>a|b</th><th>n</th></tr>
<tr><th>index</th><th></th><th></th></tr></thead>
<tbody><tr><th>0</th><td>*x* $y$ \\(z\\) @w</td><td>-1.50</td></tr>
<tr><th>1</th><td>&lt;b&gt;</td><td>NaN</td></tr></tbody></table>"""


def test_a_plain_table_is_one_of_markdown() -> None:
    body = markup.render(markup.read("\n".join(table_of(FRAME)), "a.md"))
    assert not body.problems
    rows = [[cell.text_content() for cell in row] for row in html.fromstring(body.html).iter("tr")]
    assert rows == [["index", "a|b", "n"], ["0", "*x* $y$ \\(z\\) @w", "-1.50"], ["1", "<b>", "NaN"]]


@pytest.mark.parametrize(
    "change",
    [
        ("<td>&lt;b", '<td colspan="2">&lt;b'),
        ("&lt;b&gt;", "<p>b</p>"),
        ("&lt;b&gt;", "<img src=x>"),
        ("<td>NaN</td>", ""),
    ],
)
def test_another_table_stays_html(change: tuple[str, str]) -> None:
    assert table_of(FRAME.replace(*change)) == []


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn")), max_size=40))
def test_any_text_of_a_cell_is_text(words: str) -> None:
    frame = f"<table><tr><th>a</th></tr><tr><td>x{words.replace('&', '&amp;').replace('<', '&lt;')}x</td></tr></table>"
    body = markup.render(markup.read("\n".join(table_of(frame)), "a.md"))
    shown = html.fromstring(body.html).xpath("string(//td)")
    assert " ".join(shown.split()) == " ".join(f"x{words}x".split())


# --- what is wrong, and where ---


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ("error", "notebook-json", 1)),
        ('{\n "cells": [\n<<<<<<< mine', ("error", "notebook-json", 3)),
        ("[" * 200_000, ("error", "notebook-json", 1)),
        (f'{{"nbformat": {"9" * 5000}}}', ("error", "notebook-json", 1)),
        ("[]", ("error", "notebook-version", 1)),
        ('{"cells": []}', ("error", "notebook-version", 1)),
        ('{"nbformat": 5, "cells": []}', ("error", "notebook-version", 1)),
        ('{"nbformat": true, "cells": []}', ("error", "notebook-version", 1)),
        ('{"nbformat": 4,\n"cells": {}}', ("warning", "notebook-cell", 2)),
        ('{"nbformat": 4,\n"cells": [\n3]}', ("warning", "notebook-cell", 3)),
        (notebook(cell("raw", "---\na: [\n---")), ("error", "yaml-syntax", 9)),
        (notebook(cell("raw", "---\na: [\n---"), indent=None), ("error", "yaml-syntax", 1)),
        (notebook(cell("raw", "---\n- a\n---")), ("error", "front-matter-mapping", 8)),
        (notebook(cell("code", "#| a: [\nx")), ("warning", "yaml-syntax", 7)),
        (notebook(cell("code", "", outputs=[shows(image__png="!")])), ("warning", "notebook-picture", 11)),
        (
            notebook(cell("code", "", outputs=[shows(application__javascript="x")])),
            ("warning", "notebook-interactive", 8),
        ),
    ],
)
def test_what_is_wrong_has_its_line(text: str, problem: tuple[str, str, int]) -> None:
    assert told(text) == [problem]


def test_long_outputs_are_cut() -> None:
    long = {"output_type": "stream", "name": "stdout", "text": ["x" * 70 + "\n"] * 2000}
    text = notebook(cell("code", "", outputs=[long]))
    found, problems = read_notebook(text, "a.ipynb")
    assert [one.code for one in problems] == ["notebook-output-long"]
    assert found is not None
    assert LONGEST - 100 < len(found.text) < LONGEST + 100


def test_lines_of_the_text_are_those_of_the_file() -> None:
    """Each word knows line and column, also where the file has one line, or a cell is one string."""
    words = ["one", "two  three", "", "four"]
    for source in ("\n".join(words), [f"{word}\n" for word in words]):
        for indent in (1, None):
            text = notebook(cell("code", "x\ny"), cell("markdown", source), indent=indent)  # type: ignore[arg-type]
            found, _ = read_notebook(text, "a.ipynb")
            assert found is not None
            document = markup.read(found.text, "a.ipynb", first_line=found.line, lines=found.lines)
            for word in ("one", "two", "three", "four"):
                span = document.source.span(document.source.data.index(word.encode()))
                line = text.split("\n")[span.line - 1]
                assert line[span.column - 1 :].startswith(word)


def test_lines_with_files_taken_in() -> None:
    text = "a\n{{< include b.md >}}\nb\nc\nd"
    lines = ((0, 10, 3), (3, 50, 0))
    document = markup.read(text, "a.ipynb", first_line=10, include=lambda _: "in\nit", lines=lines)
    found = [document.source.written(10 + at) for at in range(6)]
    assert found == [
        ("a.ipynb", 10),
        ("b.md", 1),
        ("b.md", 2),
        ("a.ipynb", 12),
        ("a.ipynb", 50),
        ("a.ipynb", 51),
    ]
    problem = markup.read(text, "a.ipynb", first_line=10, include=lambda _: None, lines=lines).problems[0]
    assert problem.where is not None
    assert (problem.where.line, problem.where.column) == (11, 4)
    assert placed([Piece(0, "a", 1)], "a", 1, lines) == (Piece(0, "a", 10, 3), Piece(3, "a", 50))


_NAMES = (
    "cell_type", "source", "outputs", "metadata", "attachments", "output_type", "data", "text", "name", "traceback",
    "tags", "title", "text/html", "text/plain", "text/latex", "text/markdown", "image/png", "image/svg+xml",
    "application/javascript", "level", "input", "cells",
)  # fmt: skip
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just(PNG)
    | st.just("#| a: b\n"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
_CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "html"])},
    optional={
        "source": _JSON
        | st.sampled_from(["---\na: b\n---", "#| label: fig-x\n#| fig-cap: [1]\nx", "![](attachment:x)"]),
        "metadata": _JSON,
        "attachments": st.dictionaries(st.just("x"), _JSON, max_size=1),
        "outputs": st.lists(
            st.fixed_dictionaries(
                {"output_type": st.sampled_from(["stream", "error", "display_data", "pyout"])},
                optional={
                    "text": _JSON,
                    "data": _JSON,
                    "metadata": _JSON,
                    "traceback": _JSON,
                    "ename": _JSON,
                    "png": _JSON,
                },
            ),
            max_size=2,
        )
        | _JSON,
    },
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([3, 4]), st.lists(_CELLS | _JSON, max_size=4) | _JSON, _JSON)
def test_any_json_is_read_or_told(version: int, cells: Any, metadata: Any) -> None:
    whole = {"nbformat": version, "cells": cells, "metadata": metadata, "worksheets": [{"cells": cells}]}
    if version == 3:
        del whole["cells"]
    text = json.dumps(whole)
    found, problems = read_notebook(text, "a.ipynb")
    assert all(problem.where is not None and problem.where.line == 1 for problem in problems)
    assert found is not None
    document = markup.read(found.text, "a.ipynb", first_line=found.line, lines=found.lines)
    assert "<script" not in markup.render(document).html
    for name, start, end in found.pictures:
        assert cut_out(text, name, (start, end))


# --- in a site ---

FILES = {
    "site.yaml": "title: Site\nauthor: {name: Jane Doe}\nurl: https://x.example/\n",
    POST: FIT,
    "content/posts/plain.md": "---\ntitle: Plain\ndate: 2024-04-01\n---\nSee [the fit](fit.ipynb#end).\n",
    "content/pages/lab.ipynb": notebook(cell("markdown", "# The *lab*\n\nWords of the laboratory.")),
    "content/pages/hidden.ipynb": notebook(cell("raw", "---\ntitle: Hidden\ndraft: true\n---")),
    "content/slides/no.ipynb": notebook(cell("markdown", "# Not read")),
    "content/publications/a.bib": "@article{doe, title = {Fits}, author = {Doe, Jane}, journal = {J}, year = {2024}}\n",
    "content/papers/doe/index.ipynb": FIT.replace("[Nowhere](nowhere.md)", "Nowhere").replace(
        "slider()", "slides()"
    ),
    "content/guide/book.yaml": "title: Guide\nchapters: [index.md, fit.ipynb]\n",
    "content/guide/index.md": "# Welcome\n\nSee @fig-curve and [the error](fit.ipynb).\n",
    "content/guide/fit.ipynb": FIT.replace("[Nowhere](nowhere.md)", "Nowhere"),
    "content/guide/unlisted.ipynb": FIT,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(SiteFolder(tmp_path_factory.mktemp("notebooks") / "site").write(FILES))


@pytest.fixture(scope="module")
def result(folder: Site) -> Result:
    found = folder.build()
    assert not found.report.has_errors, found.report.problems
    return found


@pytest.fixture(scope="module")
def built(folder: Site, result: Result) -> dict[str, bytes]:
    assert result.published is not None
    return tree(folder.out)


def main(built: dict[str, bytes], path: str) -> HtmlElement:
    return html.fromstring(built[path]).find(".//main")


def test_a_post_shows_its_cells(built: dict[str, bytes]) -> None:
    page = main(built, "posts/fit/index.html")
    assert page.findtext(".//h1") == "A fit"
    words = " ".join(page.text_content().split())
    for shown in (
        "points: 50 red ``` and <b>",
        "100%",
        "ZeroDivisionError: division by zero",
        "line_1 *of* $x$",
        "folded",
    ):
        assert shown in words
    for unseen in (
        "unseen",
        "secret",
        "echo: false",
        "steal",
        "IntSlider",
        "10%",
        "plot(x, x**2)",
        "wide as text",
    ):
        assert unseen not in words
    assert page.xpath("//details//code[contains(., 'folded')]")
    assert page.xpath("string(//figure[@id='fig-curve']/figcaption)").startswith("Figure\xa01: A parabola")
    assert page.xpath("//table[@id='tbl-error']/caption")
    assert page.xpath("string(//figure//img/@alt)") == "A curve that rises ever faster."
    assert page.xpath("//p/em[text()='emphasis']")
    assert page.xpath("//math[@display='block']")
    assert not page.xpath("//*[@onclick or @onerror or starts-with(@href, 'javascript')]")


@pytest.mark.parametrize(("language", "words"), [("en", ["Code", "Output"]), ("fr", ["Code", "Sortie"])])
def test_what_is_to_unfold_says_so_in_the_language_of_the_page(
    tmp_path: Path, language: str, words: list[str]
) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["out\n"]}
    text = notebook(cell("code", "code", outputs=[output], metadata={"tags": ["hide-cell"]}))
    files = {"site.yaml": f"title: T\nlanguage: {language}\n", "content/pages/lab.ipynb": text}
    page = html.fromstring(SiteFolder(tmp_path).write(files).build()["lab/index.html"])
    assert page.xpath("//details[contains(@class, 'callout')]/summary/text()") == words
    assert page.xpath("//details//code[contains(., 'out')]")


def test_pictures_are_files_beside_the_page(built: dict[str, bytes], result: Result) -> None:
    page = main(built, "posts/fit/index.html")
    sources = page.xpath("//img/@src")
    assert len(sources) == 3
    for source in sources:
        assert source.removeprefix("../../") in built
    assert sum(path.endswith(".svg") for path in built if path.startswith("posts/")) == 1


def test_problems_have_the_line_and_column_of_the_file(result: Result) -> None:
    lines = FIT.split("\n")
    found = [(one.code, one.where) for one in result.report.problems if one.where and one.where.path == POST]
    assert [code for code, _ in found] == ["link-missing", "notebook-interactive", "notebook-interactive"]
    where = found[0][1]
    assert where is not None
    assert lines[where.line - 1][where.column - 1 :].startswith("[Nowhere](nowhere.md)")
    assert {one.where.path for one in result.report.problems if one.where} == {
        POST, "content/papers/doe/index.ipynb", "content/guide/fit.ipynb",
    }  # fmt: skip


def test_links_titles_drafts_and_search(built: dict[str, bytes]) -> None:
    assert b'href="../../posts/fit/#end"' in built["posts/plain/index.html"]
    assert main(built, "lab/index.html").xpath("string(//h1)").startswith("The lab")
    assert not [path for path in built if "hidden" in path or "slides/" in path or "unlisted" in path]
    search = b"".join(data for path, data in built.items() if "search" in path and path.endswith(".json"))
    assert b"laboratory" in search
    assert b"A parabola through some points." in built["posts/feed.xml"]


def test_a_paper_and_a_chapter_with_their_pdfs(built: dict[str, bytes]) -> None:
    paper = main(built, "publications/doe/index.html")
    assert paper.xpath("//figure[@id='fig-curve']")
    assert built["publications/doe/doe.pdf"].startswith(b"%PDF")
    chapter = main(built, "guide/fit/index.html")
    assert "Figure\xa01.1" in chapter.text_content()
    assert "Figure\xa01.1" in main(built, "guide/index.html").text_content()
    assert len(built["guide.pdf"]) > 10_000


def test_the_command_that_prints_a_text(folder: Site, built: dict[str, bytes]) -> None:
    printed = folder.folder.run("markdown", str(folder.root / POST))
    assert printed.exit_code == 0, printed.stderr
    assert "<em>emphasis</em>" in printed.stdout
    (folder.root / "x.ipynb").write_text("{", encoding="utf-8")
    printed = folder.folder.run("markdown", str(folder.root / "x.ipynb"))
    assert printed.exit_code == 1
    assert "notebook-json" in printed.stderr + printed.stdout


def test_an_edit_renders_its_page_only(folder: Site, built: dict[str, bytes]) -> None:
    assert not folder.build().made

    def rendered(edit: str) -> set[str]:
        folder.edit({POST: edit})
        return {path for path in folder.build().made if path.endswith(".html")}

    assert rendered(FIT.replace('fill=\\"#777\\"', 'fill=\\"#888\\"')) == {"posts/fit/index.html"}
    assert rendered(FIT.replace("The last words", "Some last words")) == {"posts/fit/index.html"}
    assert unlike(tree(folder.out), contents(folder.cold())) == []
    assert rendered(FIT) == {"posts/fit/index.html"}
    assert rendered(FIT.replace('"execution_count": 3', '"execution_count": 4')) == set()
    assert rendered(FIT.replace('"nbformat": 4', '\n\n"nbformat": 4')) == set()
    assert tree(folder.out) == built


def test_what_is_no_notebook_stops_the_site(folder: Site, built: dict[str, bytes]) -> None:
    folder.edit({POST: FIT.replace('"cells"', "<<<<<<<", 1)})
    problems = folder.build().report.problems
    assert [(one.code, str(one.where)) for one in problems if one.level == "error"] == [
        ("notebook-json", f"{POST}:2:2")
    ]
    assert tree(folder.out) == built
    folder.edit({POST: FIT})
