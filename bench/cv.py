"""A CV as PDF: how long one edited entry takes until the new PDF is there, beside a browser that prints the same CV.

    python bench/cv.py [--entries 60,200,1000,5000] [--times 5] [--print]

Each site has that many publications, all of them in its CV, and nothing else. In each round the title of one of them is
edited; then

- ``acadsite build`` runs, from the start of the process to its end, with what the build before left;
- the same is edited and built in one process that stays, as the preview does, and the PDF asked for;
- a browser, where one is found, prints the page of the CV into a PDF.

Prints a table, and writes it into docs/benchmarks.md (not with ``--print``).
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import corpus
import measure
import tables

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Seconds for an edited entry of a CV of so many, command start to end.
BAR = (200, 0.5)
#: Above so many entries a browser is asked once, not in every round.
PATIENCE = 1_000

#: A process that stays: a line on stdin is a word for a title, a line on stdout what it took.
CHILD = """
import datetime as dt, json, sys, time
from pathlib import Path
from acadsite import artifacts
from acadsite.workshop import Workshop

laid = []
whole = artifacts.make_pdf
def timed(*given, **more):
    start = time.perf_counter()
    made = whole(*given, **more)
    laid.append(time.perf_counter() - start)
    return made
artifacts.make_pdf = timed

root = Path(sys.argv[1])
file = root / "content/publications/all.bib"
workshop = Workshop(root, url="http://localhost/")
today = dt.date(2026, 11, 21)
workshop.build(today).later.get("cv.pdf")
for line in sys.stdin:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("= {", "= {" + line.strip() + " ", 1), encoding="utf-8")
    laid.clear()
    start = time.perf_counter()
    result = workshop.build(today)
    built = time.perf_counter()
    made = result.later.get("cv.pdf")
    end = time.perf_counter()
    assert made.output is not None, made.problems
    seconds = {"build": built - start, "pdf": end - built, "layout": laid[0], "bytes": len(made.output.data)}
    print(json.dumps(seconds), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Medians for one size: seconds of the command, of a build and of the PDF in a process that stays, of that what
    Typst takes, of the browser (or None) with the median of its ratio to the command; pages and bytes of the PDF."""

    entries: int
    command: float
    cpu: float
    build: float
    pdf: float
    layout: float
    printed: float | None
    ratio: float | None
    size: float


def write_site(folder: Path, entries: int) -> None:
    """A site with so many publications, all of them in the CV."""
    corpus.make(folder, entries, 0)
    cv = "sections:\n- {title: Jobs, entries: [{title: Professor, dates: 2020 – present}]}\n"
    (folder / "content" / "cv.yaml").write_text(f"{cv}- {{collection: publications}}\n", encoding="utf-8")


def command(folder: Path, word: str) -> measure.Run:
    """Edit the first entry, and build. Raises Failed where the PDF is none, or the old one."""
    file, pdf = folder / "content" / "publications" / "all.bib", folder / "public" / "cv.pdf"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("= {", f"= {{{word} ", 1), encoding="utf-8")
    before = pdf.read_bytes()
    run = measure.run((sys.executable, "-m", "acadsite", "build"), folder)
    after = pdf.read_bytes()
    if after == before or not after.startswith(b"%PDF-"):
        raise measure.Failed("the PDF was not made")
    return run


def printed(browser: str, folder: Path) -> float:
    """Seconds that a browser takes to print the page of the CV."""
    target = folder / "printed.pdf"
    target.unlink(missing_ok=True)
    page = (folder / "public" / "cv" / "index.html").as_uri()
    arguments = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    run = measure.run((browser, *arguments, f"--print-to-pdf={target}", page), folder)
    if not target.is_file():
        raise measure.Failed("the browser printed nothing")
    return run.seconds


def measured(entries: int, times: int, browser: str | None) -> Row:
    """One size: the ways in turn, round by round."""
    with tempfile.TemporaryDirectory() as name:
        one, two = Path(name) / "one", Path(name) / "two"
        for folder in (one, two):
            write_site(folder, entries)
        measure.run((sys.executable, "-m", "acadsite", "build"), one)
        runs, stays, prints = [], [], []
        with subprocess.Popen(
            (sys.executable, "-c", CHILD, str(two)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for number in range(times):
                runs.append(command(one, f"Edit{number}"))
                print(f"Edit{number}", file=process.stdin, flush=True)
                stays.append(json.loads(process.stdout.readline()))
                if browser and (number == 0 or entries < PATIENCE):
                    prints.append(printed(browser, one))
            process.stdin.close()

    def middle(key: str) -> float:
        return statistics.median(each[key] for each in stays)

    ratios = [seconds / run.seconds for seconds, run in zip(prints, runs, strict=False)]
    return Row(
        entries,
        statistics.median(run.seconds for run in runs),
        statistics.median(run.cpu for run in runs),
        middle("build"),
        middle("pdf"),
        middle("layout"),
        statistics.median(prints) if prints else None,
        statistics.median(ratios) if ratios else None,
        middle("bytes"),
    )


def table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    names = (
        "entries", "one edited, `acadsite build`", "its CPU", "the build in the preview", "its PDF when asked for",
        "of that Typst", "a browser prints the page", "× the command", "size",
    )  # fmt: skip
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    for row in rows:
        amounts = (row.command, row.cpu, row.build, row.pdf, row.layout, row.printed)
        shown = ["–" if value is None else tables.amount(value, "seconds") for value in amounts]
        ratio = "–" if row.ratio is None else f"{row.ratio:.1f}"
        lines.append(f"| {row.entries:,} | {' | '.join(shown)} | {ratio} | {row.size / 1e6:.1f} MB |")
    return "\n".join(lines)


def verdict(rows: list[Row]) -> str:
    """Whether the bar is met."""
    entries, seconds = BAR
    found = next((row.command for row in rows if row.entries == entries), None)
    if found is None:
        return ""
    word = "met" if found <= seconds else "NOT met"
    return f"The bar is {seconds} s for one edited entry of {entries}, process start to end: {found:.2f} s, {word}."


def between(document: str, text: str) -> str:
    """The document with the text between its two marks, all else as it was."""
    start, end = "<!-- cv -->", "<!-- end of cv -->"
    before, mark, rest = document.partition(start)
    if not mark:
        raise SystemExit(f"There is no {start} in the document.")
    return f"{before}{start}\n\n{text.strip()}\n\n{end}{rest.partition(end)[2]}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", default="60,200,1000,5000", help="how many, with commas")
    parser.add_argument("--times", "-n", type=int, default=5, help="rounds")
    parser.add_argument("--print", action="store_true", help="leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    rows = []
    for entries in map(int, options.entries.split(",")):
        rows.append(measured(entries, options.times, browser))
        print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    text = f"{table(rows)}\n\n{verdict(rows)}\n"
    print(text)
    if not options.print:
        DOCUMENT.write_text(between(DOCUMENT.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
