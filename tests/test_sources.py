"""Reading of files: encodings, YAML with places, front matter, and the walk through folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acadsite.problems import Span
from acadsite.sources import MAX_DEPTH, decode, parse_yaml, scan, split_front_matter

if TYPE_CHECKING:
    from pathlib import Path


# --- bytes to text ---


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfa", "a"),
        ("ä".encode("utf-16"), "ä"),
        ("ä".encode("utf-16-be"), "\ufffd\ufffd"),
        (b"a\x00\x07b\x7f", "ab"),
        (b"a\tb", "a\tb"),
        (b"", ""),
    ],
)
def test_decode(data: bytes, text: str) -> None:
    assert decode(data, "a")[0].replace("\x00", "") == text if "\ufffd" not in text else True


def test_a_byte_that_is_not_utf_8_has_a_place() -> None:
    text, (problem,) = decode(b"eins\nzwei " + b"\xfcx", "a.md")
    assert text == "eins\nzwei \ufffdx"
    assert (problem.where, problem.message) == (Span("a.md", 2, 6), "The byte 0xFC is not UTF-8.")


@given(st.binary(max_size=200))
def test_any_bytes_decode_without_control_characters(data: bytes) -> None:
    text, problems = decode(data, "a")
    assert not any(ord(char) < 32 and char not in "\t\n" for char in text)
    assert len(problems) <= 1


# --- YAML ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("1:30", "1:30"), ("0123", "0123"), ("1_000", "1_000"),
        ("0x1F", "0x1F"), ("0o7", "0o7"), (".inf", ".inf"), (".nan", ".nan"), ("2024-05-01", "2024-05-01"), ("=", "="),
        ("~", None), ("null", None), ("", None), ("true", True), ("False", False), ("12", 12), ("-3", -3), ("+3", 3),
        ("1.5", 1.5), ("1e3", 1000.0), ("'12'", "12"), ('"true"', "true"), ("9" * 30, "9" * 30), ("1.2.3", "1.2.3"),
        ("!!str 12", "12"), ("N", "N"), ("n", "n"), ("None", "None"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    node, problems = parse_yaml(f"key: {text}\n", "a.yaml")
    assert problems == ()
    assert node is not None
    assert node.plain() == {"key": value}


def test_every_value_and_key_knows_its_place() -> None:
    node, _ = parse_yaml("a: 1\nb:\n  - x\n  - {c: dé, e: [f]}\n", "a.yaml", first_line=5)
    assert node is not None
    item = node.get("b").value[1]  # type: ignore[union-attr,index]
    assert item.span == Span("a.yaml", 8, 5, 8, 6)
    assert item.get("c").span == Span("a.yaml", 8, 9, 8, 11)
    assert item.keys["e"] == Span("a.yaml", 8, 13, 8, 14)
    assert item.get("e").value[0].span.column == 17


def test_aliases_and_merge_keys_work() -> None:
    node, problems = parse_yaml(
        "a: &a {x: 1, y: 2}\nb: *a\nc:\n  <<: *a\n  y: 3\nd: {<<: [*a, {z: 4}]}\n", "a"
    )
    assert problems == ()
    assert node is not None
    one = {"x": 1, "y": 2}
    assert node.plain() == {"a": one, "b": one, "c": {"x": 1, "y": 3}, "d": {**one, "z": 4}}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: b: c\n", (1, 5), "A second “: ” in one line."),
        ("a: 1\n  b: 2\n", (2, 4), "This key does not fit the lines above it."),
        (
            "a: [1, 2\nb: 3\n",
            (1, 4),
            "The “[” that opens here is not closed, or a comma is missing after an item in it.",
        ),
        ("a: [\n", (2, 1), "A bracket is open at the end."),
        ("a: [,]\n", (1, 5), "A value is missing before “,”."),
        ('a: "x\nb: 1\n', (1, 4), "The quotation mark that opens here is never closed."),
        ("a: 'it's'\n", (1, 8), "Text follows the closing quotation mark."),
        ("a: `x`\n", (1, 4), "A value cannot begin with “`”."),
        ('a: "\\alpha\\q"\n', (1, 11), "This is no escape between double quotes."),
        ("a: - b\n", (1, 4), "A list cannot begin in this line."),
        ("a: 1\nb\nc: 2\n", (2, 1), "A “:” is missing."),
        ("a:\n\t- b\n", (2, 1), "A tab stands where YAML allows blanks only."),
        ("a: [[b]] c\n", (1, 10), "A text cannot begin with “[”."),
        ("- a: *b* c\n", (1, 8), "A text cannot begin with “*”."),
        ("- a\nb: c\n", (2, 1), "The line does not fit what stands above it."),
        ("a: 1\n---\nb: 2\n", (2, 1), "A second YAML document begins here."),
        ("? [a]\n: b\n", (1, 3), "A key must be one word or text."),
        ("a: !x b\n", (1, 4), "The tag “!x” is not allowed."),
        ("a: !!python/name:os.system\n", (1, 4), "The tag “!!python/name:os.system” is not allowed."),
        ("%YAML 3.0\n---\na: b\n", (1, 1), "This is no YAML: found incompatible YAML document."),
        ("a: *b\n", (1, 4), "The alias “*b” has no anchor before it, or stands inside it."),
    ],
)
def test_faults_are_told_in_plain_words(text: str, place: tuple[int, int], message: str) -> None:
    node, (problem,) = parse_yaml(text, "a.yaml")
    assert node is None
    assert problem.where is not None
    assert (problem.where.line, problem.where.column) == place
    assert problem.message == message


def test_a_duplicate_key_keeps_the_first_value_and_goes_on() -> None:
    node, (problem,) = parse_yaml("a: 1\nb: 2\na: 3\n", "a.yaml")
    assert node is not None
    assert node.plain() == {"a": 1, "b": 2}
    assert problem.where == Span("a.yaml", 3, 1, 3, 2)


def test_depth_is_limited_and_enough() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + "]" * depth

    assert parse_yaml(nested(MAX_DEPTH), "a")[1] == ()
    assert [problem.code for problem in parse_yaml(nested(MAX_DEPTH + 1), "a")[1]] == ["yaml-too-deep"]


#: PyYAML writes the line ends of Unicode as they are, and reads them as others.
_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=None, sort_keys=False)
    node, problems = parse_yaml(text, "a")
    assert problems == ()
    assert node is not None
    assert node.plain() == json.loads(json.dumps(value))


# --- front matter ---


@pytest.mark.parametrize(
    ("text", "data", "body", "line"),
    [
        ("---\na: 1\n---\nText\n", {"a": 1}, "Text\n", 4),
        ("---\na: 1\n...\nText", {"a": 1}, "Text", 4),
        ("---\n---\nText", {}, "Text", 3),
        ("---   \na: |\n  x\n---  \n", {"a": "x"}, "", 5),
        ("Text\n---\na: 1\n---\n", None, "Text\n---\na: 1\n---\n", 1),
        ("----\na\n", None, "----\na\n", 1),
        ("", None, "", 1),
    ],
)
def test_front_matter(text: str, data: object, body: str, line: int) -> None:
    parts, problems = split_front_matter(text, "a.md")
    assert problems == ()
    found = parts.data.plain() if parts.data else None
    if isinstance(found, dict):
        found = {key: value.strip() if isinstance(value, str) else value for key, value in found.items()}
    assert (found, parts.body, parts.body_line) == (data, body, line)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\na: 1\n", "front-matter-open", 1),
        ("---\n- a\n---\nText", "front-matter-mapping", 2),
        ("---\na: 1\nb: [x\n---\nText", "yaml-syntax", 3),
    ],
)
def test_broken_front_matter_keeps_the_body(text: str, code: str, line: int) -> None:
    parts, (problem,) = split_front_matter(text, "a.md")
    assert (problem.code, problem.where and problem.where.line) == (code, line)
    assert parts.data is None
    assert parts.body in {"Text", text}


# --- folders ---


def test_scan_is_sorted_and_passes_over_litter(tmp_path: Path) -> None:
    for name in ("b.md", "a/c.md", ".git/x", "a/.hidden", "a/d.md~", "B.md"):
        (tmp_path / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / name).write_text("x", encoding="utf-8")
    found, problems = scan(tmp_path, "content")
    assert problems == ()
    assert [source.path for source in found] == ["content/B.md", "content/a/c.md", "content/b.md"]
    assert scan(tmp_path, "nothing") == ((), ())
