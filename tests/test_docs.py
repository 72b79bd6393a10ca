"""The documentation: references are those of the code, examples are sites that build, commands parse, links lead
somewhere, and nothing that there is goes unsaid.

Behind the language of a fenced block stands what is done with it here: ``file=NAME`` is a file of the example site of
its page (of the site ``site=NAME`` where a page has several), which is built; ``part=NAME`` is a piece of such a file,
or of a kind of file in ``PARTS``, which is read as that. YAML has one or the other, or begins with the name of its file
in a comment.
"""

import ast
import importlib
import json
import pkgutil
import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path

import click
import pytest
import yaml
from jinja2 import Environment

import acadsite
import reference
from acadsite.build import build
from acadsite.cli import cli
from acadsite.collect import gather
from acadsite.collect.book_files import BOOK
from acadsite.collect.collections import BUILT_IN, HOME
from acadsite.collect.cv import CV
from acadsite.collect.papers import PAPER
from acadsite.config import SITE
from acadsite.dates import day
from acadsite.kinds.cv.forms import FORM
from acadsite.problems import format_text
from acadsite.schema import Schema
from acadsite.sources import parse_yaml
from acadsite.templates import THEME

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [
    *PAGES,
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
]
FENCE = re.compile(r"^( *)(```+)(\w*)((?: \w+=\S+)*)\n(.*?)^ *\2$", re.MULTILINE | re.DOTALL)


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def fences(page):
    """The fenced blocks of a page: language, what is said of them, text."""
    for indent, _, language, said, text in FENCE.findall(page.read_text(encoding="utf-8")):
        plain = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
        yield language, dict(pair.split("=", 1) for pair in said.split()), plain


def examples(page):
    """The example sites of a page: name of the site to its files."""
    sites = defaultdict(dict)
    for _, said, text in fences(page):
        if "file" in said:
            sites[said.get("site", "")][said["file"]] = text
    return sites


SITES = [(page, name, files) for page in PAGES for name, files in examples(page).items()]


def test_there_are_pages():
    assert len(PAGES) >= 8
    assert len(SITES) >= 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_file_of_an_example_is_there_twice(page):
    names = [(said.get("site", ""), said["file"]) for _, said, _ in fences(page) if "file" in said]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"give another site a name by site=: {twice}"


@pytest.mark.parametrize(
    ("page", "files"),
    [(page, files) for page, _, files in SITES],
    ids=[f"{page.stem}-{name}".strip("-") for page, name, _ in SITES],
)
def test_examples_build_without_a_problem(page, files, tmp_path):
    for name, text in files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    result = build(tmp_path, tmp_path / "public", today=day("2026-11-21"))
    assert not result.report.problems, format_text(result.report.problems, lambda _: None)
    assert (tmp_path / "public" / "index.html").is_file()


def test_the_tutorial_can_be_followed_step_by_step(tmp_path):
    """At no step is anything broken, and at the end nothing is left to be mended."""
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    told = []
    for piece in re.split(
        r"^(?=## )", FENCE.sub(lambda match: match[0].replace("\n#", "\n\x00#"), text), flags=re.M
    ):
        for _, _, _, said, block in FENCE.findall(piece):
            words = dict(pair.split("=", 1) for pair in said.split())
            if "file" in words:
                target = tmp_path / words["file"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.replace("\x00", ""), encoding="utf-8")
        if (tmp_path / "site.yaml").is_file():
            result = build(tmp_path, tmp_path / "public", today=day("2026-11-21"))
            assert not result.report.has_errors, format_text(result.report.problems, lambda _: None)
            told.append([problem.code for problem in result.report.problems])
    assert len(told) >= 8
    assert told[0] == ["link-missing", "link-missing"]
    assert told[-1] == []


# --- pieces of files ---

#: What a piece of YAML may be, and the schema that reads it; None: any YAML.
PARTS = {
    "site.yaml": SITE,
    "index.md": HOME,
    "cv.yaml": CV,
    "form": FORM,
    "book.yaml": BOOK,
    "theme.yaml": THEME,
    "papers": PAPER,
    "workflow": None,
    "yaml": None,
} | {collection.name: collection.schema for collection in BUILT_IN}


def is_yaml(language):
    return language in {"yaml", "yml"}


