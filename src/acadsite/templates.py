"""Themes and templates: the chain site → theme → base, the Jinja environment, and errors as problems.

A theme is a folder with ``theme.yaml`` (``extends:`` names the theme below it), ``templates/`` and ``assets/``.
A file of the same name wins, file by file; ``{% extends "!page.html" %}`` reaches the one that was hidden.
Undefined names are errors, and every value is escaped unless it is ``Markup``.
"""

from __future__ import annotations

import hashlib
import os
import re
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from jinja2.utils import missing

from acadsite import packaged_themes, pdf
from acadsite.jinja import Compiled, Environment, File
from acadsite.memo import key_of
from acadsite.problems import Problem, Span, did_you_mean, error, quote
from acadsite.schema import Address, Field, Free, Schema, Text
from acadsite.sources import decode, is_litter, parse_yaml, scan
from acadsite.track import ConfigView, RecordView, current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acadsite.memo import Memo

_FONTS = {".otf", ".ttf", ".ttc", ".otc"}

THEME = Schema(
    "theme.yaml",
    (
        Field("title", Text(), "Name for people."),
        Field("description", Text(), "One sentence."),
        Field("extends", Text(), "The theme below this one; nothing for base."),
        Field("url", Address(), "Where the theme comes from."),
        Field("options", Free(), "Settings of the theme's own."),
    ),
    closed=True,
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder of the chain. ``label`` is the path shown in problems."""

    name: str
    folder: Path
    label: str

    def inner(self, path: str) -> str:
        """A path in the folder as problems show it."""
        return f"{self.label}/{path}" if self.label else path


class CvTheme(NamedTuple):
    """The files of all CV themes by name, folders with fonts, a digest of both, and what is wrong with them."""

    files: Mapping[str, pdf.File]
    fonts: pdf.Fonts
    digest: str
    problems: tuple[Problem, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The themes there are: ``modern.typ`` is “modern”; what all of them share is none."""
        known = (
            name.removesuffix(".typ") for name in self.files if name.endswith(".typ") and "/" not in name
        )
        return tuple(sorted(name for name in known if name != "lib"))


@dataclass(frozen=True, slots=True)
class Theme:
    """The chain of layers, the strongest first: the site itself, its theme, the themes below it."""

    layers: tuple[Layer, ...]

    def find(self, kind: str, name: str, skip: int = 0) -> tuple[Layer, Path] | None:
        """The file ``name`` in ``templates`` or ``assets``; ``skip`` passes over that many that have it."""
        for layer in self.layers:
            path = f"{layer.folder}/{kind}/{name}"
            if os.path.isfile(path):  # noqa: PTH113 - asked for every template and layer
                if skip == 0:
                    return layer, Path(path)
                skip -= 1
        return None

    def assets(self) -> tuple[dict[str, Path], tuple[Problem, ...]]:
        """Every asset by name, the strongest layer's file for each; those that base has come first, then those that
        each theme adds, as the chain goes up, by name."""
        found: dict[str, Path] = {}
        problems: list[Problem] = []
        for layer in reversed(self.layers):
            sources, faults = scan(layer.folder, "assets")
            for source in sources:
                found[source.path.removeprefix("assets/")] = layer.folder / source.disk
            for fault in faults:
                where = fault.where and replace(fault.where, path=layer.inner(fault.where.path))
                problems.append(replace(fault, where=where))
        return found, tuple(problems)

    def typst(self, name: str) -> CvTheme:
        """What lies in the folder ``cv`` or ``documents`` of ``templates/``: Typst files and what they show, the
        strongest layer's file for each name, and fonts."""
        files: dict[str, pdf.File] = {}
        folders: list[Path] = []
        parts: list[str] = []
        letters: list[str] = []
        problems: list[Problem] = []
        for layer in reversed(self.layers):
            folder = layer.folder / "templates" / name
            for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                inner = path.relative_to(folder).as_posix()
                if not path.is_file() or any(map(is_litter, inner.split("/"))):
                    continue
                label = layer.inner(f"templates/{name}/{inner}")
                if not path.resolve().is_relative_to(layer.folder.resolve()):
                    message = f"The file {quote(label)} is a link that leaves its theme."
                    problems.append(
                        error("file-outside", message, Span(label), "Copy the file into the theme.")
                    )
                    continue
                try:
                    data = path.read_bytes()
                except OSError as failure:
                    message = f"The file cannot be read: {failure.strerror}."
                    problems.append(error("file-unreadable", message, Span(label)))
                    continue
                parts += (label, hashlib.blake2b(data, digest_size=16).hexdigest())
                if path.suffix.casefold() in _FONTS:
                    letters += parts[-2:]
                    folders = [path.parent, *(other for other in folders if other != path.parent)]
                else:
                    files[inner] = pdf.File(data, label)
        fonts = pdf.Fonts(tuple(folders), key_of(*letters))
        return CvTheme(files, fonts, key_of(*parts), tuple(problems))

    def label(self, file: str) -> str | None:
        """The path shown in problems for a template's file, or None when it is no template of the chain."""
        path = Path(file)
        for layer in self.layers:
            if path.is_relative_to(layer.folder):
                return layer.inner(path.relative_to(layer.folder).as_posix())
        return None


def read_theme(root: Path, name: str, where: Span) -> tuple[Theme, tuple[Problem, ...]]:
    """The chain of theme ``name`` for the site in ``root``; of ``base`` alone where it has faults."""
    problems: list[Problem] = []
    layers = [Layer("site", root, "")]
    homes = ((root / "themes", "themes"), (packaged_themes(), "themes"))
    wanted: str | None = name
    while wanted:
        if any(layer.name == wanted for layer in layers[1:]):
            names = " → ".join([layer.name for layer in layers[1:]] + [wanted])
            message = f"The theme {quote(wanted)} extends itself: {names}."
            problems.append(error("theme-loop", message, where, "Let one of them extend base."))
            wanted = None if any(layer.name == "base" for layer in layers) else "base"
            continue
        home = next(((folder, label) for folder, label in homes if _is_theme(folder, wanted)), None)
        if home is None:
            known = {
                path.name
                for folder, _ in homes
                if folder.is_dir()
                for path in folder.iterdir()
                if _is_theme(folder, path.name)
            }
            problems.append(
                error(
                    "theme-unknown",
                    f"There is no theme {quote(wanted)}.",
                    where,
                    did_you_mean(wanted, known) or f"Themes: {', '.join(sorted(known))}.",
                )
            )
            if wanted == "base":  # a broken installation
                break
            wanted = "base"
            continue
        folder, label = home
        layer = Layer(wanted, folder / wanted, f"{label}/{wanted}")
        if not layer.folder.resolve().is_relative_to(folder.parent.resolve()):
            message = f"The theme {quote(wanted)} is a link that leaves the site."
            hint = "Copy the theme into the site."
            problems.append(error("file-outside", message, Span(f"{label}/{wanted}"), hint))
        layers.append(layer)
        wanted, where = _extends(layer, problems)
    return Theme(tuple(layers)), tuple(problems)


def _is_theme(folder: Path, name: str) -> bool:
    plain = name not in {"", ".", ".."} and "/" not in name and "\\" not in name
    return plain and (folder / name / "theme.yaml").is_file()


def _extends(layer: Layer, problems: list[Problem]) -> tuple[str | None, Span]:
    path = f"{layer.label}/theme.yaml"
    try:
        data = (layer.folder / "theme.yaml").read_bytes()
    except OSError as failure:
        data = b""
        problems.append(error("file-unreadable", f"The file cannot be read: {failure.strerror}.", Span(path)))
    text, faults = decode(data, path)
    problems += faults
    node, faults = parse_yaml(text, path)
    problems += faults
    if node is not None and node.value is not None and not isinstance(node.value, dict):
        problems.append(error("theme-kind", "theme.yaml must be “key: value” lines.", node.span))
    if node is None or not isinstance(node.value, dict):
        return (None if layer.name == "base" else "base"), Span(path)
    settings = THEME.read(node, problems)
    given = node.get("extends")
    below = settings["extends"] or (None if layer.name == "base" else "base")
    return below, given.span if given else Span(path)


class _Files:
    """The files of templates, each read at most once in a build; each “!” in front of a name passes over one file of
    that name."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._known: dict[str, File | None] = {}
        self._every: dict[str, tuple[File, ...]] | None = None
        self._inside: dict[Path, bool] = {}

    def read(self, name: str) -> File | None:
        """The file of a template; None where there is none."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> File | None:
        plain = name.lstrip("!")
        skip = len(name) - len(plain)
        if self._every is not None:
            return next(iter(self._every.get(plain, ())[skip:]), None)
        if ".." in plain.split("/"):
            return None
        found = self.theme.find("templates", plain, skip)
        return None if found is None else self._text(found[0], found[1], plain)

    def text(self, path: str) -> str:
        """The text of a file on disk as it was read; empty where it was not."""
        return next((file.text for file in self._known.values() if file and file.file == path), "")

    def names(self) -> list[str]:
        """Every name that has a file."""
        return sorted(self.every())

    def digest(self) -> str:
        """A digest of all files."""
        files = self.every().values()
        return key_of(*(part for found in files for file in found for part in (file.label, file.digest)))

    def every(self) -> Mapping[str, tuple[File, ...]]:
        """All files by name, those that others hide as well, the strongest first."""
        if self._every is None:
            found: dict[str, tuple[File, ...]] = {}
            for layer in self.theme.layers:
                folder = layer.folder / "templates"
                for path in sorted(folder.rglob("*")):
                    if path.is_file() and path.relative_to(folder).parts[0] != "cv":
                        name = path.relative_to(folder).as_posix()
                        found[name] = (*found.get(name, ()), self._text(layer, path, name))
            self._every = found
        return self._every

    def _text(self, layer: Layer, path: Path, name: str) -> File:
        label = layer.inner(f"templates/{name}")
        data, fault = b"", ""
        if not self._is_inside(layer, path):
            fault = f"The template {quote(label)} is a link that leaves its theme."
        else:
            try:
                data = path.read_bytes()
            except OSError as failure:
                fault = f"The template {quote(label)} cannot be read: {failure.strerror}."
        digest = hashlib.blake2b(fault.encode() or data, digest_size=16).hexdigest()
        return File(label, str(path), digest, decode(data, name)[0], fault)

    def _is_inside(self, layer: Layer, path: Path) -> bool:
        """Whether a file is in its layer, links followed; folders are looked at once."""
        if path.is_symlink():
            return path.resolve().is_relative_to(layer.folder.resolve())
        known = self._inside.get(path.parent)
        if known is None:
            known = path.parent.resolve().is_relative_to(layer.folder.resolve())
            self._inside[path.parent] = known
        return known


@dataclass(frozen=True, slots=True)
class Templates:
    """The environment of one build. ``render`` gives a page's text, or a problem.

    A fault in a template shows on every page that uses it; ``render`` says the same words for each of them, and
    ``on_pages`` makes one problem of them.
    """

    theme: Theme
    files: _Files
    environment: Environment
    _closures: dict[str, str] = field(default_factory=dict)
    _typst: dict[str, CvTheme] = field(default_factory=dict)

    def cv(self) -> CvTheme:
        """The CV themes, read at most once in a build."""
        return self._read("cv")

    def documents(self) -> CvTheme:
        """The themes of books, papers and decks, read at most once in a build."""
        return self._read("documents")

    def _read(self, name: str) -> CvTheme:
        if name not in self._typst:
            self._typst[name] = self.theme.typst(name)
        return self._typst[name]

    def closure(self, name: str) -> str:
        """A digest (32 hexadecimal digits) of a template and all that it can reach: which files, where each is
        found and what is in them, and that others are not there."""
        known = self._closures.get(name)
        if known is None:
            texts, is_open = self.environment.reach(name)
            parts = [self.files.digest()] if is_open else []
            for other, text in sorted(texts.items()):
                parts += (other, text.label, text.digest) if text else (other, "", "")
            known = self._closures[name] = key_of(*parts)
        return known

    def warm(self, names: Iterable[str]) -> None:
        """Compile these templates, and all that they can reach, before they are asked for: worker processes that
        begin afterwards have them. Where more may be asked for, or a hint be needed, all files are read as well."""
        names = tuple(dict.fromkeys(names))
        self.environment.warm(names)
        for name in names:
            texts, is_open = self.environment.reach(name)
            if is_open or None in texts.values():
                self.files.every()
                return

    def render(self, name: str, context: Mapping[str, Any]) -> tuple[str, tuple[Problem, ...]]:
        """The text of a template; empty with a problem that names template and line.

        Templates and the filters of extensions are the user's code and may raise anything. What is raised by our
        own code, and is none of the exceptions by which it refuses arguments, is a bug and goes on.
        """
        # What a template can reach is its closure: one key stands for all that is loaded meanwhile.
        current().note("template", name)
        try:
            return self.environment.get_template(name).render(context), ()
        except RecursionError as failure:
            # The frames say which template turns in a circle, but there are a thousand of them.
            message = "The templates include or call each other in a circle."
            return "", (error("template-error", message, self._circle(failure)),)
        except _REFUSALS as failure:
            return "", (self._problem(failure),)
        except Exception as failure:
            if self._is_ours(failure):
                raise
            return "", (self._problem(failure),)

    def _problem(self, failure: Exception) -> Problem:
        name = type(failure).__name__
        message, hint, word = " ".join(str(failure).split()), "", ""
        where = None
        if isinstance(failure, jinja2.TemplateNotFound):
            word = str(failure.name)
            message = f"There is no template {quote(word)}."
            hint = did_you_mean(word, self.environment.list_templates())
        elif isinstance(failure, jinja2.TemplateSyntaxError):
            label = self.theme.label(failure.filename or "") or failure.name or ""
            found = re.match(r"No (filter|test) named '(.*)'", message)
            if found:
                word = found[2]
                known = self.environment.filters if found[1] == "filter" else self.environment.tests
                message, hint = f"There is no {found[1]} {quote(word)}.", did_you_mean(word, known)
            message = message[:1].upper() + message[1:]
            where = self._column(Span(label, failure.lineno or 1), failure.filename or "", word)
        elif isinstance(failure, _Unknown):
            hint, word = failure.hint, failure.name
            if message.endswith("not defined."):
                hint = did_you_mean(word, [*self.environment.globals, "page", "record"])
        elif not isinstance(failure, LookupError) or isinstance(failure, KeyError):
            message = f"{name}: {message}" if message else name
        if not message.endswith((".", "!", "?")):
            message += "."
        return error("template-error", message, where or self._place(failure, word), hint)

    def _circle(self, failure: Exception) -> Span | None:
        """The first line of those that are met again and again; the last one met depends on who called."""
        frames = Counter(_frames(failure))
        labels = {file: self.theme.label(file) for file, _ in frames}
        counts = {
            (label, line, file): count
            for (file, line), count in frames.items()
            if (label := labels[file]) is not None and "/templates/" in f"/{label}"
        }
        often = [place for place, count in counts.items() if count * 10 > max(counts.values())]
        if not often:
            return None
        label, line, file = min(often)
        return self._column(Span(label, line), file, "")

    def _place(self, failure: Exception, word: str) -> Span | None:
        for file, line in reversed(_frames(failure)):
            label = self.theme.label(file)
            if label is not None and "/templates/" in f"/{label}":
                return self._column(Span(label, line), file, word)
        return None

    def _column(self, place: Span, file: str, word: str) -> Span:
        """Jinja knows the line only: the word in question is looked for in it, else its first mark."""
        lines = self.files.text(file).split("\n")
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        pattern = rf"(?<!\w){re.escape(word)}(?!\w)" if word else r"\{[{%#]"
        found = re.search(pattern, line) or re.search(r"\S", line)
        if found is None:
            return place
        end = found.end() + 1 if word else 0
        return Span(place.path, place.line, found.start() + 1, place.line if end else 0, end)

    def _is_ours(self, failure: Exception) -> bool:
        """Whether the exception comes out of acadsite itself, and not out of a template or an extension."""
        frames = _frames(failure)
        package = Path(__file__).parent
        return bool(frames) and Path(frames[-1][0]).is_relative_to(package)


def _frames(failure: Exception) -> list[tuple[str, int]]:
    """File and line of each call that led to an exception; nothing is read, as ``traceback`` would."""
    calls = traceback.walk_tb(failure.__traceback__)
    return [(frame.f_code.co_filename, line or 1) for frame, line in calls]


def on_pages(problems: Iterable[tuple[str, Problem]]) -> tuple[Problem, ...]:
    """Problems of templates, given with the page each was met on: each once, with its pages named or counted."""
    pages: dict[Problem, list[str]] = {}
    for page, problem in problems:
        pages.setdefault(problem, []).append(page)
    return tuple(
        replace(
            problem,
            message=f"{problem.message} (page {names[0]}{f' and {len(names) - 1} more' if names[1:] else ''})",
        )
        for problem, names in pages.items()
    )


#: What Jinja, templates and our functions for them raise for a fault in a template.
_REFUSALS = (
    jinja2.TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)


class _Unknown(jinja2.UndefinedError):
    """A name that is not there, with the nearest one that is."""

    def __init__(self, message: str, name: str, hint: str) -> None:
        super().__init__(message)
        self.name, self.hint = name, hint


class _Undefined(jinja2.StrictUndefined):
    """Says what is not there in the words of the site, with the nearest name."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = _Unknown
    ) -> None:
        if hint is None and name is not None and exc is _Unknown:
            exc = partial(_unknown, obj, str(name))
        elif exc is _Unknown:
            exc = jinja2.UndefinedError
        super().__init__(hint, obj, name, exc)


def _unknown(obj: Any, name: str, _: str | None = None) -> _Unknown:
    if obj is missing:
        return _Unknown(f"{quote(name)} is not defined.", name, "")
    if isinstance(obj, RecordView):
        return _Unknown(
            f"{quote(name)} is no field of {obj.collection}.", name, did_you_mean(name, obj.field_names())
        )
    if isinstance(obj, ConfigView):
        hint = did_you_mean(name, obj.setting_names())
        return _Unknown(f"site.yaml has no setting {quote(name)}.", name, hint)
    known = list(obj) if isinstance(obj, Mapping) else [word for word in dir(obj) if word[0] != "_"]
    kind = "key of this mapping" if isinstance(obj, Mapping) else f"attribute of this {type(obj).__name__}"
    return _Unknown(f"{quote(name)} is no {kind}.", name, did_you_mean(name, known))


def environment(
    theme: Theme,
    filters: Mapping[str, Callable[..., Any]],
    names: Mapping[str, Any],
    more: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
    *,
    compiled: Compiled | None = None,
    memo: Memo | None = None,
) -> Templates:
    """The Jinja environment of a build: undefined names are errors, and everything is escaped.

    ``more`` are the filters of extensions. ``compiled`` has the code of the build before in this process, and
    takes that of this one; ``memo`` has what templates can reach. A template is code of the site's owner, as an
    extension is: it is not kept from anything.
    """
    files = _Files(theme)
    jinja = Environment(files.read, files.names, _Undefined, compiled, memo)
    jinja.filters.update(filters)
    jinja.filters.update(more)
    jinja.globals.update(names)
    return Templates(theme, files, jinja)
