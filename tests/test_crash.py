"""Builds that are killed, meet a full disk or one another, and what a build never starts or asks: rows B1–B3 and
B11–B15 of the checks, over real processes."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import acadsite
from acadsite import build as building
from acadsite import state
from conftest import DAY, read_texts
from mounts import read_only, small_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

POST = "---\ntitle: {}\ndate: 2024-01-01\n---\n{}\n"

CV = "sections:\n- {{title: Jobs, entries: [{{title: {}}}]}}\n"

#: Two states of a site: pages and PDFs are added, changed and removed, and a file and a folder change places.
OLD = {f"content/posts/p{n}.md": POST.format(f"Post {n}", "old " * n) for n in range(8)} | {
    "content/static/about": "a file",
    "content/static/a/b/c.txt": "deep",
    "content/static/photo.png": "old",
    "content/cv.yaml": CV.format("Old") + "variants:\n- {id: old}\n",
}
NEW = {f"content/posts/p{n}.md": POST.format(f"Post {n}", "new " * n) for n in range(3, 12)} | {
    "content/pages/about.md": "---\ntitle: About\n---\nA page.\n",
    "content/static/a/b": "a file",
    "content/static/photo.png": "new",
    "content/cv.yaml": CV.format("New") + "variants:\n- {id: new}\n- {id: two}\n",
}

#: Builds in forked children, so that modules are imported once. A line on stdin is ``root out delay hook number``:
#: the child is killed after ``delay`` seconds, or when it calls ``hook`` for the ``number``-th time; “finish” in place
#: of ``delay`` does only what every build begins with. A line on stdout is the exit code, -9 when it was killed.
FORGE = """
import datetime as dt, importlib, os, signal, sys, time
from pathlib import Path
from acadsite import publish, render, state, unchanged
from acadsite.build import build

def arm(name, number):
    holder = importlib.import_module("acadsite." + name.split(".")[0])
    *inner, last = name.split(".")[1:]
    for part in inner:
        holder = getattr(holder, part)
    whole, calls, build_process = getattr(holder, last), [], os.getpid()
    def armed(*arguments, **options):
        calls.append(1)
        if len(calls) == number:
            os.kill(build_process, signal.SIGKILL)
        return whole(*arguments, **options)
    setattr(holder, last, armed)

#: Workers even for a few pages: they outlive a killed build.
render._LEAST = dict.fromkeys(render._LEAST, 1)
render._PORTION = dict.fromkeys(render._PORTION, 3)

def child(root, out, delay, hook, number):
    if delay == "finish":
        kept, _ = state.open_state(root, unchanged.salt())
        problems = publish.finish(kept, root)
        kept.close()
        return len(problems)
    if hook != "-":
        arm(hook, int(number))
    return 0 if build(root, out, today=dt.date(2026, 11, 21), jobs=2).published else 1

