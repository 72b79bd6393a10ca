"""Names and persons: reading, display, initials, and matching that never guesses."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acadsite.bibtex import names as bibtex_names
from acadsite.people import (
    NO_NAME,
    Match,
    People,
    Person,
    display,
    fold_name,
    initials,
    likeness,
    parse_name,
)
from conftest import SiteFolder

if TYPE_CHECKING:
    from pathlib import Path


def name(text: str) -> dict[str, Any]:
    """A name from “Given Family”, “Family, Given” or “{A group}”."""
    return {**NO_NAME, "literal": text[1:-1]} if text.startswith("{") else parse_name(text)


def people(*written: str, **with_aliases: tuple[str, ...]) -> People:
    """Persons with their own written names as ids."""
    found = People()
    for one in written:
        found.add(Person(one, name(one), ()))
    for identifier, forms in with_aliases.items():
        found.add(Person(identifier, name(forms[0]), tuple(name(form) for form in forms[1:])))
    return found


# --- reading and showing ---


@pytest.mark.parametrize(
    ("text", "parts"),
    [  # (given, particle, family, suffix)
        ("Emmy Noether", ("Emmy", "", "Noether", "")),
        ("Noether, Emmy Amalie", ("Emmy Amalie", "", "Noether", "")),
        ("Ricky T. Q. Chen", ("Ricky T. Q.", "", "Chen", "")),
        ("Bartel Leendert van der Waerden", ("Bartel Leendert", "van der", "Waerden", "")),
        ("van der Waerden, Bartel", ("Bartel", "van der", "Waerden", "")),
        ("Charles de la Vallée Poussin", ("Charles", "de la", "Vallée Poussin", "")),
        ("De Freitas, Nando", ("Nando", "", "De Freitas", "")),
        ("Heli Ben-Hamu", ("Heli", "", "Ben-Hamu", "")),
        ("García Márquez, Gabriel", ("Gabriel", "", "García Márquez", "")),
        ("King, Jr., Martin Luther", ("Martin Luther", "", "King", "Jr.")),
        ("King, Martin Luther, Jr.", ("Martin Luther", "", "King", "Jr.")),
        ("Martin Luther King Jr.", ("Martin Luther", "", "King", "Jr.")),
        ("Martin Luther King, Jr.", ("Martin Luther", "", "King", "Jr.")),
        ("Robert Downey, Sr.", ("Robert", "", "Downey", "Sr.")),
        ("Henry Louis Gates III", ("Henry Louis", "", "Gates", "III")),
        ("Ramesh Kumar V", ("Ramesh Kumar", "", "V", "")),
        ("danah boyd", ("danah", "", "boyd", "")),
        ("john quincy public", ("john quincy", "", "public", "")),
        ("vincent van gogh", ("vincent", "van", "gogh", "")),
        ("Plato", ("", "", "Plato", "")),
        ("山田 太郎", ("太郎", "", "山田", "")),
        ("山田, 太郎", ("太郎", "", "山田", "")),
        ("毛泽东", ("", "", "毛泽东", "")),
        ("김 철수", ("철수", "", "김", "")),
        ("エミー ネーター", ("エミー", "", "ネーター", "")),  # a foreign name in its own order
    ],
)
def test_parse_name(text: str, parts: tuple[str, str, str, str]) -> None:
    found = parse_name(text)
    assert (found["given"], found["particle"], found["family"], found["suffix"]) == parts
    assert found["literal"] == ""


@pytest.mark.parametrize("text", ["", ",", " , ", ",,"])
def test_nothing_is_no_name(text: str) -> None:
    found = parse_name(text)
    assert found["family"] == ""
    assert people("Emmy Noether").match(found) == Match(None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Noether, Emmy", "Emmy Noether"),
        ("van der Waerden, Bartel", "Bartel van der Waerden"),
        ("King, Jr., Martin Luther", "Martin Luther King Jr."),
        ("山田, 太郎", "山田太郎"),
        ("김, 철수", "김철수"),
        ("ネーター, エミー", "エミー ネーター"),
        ("{The ATLAS Collaboration}", "The ATLAS Collaboration"),
    ],
)
def test_display(text: str, shown: str) -> None:
    assert display(name(text)) == shown


def test_a_particle_with_an_apostrophe_is_written_together() -> None:
    assert display({**NO_NAME, "given": "Jean", "particle": "d’", "family": "Alembert"}) == "Jean d’Alembert"
    assert (
        display({**NO_NAME, "given": "Musa", "particle": "al-", "family": "Khwarizmi"}) == "Musa al-Khwarizmi"
    )


@pytest.mark.parametrize(
    ("given_names", "shown"),
    [
        ("Emmy", "E."),
        ("Emmy Amalie", "E. A."),
        ("Jean-Paul", "J.-P."),
        ("J.-P.", "J.-P."),
        ("J.R.R.", "J. R. R."),
        ("BD", "B. D."),
        ("AMY", "A."),
        ("Yu.", "Yu."),
        ("Ángel", "Á."),
        (unicodedata.normalize("NFD", "Ángel"), "Á."),
        ("al-Hasan", "al-Hasan"),
        ("太郎", "太郎"),
        ("", ""),
    ],
)
def test_initials(given_names: str, shown: str) -> None:
    assert initials(given_names) == shown


# --- likeness of two names ---

SAME = [
    ("Emmy Noether", "Noether, Emmy"),
    ("Emmy Noether", "EMMY NOETHER"),
    ("Jürgen Müller", "Juergen Mueller"),
    ("Jürgen Müller", "Jurgen Muller"),
    ("Vít Musil", "Vit Musil"),
    ("Thomas Rothörl", "Thomas Rothoerl"),
    ("Karl Weiß", "Karl Weiss"),
    ("Jørgen Sørensen", "Joergen Soerensen"),
    ("Wacław Sierpiński", "Waclaw Sierpinski"),
    ("Işık Öz", "Isik Oz"),
    ("İsmail Ak", "Ismail Ak"),
    ("Pat O'Brien", "Pat O’Brien"),
    ("Kealiʻi Reichel", "Kealii Reichel"),
    ("Jean-Paul Sartre", "Jean Paul Sartre"),
    ("Xiao-Ming Wang", "Xiaoming Wang"),
    ("Heli Ben-Hamu", "Ben Hamu, Heli"),
    ("Nando de Freitas", "De Freitas, Nando"),
    ("Martin King Jr.", "King, Junior, Martin"),
    ("Plato", "Plato"),
    ("山田 太郎", "山田太郎"),
    ("山田, 太郎", "太郎, 山田"),  # “山田 太郎” in a .bib file is read as given name 山田
    ("{Brandon Amos}", "Brandon Amos"),
    ("{The ATLAS Collaboration}", "{The Atlas Collaboration}"),
]
LESS = [  # something is left out
    ("Emmy Noether", "Emmy Amalie Noether"),
    ("Vincent van Gogh", "Vincent Gogh"),
    ("Sammy Davis", "Sammy Davis Jr."),
    ("Jean-Paul Sartre", "Jean-Paul Charles Sartre"),
]
SHORT = [  # initials
    ("E. Noether", "Emmy Noether"),
    ("E. A. Noether", "Emmy Amalie Noether"),
    ("E. Noether", "Emmy Amalie Noether"),
    ("Noether, EA", "Emmy Amalie Noether"),
    ("J.-P. Sartre", "Jean-Paul Sartre"),
    ("J. Sartre", "Jean-Paul Sartre"),
    ("Yu. Manin", "Yuri Manin"),
    ("Alex. Hauptmann", "Alexander Hauptmann"),
    ("Á. Seress", "Angel Seress"),
    ("Ö. Özlü", "Oezlem Özlü"),
    ("B. L. van der Waerden", "Bartel Leendert van der Waerden"),
]
OTHERS = [
    ("Brandon Amos", "Brandon Amoson"),
    ("Brandon Amos", "Brandon Ramos"),
    ("Brandon Amos", "Bran Amos"),
    ("Emmy Noether", "Max Noether"),
    ("M. Noether", "Emmy Noether"),
    ("Emmy Noether", "Noether"),
    ("E. B. Noether", "Emmy Amalie Noether"),
    ("Karl Mueller", "Karl Muller"),  # both may stand for Müller, but not for each other
    ("Sammy Davis Jr.", "Sammy Davis Sr."),
    ("Henry Gates II", "Henry Gates III"),
    ("Jan van Dam", "Jan ten Dam"),
    ("Jean Sartre", "Jean-Paul Sartre"),
    ("J.-Q. Sartre", "Jean-Paul Sartre"),
    ("Gabriel García", "Gabriel García Márquez"),
    ("王, 伟", "王, 伟明"),  # one character is a whole name, no initial
    ("이, 순", "이, 순신"),
    ("田中, ただ", "田中, たた"),  # marks of Kana make another syllable
    ("राम, क", "रम, क"),
    ("{The ATLAS Collaboration}", "{The CMS Collaboration}"),
    ("{Noether}", "Emmy Noether"),
    ("???", "!!!"),
]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        *((one, other, 3) for one, other in SAME),
        *((one, other, 2) for one, other in LESS),
        *((one, other, 1) for one, other in SHORT),
        *((one, other, 0) for one, other in OTHERS),
    ],
)
def test_likeness(one: str, other: str, expected: int) -> None:
    assert likeness(name(one), name(other)) == expected
    assert likeness(name(other), name(one)) == expected


@pytest.mark.parametrize(("one", "other"), [*SAME, *LESS, *SHORT])
def test_a_name_that_is_like_is_found(one: str, other: str) -> None:
    assert people(one).match(name(other)) == Match(one)
    assert people(other).match(name(one)) == Match(other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_a_name_that_is_not_like_is_nobody(one: str, other: str) -> None:
    assert people(one).match(name(other)) == Match(None)
    assert people(other).match(name(one)) == Match(None)


# --- one of several persons ---


@pytest.mark.parametrize(
    ("known", "asked", "expected"),
    [
        (("John Doe", "Jane Doe"), "J. Doe", Match(None, ("Jane Doe", "John Doe"))),
        (("John Doe", "Jane Doe"), "Jane Doe", Match("Jane Doe")),
        (("John Doe", "Jane Doe"), "Jim Doe", Match(None)),
        (("John A. Doe", "John B. Doe"), "John Doe", Match(None, ("John A. Doe", "John B. Doe"))),
        (("John A. Doe", "John B. Doe"), "J. B. Doe", Match("John B. Doe")),
        (("John A. Doe", "John B. Doe", "J. Doe"), "John Doe", Match(None, ("John A. Doe", "John B. Doe"))),
        (("John Doe", "John Q. Doe"), "John Doe", Match("John Doe")),
        (("Jane Doe", "J. Doe"), "J. Doe", Match("J. Doe")),  # somebody is known by just that name
        (
            ("Sammy Davis Jr.", "Sammy Davis Sr."),
            "Sammy Davis",
            Match(None, ("Sammy Davis Jr.", "Sammy Davis Sr.")),
        ),
        (("Sammy Davis Jr.", "Sammy Davis Sr."), "Davis, Sr., Sammy", Match("Sammy Davis Sr.")),
        (("Sammy Davis", "Sammy Davis Jr."), "Sammy Davis Jr.", Match("Sammy Davis Jr.")),
        (("Sammy Davis", "Sammy Davis Jr."), "Sammy Davis", Match("Sammy Davis")),
        (("Hans Müller", "Hans Mueller"), "Hans Mueller", Match(None, ("Hans Mueller", "Hans Müller"))),
        (("Yang Chen", "Yu Chen", "Ricky T. Q. Chen"), "Y. Chen", Match(None, ("Yang Chen", "Yu Chen"))),
        (("Yang Chen", "Yu Chen", "Ricky T. Q. Chen"), "Ricky Chen", Match("Ricky T. Q. Chen")),
        (("Brandon Amos", "Brandon Amoson"), "B. Amos", Match("Brandon Amos")),
        (("{The ATLAS Collaboration}", "{ATLAS}"), "{ATLAS}", Match("{ATLAS}")),
    ],
)
def test_match_among_several(known: tuple[str, ...], asked: str, expected: Match) -> None:
    for order in itertools.permutations(known):
        assert people(*order).match(name(asked)) == expected


def test_aliases() -> None:
    found = people(
        "Jane Roe",
        kolter=("J. Zico Kolter", "Zico Kolter"),
        rolinek=("Michal Rolínek", "M. Rolínek"),
        atlas=("{The ATLAS Collaboration}", "{ATLAS}"),
        roe=("Maria Curie", "Maria Skłodowska"),  # a name that changed
        yamada=("Taro Yamada", "山田 太郎"),
    )
    asked = {
        "Zico Kolter": "kolter",
        "J. Kolter": "kolter",
        "Rolinek, Michal": "rolinek",
        "{ATLAS}": "atlas",
        "Maria Sklodowska": "roe",
        "山田太郎": "yamada",
        "T. Yamada": "yamada",
        "Roe, Jane": "Jane Roe",
    }
    assert {text: found.match(name(text)).person for text in asked} == asked


def test_an_alias_cannot_make_two_persons_one() -> None:
    found = people(one=("Ann Lee", "A. Lee"), two=("Amy Lee", "A. Lee"))
    assert found.match(name("A. Lee")) == Match(None, ("one", "two"))


def test_somebody_added_later_is_found() -> None:
    """Students are asked for before they are added; the first answer must not stay."""
    found = people("Emmy Noether")
    assert found.match(name("Max Deuring")) == Match(None)
    found.add(Person("deuring", name("Max Deuring"), ()))
    assert found.match(name("Max Deuring")) == Match("deuring")


def test_a_person_is_replaced_with_all_forms() -> None:
    found = people(one=("Ann Lee", "Ann Old"))
    found.add(Person("one", name("Ann New"), ()))
    assert found.match(name("Ann Old")) == Match(None)
    assert found.match(name("Ann Lee")) == Match(None)
    assert found.match(name("Ann New")) == Match("one")


@pytest.mark.parametrize(
    ("raw", "person"),
    [
        (r"Rol{\'\i}nek, Michal", "Michal Rolínek"),
        (r"Roth{\"o}rl, T.", "Thomas Rothörl"),
        ("Samuel Cohen*", "Samuel Cohen"),
        (r"van der Waerden, B.~L.", "Bartel van der Waerden"),
        ("King, Jr., M. L.", "Martin Luther King Jr."),
        ("{Brandon Amos}", "Brandon Amos"),
        ("山田, 太郎", "山田 太郎"),
        ("山田 太郎", "山田 太郎"),
        ("family=Waerden, given=Bartel, prefix=van der", "Bartel van der Waerden"),
    ],
)
def test_names_of_bibtex_find_names_of_yaml(raw: str, person: str) -> None:
    asked = bibtex_names.parse(raw).names[0].record()
    assert people(person, "Emmy Noether", "Samuel Smith").match(asked) == Match(person)


# --- properties ---

WORD = st.sampled_from(
    [
        "Emmy",
        "Amalie",
        "Jean",
        "Jean-Paul",
        "J.",
        "B.",
        "L.",
        "JP",
        "Yu.",
        "Ángel",
        "Özlem",
        "Zoë",
        "Wacław",
        "Xiao",
        "Ming",
        "太郎",
        "伟",
        "Ana",
        "Anna",
        "An",
    ]
)
FAMILY = st.sampled_from(
    [
        "Noether",
        "Müller",
        "Mueller",
        "Muller",
        "Amos",
        "Amoson",
        "Ramos",
        "O'Brien",
        "García",
        "García-Márquez",
        "Ben-Hamu",
        "山田",
        "王",
        "Weiß",
        "Doe",
    ]
)
NAMES = st.builds(
    lambda words, particle, family, suffix: {
        **NO_NAME,
        "given": " ".join(words),
        "particle": particle,
        "family": family,
        "suffix": suffix,
    },
    st.lists(WORD, max_size=3),
    st.sampled_from(["", "", "", "van", "van der", "de"]),
    FAMILY,
    st.sampled_from(["", "", "", "Jr.", "Sr.", "III"]),
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ANY_NAME = st.builds(
    lambda *parts: (
        dict(zip(("given", "particle", "family", "suffix", "literal"), parts, strict=True)) | {"marks": ()}
    ),
    ANY_TEXT,
    ANY_TEXT,
    ANY_TEXT,
    st.sampled_from(["", "Jr."]),
    st.sampled_from(["", "", "Some Group"]),
)


def person(number: int, known: dict[str, Any]) -> Person:
    return Person(f"p{number}", known, ())


@given(NAMES, NAMES)
def test_likeness_is_mutual(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert likeness(one, other) == likeness(other, one)


@given(st.one_of(NAMES, ANY_NAME))
def test_a_name_is_the_same_as_itself(one: dict[str, Any]) -> None:
    assert likeness(one, dict(one)) == 3
    found = People()
    found.add(person(1, one))
    if display(one):
        assert found.match({**one, "marks": ("*",)}) == Match("p1")


@given(NAMES)
def test_capitals_and_unicode_forms_do_not_count(one: dict[str, Any]) -> None:
    for change in (
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: unicodedata.normalize("NFKC", text),
    ):
        family = {**one, "family": change(one["family"])}
        assert likeness(one, family) == 3


@given(NAMES)
def test_what_is_shown_is_read_as_the_same_person(one: dict[str, Any]) -> None:
    assume(one["given"])
    assume(all(ord(char) < 0x3000 for char in display(one)) or not one["particle"] + one["suffix"])
    assume(len({ord(char) < 0x3000 for char in one["given"] + one["family"] if char.isalpha()}) == 1)
    assert likeness(parse_name(display(one)), one) == 3


@given(NAMES)
def test_initials_are_found_where_nobody_else_is(one: dict[str, Any]) -> None:
    short = {**one, "given": initials(one["given"])}
    assert likeness(one, short) >= 1
    found = People()
    found.add(person(1, one))
    assert found.match(short) == Match("p1")


@given(st.lists(NAMES, min_size=1, max_size=5), NAMES, st.randoms(use_true_random=False))
def test_a_match_is_the_one_person_that_agrees_best(
    known: list[dict[str, Any]], asked: dict[str, Any], random: Any
) -> None:
    persons = [person(at, one) for at, one in enumerate(known)]
    found = People()
    for one in persons:
        found.add(one)
    match = found.match(asked)
    scores = {one.id: likeness(asked, one.name) for one in persons}
    best = sorted(one for one, score in scores.items() if score == max(scores.values()) > 0)
    assert match == (Match(best[0]) if len(best) == 1 else Match(None, tuple(best)))
    random.shuffle(persons)
    shuffled = People()
    for one in persons:
        shuffled.add(one)
    assert shuffled.match(asked) == match


@given(FAMILY, st.text("abcdefgh", min_size=1, max_size=4))
def test_a_part_of_a_family_name_is_nobody(family: str, more: str) -> None:
    asked = {**NO_NAME, "given": "Emmy", "family": family}
    for longer in (family + more, more + family):
        assume(not set(fold_name(longer)) & set(fold_name(family)))
        assert likeness(asked, {**asked, "family": longer}) == 0


@given(ANY_TEXT)
def test_folding(text: str) -> None:
    forms = fold_name(text)
    assert 1 <= len(forms) <= 2
    assert all(forms) or not text.strip()
    assert fold_name(unicodedata.normalize("NFC", text)) == forms


@given(ANY_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    found = parse_name(text)
    assert found.keys() == NO_NAME.keys()
    assert display(found) or not text.strip()
    initials(text)


@pytest.mark.parametrize(
    ("author", "persons"),
    [
        ("{name: Jane Doe}", ["jd", "richard-roe"]),
        ("{name: 'Doe, J.', role: Professor}", ["jd", "richard-roe"]),
        ("Jane Roe-Doe", ["jd", "richard-roe"]),
        ("{id: jane, name: Jane Doe}", ["jd", "richard-roe", "jane"]),
        ("{name: John Doe}", ["jd", "richard-roe", "john-doe"]),
    ],
)
def test_the_owner_is_the_person_of_that_name_in_people_yaml(
    author: str, persons: list[str], tmp_path: Path
) -> None:
    people = "- {id: jd, name: Jane Doe, aliases: ['Roe-Doe, Jane'], group: Head}\n- {name: 'Roe, Richard'}\n"
    files = {"site.yaml": f"title: Site\nauthor: {author}\n", "content/people.yaml": people}
    listed = SiteFolder(tmp_path / "site").write(files).run("list", "people").stdout
    assert [line.partition("\t")[0] for line in listed.splitlines()] == persons
