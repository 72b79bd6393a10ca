"""Saves and the preview: none is lost, none is built twice, and what is wrong is shown and heals (rows W1–W7)."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acadsite import serve
from acadsite.serve.watch import Watch, differences, is_source, look, silent_system
from serving import SITE, SLOW, Server, tab, wait_for, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MORE: dict[str, str | bytes] = {
    "site.yaml": "title: Jane\nextensions: [slow.py, tools/extra.py]\n",
    "slow.py": SLOW,
    "tools/extra.py": "def register(r):\n    pass\n",
    "content/static/style.txt": "one",
    "assets/extra.css": "p { color: red }\n",
    "content/posts/first.md": "---\ntitle: First\ndate: 2020-02-03\n---\n\nText.\n",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the module."""
    folder = tmp_path_factory.mktemp("watch") / "site"
    write(folder, SITE | MORE)
    server = Server(folder).started()
    yield server
    server.stop()


@pytest.fixture
def server(running: Server) -> Server:
    """The server with its site as it was at first, and no build under way."""
    wanted = {path: text.encode() if isinstance(text, str) else text for path, text in (SITE | MORE).items()}
    found = {
        path.relative_to(running.folder).as_posix() for path in running.folder.rglob("*") if path.is_file()
    }
    for path in found - wanted.keys():
        (running.folder / path).unlink()
    if (running.folder / "templates").is_dir():
        shutil.rmtree(running.folder / "templates")
    for path, data in wanted.items():
        if path not in found or (running.folder / path).read_bytes() != data:
            write(running.folder, {path: data})
    assert wait_for(
        lambda: "One." in running.text("/about/") and "acadsite-pre" not in running.text("/about/")
    )
    running.quiet(0.3)
    return running


def page(words: str) -> str:
    return f"---\ntitle: About\n---\n\n{words}\n"


def about(server: Server) -> Path:
    return server.folder / "content/pages/about.md"


# --- W1: many saves ---


def test_of_many_saves_the_last_is_shown_and_few_are_built(server: Server) -> None:
    before = server.builds()
    for number in range(10):
        about(server).write_text(page(f"Save {number}."), encoding="utf-8")
        time.sleep(0.1)
    assert wait_for(lambda: "Save 9." in server.text("/about/"), 1)
    assert server.quiet() - before <= 3


def test_saves_during_a_build_lead_to_one_more(server: Server) -> None:
    before = server.quiet(0.7)  # long enough for the next save to be one of its own
    write(server.folder, {"seconds": "0.8"})
    about(server).write_text(page("Start."), encoding="utf-8")
    time.sleep(0.2)
    for number in range(5):
        about(server).write_text(page(f"Save {number}."), encoding="utf-8")
        time.sleep(0.05)
    assert wait_for(lambda: "Save 4." in server.text("/about/"), 5)
    assert server.quiet(1.2) - before == 2


# --- W2: all the ways to change files ---


def replace_by_rename(server: Server) -> None:
    other = about(server).with_name(".about.md.tmp")
    other.write_text(page("New."), encoding="utf-8")
    other.replace(about(server))


def rename_away_and_write(server: Server) -> None:
    about(server).rename(about(server).with_name("about.md~"))
    about(server).write_text(page("New."), encoding="utf-8")


def truncate_then_write(server: Server) -> None:
    with about(server).open("w", encoding="utf-8") as file:
        file.flush()
        time.sleep(0.03)
        file.write(page("New."))


def copy_with_an_old_time(server: Server) -> None:
    other = server.folder / "elsewhere.md"
    other.write_text(page("New."), encoding="utf-8")
    os.utime(other, (1_000_000_000, 1_000_000_000))
    shutil.copy2(other, about(server))


def check_out_many(server: Server) -> None:
    for number in range(200):
        text = page("New.") if number == 199 else f"---\ntitle: Page {number}\n---\n\nText.\n"
        name = "about" if number == 199 else f"p{number}"
        about(server).with_name(f"{name}.md").write_text(text, encoding="utf-8")


def recreate_content(server: Server) -> None:
    shutil.rmtree(server.folder / "content")
    write(server.folder, {"content/pages/about.md": page("New.")})


