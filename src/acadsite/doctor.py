"""``acadsite doctor``: is this computer, and the site's place on it, as acadsite needs them?

Each look gives a ``Finding``, and none ever fails. Nothing is changed, and nothing is sent.
"""

from __future__ import annotations

import configparser
import importlib.metadata
import importlib.util
import locale
import os
import platform
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from acadsite import state, version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.config import Config

_PORT: Final = 8000
#: Of the disk, in bytes: less is soon too little for a site with pictures.
_ROOM: Final = 200_000_000
#: Of ``.acadsite/``, in bytes.
_STATE: Final = 2_000_000_000
_MACHINE: Final = "Computer"
_SITE: Final = "Site"
#: Commands that are of use and that nothing needs.
_TOOLS: Final = {
    "git": "it keeps a site's history, and workflows publish from it",
    "rsync": "it sends a site to a server of one's own",
}
#: Hosts of repositories, and where they serve the pages of OWNER and NAME.
_PAGES: Final = {"github.com": "github.io", "gitlab.com": "gitlab.io", "codeberg.org": "codeberg.page"}
_REMOTE: Final = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?|[\w.-]+@)(?P<host>[\w.-]+)(?::\d+(?=/))?[:/](?P<path>[\w./~-]+)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing, in words, and what to do where it is not fine."""

    area: str
    name: str
    is_fine: bool
    words: str
    hint: str = ""


def look(root: Path) -> tuple[Finding, ...]:
    """All findings: of the computer, and of the site at ``root`` if there is one."""
    found = [*_machine()]
    if (root / "site.yaml").is_file():
        found += _site(root)
    return tuple(found)


# --- the computer ---


def _machine() -> Iterator[Finding]:
    yield Finding(_MACHINE, "acadsite", True, f"{version()} in {Path(__file__).parent}")
    system = f"{platform.system()} {platform.release()} {platform.machine()}".strip()
    words = f"{platform.python_version()} ({platform.python_implementation()}), {system}"
    yield Finding(
        _MACHINE, "Python", sys.version_info >= (3, 11), words, "acadsite needs Python 3.11 or newer."
    )
    yield _libraries()
    yield _fonts()
    yield from _tools()
    yield _port(_PORT)
    yield from _watchers()
    yield _encoding()
    yield _writable(Path(tempfile.gettempdir()), _MACHINE, "temporary files")


def _libraries() -> Finding:
    shown, missing = [], []
    with suppress(importlib.metadata.PackageNotFoundError):
        for wish in importlib.metadata.requires("acadsite") or ():
            name = re.match(r"[\w.-]+", wish)
            if name is None or ("extra" in wish.partition(";")[2]):
                continue
            try:
                shown.append(f"{name[0]} {importlib.metadata.version(name[0])}")
            except importlib.metadata.PackageNotFoundError:
                if ";" not in wish:  # others may be for another system
                    missing.append(name[0])
    if missing:
        hint = "Install acadsite again: pip install --force-reinstall acadsite"
        return Finding(_MACHINE, "libraries", False, f"missing: {', '.join(missing)}", hint)
    return Finding(_MACHINE, "libraries", True, ", ".join(shown) or "not installed as a package")


def _fonts() -> Finding:
    """The fonts of PDFs travel with Typst; a broken installation has none."""
    try:
        from acadsite.pdf import NO_FONTS, fonts_in

        families = fonts_in(NO_FONTS)
    except (ImportError, OSError, RuntimeError) as failure:
        return Finding(
            _MACHINE, "PDF", False, f"Typst does not run: {failure}", "pip install --force-reinstall typst"
        )
    return Finding(
        _MACHINE, "PDF", bool(families), f"fonts {', '.join(families) or 'none'}", "Install typst again."
    )


def _tools() -> Iterator[Finding]:
    for name, use in _TOOLS.items():
        place = shutil.which(name)
        yield Finding(_MACHINE, name, True, place or f"not there; {use}")
    editor = (os.environ.get("VISUAL") or os.environ.get("EDITOR") or "").strip()
    is_there = not editor or shutil.which(editor.split()[0]) is not None
    words = editor or "none set; --edit of new-page opens $EDITOR"
    yield Finding(_MACHINE, "editor", is_there, words, "EDITOR names a program that is not there.")


def _port(port: int) -> Finding:
    """Whether the preview's port is free."""
    name = f"port {port}"
    try:
        with socket.socket() as listener:
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
    except OSError as failure:
        hint = f"“acadsite serve --port {port + 1}” takes another one."
        return Finding(_MACHINE, name, False, f"in use ({failure.strerror or failure})", hint)
    return Finding(_MACHINE, name, True, "free")


