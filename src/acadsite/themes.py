"""``acadsite theme``: a theme of one's own, copies of what themes below it have, and what became of both.

A file that hides one of a theme below is an override. One that extends what it hides (``{% extends "!page.html" %}``)
follows it to new versions; a copy does not. So a copy says in its first line of which file it is one and what that was,
as a digest, and ``audit`` tells when that file is another now.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateSyntaxError, nodes

from acadsite import packaged_themes
from acadsite.config import read_config
from acadsite.jinja import File, outline_of
from acadsite.problems import Problem, Span, did_you_mean, error, quote, warning
from acadsite.templates import Layer, Templates, Theme, environment, read_theme

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

#: What is said of a copy in its first line, in the comments of its language.
_COPY: Final = "Copy of {name} of the theme {theme}, {digest}."
_MARK: Final = re.compile(r"\A.{0,4}?Copy of \S+ of the theme \S+, ([0-9a-f]{12})\.[^\n]*\n")
_COMMENTS: Final = {".html": ("{# ", " #}"), ".css": ("/* ", " */"), ".js": ("// ", ""), ".typ": ("// ", "")}
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DEFINED: Final = re.compile(r"(?<![\w-])--([\w-]+)\s*:")
_USED: Final = re.compile(r"var\(\s*--([\w-]+)\s*\)")
_TOKENS: Final = re.compile(r"^\t\t(?:/\*.*\*/|--[\w-]+:[^;]*;)$", re.MULTILINE)
#: The page with every construct, below the themes.
_SAMPLE: Final = "base/sample"
_SINK: Final = "content/pages/kitchen-sink.md"


@dataclass(frozen=True, slots=True)
class _Override:
    """A file of the site's own in the folder ``kind`` of a layer: its name there, the layer's place in the chain, and
    its text; and the file of the same name that it hides, with its layer, if it hides one."""

    kind: str
    name: str
    layer: Layer
    at: int
    text: str
    below: tuple[Layer, Path] | None

    @property
    def label(self) -> str:
        return self.layer.inner(f"{self.kind}/{self.name}")


# --- new files ---


def new_theme(root: Path, name: str, below: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Begin a theme in ``themes/`` of the site: the paths of its files, or a problem. Nothing is overwritten."""
    if not _NAME.fullmatch(name):
        return (), (error("theme-name", f"{quote(name)} is no name of a theme.", None, "Such as my-theme."),)
    if (root / "themes" / name).exists() or (packaged_themes() / name).exists():
        return (), (error("theme-exists", f"There is a theme {quote(name)} already."),)
    _, problems = read_theme(root, below, Span("site.yaml"))
    if problems:
        return (), tuple(replace(problem, where=None) for problem in problems)
    files = {
        "theme.yaml": f"title: {name.replace('-', ' ').capitalize()}\nextends: {below}\n",
        f"assets/{name}.css": _sheet(name),
    }
    return _written(root, {f"themes/{name}/{inner}": text for inner, text in files.items()})


def _sheet(name: str) -> str:
    """The first sheet of a theme: the tokens of base, to be taken out of their comment one by one."""
    base = (packaged_themes() / "base/assets/base.css").read_text(encoding="utf-8")
    found = _TOKENS.findall(base.partition("@media")[0])
    tokens = "\n".join(line for line in found if line.startswith("\t\t--"))
    return (
        f"/* {name}: the layer “theme” wins over those of base, and custom.css of a site over it. */\n\n"
        "@layer theme {\n\t:root {\n\t\t--mark: light-dark(#9a3324, #f0927f);\n\t}\n}\n\n"
        f"/* What can be set, as base has it:\n\n{tokens}\n*/\n"
    )