for line in sys.stdin:
    root, out, delay, hook, number = line.rstrip("\\n").split("\\t")
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = child(Path(root), Path(out), delay, hook, number)
        finally:
            os._exit(code)
    if delay not in ("-", "finish"):
        time.sleep(float(delay))
        os.kill(pid, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Forge:
    """Two states of one site, and builds of it that may be killed."""

    def __init__(self, folder: SiteFolder) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", FORGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.trees = {}
        for name, files in (("old", OLD), ("new", NEW)):
            self.take(files)
            assert self.build() == 0
            self.trees[name] = read_texts(folder.out)
        assert self.trees["old"] != self.trees["new"]

    def take(self, files: dict[str, str]) -> None:
        shutil.rmtree(self.folder.root / "content", ignore_errors=True)
        self.folder.write(files)

    def build(self, delay: str = "-", hook: str = "-", number: int = 0) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(
            self.folder.root,
            self.folder.out,
            delay,
            hook,
            number,
            sep="\t",
            file=self.process.stdin,
            flush=True,
        )
        return int(self.process.stdout.readline())

    def left_over(self) -> list[Path]:
        folders = (self.folder.root / ".acadsite", self.folder.out, self.folder.out.parent)
        return [path for folder in folders for path in folder.iterdir() if "stage-" in path.name]

    def check_recovery(self, before: str, after: str) -> str:
        """A killed run has left the one site or the other when the next begins, and this one makes the new site."""
        assert self.build("finish") == 0
        tree = read_texts(self.folder.out)
        names = [name for name in (before, after) if self.trees[name] == tree]
        assert names, "neither the old site nor the new one"
        assert self.build() == 0
        assert read_texts(self.folder.out) == self.trees[after]
        # A worker may have outlived its build, and written while this one cleared away.
        assert self.left_over() == [] or self.build() == 0
        assert self.left_over() == []
        return names[0]


@pytest.fixture
def forge(site: MakeSite) -> Iterator[Forge]:
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    made = Forge(site({}))
    yield made
    made.process.kill()
    made.process.communicate()


def test_b1_killed_at_random_moments(forge: Forge) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    names = ["new", "old"]
    forge.take(OLD)
    start = time.perf_counter()
    assert forge.build() == 0
    whole = time.perf_counter() - start
    names.reverse()
    killed = 0
    for _ in range(20):
        before, after = names
        forge.take(NEW if after == "new" else OLD)
        killed += forge.build(f"{chance.uniform(0, whole):.4f}") == -signal.SIGKILL
        forge.check_recovery(before, after)
        names.reverse()
    assert killed > 5, "most builds were under way"


#: Where a build is killed, and what the next one finds: the decision falls with the transaction.
MOMENTS = [
    ("publish.Stage.put", 3, "old"),
    ("artifacts.make_pdf", 1, "old"),
    ("artifacts.make_pdf", 3, "old"),
    ("build.publish", 1, "old"),
    ("state.State.restamp", 1, "old"),
    ("state.State.note", 1, "old"),
    ("publish._take_steps", 1, "new"),
    ("publish._remove", 1, "new"),
    ("publish._remove", 2, "new"),
    ("state.State.note", 2, "new"),
    ("publish._move", 1, "new"),
    ("publish._move", 5, "new"),
    ("publish._remove", 4, "new"),
    ("state.State.note", 3, "new"),
    ("publish.shutil.rmtree", 1, "new"),
]


def test_b1_killed_at_each_step_of_publishing(forge: Forge) -> None:
    names, found = ["old", "new"], []
    forge.take(OLD)
    assert forge.build() == 0
    for hook, number, _ in MOMENTS:
        before, after = names
        forge.take(NEW if after == "new" else OLD)
        assert forge.build(hook=hook, number=number) == -signal.SIGKILL, hook
        is_old = forge.check_recovery(before, after) == before
        found.append((hook, number, "old" if is_old else "new"))
        names.reverse()
    assert found == MOMENTS


def test_b1_the_first_build_killed_while_the_folder_is_made(forge: Forge) -> None:
    out = forge.folder.out
    for hook, number in (("publish.Stage.put", 4), ("publish._move", 1), ("state.State.note", 2)):
        shutil.rmtree(forge.folder.root / ".acadsite")
        shutil.rmtree(out)
        assert forge.build(hook=hook, number=number) == -signal.SIGKILL
        assert not out.exists() or read_texts(out) == forge.trees["new"]
        assert forge.build() == 0
        assert read_texts(out) == forge.trees["new"]
        assert forge.left_over() == []


def test_b1_a_killed_build_is_finished_even_by_one_that_fails(forge: Forge) -> None:
    forge.take(OLD)
    assert forge.build(hook="publish._move", number=3) == -signal.SIGKILL
    assert read_texts(forge.folder.out) not in forge.trees.values()
    forge.folder.write({"content/posts/p1.md": "---\ntitle: [\n---\n"})
    assert forge.build() == 1
    assert read_texts(forge.folder.out) == forge.trees["old"]


# --- B2 and B3 ---


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All files with what shows that they were written: inode, time and bytes."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    "files",
    [
        {"templates/post.html": "{% if %}"},
        {"templates/post.html": "{{ nothing.at.all }}"},
        {"site.yaml": "title: [\n"},
        {"content/talks.yaml": "- {titel: A}\n"},
        {"content/publications/a.bib": "@article{a, title={A}\n"},
    ],
    ids=["template", "undefined", "site.yaml", "yaml", "bib"],
)
def test_b2_a_build_that_fails_leaves_the_old_site(site: MakeSite, files: dict[str, str]) -> None:
    folder = site({"content/posts/a.md": POST.format("A", "Text")})
    folder.build()
    before = snapshot(folder.out)
    folder.write({**files, "content/posts/a.md": POST.format("A", "Changed")})
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert snapshot(folder.out) == before


