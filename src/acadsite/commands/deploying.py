"""``acadsite deploy``: the files by which a host publishes the site, and a look at the output before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from acadsite.terminal import STRICT, URL, format_options, report, say, site_of, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acadsite.hosting import Action
    from acadsite.problems import Problem


def _action(ctx: click.Context, option: click.Parameter, text: str | None) -> Action | None:
    """The action that somebody names, with its version where it is that of this release."""
    if text is None:
        return None
    from acadsite import hosting

    pin = hosting.action_of(text)
    known = hosting.stamped()
    if pin is None:
        raise click.BadParameter(f"“{text}” is no action. Write {hosting.FORM}.", ctx, option)
    return known if known and known.pin == pin else hosting.Action(pin)


#: Of commands that write the workflow of GitHub.
ACTION = click.option(
    "--action",
    callback=_action,
    metavar="OWNER/REPO@COMMIT",
    help="The action that builds the site on GitHub (default: that of this release).",
)


#: What is told where a workflow was written that uses no action.
UNKNOWN = (
    "The workflow installs acadsite by requirements.txt: this copy is no release, so it knows no commit of the action "
    "(--action names one)."
)


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--check", "is_check", is_flag=True, help="Look at the output; nothing is sent.")
@click.option(
    "--setup",
    "host",
    type=click.Choice(["github", "gitlab"]),
    help="Write the files by which GitHub or GitLab publishes the site at every push.",
)
@click.option(
    "--refresh", is_flag=True, help="With --setup github: a weekly workflow that fetches numbers, too."
)
@ACTION
@URL
@STRICT
@format_options
@click.pass_context
def deploy(
    ctx: click.Context,
    folder: Path | None,
    is_check: bool,
    host: Literal["github", "gitlab"] | None,
    refresh: bool,
    action: Action | None,
    url: str | None,
    strict: bool,
    as_json: bool,
    form: str,
) -> None:
    """Set up publishing (--setup), or look at the output before it is published (--check): size, links, hidden files,
    names, 404 page, base path.

    DIR is the output folder (default: public/ of the site). acadsite itself does not upload: the workflow that --setup
    or “acadsite new” writes does, or rsync (docs/deploy.md).

    \b
    Examples:
      acadsite deploy --setup github
      acadsite deploy --check
      acadsite deploy --check /srv/www --base-url https://example.org/
    """
    root = site_of(ctx)
    form = "json" if as_json else form
    if is_check == (host is not None):
        raise click.UsageError(
            "acadsite does not upload. “--setup github” writes the workflow that does, “--check” looks at the output; "
            "docs/deploy.md has more ways."
        )
    if refresh and host != "github":
        raise click.UsageError("--refresh belongs to --setup github.")
    if action is not None and host != "github":
        raise click.UsageError("--action belongs to --setup github.")
    if host is not None:
        from acadsite import hosting

        action = action or hosting.stamped()
        problems = _set_up(root, hosting.files(host, refresh=refresh, action=action))
        if host == "github" and not problems and action is None:
            say(ctx, UNKNOWN)
        ctx.exit(report(ctx, problems, form, strict=strict, ok=not problems))
    folder = folder if folder is not None else root / "public"
    if not folder.is_dir():
        raise click.UsageError(f"There is no folder {folder}. “acadsite build” makes it.")
    from acadsite.config import read_config
    from acadsite.hosting.output import check_output

    config, faults = read_config(root, url)
    found = check_output(folder, config["url"])
    problems = (*(one for one in faults if one.level == "error"), *found.problems)
    code = report(ctx, problems, form, strict=strict, ok=not problems, files=found.files, bytes=found.size)
    verdict = f"{tally(problems)}." if problems else "Ready to be published."
    say(ctx, f"{found.files} files, {found.size / 1e6:.1f} MB in {folder}/. {verdict}")
    ctx.exit(code)


def _set_up(root: Path, files: Mapping[str, str]) -> Sequence[Problem]:
    """Write the files of a host and print the paths of those that are new; what is there already is left alone."""
    from acadsite.scaffold.writing import write_new

    problems = []
    for path, text in files.items():
        fault = write_new(root, path, text)
        if fault is None:
            click.echo(path)
        elif not _is(root / path, text):
            problems.append(fault)
    return problems


def _is(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