def _watchers() -> Iterator[Finding]:
    """Linux: how many files and folders may be watched for changes, by all programs together."""
    folder = Path("/proc/sys/fs/inotify")
    for name, least in (("max_user_watches", 8192), ("max_user_instances", 64)):
        try:
            number = int((folder / name).read_text())
        except (OSError, ValueError):
            continue
        hint = f"sudo sysctl fs.inotify.{name}={least * 8}, or “acadsite serve --poll”"
        yield Finding(_MACHINE, f"inotify {name.rpartition('_')[2]}", number >= least, f"{number:,}", hint)


def _encoding() -> Finding:
    names = {
        "file names": sys.getfilesystemencoding(),
        "texts": locale.getpreferredencoding(False),
        "output": str(getattr(sys.stdout, "encoding", "") or "utf-8"),
    }
    other = {
        what: name
        for what, name in names.items()
        if name.casefold().replace("-", "") not in {"utf8", "cp65001"}
    }
    # acadsite writes UTF-8 in any case; names of files are the system's.
    words = "UTF-8" if not other else ", ".join(f"{name} for {what}" for what, name in other.items())
    return Finding(
        _MACHINE, "encoding", "file names" not in other, words, "Set LANG to C.UTF-8, or PYTHONUTF8=1."
    )


def _writable(folder: Path, area: str, name: str) -> Finding:
    """Whether files can be written to a folder (one is, for a moment), and how much room there is."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"acadsite")
        free = shutil.disk_usage(folder).free
    except OSError as failure:
        return Finding(
            area, name, False, f"{folder}: {failure.strerror or failure}", "Check the rights of the folder."
        )
    words = f"{folder}, {_shown(free)} free"
    return Finding(area, name, free >= _ROOM, words, "The disk is almost full.")


# --- the site ---


def _site(root: Path) -> Iterator[Finding]:
    from acadsite.config import read_config

    config, problems = read_config(root)
    errors = [problem for problem in problems if problem.level == "error"]
    words = f"{len(errors)} error{'s' * (len(errors) != 1)}" if errors else str(config["title"] or "no title")
    yield Finding(_SITE, "site.yaml", not errors, words, "“acadsite check” tells them.")
    yield _writable(root.resolve(), _SITE, "folder")
    yield _address(root, config)
    yield Finding(_SITE, "base path", True, config.base_path)
    yield from _folders(root)
    yield from _state(root)
    yield _output(root)


def _address(root: Path, config: Config) -> Finding:
    """The site's address, and the one that its repository or a file CNAME makes likely."""
    url = config["url"] or ""
    likely, whence = guessed_address(root)
    name = "address"
    if not url:
        hint = f"Write into site.yaml: url: {likely or 'https://…'}"
        return Finding(_SITE, name, False, "site.yaml has no url: feeds, sitemap and cards need it", hint)
    same = likely and _bare(url) == _bare(likely)
    if likely and not same and whence == "CNAME":
        hint = f"Write url: {likely}, or remove content/static/CNAME."
        return Finding(_SITE, name, False, f"{url}, but CNAME says {likely}", hint)
    if likely and not same and _is_pages(url):
        hint = f"Write url: {likely}, if Pages serves it there."
        return Finding(_SITE, name, False, f"{url}, but the repository is that of {likely}", hint)
    return Finding(_SITE, name, True, url + (f" (as {whence} says)" if same else ""))


def guessed_address(root: Path) -> tuple[str, str]:
    """Where the site is likely to live, and what says so: “CNAME” or “origin”. Empty where nothing does."""
    with suppress(OSError, UnicodeDecodeError):
        domain = (root / "content/static/CNAME").read_text(encoding="utf-8").strip()
        if re.fullmatch(r"[\w-]+(\.[\w-]+)+", domain, re.ASCII):
            return f"https://{domain}/", "CNAME"
    match = _REMOTE.fullmatch(_origin(root))
    if match is None:
        return "", ""
    *groups, name = match["path"].removesuffix("/").removesuffix(".git").strip("/").split("/")
    pages = _PAGES.get(match["host"].casefold())
    if pages is None or not groups or not name:
        return "", ""
    home = f"{groups[0].casefold()}.{pages}"
    is_home = name.casefold() in ({home, "pages"} if pages == "codeberg.page" else {home})
    path = "" if is_home and len(groups) == 1 else "/".join([*groups[1:], name]) + "/"
    return f"https://{home}/{path}", "origin"


