"""sdist and wheel: what is in them; the wheel installed into an empty environment of every Python that there is, and
used as a newcomer would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from typing import TYPE_CHECKING, NamedTuple

import pytest

from packages import ROOT, build, clean, environment, program, pythons

if TYPE_CHECKING:
    from pathlib import Path

VERSION = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
#: Where a site, an editor or a test could leave something that must not be shipped.
STRAY = re.compile(
    r"(^|/)(\.acadsite|public|node_modules|__pycache__|\.venv|tests?|bench|docs)/|\.pyc$|\.DS_Store$"
)


class Packages(NamedTuple):
    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    folder = tmp_path_factory.mktemp("dist")
    return Packages(build("sdist", ROOT, folder / "sdist"), build("wheel", ROOT, folder / "wheel"))


def files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- what is in them ---


def test_the_sdist_builds_the_same_wheel(packages: Packages, tmp_path: Path) -> None:
    with tarfile.open(packages.sdist) as archive:
        assert all(one.isfile() or one.isdir() for one in archive.getmembers())
        archive.extractall(tmp_path, filter="data")
    again = build("wheel", tmp_path / f"acadsite-{VERSION}", tmp_path / "again")
    assert again.name == packages.wheel.name == f"acadsite-{VERSION}-py3-none-any.whl"
    assert files(again) == files(packages.wheel)


def test_the_wheel_carries_everything_that_is_no_python_too(packages: Packages) -> None:
    inside = set(files(packages.wheel))
    package = ROOT / "src/acadsite"
    sources = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert inside >= {f"acadsite/{path.relative_to(package).as_posix()}" for path in sources}
    assert {
        f"acadsite/themes/{name}/theme.yaml" for name in ("base", "classic", "lab", "reading-room")
    } <= inside
    assert "acadsite/themes/base/templates/base.html" in inside
    assert not [name for name in inside if STRAY.search(name) and "/skeleton/" not in name]


def test_twine_would_take_them(packages: Packages) -> None:
    command = [program("twine"), "--no-color", "check", "--strict", str(packages.sdist), str(packages.wheel)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("PASSED") == 2


def test_the_metadata_says_what_pyproject_says(packages: Packages) -> None:
    about = Parser().parsestr(files(packages.wheel)[f"acadsite-{VERSION}.dist-info/METADATA"].decode())
    assert (about["Version"], about["Requires-Python"]) == (VERSION, ">=3.11")
    assert about["Description-Content-Type"] == "text/markdown"
    assert about["License-Expression"] == "MIT"
    needed = [one for one in about.get_all("Requires-Dist") if "extra ==" not in one]
    assert len(needed) == 14
    assert all(">=" in one for one in needed), "each has a floor"


def test_the_version_stands_in_one_place() -> None:
    places = [
        path
        for path in (
            *ROOT.glob("src/**/*.py"),
            *ROOT.glob("src/**/*.yml"),
            ROOT / "Makefile",
            ROOT / ".ci/run",
        )
        if f"acadsite=={VERSION}" in (text := path.read_text("utf-8")) or f'version = "{VERSION}"' in text
    ]
    assert places == []


def test_the_changelog_is_in_shape() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    released = [
        re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:]
    ]
    assert all(released), headings
    numbers = [tuple(map(int, one.groups())) for one in released]
    assert numbers == sorted(numbers, reverse=True)
    sections = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


# --- the action of a release ---

PIN = f"emmy/acadsite@{'0123456789' * 4}"


def test_a_release_knows_the_action_that_builds_sites_with_it(
    packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the environment of the build alone; an sdist passes it on, and new sites use it."""
    monkeypatch.setenv("ACADSITE_ACTION", PIN)
    wheel = build("wheel", ROOT, tmp_path / "wheel")
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    assert not (ROOT / "src/acadsite/hosting/action.txt").exists(), "the checkout stays as it is"
    monkeypatch.delenv("ACADSITE_ACTION")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    source = tmp_path / f"acadsite-{VERSION}"
    again = build("wheel", source, tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()
    stamped, plain = files(wheel), files(packages.wheel)
    assert stamped.pop("acadsite/hosting/action.txt") == f"{PIN}\n".encode()
    record = f"acadsite-{VERSION}.dist-info/RECORD"
    assert stamped.pop(record) != plain.pop(record)
    assert stamped == plain
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    variables = {**clean(), "PYTHONPATH": str(tmp_path / "installed")}
    command = [sys.executable, "-m", "acadsite", "new", "site", "--yes", "--only", "posts"]
    made = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert "The workflow installs" not in made.stderr
    workflow = (tmp_path / "site/.github/workflows/pages.yml").read_text("utf-8")
    assert f"        uses: {PIN} # v{VERSION}\n" in workflow
    # What was released as one thing is not built as another.
    monkeypatch.setenv("ACADSITE_ACTION", PIN.replace("emmy", "grete"))
    refused(source, tmp_path / "other", "this source is that of another action")


@pytest.mark.parametrize("wish", ["emmy/acadsite@main", "emmy/acadsite", f"{PIN}0", f"{PIN} # v1"])
def test_an_action_without_a_commit_is_refused(
    wish: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACADSITE_ACTION", wish)
    refused(ROOT, tmp_path, "the commit with all of its 40 digits")


def refused(source: Path, out: Path, reason: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failure:
        build("wheel", source, out)
    assert reason in failure.value.stdout + failure.value.stderr


# --- used ---


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments], cwd=cwd, env=clean(), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("version", pythons())
def test_a_newcomer_s_way_on_every_python(version: str, packages: Packages, tmp_path: Path) -> None:
    """Install, ``acadsite new``, build, check: no problem, with a Python that has nothing else."""
    programs = environment(pythons()[version], packages.wheel, tmp_path / "environment")
    acadsite = programs / "acadsite"
    assert run(acadsite, "--version", cwd=tmp_path).stdout == f"acadsite {VERSION}\n"
    where = "import acadsite, sys; print(acadsite.__file__, '%d.%d' % sys.version_info[:2])"
    place = run(programs / "python", "-I", "-c", where, cwd=tmp_path).stdout
    assert (
        place == f"{tmp_path}/environment/lib/python{version}/site-packages/acadsite/__init__.py {version}\n"
    )
    assert not list((tmp_path / "environment").glob("lib/python*/site-packages/*acadsite*.pth")), (
        "not editable"
    )
    made = run(acadsite, "new", "s", "--yes", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    site = tmp_path / "s"
    built = run(acadsite, "build", "--json", cwd=site)
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout)["problems"] == []
    for command in (["check"], ["deploy", "--check"]):
        ran = run(acadsite, *command, "--json", cwd=site)
        assert (ran.returncode, json.loads(ran.stdout)["problems"]) == (0, []), ran.stderr
    assert (site / "requirements.txt").read_text("utf-8") == f"acadsite=={VERSION}\n"
    if version == next(iter(pythons())):
        a_new_user_s_page(acadsite, site)


def a_new_user_s_page(acadsite: Path, site: Path) -> None:
    """A post of one's own: made, built, and never overwritten."""
    made = run(acadsite, "new-page", "post", "First post", cwd=site)
    assert (made.returncode, made.stdout) == (0, "content/posts/first-post.md\n"), made.stderr
    built = run(acadsite, "build", "--drafts", cwd=site)
    assert built.returncode == 0, built.stderr
    assert "First post" in (site / "public/posts/first-post/index.html").read_text(encoding="utf-8")
    again = run(acadsite, "new-page", "post", "First post", cwd=site)
    assert again.returncode == 1
    assert "left alone" in again.stderr
    assert "Examples:" in run(acadsite, "--help", cwd=site).stdout
