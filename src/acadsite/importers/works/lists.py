"""What all imports of works share: reading the file, works that are there twice, and the files that are written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import from_csl, latex, read
from acadsite.importers.cv_site import person_name, read_source
from acadsite.importers.folder import Folder, Result
from acadsite.importers.json_nodes import parse_json
from acadsite.importers.yaml_text import yaml_text
from acadsite.problems import Problem, Report, Span, error, quote, warning
from acadsite.sources import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from acadsite.bibtex.entries import Entry
    from acadsite.sources import Node

_COMMENT: Final = "Settings of the site, imported from {}. Every key has a default and may go."


@dataclass(slots=True)
class Work:
    """An entry and where it came from; ``people`` are names and ORCID iDs beside those of the entry."""

    entry: Entry
    where: Span | None
    people: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Import:
    """One run: what is read, what was met, and where it goes. ``into``: the site is there already, and only a
    bibliography is added."""

    source: Path
    to: Path
    into: bool
    folder: Folder = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    present: list[Entry] = field(default_factory=list)
    has_failed: bool = False

    def __post_init__(self) -> None:
        self.folder = Folder(self.to)
        if self.into:
            self._look()

    def _look(self) -> None:
        """The works that the site has."""
        if not (self.to / "site.yaml").is_file():
            hint = "Name the folder of a site, or write --to for a new one."
            self.fail(error("import-kind", f"There is no site.yaml in {quote(self.to.name)}.", None, hint))
        files = []
        for path in sorted((self.to / "content" / "publications").glob("*.bib")):
            try:
                files.append((path.name, path.read_text(encoding="utf-8", errors="replace")))
            except OSError:
                continue
        self.present = list(read(files).entries)
        self.taken = {entry.key.lower() for entry in self.present}

    def fail(self, problem: Problem) -> None:
        """The import ends here."""
        self.problems.append(problem)
        self.has_failed = True

    def result(self, generation: str) -> Result:
        """What was done."""
        report = Report()
        report.extend((*self.problems, *self.folder.problems))
        return Result(generation, tuple(self.folder.written), self.counts, tuple(self.notes), report.problems)

    # --- reading ---

    def bytes(self) -> bytes | None:
        """The file; None where the import has failed."""
        raw = None if self.has_failed else read_source(self.source, self.problems)
        self.has_failed = self.has_failed or raw is None
        return raw

    def json(self) -> Node | None:
        """The file as JSON; None with a problem where it is none."""
        raw = self.bytes()
        if raw is None:
            return None
        text, problems = decode(raw, self.source.name)
        self.problems += problems
        node, problems = parse_json(text, self.source.name)
        self.problems += problems
        self.has_failed = node is None
        return node

    def objects(self, root: Node) -> Iterator[tuple[Node, dict[str, Any]]]:
        """The objects of a list, or the only one; others are told."""
        for node in root.value if isinstance(root.value, tuple) else (root,):
            value = node.plain()
            if isinstance(value, dict) and value:
                yield node, value
            else:
                message = "This is no work: {…} is expected."
                self.problems.append(warning("import-work", message, node.span, "It is left out."))

    def made(self, node: Node | None, item: Mapping[str, Any], where: Span | None = None) -> Work:
        """The entry of an item of CSL-JSON, with a key of its own."""
        entry, left = from_csl.entry(item, self.taken)
        self.taken.add(entry.key.lower())
        self.left.update(left)
        return Work(entry, node.span if node is not None else where)

    # --- writing ---

    def publish(self, works: Sequence[Work], name: str, owner: Mapping[str, Any]) -> None:
        """Writes the bibliography, and of a new site what a site needs."""
        if self.has_failed:
            return
        kept = self.kept(works)
        self.bibliography(kept, name)
        if not self.into:
            self.site(owner)

    def bibliography(self, kept: Sequence[Entry], name: str) -> None:
        """The .bib file, if there is something to write."""
        self.counts["publications"] = len(kept)
        if kept:
            self.folder.write(f"content/publications/{name}.bib", from_csl.bibtex(kept))
        if self.left:
            listed = ", ".join(f"{name} ({count})" for name, count in sorted(self.left.items()))
            self.notes.append(f"BibTeX has no field for: {listed}.")

    def kept(self, works: Sequence[Work]) -> list[Entry]:
        """The works that are written: with a title, and each once; the one that says more stays."""
        titled = []
        for work in works:
            if not latex.text(work.entry.fields.get("title", "")):
                message = f"{work.entry.key}: a work without a title is left out."
                self.problems.append(
                    warning("import-work", message, work.where, "Write it into the .bib file.")
                )
                continue
            titled.append(work)
        entries = self.present + [work.entry for work in titled]
        where = {id(work.entry): work.where for work in titled}
        gone: set[int] = set()
        for later, earlier in from_csl.duplicates(entries):
            is_there = id(earlier) not in where
            if id(later) not in where or {id(later), id(earlier)} & gone:
                continue
            loses = later if is_there or len(later.fields) <= len(earlier.fields) else earlier
            stays = earlier if loses is later else later
            gone.add(id(loses))
            place = where.get(id(stays))
            beside = " in the site" if is_there else f" in line {place.line}" if place else ""
            title = quote(latex.text(loses.fields["title"]))
            message = f"{title} is there twice: it is left out for {stays.key}{beside}."
            hint = "If both are meant, write the other one into the .bib file."
            self.problems.append(warning("import-twice", message, where[id(loses)], hint))
        return [work.entry for work in titled if id(work.entry) not in gone]

    def site(self, owner: Mapping[str, Any]) -> None:
        """``site.yaml`` and a home page for somebody of whom only the works are known."""
        name = str(owner.get("name") or "")
        author = {**owner, "name": person_name(name)} if name else None
        settings: dict[str, Any] = {"title": name or "Publications", "language": "en"}
        settings |= {"author": author} if author else {}
        if name:
            self.notes.append(f"{name} is taken for the owner of the site: check “author” in site.yaml.")
        self.folder.write("site.yaml", yaml_text(settings, _COMMENT.format("a list of works")))
        home = {"sections": ["about", {"section": "publications", "limit": 10}]}
        self.folder.write("content/index.md", f"---\n{yaml_text(home)}---\n")
