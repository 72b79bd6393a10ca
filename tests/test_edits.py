"""The edit matrix: each sort of file, each sort of edit, and exactly the pages that it renders.

Every case builds the sample, edits it, builds again with what the first build left, and compares with a cold build:
the same bytes, the same problems. Then the edit is undone (what was added goes, what went is added), which must render
the same pages again, as far as there are such, and those that had gone. What is expected to be rendered is written by page id; ``ALL`` is every page,
``FRAMED`` every page with the frame of the site (all but redirects and what machines read), ``post:*`` every page of the kind. PDFs that are
laid out are written by their paths.
"""

# ruff: noqa: E501 - one line for each case

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from acadsite.build import build
from conftest import SiteFolder
from sample import FILES, TODAY, Site, contents, tree, unlike

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.problems import Problem
    from acadsite.result import Result

Edit = dict[str, str | None]

# --- edits ---


def sub(path: str, *pairs: tuple[str, str]) -> Edit:
    """Texts of a file replaced, each of which it must have."""
    text = FILES[path]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return {path: text}


def add(path: str, text: str) -> Edit:
    """A new file, or more at the end of one."""
    return {path: FILES.get(path, "") + text}


def top(path: str, text: str) -> Edit:
    """More at the beginning of a file."""
    return {path: text + FILES[path]}


def drop(*paths: str) -> Edit:
    """Files that go."""
    return dict.fromkeys(paths)


def move(path: str, new: str) -> Edit:
    """A file with another name."""
    return {path: None, new: FILES[path]}


def swap(path: str, mark: str) -> Edit:
    """The parts of a file in the opposite order; each begins with ``mark``."""
    head, *parts = FILES[path].split(mark)
    return {path: head + "".join(mark + part for part in reversed(parts))}


SITE, BIB, PEOPLE, STUDENTS, REPOS = (
    "site.yaml", "content/publications/a.bib", "content/people.yaml", "content/students.yaml", "content/repos.yaml",
)  # fmt: skip
TALKS, NEWS, CV, HOME, GRANTS = (
    "content/talks.yaml", "content/news.yaml", "content/cv.yaml", "content/index.md", "content/grants.yaml",
)  # fmt: skip
PROJECTS = "content/projects.yaml"
ONE, TWO, THREE, ABOUT, LISTED, ALGEBRA, ICM = (
    "content/posts/one.md", "content/posts/two.md", "content/posts/three.md", "content/pages/about.md",
    "content/pages/listed.md", "content/courses/algebra.md", "content/talks/icm.md",
)  # fmt: skip
INTRO = "content/slides/intro.md"
OWN = "themes/own/templates"
GUIDE = "content/guide"
LAB = "content/pages/lab.ipynb"
PAPER, MAP = "content/papers/old/text.md", "content/papers/old/map.svg"

#: Pages that show the authors of a publication, that show the publication “rings”, that link the page “about”.
PDFS = "cv.pdf cv-short.pdf"
#: What a site with an address has: a card for itself and for each page with a date, and for its books.
CARDS = " ".join(
    f"{folder}card.png"
    for folder in (
        "", "guide/", "slides/intro/", *(f"posts/{name}/" for name in ("one", "two", "three")), "talks/t/", "talks/icm/",
        *(f"publications/{name}/" for name in ("rings", "chains", "old", "ideals", "proc")),
    )
)  # fmt: skip
AUTHORS = "publications publications-year:* publications-type:* publication:* home person:jane person:roe person:poe person:grete-hermann"
RINGS = "publications publications-year:2021 publications-type:article publication:rings home person:jane person:grete-hermann"
ABOUT_LINKED = "home people students person:jane talks cv cv-variant:short talk:t repos grants grant:rings course:algebra"

#: Files of all publications.
FILES_OF_ALL = "publications-json publications-ris"

#: Pages that show Markdown in a line.
MARKUP = "project:chains home people publications publication:rings talks talk:* cv cv-variant:short posts tag:a repos grants grant:rings course:algebra students person:jane person:grete-hermann person:emil-ernst person:roe book:* chapter:*"

