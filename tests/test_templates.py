"""The engine below the pages: what a template can reach, what is shared by all pages, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import jinja2
import pytest

from acadsite.jinja import Compiled, Environment, File
from acadsite.memo import Memo
from acadsite.templates import Layer, Theme, environment
from acadsite.track import tracking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acadsite.templates import Templates

    Make = Callable[..., Templates]

FILES = {
    "site/templates/a.html": (
        '{% extends "base.html" %}{% from "m/one.html" import one %}'
        '{% block main %}{{ one() }}{% include ["gone.html", "part.html"] %}{% endblock %}'
    ),
    "base/templates/base.html": "<{% block main %}{% endblock %}>",
    "base/templates/m/one.html": '{% import "m/two.html" as two %}{% macro one() %}{{ two.two() }}{% endmacro %}',
    "base/templates/m/two.html": (
        '{% macro two() %}{% if false %}{% include "deep.html" ignore missing %}{% endif %}2{% endmacro %}'
    ),
    "base/templates/part.html": '{% extends "x.html" if wide else "y.html" %}',
    "base/templates/x.html": "x",
    "base/templates/y.html": "y",
    "base/templates/other.html": "other",
    "base/assets/base.css": "",
}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Environments over the same folders, as builds one after another make them. ``None`` takes a file away."""

    def templates(files: dict[str, str | None] | None = None, **given: Any) -> Templates:
        for name, text in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        layers = (
            Layer("site", tmp_path / "site", ""),
            Layer("mine", tmp_path / "mine", "themes/mine"),
            Layer("base", tmp_path / "base", "themes/base"),
        )
        names = {"wide": False, "seen": [], **given.pop("names", {})}
        return environment(Theme(layers), given.pop("filters", {}), names, **given)

    return templates


# --- what a template can reach ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        {"site/templates/a.html": FILES["site/templates/a.html"] + " "},
        {"base/templates/base.html": "other"},
        {"base/templates/m/one.html": FILES["base/templates/m/one.html"] + "{# said by a macro #}"},
        {"base/templates/m/two.html": FILES["base/templates/m/two.html"] + "{# said by a macro's macro #}"},
        {"base/templates/x.html": "one branch"},
        {"base/templates/y.html": "the other branch"},
        {"base/templates/y.html": None},
        {"base/templates/m/two.html": None},
        {"base/templates/gone.html": "the first of the list appears"},
        {"site/templates/deep.html": "what was missing inside a macro appears"},
        {"mine/templates/m/two.html": FILES["base/templates/m/two.html"]},  # the same, in a stronger layer
        {"mine/templates/part.html": "a stronger one appears"},
        {"base/templates/base.html": "{% broken"},
        {"base/templates/base.html": '<{% block main %}{% endblock %}>{% include "other.html" %}'},
    ],
    ids=lambda edit: next(iter(edit)) if isinstance(edit, dict) else "",
)
def test_the_closure_changes_with_all_that_can_be_reached(make: Make, edit: dict[str, str | None]) -> None:
    before = make(FILES)
    closures = before.closure("a.html"), before.closure("other.html")
    assert len(closures[0]) == 32
    assert closures[0] == make().closure("a.html")
    after = make(edit)
    assert closures[0] != after.closure("a.html")
    assert closures[1] == after.closure("other.html")


@pytest.mark.parametrize(
    "edit",
    [
        {"base/templates/other.html": "changed"},
        {"base/templates/other.html": None},
        {"site/templates/base.txt": "new"},
        {"base/assets/base.css": "p { color: red }"},
        {"mine/templates/m/three.html": "new"},
    ],
)
def test_the_closure_stays_when_others_change(make: Make, edit: dict[str, str | None]) -> None:
    assert make(FILES).closure("a.html") == make(edit).closure("a.html")


def test_the_closure_of_a_template_that_hides_another_has_both(make: Make) -> None:
    files = {
        "site/templates/b.html": '{% extends "!b.html" %}',
        "mine/templates/b.html": '{% extends "!b.html" %}m',
        "base/templates/b.html": "{% include 'n.html' %}",
    }
    before = make(files).closure("b.html")
    assert make({"base/templates/n.html": "n"}).closure("b.html") != before
    assert make({"base/templates/n.html": None}).closure("b.html") == before
    assert make({"mine/templates/b.html": None}).closure("b.html") != before


