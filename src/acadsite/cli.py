"""The command line: the only place that prints. Data goes to stdout, messages to stderr.

Exit codes: 0 fine, 1 problems in the site, 2 wrong usage, 3 internal error, 130 interrupted. Everything but
click is imported where it is needed, so that ``--help`` stays fast.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import acadsite
from acadsite.commands import deploying, importing, refreshing, scaffolding, upkeep
from acadsite.terminal import (
    DATE,
    DRAFTS,
    STRICT,
    URL,
    day_of,
    format_options,
    lines_of,
    progress,
    report,
    say,
    site_of,
    tally,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.markup import Dialect, Mode
    from acadsite.problems import Problem

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
COLLECTIONS = (
    "publications",
    "repos",
    "talks",
    "students",
    "people",
    "news",
    "posts",
    "courses",
    "projects",
    "slides",
    "pages",
)
#: As ``check.AREAS``, which would have to be imported for it.
AREAS = ("pages", "metadata", "bibliography", "contrast", "weight")


class _Group(click.Group):
    """A group that names the nearest command for a mistyped one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as failure:
            from acadsite.problems import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx))
            if hint and "Did you mean" not in failure.message:
                raise click.UsageError(f"{failure.message} {hint}", ctx) from None
            raise


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"acadsite {acadsite.version()}")
        ctx.exit()


@click.group(cls=_Group, context_settings=CONTEXT, epilog="Guides and reference: docs/ of the repository.")
@click.option(
    "-C",
    "--directory",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The site's folder.",
    metavar="DIR",
)
@click.option("--color/--no-color", default=None, help="Colour in messages; NO_COLOR turns it off as well.")
@click.option("-q", "--quiet", is_flag=True, help="Only problems, no progress.")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
@click.pass_context
def cli(ctx: click.Context, directory: Path, color: bool | None, quiet: bool, debug: bool) -> None:
    """Build a static academic site from plain files.

    \b
    Examples:
      acadsite build                      the site in this folder, into public/
      acadsite serve                      preview it at http://127.0.0.1:8000/
      acadsite check                      everything that is wrong, with file and line
      acadsite explain bib-no-year        what the code of a problem means
      acadsite new-page post "Title"      a new post, ready to write
    """
    ctx.obj = {"root": directory, "quiet": quiet, "debug": debug, "color": color}


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Output folder (default: public/ of the site).",
    metavar="DIR",
)
@DRAFTS
@DATE
@URL
@click.option(
    "--from-disk",
    is_flag=True,
    help="Pages that need no server: links name files, as for a stick or an archive; no search.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    help="Processes to use (default: as many as there are processors; small sites use one).",
    metavar="N",
)
@click.option("--no-cache", "cold", is_flag=True, help="Render everything, whatever the last build left.")
@click.option("--explain", is_flag=True, help="Say of each page that was rendered why.")
@click.option(
    "--verify", is_flag=True, help="Then build once more without the cache, and compare byte for byte."
)
@click.option("--adopt", is_flag=True, help="Take over an output folder with files that are not from here.")
@STRICT
@format_options
@click.pass_context
def build(
    ctx: click.Context,
    out: Path | None,
    drafts: bool,
    date: str | None,
    url: str | None,
    from_disk: bool,
    jobs: int | None,
    cold: bool,
    explain: bool,
    verify: bool,
    adopt: bool,
    strict: bool,
    as_json: bool,
    form: str,
) -> None:
    """Build the site into public/; only what changed since the last build is made again.

    \b
    Examples:
      acadsite build
      acadsite -C mysite build --out /srv/www --drafts
      acadsite build --explain
      acadsite build --from-disk --out /media/stick/site
    """
    root = site_of(ctx)
    wishes = {"today": day_of(date), "drafts": drafts, "url": url, "from_disk": from_disk}
    form = "json" if as_json else form
    target = out if out is not None else root / "public"
    if not (cold or verify):
        from acadsite.unchanged import standing
        from acadsite.unchanged import wishes as text_of

        start = time.perf_counter()
        last = standing(root, target, text_of(**wishes))
        if last is not None:
            extra = {"ok": True, "pages": last.pages, "written": 0, "rendered": []}
            code = report(ctx, last.problems, form, strict=strict, **extra)
            if form == "text":
                more = f" ({tally(last.problems)})" if last.problems else ""
                seconds = time.perf_counter() - start
                say(
                    ctx, f"{last.pages} pages, nothing changed, in {seconds:.1f} s{more}: {target}/index.html"
                )
            ctx.exit(code)
    from acadsite.build import build as run
    from acadsite.build import differences
    from acadsite.pool import processors

    wipe = progress(ctx, "Building")
    result = run(root, target, **wishes, jobs=jobs or processors(), adopt=adopt, cold=cold)
    if verify and result.published is not None:
        result.report.extend(differences(root, target, **wishes))
    wipe()
    if result.note:
        say(ctx, result.note)
    if explain:
        for line in result.reasons():
            click.echo(line)
    problems = result.report.problems
    published = result.published
    extra = {"ok": published is not None}
    if published is not None:
        pages = len(result.graph.pages) if result.graph else 0
        extra |= {"pages": pages, "written": len(published.written), "rendered": sorted(result.made)}
    code = report(ctx, problems, form, strict=strict, **extra)
    seconds = sum(result.seconds.values())
    if published is None:
        say(ctx, f"Not published: {tally(problems)}. {target}/ is as it was.")
    elif form == "text":
        more = f" ({tally(problems)})" if problems else ""
        artifacts = [path for path in result.artifacts if path in result.made]
        pdfs = sum(path.endswith(".pdf") for path in artifacts)
        cards = len(artifacts) - pdfs
        pictures = sum(path in result.made for path in result.pictures)
        made = len(result.made) - pdfs - cards - pictures
        rendered = "" if made == pages else f", {made} rendered"
        rendered += f", {pdfs} PDF{'s' * (pdfs > 1)}" if pdfs else ""
        rendered += f", {cards} card{'s' * (cards > 1)}" if cards else ""
        rendered += f", {pictures} file{'s' * (pictures > 1)} of pictures" if pictures else ""
        say(
            ctx,
            f"{pages} pages{rendered} in {seconds:.1f} s, {len(published.written)} files written{more}: "
            f"{target}/index.html",
        )
        if verify and not any(problem.code == "build-differs" for problem in problems):
            say(ctx, "Verified: a build without the cache gives the same bytes.")
    ctx.exit(code)


