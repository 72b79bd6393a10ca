"""``acadsite new-page``: a new source from an archetype, in the right place, without touching what is there.

Documents (page, post, course) become a Markdown file of their own. Everything else is added to the end of its
list file, and only when the file, with the addition, still reads as before plus one record.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2

from acadsite.config import read_config
from acadsite.people import parse_name
from acadsite.problems import Problem, Span, error, quote
from acadsite.records import slug
from acadsite.sources import decode, parse_yaml
from acadsite.templates import Theme, read_theme

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from acadsite.config import Config

#: Kind → where it goes: a folder for documents, a file for lists.
DOCUMENTS = {"page": "pages", "post": "posts", "course": "courses", "deck": "slides"}
LISTS = {
    "talk": "talks.yaml",
    "student": "students.yaml",
    "person": "people.yaml",
    "repo": "repos.yaml",
    "news": "news.yaml",
}
_ENTRY = re.compile(r"\s*@[A-Za-z]+\s*[{(]")


@dataclass(frozen=True, slots=True)
class _Wish:
    root: Path
    kind: str
    title: str
    today: dt.date
    config: Config
    theme: Theme


def new_page(root: Path, kind: str, title: str, today: dt.date) -> tuple[str | None, tuple[Problem, ...]]:
    """Make one page or record; its path, relative to ``root``, or None with a problem."""
    config, problems = read_config(root)
    if any(problem.level == "error" for problem in problems):
        return None, problems
    theme, problems = read_theme(root, config["theme"], config.place("theme"))
    if any(problem.level == "error" for problem in problems):
        return None, problems
    title = " ".join(title.split()) if kind != "publication" else title.strip()
    if not title:
        return None, (error("new-title", "The title is empty."),)
    wish = _Wish(root, kind, title, today, config, theme)
    try:
        if kind in DOCUMENTS:
            return _document(wish)
        return _publication(wish) if kind == "publication" else _item(wish)
    except _BadArchetype as failure:
        return None, (failure.problem,)
    except OSError as failure:
        return None, (error("new-write", f"The file cannot be written: {failure.strerror}."),)


def _archetype(wish: _Wish, name: str, identifier: str) -> str:
    found = wish.theme.find("archetypes", name)
    if found is None:
        raise FileNotFoundError(2, f"there is no archetype {name}", name)
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )
    environment.filters["yaml"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.filters["bibtex"] = _bibtex
    author = wish.config["author"]
    layer, file = found
    path = layer.inner(f"archetypes/{name}")
    text, problems = decode(file.read_bytes(), path)
    if problems:
        raise _BadArchetype(problems[0])
    try:
        return environment.from_string(text).render(
            title=wish.title,
            id=identifier,
            date=wish.today.isoformat(),
            year=wish.today.year,
            author=_author_name(author),
        )
    except Exception as failure:
        line = getattr(failure, "lineno", None)
        message = f"The archetype cannot be used: {failure}."
        raise _BadArchetype(error("new-archetype", message, Span(path, line or 1))) from failure


class _BadArchetype(Exception):  # noqa: N818
    """An archetype of the site's own that cannot be read or filled in."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _author_name(author: object) -> str:
    if isinstance(author, str):
        return author if " " in author else ""
    name = author.get("name") if isinstance(author, dict) else ""
    return name if isinstance(name, str) else ""


def _bibtex(text: str) -> str:
    """Text as a BibTeX value: special characters escaped, braces dropped where they do not balance."""
    if text.count("{") != text.count("}"):
        text = text.replace("{", "").replace("}", "")
    return re.sub(r"(?<!\\)([%&#_$])", r"\\\1", text)


def _document(wish: _Wish) -> tuple[str | None, tuple[Problem, ...]]:
    name = slug(wish.title)
    if not name:
        message = f"No file name can be made from {quote(wish.title)}."
        return None, (error("new-title", message, None, "Use letters or digits in the title."),)
    path = f"content/{DOCUMENTS[wish.kind]}/{name}.md"
    target = wish.root / path
    text = _archetype(wish, f"{wish.kind}.md", name)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return None, (error("new-exists", "There is such a file already; it is left alone.", Span(path)),)
    return path, ()


def _item(wish: _Wish) -> tuple[str | None, tuple[Problem, ...]]:
    if wish.kind == "repo" and not re.match(r"https?://[^/\s]+/\S+", wish.title):
        message = f"{quote(wish.title)} is no address of a repository."
        return None, (error("new-repo", message, None, "Such as https://github.com/owner/name."),)
    name = parse_name(wish.title) if wish.kind in {"person", "student"} else None
    words = f"{name['given']} {name['particle']} {name['family']}" if name and name["family"] else wish.title
    text = _archetype(wish, f"{wish.kind}.yaml", slug(words) or "new")
    path = f"content/{LISTS[wish.kind]}"
    return _append(wish.root, path, text, _count_items)


def _publication(wish: _Wish) -> tuple[str | None, tuple[Problem, ...]]:
    files = sorted(path for path in (wish.root / "content").glob("publications/*.bib") if path.is_file())
    path = files[0].relative_to(wish.root).as_posix() if files else "content/publications/publications.bib"
    if _ENTRY.match(wish.title):
        text = wish.title + "\n"
    else:
        text = _archetype(
            wish, "publication.bib", f"{slug(wish.title)[:40].strip('-') or 'new'}-{wish.today.year}"
        )
    return _append(wish.root, path, text, _count_entries)


def _append(root: Path, path: str, addition: str, count: _Counter) -> tuple[str | None, tuple[Problem, ...]]:
    target = root / path
    before = target.read_bytes() if target.exists() else b""
    old, problems = decode(before, path)
    had, faults = count(old, path)
    if problems or faults:
        return None, (*problems, *faults)
    gap = "" if not old.strip() else "\n" if old.endswith("\n") else "\n\n"
    new = old.rstrip("\n") + "\n" + gap.replace("\n\n", "\n") + addition if old.strip() else addition
    has, faults = count(new, path)
    if faults or has != had + 1:
        message = "The addition does not fit the file; nothing was changed."
        return None, (*faults, error("new-append", message, Span(path), "Add the record by hand."))
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_name(f".{target.name}.new")
    if b"\r\n" in before:
        new = new.replace("\n", "\r\n")
    waiting.write_bytes(new.encode("utf-8-sig" if before.startswith(b"\xef\xbb\xbf") else "utf-8"))
    waiting.replace(target)
    return path, ()


def _count_items(text: str, path: str) -> tuple[int, tuple[Problem, ...]]:
    node, problems = parse_yaml(text, path)
    errors = tuple(problem for problem in problems if problem.level == "error")
    if errors or node is None or node.value is None:
        return 0, errors
    if not isinstance(node.value, tuple):
        return 0, (error("list-kind", f"{path} is no list.", node.span),)
    return len(node.value), ()


def _count_entries(text: str, path: str) -> tuple[int, tuple[Problem, ...]]:
    from acadsite.bibtex import read

    library = read([(path, text)])
    return len(library.entries), tuple(problem for problem in library.problems if problem.level == "error")


if TYPE_CHECKING:
    from collections.abc import Callable

    _Counter = Callable[[str, str], tuple[int, tuple[Problem, ...]]]
