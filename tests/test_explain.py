"""Every code of a problem is explained, and every explanation is of a code; examples provoke what they explain."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import acadsite
from acadsite import bibtex, markup
from acadsite.bibtex.review import review
from acadsite.cli import cli
from acadsite.explain import AREAS, as_markdown, as_text, explanations
from acadsite.sources import parse_yaml, split_front_matter

SOURCE = Path(acadsite.__file__).parent
#: Words of the sources that look like codes and are none.
NO_CODES = frozenset(
    """book-index book-shelf cite-card cite-group-delimiter content-hidden content-visible csl-json cv-fields
    cv-json cv-layout external-id external-id-relationship external-id-type external-id-url external-id-value
    external-identifier external-identifiers external-ids file-pdf json-resume list-item map-marks new-page
    output-dir page-archive page-break page-first page-footer page-range-delimiter page-range-format
    paper-conference site-menu site-packages site-path text-case text-decoration url-name""".split()  # noqa: SIM905
)
#: Codes that are put together of two words (importers/rendercv/texts.py).
COMPOSED = frozenset({"import-html", "import-latex", "import-typst"})
CODE = re.compile(rf"(?:{'|'.join(sorted({area.partition('-')[0] for area in AREAS}))})(?:-[a-z0-9]+)+")


def words_of_the_sources() -> set[str]:
    """Every text of the sources that has the form of a code."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found.add(node.value)
    return found


def first_words() -> set[str]:
    """The first words of the codes of calls that make a problem: each must be in ``AREAS``."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"error", "warning"}
            ):
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.add(code.value)
    return found


def test_every_code_is_explained_and_nothing_else() -> None:
    words = words_of_the_sources()
    assert len(words) > 200
    codes = (words - NO_CODES) | COMPOSED
    assert sorted(codes - explanations().keys()) == [], (
        "explain them in explanations.toml (or name them in NO_CODES)"
    )
    assert sorted(explanations().keys() - codes) == [], "nobody tells them any more"


def test_no_problem_has_a_code_of_another_form() -> None:
    codes = first_words()
    assert len(codes) > 100
    assert [code for code in sorted(codes) if not CODE.fullmatch(code)] == [], (
        "add its first word to explain.AREAS"
    )


@pytest.mark.parametrize("one", explanations().values(), ids=lambda one: one.code)
def test_an_explanation_is_whole(one: object) -> None:
    from acadsite.explain import Explanation

    assert isinstance(one, Explanation)
    assert one.title[0].isupper() or one.title.startswith(("site.yaml", "cv.yaml", "theme.yaml", "“"))
    assert not one.title.endswith(".")
    for text in (one.cause, one.mend):
        assert text.endswith("."), text
        assert "  " not in text, text
        assert text.count("`") % 2 == 0


def codes_of(problems: object) -> set[str]:
    return {problem.code for problem in problems}  # type: ignore[attr-defined]


BIB = [
    one
    for one in explanations().values()
    if one.code.startswith("bib-") and one.example and "…" not in one.example
]


@pytest.mark.parametrize("one", BIB, ids=lambda one: one.code)
def test_examples_of_entries_have_the_problem(one: object) -> None:
    text: str = one.example  # type: ignore[attr-defined]
    if not text.startswith("@"):
        year = "" if re.search(r"\b(year|date)\b", text) else "year = 1920, "
        title = "" if text.startswith("title") else "title = {On Rings}, "
        text = f"@misc{{k, {title}{year}{text}}}"
    data, problems = bibtex.decode_bytes(text.encode(), "a.bib")
    library = bibtex.read([("a.bib", data)])
    found = codes_of((*problems, *library.problems, *review(library.entries, library.macros, 2026)))
    assert one.code in found, found  # type: ignore[attr-defined]


#: Those that need more than a text: a book, a site, another file.
_SITES = frozenset(
    """markup-code-not-run markup-duplicate-label markup-include-missing markup-unknown-citation markup-unknown-key
    markup-unknown-reference""".split()  # noqa: SIM905
)
TEXTS = [
    one
    for one in explanations().values()
    if one.code.startswith("markup-") and one.example and one.code not in _SITES
]


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.code)
def test_examples_of_texts_have_the_problem(one: object) -> None:
    body = markup.render(markup.read(one.example + "\n", "a.md"))  # type: ignore[attr-defined]
    assert one.code in codes_of(body.problems)  # type: ignore[attr-defined]


YAML = [one for one in explanations().values() if one.code.startswith("yaml-") and one.example]


@pytest.mark.parametrize("one", YAML, ids=lambda one: one.code)
def test_examples_of_yaml_have_the_problem(one: object) -> None:
    _, problems = parse_yaml(one.example + "\n", "a.yaml")  # type: ignore[attr-defined]
    assert one.code in codes_of(problems)  # type: ignore[attr-defined]


def test_the_example_of_front_matter_has_the_problem() -> None:
    text = explanations()["front-matter-mapping"].example + "\n"
    assert "front-matter-mapping" in codes_of(split_front_matter(text, "a.md")[1])


def test_the_reference_has_every_code_once() -> None:
    text = as_markdown()
    assert sorted(re.findall(r"^### (.+)$", text, re.MULTILINE)) == sorted(explanations())
    assert text.count("\n## ") >= 15


# --- the command ---


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["explain", *arguments], prog_name="acadsite")
    return result.exit_code, result.stdout, result.stderr


def test_explain_prints_one_code() -> None:
    code, out, _ = run("bib-name-et-al")
    one = explanations()["bib-name-et-al"]
    assert code == 0
    assert out == as_text(one) + "\n"
    assert "    author = {Noether, Emmy and et al.}" in out
    assert run("[bib-name-et-al]")[1] == out
    assert json.loads(run("bib-name-et-al", "--json")[1]) == one.plain()


def test_explain_lists_all() -> None:
    code, out, _ = run()
    assert code == 0
    assert [line.partition("\t")[0] for line in out.splitlines()] == sorted(explanations())
    assert json.loads(run("--json")[1]).keys() == explanations().keys()


def test_explain_knows_what_was_meant() -> None:
    code, out, err = run("bib-no-yaer")
    assert (code, out) == (2, "")
    assert "Did you mean “bib-no-year”?" in err
    assert "lists all codes" in run("zzz")[2]