def test_an_absent_template_has_a_closure_that_ends_when_it_appears(make: Make) -> None:
    absent = make(FILES).closure("none.html")
    assert absent == make().closure("none.html")
    assert absent != make({"base/templates/none.html": ""}).closure("none.html")


@pytest.mark.parametrize("tag", ["include", "extends"])
def test_a_template_that_makes_names_up_depends_on_all(make: Make, tag: str) -> None:
    before = make({**FILES, "site/templates/a.html": f'{{% {tag} name ~ ".html" %}}'}, names={"name": "x"})
    closures = [before.closure("a.html")]
    assert before.render("a.html", {}) == ("x", ())
    closures += [make({"mine/templates/new.html": text}).closure("a.html") for text in ("", "n")]
    assert len(set(closures)) == 3
    assert make({"mine/templates/new.html": None}).closure("a.html") == closures[0]


def test_a_name_to_import_must_stand_in_the_template(make: Make) -> None:
    files = {
        "site/templates/a.html": '{% from "m.html" import m %}{{ m() }}',
        "site/templates/m.html": "\n{% import name as x %}{% macro m() %}{% endmacro %}",
    }
    templates = make(files, names={"name": "x.html"})
    text, (problem,) = templates.render("a.html", {})
    assert text == ""
    assert (problem.code, problem.where and (problem.where.path, problem.where.line)) == (
        "template-error",
        ("templates/m.html", 2),
    )
    assert "stands in quotes" in problem.message
    closure = templates.closure("a.html")
    assert make({"base/templates/x.html": "x"}).closure("a.html") != closure


