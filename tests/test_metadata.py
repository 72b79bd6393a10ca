"""What machines read of the pages: a table of all types of publications, and the head of every other page.

The site lives in a folder of its server, since addresses are easily wrong there.
"""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest
from lxml import html

from acadsite.kinds.citable import inverted, literal
from acadsite.kinds.highwire import date as highwire_date
from acadsite.kinds.jsonld import written
from acadsite.kinds.orcid import orcid
from acadsite.people import parse_name
from browsing import missing, program, tool
from conftest import SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

BASE = "https://example.org/~ada/"
ORCID = "0000-0002-1825-0097"


@dataclass
class Row:
    """A type of publication: its entry; the tags of its page without those of title, authors and date; the type and
    parts of its JSON-LD; and what Zotero makes of its COinS."""

    entry: str
    tags: dict[str, str]
    kind: str
    item: str
    fields: dict[str, str] = field(default_factory=dict)
    json: dict[str, Any] = field(default_factory=dict)


PERIODICAL = {"@type": "Periodical", "name": "Annals", "issn": "1234-5678"}
ROWS = {
    "article": Row(
        "@article{%, journal = {Annals}, volume = 3, number = {4}, pages = {12--34}, issn = {1234-5678}, doi = "
        "{10.1000/x(1)}, publisher = {House}, keywords = {rings, ideals}, langid = {german}, month = mar, day = 1, "
        "abstract = {About \\emph{rings} \\& ideals.}",
        {
            "journal_title": "Annals", "volume": "3", "issue": "4", "firstpage": "12", "lastpage": "34",
            "issn": "1234-5678", "publisher": "House", "doi": "10.1000/x(1)", "language": "de",
            "keywords": "rings; ideals", "abstract": "About rings & ideals.",
        },
        "ScholarlyArticle",
        "journalArticle",
        {"publicationTitle": "Annals", "volume": "3", "issue": "4", "pages": "12-34", "ISSN": "1234-5678",
         "DOI": "10.1000/x(1)"},
        {
            "datePublished": "1920-03-01", "pagination": "12–34", "inLanguage": "de", "keywords": ["rings", "ideals"],
            "abstract": "About rings & ideals.",
            "isPartOf": {
                "@type": "PublicationIssue", "issueNumber": "4",
                "isPartOf": {"@type": "PublicationVolume", "volumeNumber": "3", "isPartOf": PERIODICAL},
            },
            "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/x(1)",
                           "url": "https://doi.org/10.1000/x(1)"},
            "sameAs": ["https://doi.org/10.1000/x(1)"],
        },
    ),
    "inproceedings": Row(
        "@inproceedings{%, booktitle = {Congress of Rings}, pages = {5}, volume = {2}, isbn = {978-0}, editor = {Roe, "
        "R. and Poe, P.}, publisher = {House}, url = {https://x.example/p?a=1&b=2}",
        {"conference_title": "Congress of Rings", "volume": "2", "firstpage": "5", "isbn": "978-0",
         "publisher": "House"},
        "ScholarlyArticle",
        "conferencePaper",
        {"publicationTitle": "Congress of Rings", "volume": "2", "pages": "5", "ISBN": "978-0", "publisher": "House",
         "url": "https://x.example/p?a=1&b=2"},
        {"isPartOf": {"@type": "CreativeWork", "name": "Congress of Rings"}, "pagination": "5"},
    ),
    "incollection": Row(
        "@incollection{%, booktitle = {Book of Rings}, pages = {7--9}, publisher = {House}, isbn = {978-1}",
        {"inbook_title": "Book of Rings", "firstpage": "7", "lastpage": "9", "isbn": "978-1", "publisher": "House"},
        "Chapter",
        "bookSection",
        {"publicationTitle": "Book of Rings", "pages": "7-9", "publisher": "House", "ISBN": "978-1"},
        {"isPartOf": {"@type": "Book", "name": "Book of Rings", "isbn": "978-1"}},
    ),
    "inbook": Row(
        "@inbook{%, chapter = {3}, pages = {1--2}, publisher = {House}",
        {"firstpage": "1", "lastpage": "2", "publisher": "House"},
        "Chapter",
        "bookSection",
        {"pages": "1-2", "publisher": "House"},
    ),
    "book": Row(
        "@book{%, subtitle = {An Introduction}, publisher = {House}, isbn = {978-2}, address = {Town}",
        {"isbn": "978-2", "publisher": "House"},
        "Book",
        "book",
        {"publisher": "House", "ISBN": "978-2"},
        {"isbn": "978-2", "publisher": {"@type": "Organization", "name": "House"}},
    ),
    "proceedings": Row(
        "@proceedings{%, editor = {Roe, R. and Poe, P.}, publisher = {House}, isbn = {978-3}",
        {"isbn": "978-3", "publisher": "House"},
        "Book",
        "book",
        {"publisher": "House", "ISBN": "978-3"},
    ),
    "phdthesis": Row(
        "@phdthesis{%, school = {University of Rings}",
        {"dissertation_institution": "University of Rings"},
        "Thesis",
        "thesis",
        {"publisher": "University of Rings"},
        {"sourceOrganization": {"@type": "Organization", "name": "University of Rings"}},
    ),
    "mastersthesis": Row(
        "@mastersthesis{%, school = {University of Rings}",
        {"dissertation_institution": "University of Rings"},
        "Thesis",
        "thesis",
        {"publisher": "University of Rings"},
    ),
    "techreport": Row(
        "@techreport{%, institution = {Institute}, number = {TR-7}",
        {"technical_report_institution": "Institute", "technical_report_number": "TR-7"},
        "Report",
        "report",
        {"publisher": "Institute"},
        {"reportNumber": "TR-7", "publisher": {"@type": "Organization", "name": "Institute"}},
    ),
    "preprint": Row(
        "@misc{%, eprint = {2101.00001}, archiveprefix = {arXiv}",
        {"arxiv_id": "2101.00001"},
        "ScholarlyArticle",
        "preprint",
        {"url": "https://arxiv.org/abs/2101.00001"},
        {"identifier": {"@type": "PropertyValue", "propertyID": "arXiv", "value": "2101.00001",
                        "url": "https://arxiv.org/abs/2101.00001"}},
    ),
    "unpublished": Row("@unpublished{%, note = {In preparation}", {}, "ScholarlyArticle", "preprint"),
    "software": Row(
        "@software{%, code = {https://code.example/x}, publisher = {Archive}",
        {"publisher": "Archive"},
        "SoftwareSourceCode",
        "computerProgram",
        {"publisher": "Archive"},
        {"codeRepository": "https://code.example/x"},
    ),
    "dataset": Row(
        "@dataset{%, publisher = {Archive}, doi = {10.1000/d}",
        {"publisher": "Archive", "doi": "10.1000/d"},
        "Dataset",
        "dataset",
        {"publisher": "Archive", "DOI": "10.1000/d"},
        {"description": "On Rings"},
    ),
    "patent": Row("@patent{%, number = {US1}", {}, "CreativeWork", "patent", {"patentNumber": "US1"}),
    "misc": Row("@misc{%, howpublished = {Pamphlet}", {}, "CreativeWork", "document",
                {"publicationTitle": "Pamphlet"}),
}  # fmt: skip

