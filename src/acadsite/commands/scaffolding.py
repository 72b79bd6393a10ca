"""``acadsite new`` and ``acadsite new-page``: a site, and what is added to one, from archetypes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from acadsite.commands.deploying import ACTION, UNKNOWN
from acadsite.terminal import day_of, report, say, site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.hosting import Action
    from acadsite.problems import Problem
    from acadsite.scaffold import Address

KINDS = (
    "page", "post", "talk", "publication", "paper", "repo", "project", "student", "person", "news",
    "course", "lecture", "deck", "chapter",
)  # fmt: skip
#: Words that somebody may say for a kind.
_MEANT = {
    "slides": "deck", "slide": "deck", "book": "chapter", "handbook": "chapter", "teaching": "course", "blog": "post",
    "software": "repo", "repository": "repo", "grant": "project", "article": "publication", "bib": "publication",
    "bibtex": "publication", "doi": "publication", "fulltext": "paper", "alumni": "student", "people": "person",
}  # fmt: skip
SITES = ("person", "lab", "course")
COLLECTIONS = (
    "publications", "papers", "repos", "projects", "talks", "students", "people", "news", "posts", "courses", "slides",
    "handbook", "cv", "pages",
)  # fmt: skip
THEMES = ("reading-room", "classic", "lab", "base")


class _Kind(click.Choice[str]):
    """A kind of page; for any other word the one that is nearest is named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices:
            return str(value)
        from acadsite.problems import nearest, quote

        kinds = list(map(str, self.choices))
        found = _MEANT.get(value.casefold()) or nearest(value, [*kinds, *_MEANT])
        found = _MEANT.get(found or "", found)
        hint = f" Did you mean “{found}”?" if found else ""
        return self.fail(f"There is no kind {quote(value)}.{hint} Kinds: {', '.join(kinds)}.", param, ctx)


# --- new-page ---


@click.command("new-page")
@click.argument("kind", type=_Kind(KINDS), metavar="KIND")
@click.argument("title")
@click.option(
    "--in",
    "inside",
    default="",
    metavar="NAME",
    help="The course, the book or the .bib file into which it goes.",
)
@click.option("--date", "date", metavar="YYYY-MM-DD", help="Its day (default: today).")
@click.option("--edit", is_flag=True, help="Open it in the editor that VISUAL or EDITOR names.")
@click.pass_context
def new_page(ctx: click.Context, kind: str, title: str, inside: str, date: str | None, edit: bool) -> None:
    """Add something to the site: KIND is page, post, talk, publication, paper, repo, student, person, news, course,
    lecture, deck or chapter.

    TITLE is its title or text. For a publication it may be a whole BibTeX entry, a DOI, a number of arXiv or the
    words of a citation; for a paper (a full text) the key of its publication; for a repo an address; for a student
    or person a name. “-” takes it from stdin. Nothing is ever overwritten.

    \b
    Examples:
      acadsite new-page post "First post" --edit
      acadsite new-page student "Hermann, Grete"
      acadsite new-page repo https://github.com/owner/name
      acadsite new-page lecture "Chains of ideals" --in algebra
      acadsite new-page publication - < entry.bib
    """
    root = site_of(ctx)
    today = day_of(date)
    from acadsite.scaffold import new_page as make

    if inside and kind not in {"lecture", "chapter", "publication"}:
        raise click.UsageError("--in belongs to lecture, chapter and publication.")
    if title == "-":
        title = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    made = make(root, kind, title, today, inside)
    code = report(ctx, made.problems, "text")
    for path in made.paths:
        click.echo(path)
    for note in made.notes:
        say(ctx, note)
    if edit and made.paths:
        code = report(ctx, _edit(root / made.paths[0]), "text") or code
    ctx.exit(code)


def _edit(path: Path) -> tuple[Problem, ...]:
    """Open a file in the editor of the environment, and wait for it."""
    import shlex
    import subprocess

    from acadsite.problems import error, quote

    words = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(words, posix=os.name != "nt")
    except ValueError:
        command = []
    if not command:
        message = f"{quote(words)} is no editor." if words else "No editor is known."
        return (error("new-editor", message, None, "Set EDITOR, such as: export EDITOR=nano"),)
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603
    except OSError as failure:
        message = f"The editor {quote(command[0])} cannot be started: {failure.strerror}."
        return (error("new-editor", message, None, "VISUAL or EDITOR names it."),)
    if code:
        return (error("new-editor", f"The editor {quote(command[0])} ended with code {code}."),)
    return ()


# --- new ---


