"""Citations in their order: what came before decides how a cite looks, and neighbours may be joined.

A ``Cluster`` is one citation of a document with its cites. ``Clusters`` prints them one after the other, each as nodes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.citations.context import Context
from acadsite.citations.dressing import affixed, fonts
from acadsite.citations.fields import value_nodes
from acadsite.citations.ordering import ordered
from acadsite.citations.tree import Nodes, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from acadsite.citations.program import Area

_FIRST: Final = frozenset({"first"})


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


@dataclass(slots=True)
class _Printed:
    """A cite, its context after the run, its nodes, and whether it can be joined with others."""

    cite: Cite
    context: Context
    nodes: Nodes
    names: str = ""
    comes_later: bool = False


class Clusters:
    """Citations in their order: what came before decides how a cite looks."""

    def __init__(
        self, area: Area, known: Container[str], context_of: Callable[[str, str], Context], *, is_note: bool
    ) -> None:
        self.area = area
        self.known = known
        self.context_of = context_of
        self.is_note = is_note
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
        known = [cite for cite in cluster.cites if cite.key in self.known]
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
            [("strong", [f"?{cite.key}"])] for cite in cluster.cites if cite.key not in self.known
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
        if self.is_note and body:
            return [*author, ("note", body)]
        return [*author, " ", *body] if author and body else author or body

    def _sort_context(self, cite: Cite) -> Context:
        context = self.context_of(cite.key, "citation")
        context.locator, context.label = cite.locator, cite.label
        return context

    def _contexts(self, cites: Sequence[Cite], note: int) -> list[tuple[Cite, Context]]:
        out = []
        previous: Cite | None = self._before[0] if len(self._before) == 1 else None
        for cite in cites:
            positions = self._positions(cite, previous, note)
            context = self.context_of(cite.key, "citation")
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
                dash = run[0].context.locale.term("citation-range-delimiter") or "–"
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
