"""Checks of colours: whether what the published style sheets say can be read, on light pages and on dark ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite.colours import CONTROL, GROUNDS, TEXT, contrast, palette
from acadsite.problems import Problem, Span, warning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from acadsite.check.finished import Finished

#: Tokens in which text is set, and those of borders that one must see; docs/themes.md has them all.
_TEXTS: Final = (
    "text",
    "muted",
    "link",
    "mark",
    "visited",
    "green",
    "amber",
    "purple",
    "red",
    "blue",
    "rose",
)
_BORDERS: Final = ("control",)
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_ONE: Final = re.compile(r"--([\w-]+)\s*:\s*(#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3}))\s*[;}]")


def check_contrast(site: Finished, root: Path) -> list[Problem]:
    """Tokens of the sheets of the home page that have too little contrast (WCAG 2.2, 1.4.3 and 1.4.11). Only colours
    written as #rgb or #rrggbb, alone or in light-dark(), are looked at; a sheet that computes others goes unseen."""
    colours: dict[str, tuple[str, str]] = {}
    places: dict[str, Span] = {}
    for path, text in _sheets(site):
        for name, pair in _tokens(text).items():
            colours[name] = pair
            places[name] = _place(site, path, name, text, root)
    problems = []
    for names, least in ((_TEXTS, TEXT), (_BORDERS, CONTROL)):
        for name in names:
            for at, mode in enumerate(("light", "dark") if name in colours else ()):
                grounds = {ground: colours[ground][at] for ground in GROUNDS if ground in colours}
                faint = [
                    f"{found:.1f} : 1 on --{ground} {colour}"
                    for ground, colour in grounds.items()
                    if (found := contrast(colours[name][at], colour)) < least
                ]
                if faint:
                    message = (
                        f"On {mode} pages --{name} {colours[name][at]} has a contrast of {', '.join(faint)}."
                    )
                    hint = f"At least {least} : 1 can be read by most."
                    problems.append(warning("colour-contrast", message, places[name], hint))
    return problems


def _sheets(site: Finished) -> list[tuple[str, str]]:
    """Path and text of the style sheets of the home page, in order."""
    home = next((page for page in site.graph.pages.values() if page.kind == "home"), None)
    if home is None or home.path not in site.facts:
        return []
    found = []
    for address in site.facts[home.path].relations.get("stylesheet", ()):
        target = site.target(home, address)
        output = site.outputs.get(target[1]) if target else None
        if target and output is not None:
            data = output.copy.read_bytes() if output.copy else output.data
            found.append((target[1], data.decode("utf-8", "replace")))
    return found


def _tokens(sheet: str) -> Mapping[str, tuple[str, str]]:
    """Light and dark colour by token; what a sheet sets without light-dark() holds for both."""
    one = {name: (colour, colour) for name, colour in _ONE.findall(_COMMENT.sub("", sheet))}
    return {**one, **palette(sheet)}


def _place(site: Finished, path: str, name: str, text: str, root: Path) -> Span:
    """Where a token is set: in the site's own file where one has it, since what is published may be shortened."""
    copied = site.outputs[path].copy
    theme = str(site.config["theme"])
    own = (
        [copied]
        if copied
        else sorted(root.glob(f"themes/*/{path}"), key=lambda file: file.relative_to(root).parts[1] == theme)
    )
    for file in own:
        if file.is_relative_to(root):
            text, path = file.read_text("utf-8", "replace"), file.relative_to(root).as_posix()
    blank = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    found = re.search(rf"--{re.escape(name)}\s*:", blank)
    if found is None:
        return Span(path)
    line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
    return Span(path, line, column, line, column + len(name) + 2)
