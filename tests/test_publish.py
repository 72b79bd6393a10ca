"""Publishing over what an earlier build left, and addresses that two things would have."""

from __future__ import annotations

import errno
import os
import pickle
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acadsite import publish
from acadsite.publish import Published, Refused, Staged, finish, open_stage, place_of, verify_published
from acadsite.state import open_state
from conftest import DAY, read_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acadsite.problems import Problem
    from acadsite.state import State
    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

PAGE = "---\ntitle: A\n---\nText\n"
ENTRY = "@article{a, title={T}, author={N, E}, journal={J}, year=2024}\n"


def test_a_file_becomes_a_folder_and_a_folder_a_file(site: MakeSite) -> None:
    folder = site({"content/static/about": "x", "content/static/deep/down/a": "x"})
    assert {"about", "deep/down/a"} <= set(folder.build())
    (folder.root / "content/static/about").unlink()
    (folder.root / "content/static/deep/down/a").unlink()
    (folder.root / "content/static/deep/down").rmdir()
    folder.write({"content/pages/about.md": PAGE, "content/static/deep/down": "y"})
    pages = folder.build()
    assert {"about/index.html", "deep/down"} <= set(pages)
    (folder.root / "content/pages/about.md").unlink()
    folder.write({"content/static/about": "x"})
    assert folder.build()["about"] == "x"


def test_a_new_name_that_differs_in_case_alone_is_not_lost() -> None:
    """On macOS and Windows the old name is the new file."""
    outputs = {"about/index.html": publish.Output("about/index.html")}
    assert publish._in_the_way(["About/index.html", "b"], outputs) == {"About/index.html"}
    assert publish._in_the_way([], outputs) == set()


def test_what_a_broken_run_left_is_made_good_by_the_next(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site({"content/pages/a.md": PAGE})
    folder.build()
    folder.write({"content/pages/b.md": PAGE})
    whole = publish._move

    def move(waiting: str, target: str) -> None:
        if target.endswith("b/index.html"):
            raise OSError(5, "Input/output error")
        whole(waiting, target)

    monkeypatch.setattr(publish, "_move", move)
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert "“b/index.html” cannot be written: Input/output error" in result.stderr
    monkeypatch.undo()
    (folder.root / "content/pages/b.md").unlink()
    (folder.root / "content/broken.yaml").write_text("{", encoding="utf-8")
    assert "b/index.html" not in folder.build()


def test_no_home_folder_is_no_fault(site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def home() -> None:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(publish.Path, "home", home)
    assert "index.html" in site({}).build()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"content/static/A.png": "x", "content/static/a.png": "y"},
            "“a.png”; content/static/A.png has “A.png”, the same on some systems",
        ),
        (
            {"content/static/assets/base.css": "x"},
            "“assets/base.css”; assets/base.css has it already",
        ),
        (
            {"content/static/about": "x", "content/pages/about.md": PAGE},
            "“about/index.html”; content/static/about has “about”, and a name cannot be that of a file and a",
        ),
        (
            {
                "content/pages/a.md": "---\ntitle: A\nurl: /publications.bib\n---\n",
                "content/publications/a.bib": ENTRY,
            },
            "“publications.bib”; content/publications has it already",
        ),
    ],
)
def test_files_that_collide_are_errors(site: MakeSite, files: dict[str, str], message: str) -> None:
    result = site(files).check()
    assert result.exit_code == 1
    assert message in result.stderr
    assert "[url-collision]" in result.stderr


def test_two_forms_of_one_file_name_are_an_error(site: MakeSite) -> None:
    folder = site({})
    for form in ("NFC", "NFD"):
        folder.write({f"content/static/{unicodedata.normalize(form, 'é')}.txt": form})
    if len(list((folder.root / "content/static").iterdir())) < 2:
        pytest.skip("the file system keeps one form only")
    assert folder.codes() == ["file-twice"]


