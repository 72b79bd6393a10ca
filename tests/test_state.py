"""The file in which one build leaves what it knows for the next, and the lock of a build."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acadsite import state as module
from acadsite.state import UNSEEN, Stamp, lock, open_state, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [("a", "1"), ("b", '{"x": "ü"}'), ("c", "[]")]
STAMP = Stamp("00ff", 3, 1_700_000_000_123_456_789, "3:1:2:4")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


def test_facts_stay(root: Path) -> None:
    state, note = open_state(root, "1")
    assert note == ""
    state.replace("trace", ROWS)
    state.replace("memo", [("a", "other")])
    state.close()
    state, note = open_state(root, "1")
    assert note == ""
    assert list(state.rows("trace")) == ROWS
    assert list(state.rows("none")) == []
    assert [state.get("trace", "b"), state.get("memo", "a"), state.get("memo", "b")] == [
        ROWS[1][1],
        "other",
        None,
    ]
    state.update("trace", [("d", "4"), ("a", "5")], removed=["b", "absent"])
    assert list(state.rows("trace")) == [("a", "5"), ("c", "[]"), ("d", "4")]
    state.replace("trace", reversed(ROWS))
    assert list(state.rows("trace")) == ROWS


def test_a_transaction_is_kept_whole_or_not_at_all(root: Path) -> None:
    state, _ = open_state(root, "1")
    with state.transaction():
        state.replace("trace", ROWS)
        state.restamp("public", {"a.html": STAMP})
        state.note("public", {"moves": ["a.html"]})

    def fail() -> None:
        with state.transaction():
            state.update("trace", [("a", "2")], ["b"])
            state.restamp("public", {"b.html": STAMP}, ["a.html"])
            state.note("public", None)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(state.rows("trace")) == ROWS
    assert state.published("public") == {"a.html": STAMP}
    assert state.journal() == {"public": {"moves": ["a.html"]}}


def test_published_files_by_folder(root: Path) -> None:
    state, _ = open_state(root, "1")
    state.restamp("public", {"a": STAMP, "b": STAMP})
    state.restamp("../www", {"c": STAMP})
    state.restamp("public", {"b": UNSEEN}, removed=["a", "absent"])
    for _ in range(2):
        assert state.published("public") == {"b": UNSEEN}
        assert state.published("../www") == {"c": STAMP}
        assert state.published("absent") == {}
        assert state.places() == ("../www", "public")
        state.close()
        state, _ = open_state(root, "1")


def test_steps_are_written_down_and_struck_out(root: Path) -> None:
    state, _ = open_state(root, "1")
    state.note("public", {"moves": ["\udcff"]})
    state.note("other", [1])
    state.close()
    state, _ = open_state(root, "1")
    assert state.journal() == {"public": {"moves": ["\udcff"]}, "other": [1]}
    state.note("public", None)
    assert state.journal() == {"other": [1]}


def test_under_another_salt_the_facts_go_and_the_published_files_stay(root: Path) -> None:
    state, _ = open_state(root, "1")
    state.replace("trace", ROWS)
    state.restamp("public", {"a": STAMP})
    state.note("public", [1])
    state.close()
    state, note = open_state(root, "2")
    assert "another version" in note
    assert "\n" not in note
    assert list(state.rows("trace")) == []
    assert state.published("public") == {"a": STAMP}
    assert state.journal() == {"public": [1]}
    state.close()
    assert open_state(root, "2")[1] == ""


def damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "no database":
        file.write_bytes(b"not a database" * 500)
    elif how == "cut off":
        file.write_bytes(data[: len(data) // 2])
    elif how == "zeros inside":
        file.write_bytes(data[:16384] + bytes(len(data) - 16384))
    elif how == "one page":
        file.write_bytes(data[: 16384 * 3] + b"\xff" * 16384 + data[16384 * 4 :])
    elif how == "version":
        database = sqlite3.connect(file)
        database.execute("PRAGMA user_version = 99")
        database.close()
    elif how == "another's":
        file.unlink()
        database = sqlite3.connect(file)
        database.execute("CREATE TABLE songs (name)")
        database.execute(f"PRAGMA user_version = {module.VERSION}")
        database.close()


@pytest.mark.parametrize(
    "how", ["no database", "cut off", "zeros inside", "one page", "version", "another's"]
)
def test_a_file_that_cannot_be_used_means_one_line_and_a_cold_build(root: Path, how: str) -> None:
    state, _ = open_state(root, "1")
    state.replace("trace", [(str(number), "x" * 1000) for number in range(200)])
    state.restamp("public", {"a.html": STAMP})
    state.write_list()
    state.close()
    damage(root / ".acadsite/state.db", how)
    state, note = open_state(root, "1")
    if how != "another's":
        assert "built anew" in note
        assert note.count("\n") == 0
    assert list(state.rows("trace")) == []
    assert state.published("public") == {"a.html": UNSEEN}, "what is ours is known from the list beside it"
    state.replace("trace", ROWS)
    state.close()
    state, note = open_state(root, "1")
    assert note == ""
    assert list(state.rows("trace")) == ROWS


def test_text_that_is_no_utf8_is_damage(root: Path) -> None:
    state, _ = open_state(root, "1")
    state.replace("trace", ROWS)
    state.close()
    database = sqlite3.connect(root / ".acadsite/state.db")
    database.execute("UPDATE facts SET value = CAST(x'ff' AS TEXT) WHERE name = 'b'")
    database.commit()
    database.close()
    state, _ = open_state(root, "1")
    assert list(state.rows("trace")) == []
    state.update("trace", ROWS[:1])
    assert list(state.rows("trace")) == ROWS[:1]


def test_without_the_file_only_names_are_known(root: Path) -> None:
    state, _ = open_state(root, "1")
    state.replace("trace", ROWS)
    state.restamp("public", {"a.html": STAMP, "b.html": STAMP})
    state.write_list()
    state.close()
    (root / ".acadsite/state.db").unlink()
    state, note = open_state(root, "1")
    assert note == ""
    assert list(state.rows("trace")) == []
    assert state.published("public") == {"a.html": UNSEEN, "b.html": UNSEEN}
    state.close()
    (root / ".acadsite/state.db").unlink()
    (root / ".acadsite/outputs.json").write_text('{"public": 3, "x": [1, "y"]}', encoding="utf-8")
    state, _ = open_state(root, "1")
    assert (state.published("public"), state.published("x")) == ({}, {"y": UNSEEN})


def test_the_folder_is_kept_out_of_git(root: Path) -> None:
    open_state(root, "1")[0].close()
    assert (root / ".acadsite/.gitignore").read_text(encoding="utf-8") == "*\n"


def test_values_are_no_pickles() -> None:
    text = Path(module.__file__).read_text(encoding="utf-8")
    assert "import json" in text
    assert "import pickle" not in text
    assert "marshal" not in text


def test_many_rows_are_quick(root: Path) -> None:
    rows = [(f"publications/key{number}", "x" * 1000) for number in range(20_000)]
    state, _ = open_state(root, "1")
    start = time.process_time()
    state.replace("trace", rows)
    assert len(list(state.rows("trace"))) == 20_000
    state.update("trace", rows[:10])
    assert time.process_time() - start < 2, "0.15 s on an idle machine"


# --- where it is ---


@pytest.fixture
def read_only(root: Path, tmp_path: Path) -> Iterator[Path]:
    """The site as a folder in which not even root may write."""
    if sys.platform != "linux" or os.geteuid() != 0:
        root.chmod(0o555)
        if os.access(root, os.W_OK):
            pytest.skip("this user may write everywhere")
        yield root
        root.chmod(0o755)
        return
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(root)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        (root / "site.yaml").write_text("title: T\n", encoding="utf-8")
        subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=True)


def test_a_site_that_cannot_be_written_has_its_state_in_the_cache(
    read_only: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = state_folder(read_only)
    assert folder is not None
    assert folder.parent == tmp_path / "cache" / "acadsite"
    state, note = open_state(read_only, "1")
    assert note == ""
    state.replace("trace", ROWS)
    state.close()
    assert list(open_state(read_only, "1")[0].rows("trace")) == ROWS
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    state, note = open_state(read_only, "1")
    assert "no folder" in note
    assert list(state.rows("trace")) == []
    state.replace("trace", ROWS)
    assert list(state.rows("trace")) == ROWS
    with lock(read_only) as problems:
        assert problems == ()


def test_two_sites_have_two_folders_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "_make", lambda folder: ".acadsite" not in folder.parts)
    folders = {state_folder(tmp_path / name) for name in ("a/site", "b/site", "a/site/../site")}
    assert len(folders) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_in_place_of_the_folder_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (root / ".acadsite").symlink_to(tmp_path / "private", target_is_directory=True)
    open_state(root, "1")[0].close()
    assert list((tmp_path / "private").iterdir()) == []


def test_a_file_that_is_busy_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, _ = open_state(root, "1")
    state.replace("trace", ROWS)
    connect = sqlite3.connect
    monkeypatch.setattr(module.sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0}))
    with state.transaction():
        state.update("trace", [("d", "4")])
        other, note = open_state(root, "2")
        assert "locked" in note
        assert list(other.rows("trace")) == []
        other.close()
    assert len(list(state.rows("trace"))) == 4


# --- the lock ---

HOLD = """
import sys, time
from pathlib import Path
from acadsite.state import lock
with lock(Path(sys.argv[1]), wait=0) as problems:
    print("held" if not problems else problems[0].message, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that builds the site."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_b3_a_second_build_waits_and_then_names_the_first(root: Path, holder: subprocess.Popen[str]) -> None:
    start = time.monotonic()
    with lock(root, wait=0.3) as problems:
        assert [problem.code for problem in problems] == ["build-running"]
        assert f"nother build (pid {holder.pid})" in problems[0].message
    assert time.monotonic() - start >= 0.3


def test_b3_the_lock_of_a_killed_build_is_none(root: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert (root / ".acadsite/lock").read_text(encoding="utf-8") == f"{holder.pid}\n"
    with lock(root, wait=0) as problems:
        assert problems == ()


def test_b3_a_second_build_goes_on_when_the_first_has_ended(
    root: Path, holder: subprocess.Popen[str]
) -> None:
    import threading

    threading.Timer(0.2, holder.kill).start()
    with lock(root, wait=10) as problems:
        assert problems == ()


def test_b3_two_builds_of_one_process_are_two(root: Path) -> None:
    with lock(root, wait=0) as first, lock(root, wait=0.05) as second:
        assert first == ()
        assert f"(pid {os.getpid()})" in second[0].message
    with lock(root, wait=0) as again:
        assert again == ()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_b3_a_worker_that_outlives_its_build_does_not_keep_the_lock(root: Path) -> None:
    script = HOLD.replace(
        "    print", "    import os\n    if os.fork() == 0: time.sleep(20); os._exit(0)\n    print"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(root)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    try:
        with lock(root, wait=0) as problems:
            assert problems == ()
    finally:
        os.killpg(process.pid, 9)
        process.stdout.close()


def test_b3_a_file_system_without_locks_is_no_obstacle(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(module, "_lock_file", refuse)
    with lock(root, wait=0) as problems:
        assert problems == ()
