"""``acadsite new``: a small site in which everything is an example that says of what.

The texts are in ``skeleton/``: a folder for each kind of site over one that all share. Where a kind has files of a
collection of its own, none of the shared ones are taken. Nothing that is there is overwritten.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from acadsite.config import json_schema, site_url
from acadsite.people import display, parse_name
from acadsite.problems import Problem, Span, error, quote
from acadsite.records import slug
from acadsite.scaffold.filling import environment
from acadsite.scaffold.wish import Made
from acadsite.scaffold.writing import is_readable, write_new

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    import jinja2

#: What a site may have, in the order of its README: with the file and what it is.
COLLECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "publications": ("content/publications/*.bib", "publications"),
    "papers": (
        "content/papers/",
        "full texts of publications, each in a folder that has the name of its key",
    ),
    "repos": ("content/repos.yaml", "software"),
    "projects": ("content/projects.yaml", "projects: people, papers and software of each"),
    "talks": ("content/talks.yaml", "talks"),
    "students": ("content/students.yaml", "students and their theses"),
    "people": ("content/people.yaml", "people: links, and other spellings of their names"),
    "news": ("content/news.yaml", "news"),
    "posts": ("content/posts/", "texts with a date"),
    "courses": ("content/courses/", "courses with their schedules"),
    "slides": ("content/slides/", "slides"),
    "handbook": ("content/handbook/", "a book of chapters, listed in `book.yaml`"),
    "cv": ("content/cv.yaml", "the CV, as page and PDF"),
    "pages": ("content/pages/", "other pages"),
}
#: Kind of site → the collections it begins with.
SITES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": tuple(COLLECTIONS),
    "lab": (
        "publications",
        "papers",
        "repos",
        "projects",
        "talks",
        "people",
        "news",
        "posts",
        "handbook",
        "pages",
    ),
    "course": ("people", "news", "courses", "slides", "handbook", "pages"),
}
#: Kind of site → name, position or line below the name, and theme where nothing is said.
DEFAULTS: Final = {
    "person": ("Jane Doe", "Professor of Examples", "reading-room"),
    "lab": ("Example Group", "We look for examples where nobody expects them.", "lab"),
    "course": ("Introduction to Examples", "Lectures and exercises", "reading-room"),
}
_MENUS: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    # collection, page, title; that of a person is made of what there is
    "person": (),
    "lab": (
        ("people", "people", ""),
        ("publications", "publications", ""),
        ("projects", "projects", ""),
        ("repos", "repos", ""),
        ("talks", "talks", ""),
        ("posts", "posts", ""),
        ("handbook", "handbook", "Handbook"),
        ("students", "students", ""),
        ("courses", "courses", ""),
        ("cv", "cv", "CV"),
        ("pages", "join-us", ""),
    ),
    "course": (
        ("courses", "courses", "Lectures"),
        ("slides", "slides", ""),
        ("handbook", "handbook", "Notes"),
        ("publications", "publications", ""),
        ("talks", "talks", ""),
        ("repos", "repos", "Software"),
        ("students", "students", ""),
        ("posts", "posts", ""),
        ("people", "people", ""),
        ("cv", "cv", "CV"),
        ("pages", "rules", ""),
    ),
}
_SKELETON: Final = Path(__file__).parent / "skeleton"
#: The scripts of which a PDF has letters without a font of the site's own, and languages that have others.
_SCRIPTS: Final = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "GEORGIAN")
_OTHERS: Final = frozenset({"ja", "ko", "zh"})
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NOWHERE: Final = "https://example.org/"
_USER: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}(?<!-))?"
_REPOSITORY: Final = re.compile(
    rf"(?:(?:https?://)?(?P<host>github|gitlab)\.com/|git@(?P<ssh>github|gitlab)\.com:)?"
    rf"(?P<user>{_USER})(?:/(?P<name>[A-Za-z0-9._-]+?)(?:\.git)?)?/?"
)
_REMOTE: Final = re.compile(r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)\s*$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a site will live, and the user to whom a host gives that address, if it does so."""

    url: str
    user: str = ""
    host: str = "github"


