"""What the head of a page says to machines: Highwire tags, Open Graph, cards of X, JSON-LD.

Values for ``head/metadata.html``, which escapes them; nothing here writes HTML. Where site.yaml has no ``url``, what
needs full addresses is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from acadsite import dates, languages
from acadsite.bibtex import csl_terms, latex
from acadsite.graph import href_of
from acadsite.jinja import markup
from acadsite.kinds import cards, highwire, jsonld
from acadsite.kinds.cards import Card
from acadsite.kinds.citable import Described, citable
from acadsite.kinds.pdfs import pdf_beside, pdf_path
from acadsite.markup.inline import plain
from acadsite.markup.text import one_line
from acadsite.people import display
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from acadsite.kinds.names import Names
    from acadsite.kinds.page import PageView
    from acadsite.track import RecordView

#: Kinds of pages whose titles are Markdown.
_MARKED: Final = frozenset({"talk", "book", "chapter"})
#: Kind of page → Open Graph type; others are a “website”.
_TYPES: Final = {
    "home": "profile", "person": "profile", "publication": "article", "post": "article", "talk": "article",
    "course": "article", "project": "article", "deck": "article", "page": "article", "chapter": "article",
    "book": "book", "cv": "profile", "cv-variant": "profile",
    "cv-form": "profile",
}  # fmt: skip
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_LANGUAGE: Final = re.compile("[a-z]{2,3}")

Pair = tuple[str, str]


class Metadata(NamedTuple):
    """``names`` and ``properties`` of meta elements with their contents, and JSON for scripts."""

    names: tuple[Pair, ...]
    properties: tuple[Pair, ...]
    data: tuple[Markup, ...]


def metadata(names: Names, page: PageView, record: RecordView | None) -> Metadata:
    """What machines read of the page under way. ``record`` is its subject."""
    if page.kind == "404" or page.params.get("unlisted"):
        return Metadata((("robots", "noindex"),), (), ())
    title = title_of(page, record)
    page = page if title == page.title else page._replace(title=title)
    image = _image(names, page, record)
    text = _text(names, page, record) if page.kind == "publication" and record is not None else None
    nodes = (
        _subject(
            names, page, record, text, image.url if image is not None and page.id in names.cards else ""
        ),
        _site(page) if page.kind == "home" else jsonld.trail(names, page, record),
    )
    return Metadata(
        (*_names(names, record, text), *_card(page, image)),
        (*_locale(names, page), *_properties(page, record, text, image)),
        tuple(markup(jsonld.written(node)) for node in nodes if node is not None),
    )


def title_of(page: PageView, record: RecordView | None) -> str:
    """The title of a page as plain text."""
    if page.kind == "deck" and record is not None:
        title = record.title or (record.body.title if record.body else "") or page.title
        return str(title)
    return plain(page.title) if page.kind in _MARKED else page.title


def _text(names: Names, page: PageView, record: RecordView) -> Described:
    current().note("has", "papers", record.id)
    has_paper = ("papers", record.id) in names.site.library
    paper = names.site.view("papers", record.id) if has_paper else None
    if paper is not None and paper.abstract:
        abstract = " ".join(map(plain, paper.abstract))
    else:
        abstract = one_line(" ".join(map(latex.spoken, record.abstract)))
    language = record.language.casefold()
    language = csl_terms.LANGUAGES.get(language, language).partition("-")[0]
    code = next((link["url"] for link in record.links if link["name"] == "code"), "")
    return Described(
        citable(record),
        record.pages,
        language if _LANGUAGE.fullmatch(language) else "",
        tuple((paper.keywords if paper is not None else ()) or record.keywords),
        abstract,
        _pdf(names, page, record) if page.canonical else "",
        jsonld.file_address(names, code) if code else "",
    )


def _pdf(names: Names, page: PageView, record: RecordView) -> str:
    """The full address of the PDF in the folder of the page: the one that the entry names, else the one that is made
    of the text. Empty where there is none, since Google Scholar takes no other."""
    path = pdf_beside(names, record)
    if not path:
        path = pdf_path(page.url, record.id)
        current().note("asset", path)
    is_there = path in names.files or path in (names.graph.files or ())
    return f"{names.config['url']}{href_of(path.replace('%', '%25'))}" if is_there else ""


def _subject(
    names: Names, page: PageView, record: RecordView | None, text: Described | None, image: str
) -> dict[str, Any] | None:
    if text is not None:
        return jsonld.work(names, page, text, image)
    if page.kind == "home":
        owner = names.owner()
        return jsonld.profile_page(names, page, owner, record) if owner is not None else None
    if page.kind == "person":
        return jsonld.profile_page(names, page, record, None)
    return jsonld.subject(names, page, record, image) if record is not None else None


def _site(page: PageView) -> dict[str, Any]:
    """The site, whose name search engines show."""
    return jsonld.filled(
        "WebSite", name=page.site_name, url=page.canonical, description=page.description, inLanguage=page.lang
    )


def _names(names: Names, record: RecordView | None, text: Described | None) -> Iterator[Pair]:
    if text is not None:
        for name in text.work.authors:
            yield "author", display(name)
        yield from highwire.tags(text)
        return
    if written := jsonld.written_authors(record):
        for author in written:
            yield "author", author
    elif (owner := names.owner()) is not None:
        yield "author", owner.display


def _image(names: Names, page: PageView, record: RecordView | None) -> Card | None:
    """The picture that stands for the page elsewhere: the photo of a person, else its card. Networks show no SVG."""
    path = record.photo if page.kind == "person" and record is not None and page.canonical else None
    url = jsonld.file_address(names, path) if path and path.casefold().endswith(_PICTURES) else ""
    return Card(url, 0, 0, page.title) if url else cards.card(names, page)


def _locale(names: Names, page: PageView) -> Iterator[Pair]:
    """The language of the page, in the form of Open Graph; with several, ``head/translations.html`` says which."""
    current().note("config", "languages")
    locale = languages.language(page.lang).locale
    if locale and len(names.config.languages) == 1:
        yield "og:locale", locale


def _properties(
    page: PageView, record: RecordView | None, text: Described | None, image: Card | None
) -> Iterator[Pair]:
    kind = _TYPES.get(page.kind, "website")
    if text is not None and text.work.kind in {"book", "edited"}:
        kind = "book"
    yield "og:title", page.title
    yield "og:type", kind
    if page.canonical:
        yield "og:url", page.canonical
    if page.description:
        yield "og:description", page.description
    if page.title != page.site_name:
        yield "og:site_name", page.site_name
    if image is not None:
        yield "og:image", image.url
        if image.width:
            yield "og:image:width", str(image.width)
            yield "og:image:height", str(image.height)
        yield "og:image:alt", image.alt
    if text is not None:
        yield from _published(text, kind)
    elif page.kind == "post" and record is not None:
        yield "article:published_time", dates.iso(record.date)
        if record.updated:
            yield "article:modified_time", dates.iso(record.updated)
        for tag in record.tags:
            yield "article:tag", tag


def _published(text: Described, kind: str) -> Iterator[Pair]:
    if text.work.date:
        yield "book:release_date" if kind == "book" else "article:published_time", text.work.date
    if kind == "book" and text.work.isbn:
        yield "book:isbn", text.work.isbn


def _card(page: PageView, image: Card | None) -> Iterator[Pair]:
    """The card of X, which falls back to Open Graph; checkers do not."""
    yield "twitter:card", "summary_large_image" if image is not None and image.width else "summary"
    yield "twitter:title", page.title
    if page.description:
        yield "twitter:description", page.description
    if image is not None:
        yield "twitter:image", image.url
        yield "twitter:image:alt", image.alt
