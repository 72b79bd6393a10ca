"""``_data/cv.yml`` of al-folio's own format as sections of ``cv.yaml``.

In: the root of the file, a list of sections of the types ``map``, ``time_table``, ``list``, ``nested_list`` and
``list_groups``. Out: sections; what has no place in them is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import unique
from acadsite.importers.inline import Reader
from acadsite.importers.jekyll.writing import compact, plain
from acadsite.problems import Problem, did_you_mean, quote, warning
from acadsite.records import slug

if TYPE_CHECKING:
    from acadsite.sources import Node

Item = dict[str, Any]

_SECTION: Final = ("title", "type", "contents")
_ENTRY: Final = ("title", "name", "value", "institution", "location", "department", "year", "start_year", "end_year",
                 "description", "items", "source", "url", "link", "grade", "note", "school", "company", "place",
                 "date")  # fmt: skip


@dataclass(slots=True)
class Sections:
    """Reads sections. ``count`` is the number of entries."""

    reader: Reader = field(default_factory=Reader)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def read(self, root: Node) -> list[Item]:
        """All sections, in the order of the file."""
        found: list[Item] = []
        for node in _items(root):
            if not isinstance(node.value, dict):
                self.warn("Expected a section with “title”, “type” and “contents”; it is left out.", node)
                continue
            title = self.plain(node, "title")
            identifier = unique(slug(title) or "section", [one["id"] for one in found])
            self.unknown(node, _SECTION)
            section = compact({"id": identifier, "title": title, **self.contents(node)})
            if len(section) > 2 or "title" not in section:
                found.append(section)
        return found

    def contents(self, node: Node) -> Item:
        """``entries`` or ``groups`` of one section."""
        contents = node.get("contents")
        items = _items(contents)
        groups: list[Item] = []
        entries: list[Any] = []
        for item in items:
            if isinstance(item.value, dict) and item.get("items") is not None and item.get("year") is None:
                lines = [line for inner in _items(item.get("items")) for line in self.lines(inner)]
                self.count += len(lines)
                groups.append(
                    compact(
                        {"title": self.markdown(item, "title") or self.markdown(item, "name"), "items": lines}
                    )
                )
                self.unknown(item, _ENTRY)
            elif isinstance(item.value, dict):
                entries += self.entries(item)
            else:
                lines = self.lines(item)
                self.count += len(lines)
                if lines:
                    groups.append({"items": lines})
        return {"entries": entries, "groups": _joined(groups)}

    def entries(self, node: Node) -> list[Item]:
        """One item of a map or time table; a year with several items is several entries."""
        self.unknown(node, _ENTRY)
        value = self.markdown(node, "value")
        if value or (node.get("name") is not None and node.get("title") is None):
            self.count += 1
            return [compact({"label": self.plain(node, "name"), "title": value})]
        start, end = self.plain(node, "start_year"), self.plain(node, "end_year")
        dates = self.plain(node, "year") or self.plain(node, "date") or " – ".join(filter(None, (start, end)))
        lines = [line for inner in _items(node.get("items")) for line in self.lines(inner)]
        place = next(
            filter(None, (self.markdown(node, key) for key in ("institution", "school", "company", "place"))),
            "",
        )
        department = self.markdown(node, "department")
        title = self.markdown(node, "title")
        if not title and lines:
            self.count += len(lines)
            return [compact({"title": line, "place": place, "dates": dates}) for line in lines]
        self.count += 1
        details = [line for inner in _items(node.get("description")) for line in self.lines(inner)]
        entry = {
            "title": title or place,
            "place": ", ".join(filter(None, (department, place if title else ""))),
            "location": self.plain(node, "location"),
            "dates": dates,
            "url": self.plain(node, "url") or self.plain(node, "link"),
            "grade": self.plain(node, "grade"),
            "note": self.markdown(node, "note") or self.markdown(node, "source"),
            "details": [*details, *lines],
        }
        return [compact(entry)]

    def lines(self, node: Node) -> list[str]:
        """A text, or a title with what stands below it, as lines of Markdown."""
        if isinstance(node.value, dict):
            title = self.markdown(node, "title") or self.markdown(node, "name")
            inner = [
                line
                for key in ("contents", "items")
                for item in _items(node.get(key))
                for line in self.lines(item)
            ]
            self.unknown(node, ("title", "name", "contents", "items"))
            if not inner:
                return [title] if title else []
            return [f"{title}: {'; '.join(inner)}" if title else "; ".join(inner)]
        if isinstance(node.value, tuple):
            return [line for item in node.value for line in self.lines(item)]
        return [self.reader.line(node.raw, node.span)] if node.value is not None and node.raw.strip() else []

    def markdown(self, node: Node, key: str) -> str:
        found = node.get(key)
        if found is None or found.value is None or isinstance(found.value, (dict, tuple)):
            return ""
        return self.reader.line(found.raw, found.span)

    def plain(self, node: Node, key: str) -> str:
        found = node.get(key)
        return (
            ""
            if found is None or found.value is None or isinstance(found.value, (dict, tuple))
            else plain(found.raw)
        )

    def unknown(self, node: Node, known: tuple[str, ...]) -> None:
        for key, inner in (node.value if isinstance(node.value, dict) else {}).items():
            if key not in known and inner.value is not None:
                message = (
                    f"The key {quote(key)} of the CV is not known; it is left out: {quote(inner.raw[:60])}."
                )
                where = node.keys.get(key) or inner.span
                self.problems.append(warning("import-key", message, where, did_you_mean(key, known)))

    def warn(self, message: str, node: Node) -> None:
        self.problems.append(warning("import-kind", message, node.span))


def _items(node: Node | None) -> tuple[Node, ...]:
    """A list of nodes; one value is a list of one."""
    if node is None or node.value is None:
        return ()
    return node.value if isinstance(node.value, tuple) else (node,)


def _joined(groups: list[Item]) -> list[Item]:
    """Lines without a heading that stand beside each other are one group."""
    found: list[Item] = []
    for group in groups:
        if found and "title" not in group and "title" not in found[-1]:
            found[-1]["items"] += group["items"]
        else:
            found.append(group)
    return found
