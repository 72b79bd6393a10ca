"""The configuration of a Hugo site: ``config/_default/*`` and ``config/production/*``, or one file at the top.

In: the files of the source. Out: ``Settings``. Keys are read whatever their case, as Hugo does; later files take
precedence, key by key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from acadsite.importers.parts.front_matter import read_data
from acadsite.problems import Span
from acadsite.sources import Node

if TYPE_CHECKING:
    from acadsite.importers.hugo_blox.source import Source

_ENDS: Final = (".toml", ".yaml", ".yml", ".json")
#: Where taxonomies are when the configuration names none.
_TAXONOMIES: Final = {"tag": "tags", "category": "categories"}
NOTHING: Final = Node({}, Span("config"))


def pick(node: Node | None, *way: str) -> Node | None:
    """The value at a way of keys, in whatever case; None for none and for null."""
    for name in way:
        if node is None or not isinstance(node.value, dict):
            return None
        found = node.value.get(name)
        if found is None:
            small = name.casefold()
            found = next((item for key, item in node.value.items() if key.casefold() == small), None)
        node = found
    return None if node is None or node.value is None else node


def text_of(node: Node | None) -> str:
    """A scalar as text; empty for anything else."""
    return node.raw.strip() if node is not None and not isinstance(node.value, (dict, tuple)) else ""


def is_true(node: Node | None) -> bool:
    """Whether a flag is set."""
    return node is not None and (node.value is True or text_of(node).casefold() in {"true", "yes", "on"})


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; one value is a list of one."""
    if node is None or node.value is None:
        return ()
    return node.value if isinstance(node.value, tuple) else (node,)


def number_of(text: str) -> int:
    """A weight; 0 where there is none."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def pairs_of(node: Node | None) -> dict[str, Node]:
    """The keys of a mapping that have a value."""
    inner = node.value if node is not None and isinstance(node.value, dict) else {}
    return {key: item for key, item in inner.items() if item.value is not None}


def merged(first: Node | None, second: Node) -> Node:
    """Two mappings as one; the second takes precedence."""
    if first is None or not isinstance(first.value, dict) or not isinstance(second.value, dict):
        return second
    names = {key.casefold(): key for key in first.value}
    items, keys = dict(first.value), dict(first.keys)
    for key, item in second.value.items():
        name = names.get(key.casefold(), key)
        items[name] = merged(items.get(name), item)
        keys[name] = second.keys.get(key, item.span)
    return Node(items, first.span, keys=keys)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration says. ``languages`` are the tags, the site's own first; ``folders`` are the folders of
    their content; ``menus`` are by language."""

    root: Node
    title: str = ""
    url: str = ""
    languages: tuple[str, ...] = ("en",)
    own: dict[str, Node] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    menus: dict[str, Node] = field(default_factory=dict)
    params: Node = NOTHING
    is_in_folder: bool = False
    has_ugly: bool = False
    keeps_case: bool = False
    drops_accents: bool = False
    page_size: int = 10
    permalinks: dict[str, str] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    taxonomies: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """The tag of the site's own language."""
        return self.languages[0]


