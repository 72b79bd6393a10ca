"""Clusters of citations and records → formatted citations and a bibliography, in a style.

``process`` is pure: the same style, items, clusters and language give the same result. Items are mappings of CSL-JSON;
texts may be rich text (``bibtex.latex.rich``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.context import NOTHING, Context, Detail, Substitute
from acadsite.citations.disambiguation import Disambiguation
from acadsite.citations.dressing import affixed, fonts
from acadsite.citations.fields import value_nodes
from acadsite.citations.locales import Locale, make_locale
from acadsite.citations.ordering import ordered
from acadsite.citations.program import Program, program_of
from acadsite.citations.records import Record
from acadsite.citations.tree import BLOCKS, Nodes, Tree, finished, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.citations.program import Area
    from acadsite.citations.style import Style

_FIRST: Final = frozenset({"first"})
_SUBSEQUENT: Final = frozenset({"subsequent"})


@dataclass(frozen=True, slots=True)
class Cite:
    """One reference within a citation. ``prefix`` and ``suffix`` are texts or rich texts."""

    key: str
    locator: str = ""
    label: str = "page"
    prefix: Any = ""
    suffix: Any = ""
    suppress_author: bool = False
    author_only: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cites of one citation. ``in_text``: the author of the first cite stands in the sentence, the rest behind
    it. ``note`` is the number of the footnote it stands in; 0 where it stands in none."""

    cites: tuple[Cite, ...]
    in_text: bool = False
    note: int = 0


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
        entries = tuple(self._entries(bibliography, keys)) if bibliography is not None else ()
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
        printer = _Clusters(self, area)
        return [self._finished(printer.nodes(cluster)) for cluster in self.clusters]

    # Bibliography

    def _entries(self, area: Area, keys: Sequence[str]) -> list[tuple[str, Tree]]:
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


@dataclass(slots=True)
class _Printed:
    """A cite, its context after the run, its nodes, and whether it can be joined with others."""

    cite: Cite
    context: Context
    nodes: Nodes
    names: str = ""
    comes_later: bool = False


