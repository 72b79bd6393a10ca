"""Works: texts with one numbering and one bibliography, and what each of them shows of that.

A work is a book (its chapters in order), or any other text by itself. ``prepare`` writes numbers, cross-references and
citations into the tree of a text (``markup.passes``). What it reads of other texts is noted as keys, whose answers
``mark`` gives: the numbers of its labels, each label that it refers to, and what its citations read. A text by itself
needs no such keys but for the items that it cites: the rest follows from its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement

from acadsite import citations
from acadsite.bibtex import csl
from acadsite.bibtex import macros as macro_files
from acadsite.bibtex.library import survey
from acadsite.collect.references import bibliographies_of, style_of
from acadsite.graph import href_of
from acadsite.kinds.languages import words_of
from acadsite.library import value_of
from acadsite.links import SITE_ROOT, safe_url
from acadsite.markup import tree
from acadsite.markup.numbering import Numbers, Settings, Text, number
from acadsite.markup.outline import Outline, outline_of
from acadsite.markup.passes import Back, Citing, Entry, citation_id, prepare, reference_id
from acadsite.markup.scholarly import kind_of
from acadsite.memo import Memo, key_of
from acadsite.problems import Problem, Span, did_you_mean, quote, warning
from acadsite.records import freeze, nfc
from acadsite.trace import mark_of
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acadsite.citations import Style
    from acadsite.citations.tree import Tree
    from acadsite.config import Config
    from acadsite.graph import PageGraph
    from acadsite.languages import Words
    from acadsite.library import Document, Library
    from acadsite.markup import Document as Read
    from acadsite.markup.html import Resolve
    from acadsite.markup.numbering import Target

Key = tuple[str, str]

#: Where the LaTeX macros of the publications are among the files of the library.
MACROS: Final = "macros"
#: What numbers, references and citations are made of; a text without any of these is shown as it is.
_NUMBERED: Final = frozenset(
    {tree.CITATIONS, tree.CROSS_REFERENCE, tree.THEOREM, tree.ALGORITHM, tree.BIBLIOGRAPHY, tree.LISTING}
)
#: The words before a locator, and what they are to a style.
_LABELS: Final = {
    "p": "page", "pp": "page", "page": "page", "pages": "page", "s": "page", "seite": "page", "seiten": "page",
    "bk": "book", "book": "book", "ch": "chapter", "chs": "chapter", "chap": "chapter", "chaps": "chapter",
    "chapter": "chapter", "chapters": "chapter", "kap": "chapter", "col": "column", "cols": "column",
    "fig": "figure", "figs": "figure", "figure": "figure", "fol": "folio", "l": "line", "ll": "line", "line": "line",
    "lines": "line", "n": "note", "nn": "note", "note": "note", "no": "issue", "op": "opus", "para": "paragraph",
    "paras": "paragraph", "paragraph": "paragraph", "¶": "paragraph", "pt": "part", "pts": "part", "part": "part",
    "sec": "section", "secs": "section", "section": "section", "sections": "section", "§": "section", "§§": "section",
    "s.v": "sub verbo", "v": "verse", "vv": "verse", "verse": "verse", "vol": "volume", "vols": "volume",
    "volume": "volume", "th": "theorem", "thm": "theorem", "theorem": "theorem", "eq": "equation",
}  # fmt: skip
_LOCATOR: Final = re.compile(
    r"[,\s]*(?:(?P<label>[A-Za-z]+(?:\.v)?|¶|§§?)\.?\s*(?=[\dIVXLCivxlc]))?"
    r"(?P<locator>(?:\d|[IVXLCivxlc]+\b)[\w.:/]*(?:\s*(?:[-–—]|,|&|and)\s*(?:\d[\w.:/]*|[IVXLCivxlc]+\b))*)(?P<rest>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Work:
    """Texts with one numbering and one bibliography; ``name`` is the book, or the text itself. ``bibliographies`` are
    paths, ``style`` is a name or a path."""

    name: Key
    texts: tuple[Key, ...]
    settings: Settings
    bibliographies: tuple[str, ...] = ()
    style: str = ""
    language: str = ""
    is_book: bool = False


@dataclass(frozen=True, slots=True)
class Cites:
    """What the citations of a text read: groups by their number in the outline, references by key with label and the
    places that cite them, the keys of those that are listed here, other keys that the text has for them. ``page`` lists
    them where this text does not."""

    clusters: tuple[tuple[int, Tree], ...] = ()
    entries: tuple[tuple[str, str, Tree, tuple[Back, ...]], ...] = ()
    listed: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    page: str = ""
    title: str = ""


@dataclass(slots=True)
class References:
    """The works of one build."""

    library: Library
    config: Config
    graph: PageGraph
    memo: Memo
    _works: dict[Key, Work] = field(default_factory=dict)
    _cites: dict[Key, Mapping[Key, Cites]] = field(default_factory=dict)
    _publications: dict[str, str] | None = None
    _items: dict[str, Any] = field(default_factory=dict)
    _site_style: tuple[Style | None, str] | None = None

    # --- works ---

    def work(self, key: Key) -> Work:
        """The work that a text belongs to."""
        found = self._works.get(key)
        if found is None:
            found = self._book(key) if key[0] in {"books", "chapters"} else self._alone(key)
            self._works[key] = found
        return found

    def _alone(self, key: Key) -> Work:
        record = self.library.get(*key)
        data: Mapping[str, Any] = record.data if record is not None else {}
        extra = data.get("extra") or {}
        folder = record.path.rpartition("/")[0] if record is not None else ""
        sections = data.get("number-sections", extra.get("number-sections")) is True
        return Work(
            key,
            (key,),
            Settings(sections=sections, words=self._words(self.language(key))),
            self._paths(bibliographies_of(data), folder),
            self._style(style_of(data), folder),
            self.config["citations"]["locale"] or self.language(key),
        )

    def _book(self, key: Key) -> Work:
        chapter = self.library.get(*key) if key[0] == "chapters" else None
        name = ("books", chapter.data["book"] if chapter is not None else key[1])
        record = self.library.get(*name)
        assert record is not None  # noqa: S101 - chapters and books are collected together
        data = record.data
        texts = (name, *(("chapters", identifier) for identifier in data["order"]))
        numbering = data["numbering"]
        return Work(
            name,
            tuple(text for text in texts if text in self.library.documents),
            self._settings(numbering["web"], self.language(name)),
            (*data["bibliography"], *self._paths((), "")),
            data["style"] or self._style("", ""),
            self.config["citations"]["locale"] or self.language(name),
            True,
        )

    def language(self, key: Key) -> str:
        """The language of a text: its own, that of its book, or that of the site."""
        record = self.library.get(*key)
        data: Mapping[str, Any] = record.data if record is not None else {}
        own = data.get("lang") or key[0].partition("@")[2]
        if not own and key[0] == "chapters":
            return self.language(("books", data["book"]))
        return str(own or self.config["language"])

    def words(self, key: Key) -> Words:
        """Our labels in the language of a text. What they come from is noted."""
        for name in ("labels", "language", "languages"):
            current().note("config", name)
        current().note("field", *key, "lang")
        record = self.library.get(*key)
        if key[0] == "chapters" and record is not None:
            current().note("field", "books", record.data["book"], "lang")
        return words_of(self.config, self.language(key))

    def title(self, work: Work) -> str:
        """The heading of a bibliography."""
        return words_of(self.config, self.language(work.name)).say("References")

    def _settings(self, depth: int, language: str) -> Settings:
        say = words_of(self.config, language).say
        return Settings(
            chapters=True,
            sections=depth >= 0,
            depth=max(depth, 0),
            words=self._words(language),
            chapter_word=say("Chapter"),
            appendix_word=say("Appendix"),
        )

    def _words(self, language: str) -> tuple[tuple[str, str], ...]:
        say = words_of(self.config, language).say
        return tuple((kind, say(word)) for kind, word in tree.CROSS_REFERENCES.items())

    def _paths(self, names: Iterable[str], folder: str) -> tuple[str, ...]:
        """The .bib files that a text names and those of the site, as far as they are there."""
        everywhere = self.config["citations"]["bibliography"]
        paths = [self._found(name, folder, self.library.references) for name in names]
        paths += [self._found(name, "content", self.library.references) for name in everywhere]
        return tuple(dict.fromkeys(path for path in paths if path))

    def _style(self, name: str, folder: str) -> str:
        if not name:
            name, folder = self.config["citations"]["style"], "content"
        return self._found(name, folder, self.library.files) or name

    @staticmethod
    def _found(name: str, folder: str, known: Iterable[str]) -> str:
        from posixpath import join, normpath

        inside = normpath(join("content", name.lstrip("/").removeprefix("content/")))
        return next((path for path in (normpath(join(folder, name)), inside) if path in known), "")

    def books(self) -> tuple[Work, ...]:
        """The works that are books."""
        return tuple(self.work(("books", identifier)) for identifier in self.library.records.get("books", ()))

    # --- numbers ---

    def numbers(self, work: Work, output: str = "web") -> Numbers:
        """The numbers of a book, on the web or in its PDF."""
        documents = [self.library.documents[key] for key in work.texts]
        record = self.library.records["books"][work.name[1]]
        settings = work.settings
        if output != "web":
            settings = self._settings(record.data["numbering"]["pdf"], self.language(work.name))
        texts = [self._text(document) for document in documents]
        given = (settings, [replace(text, outline=Outline()) for text in texts])
        outlines = [text.outline for text in texts]
        return self.memo.step(
            f"numbers {work.name} {output}", outlines, given, lambda: number(texts, settings)
        )

    def _text(self, document: Document) -> Text:
        record = self.library.records[document.collection][document.id]
        data = record.data
        if document.collection == "books":
            is_plain, has_title = not data["has_numbered_preface"], False
            is_appendix, depth = False, 0
        else:
            is_plain, has_title = not data["is_numbered"], not data["is_headed"]
            is_appendix, depth = data["is_appendix"], data["depth"]
        return Text(
            name_of((document.collection, document.id)),
            document.outline,
            document.path,
            has_title,
            is_plain,
            is_appendix,
            depth,
        )

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the numbering of books."""
        return tuple(problem for work in self.books() for problem in self.numbers(work).problems)

    def settle(self) -> None:
        """Number and cite all books, before several processes ask for it."""
        for work in self.books():
            self.numbers(work)
            self.cites(work)

    # --- items ---

    def source(self, work: Work, key: str) -> tuple[str, str] | None:
        """What a key stands for: the path of a .bib file and a key in it, or “publications” and an id."""
        for path in work.bibliographies:
            if key in self.library.references[path]:
                return path, key
        if self._publications is None:
            self._publications = {}
            for identifier, record in self.library.records.get("publications", {}).items():
                data = record.data
                for name in (identifier, data["key"], *(data["key_aliases"] or ())):
                    self._publications.setdefault(nfc(name), identifier)
        found = self._publications.get(nfc(key))
        return None if found is None else ("publications", found)

    def item(self, work: Work, key: str) -> Any:
        """The item of CSL-JSON that a key stands for; None for an unknown key."""
        current().note("item", *work.name, key)
        found = self.source(work, key)
        if found is None:
            return None
        if found[0] != "publications":
            return self.library.references[found[0]][found[1]]
        known = self._items.get(found[1])
        if known is None:
            known = self._items[found[1]] = self._publication(found[1])
        return known

    def _publication(self, identifier: str) -> Any:
        text = self.library.records["publications"][identifier].data["bibtex"]
        given = self.library.files.get(MACROS)
        found = survey([("", text)], macro_files.parse(given) if given else None)
        item = csl.rich_item(found.drafts[0].entry(), found.macros) if found.drafts else {}
        return freeze({**item, "id": identifier})

    def _keys(self, work: Work) -> tuple[str, ...]:
        return tuple(key for path in work.bibliographies for key in self.library.references[path])

    # --- citations ---

    def style(self, name: str) -> Style | None:
        """A style by its name or path."""
        text = self.library.files.get(name)
        return citations.own_style(name) if text is None else citations.read_style(text, name)[0]

    def site_style(self) -> tuple[Style | None, str]:
        """The style in which the site cites, and in which language; of the page, where that is empty."""
        if self._site_style is None:
            settings = self.config["citations"]
            style = self.style(self._style("", "content"))
            self._site_style = style, settings["locale"] or ""
        return self._site_style

    def _processed(
        self, work: Work, outlines: Sequence[Outline]
    ) -> tuple[list[Tree], list[tuple[str, Tree]]] | None:
        """The groups of all texts and the bibliography."""
        clusters = []
        items = {}
        notes = 0
        for outline in outlines:
            for group in outline.clusters:
                notes += group.note
                cites = []
                for cite in group.cites:
                    item = self.item(work, cite.key)
                    if item is not None:
                        items[item["id"]] = item
                        locator, label, rest = located(cite.suffix)
                        prefix = f"{cite.prefix} " if cite.prefix else ""
                        cites.append(citations.Cite(item["id"], locator, label, prefix, rest, cite.suppress))
                clusters.append(citations.Cluster(tuple(cites), group.in_text, notes if group.note else 0))
        style = self.style(work.style)
        if style is None or not items:
            return None
        language = work.language

        def make() -> tuple[list[Tree], list[tuple[str, Tree]]]:
            found = citations.process(style, items, [group for group in clusters if group.cites], language)
            trees = iter(found.citations)
            return [next(trees) if group.cites else () for group in clusters], list(found.bibliography)

        if not work.is_book:
            return make()
        key = key_of(style.digest, language, repr(clusters), repr(items))
        found = self.memo.get("citations", key, freeze)
        if found is None:
            found = make()
            self.memo.put("citations", key, found, lambda value: value)
        return list(found[0]), [tuple(pair) for pair in found[1]]

    def cites(self, work: Work) -> Mapping[Key, Cites]:
        """What the citations of each text of a book read."""
        found = self._cites.get(work.name)
        if found is None:
            outlines = [self.library.documents[key].outline for key in work.texts]
            found = self._cites[work.name] = self._of_texts(work, outlines)
        return found

    def _of_texts(self, work: Work, outlines: Sequence[Outline]) -> Mapping[Key, Cites]:
        processed = self._processed(work, outlines)
        if processed is None:
            return {key: Cites() for key in work.texts}
        trees, bibliography = processed
        entries = {key: _labelled(content) for key, content in bibliography}
        holder = next((key for key, outline in zip(work.texts, outlines, strict=True) if outline.refs), None)
        page = self._address(holder) if holder is not None else ""
        back: dict[str, list[tuple[Key, str]]] = {}
        parts = []
        at = 0
        for key, outline in zip(work.texts, outlines, strict=True):
            size = len(outline.clusters)
            clusters = tuple((index, tree) for index, tree in enumerate(trees[at : at + size]) if tree)
            at += size
            ids = {}
            for index, group in enumerate(outline.clusters):
                for cite in group.cites:
                    item = self.item(work, cite.key)
                    if item is not None:
                        ids[cite.key] = item["id"]
                        back.setdefault(item["id"], []).append((key, citation_id(index)))
            parts.append((key, clusters, ids))
        found = {}
        for key, clusters, ids in parts:
            cited = frozenset(ids.values())
            here = holder is None or holder == key
            listed = tuple(name for name in entries if holder == key or (here and name in cited))
            shown = dict.fromkeys([*listed, *(name for name in ids.values() if name in entries)])
            found[key] = Cites(
                clusters,
                tuple(
                    (name, *entries[name], self._back(work, back.get(name, ()), key) if holder == key else ())
                    for name in shown
                ),
                listed,
                tuple((given, name) for given, name in ids.items() if given != name and name in entries),
                "" if here else page,
                self.title(work) if listed else "",
            )
        return found

    def _back(self, work: Work, places: Iterable[tuple[Key, str]], here: Key) -> tuple[Back, ...]:
        """The places in other chapters, each with the number and the title of its chapter."""
        return tuple(
            Back(
                f"{self._address(key)}#{name}", self.numbers(work).chapters[name_of(key)], self._title_of(key)
            )
            for key, name in dict.fromkeys(places)
            if key != here
        )

    def _title_of(self, key: Key) -> str:
        record = self.library.get(*key)
        outline = self.library.documents[key].outline
        return str((record and record.data["title"]) or outline.title)

    def _address(self, key: Key) -> str:
        """The address of the page of a text, from the root of the site."""
        current().note("url", *key)
        url = self.graph.urls.get(key)
        return SITE_ROOT + href_of(url) if url is not None else ""

    # --- texts ---

    def prepare(self, key: Key, document: Read, output: str = "web") -> Read:
        """A text as it is shown in its work, on the web or in its PDF."""
        work = self.work(key)
        tracker = current()
        if work.is_book:
            tracker.note("work", *key)
            return self._chapter(work, key, document, output)
        tracker.note("field", *key, "number-sections")
        if not (work.settings.sections or any(map(_is_numbered, document.tree.iter()))):
            return document
        tracker.note("work", *key)
        outline = outline_of(document)
        record = self.library.get(*key)
        has_title = record is not None and bool(record.data.get("title"))
        name = name_of(key)
        numbers = number([Text(name, outline, document.source.path, has_title)], work.settings)
        cites = self._of_texts(work, [outline])[key] if outline.clusters else Cites()
        tracker.report((*numbers.problems, *self._unknown(work, outline, document.source.path)))
        return prepare(
            document,
            numbers=numbers.texts[name],
            find=lambda label: numbers.find(name, label),
            known=lambda: numbers.targets,
            name=name,
            citing=citing_of(cites),
        )

    def _chapter(self, work: Work, key: Key, document: Read, output: str) -> Read:
        note = current().note
        numbers, name = self.numbers(work, output), name_of(key)
        outline = self.library.documents[key].outline
        note("labels", *key)
        if outline.clusters or outline.refs:
            note("cites", *key)

        def find(label: str) -> Target | None:
            note("target", *key, label)
            return numbers.find(name, label)

        def known() -> Iterable[str]:
            note("targets", *work.name)
            return numbers.targets

        current().report(self._unknown(work, outline, document.source.path))
        return prepare(
            document,
            numbers=numbers.texts[name],
            find=find,
            known=known,
            name=name,
            address=lambda text: self._address(key_named(text)),
            citing=citing_of(self.cites(work)[key]),
        )

    def _unknown(self, work: Work, outline: Outline, path: str) -> list[Problem]:
        """Keys that stand for nothing, in groups with others that do; the writer tells of the rest."""
        problems = []
        for group in outline.clusters:
            unknown = [cite for cite in group.cites if self.item(work, cite.key) is None]
            for cite in unknown if len(unknown) < len(group.cites) else ():
                message = f"there is no publication with the key {quote(cite.key)}"
                place = Span(path, cite.line, cite.column)
                problems.append(warning("markup-unknown-citation", message, place, self.hint(work, cite.key)))
        return problems

    def hint(self, work: Work, key: str) -> str:
        """What may be meant by a key that stands for nothing."""
        current().note("keys", *work.name)
        return did_you_mean(key, self._keys(work))

    def resolving(self, key: Key, resolve: Resolve) -> Resolve:
        """``resolve`` with the keys of the text's own .bib files among its hints."""
        return _Resolving(self, self.work(key), resolve)

    def preamble(self, key: Key) -> str:
        """TeX definitions that hold in a text: those of the site, of its front matter, of the chapters before it."""
        current().note("config", "markup")
        work = self.work(key)
        parts = [self.config["markup"]["macros"] or ""]
        record = self.library.get(*key)
        current().note("field", *key, "macros")
        given = value_of(record, "macros") if record is not None else None
        if isinstance(given, str):
            parts.append(given)
        if work.is_book:
            current().note("preamble", *key)
            parts += self._earlier(work, key)
        return "\n".join(part for part in parts if part)

    def _earlier(self, work: Work, key: Key) -> list[str]:
        earlier = work.texts[: work.texts.index(key)]
        return [macros for text in earlier if (macros := self.library.documents[text].outline.macros)]

    # --- answers ---

    def mark(self, word: str, rest: tuple[Any, ...], field_mark: Callable[[Key, str], str]) -> str:
        """The mark of a key of this module; ``field_mark`` gives that of a record's field."""
        key = (rest[0], rest[1])
        if key not in self.library.documents and word not in {"targets", "keys", "item"}:
            return ""
        if self.library.get(*key) is None:
            return ""
        work = self.work(key)
        match word:
            case "work":
                style = self.style(work.style)
                about = (work.name, repr(work.settings), work.style, style and style.digest, work.language)
                return mark_of((*about, self.title(work)))
            case "labels":
                return mark_of(self.numbers(work).texts[name_of(key)])
            case "target":
                return mark_of(self.numbers(work).find(name_of(key), rest[2]))
            case "targets":
                return mark_of(tuple(self.numbers(work).targets))
            case "cites":
                cites = self.cites(work)[key]
                return mark_of(
                    (cites.clusters, cites.entries, cites.listed, cites.aliases, cites.page, cites.title)
                )
            case "preamble":
                return mark_of(tuple(self._earlier(work, key)))
            case "keys":
                return mark_of(self._keys(work))
            case "item":
                found = self.source(work, rest[2])
                if found is None:
                    return ""
                if found[0] == "publications":
                    return mark_of((*found, field_mark(found, "bibtex"), self.library.files.get(MACROS)))
                return mark_of(self.library.references[found[0]][found[1]])
        raise KeyError(word)


