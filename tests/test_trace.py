"""What must be done again: the plan over a universe of five records, and the ledger that is kept between builds."""

# ruff: noqa: E501 - one line for each case

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acadsite.library import Query
from acadsite.problems import Problem, Span
from acadsite.records import freeze
from acadsite.trace import Ledger, Reason, Trace, grouped, mark_of, plan
from conftest import SiteFolder
from sample import FILES, Site, tree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

Key = tuple[Any, ...]

# --- a universe of five records -----------------------------------------------------------------------------------

#: Three papers and two people: who wrote what, and when.
PAPERS = {
    "rings": {"title": "Rings", "year": 2021, "by": ("jane",)},
    "chains": {"title": "Chains", "year": 2019, "by": ("jane", "roe")},
    "old": {"title": "Old", "year": 1990, "by": ("roe",)},
}
PEOPLE = {"jane": {"name": "Jane", "role": "Prof"}, "roe": {"name": "Roe"}}

#: What each page reads. The list shows titles; a paper shows all of itself and the names of who wrote it; a person the
#: titles of what is theirs; the first page the newest paper, if there is one called “Ideals”, and the words at its foot.
PAGES: dict[str, tuple[Key, ...]] = {
    "list": (("query", "papers"), *(("field", "papers", name, "title") for name in PAPERS)),
    "paper rings": (("record", "papers", "rings"), ("field", "people", "jane", "name")),
    "paper chains": (("record", "papers", "chains"), ("field", "people", "jane", "name"), ("field", "people", "roe", "name")),
    "paper old": (("record", "papers", "old"), ("field", "people", "roe", "name")),
    "person jane": (("field", "people", "jane", "name"), ("field", "people", "jane", "role"), ("by", "jane"), ("field", "papers", "rings", "title"), ("field", "papers", "chains", "title")),
    "person roe": (("field", "people", "roe", "name"), ("field", "people", "roe", "role"), ("by", "roe"), ("field", "papers", "chains", "title"), ("field", "papers", "old", "title")),
    "first": (("query", "newest"), ("field", "papers", "rings", "title"), ("has", "papers", "ideals"), ("config", "foot")),
}  # fmt: skip


@dataclass
class Universe:
    """Answers to the keys of the toy pages, and how often each was asked for."""

    papers: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: PAPERS)
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: PEOPLE)
    config: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, Collection[Key]] = field(default_factory=dict)
    asked: list[Key] = field(default_factory=list)

    def fields(self, record: tuple[str, str]) -> Mapping[str, str]:
        found = {"papers": self.papers, "people": self.people}[record[0]].get(record[1], {})
        return {name: mark_of(value) for name, value in found.items()}

    def mark(self, key: Key) -> str:
        self.asked.append(key)
        word, *rest = key
        years = sorted(self.papers, key=lambda name: -self.papers[name]["year"])
        if word == "query":
            return mark_of(tuple(years if rest == ["papers"] else years[:1]))
        if word == "record":
            return mark_of(freeze(self.papers.get(rest[1])))
        if word == "by":
            return mark_of(tuple(name for name in years if rest[0] in self.papers[name]["by"]))
        if word == "has":
            return mark_of(rest[1] in self.papers)
        assert word == "config"
        return mark_of(self.config.get(rest[0]))

    def suspects(self, word: str) -> Collection[Key] | None:
        return self.only.get(word)

    def basis(self) -> Mapping[str, str]:
        return {
            "by": mark_of(tuple((name, paper["by"], paper["year"]) for name, paper in self.papers.items()))
        }


def trace(ledger: Ledger, keys: tuple[Key, ...], result: str = "") -> Trace:
    return Trace(tuple(sorted(map(ledger.number, grouped(keys)))), result)


def first_build() -> Ledger:
    """The ledger after a build of everything."""
    ledger = Ledger()
    ledger.changed(Universe())
    ledger.take({page: trace(ledger, keys) for page, keys in PAGES.items()}, {}, Universe())
    return ledger


def stored(ledger: Ledger) -> Ledger:
    return Ledger.of(ledger.rows())


def paper(name: str, /, **values: Any) -> dict[str, Any]:
    """The papers, with other values of one; None takes a paper or a value away."""
    changed = {**PAPERS.get(name, {"title": "New", "year": 1970, "by": ()}), **values}
    return {"papers": {**PAPERS, name: {key: value for key, value in changed.items() if value is not None}}}


