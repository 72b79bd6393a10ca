"""All sources of a site → its library: collections, people, relations, snapshots.

This is the first half of every build: pure but for reading files. It is always done in full, but a step whose
inputs are those of the last build in a ``Memo`` gives what it gave then.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from acadsite.bibtex.library import cuts_of, keep_pieces
from acadsite.collect.assembly import DOCUMENTS, RELATIONS, TEXTS, assemble
from acadsite.collect.attachments import attached
from acadsite.collect.books import Found as Books
from acadsite.collect.books import read_books
from acadsite.collect.collections import BUILT_IN, HOME, TRANSLATABLE, Collection, translations
from acadsite.collect.cv import CV
from acadsite.collect.files import Codec, Files, Product
from acadsite.collect.latex import ENDING as LATEX
from acadsite.collect.listings import Collected, merge, plain, read_document, read_list, revived
from acadsite.collect.papers import NO_PAPERS, Papers, read_papers
from acadsite.collect.publications import Decoding, read_publications
from acadsite.collect.references import References, bibliographies_of, style_of
from acadsite.collect.texts import asks_for_files, included_in
from acadsite.languages import language
from acadsite.library import Dialect, Document, Library
from acadsite.memo import Memo, key_of
from acadsite.problems import Problem, Span, did_you_mean, error, from_plain, nearest, to_plain, warning
from acadsite.records import Record, freeze, places_of, slug
from acadsite.schema import Day, Whole
from acadsite.sources import Node, Source, parse_yaml, scan, split_front_matter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Container, Mapping
    from pathlib import Path

    from acadsite.config import Config
    from acadsite.extend import Registry

__all__ = ["RELATIONS", "Gathered", "bibliography", "decoding", "gather", "is_after", "keep_pieces"]

_SNAPSHOTS = ("repos", "scholar", "places")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A library with what belongs to it: static files (output path to source), and all problems."""

    library: Library
    static: Mapping[str, Source]
    sources: Mapping[str, Source]
    problems: tuple[Problem, ...]


def gather(
    root: Path,
    config: Config,
    registry: Registry,
    today: dt.date,
    *,
    drafts: bool,
    memo: Memo | None = None,
) -> Gathered:
    """Read everything below ``content/``. ``today`` decides about future posts and alumni; ``drafts`` lets
    drafts and future posts in. ``memo`` has what earlier builds found; the result does not depend on it, but what
    did not change are the same objects again."""
    memo = memo or Memo()
    files = Files(root, memo)
    found, problems = scan(root, "content", files.known)
    everything = list(problems)
    sources = {source.path: source for source in found}
    files.found(sources)
    reader = _Reader(files, config, sources, everything)
    static = {
        path.removeprefix("content/static/"): source
        for path, source in sources.items()
        if path.startswith("content/static/")
    }
    works = reader.publications(drafts)
    parts = [works, *reader.home(), *reader.cv(drafts), reader.papers(drafts).matched(works)]
    collections = (*BUILT_IN, *registry.collections.values())
    books = reader.books(registry, drafts)
    parts += books.parts
    static = {**books.static, **static}
    parts += (reader.collection(collection, today, drafts) for collection in collections)
    parts += (_visible(part, today, drafts) for part in reader.custom(registry))
    for tag in config.languages[1:]:
        parts += reader.home(tag)
        parts += (reader.collection(translations(item.name, tag), today, drafts) for item in TRANSLATABLE)
    snapshots = reader.snapshots()
    everything += (problem for part in parts for problem in part.problems)
    library, faults = assemble(parts, config, snapshots, today, memo)
    everything += faults
    library = reader.cited(reader.including(library))
    beside = attached(sources, reader.used, library.documents, memo)
    reader.used.update(source.path for source in beside.values())
    static = {**beside, **static}
    reader.stray(root, registry)
    everything += reader.references.problems
    return Gathered(library, static, {**_cut_out(library, sources), **sources}, tuple(everything))


def _cut_out(library: Library, sources: Mapping[str, Source]) -> dict[str, Source]:
    """The pictures in notebooks as files beside them."""
    found = {}
    for document in library.documents.values():
        for name, start, end in document.pictures:
            path = posixpath.join(posixpath.dirname(document.path), name)
            found[path] = replace(sources[document.path], path=path, size=end - start, part=(start, end))
    return found


