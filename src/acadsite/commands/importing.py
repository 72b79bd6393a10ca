"""``acadsite import``: a site from the files of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from acadsite.terminal import report, say

#: Tool → function of ``acadsite.importers``. Those of ``_INTO`` can add to a site that exists.
_TOOLS: Final = {
    "academicpages": "import_academicpages",
    "al-folio": "import_al_folio",
    "bamos-cv": "import_bamos_cv",
    "csl-json": "import_csl_json",
    "google-scholar": "import_google_scholar",
    "hugo-blox": "import_hugo_blox",
    "json-resume": "import_json_resume",
    "mkdocs": "import_mkdocs",
    "openalex": "import_openalex",
    "orcid": "import_orcid",
    "quarto": "import_quarto",
    "rendercv": "import_rendercv",
}
_INTO: Final = frozenset({"csl-json", "google-scholar", "openalex", "orcid"})


@click.command("import")
@click.argument("tool", type=click.Choice(list(_TOOLS)), metavar="TOOL")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--to", type=click.Path(path_type=Path), help="Folder for the new site.", metavar="DIR")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A site that is there: only a new .bib file is added (csl-json, google-scholar, openalex, orcid).",
    metavar="DIR",
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
    to: Path | None,
    into: Path | None,
    publications: Path | None,
    metrics: Path | None,
) -> None:
    """Make a site from the files of another tool.

    Nothing that exists is overwritten. What is not taken is said, with its line.

    \b
    Tools and what PATH is for them:
      academicpages   the folder of the site's source
      al-folio        the folder of the site's source
      bamos-cv        the folder of bamos/cv
      csl-json        a file of CSL-JSON, as Zotero exports it
      google-scholar  the BibTeX that a profile exports
      hugo-blox       the folder of a site of Hugo Blox, Wowchemy or Academic
      json-resume     resume.json
      mkdocs          the folder with mkdocs.yml
      openalex        works as JSON or CSV
      orcid           a record or its works as JSON, or its BibTeX
      quarto          the folder of a website or book
      rendercv        the YAML file of a CV

    \b
    Examples:
      acadsite import al-folio me.github.io/ --to mysite
      acadsite import bamos-cv cv/ --to mysite
      acadsite import google-scholar citations.bib --to mysite
      acadsite import hugo-blox me.example.org/ --to mysite
      acadsite import json-resume resume.json --to mysite
      acadsite import mkdocs mydocs/ --to mysite
      acadsite import openalex works.json --into mysite
      acadsite import orcid record.json --to mysite
      acadsite import quarto mywebsite/ --to mysite
      acadsite import rendercv Ada_Byron_CV.yaml --to mysite
    """
    from acadsite import importers

    if tool != "bamos-cv" and (publications or metrics):
        raise click.UsageError("--publications and --metrics belong to bamos-cv.")
    if (to is None) == (into is None):
        raise click.UsageError("Write --to DIR for a new site, or --into DIR for one that is there.")
    if into is not None and tool not in _INTO:
        raise click.UsageError(f"--into does not go with {tool}.")
    options: dict[str, object] = {}
    if tool == "bamos-cv":
        options = {"publications": publications, "metrics": metrics}
    elif into is not None:
        options = {"into": True}
    result = getattr(importers, _TOOLS[tool])(path, to or into, **options)
    ctx.obj["root"] = path if path.is_dir() else path.parent
    code = report(ctx, result.problems, "text")
    for note in result.notes:
        say(ctx, note)
    for file in result.written:
        click.echo(file)
    ctx.exit(code)
