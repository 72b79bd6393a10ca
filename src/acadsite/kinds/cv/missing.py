"""Characters and formulas that a PDF cannot show, as problems at the texts that have them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from acadsite.library import Query, texts_in
from acadsite.problems import Problem, Span, quote, warning
from acadsite.track import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acadsite.kinds.names import Names
    from acadsite.records import Record

Key = tuple[str, str]

#: Characters for private use, which show something else in each font, and those that turn the direction of the text
#: around them (https://www.unicode.org/reports/tr36/).
HIDDEN: Final = re.compile("[\ue000-\uf8ff\u202a-\u202e\u2066-\u2069\U000f0000-\U0010ffff]")
#: Fields that a CV shows least; what they have may stand in another one as well.
_RARE: Final = frozenset(
    {
        "id",
        "key",
        "person",
        "person_ids",
        "abstract",
        "bibtex",
        "bibtex_whole",
        "extra",
        "title_text",
        "aliases",
        "keywords",
    }
)
#: Under which names the sources write a field.
_WRITTEN: Final = {
    "display": ("name",),
    "authors": ("author",),
    "editors": ("editor",),
    "venue": (
        "_venue",
        "journal",
        "journaltitle",
        "booktitle",
        "school",
        "institution",
        "publisher",
        "howpublished",
    ),
    "note": ("_note", "note"),
    "info": ("additional_info",),
}
#: Free fonts by the beginning of what Unicode calls a character.
_FONTS: Final = {
    "CJK": "Noto Serif CJK SC",
    "HIRAGANA": "Noto Serif CJK JP",
    "KATAKANA": "Noto Serif CJK JP",
    "HANGUL": "Noto Serif CJK KR",
    "ARABIC": "Noto Naskh Arabic",
    **{
        name.upper(): f"Noto Serif {name}"
        for name in (
            "Hebrew",
            "Devanagari",
            "Bengali",
            "Tamil",
            "Telugu",
            "Thai",
            "Georgian",
            "Armenian",
            "Ethiopic",
        )
    },
}
_EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")


class Missing(NamedTuple):
    """Characters of one record that are not shown as they should be."""

    key: Key
    signs: str


class _Source(NamedTuple):
    """A record, or site.yaml, that has some of the characters."""

    name: str
    place: Span | None
    signs: str


def missing_problems(names: Names, missing: Sequence[Missing]) -> Iterator[Problem]:
    """A warning for each record with characters that the PDF cannot show, at the text that has them. What a row shows
    may come from other records than its own: names of people, labels."""
    found: dict[str, _Source] = {}
    sources = _Sources(names)
    for key, signs in missing:
        for source in sources.of(key, signs):
            known = found.get(source.name, source)
            found[source.name] = known._replace(signs="".join(dict.fromkeys(known.signs + source.signs)))
    for source in found.values():
        hidden = "".join(HIDDEN.findall(source.signs))
        if hidden:
            hint = "Characters for private use and marks of direction mean nothing to readers: take them out."
            yield _problem(source, hidden, hint)
        if shown := HIDDEN.sub("", source.signs):
            yield _problem(source, shown, _font_hint(shown))


def _problem(source: _Source, signs: str, hint: str) -> Problem:
    shown = ", ".join(f"{quote(sign)} (U+{ord(sign):04X})" for sign in signs[:5])
    more = f" and {len(signs) - 5} more" if len(signs) > 5 else ""
    return warning("cv-glyph", f"The PDF cannot show {shown}{more} of {source.name}.", source.place, hint)


def _font_hint(signs: str) -> str:
    kinds = (unicodedata.name(sign, "").partition(" ")[0] for sign in signs)
    family = next((_FONTS[kind] for kind in kinds if kind in _FONTS), "")
    family = family or ("Noto Emoji" if _EMOJI.search(signs) else "")
    such = f", such as {family}," if family else ""
    return (
        f"Put the file of a font that has them{such} into templates/cv/ and name it in cv.yaml:"
        f" “font: {family or 'NAME'}”."
    )


class _Sources:
    """Finds where characters of a row come from: its own record, else another one, else site.yaml."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._elsewhere: dict[str, Record] | None = None

    def of(self, key: Key, signs: str) -> Iterator[_Source]:
        """The sources of the characters of a row, each character once."""
        own = self.names.site.library.get(*key)
        left = dict.fromkeys(signs)
        for record in self.records(key, left):
            has = _signs_in(record, left)
            if not has:
                continue
            way, where = _way_to(record, has), (record.collection, record.id)
            current().note("span", *where, way)
            yield _Source(_name(where), record.place(*way), has)
            _drop(left, has)
        for text, path in self.settings() if left else ():
            if has := "".join(sign for sign in left if sign in _composed(text)):
                current().note("place", text)
                yield _Source("site.yaml", self.names.config.place(*path), has)
                _drop(left, has)
        if left:
            current().note("span", *key, ())
            yield _Source(_name(key), own.where if own else None, "".join(left))

    def records(self, key: Key, left: Mapping[str, None]) -> Iterator[Record]:
        """The record of a row, and while characters are ``left``, others that have them."""
        current().note("record", *key)
        own = self.names.site.library.get(*key)
        if own is not None:
            yield own
        yield from (found for sign in tuple(left) if (found := self.elsewhere().get(sign)))

    def elsewhere(self) -> dict[str, Record]:
        """Which record has a character first: the CV, the home page, people, students."""
        if self._elsewhere is None:
            self._elsewhere = {}
            for collection in ("cv", "home", "people", "students"):
                current().note("query", Query(collection))
                for record in self.names.site.library.records.get(collection, {}).values():
                    current().note("record", collection, record.id)
                    for sign in {sign for text in _texts(record) for sign in text if sign > "\x7f"}:
                        self._elsewhere.setdefault(sign, record)
        return self._elsewhere

    def settings(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The texts of site.yaml."""
        for name in self.names.config.data:
            current().note("config", name)
        return texts_in(self.names.config.data)


def formula_problems(names: Names, formulas: Iterable[tuple[Key, str]]) -> Iterator[Problem]:
    """A warning for each formula that the PDF cannot set, given as its record and its TeX."""
    for key, tex in formulas:
        current().note("record", *key)
        record = names.site.library.get(*key)
        texts = texts_in(record.data) if record else ()
        way = next((way for text, way in texts if tex in text and way[0] not in _RARE), ())
        current().note("span", *key, way)
        place = record.place(*way) if record else None
        message = f"The PDF cannot set the formula {quote(tex)} of {_name(key)}."
        yield warning("cv-math", message, place, "It shows its TeX.")


def _drop(left: dict[str, None], signs: str) -> None:
    for sign in signs:
        left.pop(sign, None)


def _signs_in(record: Record, signs: Iterable[str]) -> str:
    texts = _texts(record)
    return "".join(sign for sign in signs if any(sign in text for text in texts))


def _way_to(record: Record, signs: str) -> tuple[str | int, ...]:
    """The way to the first text of a record that has one of these characters."""
    ways = (way for text, way in texts_in(record.data) if any(sign in _composed(text) for sign in signs))
    first = min(ways, key=lambda way: way[0] in _RARE)
    written = (name for name in _WRITTEN.get(str(first[0]), ()) if name in record.spans)
    return next(((name,) for name in written), first)


def _texts(record: Record) -> list[str]:
    return [_composed(text) for text, _ in texts_in(record.data)]


def _composed(text: str) -> str:
    """A text with its accents as the PDF has them, and as they are written."""
    return text if text.isascii() else text + unicodedata.normalize("NFC", text)


def _name(key: Key) -> str:
    return "cv.yaml" if key == ("cv", "cv") else f"{key[0]} {quote(key[1])}"