def test_outlines_come_from_the_memo(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = Memo()
    closure = make(FILES, memo=memo).closure("a.html")
    plain = {name: shape(value) for name, (value, shape) in memo.fresh.items()}
    assert len(plain) >= 6
    again = Memo(lambda kind, key: plain.get((kind, key)))
    templates = make(memo=again)
    monkeypatch.setattr(Environment, "parse", None)
    assert templates.closure("a.html") == closure
    assert again.asked == memo.asked
    assert not again.fresh


# --- what is shared by all pages ----------------------------------------------------------------------------------

COUNTED = {
    "site/templates/page.html": '{% from "m.html" import m %}{{ m() }}',
    "site/templates/n.html": "",
}


@pytest.mark.parametrize(
    ("macros", "other", "times"),
    [
        ("{# c #}\n{% macro m() %}1{% endmacro %}words", "", 1),
        ('{% set x = "c" %}{% macro m() %}1{% endmacro %}', "", 1),
        ('{% from "n.html" import n %}{% macro m() %}1{% endmacro %}', "{% macro n() %}{% endmacro %}", 1),
        ('{% from "n.html" import n %}{% macro m() %}1{% endmacro %}', "{% set n = see() %}", 3),
        ("{% macro m() %}1{% endmacro %}{{ see() }}", "", 3),
        ("{% set x = see() %}{% macro m() %}1{% endmacro %}", "", 3),
        ("{% if see() %}{% endif %}{% macro m() %}1{% endmacro %}", "", 3),
        ('{% include "n.html" %}{% macro m() %}1{% endmacro %}', "{{ see() }}", 3),
        ('{% macro m() %}1{% endmacro %}{% extends "n.html" %}', "{% set x = see() %}", 3),
    ],
)
def test_a_file_of_macros_alone_is_run_once(make: Make, macros: str, other: str, times: int) -> None:
    """Any other is run for each page, and what it reads is read by each."""
    runs = []

    def see() -> str:
        runs.append(1)
        return "s"

    files = COUNTED | {"site/templates/m.html": macros, "site/templates/n.html": other}
    templates = make(files, names={"see": see})
    modules = []
    whole = type(templates.environment).template_class.make_module

    def make_module(self: Any, *arguments: Any) -> Any:
        modules.append(self.name)
        return whole(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(templates.environment).template_class, "make_module", make_module)
        for _ in range(3):
            assert templates.render("page.html", {}) == ("1", ())
    assert modules.count("m.html") == times
    assert len(runs) == (3 if times == 3 else 0)


def test_nothing_is_applied_while_compiling(make: Make) -> None:
    """A filter may depend on the page, and one of an extension may be another when code is taken from the build
    before."""
    kept = Compiled()
    page = {"site/templates/page.html": '{{ "a"|f }}{{ ["b", "c"]|join("d"|f) }}{{ ("e" ~ "f")|f }}'}
    shown = [
        make(page, filters={"f": lambda _, to=letter: to}, compiled=kept).render("page.html", {})[0]
        for letter in "xy"
    ]
    assert shown == ["xbxcx", "ybycy"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a=5) }}", "121354"),
        ("{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m('<') }}", "&lt;&lt;"),
        ("{% macro m(a) %}{{ a }}{{ caller('<') }}{% endmacro %}{% call(x) m(1) %}{{ x }}{% endcall %}", "1&lt;"),
        ("{% macro m() %}{{ kwargs.a }}{{ varargs[0] }}{% endmacro %}{{ m(1, a=2) }}", "21"),
        ("{% macro m(caller=none) %}{{ caller and caller() }}{% endmacro %}{{ m() }}{% call m() %}c{% endcall %}",
         "Nonec"),
        ("{% macro m() %}<{% endmacro %}{{ m() }}{{ m()|e }}{{ m() ~ '<' }}", "<<<&lt;"),
        ("{% macro m(class) %}{{ class }}{% endmacro %}{{ m(class='c') }}{{ m(*['d']) }}{{ m(**{'class': 'e'}) }}",
         "cde"),
        ("{% for x in [1, 2] recursive %}{{ x }}{{ loop([]) }}{{ loop.cycle('a', 'b') }}{% endfor %}", "1a2b"),
        ("{% set n = namespace(x=1) %}{% set n.x = 2 %}{{ n.x }}{{ range(3)|list }}{{ dict(a=1).a }}", "2[0, 1, 2]1"),
        ("{% autoescape false %}{{ '<' }}{{ html }}{% endautoescape %}{{ '<' }}{{ html }}{{ none }}{{ 1 }}{{ page }}",
         "<<b>&lt;<b>None1&lt;p&gt;"),
        ("{% filter upper %}{{ html }}{% endfilter %}{% set x %}{{ '<' }}{% endset %}{{ x }}", "<B>&lt;"),
    ],
)  # fmt: skip
def test_code_does_what_jinja_says(make: Make, template: str, expected: str) -> None:
    from markupsafe import Markup

    class Page:
        def __str__(self) -> str:
            return "<p>"

    templates = make({"site/templates/p.html": template}, names={"html": Markup("<b>"), "page": Page()})
    assert templates.render("p.html", {}) == (expected, ())


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% extends 'q.html' %}{% block b %}1{{ super() }}{{ self.c() }}{% endblock %}", "<1bc>c."),
        ("{% extends 'q.html' %}{% set x = 2 %}{% block c %}{{ x }}{% include 'part.html' %}{% endblock %}", "<b>22-."),
        ("1{% if x is defined %}{% extends 'q.html' %}{% endif %}2", "12"),
        ("{% set x = 2 %}1{% if x %}{% extends 'q.html' %}{% endif %}3", "1<b>c."),
        (
            "{% set x = 2 %}a{% include 'part.html' %}b{% for x in 'yz' %}{% include 'part.html' %}{% endfor %}",
            "a2-by-z-",
        ),
        ("{% set x = 2 %}a{% include 'alone.html' without context %}b{% include 'part.html' %}", "aalone-b2-"),
        ("{% for x in [1] %}{% block b scoped %}{{ x }}{% endblock %}{% endfor %}2", "12"),
    ],
)  # fmt: skip
def test_what_templates_give_stands_in_its_order(make: Make, template: str, expected: str) -> None:
    files = {
        "site/templates/p.html": template,
        "site/templates/q.html": "<{% block b %}b{% endblock %}>{% block c %}c{% endblock %}.",
        "site/templates/part.html": "{{ x }}-",
        "site/templates/alone.html": "{{ 'alone' if x is not defined }}-",
    }
    assert make(files).render("p.html", {}) == (expected, ())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("m(1, 2)", "takes not more than 1 argument(s)"),
        ("m(1, a=2)", "takes no keyword argument 'a'"),
        ("m(b=2)", "takes no keyword argument 'b'"),
        ("m()", "parameter 'a' was not provided"),
        ("none()", "is not callable"),
        ("m.x()", "“x” is no attribute"),
        ("absent(1)", "“absent” is not defined"),
    ],
)
def test_wrong_calls_are_problems_with_their_line(make: Make, call: str, words: str) -> None:
    text = f"\n{{% macro m(a) %}}{{{{ a }}}}{{% endmacro %}}\n{{{{ {call} }}}}"
    _, (problem,) = make({"site/templates/p.html": text}).render("p.html", {})
    assert words in problem.message
    assert problem.where is not None
    assert problem.where.line == (2 if call == "m()" else 3)


