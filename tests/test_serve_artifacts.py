"""PDFs in the preview: made when somebody asks for them, while builds and other requests go on."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from acadsite import artifacts
from acadsite.serve.preview import Preview
from acadsite.workshop import Workshop
from serving import SITE, Server, tab, wait_for, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from acadsite.pdf import Pdf

TODAY = dt.date(2026, 11, 21)
CV = """\
sections:
- {title: Jobs, entries: [{title: Job}]}
- {title: Posts, collection: posts, show: [web]}
variants:
- {id: short, without: [long]}
"""
FILES: dict[str, str | bytes] = SITE | {
    "content/cv.yaml": CV,
    "content/posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\nText.\n",
}
PANIC = '#panic("not today")\n'
#: Keeps Typst busy for some seconds.
SLOW = """\
#set document(title: "CV")
= CV
#let f(n) = range(300).map(i => calc.rem(i * n, 7)).sum()
#range(1500).map(f).sum()
"""


# --- one process: what is made, and when ---


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The data of each document that is laid out."""
    found: list[str] = []
    whole = artifacts.make_pdf

    def make(files: Any, main: str, data: str, **more: Any) -> Pdf:
        found.append(data)
        return whole(files, main, data, **more)

    monkeypatch.setattr(artifacts, "make_pdf", make)
    return found


