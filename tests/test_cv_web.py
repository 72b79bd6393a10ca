"""The CV as a web page: its structure, what machines read of it, how it looks and prints, and how a site changes it.

Microdata is read by the rules of the HTML standard and held against the data it was made from; its words against
schema.org. The last part needs Chromium, the HTML checker and axe (see ``test_browser``).
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from lxml import html

from bamos.built import data, find, make, normal, words
from browsing import ROOT, browser, context, missing, tool, watched
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from bamos.built import Built

__all__ = ["browser"]

ME = "https://ada.example/#me"
ANCIENT = "\n".join(
    f"@article{{old{year}, author = {{Byron, Ada and Hasse, Helmut}}, title = {{Note {year} on Engines}}, "
    f"journal = {{Notes}}, year = {{{year}}}, selected = {{{str(year % 3 == 0).lower()}}}}}"
    for year in range(1975, 2015)
)
FILES: dict[str, str] = {
    "site.yaml": """\
title: Ada Byron
url: https://ada.example/
author: ada
publications: {group_by: year, numbering: descending}
""",
    "content/people.yaml": """\
- {id: ada, name: 'Byron, Ada', orcid: 0000-0002-1825-0097}
- {id: babbage, name: 'Babbage, Charles', url: 'https://babbage.example/'}
- {id: deuring, name: 'Deuring, Max'}
""",
    "content/publications/a.bib": r"""