def copy_file(root: Path, name: str, theme: str = "") -> tuple[str | None, tuple[Problem, ...]]:
    """Copy a file of the site's theme, a template (``talk.html``) or another (``assets/base.css``), to where it hides
    that: into the site, or into its own ``theme``. Its path, or a problem. Nothing is overwritten."""
    chain, problems = _chain(root)
    if any(problem.level == "error" for problem in problems):
        return None, problems
    kind, _, inner = (
        name.partition("/") if name.startswith(("templates/", "assets/")) else ("templates", "", name)
    )
    layers = [layer for layer in chain.layers if not _is_own(layer, root)]
    found = Theme(tuple(layers)).find(kind, inner)
    if found is None or ".." in PurePosixPath(inner).parts:
        known = _names(layers, kind)
        return None, (
            error("theme-file", f"The theme has no file {quote(name)}.", None, did_you_mean(inner, known)),
        )
    layer, file = found
    path = f"themes/{theme}/{kind}/{inner}" if theme else f"{kind}/{inner}"
    if theme and not (root / "themes" / theme / "theme.yaml").is_file():
        return None, (error("theme-unknown", f"The site has no theme {quote(theme)} of its own."),)
    before, after = _COMMENTS.get(file.suffix, ("", ""))
    if not before:
        return None, (error("theme-file", f"{quote(name)} is no template, style sheet or script."),)
    text = file.read_text(encoding="utf-8")
    mark = _COPY.format(name=inner, theme=layer.name, digest=_digest(text))
    paths, problems = _written(root, {path: f"{before}{mark}{after}\n{text}"})
    return (paths[0] if paths else None), problems


def write_sample(root: Path) -> tuple[str | None, tuple[Problem, ...]]:
    """A draft page with every construct of Markdown, to look at a theme by: its path, or a problem."""
    text = (packaged_themes() / _SAMPLE / _SINK).read_text(encoding="utf-8")
    paths, problems = _written(root, {_SINK: text.replace("---\n", "---\ndraft: true\n", 1)})
    return (paths[0] if paths else None), problems


def _written(root: Path, files: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    for path in files:
        if (root / path).exists():
            return (), (error("theme-exists", f"There is a file {quote(path)} already."),)
    try:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    except OSError as failure:
        return (), (error("new-write", f"The file cannot be written: {failure.strerror}."),)
    return tuple(files), ()


# --- what there is ---


def audit(root: Path) -> tuple[Problem, ...]:
    """Overrides that no longer fit what is installed: copies of what has changed since, copies that are the same,
    copies that do not say of what they are one, and blocks that what they extend does not have."""
    chain, problems = _chain(root)
    found = [*problems]
    for one in _overrides(chain, root):
        found += _kinship(one)
    return (*found, *_static(chain, root))


def check_theme(root: Path, today: dt.date, name: str = "") -> tuple[Problem, ...]:
    """What is wrong with the site's theme, or with the one of that ``name``: its files as such, and the pages that it
    makes of a small site with a page of every kind."""
    chain, problems = _chain(root, name)
    if any(problem.level == "error" for problem in problems):
        return problems
    found = [*problems, *_static(chain, root), *_variables(chain, root)]
    return tuple(dict.fromkeys((*found, *_sample(root, chain, today))))


def _chain(root: Path, name: str = "") -> tuple[Theme, tuple[Problem, ...]]:
    config, problems = read_config(root)
    theme, faults = read_theme(
        root, name or config["theme"], Span("site.yaml") if name else config.place("theme")
    )
    return theme, (*(problem for problem in problems if problem.level == "error"), *faults)


def _is_own(layer: Layer, root: Path) -> bool:
    return layer.folder == root or layer.folder.is_relative_to(root / "themes")


def _overrides(chain: Theme, root: Path) -> Iterator[_Override]:
    """All files of the site's own layers in the folders for templates and assets, by layer and name."""
    for at, layer in enumerate(chain.layers):
        if not _is_own(layer, root):
            continue
        rest = Theme(chain.layers[at + 1 :])
        for kind in ("templates", "assets"):
            for name in _names([layer], kind):
                file = layer.folder / kind / name
                try:
                    text = file.read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError):
                    continue  # a picture or a font, or what building the site tells
                yield _Override(kind, name, layer, at, text, rest.find(kind, name))


def _names(layers: Sequence[Layer], kind: str) -> list[str]:
    found = set()
    for layer in layers:
        folder = layer.folder / kind
        files = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
        found |= {path.relative_to(folder).as_posix() for path in files}
    return sorted(found)


def _digest(text: str) -> str:
    import hashlib

    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


# --- audit ---


