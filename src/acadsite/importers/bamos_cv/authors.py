"""``author_urls`` as ``people.yaml``: parts of names become persons.

The original links an author whose printed name contains a key as a substring, and stops unless exactly one key
does. Here a key is looked up once, among the authors of the bibliography, and the full name is written down, so
that the built site can match persons instead of text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acadsite.importers.bamos_cv.fields import compact, is_scalar, web_address
from acadsite.people import display, likeness, parse_name
from acadsite.problems import Problem, error, quote, warning
from acadsite.records import slug

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acadsite.sources import Node

Name = Mapping[str, Any]


@dataclass(slots=True)
class _Author:
    """One person in the bibliography with every spelling met, the fullest first."""

    forms: list[Name] = field(default_factory=list)

    @property
    def spellings(self) -> list[str]:
        return [display(form) for form in self.forms]


def authors(names: Iterable[Name]) -> list[_Author]:
    """The names of a bibliography put together by person, in order of first mention.

    Two spellings are one person's when ``people.likeness`` says so and no third name stands between them: an
    initial that fits two full names stays alone.
    """
    seen: dict[str, Name] = {}
    for name in names:
        shown = display(name)
        if shown and shown.casefold() != "others":
            seen.setdefault(shown, name)
    ordered = sorted(seen.values(), key=lambda name: -len(str(name["given"])))
    found: list[_Author] = []
    for name in ordered:
        fitting = [one for one in found if all(likeness(name, form) > 0 for form in one.forms)]
        if len(fitting) == 1:
            fitting[0].forms.append(name)
        else:
            found.append(_Author([name]))
    place = {shown: at for at, shown in enumerate(seen)}
    return sorted(found, key=lambda one: min(place[shown] for shown in one.spellings))


def people(
    listed: Iterable[tuple[str, Node]], names: Iterable[Name], owner: Name
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The records of ``people.yaml`` in the order of the keys; ``listed`` are key and node of each address."""
    known = [one for one in authors(names) if not any(likeness(owner, form) > 1 for form in one.forms)]
    found: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for key, node in listed:
        if not is_scalar(node):
            problems.append(error("import-kind", f"Expected the address of {quote(key)}.", node.span))
            continue
        url = web_address(node, problems)
        fitting = _fitting(key, known)
        if len(fitting) > 1:
            several = ", ".join(one.spellings[0] for one in fitting[:4])
            message = f"{quote(key)} fits several authors: {several}; it is left out."
            problems.append(error("import-author", message, node.span, "Write the full name."))
            continue
        spellings = fitting[0].spellings if fitting else [key]
        if not fitting:
            message = f"{quote(key)} is no author of the publications."
            if len(key.split()) < 2:
                message += " A part of a name says too little; it is left out."
                problems.append(warning("import-author", message, node.span))
                continue
            problems.append(warning("import-author", message + " It is kept as it stands.", node.span))
        _add(found, key, spellings, fitting[0].forms[0] if fitting else parse_name(key), url)
        if _has_other_url(found, spellings[0], url):
            message = f"{quote(spellings[0])} has two addresses; the first is kept."
            problems.append(warning("import-author", message, node.span))
    return list(found.values()), problems


def _has_other_url(found: Mapping[str, dict[str, Any]], shown: str, url: str) -> bool:
    """Whether a person was given another address before."""
    kept = found[slug(shown)].get("url", "")
    return bool(kept and url and kept.rstrip("/") != url.rstrip("/"))


def _add(found: dict[str, dict[str, Any]], key: str, spellings: list[str], name: Name, url: str) -> None:
    identifier = slug(spellings[0])
    aliases = [spelling for spelling in spellings[1:] if spelling != spellings[0]]
    # A key in full that is spelt differently is one more spelling; a part of a name is not.
    if len(key.split()) > 1 and key not in spellings and likeness(parse_name(key), name) > 0:
        aliases.append(key)
    record = found.setdefault(
        identifier, compact({"id": identifier, "name": _yaml_name(name), "aliases": aliases, "url": url})
    )
    for alias in aliases:
        if alias not in record.get("aliases", []):
            record.setdefault("aliases", []).append(alias)


def _yaml_name(name: Name) -> str:
    """A name in reading order where it is read back as the same person, else “Family, Given”."""
    shown = display(name)
    parts = ("given", "particle", "family", "suffix", "literal")
    if all(str(parse_name(shown)[part]) == str(name[part]) for part in parts):
        return shown
    family = " ".join(filter(None, (str(name["particle"]), str(name["family"]))))
    return ", ".join(filter(None, (family, str(name["suffix"]), str(name["given"]))))


def _fitting(key: str, known: list[_Author]) -> list[_Author]:
    """The persons a key stands for: by the full name, else by a part that begins with a word, else by any part."""
    wanted = _flat(key)
    if not wanted:
        return []

    def those(fits: Any) -> list[_Author]:
        return [one for one in known if any(fits(_flat(shown)) for shown in one.spellings)]

    return (
        those(lambda shown: shown == wanted)
        or those(lambda shown: f" {wanted}" in f" {shown}")
        or those(lambda shown: wanted in shown)
    )


def _flat(text: str) -> str:
    """Case and composed letters do not count, accents do."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