@article{engine, author = {Byron, Ada and Babbage, Charles}, author+an = {}, title = {The $n$-th Engine},
  journal = {Annals of Engines}, year = {2024}, selected = {true}, url = {https://doi.example/1},
  code = {https://git.example/engine}, award = {Best paper}}
@inproceedings{cards, author = {Byron, Ada}, title = {Cards}, booktitle = {Proceedings of Looms}, year = {2023}}
@phdthesis{thesis, author = {Byron, Ada}, title = {Thesis on Notes}, school = {University of London}, year = {2020}}
@proceedings{looms, editor = {Byron, Ada}, title = {Looms}, publisher = {Loom Press}, year = {2019}}
"""
    + ANCIENT,
    "content/repos.yaml": """\
- {url: 'https://github.com/ada/engine', name: engine, description: 'An *engine*', year: 2022,
   links: {Website: 'https://engine.example/'}}
- {url: 'https://github.com/ada/cards', name: cards}
""",
    "content/snapshots/repos.yaml": "date: 2024-05-01\nrepos: {ada/engine: {stars: 1456}}\n",
    "content/snapshots/scholar.yaml": "date: 2024-05-01\ncitations: 6612\nh_index: 33\n",
    "content/talks.yaml": """\
- {title: On Engines, event: ICM, event_url: 'https://icm.example/', location: Zürich, date: 2023-07-05,
   url: 'https://talks.example/engines'}
- {title: On Cards, event: Looms, date: 2022-03-01/2022-03-04}
""",
    "content/students.yaml": """\
- {name: Max Deuring, person: deuring, level: PhD, start: 2019, end: 2023, note: '(now at [Göttingen](https://g.example/))'}
""",
    "content/courses/engines.md": "---\ntitle: Engines 101\nterm: Winter 2023\nsummary: All of them\n---\n",
    "content/cv.yaml": """\
title: Curriculum vitae
updated: 2024-05-06
role: Professor of *Analysis*, London
contact:
  email: ada@ada.example
  phone: +44 20 7946 0000
  address: 12 St James's Square
  url: https://ada.example/
  orcid: 0000-0002-1825-0097
  github: ada
  google_scholar: d8gdZR4AAAAJ
sections:
  - {id: summary, title: In short, text: Born in **London**.}
  - id: education
    title: Education
    entries:
      - {title: MSc in Looms, place: Turin, start: 2022}
      - title: PhD in Engines
        place: '[University of London](https://london.example/)'
        dates: 2016 – 2020
        grade: summa cum laude
        note: (with honours)
        thesis: {title: Thesis on Notes, url: 'https://doi.example/2'}
        advisors: ['[Charles Babbage](https://babbage.example/)']
      - {title: School, dates: '2010'}
  - id: positions
    title: Positions
    entries:
      - {title: Professor, place: London, location: England, start: 2021-10, url: 'https://london.example/ada'}
      - {title: 'Postdoc, [group](https://group.example/)', place: ETH, start: 2020-02, end: 2021-09, url: 'https://eth.example/'}
      - {title: Intern?, place: Loom Works, dates: '2015'}
      - {title: Independent, dates: since 2009}
  - id: honors
    title: Honours
    entries:
      - {title: '[Prize](https://prize.example/) of Looms', dates: '2024', place: London}
    groups:
      - {title: Nominations, items: [Medal of Notes]}
  - {id: publications, title: Publications, collection: publications, page_break: true}
  - {id: repos, title: Software, collection: repos, numbering: ascending, dates: none}
  - {id: talks, title: Talks, collection: talks, dates: right}
  - {id: students, title: Students, collection: students, dates: left}
  - {id: courses, title: Courses, collection: courses}
  - id: teaching
    title: Teaching
    entries: [{title: Notes for Beginners, place: TA, dates: Winter 2018/19}]
  - id: memberships
    title: Memberships
    entries: [{title: Fellow, place: Royal Society, dates: since 2020}]
  - id: grants
    title: Grants
    entries: [{title: Engine Grant, place: Treasury, dates: 2020 – 2022, url: 'https://grant.example/'}]
  - id: service
    title: Service
    groups:
      - title: Editor and reviewer of proceedings
        items: [Journal of Looms, {title: Chair, dates: '2021', details: [With tea]}]
      - title: Reviewing
        items: [Notes, Annals]
  - id: skills
    title: Skills
    entries:
      - {label: Programming, title: 'Cards, *Python*', details: [Ten years]}
      - {label: Tools, title: Looms, links: {code: 'https://git.example/looms'}}
  - {id: main, title: Main ideas, text: One.}
  - groups: [{title: Afterwards, items: [Ballooning]}]
variants:
  - id: short
    title: Short CV
    sections: [education, {id: publications, limit: 3, dates: left, group_by: none, page_break: false}]
  - id: teaching
    title: Teaching CV
    sections: [courses, teaching]
""",
}
PAGES = ("cv/", "cv/short/", "cv/teaching/")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _published(tmp_path_factory.mktemp("cv") / "site", "reading-room")


@pytest.fixture(scope="module", params=["reading-room", "classic"])
def themed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in each theme."""
    if request.param == "reading-room":
        found: Path = request.getfixturevalue("published")
        return found
    return _published(tmp_path_factory.mktemp("cv") / "site", request.param)


def _published(root: Path, theme: str) -> Path:
    root.mkdir()
    site = SiteFolder(root).write(FILES | {"site.yaml": f"{FILES['site.yaml']}theme: {theme}\n"})
    done = site.run("build", "--date", DAY, "--out", str(site.out))
    assert done.exit_code == 0, done.stderr
    return site.out


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def cv(folder: Path, url: str = "cv/") -> html.HtmlElement:
    return tree(folder / url / "index.html")


def part(page: html.HtmlElement, identifier: str) -> html.HtmlElement:
    """The section whose heading has that id."""
    (found,) = page.xpath(f"//section[.//h2[@id='{identifier}']]")
    return found


# --- structure -------------------------------------------------------------------------------------------------


def test_headings(published: Path) -> None:
    page = cv(published)
    found = [(heading.tag, words(heading)) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    assert found[0] == ("h1", "Ada Byron")
    assert [text for tag, text in found if tag == "h2"] == [
        *("In short", "Education", "Positions", "Honours", "Publications", "Software", "Talks", "Students"),
        *("Courses", "Teaching", "Memberships", "Grants", "Service", "Skills", "Main ideas", "Afterwards"),
    ]
    groups = [text for tag, text in found if tag == "h3"]
    assert groups[:4] == ["Nominations", "2024", "2023", "2020"]
    assert groups[-2:] == ["Editor and reviewer of proceedings", "Reviewing"]
    levels = [int(tag[1]) for tag, _ in found]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("url", PAGES)
def test_ids_are_unique_and_nothing_is_empty(published: Path, url: str) -> None:
    page = cv(published, url)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    hollow = page.xpath("//main//*[not(*) and not(normalize-space())]")
    assert {node.tag for node in hollow if node.get("class") != "legend-box"} <= {"meta", "link"}
    assert page.xpath("//a//a") == []
    assert page.xpath("//main//*[@style]") == []


def test_a_section_whose_id_is_taken(published: Path) -> None:
    assert words(part(cv(published), "cv-main").find("h2")) == "Main ideas"


def test_the_note_stands_beside_the_heading_not_in_it(published: Path) -> None:
    (group,) = part(cv(published), "publications").xpath("./hgroup")
    assert [(node.tag, words(node)) for node in group] == [
        ("h2", "Publications"),
        ("p", "Google Scholar: 6.6k+ citations and an h-index of 33 (1 May 2024)"),
    ]


def test_a_table_is_a_list_of_descriptions(published: Path) -> None:
    (table,) = part(cv(published), "skills").iter("dl")
    assert [words(node) for node in table.iter("dt")] == ["Programming", "Tools"]
    assert [words(node) for node in table.iter("dd")] == ["Cards, Python Ten years", "Looms [code]"]


def test_lists(published: Path) -> None:
    service = part(cv(published), "service")
    mixed, plain = (block.xpath("./ul")[0] for block in service.xpath("./div"))
    assert [words(node) for node in mixed.iter("li")] == ["Journal of Looms", "2021 Chair With tea"]
    assert [words(node) for node in plain.iter("li")] == ["Notes", "Annals"]
    assert plain.get("class") == "plain-list"
    # Numbered lists are ordered ones.
    assert {node.tag for node in find(part(cv(published), "publications"), "rows")} == {"ol"}
    assert [node.tag for node in find(part(cv(published), "talks"), "rows")] == ["ul"]


def test_dates_for_machines(published: Path) -> None:
    found = {words(node): node.get("datetime") for node in cv(published).xpath("//main//li//time")}
    assert found == {
        "2010": "2010", "2015": "2015", "2024": "2024", "5 Jul 2023": "2023-07-05", "2021": "2021",
    }  # fmt: skip
    assert words(find(cv(published), "cv-updated")[0]) == "Curriculum vitae · Last updated on 6 May 2024"
    assert cv(published).xpath("//p[@class='cv-updated']/time/@datetime") == ["2024-05-06"]


def test_where_the_dates_stand(published: Path) -> None:
    page = cv(published)
    classes = {
        name: find(part(page, name), "rows")[0].get("class")
        for name in ("education", "repos", "talks", "students")
    }
    assert classes == {
        "education": "rows cv-rows",
        "repos": "rows cv-rows dates-none",
        "talks": "rows cv-rows dates-right",
        "students": "rows cv-rows dates-left",
    }
    assert not find(part(page, "repos"), "row-year")
    assert "2022" not in words(part(page, "repos"))
    assert [words(node) for node in find(part(page, "students"), "row-year")] == ["2019 – 2023"]


def test_remarks_have_one_pair_of_brackets(published: Path) -> None:
    asides = [words(node) for node in find(cv(published), "row-aside")]
    assert asides == ["(with honours; summa cum laude)", "(PhD; now at Göttingen)"]


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("(a) and (b)", "((a) and (b))"),
        ("((a))", "((a))"),
        ("(a [b](https://b.example/))", "(a b)"),
        ("(a", "((a)"),
        (")a(", "()a()"),
        ("()", ""),
    ],
)
def test_brackets_of_remarks(site: Callable[..., SiteFolder], note: str, shown: str) -> None:
    entry = json.dumps({"sections": [{"title": "X", "entries": [{"title": "T", "note": note}]}]})
    page = html.fromstring(site({"content/cv.yaml": entry}).build()["cv/index.html"])
    assert words(find(page, "row-title")[0]) == f"T {shown}".strip()


def test_a_comma_only_where_it_belongs(published: Path) -> None:
    titles = [words(node) for node in find(part(cv(published), "positions"), "row-title")]
    assert titles == [
        "Professor, London, England",
        "Postdoc, group, ETH",
        "Intern? Loom Works",
        "Independent",
    ]


def test_contacts_say_what_they_are(published: Path) -> None:
    items = find(cv(published), "cv-contacts")[0].findall("li")
    assert [words(item) for item in items] == [
        "ada@ada.example", "+44 20 7946 0000", "12 St James's Square", "ada.example",
        normal("ORCID 0000-0002-1825-0097"), "GitHub ada", "Google Scholar",
    ]  # fmt: skip
    spoken = [item.text_content().strip() for item in items]
    assert spoken[0].startswith("E-mail: ")
    assert spoken[1].startswith("Phone: ")
    assert [item.xpath("string(.//a/@href)") for item in items[:2]] == [
        "mailto:ada@ada.example",
        "tel:+442079460000",
    ]


# --- links between the CVs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("cv/", ("Curriculum vitae", "")),
        ("cv/short/", ("Short CV", "short")),
        ("cv/teaching/", ("Teaching CV", "teaching")),
    ],
)
def test_every_page_leads_to_every_pdf_and_page(published: Path, url: str, own: tuple[str, str]) -> None:
    page = cv(published, url)
    up = "../" * url.count("/")
    all_cvs = [("Curriculum vitae", ""), ("Short CV", "short"), ("Teaching CV", "teaching")]

    def pdf(name: str) -> str:
        return f"{up}cv-{name}.pdf" if name else f"{up}cv.pdf"

    wanted = [(f"{own[0]} (PDF)", pdf(own[1]))]
    for title, name in all_cvs:
        if (title, name) != own:
            wanted += [(title, f"{up}cv/{name}/" if name else f"{up}cv/"), (f"{title} (PDF)", pdf(name))]
    links = find(page, "cv-downloads")[0].iter("a")
    assert [(words(link), link.get("href")) for link in links] == wanted
    for _, href in wanted:
        target = (published / url / href).resolve()
        assert target.is_file() or (target / "index.html").is_file()
    alternate = page.xpath("//head/link[@rel='alternate' and @type='application/pdf']")
    assert [(link.get("href"), link.get("title")) for link in alternate] == [(pdf(own[1]), f"{own[0]} (PDF)")]
    assert words(find(page, "cv-updated")[0]).startswith(f"{own[0]} · ")


