"""``_publications/*.md`` of academicpages as a .bib file, and as full texts where a page says more than an abstract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acadsite import bibtex
from acadsite.bibtex.exports import exported, written
from acadsite.collect.publications import LINKS
from acadsite.importers.academicpages.citations import read_citation, text_of
from acadsite.importers.cv_site import unique
from acadsite.importers.jekyll.addresses import listed
from acadsite.importers.jekyll.writing import compact, plain
from acadsite.importers.rendercv.bibliography import latex_markdown, latex_text
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import unsafe_reason
from acadsite.people import parse_name
from acadsite.problems import quote, warning
from acadsite.records import slug
from acadsite.sources import decode

if TYPE_CHECKING:
    from acadsite.importers.jekyll.source import Doc
    from acadsite.importers.jekyll.writing import NewSite

#: Category there → type and field of the venue here.
_TYPES: Final = {
    "manuscripts": ("article", "journal"),
    "journals": ("article", "journal"),
    "articles": ("article", "journal"),
    "conferences": ("inproceedings", "booktitle"),
    "workshops": ("inproceedings", "booktitle"),
    "proceedings": ("inproceedings", "booktitle"),
    "books": ("book", "publisher"),
    "chapters": ("incollection", "booktitle"),
    "preprints": ("misc", "howpublished"),
    "theses": ("phdthesis", "school"),
    "thesis": ("phdthesis", "school"),
    "reports": ("techreport", "institution"),
    "patents": ("patent", "howpublished"),
}
_TAKEN: Final = ("title", "collection", "category", "permalink", "excerpt", "date", "venue", "paperurl", "slidesurl",
                 "bibtexurl", "citation", "redirect_from", "published", "doi", "authors", "author", "tags", "slug",
                 "abstract", *LINKS)  # fmt: skip
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)\Z")
#: What a body says once more.
_REPEATED: Final = re.compile(
    r"(?im)^\s*(?:\[?(?:download|access|link to|read)\b[^\n]{0,60}\]\([^()\s]*\)|recommended citation:.*)\s*$"
)
#: A body with one of these is a text of its own, no abstract.
_STRUCTURE: Final = re.compile(
    r"(?m)^\s{0,3}(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|```|~~~|<|>|\||!\[|:::|={3,}\s*$|-{3,}\s*$)|!\["
)
_LONGEST: Final = 4000


@dataclass(slots=True)
class Works:
    """The entries that were made, by key."""

    new: NewSite
    entries: dict[str, str] = field(default_factory=dict)

    def add(self, doc: Doc) -> str:
        """One publication; its key."""
        title = self.new.title(doc)
        citation = doc.text("citation")
        said = read_citation(citation, title)
        base = self.from_file(doc, title)
        kind, venue_field = _TYPES.get(doc.text("category").casefold(), ("", ""))
        venue = text_of(doc.text("venue"))
        if not kind:
            kind, venue_field = ("article", "journal") if venue else ("misc", "howpublished")
        authors = self.authors(doc, said.authors, base)
        date = doc.day or doc.text("date")
        doi = next(
            (
                found[1]
                for value in (doc.text("doi"), doc.text("paperurl"), said.doi)
                if (found := _DOI.match(value))
            ),
            "",
        )
        fields = {
            "title": base.get("title") or latex_markdown(title),
            "author": authors,
            venue_field: latex_text(venue),
            "volume": said.volume if kind == "article" else "",
            "number": said.number if kind == "article" else "",
            "pages": said.pages,
            "date" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) else "year": date
            if re.match(r"\d{4}", date)
            else "",
            "doi": doi,
            **self.links(doc, doi),
        }
        fields = {name: value for name, value in fields.items() if value} | {
            name: value for name, value in base.items() if value and not fields.get(name) and name != "year"
        }
        body = self.new.body(doc)
        body = _REPEATED.sub("", body).strip()
        excerpt = self.new.summary(doc, "abstract", "excerpt")
        is_text = bool(body) and (bool(_STRUCTURE.search(body)) or len(body) > _LONGEST)
        abstract = excerpt if is_text or not body else body
        fields |= compact(
            {
                "abstract": "\n\n".join(latex_markdown(part) for part in re.split(r"\n\s*\n", abstract)),
                "keywords": latex_text(", ".join(plain(tag) for tag in _words(doc))),
                "_excerpt": latex_text(excerpt) if body and not is_text and excerpt not in {"", body} else "",
                "_citation": latex_text(text_of(citation)),
                "hidden": "true" if doc.flag("published") is False else "",
            }
        )
        key = self.key(doc, fields, title)
        entry_type = str(base.get("ENTRYTYPE", kind))
        fields.pop("ENTRYTYPE", None)
        self.entries[key] = written(entry_type, key, fields)
        for name, note in self.new.rest(doc, _TAKEN).items():
            self.entries[key] = (
                f"% {name.removeprefix('# ')}: {' '.join(str(note).split())}\n{self.entries[key]}"
            )
        if is_text:
            front = yaml_text(compact({"title": title, "abstract": excerpt}))
            self.new.folder.write(f"content/papers/{key}/index.md", f"---\n{front}---\n\n{body}\n")
        for address in [doc.url, *self.new.redirected(doc)]:
            self.new.ask(address, [f"publication:{key}", "publications"], doc.where)
        if doc.url:
            self.new.names[doc.url.strip("/").casefold()] = f"publication:{key}"
        return key

    def authors(self, doc: Doc, said: tuple[str, ...], base: dict[str, str]) -> str:
        """``author`` of the entry: of a .bib file, of the front matter, or read from the citation and told."""
        if base.get("author"):
            return base["author"]
        node = doc.get("authors") or doc.get("author")
        if node is not None and not isinstance(node.value, dict):
            items = node.value if isinstance(node.value, tuple) else (node,)
            given = [
                plain(item.raw)
                for item in items
                if not isinstance(item.value, (dict, tuple)) and item.raw.strip()
            ]
            if given:
                return (
                    " and ".join(map(_author, given))
                    if len(given) > 1
                    else latex_text(given[0].replace(" & ", " and "))
                )
        place = doc.place("citation")
        if said:
            shown = "; ".join(said)
            message = f"The authors were read from the citation: {shown}."
            self.new.problems.append(
                warning(
                    "import-guess", message, place, "Look at them in content/publications/publications.bib."
                )
            )
            return " and ".join(map(_author, said))
        message = f"No authors can be read from the citation of {quote(self.new.title(doc))}."
        self.new.problems.append(
            warning(
                "import-guess", message, place, "Write author = {…} in content/publications/publications.bib."
            )
        )
        return ""

    def links(self, doc: Doc, doi: str) -> dict[str, str]:
        """Buttons: files of the site by their path, others by their address."""
        found: dict[str, str] = {}
        for key, name in (
            ("paperurl", "url"),
            ("slidesurl", "slides"),
            *((name, name) for name in LINKS if name != "doi"),
        ):
            target = self.target(doc, key)
            if not target:
                continue
            is_pdf = target.casefold().endswith(".pdf")
            if key == "paperurl" and doi and doi in target:
                continue
            found["pdf" if key == "paperurl" and is_pdf else name] = target
        return found

    def target(self, doc: Doc, key: str) -> str:
        """An address of the front matter: of a file of this site its path."""
        url = doc.text(key)
        if not url:
            return ""
        reason = unsafe_reason(url)
        if reason:
            self.new.problems.append(
                warning("import-address", f"{quote(url[:80])} {reason}.", doc.place(key))
            )
            return ""
        return self.new.local(url) or url

    def from_file(self, doc: Doc, title: str) -> dict[str, str]:
        """The entry of the .bib file that the page offers, if it lies here and is of the same title."""
        path = self.new.local(doc.text("bibtexurl"))
        raw = self.new.site.read(path) if path else None
        if raw is None:
            return {}
        text, _ = decode(raw, path)
        library = bibtex.read([(path, text)])
        for entry in library.entries:
            fields = exported(entry)
            if slug(re.sub(r"[{}]", "", fields.get("title", ""))) == slug(title):
                return {"ENTRYTYPE": entry.type, **fields}
        if library.entries:
            message = f"The title in {quote(path)} is another one: the entry there is not used."
            self.new.problems.append(warning("import-guess", message, doc.place("bibtexurl")))
        return {}

    def key(self, doc: Doc, fields: dict[str, str], title: str) -> str:
        """Family name, year and a word of the title, as people write keys."""
        first = fields.get("author", "").split(" and ")[0]
        name = parse_name(first) if first else {"family": "", "literal": ""}
        year = re.search(r"\d{4}", fields.get("date", "") or fields.get("year", ""))
        skipped = {"a", "an", "the", "on", "of", "der", "die", "das", "le", "la"}
        word = next((word for word in slug(title).split("-") if word and word not in skipped), "")
        stem = slug(f"{name['family'] or name['literal']}{year[0] if year else ''}{word}").replace("-", "")
        stem = (
            stem
            if re.fullmatch(r"[a-z][a-z0-9]*", stem)
            else f"work{year[0] if year else ''}{doc.slug if doc.slug.isalnum() and doc.slug.isascii() else ''}"
        )
        return unique(stem, self.entries)


def _words(doc: Doc) -> list[str]:
    return listed(doc, "tags", "tag")


def _author(name: str) -> str:
    """A name as it may stand between two “and”."""
    if name == "others":
        return name
    text = latex_text(" ".join(name.split()))
    return f"{{{text}}}" if re.search(r"\band\b", text) or text.count(",") > 2 else text
