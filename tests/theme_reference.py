"""The parts of docs/theme-reference.md that are made from the code: templates, macros, functions, views, sheets.

What is said of each stands at its place: of a template in the first comment of its file, of a macro in the comment
right before it, of a function or view in its docstring, of a sheet or script in the comment that it begins with.
"""

import ast
import importlib
import inspect
import re
from collections import defaultdict
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import jinja2
from jinja2 import nodes

from acadsite.kinds.names import Names
from acadsite.kinds.page import PageView
from acadsite.kinds.web import _SINGULAR, _TEMPLATES, URLS
from acadsite.kinds.works import KeptGroup
from acadsite.markup import Body
from acadsite.problems import Problem
from acadsite.track import Collections, CollectionView, ConfigView, RecordView

ROOT = Path(__file__).resolve().parents[1]
THEMES = ("base", "reading-room", "classic", "lab")
#: What ends otherwise is no template of Jinja.
FORMS = (".html", ".xml", ".json", ".txt", ".svg", ".ris")
#: Of page kinds that have no pattern in ``urls:``.
ADDRESSES = {
    "chapter": "below that of its book",
    "book-index": "beside its book",
    "search-part": "beside the search",
}
#: What a page is about, by its kind: a record of that collection.
SUBJECTS = {kind: name for name, kind in _SINGULAR.items()}
SUBJECTS |= {"page": "pages", "book": "books", "chapter": "chapters", "home": "home"}
#: What views are told of by hand, or stand for another.
TOLD = {RecordView, CollectionView, Collections, ConfigView, KeptGroup, Problem}
ENVIRONMENT = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
DEFINED = re.compile(r"(?<![\w-])(--[a-z][\w-]*)\s*:\s*([^;}]*)")
USED = re.compile(r"var\(\s*(--[\w-]+)")


def table(head, rows):
    """A table of Markdown; what the cells say is Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("|" + "".join(f"{' ' + cell if cell else ''} |" for cell in line) + "\n" for line in lines)


def code(text):
    return f"`{text}`".replace("|", r"\|")


def codes(texts):
    return ", ".join(map(code, texts))


def prose(text):
    """A docstring as a line of Markdown."""
    return " ".join((text or "").split()).replace("``", "`").replace("|", r"\|")


# --- templates ---


@dataclass(frozen=True)
class Macro:
    """A macro: how it is called, and what is said of it."""

    name: str
    call: str
    doc: str


@dataclass(frozen=True)
class Template:
    """A template of a theme. ``uses``: names of macros by file; of files that are included none."""

    theme: str
    name: str
    doc: str
    blocks: tuple[str, ...]
    macros: tuple[Macro, ...]
    uses: dict[str, tuple[str, ...]]
    extends: str

    @property
    def is_part(self):
        """Whether pages include it."""
        return self.name == "footer.html" or self.name.startswith(("head/", "header/"))


def comments(source):
    """The comment that stands for a file, and those of its macros by name; empty where there is none."""
    whole, last, told = "", "", {}
    is_begun, is_inside, words = False, False, []
    for _, kind, value in ENVIRONMENT.lex(source):
        if kind == "comment":
            last = " ".join(value.split())
            if not whole and not is_begun:
                whole, last = last, ""
        elif kind == "block_begin":
            is_inside, words = True, []
        elif kind == "block_end":
            is_inside = False
            if words[0] == "macro":
                told[words[1]] = last
            is_begun, last = is_begun or words[0] not in {"extends", "from", "import"}, ""
        elif is_inside and kind == "name":
            words.append(value)
        elif kind in {"data", "variable_begin"} and value.strip():
            is_begun, last = True, ""
    return whole, told


def written(value):
    """A value as templates write it."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return '"' + value + '"' if isinstance(value, str) else str(value)


def call_of(macro):
    """A macro with its arguments."""
    shown = [argument.name for argument in macro.args]
    for at, default in enumerate(reversed(macro.defaults), 1):
        shown[-at] += f"={written(default.as_const())}"
    call = f"{macro.name}({', '.join(shown)})"
    asks = any(name.name == "caller" for name in macro.find_all(nodes.Name))
    return f"{{% call {call} %}}" if asks else call


def read(theme, path, name):
    source = path.read_text(encoding="utf-8")
    tree = ENVIRONMENT.parse(source)
    doc, told = comments(source)
    uses = defaultdict(list)
    for node in tree.find_all((nodes.FromImport, nodes.Include)):
        uses[node.template.value] += getattr(node, "names", ())
    parent = tree.find(nodes.Extends)
    return Template(
        theme,
        name,
        doc,
        tuple(block.name for block in tree.find_all(nodes.Block)),
        tuple(Macro(node.name, call_of(node), told[node.name]) for node in tree.find_all(nodes.Macro)),
        {other: tuple(found) for other, found in uses.items()},
        parent.template.value if parent else "",
    )


@cache
def templates():
    """All templates of Jinja, theme by theme."""
    found = []
    for theme in THEMES:
        folder = ROOT / "themes" / theme / "templates"
        paths = sorted(path for path in folder.rglob("*") if path.suffix in FORMS)
        found += [read(theme, path, path.relative_to(folder).as_posix()) for path in paths]
    return tuple(found)