def _kinship(one: _Override) -> Iterator[Problem]:
    """What an override is to the file that it hides."""
    if one.below is None:
        return
    layer, file = one.below
    try:
        below = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    mark = _MARK.match(one.text)
    rest = one.text[mark.end() :] if mark else one.text
    place, theirs = Span(one.label), f"{quote(one.name)} of the theme {quote(layer.name)}"
    now = _digest(_MARK.sub("", below))
    if rest == below:
        yield warning("theme-copy-same", f"This is as {theirs}, which it hides.", place, "Remove it.")
    elif mark and mark[1] != now:
        message = f"This is a copy of {theirs} as it was; that has changed since."
        hint = f"Take over what is new in {_shown(layer, one)}, then write {now} into the first line."
        yield warning("theme-copy-stale", message, place, hint)
    elif not mark and not _extends_hidden(one):
        message = f"This hides {theirs} and does not say which version of it."
        hint = f'Extend it ({{% extends "!{one.name}" %}}), or begin the file as “acadsite theme copy” does.'
        if one.kind == "assets":
            hint = "Write what differs into a sheet of another name, or begin the file as “acadsite theme copy” does."
        yield warning("theme-copy-unmarked", message, place, hint)


def _shown(layer: Layer, one: _Override) -> str:
    return layer.inner(f"{one.kind}/{one.name}")


def _extends_hidden(one: _Override) -> bool:
    return one.kind == "templates" and re.search(rf"['\"]!+{re.escape(one.name)}['\"]", one.text) is not None


# --- what a theme says as such ---


def _static(chain: Theme, root: Path) -> Iterator[Problem]:
    """Blocks, macros and templates that are not there, and templates that nothing asks for."""
    templates = environment(chain, {}, {})
    every = templates.files.every()
    trees = {}
    for name, files in every.items():
        if name.endswith((".html", ".xml", ".txt", ".json", ".svg")):
            for file in files:
                trees[file.label] = _parsed(templates, file)
    labels = {layer.inner("templates/"): layer for layer in chain.layers if _is_own(layer, root)}
    asked = {found.lstrip("!") for tree in trees.values() if tree for found in outline_of(tree).names}
    is_open = any(tree is not None and outline_of(tree).is_open for tree in trees.values())
    packaged = {name for name, files in every.items() for file in files if not _owner(file, labels)}
    # A site may have a base of its own, as the repository of acadsite has: pages ask for the same templates.
    base = packaged_themes() / "base/templates"
    packaged |= {path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file()}
    for name, files in every.items():
        for at, file in enumerate(files):
            tree = trees.get(file.label)
            if tree is None or not _owner(file, labels):
                continue
            yield from _blocks(name, at, file, trees, every)
            yield from _imports(name, at, file, trees, every)
        is_unknown = name not in asked and name not in packaged
        if is_unknown and not is_open and trees.get(files[0].label) and not _has_extensions(root):
            message = f"No page and no template asks for {quote(name)}."
            yield warning("theme-unused", message, Span(files[0].label), did_you_mean(name, packaged))


def _owner(file: File, labels: Mapping[str, Layer]) -> Layer | None:
    return next((layer for label, layer in labels.items() if file.label.startswith(label)), None)


def _has_extensions(root: Path) -> bool:
    return bool(read_config(root)[0]["extensions"])


def _parsed(templates: Templates, file: File) -> nodes.Template | None:
    try:
        return templates.environment.parse(file.text)
    except TemplateSyntaxError:
        return None  # building the site says so


def _meant(
    asked: nodes.Expr, name: str, at: int, every: Mapping[str, tuple[File, ...]]
) -> tuple[str, int, File] | None:
    """The file that a template ``name``, the one ``at`` that place of its kin, means by what it asks for; with its own
    name and place. None where there is no such file, or only a page can tell."""
    if not isinstance(asked, nodes.Const):
        return None
    wish = str(asked.value)
    plain = wish.lstrip("!")
    skip = len(wish) - len(plain)
    place = at + 1 if skip and plain == name else skip
    files = every.get(plain, ())
    return (plain, place, files[place]) if place < len(files) else None


def _blocks(
    name: str,
    at: int,
    file: File,
    trees: Mapping[str, nodes.Template | None],
    every: Mapping[str, tuple[File, ...]],
) -> Iterator[Problem]:
    """Blocks at the top of a template that none of those below it has: their content is shown nowhere."""
    tree = trees[file.label]
    assert tree is not None  # noqa: S101
    known: set[str] = set()
    below, step = tree, (name, at)
    seen = {step}
    is_whole = True
    while parent := next((node for node in below.body if isinstance(node, nodes.Extends)), None):
        found = _meant(parent.template, *step, every)
        above = trees.get(found[2].label) if found else None
        if found is None or above is None or found[:2] in seen:  # building the site says so
            is_whole = False
            break
        known |= {block.name for block in above.find_all(nodes.Block)}
        below, step = above, found[:2]
        seen.add(step)
    if below is tree or not is_whole:
        return
    for node in tree.body:
        if isinstance(node, nodes.Block) and node.name not in known:
            message = f"What this extends has no block {quote(node.name)}: it is shown nowhere."
            yield warning(
                "theme-block", message, _at(file, node.lineno, node.name), did_you_mean(node.name, known)
            )


