"""Publishing: outputs into ``public/``, only where bytes differ, and nothing that is not ours is touched.

What was written is listed in ``.acadsite/published.json`` (by output folder), so that a page that is gone is
removed by the next build, and a file that someone else put there stays.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from acadsite.problems import Problem, Span, error, quote
from acadsite.records import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Output:
    """One file to publish: ``data``, or the file ``copy`` as it is."""

    path: str
    data: bytes = b""
    copy: Path | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: paths by what happened to them."""

    written: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]


def check_output(root: Path, out: Path) -> tuple[Problem, ...]:
    """Refuse an output folder that holds the site itself, or is the source (B4 of the checks)."""
    target, base = out.resolve(), root.resolve()
    sources = [base / name for name in ("content", "themes", "templates", "assets", ".git", ".acadsite")]
    holds_site = base == target or base.is_relative_to(target)
    inside = any(target == folder or target.is_relative_to(folder) for folder in sources)
    if holds_site or inside or target == _home():
        message = f"{quote(out)} cannot be the output: it holds sources of the site."
        return (error("output-folder", message, None, "Choose a folder of its own with --out."),)
    if out.exists() and not out.is_dir():
        return (error("output-folder", f"{quote(out)} is a file, not a folder.", None),)
    return ()


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:  # no HOME, and a user whom the system does not know, as in a container
        return None


def publish(
    root: Path, out: Path, outputs: Mapping[str, Output]
) -> tuple[Published | None, tuple[Problem, ...]]:
    """Make ``out`` hold ``outputs``. None and a problem where the system refuses a write."""
    state = root / ".acadsite" / "published.json"
    known = _read_state(state)
    name = _state_name(root, out)
    before = set(known.get(name, ()))
    problems = (*_linked_folders(out, {*outputs, *before}), *_unreadable(root, outputs))
    if problems:
        return None, problems
    written: list[str] = []
    path = ""
    try:
        removed = sorted(before - outputs.keys())
        if not before.issuperset(outputs):
            # Should this run be cut off, the next one knows what it wrote.
            _write_state(state, {**known, name: sorted({*before, *outputs})})
        in_the_way = _in_the_way(removed, outputs)
        for path in in_the_way:
            _remove(out, path)
        for path, output in outputs.items():
            if _put(out / path, output):
                written.append(path)
        for path in removed:
            if path not in in_the_way:
                _remove(out, path)
        _write_state(state, {**known, name: sorted(outputs)})
    except OSError as failure:
        message = f"The output {quote(path or state.name)} cannot be written: {failure.strerror}."
        return None, (error("output-write", message),)
    return Published(tuple(written), len(outputs) - len(written), tuple(removed)), ()


def _in_the_way(removed: Sequence[str], outputs: Mapping[str, Output]) -> set[str]:
    """What must go before anything is written: a file where a folder comes, a file in a folder where a file comes,
    and a name that is another only by case or Unicode form, which some systems would overwrite and then lose."""
    if not removed:
        return set()
    names = {fold(path) for path in outputs}
    folders = {str(folder) for name in names for folder in PurePosixPath(name).parents}
    return {
        path
        for path in removed
        if (folded := fold(path)) in names
        or folded in folders
        or any(str(folder) in names for folder in PurePosixPath(folded).parents)
    }


def _linked_folders(out: Path, paths: set[str]) -> tuple[Problem, ...]:
    """Errors for folders in ``out`` that are links: writing through them would reach other places."""
    folders = {folder for path in paths for folder in PurePosixPath(path).parents} - {PurePosixPath(".")}
    hint = "Remove the link; the build makes the folder itself."
    return tuple(
        error("output-link", f"The folder {quote(folder)} in the output is a link.", None, hint)
        for folder in sorted(folders)
        if (out / folder).is_symlink()
    )


def _unreadable(root: Path, outputs: Mapping[str, Output]) -> tuple[Problem, ...]:
    """Errors for files that are to be copied and cannot be read, before anything is written."""
    return tuple(
        error(
            "file-unreadable",
            "The file cannot be read: Permission denied.",
            Span(_relative(root, output.copy)),
        )
        for output in outputs.values()
        if output.copy is not None and not os.access(output.copy, os.R_OK)
    )


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _put(target: Path, output: Output) -> bool:
    """Write one file through a temporary neighbour; False where it is there already, byte for byte."""
    if output.copy is not None:
        if target.is_file() and not target.is_symlink() and filecmp.cmp(output.copy, target, shallow=False):
            return False
    elif _holds(target, output.data):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_name(f".{target.name[:200]}.new")
    if output.copy is not None:
        shutil.copyfile(output.copy, waiting)
    else:
        waiting.write_bytes(output.data)
    waiting.replace(target)
    return True


def _holds(target: Path, data: bytes) -> bool:
    try:
        info = target.lstat()
        return info.st_size == len(data) and not target.is_symlink() and target.read_bytes() == data
    except OSError:
        return False


def _remove(out: Path, path: str) -> None:
    target = out / path
    target.unlink(missing_ok=True)
    folder = target.parent
    while folder != out and folder.is_relative_to(out):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _state_name(root: Path, out: Path) -> str:
    try:
        return os.path.relpath(out.resolve(), root.resolve()).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return out.resolve().as_posix()


def _read_state(state: Path) -> dict[str, list[str]]:
    try:
        data = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    lists = data.items() if isinstance(data, dict) else ()
    return {
        name: [path for path in paths if isinstance(path, str) and _is_inside(path)]
        for name, paths in lists
        if isinstance(paths, list)
    }


def _is_inside(path: str) -> bool:
    return (
        not path.startswith(("/", "\\"))
        and ".." not in path.replace("\\", "/").split("/")
        and ":" not in path
    )


def _write_state(state: Path, known: Mapping[str, list[str]]) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    ignore = state.parent / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    waiting = state.with_suffix(".new")
    waiting.write_text(
        json.dumps(dict(known), indent=0, sort_keys=True, ensure_ascii=False), encoding="utf-8"
    )
    waiting.replace(state)
