"""Which CVs a site has, and which sections and entries of ``cv.yaml`` each of them takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from acadsite.records import fold, segment, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acadsite.records import Record

#: The id of the CV at /cv/.
MAIN: Final = ""
_SETTINGS: Final = ("title", "theme", "paper", "updated", "name", "role", "contact", "accent", "font", "size")


@dataclass(frozen=True, slots=True)
class Choice:
    """One CV: its id, its settings (those of the file, with its own above them) and its sections in order, each a
    mapping as in ``collect.cv.SECTION``."""

    id: str
    settings: Mapping[str, Any]
    sections: tuple[Mapping[str, Any], ...]
    wanted: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    since: int | None = None
    years: int | None = None
    pages: int | None = None

    def takes(self, item: Mapping[str, Any], output: str) -> bool:
        """Whether a section, group or entry is in this CV for an output (“web”, “pdf”)."""
        tags = {tag.casefold() for tag in item["tags"]}
        if output not in item["show"] or not tags.isdisjoint(self.unwanted):
            return False
        return not tags or not self.wanted or not tags.isdisjoint(self.wanted)


def cvs(record: Record | None) -> tuple[Choice, ...]:
    """The CVs of a site: the main one, then its variants. What a variant names and is not there is left out, and so are
    variants whose ids give no address or that of another one; ``faults`` reports all of them. Without ``cv.yaml`` there
    are none."""
    if record is None:
        return ()
    data = record.data
    settings = {name: data[name] for name in _SETTINGS}
    ids = section_ids(data["sections"])
    main = [{**section, "id": name} for section, name in zip(data["sections"], ids, strict=True)]
    known = {section["id"]: section for section in main}
    found = [Choice(MAIN, settings, tuple(main))]
    for variant in _with_address(data["variants"]):
        own = {name: variant[name] for name in _SETTINGS if variant[name] not in (None, {})}
        wishes = ids if variant["sections"] is None else variant["sections"]
        sections = [section for wish in wishes if (section := _wished(wish, known)) is not None]
        names = section_ids(sections)
        found.append(
            Choice(
                variant["id"],
                settings | own,
                tuple({**section, "id": name} for section, name in zip(sections, names, strict=True)),
                frozenset(tag.casefold() for tag in variant["with"]),
                frozenset(tag.casefold() for tag in variant["without"]),
                variant["since"],
                variant["years"],
                variant["pages"],
            )
        )
    return tuple(found)


def _with_address(variants: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    seen: set[str] = set()
    for variant in variants:
        name = variant["id"] or ""
        if name and segment(name) == name and fold(name) not in seen:
            seen.add(fold(name))
            yield variant


def _wished(wish: Any, known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """A section of a variant: one of the file by its id, the same with changes, or one of its own."""
    if isinstance(wish, str):
        return known.get(wish) or known.get(slug(wish))
    name = wish["id"] or own_id(wish)
    changes = {key: value for key, value in wish.items() if value is not None and key != "extra"}
    return {**known.get(name, _EMPTY), **changes, "id": name}


#: A section that says nothing.
_EMPTY: Final[Mapping[str, Any]] = {
    "id": None, "title": None, "note": None, "text": None, "entries": (), "groups": (), "collection": None,
    "where": {}, "since": None, "years": None, "limit": None, "sort": None, "group_by": None, "earlier": None,
    "numbering": None, "names": None, "max_authors": None, "highlight": True, "buttons": True, "dates": None,
    "page_break": False, "tags": (), "show": ("web", "pdf"),
}  # fmt: skip


def own_id(section: Mapping[str, Any]) -> str:
    """The id of a section that has none: from its collection or title."""
    given = section["id"]
    if given and segment(given) == given:
        return str(given)
    return slug(str(given or section["collection"] or section["title"] or "")) or "section"


def section_ids(sections: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The ids of sections: as written, else from collection or title; each once, by a number behind it."""
    found: list[str] = []
    for section in sections:
        name = wish = own_id(section)
        number = 2
        while name in found:
            name, number = f"{wish}-{number}", number + 1
        found.append(name)
    return tuple(found)


def cv_path(identifier: str) -> str:
    """The output of a CV's PDF."""
    return f"cv-{identifier}.pdf" if identifier else "cv.pdf"
