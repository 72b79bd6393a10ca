"""What every command shares: messages on stderr, problems in a format, the site's folder, common options.

A command gets ``ctx.obj`` with ``root`` (the folder of -C), ``quiet``, ``debug`` and ``color`` (None: as the terminal
wants). Everything but click is imported where it is needed, so that ``--help`` stays fast.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import click

import acadsite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from acadsite.problems import Problem


def _colour(ctx: click.Context) -> bool:
    wish = ctx.obj["color"]
    if wish is not None:
        return bool(wish)
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stderr.isatty()


def say(ctx: click.Context, text: str) -> None:
    if not ctx.obj["quiet"]:
        click.echo(text, err=True)


def progress(ctx: click.Context, text: str) -> Callable[[], None]:
    """A line on a terminal while long work runs; the result wipes it away."""
    if ctx.obj["quiet"] or not sys.stderr.isatty():
        return lambda: None
    click.echo(f"{text} …\r", err=True, nl=False)
    return lambda: click.echo(" " * (len(text) + 2) + "\r", err=True, nl=False)


def lines_of(root: Path) -> Callable[[str], list[str] | None]:
    # A bibliography may have thousands of problems: each file is read once.
    @cache
    def lines(path: str) -> list[str] | None:
        from acadsite.sources import decode

        candidates = [root / path]
        if path.startswith("themes/"):
            candidates.append(acadsite.packaged_themes() / path.removeprefix("themes/"))
        for candidate in candidates:
            try:
                if candidate.is_file() and candidate.stat().st_size < 20_000_000:
                    return decode(candidate.read_bytes(), path)[0].split("\n")
            except OSError:
                continue
        return None

    return lines


def report(
    ctx: click.Context, problems: Iterable[Problem], form: str, *, strict: bool = False, **extra: object
) -> int:
    """Print problems in a format; the exit code."""
    from acadsite.problems import format_github, format_json, format_text

    problems = tuple(problems)
    if form == "json":
        click.echo(format_json(problems, **extra), nl=False)
    elif form == "github":
        if problems:
            root = ctx.obj["root"].as_posix()  # where -C names a folder, paths are seen from above it
            click.echo(format_github(problems, "" if root == "." or root.startswith(("/", "..")) else root))
    elif problems:
        root = ctx.obj["root"]
        click.echo(
            format_text(problems, lines_of(root), colour=_colour(ctx)), err=True, color=_colour(ctx) or None
        )
    errors = sum(problem.level == "error" for problem in problems)
    return 1 if errors or (strict and problems) else 0


def tally(problems: Iterable[Problem]) -> str:
    problems = tuple(problems)
    errors = sum(problem.level == "error" for problem in problems)
    parts = [(errors, "error"), (len(problems) - errors, "warning")]
    return ", ".join(f"{number} {word}{'s' if number != 1 else ''}" for number, word in parts if number)


def day_of(wish: str | None) -> Any:
    from acadsite.dates import day

    try:
        return day(wish)
    except ValueError:
        if wish is None:
            raise click.UsageError("SOURCE_DATE_EPOCH is no time in seconds since 1970.") from None
        raise click.BadParameter("expected YYYY-MM-DD", param_hint="--date") from None


def site_of(ctx: click.Context) -> Path:
    root: Path = ctx.obj["root"]
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}.")
    if not (root / "site.yaml").is_file():
        raise click.UsageError(
            f"There is no site in {root.resolve().name}/: site.yaml is missing. "
            "Make one with “acadsite new DIR”, or use -C DIR."
        )
    return root


def format_options(command: Any) -> Any:
    command = click.option("--json", "as_json", is_flag=True, help="Problems as JSON on stdout.")(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github"]),
        default="text",
        help="Format of problems.",
    )(command)


DATE = click.option("--date", "date", metavar="YYYY-MM-DD", help="The day of the build (default: today).")
URL = click.option(
    "--base-url", "url", metavar="URL", help="The site's address, in place of the one in site.yaml."
)
DRAFTS = click.option("--drafts/--no-drafts", default=False, help="Include drafts and posts of the future.")
STRICT = click.option("--strict/--no-strict", default=False, help="Warnings fail, too.")
