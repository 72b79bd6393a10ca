"""The Pages action and workflow: their steps, run locally and in order from a clean clone, and their shape."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8"))


def every_use():
    for job in WORKFLOW["jobs"].values():
        yield from (step["uses"] for step in job["steps"] if "uses" in step)
    yield from (step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step)


def test_actions_are_pinned_by_commit():
    uses = [use for use in every_use() if use != "./"]
    assert len(uses) == 4
    for use in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", use), use


def test_permissions_are_the_least():
    assert WORKFLOW["permissions"] == {}
    assert WORKFLOW["jobs"]["build"]["permissions"] == {"contents": "read"}
    assert WORKFLOW["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is False


def test_no_expression_inside_a_script():
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 4
    assert not [script for script in scripts if "${{" in script]


def expand(text, inputs, outputs, runner_temp):
    """The few expressions that the action uses."""

    def value(match):
        kind, _, name = match.group(1).strip().partition(".")
        if kind == "inputs":
            return inputs[name]
        if kind == "runner":
            return str(runner_temp)
        return outputs[name.split(".")[0]][name.split(".")[-1]]

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone") / "acadsite"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True, capture_output=True)
    # What is not committed yet belongs to the state under test.
    changed = subprocess.run(
        ["git", "ls-files", "--modified", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    for name in changed:
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        else:
            target.unlink(missing_ok=True)
    return folder


def run_steps(clone, runner_temp, repository):
    """Run the action's own steps as the runner would; steps that use other actions are replaced by what they do."""
    inputs = {name: str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
    inputs |= WORKFLOW["jobs"]["build"]["steps"][1]["with"]
    outputs, uploaded = {}, None
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    for step in ACTION["runs"]["steps"]:
        if "uses" in step:
            if "upload-pages-artifact" in step["uses"]:
                uploaded = Path(expand(step["with"]["path"], inputs, outputs, runner_temp))
            continue
        output = runner_temp / "output"
        output.write_text("", encoding="utf-8")
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(runner_temp),
            "RUNNER_TEMP": str(runner_temp),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REPOSITORY": repository,
            "GITHUB_REPOSITORY_OWNER": repository.partition("/")[0],
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as: off
            "PIP_NO_DEPS": "1",
            "PYTHONPATH": str(packages),  # stands for the packages that pip would fetch
        }
        environment |= {
            name: expand(value, inputs, outputs, runner_temp) for name, value in step.get("env", {}).items()
        }
        result = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=clone, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, f"{step['name']}: {result.stdout}{result.stderr}"
        lines = output.read_text(encoding="utf-8").splitlines()
        outputs[step.get("id", step["name"])] = dict(line.partition("=")[::2] for line in lines)
    return outputs, uploaded


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("Emmy/Algebra", "https://emmy.github.io/Algebra/"),
        ("emmy/emmy.github.io", "https://emmy.github.io/"),
    ],
)
def test_the_steps_build_the_site_from_a_clean_clone(clone, tmp_path, repository, address):
    outputs, uploaded = run_steps(clone, tmp_path, repository)
    assert outputs["address"]["url"] == address
    home = (uploaded / "index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{address}">' in home
    missing = (uploaded / "404.html").read_text(encoding="utf-8")
    base = "/" + address.removeprefix("https://emmy.github.io/")
    assert f'href="{base}publications/"' in missing
    assert not [path for path in uploaded.rglob("*") if path.is_symlink()]
    venv_folder = tmp_path / "acadsite"
    assert (venv_folder / "bin" / "acadsite").is_file()
