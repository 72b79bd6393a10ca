"""List files (``talks.yaml``) and folders of Markdown files (``posts/*.md``) as records and documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.collect.latex import ENDING as LATEX
from acadsite.collect.notebooks import ENDING, HEADING, read_notebook, titled
from acadsite.library import Dialect, Document, Key
from acadsite.problems import Problem, Span, error, from_plain, quote, to_plain
from acadsite.records import FrozenMap, Places, Record, freeze, from_node, segment
from acadsite.sources import Node, parse_yaml, split_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.collect.collections import Collection
    from acadsite.collect.latex.document import Beside

#: A date in front of a file's name, as Jekyll wants it, is no part of the id.
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-(?=.)")


@dataclass(frozen=True, slots=True)
class Collected:
    """What one collector found. ``lost`` names the collections that lack records because of errors, ``unread``
    the documents that gave no record, with the reason, ``hidden`` the records that are left out on purpose."""

    records: tuple[Record, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    lost: frozenset[str] = frozenset()
    unread: tuple[tuple[str, str], ...] = ()
    hidden: frozenset[Key] = frozenset()


def plain(collected: Collected) -> list[Any]:
    """What was collected from one file, as JSON can hold it; a document is the end of its file, but that of a notebook,
    which is whole."""
    records = []
    for record in collected.records:
        assert isinstance(record.spans, Places)  # noqa: S101
        records.append([record.collection, record.id, record.data, record.spans.plain()])
    documents = [
        [
            *(item.collection, item.id, item.path, item.text if item.lines else len(item.text)),
            *(item.line, item.dialect, item.lines, item.pictures),
        ]
        for item in collected.documents
    ]
    problems = [to_plain(problem) for problem in collected.problems]
    return [records, documents, problems, sorted(collected.lost), collected.unread]


def revived(value: Any, text: str) -> Collected:
    """The inverse of ``plain``, given the text of the file."""
    records, documents, problems, lost, unread = value
    return Collected(
        tuple(
            Record(collection, identifier, freeze(data), Places.revived(spans))
            for collection, identifier, data, spans in records
        ),
        tuple(
            Document(
                *(collection, identifier, path),
                own if isinstance(own, str) else text[len(text) - own :],
                *(line, dialect),
                lines=tuple(map(tuple, lines)),
                pictures=tuple((name, start, end) for name, start, end in pictures),
            )
            for collection, identifier, path, own, line, dialect, lines, pictures in documents
        ),
        tuple(from_plain(problem) for problem in problems),
        frozenset(lost),
        tuple((path, reason) for path, reason in unread),
    )


def read_list(collection: Collection, path: str, text: str) -> Collected:
    """The records of a list file. A mapping of ids to records is taken as well as a list."""
    problems: list[Problem] = []
    node, faults = parse_yaml(text, path)
    problems += faults
    lost, unread = frozenset({collection.name}), ((path, "errors"),)
    if node is None:
        return Collected(problems=tuple(problems), lost=lost, unread=unread)
    if node.value is None:
        return Collected(problems=tuple(problems))
    named = node.value if isinstance(node.value, dict) else {}
    if named and all(isinstance(item.value, dict) for item in named.values()):
        items = _named_items(node)
    elif isinstance(node.value, tuple):
        items = node.value
    else:
        wrong = error("list-kind", f"{path} must be a list of records.", node.span, "Begin each with “- ”.")
        return Collected(problems=(*problems, wrong), lost=lost, unread=unread)
    records = []
    used: set[str] = set()
    for item in items:
        record = make(collection, item, problems)
        if record is not None:
            records.append(_apart(record, item, used))
    return Collected(tuple(records), (), tuple(problems), lost if len(records) < len(items) else frozenset())


def _named_items(node: Node) -> tuple[Node, ...]:
    """A mapping “id: {…}” as a list of nodes with that id."""
    items = []
    for key, item in node.value.items() if isinstance(node.value, dict) else ():
        if isinstance(item.value, dict) and "id" not in item.value:
            identity = Node(key, node.keys[key], key)
            items.append(
                Node({"id": identity, **item.value}, node.keys[key], keys={"id": node.keys[key], **item.keys})
            )
        else:
            items.append(item)
    return tuple(items)


def _apart(record: Record, node: Node, used: set[str]) -> Record:
    """Two records of one list may say the same (a talk given twice): made-up ids get a number, given ones are
    left alone so that a real duplicate is reported."""
    if node.get("id") is None:
        base, count = record.id, 1
        while record.id in used:
            count += 1
            record = _renamed(record, f"{base}-{count}")
    used.add(record.id)
    return record


def _renamed(record: Record, identifier: str) -> Record:
    return replace(record, id=identifier, data=FrozenMap({**record.data, "id": identifier}))


def make(
    collection: Collection, node: Node, problems: list[Problem], fallback: str | None = None
) -> Record | None:
    """One record; ``fallback`` is its id where the data gives none of its own."""

    def identify(data: dict[str, Any]) -> str:
        if collection.derive is not None:
            collection.derive(data)
        # Who and what these are is found out when everything is read.
        data.update(dict.fromkeys(collection.later, ()))
        if data.get("id"):
            return str(data["id"])  # as it is written, so that references find it
        if fallback is not None:
            return fallback
        return collection.id_of(data)

    needed = collection.needs_one_of
    if needed and isinstance(node.value, dict) and not any(node.value.get(name) for name in needed):
        names = " or ".join(quote(name) for name in needed)
        message = f"A key {names} is needed."
        problems.append(error("key-missing", message, node.span, "What was it, or where?"))
        return None
    return from_node(collection.name, collection.schema, node, identify, problems)


def read_document(
    collection: Collection, path: str, text: str, dialect: Dialect, beside: Beside | None = None
) -> Collected:
    """A record with a body from one Markdown file, notebook or document of LaTeX; the file's name is the id where the
    collection says so. ``beside`` is what LaTeX may take in."""
    if path.endswith(LATEX):
        whole, problems = _typeset(collection, path, text, beside)
    else:
        written = _written if path.endswith(ENDING) else _split
        whole, problems = written(collection, path, text, dialect)
    found = list(problems)
    node = whole.data if whole is not None else None
    lost, unread = frozenset({collection.name}), ((path, "errors"),)
    if whole is None or (node is None and any(problem.level == "error" for problem in found)):
        return Collected(problems=tuple(found), lost=lost, unread=unread)
    if node is None:
        node = Node({}, Span(path, 1, 1))
    pure = PurePosixPath(path)
    node = _dated(collection, node, pure.parent.name if pure.stem == "index" else pure.stem)
    stem = pure.stem.removesuffix(f".{collection.language}") if collection.language else pure.stem
    stem = pure.parent.name if stem == "index" else stem
    fallback = segment(_DATED.sub("", stem)) if collection.stem_is_id else None
    record = make(collection, node, found, fallback)
    if record is None:
        if whole.data is None:
            hint = "Begin the file with a line “---”, lines “key: value”, and a second line “---”."
            if path.endswith(ENDING):
                hint = "Begin the notebook with a raw cell: a line “---”, lines “key: value”, a second line “---”."
            if path.endswith(LATEX):
                hint = "Begin the file with a line “% ---”, lines “% key: value”, and a second line “% ---”."
            found = [replace(problem, hint=hint) for problem in found]
        return Collected(problems=tuple(found), lost=lost, unread=unread)
    documents = (replace(whole.document, id=record.id),) if whole.document.text.strip() else ()
    return Collected((record,), documents, tuple(found))


def _dated(collection: Collection, node: Node, stem: str) -> Node:
    """With the day in front of the file's name, where a date is needed and none is written."""
    found = _DATED.match(stem)
    if found is None or not isinstance(node.value, dict) or node.get("date") is not None:
        return node
    if not any(field.name == "date" and field.required for field in collection.schema.fields):
        return node
    date = Node(found[0][:-1], node.span, found[0][:-1])
    return replace(node, value={**node.value, "date": date}, keys={**node.keys, "date": node.span})