#: What was edited, how, and the pages that are rendered.
CASES: list[tuple[str, Edit, str]] = [
    ("nothing", {}, ""),
    # --- what says nothing
    ("site.yaml: a comment", top(SITE, "# x\n\n"), ""),
    ("bib: a comment", top(BIB, "A comment.\n\n% another\n"), ""),
    ("bib: white space", sub(BIB, ("  title = {Old}", "\ttitle   =  {Old}"), ("}\n\n@article{old", "}\n\n\n\n@article{old")), ""),
    ("bib: entries in another order", swap(BIB, "@article{"), ""),
    ("bib: an entry in the other file", sub(BIB, ("@article{old,", "@comment{old,")) | add("content/publications/b.bib", "@article{old, title = {Old}, author = {Poe, P.}, journal = {Annals}, year = {1990}}\n"), ""),
    ("bib: a file has another name", move("content/publications/b.bib", "content/publications/z.bib"), ""),
    ("people: white space", sub(PEOPLE, ("{id: poe, ", "{ id:  poe ,\n   "), ("- {id: idle", "\n# idle\n- {id: idle")), ""),
    ("talks: items in another order", swap(TALKS, "- {"), ""),
    ("talks: in blocks", {TALKS: "- id: t\n  title: On Rings\n  event: '[E](pages/about.md)'\n  date: 2020\n  publications:\n  - rings\n- id: plain\n  title: Plain\n  date: 2010\n"}, ""),
    ("news: a comment", top(NEWS, "# x\n"), ""),
    ("cv: a comment", top(CV, "# x\n"), ""),
    ("post: a comment in the front matter", sub(ONE, ("title: One", "# x\ntitle: One")), ""),
    ("post: an empty line", sub(THREE, ("---\nThird", "---\n\n\nThird")), ""),
    ("page: lines move, with its warnings", sub(LISTED, ("title:", "# x\n# y\ntitle:")), ""),
    ("body: lines move, with its warnings", sub(ABOUT, ("---\n![p]", "---\n\n![p]")), ""),
    ("theme.yaml: a comment", top("themes/own/theme.yaml", "# x\n"), ""),
    ("theme.yaml: a title", sub("themes/own/theme.yaml", ("Own", "Other")), ""),
    ("snapshot: a comment", top("content/snapshots/repos.yaml", "# x\n"), ""),
    *((f"{path}: the other ending", move(path, path.replace(".yaml", ".yml")), "") for path in (PEOPLE, STUDENTS, REPOS, TALKS, NEWS, CV, "content/snapshots/repos.yaml")),
    # --- site.yaml
    ("site.yaml: title", sub(SITE, ("title: Site", "title: Other")), "ALL"),
    ("site.yaml: language", add(SITE, "language: de\n"), f"ALL {PDFS} slides/intro.pdf"),
    ("site.yaml: a second language", add(SITE, "languages: [en, de]\n"), "FRAMED"),
    ("site.yaml: url", add(SITE, "url: https://x.example/\n"), f"ALL {PDFS} {CARDS}"),
    ("site.yaml: url and a second language, for a sitemap of versions", add(SITE, "url: https://x.example/\nlanguages: [en, de]\n"), f"ALL {PDFS} {CARDS}"),
    ("site.yaml: description", add(SITE, "description: Words\n"), "home"),
    ("site.yaml: accent", add(SITE, "accent: '#123456'\n"), f"FRAMED favicon {PDFS} slides/intro.pdf"),
    ("site.yaml: footer", add(SITE, "footer: '[x](content/pages/about.md)'\n"), "FRAMED"),
    ("site.yaml: menu", add(SITE, "menu: [talks]\n"), "FRAMED"),
    ("site.yaml: menu with an address elsewhere", add(SITE, "menu: [talks, {Code: 'https://code.example/x'}]\n"), "FRAMED"),
    ("site.yaml: menu with a file", {**add(SITE, "menu: [talks/, {Notes: /notes.pdf}]\n"), "content/static/notes.pdf": "x"}, "FRAMED"),
    ("site.yaml: another owner", sub(SITE, ("author: jane", "author: roe")), f"ALL {PDFS}"),
    ("site.yaml: labels", sub(SITE, ("Lectures", "Speeches")), "ALL"),
    ("site.yaml: params", sub(SITE, ("motto: Rings", "motto: Sums")), "talk:t talk:icm"),
    ("site.yaml: another theme", sub(SITE, ("theme: own", "theme: classic")), "FRAMED"),
    ("site.yaml: names of authors", sub(SITE, ("publications:\n", "publications:\n  names: initials\n")), f"{AUTHORS} cv.pdf"),
    ("site.yaml: years are no pages", sub(SITE, ("publications:\n", "publications:\n  facets: [type]\n")), "publications publications-type:* publication:* home person:jane person:roe person:poe person:grete-hermann"),
    ("site.yaml: a list in two parts", sub(SITE, ("publications:\n", "publications:\n  shown: 1\n")), f"{AUTHORS} publications-all"),
    ("site.yaml: a list in another order", sub(SITE, ("publications:\n", "publications:\n  sort: title\n")), AUTHORS),
    ("site.yaml: a list's words", add(SITE, "talks: {intro: Words}\n"), "talks"),
    ("site.yaml: a map of talks", add(SITE, "talks: {map: true}\n") | sub(TALKS, ("title: Plain", "title: Plain, coordinates: [51.5, 9.9]")), "talks"),
    ("site.yaml: a list's title", add(SITE, "talks: {title: Given}\n"), "FRAMED"),
    ("site.yaml: addresses of posts", add(SITE, "urls: {post: 'p/{id}/'}\n"), "post:* posts tag:* home publication:rings redirect:3/"),
    ("site.yaml: an old address", add(SITE, "redirects: {/vita.html: cv, /ring/: 'publication:rings#abstract'}\n"), "redirect:vita.html redirect:ring/"),
    ("site.yaml: cleaned HTML", add(SITE, "markup: {html: sanitize}\n"), MARKUP),
    ("site.yaml: TeX definitions", add(SITE, "markup: {macros: '\\newcommand{\\x}{y}'}\n"), MARKUP),
    ("site.yaml: no extensions", sub(SITE, ("extensions: [ext.py]\n", "")) | drop("templates/grant.html"), "ALL"),
    # --- publications
    ("bib: an abstract", sub(BIB, ("Short.", "Longer.")), f"publications publication:rings home {FILES_OF_ALL}"),
    ("bib: a title", sub(BIB, ("{Rings over", "{Fields over")), f"{RINGS} project:chains cv.pdf talk:t post:one repos {FILES_OF_ALL}"),
    ("bib: a journal", sub(BIB, ("{Annals}", "{Acta}")), f"publications publication:old person:poe {FILES_OF_ALL} publications-type:article publications-year:1990"),
    ("bib: another author", sub(BIB, ("{Poe, P.}", "{Idle, Ida}")), f"publications publication:old person:poe person:idle people {FILES_OF_ALL} publications-type:article publications-year:1990"),
    ("bib: a string", sub(BIB, ("Journal of Rings", "Ring Journal")), f"{RINGS} cv.pdf {FILES_OF_ALL}"),
    ("bib: a string with another name", sub(BIB, ("{jr =", "{jor ="), ("= jr,", "= jor,")), ""),
    ("bib: a string that nothing uses", sub(BIB, ("@string{jr", '@string{x = "X"}\n@string{jr')), ""),
    ("bib: a string goes", sub(BIB, ('@string{jr = "Journal of Rings"}\n\n', "")), f"{RINGS} cv.pdf {FILES_OF_ALL}"),
    ("bib: a parent's year", sub(BIB, ("{2019}", "{2018}")), f"home publications publication:proc publication:chains person:jane person:roe {FILES_OF_ALL} publications-type:edited publications-type:paper publications-year:2000 publications-year:2018 publications-year:2021"),
    ("bib: a parent's title", sub(BIB, ("booktitle = {Proceedings of", "booktitle = {Papers on")), f"home publications publication:proc publication:chains person:jane person:roe {FILES_OF_ALL} publications-type:edited publications-type:paper publications-year:2019"),
    ("bib: a parent has another key", sub(BIB, ("{proc}", "{vol}"), ("{proc,", "{vol,")), f"publications publication:vol {FILES_OF_ALL} publications-type:edited publications-year:2019"),
    ("bib: a parent goes", sub(BIB, ("@proceedings", "@comment")), f"home publications publication:chains person:jane person:roe {FILES_OF_ALL} publications-type:paper publications-year:2000 publications-year:2021"),
    ("bib: a parent of a child that had none", add(BIB, "@book{top, title={Top}, year=1980}\n@incollection{sub, title={Sub}, crossref={top}}\n"), f"publications publication:top publication:sub {FILES_OF_ALL} publications-type:book publications-type:chapter publications-year:1980 publications-year:1990"),
    ("bib: an entry", add(BIB, "\n@article{new, title={New}, author={Poe, Paula}, year=1991}\n"), f"publications publication:new person:poe people {FILES_OF_ALL} publications-type:article publications-year:1990 publications-year:1991 publications-year:2000"),
    ("bib: an entry of a person with a page", add(BIB, "\n@article{new, title={New}, author={Roe, Richard and Ernst, Emil}, year=1991}\n"), f"publications publication:new person:roe person:emil-ernst people students {FILES_OF_ALL} publications-type:article publications-year:1990 publications-year:1991 publications-year:2000"),
    ("bib: a selected entry", add(BIB, "\n@article{new, title={New}, author={Nobody, N.}, year=1991, selected={true}}\n"), f"publications publication:new home cv.pdf {FILES_OF_ALL} publications-type:article publications-year:1990 publications-year:1991 publications-year:2000"),
    ("bib: the entry that was missing", add(BIB, "\n@misc{chain, title={Chain}, author={Nobody, N.}, year=1991}\n"), f"publications publication:chain page:listed {FILES_OF_ALL} publications-type:other publications-year:1990 publications-year:1991 publications-year:2000"),
    ("bib: an entry goes", sub(BIB, ("@article{old,", "@comment{old,")), f"publications person:poe people {FILES_OF_ALL} publications-type:article publications-year:2000"),
    ("bib: a key with a sign more", sub(BIB, ("{chains,", "{chains:,")), f"publications publication:chains person:jane person:roe {FILES_OF_ALL} publications-type:paper publications-year:2019"),
    ("bib: an entry has another key", sub(BIB, ("{old,", "{ancient,")), f"publications publication:ancient person:poe {FILES_OF_ALL} publications-type:article publications-year:1990"),
    ("bib: a file", {"content/publications/c.bib": "@article{new, title={New}, author={Poe, Paula}, year=1991}\n"}, f"publications publication:new person:poe people {FILES_OF_ALL} publications-type:article publications-year:1990 publications-year:1991 publications-year:2000"),
    ("bib: a file goes", drop("content/publications/b.bib"), f"publications person:jane people {FILES_OF_ALL} publications-year:1990 publications-year:2019"),
    ("bib: a topic of two", sub(BIB, ("selected = {true}", "keywords = {Chains}, selected = {true}"), ("{1990}", "{1990}, keywords = {chains}")), f"publications publication:rings publication:old publications-topic:chains {FILES_OF_ALL}"),
    ("bib: a topic of one", sub(BIB, ("{1990}", "{1990}, keywords = {chains}")), f"publications publication:old {FILES_OF_ALL}"),
    ("macros.tex: a macro", sub("content/publications/macros.tex", ("Integers", "Fields")), f"{RINGS} project:chains cv.pdf talk:t post:one repos {FILES_OF_ALL}"),
    ("macros.tex: a macro that nothing uses", add("content/publications/macros.tex", "\\newcommand{\\Q}{Q}\n"), ""),
    # --- people.yaml, students.yaml
    ("people: a photo", sub(PEOPLE, ("poe.jpg", "poe.png")), "person:poe people"),
    ("people: an ORCID iD", sub(PEOPLE, ("{id: poe, ", "{id: poe, orcid: 0000-0002-1825-0097, ")), "person:poe publication:old"),
    ("people: an address elsewhere", sub(PEOPLE, ("https://roe.example", "https://other.example")), "person:roe publications publication:chains person:jane publications-type:paper publications-year:2019"),
    ("people: a name", sub(PEOPLE, ("Ida Idle", "Ida Busy")), "person:idle people"),
    ("people: the owner's role", sub(PEOPLE, ("[Prof]", "[Dr]")), f"home people person:jane cv cv-variant:short {PDFS}"),
    ("people: the owner's email", sub(PEOPLE, ("{id: jane,", "{id: jane, email: j@x.example,")), f"FRAMED {PDFS}"),
    ("people: a person", add(PEOPLE, "- {id: new, name: Nina New}\n"), "person:new people"),
    ("people: a person goes", sub(PEOPLE, ("- {id: idle, name: Ida Idle}\n", "")), "people"),
    ("people: another id", sub(PEOPLE, ("id: idle", "id: lazy")), "person:lazy people"),
    ("people: in a folder", sub(PEOPLE, ("- {id: idle, name: Ida Idle}\n", "")) | add("content/people/idle.md", "---\nname: Ida Idle\n---\nText\n"), "person:idle"),
    ("students: a level", sub(STUDENTS, ("PhD", "BSc")), "students person:grete-hermann"),
    ("students: one ends", sub(STUDENTS, ("start: 2023", "start: 2023, end: 2024")), "students person:emil-ernst"),
    ("students: a student", add(STUDENTS, "- {name: Nina New}\n"), "students people person:nina-new"),
    ("students: one goes", sub(STUDENTS, ("- {name: Emil Ernst, level: MSc, start: 2023}\n", "")), "students people"),
    # --- talks, repositories, news, CV, home
    ("talks: a note", sub(TALKS, ("title: Plain", "title: Plain, note: N")), "talks cv cv.pdf"),
    ("talks: coordinates, and no map", sub(TALKS, ("title: Plain", "title: Plain, coordinates: [51.5, 9.9]")), ""),
    ("talks: a title", sub(TALKS, ("On Rings", "Rings")), "talks cv cv.pdf home talk:t publication:rings"),
    ("talks: a talk of old", add(TALKS, "- {title: Old, date: 1900}\n"), "talks cv cv.pdf"),
    ("talks: the newest talk", add(TALKS, "- {title: New, date: 2024}\n"), "talks cv cv.pdf home"),
    ("talks: a talk with a page", add(TALKS, "- {id: new, title: New, date: 1900, abstract: A}\n"), "talks cv cv.pdf talk:new"),
    ("talks: one goes", sub(TALKS, ("- {id: plain, title: Plain, date: 2010}\n", "")), "talks cv cv.pdf"),
    ("talks: another id", sub(TALKS, ("id: t,", "id: u,")), "talks cv home talk:u publication:rings"),
    ("talks: of another publication", sub(TALKS, ("[rings]", "[old]")), "talk:t publication:rings publication:old"),
    ("talk: body", add(ICM, "More\n"), "talk:icm"),
    ("talk: slides", sub(ICM, ("icm.pdf", "notes.pdf")), "talk:icm talks cv person:roe"),
    ("talk: of another person", sub(ICM, ("[roe]", "[poe]")), "talk:icm person:roe person:poe"),
    ("talk: another name", move(ICM, "content/talks/zh.md"), "talk:zh talks cv person:roe"),
    ("talk: goes", drop(ICM), "talks cv cv.pdf person:roe"),
    ("repos: a description", sub(REPOS, ("'[x]", "'[y]")), "repos"),
    ("repos: a repository", add(REPOS, "- {url: 'https://github.com/doe/new', publications: [old]}\n"), "repos publication:old"),
    ("repos: the list goes", drop(REPOS), "FRAMED cv.pdf"),
    ("news: a piece", add(NEWS, "- {date: 2021, text: New}\n"), "home"),
    ("news: one goes", sub(NEWS, ("- {date: 2019, text: Older}\n", "")), "home"),
    ("news: all go", drop(NEWS), "home"),
    ("cv: an entry", sub(CV, ("title: Job,", "title: Post,")), f"cv cv-variant:short home {PDFS}"),
    ("cv: an entry of one variant", sub(CV, ("title: Old job", "title: Older job")), "cv cv-variant:short home cv.pdf"),
    ("cv: a tag that is everywhere", sub(CV, ("[long]", "[long, other]")), "cv cv-variant:short home"),
    ("cv: an entry of no PDF", sub(CV, ("show: [pdf]}]", "show: [pdf]}, {title: New, show: [web]}]")), "cv cv-variant:short home"),
    ("cv: a section of one variant", sub(CV, ("text: Words", "text: Other")), "cv cv-variant:short home cv.pdf"),
    ("cv: its paper", add(CV, "paper: letter\n"), f"cv cv-variant:short {PDFS}"),
    ("cv: a variant's paper", sub(CV, ("theme: classic", "theme: classic, paper: letter")), "cv cv-variant:short cv-short.pdf"),
    ("cv: a variant's length", sub(CV, ("pages: 1", "pages: 2")), "cv cv-variant:short"),
    ("cv: a variant", add(CV, "- {id: new}\n"), "cv cv-variant:short cv-variant:new cv-new.pdf"),
    ("cv: a form", add(CV, "- {id: new, form: erc}\n"), "cv cv-variant:short cv-form:new cv-fields:new cv-new.pdf"),
    ("cv: a draft", add(CV, "- {id: new, draft: true}\n"), "cv cv-variant:short"),
    ("cv: keys", add(CV, "- {id: new, show: pdf, sections: [{id: best, keys: [old, {rings: Words}]}]}\n"), "cv cv-variant:short cv-new.pdf"),
    ("cv: a variant goes", {CV: FILES[CV].partition("variants:")[0]}, "cv"),
    ("cv: a variant has another id", sub(CV, ("id: short", "id: brief")), "cv cv-variant:brief cv-brief.pdf"),
    ("cv theme: changes", {"templates/cv/modern.typ": '#set document(title: "CV")\n= CV\n'}, PDFS),
    ("cv theme: that nothing uses", {"templates/cv/own.typ": "= Own\n"}, PDFS),
    ("cv theme: one of its own", {"templates/cv/own.typ": '#import "modern.typ": *\n'} | sub(CV, ("theme: classic", "theme: own")), f"cv cv-variant:short {PDFS}"),
    ("cv theme: a font", {"templates/cv/own.ttf": "no font"}, PDFS),
    ("cv theme: what an editor leaves", {"templates/cv/modern.typ~": "x", "templates/cv/.DS_Store": "x"}, ""),
    ("cv: goes", drop(CV), "FRAMED"),
    ("home: body", add(HOME, "More\n"), "home"),
    ("home: sections", sub(HOME, ("news, ", "")), "home"),
    ("home: goes", drop(HOME), f"home publications cv cv-variant:short {PDFS}"),
    ("grants: a funder", sub(GRANTS, ("[DFG]", "[NSF]")), "grants grant:rings"),
    ("grants: a grant", add(GRANTS, "- {title: New}\n"), "grants grant:new"),
    # --- posts, courses, pages
    ("post: body", sub(THREE, ("Third", "Fourth")), "post:three"),
    ("post: title", sub(THREE, ("title: Three", "title: Drei")), "post:three posts post:two tag:c"),
    ("post: summary", sub(ONE, ("'[x]", "'[y]")), "post:one posts tag:a"),
    ("post: address", sub(THREE, ("title:", "url: /drei/\ntitle:")), "post:three posts post:two tag:c redirect:3/"),
    ("post: topics", sub(TWO, ("[a, b]", "[a, c]")), "post:two post:three tag:c tags"),
    ("post: topics that change their order only", sub(TWO, ("[a, b]", "[b, a]")), "post:two"),
    ("post: minutes of reading", add(THREE, "word " * 300), "post:three"),
    ("site.yaml: posts in parts", add(SITE, "posts: {per_page: 1}\n"), "posts posts-page:2 posts-page:3 post:*"),
    ("site.yaml: posts without minutes", add(SITE, "posts: {reading_time: false}\n"), "posts post:*"),
    ("site.yaml: posts are discussed", add(SITE, "posts: {discuss: 'https://f.example/?t={title}'}\n"), "posts post:*"),
    ("post: discussed elsewhere", sub(THREE, ("title:", "discuss: https://f.example/3\ntitle:")), "post:three"),
    ("post: date within the year", sub(TWO, ("2021-01-01", "2021-02-01")), "post:two posts tag:a tag:b"),
    ("post: date that changes the order", sub(TWO, ("2021-01-01", "2019-01-01")), "post:* posts tag:a tag:b"),
    ("post: an old address", sub(THREE, ("[/3/]", "[/3/, /iii/]")), "redirect:iii/"),
    ("post: a draft", sub(THREE, ("title:", "draft: true\ntitle:")), "posts post:two tags home"),
    ("post: a new one", {"content/posts/new.md": "---\ntitle: New\ndate: 2023-01-01\ntags: [c]\n---\n"}, "post:new posts post:three tag:c tags home"),
    ("post: goes", drop(TWO), "posts post:one post:three tag:a tags"),
    ("post: another name", move(TWO, "content/posts/zwei.md"), "post:zwei post:one post:three posts tag:a tag:b"),
    ("post: of another publication", sub(ONE, ("[rings]", "[old]")), "post:one publication:rings publication:old"),
    ("course: body", sub(ALGEBRA, ("Text", "Texts")), "course:algebra"),
    ("course: a heading that is linked", sub(ALGEBRA, ("## Aims", "## Goals")), "course:algebra"),
    ("course: title", sub(ALGEBRA, ("title: Algebra", "title: Rings")), "course:algebra courses person:roe person:grete-hermann"),
    ("course: the only one goes", drop(ALGEBRA), "FRAMED"),
    ("deck: body", sub(INTRO, ("- b", "- c")), "deck:intro slides/intro.pdf"),
    ("deck: notes", sub(INTRO, ("Say it", "Say that")), "deck:intro slides/intro.pdf"),
    ("deck: its slides", sub(INTRO, ("- a\n", "- a\n\n---\n\n")), "deck:intro slides/intro.pdf"),
    ("deck: how lists come", sub(INTRO, ("date:", "incremental: true\ndate:")), "deck:intro slides/intro.pdf"),
    ("deck: its words for headings", sub(INTRO, ("date:", "syntax: headings\ndate:")), "slides/intro.pdf"),
    ("deck: footer", sub(INTRO, ("date:", "footer: '[x](../pages/about.md)'\ndate:")), "deck:intro slides/intro.pdf"),
    ("deck: title", sub(INTRO, ("title: Intro", "title: Start")), "deck:intro slides slides/intro.pdf"),
    ("deck: summary", sub(INTRO, ("date:", "summary: Words\ndate:")), "deck:intro slides slides/intro.pdf"),
    ("deck: of a talk", sub(INTRO, ("date:", "talks: [icm]\ndate:")), "deck:intro talk:icm slides/intro.pdf"),
    ("deck: a number of another text", add(INTRO, "\nSee @thm-a.\n\n::: {#thm-a}\nA\n:::\n"), "deck:intro slides/intro.pdf"),
    ("deck: a draft", {"content/slides/new.md": "---\ntitle: New\ndraft: true\n---\n"}, ""),
    ("deck: a second one", {"content/slides/new.md": "---\ntitle: New\n---\n\n## x\n"}, "deck:new slides slides/new.pdf"),
    ("deck: another name", move(INTRO, "content/slides/start.md"), "deck:start slides slides/start.pdf"),
    ("deck: the only one goes", drop(INTRO), "FRAMED"),
    ("course: a second one", {"content/courses/two.md": "---\ntitle: Two\nyear: 1925\n---\n"}, "course:two courses"),
    ("page: body", add(ABOUT, "More\n"), "page:about"),
    ("page: title", sub(ABOUT, ("title: About", "title: Us")), "page:about"),
    ("page: title in the menu", sub(LISTED, ("title: Listed", "title: Other")), "FRAMED"),
    ("page: address", sub(ABOUT, ("title:", "url: /us/\ntitle:")), f"page:about {ABOUT_LINKED}"),
    ("page: goes", drop(ABOUT), ABOUT_LINKED),
    ("course: another name", move(ALGEBRA, "content/courses/rings.md"), "course:rings courses person:roe person:grete-hermann home page:about"),
    ("page: another name", move(ABOUT, "content/pages/us.md"), f"page:us {ABOUT_LINKED}"),
    ("page: a new one", {"content/pages/new.md": "---\ntitle: New\n---\n"}, "page:new"),
    ("page: in a language that the site does not have", {"content/pages/about.de.md": "---\ntitle: Wir\n---\n"}, "page:about.de"),
    ("page: the one that was missing", {"content/pages/gone.md": "---\ntitle: Gone\n---\n"}, "page:gone page:about"),
    # --- templates, macros, partials, assets, themes, extensions
    ("template: changes", add(f"{OWN}/talk.html", "\n"), "talk:*"),
    ("template: the site's own", {"templates/post.html": "{% extends '!post.html' %}"}, "post:*"),
    ("template: hides another", {"templates/talk.html": "{% extends '!talk.html' %}"}, "talk:*"),
    ("template: goes", drop(f"{OWN}/talk.html"), "talk:*"),
    ("template: that nothing uses", {"templates/unused.html": "{{ nothing }}"}, ""),
    ("macro: changes", sub(f"{OWN}/own.html", ("<p>", "<p >")), "talk:*"),
    ("macro: of all lists", {"templates/macros/works.html": "{% extends '!macros/works.html' %}"}, "publications-year:* publications-type:* publication:* person:* home publications repos talks courses slides"),
    ("partial: changes", add(f"{OWN}/part.html", "<p>more</p>"), "talk:*"),
    ("partial: another name", sub(f"{OWN}/talk.html", ("part.html", "piece.html")) | move(f"{OWN}/part.html", f"{OWN}/piece.html"), "talk:*"),
    ("macro: another name", sub(f"{OWN}/talk.html", ("own.html", "new.html")) | move(f"{OWN}/own.html", f"{OWN}/new.html"), "talk:*"),
    ("partial: the one that was missing", {"templates/absent.html": "<p>here</p>"}, "talk:*"),
    ("partial: hides another", {"templates/part.html": "<p>own</p>"}, "talk:*"),
    ("asset: changes", sub("themes/own/assets/own.css", ("red", "green")), ""),
    ("asset: a style sheet", {"assets/more.css": "p { color: red }\n"}, "FRAMED"),
    ("asset: another name", move("assets/custom.css", "assets/other.css"), "FRAMED"),
    ("asset: goes", drop("assets/custom.css"), "FRAMED"),
    ("asset: hides another", {"assets/own.css": "p { color: pink }\n"}, ""),
    ("asset: in a folder", {"assets/js/x.js": "1\n"}, ""),
    ("theme.yaml: extends another", sub("themes/own/theme.yaml", ("extends: base", "extends: classic")), "FRAMED"),
    ("theme: another name", sub(SITE, ("theme: own", "theme: new")) | {path: None for path in FILES if path.startswith("themes/own/")} | {path.replace("/own/", "/new/"): text for path, text in FILES.items() if path.startswith("themes/own/")}, "talk:*"),
    ("extension: changes", add("ext.py", "# more\n"), "ALL"),
    ("extension: another name", sub(SITE, ("ext.py", "ext2.py")) | move("ext.py", "ext2.py"), ""),
    # --- books and works
    ("book: a comment", top(f"{GUIDE}/book.yaml", "# x\n"), ""),
    ("book: title", sub(f"{GUIDE}/book.yaml", ("title: Guide", "title: Manual")), "book:* chapter:* book-index:guide"),
    ("book: in the menu", sub(f"{GUIDE}/book.yaml", ("menu: false", "menu: true")), "FRAMED"),
    ("book: another style", add(f"{GUIDE}/book.yaml", "style: apa\n"), "chapter:*"),
    ("book: depth of numbers", add(f"{GUIDE}/book.yaml", "numbering: {web: 0}\n"), "book:guide chapter:guide/one chapter:guide/two"),
    ("book: a chapter less", sub(f"{GUIDE}/book.yaml", ("[one.md, two.md]", "[two.md]")), "book:* chapter:* book-index:guide"),
    ("book: chapters change places", sub(f"{GUIDE}/book.yaml", ("one.md, two.md", "two.md, one.md")), "book:* chapter:* book-index:guide"),
    ("book: a part has another title", sub(f"{GUIDE}/book.yaml", ("Both", "Two of them")), "book:* chapter:*"),
    ("book: another address", add(f"{GUIDE}/book.yaml", "url: /manual/\n"), "book:* chapter:* book-index:guide"),
    ("book: goes", drop(*(path for path in FILES if path.startswith(f"{GUIDE}/"))), ""),
    ("chapter: words", sub(f"{GUIDE}/two.md", ("## Near\n", "## Near\n\nWords.\n")), "chapter:guide/two book-index:guide"),
    ("chapter: an empty line in front", sub(f"{GUIDE}/two.md", ("---\n\n##", "---\n\n\n##")), ""),
    ("chapter: its heading", sub(f"{GUIDE}/one.md", ("# One", "# First")), "book:* chapter:* book-index:guide"),
    ("chapter: its title", sub(f"{GUIDE}/two.md", ("title: Two", "title: Second")), "book:* chapter:* book-index:guide"),
    ("chapter: its date", sub(f"{GUIDE}/two.md", ("2020-02-02", "2021-02-02")), "chapter:guide/two"),
    ("chapter: a section less before a label", sub(f"{GUIDE}/two.md", ("## Near\n\n", "")), "book:guide chapter:guide/one chapter:guide/two book-index:guide"),
    ("chapter: a section behind the labels", add(f"{GUIDE}/two.md", "\n## Last\n"), "book:guide chapter:guide/two book-index:guide"),
    ("chapter: a label goes", sub(f"{GUIDE}/two.md", (" {#sec-far}", "")), "book:guide chapter:guide/one chapter:guide/two book-index:guide"),
    ("chapter: a macro", sub(f"{GUIDE}/one.md", ("}{r}", "}{s}")), "chapter:guide/one chapter:guide/two book-index:guide"),
    ("chapter: a citation more", add(f"{GUIDE}/one.md", "\n[@artin]\n"), "chapter:guide/one chapter:guide/last"),
    ("chapter: a citation less", sub(f"{GUIDE}/one.md", (" and [@noether, p. 3]", "")), "chapter:guide/one chapter:guide/last book-index:guide"),
    ("chapter: an unknown key", add(f"{GUIDE}/one.md", "\n[@noether; @artn]\n"), "chapter:guide/one chapter:guide/last"),
    ("chapter: what it includes", sub(f"{GUIDE}/_part.md", ("A part", "A piece")), "chapter:guide/two book-index:guide"),
    ("chapter: no place for the references", sub(f"{GUIDE}/last.md", ("::: {#refs}\n:::\n", "")), "chapter:*"),
    ("chapter: the page before", sub(f"{GUIDE}/index.md", ("See", "Look at")), "book:guide book-index:guide"),
    ("references: a title", sub(f"{GUIDE}/refs.bib", ("{Ideals}", "{Rings}")), "chapter:guide/one chapter:guide/last"),
    ("references: an author", sub(f"{GUIDE}/refs.bib", ("Artin, Emil", "Hasse, Helmut")), "chapter:guide/two chapter:guide/last"),
    ("references: one that nobody cites", sub(f"{GUIDE}/refs.bib", ("{Unused}", "{Idle}")), ""),
    ("references: a comment", top(f"{GUIDE}/refs.bib", "A comment.\n\n"), ""),
    ("references: one goes", sub(f"{GUIDE}/refs.bib", ("@book{artin", "@comment{artin")), "chapter:guide/two chapter:guide/last"),
    ("site.yaml: style of citations", add(SITE, "citations: {style: ieee}\n"), "chapter:guide/one chapter:guide/two chapter:guide/last home publication:*"),
    # --- notebooks
    ("notebook: lines move", sub(LAB, ('"cells": [', '"cells": [\n')), ""),
    ("notebook: what nobody shows", sub(LAB, ('"nbformat_minor": 5', '"nbformat_minor": 4')), ""),
    ("notebook: words", sub(LAB, ("measured", "weighed")), "page:lab"),
    ("notebook: code", sub(LAB, ("measure(1)", "measure(2)")), "page:lab"),
    ("notebook: a picture", sub(LAB, ("30", "40")), "page:lab"),
    ("notebook: its heading", sub(LAB, ("# Lab", "# The lab")), "page:lab"),
    ("notebook: an output goes", sub(LAB, ("display_data", "none")), "page:lab"),
    ("notebook: a text in its place", {LAB: None, "content/pages/lab.md": "# Laboratory\n"}, "page:lab"),
    # --- full texts of publications, pictures
    ("paper: a comment", sub(PAPER, ("pdf: false", "pdf: false\n# x")), ""),
    ("paper: words", sub(PAPER, ("See", "Look at")), "publication:old"),
    ("paper: an abstract", sub(PAPER, ("pdf: false", "pdf: false\nabstract: Short")), "publication:old"),
    ("paper: a section in front", sub(PAPER, ("# One", "# Zero\n\n# One")), "publication:old"),
    ("paper: without numbers", sub(PAPER, ("pdf: false", "pdf: false\nnumber-sections: false")), "publication:old"),
    ("paper: a PDF", sub(PAPER, ("pdf: false", "pdf: true")), "publication:old publications/old/old.pdf"),
    ("paper: a second file", {"content/papers/old/two.md": "# Two\n"}, "publication:old"),
    ("paper: its file has another name", move(PAPER, "content/papers/old/index.md"), ""),
    ("paper: goes", drop(PAPER, MAP), "publication:old person:poe publications-type:article publications-year:1990"),
    ("paper: of another publication", {"content/papers/chains/x.md": "# One\n\nText\n"}, "publication:chains publications/chains/chains.pdf person:jane person:roe publications-type:paper publications-year:2019"),
    ("paper: of no publication", {"content/papers/none/x.md": "# One\n"}, ""),
    ("paper: makes an entry", {"content/papers/new/x.md": "---\ntitle: New\nauthors: ['Poe, Paula']\ndate: 1991\npdf: false\n---\nText\n"}, f"publications publication:new person:poe people {FILES_OF_ALL} publications-type:other publications-year:1990 publications-year:1991 publications-year:2000"),
    ("paper: is linked", add(ALGEBRA, "\n[x](../papers/old/text.md#sec-one)\n"), "course:algebra"),
    ("picture: what it shows", sub(MAP, ('width="9"', 'width="8"')), ""),
    ("picture: its size", sub(MAP, ('width="30"', 'width="40"')), "publication:old"),
    ("picture: for dark pages", {"content/papers/old/map.dark.svg": FILES[MAP]}, "publication:old"),
    ("picture: one that nobody shows", {"content/papers/old/other.svg": FILES[MAP]}, ""),
    ("picture: cut off", {MAP: FILES[MAP][:60]}, "publication:old"),
    ("picture: goes", drop(MAP), "publication:old"),
    ("picture: a static one in its place", {"content/static/papers/old/map.svg": FILES[MAP].replace('"30"', '"50"')}, "publication:old"),
    ("picture: of a post", add(THREE, "\n![M](../papers/old/map.svg)\n"), "post:three"),
    ("site.yaml: quality of photos", add(SITE, "images: {quality: 50}\n"), ""),
    ("site.yaml: how wide pictures are shown", add(SITE, "images: {sizes: 10rem}\n"), ""),
    # --- static files, snapshots
    ("static: changes", sub("content/static/p.svg", ("<svg/>", "<svg />")), ""),
    ("static: a picture goes", drop("content/static/p.svg"), "page:about"),
    ("static: a picture has another name", move("content/static/p.svg", "content/static/q.svg"), "page:about"),
    ("static: a new one", {"content/static/new.pdf": "x"}, ""),
    ("static: a favicon", {"content/static/favicon.svg": "<svg/>"}, "FRAMED"),
    ("static: a preview", {"content/static/images/publications/rings.png": "x"}, RINGS),
    ("static: a preview goes", drop("content/static/images/publications/old.svg"), "publications person:poe publications-type:article publications-year:1990"),
    ("static: found by its end, moved", move("content/static/deep/papers/rings.pdf", "content/static/other/papers/rings.pdf"), RINGS),
    ("static: a PDF grows", {"content/static/deep/papers/rings.pdf": "x" * 5000}, RINGS),
    ("static: a nearer one", {"content/static/papers/rings.pdf": "x"}, RINGS),
    ("static: one with a mark in its name", {"content/static/notes#2.pdf": "x"}, "course:algebra"),
    ("static: one that a mark stands behind", {"content/static/notes": "x"}, ""),
    ("static: slides go", drop("content/static/icm.pdf"), ""),
    ("static: in place of the CV", {"content/static/cv.pdf": "x"}, ""),
    ("snapshot: stars", sub("content/snapshots/repos.yaml", ("5", "9")), "repos cv.pdf"),
    ("snapshot: a description", sub("content/snapshots/repos.yaml", ("stars: 5", "stars: 5, description: Words")), "repos"),
    ("snapshot: citations", sub("content/snapshots/scholar.yaml", ("citations: 5", "citations: 6")), "publications cv.pdf"),
    ("snapshot: citations of a paper", add("content/snapshots/scholar.yaml", "publications: {rings: 3}\n"), RINGS),
    ("snapshot: goes", drop("content/snapshots/repos.yaml"), "repos cv.pdf"),
    ("snapshot: that nothing uses", {"content/snapshots/other.yaml": "x: 1\n"}, ""),
]  # fmt: skip