def _origin(root: Path) -> str:
    """The address of the remote “origin”, read from git's own file: git itself may not be there."""
    whole = root.resolve()
    git = next((folder / ".git" for folder in (whole, *whole.parents) if (folder / ".git").exists()), None)
    if git is None:
        return ""
    try:
        if git.is_file():  # a work tree or a submodule
            git = git.parent / git.read_text(encoding="utf-8").partition("gitdir:")[2].strip()
            common = git / "commondir"
            git = git / common.read_text(encoding="utf-8").strip() if common.is_file() else git
        # Names may stand more than once, and values hold “%”.
        settings = configparser.RawConfigParser(strict=False, allow_no_value=True, interpolation=None)
        text = (git / "config").read_text(encoding="utf-8")
        settings.read_string("\n".join(line.strip() for line in text.splitlines()))
        return (settings.get('remote "origin"', "url", fallback="") or "").strip()
    except (OSError, UnicodeDecodeError, configparser.Error):
        return ""


def _is_pages(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith(tuple(f".{pages}" for pages in _PAGES.values()))


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return f"{(parts.hostname or '').casefold()}{parts.path.rstrip('/')}"


def _folders(root: Path) -> Iterator[Finding]:
    """Linux: the preview watches each folder of the site."""
    try:
        most = int(Path("/proc/sys/fs/inotify/max_user_watches").read_text())
    except (OSError, ValueError):
        return
    number = sum(1 for name in ("content", "themes", "templates", "assets") for _ in os.walk(root / name))
    hint = f"sudo sysctl fs.inotify.max_user_watches={max(65536, number * 8)}, or “acadsite serve --poll”"
    yield Finding(_SITE, "folders to watch", number * 2 < most, f"{number:,} of {most:,}", hint)


def _state(root: Path) -> Iterator[Finding]:
    folder = root / ".acadsite"
    if not os.path.lexists(folder):
        yield Finding(_SITE, "state", True, "none yet")
        return
    if folder.is_symlink() or not folder.is_dir():
        yield Finding(_SITE, "state", False, ".acadsite is no folder of ours", "Remove it.")
        return
    size = 0
    for above, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += (Path(above) / name).lstat().st_size
    fault = _fault(folder / "state.db")
    if fault:
        hint = "“acadsite clean” removes it; the next build makes everything anew."
        yield Finding(_SITE, "state", False, f"the file cannot be used: {fault}", hint)
        return
    hint = "“acadsite clean” removes it; the next build makes everything anew."
    yield Finding(_SITE, "state", size < _STATE, f".acadsite/, {_shown(size)}", hint)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(_SITE, "state's rights", False, ".acadsite/ cannot be written", "Check who owns it.")


def _fault(file: Path) -> str:
    """What is wrong with the state's file; empty where it is sound, or not there."""
    if not file.is_file():
        return ""
    try:
        database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=1)
        try:
            (number,) = database.execute("PRAGMA user_version").fetchone()
            if number != state.VERSION:
                return f"it is of version {number}, not {state.VERSION}"
            (words,) = database.execute("PRAGMA quick_check(1)").fetchone()
            return "" if words == "ok" else str(words).splitlines()[-1]
        finally:
            database.close()
    except sqlite3.OperationalError as failure:
        return "" if "locked" in str(failure) else str(failure)
    except sqlite3.Error as failure:
        return str(failure)


def _output(root: Path) -> Finding:
    out = root / "public"
    if not os.path.lexists(out):
        return Finding(_SITE, "output", True, "not built yet")
    if not out.is_dir():
        return Finding(_SITE, "output", False, "public is no folder", "Remove it, or build with --out.")
    files = [Path(above) / name for above, _, names in os.walk(out) for name in names]
    size = 0
    for file in files:
        with suppress(OSError):
            size += file.lstat().st_size
    is_open = os.access(out, os.W_OK | os.X_OK)
    words = f"public/, {len(files):,} files, {_shown(size)}"
    return Finding(_SITE, "output", is_open, words, "public/ cannot be written: check who owns it.")


def _shown(size: int) -> str:
    for number, unit in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= number:
            return f"{size / number:.1f} {unit}"
    return f"{size / 1000:.0f} KB"
