"""acadsite and other site generators on the same content, in the same run: ``make bench``.

    python bench/run.py [--sizes S,M,L] [--peers hugo,eleventy,…] [--what cold,again,serve] [--storage disk,memory]
                        [--times 3] [--print] [--again FILE]

Tools take turns: every round runs each of them once. It prints the table of bars with our column and writes the
figures into docs/benchmarks.md (not with ``--print``) and bench/out/results.json. ``bench/stages.py`` says where
the time of acadsite goes.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import corpus
import measure
import outputs
import tables
from contestants import Contestant, added, contestants, install, version

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
OUT = HERE / "out"
DOCUMENT = HERE.parent / "docs" / "benchmarks.md"
MEMORY = Path("/dev/shm")
WHATS = ("cold", "again", "serve")
#: Seconds: above these another tool than the main ones is built once, not in every round; nothing changed is
#: measured once, being as slow as a cold build; and an edit is served once.
PATIENCE = {"cold": 20.0, "again": 5.0, "serve": 2.0}


@dataclass(slots=True)
class Journal:
    """What was measured so far, by (tool, size, storage, what)."""

    rounds: dict[tuple[str, str, str, str], list[dict[str, float]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    faulty: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, case: tuple[str, str, str, str], values: dict[str, float]) -> None:
        self.rounds.setdefault(case, []).append(values)
        tool, size, storage, what = case
        shown = ", ".join(tables.amount(value, name) for name, value in values.items())
        say(f"{size} {storage:<6} {what:<11} {tool:<15} {shown}")

    def results(self, tools: list[Contestant]) -> tables.Results:
        series = tuple(tables.Series(*case, tuple(rounds)) for case, rounds in self.rounds.items())
        titles = {tool.name: tool.title for tool in tools}
        return tables.Results(series, titles, self.missing, self.faulty, self.failed, self.pages)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Arena:
    """One size in one storage: a folder with a site for each tool that takes part in something."""

    size: str
    storage: str
    folder: Path

    def site(self, tool: Contestant) -> Path:
        return self.folder / tool.name

    def case(self, tool: Contestant, what: str) -> tuple[str, str, str, str]:
        return tool.name, self.size, self.storage, what


def takes_part(tool: Contestant, arena: Arena, what: str, *, all_sizes: bool) -> bool:
    """Whether a measure is worth its time by default: the slow ones only where they say something.

    At L only acadsite and Hugo, whose ratio has a bar; nothing changed, and serving from disk, only for the fast
    ones; the tools that read the .bib only in the row that they are for; no serving at S, where all are fast.
    """
    if tool.name == tables.OURS:
        return what != "serve" or arena.size != "S" or all_sizes
    if what == "serve" and not tool.serve:
        return False
    in_memory = arena.size == "M" and arena.storage == "memory"
    if tool.reads_bib or tool.name == "zensical":
        return in_memory and what == "cold"
    if all_sizes:
        return True
    if (arena.size == "L" and tool.name != "hugo") or (arena.size == "S" and what == "serve"):
        return False
    return tool.is_main or what == "cold" or (in_memory and what == "serve")


def clean(tool: Contestant, folder: Path) -> None:
    for name in (tool.out, *tool.caches):
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def builds(
    journal: Journal, arena: Arena, cold: list[Contestant], again: list[Contestant], times: int
) -> None:
    """Cold builds, each followed by one with nothing changed where the tool is in ``again``; all tools in turn."""
    ended: set[str] = set()
    for number in range(times):
        for tool in cold:
            if tool.name in ended:
                continue
            site = arena.site(tool)
            try:
                clean(tool, site)
                if arena.storage == "disk":
                    # What the last one wrote is not written in this one's time.
                    os.sync()
                run = measure.run(tool.build, site)
                journal.add(arena.case(tool, "cold"), asdict(run))
                if f"{tool.name} {arena.size}" not in journal.pages:
                    prove(journal, tool, site, arena.size)
                is_quick = tool.name == tables.OURS or run.seconds < PATIENCE["again"]
                if tool in again and (number == 0 or is_quick):
                    journal.add(arena.case(tool, "again"), asdict(measure.run(tool.build, site)))
            except measure.Failed as failure:
                journal.failed[f"{tool.title} {arena.size}"] = f"{failure}"
                say(f"{arena.size} {arena.storage} {tool.name}: {failure}")
                ended.add(tool.name)
                continue
            if run.seconds > PATIENCE["cold"] and not (tool.is_main or tool.name == "jekyll-scholar"):
                ended.add(tool.name)


def prove(journal: Journal, tool: Contestant, folder: Path, size: str) -> None:
    """Look whether the tool made all that it should."""
    found = outputs.faults(folder / tool.out, *corpus.SIZES[size], has_details=tool.has_details)
    journal.pages[f"{tool.name} {size}"] = outputs.size(folder / tool.out)
    if found:
        journal.faulty[f"{tool.name} {size}"] = "; ".join(found[:4])
        say(f"{size} {tool.name}: output incomplete: {'; '.join(found)}")


def edits(journal: Journal, arena: Arena, tools: list[Contestant], times: int) -> None:
    """All servers run and do nothing; one file of one of them is edited at a time."""
    publications, posts = corpus.SIZES[arena.size]
    post, work = corpus.post(posts // 2, posts), corpus.publication(publications // 2)
    with contextlib.ExitStack() as stack:
        servers: dict[Contestant, measure.Server] = {}
        for tool in tools:
            clean(tool, arena.site(tool))
            servers[tool] = stack.enter_context(measure.serving(tool.serve, arena.site(tool)))
        for number in range(-1, times):
            for tool, server in list(servers.items()):
                try:
                    if number < 0:
                        server.wait_for(f"/posts/{post.slug}/", b"</html>", 300)
                        server.wait_for(f"/publications/{work.key}/", b"</html>", 300)
                        server.rest()
                        continue
                    path = arena.site(tool) / tool.post.format(name=post.slug)
                    text = added(path.read_text(encoding="utf-8"), word := f"post{number}x{os.getpid()}")
                    seconds = server.edit(path, text, f"/posts/{post.slug}/", word)
                    journal.add(arena.case(tool, "post"), {"seconds": seconds})
                    server.rest()
                    path = arena.site(tool) / tool.publication.format(name=work.key)
                    text = tool.edit(
                        path.read_text(encoding="utf-8"), work.key, word := f"work{number}x{os.getpid()}"
                    )
                    seconds = server.edit(path, text, f"/publications/{work.key}/", word)
                    journal.add(arena.case(tool, "publication"), {"seconds": seconds})
                    server.rest()
                    if seconds > PATIENCE["serve"] and not tool.is_main:
                        del servers[tool]
                except measure.Failed as failure:
                    journal.failed[f"{tool.title} {arena.size}, serving"] = f"{failure}"
                    say(f"{arena.size} {arena.storage} {tool.name}, serving: {failure}")
                    del servers[tool]


@contextlib.contextmanager
def places(wanted: list[str]) -> Iterator[dict[str, Path]]:
    """A folder for each storage that there is, removed at the end."""
    found: dict[str, Path] = {}
    OUT.mkdir(exist_ok=True)
    for storage in wanted:
        if storage == "memory" and not os.access(MEMORY, os.W_OK):
            say("No memory-backed storage here.")
            continue
        parent = MEMORY if storage == "memory" else OUT
        found[storage] = Path(tempfile.mkdtemp(prefix="acadsite-bench-", dir=parent))
    try:
        yield found
    finally:
        for folder in found.values():
            shutil.rmtree(folder, ignore_errors=True)


def facts(tools: list[Contestant], storages: dict[str, Path], times: int) -> dict[str, str]:
    """What the figures depend on."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kinds = ", ".join(f"{name} {_file_system(path)}" for name, path in storages.items())
    named = ", ".join(f"{tool.title} {version(tool)}" for tool in tools)
    return {
        "Date": dt.datetime.now(dt.UTC).date().isoformat(),
        "Machine": f"{os.cpu_count()} cores, {gigabytes:.0f} GiB, {platform.system()} on {platform.machine()}",
        "Storage": kinds,
        "Versions": f"{named}; Python {platform.python_version()}",
        "Rounds": f"{times}, of edits {2 * times - 1} (at the largest size {times}); the tools take turns; medians",
    }


