"""``acadsite theme``: what it writes, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acadsite.themes import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]

OWN = {"site.yaml": "title: X\ntheme: own\n", "themes/own/theme.yaml": "extends: reading-room\n"}


def found(folder: SiteFolder) -> list[tuple[str, str, int]]:
    return [
        (problem.code, problem.where.path, problem.where.line) if problem.where else (problem.code, "", 0)
        for problem in audit(folder.root)
    ]


def test_a_new_theme_changes_nothing_but_its_mark(site: MakeSite) -> None:
    folder = site({"site.yaml": "title: X\n"})
    done = folder.run("theme", "new", "my-theme")
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == ["themes/my-theme/theme.yaml", "themes/my-theme/assets/my-theme.css"]
    folder.write({"site.yaml": "title: X\ntheme: my-theme\n"})
    assert "assets/my-theme.css" in folder.build()["index.html"]
    assert folder.run("theme", "check", "--strict").stderr == "No problem.\n"
    again = folder.run("theme", "new", "my-theme")
    assert again.exit_code == 1
    assert "already" in again.stderr


@pytest.mark.parametrize(
    "name", ["My", "a b", "../x", "a_b", "", "-a", "base", "classic", "lab", "reading-room"]
)
def test_names_that_no_theme_gets(site: MakeSite, name: str) -> None:
    folder = site({"site.yaml": "title: X\n"})
    done = folder.run("theme", "new", "--", name)
    assert done.exit_code == 1
    assert not (folder.root / "themes").exists()


def test_the_theme_below_a_new_one_is_there(site: MakeSite) -> None:
    folder = site({"site.yaml": "title: X\n"})
    done = folder.run("theme", "new", "mine", "--extends", "clasic")
    assert done.exit_code == 1
    assert "“classic”" in done.stderr


@pytest.mark.parametrize("to", ["", "own"])
@pytest.mark.parametrize(
    "name", ["talk.html", "macros/works.html", "assets/base.css", "assets/search.js", "cv/lib.typ"]
)
def test_a_copy_says_of_what_it_is_one(site: MakeSite, name: str, to: str) -> None:
    folder = site(OWN)
    before = folder.build()
    done = folder.run("theme", "copy", name, *(["--to", to] if to else []))
    assert done.exit_code == 0, done.stderr
    path = done.stdout.strip()
    assert path == (f"themes/{to}/" if to else "") + (
        name if name.startswith("assets/") else f"templates/{name}"
    )
    assert folder.build() == before, "the copy is in the place of the file, and says the same"
    assert found(folder) == [("theme-copy-same", path, 1)]
    file = folder.root / path
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n", encoding="utf-8")
    assert found(folder) == []
    line, rest = text.split("\n", 1)
    mark = line.rpartition(", ")[2][:12]
    file.write_text(line.replace(mark, "0123456789ab") + f"\n{rest}\n", encoding="utf-8")
    (problem,) = audit(folder.root)
    assert (problem.code, str(problem.where)) == ("theme-copy-stale", f"{path}:1:1")
    assert mark in problem.hint
    file.write_text(f"{rest}\n", encoding="utf-8")
    assert found(folder) == [("theme-copy-unmarked", path, 1)]
    assert folder.run("theme", "copy", name, *(["--to", to] if to else [])).exit_code == 1, (
        "it is never overwritten"
    )


@pytest.mark.parametrize(
    "name", ["tlak.html", "../site.yaml", "assets/../theme.yaml", "templates/nothing.html", ""]
)
def test_what_is_no_file_of_the_theme_is_not_copied(site: MakeSite, name: str) -> None:
    done = site(OWN).run("theme", "copy", "--", name)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "[theme-file]" in done.stderr


def test_what_extends_is_no_copy(site: MakeSite) -> None:
    text = '{% extends "!talk.html" %}{% block main %}{{ super() }}{% endblock %}'
    assert found(site({**OWN, "templates/talk.html": text})) == []


def test_what_is_not_there_any_more_is_told_with_its_place(site: MakeSite) -> None:
    folder = site(
        {
            **OWN,
            "themes/own/templates/talk.html": '{% extends "!talk.html" %}\n{% block mian %}{% endblock %}\n',
            "templates/talk.html": (
                '{% extends "!talk.html" %}\n{% from "macros/lists.html" import row, rwo %}\n'
                "{% block main %}{{ super() }}{% block inner %}{% endblock %}{% endblock %}\n"
            ),
            "templates/tlak.html": "x",
            "templates/part.html": "x",
            "templates/404.html": '{% extends "!404.html" %}{% block footer %}{% include "part.html" %}{% endblock %}',
        }
    )
    assert sorted(found(folder)) == [
        ("theme-block", "themes/own/templates/talk.html", 2),
        ("theme-macro", "templates/talk.html", 2),
        ("theme-unused", "templates/tlak.html", 1),
    ]
    hints = {problem.code: problem.hint for problem in audit(folder.root)}
    assert hints["theme-block"] == "Did you mean “main”?"
    assert hints["theme-macro"] == "Did you mean “row”?"
    assert hints["theme-unused"] == "Did you mean “talk.html”?"
    done = folder.run("theme", "audit")
    assert done.exit_code == 1, "a macro that is not there is an error"


def test_extensions_may_ask_for_any_template(site: MakeSite) -> None:
    files = {"ext.py": "def register(r): pass\n", "templates/mine.html": "x"}
    folder = site({**OWN, **files, "site.yaml": "title: X\ntheme: own\nextensions: [ext.py]\n"})
    assert found(folder) == []


TALK = '{% extends "!talk.html" %}\n{% block main %}<h4>{{ nothing }}</h4>{% endblock %}\n'
SHEET = "/* x */\n:root { --mark: #aaa; --mine: 1px }\np { margin: var(--min) var(--mine) var(--a, 0) }\n"


def test_a_theme_is_tried_on_pages_of_every_kind(site: MakeSite) -> None:
    own = {"themes/own/assets/own.css": SHEET, "themes/own/templates/talk.html": TALK}
    folder = site({**OWN, **own})
    done = folder.run("theme", "check")
    assert done.exit_code == 1
    assert "themes/own/templates/talk.html:2:" in done.stderr
    assert "“nothing” is not defined" in done.stderr
    assert "themes/own/assets/own.css:3:17: warning: No sheet sets --min." in done.stderr
    folder.write(
        {
            "themes/own/templates/talk.html": '{% extends "!talk.html" %}\n{% block main %}<h4>x</h4>{% endblock %}\n'
        }
    )
    told = folder.run("theme", "check").stderr
    assert "[colour-contrast]" in told
    assert "On the sample site: The page “talks/invited/index.html” has no main headings" in told
    assert not (folder.root / "public").exists(), "nothing is written"


@pytest.mark.parametrize("theme", ["base", "classic", "lab", "reading-room"])
def test_our_own_themes_pass(site: MakeSite, theme: str) -> None:
    done = site({"site.yaml": "title: X\n"}).run("theme", "check", theme, "--strict")
    assert done.stderr == "No problem.\n"
    assert done.exit_code == 0


def test_the_page_with_everything_is_a_draft(site: MakeSite) -> None:
    folder = site({"site.yaml": "title: X\n"})
    assert folder.run("theme", "sample").stdout == "content/pages/kitchen-sink.md\n"
    assert "kitchen-sink/index.html" not in folder.build()
    assert folder.run("theme", "sample").exit_code == 1


def test_templates_that_extend_each_other_in_a_circle_are_told(site: MakeSite) -> None:
    folder = site(
        {
            **OWN,
            "themes/own/templates/base.html": '{% extends "base.html" %}\n{% block main %}{% endblock %}\n',
            "templates/talk.html": '{% extends "talks.html" %}\n',
            "templates/talks.html": '{% extends "talk.html" %}\n',
        }
    )
    assert {code for code, _, _ in found(folder)} == {"theme-copy-unmarked"}
    done = folder.run("build")
    assert done.exit_code == 1
    assert (
        "themes/own/templates/base.html:1:1: error: The templates include or call each other" in done.stderr
    )
