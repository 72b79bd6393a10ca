"""The source of an import: its YAML files as one mapping, and which generation of the format they are.

In: a folder with ``cv.yaml``, a YAML file, or several. Out: a ``Source``. Files are only read below the folder;
names in them that lead out of it are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from acadsite.bibtex.encoding import mojibake
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning
from acadsite.sources import Node, decode, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PRIVATE: Final = "cv.hidden.yaml"
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"})


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of an order list. ``title`` is empty where the original prints none; ``has_break``: a page break
    stands before it."""

    tag: str
    title: Node
    is_titled: bool
    where: Span
    has_break: bool = False


@dataclass(slots=True)
class Source:
    """The top-level keys of all YAML files (later files replace whole keys), and access to files beside them."""

    root: Path
    data: dict[str, Node] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """A top-level value that is not null."""
        node = self.data.get(key)
        return None if node is None or node.value is None else node

    def read(self, path: str, where: Span | None) -> bytes | None:
        """The bytes of a file below the root, or None with a problem."""
        target = self.root / path
        if PurePosixPath(path).is_absolute() or not _is_below(target, self.root):
            message = f"{quote(path)} lies outside the folder that is imported; it is not read."
            self.problems.append(error("import-outside", message, where, "Copy it into the folder."))
            return None
        return self.load(target, path, where)

    def load(self, target: Path, path: str, where: Span | None) -> bytes | None:
        """The bytes of a file that the caller named, or None with a problem."""
        try:
            if target.is_file():
                return target.read_bytes()
            reason = "there is no such file" if not target.exists() else "it is no plain file"
        except (OSError, ValueError) as failure:
            reason = getattr(failure, "strerror", None) or "the name cannot be used"
        hint = did_you_mean(target.name, _names(target.parent))
        self.problems.append(error("import-file", f"{quote(path)} cannot be read: {reason}.", where, hint))
        return None

    def pictures(self) -> dict[str, Path]:
        """Pictures of publications, by key: plain files in ``images/publications``."""
        folder = self.root / "images" / "publications"
        found: dict[str, Path] = {}
        if folder.is_dir() and _is_below(folder, self.root):
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() in _PICTURES and path.is_file() and _is_below(path, self.root):
                    found.setdefault(path.stem, path)
        return found


def _is_below(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except (OSError, ValueError):
        return []


def open_source(source: Path | Sequence[Path]) -> Source:
    """The source from a folder (its ``cv.yaml``), or from YAML files of which later ones take precedence."""
    given = [source] if isinstance(source, Path) else list(source)
    files = [path / "cv.yaml" if path.is_dir() else path for path in given]
    found = Source(files[0].parent if files else Path())
    for path in files:
        name = path.name if path.parent == found.root else path.as_posix()
        raw = found.load(path, name, None)
        if raw is None:
            continue
        text, problems = decode(raw, name)
        found.problems += (*problems, *mojibake(text, name))
        node, problems = parse_yaml(text, name)
        found.problems += problems
        if node is None or node.value is None:
            continue
        if not isinstance(node.value, dict):
            hint = "Is it the cv.yaml of bamos/cv?"
            found.problems.append(
                error("import-kind", f"{name} must be “key: value” lines.", node.span, hint)
            )
            continue
        found.data |= node.value
        found.places |= node.keys
    if (found.root / PRIVATE).is_file() and PRIVATE not in {path.name for path in files}:
        found.notes.append(f"{PRIVATE} was not read, since it may hold private data; name it to import it.")
    return found


# --- generations ---


def generation(source: Source) -> tuple[str, str]:
    """``G1`` (before September 2021), ``G2`` (to 2024) or ``G3`` (from 2024-10), and the evidence in words."""
    service = source.get("service")
    talks = items(source.get("talks"))
    latest = [
        (key, f"the key “{key}”") for key in ("order_md", "order_latex", "linkcolor") if source.get(key)
    ]
    if any(talk.get("location_url") for talk in talks):
        latest.append(("location_url", "“location_url” in talks"))
    if service is not None and (service.get("area_chair") or service.get("reviewer")):
        latest.append(("reviewer", "“area_chair” or “reviewer” in service"))
    if latest:
        return "G3", latest[0][1]
    if any(node.get("author_urls") for _, node in publications(source)):
        return "G2", "“author_urls” with the publications"
    if service is not None and isinstance(service.value, dict):
        return "G2", "the groups in service"
    if source.get("current_position"):
        return "G2", "the key “current_position”"
    if talks and all(talk.get("title") for talk in talks):
        return "G2", "talks with titles"
    if isinstance(service, Node) and isinstance(service.value, tuple):
        return "G1", "service as a plain list"
    if talks and not any(talk.get("title") for talk in talks):
        return "G1", "talks without titles"
    return "G1", "no mark of a later form"


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list node; a mapping that has ``items`` counts as that list; else nothing."""
    if node is not None and isinstance(node.value, dict):
        node = node.get("items")
    return node.value if node is not None and isinstance(node.value, tuple) else ()


def publications(source: Source) -> list[tuple[str, Node]]:
    """Tag and settings of the publication sections, the complete list first."""
    found = [
        (tag, node)
        for tag, node in source.data.items()
        if "publications" in tag and isinstance(node.value, dict)
    ]
    return sorted(found, key=lambda item: item[0].startswith("selected"))


def order(source: Source, key: str) -> list[Section]:
    """The sections that an order list names, without repetitions."""
    node = source.get(key)
    if node is None:
        return []
    if not isinstance(node.value, tuple):
        source.problems.append(error("import-order", f"“{key}” must be a list of [tag, title].", node.span))
        return []
    sections: list[Section] = []
    has_break = False
    for item in node.value:
        pair = item.value if isinstance(item.value, tuple) else (item,)
        tag = pair[0].raw if pair else ""
        if not tag or isinstance(pair[0].value, (dict, tuple)):
            message = "Each item must be [tag, title]; this one is left out."
            source.problems.append(error("import-order", message, item.span))
            continue
        if tag == "NEWPAGE":
            has_break = bool(sections)
            continue
        if any(section.tag == tag for section in sections):
            continue
        title = pair[1] if len(pair) > 1 else Node("NONE", item.span, "NONE")
        sections.append(Section(tag, title, title.raw not in {"NONE", ""}, item.span, has_break))
        has_break = False
    return sections


def check_tags(source: Source, sections: Iterable[Section]) -> None:
    """Adds a problem for each section that no data belongs to."""
    for section in sections:
        if source.get(section.tag) is None:
            hint = did_you_mean(section.tag, source.data)
            message = f"The order names {quote(section.tag)}, but there is no such key; it is left out."
            source.problems.append(warning("import-order", message, section.where, hint))
