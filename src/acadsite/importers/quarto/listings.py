"""Listings of a Quarto website: which page lists what, and what its entries are.

A listing is of talks or of publications by the name of its page, id or folder; else its entries are posts where they
have dates. Entries of YAML files become talks or publications (quarto.org: “Document Listings”).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import csl
from acadsite.bibtex.from_services import arxiv_url
from acadsite.importers.parts.nodes import day_of, pick, text_of, title_text, words_of
from acadsite.importers.quarto.project import Doc, listed
from acadsite.links import is_external
from acadsite.people import parse_name
from acadsite.problems import quote, warning
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.importers.quarto.project import Project

_PUBLICATIONS: Final = re.compile(r"\b(publications?|papers?|preprints?|articles)\b", re.IGNORECASE)
_TALKS: Final = re.compile(r"\b(talks?|presentations?|speaking|seminars?|lectures?)\b", re.IGNORECASE)
_DATA: Final = (".yml", ".yaml")
_CITED: Final = (
    "container-title",
    "volume",
    "issue",
    "page",
    "publisher",
    "number",
    "edition",
    "issn",
    "isbn",
)


@dataclass(slots=True)
class Found:
    """``lists`` are pages that are lists here: path → collection. ``members``: path of a document → collection.
    ``ids``: the divisions in which a page's lists stood. ``data``: files of entries with what they are of. ``of_home``:
    what the home page listed. ``bibliographies``: files that a page showed as a whole."""

    lists: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    of_home: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    bibliographies: list[str] = field(default_factory=list)


def read_listings(project: Project) -> Found:
    """All listings of a website."""
    found = Found()
    for doc in project.docs:
        node = doc.get("listing")
        if node is None:
            if any("@*" in word for word in doc.words("nocite")):
                _whole_bibliography(project, doc, found)
            continue
        several = node.value if isinstance(node.value, tuple) else (node,)
        kinds = [kind for one in several if (kind := _listing(project, doc, one, found))]
        is_home = posixpath.splitext(doc.path)[0] == "index"
        if is_home:
            found.of_home += kinds
        elif kinds and len(set(kinds)) == 1 and kinds[0] not in found.lists.values():
            found.lists[doc.path] = kinds[0]
        elif kinds:
            message = (
                "This page has several lists, or one that another page has; it is a page without them here."
            )
            project.problems.append(
                warning("import-listing", message, doc.place("listing"), "Add links to the lists.")
            )
        if kinds and any(pick(one, "feed") is not None for one in several):
            found.feeds.append(f"feed of {doc.path}")
    return found


def _listing(project: Project, doc: Doc, node: Node, found: Found) -> str:
    """Takes up one listing; the collection of its entries, empty where they are none of ours."""
    settings = node if isinstance(node.value, dict) else Node({}, node.span)
    identifier = text_of(settings.get("id")) or "listing"
    found.ids[doc.path] = found.ids.get(doc.path, frozenset()) | {identifier, "listing"}
    contents = words_of(settings.get("contents"))
    inline = settings.get("contents")
    if (
        inline is not None
        and isinstance(inline.value, tuple)
        and any(isinstance(one.value, dict) for one in inline.value)
    ):
        message = "Entries that stand in the front matter are not taken."
        project.problems.append(
            warning("import-listing", message, inline.span, "Write them as records or links.")
        )
    docs: dict[str, Doc] = {}
    files: list[str] = []
    for pattern in [one for one in contents if not one.startswith("!")] or (
        [] if inline is not None else ["."]
    ):
        if pattern.endswith(_DATA):
            path = (
                posixpath.normpath(posixpath.join(doc.folder, pattern))
                if not pattern.startswith("/")
                else pattern[1:]
            )
            if path in project.tree.files:
                files.append(path)
            else:
                message = f"There is no file {quote(pattern)}."
                project.problems.append(warning("import-file", message, doc.place("listing"), ""))
            continue
        docs |= {one.path: one for one in listed(pattern, doc.folder, project.docs)}
    for pattern in contents:
        if pattern.startswith("!"):
            for one in listed(pattern[1:], doc.folder, project.docs):
                docs.pop(one.path, None)
    for path in list(docs):
        if (
            path == doc.path
            or docs[path].get("listing") is not None
            or posixpath.splitext(path)[0] in {"index", "404"}
        ):
            del docs[path]
    kind = _kind(doc, identifier, contents)
    if kind == "posts" and files and not docs:
        message = (
            "The entries of this list are no talks and no publications by their names; they are not taken."
        )
        project.problems.append(warning("import-listing", message, doc.place("listing"), f"See {files[0]}."))
        return ""
    if kind == "posts" and docs and not any(one.day() for one in docs.values()):
        return ""
    for path, one in docs.items():
        if kind != "posts" or one.day():
            found.members.setdefault(path, kind)
        else:
            message = "An entry of a list without a date is a page here: posts need one."
            project.problems.append(
                warning("import-date", message, one.where, "Add date: and move it to content/posts/.")
            )
    found.data |= dict.fromkeys(files, kind)
    return kind if docs or files else ""


def _kind(doc: Doc, identifier: str, contents: list[str]) -> str:
    words = " ".join([doc.path, identifier, doc.word("title"), *contents]).replace("_", " ").replace("-", " ")
    words = re.sub(r"[/.]", " ", words)
    if _PUBLICATIONS.search(words):
        return "publications"
    return "talks" if _TALKS.search(words) else "posts"


def _whole_bibliography(project: Project, doc: Doc, found: Found) -> None:
    """A page that shows a whole bibliography (``nocite: '@*'``) is the list of publications."""
    paths = [posixpath.normpath(posixpath.join(doc.folder, name)) for name in doc.words("bibliography")]
    paths = [path for path in paths if path in project.tree.files and path.endswith(".bib")]
    if paths and "publications" not in found.lists.values():
        found.lists[doc.path] = "publications"
        found.bibliographies += paths


# --- entries ---


def of_data(project: Project, found: Found) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Talks, and publications as CSL-JSON, of the YAML files that listings name."""
    talks: list[dict[str, Any]] = []
    works: list[dict[str, Any]] = []
    for path, kind in sorted(found.data.items()):
        node, problems = parse_yaml(project.tree.text(path) or "", path, foreign=True)
        project.problems.extend(problems)
        for one in node.value if node is not None and isinstance(node.value, tuple) else ():
            if not isinstance(one.value, dict) or not text_of(one.get("title")):
                message = "An entry without a title is left out."
                project.problems.append(
                    warning("import-listing", message, one.span, "Write it into the new site.")
                )
            elif kind == "talks":
                talks.append(_talk(one))
            else:
                works.append(item_of(Doc(path, one, "", 1, "")))
    return talks, works


