"""Extensions: one Python file of the user's with a function ``register(r)``.

    def register(r):
        r.collection("grants", "grants.yaml", title="text!", funder="markdown", year="number")

Extensions are code and run with the user's rights; a site without any runs no code of its own. A fault in one is
a problem with its file and line.
"""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acadsite.collect.collections import BUILT_IN, Collection, with_year
from acadsite.problems import Problem, Span, error, quote
from acadsite.records import slug
from acadsite.schema import Address, Day, Field, Flag, Free, Kind, Many, Schema, Text, Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: The words for kinds of fields; “!” after one makes the field required.
KINDS: dict[str, Kind] = {
    "text": Text(),
    "markdown": Text(markdown=True),
    "number": Whole(),
    "flag": Flag(),
    "date": Day(),
    "address": Address(),
    "list": Many(Text()),
    "any": Free(),
}


@dataclass(slots=True)
class Registry:
    """What extensions add. Methods check their arguments and raise ``ValueError`` with a sentence."""

    collections: dict[str, Collection] = field(default_factory=dict)
    collectors: list[tuple[str, str, Callable[..., Any]]] = field(default_factory=list)
    page_kinds: dict[str, Callable[..., Any]] = field(default_factory=dict)
    filters: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def collection(
        self, name: str, glob: str, schema: Schema | Mapping[str, str] | None = None, /, **fields: str
    ) -> None:
        """A collection from ``glob`` below content/: a list file (``grants.yaml``) or a folder of Markdown
        files (``grants/*.md``). Fields are given by keyword as words of ``KINDS``, or by a ``Schema``."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"a collection's name is small letters, digits and “_”, not {quote(name)}")
        if name in self.collections or any(name == known.name for known in BUILT_IN):
            raise ValueError(f"there is a collection {quote(name)} already")
        if not isinstance(schema, Schema):
            schema = _schema(name, {**(schema or {}), **fields})
        names = schema.names()
        folder = glob.rpartition("/")[0] if glob.endswith(".md") else ""
        self.collections[name] = Collection(
            name,
            schema,
            lambda data: slug(str(data.get("id") or data.get("title") or data.get("name") or "")),
            file="" if folder else glob,
            folder=folder,
            derive=with_year if "year" in names and "date" in names else None,
            order="date" if "date" in names else "file",
        )

    def collector(self, name: str, glob: str, read: Callable[..., Any]) -> None:
        """Records of collection ``name`` from files of any form: ``read(path, text)`` gives mappings."""
        self.collectors.append((name, glob, read))

    def page_kind(self, name: str, plan: Callable[..., Any]) -> None:
        """Pages of a new kind: ``plan(library, config)`` gives ``acadsite.graph.Page`` values."""
        self.page_kinds[name] = plan

    def filter(self, name: str, function: Callable[..., Any]) -> None:
        """A filter for templates. It must depend on its arguments alone."""
        self.filters[name] = function


def _schema(name: str, fields: Mapping[str, str]) -> Schema:
    made = []
    for key, word in ({"id": "text"} | dict(fields)).items():
        kind = KINDS.get(word.removesuffix("!"))
        if kind is None:
            raise ValueError(f"{quote(word)} is no kind of field; there are {', '.join(KINDS)}")
        made.append(Field(key, kind, required=word.endswith("!"), default=[] if word == "list" else None))
    return Schema(name, tuple(made))


def load_extensions(root: Path, names: tuple[str, ...], where: Span) -> tuple[Registry, tuple[Problem, ...]]:
    """Run the extensions of a site, in order."""
    registry = Registry()
    problems: list[Problem] = []
    for name in names:
        path = root / name
        if not path.resolve().is_relative_to(root.resolve()) or path.suffix != ".py":
            message = f"{quote(name)} is no Python file of this site."
            problems.append(error("extension-path", message, where))
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as failure:
            problems.append(error("extension-missing", f"{quote(name)} cannot be read: {failure}.", where))
            continue
        problems += _run(registry, name, str(path), text)
    return registry, tuple(problems)


def _run(registry: Registry, name: str, file: str, text: str) -> list[Problem]:
    try:
        space: dict[str, Any] = {"__name__": Path(name).stem, "__file__": file}
        exec(compile(text, file, "exec"), space)  # noqa: S102
        register = space.get("register")
        if not callable(register):
            return [error("extension-register", "There is no function “register(r)”.", Span(name))]
        register(registry)
    except SyntaxError as failure:
        place = Span(name, failure.lineno or 1, failure.offset or 1)
        return [error("extension-error", f"Python: {failure.msg}.", place)]
    except Exception as failure:  # noqa: BLE001
        return [extension_problem(failure, name, file)]
    return []


def extension_problem(failure: Exception, name: str, file: str) -> Problem:
    """A problem for an exception out of an extension: its last line in that file."""
    frames = [frame for frame in traceback.extract_tb(failure.__traceback__) if frame.filename == file]
    line = frames[-1].lineno if frames else 1
    text = str(failure) or type(failure).__name__
    return error("extension-error", f"{type(failure).__name__}: {text}.", Span(name, line or 1))
