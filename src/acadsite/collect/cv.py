"""``content/cv.yaml``: the sections of the CV, and the CVs that are made of them.

In: the root node of the file. Out: the checked data. The schema here is the reference of that file. A section is
written there (``entries``, ``groups``) or drawn from a collection; ``variants`` are further CVs, each with its own
page and PDF, that take some of the sections and change some of their settings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from acadsite.schema import (
    Address,
    Choice,
    Day,
    Either,
    Field,
    Flag,
    Free,
    Many,
    MapOf,
    Schema,
    Struct,
    Text,
    Whole,
)

if TYPE_CHECKING:
    from acadsite.problems import Problem
    from acadsite.sources import Node

#: Where something is shown; the default is both.
OUTPUTS: Final = ("web", "pdf")

_TAGS = Field("tags", Many(Text()), "Words by which variants take entries or leave them out.", default=[])
_SHOW = Field("show", Many(Choice(OUTPUTS)), "web, pdf or both.", default=list(OUTPUTS))

_THESIS: Final = Schema(
    "thesis",
    (
        Field("title", Text(markdown=True), "Title of the thesis."),
        Field("url", Address(), "The thesis itself."),
    ),
)


def _each(schema: Schema) -> Many:
    """A list of such mappings; one that is wrong says nothing, and the places of the others stay right."""
    return Many(Struct(schema), lost=schema.empty())


@dataclass(frozen=True, slots=True)
class _End(Day):
    """A last day; “present” is none."""

    ranges: bool = False

    def check(self, node: Node, problems: list[Problem]) -> Any:
        return None if node.raw.strip().casefold() in _OPEN else Day.check(self, node, problems)


_OPEN: Final = frozenset({"present", "now", "today", "ongoing", "current"})

ENTRY: Final = Schema(
    "entry",
    (
        Field("title", Text(markdown=True), "What: a degree, a position, an honour."),
        Field("place", Text(markdown=True), "Where: a school, a company."),
        Field("location", Text(), "Town."),
        Field("dates", Text(), "Years or terms as text, such as 2014 – 2019 or Winter 1924/25."),
        Field("start", Day(ranges=False), "First day, month or year, in place of dates."),
        Field("end", _End(), "Last day, month or year; none, or “present”: until today."),
        Field("url", Address(), "Linked from the title."),
        Field("label", Text(), "Word at the left, such as Languages."),
        Field("note", Text(markdown=True), "A remark in brackets after the title."),
        Field("grade", Text(), "Grade, such as 3.99/4.00 or summa cum laude."),
        Field(
            "thesis", Either(Text(markdown=True), Struct(_THESIS)), "The thesis: its title, or title and url."
        ),
        Field("advisors", Many(Text(markdown=True)), "Advisors of the thesis.", default=[]),
        Field("mentors", Many(Text(markdown=True)), "With whom: hosts, mentors.", default=[]),
        Field("summary", Text(markdown=True), "A paragraph below, above the details."),
        Field("details", Many(Text(markdown=True)), "Lines below.", default=[]),
        Field("links", MapOf(Address()), "Buttons: label to address.", default={}),
        _TAGS,
        _SHOW,
    ),
)


@dataclass(frozen=True, slots=True)
class _Title:
    """A text as the title of an entry."""

    noun: str = "a title"

    def check(self, node: Node, problems: list[Problem]) -> Any:
        title = Text(self.noun, markdown=True).check(node, problems)
        return None if title is None else ENTRY.empty() | {"title": title}

    def json(self) -> dict[str, Any]:
        return Text().json()


@dataclass(frozen=True, slots=True)
class _Remark:
    """What is said of a record behind its key; nothing is an empty text."""

    noun: str = "text"
    markdown: bool = True

    def check(self, node: Node, problems: list[Problem]) -> Any:
        return "" if node.value is None else Text(self.noun, markdown=True).check(node, problems)

    def json(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean", "null"]}


_GROUP: Final = Schema(
    "groups",
    (
        Field("title", Text(markdown=True), "Heading of the group."),
        Field(
            "items",
            Many(Either(Text(markdown=True), Struct(ENTRY)), lost=""),
            "Its lines, or entries as above.",
            default=[],
        ),
        _TAGS,
        _SHOW,
    ),
)

_SECTION: Final = (
    Field("id", Text(), "Word for references, anchors and variants; made from the title when absent."),
    Field("title", Text(markdown=True), "Heading; none where it is empty."),
    Field("note", Text(markdown=True), "On the line of the heading, such as totals."),
    Field("text", Text(markdown=True), "Markdown below the heading."),
    Field(
        "texts",
        Many(Text(markdown=True), lost=""),
        "Several texts, numbered, such as the contributions of a form.",
        default=[],
    ),
    Field(
        "entries",
        Many(Either(_Title(), Struct(ENTRY)), lost=ENTRY.empty()),
        "The entries; a text is a title.",
        default=[],
    ),
    Field("groups", _each(_GROUP), "Lists with headings.", default=[]),
    Field("collection", Text(), "Draw the section from a collection."),
    Field(
        "keys",
        Many(Either(Text(), MapOf(_Remark())), lost=""),
        "These records and no others, in this order, each perhaps with words: “- key: why it matters”. Of "
        "publications where no collection is named.",
        default=[],
    ),
    Field(
        "where",
        MapOf(Free(), nulls=True),
        'Only records with these values, such as “kind: article”, “tags: [ai, ml]” or “year: ">= 2019"”.',
        default={},
    ),
    Field("since", Whole(0, 9999), "Only this year and later."),
    Field("years", Whole(1, 500), "Only that many years, counted back from the CV's date."),
    Field("limit", Whole(0, 10_000), "How many at most; 0 for all."),
    Field(
        "sort",
        Choice(("written", "newest", "oldest")),
        "The order; that of the file or the collection when absent.",
    ),
    Field(
        "group_by",
        Choice(("year", "type", "none")),
        "Headings; for publications as in site.yaml when absent.",
    ),
    Field("earlier", Whole(0, 9999), "Years up to this one share the heading “… and earlier”."),
    Field(
        "numbering",
        Choice(("ascending", "descending", "by-type", "none")),
        "1 is the first, 1 is the last, J1 C1 by type, or no numbers.",
    ),
    Field("names", Choice(("full", "initials")), "Given names in author lists; as in site.yaml when absent."),
    Field("max_authors", Whole(0, 10_000), "Longer author lists are cut; as in site.yaml when absent."),
    Field("highlight", Flag(), "Whether selected publications are tinted.", default=True),
    Field(
        "buttons", Flag(), "Whether records have their links (code, slides …) after the title.", default=True
    ),
    Field(
        "dates", Choice(("left", "right", "none")), "Where the dates stand; the CV theme's habit when absent."
    ),
    Field("page_break", Flag(), "Begin a new page of the PDF.", default=False),
    _TAGS,
    _SHOW,
)

SECTION: Final = Schema("sections", _SECTION)
#: A section of a variant: what is absent is as in the section of that id.
CHANGED: Final = Schema(
    "sections", tuple(field if field.name == "id" else replace(field, default=None) for field in _SECTION)
)

_SETTINGS: Final = (
    Field("title", Text(), "Title of page and PDF, and words of the menu."),
    Field(
        "theme",
        Text(),
        "Look of the PDF: modern, classic, compact, or a file templates/cv/NAME.typ of the theme.",
    ),
    Field("paper", Choice(("a4", "letter")), "Size of the paper."),
    Field("updated", Day(ranges=False), "Day of the last change; the newest day in the data when absent."),
    Field("name", Text(), "Name at the top; the site owner's when absent."),
    Field("role", Text(markdown=True), "Position below the name; the owner's when absent."),
    Field(
        "contact",
        MapOf(Text(markdown=True)),
        "email, phone, address, url, or any network to user name or address; the owner's when absent.",
    ),
    Field("accent", Text(), "One colour as #rrggbb; that of site.yaml when absent."),
    Field(
        "font",
        Text(),
        "A family of letters, before the built-in ones; its files (.otf, .ttf) lie in templates/cv/ of site or theme.",
    ),
    Field("size", Whole(6, 16), "Size of the letters in points."),
)

VARIANT: Final = Schema(
    "variants",
    (
        Field("id", Text(), "Word of the addresses: /cv/ID/ and /cv-ID.pdf.", required=True),
        Field(
            "form", Text(), "The form of a funder that it fills: nsf, nih, erc, dfg, ukri or one of your own."
        ),
        Field("language", Text(), "Language of the form, where it has several."),
        *_SETTINGS,
        Field(
            "menu",
            Flag(),
            "Whether the menu has an entry for its page, behind that of the CV.",
            default=False,
        ),
        Field("show", Many(Choice(OUTPUTS)), "web, pdf or both.", default=list(OUTPUTS)),
        Field(
            "listed",
            Flag(),
            "Whether the other CVs lead to it, and search engines may; of a form not, where absent.",
        ),
        Field("draft", Flag(), "true keeps it out of the site; the preview has it.", default=False),
        Field("with", Many(Text()), "Tags: of what has tags only what has one of these.", default=[]),
        Field("without", Many(Text()), "Tags: nothing that has one of these.", default=[]),
        Field("since", Whole(0, 9999), "Nothing older, in any section."),
        Field("years", Whole(1, 500), "Nothing older than that many years, counted back from the CV's date."),
        Field("pages", Whole(1, 1000), "How many pages the PDF should have at most; more is reported."),
        Field(
            "words",
            Whole(1, 100_000),
            "How many words the texts of a form may have together, where the call says it.",
        ),
        Field(
            "sections",
            Many(Either(Text("a section's id"), Struct(CHANGED)), lost=""),
            "Which sections in which order, by id; each may change its settings. All when absent. Of a form: what "
            "fills its parts.",
        ),
    ),
    closed=True,
)

CV: Final = Schema(
    "cv.yaml",
    (
        *_SETTINGS,
        Field("sections", _each(SECTION), "The sections in order.", default=[]),
        Field("variants", _each(VARIANT), "More CVs of the same sections.", default=[]),
    ),
)
