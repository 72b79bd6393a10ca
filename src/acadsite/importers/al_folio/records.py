"""Files of al-folio that become files of records: bibliography, co-authors, repositories, CV."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from acadsite import bibtex
from acadsite.bibtex import kinds, names
from acadsite.bibtex.review import FIELDS
from acadsite.check.bibliography import OURS
from acadsite.collect.publications import LINKS
from acadsite.importers.al_folio.cv import Sections
from acadsite.importers.al_folio.documents import person
from acadsite.importers.al_folio.pages import replaced
from acadsite.importers.al_folio.people import people as coauthors
from acadsite.importers.al_folio.state import PEOPLE, Item, Run
from acadsite.importers.jekyll.resume import Resume, read_resume
from acadsite.importers.jekyll.writing import compact
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external
from acadsite.people import parse_name
from acadsite.problems import Span, error, quote, warning
from acadsite.sources import decode

_STYLES: Final = frozenset("apa ieee vancouver acm nature mla harvard".split())  # noqa: SIM905


def publications(run: Run) -> None:
    """Copies the .bib files; those that pages cite from only go elsewhere."""
    folder = (run.site.text("scholar", "source") or "_bibliography").strip("/")
    main = run.site.text("scholar", "bibliography")
    named = {
        name.removesuffix(".bib")
        for doc in run.site.documents
        for name in re.findall(r"(?:--file|-f)\s+([\w./-]+)", doc.body)
    }
    files = [
        path for path in sorted(run.site.files) if path.startswith(f"{folder}/") and path.endswith(".bib")
    ]
    texts, cited = [], []
    for path in files:
        raw = run.site.read(path)
        if raw is None:
            continue
        inner = path.removeprefix(f"{folder}/")
        is_listed = (
            len(files) == 1
            or inner in {main, f"{main}.bib"}
            or inner.removesuffix(".bib") in named
            or not main
        )
        target = f"publications/{inner}" if is_listed else f"bibliography/{inner}"
        if run.new.folder.write(f"content/{target}", raw):
            if is_listed:
                text, problems = decode(raw, path)
                run.new.problems += problems
                texts.append((path, text))
            else:
                cited.append(target)
    library = bibtex.read(texts)
    run.new.problems += library.problems
    run.entries = list(library.entries)
    if texts:
        run.new.counts["publications"] = len(run.entries)
    fields(run)
    posts = [
        path
        for path in sorted(run.site.files)
        if path.startswith("assets/bibliography/") and path.endswith(".bib")
    ]
    cited += [f"static/{path}" for path in posts]
    style = run.site.text("scholar", "style").casefold()
    run.new.settings["citations"] = compact(
        {"bibliography": cited, "style": style if style in _STYLES else ""}
    )


def fields(run: Run) -> None:
    """A note on fields of the .bib files that we have no use for."""
    known = {*FIELDS, *kinds.NAME_FIELDS, *OURS, *LINKS}
    met = dict.fromkeys(name for entry in run.entries for name in entry.fields)
    found = [name for name in met if name not in known and not name.startswith("_")]
    if found:
        run.new.notes.append(f"Fields of the .bib files that nothing is made of: {', '.join(found)}.")


def people(run: Run) -> None:
    """``people.yaml`` from the co-authors, and a file for each document of a collection of people."""
    found: list[Item] = []
    data = run.site.data("coauthors")
    if data is not None:
        met = [
            name.record()
            for entry in run.entries
            for name in names.parse(entry.fields.get("author", "")).names
        ]
        found, problems = coauthors(data[1], met, parse_name(run.owner))
        run.new.problems += problems
    for name in sorted(PEOPLE):
        for doc in run.site.of(name):
            person(run, doc)
    run.new.listing("people", found)


def repositories(run: Run) -> None:
    """``repos.yaml``; users and what is no repository are told."""
    data = run.site.data("repositories")
    run.new.listing("repos", run.repos())
    if data is None or not isinstance(data[1].value, dict):
        return
    for key, node in data[1].value.items():
        known = {item["url"] for item in run.repos()}
        for inner in node.value if isinstance(node.value, tuple) else (node,):
            raw = "" if isinstance(inner.value, (dict, tuple)) or inner.value is None else inner.raw.strip()
            if key == "github_repos" and raw and f"https://github.com/{_path(raw)}" not in known:
                message = f"{quote(raw)} is no repository such as owner/name; it is left out."
                run.new.problems.append(warning("import-repo", message, inner.span))
            elif key == "github_users" and raw:
                message = f"The card of the account {quote(raw)} has no counterpart; it is left out."
                run.new.problems.append(
                    warning("import-key", message, inner.span, "“profiles” of the author link accounts.")
                )
            elif (
                key not in {"github_repos", "github_users", "repo_description_lines_max"}
                and inner.value is not None
            ):
                message = f"The key {quote(key)} is not known; it is left out."
                run.new.problems.append(warning("import-key", message, data[1].keys.get(key)))
                break


def cv(run: Run) -> None:
    """``cv.yaml`` from the file that the CV's page shows."""
    pages = run.pages.get("cv", [])
    wanted = pages[0].text("cv_format").casefold() if pages else ""
    own = run.site.data("cv")
    resume = "assets/json/resume.json" if "assets/json/resume.json" in run.site.files else ""
    use_json = bool(resume) and (
        wanted.startswith("json")
        or (not wanted and (own is None or run.site.setting("jekyll_get_json") is not None))
    )
    written = False
    if use_json:
        raw = run.site.read(resume)
        written = raw is not None and take(run, read_resume(raw, resume, is_rendercv=False))
        if own is not None and written:
            run.new.notes.append(
                f"The CV is that of {resume}; {own[0]}, which the page did not show, is not taken."
            )
    elif own is not None and own[1].get("cv") is not None:
        raw = run.site.read(own[0])
        written = raw is not None and take(run, read_resume(raw, own[0], is_rendercv=True))
    elif own is not None and isinstance(own[1].value, tuple):
        reader = Sections()
        sections = reader.read(own[1])
        run.new.problems += [*reader.problems, *reader.reader.problems]
        run.new.counts["cv entries"] = reader.count
        written = bool(sections) and run.new.folder.write(
            "content/cv.yaml", yaml_text({"sections": sections})
        )
    elif own is not None:
        message = "This is neither al-folio's list of sections nor a CV of RenderCV; it is left out."
        run.new.problems.append(error("import-kind", message, own[1].span))
    for doc in pages:
        if not written:
            run.pages.setdefault("page", []).append(doc)
            continue
        if doc is pages[0] and (url := run.new.claim(doc.url)) not in {None, "cv/"}:
            run.new.urls["cv"] = str(url)
        replaced(run, doc, "cv")
        pdf = doc.text("cv_pdf")
        if pdf and not is_external(pdf):
            run.new.notes.append(
                f"The CV has a PDF made of content/cv.yaml; the one before, {pdf}, stays at its address."
            )


