"""Decks: where slides begin in each syntax, what is on them, their steps and notes, and any text at all."""

import json
import time
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acadsite.markup import Body, deck, deck_html, tree
from acadsite.markup.deck import Settings
from acadsite.markup.deck_cut import MOST_INHERITED, SYNTAXES, detect, opaque
from acadsite.markup.outline import outline_of
from acadsite.markup.passes import Citing, Entry, prepare

REMARK = """\
class: center, middle, inverse
name: start

# Chains that break off
## An introduction

---
layout: true
.footer[Göttingen]

---
# Ideals
Text before
--

- one
--

- two
--

- three, .red[important] and `.code[x]`

???
Say *slowly*.

- and clearly

---
class: middle

```python
x = 1
---
--
???
```
text under
---
layout: false

.left-column[
  ### Left
]
.right-column[
- right `a`
]

.footnote[See [the paper](https://x.example/a).]

---
template: start
---
exclude: true
# Gone
"""

MARP = """\
<!-- paginate: true -->
<!-- _class: lead invert -->

# Symmetry

Emmy Noether

---

![bg right:40%](a.svg)

## A picture

* one
* two

1) first
2) second

- always there

<!-- Speak of
     the *ICM* here. -->

---

<!--
class: small
_footer: none
-->

![w:300px Ring](ring.svg) text `<!-- code -->`

---

## Last
"""

QUARTO = """\
## Columns {.smaller}

::: {.columns}
::: {.column width="40%"}
left

---

## no slide
:::
::: {.column width="60%"}
right
:::
:::

. . .

After the pause

::: {.incremental}
- a
- b
  - c
:::

::: notes
Speaker *notes*.
:::

---

![](x.svg)

A setext slide
--------------

[it]{.fragment} see [link][l] and note[^n].

[l]: https://x.example
[^n]: The note.

# Part

## Other

[again][l] and[^n]
"""

REVEAL = """\
## One

Note: Say **this**.
And that.

---

## Two

----

### Three
"""


def slides(text, title="", **more):
    """The slides of a deck as (kind, title), with the deck."""
    found = deck.read(text, "d.md", Settings(title, **more))
    return found, [(slide.kind, slide.title) for slide in found.slides]


def body(text, title="", **more):
    return deck_html.render(deck.read(text, "d.md", Settings(title, **more)))


# --- the reference ---------------------------------------------------------------------------------------------


def test_the_reference_slides_are_as_expected(shared_data):
    text = (shared_data / "slides" / "policy-gradients.md").read_text(encoding="utf-8")
    expected = json.loads((shared_data / "slides" / "expected-slides.json").read_text(encoding="utf-8"))
    _, front, rest = text.split("---\n", 2)
    found = deck.read(rest, "d.md", Settings("Advanced Policy Gradients"), first_line=front.count("\n") + 3)
    made = []
    for number, slide in enumerate(found.slides, 1):
        entry = {"n": number, "title": slide.title, "kind": slide.kind}
        if slide.kind != "title":
            formulas = [formula.get(tree.DISPLAY) for formula in slide.element.iter(tree.MATH)]
            entry["display_math"] = formulas.count("block")
            entry["inline_math"] = formulas.count("inline")
            entry["images"] = len(list(slide.element.iter(tree.IMAGE)))
        made.append(entry)
    assert len(made) == 34
    assert made == expected
    shown = deck_html.render(found)
    assert shown.problems == ()
    assert sum(slide.html.count("<math") for slide in shown.slides) == 133
    assert sum(slide.html.count("</math>") for slide in shown.slides) == 133
    lines = text.split("\n")
    for slide in found.slides[1:]:
        assert lines[slide.line - 1].lstrip("# ") == slide.title


