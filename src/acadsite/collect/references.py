"""What texts may cite besides the publications: the .bib files that documents and books name, and their styles.

A document names them in its front matter (``bibliography:``, ``style:``), a book in its file, a site in ``site.yaml``.
A path is looked for beside the file that names it, then in ``content/``.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from acadsite.bibtex import csl, decode_bytes, kinds
from acadsite.bibtex.library import survey
from acadsite.citations import nearest_names, read_style
from acadsite.citations.style import NAMES
from acadsite.memo import key_of
from acadsite.problems import Problem, did_you_mean, error, from_plain, quote, to_plain
from acadsite.records import FrozenMap, freeze

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from acadsite.collect.files import Files
    from acadsite.problems import Span
    from acadsite.sources import Source

#: Items of CSL-JSON by key, and what is wrong with the file.
_Items = tuple[FrozenMap, tuple[Problem, ...]]
STYLE: Final = ".csl"


class References:
    """Reads .bib files and styles of one site, each once."""

    def __init__(self, files: Files, sources: Mapping[str, Source]) -> None:
        self.files, self.sources = files, sources
        self.items: dict[str, FrozenMap] = {}
        self.texts: dict[str, str] = {}
        self.problems: list[Problem] = []

    def bibliography(self, name: str, folder: str, place: Span | None) -> str:
        """The path of the .bib file that ``name`` stands for in a file of ``folder``; empty where there is none."""
        path = self._found(name, folder)
        if path and path not in self.items:
            text = self.files.text(self.sources[path], decode_bytes)
            self.items[path], problems = self._items(path, text.value)
            self.problems += (*text.faults, *problems)
        if not path:
            hint = did_you_mean(posixpath.basename(name), _names(self.sources, ".bib"))
            self.problems.append(error("bib-file", f"There is no file {quote(name)}.", place, hint))
        return path

    def style(self, name: str, folder: str, place: Span | None) -> str:
        """What stands for a style: the path of a .csl file, or the name as it is."""
        if not name.endswith(STYLE):
            if name.lower() not in NAMES:
                hint = nearest_names(name)
                self.problems.append(
                    error("csl-name", f"There is no style {quote(name)}.", place, hint[:1].upper() + hint[1:])
                )
                return ""
            return name
        path = self._found(name, folder)
        if path:
            product = self.files.text(self.sources[path])
            if path not in self.texts:
                self.problems += (*product.faults, *self._checked(path, product.value))
            self.texts[path] = product.value
        elif "/" in name or name.removesuffix(STYLE).lower() not in NAMES:
            hint = did_you_mean(posixpath.basename(name), _names(self.sources, STYLE))
            self.problems.append(error("csl-file", f"There is no file {quote(name)}.", place, hint))
            return ""
        return path or name.removesuffix(STYLE)

    def _checked(self, path: str, text: str) -> tuple[Problem, ...]:
        """What is wrong with a style."""
        return self.files.memo.step(f"style {path}", (), text, lambda: read_style(text, path)[1])

    def _items(self, path: str, text: str) -> _Items:
        memo, key = self.files.memo, key_of(path, text)
        found = memo.get("references", key, _revived)
        if found is None:
            found = _items(path, text)
            memo.put("references", key, found, _plain)
        return found

    def _found(self, name: str, folder: str) -> str:
        beside = posixpath.normpath(posixpath.join(folder, name))
        inside = posixpath.normpath(posixpath.join("content", name.lstrip("/").removeprefix("content/")))
        return next((path for path in (beside, inside) if path in self.sources), "")


def _names(paths: Collection[str], ending: str) -> list[str]:
    return [posixpath.basename(path) for path in paths if path.endswith(ending)]


def _plain(found: _Items) -> list[Any]:
    return [found[0], [to_plain(problem) for problem in found[1]]]


def _revived(plain: Any) -> _Items:
    return freeze(plain[0]), tuple(from_plain(problem) for problem in plain[1])


def _items(path: str, text: str) -> _Items:
    """The entries of a .bib file as items of CSL-JSON."""
    found = survey([(path, text)])
    items: dict[str, Any] = {}
    for draft in found.drafts:
        entry = draft.entry()
        if kinds.meaning(entry.type) in kinds.CONTROL:
            continue
        item = freeze(csl.rich_item(entry, found.macros))
        for key in (entry.key, *entry.aliases):
            items.setdefault(key, item)
    return FrozenMap(items), found.problems


def bibliographies_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The .bib files that a document names in its front matter."""
    named = data.get("bibliography") or (data.get("extra") or {}).get("bibliography") or ()
    written = named if isinstance(named, tuple) else (named,)
    return tuple(name for name in written if isinstance(name, str))


def style_of(data: Mapping[str, Any]) -> str:
    """The style that a document names in its front matter; ``csl`` is pandoc's word for it."""
    extra = data.get("extra") or {}
    named = data.get("style") or extra.get("style") or extra.get("csl")
    return named if isinstance(named, str) else ""
