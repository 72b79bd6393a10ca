"""``acadsite deploy --check``: each thing that a host would refuse is found in its place, and nothing in a good output.
Then the site under a path, at a root and with a domain of its own (rows D3 and D4 of the checks)."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import etree, html

from acadsite import hosting, version
from acadsite.cli import cli
from acadsite.commands.deploying import UNKNOWN
from acadsite.hosting import Action, action_of, files
from acadsite.hosting.output import check_output
from browsing import crawled, serving
from conftest import DAY

if TYPE_CHECKING:
    from pathlib import Path

HOME = '<link rel="canonical" href="https://emmy.github.io/algebra/"><a href="publications/">x</a>'
MISSING = '<link href="/algebra/base.css"><a href="/algebra/">x</a><a href="#main">y</a><a href="https://a.example">z</a>'
URL = "https://emmy.github.io/algebra/"
PIN = f"emmy/acadsite@{'0123456789' * 4}"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A small output that is fine."""
    folder = tmp_path / "public"
    (folder / "publications").mkdir(parents=True)
    (folder / ".well-known").mkdir()
    for path, text in (
        ("index.html", HOME), ("404.html", MISSING), ("publications/index.html", "x"), (".nojekyll", ""),
        (".well-known/security.txt", "x"), (".htaccess", ""), ("favicon.ico", ""), ("auxiliary.pdf", ""),
    ):  # fmt: skip
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def found(folder: Path, url: str | None = URL) -> list[tuple[str, str]]:
    return [(one.level, one.code) for one in check_output(folder, url).problems]


def messages(folder: Path, url: str | None = URL) -> str:
    return "\n".join(one.message for one in check_output(folder, url).problems)


def test_a_good_output_has_no_problem_with_and_without_an_address(output: Path) -> None:
    findings = check_output(output, URL)
    assert findings.problems == ()
    assert findings.files == 8
    assert findings.size == sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
    assert found(output, None) == []


def test_links_are_refused_and_never_followed(output: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "grades.csv").write_text("x" * 1000, encoding="utf-8")
    (output / "notes").symlink_to(tmp_path / "secret")
    (output / "passwd").symlink_to("/etc/passwd")
    (output / "home.html").symlink_to("index.html")
    (output / "loop").symlink_to("loop")
    assert found(output) == [("error", "deploy-link")]
    assert "4 symbolic links: “home.html”, “loop”, “notes”, “passwd”; “notes”, “passwd” lead out" in messages(
        output
    )
    assert check_output(output, URL).files == 8, "what they lead to is not counted"


def test_hard_links_are_refused(output: Path) -> None:
    os.link(output / "index.html", output / "publications" / "copy.html")
    assert found(output) == [("error", "deploy-link")]
    assert "2 hard links: “index.html”, “publications/copy.html”" in messages(output)


def test_what_is_no_file_is_refused_without_waiting_for_it(output: Path) -> None:
    os.mkfifo(output / "pipe")
    assert found(output) == [("error", "deploy-special")]


@pytest.mark.parametrize(
    ("path", "mode"), [("publications/index.html", 0o600), ("publications", 0o750), ("index.html", 0)]
)
def test_what_others_may_not_read_is_refused(output: Path, path: str, mode: int) -> None:
    (output / path).chmod(mode)
    try:
        assert ("error", "deploy-unreadable") in found(output)
        assert path in messages(output)
    finally:
        (output / path).chmod(0o755)


@pytest.mark.parametrize("path", [".env", ".git/config", "publications/.DS_Store"])
def test_hidden_files_are_refused(output: Path, path: str) -> None:
    (output / path).parent.mkdir(exist_ok=True)
    (output / path).write_text("SECRET=1", encoding="utf-8")
    assert found(output) == [("error", "deploy-hidden")]
    assert path.removesuffix("/config") in messages(output)


@pytest.mark.parametrize(
    "name", ["c#.html", "what?.html", "a:b", "con.txt", "NUL", "end.", "tab\t.txt", "a\\b"]
)
def test_names_that_some_host_refuses_are_told(output: Path, name: str) -> None:
    (output / name).write_text("x", encoding="utf-8")
    assert found(output) == [("warning", "deploy-name")]


@pytest.mark.parametrize(("size", "level"), [(1_100_000_000, "warning"), (10_100_000_000, "error")])
def test_the_size_has_two_limits(output: Path, size: int, level: str) -> None:
    with (output / "scan.tif").open("wb") as file:
        file.truncate(size)  # a file of holes takes no room
    assert found(output) == [(level, "deploy-size")]


def test_the_first_page_and_the_one_for_not_found_must_be_there(output: Path) -> None:
    (output / "404.html").unlink()
    assert found(output) == [("warning", "deploy-404")]
    (output / "index.html").unlink()
    assert found(output) == [("warning", "deploy-404"), ("error", "deploy-index")]


