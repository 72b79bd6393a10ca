"""Publishing over what an earlier build left, and addresses that two things would have."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from acadsite import publish
from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

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


def test_what_a_broken_run_wrote_is_known_to_the_next(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site({"content/pages/a.md": PAGE})
    folder.build()
    folder.write({"content/pages/b.md": PAGE})
    whole = publish._put

    def put(target: object, output: publish.Output) -> bool:
        if output.path == "404.html":
            raise OSError(28, "No space left on device")
        return whole(target, output)  # type: ignore[arg-type]

    monkeypatch.setattr(publish, "_put", put)
    result = folder.run("build", "--date", DAY, "--out", str(folder.out))
    assert result.exit_code == 1
    assert "“404.html” cannot be written: No space left" in result.stderr
    assert (folder.out / "b/index.html").is_file()
    monkeypatch.undo()
    (folder.root / "content/pages/b.md").unlink()
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
