"""A Quarto website → a site: home, pages, posts, talks, publications, menu, and redirects from the old addresses.

What a document is, its listing says: a listing called talks or publications makes such records of its entries, any
other makes posts of those that have a date. Every other document is a page.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import from_csl
from acadsite.importers.cv_site import person_name, unique
from acadsite.importers.inline import escaped
from acadsite.importers.parts.nodes import pick, text_of, title_text, words_of
from acadsite.importers.parts.notebooks import rewritten
from acadsite.importers.parts.old_addresses import Answers
from acadsite.importers.quarto import listings
from acadsite.importers.quarto.look import Look
from acadsite.importers.quarto.project import Doc, figures_of, find_docs
from acadsite.importers.quarto.texts import Known, convert
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external, leads_elsewhere
from acadsite.problems import Span, quote, warning
from acadsite.records import segment, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acadsite.importers.folder import Folder
    from acadsite.importers.quarto.project import Project
    from acadsite.sources import Node

Item = dict[str, Any]

#: Front matter of Quarto that says how a page looks or is made, not what it says.
_LOOK: Final = frozenset(
    """about anchor-sections appendix-style back-to-top-navigation body-classes bread-crumbs code-annotations
    code-block-bg code-copy code-fold code-line-numbers code-overflow code-summary code-tools comments crossref css
    date-format editor editor_options embed-resources engine execute fig-align fig-cap-location fig-format
    fig-height fig-responsive fig-width filters fontsize format freeze header-includes highlight-style
    html-math-method image-alt include-after-body include-before-body include-in-header jupyter keep-md keywords
    knitr lightbox linestretch link-bibliography link-citations link-external-icon link-external-newwindow listing
    mainfont max-width mermaid metadata-files number-depth order other-links output output-file page-layout
    page-navigation pagetitle params reference-location reference-section-title search sidebar smooth-scroll
    standalone tbl-cap-location theme title-block-banner title-block-banner-color title-block-style toc-depth
    toc-expand toc-float toc-location toc-title toc_float website""".split()  # noqa: SIM905
)
#: Front matter that is read, by what a document becomes.
_KNOWN: Final = {
    "document": """about abstract aliases categories conference date date-modified description draft event image lang
        location slides title toc url venue video""".split(),  # noqa: SIM905
    "home": """listing about aliases date description image image-alt lang subtitle title toc""".split(),  # noqa: SIM905
    "publication": """abstract aliases arxiv author authors categories citation code data date description doi draft
        image journal lang pdf poster publication slides supp title toc url venue video website year""".split(),  # noqa: SIM905
    "list": """listing aliases date description image lang subtitle title toc""".split(),  # noqa: SIM905
}
#: Collections in which a notebook may be a document.
_NOTEBOOKS: Final = frozenset({"pages", "posts"})
#: Entries of a menu that fit on a line or two.
_MOST: Final = 10
_LEFT_TO_US: Final = frozenset({"robots.txt", "sitemap.xml", "search.json", "404.html", "index.html"})


@dataclass(slots=True)
class Target:
    """Where a document went: the file below ``content/`` (empty for a list, or where there is none), and the page."""

    kind: str
    id: str
    path: str
    url: str


@dataclass(slots=True)
class Website:
    """One import."""

    project: Project
    folder: Folder
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    targets: dict[str, Target] = field(default_factory=dict)
    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    look: Look = field(init=False)
    unknown: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    figures: dict[str, str] = field(default_factory=dict)
    bibliographies: list[str] = field(default_factory=list)
    found: listings.Found = field(default_factory=listings.Found)
    publications: list[Any] = field(default_factory=list)

    def run(self) -> None:
        """Everything."""
        self.look = Look(self.project, self.link, self.bibliography)
        find_docs(self.project)
        self.found = listings.read_listings(self.project)
        for doc in self.project.docs:
            self.figures |= figures_of(self.project, doc.path)
        self.assign()
        self.look.read()
        self.notes += self.look.notes
        for doc in self.project.docs:
            self.write(doc)
        self.records()
        self.statics()
        self.finish()

    # --- where documents go ---

    def assign(self) -> None:
        """The new place of each document."""
        taken: dict[str, set[str]] = {"pages": set(), "posts": set(), "talks": set(), "publications": set()}
        reserved = {
            "posts",
            "publications",
            "talks",
            "repos",
            "students",
            "people",
            "courses",
            "slides",
            "cv",
            "search",
        }
        for doc in self.project.docs:
            kind = self.kind(doc)
            if kind == "home":
                self.targets[doc.path] = Target("home", "home", "index.md", "/")
            elif kind == "list":
                name = self.found.lists[doc.path]
                self.targets[doc.path] = Target("list", name, "", f"/{name}/")
            elif kind == "404":
                self.targets[doc.path] = Target("404", "404", "", "/404.html")
            else:
                stem = segment(doc.stem) or "page"
                nested = slug(posixpath.splitext(doc.path)[0].removesuffix("/index")) or "page"
                identifier = stem if stem not in taken[kind] else nested
                if kind == "pages" and identifier in reserved:
                    identifier = f"{identifier}-page"
                identifier = unique(identifier, taken[kind])
                taken[kind].add(identifier)
                singular = kind.removesuffix("s")
                ending = ".ipynb" if doc.notebook and kind in _NOTEBOOKS else ".md"
                path = f"{kind}/{identifier}{ending}" if kind != "publications" else ""
                url = self.address(doc, identifier) if kind == "pages" else f"/{kind}/{identifier}/"
                self.targets[doc.path] = Target(singular, identifier, path, url)

    def kind(self, doc: Doc) -> str:
        if doc.path.rpartition(".")[0] == "index":
            return "home"
        if doc.path.rpartition(".")[0] == "404":
            return "404"
        if doc.path in self.found.lists:
            return "list"
        return self.found.members.get(doc.path, "pages")

    @staticmethod
    def address(doc: Doc, identifier: str) -> str:
        """Of a page in a folder the address with its folders, else that of its id."""
        folders = posixpath.dirname(doc.url.rstrip("/")).strip("/")
        parts = [segment(part) for part in folders.split("/")] if folders else []
        return "/" + "/".join([*filter(None, parts), identifier]) + "/"

    # --- links ---

    def link(self, base: str, address: str) -> str:
        """The new form of an address that stands in the document ``base``."""
        if (
            not address
            or address.startswith(("#", "?"))
            or is_external(address)
            or re.match(r"[a-z][\w+.-]*:|//", address, re.IGNORECASE)
        ):
            return address
        path, mark, rest = re.match(r"([^#?]*)([#?]?)(.*)", address, re.DOTALL).groups()  # type: ignore[union-attr]
        path = path.replace("%20", " ")
        start = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
        whole = posixpath.normpath(start) if start else ""
        whole = "" if whole == "." else whole
        if whole.startswith(".."):
            return address
        doc = self.document(whole)
        target = self.targets.get(doc) if doc else None
        if target is not None:
            return self.href(base, target) + mark + rest
        source = self.figures.get(whole, whole)
        if source in self.project.tree.files:
            self.project.tree.copy(source, f"content/static/{whole}", self.folder)
            return f"/{whole}{mark}{rest}"
        return f"/{whole}{mark}{rest}" if not path.endswith("/") or not whole else f"/{whole}/{mark}{rest}"

    def document(self, path: str) -> str:
        """The document that an address in the source names."""
        stem = path.removesuffix(".html")
        ends = (".qmd", ".md", ".ipynb", ".markdown", ".Rmd", ".rmd")
        names = [path, *(stem + end for end in ends if path.endswith(".html"))]
        names += [posixpath.join(path, "index" + end) for end in ends]
        return next((name for name in names if name in self.targets), "")

    def href(self, base: str, target: Target) -> str:
        """A link from the file that ``base`` became to another: by its file where both have one."""
        own = self.targets.get(base)
        if target.path and own is not None and own.path:
            return posixpath.relpath(target.path, posixpath.dirname(own.path) or ".")
        return target.url

    # --- texts ---

    def body(self, doc: Doc) -> str:
        values = {key: text_of(node) for key, node in self.walk(doc.front)}
        known = Known(
            self.project.tree, self.link, self.project.variables, self.found.ids.get(doc.path, frozenset())
        )
        text, problems = convert(doc.body, doc.path, doc.line, known, values)
        self.project.problems.extend(problems)
        return text.strip("\n")

    def walk(self, node: Node, name: str = "", depth: int = 0) -> Iterator[tuple[str, Node]]:
        for key, inner in node.value.items() if isinstance(node.value, dict) and depth < 6 else ():
            yield f"{name}{key}", inner
            yield from self.walk(inner, f"{name}{key}.", depth + 1)

    def write(self, doc: Doc) -> None:
        """The file of a document."""
        target = self.targets[doc.path]
        if doc.notebook and not target.path.endswith(".ipynb"):
            message = (
                "The text of this notebook is not taken: only posts, pages and chapters may be notebooks."
            )
            hint = "Convert it (quarto convert) and import again."
            self.project.problems.append(warning("import-code", message, doc.where, hint))
        if target.kind == "home":
            self.home(doc)
        elif target.kind == "list":
            self.list_page(doc, target)
        elif target.kind == "404":
            self.notes.append(f"{doc.path}: the page for what is not found is the theme's here.")
        elif target.kind == "publication":
            self.publication(doc, target)
        else:
            self.document_file(doc, target)

    def document_file(self, doc: Doc, target: Target) -> None:
        collection = f"{target.kind}s"
        front: Item = {
            "title": self.title(doc, target) or doc.stem.replace("-", " ").replace("_", " ").capitalize()
        }
        summary = doc.word("description") or (doc.word("abstract") if target.kind != "talk" else "")
        if target.kind == "talk":
            front |= {
                "event": next(
                    (doc.word(key) for key in ("event", "conference", "venue") if doc.word(key)), ""
                ),
                "location": doc.word("location"),
                "date": doc.day(),
                "slides": self.asset(doc, "slides"),
                "video": self.asset(doc, "video"),
                "url": doc.word("url") if is_external(doc.word("url")) else "",
                "abstract": doc.word("abstract") or summary,
            }
        elif target.kind == "post":
            front |= {
                "date": doc.day(),
                "updated": doc.day("date-modified"),
                "tags": doc.words("categories"),
                "summary": summary,
            }
        else:
            front |= {
                "summary": summary,
                "toc": False if doc.get("toc") is not None and not doc.flag("toc") else None,
            }
            if target.url != f"/{target.id}/":
                front["url"] = target.url.strip("/") + "/"
        if self.is_draft(doc) and target.kind != "talk":
            front["draft"] = True
        if target.kind != "talk":
            front["aliases"] = self.aliases(doc, target)
        else:
            for old in (*doc.old, *self.own_aliases(doc)):
                self.wanted[old] = (f"talk:{target.id}", "talks")
        lang = doc.word("lang")
        front["lang"] = lang if lang and lang != self.look.settings.get("language") else ""
        front |= self.scholarly(doc)
        if doc.notebook and target.path.endswith(".ipynb"):
            self.notebook(doc, target, front)
            return
        text = self.body(doc)
        if target.kind == "page" and doc.get("about") is not None:
            text = self.about(doc, text)
        front |= self.rest(doc, "document")
        clean = {key: value for key, value in front.items() if value not in ("", None, [])}
        self.folder.write(f"content/{target.path}", f"---\n{yaml_text(clean)}---\n\n{text}\n")
        self.counts[collection] += 1

    def notebook(self, doc: Doc, target: Target, front: Item) -> None:
        """A notebook with the new front matter; without a title there, its first heading is one, here too."""
        front |= self.rest(doc, "document")
        clean = {key: value for key, value in front.items() if value not in ("", None, [])}
        if not doc.word("title"):
            del clean["title"]

        def change(text: str) -> str:
            known = Known(self.project.tree, self.link, self.project.variables)
            made, problems = convert(text, doc.path, 1, known, {})
            self.project.problems.extend(replace(problem, where=doc.where) for problem in problems)
            return made

        made = rewritten(doc.notebook, yaml_text(clean) if clean else "", change)
        self.folder.write(f"content/{target.path}", made)
        self.counts[f"{target.kind}s"] += 1

    @staticmethod
    def title(doc: Doc, target: Target) -> str:
        """The title; those of talks are Markdown, others are text."""
        return doc.word("title") if target.kind == "talk" else title_text(doc.word("title"))

    def asset(self, doc: Doc, key: str) -> str:
        """An address in the front matter, of a file or a page elsewhere."""
        value = doc.word(key)
        return self.link(doc.path, value) if value else ""

    def scholarly(self, doc: Doc) -> Item:
        """Keys that mean the same in our texts."""
        found: Item = {}
        files = [
            self.bibliography(doc.folder, name, doc.place("bibliography"))
            for name in doc.words("bibliography")
        ]
        if any(files):
            found["bibliography"] = [name for name in files if name]
        style = doc.word("csl")
        if style:
            found["csl"] = self.bibliography(doc.folder, style, doc.place("csl"))
        if doc.flag("number-sections"):
            found["number-sections"] = True
        return found

    def bibliography(self, folder: str, name: str, where: Span) -> str:
        """The path, from ``content/``, of a .bib or .csl file that is copied there."""
        path = name.lstrip("/") if name.startswith("/") else posixpath.normpath(posixpath.join(folder, name))
        if is_external(name):
            self.project.problems.append(
                warning("import-file", f"{quote(name)} is not fetched.", where, "Save it beside the text.")
            )
            return ""
        if path not in self.project.tree.files:
            message = f"There is no file {quote(name)}."
            self.project.problems.append(
                warning("import-file", message, where, "The text is imported without it.")
            )
            return ""
        self.project.tree.copy(path, f"content/bibliographies/{path}", self.folder)
        return f"bibliographies/{path}"

    def aliases(self, doc: Doc, target: Target) -> list[str]:
        """The old addresses that the new page does not answer at by itself."""
        own = {target.url, f"{target.url}index.html"}
        return [
            old
            for old in dict.fromkeys((*doc.old, *self.own_aliases(doc)))
            if old not in own and not old.endswith("/index.html")
        ]

    def own_aliases(self, doc: Doc) -> list[str]:
        """The ``aliases`` of a document, which are relative to its folder."""
        found = []
        for alias in doc.words("aliases"):
            path = alias.partition("#")[0]
            start = path if path.startswith("/") else posixpath.join("/", doc.folder, path)
            normal = posixpath.normpath(start)
            if normal != "/" and not normal.startswith("//"):
                found.append(normal + "/" if path.endswith("/") else normal)
        return found

    def is_draft(self, doc: Doc) -> bool:
        drafts = words_of(self.project.setting("website", "drafts"))
        return doc.flag("draft") or doc.path in drafts

    def rest(self, doc: Doc, kind: str) -> Item:
        """Front matter that has no place here, as comments; what only says how the page looked is counted."""
        known = {*_KNOWN[kind], *_SCHOLARLY}
        found: Item = {}
        for key, node in doc.front.value.items() if isinstance(doc.front.value, dict) else ():
            if key in known or node.value is None:
                continue
            found[f"#{key}"] = node.plain() if not isinstance(node.value, str) else node.raw
            if key in _LOOK:
                self.looks[key] += 1
            elif key in {"author", "authors", "subtitle", "image"}:
                self.unknown[key] += 1
            else:
                message = f"The key {quote(key)} has no place here; it is kept as a comment."
                self.project.problems.append(warning("import-key", message, doc.place(key), ""))
        return found

    # --- home ---

    def home(self, doc: Doc) -> None:
        title = title_text(doc.word("title"))
        about = doc.get("about")
        front: Item = {
            "title": title if title != self.look.settings.get("title") else "",
            "role": doc.word("subtitle"),
        }
        picture = text_of(pick(about, "image")) or (doc.word("image") if about is not None else "")
        if picture and not is_external(picture):
            front["portrait"] = self.link(doc.path, picture).lstrip("/")
            front["portrait_alt"] = (
                text_of(pick(about, "image-alt"))
                or doc.word("image-alt")
                or title
                or self.look.settings.get("title", "")
            )
        if self.found.of_home:
            front["sections"] = ["about", *dict.fromkeys(self.found.of_home)]
        if doc.word("description") and "description" not in self.look.settings:
            self.look.settings["description"] = doc.word("description")
        for old in self.own_aliases(doc):
            self.wanted[old] = ("home",)
        front |= self.scholarly(doc) | self.rest(doc, "home")
        clean = {key: value for key, value in front.items() if value not in ("", None, [])}
        text = self.body(doc)
        self.folder.write("content/index.md", f"---\n{yaml_text(clean) if clean else ''}---\n\n{text}\n")
        self.counts["home"] += 1

    def about(self, doc: Doc, text: str) -> str:
        """The picture and the links of an about page, as Markdown around its text."""
        about = doc.get("about")
        picture = text_of(pick(about, "image")) or doc.word("image")
        if picture and not is_external(picture):
            words = text_of(pick(about, "image-alt")) or doc.word("title")
            text = f'<img src="{self.link(doc.path, picture)}" alt="{escape(words)}">\n\n{text}'
        lines = []
        links = pick(about, "links")
        for one in links.value if links is not None and isinstance(links.value, tuple) else ():
            href = text_of(pick(one, "href")) or text_of(pick(one, "url"))
            words = (
                text_of(pick(one, "text")) or text_of(pick(one, "aria-label")) or text_of(pick(one, "icon"))
            )
            if href:
                lines.append(f"- [{escaped(words or href, is_start=False)}]({self.link(doc.path, href)})")
        return "\n\n".join(filter(None, (text, "\n".join(lines))))

    def list_page(self, doc: Doc, target: Target) -> None:
        """A page that lists: its text stands above our list."""
        text = self.body(doc)
        intro: Item = {}
        is_other = doc.word("title") and doc.word("title").casefold() not in {target.id, "blog"}
        if is_other and target.id in {"posts", "talks"}:
            intro["title"] = title_text(doc.word("title"))
        if text:
            intro["intro"] = text
        if intro:
            self.look.settings.setdefault(target.id, {}).update(intro)
        for old in (*doc.old, *self.own_aliases(doc)):
            self.wanted[old] = (target.id, "home")
        self.rest(doc, "list")
        self.counts["lists"] += 1

    # --- publications and other lists ---

    def publication(self, doc: Doc, target: Target) -> None:
        item = listings.item_of(doc)
        item["id"] = target.id
        text = self.body(doc)
        made, left = from_csl.entry(item)
        fields = dict(made.fields)
        for name in ("pdf", "code", "slides", "poster", "video", "website", "data", "supp"):
            if doc.word(name):
                fields[name] = from_csl.address(self.asset(doc, name))
        self.publications.append(type(made)(target.id, made.type, fields))
        self.unknown.update(left)
        self.rest(doc, "publication")
        if text:
            front = self.scholarly(doc)
            head = f"---\n{yaml_text(front)}---\n\n" if front else ""
            self.folder.write(f"content/papers/{target.id}.md", f"{head}{text}\n")
        for old in (*doc.old, *self.own_aliases(doc)):
            self.wanted[old] = (f"publication:{target.id}", "publications")
        if self.is_draft(doc):
            message = "A draft of a publication is written into the .bib file: entries have no drafts."
            self.project.problems.append(
                warning("import-key", message, doc.place("draft"), "Remove it until it is out.")
            )
        self.counts["publications"] += 1

    def records(self) -> None:
        """Lists of YAML files, and the bibliography."""
        talks, works = listings.of_data(self.project, self.found)
        if talks:
            self.folder.write("content/talks.yaml", yaml_text(talks))
            self.counts["talks"] += len(talks)
        taken = {one.key.lower() for one in self.publications}
        for item in works:
            made, left = from_csl.entry(item, taken)
            taken.add(made.key.lower())
            self.unknown.update(left)
            self.publications.append(made)
            self.counts["publications"] += 1
        if self.publications:
            self.folder.write("content/publications/publications.bib", from_csl.bibtex(self.publications))
        for path in self.found.bibliographies:
            self.project.tree.copy(path, f"content/publications/{path.replace('/', '-')}", self.folder)
            self.counts["bibliographies"] += 1

    # --- settings ---

    def menu(self) -> list[Item]:
        """The navigation bar (else the first levels of the side bar) as a menu."""
        entries: list[Item] = []
        seen: set[str] = set()
        navbar = self.project.setting("website", "navbar")
        nodes = [pick(navbar, side) for side in ("left", "right", "tools")] if navbar is not None else []
        if not nodes:
            sidebar = self.project.setting("website", "sidebar")
            several = (
                sidebar.value if sidebar is not None and isinstance(sidebar.value, tuple) else (sidebar,)
            )
            nodes = [pick(one, "contents") for one in several]
        for node in nodes:
            for words, href, icon, where in self.look.items(node, 0):
                target = (
                    self.targets.get(self.document(posixpath.normpath(href.lstrip("/")))) if href else None
                )
                if target is None:
                    is_account = (icon or href.startswith("mailto:")) and self.look.account(icon, words, href)
                    if not is_account and leads_elsewhere(href):
                        entries.append({"page": href, "title": words} if words else {"page": href})
                    elif not is_account and is_external(href):
                        message = f"The menu leads to {quote(href[:80])}, which may not be linked."
                        self.project.problems.append(warning("import-setting", message, where, ""))
                    continue
                page = (
                    "home"
                    if target.kind == "home"
                    else target.id
                    if target.kind == "list"
                    else f"{target.kind}:{target.id}"
                )
                if page == "home" or page in seen or target.kind == "404" or self.is_hidden(target):
                    continue
                seen.add(page)
                entries.append({"page": page, "title": words} if words else {"page": page})
        if not entries and not self.found.of_home:
            pages = [one for one in self.targets.values() if one.kind == "page" and not self.is_hidden(one)]
            entries = [{"page": f"page:{one.id}"} for one in pages]
        if navbar is not None or entries:
            # What the home page listed has a page of its own here.
            entries = [
                *({"page": kind} for kind in dict.fromkeys(self.found.of_home) if kind not in seen),
                *entries,
            ]
        if len(entries) > _MOST:
            left = len(entries) - _MOST
            self.notes.append(f"{left} pages of the navigation are not in the menu, which would be too long.")
        return entries[:_MOST]

    def is_hidden(self, target: Target) -> bool:
        doc = next((one for one in self.project.docs if self.targets[one.path] is target), None)
        return doc is not None and self.is_draft(doc)

    # --- the end ---

    def statics(self) -> None:
        """Files that Quarto publishes because the settings say so."""
        tree = self.project.tree
        names = words_of(self.project.setting("project", "resources"))
        for doc in self.project.docs:
            names += [posixpath.join(doc.folder, name) for name in doc.words("resources")]
            picture = doc.word("image")
            if picture and not is_external(picture):
                self.link(doc.path, picture)
        icon = self.project.word("website", "favicon")
        for name in (*names, *([icon] if icon else [])):
            for path in tree.matching(name):
                if path in self.targets or path.endswith((".qmd", ".ipynb")):
                    continue
                if path in _LEFT_TO_US:
                    self.notes.append(f"{path} is made by acadsite; yours is not copied.")
                    continue
                tree.copy(path, f"content/static/{path}", self.folder)
        for path in ("CNAME", ".nojekyll"):
            if path in tree.files and path not in tree.copied.values():
                tree.copy(path, f"content/static/{path}", self.folder)

    def finish(self) -> None:
        """``site.yaml``, with the menu and what is left of the old addresses."""
        about = [doc for doc in self.project.docs if doc.get("about") is not None]
        about.sort(key=lambda doc: self.targets[doc.path].kind != "home")
        for doc in about:
            links = pick(doc.get("about"), "links")
            if links is not None:
                self.look.icons(links)
        menu = self.menu()
        owner = self.look.owner(about)
        author: Item = {
            "name": person_name(owner) if owner else None,
            "email": self.look.email,
            "profiles": self.look.profiles,
        }
        author = {key: value for key, value in author.items() if value}
        if not self.look.settings["title"]:
            self.look.settings["title"] = owner or "Home"
        if "name" not in author and author:
            self.notes.append(
                "Nobody is named as the owner: accounts and address are not taken; write “author” into site.yaml."
            )
            author = {}
        if not any(target.kind == "home" for target in self.targets.values()):
            self.folder.write("content/index.md", "---\nsections: [about, posts]\n---\n")
        given: Item = {**self.look.settings, "author": author, "menu": menu}
        answers = Answers(self.folder.root, dt.date.max)
        redirects, lost = answers.redirects(self.wanted)
        ids = set(answers.ids)
        given["menu"] = [one for one in menu if one["page"] in {*ids, "home"} or leads_elsewhere(one["page"])]
        given["redirects"] = redirects
        for old in lost:
            where = next((doc.where for doc in self.project.docs if old in doc.old), None)
            self.project.problems.append(
                warning(
                    "import-address",
                    f"Nothing answers at the old address {quote(old)}.",
                    where,
                    "Look at “redirects”.",
                )
            )
        order = (
            "title",
            "description",
            "url",
            "language",
            "author",
            "source",
            "menu",
            "footer",
            "citations",
            "posts",
            "talks",
            "publications",
            "redirects",
        )
        clean = {key: given[key] for key in order if given.get(key)}
        self.folder.write(
            "site.yaml",
            yaml_text(clean, "Settings of the site, imported from Quarto. Every key has a default."),
        )
        for counter, words in (
            (self.looks, "Keys that say how Quarto makes a page are comments now"),
            (self.unknown, "Without a place here, kept as comments"),
        ):
            if counter:
                listed = ", ".join(f"{name} ({count})" for name, count in sorted(counter.items()))
                self.notes.append(f"{words}: {listed}.")
        if any("feed" in one for one in self.found.feeds):
            self.notes.append(
                "Feeds are /feed.xml and /feed.json here: tell readers of the old ones, which cannot be redirected."
            )


_SCHOLARLY: Final = ("bibliography", "csl", "number-sections", "nocite", "resources")