@dataclass(frozen=True, slots=True)
class Plan:
    """A site to be made. ``kind`` is one of ``SITES``; empty texts take what is in ``DEFAULTS``; ``files`` are more
    files by path, such as those of a host."""

    kind: str
    name: str
    role: str
    address: Address | None
    theme: str
    language: str
    collections: tuple[str, ...]
    host: str
    today: dt.date
    files: Mapping[str, str]


def address_of(text: str) -> Address | None:
    """The address that somebody means: a whole one, that of a repository, or USER and USER/REPOSITORY of GitHub; None
    where it is none."""
    text = text.strip()
    match = _REPOSITORY.fullmatch(text)
    if match is not None:
        host = match["host"] or match["ssh"] or "github"
        user, name = match["user"], match["name"] or ""
        home = f"{user}.{host}.io".lower()
        path = "" if not name or name.lower() == home else f"{name}/"
        return Address(f"https://{home}/{path}", user, host)
    url = site_url(text if re.match(r"https?://", text) else f"https://{text}")
    if url is None or "." not in urlsplit(url).netloc:
        return None
    owner = re.fullmatch(r"([a-z0-9-]+)\.(github|gitlab)\.io", urlsplit(url).netloc)
    return Address(url, owner[1], owner[2]) if owner else Address(url)


def home_of(root: Path) -> str:
    """The repository of which ``root`` is a clone, as its remote “origin” says; empty where it says nothing of use."""
    try:
        text = (root / ".git/config").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    found = _REMOTE.search(text)
    known = _REPOSITORY.fullmatch(found[1]) if found else None
    return found[1] if found and known and (known["host"] or known["ssh"]) else ""


def there_is_one() -> tuple[Problem, ...]:
    """What is told where a folder has a site."""
    hint = "To add something to it: acadsite new-page."
    return (error("new-site", "There is a site already; nothing was written.", Span("site.yaml"), hint),)


def new_site(root: Path, plan: Plan) -> Made:
    """Write the site into ``root``, which is made if need be. Files that are in the way stay and are told."""
    if (root / "site.yaml").exists():
        return Made(problems=there_is_one())
    if not is_readable(plan.name + plan.role):
        return Made(problems=(error("new-title", "The name has characters that no text may have."),))
    if plan.name and not any(char.isalnum() for char in plan.name):
        return Made(
            problems=(error("new-title", f"{quote(plan.name)} has no letter.", None, "Write a name."),)
        )
    if not _TAG.fullmatch(plan.language):
        message = f"{quote(plan.language)} is no language code."
        return Made(problems=(error("config-language", message, None, "Such as en, de or pt-BR."),))
    notes: tuple[str, ...] = ()
    if not _has_letters(plan):
        plan = replace(plan, collections=tuple(part for part in plan.collections if part != "cv"))
        notes = (
            "PDFs, and with them the CV, are left out: they need a font that has your letters (docs/cv.md).",
        )
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        message = f"The folder {quote(str(root))} cannot be made: {failure.strerror}."
        return Made(problems=(error("new-write", message),))
    written: list[str] = []
    problems: list[Problem] = []
    for path, text in sorted(_texts(plan).items()):
        problem = write_new(root, path, text)
        if problem is None:
            written.append(path)
        elif problem.code == "new-exists":
            problems.append(replace(problem, level="warning"))
        else:
            return Made(tuple(written), (*problems, problem))
    return Made(tuple(written), tuple(problems), notes)


def _has_letters(plan: Plan) -> bool:
    """Whether PDFs of the site can show its name: their fonts have no Chinese, Japanese, Korean, Thai …"""
    letters = [char for char in plan.name + plan.role if char.isalpha() and not char.isascii()]
    return plan.language.partition("-")[0] not in _OTHERS and all(
        unicodedata.name(char, "").startswith(_SCRIPTS) for char in letters
    )


