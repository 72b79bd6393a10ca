"""JSON-LD: what a page is about, in the words of schema.org, and the way to it.

One object a page for its subject, a second one for the trail of pages above it (``BreadcrumbList``). Known people have
an “@id”, so that search engines see one person on many pages: the owner's is ``#me`` of the home page, that of others
``#person`` of their pages. Without a ``url`` in site.yaml there are no addresses, and no trail.

Google asks for ``mainEntity`` in a ProfilePage, for ``startDate`` and ``location`` in an Event, and for ``description``
in Course and Dataset (developers.google.com/search/docs/appearance/structured-data).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from acadsite import dates
from acadsite.graph import href_of
from acadsite.kinds.discussion import discussion
from acadsite.kinds.orcid import orcid
from acadsite.links import is_external
from acadsite.markup.inline import plain
from acadsite.people import display
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acadsite.kinds.citable import Citable, Described
    from acadsite.kinds.names import Names
    from acadsite.kinds.page import PageView
    from acadsite.track import RecordView

Node = dict[str, Any]

#: Kind of publication → type.
_TYPES: Final = {
    "article": "ScholarlyArticle",
    "paper": "ScholarlyArticle",
    "preprint": "ScholarlyArticle",
    "chapter": "Chapter",
    "book": "Book",
    "edited": "Book",
    "thesis": "Thesis",
    "report": "Report",
    "software": "SoftwareSourceCode",
    "dataset": "Dataset",
}
#: Kind of page → the page above it.
_ABOVE: Final = {
    "publication": "publications",
    "publications-all": "publications",
    "publications-year": "publications",
    "publications-type": "publications",
    "publications-topic": "publications",
    "publications-venue": "publications",
    "talk": "talks",
    "person": "people",
    "post": "posts",
    "posts-page": "posts",
    "tag": "tags",
    "tags": "posts",
    "course": "courses",
    "project": "projects",
    "deck": "slides",
    "cv-variant": "cv",
    "cv-form": "cv",
}
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
#: What could end a script, begin a comment, or end a line of script in old browsers.
_ESCAPES: Final = tuple((char, f"\\u{ord(char):04x}") for char in "<>&\u2028\u2029")


def written(node: Node) -> str:
    """A node as JSON that may stand in a ``<script>``, with its context."""
    text = _ENCODE({"@context": "https://schema.org", **node})
    for char, escape in _ESCAPES:
        if char in text:
            text = text.replace(char, escape)
    return text


def filled(kind: str, **values: Any) -> Node:
    """A node of a type, without the values that are missing. ``id`` is its “@id”."""
    node: Node = {"@type": kind}
    identifier = values.pop("id", "")
    if identifier:
        node["@id"] = identifier
    node.update((name, value) for name, value in values.items() if value)
    return node


# --- addresses ---


def address(names: Names, *key: str) -> str:
    """The full address of a page by its key, in the language of the page under way where it has one; empty where there
    is none, or no ``url`` in site.yaml."""
    current().note("config", "url")
    base, href = names.config["url"], names.site.href(key)
    return f"{base}{href_of(href.removeprefix(current().prefix))}" if base and href is not None else ""


def file_address(names: Names, path: str) -> str:
    """The full address of a file of content/static/ or of another site; empty where there is none."""
    if is_external(path):
        return path if path.startswith(("https://", "http://")) else ""
    current().note("config", "url")
    found, base = names.static_path(path.lstrip("/")), names.config["url"]
    return f"{base}{href_of(found.replace('%', '%25'))}" if base and found in names.files else ""


# --- people ---


def person(names: Names, name: str, identifier: str | None = None, same: str = "") -> Node:
    """A person by name; with the “@id” and the address of one who is known. ``same`` is the person elsewhere."""
    owner = names.owner()
    if owner is not None and not identifier and name == owner.display:
        identifier = owner.id
    if not identifier:
        return filled("Person", name=name, sameAs=same)
    record = names.site.library.get("people", identifier)
    current().note("field", "people", identifier, "orcid")
    number = orcid(str(record.data.get("orcid") or "")) if record else ""
    same = f"https://orcid.org/{number}" if number else same
    if owner is not None and identifier == owner.id:
        url = names.config["url"] or ""
        return filled("Person", id=f"{url}#me" if url else "", name=name, url=url, sameAs=same)
    url = address(names, "people", identifier)
    return filled("Person", id=f"{url}#person" if url else "", name=name, url=url, sameAs=same)


def written_authors(record: RecordView | None) -> tuple[str, ...]:
    """Whom a text names as its authors: front matter gives a name, names, or mappings with a ``name``."""
    written = getattr(record, "authors", None) or getattr(record, "author", None) or ()
    items = written if isinstance(written, (tuple, list)) else (written,)
    given = (item.get("name") if isinstance(item, Mapping) else item for item in items)
    return tuple(plain(name) for name in given if isinstance(name, str) and name.strip())


def _owner(names: Names) -> list[Node]:
    owner = names.owner()
    return [person(names, owner.display, owner.id)] if owner else []


def _people(names: Names, given: Iterable[Mapping[str, Any]]) -> list[Node]:
    """The names of a publication; a name in one piece is that of a group."""
    return [
        filled("Organization", name=display(name))
        if name["literal"] and not name.get("person")
        else person(names, display(name), name.get("person"))
        for name in given
    ]


def profile_page(names: Names, page: PageView, record: RecordView | None, home: RecordView | None) -> Node:
    """The page of a person; ``home`` is the home page, which may say more of its owner."""
    sources = [source for source in (home, record) if source is not None]

    def first(field: str) -> str:
        return next((plain(str(value)) for source in sources if (value := getattr(source, field, None))), "")

    picture = (home.portrait if home is not None else None) or (record.photo if record is not None else None)
    links = [link.href for link in names.profiles(home, record)]
    own = record.url if record is not None else None
    known = (
        person(names, record.display, record.id) if record is not None else filled("Person", name=page.title)
    )
    same = [known.get("sameAs", ""), file_address(names, own) if own else "", *links]
    checked = (orcid(link) or "orcid.org" not in link for link in links)
    same = [*same[:2], *(link for link, fine in zip(links, checked, strict=True) if fine)]
    affiliation, place = first("affiliation"), first("location")
    entity = {
        **known,
        **filled(
            "Person",
            alternateName=[
                alias for alias in (record.aliases if record is not None else ()) if _is_name(alias)
            ],
            jobTitle=first("role"),
            affiliation=filled("Organization", name=affiliation) if affiliation else None,
            workLocation=filled("Place", name=place) if place else None,
            image=file_address(names, picture) if picture else "",
            sameAs=list(dict.fromkeys(filter(None, same))),
        ),
    }
    return filled("ProfilePage", url=page.canonical, name=page.title, inLanguage=page.lang, mainEntity=entity)


def _is_name(alias: str) -> bool:
    """Whether another spelling is a name that people use, and no “Noether, E.” of a bibliography."""
    return "," not in alias and "." not in alias


# --- publications ---


def work(names: Names, page: PageView, text: Described, image: str) -> Node:
    """A publication; ``image`` is an address."""
    it = text.work
    kind = _TYPES.get(it.kind, "CreativeWork")
    is_article = kind == "ScholarlyArticle"
    sender = "sourceOrganization" if it.kind == "thesis" else "publisher"
    house = it.institution or it.publisher
    numbers = list(_identifiers(it))
    return filled(
        kind,
        name=it.title,
        headline=it.title if is_article else "",
        author=_people(names, it.authors),
        editor=_people(names, it.editors),
        datePublished=it.date,
        inLanguage=text.language,
        isPartOf=_container(it),
        pagination=text.pages if is_article or kind == "Chapter" else "",
        isbn=it.isbn if kind == "Book" else "",
        reportNumber=it.issue if kind == "Report" else "",
        **{sender: filled("Organization", name=house) if house else None},
        identifier=numbers[0] if len(numbers) == 1 else numbers,
        sameAs=[number["url"] for number in numbers],
        url=page.canonical,
        keywords=list(text.keywords),
        abstract=text.abstract,
        description=(text.abstract or it.title) if kind == "Dataset" else "",
        image=image,
        codeRepository=text.code if kind == "SoftwareSourceCode" else "",
        encoding=_pdf(text.pdf),
    )


def _pdf(url: str) -> Node | None:
    return filled("MediaObject", contentUrl=url, encodingFormat="application/pdf") if url else None


def _identifiers(it: Citable) -> Iterator[Node]:
    for name, value, start in (
        ("DOI", it.doi, "https://doi.org/"),
        ("arXiv", it.arxiv, "https://arxiv.org/abs/"),
    ):
        if value:
            yield filled("PropertyValue", propertyID=name, value=value, url=start + value)


def _container(it: Citable) -> Node | None:
    """The issue of the volume of the journal, or the book."""
    if not it.container:
        return None
    if it.kind == "chapter":
        return filled("Book", name=it.container, isbn=it.isbn)
    if it.kind != "article":
        return filled("CreativeWork", name=it.container)
    node = filled("Periodical", name=it.container, issn=it.issn)
    if it.volume:
        node = filled("PublicationVolume", volumeNumber=it.volume, isPartOf=node)
    if it.issue:
        node = filled("PublicationIssue", issueNumber=it.issue, isPartOf=node)
    return node


# --- other pages ---


def subject(names: Names, page: PageView, record: RecordView, image: str) -> Node | None:
    """What a page of another kind is about; None where the trail is all that there is to say."""
    make = _MAKERS.get(page.kind)
    return make(names, page, record, image) if make else None


def _event(names: Names, page: PageView, talk: RecordView, image: str) -> Node:
    event, place, date = talk.event, talk.location, talk.date
    return filled(
        "Event",
        name=plain(talk.title or event or talk.id),
        startDate=dates.iso(date) if date else "",
        endDate=dates.iso(date["end"]) if date and date["end"] else "",
        location=filled("Place", name=plain(place or event), address=plain(place) if place else "")
        if place or event
        else None,
        performer=_owner(names),
        superEvent=filled("Event", name=plain(event), url=talk.event_url or "")
        if event and talk.title
        else None,
        description=page.description,
        image=image,
        url=page.canonical,
    )


def _course(names: Names, page: PageView, course: RecordView, image: str) -> Node:
    place, owner = course.institution, _owner(names)
    held = filled(
        "CourseInstance",
        name=course.term or "",
        startDate=dates.iso(course.start) if course.start else "",
        endDate=dates.iso(course.end) if course.end else "",
        instructor=owner,
    )
    return filled(
        "Course",
        name=course.title,
        description=page.description or course.title,
        courseCode=course.code or "",
        provider=filled("Organization", name=plain(place)) if place else owner,
        educationalLevel=course.level or "",
        hasCourseInstance=held if len(held) > 1 else None,
        inLanguage=course.lang or page.lang,
        image=image,
        url=page.canonical,
    )


def _project(names: Names, page: PageView, project: RecordView, image: str) -> Node:
    people = [person(names, one.display, one.id) for one in project.related("people")]
    return filled(
        "ResearchProject",
        name=project.title,
        description=page.description or project.title,
        foundingDate=dates.iso(project.start) if project.start else "",
        dissolutionDate=dates.iso(project.end) if project.end else "",
        member=people,
        sameAs=project.homepage or "",
        image=image,
        url=page.canonical,
    )


def _posting(names: Names, page: PageView, post: RecordView, image: str) -> Node:
    return filled(
        "BlogPosting",
        headline=post.title,
        author=[person(names, name) for name in written_authors(post)] or _owner(names),
        datePublished=dates.iso(post.date),
        dateModified=dates.iso(post.updated) if post.updated else "",
        description=page.description,
        keywords=list(post.tags),
        inLanguage=post.lang or page.lang,
        image=image,
        discussionUrl=_web_only(discussion(names, post, page.canonical)),
        url=page.canonical,
    )


def _web_only(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _deck(names: Names, page: PageView, deck: RecordView, image: str) -> Node:
    return filled(
        "PresentationDigitalDocument",
        name=page.title,
        author=[person(names, plain(author["name"])) for author in deck.author] or _owner(names),
        datePublished=dates.iso(deck.date) if deck.date else "",
        description=page.description,
        keywords=list(deck.tags),
        inLanguage=deck.lang or page.lang,
        image=image,
        url=page.canonical,
    )


def _book(names: Names, page: PageView, book: RecordView, image: str) -> Node:
    return filled(
        "Book",
        name=page.title,
        author=_authors(names, book),
        datePublished=dates.iso(book.date) if book.date else "",
        description=page.description,
        inLanguage=book.lang or page.lang,
        image=image,
        url=page.canonical,
    )


def _chapter(names: Names, page: PageView, chapter: RecordView, image: str) -> Node:
    book = names.site.view("books", chapter.book)
    url = address(names, "books", book.id)
    return filled(
        "Chapter",
        name=page.title,
        author=_authors(names, chapter if chapter.authors else book),
        datePublished=dates.iso(chapter.date) if chapter.date else "",
        dateModified=dates.iso(chapter.updated) if chapter.updated else "",
        description=page.description,
        isPartOf=filled("Book", name=plain(book.title), url=url),
        inLanguage=chapter.lang or page.lang,
        image=image,
        url=page.canonical,
    )


def _authors(names: Names, record: RecordView) -> list[Node]:
    return [
        person(names, plain(author["name"]), same=author["url"] or "") for author in record.authors
    ] or _owner(names)


_MAKERS: Final = {
    "talk": _event,
    "course": _course,
    "project": _project,
    "post": _posting,
    "deck": _deck,
    "book": _book,
    "chapter": _chapter,
}


# --- the trail ---


def trail(names: Names, page: PageView, record: RecordView | None) -> Node | None:
    """The pages above this one, from the home page down, and this one; None on the home page, and where there are no
    full addresses."""
    if not page.canonical or page.kind == "home":
        return None
    above = list(_above(names, page.kind, record))
    pages = [(page.site_name, address(names, "page", "home")), *above, (page.title, page.canonical)]
    items = [filled("ListItem", position=at, name=name, item=url) for at, (name, url) in enumerate(pages, 1)]
    return filled("BreadcrumbList", itemListElement=items)


def _above(names: Names, kind: str, record: RecordView | None) -> Iterator[tuple[str, str]]:
    if kind == "chapter" and record is not None:
        book = names.site.view("books", record.book)
        yield plain(book.title), address(names, "books", book.id)
        return
    above = _ABOVE.get(kind, "")
    url = address(names, "page", above) if above else ""
    if url:
        yield from _above(names, above, None)
        yield names.t(_title(names, above)), url


def _title(names: Names, identifier: str) -> str:
    """The title of a page, in the language of the page under way where it has one."""
    language = current().language
    other = f"{identifier}@{language}"
    identifier = other if language and other in names.graph.pages else identifier
    current().note("page", identifier)
    return names.graph.pages[identifier].title
