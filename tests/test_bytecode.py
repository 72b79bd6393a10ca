"""Code of the packaged templates that one process leaves for the next: used where it fits, made again where not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from acadsite import bytecode
from acadsite.jinja import Compiled, Environment
from acadsite.problems import Span
from acadsite.templates import environment, read_theme

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.templates import Templates


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return bytecode._place()


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of templates that are compiled."""
    names: list[str] = []
    compiled = Environment.compile

    def noted(self: Environment, source: object, name: str, *more: object) -> object:
        names.append(name)
        return compiled(self, source, name, *more)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", noted)
    return names


def templates(root: Path, compiled: Compiled) -> Templates:
    theme, problems = read_theme(root, "base", Span("site.yaml"))
    assert not problems
    return environment(theme, {}, {}, compiled=compiled)


def warm(root: Path, compiled: Compiled) -> Compiled:
    templates(root, compiled).warm(["404.html"])
    return compiled


def test_code_stays_for_the_next_process(tmp_path: Path, place: Path, compiling: list[str]) -> None:
    bytecode.save(warm(tmp_path, bytecode.load("1")), "1")
    assert "base.html" in compiling
    assert place.is_file()
    compiling.clear()
    known = bytecode.load("1")
    assert known.outlines
    warm(tmp_path, known)
    assert compiling == []
    written = place.stat().st_mtime_ns
    bytecode.save(known, "1")
    assert place.stat().st_mtime_ns == written


def test_another_version_does_not_use_it(tmp_path: Path) -> None:
    bytecode.save(warm(tmp_path, Compiled()), "1")
    assert bytecode.load("1").codes
    assert not bytecode.load("2").codes


@pytest.mark.parametrize("damage", ["short", "other", "empty", "absent"])
def test_damage_counts_as_never_made(tmp_path: Path, place: Path, damage: str) -> None:
    bytecode.save(warm(tmp_path, Compiled()), "1")
    data = place.read_bytes()
    if damage == "absent":
        place.unlink()
    else:
        place.write_bytes({"short": data[:-9], "other": data[:-9] + b"123456789", "empty": b""}[damage])
    assert not bytecode.load("1").codes


def test_templates_of_a_site_are_not_stored(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/404.html").write_text("{% extends '!404.html' %}{% block main %}x{% endblock %}")
    compiled = warm(tmp_path, Compiled())
    assert ("404.html", str(tmp_path / "templates/404.html")) in compiled.codes
    bytecode.save(compiled, "1")
    assert {name for name, _ in bytecode.load("1").codes} >= {"!404.html", "base.html"}
    assert not any(str(tmp_path) in file for _, file in bytecode.load("1").codes)


def test_other_filters_make_other_code(tmp_path: Path, compiling: list[str]) -> None:
    bytecode.save(warm(tmp_path, Compiled()), "1")
    compiling.clear()
    theme, _ = read_theme(tmp_path, "base", Span("site.yaml"))
    environment(theme, {}, {}, {"shout": str.upper}, compiled=bytecode.load("1")).warm(["404.html"])
    assert "base.html" in compiling


def test_nothing_is_written_where_python_would_not(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    bytecode.save(warm(tmp_path, Compiled()), "1")
    assert not place.exists()


def test_a_closed_folder_is_no_problem(tmp_path: Path, place: Path) -> None:
    place.parent.parent.mkdir(parents=True, exist_ok=True)
    place.parent.write_text("a file where the folder would be")
    bytecode.save(warm(tmp_path, Compiled()), "1")
    assert not bytecode.load("1").codes
