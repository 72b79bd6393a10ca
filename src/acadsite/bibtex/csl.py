"""Entry → CSL-JSON item, as citation processors and reference managers read it.

Types, names, dates and fields follow the mapping of CSL 1.0.2 appendix III and what pandoc's own reader does for
BibTeX, so that an export is what people know. Titles and the like carry the few HTML-like tags CSL-JSON knows
(``<i>``, ``<b>``, ``<sup>``, ``<sub>``, ``<span class="nocase">``), formulas are TeX in dollars. CSL-JSON has no
escapes: a ``<`` of the text stays a ``<``, so whoever prints an item must escape all but these
tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acadsite.bibtex import csl_terms as terms
from acadsite.bibtex import dates, kinds, latex, names, pages
from acadsite.bibtex.macros import NO_MACROS, Macros

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.bibtex.dates import Date
    from acadsite.bibtex.entries import Entry
    from acadsite.bibtex.names import Name
    from acadsite.bibtex.richtext import Rich

Item = dict[str, Any]

_DOI = re.compile(r"\s*(?:https?:\s*//)?(?:(?:dx\.|www\.)?doi\.org/|doi:\s*)?", re.IGNORECASE)
_ELISION = re.compile(r"((?:al|el|as|ad|an|ar|at)-)(?=\w)")


def item(entry: Entry, macros: Macros = NO_MACROS) -> Item:
    """The CSL-JSON item of an entry; keys without a value are left out."""
    found = rich_item(entry, macros, keeps_particles=False)
    for name, value in found.items():
        if isinstance(value, tuple):
            found[name] = markup(value)
        elif isinstance(value, list) and value[-1] is OTHERS:
            found[name] = value[:-1]
    return found


def rich_item(entry: Entry, macros: Macros = NO_MACROS, *, keeps_particles: bool = True) -> Item:
    """As ``item``, for our own processor: texts that carry markup are rich text (``latex.rich``), and ``and others``
    is the last person of a list (``OTHERS``). ``keeps_particles``: who is called “van der Waerden” is not cited as
    “Waerden”, unless the entry says ``useprefix=false``."""
    fields = entry.fields
    meaning = kinds.meaning(entry.type)
    value: Item = {"id": entry.key, "type": _type(entry.type, meaning, fields)}
    _titles(value, fields, meaning, macros)
    for field, variable in terms.TEXTS.items():
        if fields.get(field, "").strip():
            value.setdefault(variable, latex.rich(fields[field], macros))
    for variable, sources in terms.LISTS.items():
        found = [fields[source] for source in sources if fields.get(source, "").strip()]
        if found:
            value[variable] = _list(found[0], macros)
    keeps = _useprefix(fields.get("options", ""), keeps_particles)
    for field, variable in terms.NAMES.items():
        people = people_of(fields.get(field, ""), keeps, macros, with_others=True)
        if people:
            value[variable] = people
    _numbers(value, fields, meaning, macros)
    for prefix, variable in (
        ("", "issued"),
        ("url", "accessed"),
        ("event", "event-date"),
        ("orig", "original-date"),
    ):
        date, _ = dates.parse(fields, prefix)
        if date is not None and (found_date := csl_date(date)):
            value[variable] = found_date
    _identifiers(value, fields)
    if fields.get("pages", "").strip():
        value["page"] = page(fields["pages"])
    language = fields.get("langid") or fields.get("hyphenation") or ""
    if language.strip():
        value["language"] = _language(language.strip().lower(), fields.get("langidopts", ""))
    genre = latex.text(fields.get("type", ""), macros) or terms.THESES.get(entry.type, "")
    if genre and genre.lower() in terms.LOCAL:
        genre = terms.LOCAL[genre.lower()]
    if genre:
        value["genre"] = genre
    notes = [
        latex.text(fields[name], macros) for name in ("note", "addendum") if fields.get(name, "").strip()
    ]
    if not notes and meaning == "misc" and fields.get("howpublished", "").strip():
        notes = [latex.text(fields["howpublished"], macros)]
    if notes:
        value["note"] = ". ".join(notes)
    return value


def _type(kind: str, meaning: str, fields: Mapping[str, str]) -> str:
    if kind == "magazine_article" or fields.get("entrysubtype") == "magazine":
        return "article-magazine"
    if kind in {"newspaper_article", "newspaper"} or fields.get("entrysubtype") == "newspaper":
        return "article-newspaper"
    return terms.TYPES.get(meaning, "document")


def _joined(fields: Mapping[str, str], base: str, macros: Macros) -> Rich:
    """Title, subtitle and addition of ``base`` (``title``, ``booktitle``, …) as one text."""
    stem = base.removesuffix("title")
    title = latex.rich(fields.get(base, ""), macros)
    subtitle = latex.rich(fields.get(f"{stem}subtitle", ""), macros)
    addon = latex.rich(fields.get(f"{base}addon", ""), macros)
    if title and subtitle:
        title = (*title, " " if markup(title)[-1:] in {".", "?", "!", ":"} else ": ", *subtitle)
    else:
        title = title or subtitle
    if addon:
        between = " " if markup(title)[-1:] in {".", "?", "!"} else ". "
        title = (*title, between, *addon) if title else addon
    return title


def _titles(value: Item, fields: Mapping[str, str], meaning: str, macros: Macros) -> None:
    title = _joined(fields, "title", macros)
    main = _joined(fields, "maintitle", macros)
    book = _joined(fields, "booktitle", macros)
    journal = _joined(fields, "journaltitle", macros) or _joined(fields, "journal", macros)
    is_part = bool(book) or meaning in {"inbook", "incollection", "inproceedings", "inreference", "article"}
    if main and not is_part:
        value["title"] = main
        if title:
            value["volume-title"] = title
    elif title:
        value["title"] = title
    elif book and not journal:
        value["title"] = book
    container = journal or (main or book if title else "")
    if main and book and title and not journal:
        value["volume-title"] = book
    if container:
        value["container-title"] = container
    series = fields.get("series", "").strip()
    if series:
        plain = latex.text(series, macros)
        if plain.isdecimal() and meaning == "article":
            plain = f"{ordinal(int(plain))} series"
        value["collection-title"] = terms.LOCAL.get(plain, plain)
    short = fields.get("shortjournal", "")
    if short.strip():
        value["container-title-short"] = latex.text(short, macros)


def ordinal(number: int) -> str:
    """English ordinal: 1st, 2nd, 3rd, 11th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _numbers(value: Item, fields: Mapping[str, str], meaning: str, macros: Macros) -> None:
    """``number`` and ``issue`` mean different things for journals, series and reports."""
    number = latex.text(fields.get("number", ""), macros)
    issue = latex.text(fields.get("issue", ""), macros)
    if meaning in {"article", "periodical", "suppperiodical"}:
        joined = ", ".join(part for part in (number, issue) if part)
        if joined:
            value["issue"] = joined
    elif number:
        is_series = "series" in fields and meaning not in {
            "report",
            "techreport",
            "patent",
            "manual",
            "standard",
        }
        value["collection-number" if is_series else "number"] = number
    eid = latex.text(fields.get("eid", ""), macros)
    if eid:
        value["number" if "number" not in value else "article-number"] = eid


