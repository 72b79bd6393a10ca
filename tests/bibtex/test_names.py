"""Names by BibTeX's rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acadsite.bibtex import names


def parts(raw: str) -> tuple[str, str, str, str]:
    name, _ = names.one(raw)
    return name.given, name.particle, name.family, name.suffix


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Donald E. Knuth", ("Donald E.", "", "Knuth", "")),
        ("Knuth, Donald E.", ("Donald E.", "", "Knuth", "")),
        ("Ludwig van Beethoven", ("Ludwig", "van", "Beethoven", "")),
        ("van Beethoven, Ludwig", ("Ludwig", "van", "Beethoven", "")),
        ("Van Beethoven, Ludwig", ("Ludwig", "", "Van Beethoven", "")),
        ("Jean le Rond d'Alembert", ("Jean", "le", "Rond d'Alembert", "")),
        ("Jean de La Fontaine du Parc", ("Jean", "de La Fontaine du", "Parc", "")),
        ("de la Vallée Poussin, Charles", ("Charles", "de la", "Vallée Poussin", "")),
        ("von Last, Jr., First", ("First", "von", "Last", "Jr.")),
        ("King, III, Martin", ("Martin", "", "King", "III")),
        ("Brinch Hansen, Per", ("Per", "", "Brinch Hansen", "")),
        ("Per Brinch Hansen", ("Per Brinch", "", "Hansen", "")),
        ("jean", ("", "", "jean", "")),
        ("de la Cruz", ("", "de la", "Cruz", "")),
        ("{von Neumann}, John", ("John", "", "von Neumann", "")),
        (r"{\'E}mile Borel", ("Émile", "", "Borel", "")),
        (r"{\'e}mile Borel", ("", "émile", "Borel", "")),
        (r"{\relax von} Neumann, John", ("John", "von", "Neumann", "")),
        (r"\AA ke Hallan", ("Åke", "", "Hallan", "")),
        (r"\O stein {\o}re", ("Østein", "", "øre", "")),
        ("D.~E. Knuth", ("D. E.", "", "Knuth", "")),
        ("Knuth,Donald", ("Donald", "", "Knuth", "")),
        ("O'Neil, Cathy", ("Cathy", "", "O'Neil", "")),
        ("王 小明", ("王", "", "小明", "")),
        ("Guy L. Steele Jr.", ("Guy L.", "", "Steele", "Jr.")),
        ("Guy L. Steele, Jr.", ("Guy L.", "", "Steele", "Jr.")),
        ("Steele, Guy L., Jr.", ("Guy L.", "", "Steele", "Jr.")),
        ("Wei Wang 0001", ("Wei", "", "Wang", "")),
    ],
)
def test_parts(raw: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(raw) == expected


@pytest.mark.parametrize(
    ("raw", "literals"),
    [
        ("{World Health Organization}", ["World Health Organization"]),
        ("{{CERN}}", ["CERN"]),
        ("{Barnes and Noble, Inc.} and {A; B}", ["Barnes and Noble, Inc.", "A; B"]),
        ("Procter & Gamble", ["Procter & Gamble"]),
        ("{others}", ["others"]),
    ],
)
def test_organisations(raw: str, literals: list[str]) -> None:
    assert [name.literal for name in names.parse(raw).names] == literals


@pytest.mark.parametrize("separator", [" and ", " AND ", "\nand\n", " \t and   "])
def test_separators(separator: str) -> None:
    assert [name.family for name in names.parse(f"A B{separator}C D").names] == ["B", "D"]


@pytest.mark.parametrize("raw", ["Anderson, Sandy", "Band and{x} Ander", "{a and b}", "Alexand and"])
def test_and_inside_words_and_braces_is_no_separator(raw: str) -> None:
    assert len(names.parse(raw).names) == 1


@pytest.mark.parametrize(
    ("raw", "code", "families", "others"),
    [
        ("A B and others", None, ["B"], True),
        ("A B and et al.", "bib-name-et-al", ["B"], True),
        ("A B et al.", "bib-name-et-al", ["B"], True),
        ("B, A, et al", "bib-name-et-al", ["B"], True),
        ("A B; C D", "bib-name-separator", ["B", "D"], False),
        ("A B and", "bib-name-empty", ["B"], False),
        ("A B and and C D", "bib-name-empty", ["B", "D"], False),
        ("B, A,", "bib-name-commas", ["B"], False),
        (", A", "bib-name-empty", ["A"], False),
        ("Steele, Jr., Guy", None, ["Steele"], False),
        ("and", "bib-name-empty", [], False),
        ("", None, [], False),
    ],
)
def test_faults(raw: str, code: str | None, families: list[str], others: bool) -> None:
    parsed = names.parse(raw)
    assert [name.family for name in parsed.names] == families
    assert parsed.others is others
    assert {fault.code for fault in parsed.faults} == ({code} if code else set())


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        ("Cohen*, Samuel", ("*",)),
        ("Cohen, Samuel*", ("*",)),
        ("Samuel Cohen**", ("**",)),
        ("Samuel Cohen*†", ("*", "†")),
        ("Samuel Cohen$^*$", ("*",)),
        (r"Samuel Cohen$^{\dagger}$", ("†",)),
        (r"Cohen$^{\ast,\ddagger}$, Samuel", ("*", "‡")),
        (r"Samuel Cohen\textsuperscript{*}", ("*",)),
        (r"Samuel Cohen\textsuperscript{1,2}", ("1", "2")),
        (r"Samuel Cohen{\textsuperscript{\dag}}", ("†",)),
        (r"Samuel Cohen\dag", ("†",)),
        ("Samuel Cohen§¶", ("§", "¶")),
    ],
)
def test_marks(raw: str, marks: tuple[str, ...]) -> None:
    name, _ = names.one(raw)
    assert (name.given, name.family, name.marks) == ("Samuel", "Cohen", marks)
    assert names.without_marks(f"{raw} and A B").endswith(" and A B")
    assert not names.parse(names.without_marks(raw)).names[0].marks


def test_raised_letters_of_a_name_stay() -> None:
    assert parts(r"M\textsuperscript{lle} Dupont")[0] == "Mlle"


def test_extended_form() -> None:
    parsed = names.parse(
        "family=Berg, given=Anna, prefix=van den, useprefix=true and family={Doe, Co.}, given-i={J}"
    )
    first, second = parsed.names
    assert (first.given, first.particle, first.family, first.keeps_particle) == (
        "Anna",
        "van den",
        "Berg",
        True,
    )
    assert (second.family, second.initials) == ("Doe, Co.", "J")
    assert not parsed.faults


@pytest.mark.parametrize(
    ("given_name", "short"),
    [
        ("Jane", "J."),
        ("Jean-Paul", "J.-P."),
        ("J.-P.", "J.-P."),
        ("J.R.R.", "J. R. R."),
        ("J. R.", "J. R."),
        ("Hudson Geovane de", "H. G. de"),
        ("Øystein", "Ø."),
        ("小明", "小明"),
        ("'Abd", "A."),
        ("", ""),
    ],
)
def test_initials(given_name: str, short: str) -> None:
    assert names.initials(given_name) == short


def test_record() -> None:
    assert names.one("{\\relax Ch}arles Darwin")[0].record() == {
        "given": "Charles", "family": "Darwin", "particle": "", "suffix": "", "literal": "", "marks": (),
        "initials": "Ch.",
    }  # fmt: skip


_UPPER = st.from_regex(r"[A-ZÄÖÜ][a-zäöü]{1,8}", fullmatch=True).filter(
    lambda word: word not in {"And", "Others"}
)
_LOWER = st.sampled_from(["van", "von", "de", "der", "la", "le"])


@given(
    st.lists(
        st.tuples(st.lists(_UPPER, min_size=1, max_size=3), st.lists(_LOWER, max_size=2), _UPPER),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60)
def test_names_round_trip(people: list[tuple[list[str], list[str], str]]) -> None:
    """“von Last, First” and “First von Last” mean the same person."""
    turned = " and ".join(f"{' '.join([*von, last])}, {' '.join(first)}" for first, von, last in people)
    straight = " and ".join(" ".join([*first, *von, last]) for first, von, last in people)
    assert names.parse(turned) == names.parse(straight)
    for name, (first, von, last) in zip(names.parse(turned).names, people, strict=True):
        assert (name.given, name.particle, name.family) == (" ".join(first), " ".join(von), last)
