"""Where the time of acadsite goes: seconds and shares by stage of builds on the synthetic sites, and peak memory.

    python bench/stages.py [--sizes S,M,L] [--times 3] [--profile 25]

Each build is a process of its own. Under the table stands how a stage grows from one size to the next, divided by
the growth of the input: above 1 a stage grows faster than its input. ``--profile`` prints the dearest functions of
one cold build of each size, under the profiler and in one process.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from corpus import SIZES, make

#: What ``acadsite build`` does, with the stages' seconds that it keeps to itself.
CHILD = """
import datetime as dt, json, resource, sys, time
start = time.perf_counter()
from pathlib import Path
from acadsite.build import build
imported = time.perf_counter() - start
root, lines = Path(sys.argv[1]), int(sys.argv[2])
arguments = dict(today=dt.date(2026, 11, 21))
if lines:
    import cProfile, inspect, pstats
    if "jobs" in inspect.signature(build).parameters:
        arguments["jobs"] = 1
    profile = cProfile.Profile()
    profile.enable()
result = build(root, root / "public", **arguments)
if lines:
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(lines)
    sys.exit()
assert result.published is not None, result.report.problems[:5]
seconds = {"import": imported, **result.seconds}
seconds["all"] = time.perf_counter() - start
peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"seconds": seconds, "peaks": peaks, "pages": len(result.graph.pages)}))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of some builds: seconds by stage, peak MiB of the process and of its largest child, pages."""

    seconds: dict[str, float]
    peaks: tuple[float, float]
    pages: int


def forget(root: Path) -> None:
    for name in ("public", ".acadsite"):
        shutil.rmtree(root / name, ignore_errors=True)


def child(root: Path, lines: int = 0) -> str:
    output = subprocess.run(
        [sys.executable, "-c", CHILD, str(root), str(lines)], check=False, capture_output=True, text=True
    )
    if output.returncode:
        sys.exit(output.stderr)
    return output.stdout


def measure(root: Path, times: int, *, cold: bool) -> Measured:
    runs = []
    for _ in range(times):
        if cold:
            forget(root)
        runs.append(json.loads(child(root).splitlines()[-1]))
    stages: dict[str, None] = dict.fromkeys(name for run in runs for name in run["seconds"])
    medians = {name: statistics.median(run["seconds"].get(name, 0.0) for run in runs) for name in stages}
    medians["all"] = medians.pop("all")
    own, workers = (max(run["peaks"][which] for run in runs) for which in (0, 1))
    return Measured(medians, (own, workers), runs[0]["pages"])


def start_up(times: int) -> float:
    """Milliseconds of ``acadsite --help``, as a whole process."""
    command = [str(Path(sys.executable).parent / "acadsite"), "--help"]
    runs = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        runs.append((time.perf_counter() - start) * 1000)
    return statistics.median(runs)


def show(results: dict[tuple[str, str], Measured]) -> None:
    stages = list(dict.fromkeys(name for result in results.values() for name in result.seconds))
    stages.sort(key=lambda name: name == "all")
    print("| site | build | pages | " + " | ".join(stages) + " | peak MiB | of a worker |")
    print("|---|---|--:|" + "--:|" * (len(stages) + 2))
    for (size, kind), result in results.items():
        total = result.seconds["all"]
        cells = [
            f"{seconds:.2f} ({seconds / total:.0%})" if stage != "all" else f"{seconds:.2f}"
            for stage in stages
            for seconds in [result.seconds.get(stage, 0.0)]
        ]
        site = f"{SIZES[size][0]:,} + {SIZES[size][1]:,}"
        peaks = " | ".join(f"{peak:.0f}" for peak in result.peaks)
        print(f"| {site} | {kind} | {result.pages:,} | {' | '.join(cells)} | {peaks} |")


def show_growth(results: dict[tuple[str, str], Measured], sizes: list[str]) -> None:
    for small, large in itertools.pairwise(sizes):
        grown = sum(SIZES[large]) / sum(SIZES[small])
        low, high = results[small, "cold"].seconds, results[large, "cold"].seconds
        ratios = [
            f"{stage} {high.get(stage, 0.0) / low[stage] / grown:.2f}"
            for stage in low
            if low[stage] > 0.02 and stage != "import"
        ]
        print(f"\n{small} → {large}: " + ", ".join(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="S,M,L")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument(
        "--profile", type=int, default=0, metavar="LINES", help="the dearest functions as well"
    )
    options = parser.parse_args()
    sizes = options.sizes.split(",")
    results = {}
    with tempfile.TemporaryDirectory(prefix="acadsite-bench-") as folder:
        for size in sizes:
            root = Path(folder) / size
            make(root, *SIZES[size])
            times = 1 if size == "L" else options.times
            results[size, "cold"] = measure(root, times, cold=True)
            results[size, "again"] = measure(root, times, cold=False)
            if options.profile:
                forget(root)
                print(f"{size}, cold, under the profiler:\n{child(root, options.profile)}")
    print(f"acadsite --help: {start_up(9):.0f} ms\n")
    show(results)
    show_growth(results, sizes)


if __name__ == "__main__":
    main()
