"""Clusters of citations and records → formatted citations and a bibliography, in a style.

``process`` is pure: the same style, items, clusters and language give the same result. Items are mappings of CSL-JSON;
texts may be rich text (``bibtex.latex.rich``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.clusters import Clusters
from acadsite.citations.context import NOTHING, Context, Detail, Substitute
from acadsite.citations.disambiguation import Disambiguation
from acadsite.citations.dressing import fonts
from acadsite.citations.locales import Locale, make_locale
from acadsite.citations.ordering import ordered
from acadsite.citations.program import Program, program_of
from acadsite.citations.records import Record
from acadsite.citations.tree import BLOCKS, Nodes, Tree, finished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.citations.clusters import Cluster
    from acadsite.citations.program import Area
    from acadsite.citations.style import Style

_FIRST: Final = frozenset({"first"})


@dataclass(frozen=True, slots=True)
class Processed:
    """The trees of the clusters in their order, and of the bibliography in its own, with their keys.

    ``numbers`` are the numbers of the entries, ``missing`` the keys that are no items. In a style of notes each
    citation is a ``note`` node, behind the author where the cluster is ``in_text``.
    """

    citations: tuple[Tree, ...]
    bibliography: tuple[tuple[str, Tree], ...]
    numbers: Mapping[str, int]
    missing: tuple[str, ...] = ()
    is_note: bool = False
    has_hanging_indent: bool = False
    second_field_align: str = ""
    entry_spacing: int = 1


@lru_cache(maxsize=64)
def locale_of(style: Style, language: str) -> Locale:
    """The language of a style for a document: the style's own if it has one, else the document's."""
    own = tuple(child for child in style.root.children if child.name == "locale")
    return make_locale(style.default_locale or language or "en-US", own)


def process(
    style: Style,
    items: Mapping[str, Mapping[str, Any]],
    clusters: Sequence[Cluster],
    language: str = "",
    uncited: Sequence[str] = (),
) -> Processed:
    """All citations and the bibliography of a document. ``uncited`` keys are in the bibliography all the same."""
    return _Run(style, items, clusters, language, uncited).done()


def reference(style: Style, item: Mapping[str, Any], language: str = "") -> Tree:
    """One item as an entry of a bibliography that has no other; empty where the style has none."""
    key = str(item["id"])
    run = _Run(style, {key: item}, (), language, (key,))
    area = run.program.bibliography
    return run.entries(area, [key])[0][1] if area is not None else ()


class _Run:
    """The state of one ``process``."""

    def __init__(
        self,
        style: Style,
        items: Mapping[str, Mapping[str, Any]],
        clusters: Sequence[Cluster],
        language: str,
        uncited: Sequence[str],
    ) -> None:
        self.style = style
        self.locale = locale_of(style, language)
        self.program: Program = program_of(style)
        self.clusters = clusters
        cited = dict.fromkeys(cite.key for cluster in clusters for cite in cluster.cites)
        wanted = [*cited, *(key for key in dict.fromkeys(uncited) if key not in cited)]
        self.missing = tuple(key for key in wanted if key not in items)
        self.records = {key: Record(key, items[key]) for key in wanted if key in items}
        self.numbers = {key: number for number, key in enumerate(self.records, 1)}
        self.details: dict[str, Detail] = {}

    def done(self) -> Processed:
        citation, bibliography = self.program.citation, self.program.bibliography
        if bibliography is not None and bibliography.keys:
            keys = ordered(list(self.records), bibliography.keys, self._sorting("bibliography"))
        else:
            keys = list(self.records)
        self.numbers = {key: number for number, key in enumerate(keys, 1)}
        if citation is not None:
            self.details = Disambiguation(citation, keys, self._first_context).run()
        trees = tuple(self._citations(citation)) if citation is not None else ()
        entries = tuple(self.entries(bibliography, keys)) if bibliography is not None else ()
        options = bibliography.attributes if bibliography is not None else {}
        spacing = options.get("entry-spacing", "1")
        return Processed(
            trees,
            entries,
            self.numbers,
            self.missing,
            self.style.is_note,
            options.get("hanging-indent") == "true",
            options.get("second-field-align", ""),
            int(spacing) if spacing.isascii() and spacing.isdecimal() and len(spacing) < 3 else 1,
        )

    def _sorting(self, area: str) -> Any:
        return lambda key: self._context(key, area)

    def _context(self, key: str, area: str) -> Context:
        return self._with_detail(key, area, self.details.get(key, NOTHING))

    def _with_detail(self, key: str, area: str, detail: Detail) -> Context:
        number = self.numbers.get(key, 0)
        return Context(self.records[key], self.locale, area, self.program.page_form, detail, number)

    def _first_context(self, key: str, detail: Detail) -> Context:
        context = self._with_detail(key, "citation", detail)
        context.positions = _FIRST
        return context

    def _finished(self, nodes: Sequence[Any]) -> Tree:
        return finished(nodes, self.locale.marks, into_quotes=self.locale.into_quotes)

    # Citations

    def _citations(self, area: Area) -> list[Tree]:
        printer = Clusters(area, self.records, self._context, is_note=self.style.is_note)
        return [self._finished(printer.nodes(cluster)) for cluster in self.clusters]

    # Bibliography

    def entries(self, area: Area, keys: Sequence[str]) -> list[tuple[str, Tree]]:
        """The entries of these keys in their order."""
        substitute = area.attributes.get("subsequent-author-substitute")
        rule = area.attributes.get("subsequent-author-substitute-rule", "complete-all")
        out = []
        before: tuple[str, ...] = ()
        all_before: tuple[str, ...] = ()
        for key in keys:
            context = self._context(key, "bibliography")
            fields = [run(context) for run in area.children]
            names, all_names = context.each_name, context.all_names
            if substitute is not None and names and before and names[0] == before[0]:
                context = self._context(key, "bibliography")
                context.substitute = Substitute(substitute, rule, before, all_before)
                fields = [run(context) for run in area.children]
            before, all_before = names, all_names
            out.append((key, self._entry(area, [field for field in fields if field])))
        return out

    def _entry(self, area: Area, fields: list[Nodes]) -> Tree:
        if not fields:
            return ()
        layout = area.layout
        if area.attributes.get("second-field-align") and len(fields) > 1:
            first, rest = fields[0], [node for field in fields[1:] for node in field]
            nodes: Nodes = [("left-margin", first), ("right-inline", rest)]
        else:
            nodes = [node for field in fields for node in field]
        nodes = _into_blocks(nodes, layout.get("prefix", ""), layout.get("suffix", ""))
        for kind in fonts(layout):
            nodes = [(kind, nodes)]
        if any(not isinstance(node, str) and node[0] in BLOCKS for node in nodes):
            return tuple(self._blocks(nodes))
        return _trimmed(self._finished(nodes))

    def _blocks(self, nodes: Nodes) -> list[Any]:
        """Each block is finished on its own; text between blocks is one as well."""
        out: list[Any] = []
        loose: Nodes = []
        for node in nodes:
            if not isinstance(node, str) and node[0] in BLOCKS:
                out += _trimmed(self._finished(loose))
                loose = []
                out.append((node[0], _trimmed(self._finished(node[1]))))
            else:
                loose.append(node)
        return [*out, *_trimmed(self._finished(loose))]


def _into_blocks(nodes: Nodes, prefix: str, suffix: str) -> Nodes:
    """Affixes of the layout go into the first and the last block."""
    out = list(nodes)
    if prefix:
        out = _with(out, 0, prefix)
    if suffix:
        out = _with(out, -1, suffix)
    return out


def _with(nodes: Nodes, at: int, text: str) -> Nodes:
    node = nodes[at]
    if not isinstance(node, str) and node[0] in BLOCKS:
        inner = [text, *node[1]] if at == 0 else [*node[1], text]
        return [(node[0], inner), *nodes[1:]] if at == 0 else [*nodes[:-1], (node[0], inner)]
    return [text, *nodes] if at == 0 else [*nodes, text]


def _trimmed(tree: Tree) -> Tree:
    """Without spaces at both ends."""
    if tree and isinstance(tree[0], str):
        tree = (tree[0].lstrip(" "), *tree[1:])
    if tree and isinstance(tree[-1], str):
        tree = (*tree[:-1], tree[-1].rstrip(" "))
    return tuple(node for node in tree if node != "")
