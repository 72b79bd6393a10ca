"""What must hold of an output folder before it goes to a host (rows D3 and D4 of the checks).

The limits are those of GitHub Pages, the strictest of the usual hosts: a published site of 1 GB, an archive of 10 GB,
no symbolic or hard links, files and folders that everybody may read (https://docs.github.com/pages, limits; README of
actions/upload-pages-artifact).
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from acadsite.links import is_external
from acadsite.problems import Problem, error, quote, warning
from acadsite.sources import SERVER_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of a site that Pages publishes, and of an archive that it takes.
PUBLISHED, ARCHIVE = 10**9, 10**10
#: What some system or host refuses in a name: Windows its characters, ends and devices, Netlify the first two.
_REFUSED = re.compile(
    r'[#?<>:"|*\\\x00-\x1f]|[. ]\Z|\A(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)', re.IGNORECASE
)
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Findings:
    """``files`` and ``size`` (bytes) of an output folder, and what is wrong with it."""

    files: int
    size: int
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Walk:
    """Paths below the folder, by what is the matter with them; names in order, so that reports are too."""

    files: int = 0
    size: int = 0
    links: list[str] = field(default_factory=list)
    hard_links: list[str] = field(default_factory=list)
    special: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def check_output(folder: Path, url: str | None) -> Findings:
    """Look at every file of an output folder, without following a link. ``url`` is the address at which the site will
    live, with a slash at its end; None where it is not known, and then nothing is compared with it.

    Problems ``deploy-…``: errors for what a host refuses or what leaks files, warnings for the rest.
    """
    walk = _Walk()
    _visit(folder, "", walk)
    problems = [
        *_of_files(folder, walk),
        *_of_size(walk.size),
        *_of_start(folder),
        *(_of_address(folder, url) if url else ()),
    ]
    return Findings(walk.files, walk.size, tuple(sorted(problems, key=Problem.sort_key)))


def _visit(folder: Path, start: str, walk: _Walk) -> None:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        walk.closed.append(start or "./")
        return
    for entry in entries:
        path = start + entry.name
        if _REFUSED.search(entry.name):
            walk.refused.append(path)
        if entry.name.startswith(".") and entry.name not in SERVER_FILES:
            walk.hidden.append(path)
            continue
        info = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(info.st_mode):
            walk.links.append(path)
        elif stat.S_ISDIR(info.st_mode):
            if not _is_open(info.st_mode, 0o005):
                walk.closed.append(f"{path}/")
            _visit(folder / entry.name, f"{path}/", walk)
        elif stat.S_ISREG(info.st_mode):
            walk.files += 1
            walk.size += info.st_size
            if info.st_nlink > 1:
                walk.hard_links.append(path)
            if not _is_open(info.st_mode, 0o004):
                walk.closed.append(path)
        else:
            walk.special.append(path)


def _is_open(mode: int, others: int) -> bool:
    """Whether its owner and all others have the rights ``others``; Windows has no such rights."""
    wanted = others | others << 6
    return os.name == "nt" or mode & wanted == wanted


def _of_files(folder: Path, walk: _Walk) -> Iterator[Problem]:
    if walk.links:
        top = folder.resolve()
        out = [path for path in walk.links if not _end_of(folder / path).is_relative_to(top)]
        which = f"; {_names(out)} lead{'s' if len(out) == 1 else ''} out of the folder" if out else ""
        message = f"The output holds {_counted(walk.links, 'symbolic link')}: {_names(walk.links)}{which}."
        hint = "Put the files themselves there; a build by acadsite makes no links."
        yield error("deploy-link", message, None, hint)
    if walk.hard_links:
        message = f"The output holds {_counted(walk.hard_links, 'hard link')}: {_names(walk.hard_links)}."
        hint = "Some program joined equal files. Remove the folder and build again."
        yield error("deploy-link", message, None, hint)
    if walk.special:
        message = f"The output holds what is neither file nor folder: {_names(walk.special)}."
        yield error("deploy-special", message, None, "Remove it; only files can be published.")
    if walk.closed:
        message = f"Not everybody may read {_names(walk.closed)}."
        yield error("deploy-unreadable", message, None, f"“chmod -R a+rX {folder}” opens them.")
    if walk.hidden:
        message = f"The output holds {_counted(walk.hidden, 'hidden file')}: {_names(walk.hidden)}."
        hint = "A build never writes them. Remove them: they may hold secrets (.env, .git)."
        yield error("deploy-hidden", message, None, hint)
    if walk.refused:
        message = f"Some hosts and systems refuse the name of {_names(walk.refused)}."
        hint = "Rename them below content/static/; letters, digits, “-”, “_” and “.” go everywhere."
        yield warning("deploy-name", message, None, hint)


def _end_of(link: Path) -> Path:
    """Where a link leads, as far as it leads anywhere; ``Path.resolve`` refuses links that go in a circle."""
    return Path(os.path.realpath(link))


def _counted(paths: list[str], noun: str) -> str:
    return f"{len(paths)} {noun}{'s' * (len(paths) != 1)}"


def _names(paths: list[str]) -> str:
    return ", ".join(map(quote, paths[:_SHOWN])) + (", …" if len(paths) > _SHOWN else "")


def _of_size(size: int) -> Iterator[Problem]:
    hint = "Put videos, data and scans on a server made for them, and link to them."
    if size > ARCHIVE:
        message = f"The output has {size / 1e9:.1f} GB; GitHub Pages refuses more than 10 GB."
        yield error("deploy-size", message, None, hint)
    elif size > PUBLISHED:
        message = f"The output has {size / 1e9:.1f} GB; GitHub Pages publishes 1 GB."
        yield warning("deploy-size", message, None, hint)


def _of_start(folder: Path) -> Iterator[Problem]:
    if not (folder / "index.html").is_file():
        message = f"There is no index.html in {quote(folder.name or str(folder))}."
        yield error("deploy-index", message, None, "Name the folder that “acadsite build” wrote.")
    if not (folder / "404.html").is_file():
        message = "There is no 404.html."
        hint = "Hosts show it for addresses that do not exist. Build the site again."
        yield warning("deploy-404", message, None, hint)


# --- the address ---


class _Links(HTMLParser):
    """Addresses that a page's tags name, and its canonical address."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.canonical: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") == "canonical":
            self.canonical = values.get("href")
        else:
            self.addresses += [value for name in ("href", "src") if (value := values.get(name))]


