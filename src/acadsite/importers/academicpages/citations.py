"""Publications of academicpages as entries of a .bib file.

There a publication is a page with title, venue, date and a citation in words. Its authors stand in these words alone:
they are read from what stands before the year or the title. What cannot be read is left out and told; nothing is
invented.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

_YEAR: Final = re.compile(r"[(\[]?\b(1[5-9]\d\d|20\d\d)[a-z]?\b[)\]]?")
_QUOTES: Final = "\"“”„«»'‘’"
_TAGS: Final = re.compile(r"<[^<>]*>")
_ETC: Final = re.compile(r"\bet\s+al\.?|\bothers\b|…|\.\.\.", re.IGNORECASE)
#: “F.”, “F. M.”, “J.-H.”, “FM”: what stands for given names.
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.[\s-]*){1,4}[^\W\d_]?\Z|[^\W\d_]{1,3}\Z")
_WORD: Final = re.compile(r"[^\W\d_][\w.'’-]*\Z")
_NUMBERS: Final = re.compile(
    r"(?<![\w.])(\d{1,4})\s*\((\d{1,4}(?:[-–]\d{1,4})?)\)(?:\s*[:,.]\s*(?:pp?\.\s*)?(\d+(?:\s*[-–]+\s*\d+)?))?"
)
_DOI: Final = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>()\[\]{}\\,;]+")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation says: authors (“Family, Given” or in reading order, “others” last where there are more), and
    numbers."""

    authors: tuple[str, ...] = ()
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""


def text_of(citation: str) -> str:
    """A citation without HTML."""
    return " ".join(_TAGS.sub("", html.unescape(citation)).split())


def read_citation(citation: str, title: str) -> Cited:
    """What can be read from the words of a citation; ``title`` is that of the publication."""
    text = text_of(citation)
    if not text:
        return Cited()
    at = _fold(text).find(_fold(title)[:40]) if title else -1
    head = text[:at] if at >= 0 else text
    year = _YEAR.search(head)
    quoted = re.search(rf"[{_QUOTES[:-3]}]", head)
    end = min([found.start() for found in (year, quoted) if found], default=len(head) if at >= 0 else -1)
    authors = tuple(_authors(head[:end])) if end > 0 else ()
    behind = text[at + len(title) :] if at >= 0 else text
    numbers = _NUMBERS.search(behind)
    doi = _DOI.search(text)
    return Cited(
        authors,
        numbers[1] if numbers else "",
        numbers[2].replace("–", "-") if numbers else "",
        re.sub(r"\s*[-–]+\s*", "--", numbers[3]) if numbers and numbers[3] else "",
        doi[0].rstrip(".") if doi else "",
    )


def _fold(text: str) -> str:
    """For looking for a title: signs of equal length, so that places stay."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _authors(text: str) -> list[str]:
    """Names in the words before year or title; none where one of them is no name."""
    text = text.strip().strip(_QUOTES + "(:;,").strip()
    has_more = bool(_ETC.search(text))
    text = _ETC.sub("", text)
    text = re.sub(r"\s*[(][^()]*[)]\s*", " ", text).strip(" .,;:&") + (
        "." if re.search(r"\b\w\.\s*\Z", text.strip(" ,;:&")) else ""
    )
    names = _split(text)
    if not names or len(names) > 100 or any(not _is_name(name) for name in names):
        return []
    return [*names, "others"] if has_more else names


def _split(text: str) -> list[str]:
    """The single names of a list such as “Doe, J., Roe, R. & Poe, E.”, “Jane Doe and Rick Roe” or “Doe J, Roe R”."""
    parts = [
        part.strip()
        for part in re.split(r"\s*;\s*|\s*,?\s+(?:and|und|et|y|&)\s+|\s*&\s*", text)
        if part.strip(" ,.")
    ]
    names: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            follows = pieces[at + 1] if at + 1 < len(pieces) else ""
            is_pair = follows and (
                _is_initials(follows) or (len(pieces) == 2 and not (" " in piece and " " in follows))
            )
            if is_pair and not _is_initials(piece):
                names.append(f"{piece}, {_dotted(follows)}")
                at += 2
                continue
            names.append(_reordered(piece))
            at += 1
    return names


def _is_initials(text: str) -> bool:
    return text.upper() == text and bool(_INITIALS.match(text))


def _reordered(name: str) -> str:
    """“Doe JM” as “Doe, J. M.”; other names as they are."""
    words = name.split()
    if len(words) > 1 and _is_initials(words[-1]) and not _is_initials(words[0]):
        return f"{' '.join(words[:-1])}, {_dotted(words[-1])}"
    return name.strip()


def _dotted(given: str) -> str:
    """Initials without dots get them."""
    if re.fullmatch(r"[A-ZÀ-Þ]{1,3}", given):
        return " ".join(f"{letter}." for letter in given)
    return given


def _is_name(name: str) -> bool:
    words = name.replace(",", " ").split()
    return (
        0 < len(words) <= 6
        and len(name) <= 60
        and all(_WORD.match(word) for word in words)
        and any(word[:1].isupper() or not word.isascii() for word in words)
    )