def _texts(plan: Plan) -> dict[str, str]:
    """All files of the site by path."""
    values = _values(plan)
    env = environment(is_skeleton=True)
    texts = {path: _filled(env, source, values) for path, source in _sources(plan.kind, values)}
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    return {"site.schema.json": schema, **texts, **plan.files}


def _filled(env: jinja2.Environment, source: Path, values: Mapping[str, Any]) -> str:
    return env.from_string(source.read_text(encoding="utf-8")).render(values)


def _sources(kind: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """The files of the skeleton that the site gets, with their paths in it."""
    taken: dict[str, str] = {}
    for folder in (kind, "common"):
        top = _SKELETON / folder
        for source in sorted(path for path in top.rglob("*") if path.is_file()):
            path = source.relative_to(top).as_posix()
            collection = _collection(path)
            if collection not in values["has"] or taken.setdefault(collection or path, folder) != folder:
                continue
            place = path.replace("KEY", values["key"]).replace("COURSE", values["course_id"])
            yield (".gitignore" if place == "gitignore" else place), source


def _collection(path: str) -> str:
    """The collection of which a file is part; empty for those that every site has."""
    name = path.removeprefix("content/").partition("/")[0].removesuffix(".yaml")
    return name if path.startswith("content/") and name in COLLECTIONS else ""


def _values(plan: Plan) -> dict[str, Any]:
    """What the texts are filled in with."""
    name, role, theme = (
        given or default
        for given, default in zip((plan.name, plan.role, plan.theme), DEFAULTS[plan.kind], strict=True)
    )
    is_person = plan.kind == "person"
    name = display(parse_name(name)) if is_person else name
    person = name if is_person else "Jane Doe"
    others = [other for other in ("Richard Roe", "Mary Major", "John Stiles", "Ann Other") if other != person]
    stem = re.sub(r"[^a-z]", "", slug(parse_name(person)["family"])) or "example"
    year = plan.today.year
    course = name if plan.kind == "course" else "Introduction to examples"
    has = {*plan.collections, ""}
    if "papers" in has:
        has.add("publications")
    return {
        "kind": plan.kind,
        "name": name,
        "role": role,
        "description": f"{name}. {role}",
        "person": person,
        "friend": others[0],
        "student": others[1],
        "alumna": others[2],
        "stem": stem,
        "key": f"{stem}{year}entry",
        "course": course,
        "course_id": slug(course) or "course",
        "url": plan.address.url if plan.address else _NOWHERE,
        "is_known": plan.address is not None,
        "user": plan.address.user if plan.address and plan.address.host == "github" else "",
        "language": plan.language,
        "in_english": "" if plan.language.partition("-")[0] == "en" else "lang: en\n",
        "has_pdf": _has_letters(plan),
        "theme": theme,
        "host": plan.host,
        "today": plan.today.isoformat(),
        "year": year,
        "paper": "letter" if plan.language == "en-US" else "a4",
        "letters": _letters(name),
        "has": has,
        "menu": [_entry(page, title) for part, page, title in _MENUS[plan.kind] if part in has],
        "contents": [
            (path.replace("*", "publications"), what)
            for part, (path, what) in COLLECTIONS.items()
            if part in has
        ],
        "handbook_title": "Lecture notes" if plan.kind == "course" else "Handbook of the group",
        "handbook_summary": "What was said at the board, and a little more."
        if plan.kind == "course"
        else "What everybody asks in the first week.",
    }


def _entry(page: str, title: str) -> str:
    return f"{{page: {page}, title: {title}}}" if title else page


def _letters(name: str) -> str:
    """One letter or two that stand for a name: of its first word and its last."""
    words = [word[0].upper()[0] for word in name.split() if word[0].isalpha()]
    return "".join(words[:1] + words[1:][-1:]) or "·"
