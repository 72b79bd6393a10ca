"""Tools of development beside this Python; sdist and wheel of this checkout; empty environments with the wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_ABOUT = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name)"


def program(name: str) -> str:
    """The path of a tool that pip installed beside this Python."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        missing(f"{name} is not installed")
    return str(found)


def missing(reason: str) -> None:
    """Skip the test, but in CI, which must have everything."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def build(what: str, source: Path, out: Path) -> Path:
    """The ``sdist`` or ``wheel`` of a source tree, built as ``make dist`` builds it."""
    command = [
        sys.executable,
        "-m",
        "build",
        f"--{what}",
        "--no-isolation",
        "--outdir",
        str(out),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (made,) = out.glob("*.whl" if what == "wheel" else "*.tar.gz")
    return made


@cache
def pythons() -> dict[str, str]:
    """Every Python from 3.11 on that this machine has, one for each version: path by version."""
    places = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/bin", "/usr/local/bin", "/opt/python/bin"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [sys.executable, *sorted(map(str, pyenv.glob("versions/3.*/bin/python")))]
    candidates += [
        str(Path(place) / f"python3.{minor}")
        for place in places
        if not place.endswith("shims")
        for minor in range(11, 30)
    ]
    found: dict[str, str] = {}
    for candidate in candidates:
        if not Path(candidate).is_file():
            continue
        ran = subprocess.run([candidate, "-c", _ABOUT], capture_output=True, text=True, check=False)
        version, _, name = ran.stdout.strip().partition(" ")
        if ran.returncode == 0 and name == "cpython" and tuple(map(int, version.split("."))) >= (3, 11):
            found.setdefault(version, candidate)
    return dict(sorted(found.items(), key=lambda item: int(item[0].partition(".")[2])))


def environment(python: str, wheel: Path, folder: Path) -> Path:
    """The folder of the programs of an empty environment that has the wheel with all that it needs, from wheels alone:
    nothing is compiled. Skips where the package index cannot be reached; CI must reach it."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder / "bin/python"),
        "install",
        "--quiet",
        "--no-compile",
    ]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", str(wheel)]
    ran = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False)
    if ran.returncode and "No matching distribution found" in ran.stderr:
        missing("the package index cannot be reached")
    assert ran.returncode == 0, ran.stderr
    return folder / "bin"


def clean() -> dict[str, str]:
    """The environment without what would lead Python back to the checkout."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
