"""Problems and their formats, and the command line that prints them: exit codes, stdout, stderr."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import acadsite
from acadsite.problems import (
    Problem,
    Report,
    Span,
    did_you_mean,
    error,
    format_github,
    format_json,
    format_text,
    nearest,
    printable,
    quote,
    warning,
)
from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]


def text_of(problem: Problem, *lines: str, colour: bool = False) -> str:
    return format_text([problem], lambda _: list(lines), colour=colour)


# --- the nearest word ---


@pytest.mark.parametrize(
    ("word", "choices", "found"),
    [
        ("titel", ["title", "url"], "title"),
        ("group-by", ["group_by"], "group_by"),
        ("Title", ["title"], "title"),
        ("yaer", ["year", "type"], "year"),
        ("xyz", ["title"], None),
        ("ab", ["abd", "abc"], "abc"),
        ("", ["a"], None),
        ("a", [], None),
    ],
)
def test_nearest(word: str, choices: list[str], found: str | None) -> None:
    assert nearest(word, choices) == found
    assert did_you_mean(word, choices) == (f"Did you mean “{found}”?" if found else "")


@given(st.lists(st.text(max_size=6), max_size=6), st.text(max_size=6))
def test_nearest_does_not_depend_on_the_order(choices: list[str], word: str) -> None:
    assert nearest(word, choices) == nearest(word, choices[::-1])


# --- the report ---


def test_a_report_is_sorted_and_has_each_problem_once() -> None:
    report = Report()
    b = error("x", "B.", Span("a", 2))
    a = warning("x", "a", Span("a", 10))
    report.extend([a, b, a])
    report.add(error("x", "No place."))
    assert [problem.message for problem in report.problems] == ["No place.", "B.", "A."]
    assert report.has_errors
    assert len(report) == 3


# --- text ---


def test_the_caret_stands_below_the_value() -> None:
    problem = error("value-kind", "Expected text.", Span("a.yaml", 2, 8, 2, 11), "Write text.")
    assert text_of(problem, "x", "title: [a]") == (
        "a.yaml:2:8: error: Expected text. [value-kind]\n  2 | title: [a]\n    |        ^^^\n  hint: Write text."
    )


def test_the_caret_knows_wide_characters_and_tabs() -> None:
    assert text_of(error("x", "M.", Span("a", 1, 3)), "日本x").split("\n")[2] == "    |     ^"
    assert text_of(error("x", "M.", Span("a", 1, 2)), "\tx").split("\n")[1:] == ["  1 |  x", "    |  ^"]


def test_long_lines_are_cut_around_the_place() -> None:
    text = text_of(error("x", "M.", Span("a", 1, 501, 1, 506)), "a" * 500 + "WRONG" + "b" * 500)
    _, line, caret = text.split("\n")
    assert len(line) < 110
    assert line[caret.index("^") : caret.rindex("^") + 1] == "WRONG"
    assert line.count("…") == 2


@pytest.mark.parametrize(
    "span", [Span("a", 1, 99), Span("a", 99, 1), Span("a", 1, 0), Span("a", 1, 2, 5, 1), Span("a", 2, 1)]
)
def test_places_outside_the_source_do_no_harm(span: Span) -> None:
    assert text_of(error("x", "M.", span), "abc", "").startswith(f"{span}: error: M. [x]")


def test_control_characters_never_reach_the_terminal() -> None:
    problem = error("x", "\x1b[2Jm\u202e", Span("a\x1b", 1, 1), "\x07")
    text = text_of(problem, "x\x1b[31m\u202e")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert printable("a\tb\x07") == "a b\\u0007"
    assert quote("a\nb" * 40).endswith("…”")


def test_colour_only_when_asked() -> None:
    problem = error("x", "M.", Span("a", 1, 1), "h")
    assert "\x1b[1;31merror\x1b[0m" in text_of(problem, "abc", colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", text_of(problem, "abc", colour=True)) == text_of(problem, "abc")


# --- JSON and GitHub ---


def test_json_has_every_part() -> None:
    problems = [error("x", "M.", Span("a", 1, 2, 3, 4), "h"), warning("y", "Ä.")]
    whole = {"file": "a", "line": 1, "col": 2, "endLine": 3, "endCol": 4}
    nowhere = dict.fromkeys(whole)
    assert json.loads(format_json(problems, ok=False)) == {
        "ok": False,
        "problems": [
            {**whole, "level": "error", "code": "x", "message": "M.", "hint": "h"},
            {**nowhere, "level": "warning", "code": "y", "message": "Ä.", "hint": None},
        ],
    }


def test_github_escapes_what_the_runner_would_read() -> None:
    problem = error("x", "50% of\nit, a:b", Span("a,b:c.md", 2, 3), "h")
    assert (
        format_github([problem])
        == "::error file=a%2Cb%3Ac.md,line=2,col=3,title=x::50%25 of\\u000ait, a:b. h"
    )
    assert format_github([warning("y", "M.")]) == "::warning title=y::M."


# --- the command line ---

BROKEN = {"content/talks.yaml": "- {title: A, date: x}\n- {title: B, yaer: 2020}\n"}


def test_all_formats_tell_the_same(site: MakeSite) -> None:
    folder = site(BROKEN)
    text, as_json, github = folder.check(), folder.check("--json"), folder.check("--format", "github")
    assert folder.check("--format", "json").stdout == as_json.stdout
    assert {text.exit_code, as_json.exit_code, github.exit_code} == {1}
    assert text.stdout == ""
    found = [
        (problem["file"], problem["line"], problem["col"], problem["level"], problem["message"])
        for problem in json.loads(as_json.stdout)["problems"]
    ]
    assert found == [
        ("content/talks.yaml", 1, 20, "error", "“x” is no date: the form is not known."),
        ("content/talks.yaml", 2, 14, "warning", "Unknown key “yaer” in talks."),
    ]
    for file, line, column, level, message in found:
        assert f"{file}:{line}:{column}: {level}: {message}" in text.stderr
        assert f"::{level} file={file},line={line},col={column}," in github.stdout
        assert message in github.stdout
    assert "1 error, 1 warning." in text.stderr


def test_exit_codes(site: MakeSite) -> None:
    assert site({}).check().exit_code == 0
    warned = site({"content/talks.yaml": "- {title: B, yaer: 2020}\n"}, "warned")
    assert warned.check().exit_code == 0
    assert warned.check("--strict").exit_code == 1
    assert site(BROKEN, "broken").check().exit_code == 1
    assert warned.run("check", "--dete").exit_code == 2
    assert warned.run("check", "--date", "soon").exit_code == 2
    assert warned.run("list", "tlaks").exit_code == 2


def test_no_site_is_wrong_usage(tmp_path: Path) -> None:
    from acadsite.cli import cli

    for folder in (tmp_path, tmp_path / "nothing"):
        result = CliRunner().invoke(cli, ["-C", str(folder), "check"])
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "There is no" in result.stderr
        assert "Traceback" not in result.stderr


def test_mistyped_words_have_a_hint(site: MakeSite) -> None:
    folder = site({})
    for arguments, hint in (
        (["chek"], "check"),
        (["check", "--stirct"], "--strict"),
        (["list", "tlaks"], "talks"),
        (["new-page", "psot", "x"], "post"),
    ):
        result = folder.run(*arguments)
        assert result.exit_code == 2
        assert hint in result.stderr, result.stderr


def test_data_goes_to_stdout_and_messages_to_stderr(site: MakeSite) -> None:
    folder = site({"content/talks.yaml": "- {title: A}\n"})
    listed = folder.run("list", "talks")
    assert (listed.stdout, listed.stderr) == ("a\tA\n", "")
    built = folder.run("build", "--out", str(folder.out))
    assert built.stdout == ""
    assert "files written" in built.stderr
    assert folder.run("-q", "build", "--out", str(folder.out)).stderr == ""
    assert json.loads(folder.run("build", "--json", "--out", str(folder.out)).stdout) | {"written": 0, "pages": 0} == {
        "ok": True, "pages": 0, "written": 0, "rendered": [], "problems": [],
    }  # fmt: skip


def test_colour_follows_the_environment(site: MakeSite) -> None:
    folder = site(BROKEN)
    assert "\x1b[" not in folder.check().stderr
    assert "\x1b[" in folder.run("--color", "check").stderr
    assert "\x1b[" not in folder.run("--no-color", "check").stderr


def run_main(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """The console script in a process of its own, after ``code``."""
    script = (
        f"import sys\nfrom acadsite import cli\n{code}\nsys.argv = ['acadsite', *{arguments!r}]\ncli.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )


def test_an_internal_error_is_exit_code_3_with_a_file_and_no_traceback(site: MakeSite) -> None:
    root = str(site({}).root)
    code = "import acadsite.build\ndef render(*_, **__): raise RuntimeError('a bug')\nacadsite.build.render = render"
    result = run_main("-C", root, "check", code=code)
    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    assert "This is a bug of acadsite, not of your site." in result.stderr
    file = re.search(r"with the file (\S+)\.\n", result.stderr)
    assert file is not None
    from pathlib import Path

    report = Path(file[1])
    assert "RuntimeError: a bug" in report.read_text(encoding="utf-8")
    report.unlink()
    result = run_main("--debug", "-C", root, "check", code=code)
    assert (result.returncode, "Traceback" in result.stderr) == (3, True)


def test_interrupted_is_130(site: MakeSite) -> None:
    code = (
        "import acadsite.build\ndef render(*_, **__): raise KeyboardInterrupt\nacadsite.build.render = render"
    )
    result = run_main("-C", str(site({}).root), "check", code=code)
    assert result.returncode == 130
    assert "Traceback" not in result.stderr


def test_the_console_script_has_the_same_exit_codes(site: MakeSite) -> None:
    root = str(site(BROKEN).root)
    for arguments, code in (
        (["check"], 1),
        (["chek"], 2),
        (["--help"], 0),
        ([], 2),
        (["list", "students"], 1),
    ):
        result = run_main("-C", root, *arguments)
        assert (arguments, result.returncode) == (arguments, code)
        assert "Traceback" not in result.stderr


def test_version_and_help() -> None:
    from acadsite.cli import cli

    runner = CliRunner()
    assert runner.invoke(cli, ["--version"]).stdout == f"acadsite {acadsite.version()}\n"
    for command in [[], *([name] for name in cli.commands)]:
        for flag in ("-h", "--help"):
            result = runner.invoke(cli, [*command, flag])
            assert result.exit_code == 0
            assert "Example" in result.stdout


def test_check_writes_nothing(site: MakeSite) -> None:
    folder = site(BROKEN)
    before = sorted(folder.root.rglob("*"))
    folder.run("check", "--date", DAY)
    assert sorted(folder.root.rglob("*")) == before


def test_one_fault_is_one_problem(site: MakeSite) -> None:
    """What refers to records that errors took away is not told a second time."""
    files = {
        "site.yaml": "title: Test\nmenu: [talks, posts]\n",
        "content/talks.yaml": "- title: A\n   date: 2020\n",
        "content/people.yaml": "- {id: x}\n",
        "content/posts/a.md": "---\ntitle: A\n---\n",
        "content/repos.yaml": "- {url: https://github.com/a/b, people: [x], publications: []}\n",
        "content/courses/c.md": "---\ntitle: C\ntalks: [a]\n---\n[t](../talks.yaml) [p](../posts/a.md)\n",
        "content/index.md": "---\nsections: [about, talks]\n---\n",
    }
    found = [(problem["file"], problem["code"]) for problem in site(files).report()]
    assert found == [
        ("content/people.yaml", "key-missing"),
        ("content/posts/a.md", "key-missing"),
        ("content/talks.yaml", "yaml-syntax"),
    ]


def test_hints_stay_fast_with_many_choices() -> None:
    import time

    choices = [f"publications/author{n}title{n * 7919 % 10007}/index.html" for n in range(10_000)]
    start = time.process_time()
    assert nearest(choices[77].replace("title", "tilte"), choices) == choices[77]
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("no year", "No year."),
        ("noether1921: no year", "noether1921: no year."),
        ("site.yaml must be text", "site.yaml must be text."),
        ("“a” is wrong. (page home)", "“a” is wrong. (page home)"),
        ("Already a sentence.", "Already a sentence."),
        ("is this one?", "Is this one?"),
    ],
)
def test_messages_are_sentences(given: str, told: str) -> None:
    assert error("x", given).message == told
    assert warning("x", told).message == told