def test_the_sheet_of_the_cv_is_on_its_pages_alone(published: Path) -> None:
    having = {
        path.relative_to(published).as_posix()
        for path in published.rglob("*.html")
        if "assets/pages/cv.css" in path.read_text(encoding="utf-8")
    }
    assert having == {f"{url}index.html" for url in PAGES}


def test_the_sheet_is_small_and_needs_nothing_else() -> None:
    sheet = (ROOT / "themes/base/assets/pages/cv.css").read_text(encoding="utf-8")
    assert len(sheet.encode()) < 4_096
    assert not re.search(r"@import|@font-face|url\(|!important", sheet)
    written = "".join(
        (ROOT / "themes/base/templates" / name).read_text(encoding="utf-8")
        for name in ("cv.html", "macros/cv.html", "macros/works.html")
    )
    classes = set(
        re.findall(r"\.([a-z][a-z0-9-]*)(?=[\s,.:>+{)\[])", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    )
    assert len(classes) > 20
    assert classes <= set(re.findall(r"[a-z][a-z0-9-]*", written))


# --- microdata -------------------------------------------------------------------------------------------------

Item = dict[str, Any]
_URLS = {"a": "href", "area": "href", "link": "href", "img": "src", "object": "data", "source": "src"}


def items(page: html.HtmlElement) -> list[Item]:
    """The items of a page that are a property of none, by https://html.spec.whatwg.org/#microdata."""
    return [_item(node) for node in page.xpath("//*[@itemscope and not(@itemprop)]")]


def _item(node: html.HtmlElement) -> Item:
    found: Item = {"type": node.get("itemtype", "").removeprefix("https://schema.org/")}
    if node.get("itemid"):
        found["id"] = _absolute(node, node.get("itemid"))
    for name, value in _properties(node):
        found.setdefault(name, []).append(value)
    return found


def _properties(node: html.HtmlElement) -> Iterator[tuple[str, Any]]:
    for child in node:
        if not isinstance(child.tag, str):
            continue
        for name in child.get("itemprop", "").split():
            yield name, _value(child)
        if child.get("itemscope") is None:
            yield from _properties(child)


def _value(node: html.HtmlElement) -> Any:
    if node.get("itemscope") is not None:
        return _item(node)
    if node.tag == "meta":
        return node.get("content")
    if node.tag in _URLS:
        return _absolute(node, node.get(_URLS[node.tag]))
    if node.tag == "data":
        return node.get("value")
    if node.tag == "time" and node.get("datetime"):
        return node.get("datetime")
    return " ".join(node.text_content().split())


def _absolute(node: html.HtmlElement, href: str) -> str:
    depth = node.getroottree().getroot().xpath("string(//link[@rel='stylesheet']/@href)").count("../")
    ups = len(re.match(r"(\.\./)*", href)[0]) // 3  # type: ignore[index]
    assert ups in {0, depth}, "the tests know addresses of the root and of pages below it"
    return href if "://" in href else f"https://ada.example/{href[3 * ups :]}"


def flat(found: list[Item]) -> Iterator[Item]:
    """Items with all that are in them."""
    for item in found:
        yield item
        for values in item.values():
            if isinstance(values, list):
                yield from flat([value for value in values if isinstance(value, dict)])


#: What schema.org allows that is used here: type → properties → what their values are (T text, U address, D date,
#: or types of items), those of the types above it included.
_WORK = {
    "name": "T", "headline": "T", "url": "U", "author": "Person", "editor": "Person", "datePublished": "D",
    "isPartOf": "Periodical|CreativeWork|Book", "publisher": "Organization", "sourceOrganization": "Organization",
    "award": "T",
}  # fmt: skip
VOCABULARY: dict[str, dict[str, str]] = {
    "ProfilePage": {"mainEntity": "Person", "dateModified": "D"},
    "Person": {
        "name": "T", "jobTitle": "T", "email": "T", "telephone": "T", "address": "T", "url": "U", "sameAs": "U",
        "hasCredential": "EducationalOccupationalCredential", "alumniOf": "EducationalOrganization",
        "affiliation": "EducationalOrganization", "worksFor": "OrganizationRole", "memberOf": "OrganizationRole",
        "award": "T", "knows": "Person", "knowsAbout": "T", "knowsLanguage": "T", "funding": "Grant",
    },
    "OrganizationRole": {
        "roleName": "T", "startDate": "D", "endDate": "D", "worksFor": "Organization", "memberOf": "Organization",
    },
    "Organization": {"name": "T", "location": "T"},
    "EducationalOrganization": {"name": "T"},
    "EducationalOccupationalCredential": {
        "name": "T", "url": "U", "dateCreated": "D", "recognizedBy": "EducationalOrganization",
    },
    **dict.fromkeys(("ScholarlyArticle", "Book", "Chapter", "Thesis", "Report", "CreativeWork"), _WORK),
    "Periodical": {"name": "T"},
    "SoftwareSourceCode": {
        "name": "T", "codeRepository": "U", "description": "T", "interactionStatistic": "InteractionCounter",
    },
    "InteractionCounter": {"interactionType": "U", "userInteractionCount": "T"},
    "Event": {"name": "T", "url": "U", "startDate": "D", "endDate": "D", "location": "T", "performer": "U"},
    "Course": {"name": "T", "url": "U", "description": "T"},
    "Grant": {"name": "T", "url": "U"},
}  # fmt: skip


def faults(found: list[Item]) -> Iterator[str]:
    """What is no property of its item's type, or not of the kind that it should be."""
    for item in flat(found):
        known = VOCABULARY[item["type"]]
        for name, values in item.items():
            if name in {"type", "id"}:
                continue
            for value in values:
                kind = known.get(name, "")
                if isinstance(value, dict):
                    is_right = value["type"] in kind.split("|")
                elif kind == "U":
                    is_right = bool(re.match(r"https?://", value))
                elif kind == "D":
                    is_right = bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value))
                else:
                    is_right = kind == "T" and bool(value.strip())
                if not is_right:
                    yield f"{item['type']}.{name}: {value}"


