"""bibtexparser's measured weak points, one test each: what its users would lose, ours keep or report."""

from __future__ import annotations

import pytest

from acadsite.bibtex import Library, latex, names, read


def one(text: str) -> Library:
    return read([("a.bib", text)])


def codes(library: Library) -> list[str]:
    return [problem.code for problem in library.problems]


def test_addresses_are_not_latex() -> None:
    library = one(
        "@misc{k, year=2001, url={https://x.y/a_b%20c~d&e=1#f}, doi={10.1/a_b}, file={a_b%c}, pdf={x_y.pdf}}"
    )
    fields = library.entries[0].fields
    assert latex.verbatim(fields["url"]) == "https://x.y/a_b%20c~d&e=1#f"
    assert [latex.verbatim(fields[name]) for name in ("doi", "file", "pdf")] == [
        "10.1/a_b",
        "a_b%c",
        "x_y.pdf",
    ]


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        (r"https://x.y/a\_b", "https://x.y/a_b"),
        (r"https://x.y/a{\_}b", "https://x.y/a_b"),
        (r"https://x.y/\~{}jane", "https://x.y/~jane"),
        (r"https://x.y/{\~{}}jane", "https://x.y/~jane"),
        (r"https://x.y/{\textasciitilde}jane", "https://x.y/~jane"),
        (r"https://x.y/$\sim$jane", "https://x.y/~jane"),
        (r"https://x.y/a\%20b\&c\#d", "https://x.y/a%20b&c#d"),
        (r"\url{https://x.y/a_b}", "https://x.y/a_b"),
        (r"{https://x.y}", "https://x.y"),
        (r"\href{https://x.y}{here}", "https://x.y"),
    ],
)
def test_escapes_in_addresses(raw: str, url: str) -> None:
    assert latex.verbatim(raw) == url


def test_a_lone_percent_sign_is_text() -> None:
    assert latex.text("50% of x") == "50% of x"


def test_href_and_unknown_commands_keep_the_entry() -> None:
    library = one(r"@misc{k, year=2001, title={\href{https://x.y}{x} and \strange[1]{y}{z}}}")
    assert latex.text(library.entries[0].fields["title"]) == "x and yz"
    assert codes(library) == ["bib-unknown-macro"]


def test_logos_and_formulas() -> None:
    assert latex.rich(r"{\LaTeX} and $x^2$") == (("nocase", ("LaTeX",)), " and ", ("math", "x^2"))


def test_too_many_commas_keep_the_entry() -> None:
    library = one("@misc{k, year=2001, author={Doe, Jane, X, Y, Z}}")
    assert names.parse(library.entries[0].fields["author"]).names[0].literal == "Doe, Jane, X, Y, Z"
    assert codes(library) == ["bib-name-commas"]


def test_organisations_and_accents() -> None:
    parsed = names.parse('{The ATLAS Collaboration} and M{\\"u}ller, J{\\"o}rg and others')
    assert parsed.names[0].literal == "The ATLAS Collaboration"
    assert (parsed.names[1].family, parsed.names[1].given) == ("Müller", "Jörg")
    assert len(parsed.names) == 2
    assert parsed.others


def test_missing_comma_after_a_value() -> None:
    library = one("@misc{k, title={x} year=2020}")
    assert dict(library.entries[0].fields) == {"title": "x", "year": "2020"}
    assert codes(library) == ["bib-missing-comma"]


def test_strings_are_joined_or_reported() -> None:
    library = one(
        '@string{j={Journal}}@misc{k, year=2001, title="x" # jan, journal = J # { of X}, note = nosuch}'
    )
    fields = library.entries[0].fields
    assert (fields["title"], fields["journal"], fields["note"]) == ("xJanuary", "Journal of X", "nosuch")
    assert codes(library) == ["bib-undefined-string"]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("@article\n{k,", "article"),
        ("@ article {k,", "article"),
        ("@in-proceedings{k,", "in-proceedings"),
        ("@web_page{k,", "web_page"),
        ("@@article{k,", "article"),
        ("  @ARTICLE{k,", "article"),
        ("text @article{k,", "article"),
        ("% @article{k,", "article"),
    ],
)
def test_heads_nobody_else_sees(head: str, kind: str) -> None:
    library = one(head + " title={x}, year=2000}")
    assert [(entry.key, entry.type) for entry in library.entries] == [("k", kind)]


