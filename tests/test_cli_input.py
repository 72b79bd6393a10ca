"""The command line with input, folders and terminals that are not as it hopes: no traceback, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

BIB = """@article{a, title={T}, author={N, E}, journal={J}, year=2024, secret={42}}
@article{h, title={Not yet}, author={N, E}, journal={J}, year=2025, hidden={true}}
"""


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """``acadsite`` as a process, with only these variables of the environment beside the path."""
    return subprocess.run(
        [sys.executable, "-m", "acadsite", *arguments],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        check=False,
    )


def test_an_export_holds_what_the_site_shows(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: T\npublications: {hide: [Secret], macros: [m.tex]}\n",
            "content/publications/a.bib": BIB.replace("{T}", r"{\own}"),
            "content/m.tex": r"\newcommand{\own}{Macro}",
        }
    )
    text = folder.run("export", "--to", "bibtex").stdout
    assert "42" not in text
    assert "Not yet" not in text
    assert '"title": "Macro"' in folder.run("export", "--to", "csl-json").stdout
    assert "42" not in folder.build()["publications.bib"]


def test_an_export_of_a_folder_is_wrong_usage(site: MakeSite) -> None:
    folder = site({"content/publications/a.bib": BIB})
    path = folder.root / "content/publications"
    assert folder.run("export", str(path), "--to", "ris").exit_code == 2
    assert folder.run("export", str(path / "a.bib"), "--to", "ris", "--macros", str(path)).exit_code == 2


def test_macros_that_are_not_utf_8_are_told(site: MakeSite, tmp_path: Path) -> None:
    folder = site({"content/publications/a.bib": BIB})
    (tmp_path / "m.tex").write_bytes(b"\\newcommand{\\x}{\xe9}")
    bib = str(folder.root / "content/publications/a.bib")
    result = folder.run("export", bib, "--to", "ris", "--macros", str(tmp_path / "m.tex"))
    assert "TY  - JOUR" in result.stdout
    assert "[text-encoding]" in result.stderr


def test_a_list_tells_the_errors_of_the_settings(site: MakeSite) -> None:
    result = site({"site.yaml": "titel: T\n"}).run("list", "posts")
    assert result.exit_code == 1
    assert "[key-unknown]" in result.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_data_is_utf_8_whatever_the_locale(site: MakeSite, encoding: str) -> None:
    folder = site({"content/people.yaml": '- {id: w, name: "王 伟"}\n'})
    result = run("-C", str(folder.root), "list", "people", PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stdout.decode()) == (0, "w\t王伟\n".replace("\n", os.linesep))


@pytest.mark.parametrize("value", ["99999999999999999", "9" * 40])
def test_a_time_that_no_calendar_has_is_wrong_usage(site: MakeSite, value: str) -> None:
    result = site({}).run("check", env={"SOURCE_DATE_EPOCH": value})
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH" in result.stderr


@pytest.mark.parametrize("text", [b"{{ nope }}", b"{% if %}", b"\xff", b"{{ 1 / 0 }}"])
def test_a_broken_archetype_is_a_problem_with_its_file(site: MakeSite, text: bytes) -> None:
    folder = site({"archetypes/post.md": text})
    result = folder.run("new-page", "post", "Hello", "--date", DAY)
    assert result.exit_code == 1
    assert "archetypes/post.md:1" in result.stderr
    assert not (folder.root / "content").exists()


def test_an_addition_keeps_line_ends_and_the_byte_order_mark(site: MakeSite) -> None:
    folder = site({"content/talks.yaml": b"\xef\xbb\xbf- title: a\r\n  event: b\r\n"})
    assert folder.run("new-page", "talk", "New one", "--date", DAY).exit_code == 0
    data = (folder.root / "content/talks.yaml").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf- title: a\r\n  event: b\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") > 3


@pytest.mark.parametrize("escape", [r"\frac{1}{2}", r"\beta", r"\x02x", r"\rho"])
def test_an_escape_that_makes_a_control_character_is_an_error(site: MakeSite, escape: str) -> None:
    folder = site({"content/talks.yaml": f'- title: "On {escape}"\n'})
    result = folder.check()
    assert result.exit_code == 1
    assert "[yaml-character]" in result.stderr
    assert "Double the backslash" in result.stderr
    folder.write({"content/talks.yaml": f"- title: 'On {escape}'\n"})
    assert "[yaml-character]" not in folder.check().stderr


def test_a_name_that_may_be_two_persons_is_a_warning_everywhere(site: MakeSite) -> None:
    folder = site(
        {
            "content/people.yaml": "- {id: a, name: John Smith}\n- {id: b, name: Jane Smith}\n",
            "content/talks.yaml": "- {title: T, people: [J. Smith]}\n",
        }
    )
    assert folder.codes() == ["person-ambiguous"]
    folder.write({"content/students.yaml": "- {name: J. Smith}\n", "content/talks.yaml": ""})
    assert folder.codes() == ["person-ambiguous"]
    folder.write({"content/students.yaml": "- {name: J. Smith, person: a}\n"})
    assert folder.codes() == []


def test_export_tells_by_its_exit_code_that_an_entry_is_left_out(site: MakeSite) -> None:
    good = "@misc{a, title={A}, year=2020}\n"
    folder = site({"site.yaml": "title: T\n", "content/publications/a.bib": good})
    assert folder.run("export", "--to", "bibtex").exit_code == 0
    more = good + "@misc{a, title={B}, year=2021}\n"
    (folder.root / "content" / "publications" / "a.bib").write_text(more, encoding="utf-8")
    result = folder.run("export", "--to", "bibtex")
    assert result.exit_code == 1
    assert "title = {A}" in result.stdout
    assert "bib-duplicate-key" in result.stderr
