"""Importer for Quarto (https://quarto.org): websites and books. In: the folder with ``_quarto.yml``. Out: a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acadsite.importers.folder import Folder, Result
from acadsite.importers.quarto.book import Book
from acadsite.importers.quarto.project import Project, read_project
from acadsite.importers.quarto.website import Website
from acadsite.problems import Report

if TYPE_CHECKING:
    from pathlib import Path


def import_quarto(source: Path, to: Path) -> Result:
    """Make an acadsite folder ``to`` out of the Quarto project in the folder ``source``. Existing files are never
    overwritten; faults of the content are problems, and nothing is raised for them."""
    project = read_project(source)
    if not isinstance(project, Project):
        return Result("Quarto", (), {}, (), (project,))
    folder = Folder(to)
    is_book = project.word("project", "type") == "book" or (
        project.setting("book") is not None and project.setting("website") is None
    )
    work: Book | Website = Book(project, folder) if is_book else Website(project, folder)
    work.run()
    report = Report()
    report.extend((*project.problems, *folder.problems))
    generation = "Quarto book" if is_book else "Quarto website"
    return Result(generation, tuple(folder.written), dict(work.counts), tuple(work.notes), report.problems)