@pytest.mark.parametrize("url", PAGES)
def test_every_property_is_one_of_its_item(published: Path, url: str) -> None:
    page = cv(published, url)
    dangling = page.xpath("//*[@itemprop and not(ancestor::*[@itemscope])]")
    assert dangling == []
    found = items(page)
    assert list(faults(found)) == []
    assert len(list(flat(found))) > 3
    assert not page.xpath("//*[@itemref]")


def test_the_person(published: Path) -> None:
    profile = items(cv(published))[0]
    assert (profile["type"], profile["dateModified"]) == ("ProfilePage", ["2024-05-06"])
    (person,) = profile["mainEntity"]
    london = {"type": "EducationalOrganization", "name": ["University of London"]}
    assert person == {
        "type": "Person",
        "id": ME,
        "name": ["Ada Byron"],
        "jobTitle": ["Professor of Analysis, London"],
        "email": ["ada@ada.example"],
        "telephone": ["+44 20 7946 0000"],
        "address": ["12 St James's Square"],
        "url": ["https://ada.example/"],
        "sameAs": [
            "https://orcid.org/0000-0002-1825-0097",
            "https://github.com/ada",
            "https://scholar.google.com/citations?user=d8gdZR4AAAAJ",
        ],
        # Who still studies has no degree yet.
        "affiliation": [{"type": "EducationalOrganization", "name": ["Turin"]}],
        "hasCredential": [
            {
                "type": "EducationalOccupationalCredential",
                "name": ["PhD in Engines"],
                "recognizedBy": [london],
                "dateCreated": ["2020"],
            },
            {"type": "EducationalOccupationalCredential", "name": ["School"], "dateCreated": ["2010"]},
        ],
        "alumniOf": [london],
        "worksFor": [
            role("worksFor", "Professor", "London", "2021-10", location=["England"]),
            role("worksFor", "Postdoc, group", "ETH", "2020-02", "2021-09"),
            role("worksFor", "Intern?", "Loom Works", "2015", "2015"),
        ],
        "award": ["Prize of Looms", "Medal of Notes"],
        "knows": [
            {"type": "Person", "name": ["Max Deuring"], "url": ["https://ada.example/people/deuring/"]}
        ],
        "memberOf": [role("memberOf", "Fellow", "Royal Society", "2020")],
        "funding": [{"type": "Grant", "name": ["Engine Grant"], "url": ["https://grant.example/"]}],
        "knowsAbout": ["Cards, Python", "Looms"],
    }


