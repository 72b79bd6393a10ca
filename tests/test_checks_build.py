"""Names, folders and files of every kind, as whole builds: rows B4 and B7–B10 of the checks."""

from __future__ import annotations

import ntpath
import os
import posixpath
import socket
import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.graph import clean_url, path_of
from acadsite.records import fold, segment, slug
from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

POST = "---\ntitle: {}\ndate: 2024-01-01\n---\nText\n"
ENTRY = "@article{{{}, title={{T}}, author={{N, E}}, journal={{J}}, year=2024}}\n"


# --- B4: the output folder ---


@pytest.mark.parametrize(
    "where", ["", ".", "..", "content", "content/out", "themes", "templates/x", "assets", ".git"]
)
def test_b4_an_output_folder_that_holds_sources_is_refused(site: MakeSite, where: str) -> None:
    folder = site({"content/posts/a.md": POST.format("A")})
    before = sorted(folder.root.rglob("*"))
    result = folder.run("build", "--date", DAY, "--out", str(folder.root / where))
    assert result.exit_code == 1
    assert "cannot be the output" in result.stderr
    assert sorted(folder.root.rglob("*")) == before


@pytest.mark.parametrize("where", ["/", "home", "link"])
def test_b4_root_home_and_links_to_sources_are_refused(
    site: MakeSite, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site({})
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "link").symlink_to(folder.root)
    target = where if where == "/" else str(tmp_path / where)
    result = folder.run("build", "--date", DAY, "--out", target)
    assert result.exit_code == 1
    assert "[output-folder]" in result.stderr
    assert list(home.iterdir()) == []