def take(run: Run, resume: Resume) -> bool:
    """Writes a CV that another importer read."""
    run.new.problems += resume.problems
    run.new.notes += [note for note in resume.notes if "picture" not in note and "photo" not in note]
    run.resume = resume
    if not resume.cv or not run.new.folder.write("content/cv.yaml", resume.cv):
        return False
    run.new.counts["cv entries"] = sum(resume.counts.values())
    if resume.works and not run.entries:
        run.new.folder.write("content/publications/cv.bib", resume.works)
    elif resume.works:
        run.new.notes.append(
            "Publications of the CV are those of the .bib files; the CV's own list of them is not taken."
        )
    return True


def data_files(run: Run) -> None:
    """What lies in ``_data`` and nothing was made of."""
    venues = run.site.data("venues")
    if venues is not None:
        run.new.settings["params"] = {"venues": venues[1].plain()}
        run.new.notes.append(
            "Colours and addresses of venues (_data/venues.yml) are kept as “params: venues” for templates of your own."
        )
    known = {"cv", "coauthors", "venues", "repositories", "socials"}
    for path in sorted(run.site.files):
        pure = PurePosixPath(path)
        if pure.parts[0] == "_data" and pure.stem not in known:
            message = "This data file belongs to templates that are not taken over; it is left out."
            run.new.problems.append(
                warning("import-data", message, Span(path), "Its content may fit a list in content/.")
            )


def _path(text: str) -> str:
    return re.sub(r"\Ahttps?://github\.com/", "", text).strip("/")
