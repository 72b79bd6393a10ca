"""Manuscripts: what a document theme needs to lay out a PDF, whatever sort of document it is.

The data name pictures by files that are made when the PDF is (``darkroom``); here it is only noted which they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.parse import unquote

from acadsite.markup.source import Line, line_in
from acadsite.markup.tree import CROSS_REFERENCES
from acadsite.problems import Problem, Span, quote, warning
from acadsite.track import ROOT, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acadsite.kinds.names import Names
    from acadsite.kinds.pictures import Pictures
    from acadsite.library import Document
    from acadsite.markup.html import Link, Resolve
    from acadsite.markup.typst_text import Picture, Setting


#: Lines in the data count on from text to text, so that a line tells of which text it is.
_LINES: Final = 1_000_000
_CALLOUTS: Final = ("note", "tip", "warning", "important", "caution", "code", "output")


class Text(NamedTuple):
    """A text of a manuscript: its file, the line that it begins on, what stands there, and the lines that it is from
    (as those of ``library.Document``)."""

    path: str
    line: int
    text: str
    lines: tuple[Line, ...] = ()

    def written(self, line: int) -> int:
        """The line of the file that a line, counted on from the first one, is from."""
        return line_in(self.lines, line - self.line)[0] if self.lines else line


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document: the theme's file that lays it out, its data, the characters taken out of them, pictures by the names
    that the data have for them (their paths in the output), the time that the PDF carries in seconds since 1970, and
    the texts that it shows, which are looked through for what is wrong."""

    main: str
    data: Any
    hidden: str
    pictures: Mapping[str, str]
    timestamp: int
    texts: tuple[Text, ...]

    def told(self, laid: Any) -> Iterator[Problem]:
        """What is wrong with the document as it was laid out (``missing`` characters, ``formulas``, ``problems``)."""
        yield from map(self._problem, laid.problems)
        yield from self._signs_without_glyph((*self.hidden, *laid.missing))
        faulty = frozenset(laid.formulas)
        for line, formula in _formulas(self.data, 0) if faulty else ():
            if formula["t"] in faulty:
                message = (
                    f"The PDF shows the formula {quote(formula['alt'][:80])} as TeX: Typst cannot set it."
                )
                yield warning("pdf-formula", message, self._line(line))

    def _problem(self, problem: Problem) -> Problem:
        """What Typst says; of what does not fit, in our words and at its place."""
        from acadsite.markup.typst_documents import overflow_in

        large = overflow_in(problem.message)
        if large is None:
            return problem
        message = f"In the PDF this does not fit into its line: it is {large.percent} % too wide."
        if large.kind == "height":
            message = f"In the PDF this slide is {large.percent} % too high: its end is cut off."
        return warning("pdf-overflow", message, self._line(large.line))

    def _signs_without_glyph(self, signs: Iterable[str]) -> Iterator[Problem]:
        """A warning for each text that has such characters, at the first of them; one for those of no text."""
        left = dict.fromkeys(signs)
        found = {text: [sign for sign in left if sign in text.text] for text in self.texts}
        elsewhere = [sign for sign in left if not any(sign in known for known in found.values())]
        if self.texts and elsewhere:
            found[self.texts[0]] += elsewhere
        for text, without in found.items():
            if without:
                shown = ", ".join(f"{quote(sign)} (U+{ord(sign):04X})" for sign in without[:5])
                more = f" and {len(without) - 5} more" if len(without) > 5 else ""
                hint = "Put the file of a font that has them into templates/documents/."
                yield warning("pdf-glyph", f"The PDF cannot show {shown}{more}.", _place(text, without), hint)

    def _line(self, line: int) -> Span:
        at, line = divmod(line, _LINES)
        text = self.texts[min(at, len(self.texts) - 1)]
        return Span(text.path, text.written(line or text.line))


def _place(text: Text, signs: Iterable[str]) -> Span:
    """The first of the characters in the text, else its beginning."""
    at = min((text.text.index(sign) for sign in signs if sign in text.text), default=-1)
    if at < 0:
        return Span(text.path, text.line)
    before = text.text[:at]
    return Span(text.path, text.written(text.line + before.count("\n")), at - before.rfind("\n"))


def text_of(document: Document) -> Text:
    """A document as a text of a manuscript."""
    return Text(document.path, document.line, document.text, document.lines)


def _formulas(value: Any, line: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The formulas in data, each with the line of the block around it."""
    if isinstance(value, list):
        for item in value:
            yield from _formulas(item, line)
    elif isinstance(value, dict):
        line = value.get("line", line)
        if value.get("k") == "math":
            yield line, value
        for item in value.values():
            yield from _formulas(item, line)


def setting_of(
    names: Names, key: tuple[str, str], document: Document, *, at: int = 0, **more: Any
) -> tuple[Setting, Plates]:
    """How the text of a record is written for a PDF, and its pictures. ``at``: which it is of the texts of its
    manuscript. ``more`` is what the kind of document adds. What is read is noted."""
    from acadsite.markup.typst_text import Setting

    for name in ("labels", "url"):
        current().note("config", name)
    references = names.references
    t = references.words(key).say
    resolve = _quiet(references.resolving(key, names.resolve))
    plates = Plates(names.resolve.pictures, resolve, Span(document.path, document.line))
    words = (*CROSS_REFERENCES.items(), ("prf", "Proof"))
    setting = Setting(
        root=names.config["url"] or "",
        path=document.path,
        lines=at * _LINES,
        resolve=resolve,
        picture=plates,
        words=tuple((kind, t(word)) for kind, word in words),
        callouts=tuple((kind, t(kind.capitalize())) for kind in _CALLOUTS),
        preamble=references.preamble(key),
        memo=references.memo,
        **more,
    )
    return setting, plates


def _quiet(resolve: Resolve) -> Resolve:
    """The same, but for what is wrong with links: the text's page on the web tells that, with the line."""

    def resolved(target: str, kind: Literal["link", "image", "wiki", "cite"], place: Span) -> Link | None:
        links = current().links
        before = len(links)
        found = resolve(target, kind, place)
        links[before:] = [link for link in links[before:] if link[0] not in {"missing", "fragment"}]
        return found

    return resolved


@dataclass(slots=True)
class Plates:
    """Finds the pictures of one text; ``files`` has those that were found."""

    pictures: Pictures
    resolve: Resolve
    place: Span
    files: dict[str, str] = field(default_factory=dict)

    def __call__(self, source: str) -> Picture | None:
        """A picture by the address that the text has for it."""
        link = self.resolve(source, "image", self.place)
        if link is None or link.picture is None:
            return None
        from acadsite.markup.typst_text import Picture

        path = unquote(link.picture.url.removeprefix(ROOT))
        current().note("pixels", path)
        name = f"pictures/{path}.svg"
        self.files[name] = path
        return Picture(name, link.picture.width, link.picture.height)


def timestamp_of(date: Mapping[str, Any] | None) -> int:
    """The beginning of a date in seconds since 1970; that of 2000 where there is none."""
    year, month, day = (date["year"], date["month"] or 1, date["day"] or 1) if date else (2000, 1, 1)
    try:
        return max(0, int(dt.datetime(year or 2000, month, day, tzinfo=dt.UTC).timestamp()))
    except (ValueError, OverflowError):
        return 0
