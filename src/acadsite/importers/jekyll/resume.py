"""A CV that lies in a Jekyll site as a file of RenderCV or JSON Resume: read by those importers, as ``cv.yaml``.

In: a file of the site. Out: what these importers would write, as plain values; nothing is written here.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from acadsite.importers.json_resume import import_json_resume
from acadsite.importers.rendercv import import_rendercv

if TYPE_CHECKING:
    from acadsite.problems import Problem


@dataclass(frozen=True, slots=True)
class Resume:
    """``cv`` is ``cv.yaml`` as text, empty where there is none; ``author`` what the file says of the owner; ``works``
    a .bib file; ``counts``, ``notes`` and ``problems`` are those of its importer."""

    cv: str
    author: dict[str, Any]
    sections: tuple[str, ...]
    works: str
    counts: dict[str, int]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_resume(raw: bytes, path: str, *, is_rendercv: bool) -> Resume:
    """The CV in a file of those bytes; ``path`` is what problems name."""
    with tempfile.TemporaryDirectory() as folder:
        # The importers read a file and write a site; both are thrown away again.
        source = Path(folder) / "cv" / Path(path).name
        source.parent.mkdir()
        source.write_bytes(raw)
        to = Path(folder) / "site"
        result = import_rendercv(source, to) if is_rendercv else import_json_resume(source, to)
        texts = {
            name: (to / name).read_text("utf-8") if (to / name).is_file() else ""
            for name in ("content/cv.yaml", "site.yaml", "content/publications/publications.bib")
        }
    settings = yaml.safe_load(texts["site.yaml"]) if texts["site.yaml"] else {}
    author = settings.get("author") or {} if isinstance(settings, dict) else {}
    cv = yaml.safe_load(texts["content/cv.yaml"]) if texts["content/cv.yaml"] else {}
    sections = (
        tuple(str(one.get("id", "")) for one in cv.get("sections") or ()) if isinstance(cv, dict) else ()
    )
    problems = tuple(
        replace(problem, where=replace(problem.where, path=path)) if problem.where is not None else problem
        for problem in result.problems
        if problem.code not in {"import-name", "import-file"}
    )
    works = texts["content/publications/publications.bib"]
    return Resume(
        texts["content/cv.yaml"], author, sections, works, dict(result.counts), result.notes, problems
    )