def _talk(node: Node) -> dict[str, Any]:
    def word(*keys: str) -> str:
        return next((text_of(node.get(key)) for key in keys if text_of(node.get(key))), "")

    url = word("url", "path", "href")
    talk = {
        "title": word("title"),
        "event": word("event", "conference", "venue", "subtitle"),
        "location": word("location"),
        "date": day_of(word("date")),
        "url": url if is_external(url) else "",
        "slides": word("slides") if is_external(word("slides")) else "",
        "video": word("video") if is_external(word("video")) else "",
        "abstract": word("abstract", "description"),
    }
    return {key: value for key, value in talk.items() if value}


def item_of(doc: Doc) -> dict[str, Any]:
    """A publication as CSL-JSON, of its front matter: Quarto's ``citation`` has the names of CSL."""
    cited = doc.get("citation") or Node({}, doc.where)
    item: dict[str, Any] = {"title": title_text(text_of(cited.get("title")) or doc.word("title"))}
    for key in _CITED:
        item[key.upper() if key in {"issn", "isbn"} else key] = text_of(cited.get(key))
    journal = next((doc.word(key) for key in ("journal", "publication", "venue") if doc.word(key)), "")
    item["container-title"] = item["container-title"] or journal
    item["DOI"] = csl.clean_doi(text_of(cited.get("doi")) or doc.word("doi"))
    url = text_of(cited.get("url")) or doc.word("url")
    preprint = arxiv_url(doc.word("arxiv"))
    item["URL"] = preprint or (url if is_external(url) else "")
    given = cited.get("author") or doc.get("author") or doc.get("authors")
    item["author"] = [person for person in people_of(given) if person]
    day = day_of(text_of(cited.get("issued"))) or doc.day() or doc.word("year")
    parts = [int(part) for part in day.split("-") if part.isdigit()] if day else []
    item["issued"] = {"date-parts": [parts]} if parts else {}
    item["abstract"] = title_text(doc.word("abstract") or doc.word("description"))
    item["keyword"] = ", ".join(doc.words("categories"))
    kind = text_of(cited.get("type"))
    item["type"] = kind or (
        "article-journal" if item["container-title"] else "article" if preprint else "document"
    )
    return {key: value for key, value in item.items() if value}


def people_of(node: Node | None) -> list[dict[str, str]]:
    """The authors of a document as CSL names: texts, or Quarto's mappings with ``name``."""
    return list(_people(node))


def _people(node: Node | None) -> Iterator[dict[str, str]]:
    if node is None:
        return
    for one in node.value if isinstance(node.value, tuple) else (node,):
        name = one.get("name") or one if isinstance(one.value, dict) else one
        if isinstance(name.value, dict):
            parts = {part: text_of(name.get(part)) for part in ("family", "given", "literal")}
            if any(parts.values()):
                yield {part: value for part, value in parts.items() if value}
            continue
        for text in re.split(r"\s+and\s+|;\s*", text_of(name)):
            if text:
                parsed = parse_name(text)
                pairs = {
                    "family": parsed["family"],
                    "given": parsed["given"],
                    "suffix": parsed["suffix"],
                    "non-dropping-particle": parsed["particle"],
                    "literal": parsed["literal"],
                }
                yield {part: value for part, value in pairs.items() if value}


def name_of(person: dict[str, str]) -> str:
    """A CSL name in reading order."""
    if person.get("literal"):
        return person["literal"]
    parts = (
        person.get("given"),
        person.get("non-dropping-particle"),
        person.get("family"),
        person.get("suffix"),
    )
    return " ".join(part for part in parts if part)