def test_b4_files_of_others_in_the_output_stay(site: MakeSite) -> None:
    folder = site({"content/posts/a.md": POST.format("A")})
    folder.out.mkdir()
    (folder.out / "mine.txt").write_text("mine", encoding="utf-8")
    (folder.out / "posts").mkdir()
    (folder.out / "posts" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "posts/a/index.html" in folder.build("--adopt")
    (folder.root / "content/posts/a.md").unlink()
    built = folder.build()
    assert "posts/a/index.html" not in built
    assert {"mine.txt", "posts/notes.txt"} <= built.keys()


def test_b4_a_file_in_place_of_the_output_is_refused(site: MakeSite) -> None:
    folder = site({})
    folder.out.write_text("mine", encoding="utf-8")
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert folder.out.read_text(encoding="utf-8") == "mine"


def test_no_output_is_a_link_and_links_there_are_not_followed(site: MakeSite, tmp_path: Path) -> None:
    folder = site({"content/static/a.txt": "a"})
    outside = tmp_path / "outside.txt"
    outside.write_text("outside", encoding="utf-8")
    folder.out.mkdir()
    (folder.out / "a.txt").symlink_to(outside)
    assert folder.build("--adopt")["a.txt"] == "a"
    assert not (folder.out / "a.txt").is_symlink()
    assert outside.read_text(encoding="utf-8") == "outside"


def test_a_linked_folder_in_the_output_leads_nothing_outside(site: MakeSite, tmp_path: Path) -> None:
    folder = site({"content/posts/a.md": POST.format("A")})
    outside = tmp_path / "outside"
    outside.mkdir()
    folder.out.mkdir()
    (folder.out / "posts").symlink_to(outside, target_is_directory=True)
    result = folder.run("build", "--date", DAY, "--out", str(folder.out), "--adopt")
    assert list(outside.iterdir()) == []
    assert result.exit_code == 0 or "[output-" in result.stderr


# --- B7: two for one address ---


@pytest.mark.parametrize(
    ("files", "later", "earlier"),
    [
        (
            {"content/pages/About.md": POST.format("A"), "content/pages/x/about.md": POST.format("B")},
            "content/pages/x/about.md:2:1",
            "content/pages/About.md:2:1",
        ),
        (
            {"content/publications/a.bib": ENTRY.format("Foo") + ENTRY.format("foo")},
            "content/publications/a.bib:2:10",
            "content/publications/a.bib:1:10",
        ),
        (
            {
                "content/posts/caf\u00e9.md": POST.format("A"),
                "content/posts/x/cafe\u0301.md": POST.format("B"),
            },
            "content/posts/x/caf\u00e9.md:2:1",
            "content/posts/caf\u00e9.md:2:1",
        ),
        (
            {"content/talks.yaml": "- {id: \u00e9, title: A}\n- {id: e\u0301, title: B}\n"},
            "content/talks.yaml:2:8",
            "content/talks.yaml:1:8",
        ),
        (
            {
                "content/pages/a.md": POST.format("A"),
                "content/pages/b.md": "---\ntitle: B\naliases: [/A/]\n---\n",
            },
            "content/pages/b.md:3:11",
            "content/pages/a.md:2:1",
        ),
        (
            {"content/pages/a.md": POST.format("A"), "content/static/A/index.html": "x"},
            "content/pages/a.md:2:1",
            "content/static/A/index.html",
        ),
        (
            {
                "content/pages/a.md": "---\ntitle: A\nurl: /x/\n---\n",
                "content/pages/b.md": "---\ntitle: B\nurl: X\n---\n",
            },
            "content/pages/b.md:3:6",
            "content/pages/a.md:3:6",
        ),
    ],
    ids=["case", "keys", "NFC and NFD files", "NFC and NFD ids", "alias", "static file", "urls"],
)
def test_b7_collisions_name_both_sources(
    site: MakeSite, files: dict[str, str], later: str, earlier: str
) -> None:
    folder = site(files)
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert not folder.out.exists()
    assert result.stderr.startswith(f"{later}: error: ")
    assert earlier in result.stderr.split("\n")[0]
    assert result.stderr.count(": error: ") == 1


def test_b7_c_plus_plus_and_c_sharp_are_different(site: MakeSite) -> None:
    folder = site(
        {
            "content/talks.yaml": "- {title: C++, abstract: x}\n- {title: C#, abstract: x}\n- {title: C, abstract: x}\n"
        }
    )
    assert folder.report() == []
    assert {
        "talks/c-plus-plus/index.html",
        "talks/c-sharp/index.html",
        "talks/c/index.html",
    } <= folder.build().keys()


def test_b7_the_same_talk_twice_gets_a_number(site: MakeSite) -> None:
    built = site(
        {
            "content/talks.yaml": "- {title: A, year: 2020, abstract: x}\n- {title: A, year: 2020, abstract: y}\n"
        }
    ).build()
    assert {"talks/2020-a/index.html", "talks/2020-a-2/index.html"} <= built.keys()


# --- B8: names for files ---

NASTY = [
    "con",
    "NUL.txt",
    "aux/x",
    "a.",
    "a ",
    "a:b",
    "a\\b",
    "..",
    "../../etc/passwd",
    "/abs",
    "",
    "...",
    "x" * 300,
    "日本語",
    "a\u202eb",
    "😀",
    "com¹",
    "-",
    "a//b",
    "~",
    "%2e%2e",
    "a\x00b",
    ".",
]
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{n}" for n in "123456789¹²³"),
    *(f"lpt{n}" for n in "123456789¹²³"),
}


def assert_safe(name: str) -> None:
    """One name that every system takes, or none."""
    if not name:
        return
    assert name == unicodedata.normalize("NFC", name)
    assert len(name.encode("utf-8")) <= 120
    assert name not in {".", ".."}
    assert not name.endswith((".", " "))
    assert not set(name) & set('/\\:*?"<>|~%')
    assert all(unicodedata.category(char)[0] not in "CZ" for char in name)
    assert name.partition(".")[0].casefold() not in _RESERVED
    for rules in (posixpath, ntpath):
        assert rules.normpath(rules.join("root", name)) == rules.join("root", name)
        assert not rules.isabs(name)
        assert rules.splitdrive(name)[0] == ""


@pytest.mark.parametrize("name", NASTY)
def test_b8_segments_are_safe(name: str) -> None:
    assert_safe(segment(name))
    assert_safe(slug(name))


@given(st.text(max_size=200))
def test_b8_any_text_makes_a_safe_segment(text: str) -> None:
    for made in (segment(text), slug(text)):
        assert_safe(made)
    assert segment(segment(text)) == segment(text)
    assert slug(slug(text)) == slug(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters() | st.sampled_from("./\\:-~ "), max_size=80))
def test_b8_any_wished_address_is_refused_or_stays_below_the_root(text: str) -> None:
    url = clean_url(text)
    if url is None:
        return
    path = path_of(url)
    for rules in (posixpath, ntpath):
        assert rules.normpath(rules.join("root", path)) == rules.join("root", *path.split("/"))
    for part in path.split("/"):
        assert_safe(part)
        assert part
    assert clean_url(url) == url


