"""Keys of ``cv.yaml`` that other programs have, or that one would guess: nothing shows them, so each is told.

In: the root node of the file. Out: a warning for each of them with what to write instead. Keys that neither guess nor
other program has are the site's own, and stay for its templates; but not where they hold a list or “key: value” lines,
since these are what somebody wanted to have shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acadsite.collect.cv import CV, ENTRY, SECTION
from acadsite.problems import Problem, quote, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acadsite.schema import Schema
    from acadsite.sources import Node


def _ours(**words: str) -> Mapping[str, str]:
    """Foreign word → our key, of our keys with the foreign words for each."""
    return {word: key for key, foreign in words.items() for word in foreign.split()}


#: Words for our keys, without capitals, ``-`` and ``_``.
_OF_ENTRIES: Final = _ours(
    title="area award degree field job major name position role studytype subject",
    place="awarder company department employer institute institution issuer organisation organization school "
    "university",
    location="city country town",
    dates="date period releasedate when year years",
    start="begin from since startdate",
    end="enddate to until",
    url="href link website",
    grade="gpa score",
    advisors="supervisor supervisors",
    summary="abstract content description text",
    details="achievements bullets courses duties highlights items responsibilities",
)
_OF_SECTIONS: Final = _ours(
    title="heading name", entries="bullets content contents items list", text="description summary"
)
_OF_TOP: Final = _ours(
    role="headline job label occupation position",
    contact="address city email github homepage linkedin location mail mobile orcid phone profiles scholar "
    "telephone twitter url website",
    updated="date lastmodified",
)
_TEXTS: Final = frozenset({"about", "aboutme", "bio", "objective", "profile", "summary"})
_COLLECTIONS: Final = frozenset({"courses", "projects", "publications", "repos", "students", "talks"})
#: Programs by what only their files have at the top, with what else these have there.
_RENDERCV: Final = frozenset({"cv", "design", "locale", "locale_catalog", "rendercv_settings", "settings"})
_RESUME: Final = "basics"
#: What ``acadsite import json-resume`` keeps of what has no field here.
_KEPT: Final = frozenset({"json_resume"})


def foreign_keys(root: Node) -> Iterator[Problem]:
    """A warning for each key that is none of ours and that somebody would miss."""
    given = root.value if isinstance(root.value, dict) else {}
    program = ""
    if "cv" in given:
        program = (
            "This is a file of RenderCV: “acadsite import rendercv FILE --to FOLDER” makes a site of it."
        )
    elif _RESUME in given:
        program = "This is a JSON Resume: “acadsite import json-resume FILE --to FOLDER” makes a site of it."
    for key, item in _unknown(root, CV):
        if program and (key in _RENDERCV or _RESUME in given):
            yield _told(root, key, "cv.yaml", program)
        elif hint := _hint_of_top(key, item):
            yield _told(root, key, "cv.yaml", hint)
    sections = [*_items(root, "sections")]
    for variant in _items(root, "variants"):
        sections += _items(variant, "sections")
    for section in sections:
        yield from _of_section(section)


def _hint_of_top(key: str, item: Node) -> str:
    """What to write instead of a key at the top; empty for a key that may be the site's own."""
    word, title = _word(key), key.replace("_", " ").replace("-", " ").strip().capitalize()
    if word in _COLLECTIONS:
        return f"Write “- collection: {word}” below “sections:”, or “- title: {title}” and “entries: …”."
    if word in _TEXTS:
        return f"Write it as a section: below “sections:”, “- title: {title}” and “text: …”."
    if word in _OF_TOP:
        ours = _OF_TOP[word]
        return f"Write it below “{ours}:”." if ours == "contact" else f"Write “{ours}:”."
    if isinstance(item.value, (dict, tuple)):
        return f"Write it as a section: below “sections:”, “- title: {title}” and “entries: …”."
    return ""


def _of_section(section: Node) -> Iterator[Problem]:
    # Of a section without anything to show it is told that it has nothing, and why.
    if any(
        section.get(name) is not None for name in ("entries", "groups", "text", "texts", "collection", "keys")
    ):
        more = "What a section shows is written as “entries:”, “groups:” or “text:”."
        yield from _of(section, SECTION, "sections", _OF_SECTIONS, more)
    entries = [*_items(section, "entries")]
    for group in _items(section, "groups"):
        entries += _items(group, "items")
    for entry in entries:
        yield from _of(entry, ENTRY, "entry", _OF_ENTRIES, "Lines below an entry are written as “details:”.")


def _of(node: Node, schema: Schema, name: str, words: Mapping[str, str], more: str) -> Iterator[Problem]:
    """The foreign keys of a mapping; ``more`` is the hint for lists under keys that nobody else has either."""
    for key, item in _unknown(node, schema):
        if ours := words.get(_word(key)):
            taken = node.get(ours)
            hint = f"Write “{ours}:”." if taken is None else f"Put it into “{ours}:” or another of our keys."
            yield _told(node, key, name, hint)
        elif isinstance(item.value, (dict, tuple)):
            yield _told(node, key, name, more)


def _unknown(node: Node, schema: Schema) -> Iterator[tuple[str, Node]]:
    """The keys with a value that the schema has not."""
    for key, item in node.value.items() if isinstance(node.value, dict) else ():
        if key not in schema.names() and key not in _KEPT and item.value is not None:
            yield key, item


def _items(node: Node, key: str) -> Iterator[Node]:
    """The mappings of a list, or the one that stands in place of a list."""
    found = node.get(key) if isinstance(node.value, dict) else None
    if found is not None:
        inner = found.value if isinstance(found.value, tuple) else (found,)
        yield from (item for item in inner if isinstance(item.value, dict))


def _word(key: str) -> str:
    return key.casefold().replace("-", "").replace("_", "").replace(" ", "")


def _told(node: Node, key: str, name: str, hint: str) -> Problem:
    return warning("key-unknown", f"Unknown key {quote(key)} in {name}.", node.keys[key], hint)
