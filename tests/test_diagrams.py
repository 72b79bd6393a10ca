"""Diagrams from text: what is read, what is told, what is drawn, and where it stands on pages and in PDFs."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.diagrams import LANGUAGES, drawn
from acadsite.diagrams.classes import class_diagram, entities
from acadsite.diagrams.dot import dot
from acadsite.diagrams.flowcharts import flowchart
from acadsite.diagrams.mindmaps import mindmap
from acadsite.diagrams.model import MOST_NODES
from acadsite.diagrams.reading import LONGEST, Source
from acadsite.diagrams.states import state_diagram
from acadsite.diagrams.words import label, width_of
from acadsite.markup import read, render, tree
from acadsite.markup.typst_blocks import blocks_of
from acadsite.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acadsite.diagrams.model import Graph
    from conftest import SiteFolder

SVG = "{http://www.w3.org/2000/svg}"

#: One of each kind, with most of what it may say.
KINDS: Mapping[str, str] = {
    "flowchart": """flowchart TD
  A([Start]) --> B{Is it<br>complete?}
  B -->|yes| C[(Database)] & D[[Clean]]
  B -. no .-> A
  subgraph work [The work]
    direction LR
    E[/In/] ==> F>Flag] --x G((End))
  end
  C & D --o work
  C --> C
  classDef hot fill:#f96,stroke:#333
  class G hot
""",
    "sequence": """sequenceDiagram
  autonumber
  box The group
    actor A as Ann
    participant B
  end
  A->>+B: Is it ready?
  loop every day
    B->>B: write
  end
  alt yes
    B-->>-A: here
  else no
    B--xA: not yet
  end
  Note over A,B: soon
  create participant C
  B-)C: a copy
  destroy C
""",
    "state": """stateDiagram-v2
  [*] --> Draft
  Draft --> Review : submit
  state Review {
    [*] --> Waiting
    Waiting --> [*]
  }
  state fate <<choice>>
  Review --> fate
  fate --> [*] : accept
  note right of Draft : years
""",
    "class": """classDiagram
  class Ring~T~ {
    <<interface>>
    +add(a, b) T
    -zero: T
  }
  Ring <|-- Field
  Ring "1" *-- "many" Ideal : has
  note for Field "small"
