"""A small runner of GitHub Actions: the steps of a job, in order, in a clean clone, as the real one would run them.

``run`` steps are run by bash. Steps that use other actions are replaced by what those do, as far as it matters here: a
checkout is there already, ``configure-pages`` says an address (or fails, where Pages is off), the uploads keep a copy
of what they would upload, in which links are followed, as theirs. An action of the repository itself (``./``), or one
whose commit is at hand (``actions``), is run step by step. Expressions are the few that our files use; an unknown one
is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PACKAGES = next(Path(path) for path in sys.path if path.endswith("site-packages"))


@dataclass
class Event:
    """What started the workflow, and the repository in which it did."""

    repository: str = "emmy/algebra"
    name: str = "push"
    branch: str = "main"
    pages_url: str | None = None  # None: Pages is off
    token: str = "ghs_secret"
    default_branch: str = "main"
    kind: str = "branch"  # or tag; its name is then ``branch``
    commit: str = "0123456789" * 4


@dataclass
class Ran:
    """What a job left: outputs by step, the names of the steps that ran, all that they printed, uploads by name."""

    ok: bool = True
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    log: str = ""
    uploads: dict[str, Path] = field(default_factory=dict)


@dataclass
class Runner:
    """Runs jobs in ``clone``; ``temp`` is an empty folder of its own. ``extra`` are further variables of the
    environment, ``stored`` the artifacts and caches that earlier jobs left, ``left_out`` steps that are not run,
    ``actions`` the folders of actions by OWNER/REPOSITORY@COMMIT."""

    clone: Path
    temp: Path
    event: Event
    extra: dict[str, str] = field(default_factory=dict)
    stored: dict[str, Path] = field(default_factory=dict)
    run_id: int = 1
    left_out: frozenset[str] = frozenset()
    actions: dict[str, Path] = field(default_factory=dict)

    def job(self, workflow: Path, name: str) -> Ran:
        """All steps of a job."""
        job = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"][name]
        ran = Ran()
        self.steps(job["steps"], {}, ran, self.clone)
        return ran

    def steps(self, steps: list[dict[str, Any]], inputs: dict[str, str], ran: Ran, action: Path) -> None:
        for step in steps:
            known = self._context(inputs, ran.outputs)
            condition = str(step.get("if", "true"))
            if (
                step["name"] in self.left_out
                or not (ran.ok or "cancelled()" in condition)
                or not _is_true(condition, known)
            ):
                continue
            ran.steps.append(step["name"])
            given = {key: expand(value, known) for key, value in step.get("with", {}).items()}
            if "run" in step:
                variables = {key: expand(value, known) for key, value in step.get("env", {}).items()}
                ok = self._run(step, variables, ran, action)
            elif step["uses"] == "./" or step["uses"] in self.actions:
                folder = self.actions.get(step["uses"], self.clone)
                text = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
                defaults = {key: str(one.get("default", "")) for key, one in text["inputs"].items()}
                inner = Ran(uploads=ran.uploads)
                self.steps(text["runs"]["steps"], defaults | given, inner, folder)
                ran.outputs |= inner.outputs
                ran.steps += inner.steps
                ran.log += inner.log
                ok = inner.ok
            else:
                ok = self._use(step, given, ran)
            ran.ok = ran.ok and (ok or bool(step.get("continue-on-error")))

    def _packages(self) -> Path:
        """What stands for the packages that pip would fetch: those of the tests, but for acadsite itself."""
        folder = self.temp / "packages"
        if not folder.is_dir():
            folder.mkdir()
            for item in PACKAGES.iterdir():
                if "acadsite" not in item.name and item.suffix != ".pth":
                    (folder / item.name).symlink_to(item)
        return folder

    def _context(self, inputs: dict[str, str], outputs: dict[str, dict[str, str]]) -> dict[str, str]:
        known = {
            "github.event_name": self.event.name,
            "github.ref": f"refs/{'tags' if self.event.kind == 'tag' else 'heads'}/{self.event.branch}",
            "github.ref_type": self.event.kind,
            "github.ref_name": self.event.branch,
            "github.event.repository.default_branch": self.event.default_branch,
            "github.repository": self.event.repository,
            "github.run_id": str(self.run_id),
            "github.sha": self.event.commit,
            "github.token": self.event.token,
            "runner.os": "Linux",
            "runner.temp": str(self.temp),
        }
        known |= {f"inputs.{name}": value for name, value in inputs.items()}
        for step, values in outputs.items():
            known |= {f"steps.{step}.outputs.{name}": value for name, value in values.items()}
        return known

    def _run(self, step: dict[str, Any], variables: dict[str, str], ran: Ran, action: Path) -> bool:
        output = self.temp / "output"
        output.write_text("", encoding="utf-8")
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.temp),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_REPOSITORY": self.event.repository,
            "GITHUB_REPOSITORY_OWNER": self.event.repository.partition("/")[0],
            "GITHUB_REF_NAME": self.event.branch,
            "GITHUB_SHA": self.event.commit,
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as: off
            "PIP_NO_DEPS": "1",
            "PIP_NO_COMPILE": "1",  # most modules are not used
            "PYTHONPATH": str(self._packages()),
            **self.extra,
            **variables,
        }
        result = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.clone, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        ran.log += f"## {step['name']}\n{result.stdout}{result.stderr}"
        lines = output.read_text(encoding="utf-8").splitlines()
        ran.outputs[step.get("id", step["name"])] = dict(line.partition("=")[::2] for line in lines)
        return result.returncode == 0

    def _use(self, step: dict[str, Any], given: dict[str, str], ran: Ran) -> bool:
        name = step["uses"].partition("@")[0]
        if name in {"actions/checkout", "actions/setup-python"}:
            return True
        if name == "actions/configure-pages":
            url = self.event.pages_url
            # Its address never ends in a slash (src/output-pages-base-url.js).
            ran.outputs[step["id"]] = {} if url is None else {"base_url": url.rstrip("/")}
            return url is not None
        if name in {"actions/upload-pages-artifact", "actions/upload-artifact"}:
            kept = given.get("name", "github-pages")
            source = self.clone / given["path"]  # an absolute path stays
            if not source.exists() and given.get("if-no-files-found") == "ignore":
                return True
            target = self.temp / f"artifact-{kept}"
            # Left out as they leave it out: .git, .github, and all that is hidden unless asked for.
            hidden = given.get("include-hidden-files") == "true"
            leave = shutil.ignore_patterns(*((".git", ".github") if hidden else (".*",)))
            shutil.copytree(source, target, ignore=leave)
            ran.uploads[kept] = self.stored[kept] = target
            return True
        if name == "actions/download-artifact":
            source = self.stored.get(given["name"])
            if source is None:
                return False
            shutil.copytree(source, self.clone / given["path"], dirs_exist_ok=True)
            return True
        if name == "actions/cache/save":
            target = self.temp / "cache" / given["key"]
            for path in given["path"].split():
                shutil.copytree(self.clone / path, target / path)
            self.stored[given["key"]] = target
            return True
        if name == "actions/cache/restore":
            keys = [key for key in self.stored if key.startswith(given["restore-keys"])]
            if keys:
                shutil.copytree(self.stored[keys[-1]], self.clone, dirs_exist_ok=True)
            return True
        raise AssertionError(f"the runner does not know {step['uses']}")


def expand(text: object, known: dict[str, str]) -> str:
    """The text with its expressions; an output that no step gave is empty."""
    plain = str(text).lower() if isinstance(text, bool) else str(text)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: _value(match.group(1).strip(), known), plain)


def _value(term: str, known: dict[str, str]) -> str:
    if re.fullmatch(r"'[^']*'", term):
        return term[1:-1]
    if re.fullmatch(r"steps\.[a-z]+\.outputs\.[a-z_]+", term):
        return known.get(term, "")
    return known[term]


def _is_true(condition: str, known: dict[str, str]) -> bool:
    condition = condition.strip()
    if condition.startswith("${{"):
        condition = condition[3:-2].strip()
    for term in condition.split("&&"):
        match = re.fullmatch(r"\s*(\S+)\s*(==|!=)\s*(\S+)\s*", term)
        if match:
            same = _value(match.group(1), known) == _value(match.group(3), known)
            if same != (match.group(2) == "=="):
                return False
        elif term.strip() not in {"true", "!cancelled()"}:
            raise AssertionError(f"the runner does not know {term}")
    return True


def clone_of(source: Path, target: Path) -> Path:
    """A clean clone of a repository, as it is in the working tree: what is not committed yet belongs to the state
    under test."""
    subprocess.run(["git", "clone", "--quiet", str(source), str(target)], check=True, capture_output=True)
    changed = subprocess.run(
        ["git", "ls-files", "--modified", "--others", "--exclude-standard"],
        cwd=source, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    for name in changed:
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
        else:
            (target / name).unlink(missing_ok=True)
    return target