# --- what is kept from build to build ---------------------------------------------------------------------------


def test_code_of_templates_that_stay_is_kept(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Any] = []
    whole = Environment.compile
    monkeypatch.setattr(
        Environment,
        "compile",
        lambda self, tree, name, file: compiled.append(name) or whole(self, tree, name, file),
    )
    kept = Compiled()
    first = make(FILES, compiled=kept)
    first.warm(["a.html", "none.html"])
    assert sorted(compiled) == [
        "a.html",
        "base.html",
        "m/one.html",
        "m/two.html",
        "part.html",
        "x.html",
        "y.html",
    ]
    text = first.render("a.html", {})[0]
    second = make(compiled=kept)
    assert second.render("a.html", {})[0] == text == "<2y>"
    assert len(compiled) == 7
    third = make({"base/templates/y.html": "z"}, compiled=kept)
    assert third.render("a.html", {})[0] == "<2z>"
    assert compiled[7:] == ["y.html"]
    other = make(compiled=kept, filters={"new": str})
    assert other.render("a.html", {})[0] == "<2z>"
    assert len(compiled) > 8, "a filter may be one that wants something of Jinja"


def test_warming_says_nothing_of_what_is_wrong(make: Make) -> None:
    files = {
        "site/templates/a.html": "{% broken",
        "site/templates/b.html": "{{ x|nofilter }}",
        "site/templates/c.html": '{% import "c.html" as c %}{% macro m() %}{% endmacro %}',
        "site/templates/d.html": '{% extends "a.html" %}{% from x import y %}',
    }
    templates = make(files)
    templates.warm(["a.html", "b.html", "c.html", "d.html", "none.html"])
    for name in ("a.html", "b.html", "c.html", "d.html", "none.html"):
        text, problems = templates.render(name, {})
        assert (text, [problem.code for problem in problems]) == ("", ["template-error"])


def test_a_page_notes_its_template(make: Make) -> None:
    templates = make(FILES)
    keys = []
    for _ in range(2):
        with tracking() as tracker:
            templates.render("a.html", {})
        keys.append(tracker.keys)
    assert keys == [{("template", "a.html")}] * 2


_PIECES = {
    "page": "{% set x = 1 %}{% for i in [1, 2] %}{% include 'part' %}{% endfor %}{% include 'part' %}{{ x }}",
    "part": "[{{ x }} {{ i|default('-') }} {{ given.name.first }} {{ given.items }} {{ word }}]{% set x = 5 %}{{ x }}",
}


def test_includes_and_attributes_are_what_jinja_makes_of_them() -> None:
    class Given:
        name: ClassVar = {"first": "Emmy"}  # no attribute, but a key

        items = "of the object"

    words = {"given": Given(), "word": "seen"}
    own = Environment(
        lambda name: File(name, name, name, _PIECES[name]), lambda: list(_PIECES), jinja2.StrictUndefined
    )
    theirs = jinja2.Environment(loader=jinja2.DictLoader(_PIECES), autoescape=True)
    assert own.get_template("page").render(words) == theirs.get_template("page").render(words)
    assert "[1 2 Emmy of the object seen]5" in own.get_template("page").render(words)
