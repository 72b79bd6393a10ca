"""From measured rounds to medians, ratios, verdicts and Markdown tables. Pure: no process, no file, no clock.

A ratio is taken in each round between two runs that followed each other, and its median is shown with the lowest and
the highest: a machine that is slow for a minute is slow for both.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OURS = "acadsite"
#: What reads the .bib besides acadsite; the second makes the list only.
OF_BIB = ("jekyll-scholar", "pelican-pybtex")
#: What is measured, in the order of the tables: cold build, nothing changed, one edit while serving.
WHATS = {
    "cold": "cold build",
    "again": "nothing changed",
    "post": "serving, one edited post",
    "publication": "serving, one edited publication",
}


@dataclass(frozen=True, slots=True)
class Series:
    """What one tool did in one place: a value per round and quantity (``seconds``, ``cpu``, ``peak``)."""

    tool: str
    size: str
    storage: str
    what: str
    rounds: tuple[Mapping[str, float], ...] = ()

    def median(self, quantity: str = "seconds") -> float | None:
        values = [each[quantity] for each in self.rounds if quantity in each]
        return statistics.median(values) if values else None


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit that DESIGN.md 10 sets: of a ratio to another tool, or, without one, of the value itself."""

    size: str
    what: str
    bar: float
    goal: float
    against: str = ""
    quantity: str = "seconds"


