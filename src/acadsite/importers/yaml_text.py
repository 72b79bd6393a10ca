"""Values as YAML that a person likes to edit.

One key a line, no folding of long lines, quotes only where a reader of YAML 1.1 or 1.2 would take the text for
something else. A key that begins with ``#`` is written as a comment line: worth keeping for a person, no data.
``yaml.safe_load(yaml_text(value))`` gives ``value`` without those keys; a test holds it to that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import yaml

from acadsite.sources import parse_yaml

#: Text that no reader of YAML takes for anything else; what does not match is tried out or quoted.
_WORDS = re.compile(r"[A-Za-z][A-Za-z ]*[A-Za-z]\Z")
_WORDS_WITH_MEANING = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def yaml_text(value: Any, comment: str = "") -> str:
    """A mapping or list as a YAML document with one newline at the end; ``comment`` goes above it.

    Values are None, bool, int, float, str, mappings with text keys, and lists or tuples of them.
    """
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    body = list(_lines(value)) if value else [_empty(value)]
    return "\n".join([*head, *body]) + "\n"


def _empty(value: Any) -> str:
    return "{}" if isinstance(value, Mapping) else "[]"


def _lines(value: Any) -> list[str]:
    return _mapping(value) if isinstance(value, Mapping) else _sequence(value)


def _mapping(value: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, item in value.items():
        if key.startswith("#"):
            words = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
            lines.append(f"# {key[1:].strip()}: {' '.join(words.split())}")
        else:
            lines += _placed(f"{_scalar(key)}:", item)
    return lines


def _sequence(value: Sequence[Any]) -> list[str]:
    lines = []
    for item in value:
        if isinstance(item, Mapping) and _has_data(item):
            lines += _hung(_mapping(item))
        elif _is_list(item) and item:
            lines += _hung(_sequence(item))
        else:
            lines += _placed("-", item)
    return lines


def _hung(inner: list[str]) -> list[str]:
    """Lines below a dash: the first line that is no comment stands beside it."""
    first = next(at for at, line in enumerate(inner) if not line.startswith("#"))
    ordered = [inner[first], *inner[:first], *inner[first + 1 :]]
    return [f"- {ordered[0]}", *(f"  {line}" if line else line for line in ordered[1:])]


def _placed(head: str, item: Any) -> list[str]:
    """An item after ``key:`` or ``-``."""
    if isinstance(item, Mapping):
        inner = _mapping(item) if _has_data(item) else []
        return [head, *(f"  {line}" if line else line for line in inner)] if inner else [f"{head} {{}}"]
    if _is_list(item):
        return (
            [head, *(f"  {line}" if line else line for line in _sequence(item))] if item else [f"{head} []"]
        )
    if isinstance(item, str) and _suits_block(item):
        # “|-” keeps the text as it is; the indentation is two blanks by construction.
        return [f"{head} |-", *(f"  {line}" if line else "" for line in item.split("\n"))]
    return [f"{head} {_scalar(item)}"]


def _has_data(item: Mapping[str, Any]) -> bool:
    return any(not key.startswith("#") for key in item)


def _is_list(item: Any) -> bool:
    return isinstance(item, Sequence) and not isinstance(item, (str, bytes))


def _suits_block(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) > 1
        and all(line.isprintable() for line in lines)
        and not lines[0].startswith(" ")
        and bool(lines[0])
        and bool(lines[-1])
        and not any(line != line.rstrip() for line in lines)
    )


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    if not text.isprintable():
        return '"' + "".join(_escaped(char) for char in text) + '"'
    return text if _is_plain(text) else "'" + text.replace("'", "''") + "'"


def _escaped(char: str) -> str:
    if char in '\\"':
        return "\\" + char
    if char.isprintable():
        return char
    return "\\n" if char == "\n" else f"\\U{ord(char):08x}"


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    """Whether ``text`` without quotes is read as that text, as a key, after a key and in a list, by both sets
    of rules."""
    if _WORDS.match(text):
        return text.lower() not in _WORDS_WITH_MEANING
    if not text or text != text.strip():
        return False
    trial = f"- k: {text}\n- {text}\n"
    wanted = [{"k": text}, text]
    try:
        if yaml.safe_load(trial) != wanted or yaml.safe_load(f"{text}: 1\n") != {text: 1}:
            return False
    except (yaml.YAMLError, ValueError):  # ValueError: 2023-02-31 looks like a date and is none
        return False
    node, problems = parse_yaml(trial, "")
    return node is not None and not problems and node.plain() == wanted