def _identifiers(value: Item, fields: Mapping[str, str]) -> None:
    doi = clean_doi(fields.get("doi", ""))
    if doi:
        value["DOI"] = doi
    for field, variable in terms.CODES.items():
        code = latex.verbatim(fields.get(field, ""))
        if code:
            value[variable] = code
    url = latex.verbatim(fields.get("url", "") or fields.get("howpublished", "") if _is_url(fields) else "")
    if not url:
        url = eprint_url(fields)
    if url:
        value["URL"] = f"https://{url}" if url.startswith("www.") else url
    aliases = fields.get("ids", "").strip()
    if aliases:
        value["other-ids"] = aliases


def _is_url(fields: Mapping[str, str]) -> bool:
    return bool(fields.get("url", "").strip()) or "\\url" in fields.get("howpublished", "")


def clean_doi(raw: str) -> str:
    """A DOI without ``https://doi.org/`` or ``doi:`` before it; raw field in."""
    if not raw:
        return ""
    value = latex.verbatim(raw).replace("{", "").replace("}", "")
    match = _DOI.match(value)
    return value[match.end() :].strip() if match else value


def eprint_url(fields: Mapping[str, str]) -> str:
    """The address of the preprint a ``eprint`` names (arXiv, HAL, JSTOR, PubMed); empty when there is none."""
    eprint = latex.verbatim(fields.get("eprint", "") or fields.get("arxiv", ""))
    if not eprint:
        return ""
    kind = (
        fields.get("eprinttype") or fields.get("archiveprefix") or ("arxiv" if "arxiv" in fields else "")
    ).strip()
    bases = {
        "arxiv": "https://arxiv.org/abs/",
        "hal": "https://hal.science/",
        "jstor": "https://www.jstor.org/stable/",
        "pubmed": "https://pubmed.ncbi.nlm.nih.gov/",
        "hdl": "https://hdl.handle.net/",
    }
    base = bases.get(kind.lower(), "")
    eprint = re.sub(r"^(?:https?://arxiv\.org/abs/|arxiv:)", "", eprint, flags=re.IGNORECASE)
    return base + eprint if base else ""