def decoding(root: Path, config: Config, memo: Memo) -> Decoding:
    """The publications of a site, read and cut but not decoded. What ``Decoding.part`` gives is for
    ``keep_pieces(memo, …)``; a ``gather`` with that memo then has less to do."""
    files = Files(root, memo)
    sources = {source.path: source for source in scan(root, "content", files.known)[0]}
    files.found(sources)
    texts, macros = _Reader(files, config, sources, []).bibliography()
    return Decoding(cuts_of(texts, memo), config["publications"], macros)


def bibliography(root: Path, config: Config) -> tuple[list[tuple[str, str]], str, tuple[Problem, ...]]:
    """The site's .bib files as (path, text), in order, the text of its LaTeX macros, and problems."""
    found, problems = scan(root, "content")
    everything = list(problems)
    sources = {source.path: source for source in found}
    reader = _Reader(Files(root, Memo()), config, sources, everything)
    files, macros = reader.bibliography()
    files += reader.entries(files, drafts=False)
    return files, macros, tuple(everything)


class _Reader:
    """Reads sources of one site; remembers which files were used."""

    def __init__(
        self, files: Files, config: Config, sources: Mapping[str, Source], problems: list[Problem]
    ) -> None:
        self.files, self.config, self.sources, self.problems = files, config, sources, problems
        self.memo = files.memo
        self.references = References(files, sources)
        self.macros = ""
        self.used: set[str] = set()
        self.folders: dict[str, list[Source]] = {}
        for path, source in sources.items():
            self.folders.setdefault(path.split("/", 2)[1], []).append(source)

    def text(self, source: Source) -> str:
        self.used.add(source.path)
        product = self.files.text(source)
        self.problems += product.faults
        return product.value

    def made(self, source: Source, codec: Codec[Collected]) -> Collected:
        """What a file gave, its faults first."""
        self.used.add(source.path)
        return _whole(self.files.product(source, codec))

    def text_of(self, path: str) -> str | None:
        """The text of a file by its path, or None where there is none."""
        source = self.sources.get(path)
        return None if source is None else self.text(source)

    def dialect(self, path: str, otherwise: Dialect | None = None) -> Dialect:
        """How a file is read; ``otherwise`` is for where only the whole site has a dialect."""
        dialects = self.config["markup"]["dialects"]
        inner = path.removeprefix("content/") if dialects else ""
        chosen = [
            (len(prefix), dialect)
            for prefix, dialect in dialects.items()
            if inner == prefix or inner.startswith(prefix.rstrip("/") + "/")
        ]
        dialect: Dialect = max(chosen)[1] if chosen else otherwise or self.config["markup"]["dialect"]
        return dialect

    def papers(self, drafts: bool) -> Papers:
        """The full texts of publications."""
        sources = self.folders.get("papers", ())
        if not sources:
            return NO_PAPERS
        found = read_papers(self.files, sources, self.dialect, self.text_of, drafts=drafts)
        self.used |= found.used
        return found

    def entries(self, files: list[tuple[str, str]], drafts: bool) -> list[tuple[str, str]]:
        """Entries that the front matter of papers makes, where these ``files`` have none."""
        papers = self.papers(drafts).papers
        if not papers:
            return []
        texts, records = [text for _, text in files], [paper.record for paper in papers]
        return self.memo.step(
            "entries of papers", (*texts, *records), None, lambda: Papers(papers).entries(texts)
        )

    def publications(self, drafts: bool) -> Collected:
        files, self.macros = self.bibliography()
        files += self.entries(files, drafts)
        macros = self.macros
        settings = self.config["publications"]
        return self.memo.step(
            "publications",
            [text for _, text in files],
            ([path for path, _ in files], settings, macros, drafts),
            lambda: read_publications(files, settings, macros, drafts, self.memo),
        )

    def bibliography(self) -> tuple[list[tuple[str, str]], str]:
        """The .bib files as (path, text), in order, and the text of the macro files."""
        from acadsite.bibtex import decode_bytes

        settings = self.config["publications"]
        sources = self.sources
        files = []
        for at, pattern in enumerate(settings["files"]):
            matches = [path for path in _matching(f"content/{pattern}", sources) if path not in self.used]
            if not matches and "*" not in pattern:
                hint = did_you_mean(pattern, [path.removeprefix("content/") for path in sources])
                place = self.config.place("publications", "files", at)
                self.problems.append(error("bib-file", f"There is no file content/{pattern}.", place, hint))
            for path in matches:
                self.used.add(path)
                product = self.files.text(sources[path], decode_bytes)
                self.problems += product.faults
                files.append((path, product.value))
        macro_sources = [sources.get(f"content/{name}") for name in settings["macros"]]
        for at, name in enumerate(settings["macros"]):
            if macro_sources[at] is None:
                hint = did_you_mean(name, [path.removeprefix("content/") for path in sources])
                place = self.config.place("publications", "macros", at)
                self.problems.append(error("bib-file", f"There is no file content/{name}.", place, hint))
        return files, "\n".join(self.text(source) for source in macro_sources if source)

    def collection(self, collection: Collection, today: dt.date, drafts: bool) -> Collected:
        """The records of a collection that are to be seen, in its order."""
        lists = (f"content/{collection.file}", f"content/{collection.file.removesuffix('.yaml')}.yml")
        listed = [self.sources[path] for path in lists if collection.file and path in self.sources]
        endings = DOCUMENTS if collection.name.partition("@")[0] == "slides" else TEXTS
        documents = (
            [
                source
                for source in self.folders.get(collection.folder.split("/", 1)[0], ())
                if source.path.startswith(f"content/{collection.folder}/")
                and source.path.endswith(endings)
                and "/_" not in source.path  # for other texts to include
                and self.language(collection, source.path) == collection.language
            ]
            if collection.folder
            else []
        )
        self.used.update(source.path for source in (*listed, *documents))
        # An extension may have changed what it says of its collections.
        schema = _schema_key(collection.name) if collection in BUILT_IN or collection.language else ""
        reads = schema and (schema, self.config["markup"], today, drafts)

        def read() -> Collected:
            parts = [self.listed(collection, source, schema) for source in listed]
            parts += [self.document(collection, source, schema) for source in documents]
            seen = lambda: _ordered(collection, _visible(merge(parts), today, drafts))  # noqa: E731
            return self.memo.step(f"seen {collection.name}", parts, (today, drafts), seen)

        # What LaTeX takes in is found when it is read.
        if not schema or any(source.path.endswith(LATEX) for source in documents):
            return read()
        return self.memo.step(f"collection {collection.name}", [*listed, *documents], reads, read)

    def books(self, registry: Registry, drafts: bool) -> Books:
        """The books: folders that no collection has, with a file that says what is in them."""
        taken = {"publications", "static", "snapshots", "papers", "slides"}
        taken |= {
            item.folder.split("/")[0] for item in (*BUILT_IN, *registry.collections.values()) if item.folder
        }
        folders = {name: sources for name, sources in self.folders.items() if name not in taken}
        found = read_books(
            self.files, self.config, folders, self.references, self.dialect, self.text_of, drafts=drafts
        )
        self.used |= found.used
        return found

    def including(self, library: Library) -> Library:
        """The library with the texts of the files that documents take in."""
        documents = dict(library.documents)
        asking = self.memo.each("asking", library.documents, lambda document: asks_for_files(document.text))
        for key, (document, asks) in asking.items():
            if asks and document.outline is None:
                taken = included_in(document, self.text_of)
                documents[key] = self.memo.step(
                    f"included {key}", (document,), taken, partial(replace, document, included=taken)
                )
        return replace(library, documents=documents)

    def cited(self, library: Library) -> Library:
        """The library with what documents may cite, and the styles that they name."""
        found = self.references
        settings = self.config["citations"]
        for at, name in enumerate(settings["bibliography"]):
            found.bibliography(name, "content", self.config.place("citations", "bibliography", at))
        found.style(settings["style"], "content", self.config.place("citations", "style"))
        for collection, identifier in library.documents:
            if collection in {"books", "chapters"}:
                continue
            record = library.records[collection][identifier]
            named = bibliographies_of(record.data)
            for at, name in enumerate(named):
                found.bibliography(name, posixpath.dirname(record.path), record.place("bibliography", at))
            style = style_of(record.data)
            if style:
                found.style(style, posixpath.dirname(record.path), record.place("style"))
        self.used |= found.items.keys()
        texts = {**found.texts, "macros": self.macros} if self.macros else found.texts
        return replace(library, references=found.items, files=texts)

    def listed(self, collection: Collection, source: Source, schema: str) -> Collected:
        def make(text: str) -> Collected:
            return read_list(collection, source.path, text)

        if not schema:
            return _whole(self._unknown(source, make))
        return self.made(source, Codec("list", schema, make, plain, revived))

    def document(self, collection: Collection, source: Source, schema: str) -> Collected:
        dialect = self.dialect(source.path)
        more = f"{schema} {dialect}"
        beside = None
        if source.path.endswith(LATEX):
            from acadsite.collect.latex.document import Around, is_whole, looked_at

            beside = Around(self.sources, self.text_of)
            text = self.files.text(source).value
            if not is_whole(text):
                return Collected()  # others may take it in
            more += looked_at(text, source.path, beside)
        known = self.files.known_product(source, "document", more)
        if known is not None:
            return _whole(known)

        def make(text: str) -> Collected:
            return read_document(collection, source.path, text, dialect, beside)

        if not schema:
            return _whole(self._unknown(source, make))
        return self.made(source, Codec("document", more, make, plain, revived))

    def _unknown(self, source: Source, make: Callable[[str], Collected]) -> Product[Collected]:
        """What a file gives to a collection of which the memo knows nothing."""
        text = self.files.text(source)
        return Product(make(text.value), text.faults)

    def custom(self, registry: Registry) -> list[Collected]:
        """Records of extensions' own collectors."""
        from acadsite.extend import extension_problem

        parts = []
        for name, glob, read in registry.collectors:
            for path in _matching(f"content/{glob}", self.sources):
                text = self.text(self.sources[path])
                try:
                    items = [dict(item) for item in read(path, text)]
                    records = tuple(_custom_record(name, path, at, item) for at, item in enumerate(items, 1))
                except Exception as failure:  # noqa: BLE001 - the user's code; shown with its place
                    file = registry.origins["collector", name]
                    self.problems.append(extension_problem(failure, file, f"reading {path}"))
                    continue
                parts.append(Collected(records))
        return parts

    def language(self, collection: Collection, path: str) -> str:
        """The language of the site that the name of a file ends with, as in ``x.de.md``; empty for its own, and where
        there are no translations."""
        others = self.config.languages[1:]
        if not others:
            return ""
        ending = PurePosixPath(PurePosixPath(path).stem).suffix[1:]
        return ending if ending in others and (collection.language or collection in TRANSLATABLE) else ""

    def home(self, language: str = "") -> list[Collected]:
        name = f"home@{language}" if language else "home"
        source = self.sources.get(f"content/index.{language}.md" if language else "content/index.md")
        if source is None:
            return [] if language else [self.memo.step("home", (), None, _no_home)]
        dialect = self.dialect(source.path)

        def make(text: str) -> Collected:
            return _home(source.path, text, dialect, name)

        more = f"{key_of(repr(HOME))} {dialect} {name}"
        return [self.made(source, Codec("home", more, make, plain, revived))]

    def cv(self, drafts: bool) -> list[Collected]:
        source = self.sources.get("content/cv.yaml") or self.sources.get("content/cv.yml")
        if source is None:
            return []
        found = self.made(
            source, Codec("cv", key_of(repr(CV)), lambda text: _cv(source.path, text), plain, revived)
        )
        if drafts or not any(one["draft"] for record in found.records for one in record.data["variants"]):
            return [found]
        return [self.memo.step("cv", (found,), (drafts,), lambda: _without_draft_variants(found))]

    def snapshots(self) -> Mapping[str, Any]:
        """The dated numbers: snapshot file's name → its data."""
        found = {}
        for source in self.folders.get("snapshots", ()):
            path = source.path
            if path.startswith("content/snapshots/") and path.endswith((".yaml", ".yml")):
                self.used.add(path)
                product = self.files.product(source, _snapshot_codec(path))
                data, faults = product.value
                self.problems += (*product.faults, *faults)
                if data is not None:
                    found[PurePosixPath(path).stem] = data
        return found

    def stray(self, root: Path, registry: Registry) -> None:
        """Warn about files that nothing reads: a misspelt talk.yaml would else be lost in silence."""
        if not self.config.is_readable:
            return  # site.yaml may name what reads them
        collections = (*BUILT_IN, *registry.collections.values())
        files = ["index.md", "cv.yaml", *(item.file for item in collections if item.file)]
        folders = ["publications", "static", *(item.folder for item in collections if item.folder)]
        for path in self.sources:
            if (
                path not in self.used
                and path.endswith((".yaml", ".yml", ".bib", ".md"))
                and not path.startswith(("content/static/", "content/snapshots/"))
            ):
                hint = _language_hint(path, self.sources, self.config.languages)
                hint = hint or _where_to(path.removeprefix("content/"), files, folders)
                self.problems.append(warning("file-unused", "Nothing reads this file.", Span(path), hint))
        if not (root / "content").is_dir():
            near = nearest("content", [entry.name for entry in root.iterdir() if entry.is_dir()], 0.8)
            if near:
                message = "There is no folder “content”: nothing is read."
                self.problems.append(warning("content-missing", message, Span(near), f"Rename “{near}”."))


