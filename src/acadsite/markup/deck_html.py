"""The writer of decks: a ``Deck`` to the slides that its page shows.

What is common to all slides (their frame, numbers, foot) is the template's business. Ids are the only ones of the
whole deck; the n-th slide itself has the id ``/n``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.markup import Body, Section, SlideBody, excerpt_of, listed, tree
from acadsite.markup.deck import title_of
from acadsite.markup.headings import contents
from acadsite.markup.html import Words, Writer
from acadsite.markup.text import shortened, text_of

#: Characters of a text that stands for a title.
_LONGEST: Final = 60

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from acadsite.markup.deck import Deck, Slide
    from acadsite.markup.html import Resolve
    from acadsite.memo import Memo


def render(
    deck: Deck,
    *,
    resolve: Resolve | None = None,
    highlight: bool = True,
    math_preamble: str = "",
    words: Words | None = None,
    memo: Memo | None = None,
) -> Body:
    """The body of ``deck``, with its ``slides``; the arguments are those of ``markup.render``. Headings are one level
    lower than written, but for the title."""
    document = deck.document
    writer = Writer(
        document.source,
        resolve,
        document.html,
        1,
        highlight,
        permalinks=False,
        preamble=math_preamble,
        words=words or Words(),
        memo=memo,
    )
    slides = tuple(_slide(slide, writer, document.tree) for slide in deck.slides)
    entries = [
        (2 if slide.kind == "slide" else 1, f"/{number}", slide.title, "")
        for number, slide in enumerate(slides, 1)
    ]
    title = next((slide for slide in deck.slides if slide.kind == "title" and not slide.is_made), None)
    heading = title_of(title.element) if title is not None else None
    excerpts = (excerpt_of(slide.element) for slide in deck.slides if slide.kind == "slide")
    return Body(
        "",
        contents(entries),
        title.title if title is not None else "",
        writer.inline(heading) if heading is not None else "",
        next(filter(None, excerpts), ""),
        tuple(writer.links),
        (*(f"/{number}" for number in range(1, len(slides) + 1)), *writer.anchors),
        listed([*document.problems, *writer.problems], document.source.path),
        slides,
        tuple(
            Section(f"/{number}", shown.title, _text(slide))
            for number, (slide, shown) in enumerate(zip(deck.slides, slides, strict=True), 1)
            if not slide.is_made and shown.title
        ),
    )


def _slide(slide: Slide, writer: Writer, root: Element) -> SlideBody:
    element = slide.element
    writer.shift = 0 if slide.kind == "title" else 1
    writer.take_notes(element)
    heading = title_of(element)
    top = element.makeelement(element.tag, {tree.LINE: str(slide.line)})
    if heading is not None:
        top.append(heading)
    above = writer.part(top, root)
    html = writer.part(element, root, list(top))
    notes = writer.part(slide.notes, root) if slide.notes is not None else ""
    return SlideBody(
        slide.kind,
        slide.title or _first_words(element),
        above,
        html,
        notes,
        " ".join(slide.classes),
        slide.steps,
    )


def _text(slide: Slide) -> str:
    """What a slide shows below its title, as plain text."""
    heading = title_of(slide.element)
    shown = (
        child
        for child in slide.element
        if child is not heading and child.tag not in {tree.NOTES, tree.SPEAKER_NOTES}
    )
    return " ".join(" ".join(map(text_of, shown)).split())


def _first_words(element: Element) -> str:
    """What stands for the title of a slide that has none."""
    texts = (
        text_of(child, longest=200) for child in element if child.tag not in {tree.NOTES, tree.SPEAKER_NOTES}
    )
    return shortened(" ".join(" ".join(texts).split()), _LONGEST)