@cli.command()
@DRAFTS
@DATE
@URL
@STRICT
@click.option(
    "--only",
    "areas",
    multiple=True,
    type=click.Choice(AREAS),
    help="One area, besides what a build tells; may be repeated.",
)
@click.option("--external", is_flag=True, help="Ask for every link to the web, too. Uses the network.")
@format_options
@click.pass_context
def check(
    ctx: click.Context,
    drafts: bool,
    date: str | None,
    url: str | None,
    strict: bool,
    areas: tuple[str, ...],
    external: bool,
    as_json: bool,
    form: str,
) -> None:
    """Check the site: content, links, headings, metadata, bibliography, contrast, weight. Nothing is written.

    \b
    Examples:
      acadsite check
      acadsite check --only bibliography
      acadsite check --external
      acadsite check --strict --format github
    """
    root = site_of(ctx)
    today = day_of(date)
    from acadsite.build import render
    from acadsite.check import Finished, check_site, kept, unknown_codes
    from acadsite.explain import explanations
    from acadsite.images import store_of
    from acadsite.past import Past

    wipe = progress(ctx, "Checking")
    result = render(root, today=today, drafts=drafts, url=url, past=Past(pictures=store_of(root)))
    config, found = result.config, result.report
    if result.graph is not None and result.library is not None and not found.has_errors:
        library = result.library.library
        site = Finished(result.outputs, result.graph, config, library, today, result.reported)
        found.extend(check_site(site, root, areas or AREAS))
        if config["check"]["ignore"]:
            found.extend(unknown_codes(config, explanations()))
        wipe()
        if external:
            found.extend(_external(ctx, site, root))
    else:
        wipe()
    problems = kept(found.problems, config)
    code = report(ctx, problems, "json" if as_json else form, strict=strict, ok=not problems)
    say(ctx, f"{tally(problems)}." if problems else "No problem.")
    if problems and form == "text" and not as_json and sys.stderr.isatty():
        say(
            ctx,
            f"“acadsite explain {problems[0].code}” says more; so it does of the other codes in brackets.",
        )
    ctx.exit(code)


