"""The words of a text by section, for the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.markup import tree
from acadsite.markup.text import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Characters of a section that are kept: enough for what one looks for, and bounded.
_LONGEST: Final = 20_000


class Section(NamedTuple):
    """A section of a text: the id and the words of its heading (empty before the first one), and its own words."""

    anchor: str
    heading: str
    text: str


def words_by_section(root: Element) -> tuple[Section, ...]:
    """The sections of a tree in order; those that say nothing are left out."""
    found = []
    anchor = heading = ""
    texts: list[str] = []
    for element in root:
        if element.tag == tree.HEADING:
            found.append(Section(anchor, heading, _joined(texts)))
            anchor, heading, texts = element.get("id", ""), " ".join(text_of(element).split()), []
        else:
            texts.append(text_of(element))
    found.append(Section(anchor, heading, _joined(texts)))
    return tuple(section for section in found if section.heading or section.text)


def _joined(texts: list[str]) -> str:
    return " ".join(" ".join(texts).split())[:_LONGEST]