def save_beside_new_folders(server: Server) -> None:
    write(server.folder, {"content/a/b/c/d.md": "x"})  # a folder in a folder, all new; nothing reads it
    about(server).write_text(page("New."), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [replace_by_rename, rename_away_and_write, truncate_then_write, copy_with_an_old_time, check_out_many,
     recreate_content, save_beside_new_folders],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_every_way_to_save_is_one_build(server: Server, change: Callable[[Server], None]) -> None:
    before = server.builds()
    change(server)
    assert wait_for(lambda: "New." in server.text("/about/"), 5)
    assert server.quiet(0.5) - before == 1
    assert server.ask("/about/")[0] == 200


def test_touching_is_one_build_and_no_reload(server: Server) -> None:
    before, version = server.builds(), server.version("/about/")
    about(server).touch()
    assert wait_for(lambda: server.builds() == before + 1)
    assert server.quiet() == before + 1
    assert server.version("/about/").split(".")[2] == version.split(".")[2]


def test_pages_come_and_go_with_their_files(server: Server) -> None:
    write(server.folder, {"content/pages/new/deep.md": "---\ntitle: Deep\n---\n\nDeep.\n"})
    assert wait_for(lambda: server.ask("/deep/")[0] == 200)
    (server.folder / "content/pages/new").rename(server.folder / "content/pages/old")
    (server.folder / "content/pages/old/deep.md").write_text(
        "---\ntitle: Deep\n---\n\nMoved.\n", encoding="utf-8"
    )
    assert wait_for(lambda: "Moved." in server.text("/deep/"))
    shutil.rmtree(server.folder / "content/pages/old")
    assert wait_for(lambda: server.ask("/deep/")[0] == 404)
    write(server.folder, {"content/pages/again/deep.md": "---\ntitle: Deep\n---\n\nAgain.\n"})
    assert wait_for(lambda: "Again." in server.text("/deep/"))


def test_settings_templates_assets_and_extensions_are_watched(server: Server) -> None:
    site = (server.folder / "site.yaml").read_text(encoding="utf-8")
    write(server.folder, {"site.yaml": site.replace("Jane", "Joan")})
    assert wait_for(lambda: "Joan" in server.text("/about/"))
    template = '{% extends "!page.html" %}{% block footer %}A footer.{% endblock %}'
    write(server.folder, {"templates/page.html": template})
    assert wait_for(lambda: "A footer." in server.text("/about/")), "a folder that was not there"
    write(server.folder, {"templates/page.html": template.replace("A footer", "Another")})
    assert wait_for(lambda: "Another." in server.text("/about/"))
    write(server.folder, {"assets/extra.css": "p { color: blue }\n"})
    assert wait_for(lambda: "blue" in server.text("/assets/extra.css"))
    server.quiet(0.3)
    before = server.builds()
    write(server.folder, {"tools/extra.py": "def register(r):\n    r.nonsense\n"})
    assert wait_for(lambda: server.builds() > before), "an extension in a folder of its own"
    assert wait_for(lambda: "tools/extra.py:2" in server.text("/about/"))
    write(server.folder, {"tools/extra.py": str(MORE["tools/extra.py"])})
    assert wait_for(lambda: "acadsite-preview" not in server.text("/about/"))
    before = server.quiet(0.5)
    write(server.folder, {"site.yaml": "title: Jane\nextensions: [slow.py]\n"})
    assert wait_for(lambda: server.builds() > before)
    server.quiet(0.3)
    write(server.folder, {"tools/extra.py": "# nobody reads this\n"})
    assert server.quiet(0.6) == before + 1, "no longer an extension"


# --- W3: errors ---

BROKEN = [
    ("content/pages/about.md", "---\ntitle: [unclosed\n---\n", "content/pages/about.md:2:8", "about/"),
    ("templates/page.html", "<p>\n{{ page.titel }}\n", "templates/page.html:2:9", "about/"),
    ("content/publications/a.bib", "@article{a,\n  title={A\n", "content/publications/a.bib:", ""),
    ("site.yaml", "title: Jane\nthem: base\n", "site.yaml:2:1", ""),
]


@pytest.mark.parametrize(("path", "text", "place", "address"), BROKEN, ids=[item[0] for item in BROKEN])
def test_what_breaks_is_shown_and_heals(
    server: Server, path: str, text: str, place: str, address: str
) -> None:
    file = server.folder / path
    good = file.read_bytes() if file.exists() else None

    async def follow() -> None:
        wire = await tab(server, f"/{address}")
        write(server.folder, {path: text})
        message = json.loads(await asyncio.wait_for(wire.read_message(), 5))
        assert message["command"] == "reload"
        assert str(server.folder) not in json.dumps(message)
        wire.close()
        wire = await tab(server, f"/{address}")
        status, headers, body = server.ask(f"/{address}")
        assert place in body
        assert 'role="alert"' in body
        assert headers["Content-Type"].startswith("text/html")
        assert status == (500 if address else 200), "500 for the pages alone that cannot be made"
        assert ("One." in body) is (address == "about/"), "behind it is the last good page"
        assert server.ask("/posts/first/")[0] == 200
        assert place in server.text("/nothing/here"), "and everywhere"
        assert wait_for(lambda: server.said(place)), "the terminal shows the same"
        late = await tab(server, f"/{address}")
        if good is None:
            file.unlink()
        else:
            file.write_bytes(good)
        for each in (wire, late):
            message = json.loads(await asyncio.wait_for(each.read_message(), 5))
            assert message["command"] == "reload", "a tab that was opened meanwhile recovers too"
            each.close()
        assert server.ask(f"/{address}")[0] == 200
        assert "acadsite-preview" not in server.text(f"/{address}")

    asyncio.run(follow())


def test_text_of_files_is_escaped(server: Server) -> None:
    evil = "<img src=x onerror=alert(1)>"
    write(server.folder, {"content/talks.yaml": f"- title: {evil}\n  date: {evil}\n  <b>x: 1\n"})
    assert wait_for(lambda: "content/talks.yaml:2" in server.text("/about/"))
    body = server.text("/about/")
    assert evil not in body
    assert "&lt;img src=x onerror=alert(1)&gt;" in body
    (server.folder / "content/talks.yaml").unlink()
    assert wait_for(lambda: "acadsite-preview" not in server.text("/about/"))


def test_a_site_that_is_broken_from_the_start_heals(tmp_path: Path) -> None:
    write(tmp_path, SITE | {"content/pages/about.md": "---\ntitle: [x\n---\n"})
    server = Server(tmp_path).started()
    assert "content/pages/about.md:2:8" in server.text("/about/")
    assert server.ask("/other/")[0] == 200, "what could be built is shown"
    write(tmp_path, {"content/pages/about.md": page("Fine.")})
    assert wait_for(lambda: "Fine." in server.text("/about/"))
    assert "acadsite-preview" not in server.text("/other/")
    (tmp_path / "site.yaml").unlink()
    assert wait_for(lambda: "site.yaml" in server.text("/about/"))
    write(tmp_path, SITE)
    assert wait_for(lambda: "acadsite-preview" not in server.text("/about/"))
    server.stop()


def test_quiet_shows_problems_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, SITE | {"content/pages/about.md": "---\ntitle: [x\n---\n"})
    server = Server(tmp_path, before=("-q",))
    assert wait_for(lambda: server.said("content/pages/about.md:2:8: error"), 20)
    server.stop()
    assert not server.said("Serving")


