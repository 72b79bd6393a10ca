"""Artifacts: the third wave of a build. Outputs that are made from the site as a whole and by no template: PDFs.

An artifact is a task with a trace, as a page is. Typst runs here only, in the process of the build: it has threads of
its own, which would not survive in a forked one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from acadsite.kinds.cv import build_cv, cvs, data_of, missing_problems
from acadsite.kinds.cv.data import formulas_in, rows_with, timestamp_of, without_formulas
from acadsite.links import SITE_ROOT
from acadsite.memo import key_of
from acadsite.pdf import Pdf, faulty_formulas, make_pdf, unknown_font
from acadsite.problems import Problem, Span, quote, warning
from acadsite.publish import Refused
from acadsite.render import Done, read_by
from acadsite.track import current, tracking

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from acadsite.config import Config
    from acadsite.kinds.names import Names
    from acadsite.library import Library
    from acadsite.memo import Memo
    from acadsite.render import Sink
    from acadsite.templates import Templates
    from acadsite.trace import Trace

_THEME = "modern"


@dataclass(frozen=True, slots=True)
class Artifact:
    """An output: its path, the CV that it shows, and the source to blame."""

    path: str
    cv: str
    where: Span

    @property
    def task(self) -> str:
        """The name of the task that makes it."""
        return f"file {self.path}"


def artifacts(library: Library, static: Collection[str]) -> tuple[Artifact, ...]:
    """The artifacts of a site; a file of that name in content/static/ takes the place of one."""
    record = library.get("cv", "cv")
    if record is None:
        return ()
    where = Span(record.where.path)
    found = (Artifact(f"cv-{one.id}.pdf" if one.id else "cv.pdf", one.id, where) for one in cvs(record))
    return tuple({one.path: one for one in found if one.path not in static}.values())


@dataclass(frozen=True, slots=True)
class _Made:
    """What a compilation told, to be asked again where the output stands."""

    pages: int
    missing: tuple[str, ...]


@dataclass(slots=True)
class Artifacts:
    """What is needed to make any artifact of a build."""

    names: Names
    config: Config
    templates: Templates
    memo: Memo
    sink: Sink

    def one(self, artifact: Artifact, before: Trace | None) -> Done[Any]:
        """One artifact. Where ``before``, the trace of the last build, is given, its output stands: it is not made
        again from the same data, and the result has no value."""
        base = self.config["url"]
        with tracking(artifact.path, base or SITE_ROOT) as tracker:
            tracker.note("config", "url")
            tracker.note("extensions")
            tracker.note("typst")
            value, result, faults = self._cv(artifact, before)
        problems = tuple(
            replace(problem, where=problem.where or artifact.where)
            for problem in (*tracker.problems, *faults)
        )
        keys, links = read_by(tracker)
        return Done(artifact.task, keys, links, value, result, problems)

    def _cv(self, artifact: Artifact, before: Trace | None) -> tuple[Any, str, list[Problem]]:
        """The staged output (or None), the digest of what it is made of, and problems."""
        cv = build_cv(self.names, artifact.cv, "pdf")
        if cv is None:  # one build asks for what the next one lacks
            return None, "", []
        data, hidden = data_of(self.names, cv)
        theme = self.templates.cv()
        name = cv.settings["theme"] or _THEME
        if f"{name}.typ" not in theme.files:
            return None, "", []  # which is reported
        font = cv.settings["font"]
        if font and (fault := unknown_font(font, theme.fonts, self._place(artifact, "font"))):
            return None, "", [fault]
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        timestamp = timestamp_of(cv)
        result = key_of(theme.digest, name, str(timestamp), text)
        made = self.memo.get("pdf", result, lambda plain: _Made(plain[0], tuple(plain[1])))
        value, faults = None, list(missing_problems(self.names, hidden))
        if made is None or before is None or before.result != result:
            pdf, problems = self._compiled(theme.files, f"{name}.typ", data, text, timestamp, theme.fonts)
            faults += problems
            if not pdf.data:
                return None, "", faults
            made = _Made(pdf.pages, pdf.missing)
            if not problems:  # they are told by a compilation only
                self.memo.put("pdf", result, made, lambda item: [item.pages, list(item.missing)])
            try:
                value = self.sink.put(artifact.path, pdf.data)
            except Refused as refused:
                value = refused.problem
        if made.missing:
            faults += missing_problems(self.names, rows_with(data, cv, made.missing))
        faults += self._length(artifact, made.pages)
        return value, result, faults

    def _compiled(  # noqa: PLR0917
        self,
        files: Mapping[str, Any],
        main: str,
        data: Any,
        text: str,
        timestamp: int,
        fonts: Any,
    ) -> tuple[Pdf, list[Problem]]:
        """The PDF; formulas that Typst does not take are shown as TeX, with a problem for each."""
        pdf = make_pdf(files, main, text, timestamp=timestamp, fonts=fonts)
        if pdf.data:
            return pdf, list(pdf.problems)
        faulty = faulty_formulas(dict.fromkeys(formulas_in(data)))
        if not faulty:
            return pdf, list(pdf.problems)
        text = json.dumps(without_formulas(data, faulty), ensure_ascii=False, separators=(",", ":"))
        again = make_pdf(files, main, text, timestamp=timestamp, fonts=fonts)
        hint = "The PDF shows its TeX."
        told = [
            warning("cv-math", f"The formula {quote(tex)} cannot be set in the PDF.", None, hint)
            for tex in _tex_of(data, faulty)
        ]
        return again, [*told, *again.problems]

    def _length(self, artifact: Artifact, pages: int) -> Iterable[Problem]:
        current().note("field", "cv", "cv", "variants")
        record = self.names.site.library.get("cv", "cv")
        for at, one in enumerate(record.data["variants"] if record else ()):
            if str(one["id"]) == artifact.cv and one["pages"] and pages > one["pages"]:
                message = f"{artifact.path} has {pages} pages, not {one['pages']}."
                hint = "Take less of it: limit, years, since, without."
                yield warning("cv-length", message, self._place(artifact, "variants", at, "pages"), hint)

    def _place(self, artifact: Artifact, *path: str | int) -> Span:
        record = self.names.site.library.get("cv", "cv")
        if record is None:
            return artifact.where
        place = record.place(*path)
        current().note("span", "cv", "cv", path)
        return place


def _tex_of(value: Any, faulty: frozenset[str]) -> dict[str, None]:
    found: dict[str, None] = {}
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo += reversed(item)
        elif isinstance(item, dict):
            if item.get("k") == "math" and item["t"] in faulty:
                found[item["alt"]] = None
            todo += reversed(list(item.values()))
    return found