BIB = "\n\n".join(
    row.entry.replace("%", f"{name}, title = {{On Rings}}, year = 1920")
    + ("}" if name == "proceedings" else ", author = {Lovelace, Ada and van der Waerden, Bartel Leendert}}")
    for name, row in ROWS.items()
)
OTHERS = r"""
@article{lone, title = {Alone}, author = {van der Waerden, Bartel Leendert}, journal = {Annals}, year = 1921,
  pdf = {papers/Lone paper.pdf}}
@article{group, title = {Together}, author = {{The {ATLAS} Collaboration, Geneva} and Lovelace, Ada}, year = {in press}}
@article{king, title = {Speech}, author = {King, Jr., Martin Luther and Lovelace, A.}, year = {1963}, month = aug}
@article{hostile, title = {</script><script>alert(1)</script> "quotes" <!-- & ]]> {\textlf} 𝔸 'x'},
  author = {"><img src=x onerror=alert(1)>, Eve and Lovelace, Ada}, journal = {A & B + C}, year = 1922,
  abstract = {</script> <b> & \% end}}
@article{away, title = {Elsewhere}, author = {Lovelace, Ada}, journal = {Annals}, year = 1923,
  pdf = {https://other.example/a.pdf}}
@article{inside, title = {Inside}, author = {Lovelace, Ada}, journal = {Annals}, year = 1924,
  pdf = {publications/inside/mine.pdf}}
@article{full, title = {Full text}, author = {Lovelace, Ada}, journal = {Annals}, year = 1925}
"""
FILES: dict[str, str | bytes] = {
    "site.yaml": f"""\
title: Ada & Co
url: {BASE}
author: ada
description: Notes on the engine.
cards: 0
publications: {{details: 300}}
""",
    "content/index.md": "---\nrole: '*Analyst*'\naffiliation: Engine\nlocation: London\nportrait: me.jpg\n"
    "profiles: {github: ada, orcid: 0000-0000-0000-0000}\n---\n\nHello.\n",
    "content/people.yaml": f"- {{id: ada, name: 'Lovelace, Ada', orcid: {ORCID}, "
    "aliases: [Countess, 'Lovelace, A.']}\n"
    "- {id: roe, name: 'Roe, R.', role: Editor, url: 'https://roe.example/', orcid: 0000-0002-1825-0098}\n",
    "content/publications/a.bib": BIB + OTHERS,
    "content/papers/full/text.md": "---\nabstract: 'A *marked* abstract.'\npdf: false\n---\n\nText.\n",
    "content/talks.yaml": "- {id: t, title: 'On *Rings*', event: Congress, event_url: 'https://c.example/', "
    "location: Zürich, date: 1932-09-05/1932-09-12, abstract: Short.}\n"
    "- {id: bare, event: Seminar, year: 1930, abstract: x}\n",
    "content/posts/one.md": "---\ntitle: One </script>\ndate: 2020-01-02\nupdated: 2020-02-03\n"
    "tags: [a, b]\n---\n\nText.\n",
    "content/courses/algebra.md": "---\ntitle: Algebra\nterm: Winter\nstart: 2020-10-01\ninstitution: '[U](https://u.example/)'\n"
    "code: M1\n---\n\nText.\n",
    "content/slides/deck.md": "---\ntitle: Deck\nauthor: [Ada Lovelace, Guest]\ndate: 2021-03-04\npdf: []\n---\n\n"
    "## One\n\nText.\n",
    "content/guide/book.yaml": "title: Guide\nauthors: [Ada Lovelace]\nchapters: [index.md, start.md]\npdf: false\n",
    "content/guide/index.md": "Preface.\n",
    "content/guide/start.md": "# Start\n\nWords.\n",
    "content/pages/about.md": "---\ntitle: About\n---\n\nText.\n",
    "content/cv.yaml": "sections:\n- {id: education, title: Education, entries: [{title: Degree, year: 1840}]}\n",
    "content/static/papers/Lone paper.pdf": b"%PDF-1.4 lone",
    "content/static/publications/inside/mine.pdf": b"%PDF-1.4 mine",
    "content/static/me.jpg": b"\xff\xd8\xff",
}


