"""Figures with parts, and tables and listings in a fenced div: what floats in a paper.

``::: {#fig-x layout-ncol=2}`` holds images (or figures), and its last paragraph is the caption; ``::: {#tbl-x}`` and
``::: {#lst-x}`` are the same for a table and for code. Functions here change a tree in place.
"""

from __future__ import annotations

import re
from math import lcm
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from acadsite.markup import tree
from acadsite.markup.scholarly import drop_caption_mark, drop_content, kind_of, move_content

_ROW: Final = re.compile(r"\[([^\[\]]*)\]")
_MOST_COLUMNS: Final = 12
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def finish_float(element: Element) -> bool:
    """Make a figure, table or listing of a div whose id says that it is one; False when it is none."""
    kind = kind_of(element.get("id", ""))
    if not len(element) or kind not in {"fig", "tbl", "lst"}:
        return False
    if kind == "lst":
        return _listing(element)
    if kind == "tbl" and len([child for child in element if child.tag == tree.TABLE]) == 1:
        _table(element)
        return True
    _figure(element, kind)
    return True


def finish_gallery(element: Element) -> None:
    """Make figures of the pictures of ``::: gallery``, each of which leads to itself in full size."""
    out: list[Element] = []
    for child in element:
        is_pictures = child.tag == tree.PARAGRAPH and _only_images(child)
        images = [image for image in child if image.tag == tree.IMAGE] if is_pictures else []
        out += [_part(image, child) for image in images] or [child]
    element[:] = out
    for part in element:
        image = part.find(tree.IMAGE) if part.tag == tree.FIGURE else None
        if image is not None:
            image.set(tree.LARGE, "yes")


def _caption_of(element: Element, kind: str, name: str) -> None:
    """Put the caption of a div at its end: its last paragraph, or the attribute that says it."""
    last = element[-1]
    written = element.attrib.pop(f"{kind}-cap", None)
    if written is not None:
        SubElement(element, name, {tree.WRITTEN: "yes"}).text = written
    elif last.tag == tree.PARAGRAPH and (len(element) > 1 or not len(last)):
        last.tag = name


def _listing(element: Element) -> bool:
    """``::: {#lst-x}``: code, and its caption below (or above)."""
    blocks = [child for child in element if child.tag == tree.CODE_BLOCK]
    if len(blocks) != 1:
        return False
    _caption_of(element, "lst", tree.CAPTION)
    caption = element.find(tree.CAPTION)
    if caption is None and element[0].tag == tree.PARAGRAPH:
        caption = element[0]
        caption.tag = tree.CAPTION
    if caption is not None:
        element.remove(caption)
        element.insert(0, caption)
    element.tag = tree.LISTING
    return True


def _table(element: Element) -> None:
    """``::: {#tbl-x}``: the id and the caption are the table's."""
    table = next(child for child in element if child.tag == tree.TABLE)
    table.set("id", element.attrib.pop("id"))
    for name in [name for name in element.attrib if name.startswith("tbl-")]:
        table.set(name, element.attrib.pop(name))
    _caption_of(element, "tbl", tree.CAPTION)
    if "tbl-cap" in table.attrib:
        SubElement(element, tree.CAPTION, {tree.WRITTEN: "yes"}).text = table.attrib.pop("tbl-cap")
    caption = element.find(tree.CAPTION)
    if caption is not None:
        drop_caption_mark(caption)
        element.remove(caption)
        if table.find(tree.CAPTION) is None:
            table.insert(0, caption)
    if set(element.attrib) <= {tree.LINE} and len(element) == 1:
        # Nothing is left of the div: the table stands in its place.
        line = element.get(tree.LINE, "1")
        drop_content(element)
        element.tag = tree.TABLE
        element.attrib.update(table.attrib)
        element.set(tree.LINE, table.get(tree.LINE, line))
        element.extend(list(table))