def role(name: str, what: str, where: str, start: str, end: str = "", **more: Any) -> Item:
    found = {"type": "OrganizationRole", "roleName": [what], "startDate": [start]}
    if end:
        found["endDate"] = [end]
    return {**found, name: [{"type": "Organization", "name": [where], **more}]}


def test_the_works(published: Path) -> None:
    works = [item for item in items(cv(published)) if "headline" in item]
    me = {"type": "Person", "id": ME, "name": ["Ada Byron"]}
    babbage = {"type": "Person", "name": ["Charles Babbage"], "url": ["https://babbage.example/"]}

    def work(kind: str, key: str, title: str, year: str, **more: Any) -> Item:
        url = f"https://ada.example/publications/{key}/"
        return {
            "type": kind,
            "name": [title],
            "headline": [title],
            "url": [url],
            "datePublished": [year],
            **more,
        }

    first = {**works[0], "name": works[0]["headline"]}
    assert first["name"][0].startswith("The n")  # a formula is MathML
    annals = {"type": "Periodical", "name": ["Annals of Engines"]}
    wanted = work(
        "ScholarlyArticle", "engine", first["name"][0], "2024", author=[me, babbage], isPartOf=[annals]
    )
    assert works[0] == {**wanted, "award": ["Best paper"]}
    venues = {"isPartOf": [{"type": "CreativeWork", "name": ["Proceedings of Looms"]}]}
    assert works[1] == work("ScholarlyArticle", "cards", "Cards", "2023", author=[me], **venues)
    school = {"type": "Organization", "name": ["University of London"]}
    assert works[2] == work(
        "Thesis", "thesis", "Thesis on Notes", "2020", author=[me], sourceOrganization=[school]
    )
    press = {"type": "Organization", "name": ["Loom Press"]}
    assert works[3] == work("Book", "looms", "Looms", "2019", editor=[me], publisher=[press])
    assert [item["datePublished"] for item in works[4:]] == [[str(year)] for year in range(2014, 1974, -1)]


