"""What the home page and the settings of al-folio say: index.md and site.yaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.graph import clean_url
from acadsite.importers.al_folio.accounts import NETWORKS, profiles
from acadsite.importers.al_folio.state import Item, Run, number
from acadsite.importers.cv_site import person_name
from acadsite.importers.jekyll.writing import compact, named, plain
from acadsite.importers.yaml_text import yaml_text
from acadsite.links import is_external, unsafe_reason
from acadsite.people import display, likeness, parse_name
from acadsite.problems import Span, error, quote, warning

if TYPE_CHECKING:
    from acadsite.importers.jekyll.source import Doc

_TAKEN: Final = frozenset(
    """title first_name middle_name last_name email description lang url baseurl permalink scholar collections exclude
    include defaults plugins markdown kramdown highlighter pagination max_author_limit contact_note footer_text
    timezone future jekyll-archives source data_dir collections_dir author name keep_files sass safe cname""".split()  # noqa: SIM905
)


def name(run: Run) -> None:
    """The owner's name."""
    parts = [run.site.text(key) for key in ("first_name", "middle_name", "last_name")]
    title = run.site.text("title")
    run.owner = plain(" ".join(filter(None, parts)))
    if not run.owner and title and title != "blank":
        run.owner = plain(title)
    if not run.owner:
        message = "The owner's name is missing: “first_name” and “last_name”."
        place = Span(run.site.config_path)
        run.new.problems.append(error("import-name", message, place, "Complete “author” in site.yaml."))


def front_page(run: Run) -> None:
    """``index.md``: portrait, lines beside it, sections in al-folio's order, and the text."""
    doc = run.home
    front: Item = {}
    sections: list[Any] = ["about"]
    if doc is None:
        run.new.notes.append("There is no page at “/”: the home page shows the sections there are.")
        run.new.folder.write("content/index.md", "---\n---\n")
        return
    profile = doc.get("profile")
    values = {}
    if profile is not None and isinstance(profile.value, dict):
        values = {
            key: inner
            for key, inner in profile.value.items()
            if not isinstance(inner.value, (dict, tuple)) and inner.raw.strip()
        }
    if image := values.get("image"):
        path = image.raw.strip().lstrip("/")
        path = path if "/" in path else f"assets/img/{path}"
        if path in run.site.files:
            front |= {"portrait": path, "portrait_alt": run.owner}
        else:
            message = f"There is no picture {quote(path)}."
            run.new.problems.append(
                warning("import-file", message, image.span, "Name another one as “portrait”.")
            )
    front["affiliation"] = run.new.summary(doc, "subtitle", "description")
    more = values.get("more_info") or values.get("address")
    if more is not None:
        lines = re.split(r"(?i)</p>|<br\s*/?>|\n", more.raw)
        front["location"] = ", ".join(filter(None, (plain(line).rstrip(",") for line in lines)))
    if shows(doc, "news", "announcements") and run.new.counts.get("news"):
        sections.append({"section": "news", "limit": 0})
    if shows(doc, "latest_posts") and run.new.counts.get("posts"):
        sections.append({"section": "posts", "limit": _limit(doc, "latest_posts")})
    if doc.flag("selected_papers") and run.entries:
        sections.append("selected")
    front["sections"] = sections
    taken = ("title", "subtitle", "profile", "description", "redirect_from", "permalink", "slug")
    front |= run.new.rest(doc, taken)
    for address in run.new.redirected(doc):
        run.new.ask(address, ["home"], doc.where)
    body = run.new.body(doc)
    text = f"---\n{yaml_text(compact(front))}---\n"
    run.new.folder.write("content/index.md", f"{text}\n{body}\n" if body else text)


def shows(doc: Doc, *keys: str) -> bool:
    """Whether the home page shows a section: ``key: true``, or ``key: {enabled: true}``."""
    for key in keys:
        node = doc.get(key)
        if node is not None:
            enabled = node.get("enabled") if isinstance(node.value, dict) else node
            return enabled is not None and enabled.raw.lower() == "true"
    return False