@pytest.mark.parametrize("name", NASTY)
def test_b8_whatever_a_thing_is_called_nothing_leaves_the_output(site: MakeSite, name: str) -> None:
    import json

    quoted = json.dumps(name)
    files = {
        "content/talks.yaml": f"- {{title: {quoted}, abstract: x}}\n- {{id: {quoted}, title: T, abstract: x}}\n",
        "content/students.yaml": f"- name: {quoted}\n",
        "content/posts/a.md": f"---\ntitle: {quoted}\ndate: 2024\ntags: [{quoted}]\n"
        f"url: {quoted}\naliases: [{quoted}]\n---\n",
        "content/publications/a.bib": ENTRY.format(name) + ENTRY.format("fine"),
        "site.yaml": f"title: {quoted}\nurls: {{tag: 'tags/{{id}}/'}}\n",
    }
    folder = site(files)
    around = sorted(folder.root.parent.iterdir())
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code in {0, 1}
    assert [path for path in sorted(folder.root.parent.iterdir()) if path not in around] in ([], [folder.out])
    if folder.out.exists():
        for path in folder.out.rglob("*"):
            assert_safe(path.name)
    else:
        assert result.stderr.count(": error: ") >= 1


# --- B9: Unicode forms ---


def test_b9_decomposed_names_are_found_by_composed_links(site: MakeSite) -> None:
    nfd = unicodedata.normalize("NFD", "Café")
    files = {
        f"content/posts/{nfd}.md": POST.format("A"),
        f"content/static/{nfd}.svg": "<svg/>",
        f"content/static/images/{nfd}.png": "x",
        "content/index.md": "---\nportrait: images/Café.png\nportrait_alt: x\n---\n"
        f"[a](posts/Café.md) [b](posts/{nfd}.md) ![c](Café.svg) [d](posts/Caf%C3%A9.md)\n",
        "content/talks.yaml": "- {title: T, year: 2024, slides: Café.svg}\n",
    }
    folder = site(files)
    assert folder.report() == []
    built = folder.build()
    assert built["index.html"].count('href="./posts/Caf%C3%A9/"') >= 3
    names = {path.relative_to(folder.out).as_posix() for path in folder.out.rglob("*") if path.is_file()}
    assert {"posts/Café/index.html", "Café.svg", "images/Café.png"} <= names
    assert all(name == unicodedata.normalize("NFC", name) for name in names)


def test_b9_decomposed_references_in_yaml_are_found(site: MakeSite) -> None:
    files = {
        "content/people.yaml": "- {id: émile, name: Émile Noël}\n",
        "content/talks.yaml": "- {title: T, year: 2024, people: [Émile Noël], repos: [o/né]}\n"
        "- {title: U, year: 2023, people: [émile]}\n",
        "content/courses/c.md": "---\ntitle: C\npublications: [Noël2024]\n---\n[[Noël2024]]\n",
    }
    files = {path: unicodedata.normalize("NFD", text) for path, text in files.items()}
    files |= {
        "content/repos.yaml": "- url: https://github.com/o/né\n",
        "content/publications/a.bib": ENTRY.format("Noël2024"),
    }
    folder = site(files)
    assert folder.report() == []


