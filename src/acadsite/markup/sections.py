"""The words of a text: by section, for the search, and how many there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.markup import tree
from acadsite.markup.text import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Characters of a section that are kept: enough for what one looks for, and bounded.
_LONGEST: Final = 20_000
#: Kana and Han characters, of which two are read as fast as a word; Korean has blanks.
_CHARACTER: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD: Final = re.compile(r"\w+(?:['’.-]\w+)*")


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


def words_in(root: Element) -> int:
    """How many words a tree has to be read: a formula is one, and so are two characters of Chinese or Japanese; notes,
    citations and raw HTML have none."""
    text, characters = _CHARACTER.subn(" ", text_of(root, formula=" x "))
    return len(_WORD.findall(text)) + -(-characters // 2)


def _joined(texts: list[str]) -> str:
    return " ".join(" ".join(texts).split())[:_LONGEST]