def template_of(kind):
    """The template of a page kind."""
    known = {template.name for template in templates()}
    wishes = (_TEMPLATES.get(kind), f"{kind}.html", URLS.get(kind), f"{kind}.json")
    return next(name for name in wishes if name in known)


@cache
def kinds():
    """Page kinds by template, in order."""
    found = defaultdict(list)
    for kind in (*URLS, *ADDRESSES):
        found[template_of(kind)].append(kind)
    return dict(found)


def pages_of(template):
    """The kinds of the pages of a template, their addresses and subjects."""
    said = []
    for kind in kinds().get(template.name, ()):
        address = f"`/{URLS[kind]}`" if kind in URLS else ADDRESSES[kind]
        subject = f", `record` of `{SUBJECTS[kind]}`" if kind in SUBJECTS else ""
        said.append(f"`{kind}`: {address}{subject}")
    return "; ".join(said) or "–"


def uses_of(template):
    """What a template takes from others."""
    return "; ".join(
        f"`{name}`{': ' if found else ''}{codes(found)}" for name, found in template.uses.items()
    )


def place_of(one):
    """A template, with its theme where that is not base."""
    return code(one.name) + (f" ({one.theme})" if one.theme != "base" else "")


def template_table():
    rows = [
        [code(one.name), one.doc, pages_of(one)]
        for one in templates()
        if one.theme == "base" and not one.is_part and not one.name.startswith("macros/")
    ]
    return table(["template", "what it is", "pages"], rows)


def part_table():
    return table(["part", "what it is"], [[code(one.name), one.doc] for one in templates() if one.is_part])


def override_table():
    rows = [[place_of(one), one.doc] for one in templates() if one.theme != "base"]
    return table(["template", "what it is"], rows)


def use_table():
    """Which blocks a template has, and what it takes from others."""
    rows = [
        [place_of(one), codes(dict.fromkeys(one.blocks)), uses_of(one)]
        for one in templates()
        if one.blocks or one.uses
    ]
    return table(["template", "blocks", "takes"], rows)


def macro_tables():
    parts = []
    for one in templates():
        if one.macros:
            rows = [[code(macro.call), macro.doc] for macro in one.macros]
            parts.append(f"### {place_of(one)}\n\n{one.doc}\n\n{table(['macro', 'what it gives'], rows)}")
    return "\n".join(parts)


def typst_table():
    folder = ROOT / "themes/base/templates"
    rows = []
    for path in sorted([*folder.rglob("*.typ"), *folder.rglob("cv/forms/*.yaml")]):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("// ").removeprefix("# ")
        rows.append([code(path.relative_to(folder).as_posix()), first])
    return table(["file", "what it is"], rows)


# --- functions ---


def names():
    """The names of templates, with nothing behind them."""
    empty = object.__new__(Names)
    empty.config, empty.site, empty.configs = SimpleNamespace(data={}), None, {}
    return empty


@cache
def functions():
    """What templates may call, by name."""
    return {name: value for name, value in sorted(names().globals().items()) if callable(value)}


@cache
def filters():
    return dict(sorted(names().filters().items()))


def plain(function):
    """The function behind a partial one or a method."""
    return getattr(function, "func", function)


def shown_arguments(function, skip=0):
    parts = []
    for argument in list(inspect.signature(function).parameters.values())[skip:]:
        if argument.kind in {argument.VAR_POSITIONAL, argument.VAR_KEYWORD}:
            parts += ["…"] if "…" not in parts else []
        elif argument.default is argument.empty:
            parts.append(argument.name)
        else:
            parts.append(f"{argument.name}={written(argument.default)}")
    return ", ".join(parts)


def gives(function):
    """The type of what a function gives, as Python writes it; nothing where it says nothing."""
    said = str(inspect.signature(function).return_annotation)
    said = re.sub(r"\b[a-z_]+\.(?=[A-Z])", "", said).replace(
        f" | {KeptGroup.__name__}", ""
    )  # which is one to templates
    return "" if said == "Any" else code(said)


def function_table():
    rows = [
        [code(f"{name}({shown_arguments(function)})"), prose(plain(function).__doc__), gives(function)]
        for name, function in functions().items()
    ]
    return table(["function", "what it gives", "as"], rows)


def filter_table():
    rows = []
    for name, function in filters().items():
        more = shown_arguments(function, 1)
        rows.append([code(f"{name}({more})" if more else name), prose(plain(function).__doc__)])
    return table(["filter", "what it gives"], rows)


def query_table():
    rows = [
        [code(f"{name}({shown_arguments(function, 1)})"), prose(function.__doc__)]
        for name, function in vars(CollectionView).items()
        if inspect.isfunction(function) and not name.startswith("_") and name != "ids"
    ]
    return table(["call", "what it gives"], rows)


# --- views ---


@cache
def imports(module):
    """What a module imports by name, also for its types alone: module by name."""
    tree = ast.parse(inspect.getsource(module))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return found