#: What is broken; with it, and mended again, nothing is rendered.
BREAKS: list[tuple[str, Edit]] = [
    ("site.yaml", add(SITE, "\t: [")),
    ("site.yaml: a word", add(SITE, "titel: x\n")),
    ("site.yaml goes", drop(SITE)),
    ("bib", add(BIB, "@article{x, title = {X\n")),
    ("bib: two of a key", add(BIB, "@article{old, title = {Other}, year = 1980}\n")),
    ("macros.tex goes", drop("content/publications/macros.tex")),
    ("people", add(PEOPLE, "- {id: x, name: [\n")),
    ("students", add(STUDENTS, "- {level: PhD}\n")),
    ("repos", add(REPOS, "- x: [\n")),
    ("talks", add(TALKS, "- {date: soon, title: T}\n")),
    ("news", add(NEWS, "- {text: x}\n")),
    ("cv", {CV: "- a list\n"}),
    ("cv: no such theme", sub(CV, ("theme: classic", "theme: none"))),
    ("cv: no such font", add(CV, "font: None\n")),
    ("cv: no colour", add(CV, "accent: red\n")),
    ("cv: two variants of an id", add(CV, "- {id: short}\n")),
    ("cv theme", {"templates/cv/modern.typ": '#panic("no")\n'}),
    ("cv theme: what both use", {"templates/cv/lib.typ": "#let x = (\n"}),
    ("cv theme: a file that is not there", {"templates/cv/modern.typ": '#read("/etc/passwd")\n'}),
    ("cv theme: a package", {"templates/cv/modern.typ": '#import "@preview/cetz:0.2.0"\n'}),
    ("cv theme: in another encoding", {"templates/cv/modern.typ": "\udce4"}),
    ("home", sub(HOME, ("profiles: {", "profiles: {{"))),
    ("post", sub(ONE, ("title: One", "title: [One"))),
    ("post: address of another", sub(ONE, ("title:", "url: /posts/two/\ntitle:"))),
    ("course", sub(ALGEBRA, ("year: 1924", "year: x"))),
    ("page", sub(ABOUT, ("---\n!", "!"))),
    ("grants", add(GRANTS, "- {funder: x}\n")),
    ("template", add(f"{OWN}/talk.html", "{% if %}")),
    ("template: an unknown name", {"templates/404.html": "{{ nothing }}"}),
    ("macro", add(f"{OWN}/own.html", "{% macro x( %}")),
    ("partial goes", drop(f"{OWN}/part.html")),
    ("theme.yaml", add("themes/own/theme.yaml", "colour: red\n")),
    ("theme.yaml goes", drop("themes/own/theme.yaml")),
    ("extension", add("ext.py", "def x(:\n")),
    ("extension: raises", add("ext.py", "1 / 0\n")),
    ("extension goes", drop("ext.py")),
    ("snapshot", {"content/snapshots/repos.yaml": "repos: [\n"}),
    ("chapter: what it includes goes", drop(f"{GUIDE}/_part.md")),
    ("book", add(f"{GUIDE}/book.yaml", "x: [\n")),
    (
        "book: a path that leaves it",
        sub(f"{GUIDE}/book.yaml", ("- index.md", "- ../posts/one.md\n- index.md")),
    ),
    ("book: no such references", drop(f"{GUIDE}/refs.bib")),
    ("chapter: a label twice", add(f"{GUIDE}/two.md", "\n## Again {#sec-own}\n")),
    ("notebook", add(LAB, "}")),
    ("notebook: of another version", sub(LAB, ('"nbformat": 4', '"nbformat": 5'))),
    ("static: the address of a page", {"content/static/talks/index.html": "x"}),
]