def test_two_pages_of_an_extension_with_one_id_are_an_error(site: MakeSite) -> None:
    plan = 'lambda library, config: [Page("x", f"m{at}/", "x", "404.html", "X") for at in (1, 2)]'
    extension = f'from acadsite.graph import Page\ndef register(r):\n    r.page_kind("x", {plan})\n'
    folder = site({"site.yaml": "title: T\nextensions: [ext.py]\n", "ext.py": extension})
    assert folder.codes() == ["page-duplicate"]


def test_a_draft_does_not_hide_the_post_of_its_name(site: MakeSite) -> None:
    post = "---\ntitle: {}\ndate: {}\n{}---\n{}\n"
    folder = site(
        {
            "content/posts/2024-01-01-hello.md": post.format("First", "2024-01-01", "", "Shown."),
            "content/posts/2025-02-02-hello.md": post.format(
                "Second", "2025-02-02", "draft: true\n", "Secret."
            ),
        }
    )
    page = folder.build()["posts/hello/index.html"]
    assert "Shown." in page
    assert "Secret." not in page


# --- the parts, without a site ---


@dataclass
class Desk:
    """Publishes files given as text, bytes or sources to copy, as one run of a build does."""

    root: Path
    out: Path

    def state(self) -> State:
        return open_state(self.root, "salt")[0]

    def publish(
        self,
        files: Mapping[str, str | bytes | Path],
        kept: Iterable[str] = (),
        store: Callable[[State], object] | None = None,
        *,
        adopt: bool = False,
    ) -> tuple[Published | None, tuple[Problem, ...]]:
        state = self.state()
        problems = finish(state, self.root)
        assert problems == ()
        stage = open_stage(state, self.root, self.out)
        staged = [put(stage, path, content) for path, content in files.items()]
        try:
            return publish.publish(
                state, stage, staged, kept, (lambda: store(state)) if store else None, adopt=adopt
            )
        finally:
            state.close()

    def written(self, files: Mapping[str, str | bytes | Path], kept: Iterable[str] = ()) -> tuple[str, ...]:
        published, problems = self.publish(files, kept)
        assert problems == ()
        assert published is not None
        return published.written

    def codes(self, files: Mapping[str, str | bytes | Path]) -> list[str]:
        published, problems = self.publish(files)
        assert published is None
        return [problem.code for problem in problems]

    def texts(self) -> dict[str, str]:
        return read_texts(self.out)

    def left_over(self) -> list[str]:
        """Names of stages, wherever they may be."""
        folders = [self.root / ".acadsite", self.out, self.out.parent]
        return [entry.name for folder in folders for entry in folder.iterdir() if "stage-" in entry.name]


def put(stage: publish.Stage, path: str, content: str | bytes | Path) -> Staged:
    if isinstance(content, Path):
        return stage.copy(path, content)
    return stage.put(path, content.encode() if isinstance(content, str) else content)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "site").mkdir()
    return Desk(tmp_path / "site", tmp_path / "site" / "public")


