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
#: Settings of the file that a form does not take over: it has its own.
_LOOKS: Final = ("title", "theme", "paper", "accent", "size")


@dataclass(frozen=True, slots=True)
class Choice:
    """One CV: its id, its settings (those of the file, with its own above them) and its sections in order, each a
    mapping as in ``collect.cv.SECTION``. Of a form, ``sections`` are empty: ``wishes`` have what fills its parts, with
    their places in the variant, and ``pool`` has the sections of the file. ``at`` is the place of the variant."""

    id: str
    settings: Mapping[str, Any]
    sections: tuple[Mapping[str, Any], ...]
    wanted: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    since: int | None = None
    years: int | None = None
    pages: int | None = None
    at: int = -1
    form: str = ""
    language: str = ""
    words: int | None = None
    wishes: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    pool: tuple[Mapping[str, Any], ...] = ()
    show: tuple[str, ...] = ("web", "pdf")
    is_listed: bool = True
    is_titled: bool = False

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
    main = [
        {**section, "id": name, "collection": _collection(section)}
        for section, name in zip(data["sections"], ids, strict=True)
    ]
    known = {section["id"]: section for section in main}
    found = [Choice(MAIN, settings, tuple(main))]
    for at, variant in _with_address(data["variants"]):
        own = {name: variant[name] for name in _SETTINGS if variant[name] not in (None, {})}
        is_form = bool(variant["form"])
        wishes = ids if variant["sections"] is None and not is_form else variant["sections"] or ()
        sections = [section for wish in wishes if (section := _wished(wish, known)) is not None]
        if is_form:
            sections = []
            own = {**dict.fromkeys(_LOOKS), **own}
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
                at,
                variant["form"] or "",
                variant["language"] or "",
                variant["words"],
                tuple(enumerate(_named(wish) for wish in wishes)) if is_form else (),
                tuple(main) if is_form else (),
                tuple(variant["show"]),
                not is_form if variant["listed"] is None else variant["listed"],
                bool(variant["title"]),
            )
        )
    return tuple(found)


def _with_address(variants: Iterable[Mapping[str, Any]]) -> Iterable[tuple[int, Mapping[str, Any]]]:
    seen: set[str] = set()
    for at, variant in enumerate(variants):
        name = variant["id"] or ""
        if name and segment(name) == name and fold(name) not in seen:
            seen.add(fold(name))
            yield at, variant


def _collection(section: Mapping[str, Any]) -> str | None:
    """The collection of a section: keys without one are those of publications."""
    return section["collection"] or ("publications" if section["keys"] else None)


def _wished(wish: Any, known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """A section of a variant: one of the file by its id, the same with changes, or one of its own."""
    if isinstance(wish, str):
        return known.get(wish) or known.get(slug(wish))
    name = wish["id"] or own_id(wish)
    whole = {**known.get(name, NO_SECTION), **changes_of(wish), "id": name}
    return {**whole, "collection": _collection(whole)}


def changes_of(wish: Mapping[str, Any]) -> dict[str, Any]:
    """What a section of a variant says of itself."""
    return {key: value for key, value in wish.items() if value is not None and key not in {"id", "extra"}}


def _named(wish: Any) -> Mapping[str, Any]:
    """What fills a part of a form, with its id; a text is an id."""
    return {"id": wish} if isinstance(wish, str) else {**wish, "id": own_id(wish)}


#: A section that says nothing.
NO_SECTION: Final[Mapping[str, Any]] = {
    "id": None, "title": None, "note": None, "text": None, "texts": (), "entries": (), "groups": (), "collection": None,
    "keys": (), "where": {}, "since": None, "years": None, "limit": None, "sort": None, "group_by": None,
    "earlier": None, "numbering": None, "names": None, "max_authors": None, "highlight": True, "buttons": True,
    "dates": None, "page_break": False, "tags": (), "show": ("web", "pdf"),
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
