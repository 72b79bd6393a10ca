"""crossref, xdata, ids, @set and strings over several files."""

from __future__ import annotations

from acadsite.bibtex import Library, read


def lib(*texts: str) -> Library:
    return read([(f"{number}.bib", text) for number, text in enumerate(texts)])


def fields(library: Library, key: str) -> dict[str, str]:
    return dict(next(entry for entry in library.entries if entry.key == key).fields)


def test_a_part_gets_the_title_of_its_book() -> None:
    library = lib(
        "@incollection{c, title={C}, crossref={b}}\n@inbook{d, title={D}, crossref={b}}",
        "@book{b, title={B}, subtitle={S}, shorttitle={Sh}, author={A B}, year=2000, doi={10.1/b}, keywords={k},"
        " abstract={x}, _venue={v}, selected={true}, note={n}}",
    )
    child = fields(library, "c")
    assert child == {
        "title": "C", "crossref": "b", "booktitle": "B", "booksubtitle": "S", "author": "A B", "year": "2000",
        "doi": "10.1/b", "note": "n",
    }  # fmt: skip
    entry = library.entries[0]
    assert entry.inherited == {"booktitle", "booksubtitle", "author", "year", "doi", "note"}
    assert str(entry.spans["year"]).startswith("1.bib:1:")
    assert str(entry.spans["title"]).startswith("0.bib:1:")
    assert fields(library, "d")["bookauthor"] == "A B"
    assert not library.problems


def test_a_booktitle_of_the_parent_wins_over_its_title() -> None:
    library = lib(
        "@inproceedings{c, title={C}, crossref={p}}@proceedings{p, title={Long}, booktitle={Short}, year=2000}"
    )
    assert fields(library, "c")["booktitle"] == "Short"


def test_own_fields_win() -> None:
    library = lib(
        "@inproceedings{c, title={C}, year=1999, crossref={p}}@proceedings{p, title={P}, year=2000}"
    )
    assert fields(library, "c")["year"] == "1999"


def test_periodicals_and_many_volumes() -> None:
    library = lib(
        "@article{a, title={A}, crossref={p}}@periodical{p, title={J}, subtitle={S}, year=2000}"
        "@book{b, title={B}, crossref={m}}@mvbook{m, title={M}, year=2001}"
    )
    assert (fields(library, "a")["journaltitle"], fields(library, "a")["journalsubtitle"]) == ("J", "S")
    assert fields(library, "b")["maintitle"] == "M"


def test_chains_of_parents() -> None:
    library = lib(
        "@inproceedings{a, title={A}, crossref={b}}@proceedings{b, title={B}, crossref={c}}"
        "@mvproceedings{c, title={M}, year=2000}"
    )
    assert fields(library, "a")["maintitle"] == "M"
    assert fields(library, "a")["year"] == "2000"


def test_very_long_chains() -> None:
    text = "".join(f"@misc{{k{n}, crossref={{k{n + 1}}}}}\n" for n in range(3000)) + "@misc{k3000, year=2000}"
    assert fields(lib(text), "k0")["year"] == "2000"


def test_keys_of_parents_know_no_case_and_have_aliases() -> None:
    library = lib(
        "@misc{a, crossref={PARENT}}@misc{b, crossref={old}}@misc{parent, ids={old, older}, year=2000}"
    )
    assert fields(library, "a")["year"] == fields(library, "b")["year"] == "2000"
    assert library.entries[2].aliases == ("old", "older")
    assert "ids" not in fields(library, "a")


def test_xdata() -> None:
    library = lib(
        "@misc{a, title={A}, xdata={x, y}}@xdata{x, publisher={P}, xdata={z}}@xdata{y, year=2000, publisher={Q}}"
        "@xdata{z, location={L}, title={Z}}"
    )
    assert fields(library, "a") == {
        "title": "A", "xdata": "x, y", "publisher": "P", "location": "L", "year": "2000",
    }  # fmt: skip


def test_sets() -> None:
    library = lib("@set{s, entryset={a, b}}@misc{a, title={A}, year=2000}@misc{b, title={B}, year=2001}")
    assert fields(library, "s")["title"] == "A"
    missing = lib("@set{s, entryset={a, nope}}@misc{a, title={A}, year=2000}")
    assert [problem.code for problem in missing.problems] == ["bib-crossref-missing"]


def test_missing_parents_and_loops() -> None:
    library = lib("@misc{abc, year=2000}\n@misc{a,\n crossref={abd}, year=2000}")
    problem = library.problems[0]
    assert (problem.code, str(problem.where), problem.hint) == (
        "bib-crossref-missing", "0.bib:3:11", "Did you mean “abc”?",
    )  # fmt: skip
    library = lib("@misc{a, crossref={a}, year=2000}")
    assert [problem.code for problem in library.problems] == ["bib-crossref-loop"]
    library = lib(
        "@misc{a, crossref={b}, title={A}, year=2000}@misc{b, crossref={c}}@misc{c, crossref={a}, note={n}}"
    )
    assert {problem.code for problem in library.problems if problem.code != "bib-no-year"} == {
        "bib-crossref-loop"
    }
    assert fields(library, "a")["note"] == "n"


def test_xref_inherits_nothing() -> None:
    assert "title" not in fields(lib("@misc{a, xref={b}, year=2000}@misc{b, title={B}, year=2000}"), "a")


def test_strings_live_on_in_later_files() -> None:
    library = lib('@string{Ed = "Doe, Jane"}', "@misc{a, author = ED # { and } # ed, month = feb, year=2000}")
    assert fields(library, "a")["author"] == "Doe, Jane and Doe, Jane"
    assert fields(library, "a")["month"] == "February"


def test_strings_of_later_files_are_known_too() -> None:
    library = lib(
        '@misc{a, note = ED # j, month = feb, year=2000}@string{ed = "x"}',
        '@string{j = jan # " y"}@string{ed = "z"}@misc{b, note = ed, year=2000}',
        "@string{j = nosuch}",
    )
    assert fields(library, "a")["note"] == "xJanuary y"
    assert fields(library, "b")["note"] == "z"
    assert [(p.code, str(p.where)) for p in library.problems] == [
        ("bib-late-string", "0.bib:1:17"),
        ("bib-undefined-string", "2.bib:1:13"),
    ]


def test_strings_may_be_redefined() -> None:
    library = lib('@string{a="1"}@misc{x, note=a, year=2000}@string{a="2"}@misc{y, note=a, year=2000}')
    assert [fields(library, key)["note"] for key in "xy"] == ["1", "2"]


def test_strings_that_double_themselves_end() -> None:
    text = '@string{s0 = "ab"}' + "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(64))
    assert len(lib(text).strings["s64"]) < 200_000


def test_spaces_around_joined_strings_stay() -> None:
    library = lib('@string{and = " and "}@misc{k, author = {A B} #and# {C D}, year=2000}')
    assert fields(library, "k")["author"] == "A B and C D"


def test_a_memo_changes_nothing() -> None:
    text = "@misc{a, crossref={b}}\n@misc{b, year=2000}"
    memo: dict[str, object] = {}
    first = read([("0.bib", text)], memo=memo)  # type: ignore[arg-type]
    again = read([("0.bib", "\n" + text)], memo=memo)  # type: ignore[arg-type]
    assert [entry.fields for entry in first.entries] == [entry.fields for entry in again.entries]
    assert [entry.where.line for entry in again.entries if entry.where] == [2, 3]
    assert len(memo) == 3