def _external(ctx: click.Context, site: Any, root: Path) -> Iterable[Problem]:
    """What is wrong with links to the web; says on a terminal how far it is."""
    from acadsite.check.external import check_external

    is_shown = sys.stderr.isatty() and not ctx.obj["quiet"]

    def tell(done: int, number: int) -> None:
        if is_shown:
            click.echo(f"\r{done} of {number} links …  ", err=True, nl=False)

    found = check_external(site, root, tell)
    if is_shown:
        click.echo("\r" + " " * 40 + "\r", err=True, nl=False)
    some = len(found.unsure)
    unsure = (
        f"; {some} let{'s' if some == 1 else ''} no program in: {', '.join(found.unsure)}" if some else ""
    )
    say(ctx, f"{found.number} link{'s' * (found.number != 1)} to the web{unsure}.")
    return found.problems


@cli.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def explain(code: str | None, as_json: bool) -> None:
    """Explain the code of a problem: why it is told, an example, how to mend it. Without CODE, list all codes.

    \b
    Examples:
      acadsite explain bib-no-year
      acadsite explain
    """
    import json

    from acadsite.explain import as_text, explanations
    from acadsite.problems import did_you_mean

    known = explanations()
    if code is None:
        if as_json:
            click.echo(
                json.dumps({name: one.plain() for name, one in known.items()}, ensure_ascii=False, indent=2)
            )
            return
        for name, one in known.items():
            click.echo(f"{name}\t{one.title}")
        return
    found = known.get(code.strip("[]"))
    if found is None:
        hint = did_you_mean(code, known) or "“acadsite explain” lists all codes."
        raise click.UsageError(f"There is no problem with the code {code!r}. {hint}")
    click.echo(json.dumps(found.plain(), ensure_ascii=False, indent=2) if as_json else as_text(found))


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on, or the next free one.",
)
@click.option("--host", metavar="ADDRESS", help="Let others in: 0.0.0.0, or an address of this computer.")
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="Another name to answer to, as behind a proxy.",
)
@click.option("--drafts/--no-drafts", default=True, help="Show drafts and posts of the future.")
@click.option("--open/--no-open", "browser", default=False, help="Open a browser.")
@click.option("--poll", is_flag=True, help="Look at the files again and again (shared folders).")
@click.pass_context
def serve(
    ctx: click.Context,
    port: int,
    host: str | None,
    hosts: tuple[str, ...],
    drafts: bool,
    browser: bool,
    poll: bool,
) -> None:
    """Preview the site; it is built again and reloaded at every change.

    \b
    Examples:
      acadsite serve --port 8001
      acadsite serve --open --no-drafts
    """
    root = site_of(ctx)
    from acadsite.serve import Options, Voice, run

    gc.enable()  # a command that may run for days
    voice = Voice(
        say=lambda text: say(ctx, text),
        tell=lambda text: click.echo(text, err=True),
        show=lambda problems: report(ctx, problems, "text"),
        crash=_crash,
        lines_of=lambda: lines_of(root),
    )
    ctx.exit(run(root, Options(port, host, hosts, drafts, browser, poll), voice))


@cli.group()
def theme() -> None:
    """Themes: begin one, copy a file of one, find what is wrong with one.

    \b
    Example:
      acadsite theme new my-theme
    """


@theme.command("new")
@click.argument("name")
@click.option("--extends", "below", default="reading-room", show_default=True, help="The theme below it.")
@click.pass_context
def theme_new(ctx: click.Context, name: str, below: str) -> None:
    """Begin a theme of your own in themes/NAME. Nothing is ever overwritten.

    \b
    Example:
      acadsite theme new my-theme
    """
    from acadsite.themes import new_theme

    paths, problems = new_theme(site_of(ctx), name, below)
    code = report(ctx, problems, "text")
    for path in paths:
        click.echo(path)
    if paths:
        say(ctx, f"Now write “theme: {name}” into site.yaml.")
    ctx.exit(code)


