"""Themes and templates: the chain site → theme → base, the Jinja environment, and errors as problems.

A theme is a folder with ``theme.yaml`` (``extends:`` names the theme below it), ``templates/`` and ``assets/``.
A file of the same name wins, file by file; ``{% extends "!page.html" %}`` reaches the one that was hidden.
Undefined names are errors, and every value is escaped unless it is ``Markup``.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from acadsite.problems import Problem, Span, did_you_mean, error, quote
from acadsite.schema import Address, Field, Free, Schema, Text
from acadsite.sources import decode, parse_yaml, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


@dataclass(frozen=True, slots=True)
class Theme:
    """The chain of layers, the strongest first: the site itself, its theme, the themes below it."""

    layers: tuple[Layer, ...]

    def find(self, kind: str, name: str, skip: int = 0) -> tuple[Layer, Path] | None:
        """The file ``name`` in ``templates`` or ``assets``; ``skip`` passes over that many that have it."""
        for layer in self.layers:
            path = layer.folder / kind / name
            if path.is_file() and skip == 0:
                return layer, path
            skip -= path.is_file()
        return None

    def assets(self) -> dict[str, Path]:
        """Every asset by name, the strongest layer's file for each."""
        found: dict[str, Path] = {}
        for layer in reversed(self.layers):
            sources, _ = scan(layer.folder, "assets")
            for source in sources:
                found[source.path.removeprefix("assets/")] = layer.folder / source.disk
        return dict(sorted(found.items()))

    def label(self, file: str) -> str | None:
        """The path shown in problems for a template's file, or None when it is no template of the chain."""
        path = Path(file)
        for layer in self.layers:
            if path.is_relative_to(layer.folder):
                inner = path.relative_to(layer.folder).as_posix()
                return f"{layer.label}/{inner}" if layer.label else inner
        return None


def packaged_themes() -> Path:
    """The folder of the themes that come with acadsite: in the wheel, or at the top of a checkout."""
    inside = Path(__file__).parent / "themes"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "themes"


def read_theme(root: Path, name: str, where: Span) -> tuple[Theme, tuple[Problem, ...]]:
    """The chain of theme ``name`` for the site in ``root``; of ``base`` alone where it has faults."""
    problems: list[Problem] = []
    layers = [Layer("site", root, "")]
    homes = ((root / "themes", "themes"), (packaged_themes(), "themes"))
    wanted: str | None = name
    while wanted:
        if any(layer.name == wanted for layer in layers[1:]):
            problems.append(error("theme-loop", f"The theme {quote(wanted)} extends itself.", where))
            break
        home = next(((folder, label) for folder, label in homes if _is_theme(folder, wanted)), None)
        if home is None:
            known = {path.name for folder, _ in homes if folder.is_dir() for path in folder.iterdir()}
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
        layers.append(layer)
        wanted, where = _extends(layer, problems)
    return Theme(tuple(layers)), tuple(problems)


def _is_theme(folder: Path, name: str) -> bool:
    plain = name not in {"", ".", ".."} and "/" not in name and "\\" not in name
    return plain and (folder / name / "theme.yaml").is_file()


def _extends(layer: Layer, problems: list[Problem]) -> tuple[str | None, Span]:
    path = f"{layer.label}/theme.yaml"
    text, faults = decode((layer.folder / "theme.yaml").read_bytes(), path)
    problems += faults
    node, faults = parse_yaml(text, path)
    problems += faults
    if node is None or not isinstance(node.value, dict):
        return (None if layer.name == "base" else "base"), Span(path)
    data = THEME.read(node, problems)
    given = node.get("extends")
    below = data["extends"] or (None if layer.name == "base" else "base")
    return below, given.span if given else Span(path)


class _ThemeLoader(jinja2.BaseLoader):
    """Loads templates from the chain; each “!” in front of a name passes over one file of that name."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def get_source(  # the signature is Jinja's
        self,
        environment: jinja2.Environment,
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        name = template.lstrip("!")
        if ".." in name.split("/"):
            raise jinja2.TemplateNotFound(template)
        found = self.theme.find("templates", name, len(template) - len(name))
        if found is None:
            raise jinja2.TemplateNotFound(template)
        text, _ = decode(found[1].read_bytes(), name)
        return text, str(found[1]), lambda: True

    def list_templates(self) -> list[str]:
        names = set()
        for layer in self.theme.layers:
            folder = layer.folder / "templates"
            names |= {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        return sorted(names)


@dataclass(frozen=True, slots=True)
class Templates:
    """The environment of one build. ``render`` gives a page's text, or a problem."""

    theme: Theme
    environment: jinja2.Environment

    def render(self, name: str, context: Mapping[str, Any], page: str) -> tuple[str, tuple[Problem, ...]]:
        """The text of a template; empty with a problem that names template, line and page."""
        try:
            return self.environment.get_template(name).render(context), ()
        except RecursionError as failure:
            # The frames say which template turns in a circle, but there are a thousand of them.
            return "", (
                self._problem(failure, page, "The templates include or call each other in a circle."),
            )
        except (
            jinja2.TemplateError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
        ) as failure:
            return "", (self._problem(failure, page, None),)

    def _problem(self, failure: Exception, page: str, message: str | None) -> Problem:
        where, hint = self._place(failure), ""
        if isinstance(failure, jinja2.TemplateNotFound):
            message = f"There is no template {quote(failure.name)}."
            hint = did_you_mean(str(failure.name), self.environment.list_templates())
        elif isinstance(failure, jinja2.TemplateSyntaxError):
            label = self.theme.label(failure.filename or "") or failure.name or ""
            where = Span(label, failure.lineno or 1)
        message = message or str(failure) or type(failure).__name__
        if not message.endswith((".", "!", "?")):
            message += "."
        return error("template-error", f"{message} (page {page})", where, hint)

    def _place(self, failure: Exception) -> Span | None:
        for frame in reversed(traceback.extract_tb(failure.__traceback__)):
            label = self.theme.label(frame.filename)
            if label is not None and "/templates/" in f"/{label}":
                return Span(label, frame.lineno or 1)
        return None


def environment(
    theme: Theme, filters: Mapping[str, Callable[..., Any]], names: Mapping[str, Any]
) -> Templates:
    """The Jinja environment of a build: strict, escaping everywhere, without access to the file system."""
    jinja = jinja2.Environment(
        loader=_ThemeLoader(theme),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    jinja.filters.update(filters)
    jinja.globals.update(names)
    return Templates(theme, jinja)
