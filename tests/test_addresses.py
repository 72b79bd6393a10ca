"""Addresses in fields, numbers and marks of lists, and what a site of any size costs."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SiteFolder

    MakeSite = Callable[..., SiteFolder]


@pytest.mark.parametrize(
    ("given", "href"),
    [
        ("100%.pdf", "../100%25.pdf"),
        ("100%25.pdf", "../100%25.pdf"),
        ("c d.pdf", "../c%20d.pdf"),
        ("c%20d.pdf", "../c%20d.pdf"),
        ("a%20b.pdf", "../a%2520b.pdf"),
        ("c#.pdf", "../c%23.pdf"),
        ("c d.pdf#page=2", "../c%20d.pdf#page=2"),
        ("/talks/?year=1932#x", "../talks/?year=1932#x"),
    ],
)
def test_an_address_finds_its_file_as_written_or_encoded(site: MakeSite, given: str, href: str) -> None:
    names = ("100%.pdf", "c d.pdf", "a%20b.pdf", "c#.pdf")
    folder = site(
        {
            "content/talks.yaml": f"- {{title: T, slides: '{given}'}}\n",
            **{f"content/static/{name}": "x" for name in names},
        }
    )
    assert f'href="{href}"' in folder.build()["talks/index.html"]
    if "?" not in given:
        assert folder.codes() == []


def test_a_percent_sign_in_a_markdown_link(site: MakeSite) -> None:
    page = "---\ntitle: A\n---\n[x](../static/100%25.pdf)\n"
    folder = site({"content/pages/a.md": page, "content/static/100%.pdf": "x"})
    assert 'href="../100%25.pdf"' in folder.build()["a/index.html"]
    assert folder.codes() == []


def test_the_first_few_publications_keep_their_numbers(site: MakeSite) -> None:
    bib = "\n".join(f"@book{{k{n}, title={{T{n}}}, author={{A, B}}, year={{202{n}}}}}" for n in range(6))
    index = "---\nsections: [{section: publications, limit: 2}]\n---\n"
    pages = site({"content/index.md": index, "content/publications/a.bib": bib}).build()
    assert re.findall(r'work-number">\[(\d+)\]', pages["index.html"]) == ["6", "5"]


def test_marks_of_editors_are_explained(site: MakeSite) -> None:
    folder = site(
        {
            "site.yaml": "title: T\nauthor: Ann Owner\n",
            "content/students.yaml": "- {name: Stu Dent}\n",
            "content/publications/a.bib": "@proceedings{a, title={T}, editor={Owner, Ann and Dent, Stu}, year=2020}",
        }
    )
    page = folder.build()["publications/index.html"]
    assert "student-mark" in page
    assert '<span class="legend-mark">§</span>' in page


def test_conditions_of_a_list_may_be_lists(site: MakeSite) -> None:
    template = (
        "<!doctype html><title>x</title><h1>{{ collections.posts.where(id__in=['a', 'b'])|length }}</h1>"
    )
    folder = site({"templates/404.html": template, "content/posts/a.md": "---\ntitle: A\ndate: 2020\n---\n"})
    assert "<h1>1</h1>" in folder.build()["404.html"]
    folder.write({"templates/404.html": template.replace("id__in", "id__of")})
    assert "There is no id__of; there are id__ne, id__lt" in folder.check().stderr


def test_a_heading_does_not_take_an_id_of_the_page(site: MakeSite) -> None:
    folder = site({"content/pages/a.md": "---\ntitle: A\n---\n## Main\n\n## Site menu\n"})
    page = folder.build()["a/index.html"]
    assert 'id="main-1"' in page
    assert folder.codes() == []


def test_hidden_files_that_servers_want_are_copied(site: MakeSite) -> None:
    names = (".well-known/x", ".htaccess", ".nojekyll", ".secret")
    pages = site({f"content/static/{name}": "x" for name in names}).build()
    assert {name for name in pages if name.startswith(".")} == set(names[:3])


def test_a_field_of_an_extension_cannot_hide_what_records_have(site: MakeSite) -> None:
    extension = 'def register(r):\n    r.collection("grants", "grants.yaml", page="text")\n'
    folder = site({"site.yaml": "title: T\nextensions: [ext.py]\n", "ext.py": extension})
    assert "A field cannot be named “page”" in folder.check().stderr


def test_broken_references_do_not_cost_a_square(site: MakeSite) -> None:
    """Looking for what each of thousands of wrong references means took minutes."""
    count = 1500
    bib = "".join(f"@book{{key{n:05d}, title={{T}}, author={{A, B}}, year={{2020}}}}\n" for n in range(count))
    posts = {
        f"content/posts/p{n}.md": (
            f"---\ntitle: P\ndate: 2020-01-01\ntags: [t{n}]\npublications: [kei{n:05d}]\n---\n"
            f"[x](gone{n}.md) [[kex{n:05d}]] <a href='/gone/{n}/'>y</a>\n"
        )
        for n in range(count)
    }
    folder = site({"content/publications/a.bib": bib, **posts})
    start = time.process_time()
    result = folder.run("check", "--date", DAY)
    assert time.process_time() - start < 40
    assert result.stderr.count("[reference-unknown]") == count
    assert 50 <= result.stderr.count("Did you mean “key0") <= 3 * count
