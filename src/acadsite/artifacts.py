"""Artifacts: the third wave of a build. Outputs that are made from the site as a whole and by no template: PDFs.

An artifact is a task with a trace, as a page is. It is laid out again only where its data are others than those of
what stands. Typst runs here only, in the process of the build: it has threads of its own, which would not survive in a
forked one. In the preview nobody waits for artifacts: ``Later`` makes one when somebody asks for it.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from acadsite.kinds.cards import manuscript as card_manuscript
from acadsite.kinds.pdfs import deck_pdfs, paper_pdfs
from acadsite.links import SITE_ROOT
from acadsite.memo import Memo, key_of
from acadsite.pdf import File, faulty_formulas, forget, make_pdf, make_picture, unknown_font
from acadsite.problems import Problem, Span, from_plain, to_plain, warning
from acadsite.publish import Output, Refused
from acadsite.render import Done, read_by
from acadsite.track import Tracker, current, tracking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from contextlib import AbstractContextManager

    from acadsite.config import Config
    from acadsite.darkroom import Darkroom
    from acadsite.graph import Page
    from acadsite.kinds.cv import Cv
    from acadsite.kinds.manuscripts import Manuscript
    from acadsite.kinds.names import Names
    from acadsite.library import Library
    from acadsite.render import Sink
    from acadsite.templates import CvTheme, Templates
    from acadsite.trace import Reason, Trace

_THEME = "modern"
_FORM = "form"
#: From so many characters of data on, what Typst keeps of a document is let go at once.
_LARGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Artifact:
    """An output: its path, the source to blame, the record that it shows, and in which form: the variant of a CV, or
    the slides, steps or handout of a deck."""

    path: str
    where: Span
    collection: str
    id: str
    form: str = ""

    @property
    def subject(self) -> tuple[str, str]:
        """The record that it shows."""
        return self.collection, self.id

    @property
    def task(self) -> str:
        """The name of the task that makes it."""
        return f"file {self.path}"


def artifacts(
    library: Library,
    static: Collection[str],
    pages: Iterable[Page] = (),
    cards: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Artifact, ...]:
    """The artifacts of a site with these pages; a file of that name in content/static/ takes the place of one.
    ``cards`` has the paths of the cards of pages."""
    found = []
    record = library.get("cv", "cv")
    if record is not None:
        from acadsite.kinds.cv import cvs

        where = Span(record.where.path)
        for one in cvs(record):
            if "pdf" not in one.show:
                continue
            path = f"cv-{one.id}.pdf" if one.id else "cv.pdf"
            found.append(Artifact(path, where, "cv", "cv", one.id))
    found += [
        Artifact(f"{book.id}.pdf", Span(book.where.path), "books", book.id)
        for book in library.records.get("books", {}).values()
        if book.data["pdf"] and book.data["order"]
    ]
    found += [Artifact(path, where, "papers", name) for path, name, where in paper_pdfs(library, pages)]
    for deck in library.records.get("slides", {}).values():
        for path, form in deck_pdfs(deck) if ("slides", deck.id) in library.documents else ():
            found.append(Artifact(path, Span(deck.where.path), "slides", deck.id, form))
    if cards:
        found += [
            Artifact(cards[page.id], page.where, "cards", page.id) for page in pages if page.id in cards
        ]
    return tuple({one.path: one for one in found if one.path not in static}.values())


class _Laid(NamedTuple):
    """What a document came to when it was laid out: its pages, characters without a glyph, sources of formulas that
    Typst did not take, problems of the theme. ``data`` are its bytes, where it was laid out just now."""

    pages: int
    missing: tuple[str, ...]
    formulas: tuple[str, ...]
    problems: tuple[Problem, ...]
    data: bytes = b""

    def plain(self) -> list[Any]:
        """As values of JSON, without the bytes."""
        return [self.pages, self.missing, self.formulas, [to_plain(problem) for problem in self.problems]]

    @classmethod
    def revive(cls, plain: list[Any]) -> _Laid:
        """The inverse of ``plain``."""
        pages, missing, formulas, problems = plain
        return cls(pages, tuple(missing), tuple(formulas), tuple(map(from_plain, problems)))


@dataclass(frozen=True, slots=True)
class Begun:
    """An artifact whose data are there: what was read for them and told, how to tell what is wrong with its layout, the
    digest of the data (``result``), what is known of them from an earlier layout, and how to lay them out, where that
    must be."""

    artifact: Artifact
    tracker: Tracker
    tell: Callable[[_Laid], Iterable[Problem]] | None = None
    result: str = ""
    laid: _Laid | None = None
    lay_out: Callable[[], _Laid] | None = None


@dataclass(slots=True)
class Artifacts:
    """What is needed to make any artifact of a build."""

    names: Names
    config: Config
    templates: Templates
    memo: Memo
    sink: Sink
    room: Darkroom

    def begin(self, artifact: Artifact, standing: str = "") -> Begun:
        """The data of an artifact. Where they are those that ``standing``, the result of an earlier build, stands for,
        that output is as it should be, and nothing is to be laid out."""
        with self._tracking(artifact) as tracker:
            tracker.note("config", "url")
            tracker.note("extensions")
            if artifact.collection != "cv":
                tracker.note("typst", "documents")
                return self._manuscript(artifact, standing, tracker)
            tracker.note("typst")
            return self._begun(artifact, standing, tracker)

    def finish(self, begun: Begun, laid: _Laid | None) -> Done[Any]:
        """An artifact, with what laying it out gave, if it was."""
        artifact = begun.artifact
        with self._tracking(artifact) as tracker:
            tracker.keys |= begun.tracker.all_keys()
            value, result, told = self._finished(begun, laid)
            faults = [*begun.tracker.problems, *told, *tracker.problems]
            if any(problem.where is None for problem in faults):
                tracker.note("span", *artifact.subject, ())
        tracker.links = [*begun.tracker.links, *tracker.links]
        problems = tuple(replace(problem, where=problem.where or artifact.where) for problem in faults)
        return Done(artifact.task, *read_by(tracker), value, result, problems)

    def one(self, artifact: Artifact, standing: str = "") -> Done[Any]:
        """One artifact, from its data to its end. Without a value where what is ``standing`` is as it should be."""
        begun = self.begin(artifact, standing)
        return self.finish(begun, begun.lay_out() if begun.lay_out else None)

    def _tracking(self, artifact: Artifact) -> AbstractContextManager[Tracker]:
        return tracking(artifact.path, self.config["url"] or SITE_ROOT)

    def keep(self, result: str) -> None:
        """An output stands untouched: what is known of its data will be asked for when it is not."""
        self.memo.asked.add(("pdf", result))

    def _begun(self, artifact: Artifact, standing: str, tracker: Tracker) -> Begun:
        from acadsite.kinds.cv import build_cv, data_of, missing_problems
        from acadsite.kinds.cv.data import timestamp_of

        theme = self.templates.cv()
        cv = build_cv(self.names, artifact.form, "pdf")
        look = (cv.settings["theme"] or (_FORM if cv.form else _THEME)) if cv else ""
        main = f"{look}.typ"
        if cv is None or main not in theme.files:  # which is reported
            return Begun(artifact, tracker)
        font = cv.settings["font"]
        if font and (fault := unknown_font(font, theme.fonts, self._place(artifact, "font"))):
            tracker.report([fault])
            return Begun(artifact, tracker)
        data, hidden = data_of(self.names, cv)
        tracker.report(missing_problems(self.names, hidden))
        text, timestamp = _plain(data), timestamp_of(cv)
        result = key_of(theme.digest, main, str(timestamp), text)
        laid = self.memo.get("pdf", result, _Laid.revive)
        lay_out = partial(_laid, theme, main, data, text, timestamp)
        stands = laid is not None and standing == result
        tell = partial(self._told, artifact, cv, data)
        return Begun(artifact, tracker, tell, result, laid, None if stands else lay_out)

    def _manuscript(self, artifact: Artifact, standing: str, tracker: Tracker) -> Begun:
        theme = self.templates.documents()
        tracker.report(theme.problems)
        found = self._written(artifact)
        if found is None or found.main not in theme.files or theme.problems:
            return Begun(artifact, tracker)
        text, pictures = _plain(found.data), self.room.pictures
        keys = (part for name, path in found.pictures.items() for part in (name, pictures.mark(path)))
        result = key_of(theme.digest, found.main, str(found.timestamp), text, *keys)
        laid = self.memo.get("pdf", result, _Laid.revive)
        lay_out = partial(_laid_with_pictures, theme, found, text, self.room)
        if artifact.collection == "cards":
            lay_out = partial(_drawn, theme, found.main, text)
        stands = laid is not None and standing == result
        return Begun(artifact, tracker, found.told, result, laid, None if stands else lay_out)

    def _written(self, artifact: Artifact) -> Manuscript | None:
        """The manuscript of a card, a book, a paper or a deck."""
        if artifact.collection == "cards":
            return card_manuscript(self.names, artifact.id)
        if artifact.collection == "books":
            from acadsite.kinds.book_pdf import book_pdf

            return book_pdf(self.names, artifact.id)
        if artifact.collection == "papers":
            from acadsite.kinds.paper_pdf import manuscript

            return manuscript(self.names, artifact.id)
        from acadsite.kinds.deck_pdf import deck_pdf

        return deck_pdf(self.names, artifact.id, artifact.form)

    def _finished(self, begun: Begun, laid: _Laid | None) -> tuple[Any, str, list[Problem]]:
        """The staged output (or None), the digest of what it is made of, and problems."""
        value = None
        if laid is not None:
            if not laid.data:
                return None, "", list(laid.problems)
            self.memo.put("pdf", begun.result, laid._replace(data=b""), _Laid.plain)
            value = self._put(begun.artifact.path, laid.data)
        laid = laid or begun.laid
        if laid is None or begun.tell is None:
            return None, "", []
        return value, begun.result, list(begun.tell(laid))

    def _put(self, path: str, data: bytes) -> Any:
        try:
            return self.sink.put(path, data)
        except Refused as refused:
            return refused.problem

    def _told(self, artifact: Artifact, cv: Cv, data: Any, laid: _Laid) -> Iterable[Problem]:
        """The problems of a document, at the places where their causes stand now."""
        from acadsite.kinds.cv import formula_problems, missing_problems
        from acadsite.kinds.cv.data import rows_with, rows_with_formulas

        yield from laid.problems
        if laid.missing:
            yield from missing_problems(self.names, rows_with(data, cv, laid.missing))
        if laid.formulas:
            yield from formula_problems(self.names, rows_with_formulas(data, cv, laid.formulas))
        yield from self._length(artifact, laid.pages)

    def _length(self, artifact: Artifact, pages: int) -> Iterable[Problem]:
        at, variant = self._variant(artifact)
        if variant is None:
            return
        hint = "Take less of it: limit, years, since, without."
        if variant["pages"] and pages > variant["pages"]:
            message = f"{artifact.path} has {pages} pages, not {variant['pages']}."
            yield warning("cv-length", message, self._span("variants", at, "pages"), hint)
            return
        form = self.names.cv_forms.get((variant["form"], variant["language"] or ""))
        if form is not None and (most := form.settings["pages"]) and pages > most:
            message = f"{artifact.path} has {pages} pages, {form.settings['funder']} takes {most}."
            yield warning("cv-length", message, self._span("variants", at, "form"), hint)

    def _variant(self, artifact: Artifact) -> tuple[int, Mapping[str, Any] | None]:
        """The variant that an artifact shows, and which it is in ``cv.yaml``."""
        current().note("field", "cv", "cv", "variants")
        record = self.names.site.library.get("cv", "cv")
        found = enumerate(record.data["variants"] if record else ())
        return next(((at, one) for at, one in found if str(one["id"]) == artifact.form), (0, None))

    def _place(self, artifact: Artifact, name: str) -> Span:
        """Where a setting of a CV stands: in the variant, else in the file."""
        at, variant = self._variant(artifact)
        is_own = variant is not None and variant[name] is not None
        return self._span(*(("variants", at, name) if is_own else (name,)))

    def _span(self, *path: str | int) -> Span:
        current().note("span", "cv", "cv", path)
        record = self.names.site.library.get("cv", "cv")
        assert record is not None  # noqa: S101 - there is an artifact of it
        return record.place(*path)


def _laid(theme: CvTheme, main: str, data: Any, text: str, timestamp: int) -> _Laid:
    """The document; formulas that Typst does not take are in it as TeX. Reads nothing, and may run in any thread."""
    from acadsite.kinds.cv.data import formulas_in, without_formulas

    pdf = make_pdf(theme.files, main, text, timestamp=timestamp, fonts=theme.fonts)
    faulty: frozenset[str] = frozenset()
    if not pdf.data and (faulty := faulty_formulas(dict.fromkeys(formulas_in(data)))):
        text = _plain(without_formulas(data, faulty))
        pdf = make_pdf(theme.files, main, text, timestamp=timestamp, fonts=theme.fonts)
    if len(text) > _LARGE:
        forget()
    return _Laid(pdf.pages, pdf.missing, tuple(sorted(faulty)), pdf.problems, pdf.data)


def _laid_with_pictures(theme: CvTheme, found: Manuscript, text: str, room: Darkroom) -> _Laid:
    """The same for a document with pictures, which are made here."""
    plates = ((name, room.plate(path)) for name, path in found.pictures.items())
    files = {**theme.files, **{name: File(data, name) for name, data in plates}}
    return _laid(theme._replace(files=files), found.main, found.data, text, found.timestamp)


def _drawn(theme: CvTheme, main: str, text: str) -> _Laid:
    """A card. Reads nothing, and may run in any thread."""
    made = make_picture(theme.files, main, text, fonts=theme.fonts)
    return _Laid(made.pages, made.missing, (), made.problems, made.data)


def _plain(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


# --- while pages are rendered ---


@dataclass(slots=True)
class Press:
    """Makes artifacts, each given with the result that is ``standing``, and the reason by its task; ``kept`` are the
    traces of the others. They are laid out in a thread of its own, one after the other, from ``start`` on, and else
    when they are asked for."""

    work: Artifacts
    orders: tuple[tuple[Artifact, str], ...]
    why: Mapping[str, Reason]
    kept: Mapping[str, Trace]
    _begun: list[Begun] = field(default_factory=list)
    _laid: list[_Laid | BaseException | None] = field(default_factory=list)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; no process may be forked from now on."""
        self._begin()
        if any(begun.lay_out for begun in self._begun):
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _begin(self) -> None:
        self._begun = [self.work.begin(*order) for order in self.orders]

    def _run(self) -> None:
        for begun in self._begun:
            try:
                self._laid.append(begun.lay_out() if begun.lay_out else None)
            except BaseException as failure:  # noqa: BLE001 - raised where it is asked for
                self._laid.append(failure)

    def done(self) -> list[Done[Any]]:
        """What became of all of them."""
        if not self._begun:
            self._begin()
        if self._thread is None:
            self._run()
        else:
            self._thread.join()
        done = []
        for begun, laid in zip(self._begun, self._laid, strict=True):
            if isinstance(laid, BaseException):
                raise laid
            done.append(self.work.finish(begun, laid))
        return done