@cache
def _schema_key(name: str) -> str:
    """A digest of all that the schema of a collection says."""
    base, _, language = name.partition("@")
    if language:
        return key_of(repr(translations(base, language).schema), language)
    return key_of(repr(next(item.schema for item in BUILT_IN if item.name == name)))


_WILD = re.compile(r"[*?\[]")


def _matching(pattern: str, paths: Mapping[str, Source]) -> list[str]:
    """The paths that a pattern of file names matches, in their order."""
    wild = _WILD.search(pattern)
    if wild is None:
        return [pattern] if pattern in paths else []
    start = pattern[: wild.start()]
    return [path for path in paths if path.startswith(start) and fnmatchcase(path, pattern)]


def _whole(product: Product[Collected]) -> Collected:
    found = product.value
    return replace(found, problems=(*product.faults, *found.problems)) if product.faults else found


def _no_home() -> Collected:
    data = HOME.read(Node({}, Span("content/index.md")), [])
    return Collected((Record("home", "home", freeze({"id": "home", **data})),))


def _home(path: str, text: str, dialect: Dialect, name: str) -> Collected:
    problems: list[Problem] = []
    parts, faults = split_front_matter(text, path)
    problems += faults
    node = parts.data or Node({}, Span(path))
    data = HOME.read(node, problems)
    record = Record(name, "home", freeze({"id": "home", **data}), places_of(node))
    documents: tuple[Document, ...] = ()
    if parts.body.strip():
        documents = (Document(name, "home", path, parts.body, parts.body_line, dialect),)
    return Collected((record,), documents, tuple(problems))


