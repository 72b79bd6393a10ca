"""Several processes: the same site with any number of them, and nothing that hangs when one of them fails.

All of it runs in processes of its own: where a test run has other threads, nothing is forked.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import SiteFolder
from sample import FILES, tree, unlike

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

_HERE = Path(__file__).parent


def run(code: str, *arguments: object, seed: int = 0) -> Any:
    """What a Python program prints as JSON at its end."""
    place = os.pathsep.join(map(str, (_HERE, _HERE.parent / "src")))
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": place},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# --- the pool -----------------------------------------------------------------------------------------------------

_SPREAD = """
import json, os, signal, sys, time
from acadsite import pool

me = os.getpid()
before = len(os.listdir("/proc/self/fd"))

def work(number):
    time.sleep(0.02 if os.getpid() == me else 0.01)  # the others shall have some
    return do(number)

def left_over():
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        return len(os.listdir("/proc/self/fd")) - before
    return "a child"

{do}
try:
    found = pool.spread(20, work, {jobs})
except Exception as failure:
    found = [type(failure).__name__, str(failure)]
print(json.dumps([found, me, left_over()]))
"""


def spread(do: str, jobs: int = 2) -> tuple[list[Any], int]:
    """The results of twenty portions, and the number of this process; nothing may be left over."""
    found, me, left = run(_SPREAD.format(do=do, jobs=jobs))
    assert left == 0
    return found, me


@pytest.mark.parametrize("jobs", [1, 2, 3, 40])
def test_results_come_in_order_from_all_processes(jobs: int) -> None:
    found, _ = spread("def do(number): return number, os.getpid()", jobs)
    assert [number for number, _ in found] == list(range(20))
    assert (len({process for _, process in found}) > 1) == (jobs > 1)


def test_results_may_be_large() -> None:
    found, _ = spread("def do(number): return 'x' * 1_000_000", 3)
    assert [len(text) for text in found] == [1_000_000] * 20


def test_what_a_worker_raises_is_told() -> None:
    found, _ = spread("def do(number):\n    if os.getpid() != me: raise KeyError('oh')")
    assert found[0] == "WorkerError"
    assert "KeyError: 'oh'" in found[1]


def test_what_is_raised_here_stops_the_others() -> None:
    found, _ = spread("def do(number):\n    if os.getpid() == me: raise KeyError('oh')\n    time.sleep(60)")
    assert found == ["KeyError", "'oh'"]


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)", "sys.exit(1)"])
def test_the_work_of_one_that_is_killed_is_done_here(end: str) -> None:
    found, me = spread(f"def do(number):\n    if os.getpid() != me: {end}\n    return os.getpid()", 3)
    assert found == [me] * 20


def test_without_other_processes_all_is_done_here() -> None:
    broken = "def do(number): return os.getpid()\ndef fork(): raise BlockingIOError\nos.fork = fork"
    found, me = spread(broken)
    assert found == [me] * 20


def test_nothing_is_forked_beside_other_threads() -> None:
    thread = "import threading\nthreading.Thread(target=time.sleep, args=(1,), daemon=True).start()\n"
    found, me = spread(f"{thread}def do(number): return os.getpid()")
    assert found == [me] * 20


# --- a site -------------------------------------------------------------------------------------------------------

#: Prints for each build how many portions the other processes did, and what came of it.
_BUILD = """
import json, os, sys, time
from pathlib import Path
from unittest.mock import patch
from acadsite import pool
from sample import Site
from conftest import SiteFolder

me, root, jobs, edits = os.getpid(), Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
site, portions, work, answer = Site(SiteFolder(root)), [], pool._work, pool._answer

def slow_work(*arguments):
    if os.getpid() == me:
        time.sleep(0.1)  # the others shall have some
    {fault}
    work(*arguments)

def counted(answers):
    found = answer(answers)
    portions.append(len(found))
    return found

results = []
with patch.object(pool, "_work", slow_work), patch.object(pool, "_answer", counted):
    for edit in [{{}}, *edits]:
        site.edit(edit)
        result = site.build(jobs=jobs)
        results.append([list(portions), len(result.made), [str(each) for each in result.report.problems]])
        portions.clear()
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """A site that is large enough for several processes."""
    found = dict(FILES)
    for at in range(70):
        found[f"content/posts/p{at}.md"] = (
            f"---\ntitle: Post {at}\ndate: 2023-01-{at % 28 + 1:02}\ntags: [t{at % 3}]\n"
            f"summary: '[x](gone{at}.md)'\n---\n"
            f"[next](p{at + 1}.md#part) @rings @none{at}\n\n## Part\n\n$x^{at}$\n\n```python\nx = {at % 5}\n```\n"
        )
    found["content/publications/c.bib"] = "".join(
        f"@article{{w{at}, title={{Work {at}}}, author={{Doe, Jane and Roe, R.}}, year={{{1950 + at}}}}}\n\n"
        for at in range(60)
    )
    return found