@theme.command("copy")
@click.argument("file")
@click.option("--to", "name", default="", help="A theme of the site; without it, the site itself.")
@click.pass_context
def theme_copy(ctx: click.Context, file: str, name: str) -> None:
    """Copy a file of the site's theme to change it.

    FILE is a template, or a style sheet or script with assets/ before its name.

    The first line of the copy says of what it is one, so that “theme audit” can tell when that has changed. Where you
    only add something, extend the template instead: see docs/themes.md.

    \b
    Examples:
      acadsite theme copy talk.html
      acadsite theme copy macros/works.html --to my-theme
    """
    from acadsite.themes import copy_file

    path, problems = copy_file(site_of(ctx), file, name)
    code = report(ctx, problems, "text")
    if path is not None:
        click.echo(path)
    ctx.exit(code)


@theme.command("check")
@click.argument("name", default="")
@STRICT
@format_options
@click.pass_context
def theme_check(ctx: click.Context, name: str, strict: bool, as_json: bool, form: str) -> None:
    """Check the site's theme, or the one called NAME.

    Looks at its files, and at the pages that it makes of a small site with a page of every kind.

    \b
    Examples:
      acadsite theme check
      acadsite theme check my-theme
    """
    from acadsite.themes import check_theme

    wipe = progress(ctx, "Checking")
    problems = check_theme(site_of(ctx), day_of(None), name)
    wipe()
    code = report(ctx, problems, "json" if as_json else form, strict=strict, ok=not problems)
    say(ctx, f"{tally(problems)}." if problems else "No problem.")
    ctx.exit(code)


@theme.command("audit")
@STRICT
@format_options
@click.pass_context
def theme_audit(ctx: click.Context, strict: bool, as_json: bool, form: str) -> None:
    """Find files of yours that no longer fit this version.

    These are copies of what has changed since, and what asks for blocks and macros that are gone.
    """
    from acadsite.themes import audit

    problems = audit(site_of(ctx))
    code = report(ctx, problems, "json" if as_json else form, strict=strict, ok=not problems)
    say(ctx, f"{tally(problems)}." if problems else "No problem.")
    ctx.exit(code)


@theme.command("sample")
@click.pass_context
def theme_sample(ctx: click.Context) -> None:
    """Write a draft page to look at a theme by.

    It has every construct of Markdown; “acadsite serve --drafts” shows it.
    """
    from acadsite.themes import write_sample

    path, problems = write_sample(site_of(ctx))
    code = report(ctx, problems, "text")
    if path is not None:
        click.echo(path)
    ctx.exit(code)


@cli.command("list")
@click.argument("collection")
@click.option("--json", "as_json", is_flag=True, help="Whole records as JSON.")
@DRAFTS
@DATE
@click.pass_context
def list_records(ctx: click.Context, collection: str, as_json: bool, drafts: bool, date: str | None) -> None:
    """List the records of a collection.

    \b
    Examples:
      acadsite list publications
      acadsite list talks --json
    """
    root = site_of(ctx)
    today = day_of(date)
    from acadsite.collect.gather import gather
    from acadsite.config import read_config
    from acadsite.extend import load_extensions
    from acadsite.problems import did_you_mean, printable
    from acadsite.records import thaw

    config, problems = read_config(root)
    registry, faults = load_extensions(root, config)
    gathered = gather(root, config, registry, today, drafts=drafts)
    known = {*COLLECTIONS, *registry.collections, *gathered.library.records}
    if collection not in known:
        hint = did_you_mean(collection, known) or f"Collections: {', '.join(sorted(known))}."
        raise click.UsageError(f"There is no collection {collection!r}. {hint}")
    records = gathered.library.records.get(collection, {}).values()
    if as_json:
        import json

        document = [thaw(record.data) for record in records]
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for record in records:
            data = record.data
            words = next(
                (
                    data[name]
                    for name in ("title_text", "display", "title", "name", "event", "text")
                    if data.get(name)
                ),
                "",
            )
            click.echo(f"{record.id}\t{printable(str(words))}")
    found = (*problems, *faults, *gathered.problems)
    errors = sorted((item for item in found if item.level == "error"), key=lambda item: item.sort_key())
    ctx.exit(report(ctx, errors, "text"))


