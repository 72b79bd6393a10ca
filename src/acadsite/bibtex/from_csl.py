"""CSL-JSON item → entry of a .bib file: the way back of ``csl``.

What ``csl.item`` reads from the entry is the item again, for what both sides can say; what BibTeX has no field for is
named, never lost in silence. Texts are data: each character that means something to LaTeX or BibTeX is escaped. Two
things change on purpose: a straight apostrophe within a word is written plainly and read as ’, and white space is
collapsed. Items of Zotero, of citation styles and of Crossref's content negotiation are read alike; what services
of other forms answer is made an item by ``from_services``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import csl_terms as terms
from acadsite.bibtex import dates, latex, names, pages
from acadsite.bibtex.csl import clean_doi, csl_date
from acadsite.bibtex.entries import Entry
from acadsite.bibtex.exports import safe_key, value_of, written
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

Item = Mapping[str, Any]

#: What says nothing of the work: how the item was stored, or what other variables say as well.
_ABOUT_THE_ITEM: Final = frozenset(
    {"id", "type", "citation-key", "citation-label", "citation-number", "page-first", "source", "categories",
     "first-reference-note-number", "year-suffix", "system_id"}
)  # fmt: skip
_TEXTS: Final = {variable: field for field, variable in reversed(terms.TEXTS.items())}
_PEOPLE: Final = {variable: field for field, variable in terms.NAMES.items()}
_CODES: Final = {variable: field for field, variable in terms.CODES.items()}
#: Dates that stand in one field each.
_OTHER_DATES: Final = {"accessed": "urldate", "event-date": "eventdate", "original-date": "origdate"}
_LANGUAGES: Final = {
    **{code: name for name, code in reversed(terms.LANGUAGES.items())},
    "de-DE": "ngerman",
    "de-AT": "naustrian",
    "de-CH": "nswissgerman",
    "pt-BR": "brazilian",
}
_JOURNALS: Final = frozenset({"article", "periodical", "review"})
_SEASONS: Final = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}

_SIGNS: Final = {
    "\\": "\\textbackslash{}",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "`": "\\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "{}$%&#_"},
}
_MEANS_SOMETHING: Final = re.compile(r"[\\^~`{}$%&#_]|'|-(?=-)")
_TAG: Final = re.compile(r"<(/?)(i|b|sup|sub|sc|span)((?:\s[^<>]*)?)>", re.IGNORECASE)
_TAGS: Final = {
    "i": "\\emph{",
    "b": "\\textbf{",
    "sup": "\\textsuperscript{",
    "sub": "\\textsubscript{",
    "sc": "\\textsc{",
}
#: A formula: no space inside the dollars, no digit behind them (pandoc's rule), no dollar within.
_FORMULA: Final = re.compile(r"(?<![\\$])\$(?=[^\s$])([^$]*[^\s$\\])\$(?![\d$])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ARXIV: Final = re.compile(r"https?://(?:www\.)?arxiv\.org/abs/([\w./-]+)\Z", re.IGNORECASE)
_AND: Final = re.compile(r"\band\b", re.IGNORECASE)
_SHORT_SUFFIX: Final = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_SMALL_WORDS: Final = frozenset(
    {"a", "an", "and", "der", "des", "die", "das", "el", "for", "from", "in", "la", "le", "les", "of", "on", "the",
     "to", "towards", "ein", "eine", "un", "une", "zur", "zum", "uber", "sur"}
)  # fmt: skip


def entry(item: Item, taken: Container[str] = ()) -> tuple[Entry, tuple[str, ...]]:
    """The entry of an item, and the variables that have no place in it, sorted.

    ``taken`` are keys in lower case that the new one must not be. An item may hold anything: what is not of the
    form that CSL-JSON gives a variable counts as a variable without a place.
    """
    rest = {terms.OLDER.get(name, name): value for name, value in item.items() if _has_value(value)}
    kind = _kind(rest)
    fields: dict[str, str] = {}
    left: set[str] = set()
    _people(rest, fields, left)
    _titles(rest, kind, fields, left)
    _dates(rest, fields, left)
    _numbers(rest, kind, fields)
    for variable, field in _TEXTS.items():
        if variable in rest:
            fields.setdefault(field, rich(_text(rest.pop(variable))))
    _places(rest, kind, fields)
    _codes(rest, fields)
    left |= rest.keys() - _ABOUT_THE_ITEM
    clean = {name: value_of(value) for name, value in fields.items()}
    clean = {name: value for name, value in clean.items() if value}
    return Entry(_key(item, taken), kind, clean), tuple(sorted(left))


def entry_text(item: Item, taken: Container[str] = ()) -> str:
    """The item as the text of an entry, with one newline at its end; ``taken`` as for ``entry``."""
    made, _ = entry(item, taken)
    return written(made.type, made.key, made.fields)


def bibtex(entries: Sequence[Entry]) -> str:
    """A .bib file of entries that ``entry`` made, all their fields in it."""
    return "\n".join(written(one.type, one.key, one.fields) for one in entries)


def _has_value(value: Any) -> bool:
    return value not in (None, "", [], {})


def _text(value: Any) -> str:
    if value is None or isinstance(value, (bool, Mapping, list, tuple)):
        return ""
    text = str(value)
    # Half a surrogate pair cannot be written to a file.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(_CONTROL.sub("", " ".join(text.split())).split())


def plain(text: str) -> str:
    """Text as LaTeX that ``latex.text`` reads as that text."""
    if _MEANS_SOMETHING.search(text) is None:
        return text
    parts = []
    for at, char in enumerate(text):
        after = text[at + 1 : at + 2]
        if char == "'":
            is_within_word = text[at - 1 : at].isalnum() and after != "'"
            parts.append("'" if is_within_word else "\\textquotesingle{}")
        elif char == "-" and after == "-":
            parts.append("-{}")
        else:
            parts.append(_SIGNS.get(char, char))
    return "".join(parts)


def name_part(text: str) -> str:
    """Part of a name as LaTeX: as ``plain``, but apostrophes stay as they are."""
    return "".join(
        "-{}" if char == "-" and text[at + 1 : at + 2] == "-" else _SIGNS.get(char, char)
        for at, char in enumerate(text)
    )


def address(text: str) -> str:
    """An identifier or address as ``latex.verbatim`` reads it."""
    if "\\" not in text and "{" not in text and "}" not in text:
        return text
    return text.replace("\\", "\\textbackslash\0").replace("{", "\\{").replace("}", "\\}").replace("\0", "{}")


def rich(text: str) -> str:
    """Text with the tags of CSL-JSON and formulas in dollars as LaTeX; tags without a partner are text."""
    if "<" not in text:
        return _with_formulas(text)
    partner = _partners(text)
    parts: list[str] = []
    at = 0
    closing: dict[int, str] = {}
    for tag in _TAG.finditer(text):
        if tag.start() not in partner:
            continue
        parts.append(_with_formulas(text[at : tag.start()]))
        at = tag.end()
        if tag[1]:
            parts.append(closing.pop(tag.start()))
        else:
            opening, end = _command(tag, text[at : partner[tag.start()]])
            parts.append(opening)
            closing[partner[tag.start()]] = end
    parts.append(_with_formulas(text[at:]))
    return "".join(parts)


def _partners(text: str) -> dict[int, int]:
    """Where the tags are that open and close each other, in both directions."""
    found: dict[int, int] = {}
    open_tags: list[tuple[str, int]] = []
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if not tag[1]:
            open_tags.append((name, tag.start()))
        elif open_tags and open_tags[-1][0] == name:
            start = open_tags.pop()[1]
            found[start], found[tag.start()] = tag.start(), start
    return found


def _command(tag: re.Match[str], inner: str) -> tuple[str, str]:
    name, attributes = tag[2].lower(), tag[3].lower()
    if name != "span":
        return _TAGS[name], "}"
    if "nocase" in attributes:
        # A group that opens with a command protects nothing; an empty group before it makes it one that does.
        return (
            "{{}" if inner.startswith(("<", "$", "\\", "{", "}", "%", "&", "#", "_", "^", "~")) else "{"
        ), "}"
    return ("\\textsc{", "}") if "small-caps" in attributes else ("", "")


def _with_formulas(text: str) -> str:
    if "$" not in text:
        return plain(text)
    parts: list[str] = []
    at = 0
    for found in _FORMULA.finditer(text):
        if not _is_even(found[1]):
            continue
        parts += (plain(text[at : found.start()]), found[0])
        at = found.end()
    return "".join([*parts, plain(text[at:])])


def _is_even(tex: str) -> bool:
    depth = 0
    for mark in re.finditer(r"\\.|[{}]", tex):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth < 0 or depth > 20:
            return False
    return depth == 0 and "\\{" not in tex and "\\}" not in tex


def _kind(rest: dict[str, Any]) -> str:
    """The type of the entry; takes what the type says from ``rest``."""
    of_csl = _text(rest.get("type"))
    kind = terms.ENTRY_TYPES.get(of_csl, "misc")
    if kind == "book" and "editor" in rest and "author" not in rest:
        return "collection"
    if of_csl == "article" and _ARXIV.match(_text(rest.get("URL"))):
        return "misc"
    if kind == "thesis":
        genre = _text(rest.get("genre"))
        for name, pattern in terms.THESIS_WORDS.items():
            if pattern.fullmatch(genre):
                if genre == terms.THESES[name]:
                    del rest["genre"]
                return name
    return kind


def _key(item: Item, taken: Container[str]) -> str:
    """The item's own key where it has one that BibTeX takes, else family name, year and first word of the title."""
    for name in ("citation-key", "id"):
        own = _text(item.get(name))
        if own and not own.isdecimal() and "/" not in own and safe_key(own) == own:
            return _free(own, taken)
    first = next(iter(_names(item.get("author") or item.get("editor"))), {})
    family = _text(first.get("family")) or _text(first.get("literal"))
    date = _csl_date(item.get("issued"))
    year = str(date.year) if date is not None and date.year else ""
    words = [word for word in slug(_TAG.sub("", _text(item.get("title")))).split("-") if word]
    word = next((word for word in words if word not in _SMALL_WORDS), "")
    stem = re.sub(r"[^a-z0-9]", "", f"{slug(family).replace('-', '')}{year}{word}")
    return _free(stem if re.search("[a-z]", stem) else f"work{stem}", taken)


