"""The home page that upstream made from the same data (``reference/cv.md``), as an oracle for publications."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import html

from bamos.built import normal

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Printed:
    """A publication as upstream's home page shows it."""

    key: str
    heading: str
    number: str
    title: str
    url: str
    authors: str
    author_links: tuple[tuple[str, str], ...]
    venue: str
    links: dict[str, str] = field(hash=False)
    is_selected: bool
    has_abstract: bool


def publications(path: Path) -> list[Printed]:
    """The rows ``<tr id="tr-KEY">`` of the file, in order, each with the heading of its year."""
    found, heading = [], ""
    parts = re.finditer(r"<h2>(.*?)</h2>|(<tr id=\"tr-.*?</tr>)", path.read_text(encoding="utf-8"), re.DOTALL)
    for part in parts:
        heading = part[1] or heading
        if part[2]:
            found.append(_printed(part[2], heading))
    return found


def _printed(source: str, heading: str) -> Printed:
    row = html.fromstring(f"<table>{source}</table>").xpath("//tr")[0]
    cell = row.xpath("td")[-1]
    abstract = cell.xpath("div")
    for block in abstract:
        block.drop_tree()
    title = cell.xpath("em/a")[0]
    # Lines end with <br>: title (with the buttons in the later form), authors, venue (then number and buttons).
    inner = html.tostring(cell, encoding="unicode")
    lines = [html.fromstring(f"<p>{line}</p>") for line in re.split(r"<br\s*/?>", inner)]
    buttons = {
        normal(link.text_content()): link.get("href")
        for link in cell.xpath(".//a")
        if normal(link.text_content()) in {"code", "slides", "talk"}
    }
    number = re.search(r"(\d+)\.\s*</td>|^\s*\[(\d+)\]", source, re.MULTILINE)
    assert number is not None
    return Printed(
        row.get("id").removeprefix("tr-"),
        heading,
        number[1] or number[2],
        normal(title.text_content()),
        title.get("href"),
        normal(lines[1].text_content()),
        tuple((normal(link.text_content()), link.get("href")) for link in lines[1].xpath(".//a")),
        normal(lines[2].text_content()),
        buttons,
        "ffffd0" in (row.get("style") or ""),
        bool(abstract),
    )