@cli.command()
@click.argument("what", nargs=-1, metavar="[cv | FILES…]")
@click.option(
    "--to",
    "form",
    required=True,
    type=click.Choice(["csl-json", "bibtex", "ris", "json-resume"]),
    help="Format of the output.",
)
@click.option(
    "--macros", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of LaTeX macros."
)
@click.option("--variant", metavar="ID", help="A variant of the CV, as in cv.yaml.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file, not to stdout.",
    metavar="FILE",
)
@click.pass_context
def export(
    ctx: click.Context,
    what: tuple[str, ...],
    form: str,
    macros: Path | None,
    variant: str | None,
    output: Path | None,
) -> None:
    """Print publications as CSL-JSON, clean BibTeX or RIS (those of FILES, or those of the site), or the site's
    CV as JSON Resume.

    \b
    Examples:
      acadsite export --to ris > publications.ris
      acadsite export strings.bib papers.bib --to csl-json
      acadsite export cv --to json-resume -o resume.json
    """
    if form == "json-resume":
        if what not in {(), ("cv",)} or macros:
            raise click.UsageError(
                "--to json-resume is for the CV of the site: acadsite export cv --to json-resume."
            )
        text, problems = _resume(ctx, variant)
    else:
        if variant is not None:
            raise click.UsageError("--variant belongs to --to json-resume.")
        files = [Path(name) for name in dict.fromkeys(what)]
        for file in files:
            if not file.is_file():
                hint = " The CV is exported --to json-resume." if str(file) == "cv" else ""
                raise click.BadParameter(f"There is no file {str(file)!r}.{hint}", param_hint="FILES")
        text, problems = _bibliography(ctx, files, form, macros)
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.write_bytes(text.encode("utf-8"))
        except OSError as failure:
            raise click.FileError(str(output), failure.strerror or "") from None
    ctx.exit(report(ctx, sorted(problems, key=lambda problem: problem.sort_key()), "text"))


def _resume(ctx: click.Context, variant: str | None) -> tuple[str, list[Problem]]:
    """The CV of the site as JSON Resume, and the errors of the site."""
    import json

    root = site_of(ctx)
    from acadsite.collect.gather import gather
    from acadsite.config import read_config
    from acadsite.exports import json_resume, variants
    from acadsite.extend import load_extensions
    from acadsite.problems import did_you_mean

    config, problems = read_config(root)
    registry, faults = load_extensions(root, config)
    gathered = gather(root, config, registry, day_of(None), drafts=False)
    found = json_resume(gathered.library, config["url"], variant or "")
    if found is None:
        known = variants(gathered.library)
        listed = f"Variants: {', '.join(known)}." if known else "cv.yaml has no variants."
        hint = did_you_mean(variant or "", known) or listed
        raise click.UsageError(f"There is no CV {variant!r}. {hint}")
    document, notes = found
    for note in notes:
        say(ctx, note)
    errors = [one for one in (*problems, *faults, *gathered.problems) if one.level == "error"]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n", errors