def _cv(path: str, text: str) -> Collected:
    node, faults = parse_yaml(text, path)
    problems = list(faults)
    if node is None or not isinstance(node.value, dict):
        if node is not None and node.value is not None:
            problems.append(error("cv-kind", "cv.yaml must be “key: value” lines.", node.span))
        return Collected(problems=tuple(problems))
    from acadsite.collect.cv_keys import foreign_keys  # many sites have no CV

    data = CV.read(node, problems)
    told = {problem.where for problem in problems}
    problems += [problem for problem in foreign_keys(node) if problem.where not in told]
    record = Record("cv", "cv", freeze({"id": "cv", **data}), places_of(node))
    return Collected((record,), (), tuple(problems))


def _without_draft_variants(found: Collected) -> Collected:
    """A CV whose drafts have no id and so no address: the others keep their numbers, and with them their places."""
    records = []
    for record in found.records:
        variants = tuple(
            freeze({**one, "id": None}) if one["draft"] else one for one in record.data["variants"]
        )
        records.append(replace(record, data=freeze({**record.data, "variants": variants})))
    return replace(found, records=tuple(records))


_Snapshot = tuple[Any, tuple[Problem, ...]]


def _snapshot_codec(path: str) -> Codec[_Snapshot]:
    def store(snapshot: _Snapshot) -> list[Any]:
        return [snapshot[0], [to_plain(problem) for problem in snapshot[1]]]

    def revive(value: Any, _: str) -> _Snapshot:
        return value[0], tuple(from_plain(problem) for problem in value[1])

    return Codec("snapshot", "", lambda text: _snapshot(path, text), store, revive)