@pytest.mark.parametrize(
    "url", ["https://emmy.github.io/", "https://emmy.github.io/rings/", "https://noether.example/"]
)
def test_a_site_built_for_another_address_is_refused(output: Path, url: str) -> None:
    assert ("error", "deploy-base") in found(output, url)
    assert url in "\n".join(one.hint for one in check_output(output, url).problems)


@pytest.mark.parametrize(
    "link", ["base.css", "../base.css", "/base.css", "/algebraic/base.css", "/algebra/../x"]
)
def test_the_page_for_not_found_must_link_from_the_base(output: Path, link: str) -> None:
    (output / "404.html").write_text(f'<a href="{link}">x</a>', encoding="utf-8")
    assert found(output) == [("error", "deploy-base")]


def test_cname_and_the_address_agree(output: Path) -> None:
    (output / "CNAME").write_text("noether.example\n", encoding="utf-8")
    assert found(output) == [("warning", "deploy-cname")]
    for page in ("index.html", "404.html"):
        (output / page).write_text("", encoding="utf-8")
    assert found(output, "https://noether.example/") == []
    assert "lives at its root" in messages(output, "https://noether.example/algebra/")
    (output / "CNAME").write_text("noether.example www.noether.example", encoding="utf-8")
    assert "2 words" in messages(output, "https://noether.example/")


# --- the command ---


def deploy(*arguments: str, site: Path):
    return CliRunner().invoke(cli, ["-C", str(site), "deploy", *arguments])


def test_deploy_says_that_it_does_not_upload(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("title: x\n", encoding="utf-8")
    for arguments, part in (((), "does not upload"), (("--check",), "There is no folder")):
        result = deploy(*arguments, site=tmp_path)
        assert result.exit_code == 2
        assert part in result.stderr


def test_setup_writes_what_a_host_needs_and_leaves_alone_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("title: x\n", encoding="utf-8")
    made = deploy("--setup", "github", "--refresh", site=tmp_path)
    assert (made.exit_code, made.stderr) == (0, f"{UNKNOWN}\n")
    assert made.stdout.split() == list(files("github", refresh=True))
    assert all(
        (tmp_path / path).read_text("utf-8") == text for path, text in files("github", refresh=True).items()
    )
    again = deploy("--setup", "github", site=tmp_path)
    assert (again.exit_code, again.stdout) == (0, ""), "the same files are no problem"
    (tmp_path / "requirements.txt").write_text("acadsite\n", encoding="utf-8")
    other = deploy("--setup", "gitlab", site=tmp_path)
    assert (other.exit_code, other.stdout) == (1, ".gitlab-ci.yml\n")
    assert "left alone" in other.stderr
    assert (tmp_path / "requirements.txt").read_text(encoding="utf-8") == "acadsite\n"
    assert UNKNOWN not in other.stderr
    for wrong in (
        ("--setup", "gitlab", "--refresh"),
        ("--setup", "gitlab", "--action", PIN),
        ("--setup", "github", "--action", "emmy/acadsite@v1"),
        ("--check", "--action", PIN),
        ("--setup", "github", "--check"),
        ("--refresh", "--check"),
    ):
        assert deploy(*wrong, site=tmp_path).exit_code == 2


def test_the_command_reports_in_three_formats(output: Path) -> None:
    site = output.parent
    (site / "site.yaml").write_text(f"title: x\nurl: {URL}\n", encoding="utf-8")
    fine = deploy("--check", site=site)
    assert (fine.exit_code, fine.stdout) == (0, "")
    assert "8 files, 0.0 MB" in fine.stderr
    assert "Ready to be published." in fine.stderr
    (output / "what?.html").write_text("", encoding="utf-8")
    assert deploy("--check", site=site).exit_code == 0, "a warning does not hold it up"
    assert deploy("--check", "--strict", site=site).exit_code == 1
    other = deploy("--check", str(output), "--base-url", "https://emmy.github.io", "--json", site=site)
    assert other.exit_code == 1
    plain = json.loads(other.stdout)
    assert (plain["ok"], plain["files"]) == (False, 9)
    assert {one["code"] for one in plain["problems"]} == {"deploy-base", "deploy-name"}
    assert (
        "::error "
        in deploy("--check", "--base-url", "https://a.example", "--format", "github", site=site).stdout
    )


# --- the action ---


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (PIN, True),
        (f" {PIN}\n", True),
        (f"a/.github@{'a' * 40}", True),
        ("emmy/acadsite@main", False),
        ("emmy/acadsite@v1.2.3", False),
        (f"emmy/acadsite@{'0' * 39}", False),
        (f"emmy/acadsite@{'0' * 41}", False),
        (f"emmy/acadsite@{'A' * 40}", False),
        (f"acadsite@{'0' * 40}", False),
        (f"a/b/c@{'0' * 40}", False),
        (f"a/..@{'0' * 40}", False),
        (f"-a/b@{'0' * 40}", False),
        (f"a/b@{'0' * 40} # v1", False),
        (f"a/b\n@{'0' * 40}", False),
        (f"a/${{{{ x }}}}@{'0' * 40}", False),
        ("", False),
    ],
)
def test_a_pin_names_a_commit(text: str, is_one: bool) -> None:
    assert action_of(text) == (text.strip() if is_one else None)