def _links(path: Path) -> _Links:
    parser = _Links()
    with suppress(OSError):  # absent or closed: told already
        parser.feed(path.read_text(encoding="utf-8", errors="replace"))
    return parser


def _of_address(folder: Path, url: str) -> Iterator[Problem]:
    base = urlsplit(url).path or "/"
    hint = f"Build with --base-url {url}, or set url in site.yaml."
    canonical = _links(folder / "index.html").canonical
    if canonical is not None and canonical != url:
        message = f"The site was built for {quote(canonical)}, and will live at {quote(url)}."
        yield error("deploy-base", message, None, hint)
    # The page for “not found” is shown at any depth: what it links to must begin at the site's base.
    for address in _links(folder / "404.html").addresses:
        if is_external(address) or address.startswith("#"):
            continue
        if not urljoin("/", address).startswith(base) or not address.startswith("/"):
            message = f"404.html links to {quote(address)}, which is not below {quote(base)}."
            yield error("deploy-base", message, None, hint)
            break
    yield from _of_domain(folder, url)


def _of_domain(folder: Path, url: str) -> Iterator[Problem]:
    """A file ``CNAME`` names the domain at whose root the site will live."""
    try:
        lines = (folder / "CNAME").read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return
    parts = urlsplit(url)
    if len(lines) != 1:
        message = f"CNAME holds {len(lines)} words, and one domain belongs there."
    elif lines[0].lower() != (parts.hostname or ""):
        message = f"CNAME says {quote(lines[0])}, and the site's address is {quote(url)}."
    elif parts.path not in {"", "/"}:
        message = f"A site with a domain of its own lives at its root, not at {quote(parts.path)}."
    else:
        return
    yield warning("deploy-cname", message, None, "Make CNAME and url agree, or remove content/static/CNAME.")
