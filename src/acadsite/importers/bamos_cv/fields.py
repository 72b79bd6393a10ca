"""Reading one mapping of the source: each value is decoded once, and what nobody asked for is reported."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.dates import read as iso_date
from acadsite.importers.inline import Reader, address
from acadsite.links import unsafe_reason
from acadsite.problems import Problem, error, quote, warning

if TYPE_CHECKING:
    from acadsite.sources import Node

__all__ = ["Fields", "compact", "is_scalar", "iso_date", "web_address", "years"]

_RANGE: Final = re.compile(r"(?<=\d)\s*[-–—]+\s*(?=\d{4}\b|present\b|now\b|today\b)", re.IGNORECASE)


def years(text: str) -> str:
    """Free text with its ranges of years in one form: “2014--2019” → “2014 – 2019”."""
    return _RANGE.sub(" – ", text)


def is_scalar(node: Node) -> bool:
    """Whether a node is text or a number."""
    return node.value is not None and not isinstance(node.value, (dict, tuple))


def web_address(node: Node, problems: list[Problem]) -> str:
    """The address of a node; empty with a problem where it is none that may be linked."""
    if not is_scalar(node):
        problems.append(error("import-kind", "Expected an address.", node.span))
        return ""
    url = address(node.raw)
    reason = unsafe_reason(url)
    if reason:
        problems.append(
            warning("link-unsafe", f"The address {quote(url)} {reason}; it is left out.", node.span)
        )
        return ""
    return url


def compact(data: dict[str, Any]) -> dict[str, Any]:
    """``data`` without keys that hold nothing."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {}, ())}


@dataclass(slots=True)
class Fields:
    """The values of a mapping by name. Each getter takes several names, of which the first present one counts."""

    node: Node
    reader: Reader
    taken: set[str] = field(default_factory=set)

    def find(self, *names: str) -> Node | None:
        """The first of the named values that is not null."""
        for name in names:
            node = self.node.get(name)
            if node is not None:
                self.taken.add(name)
                if node.value is not None:
                    return node
        return None

    def _scalar(self, *names: str) -> Node | None:
        node = self.find(*names)
        if node is not None and not is_scalar(node):
            message = f"Expected text in {quote(names[0])}; it is left out."
            self.reader.problems.append(error("import-kind", message, node.span))
            return None
        return node

    def markdown(self, *names: str) -> str:
        """Inline Markdown, empty when absent."""
        node = self._scalar(*names)
        return "" if node is None else self.reader.markdown(node.raw, node.span)

    def text(self, *names: str) -> str:
        """Plain text, empty when absent."""
        node = self._scalar(*names)
        return "" if node is None else self.reader.plain(node.raw, node.span)

    def dates(self, *names: str) -> str:
        """Free text with years."""
        return years(self.text(*names))

    def url(self, *names: str) -> str:
        """An address that may be linked, empty when absent."""
        node = self.find(*names)
        return "" if node is None else web_address(node, self.reader.problems)

    def lines(self, *names: str) -> list[str]:
        """Inline Markdown of a list, or of a single text."""
        node = self.find(*names)
        if node is None:
            return []
        found = []
        for item in node.value if isinstance(node.value, tuple) else (node,):
            if is_scalar(item):
                found.append(self.reader.markdown(item.raw, item.span))
            else:
                message = f"Expected text in {quote(names[0])}; it is left out."
                self.reader.problems.append(error("import-kind", message, item.span))
        return [line for line in found if line]

    def leave(self, *names: str) -> None:
        """Names that are known and not wanted."""
        self.taken.update(names)

    def close(self) -> None:
        """Reports what was not read."""
        for name, node in (self.node.value if isinstance(self.node.value, dict) else {}).items():
            if name not in self.taken and node.value is not None:
                where = self.node.keys.get(name) or node.span
                message = f"The key {quote(name)} is not known here; it is left out."
                self.reader.problems.append(warning("import-key", message, where))
