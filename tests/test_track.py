"""What pages read and what they note: addresses that are right on every page, and keys that no change escapes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from acadsite import build, track
from acadsite.library import Library
from acadsite.records import Record, freeze
from conftest import DAY, SiteFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeSite = Callable[..., SiteFolder]

PAGE = "---\ntitle: {}\nurl: {}\n---\nText\n"


def test_addresses_in_templates_are_those_of_each_page(site: MakeSite) -> None:
    """Jinja applies filters to constants while it compiles, and runs a file of macros once for all pages."""
    folder = site(
        {
            "templates/page.html": (
                '{% extends "!page.html" %}{% from "own.html" import home, show %}{% block main %}<h1>x</h1>'
                '<a href="{{ "cv.pdf"|address }}">a</a>{{ "[b](/cv.pdf)"|md }}<a href="{{ home }}">c</a>'
                "{{ show() }}{% endblock %}"
            ),
            "templates/own.html": (
                '{% set home = link("home") %}{% macro show() %}<a href="{{ home }}#d">d</a>{% endmacro %}'
            ),
            "content/static/cv.pdf": "x",
            "content/pages/a.md": PAGE.format("A", "/a/"),
            "content/pages/b.md": PAGE.format("B", "/x/y/b/"),
        }
    )
    pages = folder.build()
    for path, prefix in (("a/index.html", "../"), ("x/y/b/index.html", "../../../")):
        for expected in (f"{prefix}cv.pdf", prefix, f"{prefix}#d"):
            assert f'href="{expected}"' in pages[path]
        assert pages[path].count(f'href="{prefix}cv.pdf"') == 2


# --- every read notes a key -------------------------------------------------------------------------------------
#
# Two builds of a site are compared, before and after one edit. A page whose text changed must have noted, in the
# build before, a key whose answer the edit changed: else a later build would keep the old page.

FILES = {
    "site.yaml": "title: Site\nauthor: jane\nurl: https://x.example/\npublications: {names: full}\n",
    "content/index.md": (
        "---\nprofiles: {github: jane}\nsections: [about, news, selected, repos, 'cv:jobs', posts, publications]\n"
        "---\nSee [a post](posts/one.md), [a talk](talks/icm.md), [[rings]], @rings, [gone](posts/gone.md), @ring.\n"
    ),
    "content/people.yaml": "- {id: jane, name: Jane Doe, role: '[Prof](pages/about.md)'}\n- {id: roe, name: Roe Roe}\n",
    "content/students.yaml": "- {name: Grete Hermann, level: PhD, end: 1925, thesis: {publication: rings}}\n",
    "content/publications/a.bib": (
        "@article{rings, title={Rings}, author={Doe, Jane and Hermann, Grete}, journal={J}, year={2021},\n"
        " selected={true}, pdf={papers/rings.pdf}, slides={papers/rings.pdf}, abstract={Short.}}\n"
        "@article{old, title={Old}, author={Roe, R.}, journal={J}, year={1990}}\n"
    ),
    "content/repos.yaml": "- {url: 'https://github.com/doe/rings', publications: [rings]}\n",
    "content/snapshots/repos.yaml": "date: 2024-01-01\nrepos: {doe/rings: {stars: 5}}\n",
    "content/snapshots/scholar.yaml": "date: 2024-01-01\ncitations: 5\n",
    "content/talks.yaml": "- {id: t, title: T, event: '[E](pages/about.md)', date: 2020, publications: [rings]}\n",
    "content/talks/icm.md": "---\ntitle: ICM\ndate: 1932\nslides: icm.pdf\n---\nText\n",
    "content/news.yaml": "- {date: 2020, text: 'Read [this](pages/about.md)'}\n",
    "content/cv.yaml": "sections: [{id: jobs, title: Jobs, entries: [{title: Job, note: '[x](pages/about.md)'}]}]\n",
    "content/posts/one.md": "---\ntitle: One\ndate: 2020-01-01\ntags: [a]\nsummary: '[x](two.md)'\n---\n[2](two.md)\n",
    "content/posts/two.md": "---\ntitle: Two\ndate: 2021-01-01\ntags: [a, b]\n---\n## Part\n",
    "content/pages/about.md": "---\ntitle: About\n---\n![p](../static/p.svg) [c](../courses/c.md)\n",
    "content/pages/listed.md": "---\ntitle: Listed\nmenu: true\n---\n",
    "content/courses/c.md": "---\ntitle: Course\nyear: 1924\npeople: [roe]\nstudents: [Grete Hermann]\n---\nText\n",
    "content/static/p.svg": "<svg/>",
    "content/static/icm.pdf": "x",
    "content/static/deep/papers/rings.pdf": "x",
}
EDITS: dict[str, dict[str, str | None]] = {
    "title of the site": {"site.yaml": FILES["site.yaml"].replace("Site", "Other")},
    "address of the site": {"site.yaml": FILES["site.yaml"].replace("x.example", "x.example/~jane")},
    "language": {"site.yaml": FILES["site.yaml"] + "language: de\n"},
    "description": {"site.yaml": FILES["site.yaml"] + "description: Words\n"},
    "another owner": {"site.yaml": FILES["site.yaml"].replace("jane", "roe")},
    "names": {"site.yaml": FILES["site.yaml"].replace("full", "initials")},
    "labels": {"site.yaml": FILES["site.yaml"] + "labels: {Publications: Works, Talks: Lectures}\n"},
    "accent": {"site.yaml": FILES["site.yaml"] + "accent: '#123456'\n"},
    "footer": {"site.yaml": FILES["site.yaml"] + "footer: '[a](content/pages/about.md)'\n"},
    "menu": {"site.yaml": FILES["site.yaml"] + "menu: [talks]\n"},
    "urls": {
        "site.yaml": FILES["site.yaml"]
        + "urls: {post: 'writing/{id}/', talk: 'given/{id}/', page: 'p/{id}/'}\n"
    },
    "no pages of publications": {"site.yaml": FILES["site.yaml"].replace("full}", "full, pages: false}")},
    "cleaned HTML": {"site.yaml": FILES["site.yaml"] + "markup: {html: sanitize}\n"},
    "theme": {"site.yaml": FILES["site.yaml"] + "theme: classic\n"},
    "a template appears": {"templates/talk.html": "<!doctype html><title>x</title><h1>x</h1>"},
    "a template of macros": {"templates/macros/works.html": "{% extends '!macros/works.html' %}"},
    "a style sheet appears": {"assets/custom.css": "p { color: red }"},
    "a favicon appears": {"content/static/favicon.svg": "<svg/>"},
    "a preview appears": {"content/static/images/publications/rings.png": "x"},
    "a nearer file appears": {"content/static/papers/rings.pdf": "x"},
    "a file by its end is moved": {
        "content/static/deep/papers/rings.pdf": None,
        "content/static/other/papers/rings.pdf": "x",
    },
    "a picture goes": {"content/static/p.svg": None},
    "the post that was missing": {"content/posts/gone.md": "---\ntitle: G\ndate: 2019-01-01\n---\n"},
    "the key that was missing": {"content/publications/b.bib": "@book{ring, title={Ring}, year={1980}}\n"},
    "a post in between": {"content/posts/mid.md": "---\ntitle: M\ndate: 2020-06-01\ntags: [B]\n---\n"},
    "a post goes": {"content/posts/two.md": None},
    "a post has another address": {
        "content/posts/two.md": FILES["content/posts/two.md"].replace("title", "url: /two/\ntitle")
    },
    "a post has other topics": {
        "content/posts/two.md": FILES["content/posts/two.md"].replace("[a, b]", "[b]")
    },
    "a post has another title": {
        "content/posts/two.md": FILES["content/posts/two.md"].replace("Two", "Zwei")
    },
    "a post has another text": {"content/posts/two.md": FILES["content/posts/two.md"] + "More.\n"},
    "a page moves": {
        "content/pages/about.md": FILES["content/pages/about.md"].replace("title", "url: /u/\ntitle")
    },
    "a page goes": {"content/pages/about.md": None},
    "a page leaves the menu": {"content/pages/listed.md": "---\ntitle: Listed\n---\n"},
    "a title of a publication": {
        "content/publications/a.bib": FILES["content/publications/a.bib"].replace("{Rings}", "{Fields}")
    },
    "a publication goes": {
        "content/publications/a.bib": FILES["content/publications/a.bib"].split("@article{old")[0]
    },
    "another co-author": {
        "content/publications/a.bib": FILES["content/publications/a.bib"].replace("Roe, R.", "Poe, P.")
    },
    "nobody is selected": {
        "content/publications/a.bib": FILES["content/publications/a.bib"].replace("true", "false")
    },
    "a co-author has an address": {
        "content/people.yaml": FILES["content/people.yaml"].replace(
            "Roe Roe", "Roe Roe, url: 'https://roe.example'"
        )
    },
    "a role": {"content/people.yaml": FILES["content/people.yaml"].replace("Prof", "Dr")},
    "a person goes": {"content/people.yaml": FILES["content/people.yaml"].split("- {id: roe")[0]},
    "stars": {"content/snapshots/repos.yaml": FILES["content/snapshots/repos.yaml"].replace("5", "9")},
    "no stars": {"content/snapshots/repos.yaml": None},
    "citations": {
        "content/snapshots/scholar.yaml": FILES["content/snapshots/scholar.yaml"].replace("5", "9")
    },
    "no citations": {"content/snapshots/scholar.yaml": None},
    "a talk of another work": {"content/talks.yaml": FILES["content/talks.yaml"].replace("rings", "old")},
    "no talks": {"content/talks.yaml": None, "content/talks/icm.md": None},
    "no students": {"content/students.yaml": None},
    "no CV": {"content/cv.yaml": None},
    "a job": {"content/cv.yaml": FILES["content/cv.yaml"].replace("Job,", "Post,")},
    "news": {"content/news.yaml": FILES["content/news.yaml"] + "- {date: 2022, text: New}\n"},
    "no news": {"content/news.yaml": None},
    "a course": {"content/courses/c.md": FILES["content/courses/c.md"].replace("roe", "jane")},
    "sections of the home page": {"content/index.md": FILES["content/index.md"].replace("news, ", "")},
    "an account": {"content/index.md": FILES["content/index.md"].replace("github", "gitlab")},
}


class Build:
    """One build in memory, with the keys of each page by its output path."""

    def __init__(self, root: Path) -> None:
        self.result = build.render(root, today=dt.date.fromisoformat(DAY))
        assert not self.result.report.has_errors, self.result.report.problems
        answers = self.result.answers
        assert answers is not None
        self.answers = answers
        graph = self.result.graph
        assert graph is not None
        paths = {f"page {page.id}": page.path for page in graph.pages.values()}
        self.keys = {paths[done.task]: done.read() for done in self.result.done if done.task in paths}
        self.pages = {path: self.result.outputs[path].data for path in self.keys}

    def mark(self, key: tuple[Any, ...]) -> Any:
        """The answer to a key in this build, as a mark."""
        if key[0] == "fields":
            marks = self.answers.fields((key[1], key[2]))
            return [marks.get(name) for name in key[3]]
        return self.answers.mark(key)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The build before any edit."""
    folder = SiteFolder(tmp_path_factory.mktemp("before")).write(FILES)
    return Build(folder.root)


