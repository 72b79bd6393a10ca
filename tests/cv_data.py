"""Data of CVs for the tests of the CV themes: every field once, the reference CV, and as many publications as wanted.

What comes out is the JSON value that a theme reads from ``sys.inputs.data``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

Value = dict[str, Any]

ROW: Value = {
    "number": "",
    "title": [],
    "url": "",
    "place": [],
    "location": "",
    "aside": [],
    "date": "",
    "label": "",
    "lines": [],
    "authors": [],
    "authors_after": "",
    "venue": [],
    "award": [],
    "buttons": [],
    "selected": False,
    "stars": "",
}
SECTION: Value = {
    "id": "",
    "title": [],
    "note": [],
    "text": [],
    "page_break": False,
    "dates": "",
    "legend": [],
    "kind": "entries",
    "groups": [],
}
CV: Value = {
    "title": "Curriculum vitae – Emmy Noether",
    "author": "Emmy Noether",
    "keywords": [],
    "language": "en",
    "direction": "ltr",
    "paper": "a4",
    "accent": "",
    "font": "",
    "size": 10,
    "name": "Emmy Noether",
    "role": [],
    "contacts": [],
    "updated": "",
    "footer": {"page": "Page", "of": "of"},
    "sections": [],
}


def row(**fields: Any) -> Value:
    """A row with the fields given and the others empty."""
    assert fields.keys() <= ROW.keys()
    return {**ROW, **fields}


def section(title: str, kind: str, *rows: Value, **fields: Any) -> Value:
    """A section of one group without a heading, or of the ``groups`` given."""
    assert fields.keys() <= SECTION.keys()
    groups = [group("", *rows)] if rows else []
    made = {**SECTION, "title": [title] if title else [], "kind": kind, "groups": groups, **fields}
    return {**made, "groups": [{"kind": kind, **one} for one in made["groups"]]}


def group(title: str, *rows: Value) -> Value:
    return {"title": [title] if title else [], "rows": list(rows)}


def cv(*sections: Value, **fields: Any) -> Value:
    """A CV with the fields given and the others at their plainest."""
    assert fields.keys() <= CV.keys()
    return {**CV, "sections": list(sections), **fields}


def contact(kind: str, label: str, text: str, url: str = "") -> Value:
    return {"kind": kind, "label": label, "text": text, "url": url}


def link(text: str, url: str) -> Value:
    return {"k": "a", "u": url, "c": [text]}


def names(*people: str, own: str = "", urls: dict[str, str] | None = None) -> list[Value]:
    """Authors from "Ada Byron*": marks behind the name, separators as in English."""
    authors = []
    for place, person in enumerate(people):
        text = person.rstrip("*†‡§")
        last = place and place == len(people) - 1
        before = (", and " if place > 1 else " and ") if last else ", " if place else ""
        authors.append(
            {
                "before": before,
                "text": text,
                "url": (urls or {}).get(text, ""),
                "own": text == own,
                "marks": list(person[len(text) :]),
                "student": False,
                "keep": True,
            }
        )
    return authors


def everything() -> Value:
    """A CV in which every field of the contract has something, and every kind of section occurs."""
    byron = {**names("Ada Byron")[0], "url": "https://example.org/ada", "marks": ["*", "†"]}
    noether = {**names("Emmy Noether")[0], "before": ", ", "own": True, "marks": ["*"]}
    deuring = {**names("Max Deuring")[0], "before": ", and ", "student": True, "keep": False}
    every_node = [
        "plain ",
        {"k": "em", "c": ["emphatic ", {"k": "strong", "c": ["and strong"]}]},
        " ",
        {"k": "code", "t": "a_code()"},
        " H",
        {"k": "sub", "c": ["2"]},
        "O x",
        {"k": "sup", "c": ["n"]},
        " ",
        {"k": "sc", "c": ["Small Caps"]},
        " ",
        {"k": "u", "c": ["underlined"]},
        " ",
        {"k": "del", "c": ["deleted"]},
        " ",
        link("linked", "https://example.org/node"),
        " ",
        {"k": "math", "t": 'attach(x, t: 2) + upright("dim") k', "alt": "x^2 + \\dim k"},
        {"k": "br"},
        "after the break",
    ]
    return cv(
        section(
            "Positions",
            "entries",
            row(
                title=["Privatdozentin"],
                url="https://example.org/post",
                place=["University of Göttingen"],
                location="Göttingen",
                aside=["with ", link("David Hilbert", "https://example.org/hilbert")],
                date="1919 – 1933",
                lines=[
                    ["Habilitation: ", {"k": "em", "c": ["Invariante Variationsprobleme"]}],
                    ["Second line of detail"],
                ],
            ),
            row(title=["Visiting professor"], place=["Moscow State University"], date="1928 – 1929"),
        ),
        section(
            "Honours", "entries", row(title=["Ackermann–Teubner Memorial Award"], date="1932"), dates="left"
        ),
        section(
            "Publications",
            "works",
            note=[link("Scholar: 6.6k+ citations", "https://example.org/scholar")],
            text=[["An introduction with ", link("a link", "https://example.org/intro"), "."], every_node],
            legend=[
                {"mark": "selected", "text": "Selected publications are highlighted."},
                {"mark": "*", "text": "equal contribution"},
                {"mark": "†", "text": "corresponding author"},
            ],
            groups=[
                group(
                    "1921",
                    row(
                        number="12",
                        title=["Ideal theory in rings"],
                        url="https://example.org/12",
                        authors=[byron, noether, deuring],
                        authors_after=", et al.",
                        venue=["Mathematische Annalen 1921 (Oral)"],
                        award=["Best Paper"],
                        selected=True,
                        lines=[["A note below the venue."]],
                        buttons=[
                            {"label": "code", "url": "https://example.org/code"},
                            {"label": "slides", "url": "https://example.org/slides"},
                        ],
                    ),
                    row(number="J3", title=["What is a ring?"], venue=["Crelle 1921"], place=["somewhere"]),
                ),
                group(
                    "1920 and earlier",
                    row(
                        number="1",
                        title=["Invariants"],
                        authors=names("Emmy Noether", own="Emmy Noether"),
                        venue=["1907"],
                    ),
                ),
            ],
        ),
        section(
            "Repositories",
            "repos",
            row(
                number="1",
                title=["leanprover/mathlib4"],
                url="https://example.org/mathlib",
                stars="1.4k",
                place=["A library of mathematics"],
                date="2021",
            ),
        ),
        section(
            "Talks",
            "talks",
            row(
                number="2",
                title=["Hypercomplex systems"],
                url="https://example.org/talk",
                place=[link("ICM", "https://example.org/icm")],
                location="Zürich",
                date="1932",
                buttons=[{"label": "video", "url": "https://example.org/video"}],
            ),
        ),
        section(
            "Students",
            "students",
            row(
                title=["Grete Hermann"],
                url="https://example.org/grete",
                aside=["Göttingen, now in Bremen"],
                date="1925 – 1926",
            ),
        ),
        section(
            "Service",
            "list",
            page_break=True,
            groups=[
                group("", row(title=["Editor, Mathematische Annalen"], date="1930")),
                group("Reviewing", row(title=["Journal of Algebra"]), row(title=["Annals"])),
            ],
        ),
        section(
            "Teaching",
            "courses",
            row(title=["Group theory"], aside=["Math 101"], place=["Lecturer"], date="S1924"),
            dates="none",
        ),
        section(
            "Skills",
            "table",
            row(label="Languages", title=["German, English, Russian"]),
            row(label="Calculus", title=["of variations"], lines=[["and of invariants"]]),
        ),
        role=["Mathematician, ", {"k": "em", "c": ["Göttingen"]}],
        keywords=["algebra", "rings"],
        contacts=[
            contact("email", "E-mail", "emmy@example.org", "mailto:emmy@example.org"),
            contact("url", "Home page", "noether.example", "https://noether.example"),
            contact("phone", "Phone", "+49 551 1"),
            contact("github", "GitHub", "enoether", "https://github.com/enoether"),
            contact("orcid", "ORCID", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ],
        updated="Last updated on April 14, 1935",
    )


def latex(text: str) -> list[Any]:
    r"""Nodes of the little LaTeX in the reference data: ``\href``, ``\textit``, dashes."""
    text = " ".join(re.sub(r"\$.*?\$", "♥", text).replace("\\&", "&").split())
    text = text.replace("---", "—").replace("--", "–").replace("~", " ").replace("\\#", "#")
    text = re.sub(r"\\textit\{(.*)\}", r"\1", text)
    nodes: list[Any] = []
    for part in re.split(r"(\\href\{.*?\}\{.*?\})", text):
        found = re.fullmatch(r"\\href\{(.*?)\}\{(.*?)\}", part)
        nodes += [link(found[2], found[1])] if found else [part] if part else []
    return nodes


def reference(shared: Path, **fields: Any) -> Value:
    """The reference CV: what is in it from ``facts.json``, the links from ``cv.yaml``."""
    facts = json.loads((shared / "bamos/reference/facts.json").read_text())
    source = yaml.safe_load((shared / "bamos/cv.yaml").read_text())
    urls = source["all_publications"]["author_urls"]
    head = facts["header"]

    def post(entry: Value) -> Value:
        return row(
            title=[entry["title"]],
            place=latex(entry["place"]),
            location=entry.get("location", ""),
            aside=latex(entry.get("inline_detail", "")),
            date=latex(str(entry["dates"]))[0],
        )

    def degree(entry: Value) -> Value:
        return row(
            title=[entry["degree"]],
            place=[entry["school"]],
            aside=[f"GPA {entry['overallGPA']}"],
            date=latex(str(entry["dates"]))[0],
            lines=[latex(line) for line in entry.get("details", [])],
        )

    def work(entry: Value) -> Value:
        people = re.split(r", and | and |, ", entry["authors"])
        buttons = [{"label": kind, "url": entry[kind] or "https://example.org"} for kind in entry["links"]]
        return row(
            number=str(entry["n"]),
            title=[entry["title"]],
            url=entry["url"] or "",
            selected=entry["selected"],
            authors=names(*people, own="Brandon Amos", urls=urls),
            venue=[entry["venue"]],
            buttons=buttons,
        )

    years = list(dict.fromkeys(entry["year_heading"] for entry in facts["publications"]))
    by_year = [
        group(year, *(work(entry) for entry in facts["publications"] if entry["year_heading"] == year))
        for year in years
    ]
    return cv(
        section("Current Position", "entries", *map(post, source["current_position"])),
        section("Education", "entries", *map(degree, source["education"])),
        section("Previous Positions", "entries", *map(post, source["positions"])),
        section(
            "Honors & Awards",
            "list",
            groups=[
                group(
                    "",
                    *(
                        row(
                            title=[item["title"]],
                            url=item.get("url", ""),
                            date=latex(str(item["year"]))[0],
                            lines=[latex(item["descr"])] if "descr" in item else [],
                        )
                        for item in source["honors"]
                    ),
                )
            ],
        ),
        section(
            "Publications",
            "works",
            groups=by_year,
            note=[
                link("Google Scholar", "https://scholar.google.com"),
                ": 6.6k+ citations and an h-index of 33",
            ],
            legend=[
                {"mark": "selected", "text": "Selected publications are highlighted."},
                {"mark": "*", "text": "Equal contribution."},
            ],
        ),
        section(
            "Open Source Repositories",
            "repos",
            *(
                row(
                    number=str(repo["n"]),
                    title=[repo["repo"]],
                    url=f"https://github.com/{repo['repo']}",
                    stars=repo["stars"],
                    place=[repo["desc"] or ""],
                    date=repo["year"],
                )
                for repo in facts["repos"]
            ),
            text=[[facts["repos_note"]]],
        ),
        section(
            "Invited Talks",
            "talks",
            *(
                row(
                    number=str(talk["n"]),
                    title=[talk["title"]],
                    place=[link(talk["location"], talk["url"]) if talk["url"] else talk["location"]],
                    date=talk["year"],
                )
                for talk in facts["talks"]
            ),
            text=[
                [
                    "Slides for my major presentations are open-sourced with a CC-BY license at ",
                    link("bamos/presentations", "https://github.com/bamos/presentations"),
                    ".",
                ]
            ],
        ),
        section(
            "Interns and Students",
            "students",
            *(
                row(
                    title=[person["name"]],
                    url=urls.get(person["name"], ""),
                    aside=[person["detail"].strip("()")],
                    date=person["years"],
                )
                for person in facts["students"]
            ),
        ),
        section(
            "Professional Activities",
            "list",
            groups=[
                group("", *(row(title=[item["text"]], date=item["year"]) for item in facts["service"])),
                group("Reviewing", *(row(title=[name]) for name in facts["reviewing"])),
            ],
        ),
        section(
            "Teaching",
            "courses",
            *(
                row(
                    title=[course["text"].split(" (")[0]],
                    aside=[re.search(r"\((.*)\)", course["text"])[1]],
                    place=[course["text"].rsplit(", ")[-1]],
                    date=course["term"],
                )  # type: ignore[index]
                for course in facts["teaching"]
            ),
        ),
        section(
            "Skills",
            "table",
            *(row(label=skill["title"], title=[skill["details"]]) for skill in facts["skills"]),
        ),
        **{
            "title": "Curriculum vitae – Brandon Amos",
            "author": "Brandon Amos",
            "name": "Brandon Amos",
            "paper": "us-letter",
            "contacts": [
                contact("email", "E-mail", head["email"], f"mailto:{head['email']}"),
                contact("url", "Home page", head["site"], f"https://{head['site']}"),
                contact(
                    "linkedin", "LinkedIn", head["linkedin"], f"https://linkedin.com/in/{head['linkedin']}"
                ),
                contact("twitter", "Twitter", head["twitter"], f"https://twitter.com/{head['twitter']}"),
                contact("github", "GitHub", head["github"], f"https://github.com/{head['github']}"),
            ],
            "updated": f"Last updated on {head['last_updated']}",
            **fields,
        },
    )


def many(count: int) -> Value:
    """A CV of ``count`` publications, a tenth of them selected, twenty a year."""
    people = ("Richard Dedekind", "Emmy Noether", "Bartel L. van der Waerden*", "Emil Artin")
    works = [
        row(
            number=str(count - i),
            title=[f"Ideal theory number {i} in commutative rings with an ascending chain condition"],
            url=f"https://example.org/{i}",
            authors=names(
                *people[: 1 + i % 4], own="Emmy Noether", urls=dict.fromkeys(people, "https://example.org/p")
            ),
            venue=[f"Mathematische Annalen {i}"],
            selected=i % 10 == 0,
            buttons=[{"label": "code", "url": "https://example.org/code"}],
        )
        for i in range(count)
    ]
    groups = [group(str(2024 - at // 20), *works[at : at + 20]) for at in range(0, count, 20)]
    return cv(section("Publications", "works", groups=groups))
