"""Extensions: one Python file of the user's with a function ``register(r)``.

    def register(r):
        r.collection("grants", "grants.yaml", title="text!", funder="markdown", year="number")
        r.page_kind("grants", collection="grants", fields=["funder"], menu=True)

Extensions are code and run with the user's rights; a site without any runs no code of its own. A fault in one is
a problem with its file and line.
"""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from acadsite.collect.collections import BUILT_IN, Collection, with_year
from acadsite.graph import Page, clean_url
from acadsite.problems import Problem, Span, did_you_mean, error, nearest, quote
from acadsite.records import FrozenMap, slug
from acadsite.schema import Address, Day, Field, Flag, Free, Kind, Many, Schema, Text, Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from acadsite.config import Config
    from acadsite.library import Library

#: Collections that are not lists of records of the user's, but have their name.
_TAKEN = {known.name for known in BUILT_IN} | {"publications", "home", "cv", "snapshots"}
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


#: What a record has in templates whatever its fields are (``track.RecordView``).
_SHADOWED = {"collection", "page", "body", "related", "field_names"}


class Misuse(ValueError):  # noqa: N818
    """A method of the registry was called with something it cannot take; the text is a sentence for the user."""


@dataclass(slots=True)
class Registry:
    """What extensions add. Methods check their arguments and raise ``Misuse`` with a sentence."""

    collections: dict[str, Collection] = field(default_factory=dict)
    collectors: list[tuple[str, str, Callable[..., Any]]] = field(default_factory=list)
    page_kinds: dict[str, Callable[..., Any]] = field(default_factory=dict)
    filters: dict[str, Callable[..., Any]] = field(default_factory=dict)
    #: The extension under way, and which one gave what: (word, name) → file.
    source: str = ""
    origins: dict[tuple[str, str], str] = field(default_factory=dict)

    def collection(
        self, name: str, glob: str, schema: Schema | Mapping[str, str] | None = None, /, **fields: str
    ) -> None:
        """A collection from ``glob`` below content/: a list file (``grants.yaml``) or a folder of Markdown
        files (``grants/*.md``). Fields are given by keyword as words of ``KINDS``, or by a ``Schema``."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise Misuse(f"A collection's name is small letters, digits and “_”, not {quote(name)}.")
        if name in self.collections or name in _TAKEN:
            raise Misuse(f"There is a collection {quote(name)} already.")
        if not glob.endswith((".yaml", ".md")):
            raise Misuse(
                f"{quote(glob)} is neither a list file (grants.yaml) nor a folder of Markdown files (grants/*.md)."
            )
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
        if name in _TAKEN:
            raise Misuse(f"There is a collection {quote(name)} already.")
        self.collectors.append((name, glob, _callable(read)))
        self.origins["collector", name] = self.source

    def page_kind(
        self,
        name: str,
        plan: Callable[..., Any] | None = None,
        /,
        *,
        url: str = "",
        collection: str = "",
        fields: Sequence[str] = (),
        each: str = "",
        title: str = "",
        template: str = "",
        menu: bool = False,
    ) -> None:
        """Pages of a new kind, with the template ``name.html`` unless another is given.

        A list without a template of one's own: ``page_kind("grants", collection="grants", fields=["funder"],
        menu=True)`` shows title, year and those fields. One page for each record: ``page_kind("grant",
        url="grants/{id}/", each="grants")``; its template sees the record as ``record``. One page of any sort:
        ``page_kind("map", title="How to find us")``. Anything else: ``plan(library, config)`` gives
        ``acadsite.graph.Page`` values.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
            raise Misuse(f"A page kind's name is small letters, digits, “-” and “_”, not {quote(name)}.")
        if plan is None:
            pattern = url or (f"{name}/{{id}}/" if each else f"{name}/")
            if each and "{id}" not in pattern:
                raise Misuse(
                    f"The pattern {quote(pattern)} gives every {name} the same address; put {{id}} into it."
                )
            if clean_url(pattern.replace("{id}", "x")) is None:
                raise Misuse(f"The pattern {quote(pattern)} is no address of a page.")
            template = template or ("collection.html" if collection else f"{name}.html")
            params = {"collection": collection, "fields": tuple(fields)} if collection else {}
            words = FrozenMap({**params, **({"menu": True} if menu else {})})
            plan = _Plan(name, pattern, each, title or name.capitalize(), template, words)
        self.page_kinds[name] = _callable(plan)
        self.origins["page_kind", name] = self.source

    def filter(self, name: str, function: Callable[..., Any]) -> None:
        """A filter for templates. It must depend on its arguments alone."""
        self.filters[name] = _callable(function)

    def pages(self, library: Library, config: Config) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
        """The pages of all kinds, in order."""
        pages: list[Page] = []
        problems: list[Problem] = []
        for name, planner in self.page_kinds.items():
            file = self.origins["page_kind", name]
            try:
                made = tuple(planner(library, config))
            except Exception as failure:  # noqa: BLE001 - the user's code may raise anything
                problems.append(extension_problem(failure, file, f"pages of the kind “{name}”"))
                continue
            if all(isinstance(page, Page) for page in made):
                pages += made
            else:
                message = f"The page kind {quote(name)} gave something that is no Page."
                problems.append(error("extension-error", message, Span(file)))
        return tuple(pages), tuple(problems)


