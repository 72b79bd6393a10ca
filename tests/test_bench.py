"""The benchmark's corpus, proofs and tables, with made-up figures: nothing is timed, no other tool is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import contestants
import corpus
import measure
import outputs
import pytest
import tables

if TYPE_CHECKING:
    from pathlib import Path


def test_the_corpus_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        corpus.make(tmp_path / name, 20, 8)
    files = sorted(
        path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()
    )
    assert len(files) == 10
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "other" / path).read_bytes()


def test_sizes_of_what_it_has() -> None:
    posts = [corpus.post(number, 50) for number in range(50)]
    works = [corpus.publication(number) for number in range(50)]
    assert 3_300 < sum(len(post.body.encode()) for post in posts) / 50 < 3_700
    assert 1_400 < sum(len(work.bibtex.encode()) for work in works) / 50 < 1_700
    assert len({post.body for post in posts}) == len({work.bibtex for work in works}) == 50
    assert corpus.SIZES == {"S": (100, 50), "M": (1_000, 500), "L": (10_000, 5_000)}


def test_acadsite_makes_all_of_it_and_the_proof_sees_what_is_missing(tmp_path: Path) -> None:
    corpus.make(tmp_path, 4, 3)
    out = tmp_path / "public"
    subprocess.run(contestants.contestants()[0].build, cwd=tmp_path, check=True)
    assert outputs.faults(out, 4, 3) == []
    (out / "publications" / "bench00002" / "index.html").unlink()
    page = out / "posts" / "post-00001" / "index.html"
    page.write_text(page.read_text().replace("<span", "<b").replace("<table", "<div"))
    assert outputs.faults(out, 4, 3) == [
        "code not highlighted: post-00001",
        "no table: post-00001",
        "no page of a publication: bench00002",
    ]
    assert outputs.faults(out, 5, 3)[-1] == "no heading of a year: 1994"


@pytest.mark.parametrize("tool", contestants.contestants(), ids=lambda tool: tool.name)
def test_every_tool_gets_the_same_content(tool: contestants.Contestant, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    tool.write(site, 3, 2)
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*") if path.suffix in {".md", ".bib"}]
    for number in range(2):
        post = corpus.post(number, 2)
        assert sum(post.ending in text and post.headings[2] in text for text in texts) == 1
    for number in range(3):
        assert sum(corpus.publication(number).abstract in text for text in texts) == 1


@pytest.mark.parametrize(
    "tool", [t for t in contestants.contestants() if t.serve], ids=lambda tool: tool.name
)
def test_an_edit_is_of_the_page_that_is_asked_for(tool: contestants.Contestant, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    tool.write(site, 3, 2)
    assert (site / tool.post.format(name="post-00001")).is_file()
    path = site / tool.publication.format(name="bench00001")
    before = path.read_text(encoding="utf-8")
    after = tool.edit(before, "bench00001", "hello")
    assert len(before) < len(after) < len(before) + 30
    assert corpus.publication(1).abstract[:20] in after.partition("hello")[2 if tool.reads_bib else 0]


def rounds(*seconds: float, peak: float = 100.0) -> tuple[dict[str, float], ...]:
    return tuple({"seconds": each, "cpu": each * 1.5, "peak": peak} for each in seconds)


RESULTS = tables.Results(
    (
        tables.Series("acadsite", "M", "disk", "cold", rounds(0.6, 1.0, 0.8)),
        tables.Series("hugo", "M", "disk", "cold", rounds(1.0, 2.0, 1.0)),
        tables.Series("jekyll-scholar", "M", "disk", "cold", rounds(30.0, 30.0, 30.0)),
        tables.Series("acadsite", "L", "disk", "cold", rounds(12.0, peak=600)),
        tables.Series("hugo", "L", "disk", "cold", rounds(10.0, peak=1000)),
        tables.Series("acadsite", "M", "disk", "post", ({"seconds": 0.015},)),
    ),
    {"acadsite": "acadsite", "hugo": "Hugo", "mkdocs": "MkDocs", "jekyll-scholar": "jekyll-scholar"},
    {"mkdocs": "not installed: pip ended with 1"},
    pages={"acadsite M": [1500, 8_000_000]},
)


def row(results: tables.Results, *parts: str) -> str:
    found = [
        line
        for line in tables.main_table(results, ["disk"]).splitlines()
        if all(part in line for part in parts)
    ]
    assert len(found) == 1, found
    return found[0]


def test_ratios_are_taken_in_rounds() -> None:
    ours, other = RESULTS.series[:2]
    assert ours.median() == 0.8
    assert tables.ratio(ours, other) == (0.6, 0.5, 0.8)
    assert tables.ratio(ours, tables.Series("hugo", "M", "disk", "cold")) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ("not measured", "–")),
        (0.4, ("met", "reached")),
        (0.75, ("met", "1.50 × the goal")),
        (1.5, ("NOT met: 1.50 × the bar", "3.00 × the goal")),
    ],
)
def test_verdicts(value: float | None, said: tuple[str, str]) -> None:
    assert tables.verdict(value, 1.0, 0.5) == said


def test_the_table_of_bars() -> None:
    assert row(RESULTS, "cold build |", "1,000").split(" | ") == [
        "| cold build", "1,000 + 500", "disk", "Hugo 1.00 s", "0.80 s", "0.60 × Hugo (0.50–0.80)",
        "≤ 1.00 × Hugo", "met", "≤ 0.50 × Hugo", "1.20 × the goal |",
    ]  # fmt: skip
    assert "| 1.20 × Hugo (1.20–1.20) | ≤ 1.00 × Hugo | NOT met: 1.20 × the bar |" in row(
        RESULTS, "| cold build |", "10,000"
    )
    assert "| 600 MiB | 0.60 × Hugo" in row(RESULTS, "peak memory")
    assert row(RESULTS, "from .bib").split(" | ")[5:] == [
        "38 × faster than jekyll-scholar (30–50)", "25 × faster than jekyll-scholar", "met",
        "50 × faster than jekyll-scholar", "1.33 × the goal |",
    ]  # fmt: skip
    assert "| 15 ms | – | ≤ 60 ms | met | ≤ 20 ms | reached |" in row(RESULTS, "edited post")


def test_no_verdict_on_incomplete_output() -> None:
    faulty = tables.Results(RESULTS.series, RESULTS.titles, faulty={"hugo M": "no page of a post"})
    assert "| no verdict: output incomplete |" in row(faulty, "cold build |", "1,000")
    assert "- hugo M: output incomplete: no page of a post.\n" in tables.absent(faulty)


def test_a_tool_that_is_not_there_is_said() -> None:
    alone = tables.Results(RESULTS.series[:1], RESULTS.titles, {"jekyll-scholar": "not installed"})
    assert "jekyll-scholar not installed" in row(alone, "from .bib")
    assert "| 0.80 s | – | ≤ 1.00 × Hugo | not measured |" in row(alone, "cold build |")


def test_figures_replace_what_is_between_the_marks() -> None:
    text = tables.figures(RESULTS, {"Date": "2026-11-21"})
    assert "| Hugo | 1.00 s | 1.67 | 1.50 s | 100 MiB | 0 | 0.0 | 3 |\n" in text
    assert "- MkDocs: not installed: pip ended with 1.\n" in text
    page = "# Title\n\n<!-- figures -->\nstale\n<!-- end of figures -->\n\nThe end.\n"
    once = tables.between(page, text)
    assert once.startswith("# Title\n\n<!-- figures -->\n\n- Date: 2026-11-21\n")
    assert once.endswith("\n\n<!-- end of figures -->\n\nThe end.\n")
    assert "stale" not in once
    assert tables.between(once, text) == once


def test_results_are_kept() -> None:
    assert tables.from_json(json.loads(json.dumps(tables.to_json(RESULTS)))) == RESULTS


@pytest.mark.skipif(not measure.PROC.is_dir(), reason="memory is read from /proc")
def test_memory_and_cpu_are_those_of_the_children_too(tmp_path: Path) -> None:
    child = "import time; a = b'x' * 60_000_000; sum(range(3_000_000)); time.sleep(0.3)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    run = measure.run([sys.executable, "-c", parent], tmp_path)
    assert 60 < run.peak < 120
    assert run.seconds > 0.3
    assert run.cpu > 0.03


def test_a_failure_is_said_without_the_machines_folders(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit('cannot read /home/someone/file')\n")
    with pytest.raises(measure.Failed, match=r"\Acannot read …\Z"):
        measure.run([sys.executable, "broken.py"], tmp_path)
    with pytest.raises(measure.Failed, match="took more than 0 s"):
        measure.run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, cap=0.2)
