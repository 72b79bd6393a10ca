"""``acadsite new``: sites that build and check without a problem, for whoever they are, and questions on a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from lxml import html

from acadsite import hosting, packaged_themes, scaffold
from acadsite.build import build
from acadsite.cli import cli
from acadsite.commands import scaffolding
from acadsite.config import json_schema
from acadsite.dates import day
from acadsite.problems import format_text
from acadsite.scaffold.sites import address_of, home_of
from acadsite.sources import parse_yaml
from conftest import DAY, SiteFolder, read_texts

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

#: What a person's site begins with.
LISTING = [
    ".github/dependabot.yml",
    ".github/workflows/pages.yml",
    ".gitignore",
    "README.md",
    "content/courses/introduction-to-examples.md",
    "content/cv.yaml",
    "content/handbook/book.yaml",
    "content/handbook/first-day.md",
    "content/handbook/index.md",
    "content/handbook/texts.md",
    "content/index.md",
    "content/news.yaml",
    "content/pages/contact.md",
    "content/papers/doe2026entry/references.bib",
    "content/papers/doe2026entry/text.md",
    "content/people.yaml",
    "content/posts/how-this-site-is-kept.md",
    "content/projects.yaml",
    "content/publications/publications.bib",
    "content/repos.yaml",
    "content/slides/first-lecture.md",
    "content/static/favicon.svg",
    "content/static/portrait.svg",
    "content/students.yaml",
    "content/talks.yaml",
    "requirements.txt",
    "site.schema.json",
    "site.yaml",
]
#: A page or file of each kind that its examples make.
PAGES = [
    "contact/index.html",
    "courses/introduction-to-examples/index.html",
    "cv.pdf",
    "cv/index.html",
    "handbook.pdf",
    "handbook/texts/index.html",
    "people/richard-roe/index.html",
    "posts/how-this-site-is-kept/index.html",
    "projects/a-project-of-yours/index.html",
    "publications/doe2026entry/doe2026entry.pdf",
    "publications/doe2026entry/index.html",
    "repos/index.html",
    "slides/first-lecture.pdf",
    "slides/first-lecture/index.html",
    "students/index.html",
    "talks/example-talk/index.html",
]


def new(top: Path, *options: str, name: str = "site") -> tuple[Result, SiteFolder]:
    """``acadsite new`` below ``top``, without a terminal."""
    result = CliRunner(env={"NO_COLOR": "1"}, catch_exceptions=False).invoke(
        cli, ["-C", str(top), "new", name, "--date", DAY, *options], prog_name="acadsite"
    )
    return result, SiteFolder(top / name)


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_command_knows_what_there_is() -> None:
    assert tuple(scaffold.SITES) == scaffolding.SITES
    assert tuple(scaffold.COLLECTIONS) == scaffolding.COLLECTIONS
    assert set(scaffolding.THEMES) == {path.parent.name for path in packaged_themes().glob("*/theme.yaml")}


# --- what is written ---


@pytest.mark.parametrize("kind", scaffold.SITES)
def test_a_new_site_has_no_problem(tmp_path: Path, kind: str) -> None:
    result, site = new(tmp_path, "--kind", kind, "--yes")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == written(site.root)
    if kind == "person":
        assert written(site.root) == LISTING
    checked = site.run("check", "--strict", "--date", DAY)
    assert checked.exit_code == 0, checked.stderr
    built = site.build()
    assert "favicon.svg" in built["index.html"]
    if kind == "person":
        assert [path for path in PAGES if path not in built] == []
    assert not any("«" in text or "»" in text for text in read_texts(site.root).values())
    for line in (f"  cd {site.root.name}", "  acadsite serve"):
        assert result.stderr.split("\n").count(line) == 1


def test_the_schema_for_editors_lies_beside_the_settings(tmp_path: Path) -> None:
    _, site = new(tmp_path, "--yes")
    first = (site.root / "site.yaml").read_text(encoding="utf-8").split("\n")[0]
    assert first == "# yaml-language-server: $schema=site.schema.json"
    assert json.loads((site.root / "site.schema.json").read_text(encoding="utf-8")) == json_schema()
    assert site.run("schema").stdout == (site.root / "site.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [
        ("--name", 'O\'Neil "Bob" {x} No: 1 # & % $ \\', "--role", "a: b # *c* «d» {{ e }}"),
        ("--name", "Jörg Müller-Lüdenscheidt", "--language", "de"),
        ("--name", "山田太郎", "--language", "ja"),
        ("--name", "محمد علي", "--language", "ar"),
        ("--name", "- dash: [x]", "--kind", "lab", "--language", "de"),
        ("--name", "No: 1", "--kind", "course", "--theme", "classic"),
        ("--name", "@x <b>y</b> and Co", "--only", "publications,cv,slides"),
        ("--name", "true", "--only", ",".join(scaffold.COLLECTIONS), "--kind", "course"),
        ("--kind", "lab", "--only", "cv"),
        ("--only", "papers"),
        ("--only", ""),
    ],
    ids=" ".join,
)
def test_any_name_and_choice_builds(tmp_path: Path, options: tuple[str, ...]) -> None:
    result, site = new(tmp_path, "--yes", *options)
    assert result.exit_code == 0, result.stderr
    made = build(site.root, site.out, today=day(DAY))
    assert not made.report.problems, format_text(made.report.problems, lambda _: None)
    if options[0] == "--name":
        node, _ = parse_yaml((site.root / "site.yaml").read_text(encoding="utf-8"), "")
        assert node is not None
        settings: Any = node.plain()
        assert settings["title"] == options[1]
        assert settings["language"] == (options[3] if options[2] == "--language" else settings["language"])
        home = html.parse(site.out / "index.html", html.HTMLParser(encoding="utf-8"))
        assert home.xpath("string(//h1)").strip() == options[1]


def test_texts_in_another_language_say_so(tmp_path: Path) -> None:
    _, site = new(tmp_path, "--yes", "--language", "de")
    built = site.build()
    home = html.fromstring(built["index.html"])
    assert home.get("lang") == "de"
    assert home.xpath("//div[@lang='en']/p")
    for path in PAGES:
        if path.endswith("html") and path.split("/")[0] in {
            "contact",
            "courses",
            "handbook",
            "posts",
            "slides",
        }:
            assert 'lang="en"' in built[path], path


def test_a_new_site_grows(tmp_path: Path) -> None:
    """One of each kind, in a site with examples of all."""
    _, site = new(tmp_path, "--yes")
    titles = {
        "person": "Grete Hermann",
        "student": "Grete Hermann",
        "repo": "https://github.com/owner/name",
        "paper": "doe2025award",
        "publication": "https://doi.org/10.1000/182",
    }
    for kind in scaffold.KINDS:
        inside = ["--in", "introduction-to-examples"] if kind == "lecture" else []
        title = titles.get(kind, f"No: 1, a {kind}")
        result = site.run("new-page", kind, title, "--date", DAY, *inside)
        assert result.exit_code == 0, result.stderr
    made = build(site.root, site.out, today=day(DAY))
    assert not made.report.problems, format_text(made.report.problems, lambda _: None)
    assert (site.out / "handbook/no-1-a-chapter/index.html").is_file()
    assert (site.out / "publications/doe2025award/doe2025award.pdf").is_file()


def test_the_menu_leaves_out_what_was_deleted(tmp_path: Path) -> None:
    """Nobody has to mend site.yaml before the site is built again, warm as cold; and what comes back is there again."""
    menu = "menu: [{page: talks, title: All talks}, ideals]\n"
    talks = "- {title: On rings, date: 2020, event: Colloquium}\n"
    files = {"site.yaml": f"title: x\n{menu}", "content/pages/ideals.md": "---\ntitle: Ideals\n---\nx\n"}
    site = SiteFolder(tmp_path / "site").write({**files, "content/talks.yaml": talks})
    first = site.build()
    assert ">All talks</a>" in first["ideals/index.html"]
    for number, gone in enumerate(("[]\n", None)):
        site.write({"content/talks.yaml": gone or ""})
        if gone is None:
            (site.root / "content/talks.yaml").unlink()
        warm = build(site.root, site.out, today=day(DAY))
        told = [(one.level, one.code, str(one.where)) for one in warm.report.problems]
        assert told == [("warning", "menu-empty", "site.yaml:2:15")]
        after = read_texts(site.out)
        assert "All talks" not in after["ideals/index.html"]
        assert "talks/index.html" not in after
        cold = SiteFolder(tmp_path / f"cold{number}").write(files)
        if gone is not None:
            cold.write({"content/talks.yaml": gone})
        assert cold.build() == after
    site.write({"content/talks.yaml": talks})
    assert site.build() == first


def test_a_name_may_stand_with_the_family_first(tmp_path: Path) -> None:
    _, site = new(tmp_path, "--yes", "--name", "de la Cruz, María José", "--only", "publications")
    texts = read_texts(site.root)
    assert "name: María José de la Cruz\n" in texts["site.yaml"]
    assert "author   = {de la Cruz, María José and" in texts["content/publications/publications.bib"]
    assert "@article{cruz2026entry," in texts["content/publications/publications.bib"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--name", "{"), 1, "new-title"),
        (("--name", "a\x1b[31m"), 1, "new-title"),
        (("--language", "d e"), 1, "config-language"),
        (("--only", "publications,talk"), 2, "Did you mean “talks”?"),
        (("--address", "not an address"), 2, "is no address"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    result, site = new(tmp_path, "--yes", *options)
    assert result.exit_code == code
    assert said in result.stderr
    assert not site.root.exists()


# --- where it goes ---


def test_what_is_in_the_way_stays_and_is_told(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(
        '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:Jane-Doe/web.git\n\tfetch = +refs\n',
        encoding="utf-8",
    )
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content/news.yaml").symlink_to(tmp_path / "nowhere")
    result, site = new(tmp_path, "--yes", name=".")
    assert result.exit_code == 0
    assert "README.md:1:1: warning: There is such a file already; it is left alone." in result.stderr
    assert "content/news.yaml:1:1: warning" in result.stderr
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere").exists()
    assert "url: https://jane-doe.github.io/web/\n" in (site.root / "site.yaml").read_text(encoding="utf-8")
    assert "cd ." not in result.stderr
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again, _ = new(tmp_path, "--yes", name=".")
    assert again.exit_code == 1
    assert "new-site" in again.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result, _ = new(tmp_path, "--yes", name="file/site")
    assert result.exit_code == 1
    assert "new-write" in result.stderr
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "site/content").symlink_to(outside)
    result, _ = new(tmp_path, "--yes")
    assert result.exit_code == 1
    assert "new-outside" in result.stderr
    assert not list(outside.iterdir())


@pytest.mark.parametrize(
    ("text", "url", "user"),
    [
        ("jane-doe", "https://jane-doe.github.io/", "jane-doe"),
        ("Jane-Doe/Web", "https://jane-doe.github.io/Web/", "Jane-Doe"),
        ("jane/jane.github.io", "https://jane.github.io/", "jane"),
        ("https://github.com/jane/web.git", "https://jane.github.io/web/", "jane"),
        ("git@gitlab.com:jane/web.git", "https://jane.gitlab.io/web/", "jane"),
        ("https://jane.github.io", "https://jane.github.io/", "jane"),
        ("example.org/~doe", "https://example.org/~doe/", ""),
        ("http://example.org/", "http://example.org/", ""),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/", ""),
    ],
)
def test_addresses_in_many_words(text: str, url: str, user: str) -> None:
    found = address_of(text)
    assert found is not None
    assert (found.url, found.user) == (url, user)


@pytest.mark.parametrize(
    "text", ["", "-jane", "a b", "https://", "javascript:x", "https://u:p@example.org/", "a/b/c"]
)
def test_what_is_no_address(text: str) -> None:
    assert address_of(text) is None


@pytest.mark.parametrize(
    "text", ["", '[remote "origin"]\n\turl = /srv/git/site\n', '[remote "other"]\n\turl = x\n']
)
def test_a_clone_of_elsewhere_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(text, encoding="utf-8")
    assert home_of(tmp_path) == ""


def test_each_host_gets_its_files(tmp_path: Path) -> None:
    for name, options in {
        "github": ("--refresh",),
        "gitlab": ("--address", "https://gitlab.com/jane/web"),
        "none": ("--host", "none"),
    }.items():
        _, site = new(tmp_path, "--yes", "--only", "posts", *options, name=name)
        found = set(written(site.root))
        files = hosting.files(name, refresh=name == "github")  # type: ignore[arg-type]
        assert set(files) <= found
        known = {*hosting.PLACES.values()}
        assert {path for path in found if path in known} == set(files)
        for path, text in files.items():
            assert (site.root / path).read_text(encoding="utf-8") == text
        readme = (site.root / "README.md").read_text(encoding="utf-8")
        assert {"github": "GitHub Pages", "gitlab": "GitLab Pages", "none": "rsync"}[name] in readme


@pytest.mark.parametrize(
    ("address", "remote"),
    [
        ("jane", "https://github.com/jane/jane.github.io.git"),
        ("jane/web", "https://github.com/jane/web.git"),
        ("https://jane.example/", "https://github.com/USER/REPOSITORY.git"),
        ("https://gitlab.com/jane/web", "https://gitlab.com/USER/REPOSITORY.git"),
    ],
)
def test_the_readme_begins_with_a_folder_that_is_no_repository(
    tmp_path: Path, address: str, remote: str
) -> None:
    _, site = new(tmp_path, "--yes", "--only", "posts", "--address", address)
    readme = (site.root / "README.md").read_text(encoding="utf-8")
    steps = ["git init", "git add", "git commit", f"git remote add origin {remote}\n", "git push"]
    places = [readme.index(step) for step in steps]
    assert places == sorted(places)


# --- questions ---


def asked(top: Path, answers: str, *options: str) -> tuple[int, str, str]:
    """``acadsite new site`` on a terminal where somebody types ``answers``: exit code, stdout, and what is shown."""
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "acadsite", "new", "site", "--date", DAY, *options]
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        command, cwd=top, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, env=environment
    ) as process:
        os.close(theirs)
        os.write(mine, answers.encode())
        shown = b""
        while True:
            try:
                part = os.read(mine, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.stdout is not None
        out = process.stdout.read().decode()
        code = process.wait(timeout=60)
    os.close(mine)
    return code, out, shown.decode().replace("\r\n", "\n")


def test_five_questions_and_no_more(tmp_path: Path) -> None:
    code, out, shown = asked(tmp_path, "lab\nRing Theory: Group\n\nnot an address\nring-theory\nclassic\n")
    assert code == 0, shown
    assert shown.count("is no address") == 1
    questions = ("lab or a course?", "Name of the group", "What you do", "Where it will live", "Its look")
    assert all(question in shown for question in questions)
    settings = (tmp_path / "site/site.yaml").read_text(encoding="utf-8")
    for line in (
        'title: "Ring Theory: Group"',
        "url: https://ring-theory.github.io/",
        "theme: classic",
    ):
        assert f"{line}\n" in settings
    assert "We look for examples" in (tmp_path / "site/content/index.md").read_text(encoding="utf-8")
    assert "site.yaml" in out.split()


def test_an_option_answers_its_question(tmp_path: Path) -> None:
    options = (
        "--kind",
        "person",
        "--name",
        "Jane Doe",
        "--role",
        "Reader",
        "--address",
        "jane",
        "--theme",
        "base",
    )
    code, _, shown = asked(tmp_path, "", *options)
    assert code == 0
    assert "?" not in shown
    assert "Where" not in shown


def test_who_leaves_gets_nothing(tmp_path: Path) -> None:
    code, out, _ = asked(tmp_path, "person\n\x04")
    assert code == 130
    assert out == ""
    assert not (tmp_path / "site").exists()
