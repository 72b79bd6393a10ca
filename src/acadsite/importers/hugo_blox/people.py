# ruff: noqa: SIM905  (tables of words read better as text)
"""The people of a Hugo Blox site: ``content/authors/*/_index.md``, ``data/authors/*.yaml``, or the owner in ``params``.

Out: ``Person`` values, of which one may be the owner of the site, and the records of ``people.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.importers.cv_site import person_name
from acadsite.importers.hugo_blox.settings import (
    NOTHING,
    is_true,
    items_of,
    number_of,
    pairs_of,
    pick,
    text_of,
)
from acadsite.importers.hugo_blox.source import Text
from acadsite.importers.hugo_blox.world import PICTURES, file_name
from acadsite.importers.parts.front_matter import read_data
from acadsite.kinds.profiles import PROFILES
from acadsite.links import unsafe_reason
from acadsite.problems import Span
from acadsite.records import slug
from acadsite.sources import Node

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.world import World

_OWNERS: Final = ("admin", "me")
#: Keys of a person that are read here, or by ``cv``.
KNOWN: Final = frozenset(
    """title name first_name last_name superuser is_owner role roles organizations affiliations bio interests
    education email social profiles links user_groups highlight_name avatar_filename avatar image work experience
    skills languages awards authors draft aliases url slug schema certifications""".split()
)
#: Hosts that are known by other names, or write addresses in another way.
_HOSTS: Final = (
    (re.compile(r"https?://(?:www\.)?twitter\.com/@?([\w]+)/?\Z"), "twitter"),
    (re.compile(r"https?://(?:www\.)?x\.com/@?([\w]+)/?\Z"), "x"),
    (re.compile(r"https?://(?:www\.)?github\.com/([\w-]+)/?\Z"), "github"),
    (re.compile(r"https?://(?:www\.)?gitlab\.com/([\w.-]+)/?\Z"), "gitlab"),
    (re.compile(r"https?://scholar\.google\.[a-z.]+/citations\?(?:[^#]*&)?user=([\w-]+)"), "google_scholar"),
    (re.compile(r"https?://(?:www\.)?orcid\.org/([\dX-]{19})/?\Z"), "orcid"),
    (re.compile(r"https?://(?:\w+\.)?linkedin\.com/in/([^/?#]+)/?\Z"), "linkedin"),
    (re.compile(r"https?://(?:www\.)?researchgate\.net/profile/([^/?#]+)/?\Z"), "researchgate"),
    (re.compile(r"https?://bsky\.app/profile/([\w.-]+)/?\Z"), "bluesky"),
    (re.compile(r"https?://(?:www\.)?youtube\.com/@([\w.-]+)/?\Z"), "youtube"),
)
_ORCID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]\Z")
#: Accounts that people have, by the names of their icons.
_ICONS: Final = {"graduation-cap": "Google Scholar", "google-scholar": "Google Scholar", "cv": "CV", "file": "CV",
                 "file-pdf": "CV", "home": "Homepage", "globe": "Homepage", "rss": "Feed"}  # fmt: skip


@dataclass(slots=True)
class Person:
    """A person. ``folder`` is the name by which the source knows them, ``text`` what they said of themselves;
    ``record`` is that of ``people.yaml`` or of ``author``; ``files`` are links to files of the site (a CV, for
    example)."""

    folder: str
    name: str
    text: Text
    id: str = ""
    is_owner: bool = False
    record: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    translations: list[Text] = field(default_factory=list)


def read_people(world: World) -> None:
    """Finds all people, and who of them is the owner; their records come later (``complete``)."""
    texts = [text for text in world.texts if is_person(text)]
    known = {text.key for text in texts if not text.language}
    for text in texts:
        if text.language and text.key in known:
            continue
        _add(world, text.name, text)
    for person in world.people:
        person.translations = [
            one for one in texts if one.language and one.key == person.text.key and one is not person.text
        ]
    for path in sorted(world.source.files):
        if re.match(r"data/(?:[a-zA-Z-]{2,7}/)?authors/", path) and path.endswith(
            (".yaml", ".yml", ".toml", ".json")
        ):
            _from_data(world, path)
    owner = _owner(world)
    if owner is not None:
        owner.is_owner = True
    elif text_of(pick(world.settings.params, "name")):
        node = world.settings.params
        person = _add(world, "admin", Text("config", "", ("authors",), "_index", _small(node), "", 1))
        person.is_owner = True
    taken: set[str] = set()
    for person in world.people:
        person.id = file_name(slug(person.name) or slug(person.folder) or "person", taken)


def is_person(text: Text) -> bool:
    """Whether a content file tells of a person."""
    return text.section in {"authors", "author"} and text.is_list and len(text.parts) > 1


def _add(world: World, folder: str, text: Text) -> Person:
    name = text.word("name", "display") or text.title or text.word("name")
    given = " ".join(filter(None, (text.word("first_name"), text.word("last_name"))))
    given = given or " ".join(filter(None, (text.word("name", "given"), text.word("name", "family"))))
    words = " ".join((name or given or folder.replace("-", " ")).split())
    person = Person(folder, words, text)
    world.people.append(person)
    return person


def _small(node: Node) -> Node:
    items = {key.casefold(): item for key, item in pairs_of(node).items()}
    return Node(items, node.span, keys={key.casefold(): place for key, place in node.keys.items()})


def _from_data(world: World, path: str) -> None:
    raw = world.source.text(path)
    if raw is None:
        return
    node, problems = read_data(raw, path)
    world.source.problems += problems
    if node is None or not isinstance(node.value, dict):
        return
    text = Text(path, "", ("authors", PurePosixPath(path).stem), "_index", _small(node), "", 1)
    parts = path.split("/")
    folder = text.word("slug") or parts[-1].rpartition(".")[0]
    if parts[1] != "authors":
        text.language = parts[1]
        found = world.find_person(folder)
        if found is not None and text.language in world.settings.languages[1:]:
            found.translations.append(text)
        else:
            world.warn("import-translation", "This translates nobody; it is left out.", Span(path))
        return
    _add(world, folder, text)


def _owner(world: World) -> Person | None:
    """Who says so, else who is called as the profile of the template, or as the site, or is alone."""
    title = world.settings.title.casefold()
    for is_it in (
        lambda person: person.text.flag("superuser") or person.text.flag("is_owner"),
        lambda person: person.folder in _OWNERS,
        lambda person: title and person.name.casefold() == title,
        lambda _: len(world.people) == 1,
    ):
        for person in world.people:
            if is_it(person):
                return person
    return None


def complete(world: World, person: Person) -> None:
    """Fills the record of a person."""
    text = person.text
    email = text.word("email")
    profiles: dict[str, str] = {}
    for node in (
        *items_of(text.get("social")),
        *items_of(text.get("profiles")),
        *items_of(text.get("links")),
    ):
        found = _account(world, person, node)
        if found is not None and found[0] == "email":
            email = email or found[1]
        elif found is not None and found[1] not in profiles.values():
            profiles[_free(found[0], profiles)] = found[1]
    orcid = profiles.get("orcid", "")
    groups = text.words("user_groups") or text.words("category")
    if len(groups) > 1:
        world.notes.append(
            f"{person.name} stands in one group, {groups[0]}; there also in {', '.join(groups[1:])}."
        )
    names = [
        _organization(item) for key in ("organizations", "affiliations") for item in items_of(text.get(key))
    ]
    bio = world.inline(text, "bio")
    role = world.inline(text, "role")
    photo = "" if person.text.language else _photo(world, person)
    is_email = re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", email) is not None
    record = {
        "id": person.id,
        "name": person_name(person.name),
        "role": role,
        "affiliation": ", ".join(filter(None, names)),
        "email": email if is_email else "",
        "orcid": orcid if _ORCID.match(orcid) else "",
        "photo": photo,
        "group": groups[0] if groups and not person.is_owner else "",
        "profiles": profiles,
        "note": "" if person.is_owner else bio,
    }
    if email and not is_email:
        world.warn(
            "import-email",
            f"“{email[:60]}” is no e-mail address; it is left out.",
            text.front.keys.get("email"),
        )
    person.record = {key: value for key, value in record.items() if value}
    quietly = frozenset({"status", "order", "pronouns", "postnominals", "section", "archive"})
    if text.path != "config":
        person.record |= world.left(text, KNOWN | {"category"}, quietly=quietly)


def _organization(node: Node) -> str:
    name = text_of(pick(node, "name")) or text_of(node)
    url = text_of(pick(node, "url"))
    return (
        f"[{name}]({url})" if name and re.match(r"https?://\S+\Z", url) and not unsafe_reason(url) else name
    )


def _account(world: World, person: Person, node: Node) -> tuple[str, str] | None:
    """An account as network and user, or as label and address; None where it is neither."""
    url = text_of(pick(node, "link")) or text_of(pick(node, "url"))
    icon = text_of(pick(node, "icon")).rpartition("/")[2]
    label = (
        text_of(pick(node, "label"))
        or text_of(pick(node, "name"))
        or _ICONS.get(icon, icon.replace("-", " ").capitalize())
    )
    if url.startswith("mailto:"):
        return "email", url.removeprefix("mailto:").partition("?")[0]
    if not url:
        return None
    for pattern, network in _HOSTS:
        found = pattern.match(url)
        if found is not None:
            return network, found[1]
    if url.startswith(("https://", "http://")):
        name = next(
            (key for key, (_, form) in PROFILES.items() if icon.replace("-", "_") == key and form), label
        )
        return (name or url.partition("://")[2].split("/")[0], url) if not unsafe_reason(url) else None
    if url.startswith("//"):
        return label or "Link", f"https:{url}"
    address = world.link(url, person.text)
    if world.file_at(address) is not None:
        person.files[label or PurePosixPath(address).name] = address
    elif not url.startswith(("#", "/#")):
        world.warn(
            "import-address", f"The link “{url[:80]}” leads to nothing here; it is left out.", node.span
        )
    return None


def _free(name: str, taken: dict[str, str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def _photo(world: World, person: Person) -> str:
    """The picture of a person, copied; its path below ``content/static/``."""
    text = person.text
    wanted = text.word("avatar_filename") or text.word("avatar", "filename") or text.word("image", "filename")
    wanted = wanted or text.word("avatar")
    own = [path for path in text.resources if PurePosixPath(path).suffix.lower() in PICTURES]
    found = [path for path in own if PurePosixPath(path).name == wanted] or [
        path for path in own if PurePosixPath(path).stem.casefold().startswith("avatar")
    ]
    for folder in (
        "assets/media/authors",
        "static/media/authors",
        "assets/media",
        "static/img",
        "assets/images",
    ):
        names = [wanted] if wanted else []
        names += [f"{person.folder}{end}" for end in sorted(PICTURES)] if folder.endswith("authors") else []
        names += (
            [f"portrait{end}" for end in sorted(PICTURES)]
            if person.is_owner and folder == "static/img"
            else []
        )
        found += [path for name in names if (path := f"{folder}/{name}") in world.source.files]
    if not found:
        if wanted:
            world.warn("import-file", f"There is no picture “{wanted[:80]}” of this person.", text.front.span)
        return ""
    path = found[0]
    address = world.resource_url(path, text) if path in text.resources else "/" + path.split("/", 1)[1]
    return address.lstrip("/") if world.static(path, address) else ""


def people_records(world: World) -> list[dict[str, Any]]:
    """The records of everybody but the owner, in the order of the source."""
    ordered = sorted(
        (person for person in world.people if not person.is_owner),
        key=lambda person: number_of(
            text_of(person.text.get("weight") or person.text.get("order") or NOTHING)
        ),
    )
    return [person.record for person in ordered if not is_true(person.text.get("draft"))]