def read_settings(source: Source) -> Settings | None:
    """The configuration; None where there is none."""
    root, menus, own_params = _merged_files(source)
    if root is None:
        return None
    languages = _languages(root)
    own = {tag: pick(root, "languages", tag) or NOTHING for tag in languages}
    folder = text_of(pick(root, "contentDir")) or "content"
    folders = {tag: text_of(pick(own[tag], "contentDir")).strip("/") or folder for tag in languages}
    params = pick(root, "params") or NOTHING
    for tag in languages[:1]:
        params = merged(params, pick(own[tag], "params") or NOTHING)
        params = merged(params, own_params.get(tag, NOTHING))
    for tag in languages:
        there = pick(own[tag], "menus") or pick(own[tag], "menu") or menus.get(tag)
        if there is None and tag == languages[0]:
            there = pick(root, "menus") or pick(root, "menu")
        if there is not None:
            menus[tag] = there
    permalinks, terms = _permalinks(pick(root, "permalinks"))
    first = own[languages[0]]
    taxonomies = pick(root, "taxonomies")
    named = pairs_of(taxonomies) if taxonomies is not None else {}
    size = text_of(pick(root, "pagination", "pagerSize")) or text_of(pick(root, "paginate"))
    return Settings(
        root,
        text_of(pick(first, "title")) or text_of(pick(root, "title")),
        text_of(pick(first, "baseURL")) or text_of(pick(root, "baseURL")),
        languages,
        own,
        folders,
        menus,
        params,
        is_true(pick(root, "defaultContentLanguageInSubdir")),
        is_true(pick(root, "uglyURLs")),
        is_true(pick(root, "disablePathToLower")),
        is_true(pick(root, "removePathAccents")),
        int(size) if size.isascii() and size.isdigit() and 0 < len(size) < 6 and int(size) else 10,
        permalinks,
        terms,
        tuple(text_of(item) for item in named.values()) if named else tuple(_TAXONOMIES.values()),
    )


def _merged_files(source: Source) -> tuple[Node | None, dict[str, Node], dict[str, Node]]:
    """All files of the configuration as one; menus and params of single languages."""
    root: Node | None = None
    menus: dict[str, Node] = {}
    params: dict[str, Node] = {}
    for path in _files(source):
        text = source.text(path)
        if text is None:
            continue
        node, problems = read_data(text, path)
        source.problems += problems
        if node is None or not isinstance(node.value, dict):
            continue
        stem, _, tag = PurePosixPath(path).stem.partition(".")
        name = stem.casefold()
        if "/" not in path or name in {"config", "hugo"}:
            root = merged(root, node)
        elif tag and name in {"menu", "menus"}:
            menus[tag] = node
        elif tag and name == "params":
            params[tag] = node
        elif not tag:
            root = merged(root or NOTHING, Node({name: node}, node.span, keys={name: node.span}))
    return root, menus, params


def _files(source: Source) -> list[str]:
    top = [f"{name}{end}" for name in ("config", "hugo") for end in _ENDS]
    found = [path for path in top if path in source.files]
    for folder in ("config/_default/", "config/production/"):
        inner = [path for path in source.files if path.startswith(folder) and path.endswith(_ENDS)]
        # hugo.yaml and config.yaml first: the others are parts of them.
        found += sorted(inner, key=lambda path: (PurePosixPath(path).stem not in {"config", "hugo"}, path))
    return found


def _languages(root: Node) -> tuple[str, ...]:
    """The tags of all languages, the site's own first."""
    named = pairs_of(pick(root, "languages"))
    tags = {
        tag.lower() if len(tag) < 4 else tag: text_of(pick(node, "weight"))
        for tag, node in named.items()
        if isinstance(node.value, dict) and not is_true(pick(node, "disabled"))
    }
    ordered = sorted(tags, key=lambda tag: (int(tags[tag]) if tags[tag].isdigit() else 0, tag))
    default = text_of(pick(root, "defaultContentLanguage")) or (ordered[0] if ordered else "en")
    return (default, *(tag for tag in ordered if tag.casefold() != default.casefold()))


def _permalinks(node: Node | None) -> tuple[dict[str, str], dict[str, str]]:
    """Patterns by section, and by taxonomy. Newer files divide them by kinds of pages."""
    pages: dict[str, str] = {}
    terms: dict[str, str] = {}
    for key, item in pairs_of(node).items():
        if isinstance(item.value, dict):
            inner = {name: text_of(pattern) for name, pattern in pairs_of(item).items()}
            if key in {"page", "section"}:
                pages |= inner if key == "page" else {}
            else:
                terms |= inner
        elif text_of(item):
            pages[key] = terms[key] = text_of(item)
    return pages, terms
