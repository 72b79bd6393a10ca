"""Shared fixtures: the reference data beside the checkout, and small sites made from a dict of files."""

from __future__ import annotations

import os
import signal
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from click.testing import Result

# A shell lets what it starts in the background ignore an interrupt, and servers that tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: The day on which every site of the tests is built.
DAY = "2026-11-21"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Write what is produced into the expected files, instead of comparing.",
    )
    parser.addoption(
        "--edits", type=int, default=60, help="About how many random edits test_random_edits.py tries."
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    """Each text of a template is parsed and compiled once in a process of tests, as the preview does it from build to
    build: most of the time of a small build would go there. What is known is told by the whole text, its file and the
    filters there are."""
    from acadsite import jinja

    trees: dict[tuple[Any, ...], Any] = {}
    codes: dict[tuple[Any, ...], Any] = {}
    outlines: dict[int, jinja.Outline] = {}
    parse, compiled, outline_of = jinja.Environment.parse, jinja.Environment.compile, jinja.outline_of

    def parse_once(self: jinja.Environment, source: str, name: Any = None, filename: Any = None) -> Any:
        key = (source, name, filename)
        if key not in trees:
            trees[key] = parse(self, source, name, filename)
        return trees[key]

    def compile_once(self: jinja.Environment, tree: Any, name: Any = None, filename: Any = None) -> Any:
        key = (id(tree), name, filename, self._kinds)  # a tree lives as long as the tests
        if key not in codes:
            codes[key] = compiled(self, tree, name, filename)
        return codes[key]

    def outline_once(tree: Any) -> jinja.Outline:
        if id(tree) not in outlines:
            outlines[id(tree)] = outline_of(tree)
        return outlines[id(tree)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja.Environment, "parse", parse_once)
        patch.setattr(jinja.Environment, "compile", compile_once)
        patch.setattr(jinja, "outline_of", outline_once)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The reference data (``../shared/data``, not part of the repository). Skips without it; CI must have it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        reason = "the reference data ../shared/data is not there"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@dataclass
class SiteFolder:
    """A site in a temporary folder. ``run`` is the command line, in this process."""

    root: Path
    _out: Path = field(init=False)

    def __post_init__(self) -> None:
        self._out = self.root.parent / f"{self.root.name}-public"

    def write(self, files: Mapping[str, str | bytes]) -> SiteFolder:
        """Add or replace files by their path below the site."""
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            target.write_bytes(data)
        return self

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """``acadsite -C site …`` with stdout and stderr apart. An exception of ours is raised, not swallowed."""
        from click.testing import CliRunner

        from acadsite.cli import cli

        runner = CliRunner(env={"NO_COLOR": "1", **(env or {})}, catch_exceptions=False)
        return runner.invoke(cli, ["-C", str(self.root), *arguments], prog_name="acadsite")

    def check(self, *options: str) -> Result:
        """``acadsite check`` on the day of the tests: what a build tells, and the pages."""
        return self.run("check", "--date", DAY, "--only", "pages", *options)

    def report(self, *options: str) -> list[dict[str, Any]]:
        """The problems of ``acadsite check --json``."""
        import json

        found: list[dict[str, Any]] = json.loads(self.check("--json", *options).stdout)["problems"]
        return found

    def codes(self, *options: str) -> list[str]:
        """The codes of all problems, in the order of the report."""
        return [problem["code"] for problem in self.report(*options)]

    def build(self, *options: str) -> dict[str, str]:
        """Build; every text file of the output by path. Fails with the report where nothing was published."""
        result = self.run("build", "--date", DAY, "--out", str(self._out), *options)
        assert result.exit_code == 0, result.stderr
        return read_texts(self._out)

    @property
    def out(self) -> Path:
        """Where ``build`` publishes."""
        return self._out


def read_texts(folder: Path) -> dict[str, str]:
    """All files below ``folder`` as text, by POSIX path in NFC."""
    return {
        unicodedata.normalize("NFC", path.relative_to(folder).as_posix()): path.read_text(
            encoding="utf-8", errors="replace"
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], SiteFolder]:
    """Makes a site from files; ``site.yaml`` with a title is there unless given."""

    def make(files: Mapping[str, str | bytes] = {}, name: str = "site") -> SiteFolder:
        root = tmp_path / name
        root.mkdir()
        return SiteFolder(root).write({"site.yaml": "title: Test\n", **files})

    return make
