"""A Quarto project as it lies on the disk: settings, documents and the addresses at which Quarto publishes them.

The rules are those of quarto.org: “Project Basics” (which files are rendered), “Websites” (addresses), “Execution”
(frozen results). Only files below the folder are read; ``Doc.url`` has a slash in front.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from acadsite.collect.notebooks import read_notebook
from acadsite.importers.parts.front_matter import read_front_matter
from acadsite.importers.parts.nodes import day_of, pick, text_of, words_of
from acadsite.importers.parts.tree import Tree, as_pattern
from acadsite.problems import Problem, Span, error
from acadsite.sources import Node, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CONFIG: Final = ("_quarto.yml", "_quarto.yaml")
_TEXTS: Final = (".qmd", ".md", ".markdown", ".rmd")
_NOTEBOOKS: Final = (".ipynb",)
#: Never published by Quarto, at whatever depth.
_NO_PAGES: Final = frozenset({"readme", "agents", "claude"})


@dataclass(slots=True)
class Doc:
    """A document that Quarto makes a page of. ``front`` has the defaults of ``_metadata.yml`` in it; ``frozen`` tells
    that the body holds the results of its code; ``notebook`` is the text of one, which has no body here."""

    path: str
    front: Node
    body: str
    line: int
    url: str
    frozen: bool = False
    notebook: str = ""

    @property
    def where(self) -> Span:
        """The file."""
        return Span(self.path)

    @property
    def folder(self) -> str:
        """The folder of the file; empty at the top."""
        return posixpath.dirname(self.path)

    @property
    def stem(self) -> str:
        """The name of the file, or of the folder that an index stands for."""
        stem = PurePosixPath(self.path).stem
        return posixpath.basename(self.folder) if stem == "index" and self.folder else stem

    @property
    def is_index(self) -> bool:
        """Whether it stands for its folder."""
        return PurePosixPath(self.path).stem == "index"

    @property
    def old(self) -> list[str]:
        """The addresses at which the page answered."""
        return [self.url, self.url + "index.html"] if self.url.endswith("/") else [self.url]

    def get(self, key: str) -> Node | None:
        """A value of the front matter that is not null."""
        found = self.front.get(key)
        return None if found is None or found.value is None else found

    def word(self, key: str) -> str:
        """A scalar of the front matter as text."""
        return text_of(self.get(key))

    def words(self, key: str) -> list[str]:
        """A list of texts of the front matter; one text is a list of one."""
        return words_of(self.get(key))

    def flag(self, key: str) -> bool:
        """Whether a flag of the front matter is set."""
        found = self.get(key)
        return found is not None and found.value is True

    def place(self, key: str) -> Span:
        """Where a key stands."""
        return self.front.keys.get(key, self.where)

    def day(self, key: str = "date") -> str:
        """A date of the front matter (ISO), empty where there is none or it says “when it was changed”."""
        return day_of(self.word(key))


@dataclass(slots=True)
class Project:
    """Everything that was read."""

    tree: Tree
    config: Node
    name: str
    docs: list[Doc] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """The problems met while reading."""
        return self.tree.problems

    def setting(self, *way: str) -> Node | None:
        """A value of the settings."""
        return pick(self.config, *way)

    def word(self, *way: str) -> str:
        """A scalar of the settings as text."""
        return text_of(self.setting(*way))


def read_project(root: Path) -> Project | Problem:
    """The project in a folder; a problem where there is none."""
    name = next((name for name in CONFIG if (root / name).is_file()), "")
    if not name:
        hint = "Name the folder in which _quarto.yml lies."
        return error(
            "import-kind", "This is no folder of a Quarto project: there is no _quarto.yml.", None, hint
        )
    tree = Tree(root)
    project = Project(tree, Node({}, Span(name)), name)
    tree.look(("_site", "_book", "docs/_site", "site_libs", "index_files"))
    text = tree.text(name)
    node, problems = parse_yaml(text or "", name, foreign=True)
    tree.problems += problems
    if node is not None and isinstance(node.value, dict):
        project.config = node
    elif node is not None and node.value is not None:
        tree.problems.append(error("import-kind", "The settings must be “key: value” lines.", node.span))
    output = project.word("project", "output-dir").strip("/")
    if output:
        tree.files = {path: one for path, one in tree.files.items() if not path.startswith(f"{output}/")}
    project.variables = _variables(project)
    return project


def _variables(project: Project) -> dict[str, str]:
    """``_variables.yml`` by dotted names."""
    found: dict[str, str] = {}

    def walk(node: Node, name: str) -> None:
        if isinstance(node.value, dict):
            for key, inner in node.value.items():
                walk(inner, f"{name}.{key}" if name else key)
        elif not isinstance(node.value, tuple):
            found[name] = text_of(node)

    for name in ("_variables.yml", "_variables.yaml"):
        text = project.tree.text(name)
        if text is not None:
            node, problems = parse_yaml(text, name, foreign=True)
            project.problems.extend(problems)
            if node is not None:
                walk(node, "")
    return found


# --- documents ---


def find_docs(project: Project) -> None:
    """Reads the documents that a website consists of."""
    rendered = words_of(project.setting("project", "render"))
    taken = [as_pattern(one) for one in rendered if not one.startswith("!")]
    left = [as_pattern(one[1:]) for one in rendered if one.startswith("!")]
    defaults: dict[str, Node] = {}
    for path in sorted(project.tree.files):
        pure = PurePosixPath(path)
        if any(part[0] in "_." for part in pure.parts) or pure.stem.lower() in _NO_PAGES:
            continue
        if pure.suffix.lower() not in (*_TEXTS, *_NOTEBOOKS):
            continue
        if (taken and not any(one.fullmatch(path) for one in taken)) or any(
            one.fullmatch(path) for one in left
        ):
            continue
        doc = _read(project, path, defaults)
        if doc is not None:
            project.docs.append(doc)


def _read(project: Project, path: str, defaults: dict[str, Node]) -> Doc | None:
    done = frozen(project, path)
    if path.lower().endswith(_NOTEBOOKS) and done is None:
        return _notebook(project, path, defaults)
    text = done if path.lower().endswith(_NOTEBOOKS) else project.tree.text(path)
    if text is None:
        return None
    parts, problems = read_front_matter(text, path)
    project.problems.extend(problems)
    front = (
        parts.data
        if parts.data is not None and isinstance(parts.data.value, dict)
        else Node({}, Span(path, 1, 1))
    )
    front = _with_defaults(project, path, front, defaults)
    body, line = parts.body, parts.body_line
    if done is not None:
        body = read_front_matter(done, path)[0].body
    return Doc(path, front, body, line, url_of(path), done is not None)


def _notebook(project: Project, path: str, defaults: dict[str, Node]) -> Doc | None:
    text = project.tree.text(path)
    if text is None:
        return None
    found, problems = read_notebook(text, path)
    project.problems.extend(problem for problem in problems if problem.level == "error")
    if found is None:
        return None
    front = found.data if found.data is not None else Node({}, Span(path, 1, 1))
    return Doc(path, _with_defaults(project, path, front, defaults), "", 1, url_of(path), notebook=text)


def url_of(path: str) -> str:
    """The address of a document, with a slash in front; an index answers for its folder."""
    stem = posixpath.splitext(path)[0]
    if stem == "index":
        return "/"
    return f"/{stem.removesuffix('index')}" if stem.endswith("/index") else f"/{stem}.html"


def frozen(project: Project, path: str) -> str | None:
    """The Markdown that the code of a document made, where it was frozen; else None."""
    stem = posixpath.splitext(path)[0]
    raw = project.tree.data(f"_freeze/{stem}/execute-results/html.json")
    if raw is None:
        return None
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    result = found.get("result") if isinstance(found, dict) else None
    text = result.get("markdown") if isinstance(result, dict) else None
    return text.replace("\r\n", "\n") if isinstance(text, str) else None


def figures_of(project: Project, path: str) -> dict[str, str]:
    """Pictures that frozen code made: the path at which the page finds them → the path of the file."""
    stem = posixpath.splitext(path)[0]
    start = f"_freeze/{stem}/"
    return {
        f"{stem}_files/{found.removeprefix(start)}": found
        for found in project.tree.files
        if found.startswith(start) and "/execute-results/" not in found
    }


def _with_defaults(project: Project, path: str, front: Node, defaults: dict[str, Node]) -> Node:
    """Front matter with what the ``_metadata.yml`` of the folders above says."""
    folder = posixpath.dirname(path)
    above = [""] + [folder[:at] for at, char in enumerate(folder + "/") if char == "/"] if folder else [""]
    values = dict(front.value) if isinstance(front.value, dict) else {}
    keys = dict(front.keys)
    for one in reversed(list(dict.fromkeys(above))):
        name = f"{one}/_metadata.yml".lstrip("/")
        if name not in project.tree.files:
            continue
        if name not in defaults:
            node, problems = parse_yaml(project.tree.text(name) or "", name, foreign=True)
            project.problems.extend(problems)
            is_mapping = node is not None and isinstance(node.value, dict)
            defaults[name] = node if is_mapping and node is not None else Node({}, Span(name))
        inner = defaults[name]
        for key, value in inner.value.items() if isinstance(inner.value, dict) else ():
            if key not in values:
                values[key], keys[key] = value, inner.keys.get(key, value.span)
    return Node(values, front.span, front.raw, keys)


def listed(pattern: str, folder: str, docs: Iterable[Doc]) -> list[Doc]:
    """The documents that an entry of a listing's ``contents`` means, looked for from ``folder``."""
    path = (
        pattern.lstrip("/")
        if pattern.startswith("/")
        else posixpath.normpath(posixpath.join(folder, pattern))
    )
    wanted = as_pattern(path) if path != "." else re.compile(".*", re.DOTALL)
    return [doc for doc in docs if wanted.fullmatch(doc.path)]
