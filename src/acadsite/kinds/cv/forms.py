"""Forms of funders: which parts a form has, what fills each, and what it may hold, read from the files
``templates/cv/forms/NAME.yaml`` of the site, its theme and the themes below.

In: the files of a theme. Out: frozen forms, and problems at the lines of those files. A form knows nothing of a site:
``filling`` fills it, ``limits`` compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite.problems import Problem, Span, error, quote
from acadsite.records import freeze, segment
from acadsite.schema import Choice, Either, Field, Flag, Free, Many, MapOf, Schema, Struct, Text, Whole
from acadsite.sources import decode, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acadsite.pdf import File
    from acadsite.records import Record

#: Where the files of forms lie in ``templates/cv/``.
FOLDER: Final = "forms/"
#: What the head of a form may ask for.
ASKED: Final = (
    "name", "given", "family", "orcid", "role", "affiliation", "location", "email", "phone", "url",
)  # fmt: skip
#: What a work may have to have.
NEEDS: Final = ("authors", "title", "year", "address")

_TITLE: Final = Either(Text(), MapOf(Text()))

_FIELD: Final = Schema(
    "fields",
    (
        Field("label", _TITLE, "Words before it; by language where there are several.", required=True),
        Field("is", Many(Choice(ASKED)), "What of the person it is; the first that is known.", default=[]),
        Field("required", Flag(), "Whether it must be there.", default=False),
    ),
    closed=True,
)

_PART: Final = Schema(
    "sections",
    (
        Field("id", Text(), "Word by which a variant fills it.", required=True),
        Field(
            "title", _TITLE, "Its heading in the form; by language where there are several.", required=True
        ),
        Field("under", _TITLE, "A heading above it, which the parts below it may share."),
        Field("fields", Many(Struct(_FIELD)), "Lines with labels, about the person.", default=[]),
        Field(
            "from",
            Many(Text()),
            "It takes the sections of cv.yaml with one of these words in their ids.",
            default=[],
        ),
        Field("collection", Text(), "It takes records of this collection."),
        Field("where", MapOf(Free(), nulls=True), "Only those with these values.", default={}),
        Field("when", Choice(("now", "before")), "Of entries only what goes on, or what is over."),
        Field("order", Choice(("started", "newest")), "Entries by their first day, or their last."),
        Field("lines", Flag(), "Whether entries have their remarks and the lines below.", default=True),
        Field("required", Flag(), "Whether it must hold something.", default=False),
        Field("most", Whole(1, 1000), "How many entries, works or texts it may hold."),
        Field("characters", Whole(1, 1_000_000), "How many characters its text, or each text, may have."),
        Field("words", Whole(1, 100_000), "How many words its text, or each text, may have."),
        Field("needs", Many(Choice(NEEDS)), "What each work must have.", default=[]),
        Field("citations", Flag(), "Whether its texts may cite.", default=True),
        Field("about", Text(markdown=True), "What belongs into it."),
    ),
    closed=True,
)

FORM: Final = Schema(
    "forms",
    (
        Field("title", _TITLE, "Title of the form.", required=True),
        Field("funder", Text(), "Short name of the funder, for messages.", required=True),
        Field("rules", Many(Text()), "Where its rules stand: addresses.", default=[]),
        Field("checked", Text(), "The day on which they were last compared with this file."),
        Field("about", Text(markdown=True), "How the form is handed in."),
        Field("language", Text(), "Language of its headings where they are in one.", default="en"),
        Field("paper", Choice(("a4", "letter")), "Size of the paper."),
        Field("size", Whole(6, 16), "Size of the letters in points."),
        Field("spacing", Whole(100, 300), "Height of a line in per cent of single spacing.", default=100),
        Field("margin", Whole(5, 60), "Margins in millimetres.", default=25),
        Field("pages", Whole(1, 1000), "How many pages it may have."),
        Field("words", Whole(1, 100_000), "How many words its texts may have together."),
        Field("sections", Many(Struct(_PART)), "Its parts in order.", required=True),
    ),
    closed=True,
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form in one language: its name, its settings as in ``FORM``, its parts as in ``sections`` there. ``titles`` of
    all are texts."""

    name: str
    title: str
    language: str
    settings: Mapping[str, Any]
    parts: tuple[Mapping[str, Any], ...]

    def part(self, name: str) -> Mapping[str, Any] | None:
        """The part of an id."""
        return next((part for part in self.parts if part["id"] == name), None)


def form_names(files: Iterable[str]) -> tuple[str, ...]:
    """The forms that there are among these files of a theme."""
    known = (name for name in files if name.startswith(FOLDER) and name.endswith(".yaml"))
    return tuple(sorted(name.removeprefix(FOLDER).removesuffix(".yaml") for name in known))


def forms_of(
    record: Record | None, files: Mapping[str, File]
) -> tuple[dict[tuple[str, str], Form], tuple[Problem, ...]]:
    """The forms that the variants of ``cv.yaml`` name, by name and language as the variants have them, and what is
    wrong with their files; forms that are not there are left out, and so are those whose files have errors."""
    wanted = sorted(
        {
            (str(variant["form"]), variant["language"] or "")
            for variant in (record.data["variants"] if record else ())
            if variant["form"]
        }
    )
    found: dict[tuple[str, str], Form] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    for name, language in wanted:
        file = files.get(f"{FOLDER}{name}.yaml")
        if file is None:
            continue
        data, problems[name] = read_form(file)
        if data is not None:
            found[name, language] = in_language(name, data, language)
    return found, tuple(problem for faults in problems.values() for problem in faults)


def read_form(file: File) -> tuple[Mapping[str, Any] | None, tuple[Problem, ...]]:
    """The data of a form's file, None where it has errors, and its problems."""
    text, faults = decode(file.data, file.label)
    problems = list(faults)
    node, more = parse_yaml(text, file.label)
    problems += more
    if node is None or not isinstance(node.value, dict):
        if node is not None:
            problems.append(error("cv-form", "A form must be “key: value” lines.", Span(file.label)))
        return None, tuple(problems)
    data = FORM.read(node, problems)
    problems += _ids(data["sections"] or (), file.label)
    if any(problem.level == "error" for problem in problems):
        return None, tuple(problems)
    return freeze(data), tuple(problems)


def _ids(parts: Iterable[Mapping[str, Any]], label: str) -> Iterator[Problem]:
    """The problems with the ids of parts: each is a word, and there once."""
    seen: set[str] = set()
    for part in parts:
        name = part["id"]
        if segment(name) != name or not name or name in seen:
            message = f"{quote(name)} cannot be the id of a section of a form."
            hint = "Another section has it." if name in seen else "Use letters, digits, “-” and “_”."
            yield error("cv-form", message, Span(label), hint)
        seen.add(name)


def in_language(name: str, data: Mapping[str, Any], language: str) -> Form:
    """A form with its headings in one language: that of its file, or its first, where it has not the one wanted."""
    known = languages_of(data)
    language = language if language in known else known[0]

    def said(words: Any) -> Any:
        if words is None or isinstance(words, str):
            return words or ""
        return words.get(language) or next(iter(words.values()), "")

    parts = tuple(
        freeze(
            {
                **part,
                "title": said(part["title"]),
                "under": said(part["under"]),
                "fields": [{**field, "label": said(field["label"])} for field in part["fields"]],
            }
        )
        for part in data["sections"]
    )
    return Form(name, said(data["title"]), language, data, parts)


def languages_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages in which a form is there."""
    title = data["title"]
    return tuple(title) if not isinstance(title, str) and title else (data["language"],)