def age(path: Path, seconds: int = 100) -> None:
    """Make a file look older; its time of change (ctime) stays."""
    info = path.stat()
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns - seconds * 10**9))


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is too young to be trusted."""
    monkeypatch.setattr(publish, "is_settled", lambda *_: True)


def test_the_first_build_makes_the_whole_folder_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = []
    replace = os.replace
    monkeypatch.setattr(publish.os, "replace", lambda *a: (moved.append(a[1]), replace(*a)))
    assert desk.written({"a/b/c.html": "1", "d.html": "2", "a/e.html": "3"}) == (
        "a/b/c.html",
        "d.html",
        "a/e.html",
    )
    assert [path for path in moved if "outputs.json" not in str(path)] == [str(desk.out)]
    assert desk.texts() == {"a/b/c.html": "1", "d.html": "2", "a/e.html": "3"}
    assert desk.left_over() == []


def test_an_empty_folder_is_filled_and_stays_the_same_folder(desk: Desk) -> None:
    desk.out.mkdir(mode=0o750)
    before = desk.out.stat()
    desk.written({"a/b.html": "1", "c.html": "2"})
    after = desk.out.stat()
    assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
    assert desk.texts() == {"a/b.html": "1", "c.html": "2"}


def test_equal_bytes_are_not_written(desk: Desk) -> None:
    files = {"a/b.html": "1", "c.html": "2"}
    desk.written(files)
    before = {path: (desk.out / path).stat() for path in files}
    assert desk.written(files) == ()
    assert desk.written(files | {"c.html": "3"}) == ("c.html",)
    assert (desk.out / "a/b.html").stat() == before["a/b.html"]
    assert (desk.out / "c.html").stat().st_ino != before["c.html"].st_ino
    assert desk.left_over() == []


def test_equal_bytes_are_found_by_reading_where_the_times_differ(desk: Desk) -> None:
    desk.written({"a.html": "1", "b.html": "2"})
    age(desk.out / "a.html")
    inode = (desk.out / "a.html").stat().st_ino
    assert desk.written({"a.html": "1", "b.html": "2"}) == ()
    assert (desk.out / "a.html").stat().st_ino == inode
    state = desk.state()
    assert state.published("public")["a.html"].mtime_ns == (desk.out / "a.html").stat().st_mtime_ns


def test_changed_and_removed_outputs_are_made_again(desk: Desk) -> None:
    desk.written({"a.html": "1", "b.html": "2", "c/d.html": "3"})
    (desk.out / "a.html").write_text("!", encoding="utf-8")
    (desk.out / "c/d.html").unlink()
    (desk.out / "c").rmdir()
    age(desk.out / "b.html")
    state = desk.state()
    assert sorted(verify_published(state, desk.root, desk.out)) == ["a.html", "c/d.html"]
    assert verify_published(state, desk.root, desk.out) == ["c/d.html", "a.html"]
    assert state.published("public")["b.html"].mtime_ns == (desk.out / "b.html").stat().st_mtime_ns
    state.close()
    assert sorted(desk.written({"a.html": "1", "c/d.html": "3"}, ["b.html"])) == ["a.html", "c/d.html"]
    assert desk.texts() == {"a.html": "1", "b.html": "2", "c/d.html": "3"}
    state = desk.state()
    assert verify_published(state, desk.root, desk.out) == []


def test_a_link_or_folder_in_the_place_of_an_output_is_seen(desk: Desk, tmp_path: Path) -> None:
    desk.written({"a.html": "1", "b.html": "2"})
    (tmp_path / "same").write_text("1", encoding="utf-8")
    (desk.out / "a.html").unlink()
    (desk.out / "a.html").symlink_to(tmp_path / "same")
    (desk.out / "b.html").unlink()
    (desk.out / "b.html").mkdir()
    state = desk.state()
    assert sorted(verify_published(state, desk.root, desk.out)) == ["a.html", "b.html"]
    state.close()
    assert desk.codes({"a.html": "1", "b.html": "2"}) == ["output-write"]
    (desk.out / "b.html").rmdir()
    desk.written({"a.html": "3", "b.html": "2"})
    assert not (desk.out / "a.html").is_symlink()
    assert (tmp_path / "same").read_text(encoding="utf-8") == "1"
    assert desk.texts() == {"a.html": "3", "b.html": "2"}


def test_what_is_kept_stays_and_what_is_neither_goes(desk: Desk) -> None:
    desk.written({"a.html": "1", "b/c.html": "2", "d/e/f.html": "3"})
    published, problems = desk.publish({"a.html": "4"}, ["b/c.html"])
    assert problems == ()
    assert published == Published(("a.html",), 1, ("d/e/f.html",))
    assert desk.texts() == {"a.html": "4", "b/c.html": "2"}
    assert not (desk.out / "d").exists()


def test_the_facts_of_the_build_are_kept_with_the_site_or_not_at_all(desk: Desk) -> None:
    desk.publish({"a.html": "1"}, store=lambda state: state.replace("trace", [("a", "1")]))

    def fail(state: State) -> None:
        state.replace("trace", [("a", "2")])
        raise OSError(errno.ENOSPC, "No space left on device")

    published, problems = desk.publish({"a.html": "2"}, store=fail)
    assert published is None
    assert [problem.code for problem in problems] == ["state-write"]
    assert desk.texts() == {"a.html": "1"}
    assert desk.left_over() == []
    state = desk.state()
    assert state.get("trace", "a") == "1"
    assert verify_published(state, desk.root, desk.out) == []


# --- copies ---


def test_a_copy_is_not_read_while_nothing_changed(
    desk: Desk, trusting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = desk.root / "photo.png"
    source.write_bytes(b"x" * 1000)
    assert desk.written({"photo.png": source}) == ("photo.png",)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    assert desk.written({"photo.png": source}) == ()


def test_a_young_source_is_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have changed within one tick of the clock: same size, same time, other bytes."""
    source = desk.root / "a.txt"
    source.write_bytes(b"old")
    desk.written({"a.txt": source})
    state = desk.state()
    assert state.published("public")["a.txt"].source == ""
    state.close()
    info = source.stat()
    source.write_bytes(b"new")
    os.utime(source, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert desk.written({"a.txt": source}) == ("a.txt",)
    assert desk.texts() == {"a.txt": "new"}


def test_content_decides_and_times_only_save_reading(desk: Desk, trusting: None) -> None:
    source = desk.root / "a.txt"
    source.write_bytes(b"old")
    desk.written({"a.txt": source})
    info = source.stat()
    source.write_bytes(b"new")
    os.utime(source, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert desk.written({"a.txt": source}) == ("a.txt",)
    os.utime(source)
    assert desk.written({"a.txt": source}) == ()
    assert desk.texts() == {"a.txt": "new"}


def test_a_large_file_is_copied_without_being_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = desk.root / "large.pdf"
    with source.open("wb") as file:
        file.write(b"%PDF")
        file.truncate(3 << 30)  # it takes no room: all but the start is a hole
    monkeypatch.setattr(publish, "_SMALL", 1 << 20)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    monkeypatch.setattr(publish.shutil, "copyfile", os.link)
    desk.written({"large.pdf": source})
    assert (desk.out / "large.pdf").stat().st_size == 3 << 30


def test_large_files_are_compared_by_their_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_SMALL", 10)
    monkeypatch.setattr(publish, "_CHUNK", 7)
    source = desk.root / "large.bin"
    source.write_bytes(b"0123456789" * 9)
    assert desk.written({"large.bin": source}) == ("large.bin",)
    assert desk.written({"large.bin": source}) == ()
    source.write_bytes(b"0123456789" * 8 + b"012345678!")
    assert desk.written({"large.bin": source}) == ("large.bin",)
    assert (desk.out / "large.bin").read_bytes() == source.read_bytes()
    source.chmod(0o600)
    (desk.out / "large.bin").write_bytes(b"x" * 90)
    state = desk.state()
    assert verify_published(state, desk.root, desk.out) == ["large.bin"]
    state.close()
    assert desk.written({"large.bin": source}) == ("large.bin",)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_modes_are_those_of_the_umask(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_SMALL", 10)
    for name, size in (("small", 1), ("large", 100)):
        (desk.root / name).write_bytes(b"x" * size)
        (desk.root / name).chmod(0o700)
    files = {"a/page.html": "1", "small": desk.root / "small", "large": desk.root / "large"}
    before = os.umask(0o027)
    try:
        desk.written(files)
    finally:
        os.umask(before)
    assert {path: oct((desk.out / path).stat().st_mode & 0o777) for path in files} == dict.fromkeys(
        files, "0o640"
    )
    assert oct((desk.out / "a").stat().st_mode & 0o777) == "0o750"


def test_a_source_that_cannot_be_copied_is_named(desk: Desk) -> None:
    state = desk.state()
    stage = open_stage(state, desk.root, desk.out)
    (desk.root / "folder").mkdir()
    for name in ("gone.png", "folder", *(["pipe"] if hasattr(os, "mkfifo") else [])):
        if name == "pipe":
            os.mkfifo(desk.root / name)
        with pytest.raises(Refused) as refused:
            stage.copy("a", desk.root / name)
        assert refused.value.problem.code == "file-unreadable"
        assert refused.value.problem.where is not None
        assert refused.value.problem.where.path == name
    with pytest.raises(Refused, match="no UTF-8"):
        stage.copy("\udcff.txt", desk.root / "gone.png")


def test_a_refusal_travels_between_processes(desk: Desk) -> None:
    state = desk.state()
    stage = open_stage(state, desk.root, desk.out)
    with pytest.raises(Refused) as refused:
        stage.copy("a", desk.root / "gone.png")
    assert pickle.loads(pickle.dumps(refused.value)).problem == refused.value.problem
    assert pickle.loads(pickle.dumps(stage)) == stage


# --- files of others ---


def test_a_folder_with_files_of_others_is_refused(desk: Desk) -> None:
    desk.out.mkdir()
    (desk.out / "mine.txt").write_text("mine", encoding="utf-8")
    assert desk.codes({"a.html": "1"}) == ["output-foreign"]
    assert desk.texts() == {"mine.txt": "mine"}
    assert desk.left_over() == []
    _, problems = desk.publish({"a.html": "1"}, adopt=True)
    assert problems == ()
    assert desk.texts() == {"mine.txt": "mine", "a.html": "1"}
    desk.written({"b.html": "1"})
    assert desk.texts() == {"mine.txt": "mine", "b.html": "1"}


def test_what_systems_and_git_leave_in_a_folder_makes_it_no_ones(desk: Desk) -> None:
    desk.out.mkdir()
    (desk.out / ".DS_Store").write_text("x", encoding="utf-8")
    (desk.out / ".gitkeep").write_text("", encoding="utf-8")
    assert desk.written({"a.html": "1"}) == ("a.html",)
    assert {".DS_Store", ".gitkeep", "a.html"} == set(desk.texts())


def test_the_build_says_which_files_of_others_are_in_the_way(site: MakeSite) -> None:
    folder = site({})
    folder.out.mkdir()
    (folder.out / "mine.txt").write_text("mine", encoding="utf-8")
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert "“mine.txt”. [output-foreign]" in result.stderr
    assert "--adopt" in result.stderr
    assert read_texts(folder.out) == {"mine.txt": "mine"}
    assert "index.html" in folder.build("--adopt")


def test_in_our_folder_a_file_of_others_is_only_taken_over_when_it_is_the_same(desk: Desk) -> None:
    desk.written({"a.html": "1"})
    (desk.out / "b.html").write_text("2", encoding="utf-8")
    (desk.out / "c.html").write_text("!", encoding="utf-8")
    assert desk.codes({"a.html": "9", "b.html": "2", "c.html": "3"}) == ["output-foreign"]
    assert desk.texts() == {"a.html": "1", "b.html": "2", "c.html": "!"}
    assert desk.written({"a.html": "1", "b.html": "2"}) == ()
    assert desk.written({"a.html": "1"}) == ()
    assert desk.texts() == {"a.html": "1", "c.html": "!"}
    _, problems = desk.publish({"a.html": "1", "c.html": "3"}, adopt=True)
    assert problems == ()
    assert desk.texts() == {"a.html": "1", "c.html": "3"}


def test_a_link_of_others_is_not_taken_over_nor_followed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.html").write_text("1", encoding="utf-8")
    desk.written({"a.html": "1", "b/c.html": "1"})
    (desk.out / "x.html").symlink_to(tmp_path / "outside/x.html")
    (desk.out / "d").symlink_to(tmp_path / "outside", target_is_directory=True)
    assert desk.codes({"a.html": "1", "b/c.html": "1", "x.html": "1"}) == ["output-foreign"]
    assert desk.codes({"a.html": "1", "b/c.html": "1", "d/y.html": "1"}) == ["output-link"]
    (desk.out / "b/c.html").unlink()
    (desk.out / "b").rmdir()
    (desk.out / "b").symlink_to(tmp_path / "outside", target_is_directory=True)
    assert desk.codes({"a.html": "1"}) == ["output-link"]
    assert read_texts(tmp_path / "outside") == {"x.html": "1"}


def test_a_folder_of_others_is_never_emptied_for_a_file(desk: Desk) -> None:
    desk.written({"a/b.html": "1", "c.html": "1"})
    (desk.out / "a/mine.txt").write_text("mine", encoding="utf-8")
    assert desk.codes({"a": "2", "c.html": "3"}) == ["output-write"]
    assert desk.texts() == {"a/b.html": "1", "a/mine.txt": "mine", "c.html": "1"}
    (desk.out / "a/mine.txt").unlink()
    desk.written({"a": "2", "c.html": "3"})
    assert desk.texts() == {"a": "2", "c.html": "3"}


def test_a_file_of_others_is_never_removed_for_a_folder(desk: Desk) -> None:
    desk.written({"c.html": "1"})
    (desk.out / "a").write_text("mine", encoding="utf-8")
    assert desk.codes({"a/b/d.html": "2", "c.html": "3"}) == ["output-write"]
    assert desk.texts() == {"a": "mine", "c.html": "1"}


def test_a_removed_output_that_became_a_folder_of_others_stays(desk: Desk) -> None:
    desk.written({"a.html": "1", "b/c.html": "1", "d.html": "1"})
    (desk.out / "a.html").unlink()
    (desk.out / "a.html").mkdir()
    (desk.out / "b/c.html").unlink()
    (desk.out / "b").rmdir()
    (desk.out / "b").write_text("mine", encoding="utf-8")
    desk.written({"d.html": "2"})
    assert (desk.out / "a.html").is_dir()
    assert desk.texts() == {"b": "mine", "d.html": "2"}


def test_a_name_of_ours_in_other_case_is_written_anew_and_not_taken_over(desk: Desk) -> None:
    """Where case does not count, the file that is found is the old one, which is about to be removed."""
    desk.written({"About/index.html": "1"})
    (desk.out / "about").mkdir(exist_ok=True)
    (desk.out / "about/index.html").write_text("1", encoding="utf-8")
    assert desk.written({"about/index.html": "1"}) == ("about/index.html",)
    assert desk.texts() == {"about/index.html": "1"}


# --- where the stage is ---


def test_a_stage_on_another_file_system_is_in_the_output(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is one file system only")
    import tempfile

    with tempfile.TemporaryDirectory(dir=other) as folder:
        there = Desk(desk.root, Path(folder) / "deep" / "public")
        state = there.state()
        assert open_stage(state, there.root, there.out).folder.parent == Path(folder)
        state.close()
        assert there.written({"a/b.html": "1"}) == ("a/b.html",)
        state = there.state()
        stage = open_stage(state, there.root, there.out)
        assert stage.folder.parent == there.out
        stage.put("a/b.html", b"2")
        assert stage.folder.is_dir()
        state.close()  # as if the run had been killed
        assert there.written({"a/b.html": "3"}) == ("a/b.html",)
        assert there.texts() == {"a/b.html": "3"}
        assert [entry.name for entry in there.out.iterdir()] == ["a"]


def test_file_systems_that_only_seem_to_be_one_are_copied_between(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def refuse(waiting: str | Path, target: str | Path) -> None:
        if Path(waiting).parent.name.startswith((".acadsite", "stage-")) and desk.root / "public" in [
            Path(target),
            *Path(target).parents,
        ]:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        replace(waiting, target)

    monkeypatch.setattr(publish.os, "replace", refuse)
    desk.written({"a/b.html": "1", "c.html": "2"})
    assert desk.texts() == {"a/b.html": "1", "c.html": "2"}
    desk.written({"a/b.html": "1", "c.html": "3", "d/e.html": "4"})
    assert desk.texts() == {"a/b.html": "1", "c.html": "3", "d/e.html": "4"}
    assert [name for name in desk.left_over() if name.startswith(".acadsite")] == []


def test_stages_of_dead_runs_are_removed(desk: Desk) -> None:
    state = desk.state()
    dead = [open_stage(state, desk.root, out) for out in (desk.out, desk.root / "other")]
    for stage in dead:
        stage.put("a/b.html", b"1")
    others = desk.root / ".acadsite-stage-of-another-1"
    others.mkdir()
    stage = open_stage(state, desk.root, desk.out)
    assert [old.folder.exists() for old in dead] == [False, False]
    assert others.is_dir()
    assert not stage.folder.exists(), "nothing is made before something is put"


def test_a_full_disk_is_met_before_anything_is_moved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.written({"a.html": "1", "b.html": "1"})
    write = os.write

    def fill(file: int, data: bytes) -> int:
        if data == b"3":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(publish.os, "write", fill)
    with pytest.raises(Refused) as refused:
        desk.publish({"a.html": "2", "b.html": "3"})
    assert refused.value.problem.message == "The output “b.html” cannot be written: No space left on device."
    assert desk.texts() == {"a.html": "1", "b.html": "1"}
    monkeypatch.undo()
    assert desk.written({"a.html": "2"}) == ("a.html",)
    assert desk.left_over() == []


def test_two_outputs_of_one_site_know_their_own_files(desk: Desk, tmp_path: Path) -> None:
    other = Desk(desk.root, tmp_path / "elsewhere" / "www")
    desk.written({"a.html": "1"})
    other.written({"b.html": "1"})
    desk.written({"c.html": "1"})
    assert (desk.texts(), other.texts()) == ({"c.html": "1"}, {"b.html": "1"})
    assert place_of(other.root, other.out) == "../elsewhere/www"


def test_a_site_moves_with_its_output(desk: Desk, tmp_path: Path) -> None:
    desk.written({"a.html": "1"})
    desk.root.rename(tmp_path / "moved")
    moved = Desk(tmp_path / "moved", tmp_path / "moved/public")
    assert moved.written({"a.html": "1", "b.html": "2"}) == ("b.html",)


def test_removed_names_that_leave_the_output_are_ignored(desk: Desk, tmp_path: Path) -> None:
    """The file of the state may be damaged or another's: what it says is removed only below the output."""
    desk.written({"a.html": "1"})
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    state = desk.state()
    stamp = state.published("public")["a.html"]
    state.restamp("public", {"../../mine.txt": stamp, str(mine): stamp})
    state.close()
    desk.written({"a.html": "2"})
    assert mine.read_text(encoding="utf-8") == "mine"


# --- names ---


def test_case_and_folders_in_the_way() -> None:
    removed = ["About/index.html", "a/b", "c", "stays"]
    new = ["about/index.html", "a", "c/d.html", "e"]
    assert publish._in_the_way(removed, new) == {"About/index.html", "a/b", "c"}


def test_what_is_in_the_way_goes_once_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the new file was moved, a second removal of the old name would hit it where case does not count."""
    desk.written({"About.html": "1", "b.html": "1"})
    removed = []
    remove, move = publish._remove, publish._move
    monkeypatch.setattr(publish, "_remove", lambda out, path: (removed.append(path), remove(out, path)))

    def die(waiting: str, target: str) -> None:
        move(waiting, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "_move", die)
    with pytest.raises(KeyboardInterrupt):
        desk.publish({"about.html": "2", "b.html": "2"})
    monkeypatch.setattr(publish, "_move", move)
    assert removed == ["About.html"]
    state = desk.state()
    assert finish(state, desk.root) == ()
    assert removed == ["About.html"]
    assert desk.texts() == {"about.html": "2", "b.html": "2"}
    assert state.journal() == {}