# --- where slides begin ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\n## B\n\nx\n\n## C\n", [("section", "A"), ("slide", "B"), ("slide", "C")]),
        ("# A\n\nx\n\n# B\n", [("slide", "A"), ("slide", "B")]),
        ("### A\n\n### B\n", [("slide", "A"), ("slide", "B")]),
        ("before\n\n## A\n", [("slide", ""), ("slide", "A")]),
        ("A\n===\n\nB\n---\n\nx\n", [("section", "A"), ("slide", "B")]),
        ("two\nlines\n-----\n\n## B\n", [("slide", "two lines"), ("slide", "B")]),
        ("## A\n\n---\n\n## B\n\n---\n\ny\n\n## C\n## D\n## E\n", [("slide", word) for word in ["A", "B", "", *"CDE"]]),
        ("- a\n---\n\n## B\n## C\n", [("slide", ""), ("slide", "B"), ("slide", "C")]),
        ("## A\n\n```\n## no\n---\n```\n\n## B\n", [("slide", "A"), ("slide", "B")]),
        ("## A\n\n```\n## yes: never closed\n", [("slide", "A"), ("slide", "yes: never closed")]),
        ("## A\n\n$$\na\n---\n## b\n$$\n\n## B\n", [("slide", "A"), ("slide", "B")]),
        ("## A\n\n\\begin{align}\n---\n\\end{align}\n## B\n", [("slide", "A"), ("slide", "B")]),
        ("## A\n\n<!--\n## no\n\n## no\n-->\n## B\n", [("slide", "A"), ("slide", "B")]),
        ("## A\n\n::: {.x}\n## no\n:::\n\n## B\n", [("slide", "A"), ("slide", "B")]),
        ("## A\n\n::: {.x}\n## never closed\n", [("slide", "A"), ("slide", "never closed")]),
        ("    ## code\n\n## A\n", [("slide", ""), ("slide", "A")]),
        ("", []),
        ("\n\n", []),
    ],
)  # fmt: skip
def test_headings_begin_slides(text, expected):
    assert slides(text)[1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\n---\n\nx\n\n---\n\n# B\n", [("title", "A"), ("slide", ""), ("section", "B")]),
        ("## A\n\n---\n\n## B\n\n### b\n---\nx\n", [("slide", "A"), ("slide", "B"), ("slide", "")]),
        ("# A\n\n***\n\n# B\n\nx\n", [("title", "A"), ("slide", "B")]),
        ("---\n\n# A\n\n---\n\n# B\n\n---\n", [("title", "A"), ("section", "B")]),
    ],
)
def test_rules_divide_slides(text, expected):
    found, made = slides(text)
    assert found.syntax == "rules"
    assert made == expected


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        (REMARK, "remark"),
        (MARP, "marp"),
        (QUARTO, "headings"),
        (REVEAL, "reveal"),
        ("# A\n\n---\n\n# B\n", "rules"),
        ("# A\ntext\n---\n# B\n\n???\nx\n", "remark"),
        ("## A\n\n## B\n\n## C\n\n---\n\nx\n", "headings"),
        ("## A\n\nname: Emmy\n\n---\n\n## B\n", "rules"),
        ("text alone\n", "headings"),
    ],
)
def test_the_syntax_is_found_out(text, syntax):
    assert detect(text.split("\n")) == syntax


def test_the_syntax_can_be_given():
    text = "# A\n\n## a\n\n---\n\n# B\n"
    assert len(slides(text, syntax="rules")[1]) == 2
    assert [title for _, title in slides(text, syntax="headings")[1]] == ["A", "a", "B"]
    assert [title for _, title in slides(text, syntax="headings", level=1)[1]] == ["A", "B"]
    assert slides("# A\n## B\n### C\n", level=3)[1] == [("section", "A"), ("section", "B"), ("slide", "C")]


def test_a_title_slide_is_made_of_the_front_matter():
    found, made = slides("## A\n", "Talk")
    assert made == [("title", "Talk"), ("slide", "A")]
    assert found.slides[0].is_made
    assert slides("# Talk\n\n## A\n", "Talk")[1] == [("title", "Talk"), ("slide", "A")]
    assert slides("## A\n", "Talk", title_slide=False)[1] == [("slide", "A")]
    assert slides(MARP, "Talk")[1][0] == ("title", "Symmetry")
    assert slides(MARP, "Talk", title_slide=True)[1][:2] == [("title", "Talk"), ("slide", "Symmetry")]
    assert slides("# A\n\n---\n\nx\n\n---\n\ny\n", "Talk")[1][:2] == [("title", "Talk"), ("section", "A")]


# --- remark, Marp, Quarto, reveal.js ---------------------------------------------------------------------------