class _AddressType(click.ParamType[Any]):
    """An address of a site, or a user or repository at GitHub."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from acadsite.scaffold import address_of

        found = address_of(value) if isinstance(value, str) else value
        if found is None:
            self.fail(
                f"“{value}” is no address. Such as https://example.org/~doe/, or jane-doe for GitHub.",
                param,
                ctx,
            )
        return found


class _Some(click.ParamType[Any]):
    """Words of ``COLLECTIONS``, with commas between them."""

    name = "collections"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if not isinstance(value, str):
            return tuple(value)
        from acadsite.problems import did_you_mean, quote

        words = tuple(word.strip() for word in value.split(",") if word.strip())
        for word in words:
            if word not in COLLECTIONS:
                hint = did_you_mean(word, COLLECTIONS) or f"There are: {', '.join(COLLECTIONS)}."
                self.fail(f"There is no collection {quote(word)}. {hint}", param, ctx)
        return words


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(SITES), help="Whose site it is (default: person).")
@click.option("--name", help="Your name, or that of the group or course.")
@click.option(
    "--role", help="A line below the name: position and field, or what the group or course is about."
)
@click.option(
    "--address",
    type=_AddressType(),
    metavar="ADDRESS",
    help="Where it will live: an address, or USER or USER/REPOSITORY at GitHub.",
)
@click.option("--theme", type=click.Choice(THEMES), help="Its look (default: reading-room, of a lab: lab).")
@click.option(
    "--language", default="en", metavar="TAG", help="Language of the site: en, de, pt-BR … (default: en)."
)
@click.option(
    "--only", type=_Some(), metavar="A,B", help=f"What it begins with, of: {', '.join(COLLECTIONS)}."
)
@click.option(
    "--host",
    type=click.Choice(["github", "gitlab", "none"]),
    help="Who publishes it (default: as the address says, else github).",
)
@click.option(
    "--refresh", is_flag=True, help="A weekly workflow as well that fetches stars and citations (GitHub)."
)
@ACTION
@click.option("--date", "date", metavar="YYYY-MM-DD", help="The day that its examples have (default: today).")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def new(
    ctx: click.Context,
    folder: Path,
    kind: str | None,
    name: str | None,
    role: str | None,
    address: Address | None,
    theme: str | None,
    language: str,
    only: tuple[str, ...] | None,
    host: str | None,
    refresh: bool,
    action: Action | None,
    date: str | None,
    yes: bool,
) -> None:
    """Make a site in DIR, in which everything is an example that says of what.

    On a terminal it asks up to five questions: all have an answer to begin with, and options that answer them. Files
    that are there stay as they are.

    \b
    Examples:
      acadsite new mysite
      acadsite new . --yes
      acadsite new group --kind lab --name "Ring Theory Group" --address ring-theory
      acadsite new cv --name "Jane Doe" --only publications,talks,cv --yes
    """
    today = day_of(date)
    from acadsite import hosting, scaffold

    root = ctx.obj["root"] / folder
    if (root / "site.yaml").exists():  # before anything is asked
        ctx.exit(report(ctx, scaffold.there_is_one(), "text"))
    asked = _Questions(is_quiet=yes or not (sys.stdin.isatty() and sys.stderr.isatty()))
    kind = kind or asked.choice("Is it the site of a person, a lab or a course?", SITES, "person")
    first = scaffold.DEFAULTS[kind]
    noun = {"person": "Your name", "lab": "Name of the group", "course": "Name of the course"}[kind]
    name = asked.words(noun, first[0]) if name is None else name
    noun = {
        "person": "Your position and field",
        "lab": "What you do, in one line",
        "course": "When and where",
    }[kind]
    role = asked.words(noun, first[1]) if role is None else role
    address = address or asked.address(
        "Where it will live (an address, or USER at GitHub)", scaffold.home_of(root)
    )
    theme = theme or asked.choice("Its look", THEMES, first[2])
    host = host or (address.host if address else "github")
    if action is not None and host != "github":
        raise click.UsageError("--action belongs to --host github.")
    action = action or hosting.stamped()
    plan = scaffold.Plan(
        kind,
        " ".join(name.split()),
        " ".join(role.split()),
        address,
        theme,
        language,
        only if only is not None else scaffold.SITES[kind],
        host,
        today,
        hosting.files(host, refresh=refresh, action=action),  # type: ignore[arg-type]
    )
    ctx.exit(_made(ctx, folder, root, plan, knows_action=action is not None))


def _made(ctx: click.Context, folder: Path, root: Path, plan: Any, *, knows_action: bool) -> int:
    from acadsite.scaffold import new_site

    made = new_site(root, plan)
    ctx.obj["root"] = root
    code = report(ctx, made.problems, "text")
    for path in made.paths:
        click.echo(path)
    if code or not made.paths:
        return code
    for note in made.notes:
        say(ctx, note)
    if plan.host == "github" and not knows_action:
        say(ctx, UNKNOWN)
    if plan.address is None:
        say(ctx, "Where the site will live is not known yet: write it into site.yaml as “url:”.")
    say(ctx, "\n".join(["", "Next:", *_next(folder)]))
    return 0


def _next(folder: Path) -> Iterator[str]:
    """The two commands that come next."""
    import shlex

    if folder != Path("."):  # noqa: PTH201
        yield f"  cd {shlex.quote(str(folder))}"
    yield "  acadsite serve"
    if folder == Path("."):  # noqa: PTH201
        yield '  acadsite new-page post "First post" --edit'


class _Questions:
    """Asks on the terminal, or takes the first answer where nobody is to be asked."""

    def __init__(self, *, is_quiet: bool) -> None:
        self.is_quiet = is_quiet

    def words(self, question: str, first: str) -> str:
        return first if self.is_quiet else str(click.prompt(question, first, err=True))

    def choice(self, question: str, known: tuple[str, ...], first: str) -> str:
        if self.is_quiet:
            return first
        return str(click.prompt(question, first, type=click.Choice(known), err=True))

    def address(self, question: str, first: str) -> Address | None:
        from acadsite.scaffold import address_of

        if self.is_quiet:
            return address_of(first) if first else None

        def read(text: str) -> Address | None:
            return None if not text.strip() else _AddressType().convert(text, None, None)

        found: Address | None = click.prompt(
            question, first, value_proc=read, show_default=bool(first), err=True
        )
        return found
