"""Records: freezing, digests, ids, places; the library: queries, relations."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.library import Library, Query, Relation, collect_records, relate, texts_in
from acadsite.problems import Problem, Span
from acadsite.records import (
    FrozenMap,
    Record,
    canonical,
    digest,
    fold,
    freeze,
    from_node,
    segment,
    slug,
    spans_of,
    thaw,
)
from acadsite.schema import Field, Many, Schema, Text, Whole
from acadsite.sources import parse_yaml

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_freezing_loses_nothing(value: object) -> None:
    frozen = freeze(value)
    hash(frozen)
    assert thaw(frozen) == value
    assert freeze(thaw(frozen)) == frozen
    assert freeze(frozen) == frozen
    assert json.loads(canonical(frozen)) == json.loads(json.dumps(value))
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    assert digest(frozen) == digest(freeze(json.loads(json.dumps(value))))


@given(JSON, JSON)
def test_digests_differ_where_values_do(one: object, other: object) -> None:
    assert (digest(freeze(one)) == digest(freeze(other))) == (canonical(one) == canonical(other))


def test_the_order_of_keys_changes_no_digest() -> None:
    assert digest(FrozenMap({"a": 1, "b": 2})) == digest(FrozenMap({"b": 2, "a": 1}))
    assert hash(FrozenMap({"a": 1, "b": 2})) == hash(FrozenMap({"b": 2, "a": 1}))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(a=2),
        lambda data: data.__setitem__("a", 2),
        lambda data: data.pop("a"),
        lambda data: data.clear(),
        lambda data: data.setdefault("b", 2),
        lambda data: data.__delitem__("a"),
        lambda data: data.__ior__({"b": 1}),
        lambda data: data.popitem(),
    ],
)
def test_frozen_maps_cannot_change(change: Any) -> None:
    data = FrozenMap({"a": 1})
    with pytest.raises(TypeError, match="cannot change"):
        change(data)
    assert data == {"a": 1}


# --- names ---


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Noether 1921", "noether-1921"),
        ("Über Café", "uber-cafe"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("F♯ and G", "f-sharp-and-g"),
        ("日本語", "日本語"),
        ("Straße Øre Łódź", "strasse-ore-lodz"),
        ("don't", "dont"),
        ("a_b.c", "a-b-c"),
        ("İstanbul", "istanbul"),
        ("...", ""),
        ("🙂", ""),
    ],
)
def test_slug(text: str, made: str) -> None:
    assert slug(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Foo:2020", "Foo-2020"),
        ("con", "con_"),
        ("NUL.txt", "NUL_.txt"),
        ("COM1.tar.gz", "COM1_.tar.gz"),
        ("console", "console"),
        ("a..b", "a.b"),
        (".hidden.", "hidden"),
        ("../../x", "x"),
        ("e\u0301", "é"),
    ],
)
def test_segment(text: str, made: str) -> None:
    assert segment(text) == made


def test_long_names_are_cut_and_stay_apart() -> None:
    one, other = segment("x" * 300), segment("x" * 301)
    assert len(one) == len(other) == 120
    assert one != other
    assert len(segment("日" * 100).encode()) <= 120


@given(st.text())
def test_equal_up_to_case_and_form_is_equal_folded(text: str) -> None:
    import unicodedata

    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)


# --- records from nodes ---

SCHEMA = Schema(
    "things",
    (
        Field("id", Text()),
        Field("name", Text(), required=True),
        Field("tags", Many(Text()), default=[]),
        Field("n", Whole()),
    ),
)


def record_of(text: str) -> tuple[Record | None, list[str]]:
    node, _ = parse_yaml(text, "a.yaml")
    assert node is not None
    problems: list[Problem] = []
    record = from_node("things", SCHEMA, node, lambda data: data["id"] or slug(data["name"]), problems)
    return record, [problem.message for problem in problems]


def test_a_record_knows_the_place_of_every_value() -> None:
    record, messages = record_of("name: Ä b\ntags:\n  - x\n  - y\nmore: {a: [1]}\n")
    assert messages == []
    assert record is not None
    assert record.id == "a-b"
    assert record.data["extra"] == {"more": {"a": (1,)}}
    assert record.place("tags", 1) == Span("a.yaml", 4, 5, 4, 6)
    assert record.place("tags", 9) == record.place("tags")
    assert record.place("more", "a", 0).line == 5
    assert record.place("nothing") == record.where == Span("a.yaml", 1, 1, 1, 1)


def test_a_wrong_value_counts_as_absent_but_a_missing_name_loses_the_record() -> None:
    record, messages = record_of("{name: a, n: x, tags: [[b], c]}")
    assert record is not None
    assert (record.data["n"], record.data["tags"]) == (None, ("c",))
    assert len(messages) == 2
    assert record_of("{n: 1}")[0] is None
    assert record_of("[a]") == (None, ["Each item of things must be “key: value” lines."])
    assert record_of("{name: '...'}") == (None, ["No name for an address can be made from this record."])
    assert record_of("{name: a, id: '...'}") == (None, ["No name for an address can be made from “...”."])


def test_spans_are_in_no_digest_and_no_comparison() -> None:
    one, _ = record_of("{name: a}")
    other, _ = record_of("\n\n{name: a}")
    assert one == other
    assert one is not None
    assert other is not None
    assert one.where != other.where
    assert set(spans_of(parse_yaml("a: [b, {c: d}]", "x")[0])) == {"", "a", "a.0", "a.1", "a.1.c"}  # type: ignore[arg-type]


# --- the library ---


def thing(identifier: str, collection: str = "things", line: int = 1, **data: Any) -> Record:
    return Record(collection, identifier, freeze({"id": identifier, **data}), {"": Span("a.yaml", line)})


RECORDS, _ = collect_records(
    [thing("a", n=3, tags=["x"]), thing("b", n=1), thing("c", n=2, tags=["x", "y"]), thing("d", n=None)]
)
LIBRARY = Library(RECORDS)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (Query("things"), ("a", "b", "c", "d")),
        (Query("nothing"), ()),
        (Query("things", sort=("n",)), ("d", "b", "c", "a")),
        (Query("things", sort=("-n",)), ("a", "c", "b", "d")),
        (Query("things", limit=2, offset=1), ("b", "c")),
        (Query("things", (("n", ">=", 2),)), ("a", "c")),
        (Query("things", (("n", "<", 2), ("n", "!=", None))), ("b",)),
        (Query("things", (("tags", "has", "x"),)), ("a", "c")),
        (Query("things", (("n", "in", (1, 2)),)), ("b", "c")),
        (Query("things", (("nothing", "=", None),)), ("a", "b", "c", "d")),
    ],
)
def test_queries(query: Query, ids: tuple[str, ...]) -> None:
    assert LIBRARY.query(query) == ids
    hash(query)


def test_two_for_one_address_keep_the_first() -> None:
    records, problems = collect_records(
        [thing("A"), thing("a", line=2), thing("A", line=3), thing("a", "others")]
    )
    assert list(records["things"]) == ["A"]
    assert list(records["others"]) == ["a"]
    assert [problem.message for problem in problems] == [
        "The id “a” in things is too much like “A” (a.yaml:1:1): both would get the same address.",
        "The id “A” in things is taken by a.yaml:1:1: both would get the same address.",
    ]


def test_relations_go_both_ways_and_keep_the_order() -> None:
    records, _ = collect_records(
        [
            thing("p", "papers"),
            thing("q", "papers"),
            thing("t", "talks", on=["q", "p", "other"], deep={"on": "p"}),
        ]
    )
    relations = [Relation("talks", "on", "papers"), Relation("talks", "deep.on", "papers")]
    links, problems = relate(records, relations, {("papers", "other"): "q"})
    assert problems == ()
    library = Library(records, links=links)
    assert library.related("talks", "t", "papers") == ("p", "q")
    assert library.related("papers", "q", "talks") == ("t",)
    assert library.related("papers", "p", "papers") == ()


def test_unknown_names_are_told_unless_something_is_lost_or_hidden() -> None:
    records, _ = collect_records([thing("noether", "papers"), thing("t", "talks", on=["neother", "gone"])])
    relations = [Relation("talks", "on", "papers")]
    _, problems = relate(records, relations, {})
    assert [(problem.message, problem.hint) for problem in problems] == [
        ("There is no “neother” in papers.", "Did you mean “noether”?"),
        ("There is no “gone” in papers.", ""),
    ]
    assert relate(records, relations, {}, frozenset({"papers"}))[1] == ()
    assert len(relate(records, relations, {}, frozenset(), frozenset({("papers", "gone")}))[1]) == 1


def test_texts_are_found_with_the_way_to_them() -> None:
    value = freeze({"a": "x", "b": [{"c": "y"}, 1], "d": None})
    assert list(texts_in(value)) == [("x", ("a",)), ("y", ("b", 0, "c"))]
