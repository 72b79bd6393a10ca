"""The guide for authors of themes does what it says, and its reference has all that there is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import theme_reference as reference
from acadsite.build import render
from acadsite.dates import day
from acadsite.kinds.page import PageView

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs/themes.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs/theme-reference.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```\w*((?: \w+=\S+)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What is written by hand: the rest is made from the code, and compared by test_docs.py.
BY_HAND = re.sub(r"<!-- made: .*?<!-- end -->", "", REFERENCE, flags=re.DOTALL)


def examples(name: str = "") -> dict[str, str]:
    """The files of an example of the guide: of the tutorial, or of the site with that name."""
    found = {}
    for attributes, text in FENCE.findall(GUIDE):
        given = dict(pair.split("=") for pair in attributes.split())
        if "file" in given and given.get("site", "") == name:
            found[given["file"]] = text
    return found


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables below a heading, of those that are written by hand."""
    part = re.split(rf"^#+ {heading}\n", BY_HAND, flags=re.MULTILINE)[1]
    part = re.split(r"^#", part, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.strip("|").split(" | ") for line in part.split("\n") if line.startswith("| `")]
    assert lines
    return lines


def told(heading: str) -> list[str]:
    """What is in code in the first cells of the tables below a heading."""
    return [name for cells in rows(heading) for name in re.findall(r"`([^`]+)`", cells[0])]


# --- the guide ---


def test_the_tutorial_can_be_followed(site: MakeSite) -> None:
    files = examples()
    assert len(files) >= 9
    folder = site({"site.yaml": "title: Jane Doe\n"})
    done = folder.run("theme", "new", "my-theme")
    begun = {path: (folder.root / path).read_text(encoding="utf-8") for path in done.stdout.split()}
    assert set(begun) <= set(files)
    assert begun["themes/my-theme/theme.yaml"] == files["themes/my-theme/theme.yaml"]
    pages = folder.write(files).build()
    home, talks, about = pages["index.html"], pages["talks/index.html"], pages["about/index.html"]
    assert '<p class="office">Office: Room 3.14, Tuesdays from 2 pm</p>' in home
    assert "my-theme.css" in home
    assert "<p>Set in Charter.</p>" in home
    assert re.findall(r'<li class="row" id="([\w-]+)">', talks) == [
        "2026-rings-without-units-algebra-day",
        "2025-chains-seminar",
    ]
    assert "pages/initials.css" in about
    assert "pages/initials.css" not in talks
    assert folder.run("theme", "sample").exit_code == 0
    assert "kitchen-sink/index.html" in folder.build("--drafts")
    for command in ("check", "audit"):
        assert folder.run("theme", command, "--strict").stderr == "No problem.\n"


def test_readers_are_told_the_name_of_each_file() -> None:
    """The words behind a fence are not shown."""
    words = ""
    for piece in re.split(r"^(```.*?^```)$", GUIDE, flags=re.MULTILINE | re.DOTALL):
        if not piece.startswith("```"):
            words = piece if piece.strip() else words
        for name in re.findall(r"\A```.* file=(\S+)", piece):
            assert f"`{name}`" in words, name


def test_the_commands_of_the_guide_work(site: MakeSite) -> None:
    commands = [line.split()[1:] for line in GUIDE.split("\n") if line.startswith("acadsite theme ")]
    assert {words[1] for words in commands} == {"new", "copy", "sample", "check", "audit"}
    folder = site({"site.yaml": "title: X\n"})
    for words in commands:
        if words[1] != "check":  # which the tutorial runs
            assert folder.run(*words).exit_code == 0, words


def test_the_site_of_a_group_is_as_the_guide_says(site: MakeSite) -> None:
    folder = site(examples("lab"))
    pages = folder.build()
    assert not folder.codes()
    home, people = pages["index.html"], pages["people/index.html"]
    headings = re.findall(r'class="grid-heading">(.*?)<', home)
    assert headings == ["Principal investigator", "Doctoral students"]
    assert headings == re.findall(r'class="grid-heading">(.*?)<', people)
    places = [home.index(f'class="{name}') for name in ("handbooks", "prose about", "section section-news")]
    assert places == sorted(places)
    assert "grid projects" in home


# --- the reference ---


