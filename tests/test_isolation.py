"""Rendering takes values and gives values: no file, network, clock, chance or environment while a body, page or PDF is
made.

What may be read is read before, and noted; what is written is written by the sink.
"""

from __future__ import annotations

import builtins
import datetime as dt  # noqa: F401 - for one of the cases
import io
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NoReturn
from unittest.mock import patch

import pytest

from acadsite.artifacts import Artifacts, Press
from acadsite.render import Pages, Texts
from conftest import SiteFolder
from sample import FILES, Site, contents, unlike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

#: What no body and no page may ask for: (where it is, its names).
FORBIDDEN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (builtins, ("open", "input")),
    (io, ("open", "open_code", "FileIO")),
    (
        os,
        (
            "open",
            "stat",
            "lstat",
            "listdir",
            "scandir",
            "getcwd",
            "getenv",
            "urandom",
            "fork",
            "system",
            "mkdir",
        ),
    ),
    (socket, ("socket", "create_connection", "getaddrinfo", "gethostname")),
    (subprocess, ("Popen",)),
    (time, tuple(name for name in dir(time) if callable(getattr(time, name)) and name[0].islower())),
    (
        random,
        ("random", "choice", "randint", "randrange", "shuffle", "sample", "getrandbits", "Random", "seed"),
    ),
)
#: Of types, whose methods cannot be replaced: told by watching what is called.
CLOCKS = {"now", "utcnow", "today"}


class TouchedError(AssertionError):
    """Something was asked for that is forbidden."""


class _Environment(dict[str, str]):
    """Environment variables that nobody may look at."""

    def _refuse(self, *_: object) -> NoReturn:
        raise TouchedError("os.environ")

    __getitem__ = __contains__ = __iter__ = get = items = keys = values = copy = _refuse  # type: ignore[assignment]