def test_the_other_items(published: Path) -> None:
    found = [item for item in items(cv(published)) if "headline" not in item][1:]
    counter = {
        "type": "InteractionCounter",
        "interactionType": ["https://schema.org/LikeAction"],
        "userInteractionCount": ["1456"],
    }
    assert found == [
        {
            "type": "SoftwareSourceCode",
            "name": ["engine"],
            "codeRepository": ["https://github.com/ada/engine"],
            "interactionStatistic": [counter],
            "description": ["An engine"],
        },
        {"type": "SoftwareSourceCode", "name": ["cards"], "codeRepository": ["https://github.com/ada/cards"]},
        {
            "type": "Event",
            "name": ["On Engines"],
            "url": ["https://talks.example/engines"],
            "startDate": ["2023-07-05"],
            "performer": [ME],
            "location": ["ICM, Zürich"],
        },
        {
            "type": "Event",
            "name": ["On Cards"],
            "startDate": ["2022-03-01"],
            "endDate": ["2022-03-04"],
            "performer": [ME],
            "location": ["Looms"],
        },
        {
            "type": "Course",
            "name": ["Engines 101"],
            "url": ["https://ada.example/courses/engines/"],
            "description": ["All of them"],
        },
        {"type": "Course", "name": ["Notes for Beginners"]},
    ]


