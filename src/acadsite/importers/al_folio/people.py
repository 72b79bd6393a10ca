"""``_data/coauthors.yml`` of al-folio as ``people.yaml``.

There a family name leads to given names and an address; here each is a person, with the name as the bibliography has
it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite.importers.jekyll.source import words
from acadsite.importers.jekyll.writing import compact
from acadsite.links import unsafe_reason
from acadsite.people import display, likeness, parse_name
from acadsite.problems import Problem, quote, warning
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.sources import Node


def people(
    root: Node, met: Iterable[Mapping[str, Any]], owner: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The records, in the order of the file; ``met`` are the names of the bibliography."""
    problems: list[Problem] = []
    families: dict[str, str] = {}
    known: set[tuple[str, str]] = set()
    for name in met:
        family = " ".join(filter(None, (str(name["particle"]), str(name["family"]))))
        families.setdefault(slug(family), family)
        known.add((slug(family), str(name["given"])))
    found: dict[str, dict[str, Any]] = {}
    for key, node in (root.value if isinstance(root.value, dict) else {}).items():
        family = families.get(slug(key)) or (key if key != key.lower() else key.title())
        for item in node.value if isinstance(node.value, tuple) else (node,):
            record, problem = _person(family, item, owner, known)
            if problem is not None:
                problems.append(problem)
            elif record is not None and record["id"] in found:
                message = f"{quote(record['id'])} stands twice; the first is kept."
                problems.append(warning("import-author", message, item.span))
            elif record is not None:
                found[record["id"]] = record
    return list(found.values()), problems


def _person(
    family: str, node: Node, owner: Mapping[str, Any], known: set[tuple[str, str]]
) -> tuple[dict[str, Any] | None, Problem | None]:
    """One person; neither record nor problem for the owner, who stands in ``site.yaml``."""
    given = words(node.get("firstname")) if isinstance(node.value, dict) else []
    if not given:
        message = f"A co-author {quote(family)} needs “firstname”; the entry is left out."
        return None, warning("import-author", message, node.span)
    best = max([one for one in given if (slug(family), one) in known] or given, key=len)
    name = parse_name(f"{family}, {best}")
    if likeness(owner, name) > 1:
        return None, None
    aliases = [
        f"{family}, {one}"
        for one in given
        if one != best and not likeness(name, parse_name(f"{family}, {one}"))
    ]
    link = node.get("url")
    url = link.raw.strip() if link is not None and not isinstance(link.value, (dict, tuple)) else ""
    if url and unsafe_reason(url):
        return None, warning("import-address", f"{quote(url)} {unsafe_reason(url)}.", node.span)
    shown = display(name)
    written = (
        shown if display(parse_name(shown)) == shown and parse_name(shown) == name else f"{family}, {best}"
    )
    return compact({"id": slug(shown), "name": written, "aliases": aliases, "url": url}), None