def _refuse(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise TouchedError(name)

    return refuse


def _watch(_frame: FrameType, event: str, called: Any) -> None:
    if event == "c_call" and called.__name__ in CLOCKS:
        raise TouchedError(called.__qualname__)


@contextmanager
def isolated() -> Iterator[None]:
    """Nothing forbidden inside."""
    with ExitStack() as stack:
        for module, names in FORBIDDEN:
            for name in names:
                if hasattr(module, name):
                    stack.enter_context(patch.object(module, name, _refuse(f"{module.__name__}.{name}")))
        stack.enter_context(patch.object(os, "environ", _Environment()))
        before = sys.getprofile()
        sys.setprofile(_watch)
        try:
            yield
        finally:
            sys.setprofile(before)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Rendering is isolated; how many bodies, pages and PDFs were made so."""
    counts = {"Texts": 0, "Pages": 0, "Artifacts": 0}
    # What is patched is patched for all threads: here everything happens in one.
    monkeypatch.setattr(Press, "done", lambda press: [press.work.one(*order) for order in press.orders])
    monkeypatch.setattr(Press, "start", lambda _: None)
    for kind in (Texts, Pages, Artifacts):

        def one(self: Any, *key: Any, _one: Any = kind.one, _name: str = kind.__name__) -> Any:
            with isolated():
                done = _one(self, *key)
            counts[_name] += 1
            return done

        monkeypatch.setattr(kind, "one", one)
    return counts


MARKDOWN = """\
# Title

Text with *marks*, `code`, $a^2$, $$\\int x$$, [@rings; @chains], [[old]], [a](../posts/one.md#x), ![p](/p.svg),
<https://x.example>, a note[^1], ~~gone~~, "quotes" -- and **more**.

[^1]: Note.

- [x] done

> [!NOTE]
> Said.

| a | b |
|---|---|
| 1 | 2 |

```python
def f(x):
    return x
```

```nosuchlanguage
x
```

<div onclick="x()"><b>html</b></div>

Term
: Meaning

::: theorem
All.
:::
"""
MORE = {
    "site.yaml": FILES["site.yaml"] + "markup: {html: sanitize, dialects: {pages/old.md: python-markdown}}\n"
    "talks: {map: true}\n",
    "content/talks.yaml": FILES["content/talks.yaml"].replace(
        "title: Plain", "title: Plain, coordinates: [51.5, 9.9]"
    ),
    "content/pages/all.md": f"---\ntitle: All\n---\n{MARKDOWN}",
    "content/pages/old.md": f"---\ntitle: Old\n---\n{MARKDOWN}\n!!! note\n    Said.\n\n*[HTML]: Language\n",
    "content/pages/broken.md": "---\ntitle: Broken\n---\n$\\frac$ [@nothing] [x](nothing.md#y) <p><b>\n",
    "templates/page.html": "{% extends '!page.html' %}{% block head %}{% include 'x-' ~ page.kind ~ '.html' %}"
    "{% include ['y-' ~ page.kind, 'none'] ignore missing %}{% endblock %}",
    "templates/x-page.html": "<!-- {{ page.kind }} -->",
    "content/cv.yaml": FILES["content/cv.yaml"].replace("title: Jobs", "title: '[@rings] $x$ 日 {none}'"),
    "content/posts/more.md": f"---\ntitle: More\ndate: 2024-05-05\nsummary: 'Of [@rings] and $x$'\n---\n{MARKDOWN}",
}


def test_bodies_and_pages_are_made_of_values(tmp_path: Path, counted: dict[str, int]) -> None:
    (tmp_path / "site").mkdir()
    site = Site(SiteFolder(tmp_path / "site").write(FILES | MORE))
    with pytest.MonkeyPatch.context() as free:
        # Modules that are imported when first wanted are read once in a process.
        for kind in (Texts, Pages, Artifacts):
            free.setattr(kind, "one", kind.one.__kwdefaults__["_one"])
        expected = contents(site.cold())
    assert not any(counted.values())
    result = site.cold()
    assert not result.report.has_errors, result.report.problems
    assert counted["Texts"] >= 12
    assert counted["Pages"] >= 41
    assert counted["Artifacts"] == 3  # two CVs and a deck
    assert unlike(contents(result), expected) == []


def test_faults_of_templates_are_told_without_reading_them_again(
    tmp_path: Path, counted: dict[str, int]
) -> None:
    (tmp_path / "site").mkdir()
    files = (
        FILES
        | MORE
        | {"templates/404.html": "\n{{ nothing }}", "templates/post.html": "{% include 'none' %}"}
    )
    result = Site(SiteFolder(tmp_path / "site").write(files)).cold()
    assert {problem.code for problem in result.report.problems if problem.level == "error"} == {
        "template-error"
    }
    assert counted["Pages"] >= 41


def test_faults_of_cv_themes_are_told_without_reading_them_again(
    tmp_path: Path, counted: dict[str, int]
) -> None:
    (tmp_path / "site").mkdir()
    files = FILES | {
        "templates/cv/modern.typ": '#read("/etc/passwd")',
        "templates/cv/classic.typ": "#panic()",
    }
    result = Site(SiteFolder(tmp_path / "site").write(files)).cold()
    assert {problem.code for problem in result.report.problems if problem.level == "error"} == {"pdf-theme"}
    assert counted["Artifacts"] == 3  # two CVs and a deck


@pytest.mark.parametrize(
    "code",
    [
        "open('x')", "io.open('x')", "os.open('x', 0)", "os.stat('x')", "socket.socket()", "subprocess.Popen(['x'])",
        "time.time()", "time.monotonic()", "time.perf_counter()", "time.strftime('%Y')", "random.random()",
        "os.environ['HOME']", "os.environ.get('HOME')", "dt.datetime.now()", "dt.date.today()",
    ],
)  # fmt: skip
def test_the_guard_itself(code: str) -> None:
    with pytest.raises(TouchedError), isolated():
        eval(code)
