"""``acadsite new-page``: a new source from an archetype, in the right place, without touching what is there.

What is a text becomes a Markdown file of its own. Everything else is added to its list, and only when the file, with
the addition, still reads as before plus that one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.config import read_config
from acadsite.people import parse_name
from acadsite.problems import Problem, error, quote
from acadsite.records import slug
from acadsite.scaffold import chapters, lectures, works
from acadsite.scaffold.wish import Made, Refused, Wish
from acadsite.scaffold.writing import grown, is_readable, write_new
from acadsite.sources import parse_yaml
from acadsite.templates import read_theme

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

#: Kind → where it goes: a folder for documents, a file for lists.
_DOCUMENTS: Final = {"page": "pages", "post": "posts", "course": "courses", "deck": "slides"}
_LISTS: Final = {
    "talk": "talks.yaml",
    "student": "students.yaml",
    "person": "people.yaml",
    "repo": "repos.yaml",
    "project": "projects.yaml",
    "news": "news.yaml",
}


def new_page(root: Path, kind: str, title: str, today: dt.date, inside: str = "") -> Made:
    """Make a page or record of a ``kind`` of ``KINDS`` in the site in ``root``. ``inside`` names the course of a
    lecture, the book of a chapter, the .bib file of a publication. Nothing that is there is changed otherwise than
    by adding to it."""
    config, problems = read_config(root)
    if any(problem.level == "error" for problem in problems):
        return Made(problems=problems)
    theme, problems = read_theme(root, config["theme"], config.place("theme"))
    if any(problem.level == "error" for problem in problems):
        return Made(problems=problems)
    title = title.strip() if kind == "publication" else " ".join(title.split())
    if not title:
        return Made(problems=(error("new-title", "The title is empty."),))
    if not is_readable(title):
        return Made(problems=(error("new-title", "The title has characters that no text may have."),))
    try:
        return _MAKERS[kind](Wish(root, kind, title, inside, today, config, theme))
    except Refused as refusal:
        return Made(problems=refusal.problems)
    except OSError as failure:
        return Made(problems=(error("new-write", f"The file cannot be written: {failure.strerror}."),))


def _document(wish: Wish) -> Made:
    name = slug(wish.title)
    if not name:
        message = f"No file name can be made from {quote(wish.title)}."
        raise Refused(error("new-title", message, None, "Use letters or digits in the title."))
    path = f"content/{_DOCUMENTS[wish.kind]}/{name}.md"
    problem = write_new(wish.root, path, wish.fill(f"{wish.kind}.md", id=name))
    return Made(problems=(problem,)) if problem else Made((path,))


def _item(wish: Wish) -> Made:
    if wish.kind == "repo" and not re.match(r"https?://[^/\s]+/\S+", wish.title):
        message = f"{quote(wish.title)} is no address of a repository."
        raise Refused(error("new-repo", message, None, "Such as https://github.com/owner/name."))
    name = parse_name(wish.title) if wish.kind in {"person", "student"} else None
    words = f"{name['given']} {name['particle']} {name['family']}" if name and name["family"] else wish.title
    text = wish.fill(f"{wish.kind}.yaml", id=slug(words) or "new")
    path = f"content/{_LISTS[wish.kind]}"
    return grown(wish, path, text, _count)


def _count(text: str, path: str) -> tuple[int, tuple[Problem, ...]]:
    node, problems = parse_yaml(text, path)
    errors = tuple(problem for problem in problems if problem.level == "error")
    if errors or node is None or node.value is None:
        return 0, errors
    if not isinstance(node.value, tuple):
        return 0, (error("list-kind", f"{path} is no list.", node.span),)
    return len(node.value), ()


_MAKERS: Final[Mapping[str, Callable[[Wish], Made]]] = {
    "page": _document,
    "post": _document,
    "talk": _item,
    "publication": works.new_publication,
    "paper": works.new_paper,
    "repo": _item,
    "project": _item,
    "student": _item,
    "person": _item,
    "news": _item,
    "course": _document,
    "lecture": lectures.new_lecture,
    "deck": _document,
    "chapter": chapters.new_chapter,
}
KINDS: Final = tuple(_MAKERS)
