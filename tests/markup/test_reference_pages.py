"""Real pages: nothing of the syntax is left in the text, formulas are done, references are found."""

import json
import re
from pathlib import Path

import pytest

from acadsite.markup import Body, Link, read, render, tree

pytestmark = pytest.mark.shared

PAGES = [
    "pages/2013-03-12-b-splines-mathematica.md",
    "pages/2013-06-26-expression-parsing-shunting-yard.md",
    "pages/2014-01-25-dynamic-allocation-fortran-openmp.md",
    "pages/2014-02-06-link-checker-crontab.md",
    "pages/2016-08-09-deep-completion.md",
    "pages/bio.md",
    "handbook/contributing.qmd",
    "handbook/gp_and_bo.qmd",
    "handbook/hpc_commands.qmd",
    "handbook/hpc_intro.qmd",
    "handbook/hpc_workflows.qmd",
    "handbook/index.qmd",
    "handbook/mlcs_guide.qmd",
    "handbook/packaging.qmd",
    "handbook/references.qmd",
    "handbook/seminars.qmd",
    "paper/agan.md",
    "slides/policy-gradients.md",
]


def parts(path: Path) -> tuple[str, int]:
    """The text behind the front matter, and its first line."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return text, 1
    front, _, rest = text[4:].partition("\n---\n")
    return rest, front.count("\n") + 4


def resolve(target: str, kind: str, place: object) -> Link | None:
    return Link(f"/{target}/", target) if kind in {"cite", "wiki"} else None


def body_of(path: Path, **options: object) -> Body:
    text, line = parts(path)
    return render(read(text, path.name, first_line=line), resolve=resolve, heading_shift=1, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PAGES)
def test_page(shared_data: Path, name: str) -> None:
    text, line = parts(shared_data / name)
    document = read(text, name, first_line=line)
    body = render(document, resolve=resolve, heading_shift=1)
    left = re.sub(
        r"<(pre|code|script|style)[\s\S]*?</\1>|<!--[\s\S]*?-->|alttext=\"[^\"]*\"|<[^>]*>", "", body.html
    )
    assert not re.search(r":::|\[@|\{#|\{\.|\]\(|\\begin|\*\*", left)
    assert not {problem.code for problem in body.problems} - {"markup-unknown-element"}
    for element in document.tree.iter():
        at = element.get(tree.AT)
        if at is not None and element.tag == tree.MATH:
            assert document.source.data[int(at) : int(at) + 1] in {b"$", b"\\"}
            assert (element.text or "").strip().encode().split(b"\n")[0].strip() in document.source.data[
                int(at) :
            ]


def test_paper(shared_data: Path) -> None:
    body = body_of(shared_data / "paper/agan.md")
    outline = json.loads((shared_data / "paper/expected-outline.json").read_text(encoding="utf-8"))
    citations = json.loads((shared_data / "paper/expected-citations.json").read_text(encoding="utf-8"))
    assert '<code class="math' not in body.html
    assert body.html.count('<figure id="fig-') == outline["figures"]
    assert body.html.count('<table id="tbl-') == outline["tables"]
    assert body.html.count('display="block"') == outline["display_equations"]
    titles = [
        title for entry in body.toc for title in (entry.title, *(child.title for child in entry.children))
    ]
    assert titles == [title for _, title in outline["sections"]]
    text, _ = parts(shared_data / "paper/agan.md")
    groups = list(read(text, "agan.md").tree.iter(tree.CITATIONS))
    keys = [element.get(tree.KEY, "") for group in groups for element in group.iter(tree.CITE)]
    assert len([group for group in groups if group.find(tree.CITE) is not None]) == outline["citation_groups"]
    assert list(dict.fromkeys(keys)) == citations["references"]
    assert set(outline["cross_references"]) <= set(body.anchors)


def test_slides(shared_data: Path) -> None:
    text, _ = parts(shared_data / "slides/policy-gradients.md")
    formulas = [element.get(tree.DISPLAY) for element in read(text, "a.md").tree.iter(tree.MATH)]
    assert (formulas.count("block"), formulas.count("inline")) == (49, 84)


def test_handbook_anchors(shared_data: Path) -> None:
    index = json.loads((shared_data / "handbook/reference/search.json").read_text(encoding="utf-8"))
    found = 0
    for entry in index:
        page, _, anchor = entry["href"].partition("#")
        path = shared_data / "handbook" / page.replace(".html", ".qmd")
        if anchor and path.is_file():
            found += 1
            assert anchor in body_of(path).anchors, entry["href"]
    assert found > 15


@pytest.mark.parametrize("name", PAGES)
def test_page_as_python_markdown(shared_data: Path, name: str) -> None:
    text, line = parts(shared_data / name)
    body = render(read(text, name, first_line=line, dialect="python-markdown"), resolve=resolve)
    assert not {problem.code for problem in body.problems if problem.level == "error"}
    assert "wzxhzdk" not in body.html
    assert "klzzwxh" not in body.html
