"""XML of styles → plain elements with lines, under limits: a style is a text that anybody may have written.

No document type, no entities of its own, no depth, size or number of elements beyond the limits: each of these is a
problem. Elements of other namespaces than CSL's are left out. Never raises for what a text holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import Problem, Span, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMESPACE: Final = "http://purl.org/net/xbiblio/csl"
_LANGUAGE: Final = "http://www.w3.org/XML/1998/namespace lang"
_LONGEST: Final = 2_000_000
_DEEPEST: Final = 60
_MOST: Final = 40_000


@dataclass(frozen=True, slots=True)
class Element:
    """One element. ``text`` is the text directly inside it, stripped; ``xml:lang`` is the attribute ``lang``."""

    name: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    text: str
    line: int
    column: int

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        return self.attributes.get(name, default)

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Element]:
        """The element and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


class _RefusedError(Exception):
    """What stops the reading; never leaves this module."""


def read_xml(text: str, path: str) -> tuple[Element | None, tuple[Problem, ...]]:
    """The root element of a text, or none and the reason."""
    from xml.parsers import expat

    def refused(message: str, line: int = 1, column: int = 1, hint: str = "") -> tuple[None, tuple[Problem]]:
        return None, (error("csl-xml", message, Span(path, line, column), hint),)

    if len(text) > _LONGEST:
        return refused(f"the style has {len(text):,} characters, {_LONGEST:,} are the most that is read")
    builder = _Builder(expat.ParserCreate("utf-8", namespace_separator=" "))
    try:
        builder.parser.Parse(text.removeprefix("\ufeff").encode("utf-8", "replace"), True)
    except expat.ExpatError as broken:
        message = f"this is not well-formed XML: {expat.ErrorString(broken.code)}"
        return refused(message, broken.lineno, broken.offset + 1)
    except _RefusedError as reason:
        parser = builder.parser
        return refused(str(reason), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
    if builder.root is None:
        return refused("there is no element of CSL in the file", hint=f'expected <style xmlns="{NAMESPACE}">')
    return builder.root, ()


class _Builder:
    """Collects elements while expat reads."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.root: Element | None = None
        self._open: list[tuple[str, dict[str, str], list[Element], list[str], int, int]] = []
        self._count = 0
        #: Depth inside an element that is not CSL's.
        self._foreign = 0
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise _RefusedError("a style may not declare a document type or entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self._foreign or namespace not in {NAMESPACE, ""}:
            self._foreign += 1
            if self._foreign > _DEEPEST:
                raise _RefusedError(f"elements are nested more than {_DEEPEST} deep")
            return
        self._count += 1
        if self._count > _MOST:
            raise _RefusedError(f"there are more than {_MOST:,} elements")
        if len(self._open) >= _DEEPEST:
            raise _RefusedError(f"elements are nested more than {_DEEPEST} deep")
        if _LANGUAGE in attributes:
            attributes["lang"] = attributes.pop(_LANGUAGE)
        parser = self.parser
        place = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        self._open.append((local, attributes, [], [], *place))

    def _end(self, _name: str) -> None:
        if self._foreign:
            self._foreign -= 1
            return
        name, attributes, children, texts, line, column = self._open.pop()
        text = "".join(texts)
        if name not in {"term", "single", "multiple"}:
            text = text.strip()
        element = Element(name, attributes, tuple(children), text, line, column)
        if self._open:
            self._open[-1][2].append(element)
        else:
            self.root = element

    def _text(self, text: str) -> None:
        if self._open and not self._foreign:
            self._open[-1][3].append(text)