def faults_of(language, said, text):
    """What is wrong with a piece that no site holds."""
    if is_yaml(language):
        named = re.match(r"# (\S+)\n", text)
        part = said.get("part", named[1] if named else "")
        part = "workflow" if part.startswith(".github/") or part == ".gitlab-ci.yml" else part
        assert part in PARTS, f"YAML has file=, or part= and one of {', '.join(PARTS)}:\n{text}"
        text = re.sub(r"\A---\n(.*?)^---\n.*", r"\1", text, flags=re.MULTILINE | re.DOTALL)
        schema = PARTS[part]
        if schema is None:
            yaml.safe_load(text)
            return []
        node, problems = parse_yaml(text, part)
        problems = list(problems)
        for one in node.value if isinstance(node.value, tuple) else [node]:
            schema.read(one, problems, partial=True)
        return problems
    if language in {"jinja", "html"}:
        Environment(extensions=["jinja2.ext.do"]).parse(text)
    elif language == "python":
        ast.parse(text)
    elif language == "json":
        json.loads(text)
    elif language == "toml":
        tomllib.loads(text)
    return []


@pytest.mark.parametrize("page", TEXTS, ids=name_of)
def test_pieces_can_be_read(page):
    for language, said, text in fences(page):
        if "file" not in said:
            problems = faults_of(language, said, text)
            assert not problems, format_text(problems, lambda _: None)


# --- commands ---

#: Where a command ends and the shell goes on.
END = re.compile(r"\s(?:&&|\|\||[|;>&#]|2>).*|\s<(?=\s).*|\s*\\$")
INLINE = re.compile(r"(?<!`)`(acadsite(?: [^`\n]*)?)`(?!`)")


def command_lines(page):
    """The lines of a page that call acadsite, and whether they are whole; those in running text need not be."""
    text = page.read_text(encoding="utf-8")
    for _, _, block in fences(page):
        for line in block.replace("\\\n", " ").split("\n"):
            for call in re.findall(r"(?:^|[;&|(]|\brun:)\s*(?:\$ )?(acadsite(?: .*)?)$", line):
                yield call, True
    for call in INLINE.findall(FENCE.sub("", text)):
        yield call, False


def words_of(line):
    """The words of a command as the shell would give them."""
    import shlex

    return shlex.split(END.sub("", line))[1:]


@pytest.fixture
def paper_cli(monkeypatch):
    """The command line, for which every file is there."""
    commands = [cli, *(command for _, command in reference.leaves())]
    for command in commands:
        for param in command.params:
            if isinstance(param.type, click.Path | click.File):
                monkeypatch.setattr(param, "type", click.STRING)
    return cli


def parse(command, words, is_whole, parent=None):
    """Reads the words as click would, down to the last command, and runs nothing. Words in capitals stand for any."""
    context = click.Context(command, info_name=command.name, parent=parent, **command.context_settings)
    try:
        with context:
            command.parse_args(context, list(words))
    except click.exceptions.NoArgsIsHelpError:
        assert not is_whole
        return
    except click.exceptions.Exit:
        return  # --help, --version
    except click.MissingParameter:
        assert not is_whole
        return
    except click.BadParameter as failure:
        choice = getattr(failure.param, "type", None)
        wrong = [word for word in words if word.isupper() and isinstance(choice, click.Choice)]
        if not wrong or wrong[0] in choice.choices:
            raise
        parse(command, [choice.choices[0] if word == wrong[0] else word for word in words], is_whole, parent)
        return
    if isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if rest and rest[0] != "COMMAND":
            _, child, more = command.resolve_command(context, rest)
            parse(child, more, is_whole, context)


@pytest.mark.parametrize("page", TEXTS, ids=name_of)
def test_commands_are_as_they_are_written(page, paper_cli):
    for line, is_whole in command_lines(page):
        try:
            parse(paper_cli, words_of(line), is_whole)
        except (click.ClickException, AssertionError, ValueError) as failure:
            pytest.fail(f"{line}: {getattr(failure, 'message', '') or failure or 'something is missing'}")


