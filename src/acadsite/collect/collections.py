"""The collections that come with acadsite: their files, fields and ids.

A collection's records stand in one list file (``content/talks.yaml``), or one Markdown file each
(``content/talks/*.md``), or both. The fields here are the reference of the content files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from acadsite.config import PERSON, Accounts
from acadsite.people import display, parse_name
from acadsite.records import slug
from acadsite.schema import (
    Address,
    Choice,
    Coordinates,
    Day,
    Either,
    Field,
    Flag,
    Free,
    Language,
    Many,
    MapOf,
    Schema,
    Struct,
    Text,
    Unless,
    Whole,
)

if TYPE_CHECKING:
    from acadsite.problems import Problem
    from acadsite.schema import Value
    from acadsite.sources import Node

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """Where the records of a collection are and what they hold.

    ``id_of`` makes an id from a record's checked data; ``derive`` completes the data in place. ``stem_is_id``:
    a Markdown file's name is the id. ``order`` is "date" (by ``weight``, small ones first, then the newest) or
    "file". Of ``needs_one_of`` at least one key must be there. ``later`` are lists that are filled when all is read.
    ``language`` is that of translations, which are a collection of their own (``translations``).
    """

    name: str
    schema: Schema
    id_of: Callable[[Data], str]
    file: str = ""
    folder: str = ""
    derive: Callable[[Data], None] | None = None
    stem_is_id: bool = True
    order: str = "file"
    needs_one_of: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    language: str = ""


_PUBLICATIONS = Field("publications", Many(Text()), "Keys of related publications.", default=[])
_REPOS = Field("repos", Many(Text()), "Related repositories (owner/name).", default=[])
_TALKS = Field("talks", Many(Text()), "Ids of related talks.", default=[])
_STUDENTS = Field("students", Many(Text()), "Names or ids of students.", default=[])
_PEOPLE = Field("people", Many(Text()), "Ids or names of people.", default=[])
_COURSES = Field("courses", Many(Text()), "Ids of related courses.", default=[])
_ID = Field("id", Text(), "Word for the address; made from the other fields when absent.")
_LINKS = Field("links", MapOf(Address()), "More buttons: label to address.", default={})
_SELECTED = Field("selected", Flag(), "Shown on the home page.", default=False)
_DRAFT = Field("draft", Flag(), "true keeps it out of the site.", default=False)
_ALIASES = Field("aliases", Many(Text()), "Old addresses that lead here.", default=[])
_URL = Field("url", Text(), "Another address for the page.")
_LANG = Field("lang", Language(), "Language of the text, if not the site's.")


def with_year(data: Data) -> None:
    """Gives a record that has only a ``year`` a date, and one that has only a ``date`` a year."""
    if data.get("date") is None and data.get("year") is not None:
        data["date"] = {
            "year": data["year"],
            "month": None,
            "day": None,
            "season": None,
            "end": None,
            "circa": False,
            "text": "",
        }
    elif data.get("date") is not None and data.get("year") is None:
        data["year"] = data["date"]["year"]


def _repo(data: Data) -> None:
    parts = data["url"].removesuffix("/").removesuffix(".git").split("/")
    data["path"] = "/".join(parts[-2:])
    data["name"] = data["name"] or data["path"]
    data["host"] = parts[2] if len(parts) > 3 else ""
    data["stars"] = None
    data["stars_date"] = None


REPOS = Collection(
    "repos",
    Schema(
        "repos",
        (
            _ID,
            Field(
                "url",
                Address(),
                "Address of the repository, such as https://github.com/owner/name.",
                required=True,
            ),
            Field("name", Text(), "Shown name; owner/name when absent."),
            Field("description", Text(markdown=True), "One sentence of Markdown."),
            Field("year", Whole(1900, 2200), "The year it began."),
            Field("homepage", Address(), "The software's own site."),
            _LINKS,
            _PUBLICATIONS,
            _PEOPLE,
            _SELECTED,
        ),
    ),
    lambda data: slug(data["id"] or data["path"]),
    file="repos.yaml",
    folder="repos",
    derive=_repo,
    stem_is_id=False,
    later=("person_ids",),
)


def _talk(data: Data) -> None:
    with_year(data)
    if data["title"] is None and data["event"] is None:
        data["title"] = ""


def _talk_id(data: Data) -> str:
    year = str(data["year"] or "")
    return slug(data["id"] or "-".join(filter(None, (year, data["title"], data["event"]))))


TALKS = Collection(
    "talks",
    Schema(
        "talks",
        (
            _ID,
            Field("title", Text(markdown=True), "Title of the talk."),
            Field("event", Text(markdown=True), "Where it was given: a conference, a seminar, an institute."),
            Field("event_url", Address(), "Address of the event."),
            Field("location", Text(markdown=True), "Town."),
            Field("coordinates", Coordinates(), "Where that is, for the map of talks, in degrees (WGS 84)."),
            Field("date", Day(), "Day, month, year, or a range."),
            Field("year", Whole(1000, 2200), "The year, where no date is given."),
            Field("kind", Text(), "invited, contributed, keynote, seminar, lecture, tutorial, poster …"),
            Field("url", Address(), "A page about the talk; linked from the title."),
            Field("slides", Address(), "The slides."),
            Field("video", Address(), "A recording."),
            Field("note", Text(markdown=True), "One more sentence."),
            Field("abstract", Text(markdown=True), "Summary of the talk."),
            _LINKS,
            _PUBLICATIONS,
            _REPOS,
            _PEOPLE,
            _COURSES,
            _SELECTED,
        ),
    ),
    _talk_id,
    file="talks.yaml",
    folder="talks",
    derive=_talk,
    order="date",
    later=("person_ids",),
    needs_one_of=("title", "event"),
)

_THESIS = Schema(
    "thesis",
    (
        Field("title", Text(markdown=True), "Title of the thesis."),
        Field("url", Address(), "The thesis itself."),
        Field("year", Whole(1000, 2200), "Year of the degree."),
        Field("publication", Text(), "Key of the thesis among the publications."),
    ),
)


@dataclass(frozen=True, slots=True)
class _Thesis(Struct):
    """A thesis; a text is its title."""

    def check(self, node: Node, problems: list[Problem]) -> Value:
        if isinstance(node.value, (dict, tuple)) or node.value is None:
            return Struct.check(self, node, problems)
        return self.schema.empty() | {"title": node.raw.strip()}

    def json(self) -> dict[str, Value]:
        return {"anyOf": [Text().json(), self.schema.json()]}


def _person_name(data: Data) -> None:
    given = data["name"]
    if isinstance(given, str):
        data["name"] = parse_name(given)
    elif isinstance(given, Mapping):
        empty = {"given": "", "family": "", "particle": "", "suffix": "", "literal": "", "marks": []}
        data["name"] = empty | {key: str(value) for key, value in given.items() if key in empty}
    data["display"] = display(data["name"])


def _student(data: Data) -> None:
    _person_name(data)
    years = [data["start"], data["end"]]
    if data["years"] is None:
        shown = [str(date["year"]) if date and date["year"] else "" for date in years]
        if shown[0] and data["end"] is None and data["status"] != "alumni":
            shown[1] = "present"
        data["years"] = " – ".join(dict.fromkeys(filter(None, shown)))


STUDENTS = Collection(
    "students",
    Schema(
        "students",
        (
            _ID,
            Field("name", Either(Text("a name"), Free()), "As in people.yaml.", required=True),
            Field("person", Text(), "Id of the same person in people.yaml."),
            Field("aliases", Many(Text()), "Other spellings of the name.", default=[]),
            Field("status", Text(), "current or alumni; by the end date when absent."),
            Field("level", Text(), "PhD, MSc, BSc, postdoc, intern, visitor …"),
            Field("start", Day(ranges=False), "Begin of the work together."),
            Field("end", Day(ranges=False), "End of it; alumni from the day after."),
            Field("years", Text(), "Text shown instead of start and end."),
            Field("thesis", _Thesis(_THESIS), "The thesis; a text is its title."),
            Field("now", Text(markdown=True), "Where the person is now."),
            Field("note", Text(markdown=True), "Anything else, shown after the name."),
            Field("affiliation", Text(markdown=True), "Institution at the time."),
            Field("url", Address(), "The person's own page."),
            Field("photo", Text(), "A picture below content/static/."),
            Field("public", Flag(), "false keeps the person out of the whole site.", default=True),
            _PUBLICATIONS,
        ),
    ),
    lambda data: slug(data["id"] or data["person"] or data["display"]),
    file="students.yaml",
    folder="students",
    derive=_student,
)


def _person(data: Data) -> None:
    _person_name(data)
    if data["orcid"]:
        data["orcid"] = data["orcid"].rstrip("/").rsplit("/", 1)[-1]


PEOPLE = Collection(
    "people",
    PERSON,
    lambda data: slug(data["id"] or data["display"]),
    file="people.yaml",
    folder="people",
    derive=_person,
)

NEWS = Collection(
    "news",
    Schema(
        "news",
        (
            _ID,
            Field("date", Day(), "Day, month or year.", required=True),
            Field("text", Text(markdown=True), "One or two sentences of Markdown.", required=True),
            Field("url", Address(), "Where to read more."),
        ),
    ),
    lambda data: slug(data["id"] or f"{data['year']}-{data['text'][:40]}"),
    file="news.yaml",
    derive=with_year,
    order="date",
)

POSTS = Collection(
    "posts",
    Schema(
        "posts",
        (
            _ID,
            Field("title", Text(), "Title.", required=True),
            Field("date", Day(ranges=False), "Day of publication; posts of the future wait.", required=True),
            Field("updated", Day(ranges=False), "Day of the last change worth telling."),
            Field("kind", Text(), "post or news.", default="post"),
            Field("tags", Many(Text()), "Topics.", default=[]),
            Field("summary", Text(markdown=True), "One or two sentences for lists."),
            Field("year", Whole(0, 9999), "Set from the date."),
            Field(
                "discuss",
                Unless(Address()),
                "Where it is discussed, if not where posts.discuss says; or false.",
            ),
            _DRAFT,
            _PUBLICATIONS,
            _PEOPLE,
            _URL,
            _ALIASES,
            _LANG,
        ),
    ),
    lambda data: slug(data["id"] or data["title"]),
    folder="posts",
    derive=with_year,
    order="date",
    later=("person_ids",),
)


def _course(data: Data) -> None:
    if data["year"] is None and data["start"] is not None:
        data["year"] = data["start"]["year"]
    data["date"] = data["start"]
    with_year(data)


COURSES = Collection(
    "courses",
    Schema(
        "courses",
        (
            _ID,
            Field("title", Text(), "Name of the course.", required=True),
            Field("term", Text(), "Such as Winter 1924/25."),
            Field("year", Whole(1000, 2200), "Year, for the order of the list."),
            Field("start", Day(ranges=False), "First day."),
            Field("end", Day(ranges=False), "Last day."),
            Field("code", Text(), "The institution's code for it."),
            Field("institution", Text(markdown=True), "Where it was taught."),
            Field("role", Text(), "Lecturer, assistant …"),
            Field("level", Text(), "Such as graduate."),
            Field("summary", Text(markdown=True), "One or two sentences for lists."),
            Field(
                "schedule",
                Many(
                    Struct(
                        Schema(
                            "schedule",
                            (
                                Field("date", Text(), "Day or week."),
                                Field("topic", Text(markdown=True), "What it is about."),
                                Field("material", MapOf(Address()), "Label to address.", default={}),
                            ),
                        )
                    )
                ),
                "The meetings.",
                default=[],
            ),
            _LINKS,
            _PUBLICATIONS,
            _PEOPLE,
            _STUDENTS,
            _TALKS,
            _REPOS,
            _DRAFT,
            _URL,
            _ALIASES,
            _LANG,
        ),
    ),
    lambda data: slug(data["id"] or data["title"]),
    folder="courses",
    derive=_course,
    order="date",
    later=("person_ids", "student_ids"),
)


def _project(data: Data) -> None:
    data["date"] = data["start"]
    with_year(data)
    if data["years"] is None:
        start, end = (
            str(date["year"]) if date and date["year"] else "" for date in (data["start"], data["end"])
        )
        is_one = start == end or not (start or end)
        data["years"] = start if is_one else f"{start} – {end}".strip()


PROJECTS = Collection(
    "projects",
    Schema(
        "projects",
        (
            _ID,
            Field("title", Text(), "Name of the project.", required=True),
            Field("summary", Text(markdown=True), "One or two sentences for lists."),
            Field(
                "category",
                Text(),
                "The heading of the list under which it stands; headings come in the order of their first projects.",
            ),
            Field("image", Text(), "A picture below content/static/, above its name."),
            Field("start", Day(ranges=False), "Begin; the newest projects come first."),
            Field("end", Day(ranges=False), "End."),
            Field("years", Text(), "Text shown instead of start and end."),
            Field("year", Whole(1000, 2200), "The year, where no start is given."),
            Field("funding", Text(markdown=True), "Who pays for it, with the number of the grant."),
            Field("homepage", Address(), "The project's own site."),
            Field("weight", Whole(-9999, 9999), "Place in the list; small first.", default=0),
            _LINKS,
            _PEOPLE,
            _STUDENTS,
            _PUBLICATIONS,
            _REPOS,
            _TALKS,
            _SELECTED,
            _DRAFT,
            _URL,
            _ALIASES,
            _LANG,
        ),
    ),
    lambda data: slug(data["id"] or data["title"]),
    file="projects.yaml",
    folder="projects",
    derive=_project,
    order="date",
    later=("person_ids", "student_ids"),
)


_AUTHOR = Schema(
    "author",
    (
        Field("name", Text(), "The name.", required=True),
        Field("url", Address(), "A page of the author."),
        Field("email", Text(), "An e-mail address."),
        Field("affiliation", Text(markdown=True), "Institution."),
    ),
)


def _deck(data: Data) -> None:
    """Also takes what Marp and Pandoc call these things."""
    with_year(data)
    extra = data["extra"]
    shapes = {"4:3": "4:3", "43": "4:3", "4-3": "4:3"}
    data["ratio"] = data["ratio"] or shapes.get(str(extra.get("size") or extra.get("aspectratio")), "16:9")
    names, data["authors"] = [*data["author"], *data["authors"]], []
    data["author"] = [{**_AUTHOR.empty(), "name": item} if isinstance(item, str) else item for item in names]
    for author in data["author"]:
        author.pop("extra", None)
    data["options"] = {slug(name): value for name, value in data["options"].items() if slug(name)}
    if extra.get("marp") is True and data["syntax"] is None:
        data["syntax"] = "marp"
    elif extra.get("format") is not None and data["syntax"] is None:
        data["syntax"] = "headings"  # Quarto's


SLIDES = Collection(
    "slides",
    Schema(
        "slides",
        (
            _ID,
            Field("title", Text(), "Title of the deck, on its first slide; the first heading when absent."),
            Field("subtitle", Text(markdown=True), "A line below the title."),
            Field(
                "author",
                Many(Either(Text("a name"), Struct(_AUTHOR))),
                "Who speaks: names, or {name, url, email, affiliation}.",
                default=[],
            ),
            Field(
                "authors", Many(Either(Text("a name"), Struct(_AUTHOR))), "The same as author.", default=[]
            ),
            Field(
                "institute",
                Many(Text(markdown=True)),
                "Institutions; the first stands above the slides.",
                default=[],
            ),
            Field("email", Many(Text()), "E-mail addresses.", default=[]),
            Field("date", Day(), "Day of the lecture."),
            Field("year", Whole(1000, 2200), "The year, where no date is given."),
            Field("event", Text(markdown=True), "Where it was given."),
            Field("course", Text(markdown=True), "The course, as it is shown; courses makes links."),
            Field("header", Text(markdown=True), "Text above the slides instead of the institute."),
            Field("logo", Text(), "A picture below content/static/, shown above the slides."),
            Field("footer", Text(markdown=True), "Text below the slides, beside their numbers."),
            Field("ratio", Choice(("16:9", "4:3")), "Shape of the slides; 16:9 when absent."),
            Field(
                "syntax",
                Choice(("headings", "rules", "remark", "marp", "reveal")),
                "How the slides are divided; found out when absent.",
            ),
            Field(
                "slide-level",
                Whole(1, 6),
                "Level of the headings that begin slides; 2, or the only one there is.",
            ),
            Field(
                "title-slide",
                Flag(),
                "Whether a first slide is made of these fields; not for remark and Marp.",
            ),
            Field("incremental", Flag(), "Whether lists come item by item.", default=False),
            Field(
                "pdf",
                Many(Choice(("slides", "steps", "handout"))),
                "PDFs: slides, one to a page; steps, a page for each; a handout with room for notes; [] for none.",
                default=["slides"],
            ),
            Field("options", MapOf(Text()), "Settings for the theme.", default={}),
            Field("tags", Many(Text()), "Topics.", default=[]),
            Field("summary", Text(markdown=True), "One or two sentences for lists."),
            Field("video", Address(), "A recording."),
            _LINKS,
            _PUBLICATIONS,
            _TALKS,
            _COURSES,
            _REPOS,
            _PEOPLE,
            _DRAFT,
            _URL,
            _ALIASES,
            _LANG,
        ),
    ),
    lambda data: slug(data["id"] or data["title"] or ""),
    folder="slides",
    derive=_deck,
    order="date",
    later=("person_ids",),
)


PAGES = Collection(
    "pages",
    Schema(
        "pages",
        (
            _ID,
            Field("title", Text(), "Title; the first heading when absent."),
            Field("menu", Text("“true” or words"), "true, or the words for the menu."),
            Field("weight", Whole(-9999, 9999), "Place in the menu; small first.", default=0),
            Field("summary", Text(markdown=True), "One or two sentences for search engines."),
            Field("toc", Flag(), "Whether a table of contents is shown.", default=True),
            _DRAFT,
            _URL,
            _ALIASES,
            _LANG,
        ),
    ),
    lambda data: slug(data["id"] or data["title"] or ""),
    folder="pages",
)

_SECTION = Schema(
    "section",
    (
        Field("section", Text(), "about, news, selected, posts, a collection, or cv:ID.", required=True),
        Field("title", Text(), "Heading of the section."),
        Field("intro", Text(markdown=True), "Markdown below the heading."),
        Field("limit", Whole(0, 10_000), "How many records at most."),
    ),
)

HOME = Schema(
    "index.md",
    (
        Field("title", Text(), "Heading; the author's name when absent."),
        Field("portrait", Text(), "A picture below content/static/."),
        Field("portrait_alt", Text(), "What the picture shows, for those who do not see it."),
        Field("role", Text(markdown=True), "Position."),
        Field("affiliation", Text(markdown=True), "Institution."),
        Field("location", Text(), "Town."),
        Field("email", Text(), "An e-mail address, shown as it is."),
        Field(
            "profiles", Accounts(Text()), "Accounts: network or label to user name or address.", default={}
        ),
        Field(
            "sections",
            Many(Either(Text(), Struct(_SECTION))),
            "The sections of the page in order.",
            default=["about", "news", "selected", "posts"],
        ),
    ),
)

#: All collections with list or Markdown files, in the order in which they are read.
BUILT_IN: tuple[Collection, ...] = (
    PEOPLE,
    STUDENTS,
    REPOS,
    TALKS,
    NEWS,
    POSTS,
    COURSES,
    PROJECTS,
    SLIDES,
    PAGES,
)
#: Those of which records may have translations.
TRANSLATABLE: tuple[Collection, ...] = (
    PEOPLE,
    STUDENTS,
    REPOS,
    TALKS,
    NEWS,
    POSTS,
    COURSES,
    PROJECTS,
    PAGES,
)


@cache
def translations(name: str, language: str) -> Collection:
    """The collection of the translations of records: ``posts/x.de.md`` for ``posts/x.md``, ``talks.de.yaml`` for
    ``talks.yaml``. They have the same ids, and say only what is said otherwise."""
    collection = next(item for item in TRANSLATABLE if item.name == name)
    needed = [field.name for field in collection.schema.fields if field.required]

    def derive(data: Data) -> None:
        if collection.derive is not None and all(data[name] is not None for name in needed):
            collection.derive(data)

    fields = tuple(replace(field, required=False) for field in collection.schema.fields)
    return replace(
        collection,
        name=f"{name}@{language}",
        schema=replace(collection.schema, fields=fields),
        id_of=lambda data: str(data["id"] or ""),
        file=f"{collection.file.removesuffix('.yaml')}.{language}.yaml" if collection.file else "",
        derive=derive,
        stem_is_id=True,
        order="file",
        needs_one_of=(),
        language=language,
    )
