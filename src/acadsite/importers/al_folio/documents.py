"""Collections of al-folio whose documents become documents: people, courses, news, posts, projects, books …"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acadsite.importers.al_folio.accounts import NETWORKS, profiles
from acadsite.importers.al_folio.pages import replaced
from acadsite.importers.al_folio.state import COURSES, Item, Run, number
from acadsite.importers.cv_site import person_name
from acadsite.importers.jekyll.source import Doc, words
from acadsite.importers.jekyll.writing import cards_text, compact, plain
from acadsite.links import is_external, unsafe_reason
from acadsite.problems import Span, error, quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterator


def person(run: Run, doc: Doc) -> None:
    """One person as a document of ``people``."""
    name = plain(doc.text("name") or doc.text("title")) or plain(
        " ".join(filter(None, (doc.text("firstname"), doc.text("lastname"))))
    )
    name = name or doc.slug.replace("-", " ").title()
    photo = (doc.text("img") or doc.text("image") or doc.text("avatar")).lstrip("/")
    accounts, problems = profiles(doc.data, only_known=True)
    run.new.problems += problems
    url = next((doc.text(key) for key in ("website", "url", "homepage") if doc.text(key)), "")
    front = {
        "name": person_name(name),
        "url": url if is_external(url) and not unsafe_reason(url) else "",
        "role": run.new.summary(doc, "role", "position", "description"),
        "affiliation": run.new.summary(doc, "affiliation"),
        "email": doc.text("email"),
        "photo": photo,
        "group": plain(doc.text("category") or doc.text("group")),
        "profiles": accounts,
    }
    taken = ("name", "title", "firstname", "lastname", "img", "image", "avatar", "website", "url", "homepage", "role",
             "position", "description", "affiliation", "email", "category", "group", *NETWORKS)  # fmt: skip
    if doc.flag("published") is False:
        front["public"] = False
    front |= run.new.rest(doc, taken)
    run.new.document("person", doc, front, run.new.body(doc))
    run.count("people")


def courses(run: Run) -> None:
    """Courses, from whatever folder they are in."""
    for name in sorted(COURSES):
        for doc in run.site.of(name):
            course(run, doc)


def course(run: Run, doc: Doc) -> None:
    """One course, with its schedule; who taught, and where, begins the text."""
    year = re.search(r"\d{4}", doc.text("year"))
    place = ", ".join(filter(None, (plain(doc.text("location")), plain(doc.text("time")))))
    front: Item = {
        "title": run.new.title(doc),
        "term": plain(" ".join(filter(None, (doc.text("term"), doc.text("year"))))),
        "year": int(year[0]) if year else None,
        "start": doc.day,
        "code": plain(doc.text("course_code") or doc.text("code")),
        "summary": run.new.summary(doc, "description", "excerpt"),
        "schedule": list(schedule(run, doc)),
        "draft": True if doc.flag("published") is False else None,
        "# place and time": place,
    }
    taken = ("title", "term", "year", "date", "course_code", "code", "description", "excerpt", "instructor",
             "schedule", "location", "time", "course_id", "redirect_from", "published", "permalink",
             "slug")  # fmt: skip
    front |= run.new.rest(doc, taken)
    body = run.new.body(doc)
    people = [plain(name) for name in words(doc.get("instructor"))]
    if people or place:
        # Who taught need not stand in people.yaml.
        body = "\n\n".join(filter(None, (" · ".join(filter(None, (", ".join(people), place))), body)))
    run.new.document("course", doc, front, body)
    run.count("courses")


def schedule(run: Run, doc: Doc) -> Iterator[Item]:
    """The meetings of a course."""
    node = doc.get("schedule")
    for item in node.value if node is not None and isinstance(node.value, tuple) else ():
        if not isinstance(item.value, dict):
            run.new.problems.append(
                warning("import-kind", "Expected week, date and topic; it is left out.", item.span)
            )
            continue
        parts = {
            key: " ".join(inner.raw.split())
            for key, inner in item.value.items()
            if not isinstance(inner.value, (dict, tuple))
        }
        week = f"Week {parts['week']}" if parts.get("week", "").isdecimal() else parts.get("week", "")
        material = {}
        given = item.get("materials")
        for one in given.value if given is not None and isinstance(given.value, tuple) else ():
            name, url = one.get("name"), one.get("url")
            if url is not None and url.raw and not unsafe_reason(url.raw):
                target = url.raw if is_external(url.raw) or url.raw.startswith("/") else f"/{url.raw}"
                material[plain(name.raw) if name is not None and name.raw else "Material"] = target
        for key in parts:
            if key not in {"week", "date", "topic", "description"}:
                message = f"The key {quote(key)} of the schedule is left out."
                run.new.problems.append(warning("import-key", message, item.keys.get(key)))
        topic = " — ".join(filter(None, (parts.get("topic", ""), parts.get("description", ""))))
        yield compact(
            {
                "date": ", ".join(filter(None, (week, parts.get("date", "")))),
                "topic": topic,
                "material": material,
            }
        )


def news(run: Run) -> None:
    """Short news into ``news.yaml``; one with a page of its own keeps it."""
    found: list[Item] = []
    for doc in run.site.of("news"):
        if not doc.day:
            message = "A piece of news needs a “date”; it is left out."
            run.new.problems.append(error("import-date", message, doc.where, "Add it to content/news.yaml."))
            continue
        if doc.flag("published") is False:
            message = "News that is not published is left out."
            run.new.problems.append(warning("import-draft", message, doc.where))
            continue
        is_page = doc.flag("inline") is False or (doc.flag("inline") is None and bool(doc.text("title")))
        if is_page and doc.url:
            title = run.new.title(doc)
            run.new.page(doc, {"# date": doc.day}, below="news", name=doc.slug)
            found.append({"date": doc.day, "text": f"[{title}]({doc.url})"})
            continue
        run.new.rest(doc, ("date", "title", "redirect_from"))
        text = " ".join(run.new.body(doc).split()) or run.new.title(doc)
        found.append({"date": doc.day, "text": text})
        for address in [doc.url, *run.new.redirected(doc)]:
            run.new.ask(address, ["home"], doc.where)
    found.sort(key=lambda item: str(item["date"]), reverse=True)
    run.new.listing("news", found)
    for doc in run.pages.get("news", []):
        if found:
            replaced(run, doc, "home")
        else:
            run.pages.setdefault("page", []).append(doc)


def posts(run: Run) -> None:
    """Posts and drafts."""
    for doc in run.site.of("posts", "drafts"):
        if doc.collection == "posts" and not doc.day:
            continue  # told
        run.new.post(doc)
        run.count("posts")


def projects(run: Run) -> None:
    """Projects, in the order of their list: categories as the page names them, then by importance."""
    pages = run.pages.get("projects", [])
    wanted = words(pages[0].get("display_categories")) if pages else []
    for doc in run.site.of("projects"):
        category = plain(doc.text("category"))
        place = wanted.index(category) + 1 if category in wanted else len(wanted) + 1
        importance = number(doc.text("importance"))
        link = doc.text("redirect")
        front = {
            "title": run.new.title(doc),
            "summary": run.new.summary(doc, "description"),
            "category": category[:1].upper() + category[1:],
            "image": doc.text("img").lstrip("/"),
            "homepage": link if is_external(link) and not unsafe_reason(link) else "",
            "start": doc.day,
            "weight": min(place, 90) * 100 + min(max(int(importance), 0), 99)
            if pages or importance < 99
            else None,
            "draft": True if doc.flag("published") is False else None,
        }
        taken = ("title", "description", "category", "img", "importance", "redirect", "redirect_from", "date",
                 "permalink", "published", "slug")  # fmt: skip
        front |= run.new.rest(doc, taken)
        run.new.document("project", doc, front, run.new.body(doc))
        run.count("projects")


def shelves(run: Run) -> None:
    """Books, and collections of one's own, as pages; what their list shows of them is kept for it."""
    for name in ("books", *run.others()):
        docs = run.site.of(name)
        for doc in sorted(docs, key=lambda doc: (number(doc.text("importance")), doc.path)):
            card(run, name, doc)
            run.count(name)