def settings(run: Run) -> None:
    """``site.yaml`` but for menu, addresses and redirects."""
    site = run.site
    base = site.text("baseurl").strip("/")
    url = site.text("url").rstrip("/")
    title = site.text("title")
    description = site.text("description")
    if "whitespace theme for academics" in description:
        description = ""
    elif description:
        description = plain(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", description))
    language = {"cn": "zh"}.get(site.text("lang"), site.text("lang")) or "en"
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        language = "en"
    limit = site.text("max_author_limit")
    given = run.new.settings
    listing = {"max_authors": int(limit) if limit.isdecimal() and len(limit) < 4 else None}
    if given.get("publications") or any(listing.values()):
        given["publications"] = compact({**given.get("publications", {}), **listing})
    run.new.settings = {
        "title": run.owner if title in {"", "blank"} else plain(title),
        "description": description,
        "url": f"{url}/{base}".rstrip("/") + "/" if is_external(url) and not unsafe_reason(url) else "",
        "language": language,
        **named(author(run)),
        "footer": footer(run),
        **given,
    }
    left(run)


def author(run: Run) -> Item:
    """``author`` of ``site.yaml``."""
    accounts: dict[str, str] = {}
    socials = run.site.data("socials")
    email = run.site.text("email")
    sources = [(run.site.config, True)] + ([(socials[1], False)] if socials is not None else [])
    for node, only_known in sources:
        found, problems = profiles(node, only_known=only_known)
        accounts |= found
        run.new.problems += problems
    if socials is not None:
        given = socials[1].get("email")
        email = given.raw.strip() if given is not None and given.value is not None else email
    record = run.resume.author if run.resume is not None else {}
    orcid = accounts.pop("orcid", "")
    name = run.owner or str(record.get("name") or "")
    first, last = run.site.words("scholar", "first_name"), run.site.words("scholar", "last_name")
    own = parse_name(name) if name else None
    aliases = []
    for family in last:
        for given_name in first or [""]:
            alias = f"{family}, {given_name}".rstrip(", ")
            if own is not None and given_name and display(parse_name(alias)) != display(own):
                aliases.append(alias)
    aliases = [alias for alias in aliases if own is None or not likeness(own, parse_name(alias))]
    return compact(
        {
            "name": person_name(name) if name else None,
            "aliases": aliases,
            "role": record.get("role"),
            "orcid": orcid.rstrip("/").rsplit("/", 1)[-1],
            "email": email.replace("[at]", "@").replace("(at)", "@"),
            "note": " ".join(run.site.text("contact_note").split())
            if "best way to reach you" not in run.site.text("contact_note")
            else "",
            "profiles": accounts,
        }
    )


def footer(run: Run) -> str:
    """The words at the foot of each page, unless they praise Jekyll."""
    text = run.site.text("footer_text")
    if not text or "jekyll" in text.casefold():
        return ""
    where = run.site.config.keys.get("footer_text")
    return run.new.reader.line(text, where)


def left(run: Run) -> None:
    """A note on settings that say something which nothing is made of."""
    value = run.site.config.value
    names = [
        key
        for key, node in (value if isinstance(value, dict) else {}).items()
        if key not in _TAKEN and key not in NETWORKS and node.value not in (None, "", False, "false")
    ]
    if names:
        run.new.notes.append(f"Settings of {run.site.config_path} without a counterpart: {', '.join(names)}.")
    if run.site.text("future") == "true":
        run.new.notes.append("“future: true” is not taken: posts of the future wait for their day.")


def navigation(run: Run) -> None:
    """The menu: pages with ``nav: true`` in their order, the entries of dropdowns one by one."""
    found: list[tuple[float, str, list[tuple[str, str, Span | None]]]] = []
    for doc in run.site.of("pages"):
        if not doc.flag("nav") or doc.flag("published") is False:
            continue
        order = number(doc.text("nav_order") or doc.text("nav_rank"))
        children = doc.get("children")
        if doc.flag("dropdown") and children is not None and isinstance(children.value, tuple):
            items: list[tuple[str, str, Span | None]] = [
                (plain(title.raw), link.raw.strip(), child.span)
                for child in children.value
                if (title := child.get("title")) is not None
                and (link := child.get("permalink")) is not None
                and link.raw
            ]
            found.append((order, doc.path, items))
        elif doc is not run.home:
            found.append((order, doc.path, [(plain(doc.text("title")), doc.url, doc.where)]))
    run.new.menu(item for _, _, items in sorted(found, key=lambda one: one[:2]) for item in items)


def archives(run: Run) -> None:
    """Pages that jekyll-archives and jekyll-paginate make."""
    posts = run.site.of("posts")
    blog = run.new.lists.get("posts", ("", "/blog/"))[1]
    given = run.site.setting("jekyll-archives", "posts", "permalinks") or run.site.setting(
        "jekyll-archives", "permalinks"
    )
    pattern = {"year": "/blog/:year/", "tags": "/blog/tag/:name/", "categories": "/blog/category/:name/"}
    for key, single, kind in (
        ("year", "year", "year"),
        ("tags", "tag", "tag"),
        ("categories", "category", "category"),
    ):
        node = (given.get(key) or given.get(single)) if given is not None else None
        if node is not None and node.raw:
            pattern[key] = node.raw.replace(":type", kind)
    page = run.pages.get("posts", [])
    options = page[0].get("pagination") if page else None
    per_page = options.get("per_page") if options is not None else None
    count = (
        int(per_page.raw)
        if per_page is not None and per_page.raw.isdecimal() and len(per_page.raw) < 5
        else 0
    )
    wanted = options.get("permalink") if options is not None else None
    more = wanted.raw if wanted is not None and ":num" in wanted.raw else "/page/:num/"
    parts = f"{blog.rstrip('/')}/{more.strip('/')}/"
    if count and "posts" in run.new.lists and clean_url(parts.replace(":num", "2")) is not None:
        run.new.settings.setdefault("posts", {})["per_page"] = count
        run.new.urls["posts-page"] = parts.strip("/").replace(":num", "{id}") + "/"
    run.new.archives(posts, count, parts, pattern)


def _limit(doc: Doc, key: str) -> int:
    """``limit`` of a section of the home page; 3, as al-folio has it."""
    node = doc.get(key)
    given = node.get("limit") if node is not None else None
    return int(given.raw) if given is not None and re.fullmatch(r"\d{1,4}", given.raw) else 3
