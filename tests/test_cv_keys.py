"""Keys of ``cv.yaml`` that other programs have, or that one would guess: each is told, with what to write instead."""

from __future__ import annotations

import pytest

from acadsite.collect.cv import CV, ENTRY, SECTION
from acadsite.collect.cv_keys import _OF_ENTRIES, _OF_SECTIONS, _OF_TOP, foreign_keys
from acadsite.sources import parse_yaml

RENDERCV = "“acadsite import rendercv FILE --to FOLDER”"
RESUME = "“acadsite import json-resume FILE --to FOLDER”"


def told(text: str) -> list[tuple[int, int, str]]:
    """Line, column and hint of each warning."""
    node, faults = parse_yaml(text, "content/cv.yaml")
    assert node is not None
    assert not faults
    found = [*foreign_keys(node)]
    assert {(problem.code, problem.level) for problem in found} <= {("key-unknown", "warning")}
    return [(problem.where.line, problem.where.column, problem.hint) for problem in found if problem.where]


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("education: [{title: x}]", 1, "“- title: Education” and “entries: …”"),
        ("title: CV\nwork_experience: {a: b}", 2, "“- title: Work experience” and “entries: …”"),
        ("publications: [{title: x}]", 1, "“- collection: publications”"),
        ("about: Words.", 1, "“- title: About” and “text: …”"),
        ("email: a@b.example", 1, "Write it below “contact:”."),
        ("sections: [{entries: [{title: x, school: MIT}]}]", 1, "Write “place:”."),
        ("sections: {entries: {title: x, year: 2020}}", 1, "Write “dates:”."),
        ("sections: [{entries: [{title: x, start_date: 2020}]}]", 1, "Write “start:”."),
        (
            "sections: [{entries: [{title: x, degree: PhD}]}]",
            1,
            "Put it into “title:” or another of our keys.",
        ),
        ("sections: [{groups: [{items: [a, {title: x, highlights: [a]}]}]}]", 1, "Write “details:”."),
        ("sections: [{text: x, heading: Words}]", 1, "Write “title:”."),
        ("variants: [{id: a, sections: [b, {id: c, entries: [{institution: d}]}]}]", 1, "Write “place:”."),
        ("cv: {name: x}", 1, RENDERCV),
        ("basics: {name: x}", 1, RESUME),
    ],
)
def test_a_word_of_elsewhere_is_told_with_ours(text: str, line: int, hint: str) -> None:
    [found] = told(text)
    assert found[0] == line
    assert hint in found[2]


def test_a_file_of_another_program_names_its_importer() -> None:
    hints = [hint for _, _, hint in told("cv: {name: x}\ndesign: {theme: classic}\neducation: [a]\n")]
    assert [RENDERCV in hint for hint in hints] == [True, True, False]
    assert all(RESUME in hint for _, _, hint in told("basics: {name: x}\nwork: [{position: y}]\n"))


@pytest.mark.parametrize(
    "text",
    [
        "office: Room 3",
        "education:",
        "json_resume: {a: b}",
        "sections: [{entries: [{title: x, room: 3, json_resume: [a]}]}]",
        "sections: [{entries: [text]}, words]\nvariants: none",
    ],
)
def test_what_is_of_the_site_or_says_nothing_is_left_alone(text: str) -> None:
    assert not told(text)


def test_no_word_is_ours_already() -> None:
    for words, schema in ((_OF_ENTRIES, ENTRY), (_OF_SECTIONS, SECTION), (_OF_TOP, CV)):
        assert not {*words} & {*schema.names()}
        assert {*words.values()} <= {*schema.names()}
