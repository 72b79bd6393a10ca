"""The site that is made of a Jekyll site: documents with their old addresses, lists, files, settings.

In: a ``JekyllSite`` and what a theme's importer found in it. Out: new files in a ``Folder``. A document keeps its
address by ``url``, what it had besides becomes ``aliases``, and every other old address a line of ``redirects`` in
``site.yaml``.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.graph import clean_url, old_url, path_of
from acadsite.importers.cv_site import unique
from acadsite.importers.folder import Folder, Result
from acadsite.importers.inline import Reader
from acadsite.importers.jekyll import addresses as jekyll_addresses
from acadsite.importers.jekyll.texts import Known, convert, introduction
from acadsite.importers.parts.old_addresses import Answers
from acadsite.importers.yaml_text import yaml_text
from acadsite.kinds.moved import is_page
from acadsite.links import is_external, leads_elsewhere, unsafe_reason
from acadsite.problems import Problem, Report, Span, did_you_mean, quote, warning
from acadsite.records import fold, segment, slug

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acadsite.importers.jekyll.source import Doc, JekyllSite

Item = dict[str, Any]

#: Front matter that says how a theme shows a document; our pages need none of it.
SILENT: Final = frozenset(
    """layout nav nav_order nav_rank dropdown author_profile read_time share comments comment related giscus_comments
    disqus_comments related_posts related_publications toc toc_label toc_icon toc_sticky featured tabs chart mermaid
    code_diff map pretty_table typograms tikzjax pseudocode citation images horizontal display_categories _styles
    scholar collection header classes mathjax inline show importance order pagination sidebar profile
    enable_project_categories authors author bibliography thumbnail og_image news announcements latest_posts
    selected_papers social sitemap search published permalink slug
    redirect_from categories category tags tag date title excerpt_separator pin hidden vega_lite echarts geojson
    chart_js typogram page_css pretty_tables tikz cv_format""".split()  # noqa: SIM905
)
#: What a person may miss of these.
_KEPT: Final = frozenset({"tags", "tag", "categories", "category", "date", "authors", "author"})
_HTML: Final = re.compile(r"<[^<>]*>")
#: What may say in a sentence what a page is about.
_SUMMARY: Final = ("description", "excerpt", "subtitle")
#: Where a document of a kind stands when it says nothing.
_PATTERNS: Final = {
    "post": "posts/{id}/",
    "page": "{id}/",
    "course": "courses/{id}/",
    "project": "projects/{id}/",
    "talk": "talks/{id}/",
    "person": "people/{id}/",
}
_FOLDERS: Final = {
    "post": "posts",
    "page": "pages",
    "course": "courses",
    "project": "projects",
    "talk": "talks",
    "person": "people",
}
#: Pages that may ask for an address of their own.
_ADDRESSED: Final = frozenset({"post", "page", "course", "project"})


def plain(text: str) -> str:
    """A title or name as text: elements go, references become signs."""
    return " ".join(html.unescape(_HTML.sub("", text)).split())


def compact(item: Item) -> Item:
    """A mapping without what is empty."""
    return {key: value for key, value in item.items() if value not in (None, "", [], {}, ())}


def named(author: Item) -> Item:
    """``author`` of ``site.yaml``; a comment where the name is missing, without which nobody is an author."""
    return {"author" if author.get("name") else "# author": author}


@dataclass(slots=True)
class NewSite:
    """What is written. ``settings`` become ``site.yaml``; ``urls`` are patterns of page kinds; ``wanted`` are old
    addresses with what they may lead to, the best first; ``names`` says under which name the menu knows an old
    address."""

    site: JekyllSite
    folder: Folder
    today: dt.date
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    settings: Item = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, Span | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)
    silent: Counter[str] = field(default_factory=Counter)
    claimed: set[str] = field(default_factory=set)
    ids: dict[str, set[str]] = field(default_factory=dict)
    reader: Reader = field(default_factory=Reader)
    _addresses: dict[str, str] = field(default_factory=dict)

    # --- texts ---

    def body(self, doc: Doc) -> str:
        """The body of a document as our Markdown."""
        text, problems = convert(doc.body, doc.path, doc.line, self.known(doc), is_html=doc.is_html)
        self.problems += problems
        return text.strip("\n").rstrip()

    def markdown(self, text: str, doc: Doc, key: str) -> str:
        """A value of the front matter as one line of Markdown."""
        node = doc.get(key)
        text, problems = convert(text, doc.path, node.span.line if node else 1, self.known(doc))
        self.problems += problems
        return (
            self.reader.line(text, doc.place(key)) if "<" in text or "&" in text else " ".join(text.split())
        )

    def known(self, doc: Doc) -> Known:
        """What the text of a document may refer to."""
        site = self.site
        if not self._addresses:
            for one in site.documents:
                self._addresses[one.path] = one.url
                if one.collection == "posts":
                    stem = PurePosixPath(one.path).stem
                    self._addresses[stem] = self._addresses[f"{stem}.md"] = one.url
            self._addresses |= {source.path: f"/{source.path}" for source in site.statics}
            self._addresses = {path: url for path, url in self._addresses.items() if url}

        def setting(name: str) -> str | None:
            node = site.setting(*name.split("."))
            return None if node is None or isinstance(node.value, (dict, tuple)) else node.raw

        def page(name: str) -> str | None:
            if name == "url":
                return doc.url or None
            return doc.text(name) or None

        base = site.text("baseurl")
        return Known(
            self._addresses, self.lists, setting, page, base, site.text("url"), doc.url or "/", doc.path
        )

    def introduction(self, doc: Doc) -> tuple[str, str]:
        """What a page says above its list, as Markdown; and the words that its template says besides."""
        raw, behind = introduction(doc.body)
        text, problems = convert(raw, doc.path, doc.line, self.known(doc))
        self.problems += problems
        return text.strip(), behind

    # --- documents ---

    def identifier(self, kind: str, wished: str) -> str:
        """An id of that kind that is not taken."""
        taken = self.ids.setdefault(kind, set())
        name = segment(wished.replace(".", "-")) or kind
        name = f"{name}-page" if name == "index" else name
        found = unique(name, set()) if fold(name) not in taken else ""
        number = 2
        while not found:
            found = "" if fold(f"{name}-{number}") in taken else f"{name}-{number}"
            number += 1
        taken.add(fold(found))
        return found

    def document(  # noqa: PLR0917
        self, kind: str, doc: Doc, front: Item, body: str, name: str = "", below: str = ""
    ) -> str:
        """Writes a document; its id. ``name`` is the wished id, ``below`` a folder within that of the kind."""
        identifier = self.identifier(kind, name or doc.slug)
        front = {**front, **self.addresses(kind, identifier, doc, front)}
        dated = f"{doc.day}-" if kind == "post" and doc.day else ""
        if kind == "talk":
            front = {"id": identifier, **front}
        where = "/".join(filter(None, ("content", _FOLDERS[kind], below, f"{dated}{identifier}.md")))
        text = f"---\n{yaml_text(compact(front) if front else {})}---\n"
        self.folder.write(where, f"{text}\n{body}\n" if body else text)
        return identifier

    def addresses(self, kind: str, identifier: str, doc: Doc, front: Item) -> Item:
        """``url`` and ``aliases`` of a document; what it cannot have itself is asked of ``redirects``."""
        year = (front.get("date") or "")[:4] if isinstance(front.get("date"), str) else ""
        own = (
            self.urls.get(kind, _PATTERNS[kind])
            .replace("{id}", identifier)
            .replace("{year}", year or "undated")
        )
        target = f"{kind}:{identifier}"
        found: Item = {}
        old = [*filter(None, [doc.url]), *self.redirected(doc)]
        if doc.url and kind in _ADDRESSED and clean_url(doc.url) != own:
            url = self.claim(doc.url)
            if url is not None:
                found["url"], old = f"/{url}", old[1:]
                own = ""
        if own:
            self.claimed.add(fold(path_of(own)))
        if doc.url:
            self.names[key_of(doc.url)] = target
        if front.get("draft") and not doc.url:
            old = []
        if kind in _ADDRESSED:
            aliases = []
            for address in old:
                if own and clean_url(address) == own:
                    continue
                if (url := self.claim(address, old_url)) is not None:
                    aliases.append(f"/{url}")
                else:
                    self.ask(address, [target], doc.where)
            found["aliases"] = aliases
        else:
            for address in old:
                self.ask(address, [target], doc.where)
        return found

    def redirected(self, doc: Doc) -> list[str]:
        """The addresses that jekyll-redirect-from makes lead to a document."""
        node = doc.get("redirect_from")
        items = () if node is None else node.value if isinstance(node.value, tuple) else (node,)
        given = [item.raw.strip() for item in items if not isinstance(item.value, (dict, tuple))]
        return list(dict.fromkeys(f"/{address.lstrip('/')}" for address in given if address))

    def claim(self, address: str, form: Callable[[str], str | None] = clean_url) -> str | None:
        """An old address in our form, if a page may stand there (``clean_url``) or lead on from there; it is taken
        then."""
        url = form(address)
        if not url or not is_page(url):
            return None
        path = fold(path_of(url))
        if path in self.claimed:
            return None
        self.claimed.add(path)
        return url

    def ask(self, address: str, targets: Iterable[str], where: Span | None = None) -> None:
        """An old address must lead to one of these."""
        if address and address != "/":
            known = self.wanted.setdefault(address, [])
            known += [target for target in targets if target not in known]
            self.asked.setdefault(address, where)

    def local(self, url: str) -> str:
        """The path of the file of this site that an address leads to; empty where there is none."""
        host, base = (
            self.site.text("url").partition("://")[2].rstrip("/"),
            self.site.text("baseurl").strip("/"),
        )
        path = re.sub(rf"\Ahttps?://{re.escape(host)}(?=/)", "", url) if host else url
        if is_external(path):
            return ""
        path = path.partition("#")[0].partition("?")[0].lstrip("/")
        for one in (path, path.removeprefix(f"{base}/") if base else path):
            if one in self.site.files:
                return one
        return ""

    def is_moved(self, doc: Doc) -> bool:
        """Whether a document leads elsewhere by ``redirect_to`` or ``redirect``; its address is asked for then."""
        key = next((key for key in ("redirect_to", "redirect") if doc.text(key)), "")
        target = doc.text(key) if key else ""
        if unsafe_reason(target) or not (is_external(target) or target.startswith("/")):
            return False
        for address in [*filter(None, [doc.url]), *self.redirected(doc)]:
            self.ask(address, [target if is_external(target) else f"/{target.lstrip('/')}"], doc.place(key))
        return True

    # --- front matter ---

    def title(self, doc: Doc) -> str:
        """The title of a document; Jekyll makes one of the file's name where there is none."""
        given = plain(self.scalar(doc, "title"))
        return given or " ".join(word.capitalize() for word in doc.slug.split("-") if word) or doc.slug

    def scalar(self, doc: Doc, key: str) -> str:
        """A scalar of the front matter, Liquid in it resolved where it can be."""
        raw = doc.text(key)
        if "{{" in raw or "{%" in raw:
            node = doc.get(key)
            raw, problems = convert(raw, doc.path, node.span.line if node else 1, self.known(doc))
            self.problems += problems
        return raw

    def summary(self, doc: Doc, *keys: str) -> str:
        """The first of these keys that says something, as a line of Markdown."""
        for key in keys:
            if doc.text(key):
                return self.markdown(doc.text(key), doc, key)
        return ""

    def rest(self, doc: Doc, taken: Iterable[str], silent: Iterable[str] = ()) -> Item:
        """What nothing was made of, as comments; each unknown key is told."""
        known, hushed, found = set(taken), SILENT | set(silent), {}
        for key, node in (doc.data.value if isinstance(doc.data.value, dict) else {}).items():
            if key in known or node.value is None or node.value == "":
                continue
            if key in hushed:
                self.silent[key] += 1
                if key in _KEPT:
                    found[f"# {key}"] = node.plain() if isinstance(node.value, (dict, tuple)) else node.raw
                continue
            message = f"The key {quote(key)} has no counterpart; it is kept as a comment."
            self.problems.append(warning("import-key", message, doc.place(key), did_you_mean(key, known)))
            shown = node.plain()
            found[f"# {key}"] = str(shown) if not isinstance(shown, (dict, list)) else shown
        return found

    def post(self, doc: Doc, more: Item | None = None) -> str:
        """Writes a post or a draft; its id."""
        is_draft = doc.collection == "drafts" or doc.flag("published") is False
        day = doc.day or self.day_of_file(doc)
        tags = [*jekyll_addresses.listed(doc, "tags", "tag"), *jekyll_addresses.categories(doc)]
        updated = next(
            (
                doc.text(key)
                for key in ("last_updated", "last_modified_at", "updated", "modified")
                if doc.text(key)
            ),
            "",
        )
        found = re.match(r"\d{4}-\d{2}-\d{2}", updated)
        front = {
            "title": self.title(doc),
            "date": day,
            "updated": found[0] if found else "",
            "tags": list(dict.fromkeys(filter(None, map(plain, tags)))),
            "summary": self.summary(doc, "description", "excerpt", "summary", "subtitle"),
            "draft": True if is_draft else None,
            "lang": doc.text("lang"),
            **(more or {}),
        }
        taken = ("title", "date", "last_updated", "last_modified_at", "updated", "modified", "tags", "tag",
                 "categories", "category", "description", "excerpt", "summary", "subtitle", "lang", "redirect_from",
                 "permalink", "published", "slug", "redirect", "redirect_to")  # fmt: skip
        front |= self.rest(doc, taken)
        body = self.body(doc)
        leads = doc.text("redirect")
        if leads and not unsafe_reason(leads):
            target = leads if is_external(leads) else f"/{leads.lstrip('/')}"
            body = "\n\n".join(filter(None, (body, f"[{front['title']}](<{target}>)")))
        return self.document("post", doc, front, body)

    def day_of_file(self, doc: Doc) -> str:
        """The day on which a file was changed last: that of a draft in Jekyll."""
        source = self.site.files[doc.path]
        self.notes.append(f"{doc.path} has no date: it got that of the file.")
        return datetime.fromtimestamp(source.mtime_ns // 10**9, UTC).date().isoformat()

    def page(
        self, doc: Doc, more: Item | None = None, body: str | None = None, below: str = "", name: str = ""
    ) -> str:
        """Writes a plain page; its id."""
        given = more or {}
        summary = given.get("summary", "") if "summary" in given else self.summary(doc, *_SUMMARY)
        front = {
            "title": self.title(doc),
            "summary": summary,
            "draft": True if doc.flag("published") is False else None,
            "lang": doc.text("lang"),
            **given,
        }
        taken = ("title", *_SUMMARY, "lang", "redirect_from", "permalink", "published", "slug")
        front |= self.rest(doc, (*taken, *(key.removeprefix("# ") for key in given)))
        return self.document("page", doc, front, self.body(doc) if body is None else body, name, below)

    # --- files ---

    def statics(self, is_theme: Callable[[str], bool]) -> None:
        """Copies what is published as it is, to the same address; the theme's own files are only counted."""
        left: list[str] = []
        for source in self.site.statics:
            path = source.path
            if is_theme(path):
                left.append(path)
                continue
            if fold(path) in self.claimed:
                message = f"{quote('/' + path)} is a page of the new site already; the file is not copied."
                self.problems.append(warning("import-address", message, Span(path)))
                continue
            data = self.site.read(path)
            if data is not None and self.folder.write(f"content/static/{path}", data):
                self.claimed.add(fold(path))
                self.counts["files"] = self.counts.get("files", 0) + 1
        if left:
            self.notes.append(
                f"Scripts, style sheets, fonts and icons of the old theme are not copied: {_few(left)}."
            )
        if self.site.left:
            self.notes.append(f"Files that Jekyll makes others of are not taken: {_few(self.site.left)}.")

    # --- the end ---

    def listing(self, collection: str, records: list[Item]) -> None:
        """Writes a list file, unless there is nothing in it."""
        if records:
            self.counts[collection] = self.counts.get(collection, 0) + len(records)
            self.folder.write(
                f"content/{collection}.yaml", yaml_text([compact(record) for record in records])
            )

    def archives(self, posts: list[Doc], per_page: int, paginate: str, pattern: Mapping[str, str]) -> None:
        """Asks for the pages that Jekyll makes of posts: years, tags and categories by their ``pattern``, and the pages
        of a list that is cut (``paginate``, with “:num”)."""
        shown = [doc for doc in posts if doc.url and doc.day <= self.today.isoformat()]
        for doc in shown:
            for name, value in (("year", doc.day[:4]), ("month", doc.day[5:7])):
                if name in pattern and value:
                    url = pattern[name].replace(":year", doc.day[:4]).replace(":month", doc.day[5:7])
                    self.ask(url, ["posts"])
            for kind, words in (
                ("tags", jekyll_addresses.listed(doc, "tags", "tag")),
                ("categories", jekyll_addresses.categories(doc)),
            ):
                for word in words:
                    if kind in pattern:
                        self.ask(
                            pattern[kind].replace(":name", jekyll_addresses.slugify(word)),
                            [f"tag:{slug(plain(word)) or 'tag'}", "posts"],
                        )
        if per_page > 0 and paginate:
            for number in range(2, math.ceil(len(shown) / per_page) + 1):
                self.ask(paginate.replace(":num", str(number)), ["posts"])

    def menu(self, items: Iterable[tuple[str, str, Span | None]]) -> None:
        """The menu of (title, old address): what leads to no page of ours is told."""
        found: list[Any] = []
        for title, address, where in items:
            if not is_external(address) and key_of(address) in {"", "index.html"}:
                continue  # the name at the top leads home
            is_elsewhere = is_external(address) and not address.startswith(self.site.text("url") or "/")
            name = None if is_elsewhere else self.names.get(key_of(address.partition("#")[0]))
            is_file = not is_elsewhere and f"content/static/{address.lstrip('/')}" in self.folder.written
            if name is None and (is_file or (is_elsewhere and leads_elsewhere(address))):
                name = address
            if name is None:
                message = f"The menu's {quote(title)} leads to {quote(address)}, which is no page here; it is left out."
                self.problems.append(
                    warning("import-menu", message, where, "Pages, files and addresses may stand in “menu”.")
                )
                continue
            item = {"page": name, "title": plain(title)} if title else name
            if item not in found:
                found.append(item)
        if found:
            self.settings["menu"] = found

    def finish(self, comment: str, generation: str) -> Result:
        """Writes ``site.yaml``, adds the redirects that are still missing, and gives the result."""
        if self.silent:
            words = ", ".join(f"{key} ({count})" for key, count in sorted(self.silent.items()))
            self.notes.append(f"Front matter of the old theme that our pages do without: {words}.")
        if self.urls:
            self.settings["urls"] = self.urls
        if self.folder.write("site.yaml", yaml_text(compact(self.settings), comment)):
            found, lost = Answers(self.folder.root, self.today).redirects(self.wanted)
            if found:
                self.settings["redirects"] = found
                self.folder.replace("site.yaml", yaml_text(compact(self.settings), comment))
            for address in lost:
                message = f"Nothing answers at the old address {quote(address)} in the new site."
                hint = (
                    "A server cannot lead on from there."
                    if old_url(address)
                    else "The name has signs that ours do not."
                )
                self.problems.append(warning("import-address", message, self.asked.get(address), hint))
        report = Report()
        report.extend((*self.site.problems, *self.problems, *self.reader.problems, *self.folder.problems))
        return Result(generation, tuple(self.folder.written), self.counts, tuple(self.notes), report.problems)


def key_of(address: str) -> str:
    """An address for comparing: without slashes at its ends, host and case."""
    return fold(re.sub(r"\Ahttps?://[^/]*", "", address).strip("/"))


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def fault(problem: Problem, generation: str) -> Result:
    """The result where there is nothing to import."""
    return Result(generation, (), {}, (), (problem,))


def cards_text(cards: Sequence[tuple[str, str, Item]], wanted: list[str]) -> str:
    """A list of pages with pictures, by category; those that the page named come first."""
    groups: dict[str, list[tuple[str, str, Item]]] = {name: [] for name in wanted}
    for card in cards:
        groups.setdefault(card[2]["category"], []).append(card)
    parts = []
    level = "##" if list(filter(None, groups)) == [] else "###"
    for category, inner in groups.items():
        if category and inner:
            parts.append(f"## {category[:1].upper()}{category[1:]}")
        for title, address, item in inner:
            parts.append(f"{level} [{link_words(title)}]({target(address)})")
            if item["picture"]:
                picture = f"/{item['picture']}" if not is_external(item["picture"]) else item["picture"]
                parts.append(f"![]({target(picture)}){{role=presentation}}")
            if item["summary"]:
                parts.append(item["summary"])
    return "\n\n".join(parts)


def target(address: str) -> str:
    """An address as it stands in a link of Markdown."""
    return f"<{address}>" if re.search(r"[\s()]", address) else address


def link_words(text: str) -> str:
    """Plain text as the words of a link."""
    return text.replace("[", "\\[").replace("]", "\\]")
