# ruff: noqa: SIM905  (tables of words read better as text)
"""Entries → files for other programs: BibTeX, CSL-JSON, RIS.

What only this site needs (private ``_x`` fields, buttons, badges, flags, marks at names) never leaves it. An entry is
complete in itself: strings are resolved, what it inherits is written out, ``crossref`` is gone.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from acadsite.bibtex import csl, dates, kinds, latex, names, pages
from acadsite.bibtex.blocks import NAME
from acadsite.bibtex.chunks import GROUP
from acadsite.bibtex.macros import NO_MACROS, Macros
from acadsite.bibtex.recovery import balanced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.bibtex.entries import Entry

#: Fields that say how an entry is shown here, or belong to somebody's reference manager.
_DISPLAY = frozenset(
    """abbr additional_info altmetric award award_name annotation badge bibtex_show blog bib code codeurl demo
    dimensions file google_scholar_id hidden html image include_image inspirehep_id localization owner pdf
    poster posterurl preview projecturl resources selected sha1 slides slidesurl supp supplement talkurl teaser
    thumbnail timestamp tldr video videourl website groups date-added date-modified local-url crossref xdata
    xref entryset options related relatedtype relatedstring relatedoptions presort sortkey sortname sorttitle
    sortyear featured publication_short""".split()
)
_SPACE = re.compile(r"\s+")
_SAFE_KEY = re.compile(r"[A-Za-z0-9]\w*+", re.ASCII)
_BAD_IN_KEY = re.compile(r"[\s{}(),=\"#%'\\~\x00-\x1f\x7f]+")
_BALANCED = re.compile(rf"(?:[^{{}}]++|{GROUP}|(?!))*+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def is_exported(field: str) -> bool:
    """Whether a field (lower case) leaves the site with an export."""
    return not (field.startswith(("_", "bdsk-", "award", "mendeley-", "url_")) or field in _DISPLAY)


def safe_key(key: str) -> str:
    """``key`` with what no BibTeX program accepts replaced by hyphens; never empty."""
    if _SAFE_KEY.fullmatch(key):
        return key
    safe = _BAD_IN_KEY.sub("-", unicodedata.normalize("NFC", key)).strip("-")
    while ".." in safe:
        safe = safe.replace("..", ".")
    return safe.lstrip("/.@") or "entry"


def value_of(raw: str) -> str:
    """A raw value as it may stand in braces: whitespace collapsed, braces balanced as BibTeX counts them."""
    if _is_even(raw) and (("{" not in raw and "}" not in raw) or _BALANCED.fullmatch(raw)):
        return raw
    value = _SPACE.sub(" ", _CONTROL.sub("", raw)).strip()
    if balanced(value) == value:
        return value
    # BibTeX counts escaped braces too; their names do not need to be balanced.
    value = value.replace("\\{", "\\textbraceleft{}").replace("\\}", "\\textbraceright{}")
    return _SPACE.sub(" ", balanced(value)).strip()


def _is_even(raw: str) -> bool:
    """Whether there is no whitespace but single spaces inside, and no control character."""
    return raw.isprintable() and "  " not in raw and raw[:1] != " " and raw[-1:] != " "


def exported(entry: Entry) -> dict[str, str]:
    """The fields that leave the site with an export, clean, without empty ones."""
    fields = {}
    for field, raw in entry.fields.items():
        if _leaves(field):
            value = value_of(names.without_marks(raw) if field in kinds.NAME_FIELDS else raw)
            if value:
                fields[field] = value
    return fields


@lru_cache(maxsize=4096)
def _leaves(field: str) -> bool:
    return is_exported(field) and NAME.fullmatch(field) is not None


def written(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """An entry of a clean .bib file; ``fields`` as ``exported`` gives them, ``key`` as ``safe_key``."""
    kind = kind if NAME.fullmatch(kind) and kind not in kinds.BLOCKS else "misc"
    width = max(map(len, fields), default=0)
    lines = [f"  {field.ljust(width)} = {{{value}}}," for field, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}\n"])


def to_bibtex(entries: Iterable[Entry]) -> str:
    """A clean .bib file of the entries, in their order; read again it gives the same data."""
    blocks = []
    taken: set[str] = set()
    for entry in entries:
        key = stem = safe_key(entry.key)
        number = 2
        while key.casefold() in taken:
            key, number = f"{stem}-{number}", number + 1
        taken.add(key.casefold())
        blocks.append(written(entry.type, key, exported(entry)))
    return "\n".join(blocks)


def to_csl_json(entries: Iterable[Entry], macros: Macros = NO_MACROS) -> str:
    """A CSL-JSON file of the entries, in their order, with one trailing newline."""
    return json.dumps([csl.item(entry, macros) for entry in entries], ensure_ascii=False, indent=2) + "\n"


_RIS_TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "booklet": "PAMP",
    "collection": "EDBOOK",
    "dataset": "DATA",
    "inbook": "CHAP",
    "incollection": "CHAP",
    "inproceedings": "CPAPER",
    "inreference": "ENCYC",
    "manual": "BOOK",
    "mastersthesis": "THES",
    "movie": "MPCT",
    "online": "ELEC",
    "patent": "PAT",
    "periodical": "JFULL",
    "phdthesis": "THES",
    "proceedings": "CONF",
    "report": "RPRT",
    "software": "COMP",
    "standard": "STAND",
    "techreport": "RPRT",
    "thesis": "THES",
    "unpublished": "UNPB",
    "video": "VIDEO",
}


def to_ris(entries: Iterable[Entry], macros: Macros = NO_MACROS) -> str:
    """A RIS file of the entries, in their order, with the line ends (CR LF) its specification asks for."""
    records = []
    for entry in entries:
        lines = [("TY", _RIS_TYPES.get(kinds.meaning(entry.type), "GEN"))]
        lines += [line for line in _ris(entry, macros) if line[1]]
        lines.append(("ER", ""))
        records.append("".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines))
    return "\r\n".join(records)


def _line(value: str) -> str:
    return _SPACE.sub(" ", _CONTROL.sub("", value)).strip()


def _ris(entry: Entry, macros: Macros) -> list[tuple[str, str]]:
    fields = entry.fields

    def text(*sources: str) -> str:
        return next(
            (latex.text(fields[name], macros) for name in sources if fields.get(name, "").strip()), ""
        )

    title, subtitle = text("title"), text("subtitle")
    lines = [("ID", safe_key(entry.key)), ("TI", f"{title}: {subtitle}" if title and subtitle else title)]
    for field, tag in (("author", "AU"), ("editor", "ED"), ("translator", "A4")):
        for name in names.parse(fields.get(field, ""), macros).names:
            family = f"{name.particle} {name.family}".strip()
            person = ", ".join(part for part in (family, name.given, name.suffix) if part)
            lines.append((tag, name.literal or person))
    journal = text("journaltitle", "journal")
    lines += [("JO" if journal else "T2", journal or text("booktitle", "maintitle"))]
    date, _ = dates.parse(fields)
    if date is not None and date.year is not None:
        lines.append(("PY", str(date.year)))
        if date.month:
            day = f"{date.day:02}" if date.day else ""
            lines.append(("DA", f"{date.year}/{date.month:02}/{day}/"))
    lines += [("VL", text("volume")), ("IS", text("number", "issue") if journal else "")]
    first, last = pages.first_and_last(fields.get("pages", ""))
    lines += [("SP", first), ("EP", last), ("T3", text("series")), ("ET", text("edition"))]
    lines += [
        ("PB", text("publisher", "institution", "school", "organization")),
        ("CY", text("location", "address")),
    ]
    lines += [("SN", latex.verbatim(fields.get("issn", "") or fields.get("isbn", "")))]
    lines += [("DO", csl.clean_doi(fields.get("doi", "")))]
    lines += [
        ("UR", latex.verbatim(fields.get("url", "")) or csl.eprint_url(fields)),
        ("AB", text("abstract")),
    ]
    lines += [("KW", word.strip()) for word in re.split("[,;]", text("keywords"))]
    lines += [("N1", text("note")), ("LA", latex.verbatim(fields.get("langid", "")))]
    return lines
