"""What OpenAlex, ORCID and Crossref say of a work → CSL-JSON item, to be made an entry by ``from_csl``.

In: the parsed JSON of one work, in whatever state; what is missing or of another form is left out. Out: an item that
holds only what the service said. Nothing is fetched here. The forms are those of the works of OpenAlex
(docs.openalex.org, “Work object”), of ORCID's public API 3.0 (its XSDs in github.com/ORCID/orcid-model) and of
Crossref's REST API (“Works API format”); older spellings of the same fields are read as well.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from acadsite.bibtex import csl
from acadsite.bibtex.library import read
from acadsite.people import parse_name

Item = dict[str, Any]


def _table(text: str) -> dict[str, str]:
    """Type of a service → type of CSL, of lines “type of CSL: types of the service”."""
    pairs = (line.split(":") for line in text.split("\n") if line.strip())
    return {word: kind.strip() for kind, words in pairs for word in words.split()}


_OPENALEX: Final = _table(
    """
    article-journal: article editorial erratum letter retraction review
    book: book
    chapter: book-chapter
    review-book: book-review
    paper-conference: conference-abstract conference-paper proceedings-article
    dataset: dataset
    thesis: dissertation
    article: posted-content preprint
    entry-encyclopedia: reference-entry
    report: report
    software: software
    standard: standard
    """
)
_ORCID: Final = _table(
    """
    document: annotation
    performance: artistic-performance
    post-weblog: blog-post
    book: book translation
    chapter: book-chapter
    review-book: book-review
    map: cartographic-material
    paper-conference: conference-abstract conference-output conference-paper
    speech: conference-poster conference-presentation lecture-speech public-speech
    collection: conference-proceedings edited-book
    report: data-management-plan manual report research-technique working-paper
    dataset: data-set
    entry-dictionary: dictionary-entry
    thesis: dissertation dissertation-thesis supervised-student-publication
    entry-encyclopedia: encyclopedia-entry
    graphic: image
    interview: interview
    article-journal: journal-article review
    periodical: journal-issue
    article-magazine: magazine-article newsletter-article
    motion_picture: moving-image video-recording
    musical_score: musical-composition
    article-newspaper: newspaper-article
    webpage: online-resource website
    patent: patent
    article: preprint
    software: software
    song: sound
    standard: standards-and-policy technical-standards
    """
)
_CROSSREF: Final = _table(
    """
    book: book monograph reference-book
    chapter: book-chapter book-part book-section book-track
    collection: book-series book-set edited-book proceedings
    dataset: dataset
    thesis: dissertation
    periodical: journal journal-issue
    article-journal: journal-article
    article: posted-content
    paper-conference: proceedings-article
    entry-encyclopedia: reference-entry
    report: report report-component
    standard: standard
    """
)
_TAG: Final = re.compile(r"<(/?)(?:[a-z]+:)?([a-zA-Z][\w-]*)[^<>]*>")
#: HTML and JATS → the tags of CSL-JSON.
_SAME: Final = {
    "i": "i",
    "em": "i",
    "italic": "i",
    "b": "b",
    "strong": "b",
    "bold": "b",
    "sub": "sub",
    "sup": "sup",
    "inf": "sub",
}
_SPACE: Final = re.compile(r"\s+")
_PARTED: Final = frozenset({"p", "title", "sec", "br", "list-item", "li"})
_ARXIV: Final = re.compile(
    r"(?:arxiv:|https?://arxiv\.org/(?:abs|pdf)/)?([a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(v\d+)?(?:\.pdf)?\Z",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_WORDS_AT_MOST: Final = 20_000


def openalex_item(work: Any) -> Item:
    """The item of a work of OpenAlex. Its ``keywords`` and ``topics`` are guessed by OpenAlex and not taken; a day
    that is the first of January is mostly a year."""
    work = _mapping(work)
    location = _mapping(work.get("primary_location")) or _mapping(work.get("host_venue"))
    source = _mapping(location.get("source")) or location
    kind = _OPENALEX.get(_text(work.get("type")), "document")
    of_crossref = _text(work.get("type_crossref"))
    if kind == "article-journal":
        if of_crossref == "proceedings-article" or source.get("type") == "conference":
            kind = "paper-conference"
        elif of_crossref == "posted-content" or source.get("type") == "repository":
            kind = "article"
    item: Item = {"type": kind, "title": marked(work.get("title") or work.get("display_name"))}
    people = []
    for authorship in _list(work.get("authorships")):
        given = _mapping(authorship)
        author = _mapping(given.get("author"))
        people.append(_person(_text(author.get("display_name")) or _text(given.get("raw_author_name"))))
    item["author"] = [person for person in people if person]
    item["issued"] = _openalex_date(work)
    biblio = _mapping(work.get("biblio"))
    first, last = _text(biblio.get("first_page")), _text(biblio.get("last_page"))
    item["page"] = f"{first}-{last}" if first and last and first != last else first
    item |= {"volume": _text(biblio.get("volume")), "issue": _text(biblio.get("issue"))}
    venue, publisher = _text(source.get("display_name")), _text(source.get("host_organization_name"))
    is_repository = source.get("type") == "repository"
    if kind in {"article", "thesis", "report", "dataset", "software"}:
        item["publisher"] = publisher or venue if is_repository else venue or publisher
    else:
        item |= {"container-title": "" if is_repository else venue, "publisher": publisher}
        item["ISSN"] = _text(source.get("issn_l")) or _first(source.get("issn"))
    ids = _mapping(work.get("ids"))
    item["DOI"] = csl.clean_doi(_text(work.get("doi")) or _text(ids.get("doi")))
    item["PMID"] = _text(ids.get("pmid")).rstrip("/").rpartition("/")[2]
    pmc = _text(ids.get("pmcid")).rstrip("/").rpartition("/")[2]
    item["PMCID"] = f"PMC{pmc.upper().removeprefix('PMC')}" if pmc else ""
    item["URL"] = _url(_text(location.get("landing_page_url")), item["DOI"])
    if kind == "article":
        item["URL"] = arxiv_url(item["URL"]) or _arxiv_of_doi(item["DOI"]) or item["URL"]
    item["language"] = _text(work.get("language"))
    item["abstract"] = _abstract(work.get("abstract_inverted_index")) or marked(work.get("abstract"))
    item["status"] = "retracted" if work.get("is_retracted") is True else ""
    return _clean(item)


def orcid_item(work: Any) -> Item:
    """The item of a work of ORCID: a ``work-summary``, a whole ``work``, or a ``{"work": …}`` of a bulk answer.

    Only a whole work names contributors; if it holds none but a citation in BibTeX, that is read for what the
    other fields do not say.
    """
    work = _mapping(work)
    work = _mapping(work.get("work")) or work
    kind = _ORCID.get(_text(work.get("type")).lower().replace("_", "-"), "document")
    titles = _mapping(work.get("title"))
    title, subtitle = marked(_value(titles.get("title"))), marked(_value(titles.get("subtitle")))
    item: Item = {"type": kind, "title": _with_subtitle(title, subtitle)}
    holder = marked(_value(work.get("journal-title")))
    is_container = kind.startswith("article-") or kind in {"chapter", "paper-conference", "review-book"}
    is_event = kind in {"speech", "performance"}
    item["container-title" if is_container else "event-title" if is_event else "publisher"] = holder
    date = _mapping(work.get("publication-date"))
    item["issued"] = _date_of([_value(date.get(part)) for part in ("year", "month", "day")])
    for contributor in _list(_mapping(work.get("contributors")).get("contributor")):
        contributor = _mapping(contributor)  # noqa: PLW2901
        role = _text(_mapping(contributor.get("contributor-attributes")).get("contributor-role")).lower()
        person = _person(_value(contributor.get("credit-name")))
        if person and "editor" in role:
            item.setdefault("editor", []).append(person)
        elif person and ("author" in role or not role or "original" in role or "translat" not in role):
            item.setdefault("author", []).append(person)
        elif person:
            item.setdefault("translator", []).append(person)
    _orcid_ids(item, _list(_mapping(work.get("external-ids")).get("external-id")))
    item["URL"] = item.get("URL") or _url(_value(work.get("url")), item.get("DOI", ""))
    item["abstract"] = marked(work.get("short-description"))
    item["language"] = _text(work.get("language-code"))
    citation = _mapping(work.get("citation"))
    if _text(citation.get("citation-type")).lower() == "bibtex":
        found = read([("citation.bib", _text(citation.get("citation-value")))]).entries
        said = csl.item(found[0]) if found else {}
        item = {**{name: value for name, value in said.items() if name not in {"id", "type"}}, **_clean(item)}
    return _clean(item)


def crossref_item(message: Any) -> Item:
    """The item of a ``message`` of Crossref's REST API; an item of CSL-JSON, as content negotiation gives it, comes
    back with its lists of one made texts."""
    message = _mapping(message)
    message = _mapping(message.get("message")) or message
    said = _text(message.get("type"))
    item: Item = {"type": _CROSSREF.get(said, said or "document")}
    title, subtitle = marked(_first(message.get("title"))), marked(_first(message.get("subtitle")))
    item["title"] = _with_subtitle(title, subtitle)
    item["container-title"] = marked(_first(message.get("container-title")))
    item["container-title-short"] = marked(
        _first(message.get("short-container-title")) or message.get("container-title-short")
    )
    for role in ("author", "editor", "translator"):
        item[role] = [person for person in map(_crossref_person, _list(message.get(role))) if person]
    for name in ("published-print", "published", "published-online", "issued", "posted"):
        parts = _list(_mapping(message.get(name)).get("date-parts"))
        found = _date_of(_list(parts[0]) if parts else [])
        if found:
            item["issued"] = found
            break
    institution = _mapping(_first_of(message.get("institution")))
    for name in ("volume", "issue", "page", "publisher", "publisher-location", "article-number", "language"):
        item[name] = _text(message.get(name))
    if item["type"] in {"article", "thesis"} and institution:
        item["publisher"] = _text(institution.get("name"))
    item["genre"] = _first(message.get("degree"))
    item["edition"] = _text(message.get("edition-number")) or _text(message.get("edition"))
    event = message.get("event")
    item["event-title"] = _text(_mapping(event).get("name")) if isinstance(event, Mapping) else _text(event)
    item["event-place"] = _text(_mapping(event).get("location"))
    item["DOI"] = csl.clean_doi(_text(message.get("DOI")))
    item["URL"] = _url(_text(message.get("URL")), item["DOI"])
    if item["type"] == "article":
        item["URL"] = _arxiv_of_doi(item["DOI"]) or item["URL"]
    item["ISSN"] = _first(message.get("ISSN"))
    item["ISBN"] = _first(message.get("ISBN")).rpartition("/")[2]
    item["abstract"] = marked(message.get("abstract"))
    return _clean(item)


def marked(value: Any) -> str:
    """HTML, JATS or MathML with entities as text of CSL-JSON: emphasis, raised and lowered text stay, the rest of the
    tags goes."""
    text = _text(value)
    if "<" in text:
        text = _TAG.sub(_tag, text)
    return _SPACE.sub(" ", html.unescape(text)).strip()


def _tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name in _SAME:
        return f"<{match[1]}{_SAME[name]}>"
    return " " if name in _PARTED else ""


def arxiv_url(text: str) -> str:
    """The address of a preprint on arXiv of an address or a number of it, without its version; else empty."""
    found = _ARXIV.match(text.strip())
    return f"https://arxiv.org/abs/{found[1]}" if found else ""


def _arxiv_of_doi(doi: str) -> str:
    return arxiv_url(doi[len("10.48550/") :]) if doi.lower().startswith("10.48550/arxiv.") else ""


def _orcid_ids(item: Item, ids: list[Any]) -> None:
    for one in ids:
        one = _mapping(one)  # noqa: PLW2901
        kind = _text(one.get("external-id-type")).lower()
        value = _text(one.get("external-id-value"))
        relation = _text(one.get("external-id-relationship")).lower().replace("_", "-")
        is_own = relation in {"self", "version-of", ""}
        if kind == "doi" and is_own:
            item.setdefault("DOI", csl.clean_doi(value))
        elif kind == "arxiv" and is_own and arxiv_url(value):
            item.setdefault("URL", arxiv_url(value))
        elif kind in {"pmid", "pmc"} and is_own:
            item.setdefault("PMID" if kind == "pmid" else "PMCID", value)
        elif kind in {"isbn", "issn"}:
            item.setdefault(kind.upper(), value)
        elif kind in {"uri", "handle"} and is_own:
            item.setdefault("URL", _url(value if kind == "uri" else _value(one.get("external-id-url")), ""))


def _openalex_date(work: Mapping[str, Any]) -> Item:
    day, year = _text(work.get("publication_date")), _text(work.get("publication_year"))
    found = _DATE.match(day)
    if found is None or day.endswith("-01-01") or (year and year != found[1]):
        return _date_of([year or (found[1] if found else "")])
    return _date_of(list(found.groups()))


def _abstract(index: Any) -> str:
    """The text of an inverted index: word → places."""
    words: dict[int, str] = {}
    for word, places in _mapping(index).items():
        for place in _list(places):
            if isinstance(place, int) and 0 <= place < _WORDS_AT_MOST:
                words[place] = word
    return marked(" ".join(words[place] for place in sorted(words)))


def _date_of(parts: list[Any]) -> Item:
    numbers = []
    for part in parts[:3]:
        text = _text(part)
        if not text.isascii() or not text.isdigit() or int(text) == 0 or len(text) > 4:
            break
        numbers.append(int(text))
    return {"date-parts": [numbers]} if numbers else {}


def _person(text: str) -> Item:
    """A CSL name of a name in one piece."""
    if not text:
        return {}
    name = parse_name(text)
    pairs = {"family": name["family"], "given": name["given"], "suffix": name["suffix"]}
    pairs |= {"non-dropping-particle": name["particle"], "literal": name["literal"]}
    return {part: value for part, value in pairs.items() if value}


def _crossref_person(value: Any) -> Item:
    name = _mapping(value)
    person = {part: _text(name.get(part)) for part in ("family", "given", "suffix", "literal")}
    for part in ("non-dropping-particle", "dropping-particle"):
        person[part] = _text(name.get(part))
    if not person["family"]:
        person["literal"] = person["literal"] or _text(name.get("name"))
    return {part: marked(text) for part, text in person.items() if text}


def _with_subtitle(title: str, subtitle: str) -> str:
    if not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title[-1:] in {'.', '?', '!', ':'} else ': '}{subtitle}" if title else subtitle


def _url(text: str, doi: str) -> str:
    """A web address that says more than the DOI does."""
    if not re.match(r"https?://", text, re.IGNORECASE):
        return ""
    return "" if doi and csl.clean_doi(text).casefold() == doi.casefold() else arxiv_url(text) or text


def _clean(item: Item) -> Item:
    return {name: value for name, value in item.items() if value}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first_of(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list) else value


def _first(value: Any) -> str:
    return _text(_first_of(value))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _value(value: Any) -> str:
    """The text of ``{"value": …}``, which ORCID wraps most texts in."""
    return _text(value.get("value")) if isinstance(value, Mapping) else _text(value)