def command(folder: SiteFolder, *arguments: str) -> list[str]:
    """The command line as another process."""
    return [sys.executable, "-m", "acadsite", "-C", str(folder.root), *arguments]


def build_command(folder: SiteFolder) -> list[str]:
    return command(folder, "build", "--date", DAY, "--out", str(folder.out))


def test_b3_two_builds_at_once(site: MakeSite) -> None:
    folder = site(OLD)
    runs = [
        subprocess.Popen(build_command(folder), stderr=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in "ab"
    ]
    ends = [(run.communicate()[1], run.returncode) for run in runs]
    assert all(code == 0 or (code == 1 and "nother build (pid " in text) for text, code in ends)
    assert [code for _, code in ends].count(0) >= 1
    assert "posts/p1/index.html" in read_texts(folder.out)


def test_b3_a_build_during_another_names_it(site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = site({})
    monkeypatch.setattr(building, "lock", partial(state.lock, wait=0.1))
    with state.lock(folder.root):
        result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert f"nother build (pid {os.getpid()})" in result.stderr
    assert not folder.out.exists()
    assert "index.html" in folder.build()


def test_b3_a_lock_file_of_a_dead_process_is_no_lock(site: MakeSite) -> None:
    folder = site({".acadsite/lock": "4194304999\n"})
    start = time.monotonic()
    assert "index.html" in folder.build()
    assert time.monotonic() - start < 4, "nothing was waited for"


def test_b3_a_build_while_the_preview_runs(site: MakeSite) -> None:
    folder = site({})
    with subprocess.Popen(
        command(folder, "serve", "--port", "0"), stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        try:
            assert server.stderr is not None
            assert any("http://" in line for line in server.stderr)
            with state.lock(folder.root, wait=0) as problems:
                assert problems == ()
            assert "index.html" in folder.build()
            assert server.poll() is None
        finally:
            server.kill()


def test_b3_a_site_that_cannot_be_written(
    site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = site(OLD)
    with read_only(folder.root):
        first = folder.build()
        assert "posts/p1/index.html" in first
        assert folder.build() == first
        inside = folder.run("build", "--date", DAY)
    assert not (folder.root / ".acadsite").exists()
    assert inside.exit_code == 1
    assert "cannot be written" in inside.stderr
    folder.write({"content/posts/p1.md": POST.format("Post 1", "changed")})
    with read_only(folder.root):
        assert "changed" in folder.build()["posts/p1/index.html"]


# --- B12 ---


def test_b12_a_full_disk_leaves_the_old_site(site: MakeSite) -> None:
    folder = site(OLD)
    folder.out.mkdir()
    with small_disk(folder.out):
        folder.build()
        before = snapshot(folder.out)
        shutil.rmtree(folder.root / "content")
        folder.write({**NEW, "content/static/large.bin": "x" * 1_500_000})
        result = folder.run("build", "--date", DAY, "--out", str(folder.out))
        assert result.exit_code == 1
        assert "“large.bin” cannot be written: No space left on device" in result.stderr
        assert snapshot(folder.out) == before
        (folder.root / "content/static/large.bin").unlink()
        assert "posts/p11/index.html" in folder.build()
        assert [path.name for path in folder.out.iterdir() if path.name.startswith(".")] == []


def test_b12_a_disk_full_of_pages_and_state(site: MakeSite, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, "3m"):
        folder = site(OLD, "disk/site")
        folder.build()
        before = snapshot(folder.out)
        folder.write({f"content/posts/q{n}.md": POST.format(f"Q {n}", "more") for n in range(30)})
        (disk / "filler").write_bytes(b"x" * (shutil.disk_usage(disk).free - 100_000))
        result = folder.run("build", "--date", DAY, "--out", str(folder.out))
        assert result.exit_code == 1
        assert "cannot be written" in result.stderr
        assert snapshot(folder.out) == before
        (disk / "filler").unlink()
        assert "posts/q1/index.html" in folder.build()


@pytest.mark.parametrize("which", ["all of it", "one folder"])
def test_b12_an_output_that_may_not_be_changed(site: MakeSite, which: str) -> None:
    folder = site(OLD)
    folder.build()
    before = snapshot(folder.out)
    shutil.rmtree(folder.root / "content")
    folder.write(NEW)
    with read_only(folder.out if which == "all of it" else folder.out / "posts/p4"):
        result = folder.run("build", "--date", DAY, "--out", str(folder.out))
        assert result.exit_code == 1
        assert "cannot be written" in result.stderr
        assert snapshot(folder.out) == before
    assert "posts/p11/index.html" in folder.build()


# --- what a build never does ---


def test_b13_nothing_is_unpacked() -> None:
    """No theme or starter comes in an archive, so none can write where it should not."""
    modules = sorted(Path(acadsite.__file__).parent.rglob("*.py"))
    assert len(modules) > 30
    unpacking = re.compile(r"\b(tarfile|zipfile|unpack_archive|gzip|bz2|lzma)\b")
    assert [path.name for path in modules if unpacking.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")
def test_b14_programs_of_the_site_or_the_path_are_not_started(site: MakeSite, tmp_path: Path) -> None:
    folder = site(OLD)
    (tmp_path / "bin").mkdir()
    marker = tmp_path / "started"
    for place in (folder.root, tmp_path / "bin"):
        for name in ("git", "chromium", "google-chrome", "typst", "node", "hugo", "python", "pandoc", "sh"):
            (place / name).write_text(f"#!/bin/sh\necho {name} >> '{marker}'\n", encoding="utf-8")
            (place / name).chmod(0o755)
    env = {**os.environ, "PATH": f".:{folder.root}:{tmp_path / 'bin'}", "GIT_DIR": str(folder.root / ".git")}
    for arguments in (["build", "--out", str(folder.out)], ["check"]):
        run = subprocess.run(
            [sys.executable, "-m", "acadsite", *arguments],
            cwd=folder.root,
            env=env,
            check=False,
            capture_output=True,
        )
        assert run.returncode == 0, run.stderr
    assert not marker.exists()


LISTEN = """
import sys
found = []
sys.addaudithook(lambda event, _: found.append(event) if event.startswith("socket.") else None)
from acadsite.cli import cli
code = cli.main(sys.argv[1:], standalone_mode=False)
print(*(event for event in found if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}))
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [["build"], ["check"], ["list", "posts"]], ids=lambda words: words[0])
def test_b15_no_connection_is_tried(site: MakeSite, arguments: list[str]) -> None:
    link = "https://example.org/"
    folder = site(
        {
            "site.yaml": f"title: T\nurl: {link}\n",
            "content/posts/a.md": POST.format("A", f"[link]({link}) ![image]({link}a.png)"),
            "content/repos.yaml": "- url: https://github.com/owner/name\n",
            "content/publications/a.bib": f"@article{{a, title={{T}}, author={{N, E}}, year=2024, url={{{link}}}}}\n",
        }
    )
    run = subprocess.run(
        [sys.executable, "-c", LISTEN, "-C", str(folder.root), *arguments],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "socket" not in run.stdout
    assert run.returncode in {0, 1}
    assert "Traceback" not in run.stderr


def test_b15_no_system_call_connects(site: MakeSite, tmp_path: Path) -> None:
    tracer = shutil.which("strace")
    if tracer is None:
        pytest.skip("strace is not installed")
    folder = site({**OLD, "site.yaml": "title: T\nurl: https://example.org/\n"})
    calls = tmp_path / "calls"
    run = subprocess.run(
        [tracer, "-f", "-e", "trace=connect,sendto,sendmsg", "-o", str(calls), *build_command(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if "ptrace" in run.stderr:
        pytest.skip("processes may not be traced here")
    assert run.returncode == 0, run.stderr
    text = calls.read_text(encoding="utf-8")
    assert "exited with 0" in text
    assert "AF_INET" not in text
    assert "connect(" not in text
