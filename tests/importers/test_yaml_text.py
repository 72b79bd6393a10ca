"""The YAML writer: what it writes loads back identically, and looks as a person would write it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, strategies

from acadsite.importers.yaml_text import yaml_text
from acadsite.sources import parse_yaml

TEXTS = strategies.text(
    strategies.characters(exclude_categories=("Cs",)), max_size=40
) | strategies.sampled_from(
    [
        "no",
        "2023",
        "1.10",
        "1:30",
        "2023-02-31",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "~",
        "",
        " a ",
        "=",
        "'",
        '"',
        "{",
        "*x",
    ]
)
KEYS = TEXTS.filter(lambda key: not key.startswith("#"))
VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(strategies.dictionaries(KEYS, VALUES, max_size=4) | strategies.lists(VALUES, max_size=4))
def test_what_is_written_loads_back(value: Any) -> None:
    assert yaml.safe_load(yaml_text(value)) == value


@given(strategies.lists(TEXTS.filter(lambda text: text.isprintable()), max_size=5))
def test_our_own_reader_agrees(value: Any) -> None:
    node, problems = parse_yaml(yaml_text({"k": value}), "x.yaml")
    assert problems == ()
    assert node is not None
    assert node.plain() == {"k": value}


def test_form() -> None:
    value = {
        "title": "C++, C#, and Java",
        "dates": "2018",
        "year": 2018,
        "url": "https://example.org/~a#b",
        "note": "Host: someone",
        "text": "one\n\ntwo",
        "list": ["a", {"b": 1, "c": []}, ["d"]],
        "none": {},
    }
    assert yaml_text(value, "A comment") == (
        "# A comment\n"
        "title: C++, C#, and Java\n"
        "dates: '2018'\n"
        "year: 2018\n"
        "url: https://example.org/~a#b\n"
        "note: 'Host: someone'\n"
        "text: |-\n"
        "  one\n"
        "\n"
        "  two\n"
        "list:\n"
        "  - a\n"
        "  - b: 1\n"
        "    c: []\n"
        "  - - d\n"
        "none: {}\n"
    )


def test_comments_are_no_data() -> None:
    text = yaml_text([{"#first": "x", "title": "T", "#location": "Two\nlines"}])
    assert text == "- title: T\n  # first: x\n  # location: Two lines\n"
    assert yaml.safe_load(text) == [{"title": "T"}]
    assert yaml_text({"a": {"#b": "c"}}) == "a: {}\n"


@pytest.mark.parametrize(("value", "text"), [([], "[]\n"), ({}, "{}\n")])
def test_nothing(value: Any, text: str) -> None:
    assert yaml_text(value) == text