# --- who is told what ---


def test_only_tabs_whose_page_changed_load_it_again(server: Server) -> None:
    async def follow() -> None:
        changed, same = await tab(server, "/about/"), await tab(server, "/other/?x=1#y")
        about(server).write_text(page("Two."), encoding="utf-8")
        message = json.loads(await asyncio.wait_for(changed.read_message(), 5))
        assert message == {"command": "reload", "path": "*", "liveCSS": False, "build": message["build"]}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(same.read_message(), 0.7)
        changed.close()
        same.close()

    asyncio.run(follow())


def test_style_sheets_go_without_a_reload(server: Server) -> None:
    async def follow() -> None:
        old = server.version("/about/")
        wire = await tab(server, "/about/")
        write(server.folder, {"assets/extra.css": "p { color: green }\n"})
        message = json.loads(await asyncio.wait_for(wire.read_message(), 5))
        assert message["path"] == "/assets/extra.css", "the path of its address, none of the disk"
        assert message["liveCSS"] is True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wire.read_message(), 0.5)
        # A page that was loaded before, and connects only now, has the old sheet.
        late = await tab(server, "/about/", old)
        assert json.loads(await asyncio.wait_for(late.read_message(), 5))["path"] == "*"
        wire.close()

    asyncio.run(follow())


def test_a_change_between_loading_and_connecting_is_not_lost(server: Server) -> None:
    old = server.version("/about/")
    about(server).write_text(page("Two."), encoding="utf-8")
    assert wait_for(lambda: "Two." in server.text("/about/"))

    async def follow() -> Any:
        wire = await tab(server, "/about/", old)
        return json.loads(await asyncio.wait_for(wire.read_message(), 5))

    assert asyncio.run(follow())["command"] == "reload"