def _free(stem: str, taken: Container[str]) -> str:
    """``stem``, or with a letter or a number behind it, not among ``taken``."""
    if stem.lower() not in taken:
        return stem
    for letter in "bcdefghijklmnopqrstuvwxyz":
        if f"{stem}{letter}".lower() not in taken:
            return f"{stem}{letter}"
    number = 2
    while f"{stem}-{number}".lower() in taken:
        number += 1
    return f"{stem}-{number}"


def _names(value: Any) -> list[Mapping[str, Any]]:
    return [name for name in value if isinstance(name, Mapping)] if isinstance(value, list) else []


def _people(rest: dict[str, Any], fields: dict[str, str], left: set[str]) -> None:
    lists = {variable: rest.pop(variable) for variable in _PEOPLE if variable in rest}
    left |= {variable for variable, value in lists.items() if not _names(value)}
    people = {variable: [_parts(name) for name in _names(value)] for variable, value in lists.items()}
    everybody = [person for found in people.values() for person in found]
    keeps = {bool(person["keeps"]) for person in everybody if person["particle"]}
    for variable, found in people.items():
        is_mixed = len(keeps) > 1
        listed = [_name(person, is_mixed) for person in found]
        if any(listed):
            fields[_PEOPLE[variable]] = " and ".join(name for name in listed if name)
    if keeps == {True}:
        fields["options"] = "useprefix=true"