def _imports(
    name: str,
    at: int,
    file: File,
    trees: Mapping[str, nodes.Template | None],
    every: Mapping[str, tuple[File, ...]],
) -> Iterator[Problem]:
    """Macros that are asked for and not there."""
    tree = trees[file.label]
    assert tree is not None  # noqa: S101
    for node in tree.find_all(nodes.FromImport):
        found = _meant(node.template, name, at, every)
        other = trees.get(found[2].label) if found else None
        if found is None or other is None:
            continue  # building the site says so
        known = {one.name for one in other.find_all(nodes.Macro)}
        known |= {
            one.target.name for one in other.find_all(nodes.Assign) if isinstance(one.target, nodes.Name)
        }
        for wish in node.names:
            wanted = wish if isinstance(wish, str) else wish[0]
            if wanted not in known:
                message = f"{quote(found[0])} has no macro {quote(wanted)}."
                place = _at(file, node.lineno, wanted)
                yield error("theme-macro", message, place, did_you_mean(wanted, known))


def _at(file: File, line: int, word: str) -> Span:
    lines = file.text.split("\n")
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lines[line - 1] if line <= len(lines) else "")
    return (
        Span(file.label, line, found.start() + 1, line, found.end() + 1) if found else Span(file.label, line)
    )


def _variables(chain: Theme, root: Path) -> Iterator[Problem]:
    """Custom properties that own sheets use and no sheet or template sets."""
    assets, _ = chain.assets()
    texts = [path.read_text("utf-8", "replace") for name, path in assets.items() if name.endswith(".css")]
    for layer in chain.layers:
        texts += [
            (layer.folder / "templates" / name).read_text("utf-8", "replace")
            for name in _names([layer], "templates")
        ]
    known = {name for text in texts for name in _DEFINED.findall(text)}
    for one in _overrides(chain, root):
        if one.kind != "assets" or not one.name.endswith(".css"):
            continue
        for found in _USED.finditer(one.text):
            if found[1] not in known:
                line = one.text.count("\n", 0, found.start(1)) + 1
                column = found.start(1) - 2 - one.text.rfind("\n", 0, found.start(1))
                place = Span(one.label, line, column, line, column + len(found[1]) + 2)
                message = f"No sheet sets --{found[1]}."
                yield warning("theme-variable", message, place, did_you_mean(found[1], known))


# --- the pages that it makes ---


def _sample(root: Path, chain: Theme, today: dt.date) -> Iterator[Problem]:
    """What a build and a check tell of the sample site in this theme: only what the theme has part in, for the sample
    itself has no faults. Places in the files of the theme stay; others are those of the page in question."""
    from acadsite.build import render
    from acadsite.check import AREAS, Finished, check_site

    with tempfile.TemporaryDirectory(prefix="acadsite-") as name:
        folder = Path(name).resolve()
        _copy_tree(packaged_themes() / _SAMPLE, folder)
        for kind in ("themes", "templates", "assets"):
            if (root / kind).is_dir():
                _copy_tree(root / kind, folder / kind)
        settings = (folder / "site.yaml").read_text(encoding="utf-8")
        (folder / "site.yaml").write_text(f"theme: {chain.layers[1].name}\n{settings}", encoding="utf-8")
        result = render(folder, today=today)
        problems = list(result.report.problems)
        if result.graph is not None and result.library is not None and not result.report.has_errors:
            site = Finished(
                result.outputs, result.graph, result.config, result.library.library, today, result.reported
            )
            problems += check_site(site, folder, AREAS)
    for problem in problems:
        where = problem.where
        if where is not None and where.path.startswith(("themes/", "templates/", "assets/")):
            yield problem
        else:
            yield replace(
                problem, where=None, message=f"On the sample site: {problem.message}", hint=problem.hint
            )


def _copy_tree(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            file = target / path.relative_to(source)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(path.read_bytes())
