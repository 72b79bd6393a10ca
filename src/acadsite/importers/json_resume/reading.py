"""Reading a JSON Resume by its schema: every value is looked at once, and what is not taken is a problem.

In: the root node of the document. Out: plain mappings, lists and texts, without what says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite import dates
from acadsite.importers.cv_site import leftovers
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import did_you_mean, error, quote, warning
from acadsite.schema import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.problems import Problem, Span
    from acadsite.sources import Node

Item = dict[str, Any]

_TEXT, _DATE, _URL, _LIST, _MAP, _ITEMS = "text", "date", "url", "list", "map", "items"


def _fields(text: str = "", date: str = "", url: str = "", lines: str = "") -> dict[str, str]:
    kinds = ((_TEXT, text), (_DATE, date), (_URL, url), (_LIST, lines))
    return {name: kind for kind, names in kinds for name in names.split()}


#: The keys of the schema: what each holds.
_BASICS: Final = {
    **_fields("name label image email phone summary", url="url"),
    "location": _MAP,
    "profiles": _ITEMS,
}
_LOCATION: Final = _fields("address postalCode city countryCode region")
_PROFILE: Final = _fields("network username", url="url")
_META: Final = _fields("canonical version lastModified")
_RANGE: Final = "startDate endDate"
SECTIONS: Final[dict[str, dict[str, str]]] = {
    "work": _fields("name location description position summary", _RANGE, "url", "highlights"),
    "volunteer": _fields("organization position summary", _RANGE, "url", "highlights"),
    "education": _fields("institution area studyType score", _RANGE, "url", "courses"),
    "awards": _fields("title awarder summary", "date"),
    "certificates": _fields("name issuer", "date", "url"),
    "publications": _fields("name publisher summary", "releaseDate", "url"),
    "skills": _fields("name level", lines="keywords"),
    "languages": _fields("language fluency"),
    "interests": _fields("name", lines="keywords"),
    "references": _fields("name reference"),
    "projects": _fields("name description entity type", _RANGE, "url", lines="highlights keywords roles"),
}
_ISO: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
_ISO_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}")
_OPEN_END: Final = frozenset({"present", "now", "today", "ongoing", "current"})
#: What is kept of a value that the schema does not know.
_DEEPEST: Final = 16
_LONGEST_KEY: Final = 200


#: What an item is whose text stands alone.
_NAMES: Final = {
    "work": "position",
    "volunteer": "position",
    "education": "institution",
    "awards": "title",
    "languages": "language",
} | dict.fromkeys(("certificates", "publications", "skills", "interests", "references", "projects"), "name")
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:[/?#:]|\Z)")


def is_day(text: str) -> bool:
    """Whether a text is a date of JSON Resume: a year, a month or a day."""
    return _ISO.match(text) is not None and parse_date(text, ranges=False)[0] is not None


def kept(item: Item) -> Item:
    """``item`` without keys that hold nothing."""
    return {key: value for key, value in item.items() if value not in (None, "", [], {}, ())}


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Reads a document by the schema. Everything that is not taken is a problem; keys with “#” in front have dates that
    are none, as they are written."""

    problems: list[Problem]

    def document(self, root: Node) -> Item:
        """The document with texts, lists and mappings alone, without what says nothing."""
        found: Item = {}
        for key, node in _pairs(root):
            if key in SECTIONS:
                items = [self.item(key, one) for one in self.listed(key, node)]
                found[key] = [item for item in items if item]
            elif key == "basics":
                found[key] = self.mapping(node, _BASICS, "basics")
            elif key == "meta":
                found[key] = self.mapping(node, _META, "meta")
            elif key == "$schema":
                found[key] = self.text(node, key)
            else:
                self.unknown(root, key, node, "", (*SECTIONS, "basics", "meta"), found)
        return kept(found)

    def listed(self, key: str, node: Node) -> tuple[Node, ...]:
        if isinstance(node.value, tuple):
            return node.value
        if isinstance(node.value, dict):
            self.warn(
                "import-kind", f"{quote(key)} should be a list; it is taken as a list of one.", node.span
            )
            return (node,)
        self.fault(f"{quote(key)} should be a list of objects; it is left out.", node)
        return ()

    def item(self, key: str, node: Node) -> Item:
        fields = SECTIONS[key]
        if isinstance(node.value, (str, int, float)) and not isinstance(node.value, bool):
            name = _NAMES[key]
            self.warn(
                "import-kind", f"Expected an object; the text is taken as its {quote(name)}.", node.span
            )
            return kept({name: self.text(node, name)})
        item = self.mapping(node, fields, key)
        start, end = item.get("startDate"), item.get("endDate")
        if start and end and end < start[: len(end)]:
            self.warn("import-date", f"It ends ({end}) before it starts ({start}).", node.span)
            item |= {"#startDate": start, "#endDate": end}
        if not item and node.value not in (None, {}):
            return {}
        if not item:
            self.warn("import-empty", f"This item of {quote(key)} says nothing; it is left out.", node.span)
        return item

    def mapping(self, node: Node, fields: Mapping[str, str], name: str) -> Item:
        """A mapping by its fields."""
        found: Item = {}
        if not isinstance(node.value, dict):
            if node.value is not None:
                self.fault(f"{quote(name)} should be an object with keys; it is left out.", node)
            return found
        for key, inner in _pairs(node):
            kind = fields.get(key)
            if kind is None:
                self.unknown(node, key, inner, name, fields, found)
            elif kind == _DATE:
                self.date(inner, key, found)
            elif kind == _URL:
                found[key] = self.address(inner, key)
            elif kind == _LIST:
                found[key] = self.lines(inner, key)
            elif kind == _MAP:
                found[key] = self.mapping(inner, _LOCATION, key)
            elif kind == _ITEMS:
                profiles = [self.mapping(one, _PROFILE, "profiles") for one in self.listed(key, inner)]
                found[key] = [one for one in profiles if one]
            else:
                found[key] = self.text(inner, key)
        if name == "basics" and found.get("email") and not _EMAIL.fullmatch(found["email"]):
            where = node.value["email"].span
            message = f"{quote(found.pop('email'))} is no e-mail address; it is left out."
            self.warn("import-email", message, where)
        return kept(found)

    def text(self, node: Node, key: str) -> str:
        if isinstance(node.value, (dict, tuple)):
            self.fault(f"Expected text in {quote(key)}; it is left out.", node)
            return ""
        if not isinstance(node.value, str):
            message = f"{node.raw} in {quote(key)} should be a text in quotation marks; it is taken as one."
            self.warn("import-kind", message, node.span)
        leftovers(node.raw, node.span, self.problems)
        return node.raw.strip()

    def lines(self, node: Node, key: str) -> list[str]:
        if not isinstance(node.value, (dict, tuple)):
            self.warn(
                "import-kind", f"{quote(key)} should be a list; it is taken as a list of one.", node.span
            )
            return list(filter(None, [self.text(node, key)]))
        if isinstance(node.value, dict):
            self.fault(f"{quote(key)} should be a list of texts; it is left out.", node)
            return []
        return list(filter(None, (self.text(one, key) for one in node.value if one.value is not None)))

    def date(self, node: Node, key: str, found: Item) -> None:
        raw = "" if isinstance(node.value, (dict, tuple)) else node.raw.strip()
        if isinstance(node.value, (dict, tuple)):
            self.fault(f"Expected a date in {quote(key)}; it is left out.", node)
        if not raw or (key == "endDate" and raw.casefold() in _OPEN_END):
            return
        timed = _ISO_TIME.match(raw)
        text = timed[1] if timed else raw
        if is_day(text):
            found[key] = text
            if timed:
                self.warn("import-date", f"The time in {quote(raw)} is left out.", node.span)
            return
        meant, _ = parse_date(dates.read(text), ranges=False)
        if meant is not None and meant["year"]:
            found[key] = dates.iso(meant)
            self.warn("import-date", f"{quote(raw)} is taken for {found[key]}.", node.span)
            return
        hint = "Dates are 2014, 2014-05 or 2014-05-31."
        self.problems.append(
            warning("import-date", f"{quote(raw)} is no date; it is kept as text.", node.span, hint)
        )
        found[f"#{key}"] = raw

    def address(self, node: Node, key: str) -> str:
        if isinstance(node.value, (dict, tuple)):
            self.fault(f"Expected an address in {quote(key)}; it is left out.", node)
            return ""
        url = "".join(node.raw.split())
        reason = unsafe_reason(url)
        if reason:
            self.warn("link-unsafe", f"The address {quote(url)} {reason}; it is left out.", node.span)
            return ""
        if not url or is_external(url):
            return url
        if _HOST.match(url):
            self.warn("import-address", f"{quote(url)} has no scheme; https:// is put before it.", node.span)
            return f"https://{url}"
        self.warn("import-address", f"{quote(url)} is no address of the web; it is left out.", node.span)
        return ""

    def unknown(  # noqa: PLR0917
        self, node: Node, key: str, inner: Node, name: str, known: Iterable[str], found: Item
    ) -> None:
        """A key that the schema does not have: kept as it is, where YAML can."""
        where = node.keys.get(key) or inner.span
        value = inner.plain()
        place = f" of {quote(name)}" if name else ""
        hint = did_you_mean(key, known)
        if inner.value is None or not _can_bekept({key: value}):
            self.warn("import-key", f"The key {quote(key)}{place} is not known; it is left out.", where, hint)
            return
        found[key] = value
        message = f"The key {quote(key)}{place} is not in JSON Resume 1.0.0; it is kept and shown nowhere."
        self.warn("import-key", message, where, hint)

    def warn(self, code: str, message: str, where: Span | None, hint: str = "") -> None:
        self.problems.append(warning(code, message, where, hint))

    def fault(self, message: str, node: Node) -> None:
        self.problems.append(error("import-kind", message, node.span))


def _pairs(node: Node) -> list[tuple[str, Node]]:
    """Keys and values of a mapping that are not null."""
    pairs = node.value.items() if isinstance(node.value, dict) else ()
    return [(key, inner) for key, inner in pairs if inner.value is not None]


def _can_bekept(value: Any, depth: int = 0) -> bool:
    """Whether a value can stand in ``cv.yaml``: not too deep, no key that would be a comment there."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(
            key[:1] not in {"#", ""} and len(key) <= _LONGEST_KEY and _can_bekept(item, depth + 1)
            for key, item in value.items()
        )
    return not isinstance(value, list) or all(_can_bekept(item, depth + 1) for item in value)