def _bibliography(
    ctx: click.Context, files: list[Path], form: str, macros: Path | None
) -> tuple[str, list[Problem]]:
    """Publications in a format, and what is wrong with them."""
    from acadsite import bibtex
    from acadsite.bibtex import macros as macro_files
    from acadsite.sources import decode

    problems: list[Problem] = []
    settings = None
    macro_text = ""
    if files:
        ctx.obj["root"] = Path()  # the excerpts are from the files as they are named
        texts = []
        for path in files:
            text, faults = bibtex.decode_bytes(path.read_bytes(), str(path))
            problems += faults
            texts.append((str(path), text))
    else:
        root = site_of(ctx)
        from acadsite.collect.gather import bibliography
        from acadsite.config import read_config

        config, faults = read_config(root)
        problems += faults
        texts, macro_text, faults = bibliography(root, config)
        problems += faults
        settings = config["publications"]
    if macros:
        macro_text, faults = decode(macros.read_bytes(), str(macros))
        problems += faults
    known = macro_files.parse(macro_text) if macro_text else None
    read = bibtex.read(texts, known)
    problems += read.problems
    entries = read.entries
    if settings is not None:
        from acadsite.collect.publications import public_entries

        entries = tuple(public_entries(entries, settings))
    writers = {"csl-json": bibtex.to_csl_json, "ris": bibtex.to_ris}
    merged = read.macros if known is None else read.macros | known
    text = bibtex.to_bibtex(entries) if form == "bibtex" else writers[form](entries, merged)
    return text, problems


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "form",
    type=click.Choice(["html"]),
    default="html",
    show_default=True,
    help="Format of the output.",
)
@click.option(
    "--dialect",
    type=click.Choice(["commonmark", "python-markdown"]),
    default="commonmark",
    show_default=True,
    help="How the Markdown is read.",
)
@click.option(
    "--html",
    type=click.Choice(["trusted", "sanitize"]),
    default="trusted",
    show_default=True,
    help="HTML in it.",
)
@click.pass_context
def markdown(ctx: click.Context, file: Path, form: str, dialect: Dialect, html: Mode) -> None:
    """Print one Markdown file, notebook or document of LaTeX as HTML.

    \b
    Example:
      acadsite markdown notes.md --to html
    """
    from acadsite import markup
    from acadsite.collect.latex import ENDING as LATEX
    from acadsite.collect.notebooks import ENDING, read_notebook
    from acadsite.sources import decode, split_front_matter

    del form  # one so far
    ctx.obj["root"] = Path()
    text, problems = decode(file.read_bytes(), str(file))
    if file.suffix == LATEX:
        from acadsite.collect.latex.document import OnDisk, read_latex

        latex, faults = read_latex(text, str(file), OnDisk())
        tree = markup.read(latex.text, str(file), first_line=latex.line, html=html, lines=latex.lines)
    elif file.suffix == ENDING:
        notebook, faults = read_notebook(text, str(file))
        if notebook is None:
            ctx.exit(report(ctx, (*problems, *faults), "text"))
        tree = markup.read(
            notebook.text, str(file), first_line=notebook.line, html=html, lines=notebook.lines
        )
    else:
        parts, faults = split_front_matter(text, str(file))
        tree = markup.read(parts.body, str(file), dialect=dialect, first_line=parts.body_line, html=html)
    body = markup.render(tree)
    click.echo(body.html.replace("\x02", "/"), nl=not body.html.endswith("\n"))
    ctx.exit(report(ctx, (*problems, *faults, *body.problems), "text"))


@cli.command()
def schema() -> None:
    """Print the JSON Schema of site.yaml, for editors.

    \b
    Example:
      acadsite schema > site.schema.json
    """
    import json

    from acadsite.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    Example:
      acadsite completion bash > ~/.local/share/bash-completion/completions/acadsite
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(cli, {}, "acadsite", "_ACADSITE_COMPLETE").source())


for command in (
    importing.import_site,
    scaffolding.new,
    scaffolding.new_page,
    deploying.deploy,
    refreshing.refresh,
):
    cli.add_command(command)
for command in (upkeep.upgrade, upkeep.doctor, upkeep.clean):
    cli.add_command(command)


def main() -> None:
    """The console script: runs ``cli`` and turns whatever is left into an exit code without a traceback."""
    _be_utf8(sys.stdout)
    # What a command makes stays until its end, and next to nothing of it turns in circles: the collector of cycles
    # would look at all of it for nothing, and once more when it falls back to its old pace.
    gc.disable()
    try:
        code = cli.main(prog_name="acadsite", standalone_mode=False)
        _leave(code if isinstance(code, int) else 0)
    except SystemExit:
        raise
    except click.ClickException as failure:
        failure.show()
        sys.exit(failure.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # The reader (head, less) went away; nothing is wrong. Python would complain again at exit otherwise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as failure:  # noqa: BLE001
        sys.exit(_crash(failure))


def _leave(code: int) -> NoReturn:
    """End at once. Taking apart the memory of a large site would cost as long as reading it."""
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)


def _be_utf8(stream: object) -> None:
    """Data that goes to a file or another program is UTF-8, whatever the locale says; what a terminal cannot show
    is escaped. (Python escapes on stderr by itself.)"""
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _crash(failure: Exception) -> int:
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(failure))
    if "--debug" in sys.argv:
        click.echo(text, err=True)
        return 3
    with tempfile.NamedTemporaryFile(
        "w", prefix="acadsite-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
    ) as file:
        file.write(f"acadsite {acadsite.version()}, Python {sys.version}\n{sys.argv[1:]}\n\n{text}")
    click.echo(
        f"Internal error: {type(failure).__name__}. This is a bug of acadsite, not of your site.\n"
        f"Please report it with the file {file.name}.",
        err=True,
    )
    return 3