def test_a_deck_for_remark():
    found, made = slides(REMARK)
    assert made == [
        ("title", "Chains that break off"),
        ("slide", "Ideals"),
        ("slide", ""),
        ("slide", ""),
        ("slide", "Chains that break off"),
    ]
    shown = deck_html.render(found).slides
    assert found.slides[0].classes == ("center", "middle", "inverse")
    assert found.slides[2].classes == ("middle",)
    assert shown[0].heading.startswith("<h1")
    ideals = shown[1]
    assert ideals.steps == 3
    assert '<p><span class="footer">Göttingen</span></p>' in ideals.html
    assert "<p>Text before</p>" in ideals.html  # no heading, though -- stands under it
    assert (
        '<div class="step" data-fragment="1">\n<ul>\n<li>one</li>\n<li data-fragment="2">two</li>'
        in ideals.html
    )
    assert 'three, <span class="red">important</span> and <code>.code[x]</code>' in ideals.html
    assert ideals.notes == "<p>Say <em>slowly</em>.</p>\n<ul>\n<li>and clearly</li>\n</ul>\n"
    code = "".join(element.text for element in found.slides[2].element.iter(tree.CODE_BLOCK))
    assert code == "x = 1\n---\n--\n???\n"
    assert "<p>text under</p>" in shown[2].html
    assert "Göttingen" in shown[2].html
    assert "Göttingen" not in shown[3].html
    assert '<div class="left-column">\n<h' in shown[3].html
    assert '<span class="footnote">See <a href="https://x.example/a">the paper</a>.</span>' in shown[3].html
    assert "Gone" not in str(shown)
    assert not any(
        mark in str(shown).replace(">???<", "") for mark in ("layout:", "class:", "???<", "template:", "{{")
    )


def test_a_deck_for_marp():
    found, made = slides(MARP)
    assert made == [("title", "Symmetry"), ("slide", "A picture"), ("slide", ""), ("slide", "Last")]
    shown = deck_html.render(found).slides
    assert [slide.classes for slide in found.slides] == [
        ("lead", "invert"),
        ("bg-right", "has-background"),
        ("small",),
        ("small",),
    ]
    picture = shown[1]
    assert '<div class="slide-background">\n<img src="a.svg" alt=""' in picture.html
    assert picture.steps == 4
    assert '<li data-fragment="4">second</li>' in picture.html
    assert "<li>always there</li>" in picture.html
    assert picture.notes == "<p>Speak of\nthe <em>ICM</em> here.</p>\n"
    assert '<img src="ring.svg" alt="Ring" style="width:10.91em;"' in shown[2].html
    assert "&lt;!-- code --&gt;" in shown[2].html
    assert "paginate" not in str(shown)


def test_a_deck_for_quarto():
    found, made = slides(QUARTO)
    assert made == [
        ("slide", "Columns"),
        ("slide", ""),
        ("slide", "A setext slide"),
        ("section", "Part"),
        ("slide", "Other"),
    ]
    shown = deck_html.render(found)
    columns = shown.slides[0]
    assert columns.classes == "smaller"
    assert columns.heading == '<h2 id="columns">Columns</h2>\n'
    assert columns.steps == 4
    assert '<div class="step" data-fragment="1">\n<p>After the pause</p>' in columns.html
    assert '<li data-fragment="3">b<ul>\n<li data-fragment="4">c</li>' in columns.html
    assert columns.notes == "<p>Speaker <em>notes</em>.</p>\n"
    assert "Speaker" not in columns.html
    setext, other = shown.slides[2], shown.slides[4]
    assert '<span class="fragment" data-fragment="1">it</span>' in setext.html
    for slide, number in ((setext, 1), (other, 2)):
        assert '<a href="https://x.example">' in slide.html
        assert f'href="#fn-{number}"' in slide.html
        assert f'<li id="fn-{number}"><p>The note.' in slide.html
    assert shown.problems == ()


def test_a_deck_for_reveal():
    found, made = slides(REVEAL)
    assert made == [("slide", "One"), ("slide", "Two"), ("slide", "Three")]
    assert deck_html.render(found).slides[0].notes == "<p>Say <strong>this</strong>.\nAnd that.</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "## A\n\nx\n\n<!-- notes: Say *it*. -->\n",
        "## A\n\nx\n\n<!-- notes -->\nSay *it*.\n",
        "## A\n\n<!-- notes -->\nSay *it*.\n<!-- /notes -->\nx\n",
        "## A\n\nx\n\n<!-- Speaker notes:\nSay *it*. -->\n",
        "## A\n\nx\n\n???\nSay *it*.\n",
        "## A\n\n::: notes\nSay *it*.\n:::\n\nx\n",
    ],
)
def test_notes_can_be_written_in_many_ways(text):
    (slide,) = body(text).slides
    assert slide.notes.strip() == "<p>Say <em>it</em>.</p>"
    assert slide.html.strip() == "<p>x</p>"