def person(name: str, /, **values: Any) -> dict[str, Any]:
    return {"people": {**PEOPLE, name: {**PEOPLE.get(name, {}), **values}}}


#: An edit, and the pages that must be rendered.
EDITS: list[tuple[str, dict[str, Any], str]] = [
    ("nothing", {}, ""),
    ("in another order", {"papers": dict(reversed(PAPERS.items()))}, ""),
    ("a title", paper("old", title="Older"), "list, paper old, person roe"),
    ("the title of the newest", paper("rings", title="Fields"), "list, paper rings, person jane, first"),
    ("a field that only the page shows", paper("old", note="x"), "paper old"),
    ("a year that keeps the order", paper("old", year=1991), "paper old"),
    ("a year that changes the order", paper("old", year=2020), "list, paper old, person roe"),
    ("a year that makes it the newest", paper("old", year=2030), "list, paper old, person roe, first"),
    ("another author", paper("old", by=("jane",)), "paper old, person roe, person jane"),
    ("a paper of nobody", paper("new"), "list"),
    ("a paper of somebody", paper("new", by=("roe",)), "list, person roe"),
    ("the newest paper", paper("new", year=2030), "list, first"),
    ("the paper that was missing", paper("ideals"), "list, first"),
    (
        "a paper goes",
        {"papers": {name: PAPERS[name] for name in ("rings", "chains")}},
        "list, paper old, person roe",
    ),
    ("a role", person("jane", role="Dr"), "person jane"),
    ("a role that was missing", person("roe", role="Dr"), "person roe"),
    ("a field that nothing shows", person("roe", age=40), ""),
    ("a name", person("roe", name="Ro"), "paper chains, paper old, person roe"),
    ("a person", person("new", name="New"), ""),
    ("a setting", {"config": {"foot": "x"}}, "first"),
    ("a setting that nothing shows", {"config": {"head": "x"}}, ""),
]


def names(words: str) -> set[str]:
    return set(words.split(", ")) if words else set()