@pytest.fixture(scope="module")
def amos(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return make(tmp_path_factory.mktemp("amos"), "bamos")


@pytest.mark.shared
def test_the_reference_cv_for_machines(amos: Built) -> None:
    facts = json.loads((data("bamos") / "reference/facts.json").read_text(encoding="utf-8"))
    page = amos.page("cv/")
    found = items(page)
    assert list(faults(found)) == []
    (person,) = found[0]["mainEntity"]
    works = [item for item in found if "headline" in item]
    assert [normal(item["name"][0]) for item in works] == [
        normal(item["title"]) for item in facts["publications"]
    ]
    for item, fact in zip(works, facts["publications"], strict=True):
        names = re.split(r", and | and |, ", normal(fact["authors"]).replace("*", ""))
        assert [normal(author["name"][0]) for author in item["author"]] == names
        assert item["datePublished"][0] in fact["venue"]
    repos = [item for item in found if item["type"] == "SoftwareSourceCode"]
    assert [item["name"][0] for item in repos] == [item["repo"] for item in facts["repos"]]
    events = [item for item in found if item["type"] == "Event"]
    assert [(item["name"][0], item["startDate"][0]) for item in events] == [
        (item["title"], item["year"]) for item in facts["talks"]
    ]
    assert [item["name"][0] for item in person["knows"]] == [item["name"] for item in facts["students"]]
    roles = [item["startDate"][0] for item in person["worksFor"]]
    assert roles == [
        re.findall(r"\d{4}", item["dates"])[0] for item in [*facts["current_position"], *facts["positions"]]
    ]
    assert "endDate" not in person["worksFor"][0]
    assert person["knowsAbout"] == [item["details"] for item in facts["skills"]]
    assert len(person["award"]) == len(facts["honors"])
    assert [item["name"][0] for item in person["alumniOf"]] == ["Carnegie Mellon University", "Virginia Tech"]


# --- text of others, templates of others -----------------------------------------------------------------------


def test_no_text_is_markup(site: Callable[..., SiteFolder]) -> None:
    evil = "<img src=x onerror=alert(1)>\"'&"
    entry = {
        "title": evil, "place": evil, "location": evil, "note": evil, "grade": evil, "details": [evil],
        "mentors": [evil], "advisors": [evil], "thesis": evil, "links": {evil: "https://x.org"}, "url": "https://y.org",
    }  # fmt: skip
    sections = [
        {"id": name, "title": evil, "note": evil, "text": evil, "entries": [{**entry, "dates": evil}],
         "groups": [{"title": evil, "items": [evil]}]}
        for name in ("education", "positions", "honors", "teaching", "memberships", "grants", "service")
    ]  # fmt: skip
    sections.append({"id": "skills", "entries": [{**entry, "label": evil}]})
    cv_file = {
        "title": evil,
        "name": evil,
        "role": evil,
        "contact": {"email": evil, "x": evil},
        "sections": sections,
    }
    files = {"content/cv.yaml": json.dumps(cv_file), "site.yaml": "title: T\nmarkup: {html: sanitize}\n"}
    text = site(files).build()["cv/index.html"]
    page = html.fromstring(text)
    assert not page.xpath("//@onerror")
    assert text.count("onerror=alert(1)&gt;") > 30
    assert list(faults(items(page))) == []


def test_a_site_adds_to_the_page_and_replaces_a_macro(site: Callable[..., SiteFolder]) -> None:
    ours = {
        "templates/cv.html": (
            '{% extends "!cv.html" %}\n'
            '{% block cv_head %}{{ super() }}<p class="ours">{{ cv.title }} of {{ cv.name }}</p>{% endblock %}\n'
            '{% block cv_sections %}{{ super() }}<p class="last">{{ cv.sections|length }}</p>{% endblock %}\n'
        ),
        "templates/macros/cv.html": (
            '{% from "!macros/cv.html" import section as whole %}\n'
            '{% macro section(part) %}<div class="mine">{{ whole(part) }}</div>{% endmacro %}\n'
            '{% macro head(cv) %}<h1 class="own">{{ cv.name }}</h1>{% endmacro %}\n'
        ),
    }
    page = html.fromstring(site(FILES | ours).build()["cv/index.html"])
    assert page.xpath("string(//h1[@class='own'])") == "Ada Byron"
    assert page.xpath("string(//p[@class='ours'])") == "Curriculum vitae of Ada Byron"
    assert page.xpath("string(//p[@class='last'])") == "16"
    assert len(page.xpath("//div[@class='mine']/section")) == 16
    assert not find(page, "cv-head")


# --- in the browser --------------------------------------------------------------------------------------------


def opened(window: Any, folder: Path, url: str = "cv/") -> Page:
    page: Page = window.new_page()
    page.goto((folder / url / "index.html").as_uri())
    return page


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_scrolls_sideways(themed: Path, browser: Browser, width: int) -> None:
    window = context(browser, width)
    for url in PAGES:
        page = window.new_page()
        faults = watched(page, "")
        page.goto((themed / url / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
        outside = page.evaluate(
            "w => [...document.querySelectorAll('main *')].filter(e => !e.closest('.visually-hidden, math') && "
            "e.getBoundingClientRect().right > w).map(e => e.outerHTML.slice(0, 80))",
            width,
        )
        assert outside == [], url
        assert faults == []
    window.close()


def _left(page: Page, selector: str) -> float:
    return float(page.evaluate("s => document.querySelector(s).getBoundingClientRect().left", selector))


@pytest.mark.browser
def test_dates_stand_where_the_section_says(themed: Path, browser: Browser) -> None:
    window = context(browser)
    page = opened(window, themed)
    sheets = page.evaluate("[...document.styleSheets].map(s => s.href)")
    is_classic = any(sheet.endswith("/classic.css") for sheet in sheets)

    def is_left(kind: str) -> bool:
        return _left(page, f".cv-{kind} .row-year") < _left(page, f".cv-{kind} .row-title")

    assert not is_left("talks")
    assert is_left("students")
    assert is_left("table")
    assert is_left("entries") is not is_classic  # the habit of the theme
    # The note stands on the line of its heading.
    tops = page.evaluate(
        "['h2', '.cv-note'].map(s => document.querySelector('.cv-heading ' + s).getBoundingClientRect())"
    )
    assert tops[0]["top"] < tops[1]["bottom"]
    assert tops[1]["top"] < tops[0]["bottom"]
    window.close()


@pytest.mark.browser
def test_selected_works_are_told_without_colours(themed: Path, browser: Browser) -> None:
    window = context(browser, forced_colors="active")
    page = opened(window, themed)
    outline = "getComputedStyle(document.querySelector('.is-selected .row-text')).outlineStyle"
    assert page.evaluate(outline) == "double"
    window.close()


@pytest.mark.browser
@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 595, 842), ("Letter", 612, 792)])
def test_the_page_prints_well(themed: Path, browser: Browser, paper: str, width: int, height: int) -> None:
    window = context(browser, color_scheme="dark")
    page = opened(window, themed)
    reader = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper)))
    window.close()
    box = reader.pages[0].mediabox
    assert (int(box.width), int(box.height)) == (width, height)
    pages = [normal(sheet.extract_text()) for sheet in reader.pages]
    assert 2 < len(pages) < 9
    # Page numbers; no menu, no row of downloads; the address of an account that only has a name.
    for number, text in enumerate(pages, 1):
        assert text.endswith(f"{number} / {len(pages)}") or text.startswith(f"{number} / {len(pages)}")
    whole = " ".join(pages)
    assert "Skip to content" not in whole
    assert "(PDF)" not in whole
    assert "Last updated on 6 May 2024" in whole
    assert squeezed("https://scholar.google.com/citations?user=d8gdZR4AAAAJ") in squeezed(whole)
    # A section with a page break begins a page.
    (start,) = [text for text in pages if "Publications" in text]
    bare = re.sub(r"^\d+ / \d+ ?", "", start)
    assert bare.startswith("Publications")
    # No row stands on two pages, and no heading is the last on its page.
    shown = cv(themed)
    sheets = [squeezed(text) for text in pages]
    rows = [row for row in find(shown, "row") if not row.xpath(".//math")]
    assert len(rows) > 50
    for row in rows:
        title, *_, last = [words(node) for node in row.iter("p")] * 2
        there = [sheet for sheet in sheets if squeezed(title) in sheet and squeezed(last) in sheet]
        assert there, title
    headings = {squeezed(words(node)) for node in shown.xpath("//main//h2|//main//h3")}
    for sheet in reader.pages:
        lines = [squeezed(line) for line in sheet.extract_text().splitlines()]
        assert [line for line in lines if line and not re.fullmatch(r"\d/\d", line)][-1] not in headings


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", normal(text))