def test_lists_can_come_item_by_item():
    (slide,) = body("## A\n\n- a\n- b\n\n::: nonincremental\n- c\n:::\n", incremental=True).slides
    assert slide.steps == 2
    assert "<li>c</li>" in slide.html


# --- one document ----------------------------------------------------------------------------------------------


def test_ids_are_unique_and_headings_in_order():
    shown = body("# A\n\n## A\n\n### a\n\n## A\n\n[x](#a)\n\n### a\n", "T")
    assert len(set(shown.anchors)) == len(shown.anchors)
    assert [slide.heading[:3] for slide in shown.slides] == ["", "<h2", "<h3", "<h3"]
    assert [entry.id for entry in shown.toc] == ["/1", "/2"]
    assert [entry.id for entry in shown.toc[1].children] == ["/3", "/4"]


def test_definitions_of_macros_hold_for_later_slides():
    shown = body("## A\n\n$\\newcommand{\\ideal}{\\mathfrak{a}}$\n\n## B\n\n$\\ideal$\n")
    assert shown.problems == ()
    assert "𝔞" in shown.slides[1].html


def test_references_lead_to_other_slides_and_numbers_go_through_the_deck():
    found, _ = slides(
        "## A\n\n![x](a.svg){#fig-a}\n\n## B\n\nSee @fig-a and @fig-b.\n\n![y](b.svg){#fig-b}\n"
    )
    outline = outline_of(found.document)
    assert [label.id for label in outline.labels if label.kind == "fig"] == ["fig-a", "fig-b"]
    shown = deck_html.render(found.prepared(prepare(found.document)))
    assert shown.problems == ()
    assert 'href="#fig-a"' in shown.slides[1].html


def test_pictures_alone_are_marked_and_sized_by_the_slide():
    text = "## A\n\n![x](a.svg){width=275} ![y](b.svg){width=50%}\n\nin ![z](c.svg) text\n"
    (slide,) = body(text).slides
    assert slide.html.startswith('<p class="pictures"><img src="a.svg" alt="x" style="width:10em;"')
    assert 'style="width:50%;"' in slide.html
    assert "<p>in <img" in slide.html


def test_what_passes_put_behind_the_slides_gets_a_slide():
    found, _ = slides("## A\n\n[@a]\n")
    entry = Element(tree.ENTRY)
    entry.text = "A. Author"
    citing = Citing(bibliography=[Entry("a", entry)], entries={"a": Entry("a", entry)}, title="References")
    made = found.prepared(prepare(found.document, citing=citing))
    assert [slide.title for slide in made.slides] == ["A", "References"]
    assert made.slides[1].element.get(tree.KIND) == "slide"
    shown = deck_html.render(made).slides[1]
    assert shown.heading.startswith("<h2")
    assert "A. Author" in shown.html
    assert [slide.title for slide in found.slides] == ["A"]


def test_problems_stand_where_they_are_written():
    text = "## A\n\n$\\nosuch$\n\n---\n\n.x[$\\nosuch$]\n\n???\nnote $\\nosuch$\n"
    found = deck.read(text, "d.md", Settings(syntax="remark"), first_line=11)
    problems = deck_html.render(found).problems
    assert [(problem.code, problem.where.line) for problem in problems] == [
        ("markup-math", 13),
        ("markup-math", 17),
        ("markup-math", 20),
    ]
    assert problems[0].where.column > 1
    lines = [
        int(element.get(tree.LINE)) for element in found.document.tree.iter() if tree.LINE in element.attrib
    ]
    assert set(lines) <= {11, 13, 16, 17, 20}


def test_bodies_survive_being_kept():
    shown = body(QUARTO, "T")
    assert Body.revive(json.loads(json.dumps(shown.plain()))) == shown


def test_the_other_dialect_gives_the_same():
    for text in (REMARK, QUARTO):
        pair = [deck.read(text, "d.md", dialect=dialect) for dialect in ("commonmark", "python-markdown")]
        one, other = ([(s.kind, s.title, s.steps, s.classes) for s in found.slides] for found in pair)
        assert one == other


# --- bad input -------------------------------------------------------------------------------------------------