# --- when somebody asks for them ---


class Made(NamedTuple):
    """An artifact that was asked for: nothing where it could not be made, and its problems."""

    output: Output | None
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Shelf:
    """Artifacts that were made in this process, by path, each with the digest of its data. What is asked for waits for
    what is being made."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    outputs: dict[str, tuple[str, Output]] = field(default_factory=dict)
    memos: dict[str, Memo] = field(default_factory=dict)


@dataclass(slots=True)
class Later:
    """The artifacts of one good build, each made when it is first asked for, in whatever thread, and the files of its
    ``pictures`` (by path, with the picture). ``links`` tells of links that lead nowhere. Nothing in here is used by
    the builds that follow but the ``shelf``."""

    work: Artifacts
    wanted: Mapping[str, Artifact]
    links: Callable[[Collection[Any]], tuple[Problem, ...]]
    shelf: Shelf
    room: Darkroom
    pictures: Mapping[str, str] = field(default_factory=dict)
    _made: dict[str, Made] = field(default_factory=dict)

    def __contains__(self, path: str) -> bool:
        return path in self.wanted or path in self.pictures

    def get(self, path: str) -> Made:
        """The artifact at a path among those ``wanted``, or the file of a picture."""
        if path in self.pictures:
            return Made(*self.room.one(self.pictures[path], path))
        with self.shelf.lock:
            if path not in self._made:
                self._made[path] = self._make(self.wanted[path])
            return self._made[path]

    def _make(self, artifact: Artifact) -> Made:
        path, shelf = artifact.path, self.shelf
        before, output = shelf.outputs.pop(path, ("", None))
        memo = shelf.memos.setdefault(path, Memo())
        done = replace(self.work, memo=memo).one(artifact, before)
        memo.forget_unasked()
        if done.value is not None:
            forget()
        shown = done.value or (output if done.result else None)
        if shown is not None:
            shelf.outputs[path] = (done.result, shown)
        return Made(shown, (*done.problems, *self.links(done.links)))
