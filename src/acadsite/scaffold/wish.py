"""A wish for something new in a site: what, under which title, where; and the archetypes that fulfil it.

An archetype is a file ``archetypes/KIND.md`` (or ``.yaml``, ``.bib``) of the site, its theme or one below that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acadsite.problems import Problem, Span, did_you_mean, error, quote
from acadsite.scaffold.filling import environment
from acadsite.sources import decode

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from acadsite.config import Config
    from acadsite.templates import Theme


@dataclass(frozen=True, slots=True)
class Made:
    """What was made or changed: paths relative to the site, the new one first; what is worth knowing; and what is
    wrong. Without a path nothing was changed."""

    paths: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


class Refused(Exception):  # noqa: N818
    """A wish that cannot be fulfilled, with the problem to tell."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Wish:
    """``inside`` is the course, book or .bib file into which something goes; empty where nothing is said."""

    root: Path
    kind: str
    title: str
    inside: str
    today: dt.date
    config: Config
    theme: Theme

    def fill(self, name: str, **values: object) -> str:
        """The text that the archetype ``name`` becomes. It gets ``title``, ``date``, ``year``, ``author`` and
        ``values``."""
        found = self.theme.find("archetypes", name)
        if found is None:
            raise Refused(error("new-archetype", f"There is no archetype {quote(name)}."))
        layer, file = found
        path = layer.inner(f"archetypes/{name}")
        text, problems = decode(file.read_bytes(), path)
        if problems:
            raise Refused(problems[0])
        known = {
            "title": self.title,
            "date": self.today.isoformat(),
            "year": self.today.year,
            "author": self.author,
            **values,
        }
        try:
            made = environment().from_string(text).render(known)
        except Exception as failure:
            line = getattr(failure, "lineno", None)
            message = f"The archetype cannot be used: {failure}."
            raise Refused(error("new-archetype", message, Span(path, line or 1))) from failure
        return made if made.endswith("\n") else f"{made}\n"

    @property
    def author(self) -> str:
        """The name of the site's owner, where site.yaml says it."""
        author = self.config["author"]
        if isinstance(author, str):
            return author if " " in author else ""
        name = author.get("name") if author else ""
        return name if isinstance(name, str) else ""

    def read(self, path: str) -> tuple[bytes, str]:
        """The bytes and the text of a file of the site; nothing where there is none."""
        target = self.root / path
        data = target.read_bytes() if target.exists() else b""
        text, problems = decode(data, path)
        if problems:
            raise Refused(*problems)
        return data, text

    def choice(self, noun: str, known: Mapping[str, str]) -> str:
        """Which of the ``known`` courses, books, … is meant: by ``inside``, or because there is but one. The value."""
        if not known:
            hint = f'Make one first: acadsite new-page {noun} "…".' if noun == "course" else ""
            raise Refused(error("new-in", f"The site has no {noun} yet.", None, hint))
        if not self.inside and len(known) == 1:
            return next(iter(known.values()))
        if self.inside in known:
            return known[self.inside]
        listed = ", ".join(sorted(known))
        if not self.inside:
            hint = f"--in with one of: {listed}"
            raise Refused(error("new-in", f"The site has more than one {noun}.", None, hint))
        hint = did_you_mean(self.inside, known) or f"There is: {listed}."
        raise Refused(error("new-in", f"There is no {noun} {quote(self.inside)}.", None, hint))