def _file_system(path: Path) -> str:
    """The kind, such as ext4."""
    best = ("", "unknown")
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text().splitlines():
            _, mount, kind, *_ = line.split()
            if str(path.resolve()).startswith(mount) and len(mount) > len(best[0]):
                best = (mount, kind)
    return best[1]


def ready(options: argparse.Namespace, journal: Journal) -> list[Contestant]:
    """The tools that can be had, installed where they are not."""
    chosen = options.peers.split(",") if options.peers else None
    tools = [tool for tool in contestants() if chosen is None or tool.name in {"acadsite", *chosen}]
    for tool in tools:
        why = install(tool)
        if why:
            journal.missing[tool.name] = why
            say(f"{tool.name}: {why}")
    return tools


def campaign(options: argparse.Namespace) -> tuple[tables.Results, dict[str, str]]:
    """Measure all that is asked for."""
    journal = Journal()
    tools = ready(options, journal)
    with places(options.storage.split(",")) as storages:
        warm_up(journal, tools, next(iter(storages.values())))
        if tables.OURS in journal.missing:
            sys.exit("acadsite does not build the smallest site: nothing to compare.")
        there = [tool for tool in tools if tool.name not in journal.missing]
        for storage, place in storages.items():
            for size in options.sizes.split(","):
                meet(journal, Arena(size, storage, place / size), there, options)
        known = facts(there, storages, options.times)
    return journal.results(tools), known


