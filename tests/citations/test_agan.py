"""The references of the reference paper: four styles against another processor, numbers against the printed paper."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from acadsite.bibtex import read
from acadsite.bibtex.csl import rich_item
from acadsite.citations import Cite, Cluster, own_style, process
from acadsite.citations.writers import text
from citations.oracle import compared, entry_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.shared

Items = dict[str, dict[str, Any]]
STYLES = ("apa", "ieee", "chicago-author-date", "modern-language-association")
#: Entries that differ, and why they are right.
DIFFERENT = {
    (
        "ieee",
        "odena2018generator",
    ): "“performance?,” in: the test suite keeps the comma behind a question mark",
    (
        "modern-language-association",
        "devries2017modulating",
    ): "“de Vries, Harm”: a particle is part of the name that one is called by",
}


@pytest.fixture(scope="module")
def items(shared_data: Path) -> Items:
    """The records as our own reader gives them."""
    path = shared_data / "paper/references.bib"
    library = read([("references.bib", path.read_text(encoding="utf-8"))])
    return {entry.key: rich_item(entry) for entry in library.entries}


@pytest.fixture(scope="module")
def expected(shared_data: Path) -> Mapping[str, Mapping[str, str]]:
    path = shared_data / "bib/expected/agan-formatted.json"
    return json.loads(path.read_text(encoding="utf-8"))["styles"]


@pytest.mark.parametrize("name", STYLES)
def test_entries_equal_those_of_another_processor(
    name: str, items: Items, expected: Mapping[str, Mapping[str, str]]
) -> None:
    style = own_style(name)
    assert style is not None
    done = process(style, items, [], uncited=list(items))
    assert len(done.bibliography) == len(expected[name]) == 43
    different = {
        (name, key)
        for key, tree in done.bibliography
        if compared(entry_text(tree)) != compared(expected[name][key])
    }
    assert different == {pair for pair in DIFFERENT if pair[0] == name}
    assert len(different) <= 0.05 * 43


@pytest.mark.parametrize("name", ["numeric", "ieee", "vancouver", "nature"])
def test_groups_print_the_numbers_of_the_paper(name: str, shared_data: Path, items: Items) -> None:
    wanted = json.loads((shared_data / "paper/expected-citations.json").read_text(encoding="utf-8"))
    clusters = [Cluster(tuple(map(Cite, group["keys"]))) for group in wanted["groups"]]
    assert len(clusters) == 62
    style = own_style(name)
    assert style is not None
    done = process(style, items, clusters)
    assert [key for key, _ in done.bibliography] == wanted["references"]
    for group, tree in zip(wanted["groups"], done.citations, strict=True):
        assert numbers(text(tree)) == sorted(group["numbers"]), group


def numbers(printed: str) -> list[int]:
    """The numbers that a citation names, ranges unfolded: "[1], [3]–[5]" → 1, 3, 4, 5."""
    out: list[int] = []
    for piece in re.sub(r"[\[\]()]", "", printed).split(","):
        first, _, last = piece.partition("–")
        out += range(int(first), int(last or first) + 1)
    return out


def test_ranges_are_folded(items: Items) -> None:
    keys = list(items)[:6]
    style = own_style("numeric")
    assert style is not None
    clusters = [Cluster(tuple(map(Cite, keys))), Cluster((Cite(keys[4]), Cite(keys[0]), Cite(keys[1])))]
    done = process(style, items, clusters)
    assert [text(tree) for tree in done.citations] == ["[1–6]", "[1, 2, 5]"]


@pytest.mark.parametrize("name", ["apa", "ieee", "chicago-author-date", "mla", "vancouver", "harvard"])
def test_an_entry_takes_less_than_a_millisecond(name: str, items: Items) -> None:
    style = own_style(name)
    assert style is not None
    clusters = [Cluster((Cite(key),)) for key in items]
    process(style, items, clusters)
    best = min(_seconds(style, items, clusters) for _ in range(3))
    assert best / len(items) < 0.001


def _seconds(style: Any, items: Items, clusters: list[Cluster]) -> float:
    """CPU seconds for all citations and the bibliography."""
    start = time.process_time()
    process(style, items, clusters)
    return time.process_time() - start
