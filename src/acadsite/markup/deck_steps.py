"""The steps of a slide: what is shown when.

In: a SLIDE element with pauses, ``fragment`` classes and lists that come item by item. Out: the same element, in
which everything that is not there from the beginning carries ``tree.FRAGMENT``, the number of the step that shows
it. Pauses are gone; what stands behind one is in a div.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element

from acadsite.markup import tree
from acadsite.markup.deck_cut import PAUSE

if TYPE_CHECKING:
    from collections.abc import Sequence

_LISTS: Final = frozenset({tree.BULLETS, tree.NUMBERS})
_ASIDE: Final = frozenset({tree.NOTES, tree.SPEAKER_NOTES})
_DOTS: Final = re.compile(r"\.\s\.\s\.\Z")
#: Marp's marks of lists that come item by item.
_STAR: Final = re.compile(r"[ \t>]*(?:\*|\d{1,9}\))[ \t]")


def number_steps(slide: Element, incremental: bool, stars: Sequence[str] = (), first_line: int = 1) -> int:
    """Number the steps of ``slide`` in place, and say how many there are. ``incremental``: all lists come item by
    item; with ``stars``, the lines of the deck, those lists that are marked so in Marp's way."""
    counter = _Counter(stars, first_line)
    counter.visit(slide, incremental)
    return counter.last


class _Counter:
    def __init__(self, stars: Sequence[str], first_line: int) -> None:
        self.stars, self.first_line = stars, first_line
        self.last = 0

    def next(self) -> str:
        self.last += 1
        return str(self.last)

    def visit(self, parent: Element, incremental: bool) -> None:
        """Number what is in ``parent``; ``incremental`` says whether its lists come item by item."""
        group: Element | None = None  # what the last pause holds back
        step = ""
        before: Element | None = None
        if any(map(_is_pause, parent)):
            children = list(parent)
            parent[:] = []
            for child in children:
                if _is_pause(child):
                    step, group = self.next(), None
                elif child.tag in _ASIDE or not step:
                    parent.append(child)
                    before = child
                    self.enter(child, incremental)
                elif before is not None and group is None and _goes_on(before, child):
                    for item in child:
                        item.set(tree.FRAGMENT, step)
                    before.extend(list(child))
                else:
                    if group is None:
                        attributes = {"class": "step", tree.FRAGMENT: step}
                        group = Element(tree.DIV, {**attributes, tree.LINE: child.get(tree.LINE, "1")})
                        parent.append(group)
                    group.append(child)
                    before = child
                    self.enter(child, incremental)
            return
        for child in parent:
            self.enter(child, incremental)

    def enter(self, element: Element, incremental: bool) -> None:
        """Number an element, and what is in it."""
        if element.tag in _ASIDE:
            return
        classes = element.get("class", "").split()
        if "fragment" in classes and tree.FRAGMENT not in element.attrib:
            element.set(tree.FRAGMENT, self.next())
        incremental = "incremental" in classes or (incremental and "nonincremental" not in classes)
        is_whole = element.tag not in _LISTS or tree.FRAGMENT in element.attrib
        if not is_whole and (incremental or self.has_stars(element)):
            for item in element:
                item.set(tree.FRAGMENT, self.next())
                self.visit(item, incremental)
            return
        if len(element) and element.tag not in {tree.PARAGRAPH, tree.MATH}:
            self.visit(element, incremental)
        elif len(element):
            for child in element:
                self.enter(child, incremental)

    def has_stars(self, element: Element) -> bool:
        at = int(element.get(tree.LINE, "1")) - self.first_line
        return 0 <= at < len(self.stars) and _STAR.match(self.stars[at]) is not None


def _is_pause(element: Element) -> bool:
    """remark's mark of a step, or Pandoc's paragraph of three points."""
    if element.tag == tree.RAW_BLOCK:
        return (element.text or "").strip() == PAUSE
    text = (element.text or "").strip()
    return element.tag == tree.PARAGRAPH and not len(element) and _DOTS.match(text) is not None


def _goes_on(before: Element, after: Element) -> bool:
    """Whether a list only goes on behind a pause."""
    if before.tag != after.tag or before.tag not in _LISTS:
        return False
    start = int(before.get("start", "1")) if before.get("start", "1").isdigit() else 1
    return before.tag == tree.BULLETS or after.get("start", "1") == str(start + len(before))
