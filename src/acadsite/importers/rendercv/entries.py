"""Entries of RenderCV, of whatever kind, as entries of ``cv.yaml``.

In: a node of a section. Out: an entry of ours, or a publication for the .bib file. Keys that nothing is made of are
reported; in an entry they stay as comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.links import is_external, unsafe_reason
from acadsite.problems import did_you_mean, error, quote, warning
from acadsite.schema import parse_date

if TYPE_CHECKING:
    from acadsite.importers.rendercv.texts import Texts
    from acadsite.sources import Node

Item = dict[str, Any]

_DATES: Final = ("date", "start_date", "end_date")
_COMMON: Final = (*_DATES, "location", "summary", "highlights")
#: Kind of entry → its keys, the telling ones first. An entry is of the first kind of which it has a telling key.
KINDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "publication": (("authors", "doi", "journal"), ("title", "url", "summary", *_DATES)),
    "education": (("institution", "area", "degree"), _COMMON),
    "experience": (("company", "position"), _COMMON),
    "line": (("details",), ("label", "name")),
    "bullet": (("bullet",), ()),
    "number": (("number",), ()),
    "reversed": (("reversed_number",), ()),
    "icons": (("icons",), ()),
    "normal": (("name", "title", "label"), (*_COMMON, "url")),
}
_ISO: Final = re.compile(r"\d{4}(-\d{2}){0,2}\Z")
_OPEN_END: Final = "present"


def kind_of(node: Node) -> str:
    """The kind of an entry; ``text`` for a plain one, empty where no kind fits."""
    if not isinstance(node.value, dict):
        return "" if isinstance(node.value, tuple) or node.value is None else "text"
    given = node.value
    return next((kind for kind, (telling, _) in KINDS.items() if any(key in given for key in telling)), "")


@dataclass(slots=True)
class Entry:
    """One mapping, read key by key."""

    node: Node
    texts: Texts
    taken: set[str] = field(default_factory=set)

    def find(self, key: str) -> Node | None:
        """A value that is not null."""
        self.taken.add(key)
        found = self.node.get(key)
        return None if found is None or found.value is None else found

    def markdown(self, key: str) -> str:
        """Inline Markdown; empty when absent."""
        found = self.find(key)
        return "" if found is None else self.texts.markdown(found)

    def plain(self, key: str) -> str:
        """Text without markup; empty when absent."""
        found = self.find(key)
        return "" if found is None else self.texts.plain(found)

    def lines(self, key: str) -> list[str]:
        """A list of Markdown; a single text is a list of one."""
        found = self.find(key)
        if found is None:
            return []
        items = found.value if isinstance(found.value, tuple) else (found,)
        return list(filter(None, (self.texts.markdown(item) for item in items)))

    def url(self, key: str) -> str:
        """An address that may be linked; empty when absent."""
        found = self.find(key)
        if found is None:
            return ""
        if isinstance(found.value, (dict, tuple)):
            self.fault("Expected an address; it is left out.", found)
            return ""
        return address(found.raw, found, self.texts)

    def dates(self) -> Item:
        """The dates; ``date`` counts before ``start_date`` and ``end_date``, as in RenderCV."""
        date, start, end = (self.plain(key) for key in _DATES)
        if date and (start or end):
            self.texts.warn(
                "import-date",
                "“date” is taken, “start_date” and “end_date” are left out, as in RenderCV.",
                self.node.span,
            )
        if date or (end and not start):
            return self.one_day(date or end)
        if not start:
            return {}
        is_open = end.casefold() in {"", _OPEN_END}
        if _is_day(start) and (is_open or _is_day(end)):
            if is_open or end >= start[: len(end)]:
                return {"start": day(start)} | ({} if is_open else {"end": day(end)})
            self.texts.warn("import-date", f"It ends ({end}) before it starts ({start}).", self.node.span)
        else:
            self.no_date(start if not _is_day(start) else end)
        return {"dates": " – ".join(filter(None, (start, end or _OPEN_END)))}

    def one_day(self, text: str) -> Item:
        if _is_day(text):
            return {"start": day(text), "end": day(text)}
        if _ISO.match(text):
            self.no_date(text)
        return {"dates": text}

    def no_date(self, text: str) -> None:
        message = f"{quote(text)} is no date; it is kept as text."
        self.texts.warn("import-date", message, self.node.span, "Dates are 2014, 2014-05 or 2014-05-31.")

    def fault(self, message: str, node: Node) -> None:
        self.texts.problems.append(error("import-kind", message, node.span))

    def close(self, known: tuple[str, ...], fate: str = "it is kept as a comment") -> Item:
        """What was not read, as comments, each with a warning that says what becomes of it."""
        kept: Item = {}
        for key, node in (self.node.value if isinstance(self.node.value, dict) else {}).items():
            if key in self.taken or node.value is None:
                continue
            message = f"The key {quote(key)} has no place here; {fate}."
            where = self.node.keys.get(key) or node.span
            self.texts.problems.append(warning("import-key", message, where, did_you_mean(key, known)))
            kept[f"#{key}"] = node.plain() if isinstance(node.value, (dict, tuple)) else node.raw
        return kept


def _is_day(text: str) -> bool:
    return _ISO.match(text) is not None and parse_date(text, ranges=False)[0] is not None


def day(text: str) -> int | str:
    """A date as it is written in YAML."""
    return int(text) if len(text) == len("2014") else text


def address(url: str, node: Node, texts: Texts) -> str:
    """An address that may be linked; ``https://`` is put before a bare host."""
    url = "".join(url.split())
    reason = unsafe_reason(url)
    if reason:
        texts.warn("link-unsafe", f"The address {quote(url)} {reason}; it is left out.", node.span)
        return ""
    return url if not url or is_external(url) else f"https://{url}"


