"""A text as a work of its own, for the tests of scholarly documents."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import Body, Document, read, render
from acadsite.markup.numbering import Numbers, Settings, Text, number
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import Citing, Entry, prepare, reference_id


def numbered(text: str, dialect: Any = "commonmark", has_title: bool = False, **settings: Any) -> Numbers:
    """The numbers of a text ``a.md``."""
    outline = outline_of(read(text, "a.md", dialect=dialect))
    return number([Text("a", outline, "a.md", has_title)], Settings(**settings))


def prepared(
    text: str, dialect: Any = "commonmark", settings: Settings | None = None, **reading: Any
) -> Document:
    """A text with its numbers, cross-references and numeric citations."""
    document = read(text, "a.md", dialect=dialect, **reading)
    outline = outline_of(document)
    numbers = number([Text("a", outline, "a.md")], settings)
    return prepare(
        document,
        numbers=numbers.texts["a"],
        find=lambda key: numbers.find("a", key),
        known=lambda: numbers.targets,
        name="a",
        citing=numeric(document),
    )


def numeric(document: Document) -> Citing:
    """Citations as numbers in brackets, each key known."""
    clusters = outline_of(document).clusters
    keys = list(dict.fromkeys(cite.key for group in clusters for cite in group.cites))
    entries = {key: Entry(key, inline(f"Reference {key}."), f"[{n}]") for n, key in enumerate(keys, 1)}
    shown = {}
    for index, group in enumerate(clusters):
        shown[index] = inline("[")
        for cite in group.cites:
            link = SubElement(shown[index], "a", {"href": f"#{reference_id(cite.key)}"})
            link.text = str(keys.index(cite.key) + 1)
            link.tail = ", " if cite is not group.cites[-1] else "]"
    return Citing(shown, entries, list(entries.values()), title="References")


def inline(text: str) -> Element:
    """An element that holds text."""
    element = Element("span")
    element.text = text
    return element


def shown(text: str, dialect: Any = "commonmark", **options: Any) -> Body:
    """The body of a text as a work of its own."""
    return render(prepared(text, dialect, **options), permalinks=False, highlight=False)
