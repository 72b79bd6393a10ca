"""Decks in a site: their pages and list, what leads to them and away, and bad ones."""

# ruff: noqa: E501 - texts of files in one line

import re

import pytest

from pages import COLOURS, Page, dead_links

DECK = """\
---
title: Chains & rings
subtitle: "*Ideals*"
author: [Jane Doe, {name: Richard Roe, url: 'https://roe.example', affiliation: Halle}]
institute: [University of Göttingen, Elsewhere]
email: jane@example.org
date: 2024-05-31
course: Algebra II
footer: Lecture 7
publications: [rings]
talks: [t]
courses: [algebra]
people: [Jane Doe]
---

## One

See [the next](#/3), [its heading](#two) and [a course](../courses/algebra.md). @rings

# Two

## Three {.smaller}

![A ring](../static/ring.svg)

. . .

- more

::: notes
Say [this](../courses/algebra.md).
:::
"""

FILES = {
    "content/slides/chains.md": DECK,
    "content/slides/old.md": "---\ntitle: Old\ndate: 1999\n---\n\n## x\n",
    "content/slides/hidden.md": "---\ntitle: Hidden\ndraft: true\n---\n\n## secret\n",
    "content/people.yaml": "- {id: jane, name: Jane Doe}\n",
    "content/publications/a.bib": "@misc{rings, title = {Rings}, author = {Doe, Jane}, year = 2020}\n",
    "content/talks.yaml": "- {id: t, title: Talk, date: 2024, abstract: A}\n",
    "content/courses/algebra.md": "---\ntitle: Algebra\n---\n[deck](../slides/chains.md#/4) [heading](../slides/chains.md#two)\n",
    "content/static/ring.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 2'/>",
}


@pytest.fixture
def built(site):
    return site(FILES).build()


def sections(html):
    """Id, classes, label and steps of the slides of a page."""
    found = re.findall(
        r'<div class="slide ([^"]*)" id="/(\d+)" role="region" aria-label="([^"]*)"(?: data-steps="(\d+)")?>',
        html,
    )
    return [(int(number), classes, label, int(steps or 0)) for classes, number, label, steps in found]


def test_a_deck_has_a_page_with_its_slides(built):
    html = built["slides/chains/index.html"]
    assert sections(html) == [
        (1, "slide-title", "Slide 1 of 5: Chains &amp; rings", 0),
        (2, "slide-slide", "Slide 2 of 5: One", 0),
        (3, "slide-section", "Slide 3 of 5: Two", 0),
        (4, "slide-slide smaller", "Slide 4 of 5: Three", 1),
        (5, "slide-slide", "Slide 5 of 5: References", 0),
    ]
    page = Page(html)
    assert "<h1>Chains &amp; rings</h1>" in html
    assert html.count("<h1") == 1
    assert '<p class="deck-subtitle"><em>Ideals</em></p>' in html
    assert ("https://roe.example", "Richard Roe") in page.links
    assert ("mailto:jane@example.org", "jane@example.org") in page.links
    assert 'Algebra II · <time datetime="2024-05-31">31 May 2024</time>' in html
    assert html.count("<span>University of Göttingen</span>") == 4
    assert html.count('<span class="slide-foot-text" aria-hidden="true">Lecture 7</span>') == 5
    assert ("#/4", "4 of 5") in page.links
    assert '<div class="step" data-fragment="1">' in html
    assert re.search(
        r'<details class="slide-notes">\n<summary>Notes</summary>\n<p>Say <a href="../../courses/algebra/">',
        html,
    )
    assert '<img src="../../ring.svg" alt="A ring"' in html
    assert page.active() == []
    assert not re.search(r"<script(?![^>]*(?: src=|ld\+json))|<style| on\w+=", html.replace(COLOURS, "", 1))


def test_the_list_has_all_decks_by_date(built):
    page = Page(built["slides/index.html"])
    assert [
        text for href, text in page.links if href.startswith(("../slides/", "./")) and href.count("/") > 2
    ] == ["Chains & rings", "Old"]
    assert "Algebra II" in page.text
    assert any(text == "Slides" for _, text in Page(built["index.html"]).links)
    assert "slides/hidden/index.html" not in built
    assert not any("secret" in text for text in built.values())


def test_links_lead_to_slides_and_back(built):
    assert dead_links(built, "/") == []
    for path in ("publications/rings", "talks/t", "courses/algebra", "people/jane"):
        links = [href for href, _ in Page(built[f"{path}/index.html"]).links]
        assert any(href.startswith("../../slides/chains/") for href in links), path
    targets = [href for href, _ in Page(built["slides/chains/index.html"]).links]
    for target in (
        "../../publications/rings/",
        "../../talks/t/",
        "../../courses/algebra/",
        "../../people/jane/",
    ):
        assert target in targets


