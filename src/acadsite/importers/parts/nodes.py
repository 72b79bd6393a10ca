"""Values of settings and front matter as plain texts and days, whatever they are written as."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from acadsite import dates
from acadsite.exports.plain import plain
from acadsite.kinds.profiles import PROFILES
from acadsite.records import slug
from acadsite.schema import parse_date

if TYPE_CHECKING:
    from acadsite.sources import Node

#: Words that mean “when it was changed”, or the day of the build.
_RELATIVE: Final = frozenset({"last-modified", "today", "now"})
#: “05/31/2024”: month, day, year.
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
#: Folders of ``content/`` that are no books.
_NO_BOOKS: Final = frozenset(
    """bibliographies courses cv pages papers people posts publications repos search slides snapshots static students
    talks""".split()  # noqa: SIM905
)


def day_of(text: str) -> str:
    """A date as Quarto reads it, as ISO; empty for none."""
    text = text.strip()
    if not text or text.lower() in _RELATIVE:
        return ""
    found = _SLASHED.match(text)
    if found:
        text = f"{found[3]}-{found[1].zfill(2)}-{found[2].zfill(2)}"
    text = re.sub(r"(\d{4}-\d{2}-\d{2})[T ].*|\s+\d{1,2}:\d{2}.*\Z", r"\1", text)
    date, _ = parse_date(text, ranges=False)
    if date is None:
        read = dates.read(text)
        date = parse_date(read, ranges=False)[0] if read else None
    return dates.iso(date) if date is not None else ""


def text_of(node: Node | None) -> str:
    """A scalar as text on one line; empty for none and for lists."""
    if node is None or node.value is None or isinstance(node.value, (dict, tuple)):
        return ""
    return " ".join(node.raw.split())


def words_of(node: Node | None) -> list[str]:
    """The texts of a list, or the one text."""
    if node is None:
        return []
    items = node.value if isinstance(node.value, tuple) else (node,)
    return [word for item in items if (word := text_of(item))]


def pick(node: Node | None, *way: str) -> Node | None:
    """A value by its way through mappings; None for none and for null."""
    for key in way:
        node = node.get(key) if node is not None else None
    return None if node is None or node.value is None else node


def title_text(text: str) -> str:
    """A title in Markdown as text, with the dashes that pandoc's “smart” makes."""
    return plain(re.sub(r"(?<!-)--(?!-)", "–", re.sub(r"(?<!-)---(?!-)", "—", text)))


def book_id(title: str) -> str:
    """The name of the folder of a book with that title."""
    name = slug(title)[:40].strip("-") or "book"
    return f"{name}-book" if name in _NO_BOOKS else name


def account_label(icon: str, words: str = "") -> str:
    """What an account is called: by the icon of its network (“fontawesome/brands/github”), else by its words."""
    name = icon.rpartition("/")[2].removesuffix("-fill")
    known = PROFILES.get(name.replace("-", "_")) or PROFILES.get(name.partition("-")[0])
    return known[0] if known else words or name.replace("-", " ").capitalize()