BARS = (
    Bar("M", "cold", 1.0, 0.5, "hugo"),
    Bar("L", "cold", 1.0, 0.5, "hugo"),
    Bar("L", "cold", 0.5, 0.2, "hugo", "peak"),
    Bar("M", "cold", 1 / 25, 1 / 50, "jekyll-scholar"),
    Bar("M", "again", 0.3, 0.12),
    Bar("L", "again", 1.0, 0.25),
    Bar("M", "post", 0.060, 0.020),
    Bar("L", "publication", 0.350, 0.140),
)


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured. ``missing`` says why a tool has no figures, ``faulty`` what its output lacks (by tool
    and size), ``pages`` files and MB of its output, ``titles`` the names to show."""

    series: tuple[Series, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    faulty: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def find(self, tool: str, size: str, storage: str, what: str) -> Series:
        """The series, without rounds where nothing was measured."""
        for each in self.series:
            if (each.tool, each.size, each.storage, each.what) == (tool, size, storage, what):
                return each
        return Series(tool, size, storage, what)

    def title(self, tool: str) -> str:
        return self.titles.get(tool, tool)


def ratio(ours: Series, other: Series, quantity: str = "seconds") -> tuple[float, float, float] | None:
    """Median, lowest and highest of the ratios of the rounds that both have."""
    ratios = [
        mine[quantity] / theirs[quantity]
        for mine, theirs in zip(ours.rounds, other.rounds, strict=False)
        if quantity in mine and theirs.get(quantity)
    ]
    return (statistics.median(ratios), min(ratios), max(ratios)) if ratios else None


def verdict(value: float | None, bar: float, goal: float) -> tuple[str, str]:
    """Whether the bar is met, and how far the goal is, of a value that should be small."""
    if value is None:
        return "not measured", "–"
    met = "met" if value <= bar else f"NOT met: {value / bar:.2f} × the bar"
    return met, "reached" if value <= goal else f"{value / goal:.2f} × the goal"


def amount(value: float | None, quantity: str = "seconds") -> str:
    """A value with its unit, three digits at most."""
    if value is None:
        return "–"
    if quantity == "peak":
        return f"{value:,.0f} MiB"
    if value < 0.1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:,.1f} s"


def times(value: float, against: str) -> str:
    """A ratio; to the tools that read the .bib it says how many times less."""
    return f"{1 / value:.0f}" if against in OF_BIB else f"{value:.2f}"


def site(size: str) -> str:
    publications, posts = corpus.SIZES[size]
    return f"{publications:,} + {posts:,}"


def row_title(bar: Bar) -> str:
    if bar.against in OF_BIB:
        return "cold build from .bib"
    title = WHATS[bar.what]
    if (bar.what, bar.size) == ("publication", "L"):
        title = "serving, one edited .bib entry"
    return f"{title}, peak memory" if bar.quantity == "peak" else title


HEAD = (
    "measure, site, storage, peers, acadsite, ratio (range), bar, bar met?, goal, goal reached?".split(", ")  # noqa: SIM905
)


def main_table(results: Results, storages: Sequence[str]) -> str:
    """The table of DESIGN.md 10 with our column: a row for each bar and storage."""
    rows = []
    for bar in BARS:
        found = [storage for storage in storages if _is_measured(results, bar, storage)]
        with_peers = [storage for storage in found if bar.against in OF_BIB and _peers(results, bar, storage)]
        rows += [_bar_row(results, bar, storage) for storage in with_peers or found]
    return table(HEAD, rows)


def _is_measured(results: Results, bar: Bar, storage: str) -> bool:
    return any(results.find(tool, bar.size, storage, bar.what).rounds for tool in results.titles)


def _peers(results: Results, bar: Bar, storage: str) -> list[str]:
    """Other tools and their medians. The tools that read the .bib have a row of their own."""
    found = []
    for tool in results.titles:
        middle = results.find(tool, bar.size, storage, bar.what).median(bar.quantity)
        if tool != OURS and middle is not None and (tool in OF_BIB) == (bar.against in OF_BIB):
            found.append(f"{results.title(tool)} {amount(middle, bar.quantity)}")
    return found


def _bar_row(results: Results, bar: Bar, storage: str) -> list[str]:
    against = bar.against or "hugo"
    if against in OF_BIB and against in results.missing:
        against = next((tool for tool in OF_BIB if tool not in results.missing), against)
    ours = results.find(OURS, bar.size, storage, bar.what)
    value = ours.median(bar.quantity)
    compared = ratio(ours, results.find(against, bar.size, storage, bar.what), bar.quantity)
    judged = value
    if bar.against:
        judged = compared[0] if compared and against == bar.against else None
    met, goal = verdict(judged, bar.bar, bar.goal)
    if judged is not None and any(f"{tool} {bar.size}" in results.faulty for tool in (OURS, against)):
        met, goal = "no verdict: output incomplete", "–"
    elif judged is None and bar.against in results.missing:
        met = f"{results.title(bar.against)} {results.missing[bar.against]}"
    peers = ", ".join(_peers(results, bar, storage)) or "–"
    wanted, hoped = (limit(results, bar, number) for number in (bar.bar, bar.goal))
    place = [row_title(bar), site(bar.size), storage, peers, amount(value, bar.quantity)]
    return [*place, _range(compared, against, results), wanted, met, hoped, goal]


def limit(results: Results, bar: Bar, number: float) -> str:
    """A bar or a goal in words."""
    if bar.against in OF_BIB:
        return f"{times(number, bar.against)} × faster than {results.title(bar.against)}"
    if bar.against:
        return f"≤ {times(number, bar.against)} × {results.title(bar.against)}"
    return f"≤ {amount(number)}"


def _range(compared: tuple[float, float, float] | None, against: str, results: Results) -> str:
    if compared is None:
        return "–"
    middle, low, high = (times(number, against) for number in compared)
    if against in OF_BIB:
        return f"{middle} × faster than {results.title(against)} ({high}–{low})"
    return f"{middle} × {results.title(against)} ({low}–{high})"


def detail_table(results: Results, size: str, what: str) -> str:
    """All tools in one measure: medians by storage, CPU and memory of a build, pages made."""
    storages = sorted({each.storage for each in results.series})
    is_build = what in {"cold", "again"}
    rows = []
    for tool in results.titles:
        found = [results.find(tool, size, storage, what) for storage in storages]
        if not any(each.rounds for each in found):
            continue
        row = [results.title(tool)]
        for storage, each in zip(storages, found, strict=True):
            ours = results.find(OURS, size, storage, what)
            compared = ratio(each, ours)
            row += [amount(each.median()), f"{compared[0]:.2f}" if compared and tool != OURS else "–"]
        if is_build:
            last = next(each for each in reversed(found) if each.rounds)
            files, bytes_ = results.pages.get(f"{tool} {size}", (0, 0))
            row += [
                amount(last.median("cpu")),
                amount(last.median("peak"), "peak"),
                f"{files:,}",
                f"{bytes_ / 1e6:.1f}",
            ]
        rows.append([*row, str(max(len(each.rounds) for each in found))])
    head = ["tool"]
    for storage in storages:
        head += [storage, f"× {OURS}"]
    head += ["CPU", "peak memory", "files", "MB"] if is_build else []
    return table([*head, "rounds"], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def absent(results: Results) -> str:
    """A line for each tool that has no figures, and for each whose output lacks something."""
    lines = [f"- {results.title(tool)}: {why}.\n" for tool, why in results.missing.items()]
    lines += [f"- {case}: output incomplete: {what}.\n" for case, what in results.faulty.items()]
    return "".join(lines + [f"- {case}: {why}.\n" for case, why in results.failed.items()])


def figures(results: Results, facts: Mapping[str, str]) -> str:
    """All that is measured, as the part of docs/benchmarks.md between its marks."""
    storages = sorted({each.storage for each in results.series})
    parts = ["".join(f"- {name}: {value}\n" for name, value in facts.items())]
    parts += ["## The bars\n", main_table(results, storages)]
    missing = absent(results)
    if missing:
        parts += ["Not measured, or not as it should be:\n", missing]
    for size in sorted({each.size for each in results.series}, key=list(corpus.SIZES).index):
        measured = [what for what in WHATS if any(s.size == size and s.what == what for s in results.series)]
        for what in measured:
            parts += [f"### {WHATS[what].capitalize()}, {site(size)}\n", detail_table(results, size, what)]
    return "\n".join(parts)


def between(document: str, text: str) -> str:
    """The document with the text between its two marks, all else as it was."""
    start, end = "<!-- figures -->", "<!-- end of figures -->"
    before, _, rest = document.partition(start)
    return f"{before}{start}\n\n{text.strip()}\n\n{end}{rest.partition(end)[2]}"


def to_json(results: Results) -> dict[str, Any]:
    """Plain values that ``from_json`` reads again."""
    series = [
        {
            "tool": s.tool,
            "size": s.size,
            "storage": s.storage,
            "what": s.what,
            "rounds": [dict(r) for r in s.rounds],
        }
        for s in results.series
    ]
    names = ("titles", "missing", "faulty", "failed", "pages")
    return {"series": series} | {name: dict(getattr(results, name)) for name in names}


def from_json(data: Mapping[str, Any]) -> Results:
    series = tuple(Series(**each | {"rounds": tuple(each["rounds"])}) for each in data["series"])
    return Results(series, **{name: value for name, value in data.items() if name != "series"})