def test_an_anchor_that_is_not_there_is_told(site):
    codes = site(
        {**FILES, "content/courses/x.md": "---\ntitle: X\n---\n[x](../slides/chains.md#/9)\n"}
    ).codes()
    assert codes == ["link-anchor"]


@pytest.mark.parametrize(
    ("front", "text", "title", "kinds"),
    [
        ("", "class: center\n\n# Remark\n\n---\n\n## x\n", "Remark", ["title", "slide"]),
        ("---\nmarp: true\ntitle: Marp\nsize: 4:3\n---\n", "# Marp!\n\n---\n\n## x\n", "Marp", ["title", "slide"]),
        ("---\ntitle: Q\nformat: revealjs\n---\n", "## a\n\n---\n\nb\n\n---\n\nc\n", "Q", ["title", "slide", "slide", "slide"]),
        ("---\nsyntax: rules\n---\n", "text\n\n## no\n\n---\n\n# B\n", "deck", ["slide", "section"]),
        ("---\ntitle: T\ntitle-slide: false\nslide-level: 1\n---\n", "# a\n\n## b\n", "T", ["slide"]),
        ("---\ntitle: Empty\n---\n", "", "Empty", []),
    ],
)  # fmt: skip
def test_the_front_matter_says_how_a_deck_is_read(site, front, text, title, kinds):
    built = site({"content/slides/deck.md": front + text}).build()
    html = built["slides/deck/index.html"]
    assert [classes.split()[0].removeprefix("slide-") for _, classes, _, _ in sections(html)] == kinds
    assert f"<title>{title} · Test</title>" in html
    assert html.count("<h1") == 1
    assert title in Page(built["slides/index.html"]).text
    assert ("ratio-4-3" in html) is ("4:3" in front)


def test_words_address_and_options_are_the_site_s(site):
    files = {
        "site.yaml": "title: T\nlabels: {'Slide {n} of {total}': 'Folie {n} von {total}', Slides: Folien}\nurls: {deck: 'd/{id}/'}\nslides: {intro: Alle.}\n",
        "content/slides/a.md": "---\ntitle: A\nlang: de\nurl: /erste/\naliases: [/alt/]\noptions: {look: plain, 'x/onclick=y': z}\nratio: 4:3\n---\n\n## x\n",
        "content/slides/b.md": "---\ntitle: B\n---\n\n## x\n",
    }
    built = site(files).build()
    html = built["erste/index.html"]
    assert 'aria-label="Folie 2 von 2: x"' in html
    assert '<article class="deck ratio-4-3" lang="de" data-look="plain" data-x-onclick-y="z">' in html
    assert "alt/index.html" in built
    assert "d/b/index.html" in built
    assert "<h1>Folien</h1>" in built["slides/index.html"]
    assert '<p class="lead">Alle.</p>' in built["slides/index.html"]


def test_a_broken_deck_leaves_the_others(site):
    files = {
        "content/slides/bad.md": "---\ntitle: Bad\n---\n\n## $\\nosuch$\n\n---\n\n<script>x</script>\n\n[a](javascript:x)\n\n$\\nosuch$\n",
        "content/slides/worse.md": "---\ntitle: Worse\ndate: today\n---\n\n## x\n",
        "content/slides/good.md": "---\ntitle: Good\n---\n\n## x\n",
    }
    report = site(files).report()
    assert [(problem["code"], problem["file"], problem["line"]) for problem in report] == [
        ("markup-math", "content/slides/bad.md", 5),
        ("markup-unsafe-link", "content/slides/bad.md", 11),
        ("markup-math", "content/slides/bad.md", 13),
        ("value-date", "content/slides/worse.md", 3),
    ]


def test_cleaned_html_holds_on_slides(site):
    text = "---\ntitle: T\n---\n\n## A <b onclick='x'>b</b>\n\n<script>bad()</script><i>i</i>\n\n::: notes\n<script>bad()</script>\n:::\n\n. . .\n\n$x$\n"
    html = site({"site.yaml": "title: T\nmarkup: {html: sanitize}\n", "content/slides/a.md": text}).build()[
        "slides/a/index.html"
    ]
    assert "bad()" not in html
    assert "onclick" not in html
    assert "<i>i</i>" in html
    assert "<math" in html
    assert Page(html).active() == []


def test_home_and_new_page_know_decks(site):
    folder = site({"content/index.md": "---\nsections: [slides]\n---\n", **FILES})
    built = folder.build()
    assert "section-slides" in built["index.html"]
    assert ("slides/chains/", "Chains & rings") in [
        (href.removeprefix("./"), text) for href, text in Page(built["index.html"]).links
    ]
    assert folder.run("new-page", "deck", "A New Deck").exit_code == 0
    text = (folder.root / "content/slides/a-new-deck.md").read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "A New Deck"\n')
    assert len(sections(folder.build()["slides/a-new-deck/index.html"])) == 3