def _snapshot(path: str, text: str) -> _Snapshot:
    node, faults = parse_yaml(text, path)
    problems = list(faults)
    name = PurePosixPath(path).stem
    data = None
    if node is not None and isinstance(node.value, dict):
        data = node.plain()
        problems += _snapshot_faults(name, node.value)
    elif node is not None and node.value is not None:
        message = f"{PurePosixPath(path).name} must be “key: value” lines."
        problems.append(error("snapshot-kind", message, node.span))
    if name not in _SNAPSHOTS:
        hint = did_you_mean(name, _SNAPSHOTS) or f"Snapshots: {', '.join(_SNAPSHOTS)}."
        problems.append(warning("file-unused", "Nothing uses this snapshot.", Span(path), hint))
    return data, tuple(problems)


def _snapshot_faults(name: str, values: Mapping[str, Node]) -> list[Problem]:
    """Numbers and dates of a snapshot that are none: the totals would lack them without a word."""
    problems: list[Problem] = []
    if "date" in values:
        Day(ranges=False).check(values["date"], problems)
    numbers: list[Node | None] = [
        values[key] for key in ("citations", "h_index", "i10_index") if name == "scholar" and key in values
    ]
    repos = values["repos"].value if name == "repos" and "repos" in values else None
    counted = repos.values() if isinstance(repos, dict) else ()
    numbers += [repo.value.get("stars") if isinstance(repo.value, dict) else repo for repo in counted]
    for node in numbers:
        if node is not None and node.value is not None:
            Whole(0).check(node, problems)
    if name == "places" and "places" in values:
        from acadsite.collect.places import place_faults

        problems += place_faults(values["places"])
    return problems