def card(run: Run, name: str, doc: Doc) -> None:
    """One document of a collection as a page, and what the list of the collection shows of it."""
    title = run.new.title(doc)
    kept = {
        f"# {key}": doc.text(key)
        for key in ("img", "category", "importance", "cover", "author", "status")
        if doc.text(key)
    }
    address = doc.url
    if doc.text("redirect") and run.new.is_moved(doc):
        address = doc.text("redirect")
        if doc.body.strip():
            message = f"The page leads to {quote(address)}; its text is left out."
            run.new.problems.append(warning("import-redirect", message, doc.place("redirect")))
        run.new.rest(doc, ("title", "description", "redirect", *(key.removeprefix("# ") for key in kept)))
    else:
        run.new.page(doc, kept, below=name)
        if not doc.url and doc.flag("published") is not False:
            address = ""
    picture = (doc.text("img") or doc.text("cover")).lstrip("/")
    if name == "books" and picture and "/" not in picture:
        picture = f"assets/img/book_covers/{picture}"
    summary = run.new.summary(doc, "description") or plain(doc.text("author"))
    if address and doc.flag("published") is not False:
        item = {"picture": picture, "summary": summary, "category": plain(doc.text("category"))}
        run.cards.setdefault(name, []).append((title, address, item))


def list_pages(run: Run) -> None:
    """Pages that list books and collections of one's own."""
    for name in ("books", *run.others()):
        pages = run.pages.get(name, [])
        cards = run.cards.get(name, [])
        for doc in pages:
            if not cards:
                run.new.page(doc)
                continue
            intro, behind = run.new.introduction(doc)
            if behind:
                message = (
                    f"The list of {name} is written anew; these words of its template are left out: "
                    f"{quote(behind[:80])}."
                )
                run.new.problems.append(warning("import-template", message, Span(doc.path, doc.line)))
            wanted = words(doc.get("display_categories"))
            run.new.page(doc, body="\n\n".join(filter(None, (intro, cards_text(cards, wanted)))))
            run.count("pages")
        if cards and not pages:
            run.new.notes.append(f"No page listed {name}; theirs are at their addresses.")