# --- tests ---


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built."""
    root = tmp_path_factory.mktemp("edits") / "site"
    root.mkdir()
    result = Site(SiteFolder(root).write(FILES)).build()
    assert not result.report.has_errors
    assert len(result.report.problems) == 3
    return root


@dataclass(frozen=True)
class Cold:
    """What a build of everything gives: the pages and PDFs, the problems, the files."""

    ids: frozenset[str]
    problems: tuple[Problem, ...]
    files: dict[str, bytes]

    @classmethod
    def of(cls, site: Site) -> Cold:
        result = site.cold()
        return cls(frozenset(page_ids(result)), tuple(result.report.problems), contents(result))


@pytest.fixture(scope="module")
def untouched(built: Path) -> Cold:
    """The sample as it is, which is what each undone edit must come back to."""
    return Cold.of(Site(SiteFolder(built)))


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Site:
    """A copy of the built sample, in which a build would render nothing."""
    shutil.copytree(built, tmp_path / "site")
    return Site(SiteFolder(tmp_path / "site"))


def page_ids(result: Result) -> set[str]:
    """The ids of all pages, and the paths of all PDFs."""
    assert result.graph is not None
    return {*result.graph.pages, *result.artifacts}


def rendered(result: Result) -> set[str]:
    """The ids of the pages that were rendered, and the paths of the PDFs that were laid out."""
    assert result.graph is not None
    pages = {page.id for page in result.graph.pages.values() if page.path in result.made}
    return pages | {path for path in result.artifacts if path in result.made}


def expected(words: str, result: Result) -> set[str]:
    """The ids that a line of the table means."""
    assert result.graph is not None
    ids = set(result.graph.pages)
    found = set()
    for word in words.split():
        if word == "ALL":
            found |= ids
        elif word == "FRAMED":
            framed = (page for page in result.graph.pages.values() if page.template.endswith(".html"))
            found |= {page.id for page in framed if page.kind != "redirect"}
        elif word.endswith("*"):
            found |= {name for name in ids if name.startswith(word[:-1])}
        else:
            found.add(word)
    return found


def check(site: Site, result: Result, cold: Cold | None = None) -> None:
    """The output and the problems are those of a cold build."""
    cold = cold or Cold.of(site)
    assert tuple(result.report.problems) == cold.problems
    assert unlike(tree(site.out), cold.files) == []


@pytest.mark.parametrize(("edit", "pages"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_edit_renders_what_it_changes(site: Site, untouched: Cold, edit: Edit, pages: str) -> None:
    site.edit(edit)
    result = site.build()
    assert not result.report.has_errors, result.report.problems
    assert rendered(result) == expected(pages, result), result.reasons()
    check(site, result)
    site.edit({path: FILES.get(path) for path in edit})
    back = site.build()
    again = (rendered(result) & untouched.ids) | (untouched.ids - page_ids(result))
    assert rendered(back) == again, back.reasons()
    check(site, back, untouched)
    assert not rendered(site.build())


@pytest.mark.parametrize("edit", [case[1] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_what_is_broken_changes_nothing(site: Site, untouched: Cold, edit: Edit) -> None:
    before = tree(site.out)
    site.edit(edit)
    broken = site.build()
    assert broken.report.has_errors
    assert broken.report.problems == site.cold().report.problems
    assert broken.published is None
    assert tree(site.out) == before
    site.edit({path: FILES.get(path) for path in edit})
    mended = site.build()
    assert not rendered(mended), mended.reasons()
    check(site, mended, untouched)


# --- what is no edit ---


def test_touching_every_file_renders_nothing(site: Site) -> None:
    for path in FILES:
        (site.root / path).touch()
        (site.root / path).write_bytes((site.root / path).read_bytes())
    before = {path: path.stat().st_mtime_ns for path in site.out.rglob("*")}
    result = site.build()
    assert not result.done
    check(site, result)
    assert before == {path: path.stat().st_mtime_ns for path in site.out.rglob("*")}


def test_a_build_without_changes_is_told_from_names_and_times(site: Site) -> None:
    time.sleep(0.06)  # a file that is younger is not trusted
    result = site.build()
    standing = site.standing()
    assert standing is not None
    assert standing.problems == result.report.problems
    for path in (
        TALKS,
        f"{OWN}/part.html",
        "assets/custom.css",
        "ext.py",
        "site.yaml",
        "content/static/p.svg",
    ):
        (site.root / path).touch()
        assert site.standing() is None
        time.sleep(0.06)
        site.build()
        assert site.standing() is not None
    site.edit({"content/pages/new.md": "---\ntitle: New\n---\n"})
    assert site.standing() is None


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(200)])
def test_looking_for_changes_leaves_a_strange_state_as_it_is(site: Site, content: bytes) -> None:
    """It may be that of another build which has only begun to write."""
    site.build()
    file = site.root / ".acadsite/state.db"
    file.write_bytes(content)
    assert site.standing() is None
    assert file.read_bytes() == content


def test_looking_for_changes_waits_for_nobody(site: Site) -> None:
    site.build()
    writing = sqlite3.connect(site.root / ".acadsite/state.db", isolation_level=None)
    try:
        writing.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        assert site.standing() is None
        assert time.monotonic() - start < 4, "SQLite itself waits for 5 s"
    finally:
        writing.close()


def test_w8_of_500_posts_the_edited_one_and_its_lists_are_rendered(tmp_path: Path) -> None:
    root, out = tmp_path / "site", tmp_path / "site/public"
    (root / "content/posts").mkdir(parents=True)
    (root / "site.yaml").write_text("title: Many\n", encoding="utf-8")
    post = "---\ntitle: Post {0}\ndate: {1}\ntags: [{2}]\n---\n\nWords of {0}.\n"
    for number in range(500):
        path = root / f"content/posts/post-{number:03}.md"
        day = dt.date(2020, 1, 1) + dt.timedelta(number)
        path.write_text(post.format(number, day, "odd" if number % 2 else "even"), encoding="utf-8")
    build(root, out, today=TODAY)
    edited = root / "content/posts/post-498.md"
    edited.write_text(edited.read_text(encoding="utf-8").replace("Words", "Other words"), encoding="utf-8")
    # And the part of the index of the search that it is in, one of 16.
    part = "search/posts-14.json"
    assert set(build(root, out, today=TODAY).made) == {"posts/post-498/index.html", part}
    edited.write_text(edited.read_text(encoding="utf-8").replace("Post 498", "Another"), encoding="utf-8")
    # Its lists, its neighbours, and the posts that it is like, which name it.
    assert set(build(root, out, today=TODAY).made) == {
        "index.html",
        "posts/index.html",
        "posts/tags/even/index.html",
        *(f"posts/post-{number}/index.html" for number in (494, 496, 497, 498, 499)),
        part,
        "search/index.html",
    }
    build(root, tmp_path / "cold", today=TODAY, cold=True)
    assert tree(out) == tree(tmp_path / "cold")


def test_what_becomes_of_the_output_is_made_good(site: Site) -> None:
    before = tree(site.out)
    (site.out / "talks" / "index.html").unlink()
    (site.out / "posts" / "one" / "index.html").write_text("mine")
    (site.out / "p.svg").write_text("mine")
    shutil.rmtree(site.out / "people" / "roe")
    result = site.build()
    assert rendered(result) == {"talks", "post:one", "person:roe"}
    assert {line.partition(": ")[2] for line in result.reasons()} == {"lost"}
    assert tree(site.out) == before
    shutil.rmtree(site.out)
    assert rendered(site.build()) == page_ids(result)
    assert tree(site.out) == before


def test_options_render_what_they_change(site: Site) -> None:
    result = site.build(drafts=True)
    # The home page tells the day of the newest post, and a post is named by one of the same topic.
    assert rendered(result) == {"home", "post:draft", "post:three", "post:two", "posts", "tag:b", "tags"}
    assert unlike(tree(site.out), contents(site.cold(drafts=True))) == []
    site.edit({"content/posts/late.md": "---\ntitle: Late\ndate: 2026-11-22\ntags: [c]\n---\n"})
    assert rendered(site.build()) == {"home", "post:three", "post:two", "posts", "tag:b", "tags"}
    tomorrow = TODAY + dt.timedelta(days=1)
    assert rendered(site.build(today=tomorrow)) == {
        "home",
        "post:late",
        "post:three",
        "posts",
        "tag:c",
        "tags",
    }
    assert unlike(tree(site.out), contents(site.cold(today=tomorrow))) == []
    result = site.build(url="https://x.example/~jane/")
    # No link of the deck leads into the site: its PDF has the same data.
    assert rendered(result) == page_ids(result) - {"slides/intro.pdf"}


def test_another_output_folder_has_a_past_of_its_own(site: Site) -> None:
    other = site.root / "other"
    wishes = {"drafts": True, "url": "https://x.example/~jane/"}
    result = site.build(other, **wishes)
    assert rendered(result) == page_ids(result)
    assert not rendered(site.build())
    assert not rendered(site.build(other, **wishes))
    site.edit(add(THREE, "More\n"))
    assert rendered(site.build()) == {"post:three"}
    feeds = {"feed", "feed-json", "feed:posts", "feed-json:posts"}  # where the address of the site is known
    assert rendered(site.build(other, **wishes)) == {"post:three", *feeds}
    check(site, site.build())
    assert unlike(tree(other), contents(site.cold(**wishes))) == []


def test_warnings_are_told_again_where_they_stand_now(site: Site) -> None:
    """Of a text in YAML, of a body, of front matter, of a bibliography and of settings; then their lines move."""
    news = "- {date: 2022, text: 'See [this](nowhere.md)'}\n"
    bib = f"{FILES[BIB]}\n@article{{odd, title = {{Odd}}, author = {{Poe, P.}}, crossref = {{none}}, year = 1980}}\n"
    files = {NEWS: news, BIB: bib, ONE: FILES[ONE].replace("(two.md)'", "(none.md)'")}
    files |= add(SITE, "talks: {intro: '[x](gone.md)'}\n")  # type: ignore[arg-type]
    site.edit(files)
    first = site.build()
    places = {str(problem.where) for problem in first.report.problems}
    assert len(places) == 7
    assert site.build().report.problems == first.report.problems
    site.edit({path: f"# x\n\n{text}" for path, text in files.items() if path.endswith(".yaml")})
    site.edit({BIB: f"% x\n\n{bib}", ONE: files[ONE].replace("title:", "# x\n\ntitle:")})
    result = site.build()
    # These tell where a text of YAML stands.
    assert rendered(result) == {"home", "posts", "tag:a", "talks"}
    assert len(result.report.problems) == len(first.report.problems)
    assert not places & {str(problem.where) for problem in result.report.problems} - PLACES
    check(site, result)


#: Of the warnings that did not move.
PLACES = {"content/pages/about.md:4:50", "content/pages/listed.md:5:4", "content/pages/listed.md:5:14"}
