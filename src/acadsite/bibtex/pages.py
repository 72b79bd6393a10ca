"""Page ranges as typed → as read: ``12--34`` → ``12–34``, lists with a comma and a space."""

from __future__ import annotations

import re
from functools import lru_cache

from acadsite.bibtex.latex import text

_PREFIX = re.compile(r"\A(?:pp?|pages?)\.?\s+(?=[\w(])", re.IGNORECASE)
_LONG = re.compile(r"\s*(?:–|—|‐|‑|−)+\s*")
#: One hyphen between two page numbers is a range; with more hyphens nobody can tell.
_SHORT = re.compile(
    r"([A-Za-z]{0,3}[0-9]+[A-Za-z]?|[ivxlcdm]+|[IVXLCDM]+)\s*-\s*([A-Za-z]{0,3}[0-9]+[A-Za-z]?|[ivxlcdm]+|[IVXLCDM]+)"
)


@lru_cache(maxsize=1024)
def normal(raw: str) -> str:
    """The pages of an entry for a reader: en dashes in ranges, ``pp.`` left out; raw LaTeX in."""
    value = _PREFIX.sub("", " ".join(text(raw).split()), count=1)
    items = []
    for item in value.split(","):
        item = _LONG.sub("–", item.strip())  # noqa: PLW2901
        match = _SHORT.fullmatch(item)
        items.append(f"{match[1]}–{match[2]}" if match else item)
    return ", ".join(item for item in items if item)


def first_and_last(raw: str) -> tuple[str, str]:
    """The first and the last page; the last is empty when there is one page only or no telling."""
    value = normal(raw).split(",")[0]
    first, _, last = value.partition("–")
    return first.strip(), last.strip()