def resolve(name, module):
    """The class of that name in a module; None for what is none of ours."""
    first, _, rest = name.partition(".")
    if rest:
        source, inner = imports(module).get(first, ("", ""))
        return (
            resolve(rest, importlib.import_module(f"{source}.{inner}"))
            if source.startswith("acadsite")
            else None
        )
    if hasattr(module, first):
        found = getattr(module, first)
    else:
        source, inner = imports(module).get(first, ("", ""))
        found = getattr(importlib.import_module(source), inner) if source.startswith("acadsite") else None
    is_view = inspect.isclass(found) and (is_dataclass(found) or hasattr(found, "_fields"))
    return found if is_view and found not in TOLD else None


def classes_in(annotation, module):
    wanted = re.findall(r"[A-Za-z_][\w.]*", str(annotation))
    return [found for name in wanted if (found := resolve(name, module))]


def fields_of(view):
    """Fields and properties of a view, with the types of fields."""
    if hasattr(view, "_fields"):
        found = {name: view.__annotations__.get(name, "") for name in view._fields}
    else:
        found = {field.name: field.type for field in fields(view)}
    for name, value in vars(view).items():
        if isinstance(value, property) and not name.startswith("_"):
            found[name] = value.fget.__annotations__.get("return", "")
    return found


@cache
def views():
    """Views that functions give, and those in them: who gives each."""
    waiting = [
        (f"{name}()", found)
        for name, function in functions().items()
        for found in classes_in(
            inspect.signature(function).return_annotation, inspect.getmodule(plain(function))
        )
    ]
    waiting += [("page", PageView), ("record.body", Body)]
    givers = defaultdict(list)
    while waiting:
        giver, view = waiting.pop(0)
        is_new = view not in givers
        if giver not in givers[view]:
            givers[view].append(giver)
        if is_new:
            module = inspect.getmodule(view)
            for name, annotation in fields_of(view).items():
                waiting += [
                    (f"{view.__name__}.{name}", found)
                    for found in classes_in(annotation, module)
                    if found is not view
                ]
    return dict(givers)


def view_table():
    rows = [
        [f"{code(view.__name__)} in {codes(givers)}", codes(fields_of(view)), prose(view.__doc__)]
        for view, givers in sorted(views().items(), key=lambda item: (item[0].__name__, item[1]))
        if view is not PageView
    ]
    return table(["view", "fields", "what it is"], rows)


# --- sheets and scripts ---


@cache
def assets(ending):
    """Sheets or scripts of all themes: text by theme and name."""
    return {
        (theme, path.relative_to(ROOT / "themes" / theme / "assets").as_posix()): path.read_text(
            encoding="utf-8"
        )
        for theme in THEMES
        for path in sorted((ROOT / "themes" / theme / "assets").rglob(f"*{ending}"))
    }


def opening(text):
    """The comment that a sheet or script begins with."""
    found = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    lines = re.match(r"(?://[^\n]*\n)+", text)
    said = found[1] if found else lines[0].replace("//", "").split("\n\n")[0] if lines else ""
    return " ".join(said.split()).replace("<", "&lt;")


def layers_of(text):
    """The layers that a sheet fills."""
    return list(dict.fromkeys(re.findall(r"@layer ([\w-]+) \{", text)))


def layers():
    """All layers in their order: the last wins."""
    found = re.search(r"^@layer ([\w, -]+);", assets(".css")["base", "base.css"], re.MULTILINE)
    return found[1].split(", ")


def asset_table(ending):
    rows = []
    for (theme, name), text in assets(ending).items():
        row = [code(name) + (f" ({theme})" if theme != "base" else ""), opening(text)]
        rows.append([*row, codes(layers_of(text)) or "none"] if ending == ".css" else row)
    return table(["sheet", "what it is", "layers"] if ending == ".css" else ["script", "what it is"], rows)


@cache
def properties():
    """Custom properties: where each is set, with its first value there."""
    found = defaultdict(dict)
    for place, text in assets(".css").items():
        rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        for name, value in DEFINED.findall(rules):
            found[name].setdefault(place, " ".join(value.split()))
        for name in USED.findall(rules):
            found.setdefault(name, {})  # a script sets it
    return dict(sorted(found.items()))


def value_table():
    rows = []
    for name, places in properties().items():
        if ("base", "base.css") in places:
            others = [theme for theme, sheet in places if theme != "base"]
            rows.append([code(name), code(places["base", "base.css"]), ", ".join(others)])
    return table(["property", "in base", "other values in"], rows)


@cache
def made():
    """Every part by its name. (The keys of theme.yaml are made as those of other files.)"""
    return {
        "theme-templates": template_table(),
        "theme-parts": part_table(),
        "theme-overrides": override_table(),
        "theme-uses": use_table(),
        "theme-macros": macro_tables(),
        "theme-typst": typst_table(),
        "theme-functions": function_table(),
        "theme-filters": filter_table(),
        "theme-queries": query_table(),
        "theme-views": view_table(),
        "theme-sheets": asset_table(".css"),
        "theme-scripts": asset_table(".js"),
        "theme-values": value_table(),
    }
