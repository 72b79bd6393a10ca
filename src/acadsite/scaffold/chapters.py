"""A new chapter: a file in the folder of a book, and a line in the list of its chapters, whichever of the forms that
has (``book.yaml``, ``_quarto.yml``, ``mkdocs.yml``, ``SUMMARY.md``).

The list is changed as text, by one line: comments and form stay. It is read before and after, and the change is
refused if it is anything but one chapter more.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from acadsite.collect.book_files import Entry, Frame, is_book, read_frame
from acadsite.problems import Problem, error, quote
from acadsite.records import slug
from acadsite.scaffold.filling import markdown, plain
from acadsite.scaffold.wish import Made, Refused, Wish
from acadsite.scaffold.writing import after_item, replace_text, unfit, write_new
from acadsite.sources import decode, is_litter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

#: Chapters that stay the last ones.
_BACK: Final = re.compile(
    r"(references|bibliography|literatur\w*|colophon|index-of-\w+|glossary)\.\w+", re.IGNORECASE
)


def new_chapter(wish: Wish) -> Made:
    """Make a chapter in a book: ``wish.inside``, else the only one there is. It becomes the last one, but stays
    before a list of references and the appendices, and in the last part where there are parts."""
    folder = wish.choice("book", _books(wish.root))
    paths = _paths(wish.root / folder)
    texts: dict[str, str] = {}
    frame = _frame(wish, folder, paths, texts)
    name = slug(wish.title)
    if not name:
        message = f"No file name can be made from {quote(wish.title)}."
        raise Refused(error("new-title", message, None, "Use letters or digits in the title."))
    listed = [entry.path for entry in _flat(frame.entries) if entry.kind == "chapter"]
    is_quarto = any(path.endswith(".qmd") for path in listed)
    file = f"{name}.qmd" if is_quarto else f"{name}.md"
    path = f"{frame.base}/{file}"
    if (wish.root / path).exists():
        raise Refused(error("new-exists", f"There is a file {quote(path)} already; it is left alone."))
    text = wish.fill("chapter.md", id=name)
    if not frame.is_complete:
        problem = write_new(wish.root, path, text)
        return Made(problems=(problem,)) if problem else Made((path,))
    list_path, new = _listed(wish, frame, file)
    inner = posixpath.relpath(path, folder)
    again = _frame(wish, folder, [*paths, inner], {**texts, list_path: new, path: text})
    if not _is_more(frame.entries, again.entries, file):
        raise Refused(unfit(list_path))
    problem = write_new(wish.root, path, text)
    if problem:
        return Made(problems=(problem,))
    before, _ = wish.read(list_path)
    replace_text(wish.root, list_path, before, new)
    return Made((path, list_path))


def _books(root: Path) -> dict[str, str]:
    """The folders of books by their names."""
    top = root / "content"
    folders = sorted(path for path in top.iterdir() if path.is_dir()) if top.is_dir() else []
    return {path.name: f"content/{path.name}" for path in folders if is_book(_paths(path))}


def _paths(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not any(is_litter(part) for part in path.split("/")))


def _frame(wish: Wish, folder: str, paths: Sequence[str], texts: Mapping[str, str]) -> Frame:
    """The book as its list has it, with ``texts`` in the place of files; refused where it cannot be read."""

    def read(path: str) -> str:
        return texts[path] if path in texts else decode((wish.root / path).read_bytes(), path)[0]

    frame, problems = read_frame(folder, paths, read)
    errors: list[Problem] = [problem for problem in problems if problem.level == "error"]
    if errors or frame is None:
        raise Refused(*(errors or [error("new-append", f"The book {quote(folder)} cannot be read.")]))
    return frame


def _flat(entries: Iterable[Entry]) -> list[Entry]:
    return [inner for entry in entries for inner in (entry, *_flat(entry.entries))]


def _listed(wish: Wish, frame: Frame, file: str) -> tuple[str, str]:
    """The file that lists the chapters, and its text with a line more."""
    anchor = _anchor(frame)
    path = anchor.where.path if anchor is not None else frame.where.path
    lines = wish.read(path)[1].split("\n")
    is_summary = frame.form == "mdbook" and path.endswith("SUMMARY.md")
    if anchor is None:
        if not is_summary:
            raise Refused(unfit(path))
        return path, "\n".join(lines).rstrip("\n") + f"\n\n- [{markdown(wish.title)}]({file})\n"
    at = anchor.where.line - 1
    item = f"[{markdown(wish.title)}]({file})" if is_summary else plain(file)
    if frame.form == "mkdocs" and not path.endswith(("book.yaml", "book.yml")):
        item = f"{plain(wish.title)}: {plain(file)}"
    last = max((entry.where.line - 1 for entry in _flat((anchor,))), default=at)
    place = after_item(lines, at)
    if place is not None and not _is_flow(lines[at], anchor):
        end, indent = place
        bullet = lines[at].lstrip()[0]
        lines.insert(max(end, last + 1), f"{indent}{bullet} {item}")
        return path, "\n".join(lines)
    # [one.md, two.md] on one line: behind the last of them
    where = anchor.where
    if where.end_line != where.line or not where.end_column or frame.form == "mkdocs":
        raise Refused(unfit(path))
    line = lines[at]
    lines[at] = f"{line[: where.end_column - 1]}, {item}{line[where.end_column - 1 :]}"
    return path, "\n".join(lines)


def _is_flow(line: str, entry: Entry) -> bool:
    """Whether an entry stands between brackets: ``- part: Rings`` may have ``chapters: [a.md]`` on its line."""
    return "[" in line[: entry.where.column - 1]


def _anchor(frame: Frame) -> Entry | None:
    """The entry behind which a new chapter belongs."""
    rows = [entry for entry in frame.entries if not entry.is_appendix]
    while rows and (_BACK.fullmatch(posixpath.basename(rows[-1].path)) or _is_behind(rows, frame)):
        rows.pop()
    if not rows:
        return None
    found = rows[-1]
    while found.kind == "part" and found.entries:
        found = found.entries[-1]
    return found


def _is_behind(rows: Sequence[Entry], frame: Frame) -> bool:
    """Whether the last row is one that mdBook has outside of its list, without a number."""
    return frame.form == "mdbook" and rows[-1].kind == "chapter" and not rows[-1].is_numbered


def _is_more(old: Iterable[Entry], new: Iterable[Entry], file: str) -> bool:
    """Whether ``new`` is ``old`` and the chapter ``file`` more."""
    before, after = _bare(old), _bare(new)
    more = [at for at, row in enumerate(after) if row[0] == "chapter" and row[2] == file]
    return len(more) == 1 and after[: more[0]] + after[more[0] + 1 :] == before


def _bare(entries: Iterable[Entry]) -> list[tuple[object, ...]]:
    return [
        (entry.kind, entry.title, entry.path, entry.is_numbered, entry.is_appendix)
        for entry in _flat(entries)
    ]