def test_everything_says_what_it_is() -> None:
    mute = [one.name for one in reference.templates() if not one.doc]
    mute += [
        f"{one.name}: {macro.name}" for one in reference.templates() for macro in one.macros if not macro.doc
    ]
    for name, function in (reference.functions() | reference.filters()).items():
        if not reference.plain(function).__doc__:
            mute.append(name)
    mute += [view.__name__ for view in reference.views() if not view.__doc__]
    for ending in (".css", ".js"):
        mute += [name for (_, name), text in reference.assets(ending).items() if not reference.opening(text)]
    assert not mute, "a comment or docstring is missing"


def test_all_parts_of_the_reference_are_shown() -> None:
    made = reference.made()
    assert len(made) >= 12
    for name, text in made.items():
        assert text.count("\n") > 4, name
        assert f"<!-- made: {name} -->" in REFERENCE


def test_all_themes_are_told() -> None:
    there = sorted(path.parent.name for path in (ROOT / "themes").glob("*/theme.yaml"))
    assert sorted(reference.THEMES) == there
    for theme in there:
        assert f"| `{theme}` |" in GUIDE


def test_all_files_of_themes_are_told() -> None:
    known = ("templates", "assets")
    for path in sorted((ROOT / "themes").rglob("*")):
        theme, kind, *inner = path.relative_to(ROOT / "themes").parts + ("",) * 2
        name = "/".join(filter(None, inner))
        if path.is_file() and kind in known:
            assert f"`{name}`" in REFERENCE, f"{theme}: {name}"


def test_all_blocks_are_told() -> None:
    blocks = {block for one in reference.templates() for block in one.blocks}
    assert len(blocks) > 12
    assert sorted(told("Blocks")) == sorted(blocks), "the table of docs/theme-reference.md is written by hand"
    for block, where, _ in rows("Blocks"):
        (first,) = [one for one in reference.templates() if one.theme == "base" and one.name == where]
        assert block.strip(" `") in first.blocks


def test_all_custom_properties_are_told() -> None:
    assert len(reference.properties()) > 30
    assert sorted(told("Custom properties")) == sorted(reference.properties()), "the table is written by hand"


def test_all_layers_are_told_in_their_order() -> None:
    used = {layer for text in reference.assets(".css").values() for layer in reference.layers_of(text)}
    assert used == set(reference.layers())
    assert told("Layers") == reference.layers()
    free = [name for (_, name), text in reference.assets(".css").items() if not reference.layers_of(text)]
    assert free == ["pages/deck.css"], "what is in no layer wins over themes"


def test_all_that_a_page_has_is_told() -> None:
    assert sorted(told("page")) == sorted(f"page.{name}" for name in PageView._fields)


def test_pages_are_what_the_reference_says_of_them(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "themes/base/sample", tmp_path / "site")
    graph: Any = render(tmp_path / "site", today=day("2026-11-21")).graph
    met = set()
    for page in graph.pages.values():
        assert page.kind in reference.kinds()[page.template], page.id
        wanted = (page.subject or (None,))[0]
        assert reference.SUBJECTS.get(page.kind) == ("home" if page.kind == "home" else wanted), page.id
        met.add(page.kind)
    assert len(met) > 25


@pytest.mark.parametrize(
    "name", ["Group", "Authors", "Cv", "Row", "Part", "Version", "Body", "TocEntry", "Offer"]
)
def test_views_inside_of_views_are_found(name: str) -> None:
    assert name in {view.__name__ for view in reference.views()}


def test_comments_belong_to_what_follows_them() -> None:
    text = (
        '{# Whole. #}\n{% from "a" import b %}\n{# One.\n   Two. #}\n{% macro m(a, b=1, c="x", d=none) %}{# no #}'
        "{{ a }}{% endmacro %}\n{% macro n() %}{{ caller() }}{% endmacro %}\n"
        "{# Lost. #}\nText\n{% macro o() %}{% endmacro %}"
    )
    assert reference.comments(text) == ("Whole.", {"m": "One. Two.", "n": "", "o": ""})
    assert reference.comments("Text\n{# Late. #}")[0] == ""
    tree = reference.ENVIRONMENT.parse(text)
    calls = [reference.call_of(node) for node in tree.find_all(reference.nodes.Macro)]
    assert calls == ['m(a, b=1, c="x", d=none)', "{% call n() %}", "o()"]
