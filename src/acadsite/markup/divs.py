"""What a fenced div stands for, now that its content is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element

from acadsite.markup import tree
from acadsite.markup.floats import finish_float, finish_gallery
from acadsite.markup.scholarly import KINDS, kind_of, wrap_loose
from acadsite.markup.theorems import finish_tabset, finish_theorem, theorem_kind

if TYPE_CHECKING:
    from collections.abc import Sequence


#: How lists may be numbered, as in HTML.
_MARKS: Final = frozenset("aAiI")


def finish_div(element: Element) -> None:
    """Make a callout, figure, theorem, … of a fenced div, or leave it what it is."""
    classes = element.get("class", "").split()
    kind = theorem_kind(element)
    for name in classes:
        callout = name.removeprefix("callout-")
        if name.startswith("callout-") or (
            name in KINDS and len(classes) == 1 and not _is_named(element, kind)
        ):
            _callout(element, callout, [other for other in classes if other != name])
            return
    if element.get("id") == "refs":
        element.tag = tree.BIBLIOGRAPHY
    elif kind:
        finish_theorem(element, kind)
    elif element.get("type") in _MARKS and [child.tag for child in element] == [tree.NUMBERS]:
        _mark_list(element)
    elif "gallery" in classes and kind_of(element.get("id", "")) != "fig":
        finish_gallery(element)
    elif {"panel-tabset", "tabset"} & set(classes):
        finish_tabset(element)
    else:
        finish_float(element)


def _mark_list(element: Element) -> None:
    """``::: {type=i}``: the list in it is numbered so; nothing is left of the div."""
    numbers = element[0]
    element.tag = tree.NUMBERS
    element.text = None
    element.attrib.update(numbers.attrib)
    element[:] = list(numbers)


def _is_named(element: Element, kind: str) -> bool:
    """Whether an “example” is one with a number, not a callout."""
    return bool(kind) and ("id" in element.attrib or "name" in element.attrib)


def _callout(element: Element, kind: str, classes: Sequence[str]) -> None:
    element.tag = tree.CALLOUT
    element.set(tree.KIND, kind.lower())
    element.attrib.pop("class", None)
    if classes := [name for name in classes if name != "callout"]:
        element.set("class", " ".join(classes))
    title = element.attrib.pop("title", None)
    if title is not None:
        child = Element(tree.TITLE)
        child.text = title
        element.insert(0, child)
    elif len(element) and element[0].tag == tree.HEADING:
        element[0].tag = tree.TITLE
        element[0].attrib.pop(tree.LEVEL, None)
    wrap_loose(element)
