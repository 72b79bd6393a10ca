"""Dates and pages."""

from __future__ import annotations

import pytest

from acadsite.bibtex import Date, dates, pages


def year(value: str, month: str = "", day: str = "") -> Date | None:
    return dates.parse({"year": value, "month": month, "day": day})[0]


def faults(fields: dict[str, str]) -> list[str]:
    return [fault.code for fault in dates.parse(fields)[1]]


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2021", Date(2021)),
        ("2021-03", Date(2021, 3)),
        ("2021-03-15", Date(2021, 3, 15)),
        ("2021-03-15T10:20:00Z", Date(2021, 3, 15)),
        ("2019-12/2020-01", Date(2019, 12, end=Date(2020, 1))),
        ("1984/1986", Date(1984, end=Date(1986))),
        ("2020/", Date(2020, text="2020–")),
        ("2020/..", Date(2020, text="2020–")),
        ("/2020", Date(2020, text="–2020")),
        ("../2020", Date(2020, text="–2020")),
        ("2023~", Date(2023, circa=True)),
        ("2023?", Date(2023, circa=True)),
        ("2023%", Date(2023, circa=True)),
        ("2020-21", Date(2020, season=1)),
        ("2020-24", Date(2020, season=4)),
        ("199X", Date(1990, end=Date(1999), text="1990s")),
        ("19XX", Date(1900, end=Date(1999), text="1900s")),
        ("199u", Date(1990, end=Date(1999), text="1990s")),
        ("2004-06-XX", Date(2004, 6)),
        ("-0044-03-15", Date(-44, 3, 15)),
        ("2004-3-5", Date(2004, 3, 5)),
    ],
)
def test_edtf(value: str, date: Date) -> None:
    assert dates.parse({"date": value}) == (date, ())


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        (("2003", "March~15"), Date(2003, 3, 15)),
        (("2003", "15 March"), Date(2003, 3, 15)),
        (("2003", "March", "15"), Date(2003, 3, 15)),
        (("2003", "Sept."), Date(2003, 9)),
        (("2003", "3"), Date(2003, 3)),
        (("2003", "03"), Date(2003, 3)),
        (("2003", "März"), Date(2003, 3)),
        (("2003", "août"), Date(2003, 8)),
        (("2003", r"M{\"a}rz"), Date(2003, 3)),
        (("2003", "January/February"), Date(2003, 1, end=Date(2003, 2))),
        (("2003", "Jan--Feb"), Date(2003, 1, end=Date(2003, 2))),
        (("2003", "March 15--17"), Date(2003, 3, 15, end=Date(2003, 3, 17))),
        (("2003", "28 March -- 2 April"), Date(2003, 3, 28, end=Date(2003, 4, 2))),
        (("2003", "Spring"), Date(2003, season=1)),
        (("2020/2021", "Sept."), Date(2020, 9, end=Date(2021), text="2020/2021")),
        (("1999--2003",), Date(1999, end=Date(2003))),
        (("2020-03-15",), Date(2020, 3, 15)),
        (("2001a",), Date(2001, text="2001a")),
        (("{2001}",), Date(2001)),
    ],
)
def test_year_month_day(fields: tuple[str, ...], date: Date) -> None:
    assert year(*fields) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("in press", Date(text="in press")),
        ("to appear (2021)", Date(2021, text="to appear (2021)")),
        ("c. 1850", Date(1850, circa=True, text="c. 1850")),
        ("[1850?]", Date(1850, circa=True, text="[1850?]")),
        ("ca.~1850", Date(1850, circa=True, text="ca. 1850")),
    ],
)
def test_years_that_are_no_numbers(value: str, date: Date) -> None:
    found, wrong = dates.parse({"year": value})
    assert found == date
    assert [(fault.code, fault.field) for fault in wrong] == [("bib-year-text", "year")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("to appear", "until then a word such as “forthcoming” may stay"),
        ("n.d.", "until then a word such as “forthcoming” may stay"),
        ("19x2", "put the rest into pubstate or note"),
        ("to appear (2021)", "put the rest into pubstate or note"),
    ],
)
def test_a_word_in_place_of_a_year_may_stay_until_there_is_one(value: str, words: str) -> None:
    [fault] = dates.parse({"year": value})[1]
    assert words in fault.hint


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ({"date": "2026-13-45"}, Date(2026)),
        ({"date": "2026-02-30"}, Date(2026, 2)),
        ({"date": "2026-02-29"}, Date(2026, 2)),
        ({"date": "sometime 2026"}, Date(2026, text="sometime 2026")),
        ({"year": "2026", "month": "13"}, Date(2026)),
        ({"year": "2026", "month": "feb", "day": "31"}, Date(2026, 2)),
        ({"year": "2026", "month": "Smarch"}, Date(2026)),
        ({"year": "97"}, Date(97)),
    ],
)
def test_dates_out_of_the_calendar(fields: dict[str, str], date: Date) -> None:
    assert dates.parse(fields)[0] == date
    assert faults(fields) == ["bib-bad-date"]


def test_no_date_and_other_dates() -> None:
    assert dates.parse({}) == (None, ())
    assert dates.parse({"urldate": "2020-01-02"}, "url")[0] == Date(2020, 1, 2)
    assert dates.parse({"urlyear": "2020", "urlmonth": "jan"}, "url")[0] == Date(2020, 1)


def test_record() -> None:
    found, _ = dates.parse({"date": "2019-12/2020-01"})
    assert found is not None
    record = found.record()
    assert (record["year"], record["month"], record["end"]["month"]) == (2019, 12, 1)  # type: ignore[index]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("12--34", "12–34"),
        ("12-34", "12–34"),
        ("12 - 34", "12–34"),
        ("12---34", "12–34"),
        ("12–34, 40--41,e123", "12–34, 40–41, e123"),
        ("100--", "100–"),
        ("M-1--M-4", "M-1–M-4"),
        ("12-1-12-10", "12-1-12-10"),
        ("xii-xv", "xii–xv"),
        ("S3-S9", "S3–S9"),
        ("pp. 12--34", "12–34"),
        ("1:1--1:20", "1:1–1:20"),
        ("579\\psqq", "579 sqq."),
        ("", ""),
    ],
)
def test_pages(raw: str, shown: str) -> None:
    assert pages.normal(raw) == shown


def test_first_and_last_page() -> None:
    assert pages.first_and_last("12--34, 40") == ("12", "34")
    assert pages.first_and_last("e123") == ("e123", "")
