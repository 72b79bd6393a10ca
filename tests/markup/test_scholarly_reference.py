"""The reference paper, handbook, slides and pages: numbers, references and anchors as their oracles have them."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from acadsite.markup import read, render, tree
from acadsite.markup.math import mathml
from acadsite.markup.numbering import Numbers, Settings, Text, number
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import prepare

sys.path.insert(0, str(Path(__file__).parent))
from works import numeric

pytestmark = pytest.mark.shared
DIALECTS = ["commonmark", "python-markdown"]


def parts(path: Path) -> tuple[dict[str, object], str, int]:
    """Front matter, text behind it, and the text's first line."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return {}, text, 1
    front, _, rest = text[4:].partition("\n---\n")
    return yaml.safe_load(front), rest, front.count("\n") + 4


def sections(numbers: Numbers, text: Text) -> list[list[str | None]]:
    return [
        [found.number if found else None, label.title]
        for found, label in zip(numbers.texts[text.name], text.outline.labels, strict=True)
        if label.kind == "sec"
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_paper(shared_data: Path, dialect: str) -> None:
    front, source, line = parts(shared_data / "paper/agan.md")
    expected = json.loads((shared_data / "paper/expected-outline.json").read_text(encoding="utf-8"))
    citations = json.loads((shared_data / "paper/expected-citations.json").read_text(encoding="utf-8"))
    document = read(source, "agan.md", first_line=line, dialect=dialect)  # type: ignore[arg-type]
    outline = outline_of(document)
    text = Text("agan", outline, "agan.md", has_title="title" in front)
    numbers = number([text])
    assert sections(numbers, text) == expected["sections"]
    kinds = [label.kind for label in outline.labels]
    assert (kinds.count("fig"), kinds.count("tbl")) == (expected["figures"], expected["tables"])
    assert [[cite.key for cite in group.cites] for group in outline.clusters] == [
        group["keys"] for group in citations["groups"]
    ]
    body = render(
        prepare(
            document,
            numbers=numbers.texts["agan"],
            find=lambda key: numbers.find("agan", key),
            citing=numeric(document),
        ),
        heading_shift=1,
        permalinks=False,
    )
    assert not body.problems
    shown = dict(re.findall(r'<a class="cross-reference" href="#([^"]*)">([^<]*)</a>', body.html))
    references = expected["cross_references"]
    assert {
        key: f"{numbers.targets[key].word} {numbers.targets[key].number}" for key in references
    } == references
    # One of the labels is never referred to.
    assert {key: text.replace("\xa0", " ") for key, text in shown.items()} == {
        key: text for key, text in references.items() if key != "tbl-unsupervised"
    }
    assert body.html.count('<tr class="group-row">') == 9
    assert body.html.count('<li id="ref-') == expected["references"]
    groups = re.findall(r'id="cite-\d+">\[((?:<a[^>]*>\d+</a>(?:, )?)+)\]', body.html)
    found = [list(map(int, re.findall(r">(\d+)<", group))) for group in groups]
    assert found == [group["numbers"] for group in citations["groups"]]


def test_handbook(shared_data: Path) -> None:
    folder = shared_data / "handbook"
    config = yaml.safe_load((folder / "_quarto.yml").read_text(encoding="utf-8"))
    names: list[str] = []
    for chapter in config["book"]["chapters"]:
        names += [chapter] if isinstance(chapter, str) else chapter["chapters"]
    book = []
    for name in names:
        front, source, line = parts(folder / name)
        outline = outline_of(read(source, name, first_line=line))
        book.append(Text(name, outline, name, has_title="title" in front))
    numbers = number(book, Settings(chapters=True, depth=config["number-depth"]))
    assert not numbers.problems
    expected = json.loads((folder / "reference/outline.json").read_text(encoding="utf-8"))
    chapters = [chapter for part in expected["parts"] for chapter in part["chapters"]]
    assert [name for name in names if numbers.chapters[name]] == [chapter["file"] for chapter in chapters]
    for chapter in chapters:
        text = next(text for text in book if text.name == chapter["file"])
        assert numbers.chapters[text.name] == str(chapter["number"])
        found = sections(numbers, text)
        assert (found if text.has_title else found[1:]) == chapter["sections"]
    keys = [cite.key for text in book for group in text.outline.clusters for cite in group.cites]
    assert keys == ["rasmussen2006gaussian", "agnihotri2020exploring", "garnett_bayesoptbook_2023"]
    assert [text.name for text in book if text.outline.refs] == ["references.qmd"]


def test_handbook_texts(shared_data: Path) -> None:
    """Every anchor of the search index is an id, and every text of it stands on its page. (As Python-Markdown the
    handbook loses code blocks nested with three spaces: DESIGN.md 5.)"""
    index = json.loads((shared_data / "handbook/reference/search.json").read_text(encoding="utf-8"))
    pages: dict[str, tuple[str, tuple[str, ...]]] = {}
    found = 0
    for entry in index:
        page, _, anchor = entry["href"].partition("#")
        path = shared_data / "handbook" / page.replace(".html", ".qmd")
        if not path.is_file():
            continue
        if page not in pages:
            _, source, line = parts(path)
            body = render(read(source, path.name, first_line=line), permalinks=False, highlight=False)
            pages[page] = (words(body.html), body.anchors)
        shown, anchors = pages[page]
        assert not anchor or anchor in anchors
        pieces = [piece for piece in re.split(r"\n|\(|\[", entry["text"]) if len(piece.split()) > 6]
        cited = re.compile(
            "Rasmussen|Agnihotri|Garnett|MIT press"
        )  # what a citation reads is tested elsewhere
        missing = [piece for piece in pieces if plain(piece) not in shown and not cited.search(piece)]
        assert not missing, page
        found += len(pieces)
    assert found > 80


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def words(html: str) -> str:
    import html as entities

    return plain(entities.unescape(re.sub(r"<[^>]*>", "", html)))


def test_slides(shared_data: Path) -> None:
    _, source, line = parts(shared_data / "slides/policy-gradients.md")
    document = read(source, "a.md", first_line=line)
    formulas = list(document.tree.iter(tree.MATH))
    assert len(formulas) == 133
    for formula in formulas:
        found = mathml(formula.text or "", formula.get(tree.DISPLAY) == "block")
        assert found.mathml, found.fault
    assert not render(document).problems


@pytest.mark.parametrize("dialect", DIALECTS)
def test_pages(shared_data: Path, dialect: str) -> None:
    paths = sorted((shared_data / "pages").glob("*.md"))
    assert len(paths) == 6
    formulas = 0
    for path in paths:
        _, source, line = parts(path)
        document = read(source, path.name, first_line=line, dialect=dialect)  # type: ignore[arg-type]
        formulas += sum(1 for _ in document.tree.iter(tree.MATH))
        assert not {problem.code for problem in render(document).problems} - {"markup-unknown-element"}
    assert formulas == 123  # and one between dollars of a shell, in a code block of Jekyll
