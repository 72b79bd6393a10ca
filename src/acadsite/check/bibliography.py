"""Checks of the data behind the pages: the bibliography, and the iDs of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acadsite.bibtex import macros as macro_files
from acadsite.bibtex import read
from acadsite.bibtex.review import review
from acadsite.collect.gather import bibliography
from acadsite.collect.publications import LINKS, public_entries
from acadsite.kinds.orcid import orcid
from acadsite.problems import Problem, Span, quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from acadsite.check.finished import Finished
    from acadsite.records import Record

#: Fields of entries that themes and this program read besides those of BibTeX (docs/publications.md).
OURS = frozenset(
    """abbr additional_info altmetric annotation award award_name badge bib bibtex_show blog code codeurl demo
    dimensions eprint featured google_scholar_id hidden hide html image include_image inspirehep_id link localization
    people poster preview project public publication_short published resources selected slides supp supplement talk
    teaser thumbnail tldr video website repo repos talks students""".split()  # noqa: SIM905
)


def check_bibliography(site: Finished, root: Path) -> list[Problem]:
    """What a second look at the .bib files of the site in ``root`` finds (``bibtex.review``)."""
    files, macro_text, _ = bibliography(root, site.config)
    if not files:
        return []
    macros = macro_files.parse(macro_text) if macro_text else None
    found = read(files, macros)
    if not found.entries and not found.problems:
        message = "There is no entry in the bibliography."
        return [
            warning(
                "bib-empty",
                message,
                Span(files[0][0]),
                "An entry begins with @ and its type: @article{key, …}.",
            )
        ]
    settings: Any = site.config["publications"]
    entries = public_entries(found.entries, settings)
    known = {*OURS, *LINKS, *settings["links"]}
    return review(entries, found.macros, site.today.year, known, _own_code(root, site))


def _own_code(root: Path, site: Finished) -> str:
    """The site's own templates and extensions: what they name is not unknown."""
    files = [
        *sorted((root / "themes").glob("*/templates/**/*.*")),
        *(root / name for name in site.config["extensions"]),
    ]
    return "\n".join(path.read_text("utf-8", "replace") for path in files if path.is_file())


def check_people(site: Finished) -> list[Problem]:
    """ORCID iDs that cannot be right."""
    return [
        problem for record in site.library.records.get("people", {}).values() for problem in _orcid(record)
    ]


def _orcid(record: Record) -> Iterator[Problem]:
    written = str(record.data.get("orcid") or "")
    if written and not orcid(written):
        message = f"{quote(written)} is no ORCID iD."
        hint = "It is 0000-0002-1825-0097: sixteen digits, of which the last checks the others."
        yield warning("person-orcid", message, record.place("orcid"), hint)
