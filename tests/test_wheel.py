"""The wheel: built, installed into an empty environment outside the checkout, used as a newcomer would."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The console script of a fresh environment that has the wheel and its dependencies.

    The dependencies come from this environment's packages through a .pth file, so that the test does not need
    the network; acadsite itself is only found in the wheel.
    """
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True
    )
    packages = next(environment.glob("lib/python*/site-packages"))
    (shared,) = {Path(path) for path in sys.path if path.endswith("site-packages")}
    for item in shared.iterdir():
        if "acadsite" not in item.name and item.suffix != ".pth" and not (packages / item.name).exists():
            (packages / item.name).symlink_to(item)
    return environment / "bin" / "acadsite"


def run(script, *arguments, cwd):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [script, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_carries_the_themes(installed):
    themes = next(installed.parents[1].glob("lib/python*/site-packages/acadsite/themes"))
    names = {path.name for path in themes.iterdir()}
    assert {"base", "classic", "reading-room"} <= names
    assert (themes / "base" / "templates" / "base.html").is_file()
    assert not list(installed.parents[1].glob("lib/python*/site-packages/*acadsite*.pth")), "not editable"


def test_a_new_user_s_way(installed, tmp_path):
    """The README's first steps: a site.yaml, a post, build, and the page is there."""
    (tmp_path / "site.yaml").write_text("title: My site\n", encoding="utf-8")
    made = run(installed, "new-page", "post", "First post", cwd=tmp_path)
    assert (made.returncode, made.stdout) == (0, "content/posts/first-post.md\n"), made.stderr
    built = run(installed, "build", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert "public/index.html" in built.stderr
    assert "First post" in (tmp_path / "public/posts/first-post/index.html").read_text(encoding="utf-8")
    again = run(installed, "new-page", "post", "First post", cwd=tmp_path)
    assert again.returncode == 1
    assert "left alone" in again.stderr


def test_version_and_help(installed, tmp_path):
    version = run(installed, "--version", cwd=tmp_path)
    assert version.stdout.startswith("acadsite 0.")
    assert "Examples:" in run(installed, "--help", cwd=tmp_path).stdout