@pytest.mark.parametrize("edit", EDITS)
def test_no_change_escapes_the_keys_of_a_page(site: MakeSite, before: Build, edit: str) -> None:
    folder = site(FILES)
    for path, text in EDITS[edit].items():
        if text is None:
            (folder.root / path).unlink()
        else:
            folder.write({path: text})
    after = Build(folder.root)
    changed = {path for path, data in before.pages.items() if after.pages.get(path, data) != data}
    assert (
        changed
        or before.pages.keys() ^ after.pages.keys()
        or edit in {"cleaned HTML", "a template of macros"}
    )
    for path in changed:
        assert any(before.mark(key) != after.mark(key) for key in before.keys[path]), path


def test_views_answer_for_every_field_and_note_it() -> None:
    """Fields of the first record of a collection are properties; what others have besides is found as well."""
    first = Record("books", "a", freeze({"id": "a", "title": "A", "_note": "x", "page": "p", "odd name": 1}))
    second = Record(
        "books", "b", freeze({"id": "b", "year": 1, "extra": {"shelf": "s", "title": "of extra"}})
    )
    site = track.Site(Library({"books": {"a": first, "b": second}}), {("books", "a"): "books/a/"}, {})
    with track.tracking("x/") as tracker:
        views = [track.view_of(site, "books", key) for key in "ab"]
        assert (views[0].title, views[0].id, views[0].page) == ("A", "a", "../books/a/")
        assert getattr(views[0], "odd name") == 1
        assert (views[1].year, views[1].shelf, views[1].title) == (1, "s", "of extra")
        for view, name in ((views[0], "year"), (views[0], "_note"), (views[1], "nothing")):
            with pytest.raises(AttributeError):
                getattr(view, name)
        assert views[0] == track.view_of(site, "books", "a") != views[1]
        assert isinstance(views[0], track.RecordView)
    asked = {("title", "a"), ("odd name", "a"), ("year", "a"), ("year", "b"), ("shelf", "b"), ("title", "b")}
    fields = {("field", "books", key, name) for name, key in asked | {("nothing", "b")}}
    assert tracker.all_keys() == fields | {("url", "books", "a")}


def test_what_templates_show_of_views_is_the_same_in_every_process(site: MakeSite) -> None:
    shown = "{{ site }} {{ collections }} {{ collections.pages }} {{ record }} {{ [record] }}"
    folder = site({"templates/page.html": shown, "content/pages/a.md": PAGE.format("A", "/a/")})
    names = ("<site.yaml>", "<collections>", "<pages>", "<pages: a>", "[<pages: a>]")
    expected = " ".join(name.replace("<", "&lt;").replace(">", "&gt;") for name in names)
    assert folder.build()["a/index.html"] == expected


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("{{ link }}", "TypeError: A function cannot be shown."),
        ("{{ record.related }}", "TypeError: A function cannot be shown."),
        ("{{ [1, 2]|random }}", "There is no filter “random”."),
        ("{{ lipsum() }}", "“lipsum” is not defined."),
    ],
)
def test_what_would_differ_from_build_to_build_is_refused(site: MakeSite, code: str, message: str) -> None:
    folder = site({"templates/page.html": code, "content/pages/a.md": PAGE.format("A", "/a/")})
    (problem,) = folder.report()
    assert problem["code"] == "template-error"
    assert problem["message"].startswith(message)
