"""What each code of a problem means: cause, an example, how to mend it.

The texts are in ``explanations.toml`` beside this module; ``acadsite explain`` prints them, and docs/problems.md is
made of them. A test has one for each code that the sources use, and none more.
"""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code. ``title`` is a line without a full stop, ``cause`` and ``mend`` are sentences in Markdown with nothing
    but `code` in it, ``example`` is what provokes it, as it stands in a file; it may be empty."""

    code: str
    title: str
    cause: str
    mend: str
    example: str = ""

    def plain(self) -> dict[str, str]:
        """The explanation as JSON can hold it."""
        return {"title": self.title, "cause": self.cause, "example": self.example, "mend": self.mend}


@cache
def explanations() -> dict[str, Explanation]:
    """All explanations by code, in alphabetical order."""
    text = resources.files("acadsite").joinpath("explanations.toml").read_text(encoding="utf-8")
    return {code: Explanation(code, **one) for code, one in sorted(tomllib.loads(text).items())}


def as_text(one: Explanation) -> str:
    """An explanation for a terminal."""
    parts = [f"{one.code}: {one.title}", _filled(one.cause)]
    if one.example:
        parts.append("Example:\n\n" + textwrap.indent(one.example.strip("\n"), "    "))
    parts.append(_filled(f"Mend: {one.mend}"))
    return "\n\n".join(parts)


def _filled(text: str) -> str:
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


#: Areas by the first word of their codes, in the order of the reference.
AREAS = {
    "site": "The site and its settings",
    "config": "The site and its settings",
    "menu": "The site and its settings",
    "url": "Addresses and pages",
    "page": "Addresses and pages",
    "heading": "Addresses and pages",
    "link": "Links",
    "external": "Links",
    "meta": "Metadata",
    "colour": "Colours, sizes and the check itself",
    "pdf-size": "Colours, sizes and the check itself",
    "check": "Colours, sizes and the check itself",
    "bib": "Bibliography",
    "person": "People",
    "author": "People",
    "cite": "Citations and styles",
    "csl": "Citations and styles",
    "markup": "Texts",
    "translation": "Texts",
    "notebook": "Notebooks",
    "latex": "LaTeX as source",
    "image": "Pictures",
    "deck": "Slides",
    "book": "Books",
    "paper": "Full texts of papers",
    "pdf": "PDFs",
    "cv": "CV",
    "record": "Records and lists",
    "list": "Records and lists",
    "key": "Records and lists",
    "value": "Records and lists",
    "reference": "Records and lists",
    "snapshot": "Records and lists",
    "map": "Records and lists",
    "home": "Records and lists",
    "front": "YAML and front matter",
    "yaml": "YAML and front matter",
    "json": "YAML and front matter",
    "text": "Files",
    "file": "Files",
    "content": "Files",
    "theme": "Themes and templates",
    "template": "Themes and templates",
    "extension": "Extensions",
    "new": "acadsite new-page",
    "import": "acadsite import",
    "refresh": "acadsite refresh and upgrade",
    "upgrade": "acadsite refresh and upgrade",
    "output": "Publishing",
    "deploy": "Publishing",
    "state": "Publishing",
    "build": "Publishing",
    "clean": "Publishing",
    "internal": "Publishing",
}


def area_of(code: str) -> str:
    """The heading under which a code is explained."""
    return AREAS.get(code) or AREAS[code.partition("-")[0]]


def as_markdown() -> str:
    """The reference of all codes (docs/problems.md)."""
    by_area: dict[str, list[Explanation]] = {area: [] for area in AREAS.values()}
    for one in explanations().values():
        by_area[area_of(one.code)].append(one)
    parts = []
    for area, some in by_area.items():
        if some:
            parts.append(f"## {area}")
            parts += map(_entry, some)
    return "\n\n".join(parts) + "\n"


def _entry(one: Explanation) -> str:
    parts = [f"### {one.code}", f"**{one.title}.** {' '.join(one.cause.split())}"]
    if one.example:
        parts.append("```text\n" + one.example.strip("\n") + "\n```")
    parts.append(f"*Mend:* {' '.join(one.mend.split())}")
    return "\n\n".join(parts)