def _figure(element: Element, kind: str) -> None:
    element.tag = tree.FIGURE
    _caption_of(element, kind, tree.FIGURE_CAPTION)
    name = element.get("id", "")
    parts = _parts(element)
    layout = _columns(element, len(parts))
    if len(parts) < 2:
        alternative = element.attrib.pop("fig-alt", None)
        image = next(element.iter(tree.IMAGE), None)
        if alternative is not None and image is not None:
            image.set("alt", alternative)
        if image is not None:
            drop_content(image)
        for block in element.iter(tree.CODE_BLOCK):
            if alternative is not None and block.get(tree.DRAWN):
                block.set("alt", alternative)
        return
    for index, part in enumerate(parts):
        if "id" not in part.attrib:
            part.set("id", f"{name}-{_LETTERS[index] if index < len(_LETTERS) else index + 1}")
    if layout:
        columns = lcm(*layout)
        if columns <= _MOST_COLUMNS:
            for part, length in zip(parts, (n for n in layout for _ in range(n)), strict=False):
                if length != columns:
                    part.set("colspan", str(columns // length))
        element.set(tree.COLUMNS, str(min(columns, _MOST_COLUMNS)))


def _columns(element: Element, parts: int) -> list[int]:
    """How many parts stand in each row, as the layout attributes say; one row of all when they say nothing."""
    given = element.attrib
    written, columns, rows = (
        given.pop("layout", ""),
        given.pop("layout-ncol", ""),
        given.pop("layout-nrow", ""),
    )
    if lengths := [
        len([n for n in row.split(",") if not n.strip().startswith("-")]) for row in _ROW.findall(written)
    ]:
        return [min(n, _MOST_COLUMNS) for n in lengths if n]
    if columns.isdecimal() and 0 < int(columns) <= _MOST_COLUMNS:
        return [int(columns)] * -(-parts // int(columns))
    if rows.isdecimal() and int(rows) > 0:
        return [-(-parts // int(rows))] * int(rows)
    return [min(parts, 4)] * -(-parts // 4) if parts > 1 else []


def _parts(element: Element) -> list[Element]:
    """The parts of a figure: figures in it, and images alone in their paragraphs (or several to one), each made a
    figure of its own. Tables and other blocks with an id of their own count as well."""
    out: list[Element] = []
    parts: list[Element] = []
    images = sum(
        1 for child in element if child.tag == tree.PARAGRAPH for image in child if image.tag == tree.IMAGE
    )
    figures = sum(child.tag in {tree.FIGURE, tree.TABLE} for child in element)
    if images + figures < 2:
        return [child for child in element if child.tag == tree.FIGURE]
    for child in element:
        if child.tag == tree.PARAGRAPH and _only_images(child):
            made = [_part(image, child) for image in list(child) if image.tag == tree.IMAGE]
        elif child.tag == tree.TABLE:
            made = [_table_part(child)]
        elif child.tag == tree.FIGURE:
            made = [child]
        else:
            out.append(child)
            continue
        out += made
        parts += made
    element[:] = out
    return parts


def _only_images(paragraph: Element) -> bool:
    if (paragraph.text or "").strip() or not len(paragraph):
        return False
    return all(
        child.tag in {tree.IMAGE, tree.BREAK} and not (child.tail or "").strip() for child in paragraph
    )


def _part(image: Element, paragraph: Element) -> Element:
    part = Element(tree.FIGURE, {tree.LINE: paragraph.get(tree.LINE, "1")})
    image.tail = None
    if "id" in image.attrib:
        part.set("id", image.attrib.pop("id"))
    part.append(image)
    if image.text or len(image):
        move_content(image, SubElement(part, tree.FIGURE_CAPTION))
    elif image.get("alt"):
        SubElement(part, tree.FIGURE_CAPTION, {tree.WRITTEN: "yes"}).text = image.get("alt")
    if alternative := image.attrib.pop("fig-alt", None):
        image.set("alt", alternative)
    return part


def _table_part(table: Element) -> Element:
    part = Element(tree.FIGURE, {tree.LINE: table.get(tree.LINE, "1")})
    if "id" in table.attrib:
        part.set("id", table.attrib.pop("id"))
    caption = table.find(tree.CAPTION)
    table.tail = None
    part.append(table)
    if caption is not None:
        table.remove(caption)
        caption.tag = tree.FIGURE_CAPTION
        part.append(caption)
    return part