def compact(item: Item) -> Item:
    """``item`` without keys that hold nothing."""
    return {key: value for key, value in item.items() if value not in (None, "", [], {}, ())}


def read_entry(kind: str, node: Node, texts: Texts) -> Item:
    """An entry of one of ``KINDS`` but publications."""
    entry = Entry(node, texts)
    telling, more = KINDS[kind]
    if kind == "line":
        label = entry.plain("label") or entry.plain("name")
        found: Item = {"label": label, "title": entry.markdown("details")}
    elif kind in {"bullet", "number", "reversed", "icons"}:
        found = {"title": entry.markdown(telling[0])}
    else:
        if kind == "education":
            title = ", ".join(filter(None, (entry.markdown("degree"), entry.markdown("area"))))
            place = entry.markdown("institution")
        elif kind == "experience":
            title, place = entry.markdown("position"), entry.markdown("company")
        else:
            title, place = entry.markdown("name") or entry.markdown("title") or entry.markdown("label"), ""
        found = {
            "title": title,
            "place": place,
            "location": entry.plain("location"),
            **entry.dates(),
            "url": entry.url("url"),
            "summary": entry.markdown("summary"),
            "details": entry.lines("highlights"),
        }
    return compact({**found, **entry.close((*telling, *more))})


def read_publication(node: Node, texts: Texts) -> Item:
    """A publication: Markdown in title, journal, summary and authors; text in date, doi and url."""
    entry = Entry(node, texts)
    date = entry.plain("date") or entry.plain("end_date") or entry.plain("start_date")
    found = {
        "title": entry.markdown("title"),
        "authors": entry.lines("authors"),
        "journal": entry.markdown("journal"),
        "date": date,
        "doi": entry.plain("doi"),
        "url": entry.url("url"),
        "summary": entry.markdown("summary"),
    }
    entry.taken.update(_DATES)
    telling, more = KINDS["publication"]
    entry.close((*telling, *more), "it is left out")
    return compact(found)
