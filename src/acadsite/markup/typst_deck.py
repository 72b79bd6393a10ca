"""The slides of a deck for Typst: from the elements of a deck that was read (``deck``) to ``typst_documents.Slide``.

In: the elements of a prepared tree and a setting for all of them. Out: slides in their order. Definitions of TeX hold
for the slides that follow, links lead from one slide to another, and each slide has its own footnotes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal
from xml.etree.ElementTree import Element

from acadsite.markup import tree
from acadsite.markup.math import definitions
from acadsite.markup.typst_blocks import Setting, blocks_of, trimmed
from acadsite.markup.typst_documents import Slide
from acadsite.markup.typst_text import TextWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BACKGROUND: Final = "slide-background"


def slides_of(elements: Iterable[Element], setting: Setting) -> list[Slide]:
    """A slide for each SLIDE element. What a title slide of the front matter says is not in here."""
    slides: list[Slide] = []
    for at, element in enumerate(elements):
        slides.append(_slide(element, replace(setting, notes=f"s{at + 1}-")))
        tex = (formula.text or "" for formula in element.iter(tree.MATH))
        setting = replace(setting, preamble=setting.preamble + "".join(map(definitions, tex)))
    return slides


def _slide(element: Element, setting: Setting) -> Slide:
    heading, children = _parted(element)
    whole = Element(tree.DOCUMENT)
    whole.extend(child for child in children if child.tag != tree.SPEAKER_NOTES and not _is_background(child))
    spoken = element.find(tree.SPEAKER_NOTES)
    # Pictures that stand behind the slide, or beside what it says.
    behind = [
        picture
        for child in children
        if _is_background(child)
        for image in child.iter(tree.IMAGE)
        if (picture := setting.picture(image.get("src", ""))) is not None
    ]
    fragments = [one.get(tree.FRAGMENT, "") for one in whole.iter()]
    kind = element.get(tree.KIND, "slide")
    known: Literal["title", "section", "slide"] = "slide" if kind not in {"title", "section"} else kind  # type: ignore[assignment]
    return Slide(
        known,
        _title(heading, whole, setting),
        blocks_of(whole, setting),
        blocks_of(spoken, replace(setting, notes=f"{setting.notes}n-")) if spoken is not None else [],
        int(element.get(tree.LINE, "1")),
        setting.prefix + heading.get("id", "") if heading is not None and heading.get("id") else "",
        heading.get(tree.NUMBER, "") if heading is not None else "",
        1 + max([int(step) for step in fragments if step.isdecimal()], default=0),
        tuple(element.get("class", "").split()),
        tuple(picture.file for picture in behind),
    )


def _parted(element: Element) -> tuple[Element | None, Sequence[Element]]:
    """The heading that a slide begins with, and all else; comments may stand before it."""
    children = list(element)
    for at, child in enumerate(children):
        if child.tag == tree.HEADING:
            return child, children[:at] + children[at + 1 :]
        if child.tag != tree.RAW_BLOCK or not (child.text or "").lstrip().startswith("<!--"):
            break
    return None, children


def _is_background(element: Element) -> bool:
    return element.tag == tree.DIV and _BACKGROUND in element.get("class", "").split()


def _title(heading: Element | None, whole: Element, setting: Setting) -> list[Any]:
    if heading is None:
        return []
    return trimmed(TextWriter(setting, whole, lambda *_: []).content(heading))
