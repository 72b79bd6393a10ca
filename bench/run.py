"""Seconds by stage and peak memory of cold builds, on synthetic sites of three sizes.

    python bench/run.py [--sizes S,M,L] [--times 3]

Each build is a process of its own. The last column of the second table is the growth of a stage from one size to
the next, divided by the growth of the input: above 1 a stage grows faster than its input.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import make

SIZES = {"S": (100, 50), "M": (1_000, 500), "L": (10_000, 5_000)}
CHILD = """
import datetime as dt, json, resource, sys, time
start = time.perf_counter()
from pathlib import Path
from acadsite.build import build
imported = time.perf_counter() - start
root = Path(sys.argv[1])
result = build(root, root / "public", today=dt.date(2026, 11, 21))
assert result.published is not None, result.report.problems[:5]
seconds = {"import": imported, **result.seconds}
seconds["all"] = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "pages": len(result.graph.pages)}))
"""


def measure(root: Path, times: int, *, cold: bool) -> dict[str, object]:
    runs = []
    for _ in range(times):
        if cold:
            shutil.rmtree(root / "public", ignore_errors=True)
            shutil.rmtree(root / ".acadsite", ignore_errors=True)
        output = subprocess.run(
            [sys.executable, "-c", CHILD, str(root)], check=False, capture_output=True, text=True
        )
        if output.returncode:
            sys.exit(output.stderr)
        runs.append(json.loads(output.stdout))
    stages = runs[0]["seconds"]
    return {
        "seconds": {name: statistics.median(run["seconds"][name] for run in runs) for name in stages},
        "peak": max(run["peak"] for run in runs),
        "pages": runs[0]["pages"],
    }


def start_up(times: int) -> float:
    """Milliseconds of ``acadsite --help``, as a whole process."""
    import time

    command = [str(Path(sys.executable).parent / "acadsite"), "--help"]
    runs = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        runs.append((time.perf_counter() - start) * 1000)
    return statistics.median(runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="S,M,L")
    parser.add_argument("--times", type=int, default=3)
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
    stages = list(next(iter(results.values()))["seconds"])
    print(f"acadsite --help: {start_up(9):.0f} ms\n")
    print("| site | build | pages | " + " | ".join(stages) + " | peak MiB |")
    print("|---|---|--:|" + "--:|" * (len(stages) + 1))
    for (size, kind), result in results.items():
        seconds = " | ".join(f"{result['seconds'][stage]:.2f}" for stage in stages)
        site = f"{SIZES[size][0]:,} + {SIZES[size][1]:,}"
        print(f"| {site} | {kind} | {result['pages']:,} | {seconds} | {result['peak']:.0f} |")
    for small, large in itertools.pairwise(sizes):
        grown = sum(SIZES[large]) / sum(SIZES[small])
        low, high = results[small, "cold"]["seconds"], results[large, "cold"]["seconds"]
        ratios = {
            stage: high[stage] / low[stage] / grown
            for stage in stages
            if low[stage] > 0.02 and stage != "import"
        }
        print(f"\n{small} → {large}: " + ", ".join(f"{stage} {ratio:.2f}" for stage, ratio in ratios.items()))


if __name__ == "__main__":
    main()
