"""What pages read and what they note: addresses that are right on every page, and keys that no change escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

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