class _Whole(NamedTuple):
    """The front matter of a file, and its text."""

    data: Node | None
    document: Document


_Parts = tuple[_Whole | None, tuple[Problem, ...]]


def _split(collection: Collection, path: str, text: str, dialect: Dialect) -> _Parts:
    """A Markdown file; where there must be a title and none is written, the heading that it begins with is it."""
    parts, problems = split_front_matter(text, path)
    data, body = parts.data, parts.body
    if not problems and _needs_title(collection) and (data is None or data.get("title") is None):
        start = len(body) - len(body.lstrip("\n"))
        end = body.find("\n", start) % (len(body) + 1)
        if heading := HEADING.fullmatch(body[start:end]):
            place = Span(path, parts.body_line + body.count("\n", 0, start), heading.start("words") + 1)
            title = _title(collection, heading["words"])
            data, body = titled(data, title, place), body[:start] + body[end:]
    return _Whole(data, Document(collection.name, "", path, body, parts.body_line, dialect)), problems


def _needs_title(collection: Collection) -> bool:
    return any(field.name == "title" and field.required for field in collection.schema.fields)


def _title(collection: Collection, words: str) -> str:
    """The words of a heading as a title; without their Markdown where titles have none."""
    kind = next(field.kind for field in collection.schema.fields if field.name == "title")
    if getattr(kind, "markdown", False):
        return words
    from acadsite.markup.inline import plain  # most titles stand in the front matter

    return plain(words) or words


def _written(collection: Collection, path: str, text: str, _: Dialect) -> _Parts:
    """A notebook, which is written in our dialect; where there must be a title, its first heading is it."""
    found, problems = read_notebook(text, path)
    if found is None:
        return None, problems
    if _needs_title(collection):
        found = found.with_title(path, lambda words: _title(collection, words))
    document = Document(
        *(collection.name, "", path, found.text, found.line, "commonmark"),
        lines=found.lines,
        pictures=found.pictures,
    )
    return _Whole(found.data, document), problems


def _typeset(collection: Collection, path: str, text: str, beside: Beside | None) -> _Parts:
    """A document of LaTeX, in the same way."""
    from acadsite.collect.latex.document import read_latex

    names = frozenset(collection.schema.names())
    counts = collection.name != "chapters"
    found, problems = read_latex(text, path, beside, fields=names.__contains__, counts=counts)
    document = Document(collection.name, "", path, found.text, found.line, "commonmark", lines=found.lines)
    return _Whole(found.data, document), problems


def merge(parts: Iterable[Collected]) -> Collected:
    """Several results as one, in order."""
    parts = list(parts)
    return Collected(
        tuple(record for part in parts for record in part.records),
        tuple(document for part in parts for document in part.documents),
        tuple(problem for part in parts for problem in part.problems),
        frozenset().union(*(part.lost for part in parts)),
        tuple(item for part in parts for item in part.unread),
        frozenset().union(*(part.hidden for part in parts)),
    )
