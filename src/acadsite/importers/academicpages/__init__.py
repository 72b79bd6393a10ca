"""Importer for sites made with academicpages (https://github.com/academicpages/academicpages.github.io).

In: the folder of the site's source. Out: an acadsite folder in which every old address answers. What is not taken
over is a problem with its place, or a note.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.academicpages.author import author
from acadsite.importers.academicpages.works import Works
from acadsite.importers.folder import Folder, Result
from acadsite.importers.jekyll.resume import read_resume
from acadsite.importers.jekyll.source import JekyllSite, read_site
from acadsite.importers.jekyll.texts import is_list_only
from acadsite.importers.jekyll.writing import NewSite, compact, fault, key_of, named, plain
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import Problem, Span, error, quote, warning
from acadsite.records import slug

if TYPE_CHECKING:
    from pathlib import Path

    from acadsite.importers.jekyll.source import Doc

Item = dict[str, Any]

_NAME: Final = "academicpages"
_COLLECTIONS: Final = ("publications", "talks", "teaching", "portfolio")
_THEME: Final = re.compile(
    r"(assets/(css|js|fonts|webfonts|sass)|markdown_generator|scripts|talkmap_cache|lighthouse_results)/|talkmap\.(py|ipynb)\Z|google_fonts/"
    r"|images/(favicon|apple-touch-icon|android-chrome|mstile|manifest|browserconfig|safari-pinned)"
)
#: Addresses of pages that list things, and what stands in their place here, the best first.
_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "publications": ("publications",),
    "talks": ("talks",),
    "teaching": ("courses",),
    "portfolio": ("projects",),
    "year-archive": ("posts",),
    "blog": ("posts",),
    "posts": ("posts",),
    "tags": ("tags", "posts"),
    "categories": ("tags", "posts"),
    "collection-archive": ("search",),
    "page-archive": ("search",),
    "sitemap": ("search",),
    "cv-json": ("cv",),
}
_READS: Final = {
    "publications": "publications",
    "talks": "talks",
    "teaching": "teaching",
    "portfolio": "portfolio",
    "posts": "year-archive",
}
_TITLES: Final = {
    "publications": "Publications",
    "talks": "Talks",
    "teaching": "Teaching",
    "portfolio": "Portfolio",
    "posts": "Posts",
}
_OURS: Final = {
    "publications": "publications",
    "talks": "talks",
    "teaching": "courses",
    "posts": "posts",
    "portfolio": "projects",
}
#: Settings that something is made of, or that say how the theme looks or builds.
_TAKEN: Final = frozenset(
    """locale site_theme title title_separator name description url baseurl repository author publication_category
    collections defaults permalink timezone include exclude keep_files encoding markdown_ext markdown highlighter lsi
    excerpt_separator incremental kramdown sass plugins whitelist plugins_dir category_archive tag_archive
    compress_html future breadcrumbs words_per_minute read_more teaser paginate paginate_path data_dir collections_dir
    source minimal_mistakes_skin""".split()  # noqa: SIM905
)


def import_academicpages(source: Path, to: Path, today: dt.date | None = None) -> Result:
    """Make an acadsite folder ``to`` out of the academicpages site in ``source``. Existing files are never overwritten;
    faults of the content are problems, and nothing is raised for them. ``today`` decides which posts are published
    yet."""
    day = today or dt.date.today()  # noqa: DTZ011 - the day where the author is
    site = read_site(source, _COLLECTIONS)
    if isinstance(site, Problem):
        return fault(site, _NAME)
    return _Import(site, NewSite(site, Folder(to), day)).run()


@dataclass(slots=True)
class _Import:
    """One run."""

    site: JekyllSite
    new: NewSite
    owner: str = ""
    picture: str = ""
    home: Doc | None = None
    listed: list[tuple[str, Doc]] = field(default_factory=list)
    plain: list[Doc] = field(default_factory=list)

    def run(self) -> Result:
        self.settings()
        self.sort_pages()
        self.addresses()
        self.publications()
        self.talks()
        self.teaching()
        self.portfolio()
        self.posts()
        self.cv()
        self.lists()
        self.pages()
        self.front_page()
        self.people()
        self.new.statics(lambda path: bool(_THEME.match(path)))
        self.menu()
        self.archives()
        self.data_files()
        if any(path.startswith("markdown_generator/") for path in self.site.files):
            self.new.notes.append(
                "markdown_generator is not taken: records are lists here, and need no scripts."
            )
        self.new.notes.append(
            "Layouts, includes and style sheets are not taken over: they belong to Jekyll. “theme” and “accent” in "
            "site.yaml say how the new site looks."
        )
        comment = "Settings of the site, imported from academicpages. Every key has a default and may go."
        return self.new.finish(comment, _NAME)

    # --- settings ---

    def settings(self) -> None:
        site = self.site
        title = plain(site.text("title"))
        node = site.setting("author")
        person: Item = {}
        if node is not None and isinstance(node.value, dict):
            person, self.picture, problems = author(node, plain(site.text("name")) or title, self.new.reader)
            self.new.problems += problems
        elif site.text("name") or title:
            person = {"name": plain(site.text("name")) or title}
        self.owner = str(person.get("name") or title)
        if not person.get("name"):
            place = Span(site.config_path)
            message = "The owner's name is missing: author, name."
            self.new.problems.append(error("import-name", message, place, "Complete “author” in site.yaml."))
        if self.picture and self.picture not in site.files and not is_external(self.picture):
            avatar = node.keys.get("avatar") if node is not None else None
            message = f"There is no picture {quote(self.picture)}."
            self.new.problems.append(
                warning("import-file", message, avatar, "Name another one as “portrait”.")
            )
            self.picture = ""
        url, base = site.text("url").rstrip("/"), site.text("baseurl").strip("/")
        language = site.text("locale").replace("_", "-").split("-")[0].lower()
        self.new.settings = {
            "title": title or self.owner,
            "description": plain(site.text("description")),
            "url": f"{url}/{base}".rstrip("/") + "/" if is_external(url) and not unsafe_reason(url) else "",
            "language": language if re.fullmatch(r"[a-z]{2,3}", language) else "en",
            **named(person),
        }
        value = site.config.value
        names = [
            key
            for key, inner in (value if isinstance(value, dict) else {}).items()
            if key not in _TAKEN and _says_something(inner.plain())
        ]
        if names:
            self.new.notes.append(
                f"Settings of {site.config_path} without a counterpart: {', '.join(names)}."
            )
        if site.text("future") == "true":
            self.new.notes.append("“future: true” is not taken: posts of the future wait for their day.")

    # --- which page is what ---

    def sort_pages(self) -> None:
        for doc in self.site.of("pages"):
            key = key_of(doc.url or doc.text("permalink"))
            reads = next((name for name in _READS if re.search(rf"\bsite\.{name}\b", doc.body)), "")
            is_list = (
                "{% for" in doc.body
                or doc.text("layout") in {"archive", "cv-layout"}
                or "site.data.cv" in doc.body
            )
            if doc.url == "/":
                if self.home is None:
                    self.home = doc
                else:
                    self.plain.append(doc)
            elif key in {"404.html", "404"}:
                self.new.notes.append(
                    f"{doc.path} is not taken: the new site has a page of its own for what is not found."
                )
            elif doc.url.endswith((".xml", ".json", ".txt")):
                self.new.notes.append(f"{doc.path} is not taken: the new site makes such files itself.")
            elif key in _LISTS and (is_list or not doc.body.strip()):
                if doc.url:
                    self.listed.append((key, doc))
                else:
                    self.new.notes.append(
                        f"{doc.path} was not published and lists what our pages list; it is not taken."
                    )
            elif reads and is_list_only(doc.body):
                self.listed.append((_READS[reads], doc))
            elif doc.url or doc.flag("published") is False:
                self.plain.append(doc)

    def addresses(self) -> None:
        """The lists of the new site, for links to them and as patterns."""
        for name, ours in _OURS.items():
            if self.site.of(name):
                self.new.lists[name] = (_TITLES[name], f"/{ours}/")
        if self.site.of("teaching"):
            self.new.urls |= {"courses": "teaching/", "course": "teaching/{id}/"}
            self.new.lists["teaching"] = ("Teaching", "/teaching/")
        if self.site.of("portfolio"):
            self.new.urls |= {"projects": "portfolio/", "project": "portfolio/{id}/"}
            self.new.lists["portfolio"] = ("Portfolio", "/portfolio/")
        for _, name in self.new.lists.values():
            self.new.claim(name)

    # --- collections ---

    def publications(self) -> None:
        works = Works(self.new)
        for doc in sorted(self.site.of("publications"), key=lambda doc: (doc.day, doc.path), reverse=True):
            works.add(doc)
            self.count("publications")
        if works.entries:
            self.new.folder.write("content/publications/publications.bib", "\n".join(works.entries.values()))

    def talks(self) -> None:
        """Talks with a text are documents, the others lines of a list."""
        found = []
        for doc in sorted(self.site.of("talks"), key=lambda doc: (doc.day, doc.path), reverse=True):
            if doc.flag("published") is False:
                message = "A talk that is not published is left out."
                self.new.problems.append(warning("import-draft", message, doc.where))
                continue
            identifier = doc.url.strip("/").rsplit("/", 1)[-1] or PurePosixPath(doc.path).stem
            links = {
                name: self.new.local(doc.text(key)) or doc.text(key)
                for key, name in (("slidesurl", "slides"), ("videourl", "video"), ("link", "url"))
            }
            talk = compact(
                {
                    "title": self.new.markdown(self.new.title(doc), doc, "title"),
                    "kind": plain(doc.text("type")).lower(),
                    "event": self.new.summary(doc, "venue"),
                    "location": self.new.summary(doc, "location"),
                    "date": doc.day,
                    "note": self.new.summary(doc, "excerpt"),
                    **{name: _rooted(url) for name, url in links.items() if url and not unsafe_reason(url)},
                }
            )
            taken = ("title", "type", "venue", "location", "date", "excerpt", "collection", "permalink", "slidesurl",
                     "videourl", "link", "redirect_from", "published", "slug")  # fmt: skip
            talk |= self.new.rest(doc, taken)
            body = self.new.body(doc)
            self.count("talks")
            if body:
                self.new.document("talk", doc, talk, body, name=identifier)
                continue
            name = self.new.identifier("talk", identifier)
            for address in [doc.url, *self.new.redirected(doc)]:
                self.new.ask(address, [f"talk:{name}", "talks"], doc.where)
            found.append({"id": name, **talk})
        if found:
            self.new.folder.write("content/talks.yaml", yaml_text(found))

    def teaching(self) -> None:
        for doc in self.site.of("teaching"):
            venue = ", ".join(
                filter(None, (self.new.summary(doc, "venue"), self.new.summary(doc, "location")))
            )
            front = {
                "title": self.new.title(doc),
                "start": doc.day,
                "institution": venue,
                "level": plain(doc.text("type")),
                "summary": self.new.summary(doc, "excerpt"),
                "draft": True if doc.flag("published") is False else None,
            }
            taken = (
                "title",
                "date",
                "venue",
                "location",
                "type",
                "excerpt",
                "collection",
                "permalink",
                "redirect_from",
                "published",
                "slug",
            )
            front |= self.new.rest(doc, taken)
            identifier = doc.url.strip("/").rsplit("/", 1)[-1] or PurePosixPath(doc.path).stem
            self.new.document("course", doc, front, self.new.body(doc), name=identifier)
            self.count("courses")

    def portfolio(self) -> None:
        for doc in self.site.of("portfolio"):
            excerpt = doc.text("excerpt")
            picture = re.search(r"""<img[^<>]*\ssrc=["']([^"']+)["'][^<>]*>""", excerpt)
            words = re.sub(r"<br\s*/?>", " ", excerpt.replace(picture[0], " ") if picture else excerpt)
            front = {
                "title": self.new.title(doc),
                "summary": self.new.markdown(words, doc, "excerpt") if words.strip() else "",
                "image": self.new.local(picture[1]) if picture else "",
                "start": doc.day,
                "draft": True if doc.flag("published") is False else None,
            }
            taken = (
                "title",
                "excerpt",
                "collection",
                "date",
                "permalink",
                "redirect_from",
                "published",
                "slug",
            )
            front |= self.new.rest(doc, taken)
            self.new.document("project", doc, front, self.new.body(doc), name=PurePosixPath(doc.path).stem)
            self.count("projects")

    def posts(self) -> None:
        for doc in self.site.of("posts", "drafts"):
            if doc.collection == "posts" and not doc.day:
                continue  # told
            self.new.post(doc)
            self.count("posts")

    # --- CV, lists, pages ---

    def cv(self) -> None:
        """``cv.yaml`` of ``_data/cv.json``, which the page /cv-json/ shows."""
        path = "_data/cv.json"
        if path not in self.site.files:
            return
        pages = [doc for key, doc in self.listed if key == "cv-json"]
        has_text = any(key_of(doc.url) == "cv" for doc in self.plain)
        if has_text and not pages:
            self.new.notes.append(f"{path} is not taken: no page showed it.")
            return
        raw = self.site.read(path)
        if raw is None:
            return
        # Names of the first version of JSON Resume, which academicpages' own script writes.
        for old, new in ((b'"company"', b'"name"'), (b'"website"', b'"url"'), (b'"gpa"', b'"score"')):
            raw = raw.replace(old + b":", new + b":")
        resume = read_resume(raw, path, is_rendercv=False)
        self.new.problems += resume.problems
        self.new.notes += [note for note in resume.notes if "picture" not in note]
        if resume.cv and self.new.folder.write("content/cv.yaml", resume.cv):
            self.new.counts["cv entries"] = sum(resume.counts.values())
            if has_text:
                self.new.urls["cv"] = "cv-json/"
            else:
                self.new.names["cv"] = "cv"
            self.new.names["cv-json"] = "cv"

    def lists(self) -> None:
        """Pages that listed something lead to our lists; what stood above the list goes with them."""
        for key, doc in self.listed:
            targets = list(_LISTS[key])
            name = targets[0]
            is_there = name in {"tags", "search"} or any(
                self.site.of(one) for one, ours in _OURS.items() if ours == name
            )
            if name == "cv":
                is_there = "content/cv.yaml" in self.new.folder.written
            if is_there:
                self.new.names[key_of(doc.url)] = name
            if name in {"search", "tags", "cv"}:
                self.new.notes.append(f"{doc.path} is not taken: {doc.url} leads to the page “{name}”.")
            for address in [doc.url, *self.new.redirected(doc)]:
                self.new.ask(address, [*targets, "home"], doc.where)
            if name in {"publications", "talks", "courses", "posts", "projects"} and is_there:
                intro, behind = self.new.introduction(doc)
                title = plain(doc.text("title"))
                settings = compact({"title": title if name != "publications" else "", "intro": intro})
                if settings:
                    self.new.settings.setdefault(name, {}).update(settings)
                if behind and not re.search(r"my (articles|work) on", behind):
                    message = (
                        f"The page becomes our list of {name}; these words of its template are left out: "
                        f"{quote(behind[:80])}."
                    )
                    place = Span(doc.path, doc.line)
                    hint = f"“{name}: intro” in site.yaml is text above the list."
                    self.new.problems.append(warning("import-template", message, place, hint))
            self.new.rest(
                doc,
                (
                    "title",
                    "permalink",
                    "redirect_from",
                    "published",
                    "slug",
                    "entries_layout",
                    "types",
                    "taxonomy",
                ),
            )

    def pages(self) -> None:
        for doc in self.plain:
            if self.new.is_moved(doc):
                self.count("redirects")
                continue
            name = doc.url.strip("/").rsplit("/", 1)[-1].removesuffix(".html")
            self.new.page(doc, name=name or doc.slug)
            self.count("pages")

    def front_page(self) -> None:
        doc = self.home
        front: Item = {}
        if self.picture and not is_external(self.picture):
            front = {"portrait": self.picture, "portrait_alt": self.owner}
        if doc is None:
            self.new.notes.append("There is no page at “/”: the home page shows the sections there are.")
            self.new.folder.write("content/index.md", f"---\n{yaml_text(front) if front else ''}---\n")
            return
        title = plain(doc.text("title"))
        section: Any = {"section": "about", "title": title} if title and title != self.owner else "about"
        front["sections"] = [section]
        front |= self.new.rest(doc, ("title", "excerpt", "permalink", "redirect_from", "slug"))
        for address in self.new.redirected(doc):
            self.new.ask(address, ["home"], doc.where)
        body = self.new.body(doc)
        text = f"---\n{yaml_text(front)}---\n"
        self.new.folder.write("content/index.md", f"{text}\n{body}\n" if body else text)

    def people(self) -> None:
        """``people.yaml`` of ``_data/authors.yml``: further authors of posts."""
        data = self.site.data("authors")
        found = []
        if data is not None and isinstance(data[1].value, dict):
            for key, node in data[1].value.items():
                if not isinstance(node.value, dict):
                    self.new.problems.append(
                        warning("import-kind", f"Expected keys below {quote(key)}.", node.span)
                    )
                    continue
                person, picture, problems = author(node, plain(key), self.new.reader)
                self.new.problems += problems
                person.pop("location", None)
                if picture in self.site.files:
                    person["photo"] = picture
                if person.get("name") and person["name"] != self.owner:
                    found.append({"id": slug(plain(key)) or "person", **person})
        self.new.listing("people", found)

    def menu(self) -> None:
        """The menu of ``_data/navigation.yml``."""
        data = self.site.data("navigation")
        node = data[1].get("main") if data is not None else None
        items = []
        for item in node.value if node is not None and isinstance(node.value, tuple) else ():
            title, url = item.get("title"), item.get("url")
            if title is not None and url is not None and url.raw:
                items.append((plain(title.raw), url.raw.strip(), item.span))
        self.new.menu(items)

    def archives(self) -> None:
        """Pages of tags and categories, where a plug-in made them."""
        pattern = {}
        given = self.site.setting("jekyll-archives", "permalinks")
        for key, single, kind in (
            ("tags", "tag", "tag"),
            ("categories", "category", "category"),
            ("year", "year", "year"),
        ):
            node = (given.get(key) or given.get(single)) if given is not None else None
            if node is not None and node.raw:
                pattern[key] = node.raw.replace(":type", kind)
        paginate = self.site.text("paginate")
        count = int(paginate) if paginate.isdecimal() and len(paginate) < 5 else 0
        self.new.archives(
            self.site.of("posts"), count, self.site.text("paginate_path") or "/page:num/", pattern
        )

    def data_files(self) -> None:
        """What lies in ``_data`` and nothing was made of."""
        comments = [path for path in sorted(self.site.files) if path.startswith("_data/comments/")]
        if comments:
            message = f"Comments of readers ({len(comments)} files) are left out."
            self.new.problems.append(warning("import-data", message, Span(comments[0])))
        known = {"navigation", "authors", "cv", "ui-text"}
        for path in sorted(self.site.files):
            pure = PurePosixPath(path)
            if pure.parts[0] == "_data" and pure.stem not in known and path not in comments:
                message = "This data file belongs to templates that are not taken over; it is left out."
                hint = "Its content may fit a list in content/."
                self.new.problems.append(warning("import-data", message, Span(path), hint))

    def count(self, name: str) -> None:
        self.new.counts[name] = self.new.counts.get(name, 0) + 1


def _rooted(url: str) -> str:
    """An address of this site from its root."""
    return url if is_external(url) or url.startswith(("/", "#")) else f"/{url}"


def _says_something(value: object) -> bool:
    """Whether a setting has a value anywhere in it."""
    if isinstance(value, dict):
        return any(_says_something(item) for item in value.values())
    if isinstance(value, list):
        return any(_says_something(item) for item in value)
    return value not in (None, "", False, "false")
