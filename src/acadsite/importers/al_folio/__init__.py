"""Importer for sites made with al-folio (https://github.com/alshedivat/al-folio), from its first versions to 2026.

In: the folder of the site's source. Out: an acadsite folder in which everything has the address that it had. What is
not taken over is a problem with its place, or a note.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from acadsite.importers.al_folio import documents, front, pages, records
from acadsite.importers.al_folio.state import COLLECTIONS, Run
from acadsite.importers.folder import Folder, Result
from acadsite.importers.jekyll.source import read_site
from acadsite.importers.jekyll.writing import NewSite, fault
from acadsite.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = "al-folio"
_THEME: Final = re.compile(
    r"assets/(css|js|fonts|webfonts|libs|plotly\.min|img/favicon)|(bin|_scripts|lighthouse_results|readme_preview)/"
    r"|robots\.txt\Z|news\.html\Z"
)
#: What there is to do, in this order: pages that give way to lists come before the texts that link to them.
_STEPS: Final = (
    front.name, pages.sort_pages, records.publications, pages.lists, records.people, documents.courses, documents.news,
    documents.posts, documents.projects, documents.shelves, records.repositories, records.cv, pages.other_pages,
    documents.list_pages,
    front.front_page, front.settings, front.navigation,
)  # fmt: skip


def import_al_folio(source: Path, to: Path, today: dt.date | None = None) -> Result:
    """Make an acadsite folder ``to`` out of the al-folio site in ``source``. Existing files are never overwritten;
    faults of the content are problems, and nothing is raised for them. ``today`` decides which posts are published
    yet."""
    day = today or dt.date.today()  # noqa: DTZ011 - the day where the author is
    site = read_site(source, COLLECTIONS)
    if isinstance(site, Problem):
        return fault(site, _NAME)
    run = Run(site, NewSite(site, Folder(to), day))
    for step in _STEPS:
        step(run)
    run.new.statics(lambda path: bool(_THEME.match(path)))
    front.archives(run)
    records.data_files(run)
    run.new.notes.append(
        "Layouts, includes, plugins and style sheets are not taken over: they belong to Jekyll. “theme” and “accent” "
        "in site.yaml say how the new site looks."
    )
    return run.new.finish(
        "Settings of the site, imported from al-folio. Every key has a default and may go.", _NAME
    )
