"""``acadsite upgrade --check``: what of a site no longer fits the version that is installed, with the edit to make.

Three things grow old: files of a theme that the site hides with its own (``themes.audit``), keys that have another name
now (``RENAMES``), and versions that the site's workflows and requirements pin. Nothing is ever changed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from acadsite import version
from acadsite.hosting import stamped
from acadsite.problems import Problem, Span, quote, warning
from acadsite.sources import Node, decode, parse_yaml, split_front_matter
from acadsite.themes import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Rename:
    """A key that has another name since a version. ``files`` is a pattern below the site, in ``.md`` files it is the
    front matter; ``old`` and ``new`` are keys with dots between (in every record of a list); without a ``new`` one
    the key is gone, and ``instead`` says what to do."""

    version: str
    files: str
    old: str
    new: str = ""
    instead: str = ""


#: Keys that were renamed or removed after the first release, oldest first. None so far: whoever changes a name adds a
#: line here, and the old name stays unknown to the schema.
RENAMES: Final[tuple[Rename, ...]] = ()

#: Larger files are not written by people.
_MOST: Final = 2_000_000
_PINNED: Final = re.compile(
    r"(?<![\w-])acadsite(?:\[[\w, -]*\])?\s*(?:==|<=)\s*v?(?P<pip>\d+(?:\.\d+)*[\w.]*)"
    r"|uses:\s*['\"]?[\w.-]+/acadsite@(?:v(?P<tag>\d+(?:\.\d+)*[\w.-]*)|[0-9a-f]{40}['\"]?\s*#\s*v?(?P<note>\d+(?:\.\d+)+))"
)
#: Files that may pin a version, in the site or the repository around it.
_PINS: Final = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    "requirements*.txt",
    "requirements/*.txt",
    "pyproject.toml",
)


def upgrades(root: Path, renames: Sequence[Rename] = RENAMES, installed: str = "") -> tuple[Problem, ...]:
    """What to change in the site at ``root`` to fit this version, by place."""
    # What else is wrong in site.yaml, building the site tells.
    copies = (problem for problem in audit(root) if problem.code.startswith("theme-"))
    found = [*copies, *_renamed(root, renames), *_pinned(root, installed or version())]
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.sort_key()))


# --- keys ---


def _renamed(root: Path, renames: Sequence[Rename]) -> Iterator[Problem]:
    by_files: dict[str, list[Rename]] = {}
    for rename in renames:
        by_files.setdefault(rename.files, []).append(rename)
    for files, some in by_files.items():
        for file in _matching(root, files):
            path = file.relative_to(root).as_posix()
            top = _read(file, path)
            nodes = top.value if top is not None and isinstance(top.value, tuple) else (top,)
            for node in nodes:
                for rename in some:
                    yield from _told(node, rename)


def _told(node: Node | None, rename: Rename) -> Iterator[Problem]:
    *above, last = rename.old.split(".")
    for key in above:
        node = node.get(key) if node is not None else None
    if node is None or not isinstance(node.value, dict) or last not in node.keys:
        return
    if rename.new:
        message = f"The key {quote(rename.old)} is {quote(rename.new)} since acadsite {rename.version}."
        hint = f"Write {_edit(rename)}"
    else:
        message = f"The key {quote(rename.old)} is gone since acadsite {rename.version}."
        hint = rename.instead or "Remove it."
    yield warning("upgrade-key", message, node.keys[last], hint)


def _edit(rename: Rename) -> str:
    """The new name as it is to be written: alone, where it stays in its place."""
    old, new = rename.old.split("."), rename.new.split(".")
    inner = f"“{new[-1]}:”"
    if old[:-1] == new[:-1]:
        return f"{inner} in its place."
    return (
        f"{inner} below “{'.'.join(new[:-1])}:”." if len(new) > 1 else f"{inner} at the beginning of a line."
    )


def _read(file: Path, path: str) -> Node | None:
    """The YAML of a file or of its front matter; None where it has none. Building the site tells its faults."""
    try:
        if file.stat().st_size > _MOST:
            return None
        text, _ = decode(file.read_bytes(), path)
    except OSError:
        return None
    if file.suffix == ".md":
        return split_front_matter(text, path)[0].data
    return parse_yaml(text, path)[0]


# --- versions ---


def _pinned(root: Path, installed: str) -> Iterator[Problem]:
    for folder in dict.fromkeys((root, _repository(root))):
        for file in (file for pattern in _PINS for file in _matching(folder, pattern)):
            try:
                if file.stat().st_size > _MOST:
                    continue
                text = file.read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            path = Path(os.path.relpath(file, root)).as_posix()
            for number, line in enumerate(text.split("\n"), 1):
                yield from _old_pins(line, Span(path, number), installed)


def _old_pins(line: str, where: Span, installed: str) -> Iterator[Problem]:
    if line.lstrip().startswith("#"):
        return
    for match in _PINNED.finditer(line):
        kind = match.lastgroup or "pip"
        pinned = match[kind]
        order = _parts(pinned), _parts(installed)
        if order[0] == order[1] or order[0] == order[1][: len(order[0])]:
            continue  # “v1” is any 1.x
        start, end = match.start(kind) + 1, match.end(kind) + 1
        place = Span(where.path, where.line, start, where.line, end)
        if order[0] > order[1]:
            message = f"Here stands acadsite {pinned}; the one you build with is {installed}."
            yield warning("upgrade-pin", message, place, f"pip install --upgrade acadsite=={pinned}")
            continue
        message = f"Here stands acadsite {pinned}; {installed} is installed."
        hint = f"Write {installed}"
        if kind == "note":
            release = stamped()
            hint = f"Write the commit of v{installed}, and v{installed} behind it"
            if release is not None and f" {release.pin.partition('@')[0]}@" in match[0]:
                hint = f"Write {release}"
        elif kind == "tag":
            hint = f"Write v{installed}"
        yield warning("upgrade-pin", message, place, f"{hint}.")


def _parts(text: str) -> tuple[int, ...]:
    """The numbers of a version, in order; what follows them (rc1, .dev0) is passed over."""
    match = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part[:9]) for part in match[0].split(".")) if match else ()


def _repository(root: Path) -> Path:
    """The repository that holds the site; the site itself where there is none."""
    whole = root.resolve()
    return next((folder for folder in (whole, *whole.parents) if (folder / ".git").exists()), root)


def _matching(folder: Path, pattern: str) -> Iterable[Path]:
    """Files of a pattern, in order; links are left out, for they may lead anywhere."""
    try:
        return sorted(file for file in folder.glob(pattern) if file.is_file() and not file.is_symlink())
    except OSError:
        return ()