def warm_up(journal: Journal, tools: list[Contestant], place: Path) -> None:
    """Each tool once on a tiny site: what does not work is said before the long part, and what is compiled or
    fetched at the first start is then there."""
    for tool in tools:
        if tool.name in journal.missing:
            continue
        folder = place / "warm" / tool.name
        folder.mkdir(parents=True)
        tool.write(folder, 6, 6)
        try:
            measure.run(tool.build, folder)
        except measure.Failed as failure:
            journal.missing[tool.name] = f"does not build: {failure}"
            say(f"{tool.name} does not build: {failure}")
    shutil.rmtree(place / "warm", ignore_errors=True)


def meet(journal: Journal, arena: Arena, tools: list[Contestant], options: argparse.Namespace) -> None:
    """One size in one storage."""
    wanted = options.what.split(",")

    def taking(what: str) -> list[Contestant]:
        named = bool(options.peers)
        return (
            [tool for tool in tools if takes_part(tool, arena, what, all_sizes=named)]
            if what in wanted
            else []
        )

    cold, again, serve = (taking(what) for what in WHATS)
    for tool in dict.fromkeys([*cold, *again, *serve]):
        arena.site(tool).mkdir(parents=True)
        tool.write(arena.site(tool), *corpus.SIZES[arena.size])
    # Nothing can be built again that was not built.
    builds(journal, arena, list(dict.fromkeys([*cold, *again])), again, options.times)
    edits(journal, arena, serve, options.times if arena.size == "L" else 2 * options.times - 1)
    shutil.rmtree(arena.folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="S,M,L", help="S, M, L, with commas")
    parser.add_argument("--peers", default="", help="names with commas; those named are run at every size")
    parser.add_argument("--what", default=",".join(WHATS), help="cold, again, serve, with commas")
    parser.add_argument("--storage", default="disk,memory", help="disk, memory, with commas")
    parser.add_argument("--times", "-n", type=int, default=3, help="rounds")
    parser.add_argument("--print", action="store_true", help="leave docs/benchmarks.md as it is")
    parser.add_argument("--again", type=Path, help="no measuring: tables of an earlier results.json")
    options = parser.parse_args()
    # As where it is installed: else each start compiles what changed since it last might be kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.monotonic()
    if options.again:
        saved: dict[str, Any] = json.loads(options.again.read_text(encoding="utf-8"))
        results, known = tables.from_json(saved["results"]), saved["facts"]
    else:
        results, known = campaign(options)
        text = json.dumps({"facts": known, "results": tables.to_json(results)}, indent=1)
        (OUT / "results.json").write_text(text, encoding="utf-8")
    storages = sorted({each.storage for each in results.series})
    print("".join(f"{name}: {value}\n" for name, value in known.items()))
    print(tables.main_table(results, storages))
    print(tables.absent(results))
    if not options.print:
        document = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.is_file() else "# Benchmarks\n\n"
        DOCUMENT.write_text(tables.between(document, tables.figures(results, known)), encoding="utf-8")
    say(f"{(time.monotonic() - start) / 60:.1f} minutes.")


if __name__ == "__main__":
    main()
