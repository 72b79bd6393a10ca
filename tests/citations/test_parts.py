"""Names, numbers, pages, dates, letter case, quotation marks, marks that meet: the small rules, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from acadsite.citations.dates import Day, read_date
from acadsite.citations.disambiguation import letters
from acadsite.citations.fields import text_nodes
from acadsite.citations.locales import make_locale
from acadsite.citations.names import initialized
from acadsite.citations.numbers import is_numeric, is_plural, numbers, pages, roman
from acadsite.citations.ordering import collation
from acadsite.citations.records import Person, Record
from acadsite.citations.textcase import cased
from acadsite.citations.tree import finished, plain

MARKS = ("“", "”", "‘", "’")


@pytest.mark.parametrize(
    ("given", "mark", "expected"),
    [
        ("John", ". ", "J."),
        ("John Edward", ". ", "J. E."),
        ("John Edward", ".", "J.E."),
        ("John Edward", "", "JE"),
        ("Jean-Paul", ". ", "J.-P."),
        ("J.-P.", ". ", "J.-P."),
        ("Ch.", ". ", "Ch."),
        ("Ph.M.E.", ". ", "Ph. M. E."),
        ("M E", ".", "M.E."),
        ("Raymond Y. K.", ". ", "R. Y. K."),
        ("Élodie", ". ", "É."),
        ("E\u0301lodie", ". ", "E\u0301."),
        ("Ludwig van", ". ", "L. van"),
        ("Ivan", "", "I"),
        ("", ". ", ""),
        ("-", ". ", ""),
    ],
)
def test_initials(given: str, mark: str, expected: str) -> None:
    assert initialized(given, mark) == expected


def test_initials_without_hyphen_and_without_shortening() -> None:
    assert initialized("Jean-Luc", ". ", with_hyphen=False) == "J. L."
    assert initialized("James T Kirk", ". ", shortens=False) == "James T. Kirk"
    assert initialized("Jean-Luc", ". ", shortens=False) == "Jean-Luc"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"family": "van Gogh", "given": "Vincent"}, Person("Gogh", "Vincent", "", "van")),
        ({"family": "Beethoven", "given": "Ludwig van"}, Person("Beethoven", "Ludwig", "van", "")),
        ({"family": "d'Aubignac", "given": "F."}, Person("Aubignac", "F.", "", "d'")),
        ({"family": "al-Hakim", "given": "Tawfiq"}, Person("Hakim", "Tawfiq", "", "al-")),
        ({"family": '"van Rossum"', "given": "Guido"}, Person("van Rossum", "Guido")),
        ({"family": "hooks", "given": "bell"}, Person("hooks", "bell")),
        ({"literal": "The Team"}, Person(literal="The Team")),
        ({"given": "Plato"}, Person(literal="Plato")),
    ],
)
def test_parts_of_names(name: dict[str, str], expected: Person) -> None:
    assert Record("a", {"author": [name]}).people("author") == (expected,)


@pytest.mark.parametrize("value", [None, 3, "x", {}, [None], [[]], [{}], [{"family": 3}], [{"family": " "}]])
def test_names_that_are_none(value: Any) -> None:
    assert Record("a", {"author": value}).people("author") == ()


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("321-328", "chicago", "321–28"),
        ("71-72", "chicago", "71–72"),
        ("100-104", "chicago", "100–104"),
        ("101-108", "chicago", "101–8"),
        ("1496-1504", "chicago", "1496–1504"),
        ("1496-1504", "chicago-16", "1496–504"),
        ("1087-1089", "chicago", "1087–89"),
        ("321-28", "expanded", "321–328"),
        ("321-328", "minimal", "321–8"),
        ("321-328", "minimal-two", "321–28"),
        ("1-2", "minimal-two", "1–2"),
        ("e12-e17", "minimal", "e12–7"),
        ("i-ix", "", "i–ix"),
        ("12-15", "", "12–15"),
        ("1023-1-1023-9", "expanded", "1023-1-1023-9"),
        ("12--15", "expanded", "12–15"),
        ("3-5, 17-19", "minimal", "3–5, 17–9"),
        (r"3\-5", "minimal", "3-5"),
        ("N110 - P5", "expanded", "N110-P5"),
        ("23-22", "expanded", "23–22"),
        ("431–56, 791–823", "", "431–56, 791–823"),
        ("A-", "", "A-"),
    ],
)
def test_pages(text: str, form: str, expected: str) -> None:
    assert pages(text, form, "–") == expected


@pytest.mark.parametrize(
    ("text", "numeric", "plural"),
    [
        ("2", True, False),
        ("2nd", True, False),
        ("D2", True, False),
        ("2, 3", True, True),
        ("2-4", True, True),
        ("2 & 4", True, True),
        ("i-ix", False, True),
        ("second", False, False),
        ("2nd edition", False, False),
        ("3-B", False, False),
        ("", False, False),
    ],
)
def test_numeric_and_plural(text: str, numeric: bool, plural: bool) -> None:
    assert (is_numeric(text), is_plural(text)) == (numeric, plural)


def test_forms_of_numbers() -> None:
    english, french = make_locale("en-US"), make_locale("fr-FR")
    made = [numbers(str(number), "ordinal", english, "") for number in (1, 2, 3, 4, 11, 12, 13, 21, 101, 111)]
    assert made == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "101st", "111th"]
    assert numbers("2", "long-ordinal", english, "") == "second"
    assert numbers("12", "long-ordinal", english, "") == "12th"
    assert numbers("2,3", "ordinal", english, "") == "2nd, 3rd"
    assert numbers("2E", "ordinal", english, "") == "2E"
    assert numbers("1", "ordinal", french, "feminine") == "1ʳᵉ"
    assert numbers("2", "ordinal", french, "feminine") == "2ᵉ"
    assert [roman(number) for number in (1, 4, 9, 14, 1999, 0, 5000)] == [
        "i",
        "iv",
        "ix",
        "xiv",
        "mcmxcix",
        "0",
        "5000",
    ]
    assert [letters(number) for number in (1, 26, 27, 52, 53)] == ["a", "z", "aa", "az", "ba"]


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ({"date-parts": [[2000, 5, 3]]}, Day(2000, 5, 3), None),
        ({"date-parts": [["2000", "5"]]}, Day(2000, 5), None),
        ({"date-parts": [[2000], [2001]]}, Day(2000), Day(2001)),
        ({"date-parts": [[2000, 21]]}, Day(2000, season=1), None),
        ({"date-parts": [[2000, 99, 99]]}, Day(2000), None),
        ({"date-parts": [[2000]], "season": 4}, Day(2000, season=4), None),
        ({"raw": "1999-12/2000-01"}, Day(1999, 12), Day(2000, 1)),
        ("2001-02-03", Day(2001, 2, 3), None),
        (1994, Day(1994), None),
        ("-0044", Day(-44), None),
    ],
)
def test_dates(value: Any, start: Day, end: Day | None) -> None:
    date = read_date(value)
    assert date is not None
    assert (date.start, date.end) == (start, end)


def test_dates_that_say_more_or_less() -> None:
    assert read_date({"raw": "1999~"}).is_uncertain
    assert read_date({"date-parts": [[1999]], "circa": True}).is_uncertain
    assert read_date({"date-parts": [[1999], [0]]}).is_open
    assert read_date({"literal": "in press"}).literal == "in press"
    assert read_date({"raw": "some day"}).literal == "some day"
    for value in (
        None,
        {},
        [],
        {"date-parts": []},
        {"date-parts": [[]]},
        {"date-parts": "x"},
        {"date-parts": [[None]]},
    ):
        assert read_date(value) is None, value


@pytest.mark.parametrize(
    ("text", "case", "expected"),
    [
        ("a tale of two cities", "title", "A Tale of Two Cities"),
        ("the method: a study of the art", "title", "The Method: A Study of the Art"),
        ("state-of-the-art models", "title", "State-of-the-Art Models"),
        ("what is it for", "title", "What Is It For"),
        ("GANs and iPhones", "title", "GANs and iPhones"),
        ("A STUDY OF THE WORLD", "title", "A Study of the World"),
        ("A Study of GANs in the World", "sentence", "A study of GANs in the world"),
        ("Adam: A Method for Optimization", "sentence", "Adam: A method for optimization"),
        ("What I Saw", "sentence", "What I saw"),
        ("hello world", "capitalize-first", "Hello world"),
        ("hello world", "capitalize-all", "Hello World"),
        ("élan vital", "capitalize-first", "Élan vital"),
        ("straße", "uppercase", "STRASSE"),
        ("ABC", "lowercase", "abc"),
        ("", "title", ""),
        ("same", "no-such-case", "same"),
    ],
)
def test_letter_case(text: str, case: str, expected: str) -> None:
    assert plain(cased([text], case)) == expected


def test_letter_case_leaves_what_is_protected_and_other_languages() -> None:
    nodes = [
        "on ",
        ("math", "x"),
        " of ",
        ("nocase", ["iOS and macOS"]),
        " in ",
        ("em", ["escherichia coli"]),
    ]
    assert plain(cased(nodes, "title")) == "On x of iOS and macOS in Escherichia Coli"
    assert plain(cased(["über die welt"], "title", is_english=False)) == "über die welt"
    assert plain(cased(["Über die Welt"], "sentence", is_english=False)) == "Über die Welt"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "yes" to it', "He said “yes” to it"),
        ("it's O'Brien's", "it’s O’Brien’s"),
        ("'Parmenides' and it", "‘Parmenides’ and it"),
        ("\"a 'b' c\"", "“a ‘b’ c”"),
        ("“a “b” c”", "“a ‘b’ c”"),
        ("<i>x</i> < y & <b>", "x < y & <b>"),
        ("rock 'n' roll", "rock ‘n’ roll"),
        ('6" wide', '6" wide'),
    ],
)
def test_quotation_marks_of_fields(text: str, expected: str) -> None:
    assert plain(finished(text_nodes(text), MARKS, into_quotes=True)) == expected


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (["Ann. Phys.", ". ", "12"], "Ann. Phys. 12"),
        (["Why?", ". ", "12"], "Why? 12"),
        ([("quote", ["Why"]), ", ", "12"], "“Why,” 12"),
        ([("quote", [("em", ["Why"])]), ". ", "12"], "“Why.” 12"),
        ([("quote", ["Why"]), "; ", "12"], "“Why”; 12"),
        ([("quote", ["On ", ("math", "x")]), ".", ""], "“On x.”"),
        (["Wait...", ".", " 12"], "Wait... 12"),
        (["a ", " b"], "a b"),
        (["a ", ", b"], "a, b"),
        (["a", ",", ", b"], "a, b"),
        ([("quote", ["a ", ("quote", ["b"])]), "."], "“a ‘b.’”"),
        (["2000. ", ". ", "P"], "2000. P"),
    ],
)
def test_marks_that_meet(nodes: list[Any], expected: str) -> None:
    assert plain(finished(nodes, MARKS, into_quotes=True)) == expected


def test_marks_stay_outside_of_quotes_where_the_language_wants_it() -> None:
    assert plain(finished([("quote", ["Why"]), ", ", "12"], MARKS, into_quotes=False)) == "“Why”, 12"


def test_italics_in_italics_stand_upright() -> None:
    nodes = [("em", ["On ", ("em", ["E. coli ", ("em", ["x"])]), " and ", ("strong", [("strong", ["y"])])])]
    assert finished(nodes, MARKS, into_quotes=True) == (
        (
            "em",
            ("On ", ("upright", ("E. coli ", ("em", ("x",)))), " and ", ("strong", (("regular", ("y",)),))),
        ),
    )


def test_collation_knows_no_accents_case_or_marks() -> None:
    names = ["Zola", "Éluard", "d’Alembert", "de Man", "O’Brien", "Obama", "ångström"]
    assert sorted(names, key=collation) == [
        "ångström",
        "d’Alembert",
        "de Man",
        "Éluard",
        "Obama",
        "O’Brien",
        "Zola",
    ]
