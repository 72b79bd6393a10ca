"""The fixtures of the CSL test suite: how they are run, and the HTML dialect that they expect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acadsite.citations import Cite, Cluster, process, read_style

if TYPE_CHECKING:
    from collections.abc import Mapping

TAGS = {
    "em": ("<i>", "</i>"),
    "strong": ("<b>", "</b>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
    "sc": ('<span style="font-variant:small-caps;">', "</span>"),
    "u": ('<span style="text-decoration:underline;">', "</span>"),
    "upright": ('<span style="font-style:normal;">', "</span>"),
    "regular": ('<span style="font-weight:normal;">', "</span>"),
    "lower": ('<span style="font-variant:normal;">', "</span>"),
    "left-margin": ('<div class="csl-left-margin">', "</div>"),
    "right-inline": ('<div class="csl-right-inline">', "</div>"),
    "indent": ('<div class="csl-indent">', "</div>"),
    "block": ('<div class="csl-block">', "</div>"),
}


def html(tree: Any) -> str:
    """A tree in the dialect of the test suite."""
    out = []
    for node in tree:
        if isinstance(node, str):
            out.append(node.replace("&", "&#38;").replace("<", "&#60;").replace(">", "&#62;"))
        else:
            start, end = TAGS.get(node[0], ("", ""))
            out.append(start + html(node[-1]) + end)
    return "".join(out)


def same(text: str) -> str:
    """What does not count in a comparison: spaces around blocks, superscripts in one piece or two."""
    text = text.replace("</sup><sup>", "")
    return re.sub(r"\s*(</?div[^>]*>)\s*", r"\1", text.strip())


def result(fixture: Mapping[str, Any]) -> str:
    """What we print for a fixture."""
    style, problems = read_style(fixture["csl"], fixture["name"] + ".csl")
    assert style is not None, problems
    items = {}
    for number, item in enumerate(fixture["input"], 1):
        items[str(item.get("id", f"item-{number}"))] = item
    if fixture.get("citation-items"):
        clusters = [Cluster(tuple(map(cite, some))) for some in fixture["citation-items"]]
    elif fixture.get("citations"):
        clusters = [
            Cluster(
                tuple(map(cite, one[0]["citationItems"])),
                note=one[0].get("properties", {}).get("noteIndex", 0),
            )
            for one in fixture["citations"]
        ]
    else:
        clusters = [Cluster(tuple(Cite(key) for key in items))]
    done = process(style, items, clusters)
    if fixture["mode"] == "citation":
        if fixture.get("citations"):
            return "\n".join(f"..[{number}] {html(tree)}" for number, tree in enumerate(done.citations))
        return "\n".join(html(tree) for tree in done.citations)
    entries = "".join(f'<div class="csl-entry">{html(tree)}</div>' for _, tree in done.bibliography)
    return f'<div class="csl-bib-body">{entries}</div>'


def cite(value: Mapping[str, Any]) -> Cite:
    """A cite as the test suite writes it."""
    return Cite(
        str(value["id"]),
        str(value.get("locator", "")),
        value.get("label", "page"),
        value.get("prefix", ""),
        value.get("suffix", ""),
        bool(value.get("suppress-author")),
        bool(value.get("author-only")),
    )