def test_a_removed_page_is_told_and_comes_back(server: Server) -> None:
    async def follow() -> None:
        wire = await tab(server, "/about/")
        about(server).unlink()
        assert json.loads(await asyncio.wait_for(wire.read_message(), 5))["command"] == "reload"
        assert server.ask("/about/")[0] == 404
        gone = await tab(server, "/about/")
        about(server).write_text(page("Back."), encoding="utf-8")
        assert json.loads(await asyncio.wait_for(gone.read_message(), 5))["command"] == "reload"
        assert "Back." in server.text("/about/")

    asyncio.run(follow())


# --- W4: where the system tells of nothing ---


def test_polling_loses_no_save(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    server = Server(tmp_path, "--poll").started()
    for number in range(3):
        # Of one length and within one second: times in whole seconds would not tell them apart.
        write(tmp_path, {"content/pages/about.md": page(f"Save {number}.")})
        assert wait_for(lambda number=number: f"Save {number}." in server.text("/about/"), 3)
    write(
        tmp_path, {"content/pages/about.md": page("Gone."), "content/pages/new/x.md": "---\ntitle: X\n---\n"}
    )
    assert wait_for(lambda: server.ask("/x/")[0] == 200)
    shutil.rmtree(tmp_path / "content")
    assert wait_for(lambda: server.ask("/x/")[0] == 404)
    write(tmp_path, SITE)
    assert wait_for(lambda: "One." in server.text("/about/"))
    server.stop()


@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_without_watches_the_files_are_looked_at(tmp_path: Path, limit: str) -> None:
    shell = f'echo 0 > /proc/sys/user/{limit} && exec "$@"'
    command = ("unshare", "--user", "--map-root-user", "sh", "-c", shell, "sh")
    if (
        sys.platform != "linux"
        or subprocess.run([*command, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no user namespaces here")
    write(tmp_path, SITE)
    server = Server(tmp_path, command=command).started()
    assert wait_for(lambda: server.said("The files are looked at every 0.3 s instead."))
    assert sum("looked at" in line for line in server.lines) == 1, "said once"
    write(tmp_path, {"content/pages/about.md": page("Two.")})
    assert wait_for(lambda: "Two." in server.text("/about/"))
    server.stop()


MOUNTS = """\
22 1 0:20 / / rw - ext4 /dev/sda rw
30 22 0:30 / /mnt/c rw - 9p C: rw,aname=drvfs
31 22 0:31 / /home/jane/my\\040share rw - cifs //nas/x rw
32 22 0:32 / /home/jane/remote rw shared:1 master:2 - nfs4 nas:/x rw
33 32 0:33 / /home/jane/remote/local rw - tmpfs tmpfs rw
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/home/jane/site", ""), ("/mnt/c/Users/jane/site", "9p"), ("/home/jane/my share/site", "cifs"),
     ("/home/jane/remote", "nfs4"), ("/home/jane/remote/local/site", ""), ("/mnt/cd", "")],
)  # fmt: skip
def test_file_systems_that_tell_of_nothing(folder: str, kind: str) -> None:
    assert silent_system(Path(folder), MOUNTS) == kind


def test_looking_survives_what_vanishes(tmp_path: Path) -> None:
    write(tmp_path, SITE | {"content/a/b.md": "x", "content/.hidden/c.md": "x", "content/.well-known/d": "x"})
    (tmp_path / "content/a/up").symlink_to(tmp_path / "content")
    (tmp_path / "content/broken").symlink_to(tmp_path / "nowhere")
    before = look(tmp_path)
    names = {Path(path).relative_to(tmp_path).as_posix() for path in before}
    assert {"site.yaml", "content/a/b.md", "content/.well-known/d"} <= names
    assert not any("hidden" in name or "broken" in name for name in names)
    shutil.rmtree(tmp_path / "content/a")
    assert {Path(path).name for path in differences(before, look(tmp_path))} == {"b.md"}
    assert look(tmp_path / "nowhere") == {}


# --- W5: what is no content ---

LITTER = (".about.md.swp", "4913", ".#about.md", "about.md~", "#about.md#", ".DS_Store", ".syncthing.a.md.tmp",
          "~$a.docx", "a.md.part", ".~lock.a.odt#", "Thumbs.db", ".dropbox.cache/x.md", ".git/index",
          "a.md___jb_tmp___", ".a.kate-swp", "__pycache__/x.pyc", ".goutputstream-AB12",
          "film.mp4.crdownload")  # fmt: skip


def test_litter_is_no_change(server: Server) -> None:
    before = server.builds()
    for folder in ("content/pages", "templates", "content"):
        write(
            server.folder,
            {f"{folder}/{name}": "x" for name in LITTER if folder != "templates" or "/" not in name},
        )
        time.sleep(0.1)
    shutil.rmtree(server.folder / "templates", ignore_errors=True)
    write(
        server.folder, {"public/index.html": "x", ".acadsite/x": "x", "notes.txt": "x", ".site.yaml.swp": "x"}
    )
    after = server.quiet(0.6) - before
    # The folder templates/ that appeared and went is a change; nothing else is.
    assert after <= 2
    before = server.builds()
    write(server.folder, {f"content/pages/{name}": "y" for name in LITTER})
    server.text("/about/")
    assert server.quiet(0.6) == before


@pytest.mark.parametrize("name", LITTER)
def test_names_of_litter(name: str) -> None:
    assert not is_source("/site", f"/site/content/{name}")


@pytest.mark.parametrize(
    "name", ["a.md", "static/.htaccess", "static/.well-known/x", "static/.nojekyll", "a b/ü.bib"]
)
def test_names_of_sources(name: str) -> None:
    assert is_source("/home/.hidden/site", f"/home/.hidden/site/content/{name}")


def test_building_into_a_folder_of_the_site_is_no_change(server: Server) -> None:
    before = server.builds()
    command = [sys.executable, "-m", "acadsite", "-C", str(server.folder), "build", "--out"]
    done = subprocess.run([*command, str(server.folder / "out")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert server.quiet(0.6) == before


def test_a_watch_tells_what_came_before_it_was_ready(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    told: set[str] = set()
    watch = Watch(tmp_path, lambda paths, _: told.update(paths), pytest.fail)
    watch.start()
    write(tmp_path, {"content/pages/new.md": "x"})
    assert wait_for(lambda: any(path.endswith("new.md") for path in told), 2)
    watch.stop()


# --- W6: requests during a build ---


def test_requests_during_a_build_are_answered_at_once(server: Server) -> None:
    write(server.folder, {"seconds": "3"})
    about(server).write_text(page("Two."), encoding="utf-8")
    time.sleep(0.15)
    before, slowest, count, end = server.builds(), 0.0, 0, time.monotonic() + 2.2
    while time.monotonic() < end:
        start = time.monotonic()
        body = server.text("/about/")
        slowest = max(slowest, time.monotonic() - start)
        assert "One." in body, "the last good version"
        count += 1
    assert server.builds() == before, "the build is still under way"
    assert count > 5
    assert slowest < 1.5, "none waited for the build, which takes 3 s"
    (server.folder / "seconds").unlink()
    assert wait_for(lambda: "Two." in server.text("/about/"))


# --- W7: another server ---


def test_a_tab_that_finds_another_server_loads_its_page_again(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    first = Server(tmp_path).started()
    old, port = first.version("/about/"), first.port
    first.stop()
    second = Server(tmp_path, port=port)

    async def follow() -> tuple[Any, float]:
        start = time.monotonic()
        while True:  # as the script does: again and again, also before the first build
            try:
                wire = await tab(second, "/about/", old)
                break
            except OSError:
                await asyncio.sleep(0.2)
        return json.loads(await wire.read_message()), time.monotonic() - start

    message, _ = asyncio.run(follow())
    assert message["command"] == "reload"
    assert second.started().port == port
    second.stop()


def test_a_large_file_is_built_from_when_it_does_not_grow_any_more(tmp_path: Path) -> None:
    """The system tells of the first of many writes: a bibliography of megabytes is half there then."""
    file = tmp_path / "large.bib"
    file.write_bytes(b"x" * (2 << 20))

    async def write_on() -> None:
        for _ in range(8):
            with file.open("ab") as stream:
                stream.write(b"x" * 100_000)
            await asyncio.sleep(0.005)

    async def wait() -> int:
        pending = serve._Pending()
        pending.note({str(file)}, False)
        writing = asyncio.create_task(write_on())
        await asyncio.sleep(0)
        assert await pending.take() == {str(file)}
        size = file.stat().st_size
        await writing
        return size

    assert asyncio.run(wait()) == file.stat().st_size == (2 << 20) + 800_000