# --- B10: files that are none ---


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_b10_links_loops_pipes_and_sockets(
    site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site(
        {
            "content/posts/a.md": POST.format("A"),
            "content/static/a.txt": "a",
            "themes/mine/theme.yaml": "",
            "assets/x.css": "",
        }
    )
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "secret.md").write_text(POST.format("Secret"), encoding="utf-8")
    root = folder.root
    (root / "content/posts/secret.md").symlink_to(outside / "secret.md")
    (root / "content/static/out").symlink_to(outside, target_is_directory=True)
    (root / "content/static/loop").symlink_to(root / "content", target_is_directory=True)
    (root / "content/static/self").symlink_to("self")
    (root / "content/static/gone.txt").symlink_to("nowhere.txt")
    (root / "content/static/inside.txt").symlink_to("a.txt")
    (root / "assets/out.css").symlink_to(outside / "secret.md")
    os.mkfifo(root / "content/static/pipe")
    os.mkfifo(root / "content/posts/pipe.md")
    monkeypatch.chdir(root / "content/static")  # names of sockets are short
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket")
    found = {(problem["file"], problem["code"]) for problem in folder.report()}
    server.close()
    assert found == {
        ("assets/out.css", "file-outside"),
        ("content/posts/pipe.md", "file-special"),
        ("content/posts/secret.md", "file-outside"),
        ("content/static/gone.txt", "file-broken-link"),
        ("content/static/loop", "file-link-loop"),
        ("content/static/out", "file-outside"),
        ("content/static/pipe", "file-special"),
        ("content/static/self", "file-broken-link"),
        ("content/static/socket", "file-special"),
    }


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_b10_a_linked_template_that_leaves_its_theme_is_refused(site: MakeSite, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    folder = site({"templates/x": ""})
    (folder.root / "templates/home.html").symlink_to(tmp_path / "secret.html")
    (problem,) = folder.report()
    assert "leaves its theme" in problem["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
@pytest.mark.parametrize("name", ["content", "themes/mine", "assets"])
def test_b10_whole_folders_that_leave_the_site_are_refused(site: MakeSite, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "theme.yaml").write_text("", encoding="utf-8")
    folder = site(
        {"site.yaml": "title: T\ntheme: mine\n" if "themes" in name else "title: T\n", "themes/x": ""}
    )
    (folder.root / name).symlink_to(outside, target_is_directory=True)
    found = [(problem["file"], problem["code"]) for problem in folder.report()]
    assert found == [(name, "file-outside")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes")
def test_b10_pipes_in_the_place_of_files_do_not_block(site: MakeSite) -> None:
    folder = site({"site.yaml": "extensions: [ext.py]\n", "templates/x": "", "content/x/y": ""})
    for name in ("ext.py", "templates/home.html", "content/talks.yaml", "content/index.md"):
        os.mkfifo(folder.root / name)
    assert sorted(folder.codes()) == ["extension-path", "file-special", "file-special"]
    (folder.root / "site.yaml").unlink()
    os.mkfifo(folder.root / "site.yaml")
    assert folder.check().exit_code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_b10_a_link_inside_the_site_is_followed(site: MakeSite) -> None:
    folder = site({"content/static/a.txt": "a"})
    (folder.root / "content/static/b.txt").symlink_to("a.txt")
    built = folder.build()
    assert built["b.txt"] == "a"
    assert not (folder.out / "b.txt").is_symlink()


@pytest.mark.parametrize(
    "path",
    [
        "content/posts/a.md",
        "content/talks.yaml",
        "content/publications/a.bib",
        "content/static/a.txt",
        "content/static",
        "site.yaml",
        "themes/mine/theme.yaml",
        "templates/home.html",
        "ext.py",
    ],
)
def test_b10_what_cannot_be_read_is_an_error_with_its_path(site: MakeSite, path: str) -> None:
    files = {
        "site.yaml": "theme: mine\nextensions: [ext.py]\n",
        "ext.py": "def register(r): pass\n",
        "themes/mine/theme.yaml": "",
        "templates/home.html": "x",
        "content/static/a.txt": "a",
    }
    folder = site(
        {
            "content/posts/a.md": POST.format("A"),
            "content/talks.yaml": "",
            "content/publications/a.bib": "",
            **files,
        }
    )
    (folder.root / path).chmod(0)
    if os.access(folder.root / path, os.R_OK):
        pytest.skip("this user may read everything")
    try:
        result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    finally:
        (folder.root / path).chmod(0o755)
    assert result.exit_code == 1
    assert path in result.stderr
    assert "ermission denied" in result.stderr
    assert not folder.out.exists()


def test_b10_editor_litter_is_no_content(site: MakeSite) -> None:
    files = {
        f"content/posts/{name}": POST.format("A")
        for name in (".a.md.swp", "a.md~", ".#a.md", "#a.md#", "a.tmp", "4913", ".DS_Store", "a.bak")
    }
    folder = site({**files, "content/posts/a.md": POST.format("A")})
    assert folder.report() == []


def test_an_output_that_cannot_be_written_is_a_problem(site: MakeSite) -> None:
    folder = site({})
    folder.out.mkdir()
    (folder.out / "index.html").mkdir()
    result = folder.run("build", "--date", DAY, "--out", str(folder.out), "--adopt")
    assert result.exit_code == 1
    assert "[output-write]" in result.stderr