def _parts(name: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a CSL name. A particle that stands in the family name is taken out of it, as CSL's processors do;
    ``keeps`` says whether it stays with the name when that is cited."""
    part = {key: _text(name.get(key)) for key in ("family", "given", "suffix", "literal")}
    staying, dropping = _text(name.get("non-dropping-particle")), _text(name.get("dropping-particle"))
    family = part["family"]
    if staying.endswith("-") and family and not dropping:
        family, staying = staying + family, ""
    words = family.split(" ")
    if not (staying or dropping):
        small = 0
        while small < len(words) - 1 and names.is_lower(words[small]):
            small += 1
        staying, family = " ".join(words[:small]), " ".join(words[small:])
    if not family:
        family, part["given"] = part["given"], ""
    keeps = "yes" if staying else ""
    particle = " ".join(filter(None, (dropping, staying)))
    return {**part, "family": family, "particle": particle, "keeps": keeps}


def _name(person: Mapping[str, str], is_mixed: bool) -> str:
    """A name as it may stand between two “and”."""
    family, given, suffix, particle = (
        name_part(person[part]) for part in ("family", "given", "suffix", "particle")
    )
    if not family:
        literal = name_part(person["literal"])
        is_rest = literal.casefold() in {"others", "et al.", "et al"}
        return "others" if is_rest else f"{{{literal}}}" if literal else ""
    is_small = all(names.is_lower(word) for word in particle.split())
    is_alone = not given and (suffix or particle or " " in family or not _is_plain_word(family))
    if is_alone or (particle and (is_mixed or not is_small)) or (suffix and not given):
        pairs = {"family": family, "given": given, "prefix": particle, "suffix": suffix}
        said = [f"{name}={{{value}}}" for name, value in pairs.items() if value]
        if is_mixed and particle:
            said.append(f"useprefix={'true' if person['keeps'] else 'false'}")
        return ", ".join(said)
    words = family.split(" ")
    if not _is_safe(family) or any(map(names.is_lower, words[:-1])):
        family = f"{{{family}}}"
    if not given:
        return family
    if not _is_safe(given) or _SHORT_SUFFIX.fullmatch(given):
        given = f"{{{given}}}"
    suffix = suffix if _is_safe(suffix) and " " not in suffix else f"{{{suffix}}}"
    whole = f"{particle} {family}".lstrip()
    return f"{whole}, {suffix}, {given}" if suffix != "{}" and suffix else f"{whole}, {given}"


def _is_safe(part: str) -> bool:
    """Whether no sign in part of a name would end it."""
    return not (_AND.search(part) or re.search(r"[,;={]", part))


def _is_plain_word(family: str) -> bool:
    return _is_safe(family) and family.casefold() != "others" and not family.startswith("{")


def _titles(rest: dict[str, Any], kind: str, fields: dict[str, str], left: set[str]) -> None:
    title, container, volume = (
        rich(_text(rest.pop(name, ""))) for name in ("title", "container-title", "volume-title")
    )
    of_csl = _text(rest.get("type"))
    if of_csl in {"article-magazine", "article-newspaper"}:
        fields["entrysubtype"] = of_csl.removeprefix("article-")
    holder = "journal" if kind in _JOURNALS or not title else "booktitle"
    if volume and container and holder == "booktitle":
        fields |= {"title": title, "booktitle": volume, "maintitle": container}
    elif volume and title and not container and kind in {"book", "collection"}:
        fields |= {"maintitle": title, "title": volume}
    else:
        fields |= {"title": title, holder: container}
        if volume:
            left.add("volume-title")
    if "container-title-short" in rest:
        fields["shortjournal"] = plain(_text(rest.pop("container-title-short")))
    if "collection-title" in rest:
        fields["series"] = plain(_text(rest.pop("collection-title")))


def _csl_date(value: Any) -> dates.Date | None:
    """A CSL date, whichever of its forms it has; None where it says nothing."""
    if not isinstance(value, Mapping):
        return None
    raw = _text(value.get("raw")) or _text(value.get("literal"))
    listed = value.get("date-parts")
    days = [_day(parts) for parts in listed if isinstance(parts, list)] if isinstance(listed, list) else []
    ends = [end for end in days if end is not None][:2]
    if not ends:
        found, _ = dates.parse({"date": raw}) if raw else (None, ())
        return found
    first, is_circa = ends[0], bool(value.get("circa")) and value.get("circa") != "false"
    season = _text(value.get("season")).lower()
    number = _SEASONS.get(season) or (int(season) if season in {"1", "2", "3", "4"} else None)
    if number:
        first = replace(first, month=None, day=None, season=number)
    return replace(first, end=ends[1] if len(ends) > 1 else None, circa=is_circa)


def _day(parts: Sequence[Any]) -> dates.Date | None:
    numbers: list[int] = []
    for part in parts[:3]:
        text = _text(part)
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or (numbers and int(text) == 0):
            break
        numbers.append(int(text))
    if not numbers:
        return None
    year, month, day = [*numbers, None, None][:3]
    if (
        month is not None and 13 <= month <= 24
    ):  # CSL once wrote seasons as months 13 to 16, EDTF does as 21 to 24
        season = month - 12 if month <= 16 else month - 20
        return dates.Date(year, season=season if season > 0 else None)
    return dates.possible(dates.Date(year, month, day))


def _edtf(date: dates.Date) -> str:
    if date.year is None:
        return ""
    year = f"{date.year:05d}" if date.year < 0 else f"{date.year:04d}"
    year = f"Y{date.year}" if abs(date.year) > 9999 else year
    month = f"-{20 + date.season}" if date.season else f"-{date.month:02d}" if date.month else ""
    day = f"-{date.day:02d}" if date.day and date.month else ""
    return f"{year}{month}{day}{'~' if date.circa else ''}"


def _whole(date: dates.Date) -> str:
    return f"{_edtf(date)}/{_edtf(date.end)}" if date.end else _edtf(date)


def _dates(rest: dict[str, Any], fields: dict[str, str], left: set[str]) -> None:
    issued = rest.pop("issued", None)
    date = _csl_date(issued)
    if date is not None and date.year is not None and not date.text:
        is_simple = not (date.end or date.season or date.circa) and 1000 <= date.year <= 9999
        if is_simple:
            found = {"year": date.year, "month": date.month, "day": date.day}
            fields |= {name: str(number) for name, number in found.items() if number}
        else:
            fields["date"] = _whole(date)
    elif issued is not None:
        words = _text(issued.get("literal") or issued.get("raw")) if isinstance(issued, Mapping) else ""
        if words and date is not None and date.year is not None:
            fields["year"] = plain(words)
        elif words and "status" not in rest:
            rest["status"] = words
        else:
            left.add("issued")
    for variable, field in _OTHER_DATES.items():
        if variable in rest:
            other = _csl_date(rest.pop(variable))
            if other is not None and csl_date(other).get("date-parts"):
                fields[field] = _whole(other)
            else:
                left.add(variable)


def _numbers(rest: dict[str, Any], kind: str, fields: dict[str, str]) -> None:
    """``number`` of BibTeX is the issue of a journal, the place in a series, or the number of a report."""

    def take(variable: str, field: str) -> None:
        if variable in rest and field not in fields:
            fields[field] = plain(_text(rest.pop(variable)))

    take("volume", "volume")
    if kind in {"article", "periodical"}:
        take("issue", "number")
        take("number", "eid")
        take("article-number", "eid")
    else:
        if "collection-title" in rest or "series" in fields:
            is_series = kind not in {"techreport", "patent", "standard"}
            take("collection-number" if is_series else "number", "number")
            if "number" not in fields:
                take("number", "eid" if is_series else "number")
        take("number", "number")
        take("article-number", "eid")
        take("issue", "issue")
    if "page" in rest:
        fields["pages"] = _pages(_text(rest.pop("page")))


def _pages(text: str) -> str:
    """Pages with two hyphens in ranges."""
    return pages.normal(plain(text)).replace("–", "--").replace("&", "\\&").replace("#", "\\#").replace(
        "%", "\\%"
    ).replace("_", "\\_").replace("$", "\\$")  # fmt: skip


def _places(rest: dict[str, Any], kind: str, fields: dict[str, str]) -> None:
    publisher = {
        "techreport": "institution",
        "thesis": "school",
        "phdthesis": "school",
        "mastersthesis": "school",
    }
    for variable, field in (
        ("publisher", publisher.get(kind, "publisher")),
        ("publisher-place", "address"),
        ("genre", "type"),
        ("note", "note"),
    ):
        if variable in rest:
            text = plain(_text(rest.pop(variable)))
            # BibLaTeX would make two publishers of “Simon and Schuster”.
            is_list = variable.startswith("publisher") and re.search(r" and ", text, re.IGNORECASE)
            fields[field] = f"{{{text}}}" if is_list else text


def _codes(rest: dict[str, Any], fields: dict[str, str]) -> None:
    for variable, field in _CODES.items():
        if variable in rest:
            value = rest.pop(variable)
            value = ", ".join(map(_text, value)) if isinstance(value, list) else value
            fields[field] = address(_text(value))
    if "DOI" in rest:
        fields["doi"] = address(clean_doi(_text(rest.pop("DOI"))))
    if "URL" in rest:
        url = _text(rest.pop("URL"))
        preprint = _ARXIV.match(url)
        if preprint:
            fields |= {"eprint": preprint[1], "archiveprefix": "arXiv"}
        else:
            fields["url"] = address(url.replace(" ", "%20"))
    if "language" in rest:
        code = _text(rest.pop("language"))
        fields["langid"] = address(_LANGUAGES.get(code, code.lower()))
    if "other-ids" in rest:
        fields["ids"] = address(_text(rest.pop("other-ids")))


def duplicates(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of a later entry and the earlier one that it repeats: the same DOI, or the same title without signs and
    case where not both have a DOI or a year that differs."""
    by_doi: dict[str, Entry] = {}
    by_title: dict[str, list[Entry]] = {}
    for one in entries:
        doi = clean_doi(one.fields.get("doi", "")).casefold()
        title = title_key(one.fields.get("title", ""))
        earlier = by_doi.get(doi) if doi else None
        for other in by_title.get(title, ()) if title and earlier is None else ():
            other_doi = clean_doi(other.fields.get("doi", ""))
            if not (doi and other_doi) and _year(one) == _year(other):
                earlier = other
                break
        if earlier is not None:
            yield one, earlier
        if doi:
            by_doi.setdefault(doi, one)
        by_title.setdefault(title, []).append(one)


def _year(one: Entry) -> int | None:
    date, _ = dates.parse(one.fields)
    return date.year if date else None


def title_key(raw: str) -> str:
    """A title, raw LaTeX or with tags, as letters and digits only, to compare it with others."""
    folded = unicodedata.normalize("NFKD", _TAG.sub("", latex.text(raw))).casefold()
    return "".join(char for char in folded if char.isalnum())