@dataclass(frozen=True)
class Head:
    """The head of a page."""

    names: list[tuple[str, str]]
    properties: list[tuple[str, str]]
    canonical: list[str]
    data: list[dict[str, Any]]

    def named(self, name: str) -> list[str]:
        return [content for key, content in self.names if key == name]

    def property(self, name: str) -> list[str]:
        return [content for key, content in self.properties if key == name]

    def citation(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, content in self.names:
            if name.startswith("citation_"):
                found.setdefault(name.removeprefix("citation_"), []).append(content)
        return found


def read(text: str) -> Head:
    head = html.fromstring(text).xpath("/html/head")[0]
    return Head(
        [(meta.get("name"), meta.get("content")) for meta in head.xpath("meta[@name]")],
        [(meta.get("property"), meta.get("content")) for meta in head.xpath("meta[@property]")],
        head.xpath("link[@rel='canonical']/@href"),
        [json.loads(data) for data in head.xpath("script[@type='application/ld+json']/text()")],
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of the site."""
    root = tmp_path_factory.mktemp("metadata") / "site"
    root.mkdir()
    return SiteFolder(root).write(FILES).build()


@pytest.fixture(scope="module")
def heads(built: dict[str, str]) -> dict[str, Head]:
    """The heads of all pages, by path."""
    return {path: read(text) for path, text in built.items() if path.endswith(".html")}


def of(heads: Mapping[str, Head], key: str) -> Head:
    return heads[f"publications/{key}/index.html"]


AUTHORS = ["Lovelace, Ada", "van der Waerden, Bartel Leendert"]
EDITORS = ["Roe, R.", "Poe, P."]


@pytest.mark.parametrize("name", ROWS)
def test_the_tags_of_a_type_of_publication(heads: dict[str, Head], name: str) -> None:
    row, head = ROWS[name], of(heads, name)
    title = "On Rings: An Introduction" if name == "book" else "On Rings"
    expected = {
        "title": [title],
        "author": [] if name == "proceedings" else AUTHORS,
        "publication_date": ["1920/3/1" if name == "article" else "1920"],
        "editor": EDITORS if name in {"proceedings", "inproceedings"} else [],
        **{tag: [content] for tag, content in row.tags.items()},
    }
    assert head.citation() == {tag: contents for tag, contents in expected.items() if contents}
    assert head.canonical == [f"{BASE}publications/{name}/"] == head.property("og:url")
    assert head.property("og:type") == ["book" if row.kind == "Book" else "article"]
    assert head.named("author") == (
        [] if name == "proceedings" else ["Ada Lovelace", "Bartel Leendert van der Waerden"]
    )


@pytest.mark.parametrize("name", ROWS)
def test_the_json_of_a_type_of_publication(heads: dict[str, Head], name: str) -> None:
    row, (node, trail) = ROWS[name], of(heads, name).data
    assert node["@context"] == "https://schema.org"
    assert node["@type"] == row.kind
    assert node["url"] == f"{BASE}publications/{name}/"
    assert node["datePublished"].startswith("1920")
    people = node["editor" if name == "proceedings" else "author"]
    assert [person["name"] for person in people] == (
        ["R. Roe", "P. Poe"] if name == "proceedings" else ["Ada Lovelace", "Bartel Leendert van der Waerden"]
    )
    if name != "proceedings":
        assert people[0]["@id"] == f"{BASE}#me"
        assert people[0]["sameAs"] == f"https://orcid.org/{ORCID}"
    for key, value in row.json.items():
        assert node[key] == value, key
    assert [item["name"] for item in trail["itemListElement"]] == ["Ada & Co", "Publications", "On Rings"]


# --- COinS ---

#: What Zotero makes of the formats and genres, and of the keys in them.
ITEMS = {
    ("journal", "article"): "journalArticle", ("book", "proceeding"): "conferencePaper",
    ("book", "bookitem"): "bookSection", ("book", "book"): "book", ("book", "report"): "report",
    ("dissertation", ""): "thesis", ("patent", ""): "patent",
}  # fmt: skip
KEYS = {
    "rft.jtitle": "publicationTitle", "rft.volume": "volume", "rft.issue": "issue", "rft.issn": "ISSN",
    "rft.isbn": "ISBN", "rft.pub": "publisher", "rft.publisher": "publisher", "rft.inst": "publisher",
    "rft.number": "patentNumber", "rft.source": "publicationTitle", "rft.date": "date",
}  # fmt: skip


def parse_coins(title: str) -> tuple[str, list[str], dict[str, str]]:
    """The type, the creators and the fields of the item that Zotero makes of a span."""
    pairs = [
        (key, unquote_plus(value)) for key, _, value in (part.partition("=") for part in title.split("&"))
    ]
    known = dict(pairs)
    assert known["ctx_ver"] == "Z39.88-2004"
    form = known["rft_val_fmt"].removeprefix("info:ofi/fmt:kev:mtx:")
    # Genres are compared as they are written.
    genre = next(
        (
            value
            for value in ("article", "proceeding", "bookitem", "book", "report")
            if f"rft.genre={value}" in title.split("&")
        ),
        "",
    )
    kind = known["rft.type"] if form == "dc" else ITEMS[form, genre]
    is_part = kind in {"journalArticle", "bookSection", "conferencePaper"}
    creators, fields = [], {}
    for key, value in pairs:
        if key in {"rft.au", "rft.creator", "rft.inventor"}:
            creators.append(value)
        elif key == "rft.atitle" and is_part:
            fields["title"] = value
        elif key == "rft.btitle":
            fields["publicationTitle" if is_part else "title"] = value
        elif key == "rft.title":
            fields["title"] = value
        elif key == "rft.spage":
            fields["pages"] = value
        elif key == "rft.epage":
            fields["pages"] += f"-{value}"
        elif key == "rft_id":
            is_doi = value.startswith("info:doi/")
            fields["DOI" if is_doi else "url"] = value.removeprefix("info:doi/")
        elif key in KEYS:
            fields[KEYS[key]] = value
    return kind, creators, fields


def spans(text: str) -> list[str]:
    return [str(title) for title in html.fromstring(text).xpath("//span[@class='Z3988']/@title")]


@pytest.fixture(scope="module")
def items(built: dict[str, str]) -> dict[str, tuple[str, list[str], dict[str, str]]]:
    """The items of the list of publications by key."""
    page = html.fromstring(built["publications/index.html"])
    return {
        entry.get("id"): parse_coins(entry.xpath(".//span[@class='Z3988']/@title")[0])
        for entry in page.xpath("//li[@id][.//span[@class='Z3988']]")
    }


@pytest.mark.parametrize("name", ROWS)
def test_coins_come_back_as_the_same_fields(
    items: dict[str, tuple[str, list[str], dict[str, str]]], name: str
) -> None:
    row = ROWS[name]
    kind, creators, fields = items[name]
    assert kind == row.item
    assert creators == ([] if name == "proceedings" else AUTHORS)
    assert fields == {
        "title": "On Rings: An Introduction" if name == "book" else "On Rings",
        "date": "1920-03-01" if name == "article" else "1920",
        **row.fields,
    }


def test_coins_are_on_lists_only(built: dict[str, str]) -> None:
    count = len(ROWS) + 7
    assert len(spans(built["publications/index.html"])) == count
    for path, text in built.items():
        if re.fullmatch(r"publications/[^/]+/index\.html", path):
            assert "Z3988" not in text, path


def test_coins_of_odd_texts(items: dict[str, tuple[str, list[str], dict[str, str]]]) -> None:
    kind, creators, fields = items["hostile"]
    assert (kind, fields["publicationTitle"]) == ("journalArticle", "A & B + C")
    assert fields["title"].startswith("</script><script>alert(1)</script>")
    assert fields["title"].endswith("𝔸 ’x’") or "𝔸" in fields["title"]
    assert creators[1] == "Lovelace, Ada"
    assert items["group"][1] == ["The ATLAS Collaboration Geneva", "Lovelace, Ada"]
    assert items["king"][2]["date"] == "1963-08"


# --- authors, dates, PDFs ---


def test_a_lone_author_has_no_comma(heads: dict[str, Head]) -> None:
    assert of(heads, "lone").citation()["author"] == ["Bartel Leendert van der Waerden"]
    assert of(heads, "group").citation()["author"] == ["The ATLAS Collaboration Geneva", "Lovelace, Ada"]
    assert of(heads, "king").citation()["author"] == ["King, Martin Luther Jr.", "Lovelace, A."]
    assert of(heads, "group").data[0]["author"][0] == {
        "@type": "Organization",
        "name": "The ATLAS Collaboration, Geneva",
    }


@pytest.mark.parametrize(
    ("name", "turned", "straight"),
    [
        ("van der Waerden, Bartel", "van der Waerden, Bartel", "Bartel van der Waerden"),
        ("Emmy Noether", "Noether, Emmy", "Emmy Noether"),
        ("Plato", "Plato", "Plato"),
        ("King, Jr., Martin", "King, Martin Jr.", "Martin King Jr."),
        ("李 明", "李, 明", "李明"),
    ],
)
def test_names_in_two_orders(name: str, turned: str, straight: str) -> None:
    parsed = parse_name(name)
    assert (inverted(parsed), literal(parsed)) == (turned, straight)


@pytest.mark.parametrize(
    ("iso", "expected"), [("2026-03-01", "2026/3/1"), ("2026-12", "2026"), ("2026", "2026"), ("", "")]
)
def test_dates_as_scholar_wants_them(iso: str, expected: str) -> None:
    assert highwire_date(iso) == expected


def test_years_that_iso_8601_cannot_write(site: Callable[[Mapping[str, str | bytes]], SiteFolder]) -> None:
    years = ("date = {-0300}", "year = {0}", "year = {99999}")
    bib = "".join(
        f"@book{{b{at}, title = {{B}}, author = {{X, Y}}, {year}}}\n" for at, year in enumerate(years)
    )
    pages = site({"site.yaml": f"title: X\nurl: {BASE}\n", "content/publications/a.bib": bib}).build()
    for at in range(len(years)):
        page = pages[f"publications/b{at}/index.html"]
        assert "citation_title" in page
        assert not re.search("citation_publication_date|datePublished|release_date", page)


def test_what_is_missing_has_no_tag(heads: dict[str, Head]) -> None:
    assert "publication_date" not in of(heads, "group").citation()
    for head in heads.values():
        assert all(content.strip() for _, content in head.names + head.properties)


def test_the_pdf_is_in_the_folder_of_its_page(built: dict[str, str], heads: dict[str, Head]) -> None:
    found = {path: url for path, head in heads.items() for url in head.citation().get("pdf_url", [])}
    assert found == {
        "publications/lone/index.html": f"{BASE}publications/lone/Lone%20paper.pdf",
        "publications/inside/index.html": f"{BASE}publications/inside/mine.pdf",
    }
    for path, url in found.items():
        assert posixpath.dirname(url) + "/" == heads[path].canonical[0]
        encoding = heads[path].data[0]["encoding"]
        assert encoding == {"@type": "MediaObject", "contentUrl": url, "encodingFormat": "application/pdf"}
    assert built["publications/lone/Lone paper.pdf"] == built["papers/Lone paper.pdf"] == "%PDF-1.4 lone"
    assert "https://other.example/a.pdf" in built["publications/away/index.html"]
    # The buttons lead to the same file.
    assert ' href="./Lone%20paper.pdf"' in built["publications/lone/index.html"].replace(
        "../../publications/lone", "."
    )
    assert ' href="./lone/Lone%20paper.pdf"' in built["publications/index.html"]


def test_the_abstract_is_told_and_shown(built: dict[str, str], heads: dict[str, Head]) -> None:
    page = built["publications/full/index.html"]
    assert of(heads, "full").citation()["abstract"] == ["A marked abstract."]
    assert of(heads, "full").data[0]["abstract"] == "A marked abstract."
    shown = html.fromstring(page)
    assert not shown.xpath("//details[not(@open)]//*[contains(., 'marked')]")
    assert "A marked abstract." in shown.text_content()


# --- other pages ---


def only(heads: Mapping[str, Head], path: str) -> dict[str, Any]:
    node = heads[path].data[0]
    assert node["@context"] == "https://schema.org"
    return node


def test_the_home_page_is_the_profile_of_its_owner(heads: dict[str, Head]) -> None:
    node = only(heads, "index.html")
    assert node["@type"] == "ProfilePage"
    assert node["mainEntity"] == {
        "@type": "Person",
        "@id": f"{BASE}#me",
        "name": "Ada Lovelace",
        "url": BASE,
        "alternateName": ["Countess"],
        "jobTitle": "Analyst",
        "affiliation": {"@type": "Organization", "name": "Engine"},
        "workLocation": {"@type": "Place", "name": "London"},
        "image": f"{BASE}me.jpg",
        # The iD with a wrong check digit is left out.
        "sameAs": [f"https://orcid.org/{ORCID}", "https://github.com/ada"],
    }
    assert heads["index.html"].data[1]["@type"] == "WebSite"
    assert heads["index.html"].property("og:type") == ["profile"]
    assert "og:site_name" not in dict(heads["index.html"].properties)


def test_the_page_of_a_person(heads: dict[str, Head]) -> None:
    person = only(heads, "people/roe/index.html")["mainEntity"]
    assert person["@id"] == f"{BASE}people/roe/#person"
    assert (person["jobTitle"], person["sameAs"]) == ("Editor", ["https://roe.example/"])
    editors = of(heads, "proceedings").data[0]["editor"]
    assert editors[0]["@id"] == person["@id"]


def test_talks_are_events(heads: dict[str, Head]) -> None:
    node = only(heads, "talks/t/index.html")
    assert (node["@type"], node["name"]) == ("Event", "On Rings")
    assert (node["startDate"], node["endDate"]) == ("1932-09-05", "1932-09-12")
    assert node["location"] == {"@type": "Place", "name": "Zürich", "address": "Zürich"}
    assert node["superEvent"] == {"@type": "Event", "name": "Congress", "url": "https://c.example/"}
    assert node["performer"][0]["@id"] == f"{BASE}#me"
    bare = only(heads, "talks/bare/index.html")
    assert (bare["name"], bare["startDate"], bare["location"]["name"]) == ("Seminar", "1930", "Seminar")
    assert heads["talks/t/index.html"].property("og:title") == ["On Rings"]


def test_courses_posts_and_decks(heads: dict[str, Head]) -> None:
    course = only(heads, "courses/algebra/index.html")
    assert (course["@type"], course["courseCode"]) == ("Course", "M1")
    assert course["description"] == "Text."
    assert course["provider"] == {"@type": "Organization", "name": "U"}
    assert course["hasCourseInstance"]["startDate"] == "2020-10-01"
    post = only(heads, "posts/one/index.html")
    assert (post["@type"], post["headline"]) == ("BlogPosting", "One </script>")
    assert (post["datePublished"], post["dateModified"]) == ("2020-01-02", "2020-02-03")
    assert post["keywords"] == ["a", "b"]
    head = heads["posts/one/index.html"]
    assert head.property("article:published_time") == ["2020-01-02"]
    assert head.property("article:modified_time") == ["2020-02-03"]
    assert head.property("article:tag") == ["a", "b"]
    deck = only(heads, "slides/deck/index.html")
    assert deck["@type"] == "PresentationDigitalDocument"
    assert [author.get("@id") for author in deck["author"]] == [f"{BASE}#me", None]
    assert heads["slides/deck/index.html"].named("author") == ["Ada Lovelace", "Guest"]


def test_books_and_chapters(heads: dict[str, Head]) -> None:
    book, chapter = only(heads, "guide/index.html"), only(heads, "guide/start/index.html")
    assert (book["@type"], book["name"]) == ("Book", "Guide")
    assert (chapter["@type"], chapter["name"]) == ("Chapter", "Start")
    assert chapter["isPartOf"] == {"@type": "Book", "name": "Guide", "url": f"{BASE}guide/"}
    assert chapter["author"] == book["author"] == [
        {"@type": "Person", "@id": f"{BASE}#me", "name": "Ada Lovelace", "url": BASE,
         "sameAs": f"https://orcid.org/{ORCID}"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("publications/index.html", ["Ada & Co", "Publications"]),
        ("publications/year/1920/index.html", ["Ada & Co", "Publications", "Publications: 1920"]),
        ("posts/tags/a/index.html", ["Ada & Co", "Writing", "Topics", "a"]),
        ("guide/start/index.html", ["Ada & Co", "Guide", "Start"]),
        ("about/index.html", ["Ada & Co", "About"]),
        ("talks/t/index.html", ["Ada & Co", "Talks", "On Rings"]),
        ("cv/index.html", ["Ada & Co", "CV"]),
        ("people/roe/index.html", ["Ada & Co", "People", "R. Roe"]),
    ],
)
def test_the_trail_of_pages(heads: dict[str, Head], path: str, expected: list[str]) -> None:
    trail = heads[path].data[-1]
    assert trail["@type"] == "BreadcrumbList"
    assert [item["name"] for item in trail["itemListElement"]] == expected
    assert [item["position"] for item in trail["itemListElement"]] == list(range(1, len(expected) + 1))
    urls = [item["item"] for item in trail["itemListElement"]]
    assert urls[0] == BASE
    assert urls[-1] == heads[path].canonical[0]
    for url in urls:
        assert f"{url.removeprefix(BASE)}index.html" in heads


def test_every_page_has_its_address_and_its_card(heads: dict[str, Head]) -> None:
    assert len(heads) > 40
    for path, head in heads.items():
        if path == "404.html":
            assert head.named("robots") == ["noindex"]
            assert head.canonical == head.data == head.properties == []
            continue
        assert head.canonical == [BASE + path.removesuffix("index.html")]
        assert head.property("og:url") == head.canonical
        assert len(head.property("og:title")) == len(head.property("og:type")) == 1
        assert head.property("og:locale") == ["en_US"]
        assert head.named("twitter:card") == ["summary"]
        assert head.named("twitter:title") == head.property("og:title")
        assert len(head.named("description")) == 1
        assert head.named("description") == head.property("og:description")
        assert 0 < len(head.named("description")[0]) <= 200
        assert head.named("author") or "proceedings" in path


def test_extruct_finds_json_on_every_page(built: dict[str, str], heads: dict[str, Head]) -> None:
    try:
        import extruct
    except ImportError:
        missing("there is no extruct: pip install -e .[dev]")
    for path, head in heads.items():
        found = extruct.extract(built[path], base_url=BASE, syntaxes=["json-ld", "opengraph"])
        assert found["json-ld"] == head.data
        assert bool(found["json-ld"]) == bool(found["opengraph"]) == (path != "404.html"), path


def test_types_of_schema_org(heads: dict[str, Head], tmp_path: Path) -> None:
    """The TypeScript compiler holds the JSON to the types of schema.org."""
    compiler = tool("TSC", "typescript/bin/tsc")
    if not (compiler.parents[2] / "schema-dts").is_dir():
        missing("there is no schema-dts: run npm install")
    nodes = [node for head in heads.values() for node in head.data]
    kinds = sorted({node["@type"] for node in nodes})
    assert len(kinds) >= 15
    lines = [f'import type {{ WithContext, {", ".join(kinds)} }} from "schema-dts";']
    lines += [
        f"export const x{at}: WithContext<{node['@type']}> = {json.dumps(node)};"
        for at, node in enumerate(nodes)
    ]
    # A compiler that finds nothing wrong must be one that would find something.
    lines += ["// @ts-expect-error", f'export const wrong: WithContext<{kinds[0]}> = {{"@context": 1}};']
    (tmp_path / "x.ts").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(compiler.parents[2])
    options = [
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--module",
        "nodenext",
        "--moduleResolution",
        "nodenext",
    ]
    done = subprocess.run(
        [program("node"), str(compiler), *options, "x.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# --- nothing breaks out ---


def scripts(text: str) -> Iterator[str]:
    for script in html.fromstring(text).xpath("//script[@type='application/ld+json']"):
        yield script.text


def test_hostile_texts_stay_texts(built: dict[str, str], heads: dict[str, Head]) -> None:
    head, page = of(heads, "hostile"), built["publications/hostile/index.html"]
    title = head.citation()["title"][0]
    assert title.startswith("</script><script>alert(1)</script>")
    assert head.data[0]["name"] == head.property("og:title")[0] == title
    assert head.data[0]["author"][0]["name"].startswith("Eve ")
    for script in scripts(page):
        assert not re.search("[<>&\u2028\u2029]", script)
    assert not html.fromstring(page).xpath("//script[not(@type='application/ld+json')][contains(., 'alert')]")
    assert not html.fromstring(page).xpath("//img[@onerror]")


@pytest.mark.parametrize("text", ["</script>", "<!--", "a & b", "\u2028\u2029", '"\\', "𝔸ä", "]]>"])
def test_json_ends_no_script_and_reads_as_it_was(text: str) -> None:
    node = {"@type": "Thing", "name": text}
    out = written(node)
    assert not re.search("[<>&\u2028\u2029]", out)
    assert json.loads(out) == {"@context": "https://schema.org", **node}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ORCID, ORCID),
        (f"https://orcid.org/{ORCID}", ORCID),
        (f"http://www.orcid.org/{ORCID}/", ORCID),
        ("0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("000000021694233x", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", ""),
        ("0000-0000-0000-0000", ""),
        ("0000-0002-1825-009", ""),
        ("٠٠٠٠-0002-1825-0097", ""),
        ("ada", ""),
    ],
)
def test_orcid_ids_are_checked(text: str, expected: str) -> None:
    assert orcid(text) == expected


# --- edits, and sites that lack something ---


def test_edits_reach_the_heads_that_tell_of_them(
    site: Callable[[Mapping[str, str | bytes]], SiteFolder],
) -> None:
    """After each edit the warm build is held against a cold one, byte for byte."""
    folder = site(FILES)
    assert "0000-0002-1825-0097" in folder.build()["posts/one/index.html"]
    people, bib = str(FILES["content/people.yaml"]), str(FILES["content/publications/a.bib"])
    guide = str(FILES["content/guide/book.yaml"])
    pdf = "content/static/papers/Lone paper.pdf"
    edits: list[tuple[dict[str, str | bytes], str, str, bool]] = [
        ({"content/people.yaml": people.replace("0097", "0098")}, "posts/one/index.html", "orcid.org", False),
        ({"content/people.yaml": people}, "publications/article/index.html", "orcid.org", True),
        ({"content/people.yaml": people.replace("{id: roe", "{id: doe")}, "publications/proceedings/index.html",
         "people/doe/#person", True),
        ({"content/publications/a.bib": bib.replace("Lone paper.pdf", "Other.pdf"),
          "content/static/papers/Other.pdf": b"%"}, "publications/lone/index.html", "lone/Other.pdf", True),
        ({"content/publications/a.bib": bib.replace("journal = {Annals}, volume", "journal = {Acta}, volume")},
         "publications/index.html", "rft.jtitle=Acta", True),
        ({"content/guide/book.yaml": guide.replace("Guide", "Manual")}, "guide/start/index.html",
         '"name":"Manual"', True),
        ({"site.yaml": str(FILES["site.yaml"]) + "talks: {title: Lectures}\n"}, "talks/t/index.html",
         '"name":"Lectures"', True),
        ({"site.yaml": str(FILES["site.yaml"]).replace("/~ada/", "/")}, "talks/t/index.html", "~ada", False),
    ]  # fmt: skip
    for files, path, text, is_there in edits:
        assert (text in folder.write(files).build("--verify")[path]) is is_there, text
    (folder.root / pdf).unlink()
    assert "citation_pdf_url" not in folder.build("--verify")["publications/lone/index.html"]


def test_without_an_address_there_is_none(site: Callable[[Mapping[str, str | bytes]], SiteFolder]) -> None:
    files: dict[str, str | bytes] = {
        "site.yaml": "title: T\nauthor: ada\n",
        "content/people.yaml": "- {id: ada, name: 'Lovelace, Ada'}\n",
        "content/publications/a.bib": OTHERS,
        "content/static/papers/Lone paper.pdf": b"%PDF",
        "content/posts/one.md": "---\ntitle: One\ndate: 2020-01-02\n---\n\nText.\n",
    }
    for path, text in site(files).build().items():
        if not path.endswith(".html") or path == "404.html":
            continue
        head = read(text)
        assert not head.canonical
        names = dict(head.names) | dict(head.properties)
        assert not {"og:url", "og:image", "twitter:image", "citation_pdf_url"} & names.keys()
        assert all(node["@type"] != "BreadcrumbList" for node in head.data)
        assert "@id" not in json.dumps(head.data)
        assert not re.search(r'"(url|item|image)": "(?!https://)', json.dumps(head.data))


def test_a_site_of_nobody(site: Callable[[Mapping[str, str | bytes]], SiteFolder]) -> None:
    built = site({"site.yaml": f"title: Lab\nurl: {BASE}\ncards: 0\n"}).build()
    head = read(built["index.html"])
    assert [node["@type"] for node in head.data] == ["WebSite"]
    assert head.data[0]["name"] == "Lab"
    assert not head.named("author")


def test_heads_in_another_language(site: Callable[[Mapping[str, str | bytes]], SiteFolder]) -> None:
    built = site(
        {
            "site.yaml": f"title: Site\nurl: {BASE}\nauthor: Ada Lovelace\ncards: 0\n"
            "languages: {en: , de: {title: Seite}}\n",
            "content/posts/one.md": "---\ntitle: One\ndate: 2020-01-02\n---\n\nText.\n",
            "content/posts/one.de.md": "---\ntitle: Eins\ndate: 2020-01-02\n---\n\nWorte.\n",
        }
    ).build()
    head = read(built["de/posts/one/index.html"])
    post, trail = head.data
    assert (post["headline"], post["inLanguage"], post["description"]) == ("Eins", "de", "Worte.")
    # One person in all languages.
    assert post["author"][0]["@id"] == f"{BASE}#me"
    assert [item["item"] for item in trail["itemListElement"]] == [
        f"{BASE}de/", f"{BASE}de/posts/", f"{BASE}de/posts/one/",
    ]  # fmt: skip
    assert head.canonical == [f"{BASE}de/posts/one/"] == head.property("og:url")
    assert head.property("og:locale") == ["de_DE"]
    assert head.property("og:locale:alternate") == ["en_US"]
