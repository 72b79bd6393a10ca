"""Entries → BibTeX, CSL-JSON, RIS."""

from __future__ import annotations

import json
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.bibtex import csl, read, safe_key, to_bibtex, to_csl_json, to_ris
from acadsite.bibtex.entries import Entry
from acadsite.bibtex.exports import is_exported, value_of
from acadsite.bibtex.recovery import balanced

DATA = Path(__file__).parent / "data"


def test_what_is_for_display_stays_here() -> None:
    text = (DATA / "alfolio-style.bib").read_text(encoding="utf-8")
    library = read([("a.bib", text)])
    assert not library.problems
    assert len(library.entries) == 4
    written = to_bibtex(library.entries)
    for word in (
        "abbr",
        "preview",
        "bibtex_show",
        "award",
        "selected",
        "html",
        "pdf",
        "altmetric",
        "*",
        "†",
        "hidden ",
    ):
        assert word not in written.replace("hidden2099", "")
    assert "author    = {Einstein, A. and Podolsky, B. and Rosen, N.}" in written


def test_private_fields_and_inheritance() -> None:
    child = "@inproceedings{c, title={C}, _venue={v}, codeurl={u}, crossref={p}}"
    library = read([("a.bib", child + "@proceedings{p, title={P}, year=2000}")])
    again = read([("b.bib", to_bibtex(library.entries[:1]))])
    assert dict(again.entries[0].fields) == {"title": "C", "booktitle": "P", "year": "2000"}
    assert not again.problems


def test_the_torture_file_comes_back_whole() -> None:
    library = read([("a.bib", (DATA / "torture.bib").read_text(encoding="utf-8"))])
    again = read([("b.bib", to_bibtex(library.entries))])
    assert not [
        problem for problem in again.problems if problem.level == "error" and problem.code != "bib-key-case"
    ]
    assert len(again.entries) == len(library.entries)
    for before, after in zip(library.entries, again.entries, strict=True):
        assert after.type == before.type
        kept = {
            name: value_of(value)
            for name, value in before.fields.items()
            if is_exported(name) and name != "author"
        }
        assert {name: value for name, value in after.fields.items() if name != "author"} == kept


def test_keys_are_safe() -> None:
    assert safe_key("key with spaces") == "key-with-spaces"
    assert safe_key("../../etc/passwd") == "etc/passwd"
    assert safe_key("a{b}c,d") == "a-b-c-d"
    assert safe_key("{}") == "entry"
    assert safe_key("DBLP:conf/x/Y+Z_1") == "DBLP:conf/x/Y+Z_1"
    entries = [Entry("a b", "misc", {"title": "1"}), Entry("a,b", "misc", {"title": "2"})]
    assert re.findall(r"@misc\{(.*),", to_bibtex(entries)) == ["a-b", "a-b-2"]


_VALUES = st.text(st.sampled_from('ab Zé{}\\"@,=#%$&\n~_^'), max_size=30)
_FIELDS = st.dictionaries(st.sampled_from(["title", "note", "journal", "doi", "x-y"]), _VALUES, max_size=4)


@given(st.lists(_FIELDS, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_the_values_the_file_can_be_read(records: list[dict[str, str]]) -> None:
    entries = [Entry(f"k{number}", "misc", fields) for number, fields in enumerate(records)]
    written = to_bibtex(entries)
    assert written.count("{") == written.count("}")
    again = read([("b.bib", written)])
    assert not [problem for problem in again.problems if problem.level == "error"]
    expected = [
        {name: value_of(value) for name, value in fields.items() if value_of(value)} for fields in records
    ]
    assert [dict(entry.fields) for entry in again.entries] == expected
    assert to_bibtex(again.entries) == written


@given(_VALUES)
@settings(max_examples=100)
def test_balance(text: str) -> None:
    value = balanced(text)
    assert balanced(value) == value
    assert value_of(value_of(text)) == value_of(text)


def test_csl_json() -> None:
    library = read([("a.bib", (DATA / "torture.bib").read_text(encoding="utf-8"))])
    items = {item["id"]: item for item in json.loads(to_csl_json(library.entries, library.macros))}
    assert items["biblatex4"]["DOI"] == "10.5281/zenodo.123456"
    assert items["biblatex4"]["issued"] == {"date-parts": [[2023]], "circa": True}
    assert items["biblatex2"]["issued"] == {"date-parts": [[2019, 12], [2020, 1]]}
    assert items["biblatex2"]["URL"] == "https://arxiv.org/abs/2101.00001v2"
    assert items["biblatex3"]["author"] == [
        {"family": "Berg", "given": "Anna", "non-dropping-particle": "van den"}
    ]
    assert items["biblatex5"]["issued"] == {"date-parts": [[2020]], "season": 1}
    assert items["corporate"]["author"][1] == {"literal": "Barnes and Noble, Inc."}
    assert items["suffix1"]["author"][0] == {"family": "King", "given": "Martin Luther", "suffix": "Jr."}
    assert items["child"]["container-title"] == "Proceedings of the Second Parent Conference"
    assert items["child"]["type"] == "paper-conference"
    assert items["child"]["page"] == "1-9"
    assert items["year1"]["issued"] == {"literal": "in press"}
    assert items["case"]["title"].startswith('The <span class="nocase">NP</span>-Hard')
    assert items["underscoretype"]["type"] == "webpage"
    assert items["biblatex1"]["title"] == "A Title: And a Subtitle"


def test_doi() -> None:
    for raw in (
        "10.1/x",
        "https://doi.org/10.1/x",
        "http://dx.doi.org/10.1/x",
        "doi:10.1/x",
        "DOI: 10.1/x",
        "{10.1/x}",
    ):
        assert csl.clean_doi(raw) == "10.1/x"
    assert csl.clean_doi(r"10.1/a\_b") == "10.1/a_b"
    assert csl.clean_doi("") == ""


def test_ris() -> None:
    text = (
        "@article{k, title={A {B}}, author={van Berg, Jr., Ann and {WHO}}, journal={J}, date={2020-03-05}, volume=1,"
        " number=2, pages={3--4}, doi={10.1/x}, abstract={two\nlines}, keywords={a, b}}"
    )
    written = to_ris(read([("a.bib", text)]).entries)
    assert written.split("\r\n") == [
        "TY  - JOUR", "ID  - k", "TI  - A B", "AU  - van Berg, Ann, Jr.", "AU  - WHO", "JO  - J", "PY  - 2020",
        "DA  - 2020/03/05/", "VL  - 1", "IS  - 2", "SP  - 3", "EP  - 4", "DO  - 10.1/x", "AB  - two lines", "KW  - a",
        "KW  - b", "ER  - ", "",
    ]  # fmt: skip