HOSTILE = {
    "rules": "---\n\n" * 20_000,
    "headings": "## x\n" * 20_000,
    "fences": "".join("`" * (3 + n % 50) + "\n" for n in range(20_000)),
    "formulas": "$$\n\\[\n\\begin{a}\n" * 10_000,
    "comments": "<!--\n" * 20_000,
    "divs": "::: a\n" * 20_000,
    "nested divs": "::: a\n" * 500 + ":::\n" * 500,
    "brackets": "# A\n\n---\n\n" + "[" * 20_000,
    "definitions": "".join(f"## {n}\n\n[{n}]: x{n}\n\n[{n - 1}] [{n}]\n\n" for n in range(2_000)),
    "layouts": "class: a\n\n---\nlayout: true\n" + "x\n" * 2_000 + "---\n\ny\n\n" * 5_000,
    "classes": ".a[" * 20_000 + "\n" + ".a[\n" * 5_000 + "---\n\n???\n",
    "one line": ".a[" + "[x](y)" * 30_000 + "\n---\nclass: b\n",
    "dashes": "- " * 50_000 + "\n" + "-" * 50_000,
    "steps": "# A\n\n---\n" + "--\n- a\n" * 10_000 + "???\n",
    "Typst and script": "## #import \"x\"\n\n<script>alert(1)</script>\n\n#set page(width: 1pt)\n",
    "nothing": "\x00\ufeff\r\n\u2028\ud800",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hard_input_ends_soon(name):
    started = time.process_time()
    found = deck.read(HOSTILE[name], "d.md")
    shown = deck_html.render(found)
    assert time.process_time() - started < 5
    assert len(shown.slides) <= 2001
    assert all(problem.level == "warning" for problem in shown.problems)


def test_too_many_slides_are_told():
    found = deck.read("## x\n\n" * 2_100, "d.md")
    assert len(found.slides) == 2_000
    (problem,) = [problem for problem in found.document.problems if problem.code == "deck-slides"]
    assert problem.where.line == 4_001
    assert "100 more" in problem.message


def test_what_is_inherited_is_bounded():
    found = deck.read(HOSTILE["layouts"], "d.md", Settings(syntax="remark"))
    inherited = sum(
        "x" in (part.text or "") for slide in found.slides for part in slide.element.iter(tree.PARAGRAPH)
    )
    assert 0 < inherited <= MOST_INHERITED


_LINES = st.sampled_from(
    [
        *("---", "--", "----", "???", "# A", "## B", "### C", "text", "", "", "- a", "* b", "1. c", "1) d"),
        *(
            ". . .",
            "::: notes",
            "::: {.incremental}",
            ":::",
            "```",
            "~~~py",
            "$$",
            "\\[",
            "\\]",
            "<!--",
            "-->",
        ),
        *(
            "<!-- notes -->",
            "<!-- /notes -->",
            "<!-- _class: a -->",
            "<!-- say -->",
            "class: x",
            "layout: true",
        ),
        *(
            "layout: false",
            "name: n",
            "template: n",
            "exclude: true",
            ".x[",
            "]",
            ".x[y]",
            "![bg](a.svg)",
            "====",
        ),
        *(
            "[a]: b",
            "[a]",
            "[^n]: note",
            "x[^n]",
            "Note: x",
            "<?pause?>",
            "> q",
            "    code",
            "| a |",
            "|---|",
        ),
        *(
            "[x]{.fragment}",
            "{{content}}",
            "![w:3px x](y.svg)",
            "\\begin{align}",
            "\\end{align}",
            "<div>",
            "</div>",
        ),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_LINES | st.text(max_size=12), max_size=40), st.sampled_from([None, *SYNTAXES]), st.booleans()
)
def test_any_text_gives_slides(lines, syntax, incremental):
    text = "\n".join(lines)
    found = deck.read(text, "d.md", Settings("T", syntax, incremental=incremental), first_line=5)
    last = 5 + len(text.splitlines()) + 1
    shown = deck_html.render(found)
    assert len(shown.slides) == len(found.slides) == len(found.document.tree.findall(tree.SLIDE))
    assert len(set(shown.anchors)) == len(shown.anchors)
    for element in found.document.tree.iter():
        assert 5 <= int(element.get(tree.LINE, "5")) <= last
        assert 0 <= int(element.get(tree.AT, "0")) <= len(found.document.source.data)
    for problem in shown.problems:
        assert problem.where is None or 5 <= problem.where.line <= last
    for slide in found.slides:
        steps = [
            int(part.get(tree.FRAGMENT))
            for part in slide.element.iter()
            if part.get(tree.FRAGMENT, "").isdigit()
        ]
        assert all(1 <= step <= slide.steps for step in steps)
    starts = [slide.line for slide in found.slides[1:]]
    assert syntax == "remark" or all(one <= other for one, other in pairwise(starts))
    assert len(opaque(text.split("\n"))) == len(text.split("\n"))
