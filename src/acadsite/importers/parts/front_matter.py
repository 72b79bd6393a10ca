"""Front matter and data files in YAML, TOML and JSON, as ``Node`` trees in which every value knows its place.

In: text and its path. Out: nodes and problems, never an exception. TOML tells no places: they are found by looking
for the keys, and where that fails it is the line of the table, or the first.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, Final

from acadsite.problems import Problem, Span, error
from acadsite.sources import MAX_DEPTH, FrontMatter, Node, parse_yaml, split_front_matter

_TABLE: Final = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_\-.\"']+)\s*=")
_OPENING: Final = re.compile(r"\+\+\+[ \t]*(?:\n|\Z)")
_CLOSING: Final = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
#: Where tomllib says that something is wrong.
_AT: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_front_matter(text: str, path: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """The front matter of a document between ``---``, between ``+++`` or in braces, and the body behind it."""
    opening = _OPENING.match(text)
    if opening:
        return _toml_front_matter(text, path, opening.end())
    if text.startswith("{") and not text.startswith(("{{", "{%", "{:")):
        return _json_front_matter(text, path)
    return split_front_matter(text, path)


def read_data(text: str, path: str, first_line: int = 1) -> tuple[Node | None, tuple[Problem, ...]]:
    """A file of settings or data, by the end of its name: ``.toml``, ``.json``, else YAML."""
    if path.endswith(".toml"):
        return _toml(text, path, first_line)
    if path.endswith(".json"):
        return _json(text, path, first_line)
    return parse_yaml(text, path, first_line, foreign=True)


def _toml_front_matter(text: str, path: str, start: int) -> tuple[FrontMatter, tuple[Problem, ...]]:
    end = _CLOSING.search(text, start)
    if end is None:
        message = "The front matter that begins here is never closed."
        problem = error(
            "front-matter-open", message, Span(path, 1, 1), "Write a line “+++” after the last key."
        )
        return FrontMatter(None, text, 1), (problem,)
    node, problems = _toml(text[start : end.start()], path, 2)
    body = text[end.end() + 1 :]
    return FrontMatter(node, body, text.count("\n", 0, end.end()) + 2), problems


def _json_front_matter(text: str, path: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as failure:
        line, column = getattr(failure, "lineno", 1), getattr(failure, "colno", 1)
        problem = error(
            "json-syntax", "This is no JSON.", Span(path, line, column), "Look at commas and quotes."
        )
        return FrontMatter(None, text, 1), (problem,)
    node, problems = _json(text[:end], path, 1)
    rest = text[end:]
    body = rest.partition("\n")[2] if not rest.partition("\n")[0].strip() else rest
    return FrontMatter(node, body, text.count("\n", 0, end) + 2), problems


# --- JSON ---


def _json(text: str, path: str, first_line: int) -> tuple[Node | None, tuple[Problem, ...]]:
    node, problems = parse_yaml(text, path, first_line)
    if node is not None and not problems:  # nearly all JSON is YAML, which tells places
        return node, ()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as failure:
        line, column = getattr(failure, "lineno", 1), getattr(failure, "colno", 1)
        place = Span(path, line + first_line - 1, column)
        return None, (error("json-syntax", "This is no JSON.", place, "Look at commas and quotes."),)
    return _node(value, Span(path, first_line, 1), {}, (), 0), ()


# --- TOML ---


def _toml(text: str, path: str, first_line: int) -> tuple[Node | None, tuple[Problem, ...]]:
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as failure:
        reason = str(failure)
        found = _AT.search(reason)
        line = int(found[1]) if found else text.count("\n") + 1
        column = int(found[2]) if found else 1
        message = f"This is no TOML: {_AT.sub('', reason).strip() or 'it cannot be read'}."
        return None, (error("import-toml", message, Span(path, line + first_line - 1, column)),)
    places = _places(text, path, first_line)
    return _node(value, Span(path, first_line, 1), places, (), 0), ()


def _places(text: str, path: str, first_line: int) -> dict[tuple[str, ...], Span]:
    """Where each key stands, by its way from the top; the items of ``[[tables]]`` are numbered."""
    found: dict[tuple[str, ...], Span] = {}
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for at, line in enumerate(text.split("\n")):
        span = Span(path, at + first_line, len(line) - len(line.lstrip()) + 1)
        head = _TABLE.match(line)
        if head and not _KEY.match(line):
            table = tuple(part.strip().strip("\"'") for part in head[2].split("."))
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, str(counts[table]))
            found.setdefault(table, span)
            continue
        key = _KEY.match(line)
        if key:
            names = tuple(part.strip("\"'") for part in key[1].split("."))
            found.setdefault((*table, *names), span)
    return found


def _node(
    value: Any, around: Span, places: dict[tuple[str, ...], Span], way: tuple[str, ...], depth: int
) -> Node:
    """A plain value as a node. Dates are text in ISO 8601."""
    span = places.get(way, around)
    if depth > MAX_DEPTH:
        return Node(None, span)
    if isinstance(value, dict):
        items = {
            str(key): _node(item, span, places, (*way, str(key)), depth + 1) for key, item in value.items()
        }
        return Node(items, span, keys={key: item.span for key, item in items.items()})
    if isinstance(value, list):
        inner = tuple(_node(item, span, places, (*way, str(at)), depth + 1) for at, item in enumerate(value))
        return Node(inner, span)
    if value is None or isinstance(value, (bool, int, float, str)):
        raw = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        return Node(value, span, raw)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return Node(text, span, text)
