"""Sections of a CV: positions, education, honours, service, teaching, skills and free lists, for ``cv.yaml``.

In: the node of one section. Out: ``entries`` and ``groups`` as ``collect.collections.CV`` describes them, so that
a row prints as title, place, location, the note in brackets, the dates at the right, and the details below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.bamos_cv.fields import Fields, compact, is_scalar
from acadsite.problems import error
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Callable

    from acadsite.importers.inline import Reader
    from acadsite.sources import Node

Entry = dict[str, Any]
Section = dict[str, Any]


def section(tag: str, node: Node, generation: str, reader: Reader) -> Section:
    """The content of a section: ``entries``, ``groups`` or both; empty with a problem where nothing is usable."""
    if tag == "service":
        return compact(_service(node, reader))
    if tag == "education":
        return compact({"entries": _each(node, lambda fields: _education(fields, generation), reader)})
    reading = _ENTRIES.get(tag)
    if reading is not None:
        return compact({"entries": _each(node, reading, reader)})
    return compact(_free(node, reader))


def identifier(tag: str) -> str:
    """The id of a section: its tag as a word for addresses."""
    return slug(tag) or "section"


def words(tag: str) -> str:
    """A tag as a heading: “area_chair” → “Area Chair”."""
    return " ".join(part.capitalize() for part in re.split(r"[_\s-]+", tag) if part)


def _each(node: Node, reading: Callable[[Fields], Entry], reader: Reader) -> list[Entry]:
    """One entry per item; a mapping is a list of one, and a plain text is a title."""
    found = []
    for item in node.value if isinstance(node.value, tuple) else (node,):
        if isinstance(item.value, dict):
            fields = Fields(item, reader)
            found.append(compact(reading(fields)))
            fields.close()
        elif is_scalar(item):
            found.append({"title": reader.markdown(item.raw, item.span)})
        elif item.value is not None:
            reader.problems.append(error("import-kind", "Expected “key: value” lines.", item.span))
    return [entry for entry in found if entry]


# --- the sections that the format knows ---


def _position(fields: Fields) -> Entry:
    said = [(words(name), fields.markdown(name)) for name in ("advisor", "area")]
    return {
        "title": fields.markdown("title"),
        "place": fields.markdown("place"),
        "location": fields.text("location"),
        "dates": fields.dates("dates", "year"),
        "url": fields.url("url"),
        "note": _bare(fields.markdown("inline_detail")),
        "details": [*(f"{label}: {value}" for label, value in said if value), *fields.lines("details")],
    }


def _education(fields: Fields, generation: str) -> Entry:
    town = fields.text("location")
    # Only the oldest templates print the town; for the others it is kept as a comment for whoever wants it.
    place = {"location" if generation == "G1" else "#location": town}
    return {
        "title": fields.markdown("degree"),
        "place": fields.markdown("school"),
        **place,
        "dates": fields.dates("dates", "year"),
        "url": fields.url("url"),
        "grade": _bare(fields.text("overallGPA")),
        "#grades in the major": fields.text("majorGPA"),
        **_doctorate(fields.lines("details")),
    }


_LINK: Final = r"\[(?P<words>(?:[^\[\]\\]|\\.)+)\]\((?P<url>[^()\s<>]+)\)"
_THESIS: Final = re.compile(rf"Thesis: (?P<mark>\*?)(?:{_LINK}|(?P<plain>[^*\[\]]+))(?P=mark)")
_ADVISORS: Final = re.compile(r"Advisor(?P<several>s?): (?P<names>.+)")
_NAME: Final = re.compile(rf"{_LINK}|[^,;:()\[\]*]+")


def _doctorate(lines: list[str]) -> Entry:
    """Thesis and advisors, where the first lines say nothing else and would be printed again as they stand."""
    found: Entry = {}
    thesis = _THESIS.fullmatch(lines[0]) if lines else None
    if thesis:
        found["thesis"] = (
            {"title": thesis["words"], "url": thesis["url"]} if thesis["words"] else thesis["plain"]
        )
        lines = lines[1:]
    match = _ADVISORS.fullmatch(lines[0]) if lines else None
    if match:
        names = re.split(r",? and |, ", match["names"])
        said = " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])}, and {names[-1]}"
        is_clean = said == match["names"] and bool(match["several"]) == (len(names) > 1)
        if is_clean and all(_NAME.fullmatch(name) for name in names):
            found["advisors"] = names
            lines = lines[1:]
    return {**found, "details": lines}


def _honor(fields: Fields) -> Entry:
    return {
        "title": fields.markdown("title"),
        "dates": fields.dates("year", "dates"),
        "url": fields.url("url"),
        "details": fields.lines("descr", "details"),
    }


def _teaching(fields: Fields) -> Entry:
    name, short = fields.markdown("name", "title"), fields.markdown("short")
    return {
        # The original prints “Name (code), role”; title and place make the same row.
        "title": f"{name} ({short})" if name and short else name or short,
        "place": fields.markdown("position"),
        "dates": fields.text("semester", "year", "dates"),
        "url": fields.url("url"),
        "details": fields.lines("details"),
    }


def _coursework(fields: Fields) -> Entry:
    return {
        "title": fields.markdown("name"),
        "place": fields.markdown("instructor"),
        "dates": fields.text("semester"),
    }


def _skill(fields: Fields) -> Entry:
    return {
        "label": fields.text("title", "name"),
        "title": ", ".join(fields.lines("details", "description")),
        "details": fields.lines("sub_details"),
    }


def _duty(fields: Fields) -> Entry:
    return {
        "title": fields.markdown("details", "title", "name"),
        "dates": fields.dates("year", "dates"),
        "url": fields.url("url"),
        "details": fields.lines("sub_details"),
    }


_ENTRIES: Final[dict[str, Callable[[Fields], Entry]]] = {
    "current_position": _position,
    "positions": _position,
    "industry": _position,
    "research": _position,
    "honors": _honor,
    "teaching": _teaching,
    "coursework": _coursework,
    "skills": _skill,
}

_GROUPS: Final = {"reviewing": "Reviewing", "area_chair": "Area Chair", "reviewer": "Reviewer"}


def _service(node: Node, reader: Reader) -> Section:
    """A list of duties, or a mapping with the duties in ``main`` and lists of venues beside it."""
    if not isinstance(node.value, dict):
        return {"entries": _each(node, _duty, reader)}
    found: Section = {"entries": [], "groups": []}
    for name, part in node.value.items():
        if part.value is None:
            continue
        if name == "main":
            found["entries"] = _each(part, _duty, reader)
        else:
            title = _GROUPS.get(name) or words(name)
            found["groups"].append({"title": title, "items": _lines(part, reader)})
    # The templates print the area chair's venues before the reviewer's, in whatever order the file has them.
    ranks = list(_GROUPS.values())
    found["groups"].sort(key=lambda group: ranks.index(group["title"]) if group["title"] in ranks else 9)
    return found


def _bare(text: str) -> str:
    """A note without the brackets that the template puts around it."""
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        return text[1:-1]
    return text


# --- free lists ---


def _free(node: Node, reader: Reader) -> Section:
    """``items`` of any other tag: texts, ``{name, description}``, ``{name, notes}`` or ``{name, subitems}``."""
    value = node.value
    if isinstance(value, dict):
        inner = node.get("items") or node.get("subsections") or node.get("subitems")
        if inner is not None and isinstance(inner.value, tuple):
            return _free(inner, reader)
        if value and all(isinstance(item.value, dict) for item in value.values()):
            return {"entries": [entry for item in value.values() for entry in _each(item, _thing, reader)]}
        if value and all(is_scalar(item) for item in value.values()):
            return {
                "entries": [
                    {"label": words(key), "title": reader.markdown(item.raw, item.span)}
                    for key, item in value.items()
                ]
            }
        return {"entries": _each(node, _thing, reader)}
    if is_scalar(node):
        return {"text": reader.paragraphs(node.raw, node.span)}
    listed = value if isinstance(value, tuple) else ()
    if listed and all(is_scalar(item) for item in listed):
        return {"groups": [{"items": _lines(node, reader)}]}
    entries: list[Entry] = []
    groups: list[Section] = []
    for item in listed:
        subitems = item.get("subitems")
        if subitems is None:
            entries += _each(item, _thing, reader)
            continue
        fields = Fields(item, reader)
        groups.append(compact({"title": fields.text("name", "title"), "items": _lines(subitems, reader)}))
        fields.leave("subitems")
        fields.close()
    return {"entries": entries, "groups": groups}


def _thing(fields: Fields) -> Entry:
    """An entry whose keys may be those of any section."""
    name, description = fields.find("name"), fields.find("description")
    if name is not None and description is not None:
        return {
            "label": fields.text("name"),
            "title": fields.markdown("description"),
            "url": fields.url("url"),
            "details": fields.lines("details"),
        }
    return {
        "title": fields.markdown("title", "name", "degree"),
        "place": fields.markdown("place", "school", "organization", "institution"),
        "location": fields.text("location"),
        "dates": fields.dates("dates", "date", "year", "semester"),
        "url": fields.url("url"),
        "note": _bare(fields.markdown("inline_detail", "note")),
        "details": [
            *fields.lines("details", "description"),
            *fields.lines("descr"),
            *fields.lines("sub_details"),
            *fields.lines("notes"),
        ],
    }


def _lines(node: Node, reader: Reader) -> list[str]:
    """The items of a group, one line of Markdown each."""
    lines = []
    for item in node.value if isinstance(node.value, tuple) else (node,):
        if is_scalar(item):
            lines.append(reader.markdown(item.raw, item.span))
        elif isinstance(item.value, dict):
            lines.append(_line(Fields(item, reader)))
        elif item.value is not None:
            message = "Expected text, found a list; it is left out."
            reader.problems.append(error("import-kind", message, item.span))
    return [line for line in lines if line]


def _line(fields: Fields) -> str:
    """A mapping on one line: the name (linked), what is said of it, the years."""
    name = fields.markdown("name", "details", "title")
    url = fields.url("url")
    said = [*fields.lines("description"), *fields.lines("notes"), *fields.lines("sub_details")]
    year = fields.dates("year", "dates")
    fields.close()
    head = f"[{name}]({url})" if name and url else name
    if said:
        head = f"{head}: {'; '.join(said)}" if head else "; ".join(said)
    return ", ".join(filter(None, (head, year)))
