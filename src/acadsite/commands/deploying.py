"""``acadsite deploy --check``: a look at the output before it is published."""

from __future__ import annotations

from pathlib import Path

import click

from acadsite.terminal import STRICT, URL, format_options, report, say, site_of, tally


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--check", "is_check", is_flag=True, help="Look at the output; nothing is sent.")
@URL
@STRICT
@format_options
@click.pass_context
def deploy(
    ctx: click.Context,
    folder: Path | None,
    is_check: bool,
    url: str | None,
    strict: bool,
    as_json: bool,
    form: str,
) -> None:
    """Look at the output before it is published: size, links, hidden files, names, 404 page, base path.

    DIR is the output folder (default: public/ of the site). acadsite does not upload: the workflow that “acadsite new”
    writes does, or rsync (docs/deploy.md).

    \b
    Examples:
      acadsite deploy --check
      acadsite deploy --check /srv/www --base-url https://example.org/
    """
    if not is_check:
        raise click.UsageError(
            "acadsite does not upload. “acadsite deploy --check” looks at the output; "
            "docs/deploy.md says how to publish it."
        )
    root = site_of(ctx)
    folder = folder if folder is not None else root / "public"
    if not folder.is_dir():
        raise click.UsageError(f"There is no folder {folder}. “acadsite build” makes it.")
    from acadsite.config import read_config
    from acadsite.hosting.output import check_output

    config, faults = read_config(root, url)
    found = check_output(folder, config["url"])
    problems = (*(one for one in faults if one.level == "error"), *found.problems)
    form = "json" if as_json else form
    code = report(ctx, problems, form, strict=strict, ok=not problems, files=found.files, bytes=found.size)
    verdict = f"{tally(problems)}." if problems else "Ready to be published."
    say(ctx, f"{found.files} files, {found.size / 1e6:.1f} MB in {folder}/. {verdict}")
    ctx.exit(code)