class _Clusters:
    """Citations in their order: what came before decides how a cite looks."""

    def __init__(self, run: _Run, area: Area) -> None:
        self.run = run
        self.area = area
        options = area.attributes
        self.delimiter = area.layout.get("delimiter", "")
        self.collapse = options.get("collapse", "")
        self.groups = "cite-group-delimiter" in options or self.collapse.startswith("year")
        self.group_delimiter = options.get("cite-group-delimiter", ", ")
        self.suffix_delimiter = options.get(
            "year-suffix-delimiter", options.get("cite-group-delimiter", self.delimiter)
        )
        self.after_collapse = options.get("after-collapse-delimiter", self.delimiter)
        distance = options.get("near-note-distance", "5")
        self.distance = (
            int(distance) if distance.isascii() and distance.isdecimal() and len(distance) < 6 else 5
        )
        self._first_note: dict[str, int] = {}
        self._last_note: dict[str, int] = {}
        self._before: list[Cite] = []
        self._count = 0

    def nodes(self, cluster: Cluster) -> Nodes:
        """The nodes of a cluster; clusters must come in the order of the document."""
        self._count += 1
        note = cluster.note or self._count
        known = [cite for cite in cluster.cites if cite.key in self.run.records]
        # "see" and its like speak of what comes next: then the order is the author's.
        keeps_order = cluster.in_text or any(value_nodes(cite.prefix) for cite in known)
        if self.area.keys and len(known) > 1 and not keeps_order:
            known = ordered(known, self.area.keys, self._sort_context)
        contexts = {id(cite): context for cite, context in self._contexts(known, note)}
        printed = [
            self._print(cite, contexts[id(cite)], cluster.in_text and at == 0)
            for at, cite in enumerate(known)
        ]
        unknown: list[Nodes] = [
            [("strong", [f"?{cite.key}"])] for cite in cluster.cites if cite.key not in self.run.records
        ]
        author: Nodes = []
        if cluster.in_text and printed:
            author = self._author(printed[0])
            if not author:
                printed[0] = self._print(printed[0].cite, self._again(printed[0].context), False)
        body = self._joined(printed)
        for nodes in unknown:
            body += [self.delimiter or ", ", *nodes] if body else nodes
        if not (known and all(cite.author_only for cite in known)):
            layout = self.area.layout
            body = affixed(body, layout.get("prefix", ""), layout.get("suffix", ""))
        for kind in fonts(self.area.layout):
            body = [(kind, body)] if body else body
        if self.run.style.is_note and body:
            return [*author, ("note", body)]
        return [*author, " ", *body] if author and body else author or body

    def _sort_context(self, cite: Cite) -> Context:
        context = self.run._context(cite.key, "citation")
        context.locator, context.label = cite.locator, cite.label
        return context

    def _contexts(self, cites: Sequence[Cite], note: int) -> list[tuple[Cite, Context]]:
        out = []
        previous: Cite | None = self._before[0] if len(self._before) == 1 else None
        for cite in cites:
            positions = self._positions(cite, previous, note)
            context = self.run._context(cite.key, "citation")
            context.positions = positions
            context.locator, context.label = cite.locator.strip(), cite.label
            context.note, context.first_note = note, self._first_note.get(cite.key, 0)
            context.hides_names = cite.suppress_author
            out.append((cite, context))
            self._first_note.setdefault(cite.key, note)
            self._last_note[cite.key] = note
            previous = cite
        self._before = list(cites)
        return out

    def _positions(self, cite: Cite, previous: Cite | None, note: int) -> frozenset[str]:
        if cite.key not in self._first_note:
            return _FIRST
        found = {"subsequent"}
        if note - self._last_note[cite.key] <= self.distance:
            found.add("near-note")
        if previous is not None and previous.key == cite.key:
            same = (previous.locator.strip(), previous.label) == (cite.locator.strip(), cite.label)
            if not previous.locator.strip():
                found |= {"ibid", "ibid-with-locator"} if cite.locator.strip() else {"ibid"}
            elif cite.locator.strip():
                found |= {"ibid"} if same else {"ibid", "ibid-with-locator"}
        return frozenset(found)

    def _again(self, context: Context, *, hides_names: bool = False, suffix: bool = True) -> Context:
        """A fresh context for the same cite."""
        detail = context.detail if suffix else replace(context.detail, suffix="")
        return Context(
            context.record, context.locale, context.area, context.page_form, detail, context.number,
            context.positions, context.locator, context.label, context.note, context.first_note, hides_names,
        )  # fmt: skip

    def _print(self, cite: Cite, context: Context, hides: bool) -> _Printed:
        context.hides_names = context.hides_names or hides
        nodes = self.area.run(context)
        if cite.author_only:
            nodes = list(context.names or nodes)
        return _Printed(cite, context, nodes, plain(context.names or ()))

    def _author(self, printed: _Printed) -> Nodes:
        names = printed.context.names
        return [("cite", printed.cite.key, list(names))] if names else []

    def _whole(self, printed: _Printed, nodes: Nodes | None = None) -> Nodes:
        """A cite with the texts before and behind it."""
        cite = printed.cite
        inner = printed.nodes if nodes is None else nodes
        prefix, suffix = list(value_nodes(cite.prefix)), list(value_nodes(cite.suffix))
        out: Nodes = []
        if prefix:
            # A space where the delimiter before has none; two meet as one.
            out += [" ", *prefix] if printed.comes_later else prefix
            if plain(prefix)[-1:].isalnum() or plain(prefix)[-1:] in ".,;:!?)]’”":
                out.append(" ")
        if inner:
            out.append(("cite", cite.key, inner))
        if suffix:
            if inner and (plain(suffix)[:1].isalnum() or plain(suffix)[:1] in "([“‘"):
                out.append(" ")
            out += suffix
        return out

    def _joined(self, printed: list[_Printed]) -> Nodes:
        printed = [one for one in printed if one.nodes or one.cite.suffix or one.cite.prefix]
        for one in printed[1:]:
            one.comes_later = True
        if self.collapse == "citation-number":
            return self._numbers(printed)
        if not self.groups:
            return _chained([(self._whole(one), self.delimiter) for one in printed])
        return self._grouped(printed)

    def _numbers(self, printed: list[_Printed]) -> Nodes:
        """Runs of three numbers and more as a range."""
        runs: list[list[_Printed]] = []
        for one in printed:
            last = runs[-1][-1] if runs else None
            follows = (
                last is not None
                and one.context.numbered
                and last.context.numbered
                and one.context.number == last.context.number + 1
                and self._is_bare(one.cite)
                and self._is_bare(last.cite)
            )
            if follows:
                runs[-1].append(one)
            else:
                runs.append([one])
        pieces: list[tuple[Nodes, str]] = []
        for run in runs:
            if len(run) > 2:
                dash = self.run.locale.term("citation-range-delimiter") or "–"
                pieces.append(([*self._whole(run[0]), dash, *self._whole(run[-1])], self.after_collapse))
            else:
                pieces += [(self._whole(one), self.delimiter) for one in run]
        return _chained(pieces)

    def _grouped(self, printed: list[_Printed]) -> Nodes:
        """Cites of the same names together."""
        groups: dict[Any, list[_Printed]] = defaultdict(list)
        for at, one in enumerate(printed):
            groups[one.names or at].append(one)
        pieces: list[tuple[Nodes, str]] = []
        for group in groups.values():
            made = (
                self._collapsed(group)
                if self.collapse.startswith("year")
                else [(self._whole(one), self._between(group)) for one in group]
            )
            last = self.after_collapse if len(group) > 1 and self.collapse else self.delimiter
            pieces += made[:-1]
            pieces.append((made[-1][0], last))
        return _chained(pieces)

    def _collapsed(self, group: list[_Printed]) -> list[tuple[Nodes, str]]:
        """A group of cites with the names printed once, and perhaps the years."""
        out: list[tuple[Nodes, str]] = []
        by_suffix = self.collapse.startswith("year-suffix")
        at = 0
        while at < len(group):
            one = group[at]
            if at and not value_nodes(one.cite.prefix) and one.names:
                short = self.area.run(self._again(one.context, hides_names=True))
            else:
                short = one.nodes
            run = self._same_years(group, at) if by_suffix else [one]
            letters = self._letters(run) if len(run) > 1 else []
            out.append(([*self._whole(one, short), *letters], self._between(group)))
            at += len(run)
        return out

    def _is_bare(self, cite: Cite, *, prefix: bool = True) -> bool:
        """Whether a cite prints nothing but its item."""
        has_locator = bool(cite.locator) and self.area.has_locator
        return not (has_locator or value_nodes(cite.suffix) or (prefix and value_nodes(cite.prefix)))

    def _between(self, group: list[_Printed]) -> str:
        """The delimiter within a group; pages behind a year would blur a comma, so it is that of cites then."""
        has_more = any(one.cite.locator or value_nodes(one.cite.suffix) for one in group)
        return self.delimiter if has_more else self.group_delimiter

    def _same_years(self, group: list[_Printed], at: int) -> list[_Printed]:
        run = [group[at]]
        if not group[at].context.detail.suffix or not self._is_bare(group[at].cite, prefix=False):
            return run
        year = self._year(group[at])
        for one in group[at + 1 :]:
            if not one.context.detail.suffix or not self._is_bare(one.cite) or self._year(one) != year:
                break
            run.append(one)
        return run

    def _year(self, one: _Printed) -> str:
        return plain(self.area.run(self._again(one.context, hides_names=True, suffix=False)))

    def _letters(self, run: list[_Printed]) -> Nodes:
        """The letters of all cites of a run but the first."""
        out: Nodes = []
        at = 1
        while at < len(run):
            end = at
            if self.collapse == "year-suffix-ranged":
                while end + 1 < len(run) and _follow(run[end], run[end + 1]):
                    end += 1
            first_too = self.collapse == "year-suffix-ranged" and at == 1 and _follow(run[0], run[1])
            letter = [("cite", run[end].cite.key, [run[end].context.detail.suffix])]
            if first_too and end > at:
                out += ["–", *letter]
            elif end - at > 1 or (end > at and not first_too and end - at >= 2):
                out += [
                    self.suffix_delimiter,
                    ("cite", run[at].cite.key, [run[at].context.detail.suffix]),
                    "–",
                    *letter,
                ]
            else:
                for one in run[at : end + 1]:
                    out += [self.suffix_delimiter, ("cite", one.cite.key, [one.context.detail.suffix])]
            at = end + 1
        return out


def _follow(one: _Printed, other: _Printed) -> bool:
    a, b = one.context.detail.suffix, other.context.detail.suffix
    return len(a) == len(b) == 1 and ord(b) == ord(a) + 1


def _chained(pieces: list[tuple[Nodes, str]]) -> Nodes:
    """Pieces, each followed by its own delimiter if another comes."""
    out: Nodes = []
    between = ""
    for nodes, delimiter in pieces:
        if not nodes:
            continue
        if out and between:
            out.append(between)
        out += nodes
        between = delimiter
    return out