@dataclass(frozen=True, slots=True)
class _Resolving:
    """A resolver whose hints know of more keys."""

    references: References
    work: Work
    resolve: Any

    def __call__(self, target: str, kind: str, place: Span | None) -> Any:
        return self.resolve(target, kind, place)

    def hint(self, key: str, kind: str) -> str:
        """What may be meant by a key."""
        own = self.references.hint(self.work, key) if kind == "cite" else ""
        return own or str(self.resolve.hint(key, kind))


def name_of(key: Key) -> str:
    """The name of a text in its work."""
    return f"{key[0]}/{key[1]}"


def key_named(name: str) -> Key:
    """The inverse of ``name_of``."""
    collection, _, identifier = name.partition("/")
    return collection, identifier


def _is_numbered(element: Element) -> bool:
    tag = element.tag
    if tag in _NUMBERED:
        return True
    if tag == tree.MATH:
        return (
            len(element) > 0
            or "id" in element.attrib
            or tree.TAG in element.attrib
            or tree.FORM in element.attrib
            or "ref" in (element.text or "")
        )
    if tag == tree.CODE_BLOCK:
        return tree.CELL_CODE in element.attrib
    return "id" in element.attrib and tag != tree.HEADING and bool(kind_of(element.get("id", "")))


def located(suffix: str) -> tuple[str, str, str]:
    """What stands behind a key as locator, its label and the rest: “, pp. 3-5, and more” → (“3-5”, “page”, “, and
    more”)."""
    text = suffix.lstrip(", ")
    if text.startswith("{") and (end := text.find("}")) > 0:
        locator, label, _ = located(text[1:end])
        return (locator, label, text[end + 1 :]) if locator else (text[1:end], "page", text[end + 1 :])
    found = _LOCATOR.fullmatch(suffix)
    if found is None:
        return "", "page", _spaced(suffix)
    given = (found["label"] or "").lower()
    if given and given not in _LABELS:
        return "", "page", _spaced(suffix)
    if not given and not found["locator"][0].isdigit():
        return "", "page", _spaced(suffix)
    return found["locator"], _LABELS.get(given, "page"), _spaced(found["rest"])


