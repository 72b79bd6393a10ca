"""Documents for the tests of the document themes: the reference handbook, paper and deck, and every block once.

Here books are put together and decks are cut as simply as the tests need it.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import yaml

from acadsite import markup
from acadsite.links import SITE_ROOT
from acadsite.markup import deck as deck_reader
from acadsite.markup import tree
from acadsite.markup.html import Link
from acadsite.markup.numbering import Settings, Text, number
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import Citing, Entry, prepare
from acadsite.markup.typst_blocks import Picture, Setting, blocks_of
from acadsite.markup.typst_deck import slides_of
from acadsite.markup.typst_documents import (
    Author,
    Chapter,
    Made,
    Meta,
    Part,
    book_data,
    paper_data,
    slides_data,
)
from acadsite.markup.typst_pictures import picture_file
from acadsite.markup.typst_text import TextWriter

FOLDER = Path(__file__).resolve().parent.parent / "themes/base/templates/documents"


def front(path: Path) -> tuple[dict[str, Any], str, int]:
    """Front matter, text and the line it begins on."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return {}, text, 1
    head, _, rest = text[4:].partition("\n---\n")
    return yaml.safe_load(head) or {}, rest, head.count("\n") + 4


def read(path: Path) -> tuple[dict[str, Any], markup.Document]:
    meta, text, line = front(path)
    return meta, markup.read(text, path.name, first_line=line)


class Pictures:
    """Pictures of a folder as files of a document."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, bytes] = {}

    def __call__(self, source: str) -> Picture | None:
        path = self.folder / source
        made = picture_file(path.read_bytes()) if path.is_file() else None
        if made is None:
            return None
        name = f"pictures/{source.replace('/', '-')}.svg"
        self.files[name] = made.data
        return Picture(name, made.width, made.height)


def title_of(root: Element, setting: Setting) -> tuple[list[Any], str, str, Element]:
    """Title, number and id of a text that begins with a heading of level 1, and the text without it."""
    root = deepcopy(root)
    if len(root) and root[0].tag == tree.HEADING and root[0].get(tree.LEVEL) == "1":
        heading = root[0]
        root.remove(heading)
        nodes = TextWriter(setting, root, lambda *_: []).content(heading)
        return nodes, heading.get(tree.NUMBER, ""), setting.prefix + heading.get("id", ""), root
    return [], "", "", root


# --- the reference handbook ---


def handbook(folder: Path, **more: Any) -> tuple[Made, dict[str, bytes]]:
    """The reference handbook as a book: numbered, with its references between its texts."""
    config = yaml.safe_load((folder / "_quarto.yml").read_text(encoding="utf-8"))["book"]
    entries: list[tuple[str, str]] = []
    for entry in config["chapters"]:
        if isinstance(entry, str):
            entries.append(("", entry))
        else:
            entries.append(("part", entry["part"]))
            entries += [("in", name) for name in entry["chapters"]]
    texts = {name: read(folder / name) for kind, name in entries if kind != "part"}
    numbers = number(
        [Text(name, outline_of(document), name) for name, (_, document) in texts.items()],
        Settings(chapters=True, depth=1),
    )
    pictures = Pictures(folder)
    parts: list[Part | Chapter] = []
    pages = {f"{SITE_ROOT}{name}": f"{name.partition('.')[0]}:" for name in texts}
    count = 0
    for kind, name in entries:
        if kind == "part":
            count += 1
            parts.append(Part([name], f"Part {'I' * count if count < 4 else 'IV'}", f"part-{count}"))
            continue
        meta, document = texts[name]
        prepared = prepare(
            document,
            numbers=numbers.texts[name],
            find=lambda key, name=name: numbers.find(name, key),
            name=name,
            address=lambda text: SITE_ROOT + text,
        )
        level = 2 if kind == "in" else 1

        def resolve(target: str, kind: str, _: Any) -> Link | None:
            page, mark, anchor = target.partition("#")
            return Link(f"{SITE_ROOT}{page}{mark}{anchor}") if page in texts and kind == "link" else None

        setting = Setting(
            prefix=pages[SITE_ROOT + name],
            pages=pages,
            level=level,
            shift=level - 1,
            path=name,
            resolve=resolve,
            picture=pictures,
        )
        title, number_, label, root = title_of(prepared.tree, setting)
        if not title:
            title, number_ = [meta["title"]], numbers.chapters[name]
            setting = replace(setting, shift=level)
        authors = tuple(one["name"] if isinstance(one, dict) else one for one in _listed(meta.get("author")))
        parts.append(
            Chapter(title, blocks_of(root, setting), number_, label or setting.prefix, level, authors)
        )
    meta = Meta(config["title"], authors=(Author(config["author"]),), date="18 June 2025", **more)
    return book_data(meta, parts), pictures.files


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


# --- the reference paper ---


def paper(path: Path, columns: int = 1, **more: Any) -> tuple[Made, dict[str, bytes]]:
    """The reference paper, with citations as numbers in the order of their first call."""
    head, document = read(path)
    outline = outline_of(document)
    numbers = number([Text("paper", outline)])
    keys = list(dict.fromkeys(cite.key for group in outline.clusters for cite in group.cites))
    citing = Citing(
        clusters={
            at: cited([cite.key for cite in group.cites], keys) for at, group in enumerate(outline.clusters)
        },
        bibliography=[Entry(key, reference(key), f"[{keys.index(key) + 1}]") for key in keys],
        title="References",
    )
    prepared = prepare(
        document, numbers=numbers.texts["paper"], find=lambda key: numbers.find("paper", key), citing=citing
    )
    pictures = Pictures(path.parent)
    setting = Setting(picture=pictures)
    abstract = markup.read(head["abstract"], path.name)
    meta = Meta(
        head["title"],
        authors=(
            Author(head["authors"][0]["name"], marks=("1", "*")),
            Author(head["authors"][1]["name"], marks=("1",)),
        ),
        affiliations=(("1", "University of Kansas"), ("*", "wanghanchao@example.org")),
        date="25 June 2019",
        **more,
    )
    made = paper_data(
        meta,
        blocks_of(prepared.tree, setting),
        abstract=blocks_of(abstract.tree, Setting(prefix="abstract-")),
        columns=columns,
    )
    return made, pictures.files


def cited(keys: list[str], order: list[str]) -> Element:
    group = Element(tree.SPAN)
    group.text = "["
    for at, key in enumerate(keys):
        link = SubElement(group, tree.LINK, {"href": f"#ref-{key}"})
        link.text = str(order.index(key) + 1)
        link.tail = ", " if at + 1 < len(keys) else "]"
    return group


def reference(key: str) -> Element:
    entry = Element(tree.SPAN)
    entry.text = f"The authors of {key}. "
    SubElement(
        entry, tree.EMPHASIS
    ).text = "A title that is as long as titles are, and a little longer than that"
    entry[0].tail = ", 2018."
    return entry


# --- the reference deck ---


def deck(path: Path, **more: Any) -> tuple[Made, dict[str, bytes]]:
    """The reference deck."""
    head, text, line = front(path)
    pictures = Pictures(path.parent)
    found = deck_reader.read(text, path.name, deck_reader.Settings(head["title"]), first_line=line)
    slides = slides_of([slide.element for slide in found.slides], Setting(level=2, picture=pictures))
    meta = Meta(
        head["title"],
        authors=(Author(head["author"], email="; ".join(head["email"])),),
        date="18 November 2021",
    )
    made = slides_data(
        meta, slides, institute=head["institute"], course=head["course"], footer=head["footer"], **more
    )
    return made, pictures.files