def build(
    root: Path, files: Mapping[str, str], jobs: int, *edits: object, seed: int = 0, fault: str = ""
) -> Any:
    """Build a site, and again after each edit."""
    root.mkdir()
    SiteFolder(root).write(files)
    return run(_BUILD.format(fault=fault or "pass"), root, jobs, json.dumps(edits), seed=seed)


def test_any_number_of_processes_makes_the_same_site(tmp_path: Path, files: Mapping[str, str]) -> None:
    # All pages are rendered again, but no body; then the bodies without pages; then the bodies and a few pages.
    labels = {"site.yaml": files["site.yaml"] + "accent: '#123456'\n"}
    lines = {path: text.replace("## Part", "\n## Part") for path, text in files.items() if "/posts/p" in path}
    texts = {path: text.replace("[next]", "[other]") for path, text in files.items() if "/posts/p" in path}
    edits = (labels, lines, texts)
    sites = {
        name: (tmp_path / name, build(tmp_path / name, files, jobs, *edits, seed=seed))
        for name, jobs, seed in (("one", 1, 1), ("two", 2, 1), ("seed", 2, 4242))
    }
    one, alone = sites.pop("one")
    assert [portions for portions, _, _ in alone] == [[]] * 4
    assert min(len(problems) for _, _, problems in alone) > 140
    before = tree(one / "public")
    for root, results in sites.values():
        for (portions, made, problems), expected in zip(results, alone, strict=True):
            assert made == expected[1]
            assert problems == expected[2]
            assert portions
            assert min(portions) > 0
        # Bodies and pages, pages, bodies, bodies.
        assert [len(portions) for portions, _, _ in results] == [2, 1, 1, 1]
        assert unlike(tree(root / "public"), before) == []


def test_a_build_goes_on_without_a_worker_that_was_killed(tmp_path: Path, files: Mapping[str, str]) -> None:
    build(tmp_path / "one", files, 1)
    fault = "if os.getpid() != me: os.kill(os.getpid(), 9)"
    results = build(tmp_path / "two", files, 2, fault=fault)
    assert results[0][0] == [0, 0]
    assert unlike(tree(tmp_path / "two" / "public"), tree(tmp_path / "one" / "public")) == []


def test_a_fault_in_a_worker_ends_the_build_and_leaves_the_site(
    tmp_path: Path, files: Mapping[str, str]
) -> None:
    root = tmp_path / "site"
    build(root, files, 1)
    before = tree(root / "public")
    SiteFolder(root).write({"site.yaml": files["site.yaml"] + "accent: '#123456'\n"})
    with pytest.raises(AssertionError, match="WorkerError") as failure:
        run(_BUILD.format(fault="if os.getpid() != me: raise KeyError('oh')"), root, 2, "[]")
    assert "KeyError: 'oh'" in str(failure.value)
    assert tree(root / "public") == before
    results = run(_BUILD.format(fault="pass"), root, 2, "[]")
    assert results[0][1] > 100
    assert b"#123456" in (root / "public" / "index.html").read_bytes()


def test_a_first_build_that_fails_leaves_nothing_wrong(tmp_path: Path, files: Mapping[str, str]) -> None:
    # Its bodies and its memo are stored before it fails.
    root, footer = tmp_path / "site", "templates/footer.html"
    post = "content/posts/p3.md"
    edited = {footer: None, post: files[post].replace("$x^3$", "$y^3$")}
    failed, mended = build(root, {**files, footer: "{{ nowhere }}"}, 2, edited)
    assert failed[1] == 0 or any("nowhere" in problem for problem in failed[2])
    assert mended[1] > 100
    build(tmp_path / "fresh", {**files, post: edited[post]}, 1)
    assert unlike(tree(root / "public"), tree(tmp_path / "fresh" / "public")) == []
    with sqlite3.connect(root / ".acadsite" / "state.db") as database:
        names = [row[0] for row in database.execute("SELECT name FROM facts WHERE kind = 'body public'")]
    assert "posts/p3" in names
    assert len(names) == len(set(names)) > 70
