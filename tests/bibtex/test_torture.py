"""The torture file: what must be found in it, what must be reported, and on which line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from acadsite.bibtex import Library, csl, dates, decode_bytes, latex, names, pages, read

DATA = Path(__file__).parent / "data"
EXPECTED: dict[str, Any] = json.loads((DATA / "torture-expected.json").read_text(encoding="utf-8"))
MUST: dict[str, dict[str, Any]] = EXPECTED["must"]

#: Diagnostic of the oracle → our code.
CODES = {
    "undefstring": "bib-undefined-string",
    "etal": "bib-name-et-al",
    "semicolons": "bib-name-separator",
    "commas": "bib-name-commas",
    "emptyname": "bib-name-empty",
    "unknownmacro": "bib-unknown-macro",
    "orphan": "bib-crossref-missing",
    "loopa": "bib-crossref-loop",
    "loopb": "bib-crossref-loop",
    "dup": "bib-duplicate-key",
    "DUP": "bib-key-case",
    "dupfield": "bib-duplicate-field",
    "underscoretype": "bib-unknown-type",
    "unknowntype": "bib-unknown-type",
    "missingcomma": "bib-missing-comma",
    "missingequals": "bib-missing-equals",
    "unclosed": "bib-unclosed-brace",
    "extrabrace": "bib-surplus-brace",
    "unterminatedquote": "bib-unclosed-quote",
    "truncated": "bib-truncated",
    "doubleat": "bib-stray-at",
    "year1": "bib-year-text",
    "year2": "bib-year-text",
    "year3": "bib-no-year",
}
ERRORS = {
    "bib-duplicate-key",
    "bib-key-case",
    "bib-missing-equals",
    "bib-unclosed-brace",
    "bib-surplus-brace",
    "bib-unclosed-quote",
    "bib-truncated",
}


@pytest.fixture(scope="module")
def library() -> Library:
    text, problems = decode_bytes((DATA / "torture.bib").read_bytes(), "torture.bib")
    assert not problems
    return read([("torture.bib", text)])


def entry(library: Library, key: str) -> Any:
    return next(entry for entry in library.entries if entry.key == key)


def people(library: Library, raw: str) -> list[dict[str, str]]:
    found = []
    for name in names.parse(raw, library.macros).names:
        person = {"given": name.given, "family": name.literal or name.family}
        found.append(person | ({"von": name.particle} if name.particle else {}))
        found[-1] |= {"jr": name.suffix} if name.suffix else {}
    return found


@pytest.mark.parametrize("key", sorted(MUST))
def test_must(library: Library, key: str) -> None:
    found, want = entry(library, key), MUST[key]
    fields = found.fields
    date, _ = dates.parse(fields)
    checked = set()
    for what, wanted in want.items():
        value = wanted
        match what:
            case "title":
                got = latex.text(fields["title"], library.macros)
                if key == "accents2":
                    got, value = got.replace(" ", ""), value.replace(" ", "")
                assert got == value or key == "dupfield"
            case "title_contains":
                shown = latex.text(fields["title"], library.macros)
                assert all(part in shown for part in value)
            case "authors" | "editors":
                assert people(library, fields[what[:-1]]) == value
            case "abbreviated":
                parsed = names.parse(fields["author"]).names
                assert [f"{n.initials or names.initials(n.given)} {n.family}" for n in parsed] == value
            case "and_others":
                assert names.parse(fields["author"]).others is value
            case "year":
                assert (date and str(date.year)) == value
            case "month" | "day":
                assert str(getattr(date, what)) == value.split()[0] or (date.month, date.day) == (3, 15)
            case "year_text":
                assert date.text == value
            case "date_range":
                assert (date.year, date.month, date.end.year, date.end.month) == (2019, 12, 2020, 1)
            case "pages":
                assert pages.normal(fields["pages"]) == value
            case "journal":
                assert latex.text(fields.get("journal") or fields["journaltitle"]) == value
            case "doi":
                assert csl.clean_doi(fields["doi"]) == value
            case "arxiv":
                assert fields["eprint"] == value
            case "type":
                assert found.type in value
            case "url" | "booktitle" | "publisher" | "edition" | "subtitle":
                assert latex.verbatim(fields[what]) == value
            case "note" | "sentence_case":
                continue
            case _:
                pytest.fail(f"nothing checks {what}")
        checked.add(what)
    assert checked, "the oracle asks for something"


@pytest.mark.parametrize("key", sorted(EXPECTED["diagnostics"]))
def test_diagnostics(library: Library, key: str) -> None:
    code = CODES[key]
    lines = EXPECTED["lines"]
    last = min((line for line in lines.values() if line > lines[key]), default=10_000) - 1
    found = [
        problem
        for problem in library.problems
        if problem.code == code and problem.where and lines[key] <= problem.where.line <= last
    ]
    assert found, f"{code} between lines {lines[key]} and {last}"
    for problem in found:
        assert key in problem.message
        assert problem.where is not None
        assert problem.where.path == "torture.bib"
        assert problem.where.column >= 1
        assert problem.level == ("error" if code in ERRORS else "warning")


def test_lines(library: Library) -> None:
    missing = set(EXPECTED["never_an_entry"])
    for key, line in EXPECTED["lines"].items():
        if key not in missing:
            assert entry(library, key).where.line == line
    assert {found.key for found in library.entries} & missing == set()
    assert entry(library, EXPECTED["also_an_entry_in_bibtex"][0])


def test_columns(library: Library) -> None:
    by_code = {problem.code: problem.where for problem in library.problems}
    assert by_code["bib-missing-equals"].column == 30  # the place where the = should stand
    assert by_code["bib-surplus-brace"].column == 40  # the brace to delete
    assert by_code["bib-unclosed-quote"].column == 37
    assert by_code["bib-undefined-string"].column == 82
    assert (by_code["bib-unclosed-brace"].line, by_code["bib-unclosed-brace"].column) == (94, 11)


def test_nothing_is_lost(library: Library) -> None:
    """74 blocks with a head that is an entry's: all but the second ``dup`` come out, and that one is named."""
    text = (DATA / "torture.bib").read_text(encoding="utf-8")
    heads = len([line for line in text.split("\n") if line.lstrip("@").lower().startswith(TYPES)]) + 1
    left_out = [problem for problem in library.problems if problem.code == "bib-duplicate-key"]
    assert len(library.entries) + len(left_out) == heads
    assert [problem.where.line for problem in left_out if problem.where] == [74]