@pytest.mark.browser
def test_paper_is_white_and_the_tint_stays(themed: Path, browser: Browser) -> None:
    window = context(browser, color_scheme="dark")
    page = opened(window, themed)
    page.emulate_media(media="print", color_scheme="dark")
    style = "getComputedStyle(document.querySelector('.is-selected .row-text'))"
    tint, adjust = (page.evaluate(f"{style}.{name}") for name in ("backgroundColor", "printColorAdjust"))
    assert adjust == "exact"
    assert tint not in {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in (".site-header", ".site-footer", ".cv-downloads"):
        assert not page.locator(hidden).is_visible()
    window.close()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_has_no_complaint(themed: Path, browser: Browser, scheme: Any, width: int) -> None:
    axe = tool("AXE_JS", "axe-core/axe.min.js").read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    window = context(browser, width, color_scheme=scheme, reduced_motion="reduce")
    for url in PAGES:
        page = opened(window, themed, url)
        page.evaluate(axe)
        result = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", tags)
        found = [(rule["id"], node["html"][:120]) for rule in result["violations"] for node in rule["nodes"]]
        assert found == [], url
    window.close()


def test_the_html_checker_has_no_complaint(published: Path) -> None:
    jar = tool("VNU_JAR", "vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        missing("there is no Java")
    command = [str(java), "-jar", str(jar), "--format", "gnu", "--Werror"]
    for arguments in (
        [str(published / url / "index.html") for url in PAGES],
        ["--css", str(published / "assets/pages/cv.css")],
    ):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