def test_a_type_without_a_block_is_reported() -> None:
    library = one("@article k, title = x\n@misc{a, year=2001}\n@book\n")
    assert [entry.key for entry in library.entries] == ["a"]
    assert [(p.code, p.where.line) for p in library.problems if p.code == "bib-no-block" and p.where] == [
        ("bib-no-block", 1),
        ("bib-no-block", 3),
    ]


def test_round_brackets() -> None:
    library = one('@article(k, title = "a) b", note = {c) d}, year = 2000)\n@misc{l, year=2001}')
    assert [entry.key for entry in library.entries] == ["k", "l"]
    assert library.entries[0].fields["title"] == "a) b"
    assert not library.problems


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("a b", "bib-bad-key"),
        ("", "bib-empty-key"),
        ("../../etc/passwd", "bib-bad-key"),
        ("/etc/passwd", "bib-bad-key"),
        ("a\\b", "bib-bad-key"),
    ],
)
def test_keys(key: str, code: str) -> None:
    library = one(f"\n@article{{{key}, title={{x}}, year=2000}}")
    problem = next(problem for problem in library.problems if problem.code == code)
    assert (problem.level, problem.where and problem.where.line) == ("warning", 2)
    assert library.entries[0].fields["title"] == "x"
    assert library.entries[0].key


def test_an_entry_without_a_key_gets_one_that_stays() -> None:
    first = one("@misc{, title={x}, year=2001}").entries[0].key
    assert first.startswith("nokey-")
    assert one("@misc{a, year=2001}\n\n@misc{, title={x}, year=2001}\n").entries[1].key == first


def test_repeated_keys_name_both_places() -> None:
    library = one("@misc{Foo, year=2001}\n@misc{Foo, year=2002}\n@misc{foo, year=2003}")
    assert [entry.key for entry in library.entries] == ["Foo", "foo"]
    assert codes(library)[:2] == ["bib-duplicate-key", "bib-key-case"]
    assert all("a.bib:1:7" in problem.message for problem in library.problems[:2])
    assert [problem.where.line for problem in library.problems[:2] if problem.where] == [2, 3]


def test_keys_that_differ_in_normal_form_only_are_one() -> None:
    library = one("@misc{caf\u00e9, year=2001}\n@misc{cafe\u0301, year=2002}")
    assert codes(library) == ["bib-duplicate-key"]


def test_field_names_know_no_case() -> None:
    library = one("@misc{k, TITLE={a}, title={b}, Year=2001}")
    assert dict(library.entries[0].fields) == {"title": "a", "year": "2001"}
    assert codes(library) == ["bib-duplicate-field"]


def test_backslashes_before_braces() -> None:
    library = one("@misc{k, year=2001, title={ends with \\\\}, note={a \\{ b \\} c}}\n@misc{l, year=2001}")
    assert [entry.key for entry in library.entries] == ["k", "l"]
    assert latex.text(library.entries[0].fields["note"]) == "a { b } c"
    assert not library.problems


def test_at_signs_in_values() -> None:
    text = "@misc{k, year=2001, note={LeQua @ {CLEF}\n  @foo (x) a@b.c}}\n@misc{l, year=2001}"
    library = one(text)
    assert [entry.key for entry in library.entries] == ["k", "l"]
    assert not library.problems


def test_comments_may_hold_entries() -> None:
    library = one("@comment{\n@article{a, title={x}}\n@article{b}\n}\n@misc{l, year=2001}")
    assert [entry.key for entry in library.entries] == ["l"]
    assert not library.problems
