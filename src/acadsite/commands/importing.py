"""``acadsite import``: a site from the files of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from acadsite.terminal import report, say


@click.command("import")
@click.argument("tool", type=click.Choice(["bamos-cv", "json-resume", "rendercv"]))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--to", required=True, type=click.Path(path_type=Path), help="Folder for the new site.", metavar="DIR"
)
@click.option(
    "--publications",
    type=click.Path(exists=True, path_type=Path),
    help="Another .bib file or folder (bamos-cv).",
)
@click.option(
    "--metrics", type=click.Path(exists=True, path_type=Path), help="Another file of star counts (bamos-cv)."
)
@click.pass_context
def import_site(
    ctx: click.Context,
    tool: str,
    path: Path,
    to: Path,
    publications: Path | None,
    metrics: Path | None,
) -> None:
    """Make a site from the files of another tool: a folder of bamos/cv, a JSON Resume, a RenderCV file.

    Nothing that exists is overwritten. What is not taken is said, with its line.

    \b
    Examples:
      acadsite import bamos-cv cv/ --to mysite
      acadsite import json-resume resume.json --to mysite
      acadsite import rendercv Ada_Byron_CV.yaml --to mysite
    """
    from acadsite import importers

    if tool != "bamos-cv" and (publications or metrics):
        raise click.UsageError("--publications and --metrics belong to bamos-cv.")
    if tool == "bamos-cv":
        result = importers.import_bamos_cv(path, to, publications=publications, metrics=metrics)
    elif tool == "json-resume":
        result = importers.import_json_resume(path, to)
    else:
        result = importers.import_rendercv(path, to)
    ctx.obj["root"] = path if path.is_dir() else path.parent
    code = report(ctx, result.problems, "text")
    for note in result.notes:
        say(ctx, note)
    for file in result.written:
        click.echo(file)
    ctx.exit(code)
