"""The documentation: references are those of the code, examples are sites that build, links lead somewhere."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import reference
from acadsite.build import build
from acadsite.cli import cli
from acadsite.collect import gather
from acadsite.collect.collections import BUILT_IN
from acadsite.dates import day
from acadsite.problems import format_text

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
EXAMPLE = re.compile(r"^```\w* file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page):
    return dict(EXAMPLE.findall(page.read_text(encoding="utf-8")))


def test_there_are_pages():
    assert len(PAGES) >= 8
    assert sum(bool(examples(page)) for page in PAGES) >= 5


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.stem)
def test_examples_build_without_a_problem(page, tmp_path):
    for name, text in examples(page).items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    result = build(tmp_path, tmp_path / "public", today=day("2026-11-21"))
    assert not result.report.problems, format_text(result.report.problems, lambda _: None)
    assert (tmp_path / "public" / "index.html").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_references_are_made_from_the_code(page, request):
    made = reference.made()
    text = page.read_text(encoding="utf-8")
    fresh = reference.REGION.sub(lambda match: match[1] + made[match[2]] + match[4], text)
    if request.config.getoption("--update-golden"):
        page.write_text(fresh, encoding="utf-8")
        return
    assert fresh == text, "run: pytest tests/test_docs.py --update-golden"


def test_everything_is_documented():
    used = {
        name for page in PAGES for _, name, _, _ in reference.REGION.findall(page.read_text(encoding="utf-8"))
    }
    wanted = {collection.name for collection in BUILT_IN} | {"home", "cv", "site", "commands"}
    assert wanted <= used
    assert len(cli.commands) >= 9
    assert gather.RELATIONS


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda page: page.stem
)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target


def test_the_handbook_builds_without_a_problem(tmp_path):
    """What `make docs` does."""
    lines = (
        (ROOT / "Makefile").read_text(encoding="utf-8").split("\ndocs:")[1].split("\n\n")[0].split("\n")[1:]
    )
    shell = " && ".join(line.strip() for line in lines if "acadsite" not in line)
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "docs", copy / "docs")
    subprocess.run(["sh", "-c", shell], cwd=copy, check=True)
    result = build(copy / ".docs", copy / "public", today=day("2026-11-21"))
    assert not result.report.problems, format_text(result.report.problems, lambda _: None)
    for page in (*PAGES, *(ROOT / "docs" / "decisions").glob("*.md")):
        path = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        found = list((copy / "public" / "manual").glob(f"**/{path.rpartition('/')[2]}/index.html"))
        assert found, f"{path} is not in docs/book.yaml"
    assert (copy / "public" / "manual.pdf").stat().st_size > 100_000
