"""Pages of al-folio: which of them our lists replace, and what becomes of the others."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from acadsite.importers.al_folio.state import COURSES, OWN_PAGES, PEOPLE, Run
from acadsite.importers.jekyll.source import Doc
from acadsite.importers.jekyll.writing import key_of, plain
from acadsite.problems import Span, quote, warning
from acadsite.sources import decode

if TYPE_CHECKING:
    from acadsite.sources import Node

_READS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("publications", re.compile(r"\{%-?\s*bibliography\b(?![^%]*--cited)|include\s+bib_search")),
    ("projects", re.compile(r"site\.projects\b|include\s+projects")),
    ("repos", re.compile(r"site\.data\.repositories\b|include\s+repository/")),
    ("courses", re.compile(r"site\.(teachings|courses)\b|include\s+courses\.")),
    ("posts", re.compile(r"site\.posts\b|paginator\.posts|postlist")),
    ("news", re.compile(r"site\.news\b|include\s+news\.")),
    ("books", re.compile(r"site\.books\b")),
    ("people", re.compile(r"site\.(people|members|team)\b")),
)
_TITLES: Final = {
    "publications": "Publications",
    "repos": "Repositories",
    "courses": "Teaching",
    "posts": "Blog",
    "people": "People",
    "projects": "Projects",
}


def sort_pages(run: Run) -> None:
    """Which page is the home page, which are lists, and which are plain."""
    for doc in run.site.of("pages"):
        name = kind(doc)
        own = (
            one
            for one in run.others()
            if name == "page" and re.search(rf"\bsite\.{re.escape(one)}\b", doc.body)
        )
        run.pages.setdefault(next(own, name), []).append(doc)
    homes = run.pages.get("home", [])
    run.home = next((doc for doc in homes if doc.text("layout") == "about"), homes[0] if homes else None)
    for doc in homes:
        if doc is not run.home:
            run.pages.setdefault("page", []).append(doc)


def kind(doc: Doc) -> str:
    """What a page is: home, cv, the name of what it lists, or “page”."""
    layout = doc.text("layout")
    if doc.url == "/":
        return "home"
    if key_of(doc.url) in {"404.html", "404"} or PurePosixPath(doc.path).stem == "404":
        return "404"
    if layout == "cv":
        return "cv"
    if layout == "profiles":
        return "profiles"
    if layout == "book-shelf":
        return "books"
    if doc.flag("dropdown"):
        return "dropdown"
    for name, pattern in _READS:
        if pattern.search(doc.body):
            return name
    return "page"


def lists(run: Run) -> None:
    """Which lists the new site has, and at which address: that of the page that listed the same before."""
    has = {
        "publications": bool(run.entries),
        "repos": bool(run.repos()),
        "courses": any(run.site.of(name) for name in COURSES),
        "posts": bool(run.site.of("posts")),
        "people": any(run.site.of(name) for name in PEOPLE),
        "projects": bool(run.site.of("projects")),
    }
    for name, is_there in has.items():
        pages = run.pages.get(name, [])
        if not is_there:
            # A list without anything to list is a plain page.
            run.pages.setdefault("page", []).extend(run.pages.pop(name, []))
            continue
        address = pages[0].url if pages else ""
        if pages and (url := run.new.claim(address)) is not None:
            if url != f"{name}/":
                run.new.urls[name] = url
            address = f"/{url}"
        run.new.lists[name] = (_TITLES[name], address or f"/{name}/")
        for doc in pages:
            replaced(run, doc, name)
    for name in ("teachings", "courses", "books", "news", *run.others()):
        listed = {"teachings": "courses"}.get(name, name)
        pages = run.pages.get(listed, [])
        address = run.new.lists[listed][1] if listed in run.new.lists else pages[0].url if pages else ""
        if address:
            run.new.lists.setdefault(
                name, (_TITLES.get(listed, pages[0].text("title") if pages else name), address)
            )
    if "repos" in run.new.lists:
        run.new.lists["data.repositories.github_repos"] = run.new.lists["repos"]
    if run.new.lists.get("posts"):
        blog = run.new.lists["posts"][1].strip("/")
        posts = [doc for doc in run.site.of("posts") if doc.url]
        if posts and all(re.fullmatch(rf"/{re.escape(blog)}/{doc.day[:4]}/[^/]+/", doc.url) for doc in posts):
            run.new.urls["post"] = f"{blog}/{{year}}/{{id}}/"
        if blog != "posts":
            run.new.urls |= {"tags": f"{blog}/tag/", "tag": f"{blog}/tag/{{id}}/"}
    courses = [doc for name in COURSES for doc in run.site.of(name)]
    folders = {doc.collection for doc in courses}
    is_plain = all(doc.url == f"/{doc.collection}/{doc.slug}/" for doc in courses)
    if len(folders) == 1 and is_plain and folders != {"courses"}:
        run.new.urls["course"] = f"{folders.pop()}/{{id}}/"


def replaced(run: Run, doc: Doc, name: str) -> None:
    """A page gives way to a list of ours: its words above the list stay, what it did behind is told."""
    run.new.names[key_of(doc.url)] = name
    for address in [doc.url, *run.new.redirected(doc)]:
        run.new.ask(address, [name], doc.where)
    intro, behind = run.new.introduction(doc)
    parts = [run.new.summary(doc, "description")] if name != "news" else []
    if intro:
        parts.append(" ".join(intro.split()))
    text = "\n\n".join(filter(None, parts))
    if text and name in OWN_PAGES - {"cv"}:
        run.new.settings.setdefault(name, {}).setdefault("intro", text)
    title = doc.text("title")
    if title and name in OWN_PAGES - {"cv", "publications"}:
        run.new.settings.setdefault(name, {}).setdefault(
            "title", plain(title).capitalize() if title.islower() else plain(title)
        )
    if behind and name in OWN_PAGES - {"posts"}:
        message = (
            f"The page becomes our list of {name}; these words of its template are left out: "
            f"{quote(behind[:80])}."
        )
        place = Span(doc.path, doc.line)
        run.new.problems.append(
            warning(
                "import-template", message, place, f"“{name}: intro” in site.yaml is text above the list."
            )
        )
    run.new.rest(
        doc,
        (
            "title",
            "description",
            "redirect_from",
            "permalink",
            "published",
            "slug",
            "years",
            "cv_pdf",
            "children",
        ),
    )


def other_pages(run: Run) -> None:
    """What gives way to no list: plain pages, pages of profiles; pages that lead elsewhere become redirects."""
    for doc in run.pages.get("404", []):
        run.new.notes.append(
            f"{doc.path} is not taken: the new site has a page of its own for what is not found."
        )
    for doc in run.pages.get("profiles", []):
        profile_page(run, doc)
        run.count("pages")
    for doc in run.pages.get("page", []):
        if doc.url.endswith((".xml", ".txt", ".json")):
            run.new.notes.append(f"{doc.path} is not taken: the new site makes such files itrun.")
            continue
        if not doc.url and doc.flag("published") is not False:
            continue
        if run.new.is_moved(doc):
            run.count("redirects")
            continue
        run.new.page(doc)
        run.count("pages")


def profile_page(run: Run, doc: Doc) -> None:
    """A page of persons, each with picture, text of a file beside it, and address."""
    parts = []
    node = doc.get("profiles")
    for item in node.value if node is not None and isinstance(node.value, tuple) else ():
        values = {key: inner.raw.strip() for key, inner in (item.value if isinstance(item.value, dict) else {}).items()
                  if not isinstance(inner.value, (dict, tuple))}  # fmt: skip
        if picture := values.get("image"):
            path = picture if "/" in picture else f"assets/img/{picture}"
            parts.append(f"![](/{path.lstrip('/')}){{role=presentation}}")
        content = values.get("content", "")
        if content:
            parts.append(beside(run, doc, content, item))
        if more := values.get("more_info"):
            parts.append(run.new.reader.line(more, item.span))
    body = "\n\n".join(filter(None, [run.new.body(doc), *parts]))
    run.new.page(doc, {"# profiles": "see below"}, body)


def beside(run: Run, doc: Doc, name: str, item: Node) -> str:
    """The text of a file that lies beside a page."""
    path = str(PurePosixPath(doc.path).parent / name)
    raw = run.site.read(path)
    if raw is None:
        message = f"There is no file {quote(name)} beside the page."
        run.new.problems.append(warning("import-file", message, item.span))
        return ""
    text, problems = decode(raw, path)
    run.new.problems += problems
    text = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)
    return run.new.body(Doc(path, "pages", doc.data, text, 1, "", "", ""))
