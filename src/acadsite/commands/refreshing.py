"""``acadsite refresh``: numbers that others count, into the snapshots of the site."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acadsite.terminal import day_of, report, say, site_of, tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acadsite.problems import Problem
    from acadsite.refresh import Refreshed
    from acadsite.refresh.apis import Api
    from acadsite.refresh.suggestions import Suggestion


@click.command()
@click.option(
    "--only",
    metavar="NAMES",
    help="Ask these alone: github, gitlab, codeberg, openalex, semantic-scholar, orcid, crossref, nominatim.",
)
@click.option(
    "--places", "towns", is_flag=True, help="Ask only where the places of talks are, for their map."
)
@click.option("--suggest", is_flag=True, help="Ask ORCID and Crossref what could be added, too.")
@click.option(
    "--write",
    "bib",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.bib",
    help="Write what could be added into a new file, to look at.",
)
@click.option("--dry-run", "dry", is_flag=True, help="Ask, and show what would change; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON on stdout.")
@click.option("--date", "date", metavar="YYYY-MM-DD", help="The day of the numbers (default: today).")
@click.option(
    "--api",
    "places",
    multiple=True,
    metavar="NAME=URL",
    help="Another address of a service, such as a server for tests; may be repeated.",
)
@click.pass_context
def refresh(
    ctx: click.Context,
    only: str | None,
    towns: bool,
    suggest: bool,
    bib: Path | None,
    dry: bool,
    as_json: bool,
    date: str | None,
    places: tuple[str, ...],
) -> None:
    """Fetch stars, citations and places of talks into content/snapshots/. Uses the network.

    Files that are committed with the site: a build never asks anybody. Old numbers stay on any failure. Tokens are
    taken from GITHUB_TOKEN, GITLAB_TOKEN, CODEBERG_TOKEN, OPENALEX_API_KEY and S2_API_KEY.

    \b
    Examples:
      acadsite refresh
      acadsite refresh --only github,openalex --dry-run
      acadsite refresh --suggest --write new.bib
      acadsite refresh --places
    """
    root = site_of(ctx)
    today = day_of(date)
    from acadsite.problems import printable
    from acadsite.refresh import Wishes
    from acadsite.refresh import refresh as run

    tokens, problems = _tokens()
    names = _names(only) | ({"nominatim"} if towns else set())
    if names and (suggest or bib) and not names & {"orcid", "crossref"}:
        raise click.UsageError("--suggest and --write ask orcid and crossref: name them in --only, too.")
    wishes = Wishes(names, suggest, bib, dry, _places(places), tokens)
    is_shown = sys.stderr.isatty() and not ctx.obj["quiet"]

    def tell(done: int, number: int) -> None:
        if is_shown:
            click.echo(f"\r{done} of {number} answers …  ", err=True, nl=False)

    found = run(root, today, wishes, tell)
    if is_shown:
        click.echo("\r" + " " * 40 + "\r", err=True, nl=False)
    problems = sorted({*problems, *found.problems}, key=lambda one: one.sort_key())
    if as_json:
        ctx.exit(
            report(ctx, problems, "json", strict=True, ok=not problems, **_plain(found, today.isoformat()))
        )
    code = report(ctx, problems, "text", strict=True)
    for line in (*found.summary, *found.notes):
        say(ctx, printable(line))
    if problems:
        say(ctx, f"{tally(problems)}.")
    elif not found.summary and not found.suggestions:
        say(ctx, "There was nothing to ask for.")
    for one in found.suggestions:
        click.echo(_suggested(one))
    if dry:
        for path, (before, after) in sorted(found.texts.items()):
            click.echo(_difference(path, before, after), nl=False)
    else:
        for path in found.written:
            click.echo(path)
    ctx.exit(code)


def _names(only: str | None) -> frozenset[str]:
    from acadsite.problems import did_you_mean
    from acadsite.refresh import SERVICES

    names = frozenset(filter(None, (name.strip() for name in (only or "").split(","))))
    for name in sorted(names - set(SERVICES)):
        hint = did_you_mean(name, SERVICES) or f"Services: {', '.join(SERVICES)}."
        raise click.BadParameter(f"There is no service {name!r}. {hint}", param_hint="--only")
    if only is not None and not names:
        raise click.BadParameter(f"Services: {', '.join(SERVICES)}.", param_hint="--only")
    return names


def _places(given: tuple[str, ...]) -> Mapping[str, Api]:
    """The services at other addresses. http is for this computer alone, since tokens are sent there."""
    from urllib.parse import urlsplit

    from acadsite.refresh.apis import APIS, Api
    from acadsite.refresh.client import at

    found = {}
    for text in given:
        name, mark, address = text.partition("=")
        parts = urlsplit(address)
        is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not mark or not parts.hostname or not (parts.scheme == "https" or is_here):
            hint = "Write NAME=https://…; http:// is for 127.0.0.1 alone."
            raise click.BadParameter(f"{text!r} is no service with an address. {hint}", param_hint="--api")
        if name not in APIS and "." not in name:
            raise click.BadParameter(f"Services: {', '.join(APIS)}, or a host.", param_hint="--api")
        found[name] = at(APIS.get(name, Api(name, name, "")), address)
    return found


def _tokens() -> tuple[dict[str, str], list[Problem]]:
    """The tokens of the environment; one that cannot be sent is a problem, which does not show it."""
    from acadsite.problems import warning
    from acadsite.refresh.apis import APIS

    found: dict[str, str] = {}
    problems: list[Problem] = []
    for name in sorted({api.token for api in APIS.values() if api.token}):
        token = os.environ.get(name, "").strip()
        if token and token.isascii() and token.isprintable() and " " not in token:
            found[name] = token
        elif token:
            problems.append(
                warning("refresh-token", f"The token in {name} has characters that no token has.")
            )
    return found, problems


def _plain(found: Refreshed, date: str) -> dict[str, object]:
    return {
        "date": date,
        "summary": found.summary,
        "notes": found.notes,
        "changes": [
            {"file": one.file, "name": one.name, "before": one.before, "after": one.after}
            for one in found.changes
        ],
        "suggestions": [
            {
                "kind": one.kind,
                "doi": one.doi,
                "title": one.title,
                "year": one.year,
                "key": one.key,
                "entry": one.text,
            }
            for one in found.suggestions
        ],
        "written": found.written,
    }


def _suggested(one: Suggestion) -> str:
    from acadsite.problems import printable

    if one.kind == "doi":
        return printable(f"{one.key}: doi = {{{one.doi}}}")
    if one.kind == "complete":
        head = printable(f"{one.key}: has a DOI and no title ({one.doi})")
        return "\n".join([head, *map(printable, one.text.splitlines())])
    year = f" ({one.year})" if one.year else ""
    return printable(f"not on the site: {one.title}{year}{f', {one.doi}' if one.doi else ''}")


def _difference(path: str, before: str, after: str) -> str:
    import difflib

    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=1
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