@pytest.mark.parametrize(("edit", "pages"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
@pytest.mark.parametrize("kept", [lambda ledger: ledger, stored], ids=["in memory", "stored"])
def test_the_plan(edit: dict[str, Any], pages: str, kept: Any) -> None:
    ledger, now = kept(first_build()), Universe(**edit)
    changed = ledger.changed(now)
    assert set(plan(PAGES, ledger, changed)) == names(pages)
    # With the answers of this build taken, another one does nothing; and undone, it does the same again.
    ledger.take(ledger.traces, changed, now)
    assert plan(PAGES, ledger, ledger.changed(now)) == {}
    assert set(plan(PAGES, ledger, ledger.changed(Universe()))) == names(pages)


@pytest.mark.parametrize("edit", [case[1] for case in EDITS], ids=[case[0] for case in EDITS])
def test_suspects_leave_nothing_out(edit: dict[str, Any]) -> None:
    """Where it is known which answers may differ, only these are asked for."""
    ledger, now = first_build(), Universe(**edit)
    expected = ledger.changed(now)
    papers, people = now.papers, now.people
    records = [("papers", name) for name in {*PAPERS, *papers} if papers.get(name) != PAPERS.get(name)]
    records += [("people", name) for name in {*PEOPLE, *people} if people.get(name) != PEOPLE.get(name)]
    told = {"fields": records, "record": [("record", *record) for record in records]}
    few = Universe(**edit, only=told)
    assert ledger.changed(few) == expected
    assert not [key for key in few.asked if key[0] == "record" and key[1:] not in records]


def test_an_answer_with_the_same_basis_is_not_asked_for() -> None:
    ledger, now = first_build(), Universe(config={"foot": "x"})
    ledger.changed(now)
    assert {key[0] for key in now.asked} == {"query", "record", "has", "config"}


def test_reasons_are_told() -> None:
    ledger = first_build()
    ledger.traces.pop("list")
    reasons = plan(PAGES, ledger, ledger.changed(Universe(**person("jane", role="Dr"))), {"first"})
    assert {page: str(why) for page, why in reasons.items()} == {
        "list": "new",
        "person jane": "changed: field people jane role",
        "first": "lost",
    }
    assert str(Reason("changed", ("link", "a", ("b", "c")))) == "changed: link a b,c"


def test_words_for_later_are_not_asked_for() -> None:
    ledger, now = first_build(), Universe(**paper("new", year=2030))
    changed = ledger.changed(now, {"query"})
    assert plan(PAGES, ledger, changed) == {}
    assert ("query", "papers") not in now.asked
    assert set(plan(PAGES, ledger, changed | ledger.changed_of("query", now))) == {"list", "first"}


def test_a_build_that_is_not_taken_changes_nothing() -> None:
    """Keys that a failed build noted are there, but no answers to them."""
    ledger = first_build()
    broken = Universe(**paper("old", title="Broken"))
    ledger.changed(broken)
    trace(
        ledger,
        (("has", "papers", "none"), ("field", "people", "new", "name"), ("field", "papers", "old", "by")),
    )
    assert plan(PAGES, ledger, ledger.changed(Universe())) == {}
    now = Universe(**paper("old", by=("jane",)))
    changed = ledger.changed(now)
    assert set(plan(PAGES, ledger, changed)) == {"paper old", "person roe", "person jane"}
    # One of these keys is used after all, in a build that is taken.
    ledger.take(ledger.traces | {"first": trace(ledger, (("has", "papers", "none"),))}, changed, now)
    assert plan(PAGES, ledger, ledger.changed(now)) == {}
    now = Universe(papers={**now.papers, "none": PAPERS["old"]})
    assert "first" in plan(PAGES, ledger, ledger.changed(now))


def test_keys_that_nothing_reads_any_more_are_dropped() -> None:
    ledger = first_build()
    used = len(ledger.numbers)
    for at in range(1_500):  # noted by builds that failed, or by pages that are no more
        ledger.number(("fields", "papers", f"gone {at}", ("title",)))
        ledger.number(("config", f"gone {at}"))
    ledger.take(ledger.traces, {}, Universe())
    assert len(ledger.numbers) == used
    assert plan(PAGES, ledger, ledger.changed(Universe())) == {}
    assert set(plan(PAGES, ledger, ledger.changed(Universe(config={"foot": "x"})))) == {"first"}
    role = Universe(**person("roe", role="Dr"))
    assert set(plan(PAGES, stored(ledger), stored(ledger).changed(role))) == {"person roe"}


# --- marks --------------------------------------------------------------------------------------------------------

_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=8,
)


def exact(value: Any) -> str:
    """A value as text, with what Python takes for equal told apart."""
    return json.dumps(value) + repr(value)


@given(_PLAIN, _PLAIN)
def test_marks_are_those_of_values(one: Any, other: Any) -> None:
    marks = [mark_of(freeze(value)) for value in (one, other)]
    assert (marks[0] == marks[1]) == (exact(freeze(one)) == exact(freeze(other)))
    assert mark_of(freeze(json.loads(json.dumps(one)))) == marks[0]
    assert "\n" not in marks[0]
    assert len(marks[0]) <= 40


def test_marks_of_texts_that_look_like_others() -> None:
    values = [
        None,
        "",
        True,
        "+",
        False,
        "-",
        1,
        "1",
        1.0,
        "'a",
        "a\nb",
        "a\\nb",
        "a\\nb'",
        "x" * 99,
        (),
        "()",
        ("",),
    ]
    marks = [mark_of(value) for value in values]
    marks.append(mark_of(marks[values.index("x" * 99)]))
    assert len(set(marks)) == len(marks)


# --- the ledger in the state file ---------------------------------------------------------------------------------

_WORD = st.sampled_from(["url", "has", "config", "link", "body"])
_PART = _TEXT | st.integers(0, 99) | st.none() | st.booleans()
_WHERE = st.tuples(_TEXT, st.sampled_from(["=", "!=", "in"]), _PART | st.tuples(_PART, _PART))
_QUERY = st.builds(
    Query,
    _TEXT,
    st.lists(_WHERE, max_size=2).map(tuple),
    st.lists(_TEXT, max_size=2).map(tuple),
    st.none() | st.integers(0, 9),
    st.integers(0, 9),
)
_KEY = (
    st.tuples(_WORD, _PART, st.tuples(_PART, _PART) | _PART)
    | st.tuples(st.just("query"), _QUERY)
    | st.tuples(
        st.just("fields"), _TEXT, _TEXT, st.lists(_TEXT, max_size=3, unique=True).map(sorted).map(tuple)
    )
)
_SPAN = st.none() | st.builds(
    Span, _TEXT, st.integers(1, 99), st.integers(1, 99), st.integers(0, 9), st.integers(0, 9)
)
_PROBLEM = st.builds(Problem, st.sampled_from(["error", "warning"]), st.just("a-code"), _TEXT, _SPAN, _TEXT)
_LINK = st.tuples(st.just("missing"), _TEXT, _PART, st.tuples(_TEXT, st.integers(0, 9)) | st.just(()))


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers as builds leave them."""
    ledger = Ledger()
    traces = {}
    for task in draw(st.lists(_TEXT, max_size=4, unique=True)):
        numbers = sorted({ledger.number(key) for key in draw(st.lists(_KEY, max_size=5))})
        told = [tuple(draw(st.lists(kind, max_size=2))) for kind in (_PROBLEM, _LINK)]
        traces[task] = Trace(
            tuple(numbers), draw(st.text("0123456789abcdef", max_size=24)), told[0], (), told[1]
        )
    values = draw(st.dictionaries(_TEXT, _PLAIN, max_size=3))

    class Drawn(Universe):
        def fields(self, record: tuple[str, str]) -> Mapping[str, str]:
            return (
                {name: mark_of(freeze(value)) for name, value in values.items()} if len(record[1]) % 2 else {}
            )

        def mark(self, key: Key) -> str:
            return mark_of(repr(key))

        def basis(self) -> Mapping[str, str]:
            return {"url": "x"}

    ledger.take(traces, {}, Drawn())
    return ledger


@given(ledgers())
def test_a_ledger_comes_back_from_the_state_as_it_was(ledger: Ledger) -> None:
    rows = ledger.rows()
    again = Ledger.of(rows)
    for name in ("numbers", "marks", "fields", "bases", "traces"):
        assert getattr(again, name) == getattr(ledger, name)
    assert list(again.numbers) == list(ledger.numbers)
    assert again.rows() == rows
    for missing in rows:
        assert Ledger.of({name: text for name, text in rows.items() if name != missing}) == Ledger()


# --- a site -------------------------------------------------------------------------------------------------------


def test_a_real_site_renders_what_one_publication_changes(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    site = Site(SiteFolder(tmp_path / "site").write(FILES))
    site.build()
    bib = "content/publications/b.bib"
    entry = (
        "@article{sums, title={Sums}, author={Doe, Jane and Hermann, Grete}, year={2010}, selected={true}}\n"
    )
    site.edit(
        {bib: f"{FILES[bib]}\n{entry}", "content/posts/two.md": f"{FILES['content/posts/two.md']}\n@sums\n"}
    )
    result = site.build()
    assert result.graph is not None
    made = {page.id for page in result.graph.pages.values() if page.path in result.made}
    lists = {"publications", "publications-json", "publications-ris", "home", "people", "students"}
    # With a third one there is something to choose from.
    lists |= {f"publications-year:{year}" for year in (2000, 2010, 2019)} | {"publications-type:article"}
    assert made == {"publication:sums", "person:jane", "person:grete-hermann", "post:two", *lists}
    site.edit({bib: f"% moved\n\n{entry.replace(', ', ',   ')}\n\n{FILES[bib]}"})
    assert site.build().made == {}
    people = "content/people.yaml"
    site.edit({people: FILES[people].replace("{id: ", "{ id:   ").replace("\n", "\n\n")})
    assert site.build().made == {}


def test_every_file_may_go_and_come_back(tmp_path: Path) -> None:
    """Whatever was read of it, and though it was the last one of its collection."""
    (tmp_path / "site").mkdir()
    with_search = {**FILES, "site.yaml": FILES["site.yaml"].replace("search: false\n", "")}
    site = Site(SiteFolder(tmp_path / "site").write(with_search))
    site.build()
    before = tree(site.out)
    folders = {path.rpartition("/")[0] for path in FILES if path.startswith("content/")}
    groups = [[path] for path in FILES if path.startswith("content/")]
    groups += [[path for path in FILES if path.startswith(f"{folder}/")] for folder in sorted(folders)]
    for paths in groups:
        site.edit(dict.fromkeys(paths))
        site.build()  # with errors or without, but it ends
        site.edit({path: with_search[path] for path in paths})
        assert site.build().published is not None, paths
        assert tree(site.out) == before, paths
