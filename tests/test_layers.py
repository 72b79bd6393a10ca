"""The layers of DESIGN.md, read from the imports: a module may import lower layers and its own package only."""

import ast
from pathlib import Path

import pytest

import acadsite

SOURCE = Path(acadsite.__file__).parent

#: Modules and packages, lowest layer first. One line is one layer; modules of a layer may not import each other,
#: but for the pairs in ``WITHIN``.
LAYERS = [
    {"languages"},
    {"problems", "colours", "dates", "memo", "explain", "pool", "stamps", "wire"},
    {"links", "networks", "sources", "state"},
    {"schema", "terminal"},
    {"records"},
    {"config", "people"},
    {"library"},
    {"track"},
    {"graph", "trace", "jinja", "pdf", "images"},
    {"bibtex", "diagrams"},
    {"markup", "templates", "parts", "bytecode"},
    {"citations"},
    {"collect", "extend"},
    {"kinds"},
    {"publish"},
    {"render", "unchanged"},
    {"darkroom"},
    {"artifacts"},
    {"past", "result"},
    {"waves"},
    {"build"},
    {"workshop", "exports", "check", "hosting"},
    {"serve", "scaffold", "importers", "refresh", "themes"},
    {"upgrading", "doctor", "cleaning"},
    {"commands"},
    {"cli"},
]
#: An extension adds collections, and the collector takes them; they are two halves of one layer.
WITHIN = {("collect", "extend"), ("extend", "collect")}
#: The engine knows no web and no academia.
ENGINE = {"library", "track", "trace", "records", "state", "memo"}
#: Functions of the package itself, which imports nothing.
OWN = {"packaged_themes", "version"}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def unit(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "acadsite":
                found |= {f"acadsite.{alias.name}" for alias in node.names if alias.name not in OWN}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.stem[0] != "_")


def test_there_are_modules_to_check():
    assert len(MODULES) > 30
    units = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    assert units == LEVEL.keys(), "every module has its layer, every layer its modules"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_down(path):
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    for name in imports(path):
        if not name.startswith("acadsite.") or unit(name) == own:
            continue
        other = unit(name)
        allowed = LEVEL[other] < LEVEL[own] or (own, other) in WITHIN
        assert allowed, f"{own} imports {name}, which is not below it"


@pytest.mark.parametrize("name", sorted(ENGINE))
def test_the_engine_needs_the_standard_library_only(name):
    import sys

    for module in imports(SOURCE / f"{name}.py"):
        top = module.partition(".")[0]
        assert top == "acadsite" or top in sys.stdlib_module_names, f"{name} imports {module}"
