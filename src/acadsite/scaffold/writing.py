"""Writing for scaffolds: new files only, inside of one folder, and lists that grow without changing what is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.problems import Problem, Span, error, quote
from acadsite.scaffold.wish import Made, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from acadsite.scaffold.wish import Wish

    #: Says how many records a text has, and what is wrong with it; gets its path as well.
    Counter = Callable[[str, str], tuple[int, tuple[Problem, ...]]]

_DASH: Final = re.compile(r"(\s*)[-*+]\s")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def write_new(root: Path, path: str, text: str) -> Problem | None:
    """Make the file ``path`` (relative, POSIX) below ``root``; a problem where it is there already, as a link as
    well, or cannot be made."""
    target = root / path
    try:
        if not target.parent.resolve().is_relative_to(root.resolve()):
            message = f"The folder of {quote(path)} is a link that leads out of the site."
            return error("new-outside", message, Span(path), "Remove the link, or write the file by hand.")
        target.parent.mkdir(parents=True, exist_ok=True)
        # “x” refuses whatever has that name in the same step in which the file is made.
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return error("new-exists", "There is such a file already; it is left alone.", Span(path))
    except OSError as failure:
        return error("new-write", f"The file cannot be written: {failure.strerror}.", Span(path))
    return None


def replace_text(root: Path, path: str, before: bytes, text: str) -> None:
    """Put ``text`` in the place of a file that was ``before``, in one step, with its line ends and byte order mark."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    # A list may be a link to a file elsewhere: it is that file that grows.
    target = target.resolve()
    waiting = target.with_name(f".{target.name}.new")
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    waiting.write_bytes(text.encode("utf-8-sig" if before.startswith(b"\xef\xbb\xbf") else "utf-8"))
    if before and target.exists():
        waiting.chmod(target.stat().st_mode & 0o777)
    waiting.replace(target)


def grown(wish: Wish, path: str, addition: str, count: Counter) -> Made:
    """Add text to the end of a list, if ``count`` finds one record more in it then, and nothing wrong."""
    before, old = wish.read(path)
    had, faults = count(old, path)
    if faults:
        raise Refused(*faults)
    new = old.rstrip("\n") + "\n\n" + addition if old.strip() else addition
    has, faults = count(new, path)
    if faults or has != had + 1:
        raise Refused(*faults, unfit(path))
    replace_text(wish.root, path, before, new)
    return Made((path,))


def unfit(path: str) -> Problem:
    """What is told where an addition would change more of a file than it should."""
    message = "The addition does not fit the file; nothing was changed."
    return error("new-append", message, Span(path), "Add the record by hand.")


def after_item(lines: Sequence[str], at: int) -> tuple[int, str] | None:
    """For an item of a YAML or Markdown list that begins on ``lines[at]``: the index of the line before which the next
    item belongs, and what stands before its dash; None where no dash begins the line."""
    dash = _DASH.match(lines[at])
    if dash is None:
        return None
    end = at + 1
    for number, line in enumerate(lines[at + 1 :], at + 1):
        if line.strip():
            if len(line) - len(line.lstrip()) <= len(dash[1]):
                break
            end = number + 1
    return end, dash[1]


def is_readable(text: str) -> bool:
    """Whether text of a command line can stand in a file: it is Unicode, and of control characters has line ends and
    tabs at most."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # bytes that were no UTF-8
        return False
    return not _CONTROL.search(text)