""",
    "entity": """erDiagram
  AUTHOR ||--o{ PAPER : writes
  PAPER {
    string title PK "the title"
    int year
  }
""",
    "gantt": """gantt
  title A plan
  dateFormat YYYY-MM-DD
  section One
  Reading :done, a, 2026-01-01, 3M
  Writing :crit, after a, 30d
  Defence :milestone, 2026-06-01, 0d
""",
    "timeline": """timeline
  title Life
  section Early
  1882 : born
  1915 : Göttingen : first talk
       : another
""",
    "pie": 'pie showData title Kinds\n  "Articles" : 28\n  "Books" : 2\n',
    "mindmap": "mindmap\n  root((Algebra))\n    Rings\n      Ideals\n    Groups[All groups]\n",
}
DOT = """digraph G {
  rankdir=LR; node [shape=box];
# a comment
  subgraph cluster_a { label="Before"; a -> b; }
  b -> {c d} [label="x", style=dashed];
  c [shape=record, label="{Model|fit()}"];
}
"""
ALL = [("mermaid", text) for text in KINDS.values()] + [("dot", DOT)]


def picture(text: str, language: str = "mermaid") -> ET.Element:
    found = drawn(text, language)
    assert found.picture is not None, found.faults
    return ET.fromstring(found.picture.svg)


def words(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def told(text: str, language: str = "mermaid") -> list[tuple[int, int, str, str]]:
    return [tuple(fault) for fault in drawn(text, language).faults]  # type: ignore[misc]


def model(graph: Graph) -> list[str]:
    """A graph in short: its groups, its nodes, its edges."""
    out = [f"{one.parent}({one.name} “{one.label.text}” {one.direction})" for one in graph.groups.values()]
    out += [f"{one.group}/{one.name} {one.shape} “{one.label.text}”" for one in graph.nodes.values()]
    out += [
        f"{one.tail} {one.start}-{one.line}-{one.end} {one.head} “{one.label.text}” {one.length}"
        for one in graph.edges
    ]
    return out


# --- what is read ----------------------------------------------------------------------------------------------


def test_languages_are_those_of_the_reader() -> None:
    assert LANGUAGES == tree.DIAGRAMS


def test_a_flowchart() -> None:
    graph = flowchart(Source.mermaid(KINDS["flowchart"]))
    assert graph.direction == "TB"
    assert model(graph) == [
        "(work “The work” LR)",
        "/A stadium “Start”",
        "/B diamond “Is it complete?”",
        "/C cylinder “Database”",
        "/D subroutine “Clean”",
        "work/E lean-right “In”",
        "work/F flag “Flag”",
        "work/G circle “End”",
        "A -solid-arrow B “” 1",
        "B -solid-arrow C “yes” 1",
        "B -solid-arrow D “yes” 1",
        "B -dotted-arrow A “no” 1",
        "E -thick-arrow F “” 1",
        "F -solid-cross G “” 1",
        "C -solid-circle work “” 1",
        "D -solid-circle work “” 1",
        "C -solid-arrow C “” 1",
    ]
    assert graph.nodes["G"].paint.fill == "#ff9966"
    assert graph.nodes["G"].paint.text == "#000000"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A-->B", "A -solid-arrow B “” 1"),
        ("A---B", "A -solid- B “” 1"),
        ("A---->B", "A -solid-arrow B “” 3"),
        ("A-.->B", "A -dotted-arrow B “” 1"),
        ("A-..-B", "A -dotted- B “” 2"),
        ("A==>B", "A -thick-arrow B “” 1"),
        ("A===B", "A -thick- B “” 1"),
        ("A<-->B", "A arrow-solid-arrow B “” 1"),
        ("A x--x B", "A cross-solid-cross B “” 1"),
        ("A o--o B", "A circle-solid-circle B “” 1"),
        ("A ~~~ B", "A -none- B “” 1"),
        ("A -- two words --> B", "A -solid-arrow B “two words” 1"),
        ("A == thick ==> B", "A -thick-arrow B “thick” 1"),
        ("A -. maybe .-> B", "A -dotted-arrow B “maybe” 1"),
        ("A e1@--> B", "A -solid-arrow B “” 1"),
        ('A -- "quoted" --- B', "A -solid- B “quoted” 1"),
    ],
)
def test_links(written: str, expected: str) -> None:
    graph = flowchart(Source.mermaid(f"graph LR\n{written}\n"))
    assert model(graph)[-1] == expected


@pytest.mark.parametrize(
    ("written", "shape", "text"),
    [
        ("a[rect]", "rect", "rect"), ("a(round)", "round", "round"), ("a([pill])", "stadium", "pill"),
        ("a[[sub]]", "subroutine", "sub"), ("a[(data)]", "cylinder", "data"), ("a((o))", "circle", "o"),
        ("a(((o)))", "double", "o"), ("a{if}", "diamond", "if"), ("a{{hex}}", "hexagon", "hex"),
        ("a[/in/]", "lean-right", "in"), ("a[\\out\\]", "lean-left", "out"), ("a[/up\\]", "trapezoid", "up"),
        ("a[\\down/]", "trapezoid-down", "down"), ("a>flag]", "flag", "flag"), ("a(-round-)", "ellipse", "round"),
        ("a", "rect", "a"), ('a["with ] and )"]', "rect", "with ] and )"),
        ('a["#quot;x#quot; #9829;"]', "rect", '"x" ♥'),
        ("a[one<br/>two]", "rect", "one two"), ('a["`**bold** text`"]', "rect", "bold text"),
        ("a[fa:fa-car A car]", "rect", "A car"), ("a[<b>b</b> &amp; c]", "rect", "b & c"),
        ('a@{ shape: diam, label: "If" }', "diamond", "If"), ("a:::some", "rect", "a"), ("ä-1.2[x]", "rect", "x"),
    ],
)  # fmt: skip
def test_shapes_and_labels(written: str, shape: str, text: str) -> None:
    graph = flowchart(Source.mermaid(f"graph LR\nclassDef some fill:#fff\n{written} --> z\n"))
    node = next(iter(graph.nodes.values()))
    assert (node.shape, node.label.text) == (shape, text)


def test_front_matter_directives_comments_and_words_for_those_who_do_not_see_it() -> None:
    text = """---
title: Of the front matter
---
%%{init: {"theme": "dark"}}%%
flowchart LR %% no comment: it is not at the start
"""
    found = drawn(text, "mermaid")
    assert found.picture is None
    assert found.faults[0][:2] == (5, 14)
    svg = picture(
        text.replace(
            " %% no comment: it is not at the start",
            "\n%% a comment\naccTitle: Named\naccDescr {\nMore\nwords\n}\nA-->B",
        )
    )
    assert svg.findtext(f"{SVG}title") == "Named"
    assert svg.findtext(f"{SVG}desc") == "More words"


def test_words_for_those_who_do_not_see_it_are_made_of_the_text() -> None:
    svg = picture("graph LR\nA[Read] -->|then| B[Write] --- C\nC <--> A")
    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title") == "Read, Write, C"
    assert svg.findtext(f"{SVG}desc") == "Read → Write (then); Write – C; C ↔ Read"


def test_statements_on_one_line_and_subgraphs_that_are_named_before() -> None:
    graph = flowchart(Source.mermaid("graph TD; A-->one; subgraph one; B-->C; end; subgraph empty; end"))
    assert model(graph) == [
        "(one “one” None)", "/A rect “A”", "one/B rect “B”", "one/C rect “C”", "/empty rect “empty”",
        "A -solid-arrow one “” 1", "B -solid-arrow C “” 1",
    ]  # fmt: skip


def test_states() -> None:
    assert model(state_diagram(Source.mermaid(KINDS["state"]))) == [
        "(Review “Review” None)",
        "/ start start “”",
        "/Draft round “Draft”",
        "Review/Review start start “”",
        "Review/Waiting round “Waiting”",
        "Review/Review end end “”",
        "/fate diamond “”",
        "/ end end “”",
        "/note 8 note “years”",
        " start -solid-arrow Draft “” 1",
        "Draft -solid-arrow Review “submit” 1",
        "Review start -solid-arrow Waiting “” 1",
        "Waiting -solid-arrow Review end “” 1",
        "Review -solid-arrow fate “” 1",
        "fate -solid-arrow  end “accept” 1",
        "Draft -dotted- note 8 “” 1",
    ]


def test_classes_and_entities() -> None:
    graph = class_diagram(Source.mermaid(KINDS["class"]))
    ring = graph.nodes["Ring"]
    assert (ring.label.text, ring.note) == ("Ring<T>", "«interface»")
    assert ring.rows == (("-zero: T",), ("+add(a, b) T",))
    assert [(edge.start, edge.end, edge.words) for edge in graph.edges] == [
        ("triangle", "", ("", "")),
        ("full", "", ("1", "many")),
        ("", "", ("", "")),
    ]
    graph = entities(Source.mermaid(KINDS["entity"]))
    assert graph.nodes["PAPER"].rows == (("string title PK – the title", "int year"),)
    assert [(edge.start, edge.end, edge.label.text) for edge in graph.edges] == [("one", "any", "writes")]


def test_mind_maps_are_trees() -> None:
    graph = mindmap(Source.mermaid(KINDS["mindmap"]))
    assert [(node.label.text, node.shape) for node in graph.nodes.values()] == [
        ("Algebra", "circle"), ("Rings", "round"), ("Ideals", "round"), ("All groups", "rect")
    ]  # fmt: skip
    assert [(edge.tail, edge.head) for edge in graph.edges] == [("0", "1"), ("1", "2"), ("0", "3")]


def test_the_language_of_graphviz() -> None:
    graph = dot(Source(DOT))
    assert graph.direction == "LR"
    assert model(graph) == [
        "(cluster_a “Before” None)",
        "cluster_a/a rect “a”",
        "cluster_a/b rect “b”",
        "/c card “Model”",
        "/d rect “d”",
        "a -solid-arrow b “” 1",
        "b -dotted-arrow c “x” 1",
        "b -dotted-arrow d “x” 1",
    ]
    graph = dot(
        Source('strict graph "a b" { 1 -- "two words" -- 3 [dir=both]; /* no */ edge [color=red] 3--1 }')
    )
    assert [(edge.tail, edge.head, edge.start, edge.end, edge.colour) for edge in graph.edges] == [
        ("1", "two words", "arrow", "arrow", ""), ("two words", "3", "arrow", "arrow", ""),
        ("3", "1", "", "", "#ff0000"),
    ]  # fmt: skip


def test_plans_follow_from_their_days() -> None:
    text = """gantt
  dateFormat DD.MM.YYYY
  excludes weekends
  A :a, 02.01.2026, 3d
  B :b, after a, 1w
  D :z, 2026-02-01, 1M
  C :after b a, until z
"""
    assert told(text) == [
        (6, 9, "“2026-02-01” is no day", "Write it as dateFormat says: 2026-03-01.")
    ]  # fmt: skip
    found = drawn(text.replace("2026-02-01", "01.02.2026"), "mermaid").picture
    assert found is not None
    # Friday, Monday and Tuesday; then seven days of work.
    assert found.description.startswith("A: 2026-01-02 – 2026-01-06; B: 2026-01-07 – 2026-01-15; D: ")
    assert found.description.endswith("D: 2026-02-01 – 2026-02-28; C: 2026-01-16 – 2026-01-31")


def test_shares_are_of_the_whole() -> None:
    svg = picture(KINDS["pie"])
    assert words(svg) == ["Kinds", "93.3 %  Articles (28)", "6.67 %  Books (2)"]
    assert svg.findtext(f"{SVG}title") == "Kinds"


@pytest.mark.parametrize(
    "text",
    [
        "sequenceDiagram\nparticipant Work queue\nMain program->>Work queue : poll; again\nactivate Work queue\n",
        'sequenceDiagram\nparticipant A as "Caller: one"\nNote over A, B: JSON: { x: "y" }\nA-->>B: f(a, b)\n',
        "graph LR\nsubgraph L1 应用层\nA\nend\nsubgraph L1 应用层\nB\nend\nA -. as is .-> B{a <= b?}\nC(( )) --> A",
        'graph TD; A["x (y)"]-->|"yes: all"|B{{hex}} ; B -- "no" --> C[/in/]:::warm; classDef warm fill:#fee;\n',
        "classDiagram\nclass Phase~In,Out~ {\n  +run(x: In) Out\n}\n用户 --> Phase: 提交\nA: +size int\n",
        'stateDiagram-v2\ndirection LR\nstate "Long (x)" as a\na-->b\nb-->a: x\nstate c {\n[*] --> d\n--\n[*] --> e\n}',
        "gantt\ndateFormat HH:mm\nSet up & go :00:00, 2h\nLater :crit, x1, 17:45, 30m\n",
        "gantt\ndateFormat YYYY-MM-DD\nDone: done, OC, 2025-10-3, 1d\nNext : active, 3d\nAgain :1w\n",
        'erDiagram\nT ||--o{S : owns\nT { number id PK,FK  string role "a, b" }\n"Big thing" }o--o| T : of\np[Man]',
    ],
)
def test_what_people_write_is_drawn(text: str) -> None:
    found = drawn(text, "mermaid")
    assert found.picture is not None, found.faults
    assert not found.faults


# --- what is told ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", (1, 1, "this diagram is empty", "Begin it with “flowchart TD”.")),
        ("\nflowchrt TD", (2, 1, "“flowchrt” is no kind of diagram", "Did you mean “flowchart”?")),
        ("gitGraph\ncommit", (1, 1, "diagrams of the kind “gitGraph” are not drawn", "Those that are:")),
        ("graph TD\nA[x --> B", (2, 2, "“[” is not closed", "Write “]” behind the words, in the same line.")),
        ("graph TD\nA --> ", (2, 3, "this link leads nowhere", "Write the node that it leads to behind it.")),
        ("graph TD\nA -- words B\n", (2, 3, "the words of this link have no end", "Write -->, ---,")),
        ("graph TD\nA -> B", (2, 3, "“-> B” is not understood", "Links are written -->, ---, -.-> or ==>.")),
        ("graph TD\nsubgrph x\nA\nend", (2, 9, "“x” is not understood", "Did you mean “subgraph”?")),
        ("graph TD\nsubgraph x\nA", (2, 1, "the subgraph “x” has no end", "Write “end” in a line below it.")),
        ("graph TD\nA\nend", (3, 1, "“end” ends no subgraph", "Remove it, or call a node “End”.")),
        ("graph TD\nA --> end", (2, 7, "“end” cannot be the name of a node", "Write “End”, or another name.")),
        ("graph TD\ndirection LRR\nA", (2, 1, "“LRR” is no direction", "Did you mean “LR”?")),
        ("sequenceDiagram\n  A->>B: x\n  lop x", (3, 3, "“lop x” is not understood", "Did you mean “loop”?")),
        ("sequenceDiagram\nloop x\nA->>B: y", (2, 1, "this “loop” has no end", "Write “end” in a line below it.")),
        ("sequenceDiagram\nelse x", (2, 1, "“else” stands in no “alt”", "")),
        ("stateDiagram-v2\nstate A {\nB --> C", (2, 1, "this state is not closed", "Write “}” in a line below it.")),
        ("classDiagram\nclass A {\n+x", (2, 1, "this class is not closed", "Write “}” in a line below.")),
        ("erDiagram\nA |--| B", (2, 1, "“A |--| B” is not understood", "Relations are written AUTHOR ||--o{")),
        ("gantt\nA :5d", (2, 1, "the first task needs a day to begin at", "Write A :2026-03-01, 5d")),
        ("pie\n\"A\" : x", (2, 1, "“\"A\" : x” is no share", 'Write "Name" : 12')),
        ("mindmap\n a\n b", (3, 2, "a mind map has one root", "Write more blanks before this line")),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told_with_its_place(text: str, fault: tuple[int, int, str, str]) -> None:
    found = drawn(text, "mermaid")
    assert found.picture is None
    (only,) = found.faults
    assert only[:3] == fault[:3]
    assert only.hint.startswith(fault[3])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("digrph { a }", (1, 1, "“digrph” is no kind of graph", "Did you mean “digraph”?")),
        ("digraph { a -> }", (1, 16, "a node is missing here", "")),
        ("digraph {\n a [label=x }", (2, 13, "“}” is no attribute", "")),
        ("digraph {\n a", (1, 9, "“{” is not closed", "Write “}” behind the last line.")),
        ("digraph { a; ? }", (1, 14, "“?” is not understood", "")),
    ],
)
def test_what_cannot_be_drawn_of_graphviz(text: str, fault: tuple[int, int, str, str]) -> None:
    assert told(text, "dot") == [fault]


def test_what_is_left_out_is_told_and_the_rest_is_drawn() -> None:
    text = (
        'graph TD\nA-->B\nclick A href "javascript:alert(1)"\nclass A hott\nclassDef hot fill:red\n'
        "linkStyle 7 stroke:red\nC@{shape: dimond}"
    )
    found = drawn(text, "mermaid")
    assert found.picture is not None
    assert "javascript" not in found.picture.svg
    assert [fault[2:] for fault in found.faults] == [
        ("“click” is left out", "A diagram is a picture, without links."),
        ("there is no link 7 above this line", "Links are counted from 0."),
        ("the shape “dimond” is not known, and a box is drawn", "Did you mean “diamond”?"),
        ("there is no classDef “hott”", "Did you mean “hot”?"),
    ]


def test_what_is_too_large_is_told_at_once() -> None:
    many = "graph TD\n" + "\n".join(f"n{at}" for at in range(MOST_NODES + 1))
    assert told(many)[0][2] == f"diagrams with more than {MOST_NODES} nodes are not drawn"
    fan = " & ".join(f"a{at}" for at in range(30)) + " --> " + " & ".join(f"b{at}" for at in range(30))
    assert told(f"graph TD\n{fan}")[0][2] == "diagrams with more than 800 links are not drawn"
    assert told("graph TD\n" + "x" * LONGEST)[0][2] == f"a text of more than {LONGEST} letters is not drawn"
    assert told("digraph {" * 20, "dot")[0][2].startswith("“digraph”") is False
    deep = "digraph {" + "{" * 30 + "a" + "}" * 31
    assert told(deep, "dot")[0][2] == "these braces are too deep in each other"


# --- what is drawn ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "text"), ALL, ids=lambda value: value.split()[0][:12])
def test_every_kind_is_drawn(language: str, text: str) -> None:
    found = drawn(text, language)
    assert found.picture is not None, found.faults
    assert not found.faults
    svg = ET.fromstring(found.picture.svg)
    box = [float(part) for part in svg.get("viewBox", "").split()]
    assert box[2:] == [
        pytest.approx(found.picture.width, abs=0.1),
        pytest.approx(found.picture.height, abs=0.1),
    ]
    tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
    assert tags <= {"svg", "g", "path", "rect", "circle", "ellipse", "text", "title", "desc"}
    names = {name for element in svg.iter() for name in element.keys()}  # noqa: SIM118 - no mapping
    assert "id" not in names  # several on a page do not meet
    assert not any(name.startswith("on") or "href" in name for name in names)
    assert found.picture.title
    assert found.picture.description


@pytest.mark.parametrize(
    "hostile",
    ['"><script>alert(1)</script>', "</text></svg><img src=x onerror=alert(1)>", "a\x00\x08\u202eb"],
)
def test_hostile_words_stay_words(hostile: str) -> None:
    quoted = hostile.replace('"', "#quot;")
    texts = [
        f'graph TD\nA["{quoted}"] -- {quoted} --> B\nsubgraph x ["{quoted}"]\nC\nend\nstyle A fill:url(javascript:x)',
        f"sequenceDiagram\nparticipant A as {quoted}\nA->>B: {quoted}\nNote over A: {quoted}",
        f"timeline\ntitle {quoted}\n{quoted.replace(':', '')} : {quoted}",
        f"classDiagram\nA : {quoted}\n",
        f"---\ntitle: '{quoted}'\n---\nmindmap\n  {quoted}",
    ]
    for text in texts:
        found = drawn(text, "mermaid")
        if found.picture is None:
            continue
        svg = ET.fromstring(found.picture.svg)
        assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
            "svg", "g", "path", "rect", "circle", "ellipse", "text", "title", "desc"
        }  # fmt: skip
        assert not re.search("[\x00-\x08\u202e]", found.picture.svg)
        assert "javascript:" not in found.picture.svg
    svg = picture(f'digraph {{ a [label="{hostile.replace(chr(34), chr(92) + chr(34))}"] }}', "dot")
    assert svg.find(f".//{SVG}script") is None


def test_colours_are_taken_where_they_are_colours() -> None:
    found = drawn(
        "graph TD\nA-->B\nstyle A fill:#123,stroke:red\nstyle B fill:expression(x)", "mermaid"
    ).picture
    assert found is not None
    assert 'style="fill:#112233;stroke:#ff0000"' in found.svg
    assert 'style="fill:#ffffff">A</text>' in found.svg  # what can be read on it
    assert "expression" not in found.svg


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"$\theta_1$ and $\Lambda$", "θ₁ and Λ"),
        (r"$$x^2 \to \hat{y}_{ij}$$", "x² → ŷᵢⱼ"),
        (r"$\mathcal{N}(\mu, \sigma^2)$", "N(μ, σ²)"),
        (r"$X \perp Y \mid Z$", "X ⊥ Y | Z"),
        (r"$a_{W}$ \nabla, 5 $ or 6 $", r"a_W \nabla, 5 $ or 6 $"),
        (r"$\nosuch{x}$", "nosuchx"),
    ],
)
def test_small_formulas_are_letters(written: str, shown: str) -> None:
    assert label(written).text == shown


def test_words_are_as_wide_as_the_widest_faces() -> None:
    assert width_of("Fit the model") == pytest.approx(91, abs=6)
    assert width_of("日本") > width_of("ab")
    assert width_of("e\u0301") == width_of("é") == width_of("e")
    assert label("a " * 100).width <= 200
    assert len(label("x" * 200).lines) == 5  # long words are cut


@given(st.sampled_from(ALL), st.integers(0, 10_000_000))
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_odd(which: tuple[str, str], seed: int) -> None:
    """Texts with pieces cut out, doubled and put in are drawn or told; the SVG can be read."""
    language, text = which
    chance = random.Random(seed)
    pieces = [
        "[",
        "]",
        "{",
        "}",
        "-->",
        "end\n",
        "subgraph x\n",
        '"',
        "|",
        ":",
        "\n",
        "<b>",
        "%%",
        "&",
        "ü日",
        "\x00",
        "~~~",
    ]
    for _ in range(chance.randint(0, 5)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(3):
            case 0:
                text = text[:at] + text[at + chance.randint(1, 9) :]
            case 1:
                text = text[:at] + chance.choice(pieces) + text[at:]
            case _:
                line = chance.choice(chance.choice(ALL)[1].split("\n"))
                text = f"{text[:at]}\n{line}\n{text[at:]}"
    found = drawn(text, language)
    if found.picture is None:
        assert found.faults
    else:
        ET.fromstring(found.picture.svg)
    lines = text.count("\n") + 1
    assert all(1 <= fault.line <= lines and fault.column >= 1 for fault in found.faults)


def test_pictures_do_not_depend_on_the_seed_of_hashes() -> None:
    program = (
        "import sys; sys.path[:0] = ['tests', 'src']\n"
        "from test_diagrams import ALL\nfrom acadsite.diagrams import drawn\n"
        "print([drawn(text, language) for language, text in ALL])"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_the_memo_keeps_what_was_drawn() -> None:
    memo = Memo()
    first = drawn(KINDS["flowchart"], "mermaid", memo)
    stored = {name: plain(value) for name, (value, plain) in memo.fresh.items()}
    again = Memo(stored=lambda kind, key: stored.get((kind, key)))
    assert drawn(KINDS["flowchart"], "mermaid", again) == first
    assert not again.fresh
    assert drawn("graph TD\nA[", "mermaid", again).picture is None


# --- on pages --------------------------------------------------------------------------------------------------


def test_a_fence_is_a_picture_with_its_text() -> None:
    body = render(read("```mermaid\ngraph TD\n  A-->B\n```\n", "a.md"))
    assert body.html.startswith('<div class="diagram"><svg role="img"')
    assert "<summary>Text of the diagram</summary><code>graph TD\n  A--&gt;B</code>" in body.html
    assert body.sheets == ("diagrams",)
    assert "<script" not in body.html


def test_wide_ones_scroll_by_keyboard_as_well() -> None:
    html = render(
        read("```mermaid\ngraph LR\nA[some words]-->B[some words]-->C[some words]\n```\n", "a.md")
    ).html
    assert re.search(
        r'<div class="diagram" role="region" aria-label="[^"]+" tabindex="0"><svg style="min-inline-size:\d+px"',
        html,
    )


@pytest.mark.parametrize(
    "text",
    [
        "```{mermaid}\n%%| label: fig-x\n%%| fig-cap: The *caption*.\n%%| fig-alt: In words\ngraph TD\nA-->B\n```\n",
        '```{.mermaid #fig-x fig-cap="The *caption*." fig-alt="In words"}\ngraph TD\nA-->B\n```\n',
        (
            "```{dot}\n//| label: fig-x\n//| fig-cap: The *caption*.\n//| fig-alt: In words\n"
            "//| echo: false\ndigraph { A -> B }\n```\n"
        ),
        '::: {#fig-x fig-alt="In words"}\n```mermaid\ngraph TD\nA-->B\n```\n\nThe *caption*.\n:::\n',
    ],
)
def test_figures(text: str) -> None:
    html = render(read(f"{text}\nSee @fig-x.\n", "a.md")).html
    assert '<figure id="fig-x">\n<div class="diagram">' in html
    assert "<figcaption>The <em>caption</em>.</figcaption>" in html
    assert "<title>In words</title>" in html
    assert 'href="#fig-x"' in html


@pytest.mark.parametrize("dialect", ["commonmark", "python-markdown"])
def test_what_cannot_be_drawn_is_code_and_told_with_its_line(dialect: Any) -> None:
    text = "Words.\n\n```mermaid\n%% odd\ngraph TD\n  A[x --> B\n```\n"
    body = render(read(text, "a.md", first_line=10, dialect=dialect))
    assert '<code class="language-mermaid">' in body.html
    (problem,) = body.problems
    assert (problem.code, problem.level) == ("markup-diagram", "warning")
    assert str(problem.where) == "a.md:15:4"
    assert problem.message == "This diagram is shown as text: “[” is not closed."


def test_code_in_two_braces_is_code() -> None:
    assert "<svg" not in render(read("```{{mermaid}}\ngraph TD\nA-->B\n```\n", "a.md")).html
    assert "<svg" not in render(read("```text\ngraph TD\nA-->B\n```\n", "a.md")).html


def test_harmless_html_only_leaves_pictures_whole() -> None:
    html = render(read("<b>x</b>\n\n```mermaid\ngraph TD\nA-->B\n```\n", "a.md", html="sanitize")).html
    assert '<svg role="img"' in html
    assert 'viewBox="' in html


def test_pdfs_have_the_same_picture() -> None:
    document = read('```{.mermaid #fig-x fig-cap="C"}\ngraph TD\nA[One]-->B\n```\n', "a.md")
    (figure,) = blocks_of(document.tree)
    (image,) = figure["b"]
    assert image["k"] == "img"
    assert image["alt"] == "One, B. One → B"
    found = drawn("graph TD\nA[One]-->B\n", "mermaid").picture
    assert found is not None
    assert image["svg"] == found.svg
    (code,) = blocks_of(read("```mermaid\nnothing\n```\n", "a.md").tree)
    assert code["k"] == "code"


def test_a_site_without_diagrams_does_not_import_what_draws_them() -> None:
    program = (
        "import sys\nfrom acadsite.markup import read, render\n"
        "render(read('# A\\n\\n```python\\nx = 1\\n```\\n', 'a.md'))\n"
        "print([name for name in sys.modules if name.startswith('acadsite.diagrams')])"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
        == "[]\n"
    )


def test_a_site_with_one_of_each(site: Callable[[Mapping[str, str | bytes]], SiteFolder]) -> None:
    """Pages load the sheet where there is a diagram; PDFs are made with them."""
    fences = "\n".join(f"```{language}\n{text}```\n" for language, text in ALL)
    folder = site(
        {
            "site.yaml": "title: X\n",
            "content/pages/all.md": f"---\ntitle: All\n---\n\n{fences}",
            "content/pages/none.md": "---\ntitle: None\n---\n\nWords.\n",
            "content/guide/book.yaml": "title: Guide\nchapters: [a.md]\n",
            "content/guide/a.md": f"# A\n\n{fences}",
            "content/slides/deck.md": f"# Deck\n\n## One\n\n```mermaid\n{KINDS['state']}```\n",
        }
    )
    pages = folder.build()
    assert "pages/diagrams" in pages["all/index.html"]
    assert "pages/diagrams" not in pages["none/index.html"]
    assert pages["all/index.html"].count('role="img" xmlns=') == len(ALL)
    assert (folder.out / "guide.pdf").stat().st_size > 20_000
    assert (folder.out / "slides/deck.pdf").is_file()
