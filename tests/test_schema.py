"""Kinds of values, schemas, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.schema import (
    Address,
    Choice,
    Day,
    Either,
    Field,
    Flag,
    Free,
    Kind,
    Many,
    MapOf,
    Schema,
    Struct,
    Text,
    Whole,
    parse_date,
)
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from acadsite.problems import Problem


def node_of(text: str) -> Node:
    node, problems = parse_yaml(text, "a.yaml")
    assert node is not None
    assert problems == ()
    return node


def check(kind: Kind, text: str) -> tuple[Any, list[str]]:
    problems: list[Problem] = []
    return kind.check(node_of(text), problems), [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Text(), "1.10", "1.10"),
        (Text(), "' x '", "x"),
        (Text(), "no", "no"),
        (Whole(), "12", 12),
        (Flag(), "yes", True),
        (Flag(), "Off", False),
        (Flag(), "true", True),
        (Choice(("a", "b")), "b", "b"),
        (Address(), "https://x.y/a?b", "https://x.y/a?b"),
        (Address(), "papers/a.pdf", "papers/a.pdf"),
        (Address(), "mailto:a@b.c", "mailto:a@b.c"),
        (Many(Text()), "a", ["a"]),
        (Many(Text()), "[a, 1]", ["a", "1"]),
        (Many(Text()), "~", []),
        (MapOf(Text()), "{a: 1}", {"a": "1"}),
        (MapOf(Text()), "~", {}),
        (Either(Text(), MapOf(Text())), "{a: b}", {"a": "b"}),
        (Either(Text(), MapOf(Text())), "a", "a"),
        (Free(), "[1, {a: ~}]", [1, {"a": None}]),
        (Struct(Schema("s", (Field("a", Text()),))), "{a: 1, b: 2}", {"a": "1", "extra": {"b": 2}}),
    ],
)
def test_right_values(kind: Kind, text: str, value: object) -> None:
    assert check(kind, text) == (value, [])


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Text(), "[a]", "Expected text, found a list."),
        (Text(), "{a: b}", "Expected text, found “key: value” lines."),
        (Whole(), "1.5", "Expected a whole number, found “1.5”."),
        (Whole(), "true", "Expected a whole number, found “true”."),
        (Whole(0, 9), "10", "Expected a whole number from 0 to 9, found “10”."),
        (Whole(0, 9), "9" * 25, f"Expected a whole number from 0 to 9, found “{'9' * 25}”."),
        (Flag(), "maybe", "Expected “true” or “false”, found “maybe”."),
        (Choice(("year", "type")), "yaer", "Expected one of “year”, “type”, found “yaer”."),
        (Day(), "2026-13-45", "“2026-13-45” is no date: there is no month 13."),
        (Day(ranges=False), "2020/2021", "“2020/2021” is no date: the form is not known."),
        (MapOf(Text()), "a", "Expected “key: value” lines, found “a”."),
        (Struct(Schema("s", ())), "a", "Expected “key: value” lines, found “a”."),
        (Struct(Schema("s", (Field("a", Text(), required=True),))), "{}", "The key “a” is missing."),
    ],
)
def test_wrong_values(kind: Kind, text: str, message: str) -> None:
    assert check(kind, text) == (None, [message])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1.10.2024", "Write 2024-10-01."),
        ("31. 2. 2024", "Write 2024, 2024-05 or 2024-05-31."),
        ("3/4/2024", None),
    ],
)
def test_dates_with_points_are_spelt_out(text: str, hint: str | None) -> None:
    node, _ = parse_yaml(text, "x.yaml")
    problems: list[Problem] = []
    assert node is not None
    assert Day().check(node, problems) is None
    assert [problem.hint for problem in problems] == [hint or "Write 2024, 2024-05 or 2024-05-31."]


def test_unsafe_addresses_become_nothing() -> None:
    value, (message,) = check(Address(), '"java\\tscript:alert(1)"')
    assert value is None
    assert "javascript:" in message


def test_wrong_items_of_a_list_are_left_out_and_all_are_told() -> None:
    value, messages = check(Many(Whole()), "[1, x, 2, [3]]")
    assert value == [1, 2]
    assert len(messages) == 2


SCHEMA = Schema(
    "things",
    (
        Field("name", Text(), required=True),
        Field("count", Whole(), default=3),
        Field("tags", Many(Text()), default=[]),
    ),
)


def read(text: str, schema: Schema = SCHEMA) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    return schema.read(node_of(text), problems), problems


def test_defaults_and_unknown_keys() -> None:
    data, problems = read("{name: a, conut: 5, colour: red}")
    assert data == {"name": "a", "count": 3, "tags": [], "extra": {"conut": 5, "colour": "red"}}
    assert [(problem.level, problem.message, problem.hint) for problem in problems] == [
        ("warning", "Unknown key “conut” in things.", "Did you mean “count”?")
    ]


def test_a_closed_schema_refuses_unknown_keys() -> None:
    data, problems = read("{name: a, colour: red}", Schema("things", SCHEMA.fields, closed=True))
    assert "extra" not in data
    assert [(problem.level, problem.hint) for problem in problems] == [
        ("error", "Known keys: name, count, tags.")
    ]


def test_missing_keys_are_one_problem() -> None:
    schema = Schema("s", (Field("a", Text(), required=True), Field("b", Day(), required=True)))
    data, (problem,) = read("{c: 1}", schema)
    assert data == {"a": None, "b": None, "extra": {"c": 1}}
    assert problem.message == "The keys “a” and “b” are missing."
    assert problem.hint == "“a” holds text. “b” holds a date (2024, 2024-05 or 2024-05-31)."


def test_partial_reading_leaves_out_what_is_absent() -> None:
    problems: list[Problem] = []
    assert SCHEMA.read(node_of("{count: 1}"), problems, partial=True) == {"count": 1, "extra": {}}
    assert problems == []


def test_json_schema_has_types_docs_and_required() -> None:
    fields = (Field("a", Whole(0, 9), "A number.", default=3), Field("b", Many(Text()), required=True))
    made = Schema("s", fields, closed=True).json()
    text = {"type": ["string", "number", "boolean"]}
    assert made == {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "minimum": 0, "maximum": 9, "description": "A number.", "default": 3},
            "b": {"anyOf": [{"type": "array", "items": text}, text]},
        },
        "required": ["b"],
        "additionalProperties": False,
    }  # fmt: skip


# --- dates ---


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024", (2024, None, None)),
        ("2024-5", (2024, 5, None)),
        ("2024-05-31", (2024, 5, 31)),
        ("2024-02-29", (2024, 2, 29)),
        ("2024-05-31 10:30", (2024, 5, 31)),
        ("2024-05-31T10:30:00Z", (2024, 5, 31)),
        ("0850", (850, None, None)),
    ],
)
def test_dates(text: str, date: tuple[int | None, ...]) -> None:
    value, fault = parse_date(text)
    assert fault == ""
    assert value is not None
    assert (value["year"], value["month"], value["day"]) == date


NO_DATES = """24 2024-00 2024-13 2023-02-29 2024-05-32 03/04/2026 May-2024 2024-05-01x 2024/2023 2024/x
x/2024 2024-1-1-1"""


@pytest.mark.parametrize("text", ["", "May 2024", *NO_DATES.split()])
def test_no_dates(text: str) -> None:
    value, fault = parse_date(text)
    assert value is None
    assert fault


def test_ranges_may_be_open() -> None:
    closed, _ = parse_date("2020-05/2021")
    assert closed is not None
    assert closed["end"]["year"] == 2021
    for text in ("2020/", "2020/..", "2020/present"):
        value, fault = parse_date(text)
        assert fault == ""
        assert value is not None
        assert value["end"] == {**value["end"], "year": None, "text": "present"}


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_fault(text: str) -> None:
    value, fault = parse_date(text)
    assert (value is None) == bool(fault)


@given(st.dates())
def test_every_day_is_read(day: Any) -> None:
    value, _ = parse_date(day.isoformat())
    assert value is not None
    assert (value["year"], value["month"], value["day"]) == (day.year, day.month, day.day)