def page(raw: str) -> str:
    """Pages for CSL: hyphens in ranges."""
    return pages.normal(raw).replace("–", "-")


def _list(raw: str, macros: Macros) -> str:
    """A BibLaTeX list (``Durham and London``) as text."""
    if " and " not in raw and "\n" not in raw:
        return latex.text(raw, macros)
    found = [latex.text(piece, macros) for piece in names.split_names(raw) if piece]
    return "; ".join(piece for piece in found if piece)


def _useprefix(options: str, default: bool) -> bool:
    match = re.search(r"\buseprefix\b(?:\s*=\s*(\w+))?", options)
    return (match[1] or "true").lower() == "true" if match else default


#: The person that ``and others`` is to our own processor; CSL-JSON cannot say it.
OTHERS = {"literal": "others"}


def people_of(
    raw: str, keeps_particle: bool = False, macros: Macros = NO_MACROS, *, with_others: bool = False
) -> list[dict[str, str]]:
    """A list of names as CSL names, raw LaTeX in. ``and others`` is no person and left out but ``with_others``.

    ``keeps_particle`` (BibLaTeX's ``useprefix``) makes particles part of the family name.
    """
    if not raw.strip():
        return []
    parsed = names.parse(raw, macros)
    people = [_person(name, keeps_particle) for name in parsed.names]
    return [*people, OTHERS] if with_others and parsed.others and people else people


def _person(name: Name, keeps_particle: bool) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    family, particle = name.family, name.particle
    keeps = keeps_particle if name.keeps_particle is None else name.keeps_particle
    person = {"family": family}
    elision = _ELISION.match(family)
    if elision and not particle:
        # al-Hasan is sorted under H: the article is a particle that stays.
        person = {"family": family[elision.end() :], "non-dropping-particle": elision[1]}
    given = name.given
    if not particle and given[-1:].islower() and " " in given:
        # “Medeiros, Hudson Geovane de”: in CSL the small words at the end are the particle.
        words = given.split()
        end = len(words)
        while end > 1 and words[end - 1].islower():
            end -= 1
        given, particle = " ".join(words[:end]), " ".join(words[end:])
    if given:
        person["given"] = given
    if particle:
        person["non-dropping-particle" if keeps else "dropping-particle"] = particle
    if name.suffix:
        person["suffix"] = name.suffix
    return person


def csl_date(date: Date) -> Item:
    """A CSL date: ``date-parts`` of one or two dates, ``season``, ``circa``, or ``literal`` text."""
    if date.year is None:
        return {"literal": date.text} if date.text else {}
    parts = [_parts(date)]
    if date.end is not None and date.end.year is not None:
        parts.append(_parts(date.end))
    value: Item = {"date-parts": parts}
    if date.season:
        value["season"] = date.season
    if date.circa:
        value["circa"] = True
    return value


def _parts(date: Date) -> list[int]:
    found = [part for part in (date.year, date.month, date.day) if part is not None]
    return found if date.month is not None else found[:1]


def _language(language: str, options: str) -> str:
    variant = re.search(r"variant\s*=\s*([a-z]+)", options)
    if variant and variant[1] in terms.LANGUAGES:
        return terms.LANGUAGES[variant[1]]
    return terms.LANGUAGES.get(language, language)


_TAGS = {"em": "i", "strong": "b", "sup": "sup", "sub": "sub"}


def markup(value: Iterable[Any]) -> str:
    """Rich text with the tags of CSL-JSON; see the module's text on what is not escaped."""
    parts: list[str] = []
    for node in value:
        if isinstance(node, str):
            parts.append(node.replace("\u202f", " "))
            continue
        kind = node[0]
        if kind == "math":
            parts.append(f"${node[1]}$")
        elif kind == "code":
            parts.append(node[1])
        elif kind == "link":
            parts.append(markup(node[2]))
        else:
            inner = markup(node[1])
            if kind in _TAGS:
                parts.append(f"<{_TAGS[kind]}>{inner}</{_TAGS[kind]}>")
            elif kind == "nocase":
                parts.append(f'<span class="nocase">{inner}</span>')
            elif kind == "sc":
                parts.append(f'<span style="font-variant:small-caps;">{inner}</span>')
            else:
                parts.append(inner)
    return "".join(parts)