@pytest.mark.parametrize(
    ("stamp", "known"),
    [
        (PIN.encode(), Action(PIN, version())),
        (b"emmy/acadsite@main\n", None),
        (f"{PIN}\n{PIN}\n".encode(), None),
        (b"\xff", None),
        (None, None),
    ],
)
def test_only_a_good_stamp_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stamp: bytes | None, known: Action | None
) -> None:
    if stamp is not None:
        (tmp_path / "action.txt").write_bytes(stamp)
    monkeypatch.setattr(hosting, "_FOLDER", tmp_path)
    assert hosting.stamped() == known


@pytest.mark.parametrize("command", ["new", "deploy"])
def test_the_action_that_is_named_builds_the_site(tmp_path: Path, command: str) -> None:
    if command == "new":
        arguments = ["-C", str(tmp_path), "new", ".", "--yes"]
    else:
        (tmp_path / "site.yaml").write_text("title: x\n", encoding="utf-8")
        arguments = ["-C", str(tmp_path), "deploy", "--setup", "github"]
    made = CliRunner().invoke(cli, [*arguments, "--action", PIN])
    assert made.exit_code == 0, made.stderr
    assert UNKNOWN not in made.stderr
    workflow = (tmp_path / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    assert f"\n        uses: {PIN}\n" in workflow, "nobody knows its version"
    assert "pip" not in workflow


@pytest.mark.parametrize("command", ["new", "deploy"])
def test_a_release_knows_its_action(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(hosting, "stamped", lambda: Action(PIN, "1.2.3"))
    (tmp_path / "old").mkdir()
    (tmp_path / "old/site.yaml").write_text("title: x\n", encoding="utf-8")
    for name, more in (("plain", []), ("named", ["--action", PIN])):
        site = tmp_path / (name if command == "new" else "old")
        arguments = ["new", str(site), "--yes"] if command == "new" else ["-C", str(site), "deploy"]
        made = CliRunner().invoke(cli, [*arguments, *(["--setup", "github"] * (command == "deploy")), *more])
        assert made.exit_code == 0, made.stderr
        assert UNKNOWN not in made.stderr
        workflow = (site / ".github/workflows/pages.yml").read_text(encoding="utf-8")
        assert f"\n        uses: {PIN} # v1.2.3\n" in workflow


# --- a site under each kind of address (row D4) ---


@pytest.fixture(scope="module")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "site"
    result = CliRunner().invoke(cli, ["new", str(folder), "--yes", "--date", DAY])
    assert result.exit_code == 0, result.stderr
    (folder / "content/static/CNAME").write_text("noether.example\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("url", "path"),
    [
        pytest.param("https://noether.example/", "", id="domain, at its root"),
        pytest.param("https://emmy.github.io/algebra/", "algebra/", id="below a path"),
    ],
)
def test_everything_works_under(url: str, path: str, new_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "web" / path
    arguments = ["-C", str(new_site), "build", "--base-url", url, "--date", DAY, "--out", str(out)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    agrees = deploy("--check", str(out), "--base-url", url, "--json", site=new_site)
    codes = [one["code"] for one in json.loads(agrees.stdout)["problems"]]
    assert codes == ([] if url == "https://noether.example/" else ["deploy-cname"])
    assert (out / "CNAME").read_text(encoding="utf-8") == "noether.example\n"
    with serving(tmp_path / "web") as there:
        top = there.removesuffix("~user/site/") + path
        found = crawled(top)
    assert {address: status for address, status in found.items() if status not in {0, 200}} == {}
    assert len([address for address in found if address.startswith(top)]) > 50
    # What is read elsewhere names the address in full; the page for “not found” begins at the base.
    for name in ("index.html", "publications/index.html", "search/index.html"):
        page = html.parse(out / name)
        assert page.xpath("//link[@rel='canonical']/@href") == [url + name.removesuffix("index.html")]
    assert all(address.startswith(url) for address in locations(out / "sitemap.xml"))
    feed = etree.parse(out / "feed.xml").xpath("//*[local-name()='link']/@href")
    assert feed
    assert all(address.startswith(url) for address in feed)
    missing = html.parse(out / "404.html").xpath(
        "//a/@href | //link[@rel='stylesheet']/@href | //script/@src"
    )
    inside = [one for one in missing if not one.startswith(("http", "#"))]
    assert len(inside) > 10
    for address in inside:
        target = out / address.removeprefix(f"/{path}").partition("#")[0].partition("?")[0]
        assert address.startswith(f"/{path}")
        assert (target / "index.html" if target.is_dir() else target).is_file(), address


def locations(sitemap: Path) -> list[str]:
    found = etree.parse(sitemap).xpath("//*[local-name()='loc']/text()")
    assert len(found) > 10
    return found
