"""Changing numbers in a file of ``content/snapshots/``, and nothing else in it.

The file is the user's: comments, order, other keys and entries that nobody asked for stay. Values are exchanged where
they stand, new ones are put at the end of their list, and then the text is read again: it is used only where it says
exactly what it should, so that no way of writing YAML is ever spoilt.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import Problem, Span, error
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER: Final = "content/snapshots"
#: What needs no quotes as a key or value.
_PLAIN: Final = re.compile(r"[A-Za-z][\w./+-]*(?: [\w./+-]+)*", re.ASCII)
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})

#: The keys that lead to a value.
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file as it is: ``text`` is empty where there is none yet."""

    path: str
    text: str
    data: Mapping[str, Any]


def read_snapshot(root: Path, name: str) -> tuple[Snapshot | None, tuple[Problem, ...]]:
    """The snapshot of a name; None and the problems where it is there and cannot be read."""
    paths = [f"{FOLDER}/{name}{ending}" for ending in (".yaml", ".yml")]
    path = next((path for path in paths if os.path.lexists(root / path)), paths[0])
    if not os.path.lexists(root / path):
        return Snapshot(path, "", {}), ()
    try:
        text = (root / path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        reason = getattr(failure, "strerror", None) or "it is not UTF-8"
        return None, (_refused(path, f"It cannot be read: {reason}"),)
    node, problems = parse_yaml(text.removeprefix("\ufeff"), path)
    if node is None or problems:
        return None, problems
    if node.value is not None and not isinstance(node.value, dict):
        return None, (error("snapshot-kind", f"{path} must be “key: value” lines.", node.span),)
    return Snapshot(path, text, _data(node)), ()


def with_values(snapshot: Snapshot, values: Mapping[Keys, Any]) -> str | None:
    """The text of the file with these values; None where it is written in a way that cannot be changed safely."""
    wanted = _merged(snapshot.data, values)
    if not snapshot.text.strip():
        return _block(wanted, "")
    mark = "\ufeff" if snapshot.text.startswith("\ufeff") else ""
    text = snapshot.text.removeprefix(mark)
    text = _exchanged(text, values)
    added: dict[Keys, dict[Keys, Any]] = {}
    root = _parsed(text)
    for keys, value in values.items():
        if _node(root, keys) is None:
            parent = next(size for size in range(len(keys) - 1, -1, -1) if _is_list(_node(root, keys[:size])))
            added.setdefault(keys[:parent], {})[keys[parent:]] = value
    for above, items in added.items():
        found = _with_items(text, above, _merged({}, items))
        if found is None:
            return None
        text = found
    return mark + text if _says(text, wanted) else None


def write_snapshot(root: Path, snapshot: Snapshot, text: str) -> tuple[Problem, ...]:
    """Put the text in the place of the file, whole or not at all."""
    target = root / snapshot.path
    name = ""
    try:
        if target.is_symlink() or (root / FOLDER).is_symlink():
            target = target.resolve(strict=False)
            if not target.is_relative_to(root.resolve()):
                return (_refused(snapshot.path, "It is a link that leads out of the site"),)
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        file, name = tempfile.mkstemp(dir=target.parent, prefix=".refresh-", suffix=".tmp")
        with os.fdopen(file, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError as failure:
        if name:
            with suppress(OSError):
                Path(name).unlink()
        return (_refused(snapshot.path, f"It cannot be written: {failure.strerror or failure}"),)
    return ()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _refused(path: str, words: str) -> Problem:
    return error("refresh-snapshot", words, Span(path), "Nothing of it was changed.")


# --- reading ---


def _parsed(text: str) -> Node:
    node, _ = parse_yaml(text, "")
    return node or Node(None, Span(""))


def _data(node: Node) -> dict[str, Any]:
    plain = node.plain()
    return plain if isinstance(plain, dict) else {}


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    node, problems = parse_yaml(text, "")
    # As text, since True is 1 and 5 is 5.0 for Python.
    return node is not None and not problems and _canonical(node.plain()) == _canonical(wanted)


def _canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True)


def _node(root: Node | None, keys: Keys) -> Node | None:
    for key in keys:
        root = root.get(key) if root is not None else None
    return root


def _is_list(node: Node | None) -> bool:
    return node is not None and (isinstance(node.value, dict) or node.value is None)


def _merged(data: Mapping[str, Any], values: Mapping[Keys, Any]) -> dict[str, Any]:
    """The data with the values put in, each at the end where its key is new."""
    found = dict(data)
    for (first, *rest), value in values.items():
        below = found.get(first)
        found[first] = (
            _merged(below if isinstance(below, dict) else {}, {tuple(rest): value}) if rest else value
        )
    return found


# --- writing ---


def _exchanged(text: str, values: Mapping[Keys, Any]) -> str:
    """The text with the values whose keys are there, the last ones first, so that places stay right."""
    root = _parsed(text)
    lines = text.split("\n")
    found = [(node.span, value) for keys, value in values.items() if (node := _node(root, keys)) is not None]
    for span, value in sorted(found, key=lambda item: item[0], reverse=True):
        if not 0 < span.line <= span.end_line <= len(lines):
            continue  # it will be seen that the text does not say what it should
        before = lines[span.line - 1][: span.column - 1]
        after = lines[span.end_line - 1][span.end_column - 1 :]
        gap = " " if before.endswith(":") else ""
        lines[span.line - 1 : span.end_line] = [f"{before}{gap}{_flow(value)}{after}"]
    return "\n".join(lines)


def _with_items(text: str, parent: Keys, items: Mapping[str, Any]) -> str | None:
    """The text with items added to the mapping at ``parent``, or to an empty value there."""
    root = _parsed(text)
    node = _node(root, parent)
    lines = text.split("\n")
    wanted = _merged(_data(root), {(*parent, key): value for key, value in items.items()})
    end = "\r" if "\r\n" in text else ""
    if node is None:
        return None
    if node.value is None and parent:
        span = node.span
        before, after = (
            lines[span.line - 1][: span.column - 1],
            lines[span.end_line - 1][span.end_column - 1 :],
        )
        gap = " " if before.endswith(":") else ""
        tries = [[*lines[: span.line - 1], f"{before}{gap}{_flow(items)}{after}", *lines[span.end_line :]]]
    elif _begins(lines, node.span) == "{":
        at, column = node.span.line - 1, node.span.column
        shown = _flow(items)[1:-1] + (", " if node.value else "")
        tries = [[*lines[:at], lines[at][:column] + shown + lines[at][column:], *lines[at + 1 :]]]
    else:
        indent = " " * (min(span.column for span in node.keys.values()) - 1) if node.keys else ""
        new = [line + end for line in _block(items, indent).rstrip("\n").split("\n")]
        last = _last_line(node, lines) if parent else len(lines)
        # A value may go on below its last word: in a comment, a bracket, or empty lines of a text.
        tries = [_inserted(lines, at, new, end) for at in range(last, min(last + 20, len(lines)) + 1)]
    for one in tries:
        found = "\n".join(one)
        if _says(found, wanted):
            return found
    return None


def _inserted(lines: Sequence[str], at: int, new: Sequence[str], end: str) -> list[str]:
    """New lines before the line at a number; where that is the end of a text, its last line gets an end."""
    if at < len(lines):
        return [*lines[:at], *new, *lines[at:]]
    if lines and lines[-1]:
        return [*lines[:-1], lines[-1] + end, *new, ""]
    return [*lines[:-1], *new, ""]


def _begins(lines: Sequence[str], span: Span) -> str:
    return lines[span.line - 1][span.column - 1 : span.column] if span.line <= len(lines) else ""


def _last_line(node: Node, lines: Sequence[str]) -> int:
    """The last line of a value, at most (counted from 1)."""
    last = 0
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.value, dict):
            waiting += one.value.values()
            last = max(last, *(span.end_line for span in one.keys.values()), 0)
        elif isinstance(one.value, tuple):
            waiting += one.value
        else:
            last = max(
                last, one.span.end_line - (one.span.end_column == 1 and one.span.end_line > one.span.line)
            )
    return min(last, len(lines))


def _block(items: Mapping[str, Any], indent: str) -> str:
    """A mapping over lines; what is below the second level stands in braces."""
    written = []
    for key, value in items.items():
        if isinstance(value, dict) and value and not indent:
            written.append(f"{_word(key)}:\n{_block(value, '  ')}")
        else:
            written.append(f"{indent}{_word(key)}: {_flow(value)}\n")
    return "".join(written)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, str):
        return _word(value)
    return json.dumps(value)


def _word(text: str) -> str:
    """A text as YAML has it, in quotes where it could be read as something else. A day needs none here."""
    is_plain = (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS) or re.fullmatch(
        r"\d{4}-\d\d-\d\d", text
    )
    return text if is_plain else json.dumps(text, ensure_ascii=not text.isprintable())
