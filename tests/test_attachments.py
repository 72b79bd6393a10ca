"""Files beside texts: published where a text links them, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "site.yaml": "title: Site\nurl: https://x.example/\n",
    "content/posts/lines.md": """---
title: Lines
date: 2020-01-01
---
![A film](films/rising.mp4){poster=films/first.png}
[the numbers](<data/all rings.csv>), [again](data/all%20rings.csv#row=3), [poster](../handouts/poster(1).pdf "As shown")
and [code][1]; <video src="films/short.webm"></video>

[1]: ../handouts/sieve.py
""",
    "content/posts/films/rising.mp4": "film",
    "content/posts/films/short.webm": "short",
    "content/posts/films/unlinked.mp4": "nobody links it",
    "content/posts/data/all rings.csv": "a,b\n",
    "content/handouts/poster(1).pdf": "%PDF-1.4",
    "content/handouts/sieve.py": "print()\n",
    "content/posts/draft.md": "---\ntitle: Draft\ndate: 2020-01-02\ndraft: true\n---\n[Secret](secret.zip)\n",
    "content/posts/secret.zip": "zip",
    "content/pages/about.md": "---\ntitle: About\n---\n[Notes](settings.yaml), [mine](_private.txt)\n",
    "content/pages/settings.yaml": "a: 1\n",
    "content/pages/_private.txt": "mine",
    "content/index.md": "---\ntitle: Home\n---\n[Old CV](old-cv.pdf), [outside](../site.yaml), [else](https://y.example/posts/films/unlinked.mp4)\n",
    "content/old-cv.pdf": "%PDF-1.4",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    return SiteFolder(tmp_path_factory.mktemp("attachments") / "site").write(FILES)


@pytest.fixture(scope="module")
def built(folder: SiteFolder) -> set[str]:
    assert folder.run("build", "--date", DAY, "--out", str(folder.out)).exit_code == 0
    return {path.relative_to(folder.out).as_posix() for path in folder.out.rglob("*") if path.is_file()}


def test_what_is_linked_is_published(folder: SiteFolder, built: set[str]) -> None:
    page = (folder.out / "posts/lines/index.html").read_text("utf-8")
    linked = {
        "posts/films/rising.mp4": '<video src="../../posts/films/rising.mp4"',
        "posts/films/short.webm": 'src="../../posts/films/short.webm"',
        "posts/data/all rings.csv": '<a href="../../posts/data/all%20rings.csv">the numbers</a>',
        "handouts/poster(1).pdf": '<a href="../../handouts/poster(1).pdf" title="As shown">poster</a>',
        "handouts/sieve.py": '<a href="../../handouts/sieve.py">code</a>',
    }
    for path, words in linked.items():
        assert path in built
        assert words in page
    assert '<a href="../../posts/data/all%20rings.csv#row=3">again</a>' in page
    assert {"old-cv.pdf", "pages/settings.yaml"} <= built
    assert (folder.out / "posts/films/rising.mp4").read_bytes() == b"film"


def test_what_is_not_linked_stays_at_home(built: set[str]) -> None:
    assert not {path for path in built if "unlinked" in path or "secret" in path or "private" in path}


def test_what_is_told(folder: SiteFolder) -> None:
    told = [(one["code"], one["file"], one["message"]) for one in folder.report()]
    assert ("link-missing", "content/pages/about.md", "There is no file or page “_private.txt”.") in told
    assert ("image-missing", "content/posts/lines.md", "There is no picture “films/first.png”.") in told
    assert not [one for one in told if one[0] == "file-unused"], "a linked file of settings is used"


def test_links_come_and_go(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site").write(
        {
            **FILES,
            "content/pages/about.md": "---\ntitle: About\n---\nNo link.\n",
            "content/pages/settings.yaml": "",
        }
    )
    page = folder.out / "about/index.html"
    file = folder.out / "pages/a.csv"

    def build() -> None:
        result = folder.run("build", "--verify", "--date", DAY, "--out", str(folder.out))
        assert result.exit_code == 0, result.stderr

    folder.write({"content/pages/a.csv": "1\n"})
    build()
    assert not file.exists()
    folder.write({"content/pages/about.md": "---\ntitle: About\n---\n[Numbers](a.csv)\n"})
    build()
    assert file.read_text() == "1\n"
    assert 'href="../pages/a.csv"' in page.read_text("utf-8")
    folder.write({"content/pages/a.csv": "2\n"})
    build()
    assert file.read_text() == "2\n"
    (folder.root / "content/pages/a.csv").unlink()
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert "There is no file or page “a.csv”." in result.stderr
    folder.write({"content/pages/about.md": "---\ntitle: About\n---\nNo link.\n"})
    build()
    assert not file.exists()


def test_a_pdf_is_no_picture(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site").write(
        {
            "site.yaml": "title: Site\n",
            "content/pages/a.md": "---\ntitle: A\n---\n![A figure](figure.pdf)\n",
            "content/pages/figure.pdf": "%PDF-1.4",
        }
    )
    pages = {path: text for path, text in folder.build().items() if path == "a/index.html"}
    assert '<a href="../pages/figure.pdf">A figure</a>' in pages["a/index.html"]
    assert [one["code"] for one in folder.report() if one["file"] == "content/pages/a.md"] == [
        "image-unusable"
    ]
