"""``acadsite upgrade --check``, ``doctor`` and ``clean``."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from acadsite import version
from acadsite.cleaning import clean
from acadsite.doctor import guessed_address, look
from acadsite.state import lock
from acadsite.upgrading import Rename, upgrades
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from pathlib import Path

SITE = {"site.yaml": "title: Jane Doe\nurl: https://doe.github.io/\n", "content/index.md": "Hello.\n"}


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path / "site").write(SITE)


# --- upgrade ---

RENAMES = (
    Rename("0.2", "site.yaml", "colour", "accent"),
    Rename("0.2", "site.yaml", "publications.order", "publications.group_by"),
    Rename("0.3", "site.yaml", "analytics", instead="Put the script into templates/head.html."),
    Rename("0.3", "site.yaml", "publications.email", "email"),
    Rename("0.2", "content/posts/*.md", "topics", "tags"),
    Rename("0.2", "content/talks.yaml", "place", "location"),
    Rename("0.2", "themes/*/theme.yaml", "parent", "extends"),
)


def found(
    site: SiteFolder, renames: tuple[Rename, ...] = (), installed: str = ""
) -> list[tuple[str, str, str]]:
    return [(str(one.where), one.code, one.hint) for one in upgrades(site.root, renames, installed)]


def test_a_site_of_today_fits(site):
    assert found(site) == []
    result = site.run("upgrade", "--check")
    assert (result.exit_code, result.stderr) == (0, "The site fits this version.\n")
    assert site.run("upgrade").exit_code == 2


def test_renamed_keys_are_told_with_their_place_and_the_edit(site):
    site.write(
        {
            "site.yaml": "title: x\ncolour: red\npublications:\n  order: year\n  email: a\nanalytics: {id: 1}\n",
            "content/posts/a.md": "---\ntitle: A\ntopics: [x]\n---\ntopics: no key\n",
            "content/posts/b.md": "topics: no front matter\n",
            "content/talks.yaml": "- {event: E, date: 2020, place: Bonn}\n- event: F\n  place: Ulm\n- word\n",
            "themes/mine/theme.yaml": "parent: base\n",
            "content/pages/c.md": "---\ntopics: [of another kind]\n---\n",
        }
    )
    before = {path: path.read_bytes() for path in site.root.rglob("*") if path.is_file()}
    assert found(site, RENAMES) == [
        ("content/posts/a.md:3:1", "upgrade-key", "Write “tags:” in its place."),
        ("content/talks.yaml:1:26", "upgrade-key", "Write “location:” in its place."),
        ("content/talks.yaml:3:3", "upgrade-key", "Write “location:” in its place."),
        ("site.yaml:2:1", "upgrade-key", "Write “accent:” in its place."),
        ("site.yaml:4:3", "upgrade-key", "Write “group_by:” in its place."),
        ("site.yaml:5:3", "upgrade-key", "Write “email:” at the beginning of a line."),
        ("site.yaml:6:1", "upgrade-key", "Put the script into templates/head.html."),
        ("themes/mine/theme.yaml:1:1", "upgrade-key", "Write “extends:” in its place."),
    ]
    assert {path: path.read_bytes() for path in site.root.rglob("*") if path.is_file()} == before


def test_the_table_of_renames_names_keys_that_are_gone():
    """Whoever adds a row has taken the old name away and has the new one."""
    from acadsite.config import SITE as KEYS
    from acadsite.upgrading import RENAMES as REAL

    names = {field.name for field in KEYS.fields}
    for rename in REAL:
        if rename.files == "site.yaml" and "." not in rename.old:
            assert rename.old not in names
            assert not rename.new or rename.new.partition(".")[0] in names


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("acadsite==0.1.0", "Write 1.2.0."),
        ("acadsite[all] == 1.1  # x", "Write 1.2.0."),
        ("acadsite ~= 1.1", None),
        ("  run: pip install 'acadsite==1.1.9'", "Write 1.2.0."),
        ("acadsite==1.2.0", None),
        ("acadsite==1.2", None),
        ("acadsite>=0.1", None),
        ("acadsite", None),
        ("my-acadsite==0.1", None),
        ("# acadsite==0.1", None),
        ("acadsite==1.10.0", "pip install --upgrade acadsite==1.10.0"),
        ("  - uses: acadsite/acadsite@v0.9", "Write v1.2.0."),
        ("  - uses: acadsite/acadsite@v1", None),
        (
            f"  - uses: acadsite/acadsite@{'a' * 40} # v1.1.0",
            "Write the commit of v1.2.0, and v1.2.0 behind it.",
        ),
        (f"  - uses: acadsite/acadsite@{'a' * 40} # v1.2.0", None),
        (f"  - uses: acadsite/acadsite@{'a' * 40}", None),
    ],
)
def test_pinned_versions(site, line, hint):
    site.write({"requirements.txt": f"jinja2\n{line}\n", ".github/workflows/pages.yml": "name: x\n"})
    problems = upgrades(site.root, (), "1.2.0")
    assert [one.hint for one in problems] == ([hint] if hint else [])
    for one in problems:
        assert one.code == "upgrade-pin"
        assert one.where is not None
        assert (one.where.path, one.where.line) == ("requirements.txt", 2)
        assert line[one.where.column - 1 : one.where.end_column - 1] in one.message


def test_pins_of_the_repository_around_the_site(tmp_path):
    site = SiteFolder(tmp_path / "repo/web").write(SITE)
    (tmp_path / "repo/.git").mkdir()
    SiteFolder(tmp_path / "repo").write({".github/workflows/x.yml": "- run: pip install acadsite==0.0.1\n"})
    SiteFolder(tmp_path).write({"requirements.txt": "acadsite==0.0.1\n"})
    assert [one[0] for one in found(site)] == ["../.github/workflows/x.yml:1:30"]
    result = site.run("upgrade", "--check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"][0]["hint"] == f"Write {version()}."


def test_what_the_scaffold_writes_fits(site):
    from acadsite.hosting import files

    site.write(files("github", refresh=True))
    site.write(files("gitlab"))
    assert found(site) == []


def test_the_action_and_requirements_that_disagree_are_told(site, monkeypatch):
    """Dependabot moves each by a proposal of its own, and the one of them may be taken and the other not."""
    from acadsite.hosting import Action, files

    def pin(commit):
        return f"acadsite/acadsite@{commit * 40}"

    site.write(files("github", action=Action(pin("a"), "0.0.9")))
    place = ".github/workflows/pages.yml:32:77"
    hint = f"Write the commit of v{version()}, and v{version()} behind it."
    assert found(site) == [(place, "upgrade-pin", hint)]
    monkeypatch.setattr("acadsite.upgrading.stamped", lambda: Action(pin("b"), version()))
    assert found(site) == [(place, "upgrade-pin", f"Write {pin('b')} # v{version()}.")]
    site.write(files("github", action=Action(pin("b"), version())))
    assert found(site) == []


def test_overrides_that_grew_old_are_told(site):
    site.write({"templates/talk.html": "{# Copy of talk.html of the theme base, 000000000000. #}\n<p>\n"})
    assert [one[1] for one in found(site)] == ["theme-copy-stale"]


# --- doctor ---


def names(findings: Any) -> dict[str, Any]:
    return {one.name: one for one in findings}


def test_the_doctor_outside_of_a_site(tmp_path):
    findings = look(tmp_path)
    assert {one.area for one in findings} == {"Computer"}
    by_name = names(findings)
    assert by_name["acadsite"].words.startswith(version())
    assert by_name["Python"].is_fine
    assert "jinja2" in by_name["libraries"].words
    assert "Libertinus Serif" in by_name["PDF"].words
    result = SiteFolder(tmp_path).run("doctor", "--json")
    document = json.loads(result.stdout)
    assert document["ok"] == all(one["ok"] for one in document["findings"])
    assert result.exit_code == (0 if document["ok"] else 1)


def test_the_doctor_in_a_site(site):
    site.run("build", "--date", DAY)
    findings = names(look(site.root))
    for name in ("site.yaml", "folder", "address", "base path", "state", "output"):
        assert findings[name].is_fine, findings[name]
    assert list(site.root.iterdir()), "nothing is written"
    result = site.run("doctor")
    assert "Site\n" in result.stdout
    assert "  ok       base path" in result.stdout


def test_a_port_in_use(tmp_path, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr("acadsite.doctor._PORT", other.getsockname()[1])
        (port,) = [one for one in look(tmp_path) if one.name.startswith("port")]
    assert not port.is_fine
    assert "--port" in port.hint


def test_a_state_that_is_damaged(site):
    site.write({".acadsite/state.db": b"SQLite format 3\0" + b"x" * 4000})
    state = names(look(site.root))["state"]
    assert not state.is_fine
    assert "acadsite clean" in state.hint
    database = sqlite3.connect(site.root / ".acadsite/other.db")
    database.executescript("PRAGMA user_version = 77; CREATE TABLE a (b);")
    database.close()
    os.replace(site.root / ".acadsite/other.db", site.root / ".acadsite/state.db")  # noqa: PTH105
    assert "version 77" in names(look(site.root))["state"].words


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("git@github.com:Doe/Site.git", "https://doe.github.io/Site/"),
        ("https://github.com/doe/doe.github.io", "https://doe.github.io/"),
        ("https://name:word@github.com/doe/site.git/", "https://doe.github.io/site/"),
        ("ssh://git@gitlab.com:22/group/sub/site.git", "https://group.gitlab.io/sub/site/"),
        ("git@codeberg.org:doe/pages.git", "https://doe.codeberg.page/"),
        ("https://git.example.org/doe/site", ""),
        ("/srv/git/site.git", ""),
        ("", ""),
    ],
)
def test_the_address_that_a_remote_makes_likely(site, origin, address):
    text = f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {origin}\n\tfetch = +refs/*\n[alias]\n\tx = "!f"\n'
    site.write({".git/config": text})
    assert guessed_address(site.root) == (address, "origin" if address else "")


def test_addresses_that_do_not_agree(site):
    site.write({".git/config": '[remote "origin"]\n    url = git@github.com:doe/site.git\n'})
    finding = names(look(site.root))["address"]
    assert not finding.is_fine
    assert "https://doe.github.io/site/" in finding.hint
    site.write({"site.yaml": "url: https://doe.github.io/site\n"})
    assert names(look(site.root))["address"].is_fine
    site.write({"content/static/CNAME": "www.doe.example\n"})
    assert not names(look(site.root))["address"].is_fine
    site.write({"site.yaml": "url: https://www.doe.example/\n"})
    assert names(look(site.root))["address"].words == "https://www.doe.example/ (as CNAME says)"
    site.write({"site.yaml": "title: x\n"})
    assert "https://www.doe.example/" in names(look(site.root))["address"].hint


def test_a_work_tree_has_the_remote_of_its_repository(tmp_path):
    site = SiteFolder(tmp_path / "tree").write({**SITE, ".git": "gitdir: ../main/.git/worktrees/tree\n"})
    SiteFolder(tmp_path / "main").write(
        {
            ".git/config": '[remote "origin"]\n url = git@github.com:doe/a.git\n',
            ".git/worktrees/tree/commondir": "../..\n",
        }
    )
    assert guessed_address(site.root)[0] == "https://doe.github.io/a/"


# --- clean ---


def test_clean_removes_what_builds_made_and_nothing_else(site):
    site.run("build", "--date", DAY)
    site.write({"public/CNAME": "doe.example\n", "public/mine/x.txt": "x"})
    ours = {path for path in (site.root / "public").rglob("*") if path.is_file()} - {
        site.root / "public/CNAME",
        site.root / "public/mine/x.txt",
    }
    dry = site.run("clean", "--dry-run")
    assert dry.exit_code == 0
    assert set(dry.stdout.splitlines()) == {path.relative_to(site.root).as_posix() for path in ours} | {
        ".acadsite/"
    }
    assert all(path.is_file() for path in ours)
    assert site.run("build", "--date", DAY).stderr.startswith(
        tuple("0123456789")
    )  # a dry run keeps the state
    result = site.run("clean")
    assert result.exit_code == 0
    assert f"Removed {len(ours)} files of the output and .acadsite/" in result.stderr
    assert "2 files that no build made stay" in result.stderr
    left = {path.relative_to(site.root).as_posix() for path in site.root.rglob("*") if path.is_file()}
    assert left == {*SITE, "public/CNAME", "public/mine/x.txt"}
    again = site.run("clean")
    assert (again.exit_code, again.stderr) == (0, "There is nothing to remove.\n")


def test_an_output_without_files_of_others_goes_whole(site):
    site.run("build", "--date", DAY)
    site.run("clean")
    assert sorted(path.name for path in site.root.iterdir()) == ["content", "site.yaml"]
    assert site.run("build", "--date", DAY).exit_code == 0


def test_clean_follows_no_link(site, tmp_path):
    site.run("build", "--date", DAY)
    away = SiteFolder(tmp_path / "away").write({"index.html": "mine", "keep.html": "mine"}).root
    (site.root / "public/index.html").unlink()
    (site.root / "public/index.html").symlink_to(away / "index.html")
    os.replace(site.root / "public/assets", tmp_path / "moved")  # noqa: PTH105
    (site.root / "public/assets").symlink_to(tmp_path / "moved")
    before = sorted(path.name for path in (tmp_path / "moved").iterdir())
    (site.root / ".acadsite/link").symlink_to(away)
    assert clean(site.root).problems == []
    assert (away / "index.html").read_text() == "mine"
    assert (away / "keep.html").is_file()
    assert before == sorted(path.name for path in (tmp_path / "moved").iterdir())
    assert before
    assert (site.root / "public/index.html").is_symlink()
    assert not (site.root / ".acadsite").exists()


def test_links_in_the_place_of_our_folders_are_left_alone(site, tmp_path):
    other = SiteFolder(tmp_path / "other").write(SITE)
    other.run("build", "--date", DAY)
    os.replace(other.root / ".acadsite", tmp_path / "state")  # noqa: PTH105
    (site.root / ".acadsite").symlink_to(tmp_path / "state")
    result = site.run("clean")
    assert result.exit_code == 1
    assert "clean-link" in result.stderr
    assert (tmp_path / "state/state.db").is_file()
    (site.root / ".acadsite").unlink()
    site.run("build", "--date", DAY)
    os.replace(site.root / "public", tmp_path / "real")  # noqa: PTH105
    (site.root / "public").symlink_to(tmp_path / "real")
    site.run("clean")
    assert (tmp_path / "real/index.html").is_file()


def test_outputs_outside_of_the_site_stay(site):
    site.build()
    result = site.run("clean")
    assert (site.out / "index.html").is_file()
    assert "is not in the site and stays" in result.stderr


@pytest.mark.parametrize("place", ["../other", "/etc", "content", ".", "a/../..", "public/../content"])
def test_a_list_of_outputs_that_lies_removes_nothing(site, place):
    lists = {
        place: ["index.md", "../site.yaml", "/etc/hostname", "site.yaml"],
        "public": ["../site.yaml", "", "."],
    }
    site.write({".acadsite/outputs.json": json.dumps(lists), "public/x": "x"})
    found = clean(site.root)
    assert found.files == []
    assert (site.root / "site.yaml").is_file()
    assert (site.root / "content/index.md").is_file()


def test_clean_waits_for_no_build(site):
    site.run("build", "--date", DAY)
    code = (
        "import sys, pathlib; from acadsite.state import lock\n"
        "with lock(pathlib.Path(sys.argv[1])) as found:\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(site.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        result = site.run("clean")
        assert result.exit_code == 1
        assert "build-running" in result.stderr
        assert (site.root / "public/index.html").is_file()
        assert (site.root / ".acadsite/state.db").is_file()
        other.communicate()
    with lock(site.root) as problems:
        assert problems == ()