def test_examples_of_the_help_are_as_they_are_written(paper_cli):
    help_of_all = paper_cli.get_help(click.Context(paper_cli, info_name="acadsite", max_content_width=100))
    lines = re.findall(r"^ +(acadsite .*?)(?:  +\S.*)?$", help_of_all, flags=re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        parse(paper_cli, words_of(line), is_whole=True)


@pytest.mark.parametrize(
    ("line", "is_whole", "is_right"),
    [
        ("acadsite build --out x && rsync -a public/ y", True, True),
        ("acadsite explain bib-no-year > x", True, True),
        ("acadsite new-page KIND TITLE", False, True),
        ("acadsite new-page", False, True),
        ("acadsite theme copy base.html --to mine", True, True),
        ("acadsite -C DIR COMMAND", False, True),
        ("acadsite new-page", True, False),
        ("acadsite new-page pots X", True, False),
        ("acadsite built", False, False),
        ("acadsite theme coopy x", True, False),
        ("acadsite build --outt x", False, False),
        ("acadsite serve --port eighty", True, False),
        ("acadsite explain one two", True, False),
    ],
)
def test_the_test_of_commands_sees_what_is_wrong(line, is_whole, is_right, paper_cli):
    if is_right:
        parse(paper_cli, words_of(line), is_whole)
    else:
        with pytest.raises((click.ClickException, AssertionError)):
            parse(paper_cli, words_of(line), is_whole)


def test_many_commands_are_shown():
    found = [line for page in TEXTS for line, _ in command_lines(page)]
    assert len(found) >= 80
    used = {words_of(line)[0] for line in found if len(line.split()) > 1}
    assert set(cli.commands) <= used


# --- references ---


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_references_are_made_from_the_code(page, request):
    made = reference.made()
    text = page.read_text(encoding="utf-8")
    fresh = reference.REGION.sub(lambda match: match[1] + made[match[2]] + match[4], text)
    if request.config.getoption("--update-golden"):
        page.write_text(fresh, encoding="utf-8")
        return
    assert fresh == text, "run: pytest tests/test_docs.py --update-golden"


def regions():
    """The names of all parts that are made from the code."""
    return {
        name for page in PAGES for _, name, _, _ in reference.REGION.findall(page.read_text(encoding="utf-8"))
    }


def test_every_reference_stands_somewhere():
    schemas = {collection.name for collection in BUILT_IN} | {
        "home",
        "cv",
        "site",
        "book",
        "chapters",
        "papers",
    }
    others = {"theme", "commands", "problems", "page-kinds", "labels", "languages"}
    assert schemas | others <= regions()
    assert set(reference.made()) - regions() <= {"publications"}, "made, and shown nowhere"
    assert gather.RELATIONS


def schemas_in(value):
    """A schema and those within it."""
    yield value
    for field in value.fields:
        if below := reference.inner(field.kind):
            yield from schemas_in(below)


def test_every_schema_is_in_a_reference():
    """Settings and fields cannot be added where no table has them."""
    shown = [collection.schema for collection in BUILT_IN]
    shown += [value for value in PARTS.values() if value] + [reference.LANGUAGE, reference.CHAPTER]
    told = {id(one) for value in shown for one in schemas_in(value)}
    for module in pkgutil.walk_packages(acadsite.__path__, "acadsite."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Schema):
                    assert id(value) in told, (
                        f"{module.name}.{name} is in no reference: see tests/reference.py"
                    )


def test_every_field_says_what_it_is():
    for value in PARTS.values():
        for one in schemas_in(value) if value else ():
            for field in one.fields:
                assert field.doc.strip(), f"{one.name}: {field.name}"


def variables():
    """The variables of the environment that the sources read."""
    found = set()
    for path in Path(acadsite.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called, keys = ast.unparse(node.func), node.args[:1]
            elif isinstance(node, ast.Subscript):
                called, keys = ast.unparse(node.value), [node.slice]
            else:
                continue
            if called in {"os.environ.get", "os.environ", "os.getenv", "environ.get", "environ"}:
                found |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return found


def test_every_variable_of_the_environment_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    table = "".join(re.findall(r"^\| (`[A-Z_`, ]+) \|", text, flags=re.MULTILINE))
    told = set(re.findall(r"`([A-Z_]+)`", table))
    assert {"NO_COLOR", "SOURCE_DATE_EPOCH"} <= variables() <= told


def test_every_field_of_an_entry_is_documented():
    from acadsite.collect.publications import _READ, _TEXTS

    text = (ROOT / "docs" / "publications.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_]+)`", text.split("## All fields")[1].split("### Types")[0]))
    assert {*_READ, *_TEXTS} <= told


def test_every_module_has_its_place_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)/?`", "".join(re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE))))
    there = {
        path.stem
        for path in Path(acadsite.__file__).parent.iterdir()
        if path.suffix == ".py" or path.is_dir()
    }
    assert {name for name in there if not name.startswith("__")} == told


def test_calls_of_extensions_are_documented():
    from acadsite.extend import Registry

    text = (ROOT / "docs" / "extensions.md").read_text(encoding="utf-8")
    calls = {name for name in ("collection", "collector", "page_kind", "filter") if hasattr(Registry, name)}
    assert len(calls) == 4
    for name in calls:
        assert f"r.{name}(" in text


def anchors(page):
    """The ids of a page: those of its headings, and those that it gives."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = set(re.findall(r"\{#([\w-]+)", text))
    for heading in re.findall(r"^#+ (.+?)(?: \{.*\})?$", text, flags=re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").casefold()
        found.add(re.sub(r"[^\w\s-]", "", plain).strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda page: page.stem
)
def test_links_lead_somewhere(page):
    text = re.sub(r"`[^`]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", text):
        other = page.parent / target if target else page
        assert other.exists(), target
        if anchor and other.suffix == ".md":
            assert anchor in anchors(other), f"{target}#{anchor}"


def test_the_handbook_builds_without_a_problem(tmp_path):
    """What `make docs` does."""
    lines = (
        (ROOT / "Makefile").read_text(encoding="utf-8").split("\ndocs:")[1].split("\n\n")[0].split("\n")[1:]
    )
    shell = " && ".join(line.strip() for line in lines if "acadsite" not in line)
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "docs", copy / "docs")
    subprocess.run(["sh", "-c", shell], cwd=copy, check=True)
    result = build(copy / ".docs", copy / "public", today=day("2026-11-21"))
    assert not result.report.problems, format_text(result.report.problems, lambda _: None)
    for page in (*PAGES, *(ROOT / "docs" / "decisions").glob("*.md")):
        path = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        found = list((copy / "public" / "manual").glob(f"**/{path.rpartition('/')[2]}/index.html"))
        assert found, f"{path} is not in docs/book.yaml"
    assert (copy / "public" / "manual.pdf").stat().st_size > 100_000


# --- the comparison ---

COMPARISON = ROOT / "docs" / "comparison.md"


#: What is not there, or not whole: each with its reason.
NOT_YES = {"comments", "counters, newsletters, cookie bars", "fast with thousands of references"}


def compared():
    """The rows of the comparison: what, here, how, elsewhere (where there is such a column)."""
    for line in COMPARISON.read_text(encoding="utf-8").split("\n"):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if len(cells) >= 3 and cells[1] in {"yes", "partly", "no"}:
            yield cells


def test_the_comparison_has_every_row_and_is_honest():
    rows = list(compared())
    assert len(rows) == 156 + 20, "what we compared, and what was missing everywhere"
    assert len({cells[0] for cells in rows}) == len(rows)
    assert {cells[0] for cells in rows if cells[1] != "yes"} == NOT_YES, "said, and meant"
    text = COMPARISON.read_text(encoding="utf-8")
    assert text.count("\n|") == len(rows) + 2 * text.count("\n|---")
    for what, _, how, *_ in rows:
        assert len(how) > 10, f"{what}: how, or why not?"


def keys_of_settings():
    """Every key of site.yaml, with those within it."""
    found = set()

    def collect(schema, prefix):
        for field in schema.fields:
            found.add(f"{prefix}{field.name}")
            if below := reference.inner(field.kind):
                collect(below, f"{prefix}{field.name}.")

    collect(SITE, "")
    return found


@pytest.mark.parametrize(
    "cells", [cells for cells in compared() if cells[1] == "yes"], ids=lambda cells: cells[0]
)
def test_what_the_comparison_says_can_be_found(cells):
    """A yes has a link to a page, and what it names as code stands there, or is a command, a key or an address."""
    what, _, how, *_ = cells
    links = re.findall(r"\]\(([\w-]+\.md)", how)
    assert links, f"{what}: where?"
    pages = "".join((ROOT / "docs" / link).read_text(encoding="utf-8") for link in links)
    settings = keys_of_settings()
    for code in re.findall(r"`([^`]+)`", how):
        words = code.split()
        is_command = words[0] == "acadsite" and (len(words) == 1 or words[1] in cli.commands)
        is_key = code.split(":")[0] in settings
        assert is_command or is_key or code in pages, f"{what}: {code}"
