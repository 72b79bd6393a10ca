"""A citation style: read once from the text of a ``.csl`` file, checked, compiled when first used.

``read_style`` takes the text and the path to name in problems and gives the style, or none, with the problems. A
dependent style is read as its parent, where that is one of ours or ``find`` knows it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from acadsite.citations.source import Element, read_xml
from acadsite.problems import Problem, Span, error, warning

if TYPE_CHECKING:
    from collections.abc import Callable

#: Styles of ours, by the names that others use for them as well.
NAMES: Final = {
    "apa": "apa", "american-psychological-association": "apa", "apa-7th-edition": "apa",
    "chicago": "chicago-author-date", "chicago-author-date": "chicago-author-date",
    "ieee": "ieee", "vancouver": "vancouver", "acm": "acm", "association-for-computing-machinery": "acm",
    "nature": "nature", "mla": "mla", "modern-language-association": "mla",
    "harvard": "harvard", "harvard-cite-them-right": "harvard", "numeric": "numeric", "alphabetic": "alphabetic",
}  # fmt: skip
_INSIDE: Final = {
    "style": "info locale macro citation bibliography",
    "citation": "sort layout",
    "bibliography": "sort layout",
    "sort": "key",
    "layout": "text number date names label group choose",
    "macro": "text number date names label group choose layout",
    "group": "text number date names label group choose",
    "substitute": "text number date names label group choose",
    "if": "text number date names label group choose",
    "else-if": "text number date names label group choose",
    "else": "text number date names label group choose",
    "choose": "if else-if else",
    "names": "name et-al label substitute",
    "name": "name-part",
    "date": "date-part",
}
_NUMBERS: Final = (
    "et-al-min", "et-al-use-first", "et-al-subsequent-min", "et-al-subsequent-use-first", "names-min",
    "names-use-first", "near-note-distance", "line-spacing", "entry-spacing",
)  # fmt: skip
#: Each call of a macro costs; a style whose calls unfold to more than this is a bomb.
_MOST_CALLS: Final = 20_000
_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class Style:
    """A style that can be used. Two styles with the same text are the same."""

    digest: str
    id: str = field(compare=False)
    title: str = field(compare=False)
    is_note: bool = field(compare=False)
    default_locale: str = field(compare=False)
    root: Element = field(compare=False, repr=False)


@lru_cache(maxsize=32)
def own_style(name: str) -> Style | None:
    """One of our styles by its name; none when there is no such."""
    known = NAMES.get(name.lower().removesuffix(".csl"))
    if known is None:
        return None
    text = resources.files("acadsite.citations").joinpath("styles", f"{known}.csl").read_text("utf-8")
    return read_style(text, f"{known}.csl")[0]


def nearest_names(name: str) -> str:
    """Hint with the names of styles like this one."""
    close = get_close_matches(name.lower(), NAMES, 1, 0.6)
    listed = ", ".join(sorted(set(NAMES.values())))
    return f"did you mean “{close[0]}”?" if close else f"known are {listed}, or a path to a .csl file"


def read_style(
    text: str, path: str, find: Callable[[str], str | None] | None = None, _depth: int = 0
) -> tuple[Style | None, tuple[Problem, ...]]:
    """The style of a text. ``find`` gives the text of a style by the last part of its id, or none."""
    root, problems = read_xml(text, path)
    if root is None:
        return None, problems
    if root.name != "style":
        what = error(
            "csl-style",
            f"the file has a <{root.name}>, not a <style>",
            Span(path, root.line, root.column),
            "a locale or a part of a style cannot be used as a style" if root.name == "locale" else "",
        )
        return None, (what,)
    info = root.first("info")
    name = _child_text(info, "id")
    parent = _parent(info)
    if parent is not None and root.first("citation") is None:
        return _of_parent(parent, root, path, find, _depth)
    checks = _Checks(root, path)
    checks.all()
    if any(problem.level == "error" for problem in checks.problems):
        return None, tuple(checks.problems)
    style = Style(
        hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest(),
        name,
        _child_text(info, "title"),
        root.get("class") == "note",
        root.get("default-locale"),
        root,
    )
    return style, tuple(checks.problems)


def _child_text(info: Element | None, name: str) -> str:
    child = info.first(name) if info is not None else None
    return child.text if child is not None else ""


def _parent(info: Element | None) -> Element | None:
    for child in info.children if info is not None else ():
        if child.name == "link" and child.get("rel") == "independent-parent":
            return child
    return None


def _of_parent(
    link: Element, root: Element, path: str, find: Callable[[str], str | None] | None, depth: int
) -> tuple[Style | None, tuple[Problem, ...]]:
    address = link.get("href")
    name = address.rstrip("/").rpartition("/")[2].removesuffix(".csl")
    text = find(name) if find is not None and depth < 4 else None
    if text is not None:
        style, problems = read_style(text, f"{name}.csl", find, depth + 1)
    else:
        style, problems = own_style(name), ()
    if style is None and not problems:
        what = error(
            "csl-parent",
            f"this style only points to another, “{address}”, which is not there",
            Span(path, link.line, link.column),
            f"put {name}.csl beside it, or name that style itself",
        )
        return None, (what,)
    if style is not None and root.get("default-locale"):
        digest = f"{style.digest}-{root.get('default-locale')}"
        style = Style(digest, style.id, style.title, style.is_note, root.get("default-locale"), style.root)
    return style, problems


class _Checks:
    """What can be wrong with a style that is well-formed XML."""

    def __init__(self, root: Element, path: str) -> None:
        self.root = root
        self.path = path
        self.problems: list[Problem] = []
        self.macros = {child.get("name"): child for child in root.children if child.name == "macro"}
        self._sizes: dict[str, int] = {}

    def all(self) -> None:
        """Fills ``problems``."""
        citation = self.root.first("citation")
        if citation is None or citation.first("layout") is None:
            self._error(
                "csl-style", "the style has no <citation> with a <layout>", citation or self.root,
                "every style says in it how a citation looks",
            )  # fmt: skip
        bibliography = self.root.first("bibliography")
        if bibliography is not None and bibliography.first("layout") is None:
            self._error("csl-style", "the <bibliography> has no <layout>", bibliography)
        version = self.root.get("version", "1.0")
        if not version.startswith("1."):
            self._warn("csl-version", f"the style is for CSL {version}, which is read as 1.0.2", self.root)
        self._elements(self.root)
        for area in (citation, bibliography):
            if area is not None and self._size(area, ()) > _MOST_CALLS:
                self._error("csl-size", "macros of the style call each other too often to be run", area)
                break

    def _elements(self, element: Element) -> None:
        allowed = _INSIDE.get(element.name)
        for child in element.children:
            if element.name in {"info", "locale", "terms", "term"}:
                continue
            if allowed is not None and child.name not in allowed.split():
                self._warn(
                    "csl-element", f"<{child.name}> inside <{element.name}> is not CSL and is left out", child,
                    _near(child.name, allowed.split()),
                )  # fmt: skip
            self._one(child)
            self._elements(child)

    def _one(self, element: Element) -> None:
        name = element.get("macro")
        if name and element.name in {"text", "key"} and name not in self.macros:
            self._error("csl-macro", f"there is no macro “{name}”", element, _near(name, list(self.macros)))
        for attribute in _NUMBERS:
            value = element.attributes.get(attribute)
            if value is not None and not (value.isascii() and value.isdecimal()):
                self._warn("csl-value", f"{attribute}=“{value}” is not a whole number", element)
        if element.name == "text" and not element.attributes.keys() & {"variable", "macro", "term", "value"}:
            self._warn(
                "csl-value", "a <text> with nothing to print", element,
                "expected variable, macro, term or value",
            )  # fmt: skip
        if element.name in {"names", "date", "number", "label"} and "variable" not in element.attributes:
            is_label = element.name == "label"
            if not is_label:
                self._warn("csl-value", f"a <{element.name}> without variable", element)

    def _size(self, element: Element, path: tuple[str, ...]) -> int:
        """How many elements run at most, with macros unfolded and the dearest branch of each choice; a circle of
        macros is an error."""
        name = element.get("macro")
        if name in self.macros and element.name in {"text", "key"}:
            return 1 + self._macro_size(name, path, element)
        sizes = [self._size(child, path) for child in element.children]
        return 1 + (max(sizes, default=0) if element.name == "choose" else sum(sizes))

    def _macro_size(self, name: str, path: tuple[str, ...], call: Element) -> int:
        if name in path or len(path) > _DEEPEST:
            if not any(problem.code == "csl-circle" for problem in self.problems):
                circle = " → ".join((*path[path.index(name) :], name)) if name in path else ""
                message = (
                    f"macros call each other in a circle: {circle}"
                    if circle
                    else "macros are nested too deep"
                )
                self._error("csl-circle", message, call)
            return 0
        if name not in self._sizes:
            self._sizes[name] = self._size(self.macros[name], (*path, name))
        return self._sizes[name]

    def _error(self, code: str, message: str, element: Element, hint: str = "") -> None:
        self.problems.append(error(code, message, Span(self.path, element.line, element.column), hint))

    def _warn(self, code: str, message: str, element: Element, hint: str = "") -> None:
        self.problems.append(warning(code, message, Span(self.path, element.line, element.column), hint))


def _near(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, 1, 0.6)
    return f"did you mean “{close[0]}”?" if close else ""