def _callable(value: Any) -> Callable[..., Any]:
    if not callable(value):
        raise Misuse(f"Expected a function, found {quote(value)}.")
    return cast("Callable[..., Any]", value)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Pages that are described by a pattern alone."""

    kind: str
    pattern: str
    each: str
    title: str
    template: str
    params: FrozenMap

    def __call__(self, library: Library, config: Config) -> Iterator[Page]:  # noqa: ARG002 - as any plan
        if not self.each:
            url = clean_url(self.pattern) or f"{self.kind}/"
            yield Page(self.kind, url, self.kind, self.template, self.title, None, self.params)
            return
        for record in library.records.get(self.each, {}).values():
            words = next((record.data[key] for key in ("title", "name") if record.data.get(key)), record.id)
            url = clean_url(self.pattern.replace("{id}", record.id)) or f"{self.kind}/{record.id}/"
            key = (record.collection, record.id)
            yield Page(
                f"{self.kind}:{record.id}", url, self.kind, self.template, str(words), key, where=record.where
            )


def _schema(name: str, fields: Mapping[str, str]) -> Schema:
    made = []
    for key, word in ({"id": "text"} | dict(fields)).items():
        if key in _SHADOWED:
            raise Misuse(f"A field cannot be named {quote(key)}: records have that already.")
        kind = KINDS.get(word.removesuffix("!"))
        if kind is None:
            hint = did_you_mean(word.removesuffix("!"), KINDS) or f"There are {', '.join(KINDS)}."
            raise Misuse(f"{quote(word)} is no kind of field. {hint}")
        made.append(Field(key, kind, required=word.endswith("!"), default=[] if word == "list" else None))
    return Schema(name, tuple(made))


def load_extensions(root: Path, config: Config) -> tuple[Registry, tuple[Problem, ...]]:
    """Run the extensions that site.yaml names, in order."""

    def where(at: int) -> Span:
        return config.place("extensions", at)

    names = config["extensions"]
    registry = Registry()
    problems: list[Problem] = []
    for at, name in enumerate(names):
        place = where(at)
        try:
            path = (root / name).resolve()
            inside = path.is_relative_to(root.resolve()) and path.suffix == ".py"
            inside = inside and (path.is_file() or not path.exists())  # no pipe, no folder
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside:
            message = f"{quote(name)} is no Python file of this site."
            problems.append(error("extension-path", message, place))
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as failure:
            reason = getattr(failure, "strerror", None) or "it is not UTF-8"
            others = [file.name for file in root.glob("*.py")]
            hint = did_you_mean(name, others)
            message = f"The extension {quote(name)} cannot be read: {reason}."
            problems.append(error("extension-missing", message, place, hint))
            continue
        problems += _run(registry, name, str(path), text)
    return registry, tuple(problems)


def _run(registry: Registry, name: str, file: str, text: str) -> list[Problem]:
    try:
        space: dict[str, Any] = {"__name__": Path(name).stem, "__file__": file}
        # The name in tracebacks is the one in problems, relative to the site.
        exec(compile(text, name, "exec"), space)  # noqa: S102
        register = space.get("register")
        if not callable(register):
            functions = [key for key, value in space.items() if callable(value)]
            near = nearest("register", functions)
            hint = f"Rename “{near}”." if near else "Write “def register(r):”."
            return [error("extension-register", "There is no function “register(r)”.", Span(name), hint)]
        registry.source = name
        register(registry)
    except SyntaxError as failure:
        place = Span(name, failure.lineno or 1, failure.offset or 1)
        return [error("extension-error", f"This is no Python: {failure.msg}.", place)]
    except (Exception, SystemExit) as failure:  # noqa: BLE001 - the user's code may raise anything
        return [extension_problem(failure, name)]
    return []


def extension_problem(failure: BaseException, name: str, doing: str = "") -> Problem:
    """A problem for an exception out of extension ``name``, at its last line there. ``doing`` says what for."""
    frames = [frame for frame in traceback.extract_tb(failure.__traceback__) if frame.filename == name]
    place = Span(name)
    if frames:
        frame = frames[-1]
        line, column = frame.lineno or 1, (frame.colno or 0) + 1
        end = frame.end_colno + 1 if frame.end_colno is not None and frame.end_lineno == frame.lineno else 0
        place = Span(name, line, column, line if end else 0, end)
    if isinstance(failure, Misuse):
        message = str(failure)
    else:
        message = ": ".join(filter(None, (type(failure).__name__, " ".join(str(failure).split()))))
        message += "" if message.endswith((".", "!", "?")) else "."
    return error("extension-error", f"{message}{f' ({doing})' if doing else ''}", place)