def _language_hint(path: str, paths: Container[str], languages: tuple[str, ...]) -> str:
    """A hint for a file that looks like a translation into a language that the site does not have."""
    stem, _, ending = path.rpartition(".")
    original, _, tag = stem.rpartition(".")
    if not language(tag).is_known or tag in languages or f"{original}.{ending}" not in paths:
        return ""
    return f"A translation? Say in site.yaml: “languages: [{', '.join((*languages, tag))}]”."


def _where_to(path: str, files: list[str], folders: list[str]) -> str:
    """A hint for a file of content/ that nothing reads."""
    folder, _, name = path.rpartition("/")
    if folder:
        near = nearest(folder, folders)
        return f"Did you mean “content/{near}/{name}”?" if near and near != folder else ""
    if name.endswith(".bib"):
        return f"Move it to content/publications/{name}, or name it in site.yaml: publications: files."
    near = nearest(name, files)
    if near:
        return f"Did you mean “content/{near}”?"
    if name.endswith(".md"):
        return f"Move it to content/pages/{name} for a page, to content/posts/{name} for a post."
    return ""


def _custom_record(collection: str, path: str, at: int, item: Mapping[str, Any]) -> Record:
    """A record from an extension's own collector; JSON-able values only."""
    json.dumps(item)
    identifier = slug(str(item.get("id") or at)) or str(at)
    return Record(collection, identifier, freeze({"extra": {}, **item, "id": identifier}), {"": Span(path)})


def _visible(part: Collected, today: dt.date, drafts: bool) -> Collected:
    """Without drafts, future posts, and records that are not public."""

    def why_hidden(record: Record) -> str:
        data = record.data
        if data.get("public") is False:
            return "not public"
        if drafts:
            return ""
        if data.get("draft") is True:
            return "a draft"
        is_future = record.collection == "posts" and is_after(data["date"], today)
        return "a post of the future" if is_future else ""

    # A draft may have the id of a record that is shown; they differ in their files.
    hidden = [(record, reason) for record in part.records if (reason := why_hidden(record))]
    reasons = {record.where.path: reason for record, reason in hidden}
    left_out = {id(record) for record, _ in hidden}
    unread = [(item.path, reasons[item.path]) for item in part.documents if item.path in reasons]
    return replace(
        part,
        records=tuple(record for record in part.records if id(record) not in left_out),
        documents=tuple(item for item in part.documents if item.path not in reasons),
        unread=(*part.unread, *unread),
        hidden=frozenset((record.collection, record.id) for record, _ in hidden),
    )


def is_after(date: Mapping[str, Any] | None, today: dt.date) -> bool:
    """Whether a date of a record begins after ``today``."""
    if not date or not date["year"]:
        return False
    return (date["year"], date["month"] or 1, date["day"] or 1) > (today.year, today.month, today.day)


def _ordered(collection: Collection, part: Collected) -> Collected:
    if collection.order != "date":
        return part

    def rank(record: Record) -> tuple[int, int, int, int]:
        date, weight = record.data.get("date") or {}, record.data.get("weight")
        return (-(weight or 0), date.get("year") or 0, date.get("month") or 0, date.get("day") or 0)

    return replace(part, records=tuple(sorted(part.records, key=rank, reverse=True)))
