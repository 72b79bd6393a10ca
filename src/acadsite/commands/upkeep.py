"""``acadsite upgrade``, ``doctor`` and ``clean``: what keeps a site and its place in order."""

from __future__ import annotations

import click

from acadsite.terminal import format_options, report, say, site_of, tally


@click.command()
@click.option("--check", "is_check", is_flag=True, help="Look at the site; nothing is changed.")
@format_options
@click.pass_context
def upgrade(ctx: click.Context, is_check: bool, as_json: bool, form: str) -> None:
    """Say what of the site no longer fits this version, with the edit to make.

    Looks for files that hide ones of the theme and have grown old, for keys that have another name now, and for older
    versions of acadsite in workflows and requirements.

    \b
    Examples:
      acadsite upgrade --check
      acadsite upgrade --check --format github
    """
    if not is_check:
        raise click.UsageError(
            "acadsite changes no files of yours. “pip install --upgrade acadsite” gets the newest version, "
            "“acadsite upgrade --check” says what to change then."
        )
    root = site_of(ctx)
    from acadsite.upgrading import upgrades

    problems = upgrades(root)
    code = report(ctx, problems, "json" if as_json else form, strict=True, ok=not problems)
    say(ctx, f"{tally(problems)}." if problems else "The site fits this version.")
    ctx.exit(code)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON on stdout.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look at the computer and the site's place on it: versions, fonts, port, limits, rights, address, state.

    Outside of a site only the computer is looked at. Nothing is changed, nothing is sent.

    \b
    Examples:
      acadsite doctor
      acadsite doctor --json
    """
    import json

    from acadsite.doctor import look
    from acadsite.problems import printable

    findings = look(ctx.obj["root"])
    faults = sum(not one.is_fine for one in findings)
    if as_json:
        plain = [
            {
                "area": one.area,
                "name": one.name,
                "ok": one.is_fine,
                "found": one.words,
                "hint": one.hint or None,
            }
            for one in findings
        ]
        click.echo(json.dumps({"ok": not faults, "findings": plain}, ensure_ascii=False, indent=2))
        ctx.exit(1 if faults else 0)
    width = max(len(one.name) for one in findings)
    area = ""
    for one in findings:
        if one.area != area:
            area = one.area
            click.echo(area)
        mark = "ok     " if one.is_fine else "warning"
        click.echo(printable(f"  {mark}  {one.name.ljust(width)}  {one.words}"))
        if one.hint and not one.is_fine:
            click.echo(printable(f"           {' ' * width}  → {one.hint}"))
    say(ctx, f"{faults} warning{'s' * (faults != 1)}." if faults else "All is well.")
    ctx.exit(1 if faults else 0)


@click.command()
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be removed; remove nothing.")
@click.pass_context
def clean(ctx: click.Context, dry: bool) -> None:
    """Remove what builds made: the site's files in public/, and .acadsite/.

    Files of others in public/ stay. The next build makes everything anew.

    \b
    Examples:
      acadsite clean --dry-run
      acadsite clean
    """
    root = site_of(ctx)
    from acadsite.cleaning import clean as run

    found = run(root, is_dry=dry)
    code = report(ctx, found.problems, "text")
    if dry:
        for path in found.files:
            click.echo(path)
        if found.has_state:
            click.echo(".acadsite/")
    if not found.files and not found.has_state:
        if not found.problems:
            say(ctx, "There is nothing to remove.")
        ctx.exit(code)
    done = "Would remove" if dry else "Removed"
    files = f"{len(found.files)} file{'s' * (len(found.files) != 1)}"
    state = " and .acadsite/" if found.has_state else ""
    say(ctx, f"{done} {files} of the output{state}, {found.size / 1e6:.1f} MB.")
    if found.foreign:
        some = f"{found.foreign} file{'s' * (found.foreign != 1)}"
        say(ctx, f"{some} that no build made stay{'s' * (found.foreign == 1)}; the next build needs --adopt.")
    for place in found.elsewhere:
        say(ctx, f"{place}/ is not in the site and stays; the next build into it needs --adopt.")
    ctx.exit(code)