def _spaced(suffix: str) -> str:
    return suffix if not suffix or suffix[0] in ",;.: " else f" {suffix}"


def _labelled(content: Tree) -> tuple[str, Tree]:
    """A reference as its label and the rest."""
    if content and not isinstance(content[0], str) and content[0][0] == "left-margin":
        from acadsite.citations.tree import plain

        rest = tuple(part for node in content[1:] for part in (node[-1] if _is_block(node) else (node,)))
        return plain(content[0][-1]).strip(), rest
    return "", content


def _is_block(node: Any) -> bool:
    return not isinstance(node, str) and node[0] in {"right-inline", "indent", "block", "left-margin"}


def citing_of(cites: Cites) -> Citing:
    """What the passes write into a text."""
    entries = {
        name: Entry(name, element_of(content, is_linked=True), label, back)
        for name, label, content, back in cites.entries
    }
    return Citing(
        {index: element_of(content) for index, content in cites.clusters},
        {**entries, **{given: entries[name] for given, name in cites.aliases}},
        [entries[name] for name in cites.listed],
        cites.page,
        cites.title,
    )


_ELEMENTS: Final = {
    "em": (tree.EMPHASIS, ""),
    "strong": (tree.STRONG, ""),
    "sup": (tree.SUPERSCRIPT, ""),
    "sub": (tree.SUBSCRIPT, ""),
    "sc": (tree.SPAN, "small-caps"),
    "upright": (tree.SPAN, "upright"),
    "regular": (tree.SPAN, "regular"),
    "lower": (tree.SPAN, "no-caps"),
    "u": (tree.SPAN, "underlined"),
}


def element_of(content: Tree, *, is_linked: bool = True) -> Element:
    """An element whose text and children are the inlines of a formatted text; links to references lead to their ids."""
    root = Element(tree.SPAN)
    _fill(root, content, is_linked)
    return root


def _fill(parent: Element, content: Iterable[Any], is_linked: bool) -> None:
    for node in content:
        if isinstance(node, str):
            _add_text(parent, node)
            continue
        kind = node[0]
        if kind == "math":
            SubElement(parent, tree.MATH, {tree.DISPLAY: "inline"}).text = node[1]
        elif kind == "code":
            SubElement(parent, tree.CODE).text = node[1]
        elif kind in _ELEMENTS:
            tag, name = _ELEMENTS[kind]
            _fill(SubElement(parent, tag, {"class": name} if name else {}), node[-1], is_linked)
        elif kind == "note":
            _fill(SubElement(parent, tree.INLINE_NOTE), node[-1], is_linked)
        elif kind in {"link", "cite"} and is_linked:
            href = f"#{reference_id(node[1])}" if kind == "cite" else safe_url(node[1])
            inner = SubElement(parent, tree.LINK, {"href": href}) if href else parent
            _fill(inner, node[-1], False)
        else:
            _fill(parent, node[-1], is_linked)


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