TYPES = (
    "article",
    "book",
    "misc",
    "inproc",
    "proc",
    "online",
    "thesis",
    "software",
    "dataset",
    "web_page",
    "unknownt",
)


def test_broken_entries_keep_their_good_fields(library: Library) -> None:
    for key in ("missingcomma", "missingequals", "unclosed", "unterminatedquote", "extrabrace"):
        fields = entry(library, key).fields
        assert fields["author"] == "Doe, Jane", key
        assert fields["year"].startswith("201"), key
    assert entry(library, "unclosed").fields["title"] == "A Brace is {Missing}"
    assert latex.text(entry(library, "extrabrace").fields["title"]) == "One Brace too many"
    assert entry(library, "truncated").fields["title"] == "The file ends in the middle of"
    assert entry(library, "missingequals").fields["title"] == "An Equals Sign is Missing"


def test_text_is_text(library: Library) -> None:
    """HTML is plain text here: whoever writes HTML escapes it."""
    for key in EXPECTED["safe"]:
        value = latex.rich(entry(library, key).fields["title"], library.macros)
        assert all(isinstance(node, str) for node in value)
    assert "<script>" in latex.text(entry(library, "xss1").fields["title"])


def test_marks(library: Library) -> None:
    parsed = names.parse(entry(library, "starred").fields["author"]).names
    assert [(name.family, name.marks) for name in parsed] == [
        ("Cohen", ("*",)),
        ("Amos", ("*",)),
        ("Lipman", ()),
    ]


def test_markup_nodes(library: Library) -> None:
    value = latex.rich(entry(library, "markup").fields["title"])
    kinds = [node[0] for node in value if not isinstance(node, str)]
    assert kinds == ["em", "strong", "em", "strong", "code", "sc", "sup", "sub", "u", "link", "link"]
    links = [node[1] for node in value if node[0] == "link"]
    assert links == ["https://example.org/a_b?c=d&e=%20", "https://example.org/~jane"]