class Desk:
    """A preview without a server, and its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workshop = Workshop(folder, url="http://localhost/")
        self.preview = Preview(lambda _: self.workshop.build(TODAY), lambda: lambda _: None, lambda: TODAY)

    def edit(self, files: dict[str, str | bytes]) -> None:
        """Write files, and build."""
        write(self.folder, files)
        built = self.preview.build(None)
        assert built.crash is None

    def ask(self, path: str) -> Any:
        """An artifact as a request gets it."""
        assert self.preview.snapshot is not None
        answer = self.preview.snapshot.answer(path)
        assert (answer.status, answer.artifact) == (200, path)
        return self.preview.artifact(self.preview.snapshot, path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path)
    found.edit(FILES)
    return found


def test_nothing_is_laid_out_before_somebody_asks(desk: Desk, made: list[str]) -> None:
    assert desk.preview.snapshot is not None
    assert "cv/index.html" in desk.preview.snapshot.outputs
    assert made == []
    asked = desk.ask("cv.pdf")
    assert asked.output.data.startswith(b"%PDF-")
    assert asked.problems == ()
    assert len(made) == 1
    assert desk.ask("cv.pdf").output is asked.output
    assert len(made) == 1


def test_what_has_other_data_is_laid_out_again(desk: Desk, made: list[str]) -> None:
    first = {path: desk.ask(path).output for path in ("cv.pdf", "cv-short.pdf")}
    assert len(made) == 2
    desk.edit({"content/posts/b.md": "---\ntitle: B\ndate: 2024-01-02\n---\n"})
    assert {path: desk.ask(path).output for path in first} == first
    assert len(made) == 2, "an edited post"
    desk.edit({"content/cv.yaml": CV.replace("{title: Job}", "{title: Job}, {title: Other, tags: [long]}")})
    assert desk.ask("cv-short.pdf").output is first["cv-short.pdf"]
    assert desk.ask("cv.pdf").output.data != first["cv.pdf"].data
    assert len(made) == 3
    desk.edit({"content/cv.yaml": CV})
    assert desk.ask("cv.pdf").output.data == first["cv.pdf"].data
    assert len(made) == 4, "only the last one of each is kept"


def test_what_is_not_asked_for_costs_nothing(desk: Desk, made: list[str]) -> None:
    for number in range(5):
        desk.edit({"content/cv.yaml": CV.replace("Jobs", f"Jobs {number}")})
    assert made == []
    assert b"Jobs 4" in desk.preview.snapshot.outputs["cv/index.html"].data  # type: ignore[union-attr]
    desk.ask("cv.pdf")
    assert len(made) == 1
    assert "Jobs 4" in made[0]


def test_many_who_ask_at_once_get_one(desk: Desk, made: list[str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: desk.ask("cv.pdf").output, range(16)))
    assert len(made) == 1
    assert all(output is found[0] for output in found)


def test_who_waited_while_the_site_was_built_gets_the_new_one(desk: Desk, made: list[str]) -> None:
    before = desk.preview.snapshot
    assert before is not None
    desk.edit({"content/cv.yaml": CV.replace("Jobs", "Posts held")})
    asked = desk.preview.artifact(before, "cv.pdf")
    assert asked.output is not None
    assert len(made) == 1
    assert "Posts held" in made[0]
    desk.edit({"content/cv.yaml": CV.partition("variants:")[0]})
    assert desk.preview.artifact(before, "cv-short.pdf").output is not None, "it went meanwhile"


def test_artifacts_come_and_go_with_their_sources(desk: Desk) -> None:
    desk.ask("cv-short.pdf")
    desk.edit({"content/cv.yaml": CV.replace("id: short", "id: brief")})
    snapshot = desk.preview.snapshot
    assert snapshot is not None
    assert (snapshot.answer("cv-short.pdf").status, snapshot.answer("cv-short.pdf").artifact) == (404, "")
    assert desk.ask("cv-brief.pdf").output.data.startswith(b"%PDF-")
    desk.edit({"content/static/cv.pdf": b"mine"})
    snapshot = desk.preview.snapshot
    assert snapshot is not None
    output = snapshot.answer("cv.pdf").output
    assert output is not None
    assert output.copy is not None
    (desk.folder / "content/static/cv.pdf").unlink()
    desk.edit({})
    assert desk.ask("cv.pdf").output.data.startswith(b"%PDF-")
    (desk.folder / "content/cv.yaml").unlink()
    desk.edit({})
    snapshot = desk.preview.snapshot
    assert snapshot is not None
    assert snapshot.answer("cv.pdf").status == 404


def test_a_build_that_fails_leaves_the_artifacts_of_the_last_good_one(desk: Desk, made: list[str]) -> None:
    first = desk.ask("cv.pdf").output
    desk.edit({"content/cv.yaml": CV.replace("Jobs", "Never") + "\t- ["})
    assert desk.preview.snapshot is not None
    assert desk.preview.snapshot.errors
    assert desk.ask("cv.pdf").output is first
    assert len(made) == 1


def test_problems_of_artifacts_are_told_when_they_are_made(desk: Desk) -> None:
    desk.edit({"content/cv.yaml": CV.replace("{title: Job}", "{title: 日本}")})
    assert [problem.code for problem in desk.ask("cv.pdf").problems] == ["cv-glyph"]
    desk.edit({"content/cv.yaml": "# a line\n" + CV.replace("{title: Job}", "{title: 日本}")})
    (problem,) = desk.ask("cv.pdf").problems
    assert str(problem.where) == "content/cv.yaml:3:35"


def test_links_that_lead_nowhere_are_told_of_what_only_the_pdf_shows(desk: Desk) -> None:
    desk.edit({"content/cv.yaml": "sections:\n- {title: A, text: '[x](gone.md)', show: [pdf]}\n"})
    (problem,) = desk.ask("cv.pdf").problems
    assert (problem.code, str(problem.where)) == ("link-missing", "content/cv.yaml:2:20")


def test_a_bug_is_shown_as_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Pdf:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(artifacts, "make_pdf", fail)
        asked = desk.ask("cv.pdf")
    assert isinstance(asked.crash, ZeroDivisionError)
    assert asked.output is None
    assert "bug of acadsite" in asked.tail
    assert desk.ask("cv.pdf").output is not None


# --- over the socket ---


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    write(tmp_path, FILES)
    running = Server(tmp_path).started()
    yield running
    assert running.stop() < 1


def test_a_pdf_is_served_with_its_type(server: Server) -> None:
    status, headers, body = server.ask("/cv.pdf")
    assert (status, headers["Content-Type"], body[:5]) == (200, "application/pdf", "%PDF-")
    status, headers, body = server.ask("/cv.pdf", method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000
    assert server.ask("/cv-none.pdf")[0] == 404
    assert not server.said("Warning")


def test_a_broken_theme_is_shown_in_place_of_the_pdf_and_heals(server: Server) -> None:
    theme = server.folder / "templates/cv/modern.typ"

    async def follow() -> None:
        write(server.folder, {"templates/cv/modern.typ": PANIC})
        assert wait_for(lambda: server.builds() == 1)
        status, headers, body = server.ask("/cv.pdf")
        assert (status, headers["Content-Type"]) == (500, "text/html; charset=utf-8")
        assert "Panicked with: not today." in body
        assert "templates/cv/modern.typ:1:2" in body
        assert '<mark>panic("not today")</mark>' in body or "<mark>p</mark>" in body
        assert wait_for(lambda: server.said("Panicked with: not today."))
        assert server.ask("/cv/")[0] == 200, "the page is as it was"
        wire = await tab(server, "/cv.pdf")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(wire.read_message(), 0.5)  # it shows what there is
        theme.unlink()
        message = json.loads(await asyncio.wait_for(wire.read_message(), 10))
        assert message["command"] == "reload"
        assert server.ask("/cv.pdf")[0] == 200

    asyncio.run(follow())
    lines = [line for line in server.lines if "Panicked" in line]
    assert len(lines) == 1, "a problem that is still there is not told again"


def test_nobody_waits_for_a_pdf(server: Server) -> None:
    write(server.folder, {"templates/cv/modern.typ": SLOW})
    assert wait_for(lambda: server.builds() == 1)
    answers: list[tuple[float, int]] = []

    def ask() -> None:
        status = server.ask("/cv.pdf")[0]
        answers.append((time.monotonic(), status))

    start = time.monotonic()
    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.1)
    before = time.monotonic()
    assert "A" in server.text("/posts/a/")
    answered = time.monotonic()
    write(server.folder, {"content/posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\nEdited.\n"})
    assert wait_for(lambda: "Edited." in server.text("/posts/a/"))
    shown = time.monotonic()
    asking.join()
    ((end, status),) = answers
    assert status == 200
    assert end - start > 0.5, "the PDF takes its time"
    assert answered - before < 0.3
    assert shown < end


def test_it_ends_at_once_while_a_pdf_is_made(tmp_path: Path) -> None:
    write(tmp_path, FILES | {"templates/cv/modern.typ": SLOW.replace("1500", "15000")})
    server = Server(tmp_path).started()

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            server.ask("/cv.pdf")

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    assert server.stop() < 1
    asking.join()
