"""``acadsite new-page``: a new source from an archetype."""

from __future__ import annotations

import click

from acadsite.terminal import DATE, day_of, report, site_of

KINDS = ("page", "post", "talk", "publication", "student", "repo", "course", "deck", "person", "news")


@click.command("new-page")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("title")
@DATE
@click.pass_context
def new_page(ctx: click.Context, kind: str, title: str, date: str | None) -> None:
    """Add a page, post, talk, publication, student, repo, course, person or news item.

    TITLE is the title; for a publication it may be a whole BibTeX entry, for a repo an address, for a student
    or person a name. Nothing is ever overwritten.

    \b
    Examples:
      acadsite new-page post "First post"
      acadsite new-page student "Hermann, Grete"
      acadsite new-page repo https://github.com/owner/name
    """
    root = site_of(ctx)
    today = day_of(date)
    from acadsite.scaffold import new_page as make

    path, problems = make(root, kind, title, today)
    code = report(ctx, problems, "text")
    if path is not None:
        click.echo(path)
    ctx.exit(code)
